/* sla_state_test.c: the state kept beside a long case says what a fold of everything says, whatever happens to the case; and when it lies, it is found. */
#include "sla/sla_int.h"

#define KIT_MORE_FEATURES &sla_feature
#include "ticket/test_kit.h"

#include "base/civil.h"

#include "base/banned.h"

static uint64_t dice(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s >> 11;
}

static int64_t complaints(void)
{
	struct sla_verify_told told = { 0 };
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_verify_all(&op, &told), OK);
	ctx_db_done(&op);
	return told.complaints;
}

static struct sla_state_of_row kept(int64_t ticket, bool *ret_there)
{
	struct sla_state_of_row row = { 0 };
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_state_of(op.db, &arena, &row, ret_there, .ticket_id = ticket), OK);
	ctx_db_done(&op);
	return row;
}

static int64_t a_case(void)
{
	RUN_OK(&op, "organisation.create", "{\"name\":\"Northwind\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"deployment\":\"self_hosted_compose\",\"domains\":[\"northwind.example\"]}");
	RUN_OK(&op, "policy.put", "{\"code\":\"N\",\"organisation\":\"northwind\",\"calendar\":\"pacific-24x5\",\"first_response\":\"2h business warn 30m\",\"next_response\":\"4h wall warn 1h\","
	       "\"periodic_update\":\"24h wall warn 2h\",\"resolution\":\"40h business warn 8h pause pending\"}");
	return new_ticket(&mara, "Crash", "ines@northwind.example");
}

static int64_t write_reply(int64_t t, const char *mark, const char *status)
{
	struct str a = STR_NULL;
	const char *json = arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"body\":\"I tried it. Could you look?\",\"mark\":\"%s\",\"status\":\"%s\"}", (long long)t, mark, status));
	/* a closed or merged one cannot be answered: that is another test's */
	return test_run(&ben, feature_command(kit_features, S("ticket.reply")), json, &a) == OK ? test_answer_i64(a, "message") : 0;
}

static void run_timers(void)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("sla.timers"), &c);
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(sla_job_timers(&c, NULL), OK);
	ctx_db_done(&c);
}

static void try(const char *cmd, struct str json)
{
	test_run(&ben, feature_command(kit_features, str_c(cmd)), arena_cstr(&arena, json), NULL);
}

/* Anything that can happen to a case. */
static void happen(int64_t t, uint64_t *s, int64_t *last_reply)
{
	static const char *const marks[] = { "acknowledgement", "substantive", "progress", "substantive" };
	static const char *const after[] = { "open", "pending", "on_hold", "pending" };
	int64_t m;
	switch (dice(s) % 16) {
	case 0: case 1: case 2:
		customer_writes(t, "And now?");
		break;
	case 3: case 4: case 5: case 6:
		m = write_reply(t, marks[dice(s) % 4], after[dice(s) % 4]);
		*last_reply = m ? m : *last_reply;
		break;
	case 7:
		try("ticket.update", arena_fmt(&arena, "{\"ticket\":%lld,\"severity\":%d}", (long long)t, (int)(dice(s) % 4)));
		break;
	case 8:
		try("ticket.status", arena_fmt(&arena, "{\"ticket\":%lld,\"status\":\"%s\"}", (long long)t, after[dice(s) % 4]));
		break;
	case 9:
		try("sla.overturn", arena_fmt(&arena, "{\"message\":%lld,\"mark\":\"%s\",\"reason\":\"looked again\"}", (long long)*last_reply, marks[dice(s) % 3]));
		break;
	case 10:
		m = write_reply(t, "substantive", "pending");
		clock_freeze(clock_now() + UTIME_US_PER_SECOND);
		try("ticket.undo_send", arena_fmt(&arena, "{\"message\":%lld}", (long long)m));
		break;
	case 11:
		try("organisation.update", arena_fmt(&arena, "{\"organisation\":1,\"stage\":\"%s\"}", dice(s) % 2 ? "pre_sales" : "post_sales"));
		break;
	case 12:
		test_clock_add(-(utime)(dice(s) % 3600) * UTIME_US_PER_SECOND);
		customer_writes(t, "An hour earlier");
		break;
	case 13:
		if (dice(s) % 8 == 0)
			try("policy.put", arena_fmt(&arena, "{\"code\":\"N\",\"organisation\":\"northwind\",\"calendar\":\"pacific-24x5\",\"first_response\":\"2h business\",\"next_response\":\"%dh wall warn 1h\","
						    "\"resolution\":\"%dh business warn 8h pause pending, on_hold\",\"open\":\"%s\"}", 2 + (int)(dice(s) % 4), 20 + (int)(dice(s) % 30),
						    dice(s) % 2 ? "now" : "start"));
		break;
	case 14:
		try("ticket.tag", arena_fmt(&arena, "{\"ticket\":%lld,\"tags\":\"area:search\"}", (long long)t));
		break;
	case 15:
		try("organisation.entitle", arena_fmt(&arena, "{\"organisation\":1,\"name\":\"24x7\",\"from\":\"2026-0%d-01\"}", 1 + (int)(dice(s) % 9)));
		break;
	}
}

static void a_long_life_step_by_step(void **state)
{
	(void)state;
	int64_t t = a_case(), reply = 0;
	int resumable = 0;
	for (int i = 0; i < 220; i++) {
		uint64_t s = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(i + 1);
		dice(&s);
		test_clock_add((utime)(dice(&s) % 7200 + (dice(&s) % 5 == 0 ? 90000 : 0)) * UTIME_US_PER_SECOND);
		if (dice(&s) % 3 == 0)
			run_timers();
		happen(t, &s, &reply);
		bool there;
		struct sla_state_of_row row = kept(t, &there);
		resumable += there && row.last_us <= clock_now();
		if (complaints())
			print_error("after step %d (%d)\n", i, (int)(dice(&s) % 16));
		assert_int_equal(complaints(), 0);
	}
	print_message("state kept after %d of 220 steps\n", resumable);
	assert_true(resumable > 60);
	op.now_us = clock_now();
	run_timers();
	op.now_us = clock_now();
	test_verify(&op);
}

/* From 64 facts on a case is stepped: what a fold would find is not looked at, and verify says so. */
static const struct db_stmt change_a_fact = {
	.name = "change_a_fact", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "UPDATE sla_fact SET value = 'acknowledgement' WHERE kind = 'reply'", .postgres = "UPDATE sla_fact SET value = 'acknowledgement' WHERE kind = 'reply'",
};
static const struct db_stmt change_it_back = {
	.name = "change_it_back", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "UPDATE sla_fact SET value = 'substantive' WHERE kind = 'reply'", .postgres = "UPDATE sla_fact SET value = 'substantive' WHERE kind = 'reply'",
};

static enum err run_stmt(struct ctx *c, void *arg)
{
	int64_t n;
	return db_exec(c->db, arg, NULL, &n);
}

static void do_stmt(const struct db_stmt *s)
{
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	assert_int_equal(ctx_write(&c, true, run_stmt, (void *)(uintptr_t)s), OK);
}

/* As message.undone does. */
static enum err take_back(struct ctx *c, void *arg)
{
	return sla_fact_gone(c->db, .ticket_id = 1, .message_id = *(const int64_t *)arg, .gone_us = clock_now());
}

static int64_t a_long_case(void)
{
	int64_t t = a_case();
	for (int i = 0; i < 30; i++) {
		test_clock_add(600 * UTIME_US_PER_SECOND);
		customer_writes(t, "And now?");
		test_clock_add(600 * UTIME_US_PER_SECOND);
		write_reply(t, "substantive", i % 2 ? "pending" : "open");
	}
	return t;
}

static void it_steps_and_a_lie_is_found(void **state)
{
	(void)state;
	bool there;
	int64_t t = a_long_case();
	struct sla_state_of_row before = kept(t, &there);
	assert_true(there);
	assert_true(before.facts >= SLA_KEPT_FROM);
	assert_int_equal(complaints(), 0);
	do_stmt(&change_a_fact);
	test_clock_add(600 * UTIME_US_PER_SECOND);
	customer_writes(t, "One more");
	struct sla_state_of_row after = kept(t, &there);
	assert_true(there);
	/* a step: two facts more, and it knows nothing of what was changed behind its back */
	assert_true(after.facts > before.facts && after.facts < before.facts + 4);
	assert_true(complaints() > 0);
	do_stmt(&change_it_back);
	assert_int_equal(complaints(), 0);
}

static void what_is_dropped_when(void **state)
{
	(void)state;
	bool there;
	int64_t t = a_long_case();
	struct sla_state_of_row one = kept(t, &there);
	assert_true(there);
	/* other rows: another print, folded again at the next event */
	RUN_OK(&op, "policy.put", "{\"code\":\"Z\",\"tag\":\"area:search\",\"calendar\":\"pacific-24x5\",\"first_response\":\"3h business\"}");
	assert_int_equal(complaints(), 0);
	customer_writes(t, "Hello");
	struct sla_state_of_row two = kept(t, &there);
	assert_true(there && two.print != one.print);
	/* what an organisation was */
	RUN_OK(&op, "organisation.entitle", "{\"organisation\":1,\"name\":\"24x7\",\"from\":\"2026-01-01\"}");
	assert_int_equal(complaints(), 0);
	/* spam: no clocks, nothing kept */
	RUN_OK(&mara, "ticket.suspend", "{\"ticket\":%lld,\"reason\":\"spam\"}", (long long)t);
	kept(t, &there);
	assert_false(there);
	assert_int_equal(complaints(), 0);
	RUN_OK(&mara, "ticket.unsuspend", "{\"ticket\":%lld}", (long long)t);
	kept(t, &there);
	assert_true(there);
	assert_int_equal(complaints(), 0);
}

/* ---- the log against what is kept ---- */

static void hear(void *arg, struct str complaint)
{
	(void)arg;
	(void)complaint;
}

static int64_t all_complaints(void)
{
	int64_t n = 0;
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_verify(&op, hear, NULL, &n), OK);
	ctx_db_done(&op);
	return n;
}

#define LIE(label, text) static const struct db_stmt label = { .name = #label, .file = __FILE__, .kind = DB_EXEC, .writes = true, .sqlite = text, .postgres = text }
LIE(forget_undone, "UPDATE sla_fact SET gone_us = NULL WHERE gone_us IS NOT NULL");
LIE(shift_undone, "UPDATE sla_fact SET gone_us = gone_us + 1 WHERE gone_us IS NOT NULL");
LIE(shift_undone_back, "UPDATE sla_fact SET gone_us = gone_us - 1 WHERE gone_us IS NOT NULL");
LIE(undo_another, "UPDATE sla_fact SET gone_us = 1 WHERE kind = 'customer' AND gone_us IS NULL");
LIE(bring_back, "UPDATE sla_fact SET gone_us = NULL WHERE kind = 'customer' AND gone_us = 1");
LIE(other_customer, "UPDATE sla_org_fact SET tier = 'team'");
LIE(same_customer, "UPDATE sla_org_fact SET tier = 'enterprise'");
LIE(other_rules, "UPDATE sla_fact SET value = 'now' WHERE kind = 'rules'");
LIE(same_rules, "UPDATE sla_fact SET value = 'start' WHERE kind = 'rules'");

/* Each lie is found, and nothing is left to find when it is taken back. */
static void lies_about_the_log_are_found(void **state)
{
	(void)state;
	static const struct {
		const struct db_stmt *lie, *truth;
	} LIES[] = { { &shift_undone, &shift_undone_back }, { &undo_another, &bring_back }, { &other_customer, &same_customer }, { &other_rules, &same_rules } };
	int64_t t = a_case();
	customer_writes(t, "And?");
	int64_t m = write_reply(t, "substantive", "pending");
	clock_freeze(clock_now() + UTIME_US_PER_SECOND);
	RUN_OK(&ben, "ticket.undo_send", "{\"message\":%lld}", (long long)m);
	RUN_OK(&op, "organisation.update", "{\"organisation\":1,\"stage\":\"pre_sales\"}");
	RUN_OK(&op, "policy.put", "{\"code\":\"N\",\"organisation\":\"northwind\",\"calendar\":\"pacific-24x5\",\"first_response\":\"3h business\",\"open\":\"start\"}");
	assert_int_equal(all_complaints(), 0);
	for (size_t i = 0; i < ARRAY_LEN(LIES); i++) {
		do_stmt(LIES[i].lie);
		assert_true(all_complaints() > 0);
		do_stmt(LIES[i].truth);
		assert_int_equal(all_complaints(), 0);
	}
	/* an undone mark that counts again: told, though no clock of today may show it */
	do_stmt(&forget_undone);
	assert_true(all_complaints() > 0);
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	assert_int_equal(ctx_write(&c, true, take_back, &m), OK);
	assert_int_equal(all_complaints(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(a_long_life_step_by_step), KIT_TEST(it_steps_and_a_lie_is_found), KIT_TEST(what_is_dropped_when),
					    KIT_TEST(lies_about_the_log_are_found) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
