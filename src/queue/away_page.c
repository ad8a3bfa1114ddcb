/* away_page.c: who is away now and later, who fills in, their cases for the daily look, and four weeks of calendar. */
#include "queue/next_page.h"

#include "people/people.h"

#include "away.html.h"

#include "base/banned.h"

enum { AHEAD_DAYS = 120, ABSENCES_MOST = 200, CASES_MOST = 100, SHOWN_DAYS = 28 };

const char *queue_kind_words(struct str kind)
{
	static const char *const WORDS[][2] = { { "time_off", "time off" }, { "sick", "sick" }, { "holiday", "public holiday" }, { "leave", "leave" },
						{ "training", "training" }, { "other", "away" } };
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(kind, str_c(WORDS[i][0])))
			return WORDS[i][1];
	return "away";
}

static enum err put_cases(struct ctx *c, const struct pick_world *world, struct away_one *one)
{
	struct queue_mine_row *rows;
	size_t n;
	TRY(queue_mine(c->db, c->arena, &rows, &n, .teammate_id = one->a.teammate_id, .max = CASES_MOST));
	one->cases = arena_array(c->arena, struct away_case, n + 1);
	for (size_t i = 0; i < n; i++) {
		size_t place;
		int64_t who = pick_cover_of(world, one->a.teammate_id, rows[i].id);
		const struct pick_person *p = pick_person(world, who);
		line_find(world->line, rows[i].id, &place);
		one->cases[one->n++] = (struct away_case){ .t = &rows[i], .cover = p ? p->name : S("nobody"), .cover_id = who, .ours = str_eq(rows[i].next_action, S("us")),
							   .place = place ? rank_nth(c->arena, (int64_t)place) : S("") };
	}
	return OK;
}

static enum err put_one(struct web *w, const struct pick_world *world, const struct absences_around_row *a, struct away_one *one)
{
	struct ctx *c = w->c;
	struct queue_rule_on_row rule;
	struct absence_covers_of_row *covers;
	struct absence_look_of_row look;
	size_t n;
	bool found;
	int64_t today = day_at(c->actor.zone, c->now_us), working = 0;
	*one = (struct away_one){ .a = *a, .now = a->from_us <= c->now_us, .cover = S(""), .rule = S(""), .looked = S(""), .mine = a->teammate_id == c->actor.id };
	one->days = absence_days(c, a->from_day, a->until_day);
	for (int64_t day = day_of(a->from_day); day <= day_of(a->until_day); day++)
		working += day_is_working(day);
	TRY(queue_rule(c, "fill_in", &rule, &found));
	one->hand_over = found && working > rule.n.v;
	one->rule = found ? rule.words : S("");
	one->may_end = one->mine || c->actor.caps & CAN_LEAD;
	TRY(absence_covers_of(c->db, c->arena, &covers, &n, .absence_id = a->id));
	for (size_t i = 0; i < n; i++)
		if (!covers[i].ticket_id.set) {
			one->cover = covers[i].name;
			one->cover_row = covers[i].id;
		}
	TRY(absence_look_of(c->db, c->arena, &look, &one->looked_today, .absence_id = a->id, .day = day_text(c->arena, today)));
	if (one->looked_today)
		one->looked = look.note.n ? arena_fmt(c->arena, "%.*s: %.*s", STR_ARG(look.by_name), STR_ARG(look.note)) : look.by_name;
	form_begin(&one->cover_form, w, "absence.cover", "They fill in", S("/away"), S("/away"));
	one->cover_form.id = arena_cstr(c->arena, arena_fmt(c->arena, "cover-%lld", (long long)a->id));
	form_hidden(&one->cover_form, "absence", arena_fmt(c->arena, "%lld", (long long)a->id));
	TRY(form_teammate(&one->cover_form, "cover", "Who fills in", NONE));
	return one->now ? put_cases(c, world, one) : OK;
}

/* Four weeks from this Monday on, a line for each who is away in them. */
static void put_calendar(struct ctx *c, const struct absences_around_row *rows, size_t n, struct away_view *v)
{
	int64_t today = day_at(c->actor.zone, c->now_us), first = today - civil_weekday(today);
	int32_t y;
	int m, d;
	for (size_t i = 0; i < SHOWN_DAYS; i++) {
		civil_from_days(first + (int64_t)i, &y, &m, &d);
		v->days[i] = (struct away_day){ arena_fmt(c->arena, "%d", d), !day_is_working(first + (int64_t)i), first + (int64_t)i == today };
	}
	v->months = arena_fmt(c->arena, "%.*s to %.*s", STR_ARG(day_words(c->arena, first, today)), STR_ARG(day_words(c->arena, first + SHOWN_DAYS - 1, today)));
	v->people = arena_array(c->arena, struct away_person, n + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t from = day_of(rows[i].from_day) - first, until = day_of(rows[i].until_day) - first;
		struct away_person *p = NULL;
		if (until < 0 || from >= SHOWN_DAYS)
			continue;
		for (size_t k = 0; k < v->n_people && !p; k++)
			p = str_eq(v->people[k].name, rows[i].name) ? &v->people[k] : NULL;
		if (!p) {
			p = &v->people[v->n_people++];
			p->name = rows[i].name;
		}
		for (int64_t day = from < 0 ? 0 : from; day <= until && day < SHOWN_DAYS; day++)
			p->marks[day] = queue_kind_words(rows[i].kind);
	}
}

static enum err put_plan(struct web *w, struct away_view *v)
{
	static const char *const KINDS[][2] = { { "time_off", "time off" }, { "sick", "sick" }, { "holiday", "public holiday" }, { "leave", "leave" },
						{ "training", "training" }, { "other", "something else" } };
	struct form_view *f = &v->plan;
	form_begin(f, w, "absence.plan", "Write it down", S("/away"), S("/away"));
	f->id = "plan";
	form_add(f, INPUT_DATE, "from", "First day away", S(""))->help = "";
	form_add(f, INPUT_DATE, "until", "Last day away", S(""))->help = "";
	struct form_field *x = form_add(f, INPUT_SELECT, "kind", "What it is", S("time_off"));
	x->options = arena_array(w->c->arena, struct form_option, ARRAY_LEN(KINDS));
	for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
		x->options[x->n_options++] = (struct form_option){ str_c(KINDS[i][0]), str_c(KINDS[i][1]), str_eq(x->value, str_c(KINDS[i][0])) };
	TRY(form_teammate(f, "cover", "Who fills in", NONE));
	form_add(f, INPUT_LINE, "note", "What they should know", S(""))->help = "";
	for (size_t i = 0; i < f->n_fields; i++)
		if (f->fields[i].input == INPUT_SELECT)
			f->fields[i].help = "";
	if (w->c->actor.caps & CAN_LEAD)
		TRY(form_teammate(f, "teammate", "Who is away", SOME(w->c->actor.id)));
	return OK;
}

static enum err fill_away(struct web *w, const struct pick_world *world, struct away_view *v)
{
	struct ctx *c = w->c;
	struct absences_around_row *rows;
	size_t n;
	/* from this Monday on, so that the calendar has the whole week */
	int64_t today = day_at(c->actor.zone, c->now_us);
	TRY(absences_around(c->db, c->arena, &rows, &n, .from_us = day_begin_us(c->actor.zone, today - civil_weekday(today)), .until_us = c->now_us + AHEAD_DAYS * UTIME_US_PER_DAY,
			    .max = ABSENCES_MOST));
	v->now = arena_array(c->arena, struct away_one, n + 1);
	v->later = arena_array(c->arena, struct away_one, n + 1);
	for (size_t i = 0; i < n; i++)
		if (rows[i].until_us > c->now_us)
			TRY(put_one(w, world, &rows[i], rows[i].from_us <= c->now_us ? &v->now[v->n_now++] : &v->later[v->n_later++]));
	put_calendar(c, rows, n, v);
	return put_plan(w, v);
}

enum err away_page(struct web *w)
{
	static const char *const SMALL[] = { "absence.cover", "absence.uncover", "absence.end", "absence.look", NULL };
	struct pick_world world;
	struct away_view v = { .w = w, .layout = web_layout(w, S("Away")), .can_reply = w->c->actor.caps & CAN_REPLY };
	TRY(queue_world(w->c, &world));
	enum err e = fill_away(w, &world, &v);
	if (e == OK) {
		v.refused = page_refused(w, SMALL);
		away_html(&w->html, &v);
	}
	line_put(world.line);
	return e;
}
