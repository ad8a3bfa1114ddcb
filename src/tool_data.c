/* tool_data.c: looking after the data: migrate, verify, backup, restore. */
#include "tools.h"

#include "slices.h"

#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.sql.h"

#include "base/banned.h"

static int open_desk(const struct desk_config *cfg, enum desk_open_mode mode, struct desk **ret)
{
	struct fault f = { 0 };
	return desk_open(cfg, mode, features, &f, ret) == OK ? 0 : tool_fault(&f);
}

int tool_migrate(const struct desk_config *cfg, int argc, char **argv)
{
	(void)argc, (void)argv;
	struct desk *d;
	int code = open_desk(cfg, DESK_CLI, &d);
	if (code)
		return code;
	printf("The database is at this version's schema (%zu migrations).\n", db_n_migrations);
	desk_close(d);
	return 0;
}

/* ---- verify ---- */

static void say(void *arg, struct str complaint)
{
	(void)arg;
	printf("- %.*s\n", STR_ARG(complaint));
}

struct blob_check {
	struct ctx *c;
	int64_t files, missing, strays;
	utime young_us;
};

static enum err named(void *arg, struct arena *a, void *row_)
{
	(void)a;
	struct blob_check *k = arg;
	const struct blob_named_row *row = row_;
	int fd;
	int64_t bytes;
	struct fault f = { 0 };
	if (blob_open(k->c->desk->blobs, &f, row->blob, &fd, &bytes) != OK) {
		printf("- file %.*s is named by %.*s, but is not there\n", STR_ARG(row->blob), STR_ARG(row->by));
		k->missing++;
	} else {
		close(fd);
	}
	return OK;
}

static enum err stored(void *arg, struct str hex, int64_t bytes, utime mtime)
{
	struct blob_check *k = arg;
	struct blob_uses_row row;
	(void)bytes;
	k->files++;
	TRY(blob_uses(k->c->db, k->c->arena, &row, .blob = hex));
	/* a file younger than a day may belong to a request that is under way */
	if (row.n == 0 && mtime < k->young_us) {
		printf("- file %.*s is named by nothing (left by a crash or an undone upload; it does no harm)\n", STR_ARG(hex));
		k->strays++;
	}
	return OK;
}

static enum err verify(struct ctx *c, int *ret_code)
{
	struct verify_result r;
	TRY(ctx_db(c));
	TRY(db_integrity(c->db, c->arena));
	TRY(fold_verify(c, say, NULL, &r));
	struct blob_check k = { .c = c, .young_us = c->now_us - UTIME_US_PER_DAY };
	TRY(blob_named(c->db, named, &k));
	TRY(blob_each(c->desk->blobs, &c->fault, stored, &k));
	printf("%lld events, %lld rows, %lld files: ", (long long)r.events, (long long)r.rows, (long long)k.files);
	int64_t complaints = r.complaints + k.missing;
	if (complaints)
		printf("%lld complaints.\n", (long long)complaints);
	else
		printf("nothing to complain about%s.\n", k.strays ? " but stray files" : "");
	*ret_code = complaints ? 1 : 0;
	return OK;
}

int tool_verify(const struct desk_config *cfg, int argc, char **argv)
{
	(void)argc, (void)argv;
	struct desk *d;
	int code = open_desk(cfg, DESK_LOOK, &d);
	if (code)
		return code;
	struct arena a;
	arena_init(&a);
	struct ctx c;
	desk_ctx(d, &a, S("verify"), &c);
	if (verify(&c, &code) != OK)
		code = tool_fault(&c.fault);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
	return code;
}

/* ---- backup and restore ---- */

static enum err copy_file(struct fault *f, const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	enum err e = OK;
	if (in < 0)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Can't read %s: %s.", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0 && errno == EEXIST) {   /* blobs are named by content: there already */
		close(in);
		return OK;
	}
	ssize_t n = out < 0 ? -1 : 1;
	while (n > 0)
		n = copy_file_range(in, NULL, out, NULL, 64 << 20, 0);
	if (n < 0 || fsync(out) != 0)
		e = fault_set(f, errno == ENOSPC ? ERR_FULL : ERR_INPUT, __FILE__, __LINE__, "Can't write %s: %s.", to, strerror(errno));
	close(in);
	if (out >= 0)
		close(out);
	if (e != OK)
		unlink(to);
	return e;
}

static enum err copy_tree(struct fault *f, const char *from, const char *to)
{
	if (mkdir(to, 0700) != 0 && errno != EEXIST)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Can't make the folder %s: %s.", to, strerror(errno));
	DIR *dir = opendir(from);
	if (!dir)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Can't read the folder %s: %s.", from, strerror(errno));
	enum err e = OK;
	struct dirent *at;
	while (e == OK && (at = readdir(dir))) {
		char a[4096], b[4096];
		struct stat st;
		if (at->d_name[0] == '.' || strcmp(at->d_name, "tmp") == 0)
			continue;
		snprintf(a, sizeof(a), "%s/%s", from, at->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, at->d_name);
		if (lstat(a, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			e = copy_tree(f, a, b);
		else if (S_ISREG(st.st_mode))
			e = copy_file(f, a, b, 0600);
	}
	closedir(dir);
	return e;
}

static enum err backup(struct ctx *c, const char *to)
{
	const char *data = c->desk->cfg.data_dir;
	struct arena *a = c->arena;
	if (mkdir(to, 0700) != 0)
		return fail(c, ERR_INPUT, "Can't make the folder %s: %s. Name one that is not there yet.", to, strerror(errno));
	TRY(ctx_db(c));
	/* the database first: every file it names was there before its row */
	TRY(db_backup(c->db, arena_fmt(a, "%s/tend.db", to).p));
	TRY(copy_tree(&c->fault, arena_fmt(a, "%s/blobs", data).p, arena_fmt(a, "%s/blobs", to).p));
	printf("Copied into %s. The key is not in it: keep %s/secret.key elsewhere; without it mail tokens and sealed secrets are lost.\n", to, data);
	return OK;
}

int tool_backup(const struct desk_config *cfg, int argc, char **argv)
{
	if (argc != 1) {
		fprintf(stderr, "Usage: tend backup FOLDER   (a new folder; works while the desk runs)\n");
		return 2;
	}
	struct desk *d;
	int code = open_desk(cfg, DESK_LOOK, &d);
	if (code)
		return code;
	struct arena a;
	arena_init(&a);
	struct ctx c;
	desk_ctx(d, &a, S("backup"), &c);
	if (backup(&c, argv[0]) != OK)
		code = tool_fault(&c.fault);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
	return code;
}

int tool_restore(const struct desk_config *cfg, int argc, char **argv)
{
	struct fault f = { 0 };
	char from[4096], to[4096];
	if (argc < 1 || argc > 2 || (argc == 2 && strncmp(argv[1], "--key=", 6) != 0)) {
		fprintf(stderr, "Usage: tend restore FOLDER --key=SECRET.KEY --data NEW   (makes the data folder NEW, which must not be there yet)\n");
		return 2;
	}
	if (mkdir(cfg->data_dir, 0700) != 0) {
		fprintf(stderr, "tend: can't make %s: %s. Restoring never writes over a desk; name a new folder with --data.\n", cfg->data_dir, strerror(errno));
		return 2;
	}
	snprintf(from, sizeof(from), "%s/tend.db", argv[0]);
	snprintf(to, sizeof(to), "%s/tend.db", cfg->data_dir);
	enum err e = copy_file(&f, from, to, 0600);
	snprintf(from, sizeof(from), "%s/blobs", argv[0]);
	snprintf(to, sizeof(to), "%s/blobs", cfg->data_dir);
	if (e == OK)
		e = copy_tree(&f, from, to);
	snprintf(to, sizeof(to), "%s/secret.key", cfg->data_dir);
	if (e == OK && argc == 2)
		e = copy_file(&f, argv[1] + 6, to, 0400);
	if (e != OK)
		return tool_fault(&f);
	struct desk *d;
	int code = open_desk(cfg, DESK_CLI, &d);   /* migrates a copy of an earlier version */
	if (code)
		return code;
	desk_close(d);
	printf("Restored into %s%s. Now: tend verify --data %s\n", cfg->data_dir,
	       argc == 2 ? "" : " with a new key (old reply links, sessions and sealed secrets are dead)", cfg->data_dir);
	return 0;
}
