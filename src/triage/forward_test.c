/* forward_test.c: what is not support's goes by mail to a place that a row names and to no other; it is on the record, told in the same act, and comes back whole
 * while the mail has not left. */
#include "desk/desk_page.h"
#include "sla/sla.h"
#include "triage/triage.h"

#define KIT_MORE_FEATURES &sla_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &triage_feature
#include "triage/forward.h"
#include "ticket/test_kit.h"

#include "base/banned.h"

#define BILLS "finance@desk.example"

static int64_t bill(void)
{
	return test_answer_i64(run_ok(&op, "ticket.create", "{\"subject\":\"Purchase order\",\"body\":\"The purchase order and the *attached* invoice.\",\"name\":\"Ap\",\"email\":\"ap@bills.example\"}"),
			       "ticket");
}

static bool says(struct str s, const char *words)
{
	return str_find(s, str_c(words)) >= 0;
}

static struct str forwards(int64_t ticket)
{
	return run_ok(&lea, "forward.list", js("{\"ticket\":%lld}", (long long)ticket));
}

static struct str triage_state(int64_t ticket)
{
	struct triage_case_of_row k;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(triage_of(&op, ticket, &k, &found), OK);
	ctx_db_done(&op);
	assert_true(found);
	return k.state;
}

static int64_t row_of_code(const char *code)
{
	struct str all = run_ok(&op, "owner_rule.list", "{\"on\":\"2026-11-24\"}");
	ptrdiff_t at = str_find(all, arena_fmt(&arena, "\"code\":\"%s\"", code));
	assert_true(at > 0);
	/* its number stands before its code */
	struct str before = str_slice(all, 0, (size_t)at);
	size_t i = before.n;
	while (i > 0 && !str_starts(str_slice(before, i, before.n), S("\"rule\":")))
		i--;
	return strtoll(before.p + i + 7, NULL, 10);
}

static void write_address(const char *code, const char *owner, const char *dest)
{
	RUN_OK(&op, "owner_rule.add", "{\"follows\":%lld,\"asks\":[\"bill\"],\"owner\":\"%s\",\"action\":\"forward\",\"route\":\"to their mailbox\",\"dest\":\"%s\"}",
	       (long long)row_of_code(code), owner, dest);
}

static void only_where_a_row_says(void **state)
{
	(void)state;
	int64_t t = bill();
	/* no row names an address yet: refused, and nothing is half done */
	run_err(&mara, "triage.decide", js("{\"ticket\":%lld}", (long long)t), ERR_INPUT, "names no address");
	run_err(&mara, "triage.decide", js("{\"ticket\":%lld,\"forward_to\":\"eve@evil.example\"}", (long long)t), ERR_INPUT, "no place that a row in force names");
	assert_true(str_eq(triage_state(t), S("waiting")));
	/* an address of this desk would come back as a case; one that is none is none */
	RUN_OK(&op, "owner_rule.add", "{\"code\":\"far\",\"asks\":[\"bill\"],\"owner\":\"finance\",\"action\":\"forward\",\"route\":\"x\",\"dest\":\"old@desk.example\",\"valid_from\":\"2020-01-01\","
				      "\"valid_to\":\"2021-01-01\",\"reading\":\"long over\"}");
	long long r = (long long)row_of_code("bills");
	run_err(&op, "owner_rule.add", js("{\"follows\":%lld,\"owner\":\"finance\",\"action\":\"forward\",\"route\":\"x\",\"dest\":\"a@b@c\"}", r), ERR_INPUT, "no mail address");
	run_err(&op, "owner_rule.add", js("{\"follows\":%lld,\"owner\":\"finance\",\"action\":\"forward\",\"route\":\"x\",\"dest\":\"Bounce@desk.example\"}", r), ERR_INPUT,
		"an address of this desk");
	write_address("bills", "finance", "Finance@Desk.example");
	/* only today's rows name places */
	run_err(&mara, "triage.decide", js("{\"ticket\":%lld,\"forward_to\":\"old@desk.example\"}", (long long)t), ERR_INPUT, BILLS);
	run_err(&mara, "triage.decide", js("{\"ticket\":%lld,\"forward_words\":\"token ghp_16C7e42F292c6912E7710c838347Ae178B4a\"}", (long long)t), ERR_INPUT, "forward_words");
	struct str a = run_ok(&mara, "triage.decide", js("{\"ticket\":%lld,\"forward_words\":\"Yours, I think.\"}", (long long)t));
	assert_true(says(a, "\"forwarded_to\":\"" BILLS "\"") && says(a, "/do/forward.undo?forward="));
	assert_status(t, "solved");
	a = forwards(t);
	assert_true(says(a, "\"to\":\"" BILLS "\"") && says(a, "\"place\":\"finance\"") && says(a, "Yours, I think.") && says(a, "\"mail\":\"waiting\""));
	/* it leaves when it can no longer be taken back */
	int before = mails_sent;
	test_clock_add(UTIME_US_PER_MINUTE);
	run_due();
	assert_int_equal(mails_sent, before + 1);
	assert_true(says(forwards(t), "\"mail\":\"sent\""));
	run_err(&mara, "forward.undo", "{\"forward\":1}", ERR_CONFLICT, "has left already");
	run_err(&lea, "forward.undo", "{\"forward\":1}", ERR_FORBIDDEN, "");
	run_err(&mara, "forward.undo", "{\"forward\":99}", ERR_NOT_FOUND, "99");
}

static void taken_back_whole(void **state)
{
	(void)state;
	write_address("bills", "finance", BILLS);
	int64_t t = bill();
	struct ticket_get_row was = look(t);
	int before = mails_sent;
	struct str a = RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"message\":\"This goes to finance, who answer you.\"}", (long long)t);
	int64_t f = test_answer_i64(a, "forward");
	assert_status(t, "solved");
	RUN_OK(&mara, "forward.undo", "{\"forward\":%lld}", (long long)f);
	RUN_OK(&mara, "forward.undo", "{\"forward\":%lld}", (long long)f);   /* twice is once */
	struct ticket_get_row now = look(t);
	assert_true(str_eq(now.status, was.status) && now.status_since_us == was.status_since_us && now.assignee_id.set == was.assignee_id.set);
	assert_false(now.first_reply_us.set || now.solved_us.set);
	assert_true(str_eq(triage_state(t), S("waiting")));
	test_clock_add(UTIME_US_PER_MINUTE);
	run_due();
	assert_int_equal(mails_sent, before);   /* neither the customer nor finance */
	a = RUN_OK(&mara, "ticket.messages", "{\"ticket\":%lld}", (long long)t);
	assert_true(says(a, "Not passed on to " BILLS " after all"));
	a = RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t);
	assert_false(says(a, "no_action"));
	/* decided anew, by hand this time: nothing is sent */
	RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"by_hand\":true,\"quietly\":true}", (long long)t);
	test_clock_add(UTIME_US_PER_MINUTE);
	run_due();
	assert_int_equal(mails_sent, before);
	/* what was changed meanwhile stays changed: it was reopened by somebody else before the mail was taken back */
	int64_t u = bill();
	f = test_answer_i64(RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"quietly\":true}", (long long)u), "forward");
	test_clock_add(UTIME_US_PER_SECOND);
	RUN_OK(&ben, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)u);
	RUN_OK(&mara, "forward.undo", "{\"forward\":%lld}", (long long)f);
	assert_status(u, "pending");
}

static void to_whom_the_customer_has(void **state)
{
	(void)state;
	int64_t org = test_answer_i64(run_ok(&op, "organisation.create", "{\"name\":\"Northwind\",\"domains\":[\"northwind.example\"],\"stage\":\"post_sales\"}"), "organisation");
	RUN_OK(&op, "organisation.person_add", "{\"organisation\":%lld,\"teammate\":%d,\"part\":\"ce\"}", (long long)org, LEA);
	int64_t t = test_answer_i64(run_ok(&op, "ticket.create", "{\"subject\":\"More seats\",\"body\":\"We want a licence for 50 more seats.\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}"), "ticket");
	struct str a = RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"ask\":\"licensing\",\"message\":\"Your customer engineer sees to it.\"}", (long long)t);
	assert_true(says(a, "\"forwarded_to\":\"lea@desk.example\""));
	assert_true(says(forwards(t), "Lea Sol, customer engineer"));
	/* nobody is named: it is handed on all the same, and the note says that nobody was told */
	int64_t u = test_answer_i64(run_ok(&op, "ticket.create", "{\"subject\":\"Seats\",\"body\":\"A licence for 50 more seats.\",\"name\":\"Otto\",\"email\":\"otto@acme.example\"}"), "ticket");
	a = RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"ask\":\"licensing\",\"quietly\":true}", (long long)u);
	assert_false(says(a, "forwarded_to"));
	assert_true(says(RUN_OK(&mara, "ticket.messages", "{\"ticket\":%lld}", (long long)u), "nobody was told by mail"));
	run_err(&mara, "triage.decide", js("{\"ticket\":%lld,\"again\":true,\"outcome\":\"hand_on\",\"forward_to\":\"lea@desk.example\"}", (long long)u), ERR_CONFLICT, "nothing to triage");
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(only_where_a_row_says), KIT_TEST(taken_back_whole), KIT_TEST(to_whom_the_customer_has) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
