/* decide.h: a whole decision of triage in one command: same issue, requester, customer, subject, type, tags, severity, priority, who takes it or where it goes.
 *
 * All of it is one transaction. The first of two people wins: the second is told who decided what, and when. */
#ifndef TEND_TRIAGE_DECIDE_H
#define TEND_TRIAGE_DECIDE_H

#include "triage/triage.h"

extern const char *const triage_outcomes[];
/* "support takes it", "handed on" …: what was decided, for people. */
const char *triage_outcome_words(struct str outcome);
/* What a row's action comes to at triage: here for here, file, best_effort; unsure for ask. */
struct str triage_outcome_of(struct str action);
/* Is it no action of support's? hand_on, forward, link, spam, delete. */
bool triage_outcome_r0(struct str outcome);

#endif
