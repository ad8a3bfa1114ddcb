/* json_out_test.c: what is written is what jansson reads back; commas, escapes, ceilings, nesting. */
#include "base/json_out.h"

#include "base/utf8.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/banned.h"

static void assert_str(struct str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("got %.*s\nwant %s", STR_ARG(got), want);
}

static void test_shapes(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct json_out j;
	json_init(&j, &a, 4096);
	json_obj(&j);
	json_kstr(&j, "s", S("text"));
	json_kstr(&j, "null", STR_NULL);
	json_kstr(&j, "empty", S(""));
	json_ki64(&j, "least", INT64_MIN);
	json_kopt(&j, "some", SOME(5));
	json_kopt(&j, "none", NONE);
	json_kbool(&j, "yes", true);
	json_ktime(&j, "at", 0);
	json_kopt_time(&j, "never", NONE);
	json_kopt_time(&j, "then", SOME(UTIME_US_PER_SECOND + 1));
	json_key(&j, "list");
	json_arr(&j);
	json_i64(&j, 1);
	json_arr(&j);
	json_arr_end(&j);
	json_obj(&j);
	json_obj_end(&j);
	json_nil(&j);
	json_bool(&j, false);
	json_raw(&j, S("{\"raw\":1}"));
	json_str(&j, S("last"));
	json_arr_end(&j);
	json_key(&j, "after");
	json_obj(&j);
	json_ki64(&j, "x", 1);
	json_ki64(&j, "y", 2);
	json_obj_end(&j);
	json_obj_end(&j);
	assert_str(json_done(&j),
		   "{\"s\":\"text\",\"null\":null,\"empty\":\"\",\"least\":-9223372036854775808,\"some\":5,\"none\":null,\"yes\":true,"
		   "\"at\":\"1970-01-01T00:00:00.000000Z\",\"never\":null,\"then\":\"1970-01-01T00:00:01.000001Z\","
		   "\"list\":[1,[],{},null,false,{\"raw\":1},\"last\"],\"after\":{\"x\":1,\"y\":2}}");
	assert_int_equal(buf_err(&j.buf), OK);
	json_t *read = json_loadb(j.buf.p, j.buf.n, 0, NULL);
	assert_non_null(read);
	json_decref(read);
	arena_done(&a);
}

/* One text in an array, there and back through jansson. */
static void check_text(struct arena *a, struct str in, struct str want)
{
	struct json_out j;
	json_init(&j, a, 1 << 20);
	json_arr(&j);
	json_str(&j, in);
	json_arr_end(&j);
	struct str out = json_done(&j);
	assert_true(utf8_valid(out));
	json_error_t e;
	json_t *read = json_loadb(out.p, out.n, JSON_ALLOW_NUL, &e);
	if (!read)
		fail_msg("%.*s: %s", STR_ARG(out), e.text);
	const json_t *s = json_array_get(read, 0);
	if (!str_eq((struct str){ json_string_value(s), json_string_length(s) }, want))
		fail_msg("%.*s came back different", STR_ARG(out));
	json_decref(read);
}

static void test_text(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	char all[128];
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	check_text(&a, (struct str){ all, sizeof(all) }, (struct str){ all, sizeof(all) });
	static const struct str SAME[] = { { "", 0 }, { "\"\\/", 3 }, { "gr\xc3\xbc\xc3\x9f", 6 }, { "\xf0\x9f\x98\x80", 4 },
					   { "\xe2\x80\xa8\xe2\x80\xa9", 6 } };
	for (size_t i = 0; i < ARRAY_LEN(SAME); i++)
		check_text(&a, SAME[i], SAME[i]);
	check_text(&a, S("a\xff" "b"), S("a\xef\xbf\xbd" "b"));
	check_text(&a, S("\xed\xa0\x80"), S("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
	check_text(&a, S("cut \xe2\x82"), S("cut \xef\xbf\xbd\xef\xbf\xbd"));
	/* Keys are texts too. */
	struct json_out j;
	json_init(&j, &a, 100);
	json_obj(&j);
	json_ki64(&j, "a\"b\n", 1);
	json_obj_end(&j);
	assert_str(json_done(&j), "{\"a\\\"b\\n\":1}");
	arena_done(&a);
}

static void test_ceiling(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct json_out j;
	json_init(&j, &a, 20);
	json_arr(&j);
	json_str(&j, S("more than twenty bytes of text"));
	json_arr_end(&j);
	json_done(&j);
	assert_int_equal(buf_err(&j.buf), ERR_LIMIT);
	arena_done(&a);
}

static bool aborts(int opens, int closes)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(2);
		struct arena a;
		struct json_out j;
		arena_init(&a);
		json_init(&j, &a, 1000);
		while (opens--)
			json_arr(&j);
		while (closes--)
			json_arr_end(&j);
		json_done(&j);
		arena_done(&a);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_nesting(void **state)
{
	(void)state;
	assert_false(aborts(31, 31));
	assert_true(aborts(32, 32)); /* too deep */
	assert_true(aborts(2, 1));   /* left open */
	assert_true(aborts(1, 2));   /* closed twice */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_nesting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
