/* form_multipart.c: multipart/form-data (RFC 7578), taken apart through a window of fixed size; see form.h.
 *
 * The only search is for the delimiter, each byte is looked at a bounded number of times, and a file goes straight to an
 * unlinked temporary file, so the memory used does not depend on what is sent. */
#include "io/form.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "io/form_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	WINDOW_BYTES = 128 << 10,
	PART_HEAD_MAX = 8 << 10,
	PADDING_MAX = 64,
	BOUNDARY_MAX = 70,
	VALUES_MAX_BYTES = 16 << 20,    /* of all fields that are not files */
};

#define BROKEN(fault, ...) fault_set(fault, ERR_INPUT, __FILE__, __LINE__, __VA_ARGS__)

/* The bytes between at and n are there to be looked at; fill() brings more. */
struct window {
	int fd;                         /* -1: everything is in p from the start */
	char *room;
	const char *p;
	size_t at, n;
	off_t file_at;
	bool end;                       /* nothing can be filled in any more */
};

static enum err fill(struct window *w, struct fault *fault)
{
	if (w->end)
		return OK;
	if (w->at) {
		memmove(w->room, w->room + w->at, w->n - w->at);
		w->n -= w->at;
		w->at = 0;
	}
	while (w->n < WINDOW_BYTES) {
		ssize_t r = pread(w->fd, w->room + w->n, WINDOW_BYTES - w->n, w->file_at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return fault_set(fault, ERR_BUSY, __FILE__, __LINE__, "The body can't be read: %s.", strerror(errno));
		if (r == 0) {
			w->end = true;
			break;
		}
		w->n += (size_t)r;
		w->file_at += r;
	}
	return OK;
}

/* Sees to it that n bytes are there; false at the end of the body. */
static enum err need(struct window *w, struct fault *fault, size_t n, bool *ret)
{
	if (w->n - w->at < n)
		TRY(fill(w, fault));
	*ret = w->n - w->at >= n;
	return OK;
}

/* Where the bytes of a part go: nowhere, into a text with a ceiling, or into a file. */
struct sink {
	struct buf *text;
	int fd;
	int64_t bytes;
};

static enum err sink_add(struct sink *to, struct fault *fault, const char *p, size_t n)
{
	to->bytes += (int64_t)n;
	if (to->text) {
		buf_add(to->text, (struct str){ p, n });
		if (to->text->full)
			return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__,
					 "A field of the form is too long. Attach long texts as files.");
	}
	while (to->fd >= 0 && n) {
		ssize_t r = write(to->fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
			return fault_set(fault, ERR_FULL, __FILE__, __LINE__, "The disk is full; the file was not kept.");
		if (r < 0)
			return fault_set(fault, ERR_BUSY, __FILE__, __LINE__, "A temporary file can't be written: %s.", strerror(errno));
		p += r;
		n -= (size_t)r;
	}
	return OK;
}

/* Moves everything before the delimiter to the sink and stops behind the delimiter. */
static enum err take_until(struct window *w, struct fault *fault, struct str delim, struct sink *to)
{
	for (;;) {
		struct str here = { w->p + w->at, w->n - w->at };
		ptrdiff_t found = str_find(here, delim);
		if (found >= 0) {
			TRY(sink_add(to, fault, here.p, (size_t)found));
			w->at += (size_t)found + delim.n;
			return OK;
		}
		if (w->end)
			return BROKEN(fault, "The form breaks off before its end. Please send it again.");
		/* The delimiter may have begun in the last bytes. */
		size_t keep = here.n < delim.n - 1 ? here.n : delim.n - 1;
		TRY(sink_add(to, fault, here.p, here.n - keep));
		w->at += here.n - keep;
		TRY(fill(w, fault));
	}
}

/* ---- parameters: "; name=value" ---- */

struct param {
	struct str name, value;
};

static bool is_token_ch(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* A quoted value. A backslash escapes a quote or a backslash only: old browsers send paths with single ones. Browsers
 * write a quote as %22. */
static bool quoted(struct arena *a, struct str *rest, struct str *ret)
{
	char *out = arena_alloc(a, rest->n);
	size_t n = 0, i = 1;
	for (; i < rest->n && rest->p[i] != '"'; i++) {
		char c = rest->p[i];
		if (c == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
			c = rest->p[++i];
		else if (c == '%' && str_starts(str_slice(*rest, i, rest->n), S("%22")))
			c = '"', i += 2;
		out[n++] = c;
	}
	if (i >= rest->n)
		return false;
	*ret = (struct str){ out, n };
	*rest = str_slice(*rest, i + 1, rest->n);
	return true;
}

/* The next parameter off *rest. False when there is none; *ret_bad when what is there is none. */
static bool param_next(struct arena *a, struct str *rest, struct param *ret, bool *ret_bad)
{
	*rest = str_trim(*rest);
	*ret_bad = false;
	if (rest->n == 0)
		return false;
	*ret_bad = true;
	if (rest->p[0] != ';')
		return false;
	*rest = str_trim(str_slice(*rest, 1, rest->n));
	if (rest->n == 0) {
		*ret_bad = false; /* a last ';' does no harm */
		return false;
	}
	size_t i = 0;
	while (i < rest->n && is_token_ch(rest->p[i]))
		i++;
	ret->name = str_slice(*rest, 0, i);
	*rest = str_trim(str_slice(*rest, i, rest->n));
	if (i == 0 || rest->n == 0 || rest->p[0] != '=')
		return false;
	*rest = str_trim(str_slice(*rest, 1, rest->n));
	if (rest->n && rest->p[0] == '"') {
		*ret_bad = !quoted(a, rest, &ret->value);
		return !*ret_bad;
	}
	for (i = 0; i < rest->n && is_token_ch(rest->p[i]);)
		i++;
	ret->value = str_slice(*rest, 0, i);
	*rest = str_slice(*rest, i, rest->n);
	*ret_bad = i == 0;
	return i > 0;
}

/* The main value before the parameters. */
static struct str head_value(struct str s, struct str *ret_params)
{
	ptrdiff_t at = str_find_ch(s, ';');
	*ret_params = at < 0 ? S("") : str_slice(s, (size_t)at, s.n);
	return str_trim(at < 0 ? s : str_slice(s, 0, (size_t)at));
}

static bool boundary_valid(struct str b)
{
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("'()+_,-./:=? ", c));
		if (!fine)
			return false;
	}
	return b.n >= 1 && b.n <= BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

static enum err find_boundary(struct arena *a, struct fault *fault, struct str content_type, struct str *ret)
{
	struct str params, type = head_value(content_type, &params), boundary = STR_NULL;
	struct param p;
	bool bad;
	if (!str_ieq(type, S("multipart/form-data")))
		return BROKEN(fault, "The form's Content-Type is not multipart/form-data.");
	while (param_next(a, &params, &p, &bad)) {
		if (!str_ieq(p.name, S("boundary")))
			continue;
		if (boundary.p)
			return BROKEN(fault, "The form's Content-Type names two boundaries.");
		boundary = p.value;
	}
	if (bad || !boundary_valid(boundary))
		return BROKEN(fault, "The form's Content-Type has no boundary of 1 to 70 plain characters.");
	*ret = boundary;
	return OK;
}

/* ---- the head of a part ---- */

struct part {
	struct str name;
	struct str filename;            /* STR_NULL: an ordinary field */
	struct str filename_ext;        /* out of filename*, which wins */
	bool disposed;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* charset'language'percent-encoded (RFC 5987); UTF-8 and ISO-8859-1. */
static bool ext_value(struct arena *a, struct str s, struct str *ret)
{
	struct str charset, rest, language;
	if (!str_cut(s, '\'', &charset, &rest) || !str_cut(rest, '\'', &language, &rest))
		return false;
	bool latin1 = str_ieq(charset, S("ISO-8859-1"));
	if (!latin1 && !str_ieq(charset, S("UTF-8")))
		return false;
	char *out = arena_calloc(a, rest.n, 2);
	size_t n = 0;
	for (size_t i = 0; i < rest.n; i++) {
		unsigned char c = (unsigned char)rest.p[i];
		if (c == '%') {
			int hi = rest.n - i > 2 ? hex_digit(rest.p[i + 1]) : -1, lo = rest.n - i > 2 ? hex_digit(rest.p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return false;
			c = (unsigned char)(hi << 4 | lo);
			i += 2;
		}
		if (latin1 && c >= 0x80) {
			out[n++] = (char)(0xc0 | c >> 6);
			out[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			out[n++] = (char)c;
		}
	}
	*ret = (struct str){ out, n };
	return true;
}

static enum err disposition(struct arena *a, struct fault *fault, struct str value, struct part *part)
{
	struct str params, kind = head_value(value, &params);
	struct param p;
	bool bad;
	if (part->disposed || !str_ieq(kind, S("form-data")))
		return BROKEN(fault, "A part of the form is not described as form-data, once.");
	part->disposed = true;
	while (param_next(a, &params, &p, &bad)) {
		struct str *to = str_ieq(p.name, S("name"))        ? &part->name
				 : str_ieq(p.name, S("filename"))  ? &part->filename
				 : str_ieq(p.name, S("filename*")) ? &part->filename_ext
								   : NULL;
		if (!to)
			continue;
		if (to->p)
			return BROKEN(fault, "A part of the form has two names.");
		if (to != &part->filename_ext)
			*to = p.value;
		else if (!ext_value(a, p.value, to))
			return BROKEN(fault, "The name of an attached file can't be decoded.");
	}
	return bad ? BROKEN(fault, "The description of a part of the form is broken.") : OK;
}

static enum err part_header(struct arena *a, struct fault *fault, struct str line, struct part *part)
{
	struct str name, value;
	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f)
			return BROKEN(fault, "The description of a part of the form holds a control character.");
	if (!str_cut(line, ':', &name, &value) || name.n == 0 || !is_token_ch(name.p[0]))
		return BROKEN(fault, "The description of a part of the form is broken.");
	value = str_trim(value);
	if (str_ieq(name, S("Content-Disposition")))
		return disposition(a, fault, value, part);
	if (str_ieq(name, S("Content-Transfer-Encoding")) && !str_ieq(value, S("binary")) && !str_ieq(value, S("8bit")) &&
	    !str_ieq(value, S("7bit")))
		return BROKEN(fault, "A part of the form is encoded in a way that is not read here; send it as binary.");
	return OK;
}

static enum err part_head(struct arena *a, struct fault *fault, struct window *w, struct part *ret)
{
	struct buf text;
	buf_init(&text, a, PART_HEAD_MAX);
	struct sink to = { .text = &text, .fd = -1 };
	TRY(take_until(w, fault, S("\r\n\r\n"), &to));
	struct part part = { 0 };
	struct str rest = buf_str(&text);
	while (rest.n) {
		ptrdiff_t end = str_find(rest, S("\r\n"));
		struct str line = end < 0 ? rest : str_slice(rest, 0, (size_t)end);
		rest = end < 0 ? S("") : str_slice(rest, (size_t)end + 2, rest.n);
		TRY(part_header(a, fault, line, &part));
	}
	if (part.filename_ext.p)
		part.filename = part.filename_ext;
	if (!part.name.p)
		return BROKEN(fault, "A part of the form has no name.");
	if (part.filename.n > FORM_NAME_MAX_BYTES)
		return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__, "The name of an attached file is too long.");
	if (!utf8_valid(part.name) || (part.filename.p && !utf8_valid(part.filename)))
		return BROKEN(fault, "A name in the form is not UTF-8 text.");
	for (size_t i = 0; part.filename.p && i < part.filename.n; i++)
		if ((unsigned char)part.filename.p[i] < 0x20 || part.filename.p[i] == 0x7f)
			return BROKEN(fault, "The name of an attached file holds a control character.");
	*ret = part;
	return OK;
}

/* ---- the parts ---- */

struct decoder {
	struct arena *a;
	struct fault *fault;
	struct form *form;
	struct window w;
	struct str delim;               /* CR LF "--" boundary */
	const char *tmp_dir;
	size_t values_bytes;
};

static enum err take_value(struct decoder *d, const struct part *part)
{
	struct buf text;
	size_t left = VALUES_MAX_BYTES - d->values_bytes;
	buf_init(&text, d->a, left < FORM_VALUE_MAX_BYTES ? left : FORM_VALUE_MAX_BYTES);
	struct sink to = { .text = &text, .fd = -1 };
	TRY(take_until(&d->w, d->fault, d->delim, &to));
	d->values_bytes += text.n;
	return form_pair_add(d->a, d->fault, d->form, part->name, buf_str(&text));
}

static int tmp_open(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	char path[4096];
	size_t n = strlen(dir);
	if (n > sizeof(path) - 20)
		return -1;
	memcpy(path, dir, n);
	memcpy(path + n, "/formXXXXXX", 12);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static enum err take_file(struct decoder *d, const struct part *part)
{
	struct form *f = d->form;
	if (f->n_files == FORM_FILES_MAX)
		return fault_set(d->fault, ERR_LIMIT, __FILE__, __LINE__, "At most %d files can be sent at once.", FORM_FILES_MAX);
	struct sink to = { .fd = tmp_open(d->tmp_dir) };
	if (to.fd < 0 && (errno == ENOSPC || errno == EDQUOT))
		return fault_set(d->fault, ERR_FULL, __FILE__, __LINE__, "The disk is full; the file was not kept.");
	if (to.fd < 0)
		return fault_set(d->fault, ERR_BUSY, __FILE__, __LINE__, "A temporary file can't be made: %s.", strerror(errno));
	enum err e = take_until(&d->w, d->fault, d->delim, &to);
	/* A file field that was left empty comes as a nameless empty file. */
	if (e != OK || (part->filename.n == 0 && to.bytes == 0) || lseek(to.fd, 0, SEEK_SET) != 0) {
		close(to.fd);
		return e;
	}
	if (!f->files)
		f->files = arena_array(d->a, struct form_file, FORM_FILES_MAX);
	f->files[f->n_files++] =
		(struct form_file){ .field = part->name, .filename = part->filename, .fd = to.fd, .bytes = to.bytes };
	return OK;
}

/* Behind a delimiter: "--" ends the form, a line end begins a part. */
static enum err after_delimiter(struct decoder *d, bool *ret_more)
{
	struct window *w = &d->w;
	bool there;
	TRY(need(w, d->fault, 2, &there));
	if (there && memcmp(w->p + w->at, "--", 2) == 0) {
		*ret_more = false;
		return OK;
	}
	for (int i = 0; there && i < PADDING_MAX && (w->p[w->at] == ' ' || w->p[w->at] == '\t'); i++) {
		w->at++;
		TRY(need(w, d->fault, 2, &there));
	}
	if (!there || memcmp(w->p + w->at, "\r\n", 2) != 0)
		return BROKEN(d->fault, "The form breaks off, or its boundary stands inside a part.");
	w->at += 2;
	*ret_more = true;
	return OK;
}

static enum err decode_parts(struct decoder *d)
{
	/* The first delimiter may stand at the very beginning, without the line end that belongs to it. */
	struct str first = str_slice(d->delim, 2, d->delim.n);
	bool there, more;
	TRY(need(&d->w, d->fault, first.n, &there));
	if (there && str_starts((struct str){ d->w.p + d->w.at, d->w.n - d->w.at }, first)) {
		d->w.at += first.n;
	} else {
		struct sink nowhere = { .fd = -1 };
		TRY(take_until(&d->w, d->fault, d->delim, &nowhere));
	}
	TRY(after_delimiter(d, &more));
	while (more) {
		struct part part;
		TRY(part_head(d->a, d->fault, &d->w, &part));
		TRY(part.filename.p ? take_file(d, &part) : take_value(d, &part));
		TRY(after_delimiter(d, &more));
	}
	return OK;
}

enum err form_decode_multipart(struct arena *a, struct fault *fault, struct str content_type, struct str body, int fd,
			       const char *tmp_dir, struct form *f)
{
	struct str boundary;
	TRY(find_boundary(a, fault, content_type, &boundary));
	struct decoder d = { .a = a, .fault = fault, .form = f, .tmp_dir = tmp_dir };
	d.delim = arena_fmt(a, "\r\n--%.*s", STR_ARG(boundary));
	if (fd < 0) {
		d.w = (struct window){ .fd = -1, .p = body.p ? body.p : "", .n = body.n, .end = true };
	} else {
		char *room = malloc(WINDOW_BYTES);
		ASSERT(room != NULL);
		d.w = (struct window){ .fd = fd, .room = room, .p = room };
	}
	enum err e = decode_parts(&d);
	free(d.w.room);
	if (e != OK)
		form_done(f);
	return e;
}
