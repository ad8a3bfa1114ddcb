/* calendar_page.c: calendars of business hours: what there is and who counts on it; a year of one, day by day, with holidays and clock changes. */
#include "sla/promise_view.h"

#include "base/civil.h"
#include "sla/sla_int.h"
#include "web/layout.h"
#include "web/web.h"
#include "calendar.html.h"

#include <string.h>

#include "base/banned.h"

enum { YEAR_LEAST = 1971, YEAR_MOST = 2399, NOTES_MAX = 120 };

static const char *const MONTHS[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };

enum err calendars_page(struct web *w)
{
	struct calendars_view v = { .w = w, .may_change = w->c->actor.caps & CAN_ADMIN };
	struct sla_calendar_line *rows;
	struct sla_kept *hold;
	TRY(sla_calendars_of(w->c, &rows, &v.n, &hold));
	v.rows = rows;
	v.layout = web_layout(w, S("Calendars"));
	calendars_html(&w->html, &v);
	sla_book_put(hold);
	return OK;
}

/* ---- one day ---- */

/* The first second of a local date, and so the end of the date before. */
static int64_t day_starts(const struct zone *z, int64_t day)
{
	struct civil d = { 0 };
	int month, of_month;
	utime first, last;
	civil_from_days(day, &d.year, &month, &of_month);
	d.month = (int8_t)month;
	d.day = (int8_t)of_month;
	civil_instant(z, &d, &first, &last);
	return cal_seconds(first);
}

static struct str date_text(struct arena *a, int64_t day)
{
	int32_t year;
	int month, of_month;
	civil_from_days(day, &year, &month, &of_month);
	return arena_fmt(a, "%04d-%02d-%02d", year, month, of_month);
}

static void note(struct calendar_view *v, struct str day, struct str words)
{
	if (v->n_notes < NOTES_MAX)
		v->notes[v->n_notes++] = (struct cal_note){ .day = day, .words = words };
}

/* What the clocks do on that date, in words; empty mostly. */
static struct str change_words(struct arena *a, const struct zone *z, int64_t from_s, int64_t to_s)
{
	utime at;
	if (!zone_next_transition(z, cal_utime(from_s) - 1, &at) || at >= cal_utime(to_s))
		return S("");
	int32_t by = zone_offset_s(z, at, NULL, NULL) - zone_offset_s(z, at - 1, NULL, NULL);
	if (!by)
		return S("");
	return arena_fmt(a, "the clocks go %s by %.*s", by > 0 ? "forward" : "back", STR_ARG(sla_amount(a, by > 0 ? by : -(int64_t)by)));
}

static int64_t fill_day(struct arena *a, struct calendar_view *v, const struct calendar *cal, int64_t day, int64_t full_s, struct cal_day *ret)
{
	const struct zone *z = calendar_zone(cal);
	int64_t from = day_starts(z, day), to = day_starts(z, day + 1);
	struct cal_stretch s;
	int32_t year;
	int month;
	civil_from_days(day, &year, &month, &ret->day);
	if (to <= from) { /* a date that never was */
		ret->css = "shut";
		ret->words = S("this date never was");
		note(v, date_text(a, day), ret->words);
		return 0;
	}
	int64_t open = calendar_between(cal, from, to);
	calendar_stretch(cal, from, &s);
	struct str change = change_words(a, z, from, to);
	if (s.kind == CAL_HOLIDAY) {
		ret->css = "holiday";
		ret->words = s.holiday.n ? arena_fmt(a, "holiday: %.*s", STR_ARG(s.holiday)) : S("holiday");
		note(v, date_text(a, day), s.holiday.n ? s.holiday : S("holiday"));
	} else {
		ret->css = !open ? "shut" : open < full_s ? "short" : "open";
		ret->words = open ? sla_amount(a, open) : S("not open");
	}
	if (change.n) {
		ret->change = true;
		ret->words = arena_fmt(a, "%.*s; %.*s", STR_ARG(ret->words), STR_ARG(change));
		note(v, date_text(a, day), change);
	}
	return open;
}

/* ---- one year ---- */

static int64_t fullest_day(const struct calendar *cal, int64_t from_day)
{
	int64_t most = 0;
	for (int64_t d = from_day; d < from_day + 14; d++) {
		int64_t from = day_starts(calendar_zone(cal), d), to = day_starts(calendar_zone(cal), d + 1);
		int64_t open = to > from ? calendar_between(cal, from, to) : 0;
		if (open > most)
			most = open;
	}
	return most;
}

static void fill_year(struct arena *a, struct calendar_view *v, const struct calendar *cal)
{
	int64_t full = fullest_day(cal, civil_days((int32_t)v->year, 6, 1)), total = 0;
	for (int m = 0; m < 12; m++) {
		struct cal_month *month = &v->months[m];
		int64_t day = civil_days((int32_t)v->year, m + 1, 1), end = m == 11 ? civil_days((int32_t)v->year + 1, 1, 1) : civil_days((int32_t)v->year, m + 2, 1);
		month->name = str_c(MONTHS[m]);
		for (int week = 0; day < end; week++) {
			for (int d = civil_weekday(day); d < 7 && day < end; d++, day++)
				total += fill_day(a, v, cal, day, full, &month->days[week][d]);
			month->n_weeks = week + 1;
		}
	}
	v->total = sla_amount(a, total);
}

/* Its sections of the text of everything. */
static enum err text_of(struct ctx *c, struct str name, struct str *ret)
{
	static const char *const TYPES[] = { "[calendar ", "[hours ", "[holiday " };
	struct str all, line;
	struct buf b;
	bool ours = false;
	TRY(sla_config_text(c, 0, &all));
	buf_init(&b, c->arena, all.n + 2);
	while (str_line(&all, &line)) {
		if (str_starts(line, S("["))) {
			ours = false;
			for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
				struct str rest = str_slice(line, strlen(TYPES[i]), line.n);
				char after = str_starts(line, str_c(TYPES[i])) && str_starts(rest, name) && rest.n > name.n ? rest.p[name.n] : '\0';
				ours |= after == ' ' || after == ']';
			}
		}
		if (ours) {
			buf_add(&b, line);
			buf_ch(&b, '\n');
		}
	}
	*ret = buf_str(&b);
	return OK;
}

enum err calendar_page(struct web *w)
{
	struct ctx *c = w->c;
	struct sla_calendar_line *rows;
	struct sla_kept *hold;
	size_t n;
	struct calendar_view v = { .w = w, .may_change = c->actor.caps & CAN_ADMIN, .notes = arena_array(c->arena, struct cal_note, NOTES_MAX) };
	struct civil now;
	struct str name = web_param(w, "name");
	enum err e = OK;
	TRY(sla_calendars_of(c, &rows, &n, &hold));
	for (size_t i = 0; i < n && !v.cal; i++)
		if (str_eq(rows[i].name, name))
			v.cal = &rows[i];
	if (!v.cal) {
		e = fail(c, ERR_NOT_FOUND, "There is no calendar of that name. The list of calendars shows those there are.");
	} else {
		civil_local(calendar_zone(v.cal->cal), c->now_us, &now);
		v.year = web_query_i64(w, "year", now.year);
		v.year = v.year < YEAR_LEAST ? YEAR_LEAST : v.year > YEAR_MOST ? YEAR_MOST : v.year;
		fill_year(c->arena, &v, v.cal->cal);
		e = text_of(c, name, &v.text);
	}
	if (e == OK) {
		v.layout = web_layout(w, v.cal->title.n ? v.cal->title : name);
		calendar_html(&w->html, &v);
	}
	sla_book_put(hold);
	return e;
}
