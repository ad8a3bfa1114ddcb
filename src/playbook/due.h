/* due.h: when something is due: one resolver, for playbooks and for whoever else counts days.
 *
 * A due date is a local date, and a time of day only where the rule counts hours. It becomes an instant at the very end, in the zone of the run, so that a
 * change of zone moves instants and never dates. Which days are working days is the caller's business: one function from a date (days since 1970-01-01) to
 * yes or no. People's working hours give one (playbook_days_of), the calendars of service levels can give another.
 *
 *   months     P1M on the 31st is the last day of the next month; months and years go first, then weeks and days
 *   working    weeks and days count working days (a week is five of them), and a date that ends up on a day off goes on (for "before": back) to a working
 *              day. DUE_SHIFT counts all days and only then goes on (back). A calendar that never works within four years counts all days, and the result
 *              says so
 *   hours      PT4H counts real hours from the source's instant; a source that is a date begins at 00:00 */
#ifndef TEND_PLAYBOOK_DUE_H
#define TEND_PLAYBOOK_DUE_H

#include "base/civil.h"
#include "base/str.h"

struct due_offset {
	int32_t months, days;        /* P1Y2M = 14 months; P2W3D = 17 days */
	int64_t minutes;             /* PT90M */
};
/* ISO 8601 durations in whole numbers: P3D, P1M, P2W, P1Y6M, PT4H, P1DT2H30M. No sign, no fractions, no seconds; at most ten years in all. False otherwise,
 * with a sentence. "P0D" is the moment itself. */
bool due_offset_parse(struct str iso, struct due_offset *ret, const char **ret_why);
enum due_count { DUE_ALL, DUE_WORKING, DUE_SHIFT, DUE_COUNT_COUNT };
const char *due_count_name(enum due_count c);   /* "all", "working", "shift" */
/* "3 working days", "1 month", "4 h"; "" for nothing at all. */
struct str due_offset_words(struct arena *a, const struct due_offset *o, enum due_count count);

/* Which days are worked. NULL works = every day is. */
struct playbook_days {
	bool (*works)(const void *arg, int64_t day);
	const void *arg;
};

struct due_date {
	bool set;
	int64_t day;                 /* days since 1970-01-01, in the run's zone */
	int16_t minute;              /* of that day, −1 = the whole day: due until it ends */
	bool no_working_days;        /* the calendar never works: all days were counted */
};
/* The date `o` before or after `from`. days: which are worked, for DUE_WORKING and DUE_SHIFT; NULL = every day. zone: for hours only. */
struct due_date playbook_due(struct due_date from, const struct due_offset *o, bool before, enum due_count count, const struct playbook_days *days,
			     const struct zone *zone);
/* The first instant at which it is late: the end of the day, or the minute. */
utime due_instant(struct due_date d, const struct zone *zone);
/* The local date of an instant, with its minute. */
struct due_date due_of_instant(utime t, const struct zone *zone);
/* "2026-11-24"; false for what is no date. And back; STR_NULL when not set. */
bool due_parse_date(struct str s, int64_t *ret_day);
struct str due_date_text(struct arena *a, int64_t day);
/* "Tue 24 Nov", with the year when it is another one than today's. */
struct str due_date_words(struct arena *a, int64_t day, int64_t today);

#endif
