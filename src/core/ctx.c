/* ctx.c: see ctx.h. */
#include "core/ctx.h"

#include "core/desk.h"

#include <stdlib.h>

#include "base/banned.h"

const char *door_name(enum door d)
{
	static const char *const NAMES[] = {
		[DOOR_FORM] = "form", [DOOR_API] = "api", [DOOR_CLI] = "cli", [DOOR_JOB] = "job", [DOOR_MAIL] = "mail",
	};
	return NAMES[d];
}

enum err ctx_db(struct ctx *c)
{
	return c->db ? OK : db_acquire(c->desk->pool, &c->fault, &c->db);
}

void ctx_db_done(struct ctx *c)
{
	if (c->db)
		db_release(c->db);
	c->db = NULL;
}

void ctx_do_later(struct ctx *c, enum err (*fn)(struct ctx *c, int64_t id), int64_t id)
{
	ASSERT(c->db && c->db->in_write);
	if (c->n_later == c->later_cap) {
		c->later_cap = c->later_cap ? c->later_cap * 2 : 8;
		c->later = reallocarray(c->later, c->later_cap, sizeof(*c->later));
		ASSERT(c->later);
	}
	c->later[c->n_later++] = (struct ctx_later){ fn, id };
}
