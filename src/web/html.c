/* html.c: the escapings that compiled templates call, one per position; see html.h.
 *
 * Escaping is one table lookup per byte: runs of harmless bytes are copied whole. Values are valid UTF-8 already
 * (they were refused at the door otherwise). */
#include "web/html.h"

#include <string.h>

#include "base/banned.h"

void html_init(struct html *h, struct arena *a, size_t max_bytes)
{
	*h = (struct html){ 0 };
	buf_init(&h->buf, a, max_bytes);
}

void html_raw(struct html *h, const char *p, size_t n)
{
	buf_add(&h->buf, (struct str){ p, n });
}

static const struct str entity[256] = {
	['&'] = { "&amp;", 5 },  ['<'] = { "&lt;", 4 },    ['>'] = { "&gt;", 4 },
	['"'] = { "&quot;", 6 }, ['\''] = { "&#39;", 5 },
};

/* Text and both kinds of quoted attribute values share one set of entities, so text never breaks out of a value. */
static void escaped(struct html *h, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		struct str e = entity[(unsigned char)s.p[i]];
		if (!e.n)
			continue;
		html_raw(h, s.p + from, i - from);
		buf_add(&h->buf, e);
		from = i + 1;
	}
	if (from < s.n)
		html_raw(h, s.p + from, s.n - from);
}

void html_text_str(struct html *h, struct str s)
{
	escaped(h, s);
}

void html_text_i64(struct html *h, int64_t v)
{
	buf_i64(&h->buf, v);
}

void html_text_opt(struct html *h, struct opt_i64 v)
{
	if (v.set)
		buf_i64(&h->buf, v.v);
}

void html_attr_str(struct html *h, struct str s)
{
	escaped(h, s);
}

void html_attr_i64(struct html *h, int64_t v)
{
	buf_i64(&h->buf, v);
}

void html_attr_opt(struct html *h, struct opt_i64 v)
{
	html_text_opt(h, v);
}

static void percent(struct html *h, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	char out[3] = { '%', hex[c >> 4], hex[c & 15] };
	html_raw(h, out, sizeof out);
}

static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == '.' || c == '~';
}

void html_url_part_str(struct html *h, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (unreserved(c))
			buf_ch(&h->buf, (char)c);
		else
			percent(h, c);
	}
}

void html_url_part_i64(struct html *h, int64_t v)
{
	buf_i64(&h->buf, v);
}

void html_url_part_opt(struct html *h, struct opt_i64 v)
{
	html_text_opt(h, v);
}

/* A path of ours (relative, or beginning with one slash), or one of the three schemes. Browsers read '\' as '/'
 * and skip tabs and line breaks; both are percent-encoded below, so "/\evil" and "/<tab>/evil" stay paths. */
static bool may_be_whole_url(struct str s)
{
	if (str_empty(s) || str_starts(s, S("//")))
		return false;
	for (size_t i = 0; i < s.n && s.p[i] != '/' && s.p[i] != '?' && s.p[i] != '#'; i++) {
		if (s.p[i] != ':')
			continue;
		struct str scheme = str_slice(s, 0, i);
		bool web = str_ieq(scheme, S("http")) || str_ieq(scheme, S("https"));
		return web ? str_starts(str_slice(s, i, s.n), S("://")) : str_ieq(scheme, S("mailto"));
	}
	return true;
}

void html_url_whole_str(struct html *h, struct str s)
{
	if (!may_be_whole_url(s)) {
		buf_ch(&h->buf, '#');
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '`' || c == '{' || c == '}' || c == '|' || c == '^')
			percent(h, c);
		else if (entity[c].n)
			buf_add(&h->buf, entity[c]);
		else
			buf_ch(&h->buf, (char)c);
	}
}

void html_csrf(struct html *h)
{
	buf_add(&h->buf, S("<input type=\"hidden\" name=\"_csrf\" value=\""));
	escaped(h, h->csrf);
	buf_add(&h->buf, S("\">"));
}

void html_safe(struct html *h, struct str made_safe)
{
	buf_add(&h->buf, made_safe);
}
