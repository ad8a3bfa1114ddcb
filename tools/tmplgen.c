/* tmplgen.c: compiles x.html, HTML with C in double braces, to C functions (docs/templates.md).
 *
 * One pass over the bytes. A small state machine (struct place) knows where in the HTML each byte stands; a value
 * gets the escaping of its place, and a value in a place where no escaping is safe stops the build with
 * "file:line: sentence". Branches are checked by copying the place at {{if}} and comparing where each branch ends,
 * so what is known about a place after {{end}} is true whichever branch ran.
 *
 * Usage: tmplgen IN.html OUT.h OUT.c */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "tmplgen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- {{tags}} ---- */

/* Finds the "}}" that ends a tag, minding literals and brackets; t->i stands after "{{". */
static bool tag_end(struct tmpl *t, size_t *ret_end)
{
	const char *s = t->src;
	char stack[64];
	int depth = 0;
	bool comment = t->i < t->n && s[t->i] == '#';
	for (size_t i = t->i; i < t->n; i++) {
		char c = s[i], next = i + 1 < t->n ? s[i + 1] : ' ';
		if (c == '}' && next == '}' && depth == 0) {
			*ret_end = i;
			return true;
		}
		if (comment)
			continue;
		if (c == '/' && (next == '/' || next == '*'))
			return fail(t, t->line, "a C comment inside a tag: use {{# why}}");
		if (c == '"' || c == '\'') {
			size_t j = i + 1;
			for (; j < t->n && s[j] != c && s[j] != '\n'; j++)
				j += s[j] == '\\';
			if (j >= t->n || s[j] != c)
				return fail(t, t->line, "a literal that does not end on its line");
			i = j;
		} else if (c == '(' || c == '[' || c == '{') {
			if (depth == (int)sizeof stack)
				return fail(t, t->line, "too many brackets in one tag");
			stack[depth++] = c == '(' ? ')' : c == '[' ? ']' : '}';
		} else if (c == ')' || c == ']' || c == '}') {
			if (depth == 0 || stack[--depth] != c)
				return fail(t, t->line, "a %c without its partner", c);
		} else if (c == '\\' || (c == '#')) {
			return fail(t, t->line, "%c is not C that a tag may hold", c);
		}
	}
	return fail(t, t->line, "{{ without }}");
}

static const char *pos_name(const struct place *at)
{
	switch (at->pos) {
	case TEXT: return "text";
	case TAG_NAME: return "a tag name";
	case IN_TAG:
	case AFTER_VALUE: return "a tag";
	case ATTR_NAME: return "an attribute name";
	case BEFORE_VALUE:
	case VALUE: return "an attribute value";
	case RCDATA: return "the text of <title> or <textarea>";
	case RAW: return "<script> or <style>";
	case COMMENT: return "a comment";
	case DOCTYPE: return "the doctype";
	}
	return "?";
}

/* Where a value or a control tag stands: names that were being read end here. */
static bool settle(struct tmpl *t, bool value)
{
	struct place *at = &t->at;
	switch (at->pos) {
	case TAG_NAME:
		if (value)
			return fail(t, t->line, "a value in a tag name");
		at->pos = AFTER_VALUE;
		return true;
	case ATTR_NAME:
		if (value)
			return fail(t, t->line, "a value in an attribute name");
		return attr_named(t);
	case BEFORE_VALUE:
		return fail(t, t->line, "an unquoted attribute: write %s=\"…\"", at->attr);
	case IN_TAG:
	case AFTER_VALUE:
		if (value)
			return fail(t, t->line, "a value cannot stand for an attribute; write name=\"{{value}}\"");
		return true;
	case RAW:
		return fail(t, t->line, "a value inside <%s>: hand it over in a data- attribute", at->open[at->n_open - 1].name);
	case COMMENT:
	case DOCTYPE:
		return fail(t, t->line, "a tag inside %s; {{# why}} makes a comment that is not sent", pos_name(at));
	case TEXT:
	case RCDATA:
	case VALUE:
		return true;
	}
	return true;
}

/* Outside of literals. */
static int semicolons(const char *p, int n)
{
	int count = 0;
	char quote = 0;
	for (int i = 0; i < n; i++) {
		if (quote && p[i] == '\\')
			i++;
		else if (quote)
			quote = p[i] == quote ? 0 : quote;
		else if (p[i] == '"' || p[i] == '\'')
			quote = p[i];
		else
			count += p[i] == ';';
	}
	return count;
}

static bool one_expression(struct tmpl *t, const char *what, const char *p, int n)
{
	if (n == 0)
		return fail(t, t->line, "%s needs a C expression", what);
	if (semicolons(p, n))
		return fail(t, t->line, "%s takes one expression, without ;", what);
	return true;
}

static bool value(struct tmpl *t, const char *p, int n)
{
	struct place *at = &t->at;
	if (!settle(t, true) || !one_expression(t, "{{}}", p, n))
		return false;
	const char *how = at->pos == VALUE ? "attr" : "text";
	if (at->pos == VALUE && strcmp(at->attr, "method") == 0)
		return fail(t, t->line, "method= must be written out, so that the CSRF field can be added");
	if (at->pos == VALUE && at->url != NO_URL) {
		if (at->url == URL_HOST)
			return fail(t, t->line, "a value in the host of a URL: pass the whole URL as one value");
		if (at->url == URL_MIXED)
			return fail(t, t->line, "the branches before this value begin the URL differently: write the whole URL in each");
		how = at->url == URL_START ? "url_whole" : "url_part";
		at->url = URL_REST;
	}
	at_line(t, t->line);
	putf(&t->code, "\tHTML_OUT(%s, h, (%.*s));\n", how, n, p);
	at->last = 0;
	at->value_n = sizeof at->value - 1;
	return true;
}

/* {{time}} {{age}} {{safe}} {{call}}: they write elements. */
static bool element_tag(struct tmpl *t, const char *word, const char *p, int n)
{
	char what[16];
	snprintf(what, sizeof what, "{{%s}}", word);
	if (!settle(t, false))
		return false;
	if (t->at.pos != TEXT)
		return fail(t, t->line, "%s writes markup: it may stand only in text, not in %s", what, pos_name(&t->at));
	if (!one_expression(t, what, p, n))
		return false;
	at_line(t, t->line);
	if (strcmp(word, "call") == 0)
		putf(&t->code, "\t%.*s;\n", n, p);
	else
		putf(&t->code, "\thtml_%s(h, (%.*s));\n", word, n, p);
	t->at.last = 0;
	return true;
}

static bool push_block(struct tmpl *t, enum block_kind kind)
{
	if (t->n_blocks == MAX_BLOCKS)
		return fail(t, t->line, "blocks are nested deeper than %d", MAX_BLOCKS);
	struct block *b = &t->block[t->n_blocks++];
	b->kind = kind;
	b->half = WHOLE;
	b->start = t->at;
	b->has_end = b->has_else = false;
	b->line = t->line;
	b->id = ++t->blocks_made;
	return true;
}

static bool inside_tag(const struct place *p)
{
	return p->pos == IN_TAG || p->pos == AFTER_VALUE;
}

/* Do two branches end in the same place? *a becomes what is true of both. */
static bool merge(struct tmpl *t, const struct block *b, struct place *a, const struct place *z, bool loop)
{
	const char *what = b->kind == BLOCK_IF ? "branches of {{if}}" : "{{for}}, run or not,";
	int n = a->n_open < z->n_open ? a->n_open : z->n_open;
	for (int i = 0; i < n; i++)
		if (strcmp(a->open[i].name, z->open[i].name) != 0)
			return fail(t, t->line, "%s of line %d end inside different elements: <%s> and <%s>", what, b->line,
				    a->open[i].name, z->open[i].name);
	if (a->n_open != z->n_open)
		return fail(t, t->line, "%s of line %d end in different positions: <%s> is open in one only", what, b->line,
			    (a->n_open > z->n_open ? a : z)->open[n].name);
	if (!(inside_tag(a) && inside_tag(z)) && (a->pos != z->pos || a->quote != z->quote))
		return fail(t, t->line, "%s of line %d end in different positions: %s and %s", what, b->line, pos_name(a),
			    pos_name(z));
	if (inside_tag(a) || a->pos == VALUE) {
		if (a->closing != z->closing || strcmp(a->tag, z->tag) != 0 ||
		    (a->pos == VALUE && strcmp(a->attr, z->attr) != 0))
			return fail(t, t->line, "%s of line %d end in different tags", what, b->line);
		if (a->post != z->post || a->sandbox != z->sandbox || a->self_closing != z->self_closing)
			return fail(t, t->line, "method=, sandbox and / may not depend on a branch");
	}
	if (a->url != z->url) {
		if (loop)
			return fail(t, t->line, "a loop may not begin a URL");
		a->url = URL_MIXED;
	}
	if (a->pos != z->pos)
		a->pos = AFTER_VALUE;
	if (a->last != z->last)
		a->last = 0;
	if (a->pos == VALUE && strcmp(a->attr, "method") == 0 && strcmp(a->value, z->value) != 0)
		return fail(t, t->line, "method=, sandbox and / may not depend on a branch");
	if (strcmp(a->value, z->value) != 0)
		a->value_n = sizeof a->value - 1;
	/* The union of the attributes seen, so that a second class= is noticed after the branch. */
	for (const char *w = z->seen; *w; w += strcspn(w, " ") + (w[strcspn(w, " ")] != 0)) {
		char word[MAX_NAME];
		int k = (int)strcspn(w, " ");
		snprintf(word, sizeof word, "%.*s", k, w);
		size_t have = strlen(a->seen);
		if (!among(word, a->seen) && have + (size_t)k + 2 < sizeof a->seen)
			snprintf(a->seen + have, sizeof a->seen - have, "%s ", word);
	}
	return true;
}

/* A branch ends here: its end must agree with those before it. */
static bool branch_done(struct tmpl *t, struct block *b)
{
	if (b->kind == BLOCK_FOR) {
		b->end = b->start;
		b->has_end = true;
		return merge(t, b, &b->end, &t->at, true);
	}
	if (b->has_end)
		return merge(t, b, &b->end, &t->at, b->kind == BLOCK_FOR_ELSE);
	b->end = t->at;
	b->has_end = true;
	return true;
}

static bool else_tag(struct tmpl *t, const char *word, const char *p, int n)
{
	struct block *b = t->n_blocks ? &t->block[t->n_blocks - 1] : NULL;
	bool elif = strcmp(word, "elif") == 0;
	if (!b || b->kind == BLOCK_TEMPLATE || (elif && b->kind != BLOCK_IF))
		return fail(t, t->line, "{{%s}} without its {{if}}%s", word, elif ? "" : " or {{for}}");
	if (b->has_else || b->kind == BLOCK_FOR_ELSE)
		return fail(t, t->line, "{{%s}} after {{else}}", word);
	if (!settle(t, false) || (elif && !one_expression(t, "{{elif}}", p, n)))
		return false;
	if (!elif && n)
		return fail(t, t->line, "{{else}} takes nothing; {{elif condition}} does");
	flush(t);
	if (!branch_done(t, b))
		return false;
	if (b->kind == BLOCK_FOR) {
		putf(&t->code, "\t}\n\tif (!any_%d) {\n", b->id);
		b->kind = BLOCK_FOR_ELSE;
	} else if (elif) {
		puts_to(&t->code, "\t} else\n");
		at_line(t, t->line);
		putf(&t->code, "\tif (%.*s) {\n", n, p);
	} else {
		puts_to(&t->code, "\t} else {\n");
		b->has_else = true;
	}
	t->at = b->start;
	return true;
}

static bool template_end(struct tmpl *t, struct block *b)
{
	struct place *at = &t->at;
	if (at->pos != TEXT)
		return fail(t, t->line, "the template of line %d ends inside %s", b->line, pos_name(at));
	if (b->half == OPENS) {
		if (at->n_open == 0)
			return fail(t, t->line, "a template marked open leaves nothing open");
		t->carried = *at;
		t->waiting = true;
	} else if (at->n_open) {
		struct element *e = &at->open[at->n_open - 1];
		return fail(t, e->line, "<%s> is never closed", e->name);
	}
	flush(t);
	puts_to(&t->code, "\t(void)h;\n}\n");
	return true;
}

static bool end_tag(struct tmpl *t, int n)
{
	if (n)
		return fail(t, t->line, "{{end}} takes nothing");
	if (t->n_blocks == 0)
		return fail(t, t->line, "{{end}} ends nothing");
	struct block *b = &t->block[t->n_blocks - 1];
	if (b->kind == BLOCK_TEMPLATE) {
		t->n_blocks--;
		return template_end(t, b);
	}
	if (!settle(t, false) || !branch_done(t, b))
		return false;
	/* An {{if}} without {{else}} may run no branch at all. */
	if (b->kind == BLOCK_IF && !b->has_else && !merge(t, b, &b->end, &b->start, false))
		return false;
	flush(t);
	t->at = b->end;
	putf(&t->code, b->kind == BLOCK_IF ? "\t}\n" : b->kind == BLOCK_FOR ? "\t}\n\t(void)any_%d;\n\t}\n" : "\t}\n\t}\n",
	     b->id);
	t->n_blocks--;
	return true;
}

static bool for_tag(struct tmpl *t, const char *p, int n)
{
	if (semicolons(p, n) != 2)
		return fail(t, t->line, "{{for}} needs \"init; condition; step\"");
	if (!settle(t, false) || !push_block(t, BLOCK_FOR))
		return false;
	flush(t);
	int id = t->block[t->n_blocks - 1].id;
	putf(&t->code, "\t{\n\tbool any_%d = false;\n", id);
	at_line(t, t->line);
	putf(&t->code, "\tfor (%.*s) {\n\tany_%d = true;\n", n, p, id);
	t->at.last = 0;
	return true;
}

static bool if_tag(struct tmpl *t, const char *p, int n)
{
	if (!settle(t, false) || !one_expression(t, "{{if}}", p, n) || !push_block(t, BLOCK_IF))
		return false;
	at_line(t, t->line);
	putf(&t->code, "\tif (%.*s) {\n", n, p);
	return true;
}

static bool let_tag(struct tmpl *t, const char *p, int n)
{
	if (t->n_blocks == 0 || !settle(t, false) || !one_expression(t, "{{let}}", p, n))
		return fail(t, t->line, "{{let}} outside a template");
	at_line(t, t->line);
	putf(&t->code, "\t%.*s;\n", n, p);
	return true;
}

static bool include_tag(struct tmpl *t, const char *p, int n)
{
	if (t->any_template)
		return fail(t, t->line, "{{include}} stands before the first template");
	bool quoted = n > 2 && ((p[0] == '"' && p[n - 1] == '"') || (p[0] == '<' && p[n - 1] == '>'));
	for (int i = 1; quoted && i < n - 1; i++)
		quoted = isalnum((unsigned char)p[i]) || strchr("/._-+", p[i]);
	if (!quoted)
		return fail(t, t->line, "write {{include \"folder/file.h\"}}");
	putf(&t->head, "#include %.*s\n", n, p);
	return true;
}

static bool template_tag(struct tmpl *t, const char *p, int n)
{
	if (t->n_blocks)
		return fail(t, t->line, "{{template}} inside the block of line %d", t->block[t->n_blocks - 1].line);
	int name = 0, depth = 0, end = 0;
	while (name < n && (isalnum((unsigned char)p[name]) || p[name] == '_'))
		name++;
	for (int i = name; i < n && end == 0; i++) {
		depth += (p[i] == '(') - (p[i] == ')');
		end = depth == 0 ? i : 0;
	}
	if (name == 0 || isdigit((unsigned char)p[0]) || name >= n || p[name] != '(' || end == 0)
		return fail(t, t->line, "write {{template name(C parameters)}}");
	const char *args = p + name + 1, *rest = p + end + 1;
	int n_args = end - name - 1, n_rest = n - end - 1;
	while (n_rest && isspace((unsigned char)*rest))
		rest++, n_rest--;
	enum half half = n_rest == 0 ? WHOLE : n_rest == 4 && !memcmp(rest, "open", 4) ? OPENS : CLOSES;
	if (half == CLOSES && !(n_rest == 5 && !memcmp(rest, "close", 5)))
		return fail(t, t->line, "after a template's parameters only open or close may stand");
	if (t->waiting && half == OPENS)
		return fail(t, t->line, "the template marked open before this one has no partner marked close");
	if (half == CLOSES && !t->waiting)
		return fail(t, t->line, "a template marked close needs one marked open before it");
	while (n_args && isspace((unsigned char)*args))
		args++, n_args--;
	memset(&t->at, 0, sizeof t->at);
	if (half == CLOSES) {
		t->at = t->carried;
		t->waiting = false;
	}
	if (!push_block(t, BLOCK_TEMPLATE))
		return false;
	t->block[0].half = half;
	t->any_template = true;
	t->at.last = '\n';
	putf(&t->head, "void %.*s(struct html *h%s%.*s);\n", name, p, n_args ? ", " : "", n_args, args);
	at_line(t, t->line);
	putf(&t->code, "void %.*s(struct html *h%s%.*s)\n{\n", name, p, n_args ? ", " : "", n_args, args);
	return true;
}

static bool dispatch(struct tmpl *t, const char *word, const char *p, int n)
{
	if (strcmp(word, "include") == 0)
		return include_tag(t, p, n);
	if (strcmp(word, "template") == 0)
		return template_tag(t, p, n);
	if (t->n_blocks == 0)
		return fail(t, t->line, "only {{include}}, {{template}} and comments may stand outside a template");
	if (strcmp(word, "end") == 0)
		return end_tag(t, n);
	if (strcmp(word, "if") == 0)
		return if_tag(t, p, n);
	if (among(word, "elif else"))
		return else_tag(t, word, p, n);
	if (strcmp(word, "for") == 0)
		return for_tag(t, p, n);
	if (strcmp(word, "let") == 0)
		return let_tag(t, p, n);
	return element_tag(t, word, p, n);
}

/* A control tag alone on its line leaves no empty line behind. */
static void fold_line(struct tmpl *t)
{
	size_t i = t->i;
	while (i < t->n && (t->src[i] == ' ' || t->src[i] == '\t' || t->src[i] == '\r'))
		i++;
	if (i >= t->n || t->src[i] != '\n' || t->at.pos != TEXT || t->at.last != '\n' || keeps_space(&t->at))
		return;
	while (i < t->n && isspace((unsigned char)t->src[i]))
		t->line += t->src[i++] == '\n';
	t->i = i;
}

static bool brace_tag(struct tmpl *t)
{
	size_t end = 0;
	t->i += 2;
	if (!tag_end(t, &end))
		return false;
	const char *p = t->src + t->i;
	size_t n = end - t->i;
	int lines = 0;
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	while (n && isspace((unsigned char)*p))
		p++, n--;
	while (n && isspace((unsigned char)p[n - 1]))
		n--;
	t->i = end + 2;
	char word[16] = "";
	size_t w = 0;
	while (w < n && w < sizeof word - 1 && isalpha((unsigned char)p[w]))
		w++;
	memcpy(word, p, w);
	bool whole_word = w == n || isspace((unsigned char)p[w]) || p[w] == '"';
	bool ok, quiet = false;
	if (n && p[0] == '#') {
		ok = quiet = true;
	} else if (whole_word && among(word, "include template end if elif else for let call time age safe")) {
		quiet = !among(word, "call time age safe for");
		size_t skip = w;
		while (skip < n && isspace((unsigned char)p[skip]))
			skip++;
		ok = dispatch(t, word, p + skip, (int)(n - skip));
	} else if (t->n_blocks == 0) {
		ok = fail(t, t->line, "only {{include}}, {{template}} and comments may stand outside a template");
	} else {
		ok = value(t, p, (int)n);
	}
	t->line += lines;
	if (ok && quiet)
		fold_line(t);
	return ok;
}

/* ---- the whole file ---- */

static bool check_bytes(struct tmpl *t)
{
	if (t->n > MAX_SOURCE)
		return fail(t, 1, "a template file may have at most %d bytes", MAX_SOURCE);
	int line = 1;
	for (size_t i = 0; i < t->n; i++) {
		unsigned char c = (unsigned char)t->src[i];
		line += c == '\n';
		if ((c < 0x20 && !isspace(c)) || c == 0x7f)
			return fail(t, line, "a control byte 0x%02x", c);
	}
	return true;
}

bool compile(struct tmpl *t, const char *header)
{
	putf(&t->head, "/* Made by tmplgen; edit the template instead. */\n#pragma once\n#include \"web/html.h\"\n");
	putf(&t->code, "/* Made by tmplgen; edit the template instead. */\n#include \"%s\"\n#include \"base/banned.h\"\n\n", header);
	if (!check_bytes(t))
		return false;
	t->line = 1;
	while (t->i < t->n) {
		char c = t->src[t->i];
		if (c == '{' && t->i + 1 < t->n && t->src[t->i + 1] == '{') {
			if (!brace_tag(t))
				return false;
			continue;
		}
		t->i++;
		if (t->n_blocks == 0) {
			if (!isspace((unsigned char)c))
				return fail(t, t->line, "text outside a template");
		} else if (!feed(t, c)) {
			return false;
		}
		t->line += c == '\n';
	}
	if (t->n_blocks)
		return fail(t, t->block[t->n_blocks - 1].line, "this block is never ended with {{end}}");
	if (t->waiting)
		return fail(t, t->line, "a template marked open has no partner marked close");
	if (!t->any_template)
		return fail(t, t->line, "no {{template}} in this file");
	return true;
}

void tmpl_done(struct tmpl *t)
{
	free(t->head.p);
	free(t->code.p);
	free(t->lit.p);
}

#ifndef TMPLGEN_NO_MAIN
static bool write_file(const char *path, const struct text *t)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(t->p, 1, t->n, f) == t->n;
	ok = f && fclose(f) == 0 && ok;
	if (!ok)
		fprintf(stderr, "tmplgen: cannot write %s\n", path);
	return ok;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: tmplgen IN.html OUT.h OUT.c\n");
		return 2;
	}
	FILE *f = fopen(argv[1], "rb");
	char *src = malloc(MAX_SOURCE + 1);
	struct tmpl *t = calloc(1, sizeof *t);
	if (!src || !t)
		abort();
	bool ok = false;
	if (!f) {
		fprintf(stderr, "tmplgen: cannot read %s\n", argv[1]);
	} else {
		t->file = argv[1];
		t->src = src;
		t->n = fread(src, 1, MAX_SOURCE + 1, f);
		fclose(f);
		const char *slash = strrchr(argv[2], '/');
		ok = compile(t, slash ? slash + 1 : argv[2]);
		if (!ok)
			fprintf(stderr, "%s\n", t->error);
		ok = ok && write_file(argv[2], &t->head) && write_file(argv[3], &t->code);
	}
	tmpl_done(t);
	free(t);
	free(src);
	return ok ? 0 : 1;
}
#endif
