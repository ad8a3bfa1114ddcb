/* cert_lists.c: what practice brings to the house: commands, tables that the log must explain, reactions, presets. The feature with its routes is in
 * cert_page.c. */
#include "growth/call_parts.h"
#include "growth/cert_parts.h"
#include "growth/pair_parts.h"
#include "growth/work_parts.h"

#include "base/banned.h"

const struct command *const practice_commands[] = {
	&cert_programme_cmd, &cert_draft_cmd, &cert_publish_cmd, &cert_editions_cmd, &cert_list_cmd, &cert_show_cmd, &cert_start_cmd, &cert_people_cmd,
	&cert_practise_cmd, &cert_approve_cmd, &cert_rehearse_cmd, &cert_recording_cmd, &cert_score_cmd, &cert_revoke_cmd, &cert_recognise_cmd, &cert_move_cmd,
	&call_list_cmd, &call_show_cmd, &call_plan_cmd, &call_change_cmd, &call_cancel_cmd, &call_join_cmd, &call_leave_cmd, &call_held_cmd, &call_took_part_cmd,
	&call_record_cmd, &call_feed_cmd,
	&pair_candidates_cmd, &pair_list_cmd, &pair_show_cmd, &pair_make_cmd, &pair_end_cmd, &pair_met_cmd, &pair_skip_cmd, &pair_meet_cmd, &pair_ask_cmd,
	&pair_answer_cmd, &pair_rule_cmd, &pair_fallback_cmd, &pair_fallback_end_cmd, &pair_neighbours_cmd,
	&work_list_cmd, &work_show_cmd, &work_begin_cmd, &work_change_cmd, &work_answer_cmd, &work_close_cmd, &work_reopen_cmd, &work_join_cmd, &work_leave_cmd,
	&work_kind_cmd, &work_part_kind_cmd,
	NULL,
};

const struct fold practice_folds[] = {
	{ "cert_programme", &cert_programme_rows_stmt }, { "cert_edition", &cert_edition_rows_stmt }, { "certification", &certification_rows_stmt },
	{ "cert_entry", &cert_entry_rows_stmt },         { "customer_call", &customer_call_rows_stmt }, { "call_place", &call_place_rows_stmt },
	{ "call_feed", &call_feed_rows_stmt },           { "pairing_rule", &pairing_rule_rows_stmt }, { "pairing", &pairing_rows_stmt },
	{ "pairing_meeting", &pairing_meeting_rows_stmt }, { "pairing_question", &pairing_question_rows_stmt },
	{ "pairing_fallback", &pairing_fallback_rows_stmt }, { "pairing_neighbour", &pairing_neighbour_rows_stmt },
	{ "work_kind", &work_kind_rows_stmt },           { "work_part_kind", &work_part_kind_rows_stmt }, { "work_item", &work_item_rows_stmt },
	{ "work_part", &work_part_rows_stmt },           { "work_member", &work_member_rows_stmt },
	{ 0 },
};

const struct reaction practice_reactions[] = {
	{ "teammate.disabled", IN_TX, .fold = pair_somebody_left },
	{ 0 },
};

enum err practice_prepare(struct ctx *c)
{
	TRY(cert_presets(c));
	TRY(pair_presets(c));
	return work_presets(c);
}
