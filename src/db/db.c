/* db.c: the pool, the queue of writers, and how values become rows; see db.h and engine.h.
 *
 * The law it keeps: a caller of db_write() hears "OK" only after the commit that holds its rows is on disk, and
 * hears the same error as everybody in the group when that commit fails. */
#include "db/engine.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

struct db_waiter {
	struct db_waiter *next;
	struct db_conn *got;     /* a handle, or NULL with `slot`: the right to open one */
	bool slot;
	pthread_cond_t wake;
};

/* ---- faults ---- */

enum err db_fail(struct db *db, const struct db_stmt *s, enum err e, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fault_vset(db->fault, e, s ? s->file : __FILE__, s ? s->line : __LINE__, fmt, ap);
	va_end(ap);
	return e;
}

static void cond_init(pthread_cond_t *c)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

/* ---- the pool ---- */

static bool has_scheme(struct str *s, struct str scheme)
{
	if (!str_starts(*s, scheme))
		return false;
	*s = str_slice(*s, scheme.n, s->n);
	return true;
}

enum err db_pool_open(const struct db_pool_config *cfg, struct fault *f, struct db_pool **ret)
{
	struct str address = str_c(cfg->address), rest = address;
	bool pg = has_scheme(&rest, S("postgres://")) || has_scheme(&rest, S("postgresql://"));
	if (!pg)
		has_scheme(&rest, S("sqlite:"));
	if (!pg && (rest.n == 0 || str_eq(rest, S(":memory:")) || str_starts(rest, S("file:")) || str_find(rest, S("://")) >= 0))
		return DB_FAULT(f, ERR_INPUT, "\"%.*s\" is not a database: give a file's path, sqlite:PATH or postgres://…",
			STR_ARG(str_slice(address, 0, 60)));
	struct db_pool *p = calloc(1, sizeof(*p));
	ASSERT(p);
	p->engine = pg ? DB_POSTGRES : DB_SQLITE;
	p->ops = pg ? &db_postgres_ops : &db_sqlite_ops;
	p->address = strdup(pg ? address.p : rest.p);
	ASSERT(p->address);
	p->read_only = cfg->read_only;
	p->bulk = cfg->bulk;
	p->out_max = cfg->read_handles_max > 0 ? cfg->read_handles_max : 8;
	p->waiting_last = &p->waiting;
	p->queue_last = &p->queue;
	pthread_mutex_init(&p->lock, NULL);
	enum err e = p->ops->start(p, f);
	if (e != OK) {
		db_pool_close(p);
		return e;
	}
	*ret = p;
	return OK;
}

void db_pool_close(struct db_pool *p)
{
	if (!p)
		return;
	ASSERT(p->out == 0 && !p->leading && !p->queue);
	while (p->idle) {
		struct db_conn *c = p->idle;
		p->idle = c->next;
		p->ops->close_conn(c);
	}
	p->ops->stop(p);
	pthread_mutex_destroy(&p->lock);
	free(p->address);
	free(p);
}

enum db_engine db_pool_engine(const struct db_pool *p)
{
	return p->engine;
}

const char *db_pool_describe(const struct db_pool *p)
{
	return p->describe;
}

void db_pool_figures(struct db_pool *p, struct db_figures *ret)
{
	pthread_mutex_lock(&p->lock);
	*ret = p->figures;
	ret->read_handles = p->out;
	pthread_mutex_unlock(&p->lock);
	ret->wal_bytes = p->ops->wal_bytes(p);
}

/* ---- read handles ---- */

/* Gives a handle, or the right to open one, to who waits longest. The lock is held; c may be NULL. */
static void pass_on(struct db_pool *p, struct db_conn *c)
{
	struct db_waiter *w = p->waiting;
	if (!w) {
		p->out--;
		if (c) {
			c->next = p->idle;
			p->idle = c;
		}
		return;
	}
	p->waiting = w->next;
	if (!p->waiting)
		p->waiting_last = &p->waiting;
	w->got = c;
	w->slot = true;
	pthread_cond_signal(&w->wake);
}

static void forget_waiter(struct db_pool *p, struct db_waiter *w)
{
	for (struct db_waiter **at = &p->waiting; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
	p->waiting_last = &p->waiting;
	while (*p->waiting_last)
		p->waiting_last = &(*p->waiting_last)->next;
}

/* Waits in line; false when it took too long. The lock is held. */
static bool wait_for_handle(struct db_pool *p, struct db_conn **ret)
{
	struct db_waiter w = { 0 };
	int64_t until_us = clock_mono_us() + DB_WAIT_MS * INT64_C(1000);
	struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };
	cond_init(&w.wake);
	*p->waiting_last = &w;
	p->waiting_last = &w.next;
	int timeout = 0;
	while (!w.slot && timeout == 0)
		timeout = pthread_cond_timedwait(&w.wake, &p->lock, &until);
	if (!w.slot)
		forget_waiter(p, &w);
	pthread_cond_destroy(&w.wake);
	*ret = w.got;
	return w.slot;
}

enum err db_acquire(struct db_pool *p, struct fault *f, struct db **ret)
{
	struct db_conn *c = NULL;
	bool slot = true;
	pthread_mutex_lock(&p->lock);
	if (p->out < p->out_max && !p->waiting) {
		p->out++;
		c = p->idle;
		if (c)
			p->idle = c->next;
	} else {
		slot = wait_for_handle(p, &c);
	}
	pthread_mutex_unlock(&p->lock);
	if (!slot)
		return DB_FAULT(f, ERR_BUSY, "The desk is very busy just now. Please try again in a moment.");
	enum err e = c ? OK : p->ops->open_reader(p, f, &c);
	if (e != OK) {
		pthread_mutex_lock(&p->lock);
		pass_on(p, NULL);
		pthread_mutex_unlock(&p->lock);
		return e;
	}
	c->handle = (struct db){ .pool = p, .engine = p->engine, .fault = f, .conn = c };
	c->in_tx = false;
	c->failed = OK;
	*ret = &c->handle;
	return OK;
}

void db_release(struct db *db)
{
	if (!db)
		return;
	struct db_conn *c = db->conn;
	struct db_pool *p = db->pool;
	ASSERT(!db->in_write);
	if (c->in_tx) {
		struct fault ignored = { 0 };
		db->fault = &ignored;
		db_end(db);
	}
	db->fault = NULL;
	pthread_mutex_lock(&p->lock);
	bool keep = !c->dead && c->generation == p->generation;
	if (keep)
		pass_on(p, c);
	pthread_mutex_unlock(&p->lock);
	if (keep)
		return;
	p->ops->close_conn(c);
	pthread_mutex_lock(&p->lock);
	pass_on(p, NULL);
	pthread_mutex_unlock(&p->lock);
}

enum err db_begin(struct db *db)
{
	if (db->in_write || db->conn->in_tx)
		return db_fail(db, NULL, ERR_BUG, "db_begin() inside a transaction");
	TRY(db->pool->ops->begin(db));
	db->conn->in_tx = true;
	return OK;
}

enum err db_end(struct db *db)
{
	if (db->in_write || !db->conn->in_tx)
		return db_fail(db, NULL, ERR_BUG, "db_end() without db_begin()");
	db->conn->in_tx = false;
	return db->pool->ops->end(db);
}

/* ---- writing in groups ---- */

static struct db_job *pop_job(struct db_pool *p, struct db_group *g)
{
	struct db_job *j = p->queue;
	if (!j)
		return NULL;
	p->queue = j->next;
	if (!p->queue)
		p->queue_last = &p->queue;
	j->next = NULL;
	*g->last = j;
	g->last = &j->next;
	g->n++;
	return j;
}

struct db_job *db_write_next(struct db_pool *p, struct db_group *g)
{
	if (g->n >= DB_GROUP_MOST || (g->n > 0 && clock_mono_us() - g->began_us > DB_GROUP_US))
		return NULL;
	pthread_mutex_lock(&p->lock);
	struct db_job *j = pop_job(p, g);
	pthread_mutex_unlock(&p->lock);
	return j;
}

void db_write_take_all(struct db_pool *p, struct db_group *g)
{
	pthread_mutex_lock(&p->lock);
	while (pop_job(p, g))
		;
	pthread_mutex_unlock(&p->lock);
}

void db_group_fail(struct db_group *g, enum err e, const char *message)
{
	for (struct db_job *j = g->first; j; j = j->next)
		if (j->err == OK)
			j->err = fault_set(j->fault, e, __FILE__, __LINE__, "%s", message);
}

enum err db_job_run(struct db_conn *writer, struct db_job *j)
{
	struct db *tx = &writer->handle;
	fault_clear(j->fault);
	*tx = (struct db){ .pool = tx->pool, .engine = tx->engine, .fault = j->fault, .in_write = true, .conn = writer };
	writer->failed = OK;
	j->err = j->fn(tx, j->arg);
	struct fault aside = { 0 };
	tx->fault = j->err == OK ? j->fault : &aside;
	enum err settled = db_settle(tx);
	if (j->err == OK)
		j->err = settled;
	/* A failed statement fails the whole, also when fn thought better of it: PostgreSQL cannot go on either. */
	if (j->err == OK && writer->failed != OK)
		j->err = fault_set(j->fault, writer->failed, __FILE__, __LINE__, "A statement of this change failed.");
	tx->in_write = false;
	tx->fault = NULL;
	return j->err;
}

static void count_group(struct db_pool *p, const struct db_group *g)
{
	int64_t good = 0;
	for (const struct db_job *j = g->first; j; j = j->next)
		good += j->err == OK;
	p->figures.commits += good > 0;
	p->figures.writes += good;
	p->figures.rollbacks += g->n - good;
	if (good > p->figures.largest_group)
		p->figures.largest_group = good;
}

/* Gives the lead to who waits longest, or to nobody. */
static void pass_lead(struct db_pool *p)
{
	pthread_mutex_lock(&p->lock);
	struct db_job *next = p->queue;
	p->leading = next != NULL;
	p->leader = (pthread_t){ 0 };
	if (next)
		next->lead = true;
	pthread_mutex_unlock(&p->lock);
	if (next)
		sem_post(&next->wake);
}

static void tell(struct db_group *g, const struct db_job *self)
{
	for (struct db_job *j = g->first, *next; j; j = next) {
		next = j->next; /* once it is woken, j's stack is gone */
		j->done = true;
		if (j != self)
			sem_post(&j->wake);
	}
}

/* Runs one group and tells its members. The next group begins before they are told, so that it is written while they answer; only a checkpoint, which
 * nobody has to wait for, comes after telling and before the next group. */
static void lead(struct db_pool *p, const struct db_job *self)
{
	struct db_group g = { .began_us = clock_mono_us() };
	g.last = &g.first;
	p->ops->write_group(p, &g);
	pthread_mutex_lock(&p->lock);
	count_group(p, &g);
	pthread_mutex_unlock(&p->lock);
	bool after = p->ops->after_due && p->ops->after_due(p);
	if (after) {
		tell(&g, self);
		p->ops->after_group(p);
	}
	pass_lead(p);
	if (!after)
		tell(&g, self);
}

enum err db_write(struct db_pool *p, struct fault *f, db_write_fn *fn, void *arg)
{
	if (p->read_only)
		return DB_FAULT(f, ERR_BUG, "The database was opened for reading only.");
	struct db_job j = { .fn = fn, .arg = arg, .fault = f };
	sem_init(&j.wake, 0, 0);
	pthread_mutex_lock(&p->lock);
	if (p->leading && pthread_equal(p->leader, pthread_self())) {
		pthread_mutex_unlock(&p->lock);
		sem_destroy(&j.wake);
		return DB_FAULT(f, ERR_BUG, "db_write() inside db_write()");
	}
	*p->queue_last = &j;
	p->queue_last = &j.next;
	if (p->leading) {
		pthread_mutex_unlock(&p->lock);
		while (sem_wait(&j.wake) != 0)
			; /* a signal */
		if (!j.done)
			pthread_mutex_lock(&p->lock);
	}
	if (!j.done) {
		p->leading = true;
		p->leader = pthread_self();
		pthread_mutex_unlock(&p->lock);
		lead(p, &j);
	}
	sem_destroy(&j.wake);
	return j.err;
}

/* ---- inputs ---- */

enum err db_input(struct db *db, const struct db_stmt *s, unsigned i, const void *in, struct db_value *ret)
{
	const struct db_col *col = &s->in[i];
	const char *at = (const char *)in + col->offset;
	*ret = (struct db_value){ .type = DB_I64 };
	switch ((enum db_type)col->type) {
	case DB_I64:
		ret->i = *(const int64_t *)at;
		break;
	case DB_BOOL:
		ret->i = *(const bool *)at;
		break;
	case DB_OPT_I64: {
		const struct opt_i64 *v = (const struct opt_i64 *)at;
		ret->null = !v->set;
		ret->i = v->set ? v->v : 0;
		break;
	}
	case DB_F64:
		ret->type = DB_F64;
		ret->f = *(const double *)at;
		break;
	case DB_STR:
	case DB_BYTES:
		ret->type = (enum db_type)col->type;
		ret->s = *(const struct str *)at;
		ret->null = ret->s.p == NULL;
		break;
	}
	if (ret->null && !col->nullable)
		return db_fail(db, s, ERR_BUG, "%s: the input %s is NULL but not declared so", s->name, col->name);
	if (ret->type == DB_STR && !ret->null && !utf8_valid(ret->s))
		return db_fail(db, s, ERR_INPUT, "The text for \"%s\" holds bytes that are not text (UTF-8).", col->name);
	return OK;
}

/* ---- rows ---- */

void *db_rows_slot(struct db_rows *r, enum err *ret_err)
{
	size_t size = r->s->row_size;
	if (r->each) {
		arena_reset(r->arena);
		return arena_alloc(r->arena, size);
	}
	if (r->most && r->n == r->most) {
		*ret_err = db_fail(r->db, r->s, ERR_BUG, "%s gave more than one row", r->s->name);
		return NULL;
	}
	if (r->arena->used_bytes - r->arena_before > DB_RESULT_MOST) {
		*ret_err = db_fail(r->db, r->s, ERR_LIMIT, "%s gave more than %d MiB", r->s->name, DB_RESULT_MOST >> 20);
		return NULL;
	}
	if (r->n == r->cap) {
		size_t cap = r->most ? r->most : r->cap ? r->cap * 2 : 4;   /* most results are short, and rows are wide */
		r->rows = arena_grow(r->arena, r->rows, r->cap * size, cap * size);
		r->cap = cap;
	}
	return r->rows + r->n * size;
}

enum err db_rows_filled(struct db_rows *r, void *row)
{
	r->n++;
	return r->each ? r->each(r->arg, r->arena, row) : OK;
}

enum err db_set_null(struct db *db, const struct db_stmt *s, unsigned i, void *row)
{
	const struct db_col *col = &s->out[i];
	(void)row; /* it is zeroed: NONE, STR_NULL */
	if (!col->nullable)
		return db_fail(db, s, ERR_BUG, "%s: the column %s is NULL but not declared so", s->name, col->name);
	return OK;
}

bool db_set_i64(const struct db_stmt *s, unsigned i, void *row, int64_t v)
{
	const struct db_col *col = &s->out[i];
	char *at = (char *)row + col->offset;
	switch ((enum db_type)col->type) {
	case DB_I64:
		*(int64_t *)at = v;
		return true;
	case DB_OPT_I64:
		*(struct opt_i64 *)at = SOME(v);
		return true;
	case DB_BOOL:
		*(bool *)at = v != 0;
		return true;
	case DB_F64:
		*(double *)at = (double)v;
		return true;
	case DB_STR:
	case DB_BYTES:
		break;
	}
	return false;
}

bool db_set_f64(const struct db_stmt *s, unsigned i, void *row, double v)
{
	if (s->out[i].type != DB_F64)
		return false;
	*(double *)((char *)row + s->out[i].offset) = v;
	return true;
}

bool db_set_bytes(const struct db_stmt *s, unsigned i, void *row, struct arena *a, const void *p, size_t n, bool is_text)
{
	const struct db_col *col = &s->out[i];
	if (col->type != DB_BYTES && !(col->type == DB_STR && is_text))
		return false;
	*(struct str *)((char *)row + col->offset) = arena_str(a, (struct str){ p ? p : "", n });
	return true;
}

enum err db_wrong_type(struct db *db, const struct db_stmt *s, unsigned i, const char *got)
{
	static const char *const NAMES[] = {
		[DB_I64] = "i64", [DB_STR] = "str", [DB_BYTES] = "bytes", [DB_F64] = "f64", [DB_BOOL] = "bool", [DB_OPT_I64] = "i64?",
	};
	return db_fail(db, s, ERR_BUG, "%s: the column %s is declared %s but holds %s", s->name, s->out[i].name,
		NAMES[s->out[i].type], got);
}

enum err db_check_column_name(struct db *db, const struct db_stmt *s, unsigned i, const char *name)
{
	for (unsigned k = 0; k < s->n_out; k++)
		if (k != i && strcmp(name, s->out[k].name) == 0 && strcmp(name, s->out[i].name) != 0)
			return db_fail(db, s, ERR_BUG, "%s: column %u of the result is %s, but '-- out:' says %s there", s->name, i + 1,
				name, s->out[i].name);
	return OK;
}

/* ---- the verbs ---- */

static enum err run(struct db *db, const struct db_stmt *s, const void *in, struct db_rows *rows, int64_t *ret_changed)
{
	struct db_conn *c = db->conn;
	ASSERT(db->fault && (in || s->n_in == 0));
	if (s->writes && !db->in_write)
		return db_fail(db, s, ERR_BUG, "%s writes, but this is a read handle", s->name);
	if (db->in_write && c->failed != OK)
		return db_fail(db, s, ERR_BUG, "%s comes after a failed statement: this change can only be rolled back", s->name);
	int64_t changed = 0;
	c->may_defer = db->in_write && !rows && !ret_changed;
	TRY(db->pool->ops->run(db, s, in, rows, &changed));
	if (s->writes)
		db->rows_written += changed;
	if (ret_changed)
		*ret_changed = changed;
	return OK;
}

enum err db_settle(struct db *tx)
{
	return tx->pool->ops->settle ? tx->pool->ops->settle(tx) : OK;
}

enum err db_one(struct db *db, struct arena *a, const struct db_stmt *s, const void *in, void *ret_row, bool *ret_found)
{
	struct db_rows rows = { .db = db, .s = s, .arena = a, .most = 1, .arena_before = a->used_bytes };
	TRY(run(db, s, in, &rows, NULL));
	if (rows.n)
		memcpy(ret_row, rows.rows, s->row_size);
	else if (!ret_found)
		return db_fail(db, s, ERR_NOT_FOUND, "There is no such record.");
	if (ret_found)
		*ret_found = rows.n == 1;
	return OK;
}

enum err db_many(struct db *db, struct arena *a, const struct db_stmt *s, const void *in, void **ret_rows, size_t *ret_n)
{
	struct db_rows rows = { .db = db, .s = s, .arena = a, .arena_before = a->used_bytes };
	TRY(run(db, s, in, &rows, NULL));
	*ret_rows = rows.n ? rows.rows : arena_alloc(a, 0);
	*ret_n = rows.n;
	return OK;
}

enum err db_exec(struct db *db, const struct db_stmt *s, const void *in, int64_t *ret_changed)
{
	return run(db, s, in, NULL, ret_changed);
}

enum err db_each(struct db *db, const struct db_stmt *s, const void *in, db_row_fn *each, void *arg)
{
	struct arena a;
	arena_init(&a);
	struct db_rows rows = { .db = db, .s = s, .arena = &a, .each = each, .arg = arg };
	enum err e = run(db, s, in, &rows, NULL);
	arena_done(&a);
	return e;
}

enum err db_script(struct db *db, const char *sql)
{
	ASSERT(db->in_write);
	return db->pool->ops->script(db, sql);
}

static enum err analyze(struct db *tx, void *arg)
{
	(void)arg;
	return db_script(tx, "ANALYZE");
}

enum err db_analyze(struct db_pool *p, struct fault *f)
{
	return p->engine == DB_POSTGRES ? db_write(p, f, analyze, NULL) : OK;
}

static enum err slim(struct db *tx, void *arg)
{
	(void)arg;
	return db_script(tx, "PRAGMA shrink_memory");
}

enum err db_slim(struct db_pool *p, struct fault *f)
{
	return p->engine == DB_SQLITE && !p->read_only ? db_write(p, f, slim, NULL) : OK;
}

enum err db_prepare_check(struct db *db, const struct db_stmt *s)
{
	return db->pool->ops->prepare_check(db, s);
}

enum err db_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan)
{
	return db->pool->ops->explain(db, a, s, ret_plan);
}

enum err db_backup(struct db *db, const char *path)
{
	return db->pool->ops->backup(db, path);
}

enum err db_integrity(struct db *db, struct arena *a)
{
	return db->pool->ops->integrity(db, a);
}
