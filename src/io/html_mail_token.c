/* html_mail_token.c: see html_mail_token.h. */
#include "io/html_mail_token.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

static const struct {
	struct str name;
} ATTRS[HTML_A_COUNT] = {
	[HTML_A_ALT] = { S("alt") },
	[HTML_A_COLSPAN] = { S("colspan") },
	[HTML_A_DATA_CID] = { S("data-cid") },
	[HTML_A_DATA_REMOTE] = { S("data-remote") },
	[HTML_A_DIR] = { S("dir") },
	[HTML_A_HEIGHT] = { S("height") },
	[HTML_A_HREF] = { S("href") },
	[HTML_A_ROWSPAN] = { S("rowspan") },
	[HTML_A_SRC] = { S("src") },
	[HTML_A_START] = { S("start") },
	[HTML_A_WIDTH] = { S("width") },
};

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool alpha(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

void html_lexer_init(struct html_lexer *l, struct str html)
{
	*l = (struct html_lexer){ .in = html };
}

void html_mail_raw(struct html_lexer *l, const char *name, bool rcdata, bool script)
{
	size_t n = strlen(name);
	ASSERT(n <= HTML_TAG_NAME_MAX);
	memcpy(l->raw_end, name, n + 1);
	l->rcdata = rcdata;
	l->script = script;
}

/* Does the text at i go on with </name and then a space, a slash or a greater-than sign? */
static bool end_tag_at(struct str in, size_t i, const char *name, size_t n)
{
	if (in.n - i < n + 3 || in.p[i] != '<' || in.p[i + 1] != '/')
		return false;
	for (size_t k = 0; k < n; k++)
		if (lower(in.p[i + 2 + k]) != name[k])
			return false;
	char c = in.p[i + 2 + n];
	return space(c) || c == '/' || c == '>';
}

static bool tag_word_at(struct str in, size_t i, struct str word)
{
	if (in.n - i <= word.n || !str_ieq(str_slice(in, i, i + word.n), word))
		return false;
	char c = in.p[i + word.n];
	return space(c) || c == '/' || c == '>';
}

/* Where script data ends. "<!--" escapes; "<script" inside an escape escapes twice, and then "</script" only undoes that. */
static size_t script_end(struct str in, size_t from)
{
	enum { PLAIN, ESCAPED, TWICE } state = PLAIN;
	for (size_t i = from; i < in.n; i++) {
		if (in.p[i] == '<') {
			if (state == PLAIN && str_starts(str_slice(in, i, i + 4), S("<!--"))) {
				state = ESCAPED;
				i += 1; /* the dashes may end the escape again: <!--> */
			} else if (state == ESCAPED && tag_word_at(in, i + 1, S("script"))) {
				state = TWICE;
			} else if (end_tag_at(in, i, "script", 6)) {
				if (state != TWICE)
					return i;
				state = ESCAPED;
			}
		} else if (in.p[i] == '-' && state != PLAIN && str_starts(str_slice(in, i, i + 3), S("-->"))) {
			state = PLAIN;
		}
	}
	return in.n;
}

static size_t raw_end(const struct html_lexer *l, size_t from)
{
	if (l->script)
		return script_end(l->in, from);
	size_t n = strlen(l->raw_end);
	for (size_t i = from; i < l->in.n; i++) {
		const char *at = memchr(l->in.p + i, '<', l->in.n - i);
		if (!at)
			break;
		i = (size_t)(at - l->in.p);
		if (end_tag_at(l->in, i, l->raw_end, n))
			return i;
	}
	return l->in.n;
}

/* Past a comment whose "<!--" ended at i. */
static size_t comment_end(struct str in, size_t i)
{
	if (i < in.n && in.p[i] == '>')
		return i + 1;
	if (str_starts(str_slice(in, i, in.n), S("->")))
		return i + 2;
	for (; i < in.n; i++) {
		const char *at = memchr(in.p + i, '-', in.n - i);
		if (!at)
			break;
		i = (size_t)(at - in.p);
		struct str rest = str_slice(in, i, in.n);
		if (str_starts(rest, S("-->")))
			return i + 3;
		if (str_starts(rest, S("--!>")))
			return i + 4;
	}
	return in.n;
}

static size_t past(struct str in, size_t i, char c)
{
	const char *at = i < in.n ? memchr(in.p + i, c, in.n - i) : NULL;
	return at ? (size_t)(at - in.p) + 1 : in.n;
}

/* "<!" and "<?": comments, doctype, CDATA; all without content for us. */
static void declaration(struct html_lexer *l)
{
	struct str rest = str_slice(l->in, l->at, l->in.n);
	if (str_starts(rest, S("<!--"))) {
		l->at = comment_end(l->in, l->at + 4);
	} else if (l->foreign && str_starts(rest, S("<![CDATA["))) {
		ptrdiff_t end = str_find(rest, S("]]>"));
		l->at = end < 0 ? l->in.n : l->at + (size_t)end + 3;
	} else {
		l->at = past(l->in, l->at, '>');
	}
}

static void keep_attr(struct html_token *t, struct str name, struct str value)
{
	if (name.n > 11)
		return;
	for (size_t k = 0; k < HTML_A_COUNT; k++)
		if (!t->attr[k].p && str_ieq(name, ATTRS[k].name)) { /* the first of two wins */
			t->attr[k] = value;
			return;
		}
}

/* The value after '='; *i stands on its first byte. */
static struct str attr_value(struct str in, size_t *i)
{
	while (*i < in.n && space(in.p[*i]))
		++*i;
	if (*i >= in.n || in.p[*i] == '>')
		return S("");
	size_t from = *i;
	if (in.p[from] == '"' || in.p[from] == '\'') {
		size_t end = past(in, from + 1, in.p[from]);
		*i = end;
		bool closed = end > from + 1 && in.p[end - 1] == in.p[from];
		return str_slice(in, from + 1, closed ? end - 1 : end);
	}
	while (*i < in.n && !space(in.p[*i]) && in.p[*i] != '>')
		++*i;
	return str_slice(in, from, *i);
}

/* Attributes from i to past '>'. False at the end of the text: the tag never was. */
static bool attributes(struct str in, size_t *at, struct html_token *t)
{
	size_t i = *at;
	unsigned count = 0;
	for (;;) {
		while (i < in.n && (space(in.p[i]) || in.p[i] == '/')) {
			if (in.p[i] == '/' && i + 1 < in.n && in.p[i + 1] == '>')
				t->self_closing = true;
			i++;
		}
		if (i >= in.n)
			return false;
		if (in.p[i] == '>')
			break;
		size_t from = i++; /* an equals sign may begin a name */
		while (i < in.n && !space(in.p[i]) && in.p[i] != '/' && in.p[i] != '>' && in.p[i] != '=')
			i++;
		struct str name = str_slice(in, from, i);
		size_t look = i;
		while (look < in.n && space(in.p[look]))
			look++;
		struct str value = S("");
		if (look < in.n && in.p[look] == '=') {
			i = look + 1;
			value = attr_value(in, &i);
		}
		if (++count > HTML_ATTRS_MAX)
			t->attrs_cut = true;
		else
			keep_attr(t, name, value);
	}
	*at = i + 1;
	return true;
}

/* A tag at l->at (its '<'); name_at is where the name begins. */
static bool tag(struct html_lexer *l, size_t name_at, struct html_token *t)
{
	size_t i = name_at, n = 0;
	while (i < l->in.n && !space(l->in.p[i]) && l->in.p[i] != '/' && l->in.p[i] != '>') {
		if (n < HTML_TAG_NAME_MAX)
			t->name[n] = lower(l->in.p[i]);
		n++;
		i++;
	}
	t->name[n <= HTML_TAG_NAME_MAX ? n : 0] = 0;
	if (!attributes(l->in, &i, t)) {
		l->at = l->in.n;
		return false;
	}
	l->at = i;
	return true;
}

static bool text_upto(struct html_lexer *l, size_t end, bool raw, struct html_token *t)
{
	if (end <= l->at)
		return false;
	t->kind = HTML_TEXT;
	t->raw = raw;
	t->text = str_slice(l->in, l->at, end);
	l->at = end;
	return true;
}

void html_next(struct html_lexer *l, struct html_token *ret)
{
	*ret = (struct html_token){ .kind = HTML_EOF };
	if (l->plaintext && text_upto(l, l->in.n, true, ret))
		return;
	if (l->raw_end[0]) {
		bool rcdata = l->rcdata;
		size_t end = raw_end(l, l->at);
		l->raw_end[0] = 0;
		l->rcdata = l->script = false;
		if (text_upto(l, end, !rcdata, ret))
			return;
	}
	size_t scan = l->at;
	while (l->at < l->in.n) {
		size_t lt = past(l->in, scan, '<');
		if (lt == l->in.n || l->in.p[lt - 1] != '<') { /* none, or the last byte: only text is left */
			text_upto(l, l->in.n, false, ret);
			return;
		}
		char c = l->in.p[lt];
		bool end_tag = c == '/' && lt + 1 < l->in.n && alpha(l->in.p[lt + 1]);
		bool junk = c == '!' || c == '?' || (c == '/' && lt + 1 < l->in.n && !end_tag);
		if (!end_tag && !junk && !alpha(c)) {
			scan = lt;
			continue;
		}
		if (text_upto(l, lt - 1, false, ret))
			return;
		if (junk) {
			declaration(l);
		} else if (tag(l, end_tag ? lt + 1 : lt, ret)) {
			ret->kind = end_tag ? HTML_END : HTML_START;
			return;
		} else {
			*ret = (struct html_token){ .kind = HTML_EOF };
		}
		scan = l->at;
	}
}

/* Numbers 0x80 to 0x9f mean windows-1252. */
static const uint16_t C1[32] = { 0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	                         0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	                         0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178 };

static int digit(char c, bool hex)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "#…" at the start of s: bytes used, or 0. */
static size_t numeric(struct str s, uint32_t *ret_cp)
{
	bool hex = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X');
	size_t i = hex ? 2 : 1, from = i;
	uint32_t cp = 0;
	for (; i < s.n && digit(s.p[i], hex) >= 0; i++)
		if (cp <= 0x10ffff)
			cp = cp * (hex ? 16 : 10) + (uint32_t)digit(s.p[i], hex);
	if (i == from)
		return 0;
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	else if (cp >= 0x80 && cp < 0xa0)
		cp = C1[cp - 0x80];
	*ret_cp = cp;
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

struct str html_unescape(struct arena *a, struct str s, bool in_attribute)
{
	if (!memchr(s.p, '&', s.n))
		return s;
	struct buf b;
	buf_init(&b, a, s.n * 3 + 16); /* the longest growth: "&nGt" style names give up to six bytes for five */
	while (s.n) {
		const char *amp = memchr(s.p, '&', s.n);
		size_t n = amp ? (size_t)(amp - s.p) : s.n;
		buf_add(&b, str_slice(s, 0, n));
		s = str_slice(s, n, s.n);
		if (!s.n)
			break;
		struct str rest = str_slice(s, 1, s.n), text = STR_NULL;
		uint32_t cp = 0;
		size_t used = rest.n && rest.p[0] == '#' ? numeric(rest, &cp) : html_entity(rest, in_attribute, &text);
		char out[4];
		if (!used)
			text = S("&");
		else if (!text.p)
			text = (struct str){ out, utf8_put(out, cp) };
		buf_add(&b, text);
		s = str_slice(s, used + 1, s.n);
	}
	return buf_str(&b);
}
