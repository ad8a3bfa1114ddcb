/* tool_holiday.c: `tend holiday import`: the holidays of an iCalendar file, or of an address, as a difference to look at, and with --apply as rows.
 *
 * The bytes are a stranger's: they are read in a jailed child of this process, which has opened no desk yet and holds no secret. An address is fetched once,
 * behind the guard of io/client.h; nothing is ever fetched again by itself. */
#include "slices.h"
#include "tools.h"

#include "base/civil.h"
#include "io/client.h"
#include "io/sandbox.h"
#include "sla/ical.h"
#include "sla/sla.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { SPAN_MOST = 366 };

static enum err fetch(struct arena *a, struct fault *f, const char *from, struct str *ret)
{
	if (strncmp(from, "https://", 8) == 0 || strncmp(from, "http://", 7) == 0) {
		struct client_policy p = { .response_max_bytes = ICAL_MAX_BYTES, .connect_timeout_s = 10, .total_timeout_s = 30 };
		struct client_request req = { .method = S("GET"), .url = str_c(from) };
		struct client_response resp;
		TRY(client_http(a, f, &p, &req, &resp));
		if (resp.status != 200)
			return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "%s answered with %d.", from, resp.status);
		*ret = resp.body;
		return OK;
	}
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

/* ---- the jailed reader ---- */

static void say_day(void *arg, const struct ical_day *d)
{
	ssize_t n = write(*(int *)arg, d, sizeof(*d));
	if (n != (ssize_t)sizeof(*d))
		_exit(4);
}

static _Noreturn void child(struct str bytes, int out)
{
	struct fault f = { 0 };
	int skipped = 0;
	const char *why = NULL;
	if (sandbox_enter(&f, &(struct sandbox_limits){ .memory_bytes = 64 << 20, .cpu_s = 5 }) != OK)
		_exit(3);
	_exit(ical_days(bytes, say_day, &out, &skipped, &why) ? skipped ? 1 : 0 : 2);
}

/* *ret_code: 0, or 1 when entries were passed over. */
static enum err read_days(struct arena *a, struct fault *f, struct str bytes, struct ical_day **ret, size_t *ret_n, int *ret_code)
{
	int line[2], status = 0;
	size_t n = 0, cap = 64;
	struct ical_day *days = arena_array(a, struct ical_day, cap), d;
	if (pipe(line) != 0)
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "No pipe: %s.", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(line[0]);
		child(bytes, line[1]);
	}
	close(line[1]);
	while (pid > 0 && n < ICAL_EVENTS_MOST && read(line[0], &d, sizeof(d)) == (ssize_t)sizeof(d)) {
		if (n == cap) {
			days = arena_grow(a, days, cap * sizeof(d), cap * 2 * sizeof(d));
			cap *= 2;
		}
		/* what comes out of a jail is looked at as well */
		d.day[10] = d.last[10] = d.name[ICAL_NAME_MOST] = 0;
		days[n++] = d;
	}
	close(line[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 2)
		return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "The file could not be read safely; nothing was taken from it.");
	if (WEXITSTATUS(status) == 2)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "It is no iCalendar file, or it is too large.");
	*ret = days;
	*ret_n = n;
	*ret_code = WEXITSTATUS(status);
	return OK;
}

/* ---- the difference ---- */

static void section(struct buf *b, const char *calendar, struct str day, const struct ical_day *d)
{
	buf_fmt(b, "[holiday %s %.*s%s]\nname = %s\n", calendar, STR_ARG(day), d->yearly ? " yearly" : "", d->name[0] ? d->name : "Holiday");
	if (d->yearly && d->last[0])
		buf_fmt(b, "until = %s\n", d->last);
	buf_fmt(b, "origin = import\n\n");
}

/* Days that are over are left out: those are corrected one by one, with a reason (holiday.add). */
static struct str patch_text(struct arena *a, const char *calendar, const struct ical_day *days, size_t n, int *ret_past)
{
	struct buf b;
	struct civil now;
	civil_from_utc(clock_now(), &now);
	int64_t today = civil_days(now.year, now.month, now.day), from, to;
	buf_init(&b, a, 4 << 20);
	*ret_past = 0;
	for (size_t i = 0; i < n; i++) {
		if (!cal_parse_date(str_c(days[i].day), &from))
			continue;
		if (days[i].yearly) {
			section(&b, calendar, str_c(days[i].day), &days[i]);
			continue;
		}
		if (!days[i].last[0] || !cal_parse_date(str_c(days[i].last), &to) || to < from || to - from > SPAN_MOST)
			to = from;
		for (int64_t day = from; day <= to; day++) {
			int32_t year;
			int month, mday;
			civil_from_days(day, &year, &month, &mday);
			if (day < today)
				++*ret_past;
			else
				section(&b, calendar, arena_fmt(a, "%04d-%02d-%02d", year, month, mday), &days[i]);
		}
	}
	return buf_str(&b);
}

static int show(const struct desk_config *cfg, struct arena *a, struct str text)
{
	struct fault f = { 0 };
	struct desk *d;
	struct sla_preview p;
	int code = 0;
	if (desk_open(cfg, DESK_LOOK, features, &f, &d) != OK)
		return tool_fault(&f);
	struct ctx c;
	desk_ctx(d, a, S("holiday import"), &c);
	if (ctx_db(&c) != OK || sla_preview_text(&c, text, true, "start", &p) != OK) {
		code = tool_fault(&c.fault);
	} else {
		fwrite(p.diff.p, 1, p.diff.n, stdout);
		fprintf(stderr, "%.*s. Of %lld open cases %lld due dates would move, %lld breach. Add --apply to make it so.\n", STR_ARG(p.summary), (long long)p.open,
			(long long)p.moves, (long long)p.breaches);
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
		fprintf(stderr, "usage: tend holiday import --calendar NAME FILE-OR-URL [--apply]\nShows what an iCalendar file would add; with --apply it does. "
				"Days that are over are left out.\n");
		return 2;
	}
	struct arena a;
	struct fault f = { 0 };
	struct str bytes;
	struct ical_day *days;
	size_t n;
	int skipped = 0, past = 0, code;
	arena_init(&a);
	if (fetch(&a, &f, from, &bytes) != OK || read_days(&a, &f, bytes, &days, &n, &skipped) != OK) {
		code = tool_fault(&f);
	} else {
		struct str text = patch_text(&a, calendar, days, n, &past);
		fprintf(stderr, "%zu entries of whole days%s", n, skipped ? "; others were passed over (times of day, moving feasts, cancelled)" : "");
		fprintf(stderr, past ? "; %d days are over and left out.\n" : ".\n", past);
		code = apply ? put(cfg, text) : show(cfg, &a, text);
	}
	arena_done(&a);
	return code;
}
