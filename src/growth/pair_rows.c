/* pair_rows.c: see pair_rows.h. */
#include "growth/pair_rows.h"

#include "core/fold.h"

#include "base/banned.h"

_Static_assert(sizeof(struct pairing_rule_by_id_row) == sizeof(struct pairing_rule_rows_row), "the fold reads the row we write");

enum err pairing_rule_read(struct ctx *c, int64_t id, struct pairing_rule_rows_row *ret)
{
	bool found;
	TRY(pairing_rule_by_id(c->db, c->arena, (struct pairing_rule_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no pairing rule %lld.", (long long)id);
}

enum err pairing_rule_new(struct ctx *c, struct pairing_rule_rows_row *row, const char *kind)
{
	struct pairing_rule_add_row added;
	TRY(pairing_rule_add(c->db, c->arena, &added,
		.kind = row->kind, .newcomer_role = row->newcomer_role, .valid_from = row->valid_from, .valid_to = row->valid_to,
		.partner_role = row->partner_role, .team = row->team, .min_tenure_days = row->min_tenure_days,
		.max_load = row->max_load, .quarter_month = row->quarter_month, .max_partners = row->max_partners,
		.min_overlap_min = row->min_overlap_min, .days = row->days, .meet_days = row->meet_days,
		.meet_every_days = row->meet_every_days, .meet_until_days = row->meet_until_days, .meet_words = row->meet_words,
		.source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_rule", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_rule_rows_stmt, row) }, NULL);
}

enum err pairing_rule_save(struct ctx *c, const struct pairing_rule_rows_row *before, const struct pairing_rule_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_rule_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_rule_put(c->db, .id = row->id,
		.kind = row->kind, .newcomer_role = row->newcomer_role, .valid_from = row->valid_from, .valid_to = row->valid_to,
		.partner_role = row->partner_role, .team = row->team, .min_tenure_days = row->min_tenure_days,
		.max_load = row->max_load, .quarter_month = row->quarter_month, .max_partners = row->max_partners,
		.min_overlap_min = row->min_overlap_min, .days = row->days, .meet_days = row->meet_days,
		.meet_every_days = row->meet_every_days, .meet_until_days = row->meet_until_days, .meet_words = row->meet_words,
		.source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_rule", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct pairing_by_id_row) == sizeof(struct pairing_rows_row), "the fold reads the row we write");

enum err pairing_read(struct ctx *c, int64_t id, struct pairing_rows_row *ret)
{
	bool found;
	TRY(pairing_by_id(c->db, c->arena, (struct pairing_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no pairing %lld.", (long long)id);
}

enum err pairing_new(struct ctx *c, struct pairing_rows_row *row, const char *kind)
{
	struct pairing_add_row added;
	TRY(pairing_add(c->db, c->arena, &added,
		.kind = row->kind, .newcomer_id = row->newcomer_id, .partner_id = row->partner_id, .manager_id = row->manager_id,
		.rule_id = row->rule_id, .state = row->state, .starts_on = row->starts_on, .ends_on = row->ends_on,
		.why = row->why, .exception = row->exception, .replaces_id = row->replaces_id, .end_reason = row->end_reason,
		.ended_us = row->ended_us, .created_by = row->created_by, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_rows_stmt, row) }, NULL);
}

enum err pairing_save(struct ctx *c, const struct pairing_rows_row *before, const struct pairing_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_put(c->db, .id = row->id,
		.kind = row->kind, .newcomer_id = row->newcomer_id, .partner_id = row->partner_id, .manager_id = row->manager_id,
		.rule_id = row->rule_id, .state = row->state, .starts_on = row->starts_on, .ends_on = row->ends_on,
		.why = row->why, .exception = row->exception, .replaces_id = row->replaces_id, .end_reason = row->end_reason,
		.ended_us = row->ended_us, .created_by = row->created_by, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct pairing_meeting_by_id_row) == sizeof(struct pairing_meeting_rows_row), "the fold reads the row we write");

enum err pairing_meeting_read(struct ctx *c, int64_t id, struct pairing_meeting_rows_row *ret)
{
	bool found;
	TRY(pairing_meeting_by_id(c->db, c->arena, (struct pairing_meeting_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no meeting %lld.", (long long)id);
}

enum err pairing_meeting_new(struct ctx *c, struct pairing_meeting_rows_row *row, const char *kind)
{
	struct pairing_meeting_add_row added;
	TRY(pairing_meeting_add(c->db, c->arena, &added,
		.pairing_id = row->pairing_id, .due_on = row->due_on, .state = row->state, .notes = row->notes, .by_id = row->by_id,
		.held_us = row->held_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_meeting", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_meeting_rows_stmt, row) }, NULL);
}

enum err pairing_meeting_save(struct ctx *c, const struct pairing_meeting_rows_row *before, const struct pairing_meeting_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_meeting_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_meeting_put(c->db, .id = row->id,
		.pairing_id = row->pairing_id, .due_on = row->due_on, .state = row->state, .notes = row->notes, .by_id = row->by_id,
		.held_us = row->held_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_meeting", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct pairing_question_by_id_row) == sizeof(struct pairing_question_rows_row), "the fold reads the row we write");

enum err pairing_question_read(struct ctx *c, int64_t id, struct pairing_question_rows_row *ret)
{
	bool found;
	TRY(pairing_question_by_id(c->db, c->arena, (struct pairing_question_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no question %lld.", (long long)id);
}

enum err pairing_question_new(struct ctx *c, struct pairing_question_rows_row *row, const char *kind)
{
	struct pairing_question_add_row added;
	TRY(pairing_question_add(c->db, c->arena, &added,
		.newcomer_id = row->newcomer_id, .mentor_id = row->mentor_id, .body = row->body, .state = row->state,
		.technical = row->technical, .sure = row->sure, .answer = row->answer, .answered_by = row->answered_by,
		.answered_us = row->answered_us, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_question", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_question_rows_stmt, row) }, NULL);
}

enum err pairing_question_save(struct ctx *c, const struct pairing_question_rows_row *before, const struct pairing_question_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_question_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_question_put(c->db, .id = row->id,
		.newcomer_id = row->newcomer_id, .mentor_id = row->mentor_id, .body = row->body, .state = row->state,
		.technical = row->technical, .sure = row->sure, .answer = row->answer, .answered_by = row->answered_by,
		.answered_us = row->answered_us, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_question", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct pairing_fallback_by_id_row) == sizeof(struct pairing_fallback_rows_row), "the fold reads the row we write");

enum err pairing_fallback_read(struct ctx *c, int64_t id, struct pairing_fallback_rows_row *ret)
{
	bool found;
	TRY(pairing_fallback_by_id(c->db, c->arena, (struct pairing_fallback_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no contact %lld.", (long long)id);
}

enum err pairing_fallback_new(struct ctx *c, struct pairing_fallback_rows_row *row, const char *kind)
{
	struct pairing_fallback_add_row added;
	TRY(pairing_fallback_add(c->db, c->arena, &added,
		.topic = row->topic, .teammate_id = row->teammate_id, .note = row->note, .position = row->position,
		.created_us = row->created_us, .ended_us = row->ended_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_fallback", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_fallback_rows_stmt, row) }, NULL);
}

enum err pairing_fallback_save(struct ctx *c, const struct pairing_fallback_rows_row *before, const struct pairing_fallback_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_fallback_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_fallback_put(c->db, .id = row->id,
		.topic = row->topic, .teammate_id = row->teammate_id, .note = row->note, .position = row->position,
		.created_us = row->created_us, .ended_us = row->ended_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_fallback", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct pairing_neighbour_by_id_row) == sizeof(struct pairing_neighbour_rows_row), "the fold reads the row we write");

enum err pairing_neighbour_read(struct ctx *c, int64_t id, struct pairing_neighbour_rows_row *ret)
{
	bool found;
	TRY(pairing_neighbour_by_id(c->db, c->arena, (struct pairing_neighbour_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no neighbour %lld.", (long long)id);
}

enum err pairing_neighbour_new(struct ctx *c, struct pairing_neighbour_rows_row *row, const char *kind)
{
	struct pairing_neighbour_add_row added;
	TRY(pairing_neighbour_add(c->db, c->arena, &added,
		.team_id = row->team_id, .other_id = row->other_id, .ended_us = row->ended_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_neighbour", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &pairing_neighbour_rows_stmt, row) }, NULL);
}

enum err pairing_neighbour_save(struct ctx *c, const struct pairing_neighbour_rows_row *before, const struct pairing_neighbour_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &pairing_neighbour_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(pairing_neighbour_put(c->db, .id = row->id,
		.team_id = row->team_id, .other_id = row->other_id, .ended_us = row->ended_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "pairing_neighbour", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}
