/* board_page.c: the pages of this slice and its list for src/features.c. */
#include "growth/board_view.h"
#include "growth/programme_tables.h"
#include "web/place.h"

#include "base/banned.h"

static const struct command *const commands[] = {
	&programme_create_cmd, &programme_draft_cmd, &programme_edition_cmd, &programme_outcome_cmd, &programme_drop_cmd, &programme_link_cmd, &programme_unlink_cmd,
	&programme_publish_cmd, &programme_discard_cmd, &programme_retire_cmd, &programme_list_cmd, &programme_show_cmd, &programme_diff_cmd, &programme_preview_cmd,
	&plan_create_cmd, &plan_add_cmd, &plan_remove_cmd, &plan_start_cmd, &plan_ramp_cmd, &plan_manager_cmd, &plan_ready_cmd, &plan_end_cmd, &plan_move_cmd, &plan_move_all_cmd,
	&plan_say_cmd, &plan_acknowledge_cmd, &plan_show_cmd, &plan_list_cmd, &plan_behind_cmd,
	&dispute_open_cmd, &dispute_owner_cmd, &dispute_explain_cmd, &dispute_mend_cmd, &dispute_list_cmd,
	&contribution_add_cmd, &contribution_remove_cmd, &contribution_list_cmd, &chat_add_cmd, &chat_remove_cmd, &focus_set_cmd, &focus_remove_cmd, &focus_list_cmd,
	&access_ask_cmd, &access_set_cmd, &access_list_cmd, &feed_post_cmd, &feed_remove_cmd, &feed_list_cmd,
	&roadmap_write_cmd, &roadmap_sign_cmd, &check_in_plan_cmd, &check_in_note_cmd, &check_in_list_cmd, &level_set_cmd, &level_list_cmd, &skill_set_cmd, &skill_rate_cmd,
	&skill_list_cmd, &review_add_cmd, &library_add_cmd, &library_remove_cmd, &library_done_cmd, &library_list_cmd, &profile_set_cmd, &profile_show_cmd, NULL,
};

static const struct fold folds[] = {
	{ "programme", &programme_rows_stmt }, { "programme_rev", &programme_rev_rows_stmt }, { "programme_outcome", &programme_outcome_rows_stmt },
	{ "programme_task", &programme_task_rows_stmt }, { "growth_plan", &growth_plan_rows_stmt }, { "growth_part", &growth_part_rows_stmt },
	{ "growth_outcome", &growth_outcome_rows_stmt }, { "outcome_dispute", &outcome_dispute_rows_stmt }, { "contribution", &contribution_rows_stmt },
	{ "ritual", &ritual_rows_stmt }, { "feed_post", &feed_post_rows_stmt }, { "intro_chat", &intro_chat_rows_stmt }, { "focus_rule", &focus_rule_rows_stmt },
	{ "focus_block", &focus_block_rows_stmt }, { "access_item", &access_item_rows_stmt }, { "career_level", &career_level_rows_stmt },
	{ "career_roadmap", &career_roadmap_rows_stmt }, { "career_check_in", &career_check_in_rows_stmt }, { "career_skill", &career_skill_rows_stmt },
	{ "career_rating", &career_rating_rows_stmt }, { "career_principle", &career_principle_rows_stmt }, { "career_review", &career_review_rows_stmt },
	{ "career_item", &career_item_rows_stmt }, { "career_done", &career_done_rows_stmt }, { "career_profile", &career_profile_rows_stmt }, { 0 },
};

static const struct route routes[] = {
	{ "GET", "/growth", ROUTE_TEAMMATE, CAN_READ, growth_home_page, 0, "Where am I, what is expected, what is next, whom can I ask" },
	{ "GET", "/growth/plans/:id", ROUTE_TEAMMATE, CAN_READ, growth_one_plan_page, 0, "Somebody's plan" },
	{ "GET", "/growth/outcomes/:id", ROUTE_TEAMMATE, CAN_READ, growth_outcome_page, 0, "One outcome, and what is behind it" },
	{ "GET", "/growth/board", ROUTE_TEAMMATE, CAN_LEAD, growth_board_page, 0, "All newcomers" },
	{ "GET", "/growth/figures", ROUTE_TEAMMATE, CAN_LEAD, growth_figures_page, 0, "Figures about growing" },
	{ "GET", "/growth/disputes", ROUTE_TEAMMATE, CAN_READ, growth_disputes_page, 0, "Outcomes that somebody found untrue" },
	{ "GET", "/growth/programmes", ROUTE_TEAMMATE, CAN_READ, growth_programmes_page, 0, "Programmes" },
	{ "GET", "/growth/programmes/:id", ROUTE_TEAMMATE, CAN_READ, growth_programme_page, 0, "One programme: outcomes, revisions, editor" },
	{ "GET", "/growth/feed", ROUTE_TEAMMATE, CAN_READ, growth_feed_page, 0, "The team's feed and its rituals" },
	{ "GET", "/growth/focus", ROUTE_TEAMMATE, CAN_READ, growth_focus_page, 0, "Time that people keep free" },
	{ "GET", "/growth/library", ROUTE_TEAMMATE, CAN_READ, growth_library_page, 0, "Sessions, deep dives, material" },
	{ "GET", "/growth/levels", ROUTE_TEAMMATE, CAN_READ, growth_levels_page, 0, "What is expected at each level" },
	{ "GET", "/growth/people/:id", ROUTE_TEAMMATE, CAN_READ, growth_profile_page, 0, "How to work with somebody" },
	{ "GET", "/growth/career/:id", ROUTE_TEAMMATE, CAN_READ, growth_career_page, 0, "Roadmap, check-ins, skills, principles" },
	{ 0 },
};

static const struct setting settings[] = {
	{ "growth.no_action_tag", SETTING_STR, 1, 60, "no_action", "Solved tickets with this tag count for nobody: there was nothing to be done" },
	{ "growth.ask_days", SETTING_INT, 0, 1000, "90", "days from the start in which whom to ask stands on every page, also when the ramp is over" },
	{ 0 },
};

static enum err prepare(struct ctx *c)
{
	TRY(programme_presets(c));
	TRY(outcome_presets(c));
	return career_presets(c);
}

static const struct place places[] = {
	{ .label = "Growth", .url = "/growth", .rail = true },
	{ 0 },
};

static const struct card cards[] = { { growth_ask_card, CARD_RAIL }, { 0 } };

const struct feature growth_feature = {
	.name = "growth", .places = places, .cards = cards, .commands = commands, .routes = routes, .folds = folds, .carries = growth_carries, .settings = settings, .reactions = growth_reactions, .jobs = growth_jobs, .prepare = prepare, .verify = growth_verify,
};
