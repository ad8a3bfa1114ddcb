/* board_list_page.c: the manager's board of all newcomers, the list of what is not true yet, and the figures with the rows behind each. */
#include "growth/board_view.h"

#include "growth/cert.h"
#include "people/people.h"

#include "board.html.h"

#include <stdlib.h>

#include "base/banned.h"

enum { PAGE = 100, DISPUTES = 10 };

/* ---- the board ---- */

enum err growth_board_page(struct web *w)
{
	struct ctx *c = w->c;
	struct growth_plan_page_row *rows;
	struct growth_no_plan_row *without;
	struct board_view v = { .now_us = c->now_us, .ended = str_eq(or_empty(web_query(w, "state")), S("ended")) };
	TRY(growth_plan_page(c->db, c->arena, &rows, &v.n, .state = v.ended ? S("ended") : S("active"), .after = web_query_i64(w, "after", 0), .max = PAGE + 1, .now_us = c->now_us));
	if (v.n > PAGE)
		v.next = rows[--v.n - 1].id;
	v.rows = rows;
	TRY(growth_no_plan(c->db, c->arena, &without, &v.n_without, .since_us = c->now_us - 30 * UTIME_US_PER_DAY));
	v.without = without;
	growth_tabs_of(w, "/growth/board", &v.tabs);
	form_begin(&v.create, w, "plan.create", "Make the plan", S("/growth/board"), S("/growth/plans/{plan}"));
	TRY(form_teammate(&v.create, "teammate", "For whom", NONE));
	form_add(&v.create, INPUT_DATE, "start_date", "First day", S(""));
	form_add(&v.create, INPUT_LINE, "level", "Level", S(""));
	TRY(form_teammate(&v.create, "manager", "Manager", growth_actor(c)));
	v.layout = web_layout(w, S("Newcomers"));
	board_html(&w->html, &v);
	return OK;
}

/* ---- what is not true yet ---- */

static enum err dispute_forms(struct web *w, struct dispute_line *l, const struct growth_outcome_row_row *g)
{
	struct ctx *c = w->c;
	struct programme_outcome_row_row o;
	struct str id = arena_fmt(c->arena, "%lld", (long long)l->d->id);
	TRY(GROWTH_GET(c, programme_outcome, &o, g->outcome_id, "outcome"));
	struct form_view *const all[] = { &l->owner, &l->explain, &l->mend };
	static const char *const COMMANDS[] = { "dispute.owner", "dispute.explain", "dispute.mend" }, *const WORDS[] = { "Give it", "Resolve it", "Publish it so" };
	for (int i = 0; i < 3; i++) {
		form_begin(all[i], w, COMMANDS[i], WORDS[i], S("/growth/disputes"), S("/growth/disputes"));
		all[i]->id = arena_cstr(c->arena, arena_fmt(c->arena, "d%.*s-%d", STR_ARG(id), i));
		form_hidden(all[i], "dispute", id);
	}
	TRY(form_teammate(&l->owner, "owner", "Who looks after it", l->d->owner_id));
	form_add(&l->explain, INPUT_TEXT, "resolution", "What was done", S(""));
	form_add(&l->mend, INPUT_LINE, "resolution", "What is better now", S(""));
	form_add(&l->mend, INPUT_LINE, "title", "How it reads now", o.title);
	form_add(&l->mend, INPUT_TEXT, "help", "What it means", o.help);
	form_add(&l->mend, INPUT_LINE, "due_n", "By the end of", arena_fmt(c->arena, "%lld", (long long)o.due_n));
	form_choice(&l->mend, "due_unit", "Counted in", programme_units, o.due_unit, NULL);
	return OK;
}

enum err growth_disputes_page(struct web *w)
{
	struct ctx *c = w->c;
	struct dispute_page_row *rows;
	struct disputes_view v = { .state = or_empty(web_query(w, "state")) };
	if (!str_eq(v.state, S("mended")) && !str_eq(v.state, S("explained")))
		v.state = S("open");
	TRY(dispute_page(c->db, c->arena, &rows, &v.n, .state = v.state, .before = web_query_i64(w, "before", INT64_MAX), .max = DISPUTES + 1));
	if (v.n > DISPUTES)
		v.next = rows[--v.n - 1].id;
	v.v = arena_array(c->arena, struct dispute_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		struct growth_outcome_row_row g;
		v.v[i].d = &rows[i];
		bool lead = c->actor.caps & CAN_LEAD;
		v.v[i].mine = str_eq(v.state, S("open")) && (lead || (rows[i].owner_id.set && rows[i].owner_id.v == c->actor.id));
		TRY(GROWTH_GET(c, growth_outcome, &g, rows[i].growth_outcome_id, "outcome of a plan"));
		if (v.v[i].mine)
			TRY(dispute_forms(w, &v.v[i], &g));
	}
	growth_tabs_of(w, "/growth/disputes", &v.tabs);
	v.layout = web_layout(w, S("Not true yet"));
	disputes_html(&w->html, &v);
	return OK;
}

/* ---- figures ---- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static int64_t median(int64_t *v, size_t n)
{
	if (!n)
		return 0;
	qsort(v, n, sizeof(*v), by_number);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static enum err people_figures(struct ctx *c, struct figures_view *v)
{
	struct growth_figures_row *rows;
	TRY(growth_figures(c->db, c->arena, &rows, &v->n, .since = v->since, .now_us = c->now_us));
	struct figure_person *people = arena_array(c->arena, struct figure_person, v->n + 1);
	int64_t *ramps = arena_array(c->arena, int64_t, v->n + 1), *certs = arena_array(c->arena, int64_t, v->n + 1);
	size_t n_ramps = 0, n_certs = 0;
	for (size_t i = 0; i < v->n; i++) {
		struct growth_figures_row *r = &rows[i];
		struct cert_standing s;
		people[i] = (struct figure_person){ .r = r, .ramp = S(""), .certified = S("") };
		v->due += r->due_n;
		v->in_time += r->in_time_n;
		int64_t days = (r->ramp_until_us - r->ramp_from_us) / UTIME_US_PER_DAY;
		if (days > 0 && r->ramp_until_us <= c->now_us) {
			ramps[n_ramps++] = days;
			people[i].ramp = arena_fmt(c->arena, "%lld days", (long long)days);
		} else if (days > 0) {
			people[i].ramp = S("still in it");
		}
		TRY(cert_standing_of(c, r->teammate_id, STR_NULL, &s));
		people[i].sessions = s.led;
		if (s.certified_us.set) {
			int64_t took = (s.certified_us.v - r->ramp_from_us) / UTIME_US_PER_DAY;
			certs[n_certs++] = took;
			people[i].certified = arena_fmt(c->arena, "day %lld", (long long)took + 1);
		}
	}
	v->v = people;
	v->ramped = (int64_t)n_ramps;
	v->ramp_median = median(ramps, n_ramps);
	v->certified = (int64_t)n_certs;
	v->cert_median = median(certs, n_certs);
	return OK;
}

enum err growth_figures_page(struct web *w)
{
	struct ctx *c = w->c;
	struct figures_view v = { .since = or_empty(web_query(w, "since")), .show = or_empty(web_query(w, "show")) };
	struct growth_dispute_counts_row d;
	struct growth_mentor_load_row *load;
	struct growth_missed_row *missed;
	int64_t day;
	if (!due_parse_date(v.since, &day)) {
		day = growth_day_of(growth_zone(S("UTC")), c->now_us) - 365;
		v.since = due_date_text(c->arena, day);
	}
	TRY(people_figures(c, &v));
	TRY(growth_dispute_counts(c->db, c->arena, &d, .since_us = day * UTIME_US_PER_DAY));
	v.opened = d.opened;
	v.mended = d.mended;
	v.explained = d.explained;
	v.open = d.open;
	TRY(growth_mentor_load(c->db, c->arena, &load, &v.n_load, .today = people_date(c->arena, c->now_us)));
	v.load = load;
	if (str_eq(v.show, S("missed"))) {
		TRY(growth_missed(c->db, c->arena, &missed, &v.n_missed, .since = v.since, .now_us = c->now_us));
		v.missed = missed;
	}
	growth_tabs_of(w, "/growth/figures", &v.tabs);
	v.layout = web_layout(w, S("Figures about growing"));
	figures_html(&w->html, &v);
	return OK;
}
