/* cli_help.c: help, shell completion and the man page, made from the descriptors. */
#include "cli.h"

#include "slices.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char *kind_of(const struct field *f)
{
	switch (f->type) {
	case FIELD_ID: return "ID";
	case FIELD_INT: return "N";
	case FIELD_STR: return "TEXT";
	case FIELD_TEXT: return "TEXT|-";
	case FIELD_EMAIL: return "ADDRESS";
	case FIELD_ENUM: return "CHOICE";
	case FIELD_BOOL: return "true|false";
	case FIELD_TIME: return "TIME";
	case FIELD_DATE: return "DATE";
	case FIELD_ZONE: return "ZONE";
	case FIELD_SECRET: return "SECRET|-";
	case FIELD_IDS: return "ID,…";
	case FIELD_STRS: return "TEXT …";
	case FIELD_FILES: return "FILE …";
	}
	return "";
}

static void help_one(const struct command *cmd)
{
	struct str noun, verb;
	str_cut(str_c(cmd->name), '.', &noun, &verb);
	printf("%s.\n\nUsage: tend %.*s %.*s", cmd->help, STR_ARG(noun), STR_ARG(verb));
	for (size_t i = 0; i < cmd->n_fields; i++)
		if (cmd->fields[i].positional)
			printf(cmd->fields[i].required ? " %s" : " [%s]", cmd->fields[i].name);
	printf(" [--field value …]\n\n");
	for (size_t i = 0; i < cmd->n_fields; i++) {
		const struct field *f = &cmd->fields[i];
		char left[80];
		snprintf(left, sizeof(left), "--%s %s", f->name, kind_of(f));
		printf("  %-32s %s%s\n", left, f->help ? f->help : "", f->required ? " (needed)" : "");
		for (size_t k = 0; f->choices && f->choices[k]; k++)
			printf("%s%s%s", k ? ", " : "                                     one of: ", f->choices[k], f->choices[k + 1] ? "" : "\n");
	}
	printf("  --json                           the answer as JSON\n"
	       "  --as ADDRESS                     act as this teammate\n");
}

static bool noun_is(const struct command *cmd, const char *noun)
{
	size_t n = strlen(noun);
	return strncmp(cmd->name, noun, n) == 0 && cmd->name[n] == '.';
}

void cli_help(const char *noun, const char *verb)
{
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside || (noun && !noun_is(*cmd, noun)))
				continue;
			if (noun && verb && strcmp((*cmd)->name + strlen(noun) + 1, verb) == 0) {
				help_one(*cmd);
				return;
			}
			if (!verb) {
				char words[80];
				snprintf(words, sizeof(words), "%s", (*cmd)->name);
				*strchr(words, '.') = ' ';
				printf("  tend %-28s %s\n", words, (*cmd)->help);
			}
		}
}

int cli_completion(int argc, char **argv)
{
	if (argc < 1 || strcmp(argv[0], "bash") != 0) {
		fprintf(stderr, "Usage: tend completion bash   (then: source <(tend completion bash))\n");
		return 2;
	}
	printf("# bash completion for tend, made from its commands\n_tend() {\n"
	       "  local cur=${COMP_WORDS[COMP_CWORD]} n=${COMP_WORDS[1]} v=${COMP_WORDS[2]} w=\n"
	       "  if [ \"$COMP_CWORD\" = 1 ]; then w='serve init migrate verify backup restore doctor demo import export mail routes openapi permissions completion man version help");
	const char *last = "";
	size_t last_n = 0;
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			size_t n = strcspn((*cmd)->name, ".");
			if ((*cmd)->inside || (n == last_n && strncmp(last, (*cmd)->name, n) == 0))
				continue;
			printf(" %.*s", (int)n, (*cmd)->name);
			last = (*cmd)->name;
			last_n = n;
		}
	printf("'\n  elif [ \"$COMP_CWORD\" = 2 ]; then case $n in\n");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++)
			if (!(*cmd)->inside)
				printf("    %.*s) w=\"$w %s\";;&\n", (int)strcspn((*cmd)->name, "."), (*cmd)->name, strchr((*cmd)->name, '.') + 1);
	printf("    esac\n  else case $n.$v in\n");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			printf("    %s) w='--json --as", (*cmd)->name);
			for (size_t i = 0; i < (*cmd)->n_fields; i++)
				printf(" --%s", (*cmd)->fields[i].name);
			printf("';;\n");
		}
	printf("    esac\n  fi\n  COMPREPLY=($(compgen -W \"$w\" -- \"$cur\"))\n}\ncomplete -o default -F _tend tend\n");
	return 0;
}

int cli_man(int argc, char **argv)
{
	(void)argc, (void)argv;
	printf(".Dd November 24, 2026\n.Dt TEND 1\n.Os\n.Sh NAME\n.Nm tend\n.Nd a customer-support desk\n.Sh SYNOPSIS\n.Nm\n.Cm serve\n.Op Fl -data Ar dir\n"
	       ".Nm\n.Ar noun verb\n.Op Fl -field Ar value ...\n.Sh DESCRIPTION\n.Nm\nis the desk where a support team answers its customers. One program holds the "
	       "pages, the API, mail and this command line; every command below does the same through each of them.\n.Pp\nCommands go to the running server by its "
	       "control socket, or open the data folder themselves when none runs.\n.Sh COMMANDS\n.Bl -tag -width Ds\n");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			struct str noun, verb;
			str_cut(str_c((*cmd)->name), '.', &noun, &verb);
			printf(".It Ic %.*s %.*s\n%s.\n", STR_ARG(noun), STR_ARG(verb), (*cmd)->help);
			if (!(*cmd)->n_fields)
				continue;
			printf(".Bl -tag -width Ds -compact\n");
			for (size_t i = 0; i < (*cmd)->n_fields; i++)
				printf(".It Fl -%s Ar %s\n%s%s\n", (*cmd)->fields[i].name, kind_of(&(*cmd)->fields[i]),
				       (*cmd)->fields[i].help ? (*cmd)->fields[i].help : "a value", (*cmd)->fields[i].required ? " (needed)" : "");
			printf(".El\n");
		}
	printf(".El\n.Sh EXIT STATUS\n0 done; 2 wrong or too large input; 3 not found; 4 not allowed; 5 conflict; 6 try again later; 7 the other side failed; 70 a fault of tend.\n");
	return 0;
}
