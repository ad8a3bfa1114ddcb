/* career_page.c: somebody's career page and profile, the enablement library, what is expected at each level. */
#include "growth/board_view.h"

#include "people/people.h"

#include "career.html.h"

#include <string.h>

#include "base/banned.h"

enum { ITEMS = 30, REVIEWS = 24 };

static struct str number(struct ctx *c, int64_t n)
{
	return arena_fmt(c->arena, "%lld", (long long)n);
}

/* ---- career ---- */

static enum err career_rows(struct ctx *c, struct career_view *v)
{
	struct career_check_ins_of_row *check_ins;
	struct career_skills_of_row *skills;
	struct career_reviews_of_row *reviews;
	struct career_principles_on_row *principles;
	struct career_roadmap_of_row of;
	TRY(career_roadmap_of(c->db, c->arena, &of, &v->has_map, .teammate_id = v->id));
	if (v->has_map)
		TRY(GROWTH_GET(c, career_roadmap, &v->map, of.id, "roadmap"));
	TRY(career_check_ins_of(c->db, c->arena, &check_ins, &v->n_check_ins, .teammate_id = v->id));
	v->check_ins = check_ins;
	TRY(career_skills_of(c->db, c->arena, &skills, &v->n_skills, .role = v->role, .teammate_id = v->id));
	v->skills = skills;
	TRY(career_reviews_of(c->db, c->arena, &reviews, &v->n_reviews, .teammate_id = v->id, .max = REVIEWS));
	v->reviews = reviews;
	TRY(career_principles_on(c->db, c->arena, &principles, &v->n_principles, .date = people_date(c->arena, c->now_us)));
	v->principles = principles;
	return OK;
}

static enum err career_forms(struct web *w, struct career_view *v)
{
	struct ctx *c = w->c;
	struct str id = number(c, v->id);
	form_begin(&v->map_form, w, "roadmap.write", "Keep it", v->here, v->here);
	form_hidden(&v->map_form, "teammate", id);
	form_add(&v->map_form, INPUT_TEXT, "body", "The roadmap", v->has_map ? v->map.body : S(""));
	form_add(&v->map_form, INPUT_LINE, "level", "Level aimed at", v->has_map && v->map.level.set ? number(c, v->map.level.v) : S(""));
	TRY(form_teammate(&v->map_form, "manager", "Signed with", v->has_map ? SOME(v->map.manager_id) : NONE));
	form_begin(&v->plan_form, w, "check_in.plan", "Plan them", v->here, v->here);
	form_hidden(&v->plan_form, "teammate", id);
	form_add(&v->plan_form, INPUT_DATE, "due_date", "The first one by", S(""));
	form_add(&v->plan_form, INPUT_LINE, "times", "How many", S("4"));
	TRY(form_teammate(&v->plan_form, "with", "With", NONE));
	static const char *const HONOURED[] = { "yes", "partly", "no", "open", NULL };
	form_begin(&v->review_form, w, "review.add", "Keep it", v->here, v->here);
	form_hidden(&v->review_form, "teammate", id);
	for (size_t i = 0; i < v->n_principles; i++) {
		struct form_field *x = form_choice(&v->review_form, arena_cstr(c->arena, arena_fmt(c->arena, "p%lld", (long long)v->principles[i].number)),
						   arena_cstr(c->arena, v->principles[i].title), HONOURED, S(""), "not looked at");
		x->help = arena_cstr(c->arena, v->principles[i].text);
	}
	form_add(&v->review_form, INPUT_LINE, "ticket", "About ticket", S(""));
	form_add(&v->review_form, INPUT_TEXT, "note", "What was good, and what next time", S(""));
	return OK;
}

static void small_forms(struct web *w, struct career_view *v)
{
	struct ctx *c = w->c;
	v->notes = arena_array(c->arena, struct form_view, v->n_check_ins + 1);
	for (size_t i = 0; i < v->n_check_ins; i++) {
		const struct career_check_ins_of_row *r = &v->check_ins[i];
		struct form_view *f = &v->notes[i];
		bool person = c->actor.id == v->id, other = c->actor.id == r->with_id;
		if (!person && !other)
			continue;
		form_begin(f, w, "check_in.note", "Keep it", v->here, v->here);
		f->id = arena_cstr(c->arena, arena_fmt(c->arena, "k%lld", (long long)r->id));
		form_hidden(f, "check_in", number(c, r->id));
		form_add(f, INPUT_DATE, "held_date", "You talked on", or_empty(r->held_date));
		form_add(f, INPUT_TEXT, "note", "Your side", person ? r->person_note : r->other_note);
		form_add(f, INPUT_TEXT, "goals", "Agreed on", r->goals);
	}
}

enum err growth_career_page(struct web *w)
{
	struct ctx *c = w->c;
	struct teammate t;
	struct growth_card card = { 0 };
	bool plan;
	TRY(people_get(c, web_param_id(w, "id"), &t));
	struct career_view v = { .w = w, .id = t.id, .name = t.name, .role = t.role, .title = people_title(c, t.role, people_date(c->arena, c->now_us)), .manager = S(""),
				 .here = arena_fmt(c->arena, "/growth/career/%lld", (long long)t.id), .mine = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == t.id };
	TRY(growth_card_of(c, t.id, &card, &plan));
	TRY(career_rows(c, &v));
	v.sees = v.mine || (c->actor.caps & CAN_LEAD) || c->actor.kind != ACTOR_TEAMMATE || (plan && card.manager == c->actor.id) || (v.has_map && v.map.manager_id == c->actor.id);
	if (!v.sees)
		return fail(c, ERR_NOT_FOUND, "There is no career page here for you: one is seen by its person, their manager, and leads.");
	if (v.has_map) {
		struct teammate m;
		TRY(people_get(c, v.map.manager_id, &m));
		v.manager = m.name;
		v.i_sign = v.mine || v.map.manager_id == c->actor.id;
		v.i_signed = v.mine ? v.map.person_us.set : v.map.manager_us.set;
	}
	TRY(career_forms(w, &v));
	small_forms(w, &v);
	growth_tabs_of(w, arena_cstr(c->arena, v.here), &v.tabs);
	v.layout = web_layout(w, v.mine ? S("My career") : t.name);
	career_html(&w->html, &v);
	return OK;
}

/* ---- profile ---- */

enum err growth_profile_page(struct web *w)
{
	struct ctx *c = w->c;
	struct teammate t;
	struct career_profile_of_row *rows;
	size_t n;
	TRY(people_get(c, web_param_id(w, "id"), &t));
	TRY(career_profile_of(c->db, c->arena, &rows, &n, .teammate_id = t.id));
	struct profile_view v = { .id = t.id, .name = t.name, .title = people_title(c, t.role, people_date(c->arena, c->now_us)), .mine = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == t.id,
				  .here = arena_fmt(c->arena, "/growth/people/%lld", (long long)t.id), .career = arena_fmt(c->arena, "/growth/career/%lld", (long long)t.id) };
	while (career_field_keys[v.n])
		v.n++;
	v.v = arena_array(c->arena, struct profile_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		struct profile_line *l = &v.v[i];
		*l = (struct profile_line){ .key = str_c(career_field_keys[i]), .words = career_field_words(str_c(career_field_keys[i])), .body = S("") };
		for (size_t k = 0; k < n; k++)
			if (str_eq(rows[k].field, l->key))
				l->body = rows[k].body;
		v.n_told += l->body.n > 0;
		if (!v.mine)
			continue;
		form_begin(&l->form, w, "profile.set", "Keep it", v.here, v.here);
		l->form.id = career_field_keys[i];
		form_hidden(&l->form, "field", l->key);
		bool failed = w->failed && strcmp(w->failed->name, "profile.set") == 0 && str_eq(web_typed(w, "profile.set", "field", S("")), l->key);
		struct form_field *x = form_add(&l->form, INPUT_TEXT, "body", arena_cstr(c->arena, l->words), l->body);
		if (!failed) {
			l->form.error = S("");
			x->value = l->body;
			x->error = S("");
		}
	}
	growth_tabs_of(w, arena_cstr(c->arena, v.here), &v.tabs);
	v.layout = web_layout(w, t.name);
	profile_html(&w->html, &v);
	return OK;
}

/* ---- library ---- */

enum err growth_library_page(struct web *w)
{
	struct ctx *c = w->c;
	struct career_items_row *rows;
	struct library_view v = { .may_remove = c->actor.caps & CAN_REPLY };
	TRY(career_items(c->db, c->arena, &rows, &v.n, .teammate_id = c->actor.id, .before = web_query_i64(w, "before", INT64_MAX), .max = ITEMS + 1));
	if (v.n > ITEMS)
		v.next = rows[--v.n - 1].id;
	v.rows = rows;
	form_begin(&v.form, w, "library.add", "Put it there", S("/growth/library"), S("/growth/library"));
	struct form_field *x = form_choice(&v.form, "kind", "What it is", career_item_kinds, S("session"), NULL);
	for (size_t i = 0; i < x->n_options; i++)
		x->options[i].label = growth_words(c->arena, x->options[i].value);
	form_add(&v.form, INPUT_LINE, "title", "About", S(""));
	form_add(&v.form, INPUT_LINE, "area", "Part of the product or the work", S(""));
	form_add(&v.form, INPUT_LINE, "url", "Link", S(""));
	form_add(&v.form, INPUT_LINE, "minutes", "Minutes", S(""));
	form_add(&v.form, INPUT_LINE, "by_name", "By", S(""));
	form_add(&v.form, INPUT_DATE, "on_date", "When", S(""));
	form_add(&v.form, INPUT_TEXT, "about", "What one takes from it", S(""));
	growth_tabs_of(w, "/growth/library", &v.tabs);
	v.layout = web_layout(w, S("Library"));
	library_html(&w->html, &v);
	return OK;
}

/* ---- levels ---- */

enum err growth_levels_page(struct web *w)
{
	struct ctx *c = w->c;
	struct career_level_on_row *rows;
	struct teammate t = { .role = S("support_engineer") };
	struct levels_view v = { .role = or_empty(web_query(w, "role")), .date = or_empty(web_query(w, "date")), .admin = c->actor.caps & CAN_ADMIN };
	int64_t day;
	if (!v.role.n && c->actor.kind == ACTOR_TEAMMATE)
		TRY(people_get(c, c->actor.id, &t));
	if (!v.role.n)
		v.role = t.role;
	if (!due_parse_date(v.date, &day))
		v.date = people_date(c->arena, c->now_us);
	TRY(career_level_on(c->db, c->arena, &rows, &v.n, .role = v.role, .date = v.date));
	v.rows = rows;
	form_begin(&v.form, w, "level.set", "Keep it", S("/growth/levels"), arena_fmt(c->arena, "/growth/levels?role=%.*s", STR_ARG(v.role)));
	form_hidden(&v.form, "role", v.role);
	form_add(&v.form, INPUT_LINE, "level", "Level", S(""));
	form_add(&v.form, INPUT_LINE, "area", "Of what", S("impact"));
	form_add(&v.form, INPUT_TEXT, "text", "What is expected", S(""));
	form_add(&v.form, INPUT_LINE, "metric", "Figure of what", S(""));
	form_add(&v.form, INPUT_LINE, "figure", "Figure", S(""));
	form_add(&v.form, INPUT_LINE, "unit", "Unit", S(""));
	form_add(&v.form, INPUT_DATE, "valid_from", "From", people_date(c->arena, c->now_us));
	growth_tabs_of(w, "/growth/levels", &v.tabs);
	v.layout = web_layout(w, S("Levels"));
	levels_html(&w->html, &v);
	return OK;
}
