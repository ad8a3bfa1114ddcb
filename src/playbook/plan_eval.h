/* plan_eval.h: what a plan means for one run: one pass from top to bottom over facts.
 *
 * Pure: the same plan and facts give the same outcome, whatever the clock says (whether something is late is asked elsewhere, with a time). A hidden field counts
 * as empty, a hidden task as not required; the last rule that speaks of something wins. Gates (stop tasks, approvals) are worked out, not stored. */
#ifndef TEND_PLAYBOOK_PLAN_EVAL_H
#define TEND_PLAYBOOK_PLAN_EVAL_H

#include "playbook/plan.h"
#include "playbook/playbook.h"

/* What was done about a task; the newest word only: the log has the rest. */
enum plan_marked { MARK_NONE, MARK_DONE, MARK_SKIPPED, MARK_SIGNED_ONCE, MARK_REJECTED, MARK_COUNT };
extern const char *const plan_marks[];   /* "", "done", "skipped", "signed_once", "rejected" */

struct plan_mark {
	struct str key;              /* "meet", "talk#3" */
	enum plan_marked marked;
	int64_t by, by2;             /* teammates; 0 = none */
	utime at_us;
	struct str comment;
	struct due_date hand;        /* set by hand: wins */
};

struct plan_answer {
	struct str key, value;
};

/* Working days of a calendar that a due rule names. */
struct plan_calendar {
	struct str name;
	struct playbook_days days;
};

struct plan_facts {
	struct due_date start;
	int64_t created_day;         /* what was due before the run existed is due on this day */
	const struct zone *zone;
	struct playbook_days days;
	const struct plan_calendar *calendars;
	size_t n_calendars;
	struct str role, level;
	const struct str *teams;
	size_t n_teams;
	const struct plan_answer *answers;
	size_t n_answers;
	const struct plan_mark *marks;
	size_t n_marks;
	const struct playbook_cast *cast;
	size_t n_cast;
	/* Who stands in for somebody who left; NULL = nobody leaves. 0 = nobody. */
	int64_t (*stand_in)(const void *arg, int64_t teammate_id);
	const void *stand_in_arg;
};

enum plan_due_by { DUE_BY_NONE, DUE_BY_RULE, DUE_BY_HAND, DUE_BY_LATE_START };
struct plan_item {
	size_t task;
	int time;                    /* 1… of a recurring one, else 0 */
	struct str key;
	enum playbook_task_state state;
	bool required;
	struct due_date due, rule_due;
	enum plan_due_by due_by;
	int64_t who[PLAN_WHO_MAX];
	size_t n_who;
	const struct plan_mark *mark;   /* or NULL */
	int64_t waits_for;           /* a task, −1 = nothing */
};
struct plan_outcome {
	struct plan_item *items;
	size_t n_items;
	size_t *first_item;          /* of each task */
	bool *section_shown, *task_shown, *field_shown;
	struct str *values;          /* of each field: STR_NULL = empty, hidden, or no longer of its type */
	int64_t n_required, n_closed;
};
void plan_evaluate(struct arena *a, const struct plan *p, const struct plan_facts *f, struct plan_outcome *ret);

#endif
