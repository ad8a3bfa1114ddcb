/* html_mail_check.c: proves that a text is exactly what html_mail_rebuild() may write.
 *
 * The parse child is not trusted: it read a stranger's bytes. This is the whole grammar again, as small as it can be. */
#include "io/html_mail_part.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

static bool take(struct str *s, struct str what)
{
	if (!str_starts(*s, what))
		return false;
	*s = str_slice(*s, what.n, s->n);
	return true;
}

static bool reference(struct str *s)
{
	return take(s, S("&amp;")) || take(s, S("&lt;")) || take(s, S("&gt;")) || take(s, S("&quot;")) || take(s, S("&nbsp;"));
}

/* The value up to the closing quote. */
static bool attr_text(struct str *s, struct str *ret_value)
{
	const char *from = s->p;
	while (s->n && s->p[0] != '"') {
		unsigned char c = (unsigned char)s->p[0];
		if (c == '&') {
			if (!reference(s))
				return false;
			continue;
		}
		if (c < ' ' || c == '<' || c == '>' || c == 0x7f)
			return false;
		*s = str_slice(*s, 1, s->n);
	}
	*ret_value = (struct str){ from, (size_t)(s->p - from) };
	return take(s, S("\""));
}

static bool number(struct str v)
{
	int64_t n;
	return str_i64(v, &n) && n >= 1 && n <= 1000000;
}

static bool web(struct str v)
{
	return str_starts(v, S("http://")) || str_starts(v, S("https://"));
}

/* One attribute after its space; each is allowed on few elements and in few forms. */
static bool attribute(struct str *s, enum html_tag tag)
{
	struct str v;
	bool cell = tag == TAG_TD || tag == TAG_TH;
	if (tag == TAG_A && take(s, S("href=\"")))
		return attr_text(s, &v) && (web(v) || str_starts(v, S("mailto:"))) &&
		       take(s, S(" rel=\"noopener noreferrer nofollow\" target=\"_blank\""));
	if (tag == TAG_IMG && take(s, S("data-cid=\"")))
		return attr_text(s, &v);
	if (tag == TAG_IMG && take(s, S("data-remote=\"")))
		return attr_text(s, &v) && web(v);
	if (tag == TAG_IMG && take(s, S("alt=\"")))
		return attr_text(s, &v);
	if (html_tag_info(tag)->dir && take(s, S("dir=\"")))
		return attr_text(s, &v) && (str_eq(v, S("rtl")) || str_eq(v, S("ltr")) || str_eq(v, S("auto")));
	if ((tag == TAG_IMG && (take(s, S("width=\"")) || take(s, S("height=\"")))) ||
	    (cell && (take(s, S("colspan=\"")) || take(s, S("rowspan=\"")))) || (tag == TAG_OL && take(s, S("start=\""))))
		return attr_text(s, &v) && number(v);
	return false;
}

static struct str name(struct str *s)
{
	size_t n = 0;
	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') || (s->p[n] >= '1' && s->p[n] <= '6')))
		n++;
	struct str r = str_slice(*s, 0, n);
	*s = str_slice(*s, n, s->n);
	return r;
}

bool html_mail_valid(struct str s)
{
	enum html_tag stack[HTML_DEPTH_MAX];
	unsigned depth = 0;
	if (s.n > HTML_OUT_MAX || !utf8_valid(s))
		return false;
	while (s.n) {
		unsigned char c = (unsigned char)s.p[0];
		if (c == '&') {
			if (!reference(&s))
				return false;
		} else if (c != '<') {
			if (c == '>' || (c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
				return false;
			s = str_slice(s, 1, s.n);
		} else if (take(&s, S("</"))) {
			enum html_tag tag = html_tag_find(name(&s));
			if (depth == 0 || stack[--depth] != tag || !take(&s, S(">")))
				return false;
		} else {
			take(&s, S("<"));
			enum html_tag tag = html_tag_find(name(&s));
			if (tag == TAG_COUNT)
				return false;
			for (unsigned i = 0; i < 5 && take(&s, S(" ")); i++)
				if (!attribute(&s, tag))
					return false;
			if (!take(&s, S(">")))
				return false;
			if (html_tag_info(tag)->kind == KIND_VOID)
				continue;
			if (depth == HTML_DEPTH_MAX)
				return false;
			stack[depth++] = tag;
		}
	}
	return depth == 0;
}
