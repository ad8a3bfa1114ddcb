/* kit.h: what the tests of this slice share: a desk with a lead, three engineers and a light one, customers of several tiers, and ways to run commands. */
#ifndef TEND_QUEUE_KIT_H
#define TEND_QUEUE_KIT_H

#include "account/account.h"
#include "core/desk_test.h"
#include "desk/desk_page.h"
#include "people/people.h"
#include "queue/parts.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct desk *desk;
static struct arena arena;
static struct ctx op;
static int64_t mara, theo, ines, noa, nils;   /* a lead, three agents, a light one */
static struct ctx as_mara, as_theo, as_ines, as_noa, as_nils;

static inline enum outbox_outcome kit_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)c, (void)o, (void)ret_retry_us;
	*ret_said = S("250 ok");
	return OUTBOX_SENT;
}

static const struct outbox_kind kit_outboxes[] = { { .name = "mail", .give_up_us = UTIME_US_PER_DAY, .send = kit_send }, { 0 } };
static const struct feature kit_post = { .name = "post", .outboxes = kit_outboxes };
static const struct feature *const kit_features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &kit_post, &desk_feature, &queue_feature, NULL };

static inline void kit_complain(struct ctx *c, const char *name, const char *json)
{
	print_error("%s %s: %s\n", name, json, c->fault.message);
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		print_error("  %s: %s\n", c->fault.fields[i].field, c->fault.fields[i].message);
}

static inline struct str ok(struct ctx *c, const char *name, const char *json)
{
	const struct command *cmd = feature_command(kit_features, str_c(name));
	struct str answer;
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, &answer);
	if (e != OK)
		kit_complain(c, name, json);
	assert_int_equal(e, OK);
	return answer;
}

static inline void refused(struct ctx *c, const char *name, const char *json, enum err want, const char *words)
{
	const struct command *cmd = feature_command(kit_features, str_c(name));
	assert_non_null(cmd);
	enum err e = test_run(c, cmd, json, NULL);
	bool said = strstr(c->fault.message, words) != NULL;
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		said = said || strstr(c->fault.fields[i].message, words);
	if (e != want || !said)
		kit_complain(c, name, json);
	assert_int_equal(e, want);
	assert_true(said);
	fault_clear(&c->fault);
}

__attribute__((format(printf, 1, 2))) static inline const char *js(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str s = arena_vfmt(&arena, fmt, ap);
	va_end(ap);
	return arena_cstr(&arena, s);
}

static inline int64_t kit_teammate(const char *email, const char *name, const char *access, const char *zone, const char *hours)
{
	return test_answer_i64(ok(&op, "teammate.create", js("{\"email\":\"%s\",\"name\":\"%s\",\"access\":\"%s\",\"zone\":\"%s\",\"hours\":\"%s\"}", email, name, access,
							      zone, hours)), "teammate");
}

static inline int64_t kit_org(const char *name, const char *tier, const char *stage)
{
	return test_answer_i64(ok(&op, "organisation.create", js("{\"name\":\"%s\",\"tier\":\"%s\",\"stage\":\"%s\",\"domains\":[\"%s.example\"]}", name, tier, stage, name)),
			       "organisation");
}

/* A case of somebody at that domain. */
static inline int64_t kit_case(const char *subject, const char *org)
{
	return test_answer_i64(ok(&op, "ticket.create", js("{\"subject\":\"%s\",\"body\":\"It does not start.\",\"name\":\"Ana\",\"email\":\"ana@%s.example\"}", subject, org)),
			       "ticket");
}

static inline void kit_time(int64_t us)
{
	struct ctx *all[] = { &op, &as_mara, &as_theo, &as_ines, &as_noa, &as_nils };
	test_clock_add(us);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i]->now_us = clock_now();
}

static inline void kit_run_due(void)
{
	int ran;
	assert_int_equal(runner_once(desk, &ran), OK);
}

static inline int kit_setup(void **state)
{
	(void)state;
	desk = test_desk(kit_features);
	arena_init(&arena);
	test_ctx(desk, &arena, &op);
	mara = kit_teammate("mara@desk.example", "Mara Lind", "lead", "Europe/Berlin", "mon-fri 09:00-17:00");
	theo = kit_teammate("theo@desk.example", "Theo Brandt", "agent", "UTC", "");
	ines = kit_teammate("ines@desk.example", "Ines Okafor", "agent", "UTC", "");
	noa = kit_teammate("noa@desk.example", "Noa New", "agent", "America/New_York", "mon-fri 09:00-17:00");
	nils = kit_teammate("nils@desk.example", "Nils Ek", "light", "UTC", "");
	test_ctx_as(desk, &arena, mara, "lead", &as_mara);
	test_ctx_as(desk, &arena, theo, "agent", &as_theo);
	test_ctx_as(desk, &arena, ines, "agent", &as_ines);
	test_ctx_as(desk, &arena, noa, "agent", &as_noa);
	test_ctx_as(desk, &arena, nils, "light", &as_nils);
	as_mara.actor.name = S("Mara Lind");
	as_theo.actor.name = S("Theo Brandt");
	return 0;
}

static inline int kit_teardown(void **state)
{
	(void)state;
	op.now_us = clock_now();
	fault_clear(&op.fault);
	test_verify(&op);
	struct ctx *all[] = { &op, &as_mara, &as_theo, &as_ines, &as_noa, &as_nils };
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ctx_db_done(all[i]);
	arena_done(&arena);
	test_desk_done(desk);
	return 0;
}

static inline void assert_has(struct str all, const char *part)
{
	if (str_find(all, str_c(part)) < 0)
		print_error("“%s” is not in ", part), fwrite(all.p, 1, all.n, stderr), print_error("\n");
	assert_true(str_find(all, str_c(part)) >= 0);
}

/* The numbers of the line, from the first on, as "3,1,2". And the kept line says what one made anew says. */
static inline struct str the_line(void)
{
	const struct line *l, *anew;
	struct buf b;
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(line_hold(&op, &l), OK);
	assert_int_equal(line_anew(&op, &anew), OK);
	assert_int_equal(l->n_order, anew->n_order);
	buf_init(&b, &arena, 200000);
	for (size_t i = 1; i <= l->n_order; i++) {
		assert_int_equal(line_at(l, i)->id, line_at(anew, i)->id);
		assert_true(str_eq(line_why(&op, l, i), line_why(&op, anew, i)));
		buf_fmt(&b, "%s%lld", i > 1 ? "," : "", (long long)line_at(l, i)->id);
	}
	line_put(l);
	line_put(anew);
	ctx_db_done(&op);
	return b.n ? buf_str(&b) : S("");
}

static inline void assert_line(const char *want)
{
	struct str got = the_line();
	if (!str_eq(got, str_c(want)))
		print_error("the line is %.*s, not %s\n", STR_ARG(got), want);
	assert_true(str_eq(got, str_c(want)));
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

#endif
