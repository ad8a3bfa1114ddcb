/* json_look.c: see json_look.h. One pass over the bytes, from quote to quote. */
#include "base/json_look.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

/* Past the text that begins at i. */
static size_t past_text(struct str s, size_t i)
{
	for (size_t from = i + 1; from < s.n;) {
		const char *quote = memchr(s.p + from, '"', s.n - from);
		if (!quote)
			break;
		size_t at = (size_t)(quote - s.p), back = at;
		while (back > from && s.p[back - 1] == '\\')
			back--;
		if ((at - back) % 2 == 0)
			return at + 1;
		from = at + 1;
	}
	return s.n;
}

/* Past the value that begins at i. */
static size_t past_value(struct str s, size_t i)
{
	int depth = 0;
	while (i < s.n) {
		switch (s.p[i]) {
		case '"':
			i = past_text(s, i);
			if (!depth)
				return i;
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!depth)
				return i;
			if (--depth == 0)
				return i + 1;
			break;
		case ',':
			if (!depth)
				return i;
			break;
		}
		i++;
	}
	return i;
}

bool json_member(struct str obj, size_t *i, struct str *ret_key, struct str *ret_value)
{
	size_t at = *i ? *i : 1;
	if (at < obj.n && obj.p[at] == ',')
		at++;
	if (at >= obj.n || obj.p[at] != '"')
		return false;
	size_t end = past_text(obj, at);
	if (end + 1 >= obj.n)
		return false;
	size_t from = end + 1, to = past_value(obj, from);
	struct str v = str_slice(obj, from, to);
	*ret_key = str_slice(obj, at + 1, end - 1);
	*i = to;
	if (v.n >= 2 && v.p[0] == '"')
		v = str_slice(v, 1, v.n - 1);
	else if (str_eq(v, S("null")))
		v = STR_NULL;
	*ret_value = v;
	return true;
}

bool json_has(struct str obj, const char *key, struct str *ret_value)
{
	struct str want = str_c(key), k, v;
	/* most keys that are asked for are not there, and that is soon seen */
	if (str_find(obj, want) < 0)
		return false;
	for (size_t i = 0; json_member(obj, &i, &k, &v);) {
		if (str_eq(k, want)) {
			*ret_value = v;
			return true;
		}
	}
	return false;
}

struct str json_look(struct str obj, const char *key)
{
	struct str v;
	return json_has(obj, key, &v) ? v : STR_NULL;
}

struct opt_i64 json_look_i64(struct str obj, const char *key)
{
	struct str s = json_look(obj, key);
	int64_t v;
	return s.p && str_i64(s, &v) ? SOME(v) : NONE;
}

/* The code point of four hexadecimal digits; what is none is U+FFFD to utf8_put(). */
static uint32_t four_digits(const char *p)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t cp = 0;
	for (int i = 0; i < 4; i++) {
		const char *at = p[i] ? strchr(digits, p[i]) : NULL;
		if (!at)
			return UINT32_MAX;
		cp = cp << 4 | (uint32_t)(at - digits);
	}
	return cp;
}

struct str json_plain(struct arena *a, struct str s)
{
	if (!s.n || !memchr(s.p, '\\', s.n))
		return s;
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\' || i + 1 == s.n) {
			p[n++] = s.p[i];
		} else if (s.p[++i] == 'u' && s.n - i > 4) {
			n += utf8_put(p + n, four_digits(s.p + i + 1));
			i += 4;
		} else {
			p[n++] = s.p[i] == 'n' ? '\n' : s.p[i];
		}
	}
	return (struct str){ p, n };
}
