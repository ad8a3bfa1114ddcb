/* rule_eval.c: asking a case what a rule asks; pure; see rule_case.h. */
#include "rules/rule_case.h"

#include "desk/desk.h"
#include "people/people.h"
#include "sla/calendar.h"

#include <string.h>

#include "base/banned.h"

bool rule_begins(const struct rule *r, const struct rule_case *k)
{
	uint32_t both = r->when.events & k->events;
	if (!both)
		return false;
	if (both & ~(1u << RULE_CHANGED | 1u << RULE_TAGGED | 1u << RULE_UNTAGGED))
		return true;
	if ((both & 1u << RULE_CHANGED) && (!r->when.fields || (r->when.fields & k->fields)))
		return true;
	if (!(both & (1u << RULE_TAGGED | 1u << RULE_UNTAGGED)))
		return false;
	for (size_t i = 0; i < r->when.n_tags; i++)
		if (str_eq(r->when.tags[i], k->tag))
			return true;
	return !r->when.n_tags;
}

bool rule_valid_on(const struct rule *r, struct arena *a, utime at)
{
	struct str day = people_date(a, at);
	return str_cmp(r->valid_from, day) <= 0 && (!r->valid_to.n || str_cmp(day, r->valid_to) < 0);
}

/* ---- one term ---- */

static bool tag_is(const struct rule_value *v, const struct rule_tag *tag)
{
	struct str kind, name;
	if (!tag->on)
		return false;
	if (str_cut(v->text, ':', &kind, &name))
		return str_eq(kind, tag->kind) && str_eq(name, tag->tag);
	return str_eq(v->text, tag->tag);
}

static bool has_tag(const struct rule_case *k, const struct rule_value *v)
{
	for (size_t i = 0; i < k->n_tags; i++)
		if (tag_is(v, &k->tags[i]))
			return true;
	return false;
}

static bool is_what(const struct rule_case *k, struct str what)
{
	enum ticket_status s;
	if (str_eq(what, S("unsolved")))
		return ticket_status_parse(k->t.status, &s) && ticket_status_unsolved(s);
	if (str_eq(what, S("unassigned")))
		return !k->t.assignee_id.set;
	if (str_eq(what, S("late")))
		return k->t.promised_us.set && k->t.promised_us.v < k->now_us;
	if (str_eq(what, S("strategic")))
		return k->has_org && k->org.strategic;
	if (str_eq(what, S("followup")))
		return k->t.parent_id.set;
	if (str_eq(what, S("promised")))
		return k->t.promised_us.set;
	return k->t.first_reply_us.set;   /* answered */
}

static bool in_domain(struct str email, struct str domain)
{
	ptrdiff_t at = str_find_ch(email, '@');
	return at >= 0 && str_ieq(str_slice(email, (size_t)at + 1, email.n), domain);
}

static bool id_is(struct opt_i64 have, const struct rule_value *v)
{
	return v->n ? have.set && have.v == v->n : !have.set;
}

static bool value_met(const struct rule_node *n, const struct rule_case *k, const struct rule_value *v)
{
	switch (n->of) {
	case OF_STATUS:
		return str_eq(k->t.status, v->text);
	case OF_WAS:
		return str_eq(k->was.n ? k->was : k->t.status, v->text);
	case OF_KIND:
		return str_eq(k->t.kind, v->text);
	case OF_SEVERITY:
		return v->n < 0 ? !k->t.severity.set : k->t.severity.set && k->t.severity.v == v->n;
	case OF_PRIORITY:
		return str_eq(k->t.priority, v->text);
	case OF_ORG:
		return id_is(k->t.organisation_id, v);
	case OF_TIER:
		return k->has_org && str_eq(k->org.tier, v->text);
	case OF_PLAN:
		return k->has_org && str_ieq(k->org.plan, v->text);
	case OF_STAGE:
		return k->has_org && str_eq(k->org.stage, v->text);
	case OF_SEGMENT:
		return k->has_org && str_eq(k->org.segment, v->text);
	case OF_DEPLOYMENT: {
		struct str d = k->t.deployment.n ? k->t.deployment : k->has_org ? k->org.deployment : S("");
		return str_ifind(d, v->text) >= 0;
	}
	case OF_VERSION: {
		struct str d = k->t.version.n ? k->t.version : k->has_org ? k->org.version : S("");
		return str_starts(d, v->text);
	}
	case OF_CHANNEL:
		return str_ieq(k->t.origin, v->text);
	case OF_INBOX:
		return k->t.inbound.n && str_ieq(k->t.inbound, v->text);
	case OF_TAG:
		return has_tag(k, v);
	case OF_ASSIGNEE:
		return id_is(k->t.assignee_id, v);
	case OF_TEAM:
		return id_is(k->t.team_id, v);
	case OF_FROM:
		return k->email.n && str_ieq(k->email, v->text);
	case OF_DOMAIN:
		return in_domain(k->email, v->text);
	case OF_REQUESTER:
		return str_eq(k->requester_kind, v->text);
	case OF_BY:
		return str_eq(k->by, v->text);
	case OF_IS:
		return is_what(k, v->text);
	case OF_SUBJECT:
	case OF_MESSAGE:
	case OF_TEXT: {
		struct str in = n->of == OF_SUBJECT ? k->subject : n->of == OF_MESSAGE ? k->message : k->text;
		return in.p && str_find(in, v->text) >= 0;
	}
	case OF_HOURS:
		return k->open_hours.set && (k->open_hours.v != 0) == str_eq(v->text, S("open"));
	case OF_OLDER:
		return k->t.updated_us < k->now_us - v->n;
	case OF_NEWER:
		return k->t.updated_us > k->now_us - v->n;
	case OF_AGE:
		return k->t.created_us <= k->now_us - v->n;
	case OF_COUNT:
		break;
	}
	return false;
}

static bool term_met(const struct rule_node *n, const struct rule_case *k)
{
	for (size_t i = 0; i < n->n_values; i++)
		if (value_met(n, k, &n->values[i]))
			return true;
	return false;
}

bool rule_asks(const struct rule_node *n, const struct rule_case *k)
{
	if (!n)
		return true;
	bool met = n->type == RULE_ALL;
	if (n->type == RULE_TERM)
		met = term_met(n, k);
	for (size_t i = 0; i < n->n_kids; i++) {
		bool kid = rule_asks(n->kids[i], k);
		if (n->type == RULE_ALL ? !kid : kid) {
			met = kid;
			break;
		}
	}
	return met != n->negated;
}

/* ---- why ---- */

struct str rule_value_of(struct arena *a, const struct rule_node *n, const struct rule_case *k)
{
	struct buf b;
	switch (n->of) {
	case OF_STATUS:
		return k->t.status;
	case OF_WAS:
		return k->was.n ? k->was : k->t.status;
	case OF_KIND:
		return k->t.kind;
	case OF_SEVERITY:
		return k->t.severity.set ? arena_fmt(a, "%lld", (long long)k->t.severity.v) : S("none");
	case OF_PRIORITY:
		return k->t.priority.n ? k->t.priority : S("none");
	case OF_ORG:
		return k->has_org ? k->org.name : S("no customer");
	case OF_TIER:
		return k->has_org ? k->org.tier : S("no customer");
	case OF_PLAN:
		return k->has_org ? k->org.plan : S("no customer");
	case OF_STAGE:
		return k->has_org ? k->org.stage : S("no customer");
	case OF_SEGMENT:
		return k->has_org ? k->org.segment : S("no customer");
	case OF_DEPLOYMENT:
		return k->t.deployment.n ? k->t.deployment : k->has_org ? k->org.deployment : S("not known");
	case OF_VERSION:
		return k->t.version.n ? k->t.version : k->has_org && k->org.version.n ? k->org.version : S("not known");
	case OF_CHANNEL:
		return k->t.origin;
	case OF_INBOX:
		return k->t.inbound.n ? k->t.inbound : S("none");
	case OF_TAG:
		buf_init(&b, a, 2000);
		for (size_t i = 0; i < k->n_tags; i++)
			if (k->tags[i].on)
				buf_fmt(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(k->tags[i].tag));
		return b.n ? buf_str(&b) : S("no tag");
	case OF_ASSIGNEE:
		return k->t.assignee_id.set ? arena_fmt(a, "teammate %lld", (long long)k->t.assignee_id.v) : S("nobody");
	case OF_TEAM:
		return k->t.team_id.set ? arena_fmt(a, "team %lld", (long long)k->t.team_id.v) : S("none");
	case OF_FROM:
	case OF_DOMAIN:
		return k->email.n ? k->email : S("no address");
	case OF_REQUESTER:
		return k->requester_kind.n ? k->requester_kind : S("nobody");
	case OF_BY:
		return k->by.n ? k->by : S("time");
	case OF_IS:
		return k->t.status;
	case OF_SUBJECT:
		return k->t.subject;
	case OF_MESSAGE:
		return k->message.p ? S("the new message") : S("no new message");
	case OF_TEXT:
		return S("all that was written");
	case OF_HOURS:
		return !k->open_hours.set ? S("no calendar") : k->open_hours.v ? S("open") : S("closed");
	case OF_OLDER:
	case OF_NEWER:
		return arena_fmt(a, "changed %.*s ago", STR_ARG(civil_span(a, k->now_us - k->t.updated_us)));
	case OF_AGE:
		return arena_fmt(a, "made %.*s ago", STR_ARG(civil_span(a, k->now_us - k->t.created_us)));
	case OF_COUNT:
		break;
	}
	return S("");
}

static bool tell(const struct rule_node *n, const struct rule_case *k, struct json_out *j)
{
	struct arena *a = j->buf.arena;
	bool met = rule_asks(n, k);
	json_obj(j);
	json_kstr(j, "asked", rule_node_words(a, n));
	json_kstr(j, "was", n->type == RULE_TERM ? rule_value_of(a, n, k) : met ? S("so") : S("not so"));
	json_kbool(j, "met", met);
	json_obj_end(j);
	return met;
}

bool rule_asks_why(const struct rule_node *n, const struct rule_case *k, struct json_out *j)
{
	bool met = true;
	json_arr(j);
	if (n && n->type == RULE_ALL && !n->negated)
		for (size_t i = 0; i < n->n_kids; i++)
			met &= tell(n->kids[i], k, j);
	else if (n)
		met = tell(n, k, j);
	json_arr_end(j);
	return met;
}

static void needs(const struct rule_node *n, struct rule *r)
{
	if (!n)
		return;
	if (n->type == RULE_TERM) {
		r->asks_message |= n->of == OF_MESSAGE;
		r->asks_text |= n->of == OF_TEXT;
		r->asks_subject |= n->of == OF_SUBJECT;
		r->asks_hours |= n->of == OF_HOURS;
	}
	for (size_t i = 0; i < n->n_kids; i++)
		needs(n->kids[i], r);
}

void rule_needs(struct rule *r)
{
	r->asks_message = r->asks_text = r->asks_hours = r->asks_subject = false;
	needs(r->cond, r);
}

/* ---- waiting ---- */

static bool waits_since(const struct ticket_get_row *t, const struct rule_when *w, utime *ret)
{
	enum ticket_status s;
	if (!ticket_status_parse(t->status, &s))
		return false;
	switch (w->since) {
	case RULE_IN_STATUS:
		*ret = t->status_since_us;
		return s == w->status;
	case RULE_SINCE_CREATED:
		*ret = t->created_us;
		return ticket_status_unsolved(s);
	case RULE_SINCE_CUSTOMER:
		*ret = t->customer_wrote_us.v;
		return ticket_status_unsolved(s) && t->customer_wrote_us.set && (!t->we_wrote_us.set || t->we_wrote_us.v < t->customer_wrote_us.v);
	case RULE_SINCE_REPLY:
		*ret = t->we_wrote_us.v;
		return ticket_status_unsolved(s) && t->we_wrote_us.set && (!t->customer_wrote_us.set || t->customer_wrote_us.v < t->we_wrote_us.v);
	case RULE_SINCE_PROMISE:
		*ret = t->promised_us.v;
		return ticket_status_unsolved(s) && t->promised_us.set;
	}
	return false;
}

bool rule_waits(const struct ticket_get_row *t, const struct rule_when *w, const struct calendar *cal, utime *ret_entered, utime *ret_due)
{
	if (!waits_since(t, w, ret_entered))
		return false;
	if (!w->business) {
		*ret_due = *ret_entered + w->wait_s * UTIME_US_PER_SECOND;
		return true;
	}
	int64_t due_s = cal ? calendar_add(cal, cal_seconds(*ret_entered), w->wait_s) : CAL_NEVER;
	if (due_s == CAL_NEVER)
		return false;
	*ret_due = cal_utime(due_s);
	return true;
}
