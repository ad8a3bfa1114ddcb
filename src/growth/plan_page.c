/* plan_page.c: the newcomer's home, which is also how mentor and manager see a plan; and one outcome with what is behind it. */
#include "growth/board_view.h"

#include "core/setting.h"
#include "people/people.h"

#include "plan_view.html.h"

#include <string.h>

#include "base/banned.h"

enum { NEXT_MOST = 5 };

void growth_tabs_of(struct web *w, const char *here, struct growth_tabs *ret)
{
	const struct ctx *c = w->c;
	struct arena *a = c->arena;
	struct layout_link *v = arena_array(a, struct layout_link, 12);
	size_t n = 0;
	bool lead = c->actor.caps & CAN_LEAD, person = c->actor.kind == ACTOR_TEAMMATE;
	if (person)
		v[n++] = (struct layout_link){ .label = S("My plan"), .url = S("/growth") };
	v[n++] = (struct layout_link){ .label = S("Feed"), .url = S("/growth/feed") };
	v[n++] = (struct layout_link){ .label = S("Focus"), .url = S("/growth/focus") };
	v[n++] = (struct layout_link){ .label = S("Library"), .url = S("/growth/library") };
	v[n++] = (struct layout_link){ .label = S("Levels"), .url = S("/growth/levels") };
	if (person) {
		v[n++] = (struct layout_link){ .label = S("My page"), .url = arena_fmt(a, "/growth/people/%lld", (long long)c->actor.id) };
		v[n++] = (struct layout_link){ .label = S("My career"), .url = arena_fmt(a, "/growth/career/%lld", (long long)c->actor.id) };
	}
	v[n++] = (struct layout_link){ .label = S("Programmes"), .url = S("/growth/programmes") };
	if (lead) {
		v[n++] = (struct layout_link){ .label = S("Newcomers"), .url = S("/growth/board") };
		v[n++] = (struct layout_link){ .label = S("Figures"), .url = S("/growth/figures") };
	}
	v[n++] = (struct layout_link){ .label = S("Not true yet"), .url = S("/growth/disputes") };
	for (size_t i = 0; i < n; i++)
		v[i].here = str_eq(v[i].url, str_c(here));
	*ret = (struct growth_tabs){ v, n };
}

/* ---- one line ---- */

/* The same as programme_proof_words, said to the person. */
static struct str proof_for_me(const struct growth_outcomes_of_row *o, struct str otherwise)
{
	bool manager = str_eq(o->ack_by, S("manager")), mentor = str_eq(o->ack_by, S("mentor"));
	if (str_eq(o->proof, S("self")))
		return S("you say so yourself");
	if (str_eq(o->proof, S("acknowledged")))
		return manager ? S("your manager says so") : mentor ? S("your mentor or manager says so") : S("a colleague says so");
	if (str_eq(o->proof, S("two")))
		return manager ? S("you and your manager both sign") : mentor ? S("you and your mentor both sign") : S("you and a colleague both sign");
	return str_eq(o->proof, S("certification")) ? S("true once you are certified") : otherwise;
}

static void fill_line(struct ctx *c, const struct growth_plan_row_row *plan, const struct growth_outcomes_of_row *o, struct plan_line *l)
{
	struct arena *a = c->arena;
	bool me = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == plan->teammate_id, active = str_eq(plan->state, S("active"));
	*l = (struct plan_line){
		.o = o, .is_true = str_eq(o->state, S("true")), .withdrawn = str_eq(o->state, S("withdrawn")), .late = growth_late(o, c->now_us),
		.counted = str_eq(o->proof, S("evidence")) || str_eq(o->proof, S("certification")), .said = o->self_us.set,
		.due = arena_fmt(a, o->soft ? "around %.*s" : "by %.*s", STR_ARG(growth_day_words(a, o->due_date))),
		.proof = programme_proof_words(a, o->proof, o->ack_by, o->evidence, o->need), .count = S(""), .mended = S(""),
	};
	if (me)
		l->proof = proof_for_me(o, l->proof);
	if (str_eq(o->proof, S("evidence")))
		l->count = arena_fmt(a, "%lld of %lld", (long long)o->value.v, (long long)o->need);
	bool self = str_eq(o->proof, S("self")), two = str_eq(o->proof, S("two")), ack = str_eq(o->proof, S("acknowledged"));
	l->i_say = active && me && !l->withdrawn && (self || two) && !o->self_us.set;
	if (active && !me && !l->withdrawn && (two || ack) && !o->other_us.set) {
		l->i_acknowledge = growth_may_acknowledge(c, plan, o->ack_by) == OK;
		fault_clear(&c->fault);
	}
}

static int group_of(const struct growth_outcomes_of_row *o)
{
	if (str_eq(o->due_unit, S("week")))
		return (int)(o->due_n > 9 ? 9 : o->due_n);
	if (str_eq(o->due_unit, S("day")))
		return (int)(10 + (o->due_n + 29) / 30);
	return (int)(30 + (o->due_n > 60 ? 60 : o->due_n));
}

static struct str group_title(struct arena *a, const struct growth_outcomes_of_row *o)
{
	if (str_eq(o->due_unit, S("day")))
		return arena_fmt(a, "Within %lld days", (long long)o->due_n);
	return arena_fmt(a, "By the end of %.*s %lld", STR_ARG(o->due_unit), (long long)o->due_n);
}

/* Groups by due words, in the order of their first date; withdrawn ones come last, in one group. */
static void group_lines(struct plan_view *v, struct plan_line *lines, size_t n, struct arena *a)
{
	v->groups = arena_array(a, struct plan_group, n + 1);
	bool *used = arena_array(a, bool, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (used[i])
			continue;
		struct plan_group *g = &v->groups[v->n_groups++];
		*g = (struct plan_group){ .title = lines[i].withdrawn ? S("No longer asked") : group_title(a, lines[i].o), .v = arena_array(a, struct plan_line, n - i) };
		for (size_t k = i; k < n; k++) {
			bool same = lines[k].withdrawn == lines[i].withdrawn &&
				    (lines[i].withdrawn || (group_of(lines[k].o) == group_of(lines[i].o) && str_eq(lines[k].o->due_unit, lines[i].o->due_unit)));
			if (used[k] || !same)
				continue;
			used[k] = true;
			g->v[g->n++] = lines[k];
			g->n_true += lines[k].is_true;
		}
	}
	for (size_t i = 0; i + 1 < v->n_groups; i++) /* what was withdrawn goes to the end */
		if (str_eq(v->groups[i].title, S("No longer asked"))) {
			struct plan_group g = v->groups[i];
			memmove(&v->groups[i], &v->groups[i + 1], (v->n_groups - 1 - i) * sizeof(g));
			v->groups[v->n_groups - 1] = g;
			break;
		}
}

/* ---- on every page of a newcomer ---- */

enum err growth_ask_card(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	struct growth_ask_of_row r;
	bool found = false;
	(void)id;
	if (c->actor.kind == ACTOR_TEAMMATE)
		TRY(growth_ask_of(c->db, c->arena, &r, &found, .teammate_id = c->actor.id));
	if (found && (r.ramp_until_us > c->now_us ||
		      str_cmp(r.start_date, people_date(c->arena, c->now_us - setting_i64(c, "growth.ask_days") * UTIME_US_PER_DAY)) >= 0))
		growth_ask_html(h, &r);
	return OK;
}

/* ---- the page ---- */

static void words_of(struct ctx *c, const struct growth_plan_row_row *p, struct plan_view *v)
{
	struct arena *a = c->arena;
	int64_t start = 0;
	due_parse_date(p->start_date, &start);
	v->day = growth_day_of(growth_zone(p->zone), c->now_us) - start + 1;
	v->week = v->day > 0 ? (v->day + 6) / 7 : 0;
	v->start = growth_day_words(a, p->start_date);
	v->in_ramp = growth_in_ramp(c, p->teammate_id, c->now_us);
	v->ramp_over = p->ramp_end.n && p->ramp_until_us <= c->now_us;
	v->ramp = p->ramp_end.n ? growth_day_words(a, p->ramp_end) : S("");
	if (!v->active)
		v->words = S("This plan has ended. What is in it stays to be read.");
	else if (v->day <= 0)
		v->words = arena_fmt(a, "It begins on %.*s. There is nothing to do before that.", STR_ARG(v->start));
	else if (v->day <= 28)
		v->words = S("The first weeks are for learning. It is fine when there is nothing to show yet: dates are soft, and asking is welcome.");
	else if (v->in_ramp)
		v->words = S("The work is yours more and more, and nothing of it counts in duty, quotas or service levels yet.");
	else
		v->words = S("The ramp is over. What is open below stays to be done at your own pace.");
}

static enum err forms(struct web *w, const struct growth_plan_row_row *p, struct plan_view *v)
{
	struct ctx *c = w->c;
	struct programme_in_use_row *all;
	size_t n;
	struct str id = arena_fmt(c->arena, "%lld", (long long)p->id);
	form_begin(&v->start_form, w, "plan.start", "Move it", v->here, v->here);
	form_hidden(&v->start_form, "plan", id);
	form_add(&v->start_form, INPUT_DATE, "start_date", "First day", p->start_date);
	form_add(&v->start_form, INPUT_LINE, "level", "Level", p->level.set ? arena_fmt(c->arena, "%lld", (long long)p->level.v) : S(""));
	form_begin(&v->ramp_form, w, "plan.ramp", "Set it", v->here, v->here);
	form_hidden(&v->ramp_form, "plan", id);
	form_add(&v->ramp_form, INPUT_DATE, "end", "First day after the ramp", p->ramp_why.n ? p->ramp_end : S(""));
	form_add(&v->ramp_form, INPUT_LINE, "why", "Why", p->ramp_why);
	form_begin(&v->manager_form, w, "plan.manager", "Set", v->here, v->here);
	form_hidden(&v->manager_form, "plan", id);
	TRY(form_teammate(&v->manager_form, "manager", "Manager", p->manager_id));
	form_begin(&v->access_form, w, "access.ask", "Ask for them", v->here, v->here);
	form_hidden(&v->access_form, "teammate", arena_fmt(c->arena, "%lld", (long long)p->teammate_id));
	form_add(&v->access_form, INPUT_TEXT, "tools", "Tools, one a line", S(""));
	form_begin(&v->add_form, w, "plan.add", "Add it", v->here, v->here);
	form_hidden(&v->add_form, "plan", id);
	TRY(programme_in_use(c->db, c->arena, &all, &n));
	struct form_field *x = form_add(&v->add_form, INPUT_SELECT, "programme", "Programme", S(""));
	x->options = arena_array(c->arena, struct form_option, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool there = false;
		for (size_t k = 0; k < v->n_parts; k++)
			there |= v->parts[k].programme_id == all[i].id && !v->parts[k].removed_us.set;
		if (!there)
			x->options[x->n_options++] = (struct form_option){ arena_fmt(c->arena, "%lld", (long long)all[i].id), all[i].name, false };
	}
	return OK;
}

static enum err lines_of(struct ctx *c, const struct growth_plan_row_row *p, struct plan_view *v)
{
	struct growth_outcomes_of_row *o;
	struct plan_tasks *tasks;
	size_t n;
	TRY(growth_outcomes_of(c->db, c->arena, &o, &n, .plan_id = p->id));
	TRY(growth_tasks_read(c, p, &tasks));
	struct plan_line *lines = arena_array(c->arena, struct plan_line, n + 1);
	v->next = arena_array(c->arena, struct plan_line *, NEXT_MOST);
	for (size_t i = 0; i < n; i++) {
		fill_line(c, p, &o[i], &lines[i]);
		growth_tasks_for(c, tasks, o[i].programme_id, o[i].key, &lines[i].tasks, &lines[i].n_tasks);
		if (lines[i].withdrawn)
			continue;
		v->n++;
		v->n_true += lines[i].is_true;
		if (!lines[i].is_true && v->n_next < NEXT_MOST)
			v->next[v->n_next++] = &lines[i];
	}
	group_lines(v, lines, n, c->arena);
	return OK;
}

static enum err show_plan(struct web *w, const struct growth_plan_row_row *p, const char *tab)
{
	struct ctx *c = w->c;
	struct teammate t;
	TRY(people_get(c, p->teammate_id, &t));
	bool mine = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == t.id;
	struct plan_view v = {
		.w = w, .id = p->id, .teammate = t.id, .name = t.name, .mine = mine, .lead = c->actor.caps & CAN_LEAD, .active = str_eq(p->state, S("active")),
		.ready = p->ready_us.set, .title = people_title(c, p->role, people_date(c->arena, c->now_us)), .here = arena_fmt(c->arena, "/growth/plans/%lld", (long long)p->id),
	};
	growth_tabs_of(w, tab, &v.tabs);
	words_of(c, p, &v);
	struct growth_parts_of_row *parts;
	TRY(growth_parts_of(c->db, c->arena, &parts, &v.n_parts, .plan_id = p->id));
	v.parts = parts;
	TRY(lines_of(c, p, &v));
	TRY(access_of(c->db, c->arena, &v.access, &v.n_access, .teammate_id = t.id));
	TRY(pair_card_of(c, t.id, p->manager_id.v, &v.card));
	if (v.lead)
		TRY(forms(w, p, &v));
	v.layout = web_layout(w, mine ? S("My plan") : t.name);
	growth_plan_html(&w->html, &v);
	return OK;
}

enum err growth_one_plan_page(struct web *w)
{
	struct growth_plan_row_row p;
	TRY(growth_plan_see(w->c, web_param_id(w, "id"), &p));
	return show_plan(w, &p, w->c->actor.id == p.teammate_id ? "/growth" : "");
}

enum err growth_home_page(struct web *w)
{
	struct ctx *c = w->c;
	struct growth_plan_of_row of;
	struct growth_plan_row_row p;
	bool found = false;
	if (c->actor.kind == ACTOR_TEAMMATE)
		TRY(growth_plan_of(c->db, c->arena, &of, &found, .teammate_id = c->actor.id));
	if (found) {
		TRY(growth_plan_get(c, of.id, &p));
		return show_plan(w, &p, "/growth");
	}
	struct plan_view v = { .w = w, .lead = c->actor.caps & CAN_LEAD };
	growth_tabs_of(w, "/growth", &v.tabs);
	v.layout = web_layout(w, S("My plan"));
	no_plan_html(&w->html, &v);
	return OK;
}

/* ---- one outcome ---- */

static void outcome_forms(struct web *w, struct outcome_view *v, const struct growth_outcomes_of_row *o)
{
	struct str id = arena_fmt(w->c->arena, "%lld", (long long)o->id);
	form_begin(&v->say, w, "plan.say", str_eq(o->proof, S("self")) ? "It is true for me" : v->line.counted ? "Keep the note" : "I sign", v->here, v->here);
	form_hidden(&v->say, "outcome", id);
	struct form_field *x = form_add(&v->say, INPUT_SELECT, "rating", "How sure are you?", o->self_rating.set ? arena_fmt(w->c->arena, "%lld", (long long)o->self_rating.v) : S(""));
	static const char *const SURE[] = { "not said", "1: not at all", "2: a little", "3: half", "4: quite", "5: fully" };
	x->options = arena_array(w->c->arena, struct form_option, 6);
	for (int i = 0; i < 6; i++) {
		struct str value = i ? arena_fmt(w->c->arena, "%d", i) : S("");
		x->options[x->n_options++] = (struct form_option){ value, str_c(SURE[i]), str_eq(value, x->value) };
	}
	form_add(&v->say, INPUT_TEXT, "note", "A note", o->self_note);
	form_begin(&v->acknowledge, w, "plan.acknowledge", "I say it is true", v->here, v->here);
	form_hidden(&v->acknowledge, "outcome", id);
	form_add(&v->acknowledge, INPUT_TEXT, "note", "A word for them", o->other_note);
	form_begin(&v->dispute, w, "dispute.open", "Tell them", v->here, v->here);
	form_hidden(&v->dispute, "outcome", id);
	form_add(&v->dispute, INPUT_TEXT, "text", "What is not true, or what is missing?", S(""));
}

enum err growth_outcome_page(struct web *w)
{
	struct ctx *c = w->c;
	struct growth_outcome_row_row g;
	struct growth_plan_row_row p;
	struct growth_outcomes_of_row *all, *o = NULL;
	struct dispute_of_plan_row *disputes, *mine;
	struct plan_tasks *tasks;
	struct teammate t;
	size_t n, n_disputes;
	TRY(GROWTH_GET(c, growth_outcome, &g, web_param_id(w, "id"), "outcome of a plan"));
	TRY(growth_plan_see(c, g.plan_id, &p));
	TRY(people_get(c, p.teammate_id, &t));
	TRY(growth_outcomes_of(c->db, c->arena, &all, &n, .plan_id = p.id));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == g.id)
			o = &all[i];
	ASSERT(o);
	struct outcome_view v = { .w = w, .name = t.name, .here = arena_fmt(c->arena, "/growth/outcomes/%lld", (long long)g.id),
				  .plan_url = c->actor.id == t.id ? S("/growth") : arena_fmt(c->arena, "/growth/plans/%lld", (long long)p.id) };
	fill_line(c, &p, o, &v.line);
	TRY(growth_tasks_read(c, &p, &tasks));
	growth_tasks_for(c, tasks, o->programme_id, o->key, &v.line.tasks, &v.line.n_tasks);
	const struct evidence_kind *k = evidence_find(o->evidence);
	v.lists = k && k->behind;
	TRY(growth_behind(c, &p, o->evidence, o->need, o->since_months, &v.rows, &v.n_rows));
	TRY(dispute_of_plan(c->db, c->arena, &disputes, &n_disputes, .plan_id = p.id));
	mine = arena_array(c->arena, struct dispute_of_plan_row, n_disputes + 1);
	for (size_t i = 0; i < n_disputes; i++)
		if (disputes[i].growth_outcome_id == g.id)
			mine[v.n_disputes++] = disputes[i];
	v.disputes = mine;
	outcome_forms(w, &v, o);
	v.line.said = c->actor.id == t.id && str_eq(p.state, S("active")) && !v.line.withdrawn;   /* the person looks: their forms are shown */
	growth_tabs_of(w, c->actor.id == t.id ? "/growth" : "", &v.tabs);
	v.layout = web_layout(w, o->title);
	growth_outcome_html(&w->html, &v);
	return OK;
}
