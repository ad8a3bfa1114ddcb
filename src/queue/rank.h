/* rank.h: the order of the line. Facts in, order and reasons out; knows no tables and no clock.
 *
 * The keys by which it goes, and in which order, are data (presets/handbook/queue.def, `rank.order`). The first key in which two cases differ decides; cases
 * that differ in none go by their number, so the order is total: the same facts give the same order whatever order they come in.
 *
 * In the line stands what is our turn (new, open), and what waits for somebody else while a word of ours that was promised is at risk (a resolution that is late
 * while another team has the case asks for nothing that we could do).
 *
 * A session of the whole line is the key `session`. A session of one team makes that team's cases change places among themselves: the places that the team's
 * cases have by the keys are filled anew, the named ones first; nobody else's place changes. */
#ifndef TEND_QUEUE_RANK_H
#define TEND_QUEUE_RANK_H

#include "base/arena.h"
#include "base/clock.h"

enum rank_key { RANK_SESSION, RANK_FIRST, RANK_LAST, RANK_RISK, RANK_TIER, RANK_SEVERITY, RANK_TIME_LEFT, RANK_ARRIVAL, RANK_KEYS };
/* "session" … */
const char *rank_key_name(enum rank_key k);
/* "session first last risk arrival": false, and *ret_wrong is the word, when one is unknown or comes twice, or there is none. */
bool rank_keys_parse(struct str text, enum rank_key *ret /* RANK_KEYS */, size_t *ret_n, struct str *ret_wrong);

/* What is due, in the order of how it is named. */
enum rank_due { DUE_NONE, DUE_FIRST_RESPONSE, DUE_NEXT_RESPONSE, DUE_UPDATE, DUE_RESOLUTION, DUE_PROMISE };

#define RANK_NEVER INT64_MAX
enum { RANK_TIER_UNKNOWN = 0, RANK_TIERS_MAX = 64 };

struct rank_case {
	int64_t id;
	int64_t assignee, organisation, team, engineer, backup;   /* 0 = none; engineer and backup are the organisation's */
	utime arrived_us;
	utime due_us, risk_us;         /* RANK_NEVER; from risk_us on the promise is at risk */
	uint8_t due;                   /* enum rank_due */
	int8_t severity;               /* -1 = not known */
	int8_t priority;               /* 0 … 3; -1 = none */
	uint8_t tier;                  /* index into rank_rules.tiers; RANK_TIER_UNKNOWN */
	bool first, last;              /* the priority, or the tier, says so */
	bool waits;                    /* pending or on hold: in the line only while a promise is at risk */
	bool late;                     /* a promise was not kept, whatever is due next */
	bool on_hold, is_new, answered;   /* answered: nothing of the customer's is newer than our last word */
	int32_t place;                 /* of a session of the whole line, from 1; 0 = not named */
	int32_t team_place;            /* of a session of its team */
};

struct rank_tier {
	struct str name;
	int64_t place;                 /* unknown tiers: behind all others but what is last */
};

struct rank_rules {
	enum rank_key keys[RANK_KEYS];
	size_t n_keys;
	bool overload;
	struct rank_tier tiers[RANK_TIERS_MAX];   /* [0] is the unknown one */
	size_t n_tiers;
	struct str priority_words[4];  /* of p0 … p3 */
	const int64_t *teams;          /* with a session of their own */
	size_t n_teams;
};

struct rank_place {
	uint32_t i;                    /* which of the cases */
	uint8_t key;                   /* the key that puts it before the one below; RANK_KEYS = only its number does, or it is the last */
};

bool rank_at_risk(const struct rank_case *x, utime now);
bool rank_in_line(const struct rank_case *x, utime now);
/* ret: room for n. The order and how long it is; scratch memory from the arena. */
size_t rank_line(struct arena *a, const struct rank_rules *r, const struct rank_case *v, size_t n, utime now, struct rank_place *ret);

/* "First response is due in 40 min": why it stands where it stands, a sentence without its full stop. `below`: the next one in the line, or NULL. */
struct str rank_reason(struct arena *a, const struct rank_rules *r, const struct rank_case *x, const struct rank_case *below, utime now);
/* "first response is due in 40 min", "next update was due 2 h ago"; "" = nothing is due. */
struct str rank_due_words(struct arena *a, const struct rank_case *x, utime now);
/* 1 → "1st", 22 → "22nd". */
struct str rank_nth(struct arena *a, int64_t n);

#endif
