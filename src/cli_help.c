/* cli_help.c: help, shell completion and the man page, made from the descriptors. */
#include "cli.h"

#include "slices.h"
#include "tools.h"

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
	       "  if [ \"$COMP_CWORD\" = 1 ]; then w='serve migrate verify backup restore doctor demo import export mail routes openapi permissions completion man version help");
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

/* ---- the man page, in mdoc(7) ---- */

enum { MAN_LINE = 76 };

/* Running text: short lines, a new one for each sentence, and nothing that mdoc takes for a command. */
static void man_text(const char *text)
{
	size_t col = 0;
	bool ended = false;
	for (struct str rest = str_c(text), word; rest.n;) {
		str_cut(rest, ' ', &word, &rest);
		if (!word.n)
			continue;
		size_t width = 0;   /* in the source: what is not ASCII becomes \[u2026] */
		for (size_t i = 0; i < word.n; i++)
			width += ((unsigned char)word.p[i] & 0xc0) == 0x80 ? 4 : 1;
		if (col && (ended || col + 1 + width > MAN_LINE)) {
			putchar('\n');
			col = 0;
		}
		if (col++)
			putchar(' ');
		else if (word.p[0] == '.' || word.p[0] == '\'')
			fputs("\\&", stdout);
		for (size_t i = 0; i < word.n; i++)
			word.p[i] == '\\' ? (void)fputs("\\e", stdout) : (void)putchar(word.p[i]);
		col += width;
		char last = word.p[word.n - 1];
		ended = last == '.' || last == '?' || last == '!';
	}
	putchar('\n');
}

static void man_tool(const char *name, const char *help)
{
	printf(".It Cm %s\n", name);
	man_text(help);
}

static void man_row(const char *flag, const char *env, const char *standard, const char *help)
{
	printf(".It Fl -%s Ar value , Ev %s\n", flag, env);
	man_text(help);
	if (standard)
		printf(".Pq default\n.Ql %s\n", standard);
}

static void man_command(const struct command *cmd)
{
	struct str noun, verb;
	str_cut(str_c(cmd->name), '.', &noun, &verb);
	printf(".It Ic %.*s %.*s", STR_ARG(noun), STR_ARG(verb));
	for (size_t i = 0; i < cmd->n_fields; i++)
		if (cmd->fields[i].positional)
			printf(cmd->fields[i].required ? " Ar %s" : " Op Ar %s", cmd->fields[i].name);
	putchar('\n');
	man_text(cmd->help);
	if (!cmd->n_fields)
		return;
	printf(".Bl -tag -width Ds -compact\n");
	for (size_t i = 0; i < cmd->n_fields; i++) {
		const struct field *f = &cmd->fields[i];
		printf(".It Fl -%s Ar %s\n", f->name, kind_of(f));
		man_text(f->help ? f->help : "a value");
		char all[2000] = "one of:";
		for (size_t k = 0, n = strlen(all); f->choices && f->choices[k] && n < sizeof(all); k++)
			n += (size_t)snprintf(all + n, sizeof(all) - n, " %s%s", f->choices[k], f->choices[k + 1] ? "," : "");
		if (f->choices)
			man_text(all);
		if (f->required)
			printf("(needed)\n");
	}
	printf(".El\n");
}

static void man_lists(void)
{
	printf(".Sh SETTINGS\nChanged while the desk runs, by\n.Ic setting set\nor in its pages.\n.Bl -tag -width Ds\n");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct setting *s = (*f)->settings; s && s->key; s++) {
			printf(".It Va %s\n", s->key);
			man_text(s->help);
			if (*s->standard)
				printf(".Pq default\n.Ql %s\n", s->standard);
		}
	printf(".El\n.Sh FILES\n.Bl -tag -width Ds\n"
	       ".It Pa DATA/tend.db\nthe database, unless\n.Fl -database\nnames another\n"
	       ".It Pa DATA/blobs\nattachments and raw mails, named by their SHA-256\n"
	       ".It Pa DATA/secret.key\nthe desk's key; keep a copy of it apart from backups\n"
	       ".It Pa DATA/control.sock\nwhere the command line reaches the running server\n"
	       ".It Pa DATA/tend.conf\nrows as\n.Ql name = value\n"
	       ".It Pa /etc/default/tend\nthe same rows for the systemd unit\n.El\n"
	       ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n.It 0\ndone\n.It 1\n.Cm doctor\nor\n.Cm verify\nfound something\n"
	       ".It 2\nwrong or too large input\n.It 3\nnot found\n.It 4\nnot allowed\n.It 5\nsomebody was there first\n.It 6\ntry again later\n"
	       ".It 7\nthe other side failed\n.It 70\na fault of tend\n.El\n.Pp\n.Cm mail deliver\nuses the codes of\n.In sysexits.h .\n"
	       ".Sh EXAMPLES\nA desk to try, and one for work:\n.Bd -literal -offset indent\n"
	       "tend demo --data demo && tend serve --data demo --print-sign-in\n"
	       "tend serve --data /var/lib/tend --lmtp-listen 127.0.0.1:2424\n.Ed\n.Pp\nA ticket from end to end:\n.Bd -literal -offset indent\n"
	       "tend ticket list --json\ntend ticket take 42 --as mara@desk.example\n"
	       "echo 'Fixed in **4.2**.' | tend ticket reply 42 --body - --as mara@desk.example\n.Ed\n"
	       ".Sh SEE ALSO\n.Pa /usr/share/doc/tend/operating.md\n");
}

int cli_man(int argc, char **argv)
{
	(void)argc, (void)argv;
	printf(".Dd November 24, 2026\n.Dt TEND 1\n.Os\n.Sh NAME\n.Nm tend\n.Nd customer-support desk\n.Sh SYNOPSIS\n.Nm\n.Cm serve\n.Op Fl -data Ar dir\n"
	       ".Op Fl -print-sign-in\n.Nm\n.Ar noun verb\n.Op Fl -field Ar value ...\n.Op Fl -json\n.Op Fl -as Ar address\n.Sh DESCRIPTION\n.Nm\n");
	man_text("is the desk where a support team answers its customers. One program holds the pages, the API, mail and this command line; every "
		 "command below does the same through each of them.");
	printf(".Pp\n");
	man_text("Commands go to the running server by its control socket, or open the data folder themselves when none runs. Who may use that "
		 "socket is the machine's operator; --as acts as one of the teammates. A text given as - is read from standard input. --help after a "
		 "command shows its fields.");
	printf(".Sh TOOLS\n.Bl -tag -width Ds\n");
	tools_each(man_tool);
	printf(".El\n.Sh OPTIONS AND ENVIRONMENT\nThe rows that decide where a desk stands: flag, environment, or\n.Pa DATA/tend.conf ,\nin this order.\n"
	       ".Bl -tag -width Ds\n");
	cli_config_each(man_row);
	printf(".It Fl -workers Ar N\nthreads that answer, at most\n.Pq default\n.Ql 24\n.El\n.Sh COMMANDS\n.Bl -tag -width Ds\n");
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++)
			if (!(*cmd)->inside)
				man_command(*cmd);
	printf(".El\n");
	man_lists();
	return 0;
}
