/* outcome_evidence.c: what can be counted about somebody, and the fold that says who closed a ticket.
 *
 * A ticket is somebody's when they held it at the moment it was solved (or closed outright), and as long as it stays solved or closed: a reopened, merged or
 * deleted one does not count, nor one with the tag that says nothing was to be done (setting growth.no_action_tag). The table outcome_close keeps the holder
 * at the newest such moment; `tend verify` works it out again from the log alone. */
#include "growth/plan_parts.h"

#include "base/json_look.h"
#include "people/people.h"

#include "outcome.sql.h"

#include <string.h>

#include "base/banned.h"

/* ---- what can be counted ---- */

static enum err count_replied(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_replied_row r;
	TRY(evidence_replied(c->db, c->arena, &r, .teammate_id = q->teammate, .since_us = q->since_us));
	*ret = r.n;
	return OK;
}

static enum err count_closed(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_closed_row r;
	TRY(evidence_closed(c->db, c->arena, &r, .teammate_id = q->teammate, .since_us = q->since_us, .no_action = setting_str(c, "growth.no_action_tag")));
	*ret = r.n;
	return OK;
}

/* Of the newest `need` solved tickets fewer had a colleague's words in them than of as many before; or none had. */
static enum err count_trend(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_closed_list_row *v;
	size_t n, half = q->need > 0 && q->need < 500 ? (size_t)q->need : 10;
	int64_t helped[2] = { 0, 0 };
	TRY(evidence_closed_list(c->db, c->arena, &v, &n, .teammate_id = q->teammate, .since_us = q->since_us, .no_action = setting_str(c, "growth.no_action_tag"),
				 .before_us = INT64_MAX, .max = (int64_t)half * 2));
	for (size_t i = 0; i < n; i++)
		helped[i >= half] += v[i].helped;
	*ret = n == half * 2 && (helped[0] < helped[1] || helped[0] == 0) ? (int64_t)half : 0;
	return OK;
}

static enum err contributed(struct ctx *c, const struct growth_asked *q, bool docs, bool edits, bool pages, int64_t *ret)
{
	struct evidence_contributions_row r;
	TRY(evidence_contributions(c->db, c->arena, &r, .teammate_id = q->teammate, .since = q->since_date, .docs = docs, .edits = edits, .pages = pages));
	*ret = r.n;
	return OK;
}

static enum err count_docs(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	return contributed(c, q, true, false, false, ret);
}

static enum err count_edits(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	return contributed(c, q, false, true, true, ret);
}

static enum err count_pages(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	return contributed(c, q, false, false, true, ret);
}

static enum err count_writing(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	return contributed(c, q, true, true, true, ret);
}

static enum err count_posts(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_posts_row r;
	TRY(evidence_posts(c->db, c->arena, &r, .teammate_id = q->teammate, .since_us = q->since_us));
	*ret = r.n;
	return OK;
}

static enum err count_chats(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_chats_row r;
	TRY(evidence_chats(c->db, c->arena, &r, .teammate_id = q->teammate, .since = q->since_date));
	*ret = r.n;
	return OK;
}

static enum err count_hours(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct teammate t;
	struct work_span spans[WORK_SPANS_MAX];
	size_t n = 0;
	const char *why;
	TRY(people_get(c, q->teammate, &t));
	*ret = people_hours_parse(t.work_hours, spans, &n, &why) && n > 0;
	return OK;
}

/* Focus blocks, once the working hours are there too. */
static enum err count_focus(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct focus_of_row *v;
	size_t n;
	TRY(count_hours(c, q, ret));
	TRY(focus_of(c->db, c->arena, &v, &n, .teammate_id = q->teammate));
	*ret = *ret ? (int64_t)n : 0;
	return OK;
}

/* 1 when something was asked for and nothing waits. */
static enum err count_access(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct access_of_row *v;
	size_t n;
	int64_t granted = 0, waits = 0;
	TRY(access_of(c->db, c->arena, &v, &n, .teammate_id = q->teammate));
	for (size_t i = 0; i < n; i++) {
		granted += str_eq(v[i].state, S("granted"));
		waits += str_eq(v[i].state, S("asked"));
	}
	*ret = granted > 0 && waits == 0;
	return OK;
}

static enum err count_roadmap(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct evidence_roadmap_row r;
	TRY(evidence_roadmap(c->db, c->arena, &r, .teammate_id = q->teammate));
	*ret = r.n;
	return OK;
}

const struct evidence_kind growth_evidence[] = {
	{ "customers_helped", "tickets answered in public", "a customer's ticket with a public reply by the person", count_replied, "replied" },
	{ "tickets_closed", "tickets solved", "held by the person when it was solved, and still solved", count_closed, "closed" },
	{ "help_trend", "help needed less", "of the newest so many solved tickets fewer had a colleague's words than of as many before", count_trend, "trend" },
	{ "docs", "contributions to the docs", "logged with their link", count_docs, "contributions" },
	{ "handbook_edits", "edits of the handbook", "logged with their link; a new page counts too", count_edits, "contributions" },
	{ "handbook_pages", "new pages of the handbook", "logged with their link", count_pages, "contributions" },
	{ "writing", "contributions to docs and handbook", "logged with their link", count_writing, "contributions" },
	{ "ritual_posts", "posts in the team's rituals", "weekly plan, log, reflection … in the team's feed", count_posts, "posts" },
	{ "intro_chats", "introductory chats", "logged with whom and when", count_chats, "chats" },
	{ "schedule_set", "working hours set", "in their own settings", count_hours, "schedule" },
	{ "focus_blocks", "focus blocks a week", "with the working hours set besides", count_focus, "schedule" },
	{ "access", "access to all tools asked for", "1 when something was granted and nothing waits", count_access, "access" },
	{ "roadmap", "career roadmaps signed twice", "by the person and the manager", count_roadmap, "roadmap" },
	{ "shadow_calls", "calls come along to", "calls that were held, as shadow or observer", evidence_shadowed, "/calls" },
	{ "led_calls", "calls led", "calls that were held, as lead", evidence_led_calls, "/calls" },
	{ "demos_led", "demonstrations led", "calls of that kind that were held, as lead", evidence_demos, "/calls" },
	{ "discovery_calls", "discovery calls taken part in", "led or shadowed, and held", evidence_discovery, "/calls" },
	{ "pair_meetings", "meetings with buddy and mentor", "that took place", evidence_meetings, "/pairings" },
	{ "account_pair", "an account executive as partner", "1 while the pairing stands", evidence_paired_account, "/pairings" },
	{ "trials", "trials guided", "as owner, partner or member", evidence_trials, "/account-work" },
	{ "account_plans", "account plans made", "for red accounts, renewals and post-sales", evidence_plans, "/account-work" },
	{ "projects", "projects taken part in", "as lead or member", evidence_projects, "/account-work" },
	{ "projects_led", "projects led", "as lead", evidence_projects_led, "/account-work" },
	{ "feedback", "pieces of feedback to a product team", "recorded with the team it went to", evidence_feedback, "/account-work" },
	{ "improvements", "improvements delivered", "proposed and delivered", evidence_improvements, "/account-work" },
	{ 0 },
};

const char *const growth_evidence_names[] = { "customers_helped", "tickets_closed", "help_trend", "docs", "handbook_edits", "handbook_pages", "writing", "ritual_posts",
	"intro_chats", "schedule_set", "focus_blocks", "access", "roadmap",
	"shadow_calls", "led_calls", "demos_led", "discovery_calls", "pair_meetings", "account_pair", "trials", "account_plans",
	"projects", "projects_led", "feedback", "improvements", NULL };

const struct evidence_kind *evidence_find(struct str name)
{
	for (const struct evidence_kind *k = growth_evidence; k->name; k++)
		if (str_eq(name, str_c(k->name)))
			return k;
	return NULL;
}

/* ---- the fold ---- */

static bool is_closed(struct str status)
{
	return str_eq(status, S("solved")) || str_eq(status, S("closed"));
}

static enum err refresh_two(struct ctx *c, int64_t a, int64_t b)
{
	if (a)
		TRY(growth_refresh(c, a));
	return b && b != a ? growth_refresh(c, b) : OK;
}

static enum err on_status(struct ctx *c, const struct event_new *e)
{
	struct outcome_closer_row old = { 0 };
	struct str set = json_look(e->data, "set"), was = json_look(e->data, "was"), now = json_look(set, "status"), holder;
	bool found, enters = is_closed(now) && !is_closed(json_look(was, "status"));
	if (!now.p)
		return OK;
	TRY(outcome_closer(c->db, c->arena, &old, &found, .ticket_id = e->entity_id));
	int64_t teammate = json_look_i64(json_has(set, "assignee_id", &holder) ? set : was, "assignee_id").v;
	struct opt_i64 solved = json_look_i64(set, "solved_us");
	utime at = solved.set ? solved.v : e->at_us ? e->at_us : c->now_us;
	if (enters)
		TRY(outcome_closer_put(c->db, .ticket_id = e->entity_id, .teammate_id = teammate, .at_us = at));
	return refresh_two(c, old.teammate_id, enters ? teammate : 0);
}

static enum err on_message(struct ctx *c, const struct event_new *e)
{
	struct outcome_message_row m;
	struct outcome_closer_row k = { 0 };
	bool found;
	struct str author = json_look(json_look(e->data, "set"), "author_kind");
	if (author.p && !str_eq(author, S("teammate")))
		return OK;
	TRY(outcome_message(c->db, c->arena, &m, &found, .id = e->entity_id));
	if (!found || !str_eq(m.author_kind, S("teammate")))
		return OK;
	TRY(outcome_closer(c->db, c->arena, &k, &found, .ticket_id = m.ticket_id));
	return refresh_two(c, str_eq(m.kind, S("public")) ? m.author_id.v : 0, k.teammate_id);
}

enum err evidence_on_ticket(struct ctx *c, const struct event_new *e)
{
	struct outcome_closer_row k;
	bool found;
	if (strcmp(e->entity, "ticket") == 0)
		return str_find(e->data, S("\"status\"")) >= 0 ? on_status(c, e) : OK;
	if (strcmp(e->entity, "message") == 0)
		return strcmp(e->kind, "message.sent") != 0 ? on_message(c, e) : OK;
	TRY(outcome_closer(c->db, c->arena, &k, &found, .ticket_id = e->ticket_id));
	return found ? refresh_two(c, k.teammate_id, 0) : OK;
}

/* ---- tend verify ---- */

struct looking {
	struct ctx *c;
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static void complain(struct looking *l, struct str text)
{
	if (++*l->complaints <= 100)
		l->say(l->arg, text);
}

static enum err one_closer(void *arg, struct arena *row_arena, void *row)
{
	struct looking *l = arg;
	const struct outcome_closer_true_row *r = row;
	struct outcome_closer_row kept = { 0 };
	bool found;
	TRY(outcome_closer(l->c->db, row_arena, &kept, &found, .ticket_id = r->ticket_id));
	if (!found || kept.teammate_id != r->teammate_id)
		complain(l, arena_fmt(row_arena, "ticket %lld was solved by teammate %lld, but is kept as %lld's", (long long)r->ticket_id, (long long)r->teammate_id,
				      (long long)kept.teammate_id));
	return OK;
}

static enum err one_plan(struct looking *l, int64_t id)
{
	struct ctx *c = l->c;
	struct growth_outcomes_of_row *v;
	struct growth_plan_row_row plan;
	size_t n;
	TRY(growth_plan_get(c, id, &plan));
	TRY(growth_outcomes_of(c->db, c->arena, &v, &n, .plan_id = id));
	for (size_t i = 0; i < n; i++) {
		struct growth_outcome_row_row row;
		int64_t value = 0;
		memcpy(&row, &v[i], sizeof(row));
		if (row.withdrawn_us.set)
			continue;
		if (str_eq(v[i].proof, S("evidence"))) {
			TRY(growth_count(c, &plan, v[i].proof, v[i].evidence, v[i].need, v[i].since_months, &value));
			if (value != row.value.v)
				complain(l, arena_fmt(c->arena, "outcome %lld of plan %lld: %lld counted, %lld kept", (long long)row.id, (long long)id, (long long)value,
						      (long long)row.value.v));
		}
		if (growth_truth(&row, v[i].proof, v[i].need) != str_eq(row.state, S("true")))
			complain(l, arena_fmt(c->arena, "outcome %lld of plan %lld is kept as %.*s, which it is not", (long long)row.id, (long long)id, STR_ARG(row.state)));
	}
	return OK;
}

enum err growth_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct looking l = { c, say, arg, complaints };
	struct growth_plan_page_row *plans;
	size_t n;
	int64_t after = 0;
	TRY(outcome_closer_true(c->db, one_closer, &l));
	do {
		TRY(growth_plan_page(c->db, c->arena, &plans, &n, .state = S("active"), .after = after, .max = 200, .now_us = c->now_us));
		for (size_t i = 0; i < n; i++) {
			TRY(one_plan(&l, plans[i].id));
			after = plans[i].id;
		}
	} while (n == 200);
	return OK;
}
