/* db_test.c: the verbs, the handles, writing in groups, and what goes wrong, on the engine of TEND_TEST_DB. */
#include "db/db_test.h"
#include "db/db_unit.sql.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/banned.h"

static const struct migration UNIT[] = {
	{ 1, "0001_thing", "CREATE TABLE thing (id PRIMARY_ID, name STR NOT NULL UNIQUE, note STR, size I64, weight F64 NOT NULL,\n"
			   "  live I64 NOT NULL CHECK (live IN (0, 1)), raw BYTES) STRICT;\n" },
	{ 2, "0002_more", "-- pg:\nCREATE SEQUENCE thing_tries;\n"
			  "CREATE FUNCTION unit_fail_until(n BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS 'BEGIN IF nextval(''thing_tries'') < n "
			  "THEN RAISE EXCEPTION ''again'' USING ERRCODE = ''40001''; END IF; RETURN n; END';\n-- both:\n"
			  "CREATE INDEX thing_size ON thing (size, id);\n" },
};

struct change {
	struct arena *arena;
	const char *name;
	int64_t id, until, seen_rows;
	enum err give;
	int runs;
};

static enum err add(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_add_row row;
	c->runs++;
	TRY(unit_add(tx, c->arena, &row, .name = str_c(c->name), .weight = 0.5, .live = true));
	c->id = row.id;
	c->seen_rows = tx->rows_written;
	return c->give == OK ? OK : fault_set(tx->fault, c->give, __FILE__, __LINE__, "as asked");
}

static int64_t add_one(struct db_test *t, const char *name)
{
	struct change c = { .arena = &t->arena, .name = name };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, add, &c), "add");
	assert_int_equal(1, c.seen_rows);
	return c.id;
}

static int64_t count(struct db_test *t)
{
	struct unit_count_row row;
	db_test_ok(&t->fault, unit_count(t->db, &t->arena, &row), "count");
	return row.n;
}

static int open_unit(void **state)
{
	struct db_test *t = test_calloc(1, sizeof(*t));
	db_test_open(t, UNIT, ARRAY_LEN(UNIT));
	*state = t;
	return 0;
}

static int close_unit(void **state)
{
	db_test_close(*state);
	test_free(*state);
	return 0;
}

/* ---- values ---- */

static enum err add_full(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_add_row row;
	TRY(unit_add(tx, c->arena, &row, .name = S("all"), .note = S(""), .size = SOME(INT64_MIN), .weight = -1.25, .live = true,
		.raw = S("\0\xff\x01")));
	c->id = row.id;
	return OK;
}

static void values_come_back_as_they_went(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena };
	struct unit_get_row row;
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, add_full, &c), "add_full");
	db_test_ok(&t->fault, unit_get(t->db, &t->arena, &row, .id = c.id), "get");
	assert_true(str_eq(row.name, S("all")) && row.note.p && row.note.n == 0);
	assert_true(row.size.set && row.size.v == INT64_MIN && row.live && row.weight == -1.25);
	assert_true(str_eq(row.raw, S("\0\xff\x01")));

	int64_t id = add_one(t, "Grüße ✓");
	db_test_ok(&t->fault, unit_get(t->db, &t->arena, &row, .id = id), "get");
	assert_true(str_eq(row.name, S("Grüße ✓")) && !row.note.p && !row.size.set && !row.raw.p);
}

static void kinds_of_reading(void **state)
{
	struct db_test *t = *state;
	struct unit_find_row found = { .id = -7 };
	struct unit_page_row *rows = NULL;
	struct unit_get_row row;
	bool is = true;
	size_t n = 9;
	db_test_ok(&t->fault, unit_find(t->db, &t->arena, &found, &is, .name = S("nobody")), "find");
	assert_false(is);
	assert_int_equal(-7, found.id);
	assert_int_equal(ERR_NOT_FOUND, unit_get(t->db, &t->arena, &row, .id = 4));
	fault_clear(&t->fault);
	db_test_ok(&t->fault, unit_page(t->db, &t->arena, &rows, &n, .max = 3), "page");
	assert_true(n == 0 && rows != NULL);
	int64_t last = 0;
	for (int i = 0; i < 40; i++)
		last = add_one(t, arena_fmt(&t->arena, "n%d", i).p);
	db_test_ok(&t->fault, unit_page(t->db, &t->arena, &rows, &n, .max = 30, .before_id = SOME(last)), "page");
	assert_int_equal(30, n);
	for (size_t i = 0; i < n; i++)
		assert_true(rows[i].id == last - 1 - (int64_t)i && rows[i].name.p[0] == 'n');
	struct unit_any_row any;
	assert_int_equal(ERR_BUG, unit_any(t->db, &t->arena, &any)); /* :one with forty rows */
	assert_non_null(strstr(t->fault.message, "unit_any gave more than one row"));
}

struct walk {
	struct db *tx;             /* of a walk that writes */
	struct db_test *t;
	int n, stop;
	int64_t ids;
};

static enum err on_row(void *arg, struct arena *row_arena, void *p)
{
	struct walk *w = arg;
	const struct unit_all_row *row = p;
	struct unit_get_row same;
	w->n++;
	w->ids += row->id;
	TRY(unit_get(w->t->db, row_arena, &same, .id = row->id)); /* another statement meanwhile */
	assert_true(str_eq(same.name, row->name));
	return w->n == w->stop ? ERR_LIMIT : OK;
}

static enum err add_many(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_add_row row;
	for (int i = 0; i < 1203; i++)
		TRY(unit_add(tx, c->arena, &row, .name = arena_fmt(c->arena, "m%d", i), .weight = i, .live = false));
	c->seen_rows = tx->rows_written;
	return OK;
}

static void each_row_to_a_callback(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena };
	struct walk w = { .t = t };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, add_many, &c), "add_many");
	assert_int_equal(1203, c.seen_rows);
	db_test_ok(&t->fault, unit_all(t->db, on_row, &w, .after_id = 0), "all");
	assert_int_equal(1203, w.n);
	w = (struct walk){ .t = t, .stop = 5 };
	assert_int_equal(ERR_LIMIT, unit_all(t->db, on_row, &w));
	assert_int_equal(5, w.n);
	assert_int_equal(1203, count(t)); /* the handle is fit for use after a stop */
}

/* A walk that writes as it goes, in the same transaction: what nobody waits for and what somebody waits for, in turn. */
static enum err mark_row(void *arg, struct arena *row_arena, void *p)
{
	struct walk *w = arg;
	const struct unit_all_row *row = p;
	struct unit_get_row same;
	w->n++;
	TRY(unit_mark(w->tx, .id = row->id, .note = row->name));
	if (w->n % 3 == 0) {
		TRY(unit_get(w->tx, row_arena, &same, .id = row->id));
		assert_true(str_eq(same.note, row->name));
	}
	return w->n == w->stop ? ERR_LIMIT : OK;
}

static enum err mark_all(struct db *tx, void *arg)
{
	struct walk *w = arg;
	w->tx = tx;
	w->n = 0;
	TRY(unit_all(tx, mark_row, w, .after_id = 0));
	TRY(db_settle(tx));
	w->ids = tx->rows_written;
	return OK;
}

static void a_walk_may_write(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena };
	struct walk w = { .t = t };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, add_many, &c), "add_many");
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, mark_all, &w), "mark_all");
	assert_int_equal(1203, w.n);
	assert_int_equal(1203, w.ids);
	w.stop = 700;
	assert_int_equal(ERR_LIMIT, db_write(t->pool, &t->fault, mark_all, &w));
	assert_int_equal(1203, count(t));
	add_one(t, "afterwards");
}

static void snapshot_between_begin_and_end(void **state)
{
	struct db_test *t = *state;
	add_one(t, "one");
	assert_int_equal(OK, db_begin(t->db));
	add_one(t, "two");
	assert_int_equal(1, count(t));
	assert_int_equal(OK, db_end(t->db));
	assert_int_equal(2, count(t));
	assert_int_equal(ERR_BUG, db_end(t->db));
}

/* ---- what goes wrong ---- */

static void faults_name_statement_and_column(void **state)
{
	struct db_test *t = *state;
	int64_t id = add_one(t, "x");
	struct unit_note_row note;
	struct unit_swapped_row *swapped;
	struct unit_missing_row *missing;
	size_t n;
	assert_int_equal(ERR_BUG, unit_note(t->db, &t->arena, &note, .id = id));
	assert_string_equal("unit_note: the column note is NULL but not declared so", t->fault.message);
	assert_non_null(strstr(t->fault.file, "src/db/db_unit.sql"));
	assert_int_equal(unit_note_stmt.line, t->fault.line);
	fault_clear(&t->fault);
	assert_int_equal(ERR_BUG, unit_swapped(t->db, &t->arena, &swapped, &n));
	assert_non_null(strstr(t->fault.message, "unit_swapped: the column name is declared str but holds an integer"));
	fault_clear(&t->fault);
	assert_int_equal(ERR_BUG, unit_missing(t->db, &t->arena, &missing, &n));
	assert_non_null(strstr(t->fault.message, "unit_missing"));
	fault_clear(&t->fault);
	assert_int_equal(1, count(t));
}

static void inputs_are_looked_at(void **state)
{
	struct db_test *t = *state;
	struct unit_find_row row;
	bool found;
	assert_int_equal(ERR_INPUT, unit_find(t->db, &t->arena, &row, &found, .name = S("a\xff")));
	assert_string_equal("The text for \"name\" holds bytes that are not text (UTF-8).", t->fault.message);
	fault_clear(&t->fault);
	assert_int_equal(ERR_INPUT, unit_find(t->db, &t->arena, &row, &found, .name = S("a\0b")));
	fault_clear(&t->fault);
	assert_int_equal(ERR_BUG, unit_find(t->db, &t->arena, &row, &found));
	assert_non_null(strstr(t->fault.message, "name is NULL"));
	fault_clear(&t->fault);
}

static void reading_handles_do_not_write(void **state)
{
	struct db_test *t = *state;
	int64_t changed = 5;
	assert_int_equal(ERR_BUG, unit_rename(t->db, &changed, .id = 1, .name = S("x")));
	assert_non_null(strstr(t->fault.message, "read handle"));
	assert_int_equal(5, changed);
}

static enum err rename_all(struct db *tx, void *arg)
{
	struct change *c = arg;
	int64_t changed = 0;
	TRY(unit_rename(tx, &changed, .id = c->id, .name = str_c(c->name)));
	c->seen_rows = changed;
	return OK;
}

static void conflicts(void **state)
{
	struct db_test *t = *state;
	add_one(t, "taken");
	int64_t id = add_one(t, "free");
	struct change c = { .arena = &t->arena, .id = id, .name = "taken" };
	assert_int_equal(ERR_CONFLICT, db_write(t->pool, &t->fault, rename_all, &c));
	assert_non_null(strstr(t->fault.message, "thing"));
	assert_null(strstr(t->fault.message, "taken")); /* no values in messages */
	c = (struct change){ .arena = &t->arena, .id = id, .name = "other" };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, rename_all, &c), "rename");
	assert_int_equal(1, c.seen_rows);
	c = (struct change){ .arena = &t->arena, .id = 99999, .name = "third" };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, rename_all, &c), "rename");
	assert_int_equal(0, c.seen_rows);
}

static enum err shrug(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_add_row row;
	int64_t changed;
	TRY(unit_add(tx, c->arena, &row, .name = S("before"), .weight = 0));
	c->seen_rows = (int64_t)unit_add(tx, c->arena, &row, .name = S("before"), .weight = 0);
	c->until = (int64_t)unit_rename(tx, &changed, .id = 1, .name = S("after"));
	return OK;
}

static void a_failed_statement_fails_the_whole(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena };
	assert_int_equal(ERR_CONFLICT, db_write(t->pool, &t->fault, shrug, &c));
	assert_int_equal(ERR_CONFLICT, c.seen_rows);
	assert_int_equal(ERR_BUG, c.until);
	assert_int_equal(0, count(t));
}

static void an_error_rolls_back(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena, .name = "x", .give = ERR_FORBIDDEN };
	assert_int_equal(ERR_FORBIDDEN, db_write(t->pool, &t->fault, add, &c));
	assert_string_equal("as asked", t->fault.message);
	assert_int_equal(0, count(t));
	add_one(t, "x");
	assert_int_equal(1, count(t));
}

static enum err nest(struct db *tx, void *arg)
{
	struct change *c = arg;
	return db_write(tx->pool, tx->fault, add, c);
}

static void writes_do_not_nest(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena, .name = "x" };
	assert_int_equal(ERR_BUG, db_write(t->pool, &t->fault, nest, &c));
	assert_int_equal(0, c.runs);
}

static void slow_reading_is_stopped(void **state)
{
	struct db_test *t = *state;
	struct unit_slow_row row;
	int64_t began = clock_mono_us();
	assert_int_equal(ERR_BUSY, unit_slow(t->db, &t->arena, &row));
	assert_true(clock_mono_us() - began < 8 * UTIME_US_PER_SECOND);
	fault_clear(&t->fault);
	assert_int_equal(0, count(t));
}

static enum err run_slow(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_slow_row row;
	TRY(add(tx, arg));
	return unit_slow(tx, c->arena, &row);
}

static void slow_writing_is_stopped(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena, .name = "slow" };
	assert_int_equal(ERR_BUSY, db_write(t->pool, &t->fault, run_slow, &c));
	fault_clear(&t->fault);
	assert_int_equal(0, count(t));
	add_one(t, "quick");
}

/* ---- groups ---- */

enum { THREADS = 12, EACH = 40 };

struct writer {
	struct db_test *t;
	int number, good, refused;
	pthread_t thread;
};

static void *write_some(void *arg)
{
	struct writer *w = arg;
	struct arena a;
	struct fault f = { 0 };
	arena_init(&a);
	for (int i = 0; i < EACH; i++) {
		/* Every fifth gives an error after it wrote: it must vanish and leave its neighbours alone. */
		struct change c = { .arena = &a, .name = arena_fmt(&a, "w%d-%d", w->number, i).p, .give = i % 5 == 4 ? ERR_CONFLICT : OK };
		enum err e = db_write(w->t->pool, &f, add, &c);
		w->good += e == OK;
		w->refused += e == ERR_CONFLICT;
		fault_clear(&f);
	}
	arena_done(&a);
	return NULL;
}

static void concurrent_writes_share_commits(void **state)
{
	struct db_test *t = *state;
	struct writer w[THREADS];
	struct db_figures before, after;
	db_pool_figures(t->pool, &before);
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct writer){ .t = t, .number = i };
		assert_int_equal(0, pthread_create(&w[i].thread, NULL, write_some, &w[i]));
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(EACH * 4 / 5, w[i].good);
		assert_int_equal(EACH / 5, w[i].refused);
	}
	db_pool_figures(t->pool, &after);
	assert_int_equal(THREADS * EACH * 4 / 5, count(t));
	assert_int_equal(THREADS * EACH * 4 / 5, after.writes - before.writes);
	assert_int_equal(THREADS * EACH / 5, after.rollbacks - before.rollbacks);
	assert_true(after.commits - before.commits < (after.writes - before.writes) / 2);
	assert_true(after.largest_group > 1 && after.largest_group <= 64);
}

/* ---- the cursor ---- */

struct seen {
	int64_t last;       /* the cursor */
	int64_t upto, rows; /* rows up to it: once read past, none may come later */
};

static enum err see(void *arg, struct arena *row_arena, void *p)
{
	(void)row_arena;
	struct seen *s = arg;
	int64_t id = ((const struct unit_all_row *)p)->id;
	s->upto += id <= s->last;
	s->rows++;
	return OK;
}

static enum err newest(void *arg, struct arena *row_arena, void *p)
{
	(void)row_arena;
	*(int64_t *)arg = ((const struct unit_all_row *)p)->id;
	return OK;
}

/* Two processes (two pools) write; a reader that went on to a number never finds a smaller one afterwards. */
static void numbers_become_visible_in_order(void **state)
{
	struct db_test *t = *state;
	if (!db_test_on_postgres())
		return; /* SQLite has one writing process, by the lock on the data folder */
	struct db_test other = { .pool = NULL };
	struct db_pool_config cfg = { .address = t->address };
	db_test_ok(&t->fault, db_pool_open(&cfg, &t->fault, &other.pool), "open");
	struct writer w[4];
	for (int i = 0; i < 4; i++) {
		w[i] = (struct writer){ .t = i % 2 ? &other : t, .number = i };
		assert_int_equal(0, pthread_create(&w[i].thread, NULL, write_some, &w[i]));
	}
	int64_t want = 4 * EACH * 4 / 5, known = 0;
	struct seen s = { 0 };
	for (int rounds = 0; s.rows < want && rounds < 100000; rounds++) {
		s.upto = s.rows = 0;
		db_test_ok(&t->fault, db_begin(t->db), "begin");
		db_test_ok(&t->fault, unit_all(t->db, see, &s, .after_id = 0), "see");
		assert_int_equal(known, s.upto);
		int64_t last = s.last;
		db_test_ok(&t->fault, unit_all(t->db, newest, &last, .after_id = s.last), "newest");
		db_test_ok(&t->fault, db_end(t->db), "end");
		s.last = last;
		known = s.rows;
	}
	for (int i = 0; i < 4; i++)
		pthread_join(w[i].thread, NULL);
	assert_int_equal(want, s.rows);
	db_pool_close(other.pool);
}

static enum err fail_until(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_serial_fail_row row;
	TRY(add(tx, arg));
	return unit_serial_fail(tx, c->arena, &row, .until = c->until);
}

static void serialisation_failures_are_tried_again(void **state)
{
	struct db_test *t = *state;
	struct change c = { .arena = &t->arena, .name = "again", .until = 4 };
	struct db_figures f;
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, fail_until, &c), "fail_until");
	assert_int_equal(1, count(t));
	db_pool_figures(t->pool, &f);
	if (!db_test_on_postgres())
		return;
	assert_int_equal(4, c.runs);
	assert_int_equal(3, f.retries);
	c = (struct change){ .arena = &t->arena, .name = "never", .until = 1000 };
	assert_int_equal(ERR_BUSY, db_write(t->pool, &t->fault, fail_until, &c));
	assert_int_equal(6, c.runs); /* and five more tries */
	fault_clear(&t->fault);
	assert_int_equal(1, count(t));
	add_one(t, "healthy");
}

/* ---- handles ---- */

static void *hold_briefly(void *arg)
{
	struct writer *w = arg;
	struct fault f = { 0 };
	for (int i = 0; i < 30; i++) {
		struct db *db = NULL;
		struct arena a;
		struct unit_count_row row;
		arena_init(&a);
		if (db_acquire(w->t->pool, &f, &db) == OK && unit_count(db, &a, &row) == OK)
			w->good++;
		db_release(db);
		arena_done(&a);
	}
	return NULL;
}

static void handles_are_bounded_and_shared(void **state)
{
	struct db_test *t = *state;
	struct writer w[THREADS];
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct writer){ .t = t };
		assert_int_equal(0, pthread_create(&w[i].thread, NULL, hold_briefly, &w[i]));
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(30, w[i].good);
	}
	struct db *all[7] = { 0 }, *more = NULL;
	for (int i = 0; i < 7; i++)
		assert_int_equal(OK, db_acquire(t->pool, &t->fault, &all[i]));
	struct db_figures f;
	db_pool_figures(t->pool, &f);
	assert_int_equal(8, f.read_handles); /* seven and the test's own */
	assert_int_equal(ERR_BUSY, db_acquire(t->pool, &t->fault, &more)); /* after five seconds in line */
	fault_clear(&t->fault);
	add_one(t, "writing needs none");
	for (int i = 0; i < 7; i++)
		db_release(all[i]);
	assert_int_equal(OK, db_acquire(t->pool, &t->fault, &more));
	db_release(more);
}

/* ---- checks ---- */

static void statements_are_checked(void **state)
{
	struct db_test *t = *state;
	static const struct db_stmt *const GOOD[] = { &unit_add_stmt, &unit_get_stmt, &unit_find_stmt, &unit_page_stmt,
		&unit_rename_stmt, &unit_clear_stmt, &unit_count_stmt, &unit_all_stmt, &unit_slow_stmt };
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		db_test_ok(&t->fault, db_prepare_check(t->db, GOOD[i]), GOOD[i]->name);
	assert_int_equal(ERR_BUG, db_prepare_check(t->db, &unit_swapped_stmt));
	assert_non_null(strstr(t->fault.message, "column 1 of the result is id, but '-- out:' says name there"));
	fault_clear(&t->fault);
	assert_int_equal(ERR_BUG, db_prepare_check(t->db, &unit_missing_stmt));
	fault_clear(&t->fault);
	struct db_stmt lying = unit_rename_stmt;
	lying.writes = false;
	if (!db_test_on_postgres())
		assert_int_equal(ERR_BUG, db_prepare_check(t->db, &lying));
}

static void plans_show_scans(void **state)
{
	struct db_test *t = *state;
	struct str plan;
	const char *scan = db_test_on_postgres() ? "Seq Scan on thing" : "SCAN thing";
	db_test_ok(&t->fault, db_explain(t->db, &t->arena, &unit_by_note_stmt, &plan), "explain");
	assert_non_null(strstr(plan.p, scan));
	db_test_ok(&t->fault, db_explain(t->db, &t->arena, &unit_find_stmt, &plan), "explain");
	assert_null(strstr(plan.p, scan));
	assert_int_equal(0, count(t));
}

static void a_sound_database_is_called_sound(void **state)
{
	struct db_test *t = *state;
	add_one(t, "x");
	db_test_ok(&t->fault, db_integrity(t->db, &t->arena), "integrity");
	assert_non_null(strstr(db_pool_describe(t->pool), db_test_on_postgres() ? "PostgreSQL 1" : "SQLite 3."));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_unit, close_unit)
	const struct CMUnitTest tests[] = {
		T(values_come_back_as_they_went),
		T(kinds_of_reading),
		T(each_row_to_a_callback), T(a_walk_may_write),
		T(snapshot_between_begin_and_end),
		T(faults_name_statement_and_column),
		T(inputs_are_looked_at),
		T(reading_handles_do_not_write),
		T(conflicts),
		T(a_failed_statement_fails_the_whole),
		T(an_error_rolls_back),
		T(writes_do_not_nest),
		T(slow_reading_is_stopped),
		T(slow_writing_is_stopped),
		T(concurrent_writes_share_commits),
		T(numbers_become_visible_in_order),
		T(serialisation_failures_are_tried_again),
		T(handles_are_bounded_and_shared),
		T(statements_are_checked),
		T(plans_show_scans),
		T(a_sound_database_is_called_sound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
