/* sqlgen_text.c: a statement's text → the forms of both engines, in one pass over its bytes. Where it says {name} the fragment of that
 * name is read in its place, as if it stood there. A fragment is looked at once by itself, so what is wrong in it is said once and in its own line. */
#include "sqlgen.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

struct scan {
	struct source *s;
	struct stmt *st;
	const char *p, *end;
	int line;
	FILE *lite, *pg;         /* where each engine's form goes; one of them NULL in a variant */
	int depth;               /* open parentheses */
	bool space;              /* white space is owed before the next token */
	bool any, ended;
	bool piece;              /* the text is a fragment's */
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
	c->before = ':';
}

/* ---- fragments ---- */

struct stmt *find_fragment(const struct source *s, struct slice name, int above)
{
	for (struct stmt *f = s->fragments; f; f = f->next)
		if (f->line < above && f->name.n == name.n && memcmp(f->name.p, name.p, name.n) == 0)
			return f;
	return NULL;
}

/* The inputs of a fragment become inputs of what uses it. */
static void take_inputs(struct scan *c, const struct stmt *f)
{
	struct cols *to = &c->st->in;
	for (unsigned i = 0; i < f->in.n; i++) {
		const struct col *col = &f->in.col[i];
		struct col *have = find_col(to, col->name);
		if (have && have->type != col->type)
			complain(c->s, c->line, "':%.*s' is %s in '%.*s' and %s in fragment '%.*s'", ARG(col->name), have->type->word, ARG(c->st->name),
				col->type->word, ARG(f->name));
		else if (have)
			have->used = have->used || f->bad;
		else if (to->n < COLS_MOST)
			to->col[to->n++] = (struct col){ .name = col->name, .type = col->type };
		else
			complain(c->s, c->line, "more than %d inputs with those of fragment '%.*s'", COLS_MOST, ARG(f->name));
	}
}

static void scan_run(struct scan *c);

static void scan_piece(struct scan *c, struct slice text, int line, FILE *lite, FILE *pg)
{
	struct scan sub = *c;
	sub.p = text.p;
	sub.end = text.p + text.n;
	sub.line = line;
	sub.lite = lite;
	sub.pg = pg;
	sub.depth = 0;
	sub.piece = true;
	scan_run(&sub);
	c->any = sub.any;
	c->space = false;
	c->before = sub.before;
	c->selects = sub.selects;
}

/* {name} */
static void scan_use(struct scan *c)
{
	struct slice name = { c->p + 1, 0 };
	while (name.p + name.n < c->end && is_word(name.p[name.n]))
		name.n++;
	if (name.n == 0 || name.p + name.n == c->end || name.p[name.n] != '}') {
		complain(c->s, c->line, "a '{' with no name and '}' after it: '{name}' stands for a fragment");
		c->p++;
		return;
	}
	c->p = name.p + name.n + 1;
	struct stmt *f = find_fragment(c->s, name, c->st->line);
	if (!f) {
		complain(c->s, c->line, "no fragment '%.*s' stands above '%.*s'", ARG(name), ARG(c->st->name));
		return;
	}
	f->in_use = true;
	take_inputs(c, f);
	if (f->bad || !c->s->complaints)
		return;
	size_t cost = f->text.n + f->pg_text.n + 1;
	if (cost > c->s->room) {
		complain(c->s, c->line, "the fragments of this file come to more than %d MiB where they are used", FRAGMENTS_MOST >> 20);
		c->s->room = 0;
		return;
	}
	c->s->room -= cost;
	if (!f->pg_text.p) {
		scan_piece(c, f->text, f->text_line, c->lite, c->pg);
		return;
	}
	struct scan both = *c;
	if (c->lite)
		scan_piece(c, f->text, f->text_line, c->lite, NULL);
	if (c->pg)
		scan_piece(&both, f->pg_text, f->pg_line, NULL, c->pg);
	c->any = c->any || both.any;
	c->selects = c->selects || both.selects;
	c->space = true;
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
	else if (ch == '?' || ch == '$' || ch == '`' || ch == '#' || ch == '}' || (ch == '@' && c->lite) || (unsigned char)ch < ' ' ||
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
}

static void scan_run(struct scan *c)
{
	while (c->p < c->end) {
		bool two = c->end - c->p > 1;
		if (isspace((unsigned char)*c->p)) {
			c->line += *c->p++ == '\n';
			c->space = true;
		} else if (two && ((c->p[0] == '-' && c->p[1] == '-') || (c->p[0] == '/' && c->p[1] == '*'))) {
			skip_comment(c);
		} else if (c->ended) {
			complain(c->s, c->line, "text after the ';': one statement under each '-- name:'");
			break;
		} else if (*c->p == ';') {
			if (c->piece)
				complain(c->s, c->line, "a ';' in a fragment, which is a piece of a statement");
			c->ended = true;
			c->p++;
		} else if (*c->p == '\'' || *c->p == '"') {
			scan_quoted(c);
		} else if (*c->p == ':' && !(two && c->p[1] == ':')) {
			scan_input(c);
		} else if (*c->p == '{') {
			scan_use(c);
		} else if (is_word(*c->p)) {
			scan_word(c);
		} else {
			scan_sign(c);
		}
	}
}

void take_fragments(struct source *s, struct stmt *st, struct slice text)
{
	FILE *loud = s->complaints;
	int n = s->n_complaints;
	bool writes = st->writes;
	struct scan c = { .s = s, .st = st, .p = text.p, .end = text.p + text.n };
	s->complaints = NULL;
	scan_run(&c);
	s->complaints = loud;
	s->n_complaints = n;
	st->writes = writes;
}

bool scan_text(struct source *s, struct stmt *st, struct slice text, int line, FILE *lite, FILE *pg)
{
	struct scan c = { .s = s, .st = st, .p = text.p, .end = text.p + text.n, .line = line, .lite = lite, .pg = pg, .piece = st->piece };
	int before = s->n_complaints;
	for (unsigned i = 0; i < st->in.n; i++)
		st->in.col[i].used = false;
	scan_run(&c);
	const char *which = lite && pg ? "" : lite ? " (SQLite's text)" : " (PostgreSQL's text)";
	if (!c.any && !(st->piece && !lite))
		complain(s, st->line, "'%.*s' has no text%s", ARG(st->name), which);
	else if (c.depth > 0)
		complain(s, c.line, "%d '(' of '%.*s' never closed%s", c.depth, ARG(st->name), which);
	for (unsigned i = 0; i < st->in.n && s->n_complaints == before; i++)
		if (!st->in.col[i].used)
			complain(s, st->line, "':%.*s' is declared but '%.*s' does not use it%s", ARG(st->in.col[i].name),
				ARG(st->name), which);
	return c.selects;
}
