/* lint.c: checks the laws of the house that no compiler knows, and says file:line and what to do.
 *
 *     lint [ROOT]                 every file below ROOT but what .gitignore names
 *     lint --files LIST [ROOT]    the files that LIST names (one path a line, as `git ls-files` prints them)
 *
 * Includes (the file's suffix is its permission), who writes which table, shared variables, banned.h, lengths, head
 * comments, {{safe}}, statements and templates that nothing uses, clocks and sleeping, words that have no place in a
 * committed file. Exceptions stand in tools/lint.allow with their reason: `length PATH LINES why`, `safe PATH COUNT why`.
 * All files are read once; comments and strings are blanked out before code is looked at, so that it is enough to
 * look at words. The laws are in lint_rules.c. Stands alone; leaves its memory to the end of the process. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "lint.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void *grow(void *p, size_t n, size_t size)
{
	if (n & (n - 1)) /* room is a power of two */
		return p;
	p = realloc(p, (n ? n * 2 : 1) * size);
	if (!p)
		abort();
	return p;
}

void complain(struct lint *l, const char *path, int line, const char *fmt, ...)
{
	l->complaints = grow(l->complaints, l->n_complaints, sizeof(l->complaints[0]));
	struct complaint *c = &l->complaints[l->n_complaints++];
	c->path = path;
	c->line = line;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, ap);
	va_end(ap);
}

/* ---- text ---- */

bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && strcmp(s + n - m, suffix) == 0;
}

bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

int line_of(const struct file *f, const char *at)
{
	int line = 1;
	for (const char *p = f->text; p < at; p++)
		line += *p == '\n';
	return line;
}

bool next_word(const char **p, size_t *n, int *line)
{
	const char *s = *p + *n;
	for (; *s && !is_word(*s); s++)
		*line += *s == '\n';
	*p = s;
	for (*n = 0; is_word(s[*n]); ++*n)
		;
	return *n > 0;
}

bool word_is(const char *p, size_t n, const char *want)
{
	return strlen(want) == n && strncasecmp(p, want, n) == 0;
}

bool called(const char *p, size_t n)
{
	for (p += n; *p == ' ';)
		p++;
	return *p == '(';
}

/* Blanks out comments and what stands in quotes, line breaks apart. */
static void mask(struct file *f)
{
	char *s = f->code;
	bool sql = f->kind == SQL;
	for (size_t i = 0; i < f->n;) {
		size_t from = i, keep = 0;
		if (!sql && s[i] == '/' && s[i + 1] == '*') {
			const char *end = strstr(s + i + 2, "*/");
			i = end ? (size_t)(end - s) + 2 : f->n;
		} else if ((!sql && s[i] == '/' && s[i + 1] == '/') || (sql && s[i] == '-' && s[i + 1] == '-')) {
			while (i < f->n && s[i] != '\n')
				i++;
		} else if (s[i] == '\'' || (!sql && s[i] == '"')) {
			char quote = s[i++];
			while (i < f->n && s[i] != quote && s[i] != '\n')
				i += !sql && s[i] == '\\' && i + 1 < f->n ? 2 : 1;
			i += i < f->n;
			keep = 1;
		} else {
			i++;
			continue;
		}
		for (size_t k = from + keep; k + keep < i; k++)
			if (s[k] != '\n')
				s[k] = ' ';
	}
}

struct word *word_slot(struct lint *l, const char *p, size_t n)
{
	unsigned h = 2166136261u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 16777619u;
	struct word *w = &l->words[h % WORD_SLOTS];
	for (size_t tried = 0; w->p && (w->n != n || memcmp(w->p, p, n) != 0); tried++) {
		if (tried == WORD_SLOTS - 1)
			abort();
		w = w == &l->words[WORD_SLOTS - 1] ? l->words : w + 1;
	}
	return w;
}

int times(struct lint *l, const char *name, const char *suffix)
{
	char whole[NAMES * 2];
	snprintf(whole, sizeof(whole), "%s%s", name, suffix);
	return word_slot(l, whole, strlen(whole))->times;
}

long allowed(const struct lint *l, const char *rule, const char *path, long otherwise)
{
	char head[400];
	size_t n = (size_t)snprintf(head, sizeof(head), "%s %s ", rule, path);
	for (const char *s = l->allow; s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
		if (strncmp(s, head, n) == 0)
			return strtol(s + n, NULL, 10);
	return otherwise;
}

/* ---- reading the tree ---- */

static char *read_text(const char *path, size_t *ret_n)
{
	FILE *in = fopen(path, "rb");
	struct stat st;
	if (!in || fstat(fileno(in), &st) < 0 || !S_ISREG(st.st_mode)) {
		if (in)
			fclose(in);
		return NULL;
	}
	char *text = malloc((size_t)st.st_size + 1);
	if (!text)
		abort();
	*ret_n = fread(text, 1, (size_t)st.st_size, in);
	text[*ret_n] = 0;
	fclose(in);
	return text;
}

static void add_file(struct lint *l, const char *path)
{
	if (starts(path, "tests/golden/") || starts(path, "tests/mails/") || starts(path, "tests/fuzz/corpus/") ||
	    starts(path, "tests/fuzz/regressions/"))
		return; /* data, some of it wrong on purpose */
	char whole[4096];
	snprintf(whole, sizeof(whole), "%s/%s", l->root, path);
	size_t n;
	char *text = read_text(whole, &n);
	if (!text || memchr(text, 0, n < 8192 ? n : 8192)) {
		free(text);
		return;
	}
	l->files = grow(l->files, l->n_files, sizeof(l->files[0]));
	struct file *f = &l->files[l->n_files++];
	*f = (struct file){ .path = strdup(path), .text = text, .n = n, .code = strdup(text) };
	const char *slash = strrchr(f->path, '/'), *room_end = starts(path, "src/") ? strchr(path + 4, '/') : NULL;
	f->base = slash ? slash + 1 : f->path;
	f->kind = ends(path, ".c") ? C_SOURCE : ends(path, ".h") ? C_HEADER : ends(path, ".sql") ? SQL : ends(path, ".html") ? HTML : TEXT;
	if (room_end)
		snprintf(f->room, sizeof(f->room), "%.*s", (int)(room_end - path - 4), path + 4);
	f->test = strstr(f->base, "_test.") || strstr(f->base, "_test_") || starts(path, "tests/");
	if (f->kind == C_SOURCE || f->kind == C_HEADER || f->kind == SQL)
		mask(f);
}

static void walk(struct lint *l, const char *below)
{
	static const char *const SKIP[] = { ".", "..", ".git", "node_modules" };
	char whole[4096], path[2048];
	snprintf(whole, sizeof(whole), "%s/%s", l->root, below);
	DIR *dir = opendir(whole);
	if (!dir)
		return;
	for (const struct dirent *e; (e = readdir(dir));) {
		bool skip = false;
		for (size_t i = 0; i < sizeof(SKIP) / sizeof(SKIP[0]); i++)
			skip |= strcmp(e->d_name, SKIP[i]) == 0;
		if (!*below)
			skip |= (starts(e->d_name, "build") && !strchr(e->d_name, '.')) || strcmp(e->d_name, "data") == 0 || strcmp(e->d_name, "dist") == 0;
		if (skip || ends(e->d_name, ".log"))
			continue;
		snprintf(path, sizeof(path), "%s%s%s", below, *below ? "/" : "", e->d_name);
		snprintf(whole, sizeof(whole), "%s/%s", l->root, path);
		struct stat st;
		if (lstat(whole, &st) == 0 && S_ISDIR(st.st_mode))
			walk(l, path);
		else if (S_ISREG(st.st_mode))
			add_file(l, path);
	}
	closedir(dir);
}

static struct file *find_file(struct lint *l, const char *path)
{
	for (size_t i = 0; i < l->n_files; i++)
		if (strcmp(l->files[i].path, path) == 0)
			return &l->files[i];
	return NULL;
}

/* The slices: what src/features.c lists as &NAME_feature. */
static void read_slices(struct lint *l)
{
	const struct file *f = find_file(l, "src/features.c");
	const char *p = f ? f->code : "";
	size_t n = 0;
	for (int line = 1; next_word(&p, &n, &line);)
		if (p > f->code && p[-1] == '&' && n > 8 && n < NAMES && memcmp(p + n - 8, "_feature", 8) == 0 && l->n_slices < NAMES)
			snprintf(l->slices[l->n_slices++], NAMES, "%.*s", (int)n - 8, p);
}

int slice_place(const struct lint *l, const char *room)
{
	for (size_t i = 0; i < l->n_slices; i++)
		if (strcmp(l->slices[i], room) == 0)
			return (int)i;
	return -1;
}

static int by_place(const void *a, const void *b)
{
	const struct complaint *x = a, *y = b;
	int d = strcmp(x->path, y->path);
	return d ? d : x->line != y->line ? x->line - y->line : strcmp(x->text, y->text);
}

int main(int argc, char **argv)
{
	static struct lint l = { .root = "." }; /* to the end: giving its texts back one by one would only take time */
	const char *list = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--files") == 0 && i + 1 < argc)
			list = argv[++i];
		else
			l.root = argv[i];
	}
	l.words = calloc(WORD_SLOTS, sizeof(l.words[0]));
	if (!l.words)
		return 2;
	size_t n;
	if (list) {
		char *text = read_text(list, &n), *save = text;
		if (!text)
			return fprintf(stderr, "lint: can't read %s\n", list), 2;
		for (char *path; (path = strsep(&save, "\n"));)
			if (*path)
				add_file(&l, path);
		free(text);
	} else {
		walk(&l, "");
	}
	if (l.n_files == 0)
		return fprintf(stderr, "lint: no files below %s\n", l.root), 2;
	const struct file *allow = find_file(&l, "tools/lint.allow");
	l.allow = allow ? allow->text : "";
	read_slices(&l);
	check_all(&l);
	if (l.n_complaints)
		qsort(l.complaints, l.n_complaints, sizeof(l.complaints[0]), by_place);
	for (size_t i = 0; i < l.n_complaints; i++)
		printf("%s:%d: %s\n", l.complaints[i].path, l.complaints[i].line, l.complaints[i].text);
	return l.n_complaints > 0;
}
