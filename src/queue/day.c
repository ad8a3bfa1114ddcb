/* day.c: see day.h. */
#include "queue/day.h"

#include "base/banned.h"

static int64_t digits(struct str s, size_t from, size_t to)
{
	int64_t v = 0;
	for (size_t i = from; i < to && i < s.n; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

int64_t day_of(struct str date)
{
	return civil_days((int32_t)digits(date, 0, 4), (int)digits(date, 5, 7), (int)digits(date, 8, 10));
}

struct str day_text(struct arena *a, int64_t day)
{
	int32_t y;
	int m, d;
	civil_from_days(day, &y, &m, &d);
	return arena_fmt(a, "%04d-%02d-%02d", y, m, d);
}

struct str day_words(struct arena *a, int64_t day, int64_t today)
{
	static const char *const DAYS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t y, this_year;
	int m, d, ignored_m, ignored_d;
	civil_from_days(day, &y, &m, &d);
	civil_from_days(today, &this_year, &ignored_m, &ignored_d);
	return y == this_year ? arena_fmt(a, "%s %d %s", DAYS[civil_weekday(day)], d, MONTHS[m - 1]) : arena_fmt(a, "%s %d %s %d", DAYS[civil_weekday(day)], d, MONTHS[m - 1], y);
}

static const struct zone *zone_of(struct str name)
{
	const struct zone *z = name.n ? zone_find(name) : NULL;
	return z ? z : zone_find(S("UTC"));
}

int64_t day_at(struct str zone, utime t)
{
	struct civil local;
	civil_local(zone_of(zone), t, &local);
	return civil_days(local.year, local.month, local.day);
}

utime day_begin_us(struct str zone, int64_t day)
{
	int32_t y;
	int m, d;
	utime first, last;
	civil_from_days(day, &y, &m, &d);
	civil_instant(zone_of(zone), &(struct civil){ .year = y, .month = (int8_t)m, .day = (int8_t)d }, &first, &last);
	return first;
}

bool day_is_working(int64_t day)
{
	return civil_weekday(day) < 5;
}
