/* playbook_carry.c: what of playbooks leaves with the desk (core/carry.h): templates with every revision and what is being written, runs with answers, marks,
 * parts and comments. The index of what is open is worked out when all of a run is there. */
#include "playbook/run.h"
#include "playbook/schedule.h"

#include "base/banned.h"

/* The answer to a field that asks for a person is a teammate's number. */
static enum err answer_means(struct ctx *c, const void *row_, const char *column, const char **ret_what)
{
	const struct run_value_rows_row *row = row_;
	struct run_row_row run;
	struct playbook_rev_row_row rev;
	struct plan plan;
	bool found;
	size_t at;
	(void)column;
	*ret_what = NULL;
	TRY(run_row(c->db, c->arena, &run, &found, .id = row->run_id));
	if (!found || row->filename.p)
		return OK;
	TRY(playbook_rev_read(c, run.rev_id, &rev));
	TRY(plan_parse(c->arena, &c->fault, rev.plan, &plan));
	if (plan_find(&plan, row->key, &at) == PLAN_A_FIELD && plan.fields[at].type == PLAN_PERSON)
		*ret_what = "teammate";
	return OK;
}

static enum err settle(struct ctx *c, int64_t id)
{
	struct run *r = arena_new(c->arena, struct run);
	TRY(run_load_any(c, id, r));
	return run_settle(c, r);
}

const struct carry playbook_carries[] = {
	{ "playbook", &playbook_rows_stmt, .refs = "rev_id playbook_rev later, created_by teammate", .key = "slug",
	  .words = "subject none|ticket|organisation|teammate|incident, state active|archived" },
	{ "playbook_rev", &playbook_rev_rows_stmt, .refs = "playbook_id playbook, published_by teammate", .key = "playbook_id, number", .json = "plan" },
	{ "playbook_draft", &playbook_draft_rows_stmt, .refs = "playbook_id playbook, changed_by teammate", .key = "playbook_id", .json = "plan", .unlogged = true },
	{ "playbook_run", &run_rows_stmt, .refs = "playbook_id playbook, rev_id playbook_rev, before_rev_id playbook_rev, subject_id *subject, started_by teammate",
	  .words = "subject none|ticket|organisation|teammate|incident, state active|completed|archived", .finish = settle },
	{ "playbook_mark", &run_mark_rows_stmt, .refs = "run_id playbook_run, by_id teammate, by2_id teammate", .words = "marked |done|skipped|signed_once|rejected" },
	{ "playbook_value", &run_value_rows_stmt, .refs = "run_id playbook_run, value ask, by_id teammate", .means = answer_means, .file = "value filename" },
	{ "playbook_role", &run_role_rows_stmt, .refs = "run_id playbook_run, teammate_id teammate" },
	{ "playbook_note", &run_note_rows_stmt, .refs = "run_id playbook_run, by_id teammate", .words = "kind comment|proof" },
	{ "playbook_schedule", &schedule_rows_stmt, .refs = "playbook_id playbook, subject_id *subject, created_by teammate",
	  .words = "subject none|organisation|teammate, rhythm daily|weekly|monthly, missed each|newest" },
	{ 0 },
};
