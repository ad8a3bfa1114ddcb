/* err.h: one list of errors and one table of what they mean at every door.
 *
 * A function that can fail returns `enum err`. The first cause is recorded once, in the `struct fault` that
 * the context carries, with file and line, a sentence for the person, and a message per field. */
#ifndef TEND_BASE_ERR_H
#define TEND_BASE_ERR_H

#include "base/str.h"

#include <stdarg.h>

enum err {
	OK = 0,
	ERR_INPUT,            /* the caller's words are wrong; says which and how to mend them */
	ERR_UNAUTHENTICATED,  /* nobody is signed in, or the token is dead */
	ERR_FORBIDDEN,        /* signed in, but may not */
	ERR_NOT_FOUND,        /* absent, or not to be seen by this actor: the same answer */
	ERR_CONFLICT,         /* somebody was there first; shows what changed */
	ERR_LIMIT,            /* larger than the ceiling */
	ERR_RATE,             /* too many; come back later */
	ERR_BUSY,             /* database locked or away, queue full; try again */
	ERR_UPSTREAM,         /* the far side failed */
	ERR_FULL,             /* the disk is full */
	ERR_BUG,              /* ours: an invariant broke */
	ERR_COUNT
};

struct err_info {
	const char *name;     /* "conflict": stable, in logs and problem documents */
	const char *title;    /* "Conflict": a heading for people */
	int http_status;
	int exit_code;        /* of the command line; mail deliver maps to sysexits itself */
	bool retry;           /* trying again later, unchanged, can succeed */
};

/* The row of e; e must be in range. */
const struct err_info *err_info(enum err e);

struct fault_field {
	char field[48];
	char message[160];
};

struct fault {
	enum err err;
	const char *file;
	int line;
	char message[320];
	struct fault_field fields[24];
	unsigned n_fields;
};

/* Records the first cause; later calls while a fault is set change nothing (and still return e). */
enum err fault_set(struct fault *f, enum err e, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
enum err fault_vset(struct fault *f, enum err e, const char *file, int line, const char *fmt, va_list ap);
#if defined(__clang_analyzer__)
/* What the analyzer cannot see from one file: the result is e, which is not OK. */
#define fault_set(f, e, ...) (fault_set((f), (e), __VA_ARGS__), (e))
#endif
/* Adds a message to a field (at most 24 are kept) and makes the fault ERR_INPUT when none is set. */
enum err fault_field(struct fault *f, struct str field, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void fault_clear(struct fault *f);

/* Passes an error on. */
#define TRY(expr)                                                                                                      \
	do {                                                                                                           \
		enum err try_err_ = (expr);                                                                            \
		if (__builtin_expect(try_err_ != OK, 0))                                                               \
			return try_err_;                                                                               \
	} while (0)

/* An invariant: stays on in release; prints file, line and expression, then aborts. */
#define ASSERT(expr)                                                                                                   \
	do {                                                                                                           \
		if (__builtin_expect(!(expr), 0))                                                                      \
			assert_failed(#expr, __FILE__, __LINE__);                                                      \
	} while (0)
_Noreturn void assert_failed(const char *expr, const char *file, int line);

#endif
