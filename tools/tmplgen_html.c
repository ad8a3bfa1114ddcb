/* tmplgen_html.c: knows where in the HTML a template stands; see tmplgen.h.
 *
 * A small state machine of the positions that matter for escaping, and a stack of open elements. It is stricter than a
 * browser: what a browser would mend in silence (an unclosed element, a form in a form, a second class=) stops the build. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "tmplgen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void put(struct text *t, const char *p, size_t n)
{
	if (t->cap - t->n < n + 1) {
		t->cap = (t->cap + n + 1) * 2;
		t->p = realloc(t->p, t->cap);
		if (!t->p)
			abort();
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void puts_to(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

void putf(struct text *t, const char *fmt, ...)
{
	char *s;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	put(t, s, (size_t)n);
	free(s);
}

bool fail(struct tmpl *t, int line, const char *fmt, ...)
{
	if (t->error[0])
		return false;
	va_list ap;
	va_start(ap, fmt);
	int n = snprintf(t->error, sizeof t->error, "%s:%d: ", t->file, line);
	if (n > 0 && (size_t)n < sizeof t->error)
		vsnprintf(t->error + n, sizeof t->error - (size_t)n, fmt, ap);
	va_end(ap);
	return false;
}

bool among(const char *word, const char *list)
{
	size_t n = strlen(word);
	for (const char *p = list; n && (p = strstr(p, word)); p++)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

/* ---- what comes out ---- */

void flush(struct tmpl *t)
{
	if (!t->lit.n)
		return;
	putf(&t->code, "\thtml_raw(h,");
	for (size_t i = 0; i < t->lit.n; i++) {
		unsigned char c = (unsigned char)t->lit.p[i];
		if (i == 0 || t->lit.p[i - 1] == '\n')
			puts_to(&t->code, i ? "\"\n\t         \"" : " \"");
		if (c == '\n')
			puts_to(&t->code, "\\n");
		else if (c == '"' || c == '\\')
			putf(&t->code, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f || c == '?')
			putf(&t->code, "\\%03o", c);
		else
			put(&t->code, (const char *)&t->lit.p[i], 1);
	}
	putf(&t->code, "\", %zu);\n", t->lit.n);
	t->lit.n = 0;
}

void at_line(struct tmpl *t, int line)
{
	flush(t);
	putf(&t->code, "#line %d \"", line);
	for (const char *p = t->file; *p; p++)
		putf(&t->code, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
	puts_to(&t->code, "\"\n");
}

static void out(struct tmpl *t, char c)
{
	put(&t->lit, &c, 1);
	t->at.last = c;
}

/* ---- elements ---- */

static const char void_elements[] = "area br col hr img input link meta source track wbr";
static const char closes_p[] = "address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 "
			       "h4 h5 h6 header hr main menu nav ol p pre section table ul";

static bool is_open(const struct place *at, const char *name, const char *boundary)
{
	for (int i = at->n_open - 1; i >= 0 && !among(at->open[i].name, boundary); i--)
		if (strcmp(at->open[i].name, name) == 0)
			return true;
	return false;
}

bool keeps_space(const struct place *at)
{
	return is_open(at, "pre", "") || is_open(at, "textarea", "");
}

static bool may_open(struct tmpl *t)
{
	struct place *at = &t->at;
	if (among(at->tag, "base object embed applet frame frameset param plaintext xmp noembed noframes"))
		return fail(t, t->line, "<%s> does not build: the content security policy forbids it or it is obsolete",
			    at->tag);
	if (strcmp(at->tag, "form") == 0 && is_open(at, "form", ""))
		return fail(t, t->line, "a <form> inside a form: the browser would drop it; close the outer one first");
	if (among(at->tag, "a button") && is_open(at, at->tag, "template"))
		return fail(t, t->line, "<%s> inside <%s>: the browser would close the outer one", at->tag, at->tag);
	if (among(at->tag, closes_p) && is_open(at, "p", "button td th caption template svg"))
		return fail(t, t->line, "<%s> inside <p>: the browser would close the <p>; use <div>", at->tag);
	if (strcmp(at->tag, "iframe") == 0 && !at->sandbox)
		return fail(t, t->line, "<iframe> needs the sandbox attribute");
	if (at->self_closing && !among(at->tag, void_elements) && !is_open(at, "svg", "") && strcmp(at->tag, "svg"))
		return fail(t, t->line, "<%s/> does not close the element in HTML; write <%s></%s>", at->tag, at->tag,
			    at->tag);
	return true;
}

/* The '>' of a tag. */
static bool tag_done(struct tmpl *t)
{
	struct place *at = &t->at;
	out(t, '>');
	at->pos = TEXT;
	if (at->closing) {
		if (among(at->tag, void_elements))
			return fail(t, t->line, "</%s>: <%s> has no end tag", at->tag, at->tag);
		if (at->n_open == 0)
			return fail(t, t->line, "</%s> closes nothing", at->tag);
		struct element *top = &at->open[at->n_open - 1];
		if (strcmp(top->name, at->tag) != 0)
			return fail(t, t->line, "</%s> stands where <%s> of line %d must be closed first", at->tag,
				    top->name, top->line);
		at->n_open--;
		return true;
	}
	if (!may_open(t))
		return false;
	if (among(at->tag, void_elements) || at->self_closing)
		return true;
	if (at->n_open == MAX_OPEN)
		return fail(t, t->line, "elements are nested deeper than %d", MAX_OPEN);
	struct element *e = &at->open[at->n_open++];
	memcpy(e->name, at->tag, sizeof e->name);
	e->line = t->line;
	if (at->post) {
		flush(t);
		puts_to(&t->code, "\thtml_csrf(h);\n");
		at->last = 0;
	}
	if (among(at->tag, "textarea title"))
		at->pos = RCDATA;
	if (among(at->tag, "script style"))
		at->pos = RAW;
	/* The browser drops one line break here; without ours it would be the first of the value. */
	if (among(at->tag, "textarea pre") && !(t->i < t->n && t->src[t->i] == '\n'))
		out(t, '\n');
	return true;
}

/* ---- attributes ---- */

bool attr_named(struct tmpl *t)
{
	struct place *at = &t->at;
	char word[MAX_NAME + 1];
	snprintf(word, sizeof word, "%s ", at->attr);
	if (strncmp(at->attr, "on", 2) == 0)
		return fail(t, t->line, "%s=: handlers do not build; desk.js listens by data- attributes", at->attr);
	if (strcmp(at->attr, "style") == 0)
		return fail(t, t->line, "style= does not build: use a class of desk.css");
	if (among(at->attr, "srcdoc srcset http-equiv formmethod ping manifest"))
		return fail(t, t->line, "%s= does not build: there is no safe way to write it", at->attr);
	if (among(at->attr, at->seen))
		return fail(t, t->line, "the attribute %s stands twice in <%s>; the browser would ignore the second", at->attr,
			    at->tag);
	size_t n = strlen(at->seen);
	if (n + strlen(word) >= sizeof at->seen)
		return fail(t, t->line, "too many attributes in one tag");
	memcpy(at->seen + n, word, strlen(word) + 1);
	if (strcmp(at->attr, "sandbox") == 0)
		at->sandbox = true;
	at->pos = AFTER_VALUE;
	return true;
}

static bool value_done(struct tmpl *t)
{
	struct place *at = &t->at;
	if (strcmp(at->tag, "form") == 0 && strcmp(at->attr, "method") == 0)
		at->post = strcasecmp(at->value, "post") == 0;
	at->pos = AFTER_VALUE;
	at->url = NO_URL;
	at->quote = 0;
	memset(at->attr, 0, sizeof at->attr);
	memset(at->value, 0, sizeof at->value);
	at->value_n = 0;
	return true;
}

/* A constant byte of a URL. */
static bool url_step(struct tmpl *t, char c)
{
	struct place *at = &t->at;
	bool path_byte = c == '/' || c == '?' || c == '#';
	switch (at->url) {
	case URL_START:
		at->url = c == '/' ? URL_SLASH : isalpha((unsigned char)c) ? URL_SCHEME : URL_REST;
		break;
	case URL_SCHEME:
		if (c == ':') {
			if (!among(at->value, "http https mailto"))
				return fail(t, t->line, "a URL may only begin with http:, https:, mailto: or a path");
			at->url = at->value[0] == 'm' ? URL_REST : URL_SLASH;
		} else if (path_byte) {
			at->url = URL_REST;
		}
		break;
	case URL_SLASH:
		/* "https:" comes here too; its first slash stays here. */
		at->url = c != '/' ? URL_REST : at->value[at->value_n ? at->value_n - 1 : 0] == ':' ? URL_SLASH : URL_HOST;
		break;
	case URL_HOST:
		if (path_byte)
			at->url = URL_REST;
		break;
	case NO_URL:
	case URL_REST:
	case URL_MIXED:
		break;
	}
	return true;
}

/* ---- one constant byte ---- */

static bool add_name(struct tmpl *t, char *name, char c)
{
	size_t n = strlen(name);
	if (n + 1 >= MAX_NAME)
		return fail(t, t->line, "the name %s… is too long", name);
	name[n] = (char)tolower((unsigned char)c);
	return true;
}

static bool looking_at(const struct tmpl *t, const char *word)
{
	size_t n = strlen(word);
	return t->n - t->i >= n && strncasecmp(t->src + t->i, word, n) == 0;
}

/* A '<' in text; t->i is past it. */
static bool less_than(struct tmpl *t)
{
	struct place *at = &t->at;
	char next = t->i < t->n ? t->src[t->i] : ' ';
	out(t, '<');
	if (at->pos == TEXT && looking_at(t, "!--")) {
		at->pos = COMMENT;
		return true;
	}
	if (at->pos == TEXT && looking_at(t, "!doctype")) {
		at->pos = DOCTYPE;
		return true;
	}
	memset(at->tag, 0, sizeof at->tag);
	memset(at->seen, 0, sizeof at->seen);
	at->closing = next == '/';
	at->self_closing = at->post = at->sandbox = false;
	if (at->closing && at->pos != TEXT) {
		const char *name = at->open[at->n_open - 1].name;
		t->i++;
		bool same = looking_at(t, name);
		t->i--;
		if (!same)
			return fail(t, t->line, "only </%s> may follow here; write &lt; for a <", name);
	} else if (at->pos != TEXT) {
		return fail(t, t->line, "a < inside <%s>: write &lt;", at->open[at->n_open - 1].name);
	}
	if (at->closing) {
		out(t, '/');
		t->i++;
		next = t->i < t->n ? t->src[t->i] : ' ';
	}
	if (!isalpha((unsigned char)next))
		return fail(t, t->line, "a bare < in text: write &lt;");
	at->pos = TAG_NAME;
	return true;
}

static bool in_tag(struct tmpl *t, char c)
{
	struct place *at = &t->at;
	if (isspace((unsigned char)c)) {
		if (at->pos == AFTER_VALUE)
			out(t, ' ');
		at->pos = IN_TAG;
	} else if (c == '>') {
		return tag_done(t);
	} else if (c == '/') {
		if (at->closing || !(t->i < t->n && t->src[t->i] == '>'))
			return fail(t, t->line, "a stray / in <%s>", at->tag);
		at->self_closing = true;
		out(t, c);
	} else if (at->closing) {
		return fail(t, t->line, "</%s> may not have attributes", at->tag);
	} else if (at->pos == AFTER_VALUE) {
		return fail(t, t->line, "a space is missing before an attribute of <%s>", at->tag);
	} else if (isalpha((unsigned char)c)) {
		memset(at->attr, 0, sizeof at->attr);
		at->pos = ATTR_NAME;
		out(t, c);
		return add_name(t, at->attr, c);
	} else {
		return fail(t, t->line, "unexpected %c in <%s>", c, at->tag);
	}
	return true;
}

static bool attr_name(struct tmpl *t, char c)
{
	struct place *at = &t->at;
	if (isalnum((unsigned char)c) || c == '-' || c == ':' || c == '_') {
		out(t, c);
		return add_name(t, at->attr, c);
	}
	if (!attr_named(t))
		return false;
	if (c != '=')
		return in_tag(t, c);
	at->pos = BEFORE_VALUE;
	out(t, c);
	return true;
}

static bool value_byte(struct tmpl *t, char c)
{
	struct place *at = &t->at;
	out(t, c);
	if (c == at->quote)
		return value_done(t);
	if (!url_step(t, c))
		return false;
	if (at->value_n < sizeof at->value - 1)
		at->value[at->value_n++] = (char)tolower((unsigned char)c);
	return true;
}

static void text_byte(struct tmpl *t, char c)
{
	if ((c != '\n' && c != '\r') || keeps_space(&t->at)) {
		out(t, c);
		return;
	}
	while (t->i < t->n && isspace((unsigned char)t->src[t->i]))
		t->line += t->src[t->i++] == '\n';
	if (t->at.last != '\n')
		out(t, '\n');
}

bool feed(struct tmpl *t, char c)
{
	struct place *at = &t->at;
	switch (at->pos) {
	case TEXT:
	case RCDATA:
		if (c == '<')
			return less_than(t);
		text_byte(t, c);
		return true;
	case RAW:
		if (c == '<')
			return less_than(t);
		if (!isspace((unsigned char)c))
			return fail(t, t->line, "<%s> with content: the content security policy forbids it; use a file of assets/",
				    at->open[at->n_open - 1].name);
		return true;
	case TAG_NAME:
		if (isalnum((unsigned char)c) || c == '-') {
			out(t, c);
			return add_name(t, at->tag, c);
		}
		at->pos = AFTER_VALUE;
		return in_tag(t, c);
	case IN_TAG:
	case AFTER_VALUE:
		return in_tag(t, c);
	case ATTR_NAME:
		return attr_name(t, c);
	case BEFORE_VALUE:
		if (c != '"' && c != '\'')
			return fail(t, t->line, "an unquoted attribute: write %s=\"…\"", at->attr);
		at->quote = c;
		at->pos = VALUE;
		at->url = among(at->attr, "href src action formaction poster cite data-href xlink:href") ? URL_START : NO_URL;
		at->value_n = 0;
		memset(at->value, 0, sizeof at->value);
		out(t, c);
		return true;
	case VALUE:
		return value_byte(t, c);
	case COMMENT:
		out(t, c);
		if (c == '>' && t->i >= 3 && memcmp(t->src + t->i - 3, "-->", 3) == 0)
			at->pos = TEXT;
		return true;
	case DOCTYPE:
		out(t, c);
		if (c == '>')
			at->pos = TEXT;
		return true;
	}
	return true;
}
