/* form_test.c: query strings, urlencoded bodies, cookies, percent-encoding. */
#include "io/form.h"

#include "base/buf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

#define CT "multipart/form-data; boundary=B"
#define PART(head, body) "--B\r\n" head "\r\n\r\n" body "\r\n"
#define FIELD(name, body) PART("Content-Disposition: form-data; name=\"" name "\"", body)
#define FILE_PART(params, body) PART("Content-Disposition: form-data; name=f; " params "\r\nContent-Type: text/plain", body)
#define END "--B--\r\n"

/* Decodes out of memory, then the same out of a file: both must agree. */
static enum err multipart(struct arena *a, struct str type, struct str body, struct form *f)
{
	struct fault fault = { 0 };
	struct form in_memory = { 0 };
	enum err e = form_decode_multipart(a, &fault, type, body, -1, "/tmp", &in_memory);
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, body.p, body.n), body.n);
	*f = (struct form){ 0 };
	fault_clear(&fault);
	assert_int_equal(form_decode_multipart(a, &fault, type, STR_NULL, fd, "/tmp", f), e);
	close(fd);
	if (e == OK) {
		assert_int_equal(f->n_pairs, in_memory.n_pairs);
		assert_int_equal(f->n_files, in_memory.n_files);
		for (size_t i = 0; i < f->n_pairs; i++)
			assert_true(str_eq(f->pairs[i].value, in_memory.pairs[i].value));
		for (size_t i = 0; i < f->n_files; i++)
			assert_int_equal(f->files[i].bytes, in_memory.files[i].bytes);
	}
	form_done(&in_memory);
	return e;
}

static void assert_file(const struct form_file *file, const char *filename, const char *body)
{
	char got[200];
	assert_str(file->filename, filename);
	assert_int_equal(file->bytes, strlen(body));
	assert_int_equal(read(file->fd, got, sizeof(got)), strlen(body));
	assert_memory_equal(got, body, strlen(body));
}

static void test_multipart(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct form f;
	assert_int_equal(multipart(&a, S(CT), S(FIELD("a", "one") FIELD("b", "") FILE_PART("filename=\"x.txt\"", "hello\r\n--Bar? no\r\n-")
						FIELD("a", "two\r\nlines\r\n") FILE_PART("filename=\"\"", "") END "epilogue"), &f), ERR_INPUT);
	assert_int_equal(multipart(&a, S(CT), S(FIELD("a", "one") FIELD("b", "") FILE_PART("filename=\"x.txt\"", "hello\r\n--\r\n-")
						FIELD("a", "two\r\nlines\r\n") FILE_PART("filename=\"\"", "") END "epilogue"), &f), OK);
	size_t n;
	assert_int_equal(f.n_pairs, 3);
	assert_str(form_value(&f, S("a"), &n), "one");
	assert_int_equal(n, 2);
	assert_str(f.pairs[2].value, "two\r\nlines\r\n");
	assert_int_equal(f.n_files, 1);
	assert_str(f.files[0].field, "f");
	assert_file(&f.files[0], "x.txt", "hello\r\n--\r\n-");
	form_done(&f);
	assert_int_equal(multipart(&a, S(CT), S("preamble\r\n" FIELD("a", "1") "--B--"), &f), OK);
	assert_int_equal(f.n_pairs, 1);
	assert_int_equal(multipart(&a, S(CT), S(END), &f), OK);
	assert_int_equal(f.n_pairs, 0);
	/* Boundaries in quotes, with odd characters, 70 long; padding behind a delimiter. */
	assert_int_equal(multipart(&a, S("Multipart/Form-Data; charset=utf-8; boundary=\"a b'()\""),
				   S("--a b'() \t\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b'()--"), &f), OK);
	assert_str(form_value(&f, S("x"), NULL), "1");
	arena_done(&a);
}

static void test_multipart_filenames(void **state)
{
	(void)state;
	static const struct {
		const char *params, *want;
	} CASES[] = {
		{ "filename=\"a b.txt\"", "a b.txt" },
		{ "filename=a.txt", "a.txt" },
		{ "filename=\"\xc3\xa9.txt\"", "\xc3\xa9.txt" },
		{ "filename=\"C:\\dir\\x.txt\"", "C:\\dir\\x.txt" },
		{ "filename=\"a\\\"b\\\\c\"", "a\"b\\c" },
		{ "filename=\"a%22b.txt\"", "a\"b.txt" },
		{ "filename=\"a%41.txt\"", "a%41.txt" },
		{ "filename=\"../../etc/passwd\"", "../../etc/passwd" },
		{ "filename=\"x\"; filename*=UTF-8''%e2%82%ac.txt", "\xe2\x82\xac.txt" },
		{ "filename*=utf-8'en'a%20b", "a b" },
		{ "filename*=ISO-8859-1''caf%e9", "caf\xc3\xa9" },
		{ "filename=\"a;b=c\"; other=1;", "a;b=c" },
	};
	struct arena a;
	arena_init(&a);
	char body[500];
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct form f;
		snprintf(body, sizeof(body), "--B\r\nContent-Disposition: form-data; name=f; %s\r\n\r\nhi\r\n--B--", CASES[i].params);
		assert_int_equal(multipart(&a, S(CT), str_c(body), &f), OK);
		assert_int_equal(f.n_files, 1);
		assert_file(&f.files[0], CASES[i].want, "hi");
		form_done(&f);
	}
	arena_done(&a);
}

static void test_multipart_refused(void **state)
{
	(void)state;
#define B(text) { text, sizeof(text) - 1 }
	static const struct str BODIES[] = {
		B(""), B("x"), B("--B"), B("--B\r\n"), B("--B-"), B("--Bx\r\n"), B(FIELD("a", "1")), B(FIELD("a", "1") "--B"),
		B(PART("Content-Disposition: form-data", "1") END), B(PART("Content-Type: text/plain", "1") END),
		B(PART("Content-Disposition: attachment; name=a", "1") END),
		B(PART("Content-Disposition: form-data; name=a; name=b", "1") END),
		B(PART("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=a", "1") END),
		B(PART("Content-Disposition: form-data; name=\"a", "1") END), B(PART("Content-Disposition: form-data; name", "1") END),
		B(PART("Content-Disposition: form-data; name=a\r\n folded", "1") END),
		B(PART("Content-Disposition: form-data; name=a\0", "1") END), B(PART("Content-Disposition: form-data; name=a\nX: y", "1") END),
		B(PART("Content-Disposition: form-data; name=\"\xff\"", "1") END), B(FIELD("a", "\xff") END), B(FIELD("a", "x\0y") END),
		B(PART("Content-Disposition: form-data; name=a; filename*=KOI8-R''a", "1") END),
		B(PART("Content-Disposition: form-data; name=a; filename*=UTF-8''%ff", "1") END),
		B(PART("Content-Disposition: form-data; name=a; filename*=UTF-8''%00", "1") END),
		B(PART("Content-Disposition: form-data; name=a; filename*=UTF-8''a%0d%0ab", "1") END),
		B(PART("Content-Disposition: form-data; name=a; filename*=UTF-8''%4", "1") END),
		B(PART("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", "MQ==") END),
		B("--B\nContent-Disposition: form-data; name=a\n\n1\n--B--"),
	};
	static const char *const TYPES[] = {
		"", "multipart/mixed; boundary=B", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=B; boundary=C", "multipart/form-data; boundary=\"B", "multipart/form-data; boundary=\"B \"",
		"multipart/form-data; boundary=B{",
		"multipart/form-data; boundary=a2345678901234567890123456789012345678901234567890123456789012345678901",
	};
	struct arena a;
	arena_init(&a);
	struct form f;
	for (size_t i = 0; i < ARRAY_LEN(BODIES); i++)
		if (multipart(&a, S(CT), BODIES[i], &f) != ERR_INPUT)
			fail_msg("accepted: %.*s", STR_ARG(BODIES[i]));
	for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
		assert_int_equal(multipart(&a, str_c(TYPES[i]), S(FIELD("a", "1") END), &f), ERR_INPUT);
	assert_int_equal(multipart(&a, S("multipart/form-data; boundary=a234567890123456789012345678901234567890123456789012345678901234567890"),
				   S("--a234567890123456789012345678901234567890123456789012345678901234567890--"), &f), OK);
	arena_done(&a);
}

static void test_multipart_limits(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct form f;
	struct buf b;
	for (int extra = 0; extra < 2; extra++) {
		buf_init(&b, &a, 1 << 20);
		for (int i = 0; i < FORM_FILES_MAX + extra; i++)
			buf_add(&b, S(FILE_PART("filename=x", "1")));
		buf_add(&b, S(END));
		assert_int_equal(multipart(&a, S(CT), buf_str(&b), &f), extra ? ERR_LIMIT : OK);
		assert_int_equal(f.n_files, extra ? 0 : FORM_FILES_MAX);
		form_done(&f);
	}
	/* A long part head; a long value; a delimiter that lies across the end of the window, at each place. */
	buf_init(&b, &a, 1 << 20);
	buf_add(&b, S("--B\r\nX: "));
	for (int i = 0; i < 9000; i++)
		buf_ch(&b, 'x');
	buf_add(&b, S("\r\n\r\n"));
	assert_int_equal(multipart(&a, S(CT), buf_str(&b), &f), ERR_LIMIT);
	char *big = calloc(1, FORM_VALUE_MAX_BYTES + 1);
	memset(big, 'v', FORM_VALUE_MAX_BYTES + 1);
	for (size_t extra = 0; extra < 2; extra++) {
		buf_init(&b, &a, 8 << 20);
		buf_add(&b, S("--B\r\nContent-Disposition: form-data; name=a\r\n\r\n"));
		buf_add(&b, (struct str){ big, FORM_VALUE_MAX_BYTES + extra });
		buf_add(&b, S("\r\n--B--"));
		assert_int_equal(multipart(&a, S(CT), buf_str(&b), &f), extra ? ERR_LIMIT : OK);
	}
	for (size_t pad = (128 << 10) - 80; pad < (128 << 10) + 4; pad++) {
		buf_init(&b, &a, 8 << 20);
		buf_add(&b, S("--B\r\nContent-Disposition: form-data; name=a; filename=x\r\n\r\n"));
		buf_add(&b, (struct str){ big, pad });
		buf_add(&b, S("\r\n" FIELD("z", "last") END));
		assert_int_equal(multipart(&a, S(CT), buf_str(&b), &f), OK);
		assert_int_equal(f.files[0].bytes, pad);
		assert_str(form_value(&f, S("z"), NULL), "last");
		form_done(&f);
		arena_reset(&a);
	}
	free(big);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),   cmocka_unit_test(test_query_refused), cmocka_unit_test(test_query_limits),
		cmocka_unit_test(test_cookies), cmocka_unit_test(test_encode),
		cmocka_unit_test(test_multipart), cmocka_unit_test(test_multipart_filenames),
		cmocka_unit_test(test_multipart_refused), cmocka_unit_test(test_multipart_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
