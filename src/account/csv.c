/* csv.c: tables as text; see csv.h. */
#include "account/csv.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

/* Windows-1252, 0x80 to 0x9F; the five holes are read as U+FFFD. */
static const uint16_t high[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static struct str from_windows_1252(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n * 3 + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		if (ch < 0x80)
			p[n++] = (char)ch;
		else
			n += utf8_put(p + n, ch < 0xA0 ? high[ch - 0x80] : ch);
	}
	return (struct str){ p, n };
}

/* The separator that occurs most outside quotes in the first line. */
static char find_separator(struct str s)
{
	size_t commas = 0, semicolons = 0, tabs = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		if (ch == '"')
			quoted = !quoted;
		else if (!quoted && (ch == '\n' || ch == '\r'))
			break;
		else if (!quoted)
			commas += ch == ',', semicolons += ch == ';', tabs += ch == '\t';
	}
	if (tabs > commas && tabs > semicolons)
		return '\t';
	return semicolons > commas ? ';' : ',';
}

enum err csv_open(struct csv *r, struct arena *a, struct fault *f, struct str bytes)
{
	*r = (struct csv){ .line = 1 };
	if (bytes.n > CSV_BYTES_MAX)
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The file is larger than 10 MB: split it");
	if (bytes.n >= 2 && ((unsigned char)bytes.p[0] ^ (unsigned char)bytes.p[1]) == 1 &&
	    ((unsigned char)bytes.p[0] | (unsigned char)bytes.p[1]) == 0xFF)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file is in UTF-16: save it again as “CSV UTF-8”");
	if (bytes.n && memchr(bytes.p, 0, bytes.n))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file is no text: save the table as “CSV UTF-8”");
	if (str_starts(bytes, S("\xEF\xBB\xBF")))
		bytes = str_slice(bytes, 3, bytes.n);
	r->was_windows_1252 = !utf8_valid(bytes);
	r->text = r->was_windows_1252 ? from_windows_1252(a, bytes) : bytes;
	r->separator = find_separator(r->text);
	return OK;
}

static bool at_line_end(const struct csv *r)
{
	return r->at >= r->text.n || r->text.p[r->at] == '\n' || r->text.p[r->at] == '\r';
}

static void skip_line_end(struct csv *r)
{
	if (r->at >= r->text.n)
		return;
	if (r->text.p[r->at] == '\r' && r->at + 1 < r->text.n && r->text.p[r->at + 1] == '\n')
		r->at++;
	r->at++;
	r->line++;
}

/* A cell in quotes; the reader stands after the first one. NULL, or what is wrong. */
static const char *quoted_cell(struct csv *r, struct arena *a, struct str *ret)
{
	size_t from = r->at, doubled = 0;
	for (;; r->at++) {
		if (r->at >= r->text.n)
			return "a quote is opened here and never closed";
		char ch = r->text.p[r->at];
		if (ch == '\n' || (ch == '\r' && !(r->at + 1 < r->text.n && r->text.p[r->at + 1] == '\n')))
			r->line++;
		if (ch != '"')
			continue;
		if (r->at + 1 >= r->text.n || r->text.p[r->at + 1] != '"')
			break;
		r->at++;
		doubled++;
	}
	struct str raw = str_slice(r->text, from, r->at++);
	*ret = raw;
	if (doubled) {
		char *p = arena_alloc(a, raw.n + 1);
		size_t n = 0;
		for (size_t i = 0; i < raw.n; i++) {
			p[n++] = raw.p[i];
			if (raw.p[i] == '"')
				i++;
		}
		*ret = (struct str){ p, n };
	}
	while (r->at < r->text.n && r->text.p[r->at] == ' ')
		r->at++;
	if (!at_line_end(r) && r->text.p[r->at] != r->separator)
		return "there is text after the closing quote: double the quotes inside the cell";
	return NULL;
}

static const char *cell(struct csv *r, struct arena *a, struct str *ret)
{
	const char *bad = NULL;
	if (r->at < r->text.n && r->text.p[r->at] == '"') {
		r->at++;
		bad = quoted_cell(r, a, ret);
	} else {
		size_t from = r->at;
		while (!at_line_end(r) && r->text.p[r->at] != r->separator)
			r->at++;
		*ret = str_slice(r->text, from, r->at);
	}
	if (!bad && ret->n > CSV_CELL_MAX_BYTES)
		bad = "this cell is larger than 128 KB";
	return bad;
}

static void read_row(struct csv *r, struct arena *a, struct csv_row *ret)
{
	ret->line = r->line;
	ret->n = 0;
	ret->bad = NULL;
	ret->bad_cell = 0;
	for (;;) {
		struct str s = S("");
		const char *bad = ret->n == CSV_COLUMNS_MAX ? "there are more than 100 columns" : cell(r, a, &s);
		if (bad) {
			ret->bad = bad;
			ret->bad_cell = ret->n;
			while (!at_line_end(r))
				r->at++;
			break;
		}
		ret->cells[ret->n++] = s;
		if (at_line_end(r))
			break;
		r->at++;     /* the separator */
	}
	skip_line_end(r);
}

enum err csv_next(struct csv *r, struct arena *a, struct fault *f, struct csv_row *ret, bool *ret_more)
{
	*ret_more = false;
	while (r->at < r->text.n) {
		read_row(r, a, ret);
		bool empty = !ret->bad;
		for (size_t i = 0; i < ret->n && empty; i++)
			empty = str_empty(str_trim(ret->cells[i]));
		if (empty)
			continue;
		if (++r->rows > CSV_ROWS_MAX + 1)
			return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The file has more than 50,000 rows: split it");
		*ret_more = true;
		return OK;
	}
	return OK;
}

static bool formula(struct str s)
{
	return s.n && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@' || s.p[0] == '\t' || s.p[0] == '\r');
}

void csv_put(struct buf *b, struct str s, bool first)
{
	if (!first)
		buf_ch(b, ',');
	bool guard = formula(s), quote = guard || str_starts(s, S("\xEF\xBB\xBF"));   /* else the first cell would lose it as a byte order mark */
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == ';' || s.p[i] == '\t';
	if (!quote) {
		buf_add(b, s);
		return;
	}
	buf_ch(b, '"');
	if (guard)
		buf_ch(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_ch(b, '"');
		buf_ch(b, s.p[i]);
	}
	buf_ch(b, '"');
}

void csv_put_end(struct buf *b)
{
	buf_add(b, S("\r\n"));
}

struct str csv_unguard(struct str s)
{
	return s.n >= 2 && s.p[0] == '\'' && formula(str_slice(s, 1, s.n)) ? str_slice(s, 1, s.n) : s;
}
