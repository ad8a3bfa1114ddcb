/* cert_test_kit.h: a desk with the people of a customer engineering team, for the tests of practice. */
#ifndef TEND_GROWTH_CERT_TEST_KIT_H
#define TEND_GROWTH_CERT_TEST_KIT_H

#include "growth/call_parts.h"
#include "growth/cert_parts.h"
#include "growth/pair_parts.h"
#include "growth/work_parts.h"

#include "account/account.h"
#include "base/civil.h"
#include "core/desk_test.h"
#include "people/people.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct feature kit_practice = { .name = "growth", .commands = practice_commands, .folds = practice_folds, .reactions = practice_reactions, .jobs = pair_jobs,
					     .prepare = practice_prepare };
static const struct feature *const kit_features[] = { &core_feature, &people_feature, &account_feature, &kit_practice, NULL };

struct kit {
	struct desk *desk;
	struct arena arena;
	struct ctx c;                  /* the operator */
	struct str answer;
	int64_t noa, mentor, manager, senior, ae, org;
};

/* Runs a command by its name; {0}-printf JSON with ' for ". */
static inline enum err kit_run(struct kit *k, struct ctx *c, const char *name, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static inline enum err kit_run(struct kit *k, struct ctx *c, const char *name, const char *fmt, ...)
{
	char json[4000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(json, sizeof(json), fmt, ap);
	va_end(ap);
	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	k->answer = S("");
	return test_run(c, cmd, json, &k->answer);
}

/* … and it must go well; otherwise says why. */
#define OKAY(k, c, name, ...)                                                                                                                  \
	do {                                                                                                                                   \
		enum err e_ = kit_run((k), (c), (name), __VA_ARGS__);                                                                          \
		if (e_ != OK)                                                                                                                  \
			print_error("%s: %s %s\n", (name), (c)->fault.message, (c)->fault.n_fields ? (c)->fault.fields[0].message : "");       \
		assert_int_equal(e_, OK);                                                                                                      \
	} while (0)

/* The sentence of the refusal holds these words. */
static inline void kit_says(const struct ctx *c, const char *words)
{
	const char *said = c->fault.n_fields ? c->fault.fields[0].message : c->fault.message;
	if (!strstr(said, words))
		print_error("said: %s\n", said);
	assert_non_null(strstr(said, words));
}

/* A ctx of a teammate in the same arena. */
static inline void kit_as(struct kit *k, int64_t id, const char *access, struct ctx *ret)
{
	test_ctx_as(k->desk, &k->arena, id, access, ret);
	assert_int_equal(ctx_db(ret), OK);
}

static inline int64_t kit_person(struct kit *k, const char *name, const char *role, const char *access, const char *hours)
{
	struct ctx as;
	OKAY(k, &k->c, "teammate.create", "{'email':'%s@desk.example','name':'%s','role':'%s','access':'%s','zone':'UTC'}", name, name, role, access);
	int64_t id = test_answer_i64(k->answer, "teammate");
	if (!hours)
		return id;
	kit_as(k, id, access, &as);
	OKAY(k, &as, "me.hours", "{'hours':'%s'}", hours);
	ctx_db_done(&as);
	return id;
}

static inline void kit_open(struct kit *k)
{
	*k = (struct kit){ .desk = test_desk(kit_features) };
	arena_init(&k->arena);
	test_ctx(k->desk, &k->arena, &k->c);
	assert_int_equal(ctx_db(&k->c), OK);
	k->mentor = kit_person(k, "mia", "customer_engineer", "agent", "mon-fri 09:00-17:00");
	k->manager = kit_person(k, "max", "customer_engineer", "lead", "mon-fri 09:00-17:00");
	k->senior = kit_person(k, "sam", "customer_engineer", "agent", "mon-fri 16:00-23:00");
	k->ae = kit_person(k, "ann", "account_executive", "agent", "mon-fri 09:00-17:00");
	OKAY(k, &k->c, "organisation.create", "{'name':'Northwind'}");
	k->org = test_answer_i64(k->answer, "organisation");
	test_clock_add(100 * UTIME_US_PER_DAY);
	k->c.now_us = clock_now();
	k->noa = kit_person(k, "noa", "customer_engineer", "agent", "mon-fri 10:00-18:00");
}

static inline void kit_close(struct kit *k)
{
	fault_clear(&k->c.fault);
	test_verify(&k->c);
	ctx_db_done(&k->c);
	test_desk_done(k->desk);
	arena_done(&k->arena);
}

/* Moves the clock, and the operator's with it. */
static inline void kit_later(struct kit *k, int64_t us)
{
	test_clock_add(us);
	k->c.now_us = clock_now();
}

static inline int64_t kit_edition(struct kit *k, const char *date)
{
	struct cert_programme_by_slug_row p;
	struct cert_edition_in_force_row e;
	bool found;
	assert_int_equal(cert_programme_by_slug(k->c.db, &k->arena, &p, &found, .slug = S("demo")), OK);
	assert_true(found);
	assert_int_equal(cert_edition_in_force(k->c.db, &k->arena, &e, &found, .programme_id = p.id, .date = str_c(date)), OK);
	assert_true(found);
	return e.id;
}

/* A member of the answer that is a text. */
static inline struct str kit_text(struct kit *k, const char *key)
{
	json_error_t e;
	json_auto_t *o = json_loadb(k->answer.p, k->answer.n, 0, &e);
	const char *s = json_string_value(json_object_get(o, key));
	return arena_str(&k->arena, s ? str_c(s) : S(""));
}

#endif
