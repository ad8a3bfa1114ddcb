/* call_rows.c: see call_rows.h. */
#include "growth/call_rows.h"

#include "core/fold.h"

#include "base/banned.h"

_Static_assert(sizeof(struct customer_call_by_id_row) == sizeof(struct customer_call_rows_row), "the fold reads the row we write");

enum err customer_call_read(struct ctx *c, int64_t id, struct customer_call_rows_row *ret)
{
	bool found;
	TRY(customer_call_by_id(c->db, c->arena, (struct customer_call_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no call %lld.", (long long)id);
}

enum err customer_call_new(struct ctx *c, struct customer_call_rows_row *row, const char *kind)
{
	struct customer_call_add_row added;
	TRY(customer_call_add(c->db, c->arena, &added,
		.organisation_id = row->organisation_id, .title = row->title, .kind = row->kind, .starts_us = row->starts_us,
		.minutes = row->minutes, .zone = row->zone, .lead_id = row->lead_id, .shadow_places = row->shadow_places,
		.observer_places = row->observer_places, .join_url = row->join_url, .agenda = row->agenda, .state = row->state,
		.outcome = row->outcome, .recording_url = row->recording_url, .recording_minutes = row->recording_minutes,
		.recording_consent = row->recording_consent, .session_id = row->session_id, .session_why = row->session_why,
		.created_by = row->created_by, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "customer_call", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &customer_call_rows_stmt, row) }, NULL);
}

enum err customer_call_save(struct ctx *c, const struct customer_call_rows_row *before, const struct customer_call_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &customer_call_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(customer_call_put(c->db, .id = row->id,
		.organisation_id = row->organisation_id, .title = row->title, .kind = row->kind, .starts_us = row->starts_us,
		.minutes = row->minutes, .zone = row->zone, .lead_id = row->lead_id, .shadow_places = row->shadow_places,
		.observer_places = row->observer_places, .join_url = row->join_url, .agenda = row->agenda, .state = row->state,
		.outcome = row->outcome, .recording_url = row->recording_url, .recording_minutes = row->recording_minutes,
		.recording_consent = row->recording_consent, .session_id = row->session_id, .session_why = row->session_why,
		.created_by = row->created_by, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "customer_call", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct call_place_by_id_row) == sizeof(struct call_place_rows_row), "the fold reads the row we write");

enum err call_place_read(struct ctx *c, int64_t id, struct call_place_rows_row *ret)
{
	bool found;
	TRY(call_place_by_id(c->db, c->arena, (struct call_place_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no place %lld.", (long long)id);
}

enum err call_place_new(struct ctx *c, struct call_place_rows_row *row, const char *kind)
{
	struct call_place_add_row added;
	TRY(call_place_add(c->db, c->arena, &added,
		.call_id = row->call_id, .teammate_id = row->teammate_id, .part = row->part, .did = row->did, .note = row->note,
		.taken_us = row->taken_us, .removed_us = row->removed_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "call_place", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &call_place_rows_stmt, row) }, NULL);
}

enum err call_place_save(struct ctx *c, const struct call_place_rows_row *before, const struct call_place_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &call_place_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(call_place_put(c->db, .id = row->id,
		.call_id = row->call_id, .teammate_id = row->teammate_id, .part = row->part, .did = row->did, .note = row->note,
		.taken_us = row->taken_us, .removed_us = row->removed_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "call_place", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct call_feed_by_id_row) == sizeof(struct call_feed_rows_row), "the fold reads the row we write");

enum err call_feed_read(struct ctx *c, int64_t id, struct call_feed_rows_row *ret)
{
	bool found;
	TRY(call_feed_by_id(c->db, c->arena, (struct call_feed_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no calendar feed %lld.", (long long)id);
}

enum err call_feed_new(struct ctx *c, struct call_feed_rows_row *row, const char *kind)
{
	struct call_feed_add_row added;
	TRY(call_feed_add(c->db, c->arena, &added,
		.teammate_id = row->teammate_id, .number = row->number, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "call_feed", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &call_feed_rows_stmt, row) }, NULL);
}

enum err call_feed_save(struct ctx *c, const struct call_feed_rows_row *before, const struct call_feed_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &call_feed_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(call_feed_put(c->db, .id = row->id,
		.teammate_id = row->teammate_id, .number = row->number, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "call_feed", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}
