/* tool_transfer.c: `tend export [FILE] [--files DIR]` and `tend import FILE [--files DIR]`; the format is in docs/import-format.md. */
#include "tools.h"

#include "slices.h"
#include "transfer/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

struct words {
	const char *file, *files_dir;
};

static bool read_words(int argc, char **argv, struct words *ret)
{
	*ret = (struct words){ 0 };
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--files") == 0 && i + 1 < argc)
			ret->files_dir = argv[++i];
		else if ((argv[i][0] != '-' || strcmp(argv[i], "-") == 0) && !ret->file)
			ret->file = argv[i];
		else
			return false;
	}
	return true;
}

static int with_desk(const struct desk_config *cfg, enum desk_open_mode mode, const char *rule, const struct words *w,
		     enum err (*run)(struct ctx *c, const struct words *w, int *ret_code))
{
	struct fault f = { 0 };
	struct desk *d;
	struct arena a;
	struct ctx c;
	int code = 0;
	struct desk_config bulk = *cfg;
	bulk.bulk = true;
	if (desk_open(&bulk, mode, features, &f, &d) != OK)
		return tool_fault(&f);
	arena_init(&a);
	desk_ctx(d, &a, str_c(rule), &c);
	c.door = DOOR_CLI;
	if (run(&c, w, &code) != OK)
		code = tool_fault(&c.fault);
	arena_done(&a);
	desk_close(d);
	return code;
}

static enum err run_export(struct ctx *c, const struct words *w, int *ret_code)
{
	bool to_file = w->file && strcmp(w->file, "-") != 0;
	/* Written under another name and renamed when whole: half an export is never taken for one. */
	const char *tmp = to_file ? arena_cstr(c->arena, arena_fmt(c->arena, "%s.part", w->file)) : NULL;
	if (w->files_dir && mkdir(w->files_dir, 0700) != 0 && errno != EEXIST)
		return fail(c, ERR_INPUT, "The folder %s could not be made: %s", w->files_dir, strerror(errno));
	FILE *out = to_file ? fopen(tmp, "we") : stdout;
	if (!out)
		return fail(c, ERR_INPUT, "%s could not be written: %s", tmp, strerror(errno));
	struct export_made made;
	enum err e = transfer_export(c, &(struct export_options){ .out = out, .files_dir = w->files_dir,
								  .progress = to_file && isatty(STDERR_FILENO) == 1 }, &made);
	if (to_file) {
		bool good = (e != OK || fsync(fileno(out)) == 0) && fclose(out) == 0;
		if (e == OK && (!good || rename(tmp, w->file) != 0))
			e = fail(c, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "%s could not be written: %s", w->file, strerror(errno));
		if (e != OK)
			unlink(tmp);
	}
	if (e == OK && to_file)
		printf("%lld lines (%lld tickets), %lld bytes in %s.\n", (long long)made.lines, (long long)made.tickets, (long long)made.bytes,
		       w->file);
	*ret_code = 0;
	return e;
}

int tool_export(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w)) {
		fprintf(stderr, "usage: tend export [FILE] [--files DIR]\nWithout FILE it goes to standard output; with --files attachments "
				"stand beside it, named by their hash.\n");
		return 2;
	}
	return with_desk(cfg, DESK_LOOK, "export", &w, run_export);
}

static enum err run_import(struct ctx *c, const struct words *w, int *ret_code)
{
	struct import_made made;
	TRY(transfer_import(c, &(struct import_options){ .path = w->file, .files_dir = w->files_dir, .progress = isatty(STDERR_FILENO) == 1 },
			    &made));
	TRY(db_analyze(c->desk->pool, &c->fault));
	printf("%s%lld lines: %lld created, %lld changed, %lld as they were, %lld wrong.\n", made.resumed ? "Went on where it had stopped. " : "",
	       (long long)made.lines, (long long)made.created, (long long)made.changed, (long long)made.unchanged, (long long)made.wrong);
	if (made.wrong)
		printf("What is wrong stands in %s.errors.jsonl, a line each. Mend the lines and import the file again.\n", w->file);
	*ret_code = made.wrong ? 1 : 0;
	return OK;
}

int tool_import(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || !w.file || strcmp(w.file, "-") == 0) {
		fprintf(stderr, "usage: tend import FILE [--files DIR]\nThe format is in docs/import-format.md. DIR is where attachments with a "
				"“path” are; else the file's own folder.\n");
		return 2;
	}
	return with_desk(cfg, DESK_CLI, "import", &w, run_import);
}
