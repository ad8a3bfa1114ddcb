/* str_test.c: slices: comparing, searching, cutting, numbers, lines; absent and empty texts everywhere. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static void assert_str(struct str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void test_compare(void **state)
{
	(void)state;
	assert_null(str_c(NULL).p);
	assert_true(str_c("").p && str_empty(str_c("")));
	assert_true(str_empty(STR_NULL));
	assert_true(str_eq(STR_NULL, S("")));
	assert_true(str_eq(S("a\0b"), S("a\0b")));
	assert_false(str_eq(S("a\0b"), S("a\0c")));
	assert_false(str_eq(S("a"), S("ab")));
	assert_true(str_ieq(S("Content-ID"), S("cONTENT-id")));
	assert_true(str_ieq(STR_NULL, S("")));
	assert_false(str_ieq(S("a"), S("A ")));
	assert_false(str_ieq(S("["), S("{"))); /* 0x20 apart, but no letters */
	assert_false(str_ieq(S("\xc3\x84"), S("\xc3\xa4"))); /* ASCII only */
	assert_int_equal(str_cmp(S("a"), S("a")), 0);
	assert_true(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S("ab"), S("a")) > 0);
	assert_true(str_cmp(S("a"), S("\xff")) < 0); /* bytes are unsigned */
	assert_int_equal(str_cmp(STR_NULL, S("")), 0);
	assert_true(str_cmp(STR_NULL, S("a")) < 0);
	assert_true(str_starts(S("abc"), S("ab")) && str_starts(S("abc"), S("")) && str_starts(STR_NULL, STR_NULL));
	assert_false(str_starts(S("ab"), S("abc")));
	assert_true(str_ends(S("abc"), S("bc")) && str_ends(S("abc"), S("")) && str_ends(S(""), S("")));
	assert_false(str_ends(S("bc"), S("abc")));
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(str_find_ch(S("a\0b"), 'b'), 2);
	assert_int_equal(str_find_ch(S("abc"), 'x'), -1);
	assert_int_equal(str_find_ch(STR_NULL, 'x'), -1);
	assert_int_equal(str_find(S("aaab"), S("ab")), 2);
	assert_int_equal(str_find(S("aaab"), S("")), 0);
	assert_int_equal(str_find(STR_NULL, S("a")), -1);
	assert_int_equal(str_find(STR_NULL, S("")), 0);
	assert_int_equal(str_find(S("a"), S("aa")), -1);
	assert_int_equal(str_ifind(S("xxWorld"), S("wORLD")), 2);
	assert_int_equal(str_ifind(S("wor"), S("world")), -1);
	assert_int_equal(str_ifind(S(""), S("")), 0);
}

static void test_slice(void **state)
{
	(void)state;
	assert_str(str_slice(S("abcdef"), 2, 4), "cd");
	assert_str(str_slice(S("abc"), 2, 100), "c");
	assert_str(str_slice(S("abc"), 50, 100), "");
	assert_str(str_slice(S("abc"), 3, 1), "");
	assert_null(str_slice(STR_NULL, 0, 5).p);
	assert_str(str_trim(S(" \t\r\n\v\fa b\n")), "a b");
	assert_str(str_trim(S("   ")), "");
	assert_str(str_trim(STR_NULL), "");
	struct str head, tail;
	assert_true(str_cut(S("k=v=w"), '=', &head, &tail));
	assert_str(head, "k");
	assert_str(tail, "v=w");
	assert_false(str_cut(S("kv"), '=', &head, &tail));
	assert_str(head, "kv");
	assert_true(tail.p && tail.n == 0);
	assert_true(str_cut(S("="), '=', &head, &tail));
	assert_true(head.p && head.n == 0 && tail.p && tail.n == 0);
	assert_false(str_cut(STR_NULL, '=', &head, &tail));
	assert_null(head.p);
}

static void test_i64(void **state)
{
	(void)state;
	int64_t v = 7;
	static const char *const BAD[] = { "",    "-",   "+1",  "01",  "-0",  "-01", "00", " 1", "1 ", "1.0", "0x1", "1e3", "--1",
					   "9223372036854775808", "-9223372036854775809", "99999999999999999999", "18446744073709551616",
					   "92233720368547758070", "\xd9\xa1" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (str_i64(str_c(BAD[i]), &v))
			fail_msg("took \"%s\"", BAD[i]);
	assert_false(str_i64(STR_NULL, &v));
	assert_false(str_i64(S("1\0"), &v));
	assert_int_equal(v, 7);
	assert_true(str_i64(S("0"), &v) && v == 0);
	assert_true(str_i64(S("-1"), &v) && v == -1);
	assert_true(str_i64(S("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(str_i64(S("-9223372036854775808"), &v) && v == INT64_MIN);
}

static void test_lines(void **state)
{
	(void)state;
	struct str rest = S("one\r\ntwo\n\nlast"), line;
	static const char *const WANT[] = { "one", "two", "", "last" };
	for (size_t i = 0; i < ARRAY_LEN(WANT); i++) {
		assert_true(str_line(&rest, &line));
		assert_str(line, WANT[i]);
	}
	assert_false(str_line(&rest, &line));
	rest = S("a\n"); /* a final line feed ends the line, it does not begin another */
	assert_true(str_line(&rest, &line) && !str_line(&rest, &line));
	rest = STR_NULL;
	assert_false(str_line(&rest, &line));
	rest = S("a\rb\r\r\n"); /* only the one before the line feed belongs to it */
	assert_true(str_line(&rest, &line));
	assert_str(line, "a\rb\r");
}

static void test_hash_and_arg(void **state)
{
	(void)state;
	assert_true(str_hash(S("abc")) == str_hash(S("abc")));
	assert_true(str_hash(S("abc")) != str_hash(S("acb")));
	assert_true(str_hash(STR_NULL) == str_hash(S("")));
	char out[16];
	snprintf(out, sizeof(out), "[%.*s]", STR_ARG(STR_NULL));
	assert_string_equal(out, "[]");
	/* The length must not become a negative precision, which printf takes for none. */
	struct str huge = { "", (size_t)UINT32_MAX - 10 };
	struct {
		int n;
		const char *p;
	} arg = { STR_ARG(huge) };
	assert_int_equal(arg.n, INT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare), cmocka_unit_test(test_find),  cmocka_unit_test(test_slice),
		cmocka_unit_test(test_i64),     cmocka_unit_test(test_lines), cmocka_unit_test(test_hash_and_arg),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
