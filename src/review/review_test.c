/* review_test.c: long cases are listed once by the row of their day; what is said in a review is between two people. */
#include "core/desk_test.h"

#include "review/review.h"

static const struct reaction kit_reactions[] = { { .kind = "ticket.resolved", .when = IN_TX, .fold = review_on_resolved }, { 0 } };
static const struct feature kit_review = { .name = "review", .commands = review_commands, .reactions = kit_reactions, .folds = review_folds, .prepare = review_presets };
#define KIT_MORE_FEATURES &kit_review
#include "ticket/test_kit.h"

#include "base/clock.h"

#include "base/banned.h"

static void days_pass(int n)
{
	test_clock_add(n * UTIME_US_PER_DAY);
}

static enum err find_it(struct ctx *c, void *arg)
{
	return review_find_long(c, arg);
}

static int find_long(void)
{
	struct ctx c;
	int n;
	desk_ctx(desk, &arena, S("review.round"), &c);
	assert_int_equal(ctx_write(&c, true, find_it, &n), OK);
	return n;
}

static void solve(struct ctx *who, int64_t t)
{
	RUN_OK(who, "ticket.take", "{\"ticket\":%lld,\"anyway\":true}", (long long)t);
	RUN_OK(who, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"T\"}", (long long)t);
}

static int64_t first_of(struct str list, const char *key)
{
	json_t *root = json_loadb(list.p, list.n, 0, NULL), *one = json_array_get(json_object_get(root, "items"), 0);
	int64_t id = one ? json_integer_value(json_object_get(one, key)) : 0;
	json_decref(root);
	return id;
}

static size_t count_of(struct str list)
{
	json_t *root = json_loadb(list.p, list.n, 0, NULL);
	size_t n = json_array_size(json_object_get(root, "items"));
	json_decref(root);
	return n;
}

static void rows_by_date(void **state)
{
	(void)state;
	assert_int_equal(review_long_days("premortem", S("2022-04-30")), 0);
	assert_int_equal(review_long_days("premortem", S("2022-05-01")), 13);
	assert_int_equal(review_long_days("retro", S("2021-10-31")), 0);
	assert_int_equal(review_long_days("retro", S("2021-11-01")), 14);
	assert_int_equal(review_long_days("retro", S("2022-04-30")), 14);
	assert_int_equal(review_long_days("retro", S("2022-05-01")), 21);
	struct review_round r;
	utime day = clock_now();
	assert_true(review_round_of(&arena, "peer", day, &r));      /* 2026-11-24 is a Tuesday */
	assert_string_equal(arena_cstr(&arena, r.period), "2026-11-23");
	assert_int_equal(r.to_us - r.from_us, 7 * UTIME_US_PER_DAY);
	assert_true(review_round_of(&arena, "manager", day, &r));
	assert_string_equal(arena_cstr(&arena, r.period), "2026-11-01");
	assert_int_equal(r.cases, 2);
	static const int64_t D2021_12_12 = INT64_C(1639267200), D2021_12_26 = INT64_C(1640476800);      /* noon before the first round, and in it */
	assert_false(review_round_of(&arena, "peer", D2021_12_12 * UTIME_US_PER_SECOND, &r));
	assert_true(review_round_of(&arena, "peer", D2021_12_26 * UTIME_US_PER_SECOND, &r));
	assert_string_equal(arena_cstr(&arena, r.period), "2021-12-13");
	assert_int_equal(r.to_us - r.from_us, 14 * UTIME_US_PER_DAY);
}

static void long_cases(void **state)
{
	(void)state;
	int64_t old = new_ticket(&op, "Old", "ines@northwind.example");
	days_pass(13);
	assert_int_equal(find_long(), 0);
	new_ticket(&op, "Young", "ines@northwind.example");
	test_clock_add(UTIME_US_PER_MINUTE);
	assert_int_equal(find_long(), 1);
	assert_int_equal(find_long(), 0);                           /* once */
	struct str list = run_ok(&mara, "long.list", "{\"kind\":\"premortem\"}");
	assert_int_equal(count_of(list), 1);
	assert_int_equal(first_of(list, "ticket"), old);
	run_err(&lea, "long.held", "{\"case\":1,\"note\":\"x\"}", ERR_FORBIDDEN, "");
	run_err(&mara, "long.held", "{\"case\":9,\"note\":\"x\"}", ERR_NOT_FOUND, "no long case");
	int64_t messages = look(old).messages;
	run_ok(&mara, "long.held", "{\"case\":1,\"note\":\"Ask the search team on Monday.\"}");
	assert_int_equal(look(old).messages, messages + 1);         /* what came out of it stands on the case */
	run_err(&ben, "long.held", "{\"case\":1,\"note\":\"x\"}", ERR_CONFLICT, "Mara Lind has dealt with it");
	assert_int_equal(count_of(run_ok(&mara, "long.list", "{}")), 0);
	/* 21 days are not more than 21 */
	run_ok(&op, "resolve.rule", "{\"code\":\"T\",\"name\":\"Trained\",\"applies\":\"Here\",\"no_fields\":true}");
	int64_t b = new_ticket(&op, "Exactly", "ines@northwind.example");
	days_pass(21);
	solve(&mara, b);
	assert_int_equal(count_of(run_ok(&mara, "long.list", "{\"kind\":\"retro\"}")), 0);
	solve(&mara, old);
	list = run_ok(&mara, "long.list", "{\"kind\":\"retro\"}");
	assert_int_equal(first_of(list, "ticket"), old);
	/* a reopened one is no matter for a retro; solved again, it is listed still, and once */
	customer_writes(old, "It is back");
	assert_int_equal(count_of(run_ok(&mara, "long.list", "{\"kind\":\"retro\"}")), 0);
	solve(&mara, old);
	assert_int_equal(count_of(run_ok(&mara, "long.list", "{\"kind\":\"retro\"}")), 1);
}

static struct str answers_json(int64_t review, const char *all)
{
	struct str shown = RUN_OK(&mara, "review.show", "{\"review\":%lld}", (long long)review);
	json_t *root = json_loadb(shown.p, shown.n, 0, NULL), *q;
	struct buf b;
	size_t i;
	buf_init(&b, &arena, 4000);
	json_array_foreach(json_object_get(root, "questions"), i, q)
		buf_fmt(&b, "%s\"%lld=%s\"", i ? "," : "", (long long)json_integer_value(json_object_get(q, "question")), all);
	json_decref(root);
	return buf_str(&b);
}

static void between_two_people(void **state)
{
	(void)state;
	run_ok(&op, "resolve.rule", "{\"code\":\"T\",\"name\":\"Trained\",\"applies\":\"Here\",\"no_fields\":true}");
	run_err(&mara, "review.draw", "{}", ERR_FORBIDDEN, "");
	run_err(&ben, "review.draw", "{}", ERR_CONFLICT, "nobody solved a case");
	for (int i = 0; i < 3; i++) {
		solve(&mara, new_ticket(&op, "Hers", "ines@northwind.example"));
		solve(&ben, new_ticket(&op, "His", "ines@northwind.example"));
	}
	/* what does not count is not looked at */
	int64_t none = new_ticket(&op, "Nothing", "ines@northwind.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)none);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"x\"}", (long long)none);
	run_ok(&ben, "review.draw", "{}");
	run_err(&ben, "review.draw", "{}", ERR_CONFLICT, "this round");
	struct str hers = run_ok(&mara, "review.list", "{}");
	assert_int_equal(count_of(hers), 1);
	int64_t id = first_of(hers, "review");
	assert_int_equal(look(first_of(hers, "ticket")).assignee_id.v, BEN);      /* a colleague's */
	/* nobody else sees it, before and after; the reviewed one sees it when it is written */
	char show[60];
	snprintf(show, sizeof(show), "{\"review\":%lld}", (long long)id);
	run_err(&ben, "review.show", show, ERR_NOT_FOUND, "no review");
	run_err(&op, "review.show", show, ERR_NOT_FOUND, "no review");
	run_err(&mara, "review.write", "{\"review\":1,\"answers\":[\"1=yes\"]}", ERR_INPUT, "Answer each question");
	assert_int_equal(test_run(&mara, feature_command(kit_features, S("review.write")), arena_cstr(&arena, arena_fmt(&arena,
			 "{\"review\":%lld,\"answers\":[%.*s],\"good\":\"Kind words\",\"next\":\"SECRETWORD sooner\"}", (long long)id, STR_ARG(answers_json(id, "yes")))), NULL), OK);
	assert_true(str_find(run_ok(&ben, "review.show", show), S("SECRETWORD")) > 0);
	run_err(&ben, "review.write", show, ERR_FORBIDDEN, "talk with each other");
	run_err(&lea, "review.show", show, ERR_NOT_FOUND, "no review");
	/* nor does the log tell what was said */
	struct event *events;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_after(&op, 0, 10000, &events, &n), OK);
	ctx_db_done(&op);
	for (size_t i = 0; i < n; i++) {
		assert_true(str_find(events[i].data, S("SECRETWORD")) < 0);
		if (str_starts(events[i].kind, S("review.")))
			assert_false(events[i].ticket_id.set);
	}
	/* sums for leads: in time, and no answer of less than five */
	days_pass(8);
	struct str f = run_ok(&ben, "review.figures", "{}");
	assert_true(str_find(f, S("SECRETWORD")) < 0);
	assert_int_equal(count_of(f), 0);
	assert_int_equal(test_answer_i64(f, "in_time"), 1);
	assert_true(test_answer_i64(f, "due") >= 2);
	run_err(&mara, "review.figures", "{}", ERR_FORBIDDEN, "");
	/* the next round: another case, a review is dropped by its writer alone */
	run_ok(&ben, "review.draw", "{}");
	int64_t next = first_of(run_ok(&mara, "review.list", "{}"), "review");
	assert_true(next > id);
	RUN_OK(&mara, "review.drop", "{\"review\":%lld}", (long long)next);
	/* questions of the desk's own */
	run_ok(&ben, "review.question", "{\"question\":\"Was it fun?\"}");
	run_err(&ben, "review.question", "{\"question\":\"Was it fun?\"}", ERR_INPUT, "already");
	run_ok(&ben, "review.question", "{\"end\":1}");
	run_err(&ben, "review.question", "{\"end\":1}", ERR_INPUT, "asked still");
	run_err(&ben, "review.question", "{}", ERR_INPUT, "Write a question");
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(rows_by_date), KIT_TEST(long_cases), KIT_TEST(between_two_people) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
