/* sla_verify.c: the replay of all facts against the clocks that stand, and facts made anew from the log. */
#include "sla/sla_int.h"

#include "base/civil.h"
#include "base/map.h"

#include <string.h>

#include "base/banned.h"

/* ---- facts from the log: a desk from before this slice ---- */

struct refacting {
	struct ctx *c;
	struct arena scratch;
	struct sla_fact_check *check;   /* compare only */
};

static enum err one_event(void *arg, struct arena *row_arena, void *row_)
{
	struct refacting *x = arg;
	struct ctx *c = x->c;
	const struct sla_log_row *row = row_;
	struct arena *outer = c->arena;
	(void)row_arena;
	struct event_new e = { .kind = arena_cstr(&x->scratch, row->kind), .entity = arena_cstr(&x->scratch, row->entity), .entity_id = row->entity_id,
			       .ticket_id = row->ticket_id.v, .data = row->data, .at_us = row->at_us };
	utime now = c->now_us;
	c->arena = &x->scratch;
	c->now_us = row->at_us;
	enum err err = OK;
	if (x->check && str_eq(row->kind, S("sla_edition.added")))
		x->check->newest = row->entity_id;
	else if (x->check)
		err = sla_check_event(c, &e, row->seq, x->check);
	else if (str_starts(row->kind, S("ticket.")))
		err = sla_on_ticket(c, &e, row->seq);
	else if (str_starts(row->kind, S("message.")))
		err = sla_on_message(c, &e, row->seq);
	else if (str_starts(row->kind, S("organisation.")))
		err = sla_on_organisation(c, &e, row->seq);
	c->arena = outer;
	c->now_us = now;
	arena_reset(&x->scratch);
	return err;
}

static enum err settle_row(void *arg, struct arena *row_arena, void *row)
{
	(void)row_arena;
	struct ctx *c = arg;
	return sla_settle(c, ((struct sla_ticket_ids_row *)row)->id);
}

enum err sla_facts_from_log(struct ctx *c)
{
	struct refacting x = { .c = c };
	bool bulk = c->bulk;
	arena_init(&x.scratch);
	c->bulk = true;
	enum err e = sla_log(c->db, one_event, &x);
	if (e == OK)
		e = sla_ticket_ids(c->db, settle_row, c);
	c->bulk = bulk;
	arena_done(&x.scratch);
	return e;
}

/* ---- replay of all = stored ---- */

struct verifying {
	struct ctx *c;
	struct sla_kept *k;
	struct sla_orgs orgs;
	struct sla_verify_told *told;
	/* stored rows of all tickets that are not compared yet */
	struct map clocks, cases, states;
	struct arena rows;
};

struct stored_clocks {
	struct sla_clock_since_row *v;
	size_t n, cap;
};

static struct str key_of(struct arena *a, int64_t id)
{
	char *p = arena_alloc(a, sizeof(id));
	memcpy(p, &id, sizeof(id));
	return (struct str){ p, sizeof(id) };
}

static void complain(struct verifying *v, int64_t ticket_id, struct str what)
{
	if (++v->told->complaints <= 100 && v->told->say)
		v->told->say(v->told->arg, arena_fmt(v->c->arena, "ticket %lld: %.*s", (long long)ticket_id, STR_ARG(what)));
}

static struct str when(struct arena *a, struct opt_i64 us)
{
	return us.set ? civil_rfc3339(a, us.v) : S("none");
}

static struct str clock_words(struct arena *a, const struct sla_clock_since_row *x)
{
	return x ? arena_fmt(a, "%.*s %lld %.*s, %.*s, due %.*s", STR_ARG(x->clock), (long long)x->instance, STR_ARG(x->outcome), STR_ARG(x->state),
			     STR_ARG(when(a, x->due_us))) : S("none");
}

static enum err keep_clock(void *arg, struct arena *row_arena, void *row_)
{
	struct verifying *v = arg;
	(void)row_arena;
	const struct sla_clock_each_row *row = row_;
	struct sla_clock_since_row x;
	memcpy(&x, row, sizeof(x));
	x.clock = arena_str(&v->rows, x.clock);
	x.state = arena_str(&v->rows, x.state);
	x.outcome = arena_str(&v->rows, x.outcome);
	bool new;
	struct map_entry *e = map_entry(&v->clocks, key_of(&v->rows, x.ticket_id), &new);
	if (new)
		e->ptr = arena_new(&v->rows, struct stored_clocks);
	struct stored_clocks *s = e->ptr;
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 2;
		s->v = arena_grow(&v->rows, s->v, s->cap * sizeof(*s->v), cap * sizeof(*s->v));
		s->cap = cap;
	}
	s->v[s->n++] = x;
	return OK;
}

static enum err keep_case(void *arg, struct arena *row_arena, void *row_)
{
	struct verifying *v = arg;
	(void)row_arena;
	struct sla_case_of_row *x = arena_new(&v->rows, struct sla_case_of_row);
	memcpy(x, row_, sizeof(*x));
	x->due_clock = arena_str(&v->rows, x->due_clock);
	x->aim_clock = arena_str(&v->rows, x->aim_clock);
	x->auto_to = arena_str(&v->rows, x->auto_to);
	map_put(&v->cases, key_of(&v->rows, x->ticket_id), x);
	return OK;
}
static enum err keep_state(void *arg, struct arena *row_arena, void *row_)
{
	struct verifying *v = arg;
	(void)row_arena;
	struct sla_state_each_row *x = arena_new(&v->rows, struct sla_state_each_row);
	memcpy(x, row_, sizeof(*x));
	x->state = arena_str(&v->rows, x->state);
	map_put(&v->states, key_of(&v->rows, x->ticket_id), x);
	return OK;
}
_Static_assert(sizeof(struct sla_clock_each_row) == sizeof(struct sla_clock_since_row), "sla_case.sql: sla_clock_each and sla_clock_since");
_Static_assert(sizeof(struct sla_case_each_row) == sizeof(struct sla_case_of_row), "sla_case.sql: sla_case_each and sla_case_of");

static void compare_clocks(struct verifying *v, int64_t ticket_id, const struct stored_clocks *s, const struct sla_due_rows *due)
{
	for (size_t i = 0; i < due->n; i++) {
		const struct sla_clock_since_row *x = &due->clocks[i], *other = NULL;
		for (size_t k = 0; k < s->n; k++)
			if (x->instance == s->v[k].instance && str_eq(x->clock, s->v[k].clock))
				other = &s->v[k];
		if (!other || !sla_same_clock(x, other))
			complain(v, ticket_id, arena_fmt(v->c->arena, "by the replay %.*s; stored %.*s", STR_ARG(clock_words(v->c->arena, x)),
							 STR_ARG(clock_words(v->c->arena, other))));
	}
	for (size_t k = 0; k < s->n; k++) {
		bool there = false;
		for (size_t i = 0; i < due->n; i++)
			there = there || (due->clocks[i].instance == s->v[k].instance && str_eq(due->clocks[i].clock, s->v[k].clock));
		if (!there)
			complain(v, ticket_id, arena_fmt(v->c->arena, "by the replay none; stored %.*s", STR_ARG(clock_words(v->c->arena, &s->v[k]))));
	}
}

static void compare(struct verifying *v, int64_t ticket_id, const struct sla_due_rows *due)
{
	struct str key = { (const char *)&ticket_id, sizeof(ticket_id) };
	static const struct stored_clocks none;
	const struct stored_clocks *s = map_get(&v->clocks, key);
	const struct sla_case_of_row *row = map_get(&v->cases, key);
	s = s ? s : &none;
	if (row && row->wake_us.set && row->wake_us.v <= v->c->now_us) {
		v->told->waiting++;
	} else {
		compare_clocks(v, ticket_id, s, due);
		if (row ? !sla_same_case(row, &due->row) : !sla_empty_case(&due->row))
			complain(v, ticket_id, arena_fmt(v->c->arena, "what it waits for: by the replay due %.*s, wakes %.*s, moves %.*s; stored due %.*s, wakes %.*s, moves %.*s",
							 STR_ARG(when(v->c->arena, due->row.due_us)), STR_ARG(when(v->c->arena, due->row.wake_us)),
							 STR_ARG(when(v->c->arena, due->row.auto_us)), STR_ARG(when(v->c->arena, row ? row->due_us : NONE)),
							 STR_ARG(when(v->c->arena, row ? row->wake_us : NONE)), STR_ARG(when(v->c->arena, row ? row->auto_us : NONE))));
	}
	v->told->clocks += (int64_t)due->n;
	map_remove(&v->clocks, key);
	map_remove(&v->cases, key);
}

static enum err one_ticket(void *arg, const struct sla_fact_of_row *facts, size_t n)
{
	struct verifying *v = arg;
	struct ctx *c = v->c;
	struct sla_due_rows due;
	int64_t ticket_id = facts[0].ticket_id;
	struct sla_replayed *r = arena_new(c->arena, struct sla_replayed);
	TRY(sla_replay(c, v->k, &v->orgs, facts, n, c->now_us, sla_kept_many(v->k), r));
	sla_rows_due(c->arena, v->k, ticket_id, r, &due);
	compare(v, ticket_id, &due);
	struct str key = { (const char *)&ticket_id, sizeof(ticket_id) };
	const struct sla_state_each_row *kept = map_get(&v->states, key);
	bool right = true;
	if (kept)
		TRY(sla_state_right(c, v->k, &v->orgs, kept, facts, n, r, &right));
	if (!right)
		complain(v, ticket_id, S("the state kept of its clocks is not what a fold of all its facts gives"));
	map_remove(&v->states, key);
	v->told->tickets++;
	v->told->last_ticket = ticket_id;
	if (v->told->progress && v->told->tickets % 1000 == 0)
		v->told->progress(v->told->arg, v->told);
	return OK;
}

static enum err leftovers(struct verifying *v)
{
	size_t at = 0, state_at = 0;
	struct map_entry *e;
	while ((e = map_next(&v->clocks, &at))) {
		int64_t id;
		memcpy(&id, e->key.p, sizeof(id));
		if (id > v->told->after)
			complain(v, id, S("clocks are stored, but the log says nothing of such a ticket"));
	}
	while ((e = map_next(&v->states, &state_at))) {
		int64_t id;
		memcpy(&id, e->key.p, sizeof(id));
		if (id > v->told->after)
			complain(v, id, S("a state of clocks is kept, but the log says nothing of such a ticket"));
	}
	return OK;
}

enum err sla_verify_all(struct ctx *c, struct sla_verify_told *told)
{
	struct verifying *v = arena_new(c->arena, struct verifying);
	v->c = c;
	v->told = told;
	arena_init(&v->rows);
	map_init(&v->clocks, &v->rows);
	map_init(&v->cases, &v->rows);
	map_init(&v->states, &v->rows);
	map_init(&v->orgs.lives, &v->rows);
	v->orgs.arena = &v->rows;
	enum err e = sla_book_get(c, &v->k);
	if (e == OK)
		e = sla_clock_each(c->db, keep_clock, v);
	if (e == OK)
		e = sla_case_each(c->db, keep_case, v);
	if (e == OK)
		e = sla_state_each(c->db, keep_state, v);
	if (e == OK)
		e = sla_each_ticket(c, told->after, one_ticket, v);
	if (e == OK)
		e = leftovers(v);
	sla_book_put(v->k);
	arena_done(&v->rows);
	return e;
}

/* Every fact comes from an event, and none from elsewhere. */
static enum err verify_facts(struct ctx *c, struct sla_fact_check *check)
{
	struct refacting x = { .c = c, .check = check };
	struct sla_fact_count_row n;
	arena_init(&x.scratch);
	enum err e = sla_log(c->db, one_event, &x);
	arena_done(&x.scratch);
	TRY(e);
	TRY(sla_check_gone(c, check));
	TRY(sla_fact_count(c->db, c->arena, &n));
	if (n.n != check->facts) {
		check->complaints++;
		check->say(check->arg, arena_fmt(c->arena, "%lld facts are kept, but the log makes %lld", (long long)n.n, (long long)check->facts));
	}
	if (n.orgs != check->org_facts) {
		check->complaints++;
		check->say(check->arg, arena_fmt(c->arena, "%lld facts of organisations are kept, but the log makes %lld", (long long)n.orgs, (long long)check->org_facts));
	}
	return OK;
}

enum err sla_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct sla_verify_told told = { .say = say, .arg = arg };
	struct sla_fact_check check = { .say = say, .arg = arg };
	sla_check_begin(&check);
	enum err e = verify_facts(c, &check);
	arena_done(&check.keep);
	TRY(e);
	TRY(sla_verify_all(c, &told));
	*complaints += told.complaints + check.complaints;
	return OK;
}
