/* fuzz_schedule.c: rhythms of any kind. The next date is after the last, on the weekday or day of the month that was asked for, not before the first and not
 * after the last of all; its instant lies on it. */
#include "playbook/schedule.h"

#include "base/utf8.h"
#include "playbook/due.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int64_t take(const uint8_t **p, size_t *n, int64_t least, int64_t most)
{
	uint32_t v = 0;
	for (int i = 0; i < 4 && *n; i++, ++*p, --*n)
		v = v << 8 | **p;
	return least + (int64_t)(v % (uint64_t)(most - least + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const rhythms[] = { "daily", "weekly", "monthly" };
	static const char *const zones[] = { "UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca" };
	struct arena a;
	int64_t day = 0, last = 0;
	arena_init(&a);
	struct schedule_when s = { .rhythm = str_c(rhythms[take(&p, &n, 0, 2)]), .every = take(&p, &n, 1, 99), .weekdays = take(&p, &n, 1, 127), .month_day = take(&p, &n, 1, 31),
				   .at_min = take(&p, &n, 0, 1439), .from_day = take(&p, &n, -3000000, 2932896) };
	s.until_day = take(&p, &n, 0, 3) ? s.from_day + take(&p, &n, 0, 20000) : INT64_MAX;
	const char *name = zones[take(&p, &n, 0, 6)];
	const struct zone *zone = zone_find(str_c(name));
	if (s.from_day < -700000)       /* the year 53: fields refuse what is before the year 1 */
		s.from_day = -700000;
	ASSERT(zone && utf8_valid(schedule_words(&a, &s, str_c(name))));
	last = s.from_day + take(&p, &n, -40, 40);
	for (int i = 0; i < 6 && schedule_after(&s, last, &day); i++, last = day) {
		int32_t year;
		int month, d;
		ASSERT(day > last && day >= s.from_day && day <= s.until_day);
		civil_from_days(day, &year, &month, &d);
		if (str_eq(s.rhythm, S("weekly")))
			ASSERT(s.weekdays >> civil_weekday(day) & 1);
		if (str_eq(s.rhythm, S("monthly")))
			ASSERT(d == s.month_day || (d < s.month_day && civil_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) == day + 1));
		int64_t local = due_of_instant(schedule_instant(&s, day, zone), zone).day;
		ASSERT(local == day || local == day + 1);   /* a night that has no such hour, or a date that a zone left out */
	}
	arena_done(&a);
	return 0;
}
