/* calendar_quick.c: the table of days that makes a calendar answer at once in the years that matter. Whatever is odd about a day (its clocks change, a holiday
 * touches it, more than two pieces are open) sends the question to the segments of calendar.c: the table never decides anything of its own. */
#include "sla/calendar_int.h"

#include "base/banned.h"

/* The pieces of a UTC day that are open: false when its offset changes, a holiday touches it, or there are more than two. */
static bool quick_pieces(const struct calendar *c, int64_t from_s, struct quick_day *ret)
{
	const struct segment *seg = cal_segment_at(c, from_s);
	if (seg[1].at_s < from_s + DAY_S)
		return false;
	int64_t l = from_s + seg->shift_s;
	const struct day_off *d = cal_day_off_before(c, seg, l + DAY_S);
	if (d && d->to_l > l)
		return false;
	const struct week *w = &c->week[seg->version];
	int64_t monday = l - (int64_t)((uint64_t)l % WEEK_S);
	int n = 0;
	for (int64_t week = monday; week < l + DAY_S; week += WEEK_S)
		for (size_t i = 0; i < w->n; i++) {
			int64_t from = week + w->open[i].from_s, to = week + w->open[i].to_s;
			from = from > l ? from : l;
			to = to < l + DAY_S ? to : l + DAY_S;
			if (from >= to)
				continue;
			if (n && ret->from_s[n - 1] + ret->long_s[n - 1] == from - l) {
				ret->long_s[n - 1] += (int32_t)(to - from);
				continue;
			}
			if (n == 2)
				return false;
			ret->from_s[n] = (int32_t)(from - l);
			ret->long_s[n++] = (int32_t)(to - from);
		}
	return true;
}

void calendar_quicken(struct arena *a, const struct calendar *cal)
{
	struct calendar *c = (struct calendar *)(uintptr_t)cal;   /* nobody else has it yet */
	struct quick_day *days = arena_array(a, struct quick_day, QUICK_DAYS);
	struct quick_open *open = arena_array(a, struct quick_open, QUICK_DAYS + 1);
	int64_t from = QUICK_FROM_DAY * DAY_S, n = 0, begin = cal_open_before_any(c, from), before = begin;
	for (int64_t i = 0; i < QUICK_DAYS; i++) {
		int64_t next = cal_open_before_any(c, from + (i + 1) * DAY_S);
		days[i] = (struct quick_day){ .before_s = before };
		if (!quick_pieces(c, from + i * DAY_S, &days[i]))
			days[i].from_s[0] = -1;
		if (next > before)
			open[n++] = (struct quick_open){ .before_s = before, .day = i };
		before = next;
	}
	open[n] = (struct quick_open){ .before_s = INT64_MAX };
	int64_t buckets = ((before - begin) >> QUICK_SHIFT) + 1, k = 0;
	uint32_t *by_open = arena_array(a, uint32_t, (size_t)buckets);
	for (int64_t i = 0; i < buckets; i++) {
		while (k + 1 < n && open[k + 1].before_s < begin + (i << QUICK_SHIFT) + 1)
			k++;
		by_open[i] = (uint32_t)k;
	}
	c->quick = days;
	c->quick_from_s = from;
	c->quick_for_s = QUICK_DAYS * DAY_S;
	c->quick_open = open;
	c->quick_by_open = by_open;
	c->quick_open_s = begin;
	c->quick_open_for_s = before - begin;
}
