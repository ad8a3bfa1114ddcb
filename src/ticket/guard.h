/* guard.h: secrets in a text: found before it is sent, and struck out where it is kept.
 *
 * What looks like one is a row of presets/handbook/secret_patterns.def. A finding says what kind and in which line, never the secret itself, so that it
 * may stand in messages and logs. Patterns run with PCRE2's limits; a text that exhausts them is looked at line by line. */
#ifndef TEND_TICKET_GUARD_H
#define TEND_TICKET_GUARD_H

#include "core/ctx.h"

#define GUARD_FINDINGS_MAX 32

struct guard_finding {
	const char *what;        /* "an AWS access key" */
	size_t at, n;            /* the bytes of the secret */
	int64_t line;            /* from 1 */
};

/* The secrets in a text, in order, by the rows in force on that date ("2026-11-24"); at most GUARD_FINDINGS_MAX. */
size_t guard_find(struct str text, struct str date, struct guard_finding ret[GUARD_FINDINGS_MAX]);
/* "a GitHub token in line 3, a password in line 7". */
struct str guard_words(struct arena *a, const struct guard_finding *v, size_t n);
/* ERR_INPUT at the field when the text holds one: what it is, in which line, and that “secrets” sends it on purpose. */
enum err guard_refuse(struct ctx *c, const char *field, struct str text);

#endif
