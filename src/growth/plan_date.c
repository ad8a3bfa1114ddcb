/* plan_date.c: the days of a plan: from the start, by days, weeks and months, in the person's own week and zone. */
#include "growth/programme.h"

#include "people/people.h"

#include "base/banned.h"

enum { MONDAY_TO_FRIDAY = 0x1f };

bool growth_day_parse(struct str s, int64_t *ret_day)
{
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	int v[3] = { 0 }, part = 0;
	for (size_t i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			part++;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v[part] = v[part] * 10 + (s.p[i] - '0');
	}
	if (v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31)
		return false;
	*ret_day = civil_days(v[0], v[1], v[2]);
	return true;
}

struct str growth_day_text(struct arena *a, int64_t day)
{
	int32_t y;
	int m, d;
	civil_from_days(day, &y, &m, &d);
	return arena_fmt(a, "%04d-%02d-%02d", y, m, d);
}

struct str growth_day_words(struct arena *a, struct str date)
{
	static const char *const DAYS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t day;
	int32_t y;
	int m, d;
	if (!growth_day_parse(date, &day))
		return date.p ? date : S("");
	civil_from_days(day, &y, &m, &d);
	return arena_fmt(a, "%s %d %s %d", DAYS[civil_weekday(day)], d, MONTHS[m - 1], y);
}

const struct zone *growth_zone(struct str name)
{
	const struct zone *z = name.n ? zone_find(name) : NULL;
	return z ? z : zone_find(S("UTC"));
}

int64_t growth_day_of(const struct zone *z, utime t)
{
	struct civil local;
	civil_local(z, t, &local);
	return civil_days(local.year, local.month, local.day);
}

utime growth_day_begins(const struct zone *z, int64_t day)
{
	struct civil c = { 0 };
	int32_t y;
	int m, d;
	utime first, last;
	civil_from_days(day, &y, &m, &d);
	c.year = y;
	c.month = (int8_t)m;
	c.day = (int8_t)d;
	civil_instant(z, &c, &first, &last);
	return first;
}

static int64_t add_months(int64_t day, int64_t n)
{
	int32_t y, ry;
	int m, d, rm, rd;
	civil_from_days(day, &y, &m, &d);
	int64_t months = (int64_t)y * 12 + (m - 1) + n;
	y = (int32_t)(months / 12);
	m = (int)(months % 12) + 1;
	for (int last = d;; last--) { /* the month may be shorter */
		int64_t at = civil_days(y, m, last);
		civil_from_days(at, &ry, &rm, &rd);
		if (rm == m)
			return at;
	}
}

int64_t growth_after(int64_t start, struct str unit, int64_t n)
{
	return str_eq(unit, S("month")) ? add_months(start, n) : start + n * (str_eq(unit, S("week")) ? 7 : 1);
}

int64_t growth_due(int64_t start, struct str unit, int64_t n, int64_t work_days)
{
	int64_t last = growth_after(start, unit, n) - 1;
	for (int64_t day = last; work_days && day > last - 7; day--)
		if (work_days >> civil_weekday(day) & 1)
			return day > start ? day : start;
	return last > start ? last : start;
}

int64_t growth_work_days(struct str work_hours)
{
	struct work_span spans[WORK_SPANS_MAX];
	size_t n;
	const char *why;
	int64_t days = 0;
	if (!people_hours_parse(work_hours, spans, &n, &why))
		return MONDAY_TO_FRIDAY;
	for (size_t i = 0; i < n; i++)
		days |= spans[i].days;
	return days ? days : MONDAY_TO_FRIDAY;
}
