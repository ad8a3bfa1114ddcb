/* html_mail_tags.c: the closed set of elements, and which addresses may stand in them. */
#include "io/html_mail_part.h"

#include <string.h>

#include "base/banned.h"

static const struct html_tag_info TAGS[TAG_COUNT] = {
	[TAG_A] = { "a", KIND_INLINE, false, 0 },
	[TAG_ABBR] = { "abbr", KIND_INLINE, false, 0 },
	[TAG_B] = { "b", KIND_INLINE, false, 0 },
	[TAG_BLOCKQUOTE] = { "blockquote", KIND_BLOCK, true, 2 },
	[TAG_BR] = { "br", KIND_VOID, false, 0 },
	[TAG_CITE] = { "cite", KIND_INLINE, false, 0 },
	[TAG_CODE] = { "code", KIND_INLINE, false, 0 },
	[TAG_DD] = { "dd", KIND_BLOCK, true, 1 },
	[TAG_DEL] = { "del", KIND_INLINE, false, 0 },
	[TAG_DIV] = { "div", KIND_BLOCK, true, 1 },
	[TAG_DL] = { "dl", KIND_BLOCK, true, 2 },
	[TAG_DT] = { "dt", KIND_BLOCK, true, 1 },
	[TAG_EM] = { "em", KIND_INLINE, false, 0 },
	[TAG_H1] = { "h1", KIND_BLOCK, true, 2 },
	[TAG_H2] = { "h2", KIND_BLOCK, true, 2 },
	[TAG_H3] = { "h3", KIND_BLOCK, true, 2 },
	[TAG_H4] = { "h4", KIND_BLOCK, true, 2 },
	[TAG_H5] = { "h5", KIND_BLOCK, true, 2 },
	[TAG_H6] = { "h6", KIND_BLOCK, true, 2 },
	[TAG_HR] = { "hr", KIND_VOID, false, 0 },
	[TAG_I] = { "i", KIND_INLINE, false, 0 },
	[TAG_IMG] = { "img", KIND_VOID, false, 0 },
	[TAG_INS] = { "ins", KIND_INLINE, false, 0 },
	[TAG_KBD] = { "kbd", KIND_INLINE, false, 0 },
	[TAG_LI] = { "li", KIND_BLOCK, true, 1 },
	[TAG_MARK] = { "mark", KIND_INLINE, false, 0 },
	[TAG_OL] = { "ol", KIND_BLOCK, true, 1 },
	[TAG_P] = { "p", KIND_BLOCK, true, 2 },
	[TAG_PRE] = { "pre", KIND_BLOCK, true, 2 },
	[TAG_Q] = { "q", KIND_INLINE, false, 0 },
	[TAG_S] = { "s", KIND_INLINE, false, 0 },
	[TAG_SAMP] = { "samp", KIND_INLINE, false, 0 },
	[TAG_SMALL] = { "small", KIND_INLINE, false, 0 },
	[TAG_STRONG] = { "strong", KIND_INLINE, false, 0 },
	[TAG_SUB] = { "sub", KIND_INLINE, false, 0 },
	[TAG_SUP] = { "sup", KIND_INLINE, false, 0 },
	[TAG_TABLE] = { "table", KIND_TABLE, true, 1 },
	[TAG_TBODY] = { "tbody", KIND_TABLE, false, 0 },
	[TAG_TD] = { "td", KIND_TABLE, true, 0 },
	[TAG_TFOOT] = { "tfoot", KIND_TABLE, false, 0 },
	[TAG_TH] = { "th", KIND_TABLE, true, 0 },
	[TAG_THEAD] = { "thead", KIND_TABLE, false, 0 },
	[TAG_TR] = { "tr", KIND_TABLE, false, 1 },
	[TAG_U] = { "u", KIND_INLINE, false, 0 },
	[TAG_UL] = { "ul", KIND_BLOCK, true, 1 },
	[TAG_VAR] = { "var", KIND_INLINE, false, 0 },
};

const struct html_tag_info *html_tag_info(enum html_tag t)
{
	ASSERT((unsigned)t < TAG_COUNT);
	return &TAGS[t];
}

enum html_tag html_tag_find(struct str name)
{
	unsigned low = 0, high = TAG_COUNT;
	while (low < high) {
		unsigned mid = (low + high) / 2;
		int d = str_cmp(str_c(TAGS[mid].name), name);
		if (d == 0)
			return (enum html_tag)mid;
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return TAG_COUNT;
}

static bool starts_ieq(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_ieq(str_slice(s, 0, prefix.n), prefix);
}

struct str html_url_clean(struct arena *a, struct str url, bool mail)
{
	/* As a browser reads it: white space and controls around it and line ends within it are no part of it. */
	char *p = arena_alloc(a, url.n + 1);
	size_t n = 0;
	while (url.n && (unsigned char)url.p[0] <= ' ')
		url = str_slice(url, 1, url.n);
	while (url.n && (unsigned char)url.p[url.n - 1] <= ' ')
		url.n--;
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] != '\t' && url.p[i] != '\n' && url.p[i] != '\r')
			p[n++] = url.p[i];
	struct str s = { p, n };
	struct str scheme = STR_NULL;
	const struct str web[] = { S("http://"), S("https://") };
	for (size_t k = 0; k < 2; k++)
		if (starts_ieq(s, web[k]) && s.n > web[k].n && !strchr("/\\?#:@", s.p[web[k].n]))
			scheme = web[k];
	if (!scheme.p && mail && starts_ieq(s, S("mailto:")) && s.n > 7)
		scheme = S("mailto:");
	if (!scheme.p || s.n > HTML_URL_MAX)
		return STR_NULL;
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t m = scheme.n;
	memcpy(out, scheme.p, m);
	for (size_t i = scheme.n; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c == 0x7f || strchr("\"'<>`\\{}|^", c)) {
			static const char hex[] = "0123456789ABCDEF";
			out[m++] = '%';
			out[m++] = hex[c >> 4];
			out[m++] = hex[c & 15];
		} else {
			out[m++] = (char)c;
		}
	}
	return (struct str){ out, m };
}
