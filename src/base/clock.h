/* clock.h: time is a parameter.
 *
 * `utime` is int64 microseconds since 1970-01-01 UTC. A request takes clock_now() once and passes it on;
 * nothing else asks for the time. Intervals and waits use clock_mono(), which never goes back. */
#ifndef TEND_BASE_CLOCK_H
#define TEND_BASE_CLOCK_H

#include "base/str.h"

typedef int64_t utime;

#define UTIME_US_PER_SECOND INT64_C(1000000)
#define UTIME_US_PER_MINUTE (60 * UTIME_US_PER_SECOND)
#define UTIME_US_PER_HOUR (60 * UTIME_US_PER_MINUTE)
#define UTIME_US_PER_DAY (24 * UTIME_US_PER_HOUR)

/* The wall clock, plus the test offset if one is set. */
utime clock_now(void);
/* Monotonic microseconds; only differences mean anything. */
int64_t clock_mono_us(void);
/* Tests: freeze the wall clock at t (unit tests), or 0 to let it run again. */
void clock_freeze(utime t);
/* Tests of the real binary: an 8-byte file mapped and read at each clock_now(), holding microseconds to
 * add. False when it cannot be mapped. */
bool clock_follow_file(const char *path);

#endif
