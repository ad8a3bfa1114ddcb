/* sqlite_priv.h: what sqlite.c (connections, statements, writing) and sqlite_check.c (checks, backup) share. */
#ifndef TEND_DB_SQLITE_PRIV_H
#define TEND_DB_SQLITE_PRIV_H

#include "db/engine.h"

#include <sqlite3.h>

enum {
	STATEMENTS_MOST = 128,          /* prepared and kept per connection */
	STATEMENT_SLOTS = 512,
	CHECKPOINT_FRAMES = 1000,       /* of 4 KiB: then a passive checkpoint */
	RESTART_FRAMES = 3072,          /* readers kept the log from starting over: insist a little */
	BULK_TIMES = 16,                /* of both, in bulk */
	APPLICATION_ID = 0x54454e44,    /* "TEND" */
	PROGRESS_OPS = 20000,
};

struct kept {
	const struct db_stmt *s;
	sqlite3_stmt *st;
	uint64_t used;                  /* tick */
	bool busy;
};

struct lite_conn {
	struct db_conn base;
	sqlite3 *h;
	struct kept kept[STATEMENTS_MOST];
	unsigned n_kept;
	uint8_t where[STATEMENT_SLOTS]; /* by the statement's address: where in kept it was last, so that nobody looks through all */
	sqlite3_stmt *begin, *first, *end;  /* a reader's, kept too: a page has one of each */
	uint64_t tick;
	int64_t deadline_us;            /* of the running statement; 0 = none */
	int wal_frames, next_checkpoint;/* writer */
	bool broken;                    /* writer: an I/O error happened */
};

static inline struct lite_conn *conn_of(struct db *db)
{
	return (struct lite_conn *)db->conn;
}

/* Records what SQLite just said. `s` may be NULL. */
enum err lite_fail(struct db *db, struct lite_conn *c, const struct db_stmt *s, int rc);
bool lite_errno_full(int e);
/* SQLite's own exec, without a record. */
int lite_exec_quiet(sqlite3 *h, const char *sql);

/* sqlite_check.c */
enum err lite_prepare_check(struct db *db, const struct db_stmt *s);
enum err lite_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan);
enum err lite_backup(struct db *db, const char *path);
enum err lite_integrity(struct db *db, struct arena *a);

#endif
