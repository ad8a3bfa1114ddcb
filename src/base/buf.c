/* buf.c: a growing text with a ceiling; see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void buf_init(struct buf *b, struct arena *a, size_t max_bytes)
{
	ASSERT(max_bytes <= (size_t)1 << 40);
	*b = (struct buf){ .arena = a, .max = max_bytes };
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->full || n > b->max - b->n) {
		b->full = true;
		return NULL;
	}
	if (b->cap - b->n < n) {
		size_t cap = b->cap ? b->cap * 2 : 256;
		while (cap < b->n + n)
			cap *= 2;
		if (cap > b->max)
			cap = b->max;
		b->p = arena_grow_raw(b->arena, b->p, b->cap, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_grew(struct buf *b, size_t n)
{
	ASSERT(n <= b->cap - b->n);
	b->n += n;
}

void buf_add(struct buf *b, struct str s)
{
	if (s.n == 0)
		return;
	if (s.n <= b->cap - b->n && !b->full) {   /* mostly: a page is made of thousands of small pieces */
		memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
		return;
	}
	char *to = buf_room(b, s.n);
	if (!to)
		return;
	memcpy(to, s.p, s.n);
	b->n += s.n;
}

void buf_ch(struct buf *b, char c)
{
	if (b->n < b->cap && !b->full)
		b->p[b->n++] = c;
	else
		buf_add(b, (struct str){ &c, 1 });
}

void buf_i64(struct buf *b, int64_t v)
{
	char text[24];
	char *at = text + sizeof(text);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		*--at = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		*--at = '-';
	buf_add(b, (struct str){ at, (size_t)(text + sizeof(text) - at) });
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	if (!b->full && b->max - b->n == (size_t)n) { /* just fits, but the formatter writes its NUL too */
		buf_add(b, arena_vfmt(b->arena, fmt, again));
	} else {
		char *to = buf_room(b, (size_t)n + 1);
		if (to) {
			vsnprintf(to, (size_t)n + 1, fmt, again);
			b->n += (size_t)n;
		}
	}
	va_end(again);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

enum err buf_err(const struct buf *b)
{
	return b->full ? ERR_LIMIT : OK;
}
