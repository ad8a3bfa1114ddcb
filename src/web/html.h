/* html.h: what compiled templates write into.
 *
 * tools/tmplgen compiles x.html to functions that call these; the escaping is chosen from the position in the HTML at
 * build time, so nobody remembers to escape (docs/templates.md). Hand-written C does not build HTML. */
#ifndef TEND_WEB_HTML_H
#define TEND_WEB_HTML_H

#include "base/buf.h"
#include "base/civil.h"

struct html {
	struct buf buf;
	struct str csrf;              /* put into every <form method="post"> by the compiler */
	const struct zone *zone;      /* the reader's */
	utime now_us;
};

void html_init(struct html *h, struct arena *a, size_t max_bytes);

/* Constant markup out of the template. */
void html_raw(struct html *h, const char *p, size_t n);

/* One per position. The generated code reaches them by type (HTML_OUT below). */
void html_text_str(struct html *h, struct str s);
void html_text_i64(struct html *h, int64_t v);
void html_text_opt(struct html *h, struct opt_i64 v);      /* nothing when absent */
void html_attr_str(struct html *h, struct str s);          /* inside a quoted attribute */
void html_attr_i64(struct html *h, int64_t v);
void html_attr_opt(struct html *h, struct opt_i64 v);
void html_url_part_str(struct html *h, struct str s);      /* in a URL after its fixed beginning: percent-encoded */
void html_url_part_i64(struct html *h, int64_t v);
void html_url_part_opt(struct html *h, struct opt_i64 v);
void html_url_whole_str(struct html *h, struct str s);     /* a whole URL: http, https, mailto or a path, else "#" */
void html_csrf(struct html *h);                            /* the hidden field */

#define HTML_OUT(pos, h, x)                                                                                            \
	_Generic((x),                                                                                                  \
		struct str: html_##pos##_str,                                                                          \
		struct opt_i64: html_##pos##_opt,                                                                      \
		char *: html_##pos##_c,                                                                                \
		const char *: html_##pos##_c,                                                                          \
		default: html_##pos##_i64)(h, x)

static inline void html_text_c(struct html *h, const char *s) { html_text_str(h, str_c(s)); }
static inline void html_attr_c(struct html *h, const char *s) { html_attr_str(h, str_c(s)); }
static inline void html_url_part_c(struct html *h, const char *s) { html_url_part_str(h, str_c(s)); }
static inline void html_url_whole_c(struct html *h, const char *s) { html_url_whole_str(h, str_c(s)); }
/* A number can't be a whole URL: these do not exist on purpose, so such a template does not link. */
void html_url_whole_i64(struct html *h, int64_t v);
void html_url_whole_opt(struct html *h, struct opt_i64 v);

/* Markup that another part of tend made safe: rebuilt mail HTML never comes here (it goes into a sandboxed frame);
 * Markdown by md4c with raw HTML off does. Written as {{safe expr}}; lint lists every use. */
void html_safe(struct html *h, struct str made_safe);

/* <time datetime="…" title="exact, zone">short</time> in the reader's zone. */
void html_time(struct html *h, utime t);
/* The age of t, "3 h", inside <time>. */
void html_age(struct html *h, utime t);

#endif
