/* schedule_test.c: checklists that begin by themselves: dates in a zone over nights of clock change, each once, also after the desk was off; and what is refused. */
#include "playbook/kit.h"

#include "playbook/schedule.h"

#include <jansson.h>

#include "base/banned.h"

#define WEEKLY_PLAN "{\"name\":\"Look at the week\",\"sections\":[{\"key\":\"s\",\"title\":\"Now\",\"tasks\":[{\"key\":\"look\",\"title\":\"Look\",\"who\":[\"starter\"]}]}]}"

static struct schedule_when when(const char *rhythm, int64_t every, int64_t days, int64_t month_day, int64_t at_min, const char *from)
{
	struct schedule_when s = { .rhythm = str_c(rhythm), .every = every, .weekdays = days, .month_day = month_day, .at_min = at_min, .until_day = INT64_MAX };
	assert_true(due_parse_date(str_c(from), &s.from_day));
	return s;
}

static void dates_are(const struct schedule_when *s, const char *want)
{
	char got[400] = "";
	int64_t day = s->from_day - 1;
	struct arena a;
	arena_init(&a);
	for (int i = 0; i < 6 && schedule_after(s, day, &day); i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s", i ? " " : "", STR_ARG(due_date_text(&a, day)));
	arena_done(&a);
	assert_string_equal(got, want);
}

static void dates_of_each_rhythm(void **state)
{
	(void)state;
	struct schedule_when s = when("daily", 3, 0, 0, 0, "2026-12-30");
	dates_are(&s, "2026-12-30 2027-01-02 2027-01-05 2027-01-08 2027-01-11 2027-01-14");
	/* Monday and Thursday of every other week, begun on a Tuesday: that week's Monday is over */
	s = when("weekly", 2, 1 | 8, 0, 0, "2026-11-24");
	dates_are(&s, "2026-11-26 2026-12-07 2026-12-10 2026-12-21 2026-12-24 2027-01-04");
	s = when("monthly", 1, 0, 31, 0, "2027-01-15");
	dates_are(&s, "2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31 2027-06-30");
	s = when("monthly", 12, 0, 29, 0, "2027-02-01");
	dates_are(&s, "2027-02-28 2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29");
	s = when("weekly", 1, 1, 0, 0, "2026-11-24");
	s.until_day = s.from_day + 13;
	dates_are(&s, "2026-11-30 2026-12-07");
}

static void an_hour_that_is_not_there_and_one_that_comes_twice(void **state)
{
	(void)state;
	const struct zone *oslo = zone_find(S("Europe/Oslo")), *howe = zone_find(S("Australia/Lord_Howe"));
	struct schedule_when s = when("daily", 1, 0, 0, 150, "2026-01-01");
	int64_t spring = civil_days(2027, 3, 28), autumn = civil_days(2026, 10, 25);
	utime t;
	/* 02:30 is left out: the first moment after, 03:00 = 01:00 UTC */
	assert_true(civil_parse_rfc3339(S("2027-03-28T01:00:00Z"), &t));
	assert_int_equal(schedule_instant(&s, spring, oslo), t);
	/* 02:30 comes twice: the first, in summer time */
	assert_true(civil_parse_rfc3339(S("2026-10-25T00:30:00Z"), &t));
	assert_int_equal(schedule_instant(&s, autumn, oslo), t);
	assert_true(civil_parse_rfc3339(S("2026-10-26T01:30:00Z"), &t));
	assert_int_equal(schedule_instant(&s, autumn + 1, oslo), t);
	/* half an hour of clock change: 02:15 is left out on 4 October 2026, 02:30 is the first moment */
	s.at_min = 135;
	assert_true(civil_parse_rfc3339(S("2026-10-03T15:30:00Z"), &t));
	assert_int_equal(schedule_instant(&s, civil_days(2026, 10, 4), howe), t);
}

/* "2026-11-30 2026-12-03": the first days of the runs of a playbook, in order. */
static const char *runs_of(int64_t playbook)
{
	struct str list = ok(&as_mara, "run.list", js("{\"playbook\":%lld,\"max\":200}", (long long)playbook));
	json_t *o = json_loadb(list.p, list.n, 0, NULL), *items = json_object_get(o, "items");
	struct buf b;
	buf_init(&b, &arena, 8000);
	for (size_t i = json_array_size(items); i-- > 0;)
		buf_fmt(&b, "%s%s", b.n ? " " : "", json_string_value(json_object_get(json_array_get(items, i), "starts_on")));
	json_decref(o);
	return arena_cstr(&arena, b.n ? buf_str(&b) : S(""));
}

static void run_job(void)
{
	struct ctx c;
	test_ctx(desk, &arena, &c);
	c.actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = S("job"), .caps = access_caps(S("admin")), .zone = S("UTC") };
	assert_int_equal(ctx_db(&c), OK);
	enum err e = schedule_job(&c, NULL);
	if (e != OK)
		print_error("%s\n", c.fault.message);
	assert_int_equal(e, OK);
	ctx_db_done(&c);
}

static void each_once_and_also_after_the_desk_was_off(void **state)
{
	(void)state;
	/* the clock stands at Tuesday 2026-11-24, 08:00 UTC */
	int64_t p = kit_playbook(WEEKLY_PLAN);
	int64_t s = test_answer_i64(ok(&as_mara, "schedule.create", js("{\"playbook\":%lld,\"rhythm\":\"weekly\",\"weekdays\":[\"mon\",\"thu\"],\"at\":\"09:00\",\"zone\":\"Europe/Oslo\"}",
								      (long long)p)), "schedule");
	run_job();
	assert_string_equal(runs_of(p), "");
	test_clock_add(2 * UTIME_US_PER_DAY - 1);        /* Thursday 08:00 UTC is 09:00 in Oslo */
	run_job();
	assert_string_equal(runs_of(p), "");
	test_clock_add(1);
	run_job();
	run_job();
	assert_string_equal(runs_of(p), "2026-11-26");
	/* whoever set it is its starter; it is called by its date */
	struct str list = ok(&as_mara, "run.list", js("{\"playbook\":%lld}", (long long)p));
	assert_true(str_find(list, S("Look at the week, 2026-11-26")) > 0);
	assert_true(str_find(ok(&as_mara, "run.mine", "{}"), S("Look at the week")) > 0);
	/* off for two weeks: each date that went by, once */
	test_clock_add(14 * UTIME_US_PER_DAY);
	run_job();
	run_job();
	assert_string_equal(runs_of(p), "2026-11-26 2026-11-30 2026-12-03 2026-12-07 2026-12-10");
	ok(&as_mara, "schedule.end", js("{\"schedule\":%lld}", (long long)s));
	refused(&as_mara, "schedule.end", js("{\"schedule\":%lld}", (long long)s), ERR_CONFLICT, "already");
	test_clock_add(14 * UTIME_US_PER_DAY);
	run_job();
	assert_string_equal(runs_of(p), "2026-11-26 2026-11-30 2026-12-03 2026-12-07 2026-12-10");
}

static void only_the_newest_when_that_is_asked_for(void **state)
{
	(void)state;
	int64_t p = kit_playbook(WEEKLY_PLAN);
	ok(&as_mara, "schedule.create", js("{\"playbook\":%lld,\"rhythm\":\"daily\",\"at\":\"07:00\",\"zone\":\"UTC\",\"missed\":\"newest\",\"until\":\"2026-12-04\"}", (long long)p));
	test_clock_add(5 * UTIME_US_PER_DAY);
	run_job();
	assert_string_equal(runs_of(p), "2026-11-29");
	test_clock_add(20 * UTIME_US_PER_DAY);
	run_job();
	assert_string_equal(runs_of(p), "2026-11-29 2026-12-04");
	assert_true(str_find(ok(&as_mara, "schedule.list", js("{\"playbook\":%lld}", (long long)p)), S("\"next\":null,\"dates\":[]")) > 0);
}

static void what_cannot_begin_is_said_and_the_next_date_tries_again(void **state)
{
	(void)state;
	int64_t p = kit_playbook(WEEKLY_PLAN);
	ok(&as_mara, "schedule.create", js("{\"playbook\":%lld,\"rhythm\":\"daily\",\"at\":\"10:00\",\"zone\":\"UTC\"}", (long long)p));
	ok(&as_mara, "playbook.archive", js("{\"playbook\":%lld}", (long long)p));
	test_clock_add(UTIME_US_PER_DAY);
	run_job();
	assert_string_equal(runs_of(p), "");
	assert_true(str_find(ok(&as_mara, "schedule.list", js("{\"playbook\":%lld}", (long long)p)), S("2026-11-24: “Look at the week” is put away")) > 0);
	ok(&as_mara, "playbook.restore", js("{\"playbook\":%lld}", (long long)p));
	test_clock_add(UTIME_US_PER_DAY);
	run_job();
	assert_string_equal(runs_of(p), "2026-11-25");
	assert_true(str_find(ok(&as_mara, "schedule.list", js("{\"playbook\":%lld}", (long long)p)), S("\"said\":\"\"")) > 0);
}

static void what_is_refused(void **state)
{
	(void)state;
	int64_t p = kit_playbook(WEEKLY_PLAN);
#define NO(json, words) refused(&as_mara, "schedule.create", js("{\"playbook\":%lld," json "}", (long long)p), ERR_INPUT, words)
	NO("\"rhythm\":\"weekly\"", "On which days");
	NO("\"rhythm\":\"monthly\"", "On which day of the month");
	NO("\"rhythm\":\"monthly\",\"month_day\":32", "31");
	NO("\"rhythm\":\"hourly\"", "daily");
	NO("\"rhythm\":\"daily\",\"at\":\"24:00\"", "09:00");
	NO("\"rhythm\":\"daily\",\"at\":\"9.30\"", "09:00");
	NO("\"rhythm\":\"daily\",\"zone\":\"Mars/Olympus\"", "zone");
	NO("\"rhythm\":\"daily\",\"from\":\"2026-12-02\",\"until\":\"2026-12-01\"", "before the first date");
	NO("\"rhythm\":\"daily\",\"from\":\"2026-01-01\",\"until\":\"2026-02-01\"", "never begin");
	NO("\"rhythm\":\"weekly\",\"weekdays\":[\"sun\"],\"until\":\"2026-11-28\"", "never begin");
	NO("\"rhythm\":\"daily\",\"subject\":\"teammate\"", "which one");
	NO("\"rhythm\":\"daily\",\"subject_id\":3", "what the number is of");
	refused(&as_theo, "schedule.create", js("{\"playbook\":%lld,\"rhythm\":\"daily\"}", (long long)p), ERR_FORBIDDEN, "");
	refused(&as_mara, "schedule.end", "{\"schedule\":99}", ERR_NOT_FOUND, "no schedule 99");
	int64_t about = kit_playbook("{\"name\":\"A case\",\"subject\":\"ticket\",\"sections\":[{\"key\":\"s\",\"title\":\"Now\",\"tasks\":[{\"key\":\"look\",\"title\":\"Look\"}]}]}");
	refused(&as_mara, "schedule.create", js("{\"playbook\":%lld,\"rhythm\":\"daily\"}", (long long)about), ERR_INPUT, "cannot begin by itself");
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_of_each_rhythm), cmocka_unit_test(an_hour_that_is_not_there_and_one_that_comes_twice),
		KIT_TEST(each_once_and_also_after_the_desk_was_off), KIT_TEST(only_the_newest_when_that_is_asked_for),
		KIT_TEST(what_cannot_begin_is_said_and_the_next_date_tries_again), KIT_TEST(what_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
