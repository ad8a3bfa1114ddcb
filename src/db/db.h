/* db.h: two engines, five verbs.
 *
 * A pool opens a database by its address ("sqlite:PATH", a plain path, or "postgres://…"). A `struct db` is one
 * handle: a read handle of a worker, or the writing transaction inside a command. Statements are never written
 * here: they live in .sql files beside the C that uses them and come out of tools/sqlgen as typed functions (see
 * docs/sql.md), which fill a `struct db_stmt` and call the verbs below.
 *
 * SQLite: exactly one connection writes and checkpoints. db_write() hands a function to it; concurrent callers
 * share one commit: a leader runs the waiting functions each in a savepoint and commits once (group commit).
 * All other connections are query_only with wal_autocheckpoint=0.
 * PostgreSQL: db_write() works the same way through one writing connection per process; the transaction first takes
 * an advisory lock (so that event.seq is readable as a cursor without gaps becoming visible late), and the group is
 * run again after 40001/40P01, up to 5 times. On both, jobs run without savepoints until one fails after a change.
 *
 * Every failing call records a fault in db->fault (the first cause) and returns its err:
 * ERR_CONFLICT for a unique or check constraint, ERR_BUSY when locked or away, ERR_FULL when the disk is full,
 * ERR_BUG for the rest. */
#ifndef TEND_DB_DB_H
#define TEND_DB_DB_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum db_engine { DB_SQLITE, DB_POSTGRES };

enum db_type { DB_I64, DB_STR, DB_BYTES, DB_F64, DB_BOOL, DB_OPT_I64 };
/* In the structs: DB_I64 int64_t · DB_STR, DB_BYTES struct str · DB_F64 double · DB_BOOL bool · DB_OPT_I64
 * struct opt_i64. A DB_STR or DB_BYTES with p == NULL is NULL. */

struct db_col {
	uint8_t type;         /* enum db_type */
	bool nullable;        /* a NULL in a column that is not nullable is ERR_BUG with the column's name */
	uint16_t offset;
	const char *name;
};

enum db_kind { DB_ONE, DB_OPT, DB_MANY, DB_EXEC, DB_EACH };

struct db_stmt {
	const char *name;
	const char *file;     /* "src/ticket/ticket.sql" */
	int line;
	enum db_kind kind;
	const char *sqlite;   /* with ?1 ?2 … */
	const char *postgres; /* with $1 $2 … */
	const struct db_col *in;
	const struct db_col *out;
	uint8_t n_in, n_out;
	bool writes;          /* INSERT, UPDATE or DELETE */
	bool rowid;           /* SQLite: the one output is the new row's id, asked of the connection instead of RETURNING */
	uint16_t row_size;
	/* of a statement with "-- carries: table": its rows are the table's, whole; the inputs of these three are members of its row struct */
	const char *table;
	const struct db_stmt *get, *insert, *update;
};

struct db_pool;

struct db {
	struct db_pool *pool;
	enum db_engine engine;
	struct fault *fault;      /* where faults of this handle go: the ctx's; never NULL while in use */
	int64_t rows_written;     /* by this transaction, since db_write() began it */
	bool in_write;
	int64_t written_seq;      /* a note of core/event.c, cleared with rows_written: the newest event this write has appended, 0 = none, */
	unsigned char written_chain[32]; /* and its hash */
	struct db_conn *conn;     /* the engine's own */
};

struct db_pool_config {
	const char *address;
	int read_handles_max;     /* handles given out at once; more callers wait */
	bool read_only;           /* never write (doctor, verify beside a running server) */
	bool bulk;                /* a program that fills the database and ends (demo, import): SQLite takes more memory and looks after its log less often */
};

/* Opens the pool: creates the SQLite file when absent (unless read_only), checks the version, synchronous=FULL,
 * WAL, and on PostgreSQL fsync, synchronous_commit, server version ≥ 15, UTF8. Refuses with a sentence that says
 * what to do. Does not migrate. */
enum err db_pool_open(const struct db_pool_config *cfg, struct fault *f, struct db_pool **ret);
void db_pool_close(struct db_pool *p);
enum db_engine db_pool_engine(const struct db_pool *p);
/* "SQLite 3.53.2 (bundled)", "PostgreSQL 15.18": for doctor, start line and metrics. */
const char *db_pool_describe(const struct db_pool *p);

/* A read handle, for one request or job; db_release() gives it back. Inside, each statement sees what was
 * committed when it began; between db_begin() and db_end() all statements see one snapshot. */
enum err db_acquire(struct db_pool *p, struct fault *f, struct db **ret);
void db_release(struct db *db);
enum err db_begin(struct db *db);
enum err db_end(struct db *db);

/* Runs fn(tx, arg) in a write transaction and returns after its commit is on disk. An error from fn rolls back what
 * fn did and is returned as it is. fn may run on another thread (the group's leader) while the caller waits, and it
 * may be run again (PostgreSQL retry), so it must keep no state outside its transaction but what it overwrites;
 * tx->fault is f, cleared before each run. A failed statement fails the whole, also when fn goes on: what may clash
 * says ON CONFLICT. Never nests. */
typedef enum err db_write_fn(struct db *tx, void *arg);
enum err db_write(struct db_pool *p, struct fault *f, db_write_fn *fn, void *arg);

/* Inside a write: waits for what was sent ahead, so that rows_written is true and failures are known. PostgreSQL only sends a statement whose result nobody
 * asked for (:exec) along with the next that somebody waits for; its failure shows there, or here, or when fn has returned. */
enum err db_settle(struct db *tx);

/* The verbs, called by generated code, and for statements that carry a table by core. `in` points to the statement's in-struct (or NULL without inputs). */
enum err db_one(struct db *db, struct arena *a, const struct db_stmt *s, const void *in, void *ret_row, bool *ret_found);
enum err db_many(struct db *db, struct arena *a, const struct db_stmt *s, const void *in, void **ret_rows, size_t *ret_n);
enum err db_exec(struct db *db, const struct db_stmt *s, const void *in, int64_t *ret_changed);
/* Calls each(arg, row) for every row, with a row arena that is reset between rows; stops at the first error. */
typedef enum err db_row_fn(void *arg, struct arena *row_arena, void *row);
enum err db_each(struct db *db, const struct db_stmt *s, const void *in, db_row_fn *each, void *arg);

/* All statements that were linked in (generated), for the test that prepares each one on both engines. */
extern const struct db_stmt *const db_all_stmts[];
extern const size_t db_n_all_stmts;
enum err db_prepare_check(struct db *db, const struct db_stmt *s);
/* The engine's plan of a statement as text (EXPLAIN QUERY PLAN / EXPLAIN), for the test that refuses scans. */
enum err db_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan);

/* Figures for /metrics: commits, commands in them, busy waits, the largest group, WAL bytes. */
struct db_figures {
	int64_t commits, writes, rollbacks, retries, largest_group, wal_bytes, read_handles;
};
void db_pool_figures(struct db_pool *p, struct db_figures *ret);

/* Maintenance. */
/* A consistent copy into `path` while the desk runs (SQLite: VACUUM INTO from a reader; PostgreSQL: ERR_INPUT that
 * says to use pg_dump, with the command to type). */
enum err db_backup(struct db *db, const char *path);
/* Puts a backup in the place of the database at `address` (a SQLite path that nobody has open). The backup is checked
 * first; what was there is kept as PATH.before-restore (and -2, -3 …). */
enum err db_restore(const char *address, const char *backup, struct fault *f);
/* After many rows came in at once (import, demo): lets PostgreSQL look at its tables anew, whose plans are bad until it has (its own look comes a minute
 * later). SQLite's plans do not depend on it: nothing is done. */
enum err db_analyze(struct db_pool *p, struct fault *f);
/* After much was written at once (the desk was made or migrated): lets go of what the writing connection remembers of the file. */
enum err db_slim(struct db_pool *p, struct fault *f);
/* integrity_check / amcheck-free consistency query; OK or ERR_BUG with what was found. */
enum err db_integrity(struct db *db, struct arena *a);

#endif
