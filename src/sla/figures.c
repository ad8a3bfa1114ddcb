/* figures.c: sums over clocks and over time; see figures.h. */
#include "sla/figures.h"

#include <stdlib.h>

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
	ret->duration_ok = ret->duration_s <= rule->duration_most_s;
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
