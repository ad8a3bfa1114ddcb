/* calendar_test.c: business time: the arithmetic at its edges, versions, yearly holidays, far centuries, and what is refused. */
#include "sla/calendar.h"

#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/banned.h"

#define HOUR 3600

static const struct cal_hours WEEKDAYS[] = {
	{ CAL_MON, 9 * HOUR, 17 * HOUR }, { CAL_TUE, 9 * HOUR, 17 * HOUR }, { CAL_WED, 9 * HOUR, 17 * HOUR },
	{ CAL_THU, 9 * HOUR, 17 * HOUR }, { CAL_FRI, 9 * HOUR, 17 * HOUR },
};
static const struct cal_hours ALWAYS[] = {
	{ CAL_MON, 0, 86400 }, { CAL_TUE, 0, 86400 }, { CAL_WED, 0, 86400 }, { CAL_THU, 0, 86400 }, { CAL_FRI, 0, 86400 },
	{ CAL_SAT, 0, 86400 }, { CAL_SUN, 0, 86400 },
};

static int64_t at(const char *text)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(text), &t));
	return cal_seconds(t);
}

static enum err try_build(struct arena *a, const char *zone, const struct cal_version *versions, size_t n, const struct calendar **ret)
{
	struct fault f = { 0 };
	enum err e = calendar_build(a, &(struct cal_spec){ .zone = str_c(zone), .versions = versions, .n_versions = n }, &f, ret);
	assert_true(e == OK || f.message[0]);
	return e;
}

static const struct calendar *build(struct arena *a, const char *zone, const struct cal_version *v, size_t n)
{
	const struct calendar *cal = NULL;
	assert_int_equal(try_build(a, zone, v, n, &cal), OK);
	return cal;
}

static void edges_of_a_day(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct cal_version v = { .hours = WEEKDAYS, .n_hours = 5 };
	const struct calendar *c = build(&a, "America/Los_Angeles", &v, 1);
	int64_t nine = at("2021-06-14T16:00:00Z"), five = at("2021-06-15T00:00:00Z");
	assert_false(calendar_open(c, nine - 1));
	assert_true(calendar_open(c, nine));
	assert_true(calendar_open(c, five - 1));
	assert_false(calendar_open(c, five));
	assert_int_equal(calendar_between(c, nine, five), 8 * HOUR);
	assert_int_equal(calendar_between(c, five, five + HOUR), 0);
	assert_int_equal(calendar_add(c, nine, 8 * HOUR), five);              /* used up at closing: closing */
	assert_int_equal(calendar_add(c, nine, 8 * HOUR + 1), five + 16 * HOUR + 1);
	assert_int_equal(calendar_add(c, five, 0), five);                     /* nothing to add: here, open or not */
	assert_int_equal(calendar_add(c, five, 1), five + 16 * HOUR + 1);
	assert_int_equal(calendar_add(c, nine, INT64_MAX), CAL_NEVER);
	arena_done(&a);
}

static void never_open(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct cal_version none = { 0 };
	const struct calendar *c = build(&a, "Europe/Berlin", &none, 1);
	assert_int_equal(calendar_add(c, 0, 1), CAL_NEVER);
	assert_int_equal(calendar_add(c, 0, 0), 0);
	assert_int_equal(calendar_between(c, CAL_LEAST_S, CAL_MOST_S), 0);
	assert_false(calendar_opens_after(c, 0));
	struct cal_stretch s;
	int64_t t = at("2021-01-01T00:00:00Z"), n = 0;
	for (; t < at("2022-01-01T00:00:00Z"); t = s.to_s, n++) {
		calendar_stretch(c, t, &s);
		assert_int_equal(s.kind, CAL_CLOSED);
		assert_true(s.to_s > t);
	}
	assert_int_equal(n, 3);   /* two clock changes */
	/* open once, then closed for good: a week that a later version ends */
	struct cal_version two[] = { { .hours = WEEKDAYS, .n_hours = 5 }, { .from_day = civil_days(2021, 6, 15) } };
	c = build(&a, "UTC", two, 2);
	assert_int_equal(calendar_add(c, at("2021-06-14T12:00:00Z"), 5 * HOUR), at("2021-06-14T17:00:00Z"));
	assert_int_equal(calendar_add(c, at("2021-06-14T12:00:00Z"), 5 * HOUR + 1), CAL_NEVER);
	assert_false(calendar_opens_after(c, at("2021-06-14T17:00:00Z")));
	assert_true(calendar_opens_after(c, at("2021-06-14T16:59:59Z")));
	arena_done(&a);
}

static void versions_by_local_date(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	static const struct cal_hours LONG[] = { { CAL_MON, 2 * HOUR, 17 * HOUR }, { CAL_TUE, 2 * HOUR, 17 * HOUR } };
	struct cal_holiday tuesday = { .day = civil_days(2021, 8, 3), .name = S("a day off of the new version") };
	struct cal_holiday early = { .day = civil_days(2021, 7, 26) };   /* of the new version, before it is in force: no holiday */
	struct cal_holiday both[] = { tuesday, early };
	struct cal_version v[] = {
		{ .hours = WEEKDAYS, .n_hours = 5 },
		{ .from_day = civil_days(2021, 8, 2), .hours = LONG, .n_hours = 2, .holidays = both, .n_holidays = 2 },
	};
	const struct calendar *c = build(&a, "America/Los_Angeles", v, 2);
	assert_int_equal(calendar_between(c, at("2021-07-26T07:00:00Z"), at("2021-07-27T07:00:00Z")), 8 * HOUR);
	assert_int_equal(calendar_between(c, at("2021-08-02T07:00:00Z"), at("2021-08-03T07:00:00Z")), 15 * HOUR);
	assert_int_equal(calendar_between(c, at("2021-08-03T07:00:00Z"), at("2021-08-09T07:00:00Z")), 0);
	/* Friday 16:00 under the old hours, an hour there and one in the new Monday's early morning */
	assert_int_equal(calendar_add(c, at("2021-07-30T23:00:00Z"), 2 * HOUR), at("2021-08-02T10:00:00Z"));
	struct cal_stretch s;
	calendar_stretch(c, at("2021-08-03T12:00:00Z"), &s);
	assert_int_equal(s.kind, CAL_HOLIDAY);
	assert_true(str_starts(s.holiday, S("a day off")));
	assert_int_equal(s.to_s, at("2021-08-04T07:00:00Z"));
	arena_done(&a);
}

static void yearly_holidays(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct cal_holiday h[] = {
		{ .day = civil_days(2000, 12, 25), .yearly = true, .name = S("Christmas") },
		{ .day = civil_days(2000, 2, 29), .yearly = true },
		{ .day = civil_days(2020, 5, 1), .yearly = true, .until_day = SOME(civil_days(2022, 5, 1)) },
	};
	struct cal_version v = { .hours = ALWAYS, .n_hours = 7, .holidays = h, .n_holidays = 3 };
	const struct calendar *c = build(&a, "UTC", &v, 1);
	for (int year = 1999; year < 9990; year += 7) {
		int64_t from = civil_days(year, 1, 1) * 86400, to = civil_days(year + 1, 1, 1) * 86400;
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		int64_t off = year < 2000 ? 0 : 1 + leap + (year >= 2020 && year <= 2022);
		assert_int_equal(calendar_between(c, from, to), to - from - off * 86400);
	}
	arena_done(&a);
}

/* A calendar of a zone with daylight time says the same of 400 years later, to the second. */
static void no_horizon(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct cal_version v = { .hours = WEEKDAYS, .n_hours = 5 };
	const int64_t cycle = INT64_C(146097) * 86400;
	static const char *const ZONES[] = { "America/Los_Angeles", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kathmandu", "EST5EDT", "UTC" };
	for (size_t z = 0; z < ARRAY_LEN(ZONES); z++) {
		const struct calendar *c = build(&a, ZONES[z], &v, 1);
		int64_t year = cycle / 400, t = at("2100-03-01T00:00:00Z");
		for (int i = 0; i < 300; i++, t += 86413 * 31) {
			assert_int_equal(calendar_open(c, t), calendar_open(c, t + cycle));
			assert_int_equal(calendar_between(c, t, t + year), calendar_between(c, t + 3 * cycle, t + 3 * cycle + year));
			assert_int_equal(calendar_add(c, t, 100 * HOUR) + 7 * cycle, calendar_add(c, t + 7 * cycle, 100 * HOUR));
		}
		assert_int_equal(calendar_add(c, at("9999-12-31T20:00:00Z"), 40 * HOUR), CAL_NEVER);
		assert_true(calendar_opens_after(c, at("9999-12-31T20:00:00Z")));
	}
	/* across 2^31 and 2^32, and before 1970 */
	const struct calendar *c = build(&a, "Europe/Berlin", &v, 1);
	assert_int_equal(calendar_add(c, at("2038-01-19T03:14:07Z"), 8 * HOUR), at("2038-01-19T16:00:00Z"));
	assert_int_equal(calendar_between(c, at("1965-01-04T00:00:00Z"), at("1965-01-11T00:00:00Z")), 40 * HOUR);
	arena_done(&a);
}

static void refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	const struct calendar *c;
	struct cal_version v = { .hours = WEEKDAYS, .n_hours = 5 };
	static const char *const NO_ZONES[] = { "Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "America/../UTC", "utc\n", "Europe/Berlin/" };
	for (size_t i = 0; i < ARRAY_LEN(NO_ZONES); i++)
		assert_int_equal(try_build(&a, NO_ZONES[i], &v, 1, &c), ERR_INPUT);
	assert_int_equal(try_build(&a, "UTC", &v, 0, &c), ERR_INPUT);
	static const struct cal_hours BAD[] = {
		{ CAL_MON, 17 * HOUR, 9 * HOUR }, { CAL_MON, 9 * HOUR, 9 * HOUR }, { CAL_MON, -1, 9 }, { CAL_MON, 0, 86401 }, { (enum cal_weekday)7, 0, 9 },
		{ (enum cal_weekday)-1, 0, 9 }, { CAL_MON, INT32_MIN, INT32_MAX },
	};
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_int_equal(try_build(&a, "UTC", &(struct cal_version){ .hours = &BAD[i], .n_hours = 1 }, 1, &c), ERR_INPUT);
	struct cal_holiday far = { .day = INT64_MAX }, until = { .day = 0, .yearly = true, .until_day = SOME(INT64_MIN) };
	assert_int_equal(try_build(&a, "UTC", &(struct cal_version){ .holidays = &far, .n_holidays = 1 }, 1, &c), ERR_INPUT);
	assert_int_equal(try_build(&a, "UTC", &(struct cal_version){ .holidays = &until, .n_holidays = 1 }, 1, &c), ERR_INPUT);
	struct cal_version order[] = { v, { .from_day = 100 }, { .from_day = 100 } };
	assert_int_equal(try_build(&a, "UTC", order, 3, &c), ERR_INPUT);
	/* no tzdata at all: said, never taken for UTC */
	setenv("TZDIR", "/nonexistent", 1);
	assert_int_equal(try_build(&a, "Pacific/Pitcairn", &v, 1, &c), ERR_INPUT);
	assert_true(str_eq(calendar_tzdata(&a), S("unknown")));
	assert_int_equal(try_build(&a, "UTC", &v, 1, &c), OK);
	unsetenv("TZDIR");
	assert_int_equal(try_build(&a, "Pacific/Pitcairn", &v, 1, &c), OK);
	arena_done(&a);
}

/* Every second around odd changes of the clocks: open iff between counts it, and stretches agree. */
static void second_by_second(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *around;
	} ODD[] = {
		{ "Pacific/Apia", "2011-12-30T10:00:00Z" }, { "America/St_Johns", "2006-10-29T02:31:00Z" }, { "Australia/Lord_Howe", "2021-04-03T15:00:00Z" },
		{ "Antarctica/Troll", "2021-03-28T01:00:00Z" }, { "Africa/Casablanca", "2018-06-17T02:00:00Z" }, { "America/Sao_Paulo", "2018-11-04T03:00:00Z" },
	};
	struct arena a;
	arena_init(&a);
	static const struct cal_hours HOURS[] = { { CAL_SAT, 22 * HOUR, 86400 }, { CAL_SUN, 0, 90 * 60 }, { CAL_SUN, 2 * HOUR + 17, 3 * HOUR }, { CAL_THU, 0, 86400 },
						  { CAL_FRI, 1, 86400 } };
	for (size_t i = 0; i < ARRAY_LEN(ODD); i++) {
		struct cal_version v = { .hours = HOURS, .n_hours = ARRAY_LEN(HOURS) };
		const struct calendar *c = build(&a, ODD[i].zone, &v, 1);
		const struct zone *z = zone_find(str_c(ODD[i].zone));
		int64_t from = at(ODD[i].around) - 8 * HOUR, n = 0;
		for (int64_t t = from; t < from + 16 * HOUR; t++) {
			struct civil l;
			civil_local(z, cal_utime(t), &l);
			int day = civil_weekday(civil_days(l.year, l.month, l.day)), s = l.hour * HOUR + l.minute * 60 + l.second;
			bool open = false;
			for (size_t k = 0; k < ARRAY_LEN(HOURS); k++)
				open |= (int)HOURS[k].weekday == day && HOURS[k].from_s <= s && s < HOURS[k].to_s;
			assert_int_equal(calendar_open(c, t), open);
			n += open;
			assert_int_equal(calendar_between(c, from, t + 1), n);
			if (open)
				assert_int_equal(calendar_add(c, from, n), t + 1);
		}
	}
	arena_done(&a);
}

static void words(void **state)
{
	(void)state;
	int32_t s;
	int64_t day;
	assert_true(cal_parse_time(S("24:00"), &s) && s == 86400);
	assert_true(cal_parse_time(S("24:00:00"), &s) && s == 86400);
	assert_true(cal_parse_time(S("09:05:07"), &s) && s == 9 * HOUR + 307);
	static const char *const BAD_TIMES[] = { "9:00", "24:01", "24:00:01", "09:60", "09:00:60", "0900", "", "09:00 ", "-1:00", "09-00" };
	for (size_t i = 0; i < ARRAY_LEN(BAD_TIMES); i++)
		assert_false(cal_parse_time(str_c(BAD_TIMES[i]), &s));
	assert_true(cal_parse_date(S("2020-02-29"), &day) && day == civil_days(2020, 2, 29));
	static const char *const BAD_DATES[] = { "2021-02-29", "1900-02-29", "2021-00-10", "2021-13-01", "2021-1-01", "0000-01-01", "2021-06-31", "" };
	for (size_t i = 0; i < ARRAY_LEN(BAD_DATES); i++)
		assert_false(cal_parse_date(str_c(BAD_DATES[i]), &day));
	assert_int_equal(cal_seconds(-1), -1);
	assert_int_equal(cal_seconds(1999999), 1);
}

/* The table of days changes no answer, at its edges and around clock changes, holidays and other hours too. */
static void quick_is_the_same(void **state)
{
	(void)state;
	static const char *const ZONES[] = { "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "UTC" };
	static const struct cal_hours odd[] = { { CAL_MON, 0, 6 * HOUR }, { CAL_MON, 9 * HOUR, 12 * HOUR }, { CAL_MON, 13 * HOUR, 24 * HOUR },
						{ CAL_TUE, 0, 24 * HOUR }, { CAL_WED, 0, 1 }, { CAL_SUN, 14 * HOUR, 24 * HOUR } };
	static const struct cal_holiday off[] = { { .day = 18985, .yearly = true }, { .day = 17897 } };
	uint64_t x = 88172645463325252u;
	for (size_t z = 0; z < ARRAY_LEN(ZONES); z++)
		for (int kind = 0; kind < 2; kind++) {
			struct arena a;
			arena_init(&a);
			struct cal_version v[] = { { .hours = kind ? odd : WEEKDAYS, .n_hours = kind ? ARRAY_LEN(odd) : 5, .holidays = off, .n_holidays = 2 },
						   { .from_day = 18500, .hours = WEEKDAYS, .n_hours = 3, .holidays = off, .n_holidays = 1 } };
			const struct calendar *slow = build(&a, ZONES[z], v, 2), *quick = build(&a, ZONES[z], v, 2);
			calendar_quicken(&a, quick);
			for (int i = 0; i < 60000; i++) {
				x ^= x << 13, x ^= x >> 7, x ^= x << 17;
				/* 2009 to 2051, often at an hour or a midnight */
				int64_t t = 1230768000 + (int64_t)(x % (42 * 366)) * 86400 + (x >> 20 & 1 ? (int64_t)(x >> 24) % 86400 : (int64_t)(x >> 24) % 25 * 3600);
				int64_t n = (int64_t)(x >> 40) % (x >> 60 & 1 ? 200000 : 28801);
				assert_int_equal(calendar_before(quick, t), calendar_before(slow, t));
				assert_int_equal(calendar_add(quick, t, n), calendar_add(slow, t, n));
				assert_int_equal(calendar_between(quick, t, t + n), calendar_between(slow, t, t + n));
			}
			arena_done(&a);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quick_is_the_same),
		cmocka_unit_test(edges_of_a_day), cmocka_unit_test(never_open), cmocka_unit_test(versions_by_local_date), cmocka_unit_test(yearly_holidays),
		cmocka_unit_test(no_horizon), cmocka_unit_test(refused), cmocka_unit_test(second_by_second), cmocka_unit_test(words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
