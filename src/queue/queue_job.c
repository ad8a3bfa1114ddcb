/* queue_job.c: what ends by itself gets its event, at the instant at which it ended; who fills in is told when an absence begins. Nothing waits for this job:
 * whoever looks at the line, at a person or at a session looks at the "until" too. */
#include "queue/parts.h"

#include "core/job.h"
#include "people/people.h"

#include "queue.sql.h"

#include "base/banned.h"

static enum err end_overload(struct ctx *c, int64_t id)
{
	struct queue_overload_rows_row before, row;
	TRY(queue_overload_read(c, id, &before));
	row = before;
	row.ended_us = SOME(row.until_us);
	return queue_overload_save(c, &before, &row, "queue.overload_ended");
}

static enum err end_session(struct ctx *c, int64_t id)
{
	struct queue_session_rows_row before, row;
	TRY(queue_session_read(c, id, &before));
	row = before;
	row.ended_us = SOME(row.until_us);
	return queue_session_save(c, &before, &row, "queue_session.ended");
}

static enum err end_flag(struct ctx *c, int64_t id)
{
	struct capacity_flag_rows_row before, row;
	struct teammate t;
	TRY(capacity_flag_read(c, id, &before));
	TRY(people_get(c, before.teammate_id, &t));
	row = before;
	row.ended_us = row.until_us;
	TRY(capacity_flag_save(c, &before, &row, "capacity.recovered"));
	return queue_tell_around(c, row.teammate_id, arena_fmt(c->arena, "%.*s takes cases again.", STR_ARG(t.name)), S("/load"));
}

static enum err end_call(struct ctx *c, int64_t id)
{
	struct capacity_call_rows_row before, row;
	TRY(capacity_call_read(c, id, &before));
	row = before;
	row.ended_us = row.until_us;
	return capacity_call_save(c, &before, &row, "level.ended");
}

static enum err begin_absence(struct ctx *c, int64_t id)
{
	struct absence_rows_row before, row;
	struct absence_covers_of_row *v;
	struct teammate t;
	size_t n;
	bool all = false;
	TRY(absence_read(c, id, &before));
	TRY(people_get(c, before.teammate_id, &t));
	TRY(absence_covers_of(c->db, c->arena, &v, &n, .absence_id = id));
	for (size_t i = 0; i < n; i++) {
		all |= !v[i].ticket_id.set;
		TRY(queue_tell(c, v[i].teammate_id, arena_fmt(c->arena, "%.*s is away, %.*s, and you fill in.", STR_ARG(t.name), STR_ARG(absence_days(c, before.from_day, before.until_day))), S("/away")));
	}
	if (!all)
		TRY(queue_tell_around(c, t.id, arena_fmt(c->arena, "%.*s is away, %.*s, and nobody fills in.", STR_ARG(t.name), STR_ARG(absence_days(c, before.from_day, before.until_day))), S("/away")));
	row = before;
	row.told_us = SOME(c->now_us);
	return absence_save(c, &before, &row, "absence.told");
}

static enum err end_all(struct ctx *c, void *arg)
{
	(void)arg;
	struct queue_run_out_row *v;
	size_t n;
	TRY(queue_run_out(c->db, c->arena, &v, &n, .now_us = c->now_us));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(v[i].what, S("overload")))
			TRY(end_overload(c, v[i].id));
		else if (str_eq(v[i].what, S("session")))
			TRY(end_session(c, v[i].id));
		else if (str_eq(v[i].what, S("flag")))
			TRY(end_flag(c, v[i].id));
		else if (str_eq(v[i].what, S("call")))
			TRY(end_call(c, v[i].id));
		else
			TRY(begin_absence(c, v[i].id));
	}
	return OK;
}

enum err queue_job_ends(struct ctx *c, const struct job *j)
{
	(void)j;
	struct queue_run_out_row *v;
	size_t n;
	TRY(queue_run_out(c->db, c->arena, &v, &n, .now_us = c->now_us));
	return n ? ctx_write(c, false, end_all, NULL) : OK;
}

utime queue_job_next(struct ctx *c)
{
	struct queue_runs_out_row row;
	utime next = queue_runs_out(c->db, c->arena, &row) == OK && row.at_us.set ? row.at_us.v : INT64_MAX;
	/* one that cannot be done now must not spin */
	return next <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : next;
}
