/* mail_land_job.c: which ticket a mail is for, by whom, and what becomes of it: one decision in one transaction; see mail.h.
 *
 * Each step leaves a line in the trace, and the outcome a sentence: "why did this message land here?" is answered from the row. */
#include "mail/mail_landing.h"

#include "base/log.h"
#include "base/utf8.h"
#include "core/secret.h"
#include "core/upload.h"

#include "base/banned.h"

enum { COPIES_MAX = 20, SEEN_DAYS = 10 };

void mail_step(struct landing *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_add(&l->trace, arena_vfmt(l->trace.arena, fmt, ap));
	buf_ch(&l->trace, '\n');
	va_end(ap);
}

enum err mail_end(struct landing *l, const char *state, const char *outcome, struct str reason)
{
	l->state = str_c(state);
	l->outcome = str_c(outcome);
	l->reason = reason;
	return OK;
}

/* ---- reference: which ticket ---- */

enum err mail_ticket_of_id(struct ctx *c, struct str kind, int64_t number, int64_t *ret)
{
	bool found = false;
	*ret = 0;
	if (str_eq(kind, S("reply"))) {
		struct mail_message_ticket_row row;
		TRY(mail_message_ticket(c->db, c->arena, &row, &found, .id = number));
		*ret = found ? row.ticket_id : 0;
	} else if (str_eq(kind, S("confirm"))) {
		struct mail_confirmation_ticket_row row;
		TRY(mail_confirmation_ticket(c->db, c->arena, &row, &found, .id = number));
		*ret = found ? row.ticket_id : 0;
	} else if (str_eq(kind, S("ack"))) {
		*ret = number;
	}
	return OK;
}

/* An id of ours says which ticket, not who writes: everybody who was answered "to all" has seen it. */
static enum err by_message_ids(struct ctx *c, struct landing *l)
{
	/* the newest reference first: In-Reply-To is the last of refs */
	for (size_t i = l->m->n_refs; i > 0 && !l->ticket_id; i--) {
		int64_t number, contact;
		struct str kind;
		if (!mail_message_id_read(c, l->m->refs[i - 1], &number, &contact, &kind))
			continue;
		TRY(mail_ticket_of_id(c, kind, number, &l->ticket_id));
		l->by = S("our own Message-ID in the references");
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

enum err mail_settle_reference(struct ctx *c, struct landing *l)
{
	struct ticket_get_row t;
	if (!l->ticket_id)
		return OK;
	enum err e = ticket_root(c, l->ticket_id, &t);
	if (e == ERR_NOT_FOUND) {
		fault_clear(&c->fault);
		mail_step(l, "ticket %lld, named by %.*s, is not here", (long long)l->ticket_id, STR_ARG(l->by));
		l->ticket_id = 0;
		l->token_fits = false;
		return OK;
	}
	TRY(e);
	if (t.id != l->ticket_id)
		mail_step(l, "ticket %lld was merged into %lld", (long long)l->ticket_id, (long long)t.id);
	l->ticket_id = t.id;
	mail_step(l, "ticket %lld by %.*s", (long long)l->ticket_id, STR_ARG(l->by));
	return OK;
}

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

/* The number in a subject is known to many: it counts only for who is of that ticket and proved by our mail server. */
static enum err by_subject(struct ctx *c, struct landing *l)
{
	bool party;
	l->ticket_id = l->signs.proved ? subject_number(l->m->subject) : 0;
	l->by = S("the number in the subject, with a proved sender");
	TRY(mail_settle_reference(c, l));
	if (!l->ticket_id)
		return OK;
	TRY(is_party(c, l, &party));
	if (!party) {
		mail_step(l, "but the sender is not of that ticket, so the number counts for nothing");
		l->ticket_id = 0;
	}
	return OK;
}

static enum err by_token(struct ctx *c, struct landing *l)
{
	struct contact party;
	if (l->to.kind == MAIL_TOKEN_BROKEN)
		mail_step(l, "the address carries a token that is not ours: it counts for nothing");
	if (l->to.kind != MAIL_TOKEN_REPLY)
		return OK;
	l->ticket_id = l->to.ticket_id;
	l->by = S("the token of the address it was sent to");
	enum err e = contact_get(c, l->to.contact_id, &party);   /* follows merges of contacts */
	if (e == ERR_NOT_FOUND) {
		fault_clear(&c->fault);
		return OK;
	}
	TRY(e);
	l->token_fits = l->known && party.id == l->contact.id;
	return OK;
}

static bool was_unreadable(const struct landing *l)
{
	return str_eq(l->in.outcome, S("unreadable")) && l->in.ticket_id.set;
}

static enum err find_reference(struct ctx *c, struct landing *l)
{
	TRY(by_token(c, l));
	TRY(mail_settle_reference(c, l));
	if (!l->ticket_id) {
		TRY(by_message_ids(c, l));
		TRY(mail_settle_reference(c, l));
	}
	if (!l->ticket_id)
		TRY(by_subject(c, l));
	if (!l->ticket_id && was_unreadable(l)) {
		l->ticket_id = l->in.ticket_id.v;
		l->by = S("the ticket it made when it could not be read");
		TRY(mail_settle_reference(c, l));
		l->late = l->ticket_id != 0;
	}
	if (!l->ticket_id)
		mail_step(l, "no ticket is named");
	return OK;
}

/* ---- authority: by whom ---- */

static enum err may_write(struct ctx *c, struct landing *l)
{
	bool party, proof = setting_i64(c, "mail.require_proof") != 0;
	if (l->m->n_from != 1) {
		mail_step(l, "%zu senders are named: none is proved", l->m->n_from);
		return OK;
	}
	TRY(is_party(c, l, &party));
	if (!party)
		mail_step(l, "%.*s is not of this ticket (requester or active copy)", STR_ARG(l->m->from.addr));
	else if (l->signs.refuted)
		mail_step(l, "our mail server says that %.*s did not send this (DMARC failed)", STR_ARG(l->m->from.addr));
	else if (l->signs.proved)
		mail_step(l, "our mail server vouches for the sender");
	else if (l->token_fits && !proof)
		mail_step(l, "the token was made for this sender");
	else
		mail_step(l, "nothing proves that %.*s sent this", STR_ARG(l->m->from.addr));
	l->may_write = party && !l->signs.refuted && (l->signs.proved || (l->token_fits && !proof));
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

/* Copies: colleagues of a proved sender's organisation join, others are proposed; addresses of ours and teammates never.
 * A plus sign that is nobody's token is an ordinary part of a name: only ours are left out. */
static enum err copy_of(struct ctx *c, struct landing *l, const struct mime_address *v, struct contact *ret, bool *ret_some)
{
	struct mail_recipient r;
	struct mail_address_find_row own;
	struct mail_teammate_row mate;
	bool is_own, is_mate, created;
	*ret_some = false;
	if (!v->addr.n || str_ieq(v->addr, l->m->from.addr))
		return OK;
	mail_recipient_read(c, v->addr, &r);
	TRY(mail_address_find(c->db, c->arena, &own, &is_own, .address = r.base));
	TRY(mail_teammate(c->db, c->arena, &mate, &is_mate, .email = r.base));
	if (is_own || is_mate)
		return OK;
	enum err e = contact_for_mail(c, v->name, v->addr, ret, &created);
	if (e == ERR_INPUT) {
		fault_clear(&c->fault);
		return OK;
	}
	TRY(e);
	*ret_some = true;
	return OK;
}

static enum err copies(struct ctx *c, struct landing *l, bool trusted, struct id_list *ret_active, struct id_list *ret_proposed)
{
	int64_t *active = arena_array(c->arena, int64_t, COPIES_MAX), *proposed = arena_array(c->arena, int64_t, COPIES_MAX);
	size_t n_active = 0, n_proposed = 0;
	for (int which = 0; which < 2; which++) {
		const struct mime_address *v = which ? l->m->cc : l->m->to;
		size_t n = which ? l->m->n_cc : l->m->n_to;
		for (size_t i = 0; i < n && n_active + n_proposed < COPIES_MAX; i++) {
			struct contact k;
			bool some;
			TRY(copy_of(c, l, &v[i], &k, &some));
			if (!some)
				continue;
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

void mail_fill_incoming(struct ctx *c, struct landing *l, struct ticket_incoming *in)
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
		.inbound = l->own_address ? l->to.base : STR_NULL, .via = "mail", .origin = "mail", .at_us = l->in.received_us, .rule = l->by.n ? l->by : STR_NULL,
	};
}

void mail_act_as(struct ctx *c, struct landing *l, bool proved)
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
		mail_step(l, "%lld mails on this ticket within an hour: it is kept as it is, nothing reopens", (long long)n.n);
	return OK;
}

/* One acknowledgement per address and day, five automatic mails per address and hour, a budget for all; and no word of the sender's in it. */
static enum err acknowledge(struct ctx *c, struct landing *l)
{
	struct mail_address_find_row own;
	bool found;
	TRY(mail_address_find(c->db, c->arena, &own, &found, .address = l->to.base));
	if (!found || !own.acknowledge || str_eq(own.kind, S("noreply")) || !l->known || !l->contact.email.n)
		return OK;
	if (l->signs.automatic || l->signs.suppress || l->signs.refuted || l->contact.bouncing) {
		mail_step(l, "no acknowledgement: %s", l->signs.automatic ? "a program wrote it" : l->signs.suppress ? "it asks for no automatic replies"
						: l->signs.refuted ? "the sender is refuted" : "mail to them comes back");
		return OK;
	}
	struct mail_auto_count_row hour;
	struct mail_auto_count_kind_row day;
	struct mail_auto_count_all_row all;
	TRY(mail_auto_count(c->db, c->arena, &hour, .address = l->contact.email, .since_us = c->now_us - UTIME_US_PER_HOUR));
	TRY(mail_auto_count_kind(c->db, c->arena, &day, .address = l->contact.email, .kind = S("ack"), .since_us = c->now_us - UTIME_US_PER_DAY));
	TRY(mail_auto_count_all(c->db, c->arena, &all, .since_us = c->now_us - UTIME_US_PER_HOUR));
	if (hour.n >= setting_i64(c, "mail.auto_per_address_hour") || day.n >= setting_i64(c, "mail.ack_per_address_day")) {
		mail_step(l, "no acknowledgement: this address had one already");
		return OK;
	}
	if (all.n >= setting_i64(c, "mail.auto_per_hour")) {
		mail_step(l, "no acknowledgement: the desk's budget of automatic mail is used up for this hour");
		log_msg(LOG_WARN, "mail_budget", "%lld automatic mails within an hour: no more acknowledgements for now (mail.auto_per_hour)", (long long)all.n);
		return OK;
	}
	TRY(mail_auto_insert(c->db, .address = l->contact.email, .kind = S("ack"), .ticket_id = SOME(l->landed.ticket_id), .at_us = c->now_us));
	mail_step(l, "they get an acknowledgement");
	return outbox_add(c, &(struct outbox_new){
		.kind = "mail", .dest = l->contact.email, .dedup = arena_fmt(c->arena, "ack:%lld", (long long)l->landed.ticket_id),
		.ticket_id = l->landed.ticket_id,
		.body = arena_fmt(c->arena, "{\"kind\":\"ack\",\"ticket\":%lld,\"message\":0,\"contact\":%lld,\"answers\":%lld}",
				  (long long)l->landed.ticket_id, (long long)l->contact.id, (long long)l->landed.message_id) }, NULL);
}

/* ---- what becomes of it ---- */

/* The one-click way for a colleague who is not of the ticket yet: proposed as a copy, for a teammate to approve. */
static enum err propose_colleague(struct ctx *c, struct landing *l, bool *ret)
{
	struct ticket_get_row t;
	struct mail_is_copy_row copy;
	struct contact k = l->contact;
	bool found = l->known, created;
	int64_t organisation = l->known ? l->contact.organisation_id.v : 0;
	*ret = false;
	if (!l->signs.proved)
		return OK;
	TRY(ticket_root(c, l->ticket_id, &t));
	if (!l->known)
		TRY(organisation_by_domain(c, mail_domain_of(l->m->from.addr), &organisation, &found));
	if (!found || !t.organisation_id.set || t.organisation_id.v != organisation)
		return OK;
	if (!l->known) {
		enum err e = contact_for_mail(c, l->m->from.name, l->m->from.addr, &k, &created);
		if (e == ERR_INPUT) {
			fault_clear(&c->fault);
			return OK;
		}
		TRY(e);
	}
	*ret = true;
	TRY(mail_is_copy(c->db, c->arena, &copy, &found, .ticket_id = t.id, .contact_id = k.id));
	return found ? OK : ticket_cc_put(c, t.id, k.id, "proposed", l->landed.message_id, 0);
}

/* Kept inside: nothing reopens, nothing is sent, and the sender is not added. */
static enum err land_note(struct ctx *c, struct landing *l, struct ticket_incoming *in, bool braked)
{
	struct mail_teammate_row mate = { .id = 0 };
	bool is_mate = false, colleague = false;
	if (braked && !l->released)
		return mail_end(l, "suspended", "flood", S("Too many mails on this ticket within an hour, and nothing proves who wrote this one. Release it if it matters."));
	if (l->signs.proved)
		TRY(mail_teammate(c->db, c->arena, &mate, &is_mate, .email = mail_lower(c->arena, l->m->from.addr)));
	if (is_mate)
		in->author_name = mate.name;
	in->reason = l->may_write ? S("it is an automatic reply") : is_mate ? S("a teammate wrote it by mail") : S("its sender is not proved to be of this ticket");
	TRY(ticket_add_unverified_note(c, in, &l->landed));
	if (l->may_write)
		return mail_end(l, "done", "note", arena_fmt(c->arena, "Kept as an internal note, because it is an automatic reply (%.*s). Nothing reopened.",
							STR_ARG(l->signs.why)));
	if (is_mate) {
		TRY(ticket_add_system_note(c, l->landed.ticket_id,
					   arena_fmt(c->arena, "%.*s wrote this by mail, so it is an internal note. To answer the customer, reply from the ticket.",
						     STR_ARG(mate.name)), "mail of a teammate"));
		return mail_end(l, "done", "note", S("Kept as an internal note: teammates answer customers from the ticket, not by mail."));
	}
	TRY(propose_colleague(c, l, &colleague));
	return mail_end(l, "done", "note", colleague ? S("Kept as an internal note: a proved colleague of the requester, who is not in copy of the ticket. "
						    "Approve them as a copy, and their next mail joins the conversation.")
						: S("Kept as an internal note, because nothing proves that it is from someone of this ticket. "
						    "Nothing was sent, nothing reopened."));
}

static enum err land_reply(struct ctx *c, struct landing *l)
{
	bool braked;
	struct ticket_incoming in;
	TRY(too_many(c, l, &braked));
	mail_fill_incoming(c, l, &in);
	if (!l->may_write || l->signs.vacation) {
		mail_act_as(c, l, false);
		return land_note(c, l, &in, braked);
	}
	mail_act_as(c, l, true);
	in.no_reopen = braked;
	TRY(copies(c, l, true, &in.cc, &in.cc_proposed));
	TRY(ticket_add_customer_message(c, &in, &l->landed));
	return mail_end(l, "done", l->landed.follow_up ? "follow_up" : "reply",
		   l->landed.follow_up ? S("The ticket it answers is closed, so it became a new one that is linked to it.")
				       : arena_fmt(c->arena, "It answers this ticket, known by %.*s.", STR_ARG(l->by)));
}

/* Of a forwarded mail the original's sender is a suggestion: proposed as a copy, and named in the thread for who sets the requester. */
static enum err suggest_sender(struct ctx *c, struct landing *l)
{
	struct mime_address original = { .name = l->m->forwarded_from_name, .addr = l->m->forwarded_from_addr };
	struct mail_is_copy_row copy;
	struct contact k;
	bool some, found;
	TRY(copy_of(c, l, &original, &k, &some));
	if (!some)
		return OK;
	mail_step(l, "a forwarded mail: the original is said to be from %.*s", STR_ARG(original.addr));
	TRY(mail_is_copy(c->db, c->arena, &copy, &found, .ticket_id = l->landed.ticket_id, .contact_id = k.id));
	if (!found)
		TRY(ticket_cc_put(c, l->landed.ticket_id, k.id, "proposed", 0, 0));
	return ticket_add_system_note(c, l->landed.ticket_id,
				      arena_fmt(c->arena, "This is a forwarded mail; the original is said to be from %.*s. If they are the customer, make them the requester.",
						STR_ARG(original.addr)), "forwarded mail");
}

static enum err land_new(struct ctx *c, struct landing *l)
{
	struct ticket_incoming in;
	bool created;
	struct str suspend = STR_NULL;
	if (l->signs.vacation && !l->released)
		return mail_end(l, "suspended", "automatic", S("An automatic reply to no ticket of ours. Release it if it matters."));
	if (!l->known && l->m->from.addr.n) {
		enum err e = contact_for_mail(c, l->m->from.name, l->m->from.addr, &l->contact, &created);
		l->known = e == OK;
		if (e == ERR_INPUT)
			fault_clear(&c->fault);
		else
			TRY(e);
	}
	if (l->signs.spam && !l->released)
		suspend = S("our mail server's filter says it is spam");
	else if (l->signs.verification && !l->released)
		suspend = S("it looks like a sign-up or verification mail of another service");
	else if (l->m->n_from != 1 && !l->released)
		suspend = S("it names no sender, or several");
	mail_act_as(c, l, l->signs.proved);
	mail_fill_incoming(c, l, &in);
	in.suspend_reason = suspend;
	in.reason = l->signs.proved    ? STR_NULL
		    : l->signs.refuted ? S("our mail server says that the sender's address is forged (DMARC failed)")
				       : S("the sender's address is not proved");
	TRY(copies(c, l, l->signs.proved, &in.cc, &in.cc_proposed));
	/* read at last: nobody shall see that it was ever otherwise, but for the first message with the original */
	TRY(l->late ? ticket_read_at_last(c, &in, l->in.message_id.v, &l->landed) : ticket_from_mail(c, &in, &l->landed));
	TRY(suggest_sender(c, l));
	if (suspend.p)
		return mail_end(l, "done", "suspended", arena_fmt(c->arena, "A new ticket, suspended: %.*s.", STR_ARG(suspend)));
	TRY(acknowledge(c, l));
	return mail_end(l, "done", "ticket", l->late ? S("It can be read now: the ticket that it made when it could not be is its own.") : l->signs.refuted ? S("It became a new ticket. Take care: our mail server says that the sender's address is forged.")
							 : S("It names no ticket of ours, so it became a new one."));
}

static enum err land_unreadable(struct ctx *c, struct landing *l)
{
	struct ticket_file raw = { .filename = S("message.eml"), .blob = l->in.raw_blob, .bytes = l->in.raw_bytes };
	bool created;
	c->door = DOOR_MAIL;
	mail_step(l, "unreadable: %.*s", STR_ARG(l->why_unreadable));
	struct str reason = arena_fmt(c->arena, "It could not be read: %.*s The original is attached; it can be tried again.", STR_ARG(l->why_unreadable));
	if (l->in.ticket_id.set) {   /* it has its ticket from the first time */
		l->landed = (struct ticket_landed){ .ticket_id = l->in.ticket_id.v, .message_id = l->in.message_id.v };
		return mail_end(l, "parked", "unreadable", reason);
	}
	enum err e = l->in.sender.n ? contact_for_mail(c, S(""), l->in.sender, &l->contact, &created) : ERR_INPUT;
	l->known = e == OK;
	if (e == ERR_INPUT)
		fault_clear(&c->fault);
	else
		TRY(e);
	struct ticket_incoming in = {
		.contact_id = l->known ? l->contact.id : 0, .author_name = l->in.sender.n ? l->in.sender : S("an unknown sender"),
		.subject = S(TICKET_UNREADABLE), .via = "mail", .origin = "mail", .inbound = l->own_address ? l->to.base : STR_NULL, .inbox_id = l->inbox_id,
		.text = arena_fmt(c->arena, "This mail could not be read: %.*s\n\nThe original is attached as it came.", STR_ARG(l->why_unreadable)),
		.files = &raw, .n_files = 1, .at_us = l->in.received_us, .rule = S("unreadable mail"),
	};
	TRY(ticket_from_mail(c, &in, &l->landed));
	return mail_end(l, "parked", "unreadable", reason);
}

/* Sender, subject, text and files: devices use one Message-ID for many mails. */
static struct str content_sha(struct ctx *c, const struct mime_message *m)
{
	struct buf b;
	buf_init(&b, c->arena, 64 << 20);
	buf_fmt(&b, "%.*s\n%.*s\n", STR_ARG(m->from.addr), STR_ARG(m->subject));
	for (size_t i = 0; i < m->n_parts; i++)
		buf_fmt(&b, "%s\n", m->parts[i].blob.hex);
	buf_add(&b, m->text);
	return secret_sha256_hex(c->arena, buf_str(&b));
}

static enum err duplicate(struct ctx *c, struct landing *l, bool *ret)
{
	struct mail_seen_find_row row;
	struct inbox_get_row first;
	bool found;
	*ret = false;
	if (!l->m->message_id.n)
		return OK;
	TRY(mail_seen_find(c->db, c->arena, &row, &found, .mail_id = l->m->message_id, .content_sha = content_sha(c, l->m),
			   .since_us = c->now_us - SEEN_DAYS * UTIME_US_PER_DAY));
	if (!found || row.inbox_id == l->inbox_id)
		return OK;
	TRY(inbox_get(c->db, c->arena, &first, &found, .id = row.inbox_id));
	/* the copy that shows who wrote is worth more than the note that the other made */
	if (found && str_eq(first.outcome, S("note")) && l->may_write)
		return OK;
	*ret = true;
	mail_step(l, "the same message came to another of our addresses (incoming mail %lld)", (long long)row.inbox_id);
	l->landed.ticket_id = row.ticket_id.set ? row.ticket_id.v : 0;
	return OK;
}

static enum err decide(struct ctx *c, struct landing *l)
{
	if (!l->m)
		return land_unreadable(c, l);
	bool seen;
	TRY(mail_signs_read(c, l->in.sender, l->raw, l->m, &l->signs));
	if (l->to.kind == MAIL_TOKEN_BOUNCE || l->m->dsn)
		return mail_land_bounce(c, l);
	if (l->signs.loop && !l->released) {
		mail_step(l, "loop: %.*s", STR_ARG(l->signs.why));
		return mail_end(l, "suspended", "loop", arena_fmt(c->arena, "It would go round in a loop: %.*s.", STR_ARG(l->signs.why)));
	}
	if (l->m->from.addr.n)
		TRY(contact_by_address(c, l->m->from.addr, &l->contact, &l->known));
	mail_step(l, "from %.*s: %s%s", STR_ARG(l->m->from.addr), l->known ? "known here" : "not known here",
	     l->signs.proved    ? ", proved by our mail server"
	     : l->signs.refuted ? ", refuted by our mail server"
				: ", and our mail server says nothing about who sent it");
	TRY(find_reference(c, l));
	if (l->ticket_id && !l->late)
		TRY(may_write(c, l));
	TRY(duplicate(c, l, &seen));
	if (seen)
		return mail_end(l, "done", "duplicate", S("The same message came to another of our addresses and was taken there."));
	if (l->ticket_id && !l->late) {
		TRY(land_reply(c, l));
		return was_unreadable(l) && l->landed.ticket_id ? ticket_add_system_note(c, l->in.ticket_id.v,
			arena_fmt(c->arena, "This mail can be read now. It belongs to ticket %lld and was added there.", (long long)l->landed.ticket_id), "unreadable mail") : OK;
	}
	return land_new(c, l);
}

static bool one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_eq(s, str_c(*words)))
			return true;
	return false;
}

static enum err remember(struct ctx *c, struct landing *l)
{
	/* an unproved mail must not make a thread that others can join by its id */
	static const char *const THREADS[] = { "ticket", "reply", "follow_up", NULL }, *const TAKEN[] = { "ticket", "reply", "follow_up", "note", "suspended", NULL };
	const struct mime_message *m = l->m;
	struct opt_i64 ticket = l->landed.ticket_id ? SOME(l->landed.ticket_id) : NONE;
	struct opt_i64 message = l->landed.message_id ? SOME(l->landed.message_id) : NONE;
	if (m && m->message_id.n && ticket.set && one_of(l->outcome, TAKEN))
		TRY(mail_seen_insert(c->db, .mail_id = m->message_id, .content_sha = content_sha(c, m), .inbox_id = l->inbox_id, .ticket_id = ticket,
				     .at_us = c->now_us));
	if (m && m->message_id.n && ticket.set && one_of(l->outcome, THREADS)) {
		struct mail_thread_find_row old;
		bool found;
		/* who came first keeps the id: a later mail with the same one must not draw the replies to itself */
		TRY(mail_thread_find(c->db, c->arena, &old, &found, .mail_id = m->message_id));
		if (!found)
			TRY(mail_thread_insert(c->db, .mail_id = m->message_id, .ticket_id = ticket.v, .message_id = message, .at_us = c->now_us));
	}
	return inbox_settle(c->db, .id = l->inbox_id, .state = l->state, .outcome = l->outcome, .reason = l->reason, .trace = buf_str(&l->trace),
			    .ticket_id = ticket, .message_id = message, .settled_us = c->now_us);
}

static enum err land(struct ctx *c, void *arg)
{
	struct landing *l = arg, fresh = { .inbox_id = l->inbox_id, .raw = l->raw, .m = l->m, .why_unreadable = l->why_unreadable,
					   .released = l->released, .html_blob = l->html_blob };
	struct mail_address_find_row own;
	bool found;
	*l = fresh;   /* the transaction may run again */
	buf_init(&l->trace, c->arena, 16 << 10);
	TRY(inbox_get(c->db, c->arena, &l->in, &found, .id = l->inbox_id));
	if (!found || !str_eq(l->in.state, S("new")))
		return OK;   /* done by an earlier run of this job */
	mail_recipient_read(c, l->in.dest, &l->to);
	mail_step(l, "to %.*s", STR_ARG(l->to.base));
	TRY(mail_address_find(c->db, c->arena, &own, &found, .address = l->to.base));
	l->own_address = found && own.active;
	TRY(decide(c, l));
	TRY(remember(c, l));
	if (c->n_events == 0)   /* a loop or a duplicate changes no ticket, but the log knows of it */
		return event_append(c, &(struct event_new){ .kind = "mail.set_aside", .entity = "inbox", .entity_id = l->inbox_id,
							    .ticket_id = l->landed.ticket_id, .rule = l->outcome, .reason = l->reason }, NULL);
	return OK;
}

struct park {
	int64_t inbox_id;
	struct str why;
};

static enum err park(struct ctx *c, void *arg)
{
	struct park *p = arg;
	struct inbox_get_row row;
	bool found;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = p->inbox_id));
	if (!found || !str_eq(row.state, S("new")))
		return OK;
	TRY(inbox_settle(c->db, .id = row.id, .state = S("parked"), .outcome = row.outcome.p ? row.outcome : S("failed"), .reason = p->why,
			 .trace = row.trace.p ? row.trace : S(""), .ticket_id = row.ticket_id, .message_id = row.message_id, .settled_us = c->now_us));
	return event_append(c, &(struct event_new){ .kind = "mail.set_aside", .entity = "inbox", .entity_id = row.id, .rule = S("parked"),
						    .reason = p->why }, NULL);
}

enum err mail_park(struct ctx *c, int64_t inbox_id, struct str why)
{
	struct park p = { .inbox_id = inbox_id, .why = utf8_clip(utf8_clean(c->arena, why), 500) };
	return ctx_write(c, false, park, &p);
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
