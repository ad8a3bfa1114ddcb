/* ctx.c: see ctx.h. */
#include "core/ctx.h"

#include "core/desk.h"

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
