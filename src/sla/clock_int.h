/* clock_int.h: what clock.c, clock_read.c and explain.c share. */
#ifndef TEND_SLA_CLOCK_INT_H
#define TEND_SLA_CLOCK_INT_H

#include "sla/clock.h"
#include "sla/policy_int.h"

enum { SLA_COUNTS, SLA_PAUSES, SLA_IDLES };              /* struct sla_promise.mode */
#define SLA_TOLD_BREACH (1u << 31)

static inline int64_t sla_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What a promise is counted by. */
struct sla_measure {
	const struct sla_target *target;                 /* NULL: none */
	const struct calendar *cal;
	bool wall;
	bool all;                                        /* count without a target as well */
};
static inline void sla_measure(const struct sla_case *c, enum sla_clock clock, const struct sla_promise *p, struct sla_measure *ret)
{
	const struct sla_rules *rules = c->book->rules[p->rules];
	const struct sla_row *row = p->row < 0 ? NULL : &rules->rows[p->row];
	const struct sla_target *target = row && row->target[clock].set ? &row->target[clock] : NULL;
	const struct calendar *cal = row ? row->cal : rules->default_calendar;
	*ret = (struct sla_measure){ target, target && target->cal ? target->cal : cal, target && target->basis == SLA_WALL, false };
}

static inline int64_t sla_business(const struct sla_measure *m, int64_t a_s, int64_t b_s)
{
	return b_s > a_s ? calendar_between(m->cal, a_s, b_s) : 0;
}

static inline int64_t sla_counted(const struct sla_measure *m, int64_t a_s, int64_t b_s)
{
	return !m->wall ? sla_business(m, a_s, b_s) : b_s > a_s ? b_s - a_s : 0;
}

static inline int64_t sla_used_up(const struct sla_measure *m, int64_t from_s, int64_t n)
{
	if (!m->wall)
		return calendar_add(m->cal, from_s, n);
	return n > CAL_MOST_S - from_s ? CAL_NEVER : from_s + n;
}

/* Counts a copy of a promise without a target, which the fold leaves alone. */
void sla_count_all(const struct sla_case *c, enum sla_clock clock, struct sla_promise *p);
/* What a promise does in a status. */
uint8_t sla_mode(enum sla_clock clock, const struct sla_target *target, uint8_t status);
/* When warning i comes, or came; the promise counts on from x. */
static inline int64_t sla_warning(const struct sla_promise *p, const struct sla_measure *m, int64_t x_s, uint32_t i)
{
	int64_t goal = m->target->seconds - m->target->warn_remaining_s[i];
	if (p->warn_fixed_s[i] != CAL_NEVER || goal < 0 || p->mode != SLA_COUNTS)
		return p->warn_fixed_s[i];
	return sla_used_up(m, x_s, goal - p->acc_s);
}

/* Where the promise counts on from. */
static inline int64_t sla_mark_of(const struct sla_instance *in, const struct sla_promise *p)
{
	return sla_later(in->mark_s, p->base_s);
}

static inline int sla_tracks(const struct sla_case *c)
{
	return c->aims ? SLA_TRACKS : 1;
}

/* Tells the alarms that were true before an event at t. */
void sla_tell_before(struct sla_case *c, int64_t t_s);

#endif
