/* html_mail.h: HTML of strangers: a WHATWG-style tokenizer and a rebuild from an allow-list, linear in the input.
 *
 * Nothing of the input is copied as markup: known tags and attributes are written anew with a balanced stack (depth ≤ 64,
 * attributes ≤ 64, output ≤ 2 MiB). Content of script, style, svg, math, noscript, template, iframe, object and form controls is dropped.
 * URLs: http, https, mailto, cid. Remote images keep their address in data-remote only, so nothing loads until the reader asks; cid: images in data-cid
 * (the Content-ID, percent-decoded). The grammar of the result is closed: html_mail_part.h's html_mail_valid() tells it from anything else. */
#ifndef TEND_IO_HTML_MAIL_H
#define TEND_IO_HTML_MAIL_H

#include "base/buf.h"

struct html_mail_result {
	struct str html;            /* balanced, only allowed tags */
	struct str text;            /* the same as readable text: paragraphs, lists, links in <> */
	bool remote_images;
	bool cut;                   /* a ceiling was reached */
};

void html_mail_rebuild(struct arena *a, struct str html, struct html_mail_result *ret);

#endif
