/* sqlgen_write.c: statements → a header of structs and prototypes, and the thin functions behind them. */
#include "sqlgen.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

void write_string(FILE *f, struct slice s)
{
	fputc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		if (ch == '"' || ch == '\\')
			fprintf(f, "\\%c", ch);
		else if (ch == '\n')
			fprintf(f, i + 1 == s.n ? "\\n" : "\\n\"\n\t\t\"");
		else if (ch < ' ' || ch >= 0x7f)
			fprintf(f, "\\%03o", ch);
		else
			fputc(ch, f);
	}
	fputc('"', f);
}

static void write_struct(FILE *h, const struct stmt *st, const struct cols *cols, const char *suffix)
{
	if (!cols->n)
		return;
	fprintf(h, "struct %.*s_%s {\n", ARG(st->name), suffix);
	for (unsigned i = 0; i < cols->n; i++)
		fprintf(h, "\t%s %.*s;\n", cols->col[i].type->c, ARG(cols->col[i].name));
	fprintf(h, "};\n");
}

/* The parameters between `db` and the inputs: in the prototype, in the macro's head, in the macro's call. */
static const struct { const char *macro, *call; } PARAMS[KINDS] = {
	[ONE] = { ", a, ret_row", ", (a), (ret_row)" },
	[OPT] = { ", a, ret_row, ret_found", ", (a), (ret_row), (ret_found)" },
	[MANY] = { ", a, ret_rows, ret_n", ", (a), (ret_rows), (ret_n)" },
	[EXEC] = { "", "" },
	[COUNT] = { ", ret_changed", ", (ret_changed)" },
	[EACH] = { ", each, arg", ", (each), (arg)" },
};

static void write_prototype(FILE *f, const struct stmt *st)
{
	fprintf(f, "enum err %.*s%s(struct db *db", ARG(st->name), st->in.n ? "_" : "");
	switch (st->kind) {
	case ONE:
		fprintf(f, ", struct arena *a, struct %.*s_row *ret_row", ARG(st->name));
		break;
	case OPT:
		fprintf(f, ", struct arena *a, struct %.*s_row *ret_row, bool *ret_found", ARG(st->name));
		break;
	case MANY:
		fprintf(f, ", struct arena *a, struct %.*s_row **ret_rows, size_t *ret_n", ARG(st->name));
		break;
	case COUNT:
		fprintf(f, ", int64_t *ret_changed");
		break;
	case EACH:
		fprintf(f, ", db_row_fn *each, void *arg");
		break;
	case EXEC:
	case KINDS:
		break;
	}
	if (st->in.n)
		fprintf(f, ", const struct %.*s_in *in", ARG(st->name));
	fprintf(f, ")");
}

void write_header(FILE *h, const struct source *s, struct slice base)
{
	fprintf(h, "/* Made by sqlgen from %s. */\n#ifndef SQL_", s->shown);
	for (size_t i = 0; i < base.n; i++)
		fputc(isalnum((unsigned char)base.p[i]) ? toupper((unsigned char)base.p[i]) : '_', h);
	fprintf(h, "_H\n#define SQL_");
	for (size_t i = 0; i < base.n; i++)
		fputc(isalnum((unsigned char)base.p[i]) ? toupper((unsigned char)base.p[i]) : '_', h);
	fprintf(h, "_H\n\n#include \"db/db.h\"\n");
	for (const struct stmt *st = s->first; st; st = st->next) {
		fprintf(h, "\n/* %s:%d */\n", s->shown, st->line);
		write_struct(h, st, &st->in, "in");
		write_struct(h, st, &st->out, "row");
		fprintf(h, "extern const struct db_stmt %.*s_stmt;\n", ARG(st->name));
		for (size_t i = 0; st->table.p && i < CARRIED; i++)
			fprintf(h, "extern const struct db_stmt %.*s%s_stmt;\n", ARG(st->name), CARRIED_SUFFIX[i]);
		write_prototype(h, st);
		fprintf(h, ";\n");
		if (st->in.n)
			fprintf(h, "#define %.*s(db%s, ...) \\\n\t%.*s_((db)%s, &(struct %.*s_in){ __VA_ARGS__ })\n", ARG(st->name),
				PARAMS[st->kind].macro, ARG(st->name), PARAMS[st->kind].call, ARG(st->name));
	}
	fprintf(h, "\n#endif\n");
}

static void write_cols(FILE *c, const struct stmt *st, const struct cols *cols, const char *suffix)
{
	if (!cols->n)
		return;
	fprintf(c, "static const struct db_col %.*s_%s_cols[] = {\n", ARG(st->name), suffix);
	for (unsigned i = 0; i < cols->n; i++) {
		const struct col *col = &cols->col[i];
		fprintf(c, "\t{ .type = %s, .nullable = %s, .offset = offsetof(struct %.*s_%s, %.*s), .name = \"%.*s\" },\n",
			col->type->db_type, col->type->nullable ? "true" : "false", ARG(st->name), suffix, ARG(col->name),
			ARG(col->name));
	}
	fprintf(c, "};\n");
}

/* Length of SQLite's text without "RETURNING id" when the new row's id is all that is asked for: the connection knows it, and RETURNING costs a
 * temporary table and a savepoint. 0 = keep the text as it is. */
static size_t without_returning(const struct stmt *st)
{
	if (st->kind != ONE || !st->writes || st->out.n != 1 || strcmp(st->out.col[0].type->db_type, "DB_I64") != 0 ||
	    strncmp(st->sqlite, "INSERT", 6) != 0 || strstr(st->sqlite, "ON CONFLICT") || strstr(st->sqlite, " SELECT "))
		return 0;
	char tail[128];
	int n = snprintf(tail, sizeof(tail), "RETURNING %.*s", ARG(st->out.col[0].name));
	size_t len = strlen(st->sqlite);
	if (n <= 0 || (size_t)n >= sizeof(tail) || len < (size_t)n || strcmp(st->sqlite + len - (size_t)n, tail) != 0)
		return 0;
	len -= (size_t)n;
	while (len && (st->sqlite[len - 1] == ' ' || st->sqlite[len - 1] == '\n'))
		len--;
	return len;
}

const char *const CARRIED_SUFFIX[CARRIED] = { "_get", "_insert", "_update" };

/* Whether the key is given and not made by the database: it is not called id, or "-- carries: t id" (or "id, …") says so. */
static bool carried_named(const struct stmt *st)
{
	return !same(st->out.col[0].name, "id") || same(st->fill, "id") || (st->fill.n > 3 && memcmp(st->fill.p, "id,", 3) == 0);
}

/* "n 0, focus ''": the columns, or what stands in them. */
static void write_fill(FILE *f, const struct stmt *st, int part)
{
	for (struct slice rest = st->fill; rest.n;) {
		const char *comma = memchr(rest.p, ',', rest.n), *end = comma ? comma : rest.p + rest.n, *space = memchr(rest.p, ' ', (size_t)(end - rest.p));
		if (space)
			fprintf(f, ", %.*s", part ? (int)(end - space - 1) : (int)(space - rest.p), part ? space + 1 : rest.p);
		rest = trim((struct slice){ end + (comma != NULL), rest.n - (size_t)(end + (comma != NULL) - rest.p) });
	}
}

/* The three statements that follow from one that carries a table: a row by its key, a new one, all columns of one. `at` puts the n-th place in the text. */
static void carried_text(FILE *f, const struct stmt *st, size_t which, char sign)
{
	const struct col *col = st->out.col;
	bool named = carried_named(st);
	if (which == 0) {
		fprintf(f, "SELECT ");
		for (unsigned i = 0; i < st->out.n; i++)
			fprintf(f, "%s%.*s", i ? ", " : "", ARG(col[i].name));
		fprintf(f, " FROM %.*s WHERE %.*s = %c1", ARG(st->table), ARG(col[0].name), sign);
		return;
	}
	if (which == 2) {
		fprintf(f, "UPDATE %.*s SET ", ARG(st->table));
		for (unsigned i = 1; i < st->out.n; i++)
			fprintf(f, "%s%.*s = %c%u", i > 1 ? ", " : "", ARG(col[i].name), sign, i + 1);
		fprintf(f, " WHERE %.*s = %c1", ARG(col[0].name), sign);
		return;
	}
	unsigned from = named ? 0 : 1;
	fprintf(f, "INSERT INTO %.*s (", ARG(st->table));
	for (unsigned i = from; i < st->out.n; i++)
		fprintf(f, "%s%.*s", i > from ? ", " : "", ARG(col[i].name));
	write_fill(f, st, 0);
	fprintf(f, ") VALUES (");
	for (unsigned i = from; i < st->out.n; i++)
		fprintf(f, "%s%c%u", i > from ? ", " : "", sign, i + 1 - from);
	write_fill(f, st, 1);
	fprintf(f, ")");
	if (sign == '$' || named)
		fprintf(f, " RETURNING %.*s", ARG(col[0].name));
}

static void write_carried(FILE *c, const struct source *s, const struct stmt *st)
{
	bool named = carried_named(st);
	fprintf(c, "\n/* %.*s carries %.*s */\n", ARG(st->name), ARG(st->table));
	for (size_t i = 0; i < CARRIED; i++) {
		fprintf(c, "const struct db_stmt %.*s%s_stmt = {\n\t.name = \"%.*s%s\",\n\t.file = ", ARG(st->name), CARRIED_SUFFIX[i], ARG(st->name),
			CARRIED_SUFFIX[i]);
		write_string(c, (struct slice){ s->shown, strlen(s->shown) });
		fprintf(c, ",\n\t.line = %d,\n\t.kind = %s,\n\t.writes = %s,\n\t.sqlite = \"", st->line, i == 0 ? "DB_OPT" : i == 1 ? "DB_ONE" : "DB_EXEC",
			i ? "true" : "false");
		carried_text(c, st, i, '?');
		fprintf(c, "\",\n\t.postgres = \"");
		carried_text(c, st, i, '$');
		fprintf(c, "\",\n");
		if (i == 1 && !named)
			fprintf(c, "\t.rowid = true,\n\t.in = %.*s_row_cols + 1,\n\t.n_in = %u,\n", ARG(st->name), st->out.n - 1);
		else
			fprintf(c, "\t.in = %.*s_row_cols,\n\t.n_in = %u,\n", ARG(st->name), i == 0 ? 1 : st->out.n);
		if (i == 0)
			fprintf(c, "\t.out = %.*s_row_cols,\n\t.n_out = %u,\n\t.row_size = sizeof(struct %.*s_row),\n", ARG(st->name), st->out.n, ARG(st->name));
		else if (i == 1)
			fprintf(c, "\t.out = %.*s_row_cols,\n\t.n_out = 1,\n\t.row_size = sizeof(struct %.*s_row),\n", ARG(st->name), ARG(st->name));
		fprintf(c, "};\n");
	}
}

static void write_stmt(FILE *c, const struct source *s, const struct stmt *st)
{
	fprintf(c, "\n");
	write_cols(c, st, &st->in, "in");
	write_cols(c, st, &st->out, "row");
	fprintf(c, "const struct db_stmt %.*s_stmt = {\n\t.name = \"%.*s\",\n\t.file = ", ARG(st->name), ARG(st->name));
	write_string(c, (struct slice){ s->shown, strlen(s->shown) });
	fprintf(c, ",\n\t.line = %d,\n\t.kind = %s,\n\t.writes = %s,\n\t.sqlite = ", st->line, KIND[st->kind].db_kind,
		st->writes ? "true" : "false");
	size_t shorter = without_returning(st);
	write_string(c, (struct slice){ st->sqlite, shorter ? shorter : strlen(st->sqlite) });
	if (shorter)
		fprintf(c, ",\n\t.rowid = true");
	fprintf(c, ",\n\t.postgres = ");
	write_string(c, (struct slice){ st->postgres, strlen(st->postgres) });
	fprintf(c, ",\n");
	if (st->in.n)
		fprintf(c, "\t.in = %.*s_in_cols,\n\t.n_in = %u,\n", ARG(st->name), st->in.n);
	if (st->out.n)
		fprintf(c, "\t.out = %.*s_row_cols,\n\t.n_out = %u,\n\t.row_size = sizeof(struct %.*s_row),\n", ARG(st->name),
			st->out.n, ARG(st->name));
	if (st->table.p)
		fprintf(c, "\t.table = \"%.*s\",\n\t.get = &%.*s_get_stmt,\n\t.insert = &%.*s_insert_stmt,\n\t.update = &%.*s_update_stmt,\n",
			ARG(st->table), ARG(st->name), ARG(st->name), ARG(st->name));
	fprintf(c, "};\n");
	if (st->table.p)
		write_carried(c, s, st);
	fprintf(c, "\n");
	write_prototype(c, st);
	static const struct { const char *verb, *rest; } CALL[KINDS] = {
		[ONE] = { "db_one(db, a", "ret_row, NULL" },   [OPT] = { "db_one(db, a", "ret_row, ret_found" },
		[MANY] = { "db_many(db, a", "(void **)ret_rows, ret_n" }, [EXEC] = { "db_exec(db", "NULL" },
		[COUNT] = { "db_exec(db", "ret_changed" },     [EACH] = { "db_each(db", "each, arg" },
	};
	fprintf(c, "\n{\n\treturn %s, &%.*s_stmt, %s, %s);\n}\n", CALL[st->kind].verb, ARG(st->name),
		st->in.n ? "in" : "NULL", CALL[st->kind].rest);
}

void write_code(FILE *c, const struct source *s, struct slice base)
{
	fprintf(c, "/* Made by sqlgen from %s. */\n#include \"%.*s.h\"\n\n#include <stddef.h>\n", s->shown, ARG(base));
	for (const struct stmt *st = s->first; st; st = st->next)
		write_stmt(c, s, st);
}
