/* buf.h: a growing text with a ceiling.
 *
 * Memory comes from an arena. Past the ceiling the buffer keeps what it has, sets `full`, and ignores the
 * rest: check once at the end with buf_err(). */
#ifndef TEND_BASE_BUF_H
#define TEND_BASE_BUF_H

#include "base/arena.h"
#include "base/err.h"

struct buf {
	char *p;
	size_t n, cap, max;
	struct arena *arena;
	bool full;
};

void buf_init(struct buf *b, struct arena *a, size_t max_bytes);
void buf_add(struct buf *b, struct str s);
void buf_ch(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for n more bytes and returns where they go (NULL past the ceiling); then buf_grew(). */
char *buf_room(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);
/* The text so far; borrowed until the next add. */
struct str buf_str(const struct buf *b);
/* OK, or ERR_LIMIT when something did not fit. */
enum err buf_err(const struct buf *b);

#endif
