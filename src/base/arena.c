/* arena.c: blocks of growing size, newest first; see arena.h. */
#include "base/arena.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature) /* how clang tells; gcc defines __SANITIZE_ADDRESS__ */
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#include "base/banned.h"

enum { BLOCK_FIRST = 8 << 10, BLOCK_MOST = 256 << 10, ALIGN = 16, KEEP_MOST = 64 << 10 };
#define ALLOC_MOST ((size_t)1 << 40) /* nothing sane is larger; keeps the sums below from overflowing */

struct arena_block {
	struct arena_block *older;
	size_t size, used;           /* of data */
	size_t last;                 /* where the newest allocation begins, for arena_grow() */
	_Alignas(ALIGN) char data[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

static size_t round_up(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct arena_block *block_new(struct arena *a, size_t least)
{
	size_t size = a->head ? a->head->size * 2 : BLOCK_FIRST - sizeof(struct arena_block);
	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	if (size < least)
		size = least;
	struct arena_block *b = malloc(sizeof(*b) + size);
	ASSERT(b != NULL);
	*b = (struct arena_block){ .older = a->head, .size = size };
	ASAN_POISON_MEMORY_REGION(b->data, size);
	a->head = b;
	return b;
}

/* As arena_alloc(), not zeroed: for who writes all of it at once. */
static void *raw(struct arena *a, size_t n)
{
	ASSERT(n <= ALLOC_MOST);
	size_t need = round_up(n ? n : 1);
	struct arena_block *b = a->head;
	if (!b || b->size - b->used < need)
		b = block_new(a, need);
	char *p = b->data + b->used;
	b->last = b->used;
	b->used += need;
	a->used_bytes += need;
	ASAN_UNPOISON_MEMORY_REGION(p, n ? n : 1);
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(raw(a, n), 0, n);
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	ASSERT(!__builtin_mul_overflow(count, size, &n));
	return arena_alloc(a, n);
}

void *arena_grow_raw(struct arena *a, void *p, size_t old_n, size_t new_n)
{
	ASSERT(new_n >= old_n && new_n <= ALLOC_MOST && (p || !old_n));
	struct arena_block *b = a->head;
	if (p && b && (char *)p == b->data + b->last && b->size - b->last >= round_up(new_n)) {
		a->used_bytes += b->last + round_up(new_n) - b->used;
		b->used = b->last + round_up(new_n);
		ASAN_UNPOISON_MEMORY_REGION(p, new_n);
		return p;
	}
	char *q = raw(a, new_n);
	if (old_n)
		memcpy(q, p, old_n);
	return q;
}

void *arena_grow(struct arena *a, void *p, size_t old_n, size_t new_n)
{
	char *q = arena_grow_raw(a, p, old_n, new_n);
	memset(q + old_n, 0, new_n - old_n);
	return q;
}

static void free_blocks(struct arena_block *b)
{
	while (b) {
		struct arena_block *older = b->older;
		ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
		free(b);
		b = older;
	}
}

void arena_reset(struct arena *a)
{
	a->used_bytes = 0;
	struct arena_block *b = a->head;
	if (!b)
		return;
	if (b->size > KEEP_MOST) {
		free_blocks(b);
		a->head = NULL;
		return;
	}
	free_blocks(b->older);
	b->older = NULL;
	b->used = b->last = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
}

void arena_done(struct arena *a)
{
	free_blocks(a->head);
	*a = (struct arena){ 0 };
}

struct str arena_str(struct arena *a, struct str s)
{
	if (!s.p)
		return STR_NULL;
	char *p = raw(a, s.n + 1);
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

const char *arena_cstr(struct arena *a, struct str s)
{
	return s.p ? arena_str(a, s).p : "";
}

struct str arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	ASSERT(fmt != NULL); /* without it gcc sees UBSan's path that goes on with NULL, and warns */
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	ASSERT(n >= 0);
	char *p = raw(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str s = arena_vfmt(a, fmt, ap);
	va_end(ap);
	return s;
}
