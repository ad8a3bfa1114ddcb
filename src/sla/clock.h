/* clock.h: the clocks of one case, a pure fold of its events over the rules.
 *
 *     state = fold(events, rules); view = read(state, asof)
 *
 * The state (struct sla_case) is small, takes one event after the other, and knows at any time what every clock
 * says. It is a cache: folding all events again gives the same state, always. An event costs a handful of additions;
 * only a change of facts or rules looks back, over the case's changes of status. SLA.md S1 to S18 are the law;
 * docs/sla.md says how each is read.
 *
 * One case, from its events:
 *
 *     struct sla_case sc;
 *     sla_case_init(&sc, arena, &book, &sink);             // sink may be NULL
 *     if (!sla_case_fold(&sc, events, n, asof_s)) …        // sorted by (t, order): sla_events_sort
 *     struct sla_view v;
 *     sla_case_view(&sc, asof_s, SLA_RESOLUTION, SLA_PROMISE, &v);     // v.due_s, v.outcome, …
 *     wake_s = sla_case_wake(&sc);                          // when a timer has to look again, or CAL_NEVER
 *
 * One more event on a kept state: sla_case_step(). False means: not from here; fold everything again (a reviewer's
 * mark or an undone event, which change the past, or an event older than the last one). The state is unharmed then.
 *
 * A timer: sla_case_advance(&sc, now_s), which tells sink.alarm every warning and breach up to now with its true
 * instant, in their order, each once in the life of an instance. Alarms that lie before an event are told by the step of
 * that event; folding again tells all again (key them by clock, track, no, kind, warn). A warning is due at its instant; a breach one second after it (S11: asof > due), and is dated at it.
 *
 * What a case is owed and by which mark a reply counts is decided by whoever makes the events:
 *   - SLA_MESSAGE .ack: an acknowledgement, "we are on it" (S5). Mail sent by the desk itself is not an agent's message.
 *   - A merge is two events at one instant: SLA_MERGED_INTO on the source, SLA_MERGED_FROM on the target, which carries
 *     what the source was owed just before: sla_case_owed(source). So a fold never needs another case, and merge loops
 *     have nothing to go round in. A case that was merged away keeps that status; later events change nothing.
 *   - An undone merge, a deleted message, a retracted event: SLA_VOID on it, on both cases.
 *
 * Rules change: the sets of rules a desk ever had are numbered, book->rules[0 …]; a set never changes. CREATED names the set
 * that new cases begin with. When rules are edited, make another set, and for the cases that were there already:
 *   new cases only                no event: they keep their set for their whole life
 *   open cases from now           SLA_RULES .mode = SLA_FROM_NOW: of every unfinished clock whose row is another one now
 *                                 (other id, version, or calendar) the new promise counts from this instant; what was waited
 *                                 before is forgiven. Later clocks go by the new set.
 *   open cases from their start   SLA_RULES .mode = SLA_FROM_START: as if the new set had been there all along (S4), but no
 *                                 breach is dated before this instant
 * A new row that only begins later, or a holiday of a calendar whose due dates shall move, is the third. Finished clocks
 * keep what they were. A change while a case is solved is looked up at its reopening.
 *
 * Instants are whole seconds; ids of events are the caller's and only come back in explanations.                     */
#ifndef TEND_SLA_CLOCK_H
#define TEND_SLA_CLOCK_H

#include "base/buf.h"
#include "sla/policy.h"

/* ---- events ---- */

enum sla_event_kind {
	SLA_CREATED,       /* first of all; .created. Events before it, and a second one, change nothing */
	SLA_MESSAGE,       /* .by, .public_, .ack, .workaround */
	SLA_STATUS,        /* .status, not SLA_MERGED */
	SLA_FACTS,         /* .facts: what the case is from now on (organisation, stage, severity, tags, …) */
	SLA_MERGED_FROM,   /* another case came in; .owed */
	SLA_MERGED_INTO,   /* this one went into another */
	SLA_RULES,         /* .rules, .mode */
	SLA_MARK,          /* .of: the id of an earlier message; .ack, .workaround: what it was in truth, says a reviewer */
	SLA_VOID,          /* .of: the id of an earlier event, which has not happened. Voiding a mark brings back what was */
	SLA_OTHER,         /* changes no clock */
};
enum sla_by { SLA_BY_CUSTOMER, SLA_BY_AGENT, SLA_BY_OTHER };   /* other: colleagues outside support, the desk itself */
enum sla_mode { SLA_FROM_NOW, SLA_FROM_START };

struct sla_created {
	struct sla_case_facts facts;
	struct opt_i64 aware_s;      /* when the desk became aware, if not by the creation */
	bool outreach;               /* an agent wrote first: nobody has asked anything yet (S2) */
};

struct sla_owed {
	struct opt_i64 first_response_since_s;   /* its first response is owed since then */
	struct opt_i64 unanswered_since_s;       /* the oldest public message of a customer without an answer */
};

struct sla_event {
	int64_t t_s;
	int64_t id;
	uint8_t kind, by, status, mode;          /* enum sla_event_kind, sla_by, sla_status, sla_mode */
	bool public_, ack, workaround;
	uint32_t rules;                          /* CREATED, RULES: number of the set */
	union {
		const struct sla_created *created;
		const struct sla_case_facts *facts;
		const struct sla_owed *owed;
		int64_t of;
	};
};

/* By t; those of one second keep their order. */
void sla_events_sort(struct sla_event *events, size_t n);

/* The sets of rules a desk ever had, oldest first. */
struct sla_book {
	const struct sla_rules *const *rules;
	size_t n;
};

/* ---- what a clock says ---- */

enum sla_outcome { SLA_NOT_STARTED, SLA_RUNNING, SLA_MET, SLA_BREACHED, SLA_CANCELLED, SLA_NO_TARGET, SLA_OUTCOMES };
enum sla_state { SLA_STATE_RUNNING, SLA_STATE_PAUSED, SLA_STATE_STOPPED };
struct str sla_outcome_name(enum sla_outcome outcome);   /* "not_started" … */
struct str sla_state_name(enum sla_state state);

/* One instance of one clock on one track, as of an instant. Instants that are not there are CAL_NEVER. */
struct sla_view {
	enum sla_clock clock;
	enum sla_track track;
	uint32_t no;                 /* 0, 1, …: which instance of its clock; (clock, no) names it for ever */
	enum sla_outcome outcome;
	enum sla_state state;
	uint32_t rules;              /* the set … */
	int32_t row;                 /* … and the row in it; -1: none matches */
	int64_t start_s;
	int64_t base_s;              /* counted from here: start, or a later change of rules "from now" */
	struct opt_i64 target_s;
	enum sla_basis basis;        /* of the target */
	int64_t due_s;               /* none without a target and while paused with time left (S18) */
	uint32_t n_warn;
	int64_t warn_s[SLA_WARNINGS];
	int64_t achieved_s, breach_s;
	int64_t stopped_s;           /* achieved, cancelled, or left breached: where counting ended */
	int64_t elapsed_s;           /* counted on the target's basis; without a target, business seconds */
	struct opt_i64 remaining_s;  /* target − elapsed */
	int64_t paused_wall_s, paused_business_s;
};

enum sla_alarm_kind { SLA_ALARM_WARN, SLA_ALARM_BREACH };
struct sla_alarm {
	enum sla_alarm_kind kind;
	enum sla_clock clock;
	enum sla_track track;
	uint32_t no, warn;           /* the instance; which of the row's warnings */
	uint32_t rules;
	int32_t row;
	int64_t at_s;                /* when it was true */
	int64_t due_s;
};

/* Told while folding; either may be NULL. finished: an instance of next response or periodic update that nothing can
 * change any more, told once per track as it ends (those still open are read by sla_case_view). */
struct sla_sink {
	void (*finished)(void *arg, const struct sla_view *view);
	void (*alarm)(void *arg, const struct sla_alarm *alarm);
	void *arg;
};

/* ---- the state: fields are clock.c's business ---- */

struct sla_offer;
struct sla_promise {                 /* a clock instance against the row of one track */
	const struct sla_target *target;     /* what the row says: NULL when nothing … */
	const struct calendar *cal;          /* … and the calendar that counts, always one */
	int32_t row;
	uint32_t rules;
	int64_t base_s;
	int64_t due_s;               /* CAL_NEVER: no target, or paused with time left */
	int64_t acc_s;               /* counted up to mark; with a target only, else when somebody looks */
	int64_t open_s;              /* open seconds before mark (calendar_before) */
	int64_t paused_wall_s, paused_business_s;   /* up to mark */
	int64_t floor_s;             /* no breach is dated before */
	int64_t breach_s;            /* CAL_NEVER, or a breach that stays */
	int64_t warn_fixed_s[SLA_WARNINGS];   /* warnings that passed before a pause */
	uint32_t told;               /* bits: warnings told; SLA_TOLD_BREACH */
	uint8_t mode;                /* counting, paused, or neither; of a stopped one: just before */
	bool all;                    /* counts without a target too: only a copy that somebody looks at */
};

struct sla_instance {
	bool begun, live, final;
	uint8_t pending;             /* a change of rules that waits for the reopening: 1 + enum sla_mode */
	uint32_t no;                 /* of the instance; when none is begun, of the next one */
	int64_t start_s, stopped_s, achieved_s;
	int64_t mark_s;              /* up to where acc counts */
	uint32_t n_changes;          /* of a stopped one: how many changes of status it saw */
	struct sla_promise on[SLA_TRACKS];
};

struct sla_change {                  /* a status from an instant on */
	int64_t t_s, id;
	uint8_t status;
};
enum { SLA_CHANGES_INSIDE = 12 };

struct sla_case {
	struct arena *arena;
	const struct sla_book *book;
	const struct sla_sink *sink;
	bool created, outreach, aims;
	uint8_t status;
	uint32_t rules;
	int64_t created_s, known_s, last_s, merged_s;   /* known: created or aware */
	int64_t entered_s;           /* the present status */
	int64_t solved_message_s;    /* the first unanswered customer's message since it was solved */
	int64_t any_reply_s;         /* the first public message of an agent after the start, acknowledgement or not */
	struct sla_case_facts facts;
	struct { const struct calendar *cal; int64_t t_s, open_s; } memo;   /* the calendar's last answer */
	struct sla_looked {
		int32_t row;
		uint32_t rules;
		const struct sla_offer *offers;   /* what the row comes to, by clock */
		int64_t from_s, to_s;
	} looked[SLA_TRACKS];        /* the row looked up last, good for instants from ≤ t < to */
	uint32_t n_changes, cap_changes;
	struct sla_change *changes;
	/* from here on nothing is cleared but what begins: most cases use little of it */
	struct sla_instance clock[SLA_CLOCKS];
	struct sla_change inside[SLA_CHANGES_INSIDE];
};

/* A case without events. The arena holds its changes of status when there are many; book and sink must live on. The struct may
 * not be copied by assignment (sla_case_save and sla_case_load do that). */
void sla_case_init(struct sla_case *c, struct arena *a, const struct sla_book *book, const struct sla_sink *sink);
/* Empties it and folds the events with t ≤ asof. They must be sorted. False: an event names a set that the book does not have, a
 * time outside the calendar's years, or a severity out of range; what came before is folded. */
bool sla_case_fold(struct sla_case *c, const struct sla_event *events, size_t n, int64_t asof_s);
/* One more event. False: fold everything again (see above), or a fault of the event as for sla_case_fold. */
bool sla_case_step(struct sla_case *c, const struct sla_event *e);
/* Tells the alarms up to and with now. */
void sla_case_advance(struct sla_case *c, int64_t now_s);
/* The next instant at which sla_case_advance would tell something, if nothing happens: of what the next call would tell
 * first. CAL_NEVER: none. */
int64_t sla_case_wake(const struct sla_case *c);
/* The instance of a clock that is open, or for first response and resolution the one there is. asof must not be before the last
 * event. False (and outcome SLA_NOT_STARTED) when there is none. */
bool sla_case_view(const struct sla_case *c, int64_t asof_s, enum sla_clock clock, enum sla_track track, struct sla_view *ret);
/* What a merge into another case at this point passes on. */
struct sla_owed sla_case_owed(const struct sla_case *c);

/* S10: requester wait = new + open + hold, agent work = new + open. */
struct sla_duration {
	int64_t wall_s, business_s;
};
struct sla_durations {
	struct sla_duration requester_wait, agent_work, pending, hold;
};
void sla_case_durations(const struct sla_case *c, int64_t asof_s, struct sla_durations *ret);
/* S17; CAL_NEVER: none. */
void sla_case_timers(const struct sla_case *c, int64_t *ret_solve_s, int64_t *ret_close_s);
/* The first reply of any kind, beside the first response that counts: CAL_NEVER when there is none. Met by it iff ≤ due. */
int64_t sla_case_any_reply(const struct sla_case *c);

/* The state as bytes, for keeping it beside the case, and back, into a case that was init'ed with the book that it was saved by (rows are numbers in it).
 * The bytes end with a sum; false when they are damaged, or of another version of this program: the case is empty then. */
void sla_case_save(const struct sla_case *c, struct buf *out);
bool sla_case_load(struct sla_case *c, struct str bytes);
/* Equal states: they say the same now and will for ever. What was told is left out: a timer may have told what an event of the same second takes back. */
bool sla_case_same(const struct sla_case *a, const struct sla_case *b, struct arena *scratch);

#endif
