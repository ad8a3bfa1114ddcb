/* tool_growth.c: `tend certification eval`: the rule of a certification over given data, a question a line. It opens no desk. */
#include "tool_lines.h"
#include "tools.h"

#include "growth/cert_rule.h"

#include <stdio.h>

#include "base/banned.h"

int tool_certification_eval(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argv;
	if (argc > 0) {
		fprintf(stderr, "usage: tend certification eval < QUESTIONS\nOne JSON object a line in, one a line out: docs/certification.md.\n");
		return 2;
	}
	return lines_answer(CERT_LINE_MAX_BYTES, cert_eval_line);
}
