/* tool_sla.c: `tend calendar eval` and `tend sla simulate`: the SLA engine over given data, a line at a time. They open no desk. */
#include "tool_lines.h"
#include "tools.h"

#include "sla/sla_eval.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

int tool_calendar_eval(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argv;
	if (argc > 0) {
		fprintf(stderr, "usage: tend calendar eval < QUESTIONS\nOne JSON object a line in, one a line out: docs/sla.md.\n");
		return 2;
	}
	return lines_answer(SLA_LINE_MAX_BYTES, sla_eval_calendar);
}

int tool_sla_simulate(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg;
	bool explain = argc == 1 && strcmp(argv[0], "--explain") == 0;
	if (argc > 0 && !explain) {
		fprintf(stderr, "usage: tend sla simulate [--explain] < LINES\nOne JSON object a line in, one a line out: docs/sla.md.\n");
		return 2;
	}
	struct sla_sim *s = sla_sim_open(explain);
	int code = lines_answer_with(SLA_LINE_MAX_BYTES, sla_sim_line, s);
	sla_sim_close(s);
	return code;
}
