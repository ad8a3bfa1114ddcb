/* queue_rows.c: see queue_rows.h. Every table of the slice leaves with the desk ("-- carries" in queue_rows.sql), so the three statements that core/carry.h goes by
 * read and write a row here too; the entity in the log is the table. */
#include "queue/queue_rows.h"

#include "core/fold.h"

#include "base/banned.h"

static enum err read_row(struct ctx *c, const struct db_stmt *rows, const char *what, int64_t id, void *ret)
{
	bool found;
	TRY(db_one(c->db, c->arena, rows->get, &id, ret, &found));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no %s %lld.", what, (long long)id);
}

/* The number is a row's first member. */
static enum err new_row(struct ctx *c, const struct db_stmt *rows, void *row, const char *kind, int64_t ticket)
{
	int64_t *made = arena_alloc(c->arena, rows->row_size), *id = row;
	TRY(db_one(c->db, c->arena, rows->insert, row, made, NULL));
	*id = *made;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = rows->table, .entity_id = *id, .ticket_id = ticket,
						    .data = fold_set_all(c->arena, rows, row) }, NULL);
}

static enum err save_row(struct ctx *c, const struct db_stmt *rows, const void *before, const void *row, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, rows, before, row);
	if (!diff.p)
		return OK;
	TRY(db_exec(c->db, rows->update, row, NULL));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = rows->table, .entity_id = *(const int64_t *)row, .data = diff }, NULL);
}

enum err queue_row_set(struct ctx *c, const struct db_stmt *rows, int64_t there, void *row, bool replace, const char *kind)
{
	if (!there)
		return new_row(c, rows, row, kind, 0);
	*(int64_t *)row = there;
	if (!replace)
		return OK;
	void *before = arena_alloc(c->arena, rows->row_size);
	TRY(read_row(c, rows, "row", there, before));
	return save_row(c, rows, before, row, kind);
}

/* ---- one by one ---- */

#define NEW(T)                                                                                        \
	enum err T##_new(struct ctx *c, struct T##_rows_row *row, const char *kind)                    \
	{                                                                                             \
		return new_row(c, &T##_rows_stmt, row, kind, 0);                                      \
	}
#define TABLE(T, what)                                                                                \
	enum err T##_read(struct ctx *c, int64_t id, struct T##_rows_row *ret)                         \
	{                                                                                             \
		return read_row(c, &T##_rows_stmt, what, id, ret);                                    \
	}                                                                                             \
	NEW(T)                                                                                        \
	enum err T##_save(struct ctx *c, const struct T##_rows_row *before, const struct T##_rows_row *row, const char *kind) \
	{                                                                                             \
		return save_row(c, &T##_rows_stmt, before, row, kind);                                \
	}

TABLE(queue_overload, "overload")
TABLE(queue_session, "ranking session")
TABLE(queue_session_place, "place of a session")
TABLE(queue_skill, "skill")
TABLE(capacity_flag, "capacity flag")
TABLE(capacity_call, "call of a level")
TABLE(absence, "absence")
TABLE(absence_cover, "fill-in")
NEW(queue_session_voice)
NEW(absence_look)

enum err queue_pick_new(struct ctx *c, struct queue_pick_rows_row *row, const char *kind, int64_t ticket)
{
	return new_row(c, &queue_pick_rows_stmt, row, kind, ticket);
}
