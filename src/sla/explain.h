/* explain.h: why is it due then? The proof of a clock's due instant, as data and as a sentence.
 *
 * The proof is: the row that won, the rows that also fitted and why they lost, where counting began, and the spans that
 * tile the time from there to the due instant, each with the seconds that count in it and the reason why (not). When
 * there is no due instant (paused, no target), the spans go to the instant asked about, or to where the clock stopped.
 *
 * Checked before it is handed out (a broken proof is ERR_BUG): the spans touch, the first begins at base, the last ends at
 * `to_s`, and the counted seconds sum to the target (with a due) or to the elapsed seconds (without one).               */
#ifndef TEND_SLA_EXPLAIN_H
#define TEND_SLA_EXPLAIN_H

#include "sla/clock.h"

enum sla_reason {
	SLA_SPAN_OPEN,          /* counts */
	SLA_SPAN_WALL,          /* counts: the clock runs day and night */
	SLA_SPAN_CLOSED,        /* outside the hours */
	SLA_SPAN_HOLIDAY,       /* .name */
	SLA_SPAN_PAUSED,        /* .status, .event: since that event the case waits for the customer, … */
	SLA_SPAN_SOLVED,        /* .status, .event: it was solved or closed, until it came back */
	SLA_SPAN_CLOCK_CHANGE,  /* no time at all: the clocks change here by .shift_s */
	SLA_SPAN_REST,          /* the rest of a very long tiling in one: open time counts, the rest does not */
};
struct str sla_reason_name(enum sla_reason reason);   /* "open" … */

struct sla_span {
	int64_t from_s, to_s, counted_s;
	enum sla_reason reason;
	struct str name;
	enum sla_status status;
	int64_t event;
	int32_t shift_s;
};

struct sla_rival {
	int32_t row;                 /* fitted as well, or won (.why = SLA_WINS); best first */
	enum sla_loses why;
};

struct sla_explanation {
	struct sla_view view;        /* what is explained */
	const struct sla_row *row;   /* NULL: none */
	const struct calendar *cal;  /* that the clock counts on */
	const struct sla_rival *rivals;   /* rows that fitted the case and were in force at the start; the winner first */
	size_t n_rivals;
	const struct sla_span *spans;
	size_t n_spans;
	int64_t to_s;                /* where the tiling ends: due, or asof, or the stop */
	int64_t counted_s;           /* the sum */
	struct str sentence;         /* "Due Wed 16 Jun 2021 14:00 PDT: sev1@start promises 8 business hours; Tue 14:00–17:00 3 h, …" */
};

enum { SLA_SPANS_MOST = 2000 };
/* v: a view of c's (open or finished), as of asof. c must have been folded at least up to v's end. Everything is in the arena. */
enum err sla_explain(const struct sla_case *c, const struct sla_view *v, int64_t asof_s, struct arena *a, struct fault *f,
		     struct sla_explanation *ret);
/* "8 business hours", "1 h 30 min", "45 s". */
struct str sla_amount(struct arena *a, int64_t seconds);

#endif
