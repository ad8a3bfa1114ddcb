/* sla_fact.c: events of the log into facts: the little of an event that clocks care about, in rows that are quick to fold.
 *
 * A fact is what one event said, at that event's instant; nothing here looks at the ticket's row, so the same log gives the same facts. What is taken back
 * (a send undone, a merge undone, a message moved away) is marked gone and stays. */
#include "sla/sla_int.h"

#include "base/json_look.h"

#include <string.h>

#include "base/banned.h"

static struct opt_i64 number(struct str s)
{
	int64_t v;
	return s.p && str_i64(s, &v) ? SOME(v) : NONE;
}

/* ---- adding ---- */

struct adding {
	struct ctx *c;
	int64_t seq, n;
	struct sla_fact_check *check;  /* nothing is written: what would be is looked up */
};

static enum err put(struct adding *x, int64_t ticket_id, utime at, const char *kind, struct str value, struct opt_i64 num, struct opt_i64 message_id)
{
	if (x->check)
		return sla_check_fact(x->c, x->check, &(struct sla_new_fact){ ticket_id, at, kind, value, num, message_id }, x->seq, x->n++);
	/* with c->bulk its settling folds everything anyway */
	if (at < x->c->now_us && !x->c->bulk)
		TRY(sla_state_drop_after(x->c->db, .ticket_id = ticket_id, .at_us = at));
	return sla_fact_add(x->c->db, .ticket_id = ticket_id, .at_us = at, .seq = x->seq, .n = x->n++, .kind = str_c(kind), .value = value, .num = num,
			    .message_id = message_id);
}

/* What a ticket's row says anew. *ret_at of a new one is its creation. */
struct said {
	struct str status, deployment, type, origin;
	struct opt_i64 severity, org, into, created_us;
	bool has_severity, has_org, has_deployment, has_into;
};

static void read_set(struct arena *a, struct str set, struct said *r)
{
	struct str k, v;
	*r = (struct said){ 0 };
	for (size_t i = 0; json_member(set, &i, &k, &v);) {
		if (str_eq(k, S("status")))
			r->status = v;
		else if (str_eq(k, S("severity")))
			r->severity = number(v), r->has_severity = true;
		else if (str_eq(k, S("organisation_id")))
			r->org = number(v), r->has_org = true;
		else if (str_eq(k, S("deployment")))
			r->deployment = json_plain(a, v), r->has_deployment = true;
		else if (str_eq(k, S("kind")))
			r->type = v;
		else if (str_eq(k, S("origin")))
			r->origin = v;
		else if (str_eq(k, S("merged_into_id")))
			r->into = number(v), r->has_into = true;
		else if (str_eq(k, S("created_us")))
			r->created_us = number(v);
	}
}

static enum err created(struct adding *x, const struct event_new *e, const struct said *r)
{
	struct sla_kept *k;
	utime at = r->created_us.set ? r->created_us.v : x->c->now_us;
	TRY(sla_book_get(x->c, &k));
	int64_t edition = sla_kept_at(k, at);
	if (x->check && edition > x->check->newest)   /* one of the same instant, but it came after */
		edition = x->check->newest;
	sla_book_put(k);
	TRY(put(x, e->entity_id, at, "created", r->origin, SOME(edition), NONE));
	if (r->org.set)
		TRY(put(x, e->entity_id, at, "org", STR_NULL, r->org, NONE));
	if (r->severity.set)
		TRY(put(x, e->entity_id, at, "severity", STR_NULL, r->severity, NONE));
	if (r->deployment.n)
		TRY(put(x, e->entity_id, at, "deployment", r->deployment, NONE, NONE));
	if (str_eq(r->type, S("task")))
		TRY(put(x, e->entity_id, at, "type", r->type, NONE, NONE));
	if (r->status.n && !str_eq(r->status, S("new")))
		TRY(put(x, e->entity_id, at, "status", r->status, NONE, NONE));
	return OK;
}

/* Both sides of a merge; undone: both are gone. */
static enum err merged(struct adding *x, const struct event_new *e, const struct said *r, utime at)
{
	if (r->into.set) {
		TRY(put(x, e->entity_id, at, "into", STR_NULL, r->into, NONE));
		return put(x, r->into.v, at, "from", STR_NULL, SOME(e->entity_id), NONE);
	}
	struct opt_i64 target = json_look_i64(e->data, "into");
	if (!target.set)
		return OK;
	x->n++;
	if (x->check) {
		sla_check_took(x->check, e->entity_id, 'i', target.v, x->seq, at);
		sla_check_took(x->check, target.v, 'f', e->entity_id, x->seq, at);
		return OK;
	}
	TRY(sla_state_drop(x->c->db, .ticket_id = e->entity_id));
	TRY(sla_state_drop(x->c->db, .ticket_id = target.v));
	TRY(sla_fact_merge_gone(x->c->db, .ticket_id = e->entity_id, .kind = S("into"), .num = target.v, .gone_us = at));
	return sla_fact_merge_gone(x->c->db, .ticket_id = target.v, .kind = S("from"), .num = e->entity_id, .gone_us = at);
}

static enum err changed(struct adding *x, const struct event_new *e, const struct said *r, utime at)
{
	/* an undone reply or merge leads back to where the ticket was: what it had changed is gone, and nothing new happened */
	bool back = strcmp(e->kind, "ticket.reply_undone") == 0 || strcmp(e->kind, "ticket.unmerged") == 0;
	bool away = r->into.set && str_eq(r->status, S("merged"));
	struct opt_i64 message = strcmp(e->kind, "ticket.replied") == 0 ? json_look_i64(e->data, "message") : NONE;
	if (r->has_org)
		TRY(put(x, e->entity_id, at, "org", STR_NULL, r->org, NONE));
	if (r->has_severity)
		TRY(put(x, e->entity_id, at, "severity", STR_NULL, r->severity, NONE));
	if (r->has_deployment)
		TRY(put(x, e->entity_id, at, "deployment", r->deployment, NONE, NONE));
	if (r->type.n)
		TRY(put(x, e->entity_id, at, "type", r->type, NONE, NONE));
	if (r->has_into)
		TRY(merged(x, e, r, at));
	if (r->status.n && !back && !away)
		TRY(put(x, e->entity_id, at, "status", r->status, NONE, message));
	return OK;
}

static enum err settle_unless_bulk(struct adding *x, int64_t ticket_id)
{
	if (x->n && !x->c->bulk && !x->check)
		sla_settle_later(x->c, ticket_id);
	return OK;
}

/* A message that was moved: gone there, new here. */
static enum err moved(struct adding *x, const struct event_new *e)
{
	struct opt_i64 message = json_look_i64(e->data, "message");
	struct sla_message_about_row m;
	bool found;
	if (!message.set)
		return OK;
	if (strcmp(e->kind, "ticket.split") == 0 && x->check) {
		sla_check_took(x->check, e->entity_id, 'm', message.v, x->seq, x->c->now_us);
		return OK;
	}
	if (strcmp(e->kind, "ticket.split") == 0) {
		x->n++;
		TRY(sla_state_drop(x->c->db, .ticket_id = e->entity_id));
		return sla_fact_gone(x->c->db, .ticket_id = e->entity_id, .message_id = message.v, .gone_us = x->c->now_us);
	}
	TRY(sla_message_about(x->c->db, x->c->arena, &m, &found, .id = message.v));
	if (found && str_eq(m.kind, S("customer")))
		return put(x, e->entity_id, m.at_us, "customer", STR_NULL, NONE, message);
	return OK;
}

static enum err tag(struct adding *x, const struct event_new *e, utime at)
{
	bool on = strcmp(e->kind, "ticket.tagged") == 0;
	struct str t = json_plain(x->c->arena, json_look(json_look(e->data, "set"), "tag"));
	if (!on && strcmp(e->kind, "ticket.untagged") != 0)
		return OK;
	if (!t.p) {
		/* a tag that comes back, or goes: its row is there, the event has the change only */
		struct sla_tag_about_row row;
		bool found;
		TRY(sla_tag_about(x->c->db, x->c->arena, &row, &found, .id = e->entity_id));
		if (!found)
			return OK;
		t = row.tag;
	}
	return put(x, e->ticket_id, at, on ? "tag" : "untag", t, NONE, NONE);
}

static enum err of_ticket(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	struct adding x = { .c = c, .seq = seq, .check = check };
	utime at = e->at_us ? e->at_us : c->now_us;
	if (strcmp(e->entity, "ticket_tag") == 0) {
		TRY(tag(&x, e, at));
		return settle_unless_bulk(&x, e->ticket_id);
	}
	if (strcmp(e->entity, "ticket") != 0)
		return OK;
	struct said r;
	read_set(c->arena, json_look(e->data, "set"), &r);
	if (strcmp(e->kind, "ticket.created") == 0)
		TRY(created(&x, e, &r));
	else
		TRY(changed(&x, e, &r, at));
	if (strcmp(e->kind, "ticket.split") == 0 || strcmp(e->kind, "ticket.received") == 0)
		TRY(moved(&x, e));
	TRY(settle_unless_bulk(&x, e->entity_id));
	struct opt_i64 other = r.into.set ? r.into : r.has_into ? json_look_i64(e->data, "into") : NONE;
	return other.set ? settle_unless_bulk(&x, other.v) : OK;
}

enum err sla_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq)
{
	return of_ticket(c, e, seq, NULL);
}

static enum err of_message(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	struct adding x = { .c = c, .seq = seq, .check = check };
	if (strcmp(e->kind, "message.undone") == 0 && check) {
		sla_check_took(check, e->ticket_id, 'm', e->entity_id, seq, c->now_us);
		return OK;
	}
	if (strcmp(e->kind, "message.undone") == 0) {
		x.n++;
		TRY(sla_state_drop(c->db, .ticket_id = e->ticket_id));
		TRY(sla_fact_gone(c->db, .ticket_id = e->ticket_id, .message_id = e->entity_id, .gone_us = c->now_us));
		return settle_unless_bulk(&x, e->ticket_id);
	}
	struct str set = json_look(e->data, "set"), kind = json_look(set, "kind");
	if (strcmp(e->kind, "message.marked") == 0) {
		TRY(put(&x, e->ticket_id, c->now_us, "mark", json_look(set, "mark"), NONE, SOME(e->entity_id)));
		return settle_unless_bulk(&x, e->ticket_id);
	}
	if (strcmp(e->kind, "message.added") != 0)
		return OK;
	bool theirs = str_eq(kind, S("customer")), ours = str_eq(kind, S("public")) && str_eq(json_look(set, "author_kind"), S("teammate"));
	struct str state = json_look(set, "state");
	struct opt_i64 at = json_look_i64(set, "at_us");
	if ((!theirs && !ours) || str_eq(state, S("undone")) || str_eq(state, S("moved")) || !at.set)
		return OK;
	TRY(put(&x, e->ticket_id, at.v, theirs ? "customer" : "reply", theirs ? STR_NULL : json_look(set, "mark"), NONE, SOME(e->entity_id)));
	return settle_unless_bulk(&x, e->ticket_id);
}

enum err sla_on_message(struct ctx *c, const struct event_new *e, int64_t seq)
{
	return of_message(c, e, seq, NULL);
}

enum err sla_check_ticket(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	if (strncmp(e->kind, "ticket.", 7) == 0)
		return of_ticket(c, e, seq, check);
	return strncmp(e->kind, "message.", 8) == 0 ? of_message(c, e, seq, check) : OK;
}

/* ---- organisations ---- */

static enum err settle_each(struct ctx *c, const int64_t *ids, size_t n)
{
	struct sla_kept *k;
	enum err e = OK;
	if (!n)
		return OK;
	TRY(sla_book_get(c, &k));
	for (size_t i = 0; e == OK && i < n; i++)
		e = sla_settle_with(c, k, ids[i]);
	sla_book_put(k);
	return e;
}

/* The customer is another one from now on: that is for cases that are with them now. */
static enum err settle_all_of(struct ctx *c, int64_t organisation_id)
{
	struct sla_org_tickets_row *rows;
	size_t n;
	TRY(sla_state_drop_of_organisation(c->db, .organisation_id = organisation_id));
	if (c->bulk)
		return OK;
	TRY(sla_org_tickets(c->db, c->arena, &rows, &n, .organisation_id = organisation_id));
	return settle_each(c, (const int64_t *)rows, n);
}
_Static_assert(sizeof(struct sla_org_tickets_row) == sizeof(int64_t) && sizeof(struct sla_org_ever_row) == sizeof(int64_t), "rows of numbers");

/* What they were since then is another: that is also for cases that went to somebody else meanwhile, and for those that are over since. */
static enum err settle_since(struct ctx *c, int64_t organisation_id, utime since)
{
	struct sla_org_ever_row *rows;
	size_t n;
	TRY(sla_org_ever(c->db, c->arena, &rows, &n, .organisation_id = organisation_id, .since_us = since));
	for (size_t i = 0; i < n; i++)
		TRY(sla_state_drop(c->db, .ticket_id = rows[i].id));
	return c->bulk ? OK : settle_each(c, (const int64_t *)rows, n);
}

enum err sla_on_organisation(struct ctx *c, const struct event_new *e, int64_t seq)
{
	bool found;
	if (strcmp(e->entity, "org_entitlement") == 0) {
		struct sla_right_about_row right;
		TRY(sla_right_about(c->db, c->arena, &right, &found, .id = e->entity_id));
		int64_t day;
		if (!found)
			return OK;
		/* whichever end was changed, and to what: not before its first day */
		bool dated = cal_parse_date(right.valid_from, &day);
		return settle_since(c, right.organisation_id, dated ? day * UTIME_US_PER_DAY : INT64_MIN);
	}
	if (strcmp(e->entity, "organisation") != 0)
		return OK;
	struct str set = json_look(e->data, "set");
	bool new = strcmp(e->kind, "organisation.created") == 0;
	if (!new && !json_look(set, "stage").p && !json_look(set, "tier").p && !json_look(set, "plan").p && !json_look(set, "deployment").p)
		return OK;
	struct sla_org_now_row row;
	TRY(sla_org_now(c->db, c->arena, &row, &found, .id = e->entity_id));
	if (!found)
		return OK;
	/* what it was when we came to know it counts from the beginning */
	utime at = new ? 0 : e->at_us ? e->at_us : c->now_us;
	TRY(sla_org_fact_add(c->db, .organisation_id = e->entity_id, .at_us = at, .seq = seq, .stage = row.stage, .tier = row.tier, .plan = row.plan,
			     .deployment = row.deployment));
	return new ? OK : settle_all_of(c, e->entity_id);
}
