/* queue_rows.c: see queue_rows.h. */
#include "queue/queue_rows.h"

#include "core/fold.h"

#include "base/banned.h"

_Static_assert(sizeof(struct rank_order_by_id_row) == sizeof(struct rank_order_rows_row), "the fold reads the row we write");

enum err rank_order_read(struct ctx *c, int64_t id, struct rank_order_rows_row *ret)
{
	bool found;
	TRY(rank_order_by_id(c->db, c->arena, (struct rank_order_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no order of the line %lld.", (long long)id);
}

enum err rank_order_new(struct ctx *c, struct rank_order_rows_row *row, const char *kind)
{
	struct rank_order_add_row added;
	TRY(rank_order_add(c->db, c->arena, &added,
		.mode = row->mode, .valid_from = row->valid_from, .valid_to = row->valid_to, .keys = row->keys, .words = row->words,
		.source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_order", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &rank_order_rows_stmt, row) }, NULL);
}

enum err rank_order_save(struct ctx *c, const struct rank_order_rows_row *before, const struct rank_order_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &rank_order_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(rank_order_put(c->db, .id = row->id,
		.mode = row->mode, .valid_from = row->valid_from, .valid_to = row->valid_to, .keys = row->keys, .words = row->words,
		.source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_order", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct rank_tier_by_id_row) == sizeof(struct rank_tier_rows_row), "the fold reads the row we write");

enum err rank_tier_read(struct ctx *c, int64_t id, struct rank_tier_rows_row *ret)
{
	bool found;
	TRY(rank_tier_by_id(c->db, c->arena, (struct rank_tier_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no rank of a tier %lld.", (long long)id);
}

enum err rank_tier_new(struct ctx *c, struct rank_tier_rows_row *row, const char *kind)
{
	struct rank_tier_add_row added;
	TRY(rank_tier_add(c->db, c->arena, &added,
		.valid_from = row->valid_from, .valid_to = row->valid_to, .place = row->place, .name = row->name, .stage = row->stage,
		.tier = row->tier, .contact = row->contact, .last = row->last, .source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_tier", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &rank_tier_rows_stmt, row) }, NULL);
}

enum err rank_tier_save(struct ctx *c, const struct rank_tier_rows_row *before, const struct rank_tier_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &rank_tier_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(rank_tier_put(c->db, .id = row->id,
		.valid_from = row->valid_from, .valid_to = row->valid_to, .place = row->place, .name = row->name, .stage = row->stage,
		.tier = row->tier, .contact = row->contact, .last = row->last, .source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_tier", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct rank_priority_by_id_row) == sizeof(struct rank_priority_rows_row), "the fold reads the row we write");

enum err rank_priority_read(struct ctx *c, int64_t id, struct rank_priority_rows_row *ret)
{
	bool found;
	TRY(rank_priority_by_id(c->db, c->arena, (struct rank_priority_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no meaning of a priority %lld.", (long long)id);
}

enum err rank_priority_new(struct ctx *c, struct rank_priority_rows_row *row, const char *kind)
{
	struct rank_priority_add_row added;
	TRY(rank_priority_add(c->db, c->arena, &added,
		.priority = row->priority, .valid_from = row->valid_from, .valid_to = row->valid_to, .standing = row->standing,
		.words = row->words, .source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_priority", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &rank_priority_rows_stmt, row) }, NULL);
}

enum err rank_priority_save(struct ctx *c, const struct rank_priority_rows_row *before, const struct rank_priority_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &rank_priority_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(rank_priority_put(c->db, .id = row->id,
		.priority = row->priority, .valid_from = row->valid_from, .valid_to = row->valid_to, .standing = row->standing,
		.words = row->words, .source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "rank_priority", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct capacity_rule_by_id_row) == sizeof(struct capacity_rule_rows_row), "the fold reads the row we write");

enum err capacity_rule_read(struct ctx *c, int64_t id, struct capacity_rule_rows_row *ret)
{
	bool found;
	TRY(capacity_rule_by_id(c->db, c->arena, (struct capacity_rule_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no rule of capacity %lld.", (long long)id);
}

enum err capacity_rule_new(struct ctx *c, struct capacity_rule_rows_row *row, const char *kind)
{
	struct capacity_rule_add_row added;
	TRY(capacity_rule_add(c->db, c->arena, &added,
		.name = row->name, .valid_from = row->valid_from, .valid_to = row->valid_to, .n = row->n, .words = row->words,
		.source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_rule", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &capacity_rule_rows_stmt, row) }, NULL);
}

enum err capacity_rule_save(struct ctx *c, const struct capacity_rule_rows_row *before, const struct capacity_rule_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &capacity_rule_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(capacity_rule_put(c->db, .id = row->id,
		.name = row->name, .valid_from = row->valid_from, .valid_to = row->valid_to, .n = row->n, .words = row->words,
		.source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_rule", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct capacity_step_by_id_row) == sizeof(struct capacity_step_rows_row), "the fold reads the row we write");

enum err capacity_step_read(struct ctx *c, int64_t id, struct capacity_step_rows_row *ret)
{
	bool found;
	TRY(capacity_step_by_id(c->db, c->arena, (struct capacity_step_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no level %lld.", (long long)id);
}

enum err capacity_step_new(struct ctx *c, struct capacity_step_rows_row *row, const char *kind)
{
	struct capacity_step_add_row added;
	TRY(capacity_step_add(c->db, c->arena, &added,
		.level = row->level, .valid_from = row->valid_from, .valid_to = row->valid_to, .east_least = row->east_least,
		.east_most = row->east_most, .west_least = row->west_least, .west_most = row->west_most, .active_over = row->active_over,
		.logic = row->logic, .words = row->words, .source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_step", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &capacity_step_rows_stmt, row) }, NULL);
}

enum err capacity_step_save(struct ctx *c, const struct capacity_step_rows_row *before, const struct capacity_step_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &capacity_step_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(capacity_step_put(c->db, .id = row->id,
		.level = row->level, .valid_from = row->valid_from, .valid_to = row->valid_to, .east_least = row->east_least,
		.east_most = row->east_most, .west_least = row->west_least, .west_most = row->west_most, .active_over = row->active_over,
		.logic = row->logic, .words = row->words, .source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_step", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct coverage_block_by_id_row) == sizeof(struct coverage_block_rows_row), "the fold reads the row we write");

enum err coverage_block_read(struct ctx *c, int64_t id, struct coverage_block_rows_row *ret)
{
	bool found;
	TRY(coverage_block_by_id(c->db, c->arena, (struct coverage_block_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no coverage block %lld.", (long long)id);
}

enum err coverage_block_new(struct ctx *c, struct coverage_block_rows_row *row, const char *kind)
{
	struct coverage_block_add_row added;
	TRY(coverage_block_add(c->db, c->arena, &added,
		.place = row->place, .name = row->name, .zones = row->zones, .side = row->side, .valid_from = row->valid_from,
		.valid_to = row->valid_to, .source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "coverage_block", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &coverage_block_rows_stmt, row) }, NULL);
}

enum err coverage_block_save(struct ctx *c, const struct coverage_block_rows_row *before, const struct coverage_block_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &coverage_block_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(coverage_block_put(c->db, .id = row->id,
		.place = row->place, .name = row->name, .zones = row->zones, .side = row->side, .valid_from = row->valid_from,
		.valid_to = row->valid_to, .source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "coverage_block", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct queue_overload_by_id_row) == sizeof(struct queue_overload_rows_row), "the fold reads the row we write");

enum err queue_overload_read(struct ctx *c, int64_t id, struct queue_overload_rows_row *ret)
{
	bool found;
	TRY(queue_overload_by_id(c->db, c->arena, (struct queue_overload_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no overload %lld.", (long long)id);
}

enum err queue_overload_new(struct ctx *c, struct queue_overload_rows_row *row, const char *kind)
{
	struct queue_overload_add_row added;
	TRY(queue_overload_add(c->db, c->arena, &added,
		.declared_by = row->declared_by, .declared_name = row->declared_name, .why = row->why, .since_us = row->since_us,
		.until_us = row->until_us, .ended_us = row->ended_us, .ended_by = row->ended_by, .ended_why = row->ended_why));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_overload", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &queue_overload_rows_stmt, row) }, NULL);
}

enum err queue_overload_save(struct ctx *c, const struct queue_overload_rows_row *before, const struct queue_overload_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &queue_overload_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(queue_overload_put(c->db, .id = row->id,
		.declared_by = row->declared_by, .declared_name = row->declared_name, .why = row->why, .since_us = row->since_us,
		.until_us = row->until_us, .ended_us = row->ended_us, .ended_by = row->ended_by, .ended_why = row->ended_why));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_overload", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct queue_session_by_id_row) == sizeof(struct queue_session_rows_row), "the fold reads the row we write");

enum err queue_session_read(struct ctx *c, int64_t id, struct queue_session_rows_row *ret)
{
	bool found;
	TRY(queue_session_by_id(c->db, c->arena, (struct queue_session_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no ranking session %lld.", (long long)id);
}

enum err queue_session_new(struct ctx *c, struct queue_session_rows_row *row, const char *kind)
{
	struct queue_session_add_row added;
	TRY(queue_session_add(c->db, c->arena, &added,
		.title = row->title, .team_id = row->team_id, .held_by = row->held_by, .held_name = row->held_name, .why = row->why,
		.began_us = row->began_us, .until_us = row->until_us, .set_us = row->set_us, .unheard = row->unheard,
		.ended_us = row->ended_us, .ended_by = row->ended_by, .ended_why = row->ended_why));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_session", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &queue_session_rows_stmt, row) }, NULL);
}

enum err queue_session_save(struct ctx *c, const struct queue_session_rows_row *before, const struct queue_session_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &queue_session_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(queue_session_put(c->db, .id = row->id,
		.title = row->title, .team_id = row->team_id, .held_by = row->held_by, .held_name = row->held_name, .why = row->why,
		.began_us = row->began_us, .until_us = row->until_us, .set_us = row->set_us, .unheard = row->unheard,
		.ended_us = row->ended_us, .ended_by = row->ended_by, .ended_why = row->ended_why));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_session", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct queue_session_place_by_id_row) == sizeof(struct queue_session_place_rows_row), "the fold reads the row we write");

enum err queue_session_place_read(struct ctx *c, int64_t id, struct queue_session_place_rows_row *ret)
{
	bool found;
	TRY(queue_session_place_by_id(c->db, c->arena, (struct queue_session_place_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no place of a session %lld.", (long long)id);
}

enum err queue_session_place_new(struct ctx *c, struct queue_session_place_rows_row *row, const char *kind)
{
	struct queue_session_place_add_row added;
	TRY(queue_session_place_add(c->db, c->arena, &added,
		.session_id = row->session_id, .ticket_id = row->ticket_id, .place = row->place, .reason = row->reason,
		.removed_us = row->removed_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_session_place", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &queue_session_place_rows_stmt, row) }, NULL);
}

enum err queue_session_place_save(struct ctx *c, const struct queue_session_place_rows_row *before, const struct queue_session_place_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &queue_session_place_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(queue_session_place_put(c->db, .id = row->id,
		.session_id = row->session_id, .ticket_id = row->ticket_id, .place = row->place, .reason = row->reason,
		.removed_us = row->removed_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_session_place", .entity_id = row->id, .data = diff }, NULL);
}

enum err queue_session_voice_new(struct ctx *c, struct queue_session_voice_rows_row *row, const char *kind)
{
	struct queue_session_voice_add_row added;
	TRY(queue_session_voice_add(c->db, c->arena, &added,
		.session_id = row->session_id, .name = row->name, .part = row->part, .said = row->said, .by_id = row->by_id,
		.at_us = row->at_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_session_voice", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &queue_session_voice_rows_stmt, row) }, NULL);
}

_Static_assert(sizeof(struct queue_skill_by_id_row) == sizeof(struct queue_skill_rows_row), "the fold reads the row we write");

enum err queue_skill_read(struct ctx *c, int64_t id, struct queue_skill_rows_row *ret)
{
	bool found;
	TRY(queue_skill_by_id(c->db, c->arena, (struct queue_skill_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no skill %lld.", (long long)id);
}

enum err queue_skill_new(struct ctx *c, struct queue_skill_rows_row *row, const char *kind)
{
	struct queue_skill_add_row added;
	TRY(queue_skill_add(c->db, c->arena, &added,
		.teammate_id = row->teammate_id, .tag = row->tag, .since_us = row->since_us, .ended_us = row->ended_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_skill", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &queue_skill_rows_stmt, row) }, NULL);
}

enum err queue_skill_save(struct ctx *c, const struct queue_skill_rows_row *before, const struct queue_skill_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &queue_skill_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(queue_skill_put(c->db, .id = row->id,
		.teammate_id = row->teammate_id, .tag = row->tag, .since_us = row->since_us, .ended_us = row->ended_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_skill", .entity_id = row->id, .data = diff }, NULL);
}

enum err queue_pick_new(struct ctx *c, struct queue_pick_rows_row *row, const char *kind, int64_t ticket)
{
	struct queue_pick_add_row added;
	TRY(queue_pick_add(c->db, c->arena, &added,
		.teammate_id = row->teammate_id, .ticket_id = row->ticket_id, .how = row->how, .place = row->place, .why = row->why,
		.skipped = row->skipped, .at_us = row->at_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "queue_pick", .entity_id = row->id, .ticket_id = ticket,
						    .data = fold_set_all(c->arena, &queue_pick_rows_stmt, row) }, NULL);
}

_Static_assert(sizeof(struct capacity_flag_by_id_row) == sizeof(struct capacity_flag_rows_row), "the fold reads the row we write");

enum err capacity_flag_read(struct ctx *c, int64_t id, struct capacity_flag_rows_row *ret)
{
	bool found;
	TRY(capacity_flag_by_id(c->db, c->arena, (struct capacity_flag_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no capacity flag %lld.", (long long)id);
}

enum err capacity_flag_new(struct ctx *c, struct capacity_flag_rows_row *row, const char *kind)
{
	struct capacity_flag_add_row added;
	TRY(capacity_flag_add(c->db, c->arena, &added,
		.teammate_id = row->teammate_id, .why = row->why, .since_us = row->since_us, .until_us = row->until_us,
		.ended_us = row->ended_us, .ended_by = row->ended_by));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_flag", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &capacity_flag_rows_stmt, row) }, NULL);
}

enum err capacity_flag_save(struct ctx *c, const struct capacity_flag_rows_row *before, const struct capacity_flag_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &capacity_flag_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(capacity_flag_put(c->db, .id = row->id,
		.teammate_id = row->teammate_id, .why = row->why, .since_us = row->since_us, .until_us = row->until_us,
		.ended_us = row->ended_us, .ended_by = row->ended_by));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_flag", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct capacity_call_by_id_row) == sizeof(struct capacity_call_rows_row), "the fold reads the row we write");

enum err capacity_call_read(struct ctx *c, int64_t id, struct capacity_call_rows_row *ret)
{
	bool found;
	TRY(capacity_call_by_id(c->db, c->arena, (struct capacity_call_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no call of a level %lld.", (long long)id);
}

enum err capacity_call_new(struct ctx *c, struct capacity_call_rows_row *row, const char *kind)
{
	struct capacity_call_add_row added;
	TRY(capacity_call_add(c->db, c->arena, &added,
		.level = row->level, .side = row->side, .why = row->why, .by_id = row->by_id, .by_name = row->by_name,
		.since_us = row->since_us, .until_us = row->until_us, .ended_us = row->ended_us, .ended_by = row->ended_by));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_call", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &capacity_call_rows_stmt, row) }, NULL);
}

enum err capacity_call_save(struct ctx *c, const struct capacity_call_rows_row *before, const struct capacity_call_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &capacity_call_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(capacity_call_put(c->db, .id = row->id,
		.level = row->level, .side = row->side, .why = row->why, .by_id = row->by_id, .by_name = row->by_name,
		.since_us = row->since_us, .until_us = row->until_us, .ended_us = row->ended_us, .ended_by = row->ended_by));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "capacity_call", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct absence_by_id_row) == sizeof(struct absence_rows_row), "the fold reads the row we write");

enum err absence_read(struct ctx *c, int64_t id, struct absence_rows_row *ret)
{
	bool found;
	TRY(absence_by_id(c->db, c->arena, (struct absence_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no absence %lld.", (long long)id);
}

enum err absence_new(struct ctx *c, struct absence_rows_row *row, const char *kind)
{
	struct absence_add_row added;
	TRY(absence_add(c->db, c->arena, &added,
		.teammate_id = row->teammate_id, .kind = row->kind, .from_day = row->from_day, .until_day = row->until_day,
		.from_us = row->from_us, .until_us = row->until_us, .note = row->note, .created_by = row->created_by,
		.created_us = row->created_us, .told_us = row->told_us, .ended_us = row->ended_us, .ended_by = row->ended_by));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "absence", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &absence_rows_stmt, row) }, NULL);
}

enum err absence_save(struct ctx *c, const struct absence_rows_row *before, const struct absence_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &absence_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(absence_put(c->db, .id = row->id,
		.teammate_id = row->teammate_id, .kind = row->kind, .from_day = row->from_day, .until_day = row->until_day,
		.from_us = row->from_us, .until_us = row->until_us, .note = row->note, .created_by = row->created_by,
		.created_us = row->created_us, .told_us = row->told_us, .ended_us = row->ended_us, .ended_by = row->ended_by));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "absence", .entity_id = row->id, .data = diff }, NULL);
}

_Static_assert(sizeof(struct absence_cover_by_id_row) == sizeof(struct absence_cover_rows_row), "the fold reads the row we write");

enum err absence_cover_read(struct ctx *c, int64_t id, struct absence_cover_rows_row *ret)
{
	bool found;
	TRY(absence_cover_by_id(c->db, c->arena, (struct absence_cover_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no fill-in %lld.", (long long)id);
}

enum err absence_cover_new(struct ctx *c, struct absence_cover_rows_row *row, const char *kind)
{
	struct absence_cover_add_row added;
	TRY(absence_cover_add(c->db, c->arena, &added,
		.absence_id = row->absence_id, .ticket_id = row->ticket_id, .teammate_id = row->teammate_id, .why = row->why,
		.since_us = row->since_us, .ended_us = row->ended_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "absence_cover", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &absence_cover_rows_stmt, row) }, NULL);
}

enum err absence_cover_save(struct ctx *c, const struct absence_cover_rows_row *before, const struct absence_cover_rows_row *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &absence_cover_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(absence_cover_put(c->db, .id = row->id,
		.absence_id = row->absence_id, .ticket_id = row->ticket_id, .teammate_id = row->teammate_id, .why = row->why,
		.since_us = row->since_us, .ended_us = row->ended_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "absence_cover", .entity_id = row->id, .data = diff }, NULL);
}

enum err absence_look_new(struct ctx *c, struct absence_look_rows_row *row, const char *kind)
{
	struct absence_look_add_row added;
	TRY(absence_look_add(c->db, c->arena, &added,
		.absence_id = row->absence_id, .day = row->day, .by_id = row->by_id, .by_name = row->by_name, .note = row->note,
		.at_us = row->at_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "absence_look", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &absence_look_rows_stmt, row) }, NULL);
}
