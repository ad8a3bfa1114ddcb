/* form_test.c: query strings, urlencoded bodies, cookies, percent-encoding. */
#include "io/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/banned.h"

static enum err decode(struct arena *a, struct str query, struct form *f)
{
	struct fault fault = { 0 };
	*f = (struct form){ 0 };
	return form_decode_query(a, &fault, query, f);
}

static void assert_str(struct str got, const char *want)
{
	assert_non_null(got.p);
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.p, want, got.n);
}

static void test_query(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct form f;
	assert_int_equal(decode(&a, S("a=1&b=%20x+y&&c&d==&a=2&%c3%a9=%E2%82%AC&e="), &f), OK);
	assert_int_equal(f.n_pairs, 7);
	size_t n;
	assert_str(form_value(&f, S("a"), &n), "1");
	assert_int_equal(n, 2);
	assert_str(form_value(&f, S("b"), NULL), " x y");
	assert_str(form_value(&f, S("c"), NULL), "");
	assert_str(form_value(&f, S("d"), NULL), "=");
	assert_str(form_value(&f, S("\xc3\xa9"), NULL), "\xe2\x82\xac");
	assert_str(form_value(&f, S("e"), &n), "");
	assert_int_equal(n, 1);
	assert_null(form_value(&f, S("x"), &n).p);
	assert_int_equal(n, 0);
	assert_int_equal(decode(&a, S(""), &f), OK);
	assert_int_equal(f.n_pairs, 0);
	/* Decoded once only. */
	assert_int_equal(decode(&a, S("p=%252e"), &f), OK);
	assert_str(form_value(&f, S("p"), NULL), "%2e");
	arena_done(&a);
}

static void test_query_refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct form f;
	static const char *const BAD[] = { "a=%", "a=%2", "a=%g0", "a=%0g", "%=1", "a=%00", "a=%ff", "a=%c0%80", "%ff=1", "a=\xff",
					   "a=%ed%a0%80", "a=%+1" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_int_equal(decode(&a, str_c(BAD[i]), &f), ERR_INPUT);
	assert_int_equal(decode(&a, (struct str){ "a=\0", 3 }, &f), ERR_INPUT);
	arena_done(&a);
}

static void test_query_limits(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct form f;
	char *many = malloc(2 * (FORM_PAIRS_MAX + 1));
	for (size_t i = 0; i <= FORM_PAIRS_MAX; i++)
		memcpy(many + 2 * i, "a&", 2);
	assert_int_equal(decode(&a, (struct str){ many, 2 * FORM_PAIRS_MAX }, &f), OK);
	assert_int_equal(f.n_pairs, FORM_PAIRS_MAX);
	for (size_t i = 0; i < f.n_pairs; i++)
		assert_str(f.pairs[i].name, "a");
	assert_int_equal(decode(&a, (struct str){ many, 2 * (FORM_PAIRS_MAX + 1) }, &f), ERR_LIMIT);
	free(many);
	size_t n = FORM_VALUE_MAX_BYTES;
	char *big = malloc(n + 3);
	memset(big, 'x', n + 3);
	memcpy(big, "a=", 2);
	assert_int_equal(decode(&a, (struct str){ big, n + 2 }, &f), OK);
	assert_int_equal(decode(&a, (struct str){ big, n + 3 }, &f), ERR_LIMIT);
	free(big);
	arena_done(&a);
}

static void test_cookies(void **state)
{
	(void)state;
	struct str h = S("a=1; __Host-s=tok=en==; b=;c ; twice=1; twice=2; q=\"v\"");
	assert_str(cookie_value(h, S("a")), "1");
	assert_str(cookie_value(h, S("__Host-s")), "tok=en==");
	assert_str(cookie_value(h, S("b")), "");
	assert_null(cookie_value(h, S("c")).p);
	assert_null(cookie_value(h, S("twice")).p);
	assert_null(cookie_value(h, S("A")).p);
	assert_null(cookie_value(h, S("")).p);
	assert_str(cookie_value(h, S("q")), "\"v\"");
	assert_null(cookie_value(STR_NULL, S("a")).p);
	assert_null(cookie_value(S(";;;"), S("a")).p);
}

static void test_encode(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	assert_str(url_encode(&a, S("aZ09-._~")), "aZ09-._~");
	assert_str(url_encode(&a, S(" /?&=+%\xc3\xa9\n")), "%20%2F%3F%26%3D%2B%25%C3%A9%0A");
	assert_str(url_encode(&a, S("")), "");
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),   cmocka_unit_test(test_query_refused), cmocka_unit_test(test_query_limits),
		cmocka_unit_test(test_cookies), cmocka_unit_test(test_encode),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
