/* next_page.c: the page of the line, the list across teams, the cards on other slices' pages; and what this slice brings to the house. */
#include "queue/next_page.h"

#include "base/civil.h"
#include "web/stream.h"

#include "next.html.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, NEWS_SHOWN = 20, WAITING_MOST = 500, TEAMS_MOST = 200, IN_FORCE_MOST = 40, OVERLOADS_SHOWN = 10 };

struct str page_refused(struct web *w, const char *const *commands)
{
	const struct fault *f = w->failed_fault;
	for (; w->failed && f && *commands; commands++)
		if (str_eq(str_c(w->failed->name), str_c(*commands)))
			return arena_str(w->c->arena, str_c(f->n_fields ? f->fields[0].message : f->message));
	return S("");
}

void form_hours(struct form_view *f, const char *none)
{
	static const char *const CHOICES[][2] = { { "2", "two hours" }, { "4", "four hours" }, { "8", "eight hours" }, { "24", "a day" }, { "72", "three days" },
						  { "168", "a week" }, { "336", "two weeks" } };
	struct form_field *x = form_add(f, INPUT_SELECT, "hours", "For how long", none ? S("") : S("8"));
	x->help = "";
	x->options = arena_array(f->web->c->arena, struct form_option, ARRAY_LEN(CHOICES) + 1);
	if (none)
		x->options[x->n_options++] = (struct form_option){ S(""), str_c(none), !x->value.n };
	for (size_t i = 0; i < ARRAY_LEN(CHOICES); i++)
		x->options[x->n_options++] = (struct form_option){ str_c(CHOICES[i][0]), str_c(CHOICES[i][1]), str_eq(x->value, str_c(CHOICES[i][0])) };
}

/* ---- rows ---- */

static int row_by_id(const void *key, const void *x)
{
	int64_t a = *(const int64_t *)key, b = ((const struct queue_cases_row *)x)->id;
	return a < b ? -1 : a > b;
}

static void show_row(struct ctx *c, const struct line *l, size_t place, const struct queue_cases_row *r, struct next_row *ret)
{
	const struct rank_case *x = line_at(l, place);
	*ret = (struct next_row){
		.id = x->id, .place = (int64_t)place, .nth = rank_nth(c->arena, (int64_t)place), .held = x->assignee != 0, .subject = r->subject, .requester = str_c(r->requester.p ? arena_cstr(c->arena, r->requester) : ""),
		.organisation = str_c(r->organisation.p ? arena_cstr(c->arena, r->organisation) : ""), .priority = r->priority.p ? r->priority : S(""),
		.holder = r->assignee.p ? r->assignee : S("nobody yet"),
		.why = line_why(c, l, place), .due = S(""), .since_us = x->arrived_us,
		.hold_class = !x->waits ? S("us") : x->on_hold ? S("other") : S("them"),
		.hold_words = !x->waits ? S("Our turn") : x->on_hold ? S("Another team's turn") : S("The customer's turn"),
	};
	bool late = x->late || x->due_us <= c->now_us;
	ret->due_class = late ? S("late") : rank_at_risk(x, c->now_us) ? S("warn") : S("");
	if (x->due_us != RANK_NEVER)
		ret->due = arena_fmt(c->arena, x->due_us <= c->now_us ? "%.*s late" : late ? "late" : "in %.*s",
				     STR_ARG(civil_span(c->arena, x->due_us <= c->now_us ? c->now_us - x->due_us : x->due_us - c->now_us)));
}

enum err next_rows(struct ctx *c, const struct line *l, size_t from, size_t n, struct next_row *ret, size_t *ret_n)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct queue_cases_row *rows;
	size_t n_ids = 0, n_rows;
	*ret_n = 0;
	for (size_t i = 0; i < n && line_at(l, from + i); i++)
		ids[n_ids++] = line_at(l, from + i)->id;
	if (!n_ids)
		return OK;
	TRY(queue_cases(c->db, c->arena, &rows, &n_rows, .ids = queue_ids_json(c->arena, ids, n_ids)));
	for (size_t i = 0; i < n_ids; i++) {
		const struct queue_cases_row *r = n_rows ? bsearch(&ids[i], rows, n_rows, sizeof(*rows), row_by_id) : NULL;
		if (r)
			show_row(c, l, from + i, r, &ret[(*ret_n)++]);
	}
	return OK;
}

/* ---- what is in force ---- */

static enum err put_in_force(struct ctx *c, const struct line *l, struct in_force_line **ret, size_t *ret_n)
{
	struct queue_calls_open_row *calls;
	size_t n_calls, n = 0;
	struct in_force_line *v = arena_array(c->arena, struct in_force_line, IN_FORCE_MOST);
	if (l->overload.id)
		v[n++] = (struct in_force_line){ arena_fmt(c->arena, "Overload, declared by %.*s until %.*s: “%.*s”. The line goes by tier.", STR_ARG(l->overload.by),
							   STR_ARG(queue_when(c, l->overload.until_us)), STR_ARG(l->overload.why)), S("/next") };
	for (size_t i = 0; i < l->n_sessions && n < IN_FORCE_MOST / 2; i++)
		v[n++] = (struct in_force_line){ arena_fmt(c->arena, "Ranked by hand until %.*s: “%.*s”, held by %.*s.", STR_ARG(queue_when(c, l->sessions[i].until_us)),
							   STR_ARG(l->sessions[i].title), STR_ARG(l->sessions[i].held_by)),
						 arena_fmt(c->arena, "/ranking/%lld", (long long)l->sessions[i].id) };
	TRY(queue_calls_open(c->db, c->arena, &calls, &n_calls, .now_us = c->now_us));
	for (size_t i = 0; i < n_calls && n < IN_FORCE_MOST; i++)
		v[n++] = (struct in_force_line){ arena_fmt(c->arena, "Level %lld, invoked by %.*s: “%.*s”.", (long long)calls[i].level, STR_ARG(calls[i].by_name), STR_ARG(calls[i].why)),
						 S("/load") };
	*ret = v;
	*ret_n = n;
	return OK;
}

/* ---- the line ---- */

static enum err put_pick(struct web *w, const struct pick_world *world, struct next_view *v)
{
	struct ctx *c = w->c;
	const struct pick_person *me = pick_person(world, c->actor.id);
	struct pick_ask ask = { .me = c->actor.id };
	struct pick p;
	size_t n;
	if (!v->can_reply)
		return OK;
	if (!pick_may(c->arena, world, &ask, &v->why_not)) {
		v->ask_off = me && me->takes && !me->away && !me->at_work;
		return OK;
	}
	pick_next(world, &ask, &p);
	v->n_skipped = p.n_skipped;
	v->skipped = arena_array(c->arena, struct str, p.n_skipped + 1);
	for (size_t i = 0; i < p.n_skipped; i++) {
		const struct rank_case *x = line_at(world->line, p.skipped[i].place);
		v->skipped[i] = arena_fmt(c->arena, "%.*s, #%lld: %.*s", STR_ARG(rank_nth(c->arena, (int64_t)p.skipped[i].place)), (long long)x->id,
					  STR_ARG(pick_skip_words(c->arena, world, &p.skipped[i])));
	}
	if (p.n_all_skipped > p.n_skipped)
		v->skipped[v->n_skipped++] = arena_fmt(c->arena, "and %zu more", p.n_all_skipped - p.n_skipped);
	if (p.how == PICK_NOTHING) {
		v->why_not = world->line->n_order ? S("Nothing in the line is for you now.") : S("");
		v->ask_ramp = me && me->in_ramp && world->line->n_order;
		return OK;
	}
	v->pick_words = pick_words(c->arena, world, &p);
	v->first_is_mine = p.place == 1;
	TRY(next_rows(c, world->line, p.place, 1, &v->pick, &n));
	v->has_pick = n > 0;
	return OK;
}

static void put_forms(struct web *w, struct next_view *v)
{
	form_begin(&v->declare, w, "overload.declare", "Declare overload", v->here, v->here);
	v->declare.id = "declare";
	form_add(&v->declare, INPUT_LINE, "why", "Why", S(""));
	form_hours(&v->declare, NULL);
	form_begin(&v->prolong, w, "overload.prolong", "Prolong", v->here, v->here);
	v->prolong.id = "prolong";
	form_add(&v->prolong, INPUT_LINE, "why", "Why it still holds", S(""));
	form_hours(&v->prolong, NULL);
	form_begin(&v->end, w, "overload.end", "It is over", v->here, v->here);
	v->end.id = "end";
	form_add(&v->end, INPUT_LINE, "why", "What changed", S(""));
	form_begin(&v->skill, w, "skill.name", "Name it", v->here, v->here);
	v->skill.id = "skill";
	form_add(&v->skill, INPUT_LINE, "tag", "An area", S(""))->help = "as cases are tagged with it";
}

static enum err fill_next(struct web *w, const struct pick_world *world, struct next_view *v)
{
	struct ctx *c = w->c;
	const struct line *l = world->line;
	const struct pick_person *me = pick_person(world, c->actor.id);
	int64_t after = web_query_i64(w, "after", 0);
	size_t from = after > 0 ? (size_t)after + 1 : 1, n;
	v->order_words = l->order_words;
	v->n_line = l->n_order;
	v->overload = l->overload.id != 0;
	TRY(put_in_force(c, l, &v->in_force, &v->n_in_force));
	TRY(queue_news(c->db, c->arena, &v->news, &v->n_news, .teammate_id = c->actor.id, .max = NEWS_SHOWN));
	TRY(next_rows(c, l, 1, 1, &v->first, &n));
	v->has_first = n > 0;
	TRY(queue_overloads(c->db, c->arena, &v->overloads, &v->n_overloads, .max = OVERLOADS_SHOWN));
	TRY(put_pick(w, world, v));
	v->rows = arena_array(c->arena, struct next_row, PAGE);
	TRY(next_rows(c, l, from, PAGE, v->rows, &v->n));
	if (from + PAGE <= l->n_order)
		v->next_url = arena_fmt(c->arena, "/next?after=%zu", from + PAGE - 1);
	v->first_url = from > 1 ? S("/next") : S("");
	v->skills = arena_array(c->arena, struct str, me ? me->n_skills : 0);
	v->n_skills = me ? me->n_skills : 0;
	for (size_t i = 0; i < v->n_skills; i++)
		v->skills[i] = arena_str(c->arena, me->skills[i]);
	return OK;
}

enum err next_page(struct web *w)
{
	static const char *const SMALL[] = { "queue.next", "skill.drop", "queue.read", NULL };
	struct pick_world world;
	struct next_view v = { .w = w, .layout = web_layout(w, S("The line")), .here = S("/next"), .next_url = S(""), .can_lead = w->c->actor.caps & CAN_LEAD,
			       .can_reply = w->c->actor.caps & CAN_REPLY, .why_not = S(""), .pick_words = S("") };
	TRY(queue_world(w->c, &world));
	enum err e = fill_next(w, &world, &v);
	if (e == OK) {
		v.refused = page_refused(w, SMALL);
		v.layout->live_url = S("/live");
		put_forms(w, &v);
		next_html(&w->html, &v);   /* before the line is given back: its words are borrowed from it */
	}
	line_put(world.line);
	return e;
}

/* ---- across teams ---- */

static struct str waits_with(struct ctx *c, const struct queue_waiting_row *r)
{
	if (r->team.p)
		return r->team;
	return r->area.p ? arena_fmt(c->arena, "Nobody is named: %.*s", STR_ARG(r->area)) : S("Nobody is named");
}

static enum err put_waiting(struct ctx *c, struct teams_view *v)
{
	struct queue_waiting_row *rows;
	size_t n;
	TRY(queue_waiting(c->db, c->arena, &rows, &n, .max = WAITING_MOST));
	v->groups = arena_array(c->arena, struct wait_group, n);
	bool *done = arena_array(c->arena, bool, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (done[i])
			continue;
		struct str name = waits_with(c, &rows[i]);
		struct wait_group *g = &v->groups[v->n++];
		*g = (struct wait_group){ .name = name, .rows = arena_array(c->arena, struct queue_waiting_row, n - i), .longest_us = rows[i].status_since_us };
		for (size_t k = i; k < n; k++) {
			if (!done[k] && str_eq(waits_with(c, &rows[k]), name)) {
				done[k] = true;
				g->rows[g->n++] = rows[k];
			}
		}
	}
	return OK;
}

static enum err put_teams(struct ctx *c, const struct line *l, struct teams_view *v)
{
	struct queue_teams_row *teams;
	size_t n, got;
	TRY(queue_teams(c->db, c->arena, &teams, &n, .max = TEAMS_MOST));
	v->teams = arena_array(c->arena, struct team_head, n + 1);
	for (size_t i = 0; i <= n; i++) {
		int64_t team = i < n ? teams[i].id : 0;
		struct team_head *t = &v->teams[v->n_teams];
		*t = (struct team_head){ .name = i < n ? teams[i].name : S("no team") };
		size_t first = 0;
		for (size_t k = 0; k < l->n; k++)
			t->waiting += l->v[k].team == team && l->v[k].on_hold;
		for (size_t place = 1; place <= l->n_order; place++) {
			const struct rank_case *x = line_at(l, place);
			if (x->team != team)
				continue;
			t->in_line++;
			t->at_risk += rank_at_risk(x, c->now_us);
			first = first ? first : place;
		}
		if (!first && !t->waiting)
			continue;
		if (first)
			TRY(next_rows(c, l, first, 1, &t->first, &got));
		t->has_first = first > 0;
		v->n_teams++;
	}
	return OK;
}

enum err next_teams_page(struct web *w)
{
	struct teams_view v = { .layout = web_layout(w, S("Across teams")) };
	const struct line *l;
	TRY(line_hold(w->c, &l));
	enum err e = put_teams(w->c, l, &v);
	if (e == OK)
		e = put_waiting(w->c, &v);
	if (e == OK)
		next_teams_html(&w->html, &v);
	line_put(l);
	return e;
}

/* ---- cards ---- */

static enum err cover_words(struct ctx *c, int64_t ticket, int64_t assignee, struct str *ret)
{
	struct absence_now_row a;
	struct absence_covers_of_row *v;
	size_t n;
	bool found;
	struct str who = S("");
	*ret = S("");
	TRY(absence_now(c->db, c->arena, &a, &found, .teammate_id = assignee, .now_us = c->now_us));
	if (!found)
		return OK;
	TRY(absence_covers_of(c->db, c->arena, &v, &n, .absence_id = a.id));
	for (size_t i = 0; i < n; i++)
		if (v[i].ticket_id.set ? v[i].ticket_id.v == ticket : !who.n)
			who = v[i].name;
	struct str until = day_words(c->arena, day_of(a.until_day), day_at(c->actor.zone, c->now_us));
	*ret = who.n ? arena_fmt(c->arena, "Its owner is away until %.*s; %.*s fills in, and the case stays theirs.", STR_ARG(until), STR_ARG(who)) :
		       arena_fmt(c->arena, "Its owner is away until %.*s, and nobody fills in.", STR_ARG(until));
	return OK;
}

enum err queue_card_ticket(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	const struct line *l;
	struct queue_pick_of_row picked = { 0 };
	struct ticket_card v = { .ticket = id, .cover = S(""), .picked = S("") };
	size_t place;
	bool found = false;
	TRY(line_hold(c, &l));
	const struct rank_case *x = line_find(l, id, &place);
	enum err e = OK;
	if (x && x->assignee) {
		e = cover_words(c, id, x->assignee, &v.cover);
		if (e == OK)
			e = queue_pick_of(c->db, c->arena, &picked, &found, .ticket_id = id);
		if (e == OK && found && picked.teammate_id == x->assignee && c->now_us - picked.at_us < UTIME_US_PER_DAY)
			v.picked = picked.why;
	}
	if (e == OK && place) {
		v.nth = rank_nth(c->arena, (int64_t)place);
		v.of = arena_fmt(c->arena, "%zu", l->n_order);
		v.why = line_why(c, l, place);
		v.first = place == 1;
	}
	if (e == OK && (place || v.cover.n))
		next_ticket_card(h, &v);
	line_put(l);
	return e;
}

enum err queue_card_list(struct web *w, int64_t id, struct html *h)
{
	struct ctx *c = w->c;
	const struct line *l;
	struct list_card v = { .can_reply = c->actor.caps & CAN_REPLY, .here = w->req->path };
	struct queue_news_row *news;
	size_t n = 0;
	(void)id;
	TRY(line_hold(c, &l));
	enum err e = put_in_force(c, l, &v.in_force, &v.n_in_force);
	if (e == OK)
		e = next_rows(c, l, 1, 1, &v.first, &n);
	if (e == OK)
		e = queue_news(c->db, c->arena, &news, &v.n_news, .teammate_id = c->actor.id, .max = NEWS_SHOWN);
	v.has_first = n > 0;
	v.can_take = v.can_reply && n && !line_at(l, 1)->assignee;
	if (e == OK && (v.has_first || v.n_in_force || v.n_news))
		next_list_card(h, &v);
	line_put(l);
	return e;
}

/* ---- what this slice brings ---- */

static const struct command *const commands[] = {
	&queue_next_cmd, &queue_list_cmd, &queue_show_cmd, &skill_name_cmd, &skill_drop_cmd, &queue_read_cmd,
	&overload_declare_cmd, &overload_prolong_cmd, &overload_end_cmd,
	&ranking_begin_cmd, &ranking_hear_cmd, &ranking_order_cmd, &ranking_remove_cmd, &ranking_set_cmd, &ranking_prolong_cmd, &ranking_end_cmd, &ranking_list_cmd,
	&ranking_show_cmd,
	&capacity_declare_cmd, &capacity_recover_cmd, &capacity_load_cmd, &level_invoke_cmd, &level_end_cmd, &level_edition_cmd, &level_edition_end_cmd,
	&absence_plan_cmd, &absence_change_cmd, &absence_end_cmd, &absence_cover_cmd, &absence_uncover_cmd, &absence_look_cmd, &absence_list_cmd,
	&rank_order_cmd, &rank_tier_cmd, &rank_priority_cmd, &capacity_rule_cmd, &capacity_step_cmd, &coverage_block_cmd, NULL,
};

static const struct route routes[] = {
	{ "GET", "/next", ROUTE_TEAMMATE, CAN_READ, next_page, 0, "The line: number one, what is for you, and all behind it" },
	{ "GET", "/next/teams", ROUTE_TEAMMATE, CAN_READ, next_teams_page, 0, "The line across teams, and what waits with them" },
	{ "GET", "/load", ROUTE_TEAMMATE, CAN_READ, load_page, 0, "Who has how much, who is at capacity, what could move" },
	{ "GET", "/away", ROUTE_TEAMMATE, CAN_READ, away_page, 0, "Who is away, who fills in, and their cases" },
	{ "GET", "/ranking", ROUTE_TEAMMATE, CAN_READ, ranking_list_page, 0, "Ranking sessions" },
	{ "GET", "/ranking/:id", ROUTE_TEAMMATE, CAN_READ, ranking_one_page, 0, "One ranking session" },
	{ 0 },
};

static const struct place places[] = {
	{ .label = "Next", .url = "/next", .post = "/do/queue.next", .done = "/tickets/{ticket}", .need = CAN_REPLY, .key = "q" },
	{ .label = "The line", .url = "/next", .under = "/next", .work = true },
	{ .label = "Load", .url = "/load" },
	{ .label = "Away", .url = "/away" },
	{ .label = "Ranking sessions", .url = "/ranking" },
	{ 0 },
};

static const struct card cards[] = {
	{ queue_card_ticket, CARD_TICKET_TOP },
	{ queue_card_list, CARD_LIST_TOP },
	{ 0 },
};

static const struct event_words words[] = {
	{ "queue.picked", "asked for the next case and got this one", false },
	{ 0 },
};

static const struct reaction reactions[] = {
	{ .kind = "ticket.assigned", .when = IN_TX, .fold = capacity_on_assigned },
	{ 0 },
};

static const struct job_kind jobs[] = {
	{ .name = "queue.ends", .version = 1, .max_attempts = 5, .lease_us = UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_HOUR, .next_us = queue_job_next, .run = queue_job_ends },
	{ 0 },
};

static const struct fold folds[] = {
	{ "rank_order", &rank_order_rows_stmt }, { "rank_tier", &rank_tier_rows_stmt }, { "rank_priority", &rank_priority_rows_stmt },
	{ "capacity_rule", &capacity_rule_rows_stmt }, { "capacity_step", &capacity_step_rows_stmt }, { "coverage_block", &coverage_block_rows_stmt },
	{ "queue_overload", &queue_overload_rows_stmt }, { "queue_session", &queue_session_rows_stmt }, { "queue_session_place", &queue_session_place_rows_stmt },
	{ "queue_session_voice", &queue_session_voice_rows_stmt }, { "queue_skill", &queue_skill_rows_stmt }, { "queue_pick", &queue_pick_rows_stmt },
	{ "capacity_flag", &capacity_flag_rows_stmt }, { "capacity_call", &capacity_call_rows_stmt }, { "absence", &absence_rows_stmt },
	{ "absence_cover", &absence_cover_rows_stmt }, { "absence_look", &absence_look_rows_stmt }, { 0 },
};

static const struct setting settings[] = {
	{ .key = "queue.promise_lead_minutes", .type = SETTING_INT, .min = 0, .max = 24 * 60, .standard = "60",
	  .help = "A promise that a person made counts as at risk so many minutes before it is due" },
	{ 0 },
};

const struct feature queue_feature = {
	.name = "queue", .commands = commands, .routes = routes, .places = places, .cards = cards, .words = words, .reactions = reactions, .jobs = jobs, .folds = folds, .carries = queue_carries,
	.settings = settings, .prepare = queue_presets,
};
