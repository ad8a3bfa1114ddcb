/* figures.c: sums over clocks and over time; see figures.h. */
#include "sla/figures.h"

#include <stdlib.h>

#define AVAILABILITY_ZONE(name) name
static const char *const ZONE =
#include "handbook/availability.def"
	;
#undef AVAILABILITY_ZONE
#define MAINTENANCE_RULE(from, notice, longest, quarter, source) { from, notice, longest, quarter },
static const struct sla_maintenance_rule MAINTENANCE[] = {
#include "handbook/availability.def"
};
#undef MAINTENANCE_RULE
#define AVAILABILITY_RULE(from, least, by_customer, source) { from, least, by_customer },
static const struct sla_availability_rule AVAILABILITY[] = {
#include "handbook/availability.def"
};
#undef AVAILABILITY_RULE

#include "base/banned.h"

void sla_tally_add(struct sla_tally *t, enum sla_outcome outcome)
{
	t->count[outcome]++;
}

struct opt_i64 sla_attainment(const struct sla_tally *t)
{
	int64_t met = t->count[SLA_MET], of = met + t->count[SLA_BREACHED];
	return of ? SOME((2 * met * 10000 + of) / (2 * of)) : NONE;
}

void sla_maintenance_check(const struct sla_maintenance_rule *rule, int64_t announced_s, int64_t starts_s, int64_t ends_s,
			   struct sla_maintenance *ret)
{
	ret->notice_s = starts_s - announced_s;
	ret->duration_s = ends_s - starts_s;
	ret->notice_ok = ret->notice_s >= rule->notice_least_s;
	ret->duration_ok = !rule->duration_most_s || ret->duration_s <= rule->duration_most_s;
}

static int compare_spans(const void *a, const void *b)
{
	const struct sla_time_span *x = a, *y = b;
	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* Clips to [from, to), sorts, joins; the number left, or -1 when one ends before it begins. */
static ptrdiff_t tidy(struct sla_time_span *s, size_t n, int64_t from_s, int64_t to_s)
{
	size_t kept = 0, joined = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i].to_s < s[i].from_s)
			return -1;
		struct sla_time_span x = { s[i].from_s > from_s ? s[i].from_s : from_s, s[i].to_s < to_s ? s[i].to_s : to_s };
		if (x.from_s < x.to_s)
			s[kept++] = x;
	}
	if (kept)
		qsort(s, kept, sizeof(*s), compare_spans);
	for (size_t i = 0; i < kept; i++) {
		if (joined && s[i].from_s <= s[joined - 1].to_s)
			s[joined - 1].to_s = s[i].to_s > s[joined - 1].to_s ? s[i].to_s : s[joined - 1].to_s;
		else
			s[joined++] = s[i];
	}
	return (ptrdiff_t)joined;
}

bool sla_availability_of(int64_t from_s, int64_t to_s, struct sla_time_span *outages, size_t n_outages, struct sla_time_span *maintenance,
			 size_t n_maintenance, int64_t least_x10000, struct sla_availability *ret)
{
	ptrdiff_t n = tidy(outages, n_outages, from_s, to_s), m = tidy(maintenance, n_maintenance, from_s, to_s);
	if (to_s <= from_s || n < 0 || m < 0)
		return false;
	int64_t down = 0;
	ptrdiff_t k = 0;
	for (ptrdiff_t i = 0; i < n; i++) {
		down += outages[i].to_s - outages[i].from_s;
		while (k < m && maintenance[k].to_s <= outages[i].from_s)
			k++;
		for (ptrdiff_t j = k; j < m && maintenance[j].from_s < outages[i].to_s; j++) {
			int64_t a = maintenance[j].from_s > outages[i].from_s ? maintenance[j].from_s : outages[i].from_s;
			int64_t b = maintenance[j].to_s < outages[i].to_s ? maintenance[j].to_s : outages[i].to_s;
			down -= b - a;
		}
	}
	ret->total_s = to_s - from_s;
	ret->down_s = down;
	ret->meets = (ret->total_s - down) * 10000 >= ret->total_s * least_x10000;
	return true;
}

/* ---- months ---- */

static bool midnight(const struct zone *z, int32_t year, int month, int day, int64_t *ret_s)
{
	struct civil d = { .year = year, .month = (int8_t)month, .day = (int8_t)day };
	utime first, last;
	if (!z || year < 1 || year > 9999 || month < 1 || month > 12)
		return false;
	civil_instant(z, &d, &first, &last);
	*ret_s = cal_seconds(first);
	return true;
}

/* Rows are dated by days of the handbook's own zone. */
static bool begun(const char *valid_from, int64_t t_s)
{
	int64_t day, from;
	int32_t year;
	int month, mday;
	if (!cal_parse_date(str_c(valid_from), &day))
		return false;
	civil_from_days(day, &year, &month, &mday);
	const struct zone *z = zone_find(str_c(ZONE));
	return midnight(z ? z : zone_find(S("UTC")), year, month, mday, &from) && from <= t_s;
}

const struct sla_maintenance_rule *sla_maintenance_rule_at(int64_t t_s)
{
	const struct sla_maintenance_rule *r = &MAINTENANCE[0];
	for (size_t i = 1; i < ARRAY_LEN(MAINTENANCE); i++)
		if (begun(MAINTENANCE[i].valid_from, t_s))
			r = &MAINTENANCE[i];
	return r;
}

const struct sla_availability_rule *sla_availability_rule_at(int64_t t_s)
{
	const struct sla_availability_rule *r = &AVAILABILITY[0];
	for (size_t i = 1; i < ARRAY_LEN(AVAILABILITY); i++)
		if (begun(AVAILABILITY[i].valid_from, t_s))
			r = &AVAILABILITY[i];
	return r;
}

bool sla_month(const struct zone *z, int32_t year, int month, struct sla_time_span *ret)
{
	return midnight(z, year, month, 1, &ret->from_s) && midnight(z, month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1, &ret->to_s);
}

/* The calendar quarter that an instant lies in. */
static struct sla_time_span quarter_of(const struct zone *z, int64_t t_s)
{
	struct civil now;
	struct sla_time_span q = { INT64_MIN, INT64_MAX };
	civil_local(z, cal_utime(t_s), &now);
	int first = (now.month - 1) / 3 * 3 + 1;
	midnight(z, now.year, first, 1, &q.from_s);
	midnight(z, first == 10 ? now.year + 1 : now.year, first == 10 ? 1 : first + 3, 1, &q.to_s);
	return q;
}

static int compare_windows(const void *a, const void *b)
{
	const struct sla_window *x = a, *y = b;
	return x->from_s != y->from_s ? (x->from_s < y->from_s ? -1 : 1) : (x->to_s > y->to_s) - (x->to_s < y->to_s);
}

size_t sla_scheduled(struct arena *a, const struct zone *z, int64_t customer, const struct sla_window *windows, size_t n, struct sla_time_span **ret)
{
	struct sla_window *mine = arena_array(a, struct sla_window, n + 1);
	size_t m = 0, out = 0, cap = 2 * n + 2;
	for (size_t i = 0; i < n; i++)
		if (windows[i].customer == 0 || windows[i].customer == customer)
			mine[m++] = windows[i];
	if (m)
		qsort(mine, m, sizeof(*mine), compare_windows);
	*ret = arena_array(a, struct sla_time_span, cap);
	struct sla_time_span quarter = { 0, 0 };
	int64_t used = 0, reached = INT64_MIN;   /* of the quarter; up to where windows were counted */
	for (size_t i = 0; i < m; i++) {
		const struct sla_maintenance_rule *rule = sla_maintenance_rule_at(mine[i].from_s);
		struct sla_maintenance check;
		sla_maintenance_check(rule, mine[i].announced_s, mine[i].from_s, mine[i].to_s, &check);
		if (!check.notice_ok || !check.duration_ok)
			continue;
		/* seconds that two windows share are one second of the quarter */
		for (int64_t from = mine[i].from_s > reached ? mine[i].from_s : reached; from < mine[i].to_s;) {
			if (from >= quarter.to_s || from < quarter.from_s) {
				quarter = quarter_of(z, from);
				used = 0;
			}
			int64_t to = mine[i].to_s < quarter.to_s ? mine[i].to_s : quarter.to_s, left = rule->quarter_most_s - used;
			int64_t upto = rule->quarter_most_s && to - from > left ? from + left : to;
			used += upto - from;
			if (out == cap) {
				*ret = arena_grow(a, *ret, cap * sizeof(**ret), 2 * cap * sizeof(**ret));
				cap *= 2;
			}
			if (upto > from)
				(*ret)[out++] = (struct sla_time_span){ from, upto };
			from = reached = to;
		}
	}
	return out;
}

bool sla_availability_month(struct arena *a, const struct zone *z, int32_t year, int month, int64_t customer, const struct sla_outage *outages, size_t n_outages,
			    const struct sla_window *windows, size_t n_windows, struct sla_availability *ret)
{
	struct sla_time_span of, *down = arena_array(a, struct sla_time_span, n_outages + 1), *planned;
	size_t n = 0;
	if (!sla_month(z, year, month, &of))
		return false;
	for (size_t i = 0; i < n_outages; i++)
		if (outages[i].customer == 0 || outages[i].customer == customer)
			down[n++] = (struct sla_time_span){ outages[i].from_s, outages[i].to_s };
	for (size_t i = 0; i < n_windows; i++)
		if (windows[i].to_s < windows[i].from_s)
			return false;
	size_t n_planned = sla_scheduled(a, z, customer, windows, n_windows, &planned);
	return sla_availability_of(of.from_s, of.to_s, down, n, planned, n_planned, sla_availability_rule_at(of.from_s)->least_x10000, ret);
}

bool sla_availability_all(struct arena *a, const struct zone *z, int32_t year, int month, const int64_t *customers, size_t n_customers,
			  const struct sla_outage *outages, size_t n_outages, const struct sla_window *windows, size_t n_windows, struct sla_availability *ret)
{
	struct sla_availability all = { 0 }, one;
	struct sla_time_span of;
	if (!n_customers || !sla_month(z, year, month, &of))
		return false;
	for (size_t i = 0; i < n_customers; i++) {
		if (!sla_availability_month(a, z, year, month, customers[i], outages, n_outages, windows, n_windows, &one))
			return false;
		all.total_s += one.total_s;
		all.down_s += one.down_s;
	}
	all.meets = (all.total_s - all.down_s) * 10000 >= all.total_s * sla_availability_rule_at(of.from_s)->least_x10000;
	*ret = all;
	return true;
}
