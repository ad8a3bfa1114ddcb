/* work_rows.c: see work_rows.h. */
#include "growth/work_rows.h"

#include "core/fold.h"

#include "base/banned.h"

_Static_assert(sizeof(struct work_kind_by_id_row) == sizeof(struct work_kind_rows_row), "the fold reads the row we write");

enum err work_kind_read(struct ctx *c, int64_t id, struct work_kind_rows_row *ret)
{
	bool found;
	TRY(work_kind_by_id(c->db, c->arena, (struct work_kind_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no kind of work %lld.", (long long)id);
}

enum err work_kind_new(struct ctx *c, struct work_kind_rows_row *row, const char *kind)
{
	struct work_kind_add_row added;
	TRY(work_kind_add(c->db, c->arena, &added,
		.slug = row->slug, .valid_from = row->valid_from, .valid_to = row->valid_to, .name = row->name, .about = row->about,
		.for_account = row->for_account, .ideal_days = row->ideal_days, .max_days = row->max_days,
		.with_parts = row->with_parts, .source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_kind", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &work_kind_rows_stmt, row) }, NULL);
}

enum err work_kind_save(struct ctx *c, const struct work_kind_rows_row *before, const struct work_kind_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &work_kind_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(work_kind_put(c->db, .id = row->id,
		.slug = row->slug, .valid_from = row->valid_from, .valid_to = row->valid_to, .name = row->name, .about = row->about,
		.for_account = row->for_account, .ideal_days = row->ideal_days, .max_days = row->max_days,
		.with_parts = row->with_parts, .source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_kind", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct work_part_kind_by_id_row) == sizeof(struct work_part_kind_rows_row), "the fold reads the row we write");

enum err work_part_kind_read(struct ctx *c, int64_t id, struct work_part_kind_rows_row *ret)
{
	bool found;
	TRY(work_part_kind_by_id(c->db, c->arena, (struct work_part_kind_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no part %lld.", (long long)id);
}

enum err work_part_kind_new(struct ctx *c, struct work_part_kind_rows_row *row, const char *kind)
{
	struct work_part_kind_add_row added;
	TRY(work_part_kind_add(c->db, c->arena, &added,
		.kind = row->kind, .slug = row->slug, .valid_from = row->valid_from, .valid_to = row->valid_to, .phase = row->phase,
		.title = row->title, .answer_kind = row->answer_kind, .led_by = row->led_by, .position = row->position,
		.source = row->source));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_part_kind", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &work_part_kind_rows_stmt, row) }, NULL);
}

enum err work_part_kind_save(struct ctx *c, const struct work_part_kind_rows_row *before, const struct work_part_kind_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &work_part_kind_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(work_part_kind_put(c->db, .id = row->id,
		.kind = row->kind, .slug = row->slug, .valid_from = row->valid_from, .valid_to = row->valid_to, .phase = row->phase,
		.title = row->title, .answer_kind = row->answer_kind, .led_by = row->led_by, .position = row->position,
		.source = row->source));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_part_kind", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct work_item_by_id_row) == sizeof(struct work_item_rows_row), "the fold reads the row we write");

enum err work_item_read(struct ctx *c, int64_t id, struct work_item_rows_row *ret)
{
	bool found;
	TRY(work_item_by_id(c->db, c->arena, (struct work_item_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no piece of work %lld.", (long long)id);
}

enum err work_item_new(struct ctx *c, struct work_item_rows_row *row, const char *kind)
{
	struct work_item_add_row added;
	TRY(work_item_add(c->db, c->arena, &added,
		.kind = row->kind, .organisation_id = row->organisation_id, .team_id = row->team_id, .title = row->title,
		.body = row->body, .owner_id = row->owner_id, .with_id = row->with_id, .with_part = row->with_part,
		.state = row->state, .health = row->health, .starts_on = row->starts_on, .due_on = row->due_on, .link = row->link,
		.outcome = row->outcome, .closed_us = row->closed_us, .created_by = row->created_by, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_item", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &work_item_rows_stmt, row) }, NULL);
}

enum err work_item_save(struct ctx *c, const struct work_item_rows_row *before, const struct work_item_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &work_item_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(work_item_put(c->db, .id = row->id,
		.kind = row->kind, .organisation_id = row->organisation_id, .team_id = row->team_id, .title = row->title,
		.body = row->body, .owner_id = row->owner_id, .with_id = row->with_id, .with_part = row->with_part,
		.state = row->state, .health = row->health, .starts_on = row->starts_on, .due_on = row->due_on, .link = row->link,
		.outcome = row->outcome, .closed_us = row->closed_us, .created_by = row->created_by, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_item", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct work_part_by_id_row) == sizeof(struct work_part_rows_row), "the fold reads the row we write");

enum err work_part_read(struct ctx *c, int64_t id, struct work_part_rows_row *ret)
{
	bool found;
	TRY(work_part_by_id(c->db, c->arena, (struct work_part_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no part %lld.", (long long)id);
}

enum err work_part_new(struct ctx *c, struct work_part_rows_row *row, const char *kind)
{
	struct work_part_add_row added;
	TRY(work_part_add(c->db, c->arena, &added,
		.item_id = row->item_id, .slug = row->slug, .phase = row->phase, .title = row->title,
		.answer_kind = row->answer_kind, .led_by = row->led_by, .position = row->position, .answer = row->answer,
		.answered_by = row->answered_by, .answered_us = row->answered_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_part", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &work_part_rows_stmt, row) }, NULL);
}

enum err work_part_save(struct ctx *c, const struct work_part_rows_row *before, const struct work_part_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &work_part_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(work_part_put(c->db, .id = row->id,
		.item_id = row->item_id, .slug = row->slug, .phase = row->phase, .title = row->title,
		.answer_kind = row->answer_kind, .led_by = row->led_by, .position = row->position, .answer = row->answer,
		.answered_by = row->answered_by, .answered_us = row->answered_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_part", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct work_member_by_id_row) == sizeof(struct work_member_rows_row), "the fold reads the row we write");

enum err work_member_read(struct ctx *c, int64_t id, struct work_member_rows_row *ret)
{
	bool found;
	TRY(work_member_by_id(c->db, c->arena, (struct work_member_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no member %lld.", (long long)id);
}

enum err work_member_new(struct ctx *c, struct work_member_rows_row *row, const char *kind)
{
	struct work_member_add_row added;
	TRY(work_member_add(c->db, c->arena, &added,
		.item_id = row->item_id, .teammate_id = row->teammate_id, .part = row->part, .joined_us = row->joined_us,
		.removed_us = row->removed_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_member", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &work_member_rows_stmt, row) }, NULL);
}

enum err work_member_save(struct ctx *c, const struct work_member_rows_row *before, const struct work_member_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &work_member_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(work_member_put(c->db, .id = row->id,
		.item_id = row->item_id, .teammate_id = row->teammate_id, .part = row->part, .joined_us = row->joined_us,
		.removed_us = row->removed_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "work_member", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}
