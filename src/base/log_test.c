/* log_test.c: lines in both formats, escaping, levels, and lines that are too long. */
#include "base/log.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/banned.h"

struct tap {
	int fds[2];
	char text[8192];
};

static int tap_open(void **state)
{
	static struct tap t;
	if (pipe2(t.fds, O_NONBLOCK | O_CLOEXEC) < 0)
		return -1;
	clock_freeze(INT64_C(1795507200000001)); /* 2026-11-24T08:00:00.000001Z */
	*state = &t;
	return 0;
}

static int tap_close(void **state)
{
	struct tap *t = *state;
	log_open(2, LOG_LOGFMT, LOG_INFO);
	clock_freeze(0);
	close(t->fds[0]);
	close(t->fds[1]);
	return 0;
}

/* What was written since the last call. */
static struct str wrote(struct tap *t)
{
	ssize_t n = read(t->fds[0], t->text, sizeof(t->text));
	return (struct str){ t->text, n < 0 ? 0 : (size_t)n };
}

static void assert_str(struct str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("got  %.*s\nwant %s", STR_ARG(got), want);
}

static void write_line(struct str value)
{
	struct log_line l;
	log_begin(&l, LOG_WARN, "http");
	log_add(&l, "path", value);
	log_add_i64(&l, "status", -404);
	log_end(&l);
}

static void test_logfmt(void **state)
{
	struct tap *t = *state;
	log_open(t->fds[1], LOG_LOGFMT, LOG_INFO);
#define HEAD "at=2026-11-24T08:00:00.000001Z level=warn event=http "
	static const struct {
		struct str value;
		const char *want;
	} CASES[] = {
		{ { "/tickets/1", 10 }, HEAD "path=/tickets/1 status=-404\n" },
		{ { "", 0 }, HEAD "path=\"\" status=-404\n" },
		{ { NULL, 0 }, HEAD "path=\"\" status=-404\n" },
		{ { "a b", 3 }, HEAD "path=\"a b\" status=-404\n" },
		{ { "a=b", 3 }, HEAD "path=\"a=b\" status=-404\n" },
		{ { "\"\\", 2 }, HEAD "path=\"\\\"\\\\\" status=-404\n" },
		{ { "x\r\nat=now", 9 }, HEAD "path=\"x\\u000d\\nat=now\" status=-404\n" },
		{ { "\x1b[31m", 5 }, HEAD "path=\"\\u001b[31m\" status=-404\n" },
		{ { "a\tb\0c", 5 }, HEAD "path=\"a\\tb\\u0000c\" status=-404\n" },
		{ { "\xe2\x80\xae", 3 }, HEAD "path=\"\\u202e\" status=-404\n" },
		{ { "\xc2\x9b", 2 }, HEAD "path=\"\\u009b\" status=-404\n" },
		{ { "\xff", 1 }, HEAD "path=\"\\ufffd\" status=-404\n" },
		{ { "\xc3\xbc", 2 }, HEAD "path=\"\xc3\xbc\" status=-404\n" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		write_line(CASES[i].value);
		assert_str(wrote(t), CASES[i].want);
	}
	log_msg(LOG_ERROR, "start", "cannot open %s: %d", "x", 5);
	assert_str(wrote(t), "at=2026-11-24T08:00:00.000001Z level=error event=start msg=\"cannot open x: 5\"\n");
}

static void test_json(void **state)
{
	struct tap *t = *state;
	log_open(t->fds[1], LOG_JSON, LOG_INFO);
	write_line(S("a \"b\"\t\r\n\x1b\xff"));
	struct str line = wrote(t);
	assert_int_equal(line.p[line.n - 1], '\n');
	json_t *read = json_loadb(line.p, line.n, 0, NULL);
	assert_non_null(read);
	assert_int_equal(json_object_size(read), 5);
	assert_string_equal(json_string_value(json_object_get(read, "at")), "2026-11-24T08:00:00.000001Z");
	assert_string_equal(json_string_value(json_object_get(read, "level")), "warn");
	assert_string_equal(json_string_value(json_object_get(read, "path")), "a \"b\"\t\r\n\x1b\xef\xbf\xbd");
	assert_int_equal(json_integer_value(json_object_get(read, "status")), -404);
	json_decref(read);
}

static void test_levels(void **state)
{
	struct tap *t = *state;
	log_open(t->fds[1], LOG_LOGFMT, LOG_WARN);
	log_msg(LOG_DEBUG, "x", "no");
	log_msg(LOG_INFO, "x", "no");
	assert_int_equal(wrote(t).n, 0);
	log_msg(LOG_WARN, "x", "yes");
	log_msg(LOG_ERROR, "x", "yes");
	assert_true(wrote(t).n > 0);
}

/* Whatever is too much, the line stays one line, well-formed, with an end, in one write of less than PIPE_BUF. */
static void test_too_long(void **state)
{
	struct tap *t = *state;
	struct arena a;
	arena_init(&a);
	static const char *const FILL[] = { "x", "\"", "\xe2\x82\xac", "\xe2\x80\xae", "\xff", " " };
	for (size_t f = 0; f < ARRAY_LEN(FILL); f++)
		for (size_t n = 0; n < 5000; n += n < 3500 ? 97 : 1) {
			size_t each = strlen(FILL[f]);
			char *p = arena_alloc(&a, n * each);
			for (size_t i = 0; i < n; i++)
				memcpy(p + i * each, FILL[f], each);
			log_open(t->fds[1], LOG_JSON, LOG_INFO);
			struct log_line l;
			log_begin(&l, LOG_INFO, "http");
			log_add(&l, "path", (struct str){ p, n * each });
			log_add(&l, "agent", S("some words"));
			log_add_i64(&l, "status", INT64_MIN);
			log_end(&l);
			struct str line = wrote(t);
			assert_true(line.n > 0 && line.n <= 4096);
			assert_int_equal(str_find_ch(line, '\n'), line.n - 1);
			assert_true(utf8_valid(line));
			json_error_t e;
			json_t *read = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &e);
			if (!read)
				fail_msg("%zu of \"%s\": %s", n, FILL[f], e.text);
			struct str value = str_c(json_string_value(json_object_get(read, "path")));
			if (value.n < n * each)
				assert_true(str_ends(value, S("\xe2\x80\xa6")));
			json_decref(read);
			arena_reset(&a);
		}
	/* Many keys end in fewer keys, not in a broken line. */
	struct log_line l;
	log_begin(&l, LOG_INFO, "http");
	for (int i = 0; i < 1000; i++)
		log_add_i64(&l, "count", INT64_MIN);
	log_end(&l);
	struct str line = wrote(t);
	json_t *read = json_loadb(line.p, line.n, 0, NULL);
	assert_non_null(read);
	json_decref(read);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_logfmt, tap_open, tap_close),
		cmocka_unit_test_setup_teardown(test_json, tap_open, tap_close),
		cmocka_unit_test_setup_teardown(test_levels, tap_open, tap_close),
		cmocka_unit_test_setup_teardown(test_too_long, tap_open, tap_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
