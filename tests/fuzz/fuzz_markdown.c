/* fuzz_markdown.c: any bytes as what a teammate writes (and quotes of a stranger). The HTML that leaves holds nothing that the rebuild of strangers' mail would
 * take out, so no script, no style, no image, no address but http, https and mailto; the text stays text. */
#include "mail/mail.h"

#include "base/utf8.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Every tag is one of those that Markdown makes, with no attribute but these. */
static void tags(struct str html)
{
	static const char *const names[] = { "a",  "blockquote", "br", "code",  "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
					     "ol", "p",          "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul", NULL };
	ptrdiff_t at;
	while ((at = str_find_ch(html, '<')) >= 0) {
		struct str tag, name, attr;
		html = str_slice(html, (size_t)at + 1, html.n);
		ASSERT(str_cut(html, '>', &tag, &html));
		if (str_starts(tag, S("/")))
			tag = str_slice(tag, 1, tag.n);
		if (str_ends(tag, S("/")))
			tag = str_trim(str_slice(tag, 0, tag.n - 1));
		if (!str_cut(tag, ' ', &name, &attr))
			name = tag, attr = S("");
		bool known = false;
		for (size_t i = 0; names[i]; i++)
			known = known || str_eq(name, str_c(names[i]));
		ASSERT(known);
		if (str_eq(name, S("a")) && attr.n)
			ASSERT(str_starts(attr, S("href=\"#\"")) || str_ifind(attr, S("href=\"http://")) == 0 || str_ifind(attr, S("href=\"https://")) == 0 ||
			       str_ifind(attr, S("href=\"mailto:")) == 0);
		else
			ASSERT(!attr.n || str_starts(attr, S("align=\"")) || str_starts(attr, S("class=\"language-")) || str_starts(attr, S("start=\"")));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	if (n > 64 << 10)
		return 0;
	arena_init(&a);
	struct str typed = utf8_clean(&a, (struct str){ (const char *)p, n }), html = mail_markdown_html(&a, typed);
	tags(html);
	ASSERT(utf8_valid(html));
	ASSERT(utf8_valid(mail_markdown_text(&a, typed)));
	arena_done(&a);
	return 0;
}
