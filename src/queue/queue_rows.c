/* queue_rows.c: see queue_rows.h. Every table of the slice leaves with the desk ("-- carries" in queue_rows.sql), so core/row.h reads and writes them. */
#include "queue/queue_rows.h"

#include "core/row.h"

#include "base/banned.h"

enum err queue_row_set(struct ctx *c, const struct db_stmt *rows, int64_t there, void *row, bool replace, const char *kind)
{
	if (!there)
		return row_new(c, rows, row, kind, NULL);
	*(int64_t *)row = there;
	if (!replace)
		return OK;
	void *before = arena_alloc(c->arena, rows->row_size);
	TRY(row_read(c, rows, "row", there, before));
	return row_save(c, rows, before, row, kind, NULL);
}

/* ---- one by one ---- */

#define NEW(T)                                                                                        \
	enum err T##_new(struct ctx *c, struct T##_rows_row *row, const char *kind)                    \
	{                                                                                             \
		return row_new(c, &T##_rows_stmt, row, kind, NULL);                                   \
	}
#define TABLE(T, what)                                                                                \
	enum err T##_read(struct ctx *c, int64_t id, struct T##_rows_row *ret)                         \
	{                                                                                             \
		return row_read(c, &T##_rows_stmt, what, id, ret);                                    \
	}                                                                                             \
	NEW(T)                                                                                        \
	enum err T##_save(struct ctx *c, const struct T##_rows_row *before, const struct T##_rows_row *row, const char *kind) \
	{                                                                                             \
		return row_save(c, &T##_rows_stmt, before, row, kind, NULL);                          \
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
	return row_new(c, &queue_pick_rows_stmt, row, kind, &(struct event_new){ .ticket_id = ticket });
}
