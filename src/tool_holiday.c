/* tool_holiday.c: `tend holiday import`: the holidays of an iCalendar file, or of an address, as a difference to look at, and with --apply as rows.
 *
 * The bytes are a stranger's: they are read in a jailed child of a helper, forked before a desk is open. An address is fetched once,
 * behind the guard of io/client.h; nothing is ever fetched again by itself. */
#include "slices.h"
#include "tools.h"

#include "sla/holiday.h"
#include "sla/sla.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static enum err fetch(struct arena *a, struct fault *f, const char *from, struct str *ret)
{
	if (strstr(from, "://"))
		return holiday_fetch(a, f, str_c(from), true, ret);
	FILE *in = fopen(from, "re");
	struct buf b;
	if (!in)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Can't read %s: %s.", from, strerror(errno));
	buf_init(&b, a, ICAL_MAX_BYTES);
	for (size_t n = 1; n;) {
		char *p = buf_room(&b, 65536);
		n = p ? fread(p, 1, 65536, in) : 0;
		buf_grew(&b, n);
	}
	fclose(in);
	if (buf_err(&b) != OK)
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "%s is larger than 4 MiB.", from);
	*ret = buf_str(&b);
	return OK;
}

/* ---- the difference ---- */

static int show(struct ctx *c, struct str text)
{
	struct sla_preview p;
	if (sla_preview_text(c, text, true, "start", &p) != OK)
		return tool_fault(&c->fault);
	fwrite(p.diff.p, 1, p.diff.n, stdout);
	fprintf(stderr, "%.*s. Of %lld open cases %lld due dates would move, %lld breach. Add --apply to make it so.\n", STR_ARG(p.summary), (long long)p.open,
		(long long)p.moves, (long long)p.breaches);
	return 0;
}

static int compare(const struct desk_config *cfg, struct arena *a, const char *calendar, const struct holiday_file *file, bool apply, struct str *ret_text)
{
	struct fault f = { 0 };
	struct desk *d;
	struct holiday_change x;
	int code = 0;
	if (desk_open(cfg, DESK_LOOK, features, &f, &d) != OK)
		return tool_fault(&f);
	struct ctx c;
	desk_ctx(d, a, S("holiday import"), &c);
	if (ctx_db(&c) != OK || holiday_patch(&c, str_c(calendar), file, &x) != OK) {
		code = tool_fault(&c.fault);
	} else {
		fprintf(stderr, "%zu entries of whole days%s: %d to add, %d of an earlier file to take away", file->n,
			file->skipped ? "; others were passed over (times of day, moving feasts, cancelled)" : "", x.adds, x.removes);
		fprintf(stderr, x.past ? "; %d days are over and left out.\n" : ".\n", x.past);
		*ret_text = x.text;
		if (!apply)
			code = show(&c, x.text);
	}
	ctx_db_done(&c);
	desk_close(d);
	return code;
}

/* config.put, through the serving desk when there is one. */
static int put(const struct desk_config *cfg, struct str text)
{
	FILE *tmp = tmpfile();
	char noun[] = "config", verb[] = "put", flag[] = "--text", from[] = "-", open[] = "--open", mode[] = "start", patch[] = "--patch", yes[] = "true",
	     reason[] = "--reason", words[] = "holidays imported";
	char *argv[] = { noun, verb, flag, from, open, mode, patch, yes, reason, words };
	if (!tmp || fwrite(text.p, 1, text.n, tmp) != text.n || fflush(tmp) != 0 || lseek(fileno(tmp), 0, SEEK_SET) != 0 ||
	    dup2(fileno(tmp), STDIN_FILENO) < 0) {
		fprintf(stderr, "tend: no temporary file: %s.\n", strerror(errno));
		return 7;
	}
	fclose(tmp);
	return cli_command(cfg, (int)ARRAY_LEN(argv), argv);
}

int tool_holiday_import(const struct desk_config *cfg, int argc, char **argv)
{
	const char *calendar = NULL, *from = NULL;
	bool apply = false, wrong = false;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--calendar") == 0 && i + 1 < argc)
			calendar = argv[++i];
		else if (strcmp(argv[i], "--apply") == 0)
			apply = true;
		else if (argv[i][0] != '-' && !from)
			from = argv[i];
		else
			wrong = true;
	}
	if (wrong || !calendar || !from) {
		fprintf(stderr, "usage: tend holiday import --calendar NAME FILE-OR-URL [--apply]\nShows what an iCalendar file would add and take away; with --apply it does. "
				"Days that are over are left out.\n");
		return 2;
	}
	struct arena a;
	struct fault f = { 0 };
	struct str bytes, text = S("");
	struct holiday_file file;
	int code;
	arena_init(&a);
	if (holiday_helper_start(&f) != OK || fetch(&a, &f, from, &bytes) != OK || holiday_read(&a, &f, bytes, &file) != OK)
		code = tool_fault(&f);
	else
		code = compare(cfg, &a, calendar, &file, apply, &text);
	holiday_helper_stop();
	if (!code && apply && text.n)
		code = put(cfg, text);
	arena_done(&a);
	return code;
}
