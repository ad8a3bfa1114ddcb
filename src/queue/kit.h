/* kit.h: what the tests of this slice share: a desk with a lead, three engineers and a light one, customers of several tiers, and ways to run commands. */
#ifndef TEND_QUEUE_KIT_H
#define TEND_QUEUE_KIT_H

#include "account/account.h"
#include "core/slice_kit.h"
#include "desk/desk_page.h"
#include "people/people.h"
#include "queue/parts.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

static int64_t mara, theo, ines, noa, nils;   /* a lead, three agents, a light one */
static struct ctx as_mara, as_theo, as_ines, as_noa, as_nils;

static const struct feature *const kit_features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &kit_post, &desk_feature, &queue_feature, NULL };

#define ok kit_ok
#define refused kit_refused

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

static inline int kit_setup(void **state)
{
	(void)state;
	kit_open(kit_features);
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
	struct ctx *all[] = { &op, &as_mara, &as_theo, &as_ines, &as_noa, &as_nils };
	kit_close(all, ARRAY_LEN(all));
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

#endif
