/* setting.h: what a desk can change while it runs: rows with a type, a range, a default and a help text; the settings page and the manual come from them. */
#ifndef TEND_CORE_SETTING_H
#define TEND_CORE_SETTING_H

#include "core/ctx.h"

enum setting_type { SETTING_INT, SETTING_BOOL, SETTING_STR, SETTING_TEXT, SETTING_ZONE };

struct setting {
	const char *key;             /* "ticket.undo_seconds" */
	enum setting_type type;
	int64_t min, max;            /* of a number, or of a text's bytes */
	const char *standard;        /* the default, as text */
	const char *help;
};

/* The value in force: the row, else the default. key must be one of a feature's settings. */
int64_t setting_i64(struct ctx *c, const char *key);
struct str setting_str(struct ctx *c, const char *key);

#endif
