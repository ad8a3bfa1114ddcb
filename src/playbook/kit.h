/* kit.h: what the tests of this slice share: a desk with five teammates, a customer and a ticket, and ways to run commands as one of them. */
#ifndef TEND_PLAYBOOK_KIT_H
#define TEND_PLAYBOOK_KIT_H

#include "notice/notice.h"
#include "account/account.h"
#include "core/slice_kit.h"
#include "people/people.h"
#include "playbook/run.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

static int64_t mara, theo, ines, nils, noa;   /* a lead, two agents, a light one, a newcomer */
static struct ctx as_mara, as_theo, as_ines, as_nils, as_noa;

static const struct feature *const kit_features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &kit_post, &notice_feature, &playbook_feature, NULL };

#define ok kit_ok
#define refused kit_refused

static inline int kit_setup(void **state)
{
	(void)state;
	kit_open(kit_features);
	mara = kit_teammate("mara@desk.example", "Mara Lind", "lead", "Europe/Berlin", "mon-fri 09:00-17:00");
	theo = kit_teammate("theo@desk.example", "Theo Brandt", "agent", "UTC", "");
	ines = kit_teammate("ines@desk.example", "Ines Okafor", "agent", "UTC", "mon-thu 09:00-17:00");
	nils = kit_teammate("nils@desk.example", "Nils Ek", "light", "UTC", "");
	noa = kit_teammate("noa@desk.example", "Noa New", "agent", "America/New_York", "mon-fri 09:00-17:00");
	test_ctx_as(desk, &arena, mara, "lead", &as_mara);
	test_ctx_as(desk, &arena, theo, "agent", &as_theo);
	test_ctx_as(desk, &arena, ines, "agent", &as_ines);
	test_ctx_as(desk, &arena, nils, "light", &as_nils);
	test_ctx_as(desk, &arena, noa, "agent", &as_noa);
	return 0;
}

static inline void kit_say(void *arg, struct str s)
{
	(void)arg;
	print_error("%.*s\n", STR_ARG(s));
}

/* Time goes by for everybody. */
static inline void kit_days(int days)
{
	struct ctx *all[] = { &op, &as_mara, &as_theo, &as_ines, &as_nils, &as_noa };
	test_clock_add(days * UTIME_US_PER_DAY);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i]->now_us = clock_now();
}

static inline int kit_teardown(void **state)
{
	(void)state;
	int64_t complaints = 0;
	fault_clear(&op.fault);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(run_verify(&op, kit_say, NULL, &complaints), OK);
	assert_int_equal(complaints, 0);
	struct ctx *all[] = { &op, &as_mara, &as_theo, &as_ines, &as_nils, &as_noa };
	kit_close(all, ARRAY_LEN(all));
	return 0;
}

/* A playbook of that plan, published; its number. */
static inline int64_t kit_playbook(const char *plan)
{
	int64_t id = test_answer_i64(ok(&as_mara, "playbook.create", "{\"name\":\"x\"}"), "playbook");
	struct json_out j;
	json_init(&j, &arena, 8 << 20);
	json_obj(&j);
	json_ki64(&j, "playbook", id);
	json_kstr(&j, "plan", str_c(plan));
	json_obj_end(&j);
	ok(&as_mara, "playbook.replace", arena_cstr(&arena, json_done(&j)));
	ok(&as_mara, "playbook.publish", js("{\"playbook\":%lld}", (long long)id));
	return id;
}

/* What run.show says of a task: {"key":…}. */
static inline struct str task_json(int64_t run, const char *key)
{
	struct str all = ok(&op, "run.show", js("{\"run\":%lld}", (long long)run));
	ptrdiff_t at = str_find(all, str_c(js("{\"key\":\"%s\"", key)));
	assert_true(at >= 0);
	struct str rest = str_slice(all, (size_t)at, all.n);
	ptrdiff_t end = str_find(rest, S("}"));
	return str_slice(rest, 0, (size_t)end + 1);
}

static inline void assert_has(struct str all, const char *part)
{
	if (str_find(all, str_c(part)) < 0)
		print_error("“%s” is not in %.*s\n", part, STR_ARG(all));
	assert_true(str_find(all, str_c(part)) >= 0);
}

#endif
