/* handover_held.c: who held a case from when to when: written with the ticket's row, and made again out of the log. See handover.h. */
#include "ticket/handover.h"
#include "ticket/ticket_int.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

static int64_t holder_of(const struct ticket_get_row *t)
{
	return t && t->assignee_id.set ? t->assignee_id.v : 0;
}

enum err held_write(struct ctx *c, const struct ticket_get_row *before, struct ticket_get_row *after, utime at)
{
	struct held_last_row last = { 0 };
	struct held_last_person_row person = { .teammate_id = NONE };
	int64_t now = holder_of(after);
	bool found = false, hand_off = false;
	if (before && holder_of(before) == now)
		return OK;
	if (before) {
		TRY(held_last(c->db, c->arena, &last, &found, .ticket_id = after->id));
		if (now)
			TRY(held_last_person(c->db, c->arena, &person, &hand_off, .ticket_id = after->id));
	}
	if (found && last.from_us > at)
		at = last.from_us;
	if (found)
		TRY(held_end(c->db, .id = last.id, .to_us = at));
	hand_off = now && hand_off && person.teammate_id.v != now;
	TRY(held_add(c->db, .ticket_id = after->id, .teammate_id = now ? SOME(now) : NONE, .from_us = at, .hand_off = hand_off));
	if (!hand_off)
		return OK;
	struct held_hands_row hands;
	TRY(held_hands(c->db, c->arena, &hands, .ticket_id = after->id));
	after->hands = SOME(hands.n);
	return OK;
}

/* ---- out of the log ---- */

struct folding {
	struct held_span *v;
	size_t n;
	int64_t person;              /* who held it last, whoever holds it now */
};

static void turn(struct folding *f, int64_t holder, utime at)
{
	struct held_span *last = f->n ? &f->v[f->n - 1] : NULL;
	if (last && at < last->from_us)
		at = last->from_us;
	if (last)
		last->to_us = at;
	f->v[f->n++] = (struct held_span){ .holder = holder, .from_us = at, .to_us = at, .hand_off = holder && f->person && f->person != holder };
	if (holder)
		f->person = holder;
}

enum err held_spans(struct arena *a, struct fault *f, const struct event *events, size_t n, utime end, struct held_span **ret, size_t *ret_n)
{
	struct folding k = { .v = arena_array(a, struct held_span, n + 1) };
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &events[i];
		if (!str_eq(e->entity, S("ticket")))
			continue;
		json_t *root = json_loadb(e->data.p, e->data.n, 0, NULL), *set = json_object_get(root, "set"), *v = json_object_get(set, "assignee_id");
		int64_t holder = json_is_integer(v) ? json_integer_value(v) : 0;
		bool made = str_eq(e->kind, S("ticket.created")), told = v != NULL;
		json_decref(root);
		if (!made && !k.n)
			return fault_set(f, ERR_BUG, __FILE__, __LINE__, "a case's log does not begin with the case");
		if (made || (told && k.v[k.n - 1].holder != holder))
			turn(&k, holder, e->at_us);
	}
	if (k.n && end > k.v[k.n - 1].from_us)
		k.v[k.n - 1].to_us = end;
	*ret = k.v;
	*ret_n = k.n;
	return OK;
}

enum err held_of(struct ctx *c, int64_t ticket, struct held_span **ret, size_t *ret_n, int64_t *ret_hand_offs)
{
	struct held_rows_row *rows;
	size_t n;
	TRY(held_rows(c->db, c->arena, &rows, &n, .ticket_id = ticket));
	*ret = arena_array(c->arena, struct held_span, n + 1);
	*ret_n = n;
	*ret_hand_offs = 0;
	for (size_t i = 0; i < n; i++) {
		utime to = rows[i].to_us.set ? rows[i].to_us.v : c->now_us > rows[i].from_us ? c->now_us : rows[i].from_us;
		(*ret)[i] = (struct held_span){ .holder = rows[i].teammate_id.v, .from_us = rows[i].from_us, .to_us = to, .hand_off = rows[i].hand_off };
		*ret_hand_offs += rows[i].hand_off;
	}
	return OK;
}

/* ---- by command ---- */

struct held_in {
	int64_t ticket;
};

static enum err ticket_held(struct ctx *c, const struct held_in *in)
{
	struct ticket_get_row t;
	struct held_span *v;
	size_t n;
	int64_t hand_offs;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(held_of(c, t.id, &v, &n, &hand_offs));
	json_obj(c->out);
	json_ki64(c->out, "ticket", t.id);
	json_ki64(c->out, "hand_offs", hand_offs);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kopt(c->out, "holder", v[i].holder ? SOME(v[i].holder) : NONE);
		json_kstr(c->out, "name", ticket_teammate_name(c, v[i].holder ? SOME(v[i].holder) : NONE));
		json_ktime(c->out, "from", v[i].from_us);
		json_ktime(c->out, "to", v[i].to_us);
		json_ki64(c->out, "seconds", (v[i].to_us - v[i].from_us) / UTIME_US_PER_SECOND);
		json_kbool(c->out, "hand_off", v[i].hand_off);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

COMMAND_RUN(ticket_held)
static const struct field held_fields[] = {
	FIELD(struct held_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
};
const struct command ticket_held_cmd = {
	.name = "ticket.held", .help = "Who held a ticket from when to when, and how often it changed hands", FIELDS(held_fields, struct held_in), .need = CAN_READ,
	.reads = true, .run = RUN(ticket_held),
};

/* ---- tend verify ---- */

struct checking {
	struct ctx *c;
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static enum err log_spans(struct ctx *c, struct arena *a, int64_t ticket, struct held_span **ret, size_t *ret_n)
{
	struct held_events_row *rows;
	size_t n;
	TRY(held_events(c->db, a, &rows, &n, .ticket_id = ticket));
	struct event *events = arena_array(a, struct event, n + 1);
	for (size_t i = 0; i < n; i++)
		events[i] = (struct event){ .seq = rows[i].seq, .at_us = rows[i].at_us, .kind = rows[i].kind, .entity = S("ticket"), .data = rows[i].data };
	return held_spans(a, &c->fault, events, n, 0, ret, ret_n);
}

static enum err check_one(void *arg, struct arena *row_arena, void *row)
{
	struct checking *k = arg;
	int64_t ticket = ((struct held_tickets_row *)row)->ticket_id, hands = ((struct held_tickets_row *)row)->hands;
	struct held_rows_row *rows;
	struct held_span *log;
	size_t n, n_log;
	(void)row_arena;
	struct arena a;
	arena_init(&a);
	enum err e = held_rows(k->c->db, &a, &rows, &n, .ticket_id = ticket);
	if (e == OK)
		e = log_spans(k->c, &a, ticket, &log, &n_log);
	bool same = e == OK && n == n_log;
	for (size_t i = 0; same && i < n; i++)
		same = rows[i].teammate_id.v == log[i].holder && rows[i].from_us == log[i].from_us && rows[i].hand_off == log[i].hand_off &&
		       (i + 1 == n ? !rows[i].to_us.set : rows[i].to_us.set && rows[i].to_us.v == log[i].to_us);
	if (e == OK && !same) {
		++*k->complaints;
		k->say(k->arg, arena_fmt(&a, "ticket %lld: who held it (%zu spans) is not what the log tells (%zu spans)", (long long)ticket, n, n_log));
	}
	for (size_t i = 0; same && i < n; i++)
		hands -= rows[i].hand_off;
	if (same && hands) {
		++*k->complaints;
		k->say(k->arg, arena_fmt(&a, "ticket %lld: its count of hand-offs is not what its spans tell", (long long)ticket));
	}
	arena_done(&a);
	return e;
}

enum err held_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct checking k = { c, say, arg, complaints };
	return held_tickets(c->db, check_one, &k);
}
