/* sqlgen_migrations.c: migrations/ → the table in the binary, after a look for what only one engine understands. */
#include "sqlgen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* What a shared part may not say, and what it says instead. Types and keywords are upper case, columns are not. */
static const struct { const char *word, *instead; } NOT_SHARED[] = {
	{ "INTEGER", "I64" }, { "INT", "I64" }, { "BIGINT", "I64" }, { "SMALLINT", "I64" }, { "BOOLEAN", "I64" },
	{ "TEXT", "STR" }, { "VARCHAR", "STR" }, { "BLOB", "BYTES" }, { "BYTEA", "BYTES" }, { "REAL", "F64" },
	{ "DOUBLE", "F64" }, { "SERIAL", "id PRIMARY_ID" }, { "BIGSERIAL", "id PRIMARY_ID" },
	{ "AUTOINCREMENT", "id PRIMARY_ID" }, { "JSONB", "STR" }, { "TIMESTAMP", "I64, named …_us" },
	{ "TRIGGER", "code: folds are commands' business" }, { "CURRENT_TIMESTAMP", "a value that the command gives" },
	{ "NOW", "a value that the command gives" }, { "PRAGMA", "a part under '-- sqlite:'" },
	{ "BEGIN", "nothing: each migration is one transaction" }, { "COMMIT", "nothing: each migration is one transaction" },
};

static void check_migration_word(struct source *s, int line, struct slice w)
{
	for (size_t i = 0; i < sizeof(NOT_SHARED) / sizeof(NOT_SHARED[0]); i++)
		if (same(w, NOT_SHARED[i].word))
			complain(s, line, "'%.*s' is not for both engines: write %s", ARG(w), NOT_SHARED[i].instead);
}

/* Looks for what would not run on both engines; quoted texts and comments are passed over. */
void check_migration(struct source *s, struct slice text)
{
	const char *p = text.p, *end = text.p + text.n;
	int line = 1, create_line = 0, part_line = 0;
	bool shared = true, strict = false;
	struct slice before = { 0 };
	if (text.n > FILE_MOST || memchr(text.p, 0, text.n)) {
		complain(s, 1, text.n > FILE_MOST ? "larger than 1 MiB" : "holds a NUL byte");
		return;
	}
	if (trim(text).n == 0)
		complain(s, 1, "this migration is empty");
	while (p < end) {
		if (*p == '\n') {
			line++, p++;
		} else if (end - p > 1 && p[0] == '-' && p[1] == '-') {
			const char *nl = memchr(p, '\n', (size_t)(end - p));
			struct slice row = { p, (size_t)((nl ? nl : end) - p) }, rest;
			bool lite = header_line(row, "sqlite", &rest), pg = header_line(row, "pg", &rest);
			if (lite || pg)
				shared = false, part_line = line;
			else if (header_line(row, "both", &rest) && shared)
				complain(s, line, "'-- both:' with no '-- sqlite:' or '-- pg:' before it");
			else if (header_line(row, "both", &rest))
				shared = true;
			p += row.n;
		} else if (*p == '\'' || *p == '"') {
			const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
			if (!close) {
				complain(s, line, "this %c is never closed", *p);
				return;
			}
			for (; p <= close; p++)
				line += *p == '\n';
		} else if (is_word(*p)) {
			struct slice w = { p, 0 };
			while (w.p + w.n < end && is_word(w.p[w.n]))
				w.n++;
			if (shared)
				check_migration_word(s, line, w);
			if (shared && same_nocase(w, "TABLE") && same_nocase(before, "CREATE"))
				create_line = line, strict = false;
			strict = strict || same(w, "STRICT");
			before = w;
			p += w.n;
		} else {
			if (*p == ';' && create_line && !strict)
				complain(s, create_line, "this table does not end in ') STRICT;'");
			if (*p == ';')
				create_line = 0;
			p++;
		}
	}
	if (!shared)
		complain(s, part_line, "this part for one engine is not ended by '-- both:'");
}

static bool migration_name_ok(const char *name)
{
	size_t n = strlen(name);
	if (n < 10 || n > 60 || name[4] != '_' || strcmp(name + n - 4, ".sql") != 0)
		return false;
	for (size_t i = 0; i < n - 4; i++)
		if (i < 4 ? !isdigit((unsigned char)name[i]) : !islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

void check_migration_name(struct source *s, const char *name, size_t number)
{
	if (!migration_name_ok(name))
		complain(s, 0, "a migration is called NNNN_name.sql, in lower case");
	else if (strtoul(name, NULL, 10) != number)
		complain(s, 0, "the next migration has the number %04zu: numbers have no gaps and stand once", number);
}

void write_migrations(FILE *c, const struct migration_file *files, size_t n)
{
	fprintf(c, "/* Made by sqlgen from migrations/. */\n#include \"db/migrate.h\"\n\nconst struct migration db_migrations[] = {\n");
	for (size_t i = 0; i < n; i++) {
		fprintf(c, "\t{ .number = %zu, .name = \"%.*s\", .sql =\n\t\t", i + 1, (int)strlen(files[i].name) - 4, files[i].name);
		write_string(c, (struct slice){ files[i].text, files[i].n });
		fprintf(c, " },\n");
	}
	if (n == 0)
		fprintf(c, "\t{ .number = 0 },\n");
	fprintf(c, "};\nconst size_t db_n_migrations = %zu;\n", n);
}
