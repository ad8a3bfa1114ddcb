/* mail_land_job.c: which ticket a mail is for, by whom, and what becomes of it: one decision in one transaction; see mail.h.
 *
 * Each step leaves a line in the trace, and the outcome a sentence: "why did this message land here?" is answered from the row. */
#include "mail/mail_job.h"

#include "base/utf8.h"
#include "core/secret.h"
#include "core/upload.h"
#include "ticket/ticket.h"
#include "account/account.h"

#include "mail.sql.h"

#include "base/banned.h"

enum { COPIES_MAX = 20, SEEN_DAYS = 10 };

struct landing {
	int64_t inbox_id;
	struct str raw;
	const struct mime_message *m;
	struct str why_unreadable;
	bool released;               /* a person said: treat it as a mail for us */
	struct inbox_get_row in;
	struct mail_recipient to;
	struct mail_signs signs;
	struct buf trace;            /* lines */
	struct str html_blob;
	/* found */
	int64_t ticket_id;
	struct str by;               /* how the ticket was found */
	bool token_fits;             /* the recipient's token was made for this sender */
	struct contact contact;      /* who the From address is here */
	bool known;
	/* outcome */
	struct str state, outcome, reason;
	struct ticket_landed landed;
};

static void step(struct landing *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void step(struct landing *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_add(&l->trace, arena_vfmt(l->trace.arena, fmt, ap));
	buf_ch(&l->trace, '\n');
	va_end(ap);
}

/* ---- reference: which ticket ---- */

static enum err by_message_ids(struct ctx *c, struct landing *l)
{
	/* the newest reference first: In-Reply-To is the last of refs */
	for (size_t i = l->m->n_refs; i > 0 && !l->ticket_id; i--) {
		int64_t message, contact;
		struct str kind;
		if (!mail_message_id_read(c, l->m->refs[i - 1], &message, &contact, &kind))
			continue;
		struct mail_message_ticket_row row;
		bool found = false;
		if (str_eq(kind, S("reply")))
			TRY(mail_message_ticket(c->db, c->arena, &row, &found, .id = message));
		if (found || !str_eq(kind, S("reply"))) {
			l->ticket_id = found ? row.ticket_id : message;   /* acknowledgements and questions carry the ticket itself */
			l->by = S("our own Message-ID in the references");
			l->token_fits = l->known && contact == l->contact.id;
		}
	}
	for (size_t i = l->m->n_refs; i > 0 && !l->ticket_id; i--) {
		struct mail_thread_find_row row;
		bool found;
		TRY(mail_thread_find(c->db, c->arena, &row, &found, .mail_id = l->m->refs[i - 1]));
		if (found) {
			l->ticket_id = row.ticket_id;
			l->by = S("a Message-ID this ticket has seen before");
		}
	}
	return OK;
}

/* "[#42]" in the subject. */
static int64_t subject_number(struct str s)
{
	ptrdiff_t at;
	while ((at = str_find(s, S("[#"))) >= 0) {
		s = str_slice(s, (size_t)at + 2, s.n);
		struct str digits, rest;
		int64_t v;
		if (str_cut(s, ']', &digits, &rest) && str_i64(digits, &v) && v > 0)
			return v;
	}
	return 0;
}

static enum err find_reference(struct ctx *c, struct landing *l)
{
	if (l->to.kind == MAIL_TOKEN_REPLY) {
		l->ticket_id = l->to.ticket_id;
		l->by = S("the token of the address it was sent to");
		struct contact party;
		bool same = l->known && contact_get(c, l->to.contact_id, &party) == OK && party.id == l->contact.id;
		fault_clear(&c->fault);
		l->token_fits = same;
	} else if (l->to.kind == MAIL_TOKEN_BROKEN) {
		step(l, "the address carries a token that is not ours: it counts for nothing");
	}
	if (!l->ticket_id)
		TRY(by_message_ids(c, l));
	if (!l->ticket_id && l->signs.proved) {
		l->ticket_id = subject_number(l->m->subject);
		l->by = S("the number in the subject, with a proved sender");
	}
	if (l->ticket_id) {
		struct ticket_get_row t;
		if (ticket_root(c, l->ticket_id, &t) != OK) {
			fault_clear(&c->fault);
			step(l, "ticket %lld, named by %.*s, is not here", (long long)l->ticket_id, STR_ARG(l->by));
			l->ticket_id = 0;
		} else {
			l->ticket_id = t.id;
			step(l, "ticket %lld by %.*s", (long long)l->ticket_id, STR_ARG(l->by));
		}
	}
	if (!l->ticket_id)
		step(l, "no ticket is named");
	return OK;
}

/* ---- authority: by whom ---- */

static enum err is_party(struct ctx *c, struct landing *l, bool *ret)
{
	struct ticket_get_row t;
	struct mail_is_copy_row copy;
	bool found;
	*ret = false;
	if (!l->known)
		return OK;
	TRY(ticket_root(c, l->ticket_id, &t));
	if (t.requester_id.set) {
		struct contact requester;
		TRY(contact_get(c, t.requester_id.v, &requester));
		if (requester.id == l->contact.id) {
			*ret = true;
			return OK;
		}
	}
	TRY(mail_is_copy(c->db, c->arena, &copy, &found, .ticket_id = t.id, .contact_id = l->contact.id));
	*ret = found && str_eq(copy.state, S("active"));
	return OK;
}

static enum err may_write(struct ctx *c, struct landing *l, bool *ret)
{
	bool party;
	*ret = false;
	if (l->m->n_from != 1) {
		step(l, "%zu senders are named: none is proved", l->m->n_from);
		return OK;
	}
	TRY(is_party(c, l, &party));
	if (!party)
		step(l, "%.*s is not of this ticket (requester or active copy)", STR_ARG(l->m->from.addr));
	else if (l->signs.refuted)
		step(l, "our mail server says that %.*s did not send this (DMARC failed)", STR_ARG(l->m->from.addr));
	else if (l->signs.proved)
		step(l, "our mail server vouches for the sender");
	else if (l->token_fits && !setting_i64(c, "mail.require_proof"))
		step(l, "the token was made for this sender");
	else
		step(l, "nothing proves that %.*s sent this", STR_ARG(l->m->from.addr));
	*ret = party && !l->signs.refuted && (l->signs.proved || (l->token_fits && !setting_i64(c, "mail.require_proof")));
	return OK;
}

/* ---- what is handed to the ticket ---- */

static struct str people_json(struct ctx *c, const struct mime_message *m)
{
	struct json_out j;
	json_init(&j, c->arena, 256 << 10);
	json_arr(&j);
	for (int which = 0; which < 2; which++) {
		const struct mime_address *v = which ? m->cc : m->to;
		size_t n = which ? m->n_cc : m->n_to;
		for (size_t i = 0; i < n && i < 100; i++) {
			json_obj(&j);
			json_kstr(&j, "name", v[i].name);
			json_kstr(&j, "email", v[i].addr);
			json_obj_end(&j);
		}
	}
	json_arr_end(&j);
	return json_done(&j);
}

/* Copies: colleagues of a proved sender's organisation join, others are proposed; addresses of ours never. */
static enum err copies(struct ctx *c, struct landing *l, bool trusted, struct id_list *ret_active, struct id_list *ret_proposed)
{
	int64_t *active = arena_array(c->arena, int64_t, COPIES_MAX), *proposed = arena_array(c->arena, int64_t, COPIES_MAX);
	size_t n_active = 0, n_proposed = 0;
	for (int which = 0; which < 2; which++) {
		const struct mime_address *v = which ? l->m->cc : l->m->to;
		size_t n = which ? l->m->n_cc : l->m->n_to;
		for (size_t i = 0; i < n && n_active + n_proposed < COPIES_MAX; i++) {
			struct mail_recipient r;
			struct mail_address_find_row own;
			bool is_own;
			if (!v[i].addr.n || str_ieq(v[i].addr, l->m->from.addr))
				continue;
			mail_recipient_read(c, v[i].addr, &r);
			TRY(mail_address_find(c->db, c->arena, &own, &is_own, .address = r.base));
			if (is_own)
				continue;
			struct contact k;
			bool created;
			if (contact_for_mail(c, v[i].name, v[i].addr, &k, &created) != OK) {
				fault_clear(&c->fault);
				continue;
			}
			bool colleague = trusted && l->contact.organisation_id.set && k.organisation_id.set &&
					 l->contact.organisation_id.v == k.organisation_id.v;
			if (colleague)
				active[n_active++] = k.id;
			else
				proposed[n_proposed++] = k.id;
		}
	}
	*ret_active = (struct id_list){ active, n_active };
	*ret_proposed = (struct id_list){ proposed, n_proposed };
	return OK;
}

static void fill_incoming(struct ctx *c, struct landing *l, struct ticket_incoming *in)
{
	const struct mime_message *m = l->m;
	struct ticket_file *files = arena_array(c->arena, struct ticket_file, m->n_parts + 1);
	for (size_t i = 0; i < m->n_parts; i++)
		files[i] = (struct ticket_file){
			.filename = m->parts[i].filename.n ? m->parts[i].filename : S("attachment"), .blob = str_c(m->parts[i].blob.hex),
			.bytes = m->parts[i].bytes, .content_id = m->parts[i].content_id.n ? m->parts[i].content_id : STR_NULL,
		};
	*in = (struct ticket_incoming){
		.ticket_id = l->ticket_id, .contact_id = l->known ? l->contact.id : 0,
		.author_name = m->from.name.n ? m->from.name : m->from.addr.n ? m->from.addr : S("an unknown sender"),
		.subject = utf8_clip(m->subject, 250), .text = m->text,
		.quote_at = m->quote_at < m->text.n ? SOME((int64_t)m->quote_at) : NONE,
		.html_blob = l->html_blob, .remote_images = m->has_remote_images, .files = files, .n_files = m->n_parts,
		.mail_id = m->message_id.n ? m->message_id : STR_NULL, .inbox_id = l->inbox_id, .recipients = people_json(c, m),
		.inbound = l->to.base, .via = "mail", .origin = "mail", .at_us = l->in.received_us, .rule = l->by.n ? l->by : STR_NULL,
	};
}

/* The log says who: the contact when proved, the mail door otherwise. */
static void act_as(struct ctx *c, struct landing *l, bool proved)
{
	c->door = DOOR_MAIL;
	if (proved && l->known)
		c->actor = (struct actor){ .kind = ACTOR_CONTACT, .id = l->contact.id, .name = l->contact.name, .caps = c->actor.caps, .zone = S("UTC") };
}

/* ---- the brakes ---- */

static enum err too_many(struct ctx *c, struct landing *l, bool *ret)
{
	struct inbox_on_ticket_since_row n;
	TRY(inbox_on_ticket_since(c->db, c->arena, &n, .ticket_id = l->ticket_id, .since_us = c->now_us - UTIME_US_PER_HOUR));
	*ret = n.n >= setting_i64(c, "mail.per_ticket_hour");
	if (*ret)
		step(l, "%lld mails on this ticket within an hour: it is kept as it is, nothing reopens", (long long)n.n);
	return OK;
}

/* One acknowledgement per address and day, five automatic mails per address and hour, a budget for all; and no word of the sender's in it. */
static enum err acknowledge(struct ctx *c, struct landing *l)
{
	struct mail_address_find_row own;
	bool found;
	TRY(mail_address_find(c->db, c->arena, &own, &found, .address = l->to.base));
	if (!found || !own.acknowledge || l->signs.automatic || l->contact.bouncing || !l->known || !l->contact.email.n || l->signs.refuted)
		return OK;
	struct mail_auto_count_row hour;
	struct mail_auto_count_kind_row day;
	struct mail_auto_count_all_row all;
	TRY(mail_auto_count(c->db, c->arena, &hour, .address = l->contact.email, .since_us = c->now_us - UTIME_US_PER_HOUR));
	TRY(mail_auto_count_kind(c->db, c->arena, &day, .address = l->contact.email, .kind = S("ack"), .since_us = c->now_us - UTIME_US_PER_DAY));
	TRY(mail_auto_count_all(c->db, c->arena, &all, .since_us = c->now_us - UTIME_US_PER_HOUR));
	if (hour.n >= setting_i64(c, "mail.auto_per_address_hour") || day.n >= setting_i64(c, "mail.ack_per_address_day")) {
		step(l, "no acknowledgement: this address had one already");
		return OK;
	}
	if (all.n >= setting_i64(c, "mail.auto_per_hour")) {
		step(l, "no acknowledgement: the desk's budget of automatic mail is used up for this hour");
		return OK;
	}
	TRY(mail_auto_insert(c->db, .address = l->contact.email, .kind = S("ack"), .ticket_id = SOME(l->landed.ticket_id), .at_us = c->now_us));
	step(l, "acknowledged");
	return outbox_add(c, &(struct outbox_new){
		.kind = "mail", .dest = l->contact.email, .dedup = arena_fmt(c->arena, "ack:%lld", (long long)l->landed.ticket_id),
		.ticket_id = l->landed.ticket_id,
		.body = arena_fmt(c->arena, "{\"kind\":\"ack\",\"ticket\":%lld,\"message\":0,\"contact\":%lld,\"answers\":%lld}",
				  (long long)l->landed.ticket_id, (long long)l->contact.id, (long long)l->landed.message_id) }, NULL);
}

/* ---- what becomes of it ---- */

static enum err end(struct landing *l, const char *state, const char *outcome, struct str reason)
{
	l->state = str_c(state);
	l->outcome = str_c(outcome);
	l->reason = reason;
	return OK;
}

static enum err land_reply(struct ctx *c, struct landing *l)
{
	bool proved, braked;
	struct ticket_incoming in;
	TRY(may_write(c, l, &proved));
	TRY(too_many(c, l, &braked));
	fill_incoming(c, l, &in);
	if (proved && l->signs.vacation) {
		step(l, "it is an automatic reply (%.*s): kept as a note, nothing reopens", STR_ARG(l->signs.why));
		proved = false;
	}
	act_as(c, l, proved);
	if (!proved) {
		in.reason = S("its sender is not proved");
		TRY(ticket_add_unverified_note(c, &in, &l->landed));
		return end(l, "done", "note", S("Kept as an internal note, because nothing proves who wrote it. Nothing was sent, nothing reopened."));
	}
	in.no_reopen = braked;
	TRY(copies(c, l, true, &in.cc, &in.cc_proposed));
	TRY(ticket_add_customer_message(c, &in, &l->landed));
	return end(l, "done", l->landed.follow_up ? "follow_up" : "reply",
		   l->landed.follow_up ? S("The ticket it answers is closed, so it became a new one that is linked to it.")
				       : arena_fmt(c->arena, "It answers this ticket, known by %.*s.", STR_ARG(l->by)));
}

static enum err land_new(struct ctx *c, struct landing *l)
{
	struct ticket_incoming in;
	bool created;
	struct str suspend = STR_NULL;
	if (l->signs.vacation)
		return end(l, "suspended", "automatic", S("An automatic reply to no ticket of ours. Release it if it matters."));
	if (!l->known && l->m->from.addr.n) {
		if (contact_for_mail(c, l->m->from.name, l->m->from.addr, &l->contact, &created) == OK)
			l->known = true;
		else
			fault_clear(&c->fault);
	}
	if (l->signs.spam && !l->released)
		suspend = S("our mail server's filter says it is spam");
	else if (l->signs.verification && !l->released)
		suspend = S("it looks like a sign-up or verification mail of another service");
	else if (l->m->n_from != 1 && !l->released)
		suspend = S("it names no sender, or several");
	act_as(c, l, l->signs.proved);
	fill_incoming(c, l, &in);
	in.ticket_id = 0;
	in.suspend_reason = suspend;
	in.reason = l->signs.proved ? STR_NULL : S("the sender's address is not proved");
	TRY(copies(c, l, l->signs.proved, &in.cc, &in.cc_proposed));
	TRY(ticket_from_mail(c, &in, &l->landed));
	if (suspend.p)
		return end(l, "done", "suspended", arena_fmt(c->arena, "A new ticket, suspended: %.*s.", STR_ARG(suspend)));
	TRY(acknowledge(c, l));
	return end(l, "done", "ticket", S("It names no ticket of ours, so it became a new one."));
}

/* A report about a mail of ours. The envelope's token says which; the report's own words only when its Message-ID carries our MAC. */
static enum err land_bounce(struct ctx *c, struct landing *l)
{
	int64_t contact_id = l->to.kind == MAIL_TOKEN_BOUNCE ? l->to.contact_id : 0, ticket_id = 0, message;
	struct str kind, status = l->m->dsn_status;
	if (l->to.kind == MAIL_TOKEN_BOUNCE) {
		struct mail_outbox_row_row row;
		bool found;
		TRY(mail_outbox_row(c->db, c->arena, &row, &found, .id = l->to.ticket_id));
		ticket_id = found && row.ticket_id.set ? row.ticket_id.v : 0;
		step(l, "outgoing mail %lld by the token of the envelope", (long long)l->to.ticket_id);
	} else if (l->m->dsn_message_id.n && mail_message_id_read(c, l->m->dsn_message_id, &message, &contact_id, &kind)) {
		struct mail_message_ticket_row row;
		bool found = false;
		if (str_eq(kind, S("reply")))
			TRY(mail_message_ticket(c->db, c->arena, &row, &found, .id = message));
		ticket_id = found ? row.ticket_id : str_eq(kind, S("reply")) ? 0 : message;
		step(l, "our Message-ID in the report");
	} else {
		return end(l, "done", "bounce", S("A delivery report about no mail of ours that can be proved."));
	}
	l->ticket_id = ticket_id;
	bool for_good = str_starts(status, S("5")) || (!status.n && str_ieq(l->m->dsn_action, S("failed")));
	if (!for_good)
		return end(l, "done", "bounce", S("A report of a delay: the mail server goes on trying."));
	if (contact_id)
		TRY(contact_set_bouncing(c, contact_id, true, arena_fmt(c->arena, "mail came back: %.*s", STR_ARG(utf8_clip(status, 20)))));
	if (ticket_id) {
		TRY(ticket_add_system_note(c, ticket_id,
					   arena_fmt(c->arena, "The mail to %.*s came back for good (%.*s). The customer did not get it.",
						     STR_ARG(utf8_clip(l->m->dsn_recipient.n ? l->m->dsn_recipient : S("a recipient"), 200)),
						     STR_ARG(utf8_clip(status.n ? status : S("failed"), 20))),
					   "bounce"));
		l->landed.ticket_id = ticket_id;
	}
	return end(l, "done", "bounce", S("A mail of ours came back for good; the address is marked and the ticket says so."));
}

static enum err land_unreadable(struct ctx *c, struct landing *l)
{
	struct ticket_file raw = { .filename = S("message.eml"), .blob = l->in.raw_blob, .bytes = l->in.raw_bytes };
	bool created;
	if (l->in.sender.n && contact_for_mail(c, S(""), l->in.sender, &l->contact, &created) == OK)
		l->known = true;
	fault_clear(&c->fault);
	struct ticket_incoming in = {
		.contact_id = l->known ? l->contact.id : 0, .author_name = l->in.sender.n ? l->in.sender : S("an unknown sender"),
		.subject = S("Unreadable message"), .via = "mail", .origin = "mail", .inbound = l->to.base, .inbox_id = l->inbox_id,
		.text = arena_fmt(c->arena, "This mail could not be read: %.*s\n\nThe original is attached as it came.", STR_ARG(l->why_unreadable)),
		.files = &raw, .n_files = 1, .at_us = l->in.received_us, .rule = S("unreadable mail"),
	};
	c->door = DOOR_MAIL;
	TRY(ticket_from_mail(c, &in, &l->landed));
	step(l, "unreadable: %.*s", STR_ARG(l->why_unreadable));
	return end(l, "parked", "unreadable", arena_fmt(c->arena, "It could not be read: %.*s The original is attached; it can be tried again.",
						      STR_ARG(l->why_unreadable)));
}

static struct str content_sha(struct ctx *c, const struct mime_message *m)
{
	return secret_sha256_hex(c->arena, arena_fmt(c->arena, "%.*s\n%.*s\n%.*s", STR_ARG(m->from.addr), STR_ARG(m->subject), STR_ARG(m->text)));
}

static enum err duplicate(struct ctx *c, struct landing *l, bool *ret)
{
	struct mail_seen_find_row row;
	*ret = false;
	if (!l->m->message_id.n)
		return OK;
	TRY(mail_seen_find(c->db, c->arena, &row, ret, .mail_id = l->m->message_id, .content_sha = content_sha(c, l->m),
			   .since_us = c->now_us - SEEN_DAYS * UTIME_US_PER_DAY));
	if (*ret && row.inbox_id == l->inbox_id)
		*ret = false;
	if (*ret) {
		step(l, "the same message came to another of our addresses (incoming mail %lld)", (long long)row.inbox_id);
		l->landed.ticket_id = row.ticket_id.set ? row.ticket_id.v : 0;
	}
	return OK;
}

static enum err decide(struct ctx *c, struct landing *l)
{
	if (!l->m)
		return land_unreadable(c, l);
	bool seen;
	mail_signs_read(c, l->in.sender, l->m, &l->signs);
	if (l->to.kind == MAIL_TOKEN_BOUNCE || l->m->dsn)
		return land_bounce(c, l);
	if (l->signs.loop && !l->released) {
		step(l, "loop: %.*s", STR_ARG(l->signs.why));
		return end(l, "suspended", "loop", arena_fmt(c->arena, "It would go round in a loop: %.*s.", STR_ARG(l->signs.why)));
	}
	TRY(duplicate(c, l, &seen));
	if (seen)
		return end(l, "done", "duplicate", S("The same message came to another of our addresses and was taken there."));
	if (l->m->from.addr.n)
		TRY(contact_by_address(c, l->m->from.addr, &l->contact, &l->known));
	step(l, "from %.*s: %s%s", STR_ARG(l->m->from.addr), l->known ? "known here" : "not known here",
	     l->signs.proved ? ", proved by our mail server" : l->signs.refuted ? ", refuted by our mail server" : "");
	TRY(find_reference(c, l));
	return l->ticket_id ? land_reply(c, l) : land_new(c, l);
}

static enum err remember(struct ctx *c, struct landing *l)
{
	const struct mime_message *m = l->m;
	struct opt_i64 ticket = l->landed.ticket_id ? SOME(l->landed.ticket_id) : NONE;
	if (m && m->message_id.n && !str_eq(l->outcome, S("duplicate")))
		TRY(mail_seen_insert(c->db, .mail_id = m->message_id, .content_sha = content_sha(c, m), .inbox_id = l->inbox_id, .ticket_id = ticket,
				     .at_us = c->now_us));
	/* an unproved mail must not make a thread that others can join by its id */
	bool threads = str_eq(l->outcome, S("ticket")) || str_eq(l->outcome, S("reply")) || str_eq(l->outcome, S("follow_up"));
	if (m && m->message_id.n && threads && ticket.set)
		TRY(mail_thread_insert(c->db, .mail_id = m->message_id, .ticket_id = ticket.v,
				       .message_id = l->landed.message_id ? SOME(l->landed.message_id) : NONE, .at_us = c->now_us));
	return inbox_settle(c->db, .id = l->inbox_id, .state = l->state, .outcome = l->outcome, .reason = l->reason, .trace = buf_str(&l->trace),
			    .ticket_id = ticket, .message_id = l->landed.message_id ? SOME(l->landed.message_id) : NONE, .settled_us = c->now_us);
}

static enum err land(struct ctx *c, void *arg)
{
	struct landing *l = arg, fresh = { .inbox_id = l->inbox_id, .raw = l->raw, .m = l->m, .why_unreadable = l->why_unreadable,
					   .released = l->released, .html_blob = l->html_blob };
	bool found;
	*l = fresh;   /* the transaction may run again */
	buf_init(&l->trace, c->arena, 16 << 10);
	TRY(inbox_get(c->db, c->arena, &l->in, &found, .id = l->inbox_id));
	if (!found || !str_eq(l->in.state, S("new")))
		return OK;   /* done by an earlier run of this job */
	mail_recipient_read(c, l->in.dest, &l->to);
	step(l, "to %.*s", STR_ARG(l->to.base));
	TRY(decide(c, l));
	TRY(remember(c, l));
	if (c->n_events == 0)   /* a loop or a duplicate changes no ticket, but the log knows of it */
		return event_append(c, &(struct event_new){ .kind = "mail.set_aside", .entity = "inbox", .entity_id = l->inbox_id,
							    .ticket_id = l->landed.ticket_id, .rule = l->outcome, .reason = l->reason }, NULL);
	return OK;
}

enum err mail_land(struct ctx *c, int64_t inbox_id, struct str raw, const struct mime_message *m, struct str why, bool released)
{
	struct landing l = { .inbox_id = inbox_id, .raw = raw, .m = m, .why_unreadable = why, .released = released, .html_blob = STR_NULL };
	if (m && m->html.n) {
		struct blob_name blob;
		TRY(blob_put(c->desk->blobs, &c->fault, m->html, &blob));
		l.html_blob = arena_str(c->arena, str_c(blob.hex));
	}
	return ctx_write(c, false, land, &l);
}
