/* err_test.c: the table is whole; the first cause stays; messages fit; the clock can be set. */
#include "base/err.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/banned.h"

static void test_table(void **state)
{
	(void)state;
	for (int e = OK; e < ERR_COUNT; e++) {
		const struct err_info *i = err_info((enum err)e);
		assert_true(i->name && i->name[0] && i->title && i->title[0]);
		assert_true(e == OK ? i->http_status == 200 : i->http_status >= 400 && i->http_status < 600);
		assert_true((e == OK) == (i->exit_code == 0));
		for (int k = OK; k < e; k++)
			assert_string_not_equal(err_info((enum err)k)->name, i->name);
	}
	assert_true(err_info(ERR_BUSY)->retry && err_info(ERR_RATE)->retry && err_info(ERR_UPSTREAM)->retry);
	assert_false(err_info(ERR_INPUT)->retry || err_info(ERR_BUG)->retry || err_info(ERR_CONFLICT)->retry);
}

static void test_first_cause(void **state)
{
	(void)state;
	struct fault f = { 0 };
	assert_int_equal(fault_set(&f, ERR_CONFLICT, "a.c", 7, "Taken by %s.", "Ada"), ERR_CONFLICT);
	assert_int_equal(fault_set(&f, ERR_BUG, "b.c", 9, "later"), ERR_BUG); /* what the caller passes on */
	assert_int_equal(f.err, ERR_CONFLICT);
	assert_string_equal(f.message, "Taken by Ada.");
	assert_string_equal(f.file, "a.c");
	assert_int_equal(f.line, 7);
	fault_clear(&f);
	assert_int_equal(f.err, OK);
	assert_string_equal(f.message, "");
	fault_set(&f, ERR_BUG, "b.c", 9, "later");
	assert_int_equal(f.err, ERR_BUG);
}

static void test_fields(void **state)
{
	(void)state;
	struct fault f = { 0 };
	assert_int_equal(fault_field(&f, S("subject"), "a.c", 1, "Please say what it is about."), ERR_INPUT);
	assert_int_equal(f.err, ERR_INPUT);
	assert_string_equal(f.fields[0].field, "subject");
	assert_string_equal(f.fields[0].message, "Please say what it is about.");
	assert_true(f.message[0] != 0);
	for (int i = 0; i < 100; i++)
		fault_field(&f, S("x"), "a.c", 2, "%d", i);
	assert_int_equal(f.n_fields, ARRAY_LEN(f.fields));
	assert_string_equal(f.fields[23].message, "22");
	fault_clear(&f);
	assert_int_equal(f.n_fields, 0);
}

static void test_long_messages(void **state)
{
	(void)state;
	static const char EURO[] = "\xe2\x82\xac";
	char text[1000];
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'a', sizeof(text));
		for (size_t i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, EURO, 3);
		text[sizeof(text) - 1] = 0;
		struct fault f = { 0 };
		fault_set(&f, ERR_INPUT, "a.c", 1, "%s", text);
		fault_field(&f, str_c(text), "a.c", 1, "%s", text);
		assert_true(utf8_valid(str_c(f.message)) && strlen(f.message) > sizeof(f.message) - 6);
		assert_true(utf8_valid(str_c(f.fields[0].field)) && strlen(f.fields[0].field) > sizeof(f.fields[0].field) - 6);
		assert_true(utf8_valid(str_c(f.fields[0].message)) && strlen(f.fields[0].message) > sizeof(f.fields[0].message) - 6);
		assert_memory_equal(f.message, text, strlen(f.message));
	}
	/* What just fits stays whole. */
	struct fault f = { 0 };
	fault_set(&f, ERR_INPUT, "a.c", 1, "%.*s", (int)sizeof(f.message) - 1, text);
	assert_int_equal(strlen(f.message), sizeof(f.message) - 1);
}

static enum err passes(enum err e, int *reached)
{
	TRY(e);
	*reached = 1;
	return OK;
}

static void test_try_and_assert(void **state)
{
	(void)state;
	int reached = 0;
	assert_int_equal(passes(ERR_BUSY, &reached), ERR_BUSY);
	assert_int_equal(reached, 0);
	assert_int_equal(passes(OK, &reached), OK);
	assert_int_equal(reached, 1);

	int fds[2];
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], 2);
		ASSERT(1 + 1 == 3);
		_exit(0);
	}
	close(fds[1]);
	char said[256] = { 0 };
	assert_true(read(fds[0], said, sizeof(said) - 1) > 0);
	close(fds[0]);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_non_null(strstr(said, "err_test.c"));
	assert_non_null(strstr(said, "1 + 1 == 3"));
}

static void test_clock(void **state)
{
	(void)state;
	utime before = clock_now();
	assert_true(before > INT64_C(1700000000) * UTIME_US_PER_SECOND);
	clock_freeze(42);
	assert_int_equal(clock_now(), 42);
	clock_freeze(0);
	assert_true(clock_now() >= before);
	int64_t mono = clock_mono_us();
	assert_true(clock_mono_us() >= mono);

	char path[] = "/tmp/tend_clock_XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_false(clock_follow_file(path)); /* empty */
	int64_t ahead = 30 * UTIME_US_PER_DAY;
	assert_int_equal(pwrite(fd, &ahead, sizeof(ahead), 0), sizeof(ahead));
	assert_true(clock_follow_file(path));
	assert_true(clock_now() >= before + ahead);
	ahead = 0; /* the file is read each time */
	assert_int_equal(pwrite(fd, &ahead, sizeof(ahead), 0), sizeof(ahead));
	assert_true(clock_now() < before + UTIME_US_PER_DAY);
	close(fd);
	unlink(path);
	assert_false(clock_follow_file("/nonexistent/clock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),         cmocka_unit_test(test_first_cause),    cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_messages), cmocka_unit_test(test_try_and_assert), cmocka_unit_test(test_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
