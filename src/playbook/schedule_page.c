/* schedule_page.c: when a playbook begins by itself: what is set, the next dates of each, and the form that adds one. */
#include "playbook/schedule_page.h"

#include "schedule.html.h"

#include "base/banned.h"

static const char *const RHYTHMS[] = { "weekly", "daily", "monthly", NULL };
static const char *const MISSED[] = { "each", "newest", NULL };
static const char *const SUBJECTS[] = { "none", "organisation", "teammate", NULL };
static const char *const WEEKDAYS[][2] = { { "mon", "Monday" }, { "tue", "Tuesday" }, { "wed", "Wednesday" }, { "thu", "Thursday" }, { "fri", "Friday" },
					   { "sat", "Saturday" }, { "sun", "Sunday" } };

static void fill_form(struct web *w, struct schedule_view *v, struct str subject, struct str here)
{
	struct form_view *f = &v->create;
	struct arena *a = w->c->arena;
	form_begin(f, w, "schedule.create", "Let it begin by itself", here, here);
	form_hidden(f, "playbook", arena_fmt(a, "%lld", (long long)v->playbook));
	form_choice(f, "rhythm", "How often", RHYTHMS, S("weekly"), NULL);
	form_add(f, INPUT_LINE, "every", "Every so many weeks, days or months", S("1"));
	struct form_field *days = form_add(f, INPUT_CHECKS, "weekdays", "On these days", S(""));
	days->options = arena_array(a, struct form_option, ARRAY_LEN(WEEKDAYS));
	days->n_options = ARRAY_LEN(WEEKDAYS);
	bool failed = w->failed && str_eq(str_c(w->failed->name), str_c(f->command));
	for (size_t i = 0; i < ARRAY_LEN(WEEKDAYS); i++) {
		struct form_option o = { str_c(WEEKDAYS[i][0]), str_c(WEEKDAYS[i][1]), false };
		for (size_t k = 0; k < w->form.n_pairs && failed; k++)
			o.on |= str_eq(w->form.pairs[k].name, S("weekdays")) && str_eq(w->form.pairs[k].value, o.value);
		days->options[i] = o;
	}
	form_add(f, INPUT_LINE, "month_day", "On this day of the month", S(""));
	form_add(f, INPUT_LINE, "at", "At", S("09:00"));
	form_add(f, INPUT_LINE, "zone", "Time zone", w->c->actor.zone.p ? w->c->actor.zone : S("UTC"));
	form_add(f, INPUT_DATE, "from", "Not before", S(""));
	form_add(f, INPUT_DATE, "until", "Last date", S(""));
	form_add(f, INPUT_LINE, "name", "What its runs are called", S(""));
	if (!str_eq(subject, S("none"))) {
		form_choice(f, "subject", "Each run is about", SUBJECTS, subject, NULL);
		form_add(f, INPUT_LINE, "subject_id", "Its number", S(""));
	}
	form_choice(f, "missed", "Dates on which the desk was off", MISSED, S("each"), NULL);
}

static struct str dates_of(struct web *w, const struct schedule_of_playbook_row *row)
{
	struct schedule_when when = schedule_when_of(row);
	struct buf b;
	int64_t day = 0, today = w->c->now_us / UTIME_US_PER_DAY;
	buf_init(&b, w->c->arena, 400);
	if (row->last_on.p)
		due_parse_date(row->last_on, &day);
	for (int k = 0; k < 4 && schedule_after(&when, day, &day); k++)
		buf_fmt(&b, "%s%.*s", k ? ", " : "", STR_ARG(due_date_words(w->c->arena, day, today)));
	return b.n ? buf_str(&b) : S("");
}

enum err playbook_schedule_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row p;
	struct schedule_of_playbook_row *rows;
	struct schedule_view v = { .w = w };
	TRY(playbook_read(c, web_param_id(w, "id"), &p));
	TRY(schedule_of_playbook(c->db, c->arena, &rows, &v.n, .playbook_id = p.id, .max = 100));
	struct str here = arena_fmt(c->arena, "/playbooks/%lld/schedule", (long long)p.id);
	v.playbook = p.id;
	v.name = p.name;
	v.why_not = str_eq(p.subject, S("ticket")) || str_eq(p.subject, S("incident")) ? arena_fmt(c->arena, "Each run is about one %.*s, so it cannot begin by itself.",
		STR_ARG(p.subject)) : !p.rev_id.set ? S("It is not published yet: nothing could begin.") :
		str_eq(p.state, S("archived")) ? S("It is put away: nothing begins by itself.") : S("");
	v.can = (c->actor.caps & CAN_LEAD) != 0;
	v.lines = arena_array(c->arena, struct schedule_line, v.n);
	for (size_t i = 0; i < v.n; i++) {
		struct schedule_when when = schedule_when_of(&rows[i]);
		v.lines[i] = (struct schedule_line){ .row = &rows[i], .words = schedule_words(c->arena, &when, rows[i].zone),
						     .dates = rows[i].ended_us.set ? S("") : dates_of(w, &rows[i]) };
		form_begin(&v.lines[i].end, w, "schedule.end", "No more", here, here);
		form_hidden(&v.lines[i].end, "schedule", arena_fmt(c->arena, "%lld", (long long)rows[i].id));
	}
	fill_form(w, &v, p.subject, here);
	v.layout = web_layout(w, S("Begins by itself"));
	schedule_html(&w->html, &v);
	return OK;
}
