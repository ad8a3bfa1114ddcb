/* row.c: see row.h. */
#include "core/row.h"

#include "core/fold.h"

#include "base/banned.h"

enum err row_read(struct ctx *c, const struct db_stmt *rows, const char *what, int64_t id, void *ret)
{
	bool found;
	TRY(db_one(c->db, c->arena, rows->get, &id, ret, &found));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no %s %lld.", what, (long long)id);
}

static enum err append(struct ctx *c, const struct db_stmt *rows, int64_t id, const char *kind, struct str data, const struct event_new *log)
{
	struct event_new e = { 0 };
	if (log)
		e = *log;
	e.kind = kind;
	e.entity = rows->table;
	e.entity_id = id;
	e.data = data;
	return event_append(c, &e, NULL);
}

enum err row_new(struct ctx *c, const struct db_stmt *rows, void *row, const char *kind, const struct event_new *log)
{
	int64_t *made = arena_alloc(c->arena, rows->row_size), *id = row;
	TRY(db_one(c->db, c->arena, rows->insert, row, made, NULL));
	*id = *made;
	return append(c, rows, *id, kind, fold_set_all(c->arena, rows, row), log);
}

enum err row_save(struct ctx *c, const struct db_stmt *rows, const void *before, const void *row, const char *kind, const struct event_new *log)
{
	struct str diff = fold_set_diff(c->arena, rows, before, row);
	if (!diff.p)
		return OK;
	TRY(db_exec(c->db, rows->update, row, NULL));
	return append(c, rows, *(const int64_t *)row, kind, diff, log);
}
