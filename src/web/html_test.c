/* html_test.c: escaping in every position, and what tmplgen makes of html_test_page.html. */
#include "web/html.h"
#include "web/html_test_page.html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static struct str made(void (*f)(struct html *, struct str), const char *in)
{
	static struct arena a;
	static char out[512];
	struct html h;
	arena_init(&a);
	html_init(&h, &a, 4096);
	f(&h, str_c(in));
	struct str s = buf_str(&h.buf);
	assert_true(s.n < sizeof out);
	if (s.n)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	arena_done(&a);
	return str_c(out);
}

static void each_position_escapes(void **state)
{
	(void)state;
	static const struct {
		void (*f)(struct html *, struct str);
		const char *in, *out;
	} rows[] = {
		{ html_text_str, "<script>&\"'", "&lt;script&gt;&amp;&quot;&#39;" },
		{ html_text_str, "plain", "plain" },
		{ html_text_str, "", "" },
		{ html_text_str, NULL, "" },
		{ html_text_str, "a<b", "a&lt;b" },
		{ html_attr_str, "\" onload='x'>", "&quot; onload=&#39;x&#39;&gt;" },
		{ html_url_part_str, "a b/..?&#%\"<ö", "a%20b%2F..%3F%26%23%25%22%3C%C3%B6" },
		{ html_url_part_str, "AZaz09-_.~", "AZaz09-_.~" },
		{ html_url_whole_str, "/tickets/1?a=b&c=d#e", "/tickets/1?a=b&amp;c=d#e" },
		{ html_url_whole_str, "https://example.com/a%20b", "https://example.com/a%20b" },
		{ html_url_whole_str, "HTTP://example.com/", "HTTP://example.com/" },
		{ html_url_whole_str, "mailto:a@example.com", "mailto:a@example.com" },
		{ html_url_whole_str, "queue/7", "queue/7" },
		{ html_url_whole_str, "?page=2", "?page=2" },
		{ html_url_whole_str, "/a:b", "/a:b" },
		{ html_url_whole_str, "javascript:alert(1)", "#" },
		{ html_url_whole_str, "JaVaScRiPt:alert(1)", "#" },
		{ html_url_whole_str, " javascript:alert(1)", "#" },
		{ html_url_whole_str, "java\tscript:alert(1)", "#" },
		{ html_url_whole_str, "\x01javascript:alert(1)", "#" },
		{ html_url_whole_str, "data:text/html,x", "#" },
		{ html_url_whole_str, "vbscript:x", "#" },
		{ html_url_whole_str, "blob:x", "#" },
		{ html_url_whole_str, "https:evil.example", "#" },
		{ html_url_whole_str, "//evil.example/", "#" },
		{ html_url_whole_str, "/\\evil.example/", "/%5Cevil.example/" },
		{ html_url_whole_str, "\\\\evil.example/", "%5C%5Cevil.example/" },
		{ html_url_whole_str, "/\t/evil.example", "/%09/evil.example" },
		{ html_url_whole_str, "/\"><script>", "/&quot;&gt;&lt;script&gt;" },
		{ html_url_whole_str, "/ö b", "/%C3%B6%20b" },
		{ html_url_whole_str, "", "#" },
		{ html_url_whole_str, NULL, "#" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(made(rows[i].f, rows[i].in).p, rows[i].out);
}

static void the_type_of_a_value_chooses_its_function(void **state)
{
	(void)state;
	struct arena a;
	struct html h;
	arena_init(&a);
	html_init(&h, &a, 4096);
	const char *c = "<";
	char local[] = ">";
	const struct str s = S("&");
	HTML_OUT(text, &h, c);
	HTML_OUT(text, &h, local);
	HTML_OUT(text, &h, s);
	HTML_OUT(text, &h, 7);
	HTML_OUT(text, &h, (size_t)8);
	HTML_OUT(text, &h, INT64_MIN);
	HTML_OUT(text, &h, true);
	HTML_OUT(attr, &h, SOME(-9));
	HTML_OUT(attr, &h, NONE);
	HTML_OUT(url_part, &h, "/");
	struct str got = buf_str(&h.buf);
	assert_true(str_eq(got, S("&lt;&gt;&amp;78-92233720368547758081-9%2F")));
	arena_done(&a);
}

static void past_the_ceiling_the_page_says_so(void **state)
{
	(void)state;
	struct arena a;
	struct html h;
	arena_init(&a);
	html_init(&h, &a, 8);
	html_text_str(&h, S("<<<<<<<<<<"));
	assert_int_equal(buf_err(&h.buf), ERR_LIMIT);
	assert_true(buf_str(&h.buf).n <= 8);
	arena_done(&a);
}

static void a_template_renders(void **state)
{
	(void)state;
	struct arena a;
	struct html h;
	arena_init(&a);
	html_init(&h, &a, 1 << 16);
	h.csrf = S("tok\"en");
	struct str names[] = { S("A & B"), S("<i>") };
	test_page(&h, names, 2, S("\n\"<x>'"), S("javascript:alert(1)"), SOME(42));
	struct str want = S("<!doctype html>\n<html lang=\"en\">\n<head><title>\n&quot;&lt;x&gt;&#39; · tend</title></head>\n<body>\n"
			    "\n<h1 class=\"a \n&quot;&lt;x&gt;&#39; has\" data-x='\n&quot;&lt;x&gt;&#39;'>\n&quot;&lt;x&gt;&#39;</h1>\n"
			    "<a href=\"#\">whole</a> <a href=\"/q?name=%0A%22%3Cx%3E%27&amp;n=42\">part</a> "
			    "<a href=\"/t/2#%0A%22%3Cx%3E%27\">path</a>\n"
			    "<a href=\"/a/42\">either</a>\n"
			    "<ul>\n\n<li class=\"first\">0 A &amp; B</li>\n\n<li>1 &lt;i&gt;</li>\n</ul>\nmany\n"
			    "<form method=\"POST\" action=\"/go\"><input type=\"hidden\" name=\"_csrf\" value=\"tok&quot;en\">"
			    "<textarea name=\"t\">\n\n&quot;&lt;x&gt;&#39;</textarea>\n"
			    "<pre>\n  {{ kept\n    as is\n</pre>\n<input name=\"c\" type=\"checkbox\" checked>\n</form>\n"
			    "<form method=\"get\" action=\"/find\"><button>Find</button></form>\n<b>made</b>\n"
			    "</body>\n</html>\n\n");
	struct str got = buf_str(&h.buf);
	if (!str_eq(got, want))
		print_message("got:\n%.*s\n", STR_ARG(got));
	assert_true(str_eq(got, want));
	html_init(&h, &a, 1 << 16);
	test_page(&h, NULL, 0, S("s"), S("/u"), NONE);
	got = buf_str(&h.buf);
	assert_true(str_find(got, S("<li>nobody</li>")) > 0);
	assert_true(str_find(got, S("</ul>\nnone\n")) > 0);
	assert_true(str_find(got, S("<a href=\"/u\">either</a>")) > 0);
	assert_true(str_find(got, S("type=\"checkbox\">")) > 0);
	arena_done(&a);
}

static void times_are_for_people_and_for_machines(void **state)
{
	(void)state;
	struct arena a;
	struct html h;
	utime t, now;
	arena_init(&a);
	assert_true(civil_parse_rfc3339(S("2026-11-24T13:12:05Z"), &t));
	assert_true(civil_parse_rfc3339(S("2026-11-24T16:20:00Z"), &now));
	html_init(&h, &a, 1 << 12);
	h.now_us = now;
	html_time(&h, t);
	assert_true(str_eq(buf_str(&h.buf), S("<time datetime=\"2026-11-24T13:12:05Z\" "
					      "title=\"Tue 2026-11-24 13:12:05 UTC\">Tue 13:12</time>")));
	html_init(&h, &a, 1 << 12);
	h.now_us = now;
	h.zone = zone_find(S("Asia/Kolkata"));
	assert_non_null(h.zone);
	html_age(&h, t);
	assert_true(str_eq(buf_str(&h.buf), S("<time datetime=\"2026-11-24T13:12:05Z\" data-age "
					      "title=\"Tue 2026-11-24 18:42:05 IST (13:12 UTC)\">3 h</time>")));
	html_init(&h, &a, 1 << 12);
	h.now_us = t - 5;
	html_age(&h, t);
	assert_true(str_ends(buf_str(&h.buf), S(">0 min</time>")));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_position_escapes),
		cmocka_unit_test(the_type_of_a_value_chooses_its_function),
		cmocka_unit_test(past_the_ceiling_the_page_says_so),
		cmocka_unit_test(a_template_renders),
		cmocka_unit_test(times_are_for_people_and_for_machines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
