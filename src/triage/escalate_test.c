/* escalate_test.c: the chain by its dated rows; taken to the next with a reason and, where a row wants it, with both views; settled, sent back, withdrawn; once. */
#include "desk/desk_page.h"
#include "sla/sla.h"
#include "triage/triage.h"

#define KIT_MORE_FEATURES &sla_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &triage_feature
#include "triage/escalate.h"
#include "ticket/test_kit.h"

#include "base/banned.h"

#define RAISE(c, more) RUN_OK((c), "escalation.raise", "{\"ticket\":%lld,\"reason\":\"It is slow\"" more "}", (long long)t)
#define NOT_RAISED(c, more, e, says_) \
	run_err((c), "escalation.raise", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"reason\":\"It is slow\"" more "}", (long long)t)), (e), (says_))

static bool says(struct str s, const char *words)
{
	return str_find(s, str_c(words)) >= 0;
}

static int64_t a_case(void)
{
	return test_answer_i64(run_ok(&op, "ticket.create", "{\"subject\":\"It fails\",\"body\":\"It fails.\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\",\"assignee\":1}"), "ticket");
}

static void by_the_rows_of_the_date(void **state)
{
	(void)state;
	struct escalation_step_all_row *v;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(escalate_steps(&op, &v, &n), OK);
	ctx_db_done(&op);
	static const struct {
		const char *chain, *date, *who;
		int64_t step;
	} ASK[] = {
		{ "disagreement", "2021-06-22", "ce", 1 }, { "disagreement", "2023-11-21", "vp_ce", 3 }, { "disagreement", "2023-11-22", "vp_ts", 3 },
		{ "disagreement", "2026-11-24", "leadership", 4 }, { "disagreement", "2026-11-24", NULL, 5 }, { "worry", "2021-06-22", NULL, 1 },
		{ "worry", "2021-09-30", "engineer", 1 }, { "worry", "2022-03-31", NULL, 3 }, { "worry", "2022-04-01", "ce_director", 3 },
	};
	for (size_t i = 0; i < ARRAY_LEN(ASK); i++) {
		const struct escalation_step_all_row *r = escalate_step_on(v, n, str_c(ASK[i].chain), ASK[i].step, str_c(ASK[i].date));
		if (!ASK[i].who)
			assert_null(r);
		else
			assert_true(r && str_eq(r->who, str_c(ASK[i].who)));
	}
	/* a desk's own row from a date on; rows are not rewritten */
	run_err(&mara, "escalation_step.set", "{\"chain\":\"worry\",\"step\":1,\"who\":\"ta\",\"after\":\"x\",\"channel\":\"y\"}", ERR_FORBIDDEN, "");
	run_ok(&op, "escalation_step.set", "{\"chain\":\"worry\",\"step\":1,\"who\":\"head_of_support\",\"after\":\"always\",\"channel\":\"talk\"}");
	run_err(&op, "escalation_step.set", "{\"chain\":\"worry\",\"step\":1,\"who\":\"ta\",\"after\":\"x\",\"channel\":\"y\",\"valid_from\":\"2022-01-01\"}", ERR_INPUT, "not rewritten");
	struct str today = run_ok(&lea, "escalation_step.list", "{\"on\":\"2026-11-24\"}"), then = run_ok(&lea, "escalation_step.list", "{\"on\":\"2026-11-23\"}");
	assert_true(says(today, "head_of_support") && !says(then, "head_of_support"));
}

static void up_the_chain(void **state)
{
	(void)state;
	int64_t t = a_case();
	struct ticket_get_row was = look(t);
	NOT_RAISED(&lea, ",\"own_view\":\"token ghp_16C7e42F292c6912E7710c838347Ae178B4a\"", ERR_INPUT, "own_view");
	/* a light colleague may; it goes to who holds the case, by name */
	struct str a = RAISE(&lea, ",\"seen\":0");
	assert_true(says(a, "\"who\":\"engineer\"") && says(a, "\"to\":1") && says(a, "Mara Lind"));
	assert_true(says(RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t), ESCALATE_TAG));
	struct ticket_get_row now = look(t);
	assert_true(now.assignee_id.v == was.assignee_id.v && now.priority.n == was.priority.n);   /* neither holder nor priority */
	/* somebody else was faster; another chain may not begin beside it */
	NOT_RAISED(&lea, ",\"seen\":0", ERR_CONFLICT, "meanwhile");
	NOT_RAISED(&lea, ",\"chain\":\"disagreement\"", ERR_INPUT, "settle it before another begins");
	/* the managers want both views */
	NOT_RAISED(&lea, "", ERR_INPUT, "talk with them first");
	NOT_RAISED(&lea, ",\"own_view\":\"They wait\"", ERR_INPUT, "other_view");
	a = RAISE(&lea, ",\"own_view\":\"They wait\",\"other_view\":\"The log is missing\",\"to\":2");
	assert_true(says(a, "\"who\":\"support_manager\"") && says(a, "Ben Ruiz"));
	/* who has nothing to do with it settles nothing; a lead sends it back; put right it goes there again */
	long long e = test_answer_i64(a, "escalation");
	run_err(&mara, "escalation.settle", arena_cstr(&arena, arena_fmt(&arena, "{\"escalation\":%lld,\"outcome\":\"agree\",\"words\":\"x\"}", e)), ERR_FORBIDDEN, "settles it");
	run_err(&mara, "escalation.refuse", arena_cstr(&arena, arena_fmt(&arena, "{\"escalation\":%lld,\"words\":\"x\"}", e)), ERR_FORBIDDEN, "");
	RUN_OK(&ben, "escalation.refuse", "{\"escalation\":%lld,\"words\":\"Talk first\"}", e);
	assert_false(says(RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t), ESCALATE_TAG));
	a = RAISE(&lea, ",\"chain\":\"worry\",\"own_view\":\"They wait\",\"other_view\":\"The log is missing\",\"to\":2");
	assert_true(says(a, "support_manager"));
	e = test_answer_i64(a, "escalation");
	/* the last step of the chain has nothing behind it */
	a = RAISE(&ben, ",\"own_view\":\"They wait\",\"other_view\":\"The log is missing\"");
	assert_true(says(a, "ce_director"));
	run_err(&ben, "escalation.settle", arena_cstr(&arena, arena_fmt(&arena, "{\"escalation\":%lld,\"outcome\":\"agree\",\"words\":\"x\"}", e)), ERR_CONFLICT, "not open any more");
	NOT_RAISED(&ben, ",\"own_view\":\"x\",\"other_view\":\"y\"", ERR_CONFLICT, "it is settled there");
	e = test_answer_i64(a, "escalation");
	run_err(&ben, "escalation.settle", arena_cstr(&arena, arena_fmt(&arena, "{\"escalation\":%lld,\"outcome\":\"agree\"}", e)), ERR_INPUT, "words");
	RUN_OK(&ben, "escalation.settle", "{\"escalation\":%lld,\"outcome\":\"disagree_and_commit\",\"words\":\"We send the log and go on\"}", e);
	assert_true(says(RUN_OK(&lea, "escalation.list", "{\"ticket\":%lld}", (long long)t), "We send the log and go on"));
	assert_true(says(run_ok(&lea, "escalation.list", "{}"), "\"items\":[]"));
	/* it begins anew, and only who raised it takes it back */
	a = RAISE(&lea, "");
	assert_true(says(a, "\"who\":\"engineer\""));
	e = test_answer_i64(a, "escalation");
	run_err(&mara, "escalation.withdraw", arena_cstr(&arena, arena_fmt(&arena, "{\"escalation\":%lld}", e)), ERR_FORBIDDEN, "Lea Sol");
	RUN_OK(&lea, "escalation.withdraw", "{\"escalation\":%lld}", e);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"x\"}", (long long)t);
	NOT_RAISED(&lea, "", ERR_CONFLICT, "nothing to disagree about");
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(by_the_rows_of_the_date), KIT_TEST(up_the_chain) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
