/* policy_int.h: what a set of rules is made of, for policy.c, and for the fold, which asks about a row at every event. */
#ifndef TEND_SLA_POLICY_INT_H
#define TEND_SLA_POLICY_INT_H

#include "sla/policy.h"

/* What a row comes to for one clock: NULL when it promises nothing there; the calendar that counts is always one. */
struct sla_offer {
	const struct sla_target *target;
	const struct calendar *cal;
};

struct sla_rules {
	const struct calendar *default_calendar;
	const struct sla_row *rows;
	size_t n;
	const struct sla_automation *automation;   /* by from_s */
	size_t n_automation;
	const int32_t *best[SLA_TRACKS];           /* rows of the track, the winner first */
	size_t n_best[SLA_TRACKS];
	const int64_t *edge[SLA_TRACKS];           /* where rows of the track begin or end, ascending */
	size_t n_edge[SLA_TRACKS];
	const struct sla_offer (*offers)[SLA_CLOCKS];   /* of row i at i + 1; at 0: where no row fits */
};

static inline const struct sla_offer *sla_rules_offers(const struct sla_rules *r, int32_t row)
{
	return r->offers[row + 1];
}

#endif
