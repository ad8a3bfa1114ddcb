/* cert_rule.h: when somebody is certified: the rule alone, over events in memory.
 *
 * `tend certification eval` and the desk's own certifications are both answered by cert_eval(); there is no second place that knows the rule.
 * It reads no clock and no table: the same events give the same answer.
 *
 * Events apply in order of time, then as listed. A practice, a clearance, a session, a score, a revocation; what breaks the rule is refused,
 * named with its reason, and changes nothing. A revocation starts a new round: nothing before it counts any more, but session ids stay taken. */
#ifndef TEND_GROWTH_CERT_RULE_H
#define TEND_GROWTH_CERT_RULE_H

#include "base/arena.h"
#include "base/clock.h"

enum cert_pass {
	CERT_ONE_SESSION,    /* in one session every scorer gave the maximum on every core competency */
	CERT_LATEST,         /* each scorer's newest score did */
	CERT_ANY,            /* each scorer did in some session */
};

enum cert_state { CERT_NOT_STARTED, CERT_PRACTISING, CERT_CLEARED, CERT_CERTIFIED, CERT_REVOKED };
/* "not_started" …, as written in answers and tables. */
const char *cert_state_name(enum cert_state s);
/* "one_session", "latest", "any"; false for another word. */
bool cert_pass_read(struct str word, enum cert_pass *ret);

struct cert_competency {
	struct str id;
	bool core;
};

/* Ids of competencies are distinct, and so are scorers; at least one scorer; max_score ≥ 1. The caller checks. */
struct cert_programme {
	const struct cert_competency *competencies;
	size_t n_competencies;
	const struct str *scorers;
	size_t n_scorers;
	int64_t max_score, min_led_sessions;
	enum cert_pass pass;
};

enum cert_event_type { CERT_PRACTICE, CERT_CLEARANCE, CERT_SESSION, CERT_SCORE, CERT_REVOCATION };

struct cert_value {
	struct str competency;
	int64_t score;
	bool whole;             /* false: it was no whole number, which refuses the score */
};

struct cert_event {
	utime at_us;
	enum cert_event_type type;
	struct str session;     /* of CERT_SESSION and CERT_SCORE */
	bool lead, shadow;
	struct str scorer;
	const struct cert_value *values;   /* each competency at most once */
	size_t n_values;
};

enum cert_refusal {
	CERT_FINE = 0,
	CERT_LATER,             /* after asof: does not exist yet, and is no error */
	CERT_ID_TAKEN,          /* a session id used twice */
	CERT_NOT_CLEARED,       /* led before a clearance */
	CERT_NO_SHADOW,         /* led without a shadow before being certified */
	CERT_NO_SESSION,        /* a score of a session that is not there (yet) */
	CERT_NOT_LED,           /* … of one that was not led */
	CERT_NOT_COUNTING,      /* … of one that was refused, or lies before a revocation */
	CERT_NO_SCORER,         /* … by somebody the programme does not name */
	CERT_BAD_VALUE,         /* … with an unknown competency or a value out of range */
	CERT_NOT_CERTIFIED,     /* a revocation of nothing */
};
/* A sentence for the person; "" for CERT_FINE and CERT_LATER. */
const char *cert_refusal_words(enum cert_refusal r);

struct cert_result {
	enum cert_state state;
	size_t certified_by;               /* index of the event that completed it; only while state is CERT_CERTIFIED */
	const size_t *focus;               /* indexes into competencies, in rubric order */
	size_t n_focus;
	const enum cert_refusal *why;      /* one per event, in the order given */
	int64_t counting_sessions;         /* since the last revocation */
};

void cert_eval(struct arena *a, const struct cert_programme *p, utime asof_us, const struct cert_event *events, size_t n, struct cert_result *ret);

static inline bool cert_may_lead_alone(enum cert_state s)
{
	return s == CERT_CERTIFIED;
}
static inline bool cert_may_lead_with_shadow(enum cert_state s)
{
	return s == CERT_CLEARED || s == CERT_CERTIFIED;
}

/* One line of `tend certification eval` to its answer, without the line's end (the format is in docs/certification.md). */
struct buf;
void cert_eval_line(struct arena *a, struct str line, struct buf *out);
enum { CERT_LINE_MAX_BYTES = 32 << 20 };

#endif
