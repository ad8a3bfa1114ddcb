/* sla_int.h: what the files of this slice share and nobody else needs. */
#ifndef TEND_SLA_SLA_INT_H
#define TEND_SLA_SLA_INT_H

#include "account/account_parts.h"
#include "base/map.h"
#include "sla/conf_text.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

#include "sla.sql.h"
#include "sla_case.sql.h"

/* ---- rows of an edition, and their text (sla_conf.c, sla_conf_rows.c) ---- */

/* In the order of the text. */
enum conf_type { CONF_CALENDAR, CONF_HOURS, CONF_HOLIDAY, CONF_RULE, CONF_AUTOMATION, CONF_TARGET, CONF_TYPES };
extern const char *const conf_type_names[];

/* All rows of some editions (since and until say which), or of a text that is no edition yet (ids 0). */
struct sla_rows {
	struct sla_calendar_all_row *calendars;
	struct sla_hours_all_row *hours;
	struct sla_holiday_all_row *holidays;
	struct sla_rule_all_row *rules;
	struct sla_automation_all_row *automations;
	struct sla_target_all_row *targets;
	size_t n_calendars, n_hours, n_holidays, n_rules, n_automations, n_targets;
};
enum err sla_rows_load(struct ctx *c, struct sla_rows *ret);
/* Those of the newest edition: what is written now. */
enum err sla_rows_now(struct ctx *c, struct sla_rows *ret);
/* Those of one edition; the arrays are new, the texts are shared. */
void sla_rows_of(struct arena *a, const struct sla_rows *all, int64_t edition, struct sla_rows *ret);

/* ERR_INPUT with "line 7: …" for what is no such text. */
enum err conf_parse(struct ctx *c, struct str text, struct conf *ret);
struct str conf_text(struct arena *a, const struct conf *k);
struct str conf_section_text(struct arena *a, const struct conf_section *s);
bool conf_same(struct arena *a, const struct conf_section *x, const struct conf_section *y);

enum err conf_of_rows(struct ctx *c, const struct sla_rows *rows, struct conf *ret);
/* Checks every value: a sentence with the section and, from a text, its line. */
enum err conf_to_rows(struct ctx *c, const struct conf *k, struct sla_rows *ret);

/* "8h business warn 2h, 30m pause pending, on_hold calendar always" and a target. */
struct conf_target {
	int64_t seconds;
	bool wall;
	int64_t warn_s[SLA_WARNINGS];
	uint32_t n_warn;
	bool pause_set;
	uint32_t pause_on;          /* bits of enum sla_status */
	struct str calendar;        /* STR_NULL = the row's */
};
/* NULL, or what is wrong with it. */
const char *conf_parse_target(struct str s, struct conf_target *ret);
/* "sun 14:00-24:00; mon-thu 00:00-24:00": NULL, or what is wrong. ret has room for CAL_HOURS_MOST. */
const char *conf_parse_weekly(struct str s, struct cal_hours *ret, size_t *ret_n);

/* ---- the book: every edition, compiled (sla_book.c) ---- */

struct sla_words;
/* struct sla_kept: the compiled book, shared by threads, let go of (sla_book_put) when nobody looks at it any more. */
enum err sla_book_get(struct ctx *c, struct sla_kept **ret);
const struct calendar *sla_kept_calendar(const struct sla_kept *k, int64_t edition, struct str name);
const struct sla_book *sla_kept_book(const struct sla_kept *k);
/* The newest edition, and the one in force at an instant (the first for what lies before it). */
int64_t sla_kept_newest(const struct sla_kept *k);
int64_t sla_kept_at(const struct sla_kept *k, utime at);
const struct sla_edition_all_row *sla_kept_edition(const struct sla_kept *k, int64_t edition);
/* The row as written that a compiled row stands for; NULL for none. */
const struct sla_rule_all_row *sla_kept_rule(const struct sla_kept *k, uint32_t rules, int32_t row);
const struct sla_rows *sla_kept_rows(const struct sla_kept *k);
/* The book with one more edition, which nobody else sees: for previews and "what if". Let go with sla_book_put. */
enum err sla_book_with(struct ctx *c, const struct sla_rows *rows, struct sla_kept **ret);
/* Whether any promise of any edition is of the kind that has many instances. */
bool sla_kept_many(const struct sla_kept *k);
/* A number for all that a fold depends on besides facts: the editions, and every calendar with its zone's data. */
int64_t sla_kept_print(const struct sla_kept *k);
/* Numbers of words as rows mention them; 0 for a word that no row mentions. */
enum word_kind { WORD_STAGE, WORD_TIER, WORD_PLAN, WORD_DEPLOYMENT, WORD_CHANNEL, WORD_KINDS };
int64_t sla_word(const struct sla_kept *k, enum word_kind kind, struct str word);
uint64_t sla_tag_bit(const struct sla_kept *k, struct str tag);
uint64_t sla_entitlement_bit(const struct sla_kept *k, struct str name);
bool sla_kept_entitlements(const struct sla_kept *k);   /* whether any row asks for one */

/* ---- facts and the fold of one ticket (sla_fact.c, sla_replay.c) ---- */

/* The facts an event holds, at most SLA_FACTS_MOST. */
enum { SLA_FACTS_MOST = 8 };
struct sla_new_fact {
	int64_t ticket_id;
	utime at_us;
	const char *kind;
	struct str value;
	struct opt_i64 num, message_id;
};
/* IN_TX, upon every event of tickets, messages, tags. */
enum err sla_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq);
enum err sla_on_message(struct ctx *c, const struct event_new *e, int64_t seq);
/* Whether the facts an event makes are there, those of organisations too, and what took them back. */
struct sla_fact_check {
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t facts, org_facts, complaints;
	int64_t newest;             /* edition, as far as the log is read */
	struct arena keep;
	struct map gone;            /* what was taken back when: struct sla_taken_back, the latest first */
	struct map orgs;            /* what an organisation is so far: struct org_span */
};
struct sla_taken_back {
	int64_t seq;
	utime at_us;
	const struct sla_taken_back *before;
};
void sla_check_begin(struct sla_fact_check *check);
enum err sla_check_fact(struct ctx *c, struct sla_fact_check *check, const struct sla_new_fact *want, int64_t seq, int64_t n);
/* what: 'm' all that came of a message, 'i' and 'f' the two sides of a merge with that other ticket. */
void sla_check_took(struct sla_fact_check *check, int64_t ticket_id, char what, int64_t id, int64_t seq, utime at);
enum err sla_check_ticket(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check);
/* After the log: each fact that is kept is taken back when the log says so, and not otherwise. */
enum err sla_check_gone(struct ctx *c, struct sla_fact_check *check);
enum err sla_check_event(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check);
enum err sla_on_organisation(struct ctx *c, const struct event_new *e, int64_t seq);

struct org_span {
	utime from_us;
	struct str stage, tier, plan, deployment;
};
struct org_right {
	struct str name;
	utime from_us, to_us;
};
struct org_life {
	const struct org_span *spans;
	size_t n_spans;
	const struct org_right *rights;
	size_t n_rights;
};
/* What is known of organisations, read once each. */
struct sla_orgs {
	struct map lives;
	struct arena *arena;
};

/* What a fold has besides the engine's state: with it the fold can go on from where it was. */
struct sla_rest {
	struct str deployment, status, told_status;
	int64_t org, channel;
	int32_t severity;
	uint64_t tags;
	bool task, hidden;
	utime asof_us;              /* how far time was told */
	utime last_us;              /* instant of the last fact, and the newest event */
	int64_t last_seq, facts;
	bool all;                   /* nothing is known that holds only later, or no longer then */
};

struct sla_replayed {
	struct sla_case sc;
	struct sla_rest rest;
	uint32_t since[SLA_CLOCKS]; /* instances before these cannot have changed; all 0 when everything was folded */
	bool shown;                 /* false: no clocks (a task, spam, deleted, or nothing known) */
	struct str why_not;
	struct sla_view *done;      /* finished instances of next response and periodic update */
	size_t n_done, cap_done;
	struct sla_alarm *alarms;
	size_t n_alarms, cap_alarms;
	struct arena *arena;
	struct sla_sink sink;
	utime next_us;              /* when something known begins to hold or ends: its organisation is another one by a date …; INT64_MAX: never */
	utime at_us;                /* as of when */
};
/* Folds the facts of a ticket as they were known and true at `at` (INT64_MAX: all; c->now_us: and what lies a little later, for the clock may have been set
 * back between two events: out->at_us says as of when). `out` must stay where it is. finished: wants the finished instances
 * of next response and periodic update too; what is stored needs them only where a row promises such a thing (sla_kept_many). */
enum err sla_replay(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_fact_of_row *facts, size_t n, utime at, bool finished,
		    struct sla_replayed *out);
/* Goes on from a state: facts are those that came since. *ret_done false: it cannot from here (something in the past changed), fold all; out is spoilt then. */
enum err sla_replay_on(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_rest *from, struct str state,
		       const struct sla_fact_of_row *facts, size_t n, utime at, bool finished, struct sla_replayed *out, bool *ret_done);
/* Reads the facts and folds them. */
enum err sla_replay_ticket(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, utime at, bool finished, struct sla_replayed *out);

/* ---- the state kept beside a long case (sla_state.c) ---- */

enum { SLA_KEPT_FROM = 64 };   /* a case of fewer facts is folded again before its state would be read */
/* From the kept state, when there is one that can go on; else *ret_done false. */
enum err sla_state_resume(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, bool finished, struct sla_replayed *out, bool *ret_done, bool *ret_there);
/* Keeps what was folded, or drops what is there. */
enum err sla_state_keep(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, const struct sla_replayed *r, bool there);
/* The bytes, and back; false: of another version of this program. */
void sla_state_write(const struct sla_replayed *r, struct buf *out);
bool sla_state_read(const struct sla_state_of_row *row, struct sla_rest *ret, struct str *ret_engine);
/* For `tend sla verify`: what is kept, gone on to now, says what a fold of everything says. */
enum err sla_state_right(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_state_each_row *row, const struct sla_fact_of_row *facts, size_t n,
			 struct sla_replayed *fresh, bool *ret_right);

/* ---- the stored clocks (sla_store.c) ---- */

/* The rows that ought to stand for a ticket. */
struct sla_due_rows {
	struct sla_clock_since_row *clocks;
	size_t n;
	struct sla_case_of_row row;
};
void sla_rows_due(struct arena *a, const struct sla_kept *k, int64_t ticket_id, struct sla_replayed *r, struct sla_due_rows *ret);
/* Works out the clocks of a ticket and writes what differs; tells warnings and breaches that were passed. */
enum err sla_settle(struct ctx *c, int64_t ticket_id);
/* The same when the command has done all else, once. */
void sla_settle_later(struct ctx *c, int64_t ticket_id);
enum err sla_settle_with(struct ctx *c, const struct sla_kept *k, int64_t ticket_id);

/* ---- changes (sla_change.c) ---- */

struct sla_change_in {
	struct conf want;           /* the whole text as it should be */
	const char *mode;           /* new, now, start; preset */
	struct str summary;
};
/* The text as it should be, out of a whole one or of a patch. */
enum err sla_want(struct ctx *c, struct str text, bool patch, struct conf *ret);
enum err sla_change_apply(struct ctx *c, const struct sla_change_in *in, int64_t *ret_edition);

/* Why a status changes by itself: which row, and how it reads. */
void sla_automation_words(struct ctx *c, const struct sla_kept *k, utime entered_us, struct str *ret_rule, struct str *ret_reading);
bool sla_same_clock(const struct sla_clock_since_row *a, const struct sla_clock_since_row *b);
bool sla_same_case(const struct sla_case_of_row *a, const struct sla_case_of_row *b);
bool sla_empty_case(const struct sla_case_of_row *a);
#define SLA_REST_US UTIME_US_PER_HOUR

enum err sla_job_timers(struct ctx *c, const struct job *j);
utime sla_next_wake(struct ctx *c);

/* ---- verify (sla_verify.c) ---- */

/* Every ticket's facts, by number; c->arena is another one inside, and empty again after each. */
typedef enum err sla_ticket_fn(void *arg, const struct sla_fact_of_row *facts, size_t n);
enum err sla_each_ticket(struct ctx *c, int64_t after, sla_ticket_fn *fn, void *arg);
enum err sla_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
/* Facts of a desk whose log is older than this slice, and its clocks. In a write. */
enum err sla_facts_from_log(struct ctx *c);

extern const struct command *const sla_commands[];
extern const struct command sla_explain_cmd, sla_overturn_cmd, sla_promise_cmd, sla_clocks_cmd, sla_due_cmd, sla_export_cmd, sla_preview_cmd, sla_apply_cmd,
	sla_revert_cmd, sla_editions_cmd, sla_load_cmd;

/* ---- sla.c, for the feature in routes_page.c ---- */

extern const struct reaction sla_reactions[];
extern const struct job_kind sla_jobs[];
extern const struct fold sla_folds[];
extern const struct carry sla_carries[];                          /* sla_carry.c */
enum err sla_prepare(struct ctx *c);

#endif
