/* tools.h: subcommands that are not commands of a slice: serving, looking after the data, leaving and moving. Each takes the words after its name
 * and returns an exit code. main.c lists them. */
#ifndef TEND_TOOLS_H
#define TEND_TOOLS_H

#include "cli.h"

typedef int tool_fn(const struct desk_config *cfg, int argc, char **argv);

tool_fn tool_serve, tool_migrate, tool_verify, tool_backup, tool_restore, tool_doctor, tool_demo, tool_export, tool_import, tool_mail_deliver,
	tool_certification_eval, tool_calendar_eval, tool_sla_simulate, tool_sla_verify, tool_sla_replay, tool_config_export, tool_config_diff,
	tool_config_apply, tool_holiday_import;

/* Each subcommand of main.c's table, in order: for the man page. */
void tools_each(void (*fn)(const char *name, const char *help));

/* Prints a fault as the command line does; returns its exit code. */
int tool_fault(const struct fault *f);

/* What runs beside the pages while serving (LMTP …), in order; features.c lists them. */
struct service {
	const char *name;
	enum err (*start)(struct desk *d, struct fault *f, void **ret);   /* *ret NULL = not wanted by this configuration */
	void (*stop)(void *service);
};
extern const struct service services[];   /* {0}-ended */

/* tend mail deliver: whatever ends it, the MTA keeps the mail; and its codes. */
void tool_mail_keep(void);
int tool_mail_code(int code);

#endif
