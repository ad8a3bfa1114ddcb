/* html_time.c: instants for people, in the reader's zone with UTC at hand; see html.h.
 *
 * The words in the element are what a reader needs at a glance; `datetime` is the instant for machines, to the second, `title`
 * the exact one for people. desk.js keeps the ages (data-age) right while a page stands open. */
#include "web/html.h"

#include "base/banned.h"

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

static void exact(struct html *h, utime t)
{
	const struct zone *z = h->zone;
	struct civil c;
	bool dst;
	struct str abbrev;
	civil_local(z, t, &c);
	int32_t offset_s = zone_offset_s(z, t, &dst, &abbrev);
	int day = civil_weekday(civil_days(c.year, c.month, c.day));
	buf_fmt(&h->buf, "%s %04d-%02d-%02d %02d:%02d:%02d ", weekdays[day], (int)c.year, c.month, c.day, c.hour, c.minute,
		c.second);
	html_attr_str(h, abbrev);
	if (offset_s == 0)
		return;
	civil_from_utc(t, &c);
	buf_fmt(&h->buf, " (%02d:%02d UTC)", c.hour, c.minute);
}

static void begin(struct html *h, utime t, const char *more)
{
	if (!h->zone)
		h->zone = zone_find(S("UTC"));
	buf_add(&h->buf, S("<time datetime=\""));
	/* to the second: a reader needs no more, and a list has fifty of them */
	struct str whole = civil_rfc3339(h->buf.arena, t), to_second, fraction;
	if (str_cut(whole, '.', &to_second, &fraction))
		html_attr_str(h, to_second);
	buf_fmt(&h->buf, "Z\"%s title=\"", more);
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
