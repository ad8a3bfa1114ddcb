/* arena.h: memory as a place.
 *
 * What a request or a job makes lives in its arena and nobody frees it; the owner of the arena resets or
 * closes it. Allocation never returns NULL: running out of memory for small things aborts. Whatever a
 * stranger can grow belongs in a `struct buf` with a ceiling instead. Freed memory is poisoned under ASan. */
#ifndef TEND_BASE_ARENA_H
#define TEND_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena_block;

struct arena {
	struct arena_block *head;   /* newest block */
	size_t used_bytes;          /* handed out since the last reset */
};

void arena_init(struct arena *a);
/* Gives everything back but one small block; pointers into the arena are dead afterwards. */
void arena_reset(struct arena *a);
void arena_done(struct arena *a);

/* Zeroed memory, aligned for any type. n == 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n);
/* Zeroed array with overflow-checked size. */
void *arena_calloc(struct arena *a, size_t count, size_t size);
/* Grows the newest allocation in place when it can, else copies; bytes beyond old_n are zero. */
void *arena_grow(struct arena *a, void *p, size_t old_n, size_t new_n);
/* The same, bytes beyond old_n not zeroed: for buffers, which know how far they are written. */
void *arena_grow_raw(struct arena *a, void *p, size_t old_n, size_t new_n);
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_calloc((a), (count), sizeof(type)))

/* A copy, NUL-terminated besides; STR_NULL stays STR_NULL. */
struct str arena_str(struct arena *a, struct str s);
/* The same as a C string; STR_NULL becomes "". */
const char *arena_cstr(struct arena *a, struct str s);
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vfmt(struct arena *a, const char *fmt, va_list ap);

#endif
