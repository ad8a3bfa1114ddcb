/* mime_words.c: what stands in headers: encoded words, message ids, dates, file names. */
#include "base/civil.h"
#include "base/utf8.h"
#include "io/mime_core.h"

#include <string.h>

#include "base/banned.h"

struct str mime_unfold(struct arena *a, struct str value)
{
	value = str_trim(value);
	if (!value.n || !memchr(value.p, '\n', value.n))
		return value;
	char *p = arena_alloc(a, value.n);
	size_t n = 0;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\n')
			p[n++] = value.p[i];
		else if (n && p[n - 1] != ' ' && p[n - 1] != '\t' && i + 1 < value.n && value.p[i + 1] != ' ' && value.p[i + 1] != '\t')
			p[n++] = ' ';
	return (struct str){ p, n };
}

struct word {
	struct str charset, text;
	bool base64;
	size_t used;         /* bytes of the whole word */
};

static bool token_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("?=\"()<>@,;:[]", c);
}

/* "=?charset*lang?Q?text?=" at the start of s. */
static bool word_at(struct str s, struct word *ret)
{
	size_t i = 2, from = 2;
	while (i < s.n && i < 64 && token_char(s.p[i]))
		i++;
	if (i == from || i + 3 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?')
		return false;
	struct word w = { .charset = str_slice(s, from, i) };
	struct str lang;
	str_cut(w.charset, '*', &w.charset, &lang);
	char kind = s.p[i + 1] | 32;
	if (kind != 'b' && kind != 'q')
		return false;
	w.base64 = kind == 'b';
	struct str rest = str_slice(s, i + 3, s.n);
	ptrdiff_t end = str_find(rest, S("?="));
	if (end < 0)
		return false;
	w.text = str_slice(rest, 0, (size_t)end);
	w.used = i + 3 + (size_t)end + 2;
	*ret = w;
	return true;
}

size_t mime_word_length(struct str s)
{
	enum { LONGEST = 1000 };
	struct word w;
	if (!str_starts(s, S("=?")) || !word_at(str_slice(s, 0, LONGEST), &w))
		return 0;
	for (size_t i = 0; i < w.used; i++)
		if (strchr(" \t<>\"", s.p[i]))
			return 0;
	return w.used;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static int b64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void word_bytes(const struct word *w, struct buf *out)
{
	uint32_t acc = 0;
	int bits = 0;
	for (size_t i = 0; i < w->text.n; i++) {
		char c = w->text.p[i];
		if (w->base64) {
			int v = b64(c);
			if (v < 0)
				continue;
			acc = acc << 6 | (uint32_t)v;
			bits += 6;
			if (bits >= 8) {
				bits -= 8;
				buf_ch(out, (char)(acc >> bits));
			}
		} else if (c == '_') {
			buf_ch(out, ' ');
		} else if (c == '=' && i + 2 < w->text.n && hex(w->text.p[i + 1]) >= 0 && hex(w->text.p[i + 2]) >= 0) {
			buf_ch(out, (char)(hex(w->text.p[i + 1]) << 4 | hex(w->text.p[i + 2])));
			i += 2;
		} else {
			buf_ch(out, c);
		}
	}
}

/* One line: white space of any kind is a space, controls and bidi overrides are gone. */
static struct str one_line(struct arena *a, struct str s, size_t max_bytes)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == 0x1a ? 3 : 1;
	char *p = arena_alloc(a, n + 1);
	n = 0;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		if (cp == 0x1a) { /* the pre-pass left it where a NUL was */
			memcpy(p + n, "\xef\xbf\xbd", 3);
			n += 3;
			continue;
		}
		if (cp == '\t' || cp == '\n' || cp == '\r' || cp == '\f' || cp == '\v')
			p[n++] = ' ';
		else if (cp > 0 && !utf8_is_control((uint32_t)cp)) {
			memcpy(p + n, s.p + from, i - from);
			n += i - from;
		}
	}
	return utf8_clip(str_trim((struct str){ p, n }), max_bytes);
}

static bool blank(struct str s)
{
	return str_trim(s).n == 0;
}

struct str mime_words(struct mime_ctx *c, struct str raw, size_t max_bytes)
{
	struct arena *a = c->arena;
	size_t most = max_bytes * 2 + 16;
	if (!raw.n)
		return S("");
	raw = str_slice(raw, 0, max_bytes * 8);
	struct buf out, bytes; /* bytes: of adjacent words of one charset, because characters are cut between words */
	buf_init(&out, a, most);
	buf_init(&bytes, a, most * 4);
	struct str charset = STR_NULL;
	size_t plain = 0, i = 0;
	bool more = true;
	while (i <= raw.n && !out.full) {
		const char *eq = more ? memmem(raw.p + i, raw.n - i, "=?", 2) : NULL;
		struct word w;
		size_t at = eq ? (size_t)(eq - raw.p) : raw.n;
		if (eq && !word_at(str_slice(raw, at, raw.n), &w)) {
			i = at + 2;
			more = str_find(str_slice(raw, i, raw.n), S("?=")) >= 0;
			continue;
		}
		struct str between = str_slice(raw, plain, at);
		bool joined = charset.p && eq && blank(between);
		if (charset.p && !(joined && str_ieq(charset, w.charset))) {
			buf_add(&out, charset_decode(c->charsets, a, charset, buf_str(&bytes), most));
			bytes.n = 0;
			charset = STR_NULL;
		}
		if (!joined && between.n)
			buf_add(&out, charset_decode(c->charsets, a, STR_NULL, between, most));
		if (!eq)
			break;
		charset = w.charset;
		word_bytes(&w, &bytes);
		i = plain = at + w.used;
	}
	if (charset.p)
		buf_add(&out, charset_decode(c->charsets, a, charset, buf_str(&bytes), most));
	return one_line(a, buf_str(&out), max_bytes);
}

/* Folding may have put white space into a long id; controls have no place in one, nor do those beyond ASCII (U+0085, bidi overrides). */
static struct str one_id(struct arena *a, struct str raw)
{
	struct str clean = utf8_clean(a, raw);
	char *p = arena_alloc(a, clean.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < clean.n;) {
		size_t from = i;
		int32_t cp = utf8_next(clean, &i);
		if (cp <= ' ' || utf8_is_control((uint32_t)cp))
			continue;
		memcpy(p + n, clean.p + from, i - from);
		n += i - from;
	}
	return (struct str){ p, n };
}

void mime_ids(struct arena *a, struct str raw, struct str *list, size_t *n, size_t max)
{
	for (size_t i = 0; i < raw.n && *n < max;) {
		const char *lt = memchr(raw.p + i, '<', raw.n - i);
		if (!lt)
			return;
		size_t from = (size_t)(lt - raw.p) + 1, end = from;
		while (end < raw.n && raw.p[end] != '>' && raw.p[end] != '<')
			end++;
		i = end;
		if (end >= raw.n || raw.p[end] != '>')
			continue;
		struct str id = one_id(a, str_slice(raw, from, end));
		bool known = false;
		for (size_t k = 0; k < *n && !known; k++)
			known = str_eq(list[k], id);
		if (id.n && id.n <= 998 && !known)
			list[(*n)++] = id;
	}
}

/* ---- dates ---- */

static bool digits(struct str *s, size_t least, size_t most, int *ret)
{
	size_t n = 0;
	int v = 0;
	while (n < s->n && n < most && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	if (n < least)
		return false;
	*s = str_slice(*s, n, s->n);
	*ret = v;
	return true;
}

/* White space, comments and commas. */
static void skip(struct str *s)
{
	size_t i = 0;
	int depth = 0;
	for (; i < s->n; i++) {
		char c = s->p[i];
		if (c == '(')
			depth++;
		else if (c == ')' && depth)
			depth--;
		else if (!depth && c != ' ' && c != '\t' && c != ',' && c != '-')
			break;
	}
	*s = str_slice(*s, i, s->n);
}

static bool month(struct str *s, int8_t *ret)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	for (int i = 0; i < 12; i++)
		if (s->n >= 3 && str_ieq(str_slice(*s, 0, 3), (struct str){ names + i * 3, 3 })) {
			size_t n = 3;
			while (n < s->n && ((s->p[n] | 32) >= 'a' && (s->p[n] | 32) <= 'z'))
				n++;
			*s = str_slice(*s, n, s->n);
			*ret = (int8_t)(i + 1);
			return true;
		}
	return false;
}

/* Minutes east of UTC; the obsolete names of North America too, anything unknown is UTC. */
static int zone_minutes(struct str s)
{
	static const struct {
		char name[4];
		int hours;
	} zones[] = { { "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 }, { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 } };
	if (s.n && (s.p[0] == '+' || s.p[0] == '-')) {
		int sign = s.p[0] == '-' ? -1 : 1, h, m = 0;
		s = str_slice(s, 1, s.n);
		if (!digits(&s, 1, 2, &h))
			return 0;
		if (s.n && s.p[0] == ':')
			s = str_slice(s, 1, s.n);
		digits(&s, 2, 2, &m);
		return h <= 14 && m < 60 ? sign * (h * 60 + m) : 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (s.n >= 3 && str_ieq(str_slice(s, 0, 3), str_c(zones[i].name)))
			return zones[i].hours * 60;
	return 0;
}

struct opt_i64 mime_date(struct str s)
{
	struct civil t = { 0 };
	int day, year, h, m, sec = 0;
	utime iso;
	s = str_trim(s);
	if (civil_parse_rfc3339(s, &iso))
		return SOME(iso);
	while (s.n && !(s.p[0] >= '0' && s.p[0] <= '9')) /* the day of the week */
		s = str_slice(s, 1, s.n);
	if (!digits(&s, 1, 2, &day))
		return (struct opt_i64)NONE;
	skip(&s);
	if (!month(&s, &t.month))
		return (struct opt_i64)NONE;
	skip(&s);
	size_t before = s.n;
	if (!digits(&s, 2, 4, &year))
		return (struct opt_i64)NONE;
	if (before - s.n == 2)
		year += year < 50 ? 2000 : 1900;
	else if (before - s.n == 3)
		year += 1900;
	skip(&s);
	if (!digits(&s, 1, 2, &h) || !s.n || (s.p[0] != ':' && s.p[0] != '.'))
		return (struct opt_i64)NONE;
	s = str_slice(s, 1, s.n);
	if (!digits(&s, 2, 2, &m))
		return (struct opt_i64)NONE;
	if (s.n && (s.p[0] == ':' || s.p[0] == '.')) {
		s = str_slice(s, 1, s.n);
		if (!digits(&s, 1, 2, &sec))
			return (struct opt_i64)NONE;
	}
	static const int8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (day < 1 || day > days[t.month - 1] || h > 23 || m > 59 || sec > 60 || year < 1970 || year > 9999)
		return (struct opt_i64)NONE;
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_slice(s, 1, s.n);
	t.year = year;
	t.day = (int8_t)day;
	t.hour = (int8_t)h;
	t.minute = (int8_t)m;
	t.second = (int8_t)(sec > 59 ? 59 : sec);
	return SOME(civil_utc(&t) - zone_minutes(s) * UTIME_US_PER_MINUTE);
}

struct str mime_filename(struct arena *a, struct str decoded)
{
	for (size_t i = decoded.n; i-- > 0;)
		if (decoded.p[i] == '/' || decoded.p[i] == '\\') {
			decoded = str_slice(decoded, i + 1, decoded.n);
			break;
		}
	struct str s = one_line(a, utf8_clean(a, decoded), decoded.n * 3);
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		bool direction = cp == 0x200e || cp == 0x200f || cp == 0x061c || cp == 0xfeff || cp == 0x2028 || cp == 0x2029;
		if (direction)
			continue;
		if (cp < 0x80 && strchr("<>:\"|?*", (int)cp))
			p[n++] = '_';
		else {
			memcpy(p + n, s.p + from, i - from);
			n += i - from;
		}
	}
	s = (struct str){ p, n };
	while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
		s.n--;
	while (s.n && (s.p[0] == ' ' || s.p[0] == '~'))
		s = str_slice(s, 1, s.n);
	if (s.n <= MIME_FILENAME_MAX)
		return s;
	/* Too long: the end of the name goes, its extension stays. */
	size_t dot = s.n;
	while (dot > 0 && s.n - dot < 16 && s.p[dot - 1] != '.')
		dot--;
	struct str ext = dot > 0 && s.p[dot - 1] == '.' ? str_slice(s, dot - 1, s.n) : S("");
	struct str stem = utf8_clip(s, MIME_FILENAME_MAX - ext.n);
	return arena_fmt(a, "%.*s%.*s", STR_ARG(stem), STR_ARG(ext));
}
