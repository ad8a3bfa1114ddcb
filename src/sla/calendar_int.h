/* calendar_int.h: what a calendar is made of, for calendar.c, calendar_quick.c, and for the fold, which asks at every event; calendar.h is the manual. */
#ifndef TEND_SLA_CALENDAR_INT_H
#define TEND_SLA_CALENDAR_INT_H

#include "sla/calendar.h"

enum {
	DAY_S = 86400,
	WEEK_S = 7 * DAY_S,
	HOUR_S = 3600,
	WEEK_BUCKETS = 256,
	EPOCH_SHIFT_S = 3 * DAY_S,       /* 1970-01-01 was a Thursday: weeks begin on Mondays */
	TIME_SHIFT = 22,                 /* seconds to buckets of some 48 days */
	OPEN_BUCKETS = 4096,
	YEARLY_MOST = 400,
	QUICK_SHIFT = 14,                /* some four hours of open time: a bucket has the end of one day at most where days are as long */
};
#define QUICK_FROM_DAY INT64_C(14610)   /* 2010-01-01 */
#define QUICK_DAYS INT64_C(14610)       /* to 2049-12-31 */
#define CYCLE_S (INT64_C(146097) * DAY_S)
/* Added to local time so that it is never negative: weeks enough for the year 1 and any offset. */
#define WEEKS_SHIFT (INT64_C(110000) * WEEK_S + EPOCH_SHIFT_S)

/* One stretch of a week, in seconds since Monday 00:00; disjoint, not touching, ascending. */
struct open {
	int32_t from_s, to_s;
	int32_t before_s;                /* open seconds of the week before it */
};

struct week {
	const struct open *open;         /* [n + 1]: the last one lies after all weeks */
	size_t n;
	int64_t total_s;
	double weeks_per_s;              /* 1 ÷ total_s: a division by multiplying */
	uint16_t first[WEEK_S / HOUR_S]; /* by hour of the week: the first that ends after the hour's start */
	uint16_t by_open[WEEK_BUCKETS];  /* by open seconds >> open_shift: the last with fewer before it, or the first */
	uint32_t open_shift;
};

/* A holiday inside a segment, clipped to it. Local seconds are shifted (WEEKS_SHIFT). */
struct day_off {
	int64_t from_l, to_l;
	int64_t taken_before_s, takes_s; /* open seconds that holidays of the segment take away: earlier ones, this one */
	int64_t open_before_s;           /* open seconds of the segment before it */
	struct str name;
};

struct segment {
	int64_t at_s;
	int64_t before_s;                /* open seconds before it */
	int64_t base_s;                  /* before_s − open seconds of the weeks before at_s */
	int64_t shift_s;                 /* UTC to shifted local time: offset + WEEKS_SHIFT */
	uint32_t day_off, version;       /* its first holiday; the next segment's first is its end */
};

/* A UTC day, for the years in which most questions are: what is open before it, and the at most two pieces that are open in it. */
struct quick_day {
	int64_t before_s;
	int32_t from_s[2], long_s[2];    /* seconds of the day; from_s[0] < 0: a day of another kind, look into the segments */
};
/* Days on which anything is open, for the way back. */
struct quick_open {
	int64_t before_s;
	int64_t day;                     /* index of the quick_day */
};

struct calendar {
	const struct quick_day *quick;   /* NULL: none */
	int64_t quick_from_s, quick_for_s;
	const struct quick_open *quick_open;
	const uint32_t *quick_by_open;   /* by open seconds >> QUICK_SHIFT */
	int64_t quick_open_s, quick_open_for_s;
	const struct zone *zone;
	struct segment *seg;             /* [n + 1]: the last one begins at the cycle's end */
	size_t n;
	const struct week *week;
	struct day_off *day_off;
	int64_t cycle_s, cycle_open_s;   /* where the cycle begins; open seconds before that */
	int64_t period_s;                /* open seconds in 400 years */
	int64_t end_open_s;              /* before the cycle's end */
	int64_t by_time_s;               /* by_time[0] is the bucket of this instant */
	uint32_t n_by_time, open_shift;
	const uint16_t *by_time, *by_open;
	uint64_t fingerprint;
};

/* The segment that t lies in; t is inside the tables. */
const struct segment *cal_segment_at(const struct calendar *c, int64_t t_s);
/* The last holiday of the segment that begins before l, or NULL. */
const struct day_off *cal_day_off_before(const struct calendar *c, const struct segment *seg, int64_t l);
/* F: the open seconds before t, by the segments. */
int64_t cal_open_before_any(const struct calendar *c, int64_t t_s);
/* The earliest instant with so many open seconds before it, by the segments. */
int64_t cal_open_at_any(const struct calendar *c, int64_t n_s);

static inline int64_t cal_within(int64_t s, int64_t most)
{
	s = s < 0 ? 0 : s;
	return s < most ? s : most;
}

/* calendar_before() and calendar_at(). */
static inline int64_t cal_open_before(const struct calendar *c, int64_t t_s)
{
	uint64_t since = (uint64_t)t_s - (uint64_t)c->quick_from_s;
	if (since < (uint64_t)c->quick_for_s) {
		uint64_t day = since / DAY_S;
		int64_t s = (int64_t)(since - day * DAY_S);
		const struct quick_day *q = &c->quick[day];
		if (q->from_s[0] >= 0)
			return q->before_s + cal_within(s - q->from_s[0], q->long_s[0]) + cal_within(s - q->from_s[1], q->long_s[1]);
	}
	return cal_open_before_any(c, t_s);
}

static inline int64_t cal_open_at(const struct calendar *c, int64_t n_s)
{
	uint64_t since = (uint64_t)n_s - (uint64_t)c->quick_open_s - 1;
	if (since < (uint64_t)c->quick_open_for_s) {
		const struct quick_open *o = &c->quick_open[c->quick_by_open[since >> QUICK_SHIFT]];
		o += o[1].before_s < n_s;
		while (o[1].before_s < n_s)
			o++;
		const struct quick_day *q = &c->quick[o->day];
		int64_t rest = n_s - o->before_s;
		if (q->from_s[0] >= 0)
			return c->quick_from_s + o->day * DAY_S + (rest <= q->long_s[0] ? q->from_s[0] + rest : q->from_s[1] + rest - q->long_s[0]);
	}
	return cal_open_at_any(c, n_s);
}

#endif
