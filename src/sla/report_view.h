/* report_view.h: what the reports of promises show. */
#ifndef TEND_SLA_REPORT_VIEW_H
#define TEND_SLA_REPORT_VIEW_H

#include "sla/sla.h"

struct web;
struct layout;
struct html;

struct report_line {
	struct str clock, clock_title;
	struct opt_i64 rule_id;
	struct str code, title, target;
	int64_t n, met, late, running, any_met;
	struct str kept;           /* "97.3 %"; empty: nothing is decided */
	struct str any_kept;       /* first response: had any reply counted */
	bool below;                /* under the target of the month */
	struct str median, p95;    /* of what was done, in the row's own hours; empty: nothing was */
};
struct report_view {
	const struct layout *layout;
	struct str month, month_words, earlier, later;
	struct report_line *lines;
	size_t n;
	struct str target, target_words;     /* of first responses: "95 %" */
	struct str all_kept, all_any_kept;
	int64_t ramp_held;             /* first responses of people in their ramp */
	bool ramp;                     /* … which are counted */
	int64_t all_met, all_late;
};
void report_html(struct html *h, const struct report_view *v);

struct late_line {
	int64_t ticket_id;
	struct str subject, organisation, cause, late_by;
	utime due_us;
	bool waits;
};
struct late_view {
	const struct layout *layout;
	struct str month, clock, clock_title, code, next;
	struct late_line *lines;
	size_t n;
};
void late_html(struct html *h, const struct late_view *v);

struct pause_line {
	int64_t ticket_id;
	struct str subject, clock_title, left, assignee;
	utime since_us;
	bool close, unasked;
};
struct pause_view {
	const struct layout *layout;
	struct pause_line *lines;
	size_t n;
	int64_t looked_at;
	struct str within;         /* "30 min" */
	struct str next;
};
void pauses_html(struct html *h, const struct pause_view *v);

struct customer_line {
	int64_t ticket_id;
	struct str subject, assignee, due;
	const char *css;
	bool ours;
};
struct customer_kept {
	struct str clock_title, kept;
	int64_t met, late;
};
struct customer_view {
	const struct layout *layout;
	int64_t id;
	struct str name;
	struct customer_line *lines;
	size_t n;
	struct customer_kept *kept;
	size_t n_kept;
	int64_t looked_at;
};
void customer_promises_html(struct html *h, const struct customer_view *v);

enum err report_page(struct web *w);
enum err customer_promises_page(struct web *w);
enum err late_page(struct web *w);
enum err pauses_page(struct web *w);

#endif
