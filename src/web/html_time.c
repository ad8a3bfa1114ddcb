/* html_time.c: instants for people, in the reader's zone with UTC at hand; see html.h.
 *
 * The words in the element are what a reader needs at a glance; `datetime` is the instant for machines, to the second, `title`
 * the exact one for people. desk.js keeps the ages (data-age) right while a page stands open. */
#include "web/html.h"

#include "base/banned.h"

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

/* A list has a hundred of these: two digits at a time, by hand. */
static void two(struct html *h, int n)
{
	char digits[2] = { (char)('0' + n / 10 % 10), (char)('0' + n % 10) };
	buf_add(&h->buf, (struct str){ digits, 2 });
}

static void date(struct html *h, const struct civil *c)
{
	if (c->year < 0 || c->year > 9999)
		buf_fmt(&h->buf, "%04d", (int)c->year);
	else {
		two(h, (int)c->year / 100);
		two(h, (int)c->year % 100);
	}
	buf_ch(&h->buf, '-');
	two(h, c->month);
	buf_ch(&h->buf, '-');
	two(h, c->day);
}

static void clock(struct html *h, const struct civil *c, bool seconds)
{
	two(h, c->hour);
	buf_ch(&h->buf, ':');
	two(h, c->minute);
	if (!seconds)
		return;
	buf_ch(&h->buf, ':');
	two(h, c->second);
}

static void exact(struct html *h, utime t)
{
	const struct zone *z = h->zone;
	struct civil c;
	bool dst;
	struct str abbrev;
	civil_local(z, t, &c);
	int32_t offset_s = zone_offset_s(z, t, &dst, &abbrev);
	int day = civil_weekday(civil_days(c.year, c.month, c.day));
	buf_add(&h->buf, str_c(weekdays[day]));
	buf_ch(&h->buf, ' ');
	date(h, &c);
	buf_ch(&h->buf, ' ');
	clock(h, &c, true);
	buf_ch(&h->buf, ' ');
	html_attr_str(h, abbrev);
	if (offset_s == 0)
		return;
	civil_from_utc(t, &c);
	buf_add(&h->buf, S(" ("));
	clock(h, &c, false);
	buf_add(&h->buf, S(" UTC)"));
}

static void begin(struct html *h, utime t, const char *more)
{
	if (!h->zone)
		h->zone = zone_find(S("UTC"));
	buf_add(&h->buf, S("<time datetime=\""));
	/* to the second: a reader needs no more, and a list has fifty of them */
	struct civil c;
	civil_from_utc(t, &c);
	date(h, &c);
	buf_ch(&h->buf, 'T');
	clock(h, &c, true);
	buf_add(&h->buf, S("Z\""));
	buf_add(&h->buf, str_c(more));
	buf_add(&h->buf, S(" title=\""));
	exact(h, t);
	buf_add(&h->buf, S("\">"));
}

void html_time(struct html *h, utime t)
{
	begin(h, t, "");
	html_text_str(h, civil_short(h->buf.arena, h->zone, t, h->now_us));
	buf_add(&h->buf, S("</time>"));
}

void html_age(struct html *h, utime t)
{
	int64_t age = h->now_us - t;
	begin(h, t, " data-age");
	html_text_str(h, civil_span(h->buf.arena, age < 0 ? 0 : age));
	buf_add(&h->buf, S("</time>"));
}
