/* sla_past_test.c: what is known only later: clocks set back, merges that go round, marks after a merge, a customer who was another one all along. A replay of
 * the log always finds what stands. */
#include "sla/sla_desk_kit.h"

#include "base/banned.h"

static void a_merge_loop_ends(void **state)
{
	(void)state;
	int64_t a = a_case(), b = new_ticket(&mara, "Two", "ines@northwind.example");
	utime t = look(a).created_us + UTIME_US_PER_MINUTE;
	clock_freeze(t + UTIME_US_PER_MINUTE);
	force(a, t, "into", b);
	force(b, t, "from", a);
	force(b, t, "into", a);
	force(a, t, "from", b);
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	assert_int_equal(ctx_write(&c, true, settle_it, &a), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &b), OK);
	struct sla_verify_told told = { 0 };
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_verify_all(&op, &told), OK);
	ctx_db_done(&op);
	assert_int_equal(told.complaints, 0);
	assert_int_equal(ctx_write(&c, true, forget, NULL), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &a), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &b), OK);
}

static void the_clock_goes_back(void **state)
{
	(void)state;
	int64_t t = a_case();
	severity(t, 1);
	at("2026-11-24T23:30:01Z");
	run_timers();
	assert_int_equal(events_of(t, "sla.warned", NULL), 1);
	test_clock_add(-UTIME_US_PER_HOUR);
	run_timers();
	reply(t, "acknowledgement", "open");
	customer_writes(t, "Hello?");
	run_timers();
	assert_outcome(t, "first_response", "running");
	at("2026-11-24T23:40:00Z");
	run_timers();
	at("2026-11-25T00:00:01Z");
	run_timers();
	assert_int_equal(events_of(t, "sla.warned", NULL), 1);
	assert_int_equal(events_of(t, "sla.breached", NULL), 1);
	verify_all();
}

/* The clock is set back between two events of a ticket, or a writer's time is older than another's: what happened has happened. */
static void set_back_between_two_events(void **state)
{
	(void)state;
	int64_t t = a_case();
	severity(t, 1);
	test_clock_add(-UTIME_US_PER_HOUR);
	RUN_OK(&mara, "ticket.tag", "{\"ticket\":%lld,\"tags\":\"area:search\"}", (long long)t);
	assert_due(t, "first_response", "2026-11-25T00:00Z");
	verify_all();
	run_timers();
	reply(t, "acknowledgement", "open");
	assert_outcome(t, "first_response", "running");
	verify_all();
	test_clock_add(2 * UTIME_US_PER_HOUR);
	verify_all();
	run_timers();
	verify_all();
	at("2026-11-25T00:00:01Z");
	run_timers();
	assert_int_equal(events_of(t, "sla.breached", NULL), 1);
	/* a fact of a time that is further off waits for it, and the timers know when that is */
	int64_t far = new_ticket(&mara, "Later", "ines@northwind.example");
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	struct sla_fact_of_row x = { .ticket_id = far, .at_us = clock_now() + 3 * UTIME_US_PER_DAY, .seq = 900000, .kind = S("severity"), .num = SOME(1) };
	assert_int_equal(ctx_write(&c, true, put_fact, &x), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &far), OK);
	test_clock_add(3 * UTIME_US_PER_DAY + UTIME_US_PER_MINUTE);
	run_timers();
	struct sla_verify_told told = { 0 };
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_verify_all(&op, &told), OK);
	ctx_db_done(&op);
	assert_int_equal(told.complaints, 0);
	assert_int_equal(told.waiting, 0);
	assert_int_equal(ctx_write(&c, true, forget, NULL), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &far), OK);
}

/* What is learned of a case after it was merged away changes what its target owes. */
static void a_mark_after_the_merge(void **state)
{
	(void)state;
	int64_t a = a_case();
	at("2026-11-24T20:05:00Z");
	int64_t said = reply(a, "substantive", "open");
	at("2026-11-24T20:20:00Z");
	int64_t b = new_ticket(&mara, "Crash too", "ines@northwind.example");
	RUN_OK(&mara, "ticket.merge", "{\"ticket\":%lld,\"into\":%lld}", (long long)a, (long long)b);
	assert_outcome(a, "first_response", "met");
	assert_due(b, "first_response", "2026-11-24T22:20Z");   /* a had its answer: b's own wait alone */
	at("2026-11-24T20:40:00Z");
	RUN_OK(&op, "sla.overturn", "{\"message\":%lld,\"mark\":\"acknowledgement\",\"reason\":\"it says nothing of what was tried\"}", (long long)said);
	assert_outcome(a, "first_response", "cancelled");
	assert_due(b, "first_response", "2026-11-24T22:00Z");   /* a was owed an answer since 20:00, and b inherits that */
	verify_all();
	/* what was known at 20:30 stays what it was */
	struct sla_look then;
	utime half_past = look(a).created_us + 30 * UTIME_US_PER_MINUTE;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_look_at(&op, b, half_past, &then), OK);
	ctx_db_done(&op);
	assert_string_equal(when(then.lines[0].due_us), "2026-11-24T22:20Z");
	at("2026-11-24T20:50:00Z");
	RUN_OK(&op, "sla.overturn", "{\"message\":%lld,\"mark\":\"substantive\",\"reason\":\"the attachment says it\"}", (long long)said);
	assert_due(b, "first_response", "2026-11-24T22:20Z");
	verify_all();
}

/* An entitlement noted late is one of the days before too: for cases that went to another customer meanwhile, and for those that are over. */
static void a_customers_past_changes(void **state)
{
	(void)state;
	int64_t other = customer("Fabrikam", "fabrikam.example"), a = a_case(), north = look(a).organisation_id.v;
	RUN_OK(&op, "policy.put", "{\"code\":\"P\",\"entitlement\":\"fast\",\"severity\":\"untriaged\",\"calendar\":\"always\",\"first_response\":\"1h wall\"}");
	at("2026-11-24T20:10:00Z");
	int64_t moved = new_ticket(&mara, "Moves", "ines@northwind.example"), over = new_ticket(&mara, "Over", "ines@northwind.example");
	assert_due(moved, "first_response", "2026-11-24T22:10Z");
	at("2026-11-24T21:30:00Z");
	reply(moved, "substantive", "open");
	reply(over, "substantive", "open");
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}", (long long)over);
	assert_outcome(moved, "first_response", "met");
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"organisation\":%lld}", (long long)moved, (long long)other);
	at("2026-12-20T20:00:00Z");
	run_timers();
	assert_status(over, "closed");
	RUN_OK(&op, "organisation.entitle", "{\"organisation\":%lld,\"name\":\"fast\",\"from\":\"2026-11-01\"}", (long long)north);
	assert_outcome(moved, "first_response", "breached");
	assert_outcome(over, "first_response", "breached");
	assert_due(moved, "first_response", "2026-11-24T21:10Z");
	verify_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_merge_loop_ends),
		KIT_TEST(the_clock_goes_back),
		KIT_TEST(set_back_between_two_events),
		KIT_TEST(a_mark_after_the_merge),
		KIT_TEST(a_customers_past_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
