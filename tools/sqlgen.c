/* sqlgen: statements in .sql files → typed C functions; migrations/ → a table in the binary. docs/sql.md is the
 * manual of what it reads.
 *
 *     sqlgen IN.sql OUT.h OUT.c                  one file of statements
 *     sqlgen --all OUT.c IN.sql…                 the list of all statements (db_all_stmts)
 *     sqlgen --migrations OUT.c DIR [DEPFILE]    the table db_migrations
 *
 * Stands alone. A file is read in one pass over its lines into statements, each text in one pass over its bytes
 * into the two engines' forms. Every complaint names file and line; the tool goes on to find more, writes nothing
 * and exits 1. */
#include "sqlgen.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static char *read_file(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "re");
	char *p = malloc(FILE_MOST + 2);
	if (!p)
		abort();
	if (!f) {
		fprintf(stderr, "%s:0: cannot be opened: %s\n", path, strerror(errno));
		free(p);
		return NULL;
	}
	*ret_n = fread(p, 1, FILE_MOST + 1, f);
	if (ferror(f)) {
		fprintf(stderr, "%s:0: cannot be read: %s\n", path, strerror(errno));
		free(p);
		p = NULL;
	}
	fclose(f);
	return p;
}

static bool write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "we");
	if (!f || fwrite(p, 1, n, f) != n || fflush(f) != 0) {
		fprintf(stderr, "%s:0: cannot be written: %s\n", path, strerror(errno));
		if (f)
			fclose(f);
		return false;
	}
	fclose(f);
	return true;
}

static int run_one(const char *in, const char *out_h, const char *out_c)
{
	struct slice text;
	struct source s;
	char *p = read_file(in, &text.n), *h_text = NULL, *c_text = NULL;
	size_t n_h = 0, n_c = 0;
	if (!p)
		return 1;
	text.p = p;
	bool ok = compile(&s, in, text, stderr);
	if (ok) {
		struct slice base = { base_of(in), strlen(base_of(in)) };
		FILE *h = open_memstream(&h_text, &n_h), *c = open_memstream(&c_text, &n_c);
		if (!h || !c)
			abort();
		write_header(h, &s, base);
		write_code(c, &s, base);
		fclose(h);
		fclose(c);
		ok = write_file(out_h, h_text, n_h) && write_file(out_c, c_text, n_c);
	}
	free_source(&s);
	free(h_text);
	free(c_text);
	free(p);
	return ok ? 0 : 1;
}

struct seen {
	char *name;
	const char *file;
	int line;
};

static int run_all(const char *out, char **files, int n_files)
{
	char *c_text = NULL;
	size_t n_c = 0, n_seen = 0, cap = 0;
	struct seen *seen = NULL;
	bool ok = true;
	FILE *c = open_memstream(&c_text, &n_c);
	if (!c)
		abort();
	fprintf(c, "/* Made by sqlgen: every statement of the tree. */\n#include \"db/db.h\"\n\n");
	for (int i = 0; i < n_files; i++) {
		struct slice text;
		struct source s;
		char *p = read_file(files[i], &text.n);
		if (!p) {
			ok = false;
			continue;
		}
		text.p = p;
		ok = compile(&s, files[i], text, stderr) && ok;
		for (struct stmt *st = s.first; st; st = st->next) {
			if (n_seen == cap && !(seen = realloc(seen, (cap = cap ? cap * 2 : 256) * sizeof(*seen))))
				abort();
			for (size_t k = 0; k < n_seen; k++)
				if (same(st->name, seen[k].name) && seen[k].file != files[i]) {
					complain(&s, st->line, "'%.*s' has the name of a statement in %s:%d; names are unique in the tree",
						ARG(st->name), seen[k].file, seen[k].line);
					ok = false;
				}
			seen[n_seen++] = (struct seen){ strndup(st->name.p, st->name.n), files[i], st->line };
			fprintf(c, "extern const struct db_stmt %.*s_stmt;\n", ARG(st->name));
			for (size_t k = 0; st->table.p && k < CARRIED; k++) {
				if (n_seen == cap && !(seen = realloc(seen, (cap *= 2) * sizeof(*seen))))
					abort();
				char *name = NULL;
				if (asprintf(&name, "%.*s%s", ARG(st->name), CARRIED_SUFFIX[k]) < 0)
					abort();
				seen[n_seen++] = (struct seen){ name, files[i], st->line };
				fprintf(c, "extern const struct db_stmt %s_stmt;\n", name);
			}
		}
		free_source(&s);
		free(p);
	}
	fprintf(c, "\nconst struct db_stmt *const db_all_stmts[] = {\n");
	for (size_t i = 0; i < n_seen; i++)
		fprintf(c, "\t&%s_stmt,\n", seen[i].name);
	fprintf(c, "\tNULL,\n};\nconst size_t db_n_all_stmts = %zu;\n", n_seen);
	fclose(c);
	ok = ok && write_file(out, c_text, n_c);
	for (size_t i = 0; i < n_seen; i++)
		free(seen[i].name);
	free(seen);
	free(c_text);
	return ok ? 0 : 1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct migration_file *)a)->name, ((const struct migration_file *)b)->name);
}

static bool read_migration(const char *dir, struct migration_file *m, size_t number)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", dir, m->name) < 0)
		abort();
	struct source s = { .file = path, .complaints = stderr };
	m->text = read_file(path, &m->n);
	check_migration_name(&s, m->name, number);
	if (m->text)
		check_migration(&s, (struct slice){ m->text, m->n });
	bool ok = m->text && s.n_complaints == 0;
	free(path);
	return ok;
}

static int run_migrations(const char *out, const char *dir, const char *depfile)
{
	struct migration_file files[1000];
	size_t n = 0;
	bool ok = true;
	DIR *d = opendir(dir);
	if (!d) {
		fprintf(stderr, "%s:0: cannot be opened: %s\n", dir, strerror(errno));
		return 1;
	}
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.' && n < 1000 && strstr(e->d_name, ".sql"))
			files[n++] = (struct migration_file){ .name = strdup(e->d_name) };
	closedir(d);
	qsort(files, n, sizeof(files[0]), by_name);
	for (size_t i = 0; i < n; i++)
		ok = read_migration(dir, &files[i], i + 1) && ok;
	char *text[2] = { NULL, NULL };
	size_t size[2];
	FILE *c = open_memstream(&text[0], &size[0]), *dep = open_memstream(&text[1], &size[1]);
	if (!c || !dep)
		abort();
	if (ok)
		write_migrations(c, files, n);
	fprintf(dep, "%s: %s", out, dir);
	for (size_t i = 0; i < n; i++)
		fprintf(dep, " %s/%s", dir, files[i].name);
	fprintf(dep, "\n");
	fclose(c);
	fclose(dep);
	ok = ok && write_file(out, text[0], size[0]) && (!depfile || write_file(depfile, text[1], size[1]));
	for (size_t i = 0; i < n; i++) {
		free(files[i].name);
		free(files[i].text);
	}
	free(text[0]);
	free(text[1]);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "--all") == 0)
		return run_all(argv[2], argv + 3, argc - 3);
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "--migrations") == 0)
		return run_migrations(argv[2], argv[3], argc == 5 ? argv[4] : NULL);
	if (argc == 4 && argv[1][0] != '-')
		return run_one(argv[1], argv[2], argv[3]);
	fprintf(stderr, "usage: sqlgen IN.sql OUT.h OUT.c\n"
			"       sqlgen --all OUT.c IN.sql...\n"
			"       sqlgen --migrations OUT.c DIR [DEPFILE]\n");
	return 2;
}
