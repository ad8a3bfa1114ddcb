/* rules.c: what this folder brings to the house, and the handbook's rules. */
#include "rules/rules.h"

#include "core/carry.h"
#include "sla/calendar.h"

#include <string.h>

static const struct {
	const char *slug, *title, *state, *when, *cond, *then, *from, *to, *source;
} PRESETS[] = {
#define RULE(slug, title, state, when, cond, then, from, to, source) { slug, title, state, when, cond, then, from, to, source },
#include "handbook/rules.def"
#undef RULE
};

#include "base/banned.h"

extern const struct command rule_put_cmd, rule_switch_cmd, rule_move_cmd, rule_remove_cmd, rule_restore_cmd, rule_text_cmd, rule_diff_cmd, rule_apply_cmd, rule_list_cmd,
	rule_show_cmd, rule_check_cmd, rule_dry_run_cmd, rule_trace_cmd, rule_runs_cmd, rule_retry_cmd, rule_told_cmd, rule_read_cmd;
const struct command *const rule_commands[] = {
	&rule_put_cmd, &rule_switch_cmd, &rule_move_cmd, &rule_remove_cmd, &rule_restore_cmd, &rule_text_cmd, &rule_diff_cmd, &rule_apply_cmd, &rule_list_cmd, &rule_show_cmd,
	&rule_check_cmd, &rule_dry_run_cmd, &rule_trace_cmd, &rule_runs_cmd, &rule_retry_cmd, &rule_told_cmd, &rule_read_cmd, NULL,
};

const struct reaction rule_reactions[] = {
	{ .kind = "ticket.*", .when = IN_TX, .fold = rules_on_ticket },
	{ .kind = "teammate.*", .when = IN_TX, .fold = rules_on_names },
	{ .kind = "team.*", .when = IN_TX, .fold = rules_on_names },
	{ .kind = "organisation.*", .when = IN_TX, .fold = rules_on_names },
	{ .kind = "macro.*", .when = IN_TX, .fold = rules_on_names },
	{ 0 },
};

static enum err run_job(struct ctx *c, const struct job *j)
{
	int64_t ran;
	(void)j;
	return rules_run(c, &ran);
}

const struct job_kind rule_jobs[] = {
	{ .name = "rules.run", .version = 1, .max_attempts = 5, .lease_us = 30 * UTIME_US_PER_SECOND, .every_us = UTIME_US_PER_HOUR, .next_us = rules_next_us, .run = run_job },
	{ 0 },
};

/* A desk whose people have rules of their own keeps them; one that has only the handbook's takes a file's. */
static enum err begin_rules(struct ctx *c, bool *ret_skip)
{
	struct rule_now_row *rows;
	size_t n;
	TRY(rule_now(c->db, c->arena, &rows, &n));
	for (size_t i = 0; i < n; i++)
		*ret_skip |= !str_eq(rows[i].why, S("handbook"));
	return OK;
}

static enum err rules_came_in(struct ctx *c, int64_t id)
{
	(void)id;
	return rules_changed(c);
}

const struct carry rule_carries[] = {
	{ "rule_row", &rule_rows_stmt, .key = "slug, since_us", .words = "state on|off|paused", .begin = begin_rules, .finish = rules_came_in },
	{ 0 },
};

enum err rules_prepare(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		struct rule_history_row *old;
		struct str said;
		size_t n;
		TRY(rule_history(c->db, c->arena, &old, &n, .slug = str_c(PRESETS[i].slug), .max = 1));
		int64_t day = 0;
		if (n)
			continue;   /* there, or removed on purpose */
		ASSERT(cal_parse_date(str_c(PRESETS[i].from), &day));
		struct rule_edit edit = {
			.slug = str_c(PRESETS[i].slug), .title = str_c(PRESETS[i].title), .when_text = str_c(PRESETS[i].when), .if_text = str_c(PRESETS[i].cond),
			.then_text = str_c(PRESETS[i].then), .valid_from = str_c(PRESETS[i].from), .valid_to = PRESETS[i].to ? str_c(PRESETS[i].to) : S(""),
			.since_us = day * UTIME_US_PER_DAY, .state = str_c(PRESETS[i].state), .source = str_c(PRESETS[i].source), .why = S("handbook"),
		};
		TRY(rule_edit_apply(c, &edit, &said));
	}
	return OK;
}
