/* sqlgen_test.c: what sqlgen refuses, with the words it uses, and what it makes of good statements. */
#include "sqlgen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

/* Compiles text; returns the complaints (malloc'd), and C and header when asked and when there are none. */
static char *run(const char *text, size_t n, char **ret_h, char **ret_c)
{
	struct source s;
	struct slice base = { "x.sql", 5 };
	char *said = NULL;
	size_t n_said = 0, n_out = 0;
	FILE *f = open_memstream(&said, &n_said);
	bool ok = compile(&s, "../src/x.sql", (struct slice){ text, n }, f);
	fclose(f);
	if (ok && ret_h) {
		f = open_memstream(ret_h, &n_out);
		write_header(f, &s, base);
		fclose(f);
		f = open_memstream(ret_c, &n_out);
		write_code(f, &s, base);
		fclose(f);
	}
	free_source(&s);
	assert_true(ok == (said[0] == 0));
	return said;
}

#define IN "-- name: x_y :many\n-- in: a i64\n-- out: b i64\n"
#define FITS "-- fragment: fits\n-- in: c i64\nc > :c\n"

static const struct { const char *text, *said; } REFUSED[] = {
	/* names and kinds */
	{ "-- name: x_y\nSELECT 1", "../src/x.sql:1: 'x_y' has no kind: add :one, :opt, :many, :exec, :count or :each\n" },
	{ "-- name: x_y :some\nSELECT 1", "../src/x.sql:1: unknown kind ':some': :one, :opt, :many, :exec, :count or :each\n" },
	{ "-- name: open :exec\nDELETE FROM t", "../src/x.sql:1: 'open' cannot be a statement's name: write noun_verb in lower case, with a '_', at most 60 letters\n" },
	{ "-- name: X_y :exec\nDELETE FROM t", "../src/x.sql:1: 'X_y' cannot be a statement's name: write noun_verb in lower case, with a '_', at most 60 letters\n" },
	{ "-- name: :exec\nDELETE FROM t", "../src/x.sql:1: '' cannot be a statement's name: write noun_verb in lower case, with a '_', at most 60 letters\n" },
	{ "-- name: x_y :exec\nDELETE FROM t;\n-- name: x_y :exec\nDELETE FROM t;", "../src/x.sql:3: 'x_y' stands twice; the first is in line 1\n" },
	{ "SELECT 1;\n-- name: x_y :exec\nDELETE FROM t", "../src/x.sql:1: text before the first '-- name:' or '-- fragment:'\n" },
	{ "-- name: x_y :exec\n-- nothing\n", "../src/x.sql:1: 'x_y' has no text\n" },
	{ "-- name: x_y :exec", "../src/x.sql:1: 'x_y' has no text\n" },
	{ "-- name: x_y :exec\n;", "../src/x.sql:1: 'x_y' has no text\n" },
	/* carrying a table */
	{ "-- name: x_y :many\n-- out: id i64, a str\n-- carries: t\nSELECT id, a FROM t ORDER BY id",
	  "../src/x.sql:1: 'x_y' carries a table: it must be :each, without '-- in:', and give the key (i64) and at least one column\n" },
	{ "-- name: x_y :each\n-- out: id i64, a str\n-- carries: t\nSELECT id, lower(a) AS a FROM t ORDER BY id",
	  "../src/x.sql:1: 'x_y' carries a table: its text must be 'SELECT id, a FROM t ORDER BY id'\n" },
	/* columns */
	{ "-- name: x_y :exec\n-- in: a\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: 'a' has no type: write 'a i64', for example\n" },
	{ "-- name: x_y :exec\n-- in: a int\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: unknown type 'int' of 'a': i64, bool, str, bytes, f64, i64?, str? or bytes?\n" },
	{ "-- name: x_y :exec\n-- in: a bool?\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: 'bool?' cannot be NULL for 'a': only i64?, str? and bytes? can\n" },
	{ "-- name: x_y :exec\n-- in: a f64?\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: 'f64?' cannot be NULL for 'a': only i64?, str? and bytes? can\n" },
	{ "-- name: x_y :exec\n-- in: A i64\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: 'A' cannot be a name: lower case letters, digits and '_', no keyword of C\n" },
	{ "-- name: x_y :exec\n-- in: case i64\nDELETE FROM t WHERE a = 1", "../src/x.sql:2: 'case' cannot be a name: lower case letters, digits and '_', no keyword of C\n" },
	{ "-- name: x_y :exec\n-- in: a i64, a str\nDELETE FROM t WHERE a = :a", "../src/x.sql:2: 'a' stands twice in '-- in:'\n" },
	{ "-- name: x_y :exec\n-- in:\nDELETE FROM t", "../src/x.sql:2: '-- in:' is empty: write 'name type, …' or leave the line out\n" },
	{ "-- name: x_y :exec\n-- in: a i64,\nDELETE FROM t WHERE a = :a", "../src/x.sql:2: a comma at the end of '-- in:'\n" },
	{ "-- name: x_y :exec\n-- in: a i64,, b i64\nDELETE FROM t WHERE a = :a AND b = :b", "../src/x.sql:2: two commas in a row in '-- in:'\n" },
	{ "-- in: a i64\n", "../src/x.sql:1: '-- in:' must stand between '-- name:' or '-- fragment:' and the text\n" },
	{ "-- name: x_y :exec\nDELETE FROM t\n-- out: a i64\n", "../src/x.sql:3: '-- out:' must stand between '-- name:' or '-- fragment:' and the text\n" },
	{ "-- name: x_y :exec\n-- in: a i64\nDELETE FROM t", "../src/x.sql:1: ':a' is declared but 'x_y' does not use it\n" },
	{ "-- name: x_y :exec\nDELETE FROM t\nWHERE a = :a", "../src/x.sql:3: ':a' is not declared: add it to '-- in:' of 'x_y'\n" },
	{ "-- name: x_y :exec\nDELETE FROM t WHERE a = : a", "../src/x.sql:2: a ':' with no name after it: write ':name' (and CAST(x AS TEXT), not x::text)\n" },
	/* kinds against texts */
	{ "-- name: x_y :one\nSELECT 1", "../src/x.sql:1: 'x_y' is :one but has no '-- out:'\n" },
	{ "-- name: x_y :each\nSELECT 1", "../src/x.sql:1: 'x_y' is :each but has no '-- out:'\n" },
	{ "-- name: x_y :exec\n-- out: a i64\nDELETE FROM t RETURNING a", "../src/x.sql:1: 'x_y' is :exec, which gives no rows: drop '-- out:' or choose :one, :opt, :many or :each\n" },
	{ "-- name: x_y :count\nSELECT 1", "../src/x.sql:1: 'x_y' is :count but only reads: its result would be thrown away\n" },
	/* texts */
	{ IN "SELECT b FROM t WHERE a = :a; SELECT 2", "../src/x.sql:4: text after the ';': one statement under each '-- name:'\n" },
	{ IN "SELECT b FROM t WHERE\na = 'x :a", "../src/x.sql:5: this ' is never closed\n" },
	{ IN "SELECT b FROM t WHERE \"a = :a", "../src/x.sql:4: this \" is never closed\n" },
	{ IN "SELECT b FROM t /* WHERE\na = :a", "../src/x.sql:4: this /* is never closed\n" },
	{ IN "SELECT b FROM t WHERE (a = :a", "../src/x.sql:4: 1 '(' of 'x_y' never closed\n" },
	{ IN "SELECT b FROM t WHERE a = :a)", "../src/x.sql:4: a ')' too many\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c = ?", "../src/x.sql:4: '?' is not read here: inputs are written ':name'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c = $1", "../src/x.sql:4: '$' is not read here: inputs are written ':name'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c = @c", "../src/x.sql:4: '@' is not read here: inputs are written ':name'\n" },
	{ IN "SELECT `b` FROM t WHERE a = :a", "../src/x.sql:4: '`' is not read here: inputs are written ':name'\n../src/x.sql:4: '`' is not read here: inputs are written ':name'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c = \x01", "../src/x.sql:4: a byte that SQL has no use for: 0x01\n" },
	{ IN "SELECT b::text FROM t WHERE a = :a", "../src/x.sql:4: '::' is PostgreSQL's: write CAST(… AS …), or put it under '-- pg:'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c ILIKE 'x'", "../src/x.sql:4: ILIKE is PostgreSQL's: write it under '-- pg:' only\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND c = E'x'", "../src/x.sql:4: E'…' is not read here: write a plain '…'\n" },
	{ IN "SELECT b FROM t WHERE a = :a LIMIT 5 OFFSET 10", "../src/x.sql:4: OFFSET is not used here: page by key (AND id < :before_id … LIMIT :max)\n" },
	/* variants */
	{ IN "-- pg:\nSELECT b FROM t WHERE a = :a", "../src/x.sql:4: '-- pg:' must follow the SQLite text of a statement\n" },
	{ "-- pg:\n", "../src/x.sql:1: '-- pg:' must follow the SQLite text of a statement\n" },
	{ IN "SELECT b FROM t WHERE a = :a\n-- pg: SELECT", "../src/x.sql:5: '-- pg:' stands alone on its line\n../src/x.sql:1: 'x_y' has no text (PostgreSQL's text)\n" },
	{ IN "SELECT b FROM t WHERE a = :a\n-- pg:\nSELECT :a\n-- pg:\nSELECT 2", "../src/x.sql:7: a second '-- pg:' for 'x_y'\n" },
	{ IN "SELECT b FROM t WHERE a = :a\n-- pg:\nSELECT b FROM t", "../src/x.sql:1: ':a' is declared but 'x_y' does not use it (PostgreSQL's text)\n" },
	{ IN "SELECT b FROM t\n-- pg:\nSELECT b FROM t WHERE a = :a", "../src/x.sql:1: ':a' is declared but 'x_y' does not use it (SQLite's text)\n" },
	{ IN "SELECT b FROM t WHERE a = :a\n-- pg:\nDELETE FROM t WHERE a = :a RETURNING b", "../src/x.sql:6: one text of 'x_y' writes and the other only reads\n" },
	/* fragments */
	{ "-- fragment: Fits\nc > 1\n" IN "SELECT b FROM t WHERE a = :a", "../src/x.sql:1: 'Fits' cannot be a fragment's name: lower case letters, digits and '_', no keyword of C\n../src/x.sql:1: no text uses the fragment 'Fits'\n" },
	{ "-- fragment: fits :many\nc > 1\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:1: ':many' after the name of a fragment, which has no kind\n" },
	{ "-- fragment: fits\nc > 1\n-- fragment: fits\nc > 2\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:3: fragment 'fits' stands twice; the first is in line 1\n../src/x.sql:3: no text uses the fragment 'fits'\n" },
	{ "-- fragment: fits\n-- why\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:1: 'fits' has no text\n" },
	{ FITS IN "SELECT b FROM t WHERE a = :a", "../src/x.sql:1: no text uses the fragment 'fits'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:4: no fragment 'fits' stands above 'x_y'\n" },
	{ IN "SELECT b FROM t WHERE a = :a AND {fits}\n" FITS, "../src/x.sql:4: no fragment 'fits' stands above 'x_y'\n../src/x.sql:5: no text uses the fragment 'fits'\n" },
	{ "-- fragment: fits\nc > 1 AND {fits}\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:2: no fragment 'fits' stands above 'fits'\n" },
	{ "-- fragment: fits\n-- in: c i64, d str?\nc > :c\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:1: ':d' is declared but 'fits' does not use it\n" },
	{ "-- fragment: fits\nc > :a\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:2: ':a' is not declared: add it to '-- in:' of 'fits'\n" },
	{ "-- fragment: fits\n-- in: a str\nc > :a\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:7: ':a' is i64 in 'x_y' and str in fragment 'fits'\n" },
	{ "-- fragment: fits\n(c > 1\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:2: 1 '(' of 'fits' never closed\n" },
	{ "-- fragment: fits\nc > 1;\n" IN "SELECT b FROM t WHERE a = :a AND {fits}", "../src/x.sql:2: a ';' in a fragment, which is a piece of a statement\n" },
	{ "-- fragment: fits\nc ILIKE 'x'\n" IN "SELECT b FROM t WHERE a = :a AND {fits} AND {fits}", "../src/x.sql:2: ILIKE is PostgreSQL's: write it under '-- pg:' only\n" },
	{ FITS IN "SELECT b FROM t WHERE a = :a AND {fits", "../src/x.sql:7: a '{' with no name and '}' after it: '{name}' stands for a fragment\n../src/x.sql:1: no text uses the fragment 'fits'\n" },
	{ FITS IN "SELECT b FROM t WHERE a = :a AND {fits} AND {}", "../src/x.sql:7: a '{' with no name and '}' after it: '{name}' stands for a fragment\n../src/x.sql:7: '}' is not read here: inputs are written ':name'\n" },
	{ FITS "-- name: x_y :many\n-- in: {fits}\n-- out: b i64\nSELECT b FROM t WHERE {fits}", "../src/x.sql:5: '{fits}': the inputs of a fragment come along where the text uses it\n" },
	{ FITS "-- name: x_y :many\n-- out: {fits}\nSELECT b FROM t WHERE {fits}", "../src/x.sql:5: fragment 'fits' has no '-- out:'\n../src/x.sql:4: 'x_y' is :many but has no '-- out:'\n" },
	{ "-- name: x_y :many\n-- out: {row}\nSELECT b FROM t", "../src/x.sql:2: no fragment '{row}' stands above this '-- out:'\n../src/x.sql:1: 'x_y' is :many but has no '-- out:'\n" },
	{ "-- fragment: row\n-- out: b i64\nb\n-- name: x_y :many\n-- out: b i64, {row}\nSELECT 1 AS b, {row} FROM t", "../src/x.sql:5: 'b' of fragment 'row' stands twice in '-- out:'\n" },
};

static void bad_statements_are_refused_with_file_and_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		char *said = run(REFUSED[i].text, strlen(REFUSED[i].text), NULL, NULL);
		if (strcmp(said, REFUSED[i].said) != 0)
			fail_msg("case %zu:\n%s\nsaid:\n%s\nand not:\n%s", i, REFUSED[i].text, said, REFUSED[i].said);
		free(said);
	}
}

static void too_much_is_refused(void **state)
{
	(void)state;
	char *big = malloc(FILE_MOST + 1);
	memset(big, ' ', FILE_MOST + 1);
	char *said = run(big, FILE_MOST + 1, NULL, NULL);
	assert_string_equal("../src/x.sql:1: larger than 1 MiB\n", said);
	free(said);
	said = run("-- name: \0", 10, NULL, NULL);
	assert_string_equal("../src/x.sql:1: holds a NUL byte\n", said);
	free(said);
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	fprintf(f, "-- name: x_y :exec\n-- in: ");
	for (int i = 0; i <= COLS_MOST; i++)
		fprintf(f, "%sa%d i64", i ? ", " : "", i);
	fprintf(f, "\nDELETE FROM t");
	fclose(f);
	said = run(text, n, NULL, NULL);
	assert_non_null(strstr(said, "../src/x.sql:2: more than 64 columns in '-- in:'\n"));
	free(said);
	free(text);
	memset(big, '(', FILE_MOST); /* a million complaints are cut short */
	memcpy(big, "-- name: x_y :exec\n)", 20);
	memset(big + 20, ')', FILE_MOST - 20);
	said = run(big, FILE_MOST, NULL, NULL);
	assert_true(strlen(said) < 5000);
	free(said);
	free(big);
}

static void texts_come_out_for_both_engines(void **state)
{
	(void)state;
	static const char TEXT[] =
		"-- What x is for.\n\n-- name: x_find :opt\n-- in: name str\n-- in: size i64?\n-- why\n-- out: id i64, raw bytes?\n"
		"SELECT id, /* no */ raw -- why :nothing\nFROM \"t\" WHERE name = 'it''s :name;' || :name\n  AND size = :size AND\tx = :name ;\n\n"
		"-- name: x_words :each\n-- in: q str\n-- out: id i64\nSELECT rowid AS id FROM w WHERE w MATCH :q\n"
		"-- pg:\nSELECT id FROM w WHERE words @@ plainto_tsquery('simple', :q) AND a::text <> '\\';\n";
	char *h = NULL, *c = NULL, *said = run(TEXT, strlen(TEXT), &h, &c);
	assert_string_equal("", said);
	assert_non_null(strstr(c, "\"SELECT id, raw FROM \\\"t\\\" WHERE name = 'it''s :name;' || ?1 AND size = ?2 AND x = ?1\""));
	assert_non_null(strstr(c, "\"SELECT id, raw FROM \\\"t\\\" WHERE name = 'it''s :name;' || $1 AND size = $2 AND x = $1\""));
	assert_non_null(strstr(c, "\"SELECT rowid AS id FROM w WHERE w MATCH ?1\""));
	assert_non_null(strstr(c, "\"SELECT id FROM w WHERE words @@ plainto_tsquery('simple', $1) AND a::text <> '\\\\'\""));
	assert_non_null(strstr(c, ".file = \"src/x.sql\",\n\t.line = 3,\n\t.kind = DB_OPT,\n\t.writes = false,"));
	assert_non_null(strstr(c, ".kind = DB_EACH"));
	assert_non_null(strstr(h, "struct x_find_in {\n\tstruct str name;\n\tstruct opt_i64 size;\n};\nstruct x_find_row {\n\tint64_t id;\n\tstruct str raw;\n};"));
	assert_non_null(strstr(h, "#define x_find(db, a, ret_row, ret_found, ...)"));
	assert_non_null(strstr(h, "#ifndef SQL_X_SQL_H"));
	free(said);
	free(h);
	free(c);
}

static void fragments_stand_where_they_are_used(void **state)
{
	(void)state;
	static const char TEXT[] =
		"-- fragment: fits\n-- in: c i64?, a i64\n(:c IS NULL OR c > :c) -- why\nAND a = :a\n\n"
		"-- fragment: by_index\nINDEXED BY t_c\n-- pg:\n\n"
		"-- fragment: row\n-- in: d str\n-- out: b i64, d str?\nb, CASE WHEN {fits} THEN :d END AS d\n\n"
		"-- name: x_y :many\n-- in: a i64, max i64\n-- out: id i64, {row}, e i64\n"
		"SELECT id, {row}, e FROM t {by_index} WHERE a > :a AND ({fits}) AND '{row}' <> '' LIMIT :max;\n\n"
		"-- name: x_z :count\n-- in: z i64\nUPDATE t SET z = :z WHERE {fits};\n-- pg:\nUPDATE t SET z = :z::bigint WHERE {fits};\n";
	char *h = NULL, *c = NULL, *said = run(TEXT, strlen(TEXT), &h, &c);
	assert_string_equal("", said);
	assert_non_null(strstr(h, "struct x_y_in {\n\tint64_t a;\n\tint64_t max;\n\tstruct str d;\n\tstruct opt_i64 c;\n};\n"
				  "struct x_y_row {\n\tint64_t id;\n\tint64_t b;\n\tstruct str d;\n\tint64_t e;\n};"));
	assert_non_null(strstr(c, "\"SELECT id, b, CASE WHEN (?4 IS NULL OR c > ?4) AND a = ?1 THEN ?3 END AS d, e FROM t INDEXED BY t_c WHERE a > ?1 AND "
				  "((?4 IS NULL OR c > ?4) AND a = ?1) AND '{row}' <> '' LIMIT ?2\""));
	assert_non_null(strstr(c, "END AS d, e FROM t WHERE a > $1 AND (($4 IS NULL OR c > $4) AND a = $1) AND '{row}' <> '' LIMIT $2\""));
	assert_non_null(strstr(c, "\"UPDATE t SET z = ?1 WHERE (?2 IS NULL OR c > ?2) AND a = ?3\""));
	assert_non_null(strstr(c, "\"UPDATE t SET z = $1::bigint WHERE ($2 IS NULL OR c > $2) AND a = $3\""));
	assert_non_null(strstr(c, ".name = \"x_y\",\n\t.file = \"src/x.sql\",\n\t.line = 15,"));
	assert_null(strstr(c, "fits"));
	free(said);
	free(h);
	free(c);
}

/* Fragments of fragments grow by doubling: an end is made of it. */
static void fragments_without_end_are_refused(void **state)
{
	(void)state;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	fprintf(f, "-- fragment: f0\na + a + a + a\n");
	for (int i = 1; i < 40; i++)
		fprintf(f, "-- fragment: f%d\n{f%d} + {f%d}\n", i, i - 1, i - 1);
	fprintf(f, "-- name: x_y :many\n-- out: b i64\nSELECT {f39} AS b FROM t\n");
	fclose(f);
	char *said = run(text, n, NULL, NULL);
	assert_non_null(strstr(said, ": the fragments of this file come to more than 16 MiB where they are used\n"));
	free(said);
	free(text);
}

static void a_carried_table_gives_three_statements_more(void **state)
{
	(void)state;
	static const char TEXT[] =
		"-- name: t_rows :each\n-- out: id i64, a str, b i64?\n-- carries: t n 0, why 'none'\nSELECT id, a,\n  b FROM t ORDER BY id;\n"
		"-- name: u_rows :each\n-- out: t_id i64, a str\n-- carries: u\nSELECT t_id, a FROM u ORDER BY t_id;\n"
		"-- name: v_rows :each\n-- out: id i64, a str\n-- carries: v id\nSELECT id, a FROM v ORDER BY id;\n";
	static const char *const WANT[] = {
		"\"SELECT id, a, b FROM t WHERE id = ?1\"", "\"INSERT INTO t (a, b, n, why) VALUES (?1, ?2, 0, 'none')\"",
		"\"INSERT INTO t (a, b, n, why) VALUES ($1, $2, 0, 'none') RETURNING id\"", "\"UPDATE t SET a = $2, b = $3 WHERE id = $1\"",
		"\"INSERT INTO u (t_id, a) VALUES (?1, ?2) RETURNING t_id\"", "\"INSERT INTO v (id, a) VALUES (?1, ?2) RETURNING id\"",
		".in = t_rows_row_cols + 1,\n\t.n_in = 2,", ".table = \"t\",\n\t.get = &t_rows_get_stmt,",
	};
	char *h = NULL, *c = NULL, *said = run(TEXT, strlen(TEXT), &h, &c);
	assert_string_equal("", said);
	for (size_t i = 0; i < sizeof(WANT) / sizeof(WANT[0]); i++)
		if (!strstr(c, WANT[i]))
			fail_msg("%s is not in %s", WANT[i], c);
	assert_non_null(strstr(h, "extern const struct db_stmt t_rows_insert_stmt;"));
	free(said);
	free(h);
	free(c);
}

static void writing_is_seen(void **state)
{
	(void)state;
	static const struct { const char *text; bool writes; } CASES[] = {
		{ "SELECT a FROM t", false },
		{ "SELECT 'DELETE' AS a, \"update\" FROM t -- INSERT", false },
		{ "SELECT replace(a, 'x', 'y') AS a FROM t", false },
		{ "SELECT t.update AS a FROM t", false },
		{ "insert into t (a) values (1) returning a", true },
		{ "REPLACE INTO t (a) VALUES (1) RETURNING a", true },
		{ "WITH gone AS (SELECT 1) DELETE FROM t RETURNING a", true },
		{ "WITH x AS (UPDATE t SET a = 1 RETURNING a) SELECT a FROM x", true },
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char text[200], *h = NULL, *c = NULL;
		snprintf(text, sizeof(text), "-- name: x_y :many\n-- out: a i64\n%s\n", CASES[i].text);
		char *said = run(text, strlen(text), &h, &c);
		assert_string_equal("", said);
		if (!strstr(c, CASES[i].writes ? ".writes = true" : ".writes = false"))
			fail_msg("%s: %s", CASES[i].text, c);
		free(said);
		free(h);
		free(c);
	}
}

static const struct { const char *text, *said; } MIGRATIONS[] = {
	{ "CREATE TABLE t (id PRIMARY_ID, s STR) STRICT;\n", "" },
	{ "CREATE TABLE t (id PRIMARY_ID, \"TEXT\" STR DEFAULT 'BLOB; INTEGER', blob STR) STRICT; -- TEXT\n", "" },
	{ "-- sqlite:\nPRAGMA x; CREATE TABLE u (a INTEGER);\n-- pg:\nSELECT 1::text;\n-- both:\nCREATE INDEX i ON t (s);\n", "" },
	{ "CREATE TABLE t (\n  id INTEGER PRIMARY KEY\n) STRICT;", "m.sql:2: 'INTEGER' is not for both engines: write I64\n" },
	{ "CREATE TABLE t (s TEXT) STRICT;", "m.sql:1: 'TEXT' is not for both engines: write STR\n" },
	{ "CREATE TABLE t (s BIGINT) STRICT;", "m.sql:1: 'BIGINT' is not for both engines: write I64\n" },
	{ "CREATE TABLE t (s BLOB) STRICT;", "m.sql:1: 'BLOB' is not for both engines: write BYTES\n" },
	{ "CREATE TABLE t (s REAL) STRICT;", "m.sql:1: 'REAL' is not for both engines: write F64\n" },
	{ "CREATE TABLE t (s I64 DEFAULT CURRENT_TIMESTAMP) STRICT;", "m.sql:1: 'CURRENT_TIMESTAMP' is not for both engines: write a value that the command gives\n" },
	{ "CREATE TRIGGER x AFTER INSERT ON t SELECT 1;", "m.sql:1: 'TRIGGER' is not for both engines: write code: folds are commands' business\n" },
	{ "BEGIN; SELECT 1;", "m.sql:1: 'BEGIN' is not for both engines: write nothing: each migration is one transaction\n" },
	{ "\nCREATE TABLE t (s STR\n);", "m.sql:2: this table does not end in ') STRICT;'\n" },
	{ "-- sqlite:\nSELECT 1;", "m.sql:1: this part for one engine is not ended by '-- both:'\n" },
	{ "SELECT 1;\n-- both:\n", "m.sql:2: '-- both:' with no '-- sqlite:' or '-- pg:' before it\n" },
	{ "SELECT 'x;\n", "m.sql:1: this ' is never closed\n" },
	{ " \n", "m.sql:1: this migration is empty\n" },
};

static void bad_migrations_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(MIGRATIONS) / sizeof(MIGRATIONS[0]); i++) {
		char *said = NULL;
		size_t n = 0;
		struct source s = { .file = "m.sql", .complaints = open_memstream(&said, &n) };
		check_migration(&s, (struct slice){ MIGRATIONS[i].text, strlen(MIGRATIONS[i].text) });
		fclose(s.complaints);
		assert_string_equal(MIGRATIONS[i].said, said);
		free(said);
	}
	static const struct { const char *name; size_t number; const char *said; } NAMES[] = {
		{ "0001_core.sql", 1, "" },
		{ "0003_core.sql", 2, "m.sql:0: the next migration has the number 0002: numbers have no gaps and stand once\n" },
		{ "1_core.sql", 1, "m.sql:0: a migration is called NNNN_name.sql, in lower case\n" },
		{ "0001_Core.sql", 1, "m.sql:0: a migration is called NNNN_name.sql, in lower case\n" },
		{ "0001_core.sql.orig", 1, "m.sql:0: a migration is called NNNN_name.sql, in lower case\n" },
	};
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		char *said = NULL;
		size_t n = 0;
		struct source s = { .file = "m.sql", .complaints = open_memstream(&said, &n) };
		check_migration_name(&s, NAMES[i].name, NAMES[i].number);
		fclose(s.complaints);
		assert_string_equal(NAMES[i].said, said);
		free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_statements_are_refused_with_file_and_line),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(texts_come_out_for_both_engines),
		cmocka_unit_test(fragments_stand_where_they_are_used),
		cmocka_unit_test(fragments_without_end_are_refused),
		cmocka_unit_test(a_carried_table_gives_three_statements_more),
		cmocka_unit_test(writing_is_seen),
		cmocka_unit_test(bad_migrations_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
