/* mail_bounce.c: what comes back of our own mails: delivery reports, and automatic replies to the envelope's address; see mail.h. */
#include "mail/mail_landing.h"

#include "base/utf8.h"

#include "base/banned.h"

struct bounce {
	int64_t ticket_id, contact_id;
	struct str dest;             /* where that mail went, if we know */
	bool known;
};

/* The envelope's token says which mail it is about; the report's own words only when its Message-ID carries our MAC. */
static enum err bounce_about(struct ctx *c, struct landing *l, struct bounce *ret)
{
	int64_t number;
	struct str kind;
	bool found = false;
	*ret = (struct bounce){ .known = false };
	if (l->to.kind == MAIL_TOKEN_BOUNCE) {
		struct mail_outbox_row_row row;
		TRY(mail_outbox_row(c->db, c->arena, &row, &found, .id = l->to.ticket_id));
		mail_step(l, "about outgoing mail %lld, by the token of the envelope", (long long)l->to.ticket_id);
		*ret = (struct bounce){ .known = true, .contact_id = l->to.contact_id, .dest = found ? row.dest : STR_NULL,
					.ticket_id = found && row.ticket_id.set ? row.ticket_id.v : 0 };
	} else if (l->m->dsn_message_id.n && mail_message_id_read(c, l->m->dsn_message_id, &number, &ret->contact_id, &kind)) {
		ret->known = true;
		TRY(mail_ticket_of_id(c, kind, number, &ret->ticket_id));
		mail_step(l, "our Message-ID stands in the report");
	}
	return OK;
}

/* Marks the contact when the mail went to the address they still have. */
static enum err mark_bouncing(struct ctx *c, const struct bounce *b, struct str recipient, struct str status)
{
	struct contact k;
	if (!b->contact_id)
		return OK;
	enum err e = contact_get(c, b->contact_id, &k);
	if (e == ERR_NOT_FOUND) {
		fault_clear(&c->fault);
		return OK;
	}
	TRY(e);
	struct str was = b->dest.n ? b->dest : recipient;
	if (!k.email.n || (was.n && !str_ieq(was, k.email)))
		return OK;
	return contact_set_bouncing(c, k.id, true, arena_fmt(c->arena, "mail came back: %.*s", STR_ARG(status)));
}

/* An automatic reply, or an old-fashioned report, that came to the envelope's address: on the ticket, inside. */
static enum err land_odd_bounce(struct ctx *c, struct landing *l, const struct bounce *b)
{
	struct ticket_incoming in;
	l->ticket_id = b->ticket_id;
	l->by = S("the token of the envelope");
	TRY(mail_settle_reference(c, l));
	if (!l->ticket_id)
		return mail_end(l, "done", "bounce", S("An automatic reply to a mail of ours that belongs to no ticket."));
	mail_fill_incoming(c, l, &in);
	in.reason = S("it is an automatic reply");
	mail_act_as(c, l, false);
	TRY(ticket_add_unverified_note(c, &in, &l->landed));
	return mail_end(l, "done", "note", S("An automatic reply to a mail of ours: kept as an internal note. Nothing reopened."));
}

enum err mail_land_bounce(struct ctx *c, struct landing *l)
{
	struct bounce b;
	TRY(bounce_about(c, l, &b));
	if (!b.known)
		return mail_end(l, "done", "bounce", S("A delivery report about no mail of ours that can be proved. The original is kept."));
	if (!l->m->dsn)
		return land_odd_bounce(c, l, &b);
	struct str status = utf8_clip(str_trim(l->m->dsn_status), 20), to = l->m->dsn_recipient;
	l->ticket_id = b.ticket_id;
	l->by = S("the report");
	TRY(mail_settle_reference(c, l));
	l->landed.ticket_id = l->ticket_id;
	if (str_starts(status, S("2")))
		return mail_end(l, "done", "bounce", S("A report that a mail of ours arrived."));
	if (!str_starts(status, S("5")) && !(!status.n && str_ieq(l->m->dsn_action, S("failed"))))
		return mail_end(l, "done", "bounce", S("A report of a delay: the mail server goes on trying."));
	status = status.n ? status : S("failed");
	TRY(mark_bouncing(c, &b, to, status));
	if (l->ticket_id)
		TRY(ticket_add_system_note(c, l->ticket_id,
					   arena_fmt(c->arena, "The mail to %.*s came back for good (%.*s). They did not get it.",
						     STR_ARG(b.dest.n ? b.dest : utf8_clip(to.n ? to : S("a recipient"), 200)), STR_ARG(status)), "bounce"));
	return mail_end(l, "done", "bounce", l->ticket_id ? S("A mail of ours came back for good: the address is marked, and the ticket says so.")
						     : S("A mail of ours came back for good."));
}
