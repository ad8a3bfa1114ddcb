/* mail_send_job.c: outbox rows of kind "mail" → a message → the site's relay; see mail.h and core/job.h.
 *
 * The same row always makes the same Message-ID: when the relay took a mail and the connection broke before it said so, the one further try is
 * recognisable as the same mail. After that the row is "unknown" and a person decides. */
#include "mail/mail_job.h"

#include "base/utf8.h"
#include "account/account.h"
#include "core/secret.h"
#include "io/client.h"
#include "ticket/ticket.h"

#include "mail.sql.h"

#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { GIVE_UP_DAYS = 5 };

struct letter {
	struct mail_out out;
	struct str envelope_to;
	int64_t contact_id, message_id, ticket_id;
	struct str kind;
};

static int64_t member(json_t *j, const char *key)
{
	return json_integer_value(json_object_get(j, key));
}

static struct str text_member(struct ctx *c, json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? arena_str(c->arena, str_c(s)) : STR_NULL;
}

/* ---- what the letter says ---- */

static enum err our_address(struct ctx *c, struct str inbound, struct str *ret)
{
	if (inbound.n) {
		*ret = inbound;
		return OK;
	}
	struct str chosen = setting_str(c, "mail.from_address");
	if (chosen.n) {
		*ret = chosen;
		return OK;
	}
	struct mail_address_all_row *rows;
	size_t n;
	TRY(mail_address_all(c->db, c->arena, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].active) {
			*ret = rows[i].address;
			return OK;
		}
	*ret = arena_fmt(c->arena, "support@%s", c->desk->cfg.mail_domain);
	return OK;
}

static enum err thread(struct ctx *c, struct letter *l)
{
	struct mail_ids_of_ticket_row *rows;
	size_t n, kept = 0;
	TRY(mail_ids_of_ticket(c->db, c->arena, &rows, &n, .ticket_id = l->ticket_id));
	l->out.refs = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!str_eq(rows[i].mail_id, l->out.message_id))
			l->out.refs[kept++] = rows[i].mail_id;
	l->out.n_refs = kept;
	return OK;
}

/* A copy that joined later must not learn old ids, but ids are no secret: they carry a MAC, not words. */
static enum err addressed(struct ctx *c, struct letter *l, const struct ticket_get_row *t)
{
	struct contact k;
	TRY(contact_get(c, l->contact_id, &k));
	if (!k.email.n)
		return fail(c, ERR_INPUT, "%.*s has no mail address.", STR_ARG(k.name));
	TRY(our_address(c, t->inbound, &l->out.from_addr));
	l->envelope_to = l->out.to_addr = k.email;
	l->out.to_name = str_eq(k.name, k.email) ? S("") : k.name;
	l->out.reply_to = mail_reply_address(c, l->out.from_addr, t->id, k.id);
	return OK;
}

static enum err with_files(struct ctx *c, struct letter *l)
{
	struct mail_attachments_row *rows;
	size_t n, kept = 0;
	int64_t left = setting_i64(c, "mail.attach_megabytes") << 20;
	TRY(mail_attachments(c->db, c->arena, &rows, &n, .message_id = l->message_id));
	struct mail_part *parts = arena_array(c->arena, struct mail_part, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].bytes > left) {
			l->out.markdown = arena_fmt(c->arena, "%.*s\n\n(%.*s is too large for mail: ask us for another way to get it.)", STR_ARG(l->out.markdown),
						    STR_ARG(rows[i].filename));
			continue;
		}
		left -= rows[i].bytes;
		parts[kept] = (struct mail_part){ .filename = rows[i].filename, .content_type = rows[i].content_type };
		TRY(blob_read(c->desk->blobs, &c->fault, c->arena, rows[i].blob, (size_t)rows[i].bytes, &parts[kept].bytes));
		kept++;
	}
	l->out.parts = parts;
	l->out.n_parts = kept;
	return OK;
}

static struct str subject_of(struct ctx *c, const struct ticket_get_row *t)
{
	bool re = str_ifind(t->subject, S("re:")) == 0;
	return arena_fmt(c->arena, "%s%.*s [#%lld]", re ? "" : "Re: ", STR_ARG(t->subject), (long long)t->id);
}

static enum err write_reply(struct ctx *c, struct letter *l, const struct ticket_get_row *t)
{
	struct public_message_get_row m;
	struct mail_author_row author = { 0 };
	bool found, has_author = false;
	/* through the view that cannot return a note */
	TRY(public_message_get(c->db, c->arena, &m, &found, .id = l->message_id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "The message was taken back.");
	if (m.author_id.set && str_eq(m.author_kind, S("teammate")))
		TRY(mail_author(c->db, c->arena, &author, &has_author, .id = m.author_id.v));
	struct str team = setting_str(c, "mail.team_name");
	l->out.from_name = has_author ? arena_fmt(c->arena, "%.*s, %.*s", STR_ARG(author.name), STR_ARG(team)) : team;
	l->out.markdown = has_author && author.signature.n ? arena_fmt(c->arena, "%.*s\n\n-- \n%.*s", STR_ARG(m.body), STR_ARG(author.signature)) : m.body;
	l->out.subject = subject_of(c, t);
	l->out.date_us = m.at_us;
	l->out.message_id = mail_message_id(c, l->message_id, l->contact_id, "reply");
	TRY(with_files(c, l));
	return thread(c, l);
}

/* None of the sender's words, not even the subject: an acknowledgement must be no use to who wrote in another's name. */
static enum err write_ack(struct ctx *c, struct letter *l)
{
	struct str how = setting_str(c, "mail.how_we_work_url");
	l->out.automatic = l->out.answer = true;
	l->out.to_name = S("");   /* that too is what the sender chose */
	l->out.from_name = setting_str(c, "mail.team_name");
	l->out.subject = arena_fmt(c->arena, "We have your message [#%lld]", (long long)l->ticket_id);
	l->out.markdown = arena_fmt(c->arena,
				    "Your message is here, as ticket %lld. This note is automatic and not yet our answer.\n\n"
				    "A person reads it next. We want the first answer to help you on, and it mostly comes within a couple of hours.%s%.*s\n\n"
				    "Anything to add? Reply to this mail, and it joins the ticket.",
				    (long long)l->ticket_id, how.n ? "\n\nHow we work: " : "", STR_ARG(how));
	l->out.date_us = c->now_us;
	l->out.message_id = mail_message_id(c, l->ticket_id, l->contact_id, "ack");
	return thread(c, l);
}

static enum err write_confirm(struct ctx *c, struct letter *l, const struct ticket_get_row *t, int64_t confirmation)
{
	l->out.automatic = true;
	l->out.from_name = setting_str(c, "mail.team_name");
	l->out.subject = subject_of(c, t);
	l->out.markdown = arena_fmt(c->arena,
				    "We believe that this is solved. Is it?\n\n[Answer with one click](%s/confirm/%.*s), no account needed.\n\n"
				    "If it is not, say so there or reply to this mail, and we go on.",
				    c->desk->cfg.public_url, STR_ARG(ticket_confirm_token(c, confirmation)));
	l->out.date_us = c->now_us;
	l->out.message_id = mail_message_id(c, l->ticket_id, l->contact_id, "confirm");
	return thread(c, l);
}

/* {"to","subject","text" or "sealed","auto"}: what other slices send to teammates. A sealed text (links that are worth an account) is opened only here. */
static enum err write_plain(struct ctx *c, struct letter *l, json_t *j, int64_t outbox_id)
{
	TRY(our_address(c, STR_NULL, &l->out.from_addr));
	l->out.from_name = setting_str(c, "mail.team_name");
	l->envelope_to = l->out.to_addr = text_member(c, j, "to");
	l->out.subject = text_member(c, j, "subject");
	l->out.markdown = text_member(c, j, "text");
	struct str sealed = text_member(c, j, "sealed");
	if (sealed.p && !secret_open(c->desk, c->arena, arena_fmt(c->arena, "mail:%.*s", STR_ARG(l->envelope_to)), sealed, &l->out.markdown))
		return fail(c, ERR_BUG, "a sealed mail that does not open: is secret.key the one of this desk?");
	l->out.automatic = true;
	l->out.date_us = c->now_us;
	l->out.message_id = mail_message_id(c, outbox_id, 0, "plain");
	return l->envelope_to.n ? OK : fail(c, ERR_BUG, "an outgoing mail without a recipient");
}

static enum err write_letter(struct ctx *c, const struct outbox_row *o, struct letter *l)
{
	json_error_t e;
	json_t *j = json_loadb(o->body.p, o->body.n, 0, &e);
	if (!j)
		return fail(c, ERR_BUG, "an outbox row that is not JSON");
	*l = (struct letter){ .kind = text_member(c, j, "kind"), .ticket_id = member(j, "ticket"), .message_id = member(j, "message"),
			      .contact_id = member(j, "contact") };
	int64_t confirmation = member(j, "confirmation");
	enum err err;
	struct ticket_get_row t;
	if (!l->kind.p) {
		err = write_plain(c, l, j, o->id);
	} else {
		err = ticket_root(c, l->ticket_id, &t);
		if (err == OK)
			err = addressed(c, l, &t);
		if (err == OK && str_eq(l->kind, S("reply")))
			err = write_reply(c, l, &t);
		else if (err == OK && str_eq(l->kind, S("ack")))
			err = write_ack(c, l);
		else if (err == OK && str_eq(l->kind, S("confirm")))
			err = write_confirm(c, l, &t, confirmation);
		else if (err == OK)
			err = fail(c, ERR_BUG, "an outgoing mail of an unknown kind");
	}
	json_decref(j);
	return err;
}

/* ---- the relay ---- */

static bool relay_of(struct ctx *c, struct smtp_relay *ret)
{
	const char *url = c->desk->cfg.smtp;
	struct str s = str_c(url), user = STR_NULL, host, port;
	*ret = (struct smtp_relay){ .tls = SMTP_TLS_NONE };
	if (str_starts(s, S("smtps://"))) {
		ret->tls = SMTP_TLS_IMPLICIT;
		s = str_slice(s, 8, s.n);
	} else if (str_starts(s, S("smtp+starttls://"))) {
		ret->tls = SMTP_TLS_STARTTLS;
		s = str_slice(s, 16, s.n);
	} else if (str_starts(s, S("smtp://"))) {
		s = str_slice(s, 7, s.n);
	}
	if (str_find_ch(s, '@') >= 0)
		str_cut(s, '@', &user, &s);
	int64_t number;
	if (!str_cut(s, ':', &host, &port) || !str_i64(port, &number) || number < 1 || number > 65535)
		return false;
	ret->host = arena_cstr(c->arena, host);
	ret->port = (int)number;
	if (user.n) {
		char secret[1024];
		int fd = c->desk->cfg.smtp_password_file ? open(c->desk->cfg.smtp_password_file, O_RDONLY | O_CLOEXEC) : -1;
		ssize_t n = fd >= 0 ? read(fd, secret, sizeof(secret)) : -1;
		if (fd >= 0)
			close(fd);
		if (n < 0)
			return false;
		ret->user = arena_cstr(c->arena, user);
		ret->password = arena_cstr(c->arena, str_trim((struct str){ secret, (size_t)n }));
	}
	return true;
}

static enum outbox_outcome send_letter(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	struct letter l;
	struct str message;
	struct smtp_relay relay;
	*ret_retry_us = 0;
	enum err e = write_letter(c, o, &l);
	if (e == OK)
		e = mail_compose(c, &l.out, &message);
	if (e != OK) {
		*ret_said = arena_str(c->arena, str_c(c->fault.message));
		return err_info(e)->retry ? OUTBOX_RETRY : OUTBOX_FAILED;
	}
	if (!relay_of(c, &relay)) {
		*ret_said = S("The relay's address (--smtp) or its password file can't be read: smtp://host:port, please.");
		return OUTBOX_RETRY;
	}
	/* automatic mail has no one to report to but us, and ours goes to the token address either way */
	struct str from = mail_bounce_address(c, o->id, l.contact_id);
	switch (smtp_send(c->arena, &relay, from, l.envelope_to, message, ret_said)) {
	case SMTP_SENT:
		return OUTBOX_SENT;
	case SMTP_TEMPORARY:
		return OUTBOX_RETRY;
	case SMTP_PERMANENT:
		return OUTBOX_FAILED;
	case SMTP_UNKNOWN:
		return o->attempt > 1 ? OUTBOX_UNKNOWN : OUTBOX_RETRY;
	}
	return OUTBOX_RETRY;
}

/* ---- what came of it ---- */

static enum err sent(struct ctx *c, const struct outbox_row *o, json_t *j, struct str said)
{
	int64_t message = member(j, "message"), contact = member(j, "contact"), ticket = member(j, "ticket");
	struct str kind = text_member(c, j, "kind");
	if (str_eq(kind, S("reply")))
		TRY(message_set_mail_id(c, message, mail_message_id(c, message, contact, "reply")));
	if (!ticket)
		return OK;
	struct json_out d;
	json_init(&d, c->arena, 8 << 10);
	json_obj(&d);
	json_ki64(&d, "outbox", o->id);
	json_ki64(&d, "message", message);
	json_kstr(&d, "to", o->dest);
	json_kstr(&d, "kind", kind);
	json_kstr(&d, "said", utf8_clip(said, 300));
	json_obj_end(&d);
	return event_append(c, &(struct event_new){ .kind = "mail.sent", .entity = "outbox", .entity_id = o->id, .ticket_id = ticket,
						    .data = json_done(&d) }, NULL);
}

static enum err settled(struct ctx *c, const struct outbox_row *o, enum outbox_outcome outcome, struct str said)
{
	json_error_t e;
	json_t *j = json_loadb(o->body.p, o->body.n, 0, &e);
	enum err err = OK;
	int64_t ticket = member(j, "ticket");
	c->actor.name = S("mail");
	if (outcome == OUTBOX_SENT)
		err = sent(c, o, j, said);
	else if (ticket)
		err = ticket_add_system_note(c, ticket,
					     arena_fmt(c->arena, outcome == OUTBOX_UNKNOWN
						       ? "It is uncertain whether the mail to %.*s went out: the mail server broke off after taking it. Last word: %.*s"
						       : "The mail to %.*s could not be sent: %.*s", STR_ARG(o->dest), STR_ARG(utf8_clip(said, 200))),
					     "outgoing mail");
	json_decref(j);
	return err;
}

const struct outbox_kind mail_outboxes[] = {
	{ .name = "mail", .give_up_us = GIVE_UP_DAYS * UTIME_US_PER_DAY, .send = send_letter, .settled = settled },
	{ 0 },
};
