/* tool_sla_desk.c: promises at the command line, where a command is not enough: `tend sla verify`, `tend sla replay`, `tend config export`, `diff` and `apply`.
 * Questions about one ticket (`tend sla explain`) are commands. */
#include "slices.h"
#include "tools.h"

#include "base/civil.h"
#include "sla/sla.h"

#include "sla_case.sql.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

struct words {
	const char *file, *open, *reason;
	bool patch, again;
	int64_t edition;
};

static bool read_words(int argc, char **argv, struct words *ret)
{
	*ret = (struct words){ .open = "new" };
	for (int i = 0; i < argc && argv[i]; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(argv[i], "--patch") == 0)
			ret->patch = true;
		else if (strcmp(argv[i], "--again") == 0)
			ret->again = true;
		else if (strcmp(argv[i], "--open") == 0 && value)
			ret->open = argv[++i];
		else if (strcmp(argv[i], "--reason") == 0 && value)
			ret->reason = argv[++i];
		else if (strcmp(argv[i], "--policy") == 0 && value)
			ret->file = argv[++i];
		else if (strcmp(argv[i], "--edition") == 0 && value && str_i64(str_c(value), &ret->edition))
			i++;
		else if (argv[i][0] != '-' && !ret->file)
			ret->file = argv[i];
		else
			return false;
	}
	return strcmp(ret->open, "new") == 0 || strcmp(ret->open, "now") == 0 || strcmp(ret->open, "start") == 0;
}

typedef enum err run_fn(struct ctx *c, const struct words *w, int *ret_code);

static int with_desk(const struct desk_config *cfg, const char *rule, const struct words *w, run_fn *fn)
{
	struct fault f = { 0 };
	struct desk *d;
	int code = 0;
	if (desk_open(cfg, DESK_LOOK, features, &f, &d) != OK)
		return tool_fault(&f);
	struct arena a;
	arena_init(&a);
	struct ctx c;
	desk_ctx(d, &a, str_c(rule), &c);
	if (ctx_db(&c) != OK || fn(&c, w, &code) != OK)
		code = tool_fault(&c.fault);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
	return code;
}

static void read_all(FILE *in, struct buf *b)
{
	for (size_t n = 1; n;) {
		char *p = buf_room(b, 65536);
		n = p ? fread(p, 1, 65536, in) : 0;
		buf_grew(b, n);
	}
}

static enum err read_text(struct ctx *c, const char *path, struct str *ret)
{
	struct buf b;
	buf_init(&b, c->arena, 4 << 20);
	if (strcmp(path, "-") == 0) {
		read_all(stdin, &b);
	} else {
		FILE *in = fopen(path, "re");
		if (!in)
			return fail(c, ERR_INPUT, "Can't read %s: %s.", path, strerror(errno));
		read_all(in, &b);
		fclose(in);
	}
	if (buf_err(&b) != OK)
		return fail(c, ERR_LIMIT, "%s is larger than 4 MiB.", path);
	*ret = buf_str(&b);
	return OK;
}

/* ---- how far it came ---- */

struct place {
	char path[4096];
	const char *what;
	int64_t of;                    /* tickets on the desk, about */
	bool shows;
};

static void bar(const struct place *p, int64_t done)
{
	if (!p->shows)
		return;
	int64_t of = p->of > done ? p->of : done ? done : 1;
	int wide = (int)(done * 40 / of);
	fprintf(stderr, "\r[%.*s%*s] %lld of %lld cases", wide, "########################################", 40 - wide, "", (long long)done, (long long)of);
}

static void begin(struct ctx *c, const char *what, struct place *ret)
{
	struct sla_ticket_most_row most;
	*ret = (struct place){ .what = what, .shows = isatty(STDERR_FILENO) == 1 };
	snprintf(ret->path, sizeof(ret->path), "%s/%s.resume", c->desk->cfg.data_dir, what);
	if (sla_ticket_most(c->db, c->arena, &most) == OK)
		ret->of = most.id;
}

/* The numbers of an earlier run that was broken off, if its file is whole and of the same size. */
static bool resume(const struct place *p, const struct words *w, void *state, size_t n)
{
	if (w->again) {
		unlink(p->path);
		return false;
	}
	FILE *in = fopen(p->path, "re");
	bool good = in && fread(state, 1, n, in) == n && fgetc(in) == EOF;
	if (in)
		fclose(in);
	return good;
}

static void remember(const struct place *p, const void *state, size_t n)
{
	char tmp[4200];
	snprintf(tmp, sizeof(tmp), "%s.tmp", p->path);
	FILE *out = fopen(tmp, "we");
	bool good = out && fwrite(state, 1, n, out) == n;
	if (out && fclose(out) == 0 && good)
		rename(tmp, p->path);
	else
		unlink(tmp);
}

static void finish(const struct place *p, int64_t done)
{
	bar(p, done);
	if (p->shows)
		fputc('\n', stderr);
	unlink(p->path);
}

/* ---- tend sla verify ---- */

struct verify_state {
	int64_t tickets, clocks, complaints, waiting, last_ticket;
};
struct verifying {
	struct place place;
	int64_t tickets, clocks, complaints, waiting;   /* of the run before */
};

static void say(void *arg, struct str complaint)
{
	(void)arg;
	printf("- %.*s\n", STR_ARG(complaint));
}

static void verify_progress(void *arg, const struct sla_verify_told *t)
{
	const struct verifying *v = arg;
	struct verify_state s = { v->tickets + t->tickets, v->clocks + t->clocks, v->complaints + t->complaints, v->waiting + t->waiting, t->last_ticket };
	bar(&v->place, s.tickets);
	remember(&v->place, &s, sizeof(s));
}

static enum err verify(struct ctx *c, const struct words *w, int *ret_code)
{
	struct verifying v = { 0 };
	struct verify_state s = { 0 };
	begin(c, "sla-verify", &v.place);
	if (resume(&v.place, w, &s, sizeof(s)))
		fprintf(stderr, "Going on after ticket %lld, where an earlier run was broken off (--again begins anew).\n", (long long)s.last_ticket);
	v.tickets = s.tickets, v.clocks = s.clocks, v.complaints = s.complaints, v.waiting = s.waiting;
	struct sla_verify_told told = { .say = say, .progress = verify_progress, .arg = &v, .after = s.last_ticket };
	TRY(db_begin(c->db));
	enum err e = sla_verify_all(c, &told), end = db_end(c->db);
	TRY(e);
	TRY(end);
	finish(&v.place, v.tickets + told.tickets);
	int64_t tickets = v.tickets + told.tickets, clocks = v.clocks + told.clocks, complaints = v.complaints + told.complaints, waiting = v.waiting + told.waiting;
	printf("%lld cases, %lld clocks: ", (long long)tickets, (long long)clocks);
	if (complaints)
		printf("%lld complaints.\n", (long long)complaints);
	else
		printf("the replay gives what is stored.\n");
	if (waiting)
		printf("%lld wait for a timer that is due; the serving desk runs it.\n", (long long)waiting);
	*ret_code = complaints ? 1 : 0;
	return OK;
}

int tool_sla_verify(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || w.file) {
		fprintf(stderr, "usage: tend sla verify [--again]\nReplays the facts of every case; what is stored must come out. Broken off, it goes on where it was.\n");
		return 2;
	}
	return with_desk(cfg, "sla verify", &w, verify);
}

/* ---- tend sla replay ---- */

struct supposing {
	struct place place;
};

static void suppose_progress(void *arg, const struct sla_supposed *t)
{
	const struct supposing *s = arg;
	struct sla_supposed copy = *t;
	copy.progress = NULL;
	copy.arg = NULL;
	bar(&s->place, t->tickets);
	remember(&s->place, &copy, sizeof(copy));
}

static void share(char out[16], const int64_t n[SLA_OUTCOMES])
{
	int64_t of = n[SLA_MET] + n[SLA_BREACHED];
	if (of)
		snprintf(out, 16, "%.2f %%", (double)n[SLA_MET] * 100 / (double)of);
	else
		snprintf(out, 16, "-");
}

static enum err replay(struct ctx *c, const struct words *w, int *ret_code)
{
	struct supposing s = { 0 };
	struct sla_supposed told = { 0 };
	struct str text;
	TRY(read_text(c, w->file, &text));
	/* another text is another question: its hash is in the name */
	begin(c, arena_fmt(c->arena, "sla-replay-%016llx", (unsigned long long)str_hash(text)).p, &s.place);
	if (!resume(&s.place, w, &told, sizeof(told)))
		told = (struct sla_supposed){ 0 };
	told.progress = suppose_progress;
	told.arg = &s;
	TRY(db_begin(c->db));
	enum err e = sla_suppose(c, text, w->patch, &told), end = db_end(c->db);
	TRY(e);
	TRY(end);
	finish(&s.place, told.tickets);
	printf("%-16s %10s %10s %10s   %10s %10s %10s\n", "", "met", "breached", "kept", "would meet", "w. breach", "w. keep");
	for (int i = 0; i < SLA_CLOCKS; i++) {
		char then[16], other[16];
		share(then, told.then[i]);
		share(other, told.other[i]);
		struct str name = sla_clock_name((enum sla_clock)i);
		printf("%-16.*s %10lld %10lld %10s   %10lld %10lld %10s\n", STR_ARG(name), (long long)told.then[i][SLA_MET], (long long)told.then[i][SLA_BREACHED],
		       then, (long long)told.other[i][SLA_MET], (long long)told.other[i][SLA_BREACHED], other);
	}
	printf("%lld cases. Nothing was changed.\n", (long long)told.tickets);
	*ret_code = 0;
	return OK;
}

int tool_sla_replay(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || !w.file) {
		fprintf(stderr, "usage: tend sla replay --policy FILE [--patch] [--again]\nWhat if these rows had been in force all along: what was kept then, and what would "
				"have been. With --patch the file is laid over the rows there are.\n");
		return 2;
	}
	return with_desk(cfg, "sla replay", &w, replay);
}

/* ---- tend config ---- */

static enum err export_text(struct ctx *c, const struct words *w, int *ret_code)
{
	struct str text;
	TRY(sla_config_text(c, w->edition, &text));
	fwrite(text.p, 1, text.n, stdout);
	*ret_code = 0;
	return OK;
}

int tool_config_export(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || w.file) {
		fprintf(stderr, "usage: tend config export [--edition N] > FILE\n");
		return 2;
	}
	return with_desk(cfg, "config export", &w, export_text);
}

static enum err diff(struct ctx *c, const struct words *w, int *ret_code)
{
	struct sla_preview p;
	struct str text;
	TRY(read_text(c, w->file, &text));
	TRY(sla_preview_text(c, text, w->patch, w->open, &p));
	fwrite(p.diff.p, 1, p.diff.n, stdout);
	fprintf(stderr, "%.*s.\n", STR_ARG(p.summary));
	if (p.sections && strcmp(w->open, "new") != 0) {
		fprintf(stderr, "Of %lld open cases %lld due dates move, %lld breach, %lld are withdrawn, %lld begin.\n", (long long)p.open, (long long)p.moves,
			(long long)p.breaches, (long long)p.withdrawn, (long long)p.begins);
		for (size_t i = 0; i < p.n; i++)
			fprintf(stderr, "  %-9s ticket %lld, %.*s: %.*s -> %.*s\n", p.rows[i].what, (long long)p.rows[i].ticket_id, STR_ARG(p.rows[i].clock),
				STR_ARG(p.rows[i].old_due_us.set ? civil_rfc3339(c->arena, p.rows[i].old_due_us.v) : S("none")),
				STR_ARG(p.rows[i].new_due_us.set ? civil_rfc3339(c->arena, p.rows[i].new_due_us.v) : S("none")));
	} else if (p.sections) {
		fprintf(stderr, "Open cases keep what they were promised (--open now, --open start: what would change for them).\n");
	}
	*ret_code = p.sections ? 1 : 0;
	return OK;
}

int tool_config_diff(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || !w.file) {
		fprintf(stderr, "usage: tend config diff FILE [--patch] [--open new|now|start]\nWhat applying FILE would change; exit code 1 when anything would.\n");
		return 2;
	}
	return with_desk(cfg, "config diff", &w, diff);
}

/* The command config.put, with the file as its text: through the serving desk when there is one. */
int tool_config_apply(const struct desk_config *cfg, int argc, char **argv)
{
	struct words w;
	if (!read_words(argc, argv, &w) || !w.file) {
		fprintf(stderr, "usage: tend config apply FILE [--patch] [--open new|now|start] [--reason TEXT]\nMakes the file what is in force; `tend config revert` goes back.\n");
		return 2;
	}
	if (strcmp(w.file, "-") != 0 && !freopen(w.file, "re", stdin)) {
		fprintf(stderr, "tend: can't read %s: %s.\n", w.file, strerror(errno));
		return 2;
	}
	char noun[] = "config", verb[] = "put", text[] = "--text", from[] = "-", open[] = "--open", patch[] = "--patch", yes[] = "true", reason[] = "--reason";
	char *words[12] = { noun, verb, text, from, open, (char *)(uintptr_t)w.open };
	int n = 6;
	if (w.patch) {
		words[n++] = patch;
		words[n++] = yes;
	}
	if (w.reason) {
		words[n++] = reason;
		words[n++] = (char *)(uintptr_t)w.reason;
	}
	return cli_command(cfg, n, words);
}
