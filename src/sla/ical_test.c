/* ical_test.c: whole days come out of iCalendar files, and nothing bad comes out of bad ones. */
#include "sla/ical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static char got[2000];

static void note(void *arg, const struct ical_day *d)
{
	(void)arg;
	size_t n = strlen(got);
	snprintf(got + n, sizeof(got) - n, "%s%s%s%s %s|", d->day, d->last[0] ? ".." : "", d->last, d->yearly ? " yearly" : "", d->name);
}

static const char *read_it(const char *text, bool want, int want_skipped)
{
	int skipped;
	const char *why;
	got[0] = 0;
	assert_int_equal(ical_days(str_c(text), note, NULL, &skipped, &why), want);
	assert_int_equal(skipped, want_skipped);
	return got;
}

#define CAL(x) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" x "END:VCALENDAR\r\n"
#define EV(x) "BEGIN:VEVENT\r\n" x "END:VEVENT\r\n"

static void days(void **state)
{
	(void)state;
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261225\r\nSUMMARY:Christmas Eve\r\n")), true, 0),
			    "2026-12-24..2026-12-24 Christmas Eve|");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270102\r\nSUMMARY:Closed\\, all of\r\n  it\r\n")), true, 0),
			    "2026-12-24..2027-01-01 Closed, all of it|");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;UNTIL=20300101\r\nSUMMARY:New Year\r\n")), true, 0),
			    "2026-01-01..2030-01-01 yearly New Year|");
	/* in whatever order the lines stand */
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;UNTIL=20300101\r\nDTEND;VALUE=DATE:20260102\r\nSUMMARY:New Year\r\n")), true, 0),
			    "2026-01-01..2030-01-01 yearly New Year|");
	assert_string_equal(read_it(CAL(EV("DTEND;VALUE=DATE:20260102\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:New Year\r\n")), true, 0),
			    "2026-01-01 yearly New Year|");
	/* not whole days, cancelled, moving feasts */
	assert_string_equal(read_it(CAL(EV("DTSTART:20260101T090000Z\r\nSUMMARY:Meeting\r\n")), true, 1), "");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260101\r\nSTATUS:CANCELLED\r\n")), true, 1), "");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n")), true, 1), "");
}

static void bad_bytes(void **state)
{
	(void)state;
	assert_string_equal(read_it("", false, 0), "");
	assert_string_equal(read_it("<html>no</html>", false, 0), "");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260230\r\n")), true, 1), "");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:2026\r\n")), true, 1), "");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260201\r\nSUMMARY:a\x01\x1b[31mb\r\n")), true, 0), "2026-02-01 a  [31mb|");
	assert_string_equal(read_it(CAL(EV("DTSTART;VALUE=DATE:20260201\r\nSUMMARY:\xff\xfe\r\n")), true, 0), "2026-02-01 |");
	assert_string_equal(read_it("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260201\n", true, 0), "");
	static char big[300000];
	memset(big, 'x', sizeof(big) - 1);
	memcpy(big, "BEGIN:VCALENDAR\nSUMMARY:", 24);
	assert_string_equal(read_it(big, true, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(days), cmocka_unit_test(bad_bytes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
