/* engine.h: what db.c and the two engines tell each other; nobody else includes it.
 *
 * db.c owns the pool: the handles given out, the queue of writers, the counting, and how values become rows.
 * sqlite.c and postgres.c own connections and speak to their library. Both write through one connection per
 * process, in groups: the first caller leads, takes whoever waits (db_write_next), runs each in a savepoint,
 * commits once, and only then do the callers learn their results. */
#ifndef TEND_DB_ENGINE_H
#define TEND_DB_ENGINE_H

#include "db/db.h"

#include <pthread.h>
#include <semaphore.h>

enum {
	DB_WAIT_MS = 5000,          /* for a lock, a handle, a connection: then ERR_BUSY */
	DB_GROUP_MOST = 64,         /* writes in one commit */
	DB_GROUP_US = 25000,        /* after which a group takes no newcomers */
	DB_RETRIES = 5,
	DB_RESULT_MOST = 256 << 20, /* bytes of one :many */
};

/* One caller of db_write(), on its stack. */
struct db_job {
	struct db_job *next;
	db_write_fn *fn;
	void *arg;
	struct fault *fault;
	enum err err;
	bool done, lead;            /* set before it is woken */
	sem_t wake;                 /* a semaphore: who wakes up needs no lock that others hold just then */
};

/* The jobs that share one commit. */
struct db_group {
	struct db_job *first, **last;
	unsigned n;
	int64_t began_us;
};

/* What every connection begins with. */
struct db_conn {
	struct db handle;
	struct db_conn *next;       /* in the list of idle ones */
	unsigned generation;        /* of the pool when it was opened; an older one is closed on release */
	bool in_tx;                 /* between db_begin() and db_end() */
	bool dead;                  /* not to be given out again */
	bool may_defer;             /* of the statement about to run: nobody waits for its result */
	bool retry;                 /* the transaction failed in a way that running it again can mend */
	enum err failed;            /* a statement of this write failed: nothing more runs in it */
};

/* Where rows go: one, many, or a callback. */
struct db_rows {
	struct db *db;
	const struct db_stmt *s;
	struct arena *arena;        /* where texts of the row being filled live */
	char *rows;
	size_t n, cap, most;        /* most: 1 for db_one, else 0 = no limit but bytes */
	size_t arena_before;
	db_row_fn *each;
	void *arg;
};

struct db_ops {
	/* Checks the server or file, and fills p->describe. */
	enum err (*start)(struct db_pool *p, struct fault *f);
	void (*stop)(struct db_pool *p);
	enum err (*open_reader)(struct db_pool *p, struct fault *f, struct db_conn **ret);
	void (*close_conn)(struct db_conn *c);
	enum err (*begin)(struct db *db);
	enum err (*end)(struct db *db);
	/* Runs jobs until db_write_next() gives none, commits, and sets each job's err and fault. */
	void (*write_group)(struct db_pool *p, struct db_group *g);
	/* Whether there is something to be done before the next group, and doing it (a checkpoint), once the callers were told. May be NULL. */
	bool (*after_due)(struct db_pool *p);
	void (*after_group)(struct db_pool *p);
	/* Runs a statement: `rows` is NULL when none are wanted. */
	enum err (*run)(struct db *db, const struct db_stmt *s, const void *in, struct db_rows *rows, int64_t *ret_changed);
	/* What was deferred is done and counted. May be NULL. */
	enum err (*settle)(struct db *db);
	/* Several statements without inputs, in the write transaction of db: migrations. */
	enum err (*script)(struct db *db, const char *sql);
	enum err (*prepare_check)(struct db *db, const struct db_stmt *s);
	enum err (*explain)(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan);
	enum err (*backup)(struct db *db, const char *path);
	enum err (*integrity)(struct db *db, struct arena *a);
	int64_t (*wal_bytes)(struct db_pool *p);
};

extern const struct db_ops db_sqlite_ops, db_postgres_ops;

struct db_waiter;

struct db_pool {
	const struct db_ops *ops;
	enum db_engine engine;
	char *address;              /* SQLite: the path */
	bool read_only, bulk;
	char describe[80];

	pthread_mutex_t lock;       /* all below */
	struct db_conn *idle;
	struct db_waiter *waiting, **waiting_last;
	int out, out_max;           /* handles given out, or being opened */
	_Atomic unsigned generation; /* goes up when every connection must be opened anew */

	struct db_job *queue, **queue_last;
	bool leading;
	pthread_t leader;
	struct db_figures figures;

	struct db_conn *writer;     /* the leader's only */
	int64_t down_until_us;      /* PostgreSQL: no connect before (clock_mono_us) */
};

/* The next job for the group, moved into it; NULL when it is full, old, or nobody waits. */
struct db_job *db_write_next(struct db_pool *p, struct db_group *g);
/* Everybody who waits now joins the group, to be told of a failure. */
void db_write_take_all(struct db_pool *p, struct db_group *g);
/* Gives e to each job of the group that is not failing already. */
void db_group_fail(struct db_group *g, enum err e, const char *message);
/* Runs one job on the writing handle (fault cleared, counters reset); its err is stored and returned. */
enum err db_job_run(struct db_conn *writer, struct db_job *j);

/* A value of a statement's input. */
struct db_value {
	enum db_type type;          /* DB_BOOL and DB_OPT_I64 come as DB_I64 */
	bool null;
	int64_t i;
	double f;
	struct str s;
};
/* ERR_INPUT for a text that is not UTF-8, ERR_BUG for a NULL that was not declared. */
enum err db_input(struct db *db, const struct db_stmt *s, unsigned i, const void *in, struct db_value *ret);

/* The next row to fill (zeroed), then db_rows_filled(). NULL: too many; the fault is set and *ret_err says which. */
void *db_rows_slot(struct db_rows *r, enum err *ret_err);
enum err db_rows_filled(struct db_rows *r, void *row);
enum err db_set_null(struct db *db, const struct db_stmt *s, unsigned i, void *row);
/* false when the column is of another type: then db_wrong_type(). */
bool db_set_i64(const struct db_stmt *s, unsigned i, void *row, int64_t v);
bool db_set_f64(const struct db_stmt *s, unsigned i, void *row, double v);
/* Copies v into the arena. */
bool db_set_bytes(const struct db_stmt *s, unsigned i, void *row, struct arena *a, const void *p, size_t n, bool is_text);
enum err db_wrong_type(struct db *db, const struct db_stmt *s, unsigned i, const char *got);

/* Records a fault at the statement's own place. */
enum err db_fail(struct db *db, const struct db_stmt *s, enum err e, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define DB_FAULT(f, e, ...) fault_set((f), (e), __FILE__, __LINE__, __VA_ARGS__)

/* A result column's name given to another one: the order of '-- out:' is wrong. OK or ERR_BUG. */
enum err db_check_column_name(struct db *db, const struct db_stmt *s, unsigned i, const char *name);

/* Many texts in one, for a script run in a write: migrate.c. */
enum err db_script(struct db *db, const char *sql);

#endif
