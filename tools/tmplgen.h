/* tmplgen.h: what the two halves of tmplgen share: the place in the HTML, and the texts that come out.
 *
 * tmplgen_html.c knows HTML: each constant byte of a template goes through feed(), which moves the place and refuses what
 * would not be safe or well-formed. tmplgen.c knows the {{tags}} and writes the C. */
#ifndef TMPLGEN_H
#define TMPLGEN_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_SOURCE = 1 << 20, MAX_OPEN = 96, MAX_BLOCKS = 48, MAX_NAME = 32, MAX_SEEN = 512 };

enum pos { TEXT, TAG_NAME, IN_TAG, AFTER_VALUE, ATTR_NAME, BEFORE_VALUE, VALUE, RCDATA, RAW, COMMENT, DOCTYPE };

/* How far a URL has come; decides what a value in it may be. */
enum url { NO_URL, URL_START, URL_SCHEME, URL_SLASH, URL_HOST, URL_REST, URL_MIXED };

struct element {
	char name[MAX_NAME];
	int line;
};

struct place {
	enum pos pos;
	enum url url;
	char quote;
	char last;                 /* the last constant byte written, 0 when unknown: '\n' lets white space fold */
	bool closing, self_closing, post, sandbox;
	char tag[MAX_NAME], attr[MAX_NAME];
	char value[8];             /* the first bytes of an attribute's value: method=, and a URL's scheme */
	unsigned value_n;
	char seen[MAX_SEEN];       /* " class id ": the attributes this tag already has */
	struct element open[MAX_OPEN];
	int n_open;
};

enum block_kind { BLOCK_TEMPLATE, BLOCK_IF, BLOCK_FOR, BLOCK_FOR_ELSE };
enum half { WHOLE, OPENS, CLOSES };

struct block {
	enum block_kind kind;
	enum half half;
	struct place start, end;
	bool has_end, has_else;
	int line, id;
};

struct text {
	char *p;
	size_t n, cap;
};

struct tmpl {
	const char *file, *src;
	size_t n, i;
	int line, c_line, blocks_made;
	struct text head, code, lit;   /* the header, the C file, constant HTML not yet written to the C file */
	struct block block[MAX_BLOCKS];
	int n_blocks;
	struct place at;
	bool any_template, waiting;    /* waiting: an `open` template still lacks its `close` */
	struct place carried;          /* what it left open */
	char error[600];
};

void put(struct text *t, const char *p, size_t n);
void puts_to(struct text *t, const char *s);
void putf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Records the first error, "file:line: sentence"; always false. */
bool fail(struct tmpl *t, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Is word one of the space-separated words of list? */
bool among(const char *word, const char *list);

/* Writes the constant HTML so far as one html_raw() call. */
void flush(struct tmpl *t);
/* Points the C compiler's messages at the template. */
void at_line(struct tmpl *t, int line);

/* One constant byte; t->i is past it. */
bool feed(struct tmpl *t, char c);
/* Inside <pre> or <textarea>? */
bool keeps_space(const struct place *at);
/* The attribute name just read ends here, without a value. */
bool attr_named(struct tmpl *t);

/* Compiles t->src; false with t->error set. `header` is the name by which the C file includes its header. */
bool compile(struct tmpl *t, const char *header);
/* Frees the texts, not t or its source. */
void tmpl_done(struct tmpl *t);

#endif
