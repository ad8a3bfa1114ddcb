/* pick.h: which case of the line is for this person, and why not the ones above it. Facts in, a choice out; knows no tables.
 *
 * Down the line, each case is
 *   theirs      it waits for them (theirs and answered, with nothing new and no promise at risk: passed over)
 *   held        by somebody who is there: passed over. By somebody who is away: for whoever fills in; when nobody who is there does, for whoever asks
 *   nobody's    for the customer's engineer, else the backup, when they are there to take it; for whoever names its area as their own; else for anybody
 * Somebody who is at capacity gets their own cases only, and so does somebody in their first weeks who did not ask for more; who is off, nothing. */
#ifndef TEND_QUEUE_PICK_H
#define TEND_QUEUE_PICK_H

#include "queue/line.h"

struct pick_person {
	int64_t id;
	struct str name, zone;
	bool takes;                    /* may answer customers */
	bool at_work;                  /* within their working hours (or without any) */
	bool away, at_capacity, in_ramp;
	struct str away_until;         /* "Fri 27 Nov"; for people */
	const struct str *skills;      /* areas that are theirs */
	size_t n_skills;
	int64_t active;                /* open and pending cases */
};

struct pick_area {                     /* an area of a case that somebody names as theirs; by ticket */
	int64_t ticket;
	struct str tag;
};
struct pick_cover {                    /* who fills in for somebody who is away; ticket 0 = for all cases that have no line of their own */
	int64_t absent, ticket, teammate;
};

struct pick_world {
	const struct line *line;
	const struct pick_person *people;  /* active teammates, by id */
	size_t n_people;
	const struct pick_area *areas;
	size_t n_areas;
	const struct pick_cover *covers;
	size_t n_covers;
};

enum pick_how { PICK_NOTHING, PICK_OWN, PICK_TAKE, PICK_COVER };
const char *pick_how_name(enum pick_how h);
enum pick_skip { SKIP_HELD, SKIP_ANSWERED, SKIP_COVERED, SKIP_ENGINEER, SKIP_BACKUP, SKIP_AREA, SKIP_CAPACITY, SKIP_RAMP, SKIP_PASSED };

struct pick_skipped {
	size_t place;
	enum pick_skip why;
	int64_t who;                   /* who holds it, fills in, comes first; 0 = nobody in particular */
};
enum { PICK_SKIPS_SHOWN = 5 };

struct pick {
	enum pick_how how;
	size_t place;                  /* 0 = nothing fits */
	int64_t ticket, absent;        /* absent: whose case it is, of PICK_COVER */
	bool engineer, backup, area, steps_in;   /* why it fits: they are the customer's engineer, its backup, it is their area, nobody fills in */
	struct pick_skipped skipped[PICK_SKIPS_SHOWN];
	size_t n_skipped, n_all_skipped;
};

struct pick_ask {
	int64_t me, passed;            /* passed: the case they have before them and do not want to get again; 0 = none */
	bool ramp;                     /* they ask for a case although they are in their first weeks */
	bool off;                      /* and although they are off */
};

/* False, and a sentence, when this person gets nothing at all now. */
bool pick_may(struct arena *a, const struct pick_world *w, const struct pick_ask *ask, struct str *ret_why_not);
void pick_next(const struct pick_world *w, const struct pick_ask *ask, struct pick *ret);

const struct pick_person *pick_person(const struct pick_world *w, int64_t id);
/* There to take a case: at work, not away, not at capacity, not in ramp. */
bool pick_available(const struct pick_person *p);
/* Who fills in for this case of somebody who is away; 0 = nobody named. */
int64_t pick_cover_of(const struct pick_world *w, int64_t absent, int64_t ticket);

/* "Ben Ruiz holds it", "Mara Lind is this customer's engineer and is there". */
struct str pick_skip_words(struct arena *a, const struct pick_world *w, const struct pick_skipped *s);
/* Why it is theirs: "you are this customer's engineer". */
struct str pick_words(struct arena *a, const struct pick_world *w, const struct pick *p);

#endif
