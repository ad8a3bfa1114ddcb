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

enum { GIVE_UP_DAYS = 3 };

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

/* Names and subjects are written on one line, whatever was put into them. */
static struct str one_line(struct ctx *c, struct str s)
{
	char *p = arena_alloc(c->arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i];
	return str_trim((struct str){ p, s.n });
}

/* The address the ticket came to while it is in use, else the desk's own. */
static enum err our_address(struct ctx *c, struct str inbound, struct str *ret)
{
	struct mail_address_find_row own;
	bool found = false;
	if (inbound.n)
		TRY(mail_address_find(c->db, c->arena, &own, &found, .address = inbound));
	if (found && own.active) {
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

/* A stranger's id goes into our header only when it is one. */
static bool id_good(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] <= ' ' || (unsigned char)id.p[i] >= 0x7f || id.p[i] == '<' || id.p[i] == '>')
			return false;
	return id.n > 0 && id.n <= 400;
}

static void refer(struct ctx *c, struct letter *l, const struct mail_thread_ids_row *m)
{
	int64_t message, contact;
	struct str kind, id = m->mail_id;
	/* each recipient has an id of their own for a message of ours, and their program threads by that */
	if (mail_message_id_read(c, id, &message, &contact, &kind))
		id = mail_message_id(c, m->id, l->contact_id, "reply");
	if (id_good(id))
		l->out.refs[l->out.n_refs++] = id;
}

/* The first message of the thread and the newest before this one, oldest first. */
static enum err thread(struct ctx *c, struct letter *l)
{
	struct mail_thread_ids_row *rows;
	struct mail_thread_first_row first;
	size_t n;
	bool found;
	int64_t before = l->message_id ? l->message_id : INT64_MAX;
	TRY(mail_thread_first(c->db, c->arena, &first, &found, .ticket_id = l->ticket_id, .before_id = before));
	if (!found)
		return OK;
	TRY(mail_thread_ids(c->db, c->arena, &rows, &n, .ticket_id = l->ticket_id, .before_id = before));
	l->out.refs = arena_array(c->arena, struct str, n + 1);
	if (n && rows[n - 1].id != first.id)
		refer(c, l, &(struct mail_thread_ids_row){ .id = first.id, .kind = first.kind, .mail_id = first.mail_id });
	for (size_t i = n; i > 0; i--)
		refer(c, l, &rows[i - 1]);
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
	l->ticket_id = t->id;   /* the one it was merged into, if it was */
	l->out.to_name = str_eq(k.name, k.email) ? S("") : one_line(c, k.name);
	l->out.reply_to = mail_reply_address(c, l->out.from_addr, t->id, k.id);
	return OK;
}

struct parts {
	struct mail_part *v;
	size_t n, most;
	int64_t left;                /* bytes */
};

static void take_parts(struct ctx *c, struct parts *p, size_t more)
{
	struct mail_part *v = arena_array(c->arena, struct mail_part, p->n + more + 1);
	if (p->n)
		memcpy(v, p->v, p->n * sizeof(*v));
	p->v = v;
}

static enum err with_files(struct ctx *c, struct letter *l, int64_t message_id, struct parts *p)
{
	struct mail_attachments_row *rows;
	size_t n;
	TRY(mail_attachments(c->db, c->arena, &rows, &n, .message_id = message_id));
	take_parts(c, p, n);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].bytes > p->left) {
			l->out.markdown = arena_fmt(c->arena, "%.*s\n\n(%.*s is too large for mail: ask us for another way to get it.)", STR_ARG(l->out.markdown),
						    STR_ARG(rows[i].filename));
			continue;
		}
		p->left -= rows[i].bytes;
		p->v[p->n] = (struct mail_part){ .filename = rows[i].filename, .content_type = rows[i].content_type };
		TRY(blob_read(c->desk->blobs, &c->fault, c->arena, rows[i].blob, (size_t)rows[i].bytes, &p->v[p->n].bytes));
		p->n++;
	}
	l->out.parts = p->v;
	l->out.n_parts = p->n;
	return OK;
}

static struct parts no_parts(struct ctx *c)
{
	return (struct parts){ .left = setting_i64(c, "mail.attach_megabytes") << 20 };
}

/* The mails as they came; of what came another way, its files. */
static enum err with_originals(struct ctx *c, struct letter *l, json_t *ids)
{
	struct parts p = no_parts(c);
	for (size_t i = 0; i < json_array_size(ids); i++) {
		struct mail_original_row o;
		int64_t id = json_integer_value(json_array_get(ids, i));
		bool found;
		TRY(mail_original(c->db, c->arena, &o, &found, .id = id));
		if (!found)
			continue;
		if (!o.raw_blob.p || o.raw_bytes.v > p.left) {
			TRY(with_files(c, l, id, &p));
			continue;
		}
		take_parts(c, &p, 1);
		struct mail_part *part = &p.v[p.n];
		*part = (struct mail_part){ .filename = arena_fmt(c->arena, "original-%lld.eml", (long long)id), .content_type = S("message/rfc822") };
		TRY(blob_read(c->desk->blobs, &c->fault, c->arena, o.raw_blob, (size_t)o.raw_bytes.v, &part->bytes));
		p.left -= o.raw_bytes.v;
		l->out.parts = p.v;
		l->out.n_parts = ++p.n;
	}
	return OK;
}

/* "Re:" only where there is something to reply to. */
static struct str subject_of(struct ctx *c, const struct letter *l, const struct ticket_get_row *t)
{
	struct str subject = one_line(c, t->subject);
	bool re = !l->out.n_refs || str_ifind(str_slice(subject, 0, 3), S("re:")) == 0;
	return arena_fmt(c->arena, "%s%.*s [#%lld]", re ? "" : "Re: ", STR_ARG(subject), (long long)t->id);
}

/* Each line of a signature stays a line. */
static struct str signed_by(struct ctx *c, struct str body, struct str signature)
{
	return arena_fmt(c->arena, "%.*s\n\n-- \n%.*s", STR_ARG(body), STR_ARG(signature));
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
	l->out.from_name = has_author ? one_line(c, arena_fmt(c->arena, "%.*s, %.*s", STR_ARG(author.name), STR_ARG(team))) : one_line(c, team);
	l->out.markdown = has_author && author.signature.n ? signed_by(c, m.body, author.signature) : m.body;
	l->out.automatic = str_eq(m.author_kind, S("system")) && str_eq(m.via, S("system"));   /* a rule wrote it: no machine is to answer */
	l->out.date_us = m.at_us;
	l->out.message_id = mail_message_id(c, l->message_id, l->contact_id, "reply");
	struct parts p = no_parts(c);
	TRY(with_files(c, l, l->message_id, &p));
	TRY(thread(c, l));
	l->out.subject = subject_of(c, l, t);
	return OK;
}

/* None of the sender's words, neither the subject nor the name they gave: an acknowledgement must be no use to who wrote in another's name. */
static enum err write_ack(struct ctx *c, struct letter *l, const struct outbox_row *o)
{
	struct str how = setting_str(c, "mail.how_we_work_url"), aim = setting_str(c, "mail.answer_aim");
	l->out.automatic = l->out.answer = true;
	l->out.to_name = S("");
	l->out.from_name = one_line(c, setting_str(c, "mail.team_name"));
	l->out.subject = arena_fmt(c->arena, "We have your message [#%lld]", (long long)l->ticket_id);
	l->out.markdown = arena_fmt(c->arena,
				    "Your message is here, as ticket %lld. This note is automatic and not yet our answer.\n\n"
				    "A person reads it next. We want the first answer to help you on, and it mostly comes within %.*s.%s%.*s\n\n"
				    "Anything to add? Reply to this mail, and it joins the ticket.",
				    (long long)l->ticket_id, STR_ARG(aim), how.n ? "\n\nHow we work: " : "", STR_ARG(how));
	l->out.date_us = o->created_us;   /* of the row: sent twice, it is the same mail */
	l->out.message_id = mail_message_id(c, l->ticket_id, l->contact_id, "ack");
	return thread(c, l);
}

static enum err write_confirm(struct ctx *c, struct letter *l, const struct ticket_get_row *t, const struct outbox_row *o, int64_t confirmation)
{
	l->out.automatic = true;
	l->out.from_name = one_line(c, setting_str(c, "mail.team_name"));
	l->out.markdown = arena_fmt(c->arena,
				    "We believe that this is solved. Is it?\n\n[Answer with one click](%s/confirm/%.*s), no account needed.\n\n"
				    "If it is not, say so there or reply to this mail, and we go on.",
				    c->desk->cfg.public_url, STR_ARG(ticket_confirm_token(c, confirmation)));
	l->out.date_us = o->created_us;
	l->out.message_id = mail_message_id(c, confirmation, l->contact_id, "confirm");
	TRY(thread(c, l));
	l->out.subject = subject_of(c, l, t);
	return OK;
}

/* {"to","subject","text" or "sealed"}: what other slices send to teammates. A sealed text (links that are worth an account) is opened only here. What a person sends
 * on: "person": true, "from_name", "reply_to", "ticket" (what becomes of it is said there) and "originals" (messages from outside, attached as they came). */
static enum err write_plain(struct ctx *c, struct letter *l, json_t *j, const struct outbox_row *o)
{
	TRY(our_address(c, STR_NULL, &l->out.from_addr));
	l->out.from_name = one_line(c, setting_str(c, "mail.team_name"));
	l->envelope_to = l->out.to_addr = text_member(c, j, "to");
	l->out.subject = one_line(c, text_member(c, j, "subject"));
	l->out.markdown = text_member(c, j, "text");
	struct str sealed = text_member(c, j, "sealed");
	if (sealed.p && !secret_open(c->desk, c->arena, arena_fmt(c->arena, "mail:%.*s", STR_ARG(l->envelope_to)), sealed, &l->out.markdown))
		return fail(c, ERR_BUG, "a sealed mail that does not open: is secret.key the one of this desk?");
	l->out.automatic = !json_is_true(json_object_get(j, "person"));
	l->out.date_us = o->created_us;
	l->out.message_id = mail_message_id(c, o->id, 0, "plain");
	struct str by = text_member(c, j, "from_name"), reply_to = text_member(c, j, "reply_to");
	if (by.n)
		l->out.from_name = one_line(c, arena_fmt(c->arena, "%.*s, %.*s", STR_ARG(by), STR_ARG(l->out.from_name)));
	if (reply_to.n)
		l->out.reply_to = reply_to;
	TRY(with_originals(c, l, json_object_get(j, "originals")));
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
		err = write_plain(c, l, j, o);
	} else {
		err = ticket_root(c, l->ticket_id, &t);
		if (err == OK)
			err = addressed(c, l, &t);
		if (err == OK && str_eq(l->kind, S("reply")))
			err = write_reply(c, l, &t);
		else if (err == OK && str_eq(l->kind, S("ack")))
			err = write_ack(c, l, o);
		else if (err == OK && str_eq(l->kind, S("confirm")))
			err = write_confirm(c, l, &t, o, confirmation);
		else if (err == OK)
			err = fail(c, ERR_BUG, "an outgoing mail of an unknown kind");
	}
	json_decref(j);
	return err;
}

/* ---- the relay ---- */

/* Behind the last `sep`, and before it; false without one. */
static bool cut_last(struct str s, char sep, struct str *ret_head, struct str *ret_tail)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == sep) {
			*ret_head = str_slice(s, 0, i - 1);
			*ret_tail = str_slice(s, i, s.n);
			return true;
		}
	return false;
}

static bool password_of(struct ctx *c, struct smtp_relay *ret)
{
	char secret[1024];
	const char *path = c->desk->cfg.smtp_password_file;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd >= 0 ? read(fd, secret, sizeof(secret)) : -1;
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	ret->password = arena_cstr(c->arena, str_trim((struct str){ secret, (size_t)n }));
	return true;
}

/* "host:port", "smtp://…", "smtp+starttls://user@host:587", "smtps://user@example.com@[::1]:465". */
static bool relay_of(struct ctx *c, struct smtp_relay *ret)
{
	static const struct {
		struct str scheme;
		int tls;
	} SCHEMES[] = {
		{ { "smtps://", 8 }, SMTP_TLS_IMPLICIT }, { { "smtp+starttls://", 16 }, SMTP_TLS_STARTTLS }, { { "smtp://", 7 }, SMTP_TLS_NONE },
	};
	struct str s = str_c(c->desk->cfg.smtp), user = STR_NULL, host, port;
	int64_t number;
	*ret = (struct smtp_relay){ .tls = SMTP_TLS_NONE };
	for (size_t i = 0; i < ARRAY_LEN(SCHEMES); i++)
		if (str_starts(s, SCHEMES[i].scheme)) {
			ret->tls = SCHEMES[i].tls;
			s = str_slice(s, SCHEMES[i].scheme.n, s.n);
			break;
		}
	cut_last(s, '@', &user, &s);
	if (!cut_last(s, ':', &host, &port) || !str_i64(port, &number) || number < 1 || number > 65535)
		return false;
	if (str_starts(host, S("[")) && str_ends(host, S("]")))
		host = str_slice(host, 1, host.n - 1);
	ret->host = arena_cstr(c->arena, host);
	ret->port = (int)number;
	if (!user.n)
		return true;
	ret->user = arena_cstr(c->arena, user);
	return password_of(c, ret);
}

enum err mail_write(struct ctx *c, const struct outbox_row *o, struct mail_written *ret)
{
	struct letter l = { .contact_id = 0 };
	TRY(write_letter(c, o, &l));
	/* automatic mail has no one to report to but us, and ours goes to the token address either way */
	ret->from = mail_bounce_address(c, o->id, l.contact_id);
	ret->to = l.envelope_to;
	return mail_compose(c, &l.out, &ret->message);
}

static enum outbox_outcome send_letter(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	struct mail_written w = { .to = STR_NULL };
	struct smtp_relay relay;
	*ret_retry_us = 0;
	enum err e = mail_write(c, o, &w);
	if (e != OK) {
		*ret_said = arena_str(c->arena, str_c(c->fault.message));
		return err_info(e)->retry ? OUTBOX_RETRY : OUTBOX_FAILED;
	}
	if (!relay_of(c, &relay)) {
		*ret_said = S("The relay's address (--smtp) or its password file can't be read: smtp://host:port, please.");
		return OUTBOX_RETRY;
	}
	switch (smtp_send(c->arena, &relay, w.from, w.to, w.message, ret_said)) {
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
	if (str_eq(kind, S("confirm")))   /* an acknowledgement counted when it was decided */
		TRY(mail_auto_insert(c->db, .address = o->dest, .kind = S("confirm"), .ticket_id = SOME(ticket), .at_us = c->now_us));
	if (!ticket)
		return OK;
	struct json_out d;
	json_init(&d, c->arena, 8 << 10);
	json_obj(&d);
	json_ki64(&d, "outbox", o->id);
	json_ki64(&d, "message", message);
	json_kstr(&d, "to", o->dest);
	json_kstr(&d, "kind", kind);
	json_kstr(&d, "said", utf8_clip(utf8_clean(c->arena, said), 300));
	json_obj_end(&d);
	return event_append(c, &(struct event_new){ .kind = "mail.sent", .entity = "outbox", .entity_id = o->id, .ticket_id = ticket,
						    .data = json_done(&d) }, NULL);
}

/* "550 5.1.1 …": the mailbox is not there (RFC 3463), which is the address's fault and not the mail's. */
static bool no_such_mailbox(struct str said)
{
	static const char *const CODES[] = { " 5.1.1 ", " 5.1.2 ", " 5.1.3 ", " 5.1.6 ", " 5.1.10 ", " 5.2.1 " };
	for (size_t i = 0; i < ARRAY_LEN(CODES); i++)
		if (str_find(str_slice(said, 0, 16), str_c(CODES[i])) >= 0)
			return true;
	return false;
}

static enum err not_sent(struct ctx *c, const struct outbox_row *o, json_t *j, enum outbox_outcome outcome, struct str said)
{
	int64_t ticket = member(j, "ticket"), contact = member(j, "contact");
	struct ticket_get_row t;
	said = utf8_clip(utf8_clean(c->arena, one_line(c, said)), 200);
	/* written to where the ticket's thread is now */
	if (ticket && ticket_root(c, ticket, &t) != OK) {
		fault_clear(&c->fault);
		ticket = 0;
	}
	if (ticket)
		TRY(ticket_add_system_note(c, t.id,
					   arena_fmt(c->arena, outcome == OUTBOX_UNKNOWN
						     ? "It is uncertain whether the mail to %.*s went out: the mail server broke off after taking it. Last word: %.*s"
						     : "The mail to %.*s could not be sent: %.*s", STR_ARG(o->dest), STR_ARG(said)),
					   "outgoing mail"));
	if (contact && outcome == OUTBOX_FAILED && no_such_mailbox(said)) {
		struct contact k;
		/* of the address it went to, not of one they have changed to since */
		if (contact_get(c, contact, &k) == OK && str_eq(k.email, o->dest))
			return contact_set_bouncing(c, k.id, true, arena_fmt(c->arena, "mail is refused: %.*s", STR_ARG(said)));
		fault_clear(&c->fault);
	}
	return OK;
}

static enum err settled(struct ctx *c, const struct outbox_row *o, enum outbox_outcome outcome, struct str said)
{
	json_error_t e;
	json_t *j = json_loadb(o->body.p, o->body.n, 0, &e);
	c->actor.name = S("mail");
	enum err err = outcome == OUTBOX_SENT ? sent(c, o, j, said) : not_sent(c, o, j, outcome, said);
	json_decref(j);
	return err;
}

const struct outbox_kind mail_outboxes[] = {
	{ .name = "mail", .give_up_us = GIVE_UP_DAYS * UTIME_US_PER_DAY, .send = send_letter, .settled = settled },
	{ 0 },
};
