/* sla_store.c: the clocks that stand in tables: worked out anew from the facts whenever one comes, and written where they differ.
 *
 * Nothing is decided here: the rows are an index over the fold, to sort and wake by. What is told (a warning, a breach) is told once for each instance: the
 * bits of `told` say what was, whatever became of the due since. */
#include "sla/sla_int.h"

#include "base/civil.h"

#include <string.h>

#include "base/banned.h"

enum { BREACH_BIT = 16, LATE_S = 120 };

static struct opt_i64 us(int64_t s)
{
	return s == CAL_NEVER || s <= CAL_LEAST_S ? NONE : SOME(cal_utime(s));
}

static void put_clock(const struct sla_kept *k, int64_t ticket_id, const struct sla_replayed *r, const struct sla_view *v, struct sla_due_rows *ret)
{
	if (v->outcome == SLA_NOT_STARTED || v->outcome == SLA_NO_TARGET || (!v->target_s.set && v->outcome != SLA_BREACHED))
		return;
	const struct sla_rule_all_row *rule = sla_kept_rule(k, v->rules, v->row);
	struct sla_clock_since_row *x = &ret->clocks[ret->n++];
	*x = (struct sla_clock_since_row){
		.ticket_id = ticket_id, .clock = sla_clock_name(v->clock), .instance = v->no, .rule_id = rule ? SOME(rule->id) : NONE,
		.start_us = cal_utime(v->start_s), .target_s = v->target_s, .due_us = us(v->due_s),
		.remaining_s = v->state == SLA_STATE_PAUSED ? v->remaining_s : NONE, .state = sla_state_name(v->state), .outcome = sla_outcome_name(v->outcome),
		.achieved_us = us(v->achieved_s), .breach_us = us(v->breach_s), .warn_us = v->n_warn ? us(v->warn_s[0]) : NONE,
	};
	if (v->clock == SLA_FIRST_RESPONSE)
		x->any_us = us(sla_case_any_reply(&r->sc));
	for (size_t i = 0; i < r->n_alarms; i++)
		if (r->alarms[i].clock == v->clock && r->alarms[i].no == v->no)
			x->told |= r->alarms[i].kind == SLA_ALARM_BREACH ? BREACH_BIT : 1 << r->alarms[i].warn;
}

/* Our own soft ceilings: the one that is due first. Nobody is told when it has passed. */
static void put_aim(const struct sla_view *v, struct sla_case_of_row *row)
{
	struct opt_i64 due = us(v->due_s);
	if (v->state != SLA_STATE_RUNNING || !due.set || (row->aim_us.set && row->aim_us.v <= due.v))
		return;
	row->aim_us = due;
	row->aim_clock = sla_clock_name(v->clock);
}

/* What lists show: the open clock that is due first. */
static void put_open(const struct sla_view *v, struct sla_case_of_row *row)
{
	if (v->state == SLA_STATE_PAUSED && v->target_s.set)
		row->paused++;
	if (v->state != SLA_STATE_RUNNING || (v->outcome != SLA_RUNNING && v->outcome != SLA_BREACHED))
		return;
	row->breached += v->outcome == SLA_BREACHED;
	struct opt_i64 due = us(v->due_s);
	if (!due.set || (row->due_us.set && row->due_us.v <= due.v))
		return;
	row->due_us = due;
	row->due_clock = sla_clock_name(v->clock);
	row->warn_us = v->n_warn ? us(v->warn_s[0]) : NONE;
}

void sla_rows_due(struct arena *a, const struct sla_kept *k, int64_t ticket_id, struct sla_replayed *r, struct sla_due_rows *ret)
{
	*ret = (struct sla_due_rows){ .clocks = arena_array(a, struct sla_clock_since_row, r->n_done + SLA_CLOCKS), .row = { .ticket_id = ticket_id } };
	int64_t solve, closes, asof = cal_seconds(r->at_us);
	sla_case_timers(&r->sc, &solve, &closes);
	if (r->sc.created && r->sc.status == SLA_PENDING && solve != CAL_NEVER)
		ret->row.auto_us = us(solve), ret->row.auto_to = S("solved");
	if (r->sc.created && r->sc.status == SLA_SOLVED && closes != CAL_NEVER)
		ret->row.auto_us = us(closes), ret->row.auto_to = S("closed");
	if (!r->sc.created && r->next_us != INT64_MAX)
		ret->row.wake_us = SOME(r->next_us);   /* it will have been made then */
	if (!r->shown)
		return;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_view v;
		for (size_t d = 0; d < r->n_done; d++)
			if (r->done[d].clock == (enum sla_clock)i && r->done[d].track == SLA_PROMISE)
				put_clock(k, ticket_id, r, &r->done[d], ret);
		if (sla_case_view(&r->sc, asof, (enum sla_clock)i, SLA_AIM, &v) && v.target_s.set)
			put_aim(&v, &ret->row);
		if (!sla_case_view(&r->sc, asof, (enum sla_clock)i, SLA_PROMISE, &v))
			continue;
		put_clock(k, ticket_id, r, &v, ret);
		put_open(&v, &ret->row);
	}
	int64_t wake = sla_case_wake(&r->sc);
	bool over = r->sc.status == SLA_CLOSED || r->sc.status == SLA_MERGED;
	if (wake != CAL_NEVER)
		ret->row.wake_us = us(wake);
	if (!over && r->next_us != INT64_MAX && (!ret->row.wake_us.set || r->next_us < ret->row.wake_us.v))
		ret->row.wake_us = SOME(r->next_us);
}

/* ---- telling ---- */

static struct str clock_words(struct str clock)
{
	return str_eq(clock, S("first_response")) ? S("First response") : str_eq(clock, S("next_response")) ? S("Answer to their message") :
	       str_eq(clock, S("periodic_update")) ? S("Next update") : S("Solution or workaround");
}

struct telling {
	struct ctx *c;
	const struct sla_kept *k;
	const struct sla_clock_since_row *row;
	const struct sla_replayed *r;
};

static enum err tell(const struct telling *t, const char *kind, utime at, struct opt_i64 due, struct str reason)
{
	struct ctx *c = t->c;
	struct json_out j;
	const struct sla_rule_all_row *rule = NULL;
	for (size_t i = 0; t->row->rule_id.set && i < sla_kept_rows(t->k)->n_rules; i++)
		if (sla_kept_rows(t->k)->rules[i].id == t->row->rule_id.v)
			rule = &sla_kept_rows(t->k)->rules[i];
	json_init(&j, c->arena, 2000);
	json_obj(&j);
	json_kstr(&j, "clock", t->row->clock);
	json_ki64(&j, "instance", t->row->instance);
	json_kopt(&j, "due_us", due);
	if (c->now_us - at > LATE_S * UTIME_US_PER_SECOND)
		json_kbool(&j, c->bulk ? "history" : "late", true);
	json_obj_end(&j);
	struct actor actor = c->actor;
	c->actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = S("tend"), .caps = actor.caps };
	enum err e = event_append(c, &(struct event_new){ .kind = kind, .entity = "ticket", .entity_id = t->row->ticket_id, .ticket_id = t->row->ticket_id,
							  .data = json_done(&j), .rule = rule ? rule->code : STR_NULL, .reason = reason, .at_us = at }, NULL);
	c->actor = actor;
	return e;
}

static enum err tell_new(const struct telling *t, int64_t before)
{
	struct ctx *c = t->c;
	for (size_t i = 0; i < t->r->n_alarms; i++) {
		const struct sla_alarm *a = &t->r->alarms[i];
		int64_t bit = a->kind == SLA_ALARM_BREACH ? BREACH_BIT : 1 << a->warn;
		if (!str_eq(sla_clock_name(a->clock), t->row->clock) || a->no != (uint32_t)t->row->instance || (before & bit))
			continue;
		bool breach = a->kind == SLA_ALARM_BREACH;
		/* a breach that the fold takes back in the end (a reviewer's word came later) was none */
		if (breach && !str_eq(t->row->outcome, S("breached")))
			continue;
		struct str reason = breach ? arena_fmt(c->arena, "%.*s was due then and had not come", STR_ARG(clock_words(t->row->clock))) :
					     arena_fmt(c->arena, "%.*s is due soon", STR_ARG(clock_words(t->row->clock)));
		TRY(tell(t, breach ? "sla.breached" : "sla.warned", cal_utime(a->at_s), us(a->due_s), reason));
	}
	return OK;
}

/* ---- writing ---- */

static const struct sla_clock_since_row *find(const struct sla_clock_since_row *v, size_t n, const struct sla_clock_since_row *x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].instance == x->instance && str_eq(v[i].clock, x->clock))
			return &v[i];
	return NULL;
}

static bool same_opt(struct opt_i64 a, struct opt_i64 b)
{
	return a.set == b.set && (!a.set || a.v == b.v);
}

bool sla_same_clock(const struct sla_clock_since_row *a, const struct sla_clock_since_row *b)
{
	return same_opt(a->rule_id, b->rule_id) && a->start_us == b->start_us && same_opt(a->target_s, b->target_s) && same_opt(a->due_us, b->due_us) &&
	       same_opt(a->remaining_s, b->remaining_s) && str_eq(a->state, b->state) && str_eq(a->outcome, b->outcome) &&
	       same_opt(a->achieved_us, b->achieved_us) && same_opt(a->breach_us, b->breach_us) && same_opt(a->any_us, b->any_us) &&
	       same_opt(a->warn_us, b->warn_us);
}

bool sla_same_case(const struct sla_case_of_row *a, const struct sla_case_of_row *b)
{
	return same_opt(a->due_us, b->due_us) && str_eq(a->due_clock, b->due_clock) && same_opt(a->warn_us, b->warn_us) && a->paused == b->paused &&
	       a->breached == b->breached && same_opt(a->wake_us, b->wake_us) && same_opt(a->auto_us, b->auto_us) && str_eq(a->auto_to, b->auto_to) &&
	       same_opt(a->aim_us, b->aim_us) && str_eq(a->aim_clock, b->aim_clock);
}

bool sla_empty_case(const struct sla_case_of_row *a)
{
	return !a->due_us.set && !a->paused && !a->breached && !a->wake_us.set && !a->auto_us.set && !a->aim_us.set;
}

static enum err write_clock(struct telling *t, struct sla_clock_since_row *x, const struct sla_clock_since_row *old)
{
	struct ctx *c = t->c;
	int64_t before = old ? old->told : 0;
	t->row = x;
	x->told |= before;
	bool breached = str_eq(x->outcome, S("breached"));
	if (!breached)
		x->told &= ~BREACH_BIT;
	TRY(tell_new(t, before));
	if ((before & BREACH_BIT) && !breached)
		TRY(tell(t, "sla.withdrawn", c->now_us, x->due_us, S("It was told as a breach; by what is known now it was none")));
	if (old && x->told == old->told && sla_same_clock(x, old))
		return OK;
	return sla_clock_put(c->db, .ticket_id = x->ticket_id, .clock = x->clock, .instance = x->instance, .rule_id = x->rule_id, .start_us = x->start_us,
			     .target_s = x->target_s, .due_us = x->due_us, .remaining_s = x->remaining_s, .state = x->state, .outcome = x->outcome,
			     .achieved_us = x->achieved_us, .breach_us = x->breach_us, .any_us = x->any_us, .warn_us = x->warn_us, .told = x->told);
}

static enum err write_case(struct ctx *c, const struct sla_case_of_row *row)
{
	struct sla_case_of_row old;
	bool found;
	TRY(sla_case_of(c->db, c->arena, &old, &found, .ticket_id = row->ticket_id));
	if (sla_empty_case(row))
		return found ? sla_case_drop(c->db, .ticket_id = row->ticket_id) : OK;
	if (!found || !sla_same_case(row, &old))
		TRY(sla_case_put(c->db, .ticket_id = row->ticket_id, .due_us = row->due_us, .due_clock = row->due_clock, .warn_us = row->warn_us,
				 .paused = row->paused, .breached = row->breached, .wake_us = row->wake_us, .auto_us = row->auto_us, .auto_to = row->auto_to,
				 .aim_us = row->aim_us, .aim_clock = row->aim_clock));
	utime first = row->wake_us.set ? row->wake_us.v : INT64_MAX;
	if (row->auto_us.set && row->auto_us.v < first)
		first = row->auto_us.v;
	return first < c->now_us + SLA_REST_US && !c->bulk ? job_wake(c, "sla.timers", first) : OK;
}

enum { MERGES_MOST = 20 };   /* in a row; more is a circle, which only a wrong import can make */
static enum err settle_at(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, int depth);

/* What a case was owed when it was merged is its target's business: that is worked out anew too. */
static enum err settle_target(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, int depth)
{
	struct sla_fact_into_row into;
	bool found;
	TRY(sla_fact_into(c->db, c->arena, &into, &found, .ticket_id = ticket_id));
	if (!found || !into.num.set || depth == MERGES_MOST)
		return OK;
	TRY(sla_state_drop(c->db, .ticket_id = into.num.v));
	return settle_at(c, k, into.num.v, depth + 1);
}

static enum err settle_in(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, int depth)
{
	struct sla_replayed *r = arena_new(c->arena, struct sla_replayed);
	struct sla_due_rows due;
	struct sla_clock_since_row *old;
	size_t n_old;
	bool done = false, there = true;
	if (!c->bulk)
		TRY(sla_state_resume(c, k, ticket_id, sla_kept_many(k), r, &done, &there));
	if (!done)
		TRY(sla_replay_ticket(c, k, ticket_id, c->now_us, sla_kept_many(k), r));
	TRY(sla_state_keep(c, k, ticket_id, r, there));
	sla_rows_due(c->arena, k, ticket_id, r, &due);
	TRY(sla_clock_since(c->db, c->arena, &old, &n_old, .ticket_id = ticket_id, .next = r->since[SLA_NEXT_RESPONSE], .periodic = r->since[SLA_PERIODIC_UPDATE]));
	struct telling t = { .c = c, .k = k, .r = r };
	for (size_t i = 0; i < due.n; i++)
		TRY(write_clock(&t, &due.clocks[i], find(old, n_old, &due.clocks[i])));
	for (size_t i = 0; i < n_old; i++) {
		if (find(due.clocks, due.n, &old[i]))
			continue;
		t.row = &old[i];
		if (old[i].told & BREACH_BIT)
			TRY(tell(&t, "sla.withdrawn", c->now_us, old[i].due_us, S("It was told as a breach; by what is known now nothing was promised")));
		TRY(sla_clock_drop(c->db, .ticket_id = ticket_id, .clock = old[i].clock, .instance = old[i].instance));
	}
	TRY(write_case(c, &due.row));
	return r->sc.status == SLA_MERGED ? settle_target(c, k, ticket_id, depth) : OK;
}

static enum err settle_at(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, int depth)
{
	struct arena *outer = c->arena, scratch;
	arena_init(&scratch);
	c->arena = &scratch;
	enum err e = settle_in(c, k, ticket_id, depth);
	c->arena = outer;
	arena_done(&scratch);
	return e;
}

enum err sla_settle_with(struct ctx *c, const struct sla_kept *k, int64_t ticket_id)
{
	return settle_at(c, k, ticket_id, 0);
}

enum err sla_settle(struct ctx *c, int64_t ticket_id)
{
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	enum err e = sla_settle_with(c, k, ticket_id);
	sla_book_put(k);
	return e;
}

void sla_settle_later(struct ctx *c, int64_t ticket_id)
{
	enum { LOOKED_BACK = 32 };   /* a second time costs little and changes nothing */
	for (size_t i = c->n_later, n = 0; i-- > 0 && n < LOOKED_BACK; n++)
		if (c->later[i].fn == sla_settle && c->later[i].id == ticket_id)
			return;
	ctx_do_later(c, sla_settle, ticket_id);
}

enum err sla_settle_after(struct ctx *c, int64_t ticket_id, utime now)
{
	utime was = c->now_us;
	c->now_us = now;
	enum err e = sla_settle(c, ticket_id);
	c->now_us = was;
	return e;
}
