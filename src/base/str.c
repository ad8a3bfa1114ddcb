/* str.c: borrowed slices; see str.h. */
#include "base/str.h"

#include <string.h>

#include "base/banned.h"

struct str str_c(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : STR_NULL;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool ieq_n(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool str_ieq(struct str a, struct str b)
{
	return a.n == b.n && ieq_n(a.p, b.p, a.n);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;
	return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

ptrdiff_t str_find_ch(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
	return at ? at - s.p : -1;
}

ptrdiff_t str_find(struct str s, struct str needle)
{
	if (needle.n == 0)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? at - s.p : -1;
}

ptrdiff_t str_ifind(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (ieq_n(s.p + i, needle.p, needle.n))
			return (ptrdiff_t)i;
	return -1;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(struct str s, char sep, struct str *ret_head, struct str *ret_tail)
{
	ptrdiff_t at = str_find_ch(s, sep);
	if (at < 0) {
		*ret_head = s;
		*ret_tail = (struct str){ s.p ? s.p + s.n : NULL, 0 };
		return false;
	}
	*ret_head = str_slice(s, 0, (size_t)at);
	*ret_tail = str_slice(s, (size_t)at + 1, s.n);
	return true;
}

bool str_i64(struct str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	size_t i = negative;
	if (i == s.n || s.n - i > 19 || (s.p[i] == '0' && (s.n - i > 1 || negative)))
		return false;
	uint64_t v = 0;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (v > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

bool str_line(struct str *rest, struct str *ret_line)
{
	if (rest->n == 0)
		return false;
	struct str tail;
	str_cut(*rest, '\n', ret_line, &tail);
	*rest = tail;
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

bool str_empty(struct str s)
{
	return s.n == 0;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h ^ (h >> 29);
}
