/* db_test.h: a fresh, migrated database for a test program; included by tests only.
 *
 * The engine is named by the environment: TEND_TEST_DB empty gives a SQLite file in a temporary folder,
 * TEND_TEST_DB=postgres://… a schema of its own on that server (tests/pg starts one). Both are removed by
 * db_test_close(). A test that goes wrong aborts with the fault's sentence.
 *
 *     struct db_test t;
 *     db_test_open(&t, NULL, 0);              // the binary's own migrations
 *     assert_int_equal(OK, ticket_page(t.db, &t.arena, &rows, &n, .max = 5));      // t.db is a read handle
 *     assert_int_equal(OK, db_write(t.pool, &t.fault, my_change, &my_arg));
 *     db_test_close(&t);                                                                                    */
#ifndef TEND_DB_DB_TEST_H
#define TEND_DB_DB_TEST_H

#include "db/migrate.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct db_test {
	struct db_pool *pool;
	struct db *db;            /* a read handle, held until the end */
	struct fault fault;
	struct arena arena;
	char dir[64];             /* a temporary folder, on both engines */
	char address[400];
	char schema[64];          /* PostgreSQL */
};

static inline bool db_test_on_postgres(void)
{
	const char *at = getenv("TEND_TEST_DB");
	return at && strncmp(at, "postgres", 8) == 0;
}

/* Aborts, with the sentence, unless e is OK. */
static inline void db_test_ok(const struct fault *f, enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "%s: %s: %s (%s:%d)\n", what, err_info(e)->name, f->message, f->file ? f->file : "?", f->line);
	abort();
}

static inline void db_test_quiet(void *arg, const char *text)
{
	(void)arg, (void)text;
}

static inline void db_test_server(const char *sql)
{
	PGconn *c = PQconnectdb(getenv("TEND_TEST_DB"));
	PQsetNoticeProcessor(c, db_test_quiet, NULL);
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(c));
		abort();
	}
	PQclear(r);
	PQfinish(c);
}

/* A name of a new, empty database in t->address. */
static inline void db_test_place(struct db_test *t)
{
	static int made;
	*t = (struct db_test){ 0 };
	arena_init(&t->arena);
	snprintf(t->dir, sizeof(t->dir), "/tmp/tend-test.XXXXXX");
	if (!mkdtemp(t->dir))
		abort();
	if (!db_test_on_postgres()) {
		snprintf(t->address, sizeof(t->address), "sqlite:%s/tend.db", t->dir);
		return;
	}
	const char *at = getenv("TEND_TEST_DB");
	char sql[240];
	snprintf(t->schema, sizeof(t->schema), "tend_test_%d_%d", (int)getpid(), ++made);
	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", t->schema, t->schema);
	db_test_server(sql);
	snprintf(t->address, sizeof(t->address), "%s%soptions=-c%%20search_path%%3D%s", at, strchr(at, '?') ? "&" : "?", t->schema);
}

/* Opens it and brings it to the newest schema: of `m`, or of the binary when m is NULL. */
static inline void db_test_open(struct db_test *t, const struct migration *m, size_t n)
{
	int ran = 0;
	db_test_place(t);
	struct db_pool_config cfg = { .address = t->address, .read_handles_max = 8 };
	db_test_ok(&t->fault, db_pool_open(&cfg, &t->fault, &t->pool), "db_pool_open");
	db_test_ok(&t->fault, m ? db_migrate_with(t->pool, &t->fault, m, n, 0, &ran) : db_migrate(t->pool, &t->fault, 0, &ran),
		"db_migrate");
	db_test_ok(&t->fault, db_acquire(t->pool, &t->fault, &t->db), "db_acquire");
}

static inline int db_test_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline void db_test_close(struct db_test *t)
{
	db_release(t->db);
	db_pool_close(t->pool);
	arena_done(&t->arena);
	nftw(t->dir, db_test_remove, 8, FTW_DEPTH | FTW_PHYS);
	if (t->schema[0]) {
		char sql[120];
		snprintf(sql, sizeof(sql), "DROP SCHEMA %s CASCADE", t->schema);
		db_test_server(sql);
	}
}

#endif
