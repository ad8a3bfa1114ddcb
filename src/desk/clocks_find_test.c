/* clocks_find_test.c: what the search box finds by promises: due:, aim:, breached:, clock:, sort:due. */
#include "desk/desk_page.h"
#include "sla/sla.h"

#define KIT_MORE_FEATURES &sla_feature, &desk_feature, &list_feature
#include "desk/find.h"
#include "ticket/test_kit.h"

#include "base/civil.h"

#include "base/banned.h"

static void at(const char *rfc3339)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(rfc3339), &t));
	clock_freeze(t);
	mara.now_us = op.now_us = t;
}

/* Tickets in the order of the answer; each of them alone says the same. */
static const char *found(const char *query)
{
	struct desk_query q;
	struct find_list list;
	struct buf b;
	assert_int_equal(ctx_db(&mara), OK);
	assert_int_equal(desk_query_read(&mara, str_c(query), &q), OK);
	if (q.complaint.n)
		print_error("%s: %.*s\n", query, STR_ARG(q.complaint));
	assert_int_equal(q.complaint.n, 0);
	assert_int_equal(desk_find(&mara, &q, FIND_MAX, &list), OK);
	buf_init(&b, &arena, 10000);
	for (int64_t id = 1; id <= 4; id++) {
		bool in = false, one;
		for (size_t i = 0; i < list.n; i++)
			in = in || list.v[i].id == id;
		assert_int_equal(desk_find_one(&mara, &q, id, &one), OK);
		assert_int_equal(one, in);
	}
	for (size_t i = 0; i < list.n; i++)
		buf_fmt(&b, "%s%lld", i ? " " : "", (long long)list.v[i].id);
	ctx_db_done(&mara);
	return arena_cstr(&arena, buf_str(&b));
}

static void reply_and_wait(int64_t ticket)
{
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"I tried it and found the cause. Could you set X?\",\"mark\":\"substantive\",\"status\":\"pending\"}", (long long)ticket);
}

/* 1: not triaged, two hours from 20:00. 2: severity 2, eight hours. 3: answered, nothing more was promised. 4: answered, and the solution's clock rests. */
static void four_tickets(void)
{
	static const char CUSTOMER[] = "{\"name\":\"%s\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"plan\":\"Enterprise\",\"deployment\":\"self_hosted_compose\",\"domains\":[\"%s\"]}";
	RUN_OK(&op, "organisation.create", CUSTOMER, "Northwind", "northwind.example");
	RUN_OK(&op, "organisation.create", CUSTOMER, "Contoso", "contoso.example");
	RUN_OK(&op, "policy.put", "{\"code\":\"C\",\"organisation\":\"contoso\",\"calendar\":\"always\",\"first_response\":\"2h wall\",\"resolution\":\"40h wall pause pending\"}");
	at("2026-11-24T20:00:00Z");
	for (int i = 1; i <= 3; i++)
		assert_int_equal(new_ticket(&mara, "Crash", "ines@northwind.example"), i);
	RUN_OK(&mara, "ticket.update", "{\"ticket\":2,\"severity\":2}");
	assert_int_equal(new_ticket(&mara, "Crash", "anna@contoso.example"), 4);
	at("2026-11-24T20:30:00Z");
	reply_and_wait(3);
	reply_and_wait(4);
}

static void by_what_is_due(void **state)
{
	(void)state;
	four_tickets();
	assert_string_equal(found("due:90m"), "");        /* 22:00 is not before 22:00 */
	assert_string_equal(found("due:2h"), "1");
	assert_string_equal(found("due:<2h is:unsolved"), "1");
	assert_string_equal(found("due:1d sort:due"), "1 2");
	assert_string_equal(found("due:1d"), "2 1");
	assert_string_equal(found("due:late"), "");
	assert_string_equal(found("org:northwind sort:due"), "1 2 3");
	assert_string_equal(found("clock:running"), "2 1");
	assert_string_equal(found("clock:response is:unsolved"), "2 1");
	assert_string_equal(found("clock:paused"), "4");
	assert_string_equal(found("clock:resolution"), "4");
	assert_string_equal(found("clock:none"), "3");
	assert_string_equal(found("breached:yes"), "");
	assert_string_equal(found("aim:1w is:unsolved assignee:nobody"), "2 1");   /* a couple of hours, in everybody's case */
	assert_string_equal(found("aim:1w crash is:unsolved assignee:nobody"), "2 1");
	assert_string_equal(found("aim:late"), "");
	at("2026-11-24T23:00:00Z");
	RUN_OK(&mara, "ticket.tag", "{\"ticket\":1,\"tags\":\"area:search\"}");
	assert_string_equal(found("due:late"), "1");
	assert_string_equal(found("aim:late is:unsolved assignee:nobody"), "2 1");
	assert_string_equal(found("breached:yes"), "1");
	assert_string_equal(found("breached:response"), "1");
	assert_string_equal(found("breached:resolution"), "");
	assert_string_equal(found("breached:no sort:oldest"), "2 3 4");
	/* answered late and solved: it stays one that was broken */
	reply_and_wait(1);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	assert_string_equal(found("breached:yes status:solved"), "1");
	assert_string_equal(found("due:late"), "");
}

static void what_is_no_such_word(void **state)
{
	(void)state;
	run_err(&mara, "ticket.search", "{\"q\":\"due:soon\"}", ERR_INPUT, "30m, 2h");
	run_err(&mara, "ticket.search", "{\"q\":\"due:-2h\"}", ERR_INPUT, "30m, 2h");
	run_err(&mara, "ticket.search", "{\"q\":\"aim:99999999999999999999d\"}", ERR_INPUT, "30m, 2h");
	run_err(&mara, "ticket.search", "{\"q\":\"breached:maybe\"}", ERR_INPUT, "breached: takes");
	run_err(&mara, "ticket.search", "{\"q\":\"clock:ticking\"}", ERR_INPUT, "clock: takes");
	run_err(&mara, "ticket.search", "{\"q\":\"-breached:yes\"}", ERR_INPUT, "leave out");
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(by_what_is_due), KIT_TEST(what_is_no_such_word) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
