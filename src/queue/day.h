/* day.h: local dates as text and as numbers, for absences and their calendar. */
#ifndef TEND_QUEUE_DAY_H
#define TEND_QUEUE_DAY_H

#include "base/civil.h"

/* Days since 1970-01-01 of "2026-11-24", a date that a field has checked. */
int64_t day_of(struct str date);
struct str day_text(struct arena *a, int64_t day);
/* "Fri 27 Nov 2026"; without the year when it is this one. */
struct str day_words(struct arena *a, int64_t day, int64_t today);
/* The day in a zone (UTC when the zone is not known), and its first instant. */
int64_t day_at(struct str zone, utime t);
utime day_begin_us(struct str zone, int64_t day);
/* Monday to Friday. */
bool day_is_working(int64_t day);

#endif
