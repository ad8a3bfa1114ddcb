/* err.c: the table of errors and the recording of the first cause; see err.h. */
#include "base/err.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const struct err_info ERRORS[ERR_COUNT] = {
	[OK] = { "ok", "OK", 200, 0, false },
	[ERR_INPUT] = { "invalid", "Please check what was sent", 422, 2, false },
	[ERR_UNAUTHENTICATED] = { "unauthenticated", "Please sign in", 401, 4, false },
	[ERR_FORBIDDEN] = { "forbidden", "Not allowed", 403, 4, false },
	[ERR_NOT_FOUND] = { "not_found", "Not found", 404, 3, false },
	[ERR_CONFLICT] = { "conflict", "Somebody was there first", 409, 5, false },
	[ERR_LIMIT] = { "too_large", "Too large", 413, 2, false },
	[ERR_RATE] = { "too_many", "Too many, too fast", 429, 6, true },
	[ERR_BUSY] = { "busy", "Busy, please try again", 503, 6, true },
	[ERR_UPSTREAM] = { "upstream", "The other side failed", 502, 7, true },
	[ERR_FULL] = { "disk_full", "The disk is full", 507, 6, true },
	[ERR_BUG] = { "bug", "Something broke on our side", 500, 70, false },
};

const struct err_info *err_info(enum err e)
{
	ASSERT((unsigned)e < ERR_COUNT);
	return &ERRORS[e];
}

/* Formats into to[size]; what does not fit is cut between code points. */
__attribute__((format(printf, 3, 0))) static void vfit(char *to, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(to, size, fmt, ap);
	if (n >= (int)size)
		to[utf8_clip((struct str){ to, size - 1 }, size - 2).n] = 0;
}

__attribute__((format(printf, 3, 4))) static void fit(char *to, size_t size, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vfit(to, size, fmt, ap);
	va_end(ap);
}

enum err fault_vset(struct fault *f, enum err e, const char *file, int line, const char *fmt, va_list ap)
{
	ASSERT(e != OK);
	if (f->err != OK)
		return e;
	f->err = e;
	f->file = file;
	f->line = line;
	vfit(f->message, sizeof(f->message), fmt, ap);
	return e;
}

enum err(fault_set)(struct fault *f, enum err e, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fault_vset(f, e, file, line, fmt, ap);
	va_end(ap);
	return e;
}

enum err fault_field(struct fault *f, struct str field, const char *file, int line, const char *fmt, ...)
{
	if (f->err == OK)
		fault_set(f, ERR_INPUT, file, line, "Some fields need another look.");
	if (f->n_fields < ARRAY_LEN(f->fields)) {
		struct fault_field *at = &f->fields[f->n_fields++];
		fit(at->field, sizeof(at->field), "%.*s", STR_ARG(field));
		va_list ap;
		va_start(ap, fmt);
		vfit(at->message, sizeof(at->message), fmt, ap);
		va_end(ap);
	}
	return ERR_INPUT;
}

void fault_clear(struct fault *f)
{
	f->err = OK;
	f->file = NULL;
	f->line = 0;
	f->message[0] = 0;
	f->n_fields = 0;
}

void assert_failed(const char *expr, const char *file, int line)
{
	fprintf(stderr, "tend: %s:%d: this can't be: %s\n", file, line, expr);
	abort();
}
