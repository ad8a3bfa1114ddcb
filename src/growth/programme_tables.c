/* programme_tables.c: the statements of whole rows, table by table. GROWTH_ADD and GROWTH_PUT (programme.h) hand a row to them as it lies in memory, so each
 * must take the columns in the order of the fold's; programme_test compares them column by column. */
#include "growth/programme_tables.h"

#include "career_rows.sql.h"
#include "outcome_rows.sql.h"
#include "plan_rows.sql.h"
#include "programme_rows.sql.h"

#include "base/banned.h"

const struct growth_table growth_tables[] = {
	{ "programme", &programme_rows_stmt, &programme_row_stmt, &programme_add_stmt, &programme_put_stmt },
	{ "programme_rev", &programme_rev_rows_stmt, &programme_rev_row_stmt, &programme_rev_add_stmt, &programme_rev_put_stmt },
	{ "programme_outcome", &programme_outcome_rows_stmt, &programme_outcome_row_stmt, &programme_outcome_add_stmt, &programme_outcome_put_stmt },
	{ "programme_task", &programme_task_rows_stmt, NULL, &programme_task_add_stmt, NULL },
	{ "growth_plan", &growth_plan_rows_stmt, &growth_plan_row_stmt, &growth_plan_add_stmt, &growth_plan_put_stmt },
	{ "growth_part", &growth_part_rows_stmt, NULL, &growth_part_add_stmt, &growth_part_put_stmt },
	{ "growth_outcome", &growth_outcome_rows_stmt, &growth_outcome_row_stmt, &growth_outcome_add_stmt, &growth_outcome_put_stmt },
	{ "outcome_dispute", &outcome_dispute_rows_stmt, &outcome_dispute_row_stmt, &outcome_dispute_add_stmt, &outcome_dispute_put_stmt },
	{ "contribution", &contribution_rows_stmt, &contribution_row_stmt, &contribution_add_stmt, &contribution_put_stmt },
	{ "ritual", &ritual_rows_stmt, NULL, &ritual_add_stmt, NULL },
	{ "feed_post", &feed_post_rows_stmt, &feed_post_row_stmt, &feed_post_add_stmt, &feed_post_put_stmt },
	{ "intro_chat", &intro_chat_rows_stmt, &intro_chat_row_stmt, &intro_chat_add_stmt, &intro_chat_put_stmt },
	{ "focus_rule", &focus_rule_rows_stmt, NULL, &focus_rule_add_stmt, NULL },
	{ "focus_block", &focus_block_rows_stmt, &focus_block_row_stmt, &focus_block_add_stmt, &focus_block_put_stmt },
	{ "access_item", &access_item_rows_stmt, &access_item_row_stmt, &access_item_add_stmt, &access_item_put_stmt },
	{ "career_level", &career_level_rows_stmt, NULL, &career_level_add_stmt, &career_level_put_stmt },
	{ "career_roadmap", &career_roadmap_rows_stmt, &career_roadmap_row_stmt, &career_roadmap_add_stmt, &career_roadmap_put_stmt },
	{ "career_check_in", &career_check_in_rows_stmt, &career_check_in_row_stmt, &career_check_in_add_stmt, &career_check_in_put_stmt },
	{ "career_skill", &career_skill_rows_stmt, NULL, &career_skill_add_stmt, &career_skill_put_stmt },
	{ "career_rating", &career_rating_rows_stmt, NULL, &career_rating_add_stmt, NULL },
	{ "career_principle", &career_principle_rows_stmt, NULL, &career_principle_add_stmt, NULL },
	{ "career_review", &career_review_rows_stmt, NULL, &career_review_add_stmt, NULL },
	{ "career_item", &career_item_rows_stmt, &career_item_row_stmt, &career_item_add_stmt, &career_item_put_stmt },
	{ "career_done", &career_done_rows_stmt, NULL, &career_done_add_stmt, NULL },
	{ "career_profile", &career_profile_rows_stmt, NULL, &career_profile_add_stmt, &career_profile_put_stmt },
	{ 0 },
};
