/* sla_each.c: every ticket's facts in turn, and what would have become of all cases under other rows. */
#include "sla/sla_int.h"

#include "base/map.h"

#include <string.h>

#include "base/banned.h"

/* ---- walking ---- */

struct walk {
	struct ctx *c;
	sla_ticket_fn *fn;
	void *arg;
	struct sla_fact_of_row *facts;
	size_t n, cap;
	struct arena keep, scratch;
};
_Static_assert(sizeof(struct sla_fact_each_row) == sizeof(struct sla_fact_of_row), "sla_case.sql: sla_fact_each and sla_fact_of");

static enum err flush(struct walk *w)
{
	if (!w->n)
		return OK;
	struct arena *outer = w->c->arena;
	w->c->arena = &w->scratch;
	enum err e = w->fn(w->arg, w->facts, w->n);
	w->c->arena = outer;
	arena_reset(&w->keep);
	arena_reset(&w->scratch);
	w->facts = NULL;
	w->n = w->cap = 0;
	return e;
}

static enum err take(void *arg, struct arena *row_arena, void *row)
{
	struct walk *w = arg;
	struct sla_fact_of_row x;
	(void)row_arena;
	memcpy(&x, row, sizeof(x));
	if (w->n && w->facts[0].ticket_id != x.ticket_id)
		TRY(flush(w));
	x.kind = arena_str(&w->keep, x.kind);
	x.value = arena_str(&w->keep, x.value);
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 32;
		w->facts = arena_grow(&w->keep, w->facts, w->cap * sizeof(*w->facts), cap * sizeof(*w->facts));
		w->cap = cap;
	}
	w->facts[w->n++] = x;
	return OK;
}

enum err sla_each_ticket(struct ctx *c, int64_t after, sla_ticket_fn *fn, void *arg)
{
	struct walk w = { .c = c, .fn = fn, .arg = arg };
	arena_init(&w.keep);
	arena_init(&w.scratch);
	enum err e = sla_fact_each(c->db, take, &w, .after_id = after);
	if (e == OK)
		e = flush(&w);
	arena_done(&w.keep);
	arena_done(&w.scratch);
	return e;
}

/* ---- what if ---- */

struct supposing {
	struct ctx *c;
	struct sla_kept *then, *other;
	struct sla_orgs orgs;
	struct sla_supposed *told;
};

static void count(const struct sla_replayed *r, int64_t out[SLA_CLOCKS][SLA_OUTCOMES])
{
	int64_t asof = cal_seconds(r->at_us);
	for (size_t i = 0; i < r->n_done; i++)
		if (r->done[i].track == SLA_PROMISE && r->done[i].target_s.set)
			out[r->done[i].clock][r->done[i].outcome]++;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_view v;
		if (sla_case_view(&r->sc, asof, (enum sla_clock)i, SLA_PROMISE, &v) && (v.target_s.set || v.outcome == SLA_BREACHED))
			out[i][v.outcome]++;
	}
}

/* The same facts, but as if the other rows had been there from the beginning and for ever. */
static enum err suppose(void *arg, const struct sla_fact_of_row *facts, size_t n)
{
	struct supposing *s = arg;
	struct ctx *c = s->c;
	struct sla_replayed *r = arena_array(c->arena, struct sla_replayed, 2);
	struct sla_fact_of_row *other = arena_array(c->arena, struct sla_fact_of_row, n);
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(facts[i].kind, S("rules")))
			continue;
		other[m] = facts[i];
		if (str_eq(facts[i].kind, S("created")))
			other[m].num = SOME(sla_kept_newest(s->other));
		m++;
	}
	TRY(sla_replay(c, s->then, &s->orgs, facts, n, c->now_us, true, &r[0]));
	TRY(sla_replay(c, s->other, &s->orgs, other, m, c->now_us, true, &r[1]));
	if (r[0].shown) {
		count(&r[0], s->told->then);
		count(&r[1], s->told->other);
	}
	s->told->tickets++;
	s->told->last_ticket = facts[0].ticket_id;
	if (s->told->progress && s->told->tickets % 1000 == 0)
		s->told->progress(s->told->arg, s->told);
	return OK;
}

enum err sla_suppose(struct ctx *c, struct str text, bool patch, struct sla_supposed *told)
{
	struct supposing s = { .c = c, .told = told };
	struct conf want;
	struct sla_rows rows;
	struct arena keep;
	TRY(sla_want(c, text, patch, &want));
	TRY(conf_to_rows(c, &want, &rows));
	arena_init(&keep);
	map_init(&s.orgs.lives, &keep);
	s.orgs.arena = &keep;
	enum err e = sla_book_get(c, &s.then);
	if (e == OK)
		e = sla_book_with(c, &rows, &s.other);
	if (e == OK)
		e = sla_each_ticket(c, told->last_ticket, suppose, &s);
	sla_book_put(s.then);
	sla_book_put(s.other);
	arena_done(&keep);
	return e;
}
