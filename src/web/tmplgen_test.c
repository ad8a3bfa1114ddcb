/* tmplgen_test.c: what the template compiler refuses, with its words, and the C it makes of what it accepts. */
/* NOLINTBEGIN(bugprone-suspicious-include): the tool stands alone and has no library to link with. */
#define TMPLGEN_NO_MAIN 1
#include "../../tools/tmplgen.c"
#include "../../tools/tmplgen_html.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include <setjmp.h>
#include <cmocka.h>

#include "base/banned.h"

/* Compiles src as x.html into *t; the caller frees. */
static struct tmpl *made(const char *src, size_t n, bool *ret_ok)
{
	struct tmpl *t = calloc(1, sizeof *t);
	assert_non_null(t);
	t->file = "x.html";
	t->src = src;
	t->n = n;
	*ret_ok = compile(t, "x.html.h");
	return t;
}

static void dropped(struct tmpl *t)
{
	tmpl_done(t);
	free(t);
}

#define T "{{template f(int a)}}"
#define E "{{end}}"
static const struct {
	const char *src, *error;
} refused[] = {
	/* positions where no escaping is safe */
	{ T "<a href={{a}}>x</a>" E, "x.html:1: an unquoted attribute: write href=\"…\"" },
	{ T "<a href=x>x</a>" E, "x.html:1: an unquoted attribute: write href=\"…\"" },
	{ T "<{{a}}></a>" E, "x.html:1: a bare < in text: write &lt;" },
	{ T "<a{{a}}></a>" E, "x.html:1: a value in a tag name" },
	{ T "<a {{a}}></a>" E, "x.html:1: a value cannot stand for an attribute; write name=\"{{value}}\"" },
	{ T "<a x{{a}}=\"1\"></a>" E, "x.html:1: a value in an attribute name" },
	{ T "<script>{{a}}</script>" E, "x.html:1: a value inside <script>: hand it over in a data- attribute" },
	{ T "<style>{{a}}</style>" E, "x.html:1: a value inside <style>: hand it over in a data- attribute" },
	{ T "<script>go()</script>" E, "x.html:1: <script> with content: the content security policy forbids it; use a file of assets/" },
	{ T "<!-- {{a}} -->" E, "x.html:1: a tag inside a comment; {{# why}} makes a comment that is not sent" },
	{ T "<!doctype {{a}}>" E, "x.html:1: a tag inside the doctype; {{# why}} makes a comment that is not sent" },
	{ T "\n<p style=\"color: red\">x</p>" E, "x.html:2: style= does not build: use a class of desk.css" },
	{ T "<p onclick=\"{{a}}\">x</p>" E, "x.html:1: onclick=: handlers do not build; desk.js listens by data- attributes" },
	{ T "<p ONCLICK=\"x\">x</p>" E, "x.html:1: onclick=: handlers do not build; desk.js listens by data- attributes" },
	{ T "<iframe sandbox srcdoc=\"{{a}}\"></iframe>" E, "x.html:1: srcdoc= does not build: there is no safe way to write it" },
	{ T "<img srcset=\"{{a}}\">" E, "x.html:1: srcset= does not build: there is no safe way to write it" },
	{ T "<meta http-equiv=\"refresh\">" E, "x.html:1: http-equiv= does not build: there is no safe way to write it" },
	{ T "<button formmethod=\"post\">x</button>" E, "x.html:1: formmethod= does not build: there is no safe way to write it" },
	{ T "<p title=\"{{time a}}\"></p>" E, "x.html:1: {{time}} writes markup: it may stand only in text, not in an attribute value" },
	{ T "<title>{{safe a}}</title>" E, "x.html:1: {{safe}} writes markup: it may stand only in text, not in the text of <title> or <textarea>" },
	{ T "<p {{call g(h)}}></p>" E, "x.html:1: {{call}} writes markup: it may stand only in text, not in a tag" },
	{ T "<iframe src=\"/x\"></iframe>" E, "x.html:1: <iframe> needs the sandbox attribute" },
	{ T "<base href=\"/\">" E, "x.html:1: <base> does not build: the content security policy forbids it or it is obsolete" },
	/* URLs */
	{ T "<a href=\"javascript:x\">x</a>" E, "x.html:1: a URL may only begin with http:, https:, mailto: or a path" },
	{ T "<img src=\"data:image/png;x\">" E, "x.html:1: a URL may only begin with http:, https:, mailto: or a path" },
	{ T "<a href=\"https://{{a}}/x\">x</a>" E, "x.html:1: a value in the host of a URL: pass the whole URL as one value" },
	{ T "<a href=\"//{{a}}\">x</a>" E, "x.html:1: a value in the host of a URL: pass the whole URL as one value" },
	{ T "<a href=\"{{if a}}/x{{end}}{{a}}\">x</a>" E, "x.html:1: the branches before this value begin the URL differently: write the whole URL in each" },
	{ T "<a href=\"{{for ;;}}{{a}}{{end}}\">x</a>" E, "x.html:1: a loop may not begin a URL" },
	/* structure */
	{ T "\n<div>\n" E, "x.html:2: <div> is never closed" },
	{ T "<div>\n<b></div></b>" E, "x.html:2: </div> stands where <b> of line 2 must be closed first" },
	{ T "</div>" E, "x.html:1: </div> closes nothing" },
	{ T "<br></br>" E, "x.html:1: </br>: <br> has no end tag" },
	{ T "<div/>" E, "x.html:1: <div/> does not close the element in HTML; write <div></div>" },
	{ T "<p><div></div></p>" E, "x.html:1: <div> inside <p>: the browser would close the <p>; use <div>" },
	{ T "<a><b><a></a></b></a>" E, "x.html:1: <a> inside <a>: the browser would close the outer one" },
	{ T "<form><div><form method=\"post\"></form></div></form>" E, "x.html:1: a <form> inside a form: the browser would drop it; close the outer one first" },
	{ T "<p class=\"a\" class=\"b\"></p>" E, "x.html:1: the attribute class stands twice in <p>; the browser would ignore the second" },
	{ T "<p{{if a}} class=\"a\"{{end}} class=\"b\"></p>" E, "x.html:1: the attribute class stands twice in <p>; the browser would ignore the second" },
	{ T "<p class=\"a\"id=\"b\"></p>" E, "x.html:1: a space is missing before an attribute of <p>" },
	{ T "<p{{if a}}class=\"a\"{{end}}></p>" E, "x.html:1: a space is missing before an attribute of <p>" },
	{ T "<p></p class=\"x\">" E, "x.html:1: </p> may not have attributes" },
	{ T "<p \"x\"></p>" E, "x.html:1: unexpected \" in <p>" },
	{ T "<p / class=\"x\"></p>" E, "x.html:1: a stray / in <p>" },
	{ T "a < b" E, "x.html:1: a bare < in text: write &lt;" },
	{ T "<textarea><b></textarea>" E, "x.html:1: a < inside <textarea>: write &lt;" },
	{ T "<title></b></title>" E, "x.html:1: only </title> may follow here; write &lt; for a <" },
	{ T "<p class=\"x" E, "x.html:1: the template of line 1 ends inside an attribute value" },
	/* branches */
	{ T "{{if a}}<b>{{end}}</b>" E, "x.html:1: branches of {{if}} of line 1 end in different positions: <b> is open in one only" },
	{ T "{{if a}}<b>{{else}}<i>{{end}}</b>" E, "x.html:1: branches of {{if}} of line 1 end inside different elements: <b> and <i>" },
	{ T "\n{{for ;;}}<b>\n{{end}}" E, "x.html:3: {{for}}, run or not, of line 2 end in different positions: <b> is open in one only" },
	{ T "{{for ;;}}x{{else}}<b>{{end}}" E, "x.html:1: {{for}}, run or not, of line 1 end in different positions: <b> is open in one only" },
	{ T "<p {{if a}}class=\"{{end}}\"></p>" E, "x.html:1: branches of {{if}} of line 1 end in different positions: an attribute value and a tag" },
	{ T "<form{{if a}} method=\"post\"{{end}}></form>" E, "x.html:1: method=, sandbox and / may not depend on a branch" },
	{ T "<form method=\"{{if a}}post{{else}}get{{end}}\"></form>" E, "x.html:1: method=, sandbox and / may not depend on a branch" },
	{ T "<form method=\"{{a}}\"></form>" E, "x.html:1: method= must be written out, so that the CSRF field can be added" },
	/* tags */
	{ T "{{a", "x.html:1: {{ without }}" },
	{ T "{{a(}}" E, "x.html:1: a } without its partner" },
	{ T "{{\"x}}" E, "x.html:1: a literal that does not end on its line" },
	{ T "{{a /* x */}}" E, "x.html:1: a C comment inside a tag: use {{# why}}" },
	{ T "{{a // x\n}}" E, "x.html:1: a C comment inside a tag: use {{# why}}" },
	{ T "{{a\n#define x\n}}" E, "x.html:1: # is not C that a tag may hold" },
	{ T "{{a; b}}" E, "x.html:1: {{}} takes one expression, without ;" },
	{ T "{{}}" E, "x.html:1: {{}} needs a C expression" },
	{ T "{{time}}" E, "x.html:1: {{time}} needs a C expression" },
	{ T "{{if}}" E, "x.html:1: {{if}} needs a C expression" },
	{ T "{{for a}}{{end}}" E, "x.html:1: {{for}} needs \"init; condition; step\"" },
	{ T "{{else}}" E, "x.html:1: {{else}} without its {{if}} or {{for}}" },
	{ T "{{for ;;}}{{elif a}}{{end}}" E, "x.html:1: {{elif}} without its {{if}}" },
	{ T "{{if a}}{{else}}{{else}}{{end}}" E, "x.html:1: {{else}} after {{else}}" },
	{ T "{{if a}}{{else}}{{elif a}}{{end}}" E, "x.html:1: {{elif}} after {{else}}" },
	{ T "{{if a}}{{else if b}}{{end}}" E, "x.html:1: {{else}} takes nothing; {{elif condition}} does" },
	{ T "{{end if}}", "x.html:1: {{end}} takes nothing" },
	{ T "\n{{if a}}", "x.html:2: this block is never ended with {{end}}" },
	{ T "{{if a}}", "x.html:1: this block is never ended with {{end}}" },
	{ T E E, "x.html:1: only {{include}}, {{template}} and comments may stand outside a template" },
	{ "{{a}}", "x.html:1: only {{include}}, {{template}} and comments may stand outside a template" },
	{ "hello", "x.html:1: text outside a template" },
	{ "", "x.html:1: no {{template}} in this file" },
	{ T E "{{include \"a.h\"}}", "x.html:1: {{include}} stands before the first template" },
	{ "{{include a.h}}", "x.html:1: write {{include \"folder/file.h\"}}" },
	{ "{{include \"a\\\"b\"}}", "x.html:1: write {{include \"folder/file.h\"}}" },
	{ T T E E, "x.html:1: {{template}} inside the block of line 1" },
	{ "{{template 1f()}}" E, "x.html:1: write {{template name(C parameters)}}" },
	{ "{{template f}}" E, "x.html:1: write {{template name(C parameters)}}" },
	{ "{{template f() sometimes}}" E, "x.html:1: after a template's parameters only open or close may stand" },
	/* halves */
	{ "{{template f() open}}<b>" E, "x.html:1: a template marked open has no partner marked close" },
	{ "{{template f() open}}" E, "x.html:1: a template marked open leaves nothing open" },
	{ "{{template g() close}}</b>" E, "x.html:1: a template marked close needs one marked open before it" },
	{ "{{template f() open}}<b>" E "{{template g() close}}</i>" E, "x.html:1: </i> stands where <b> of line 1 must be closed first" },
	{ "{{template f() open}}<b><i>" E "\n{{template g() close}}</i>" E, "x.html:1: <b> is never closed" },
	{ "{{template f() open}}<b>" E "{{template g() open}}<b>" E, "x.html:1: the template marked open before this one has no partner marked close" },
	/* bytes */
	{ T "\n\x01" E, "x.html:2: a control byte 0x01" },
};

static void the_unsafe_and_the_broken_do_not_build(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		bool ok;
		struct tmpl *t = made(refused[i].src, strlen(refused[i].src), &ok);
		if (ok)
			print_message("built: %s\n", refused[i].src);
		assert_false(ok);
		assert_string_equal(t->error, refused[i].error);
		dropped(t);
	}
}

static void ceilings_hold(void **state)
{
	(void)state;
	static char deep[1 << 20 | 64];
	bool ok;
	size_t n = (size_t)snprintf(deep, sizeof deep, T);
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(deep + n, sizeof deep - n, "<b>");
	struct tmpl *t = made(deep, n, &ok);
	assert_string_equal(t->error, "x.html:1: elements are nested deeper than 96");
	dropped(t);
	n = (size_t)snprintf(deep, sizeof deep, T);
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(deep + n, sizeof deep - n, "{{if a}}");
	t = made(deep, n, &ok);
	assert_string_equal(t->error, "x.html:1: blocks are nested deeper than 48");
	dropped(t);
	memset(deep, ' ', sizeof deep);
	t = made(deep, sizeof deep, &ok);
	assert_string_equal(t->error, "x.html:1: a template file may have at most 1048576 bytes");
	dropped(t);
	n = (size_t)snprintf(deep, sizeof deep, T "{{");
	memset(deep + n, '(', 200);
	t = made(deep, n + 200, &ok);
	assert_string_equal(t->error, "x.html:1: too many brackets in one tag");
	dropped(t);
}

static const struct {
	const char *src, *code;
} accepted[] = {
	{ "<a href=\"{{a}}\">", "HTML_OUT(url_whole, h, (a))" },
	{ "<a href=\"/t/{{a}}\">", "HTML_OUT(url_part, h, (a))" },
	{ "<a href=\"https://example.com/{{a}}\">", "HTML_OUT(url_part, h, (a))" },
	{ "<a href=\"mailto:{{a}}\">", "HTML_OUT(url_part, h, (a))" },
	{ "<a href=\"{{if a}}{{a}}{{else}}/x{{end}}?b={{a + 1}}\">", "HTML_OUT(url_part, h, (a + 1))" },
	{ "<a data-href='{{a}}'>", "HTML_OUT(url_whole, h, (a))" },
	{ "<a data-live=\"{{a}}\">", "HTML_OUT(attr, h, (a))" },
	{ "<a title='{{a}}'>", "HTML_OUT(attr, h, (a))" },
	{ "<a>{{a}}", "HTML_OUT(text, h, (a))" },
	{ "<a>{{f((struct x){ .y = { 1 } })}}", "HTML_OUT(text, h, (f((struct x){ .y = { 1 } })))" },
	{ "<a>{{a ? \"}}\" : \";'\"}}", "HTML_OUT(text, h, (a ? \"}}\" : \";'\"))" },
	{ "<a>{{endless}}", "HTML_OUT(text, h, (endless))" },
	{ "<a>{{time a}}", "html_time(h, (a));" },
	{ "<a>{{safe a}}", "html_safe(h, (a));" },
	{ "<a>{{\n\na}}", "#line 1 \"x.html\"" },
	{ "<a>x\n\n\n   y", "\"y</a>\", 10)" },
	{ "<a>\n{{a}}", "#line 2 \"x.html\"" },
	{ "<a ID=\"x\"\n   class=\"y\">", "<a ID=\\\"x\\\" class=\\\"y\\\">" },
	{ "<svg><path d=\"M0 0\"/></svg><a>", "<path d=\\\"M0 0\\\"/>" },
	{ "<a><textarea>\n{{a}}</textarea>", "<textarea>\\n\"" },
	{ "<a>\xc3\xb6 \"\\?", "\\303\\266 \\\"\\\\\\077" },
	{ "<a><input{{if a}} checked{{end}} name=\"n\">", " checked" },
};

static void the_position_chooses_the_escaping(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
		char src[512];
		bool ok;
		int n = snprintf(src, sizeof src, T "%s</a>" E, accepted[i].src);
		struct tmpl *t = made(src, (size_t)n, &ok);
		if (!ok || !strstr(t->code.p, accepted[i].code))
			print_message("%s\n%s\n%s", src, t->error, t->code.p);
		assert_true(ok);
		assert_non_null(strstr(t->code.p, accepted[i].code));
		dropped(t);
	}
}

static void only_posting_forms_get_the_csrf_field(void **state)
{
	(void)state;
	static const struct {
		const char *form;
		bool csrf;
	} rows[] = {
		{ "<form method=\"post\">", true },      { "<form METHOD='POST' action=\"/x\">", true },
		{ "<form>", false },                      { "<form method=\"get\">", false },
		{ "<form method=\"dialog\">", false },    { "<form data-method=\"post\">", false },
		{ "<form action=\"/x\" method=\"post\"{{if a}} id=\"x\"{{end}}>", true },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char src[512];
		bool ok;
		int n = snprintf(src, sizeof src, T "%s</form>" E, rows[i].form);
		struct tmpl *t = made(src, (size_t)n, &ok);
		assert_true(ok);
		assert_int_equal(strstr(t->code.p, "html_csrf(h)") != NULL, rows[i].csrf);
		dropped(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_unsafe_and_the_broken_do_not_build),
		cmocka_unit_test(ceilings_hold),
		cmocka_unit_test(the_position_chooses_the_escaping),
		cmocka_unit_test(only_posting_forms_get_the_csrf_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
