/* hours.c: working hours: read as JSON or as the lines people type, stored as canonical JSON; see people.h. */
#include "people/people.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { DAY_MIN = 24 * 60, HOURS_MAX_BYTES = 4000 };

static const char *const DAYS[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int day_of(struct str s)
{
	for (int i = 0; i < 7; i++)
		if (str_ieq(s, str_c(DAYS[i])))
			return i;
	return -1;
}

/* "mon-fri", "sat", "mon,wed,fri", "fri-mon". */
static bool days_parse(struct str s, uint8_t *ret)
{
	struct str one, rest = s;
	bool more = true;
	uint8_t days = 0;
	while (more) {
		more = str_cut(rest, ',', &one, &rest);
		struct str first, last;
		bool range = str_cut(str_trim(one), '-', &first, &last);
		int from = day_of(str_trim(first)), to = range ? day_of(str_trim(last)) : from;
		if (from < 0 || to < 0)
			return false;
		for (int d = from;; d = (d + 1) % 7) {
			days |= (uint8_t)(1 << d);
			if (d == to)
				break;
		}
	}
	*ret = days;
	return days != 0;
}

/* "09:00", "9:30", "24:00". */
static bool minute_parse(struct str s, int *ret)
{
	struct str h, m;
	int value[2] = { 0 };
	if (!str_cut(s, ':', &h, &m) || h.n < 1 || h.n > 2 || m.n != 2)
		return false;
	const struct str part[2] = { h, m };
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < part[k].n; i++) {
			if (part[k].p[i] < '0' || part[k].p[i] > '9')
				return false;
			value[k] = value[k] * 10 + (part[k].p[i] - '0');
		}
	if (value[1] > 59 || value[0] * 60 + value[1] > DAY_MIN)
		return false;
	*ret = value[0] * 60 + value[1];
	return true;
}

static const char *span_make(struct str days, struct str from, struct str to, struct work_span *ret)
{
	int f, t;
	if (!days_parse(days, &ret->days))
		return "Days are mon, tue, wed, thu, fri, sat, sun: “mon-fri” or “mon,wed”.";
	if (!minute_parse(from, &f) || !minute_parse(to, &t))
		return "Times are like 09:00 or 17:30, up to 24:00.";
	if (f == t || f == DAY_MIN)
		return "The hours must end after they begin; a night shift ends in the next morning (22:00-06:00).";
	ret->from_min = (int16_t)f;
	ret->to_min = (int16_t)(t > f ? t : t + DAY_MIN);
	return NULL;
}

static const char *parse_lines(struct str text, struct work_span *ret, size_t *ret_n)
{
	struct str line;
	size_t n = 0;
	while (str_line(&text, &line)) {
		struct str rest, one;
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (!str_cut(line, ' ', &one, &rest))
			return "Write days and hours: “mon-fri 09:00-17:00”, one line for each.";
		struct str days = one;
		bool more = true;
		while (more) {
			struct str from, to;
			more = str_cut(rest, ',', &one, &rest);
			if (n == WORK_SPANS_MAX)
				return "That is too much: at most 20 spans, please.";
			if (!str_cut(str_trim(one), '-', &from, &to))
				return "Write days and hours: “mon-fri 09:00-17:00”, one line for each.";
			const char *why = span_make(days, str_trim(from), str_trim(to), &ret[n]);
			if (why)
				return why;
			n++;
		}
	}
	*ret_n = n;
	return NULL;
}

static struct str member(json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);
	return json_is_string(v) ? (struct str){ json_string_value(v), json_string_length(v) } : S("");
}

static const char *parse_json(struct str text, struct work_span *ret, size_t *ret_n)
{
	json_error_t e;
	json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &e);
	const char *why = NULL;
	size_t n = 0, i;
	json_t *o;
	if (!json_is_array(root))
		why = "Working hours as JSON are a list: [{\"days\":\"mon-fri\",\"from\":\"09:00\",\"to\":\"17:00\"}].";
	else if (json_array_size(root) > WORK_SPANS_MAX)
		why = "That is too much: at most 20 spans, please.";
	else
		json_array_foreach(root, i, o) {
			why = !json_is_object(o) || json_object_size(o) != 3 ? "Each span has days, from and to, and nothing else."
								     : span_make(member(o, "days"), member(o, "from"), member(o, "to"), &ret[n++]);
			if (why)
				break;
		}
	json_decref(root);
	*ret_n = n;
	return why;
}

bool people_hours_parse(struct str text, struct work_span *ret, size_t *ret_n, const char **ret_why)
{
	struct work_span spans[WORK_SPANS_MAX] = { 0 };
	size_t n = 0;
	const char *why = NULL;
	text = str_trim(text);
	if (text.n > HOURS_MAX_BYTES)
		why = "That is too long for working hours.";
	else if (text.n && (text.p[0] == '[' || text.p[0] == '{'))
		why = parse_json(text, spans, &n);
	else
		why = parse_lines(text, spans, &n);
	if (why) {
		*ret_why = why;
		return false;
	}
	memcpy(ret, spans, n * sizeof(*spans));
	*ret_n = n;
	return true;
}

/* "mon-fri", or "mon,wed": the longest runs. */
static void days_put(struct buf *b, uint8_t days)
{
	bool any = false;
	for (int d = 0; d < 7; d++) {
		if (!(days & 1 << d))
			continue;
		int last = d;
		while (last < 6 && days & 1 << (last + 1))
			last++;
		buf_fmt(b, "%s%s", any ? "," : "", DAYS[d]);
		if (last > d)
			buf_fmt(b, "%c%s", last > d + 1 ? '-' : ',', DAYS[last]);
		any = true;
		d = last;
	}
}

static void minute_put(struct buf *b, int min)
{
	if (min > DAY_MIN)
		min -= DAY_MIN;
	buf_fmt(b, "%02d:%02d", min / 60, min % 60);
}

struct str people_hours_json(struct arena *a, const struct work_span *spans, size_t n)
{
	struct buf b;
	buf_init(&b, a, HOURS_MAX_BYTES);
	buf_ch(&b, '[');
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, i ? S(",{\"days\":\"") : S("{\"days\":\""));
		days_put(&b, spans[i].days);
		buf_add(&b, S("\",\"from\":\""));
		minute_put(&b, spans[i].from_min);
		buf_add(&b, S("\",\"to\":\""));
		minute_put(&b, spans[i].to_min);
		buf_add(&b, S("\"}"));
	}
	buf_ch(&b, ']');
	return buf_str(&b);
}

struct str people_hours_lines(struct arena *a, const struct work_span *spans, size_t n)
{
	struct buf b;
	buf_init(&b, a, HOURS_MAX_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_ch(&b, '\n');
		days_put(&b, spans[i].days);
		buf_ch(&b, ' ');
		minute_put(&b, spans[i].from_min);
		buf_ch(&b, '-');
		minute_put(&b, spans[i].to_min);
	}
	return n ? buf_str(&b) : S("");
}

bool people_at_work(const struct work_span *spans, size_t n, const struct zone *zone, utime t)
{
	struct civil now;
	civil_local(zone, t, &now);
	int day = civil_weekday(civil_days(now.year, now.month, now.day));
	int minute = now.hour * 60 + now.minute;
	for (size_t i = 0; i < n; i++) {
		const struct work_span *s = &spans[i];
		int yesterday = (day + 6) % 7;
		if (s->days & 1 << day && minute >= s->from_min && minute < s->to_min)
			return true;
		if (s->days & 1 << yesterday && minute + DAY_MIN < s->to_min)
			return true;
	}
	return false;
}
