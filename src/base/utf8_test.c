/* utf8_test.c: every well-formed and every ill-formed kind of sequence (Unicode, table 3-7), cleaning, clipping. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static const struct str BAD[] = {
	{ "\0", 1 },             { "\x80", 1 },             { "\xbf", 1 },             { "\xc0\x80", 2 },
	{ "\xc1\xbf", 2 },       { "\xc2", 1 },             { "\xc2\x41", 2 },         { "\xc2\xc2", 2 },
	{ "\xe0\x80\x80", 3 },   { "\xe0\x9f\xbf", 3 },     { "\xe1\x80", 2 },         { "\xed\xa0\x80", 3 },
	{ "\xed\xbf\xbf", 3 },   { "\xef\xbf", 2 },         { "\xf0\x80\x80\x80", 4 }, { "\xf0\x8f\xbf\xbf", 4 },
	{ "\xf4\x90\x80\x80", 4 }, { "\xf5\x80\x80\x80", 4 }, { "\xf8\x88\x80\x80\x80", 5 }, { "\xff", 1 },
	{ "\xfe", 1 },           { "\xf0\x90\x80", 3 },     { "a\xcc", 2 },            { "\xe2\x82\xe2\x82\xac", 5 },
};

static void test_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char text[4];
		size_t n = utf8_put(text, cp), i = 0;
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
		int32_t back = utf8_next((struct str){ text, n }, &i);
		if (i != n || back != (surrogate ? 0xfffd : (int32_t)cp))
			fail_msg("U+%04X came back as %d", (unsigned)cp, back);
		if (utf8_valid((struct str){ text, n }) != (cp != 0))
			fail_msg("U+%04X", (unsigned)cp);
	}
	char text[4];
	assert_int_equal(utf8_put(text, 0x110000), 3);
	assert_memory_equal(text, "\xef\xbf\xbd", 3);
}

static void test_bad(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		/* On the heap to the byte: a reader that goes past the end is seen. */
		char *exact = malloc(BAD[i].n);
		memcpy(exact, BAD[i].p, BAD[i].n);
		struct str s = { exact, BAD[i].n };
		if (utf8_valid(s))
			fail_msg("took bad text number %zu", i);
		struct str clean = utf8_clean(&a, s);
		assert_true(utf8_valid(clean));
		assert_true(clean.n <= 3 * s.n);
		struct str text = arena_fmt(&a, "before %.*s after", STR_ARG(s));
		assert_true(utf8_valid(utf8_clean(&a, text)));
		free(exact);
	}
	assert_true(str_eq(utf8_clean(&a, S("a\xff" "b\0\xe2\x82")), S("a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")));
	/* A broken sequence does not swallow the good one behind it. */
	assert_true(str_eq(utf8_clean(&a, S("\xe2\x82" "A")), S("\xef\xbf\xbd\xef\xbf\xbd" "A")));
	struct str good = S("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
	assert_ptr_equal(utf8_clean(&a, good).p, good.p);
	assert_null(utf8_clean(&a, STR_NULL).p);
	assert_true(utf8_valid(STR_NULL));
	arena_done(&a);
}

/* All strings of up to three bytes: next always goes forward and never past the end; clean is valid and stable. */
static void test_all_short_strings(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	static const unsigned char BYTES[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
					       0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
	enum { N = sizeof(BYTES) };
	for (size_t k = 0; k < (size_t)N * N * N * N; k++) {
		char text[4] = { (char)BYTES[k % N], (char)BYTES[k / N % N], (char)BYTES[k / N / N % N], (char)BYTES[k / N / N / N] };
		struct str s = { text, 4 };
		size_t i = 0, n = 0;
		bool ok = true;
		while (i < s.n) {
			size_t before = i;
			int32_t cp = utf8_next(s, &i);
			assert_true(i > before && i <= s.n);
			ok = ok && cp > 0;
			n++;
		}
		assert_int_equal(utf8_length(s), n);
		assert_int_equal(utf8_valid(s), ok);
		struct str clean = utf8_clean(&a, s);
		assert_true(utf8_valid(clean));
		assert_int_equal(utf8_length(clean), n);
		if (k % 1024 == 0)
			arena_reset(&a);
	}
	arena_done(&a);
}

static void test_clip(void **state)
{
	(void)state;
	struct str s = S("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"); /* 1 + 2 + 3 + 4 bytes */
	static const size_t WANT[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
	for (size_t max = 0; max < ARRAY_LEN(WANT); max++)
		assert_int_equal(utf8_clip(s, max).n, WANT[max]);
	assert_int_equal(utf8_clip(S("\x80\x80\x80"), 2).n, 0);
	assert_int_equal(utf8_length(s), 4);
}

static void test_control(void **state)
{
	(void)state;
	static const uint32_t YES[] = { 0, 0x08, 0x0b, '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x9f, 0x202a, 0x202e, 0x2066, 0x2069 };
	static const uint32_t NO[] = { '\t', '\n', ' ', 'a', 0x7e, 0xa0, 0x2029, 0x202f, 0x2065, 0x206a, 0xfffd, 0x1f600 };
	for (size_t i = 0; i < ARRAY_LEN(YES); i++)
		assert_true(utf8_is_control(YES[i]));
	for (size_t i = 0; i < ARRAY_LEN(NO); i++)
		assert_false(utf8_is_control(NO[i]));
}

static void test_nfc(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} CASES[] = {
		{ "", "" }, { "plain ASCII", "plain ASCII" }, { "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f" },
		{ "Gru\xcc\x88\xc3\x9f", "Gr\xc3\xbc\xc3\x9f" },                    /* u and its dots */
		{ "\xd0\xb8\xcc\x86", "\xd0\xb9" },                                   /* Cyrillic short i */
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" },           /* Hangul, as a Mac names files */
		{ "\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c" },                        /* kana and its voicing mark */
		{ "\xe2\x84\xab", "\xc3\x85" },                                       /* the sign of the unit is the letter */
		{ "a\xcc\xa7\xcc\x81", "\xc3\xa1\xcc\xa7" },                           /* marks in their order */
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
		{ "\xef\xac\x81", "\xef\xac\x81" },                                    /* a ligature stays: NFC, not NFKC */
	};
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct str out = utf8_nfc(&a, str_c(CASES[i].in));
		if (!str_eq(out, str_c(CASES[i].out)))
			print_error("case %zu: %.*s\n", i, STR_ARG(out));
		assert_true(str_eq(out, str_c(CASES[i].out)));
		assert_true(str_eq(utf8_nfc(&a, out), out));
	}
	assert_null(utf8_nfc(&a, STR_NULL).p);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_all_short_strings),
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_nfc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
