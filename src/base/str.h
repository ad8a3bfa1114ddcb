/* str.h: borrowed slices.
 *
 * A `struct str` is bytes somebody else owns: it is never freed, never written through, and NUL ends
 * nothing. `p == NULL` means "absent" (SQL NULL); an empty text has p != NULL and n == 0. */
#ifndef TEND_BASE_STR_H
#define TEND_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

/* An integer that may be absent (SQL NULL, a field that was not sent). */
struct opt_i64 {
	int64_t v;
	bool set;
};

#define S(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NULL ((struct str){ NULL, 0 })
#define SOME(value) ((struct opt_i64){ .v = (value), .set = true })
#define NONE ((struct opt_i64){ 0 })
/* For printf-like functions: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)((s).n < INT32_MAX ? (s).n : INT32_MAX), (s).p ? (s).p : ""
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Wraps a NUL-terminated C string; NULL becomes STR_NULL. */
struct str str_c(const char *cstr);
bool str_eq(struct str a, struct str b);
/* ASCII case-insensitive equality. */
bool str_ieq(struct str a, struct str b);
/* Bytewise order: <0, 0, >0; a prefix comes first. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first c / needle, or -1. */
ptrdiff_t str_find_ch(struct str s, char c);
ptrdiff_t str_find(struct str s, struct str needle);
/* ASCII case-insensitive search; -1 when absent. */
ptrdiff_t str_ifind(struct str s, struct str needle);
/* s[from, to), both clamped to the length. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);
/* Splits at the first `sep`: *ret_head before it, *ret_tail after it. False (and head = s, tail empty)
 * when sep does not occur. */
bool str_cut(struct str s, char sep, struct str *ret_head, struct str *ret_tail);
/* Canonical decimal only: optional '-', no leading zeros, no '+', no space; the whole of s, in int64 range. */
bool str_i64(struct str s, int64_t *ret);
/* Pops the next line off *rest (without "\n" or "\r\n"); false at the end. */
bool str_line(struct str *rest, struct str *ret_line);
bool str_empty(struct str s);
uint64_t str_hash(struct str s);

#endif
