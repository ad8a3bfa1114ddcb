/* sla_step.c: one more event on a case with 1,000 earlier ones, as the desk does it, without the database; for docs/figures.md. CPU time.
 *
 * Counted: the kept state out of its bytes, the organisation looked at, the new fact stepped, the rows that ought to stand worked out, the state into bytes. Not
 * counted: the statements that read and write all this; beside it what folding all 1,000 facts again takes, and the whole of a settling with its statements. */
#include "sla/sla_int.h"

#define KIT_MORE_FEATURES &sla_feature
#include "ticket/test_kit.h"

#include "base/civil.h"

#include <sys/resource.h>

#include "base/banned.h"

enum { EVENTS = 1000, TIMES = 2000 };

static int64_t cpu_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000) + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static int64_t a_long_case(void)
{
	RUN_OK(&op, "organisation.create", "{\"name\":\"Northwind\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"deployment\":\"self_hosted_compose\",\"domains\":[\"northwind.example\"]}");
	RUN_OK(&op, "policy.put", "{\"code\":\"N\",\"organisation\":\"northwind\",\"calendar\":\"pacific-24x5\",\"first_response\":\"2h business warn 30m\",\"next_response\":\"4h wall warn 1h\","
	       "\"periodic_update\":\"24h wall warn 2h\",\"resolution\":\"40h business warn 8h pause pending\"}");
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	for (int i = 0; i < EVENTS / 3; i++) {
		test_clock_add(1200 * UTIME_US_PER_SECOND);
		customer_writes(t, "And now?");
		test_clock_add(1200 * UTIME_US_PER_SECOND);
		RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"I tried it.\",\"mark\":\"substantive\",\"status\":\"%s\"}", (long long)t, i % 2 ? "pending" : "open");
	}
	return t;
}

static enum err settle_it(struct ctx *c, void *arg)
{
	return sla_settle(c, *(int64_t *)arg);
}

static void measure(void **state)
{
	(void)state;
	int64_t t = a_long_case();
	struct sla_state_of_row row;
	struct sla_fact_of_row *facts;
	struct sla_kept *k;
	struct sla_orgs orgs;
	struct arena keep, work;
	struct ctx c;
	size_t n;
	bool there, done = false;
	arena_init(&keep);
	arena_init(&work);
	map_init(&orgs.lives, &keep);
	orgs.arena = &keep;
	desk_ctx(desk, &arena, S("bench"), &c);
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(sla_book_get(&c, &k), OK);
	assert_int_equal(sla_state_of(c.db, &arena, &row, &there, .ticket_id = t), OK);
	assert_true(there);
	assert_int_equal(sla_fact_of(c.db, &arena, &facts, &n, .ticket_id = t), OK);
	struct sla_fact_of_row new = { .ticket_id = t, .at_us = clock_now(), .seq = row.last_seq + 1, .kind = S("customer"), .message_id = SOME(9999) };
	struct sla_fact_of_row two[2] = { new, new };
	two[0].kind = S("reply");
	two[0].value = S("substantive");
	two[1].kind = S("status");
	two[1].value = S("open");
	two[1].n = 1;
	const struct sla_fact_of_row *const cases[2] = { &new, two };
	c.arena = &work;
	for (int what = 0; what < 2; what++) {
		int64_t from = cpu_us();
		size_t bytes = 0;
		for (int i = 0; i < TIMES; i++) {
			struct sla_replayed *r = arena_new(&work, struct sla_replayed);
			struct sla_rest rest;
			struct sla_due_rows due;
			struct str engine;
			struct buf b;
			assert_true(sla_state_read(&row, &rest, &engine));
			assert_int_equal(sla_replay_on(&c, k, &orgs, &rest, engine, cases[what], (size_t)what + 1, clock_now(), true, r, &done), OK);
			assert_true(done);
			sla_rows_due(&work, k, t, r, &due);
			buf_init(&b, &work, 1 << 20);
			sla_state_write(r, &b);
			bytes = b.n;
			arena_reset(&work);
		}
		printf("%-28s on a case of %zu facts: %6.2f µs, state of %zu bytes\n", what ? "a reply with another status" : "a customer's message", n,
		       (double)(cpu_us() - from) / TIMES, bytes);
	}
	int64_t from = cpu_us();
	for (int i = 0; i < TIMES; i++) {
		struct sla_replayed *r = arena_new(&work, struct sla_replayed);
		assert_int_equal(sla_replay(&c, k, &orgs, facts, n, clock_now(), true, r), OK);
		arena_reset(&work);
	}
	printf("all facts folded again instead: %6.2f µs\n", (double)(cpu_us() - from) / TIMES);
	ctx_db_done(&c);
	from = cpu_us();
	for (int i = 0; i < TIMES; i++)
		assert_int_equal(ctx_write(&c, true, settle_it, &t), OK);
	printf("a settling that finds nothing new, in a transaction of its own, statements and all: %6.2f µs\n", (double)(cpu_us() - from) / TIMES);
	sla_book_put(k);
	arena_done(&keep);
	arena_done(&work);
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(measure) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
