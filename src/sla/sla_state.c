/* sla_state.c: the state of a long case's clocks, kept beside it, so that one more event is one more step and not a fold of everything.
 *
 * A cache, and nothing else: facts decide. It is left alone only while time goes forward. Whoever writes a fact that lies before the last one, takes one back, or
 * changes what an organisation was, drops it (sla_fact.c); other rows, calendars or zone data have another print; a reviewer's mark is folded from the beginning.
 * `tend sla verify` proves that what is kept says what a fold of everything says. */
#include "sla/sla_int.h"

#include <string.h>

#include "base/banned.h"

enum { STATE_BYTES_MOST = 64 << 20, FORMAT = 1, TEXTS = 3 };

/* What stands before the engine's bytes. */
struct head {
	int64_t format, org, channel, tags;
	int32_t severity;
	uint8_t task, hidden, reserved[2];
	uint32_t text_n[TEXTS];     /* deployment, status, told_status: their bytes come next */
	uint32_t reserved_n;
};

void sla_state_write(const struct sla_replayed *r, struct buf *out)
{
	const struct sla_rest *x = &r->rest;
	const struct str texts[TEXTS] = { x->deployment, x->status, x->told_status };
	struct head h = { .format = FORMAT, .org = x->org, .channel = x->channel, .tags = (int64_t)x->tags, .severity = x->severity, .task = x->task,
			  .hidden = x->hidden };
	for (int i = 0; i < TEXTS; i++)
		h.text_n[i] = (uint32_t)texts[i].n;
	buf_add(out, (struct str){ (const char *)&h, sizeof(h) });
	for (int i = 0; i < TEXTS; i++)
		buf_add(out, texts[i]);
	sla_case_save(&r->sc, out);
}

bool sla_state_read(const struct sla_state_of_row *row, struct sla_rest *ret, struct str *ret_engine)
{
	struct head h;
	struct str *const texts[TEXTS] = { &ret->deployment, &ret->status, &ret->told_status };
	if (row->state.n < sizeof(h))
		return false;
	memcpy(&h, row->state.p, sizeof(h));
	if (h.format != FORMAT)
		return false;
	*ret = (struct sla_rest){ .org = h.org, .channel = h.channel, .tags = (uint64_t)h.tags, .severity = h.severity, .task = h.task, .hidden = h.hidden,
				  .asof_us = row->asof_us, .last_us = row->last_us, .last_seq = row->last_seq, .facts = row->facts, .all = true };
	size_t at = sizeof(h);
	for (int i = 0; i < TEXTS; i++) {
		if (h.text_n[i] > row->state.n - at)
			return false;
		*texts[i] = str_slice(row->state, at, at + h.text_n[i]);
		at += h.text_n[i];
	}
	*ret_engine = str_slice(row->state, at, row->state.n);
	return true;
}

enum err sla_state_resume(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, bool all, struct sla_replayed *out, bool *ret_done, bool *ret_there)
{
	struct sla_state_of_row row;
	struct sla_fact_since_row *facts;
	struct sla_rest from;
	struct str engine;
	size_t n;
	*ret_done = false;
	TRY(sla_state_of(c->db, c->arena, &row, ret_there, .ticket_id = ticket_id));
	if (!*ret_there || row.print != sla_kept_print(k) || row.asof_us > c->now_us || !sla_state_read(&row, &from, &engine))
		return OK;
	TRY(sla_fact_since(c->db, c->arena, &facts, &n, .ticket_id = ticket_id, .from_us = row.last_us, .after_seq = row.last_seq));
	return sla_replay_on(c, k, NULL, &from, engine, (const struct sla_fact_of_row *)facts, n, c->now_us, all, out, ret_done);
}
_Static_assert(sizeof(struct sla_fact_since_row) == sizeof(struct sla_fact_of_row), "sla_case.sql: sla_fact_since and sla_fact_of");

enum err sla_state_keep(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, const struct sla_replayed *r, bool there)
{
	const struct sla_rest *x = &r->rest;
	struct buf b;
	if (x->facts < SLA_KEPT_FROM)
		return OK;   /* facts never become fewer: nothing can be there */
	if (!x->all || !r->shown)
		return there ? sla_state_drop(c->db, .ticket_id = ticket_id) : OK;
	buf_init(&b, c->arena, STATE_BYTES_MOST);
	sla_state_write(r, &b);
	if (buf_err(&b) != OK)
		return there ? sla_state_drop(c->db, .ticket_id = ticket_id) : OK;
	return sla_state_put(c->db, .ticket_id = ticket_id, .print = sla_kept_print(k), .asof_us = x->asof_us, .last_us = x->last_us, .last_seq = x->last_seq,
			     .facts = x->facts, .state = buf_str(&b));
}

enum err sla_state_right(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_state_each_row *row, const struct sla_fact_of_row *facts, size_t n,
			 struct sla_replayed *fresh, bool *ret_right)
{
	struct sla_rest from;
	struct str engine;
	struct sla_state_of_row kept;
	struct sla_replayed *r = arena_new(c->arena, struct sla_replayed);
	bool done;
	memcpy(&kept, row, sizeof(kept));
	*ret_right = true;
	if (kept.print != sla_kept_print(k) || kept.asof_us > c->now_us)
		return OK;   /* nobody will take it for what it is not */
	*ret_right = sla_state_read(&kept, &from, &engine);
	if (!*ret_right)
		return OK;
	/* what came since, as a step would read it */
	struct sla_fact_of_row *since = arena_array(c->arena, struct sla_fact_of_row, n);
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (facts[i].at_us >= kept.last_us && facts[i].seq > kept.last_seq)
			since[m++] = facts[i];
	TRY(sla_replay_on(c, k, orgs, &from, engine, since, m, c->now_us, false, r, &done));
	*ret_right = !done || (r->rest.facts == (int64_t)n && r->shown == fresh->shown && sla_case_same(&r->sc, &fresh->sc, c->arena));
	return OK;
}
_Static_assert(sizeof(struct sla_state_each_row) == sizeof(struct sla_state_of_row), "sla_case.sql: sla_state_each and sla_state_of");
