/* ticket_reply.c: the public reply with its ten seconds of grace, the internal note, and taking a reply back.
 *
 * A reply is in the thread at once, state "held"; its mails wait in the outbox until the grace is over. Taking it back
 * cancels those rows: when one of them has left, the whole of it fails, and the message stays sent. */
#include "ticket/guard.h"
#include "ticket/ticket_int.h"

#include "ticket_message.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

/* ---- who gets it ---- */

enum err ticket_recipients(struct ctx *c, int64_t ticket_id, struct ticket_recipient **ret, size_t *ret_n)
{
	struct ticket_recipient_rows_row *rows;
	size_t n, kept = 0;
	TRY(ticket_recipient_rows(c->db, c->arena, &rows, &n, .ticket_id = ticket_id));
	struct ticket_recipient *to = arena_array(c->arena, struct ticket_recipient, n);
	for (size_t i = 0; i < n; i++) {
		bool known = false;
		for (size_t k = 0; k < kept; k++)
			known = known || to[k].contact_id == rows[i].contact_id ||
				(rows[i].email.p && str_ieq(to[k].email, rows[i].email));
		if (known)
			continue;
		to[kept++] = (struct ticket_recipient) {
			.contact_id = rows[i].contact_id,
			.name = rows[i].name,
			.email = rows[i].email,
			.requester = rows[i].rank == 0,
			.skipped = rows[i].deleted_us.set                      ? "deleted"
				   : !rows[i].email.n                          ? "no address"
				   : str_eq(rows[i].mail_state, S("bouncing")) ? "bouncing"
									       : NULL,
		};
	}
	*ret = to;
	*ret_n = kept;
	return OK;
}

struct str ticket_recipients_json(struct ctx *c, const struct ticket_recipient *to, size_t n_to)
{
	struct json_out j;
	json_init(&j, c->arena, 4 << 20);
	json_arr(&j);
	for (size_t i = 0; i < n_to; i++) {
		json_obj(&j);
		json_ki64(&j, "contact", to[i].contact_id);
		json_kstr(&j, "name", to[i].name);
		json_kstr(&j, "email", to[i].email);
		if (to[i].skipped)
			json_kstr(&j, "skipped", str_c(to[i].skipped));
		json_obj_end(&j);
	}
	json_arr_end(&j);
	return json_done(&j);
}

enum err ticket_send(struct ctx *c, const struct message_get_row *m, const struct ticket_recipient *to, size_t n_to,
		     utime not_before, int64_t *ret_sending)
{
	/* the view, not the table: what it does not show has no way out */
	struct public_message_get_row public;
	bool found;
	TRY(public_message_get(c->db, c->arena, &public, &found, .id = m->id));
	if (!found)
		return fail(c, ERR_BUG, "message %lld is not public and was about to be sent", (long long)m->id);
	*ret_sending = 0;
	for (size_t i = 0; i < n_to; i++) {
		if (to[i].skipped)
			continue;
		long long ticket = public.ticket_id, message = public.id, contact = to[i].contact_id;
		struct outbox_new o = {
			.kind = TICKET_OUTBOX,
			.dest = to[i].email,
			.ticket_id = ticket,
			.message_id = message,
			.next_us = not_before,
			.dedup = arena_fmt(c->arena, "reply:%lld:%lld", message, contact),
			.body = arena_fmt(c->arena,
					  "{\"kind\":\"reply\",\"ticket\":%lld,\"message\":%lld,\"contact\":%lld}",
					  ticket, message, contact),
		};
		TRY(outbox_add(c, &o, NULL));
		++*ret_sending;
	}
	return OK;
}

/* ---- the public reply ---- */

enum err ticket_write_reply(struct ctx *c, struct ticket_get_row *t, const struct reply_draft *d,
			    struct message_get_row *ret)
{
	struct ticket_recipient *to;
	size_t n_to;
	TRY(ticket_recipients(c, t->id, &to, &n_to));
	if (!n_to)
		return fail(c, ERR_CONFLICT,
			    "Ticket %lld has no requester to answer. Name one first, or leave an internal note.",
			    (long long)t->id);
	bool reachable = false;
	for (size_t i = 0; i < n_to; i++)
		reachable = reachable || !to[i].skipped;
	int64_t hold_us = reachable ? setting_i64(c, "ticket.undo_seconds") * UTIME_US_PER_SECOND : 0;
	struct message_get_row m = {
		.ticket_id = t->id,
		.kind = S("public"),
		.state = hold_us ? S("held") : S("sent"),
		.body = d->body,
		.created_us = c->now_us,
		.at_us = c->now_us,
		.to_list = ticket_recipients_json(c, to, n_to),
		.before_status = t->status,
		.before_since_us = SOME(t->status_since_us),
		.before_assignee_id = t->assignee_id,
		.before_promised_us = t->promised_us,
	};
	message_author(c, &m);
	struct reply_reading reading;
	ticket_read_reply(c->arena, d->body, c->now_us, &reading);
	m.mark = d->mark.n ? d->mark : str_c(reading.mark);
	m.mark_from = d->mark.n ? S("said") : S("proposed");
	if (!t->assignee_id.set && ticket_actor_id(c))
		t->assignee_id = SOME(ticket_actor_id(c));
	TRY(ticket_move(c, t, d->status, BY_REPLY, c->now_us));
	m.after_status = t->status;
	t->we_wrote_us = SOME(c->now_us);
	if (!t->first_reply_us.set && c->actor.kind == ACTOR_TEAMMATE)
		t->first_reply_us = SOME(c->now_us);
	t->promised_us = d->promise;
	t->messages++;
	t->attachments += (int64_t)d->n_files;
	TRY(message_insert(c, &m, NULL));
	TRY(message_files(c, &m, d->files, d->n_files));
	int64_t sending;
	TRY(ticket_send(c, &m, to, n_to, c->now_us + hold_us, &sending));
	if (hold_us)
		TRY(job_add(c, "ticket.sent", arena_fmt(c->arena, "{\"message\":%lld}", (long long)m.id),
			    c->now_us + hold_us, arena_fmt(c->arena, "ticket.sent:%lld", (long long)m.id)));
	json_ki64(c->out, "message", m.id);
	json_kstr(c->out, "status", t->status);
	json_ki64(c->out, "recipients", sending);
	json_kstr(c->out, "mark", m.mark);
	if (hold_us) {
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/ticket.undo_send?message=%lld", (long long)m.id));
		json_ki64(c->out, "undo_left_s", hold_us / UTIME_US_PER_SECOND);
	}
	if (!reachable)
		ticket_said(c, "The reply is in the thread, but no mail went out: %s.",
			    !strcmp(to[0].skipped, "bouncing") ? "mail to the customer comes back"
							       : "the customer has no address");
	else
		ticket_said(c, "Reply to %.*s%s.", STR_ARG(to[0].name), hold_us ? " is on its way" : " sent");
	*ret = m;
	return OK;
}

/* Somebody wrote in this thread after what she had before her. */
static enum err stale(struct ctx *c, const struct ticket_get_row *t, int64_t seen)
{
	struct message_newer_row *rows;
	size_t n;
	TRY(message_newer(c->db, c->arena, &rows, &n, .ticket_id = t->id, .seen_id = seen,
			  .author_id = ticket_actor_id(c)));
	if (!n)
		return OK;
	const char *did = str_eq(rows[0].kind, S("public")) ? "answered"
			  : str_eq(rows[0].kind, S("note")) ? "left a note"
							    : "wrote";
	return fail(c, ERR_CONFLICT,
		    "%.*s %s meanwhile, at %.*s%s. Read it first; then send again with “anyway”, or change your reply.",
		    STR_ARG(rows[0].author_name), did, STR_ARG(ticket_when(c, rows[0].created_us)),
		    n > 1 ? ", and there is more" : "");
}

static enum err double_of(struct ctx *c, int64_t ticket_id, const char *kind, struct str body, int64_t *ret_message)
{
	*ret_message = 0;
	if (c->door != DOOR_FORM || !ticket_actor_id(c))
		return OK;
	struct message_double_row row;
	bool found;
	TRY(message_double(c->db, c->arena, &row, &found, .ticket_id = ticket_id, .kind = str_c(kind),
			   .author_id = c->actor.id, .body_sha = ticket_sha(c, body),
			   .after_us = c->now_us - TICKET_DOUBLE_US));
	if (found)
		*ret_message = row.id;
	return OK;
}

static enum err answer_double(struct ctx *c, int64_t ticket_id, int64_t message_id)
{
	ticket_answer(c, ticket_id);
	json_ki64(c->out, "message", message_id);
	json_kbool(c->out, "again", true);
	ticket_said(c, "This was sent already.");
	return OK;
}

static enum err all_files(struct ctx *c, const struct ticket_reply_in *in, const struct ticket_file **ret,
			  size_t *ret_n)
{
	struct ticket_file *files = arena_array(c->arena, struct ticket_file, in->files.n + in->attach.n);
	const struct ticket_file *new = ticket_files(c, &in->files);
	for (size_t i = 0; i < in->files.n; i++)
		files[i] = new[i];
	TRY(ticket_files_again(c, in->ticket, &in->attach, files + in->files.n));
	*ret = files;
	*ret_n = in->files.n + in->attach.n;
	return OK;
}

enum err ticket_reply(struct ctx *c, const struct ticket_reply_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	int64_t again;
	TRY(double_of(c, t.id, "public", in->body, &again));
	if (again)
		return answer_double(c, t.id, again);
	TRY(ticket_writable(c, &t));
	if (in->promise.set && in->promise.v <= c->now_us)
		return fail_field(c, S("promise"), "A promise lies in the future.");
	if (in->seen.set && !in->anyway)
		TRY(stale(c, &t, in->seen.v));
	if (!in->secrets)
		TRY(guard_refuse(c, "body", in->body));
	enum ticket_status status = ticket_status_of(&t) == TICKET_SOLVED ? TICKET_SOLVED : TICKET_OPEN;
	if (in->status.p)
		ticket_status_parse(in->status, &status);
	struct reply_draft d = { .body = in->body, .status = status, .promise = in->promise, .mark = in->mark };
	TRY(all_files(c, in, &d.files, &d.n_files));
	struct ticket_get_row before = t;
	struct message_get_row m;
	ticket_answer(c, t.id);
	struct resolve_cite cite;
	bool cited;
	TRY(ticket_write_reply(c, &t, &d, &m));
	TRY(ticket_cite(c, &before, &t, &in->resolve, &cite, &cited));
	TRY(ticket_save(c, "ticket.replied", &before, &t,
			&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id),
						       .rule = cited ? cite.rule : STR_NULL,
						       .cite = cited ? &cite : NULL }));
	return draft_delete(c, t.id);   /* last: reactions to the event still find what goes with it */
}

COMMAND_RUN(ticket_reply)
static const char *const AFTER_REPLY[] = { "open", "pending", "on_hold", "solved", NULL };
static const struct field reply_fields[] = {
	FIELD(struct ticket_reply_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
	FIELD(struct ticket_reply_in, body, FIELD_TEXT, .required = true,
	      .help = "what the customer reads, in Markdown"),
	FIELD(struct ticket_reply_in, status, FIELD_ENUM, .choices = AFTER_REPLY,
	      .help = "status after sending; open unless said, and a solved ticket stays solved"),
	FIELD(struct ticket_reply_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "newest message you had read: refused when somebody wrote after it"),
	FIELD(struct ticket_reply_in, anyway, FIELD_BOOL, .help = "send although somebody wrote meanwhile"),
	FIELD(struct ticket_reply_in, secrets, FIELD_BOOL, .help = "send although it looks like it holds a secret"),
	FIELD(struct ticket_reply_in, promise, FIELD_TIME, .help = "when they hear from us again",
	      .example = "2026-11-26T15:00:00Z"),
	FIELD(struct ticket_reply_in, files, FIELD_FILES, .max = 50, .help = "files to send with it"),
	FIELD(struct ticket_reply_in, attach, FIELD_IDS, .max = 50,
	      .help = "files of this ticket to send again, by number"),
	FIELD(struct ticket_reply_in, mark, FIELD_ENUM, .choices = ticket_marks,
	      .help = "what this reply is; read from its words unless said. An acknowledgement is no first response"),
	RESOLVE_FIELDS(struct ticket_reply_in, resolve),
};
const struct command ticket_reply_cmd = {
	.name = "ticket.reply",
	.help = "Answer the customer",
	FIELDS(reply_fields, struct ticket_reply_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_reply),
};

/* ---- the internal note ---- */

enum err ticket_note(struct ctx *c, const struct ticket_note_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	int64_t again;
	TRY(double_of(c, t.id, "note", in->body, &again));
	if (again)
		return answer_double(c, t.id, again);
	TRY(ticket_writable(c, &t));
	if (!in->secrets)
		TRY(guard_refuse(c, "body", in->body));
	struct ticket_get_row before = t;
	struct message_get_row m = {
		.ticket_id = t.id,
		.kind = S("note"),
		.state = S("sent"),
		.body = in->body,
		.created_us = c->now_us,
		.at_us = c->now_us,
	};
	message_author(c, &m);
	TRY(message_insert(c, &m, NULL));
	TRY(message_files(c, &m, ticket_files(c, &in->files), in->files.n));
	t.messages++;
	t.attachments += (int64_t)in->files.n;
	enum ticket_status status;
	if (in->status.p && ticket_status_parse(in->status, &status))
		TRY(ticket_move(c, &t, status, BY_TEAMMATE, c->now_us));
	if (in->promise.set && in->promise.v <= c->now_us)
		return fail_field(c, S("promise"), "A promise lies in the future.");
	if (in->promise.set)
		t.promised_us = in->promise;
	struct resolve_cite cite;
	bool cited;
	TRY(ticket_cite(c, &before, &t, &in->resolve, &cite, &cited));
	ticket_answer(c, t.id);
	json_ki64(c->out, "message", m.id);
	TRY(ticket_save(c, "ticket.noted", &before, &t,
			&(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id),
						       .rule = cited ? cite.rule : STR_NULL,
						       .cite = cited ? &cite : NULL }));
	return draft_delete(c, t.id);
}

COMMAND_RUN(ticket_note)
static const struct field note_fields[] = {
	FIELD(struct ticket_note_in, ticket, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the ticket", .example = "42"),
	FIELD(struct ticket_note_in, body, FIELD_TEXT, .required = true,
	      .help = "what only colleagues read, in Markdown"),
	FIELD(struct ticket_note_in, status, FIELD_ENUM, .choices = AFTER_REPLY, .help = "status to set besides"),
	FIELD(struct ticket_note_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX,
	      .help = "taken as ticket.reply takes it; a note is never refused for it"),
	FIELD(struct ticket_note_in, promise, FIELD_TIME,
	      .help = "when the customer hears from us; without it a promise stays as it is", .example = "2026-11-26T15:00:00Z"),
	FIELD(struct ticket_note_in, mark, FIELD_ENUM, .choices = ticket_marks, .help = "taken so that one form serves note and reply: a note has none"),
	FIELD(struct ticket_note_in, secrets, FIELD_BOOL, .help = "save although it looks like it holds a secret"),
	FIELD(struct ticket_note_in, files, FIELD_FILES, .max = 50, .help = "files to keep with it"),
	RESOLVE_FIELDS(struct ticket_note_in, resolve),
};
const struct command ticket_note_cmd = {
	.name = "ticket.note",
	.help = "Leave an internal note, which never reaches the customer",
	FIELDS(note_fields, struct ticket_note_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_note),
};

/* ---- taking it back ---- */

static enum err cancel_mails(struct ctx *c, const struct message_get_row *m)
{
	struct message_outbox_row *rows;
	size_t n;
	TRY(message_outbox(c->db, c->arena, &rows, &n, .message_id = m->id));
	for (size_t i = 0; i < n; i++) {
		bool cancelled;
		TRY(outbox_cancel(c, rows[i].id, &cancelled));
		if (!cancelled)
			return fail(c, ERR_CONFLICT,
				    "The reply has left already and cannot be taken back. Write another one to correct "
				    "it.");
	}
	return OK;
}

/* Status and holder go back only where nobody moved them after the reply. */
static enum err before_reply(struct ctx *c, const struct message_get_row *m, struct ticket_get_row *t)
{
	bool moved = !str_eq(m->before_status, m->after_status);
	enum ticket_status to;
	if (moved && str_eq(t->status, m->after_status) && t->status_since_us == m->created_us &&
	    ticket_status_parse(m->before_status, &to)) {
		TRY(ticket_move(c, t, to, BY_UNDO, c->now_us));
		t->status_since_us = m->before_since_us.v;
		if (to == TICKET_SOLVED)
			t->solved_us = m->before_since_us;
	}
	if (!m->before_assignee_id.set && t->assignee_id.set && m->author_id.set && t->assignee_id.v == m->author_id.v)
		t->assignee_id = NONE;
	struct message_times_row times;
	TRY(message_times(c->db, c->arena, &times, .ticket_id = t->id));
	t->we_wrote_us = times.reply_us;
	if (t->first_reply_us.set && t->first_reply_us.v == m->at_us)
		t->first_reply_us = times.first_reply_us;
	t->promised_us = m->before_promised_us;
	t->messages = times.messages;
	t->attachments = times.attachments;
	return OK;
}

/* The words go back to where they were written, before what was begun since. */
static enum err back_to_draft(struct ctx *c, const struct message_get_row *m)
{
	struct draft_find_row d;
	bool found;
	TRY(draft_find(c->db, c->arena, &d, &found, .ticket_id = m->ticket_id, .teammate_id = m->author_id.v));
	struct message_newest_id_row newest = { 0 };
	bool any;
	TRY(message_newest_id(c->db, c->arena, &newest, &any, .ticket_id = m->ticket_id));
	struct str body = m->body;
	if (found && d.body.n && !str_eq(d.body, body))
		body = arena_fmt(c->arena, "%.*s\n\n%.*s", STR_ARG(m->body), STR_ARG(d.body));
	return draft_put(c->db, .ticket_id = m->ticket_id, .teammate_id = m->author_id.v, .mode = S("reply"),
			 .body = body, .seen_message_id = SOME(newest.id), .saved_us = c->now_us);
}

static enum err answer_undone(struct ctx *c, const struct message_get_row *m)
{
	struct attachment_by_message_row *files;
	size_t n;
	TRY(attachment_by_message(c->db, c->arena, &files, &n, .message_id = m->id));
	ticket_answer(c, m->ticket_id);
	json_ki64(c->out, "message", m->id);
	json_key(c->out, "attachments");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++)
		json_i64(c->out, files[i].id);
	json_arr_end(c->out);
	ticket_said(c, "The reply was taken back. Its text is in your draft.");
	return OK;
}

struct ticket_undo_send_in {
	int64_t message;
};

static enum err ticket_undo_send(struct ctx *c, const struct ticket_undo_send_in *in)
{
	struct message_find_row row;
	bool found;
	TRY(message_find(c->db, c->arena, &row, &found, .id = in->message));
	const struct message_get_row *m = (const struct message_get_row *)(const void *)&row;
	if (!found || !str_eq(m->kind, S("public")))
		return fail(c, ERR_NOT_FOUND, "There is no reply %lld.", (long long)in->message);
	struct ticket_get_row t;
	TRY(ticket_load(c, m->ticket_id, &t));
	bool mine = str_eq(m->author_kind, S("teammate")) && m->author_id.set && m->author_id.v == ticket_actor_id(c);
	if (!mine && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Only %.*s or a lead can take this reply back.", STR_ARG(m->author_name));
	if (str_eq(m->state, S("undone")))
		return answer_undone(c, m);
	if (!str_eq(m->state, S("held")))
		return fail(c, ERR_CONFLICT,
			    "The reply has left already and cannot be taken back. Write another one to correct it.");
	TRY(cancel_mails(c, m));
	struct message_get_row undone = *m;
	undone.state = S("undone");
	TRY(message_change(c, "message.undone", m, &undone));
	struct ticket_get_row before = t;
	TRY(before_reply(c, m, &t));
	if (str_eq(m->author_kind, S("teammate")) && m->author_id.set)
		TRY(back_to_draft(c, m));
	TRY(answer_undone(c, m));
	return ticket_save(c, "ticket.reply_undone", &before, &t,
			   &(struct ticket_note_to_log) { .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m->id),
							  .back = true });
}

COMMAND_RUN(ticket_undo_send)
static const struct field undo_fields[] = {
	FIELD(struct ticket_undo_send_in, message, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the reply", .example = "317"),
};
const struct command ticket_undo_send_cmd = {
	.name = "ticket.undo_send",
	.help = "Take a reply back while it is still held",
	FIELDS(undo_fields, struct ticket_undo_send_in),
	.need = CAN_REPLY,
	.run = RUN(ticket_undo_send),
};

/* ---- the grace is over ---- */

static enum err mark_sent(struct ctx *c, void *arg)
{
	struct message_get_row m;
	TRY(message_get(c->db, c->arena, &m, .id = *(const int64_t *)arg));
	if (!str_eq(m.state, S("held")))
		return OK;
	struct message_get_row sent = m;
	sent.state = S("sent");
	return message_change(c, "message.sent", &m, &sent);
}

enum err ticket_job_sent(struct ctx *c, const struct job *j)
{
	json_error_t e;
	json_t *root = json_loadb(j->payload.p, j->payload.n, 0, &e);
	int64_t id = json_integer_value(json_object_get(root, "message"));
	json_decref(root);
	if (!id)
		return fail(c, ERR_BUG, "ticket.sent: the payload names no message");
	return ctx_write(c, true, mark_sent, &id);
}
