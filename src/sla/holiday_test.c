/* holiday_test.c: a stranger's calendar file through the jailed child, and addresses that nobody's page may make the desk reach out to. */
#include "sla/holiday.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define ICS(rows) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" rows "END:VCALENDAR\r\n"
#define DAY(date, name) "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" date "\r\nSUMMARY:" name "\r\nEND:VEVENT\r\n"

static enum err read_it(struct arena *a, struct str bytes, struct holiday_file *ret)
{
	struct fault f = { 0 };
	return holiday_read(a, &f, bytes, ret);
}

static void a_file_is_read_in_the_jail(void **state)
{
	(void)state;
	struct arena a;
	struct holiday_file file;
	arena_init(&a);
	assert_int_equal(read_it(&a, S(ICS(DAY("20271225", "Christmas") DAY("20280101", "New Year"))), &file), OK);
	assert_int_equal(file.n, 2);
	assert_string_equal(file.days[0].day, "2027-12-25");
	assert_string_equal(file.days[1].name, "New Year");
	assert_int_equal(read_it(&a, S("<!doctype html><title>Sign in</title>"), &file), ERR_INPUT);
	assert_int_equal(read_it(&a, S(""), &file), ERR_INPUT);
	size_t n = ICAL_MAX_BYTES + 1;
	char *large = arena_alloc(&a, n);
	memset(large, 'x', n);
	assert_int_equal(read_it(&a, (struct str){ large, n }, &file), ERR_INPUT);
	arena_done(&a);
}

static void *reader(void *arg)
{
	struct arena a;
	struct holiday_file file = { 0 };
	int *well = arg;
	arena_init(&a);
	for (int i = 0; i < 5; i++)
		*well += read_it(&a, S(ICS(DAY("20271225", "Christmas"))), &file) == OK && file.n == 1;
	arena_done(&a);
	return NULL;
}

/* More than the helper forks at a time: they wait for each other, and each gets its own. */
static void many_at_once(void **state)
{
	(void)state;
	enum { READERS = 10 };
	pthread_t t[READERS];
	int well[READERS] = { 0 };
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, reader, &well[i]), 0);
	for (int i = 0; i < READERS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(well[i], 5);
	}
}

static void addresses_that_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		bool plain;
		enum err want;
	} CASES[] = {
		{ "http://calendars.example/us.ics", false, ERR_INPUT }, { "ftp://calendars.example/us.ics", true, ERR_INPUT }, { "file:///etc/passwd", true, ERR_INPUT },
		{ "us.ics", false, ERR_INPUT }, { "", false, ERR_INPUT }, { "https://127.0.0.1/us.ics", false, ERR_FORBIDDEN },
		{ "https://[::1]:8443/us.ics", false, ERR_FORBIDDEN }, { "webcal://127.0.0.1/us.ics", false, ERR_FORBIDDEN },
		{ "https://169.254.169.254/latest/meta-data", false, ERR_FORBIDDEN }, { "https://[::ffff:10.0.0.1]/x.ics", false, ERR_FORBIDDEN },
		{ "http://192.168.1.1/x.ics", true, ERR_FORBIDDEN }, { "https://localhost/x.ics", false, ERR_FORBIDDEN },
		{ "https://me:secret@calendars.example/x.ics", false, ERR_FORBIDDEN }, { "https://calendars.example:25/x.ics", false, ERR_FORBIDDEN },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct arena a;
		struct fault f = { 0 };
		struct str bytes;
		arena_init(&a);
		enum err e = holiday_fetch(&a, &f, str_c(CASES[i].address), CASES[i].plain, &bytes);
		if (e != CASES[i].want)
			print_error("%s: %s\n", CASES[i].address, f.message);
		assert_int_equal(e, CASES[i].want);
		arena_done(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_read_in_the_jail), cmocka_unit_test(many_at_once), cmocka_unit_test(addresses_that_are_refused) };
	struct fault f = { 0 };
	struct arena a;
	struct holiday_file file;
	arena_init(&a);
	enum err without = holiday_read(&a, &f, S(ICS("")), &file);
	arena_done(&a);
	f = (struct fault){ 0 };
	if (without != ERR_BUSY || holiday_helper_start(&f) != OK) {
		fprintf(stderr, "without its helper: %s; %s\n", err_info(without)->name, f.message);
		return 1;
	}
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	holiday_helper_stop();
	return r;
}
