/* programme_carry.c: what of programmes, plans, evidence and careers leaves with the desk (core/carry.h). Who closed which ticket (outcome_close) follows from the
 * tickets themselves. */
#include "growth/programme_tables.h"

#include "career_rows.sql.h"
#include "outcome_rows.sql.h"
#include "plan_rows.sql.h"
#include "programme_rows.sql.h"

#include "base/banned.h"

#define UNITS "day|week|month"

const struct carry growth_carries[] = {
	{ "programme", &programme_rows_stmt, .refs = "team_id team", .key = "slug", .words = "scope company|team" },
	{ "programme_rev", &programme_rev_rows_stmt, .refs = "programme_id programme, dispute_id outcome_dispute later, created_by teammate",
	  .key = "programme_id, number", .words = "state draft|published, ramp_unit " UNITS },
	{ "programme_outcome", &programme_outcome_rows_stmt, .refs = "rev_id programme_rev, mended_by outcome_dispute later", .key = "rev_id, key",
	  .words = "due_unit " UNITS ", proof self|acknowledged|evidence|two|certification, ack_by |mentor|manager|anyone" },
	{ "programme_task", &programme_task_rows_stmt, .refs = "rev_id programme_rev", .key = "rev_id, outcome_key, playbook, task" },
	{ "growth_plan", &growth_plan_rows_stmt, .refs = "teammate_id teammate, manager_id teammate", .words = "state active|ended" },
	{ "growth_part", &growth_part_rows_stmt, .refs = "plan_id growth_plan, programme_id programme, rev_id programme_rev" },
	{ "growth_outcome", &growth_outcome_rows_stmt,
	  .refs = "plan_id growth_plan, programme_id programme, outcome_id programme_outcome, other_by teammate, also programme", .words = "state open|true|withdrawn" },
	{ "outcome_dispute", &outcome_dispute_rows_stmt,
	  .refs = "growth_outcome_id growth_outcome, programme_id programme, said_by teammate, owner_id teammate, resolved_by teammate, rev_id programme_rev",
	  .words = "state open|mended|explained" },
	{ "contribution", &contribution_rows_stmt, .refs = "teammate_id teammate, ticket_id ticket", .words = "kind docs|handbook_edit|handbook_page|code" },
	{ "ritual", &ritual_rows_stmt, .key = "slug, valid_from", .words = "rhythm daily|weekly" },
	{ "feed_post", &feed_post_rows_stmt, .refs = "teammate_id teammate" },
	{ "intro_chat", &intro_chat_rows_stmt, .refs = "teammate_id teammate, with_id teammate" },
	{ "focus_rule", &focus_rule_rows_stmt, .key = "valid_from" },
	{ "focus_block", &focus_block_rows_stmt, .refs = "teammate_id teammate" },
	{ "access_item", &access_item_rows_stmt, .refs = "teammate_id teammate, by_id teammate", .words = "state asked|granted|ended" },
	{ "career_level", &career_level_rows_stmt, .key = "role, level, area, metric, valid_from" },
	{ "career_roadmap", &career_roadmap_rows_stmt, .refs = "teammate_id teammate, manager_id teammate" },
	{ "career_check_in", &career_check_in_rows_stmt, .refs = "teammate_id teammate, with_id teammate", .words = "kind milestone|quarter|other" },
	{ "career_skill", &career_skill_rows_stmt, .key = "role, key" },
	{ "career_rating", &career_rating_rows_stmt, .refs = "skill_id career_skill, teammate_id teammate" },
	{ "career_principle", &career_principle_rows_stmt, .key = "number, valid_from" },
	{ "career_review", &career_review_rows_stmt, .refs = "teammate_id teammate, by_id teammate, ticket_id ticket", .words = "honoured yes|partly|no|open" },
	{ "career_item", &career_item_rows_stmt, .words = "kind session|deep_dive|material" },
	{ "career_done", &career_done_rows_stmt, .refs = "item_id career_item, teammate_id teammate" },
	{ "career_profile", &career_profile_rows_stmt, .refs = "teammate_id teammate" },
	{ 0 },
};
