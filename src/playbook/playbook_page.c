/* playbook_page.c: the list of playbooks, and the slice's routes. */
#include "playbook/playbook_page.h"

#include "web/layout.h"
#include "web/route.h"

#include "base/banned.h"

static const struct route routes[] = {
	{ 0 },
};

const struct feature playbook_feature = {
	.name = "playbook", .commands = playbook_commands, .folds = playbook_folds, .reactions = playbook_reactions, .routes = routes, .verify = run_verify,
};
