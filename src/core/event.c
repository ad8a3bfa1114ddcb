/* event.c: appending to the log and reading it; see event.h.
 *
 * Each row carries a hash over the one before it and itself, so that a row changed or taken out later shows in `tend verify`. */
#include "core/event.h"

#include "core/event_chain.h"
#include "core/feature.h"

#include "core.sql.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/banned.h"

static bool kind_matches(const char *pattern, const char *kind)
{
	size_t n = strlen(pattern);
	if (n >= 2 && pattern[n - 1] == '*')
		return strncmp(pattern, kind, n - 1) == 0;
	return strcmp(pattern, kind) == 0;
}

static enum err react(struct ctx *c, const struct event_new *e, int64_t seq)
{
	for (const struct feature *const *f = c->desk->features; *f; f++) {
		for (const struct reaction *r = (*f)->reactions; r && r->kind; r++) {
			if (!kind_matches(r->kind, e->kind))
				continue;
			if (r->when == IN_TX)
				TRY(r->fold(c, e, seq));
			else
				TRY(job_add(c, r->job, arena_fmt(c->arena, "{\"seq\":%lld}", (long long)seq), c->now_us,
					    arena_fmt(c->arena, "%s:%lld", r->job, (long long)seq)));
		}
	}
	return OK;
}

static void chain_bytes(EVP_MD_CTX *md, const void *p, size_t n)
{
	ASSERT(EVP_DigestUpdate(md, p, n) == 1);
}

static void chain_part(EVP_MD_CTX *md, struct str s)
{
	/* its length first, so that no two rows give the same bytes; absent is not empty */
	int64_t n = s.p ? (int64_t)s.n : -1;
	chain_bytes(md, &n, sizeof(n));
	if (s.n)
		chain_bytes(md, s.p, s.n);
}

void event_chain_next(struct str before, const struct event *e, unsigned char ret[32])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();   /* OpenSSL's SHA-256 uses what the processor has for it, libsodium's does not */
	const int64_t numbers[] = { e->at_us, e->entity_id, e->ticket_id.set ? e->ticket_id.v : 0, e->actor_id.set ? e->actor_id.v : 0 };
	const struct str parts[] = { e->kind, e->entity, e->actor_kind, e->actor_name, e->door, e->request_id, e->rule, e->reason, e->data };
	ASSERT(md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1);
	chain_part(md, before);
	chain_bytes(md, numbers, sizeof(numbers));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		chain_part(md, parts[i]);
	ASSERT(EVP_DigestFinal_ex(md, ret, NULL) == 1);
	EVP_MD_CTX_free(md);
}

enum err event_append(struct ctx *c, const struct event_new *new, int64_t *ret_seq)
{
	ASSERT(c->db && c->db->in_write);
	struct event e = {
		.at_us = new->at_us ? new->at_us : c->now_us,
		.kind = str_c(new->kind),
		.entity = str_c(new->entity),
		.entity_id = new->entity_id,
		.ticket_id = new->ticket_id ? SOME(new->ticket_id) : NONE,
		.actor_kind = str_c(actor_kind_name(c->actor.kind)),
		.actor_id = c->actor.id ? SOME(c->actor.id) : NONE,
		.actor_name = c->actor.name.p ? c->actor.name : S(""),
		.door = str_c(door_name(c->door)),
		.request_id = c->request_id.p ? c->request_id : S(""),
		.rule = new->rule.p ? new->rule : c->rule,
		.reason = new->reason,
		.data = new->data.p ? new->data : S("{}"),
	};
	/* the one before is ours when this transaction has appended already: nobody comes between */
	struct event_newest_row newest = { .chain = { (const char *)c->db->written_chain, sizeof(c->db->written_chain) } };
	bool any = c->db->written_seq != 0;
	if (any)
		newest.seq = c->db->written_seq;
	else
		TRY(event_newest(c->db, c->arena, &newest, &any));
	unsigned char chain[32];
	event_chain_next(any ? newest.chain : S(""), &e, chain);
	/* The one writer numbers the events himself: the number is known before the row is there. */
	int64_t seq = any ? newest.seq + 1 : 1;
	TRY(event_insert(c->db, .seq = seq, .at_us = e.at_us, .kind = e.kind, .entity = e.entity, .entity_id = e.entity_id,
			 .ticket_id = e.ticket_id, .actor_kind = e.actor_kind, .actor_id = e.actor_id, .actor_name = e.actor_name,
			 .door = e.door, .request_id = e.request_id, .rule = e.rule, .reason = e.reason, .data = e.data,
			 .chain = { (const char *)chain, sizeof(chain) }));
	c->n_events++;
	c->last_seq = seq;
	memcpy(c->db->written_chain, chain, sizeof(chain));
	c->db->written_seq = seq;
	if (ret_seq)
		*ret_seq = seq;
	return new->retold ? OK : react(c, new, seq);
}

/* The generated row of all three readers has the members of struct event in its order. */
_Static_assert(sizeof(struct event) == sizeof(struct event_page_row), "core.sql: event_page and struct event");
_Static_assert(sizeof(struct event) == sizeof(struct event_page_of_ticket_row), "core.sql: event_page_of_ticket and struct event");
_Static_assert(sizeof(struct event) == sizeof(struct event_by_seq_row), "core.sql: event_by_seq and struct event");
_Static_assert(offsetof(struct event, data) == offsetof(struct event_page_row, data), "core.sql: order of struct event");

static enum err as_events(struct ctx *c, const void *rows, size_t n, struct event **ret, size_t *ret_n)
{
	*ret = arena_array(c->arena, struct event, n);
	if (n)
		memcpy(*ret, rows, n * sizeof(struct event));
	*ret_n = n;
	return OK;
}

enum err event_after(struct ctx *c, int64_t seq, int64_t max, struct event **ret, size_t *ret_n)
{
	struct event_page_row *rows;
	size_t n;
	TRY(event_page(c->db, c->arena, &rows, &n, .after_seq = seq, .max = max));
	return as_events(c, rows, n, ret, ret_n);
}

enum err event_by_ticket(struct ctx *c, int64_t ticket_id, int64_t after_seq, int64_t max, struct event **ret, size_t *ret_n)
{
	struct event_page_of_ticket_row *rows;
	size_t n;
	TRY(event_page_of_ticket(c->db, c->arena, &rows, &n, .ticket_id = ticket_id, .after_seq = after_seq, .max = max));
	return as_events(c, rows, n, ret, ret_n);
}

enum err event_get(struct ctx *c, int64_t seq, struct event *ret)
{
	struct event_by_seq_row row;
	TRY(event_by_seq(c->db, c->arena, &row, .seq = seq));
	memcpy(ret, &row, sizeof(*ret));
	return OK;
}

enum err event_last_seq(struct ctx *c, int64_t *ret)
{
	struct event_newest_row row;
	bool found;
	TRY(event_newest(c->db, c->arena, &row, &found));
	*ret = found ? row.seq : 0;
	return OK;
}

/* ---- the chain, walked ---- */

static enum err walk_on(void *arg, struct arena *row_arena, void *row_)
{
	(void)row_arena;
	struct event_chain_state *k = arg;
	const struct event_chain_row *row = row_;
	struct event e = {
		.at_us = row->at_us, .kind = row->kind, .entity = row->entity, .entity_id = row->entity_id, .ticket_id = row->ticket_id,
		.actor_kind = row->actor_kind, .actor_id = row->actor_id, .actor_name = row->actor_name, .door = row->door,
		.request_id = row->request_id, .rule = row->rule, .reason = row->reason, .data = row->data,
	};
	unsigned char want[32];
	event_chain_next(k->events ? (struct str){ (const char *)k->newest, sizeof(k->newest) } : S(""), &e, want);
	bool fits = row->chain.n == sizeof(want) && memcmp(row->chain.p, want, sizeof(want)) == 0;
	if (!fits && !k->broken_seq)
		k->broken_seq = row->seq;
	/* from a broken place on, what stands there is gone by: one change shows once */
	memcpy(k->newest, fits || row->chain.n != sizeof(want) ? (const char *)want : row->chain.p, sizeof(k->newest));
	k->newest_seq = row->seq;
	k->events++;
	return OK;
}

enum err event_chain_walk(struct ctx *c, struct event_chain_state *ret)
{
	*ret = (struct event_chain_state){ 0 };
	return event_chain(c->db, walk_on, ret);
}
