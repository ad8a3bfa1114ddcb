/* civil_test.c: the calendar, zones against golden data of zdump and Python's zoneinfo (tests/golden/tz; the zone
 * files are committed, so the system's tzdata does not matter), broken zone files, and the written forms. */
#include "base/civil.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static const char *root(void)
{
	const char *dir = getenv("TEND_SOURCE_ROOT");
	return dir ? dir : ".";
}

static struct str golden(struct arena *a, const char *name)
{
	struct str path = arena_fmt(a, "%s/tests/golden/tz/%s", root(), name);
	FILE *f = fopen(path.p, "rb");
	if (!f)
		fail_msg("cannot open %s", path.p);
	char *p = arena_alloc(a, 1 << 20);
	size_t n = fread(p, 1, 1 << 20, f);
	fclose(f);
	assert_true(n > 0 && n < 1 << 20);
	return (struct str){ p, n };
}

static utime at(const char *text)
{
	utime t;
	if (!civil_parse_rfc3339(str_c(text), &t))
		fail_msg("not RFC 3339: %s", text);
	return t;
}

static struct civil civil_of(const char *text)
{
	struct civil c;
	civil_from_utc(at(text), &c);
	return c;
}

static void assert_str(struct str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void test_calendar(void **state)
{
	(void)state;
	assert_int_equal(civil_days(1970, 1, 1), 0);
	assert_int_equal(civil_days(2000, 2, 29), 11016);
	assert_int_equal(civil_days(1969, 12, 31), -1);
	assert_int_equal(civil_days(0, 3, 1), -719468);
	assert_int_equal(civil_weekday(civil_days(2026, 11, 24)), 1);
	assert_int_equal(civil_weekday(civil_days(1969, 12, 28)), 6);
	/* Each day of 800 years, there and back, one after the other, weekdays in turn. */
	int64_t day = civil_days(1590, 1, 1);
	int weekday = civil_weekday(day);
	for (int32_t y = 1590; y < 2390; y++) {
		bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
		static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= DAYS[m - 1] + (m == 2 && leap); d++) {
				int32_t ry;
				int rm, rd;
				assert_int_equal(civil_days(y, m, d), day);
				civil_from_days(day, &ry, &rm, &rd);
				assert_true(ry == y && rm == m && rd == d);
				assert_int_equal(civil_weekday(day), weekday);
				weekday = (weekday + 1) % 7;
				day++;
			}
	}
	static const int32_t FAR[] = { -290000, -10001, -401, -400, -1, 0, 1, 9999, 290000 };
	for (size_t i = 0; i < ARRAY_LEN(FAR); i++) {
		int32_t y;
		int m, d;
		civil_from_days(civil_days(FAR[i], 2, 28), &y, &m, &d);
		assert_true(y == FAR[i] && m == 2 && d == 28);
	}
}

static void test_utc(void **state)
{
	(void)state;
	struct civil c;
	civil_from_utc(-1, &c);
	assert_true(c.year == 1969 && c.month == 12 && c.day == 31 && c.hour == 23 && c.minute == 59 && c.second == 59 &&
		    c.microsecond == 999999);
	assert_int_equal(civil_utc(&c), -1);
	civil_from_utc(INT64_MAX, &c);
	assert_int_equal(civil_utc(&c), INT64_MAX);
	civil_from_utc(INT64_MIN, &c);
	assert_int_equal(civil_utc(&c), INT64_MIN);
	const struct zone *utc = zone_find(S("UTC"));
	assert_non_null(utc);
	bool dst = true;
	struct str abbrev;
	assert_int_equal(zone_offset_s(utc, 0, &dst, &abbrev), 0);
	assert_false(dst);
	assert_str(abbrev, "UTC");
	assert_str(zone_name(utc), "UTC");
	utime t;
	assert_false(zone_next_transition(utc, 0, &t));
	utime first, last;
	c = civil_of("2026-11-24T08:00:00.000001Z");
	assert_int_equal(civil_instant(utc, &c, &first, &last), ZONE_UNIQUE);
	assert_int_equal(first, at("2026-11-24T08:00:00.000001Z"));
	assert_int_equal(last, first);
}

static void test_golden_offsets(void **state)
{
	struct arena *a = *state;
	struct str rest = golden(a, "offsets.txt"), line;
	size_t n = 0;
	while (str_line(&rest, &line)) {
		if (str_starts(line, S("#")))
			continue;
		char name[64], dst[4], abbrev[16];
		long long s;
		int offset;
		assert_int_equal(sscanf(arena_cstr(a, line), "%63s %lld %d %3s %15s", name, &s, &offset, dst, abbrev), 5);
		const struct zone *z = zone_find(str_c(name));
		assert_non_null(z);
		bool got_dst;
		struct str got_abbrev;
		int32_t got = zone_offset_s(z, s * UTIME_US_PER_SECOND + 999999, &got_dst, &got_abbrev);
		if (got != offset || !str_eq(got_abbrev, str_c(abbrev)) || (dst[0] != '?' && got_dst != (dst[0] == '1')))
			fail_msg("%.*s: got %d %d %.*s", STR_ARG(line), got, got_dst, STR_ARG(got_abbrev));
		n++;
	}
	assert_true(n > 1500);
}

static void test_golden_locals(void **state)
{
	struct arena *a = *state;
	struct str rest = golden(a, "locals.txt"), line;
	size_t seen[3] = { 0 };
	while (str_line(&rest, &line)) {
		if (str_starts(line, S("#")))
			continue;
		char name[64], fit[8];
		long long local, want_first, want_last;
		assert_int_equal(sscanf(arena_cstr(a, line), "%63s %lld %7s %lld %lld", name, &local, fit, &want_first, &want_last), 5);
		enum zone_fit want = fit[0] == 'u' ? ZONE_UNIQUE : fit[0] == 'g' ? ZONE_GAP : ZONE_FOLD;
		struct civil c;
		civil_from_utc(local * UTIME_US_PER_SECOND, &c);
		utime first, last;
		enum zone_fit got = civil_instant(zone_find(str_c(name)), &c, &first, &last);
		if (got != want || first != want_first * UTIME_US_PER_SECOND || last != want_last * UTIME_US_PER_SECOND)
			fail_msg("%.*s: got %d %lld %lld", STR_ARG(line), got, (long long)first, (long long)last);
		seen[got]++;
	}
	assert_true(seen[ZONE_UNIQUE] > 500 && seen[ZONE_GAP] > 500 && seen[ZONE_FOLD] > 500);
}

static void check_instant(const char *zone, const char *local, enum zone_fit fit, const char *first, const char *last)
{
	struct civil c = civil_of(local);
	utime f, l;
	const struct zone *z = zone_find(str_c(zone));
	assert_non_null(z);
	enum zone_fit got = civil_instant(z, &c, &f, &l);
	if (got != fit || f != at(first) || l != at(last))
		fail_msg("%s %s: got %d %lld %lld", zone, local, got, (long long)f, (long long)l);
}

static void test_hard_days(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *local;
		enum zone_fit fit;
		const char *first, *last;
	} CASES[] = {
		/* The day that was not: its every hour is the first instant of the next. */
		{ "Pacific/Apia", "2011-12-30T00:00:00Z", ZONE_GAP, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-30T09:00:00Z", ZONE_GAP, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-30T23:59:59.999999Z", ZONE_GAP, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-31T00:00:00Z", ZONE_UNIQUE, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-29T23:59:59Z", ZONE_UNIQUE, "2011-12-30T09:59:59Z", "2011-12-30T09:59:59Z" },
		/* Midnights that do not exist. */
		{ "America/Havana", "2024-03-10T00:00:00Z", ZONE_GAP, "2024-03-10T05:00:00Z", "2024-03-10T05:00:00Z" },
		{ "Africa/Cairo", "2024-04-26T00:30:00Z", ZONE_GAP, "2024-04-25T22:00:00Z", "2024-04-25T22:00:00Z" },
		{ "Asia/Beirut", "2024-03-31T00:00:00Z", ZONE_GAP, "2024-03-30T22:00:00Z", "2024-03-30T22:00:00Z" },
		{ "America/Asuncion", "2023-10-01T00:15:00Z", ZONE_GAP, "2023-10-01T04:00:00Z", "2023-10-01T04:00:00Z" },
		{ "America/Sao_Paulo", "2018-11-04T00:00:00Z", ZONE_GAP, "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z" },
		/* Half an hour of daylight time. */
		{ "Australia/Lord_Howe", "2026-10-04T02:29:59Z", ZONE_GAP, "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z" },
		{ "Australia/Lord_Howe", "2026-04-05T01:45:00.25Z", ZONE_FOLD, "2026-04-04T14:45:00.25Z", "2026-04-04T15:15:00.25Z" },
		/* Far beyond the file's own transitions. */
		{ "Europe/Berlin", "2500-03-28T02:30:00Z", ZONE_GAP, "2500-03-28T01:00:00Z", "2500-03-28T01:00:00Z" },
		{ "Europe/Berlin", "2500-10-31T02:30:00Z", ZONE_FOLD, "2500-10-31T00:30:00Z", "2500-10-31T01:30:00Z" },
		{ "America/New_York", "9999-07-01T12:00:00Z", ZONE_UNIQUE, "9999-07-01T16:00:00Z", "9999-07-01T16:00:00Z" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		check_instant(CASES[i].zone, CASES[i].local, CASES[i].fit, CASES[i].first, CASES[i].last);
	/* Ramadan in Morocco: standard time is +01, "daylight" time is one hour less. */
	bool dst;
	assert_int_equal(zone_offset_s(zone_find(S("Africa/Casablanca")), at("2025-03-10T00:00:00Z"), &dst, NULL), 0);
	assert_true(dst);
	assert_int_equal(zone_offset_s(zone_find(S("Africa/Casablanca")), at("2025-06-10T00:00:00Z"), &dst, NULL), 3600);
	assert_false(dst);
}

/* Every instant goes to local time and back; each transition found by walking is one in the offsets. */
static void test_round_trips(void **state)
{
	(void)state;
	static const char *const ZONES[] = { "Africa/Cairo",   "Africa/Casablanca",   "America/New_York", "Asia/Beirut",
					     "Pacific/Apia",   "Australia/Lord_Howe", "Europe/Dublin",    "Pacific/Chatham",
					     "Asia/Kathmandu", "America/Scoresbysund", "Slim/New_York" };
	for (size_t i = 0; i < ARRAY_LEN(ZONES); i++) {
		const struct zone *z = zone_find(str_c(ZONES[i]));
		assert_non_null(z);
		utime t = at("1900-01-01T00:00:00Z"), end = at("2900-01-01T00:00:00Z"), next;
		size_t n = 0;
		while (t < end && zone_next_transition(z, t, &next)) {
			assert_true(next > t);
			struct str before, after;
			bool dst_before, dst_after;
			int32_t a = zone_offset_s(z, next - 1, &dst_before, &before);
			int32_t b = zone_offset_s(z, next, &dst_after, &after);
			assert_true(a != b || dst_before != dst_after || !str_eq(before, after));
			const utime PROBES[] = { t, t + (next - t) / 2, next - 1, next };
			for (size_t k = 0; k < ARRAY_LEN(PROBES); k++) {
				struct civil c;
				utime first, last;
				civil_local(z, PROBES[k], &c);
				enum zone_fit fit = civil_instant(z, &c, &first, &last);
				assert_true(fit != ZONE_GAP && (first == PROBES[k] || last == PROBES[k]));
				assert_true((fit == ZONE_UNIQUE) == (first == last));
			}
			t = next;
			n++;
		}
		assert_true(n > 1);
	}
}

static void test_fat_is_slim(void **state)
{
	(void)state;
	static const char *const PAIRS[][2] = { { "America/New_York", "Slim/New_York" },
						{ "Australia/Lord_Howe", "Slim/Lord_Howe" },
						{ "Africa/Casablanca", "Slim/Casablanca" },
						{ "Pacific/Chatham", "Slim/Chatham" } };
	for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
		const struct zone *fat = zone_find(str_c(PAIRS[i][0])), *slim = zone_find(str_c(PAIRS[i][1]));
		assert_true(fat && slim);
		utime t = at("1902-01-01T00:00:00Z"), end = at("3500-01-01T00:00:00Z");
		while (t < end) {
			utime f, s;
			bool more = zone_next_transition(fat, t, &f);
			assert_int_equal(more, zone_next_transition(slim, t, &s));
			if (!more)
				break;
			assert_int_equal(f, s);
			assert_int_equal(zone_offset_s(fat, f, NULL, NULL), zone_offset_s(slim, f, NULL, NULL));
			t = f;
		}
	}
}

static void test_the_ends_of_time(void **state)
{
	(void)state;
	const struct zone *z = zone_find(S("Europe/Berlin"));
	utime t;
	assert_true(zone_next_transition(z, INT64_MIN, &t));
	assert_false(zone_next_transition(z, INT64_MAX - UTIME_US_PER_DAY, &t)); /* it would not fit */
	zone_offset_s(z, INT64_MAX, NULL, NULL);
	zone_offset_s(z, INT64_MIN, NULL, NULL);
	assert_int_equal(zone_offset_s(z, at("2026-07-01T00:00:00Z") + 20000 * (146097 / 400) * UTIME_US_PER_DAY, NULL, NULL) % 3600, 0);
	/* 400 years later to the second, however often. */
	utime base = at("2100-03-28T00:59:59Z"), period = 146097 * UTIME_US_PER_DAY;
	for (int k = 0; k < 500; k++) {
		assert_int_equal(zone_offset_s(z, base + k * period, NULL, NULL), 3600);
		assert_int_equal(zone_offset_s(z, base + k * period + UTIME_US_PER_SECOND, NULL, NULL), 7200);
	}
}

static void test_names(void **state)
{
	struct arena *a = *state;
	static const char *const BAD[] = { "",        "/etc/passwd",    "../zones/UTC",    "Europe/../Europe/Berlin", "Europe//Berlin",
					   "Europe/", "Europe/Berlin/", "Europe",          "Nowhere/Land",            "Europe/Berlin ",
					   ".",       "Europe\\Berlin", "Europe/B\xc3\xa9",    "localtime",
					   "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_null(zone_find(str_c(BAD[i])));
	assert_null(zone_find(STR_NULL));
	assert_null(zone_find((struct str){ "Europe/Berlin\0", 14 }));
	char *lots = arena_alloc(a, 5000);
	memset(lots, 'a', 5000);
	assert_null(zone_find((struct str){ lots, 5000 }));
	/* The same zone is the same pointer; a name is kept, not borrowed. */
	char name[] = "Asia/Tokyo";
	const struct zone *z = zone_find(str_c(name));
	assert_non_null(z);
	name[0] = 'X';
	assert_str(zone_name(z), "Asia/Tokyo");
	assert_ptr_equal(z, zone_find(S("Asia/Tokyo")));
	assert_int_equal(zone_offset_s(zone_find(S("Etc/GMT+5")), 0, NULL, NULL), -5 * 3600);
}

static void *find_many(void *arg)
{
	static const char *const ZONES[] = { "America/Havana", "Asia/Gaza", "Europe/London", "Asia/Kathmandu", "Pacific/Chatham" };
	const struct zone **out = arg;
	for (size_t i = 0; i < 200; i++)
		out[i % 5] = zone_find(str_c(ZONES[i % 5]));
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	pthread_t thread[4];
	const struct zone *found[4][5];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, find_many, found[i]), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 5; k++) {
			assert_non_null(found[i][k]);
			assert_ptr_equal(found[i][k], found[0][k]);
		}
}

/* A file cut anywhere is refused; a byte changed anywhere does no harm. The bytes are in a heap block of exactly
 * their size, so that ASan sees a read past them. */
static void test_broken_files(void **state)
{
	struct arena *a = *state;
	static const char *const FILES[] = { "zones/Europe/Berlin", "zones/Slim/Lord_Howe", "zones/Etc/GMT+5" };
	for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
		struct str whole = golden(a, FILES[i]);
		const struct zone *z;
		assert_int_equal(zone_parse(a, S("whole"), whole, &z), OK);
		for (size_t n = 0; n < whole.n; n++) {
			struct arena scratch;
			arena_init(&scratch);
			char *exact = malloc(n ? n : 1);
			memcpy(exact, whole.p, n);
			assert_int_equal(zone_parse(&scratch, S("cut"), (struct str){ exact, n }, &z), ERR_INPUT);
			free(exact);
			arena_done(&scratch);
		}
		char *copy = malloc(whole.n);
		memcpy(copy, whole.p, whole.n);
		for (size_t n = 0; n < whole.n; n++) {
			struct arena scratch;
			arena_init(&scratch);
			copy[n] = (char)~copy[n];
			if (zone_parse(&scratch, S("changed"), (struct str){ copy, whole.n }, &z) == OK) {
				struct civil c = civil_of("2026-03-29T02:30:00Z");
				utime first, last, next;
				civil_instant(z, &c, &first, &last);
				zone_next_transition(z, first, &next);
			}
			copy[n] = whole.p[n];
			arena_done(&scratch);
		}
		free(copy);
	}
}

/* A TZif file of version 2 with no transitions, one type (+01 "X") and the given footer. */
static enum err with_footer(struct arena *a, const char *footer, const struct zone **ret)
{
	static const char HEAD[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\1" "\0\0\0\4"
				   "\0\0\x0e\x10\0\0" "XXX";
	struct str half = { HEAD, sizeof(HEAD) }; /* the literal's own NUL ends the abbreviation */
	assert_int_equal(half.n, 44 + 6 + 4);
	struct str all = arena_fmt(a, "%*s%s\n", (int)(half.n * 2 + 1), "", footer);
	memcpy((char *)all.p, half.p, half.n);
	memcpy((char *)all.p + half.n, half.p, half.n);
	memcpy((char *)all.p + half.n * 2, "\n", 1);
	return zone_parse(a, S("Test/Footer"), all, ret);
}

static void test_footers(void **state)
{
	struct arena *a = *state;
	static const char *const BAD[] = {
		"X", "XX1", "XXX", "XXX25", "XXX1:60", "XXX1:00:60", "<XXX1", "<>1", "XXX1YYY", "XXX1YYY,", "XXX1YYY,M3.2.0", "XXX1YYY,M0.2.0,M3.1.0",
		"XXX1YYY,M13.2.0,M3.1.0", "XXX1YYY,M3.6.0,M3.1.0", "XXX1YYY,M3.0.0,M3.1.0", "XXX1YYY,M3.1.7,M3.1.0", "XXX1YYY,J0,J365",
		"XXX1YYY,J366,J1", "XXX1YYY,366,1", "XXX1YYY,1/168,2", "XXX1YYY,1,2,3", "XXX1YYY,1,2 ", "XXX99999999999999999999", "XXX1YYY,,",
	};
	const struct zone *z;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (with_footer(a, BAD[i], &z) != ERR_INPUT)
			fail_msg("took the footer %s", BAD[i]);
	bool dst;
	struct str abbrev;
	/* No footer: the only type, for ever. */
	assert_int_equal(with_footer(a, "", &z), OK);
	assert_int_equal(zone_offset_s(z, INT64_MAX, &dst, &abbrev), 3600);
	assert_str(abbrev, "XXX");
	/* Without transitions the footer rules the past as well. */
	assert_int_equal(with_footer(a, "EST5EDT,M3.2.0,M11.1.0", &z), OK);
	assert_int_equal(zone_offset_s(z, at("2026-03-08T06:59:59Z"), NULL, NULL), -18000);
	assert_int_equal(zone_offset_s(z, at("2026-03-08T07:00:00Z"), &dst, &abbrev), -14400);
	assert_true(dst);
	assert_str(abbrev, "EDT");
	assert_int_equal(zone_offset_s(z, at("0026-07-08T07:00:00Z"), NULL, NULL), -14400);
	assert_int_equal(zone_offset_s(z, at("0026-01-08T07:00:00Z"), NULL, NULL), -18000);
	/* Daylight time that never ends (RFC 8536, 3.3.1): no transition anywhere. */
	assert_int_equal(with_footer(a, "EST5EDT,0/0,J365/25", &z), OK);
	utime t;
	for (int32_t y = 1971; y < 2800; y += 7) {
		utime new_year = civil_days(y, 1, 1) * UTIME_US_PER_DAY;
		for (int h = -30; h < 30; h++)
			assert_int_equal(zone_offset_s(z, new_year + h * UTIME_US_PER_HOUR, NULL, NULL), -14400);
	}
	/* Julian days skip the leap day, plain ones count it. */
	assert_int_equal(with_footer(a, "AAA0BBB,J60/0,J61/0", &z), OK);
	assert_true(zone_next_transition(z, at("2024-01-01T00:00:00Z"), &t));
	assert_int_equal(t, at("2024-03-01T00:00:00Z"));
	assert_int_equal(with_footer(a, "AAA0BBB,59/0,60/0", &z), OK);
	assert_true(zone_next_transition(z, at("2024-01-01T00:00:00Z"), &t));
	assert_int_equal(t, at("2024-02-29T00:00:00Z"));
	/* Hours beyond the day, and before it (version 3). */
	assert_int_equal(with_footer(a, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", &z), OK);
	assert_true(zone_next_transition(z, at("2026-01-01T00:00:00Z"), &t));
	assert_int_equal(t, at("2026-03-29T01:00:00Z"));
	zone_offset_s(z, t, NULL, &abbrev);
	assert_str(abbrev, "-01");
	assert_int_equal(with_footer(a, "IST-2IDT,M3.4.4/26,M10.5.0", &z), OK);
	assert_true(zone_next_transition(z, at("2026-01-01T00:00:00Z"), &t));
	assert_int_equal(t, at("2026-03-27T00:00:00Z"));
}

static void test_rfc3339(void **state)
{
	struct arena *a = *state;
	static const struct {
		const char *text, *utc;
	} GOOD[] = {
		{ "2026-11-24T08:00:00Z", "2026-11-24T08:00:00.000000Z" },
		{ "2026-11-24t08:00:00z", "2026-11-24T08:00:00.000000Z" },
		{ "2026-11-24T08:00:00.1Z", "2026-11-24T08:00:00.100000Z" },
		{ "2026-11-24T08:00:00.123456Z", "2026-11-24T08:00:00.123456Z" },
		{ "2026-11-24T08:00:00+05:45", "2026-11-24T02:15:00.000000Z" },
		{ "2026-11-24T08:00:00.5-23:59", "2026-11-25T07:59:00.500000Z" },
		{ "2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.000000Z" },
		{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z" },
		{ "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
		{ "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z" },
		{ "2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00.000000Z" },
	};
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
		utime t = at(GOOD[i].text);
		assert_str(civil_rfc3339(a, t), GOOD[i].utc);
		assert_int_equal(at(GOOD[i].utc), t);
	}
	static const char *const BAD[] = {
		"", "2026-11-24", "2026-11-24T08:00Z", "2026-11-24T08:00:00", "2026-11-24 08:00:00Z", "2026-11-24T08:00:00.Z",
		"2026-11-24T08:00:00.1234567Z", "2026-11-24T08:00:00+0100", "2026-11-24T08:00:00+24:00", "2026-11-24T08:00:00+01:60",
		"2026-11-24T24:00:00Z", "2026-11-24T08:60:00Z", "2026-11-24T08:00:61Z", "2026-11-24T08:00:60Z", "2026-13-01T08:00:00Z",
		"2026-00-01T08:00:00Z", "2026-02-29T08:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T08:00:00Z", "2026-11-00T08:00:00Z",
		"2026-11-24T08:00:00Zx", "2026-11-24T08:00:00ZZ", "-026-11-24T08:00:00Z", "2026-11-24T08:00:00.12345", "2026-11-24T08:00:00,5Z",
		"2026-11-24T08:00:00+01:00 ", " 2026-11-24T08:00:00Z", "2026-11-24T08:00:00.5+", "+2026-11-24T08:00:00Z", "20261-11-24T08:00:00Z",
	};
	utime t = 42;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (civil_parse_rfc3339(str_c(BAD[i]), &t))
			fail_msg("took %s", BAD[i]);
	assert_int_equal(t, 42); /* untouched on failure */
	/* Each cut of a good one is bad. */
	struct str whole = S("2026-11-24T08:00:00.123456+05:45");
	for (size_t n = 0; n < whole.n; n++)
		assert_false(civil_parse_rfc3339(str_slice(whole, 0, n), &t));
	/* Beyond four digits of year: the nearest that can be written. */
	assert_str(civil_rfc3339(a, INT64_MAX), "9999-12-31T23:59:59.999999Z");
	assert_str(civil_rfc3339(a, INT64_MIN), "0000-01-01T00:00:00.000000Z");
	/* Round trips over the whole range; text order is time order. */
	struct str before = S("");
	for (t = at("0000-01-01T00:00:00Z"); t < at("9990-01-01T00:00:00Z"); t += INT64_C(1234567890123456)) {
		struct str text = civil_rfc3339(a, t);
		utime back;
		assert_true(civil_parse_rfc3339(text, &back) && back == t);
		assert_true(str_cmp(before, text) < 0);
		before = text;
	}
}

static void test_words(void **state)
{
	struct arena *a = *state;
	assert_str(civil_rfc5322(a, at("2026-11-24T08:00:00Z")), "Tue, 24 Nov 2026 08:00:00 +0000");
	assert_str(civil_rfc5322(a, at("1970-01-01T00:00:00Z")), "Thu, 1 Jan 1970 00:00:00 +0000");
	assert_str(civil_rfc5322(a, at("1969-12-31T23:59:59.5Z")), "Wed, 31 Dec 1969 23:59:59 +0000");

	const struct zone *utc = zone_find(S("UTC")), *tokyo = zone_find(S("Asia/Tokyo"));
	utime now = at("2026-11-24T08:00:00Z");
	assert_str(civil_short(a, utc, at("2026-11-24T14:00:00Z"), now), "Tue 14:00");
	assert_str(civil_short(a, utc, at("2026-11-18T00:00:00Z"), now), "Wed 00:00");
	assert_str(civil_short(a, utc, at("2026-11-17T23:59:59Z"), now), "17 Nov 23:59");
	assert_str(civil_short(a, utc, at("2026-11-30T23:59:59Z"), now), "Mon 23:59");
	assert_str(civil_short(a, utc, at("2026-12-01T00:00:00Z"), now), "1 Dec 00:00");
	assert_str(civil_short(a, utc, at("2026-01-01T00:00:00Z"), now), "1 Jan 00:00");
	assert_str(civil_short(a, utc, at("2025-11-24T08:00:00Z"), now), "24 Nov 2025");
	assert_str(civil_short(a, tokyo, at("2025-12-31T15:00:00Z"), now), "1 Jan 00:00"); /* the reader's year */
	assert_str(civil_short(a, tokyo, at("2026-11-24T16:00:00Z"), now), "Wed 01:00");
	assert_str(civil_short(a, utc, at("2027-01-02T05:00:00Z"), at("2026-12-31T00:00:00Z")), "Sat 05:00");

	assert_str(civil_span(a, 0), "0 min");
	assert_str(civil_span(a, 59 * UTIME_US_PER_SECOND), "0 min");
	assert_str(civil_span(a, UTIME_US_PER_HOUR - 1), "59 min");
	assert_str(civil_span(a, UTIME_US_PER_HOUR), "1 h");
	assert_str(civil_span(a, UTIME_US_PER_DAY - 1), "23 h");
	assert_str(civil_span(a, UTIME_US_PER_DAY), "1 d");
	assert_str(civil_span(a, 7 * UTIME_US_PER_DAY - 1), "6 d");
	assert_str(civil_span(a, 36 * UTIME_US_PER_DAY), "5 wk");
	assert_str(civil_span(a, -52 * UTIME_US_PER_MINUTE), "52 min"); /* its size */
	assert_str(civil_span(a, INT64_MIN), "15250284 wk");
}

static int arena_up(void **state)
{
	static struct arena a;
	arena_init(&a);
	*state = &a;
	return 0;
}

static int arena_down(void **state)
{
	arena_done(*state);
	return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, arena_up, arena_down)

int main(void)
{
	char dir[4096];
	snprintf(dir, sizeof(dir), "%s/tests/golden/tz/zones", root());
	setenv("TZDIR", dir, 1);
	const struct CMUnitTest tests[] = {
		T(test_calendar), T(test_utc), T(test_golden_offsets), T(test_golden_locals), T(test_hard_days), T(test_round_trips),
		T(test_fat_is_slim), T(test_the_ends_of_time), T(test_names), T(test_threads), T(test_broken_files), T(test_footers),
		T(test_rfc3339), T(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
