/* embed.c: puts files into the program: a C table with hashed names, content types, bytes and gzip bytes.
 *
 * Usage: embed OUT.c FILE…
 * A file whose name has two dots is a part: desk.live.js goes on where desk.js, before it, ends. Lines of scripts and styles that are a comment from beginning
 * to end (// …, or begun by and ended by the line's own marks) stay at home: readers need them here, visitors would only load them.
 * The table is `asset_table` of src/web/assets.h. The hash is the CRC-32 of the content: it names a version for
 * caches and guards nothing. The output depends on the content alone (no times, no paths), so builds repeat. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_FILE = 1 << 20 };

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++)
		if (strcmp(dot, types[i].ending) == 0)
			return types[i].type;
	return NULL;
}

struct bytes {
	unsigned char *p;
	size_t n;
};

static bool read_more(struct bytes *b, const char *path)
{
	FILE *f = fopen(path, "rb");
	b->p = realloc(b->p, b->n + MAX_FILE + 1);
	size_t n = f && b->p ? fread(b->p + b->n, 1, MAX_FILE + 1, f) : 0;
	bool bad = !f || !b->p || ferror(f) || n > MAX_FILE;
	if (f)
		fclose(f);
	if (bad) {
		fprintf(stderr, "embed: cannot read %s, or it is larger than %d bytes\n", path, MAX_FILE);
		return false;
	}
	b->n += n;
	return true;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Whether the file is a part of the one that is called `name`. */
static bool part_of(const char *path, const char *name)
{
	const char *base = base_of(path), *first = strchr(base, '.'), *last = strrchr(base, '.'), *dot = strrchr(name, '.');
	return first && first != last && dot && first - base == dot - name && strncmp(base, name, (size_t)(dot - name)) == 0 && strcmp(last, dot) == 0;
}

static bool begins(const unsigned char *p, const unsigned char *end, const char *with)
{
	return (size_t)(end - p) >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

/* Where the comment that goes on at p ends, behind its marks; NULL: not before `end`. */
static const unsigned char *comment_end(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *marks = memmem(p, (size_t)(end - p), "*/", 2);
	return marks ? marks + 2 : NULL;
}

/* Takes out the lines that are nothing but comment. Inside a text that goes on over lines (`…`) none is taken for one; a comment with code behind it on its last
 * line, and one without end, do not build: what would be left out could not be told. */
static bool drop_comments(struct bytes *b, bool script, const char *path)
{
	unsigned char *to = b->p, *end = b->p + b->n;
	bool inside = false, in_text = false;
	int number = 0;
	for (unsigned char *line = b->p, *next; line < end; line = next) {
		unsigned char *nl = memchr(line, '\n', (size_t)(end - line)), *from = line, *last = nl ? nl : end;
		next = nl ? nl + 1 : end;
		number++;
		while (from < last && (*from == ' ' || *from == '\t'))
			from++;
		bool opens = !inside && !in_text && begins(from, last, "/*");
		const unsigned char *after = inside ? comment_end(from, last) : opens ? comment_end(from + 2, last) : NULL;
		if (inside && after && after != last) {
			fprintf(stderr, "embed: %s:%d: nothing may stand behind the end of a comment of several lines\n", path, number);
			return false;
		}
		bool only = inside || (opens && (!after || after == last)) || (script && !in_text && begins(from, last, "//"));
		inside = (inside || opens) && !after;
		if (only)
			continue;
		for (const unsigned char *p = line; script && p < last; p++)
			in_text ^= *p == '`';
		memmove(to, line, (size_t)(next - line));
		to += next - line;
	}
	if (inside)
		fprintf(stderr, "embed: %s: a comment has no end\n", path);
	b->n = (size_t)(to - b->p);
	return !inside;
}

/* The gzip form without a time stamp; NULL when it would not be smaller. */
static unsigned char *gzip(unsigned char *p, size_t n, size_t *ret_n)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	size_t cap = deflateBound(&z, n);
	unsigned char *out = malloc(cap);
	z.next_in = p;
	z.avail_in = (unsigned)n;
	z.next_out = out;
	z.avail_out = (unsigned)cap;
	bool ok = out && deflate(&z, Z_FINISH) == Z_STREAM_END;
	*ret_n = z.total_out;
	deflateEnd(&z);
	if (ok && *ret_n < n)
		return out;
	free(out);
	return NULL;
}

/* { "…", n } as octal where the byte is not plain; a fresh literal every 100 bytes or so keeps lines short. */
static void literal(FILE *f, const unsigned char *p, size_t n)
{
	if (!p) {
		fputs("{ 0 }", f);
		return;
	}
	fputs("{\n\t\t\"", f);
	for (size_t i = 0; i < n; i++) {
		if (i && i % 100 == 0)
			fputs("\"\n\t\t\"", f);
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '"' && p[i] != '\\' && p[i] != '?')
			fputc(p[i], f);
		else
			fprintf(f, "\\%03o", p[i]);
	}
	fprintf(f, "\", %zu }", n);
}

static void text(FILE *f, const char *field, const char *s)
{
	fprintf(f, "\t  .%s = ", field);
	literal(f, (const unsigned char *)s, strlen(s));
	fputs(",\n", f);
}

/* One entry of the table: the file, and those of the n - 1 after it that are its parts; *ret_used of them. */
static bool embed(FILE *f, char **paths, int n_paths, int *ret_used)
{
	const char *path = paths[0], *name = base_of(path), *dot = strrchr(name, '.'), *type = type_of(name);
	struct bytes b = { NULL, 0 };
	size_t n_gzip = 0;
	if (!type) {
		fprintf(stderr, "embed: %s: no content type is known for this ending\n", path);
		return false;
	}
	if (strchr(name, '.') != dot) {
		fprintf(stderr, "embed: %s is a part, and its whole does not stand before it\n", path);
		return false;
	}
	bool read = read_more(&b, path);
	for (*ret_used = 1; read && *ret_used < n_paths && part_of(paths[*ret_used], name); ++*ret_used)
		read = read_more(&b, paths[*ret_used]);
	if (!read) {
		free(b.p);
		return false;
	}
	bool script = strcmp(dot, ".js") == 0;
	if ((script || strcmp(dot, ".css") == 0) && !drop_comments(&b, script, path)) {
		free(b.p);
		return false;
	}
	unsigned char *p = b.p;
	size_t n = b.n;
	unsigned char *packed = gzip(p, n, &n_gzip);
	char *hashed = NULL, *url = NULL;
	if (asprintf(&hashed, "%.*s.%08lx%s", (int)(dot - name), name, crc32(0, p, (unsigned)n), dot) < 0 ||
	    asprintf(&url, "/static/%s", hashed) < 0)
		abort();
	fputs("\t{\n", f);
	text(f, "name", name);
	text(f, "hashed", hashed);
	text(f, "url", url);
	text(f, "type", type);
	fputs("\t  .bytes = ", f);
	literal(f, p, n);
	fputs(",\n\t  .gzip = ", f);
	literal(f, packed, n_gzip);
	fputs(" },\n", f);
	free(p);
	free(packed);
	free(hashed);
	free(url);
	return true;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: embed OUT.c FILE…\n");
		return 2;
	}
	FILE *f = fopen(argv[1], "wb");
	if (!f) {
		fprintf(stderr, "embed: cannot write %s\n", argv[1]);
		return 1;
	}
	fputs("/* Made by embed; edit the files of assets/ instead. */\n#include \"web/assets.h\"\n\n"
	      "const struct asset asset_table[] = {\n", f);
	bool ok = true;
	int count = 0, used = 0;
	for (int i = 2; i < argc && ok; i += used, count++)
		ok = embed(f, argv + i, argc - i, &used);
	fprintf(f, "};\nconst size_t asset_count = %d;\n", count);
	ok = !ferror(f) && ok;
	ok = fclose(f) == 0 && ok;
	if (!ok)
		remove(argv[1]);
	return ok ? 0 : 1;
}
