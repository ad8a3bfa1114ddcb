/* sla.h: promises: what was promised to whom, by which clock, and why it is due then.
 *
 * Three layers
 *   - the engine: calendar.h (business time), policy.h (which row wins), clock.h (the fold), explain.h (the proof), figures.h. Pure; knows no tables.
 *   - rows: calendars with hours and holidays, policy rows, automation rows, targets, all with dates, in numbered editions. A row is in the editions
 *     since ≤ e < until; a change ends rows and adds rows and makes an edition. A case goes by the edition in force when it was made, until a change says that
 *     open cases change over. The text form of all of it is docs/config.md.
 *   - facts (sla_fact): what the log says of a ticket as far as clocks care, written IN_TX. The clocks that stand (sla_clock) and the case's line for lists
 *     (sla_case) are an index over the fold of the facts: worked out anew with each fact, never decided by hand, checked by `tend sla verify`.
 *
 * For pages: lists join sla_case by ticket_id (due_us, due_clock, warn_us, paused, breached; no row = nothing to wait for), reports read sla_clock (one row for
 * each instance of a promise: outcome met, breached, cancelled, running; index (clock, due_us)). A clock that is paused has no due_us. All else by the
 * functions below; they ask nobody's permission (ticket_load does).
 *
 * Events: sla.warned, sla.breached, sla.withdrawn, sla.due_moved (entity ticket; data: clock, instance, due_us, late?), at their true instants, once each;
 * sla_rule.added / .ended and the like for rows; sla_edition.added, sla_edition.changed_over (data: mode, tickets). */
#ifndef TEND_SLA_SLA_H
#define TEND_SLA_SLA_H

#include "core/feature.h"
#include "sla/explain.h"

extern const struct feature sla_feature;

/* ---- what a ticket waits for ---- */

/* One instance of one clock, as of an instant. */
struct sla_line {
	struct str clock;              /* first_response, next_response, periodic_update, resolution */
	struct str track;              /* promise, aim */
	int64_t instance;
	struct str outcome, state;     /* running, met, breached, cancelled, no_target; running, paused, stopped */
	struct str code, title;        /* of the row that won; STR_NULL when none matches */
	struct opt_i64 rule_id;
	struct opt_i64 start_us, due_us, warn_us, achieved_us, breach_us, target_s, remaining_s;
	int64_t elapsed_s, paused_s;   /* counted; stood still, in seconds of the clock */
	bool wall;                     /* counts day and night */
};
struct sla_look {
	bool shown;                    /* false: it has no clocks … */
	struct str why_not;            /* … because */
	struct sla_line *lines;        /* open and finished, promises first, by start */
	size_t n;
	struct sla_durations durations;
	struct opt_i64 any_reply_us;   /* the first public reply of ours, whatever it was */
	struct opt_i64 auto_us;        /* when its status changes by itself */
	struct str auto_to, auto_words;
};
/* As it was known and true at `at`; 0 = now. */
enum err sla_look_at(struct ctx *c, int64_t ticket_id, utime at, struct sla_look *ret);

/* The proof of one of its lines. clock STR_NULL: the open promise that is due first, else the newest. */
struct sla_why {
	bool found;
	struct sla_line line;
	struct sla_explanation proof;  /* instants in seconds; event ids of spans are seq × 16 + n: sla_event_seq() */
	struct str sentence;           /* with names of people's words: what is due when, by which row */
	struct sla_why_rival {
		struct str code, title, why;
	} *rivals;                     /* rows that fitted too, the winner first */
	size_t n_rivals;
	struct str calendar;           /* its name */
	struct str zone;
};
enum err sla_why_due(struct ctx *c, int64_t ticket_id, struct str clock, struct opt_i64 instance, utime at, struct sla_why *ret);
int64_t sla_event_seq(int64_t event_id);

/* ---- what would have been promised ---- */

struct sla_question {
	utime at_us;                   /* when the case came in */
	struct opt_i64 organisation;   /* its stage, tier, plan … of that day; what is given besides goes before */
	struct str stage, tier, plan, deployment, channel, entitlement, tag;
	struct opt_i64 severity;       /* NONE = not triaged */
};
struct sla_answer {
	int64_t edition;
	struct str code, title, calendar, reading, source;   /* of the promise; code STR_NULL: nothing was promised */
	struct sla_answer_target {
		struct str clock, text;          /* "8h business warn 2h" */
		int64_t seconds;
		bool wall;
		struct opt_i64 due_us;
	} targets[SLA_CLOCKS];
	size_t n_targets;
};
enum err sla_promised(struct ctx *c, const struct sla_question *q, enum sla_track track, struct sla_answer *ret);

/* ---- rows ---- */

/* A row of the policy as people read it; those of an edition (0 = the newest), by code. */
struct sla_rule_line {
	int64_t id, version, position;
	struct str code, track, title, calendar, targets, reading, source, organisation;
	struct str stage, tier, plan, deployment, entitlement, severity, channel, tag;
	struct opt_i64 organisation_id, from_us, to_us;
	bool shown, in_force;
};
enum err sla_rules_of(struct ctx *c, int64_t edition, struct sla_rule_line **ret, size_t *ret_n);
struct sla_calendar_line {
	struct str name, title, zone;
	bool standard;
	const struct calendar *cal;    /* for drawing the year: calendar_stretch(); lives as long as *hold */
	struct str *used_by;           /* codes of rows in force */
	size_t n_used_by;
};
struct sla_kept;
enum err sla_calendars_of(struct ctx *c, struct sla_calendar_line **ret, size_t *ret_n, struct sla_kept **ret_hold);
void sla_book_put(struct sla_kept *hold);
/* What share was wanted of a figure at an instant; NONE: only measured. *ret_words may be NULL. */
enum err sla_target_at(struct ctx *c, struct str metric, utime at, struct opt_i64 *ret_percent_x100, struct str *ret_words);

/* What a changed text would do. mode: "new" (new cases only), "now" (open cases from now), "start" (open cases from their start). */
struct sla_preview_row {
	int64_t ticket_id;
	struct str subject, clock;
	struct opt_i64 old_due_us, new_due_us;
	const char *what;              /* moves, breaches, withdrawn, begins */
};
struct sla_preview {
	const char *mode;
	struct str diff, summary;      /* lines with + and -; "2 added, 1 changed, 0 ended" */
	int64_t sections;              /* that differ */
	int64_t open, cases;           /* open cases looked at; those for which something changes */
	int64_t moves, breaches, withdrawn, begins;
	struct sla_preview_row *rows;  /* at most 200 */
	size_t n;
};
/* patch: laid over what there is; else the whole. ERR_INPUT names the line that is wrong. */
enum err sla_preview_text(struct ctx *c, struct str text, bool patch, const char *mode, struct sla_preview *ret);
/* All rows of an edition (0 = the newest) as text; one section alone with type and key ("rule", "A1"). */
enum err sla_config_text(struct ctx *c, int64_t edition, struct str *ret);
enum err sla_section_text(struct ctx *c, const char *type, struct str key, struct str *ret);

/* ---- the whole desk ---- */

/* Replay of all facts = what is stored. */
struct sla_verify_told {
	void (*say)(void *arg, struct str complaint);
	void (*progress)(void *arg, const struct sla_verify_told *so_far);
	void *arg;
	int64_t after;                 /* tickets up to this one were done by an earlier run */
	int64_t tickets, clocks, complaints, waiting, last_ticket;   /* waiting: for a timer that is due and was not run yet */
};
enum err sla_verify_all(struct ctx *c, struct sla_verify_told *told);

/* What would have become of all cases if a text had been in force all along: how often each clock met, breached … then, and with the other rows. */
struct sla_supposed {
	void (*progress)(void *arg, const struct sla_supposed *so_far);
	void *arg;
	int64_t last_ticket;           /* an earlier run came so far: its counts go on */
	int64_t tickets;
	int64_t then[SLA_CLOCKS][SLA_OUTCOMES], other[SLA_CLOCKS][SLA_OUTCOMES];
};
enum err sla_suppose(struct ctx *c, struct str text, bool patch, struct sla_supposed *told);

/* ---- for import and demo ---- */

/* With c->bulk set only facts are written; afterwards each ticket is settled once, as of the real now. */
enum err sla_settle_after(struct ctx *c, int64_t ticket_id, utime now);
/* An edition took over this open case at that instant, from then on ("now") or from its start ("start"): as another desk's log tells it. Inside a write, before
 * the case is settled. */
enum err sla_changed_over(struct ctx *c, int64_t ticket_id, int64_t edition, struct str mode, utime at);

#endif
