/* slice_kit.h: what the kits of the slices' tests share: a desk, an arena and the operator of the test that runs, commands by their names as somebody, what must be
 * refused, JSON as a format, and a post in the relay's place. Each kit says which features its desk has, and who works there. */
#ifndef TEND_CORE_SLICE_KIT_H
#define TEND_CORE_SLICE_KIT_H

#include "core/desk_test.h"
#include "core/feature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static struct desk *desk;
static struct arena arena;
static struct ctx op;                /* the operator */
static int mails_sent;
static struct str last_mail;

/* ---- mail that leaves ---- */

static inline enum outbox_outcome kit_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)c, (void)ret_retry_us;
	mails_sent++;
	last_mail = arena_str(&arena, o->body);
	*ret_said = S("250 ok");
	return OUTBOX_SENT;
}

static const struct outbox_kind kit_outboxes[] = { { .name = "mail", .give_up_us = UTIME_US_PER_DAY, .send = kit_send }, { 0 } };
static const struct feature kit_post = { .name = "post", .outboxes = kit_outboxes };

/* ---- commands ---- */

static inline void kit_complain(struct ctx *c, const char *name, const char *json)
{
	print_error("%s %s: %s\n", name, json, c->fault.message);
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		print_error("  %s: %s\n", c->fault.fields[i].field, c->fault.fields[i].message);
}

/* Runs a command by its name as the API would; it must go well, and answer with one JSON value without doubled keys. */
static inline struct str kit_ok(struct ctx *c, const char *name, const char *json)
{
	struct str answer = STR_NULL;
	const struct command *cmd = feature_command(desk->features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, &answer);
	if (e != OK)
		kit_complain(c, name, json);
	assert_int_equal(e, OK);
	json_t *value = json_loadb(answer.p, answer.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(value);
	json_decref(value);
	return answer;
}

/* It must be refused so; `says` stands in the sentence, in a field's message or is a field's name. */
static inline void kit_refused(struct ctx *c, const char *name, const char *json, enum err want, const char *says)
{
	const struct command *cmd = feature_command(desk->features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, NULL);
	bool said = strstr(c->fault.message, says) != NULL;
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		said = said || strstr(c->fault.fields[i].message, says) || strstr(c->fault.fields[i].field, says);
	if (e != want || !said)
		kit_complain(c, name, json);
	assert_int_equal(e, want);
	assert_true(said);
}

static inline const char *kit_vfmt(const char *fmt, va_list ap)
{
	return arena_cstr(&arena, arena_vfmt(&arena, fmt, ap));
}

/* "{\"ticket\":%lld}" as a C string in the test's arena. */
__attribute__((format(printf, 1, 2))) static inline const char *js(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *s = kit_vfmt(fmt, ap);
	va_end(ap);
	return s;
}

/* A teammate; the answer is their number. */
static inline int64_t kit_teammate(const char *email, const char *name, const char *access, const char *zone, const char *hours)
{
	return test_answer_i64(kit_ok(&op, "teammate.create", js("{\"email\":\"%s\",\"name\":\"%s\",\"access\":\"%s\",\"zone\":\"%s\",\"hours\":\"%s\"}", email, name,
								  access, zone, hours)), "teammate");
}

/* What is due runs: jobs and what waits to leave. */
static inline void kit_run_due(void)
{
	int ran;
	assert_int_equal(runner_once(desk, &ran), OK);
}

/* A desk with those features, and nothing sent yet. */
static inline void kit_open(const struct feature *const *features)
{
	mails_sent = 0;
	last_mail = S("");
	desk = test_desk(features);
	arena_init(&arena);
	test_ctx(desk, &arena, &op);
}

/* The log and the tables say the same; the desk is gone. `all`: who still holds a connection. */
static inline void kit_close(struct ctx *const *all, size_t n)
{
	op.now_us = clock_now();
	fault_clear(&op.fault);
	test_verify(&op);
	for (size_t i = 0; i < n; i++)
		ctx_db_done(all[i]);
	arena_done(&arena);
	test_desk_done(desk);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

#endif
