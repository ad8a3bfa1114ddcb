/* growth.h: growing people: programmes of outcomes, each person's plan, what the log proves of it, and the career after day 90.
 *
 * A *programme* is a set of outcomes ("by the end of week 2 you can add a page to the handbook"), written as a draft and published as a revision, which is
 * never changed again. An outcome is not a task: tasks live in playbooks, and programme_task says which of them lead to which outcome, many to many.
 *
 * A person's *plan* is merged from the company's and the team's programmes by role, level and start date. It pins the revisions it was made from and moves
 * on only when somebody has seen the difference and says so (plan.move); answers are kept by the outcome's stable key, so moving back brings them back.
 *
 * Laws of this slice
 *   - One function says whether an outcome is true (growth_truth in plan_truth.c), from what is stored in its row.
 *   - Evidence is counted from the log and from rows, never typed in: it becomes true by itself and false again (outcome_evidence.c).
 *   - Until the ramp is over a person stays out of duty, quotas, service levels and load figures: whoever computes such a figure asks growth_in_ramp().
 *   - Dates are local dates of the person; due_us is the end of that day where she lives. In the first weeks they are soft: nobody is late.
 *   - Rows are never deleted, but for what a draft loses before it is published.
 *
 * Events: <entity>.created, .changed; programme_rev.published; growth_outcome.said, .acknowledged, .counted, .became_true, .became_false, .moved;
 * outcome_dispute.opened, .resolved. */
#ifndef TEND_GROWTH_GROWTH_H
#define TEND_GROWTH_GROWTH_H

#include "core/feature.h"

extern const struct feature growth_feature;

/* ---- for other slices ---- */

/* True from the day somebody's plan begins until the day before their ramp is over, in their own zone. False for people without a plan and for errors: a
 * figure with one person too many is better than no figure. */
bool growth_in_ramp(struct ctx *c, int64_t teammate, utime at);

/* The plan that somebody follows now, else their last one. */
struct growth_card {
	int64_t plan, teammate, manager;   /* manager 0 = nobody yet */
	struct str start_date, role, zone, ramp_end, state;
	struct opt_i64 level;
	int64_t day;                       /* today is their n-th day (1 = the first); 0 and less = not begun */
};
enum err growth_card_of(struct ctx *c, int64_t teammate, struct growth_card *ret, bool *ret_found);

/* Inside a write: counts again what the log and the tables prove about somebody. Call it after changing what an outcome may rest on. */
enum err growth_refresh(struct ctx *c, int64_t teammate);

#endif
