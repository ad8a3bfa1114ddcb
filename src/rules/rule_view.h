/* rule_view.h: what the pages of rules show; for their templates. */
#ifndef TEND_RULES_RULE_VIEW_H
#define TEND_RULES_RULE_VIEW_H

#include "rules/rules.h"
#include "web/layout.h"
#include "web/route.h"
#include "web/web.h"

extern const struct route rule_routes[], rule_form_routes[];

struct rule_line {
	struct rule r;
	struct str words;            /* or why it is broken */
	struct str when_used;        /* "last ran 2 h ago", "failed twice" … */
};
struct rule_list_view {
	const struct layout *layout;
	struct rule_line *rows;
	size_t n;
	bool can_edit;
	int64_t failed, held;
};

/* A condition of a run, as its row keeps it. */
struct rule_reason {
	struct str asked, was;
	bool met;
};
struct rule_run_line {
	struct rule_run_rows_row r;
	struct rule_reason *reasons;
	size_t n_reasons;
	struct str outcome;          /* in words */
	const char *tone;            /* "", "warn", "late" */
};
struct rule_runs_view {
	const struct layout *layout;
	struct rule_run_line *rows;
	size_t n;
	struct str title, outcome, next_url;
	bool can_retry;
};

struct rule_event_line {
	int64_t seq;
	utime at_us;
	struct str who, did;
	bool here;
};
struct rule_trace_view {
	const struct layout *layout;
	int64_t ticket_id, seq;
	struct str subject, next_url;
	struct rule_run_line *runs;
	size_t n_runs;
	struct rule_event_line *events;
	size_t n_events;
	struct rule_look *looks;
	size_t n_looks;
	bool can_retry;
};

struct rule_told_view {
	const struct layout *layout;
	struct rule_notice_page_row *rows;
	size_t n;
	int64_t unread;
	struct str next_url;
};

struct rule_text_view {
	const struct layout *layout;
	struct str text, diff, summary, error;
	bool can_edit, compared;
};

/* The form of one rule: what is there, or what was typed; and below it what it says and would have done. */
struct rule_one_view {
	const struct layout *layout;
	struct str slug, title, heading, when, cond, then, from, to, reason, state, source;
	int64_t seen;                /* the row that is shown; 0 = a new rule */
	int64_t version;
	struct str error, wrong_rule, wrong_title, wrong_when, wrong_if, wrong_then, wrong_from, wrong_to;
	bool can_edit, is_new;
	struct str words, warning, why;
	/* tried on the past */
	bool tried;
	struct rule_dry dry;
	struct str dry_from, dry_to, dry_ticket;
	int64_t percent;
	struct rule_history_row *history;
	size_t n_history;
	struct rule_macros_row *macros;
	size_t n_macros;
	struct str broken;
};

/* Three rules to begin with. */
struct rule_example {
	const char *name, *title, *when, *cond, *then, *about;
};
extern const struct rule_example rule_examples[];
extern const size_t rule_n_examples;

/* The rows of runs as pages show them. */
struct rule_run_line *rule_run_lines(struct ctx *c, const struct rule_run_rows_row *rows, size_t n);

#endif
