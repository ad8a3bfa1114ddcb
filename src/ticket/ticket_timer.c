/* ticket_timer.c: what follows on silence: Pending becomes Solved, Solved becomes Closed, by rows with effective dates.
 *
 * Which row applies depends on the day on which the ticket came into the status, not on today: an old ticket closes by
 * the rule of its time. The walk asks the index (status, since) for what is due by each row; it never looks at a ticket
 * that is not. */
#include "ticket/ticket_int.h"

#include "base/civil.h"
#include "base/log.h"
#include "ticket_timer.sql.h"

#include <string.h>

#include "base/banned.h"

enum { BATCH = 100 };

/* How long a timer runs, in elapsed microseconds from `since`: THE place where business hours are read. There is no
 * business calendar yet, so a business hour counts as an elapsed hour; timer_reading() says so wherever the rule is
 * named. */
static int64_t timer_span_us(const struct status_timer_all_row *r, utime since)
{
	(void)since;
	return r->after_us;
}

static struct str timer_reading(struct arena *a, const struct status_timer_all_row *r)
{
	return arena_fmt(
		a, "%.*s%s (rule from %.*s)", STR_ARG(r->reading),
		str_eq(r->basis, S("business")) ? ", counted as elapsed hours until there is a business calendar" : "",
		STR_ARG(r->valid_from));
}

static utime day_begins(struct str date, utime otherwise)
{
	utime t;
	char text[32];
	if (date.n != 10)
		return otherwise;
	memcpy(text, date.p, 10);
	memcpy(text + 10, "T00:00:00Z", 10);
	return civil_parse_rfc3339((struct str) { text, 20 }, &t) ? t : otherwise;
}

struct due {
	const struct status_timer_all_row *rule;
	int64_t ticket_id;
	utime since;
};

/* Looks again inside the transaction: the customer may have written since. */
static enum err move_one(struct ctx *c, void *arg)
{
	const struct due *d = arg;
	struct ticket_get_row t;
	enum ticket_status to = TICKET_SOLVED;
	TRY(ticket_get(c->db, c->arena, &t, .id = d->ticket_id));
	if (!str_eq(t.status, d->rule->from_status) || t.status_since_us != d->since)
		return OK;
	if (!ticket_status_parse(d->rule->to_status, &to))
		return fail(c, ERR_BUG, "status timer %lld leads to a status that does not exist",
			    (long long)d->rule->id);
	struct ticket_get_row before = t;
	TRY(ticket_move(c, &t, to, BY_TIMER, c->now_us));
	return ticket_save(c, "ticket.status_changed", &before, &t,
			   &(struct ticket_note_to_log) {
				   .rule = arena_fmt(c->arena, "status timer %lld", (long long)d->rule->id),
				   .reason = timer_reading(c->arena, d->rule),
			   });
}

/* One rule's due tickets, oldest first. A ticket that cannot be moved is logged and left for the next walk; it does not
 * keep the others. */
static enum err walk_rule(struct ctx *c, const struct status_timer_all_row *r, int64_t *ret_moved)
{
	utime from = day_begins(r->valid_from, 0), until = day_begins(r->valid_to, INT64_MAX);
	for (;;) {
		utime due = c->now_us - timer_span_us(r, from) + 1;
		struct status_timer_due_row *rows;
		size_t n, failed = 0;
		TRY(status_timer_due(c->db, c->arena, &rows, &n, .status = r->from_status, .since_from_us = from,
				     .since_before_us = due < until ? due : until, .max = BATCH));
		for (size_t i = 0; i < n; i++) {
			struct due d = { .rule = r, .ticket_id = rows[i].id, .since = rows[i].status_since_us };
			if (ctx_write(c, false, move_one, &d) == OK) {
				++*ret_moved;
				continue;
			}
			failed++;
			log_msg(LOG_WARN, "ticket.timers", "ticket %lld stays: %s", (long long)rows[i].id,
				c->fault.message);
			fault_clear(&c->fault);
		}
		if (n < BATCH || failed)
			return OK;
	}
}

enum err ticket_job_timers(struct ctx *c, const struct job *j)
{
	(void)j;
	struct status_timer_all_row *rules;
	size_t n;
	int64_t moved = 0;
	TRY(status_timer_all(c->db, c->arena, &rules, &n));
	for (size_t i = 0; i < n; i++)
		TRY(walk_rule(c, &rules[i], &moved));
	if (moved)
		log_msg(LOG_INFO, "ticket.timers", "%lld moved", (long long)moved);
	return OK;
}
