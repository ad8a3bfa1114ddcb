/* import.c: reading the lines of a file, in batches that are one transaction each. A line that is wrong undoes its batch; the good ones before it are written
 * again, it is noted in FILE.errors.jsonl, and the rest goes on. How far the file was read is kept beside the data, by the file's hash, so that an
 * import that was stopped goes on from there. See transfer.h. */
#include "transfer/import_line.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { BATCH_LINES = 40, BATCH_BYTES = 8 << 20 };

struct line {
	int64_t number;
	char *text;              /* malloc'd */
	size_t n;
	bool too_long;
	int64_t end;             /* offset in the file after it */
};

struct import {
	struct ctx *c;
	const struct import_options *o;
	struct import_made *made;
	FILE *in, *errors;
	const char *errors_path, *progress_path, *files_dir;
	int64_t number, size;
	struct line batch[BATCH_LINES];
	size_t n;
	/* of a try at lines from … to */
	size_t from, to, failed_at;
	int64_t counts[4];
	struct arena row_arena;
};

/* ---- reading lines ---- */

/* False at the end of the file. A line past the ceiling is skipped to its end without being kept. */
static enum err read_line(struct import *im, struct line *ret, bool *ret_more)
{
	*ret = (struct line){ .number = im->number + 1 };
	*ret_more = false;
	size_t cap = 0;
	int ch;
	while ((ch = getc_unlocked(im->in)) != EOF && ch != '\n') {
		*ret_more = true;
		if (ret->n >= TRANSFER_LINE_MAX_BYTES) {
			ret->too_long = true;
			continue;
		}
		if (ret->n == cap) {
			cap = cap ? cap * 2 : 4096;
			char *p = realloc(ret->text, cap);
			if (!p) {
				free(ret->text);
				return fail(im->c, ERR_BUSY, "There is not enough memory for line %lld just now", (long long)ret->number);
			}
			ret->text = p;
		}
		ret->text[ret->n++] = (char)ch;
	}
	if (ferror(im->in)) {
		free(ret->text);
		return fail(im->c, ERR_INPUT, "The file could not be read: %s", strerror(errno));
	}
	if (ch == '\n')
		*ret_more = true;
	im->number += *ret_more;
	ret->end = ftello(im->in);
	return OK;
}

static void free_batch(struct import *im)
{
	for (size_t i = 0; i < im->n; i++)
		free(im->batch[i].text);
	im->n = 0;
}

/* ---- one batch ---- */

static enum err one_line(struct import *im, struct ctx *c, const struct line *line)
{
	if (line->too_long)
		return fail(c, ERR_INPUT, "The line is longer than 64 MiB: keep attachments beside the file (“path”)");
	struct str text = str_trim((struct str){ line->text ? line->text : "", line->n });
	if (!text.n)
		return OK;
	json_error_t why;
	json_t *o = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
	if (!o)
		return fail(c, ERR_INPUT, "This is not JSON: %s (at byte %d)", why.text, why.position);
	struct import_line l = { .c = c, .o = o, .files_dir = im->files_dir };
	enum err e = json_is_object(o) ? import_one(&l) : fail(c, ERR_INPUT, "A line must be one JSON object");
	if (e == OK)
		im->counts[l.outcome]++;
	json_decref(o);
	return e;
}

static enum err try_lines(struct ctx *c, void *arg)
{
	struct import *im = arg;
	struct arena *outer = c->arena;
	struct actor actor = c->actor;
	memset(im->counts, 0, sizeof(im->counts));
	c->arena = &im->row_arena;
	enum err e = OK;
	for (size_t i = im->from; e == OK && i < im->to; i++) {
		im->failed_at = i;
		e = one_line(im, c, &im->batch[i]);
		c->actor = actor;
		arena_reset(&im->row_arena);
	}
	c->arena = outer;
	return e;
}

static bool of_the_line(enum err e)
{
	return e == ERR_INPUT || e == ERR_CONFLICT || e == ERR_NOT_FOUND || e == ERR_LIMIT || e == ERR_FORBIDDEN;
}

static enum err note_error(struct import *im, const struct line *line, const struct fault *f)
{
	if (!im->errors)
		im->errors = fopen(im->errors_path, im->made->resumed ? "ae" : "we");
	if (!im->errors)
		return fail(im->c, ERR_INPUT, "%s could not be written: %s", im->errors_path, strerror(errno));
	struct arena a;
	struct json_out j;
	arena_init(&a);
	json_init(&j, &a, 1 << 20);
	json_obj(&j);
	json_ki64(&j, "line", line->number);
	json_t *o = line->too_long ? NULL : json_loadb(line->text ? line->text : "", line->n, 0, NULL);
	const char *type = json_string_value(json_object_get(o, "type")), *id = json_string_value(json_object_get(o, "external_id"));
	json_kstr(&j, "type", str_c(type));
	json_kstr(&j, "external_id", str_c(id));
	json_kstr(&j, "error", str_c(f->message));
	for (unsigned i = 0; i < f->n_fields; i++)
		json_kstr(&j, f->fields[i].field, str_c(f->fields[i].message));
	json_obj_end(&j);
	struct str text = json_done(&j);
	fprintf(im->errors, "%.*s\n", STR_ARG(text));
	json_decref(o);
	arena_done(&a);
	im->made->wrong++;
	return fflush(im->errors) == 0 ? OK : fail(im->c, ERR_FULL, "%s could not be written: %s", im->errors_path, strerror(errno));
}

static void add_counts(struct import *im)
{
	im->made->created += im->counts[LINE_CREATED];
	im->made->changed += im->counts[LINE_CHANGED];
	im->made->unchanged += im->counts[LINE_UNCHANGED];
}

static enum err keep_progress(struct import *im, int64_t end)
{
	const char *tmp = arena_cstr(im->c->arena, arena_fmt(im->c->arena, "%s.new", im->progress_path));
	FILE *f = fopen(tmp, "we");
	bool good = f && fprintf(f, "%lld %lld\n", (long long)im->number, (long long)end) > 0;
	if (f)
		good = fclose(f) == 0 && good;
	if (!good || rename(tmp, im->progress_path) != 0)
		return fail(im->c, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "%s could not be written: %s", im->progress_path, strerror(errno));
	return OK;
}

static enum err write_batch(struct import *im)
{
	struct ctx *c = im->c;
	size_t done = 0;
	while (done < im->n) {
		im->from = done;
		im->to = im->n;
		enum err e = ctx_write(c, true, try_lines, im);
		if (e == OK) {
			add_counts(im);
			break;
		}
		if (!of_the_line(e))
			return e;
		size_t bad = im->failed_at;
		struct fault why = c->fault;
		fault_clear(&c->fault);
		im->to = bad;
		if (im->to > im->from) {
			TRY(ctx_write(c, true, try_lines, im));
			add_counts(im);
		}
		TRY(note_error(im, &im->batch[bad], &why));
		done = bad + 1;
	}
	int64_t end = im->n ? im->batch[im->n - 1].end : 0;
	im->made->lines += (int64_t)im->n;
	free_batch(im);
	return keep_progress(im, end);
}

static void show(struct import *im, int64_t at)
{
	if (!im->o->progress || !im->size)
		return;
	int wide = (int)(at * 40 / im->size);
	fprintf(stderr, "\r[%.*s%*s] %3d %%, %lld lines, %lld wrong", wide, "########################################", 40 - wide, "",
		(int)(at * 100 / im->size), (long long)im->made->lines, (long long)im->made->wrong);
	if (at == im->size)
		fputc('\n', stderr);
}

static enum err all_lines(struct import *im)
{
	size_t bytes = 0;
	for (bool more = true; more;) {
		struct line line;
		TRY(read_line(im, &line, &more));
		if (more) {
			im->batch[im->n++] = line;
			bytes += line.n;
		}
		if (im->n && (!more || im->n == BATCH_LINES || bytes > BATCH_BYTES)) {
			int64_t at = im->batch[im->n - 1].end;
			TRY(write_batch(im));
			bytes = 0;
			show(im, at);
		}
		if (im->o->stop_after_lines && im->made->lines >= im->o->stop_after_lines) {
			im->made->stopped = true;
			return OK;
		}
	}
	return OK;
}

/* ---- the whole ---- */

static enum err hash_file(struct import *im, char ret_hex[17])
{
	crypto_hash_sha256_state st;
	unsigned char sum[crypto_hash_sha256_BYTES], block[65536];
	crypto_hash_sha256_init(&st);
	for (size_t n; (n = fread(block, 1, sizeof(block), im->in)) > 0;)
		crypto_hash_sha256_update(&st, block, n);
	if (ferror(im->in))
		return fail(im->c, ERR_INPUT, "The file could not be read: %s", strerror(errno));
	crypto_hash_sha256_final(&st, sum);
	sodium_bin2hex(ret_hex, 17, sum, 8);
	rewind(im->in);
	return OK;
}

static enum err resume(struct import *im)
{
	FILE *f = fopen(im->progress_path, "re");
	long long number, end;
	if (!f)
		return OK;
	if (fscanf(f, "%lld %lld", &number, &end) == 2 && end > 0 && end <= im->size && fseeko(im->in, end, SEEK_SET) == 0) {
		im->number = number;
		im->made->resumed = true;
	}
	fclose(f);
	return OK;
}

static enum err run(struct import *im)
{
	struct ctx *c = im->c;
	struct stat st;
	char hash[17];
	im->in = fopen(im->o->path, "re");
	if (!im->in || fstat(fileno(im->in), &st) != 0 || !S_ISREG(st.st_mode))
		return fail(c, ERR_INPUT, "%s could not be read: %s", im->o->path, im->in ? "it is no plain file" : strerror(errno));
	im->size = st.st_size;
	TRY(hash_file(im, hash));
	im->progress_path = arena_cstr(c->arena, arena_fmt(c->arena, "%s/import-%s.progress", c->desk->cfg.data_dir, hash));
	TRY(resume(im));
	if (!im->made->resumed)
		unlink(im->errors_path);     /* of an earlier run: what it says may be mended by now */
	TRY(all_lines(im));
	if (!im->made->stopped)
		unlink(im->progress_path);
	return OK;
}

enum err transfer_import(struct ctx *c, const struct import_options *o, struct import_made *ret)
{
	struct import *im = arena_new(c->arena, struct import);
	*im = (struct import){ .c = c, .o = o, .made = ret };
	*ret = (struct import_made){ 0 };
	im->errors_path = arena_cstr(c->arena, arena_fmt(c->arena, "%s.errors.jsonl", o->path));
	const char *slash = strrchr(o->path, '/');
	im->files_dir = o->files_dir ? o->files_dir :
			slash ? arena_cstr(c->arena, arena_fmt(c->arena, "%.*s", (int)(slash - o->path), o->path)) : ".";
	arena_init(&im->row_arena);
	enum err e = run(im);
	free_batch(im);
	arena_done(&im->row_arena);
	if (im->in)
		fclose(im->in);
	if (im->errors)
		fclose(im->errors);
	return e;
}
