/* plan_look.c: reading plans by command: one plan, all plans, the rows behind a counted outcome. */
#include "growth/plan_parts.h"

#include "outcome.sql.h"

#include "people/people.h"

#include <string.h>

#include "base/banned.h"

/* ---- behind a number ---- */

static enum err behind_tickets(struct ctx *c, const struct growth_asked *q, bool trend, struct behind_row **ret, size_t *ret_n)
{
	struct evidence_closed_list_row *v;
	size_t n, half = (size_t)(q->need > 0 && q->need < 500 ? q->need : 10);
	TRY(evidence_closed_list(c->db, c->arena, &v, &n, .teammate_id = q->teammate, .since_us = q->since_us, .no_action = setting_str(c, "growth.no_action_tag"),
				 .before_us = INT64_MAX, .max = trend ? (int64_t)half * 2 : 500));
	*ret = arena_array(c->arena, struct behind_row, n + 1);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (struct behind_row){ .title = v[i].subject, .url = arena_fmt(c->arena, "/tickets/%lld", (long long)v[i].id), .ticket = v[i].id, .at_us = v[i].at_us,
						 .note = !trend ? S("") : v[i].helped ? S("a colleague helped") : S("alone") };
	*ret_n = n;
	return OK;
}

static enum err behind_replies(struct ctx *c, const struct growth_asked *q, struct behind_row **ret, size_t *ret_n)
{
	struct evidence_replied_list_row *v;
	TRY(evidence_replied_list(c->db, c->arena, &v, ret_n, .teammate_id = q->teammate, .since_us = q->since_us, .max = 500));
	*ret = arena_array(c->arena, struct behind_row, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct behind_row){ .title = v[i].subject, .url = arena_fmt(c->arena, "/tickets/%lld", (long long)v[i].id), .ticket = v[i].id, .at_us = v[i].at_us,
						 .note = S("") };
	return OK;
}

static bool counts_as(struct str evidence, struct str kind)
{
	bool docs = str_eq(kind, S("docs")), edit = str_eq(kind, S("handbook_edit")), page = str_eq(kind, S("handbook_page"));
	if (str_eq(evidence, S("docs")))
		return docs;
	if (str_eq(evidence, S("handbook_edits")))
		return edit || page;
	return str_eq(evidence, S("handbook_pages")) ? page : docs || edit || page;
}

static enum err behind_contributions(struct ctx *c, const struct growth_asked *q, struct str evidence, struct behind_row **ret, size_t *ret_n)
{
	struct contribution_list_of_row *v;
	size_t n, k = 0;
	TRY(contribution_list_of(c->db, c->arena, &v, &n, .teammate_id = q->teammate, .since = q->since_date, .max = 500));
	*ret = arena_array(c->arena, struct behind_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (counts_as(evidence, v[i].kind))
			(*ret)[k++] = (struct behind_row){ .title = v[i].title, .url = v[i].url, .date = v[i].on_date, .note = S("") };
	*ret_n = k;
	return OK;
}

static enum err behind_posts(struct ctx *c, const struct growth_asked *q, struct behind_row **ret, size_t *ret_n)
{
	struct feed_post_list_of_row *v;
	size_t n, k = 0;
	TRY(feed_post_list_of(c->db, c->arena, &v, &n, .teammate_id = q->teammate, .since_us = q->since_us, .max = 500));
	*ret = arena_array(c->arena, struct behind_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (v[i].ritual.n)
			(*ret)[k++] = (struct behind_row){ .title = str_slice(v[i].body, 0, 80), .url = arena_fmt(c->arena, "/feed?before=%lld", (long long)v[i].id + 1),
							   .at_us = v[i].at_us, .note = v[i].ritual };
	*ret_n = k;
	return OK;
}

static enum err behind_chats(struct ctx *c, const struct growth_asked *q, struct behind_row **ret, size_t *ret_n)
{
	struct chat_list_of_row *v;
	TRY(chat_list_of(c->db, c->arena, &v, ret_n, .teammate_id = q->teammate, .since = q->since_date, .max = 500));
	*ret = arena_array(c->arena, struct behind_row, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct behind_row){ .title = v[i].with_name, .url = S("/feed#chats"), .date = v[i].on_date, .note = v[i].note };
	return OK;
}

static enum err behind_schedule(struct ctx *c, const struct growth_asked *q, struct behind_row **ret, size_t *ret_n)
{
	static const char *const DAYS[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	struct focus_of_row *v;
	TRY(focus_of(c->db, c->arena, &v, ret_n, .teammate_id = q->teammate));
	*ret = arena_array(c->arena, struct behind_row, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct behind_row){ .title = arena_fmt(c->arena, "%s %02lld:%02lld to %02lld:%02lld", DAYS[v[i].weekday % 7], (long long)v[i].from_min / 60,
								    (long long)v[i].from_min % 60, (long long)v[i].to_min / 60, (long long)v[i].to_min % 60),
						 .url = S("/growth/focus"), .date = v[i].valid_from, .note = S("") };
	return OK;
}

static enum err behind_access(struct ctx *c, const struct growth_asked *q, struct behind_row **ret, size_t *ret_n)
{
	struct access_of_row *v;
	TRY(access_of(c->db, c->arena, &v, ret_n, .teammate_id = q->teammate));
	*ret = arena_array(c->arena, struct behind_row, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct behind_row){ .title = v[i].tool, .url = arena_fmt(c->arena, "/growth/plans/%lld#access", (long long)q->plan), .at_us = v[i].changed_us,
						 .note = v[i].state };
	return OK;
}

enum err growth_behind(struct ctx *c, const struct growth_plan_row_row *plan, struct str evidence, int64_t need, int64_t since_months, struct behind_row **ret, size_t *ret_n)
{
	int64_t start = 0;
	const struct evidence_kind *k = evidence_find(evidence);
	*ret_n = 0;
	if (!k || !k->behind)
		return OK;
	due_parse_date(plan->start_date, &start);
	int64_t since = since_months ? growth_after(start, S("month"), since_months) : start;
	const struct growth_asked q = { .teammate = plan->teammate_id, .plan = plan->id, .since_us = growth_day_begins(growth_zone(plan->zone), since),
					.since_date = due_date_text(c->arena, since), .need = need };
	if (strcmp(k->behind, "closed") == 0 || strcmp(k->behind, "trend") == 0)
		return behind_tickets(c, &q, k->behind[0] == 't', ret, ret_n);
	if (strcmp(k->behind, "replied") == 0)
		return behind_replies(c, &q, ret, ret_n);
	if (strcmp(k->behind, "contributions") == 0)
		return behind_contributions(c, &q, evidence, ret, ret_n);
	if (strcmp(k->behind, "posts") == 0)
		return behind_posts(c, &q, ret, ret_n);
	if (strcmp(k->behind, "chats") == 0)
		return behind_chats(c, &q, ret, ret_n);
	if (strcmp(k->behind, "schedule") == 0)
		return behind_schedule(c, &q, ret, ret_n);
	if (strcmp(k->behind, "access") == 0)
		return behind_access(c, &q, ret, ret_n);
	bool roadmap = strcmp(k->behind, "roadmap") == 0; /* a page of its own has the rest */
	*ret = arena_array(c->arena, struct behind_row, 1);
	(*ret)[0] = (struct behind_row){ .title = roadmap ? S("The career page") : str_c(k->words), .note = S(""),
					 .url = roadmap ? arena_fmt(c->arena, "/growth/career/%lld", (long long)plan->teammate_id) : str_c(k->behind) };
	*ret_n = 1;
	return OK;
}

/* ---- commands ---- */

struct outcome_in {
	int64_t outcome;
};
static const struct field behind_fields[] = {
	FIELD(struct outcome_in, outcome, FIELD_ID, .required = true, .positional = true, .help = "which outcome of a plan"),
};

/* Their own, their manager's, and a lead's: notes are in it. */
static enum err may_see(struct ctx *c, const struct growth_plan_row_row *plan)
{
	bool mentor = false;
	if (c->actor.kind != ACTOR_TEAMMATE || c->actor.id == plan->teammate_id || (c->actor.caps & CAN_LEAD) || (plan->manager_id.set && plan->manager_id.v == c->actor.id))
		return OK;
	TRY(growth_is_mentor(c, plan->teammate_id, c->actor.id, &mentor));
	return mentor ? OK : fail(c, ERR_FORBIDDEN, "A plan is seen by its person, their mentor and buddy, their manager, and leads.");
}

enum err growth_plan_see(struct ctx *c, int64_t plan, struct growth_plan_row_row *ret)
{
	TRY(growth_plan_get(c, plan, ret));
	return may_see(c, ret);
}

static enum err plan_behind(struct ctx *c, const struct outcome_in *in)
{
	struct growth_outcome_row_row g;
	struct programme_outcome_row_row o;
	struct growth_plan_row_row plan;
	struct behind_row *v = NULL;
	size_t n;
	TRY(GROWTH_GET(c, growth_outcome, &g, in->outcome, "outcome of a plan"));
	TRY(GROWTH_GET(c, programme_outcome, &o, g.outcome_id, "outcome"));
	TRY(growth_plan_see(c, g.plan_id, &plan));
	TRY(growth_behind(c, &plan, o.evidence, o.need, o.since_months, &v, &n));
	json_obj(c->out);
	json_ki64(c->out, "outcome", g.id);
	json_kopt(c->out, "value", g.value);
	json_ki64(c->out, "need", o.need);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "url", v[i].url);
		json_kopt(c->out, "ticket", v[i].ticket ? SOME(v[i].ticket) : NONE);
		json_kopt_time(c->out, "at", v[i].at_us ? SOME(v[i].at_us) : NONE);
		json_kstr(c->out, "date", v[i].date);
		json_kstr(c->out, "note", v[i].note);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(plan_behind)

const struct command plan_behind_cmd = {
	.name = "plan.behind", .help = "The rows behind a counted outcome", FIELDS(behind_fields, struct outcome_in), .need = CAN_READ, .reads = true, .run = RUN(plan_behind),
};

struct show_in {
	struct opt_i64 plan, teammate;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, plan, FIELD_ID, .positional = true, .help = "which plan"),
	FIELD(struct show_in, teammate, FIELD_ID, .help = "or whose (yours)"),
};

/* The tasks of the person's playbooks that lead to it. */
static void put_tasks(struct ctx *c, const struct plan_tasks *tasks, const struct growth_outcomes_of_row *o)
{
	struct plan_task_line *v;
	size_t n;
	growth_tasks_for(c, tasks, o->programme_id, o->key, &v, &n);
	json_key(c->out, "tasks");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "url", v[i].url);
		json_kstr(c->out, "state", v[i].state);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
}

static void put_one(struct ctx *c, const struct plan_tasks *tasks, const struct growth_outcomes_of_row *o)
{
	json_obj(c->out);
	json_ki64(c->out, "outcome", o->id);
	json_kstr(c->out, "programme", o->programme);
	json_kstr(c->out, "key", o->key);
	json_kstr(c->out, "title", o->title);
	json_kstr(c->out, "due", o->due_date);
	json_ktime(c->out, "due_at", o->due_us);
	json_kbool(c->out, "soft", o->soft);
	json_kbool(c->out, "late", growth_late(o, c->now_us));
	json_kstr(c->out, "state", o->state);
	json_kstr(c->out, "proof", o->proof);
	json_kstr(c->out, "evidence", o->evidence);
	json_kopt(c->out, "value", o->value);
	json_ki64(c->out, "need", o->need);
	json_kopt_time(c->out, "said", o->self_us);
	json_kopt(c->out, "rating", o->self_rating);
	json_kopt_time(c->out, "acknowledged", o->other_us);
	json_kstr(c->out, "acknowledged_by", o->other);
	json_kopt_time(c->out, "true_since", o->true_us);
	json_kopt(c->out, "dispute", o->dispute);
	put_tasks(c, tasks, o);
	json_obj_end(c->out);
}

bool growth_late(const struct growth_outcomes_of_row *o, utime now)
{
	return str_eq(o->state, S("open")) && !o->soft && o->due_us <= now;
}

static enum err plan_show(struct ctx *c, const struct show_in *in)
{
	struct growth_plan_of_row of = { 0 };
	struct growth_plan_row_row p;
	struct growth_parts_of_row *parts;
	struct growth_outcomes_of_row *v;
	struct plan_tasks *tasks;
	size_t n, n_parts;
	bool found = true;
	if (!in->plan.set)
		TRY(growth_plan_of(c->db, c->arena, &of, &found, .teammate_id = in->teammate.set ? in->teammate.v : c->actor.id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no plan for them. A lead makes one: plan.create");
	TRY(growth_plan_see(c, in->plan.set ? in->plan.v : of.id, &p));
	TRY(growth_parts_of(c->db, c->arena, &parts, &n_parts, .plan_id = p.id));
	TRY(growth_outcomes_of(c->db, c->arena, &v, &n, .plan_id = p.id));
	TRY(growth_tasks_read(c, &p, &tasks));
	json_obj(c->out);
	json_ki64(c->out, "plan", p.id);
	json_ki64(c->out, "teammate", p.teammate_id);
	json_kstr(c->out, "start_date", p.start_date);
	json_kstr(c->out, "role", p.role);
	json_kopt(c->out, "level", p.level);
	json_kstr(c->out, "zone", p.zone);
	json_kopt(c->out, "manager", p.manager_id);
	json_kstr(c->out, "ramp_end", p.ramp_end.n ? p.ramp_end : STR_NULL);
	json_kbool(c->out, "in_ramp", growth_in_ramp(c, p.teammate_id, c->now_us));
	json_kstr(c->out, "state", p.state);
	json_kopt_time(c->out, "ready", p.ready_us);
	json_key(c->out, "programmes");
	json_arr(c->out);
	for (size_t i = 0; i < n_parts; i++) {
		if (parts[i].removed_us.set)
			continue;
		json_obj(c->out);
		json_ki64(c->out, "programme", parts[i].programme_id);
		json_kstr(c->out, "name", parts[i].name);
		json_ki64(c->out, "rev", parts[i].rev_id);
		json_ki64(c->out, "number", parts[i].number);
		json_kopt(c->out, "newest", parts[i].newest);
		json_kstr(c->out, "why", parts[i].why);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_items(c->out);
	for (size_t i = 0; i < n; i++)
		put_one(c, tasks, &v[i]);
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(plan_show)

const struct command plan_show_cmd = {
	.name = "plan.show", .help = "Somebody's plan with every outcome", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true, .run = RUN(plan_show),
};

static const char *const PLAN_STATES[] = { "active", "ended", NULL };
struct list_in {
	struct str state;
	struct opt_i64 after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, state, FIELD_ENUM, .choices = PLAN_STATES, .help = "active (default) or ended"),
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (100)"),
};

static enum err plan_list(struct ctx *c, const struct list_in *in)
{
	struct growth_plan_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 100;
	TRY(growth_plan_page(c->db, c->arena, &v, &n, .state = in->state.p ? in->state : S("active"), .after = in->after.v, .max = max + 1, .now_us = c->now_us));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "plan", v[i].id);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "role", v[i].role);
		json_kopt(c->out, "level", v[i].level);
		json_kstr(c->out, "start_date", v[i].start_date);
		json_kstr(c->out, "ramp_end", v[i].ramp_end.n ? v[i].ramp_end : STR_NULL);
		json_kbool(c->out, "in_ramp", v[i].ramp_from_us <= c->now_us && v[i].ramp_until_us > c->now_us);
		json_kstr(c->out, "manager", v[i].manager);
		json_kbool(c->out, "ready", v[i].ready_us.set);
		json_ki64(c->out, "outcomes", v[i].all_n);
		json_ki64(c->out, "true", v[i].true_n);
		json_ki64(c->out, "late", v[i].late_n);
		json_ki64(c->out, "disputes", v[i].disputes);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(plan_list)

const struct command plan_list_cmd = {
	.name = "plan.list", .help = "All plans with how far they are", FIELDS(list_fields, struct list_in), .need = CAN_LEAD, .reads = true, .run = RUN(plan_list),
};
