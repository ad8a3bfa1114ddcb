/* postgres.c: the PostgreSQL engine; see engine.h.
 *
 * Values travel in binary, statements are prepared once per connection with the types of their inputs. All writes of
 * this process go through one connection in groups; an advisory lock puts the processes in line, so that event.seq
 * becomes visible in order. A connection that dies between statements is opened again by itself; one that dies
 * inside a transaction is ERR_BUSY. Nothing here retries a COMMIT. */
#include "db/postgres_priv.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- errors ---- */

static enum err err_of_state(const char *state, bool *ret_retry)
{
	static const struct { const char *prefix; enum err err; bool retry; } STATES[] = {
		{ "23505", ERR_CONFLICT, false }, { "23514", ERR_CONFLICT, false }, { "23P01", ERR_CONFLICT, false },
		{ "40001", ERR_BUSY, true },      { "40P01", ERR_BUSY, true },      { "55P03", ERR_BUSY, false },
		{ "57014", ERR_BUSY, false },     { "57P", ERR_BUSY, false },       { "08", ERR_BUSY, false },
		{ "53100", ERR_FULL, false },     { "53", ERR_BUSY, false },        { "54000", ERR_LIMIT, false },
		{ "25006", ERR_BUSY, false },     { "58", ERR_BUSY, false },     { "22021", ERR_INPUT, false },
	};
	*ret_retry = false;
	for (size_t i = 0; i < ARRAY_LEN(STATES); i++)
		if (strncmp(state, STATES[i].prefix, strlen(STATES[i].prefix)) == 0) {
			*ret_retry = STATES[i].retry;
			return STATES[i].err;
		}
	return ERR_BUG;
}

static struct str first_line(const char *text)
{
	struct str rest = str_c(text), line = S("");
	str_line(&rest, &line);
	return str_slice(line, 0, 200);
}

/* Records what the server or the library said; flags of the connection follow. r may be NULL. */
enum err pg_fail(struct db *db, const struct db_stmt *s, const PGresult *r)
{
	struct pg_conn *c = conn_of(db);
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL, *name = s ? s->name : "the database";
	bool retry = false;
	enum err e = state ? err_of_state(state, &retry) : ERR_BUSY;
	struct str said = first_line(state ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : PQerrorMessage(c->pg));
	/* What has no state comes from the library: the line is gone, though PQstatus() may not know it yet. */
	if (!state || strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0 || PQstatus(c->pg) == CONNECTION_BAD)
		c->base.dead = true, e = ERR_BUSY;
	c->base.retry = c->base.retry || retry;
	if (db->in_write)
		c->base.failed = e;
	switch (e) {
	case ERR_CONFLICT: {
		const char *rule = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
		return db_fail(db, s, e, "Another record already has this value, or it is out of bounds (%s).", rule ? rule : name);
	}
	case ERR_BUSY:
		if (c->base.dead)
			return db_fail(db, s, e, "The connection to the database was lost. Please try again in a moment.");
		return db_fail(db, s, e, "The database could not do this just now (%.*s). Please try again in a moment.", STR_ARG(said));
	case ERR_FULL:
		return db_fail(db, s, e, "The database server's disk is full: nothing was saved. Free some space there; the desk "
			"goes on by itself then.");
	default:
		return db_fail(db, s, e, "%s: %.*s", name, STR_ARG(said));
	}
}

bool pg_good(const PGresult *r)
{
	ExecStatusType st = PQresultStatus(r);
	return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK || st == PGRES_EMPTY_QUERY;
}

static int64_t rows_of(PGresult *r)
{
	int64_t n = 0;
	return str_i64(str_c(PQcmdTuples(r)), &n) ? n : 0;
}

/* Ends the pipeline and reads the results of what was sent ahead; the last of `n` is the caller's, in *ret_last, when that is not NULL. The first failure is
 * told; what comes after it in a pipeline was not done. */
static enum err read_pipeline(struct db *db, const struct db_stmt *const *s, unsigned n, PGresult **ret_last)
{
	struct pg_conn *c = conn_of(db);
	enum err e = PQpipelineSync(c->pg) == 1 ? OK : pg_fail(db, NULL, NULL);
	for (unsigned i = 0; i < n && e == OK; i++) {
		PGresult *r = PQgetResult(c->pg);
		if (!r || !pg_good(r))
			e = pg_fail(db, s[i], r);
		else if (ret_last && i == n - 1)
			*ret_last = r;
		else
			db->rows_written += rows_of(r);
		if (!ret_last || r != *ret_last)
			PQclear(r);
		if (e == OK && (r = PQgetResult(c->pg)) != NULL) { /* the end of each is a NULL */
			PQclear(r);
			e = pg_fail(db, s[i], NULL);
		}
	}
	bool synced = false;
	for (int ends = 0; !synced && ends < 2 && PQstatus(c->pg) == CONNECTION_OK;) {
		PGresult *r = PQgetResult(c->pg);
		synced = r && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		ends = r ? 0 : ends + 1;
		PQclear(r);
	}
	c->n_ahead = 0;
	if (!synced || PQexitPipelineMode(c->pg) != 1) {
		c->base.dead = true;
		e = e == OK ? pg_fail(db, NULL, NULL) : e;
	}
	if (e != OK && ret_last && *ret_last) {
		PQclear(*ret_last);
		*ret_last = NULL;
	}
	return e;
}

static enum err pg_settle(struct db *db)
{
	struct pg_conn *c = conn_of(db);
	return c->n_ahead ? read_pipeline(db, c->ahead, c->n_ahead, NULL) : OK;
}

/* A command without inputs or rows. */
enum err pg_exec(struct db *db, const char *sql)
{
	TRY(pg_settle(db));
	PGresult *r = PQexec(conn_of(db)->pg, sql);
	enum err e = pg_good(r) ? OK : pg_fail(db, NULL, r);
	PQclear(r);
	return e;
}

/* ---- connections ---- */

static void pg_close(struct db_conn *conn)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	if (!c)
		return;
	PQfinish(c->pg);
	free(c->kept);
	free(c);
}

static void ignore_notice(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

static PGconn *dial(const char *address)
{
	/* What the address itself says comes last and wins. */
	const char *const keys[] = { "connect_timeout", "fallback_application_name", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "tend", "30", "5", "3", "15000", address, "UTF8", NULL };
	return PQconnectdbParams(keys, values, 1);
}

static bool may_dial(struct db_pool *p)
{
	pthread_mutex_lock(&p->lock);
	bool may = clock_mono_us() >= p->down_until_us;
	pthread_mutex_unlock(&p->lock);
	return may;
}

static void note_down(struct db_pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->down_until_us = clock_mono_us() + DOWN_US;
	pthread_mutex_unlock(&p->lock);
}

/* After (re)connecting: what every session of ours is like. */
static enum err set_session(struct db *db, bool writer)
{
	TRY(pg_exec(db, "SET synchronous_commit = on; SET statement_timeout = 5000; SET lock_timeout = 5000; "
		"SET idle_in_transaction_session_timeout = 60000; SET timezone = 'UTC'; SET standard_conforming_strings = on; "
		"SET jit = off; SET max_parallel_workers_per_gather = 0; SET default_transaction_isolation = 'read committed'"));
	return writer ? OK : pg_exec(db, "SET default_transaction_read_only = on");
}

static enum err pg_open(struct db_pool *p, struct fault *f, bool writer, struct pg_conn **ret)
{
	if (!may_dial(p))
		return DB_FAULT(f, ERR_BUSY, "The database server does not answer. Please try again in a moment.");
	struct pg_conn *c = calloc(1, sizeof(*c));
	ASSERT(c);
	c->writer = writer;
	c->base.generation = p->generation;
	c->base.handle = (struct db){ .pool = p, .engine = DB_POSTGRES, .fault = f, .conn = &c->base };
	c->pg = dial(p->address);
	ASSERT(c->pg);
	enum err e = OK;
	if (PQstatus(c->pg) != CONNECTION_OK) {
		note_down(p);
		struct str said = first_line(PQerrorMessage(c->pg));
		e = DB_FAULT(f, ERR_BUSY, "The database server cannot be reached: %.*s", STR_ARG(said));
	}
	if (e == OK) {
		PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
		e = set_session(&c->base.handle, writer);
	}
	if (e != OK) {
		pg_close(&c->base);
		return e;
	}
	*ret = c;
	return OK;
}

/* Dials again after the line went dead between transactions. */
static enum err redial(struct db *db)
{
	struct pg_conn *c = conn_of(db);
	if (!may_dial(db->pool))
		return db_fail(db, NULL, ERR_BUSY, "The database server does not answer. Please try again in a moment.");
	PQfinish(c->pg);
	c->pg = dial(db->pool->address);
	ASSERT(c->pg);
	free(c->kept);
	c->kept = NULL;
	c->n_kept = c->cap = c->n_ahead = 0;
	c->base.dead = PQstatus(c->pg) != CONNECTION_OK;
	if (c->base.dead) {
		note_down(db->pool);
		return db_fail(db, NULL, ERR_BUSY, "The database server cannot be reached. Please try again in a moment.");
	}
	PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	return set_session(db, c->writer);
}

static enum err pg_open_reader(struct db_pool *p, struct fault *f, struct db_conn **ret)
{
	struct pg_conn *c = NULL;
	TRY(pg_open(p, f, false, &c));
	*ret = &c->base;
	return OK;
}

static enum err check_server(struct db_pool *p, struct fault *f, struct pg_conn *c)
{
	static const struct { const char *name, *want, *instead; } SETTINGS[] = {
		{ "fsync", "on", "set fsync = on in postgresql.conf, or acknowledged work can be lost" },
		{ "full_page_writes", "on", "set full_page_writes = on in postgresql.conf" },
		{ "synchronous_commit", "on", "set synchronous_commit = on" },
		{ "server_encoding", "UTF8", "create the database with ENCODING 'UTF8'" },
		{ "transaction_read_only", "off", "the server is a standby: give the address of the primary" },
	};
	int v = PQserverVersion(c->pg);
	snprintf(p->describe, sizeof(p->describe), "PostgreSQL %d.%d", v / 10000, v % 10000);
	if (v < 150000)
		return DB_FAULT(f, ERR_INPUT, "%s is too old: PostgreSQL 15 or newer is needed.", p->describe);
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
		char sql[80];
		if (p->read_only && strcmp(SETTINGS[i].name, "transaction_read_only") == 0)
			continue;
		snprintf(sql, sizeof(sql), "SHOW %s", SETTINGS[i].name);
		PGresult *r = PQexec(c->pg, sql);
		bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && strcmp(PQgetvalue(r, 0, 0), SETTINGS[i].want) == 0;
		char got[40];
		snprintf(got, sizeof(got), "%s", PQresultStatus(r) == PGRES_TUPLES_OK ? PQgetvalue(r, 0, 0) : "unknown");
		PQclear(r);
		if (!ok)
			return DB_FAULT(f, ERR_INPUT, "The database server has %s = %s: %s.", SETTINGS[i].name, got, SETTINGS[i].instead);
	}
	return OK;
}

static enum err pg_start(struct db_pool *p, struct fault *f)
{
	struct pg_conn *c = NULL;
	if (!PQisthreadsafe())
		return DB_FAULT(f, ERR_INPUT, "This libpq was not made for threads.");
	TRY(pg_open(p, f, !p->read_only, &c));
	enum err e = check_server(p, f, c);
	if (e != OK || p->read_only)
		pg_close(&c->base);
	else
		p->writer = &c->base;
	return e;
}

static void pg_stop(struct db_pool *p)
{
	pg_close(p->writer);
	p->writer = NULL;
}

/* ---- statements ---- */

static struct kept *find_kept(struct pg_conn *c, const struct db_stmt *s)
{
	if (!c->cap)
		return NULL;
	unsigned at = (unsigned)(((uintptr_t)s >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (c->cap - 1);
	while (c->kept[at].s && c->kept[at].s != s)
		at = (at + 1) & (c->cap - 1);
	return &c->kept[at];
}

static void keep(struct pg_conn *c, const struct db_stmt *s, unsigned number)
{
	if (c->n_kept * 2 >= c->cap) {
		unsigned old_cap = c->cap;
		struct kept *old = c->kept;
		c->cap = old_cap ? old_cap * 2 : 64;
		c->kept = calloc(c->cap, sizeof(*c->kept));
		ASSERT(c->kept);
		for (unsigned i = 0; i < old_cap; i++)
			if (old[i].s)
				*find_kept(c, old[i].s) = old[i];
		free(old);
	}
	*find_kept(c, s) = (struct kept){ s, number };
	c->n_kept++;
}

static enum err prepare(struct db *db, const struct db_stmt *s, char name[24])
{
	struct pg_conn *c = conn_of(db);
	struct kept *k = find_kept(c, s);
	unsigned number = k && k->s ? k->number : c->n_kept + 1;
	snprintf(name, 24, "tend_%u", number);
	if (k && k->s)
		return OK;
	TRY(pg_settle(db));
	Oid oids[INPUTS_MOST];
	ASSERT(s->n_in <= INPUTS_MOST);
	pg_input_oids(s, oids);
	PGresult *r = PQprepare(c->pg, name, s->postgres, s->n_in, oids);
	enum err e = pg_good(r) ? OK : pg_fail(db, s, r);
	PQclear(r);
	if (e == OK)
		keep(c, s, number);
	return e;
}

/* The inputs on the wire: numbers in `fixed`, texts where they are. */
struct wire {
	const char *values[INPUTS_MOST];
	int lengths[INPUTS_MOST], formats[INPUTS_MOST];
	uint64_t fixed[INPUTS_MOST];
};

static enum err put_inputs(struct db *db, const struct db_stmt *s, const void *in, struct wire *w)
{
	for (unsigned i = 0; i < s->n_in; i++) {
		struct db_value v;
		TRY(db_input(db, s, i, in, &v));
		w->formats[i] = 1;
		w->values[i] = (const char *)&w->fixed[i];
		w->lengths[i] = 8;
		if (v.null) {
			w->values[i] = NULL;
			w->lengths[i] = 0;
		} else if (v.type == DB_STR || v.type == DB_BYTES) {
			if (v.s.n > 64 << 20)
				return db_fail(db, s, ERR_LIMIT, "The value for \"%s\" is larger than 64 MiB.", s->in[i].name);
			w->values[i] = v.s.n ? v.s.p : "";
			w->lengths[i] = (int)v.s.n;
		} else if (v.type == DB_F64) {
			memcpy(&w->fixed[i], &v.f, 8);
			w->fixed[i] = htobe64(w->fixed[i]);
		} else {
			w->fixed[i] = htobe64((uint64_t)v.i);
		}
	}
	return OK;
}

static enum err read_rows(struct db *db, const struct db_stmt *s, const PGresult *r, struct db_rows *rows)
{
	if (PQnfields(r) != s->n_out)
		return db_fail(db, s, ERR_BUG, "%s gives %d columns, but '-- out:' names %d", s->name, PQnfields(r), s->n_out);
	for (unsigned i = 0; i < s->n_out; i++)
		if (!pg_type_fits(s->out[i].type, PQftype(r, (int)i)))
			return db_wrong_type(db, s, i, pg_type_name(PQftype(r, (int)i)));
	for (int k = 0; k < PQntuples(r); k++) {
		enum err e = OK;
		void *row = db_rows_slot(rows, &e);
		if (!row)
			return e;
		for (unsigned i = 0; i < s->n_out; i++) {
			int at = (int)i;
			if (PQgetisnull(r, k, at))
				TRY(db_set_null(db, s, i, row));
			else if (!pg_set_cell(s, i, row, rows->arena, PQftype(r, at), PQgetvalue(r, k, at), PQgetlength(r, k, at)))
				return db_wrong_type(db, s, i, pg_type_name(PQftype(r, at)));
		}
		TRY(db_rows_filled(rows, row));
	}
	return OK;
}

/* Whether a failed call may be made again on a new connection: nothing of it can have happened or been seen. */
static bool can_redial(struct db *db)
{
	struct pg_conn *c = conn_of(db);
	return c->base.dead && !db->in_write && !c->base.in_tx;
}

/* Prepares and runs once; *ret is the caller's to clear. */
static enum err call(struct db *db, const struct db_stmt *s, const struct wire *w, PGresult **ret)
{
	struct pg_conn *c = conn_of(db);
	char name[24];
	PGresult *r;
	TRY(prepare(db, s, name));
	if (c->n_ahead) {
		const struct db_stmt *all[AHEAD_MOST + 1];
		for (unsigned i = 0; i < c->n_ahead; i++)
			all[i] = c->ahead[i];
		all[c->n_ahead] = s;
		if (PQsendQueryPrepared(c->pg, name, s->n_in, w->values, w->lengths, w->formats, 1) != 1)
			return pg_fail(db, s, NULL);
		*ret = NULL;
		return read_pipeline(db, all, c->n_ahead + 1, ret);
	}
	r = PQexecPrepared(c->pg, name, s->n_in, w->values, w->lengths, w->formats, 1);
	if (!pg_good(r)) {
		enum err e = pg_fail(db, s, r);
		PQclear(r);
		return e;
	}
	*ret = r;
	return OK;
}

/* Sends a statement of a write and leaves its result for later. */
static enum err send_ahead(struct db *db, const struct db_stmt *s, const struct wire *w)
{
	struct pg_conn *c = conn_of(db);
	char name[24];
	if (c->n_ahead == AHEAD_MOST)
		TRY(pg_settle(db));
	TRY(prepare(db, s, name));
	if ((c->n_ahead == 0 && PQenterPipelineMode(c->pg) != 1) ||
	    PQsendQueryPrepared(c->pg, name, s->n_in, w->values, w->lengths, w->formats, 1) != 1)
		return pg_fail(db, s, NULL);
	c->ahead[c->n_ahead++] = s;
	return OK;
}

static enum err call_patiently(struct db *db, const struct db_stmt *s, const struct wire *w, PGresult **ret)
{
	struct fault *f = db->fault, first = { 0 };
	db->fault = &first;
	enum err e = call(db, s, w, ret);
	db->fault = f;
	if (e != OK && can_redial(db)) {
		TRY(redial(db));
		return call(db, s, w, ret);
	}
	return e == OK ? OK : fault_set(f, e, first.file, first.line, "%s", first.message);
}

/* Rows to a callback come through a cursor, so that a large table does not stand in memory, and so that the
 * callback can run other statements meanwhile. */
static enum err each_by_cursor(struct db *db, const struct db_stmt *s, const struct wire *w, struct db_rows *rows)
{
	struct pg_conn *c = conn_of(db);
	TRY(pg_settle(db));
	Oid oids[INPUTS_MOST];
	pg_input_oids(s, oids);
	unsigned number = ++c->cursors;
	char *declare = NULL, fetch[64], close[64];
	if (asprintf(&declare, "DECLARE each_%u NO SCROLL CURSOR FOR %s", number, s->postgres) < 0)
		abort();
	snprintf(fetch, sizeof(fetch), "FETCH %d FROM each_%u", EACH_ROWS, number);
	snprintf(close, sizeof(close), "CLOSE each_%u", number);
	PGresult *r = PQexecParams(c->pg, declare, s->n_in, oids, w->values, w->lengths, w->formats, 1);
	free(declare);
	enum err e = pg_good(r) ? OK : pg_fail(db, s, r);
	PQclear(r);
	for (bool more = true; e == OK && more;) {
		e = pg_settle(db); /* the callback may have written */
		if (e != OK)
			break;
		r = PQexecParams(c->pg, fetch, 0, NULL, NULL, NULL, NULL, 1);
		e = pg_good(r) ? read_rows(db, s, r, rows) : pg_fail(db, s, r);
		more = e == OK && PQntuples(r) == EACH_ROWS;
		PQclear(r);
	}
	struct fault unheard = { 0 }, *heard = db->fault;
	db->fault = e == OK ? heard : &unheard;
	enum err settled = pg_settle(db); /* also after a callback that failed: CLOSE wants an answer */
	db->fault = heard;
	e = e == OK ? settled : e;
	if (PQtransactionStatus(c->pg) == PQTRANS_INTRANS) {
		struct fault aside = { 0 }, *f = db->fault;
		db->fault = e == OK ? f : &aside;
		enum err closed = pg_exec(db, close);
		db->fault = f;
		e = e == OK ? closed : e;
	}
	return e;
}

static enum err pg_begin(struct db *db)
{
	static const char BEGIN[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
	struct fault *f = db->fault, first = { 0 };
	db->fault = &first;
	enum err e = pg_exec(db, BEGIN);
	db->fault = f;
	if (e != OK && can_redial(db)) {
		TRY(redial(db));
		return pg_exec(db, BEGIN);
	}
	return e == OK ? OK : fault_set(f, e, first.file, first.line, "%s", first.message);
}

static enum err pg_end(struct db *db)
{
	return pg_exec(db, "COMMIT"); /* a failed one is rolled back by the same word */
}

static enum err pg_run(struct db *db, const struct db_stmt *s, const void *in, struct db_rows *rows, int64_t *ret_changed)
{
	struct wire w;
	TRY(put_inputs(db, s, in, &w));
	if (rows && rows->each && !s->writes) {
		bool own = !db->in_write && !db->conn->in_tx;
		if (!own)
			return each_by_cursor(db, s, &w, rows);
		TRY(db_begin(db));
		enum err e = each_by_cursor(db, s, &w, rows);
		struct fault aside = { 0 }, *f = db->fault;
		db->fault = e == OK ? f : &aside;
		enum err ended = db_end(db);
		db->fault = f;
		return e == OK ? ended : e;
	}
	if (db->conn->may_defer)
		return send_ahead(db, s, &w); /* counted when its result is read */
	PGresult *r = NULL;
	TRY(call_patiently(db, s, &w, &r));
	enum err e = rows ? read_rows(db, s, r, rows) : OK;
	if (e == OK && s->writes)
		*ret_changed = rows_of(r);
	PQclear(r);
	return e;
}

static enum err pg_script(struct db *db, const char *sql)
{
	TRY(pg_exec(db, "SET LOCAL statement_timeout = 0"));
	return pg_exec(db, sql);
}

/* ---- writing ---- */

static enum err begin_group(struct db_pool *p, struct fault *f)
{
	static const char BEGIN[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(1952804452, hashtext(current_schema()))";
	struct pg_conn *c = (struct pg_conn *)p->writer;
	if (!c) {
		TRY(pg_open(p, f, true, &c));
		p->writer = &c->base;
	}
	struct db *tx = &c->base.handle;
	struct fault first = { 0 };
	tx->fault = &first;
	c->base.retry = false;
	enum err e = c->base.dead ? ERR_BUSY : pg_exec(tx, BEGIN);
	tx->fault = f;
	if (c->base.dead) {
		TRY(redial(tx));
		e = pg_exec(tx, BEGIN);
	} else if (e != OK) {
		fault_set(f, e, first.file, first.line, "%s", first.message);
	}
	if (e != OK && !c->base.dead) {
		struct fault aside = { 0 };
		tx->fault = &aside;
		pg_exec(tx, "ROLLBACK"); /* begun, but the lock was not to be had */
	}
	return e;
}

/* False when the whole transaction is gone with it. */
static bool run_in_savepoint(struct pg_conn *c, struct db_job *j)
{
	struct db *tx = &c->base.handle;
	fault_clear(j->fault);
	tx->fault = j->fault;
	j->err = pg_exec(tx, "SAVEPOINT j");
	if (j->err != OK)
		return false;
	db_job_run(&c->base, j);
	if (c->base.dead || c->base.retry) {
		if (j->err == OK)
			j->err = fault_set(j->fault, ERR_BUSY, __FILE__, __LINE__, "The connection to the database was lost.");
		return false;
	}
	struct fault aside = { 0 };
	tx->fault = j->err == OK ? j->fault : &aside;
	enum err e = pg_exec(tx, j->err == OK ? "RELEASE SAVEPOINT j" : "ROLLBACK TO SAVEPOINT j; RELEASE SAVEPOINT j");
	if (e != OK && j->err == OK)
		j->err = e;
	return e == OK;
}

/* As in sqlite.c: without a savepoint, which is two more questions to the server, until a job fails after a change. Then the transaction is of no more use
 * (*ret_mended = it was rolled back and nothing but this job was in it; else the group is run again in savepoints). */
static bool run_plain(struct pg_conn *c, struct db_group *g, struct db_job *j, bool *ret_mended)
{
	struct db *tx = &c->base.handle;
	*ret_mended = false;
	db_job_run(&c->base, j);
	if (c->base.dead || c->base.retry) {
		if (j->err == OK)
			j->err = fault_set(j->fault, ERR_BUSY, __FILE__, __LINE__, "The connection to the database was lost.");
		return false;
	}
	if (j->err == OK || (tx->rows_written == 0 && c->base.failed == OK))
		return true;
	*ret_mended = j == g->first;
	return false;
}

/* PostgreSQL answers a COMMIT of a failed transaction with ROLLBACK and no error. */
static enum err commit(struct db *tx)
{
	PGresult *r = PQexec(conn_of(tx)->pg, "COMMIT");
	enum err e = OK;
	if (!pg_good(r))
		e = pg_fail(tx, NULL, r);
	else if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
		e = db_fail(tx, NULL, ERR_BUG, "The database rolled this change back.");
	PQclear(r);
	return e;
}

/* One try of the whole group; newcomers join while it runs. False when it should be tried again; *plain turns false when that must be in savepoints. */
static bool try_group(struct db_pool *p, struct db_group *g, bool *plain)
{
	struct fault f = { 0 };
	enum err e = begin_group(p, &f);
	struct pg_conn *c = (struct pg_conn *)p->writer;
	if (e != OK) {
		bool again = c && !c->base.dead && c->base.retry;
		if (!again) {
			db_write_take_all(p, g);
			db_group_fail(g, e, f.message);
		}
		return !again;
	}
	struct db_job *j = g->first;
	bool whole = true, mended = false;
	while (j && whole) {
		whole = *plain ? run_plain(c, g, j, &mended) : run_in_savepoint(c, j);
		if (whole)
			j = j->next ? j->next : db_write_next(p, g);
	}
	struct db *tx = &c->base.handle;
	tx->fault = &f;
	bool undone = !whole && *plain && !c->base.dead && !c->base.retry;
	if (undone && pg_exec(tx, "ROLLBACK") == OK) {
		tx->fault = NULL;
		*plain = mended && !j->next;
		return *plain;
	}
	if (whole) {
		e = commit(tx);
		if (e != OK)
			db_group_fail(g, e, c->base.dead ? "The connection to the database was lost while saving: look whether it was "
				"saved before trying again." : f.message);
	} else {
		e = j->err;
		struct fault why = *j->fault;
		if (!c->base.dead)
			pg_exec(tx, "ROLLBACK");
		if (!c->base.retry || c->base.dead)
			db_group_fail(g, e, why.message);
	}
	tx->fault = NULL;
	return e == OK || !c->base.retry || c->base.dead;
}

static void pg_write_group(struct db_pool *p, struct db_group *g)
{
	bool plain = true;
	db_write_next(p, g);
	for (int tries = 0; tries <= DB_RETRIES; tries++) {
		bool was_plain = plain;
		for (struct db_job *j = g->first; j; j = j->next) {
			j->err = OK;
			fault_clear(j->fault);
		}
		if (tries) {
			pthread_mutex_lock(&p->lock);
			p->figures.retries++;
			pthread_mutex_unlock(&p->lock);
		}
		if (try_group(p, g, &plain))
			return;
		tries -= was_plain && !plain;
	}
	db_group_fail(g, ERR_BUSY, "Others kept changing the same records. Please try again.");
}

static int64_t pg_wal_bytes(struct db_pool *p)
{
	(void)p;
	return 0; /* the server's own business */
}

const struct db_ops db_postgres_ops = {
	.start = pg_start,
	.stop = pg_stop,
	.open_reader = pg_open_reader,
	.close_conn = pg_close,
	.begin = pg_begin,
	.end = pg_end,
	.write_group = pg_write_group,
	.run = pg_run,
	.settle = pg_settle,
	.script = pg_script,
	.prepare_check = pg_prepare_check,
	.explain = pg_explain,
	.backup = pg_backup,
	.integrity = pg_integrity,
	.wal_bytes = pg_wal_bytes,
};
