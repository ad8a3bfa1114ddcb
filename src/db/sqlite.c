/* sqlite.c: the SQLite engine; see engine.h.
 *
 * One connection of the process writes and checkpoints (SECURITY: Debian's SQLite loses commits when two do);
 * readers are query_only and never checkpoint, not even when they close. synchronous=FULL: a commit that was
 * answered is on disk. After an I/O error nothing of the old connections is trusted: all are opened anew. */
#include "db/sqlite_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* ---- errors ---- */

bool lite_errno_full(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EFBIG;
}

static enum err err_of(sqlite3 *h, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT: {
		int x = sqlite3_extended_errcode(h);
		bool taken = x == SQLITE_CONSTRAINT_UNIQUE || x == SQLITE_CONSTRAINT_PRIMARYKEY || x == SQLITE_CONSTRAINT_ROWID ||
			x == SQLITE_CONSTRAINT_CHECK;
		return taken ? ERR_CONFLICT : ERR_BUG;
	}
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_INTERRUPT:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
	case SQLITE_CORRUPT: /* a read that failed once looks the same as a page that is gone: whoever is told to come again loses nothing by it */
	case SQLITE_NOTADB:
		return ERR_BUSY;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_TOOBIG:
		return ERR_LIMIT;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return lite_errno_full(sqlite3_system_errno(h)) ? ERR_FULL : ERR_BUSY;
	default:
		return ERR_BUG;
	}
}

/* Records what SQLite just said. `s` may be NULL. */
enum err lite_fail(struct db *db, struct lite_conn *c, const struct db_stmt *s, int rc)
{
	enum err e = err_of(c->h, rc);
	/* without memory there may be no handle, and SQLite says so in its own words */
	const char *said = sqlite3_errmsg(c->h), *name = s ? s->name : "the database";
	bool torn = (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
	if (torn || (rc & 0xff) == SQLITE_IOERR)
		c->broken = true;
	switch (e) {
	case ERR_CONFLICT: {
		const char *colon = strstr(said, "failed: ");
		return db_fail(db, s, e, "Another record already has this value, or it is out of bounds (%s).", colon ? colon + 8 : said);
	}
	case ERR_BUSY:
		if ((rc & 0xff) == SQLITE_INTERRUPT)
			return db_fail(db, s, e, "This took more than %d seconds and was stopped (%s). Please narrow it down.",
				DB_WAIT_MS / 1000, name);
		if (torn)
			return db_fail(db, s, e, "The database can't be read as it should (%s: %s). If it stays so, look with “tend doctor” and restore a backup.", name, said);
		if ((rc & 0xff) == SQLITE_NOMEM)
			return db_fail(db, s, e, "There was no memory left for this (%s). Please try again in a moment.", name);
		if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN)
			return db_fail(db, s, e, "The disk does not answer as it should (%s: %s).", said, strerror(sqlite3_system_errno(c->h)));
		return db_fail(db, s, e, "The database is locked by another program (%s). Please try again in a moment.", name);
	case ERR_FULL:
		return db_fail(db, s, e, "The disk is full: nothing was saved. Free some space; the desk goes on by itself then.");
	case ERR_LIMIT:
		return db_fail(db, s, e, "This is larger than the database takes (%s).", name);
	default:
		return db_fail(db, s, e, "%s: %s", name, said);
	}
}

/* ---- connections ---- */

static int on_progress(void *arg)
{
	struct lite_conn *c = arg;
	return c->deadline_us && clock_mono_us() > c->deadline_us;
}

static int on_wal(void *arg, sqlite3 *h, const char *name, int frames)
{
	(void)h;
	(void)name;
	((struct lite_conn *)arg)->wal_frames = frames;
	return SQLITE_OK;
}

int lite_exec_quiet(sqlite3 *h, const char *sql)
{
	return sqlite3_exec(h, sql, NULL, NULL, NULL);
}

/* The first column of a query's first row, or -1. */
static int64_t query_i64(sqlite3 *h, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t v = -1;
	if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

static bool query_is(sqlite3 *h, const char *sql, const char *want)
{
	sqlite3_stmt *st = NULL;
	bool is = false;
	if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) {
		const char *got = (const char *)sqlite3_column_text(st, 0);
		is = got && strcmp(got, want) == 0;
	}
	sqlite3_finalize(st);
	return is;
}

static void set_limits(sqlite3 *h)
{
	sqlite3_limit(h, SQLITE_LIMIT_LENGTH, 64 << 20);
	sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
	sqlite3_limit(h, SQLITE_LIMIT_EXPR_DEPTH, 100);
	sqlite3_limit(h, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200);
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM INTO needs one */
	sqlite3_limit(h, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Plans do not depend on bound values: else partial indexes make SQLite prepare a statement again at each new value. */
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_extended_result_codes(h, 1);
}

static void lite_close(struct db_conn *conn)
{
	struct lite_conn *c = (struct lite_conn *)conn;
	if (!c)
		return;
	for (unsigned i = 0; i < c->n_kept; i++)
		sqlite3_finalize(c->kept[i].st);
	sqlite3_finalize(c->begin);
	sqlite3_finalize(c->first);
	sqlite3_finalize(c->end);
	sqlite3_close_v2(c->h);
	free(c);
}

static enum err not_readable(const struct db_pool *p, struct fault *f, sqlite3 *h)
{
	/* a desk that runs has read it before: who asks just now is not to blame, and comes again */
	if (p->writer)
		return DB_FAULT(f, ERR_BUSY, "The database can't be read just now (%s). Please try again in a moment.", sqlite3_errmsg(h));
	return DB_FAULT(f, ERR_INPUT, "%s is not a database that can be read (%s). Restore it from a backup.", p->address,
		sqlite3_errmsg(h));
}

static int checkpoint_frames(const struct db_pool *p)
{
	return p->bulk ? CHECKPOINT_FRAMES * BULK_TIMES : CHECKPOINT_FRAMES;
}

/* Opens and configures; faults go to f. */
static enum err lite_open(struct db_pool *p, struct fault *f, bool writer, struct lite_conn **ret)
{
	struct lite_conn *c = calloc(1, sizeof(*c));
	ASSERT(c);
	c->base.generation = p->generation;
	c->base.handle = (struct db){ .pool = p, .engine = DB_SQLITE, .fault = f, .conn = &c->base };
	c->next_checkpoint = checkpoint_frames(p);
	int flags = (p->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(p->address, &c->h, flags, NULL);
	if (rc == SQLITE_OK) {
		set_limits(c->h);
		sqlite3_busy_timeout(c->h, DB_WAIT_MS);
		rc = lite_exec_quiet(c->h, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;");
	}
	if (c->h)
		sqlite3_progress_handler(c->h, PROGRESS_OPS, on_progress, c);
	if (rc == SQLITE_OK && writer) {
		sqlite3_wal_hook(c->h, on_wal, c); /* which also takes the place of the automatic checkpoint */
		rc = lite_exec_quiet(c->h, p->bulk ? "PRAGMA synchronous=FULL; PRAGMA cache_size=-131072; PRAGMA journal_size_limit=16777216;"
					: "PRAGMA synchronous=FULL; PRAGMA cache_size=-4096; PRAGMA journal_size_limit=16777216;");
	} else if (rc == SQLITE_OK) {
		sqlite3_db_config(c->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		rc = lite_exec_quiet(c->h, "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-2048;");
	}
	if (rc != SQLITE_OK) {
		bool damaged = (rc & 0xff) == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT;
		enum err e = damaged ? not_readable(p, f, c->h) : lite_fail(&c->base.handle, c, NULL, rc);
		lite_close(&c->base);
		return e;
	}
	*ret = c;
	return OK;
}

static enum err lite_open_reader(struct db_pool *p, struct fault *f, struct db_conn **ret)
{
	struct lite_conn *c = NULL;
	TRY(lite_open(p, f, false, &c));
	*ret = &c->base;
	return OK;
}

/* The file itself, for its owner only; SQLite gives -wal and -shm the same rights. */
static enum err make_file(struct db_pool *p, struct fault *f)
{
	int fd = open(p->address, O_RDWR | (p->read_only ? 0 : O_CREAT) | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0 && p->read_only && errno == EACCES)
		fd = open(p->address, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		const char *why = fd < 0 ? strerror(errno) : "it is not a file";
		enum err e = fd < 0 && lite_errno_full(errno) ? ERR_FULL : ERR_INPUT;
		if (fd >= 0)
			close(fd);
		return DB_FAULT(f, e, "The database %s cannot be opened: %s.", p->address, why);
	}
	close(fd);
	return OK;
}

static bool library_is_sound(void)
{
	int v = sqlite3_libversion_number();
	return v >= 3051003 || (v >= 3050007 && v < 3051000) || (v >= 3044006 && v < 3045000);
}

static enum err check_file(struct db_pool *p, struct fault *f, sqlite3 *h)
{
	int64_t id = query_i64(h, "PRAGMA application_id");
	int64_t tables = query_i64(h, "SELECT count(*) FROM sqlite_schema");
	if (id < 0 || tables < 0) {
		int rc = sqlite3_errcode(h);
		if ((rc & 0xff) == SQLITE_BUSY)
			return DB_FAULT(f, ERR_BUSY, "The database %s is locked by another program. Close that one first.", p->address);
		if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_NOMEM || (rc & 0xff) == SQLITE_CANTOPEN)
			return DB_FAULT(f, ERR_BUSY, "The database %s can't be read just now (%s).", p->address, sqlite3_errmsg(h));
		return not_readable(p, f, h);
	}
	if (id != APPLICATION_ID && (id != 0 || tables > 0))
		return DB_FAULT(f, ERR_INPUT, "%s is a database of another program. Give another path.", p->address);
	if (p->read_only)
		return id == APPLICATION_ID ? OK
			: DB_FAULT(f, ERR_INPUT, "%s holds no desk yet. Start the desk once to create it.", p->address);
	if (id == 0 && lite_exec_quiet(h, "PRAGMA application_id=1413828164") != SQLITE_OK)
		return DB_FAULT(f, lite_errno_full(sqlite3_system_errno(h)) || sqlite3_errcode(h) == SQLITE_FULL ? ERR_FULL : ERR_INPUT,
			"The database %s cannot be written: %s.", p->address, sqlite3_errmsg(h));
	if (!query_is(h, "PRAGMA journal_mode=WAL", "wal"))
		return DB_FAULT(f, ERR_INPUT, "The database %s cannot use a write-ahead log (%s). Put it on a local disk.", p->address,
			sqlite3_errmsg(h));
	if (query_i64(h, "PRAGMA synchronous") != 2)
		return DB_FAULT(f, ERR_INPUT, "The database %s does not write with synchronous=FULL.", p->address);
	return OK;
}

static enum err lite_start(struct db_pool *p, struct fault *f)
{
	if (sqlite3_threadsafe() == 0 || sqlite3_libversion_number() < 3037000)
		return DB_FAULT(f, ERR_INPUT, "SQLite %s is too old or not made for threads: 3.37 is needed, 3.51.3 is advised.",
			sqlite3_libversion());
#ifdef TEND_SQLITE_BUNDLED
	snprintf(p->describe, sizeof(p->describe), "SQLite %s (bundled)", sqlite3_libversion());
	ASSERT(library_is_sound());
#else
	snprintf(p->describe, sizeof(p->describe), "SQLite %s (system%s)", sqlite3_libversion(),
		library_is_sound() ? "" : ", older than 3.51.3: no other program may write");
#endif
	TRY(make_file(p, f));
	struct lite_conn *c = NULL;
	TRY(lite_open(p, f, !p->read_only, &c));
	enum err e = check_file(p, f, c->h);
	if (e != OK || p->read_only) {
		lite_close(&c->base);
		return e;
	}
	p->writer = &c->base;
	return OK;
}

static void lite_stop(struct db_pool *p)
{
	lite_close(p->writer); /* the last one: checkpoints and removes the log */
	p->writer = NULL;
}

/* ---- statements ---- */

/* Room for one more prepared statement: the one that was used longest ago goes. */
static struct kept *room(struct lite_conn *c)
{
	if (c->n_kept < STATEMENTS_MOST)
		return &c->kept[c->n_kept++];
	struct kept *oldest = NULL;
	for (unsigned i = 0; i < c->n_kept; i++)
		if (!c->kept[i].busy && (!oldest || c->kept[i].used < oldest->used))
			oldest = &c->kept[i];
	if (oldest) {
		sqlite3_finalize(oldest->st);
		*oldest = (struct kept){ 0 };
	}
	return oldest;
}

static size_t slot_of(const struct db_stmt *s)
{
	return (size_t)s / sizeof(*s) % STATEMENT_SLOTS;
}
_Static_assert(STATEMENTS_MOST <= 256, "struct lite_conn.where");

/* The statement, prepared; *ret_kept is NULL when it is the caller's to finalize (it runs already, further out). */
static enum err prepare(struct db *db, const struct db_stmt *s, sqlite3_stmt **ret, struct kept **ret_kept)
{
	struct lite_conn *c = conn_of(db);
	bool running = false;
	*ret_kept = NULL;
	uint8_t *where = &c->where[slot_of(s)];
	for (unsigned i = c->kept[*where].s == s ? *where : 0; i < c->n_kept; i++) {
		struct kept *k = &c->kept[i];
		if (k->s == s && !k->busy) {
			k->used = ++c->tick;
			*where = (uint8_t)i;
			*ret = k->st;
			*ret_kept = k;
			return OK;
		}
		running = running || k->s == s;
	}
	sqlite3_stmt *st = NULL;
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(c->h, s->sqlite, -1, running ? 0 : SQLITE_PREPARE_PERSISTENT, &st, &tail);
	if (rc != SQLITE_OK)
		return lite_fail(db, c, s, rc);
	if ((unsigned)sqlite3_column_count(st) != (s->rowid ? 0 : s->n_out) && !(s->n_out == 0 && s->kind == DB_EXEC)) {
		int n = sqlite3_column_count(st);
		sqlite3_finalize(st);
		return db_fail(db, s, ERR_BUG, "%s gives %d columns, but '-- out:' names %d", s->name, n, s->n_out);
	}
	struct kept *k = running ? NULL : room(c);
	if (k)
		*k = (struct kept){ .s = s, .st = st, .used = ++c->tick };
	*ret = st;
	*ret_kept = k;
	return OK;
}

static enum err bind(struct db *db, const struct db_stmt *s, sqlite3_stmt *st, const void *in)
{
	for (unsigned i = 0; i < s->n_in; i++) {
		struct db_value v;
		TRY(db_input(db, s, i, in, &v));
		int at = (int)i + 1, rc;
		if (v.null)
			rc = sqlite3_bind_null(st, at);
		else if (v.type == DB_F64)
			rc = sqlite3_bind_double(st, at, v.f);
		else if (v.type == DB_STR)
			rc = sqlite3_bind_text64(st, at, v.s.p, v.s.n, SQLITE_STATIC, SQLITE_UTF8);
		else if (v.type == DB_BYTES)
			rc = sqlite3_bind_blob64(st, at, v.s.p, v.s.n, SQLITE_STATIC);
		else
			rc = sqlite3_bind_int64(st, at, v.i);
		if (rc != SQLITE_OK)
			return lite_fail(db, conn_of(db), s, rc);
	}
	return OK;
}

static enum err read_row(struct db *db, const struct db_stmt *s, sqlite3_stmt *st, struct db_rows *rows)
{
	enum err e = OK;
	void *row = db_rows_slot(rows, &e);
	if (!row)
		return e;
	for (unsigned i = 0; i < s->n_out; i++) {
		int at = (int)i;
		bool ok = true;
		const char *got = "";
		/* of a connection without a mutex a value may be asked as it is, which is three looks fewer for each text */
		sqlite3_value *v = sqlite3_column_value(st, at);
		switch (sqlite3_value_type(v)) {
		case SQLITE_NULL:
			TRY(db_set_null(db, s, i, row));
			break;
		case SQLITE_INTEGER:
			got = "an integer";
			ok = db_set_i64(s, i, row, sqlite3_value_int64(v));
			break;
		case SQLITE_FLOAT:
			got = "a fraction";
			ok = db_set_f64(s, i, row, sqlite3_value_double(v));
			break;
		case SQLITE_TEXT: {
			got = "a text";
			const void *p = sqlite3_value_text(v);
			ok = db_set_bytes(s, i, row, rows->arena, p, (size_t)sqlite3_value_bytes(v), true);
			break;
		}
		case SQLITE_BLOB: {
			got = "bytes";
			const void *p = sqlite3_value_blob(v);
			ok = db_set_bytes(s, i, row, rows->arena, p, (size_t)sqlite3_value_bytes(v), false);
			break;
		}
		}
		if (!ok)
			return db_wrong_type(db, s, i, got);
	}
	return db_rows_filled(rows, row);
}

/* Steps to the end (also when no rows are wanted: RETURNING has to finish). */
static enum err step_all(struct db *db, const struct db_stmt *s, sqlite3_stmt *st, struct db_rows *rows, int64_t *ret_changed)
{
	struct lite_conn *c = conn_of(db);
	int64_t before = sqlite3_total_changes64(c->h);
	for (;;) {
		int rc = sqlite3_step(st);
		if (rc == SQLITE_DONE)
			break;
		if (rc != SQLITE_ROW) {
			enum err e = lite_fail(db, c, s, rc);
			if (db->in_write)
				c->base.failed = e;
			return e;
		}
		if (rows)
			TRY(read_row(db, s, st, rows));
	}
	bool changed = s->writes && sqlite3_total_changes64(c->h) > before;
	if (s->writes)
		*ret_changed = changed ? sqlite3_changes64(c->h) : 0;
	if (s->rowid && rows && changed) {
		enum err e = OK;
		void *row = db_rows_slot(rows, &e);
		if (!row)
			return e;
		db_set_i64(s, 0, row, sqlite3_last_insert_rowid(c->h));
		return db_rows_filled(rows, row);
	}
	return OK;
}

static enum err lite_run(struct db *db, const struct db_stmt *s, const void *in, struct db_rows *rows, int64_t *ret_changed)
{
	struct lite_conn *c = conn_of(db);
	sqlite3_stmt *st = NULL;
	struct kept *k = NULL;
	enum err e = prepare(db, s, &st, &k);
	if (e != OK) {
		if (db->in_write)
			c->base.failed = e;
		return e;
	}
	if (k)
		k->busy = true;
	c->deadline_us = rows && rows->each ? 0 : clock_mono_us() + DB_WAIT_MS * INT64_C(1000);
	e = bind(db, s, st, in);
	if (e == OK)
		e = step_all(db, s, st, rows, ret_changed);
	if (k) {
		sqlite3_reset(st);
		sqlite3_clear_bindings(st); /* they point into the caller's memory */
		k->busy = false;
	} else {
		sqlite3_finalize(st);
	}
	return e;
}

static enum err lite_exec(struct db *db, struct lite_conn *c, const char *sql)
{
	c->deadline_us = 0;
	int rc = lite_exec_quiet(c->h, sql);
	return rc == SQLITE_OK ? OK : lite_fail(db, c, NULL, rc);
}

/* The same, of a text that is prepared once. */
static enum err exec_kept(struct db *db, sqlite3_stmt **st, const char *sql)
{
	struct lite_conn *c = conn_of(db);
	c->deadline_us = 0;
	int rc = *st ? SQLITE_OK : sqlite3_prepare_v3(c->h, sql, -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW)
		rc = sqlite3_step(*st);
	int failed = rc == SQLITE_DONE ? SQLITE_OK : rc;
	enum err e = failed ? lite_fail(db, c, NULL, failed) : OK;
	sqlite3_reset(*st);
	return e;
}

static enum err lite_begin(struct db *db)
{
	struct lite_conn *c = conn_of(db);
	/* The snapshot is taken by a first read, so that it is of now. */
	TRY(exec_kept(db, &c->begin, "BEGIN"));
	enum err e = exec_kept(db, &c->first, "SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)");
	if (e != OK)
		lite_exec_quiet(c->h, "ROLLBACK");
	return e;
}

static enum err lite_end(struct db *db)
{
	return exec_kept(db, &conn_of(db)->end, "COMMIT");
}

static enum err lite_script(struct db *db, const char *sql)
{
	struct lite_conn *c = conn_of(db);
	enum err e = lite_exec(db, c, sql);
	if (e != OK)
		c->base.failed = e;
	return e;
}

/* ---- writing ---- */

/* After an I/O error: everything is opened anew, readers as they come home. The new connection comes before the old one goes: a commit that failed at its sync
 * stands whole in the log's file, and the first to open a log that nobody has open takes it in. As long as somebody has it open, the log ends before it, and the
 * next commit takes its place. */
static enum err reopen_writer(struct db_pool *p, struct fault *f)
{
	struct lite_conn *c = NULL;
	TRY(lite_open(p, f, true, &c));
	ASSERT(c != NULL);
	enum err e = check_file(p, f, c->h);
	if (e == ERR_INPUT)   /* the words are for who starts it; whoever writes just now comes again */
		e = f->err = ERR_BUSY;
	if (e != OK) {
		lite_close(&c->base);
		return e;
	}
	pthread_mutex_lock(&p->lock);
	struct db_conn *idle = p->idle;
	p->idle = NULL;
	p->generation++;
	pthread_mutex_unlock(&p->lock);
	while (idle) {
		struct db_conn *next = idle->next;
		lite_close(idle);
		idle = next;
	}
	lite_close(p->writer);
	p->writer = &c->base;
	return OK;
}

/* Begins, with the first job's fault for what goes wrong. */
static enum err begin_group(struct db_pool *p, struct fault *f)
{
	if (!p->writer || ((struct lite_conn *)p->writer)->broken)
		TRY(reopen_writer(p, f));
	struct lite_conn *c = (struct lite_conn *)p->writer;
	c->base.handle.fault = f;
	return lite_exec(&c->base.handle, c, "BEGIN IMMEDIATE");
}

/* One job in its savepoint. False when the whole transaction is gone with it. */
static bool run_in_savepoint(struct lite_conn *c, struct db_job *j)
{
	struct db *tx = &c->base.handle;
	tx->fault = j->fault;
	j->err = lite_exec(tx, c, "SAVEPOINT j");
	if (j->err == OK) {
		db_job_run(&c->base, j);
		if (sqlite3_get_autocommit(c->h))
			return false;
		struct fault aside = { 0 };
		tx->fault = j->err == OK ? j->fault : &aside;
		enum err e = lite_exec(tx, c, j->err == OK ? "RELEASE j" : "ROLLBACK TO j; RELEASE j");
		if (e != OK && j->err == OK)
			j->err = e;
		if (e != OK)
			return false;
	}
	tx->fault = NULL;
	return !sqlite3_get_autocommit(c->h) && !c->broken;
}

/* Jobs run without savepoints as long as all goes well, because a savepoint is dear: SQLite journals every page below it and full-text search writes
 * out what it holds. A job that fails before it changed anything leaves nothing behind. When one fails after changes, the transaction starts afresh and
 * all jobs so far are run again, each in a savepoint; from then on *plain is false. (A job may be run again: db.h.) False when the transaction is gone. */
static bool run_job(struct lite_conn *c, struct db_group *g, struct db_job *j, bool *plain)
{
	if (!*plain)
		return run_in_savepoint(c, j);
	struct db *tx = &c->base.handle;
	tx->fault = j->fault;
	db_job_run(&c->base, j);
	tx->fault = NULL;
	if (sqlite3_get_autocommit(c->h) || c->broken)
		return false;
	if (j->err == OK || (tx->rows_written == 0 && c->base.failed == OK))
		return true;
	if (lite_exec_quiet(c->h, "ROLLBACK") != SQLITE_OK || lite_exec_quiet(c->h, "BEGIN IMMEDIATE") != SQLITE_OK)
		return false;
	if (j == g->first)
		return true;
	*plain = false;
	bool whole = true;
	for (struct db_job *k = g->first; k && whole; k = k == j ? NULL : k->next)
		whole = run_in_savepoint(c, k);
	return whole;
}

static void lite_write_group(struct db_pool *p, struct db_group *g)
{
	struct db_job *j = db_write_next(p, g);
	enum err e = begin_group(p, j->fault);
	if (e != OK) {
		j->err = e;
		db_write_take_all(p, g); /* nobody waits another five seconds for the same lock */
		db_group_fail(g, e, j->fault->message);
		return;
	}
	struct lite_conn *c = (struct lite_conn *)p->writer;
	bool whole = true, plain = true;
	for (; j && whole; j = whole ? db_write_next(p, g) : NULL) {
		whole = run_job(c, g, j, &plain);
		if (!whole) {
			enum err first = j->err != OK ? j->err : ERR_BUSY;
			const char *why = j->fault->err != OK ? j->fault->message : "A change that was saved together with this one failed.";
			db_group_fail(g, first, why);
		}
	}
	c->deadline_us = 0;
	int rc = whole ? lite_exec_quiet(c->h, "COMMIT") : SQLITE_OK;
	if (rc != SQLITE_OK) {
		struct fault f = { 0 };
		c->base.handle.fault = &f;
		e = lite_fail(&c->base.handle, c, NULL, rc);
		db_group_fail(g, e, f.message);
	}
	if (!sqlite3_get_autocommit(c->h))
		lite_exec_quiet(c->h, "ROLLBACK");
	c->base.handle.fault = NULL;
}

static bool lite_after_due(struct db_pool *p)
{
	const struct lite_conn *c = (const struct lite_conn *)p->writer;
	return c && !c->broken && c->wal_frames >= c->next_checkpoint;
}

/* The log is copied into the file here and nowhere else, by the connection that writes. */
static void lite_after_group(struct db_pool *p)
{
	struct lite_conn *c = (struct lite_conn *)p->writer;
	int all = 0, done = 0;
	bool insist = c->wal_frames >= (p->bulk ? RESTART_FRAMES * BULK_TIMES : RESTART_FRAMES);
	sqlite3_busy_timeout(c->h, insist ? 200 : 0);
	int rc = sqlite3_wal_checkpoint_v2(c->h, NULL, insist ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &all, &done);
	sqlite3_busy_timeout(c->h, DB_WAIT_MS);
	if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_FULL)
		c->broken = (rc & 0xff) == SQLITE_IOERR && !lite_errno_full(sqlite3_system_errno(c->h));
	bool emptied = rc == SQLITE_OK && done == all;
	c->next_checkpoint = emptied ? checkpoint_frames(p) : c->wal_frames + checkpoint_frames(p);
	c->wal_frames = emptied ? 0 : c->wal_frames;
}

static int64_t lite_wal_bytes(struct db_pool *p)
{
	char path[4200];
	struct stat st;
	snprintf(path, sizeof(path), "%s-wal", p->address);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

const struct db_ops db_sqlite_ops = {
	.start = lite_start,
	.stop = lite_stop,
	.open_reader = lite_open_reader,
	.close_conn = lite_close,
	.begin = lite_begin,
	.end = lite_end,
	.write_group = lite_write_group,
	.after_due = lite_after_due,
	.after_group = lite_after_group,
	.run = lite_run,
	.script = lite_script,
	.prepare_check = lite_prepare_check,
	.explain = lite_explain,
	.backup = lite_backup,
	.integrity = lite_integrity,
	.wal_bytes = lite_wal_bytes,
};
