/* schedule_job.c: begins what is due by its schedule, a date at a time, each in a transaction of its own; see schedule.h. */
#include "playbook/schedule.h"

#include "playbook/playbook.h"

#include "base/banned.h"

enum { AT_ONCE = 50, DATES_MOST = 400, REST_MINUTES = 60 };

struct one {
	int64_t id;
	bool more;                   /* another date is due already */
	bool try_it;                 /* begin the run; false: only settle the date, with what is said */
	struct str said;
};

static enum err begin_run(struct ctx *c, const struct schedule_rows_row *row, struct str date)
{
	const struct playbook_cast starter = { .role = S("starter"), .teammate_id = row->created_by.v };
	struct playbook_row_row p;
	int64_t run;
	bool existing;
	TRY(playbook_read(c, row->playbook_id, &p));
	struct playbook_start start = {
		.playbook_id = p.id, .subject = str_eq(row->subject, S("organisation")) ? PLAYBOOK_ORGANISATION : str_eq(row->subject, S("teammate")) ?
		PLAYBOOK_TEAMMATE : PLAYBOOK_NOTHING, .subject_id = row->subject_id,
		/* with the instant at which the schedule was made: a run that came from another desk, of a schedule that had this number there, is not ours */
		.reference = arena_fmt(c->arena, "schedule:%lld:%lld:%.*s", (long long)row->created_us, (long long)row->id, STR_ARG(date)),
		.name = arena_fmt(c->arena, "%.*s, %.*s", STR_ARG(row->name.n ? row->name : p.name), STR_ARG(date)), .starts_on = date,
		.cast = &starter, .n_cast = row->created_by.set ? 1 : 0,
	};
	return playbook_start_run(c, &start, &run, &existing);
}

/* The next date of a schedule, in one transaction: its run, and the schedule that has settled it. */
static enum err settle_one(struct ctx *c, void *arg)
{
	struct one *o = arg;
	struct schedule_rows_row row, after;
	bool found;
	int64_t last = 0, day, next;
	o->more = false;
	TRY(db_one(c->db, c->arena, schedule_rows_stmt.get, &o->id, &row, &found));
	if (!found || !row.next_us.set || row.next_us.v > c->now_us)
		return OK;
	struct schedule_when when = schedule_when_of(&(struct schedule_of_playbook_row){ .rhythm = row.rhythm, .every = row.every, .weekdays = row.weekdays,
		.month_day = row.month_day, .at_min = row.at_min, .from_on = row.from_on, .until_on = row.until_on });
	const struct zone *zone = zone_find(row.zone);
	zone = zone ? zone : zone_find(S("UTC"));
	if (row.last_on.p)
		due_parse_date(row.last_on, &last);
	bool any = schedule_after(&when, last, &day);
	/* of many that went by, the newest alone when that was asked for */
	bool newest = str_eq(row.missed, S("newest"));
	while (any && newest && schedule_after(&when, day, &next) && schedule_instant(&when, next, zone) <= c->now_us)
		day = next;
	after = row;
	after.said = S("");
	if (any) {
		struct str date = due_date_text(c->arena, day);
		if (o->try_it)
			TRY(begin_run(c, &row, date));
		else
			after.said = arena_fmt(c->arena, "%.*s: %.*s", STR_ARG(date), STR_ARG(o->said));
		after.last_on = date;
	}
	after.next_us = any && schedule_after(&when, day, &next) ? SOME(schedule_instant(&when, next, zone)) : NONE;
	o->more = after.next_us.set && after.next_us.v <= c->now_us;
	TRY(db_exec(c->db, schedule_rows_stmt.update, &after, NULL));
	return event_append(c, &(struct event_new){ .kind = o->try_it ? "playbook_schedule.begun" : "playbook_schedule.passed_over", .entity = "playbook_schedule",
						    .entity_id = row.id, .data = fold_set_diff(c->arena, &schedule_rows_stmt, &row, &after) }, NULL);
}

static bool of_the_playbook(enum err e)
{
	return e == ERR_CONFLICT || e == ERR_NOT_FOUND || e == ERR_INPUT || e == ERR_FORBIDDEN || e == ERR_LIMIT;
}

static enum err one_schedule(struct ctx *c, int64_t id)
{
	struct one o = { .id = id, .more = true };
	for (int k = 0; o.more && k < DATES_MOST; k++) {
		o.try_it = true;
		enum err e = ctx_write(c, true, settle_one, &o);
		if (e == OK)
			continue;
		if (!of_the_playbook(e))
			return e;
		o.said = arena_str(c->arena, str_c(c->fault.n_fields ? c->fault.fields[0].message : c->fault.message));
		fault_clear(&c->fault);
		o.try_it = false;
		TRY(ctx_write(c, true, settle_one, &o));
	}
	return OK;
}

enum err schedule_job(struct ctx *c, const struct job *j)
{
	struct schedule_due_row *rows;
	size_t n;
	(void)j;
	do {
		TRY(schedule_due(c->db, c->arena, &rows, &n, .now_us = c->now_us, .max = AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(one_schedule(c, rows[i].id));
	} while (n == AT_ONCE);
	return OK;
}

utime schedule_next_wake(struct ctx *c)
{
	struct schedule_next_row row;
	bool found;
	utime later = c->now_us + REST_MINUTES * UTIME_US_PER_MINUTE;
	if (schedule_next(c->db, c->arena, &row, &found) != OK || !found)
		return later;
	/* one that cannot be settled now must not spin */
	return row.next_us <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : row.next_us < later ? row.next_us : later;
}
