/* html_mail_text.c: the readable text of an HTML mail; white space as a browser would show it. */
#include "io/html_mail_part.h"

#include <string.h>

#include "base/banned.h"

enum { QUOTE_MAX = 8, INDENT_MAX = 16 };

void html_text_init(struct html_text *t, struct arena *a)
{
	*t = (struct html_text){ 0 };
	buf_init(&t->buf, a, HTML_OUT_MAX);
}

void html_text_break(struct html_text *t, unsigned lines)
{
	if (lines == 0 || t->bullet)
		return;
	if (lines > t->lines)
		t->lines = lines;
	t->space = t->tab = false;
}

static void line_start(struct html_text *t, bool blank)
{
	unsigned quote = t->quote < QUOTE_MAX ? t->quote : QUOTE_MAX;
	if (blank && t->last_quote < quote) /* an empty line belongs to the outer of its neighbours */
		quote = t->last_quote;
	if (!blank)
		t->last_quote = quote;
	for (unsigned i = 0; i < quote; i++)
		buf_add(&t->buf, blank && i + 1 == quote ? S(">") : S("> "));
	if (!blank)
		for (unsigned i = 0; i < t->indent && i < INDENT_MAX; i++)
			buf_ch(&t->buf, ' ');
}

/* Puts the wanted line ends or gap before a word. */
static void flush(struct html_text *t)
{
	if (t->lines || !t->line_open) {
		if (t->buf.n) {
			if (t->line_open)
				buf_ch(&t->buf, '\n');
			for (unsigned i = 1; i < t->lines; i++) {
				line_start(t, true);
				buf_ch(&t->buf, '\n');
			}
		}
		line_start(t, false);
		t->line_open = true;
	} else if (t->tab || t->space) {
		buf_ch(&t->buf, t->tab ? '\t' : ' ');
	}
	t->lines = 0;
	t->space = t->tab = t->bullet = false;
}

void html_text_raw(struct html_text *t, struct str s)
{
	flush(t);
	buf_add(&t->buf, s);
}

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

void html_text_add(struct html_text *t, struct str s, bool pre)
{
	size_t i = 0;
	while (i < s.n && !t->buf.full) {
		if (pre && s.p[i] == '\n') {
			if (t->lines || !t->line_open)
				flush(t);
			buf_ch(&t->buf, '\n');
			t->line_open = false;
			i++;
			continue;
		}
		if (!pre && space(s.p[i])) {
			t->space = t->line_open;
			i++;
			continue;
		}
		flush(t);
		size_t from = i;
		while (i < s.n && (pre ? s.p[i] != '\n' : !space(s.p[i])) &&
		       !(s.p[i] == (char)0xc2 && i + 1 < s.n && s.p[i + 1] == (char)0xa0))
			i++;
		buf_add(&t->buf, str_slice(s, from, i));
		if (i < s.n && s.p[i] == (char)0xc2) { /* U+00A0: a space that does not collapse */
			buf_ch(&t->buf, ' ');
			i += 2;
		}
	}
}
