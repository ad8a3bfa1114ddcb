/* plan_parts.h: what the files about plans tell each other. */
#ifndef TEND_GROWTH_PLAN_PARTS_H
#define TEND_GROWTH_PLAN_PARTS_H

#include "growth/programme.h"

/* Inside a write: works the plan's outcomes and ramp out again after `plan` was changed from `before`; writes the plan with an event of that kind. */
enum err growth_apply(struct ctx *c, const char *kind, const struct growth_plan_row_row *before, struct growth_plan_row_row *plan);
enum err growth_plan_get(struct ctx *c, int64_t plan, struct growth_plan_row_row *ret);

/* Inside a write: the playbooks that lead to the plan's outcomes are begun for the person, and follow its start and manager (plan_runs.c). */
enum err growth_runs_follow(struct ctx *c, const struct growth_plan_row_row *plan);
/* The tasks of the person's playbooks that lead to an outcome. */
struct plan_task_line {
	struct str title, url, state, due;
	bool done;
};
struct plan_tasks;
enum err growth_tasks_read(struct ctx *c, const struct growth_plan_row_row *plan, struct plan_tasks **ret);
void growth_tasks_for(struct ctx *c, const struct plan_tasks *t, int64_t programme, struct str key, struct plan_task_line **ret, size_t *ret_n);
/* The same, for those who may: the person, mentor and buddy, the manager, leads. */
enum err growth_plan_see(struct ctx *c, int64_t plan, struct growth_plan_row_row *ret);
/* Past its day, open, and not in the soft first weeks. */
bool growth_late(const struct growth_outcomes_of_row *o, utime now);

/* One row behind a counted outcome. */
struct behind_row {
	struct str title, url, date, note;
	int64_t ticket;
	utime at_us;                   /* 0 = only the date is known */
};
enum err growth_behind(struct ctx *c, const struct growth_plan_row_row *plan, struct str evidence, int64_t need, int64_t since_months, struct behind_row **ret, size_t *ret_n);

/* By the practice side (outcome_practice.c). */
enum err evidence_shadowed(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_led_calls(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_demos(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_discovery(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_meetings(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_paired_account(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_trials(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_plans(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_projects(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_projects_led(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_feedback(struct ctx *c, const struct growth_asked *q, int64_t *ret),
	evidence_improvements(struct ctx *c, const struct growth_asked *q, int64_t *ret);
/* Whether somebody mentors (or is the buddy of) another now; whether somebody is certified; both by the practice side of this folder. */
enum err growth_is_mentor(struct ctx *c, int64_t newcomer, int64_t mentor, bool *ret);
enum err growth_is_certified(struct ctx *c, int64_t teammate, bool *ret);
/* Counts for an outcome of somebody's plan. */
enum err growth_count(struct ctx *c, const struct growth_plan_row_row *plan, struct str proof, struct str evidence, int64_t need, int64_t since_months, int64_t *ret);
/* What a ticket's event does to who closed what, and to the plans of those it concerns. */
enum err evidence_on_ticket(struct ctx *c, const struct event_new *e);

#endif
