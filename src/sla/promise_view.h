/* promise_view.h: what the pages of promises show: the rows in force, one row with its editor, calendars, what would have been promised, and the
 * page for customers. */
#ifndef TEND_SLA_PROMISE_VIEW_H
#define TEND_SLA_PROMISE_VIEW_H

#include "sla/sla.h"

struct web;
struct layout;
struct html;

struct promise_line {
	const struct sla_rule_line *r;
	struct str whom;           /* "post-sales, severity 1" */
	struct str dates;          /* "until 2022-08-11"; empty: always */
	struct str targets[8];     /* "First response: 8 business hours; …" */
	size_t n_targets;
	struct str hours;          /* on the public page: its calendar's title */
};
struct promise_edition {
	int64_t id;
	utime at_us;
	struct str by, summary, mode;
};
struct promises_view {
	const struct web *w;
	const struct layout *layout;
	struct promise_line *now, *aims, *other;   /* in force; our own ceilings in force; of other times */
	size_t n_now, n_aims, n_other;
	struct promise_edition *editions;
	size_t n_editions;
	bool may_change;
};
void promises_html(struct html *h, const struct promises_view *v);

struct promise_choice {
	struct str value, label;
	bool on;
};
/* One section as text (a row, a calendar's hours, a holiday), or the whole. */
struct promise_edit_view {
	const struct web *w;
	const struct layout *layout;
	struct str title, key, back;
	struct str back_words;     /* "What we promise" unless said */
	struct str note;           /* a sentence above the text: what a file held */
	struct str text, reason;
	bool whole, fresh;         /* all sections; nothing is there under that name yet */
	bool may_change;
	struct str error;          /* of the text: names the line */
	const struct sla_preview *preview;   /* NULL: not asked yet */
	struct str mode;
	const struct promise_choice *modes;
	size_t n_modes;
	const struct promise_line *line;     /* of a row that is there */
};
void promise_edit_html(struct html *h, const struct promise_edit_view *v);
/* Shows it: with what the text would change under v->mode, or with what is wrong with the text. */
enum err promise_show_change(struct web *w, struct promise_edit_view *v);
const struct promise_choice *promise_modes(struct web *w, struct str chosen, size_t *ret_n);

/* Dated rows by form: what happens by itself, and what is aimed at. */
struct dated_row {
	struct str key;            /* as the text names it; "" = since ever */
	struct str what, from, to, title, source, reading;   /* what: of a target its figure in words */
	struct str value[2];       /* "48h business"; "95 %" */
	bool now;
};
struct dated_figure {
	struct str name, words;
	bool on;
};
struct dated_view {
	const struct web *w;
	const struct layout *layout;
	bool targets;
	struct str path;           /* /promises/timers, /promises/targets */
	struct dated_row *rows;
	size_t n;
	bool may_change;
	struct str key;            /* the row that is changed; STR_NULL: a new one */
	struct str metric, from, to, percent, pending_to_solved, solved_to_closed, title, source, reading, error;
	const struct dated_figure *figures;
	size_t n_figures;
	const struct promise_choice *modes;
	size_t n_modes;
};
void dated_html(struct html *h, const struct dated_view *v);

/* Holidays of a calendar, and a file of them. */
struct holidays_view {
	const struct web *w;
	const struct layout *layout;
	struct str calendar, title, error, address;
	struct holiday_line {
		struct str day, name, origin, until;
		bool yearly, over;
	} *rows;
	size_t n;
	bool may_change;
	const struct promise_choice *modes;
	size_t n_modes;
};
void holidays_html(struct html *h, const struct holidays_view *v);

struct promised_view {
	const struct layout *layout;
	struct str on, organisation, stage, tier, plan, deployment, channel, entitlement, tag, severity, error;
	bool asked;
	utime at_us;
	struct sla_answer promise, aim;
	struct str words[2][SLA_CLOCKS];
};
void promised_html(struct html *h, const struct promised_view *v);

/* A month of a calendar. Days of the weeks, Monday first; 0 = no such day. */
struct cal_day {
	int day;
	const char *css;           /* "open", "short", "shut", "holiday" */
	struct str words;          /* "8 h", "holiday: New Year", "clocks go forward" */
	bool change;
};
struct cal_month {
	struct str name;
	struct cal_day days[6][7];
	int n_weeks;
};
struct cal_note {
	struct str day, words;
};
struct calendars_view {
	const struct layout *layout;
	const struct sla_calendar_line *rows;
	size_t n;
	bool may_change;
	const struct web *w;
};
void calendars_html(struct html *h, const struct calendars_view *v);
struct calendar_view {
	const struct web *w;
	const struct layout *layout;
	const struct sla_calendar_line *cal;
	int64_t year;
	struct cal_month months[12];
	struct cal_note *notes;
	size_t n_notes;
	struct str total;          /* hours of the year, in words */
	struct str text;           /* its sections, as `tend config` writes them */
	bool may_change;
};
void calendar_html(struct html *h, const struct calendar_view *v);

/* For customers. */
struct public_plan {
	struct str name;
	const struct promise_line **rows;
	size_t n;
};
struct public_view {
	const struct layout *layout;
	struct public_plan *plans;
	size_t n;
	utime now_us;
};
void public_promises_html(struct html *h, const struct public_view *v);

/* Lines of an edition, with words. */
/* "2h business warn 30m pause pending" as "2 business hours; we are warned 30 minutes before; stands still while pending"; what it does not know stays
 * as it is written. `ours`: with what concerns only us. */
struct str promise_target_words(struct arena *a, struct str text, bool ours);
/* Fills l->targets so. */
void promise_targets(struct arena *a, struct promise_line *l, bool ours);
enum err promise_lines(struct web *w, int64_t edition, struct promise_line **ret, size_t *ret_n);

enum err promises_page(struct web *w);
enum err promise_row_page(struct web *w);
enum err promise_whole_page(struct web *w);
enum err promise_preview_post(struct web *w);
enum err promised_page(struct web *w);
enum err timers_page(struct web *w);
enum err timers_post(struct web *w);
enum err targets_page(struct web *w);
enum err targets_post(struct web *w);
enum err holidays_page(struct web *w);
enum err holidays_post(struct web *w);
enum err calendars_page(struct web *w);
enum err calendar_page(struct web *w);
enum err public_promises_page(struct web *w);

#endif
