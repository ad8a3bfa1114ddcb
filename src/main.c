/* main.c: argv[1] → subcommand table; nothing else. */
#include "cli.h"
#include "people/people.h"
#include "slices.h"
#include "tools.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static int tool_routes(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argc, (void)argv;
	struct arena a;
	arena_init(&a);
	struct str text = web_routes_dump(&a, features);
	fwrite(text.p, 1, text.n, stdout);
	arena_done(&a);
	return 0;
}

static int tool_openapi(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argc, (void)argv;
	struct arena a;
	arena_init(&a);
	struct str text = web_openapi(&a, features);
	fwrite(text.p, 1, text.n, stdout);
	putchar('\n');
	arena_done(&a);
	return 0;
}

static int tool_permissions(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argc, (void)argv;
	struct arena a;
	arena_init(&a);
	struct str text = people_permissions(&a, features);
	fwrite(text.p, 1, text.n, stdout);
	arena_done(&a);
	return 0;
}

static int tool_version(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg, (void)argc, (void)argv;
	printf("tend %s\n", TEND_VERSION);
	return 0;
}

static int tool_completion(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg;
	return cli_completion(argc, argv);
}

static int tool_man(const struct desk_config *cfg, int argc, char **argv)
{
	(void)cfg;
	return cli_man(argc, argv);
}

static const struct tool {
	const char *name;
	tool_fn *run;
	const char *help;
} TOOLS[] = {
	{ "serve", tool_serve, "serve the desk (--print-sign-in prints a link for the first admin)" },
	{ "migrate", tool_migrate, "bring the database to this version's schema" },
	{ "verify", tool_verify, "replay the log: tables, chain and files must agree" },
	{ "backup", tool_backup, "copy the desk into a folder while it runs" },
	{ "restore", tool_restore, "make a data folder from such a copy" },
	{ "demo", tool_demo, "fill an empty desk with a plausible one (--tickets N, --seed S, --if-empty)" },
	{ "export", tool_export, "the whole desk as lines of JSON (FILE, --files DIR): docs/import-format.md" },
	{ "import", tool_import, "take such a file in (FILE, --files DIR); idempotent, goes on after bad lines" },
	{ "doctor", tool_doctor, "look at database, disk, clock, mail path, tzdata, certificates; say what to do" },
	{ "mail deliver", tool_mail_deliver, "take one mail from standard input (--rcpt ADDRESS), for MTAs that pipe" },
	{ "certification eval", tool_certification_eval, "who is certified, by the rule, over events on standard input (docs/certification.md)" },
	{ "sla verify", tool_sla_verify, "replay every case: the stored clocks must come out" },
	{ "sla replay", tool_sla_replay, "what if these rows had been in force: kept then, and what would have been (--policy FILE)" },
	{ "config export", tool_config_export, "calendars, policy rows, automation and targets as text: docs/config.md" },
	{ "config diff", tool_config_diff, "what such a text would change (FILE, --patch, --open new|now|start)" },
	{ "config apply", tool_config_apply, "make such a text what is in force (FILE, --patch, --open, --reason)" },
	{ "holiday import", tool_holiday_import, "holidays of an iCalendar file or address as a difference to look at (--calendar NAME, --apply)" },
	{ "calendar eval", tool_calendar_eval, "business time over questions on standard input (docs/sla.md)" },
	{ "sla simulate", tool_sla_simulate, "what every clock of given cases says, from standard input (--explain): docs/sla.md" },
	{ "routes", tool_routes, "--dump: every path with its access class" },
	{ "openapi", tool_openapi, "the API as OpenAPI 3.1" },
	{ "permissions", tool_permissions, "which access level may run which command" },
	{ "completion", tool_completion, "bash: shell completion" },
	{ "man", tool_man, "the manual page" },
	{ "version", tool_version, "this version" },
};

void tools_each(void (*fn)(const char *name, const char *help))
{
	for (size_t i = 0; i < ARRAY_LEN(TOOLS); i++)
		fn(TOOLS[i].name, TOOLS[i].help);
}

static int help(int code)
{
	printf("tend %s: a customer-support desk.\n\n", TEND_VERSION);
	for (size_t i = 0; i < ARRAY_LEN(TOOLS); i++)
		printf("  tend %-28s %s\n", TOOLS[i].name, TOOLS[i].help);
	cli_help(NULL, NULL);
	printf("\nFlags of all:\n%s", cli_flags_help);
	return code;
}

/* How many words of the command line are this subcommand's name; 0: it is another one. "mail deliver" stands beside the commands of its noun. */
static int tool_named(const struct tool *t, int argc, char **argv)
{
	const char *space = strchr(t->name, ' ');
	size_t n = space ? (size_t)(space - t->name) : strlen(t->name);
	if (strlen(argv[1]) != n || memcmp(argv[1], t->name, n) != 0)
		return 0;
	if (!space)
		return 1;
	return argc > 2 && strcmp(argv[2], space + 1) == 0 ? 2 : 0;
}

static int run(struct arena *a, int argc, char **argv)
{
	struct desk_config cfg;
	if (!cli_config(a, &argc, argv, &cfg))
		return 2;
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return help(argc < 2 ? 2 : 0);
	if (strcmp(argv[1], "--version") == 0)
		argv[1] = (char[]){ "version" };
	if (cfg.clock_file && !clock_follow_file(cfg.clock_file)) {
		fprintf(stderr, "tend: the clock file %s can't be read (8 bytes).\n", cfg.clock_file);
		return 2;
	}
	int words;
	for (size_t i = 0; i < ARRAY_LEN(TOOLS); i++)
		if ((words = tool_named(&TOOLS[i], argc, argv)) > 0)
			return TOOLS[i].run(&cfg, argc - 1 - words, argv + 1 + words);
	if (cli_is_noun(argv[1]))
		return cli_command(&cfg, argc - 1, argv + 1);
	fprintf(stderr, "tend: there is no “%s”. `tend help` lists everything.\n", argv[1]);
	return 2;
}

int main(int argc, char **argv)
{
	struct arena a;   /* what lives as long as the process */
	bool piped = false;
	for (int i = 1; i + 1 < argc && !piped; i++)
		piped = strcmp(argv[i], "mail") == 0 && strcmp(argv[i + 1], "deliver") == 0;
	if (piped)
		tool_mail_keep();
	arena_init(&a);
	int code = run(&a, argc, argv);
	arena_done(&a);
	return piped ? tool_mail_code(code) : code;
}
