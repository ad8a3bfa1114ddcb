/* rule_job.c: what waits is looked at, one after the other, in the order of the log; see rules.h. */
#include "rules/rules.h"

#include "base/log.h"
#include "core/command.h"

#include <string.h>

#include "base/banned.h"

enum { AT_ONCE = 50, PASSES_MOST = 6, HELD_AT_ONCE = 100 };

/* ---- what comes in (in the writer's transaction) ---- */

enum err rules_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq)
{
	struct rules_book *b;
	uint32_t bits = rule_bits_of_kind(e->kind, e->entity);
	if (c->bulk || (!bits && strcmp(e->entity, "ticket") != 0))
		return OK;
	TRY(rules_get(c, &b));
	const struct rules_set *rules = rules_of(b);
	bool wanted = (rules->events & bits) || (rules->time && strcmp(e->entity, "ticket") == 0);
	rules_put(b);
	if (!wanted)
		return OK;
	TRY(rule_queue_add(c->db, .seq = seq));
	return job_wake(c, "rules.run", c->now_us);
}

enum err rules_on_names(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)e;
	(void)seq;
	return c->bulk ? OK : rules_changed(c);
}

/* ---- looking ---- */

struct pass {
	struct ctx *c;
	const struct rules_set *rules;
	struct rule_hours hours;
	int64_t ran;
	bool stale;                  /* a rule was paused: the set is old */
};

static struct str why_of(struct ctx *c, const struct rule *r, const struct rule_case *k)
{
	struct json_out j;
	json_init(&j, c->arena, 64 << 10);
	rule_asks_why(r->cond, k, &j);
	return json_done(&j);
}

static enum err fire(struct pass *p, const struct rule *r, const struct rule_case *k, struct rule_cause *cause, bool *ret_acted)
{
	struct str outcome;
	TRY(rule_fire(p->c, r, k, cause, why_of(p->c, r, k), &outcome));
	p->ran += outcome.n > 0;
	*ret_acted = str_eq(outcome, S("did"));
	p->stale |= str_eq(outcome, S("failed"));   /* it may have been paused for it */
	return OK;
}

static bool takes_part(const struct rule_case *k)
{
	enum ticket_status s;
	return ticket_status_parse(k->t.status, &s) && s != TICKET_SUSPENDED && s != TICKET_DELETED && s != TICKET_MERGED;
}

static enum err event_rules(struct pass *p, const struct event *e, struct rule_case *k)
{
	struct ctx *c = p->c;
	struct rule_case first = *k;     /* before any rule acted */
	int64_t acted_run = 0;
	for (size_t i = 0; i < p->rules->n; i++) {
		const struct rule *r = &p->rules->v[i];
		if (!(r->when.events & k->events) || !rule_begins(r, k) || !rule_valid_on(r, c->arena, c->now_us))
			continue;
		if (r->broken.n) {
			TRY(rule_pause(c, r->slug, r->broken));
			p->stale = true;
			continue;
		}
		TRY(rule_case_more(c, r, &p->hours, k));
		if (!rule_asks(r->cond, k))
			continue;
		bool acted;
		struct rule_cause cause = { .seq = e->seq, .parent_run = k->parent_run };
		if (acted_run) {   /* is it met only because of what one above did? Then that is its cause */
			TRY(rule_case_more(c, r, &p->hours, &first));
			if (!rule_asks(r->cond, &first))
				cause.parent_run = acted_run;
		}
		TRY(fire(p, r, k, &cause, &acted));
		if (acted) {   /* the next one sees what this one did */
			acted_run = cause.run;
			TRY(rule_case_now(c, k->t.id, k));
			TRY(rule_case_event(c, e, k));
		}
	}
	return OK;
}

static enum err look(struct pass *p, int64_t seq)
{
	struct ctx *c = p->c;
	struct event e;
	struct rule_case k;
	TRY(event_get(c, seq, &e));
	if (!e.ticket_id.set)
		return OK;
	TRY(rule_case_now(c, e.ticket_id.v, &k));
	TRY(rule_case_event(c, &e, &k));
	if (!k.quiet && takes_part(&k))
		TRY(event_rules(p, &e, &k));
	if (!p->rules->time)
		return OK;
	int64_t parent = k.parent_run;
	TRY(rule_case_now(c, e.ticket_id.v, &k));
	return rule_timers_set(c, p->rules, &k, &p->hours, parent);
}

struct done {
	int64_t seq;
};

static enum err queue_done(struct ctx *c, void *arg)
{
	return rule_queue_done(c->db, .seq = ((struct done *)arg)->seq);
}

/* Runs fn with memory of its own. */
#define ALONE(c, call)                                                                                                                       \
	do {                                                                                                                                 \
		struct arena alone_, *outer_ = (c)->arena;                                                                                   \
		arena_init(&alone_);                                                                                                         \
		(c)->arena = &alone_;                                                                                                        \
		enum err alone_e_ = (call);                                                                                                  \
		(c)->arena = outer_;                                                                                                         \
		arena_done(&alone_);                                                                                                         \
		TRY(alone_e_);                                                                                                               \
	} while (0)

static enum err take_queue(struct pass *p, bool *ret_more)
{
	struct ctx *c = p->c;
	struct rule_queue_page_row *rows;
	struct done done = { 0 };
	size_t n, i;
	TRY(rule_queue_page(c->db, c->arena, &rows, &n, .max = AT_ONCE));
	for (i = 0; i < n && !p->stale; i++) {
		ALONE(c, look(p, rows[i].seq));
		done.seq = rows[i].seq;
	}
	*ret_more = n > 0;
	return i ? ctx_write(c, true, queue_done, &done) : OK;
}

/* ---- time ---- */

static const struct rule *named(const struct rules_set *rules, struct str slug)
{
	for (size_t i = 0; i < rules->n; i++)
		if (str_eq(rules->v[i].slug, slug))
			return &rules->v[i];
	return NULL;
}

struct timer_state {
	int64_t id;
	utime due_us;
	const char *state;
};

static enum err put_timer(struct ctx *c, void *arg)
{
	const struct timer_state *t = arg;
	return rule_timer_put(c->db, .id = t->id, .due_us = t->due_us, .state = str_c(t->state));
}

static enum err timer(struct pass *p, const struct rule_timers_due_row *row)
{
	struct ctx *c = p->c;
	const struct rule *r = named(p->rules, row->slug);
	struct rule_case k;
	struct timer_state put = { row->id, row->due_us, "left" };
	utime entered, due;
	TRY(rule_case_now(c, row->ticket_id, &k));
	if (r && r->when.business)
		TRY(rule_hours_get(c, &p->hours));
	bool waits = r && !r->when.events && takes_part(&k) && rule_waits(&k.t, &r->when, p->hours.cal, &entered, &due) && entered == row->entered_us;
	if (!waits)
		return ctx_write(c, true, put_timer, &put);
	if (due > c->now_us) {   /* the calendar or the rule changed meanwhile */
		put = (struct timer_state){ row->id, due, "waiting" };
		return ctx_write(c, true, put_timer, &put);
	}
	if (r->broken.n) {
		p->stale = true;
		return rule_pause(c, r->slug, r->broken);
	}
	TRY(rule_case_more(c, r, &p->hours, &k));
	put.state = "looked";
	if (!rule_valid_on(r, c->arena, c->now_us) || !rule_asks(r->cond, &k))
		return ctx_write(c, true, put_timer, &put);
	bool acted;
	struct rule_cause cause = { .entered_us = entered, .due_us = due, .timer_id = row->id, .parent_run = row->parent_id.set ? row->parent_id.v : 0 };
	int64_t before = p->ran;
	TRY(fire(p, r, &k, &cause, &acted));
	put.state = "done";
	return p->ran != before ? OK : ctx_write(c, true, put_timer, &put);
}

static enum err take_timers(struct pass *p, bool *ret_more)
{
	struct ctx *c = p->c;
	struct rule_timers_due_row *rows;
	size_t n, i;
	TRY(rule_timers_due(c->db, c->arena, &rows, &n, .now_us = c->now_us, .max = AT_ONCE));
	for (i = 0; i < n && !p->stale; i++)
		ALONE(c, timer(p, &rows[i]));
	*ret_more = n > 0;
	return OK;
}

/* ---- what was held ---- */

static enum err again(struct pass *p, const struct rule_runs_held_row *run)
{
	struct ctx *c = p->c;
	const struct rule *r = named(p->rules, run->slug);
	struct rule_run_count_row ran;
	struct rule_case k;
	struct event e;
	bool acted;
	int64_t budget = setting_i64(c, "rules.runs_per_hour");
	if (!r || r->broken.n)
		return OK;
	TRY(rule_run_count(c->db, c->arena, &ran, .slug = r->slug, .since_us = c->now_us - UTIME_US_PER_HOUR, .max = budget));
	if (ran.n >= budget)
		return OK;
	TRY(rule_case_now(c, run->ticket_id, &k));
	if (run->seq) {
		TRY(event_get(c, run->seq, &e));
		TRY(rule_case_event(c, &e, &k));
	}
	TRY(rule_case_more(c, r, &p->hours, &k));
	struct rule_cause cause = { .seq = run->seq, .entered_us = run->entered_us, .parent_run = run->parent_id.set ? run->parent_id.v : 0, .retry_run = run->id };
	return fire(p, r, &k, &cause, &acted);
}

static enum err take_held(struct pass *p)
{
	struct ctx *c = p->c;
	struct rule_runs_held_row *rows;
	size_t n;
	TRY(rule_runs_held(c->db, c->arena, &rows, &n, .after = 0, .max = HELD_AT_ONCE));
	for (size_t i = 0; i < n && !p->stale; i++)
		ALONE(c, again(p, &rows[i]));
	return OK;
}

/* ---- the pass ---- */

static enum err pass(struct ctx *c, struct pass *p, bool *ret_more)
{
	bool events = false, timers = false, arming = false;
	TRY(take_queue(p, &events));
	if (!p->stale)
		TRY(take_timers(p, &timers));
	if (!p->stale && p->rules->time)
		TRY(rule_timers_arm(c, p->rules, &p->hours, &arming));
	if (!p->stale && !events && !timers && !arming)
		TRY(take_held(p));
	*ret_more = events || timers || arming || p->stale;
	return OK;
}

enum err rules_run(struct ctx *c, int64_t *ret_ran)
{
	bool more = true;
	*ret_ran = 0;
	/* a bounded while: the lease is short, so that after a kill somebody else goes on soon; what is left is taken up at once (rules_next_us) */
	for (int i = 0; more && i < PASSES_MOST; i++) {
		struct rules_book *b;
		TRY(rules_get(c, &b));
		struct pass p = { .c = c, .rules = rules_of(b) };
		enum err e = pass(c, &p, &more);
		*ret_ran += p.ran;
		rule_hours_put(&p.hours);
		rules_put(b);
		TRY(e);
	}
	return OK;
}

/* A rule about time that has not gone through the cases that waited when it began. */
static bool arming(struct ctx *c)
{
	struct rules_book *b;
	bool any = false;
	if (rules_get(c, &b) != OK)
		return false;
	const struct rules_set *rules = rules_of(b);
	for (size_t i = 0; i < rules->n && rules->time && !any; i++) {
		struct rule_arm_get_row row;
		bool found = false;
		if (!rules->v[i].when.events && !rules->v[i].broken.n && rule_arm_get(c->db, c->arena, &row, &found, .rule_id = rules->v[i].row_id) == OK)
			any = !found || row.status.n;
	}
	rules_put(b);
	return any;
}

utime rules_next_us(struct ctx *c)
{
	struct rule_queue_page_row *queue;
	struct rule_timer_first_row timer;
	struct rule_runs_held_row *held;
	size_t n;
	bool any;
	if ((rule_queue_page(c->db, c->arena, &queue, &n, .max = 1) == OK && n) || arming(c))
		return c->now_us;
	utime next = INT64_MAX;
	if (rule_timer_first(c->db, c->arena, &timer, &any) == OK && any)
		next = timer.due_us <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : timer.due_us;
	if (rule_runs_held(c->db, c->arena, &held, &n, .after = 0, .max = 1) == OK && n && next > c->now_us + UTIME_US_PER_MINUTE)
		next = c->now_us + UTIME_US_PER_MINUTE;
	return next;
}
