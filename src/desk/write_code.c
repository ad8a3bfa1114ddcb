/* write_code.c: logs in a thread: found, and folded when they are long; see write_view.h. */
#include "desk/write_view.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum { FIRST_LINE_MAX_BYTES = 80 };

static int64_t count_lines(struct str s)
{
	int64_t n = s.n > 0 && s.p[s.n - 1] != '\n';
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* The text of the first line: what stands before it in tags is left out, entities stay as they are. */
static struct str first_line(struct str block)
{
	while (block.n && block.p[0] == '<') {
		ptrdiff_t end = str_find_ch(block, '>');
		if (end < 0)
			return S("");
		block = str_slice(block, (size_t)end + 1, block.n);
	}
	ptrdiff_t end = str_find_ch(block, '\n');
	struct str line = str_slice(block, 0, end < 0 ? block.n : (size_t)end);
	struct str shown = utf8_clip(line, FIRST_LINE_MAX_BYTES);
	/* never half of an entity, and no tag at all */
	for (size_t i = shown.n; i > 0 && shown.n - i < 10; i--)
		if (shown.p[i - 1] == ';')
			break;
		else if (shown.p[i - 1] == '&')
			return str_slice(shown, 0, i - 1);
	ptrdiff_t tag = str_find_ch(shown, '<');
	return tag >= 0 ? str_slice(shown, 0, (size_t)tag) : shown;
}

struct str write_fold_code(struct arena *a, struct str html)
{
	static const struct str OPEN = { "<pre>", 5 }, CLOSE = { "</pre>", 6 };
	if (str_find(html, OPEN) < 0)
		return html;
	struct buf b;
	buf_init(&b, a, html.n * 2 + 400);
	for (ptrdiff_t at; (at = str_find(html, OPEN)) >= 0;) {
		buf_add(&b, str_slice(html, 0, (size_t)at));
		html = str_slice(html, (size_t)at, html.n);
		ptrdiff_t end = str_find(html, CLOSE);
		if (end < 0)
			break;
		struct str block = str_slice(html, 0, (size_t)end + CLOSE.n), inside = str_slice(block, OPEN.n, (size_t)end);
		if (str_ends(inside, S("</code>")))
			inside.n -= 7;
		int64_t lines = count_lines(inside);
		bool fold = lines > FOLD_LINES;
		if (fold)
			buf_fmt(&b, "<details class=\"quoted log\"><summary>%lld lines: <code>%.*s</code></summary>", (long long)lines, STR_ARG(first_line(inside)));
		buf_add(&b, S("<pre tabindex=\"0\">"));   /* what is wider than the page can be scrolled by key */
		buf_add(&b, str_slice(block, OPEN.n, block.n));
		if (fold)
			buf_add(&b, S("</details>"));
		html = str_slice(html, (size_t)end + CLOSE.n, html.n);
	}
	buf_add(&b, html);
	return buf_str(&b);
}

static bool digits(struct str s, size_t at, size_t n)
{
	if (s.n < at + n)
		return false;
	for (size_t i = at; i < at + n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

bool write_log_line(struct str line)
{
	static const char *const BEGINS[] = { "INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "level=", "t=", "Traceback (", "goroutine ", "panic: ", "Caused by: ", "File \"" };
	struct str s = str_trim(line);
	if (s.n && s.p[0] == '[')
		s = str_slice(s, 1, s.n);
	if (digits(s, 0, 4) && s.n > 8 && (s.p[4] == '-' || s.p[4] == '/') && digits(s, 5, 2))
		return true;
	if (digits(s, 0, 2) && s.n > 7 && s.p[2] == ':' && digits(s, 3, 2) && s.p[5] == ':' && digits(s, 6, 2))
		return true;
	if (str_starts(s, S("at ")) && line.n && (line.p[0] == ' ' || line.p[0] == '\t') && str_find_ch(s, '(') > 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(BEGINS); i++)
		if (str_starts(s, str_c(BEGINS[i])))
			return true;
	return false;
}
