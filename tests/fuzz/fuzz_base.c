/* fuzz_base.c: any bytes through the small readers and writers of base: UTF-8, numbers, RFC 3339, JSON text, lines. */
#include "base/civil.h"
#include "base/json_out.h"
#include "base/utf8.h"

#include <jansson.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void texts(struct arena *a, struct str s)
{
	struct str clean = utf8_clean(a, s);
	ASSERT(utf8_valid(clean) && clean.n <= 3 * s.n);
	ASSERT(utf8_length(clean) == utf8_length(s));
	for (size_t max = 0; max < 8; max++)
		ASSERT(utf8_valid(utf8_clip(clean, max)) && utf8_clip(clean, max).n <= max);
	struct json_out j;
	json_init(&j, a, 8 * s.n + 16);
	json_arr(&j);
	json_str(&j, s.p ? s : S(""));
	json_arr_end(&j);
	struct str out = json_done(&j);
	ASSERT(buf_err(&j.buf) == OK && utf8_valid(out));
	json_t *read = json_loadb(out.p, out.n, JSON_ALLOW_NUL, NULL);
	ASSERT(read != NULL);
	const json_t *text = json_array_get(read, 0);
	ASSERT(utf8_length((struct str){ json_string_value(text), json_string_length(text) }) == utf8_length(s));
	json_decref(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct str s = { n ? (const char *)p : NULL, n };
	texts(&a, s);
	int64_t v;
	if (str_i64(s, &v)) {
		struct buf b;
		buf_init(&b, &a, 40);
		buf_i64(&b, v);
		ASSERT(str_eq(buf_str(&b), s)); /* one spelling for one number */
	}
	utime t, back;
	if (civil_parse_rfc3339(s, &t)) {
		utime least = civil_days(0, 1, 1) * UTIME_US_PER_DAY, most = civil_days(10000, 1, 1) * UTIME_US_PER_DAY;
		ASSERT(t >= least - UTIME_US_PER_DAY && t <= most + UTIME_US_PER_DAY);
		if (t >= least && t < most)
			ASSERT(civil_parse_rfc3339(civil_rfc3339(&a, t), &back) && back == t);
	}
	struct str rest = s, line;
	size_t seen = 0;
	while (str_line(&rest, &line)) {
		ASSERT(str_find_ch(line, '\n') < 0);
		seen += line.n;
	}
	ASSERT(seen <= n && rest.n == 0);
	struct str trimmed = str_trim(s), head, tail;
	ASSERT(trimmed.n <= n);
	if (str_cut(s, ':', &head, &tail))
		ASSERT(head.n + 1 + tail.n == n);
	arena_done(&a);
	return 0;
}
