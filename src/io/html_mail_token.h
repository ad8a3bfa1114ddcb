/* html_mail_token.h: cutting HTML into tokens the way browsers do (WHATWG 13.2.5); private to html_mail.c and its tests.
 *
 * The states of the standard are here as straight code over a whole text: data, RCDATA, RAWTEXT, script data with its escaped forms,
 * tags, attributes, comments with all their broken endings, CDATA, doctype. Every byte is looked at a bounded number of times. */
#ifndef TEND_IO_HTML_MAIL_TOKEN_H
#define TEND_IO_HTML_MAIL_TOKEN_H

#include "base/arena.h"

enum html_token_kind { HTML_EOF, HTML_TEXT, HTML_START, HTML_END };

/* The only attributes anybody here asks for. */
enum html_attr {
	HTML_A_ALT,
	HTML_A_COLSPAN,
	HTML_A_DATA_CID,
	HTML_A_DATA_REMOTE,
	HTML_A_DIR,
	HTML_A_HEIGHT,
	HTML_A_HREF,
	HTML_A_ROWSPAN,
	HTML_A_SRC,
	HTML_A_START,
	HTML_A_WIDTH,
	HTML_A_COUNT
};

enum { HTML_ATTRS_MAX = 64, HTML_TAG_NAME_MAX = 32, HTML_ENTITY_NAME_MAX = 32 };

struct html_token {
	enum html_token_kind kind;
	bool raw;                           /* of HTML_TEXT: no character references in it */
	struct str text;                    /* of HTML_TEXT: as written */
	char name[HTML_TAG_NAME_MAX + 1];   /* lower case; "" when longer than any we know */
	struct str attr[HTML_A_COUNT];      /* as written, references undone by html_unescape(); STR_NULL when absent */
	bool self_closing, attrs_cut;
};

struct html_lexer {
	struct str in;
	size_t at;
	char raw_end[HTML_TAG_NAME_MAX + 1];  /* inside RCDATA, RAWTEXT or script data: the tag that ends it */
	bool rcdata, script, plaintext;
	bool foreign;                         /* inside svg or math: CDATA sections are real */
};

void html_lexer_init(struct html_lexer *l, struct str html);
void html_next(struct html_lexer *l, struct html_token *ret);
/* After a start tag: what follows is raw until </name (set by the caller, as the tree builder does). */
void html_mail_raw(struct html_lexer *l, const char *name, bool rcdata, bool script);

/* A named reference at the start of s (after the '&'): bytes used and its text; 0 when there is none. */
size_t html_entity(struct str s, bool in_attribute, struct str *ret_text);
/* Character references undone, NUL and CR mended. */
struct str html_unescape(struct arena *a, struct str s, bool in_attribute);

#endif
