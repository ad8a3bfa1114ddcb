/* review.h: looking back at cases: those that take long, and those that colleagues look at with each other. To learn, not to measure people.
 *
 * Long cases. By dated rows (presets/handbook/reviews.def) an open case of that age is listed for a pre-mortem (a job finds it once), and one that took that
 * long for a retro (when it is solved). Held, what came out is an internal note on the case.
 *
 * Case reviews. In each round (a week; for managers a month) everybody who solved cases lately is asked to look at one case of a colleague: the ring of
 * colleagues turns by one each round. A round is drawn by a lead, or by itself with the setting review.draw. Questions are rows with dates that the desk writes.
 *
 * Law: what is said in a review (answers, words) is read by the two people and nobody else: it stands in no event, no export and no list. Leads see sums over
 * all reviews: how many were done in time (the honour rate), and for a question the share of yes once there are REVIEW_SUM_LEAST answers.
 *
 * Events: review.drawn .done .dropped (case_review), long_case.found .held .dropped (long_case), review_question.created .ended. */
#ifndef TEND_REVIEW_REVIEW_H
#define TEND_REVIEW_REVIEW_H

#include "core/feature.h"
#include "review.sql.h"

enum { REVIEW_SUM_LEAST = 5 };

/* More than how many days make a case long on that day; 0 = no such list then. kind: "premortem", "retro". */
int review_long_days(const char *kind, struct str day);
/* The round that a day is in: since when, until when, and how many cases each looks at. False: there are no reviews of that kind then. */
struct review_round {
	struct str period;           /* the day it began */
	utime from_us, to_us;
	int cases;
	int64_t number;              /* of rounds since the first */
};
bool review_round_of(struct arena *a, const char *kind, utime at, struct review_round *ret);

/* A review that the actor takes part in; ERR_NOT_FOUND for everybody else. */
struct review_open {
	struct case_review_get_row r;
	struct review_words_of_row words;
	struct review_answers_of_row *answers;   /* the questions in force when it was made, and what was said */
	size_t n;
	bool reviewer;
};
enum err review_read(struct ctx *c, int64_t id, struct review_open *ret);
enum err review_draw(struct ctx *c, int *ret_drawn);
enum err review_find_long(struct ctx *c, int *ret_found);

extern const struct command *const review_commands[];
extern const struct command long_list_cmd, long_held_cmd, long_drop_cmd;
extern const struct fold review_folds[];
enum err review_presets(struct ctx *c);
enum err review_on_resolved(struct ctx *c, const struct event_new *e, int64_t seq);
enum err review_job(struct ctx *c, const struct job *j);
extern const struct feature review_feature;

#endif
