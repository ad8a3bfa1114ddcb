/* tool_lines.c: see tool_lines.h. What is answered is written out before the next read waits, so that the other end can talk back and forth. */
#include "tool_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { CHUNK_BYTES = 64 << 10, ANSWER_MAX_BYTES = 1 << 30 };

struct lines {
	size_t max_bytes;
	void (*answer)(void *arg, struct arena *a, struct str line, struct buf *out);
	void *arg;
	struct arena arena;
	char *line;              /* what has come of the line so far, at most max_bytes + 1 */
	size_t n, cap;
};

static void keep(struct lines *l, const char *p, size_t n)
{
	size_t room = l->max_bytes + 1 - l->n;
	n = n < room ? n : room;
	if (l->n + n > l->cap) {
		l->cap = 2 * (l->n + n);
		l->line = realloc(l->line, l->cap);
		ASSERT(l->line);
	}
	if (n)
		memcpy(l->line + l->n, p, n);
	l->n += n;
}

static void line_done(struct lines *l)
{
	struct str line = { l->line, l->n };
	l->n = 0;
	if (!str_trim(line).n)
		return;
	struct buf out;
	buf_init(&out, &l->arena, ANSWER_MAX_BYTES);
	if (line.p[line.n - 1] == '\r' && line.n <= l->max_bytes)
		line.n--;
	l->answer(l->arg, &l->arena, line, &out);
	ASSERT(buf_err(&out) == OK);
	if (out.n) {
		fwrite(out.p, 1, out.n, stdout);
		putchar('\n');
	}
	arena_reset(&l->arena);
}

static void take(struct lines *l, const char *p, size_t n)
{
	const char *end;
	while ((end = memchr(p, '\n', n))) {
		keep(l, p, (size_t)(end - p));
		line_done(l);
		n -= (size_t)(end + 1 - p);
		p = end + 1;
	}
	keep(l, p, n);
}

int lines_answer_with(size_t max_bytes, void (*answer)(void *arg, struct arena *a, struct str line, struct buf *out), void *arg)
{
	struct lines l = { .max_bytes = max_bytes, .answer = answer, .arg = arg };
	char *chunk = malloc(CHUNK_BYTES);
	ssize_t got;
	ASSERT(chunk);
	arena_init(&l.arena);
	for (;;) {
		fflush(stdout);
		got = read(STDIN_FILENO, chunk, CHUNK_BYTES);
		if (got > 0)
			take(&l, chunk, (size_t)got);
		else if (got == 0 || errno != EINTR)
			break;
	}
	line_done(&l);
	if (got < 0)
		fprintf(stderr, "tend: reading failed: %s\n", strerror(errno));
	bool bad = fflush(stdout) != 0 || ferror(stdout);
	if (bad)
		fprintf(stderr, "tend: writing failed: %s\n", strerror(errno));
	arena_done(&l.arena);
	free(l.line);
	free(chunk);
	return got < 0 || bad;
}

struct plain {
	void (*answer)(struct arena *a, struct str line, struct buf *out);
};

static void answer_plain(void *arg, struct arena *a, struct str line, struct buf *out)
{
	const struct plain *p = arg;
	p->answer(a, line, out);
}

int lines_answer(size_t max_bytes, void (*answer)(struct arena *a, struct str line, struct buf *out))
{
	struct plain p = { answer };
	return lines_answer_with(max_bytes, answer_plain, &p);
}
