/* postgres_priv.h: what postgres.c (connections, statements, writing) and postgres_check.c (checks) share. */
#ifndef TEND_DB_POSTGRES_PRIV_H
#define TEND_DB_POSTGRES_PRIV_H

#include "db/engine.h"
#include "db/postgres_types.h"

#include <libpq-fe.h>

enum { INPUTS_MOST = 64, EACH_ROWS = 500, DOWN_US = 1000000, AHEAD_MOST = 32 };

struct kept {
	const struct db_stmt *s;
	unsigned number;           /* its name is "tend_<number>" */
};

struct pg_conn {
	struct db_conn base;
	PGconn *pg;
	struct kept *kept;         /* open addressing by pointer; cap is a power of two */
	unsigned n_kept, cap, cursors;
	bool writer;
	unsigned n_ahead;          /* statements sent whose results were not read yet: the connection is in pipeline mode then */
	const struct db_stmt *ahead[AHEAD_MOST];
};

static inline struct pg_conn *conn_of(struct db *db)
{
	return (struct pg_conn *)db->conn;
}

/* Records what the server or the library said; flags of the connection follow. r may be NULL. */
enum err pg_fail(struct db *db, const struct db_stmt *s, const PGresult *r);
bool pg_good(const PGresult *r);
/* A command without inputs or rows. */
enum err pg_exec(struct db *db, const char *sql);

/* postgres_check.c */
enum err pg_prepare_check(struct db *db, const struct db_stmt *s);
enum err pg_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan);
enum err pg_backup(struct db *db, const char *path);
enum err pg_integrity(struct db *db, struct arena *a);

#endif
