/* fuzz_tzif.c: any bytes as a zone file. What is taken must answer every question without contradiction: local time
 * and back is the same instant, transitions go forward. */
#include "base/civil.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void question(const struct zone *z, utime t)
{
	struct civil c;
	utime first, last, next;
	civil_local(z, t, &c);
	enum zone_fit fit = civil_instant(z, &c, &first, &last);
	ASSERT(fit != ZONE_GAP);
	ASSERT(first == t || last == t || fit == ZONE_FOLD); /* three times the same local time: the middle one */
	ASSERT(first <= t && t <= last);
	bool dst;
	struct str abbrev;
	int32_t offset_s = zone_offset_s(z, t, &dst, &abbrev);
	ASSERT(offset_s > -26 * 3600 && offset_s < 26 * 3600);
	if (zone_next_transition(z, t, &next))
		ASSERT(next > t && zone_offset_s(z, next - 1, NULL, NULL) == offset_s);
	c.minute = (int8_t)(59 - c.minute);
	c.hour = (int8_t)(23 - c.hour);
	if (civil_instant(z, &c, &first, &last) == ZONE_GAP)
		ASSERT(first == last);
	else
		ASSERT(first <= last);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	const struct zone *z;
	if (zone_parse(&a, S("Fuzz/Zone"), (struct str){ (const char *)p, n }, &z) == OK) {
		static const int32_t YEARS[] = { -200000, -1, 1, 1583, 1900, 1938, 1969, 1970, 1999, 2026, 2038, 2106, 2500, 9999, 200000 };
		for (size_t i = 0; i < ARRAY_LEN(YEARS); i++)
			for (int month = 1; month <= 12; month += 3)
				question(z, civil_days(YEARS[i], month, 1 + month * 2) * UTIME_US_PER_DAY + 12345678);
		utime t = civil_days(1800, 1, 1) * UTIME_US_PER_DAY;
		for (int i = 0; i < 50 && zone_next_transition(z, t, &t); i++) {
			question(z, t);
			question(z, t - 1);
		}
	}
	arena_done(&a);
	return 0;
}
