/* cert_rows.c: see cert_rows.h. */
#include "growth/cert_rows.h"

#include "core/fold.h"

#include "base/banned.h"

_Static_assert(sizeof(struct cert_programme_by_id_row) == sizeof(struct cert_programme_rows_row), "the fold reads the row we write");

enum err cert_programme_read(struct ctx *c, int64_t id, struct cert_programme_rows_row *ret)
{
	bool found;
	TRY(cert_programme_by_id(c->db, c->arena, (struct cert_programme_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no certification programme %lld.", (long long)id);
}

enum err cert_programme_new(struct ctx *c, struct cert_programme_rows_row *row, const char *kind)
{
	struct cert_programme_add_row added;
	TRY(cert_programme_add(c->db, c->arena, &added,
		.slug = row->slug, .name = row->name, .roles = row->roles, .call_kinds = row->call_kinds,
		.created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_programme", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &cert_programme_rows_stmt, row) }, NULL);
}

enum err cert_programme_save(struct ctx *c, const struct cert_programme_rows_row *before, const struct cert_programme_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &cert_programme_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(cert_programme_put(c->db, .id = row->id,
		.slug = row->slug, .name = row->name, .roles = row->roles, .call_kinds = row->call_kinds,
		.created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_programme", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct cert_edition_by_id_row) == sizeof(struct cert_edition_rows_row), "the fold reads the row we write");

enum err cert_edition_read(struct ctx *c, int64_t id, struct cert_edition_rows_row *ret)
{
	bool found;
	TRY(cert_edition_by_id(c->db, c->arena, (struct cert_edition_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no edition %lld.", (long long)id);
}

enum err cert_edition_new(struct ctx *c, struct cert_edition_rows_row *row, const char *kind)
{
	struct cert_edition_add_row added;
	TRY(cert_edition_add(c->db, c->arena, &added,
		.programme_id = row->programme_id, .valid_from = row->valid_from, .name = row->name, .max_score = row->max_score,
		.labels = row->labels, .competencies = row->competencies, .scorers = row->scorers,
		.from_recording = row->from_recording, .clearance = row->clearance, .lead_rule = row->lead_rule,
		.sessions = row->sessions, .pass = row->pass, .min_led = row->min_led, .recertify = row->recertify,
		.neutral = row->neutral, .notes = row->notes, .source = row->source, .published_us = row->published_us,
		.created_by = row->created_by, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_edition", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &cert_edition_rows_stmt, row) }, NULL);
}

enum err cert_edition_save(struct ctx *c, const struct cert_edition_rows_row *before, const struct cert_edition_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &cert_edition_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(cert_edition_put(c->db, .id = row->id,
		.programme_id = row->programme_id, .valid_from = row->valid_from, .name = row->name, .max_score = row->max_score,
		.labels = row->labels, .competencies = row->competencies, .scorers = row->scorers,
		.from_recording = row->from_recording, .clearance = row->clearance, .lead_rule = row->lead_rule,
		.sessions = row->sessions, .pass = row->pass, .min_led = row->min_led, .recertify = row->recertify,
		.neutral = row->neutral, .notes = row->notes, .source = row->source, .published_us = row->published_us,
		.created_by = row->created_by, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_edition", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct certification_by_id_row) == sizeof(struct certification_rows_row), "the fold reads the row we write");

enum err certification_read(struct ctx *c, int64_t id, struct certification_rows_row *ret)
{
	bool found;
	TRY(certification_by_id(c->db, c->arena, (struct certification_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no certification %lld.", (long long)id);
}

enum err certification_new(struct ctx *c, struct certification_rows_row *row, const char *kind)
{
	struct certification_add_row added;
	TRY(certification_add(c->db, c->arena, &added,
		.programme_id = row->programme_id, .edition_id = row->edition_id, .teammate_id = row->teammate_id,
		.mentor_id = row->mentor_id, .manager_id = row->manager_id, .state = row->state, .certified_us = row->certified_us,
		.focus = row->focus, .started_us = row->started_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "certification", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &certification_rows_stmt, row) }, NULL);
}

enum err certification_save(struct ctx *c, const struct certification_rows_row *before, const struct certification_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &certification_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(certification_put(c->db, .id = row->id,
		.programme_id = row->programme_id, .edition_id = row->edition_id, .teammate_id = row->teammate_id,
		.mentor_id = row->mentor_id, .manager_id = row->manager_id, .state = row->state, .certified_us = row->certified_us,
		.focus = row->focus, .started_us = row->started_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "certification", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}

_Static_assert(sizeof(struct cert_entry_by_id_row) == sizeof(struct cert_entry_rows_row), "the fold reads the row we write");

enum err cert_entry_read(struct ctx *c, int64_t id, struct cert_entry_rows_row *ret)
{
	bool found;
	TRY(cert_entry_by_id(c->db, c->arena, (struct cert_entry_by_id_row *)ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no entry %lld.", (long long)id);
}

enum err cert_entry_new(struct ctx *c, struct cert_entry_rows_row *row, const char *kind)
{
	struct cert_entry_add_row added;
	TRY(cert_entry_add(c->db, c->arena, &added,
		.certification_id = row->certification_id, .edition_id = row->edition_id, .at_us = row->at_us, .kind = row->kind,
		.session_id = row->session_id, .call_id = row->call_id, .title = row->title, .lead = row->lead,
		.shadow = row->shadow, .scorer = row->scorer, .scores = row->scores, .recording = row->recording,
		.note = row->note, .by_id = row->by_id, .created_us = row->created_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_entry", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &cert_entry_rows_stmt, row) }, NULL);
}

enum err cert_entry_save(struct ctx *c, const struct cert_entry_rows_row *before, const struct cert_entry_rows_row *row,
	const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &cert_entry_rows_stmt, before, row);
	if (!diff.p)
		return OK;
	TRY(cert_entry_put(c->db, .id = row->id,
		.certification_id = row->certification_id, .edition_id = row->edition_id, .at_us = row->at_us, .kind = row->kind,
		.session_id = row->session_id, .call_id = row->call_id, .title = row->title, .lead = row->lead,
		.shadow = row->shadow, .scorer = row->scorer, .scores = row->scores, .recording = row->recording,
		.note = row->note, .by_id = row->by_id, .created_us = row->created_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "cert_entry", .entity_id = row->id, .data = diff, .reason = reason }, NULL);
}
