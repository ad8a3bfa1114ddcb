/* fuzz_ical.c: any bytes as a calendar file with holidays. What is taken out of it are dates that are dates, in few, with names of one line. */
#include "sla/ical.h"

#include "base/utf8.h"
#include "sla/calendar.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void one_day(void *arg, const struct ical_day *d)
{
	int64_t day;
	ASSERT(memchr(d->day, 0, sizeof(d->day)) && memchr(d->last, 0, sizeof(d->last)) && memchr(d->name, 0, sizeof(d->name)));
	ASSERT(cal_parse_date(str_c(d->day), &day));
	ASSERT(!d->last[0] || cal_parse_date(str_c(d->last), &day));
	struct str name = str_c(d->name);
	ASSERT(utf8_valid(name));
	for (size_t i = 0; i < name.n; i++)
		ASSERT((unsigned char)name.p[i] >= ' ' && name.p[i] != 0x7f);
	++*(int *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int days = 0, skipped = -1;
	const char *why = NULL;
	bool good = ical_days((struct str){ (const char *)p, n }, one_day, &days, &skipped, &why);
	ASSERT(good || (why && why[0]));
	ASSERT(skipped >= 0 && days >= 0 && days + skipped <= ICAL_EVENTS_MOST);
	return 0;
}
