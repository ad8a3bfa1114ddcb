/* db_fault_test.c: what the machine does to a database: killed processes, full disks, locks of others, a server that
 * goes away, files that are not ours. The law under test: what was acknowledged is there, once; what was refused is
 * not; and the desk goes on by itself when the cause is gone. */
#include "db/db_test.h"
#include "db/db_unit.sql.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/banned.h"

extern char **environ;

static const struct migration UNIT[] = {
	{ 1, "0001_thing", "CREATE TABLE thing (id PRIMARY_ID, name STR NOT NULL UNIQUE, note STR, size I64, weight F64 NOT NULL,\n"
			   "  live I64 NOT NULL, raw BYTES) STRICT;\n" },
};

struct change {
	struct arena *arena;
	struct str name, note;
	bool die;
};

static enum err add(struct db *tx, void *arg)
{
	struct change *c = arg;
	struct unit_add_row row;
	TRY(unit_add(tx, c->arena, &row, .name = c->name, .note = c->note));
	struct unit_die_row dead;
	return c->die ? unit_die(tx, c->arena, &dead) : OK;
}

static enum err add_named(struct db_pool *p, struct fault *f, struct arena *a, const char *name, struct str note)
{
	struct change c = { .arena = a, .name = str_c(name), .note = note };
	fault_clear(f);
	return db_write(p, f, add, &c);
}

static int64_t count(struct db_test *t)
{
	struct unit_count_row row;
	fault_clear(&t->fault);
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
	struct db_test *t = *state;
	fault_clear(&t->fault);
	db_test_close(t);
	test_free(t);
	return 0;
}

static void reopen(struct db_test *t)
{
	struct db_pool_config cfg = { .address = t->address, .read_handles_max = 8 };
	fault_clear(&t->fault);
	db_test_ok(&t->fault, db_pool_open(&cfg, &t->fault, &t->pool), "open again");
	db_test_ok(&t->fault, db_acquire(t->pool, &t->fault, &t->db), "acquire");
}

static void put_down(struct db_test *t)
{
	db_release(t->db);
	db_pool_close(t->pool);
	t->db = NULL;
	t->pool = NULL;
}

/* ---- kill -9 ---- */

enum { KILLS = 8, WRITERS = 4 };

struct killed_writer {
	struct db_pool *pool;
	int round, number, fd;
	pthread_t thread;
};

/* Writes for ever; after each acknowledged write says which on the pipe. */
static void *write_and_say(void *arg)
{
	struct killed_writer *w = arg;
	struct arena a;
	struct fault f = { 0 };
	arena_init(&a);
	for (int i = 0;; i++) {
		int32_t said[3] = { w->round, w->number, i };
		struct str name = arena_fmt(&a, "r%d-w%d-%d", w->round, w->number, i);
		if (add_named(w->pool, &f, &a, name.p, S("a note")) != OK || write(w->fd, said, sizeof(said)) != sizeof(said))
			_exit(3);
		arena_reset(&a);
	}
	return NULL;
}

static pid_t start_victim(struct db_test *t, int round, int *ret_fd)
{
	int fds[2];
	assert_int_equal(0, pipe(fds));
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct db_pool_config cfg = { .address = t->address };
		struct fault f = { 0 };
		struct killed_writer w[WRITERS];
		struct db_pool *pool = NULL;
		close(fds[0]);
		if (db_pool_open(&cfg, &f, &pool) != OK)
			_exit(4);
		for (int i = 0; i < WRITERS; i++) {
			w[i] = (struct killed_writer){ .pool = pool, .round = round, .number = i, .fd = fds[1] };
			pthread_create(&w[i].thread, NULL, write_and_say, &w[i]);
		}
		pthread_join(w[0].thread, NULL);
		_exit(5);
	}
	close(fds[1]);
	*ret_fd = fds[0];
	return pid;
}

static void no_acknowledged_write_is_lost_by_kill(void **state)
{
	struct db_test *t = *state;
	int64_t acknowledged = 0;
	put_down(t);
	for (int round = 0; round < KILLS; round++) {
		int fd = -1, last[WRITERS], status = 0;
		memset(last, -1, sizeof(last));
		pid_t pid = start_victim(t, round, &fd);
		int32_t said[3];
		int until = 40 + round * 37; /* killed at another moment each time */
		for (int n = 0; read(fd, said, sizeof(said)) == sizeof(said); n++) {
			assert_int_equal(round, said[0]);
			last[said[1]] = said[2];
			if (n == until)
				kill(pid, SIGKILL);
		}
		close(fd);
		assert_int_equal(pid, waitpid(pid, &status, 0));
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		reopen(t);
		for (int w = 0; w < WRITERS; w++) {
			for (int i = 0; i <= last[w]; i++) {
				struct unit_find_row row;
				bool found = false;
				char name[64];
				snprintf(name, sizeof(name), "r%d-w%d-%d", round, w, i);
				db_test_ok(&t->fault, unit_find(t->db, &t->arena, &row, &found, .name = str_c(name)), "find");
				if (!found)
					fail_msg("%s was acknowledged and is lost", name);
			}
			acknowledged += last[w] + 1;
		}
		db_test_ok(&t->fault, db_integrity(t->db, &t->arena), "integrity");
		/* Only what was under way may be there beyond that: one write of each thread. */
		assert_in_range(count(t), acknowledged, acknowledged + (round + 1) * WRITERS);
		put_down(t);
	}
	assert_true(acknowledged > 500);
	reopen(t);
}

/* ---- full disk ---- */

struct filler {
	struct db_test *t;
	int number, good, full, other;
	pthread_t thread;
};

static const char NOTE[6000] = { [0 ... 5999] = 'n' };
#define LONG_NOTE ((struct str){ NOTE, sizeof(NOTE) })

static void *fill(void *arg)
{
	struct filler *w = arg;
	struct arena a;
	struct fault f = { 0 };
	arena_init(&a);
	for (int i = 0; i < 200 && w->full < 3; i++) {
		struct str name = arena_fmt(&a, "f%d-%d", w->number, i);
		enum err e = add_named(w->t->pool, &f, &a, name.p, LONG_NOTE);
		w->good += e == OK;
		w->full += e == ERR_FULL;
		w->other += e != OK && e != ERR_FULL;
		arena_reset(&a);
	}
	arena_done(&a);
	return NULL;
}

static void fill_until_full(struct db_test *t, int *ret_good)
{
	struct filler w[4];
	*ret_good = 0;
	for (int i = 0; i < 4; i++) {
		w[i] = (struct filler){ .t = t, .number = i };
		assert_int_equal(0, pthread_create(&w[i].thread, NULL, fill, &w[i]));
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(0, w[i].other);
		assert_true(w[i].full > 0);
		*ret_good += w[i].good;
	}
}

static void a_full_disk_is_said_and_survived(void **state)
{
	struct db_test *t = *state;
	struct rlimit before, tight;
	int good = 0;
	if (db_test_on_postgres())
		return;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	tight = (struct rlimit){ .rlim_cur = 1 << 20, .rlim_max = before.rlim_max };
	setrlimit(RLIMIT_FSIZE, &tight); /* the log cannot grow past 1 MiB */
	fill_until_full(t, &good);
	assert_true(good > 20);
	assert_int_equal(good, count(t)); /* reading goes on, and shows what was acknowledged and nothing else */
	enum err e = OK;
	for (int i = 0; e == OK && i < 400; i++) {   /* a checkpoint meanwhile may have made room for some more */
		e = add_named(t->pool, &t->fault, &t->arena, arena_fmt(&t->arena, "x%d", i).p, LONG_NOTE);
		good += e == OK;
	}
	setrlimit(RLIMIT_FSIZE, &before);            /* first of all: the tests after this one want room */
	assert_int_equal(ERR_FULL, e);
	assert_non_null(strstr(t->fault.message, "The disk is full: nothing was saved."));
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "room again", STR_NULL), "after");
	assert_int_equal(good + 1, count(t));
	db_test_ok(&t->fault, db_integrity(t->db, &t->arena), "integrity");
}

static enum err set_most_pages(struct db *tx, void *stmt)
{
	return db_exec(tx, stmt, NULL, NULL);
}

static void a_full_database_is_said_and_survived(void **state)
{
	struct db_test *t = *state;
	int good = 0;
	if (db_test_on_postgres())
		return;
	/* SQLite's own "full", which is what ENOSPC becomes too: its pages are used up. */
	struct db_stmt few = { .name = "few", .file = "test", .sqlite = "PRAGMA max_page_count=60", .kind = DB_EXEC };
	struct db_stmt many = { .name = "many", .file = "test", .sqlite = "PRAGMA max_page_count=1000000", .kind = DB_EXEC };
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, set_most_pages, &few), "few");
	fill_until_full(t, &good);
	assert_int_equal(good, count(t));
	db_test_ok(&t->fault, db_write(t->pool, &t->fault, set_most_pages, &many), "many");
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "room again", LONG_NOTE), "after");
	assert_int_equal(good + 1, count(t));
	db_test_ok(&t->fault, db_integrity(t->db, &t->arena), "integrity");
}

/* ---- locked by another program ---- */

static pid_t lock_elsewhere(const char *path, int *ret_let_go)
{
	int ready[2], let_go[2];
	char ch = 0;
	assert_true(pipe(ready) == 0 && pipe(let_go) == 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sqlite3 *h = NULL;
		close(let_go[1]);
		if (sqlite3_open(path, &h) != SQLITE_OK || sqlite3_exec(h, "BEGIN EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK)
			_exit(1);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)!read(let_go[0], &ch, 1);
		sqlite3_exec(h, "ROLLBACK", NULL, NULL, NULL);
		sqlite3_close(h);
		_exit(0);
	}
	close(ready[1]);
	close(let_go[0]);
	assert_int_equal(1, read(ready[0], &ch, 1));
	close(ready[0]);
	*ret_let_go = let_go[1];
	return pid;
}

struct blocked {
	struct db_test *t;
	int number;
	enum err err;
	int64_t took_us;
	pthread_t thread;
};

static void *write_blocked(void *arg)
{
	struct blocked *b = arg;
	struct arena a;
	struct fault f = { 0 };
	char name[16];
	int64_t began = clock_mono_us();
	arena_init(&a);
	snprintf(name, sizeof(name), "b%d", b->number);
	b->err = add_named(b->t->pool, &f, &a, name, STR_NULL);
	b->took_us = clock_mono_us() - began;
	arena_done(&a);
	return NULL;
}

static void a_lock_of_another_program_is_waited_for_five_seconds(void **state)
{
	struct db_test *t = *state;
	struct blocked b[6];
	int let_go = -1, status = 0;
	char ch = 'x';
	if (db_test_on_postgres())
		return;
	pid_t pid = lock_elsewhere(strchr(t->address, ':') + 1, &let_go);
	for (int i = 0; i < 6; i++) {
		b[i] = (struct blocked){ .t = t, .number = i };
		assert_int_equal(0, pthread_create(&b[i].thread, NULL, write_blocked, &b[i]));
	}
	assert_int_equal(0, count(t)); /* reading does not wait */
	for (int i = 0; i < 6; i++) {
		pthread_join(b[i].thread, NULL);
		assert_int_equal(ERR_BUSY, b[i].err);
		assert_in_range(b[i].took_us, 0, 7 * UTIME_US_PER_SECOND); /* all of them: not one after the other */
	}
	assert_int_equal(1, write(let_go, &ch, 1));
	close(let_go);
	assert_int_equal(pid, waitpid(pid, &status, 0));
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "free", STR_NULL), "after");
	assert_int_equal(1, count(t));
}

/* ---- the WAL-reset race ---- */

struct racer {
	sqlite3 *h;
	_Atomic bool *stop;
	int64_t rounds;
	int rc;
};

static void *checkpoint_always(void *arg)
{
	struct racer *r = arg;
	while (!*r->stop) {
		int rc = sqlite3_wal_checkpoint_v2(r->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
			r->rc = rc;
		r->rounds++;
	}
	return NULL;
}

static int64_t one_number(sqlite3 *h, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t v = -1;
	if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* Library versions before 3.51.3 lose rows in seconds when one connection writes and another checkpoints. We never
 * do that; but the library that is linked must not lose them either (the bundled one; a system one may be older). */
static void the_library_does_not_lose_commits(void **state)
{
	(void)state;
	char dir[] = "/dev/shm/tend-race.XXXXXX", path[64];
	_Atomic bool stop = false;
	sqlite3 *h = NULL;
	struct racer r = { .stop = &stop };
	pthread_t thread;
	if (sqlite3_libversion_number() < 3051003 || !mkdtemp(dir))
		skip();
	snprintf(path, sizeof(path), "%s/race.db", dir);
	assert_int_equal(SQLITE_OK, sqlite3_open(path, &h));
	assert_int_equal(SQLITE_OK, sqlite3_exec(h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
		"CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)", NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_open(path, &r.h));
	assert_int_equal(0, pthread_create(&thread, NULL, checkpoint_always, &r));
	int64_t until = clock_mono_us() + 3 * UTIME_US_PER_SECOND, n = 0;
	while (clock_mono_us() < until) {
		assert_int_equal(SQLITE_OK, sqlite3_exec(h, "INSERT INTO t (v) VALUES (randomblob(300))", NULL, NULL, NULL));
		n++;
	}
	stop = true;
	pthread_join(thread, NULL);
	sqlite3_close(r.h);
	assert_int_equal(SQLITE_OK, r.rc);
	assert_int_equal(n, one_number(h, "SELECT count(*) FROM t"));
	assert_int_equal(n, one_number(h, "SELECT max(id) FROM t"));
	assert_int_equal(1, one_number(h, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"));
	sqlite3_close(h);
	nftw(dir, db_test_remove, 8, FTW_DEPTH | FTW_PHYS);
	assert_true(n > 1000 && r.rounds > 100);
}

static void *read_always(void *arg)
{
	struct filler *w = arg;
	struct fault f = { 0 };
	struct arena a;
	arena_init(&a);
	while (!__atomic_load_n(&w->other, __ATOMIC_SEQ_CST)) {
		struct db *db = NULL;
		struct unit_count_row row;
		db_test_ok(&f, db_acquire(w->t->pool, &f, &db), "acquire");
		db_test_ok(&f, unit_count(db, &a, &row), "count");
		if (row.n < w->good) /* what a reader saw does not go away again */
			abort();
		w->good = (int)row.n;
		w->full += row.n > 0;
		db_release(db);
		arena_reset(&a);
	}
	arena_done(&a);
	return NULL;
}

static void the_log_stays_small(void **state)
{
	struct db_test *t = *state;
	struct db_figures f;
	int64_t most = 0;
	if (db_test_on_postgres())
		return;
	struct filler reader = { .t = t };
	assert_int_equal(0, pthread_create(&reader.thread, NULL, read_always, &reader));
	for (int i = 0; i < 1500; i++) {
		char name[16];
		snprintf(name, sizeof(name), "l%d", i);
		db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, name, LONG_NOTE), name);
		if (i % 50 == 0) {
			db_pool_figures(t->pool, &f);
			most = f.wal_bytes > most ? f.wal_bytes : most;
		}
	}
	__atomic_store_n(&reader.other, 1, __ATOMIC_SEQ_CST);
	pthread_join(reader.thread, NULL);
	assert_int_equal(1500, count(t));
	assert_true(most > 0 && most < 16 << 20); /* 1500 writes are some 25 MB of log without checkpoints */
	put_down(t);
	char wal[160];
	struct stat st;
	snprintf(wal, sizeof(wal), "%s-wal", strchr(t->address, ':') + 1);
	assert_int_equal(-1, stat(wal, &st)); /* an orderly end leaves one file */
	reopen(t);
	assert_int_equal(1500, count(t));
}

/* ---- many statements ---- */

static void old_statements_make_room(void **state)
{
	struct db_test *t = *state;
	enum { MANY = 300 };
	struct db_stmt *copies = test_calloc(MANY, sizeof(*copies));
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "here", STR_NULL), "add");
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MANY; i++) {
			struct unit_find_row row;
			struct unit_find_in in = { .name = S("here") };
			bool found = false;
			copies[i] = unit_find_stmt;
			db_test_ok(&t->fault, db_one(t->db, &t->arena, &copies[i], &in, &row, &found), "find");
			assert_true(found);
		}
	/* Prepared statements are kept by address: end the handles before the copies go. */
	put_down(t);
	test_free(copies);
	reopen(t);
}

/* ---- backup and restore ---- */

static void a_backup_is_whole_and_goes_back(void **state)
{
	struct db_test *t = *state;
	char backup[128], other[128];
	snprintf(backup, sizeof(backup), "%s/copy.db", t->dir);
	if (db_test_on_postgres()) {
		assert_int_equal(ERR_INPUT, db_backup(t->db, backup));
		assert_non_null(strstr(t->fault.message, "pg_dump"));
		return;
	}
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "kept", LONG_NOTE), "kept");
	db_test_ok(&t->fault, db_backup(t->db, backup), "backup");
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "later", STR_NULL), "later");
	assert_int_equal(2, count(t));
	assert_int_equal(ERR_BUSY, db_restore(t->address, backup, &t->fault));
	assert_non_null(strstr(t->fault.message, "is in use. Stop the desk first."));
	fault_clear(&t->fault);
	assert_int_equal(ERR_INPUT, db_backup(t->db, "/nowhere/at/all.db"));
	put_down(t);

	/* A damaged one and one that is not ours are refused, and what is there stays. */
	fault_clear(&t->fault);
	snprintf(other, sizeof(other), "%s/other.db", t->dir);
	FILE *f = fopen(other, "w");
	assert_true(f && fputs("not a database at all, only a text that is long enough to look like one", f) >= 0);
	fclose(f);
	assert_int_equal(ERR_INPUT, db_restore(t->address, other, &t->fault));
	assert_non_null(strstr(t->fault.message, "is not a backup of a desk"));
	reopen(t);
	assert_int_equal(2, count(t));
	put_down(t);
	db_test_ok(&t->fault, db_restore(t->address, backup, &t->fault), "restore");
	reopen(t);
	assert_int_equal(1, count(t));
	db_test_ok(&t->fault, db_integrity(t->db, &t->arena), "integrity");
}

/* ---- what is not a database of ours ---- */

static enum err try_open(const char *address, bool read_only, struct fault *f)
{
	struct db_pool *p = NULL;
	struct db_pool_config cfg = { .address = address, .read_only = read_only };
	fault_clear(f);
	enum err e = db_pool_open(&cfg, f, &p);
	db_pool_close(p);
	return e;
}

static void other_files_are_refused(void **state)
{
	struct db_test *t = *state;
	struct fault f = { 0 };
	char path[128];
	sqlite3 *h = NULL;
	static const char *const NOT[] = { "", "sqlite:", ":memory:", "mysql://x/y", "file:x?mode=ro" };
	for (size_t i = 0; i < ARRAY_LEN(NOT); i++) {
		assert_int_equal(ERR_INPUT, try_open(NOT[i], false, &f));
		assert_non_null(strstr(f.message, "is not a database"));
	}
	assert_int_equal(ERR_INPUT, try_open(t->dir, false, &f));
	assert_non_null(strstr(f.message, "cannot be opened"));
	assert_int_equal(ERR_INPUT, try_open("/nowhere/at/all.db", false, &f));

	snprintf(path, sizeof(path), "%s/foreign.db", t->dir);
	assert_int_equal(SQLITE_OK, sqlite3_open(path, &h));
	sqlite3_exec(h, "CREATE TABLE bookmarks (url TEXT)", NULL, NULL, NULL);
	sqlite3_close(h);
	assert_int_equal(ERR_INPUT, try_open(path, false, &f));
	assert_non_null(strstr(f.message, "a database of another program"));

	snprintf(path, sizeof(path), "%s/garbage.db", t->dir);
	FILE *out = fopen(path, "w");
	for (int i = 0; i < 5000; i++)
		fputc(i * 7 % 251, out);
	fclose(out);
	assert_int_equal(ERR_INPUT, try_open(path, false, &f));
	assert_non_null(strstr(f.message, "Restore it from a backup"));
	snprintf(path, sizeof(path), "%s/absent.db", t->dir);
	assert_int_equal(ERR_INPUT, try_open(path, true, &f));
	struct stat st;
	assert_int_equal(-1, stat(path, &st)); /* looking makes nothing */
}

static void a_second_program_can_look_but_not_write(void **state)
{
	struct db_test *t = *state;
	struct db_pool *p = NULL;
	struct db *db = NULL;
	struct unit_count_row row;
	struct db_pool_config cfg = { .address = t->address, .read_only = true };
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "seen", STR_NULL), "add");
	db_test_ok(&t->fault, db_pool_open(&cfg, &t->fault, &p), "open");
	assert_int_equal(ERR_BUG, add_named(p, &t->fault, &t->arena, "no", STR_NULL));
	fault_clear(&t->fault);
	db_test_ok(&t->fault, db_acquire(p, &t->fault, &db), "acquire");
	db_test_ok(&t->fault, unit_count(db, &t->arena, &row), "count");
	assert_int_equal(1, row.n);
	db_release(db);
	db_pool_close(p);
}

/* ---- a PostgreSQL that goes away ---- */

static void run_pg(const char *what)
{
	char script[400];
	const char *root = getenv("TEND_SOURCE_ROOT");
	char *argv[] = { script, (char *)what, getenv("TEND_TEST_PG_DIR"), NULL };
	int status = 1;
	pid_t pid;
	snprintf(script, sizeof(script), "%s/tests/pg", root ? root : ".");
	assert_int_equal(0, posix_spawn(&pid, script, NULL, NULL, argv, environ));
	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_int_equal(0, status);
}

static void a_restarted_server_is_found_again(void **state)
{
	struct db_test *t = *state;
	if (!db_test_on_postgres() || !getenv("TEND_TEST_PG_DIR"))
		return;
	for (int i = 0; i < 3; i++) {
		char name[16];
		snprintf(name, sizeof(name), "s%d", i);
		db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, name, STR_NULL), name);
		assert_int_equal(i + 1, count(t));
		run_pg("restart");
		/* The same handle, idle meanwhile, and the writer: both dial again by themselves. */
		if (i == 1)
			assert_int_equal(i + 1, count(t));
	}
	assert_int_equal(3, count(t));
	assert_int_equal(OK, db_begin(t->db));
	run_pg("restart");
	struct unit_count_row row;
	assert_int_equal(ERR_BUSY, unit_count(t->db, &t->arena, &row)); /* a snapshot cannot be taken up again */
	fault_clear(&t->fault);
	db_release(t->db);
	db_test_ok(&t->fault, db_acquire(t->pool, &t->fault, &t->db), "acquire");
	assert_int_equal(3, count(t));
}

static void an_absent_server_is_said_at_once_and_found_again(void **state)
{
	struct db_test *t = *state;
	struct unit_count_row row;
	enum err e = ERR_BUSY;
	if (!db_test_on_postgres() || !getenv("TEND_TEST_PG_DIR"))
		return;
	run_pg("down");
	int64_t began = clock_mono_us();
	for (int i = 0; i < 20; i++) {
		fault_clear(&t->fault);
		assert_int_equal(ERR_BUSY, add_named(t->pool, &t->fault, &t->arena, "no", STR_NULL));
		fault_clear(&t->fault);
		assert_int_equal(ERR_BUSY, unit_count(t->db, &t->arena, &row));
	}
	assert_true(clock_mono_us() - began < UTIME_US_PER_SECOND); /* forty refusals */
	run_pg("up");
	began = clock_mono_us();
	while (e == ERR_BUSY && clock_mono_us() - began < 2 * UTIME_US_PER_SECOND)
		e = add_named(t->pool, &t->fault, &t->arena, "yes", STR_NULL);
	db_test_ok(&t->fault, e, "healthy within two seconds");
	assert_int_equal(1, count(t));
}

static void a_lost_connection_saves_nothing(void **state)
{
	struct db_test *t = *state;
	if (!db_test_on_postgres())
		return;
	for (int i = 0; i < 5; i++) {
		struct change c = { .arena = &t->arena, .name = S("dies"), .die = true };
		assert_int_equal(ERR_BUSY, db_write(t->pool, &t->fault, add, &c));
		assert_non_null(strstr(t->fault.message, "connection to the database was lost"));
		fault_clear(&t->fault);
		assert_int_equal(0, count(t));
	}
	db_test_ok(&t->fault, add_named(t->pool, &t->fault, &t->arena, "lives", STR_NULL), "lives");
	assert_int_equal(1, count(t));
}

static void a_server_that_is_not_there(void **state)
{
	(void)state;
	struct fault f = { 0 };
	int64_t began = clock_mono_us();
	assert_int_equal(ERR_BUSY, try_open("postgres:///x?host=/nowhere/at/all", false, &f));
	assert_non_null(strstr(f.message, "The database server cannot be reached"));
	assert_true(clock_mono_us() - began < UTIME_US_PER_SECOND);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_unit, close_unit)
	const struct CMUnitTest tests[] = {
		T(no_acknowledged_write_is_lost_by_kill),
		T(a_full_disk_is_said_and_survived),
		T(a_full_database_is_said_and_survived),
		T(a_lock_of_another_program_is_waited_for_five_seconds),
		cmocka_unit_test(the_library_does_not_lose_commits),
		T(the_log_stays_small),
		T(old_statements_make_room),
		T(a_backup_is_whole_and_goes_back),
		T(other_files_are_refused),
		T(a_second_program_can_look_but_not_write),
		T(a_restarted_server_is_found_again),
		T(an_absent_server_is_said_at_once_and_found_again),
		T(a_lost_connection_saves_nothing),
		cmocka_unit_test(a_server_that_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
