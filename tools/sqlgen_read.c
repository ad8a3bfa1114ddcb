/* sqlgen_read.c: .sql files → statements and fragments, in one pass over the lines of a file; sqlgen_text.c reads their texts. */
#include "sqlgen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const struct kind_info KIND[KINDS] = {
	[ONE] = { "one", "DB_ONE", true },   [OPT] = { "opt", "DB_OPT", true },     [MANY] = { "many", "DB_MANY", true },
	[EXEC] = { "exec", "DB_EXEC", false }, [COUNT] = { "count", "DB_EXEC", false }, [EACH] = { "each", "DB_EACH", true },
};

static const struct type TYPES[] = {
	{ "i64", "int64_t", "DB_I64", false },        { "i64?", "struct opt_i64", "DB_OPT_I64", true },
	{ "bool", "bool", "DB_BOOL", false },         { "f64", "double", "DB_F64", false },
	{ "str", "struct str", "DB_STR", false },     { "str?", "struct str", "DB_STR", true },
	{ "bytes", "struct str", "DB_BYTES", false }, { "bytes?", "struct str", "DB_BYTES", true },
};

void complain(struct source *s, int line, const char *fmt, ...)
{
	if (s->n_complaints++ >= COMPLAINTS_MOST || !s->complaints)
		return;
	fprintf(s->complaints, "%s:%d: ", s->file, line);
	va_list ap;
	va_start(ap, fmt);
	vfprintf(s->complaints, fmt, ap);
	va_end(ap);
	fputc('\n', s->complaints);
}

/* ---- slices ---- */

bool same(struct slice a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0;
}

bool same_nocase(struct slice a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

struct slice trim(struct slice s)
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

bool is_word(char c)
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

struct col *find_col(struct cols *cols, struct slice name)
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

/* "{row}" in '-- out:': the outputs of a fragment, in their place. */
static void read_out_of(struct source *s, int line, struct slice item, struct cols *cols)
{
	const struct stmt *f = item.p[item.n - 1] == '}' ? find_fragment(s, trim((struct slice){ item.p + 1, item.n - 2 }), line) : NULL;
	if (!f) {
		complain(s, line, "no fragment '%.*s' stands above this '-- out:'", ARG(item));
		return;
	}
	if (f->out.n == 0)
		complain(s, line, "fragment '%.*s' has no '-- out:'", ARG(f->name));
	for (unsigned i = 0; i < f->out.n; i++) {
		if (find_col(cols, f->out.col[i].name))
			complain(s, line, "'%.*s' of fragment '%.*s' stands twice in '-- out:'", ARG(f->out.col[i].name), ARG(f->name));
		else if (cols->n == COLS_MOST)
			complain(s, line, "more than %d columns in '-- out:' with those of fragment '%.*s'", COLS_MOST, ARG(f->name));
		else
			cols->col[cols->n++] = f->out.col[i];
	}
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
		else if (all.p[0] == '{' && same(L("out"), what))
			read_out_of(s, line, all, cols);
		else if (all.p[0] == '{')
			complain(s, line, "'%.*s': the inputs of a fragment come along where the text uses it", ARG(all));
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

static struct stmt *add_stmt(struct stmt ***last, int line, struct slice name)
{
	struct stmt *st = calloc(1, sizeof(*st));
	if (!st)
		abort();
	**last = st;
	*last = &st->next;
	st->line = line;
	st->name = name;
	st->kind = KINDS;
	return st;
}

/* "is_open" of "-- fragment: is_open" */
static struct stmt *read_fragment(struct source *s, int line, struct slice rest)
{
	struct slice name = take_word(&rest);
	const struct stmt *same_name = find_fragment(s, name, line);
	struct stmt *f = add_stmt(&s->last_fragment, line, name);
	f->piece = true;
	if (!name_ok(name))
		complain(s, line, "'%.*s' cannot be a fragment's name: lower case letters, digits and '_', no keyword of C", ARG(name));
	else if (same_name)
		complain(s, line, "fragment '%.*s' stands twice; the first is in line %d", ARG(name), same_name->line);
	if (rest.n)
		complain(s, line, "'%.*s' after the name of a fragment, which has no kind", ARG(rest));
	return f;
}

/* "ticket_page :many" */
static struct stmt *read_name(struct source *s, int line, struct slice rest)
{
	struct slice name = take_word(&rest);
	struct stmt *st = add_stmt(&s->last, line, name);
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

/* A statement that carries a table reads its rows whole and plain: then adding and changing a row follow from it. */
static void check_carries(struct source *s, const struct stmt *st)
{
	char *want = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&want, &n);
	if (!f)
		abort();
	fprintf(f, "SELECT ");
	for (unsigned i = 0; i < st->out.n; i++)
		fprintf(f, "%s%.*s", i ? ", " : "", ARG(st->out.col[i].name));
	fprintf(f, " FROM %.*s ORDER BY ", ARG(st->table));
	if (st->out.n)
		fprintf(f, "%.*s", ARG(st->out.col[0].name));
	fclose(f);
	if (st->kind != EACH || st->in.n || st->out.n < 2 || strcmp(st->out.col[0].type->db_type, "DB_I64") != 0)
		complain(s, st->line, "'%.*s' carries a table: it must be :each, without '-- in:', and give the key (i64) and at least one column", ARG(st->name));
	else if (strcmp(want, st->sqlite) != 0 || strcmp(want, st->postgres) != 0)
		complain(s, st->line, "'%.*s' carries a table: its text must be '%s'", ARG(st->name), want);
	free(want);
}

static void finish_stmt(struct source *s, struct stmt *st)
{
	size_t n_lite = 0, n_pg = 0;
	FILE *lite = open_memstream(&st->sqlite, &n_lite), *pg = open_memstream(&st->postgres, &n_pg);
	if (!lite || !pg)
		abort();
	int before = s->n_complaints;
	take_fragments(s, st, st->text);
	if (st->pg_text.p)
		take_fragments(s, st, st->pg_text);
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
	st->bad = s->n_complaints > before;
	if (st->kind == KINDS)
		return;
	if (KIND[st->kind].rows && st->out.n == 0)
		complain(s, st->line, "'%.*s' is :%s but has no '-- out:'", ARG(st->name), KIND[st->kind].word);
	if (!KIND[st->kind].rows && st->out.n)
		complain(s, st->line, "'%.*s' is :%s, which gives no rows: drop '-- out:' or choose :one, :opt, :many or :each",
			ARG(st->name), KIND[st->kind].word);
	if (st->table.p)
		check_carries(s, st);
	if (!KIND[st->kind].rows && selects && !writes)
		complain(s, st->line, "'%.*s' is :%s but only reads: its result would be thrown away", ARG(st->name),
			KIND[st->kind].word);
}

/* ---- a file ---- */

enum part { HEAD, HEADER, TEXT, PG_TEXT };

bool header_line(struct slice line, const char *word, struct slice *ret_rest)
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
		} else if (header_line(line, "fragment", &rest)) {
			st = read_fragment(s, line_no, rest);
			part = HEADER;
		} else if (header_line(line, "in", &rest) || header_line(line, "out", &rest)) {
			bool in = header_line(line, "in", &rest);
			if (part == HEADER)
				read_cols(s, line_no, rest, in ? "in" : "out", in ? &st->in : &st->out);
			else
				complain(s, line_no, "'-- %s:' must stand between '-- name:' or '-- fragment:' and the text", in ? "in" : "out");
		} else if (header_line(line, "carries", &rest)) {
			if (part == HEADER)
				st->table = take_word(&rest), st->fill = rest;
			else
				complain(s, line_no, "'-- carries:' must stand between '-- name:' and the text");
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
			complain(s, line_no, "text before the first '-- name:' or '-- fragment:'");
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
	for (st = s->fragments; st; st = st->next)
		finish_stmt(s, st);
	for (st = s->first; st; st = st->next)
		finish_stmt(s, st);
	for (st = s->fragments; st; st = st->next)
		if (!st->in_use)
			complain(s, st->line, "no text uses the fragment '%.*s'", ARG(st->name));
}

static void free_stmts(struct stmt *st)
{
	for (struct stmt *next; st; st = next) {
		next = st->next;
		free(st->sqlite);
		free(st->postgres);
		free(st);
	}
}

void free_source(struct source *s)
{
	free_stmts(s->first);
	free_stmts(s->fragments);
}

static const char *from_root(const char *path)
{
	while (strncmp(path, "../", 3) == 0 || strncmp(path, "./", 2) == 0)
		path += path[1] == '.' ? 3 : 2;
	return path;
}

bool compile(struct source *s, const char *file, struct slice text, FILE *complaints)
{
	*s = (struct source){ .file = file, .shown = from_root(file), .complaints = complaints };
	s->last = &s->first;
	s->last_fragment = &s->fragments;
	s->room = FRAGMENTS_MOST;
	read_source(s, text);
	return s->n_complaints == 0;
}
