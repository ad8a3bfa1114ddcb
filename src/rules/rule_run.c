/* rule_run.c: one rule on one case, and the row that says so: what it did, that it failed, that a loop was stopped, that the budget is used up. */
#include "rules/rules.h"

#include "base/log.h"
#include "core/command.h"

#include <string.h>

#include "base/banned.h"

enum { STEPS_MOST = 1000 };
_Static_assert(sizeof(struct rule_run_get_row) == sizeof(struct rule_run_rows_row), "rules.sql");
_Static_assert(sizeof(struct rule_run_find_row) == sizeof(struct rule_run_rows_row), "rules.sql");

enum err rule_run_load(struct ctx *c, int64_t id, struct rule_run_rows_row *ret)
{
	struct rule_run_get_row row;
	bool found;
	TRY(rule_run_get(c->db, c->arena, &row, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no run %lld of a rule.", (long long)id);
	memcpy(ret, &row, sizeof(*ret));
	return OK;
}

/* ---- writing rows ---- */

static enum err put_run(struct ctx *c, const struct rule_run_rows_row *before, struct rule_run_rows_row *row, const char *event)
{
	struct rule_run_add_row id;
	struct event_new e = { .kind = event, .entity = "rule_run", .ticket_id = row->ticket_id };
	if (before) {
		TRY(rule_run_put(c->db, .id = row->id, .rule_id = row->rule_id, .version = row->version, .title = row->title, .outcome = row->outcome, .why = row->why,
				 .did = row->did, .error = row->error, .late_s = row->late_s, .mailed_id = row->mailed_id, .attempt = row->attempt, .at_us = row->at_us));
		e.data = fold_set_diff(c->arena, &rule_run_rows_stmt, before, row);
	} else {
		TRY(rule_run_add(c->db, c->arena, &id, .slug = row->slug, .rule_id = row->rule_id, .version = row->version, .title = row->title,
				 .ticket_id = row->ticket_id, .seq = row->seq, .entered_us = row->entered_us, .parent_id = row->parent_id, .depth = row->depth,
				 .outcome = row->outcome, .why = row->why, .did = row->did, .error = row->error, .late_s = row->late_s, .mailed_id = row->mailed_id,
				 .attempt = row->attempt, .at_us = row->at_us));
		row->id = id.id;
		e.data = fold_set_all(c->arena, &rule_run_rows_stmt, row);
	}
	e.entity_id = row->id;
	return e.data.p ? event_append(c, &e, NULL) : OK;
}

struct firing {
	const struct rule *r;
	const struct rule_cause *cause;
	struct rule_run_rows_row before, row;   /* before: of a run that is tried again */
	struct str title;
};

static enum err timer_done(struct ctx *c, const struct rule_cause *cause)
{
	return cause->timer_id ? rule_timer_put(c->db, .id = cause->timer_id, .due_us = cause->due_us, .state = S("done")) : OK;
}

/* The steps and the row, in one transaction. May be run again: everything it keeps is set anew. */
static enum err run_it(struct ctx *c, void *arg)
{
	struct firing *f = arg;
	struct rule_run_rows_row *row = &f->row;
	struct rule_run_add_row id = { .id = f->before.id };
	c->rule = f->title;
	row->outcome = S("did");
	row->error = STR_NULL;
	row->did = S("");
	row->mailed_id = NONE;
	/* its number goes into the events of the steps, so the row is there first; its own event comes last, with what was done */
	if (!f->before.id)
		TRY(rule_run_add(c->db, c->arena, &id, .slug = row->slug, .rule_id = row->rule_id, .version = row->version, .title = row->title, .ticket_id = row->ticket_id,
				 .seq = row->seq, .entered_us = row->entered_us, .parent_id = row->parent_id, .depth = row->depth, .outcome = row->outcome,
				 .why = row->why, .did = row->did, .late_s = row->late_s, .attempt = row->attempt, .at_us = row->at_us));
	row->id = id.id;
	c->request_id = arena_fmt(c->arena, "rule:%lld", (long long)row->id);
	TRY(rule_do_all(c, f->r, row->ticket_id, &row->did, &row->mailed_id));
	if (!row->did.n)
		row->outcome = S("nothing");
	TRY(rule_run_put(c->db, .id = row->id, .rule_id = row->rule_id, .version = row->version, .title = row->title, .outcome = row->outcome, .why = row->why, .did = row->did,
			 .error = row->error, .late_s = row->late_s, .mailed_id = row->mailed_id, .attempt = row->attempt, .at_us = row->at_us));
	struct str data = f->before.id ? fold_set_diff(c->arena, &rule_run_rows_stmt, &f->before, row) : fold_set_all(c->arena, &rule_run_rows_stmt, row);
	TRY(event_append(c, &(struct event_new){ .kind = f->before.id ? "rule.retried" : "rule.ran", .entity = "rule_run", .entity_id = row->id, .ticket_id = row->ticket_id,
						 .data = data }, NULL));
	return timer_done(c, f->cause);
}

static enum err record_it(struct ctx *c, void *arg)
{
	struct firing *f = arg;
	c->rule = f->title;
	const char *event = str_eq(f->row.outcome, S("failed")) ? "rule.failed" : str_eq(f->row.outcome, S("stopped")) ? "rule.stopped" : "rule.held";
	TRY(put_run(c, f->before.id ? &f->before : NULL, &f->row, event));
	/* a held run is tried again by its row */
	return timer_done(c, f->cause);
}

/* ---- chains ---- */

/* Is the rule among the runs that led here, on this case? And how long is the chain? */
static enum err chain(struct ctx *c, struct firing *f, struct str *ret_stop)
{
	int64_t most = setting_i64(c, "rules.depth"), at = f->cause->parent_run;
	struct buf b;
	buf_init(&b, c->arena, 2000);
	*ret_stop = S("");
	bool mine = false;
	int64_t seq = f->row.seq;
	f->row.depth = 0;
	for (int steps = 0; at && f->row.depth <= most && steps < STEPS_MOST; steps++) {
		struct rule_run_rows_row row;
		TRY(rule_run_load(c, at, &row));
		mine |= row.ticket_id == f->row.ticket_id && str_eq(row.slug, f->row.slug);
		buf_fmt(&b, "%s“%.*s”", b.n ? " ← " : "", STR_ARG(row.title));
		f->row.depth += !seq || row.seq != seq;   /* those that look at one event stand beside each other */
		seq = row.seq;
		at = row.parent_id.set ? row.parent_id.v : 0;
	}
	if (mine)
		*ret_stop = arena_fmt(c->arena, "A loop: it would act on what it caused itself (%.*s).", STR_ARG(buf_str(&b)));
	else if (f->row.depth >= most)
		*ret_stop = arena_fmt(c->arena, "A chain of %lld rules is the most (rules.depth): %.*s.", (long long)most, STR_ARG(buf_str(&b)));
	return OK;
}

/* ---- failing ---- */

/* As often as the setting says one after the other, since this row of it is in force. */
static enum err tired(struct ctx *c, const struct rule *r, const char *last)
{
	struct rule_run_outcomes_row *rows;
	size_t n;
	int64_t most = setting_i64(c, "rules.failures");
	TRY(rule_run_outcomes(c->db, c->arena, &rows, &n, .slug = r->slug, .since_us = r->since_us, .max = most));
	for (size_t i = 0; i < n; i++)
		if (!str_eq(rows[i].outcome, S("failed")))
			return OK;
	if ((int64_t)n < most)
		return OK;
	return rule_pause(c, r->slug, arena_fmt(c->arena, "It failed %lld times one after the other, at last: %s", (long long)n, last));
}

static struct str said(struct ctx *c, const struct fault *f)
{
	return arena_str(c->arena, str_c(f->n_fields ? f->fields[0].message : f->message));
}

static enum err write_row(struct ctx *c, struct firing *f, const char *outcome, struct str error)
{
	struct ctx as = *c;
	f->row.outcome = str_c(outcome);
	f->row.error = error;
	as.actor.name = arena_fmt(c->arena, "rule “%.*s”", STR_ARG(f->r->title));
	as.fault = (struct fault){ 0 };
	enum err e = ctx_write(&as, false, record_it, f);
	if (e != OK)
		return fail(c, e, "%s", as.fault.message);
	return OK;
}

enum err rule_fire(struct ctx *c, const struct rule *r, const struct rule_case *k, struct rule_cause *cause, struct str why, struct str *ret_outcome)
{
	struct rule_run_find_row old;
	struct rule_run_count_row ran;
	struct str stop;
	bool found;
	struct firing f = { .r = r, .cause = cause };
	*ret_outcome = S("");
	TRY(rule_run_find(c->db, c->arena, &old, &found, .slug = r->slug, .ticket_id = k->t.id, .seq = cause->seq, .entered_us = cause->entered_us));
	if (found && old.id != cause->retry_run)
		return OK;   /* it was looked at before the process ended */
	if (found)
		memcpy(&f.before, &old, sizeof(f.before));
	f.row = f.before;
	utime late = cause->due_us ? c->now_us - cause->due_us : 0;
	f.title = arena_fmt(c->arena, "rule “%.*s” (version %lld)", STR_ARG(r->title), (long long)r->version);
	f.row = (struct rule_run_rows_row){
		.id = f.before.id, .slug = r->slug, .rule_id = r->row_id, .version = r->version, .title = r->title, .ticket_id = k->t.id, .seq = cause->seq,
		.entered_us = cause->entered_us, .parent_id = cause->parent_run ? SOME(cause->parent_run) : NONE, .why = why, .did = S(""), .attempt = f.before.attempt + 1,
		.at_us = c->now_us, .late_s = late > 15 * UTIME_US_PER_MINUTE ? SOME(late / UTIME_US_PER_SECOND) : NONE,
	};
	TRY(chain(c, &f, &stop));
	if (stop.n) {
		*ret_outcome = S("stopped");
		return write_row(c, &f, "stopped", stop);
	}
	int64_t budget = setting_i64(c, "rules.runs_per_hour");
	TRY(rule_run_count(c->db, c->arena, &ran, .slug = r->slug, .since_us = c->now_us - UTIME_US_PER_HOUR, .max = budget));
	if (ran.n >= budget) {
		*ret_outcome = S("held");
		if (f.before.id && str_eq(f.before.outcome, S("held")))
			return OK;   /* it waits already */
		return write_row(c, &f, "held", arena_fmt(c->arena, "It ran %lld times within an hour: it goes on when the hour is over (rules.runs_per_hour).", (long long)ran.n));
	}
	struct ctx as = *c;
	as.actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = arena_fmt(c->arena, "rule “%.*s”", STR_ARG(r->title)), .caps = ~0u, .zone = S("UTC"), .access = S("admin"), .fresh = true };
	as.door = DOOR_JOB;
	as.fault = (struct fault){ 0 };
	enum err e = ctx_write(&as, false, run_it, &f);
	if (e == ERR_BUSY || e == ERR_FULL)   /* not the rule's fault: the job comes back */
		return fail(c, e, "%s", as.fault.message);
	*ret_outcome = e == OK ? f.row.outcome : S("failed");
	cause->run = e == OK ? f.row.id : 0;
	if (e == OK)
		return OK;
	log_msg(LOG_WARN, "rules", "rule %.*s on ticket %lld: %s", STR_ARG(r->slug), (long long)k->t.id, as.fault.message);
	f.row.id = f.before.id;
	f.row.did = S("");
	f.row.mailed_id = NONE;
	struct str error = said(c, &as.fault);
	TRY(write_row(c, &f, "failed", error));
	return tired(c, r, arena_cstr(c->arena, error));
}
