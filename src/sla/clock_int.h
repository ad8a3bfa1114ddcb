/* clock_int.h: what clock.c, clock_read.c and explain.c share. */
#ifndef TEND_SLA_CLOCK_INT_H
#define TEND_SLA_CLOCK_INT_H

#include "sla/calendar_int.h"
#include "sla/clock.h"
#include "sla/policy_int.h"

enum { SLA_COUNTS, SLA_PAUSES, SLA_IDLES };              /* struct sla_promise.mode */
#define SLA_TOLD_BREACH (1u << 31)

/* Called at every event. The release clears registers as functions return; these hold counts of seconds, and clearing them costs a tenth of a fold. */
#if __has_attribute(zero_call_used_regs)
#define SLA_OFTEN __attribute__((zero_call_used_regs("skip")))
#else
#define SLA_OFTEN
#endif
/* Out of the way of what happens at every event. */
#define SLA_RARE __attribute__((noinline, cold))

static inline int64_t sla_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static inline int64_t sla_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Where the promise counts on from. */
static inline int64_t sla_mark_of(const struct sla_instance *in, const struct sla_promise *p)
{
	return sla_later(in->mark_s, p->base_s);
}

/* What a promise is counted by. */
struct sla_measure {
	const struct sla_target *target;                 /* NULL: none */
	const struct calendar *cal;
	bool wall;
};
static inline struct sla_measure sla_measure_of(const struct sla_case *c, enum sla_clock clock, uint32_t rules_no, int32_t row_no)
{
	const struct sla_offer *offer = &sla_rules_offers(c->book->rules[rules_no], row_no)[clock];
	return (struct sla_measure){ offer->target, offer->cal, offer->target && offer->target->basis == SLA_WALL };
}
static inline struct sla_measure sla_measure(const struct sla_promise *p)
{
	return (struct sla_measure){ p->target, p->cal, p->target && p->target->basis == SLA_WALL };
}
/* The promise is by that row from now on. */
static inline void sla_bind(struct sla_promise *p, uint32_t rules, int32_t row, const struct sla_offer *offer)
{
	p->rules = rules;
	p->row = row;
	p->target = offer->target;
	p->cal = offer->cal;
}

static inline int64_t sla_business(const struct sla_measure *m, int64_t a_s, int64_t b_s)
{
	return b_s > a_s ? cal_open_before(m->cal, b_s) - cal_open_before(m->cal, a_s) : 0;
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

/* Counts a copy of a promise without a target, which the fold leaves alone, up to an instant: asof, or where the instance stopped. */
void sla_count_all(const struct sla_case *c, enum sla_clock clock, struct sla_promise *p, int64_t to_s);
static inline bool sla_is_solved(uint8_t status)
{
	return status == SLA_SOLVED || status == SLA_CLOSED || status == SLA_MERGED;
}

static inline bool sla_pauses(enum sla_clock clock)
{
	return clock == SLA_RESOLUTION || clock == SLA_PERIODIC_UPDATE;
}

/* What a promise does in a status. */
static inline uint8_t sla_mode(enum sla_clock clock, const struct sla_target *target, uint8_t status)
{
	if (!sla_pauses(clock))
		return SLA_COUNTS;
	if (sla_is_solved(status))
		return SLA_IDLES;
	uint32_t pause_on = target && target->pause_set ? target->pause_on : 1u << SLA_PENDING;
	return pause_on >> status & 1 ? SLA_PAUSES : SLA_COUNTS;
}
/* When warning i comes, or came; the promise counts on from x. */
static inline int64_t sla_warning(const struct sla_promise *p, const struct sla_measure *m, int64_t x_s, uint32_t i)
{
	int64_t goal = m->target->seconds - m->target->warn_remaining_s[i];
	if (p->warn_fixed_s[i] != CAL_NEVER || goal < 0 || p->mode != SLA_COUNTS)
		return p->warn_fixed_s[i];
	return sla_used_up(m, x_s, goal - p->acc_s);
}

static inline int sla_tracks(const struct sla_case *c)
{
	return c->aims ? SLA_TRACKS : 1;
}

/* Tells the alarms that were true before an event at t. */
void sla_tell_before(struct sla_case *c, int64_t t_s);

#endif
