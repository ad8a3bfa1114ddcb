/* ticket_merge.c: merge two tickets, undo it days later, and move a message that landed in the wrong ticket.
 *
 * A merged ticket keeps its messages; the target's thread shows them by reference (thread_page). So undoing moves
 * nothing, mail to either finds its way, and old numbers go on working. What a merge does to the target: its
 * requester's counterpart is proposed as a copy, and when the merged ticket waited for us while the target did not, the
 * target becomes Open, because its thread now holds an unanswered question. */
#include "ticket/ticket_int.h"

#include "ticket_message.sql.h"

#include <string.h>

#include "base/banned.h"

#define TICKET_FIELD(T) \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", \
	      .example = "42")

struct ticket_merge_in {
	int64_t ticket, into;
	bool anyway;
};

static enum err may_merge(struct ctx *c, const struct ticket_merge_in *in, const struct ticket_get_row *t,
			  const struct ticket_get_row *into)
{
	if (t->id == into->id)
		return fail_field(c, S("into"), "A ticket is not merged into itself.");
	TRY(ticket_writable(c, t));
	if (ticket_status_of(into) == TICKET_CLOSED)
		return fail(c, ERR_CONFLICT,
			    "Ticket %lld is closed for good and takes nothing in. Link the two instead.",
			    (long long)into->id);
	TRY(ticket_writable(c, into));
	if (t->organisation_id.set && into->organisation_id.set && t->organisation_id.v != into->organisation_id.v &&
	    !in->anyway) {
		struct ticket_organisation_row a = { 0 }, b = { 0 };
		bool found;
		TRY(ticket_organisation(c->db, c->arena, &a, &found, .id = t->organisation_id.v));
		TRY(ticket_organisation(c->db, c->arena, &b, &found, .id = into->organisation_id.v));
		return fail(c, ERR_CONFLICT,
			    "Ticket %lld belongs to %.*s, ticket %lld to %.*s. Link them instead; “anyway” merges two "
			    "customers' tickets.",
			    (long long)t->id, STR_ARG(a.name), (long long)into->id, STR_ARG(b.name));
	}
	return OK;
}

/* The other customer asks for a copy, so to say; a teammate decides. */
static enum err propose_copy(struct ctx *c, const struct ticket_get_row *t, const struct ticket_get_row *into)
{
	struct ticket_cc_find_row cc;
	bool found;
	if (!t->requester_id.set || (into->requester_id.set && into->requester_id.v == t->requester_id.v))
		return OK;
	TRY(ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = into->id, .contact_id = t->requester_id.v));
	if (found && !str_eq(cc.state, S("removed")))
		return OK;
	return ticket_cc_put(c, into->id, t->requester_id.v, "proposed", 0, 0);
}

static enum err ticket_merge(struct ctx *c, const struct ticket_merge_in *in)
{
	struct ticket_get_row t, into;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(ticket_load(c, in->into, &into));
	if (t.merged_into_id.set && t.merged_into_id.v == into.id) {
		ticket_answer(c, into.id);
		return OK;
	}
	TRY(may_merge(c, in, &t, &into));
	struct ticket_get_row t_before = t, into_before = into;
	enum ticket_status was = ticket_status_of(&t), at = ticket_status_of(&into);
	TRY(ticket_move(c, &t, TICKET_MERGED, BY_MERGE, c->now_us));
	t.merged_into_id = SOME(into.id);
	if ((was == TICKET_NEW || was == TICKET_OPEN) &&
	    (at == TICKET_PENDING || at == TICKET_ON_HOLD || at == TICKET_SOLVED))
		TRY(ticket_move(c, &into, TICKET_OPEN, BY_MERGE, c->now_us));
	long long a = t.id, b = into.id;
	TRY(ticket_save(c, "ticket.merged", &t_before, &t,
			&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"into\":%lld", b) }));
	TRY(propose_copy(c, &t, &into));
	TRY(ticket_link_put(c, t.id, into.id, "duplicate_of", true, 0));
	TRY(ticket_add_system_note(c, into.id, arena_fmt(c->arena, "Ticket %lld was merged into this one.", a),
				   "merge"));
	into.updated_us = c->now_us;
	into.version_no++; /* a change by itself, so that the event is there */
	ticket_answer(c, into.id);
	json_ki64(c->out, "merged", t.id);
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/ticket.unmerge?ticket=%lld", a));
	ticket_said(c, "Ticket %lld is merged into %lld.", a, b);
	return ticket_save(c, "ticket.absorbed", &into_before, &into,
			   &(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"merged\":%lld", a) });
}

COMMAND_RUN(ticket_merge)
static const struct field merge_fields[] = {
	TICKET_FIELD(struct ticket_merge_in),
	FIELD(struct ticket_merge_in, into, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket that goes on", .example = "40"),
	FIELD(struct ticket_merge_in, anyway, FIELD_BOOL, .help = "merge although they belong to two organisations"),
};
const struct command ticket_merge_cmd = {
	.name = "ticket.merge",
	.help = "Merge a ticket into another; it can be undone",
	FIELDS(merge_fields, struct ticket_merge_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_merge),
};

struct ticket_unmerge_in {
	int64_t ticket;
};

static enum err ticket_unmerge(struct ctx *c, const struct ticket_unmerge_in *in)
{
	struct ticket_get_row t, into;
	TRY(ticket_load(c, in->ticket, &t));
	if (!t.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "Ticket %lld is not merged into another.", (long long)t.id);
	TRY(ticket_load(c, t.merged_into_id.v, &into));
	struct ticket_get_row t_before = t, into_before = into;
	long long a = t.id, b = into.id;
	utime since = t.before_since_us.set ? t.before_since_us.v : c->now_us;
	TRY(ticket_move_back(c, &t, c->now_us));
	/* the wait goes on from where it was: a merge and its undoing take nothing from a clock */
	t.status_since_us = since;
	TRY(ticket_save(c, "ticket.unmerged", &t_before, &t,
			&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"into\":%lld", b), .back = true }));
	struct ticket_cc_find_row cc;
	bool found = false;
	if (t.requester_id.set)
		TRY(ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = into.id, .contact_id = t.requester_id.v));
	if (found && str_eq(cc.state, S("proposed")))
		TRY(ticket_cc_put(c, into.id, t.requester_id.v, "removed", 0, 0));
	TRY(ticket_link_put(c, t.id, into.id, "duplicate_of", false, 0));
	TRY(ticket_add_system_note(c, into.id, arena_fmt(c->arena, "Ticket %lld is on its own again.", a),
				   "merge undone"));
	ticket_answer(c, t.id);
	json_kstr(c->out, "status", t.status);
	ticket_said(c, "Ticket %lld is on its own again.", a);
	into.version_no++;
	return ticket_save(c, "ticket.gave_back", &into_before, &into,
			   &(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"unmerged\":%lld", a), .back = true });
}

COMMAND_RUN(ticket_unmerge)
static const struct field unmerge_fields[] = { TICKET_FIELD(struct ticket_unmerge_in) };
const struct command ticket_unmerge_cmd = {
	.name = "ticket.unmerge",
	.help = "Undo a merge: the ticket is on its own again",
	FIELDS(unmerge_fields, struct ticket_unmerge_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_unmerge),
};

/* ---- a message to another ticket ---- */

struct ticket_split_in {
	int64_t message;
	struct opt_i64 into;
	struct str subject;
};

static enum err may_split(struct ctx *c, const struct message_get_row *m, const struct ticket_get_row *t)
{
	TRY(ticket_writable(c, t));
	if (str_eq(m->kind, S("public")))
		return fail(c, ERR_CONFLICT, "A reply of ours was sent to the people of ticket %lld and stays there.",
			    (long long)t->id);
	if (str_eq(m->kind, S("system")) || str_eq(m->state, S("undone")))
		return fail(c, ERR_CONFLICT, "This line of the thread cannot be moved.");
	struct message_times_row times;
	TRY(message_times(c->db, c->arena, &times, .ticket_id = t->id));
	if (times.messages < 2)
		return fail(c, ERR_CONFLICT, "This is the only message of ticket %lld. Merge the ticket instead.",
			    (long long)t->id);
	return OK;
}

/* Times and counts of a ticket by its messages, after one came or went. */
static enum err recount(struct ctx *c, struct ticket_get_row *t)
{
	struct message_times_row times;
	TRY(message_times(c->db, c->arena, &times, .ticket_id = t->id));
	t->customer_wrote_us = times.customer_us;
	t->messages = times.messages;
	t->attachments = times.attachments;
	return OK;
}

static enum err new_for_split(struct ctx *c, const struct ticket_split_in *in, const struct message_get_row *m,
			      const struct ticket_get_row *old, struct ticket_get_row *ret)
{
	struct ticket_get_row t;
	ticket_new_row(c->now_us, &t);
	t.subject = in->subject.n ? in->subject : old->subject;
	t.requester_id = old->requester_id;
	t.organisation_id = old->organisation_id;
	if (str_eq(m->kind, S("customer")) && str_eq(m->author_kind, S("contact")) && m->author_id.set) {
		struct contact k;
		TRY(contact_get(c, m->author_id.v, &k));
		t.requester_id = SOME(k.id);
		t.organisation_id = k.organisation_id;
	}
	t.origin = old->origin;
	t.inbound = old->inbound;
	t.deployment = old->deployment;
	t.version = old->version;
	t.parent_id = SOME(old->id);
	TRY(ticket_insert(c, &t, NULL));
	*ret = t;
	return ticket_link_put(c, t.id, old->id, "split_from", true, 0);
}

static enum err ticket_split(struct ctx *c, const struct ticket_split_in *in)
{
	struct message_find_row row;
	bool found;
	TRY(message_find(c->db, c->arena, &row, &found, .id = in->message));
	const struct message_get_row *m = (const struct message_get_row *)(const void *)&row;
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no message %lld.", (long long)in->message);
	struct ticket_get_row from, to;
	TRY(ticket_load(c, m->ticket_id, &from));
	TRY(may_split(c, m, &from));
	if (in->into.set) {
		TRY(ticket_load_writable(c, in->into.v, &to));
		if (to.id == from.id)
			return fail_field(c, S("into"), "The message is in ticket %lld already.", (long long)to.id);
	} else {
		TRY(new_for_split(c, in, m, &from, &to));
	}
	struct ticket_get_row from_before = from, to_before = to;
	struct message_get_row moved = *m;
	moved.ticket_id = to.id;
	TRY(message_change(c, "message.moved", m, &moved));
	TRY(attachments_move(c, m->id, to.id));
	long long a = from.id, b = to.id, id = m->id;
	TRY(ticket_add_system_note(c, from.id, arena_fmt(c->arena, "A message was moved to ticket %lld.", b), "split"));
	TRY(ticket_add_system_note(c, to.id, arena_fmt(c->arena, "A message was moved here from ticket %lld.", a),
				   "split"));
	TRY(recount(c, &from));
	TRY(recount(c, &to));
	TRY(ticket_save(
		c, "ticket.split", &from_before, &from,
		&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"message\":%lld,\"to\":%lld", id, b) }));
	TRY(ticket_save(
		c, "ticket.received", &to_before, &to,
		&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"message\":%lld,\"from\":%lld", id, a) }));
	ticket_answer(c, to.id);
	json_ki64(c->out, "from", from.id);
	ticket_said(c, "The message is in ticket %lld now.", b);
	return OK;
}

COMMAND_RUN(ticket_split)
static const struct field split_fields[] = {
	FIELD(struct ticket_split_in, message, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the message", .example = "317"),
	FIELD(struct ticket_split_in, into, FIELD_ID, .help = "a ticket that is there already; a new one unless said"),
	FIELD(struct ticket_split_in, subject, FIELD_STR, .max = 500,
	      .help = "subject of the new ticket; the old one's unless said"),
};
const struct command ticket_split_cmd = {
	.name = "ticket.split",
	.help = "Move a message to a new ticket, or to another one",
	FIELDS(split_fields, struct ticket_split_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_split),
};
