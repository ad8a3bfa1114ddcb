/* calendar.c: business time; see calendar.h.
 *
 * Time is cut into segments of one UTC offset and one version of the hours. Inside a segment local time is UTC plus a
 * constant, so open time is whole weeks × W + a look into one week, minus what holidays take away. Each segment knows
 * the open seconds before it, so that F(t), the open seconds before t, is found in one segment, and
 *
 *     between(a, b) = F(b) − F(a)        add(a, n) = the least e with F(e) = F(a) + n
 *
 * (SLA.md 3). Gaps, repeated hours, skipped and repeated dates need no word: they are segments that begin at another
 * local time than the last one ended. The last 400 years of segments are one full period of zone and Gregorian
 * calendar; what lies after is folded back:
 *
 *     segment 0 (from the year 1) │ 1 │ 2 │ … │ cycle_s: … │ cycle_s + 400 years                                    */
#include "sla/calendar_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* ---- one week ---- */

/* Open seconds before shifted local time l, were there no holidays and this week since ever. */
static inline int64_t week_before(const struct week *w, int64_t l)
{
	uint64_t weeks = (uint64_t)l / WEEK_S;
	int32_t s = (int32_t)((uint64_t)l - weeks * WEEK_S);
	const struct open *o = &w->open[w->first[(uint32_t)s / HOUR_S]];
	while (o->to_s <= s)
		o++;
	return (int64_t)weeks * w->total_s + o->before_s + (s > o->from_s ? s - o->from_s : 0);
}

/* The least l with week_before(l) = n; n > 0, total_s > 0. */
static inline int64_t week_at(const struct week *w, int64_t n)
{
	/* whole weeks before the n-th second; the product is at most one off, the numbers being far below 2^53 */
	int64_t weeks = (int64_t)((double)(n - 1) * w->weeks_per_s), left_s = n - weeks * w->total_s;
	if (left_s <= 0)
		weeks--, left_s += w->total_s;
	else if (left_s > w->total_s)
		weeks++, left_s -= w->total_s;
	int32_t rest = (int32_t)left_s;
	const struct open *o = &w->open[w->by_open[(uint32_t)rest >> w->open_shift]];
	while (o[1].before_s < rest)
		o++;
	return weeks * WEEK_S + o->from_s + (rest - o->before_s);
}

static int compare_hours(const void *a, const void *b)
{
	const struct open *x = a, *y = b;
	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

static enum err week_build(struct arena *a, const struct cal_version *v, struct fault *f, struct week *ret)
{
	if (v->n_hours > CAL_HOURS_MOST)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A week can't have more than %d intervals.", CAL_HOURS_MOST);
	struct open *o = arena_array(a, struct open, v->n_hours + 1);
	for (size_t i = 0; i < v->n_hours; i++) {
		const struct cal_hours *h = &v->hours[i];
		if ((int)h->weekday < CAL_MON || (int)h->weekday > CAL_SUN)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Weekdays are mon to sun.");
		if (h->from_s < 0 || h->from_s >= h->to_s || h->to_s > DAY_S)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
					 "Hours open before they close, and close by 24:00. Write hours across midnight as two.");
		o[i] = (struct open){ .from_s = (int32_t)h->weekday * DAY_S + h->from_s, .to_s = (int32_t)h->weekday * DAY_S + h->to_s };
	}
	qsort(o, v->n_hours, sizeof(*o), compare_hours);
	size_t n = 0;
	for (size_t i = 0; i < v->n_hours; i++) {
		if (n && o[i].from_s <= o[n - 1].to_s)
			o[n - 1].to_s = o[i].to_s > o[n - 1].to_s ? o[i].to_s : o[n - 1].to_s;
		else
			o[n++] = o[i];
	}
	int32_t total = 0;
	for (size_t i = 0; i < n; i++) {
		o[i].before_s = total;
		total += o[i].to_s - o[i].from_s;
	}
	o[n] = (struct open){ .from_s = INT32_MAX, .to_s = INT32_MAX, .before_s = total };
	*ret = (struct week){ .open = o, .n = n, .total_s = total, .weeks_per_s = total ? 1.0 / total : 0 };
	for (size_t hour = 0, i = 0; hour < ARRAY_LEN(ret->first); hour++) {
		while (o[i].to_s <= (int32_t)hour * HOUR_S)
			i++;
		ret->first[hour] = (uint16_t)i;
	}
	while (total >> ret->open_shift >= WEEK_BUCKETS)
		ret->open_shift++;
	for (size_t k = 0, i = 0; k < WEEK_BUCKETS; k++) {
		while (i + 1 < n && o[i + 1].before_s < (int64_t)k << ret->open_shift)
			i++;
		ret->by_open[k] = (uint16_t)i;
	}
	return OK;
}

/* ---- holidays ---- */

struct date {
	int64_t day;
	struct str name;
};

struct dates {
	struct date *d;
	size_t n, cap;
};

static void add_date(struct arena *a, struct dates *l, int64_t day, struct str name)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		l->d = arena_grow(a, l->d, l->cap * sizeof(*l->d), cap * sizeof(*l->d));
		l->cap = cap;
	}
	l->d[l->n++] = (struct date){ day, name };
}

static int compare_dates(const void *a, const void *b)
{
	const struct date *x = a, *y = b;
	return x->day < y->day ? -1 : x->day > y->day;
}

static int64_t least_day(void)
{
	return CAL_LEAST_S / DAY_S;
}

static int64_t most_day(void)
{
	return CAL_MOST_S / DAY_S;
}

static bool good_day(int64_t day)
{
	return day >= least_day() && day <= most_day();
}

/* The last day that a holiday says something odd about; what it does yearly for ever is not odd. */
static int64_t odd_until(const struct cal_holiday *h)
{
	return h->yearly && h->until_day.set && h->until_day.v > h->day ? h->until_day.v : h->day;
}

/* The holidays of a version, each date once, up to last_day. */
static enum err dates_build(struct arena *a, const struct cal_version *v, int64_t last_day, struct fault *f, struct dates *ret)
{
	*ret = (struct dates){ 0 };
	size_t yearly = 0;
	for (size_t i = 0; i < v->n_holidays; i++) {
		const struct cal_holiday *h = &v->holidays[i];
		struct str name = arena_str(a, h->name);
		if (!h->yearly) {
			add_date(a, ret, h->day, name);
			continue;
		}
		if (++yearly > YEARLY_MOST)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A calendar can't have more than %d yearly holidays.", YEARLY_MOST);
		int32_t year, y;
		int month, day, m, d;
		civil_from_days(h->day, &year, &month, &day);
		for (;; year++) {
			int64_t at = civil_days(year, month, day);
			civil_from_days(at, &y, &m, &d);
			if (at > last_day || (h->until_day.set && at > h->until_day.v))
				break;
			if (d == day)    /* no 29 February: not in this year */
				add_date(a, ret, at, name);
		}
	}
	if (ret->n)
		qsort(ret->d, ret->n, sizeof(*ret->d), compare_dates);
	size_t n = 0;
	for (size_t i = 0; i < ret->n; i++)
		if (!n || ret->d[i].day != ret->d[n - 1].day)
			ret->d[n++] = ret->d[i];
	ret->n = n;
	return OK;
}

/* ---- building ---- */

struct build {
	struct arena *arena;
	struct calendar *cal;
	const struct cal_spec *spec;
	struct dates *dates;             /* by version */
	size_t cap, n_off, cap_off;
	int64_t open_s;
};

static enum err check(const struct cal_spec *spec, struct fault *f)
{
	if (spec->n_versions < 1 || spec->n_versions > CAL_VERSIONS_MOST)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A calendar needs hours, in at most %d versions.", CAL_VERSIONS_MOST);
	size_t holidays = 0;
	for (size_t i = 0; i < spec->n_versions; i++) {
		const struct cal_version *v = &spec->versions[i];
		if (i && (!good_day(v->from_day) || (i > 1 && v->from_day <= spec->versions[i - 1].from_day)))
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Versions of a calendar begin one after the other, in the years 1 to 9999.");
		holidays += v->n_holidays;
		if (v->n_holidays > CAL_HOLIDAYS_MOST || holidays > CAL_HOLIDAYS_MOST)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A calendar can't have more than %d holidays.", CAL_HOLIDAYS_MOST);
		for (size_t k = 0; k < v->n_holidays; k++)
			if (!good_day(v->holidays[k].day) || (v->holidays[k].until_day.set && !good_day(v->holidays[k].until_day.v)))
				return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "A holiday is a date in the years 1 to 9999.");
	}
	return OK;
}

/* Where the cycle begins: after everything that happens once. */
static int64_t cycle_start(const struct cal_spec *spec, const struct zone *z)
{
	int64_t day = 0, settled = zone_settled_s(z);
	for (size_t i = 0; i < spec->n_versions; i++) {
		const struct cal_version *v = &spec->versions[i];
		if (i && v->from_day > day)
			day = v->from_day;
		for (size_t k = 0; k < v->n_holidays; k++)
			day = odd_until(&v->holidays[k]) > day ? odd_until(&v->holidays[k]) : day;
	}
	int64_t s = (day + 3) * DAY_S;
	return settled > s ? settled : s;
}

static void add_day_off(struct build *b, const struct week *w, const struct segment *seg, const struct date *d, int64_t from_l, int64_t to_l,
			int64_t *taken_s)
{
	struct calendar *c = b->cal;
	if (b->n_off == b->cap_off) {
		size_t cap = b->cap_off ? 2 * b->cap_off : 64;
		c->day_off = arena_grow(b->arena, c->day_off, b->cap_off * sizeof(*c->day_off), cap * sizeof(*c->day_off));
		b->cap_off = cap;
	}
	int64_t before = week_before(w, from_l), takes = week_before(w, to_l) - before;
	c->day_off[b->n_off++] = (struct day_off){ from_l, to_l, *taken_s, takes, seg->base_s + before - *taken_s - seg->before_s, d->name };
	*taken_s += takes;
}

/* [from_s, to_s) at one offset under one version. */
static void add_segment(struct build *b, int64_t from_s, int64_t to_s, int32_t offset_s, size_t version)
{
	struct calendar *c = b->cal;
	if (c->n + 1 >= b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 256;
		c->seg = arena_grow(b->arena, c->seg, b->cap * sizeof(*c->seg), cap * sizeof(*c->seg));
		b->cap = cap;
	}
	const struct week *w = &c->week[version];
	struct segment *seg = &c->seg[c->n++];
	*seg = (struct segment){ .at_s = from_s, .before_s = b->open_s, .shift_s = offset_s + WEEKS_SHIFT, .day_off = (uint32_t)b->n_off,
				 .version = (uint32_t)version };
	int64_t from_l = from_s + seg->shift_s, to_l = to_s + seg->shift_s, taken = 0;
	seg->base_s = b->open_s - week_before(w, from_l);
	/* the holidays whose local date lies in it, wholly or in part */
	const struct dates *l = &b->dates[version];
	int64_t first_day = floor_div(from_s + offset_s, DAY_S), last_day = floor_div(to_s + offset_s - 1, DAY_S);
	size_t lo = 0, hi = l->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (l->d[mid].day < first_day)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->n && l->d[lo].day <= last_day; lo++) {
		int64_t day_l = l->d[lo].day * DAY_S + WEEKS_SHIFT, end_l = day_l + DAY_S;
		add_day_off(b, w, seg, &l->d[lo], day_l > from_l ? day_l : from_l, end_l < to_l ? end_l : to_l, &taken);
	}
	b->open_s = seg->base_s + week_before(w, to_l) - taken;
}

/* One run of a constant offset, cut where versions change. */
static void add_run(struct build *b, int64_t from_s, int64_t to_s, int32_t offset_s)
{
	const struct cal_spec *spec = b->spec;
	int64_t day = floor_div(from_s + offset_s, DAY_S);
	size_t v = 0;
	while (v + 1 < spec->n_versions && spec->versions[v + 1].from_day <= day)
		v++;
	for (; from_s < to_s; v++) {
		int64_t end = to_s;
		if (v + 1 < spec->n_versions) {
			int64_t next = spec->versions[v + 1].from_day * DAY_S - offset_s;
			end = next < to_s ? next : to_s;
		}
		add_segment(b, from_s, end, offset_s, v);
		from_s = end;
	}
}

static void add_runs(struct build *b, int64_t end_s)
{
	const struct zone *z = b->cal->zone;
	int64_t from = CAL_LEAST_S, t = from;
	int32_t offset = zone_offset_s(z, t * UTIME_US_PER_SECOND, NULL, NULL);
	utime next;
	while (t < end_s && zone_next_transition(z, t * UTIME_US_PER_SECOND, &next)) {
		t = next / UTIME_US_PER_SECOND;
		if (t >= end_s)
			break;
		int32_t then = zone_offset_s(z, next, NULL, NULL);
		if (then == offset)
			continue;
		add_run(b, from, t, offset);
		from = t;
		offset = then;
	}
	add_run(b, from, end_s, offset);
}

/* The two indexes: instants, and open seconds, to the segment to begin looking at. */
static void add_indexes(struct build *b, int64_t end_s)
{
	struct calendar *c = b->cal;
	c->by_time_s = c->n > 1 ? c->seg[1].at_s : end_s;
	c->n_by_time = (uint32_t)((end_s - c->by_time_s) >> TIME_SHIFT) + 1;
	uint16_t *by_time = arena_array(b->arena, uint16_t, c->n_by_time), *by_open = arena_array(b->arena, uint16_t, OPEN_BUCKETS + 1);
	size_t k = 0;
	for (uint32_t i = 0; i < c->n_by_time; i++) {
		while (k + 1 < c->n && c->seg[k + 1].at_s <= c->by_time_s + ((int64_t)i << TIME_SHIFT))
			k++;
		by_time[i] = (uint16_t)k;
	}
	while (c->end_open_s >> c->open_shift >= OPEN_BUCKETS)
		c->open_shift++;
	k = 0;
	for (int64_t i = 0; i <= OPEN_BUCKETS; i++) {
		while (k + 1 < c->n && c->seg[k + 1].before_s < i << c->open_shift)
			k++;
		by_open[i] = (uint16_t)k;
	}
	c->by_time = by_time;
	c->by_open = by_open;
}

static void mix(uint64_t *h, int64_t v)
{
	*h = (*h ^ (uint64_t)v) * UINT64_C(0x9e3779b97f4a7c15);
	*h ^= *h >> 29;
}

static void add_fingerprint(struct calendar *c, size_t n_versions, size_t n_off)
{
	uint64_t h = str_hash(S("tend calendar 1"));
	h = 0x7465;
	struct str name = zone_name(c->zone);
	for (size_t i = 0; i < name.n; i++)
		mix(&h, name.p[i]);
	for (size_t i = 0; i < n_versions; i++)
		for (size_t k = 0; k < c->week[i].n; k++) {
			mix(&h, c->week[i].open[k].from_s);
			mix(&h, c->week[i].open[k].to_s);
		}
	for (size_t i = 0; i < c->n; i++) {
		mix(&h, c->seg[i].at_s);
		mix(&h, c->seg[i].shift_s);
		mix(&h, c->seg[i].before_s);
	}
	for (size_t i = 0; i < n_off; i++)
		mix(&h, c->day_off[i].from_l);
	c->fingerprint = h;
}

enum err calendar_build(struct arena *a, const struct cal_spec *spec, struct fault *f, const struct calendar **ret)
{
	TRY(check(spec, f));
	const struct zone *z = spec->zone.p ? zone_find(spec->zone) : NULL;
	if (!z)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "There is no time zone “%.*s”. Give an IANA name such as Europe/Berlin.",
				 STR_ARG(str_slice(spec->zone, 0, 64)));
	struct calendar *c = arena_new(a, struct calendar);
	struct week *weeks = arena_array(a, struct week, spec->n_versions);
	struct build b = { .arena = a, .cal = c, .spec = spec, .dates = arena_array(a, struct dates, spec->n_versions) };
	c->zone = z;
	c->week = weeks;
	c->cycle_s = cycle_start(spec, z);
	int64_t end = c->cycle_s + CYCLE_S;
	for (size_t i = 0; i < spec->n_versions; i++) {
		TRY(week_build(a, &spec->versions[i], f, &weeks[i]));
		TRY(dates_build(a, &spec->versions[i], end / DAY_S + 2, f, &b.dates[i]));
	}
	add_runs(&b, end);
	if (c->n > UINT16_MAX)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The zone and the versions of this calendar change too often.");
	c->seg[c->n] = (struct segment){ .at_s = INT64_MAX, .before_s = INT64_MAX, .day_off = (uint32_t)b.n_off };
	c->end_open_s = b.open_s;
	add_indexes(&b, end);
	/* F of the cycle's beginning, by the tables as they stand */
	c->period_s = c->end_open_s;
	c->cycle_open_s = calendar_between(c, CAL_LEAST_S, c->cycle_s);
	c->period_s = c->end_open_s - c->cycle_open_s;
	add_fingerprint(c, spec->n_versions, b.n_off);
	*ret = c;
	return OK;
}

/* ---- asking ---- */

const struct segment *cal_segment_at(const struct calendar *c, int64_t t_s)
{
	if (t_s < c->by_time_s)
		return c->seg;
	const struct segment *seg = &c->seg[c->by_time[(t_s - c->by_time_s) >> TIME_SHIFT]];
	while (seg[1].at_s <= t_s)
		seg++;
	return seg;
}

/* The last holiday of the segment that begins before l, or NULL. */
const struct day_off *cal_day_off_before(const struct calendar *c, const struct segment *seg, int64_t l)
{
	const struct day_off *d = &c->day_off[seg->day_off];
	size_t n = seg[1].day_off - seg->day_off;
	if (!n || d->from_l >= l)
		return NULL;
	while (n > 1) {
		size_t half = n / 2;
		d += d[half].from_l < l ? half : 0;
		n -= half;
	}
	return d;
}

static inline int64_t clip(int64_t t_s)
{
	return t_s < CAL_LEAST_S ? CAL_LEAST_S : t_s > CAL_MOST_S + 1 ? CAL_MOST_S + 1 : t_s;
}

/* t, folded back into the tables by whole periods. */
static inline int64_t fold(const struct calendar *c, int64_t t_s, int64_t *ret_periods)
{
	*ret_periods = 0;
	if (t_s >= c->cycle_s + CYCLE_S) {
		*ret_periods = (t_s - c->cycle_s) / CYCLE_S;
		t_s -= *ret_periods * CYCLE_S;
	}
	return t_s;
}

/* F: the open seconds before t, by the segments. */
int64_t cal_open_before_any(const struct calendar *c, int64_t t_s)
{
	int64_t periods;
	t_s = fold(c, clip(t_s), &periods);
	const struct segment *seg = cal_segment_at(c, t_s);
	const struct week *w = &c->week[seg->version];
	int64_t l = t_s + seg->shift_s, before = week_before(w, l);
	int64_t n = seg->base_s + before + periods * c->period_s;
	const struct day_off *d = cal_day_off_before(c, seg, l);
	if (d)
		n -= d->taken_before_s + (l >= d->to_l ? d->takes_s : before - week_before(w, d->from_l));
	return n;
}

int64_t calendar_between(const struct calendar *cal, int64_t a_s, int64_t b_s)
{
	return cal_open_before(cal, b_s) - cal_open_before(cal, a_s);
}

int64_t calendar_before(const struct calendar *cal, int64_t t_s)
{
	return cal_open_before(cal, t_s);
}

int64_t calendar_add(const struct calendar *cal, int64_t a_s, int64_t n_s)
{
	if (n_s <= 0)
		return a_s;
	return n_s > CAL_MOST_S - CAL_LEAST_S ? CAL_NEVER : cal_open_at(cal, cal_open_before(cal, a_s) + n_s);
}

int64_t calendar_at(const struct calendar *cal, int64_t n_s)
{
	return cal_open_at(cal, n_s);
}

int64_t cal_open_at_any(const struct calendar *cal, int64_t n_s)
{
	const struct calendar *c = cal;
	int64_t y = n_s, periods = 0;
	if (y > c->end_open_s) {
		if (c->period_s <= 0)
			return CAL_NEVER;
		periods = (y - c->cycle_open_s - 1) / c->period_s;
		y -= periods * c->period_s;
	}
	const struct segment *seg = &c->seg[c->by_open[y >> c->open_shift]];
	while (seg[1].before_s < y)
		seg++;
	/* The last holiday before which less than y was open: all before it are taken off, and so is it. */
	const struct week *w = &c->week[seg->version];
	int64_t rest = y - seg->before_s, in_week = y - seg->base_s;
	size_t n = seg[1].day_off - seg->day_off;
	const struct day_off *d = &c->day_off[seg->day_off];
	if (n && d->open_before_s < rest) {
		while (n > 1) {
			size_t half = n / 2;
			d += d[half].open_before_s < rest ? half : 0;
			n -= half;
		}
		in_week += d->taken_before_s + d->takes_s;
	}
	int64_t e = week_at(w, in_week) - seg->shift_s + periods * CYCLE_S;
	return e > CAL_MOST_S ? CAL_NEVER : e;
}

bool calendar_opens_after(const struct calendar *cal, int64_t t_s)
{
	return cal->period_s > 0 || cal_open_before(cal, t_s) < cal->end_open_s;
}

/* Where the week's openness changes next after l, at most `most`; *ret_open: what it is until then. */
static int64_t week_change(const struct week *w, int64_t l, int64_t most, bool *ret_open)
{
	int64_t monday = l - (int64_t)((uint64_t)l % WEEK_S);
	int32_t s = (int32_t)(l - monday);
	const struct open *o = &w->open[w->first[s / HOUR_S]];
	while (o->to_s <= s)
		o++;
	*ret_open = o->from_s <= s;
	if (!w->n || (w->n == 1 && w->total_s == WEEK_S))
		return most;
	int64_t end;
	if (*ret_open) {
		end = monday + o->to_s;
		if (o->to_s == WEEK_S && w->open[0].from_s == 0)
			end += w->open[0].to_s;
	} else {
		end = o == w->open + w->n ? monday + WEEK_S + w->open[0].from_s : monday + o->from_s;
	}
	return end < most ? end : most;
}

void calendar_stretch(const struct calendar *cal, int64_t t_s, struct cal_stretch *ret)
{
	const struct calendar *c = cal;
	int64_t periods, folded = fold(c, clip(t_s), &periods);
	const struct segment *seg = cal_segment_at(c, folded);
	int64_t l = folded + seg->shift_s, cycle_end = c->cycle_s + CYCLE_S;
	int64_t seg_end = seg[1].at_s < cycle_end ? seg[1].at_s : cycle_end, most = seg_end + seg->shift_s;
	*ret = (struct cal_stretch){ .from_s = t_s, .offset_s = (int32_t)(seg->shift_s - WEEKS_SHIFT) };
	const struct day_off *d = cal_day_off_before(c, seg, l + 1), *next = d ? d + 1 : &c->day_off[seg->day_off];
	if (d && l < d->to_l) {
		ret->kind = CAL_HOLIDAY;
		ret->holiday = d->name;
		most = d->to_l;
	} else {
		if (next < &c->day_off[seg[1].day_off] && next->from_l < most)
			most = next->from_l;
		bool open;
		most = week_change(&c->week[seg->version], l, most, &open);
		ret->kind = open ? CAL_OPEN : CAL_CLOSED;
	}
	int64_t to = most - seg->shift_s;
	if (to == seg_end) {
		int64_t after;
		const struct segment *then = cal_segment_at(c, fold(c, to, &after));
		ret->clock_change = then->shift_s != seg->shift_s;
	}
	ret->to_s = to + periods * CYCLE_S;
	if (ret->to_s > CAL_MOST_S + 1)
		ret->to_s = CAL_MOST_S + 1;
}

bool calendar_open(const struct calendar *cal, int64_t t_s)
{
	struct cal_stretch s;
	calendar_stretch(cal, t_s, &s);
	return s.kind == CAL_OPEN;
}

const struct zone *calendar_zone(const struct calendar *cal)
{
	return cal->zone;
}

uint64_t calendar_fingerprint(const struct calendar *cal)
{
	return cal->fingerprint;
}

/* ---- words and small change ---- */

int64_t cal_seconds(utime t)
{
	return floor_div(t, UTIME_US_PER_SECOND);
}

utime cal_utime(int64_t s)
{
	return clip(s) * UTIME_US_PER_SECOND;
}

static bool two_digits(const char *p, int most, int *ret)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*ret = (p[0] - '0') * 10 + (p[1] - '0');
	return *ret <= most;
}

bool cal_parse_time(struct str s, int32_t *ret_s)
{
	int h, m, sec = 0;
	if ((s.n != 5 && s.n != 8) || s.p[2] != ':' || !two_digits(s.p, 24, &h) || !two_digits(s.p + 3, 59, &m))
		return false;
	if (s.n == 8 && (s.p[5] != ':' || !two_digits(s.p + 6, 59, &sec)))
		return false;
	int32_t v = h * 3600 + m * 60 + sec;
	if (v > DAY_S)
		return false;
	*ret_s = v;
	return true;
}

bool cal_parse_date(struct str s, int64_t *ret_day)
{
	int century, year, month, day, m, d;
	int32_t y;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !two_digits(s.p, 99, &century) || !two_digits(s.p + 2, 99, &year) ||
	    !two_digits(s.p + 5, 12, &month) || !two_digits(s.p + 8, 31, &day))
		return false;
	year += century * 100;
	if (year < 1 || month < 1 || day < 1)
		return false;
	int64_t days = civil_days(year, month, day);
	civil_from_days(days, &y, &m, &d);
	if (m != month || d != day)
		return false;
	*ret_day = days;
	return true;
}

bool cal_parse_weekday(struct str s, enum cal_weekday *ret)
{
	static const char NAMES[7][4] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	for (int i = 0; i < 7; i++) {
		if (str_eq(s, str_c(NAMES[i]))) {
			*ret = (enum cal_weekday)i;
			return true;
		}
	}
	return false;
}

struct str calendar_tzdata(struct arena *a)
{
	const char *folder = getenv("TZDIR");
	struct str path = arena_fmt(a, "%s/tzdata.zi", folder && folder[0] ? folder : "/usr/share/zoneinfo");
	char head[64];
	int fd = open(path.p, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	if (fd >= 0)
		close(fd);
	struct str text = { head, n > 0 ? (size_t)n : 0 }, line;
	if (str_line(&text, &line) && str_starts(line, S("# version ")))
		return arena_str(a, str_trim(str_slice(line, 10, line.n)));
	return S("unknown");
}
