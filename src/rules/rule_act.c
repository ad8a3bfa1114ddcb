/* rule_act.c: what a rule does on a case: the same changes that people make, by the same functions; see rules.h. */
#include "rules/rules.h"

#include "base/utf8.h"
#include "desk/macro.h"
#include "notice/notice.h"
#include "people/people.h"

#include <string.h>

#include "base/banned.h"

enum { NOTICES_MOST = 200, DID_BYTES = 4000 };

struct doing {
	struct ctx *c;
	const struct rule *r;
	int64_t ticket_id;
	struct buf did;              /* steps that changed something, in words */
	struct opt_i64 mailed;
};

static void did(struct doing *d, const struct rule_act *act)
{
	buf_add(&d->did, d->did.n ? S("; ") : S(""));
	buf_add(&d->did, rule_act_words(d->c->arena, act));
}

/* The teammate that a word of ours stands for on this case; NONE = there is none. */
static enum err who(struct ctx *c, const struct rule_act *act, const struct ticket_get_row *t, struct opt_i64 *ret)
{
	struct org_by_id_row org;
	bool found = false;
	*ret = act->id ? SOME(act->id) : NONE;
	if (act->id)
		return OK;
	if (str_eq(act->word, S("assignee"))) {
		*ret = t->assignee_id;
		return OK;
	}
	if (!t->organisation_id.set)
		return OK;
	TRY(org_by_id(c->db, c->arena, &org, &found, .id = t->organisation_id.v));
	if (found)
		*ret = str_eq(act->word, S("backup")) ? org.backup_id : org.assigned_id;
	return OK;
}

/* ---- fields ---- */

/* The row after the step; false when the step is about something else than columns of the row. */
static enum err column(struct doing *d, const struct rule_act *act, struct ticket_get_row *t, const char **ret_event)
{
	struct opt_i64 id;
	*ret_event = "ticket.updated";
	switch (act->what) {
	case DO_STATUS:
		*ret_event = "ticket.status_changed";
		return ticket_move(d->c, t, act->status, BY_TEAMMATE, d->c->now_us);
	case DO_PRIORITY:
		t->priority = act->word;
		return OK;
	case DO_KIND:
		t->kind = act->word;
		return OK;
	case DO_EFFORT:
		t->effort = act->word;
		return OK;
	case DO_SEVERITY: {
		int low, high;
		int64_t v = 0;
		ticket_severity_range(d->c->arena, d->c->now_us, &low, &high);
		str_i64(act->word, &v);
		if (v < low || v > high)
			return fail(d->c, ERR_CONFLICT, "Severity %lld is not on the scale in force, %d to %d.", (long long)v, low, high);
		t->severity = SOME(v);
		return OK;
	}
	case DO_ASSIGN:
		*ret_event = str_eq(act->word, S("nobody")) ? "ticket.released" : "ticket.assigned";
		TRY(who(d->c, act, t, &id));
		if (id.set)
			TRY(ticket_check_assignee(d->c, S("then"), id.v));
		else if (str_eq(act->word, S("engineer")))
			return OK;   /* the customer has none: the case stays as it is */
		t->assignee_id = id;
		return OK;
	case DO_TEAM:
		*ret_event = "ticket.assigned";
		t->team_id = act->id ? SOME(act->id) : NONE;
		return OK;
	case DO_TAG:
	case DO_UNTAG:
	case DO_FOLLOW:
	case DO_UNFOLLOW:
	case DO_NOTE:
	case DO_MACRO:
	case DO_MAIL:
	case DO_NOTIFY:
	case DO_COUNT:
		break;
	}
	*ret_event = NULL;
	return OK;
}

/* ---- texts ---- */

/* A place that a variable without a value left. */
static bool open_place(struct str before, struct str after)
{
	size_t had = 0, has = 0;
	for (size_t i = 0; i < before.n; i++)
		had += before.p[i] == '[';
	for (size_t i = 0; i < after.n; i++)
		has += after.p[i] == '[';
	return has > had;
}

static enum err note(struct doing *d, struct str body)
{
	struct str text;
	TRY(macro_expand(d->c, d->ticket_id, body, &text));
	return ticket_note(d->c, &(struct ticket_note_in){ .ticket = d->ticket_id, .body = text });
}

static enum err macro_of(struct doing *d, const struct rule_act *act, struct rule_macro_by_id_row *m)
{
	bool found;
	struct str day = people_date(d->c->arena, d->c->now_us);
	TRY(rule_macro_by_id(d->c->db, d->c->arena, m, &found, .id = act->id));
	if (!found || (m->valid_to.n && str_cmp(m->valid_to, day) <= 0))
		return fail(d->c, ERR_CONFLICT, "The macro “%.*s” is no longer offered.", STR_ARG(act->title));
	return OK;
}

/* What goes with a macro besides its text. */
static enum err macro_rest(struct doing *d, const struct rule_macro_by_id_row *m)
{
	struct ticket_get_row t, before;
	struct str rest = m->tags, one, kind, tag;
	TRY(ticket_get(d->c->db, d->c->arena, &before, .id = d->ticket_id));
	t = before;
	if (m->priority.n)
		t.priority = m->priority;
	if (m->kind.n)
		t.kind = m->kind;
	TRY(ticket_save(d->c, "ticket.updated", &before, &t, NULL));
	for (bool more = rest.n > 0; more;) {
		more = str_cut(rest, ' ', &one, &rest);
		if (str_cut(one, ':', &kind, &tag))
			TRY(ticket_tag_put(d->c, d->ticket_id, kind, tag, true, 0));
	}
	return OK;
}

/* The brakes of mail: whom we know, and how many. The count of the desk's mails is kept in the runs. */
static enum err may_mail(struct doing *d, const struct ticket_get_row *t)
{
	struct ctx *c = d->c;
	struct contact who_asks;
	struct rule_mail_count_row one;
	struct rule_mails_all_row all;
	int64_t most_one = setting_i64(c, "rules.mails_per_person"), most = setting_i64(c, "rules.mails_per_hour");
	if (!t->requester_id.set)
		return fail(c, ERR_CONFLICT, "Nobody is named who could get the mail.");
	TRY(contact_get(c, t->requester_id.v, &who_asks));
	if (!who_asks.organisation_id.set && !t->first_reply_us.set)
		return fail(c, ERR_CONFLICT, "The requester is of no customer and nobody of us has answered yet: a rule does not write to strangers.");
	if (who_asks.bouncing || !who_asks.email.n)
		return fail(c, ERR_CONFLICT, "Mail does not reach the requester.");
	TRY(rule_mail_count(c->db, c->arena, &one, .contact_id = who_asks.id, .since_us = c->now_us - UTIME_US_PER_HOUR, .max = most_one));
	if (one.n >= most_one)
		return fail(c, ERR_LIMIT, "Rules wrote %lld mails to this person within an hour already (rules.mails_per_person).", (long long)one.n);
	TRY(rule_mails_all(c->db, c->arena, &all, .since_us = c->now_us - UTIME_US_PER_HOUR, .max = most));
	if (all.n >= most)
		return fail(c, ERR_LIMIT, "Rules wrote %lld mails within an hour already (rules.mails_per_hour).", (long long)all.n);
	d->mailed = SOME(who_asks.id);
	return OK;
}

static enum err mail(struct doing *d, const struct rule_act *act)
{
	struct rule_macro_by_id_row m;
	struct ticket_get_row t;
	struct str text;
	TRY(macro_of(d, act, &m));
	TRY(ticket_get(d->c->db, d->c->arena, &t, .id = d->ticket_id));
	TRY(may_mail(d, &t));
	TRY(macro_expand(d->c, d->ticket_id, m.body, &text));
	if (open_place(m.body, text))
		return fail(d->c, ERR_CONFLICT, "“%.*s” has a variable that has no value on this case: nothing was sent.", STR_ARG(act->title));
	struct ticket_reply_in in = { .ticket = d->ticket_id, .body = text, .mark = S("acknowledgement") };
	/* what a rule writes moves nothing by itself: the status stays, or is the macro's */
	if (m.status.n && !str_eq(m.status, S("solved")))
		in.status = m.status;
	else if (!str_eq(t.status, S("solved")))   /* a solved one stays so */
		in.status = t.status;
	TRY(ticket_reply(d->c, &in));
	return macro_rest(d, &m);
}

/* ---- people ---- */

static enum err notify_ids(struct doing *d, const struct rule_act *act, const struct ticket_get_row *t, int64_t *ids, size_t *ret_n)
{
	struct ctx *c = d->c;
	struct opt_i64 one;
	struct rule_followers_of_row *rows = NULL;
	_Static_assert(sizeof(struct rule_followers_of_row) == sizeof(struct rule_admins_row) && sizeof(struct rule_admins_row) == sizeof(struct rule_members_of_row), "rules.sql");
	*ret_n = 0;
	if (str_eq(act->word, S("followers")))
		TRY(rule_followers_of(c->db, c->arena, &rows, ret_n, .ticket_id = d->ticket_id));
	else if (str_eq(act->word, S("admins")))
		TRY(rule_admins(c->db, c->arena, (struct rule_admins_row **)(void *)&rows, ret_n));
	else if (str_starts(act->word, S("team:")))
		TRY(rule_members_of(c->db, c->arena, (struct rule_members_of_row **)(void *)&rows, ret_n, .team_id = act->id));
	for (size_t i = 0; i < *ret_n && i < NOTICES_MOST; i++)
		ids[i] = rows[i].teammate_id;
	if (rows || str_eq(act->word, S("followers")) || str_eq(act->word, S("admins")) || str_starts(act->word, S("team:")))
		return OK;
	TRY(who(c, act, t, &one));
	if (one.set)
		ids[(*ret_n)++] = one.v;
	return OK;
}

static enum err notify(struct doing *d, const struct rule_act *act, const struct ticket_get_row *t, bool *ret_any)
{
	int64_t ids[NOTICES_MOST];
	size_t n;
	struct str text;
	TRY(macro_expand(d->c, d->ticket_id, act->text, &text));
	TRY(notify_ids(d, act, t, ids, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(notice_tell(d->c, &(struct notice_new){ .to = ids[i], .kind = NOTICE_RULE, .url = arena_fmt(d->c->arena, "/tickets/%lld", (long long)d->ticket_id),
							    .words = arena_fmt(d->c->arena, "Rule “%.*s” about #%lld “%.*s”", STR_ARG(d->r->title), (long long)d->ticket_id, STR_ARG(t->subject)) }));
		TRY(rule_notice_add(d->c->db, .teammate_id = ids[i], .ticket_id = SOME(d->ticket_id), .slug = d->r->slug, .body = text, .at_us = d->c->now_us));
	}
	*ret_any = n > 0;
	return OK;
}

static enum err follow(struct doing *d, const struct rule_act *act, const struct ticket_get_row *t, bool *ret_any)
{
	struct opt_i64 id;
	int events = d->c->n_events;
	TRY(who(d->c, act, t, &id));
	if (id.set)
		TRY(ticket_follower_put(d->c, d->ticket_id, id.v, act->what == DO_FOLLOW, 0));
	*ret_any = d->c->n_events != events;
	return OK;
}

/* ---- one step ---- */

static enum err step(struct doing *d, const struct rule_act *act)
{
	struct ctx *c = d->c;
	struct ticket_get_row before, t;
	struct rule_macro_by_id_row m;
	struct str kind, tag;
	const char *event;
	bool any = false;
	int events = c->n_events;
	TRY(ticket_get(c->db, c->arena, &before, .id = d->ticket_id));
	t = before;
	enum ticket_status s;
	if (!ticket_status_parse(t.status, &s) || (!ticket_status_writable(s) && act->what != DO_NOTIFY))
		return fail(c, ERR_CONFLICT, "The case is %.*s: nothing can be changed on it.", STR_ARG(t.status));
	TRY(column(d, act, &t, &event));
	if (event) {
		TRY(ticket_save(c, event, &before, &t, NULL));
	} else if (act->what == DO_TAG || act->what == DO_UNTAG) {
		TRY(ticket_tag_parse(c, act->word, &kind, &tag));
		TRY(ticket_tag_put(c, d->ticket_id, kind, tag, act->what == DO_TAG, 0));
	} else if (act->what == DO_FOLLOW || act->what == DO_UNFOLLOW) {
		TRY(follow(d, act, &t, &any));
	} else if (act->what == DO_NOTE) {
		TRY(note(d, act->text));
	} else if (act->what == DO_MACRO) {
		TRY(macro_of(d, act, &m));
		TRY(note(d, m.body));
		TRY(macro_rest(d, &m));
	} else if (act->what == DO_MAIL) {
		TRY(mail(d, act));
	} else if (act->what == DO_NOTIFY) {
		TRY(notify(d, act, &t, &any));
	}
	if (any || c->n_events != events)
		did(d, act);
	return OK;
}

enum err rule_do_all(struct ctx *c, const struct rule *r, int64_t ticket_id, struct str *ret_did, struct opt_i64 *ret_mailed)
{
	struct doing d = { .c = c, .r = r, .ticket_id = ticket_id };
	buf_init(&d.did, c->arena, DID_BYTES);
	for (size_t i = 0; i < r->n_acts; i++)
		TRY(step(&d, &r->acts[i]));
	*ret_did = buf_err(&d.did) == OK ? buf_str(&d.did) : S("many steps");
	*ret_mailed = d.mailed;
	return OK;
}

/* ---- what it would do ---- */

static bool so_already(const struct rule_act *act, const struct rule_case *k)
{
	struct str kind, tag;
	switch (act->what) {
	case DO_STATUS:
		return str_eq(k->t.status, act->word);
	case DO_PRIORITY:
		return str_eq(k->t.priority, act->word);
	case DO_KIND:
		return str_eq(k->t.kind, act->word);
	case DO_EFFORT:
		return str_eq(k->t.effort, act->word);
	case DO_SEVERITY: {
		int64_t v;
		return str_i64(act->word, &v) && k->t.severity.set && k->t.severity.v == v;
	}
	case DO_ASSIGN:
		return act->id ? k->t.assignee_id.set && k->t.assignee_id.v == act->id : str_eq(act->word, S("nobody")) && !k->t.assignee_id.set;
	case DO_TEAM:
		return act->id ? k->t.team_id.set && k->t.team_id.v == act->id : !k->t.team_id.set;
	case DO_TAG:
	case DO_UNTAG: {
		bool has = false;
		if (!str_cut(act->word, ':', &kind, &tag)) {
			tag = kind;
			kind = S("plain");
		}
		for (size_t i = 0; i < k->n_tags; i++)
			has |= k->tags[i].on && str_eq(k->tags[i].kind, kind) && str_eq(k->tags[i].tag, tag);
		return has == (act->what == DO_TAG);
	}
	case DO_FOLLOW:
	case DO_UNFOLLOW:
	case DO_NOTE:
	case DO_MACRO:
	case DO_MAIL:
	case DO_NOTIFY:
	case DO_COUNT:
		break;
	}
	return false;
}

struct str rule_would(struct ctx *c, const struct rule *r, const struct rule_case *k)
{
	struct buf b;
	buf_init(&b, c->arena, DID_BYTES);
	for (size_t i = 0; i < r->n_acts; i++) {
		buf_add(&b, b.n ? S("; ") : S(""));
		buf_add(&b, rule_act_words(c->arena, &r->acts[i]));
		if (so_already(&r->acts[i], k))
			buf_add(&b, S(" (it is so already)"));
	}
	return buf_err(&b) == OK ? buf_str(&b) : S("many steps");
}
