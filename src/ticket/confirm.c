/* confirm.c: "did that solve it?": one question to the customer, one link that works without an account.
 *
 * The link's token is the question's number and a signature under the desk's key; it is stored nowhere, so nobody reads
 * it out of a database. Looking at the page behind it changes nothing, because scanners of mail follow every link; only
 * the form on that page answers. */
#include "ticket/ticket_int.h"

#include "confirm.sql.h"
#include "core/desk.h"
#include "core/secret.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct confirmation_find_row) == sizeof(struct confirmation_rows_row),
	       "confirmation_find and confirmation_rows");

enum { SIGNATURE_BYTES = 16 };

struct str ticket_confirm_token(struct ctx *c, int64_t confirmation_id)
{
	unsigned char mac[32];
	secret_mac(c->desk, KEY_LINK, arena_fmt(c->arena, "confirm:%lld", (long long)confirmation_id), mac);
	struct str sig = secret_base32(c->arena, mac, SIGNATURE_BYTES);
	return arena_fmt(c->arena, "%lld.%.*s", (long long)confirmation_id, STR_ARG(sig));
}

/* ---- asking ---- */

struct ticket_confirm_ask_in {
	int64_t ticket;
};

static enum err asked_recently(struct ctx *c, const struct ticket_get_row *t)
{
	struct confirmation_of_ticket_row last;
	bool found;
	TRY(confirmation_of_ticket(c->db, c->arena, &last, &found, .ticket_id = t->id));
	if (found && !last.answer.p && last.asked_us > c->now_us - UTIME_US_PER_DAY)
		return fail(c, ERR_CONFLICT,
			    "The customer was asked at %.*s and has not answered yet. Wait a day before you ask again.",
			    STR_ARG(ticket_when(c, last.asked_us)));
	return OK;
}

static enum err ticket_confirm_ask(struct ctx *c, const struct ticket_confirm_ask_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	if (ticket_status_of(&t) == TICKET_NEW)
		return fail(c, ERR_CONFLICT,
			    "Nobody has answered ticket %lld yet: answer first, then ask whether it helped.",
			    (long long)t.id);
	if (!t.requester_id.set)
		return fail(c, ERR_CONFLICT, "Ticket %lld has no requester to ask.", (long long)t.id);
	struct contact k;
	TRY(contact_get(c, t.requester_id.v, &k));
	if (!k.email.n || k.bouncing || k.deleted)
		return fail(c, ERR_CONFLICT, "%.*s cannot be reached by mail: correct the address first.",
			    STR_ARG(k.name));
	TRY(asked_recently(c, &t));
	struct confirmation_rows_row row = {
		.ticket_id = t.id,
		.contact_id = k.id,
		.asked_us = c->now_us,
		.expires_us = c->now_us + setting_i64(c, "ticket.confirm_days") * UTIME_US_PER_DAY,
	};
	struct confirmation_add_row id;
	TRY(confirmation_add(c->db, c->arena, &id, .ticket_id = row.ticket_id, .contact_id = row.contact_id,
			     .asked_us = row.asked_us, .expires_us = row.expires_us));
	struct event_new e = {
		.kind = "ticket.confirm_asked",
		.entity = "confirmation",
		.entity_id = id.id,
		.ticket_id = t.id,
		.data = fold_set_all(c->arena, &confirmation_rows_stmt, &row),
	};
	TRY(event_append(c, &e, NULL));
	struct outbox_new o = {
		.kind = TICKET_OUTBOX,
		.dest = k.email,
		.ticket_id = t.id,
		.dedup = arena_fmt(c->arena, "confirm:%lld", (long long)id.id),
		.body = arena_fmt(
			c->arena,
			"{\"kind\":\"confirm\",\"ticket\":%lld,\"message\":0,\"contact\":%lld,\"confirmation\":%lld}",
			(long long)t.id, (long long)k.id, (long long)id.id),
	};
	TRY(outbox_add(c, &o, NULL));
	TRY(ticket_add_system_note(c, t.id,
				   arena_fmt(c->arena, "%.*s was asked whether this is solved.", STR_ARG(k.name)),
				   "confirmation"));
	struct ticket_get_row before = t;
	enum ticket_status s = ticket_status_of(&t);
	if (s == TICKET_OPEN || s == TICKET_ON_HOLD)
		TRY(ticket_move(c, &t, TICKET_PENDING, BY_TEAMMATE, c->now_us));
	ticket_answer(c, t.id);
	json_ki64(c->out, "confirmation", id.id);
	ticket_said(c, "%.*s is asked whether this is solved.", STR_ARG(k.name));
	return ticket_save(c, "ticket.status_changed", &before, &t,
			   &(struct ticket_note_to_log) { .rule = S("waits for the confirmation") });
}

COMMAND_RUN(ticket_confirm_ask)
static const struct field ask_fields[] = {
	FIELD(struct ticket_confirm_ask_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
};
const struct command ticket_confirm_ask_cmd = {
	.name = "ticket.confirm_ask",
	.help = "Ask the customer whether it is solved",
	FIELDS(ask_fields, struct ticket_confirm_ask_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_confirm_ask),
};

/* ---- answering ---- */

static enum err by_token(struct ctx *c, struct str token, struct confirmation_find_row *ret)
{
	struct str number, sig;
	int64_t id = 0;
	bool found = false;
	if (token.n <= 80 && str_cut(str_trim(token), '.', &number, &sig) && str_i64(number, &id) && id > 0 &&
	    secret_equal(ticket_confirm_token(c, id), str_trim(token)))
		TRY(confirmation_find(c->db, c->arena, ret, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "This link is not (or no longer) one of ours. Answer the mail instead.");
	return OK;
}

enum err ticket_confirm_look(struct ctx *c, struct str token, struct ticket_confirm_view *ret)
{
	struct confirmation_find_row row;
	struct ticket_get_row t;
	struct contact k;
	TRY(by_token(c, token, &row));
	TRY(ticket_root(c, row.ticket_id, &t));
	TRY(contact_get(c, row.contact_id, &k));
	*ret = (struct ticket_confirm_view) {
		.id = row.id,
		.ticket_id = t.id,
		.contact_id = k.id,
		.subject = t.subject,
		.contact_name = k.name,
		.answer = row.answer,
		.expired = row.expires_us < c->now_us,
		.status = ticket_status_of(&t),
	};
	return OK;
}

struct ticket_confirm_in {
	struct str token, answer, comment;
};

/* Yes: what waits becomes Solved, what is Solved becomes Closed. No: it is ours again. */
static enum err act_on(struct ctx *c, struct ticket_get_row *t, int64_t confirmation, bool yes, struct str comment)
{
	struct ticket_get_row before = *t;
	enum ticket_status s = ticket_status_of(t);
	if (comment.n) {
		struct ticket_incoming in = {
			.ticket_id = t->id,
			.contact_id = c->actor.id,
			.author_name = c->actor.name,
			.text = comment,
			.via = "web",
			.origin = "web",
			.rule = S("confirmation"),
			.no_reopen = yes,
		};
		struct ticket_landed landed;
		TRY(ticket_add_customer_message(c, &in, &landed));
		if (landed.follow_up)
			return OK;
		TRY(ticket_get(c->db, c->arena, t, .id = t->id));
		before = *t;
		s = ticket_status_of(t);
	}
	if (yes && (s == TICKET_OPEN || s == TICKET_PENDING || s == TICKET_ON_HOLD))
		TRY(ticket_move(c, t, TICKET_SOLVED, BY_CONFIRM, c->now_us));
	else if (yes && s == TICKET_SOLVED) {
		TRY(ticket_move(c, t, TICKET_CLOSED, BY_CONFIRM, c->now_us));
		TRY(resolve_confirmed(c, t->id, confirmation));
	} else if (!yes && (s == TICKET_PENDING || s == TICKET_ON_HOLD || s == TICKET_SOLVED))
		TRY(ticket_move(c, t, TICKET_OPEN, BY_CONFIRM, c->now_us));
	struct resolve_cite cite;
	bool cited = ticket_status_of(t) == TICKET_SOLVED && s != TICKET_SOLVED;
	if (cited)
		TRY(resolve_by_customer(c, t, confirmation, &cite));
	return ticket_save(c, "ticket.status_changed", &before, t,
			   &(struct ticket_note_to_log) { .rule = yes ? S("the customer confirmed") : S("the customer said no"),
							  .cite = cited ? &cite : NULL });
}

static enum err ticket_confirm(struct ctx *c, const struct ticket_confirm_in *in)
{
	struct confirmation_find_row row;
	struct ticket_get_row t;
	struct contact k;
	TRY(by_token(c, in->token, &row));
	TRY(ticket_root(c, row.ticket_id, &t));
	bool yes = str_eq(in->answer, S("yes"));
	json_kstr(c->out, "answer", in->answer);
	if (row.answer.p && str_eq(row.answer, in->answer))
		return OK;
	if (row.answer.p)
		return fail(c, ERR_CONFLICT,
			    "You have answered already. If something is still wrong, answer the mail.");
	if (row.expires_us < c->now_us)
		return fail(c, ERR_CONFLICT, "This question is too old to be answered here. Answer the mail instead.");
	if (!yes && ticket_status_of(&t) == TICKET_CLOSED && !in->comment.n)
		return fail_field(
			c, S("comment"),
			"This request is closed already. Say what is still wrong, and a new one is made of it.");
	TRY(contact_get(c, row.contact_id, &k));
	/* the link is theirs: what follows is their doing */
	struct actor was = c->actor;
	c->actor = (struct actor) { .kind = ACTOR_CONTACT, .id = k.id, .name = k.name, .zone = k.zone };
	struct confirmation_find_row answered = row;
	answered.answer = in->answer;
	answered.answered_us = SOME(c->now_us);
	enum err e = confirmation_put(c->db, .id = row.id, .answer = in->answer, .answered_us = answered.answered_us);
	struct event_new ev = {
		.kind = "ticket.confirmed",
		.entity = "confirmation",
		.entity_id = row.id,
		.ticket_id = t.id,
		.data = fold_set_diff(c->arena, &confirmation_rows_stmt, &row, &answered),
	};
	if (e == OK)
		e = event_append(c, &ev, NULL);
	if (e == OK)
		e = act_on(c, &t, row.id, yes, in->comment);
	c->actor = was;
	return e;
}

COMMAND_RUN(ticket_confirm)
static const char *const YES_NO[] = { "yes", "no", NULL };
static const struct field confirm_fields[] = {
	FIELD(struct ticket_confirm_in, token, FIELD_SECRET, .required = true, .max = 80,
	      .help = "the token of the link in the mail"),
	FIELD(struct ticket_confirm_in, answer, FIELD_ENUM, .required = true, .choices = YES_NO,
	      .help = "yes: it is solved; no: it is not"),
	FIELD(struct ticket_confirm_in, comment, FIELD_TEXT, .max = 20000, .help = "what the customer wants to add"),
};
const struct command ticket_confirm_cmd = {
	.name = "ticket.confirm",
	.help = "Answer whether a request is solved, by the link of our mail",
	FIELDS(confirm_fields, struct ticket_confirm_in),
	.need = 0,
	.run = RUN(ticket_confirm),
};
