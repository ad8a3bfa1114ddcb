/* desk_test.h: a fresh desk for a slice's tests, on the engine named by TEND_TEST_DB (default: a temporary SQLite file; a postgres:// address gives
 * a fresh database of that server). */
#ifndef TEND_CORE_DESK_TEST_H
#define TEND_CORE_DESK_TEST_H

#include "core/core.h"
#include "core/desk.h"

/* A desk in a temporary folder, migrated and prepared, at a frozen time of 2026-11-24T08:00:00Z. Asserts on failure. */
struct desk *test_desk(const struct feature *const *features);
void test_desk_done(struct desk *d);
/* A ctx of the operator with every capability, now; the caller's arena. Use test_ctx_as() for others. */
void test_ctx(struct desk *d, struct arena *a, struct ctx *ret);
/* The same as a teammate of that access level. */
void test_ctx_as(struct desk *d, struct arena *a, int64_t teammate_id, const char *access, struct ctx *ret);
/* Decodes a JSON object by the descriptor and runs the command, as the API would; clears the ctx's fault before. *ret_json may be NULL. */
enum err test_run(struct ctx *c, const struct command *cmd, const char *json, struct str *ret_json);
/* An integer member of an answer; asserts that it is there. */
int64_t test_answer_i64(struct str json, const char *key);
/* fold_verify() finds nothing to complain about; asserts, and prints what it finds. */
void test_verify(struct ctx *c);
/* Moves the frozen clock. */
void test_clock_add(int64_t us);

#endif
