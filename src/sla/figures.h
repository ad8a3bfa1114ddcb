/* figures.h: sums over clocks and over time: attainment, maintenance windows, availability. Limits come from the caller. */
#ifndef TEND_SLA_FIGURES_H
#define TEND_SLA_FIGURES_H

#include "sla/clock.h"

/* KPI: how often a promise was kept. */
struct sla_tally {
	int64_t count[SLA_OUTCOMES];
};
void sla_tally_add(struct sla_tally *t, enum sla_outcome outcome);
/* met ÷ (met + breached) in hundredths of a percent, rounded half up; none when nothing is decided. All other outcomes count
 * in neither. */
struct opt_i64 sla_attainment(const struct sla_tally *t);

/* A maintenance window: announced early enough, short enough, both limits included. Wall seconds. */
struct sla_maintenance_rule {
	int64_t notice_least_s, duration_most_s;
};
struct sla_maintenance {
	int64_t notice_s, duration_s;    /* notice is negative when it was announced afterwards */
	bool notice_ok, duration_ok;
};
void sla_maintenance_check(const struct sla_maintenance_rule *rule, int64_t announced_s, int64_t starts_s, int64_t ends_s,
			   struct sla_maintenance *ret);

/* Availability over [from, to): outages and scheduled maintenance in any order, overlapping as they like, clipped. Downtime is the
 * union of the outages without the maintenance. meets iff (total − down) ÷ total ≥ least ÷ 10,000, exactly. Sorts both
 * lists in place. False when to ≤ from or a span ends before it begins. */
struct sla_time_span {
	int64_t from_s, to_s;
};
struct sla_availability {
	int64_t total_s, down_s;
	bool meets;
};
bool sla_availability_of(int64_t from_s, int64_t to_s, struct sla_time_span *outages, size_t n_outages, struct sla_time_span *maintenance,
			 size_t n_maintenance, int64_t least_x10000, struct sla_availability *ret);

#endif
