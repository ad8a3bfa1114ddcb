/* sla_timer_job.c: what happens because time passes: warnings and breaches are told, Pending becomes Solved, Solved becomes Closed.
 *
 * The timers are rows of sla_case (wake_us, auto_us). The job rests until the earliest of them; whoever writes an earlier one wakes it. After a night switched
 * off it tells what it missed with the instants at which it was true. */
#include "sla/sla_int.h"

#include "base/log.h"

#include <string.h>

#include "base/banned.h"

enum { BATCH = 100 };

utime sla_next_wake(struct ctx *c)
{
	struct sla_wake_first_row wake;
	struct sla_auto_first_row move;
	bool any = false;
	utime next = INT64_MAX;
	if (sla_wake_first(c->db, c->arena, &wake, &any) == OK && any)
		next = wake.wake_us;
	if (sla_auto_first(c->db, c->arena, &move, &any) == OK && any && move.auto_us < next)
		next = move.auto_us;
	/* one that cannot be done now must not spin */
	return next <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : next;
}

static enum err settle_one(struct ctx *c, void *arg)
{
	return sla_settle(c, *(const int64_t *)arg);
}

struct moving {
	int64_t ticket_id;
	utime at;
	struct str to;
};

/* Looks again inside the transaction: the customer may have written since. */
static enum err move_one(struct ctx *c, void *arg)
{
	const struct moving *m = arg;
	struct sla_case_of_row row;
	struct ticket_get_row t;
	enum ticket_status to;
	bool found;
	TRY(sla_case_of(c->db, c->arena, &row, &found, .ticket_id = m->ticket_id));
	if (!found || !row.auto_us.set || row.auto_us.v != m->at || !str_eq(row.auto_to, m->to) || !ticket_status_parse(m->to, &to))
		return OK;
	TRY(ticket_get(c->db, c->arena, &t, .id = m->ticket_id));
	struct ticket_get_row before = t;
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	struct str reading, rule;
	sla_automation_words(c, k, t.status_since_us, &rule, &reading);
	sla_book_put(k);
	struct resolve_cite cite;
	bool cited = to == TICKET_SOLVED;
	TRY(ticket_move(c, &t, to, BY_TIMER, c->now_us));
	if (cited)
		TRY(resolve_by_timer(c, &t, reading, &cite));
	return ticket_save(c, "ticket.status_changed", &before, &t, &(struct ticket_note_to_log){ .rule = rule, .reason = reading, .cite = cited ? &cite : NULL });
}

/* A ticket that fails is logged and left for the next time; it does not keep the others. */
static bool tried(struct ctx *c, enum err e, int64_t ticket_id)
{
	if (e == OK)
		return true;
	log_msg(LOG_WARN, "sla.timers", "ticket %lld: %s", (long long)ticket_id, c->fault.message);
	fault_clear(&c->fault);
	return false;
}

enum err sla_job_timers(struct ctx *c, const struct job *j)
{
	(void)j;
	int64_t done = 0;
	for (bool more = true; more;) {
		struct sla_wake_due_row *rows;
		size_t n, well = 0;
		TRY(sla_wake_due(c->db, c->arena, &rows, &n, .now_us = c->now_us, .max = BATCH));
		for (size_t i = 0; i < n; i++)
			well += tried(c, ctx_write(c, true, settle_one, &rows[i].ticket_id), rows[i].ticket_id);
		done += (int64_t)well;
		more = n == BATCH && well == n;
	}
	for (bool more = true; more;) {
		struct sla_auto_due_row *rows;
		size_t n, well = 0;
		TRY(sla_auto_due(c->db, c->arena, &rows, &n, .now_us = c->now_us, .max = BATCH));
		for (size_t i = 0; i < n; i++) {
			struct moving m = { rows[i].ticket_id, rows[i].auto_us, rows[i].auto_to };
			well += tried(c, ctx_write(c, true, move_one, &m), rows[i].ticket_id);
		}
		done += (int64_t)well;
		more = n == BATCH && well == n;
	}
	if (done)
		log_msg(LOG_INFO, "sla.timers", "%lld cases", (long long)done);
	return OK;
}
