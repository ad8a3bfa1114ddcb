/* triage_timer_job.c: a new case that nobody looked at in time is marked, once and quietly: the list of triage shows it, nobody is paged. */
#include "triage/triage.h"

#include "base/log.h"

#include "base/banned.h"

enum { BATCH = 100 };

utime triage_next_wake(struct ctx *c)
{
	struct triage_due_first_row first;
	bool any = false;
	if (triage_due_first(c->db, c->arena, &first, &any) != OK || !any)
		return INT64_MAX;
	/* one that cannot be marked now must not spin */
	return first.due_us <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : first.due_us;
}

/* Looks again inside the transaction: somebody may have decided it since. */
static enum err warn_one(struct ctx *c, void *arg)
{
	struct triage_case_of_row k, before;
	bool found;
	TRY(triage_of(c, *(const int64_t *)arg, &k, &found));
	if (!found || !str_eq(k.state, S("waiting")) || k.warned_us.set || !k.due_us.set || k.due_us.v > c->now_us)
		return OK;
	before = k;
	k.warned_us = SOME(c->now_us);
	return triage_save(c, "triage.warned", &before, &k, S("nobody has triaged it in time"));
}

enum err triage_job_timers(struct ctx *c, const struct job *j)
{
	(void)j;
	for (bool more = true; more;) {
		struct triage_due_list_row *v;
		size_t n, well = 0;
		TRY(triage_due_list(c->db, c->arena, &v, &n, .now_us = c->now_us, .max = BATCH));
		for (size_t i = 0; i < n; i++) {
			enum err e = ctx_write(c, true, warn_one, &v[i].ticket_id);
			if (e != OK) {
				log_msg(LOG_WARN, "triage.timers", "ticket %lld: %s", (long long)v[i].ticket_id, c->fault.message);
				fault_clear(&c->fault);
			}
			well += e == OK;
		}
		more = n == BATCH && well == n;
	}
	return OK;
}
