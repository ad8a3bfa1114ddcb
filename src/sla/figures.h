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

/* A maintenance window: announced early enough, short enough, both limits included. Wall seconds. 0: no such limit. */
struct sla_maintenance_rule {
	const char *valid_from;          /* a date of the handbook's zone */
	int64_t notice_least_s, duration_most_s, quarter_most_s;
};
struct sla_maintenance {
	int64_t notice_s, duration_s;    /* notice is negative when it was announced afterwards */
	bool notice_ok, duration_ok;
};
void sla_maintenance_check(const struct sla_maintenance_rule *rule, int64_t announced_s, int64_t starts_s, int64_t ends_s,
			   struct sla_maintenance *ret);
struct sla_availability_rule {
	const char *valid_from;
	int64_t least_x10000;
	bool by_customer;
};
/* The rows of presets/handbook/availability.def, in force at an instant; INT64_MIN: the first. */
const struct sla_maintenance_rule *sla_maintenance_rule_at(int64_t t_s);
const struct sla_availability_rule *sla_availability_rule_at(int64_t t_s);

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

/* ---- a calendar month, by customer or of all of them ---- */

/* What went down, or was announced to. customer 0: everybody's. */
struct sla_outage {
	int64_t customer, from_s, to_s;
};
struct sla_window {
	int64_t customer, announced_s, from_s, to_s;
};
/* From its first local midnight to the next month's: 2,592,000 seconds only where the clocks do not change. False: no such month of the years 1 to 9998. */
bool sla_month(const struct zone *z, int32_t year, int month, struct sla_time_span *ret);
/* The windows that count as scheduled for a customer (its own and everybody's), by the rows in force as each starts: announced in time, short enough, and
 * no more of a calendar quarter than the row allows; what is beyond that is downtime like any. *ret in the arena, not joined. */
size_t sla_scheduled(struct arena *a, const struct zone *z, int64_t customer, const struct sla_window *windows, size_t n, struct sla_time_span **ret);
/* One customer's month: its outages and everybody's, without what was scheduled. False: no such month, or a span that ends before it begins. */
bool sla_availability_month(struct arena *a, const struct zone *z, int32_t year, int month, int64_t customer, const struct sla_outage *outages, size_t n_outages,
			    const struct sla_window *windows, size_t n_windows, struct sla_availability *ret);
/* The months of all of these together, as the contract had it before 2022-11-14: seconds of all of them, up and down. */
bool sla_availability_all(struct arena *a, const struct zone *z, int32_t year, int month, const int64_t *customers, size_t n_customers,
			  const struct sla_outage *outages, size_t n_outages, const struct sla_window *windows, size_t n_windows, struct sla_availability *ret);

#endif
