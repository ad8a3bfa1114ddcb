/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include "base/buf.h"

#include <glib.h>
#include <string.h>

#include "base/banned.h"

int32_t utf8_next(struct str s, size_t *i)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t left = s.n - *i;
	unsigned char c = p[0];
	if (c < 0x80) {
		*i += 1;
		return c;
	}
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || left < n)
		goto broken;
	uint32_t cp = c & (0xffu >> (n + 1));
	for (size_t k = 1; k < n; k++) {
		if ((p[k] & 0xc0) != 0x80)
			goto broken;
		cp = cp << 6 | (p[k] & 0x3f);
	}
	if ((n == 3 && cp < 0x800) || (n == 4 && (cp < 0x10000 || cp > 0x10ffff)) || (cp >= 0xd800 && cp <= 0xdfff))
		goto broken;
	*i += n;
	return (int32_t)cp;
broken:
	*i += 1;
	return -1;
}

bool utf8_valid(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		if (c && c < 0x80) {
			i++;
			continue;
		}
		if (c == 0 || utf8_next(s, &i) < 0)
			return false;
	}
	return true;
}

struct str utf8_clean(struct arena *a, struct str s)
{
	if (utf8_valid(s))
		return s;
	struct buf b;
	buf_init(&b, a, s.n * 3 + 1);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		buf_add(&b, cp > 0 ? str_slice(s, from, i) : S("\xef\xbf\xbd"));
	}
	return buf_str(&b);
}

size_t utf8_put(char out[4], uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

size_t utf8_length(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; n++)
		utf8_next(s, &i);
	return n;
}

struct str utf8_clip(struct str s, size_t max_bytes)
{
	if (s.n <= max_bytes)
		return s;
	size_t n = max_bytes;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_slice(s, 0, n);
}

struct str utf8_nfc(struct arena *a, struct str s)
{
	size_t i = 0;
	while (i < s.n && (unsigned char)s.p[i] < 0xcc)   /* U+0300, the first that composes with what stands before it, begins with 0xCC */
		i++;
	if (i == s.n)
		return s;
	char *composed = g_utf8_normalize(s.p, (gssize)s.n, G_NORMALIZE_NFC);
	if (!composed)
		return s;
	struct str ret = arena_str(a, str_c(composed));
	g_free(composed);
	return ret;
}

bool utf8_is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}
