/* figures_test.c: shares, maintenance windows and availability: the limits to the second, months of odd lengths, customers apart and together. */
#include "sla/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/banned.h"

static int64_t at(const char *rfc3339)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(rfc3339), &t));
	return cal_seconds(t);
}

static const struct zone *pacific(void)
{
	return zone_find(S("America/Los_Angeles"));
}

static void shares(void **state)
{
	(void)state;
	struct sla_tally t = { 0 };
	assert_false(sla_attainment(&t).set);   /* nothing decided: no share, not 0 and not 100 */
	sla_tally_add(&t, SLA_RUNNING);
	sla_tally_add(&t, SLA_CANCELLED);
	sla_tally_add(&t, SLA_NO_TARGET);
	sla_tally_add(&t, SLA_NOT_STARTED);
	assert_false(sla_attainment(&t).set);
	sla_tally_add(&t, SLA_MET);
	assert_int_equal(sla_attainment(&t).v, 10000);
	sla_tally_add(&t, SLA_BREACHED);
	sla_tally_add(&t, SLA_BREACHED);
	assert_int_equal(sla_attainment(&t).v, 3333);
	t = (struct sla_tally){ .count = { [SLA_MET] = 2, [SLA_BREACHED] = 1 } };
	assert_int_equal(sla_attainment(&t).v, 6667);
	t = (struct sla_tally){ .count = { [SLA_MET] = 1, [SLA_BREACHED] = 799 } };
	assert_int_equal(sla_attainment(&t).v, 13);   /* 12.5: half up */
}

static bool good(const char *announced, const char *starts, const char *ends)
{
	struct sla_maintenance m;
	sla_maintenance_check(sla_maintenance_rule_at(at(starts)), at(announced), at(starts), at(ends), &m);
	return m.notice_ok && m.duration_ok;
}

/* The rows of DOMAIN 4.4, each to the second, and the days on which they change (midnight Pacific). */
static void windows_by_date(void **state)
{
	(void)state;
	assert_true(good("2021-06-14T17:00:00Z", "2021-06-15T17:00:00Z", "2021-06-15T19:00:00Z"));
	assert_false(good("2021-06-14T17:00:01Z", "2021-06-15T17:00:00Z", "2021-06-15T19:00:00Z"));
	assert_false(good("2021-06-14T17:00:00Z", "2021-06-15T17:00:00Z", "2021-06-15T19:00:01Z"));
	assert_false(good("2022-08-11T06:59:00Z", "2022-08-11T06:59:59Z", "2022-08-11T07:30:00Z"));
	assert_true(good("2022-08-11T06:59:00Z", "2022-08-11T07:00:00Z", "2022-08-11T07:30:00Z"));   /* no notice is asked for any more */
	assert_false(good("2022-08-10T07:00:00Z", "2022-11-14T07:59:59Z", "2022-11-14T10:00:00Z"));
	assert_true(good("2022-11-12T08:00:00Z", "2022-11-14T08:00:00Z", "2022-11-14T18:00:00Z"));   /* 48 h, as long as the quarter allows */
	assert_false(good("2022-11-12T08:00:01Z", "2022-11-14T08:00:00Z", "2022-11-14T09:00:00Z"));
	assert_false(sla_availability_rule_at(at("2022-11-14T07:59:59Z"))->by_customer);
	assert_true(sla_availability_rule_at(at("2022-11-14T08:00:00Z"))->by_customer);
}

static void months(void **state)
{
	(void)state;
	struct sla_time_span m;
	assert_true(sla_month(pacific(), 2021, 6, &m));
	assert_int_equal(m.from_s, at("2021-06-01T07:00:00Z"));
	assert_int_equal(m.to_s - m.from_s, 30 * 86400);
	assert_true(sla_month(pacific(), 2021, 3, &m));   /* the clocks go forward in it, and back in November */
	assert_int_equal(m.to_s - m.from_s, 31 * 86400 - 3600);
	assert_true(sla_month(pacific(), 2021, 11, &m));
	assert_int_equal(m.to_s - m.from_s, 30 * 86400 + 3600);
	assert_true(sla_month(pacific(), 2024, 2, &m));
	assert_int_equal(m.to_s - m.from_s, 29 * 86400);
	assert_true(sla_month(zone_find(S("UTC")), 2021, 12, &m));
	assert_int_equal(m.to_s, at("2022-01-01T00:00:00Z"));
	assert_true(sla_month(zone_find(S("Pacific/Apia")), 2011, 12, &m));   /* without the 30th */
	assert_int_equal(m.to_s - m.from_s, 30 * 86400);
	assert_false(sla_month(pacific(), 2021, 13, &m));
	assert_false(sla_month(pacific(), 2021, 0, &m));
	assert_false(sla_month(pacific(), 0, 1, &m));
	assert_false(sla_month(NULL, 2021, 1, &m));
}

static void a_customers_month(void **state)
{
	(void)state;
	struct arena a;
	struct sla_availability v;
	arena_init(&a);
	/* June 2023, 30 days: 12,960 seconds are the most. Acme (1) and everybody (0) were down; Globex (2) on its own */
	int64_t d = at("2023-06-10T17:00:00Z");
	struct sla_outage out[] = { { 1, d, d + 12000 }, { 0, d + 11000, d + 12960 }, { 2, d, d + 12961 }, { 1, at("2023-05-31T00:00:00Z"), at("2023-06-01T07:00:00Z") } };
	assert_true(sla_availability_month(&a, pacific(), 2023, 6, 1, out, ARRAY_LEN(out), NULL, 0, &v));
	assert_int_equal(v.total_s, 2592000);
	assert_int_equal(v.down_s, 12960);
	assert_true(v.meets);                        /* exactly 99.5 % is met */
	assert_true(sla_availability_month(&a, pacific(), 2023, 6, 2, out, ARRAY_LEN(out), NULL, 0, &v));
	assert_int_equal(v.down_s, 12961);
	assert_false(v.meets);
	assert_true(sla_availability_month(&a, pacific(), 2023, 6, 3, out, ARRAY_LEN(out), NULL, 0, &v));
	assert_int_equal(v.down_s, 1960);            /* what was everybody's */
	/* scheduled: announced 48 hours before. One announced too late is downtime like any, and so is another customer's */
	struct sla_window w[] = { { 2, d - 172800, d, d + 3600 }, { 2, d + 3600 - 172799, d + 3600, d + 7200 }, { 1, d - 400000, d + 7200, d + 12961 } };
	assert_true(sla_availability_month(&a, pacific(), 2023, 6, 2, out, ARRAY_LEN(out), w, ARRAY_LEN(w), &v));
	assert_int_equal(v.down_s, 12961 - 3600);
	assert_true(v.meets);
	/* all of them together, as before November 2022 */
	const int64_t customers[] = { 1, 2, 3 };
	assert_true(sla_availability_all(&a, pacific(), 2023, 6, customers, 3, out, ARRAY_LEN(out), NULL, 0, &v));
	assert_int_equal(v.total_s, 3 * 2592000);
	assert_int_equal(v.down_s, 12960 + 12961 + 1960);
	assert_true(v.meets);
	/* what cannot be */
	struct sla_outage wrong = { 1, d, d - 1 };
	struct sla_window wrong_window = { 1, d - 400000, d, d - 1 };
	assert_false(sla_availability_month(&a, pacific(), 2023, 6, 1, &wrong, 1, NULL, 0, &v));
	assert_false(sla_availability_month(&a, pacific(), 2023, 6, 1, NULL, 0, &wrong_window, 1, &v));
	assert_false(sla_availability_month(&a, pacific(), 2023, 13, 1, NULL, 0, NULL, 0, &v));
	assert_false(sla_availability_all(&a, pacific(), 2023, 6, customers, 0, NULL, 0, NULL, 0, &v));
	/* an empty month is up */
	assert_true(sla_availability_month(&a, pacific(), 2023, 2, 1, NULL, 0, NULL, 0, &v));
	assert_true(v.meets && v.down_s == 0);
	arena_done(&a);
}

/* Ten hours of a quarter are scheduled; the rest of what was announced is not, and the next quarter begins anew, at its local midnight. */
static void ten_hours_of_a_quarter(void **state)
{
	(void)state;
	struct arena a;
	struct sla_time_span *s;
	arena_init(&a);
	int64_t ann = at("2023-01-01T00:00:00Z"), one = at("2023-02-01T08:00:00Z"), end = at("2023-04-01T07:00:00Z");
	struct sla_window w[] = {
		{ 0, ann, end - 7200, end + 7200 },          /* over the end of March, Pacific */
		{ 1, ann, one, one + 5 * 3600 }, { 0, ann, one + 4 * 3600, one + 9 * 3600 },   /* an hour in both */
	};
	size_t n = sla_scheduled(&a, pacific(), 1, w, ARRAY_LEN(w), &s);
	int64_t first = 0, second = 0;
	for (size_t i = 0; i < n; i++)
		*(s[i].from_s < end ? &first : &second) += s[i].to_s - s[i].from_s;
	assert_int_equal(first, 36000);              /* nine of February and one of the last two of March */
	assert_int_equal(second, 7200);
	assert_int_equal(s[n - 1].from_s, end);
	/* before the rule there was no such limit, but two hours a window */
	int64_t old = at("2022-03-01T08:00:00Z");
	struct sla_window many[8];
	for (int i = 0; i < 8; i++)
		many[i] = (struct sla_window){ 0, old - 86400, old + i * 86400, old + i * 86400 + 7200 };
	many[7].to_s++;
	assert_int_equal(sla_scheduled(&a, pacific(), 1, many, 8, &s), 7);
	assert_int_equal(sla_scheduled(&a, pacific(), 1, NULL, 0, &s), 0);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(shares), cmocka_unit_test(windows_by_date), cmocka_unit_test(months), cmocka_unit_test(a_customers_month),
					    cmocka_unit_test(ten_hours_of_a_quarter) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
