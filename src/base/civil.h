/* civil.h: civil time, the only file besides the SLA calendar that knows years and zones.
 *
 * Zones come from the system's tzdata through a TZif reader of our own (RFC 8536, v1 to v4, with the POSIX
 * footer, so no horizon): loaded once, immutable, usable from any thread. */
#ifndef TEND_BASE_CIVIL_H
#define TEND_BASE_CIVIL_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct civil {
	int32_t year;                /* proleptic Gregorian */
	int8_t month, day;           /* 1–12, 1–31 */
	int8_t hour, minute, second; /* 0–23, 0–59, 0–59 */
	int32_t microsecond;
};

/* Days since 1970-01-01 of a date, and back. Any year within ±290,000. */
int64_t civil_days(int32_t year, int month, int day);
void civil_from_days(int64_t days, int32_t *ret_year, int *ret_month, int *ret_day);
/* 0 = Monday … 6 = Sunday. */
int civil_weekday(int64_t days);
/* The instant of a civil time read as UTC, and back. */
utime civil_utc(const struct civil *c);
void civil_from_utc(utime t, struct civil *ret);

struct zone;
/* One process-wide cache of zones: never freed, immutable once loaded, thread-safe. NULL when there is no such
 * zone or its name is not [A-Za-z0-9_+/-] (no "..", no leading '/'). "UTC" always works, without files. */
const struct zone *zone_find(struct str name);
struct str zone_name(const struct zone *z);
/* A zone from bytes of a TZif file, for tests and the fuzzer; in the arena. */
enum err zone_parse(struct arena *a, struct str name, struct str tzif, const struct zone **ret);
/* Seconds east of UTC in force at t, whether it is daylight time, and the abbreviation. */
int32_t zone_offset_s(const struct zone *z, utime t, bool *ret_dst, struct str *ret_abbrev);
/* The first transition after t; false when there is none. */
bool zone_next_transition(const struct zone *z, utime t, utime *ret);
/* The second from which on all that the zone does repeats every 400 years; INT64_MIN: since ever. */
int64_t zone_settled_s(const struct zone *z);
void civil_local(const struct zone *z, utime t, struct civil *ret);

enum zone_fit { ZONE_UNIQUE, ZONE_GAP, ZONE_FOLD };
/* The instant(s) of a local time: ZONE_UNIQUE gives one (both outputs equal); ZONE_FOLD the first and the second
 * occurrence; ZONE_GAP the first instant after the gap in both. */
enum zone_fit civil_instant(const struct zone *z, const struct civil *local, utime *ret_first, utime *ret_last);

/* RFC 3339: "2026-11-24T08:00:00Z", with 0–6 decimals and any offset; false otherwise. */
bool civil_parse_rfc3339(struct str s, utime *ret);
/* UTC, always 6 decimals and Z: sorts as text. */
struct str civil_rfc3339(struct arena *a, utime t);
/* RFC 5322 date for mail: "Tue, 24 Nov 2026 08:00:00 +0000". */
struct str civil_rfc5322(struct arena *a, utime t);
/* For people, in their zone: "Tue 14:00" within six days, "24 Nov 14:00" within the year, else "24 Nov 2025". */
struct str civil_short(struct arena *a, const struct zone *z, utime t, utime now);
/* "52 min", "3 h", "1 d", "5 wk": the age or wait between two instants, one unit, rounded down. */
struct str civil_span(struct arena *a, int64_t us);

#endif
