/* calendar.h: business time. When is the desk open, how much open time lies between two instants, when is an
 * amount of it used up.
 *
 * A calendar is a zone, weekly hours and holidays, each in force on local dates (versions). An instant is open iff
 * its local time of day lies in [from, to) of some interval of its local weekday, and its local date is no holiday.
 * Nothing else is a rule: skipped and repeated local times, days of 23 or 25 hours, dates that never were (Apia
 * 2011-12-30) or that were twice follow from it.
 *
 * Instants here are whole seconds of POSIX time (D4); who has microseconds rounds down (cal_seconds). They lie between
 * CAL_LEAST_S and CAL_MOST_S, the years 1 to 9999; there is no other horizon: after the last holiday, version and odd
 * clock change everything repeats every 400 years, and the calendar knows one such period by heart.
 *
 * A calendar is built once, never changed, and may be used from any thread. between and add take the same few
 * nanoseconds wherever the instants lie: one look into an index, a few additions (O(log n) in the holidays between
 * two clock changes). It takes some tens of kilobytes, and well under a millisecond to build.
 *
 *     struct cal_hours hours[] = { { CAL_MON, 9 * 3600, 17 * 3600 }, … };
 *     struct cal_version v = { .hours = hours, .n_hours = 5 };
 *     const struct calendar *cal;
 *     TRY(calendar_build(arena, &(struct cal_spec){ .zone = S("America/Los_Angeles"), .versions = &v, .n_versions = 1 },
 *                        &c->fault, &cal));
 *     due_s = calendar_add(cal, start_s, 8 * 3600);                                                              */
#ifndef TEND_SLA_CALENDAR_H
#define TEND_SLA_CALENDAR_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/err.h"

#define CAL_LEAST_S (-INT64_C(62135596800))  /* 0001-01-01T00:00:00Z */
#define CAL_MOST_S INT64_C(253402300799)     /* 9999-12-31T23:59:59Z */
#define CAL_NEVER INT64_MAX                  /* "at no instant": the answer of calendar_add */

enum cal_weekday { CAL_MON, CAL_TUE, CAL_WED, CAL_THU, CAL_FRI, CAL_SAT, CAL_SUN };

/* Open on a weekday from from_s up to, not including, to_s: seconds of local time, 0 ≤ from_s < to_s ≤ 86400. Across
 * midnight are two of these. They may touch, overlap, repeat and come in any order. */
struct cal_hours {
	enum cal_weekday weekday;
	int32_t from_s, to_s;
};

/* A local date on which nothing is open. day counts from 1970-01-01 (civil_days). */
struct cal_holiday {
	int64_t day;
	struct str name;             /* may be STR_NULL */
	bool yearly;                 /* the same month and day of every year from that year on (29 February: of leap years) … */
	struct opt_i64 until_day;    /* … up to this date, included, if set */
};

/* Hours and holidays in force on the local dates from from_day (the first version: since ever) to the day before the
 * next version begins. A holiday counts only on dates on which its version is in force. */
struct cal_version {
	int64_t from_day;            /* not looked at in the first one */
	const struct cal_hours *hours;
	size_t n_hours;
	const struct cal_holiday *holidays;
	size_t n_holidays;
};

struct cal_spec {
	struct str zone;             /* IANA name */
	const struct cal_version *versions;   /* by from_day, ascending; at least one */
	size_t n_versions;
};

struct calendar;

/* Builds in the arena; nothing of spec is kept but copies. Faults (ERR_INPUT, with a sentence): a zone that the tzdata
 * of this machine does not have (never silently UTC), a weekday out of range, from ≥ to, after 24:00, versions out
 * of order, a date outside the years 1 to 9999, more than CAL_HOURS_MOST intervals or CAL_HOLIDAYS_MOST holidays. Empty hours
 * are well formed: never open. */
enum { CAL_HOURS_MOST = 2000, CAL_HOLIDAYS_MOST = 20000, CAL_VERSIONS_MOST = 500 };
enum err calendar_build(struct arena *a, const struct cal_spec *spec, struct fault *f, const struct calendar **ret);

/* Adds a table of the days of 2010 to 2049 to a calendar that nobody else has seen yet: up to 800 KiB in the arena, which must live as long; the
 * answers stay the same, and take a third of the time in those years. */
void calendar_quicken(struct arena *a, const struct calendar *cal);

/* "09:00", "17:30:15", "24:00": two digits each. False when malformed. */
bool cal_parse_time(struct str s, int32_t *ret_s);
/* "2021-12-24", a date that exists, in the years 1 to 9999. */
bool cal_parse_date(struct str s, int64_t *ret_day);
/* "mon" … "sun". */
bool cal_parse_weekday(struct str s, enum cal_weekday *ret);
/* Microseconds to the second they lie in; seconds to microseconds. */
int64_t cal_seconds(utime t);
utime cal_utime(int64_t s);

/* D1. */
bool calendar_open(const struct calendar *cal, int64_t t_s);
/* D2: open seconds in [a, b); needs a ≤ b, both in range. */
int64_t calendar_between(const struct calendar *cal, int64_t a_s, int64_t b_s);
/* D3: the earliest e ≥ a with between(a, e) = n; n ≥ 0. add(a, 0) = a; an amount used up at closing ends at closing.
 * CAL_NEVER when there is none, or none before the year 10000. */
int64_t calendar_add(const struct calendar *cal, int64_t a_s, int64_t n_s);
/* The two halves of the above, for who asks often about one instant: the open seconds before t (from the year 1 on), and the earliest
 * instant with so many before it (CAL_NEVER as above; n > 0). between(a, b) = before(b) − before(a); add(a, n) = at(before(a) + n). */
int64_t calendar_before(const struct calendar *cal, int64_t t_s);
int64_t calendar_at(const struct calendar *cal, int64_t n_s);
/* Whether it ever opens again from t on. */
bool calendar_opens_after(const struct calendar *cal, int64_t t_s);

/* The stretch that t lies in, from t on: all of [from_s, to_s) is open, or closed for one reason, at one UTC offset.
 * A day's end ends a stretch only where a holiday begins or ends. Walking stretches tiles any span of time:
 *     for (int64_t t = a; t < b; t = s.to_s) calendar_stretch(cal, t, &s);                                       */
enum cal_kind { CAL_OPEN, CAL_CLOSED, CAL_HOLIDAY };
struct cal_stretch {
	int64_t from_s, to_s;        /* from_s = t; to_s at most CAL_MOST_S + 1 */
	enum cal_kind kind;
	struct str holiday;          /* its name; STR_NULL when it has none */
	int32_t offset_s;            /* seconds east of UTC */
	bool clock_change;           /* it ends because the clocks change there */
};
void calendar_stretch(const struct calendar *cal, int64_t t_s, struct cal_stretch *ret);

const struct zone *calendar_zone(const struct calendar *cal);
/* The same for calendars with the same answers built from the same zone data: 64 bits of zone name, clock changes,
 * hours and holidays (names apart). */
uint64_t calendar_fingerprint(const struct calendar *cal);
/* "2026a": what the system's tzdata says about itself; "unknown" when it says nothing. */
struct str calendar_tzdata(struct arena *a);

#endif
