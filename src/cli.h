/* cli.h: door 3: `tend <noun> <verb> --field value` for any command. */
#ifndef TEND_CLI_H
#define TEND_CLI_H

#include "core/desk.h"

/* The bootstrap rows from flags, environment and DATA/tend.conf (texts in the arena, which must outlive them); removes the flags it knows from argv.
 * Prints what is wrong and returns false. */
bool cli_config(struct arena *a, int *argc, char **argv, struct desk_config *ret);
/* Help of the bootstrap flags. */
extern const char cli_flags_help[];
/* Each of them, for the man page; standard NULL = none. */
void cli_config_each(void (*fn)(const char *flag, const char *env, const char *standard, const char *help));

/* Runs `tend noun verb …`; the exit code is of err.h's table. Uses the running server's control socket when there is one, else opens the desk. */
int cli_command(const struct desk_config *cfg, int argc, char **argv);
/* Is argv[0] the noun of any command? */
bool cli_is_noun(const char *word);
/* "tend ticket --help", "tend ticket reply --help", and the whole list. */
void cli_help(const char *noun, const char *verb);
/* `tend completion bash`. */
int cli_completion(int argc, char **argv);
/* `tend man`: a man page made from the descriptors. */
int cli_man(int argc, char **argv);

/* One request to the running server by the control socket; false when there is none (nothing was sent). *ret_body is malloc'd. */
struct cli_answer {
	int status;
	char *body;
	size_t n;
};
bool cli_control(const struct desk_config *cfg, const char *method, const char *path, const char *content_type, const char *body, size_t n,
		 struct cli_answer *ret);

#endif
