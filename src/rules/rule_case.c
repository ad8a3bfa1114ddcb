/* rule_case.c: a case from the tables, and from the log; see rule_case.h.
 *
 * The log gives the case as it was: the columns that each event set, laid over one another. What the log does not hold is taken as it is today: who the
 * requester is, and the words of messages (which only a redaction changes). */
#include "rules/rule_case.h"

#include "base/json_look.h"
#include "core/fold.h"
#include "desk/bulk.h"
#include "desk/desk.h"

#include "rules.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { TEXT_BYTES = 256 << 10, MESSAGES_READ = 200, EVENTS_READ = 5000, SUBJECT_BYTES = 1200 };

uint32_t rule_bits_of_kind(const char *kind, const char *entity)
{
	const uint32_t moved = 1u << RULE_STATUS | 1u << RULE_ASSIGNED | 1u << RULE_CHANGED;
	static const struct { const char *kind; uint32_t bit; } KINDS[] = {
		{ "ticket.created", 1u << RULE_CREATED }, { "ticket.customer_wrote", 1u << RULE_CUSTOMER }, { "ticket.replied", 1u << RULE_REPLY },
		{ "ticket.noted", 1u << RULE_NOTE }, { "ticket.taken", 0 }, { "ticket.released", 0 }, { "ticket.assigned", 0 }, { "ticket.status_changed", 0 },
		{ "ticket.updated", 0 }, { "ticket.promised", 0 }, { "ticket.requester_changed", 0 },
	};
	if (strcmp(kind, "ticket.tagged") == 0)
		return 1u << RULE_TAGGED;
	if (strcmp(kind, "ticket.untagged") == 0)
		return 1u << RULE_UNTAGGED;
	if (strcmp(entity, "ticket") != 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
		if (strcmp(kind, KINDS[i].kind) == 0)
			return moved | KINDS[i].bit;
	return 0;
}

/* ---- the event ---- */

static struct str text_in(json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);
	return json_is_string(v) ? str_c(json_string_value(v)) : S("");
}

static struct str by_whom(const struct event *e, const struct ticket_get_row *t)
{
	bool by_itself = str_eq(e->actor_kind, S("system"));
	if (str_starts(e->request_id, S("rule:")))
		return S("rule");
	if (str_eq(e->kind, S("ticket.customer_wrote")) || str_eq(e->actor_kind, S("contact")) ||
	    (by_itself && str_eq(e->kind, S("ticket.created")) && t->requester_id.set))
		return S("customer");
	return by_itself ? S("system") : S("teammate");
}

static void moves(struct rule_case *k, json_t *set, json_t *was)
{
	const char *column;
	json_t *before;
	json_object_foreach(was, column, before)
	{
		json_t *after = json_object_get(set, column);
		if (!after || json_equal(before, after))
			continue;
		if (strcmp(column, "status") == 0)
			k->events |= 1u << RULE_STATUS;
		if (strcmp(column, "assignee_id") == 0)
			k->events |= 1u << RULE_ASSIGNED;
		for (int f = 0; f < RULE_FIELDS; f++)
			if (strcmp(column, rule_field_columns[f]) == 0) {
				k->events |= 1u << RULE_CHANGED;
				k->fields |= 1u << f;
			}
	}
}

static void read_event(struct ctx *c, const struct event *e, json_t *data, struct rule_case *k)
{
	char kind[80], entity[40];
	int64_t parent;
	snprintf(kind, sizeof(kind), "%.*s", STR_ARG(e->kind));
	snprintf(entity, sizeof(entity), "%.*s", STR_ARG(e->entity));
	uint32_t bits = rule_bits_of_kind(kind, entity);
	k->seq = e->seq;
	k->at_us = e->at_us;
	k->events = k->fields = 0;
	k->was = STR_NULL;
	k->tag = S("");
	k->message = STR_NULL;
	k->message_id = 0;
	k->parent_run = 0;
	k->by = by_whom(e, &k->t);
	k->quiet = str_eq(e->rule, S(BULK_UNDO_RULE));
	if (str_starts(e->request_id, S("rule:")) && str_i64(str_slice(e->request_id, 5, e->request_id.n), &parent))
		k->parent_run = parent;
	if (!bits)
		return;
	json_t *set = json_object_get(data, "set"), *was = json_object_get(data, "was");
	k->events = bits & (1u << RULE_CREATED | 1u << RULE_CUSTOMER | 1u << RULE_REPLY | 1u << RULE_NOTE | 1u << RULE_TAGGED | 1u << RULE_UNTAGGED);
	moves(k, set, was);
	struct str before = text_in(was, "status");
	k->was = before.n ? arena_str(c->arena, before) : STR_NULL;
	k->message_id = json_integer_value(json_object_get(data, "message"));
}

enum err rule_case_event(struct ctx *c, const struct event *e, struct rule_case *k)
{
	/* what read_event() reads stands in "was" and "message": an event without them, as a new ticket's, need not be taken apart */
	struct str v;
	bool more = json_has(e->data, "was", &v) || json_has(e->data, "message", &v);
	json_t *data = more ? json_loadb(e->data.p, e->data.n, 0, NULL) : NULL;
	read_event(c, e, data, k);
	json_decref(data);
	if (k->events & (1u << RULE_TAGGED | 1u << RULE_UNTAGGED)) {
		struct rule_tag_by_id_row tag;
		bool found;
		TRY(rule_tag_by_id(c->db, c->arena, &tag, &found, .id = e->entity_id));
		k->tag = found ? tag.tag : S("");
	}
	return OK;
}

/* ---- from the tables ---- */

static enum err requester(struct ctx *c, struct rule_case *k)
{
	struct rule_contact_row row;
	bool found = false;
	k->email = k->requester_kind = S("");
	if (k->t.requester_id.set)
		TRY(rule_contact(c->db, c->arena, &row, &found, .id = k->t.requester_id.v));
	if (found) {
		k->email = str_or_empty(row.email);
		k->requester_kind = row.kind;
	}
	return OK;
}

enum err rule_case_now(struct ctx *c, int64_t ticket_id, struct rule_case *k)
{
	struct ticket_find_row t;
	struct rule_tags_of_row *tags;
	bool found;
	*k = (struct rule_case){ .now_us = c->now_us, .by = S(""), .tag = S("") };
	TRY(ticket_find(c->db, c->arena, &t, &found, .id = ticket_id));
	_Static_assert(sizeof(t) == sizeof(k->t), "ticket.sql");
	if (found)
		memcpy(&k->t, &t, sizeof(k->t));
	else
		k->t.status = S("");
	TRY(rule_tags_of(c->db, c->arena, &tags, &k->n_tags, .ticket_id = ticket_id));
	k->tags = arena_array(c->arena, struct rule_tag, k->n_tags);
	for (size_t i = 0; i < k->n_tags; i++)
		k->tags[i] = (struct rule_tag){ tags[i].id, tags[i].kind, tags[i].tag, true };
	if (k->t.organisation_id.set)
		TRY(org_by_id(c->db, c->arena, &k->org, &k->has_org, .id = k->t.organisation_id.v));
	return requester(c, k);
}

static struct str normal(struct arena *a, struct str text, size_t most)
{
	return arena_fmt(a, " %.*s ", STR_ARG(desk_words(a, text, most)));
}

static enum err all_words(struct ctx *c, struct rule_case *k)
{
	struct rule_texts_row *rows;
	struct buf b;
	size_t n;
	TRY(rule_texts(c->db, c->arena, &rows, &n, .ticket_id = k->t.id, .at_us = k->now_us, .max = MESSAGES_READ));
	buf_init(&b, c->arena, TEXT_BYTES + 64);
	buf_add(&b, normal(c->arena, k->t.subject, SUBJECT_BYTES));
	for (size_t i = 0; i < n && b.n < TEXT_BYTES; i++)
		buf_add(&b, normal(c->arena, rows[i].body, TEXT_BYTES - b.n));
	k->text = buf_str(&b);
	return OK;
}

enum err rule_case_more(struct ctx *c, const struct rule *r, struct rule_hours *hours, struct rule_case *k)
{
	struct rule_text_of_row row;
	bool found;
	if (r->asks_subject && !k->subject.p)
		k->subject = normal(c->arena, k->t.subject, SUBJECT_BYTES);
	if (r->asks_message && !k->message.p && k->message_id) {
		TRY(rule_text_of(c->db, c->arena, &row, &found, .id = k->message_id));
		k->message = normal(c->arena, found ? row.body : S(""), TEXT_BYTES);
	}
	if (r->asks_text && !k->text.p)
		TRY(all_words(c, k));
	if (r->asks_hours && !k->open_hours.set) {
		TRY(rule_hours_get(c, hours));
		if (hours->cal)
			k->open_hours = SOME(calendar_open(hours->cal, cal_seconds(k->now_us)));
	}
	return OK;
}

enum err rule_hours_get(struct ctx *c, struct rule_hours *h)
{
	struct sla_calendar_line *rows;
	size_t n;
	if (h->looked)
		return OK;
	TRY(sla_calendars_of(c, &rows, &n, &h->hold));
	for (size_t i = 0; i < n; i++)
		if (rows[i].standard)
			h->cal = rows[i].cal;
	h->looked = true;
	return OK;
}

void rule_hours_put(struct rule_hours *h)
{
	sla_book_put(h->hold);
	*h = (struct rule_hours){ 0 };
}

/* ---- from the log ---- */

/* Lays the values of {"column": value} over a row. */
static void lay_over(struct arena *a, const struct db_stmt *rows, json_t *set, void *row)
{
	for (size_t i = 0; i < rows->n_out; i++) {
		const struct db_col *col = &rows->out[i];
		json_t *v = json_object_get(set, col->name);
		void *at = (char *)row + col->offset;
		if (!v)
			continue;
		switch ((enum db_type)col->type) {
		case DB_I64:
			*(int64_t *)at = json_integer_value(v);
			break;
		case DB_OPT_I64:
			*(struct opt_i64 *)at = json_is_integer(v) ? SOME(json_integer_value(v)) : NONE;
			break;
		case DB_STR:
			*(struct str *)at = json_is_string(v) ? arena_str(a, (struct str){ json_string_value(v), json_string_length(v) }) : STR_NULL;
			break;
		case DB_BOOL:
			*(bool *)at = json_is_true(v) || json_integer_value(v) != 0;
			break;
		case DB_BYTES:
		case DB_F64:
			break;
		}
	}
}

struct life {
	int64_t *seqs;
	struct org_by_id_row *rows;
	size_t n;
};

static enum err life_of(struct ctx *c, struct rule_replay *r, int64_t id, struct life **ret)
{
	struct rule_org_life_row *events;
	size_t n;
	struct str key = arena_fmt(r->lives, "%lld", (long long)id);
	*ret = map_get(&r->orgs, key);
	if (*ret)
		return OK;
	struct life *l = arena_new(r->lives, struct life);
	TRY(rule_org_life(c->db, r->lives, &events, &n, .id = id));
	*l = (struct life){ .seqs = arena_array(r->lives, int64_t, n), .rows = arena_array(r->lives, struct org_by_id_row, n) };
	struct org_by_id_row row = { .id = id, .name = S(""), .slug = S(""), .tier = S(""), .plan = S(""), .stage = S(""), .segment = S(""), .deployment = S(""), .version = S("") };
	for (size_t i = 0; i < n; i++) {
		json_t *data = json_loadb(events[i].data.p, events[i].data.n, 0, NULL);
		lay_over(r->lives, &org_rows_stmt, json_object_get(data, "set"), &row);
		json_decref(data);
		l->seqs[l->n] = events[i].seq;
		l->rows[l->n++] = row;
	}
	map_put(&r->orgs, key, l);
	*ret = l;
	return OK;
}

static enum err org_then(struct ctx *c, struct rule_replay *r, int64_t seq)
{
	struct life *l;
	r->k.has_org = false;
	if (!r->k.t.organisation_id.set)
		return OK;
	TRY(life_of(c, r, r->k.t.organisation_id.v, &l));
	for (size_t i = 0; i < l->n && (l->seqs[i] <= seq || !i); i++) {
		r->k.org = l->rows[i];
		r->k.has_org = true;
	}
	return OK;
}

enum err rule_replay_begin(struct ctx *c, int64_t ticket_id, struct rule_replay *r)
{
	struct map orgs = r->orgs;
	struct arena *lives = r->lives;
	*r = (struct rule_replay){ .ticket_id = ticket_id, .orgs = orgs, .lives = lives };
	if (!lives) {
		r->lives = c->arena;
		map_init(&r->orgs, c->arena);
	}
	r->k = (struct rule_case){ .t = { .id = ticket_id, .subject = S(""), .status = S(""), .kind = S(""), .origin = S(""), .next_action = S("") }, .by = S(""), .tag = S(""),
				   .email = S(""), .requester_kind = S("") };
	return event_by_ticket(c, ticket_id, 0, EVENTS_READ, &r->events, &r->n);
}

static struct rule_tag *tag_row(struct ctx *c, struct rule_case *k, int64_t id)
{
	for (size_t i = 0; i < k->n_tags; i++)
		if (k->tags[i].id == id)
			return &k->tags[i];
	if (k->n_tags == k->tags_cap) {
		size_t cap = k->tags_cap ? k->tags_cap * 2 : 8;
		k->tags = arena_grow(c->arena, k->tags, k->tags_cap * sizeof(*k->tags), cap * sizeof(*k->tags));
		k->tags_cap = cap;
	}
	k->tags[k->n_tags] = (struct rule_tag){ .id = id, .kind = S(""), .tag = S("") };
	return &k->tags[k->n_tags++];
}

static void tag_step(struct ctx *c, struct rule_replay *r, const struct event *e, json_t *set)
{
	struct rule_tag *tag = tag_row(c, &r->k, e->entity_id);
	struct str kind = text_in(set, "kind"), name = text_in(set, "tag");
	if (kind.n)
		tag->kind = arena_str(c->arena, kind);
	if (name.n)
		tag->tag = arena_str(c->arena, name);
	tag->on = str_eq(e->kind, S("ticket.tagged"));
	r->k.tag = tag->tag;
}

enum err rule_replay_step(struct ctx *c, struct rule_replay *r, bool *ret_more)
{
	*ret_more = r->i < r->n;
	if (r->i == r->n) {
		r->end = true;
		return OK;
	}
	const struct event *e = &r->events[r->i++];
	json_t *data = json_loadb(e->data.p, e->data.n, 0, NULL), *set = json_object_get(data, "set");
	int64_t asked = r->k.t.requester_id.set ? r->k.t.requester_id.v : 0;
	if (str_eq(e->entity, S("ticket")) && e->entity_id == r->ticket_id) {
		lay_over(c->arena, &ticket_rows_stmt, set, &r->k.t);
		r->k.subject = r->k.text = STR_NULL;
	}
	read_event(c, e, data, &r->k);
	r->k.now_us = e->at_us;
	r->k.open_hours = NONE;
	if (str_eq(e->entity, S("ticket_tag")))
		tag_step(c, r, e, set);
	json_decref(data);
	TRY(org_then(c, r, e->seq));
	if ((r->k.t.requester_id.set ? r->k.t.requester_id.v : 0) != asked)
		TRY(requester(c, &r->k));
	return OK;
}

utime rule_replay_next_us(const struct rule_replay *r)
{
	return r->i < r->n ? r->events[r->i].at_us : INT64_MAX;
}
