/* cert_rule_test.c: the examples and our own cases (tests/golden/growth, one per sentence of docs/certification.md), what no JSON object is, and a line of
 * a hundred thousand events. The random comparison with a second implementation is tests/oracle/certification.mjs. */
#include "growth/cert_rule.h"

#include "base/buf.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static struct str ask(struct arena *a, struct str line)
{
	struct buf out;
	buf_init(&out, a, 64 << 20);
	cert_eval_line(a, line, &out);
	return buf_str(&out);
}

/* "" when the answer is the expected one, else why not. */
static struct str compare(struct arena *a, struct str line)
{
	json_error_t e;
	json_auto_t *answer = NULL;
	struct str text = ask(a, line);
	answer = json_loadb(text.p, text.n, 0, &e);
	if (!answer)
		return S("the answer is no JSON");
	/* The question may hold numbers the library cannot read; the expectation stands at the end. */
	ptrdiff_t at = -1;
	for (ptrdiff_t next; (next = str_find(str_slice(line, (size_t)at + 1, line.n), S("\"expect\":"))) >= 0;)
		at += 1 + next;
	assert_true(at > 0);
	json_auto_t *expect = json_loadb(line.p + at + 9, line.n - (size_t)at - 10, 0, &e);
	assert_non_null(expect);
	if (json_is_true(json_object_get(expect, "error")))
		return json_string_length(json_object_get(answer, "error")) ? S("") : text;
	json_object_del(answer, "id");
	return json_equal(answer, expect) ? S("") : text;
}

static void run_file(const char *name, int least)
{
	char path[400];
	struct arena a;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int seen = 0, wrong = 0;
	snprintf(path, sizeof(path), "%s/tests/golden/growth/%s", getenv("TEND_SOURCE_ROOT"), name);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	arena_init(&a);
	while ((n = getline(&line, &cap, f)) > 0) {
		struct str text = str_trim((struct str){ line, (size_t)n }), why = compare(&a, text);
		seen++;
		if (why.n) {
			wrong++;
			print_error("%.*s\n  → %.*s\n", STR_ARG(text), STR_ARG(why));
		}
		arena_reset(&a);
	}
	assert_int_equal(wrong, 0);
	assert_true(seen >= least);
	free(line);
	fclose(f);
	arena_done(&a);
}

static void the_examples(void **state)
{
	(void)state;
	run_file("examples-certification.jsonl", 11);
}

static void a_case_per_sentence(void **state)
{
	(void)state;
	run_file("certification-rules.jsonl", 140);
}

static void bad_lines_are_answered(void **state)
{
	(void)state;
	static const char *const lines[] = { "{", "[]", "null", "7", "\"x\"", "{}", "{\"id\":7}", "{\"id\":null}", "nonsense", "{\"id\":\"x\",\"id\":\"y\"}",
					     "{\"id\":\"\xff\"}", "{\"id\":1e400}", "{\"id\":01}", "{\"a\":99999999999999999999" };
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct str answer = ask(&a, str_c(lines[i]));
		assert_true(str_starts(answer, S("{\"id\":null,\"error\":\"")));
	}
	/* The id is given back where it can be read. */
	assert_true(str_starts(ask(&a, S("{\"id\":\"a\\u0000b\\u00e9\"}")), S("{\"id\":\"a\\u0000b\xc3\xa9\",\"error\":\"programme is missing\"")));
	char *big = malloc(CERT_LINE_MAX_BYTES + 1);
	memset(big, ' ', CERT_LINE_MAX_BYTES + 1);
	assert_true(str_find(ask(&a, (struct str){ big, CERT_LINE_MAX_BYTES + 1 }), S("longer than")) > 0);
	free(big);
	arena_done(&a);
}

/* 100,000 events of one person, alternately scored full and not: the answer comes in well under the second that a quadratic rule would need many of. */
static void a_long_life(void **state)
{
	(void)state;
	enum { N = 50000 };
	struct arena a;
	arena_init(&a);
	struct cert_event *e = arena_array(&a, struct cert_event, 2 * N + 1);
	const struct cert_value full = { S("c"), 3, true }, half = { S("c"), 2, true };
	e[0] = (struct cert_event){ .at_us = 1, .type = CERT_CLEARANCE };
	for (int i = 0; i < N; i++) {
		struct str id = arena_fmt(&a, "s%d", i);
		e[1 + 2 * i] = (struct cert_event){ .at_us = 2 + i, .type = CERT_SESSION, .session = id, .lead = true, .shadow = true };
		e[2 + 2 * i] = (struct cert_event){ .at_us = 2 + i, .type = CERT_SCORE, .session = id, .scorer = S("mentor"),
						    .values = i % 2 ? &full : &half, .n_values = 1 };
	}
	const struct cert_competency c = { S("c"), true };
	const struct str scorer = S("mentor");
	const struct cert_programme p = { .competencies = &c, .n_competencies = 1, .scorers = &scorer, .n_scorers = 1, .max_score = 3,
					  .min_led_sessions = N, .pass = CERT_LATEST };
	struct cert_result r;
	int64_t began = clock_mono_us();
	cert_eval(&a, &p, INT64_MAX, e, 2 * N + 1, &r);
	assert_true(clock_mono_us() - began < 5 * UTIME_US_PER_SECOND);
	assert_int_equal(r.state, CERT_CERTIFIED);
	/* The newest score is full already when the session arrives that makes the number; the weak scores between are of no avail. */
	assert_int_equal(r.certified_by, 2 * N);
	assert_int_equal(r.counting_sessions, N);
	assert_int_equal(r.n_focus, 0);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_examples), cmocka_unit_test(a_case_per_sentence),
					    cmocka_unit_test(bad_lines_are_answered), cmocka_unit_test(a_long_life) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
