/* ticket_people.c: whose ticket it is, who gets copies, and what a merge of two contacts means for both. */
#include "ticket/ticket_int.h"

#include "ticket_message.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct ticket_cc_find_row) == sizeof(struct ticket_cc_rows_row),
	       "ticket_cc_find and ticket_cc_rows");

#define TICKET_FIELD(T) \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", \
	      .example = "42")

/* ---- copies ---- */

static enum err cc_put(struct ctx *c, int64_t ticket_id, int64_t contact_id, const char *state, int64_t from_message_id,
		       utime at_us, struct str rule)
{
	utime at = at_us ? at_us : c->now_us;
	struct opt_i64 from = from_message_id ? SOME(from_message_id) : NONE;
	struct ticket_cc_find_row old;
	bool found;
	TRY(ticket_cc_find(c->db, c->arena, &old, &found, .ticket_id = ticket_id, .contact_id = contact_id));
	bool removing = !strcmp(state, "removed");
	if (found ? str_eq(old.state, str_c(state)) : removing)
		return OK;
	struct event_new e = { .entity = "ticket_cc", .ticket_id = ticket_id, .rule = rule, .at_us = at_us };
	if (!found) {
		struct ticket_cc_rows_row row = {
			.ticket_id = ticket_id,
			.contact_id = contact_id,
			.state = str_c(state),
			.from_message_id = from,
			.created_us = at,
		};
		struct ticket_cc_row_add_row id;
		TRY(ticket_cc_row_add(c->db, c->arena, &id, .ticket_id = ticket_id, .contact_id = contact_id,
				      .state = row.state, .from_message_id = from, .created_us = at));
		e.kind = "ticket.cc_added";
		e.entity_id = id.id;
		e.data = fold_set_all(c->arena, &ticket_cc_rows_stmt, &row);
		return event_append(c, &e, NULL);
	}
	struct ticket_cc_find_row row = old;
	row.state = str_c(state);
	if (str_eq(old.state, S("removed")) && !removing)
		row.from_message_id = from;
	TRY(ticket_cc_row_put(c->db, .id = row.id, .state = row.state, .from_message_id = row.from_message_id));
	e.kind = "ticket.cc_changed";
	e.entity_id = row.id;
	struct str set = fold_set_diff(c->arena, &ticket_cc_rows_stmt, &old, &row);
	e.data = arena_fmt(c->arena, "%.*s,\"was\":{\"state\":\"%.*s\"},\"contact\":%lld}", (int)set.n - 1, set.p,
			   STR_ARG(old.state), (long long)contact_id);
	return event_append(c, &e, NULL);
}

enum err ticket_cc_put(struct ctx *c, int64_t ticket_id, int64_t contact_id, const char *state, int64_t from_message_id,
		       utime at_us)
{
	return cc_put(c, ticket_id, contact_id, state, from_message_id, at_us, STR_NULL);
}

static enum err newest_message(struct ctx *c, int64_t ticket_id, int64_t *ret)
{
	struct message_newest_id_row row;
	bool found;
	TRY(message_newest_id(c->db, c->arena, &row, &found, .ticket_id = ticket_id));
	*ret = found ? row.id : 0;
	return OK;
}

struct ticket_cc_in {
	int64_t ticket;
	struct opt_i64 contact;
	struct str name, email;
};

static enum err ticket_cc_add(struct ctx *c, const struct ticket_cc_in *in)
{
	struct ticket_get_row t;
	struct contact k;
	int64_t newest;
	TRY(ticket_load_writable(c, in->ticket, &t));
	TRY(ticket_named_contact(c, in->contact, in->name, in->email, &k));
	if (t.requester_id.set && t.requester_id.v == k.id)
		return fail_field(c, in->contact.set ? S("contact") : S("email"),
				  "%.*s asked in the first place and gets every reply.", STR_ARG(k.name));
	TRY(newest_message(c, t.id, &newest));
	TRY(ticket_cc_put(c, t.id, k.id, "active", newest, 0));
	ticket_answer(c, t.id);
	json_ki64(c->out, "contact", k.id);
	ticket_said(c, "%.*s gets copies from now on.", STR_ARG(k.name));
	return OK;
}

struct ticket_cc_one_in {
	int64_t ticket, contact;
};

static enum err change_cc(struct ctx *c, const struct ticket_cc_one_in *in, const char *state)
{
	struct ticket_get_row t;
	struct ticket_cc_find_row cc;
	bool found;
	int64_t newest;
	TRY(ticket_load_writable(c, in->ticket, &t));
	TRY(ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = t.id, .contact_id = in->contact));
	if (!found || str_eq(cc.state, S("removed")))
		return fail_field(c, S("contact"), "Contact %lld is not in copy of ticket %lld.",
				  (long long)in->contact, (long long)t.id);
	TRY(newest_message(c, t.id, &newest));
	ticket_answer(c, t.id);
	return ticket_cc_put(c, t.id, in->contact, state, newest, 0);
}

static enum err ticket_cc_remove(struct ctx *c, const struct ticket_cc_one_in *in)
{
	return change_cc(c, in, "removed");
}

static enum err ticket_cc_approve(struct ctx *c, const struct ticket_cc_one_in *in)
{
	return change_cc(c, in, "active");
}

COMMAND_RUN(ticket_cc_add)
COMMAND_RUN(ticket_cc_remove)
COMMAND_RUN(ticket_cc_approve)
static const struct field cc_fields[] = {
	TICKET_FIELD(struct ticket_cc_in),
	FIELD(struct ticket_cc_in, contact, FIELD_ID, .help = "number of the contact"),
	FIELD(struct ticket_cc_in, name, FIELD_STR, .help = "their name, with email"),
	FIELD(struct ticket_cc_in, email, FIELD_EMAIL, .help = "their address; the contact is made when it is new"),
};
static const struct field cc_one_fields[] = {
	TICKET_FIELD(struct ticket_cc_one_in),
	FIELD(struct ticket_cc_one_in, contact, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the contact", .example = "7"),
};
const struct command ticket_cc_add_cmd = {
	.name = "ticket.cc_add",
	.help = "Send somebody copies of the replies from now on",
	FIELDS(cc_fields, struct ticket_cc_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_cc_add),
};
const struct command ticket_cc_remove_cmd = {
	.name = "ticket.cc_remove",
	.help = "Send somebody no more copies",
	FIELDS(cc_one_fields, struct ticket_cc_one_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_cc_remove),
};
const struct command ticket_cc_approve_cmd = {
	.name = "ticket.cc_approve",
	.help = "Let somebody whom a mail named get copies",
	FIELDS(cc_one_fields, struct ticket_cc_one_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_cc_approve),
};

/* ---- whose ticket it is ---- */

struct ticket_requester_in {
	int64_t ticket;
	struct opt_i64 contact;
	struct str name, email;
	bool keep_cc;
};

static enum err set_requester(struct ctx *c, struct ticket_get_row *t, struct opt_i64 contact_id,
			      struct opt_i64 organisation_id, struct str rule)
{
	struct ticket_get_row before = *t;
	t->requester_id = contact_id;
	t->organisation_id = organisation_id;
	return ticket_save(c, "ticket.requester_changed", &before, t, &(struct ticket_note_to_log) { .rule = rule });
}

static enum err ticket_requester(struct ctx *c, const struct ticket_requester_in *in)
{
	struct ticket_get_row t;
	struct contact k;
	TRY(ticket_load_writable(c, in->ticket, &t));
	TRY(ticket_named_contact(c, in->contact, in->name, in->email, &k));
	ticket_answer(c, t.id);
	json_ki64(c->out, "contact", k.id);
	if (t.requester_id.set && t.requester_id.v == k.id)
		return OK;
	struct opt_i64 old = t.requester_id;
	/* whoever asks gets every reply, so no copy besides */
	TRY(ticket_cc_put(c, t.id, k.id, "removed", 0, 0));
	TRY(set_requester(c, &t, SOME(k.id), k.organisation_id, STR_NULL));
	if (in->keep_cc && old.set) {
		int64_t newest;
		TRY(newest_message(c, t.id, &newest));
		TRY(ticket_cc_put(c, t.id, old.v, "active", newest, 0));
	}
	ticket_said(c, "%.*s is the requester now.", STR_ARG(k.name));
	return OK;
}

COMMAND_RUN(ticket_requester)
static const struct field requester_fields[] = {
	TICKET_FIELD(struct ticket_requester_in),
	FIELD(struct ticket_requester_in, contact, FIELD_ID, .help = "number of the contact"),
	FIELD(struct ticket_requester_in, name, FIELD_STR, .help = "their name, with email"),
	FIELD(struct ticket_requester_in, email, FIELD_EMAIL,
	      .help = "their address; the contact is made when it is new"),
	FIELD(struct ticket_requester_in, keep_cc, FIELD_BOOL, .help = "keep who it was before in copy"),
};
const struct command ticket_requester_cmd = {
	.name = "ticket.requester",
	.help = "Correct whose ticket it is",
	FIELDS(requester_fields, struct ticket_requester_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_requester),
};

/* ---- two contacts become one, and two again ---- */

static bool event_ids(const struct event_new *e, const char *seq_key, int64_t *ret_from, int64_t *ret_into,
		      int64_t *ret_seq)
{
	json_t *data = json_loadb(e->data.p, e->data.n, 0, NULL);
	*ret_from = json_integer_value(json_object_get(data, "from"));
	*ret_into = json_integer_value(json_object_get(data, "into"));
	*ret_seq = seq_key ? json_integer_value(json_object_get(data, seq_key)) : 0;
	json_decref(data);
	return *ret_from && *ret_into;
}

static struct str merge_rule(struct ctx *c, int64_t seq)
{
	return arena_fmt(c->arena, "contacts merged by event %lld", (long long)seq);
}

/* Requesters and copies move from the one to the other; each event names the merge as its rule, so that the way back is
 * known. */
enum err ticket_on_contact_merged(struct ctx *c, const struct event_new *e, int64_t seq)
{
	int64_t from, into, unused;
	if (!event_ids(e, NULL, &from, &into, &unused))
		return fail(c, ERR_BUG, "contact.merged: the event names no contacts");
	struct str rule = merge_rule(c, seq);
	struct ticket_ids_of_requester_row *ids;
	size_t n;
	TRY(ticket_ids_of_requester(c->db, c->arena, &ids, &n, .contact_id = from));
	for (size_t i = 0; i < n; i++) {
		struct ticket_get_row t;
		TRY(ticket_get(c->db, c->arena, &t, .id = ids[i].id));
		TRY(set_requester(c, &t, SOME(into), t.organisation_id, rule));
		TRY(cc_put(c, t.id, into, "removed", 0, 0, rule));
	}
	struct ticket_ccs_of_contact_row *ccs;
	TRY(ticket_ccs_of_contact(c->db, c->arena, &ccs, &n, .contact_id = from));
	for (size_t i = 0; i < n; i++) {
		struct ticket_get_row t;
		struct ticket_cc_find_row has;
		bool found;
		TRY(ticket_get(c->db, c->arena, &t, .id = ccs[i].ticket_id));
		TRY(cc_put(c, t.id, from, "removed", 0, 0, rule));
		TRY(ticket_cc_find(c->db, c->arena, &has, &found, .ticket_id = t.id, .contact_id = into));
		bool asks = t.requester_id.set && t.requester_id.v == into;
		bool copied = found && str_eq(has.state, S("active"));
		if (!asks && !copied)
			TRY(cc_put(c, t.id, into, arena_cstr(c->arena, ccs[i].state), 0, 0, rule));
	}
	return OK;
}

static enum err requester_back(struct ctx *c, int64_t ticket_id, int64_t from, int64_t into)
{
	struct ticket_get_row t;
	TRY(ticket_get(c->db, c->arena, &t, .id = ticket_id));
	/* somebody corrected it since: theirs stands */
	if (!t.requester_id.set || t.requester_id.v != into)
		return OK;
	return set_requester(c, &t, SOME(from), t.organisation_id, S("contacts unmerged"));
}

static enum err cc_back(struct ctx *c, const struct ticket_events_by_rule_row *row, const char *kind)
{
	json_t *data = json_loadb(row->data.p, row->data.n, 0, NULL);
	json_t *set = json_object_get(data, "set");
	bool added = !strcmp(kind, "ticket.cc_added");
	int64_t contact =
		json_integer_value(added ? json_object_get(set, "contact_id") : json_object_get(data, "contact"));
	const char *was = added ? "removed" : json_string_value(json_object_get(json_object_get(data, "was"), "state"));
	enum err e = was && contact ? cc_put(c, row->ticket_id.v, contact, arena_cstr(c->arena, str_c(was)), 0, 0,
					     S("contacts unmerged"))
				    : OK;
	json_decref(data);
	return e;
}

enum err ticket_on_contact_unmerged(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	static const char *const KINDS[] = { "ticket.requester_changed", "ticket.cc_changed", "ticket.cc_added" };
	int64_t from, into, merged_seq;
	if (!event_ids(e, "merged_seq", &from, &into, &merged_seq))
		return fail(c, ERR_BUG, "contact.unmerged: the event names no contacts");
	for (size_t k = 0; k < ARRAY_LEN(KINDS); k++) {
		struct ticket_events_by_rule_row *rows;
		size_t n;
		TRY(ticket_events_by_rule(c->db, c->arena, &rows, &n, .after_seq = merged_seq, .kind = str_c(KINDS[k]),
					  .rule = merge_rule(c, merged_seq)));
		for (size_t i = n; i-- > 0;)
			TRY(k == 0 ? requester_back(c, rows[i].entity_id, from, into) : cc_back(c, &rows[i], KINDS[k]));
	}
	return OK;
}
