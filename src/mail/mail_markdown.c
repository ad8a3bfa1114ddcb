/* mail_markdown.c: what a teammate wrote, as HTML and as text for mail; see mail.h.
 *
 * md4c escapes what it writes and lets no raw HTML through. What is left for us: the schemes of links, images (a mail of ours loads nothing), and line ends,
 * which people who answer mail mean as they type them. All passes are linear. */
#include "mail/mail.h"

#include <md4c-html.h>
#include <string.h>

#include "base/banned.h"

enum { HTML_MAX_BYTES = 16 << 20, LINK_MAX_BYTES = 2000 };

static bool is_fence(struct str line)
{
	line = str_trim(line);
	return str_starts(line, S("```")) || str_starts(line, S("~~~"));
}

/* ---- HTML ---- */

static void md_out(const MD_CHAR *text, MD_SIZE n, void *arg)
{
	buf_add(arg, (struct str){ text, n });
}

/* Two spaces at a line's end are Markdown's hard break. */
static struct str hard_breaks(struct arena *a, struct str s)
{
	struct buf b;
	bool fence = false;
	struct str line;
	buf_init(&b, a, s.n * 3 + 16);
	while (str_line(&s, &line)) {
		bool mark = is_fence(line);
		buf_add(&b, line);
		if (!fence && !mark && line.n && s.n)
			buf_add(&b, S("  "));
		buf_ch(&b, '\n');
		fence ^= mark;
	}
	return buf_str(&b);
}

static bool url_good(struct str url)
{
	return str_ifind(str_slice(url, 0, 8), S("https://")) == 0 || str_ifind(str_slice(url, 0, 7), S("http://")) == 0 ||
	       str_ifind(str_slice(url, 0, 7), S("mailto:")) == 0;
}

/* <img src="U" alt="A"…> → <a href="U">A</a>. *html stands behind `<img src="`. */
static void image_as_link(struct buf *b, struct str *html)
{
	struct str url, tag, alt = S("");
	str_cut(*html, '"', &url, html);
	str_cut(*html, '>', &tag, html);
	ptrdiff_t at = str_find(tag, S("alt=\""));
	if (at >= 0)
		str_cut(str_slice(tag, (size_t)at + 5, tag.n), '"', &alt, &tag);
	if (!url_good(url))
		buf_add(b, alt);
	else
		buf_fmt(b, "<a href=\"%.*s\">%.*s</a>", STR_ARG(url), STR_ARG(alt.n ? alt : url));
}

/* Looks at every tag: in text "<" is always escaped. */
static struct str mend_tags(struct arena *a, struct str html)
{
	static const struct str HREF = { "a href=\"", 8 }, IMG = { "img src=\"", 9 };
	struct buf b;
	ptrdiff_t at;
	buf_init(&b, a, html.n * 2 + 16);
	while ((at = str_find_ch(html, '<')) >= 0) {
		buf_add(&b, str_slice(html, 0, (size_t)at));
		html = str_slice(html, (size_t)at + 1, html.n);
		if (str_starts(html, IMG)) {
			html = str_slice(html, IMG.n, html.n);
			image_as_link(&b, &html);
		} else if (str_starts(html, HREF)) {
			struct str url, rest;
			html = str_slice(html, HREF.n, html.n);
			str_cut(html, '"', &url, &rest);
			buf_fmt(&b, "<a href=\"%.*s", STR_ARG(url_good(url) ? url : S("#")));
			html = str_slice(html, url.n, html.n);
		} else {
			buf_ch(&b, '<');
		}
	}
	buf_add(&b, html);
	return buf_str(&b);
}

static struct str escaped(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n * 6 + 64);
	buf_add(&b, S("<pre>"));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<')
			buf_add(&b, S("&lt;"));
		else if (s.p[i] == '&')
			buf_add(&b, S("&amp;"));
		else
			buf_ch(&b, s.p[i]);
	}
	buf_add(&b, S("</pre>\n"));
	return buf_str(&b);
}

struct str mail_markdown_html(struct arena *a, struct str markdown)
{
	struct buf b;
	struct str s = hard_breaks(a, markdown);
	buf_init(&b, a, HTML_MAX_BYTES);
	int failed = md_html(s.p ? s.p : "", (MD_SIZE)s.n, md_out, &b,
			     MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH, MD_HTML_FLAG_SKIP_UTF8_BOM);
	if (failed || buf_err(&b) != OK)
		return escaped(a, markdown);
	return mend_tags(a, buf_str(&b));
}

/* ---- text ---- */

#define MARKS "\\`*_{}[]()#+-.!~|<>&"   /* a backslash before one of them takes its meaning away */

static bool is_mark(char ch)
{
	return memchr(MARKS, ch, sizeof(MARKS) - 1) != NULL;
}

struct str mail_markdown_words(struct arena *a, struct str words)
{
	struct buf b;
	size_t i = 0;
	buf_init(&b, a, words.n * 2 + 16);
	for (; i < words.n && words.p[i] == ' '; i++)
		buf_add(&b, S("\u00a0"));   /* four blanks would make code of it */
	for (; i < words.n; i++) {
		if (words.p[i] == '\r')
			continue;
		if (is_mark(words.p[i]))
			buf_ch(&b, '\\');
		buf_ch(&b, words.p[i] == '\t' ? ' ' : words.p[i]);
	}
	return buf_str(&b);
}

/* "[words](address)" at the start of s; its length, or 0. */
static size_t link_at(struct str s, struct str *ret_words, struct str *ret_url)
{
	size_t i = 1, depth = 1;
	s = str_slice(s, 0, LINK_MAX_BYTES);
	for (; i < s.n && depth; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '[')
			depth++;
		else if (s.p[i] == ']')
			depth--;
	}
	if (depth || i + 1 >= s.n || s.p[i] != '(')
		return 0;
	*ret_words = str_slice(s, 1, i - 1);
	size_t from = i + 1, at = from;
	for (depth = 1; at < s.n; at++) {
		if (s.p[at] == '\n' || s.p[at] == ' ' || s.p[at] == '<')
			return 0;
		depth += s.p[at] == '(';
		depth -= s.p[at] == ')';
		if (!depth)
			break;
	}
	*ret_url = str_slice(s, from, at);
	return at < s.n && at > from ? at + 1 : 0;
}

static size_t run_of(struct str s, char ch)
{
	size_t n = 0;
	while (n < s.n && s.p[n] == ch)
		n++;
	return n;
}

/* A code span at the start of s: its length with both marks; just the mark when it does not end soon. */
static size_t code_at(struct str s)
{
	size_t mark = run_of(s, '`');
	for (size_t i = mark; i < s.n && i < LINK_MAX_BYTES;) {
		size_t n = run_of(str_slice(s, i, s.n), '`');
		if (n == mark)
			return i + n;
		i += n ? n : 1;
	}
	return mark;
}

static void text_line(struct buf *b, struct str line)
{
	while (line.n) {
		struct str words, url;
		size_t n = 1, bang = line.p[0] == '!' && line.n > 1 && line.p[1] == '[';
		if (line.p[0] == '`') {
			n = code_at(line);
			buf_add(b, str_slice(line, 0, n));
		} else if (line.p[0] == '\\' && line.n > 1 && is_mark(line.p[1])) {
			buf_ch(b, line.p[1]);
			n = 2;
		} else if ((line.p[0] == '[' || bang) && (n = link_at(str_slice(line, bang, line.n), &words, &url)) > 0) {
			n += bang;
			if (str_eq(words, url) || words.n == 0)
				buf_add(b, url);
			else
				buf_fmt(b, "%.*s <%.*s>", STR_ARG(words), STR_ARG(url));
		} else {
			buf_ch(b, line.p[0]);
			n = 1;
		}
		line = str_slice(line, n, line.n);
	}
}

struct str mail_markdown_text(struct arena *a, struct str markdown)
{
	struct buf b;
	bool fence = false;
	struct str line;
	buf_init(&b, a, markdown.n * 2 + 16);
	while (str_line(&markdown, &line)) {
		bool mark = is_fence(line);
		if (fence || mark)
			buf_add(&b, line);
		else
			text_line(&b, line);
		buf_ch(&b, '\n');
		fence ^= mark;
	}
	return buf_str(&b);
}
