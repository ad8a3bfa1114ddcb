/* mime_pre.c: the look before the parse: nothing that is too large, too deep or too odd reaches GMime. */
#include "io/mime_core.h"

#include <string.h>

#include "base/banned.h"

enum { SUBSTITUTE = 0x1a, BOUNDARIES_MAX = 512, BOUNDARY_MAX = 256, SLOTS = 2048 };

/* NUL becomes SUBSTITUTE (it would end a header early and change who wrote the mail), every kind of line end becomes \n. */
static size_t normalise(char *p, size_t n)
{
	size_t to = 0;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '\r') {
			size_t k = i;
			while (k < n && p[k] == '\r')
				k++;
			if (k < n && p[k] == '\n') { /* any number of CR before an LF is one line end */
				i = k;
			}
			c = '\n';
		}
		p[to++] = c ? c : SUBSTITUTE;
	}
	return to;
}

static bool name_char(char c)
{
	return c > ' ' && c != ':' && c != 0x7f;
}

/* Length of a field name at the start of the line, or 0: "Subject:", and "Subject :" as some write it. */
static size_t field_name(struct str line)
{
	size_t n = 0;
	while (n < line.n && name_char(line.p[n]))
		n++;
	size_t colon = n;
	while (colon < line.n && (line.p[colon] == ' ' || line.p[colon] == '\t'))
		colon++;
	return n && colon < line.n && line.p[colon] == ':' ? n : 0;
}

static struct str line_at(struct str s, size_t at)
{
	const char *end = memchr(s.p + at, '\n', s.n - at);
	return str_slice(s, at, end ? (size_t)(end - s.p) : s.n);
}

static enum err too_much(struct mime_ctx *c, const char *what, long most)
{
	return fault_set(c->fault, ERR_INPUT, __FILE__, __LINE__, "This mail has more than %ld %s, which is too much to read it safely.",
			 most, what);
}

static enum err split_headers(struct mime_ctx *c, struct mime_pre *r)
{
	size_t cap = 64;
	r->headers = arena_array(c->arena, struct mime_raw_header, cap);
	size_t at = 0;
	struct str m = r->mail;
	if (r->headless) {
		r->head = str_slice(m, 0, 0);
		return OK;
	}
	while (at < m.n && m.p[at] != '\n') {
		size_t from = at;
		for (;;) { /* one field with its folded lines */
			at += line_at(m, at).n + 1;
			if (at >= m.n || (m.p[at] != ' ' && m.p[at] != '\t'))
				break;
		}
		if (at > m.n)
			at = m.n;
		if (at > MIME_HEADER_MAX_BYTES)
			return too_much(c, "bytes of headers", MIME_HEADER_MAX_BYTES);
		struct str field = str_slice(m, from, at);
		size_t name = field_name(field);
		if (!name)
			continue; /* a line that is no header among headers: left out, the raw mail has it */
		if (r->n_headers == MIME_HEADER_LINES_MAX)
			return too_much(c, "header lines", MIME_HEADER_LINES_MAX);
		if (r->n_headers == cap) {
			r->headers = arena_grow(c->arena, r->headers, cap * sizeof(*r->headers), cap * 2 * sizeof(*r->headers));
			cap *= 2;
		}
		ptrdiff_t colon = str_find_ch(field, ':');
		r->headers[r->n_headers++] = (struct mime_raw_header){
			.name = str_slice(field, 0, name),
			.value = mime_unfold(c->arena, str_slice(field, (size_t)colon + 1, field.n)),
		};
	}
	r->head = str_slice(m, 0, at);
	return OK;
}

struct boundaries {
	struct str slots[SLOTS];
	unsigned n;
};

static struct str *slot(struct boundaries *b, struct str s)
{
	for (uint64_t h = str_hash(s);; h++) {
		struct str *at = &b->slots[h % SLOTS];
		if (!at->p || str_eq(*at, s))
			return at;
	}
}

/* Every boundary= that is written anywhere in the mail. */
static void collect(struct str m, struct boundaries *b)
{
	for (size_t i = 0; i < m.n && b->n < BOUNDARIES_MAX; i++) {
		const char *eq = memchr(m.p + i, '=', m.n - i);
		if (!eq)
			return;
		i = (size_t)(eq - m.p);
		if (i < 8 || !str_ieq(str_slice(m, i - 8, i), S("boundary")))
			continue;
		struct str v = line_at(m, i + 1 < m.n ? i + 1 : m.n);
		v = str_slice(v, 0, BOUNDARY_MAX);
		size_t n = 0;
		if (v.n && v.p[0] == '"') {
			v = str_slice(v, 1, v.n);
			while (n < v.n && v.p[n] != '"')
				n++;
		} else {
			while (n < v.n && v.p[n] > ' ' && v.p[n] != ';')
				n++;
		}
		v = str_slice(v, 0, n);
		struct str *at = slot(b, v);
		if (v.n && !at->p) {
			*at = v;
			b->n++;
		}
	}
}

/* Parts are counted before GMime makes an object of each. */
static enum err count_parts(struct mime_ctx *c, struct str m)
{
	struct boundaries *b = arena_new(c->arena, struct boundaries);
	collect(m, b);
	if (b->n == 0)
		return OK;
	if (b->n == BOUNDARIES_MAX)
		return too_much(c, "different boundaries", BOUNDARIES_MAX - 1);
	long parts = 0;
	for (size_t at = 0; at < m.n;) {
		struct str line = line_at(m, at);
		at += line.n + 1;
		if (line.n < 3 || line.n > BOUNDARY_MAX + 8 || line.p[0] != '-' || line.p[1] != '-')
			continue;
		struct str name = str_trim(str_slice(line, 2, line.n));
		if (name.n && slot(b, name)->p && ++parts > MIME_PARTS_MAX)
			return too_much(c, "parts", MIME_PARTS_MAX);
	}
	return OK;
}

enum err mime_pre(struct mime_ctx *c, char *bytes, size_t n, struct mime_pre *ret)
{
	if (n > MIME_MESSAGE_MAX_BYTES)
		return too_much(c, "bytes", MIME_MESSAGE_MAX_BYTES);
	struct str m = { bytes, normalise(bytes, n) };
	if (str_starts(m, S("\xef\xbb\xbf")))
		m = str_slice(m, 3, m.n);
	while (m.n && m.p[0] == '\n')
		m = str_slice(m, 1, m.n);
	if (str_starts(m, S("From ")) || str_starts(m, S(">From "))) /* an mbox line */
		m = str_slice(m, line_at(m, 0).n + 1, m.n);
	struct mime_pre r = { .mail = m, .headless = field_name(line_at(m, 0)) == 0 };
	TRY(split_headers(c, &r));
	TRY(count_parts(c, m));
	*ret = r;
	return OK;
}
