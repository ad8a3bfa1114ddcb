/* growth_ramp_test.c: a newcomer's plan in the whole desk: from plan.create on they stay out of what next, of load and its moves, of filling in and of what was
 * promised and kept, until their ramp is over to the minute; and dates that go by a calendar of the desk. */
#include "growth/programme_kit.h"

#include "core/core.h"
#include "core/job.h"
#include "desk/desk_page.h"
#include "growth/cert.h"
#include "queue/queue.h"
#include "sla/sla.h"

#include "sla_report.sql.h"

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &desk_feature, &queue_feature, &playbook_feature,
						  &growth_feature, &growth_practice_feature, &kit_post, NULL };
static int64_t boss, old_hand, newcomer;
static struct ctx as_old, as_new;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	desk = test_desk(features);
	test_ctx(desk, &arena, &op);
	boss = person("Boris", "support_manager", "UTC");
	old_hand = person("Olga", "support_engineer", "UTC");
	newcomer = person("Noa", "support_engineer", "America/New_York");
	as_old = as(old_hand, "agent");
	as_new = as(newcomer, "agent");
	ok(&op, "organisation.create", "{\"name\":\"north\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"domains\":[\"north.example\"]}");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_verify(&op);
	ctx_db_done(&op);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static void go(utime us)
{
	test_clock_add(us);
	op.now_us = as_old.now_us = as_new.now_us = clock_now();
}

static void go_to(const char *instant)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(instant), &t));
	go(t - clock_now());
}

static int64_t a_case(int64_t assignee)
{
	int64_t t = num(ok(&op, "ticket.create", "{\"subject\":\"It does not start\",\"body\":\"x\",\"name\":\"Ana\",\"email\":\"ana@north.example\"}"), "ticket");
	ok(&op, "ticket.update", "{\"ticket\":%lld,\"severity\":2}", (long long)t);
	if (assignee)
		ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld,\"anyway\":true}", (long long)t, (long long)assignee);
	return t;
}

static void timers(void)
{
	int ran;
	do
		assert_int_equal(runner_once(desk, &ran), OK);
	while (ran);
}

/* First responses that came late: all, and how many of people in their ramp. */
static int64_t late(bool ramp, int64_t *ret_held)
{
	struct sla_report_rules_row *v;
	struct sla_report_ramp_row held;
	struct sla_report_late_row *rows;
	size_t n, n_rows;
	int64_t sum = 0;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_report_rules(op.db, &arena, &v, &n, .clock = S("first_response"), .from_us = 0, .to_us = INT64_MAX, .ramp = ramp), OK);
	assert_int_equal(sla_report_ramp(op.db, &arena, &held, .clock = S("first_response"), .from_us = 0, .to_us = INT64_MAX), OK);
	assert_int_equal(sla_report_late(op.db, &arena, &rows, &n_rows, .clock = S("first_response"), .from_us = 0, .to_us = INT64_MAX, .ramp = ramp, .max = 100), OK);
	ctx_db_done(&op);
	for (size_t i = 0; i < n; i++)
		sum += v[i].late;
	assert_int_equal(sum, (int64_t)n_rows);
	*ret_held = held.n;
	return sum;
}

/* How many are counted as there, on both sides of the ocean. */
static int64_t hands(void)
{
	struct str load = ok(&op, "capacity.load", "{}");
	return num(load, "east") + num(load, "west");
}

/* A case that would be given to Noa, so that somebody has fewer. */
static bool moves_to_noa(void)
{
	return str_find(ok(&op, "capacity.load", "{}"), arena_fmt(&arena, "\"to\":%lld", (long long)newcomer)) > 0;
}

static bool noa_in_ramp(void)
{
	struct str load = ok(&op, "capacity.load", "{}");
	ptrdiff_t at = str_find(load, S("\"name\":\"Noa\""));
	assert_true(at > 0);
	struct str line = str_slice(load, (size_t)at, load.n);
	ptrdiff_t in = str_find(line, S("\"in_ramp\":true")), out = str_find(line, S("\"in_ramp\":false"));
	assert_true(in > 0 || out > 0);
	return in > 0 && (out < 0 || in < out);
}

static void kept_out_until_the_ramp_ends(void **state)
{
	(void)state;
	int64_t held;
	/* before there is a plan they are like everybody */
	assert_false(noa_in_ramp());
	struct str made = ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-24\",\"manager\":%lld}", (long long)newcomer, (long long)boss);
	int64_t plan = num(made, "plan");
	assert_true(str_find(made, S("\"ramp_end\":\"2027-02-24\"")) > 0);
	assert_true(noa_in_ramp());
	/* what next: only when they ask for it */
	int64_t first = a_case(0);
	no(&as_new, "queue.next", ERR_CONFLICT, "in your first weeks", "{}");
	/* load: they are no hand, and nobody's cases go to them */
	assert_int_equal(hands(), 2);
	int64_t olgas[8];
	for (int i = 0; i < 8; i++)
		olgas[i] = a_case(old_hand);
	assert_false(moves_to_noa());
	ok(&op, "plan.ramp", "{\"plan\":%lld,\"end\":\"2026-11-24\",\"why\":\"to see the difference\"}", (long long)plan);
	assert_int_equal(hands(), 3);
	assert_true(moves_to_noa());
	ok(&op, "plan.ramp", "{\"plan\":%lld}", (long long)plan);
	assert_int_equal(hands(), 2);
	/* filling in for somebody who is away */
	ok(&as_old, "absence.plan", "{\"from\":\"2026-11-24\",\"until\":\"2026-11-24\"}");
	no(&as_new, "queue.next", ERR_CONFLICT, "in your first weeks", "{}");
	assert_int_equal(num(ok(&as_new, "queue.next", "{\"ramp\":true}"), "ticket") > 0, 1);
	for (int i = 0; i < 7; i++)
		ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld,\"anyway\":true}", (long long)olgas[i], (long long)newcomer);
	assert_true(num(ok(&as_new, "queue.next", "{}"), "ticket") > 0);   /* theirs is theirs */
	/* promises: what is late with them is promised like all others, and stands apart from the figures */
	go_to("2026-12-10T12:00:00Z");
	timers();
	int64_t all = late(true, &held);
	assert_int_equal(all, 9);                               /* 7 of theirs and what they asked for, Olga's, nobody's */
	int64_t theirs = held;
	assert_true(theirs >= 7);
	assert_int_equal(late(false, &held), all - theirs);
	/* a start that is moved ahead lets them work now, and back again */
	ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2027-01-04\"}", (long long)plan);
	assert_false(noa_in_ramp());
	assert_int_equal(late(false, &held), all);
	ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2026-11-24\"}", (long long)plan);
	assert_true(noa_in_ramp());
	assert_int_equal(late(false, &held), all - theirs);
	/* the last minute of the ramp and the first after it, where they live */
	go_to("2027-02-24T04:59:00Z");
	assert_true(noa_in_ramp());
	go(UTIME_US_PER_MINUTE);
	assert_false(noa_in_ramp());
	assert_true(num(ok(&as_new, "queue.next", "{}"), "ticket") > 0);
	assert_int_equal(hands(), 3);
	/* what is due from now on counts */
	int64_t after = a_case(newcomer);
	go_to("2027-03-10T12:00:00Z");
	timers();
	assert_int_equal(late(false, &held), all - theirs + 1);
	assert_int_equal(held, theirs);
	(void)first, (void)after;
}

/* A manager ends the ramp early, or lengthens it; a plan that ends takes its ramp with it. */
static void the_ramp_is_the_managers(void **state)
{
	(void)state;
	int64_t plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-24\",\"manager\":%lld}", (long long)newcomer, (long long)boss), "plan");
	struct ctx as_boss = as(boss, "lead");
	no(&as_new, "plan.ramp", ERR_FORBIDDEN, "", "{\"plan\":%lld,\"end\":\"2026-11-30\",\"why\":\"I can do it\"}", (long long)plan);
	ok(&as_boss, "plan.ramp", "{\"plan\":%lld,\"end\":\"2026-11-30\",\"why\":\"done this for ten years\"}", (long long)plan);
	go_to("2026-11-30T12:00:00Z");
	assert_false(noa_in_ramp());
	as_boss.now_us = clock_now();
	ok(&as_boss, "plan.ramp", "{\"plan\":%lld,\"end\":\"2027-04-01\",\"why\":\"was ill for a month\"}", (long long)plan);
	assert_true(noa_in_ramp());
	ok(&as_boss, "plan.end", "{\"plan\":%lld}", (long long)plan);
	go(UTIME_US_PER_MINUTE);
	assert_false(noa_in_ramp());
}

/* ---- dates by a calendar ---- */

static int64_t programme_with_calendar(const char *calendar, int64_t *ret_programme)
{
	struct str made = ok(&op, "programme.create", "{\"name\":\"Short\",\"slug\":\"short\",\"role\":\"support_engineer\",\"valid_from\":\"2026-01-01\"}");
	int64_t rev = num(made, "rev");
	*ret_programme = num(made, "programme");
	ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"A\",\"title\":\"A thing\",\"due_n\":1,\"due_unit\":\"month\",\"proof\":\"self\"}", (long long)rev);
	ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"B\",\"title\":\"B thing\",\"due_n\":1,\"due_unit\":\"day\",\"proof\":\"self\"}", (long long)rev);
	if (calendar)
		ok(&op, "programme.edition", "{\"rev\":%lld,\"valid_from\":\"2026-01-01\",\"ramp_n\":1,\"ramp_unit\":\"month\",\"calendar\":\"%s\"}", (long long)rev, calendar);
	ok(&op, "programme.publish", "{\"rev\":%lld,\"note\":\"first\"}", (long long)rev);
	return rev;
}

static void due_of(const char *key, int64_t plan, const char *want)
{
	json_t *o = outcome_of(ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan), "Short", key);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "due")), want);
	json_decref(o);
}

/* A month from 26 November ends on Christmas Day: back over two holidays to the 23rd with the calendar's days, the 25th itself with the person's week. */
static void a_programme_names_a_calendar(void **state)
{
	(void)state;
	int64_t programme, rev = programme_with_calendar(NULL, &programme);
	int64_t plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-26\",\"manager\":%lld}", (long long)newcomer, (long long)boss), "plan");
	due_of("A", plan, "2026-12-25");
	ok(&op, "holiday.add", "{\"calendar\":\"pacific-9-5\",\"day\":\"2026-11-26\",\"name\":\"Thanksgiving\"}");
	int64_t next = num(ok(&op, "programme.draft", "{\"programme\":%lld}", (long long)programme), "rev");
	no(&op, "programme.edition", ERR_INPUT, "no calendar of that name", "{\"rev\":%lld,\"valid_from\":\"2026-01-01\",\"calendar\":\"moon\"}", (long long)next);
	ok(&op, "programme.edition", "{\"rev\":%lld,\"valid_from\":\"2026-01-01\",\"calendar\":\"pacific-9-5\"}", (long long)next);
	ok(&op, "programme.publish", "{\"rev\":%lld,\"note\":\"holidays count\"}", (long long)next);
	struct str diff = ok(&op, "programme.diff", "{\"from\":%lld,\"to\":%lld}", (long long)rev, (long long)next);
	assert_true(str_find(diff, S("Working days: pacific-9-5, before that the person’s own week.")) > 0);
	assert_true(str_find(ok(&op, "programme.preview", "{\"start_date\":\"2026-11-26\",\"role\":\"support_engineer\"}"), S("\"due\":\"2026-12-23\"")) > 0);
	ok(&op, "plan.move", "{\"plan\":%lld,\"programme\":%lld}", (long long)plan, (long long)programme);
	due_of("A", plan, "2026-12-23");
	due_of("B", plan, "2026-11-26");   /* a holiday that is the first day itself: never before the start */
	/* a later draft keeps it; “own” takes it away */
	int64_t third = num(ok(&op, "programme.draft", "{\"programme\":%lld}", (long long)programme), "rev");
	assert_true(str_find(ok(&op, "programme.show", "{\"programme\":%lld,\"rev\":%lld}", (long long)programme, (long long)third), S("\"calendar\":\"pacific-9-5\"")) > 0);
	ok(&op, "programme.edition", "{\"rev\":%lld,\"valid_from\":\"2026-01-01\",\"calendar\":\"own\"}", (long long)third);
	assert_true(str_find(ok(&op, "programme.show", "{\"programme\":%lld,\"rev\":%lld}", (long long)programme, (long long)third), S("\"calendar\":null")) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kept_out_until_the_ramp_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(the_ramp_is_the_managers, setup, teardown),
		cmocka_unit_test_setup_teardown(a_programme_names_a_calendar, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
