/* sqlite_check.c: looking at statements and plans, copying the database, and whether it is whole; see db.h. */
#include "db/sqlite_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum err lite_prepare_check(struct db *db, const struct db_stmt *s)
{
	struct lite_conn *c = conn_of(db);
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->h, s->sqlite, -1, &st, NULL);
	if (rc != SQLITE_OK)
		return lite_fail(db, c, s, rc);
	enum err e = OK;
	if (sqlite3_column_count(st) != (s->rowid ? 0 : s->n_out))
		e = db_fail(db, s, ERR_BUG, "%s gives %d columns, but '-- out:' names %d", s->name, sqlite3_column_count(st), s->n_out);
	else if (sqlite3_bind_parameter_count(st) != s->n_in)
		e = db_fail(db, s, ERR_BUG, "%s takes %d inputs, not %d", s->name, sqlite3_bind_parameter_count(st), s->n_in);
	else if ((sqlite3_stmt_readonly(st) == 0) != s->writes)
		e = db_fail(db, s, ERR_BUG, "%s %s", s->name, s->writes ? "is said to write but only reads" : "writes but is said to read");
	for (unsigned i = 0; i < s->n_out && e == OK && !s->rowid; i++)
		e = db_check_column_name(db, s, i, sqlite3_column_name(st, (int)i));
	sqlite3_finalize(st);
	return e;
}

enum err lite_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan)
{
	struct lite_conn *c = conn_of(db);
	struct str sql = arena_fmt(a, "EXPLAIN QUERY PLAN %s", s->sqlite), plan = S("");
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->h, sql.p, (int)sql.n, &st, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			plan = arena_fmt(a, "%.*s%s\n", STR_ARG(plan), (const char *)sqlite3_column_text(st, 3));
	}
	enum err e = rc == SQLITE_DONE ? OK : lite_fail(db, c, s, rc);
	sqlite3_finalize(st);
	if (e == OK)
		*ret_plan = plan;
	return e;
}

/* The copy is on disk, and its name too, before this returns. */
static bool sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	ASSERT(dir);
	bool ok = sync_path(dir);
	free(dir);
	return ok;
}

enum err lite_backup(struct db *db, const char *path)
{
	struct lite_conn *c = conn_of(db);
	if (db->in_write || db->conn->in_tx)
		return db_fail(db, NULL, ERR_BUG, "db_backup() inside a transaction");
	char *half = NULL;
	if (asprintf(&half, "%s.part", path) < 0)
		abort();
	unlink(half);
	sqlite3_stmt *st = NULL;
	enum err e = OK;
	c->deadline_us = 0;
	int fd = open(half, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	lite_exec_quiet(c->h, "PRAGMA query_only=OFF"); /* it writes the copy only, but is counted as writing */
	int rc = sqlite3_prepare_v2(c->h, "VACUUM INTO ?1", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, half, -1, SQLITE_STATIC);
	if (fd < 0)
		e = db_fail(db, NULL, lite_errno_full(errno) ? ERR_FULL : ERR_INPUT, "The backup %s cannot be written: %s.", path,
			strerror(errno));
	else if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_DONE)
		rc = SQLITE_OK;
	if (e == OK && rc != SQLITE_OK)
		e = lite_fail(db, c, NULL, rc);
	sqlite3_finalize(st);
	if (lite_exec_quiet(c->h, "PRAGMA query_only=ON") != SQLITE_OK)
		c->base.dead = true;
	if (e == OK && (!sync_path(half) || rename(half, path) != 0 || !sync_folder_of(path)))
		e = db_fail(db, NULL, lite_errno_full(errno) ? ERR_FULL : ERR_BUSY, "The backup %s could not be finished: %s.", path,
			strerror(errno));
	if (e != OK)
		unlink(half);
	free(half);
	return e;
}

enum err lite_integrity(struct db *db, struct arena *a)
{
	static const char *const CHECKS[] = { "PRAGMA integrity_check(10)", "PRAGMA foreign_key_check" };
	struct lite_conn *c = conn_of(db);
	c->deadline_us = 0;
	for (size_t i = 0; i < ARRAY_LEN(CHECKS); i++) {
		sqlite3_stmt *st = NULL;
		struct str found = S("");
		int rc = sqlite3_prepare_v2(c->h, CHECKS[i], -1, &st, NULL);
		while (rc == SQLITE_OK || rc == SQLITE_ROW) {
			rc = sqlite3_step(st);
			const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
			if (text && strcmp(text, "ok") != 0 && found.n < 200)
				found = arena_fmt(a, "%.*s %s%s;", STR_ARG(found), i ? "a row without its parent in " : "", text);
		}
		enum err e = rc == SQLITE_DONE ? OK : lite_fail(db, c, NULL, rc);
		sqlite3_finalize(st);
		TRY(e);
		if (found.n)
			return db_fail(db, NULL, ERR_BUG, "The database is damaged:%.*s stop the desk and restore a backup.", STR_ARG(found));
	}
	return OK;
}
