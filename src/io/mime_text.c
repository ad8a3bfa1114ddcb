/* mime_text.c: what happens to plain text parts: flowed lines, uuencoded files, controls. */
#include "base/utf8.h"
#include "io/mime_core.h"

#include <string.h>

#include "base/banned.h"

struct str mime_text_clean(struct arena *a, struct str s)
{
	size_t nuls = 0, n = 0;
	for (size_t i = 0; i < s.n; i++)
		nuls += s.p[i] == 0x1a;
	char *p = arena_alloc(a, s.n + nuls * 2 + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '\r') {
			while (i + 1 < s.n && s.p[i + 1] == '\r')
				i++;
			if (i + 1 < s.n && s.p[i + 1] == '\n')
				continue;
			c = '\n';
		} else if (c == '\f') {
			c = '\n';
		} else if (c == 0x1a) { /* the pre-pass left it where a NUL was */
			memcpy(p + n, "\xef\xbf\xbd", 3);
			n += 3;
			continue;
		} else if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f) {
			continue;
		}
		p[n++] = (char)c;
	}
	return (struct str){ p, n };
}

struct str mime_flowed(struct arena *a, struct str text, bool delsp)
{
	/* RFC 3676: a line that ends in a space goes on in the next one of the same quote depth; "-- " never does. */
	struct buf b;
	buf_init(&b, a, text.n * 2 + 16); /* at most a space after the quote marks is added */
	struct str line;
	size_t last_depth = 0;
	bool open = false;
	while (str_line(&text, &line)) {
		size_t depth = 0;
		while (depth < line.n && line.p[depth] == '>')
			depth++;
		struct str body = str_slice(line, depth, line.n);
		if (body.n && body.p[0] == ' ')
			body = str_slice(body, 1, body.n);
		bool signature = str_eq(body, S("-- "));
		if (open && (depth != last_depth || signature)) {
			buf_ch(&b, '\n');
			open = false;
		}
		if (!open) {
			for (size_t i = 0; i < depth; i++)
				buf_ch(&b, '>');
			if (depth)
				buf_ch(&b, ' ');
		}
		bool flows = body.n && body.p[body.n - 1] == ' ' && !signature;
		buf_add(&b, flows && delsp ? str_slice(body, 0, body.n - 1) : body);
		if (!flows)
			buf_ch(&b, '\n');
		open = flows;
		last_depth = depth;
	}
	return buf_str(&b);
}

static bool uu_begin(struct str line, struct str *ret_name)
{
	if (!str_starts(line, S("begin ")) || line.n < 11)
		return false;
	size_t i = 6, digits = 0;
	while (i < line.n && line.p[i] >= '0' && line.p[i] <= '7') {
		i++;
		digits++;
	}
	if (digits < 3 || digits > 4 || i >= line.n || line.p[i] != ' ')
		return false;
	*ret_name = str_trim(str_slice(line, i, line.n));
	return ret_name->n > 0;
}

static bool uu_line(struct str line, struct buf *out)
{
	if (!line.n)
		return false;
	size_t want = (size_t)((line.p[0] - ' ') & 63), chars = (want + 2) / 3 * 4;
	if (line.p[0] < ' ' || line.p[0] > '`' || line.n - 1 > chars + 4)
		return false;
	for (size_t i = 0; want > 0; i += 4) {
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			/* Spaces at the end of a line get lost on the way. */
			char c = 1 + i + k < line.n ? line.p[1 + i + k] : ' ';
			if (c < ' ' || c > '`')
				return false;
			v = v << 6 | (uint32_t)((c - ' ') & 63);
		}
		char bytes[3] = { (char)(v >> 16), (char)(v >> 8), (char)v };
		size_t n = want < 3 ? want : 3;
		buf_add(out, (struct str){ bytes, n });
		want -= n;
	}
	return true;
}

bool mime_uu(struct arena *a, struct str *rest, struct str *ret_before, struct str *ret_name, struct str *ret_bytes)
{
	struct str s = *rest, line, name;
	bool ended = true; /* no "end" in one attempt means none in a later one either */
	while (s.n && ended) {
		struct str at = s;
		str_line(&s, &line);
		if (line.n < 11 || line.p[0] != 'b' || !uu_begin(line, &name))
			continue;
		struct buf b;
		buf_init(&b, a, at.n + 16);
		struct str body = s;
		bool good = false;
		ended = false;
		while (str_line(&body, &line)) {
			if (str_eq(str_trim(line), S("end"))) {
				good = b.n > 0;
				ended = true;
				break;
			}
			if (!uu_line(line, &b)) {
				ended = true;
				break;
			}
		}
		if (!good)
			continue;
		*ret_before = (struct str){ rest->p, (size_t)(at.p - rest->p) };
		*ret_name = name;
		*ret_bytes = buf_str(&b);
		*rest = body;
		return true;
	}
	return false;
}
