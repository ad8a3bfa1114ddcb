/* plan_date.c: the days of a plan: from the start, by days, weeks and months, in the person's own week and zone. */
#include "growth/programme.h"

#include "people/people.h"
#include "playbook/playbook.h"

#include "base/banned.h"

enum { MONDAY_TO_FRIDAY = 0x1f };

struct str growth_day_words(struct arena *a, struct str date)
{
	static const char *const DAYS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t day;
	int32_t y;
	int m, d;
	if (!due_parse_date(date, &day))
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

static struct due_date after(int64_t start, struct str unit, int64_t n)
{
	struct due_offset o = { .months = str_eq(unit, S("month")) ? (int32_t)n : 0 };
	if (!o.months)
		o.days = (int32_t)(n * (str_eq(unit, S("week")) ? 7 : 1));
	return playbook_due((struct due_date){ .set = true, .day = start, .minute = -1 }, &o, false, DUE_ALL, NULL, NULL);
}

int64_t growth_after(int64_t start, struct str unit, int64_t n)
{
	return after(start, unit, n).day;
}

int64_t growth_due(int64_t start, struct str unit, int64_t n, const struct playbook_days *days)
{
	const struct due_offset none = { 0 };
	struct due_date last = after(start, unit, n);
	last.day--;
	last = playbook_due(last, &none, true, DUE_SHIFT, days, NULL);
	return last.day > start ? last.day : start;
}

static bool works_in_week(const void *arg, int64_t day)
{
	int64_t bits = *(const int64_t *)arg;
	return !bits || bits >> civil_weekday(day) & 1;
}

struct playbook_days growth_week_days(const int64_t *work_days)
{
	return (struct playbook_days){ works_in_week, work_days };
}

enum err growth_days_of(struct ctx *c, struct str calendar, const int64_t *work_days, int64_t start, struct playbook_days *ret)
{
	*ret = growth_week_days(work_days);
	return calendar.n ? playbook_calendar_days(c, calendar, start, ret) : OK;
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
