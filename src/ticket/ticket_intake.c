/* ticket_intake.c: what customers send: a new ticket, a verified message, a note whose sender is not proved. Called by
 * the mail slice, which has decided who writes and how far that is proved; here it is decided what becomes of the
 * ticket. */
#include "ticket/ticket_int.h"

#include "ticket_message.sql.h"

#include <string.h>

#include "base/banned.h"

static const char *or_else(const char *s, const char *otherwise)
{
	return s && *s ? s : otherwise;
}

static struct message_get_row incoming_message(struct ctx *c, const struct ticket_incoming *in, const char *kind)
{
	return (struct message_get_row) {
		.kind = str_c(kind),
		.state = S("received"),
		.author_kind = S("contact"),
		.author_id = in->contact_id ? SOME(in->contact_id) : NONE,
		.author_name = in->author_name.n ? in->author_name : S("somebody"),
		.via = str_c(or_else(in->via, "mail")),
		.body = in->text.p ? in->text : S(""),
		.quote_at = in->quote_at,
		.html_blob = in->html_blob.n ? in->html_blob : STR_NULL,
		.remote_images = in->remote_images,
		.inbox_id = in->inbox_id ? SOME(in->inbox_id) : NONE,
		.to_list = in->recipients.n ? in->recipients : STR_NULL,
		.mail_id = in->mail_id.n ? in->mail_id : STR_NULL,
		.created_us = c->now_us,
		.at_us = in->at_us ? in->at_us : c->now_us,
	};
}

static enum err add_copies(struct ctx *c, const struct ticket_incoming *in, const struct ticket_get_row *t,
			   int64_t from_message)
{
	for (size_t i = 0; i < in->cc.n; i++)
		if (!t->requester_id.set || t->requester_id.v != in->cc.v[i])
			TRY(ticket_cc_put(c, t->id, in->cc.v[i], "active", from_message, 0));
	for (size_t i = 0; i < in->cc_proposed.n; i++) {
		struct ticket_cc_find_row cc;
		bool found;
		if (t->requester_id.set && t->requester_id.v == in->cc_proposed.v[i])
			continue;
		TRY(ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = t->id,
				   .contact_id = in->cc_proposed.v[i]));
		/* whoever is in copy already, or was taken out, is not proposed again */
		if (!found)
			TRY(ticket_cc_put(c, t->id, in->cc_proposed.v[i], "proposed", from_message, 0));
	}
	return OK;
}

static struct ticket_note_to_log why(const struct ticket_incoming *in, struct str more)
{
	return (struct ticket_note_to_log) { .rule = in->rule.n ? in->rule : STR_NULL,
					     .reason = in->reason.n ? in->reason : STR_NULL,
					     .more = more };
}

/* A new row with its first message; `t` holds what the caller decided. */
static enum err new_ticket(struct ctx *c, const struct ticket_incoming *in, struct ticket_get_row *t,
			   struct ticket_landed *ret)
{
	int64_t backup = 0;
	if (!in->suspend_reason.p)
		TRY(ticket_by_organisation(c, t, &backup));
	struct ticket_note_to_log log = why(in, STR_NULL);
	TRY(ticket_insert(c, t, &log));
	struct message_get_row m = incoming_message(c, in, "customer");
	m.ticket_id = t->id;
	TRY(message_insert(c, &m, &log));
	TRY(message_files(c, &m, in->files, in->n_files));
	TRY(add_copies(c, in, t, 0));
	if (backup)
		TRY(ticket_follower_put(c, t->id, backup, true, 0));
	*ret = (struct ticket_landed) {
		.ticket_id = t->id, .message_id = m.id, .created = true, .status = ticket_status_of(t)
	};
	return OK;
}

enum err ticket_from_mail(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret)
{
	struct ticket_get_row t;
	utime at = in->at_us ? in->at_us : c->now_us;
	ticket_new_row(c->now_us, &t);
	t.subject = str_trim(in->subject).n ? str_trim(in->subject) : S("(no subject)");
	if (in->contact_id) {
		struct contact k;
		TRY(contact_get(c, in->contact_id, &k));
		t.requester_id = SOME(k.id);
		t.organisation_id = k.organisation_id;
	}
	t.origin = str_c(or_else(in->origin, "mail"));
	t.inbound = in->inbound.n ? in->inbound : STR_NULL;
	t.messages = 1;
	t.attachments = (int64_t)in->n_files;
	t.customer_wrote_us = SOME(at);
	if (in->suspend_reason.p) {
		TRY(ticket_move(c, &t, TICKET_SUSPENDED, BY_SUSPEND, c->now_us));
		t.suspend_reason = in->suspend_reason;
	}
	return new_ticket(c, in, &t, ret);
}

/* The closed one stays closed. Its people come along, its tags do not: it is triaged afresh. */
static enum err follow_up(struct ctx *c, const struct ticket_incoming *in, const struct ticket_get_row *old,
			  struct ticket_landed *ret)
{
	struct ticket_get_row t;
	ticket_new_row(c->now_us, &t);
	t.subject = str_trim(in->subject).n ? str_trim(in->subject) : old->subject;
	t.requester_id = old->requester_id;
	t.organisation_id = old->organisation_id;
	t.origin = str_c(or_else(in->origin, or_else(in->via, "mail")));
	t.inbound = in->inbound.n ? in->inbound : old->inbound;
	t.deployment = old->deployment;
	t.version = old->version;
	t.parent_id = SOME(old->id);
	t.messages = 1;
	t.attachments = (int64_t)in->n_files;
	t.customer_wrote_us = SOME(in->at_us ? in->at_us : c->now_us);
	TRY(new_ticket(c, in, &t, ret));
	struct ticket_ccs_of_row *ccs;
	size_t n;
	TRY(ticket_ccs_of(c->db, c->arena, &ccs, &n, .ticket_id = old->id));
	for (size_t i = 0; i < n; i++)
		if (str_eq(ccs[i].state, S("active")))
			TRY(ticket_cc_put(c, t.id, ccs[i].contact_id, "active", 0, 0));
	TRY(ticket_link_put(c, t.id, old->id, "follows", true, 0));
	TRY(ticket_add_system_note(
		c, old->id, arena_fmt(c->arena, "The customer wrote again. That became ticket %lld.", (long long)t.id),
		"follow-up"));
	ret->follow_up = true;
	return OK;
}

/* A ticket that comes back to somebody who has left comes back to nobody, where it is seen. */
static enum err drop_gone_holder(struct ctx *c, struct ticket_get_row *t)
{
	struct ticket_teammate_row m;
	bool found;
	if (!t->assignee_id.set)
		return OK;
	TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = t->assignee_id.v));
	if (!found || !str_eq(m.state, S("active")))
		t->assignee_id = NONE;
	return OK;
}

/* Who answers a closed one twice goes on with the follow-up there is, if they are of its people. */
static enum err follow_up_there_is(struct ctx *c, const struct ticket_incoming *in, const struct ticket_get_row *old,
				   int64_t *ret)
{
	struct ticket_follow_up_of_row f;
	struct ticket_get_row t;
	struct ticket_cc_find_row cc;
	bool found;
	*ret = 0;
	TRY(ticket_follow_up_of(c->db, c->arena, &f, &found, .ticket_id = old->id));
	if (!found)
		return OK;
	TRY(ticket_root(c, f.id, &t));
	if (t.requester_id.set && t.requester_id.v == in->contact_id) {
		*ret = t.id;
		return OK;
	}
	TRY(ticket_cc_find(c->db, c->arena, &cc, &found, .ticket_id = t.id, .contact_id = in->contact_id));
	if (found && str_eq(cc.state, S("active")))
		*ret = t.id;
	return OK;
}

/* The ticket that takes the message: along merges and follow-ups; *ret_closed when the last of them takes nothing more.
 */
static enum err where_it_goes(struct ctx *c, const struct ticket_incoming *in, struct ticket_get_row *ret,
			      bool *ret_followed, bool *ret_closed)
{
	TRY(ticket_root(c, in->ticket_id, ret));
	*ret_followed = *ret_closed = false;
	for (int depth = 0; depth < 50; depth++) {
		enum ticket_status s = ticket_status_of(ret);
		if (s != TICKET_CLOSED && s != TICKET_DELETED)
			return OK;
		int64_t next;
		TRY(follow_up_there_is(c, in, ret, &next));
		if (!next)
			break;
		*ret_followed = true;
		TRY(ticket_root(c, next, ret));
	}
	*ret_closed = true;
	return OK;
}

enum err ticket_add_customer_message(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret)
{
	struct ticket_get_row t;
	bool followed, closed;
	TRY(where_it_goes(c, in, &t, &followed, &closed));
	if (closed)
		return follow_up(c, in, &t, ret);
	enum ticket_status s = ticket_status_of(&t);
	struct ticket_get_row before = t;
	struct message_get_row m = incoming_message(c, in, "customer");
	m.ticket_id = t.id;
	struct ticket_note_to_log log = why(in, STR_NULL);
	TRY(message_insert(c, &m, &log));
	TRY(message_files(c, &m, in->files, in->n_files));
	TRY(add_copies(c, in, &t, m.id));
	t.messages++;
	t.attachments += (int64_t)in->n_files;
	if (!t.customer_wrote_us.set || t.customer_wrote_us.v < m.at_us)
		t.customer_wrote_us = SOME(m.at_us);
	bool reopens = (s == TICKET_PENDING || s == TICKET_ON_HOLD || s == TICKET_SOLVED) && !in->no_reopen;
	if (reopens) {
		TRY(ticket_move(c, &t, TICKET_OPEN, BY_CUSTOMER, c->now_us));
		TRY(drop_gone_holder(c, &t));
	}
	log.more = arena_fmt(c->arena, "\"message\":%lld,\"reopened\":%s", (long long)m.id, reopens ? "true" : "false");
	TRY(ticket_save(c, "ticket.customer_wrote", &before, &t, &log));
	*ret = (struct ticket_landed) {
		.ticket_id = t.id,
		.message_id = m.id,
		.follow_up = followed,
		.reopened = reopens,
		.status = ticket_status_of(&t),
	};
	return OK;
}

enum err ticket_read_at_last(struct ctx *c, const struct ticket_incoming *in, int64_t first_message_id,
			     struct ticket_landed *ret)
{
	struct ticket_get_row t, before;
	struct message_get_row first = { .author_id = NONE };
	struct ticket_note_to_log log = why(in, STR_NULL);
	TRY(ticket_root(c, in->ticket_id, &t));
	if (first_message_id)
		TRY(message_get(c->db, c->arena, &first, .id = first_message_id));
	before = t;
	if (str_eq(t.subject, S(TICKET_UNREADABLE))) {
		t.subject = str_trim(in->subject).n ? str_trim(in->subject) : S("(no subject)");
		TRY(ticket_save(c, "ticket.updated", &before, &t, &log));
	}
	/* the requester was the envelope's sender */
	bool untouched = first.id && t.requester_id.set == first.author_id.set && t.requester_id.v == first.author_id.v;
	if (in->contact_id && untouched && t.requester_id.v != in->contact_id) {
		struct contact k;
		int64_t backup = 0;
		TRY(contact_get(c, in->contact_id, &k));
		before = t;
		t.requester_id = SOME(k.id);
		t.organisation_id = k.organisation_id;
		if (!t.assignee_id.set)
			TRY(ticket_by_organisation(c, &t, &backup));
		TRY(ticket_save(c, "ticket.requester_changed", &before, &t, &log));
		if (backup)
			TRY(ticket_follower_put(c, t.id, backup, true, 0));
	}
	if (in->suspend_reason.p && ticket_status_of(&t) == TICKET_NEW) {
		before = t;
		TRY(ticket_move(c, &t, TICKET_SUSPENDED, BY_SUSPEND, c->now_us));
		t.suspend_reason = in->suspend_reason;
		TRY(ticket_save(c, "ticket.suspended", &before, &t, &log));
	}
	return ticket_add_customer_message(c, in, ret);
}

enum err ticket_add_unverified_note(struct ctx *c, const struct ticket_incoming *in, struct ticket_landed *ret)
{
	struct ticket_get_row t;
	TRY(ticket_root(c, in->ticket_id, &t));
	struct ticket_get_row before = t;
	struct message_get_row m = incoming_message(c, in, "unverified");
	m.ticket_id = t.id;
	struct ticket_note_to_log log = why(in, STR_NULL);
	TRY(message_insert(c, &m, &log));
	TRY(message_files(c, &m, in->files, in->n_files));
	t.messages++;
	t.attachments += (int64_t)in->n_files;
	log.more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id);
	TRY(ticket_save(c, "ticket.unverified_wrote", &before, &t, &log));
	*ret = (struct ticket_landed) { .ticket_id = t.id, .message_id = m.id, .status = ticket_status_of(&t) };
	return OK;
}
