/* desk_test.c: see desk_test.h. Part of the library so that every slice's test can link it; the program never calls it. */
#include "core/desk_test.h"

#include "base/civil.h"

#include <ftw.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

struct test_place {
	char folder[64];
	char database[600];
	char admin[512];   /* address of the server's own database, for DROP */
	char name[64];
};

static void pg_do(const char *address, const char *sql)
{
	PGconn *pg = PQconnectdb(address);
	PGresult *r = PQexec(pg, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(pg));
	ASSERT(PQresultStatus(r) == PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(pg);
}

/* postgres://…/anything?params → the same server with a database of our own. */
static void fresh_database(struct test_place *p, const char *address)
{
	const char *params = strchr(address, '?');
	const char *slash = memrchr(address, '/', params ? (size_t)(params - address) : strlen(address));
	ASSERT(slash && strlen(address) < sizeof(p->admin));
	snprintf(p->admin, sizeof(p->admin), "%s", address);
	snprintf(p->name, sizeof(p->name), "tend_test_%d_%lld", (int)getpid(), (long long)(clock_mono_us() % 1000000007));
	char sql[128];
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0", p->name);
	pg_do(address, sql);
	snprintf(p->database, sizeof(p->database), "%.*s/%s%s", (int)(slash - address), address, p->name, params ? params : "");
}

struct desk *test_desk(const struct feature *const *features)
{
	clock_freeze(0);
	utime t;
	ASSERT(civil_parse_rfc3339(S("2026-11-24T08:00:00Z"), &t));
	clock_freeze(t);
	struct test_place *p = calloc(1, sizeof(*p));
	ASSERT(p);
	snprintf(p->folder, sizeof(p->folder), "/tmp/tend-test-XXXXXX");
	ASSERT(mkdtemp(p->folder));
	const char *address = getenv("TEND_TEST_DB");
	if (address && strncmp(address, "postgres", 8) == 0)
		fresh_database(p, address);
	struct desk_config cfg = {
		.data_dir = p->folder, .database = p->database[0] ? p->database : NULL, .public_url = "http://desk.example",
		.mail_domain = "desk.example", .workers = 4,
	};
	struct fault f = { 0 };
	struct desk *d;
	if (desk_open(&cfg, DESK_SERVE, features, &f, &d) != OK) {
		fprintf(stderr, "test desk: %s (%s:%d)\n", f.message, f.file, f.line);
		abort();
	}
	return d;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void test_desk_done(struct desk *d)
{
	struct test_place p = { 0 };
	snprintf(p.folder, sizeof(p.folder), "%s", d->cfg.data_dir);
	const char *address = getenv("TEND_TEST_DB");
	const char *database = d->cfg.database;
	struct test_place *owner = (struct test_place *)(void *)((char *)(uintptr_t)d->cfg.data_dir - offsetof(struct test_place, folder));
	desk_close(d);
	if (database && address) {
		char sql[128];
		snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", owner->name);
		pg_do(address, sql);
	}
	remove_tree(p.folder);
	free(owner);
}

void test_ctx(struct desk *d, struct arena *a, struct ctx *ret)
{
	*ret = (struct ctx){
		.desk = d, .arena = a, .now_us = clock_now(), .door = DOOR_API, .request_id = S("test"), .remote = S("127.0.0.1"),
		.actor = { .kind = ACTOR_OPERATOR, .name = S("tester"), .caps = ~0u, .zone = S("UTC"), .access = S("admin"), .fresh = true },
	};
}

void test_ctx_as(struct desk *d, struct arena *a, int64_t teammate_id, const char *access, struct ctx *ret)
{
	test_ctx(d, a, ret);
	ret->actor = (struct actor){
		.kind = ACTOR_TEAMMATE, .id = teammate_id, .name = arena_fmt(a, "teammate %lld", (long long)teammate_id),
		.caps = access_caps(str_c(access)), .zone = S("UTC"), .access = str_c(access), .fresh = true,
	};
}

enum err test_run(struct ctx *c, const struct command *cmd, const char *json, struct str *ret_json)
{
	struct raw_value *values;
	size_t n;
	struct str answer;
	fault_clear(&c->fault);
	c->now_us = clock_now();
	TRY(fields_from_json(c, str_c(json), &values, &n));
	void *in = arena_alloc(c->arena, cmd->in_size ? cmd->in_size : 1);
	TRY(fields_decode(c, cmd, values, n, in));
	TRY(command_run(c, cmd, in, NULL, &answer));
	if (ret_json)
		*ret_json = answer;
	return OK;
}

int64_t test_answer_i64(struct str json, const char *key)
{
	json_error_t e;
	json_t *root = json_loadb(json.p, json.n, 0, &e);
	json_t *v = json_object_get(root, key);
	if (!json_is_integer(v))
		fprintf(stderr, "no integer \"%s\" in %.*s\n", key, STR_ARG(json));
	ASSERT(json_is_integer(v));
	int64_t n = json_integer_value(v);
	json_decref(root);
	return n;
}

static void print_complaint(void *arg, struct str complaint)
{
	(void)arg;
	fprintf(stderr, "verify: %.*s\n", STR_ARG(complaint));
}

void test_verify(struct ctx *c)
{
	struct verify_result r;
	bool had = c->db != NULL;
	fault_clear(&c->fault);
	ASSERT(ctx_db(c) == OK);
	enum err e = fold_verify(c, print_complaint, NULL, &r);
	if (e != OK)
		fprintf(stderr, "verify: %s\n", c->fault.message);
	if (!had)
		ctx_db_done(c);
	ASSERT(e == OK && r.complaints == 0);
}

void test_clock_add(int64_t us)
{
	clock_freeze(clock_now() + us);
}
