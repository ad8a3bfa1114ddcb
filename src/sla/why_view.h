/* why_view.h: what the page "why is it due then?" shows. */
#ifndef TEND_SLA_WHY_VIEW_H
#define TEND_SLA_WHY_VIEW_H

#include "sla/sla.h"

struct web;
struct layout;

struct why_span {
	utime from_us, to_us;
	struct str counted;    /* "3 h"; empty: nothing counts here */
	struct str reason;     /* "open", "holiday: Christmas Day", "waiting for the customer" */
	int64_t event_seq;     /* the event that began it; 0: none */
	bool counts;
};

struct why_clock {
	const struct sla_line *line;
	struct str title;      /* "First response" */
	struct str state;      /* "due", "kept", "late", … for people */
	const char *css;       /* "due", "due warn", "due late", "due met" */
	struct opt_i64 when_us;
	bool here;             /* the one that is explained */
	struct str left, due_iso;   /* of one that runs, on the ticket's page: "52 min" */
};

struct why_view {
	const struct layout *layout;
	int64_t ticket_id;
	struct str subject;
	const struct sla_look *look;
	struct why_clock *clocks;
	size_t n_clocks;
	const struct sla_why *why;
	struct str clock_title, total, target;
	struct why_span *spans;
	size_t n_spans, n_left_out;
	struct str at;         /* the instant asked about, as typed; empty = now */
	struct str at_error;
	bool past;             /* an instant of the past is shown */
	utime at_us;
};

struct html;
void why_html(struct html *h, const struct why_view *v);

/* Words that other pages of promises use too. */
struct str promise_clock_title(struct str clock);
struct why_clock promise_clock(const struct sla_line *l, utime now_us);

enum err why_page(struct web *w);

#endif
