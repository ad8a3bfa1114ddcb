/* buf_test.c: growth, the ceiling, numbers. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static void assert_str(struct str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void test_add(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct buf b;
	buf_init(&b, &a, 1 << 20);
	assert_true(buf_str(&b).p && buf_str(&b).n == 0); /* empty, not absent */
	buf_add(&b, STR_NULL);
	buf_add(&b, S(""));
	buf_add(&b, S("ab"));
	buf_ch(&b, 0);
	buf_fmt(&b, "%d%s", 7, "x");
	buf_fmt(&b, "%s", "");
	assert_int_equal(buf_str(&b).n, 5);
	assert_memory_equal(buf_str(&b).p, "ab\0" "7x", 5);
	for (int i = 0; i < 50000; i++) {
		buf_add(&b, S("0123456789"));
		if (i % 1000 == 0)
			arena_alloc(&a, 1); /* so that it must move now and then */
	}
	assert_int_equal(b.n, 500005);
	for (size_t i = 5; i < b.n; i++)
		assert_int_equal(b.p[i], '0' + (i - 5) % 10);
	assert_int_equal(buf_err(&b), OK);
	arena_done(&a);
}

static void test_ceiling(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct buf b;
	buf_init(&b, &a, 10);
	buf_add(&b, S("0123456789")); /* exactly full is not too much */
	assert_int_equal(buf_err(&b), OK);
	buf_add(&b, S(""));
	assert_int_equal(buf_err(&b), OK);
	buf_ch(&b, 'x');
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_str(buf_str(&b), "0123456789");

	buf_init(&b, &a, 10);
	buf_add(&b, S("0123"));
	buf_add(&b, S("4567890")); /* one too many: nothing of it */
	assert_str(buf_str(&b), "0123");
	buf_add(&b, S("4")); /* what comes after a hole is not kept either */
	buf_fmt(&b, "%d", 4);
	assert_str(buf_str(&b), "0123");
	assert_int_equal(buf_err(&b), ERR_LIMIT);

	for (int n = 0; n <= 12; n++) { /* printf-like writing has the same ceiling to the byte */
		buf_init(&b, &a, 10);
		buf_fmt(&b, "%.*s", n, "abcdefghijkl");
		assert_int_equal(buf_err(&b), n <= 10 ? OK : ERR_LIMIT);
		assert_int_equal(b.n, n <= 10 ? n : 0);
		assert_memory_equal(buf_str(&b).p, "abcdefghijkl", b.n);
	}
	buf_init(&b, &a, 0);
	assert_int_equal(buf_err(&b), OK);
	buf_ch(&b, 'x');
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	buf_init(&b, &a, 1000);
	assert_null(buf_room(&b, SIZE_MAX));
	arena_done(&a);
}

static void test_room(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct buf b;
	buf_init(&b, &a, 1000);
	buf_add(&b, S("head "));
	char *to = buf_room(&b, 900);
	assert_non_null(to);
	memset(to, 'y', 900);
	buf_grew(&b, 3);
	assert_str(buf_str(&b), "head yyy");
	assert_null(buf_room(&b, 993));
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	arena_done(&a);
}

static void test_numbers(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	static const int64_t NUMBERS[] = { 0, 1, -1, 9, 10, -10, 123456789, INT64_MAX, INT64_MIN, INT64_MIN + 1 };
	for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
		struct buf b;
		buf_init(&b, &a, 40);
		buf_i64(&b, NUMBERS[i]);
		char want[32];
		snprintf(want, sizeof(want), "%lld", (long long)NUMBERS[i]);
		assert_str(buf_str(&b), want);
		int64_t back;
		assert_true(str_i64(buf_str(&b), &back) && back == NUMBERS[i]);
	}
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
