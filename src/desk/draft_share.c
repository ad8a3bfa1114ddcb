/* draft_share.c: one text never writes over another silently; see draft_share.h. */
#include "desk/draft_share.h"

#include "ticket/ticket.h"

#include "draft_share.sql.h"

#include "base/banned.h"

static enum err me(struct ctx *c, int64_t *ret)
{
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Only teammates have drafts. Say who you are (--as).");
	*ret = c->actor.id;
	return OK;
}

/* The draft there is goes beside, under a name that no tab has. */
static enum err put_aside(struct ctx *c, int64_t ticket, int64_t teammate, const struct draft_find_row *d, struct str tab)
{
	return draft_beside_put(c->db, .ticket_id = ticket, .teammate_id = teammate, .tab = tab, .mode = d->mode, .body = d->body, .saved_us = d->saved_us);
}

/* ---- another tab ---- */

struct draft_beside_in {
	int64_t ticket;
	struct str tab, mode, body;
};

static enum err draft_beside(struct ctx *c, const struct draft_beside_in *in)
{
	struct ticket_get_row t;
	int64_t who;
	TRY(me(c, &who));
	TRY(ticket_load(c, in->ticket, &t));
	json_ki64(c->out, "ticket", t.id);
	if (!str_trim(in->body).n)
		return OK;
	return draft_beside_put(c->db, .ticket_id = t.id, .teammate_id = who, .tab = in->tab, .mode = in->mode.n ? in->mode : S("note"), .body = in->body,
				.saved_us = c->now_us);
}

struct draft_one_in {
	int64_t beside;
};

static enum err read_beside(struct ctx *c, int64_t id, struct draft_beside_get_row *ret)
{
	int64_t who;
	bool found;
	TRY(me(c, &who));
	TRY(draft_beside_get(c->db, c->arena, ret, &found, .id = id));
	if (!found || ret->teammate_id != who)
		return fail(c, ERR_NOT_FOUND, "This text is no longer kept.");
	json_ki64(c->out, "ticket", ret->ticket_id);
	return OK;
}

static enum err draft_choose(struct ctx *c, const struct draft_one_in *in)
{
	struct draft_beside_get_row b;
	struct draft_find_row now;
	bool found;
	TRY(read_beside(c, in->beside, &b));
	TRY(draft_find(c->db, c->arena, &now, &found, .ticket_id = b.ticket_id, .teammate_id = b.teammate_id));
	if (found && str_trim(now.body).n && !str_eq(now.body, b.body))
		TRY(put_aside(c, b.ticket_id, b.teammate_id, &now, arena_fmt(c->arena, "version:%lld", (long long)now.version_no)));
	TRY(draft_put(c->db, .ticket_id = b.ticket_id, .teammate_id = b.teammate_id, .mode = b.mode, .body = b.body,
		      .seen_message_id = found ? now.seen_message_id : NONE, .saved_us = c->now_us));
	json_kstr(c->out, "said", S("That text is your draft now. The other one is kept beside it."));
	return draft_beside_remove(c->db, .id = in->beside);
}

static enum err draft_forget(struct ctx *c, const struct draft_one_in *in)
{
	struct draft_beside_get_row b;
	TRY(read_beside(c, in->beside, &b));
	return draft_beside_remove(c->db, .id = in->beside);
}

/* ---- a colleague's ---- */

struct draft_take_in {
	int64_t ticket, from;
};

static enum err draft_take(struct ctx *c, const struct draft_take_in *in)
{
	struct ticket_get_row t;
	struct draft_find_row theirs, mine;
	int64_t who;
	bool found, has_mine;
	TRY(me(c, &who));
	TRY(ticket_load(c, in->ticket, &t));
	if (who == in->from)
		return fail_field(c, S("from"), "This draft is yours already.");
	TRY(draft_find(c->db, c->arena, &theirs, &found, .ticket_id = t.id, .teammate_id = in->from));
	if (!found)
		return fail(c, ERR_CONFLICT, "This draft is gone: it was sent, taken over or thrown away meanwhile.");
	if (str_eq(theirs.mode, S("reply")) && !(c->actor.caps & CAN_REPLY))
		return fail(c, ERR_FORBIDDEN, "This draft answers the customer, which wants the access of an engineer.");
	TRY(draft_find(c->db, c->arena, &mine, &has_mine, .ticket_id = t.id, .teammate_id = who));
	has_mine = has_mine && str_trim(mine.body).n;
	struct str body = has_mine ? arena_fmt(c->arena, "%.*s\n\n%.*s", STR_ARG(str_trim(mine.body)), STR_ARG(theirs.body)) : theirs.body;
	TRY(draft_put(c->db, .ticket_id = t.id, .teammate_id = who, .mode = theirs.mode, .body = body,
		      .seen_message_id = has_mine ? mine.seen_message_id : theirs.seen_message_id, .saved_us = c->now_us));
	if (theirs.macro_id.set)
		TRY(draft_set_macro(c->db, .ticket_id = t.id, .teammate_id = who, .macro_id = theirs.macro_id));
	TRY(put_aside(c, t.id, in->from, &theirs, arena_fmt(c->arena, "taken:%lld", (long long)who)));
	TRY(draft_remove(c->db, .ticket_id = t.id, .teammate_id = in->from));
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "said", S("Their text is your draft now. They keep a copy."));
	return event_append(c, &(struct event_new){ .kind = "draft.taken", .entity = "draft", .entity_id = theirs.id, .ticket_id = t.id,
						    .data = arena_fmt(c->arena, "{\"from\":%lld}", (long long)in->from) }, NULL);
}

COMMAND_RUN(draft_beside)
COMMAND_RUN(draft_choose)
COMMAND_RUN(draft_forget)
COMMAND_RUN(draft_take)
static const char *const MODES[] = { "note", "reply", NULL };
#define TICKET(T) FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42")
static const struct field take_fields[] = {
	TICKET(struct draft_take_in),
	FIELD(struct draft_take_in, from, FIELD_ID, .required = true, .help = "number of the teammate whose draft it is"),
};
static const struct field beside_fields[] = {
	TICKET(struct draft_beside_in),
	FIELD(struct draft_beside_in, tab, FIELD_STR, .required = true, .max = 40, .help = "which tab of yours"),
	FIELD(struct draft_beside_in, mode, FIELD_ENUM, .choices = MODES, .help = "note unless said"),
	FIELD(struct draft_beside_in, body, FIELD_TEXT, .help = "the text so far"),
};
static const struct field one_fields[] = {
	FIELD(struct draft_one_in, beside, FIELD_ID, .required = true, .positional = true, .help = "number of the text that is kept beside"),
};
static const char QUIET[] = "a draft is no part of a ticket until it is saved as a message";
const struct command draft_take_cmd = {
	.name = "draft.take", .help = "Take over what a colleague has begun to write", FIELDS(take_fields, struct draft_take_in), .need = CAN_NOTE,
	.run = RUN(draft_take),
};
const struct command draft_beside_cmd = {
	.name = "draft.beside", .help = "Keep a text beside your draft, without touching it", FIELDS(beside_fields, struct draft_beside_in), .need = CAN_NOTE,
	.quiet_because = QUIET, .run = RUN(draft_beside),
};
const struct command draft_choose_cmd = {
	.name = "draft.choose", .help = "Make a text that is kept beside your draft the draft", FIELDS(one_fields, struct draft_one_in), .need = CAN_NOTE,
	.quiet_because = QUIET, .run = RUN(draft_choose),
};
const struct command draft_forget_cmd = {
	.name = "draft.forget", .help = "Throw away a text that is kept beside your draft", FIELDS(one_fields, struct draft_one_in), .need = CAN_NOTE,
	.quiet_because = QUIET, .run = RUN(draft_forget),
};
