/* queue_carry.c: what of the line leaves with the desk (core/carry.h): dated rows, overload, sessions, areas, picks, capacity, absences. */
#include "queue/queue_rows.h"

#include "queue/parts.h"

#include "base/banned.h"

const struct carry queue_carries[] = {
	{ "rank_order", &rank_order_rows_stmt, .key = "mode, valid_from", .words = "mode normal|overload" },
	{ "rank_tier", &rank_tier_rows_stmt, .key = "name, valid_from" },
	{ "rank_priority", &rank_priority_rows_stmt, .key = "priority, valid_from", .words = "standing |first|last" },
	{ "capacity_rule", &capacity_rule_rows_stmt, .key = "name, valid_from" },
	{ "capacity_step", &capacity_step_rows_stmt, .key = "level, valid_from", .words = "logic all|any" },
	{ "coverage_block", &coverage_block_rows_stmt, .key = "name, valid_from", .words = "side |east|west" },
	{ "queue_overload", &queue_overload_rows_stmt, .refs = "declared_by teammate, ended_by teammate" },
	{ "queue_session", &queue_session_rows_stmt, .refs = "team_id team, held_by teammate, ended_by teammate" },
	{ "queue_session_place", &queue_session_place_rows_stmt, .refs = "session_id queue_session, ticket_id ticket" },
	{ "queue_session_voice", &queue_session_voice_rows_stmt, .refs = "session_id queue_session, by_id teammate", .words = "part sales|ce|customer|engineering|support" },
	{ "queue_skill", &queue_skill_rows_stmt, .refs = "teammate_id teammate" },
	{ "queue_pick", &queue_pick_rows_stmt, .refs = "teammate_id teammate, ticket_id ticket", .words = "how own|take|cover" },
	{ "capacity_flag", &capacity_flag_rows_stmt, .refs = "teammate_id teammate, ended_by teammate" },
	{ "capacity_call", &capacity_call_rows_stmt, .refs = "by_id teammate, ended_by teammate", .words = "side both|east|west" },
	{ "absence", &absence_rows_stmt, .refs = "teammate_id teammate, created_by teammate, ended_by teammate",
	  .words = "kind time_off|sick|holiday|leave|training|other" },
	{ "absence_cover", &absence_cover_rows_stmt, .refs = "absence_id absence, ticket_id ticket, teammate_id teammate" },
	{ "absence_look", &absence_look_rows_stmt, .refs = "absence_id absence, by_id teammate" },
	{ 0 },
};
