/* core.c: what core brings as a feature; see core.h. */
#include "core/core.h"

#include "core.sql.h"

#include "base/banned.h"

static const struct command *const commands[] = { &setting_set_cmd, &setting_list_cmd, &job_retry_cmd, &outbox_resend_cmd, &outbox_cancel_cmd, NULL };

static const struct fold folds[] = {
	{ .entity = "setting", .rows = &setting_rows_stmt },
	{ 0 },
};

static const struct carry carries[] = { { "setting", &setting_rows_stmt, .key = "key" }, { 0 } };

const struct feature core_feature = {
	.name = "core",
	.commands = commands,
	.folds = folds,
	.carries = carries,
};
