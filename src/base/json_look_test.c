/* json_look_test.c: what json_out wrote is found, at any depth and whatever stands in its texts; what was cut off ends quietly. */
#include "base/json_look.h"

#include "base/json_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static void assert_str(struct str got, const char *want)
{
	if (!got.p || !str_eq(got, str_c(want)))
		fail_msg("got %.*s\nwant %s", STR_ARG(got), want);
}

static struct str written(struct arena *a)
{
	struct json_out j;
	json_init(&j, a, 4096);
	json_obj(&j);
	json_key(&j, "set");
	json_obj(&j);
	json_kstr(&j, "tricky", S("a \"b\", {c: \\} \\\\\" ]\n"));
	json_kstr(&j, "back", S("\\"));
	json_kstr(&j, "none", STR_NULL);
	json_kstr(&j, "empty", S(""));
	json_ki64(&j, "n", -42);
	json_kbool(&j, "yes", true);
	json_obj_end(&j);
	json_key(&j, "list");
	json_arr(&j);
	json_i64(&j, 1);
	json_str(&j, S("]"));
	json_arr_end(&j);
	json_kstr(&j, "status", S("open"));
	json_ki64(&j, "into", 7);
	json_obj_end(&j);
	return json_done(&j);
}

static void what_was_written_is_found(void **state)
{
	(void)state;
	struct arena a;
	struct str v = S("kept");
	arena_init(&a);
	struct str all = written(&a), set = json_look(all, "set");
	assert_str(json_look(set, "tricky"), "a \\\"b\\\", {c: \\\\} \\\\\\\\\\\" ]\\n");
	assert_str(json_look(set, "back"), "\\\\");
	assert_str(json_look(set, "empty"), "");
	assert_str(json_plain(&a, json_look(set, "tricky")), "a \"b\", {c: \\} \\\\\" ]\n");
	assert_str(json_plain(&a, json_look(set, "back")), "\\");
	assert_str(json_plain(&a, json_look(set, "empty")), "");
	assert_null(json_plain(&a, STR_NULL).p);
	assert_str(json_plain(&a, S("\\u0009a\\u0041\\u00zz\\")), "\ta" "A\xef\xbf\xbd\\");
	assert_str(json_plain(&a, S("\\u00")), "u00");
	assert_null(json_look(set, "none").p);
	assert_true(json_has(set, "none", &v));
	assert_null(v.p);
	v = S("kept");
	assert_false(json_has(set, "status", &v));       /* of the outer one */
	assert_str(v, "kept");
	assert_str(json_look(all, "status"), "open");
	assert_str(json_look(all, "list"), "[1,\"]\"]");
	assert_str(json_look(set, "yes"), "true");
	assert_true(json_look_i64(set, "n").set && json_look_i64(set, "n").v == -42);
	assert_true(json_look_i64(all, "into").v == 7);
	assert_false(json_look_i64(set, "yes").set);
	assert_false(json_look_i64(set, "none").set);
	assert_false(json_look_i64(all, "nothing").set);
	struct str key;
	size_t n = 0;
	for (size_t i = 0; json_member(set, &i, &key, &v);)
		n++;
	assert_int_equal(n, 6);
	arena_done(&a);
}

static void what_is_cut_off_ends(void **state)
{
	(void)state;
	struct arena a;
	struct str v, key;
	arena_init(&a);
	struct str all = written(&a);
	for (size_t n = 0; n <= all.n; n++) {
		struct str cut = { arena_str(&a, str_slice(all, 0, n)).p, n };
		size_t members = 0;
		for (size_t i = 0; json_member(cut, &i, &key, &v);) {
			assert_true(key.p >= cut.p && key.p + key.n <= cut.p + cut.n);
			assert_true(!v.p || (v.p >= cut.p && v.p + v.n <= cut.p + cut.n));
			assert_true(++members <= 4);
		}
	}
	assert_false(json_has(STR_NULL, "a", &v));
	assert_false(json_has(S("{}"), "a", &v));
	assert_false(json_has(S("[1,2]"), "a", &v));
	assert_false(json_has(S("\"text\""), "text", &v));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_was_written_is_found), cmocka_unit_test(what_is_cut_off_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
