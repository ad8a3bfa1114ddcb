/* html_mail_part.h: what html_mail.c (tree), html_mail_text.c (readable text) and html_mail_check.c (the proof of the result) share. */
#ifndef TEND_IO_HTML_MAIL_PART_H
#define TEND_IO_HTML_MAIL_PART_H

#include "base/buf.h"

enum { HTML_DEPTH_MAX = 64, HTML_OUT_MAX = 2 << 20, HTML_URL_MAX = 8192 };

/* The closed set of elements that can come out, sorted by name. */
enum html_tag {
	TAG_A, TAG_ABBR, TAG_B, TAG_BLOCKQUOTE, TAG_BR, TAG_CITE, TAG_CODE, TAG_DD, TAG_DEL, TAG_DIV, TAG_DL, TAG_DT, TAG_EM,
	TAG_H1, TAG_H2, TAG_H3, TAG_H4, TAG_H5, TAG_H6, TAG_HR, TAG_I, TAG_IMG, TAG_INS, TAG_KBD, TAG_LI, TAG_MARK, TAG_OL, TAG_P,
	TAG_PRE, TAG_Q, TAG_S, TAG_SAMP, TAG_SMALL, TAG_STRONG, TAG_SUB, TAG_SUP, TAG_TABLE, TAG_TBODY, TAG_TD, TAG_TFOOT, TAG_TH,
	TAG_THEAD, TAG_TR, TAG_U, TAG_UL, TAG_VAR, TAG_COUNT
};

enum html_tag_kind { KIND_INLINE, KIND_BLOCK, KIND_VOID, KIND_TABLE };

struct html_tag_info {
	const char *name;
	enum html_tag_kind kind;
	bool dir;         /* may carry dir= */
	uint8_t lines;    /* line ends the readable text wants around it */
};

const struct html_tag_info *html_tag_info(enum html_tag t);
/* TAG_COUNT when the name is none of them. */
enum html_tag html_tag_find(struct str name);

/* http:// and https:// (a host must follow), and mailto: when `mail`; control bytes gone, the rest of the unsafe bytes percent-encoded.
 * STR_NULL for anything else. */
struct str html_url_clean(struct arena *a, struct str url, bool mail);

/* Readable text, built while the tree is. */
struct html_text {
	struct buf buf;
	unsigned lines;      /* line ends wanted before the next word */
	bool space, tab;     /* a gap wanted before the next word */
	unsigned quote, indent, last_quote;
	bool line_open;
	bool bullet;         /* a list item has just begun: what follows stays on its line */
};

void html_text_init(struct html_text *t, struct arena *a);
void html_text_break(struct html_text *t, unsigned lines);
void html_text_add(struct html_text *t, struct str s, bool pre);
/* As it is, on the current line. */
void html_text_raw(struct html_text *t, struct str s);

/* Is this exactly the closed grammar that html_mail_rebuild() writes? The parent asks before it believes the child. */
bool html_mail_valid(struct str html);

#endif
