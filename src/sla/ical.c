/* ical.c: see ical.h. RFC 5545 lines are unfolded as they are read; what is not about whole days is passed over. */
#include "sla/ical.h"

#include "base/utf8.h"
#include "sla/calendar.h"

#include <string.h>

#include "base/banned.h"

enum { LINE_MOST = 2000 };

struct reading {
	struct str rest;
	char line[LINE_MOST];
	size_t n;
};

/* The next content line: what is folded over several is one; what is longer than LINE_MOST is cut. */
static bool next_line(struct reading *r)
{
	struct str s;
	if (!str_line(&r->rest, &s))
		return false;
	r->n = 0;
	for (bool more = true; more;) {
		size_t fits = s.n < LINE_MOST - r->n ? s.n : LINE_MOST - r->n;
		memcpy(r->line + r->n, s.p, fits);
		r->n += fits;
		more = r->rest.n && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t');
		if (more) {
			r->rest = str_slice(r->rest, 1, r->rest.n);
			more = str_line(&r->rest, &s);
		}
	}
	return true;
}

/* "DTSTART;VALUE=DATE:20261224": its name, its parameters, its value. */
static void parts(const struct reading *r, struct str *name, struct str *params, struct str *value)
{
	struct str line = { r->line, r->n }, head;
	if (!str_cut(line, ':', &head, value))
		*value = S("");
	if (!str_cut(head, ';', name, params))
		*name = head, *params = S("");
}

static bool date_of(struct str s, char ret[11])
{
	int64_t day;
	if (s.n < 8)
		return false;
	char text[11] = { s.p[0], s.p[1], s.p[2], s.p[3], '-', s.p[4], s.p[5], '-', s.p[6], s.p[7], 0 };
	if (!cal_parse_date((struct str){ text, 10 }, &day))
		return false;
	memcpy(ret, text, 11);
	return true;
}

static void day_before(char date[11])
{
	int64_t day;
	int32_t year;
	int month, mday;
	if (!cal_parse_date((struct str){ date, 10 }, &day))
		return;
	civil_from_days(day - 1, &year, &month, &mday);
	if (year < 1 || year > 9999)
		return;
	const int digits[] = { year / 1000, year / 100 % 10, year / 10 % 10, year % 10, -1, month / 10, month % 10, -1, mday / 10, mday % 10 };
	for (int i = 0; i < 10; i++)
		date[i] = digits[i] < 0 ? '-' : (char)('0' + digits[i]);
}

/* Escapes undone, one line, no control characters, cut at a letter. */
static void name_of(struct str s, char ret[ICAL_NAME_MOST + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < ICAL_NAME_MOST; i++) {
		char ch = s.p[i];
		if (ch == '\\' && i + 1 < s.n) {
			ch = s.p[++i];
			if (ch == 'n' || ch == 'N')
				ch = ' ';
		}
		ret[n++] = (unsigned char)ch < ' ' || ch == 0x7f ? ' ' : ch;
	}
	struct str clipped = utf8_clip((struct str){ ret, n }, ICAL_NAME_MOST);
	ret[utf8_valid(clipped) ? clipped.n : 0] = 0;
}

struct event {
	struct ical_day d;
	bool whole_day, good, cancelled, odd_rule;
};

static void one_line(struct event *e, struct str name, struct str params, struct str value)
{
	if (str_ieq(name, S("DTSTART"))) {
		e->good = date_of(value, e->d.day);
		e->whole_day = value.n == 8 || str_ifind(params, S("VALUE=DATE")) >= 0;
		e->whole_day = e->whole_day && value.n == 8;
	} else if (str_ieq(name, S("DTEND"))) {
		/* the day after; of a yearly one, whose RRULE may stand before it, the last day is the rule's business */
		if (!e->d.yearly && value.n == 8 && date_of(value, e->d.last))
			day_before(e->d.last);
	} else if (str_ieq(name, S("SUMMARY"))) {
		name_of(value, e->d.name);
	} else if (str_ieq(name, S("STATUS"))) {
		e->cancelled = str_ieq(value, S("CANCELLED"));
	} else if (str_ieq(name, S("RRULE"))) {
		ptrdiff_t until = str_ifind(value, S("UNTIL="));
		e->d.yearly = str_ifind(value, S("FREQ=YEARLY")) >= 0;
		/* "the last Monday of May" is another day each year: not ours to work out */
		e->odd_rule = !e->d.yearly || str_ifind(value, S("BYDAY")) >= 0 || str_ifind(value, S("COUNT=")) >= 0 || str_ifind(value, S("INTERVAL=")) >= 0;
		e->d.last[0] = 0;
		if (until >= 0)
			date_of(str_slice(value, (size_t)until + 6, value.n), e->d.last);
	}
}

bool ical_days(struct str bytes, void (*each)(void *arg, const struct ical_day *d), void *arg, int *ret_skipped, const char **ret_why)
{
	struct reading r = { .rest = bytes };
	struct event e = { 0 };
	bool inside = false, any = false;
	int events = 0;
	*ret_skipped = 0;
	*ret_why = "it is no iCalendar file: it does not begin with BEGIN:VCALENDAR.";
	if (bytes.n > ICAL_MAX_BYTES) {
		*ret_why = "it is larger than 4 MiB.";
		return false;
	}
	while (next_line(&r)) {
		struct str name, params, value;
		parts(&r, &name, &params, &value);
		if (str_ieq(name, S("BEGIN")) && str_ieq(value, S("VCALENDAR"))) {
			any = true;
		} else if (!any) {
			if (str_trim((struct str){ r.line, r.n }).n)
				return false;
		} else if (str_ieq(name, S("BEGIN"))) {
			inside = inside || str_ieq(value, S("VEVENT"));
			if (str_ieq(value, S("VEVENT")))
				e = (struct event){ 0 };
		} else if (str_ieq(name, S("END")) && str_ieq(value, S("VEVENT")) && inside) {
			inside = false;
			if (++events > ICAL_EVENTS_MOST) {
				*ret_why = "it has more than 5,000 entries.";
				return false;
			}
			bool ours = e.good && e.whole_day && !e.cancelled && !e.odd_rule;
			if (ours)
				each(arg, &e.d);
			else
				++*ret_skipped;
		} else if (inside) {
			one_line(&e, name, params, value);
		}
	}
	return any;
}
