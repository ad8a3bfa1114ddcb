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
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { COLS_MOST = 64, NAME_MOST = 60, FILE_MOST = 1 << 20, COMPLAINTS_MOST = 50 };

struct slice {
	const char *p;
	size_t n;
};
#define L(literal) ((struct slice){ literal, sizeof(literal) - 1 })
#define ARG(s) (int)(s).n, (s).p

enum kind { ONE, OPT, MANY, EXEC, COUNT, EACH, KINDS };
static const struct { const char *word, *db_kind; bool rows; } KIND[KINDS] = {
	[ONE] = { "one", "DB_ONE", true },   [OPT] = { "opt", "DB_OPT", true },     [MANY] = { "many", "DB_MANY", true },
	[EXEC] = { "exec", "DB_EXEC", false }, [COUNT] = { "count", "DB_EXEC", false }, [EACH] = { "each", "DB_EACH", true },
};

static const struct type { const char *word, *c, *db_type; bool nullable; } TYPES[] = {
	{ "i64", "int64_t", "DB_I64", false },        { "i64?", "struct opt_i64", "DB_OPT_I64", true },
	{ "bool", "bool", "DB_BOOL", false },         { "f64", "double", "DB_F64", false },
	{ "str", "struct str", "DB_STR", false },     { "str?", "struct str", "DB_STR", true },
	{ "bytes", "struct str", "DB_BYTES", false }, { "bytes?", "struct str", "DB_BYTES", true },
};

struct col {
	struct slice name;
	const struct type *type;
	bool used;
};

struct cols {
	struct col col[COLS_MOST];
	unsigned n;
};

struct stmt {
	struct stmt *next;
	struct slice name;
	enum kind kind;
	int line, text_line, pg_line;
	struct cols in, out;
	struct slice text, pg_text;          /* as written; pg_text.p == NULL without a variant */
	char *sqlite, *postgres;             /* as sent, malloc'd */
	bool writes;
};

struct source {
	const char *file;                    /* as complaints name it, as the compiler was given it */
	const char *shown;                   /* from the root of the tree */
	struct stmt *first, **last;
	FILE *complaints;
	int n_complaints;
};

static void __attribute__((format(printf, 3, 4))) complain(struct source *s, int line, const char *fmt, ...)
{
	if (s->n_complaints++ >= COMPLAINTS_MOST)
		return;
	fprintf(s->complaints, "%s:%d: ", s->file, line);
	va_list ap;
	va_start(ap, fmt);
	vfprintf(s->complaints, fmt, ap);
	va_end(ap);
	fputc('\n', s->complaints);
}

/* ---- slices ---- */

static bool same(struct slice a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0;
}

static bool same_nocase(struct slice a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

static struct slice trim(struct slice s)
{
	while (s.n && isspace((unsigned char)s.p[0]))
		s.p++, s.n--;
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Whether s begins with `head`, which is then cut off; the rest is trimmed. */
static bool take(struct slice *s, struct slice head)
{
	if (s->n < head.n || memcmp(s->p, head.p, head.n) != 0)
		return false;
	*s = trim((struct slice){ s->p + head.n, s->n - head.n });
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static struct slice take_word(struct slice *s)
{
	size_t n = 0;
	while (n < s->n && is_word(s->p[n]))
		n++;
	struct slice w = { s->p, n };
	*s = trim((struct slice){ s->p + n, s->n - n });
	return w;
}

static const char *const KEYWORDS[] = {
	"auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
	"for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static",
	"struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof", "bool", "true",
	"false", "unix", "linux",
};

/* A name that C takes too. */
static bool name_ok(struct slice s)
{
	if (s.n == 0 || s.n > NAME_MOST || !islower((unsigned char)s.p[0]) || s.p[s.n - 1] == '_')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!islower((unsigned char)s.p[i]) && !isdigit((unsigned char)s.p[i]) && s.p[i] != '_')
			return false;
	for (size_t i = 0; i < sizeof(KEYWORDS) / sizeof(KEYWORDS[0]); i++)
		if (same(s, KEYWORDS[i]))
			return false;
	return true;
}

/* ---- header lines ---- */

static struct col *find_col(struct cols *cols, struct slice name)
{
	for (unsigned i = 0; i < cols->n; i++)
		if (cols->col[i].name.n == name.n && memcmp(cols->col[i].name.p, name.p, name.n) == 0)
			return &cols->col[i];
	return NULL;
}

static const struct type *find_type(struct slice word)
{
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		if (same(word, TYPES[i].word))
			return &TYPES[i];
	return NULL;
}

/* "status str?, max i64" */
static void read_cols(struct source *s, int line, struct slice list, const char *what, struct cols *cols)
{
	if (list.n == 0)
		complain(s, line, "'-- %s:' is empty: write 'name type, …' or leave the line out", what);
	while (list.n) {
		const char *comma = memchr(list.p, ',', list.n);
		struct slice item = trim((struct slice){ list.p, comma ? (size_t)(comma - list.p) : list.n });
		list = comma ? trim((struct slice){ comma + 1, list.n - (size_t)(comma + 1 - list.p) }) : L("");
		if (comma && list.n == 0)
			complain(s, line, "a comma at the end of '-- %s:'", what);
		struct slice all = item, name = take_word(&item);
		const struct type *type = find_type(item);
		if (all.n == 0)
			complain(s, line, "two commas in a row in '-- %s:'", what);
		else if (item.n == 0)
			complain(s, line, "'%.*s' has no type: write '%.*s i64', for example", ARG(all), ARG(all));
		else if (!name_ok(name))
			complain(s, line, "'%.*s' cannot be a name: lower case letters, digits and '_', no keyword of C", ARG(name));
		else if (!type && (same(item, "bool?") || same(item, "f64?")))
			complain(s, line, "'%.*s' cannot be NULL for '%.*s': only i64?, str? and bytes? can", ARG(item), ARG(name));
		else if (!type)
			complain(s, line, "unknown type '%.*s' of '%.*s': i64, bool, str, bytes, f64, i64?, str? or bytes?",
				ARG(item), ARG(name));
		else if (find_col(cols, name))
			complain(s, line, "'%.*s' stands twice in '-- %s:'", ARG(name), what);
		else if (cols->n == COLS_MOST)
			complain(s, line, "more than %d columns in '-- %s:'", COLS_MOST, what);
		else
			cols->col[cols->n++] = (struct col){ .name = name, .type = type };
	}
}

/* "ticket_page :many" */
static struct stmt *read_name(struct source *s, int line, struct slice rest)
{
	struct stmt *st = calloc(1, sizeof(*st));
	if (!st)
		abort();
	*s->last = st;
	s->last = &st->next;
	st->line = line;
	st->name = take_word(&rest);
	st->kind = KINDS;
	if (!name_ok(st->name) || !memchr(st->name.p, '_', st->name.n))
		complain(s, line, "'%.*s' cannot be a statement's name: write noun_verb in lower case, with a '_', at most %d letters",
			ARG(st->name), NAME_MOST);
	for (const struct stmt *o = s->first; o != st; o = o->next)
		if (o->name.n == st->name.n && memcmp(o->name.p, st->name.p, o->name.n) == 0)
			complain(s, line, "'%.*s' stands twice; the first is in line %d", ARG(st->name), o->line);
	if (rest.n == 0 || rest.p[0] != ':') {
		complain(s, line, "'%.*s' has no kind: add :one, :opt, :many, :exec, :count or :each", ARG(st->name));
		return st;
	}
	for (enum kind k = 0; k < KINDS; k++)
		if (same((struct slice){ rest.p + 1, rest.n - 1 }, KIND[k].word))
			st->kind = k;
	if (st->kind == KINDS)
		complain(s, line, "unknown kind '%.*s': :one, :opt, :many, :exec, :count or :each", ARG(rest));
	return st;
}

/* ---- a statement's text ---- */

struct scan {
	struct source *s;
	struct stmt *st;
	const char *p, *end;
	int line;
	FILE *lite, *pg;         /* where each engine's form goes; one of them NULL in a variant */
	int depth;               /* open parentheses */
	bool space;              /* white space is owed before the next token */
	bool any, ended;
	struct slice word[2];    /* the word before last and the last word (empty after a sign) */
	char before;             /* the last sign */
	bool selects;            /* the first word is SELECT */
};

static void put(struct scan *c, const char *p, size_t n)
{
	if (c->space && c->any) {
		if (c->lite)
			fputc(' ', c->lite);
		if (c->pg)
			fputc(' ', c->pg);
	}
	c->space = false;
	c->any = true;
	if (c->lite)
		fwrite(p, 1, n, c->lite);
	if (c->pg)
		fwrite(p, 1, n, c->pg);
}

/* A quoted text or name, with the quote doubled inside. */
static void scan_quoted(struct scan *c)
{
	const char *from = c->p, quote = *c->p;
	int line = c->line;
	for (c->p++; c->p < c->end; c->p++) {
		if (*c->p == '\n')
			c->line++;
		if (*c->p == quote && (c->p + 1 == c->end || c->p[1] != quote))
			break;
		if (*c->p == quote)
			c->p++;
	}
	if (c->p == c->end) {
		complain(c->s, line, "this %c is never closed", quote);
		return;
	}
	c->p++;
	put(c, from, (size_t)(c->p - from));
	c->word[0] = c->word[1] = (struct slice){ 0 };
	c->before = quote;
}

static void scan_input(struct scan *c)
{
	struct slice name = { c->p + 1, 0 };
	while (name.p + name.n < c->end && is_word(name.p[name.n]))
		name.n++;
	c->p = name.p + name.n;
	struct col *col = find_col(&c->st->in, name);
	if (name.n == 0) {
		complain(c->s, c->line, "a ':' with no name after it: write ':name' (and CAST(x AS TEXT), not x::text)");
		return;
	}
	if (!col) {
		complain(c->s, c->line, "':%.*s' is not declared: add it to '-- in:' of '%.*s'", ARG(name), ARG(c->st->name));
		return;
	}
	col->used = true;
	put(c, "", 0);
	unsigned n = (unsigned)(col - c->st->in.col) + 1;
	if (c->lite)
		fprintf(c->lite, "?%u", n);
	if (c->pg)
		fprintf(c->pg, "$%u", n);
	c->word[0] = c->word[1] = (struct slice){ 0 };
	c->before = ':';
}

static void scan_word(struct scan *c)
{
	struct slice w = { c->p, 0 };
	while (w.p + w.n < c->end && is_word(w.p[w.n]))
		w.n++;
	if (!c->any && (same_nocase(w, "SELECT") || same_nocase(w, "VALUES")))
		c->selects = true;
	c->p += w.n;
	const char *next = c->p;
	while (next < c->end && isspace((unsigned char)*next))
		next++;
	bool name = c->before == '.';
	bool call = next < c->end && *next == '(';
	if (!name && (same_nocase(w, "INSERT") || same_nocase(w, "UPDATE") || same_nocase(w, "DELETE") ||
		      (same_nocase(w, "REPLACE") && !call)))
		c->st->writes = true;
	if (c->lite && c->pg && same_nocase(w, "ILIKE"))
		complain(c->s, c->line, "ILIKE is PostgreSQL's: write it under '-- pg:' only");
	if (w.n == 1 && (w.p[0] == 'e' || w.p[0] == 'E') && c->p < c->end && *c->p == '\'')
		complain(c->s, c->line, "E'…' is not read here: write a plain '…'");
	if (same_nocase(w, "OFFSET") && !name && !call)
		complain(c->s, c->line, "OFFSET is not used here: page by key (AND id < :before_id … LIMIT :max)");
	put(c, w.p, w.n);
	c->word[0] = c->word[1];
	c->word[1] = w;
	c->before = 0;
}

static void skip_comment(struct scan *c)
{
	int line = c->line;
	bool block = c->p[0] == '/';
	while (c->p < c->end && (block ? !(c->end - c->p >= 2 && c->p[0] == '*' && c->p[1] == '/') : *c->p != '\n'))
		c->line += *c->p++ == '\n';
	if (block && c->p == c->end)
		complain(c->s, line, "this /* is never closed");
	else if (block)
		c->p += 2;
	c->space = true;
}

static void scan_sign(struct scan *c)
{
	char ch = *c->p;
	size_t n = 1;
	if (ch == '(')
		c->depth++;
	else if (ch == ')' && --c->depth < 0)
		complain(c->s, c->line, "a ')' too many");
	else if (ch == '?' || ch == '$' || ch == '`' || ch == '#' || (ch == '@' && c->lite) || (unsigned char)ch < ' ' ||
		 (unsigned char)ch >= 0x7f)
		complain(c->s, c->line, (unsigned char)ch >= ' ' && (unsigned char)ch < 0x7f
			? "'%c' is not read here: inputs are written ':name'" : "a byte that SQL has no use for: 0x%02x", (unsigned char)ch);
	else if (ch == ':' && c->end - c->p > 1 && c->p[1] == ':')
		n = 2;
	if (n == 2 && c->lite)
		complain(c->s, c->line, "'::' is PostgreSQL's: write CAST(… AS …), or put it under '-- pg:'");
	if (c->depth < 0)
		c->depth = 0;
	put(c, c->p, n);
	c->p += n;
	c->before = ch;
	c->word[0] = c->word[1] = (struct slice){ 0 };
}

/* One text into one or both forms. */
static bool scan_text(struct source *s, struct stmt *st, struct slice text, int line, FILE *lite, FILE *pg)
{
	struct scan c = { .s = s, .st = st, .p = text.p, .end = text.p + text.n, .line = line, .lite = lite, .pg = pg };
	int before = s->n_complaints;
	for (unsigned i = 0; i < st->in.n; i++)
		st->in.col[i].used = false;
	while (c.p < c.end) {
		bool two = c.end - c.p > 1;
		if (isspace((unsigned char)*c.p)) {
			c.line += *c.p++ == '\n';
			c.space = true;
		} else if (two && ((c.p[0] == '-' && c.p[1] == '-') || (c.p[0] == '/' && c.p[1] == '*'))) {
			skip_comment(&c);
		} else if (c.ended) {
			complain(s, c.line, "text after the ';': one statement under each '-- name:'");
			break;
		} else if (*c.p == ';') {
			c.ended = true;
			c.p++;
		} else if (*c.p == '\'' || *c.p == '"') {
			scan_quoted(&c);
		} else if (*c.p == ':' && !(two && c.p[1] == ':')) {
			scan_input(&c);
		} else if (is_word(*c.p)) {
			scan_word(&c);
		} else {
			scan_sign(&c);
		}
	}
	const char *which = lite && pg ? "" : lite ? " (SQLite's text)" : " (PostgreSQL's text)";
	if (!c.any)
		complain(s, st->line, "'%.*s' has no text%s", ARG(st->name), which);
	else if (c.depth > 0)
		complain(s, c.line, "%d '(' of '%.*s' never closed%s", c.depth, ARG(st->name), which);
	for (unsigned i = 0; i < st->in.n && s->n_complaints == before; i++)
		if (!st->in.col[i].used)
			complain(s, st->line, "':%.*s' is declared but '%.*s' does not use it%s", ARG(st->in.col[i].name),
				ARG(st->name), which);
	return c.selects;
}

static void finish_stmt(struct source *s, struct stmt *st)
{
	size_t n_lite = 0, n_pg = 0;
	FILE *lite = open_memstream(&st->sqlite, &n_lite), *pg = open_memstream(&st->postgres, &n_pg);
	if (!lite || !pg)
		abort();
	bool selects = scan_text(s, st, st->text, st->text_line, lite, st->pg_text.p ? NULL : pg);
	bool writes = st->writes;
	if (st->pg_text.p) {
		st->writes = false;
		scan_text(s, st, st->pg_text, st->pg_line, NULL, pg);
		if (writes != st->writes)
			complain(s, st->pg_line, "one text of '%.*s' writes and the other only reads", ARG(st->name));
	}
	fclose(lite);
	fclose(pg);
	if (st->kind == KINDS)
		return;
	if (KIND[st->kind].rows && st->out.n == 0)
		complain(s, st->line, "'%.*s' is :%s but has no '-- out:'", ARG(st->name), KIND[st->kind].word);
	if (!KIND[st->kind].rows && st->out.n)
		complain(s, st->line, "'%.*s' is :%s, which gives no rows: drop '-- out:' or choose :one, :opt, :many or :each",
			ARG(st->name), KIND[st->kind].word);
	if (!KIND[st->kind].rows && selects && !writes)
		complain(s, st->line, "'%.*s' is :%s but only reads: its result would be thrown away", ARG(st->name),
			KIND[st->kind].word);
}

/* ---- a file ---- */

enum part { HEAD, HEADER, TEXT, PG_TEXT };

/* A header line: "-- word: rest". */
static bool header_line(struct slice line, const char *word, struct slice *ret_rest)
{
	struct slice s = trim(line);
	if (!take(&s, L("--")))
		return false;
	size_t n = strlen(word);
	if (s.n <= n || memcmp(s.p, word, n) != 0 || s.p[n] != ':')
		return false;
	*ret_rest = trim((struct slice){ s.p + n + 1, s.n - n - 1 });
	return true;
}

static void read_source(struct source *s, struct slice text)
{
	enum part part = HEAD;
	struct stmt *st = NULL;
	int line_no = 0;
	if (text.n > FILE_MOST || memchr(text.p, 0, text.n)) {
		complain(s, 1, text.n > FILE_MOST ? "larger than 1 MiB" : "holds a NUL byte");
		return;
	}
	while (text.n) {
		const char *nl = memchr(text.p, '\n', text.n);
		struct slice line = { text.p, nl ? (size_t)(nl - text.p) : text.n };
		size_t step = line.n + (nl ? 1 : 0);
		text = (struct slice){ text.p + step, text.n - step };
		line_no++;
		struct slice rest, bare = trim(line);
		if (header_line(line, "name", &rest)) {
			st = read_name(s, line_no, rest);
			part = HEADER;
		} else if (header_line(line, "in", &rest) || header_line(line, "out", &rest)) {
			bool in = header_line(line, "in", &rest);
			if (part == HEADER)
				read_cols(s, line_no, rest, in ? "in" : "out", in ? &st->in : &st->out);
			else
				complain(s, line_no, "'-- %s:' must stand between '-- name:' and the text", in ? "in" : "out");
		} else if (header_line(line, "pg", &rest)) {
			if (rest.n)
				complain(s, line_no, "'-- pg:' stands alone on its line");
			if (part == PG_TEXT)
				complain(s, line_no, "a second '-- pg:' for '%.*s'", ARG(st->name));
			else if (part != TEXT)
				complain(s, line_no, "'-- pg:' must follow the SQLite text of a statement");
			else
				part = PG_TEXT, st->pg_text = (struct slice){ text.p, 0 }, st->pg_line = line_no + 1;
		} else if (part == HEAD && bare.n && !take(&bare, L("--"))) {
			complain(s, line_no, "text before the first '-- name:'");
		} else if (part == HEADER && bare.n && !take(&bare, L("--"))) {
			part = TEXT;
			st->text = line;
			st->text_line = line_no;
		} else if (part == TEXT) {
			st->text.n = (size_t)(line.p + line.n - st->text.p);
		} else if (part == PG_TEXT) {
			st->pg_text.n = (size_t)(line.p + line.n - st->pg_text.p);
		}
	}
	for (st = s->first; st; st = st->next)
		finish_stmt(s, st);
}

static void free_source(struct source *s)
{
	for (struct stmt *st = s->first, *next; st; st = next) {
		next = st->next;
		free(st->sqlite);
		free(st->postgres);
		free(st);
	}
}

/* ---- C ---- */

static void write_string(FILE *f, struct slice s)
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

static void write_header(FILE *h, const struct source *s, struct slice base)
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

static void write_stmt(FILE *c, const struct source *s, const struct stmt *st)
{
	fprintf(c, "\n");
	write_cols(c, st, &st->in, "in");
	write_cols(c, st, &st->out, "row");
	fprintf(c, "const struct db_stmt %.*s_stmt = {\n\t.name = \"%.*s\",\n\t.file = ", ARG(st->name), ARG(st->name));
	write_string(c, (struct slice){ s->shown, strlen(s->shown) });
	fprintf(c, ",\n\t.line = %d,\n\t.kind = %s,\n\t.writes = %s,\n\t.sqlite = ", st->line, KIND[st->kind].db_kind,
		st->writes ? "true" : "false");
	write_string(c, (struct slice){ st->sqlite, strlen(st->sqlite) });
	fprintf(c, ",\n\t.postgres = ");
	write_string(c, (struct slice){ st->postgres, strlen(st->postgres) });
	fprintf(c, ",\n");
	if (st->in.n)
		fprintf(c, "\t.in = %.*s_in_cols,\n\t.n_in = %u,\n", ARG(st->name), st->in.n);
	if (st->out.n)
		fprintf(c, "\t.out = %.*s_row_cols,\n\t.n_out = %u,\n\t.row_size = sizeof(struct %.*s_row),\n", ARG(st->name),
			st->out.n, ARG(st->name));
	fprintf(c, "};\n\n");
	write_prototype(c, st);
	static const struct { const char *verb, *rest; } CALL[KINDS] = {
		[ONE] = { "db_one(db, a", "ret_row, NULL" },   [OPT] = { "db_one(db, a", "ret_row, ret_found" },
		[MANY] = { "db_many(db, a", "(void **)ret_rows, ret_n" }, [EXEC] = { "db_exec(db", "NULL" },
		[COUNT] = { "db_exec(db", "ret_changed" },     [EACH] = { "db_each(db", "each, arg" },
	};
	fprintf(c, "\n{\n\treturn %s, &%.*s_stmt, %s, %s);\n}\n", CALL[st->kind].verb, ARG(st->name),
		st->in.n ? "in" : "NULL", CALL[st->kind].rest);
}

static void write_code(FILE *c, const struct source *s, struct slice base)
{
	fprintf(c, "/* Made by sqlgen from %s. */\n#include \"%.*s.h\"\n\n#include <stddef.h>\n", s->shown, ARG(base));
	for (const struct stmt *st = s->first; st; st = st->next)
		write_stmt(c, s, st);
}

/* ---- migrations ---- */

struct migration_file {
	char *name;              /* "0001_start.sql" */
	char *text;
	size_t n;
};

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
static void check_migration(struct source *s, struct slice text)
{
	const char *p = text.p, *end = text.p + text.n;
	int line = 1, create_line = 0, part_line = 0;
	bool shared = true, strict = false;
	struct slice before = { 0 };
	if (text.n > FILE_MOST || memchr(text.p, 0, text.n) || text.n == 0) {
		complain(s, 1, "a migration is a text of at most 1 MiB");
		return;
	}
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

static void write_migrations(FILE *c, const struct migration_file *files, size_t n)
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

/* ---- the program ---- */

static const char *from_root(const char *path)
{
	while (strncmp(path, "../", 3) == 0 || strncmp(path, "./", 2) == 0)
		path += path[1] == '.' ? 3 : 2;
	return path;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* The statements of a text; true when there is nothing to complain about. The caller frees the source. */
static bool compile(struct source *s, const char *file, struct slice text, FILE *complaints)
{
	*s = (struct source){ .file = file, .shown = from_root(file), .complaints = complaints };
	s->last = &s->first;
	read_source(s, text);
	return s->n_complaints == 0;
}

#ifndef SQLGEN_PARTS   /* the test and the fuzz target take what is above */

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
	if (!migration_name_ok(m->name))
		complain(&s, 0, "a migration is called NNNN_name.sql, in lower case");
	else if (strtoul(m->name, NULL, 10) != number)
		complain(&s, 0, "the next migration has the number %04zu: numbers have no gaps and stand once", number);
	else if (m->text)
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
#endif
