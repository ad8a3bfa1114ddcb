/* policy.h: what was promised to whom, when: a set of rows in memory, and which row wins.
 *
 * A set of rules (struct sla_rules) holds calendars, policy rows and automation rows. It is immutable: an edit makes
 * another set. A row says whom it is for (match), when it is in force (from ≤ t < to), and what it promises per clock.
 * Rows live on one of two tracks, which do not see each other: SLA_PROMISE, what the customer was told, and SLA_AIM, what
 * the desk expects of itself (soft ceilings: a couple of hours for an answer, 24 hours between our replies). A case has
 * at most one row of each track at a time; every clock runs once, against both.
 *
 * Which row wins. All rows of the track that are in force at the instant asked about and whose match fits the case
 * are compared, first difference decides:
 *     1. rank, lower first (0 unless somebody gave one: "this before that, whatever else it says")
 *     2. naming the organisation beats not naming it                                       (S3)
 *     3. naming the severity, untriaged among them, beats any severity                     (S3)
 *     4. more entitlements named
 *     5. more tags named
 *     6. naming tier, then plan, then deployment, then channel
 *     7. the later `from`; no from at all is the earliest                                  (S3)
 *     8. naming the stage
 *     9. the higher version
 *    10. the earlier place in the list.
 * So of any two rows one wins, rows may overlap as they like, and nothing can go round in circles. A row that wins
 * without having a target for a clock leaves that clock without one; no other row steps in (S3).
 *
 * Values of a match are numbers chosen by the caller: the id of an organisation, the number of a word in its own list;
 * 0 is "has none". Entitlements and tags are sets of up to 64 that rows mention; the caller gives each a bit.      */
#ifndef TEND_SLA_POLICY_H
#define TEND_SLA_POLICY_H

#include "sla/calendar.h"

enum sla_clock { SLA_FIRST_RESPONSE, SLA_NEXT_RESPONSE, SLA_PERIODIC_UPDATE, SLA_RESOLUTION, SLA_CLOCKS };
enum sla_track { SLA_PROMISE, SLA_AIM, SLA_TRACKS };
enum sla_basis { SLA_BUSINESS, SLA_WALL };
enum sla_status { SLA_NEW, SLA_OPEN, SLA_PENDING, SLA_HOLD, SLA_SOLVED, SLA_CLOSED, SLA_MERGED, SLA_STATUSES };
/* "first_response" …; "new" …. The second kind answers false when there is no such name. */
struct str sla_clock_name(enum sla_clock clock);
struct str sla_status_name(enum sla_status status);
bool sla_status_parse(struct str s, enum sla_status *ret);

enum { SLA_UNTRIAGED = -1, SLA_SEVERITY_MOST = 99, SLA_WARNINGS = 4, SLA_ROWS_MOST = 20000 };
#define SLA_SECONDS_MOST INT64_C(3155760000) /* 100 years: more is a slip of the pen */
#define SLA_SINCE_EVER INT64_MIN
#define SLA_FOR_EVER INT64_MAX

/* What a case is, as far as rows can ask. */
struct sla_case_facts {
	int64_t org, stage, tier, plan, deployment, channel;   /* 0 = has none */
	int32_t severity;                                      /* SLA_UNTRIAGED, or 0 to SLA_SEVERITY_MOST */
	uint64_t entitlements, tags;                           /* bits */
};

/* Which of the keys a match names. Entitlements and tags need none: an empty set asks for nothing. */
enum sla_key {
	SLA_KEY_ORG = 1, SLA_KEY_STAGE = 2, SLA_KEY_TIER = 4, SLA_KEY_PLAN = 8, SLA_KEY_DEPLOYMENT = 16, SLA_KEY_CHANNEL = 32,
	SLA_KEY_SEVERITY = 64,
};
struct sla_match {
	uint32_t keys;                 /* enum sla_key: the values that count; an absent key matches anything */
	struct sla_case_facts is;      /* equal to the case's; entitlements and tags: all of these */
};

struct sla_target {
	bool set;
	enum sla_basis basis;
	int64_t seconds;               /* 0 to SLA_SECONDS_MOST */
	const struct calendar *cal;    /* NULL: the row's */
	bool pause_set;                /* else the default: pending alone */
	uint32_t pause_on;             /* bits 1 << enum sla_status. Only resolution and periodic update pause (S5, S7) */
	uint32_t n_warn;
	int64_t warn_remaining_s[SLA_WARNINGS];   /* warn when so much is left; more than the whole target never comes */
};

struct sla_row {
	struct str id;                 /* for people: "sev1@start" */
	int64_t ref;                   /* the caller's, not looked at */
	int32_t version, rank;
	enum sla_track track;
	struct sla_match match;
	int64_t from_s, to_s;          /* in force at t iff from_s ≤ t < to_s */
	const struct calendar *cal;    /* must not be NULL */
	int64_t cal_ref;               /* the caller's, not looked at: "which version of which calendar" */
	struct sla_target target[SLA_CLOCKS];
};

/* What happens by itself: the row with the latest from_s not after the entry into the status (S17). */
struct sla_delay {
	bool set;
	enum sla_basis basis;          /* business: on the default calendar */
	int64_t seconds;
};
struct sla_automation {
	int64_t from_s;                /* SLA_SINCE_EVER: always */
	struct sla_delay pending_to_solved, solved_to_closed;
};

struct sla_rules_spec {
	const struct calendar *default_calendar;
	const struct sla_row *rows;
	size_t n_rows;
	const struct sla_automation *automation;
	size_t n_automation;
};

struct sla_rules;
/* Copies and checks: a row without an id or a calendar (deleted, say), a target below 0 or above SLA_SECONDS_MOST, a
 * warning below 0, from ≥ to, a severity out of range, a pause in a status that cannot pause (only new, open,
 * pending, hold can), no default calendar. The fault names the row. Overlaps are no fault. The calendars must live
 * as long as the set. */
enum err sla_rules_build(struct arena *a, const struct sla_rules_spec *spec, struct fault *f, const struct sla_rules **ret);

/* The index of the winning row of a track at an instant, or -1. *ret_from and *ret_to (may be NULL): the span around t
 * in which the same facts get the same answer. */
int32_t sla_rules_match(const struct sla_rules *r, enum sla_track track, const struct sla_case_facts *facts, int64_t t_s,
			int64_t *ret_from_s, int64_t *ret_to_s);
const struct sla_row *sla_rules_row(const struct sla_rules *r, int32_t row);   /* NULL for -1 */
size_t sla_rules_n(const struct sla_rules *r);
bool sla_rules_has_track(const struct sla_rules *r, enum sla_track track);
const struct calendar *sla_rules_default_calendar(const struct sla_rules *r);
const struct sla_automation *sla_rules_automation(const struct sla_rules *r, int64_t entered_s);   /* NULL: none */
/* a's target for a clock and its calendar; NULL when row is NULL or has none. */
const struct sla_target *sla_row_target(const struct sla_row *row, enum sla_clock clock);
const struct calendar *sla_row_calendar(const struct sla_row *row, enum sla_clock clock, const struct calendar *otherwise);

/* Whether match fits, for lists and previews; and why a row that fits loses against the winner. */
bool sla_match_fits(const struct sla_match *m, const struct sla_case_facts *facts);
enum sla_loses {
	SLA_WINS, SLA_NOT_FOR_THIS_CASE, SLA_NOT_IN_FORCE, SLA_LOSES_RANK, SLA_LOSES_ORG, SLA_LOSES_SEVERITY, SLA_LOSES_ENTITLEMENTS,
	SLA_LOSES_TAGS, SLA_LOSES_TIER, SLA_LOSES_PLAN, SLA_LOSES_DEPLOYMENT, SLA_LOSES_CHANNEL, SLA_LOSES_FROM, SLA_LOSES_STAGE,
	SLA_LOSES_VERSION, SLA_LOSES_PLACE,
};
enum sla_loses sla_rules_why(const struct sla_rules *r, int32_t row, int32_t winner, const struct sla_case_facts *facts, int64_t t_s);
/* "the winner names the organisation" …: the words for it. */
struct str sla_loses_words(enum sla_loses why);

#endif
