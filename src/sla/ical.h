/* ical.h: whole days out of an iCalendar file: holidays. A reader of our own for that little, bounded and without memory of its own; who runs it on
 * strangers' bytes does so in a jail (tool_holiday.c). */
#ifndef TEND_SLA_ICAL_H
#define TEND_SLA_ICAL_H

#include "base/arena.h"

enum { ICAL_MAX_BYTES = 4 << 20, ICAL_EVENTS_MOST = 5000, ICAL_NAME_MOST = 120 };

struct ical_day {
	char day[11];                  /* 2026-12-24 */
	char last[11];                 /* of a span of days (DTEND) or of a yearly one (UNTIL): the last one, included; "" = that day alone, or without end */
	bool yearly;
	char name[ICAL_NAME_MOST + 1]; /* SUMMARY, UTF-8, without control characters */
};
/* Calls each() for every VEVENT whose DTSTART is a date. Others (with a time of day, cancelled, without a readable date) are counted in *ret_skipped.
 * False when it is no iCalendar at all, or larger than the limits; *ret_why says which. */
bool ical_days(struct str bytes, void (*each)(void *arg, const struct ical_day *d), void *arg, int *ret_skipped, const char **ret_why);

#endif
