/* ticket_hold.c: who holds a ticket, and the statuses a teammate sets: take, release, assign, status, suspend, delete
 * and their ways back. */
#include "ticket/ticket_int.h"

#include <string.h>

#include "base/banned.h"

#define TICKET_FIELD(T) \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", \
	      .example = "42")

/* ---- take, release, assign ---- */

struct ticket_take_in {
	int64_t ticket;
	bool anyway;
};

static enum err ticket_take(struct ctx *c, const struct ticket_take_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	int64_t me = ticket_actor_id(c);
	if (!me)
		return fail(c, ERR_INPUT, "Only a teammate can take a ticket. Say who you are, or assign it.");
	if (t.assignee_id.set && t.assignee_id.v != me && !in->anyway)
		return fail(c, ERR_CONFLICT, "%.*s holds ticket %lld already. Ask first; “anyway” takes it over.",
			    STR_ARG(ticket_teammate_name(c, t.assignee_id)), (long long)t.id);
	struct ticket_get_row before = t;
	t.assignee_id = SOME(me);
	if (ticket_status_of(&t) == TICKET_NEW)
		TRY(ticket_move(c, &t, TICKET_OPEN, BY_TAKE, c->now_us));
	ticket_answer(c, t.id);
	json_kstr(c->out, "status", t.status);
	return ticket_save(c, "ticket.taken", &before, &t, NULL);
}

COMMAND_RUN(ticket_take)
static const struct field take_fields[] = {
	TICKET_FIELD(struct ticket_take_in),
	FIELD(struct ticket_take_in, anyway, FIELD_BOOL, .help = "take it over from whoever holds it"),
};
const struct command ticket_take_cmd = {
	.name = "ticket.take",
	.help = "Take a ticket: you hold it, and a new one becomes open",
	FIELDS(take_fields, struct ticket_take_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_take),
};

struct ticket_only_in {
	int64_t ticket;
};
static const struct field only_fields[] = { TICKET_FIELD(struct ticket_only_in) };

static enum err ticket_release(struct ctx *c, const struct ticket_only_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	struct ticket_get_row before = t;
	t.assignee_id = NONE;
	ticket_answer(c, t.id);
	return ticket_save(c, "ticket.released", &before, &t, NULL);
}

COMMAND_RUN(ticket_release)
const struct command ticket_release_cmd = {
	.name = "ticket.release",
	.help = "Let go of a ticket: nobody holds it, its status stays",
	FIELDS(only_fields, struct ticket_only_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_release),
};

struct ticket_assign_in {
	int64_t ticket;
	struct opt_i64 assignee, team, held_by;
	bool anyway;
};

static enum err ticket_assign(struct ctx *c, const struct ticket_assign_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	if (!in->assignee.set && !in->team.set)
		return fail_field(c, S("assignee"), "Say whom, or which team. To let go of it, release the ticket.");
	if (in->assignee.set)
		TRY(ticket_check_assignee(c, S("assignee"), in->assignee.v));
	if (in->team.set) {
		struct ticket_team_row team;
		bool found;
		TRY(ticket_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			return fail_field(c, S("team"), "There is no team %lld.", (long long)in->team.v);
	}
	int64_t holder = t.assignee_id.set ? t.assignee_id.v : 0;
	if (in->assignee.set && in->held_by.set && in->held_by.v != holder && in->assignee.v != holder)
		return fail(c, ERR_CONFLICT, "Meanwhile %.*s %s ticket %lld. Look at it again before you assign it.",
			    STR_ARG(ticket_teammate_name(c, t.assignee_id)), holder ? "got" : "holds", (long long)t.id);
	struct ticket_get_row before = t;
	if (in->assignee.set)
		t.assignee_id = in->assignee;
	if (in->team.set)
		t.team_id = in->team;
	ticket_answer(c, t.id);
	if (in->assignee.set)
		ticket_said(c, "%.*s holds it now.", STR_ARG(ticket_teammate_name(c, in->assignee)));
	/* whoever looks after capacity reads it there, and undoes what was not said so */
	const struct ticket_note_to_log anyway = { .more = S("\"anyway\":true") };
	return ticket_save(c, "ticket.assigned", &before, &t, in->anyway ? &anyway : NULL);
}

COMMAND_RUN(ticket_assign)
static const struct field assign_fields[] = {
	TICKET_FIELD(struct ticket_assign_in),
	FIELD(struct ticket_assign_in, assignee, FIELD_ID, .help = "number of the teammate who is to hold it"),
	FIELD(struct ticket_assign_in, team, FIELD_ID, .help = "number of the team"),
	FIELD(struct ticket_assign_in, held_by, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "who held it when you looked, 0 for nobody: refused when somebody else was faster"),
	FIELD(struct ticket_assign_in, anyway, FIELD_BOOL,
	      .help = "although they said that they are at capacity"),
};
const struct command ticket_assign_cmd = {
	.name = "ticket.assign",
	.help = "Give a ticket to a teammate or a team",
	FIELDS(assign_fields, struct ticket_assign_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_assign),
};

/* ---- the statuses a teammate sets ---- */

struct ticket_status_in {
	int64_t ticket;
	struct str status, reason;
	struct resolve_ask resolve;
};

static enum err ticket_status(struct ctx *c, const struct ticket_status_in *in)
{
	struct ticket_get_row t;
	enum ticket_status to = TICKET_OPEN;
	TRY(ticket_load(c, in->ticket, &t));
	ASSERT(ticket_status_parse(in->status, &to));
	struct ticket_get_row before = t;
	struct resolve_ask ask = in->resolve;
	struct resolve_cite cite;
	bool cited;
	ask.reason = in->reason;
	TRY(ticket_move(c, &t, to, BY_TEAMMATE, c->now_us));
	TRY(ticket_cite(c, &before, &t, &ask, &cite, &cited));
	ticket_answer(c, t.id);
	json_kstr(c->out, "status", t.status);
	return ticket_save(c, "ticket.status_changed", &before, &t,
			   &(struct ticket_note_to_log) { .rule = cited ? cite.rule : STR_NULL,
							  .reason = in->reason.n ? in->reason : STR_NULL,
							  .cite = cited ? &cite : NULL });
}

COMMAND_RUN(ticket_status)
static const char *const ALL_STATUSES[] = {
	"new", "open", "pending", "on_hold", "solved", "closed", "suspended", "deleted", "merged", NULL,
};
static const struct field status_fields[] = {
	TICKET_FIELD(struct ticket_status_in),
	FIELD(struct ticket_status_in, status, FIELD_ENUM, .required = true, .positional = true,
	      .choices = ALL_STATUSES,
	      .help = "open, pending (the customer's turn), on_hold (another team's turn) or solved"),
	FIELD(struct ticket_status_in, reason, FIELD_STR, .max = 500, .help = "why, for the history; wanted by rule R0"),
	RESOLVE_FIELDS(struct ticket_status_in, resolve),
};
const struct command ticket_status_cmd = {
	.name = "ticket.status",
	.help = "Set a ticket's status",
	FIELDS(status_fields, struct ticket_status_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_status),
};

/* ---- spam and bin, and back ---- */

struct ticket_reason_in {
	int64_t ticket;
	struct str reason;
};
static const struct field reason_fields[] = {
	TICKET_FIELD(struct ticket_reason_in),
	FIELD(struct ticket_reason_in, reason, FIELD_STR, .max = 500, .help = "why, for the history"),
};

static enum err put_away(struct ctx *c, const struct ticket_reason_in *in, enum ticket_status to, enum ticket_by by,
			 const char *kind)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	struct ticket_get_row before = t;
	TRY(ticket_move(c, &t, to, by, c->now_us));
	if (to == TICKET_SUSPENDED && ticket_status_of(&before) != to)
		t.suspend_reason = in->reason.n ? in->reason : S("spam");
	ticket_answer(c, t.id);
	ticket_said(c, "Ticket %lld is %s.", (long long)t.id,
		    to == TICKET_DELETED ? "deleted; it can be restored" : "suspended; it can be released");
	return ticket_save(c, kind, &before, &t,
			   &(struct ticket_note_to_log) { .reason = in->reason.n ? in->reason : STR_NULL });
}

static enum err take_back(struct ctx *c, int64_t id, enum ticket_status from, const char *kind)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, id, &t));
	if (ticket_status_of(&t) != from)
		return fail(c, ERR_CONFLICT, "Ticket %lld is not %s: it is %s.", (long long)id,
			    ticket_status_name(from), ticket_status_title(ticket_status_of(&t)));
	struct ticket_get_row before = t;
	TRY(ticket_move_back(c, &t, c->now_us));
	ticket_answer(c, t.id);
	json_kstr(c->out, "status", t.status);
	return ticket_save(c, kind, &before, &t, &(struct ticket_note_to_log) { .back = true });
}

static enum err ticket_suspend(struct ctx *c, const struct ticket_reason_in *in)
{
	return put_away(c, in, TICKET_SUSPENDED, BY_SUSPEND, "ticket.suspended");
}

static enum err ticket_unsuspend(struct ctx *c, const struct ticket_only_in *in)
{
	return take_back(c, in->ticket, TICKET_SUSPENDED, "ticket.unsuspended");
}

static enum err ticket_delete(struct ctx *c, const struct ticket_reason_in *in)
{
	return put_away(c, in, TICKET_DELETED, BY_DELETE, "ticket.deleted");
}

static enum err ticket_restore(struct ctx *c, const struct ticket_only_in *in)
{
	return take_back(c, in->ticket, TICKET_DELETED, "ticket.restored");
}

COMMAND_RUN(ticket_suspend)
COMMAND_RUN(ticket_unsuspend)
COMMAND_RUN(ticket_delete)
COMMAND_RUN(ticket_restore)
const struct command ticket_suspend_cmd = {
	.name = "ticket.suspend",
	.help = "Put a ticket aside as spam",
	FIELDS(reason_fields, struct ticket_reason_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_suspend),
};
const struct command ticket_unsuspend_cmd = {
	.name = "ticket.unsuspend",
	.help = "Release a suspended ticket: it is no spam",
	FIELDS(only_fields, struct ticket_only_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_unsuspend),
};
const struct command ticket_delete_cmd = {
	.name = "ticket.delete",
	.help = "Delete a ticket; it can be restored",
	FIELDS(reason_fields, struct ticket_reason_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_delete),
};
const struct command ticket_restore_cmd = {
	.name = "ticket.restore",
	.help = "Bring a deleted ticket back",
	FIELDS(only_fields, struct ticket_only_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_restore),
};

/* ---- when they hear from us again ---- */

struct ticket_promise_in {
	int64_t ticket;
	struct opt_i64 at;
};

static enum err ticket_promise(struct ctx *c, const struct ticket_promise_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	if (in->at.set && in->at.v <= c->now_us)
		return fail_field(c, S("at"), "A promise lies in the future.");
	struct ticket_get_row before = t;
	t.promised_us = in->at;
	ticket_answer(c, t.id);
	return ticket_save(c, "ticket.promised", &before, &t, NULL);
}

COMMAND_RUN(ticket_promise)
static const struct field promise_fields[] = {
	TICKET_FIELD(struct ticket_promise_in),
	FIELD(struct ticket_promise_in, at, FIELD_TIME,
	      .help = "when they hear from us again; empty takes the promise back", .example = "2026-11-26T15:00:00Z"),
};
const struct command ticket_promise_cmd = {
	.name = "ticket.promise",
	.help = "Note when the customer hears from us again",
	FIELDS(promise_fields, struct ticket_promise_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_promise),
};
