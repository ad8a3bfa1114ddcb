/* draft.c: what a teammate has begun to write, kept until it is sent. One per teammate and ticket; colleagues see that it is there and can take it over
 * (desk/draft_share.c); no history. A writer who says which version she knew does not write over a newer one of hers: another tab may hold it. */
#include "ticket/ticket_int.h"

#include "ticket_message.sql.h"

#include "base/banned.h"

enum err draft_delete(struct ctx *c, int64_t ticket_id)
{
	if (!ticket_actor_id(c))
		return OK;
	return draft_remove(c->db, .ticket_id = ticket_id, .teammate_id = ticket_actor_id(c));
}

struct draft_save_in {
	int64_t ticket;
	struct str mode, body;
	struct opt_i64 seen, version;
};

static enum err draft_save(struct ctx *c, const struct draft_save_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	if (!ticket_actor_id(c))
		return fail(c, ERR_INPUT, "Only teammates have drafts.");
	struct draft_find_row old;
	bool found;
	TRY(draft_find(c->db, c->arena, &old, &found, .ticket_id = t.id, .teammate_id = ticket_actor_id(c)));
	int64_t version = found ? old.version_no : 0;
	if (in->version.set && in->version.v != version && !(found && str_eq(old.body, in->body)))
		return fail(c, ERR_CONFLICT,
			    found ? "Another tab of yours has saved a different text for this ticket since. Neither is lost: choose one of them."
				  : "The text that you had begun here was sent or thrown away in another tab.");
	ticket_answer(c, t.id);
	bool empty = !str_trim(in->body).n;
	json_ki64(c->out, "version", empty ? 0 : version + 1);
	if (empty)
		return draft_delete(c, t.id);
	return draft_put(c->db, .ticket_id = t.id, .teammate_id = ticket_actor_id(c),
			 .mode = in->mode.n ? in->mode : S("note"), .body = in->body, .seen_message_id = in->seen,
			 .saved_us = c->now_us);
}

struct draft_drop_in {
	int64_t ticket;
};

static enum err draft_drop(struct ctx *c, const struct draft_drop_in *in)
{
	ticket_answer(c, in->ticket);
	return draft_delete(c, in->ticket);
}

COMMAND_RUN(draft_save)
COMMAND_RUN(draft_drop)
static const char *const MODES[] = { "note", "reply", NULL };
static const struct field save_fields[] = {
	FIELD(struct draft_save_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
	FIELD(struct draft_save_in, mode, FIELD_ENUM, .choices = MODES, .help = "note unless said"),
	FIELD(struct draft_save_in, body, FIELD_TEXT, .help = "the text so far; empty drops the draft"),
	FIELD(struct draft_save_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "newest message the writer had read"),
	FIELD(struct draft_save_in, version, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "the version you go on from (0 = there was none): refused when there is another by now"),
};
static const struct field drop_fields[] = {
	FIELD(struct draft_drop_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
};
static const char QUIET[] = "a draft is no part of a ticket until it is saved as a message";
const struct command draft_save_cmd = {
	.name = "draft.save",
	.help = "Keep what you have begun to write",
	FIELDS(save_fields, struct draft_save_in),
	.need = CAN_NOTE,
	.quiet_because = QUIET,
	.run = RUN(draft_save),
};
const struct command draft_drop_cmd = {
	.name = "draft.drop",
	.help = "Throw your draft away",
	FIELDS(drop_fields, struct draft_drop_in),
	.need = CAN_NOTE,
	.quiet_because = QUIET,
	.run = RUN(draft_drop),
};
