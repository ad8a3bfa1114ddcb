/* cert_concerns.c: whom an event of practice concerns, for reactions that count again what is proved about somebody. */
#include "growth/call_parts.h"
#include "growth/cert_parts.h"
#include "growth/pair_parts.h"
#include "growth/work_parts.h"

#include "base/banned.h"

struct people {
	struct ctx *c;
	int64_t *v;
	size_t n, cap;
};

static void add(struct people *p, int64_t id)
{
	if (id < 1)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] == id)
			return;
	if (p->n == p->cap) {
		p->v = arena_grow(p->c->arena, p->v, p->cap * sizeof(*p->v), (p->cap + 16) * sizeof(*p->v));
		p->cap += 16;
	}
	p->v[p->n++] = id;
}

static enum err of_call(struct people *p, int64_t call)
{
	struct customer_call_rows_row k;
	struct call_places_of_row *v;
	size_t n;
	TRY(customer_call_read(p->c, call, &k));
	add(p, k.lead_id.v);
	TRY(call_places_of(p->c->db, p->c->arena, &v, &n, .call_id = call));
	for (size_t i = 0; i < n; i++)
		add(p, v[i].teammate_id);
	return OK;
}

static enum err of_pairing(struct people *p, int64_t pairing)
{
	struct pairing_rows_row row;
	TRY(pairing_read(p->c, pairing, &row));
	add(p, row.newcomer_id);
	add(p, row.partner_id.v);
	return OK;
}

static enum err of_work(struct people *p, int64_t work)
{
	struct work_item_rows_row w;
	struct work_members_of_row *v;
	size_t n;
	TRY(work_item_read(p->c, work, &w));
	add(p, w.owner_id.v);
	add(p, w.with_id.v);
	TRY(work_members_of(p->c->db, p->c->arena, &v, &n, .item_id = work));
	for (size_t i = 0; i < n; i++)
		add(p, v[i].teammate_id);
	return OK;
}

enum err practice_concerns(struct ctx *c, const struct event_new *e, int64_t **ret, size_t *ret_n)
{
	struct people p = { .c = c };
	struct str entity = str_c(e->entity);
	int64_t id = e->entity_id;
	if (str_eq(entity, S("certification")) || str_eq(entity, S("cert_entry"))) {
		struct certification_rows_row row;
		struct cert_entry_rows_row entry = { .certification_id = id };
		if (str_eq(entity, S("cert_entry")))
			TRY(cert_entry_read(c, id, &entry));
		TRY(certification_read(c, entry.certification_id, &row));
		add(&p, row.teammate_id);
	} else if (str_eq(entity, S("customer_call"))) {
		TRY(of_call(&p, id));
	} else if (str_eq(entity, S("call_place"))) {
		struct call_place_rows_row row;
		TRY(call_place_read(c, id, &row));
		add(&p, row.teammate_id);
	} else if (str_eq(entity, S("pairing"))) {
		TRY(of_pairing(&p, id));
	} else if (str_eq(entity, S("pairing_meeting"))) {
		struct pairing_meeting_rows_row row;
		TRY(pairing_meeting_read(c, id, &row));
		TRY(of_pairing(&p, row.pairing_id));
	} else if (str_eq(entity, S("work_item"))) {
		TRY(of_work(&p, id));
	} else if (str_eq(entity, S("work_member"))) {
		struct work_member_rows_row row;
		TRY(work_member_read(c, id, &row));
		add(&p, row.teammate_id);
		TRY(of_work(&p, row.item_id));
	}
	*ret = p.v;
	*ret_n = p.n;
	return OK;
}
