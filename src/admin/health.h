/* health.h: what can be known from inside about what a desk stands on; `tend doctor` knows the rest. */
#ifndef TEND_ADMIN_HEALTH_H
#define TEND_ADMIN_HEALTH_H

#include "core/ctx.h"

struct health_line {
	const char *what;
	char mark;             /* '+' well, '!' look at it, '-' mend it */
	struct str says;
};

/* Looks now: cheap, nothing is waited for. */
enum err health_look(struct ctx *c, struct health_line **ret, size_t *ret_n);

/* "smtps://user:secret@host:465" → "smtps://host:465": never who signs in. */
struct str health_host_only(struct arena *a, const char *address);

#endif
