/* due.c: counting from one date to another; see due.h. */
#include "playbook/due.h"

#include "base/buf.h"

#include "base/banned.h"

enum { DAY_MIN = 24 * 60, MONTHS_MOST = 120, DAYS_MOST = 3660, LOOK_DAYS = 4 * 366 };

const char *due_count_name(enum due_count c)
{
	static const char *const names[] = { "all", "working", "shift" };
	return c < DUE_COUNT_COUNT ? names[c] : "";
}

/* A whole number of at most five digits and its letter; false at the end or for anything else. */
static bool part(struct str *rest, int64_t *ret_n, char *ret_letter)
{
	size_t i = 0;
	int64_t n = 0;
	while (i < rest->n && rest->p[i] >= '0' && rest->p[i] <= '9' && i < 6)
		n = n * 10 + (rest->p[i++] - '0');
	if (i == 0 || i > 5 || i == rest->n)
		return false;
	*ret_n = n;
	*ret_letter = rest->p[i];
	*rest = str_slice(*rest, i + 1, rest->n);
	return true;
}

bool due_offset_parse(struct str iso, struct due_offset *ret, const char **ret_why)
{
	struct due_offset o = { 0 };
	struct str rest = iso;
	int64_t n, months = 0, days = 0, minutes = 0;
	char letter;
	int rank = 0, next;      /* Y M W D, then H M: each once, in this order */
	bool time = false, any = false;
	*ret_why = "A length of time is written like P3D (days), P2W (weeks), P1M (months) or PT4H (hours).";
	if (!str_starts(rest, S("P")) || rest.n > 40)
		return false;
	rest = str_slice(rest, 1, rest.n);
	while (rest.n) {
		if (!time && str_starts(rest, S("T"))) {
			time = true;
			rest = str_slice(rest, 1, rest.n);
			if (!rest.n)
				return false;
			rank = 4;
			continue;
		}
		if (!part(&rest, &n, &letter))
			return false;
		switch (letter) {
		case 'Y': next = 1, months += 12 * n; break;
		case 'M': next = time ? 6 : 2, *(time ? &minutes : &months) += n; break;
		case 'W': next = 3, days += 7 * n; break;
		case 'D': next = 4, days += n; break;
		case 'H': next = 5, minutes += 60 * n; break;
		default: return false;
		}
		if (next <= rank || (time != (next > 4)))
			return false;
		rank = next;
		any = true;
	}
	if (!any)
		return false;
	if (months > MONTHS_MOST || days > DAYS_MOST || minutes > (int64_t)DAYS_MOST * DAY_MIN) {
		*ret_why = "A length of time is ten years at most.";
		return false;
	}
	o.months = (int32_t)months;
	o.days = (int32_t)days;
	o.minutes = minutes;
	*ret = o;
	return true;
}

static void words_put(struct buf *b, int64_t n, const char *one, const char *many)
{
	if (n)
		buf_fmt(b, "%s%lld %s", b->n ? " " : "", (long long)n, n == 1 ? one : many);
}

struct str due_offset_words(struct arena *a, const struct due_offset *o, enum due_count count)
{
	struct buf b;
	bool working = count == DUE_WORKING;
	buf_init(&b, a, 200);
	words_put(&b, o->months / 12, "year", "years");
	words_put(&b, o->months % 12, "month", "months");
	bool weeks = o->days && o->days % 7 == 0 && !working;
	if (weeks)
		words_put(&b, o->days / 7, "week", "weeks");
	else
		words_put(&b, working ? o->days / 7 * 5 + o->days % 7 : o->days, working ? "working day" : "day", working ? "working days" : "days");
	words_put(&b, o->minutes / 60, "hour", "hours");
	words_put(&b, o->minutes % 60, "minute", "minutes");
	return b.n ? buf_str(&b) : S("");
}

static int month_days(int32_t year, int month)
{
	int64_t first = civil_days(year, month, 1), next = month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
	return (int)(next - first);
}

static int64_t add_months(int64_t day, int64_t months)
{
	int32_t year;
	int month, mday;
	civil_from_days(day, &year, &month, &mday);
	int64_t at = (int64_t)year * 12 + month - 1 + months;
	year = (int32_t)(at >= 0 ? at / 12 : -((11 - at) / 12));
	month = (int)(at - (int64_t)year * 12) + 1;
	int last = month_days(year, month);
	return civil_days(year, month, mday < last ? mday : last);
}

static bool works(const struct playbook_days *days, int64_t day)
{
	return !days || !days->works || days->works(days->arg, day);
}

static bool ever_works(const struct playbook_days *days, int64_t day, int step)
{
	for (int i = 0; i < LOOK_DAYS; i++)
		if (works(days, day + (int64_t)i * step))
			return true;
	return false;
}

/* n working days on (or back); the calendar works within every four years, or the rest is counted in all days. */
static int64_t add_working(int64_t day, int64_t n, int step, const struct playbook_days *days)
{
	for (int64_t idle = 0; n > 0 && idle < LOOK_DAYS;) {
		day += step;
		if (works(days, day))
			n--, idle = 0;
		else
			idle++;
	}
	return day + n * step;
}

static int64_t to_working(int64_t day, int step, const struct playbook_days *days)
{
	int64_t at = day;
	for (int i = 0; i < LOOK_DAYS; i++, at += step)
		if (works(days, at))
			return at;
	return day;
}

struct due_date playbook_due(struct due_date from, const struct due_offset *o, bool before, enum due_count count, const struct playbook_days *days,
			     const struct zone *zone)
{
	struct due_date d = from;
	int step = before ? -1 : 1;
	if (!from.set)
		return from;
	if (count != DUE_ALL && !ever_works(days, from.day, step)) {
		d.no_working_days = true;
		count = DUE_ALL;
	}
	d.day = add_months(d.day, (int64_t)step * o->months);
	if (count == DUE_WORKING)
		d.day = add_working(d.day, o->days / 7 * 5 + o->days % 7, step, days);
	else
		d.day += (int64_t)step * o->days;
	if (o->minutes) {
		int32_t year;
		int month, mday;
		civil_from_days(d.day, &year, &month, &mday);
		int minute = d.minute < 0 ? 0 : d.minute;
		struct civil local = { .year = year, .month = (int8_t)month, .day = (int8_t)mday, .hour = (int8_t)(minute / 60), .minute = (int8_t)(minute % 60) };
		utime first, last;
		civil_instant(zone, &local, &first, &last);
		bool none = d.no_working_days;
		d = due_of_instant(first + step * o->minutes * UTIME_US_PER_MINUTE, zone);
		d.no_working_days = none;
	}
	if (count != DUE_ALL)
		d.day = to_working(d.day, step, days);
	return d;
}

static utime at_local(int64_t day, int minute, const struct zone *zone)
{
	int32_t year;
	int month, mday;
	utime first, last;
	civil_from_days(day, &year, &month, &mday);
	struct civil local = { .year = year, .month = (int8_t)month, .day = (int8_t)mday, .hour = (int8_t)(minute / 60), .minute = (int8_t)(minute % 60) };
	civil_instant(zone, &local, &first, &last);
	return first;
}

utime due_instant(struct due_date d, const struct zone *zone)
{
	return d.minute < 0 ? at_local(d.day + 1, 0, zone) : at_local(d.day, d.minute, zone);
}

struct due_date due_of_instant(utime t, const struct zone *zone)
{
	struct civil local;
	civil_local(zone, t, &local);
	return (struct due_date){ .set = true, .day = civil_days(local.year, local.month, local.day), .minute = (int16_t)(local.hour * 60 + local.minute) };
}

bool due_parse_date(struct str s, int64_t *ret_day)
{
	int v[3] = { 0 };
	static const int from[3] = { 0, 5, 8 }, to[3] = { 4, 7, 10 };
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	for (int k = 0; k < 3; k++)
		for (int i = from[k]; i < to[k]; i++) {
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
			v[k] = v[k] * 10 + (s.p[i] - '0');
		}
	if (v[0] < 1900 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > month_days(v[0], v[1]))
		return false;
	*ret_day = civil_days(v[0], v[1], v[2]);
	return true;
}

struct str due_date_text(struct arena *a, int64_t day)
{
	int32_t year;
	int month, mday;
	civil_from_days(day, &year, &month, &mday);
	return arena_fmt(a, "%04d-%02d-%02d", year, month, mday);
}

struct str due_date_words(struct arena *a, int64_t day, int64_t today)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	int32_t year, this_year;
	int month, mday, m, d;
	civil_from_days(day, &year, &month, &mday);
	civil_from_days(today, &this_year, &m, &d);
	if (day == today)
		return S("today");
	if (day == today + 1)
		return S("tomorrow");
	if (day == today - 1)
		return S("yesterday");
	if (year != this_year)
		return arena_fmt(a, "%s %d %s %d", weekdays[civil_weekday(day)], mday, months[month - 1], year);
	return arena_fmt(a, "%s %d %s", weekdays[civil_weekday(day)], mday, months[month - 1]);
}
