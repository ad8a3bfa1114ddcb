/* work_test.c: account work: what each kind asks for, gates, who leads and joins, proposals delivered. */
#include "growth/cert_test_kit.h"

#include "base/banned.h"

static int64_t part_of(struct kit *k, int64_t work, const char *slug)
{
	struct work_parts_of_row *v;
	size_t n;
	assert_int_equal(work_parts_of(k->c.db, &k->arena, &v, &n, .item_id = work), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].slug, str_c(slug)))
			return v[i].id;
	fail_msg("no part %s", slug);
	return 0;
}

static void a_trial(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	kit_open(&k);
	kit_as(&k, k.noa, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "work.begin", "{'kind':'trial','title':'Trial','starts_on':'2027-03-01'}"), ERR_INPUT);
	kit_says(&as, "which");
	assert_int_equal(kit_run(&k, &as, "work.begin", "{'kind':'trial','title':'Trial','organisation':%lld}", (long long)k.org), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "work.begin", "{'kind':'trial','title':'Trial','organisation':%lld,'starts_on':'2027-03-01','due_on':'2027-03-31'}",
				 (long long)k.org), ERR_INPUT);
	kit_says(&as, "At most 30 days: until 2027-03-30");
	/* The ideal length when nothing is said: 21 days. */
	OKAY(&k, &as, "work.begin", "{'kind':'trial','title':'Trial','organisation':%lld,'starts_on':'2027-03-01','with':%lld,'with_part':'ae'}", (long long)k.org,
	     (long long)k.ae);
	int64_t work = test_answer_i64(k.answer, "work");
	OKAY(&k, &as, "work.show", "{'work':%lld}", (long long)work);
	assert_true(str_eq(kit_text(&k, "due_on"), S("2027-03-21")));
	assert_int_equal(kit_run(&k, &as, "work.change", "{'work':%lld,'due_on':'2027-02-01'}", (long long)work), ERR_INPUT);
	OKAY(&k, &as, "work.change", "{'work':%lld,'due_on':'2027-03-30'}", (long long)work);
	OKAY(&k, &as, "work.answer", "{'part':%lld,'answer':'Kubernetes, 4,000 repositories'}", (long long)part_of(&k, work, "landscape"));
	assert_int_equal(kit_run(&k, &as, "work.answer", "{'part':%lld,'answer':'perhaps'}", (long long)part_of(&k, work, "survey")), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "work.close", "{'work':%lld,'state':'delivered'}", (long long)work), ERR_INPUT);
	OKAY(&k, &as, "work.close", "{'work':%lld,'state':'done','outcome':'They buy.'}", (long long)work);
	assert_int_equal(kit_run(&k, &as, "work.answer", "{'part':%lld,'answer':'yes'}", (long long)part_of(&k, work, "survey")), ERR_CONFLICT);
	struct work_counts n;
	assert_int_equal(work_counts_of(&as, k.noa, S("trial"), 0, &n), OK);
	assert_true(n.part == 1 && n.lead == 1 && n.delivered == 1);
	assert_int_equal(work_counts_of(&as, k.ae, S("trial"), 0, &n), OK);
	assert_true(n.part == 1 && n.lead == 0);
	OKAY(&k, &as, "work.reopen", "{'work':%lld}", (long long)work);
	ctx_db_done(&as);
	kit_close(&k);
}

static void gates(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	OKAY(&k, &k.c, "work.begin", "{'kind':'tech_win','title':'Northwind','organisation':%lld,'owner':%lld}", (long long)k.org, (long long)k.noa);
	int64_t work = test_answer_i64(k.answer, "work");
	assert_int_equal(kit_run(&k, &k.c, "work.close", "{'work':%lld,'state':'done'}", (long long)work), ERR_CONFLICT);
	kit_says(&k.c, "Is there a champion?");
	struct work_parts_of_row *v;
	size_t n;
	assert_int_equal(work_parts_of(k.c.db, &k.arena, &v, &n, .item_id = work), OK);
	assert_int_equal(n, 9);
	for (size_t i = 0; i < n; i++)
		OKAY(&k, &k.c, "work.answer", "{'part':%lld,'answer':'yes'}", (long long)v[i].id);
	OKAY(&k, &k.c, "work.answer", "{'part':%lld,'answer':'no'}", (long long)v[4].id);
	assert_int_equal(kit_run(&k, &k.c, "work.close", "{'work':%lld,'state':'done'}", (long long)work), ERR_CONFLICT);
	OKAY(&k, &k.c, "work.answer", "{'part':%lld,'answer':'yes'}", (long long)v[4].id);
	OKAY(&k, &k.c, "work.close", "{'work':%lld,'state':'done'}", (long long)work);
	/* A red account is red from the start, and made with somebody. */
	assert_int_equal(kit_run(&k, &k.c, "work.begin", "{'kind':'red_account','title':'Save it','organisation':%lld,'owner':%lld,'with':%lld}", (long long)k.org,
				 (long long)k.noa, (long long)k.mentor), ERR_INPUT);
	assert_int_equal(kit_run(&k, &k.c, "work.begin", "{'kind':'red_account','title':'x','organisation':%lld,'owner':%lld,'with':%lld,'with_part':'mentor'}",
				 (long long)k.org, (long long)k.noa, (long long)k.noa), ERR_INPUT);
	OKAY(&k, &k.c, "work.begin", "{'kind':'red_account','title':'Save it','organisation':%lld,'owner':%lld,'with':%lld,'with_part':'mentor'}", (long long)k.org,
	     (long long)k.noa, (long long)k.mentor);
	OKAY(&k, &k.c, "work.show", "{'work':%lld}", (long long)test_answer_i64(k.answer, "work"));
	assert_true(str_eq(kit_text(&k, "health"), S("red")));
	kit_close(&k);
}

static void projects_feedback_improvements(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	struct work_counts n;
	kit_open(&k);
	OKAY(&k, &k.c, "work.begin", "{'kind':'project','title':'Demo data','owner':%lld}", (long long)k.mentor);
	int64_t project = test_answer_i64(k.answer, "work");
	kit_as(&k, k.noa, "agent", &as);
	OKAY(&k, &as, "work.join", "{'work':%lld}", (long long)project);
	assert_int_equal(work_counts_of(&as, k.noa, S("project"), 0, &n), OK);
	assert_true(n.part == 1 && n.lead == 0);
	OKAY(&k, &as, "work.join", "{'work':%lld,'lead':true}", (long long)project);
	assert_int_equal(work_counts_of(&as, k.noa, S("project"), 0, &n), OK);
	assert_true(n.part == 1 && n.lead == 1);
	OKAY(&k, &as, "work.leave", "{'work':%lld}", (long long)project);
	assert_int_equal(kit_run(&k, &as, "work.leave", "{'work':%lld}", (long long)project), ERR_NOT_FOUND);
	assert_int_equal(work_counts_of(&as, k.mentor, S("project"), 0, &n), OK);
	assert_true(n.part == 1 && n.lead == 1);
	/* Feedback goes to a team. */
	assert_int_equal(kit_run(&k, &as, "work.begin", "{'kind':'feedback','title':'Search is slow'}"), ERR_INPUT);
	OKAY(&k, &k.c, "team.create", "{'slug':'search','name':'Search'}");
	int64_t team = test_answer_i64(k.answer, "team");
	OKAY(&k, &as, "work.begin", "{'kind':'feedback','title':'Search is slow','team':%lld,'organisation':%lld}", (long long)team, (long long)k.org);
	int64_t feedback = test_answer_i64(k.answer, "work");
	assert_int_equal(kit_run(&k, &as, "work.close", "{'work':%lld,'state':'done'}", (long long)feedback), ERR_INPUT);
	OKAY(&k, &as, "work.close", "{'work':%lld,'state':'declined','outcome':'Not this year.'}", (long long)feedback);
	/* An improvement is proposed, accepted, delivered with proof. */
	OKAY(&k, &as, "work.begin", "{'kind':'improvement','title':'A checklist for trials'}");
	int64_t improvement = test_answer_i64(k.answer, "work");
	assert_true(str_eq(kit_text(&k, "state"), S("proposed")));
	OKAY(&k, &as, "work.close", "{'work':%lld,'state':'accepted'}", (long long)improvement);
	assert_int_equal(kit_run(&k, &as, "work.close", "{'work':%lld,'state':'delivered'}", (long long)improvement), ERR_INPUT);
	OKAY(&k, &as, "work.close", "{'work':%lld,'state':'delivered','link':'https://wiki.example/trials'}", (long long)improvement);
	assert_int_equal(work_counts_of(&as, k.noa, S("improvement"), 0, &n), OK);
	assert_true(n.delivered == 1);
	ctx_db_done(&as);
	kit_close(&k);
}

/* What a kind asks for is a dated row: a new part holds for work that begins later. */
static void rows_not_code(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	OKAY(&k, &k.c, "work.part_kind", "{'kind':'trial','slug':'security','valid_from':'2028-01-01','phase':'Plan','title':'Security review','answer_kind':'yes_no',"
					 "'led_by':'ce','position':99}");
	OKAY(&k, &k.c, "work.kind", "{'slug':'trial','valid_from':'2028-01-01','name':'Trial','about':'Shorter','for_account':true,'max_days':14,'with_parts':['ae']}");
	OKAY(&k, &k.c, "work.begin", "{'kind':'trial','title':'Now','organisation':%lld,'owner':%lld,'starts_on':'2027-12-31'}", (long long)k.org, (long long)k.noa);
	struct work_parts_of_row *v;
	size_t n;
	assert_int_equal(work_parts_of(k.c.db, &k.arena, &v, &n, .item_id = test_answer_i64(k.answer, "work")), OK);
	assert_int_equal(n, 8);
	assert_int_equal(kit_run(&k, &k.c, "work.begin", "{'kind':'trial','title':'Then','organisation':%lld,'owner':%lld,'starts_on':'2028-01-01','due_on':'2028-01-15'}",
				 (long long)k.org, (long long)k.noa), ERR_INPUT);
	OKAY(&k, &k.c, "work.begin", "{'kind':'trial','title':'Then','organisation':%lld,'owner':%lld,'starts_on':'2028-01-01','due_on':'2028-01-14'}",
	     (long long)k.org, (long long)k.noa);
	assert_int_equal(work_parts_of(k.c.db, &k.arena, &v, &n, .item_id = test_answer_i64(k.answer, "work")), OK);
	assert_int_equal(n, 9);
	OKAY(&k, &k.c, "work.list", "{'organisation':%lld,'kind':'trial'}", (long long)k.org);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_trial), cmocka_unit_test(gates), cmocka_unit_test(projects_feedback_improvements),
					    cmocka_unit_test(rows_not_code) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
