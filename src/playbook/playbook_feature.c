/* playbook_feature.c: the slice's list of commands, and what it does when teammates change. The feature itself stands with its routes, in playbook_page.c. */
#include "playbook/run.h"
#include "playbook/schedule.h"

#include "base/banned.h"

const struct command *const playbook_commands[] = {
	&playbook_create_cmd, &playbook_list_cmd, &playbook_show_cmd, &playbook_publish_cmd, &playbook_discard_cmd, &playbook_archive_cmd, &playbook_restore_cmd,
	&playbook_diff_cmd, &playbook_preview_cmd, &playbook_replace_cmd, &playbook_revisions_cmd, &playbook_describe_cmd, &playbook_section_add_cmd,
	&playbook_section_set_cmd, &playbook_task_add_cmd, &playbook_task_set_cmd, &playbook_field_add_cmd, &playbook_field_set_cmd, &playbook_rule_add_cmd,
	&playbook_rule_set_cmd, &playbook_move_cmd, &playbook_remove_cmd, &playbook_import_cmd, &playbook_export_cmd, &run_start_cmd, &run_show_cmd, &run_list_cmd, &run_mine_cmd,
	&run_change_cmd, &run_archive_cmd, &run_restore_cmd, &run_cast_cmd, &run_done_cmd, &run_skip_cmd, &run_reopen_cmd, &run_approve_cmd, &run_reject_cmd,
	&run_sign_cmd, &run_due_cmd, &run_answer_cmd, &run_note_cmd, &run_withdraw_cmd, &run_diff_cmd, &run_move_cmd, &run_undo_move_cmd, &run_move_all_cmd,
	&run_undo_all_cmd, &schedule_create_cmd, &schedule_end_cmd, &schedule_list_cmd, NULL,
};

/* A teammate who left, came back, moved to another zone or works on other days: the dates and owners of the runs they play a part in follow, at once. */
static enum err teammate_changed(struct ctx *c, const struct event_new *e, int64_t seq)
{
	struct run_of_teammate_row *rows;
	struct teammate t;
	size_t n;
	(void)seq;
	bool matters = str_find(e->data, S("\"zone\"")) >= 0 || str_find(e->data, S("\"work_hours\"")) >= 0 || str_find(e->data, S("\"state\"")) >= 0;
	if (!matters || !str_eq(str_c(e->entity), S("teammate")) || str_eq(str_c(e->kind), S("teammate.created")))
		return OK;
	TRY(people_get(c, e->entity_id, &t));
	TRY(run_of_teammate(c->db, c->arena, &rows, &n, .teammate_id = t.id));
	for (size_t i = 0; i < n; i++) {
		struct run *r = arena_new(c->arena, struct run);
		TRY(run_load_any(c, rows[i].id, r));
		struct run_row_row after = r->row;
		if (str_eq(after.subject, S("teammate")) && after.subject_id == t.id && zone_find(t.zone)) {
			after.zone = t.zone;
			r->zone = zone_find(t.zone);
		}
		TRY(run_save(c, "playbook.run_changed", &r->row, &after, STR_NULL));
		r->row = after;
		TRY(run_settle(c, r));
	}
	return OK;
}

const struct fold playbook_folds[] = {
	{ "playbook", &playbook_rows_stmt },  { "playbook_rev", &playbook_rev_rows_stmt },      { "playbook_run", &run_rows_stmt },
	{ "playbook_mark", &run_mark_rows_stmt }, { "playbook_value", &run_value_rows_stmt },    { "playbook_role", &run_role_rows_stmt },
	{ "playbook_note", &run_note_rows_stmt }, { "playbook_schedule", &schedule_rows_stmt }, { 0 },
};

const struct reaction playbook_reactions[] = {
	{ "teammate.*", IN_TX, teammate_changed, NULL },
	{ 0 },
};
