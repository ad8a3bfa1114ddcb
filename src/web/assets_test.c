/* assets_test.c: the embedded files are there under hashed names, with the right bytes both plain and packed. */
#include "web/assets.h"
#include "base/buf.h"
#include "web/html.h"
#include "web/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>

#include "base/banned.h"

static void each_asset_is_found_and_unpacks_to_itself(void **state)
{
	(void)state;
	assert_true(asset_count >= 3);
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *a = &asset_table[i];
		assert_ptr_equal(asset_find(a->hashed), a);
		assert_true(str_eq(asset_url(a->name.p), a->url));
		assert_true(str_starts(a->url, S("/static/")) && str_ends(a->url, a->hashed));
		char hash[16];
		snprintf(hash, sizeof hash, ".%08lx.", crc32(0, (const unsigned char *)a->bytes.p, (unsigned)a->bytes.n));
		assert_true(str_find(a->hashed, str_c(hash)) > 0);
		if (!a->gzip.p)
			continue;
		assert_true(a->gzip.n < a->bytes.n);
		unsigned char *out = calloc(1, a->bytes.n + 1);
		z_stream z = { .next_in = (unsigned char *)(uintptr_t)a->gzip.p, .avail_in = (unsigned)a->gzip.n,
			       .next_out = out, .avail_out = (unsigned)a->bytes.n + 1 };
		assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		inflateEnd(&z);
		assert_int_equal(z.total_out, a->bytes.n);
		assert_memory_equal(out, a->bytes.p, a->bytes.n);
		free(out);
	}
}

static void other_names_are_not_found(void **state)
{
	(void)state;
	assert_null(asset_find(S("desk.css")));
	assert_null(asset_find(S("")));
	assert_null(asset_find(STR_NULL));
	assert_null(asset_find(S("../desk.css")));
}

static void types_are_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq(asset_table[i].name, S("desk.js")))
			assert_true(str_eq(asset_table[i].type, S("text/javascript; charset=utf-8")));
		else if (str_eq(asset_table[i].name, S("desk.css")))
			assert_true(str_eq(asset_table[i].type, S("text/css; charset=utf-8")));
}

/* desk.js comes with its parts, in their order, and without the lines that only readers of the sources need. */
static void the_script_is_whole(void **state)
{
	(void)state;
	static const char *const order[] = { "function dialog(", "function morph(", "function startLive(", "function setUpDraft(", "function setUpComposer(", "function tick(", "\nrecall();\n" };
	const struct asset *a = asset_find(str_slice(asset_url("desk.js"), strlen("/static/"), 200));
	ptrdiff_t at = -1;
	assert_non_null(a);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		ptrdiff_t next = str_find(a->bytes, str_c(order[i]));
		if (next <= at)
			fail_msg("%s stands at %td, after %td", order[i], next, at);
		at = next;
	}
	assert_true(str_find(a->bytes, S("\n//")) < 0 && str_find(a->bytes, S("\n/*")) < 0 && str_find(a->bytes, S("\n  /*")) < 0);
	for (size_t i = 0; i < asset_count; i++)
		assert_true(str_find(asset_table[i].name, S("desk.live")) < 0);
}

/* First visit: page, style and script, packed, in three requests of together at most 60 KB; the page gets the rest. */
static void the_first_visit_stays_light(void **state)
{
	(void)state;
	size_t sum = 0;
	for (size_t i = 0; i < asset_count; i++)
		sum += asset_table[i].gzip.p ? asset_table[i].gzip.n : asset_table[i].bytes.n;
	assert_true(sum < 30 * 1024);
}

static struct str page_of(struct arena *a, const struct layout *l)
{
	struct html h;
	html_init(&h, a, 1 << 16);
	h.csrf = l->csrf;
	layout_top(&h, l);
	html_raw(&h, "<h1>x</h1>", 10);
	layout_bottom(&h, l);
	assert_int_equal(buf_err(&h.buf), OK);
	return buf_str(&h.buf);
}

static void the_layout_shows_what_it_is_given(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	const struct layout_link views[] = {
		{ .label = S("Next up"), .url = S("/queue"), .count = S("31"), .here = true },
		{ .label = S("<Mine>"), .url = S("/queue/mine") },
	};
	const struct layout l = { .title = S("Q & A"), .csrf = S("tok"), .me_name = S("Mara"), .me_initials = S("ML"), .me_id = 3,
				  .views = views, .n_views = 2, .flash = S("Sent."), .flash_undo_url = S("/do/undo"),
				  .flash_left_s = 9, .signed_in = true, .live_url = S("/live?topic=tickets") };
	struct str got = page_of(&a, &l);
	static const char *const has[] = {
		"<title>Q &amp; A · tend</title>", "<meta name=\"csrf\" content=\"tok\">", "data-live=\"/live?topic=tickets\" data-me=\"3\"",
		"<a href=\"/queue\" aria-current=\"page\" data-palette>Next up<span class=\"hush\">, </span><span class=\"n\">31</span></a>",
		"<a href=\"/queue/mine\" data-palette>&lt;Mine&gt;</a>", "role=\"status\" data-left=\"9\">",
		"<form method=\"post\" action=\"/do/undo\"><input type=\"hidden\" name=\"_csrf\" value=\"tok\">", "href=\"#main\"",
		"<main id=\"main\"", "<h1>x</h1>",
	};
	for (size_t i = 0; i < ARRAY_LEN(has); i++) {
		if (str_find(got, str_c(has[i])) < 0)
			print_message("lacks %s in\n%.*s\n", has[i], STR_ARG(got));
		assert_true(str_find(got, str_c(has[i])) >= 0);
	}
	const struct layout door = { .title = S("Sign in"), .flash = S("Wrong."), .flash_bad = true };
	got = page_of(&a, &door);
	assert_true(str_find(got, S("class=\"frame door\"")) > 0);
	assert_true(str_find(got, S("<div class=\"flash bad\" role=\"alert\">")) > 0);
	assert_int_equal(str_find(got, S("class=\"rail\"")), -1);
	assert_int_equal(str_find(got, S("data-live")), -1);
	assert_int_equal(str_find(got, S("name=\"_csrf\"")), -1);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_asset_is_found_and_unpacks_to_itself),
		cmocka_unit_test(other_names_are_not_found),
		cmocka_unit_test(types_are_right),
		cmocka_unit_test(the_script_is_whole),
		cmocka_unit_test(the_first_visit_stays_light),
		cmocka_unit_test(the_layout_shows_what_it_is_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
