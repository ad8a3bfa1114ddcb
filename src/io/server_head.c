/* server_head.c: the framing guard and the head of a request; see server_head.h.
 *
 * The order of the checks follows RFC 9112. Where it lets a server choose between mending and refusing, this one refuses. */
#include "io/server_head.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* tchar of RFC 9110. */
static bool is_token_ch(char c)
{
	return is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_ch(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_ctl(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

/* A line that is complete, or as long as it is so far. 0, or a status. */
static int line_limit(const struct head_scan *s, size_t n)
{
	/* "GET " and " HTTP/1.1" stand around the target. */
	if (s->lines == 0)
		return n > HTTP_TARGET_MAX_BYTES + 48 ? 414 : 0;
	return n > HTTP_LINE_MAX_BYTES ? 431 : 0;
}

int head_scan(struct head_scan *s, const char *in, size_t n, size_t *ret_n)
{
	*ret_n = 0;
	if (n && s->lines == 0 && in[0] != '\r' && !is_token_ch(in[0]))
		return 400; /* TLS or noise: no need to wait for the end of a line */
	while (s->at < n) {
		const char *lf = memchr(in + s->at, '\n', n - s->at);
		if (!lf) {
			s->at = n;
			break;
		}
		size_t end = (size_t)(lf - in);
		s->at = end + 1;
		if (end == s->line_at || in[end - 1] != '\r')
			return 400; /* a bare LF */
		size_t len = end - 1 - s->line_at;
		int status = line_limit(s, len);
		if (status)
			return status;
		s->line_at = s->at;
		if (len == 0 && s->lines > 0) {
			*ret_n = s->at;
			return s->at > HTTP_HEAD_MAX_BYTES ? 431 : 0;
		}
		if (len == 0 && ++s->blank > 1)
			return 400;
		if (len == 0)
			continue;
		if (++s->lines > HTTP_HEADERS_MAX + 1)
			return 431;
	}
	int status = line_limit(s, n - s->line_at);
	if (status)
		return status;
	return n > HTTP_HEAD_MAX_BYTES ? 431 : 0;
}

static int refuse(const char **ret_why, int status, const char *why)
{
	*ret_why = why;
	return status;
}

static bool host_char(char c)
{
	return is_alnum(c) || c == '-' || c == '.' || c == '_';
}

bool host_valid(struct str host)
{
	if (host.n == 0 || host.n > 255)
		return false;
	size_t i = 0;
	if (host.p[0] == '[') {
		for (i = 1; i < host.n && (is_alnum(host.p[i]) || host.p[i] == ':' || host.p[i] == '.');)
			i++;
		if (i < 4 - 1 || i == host.n || host.p[i] != ']')
			return false;
		i++;
	} else {
		while (i < host.n && host_char(host.p[i]))
			i++;
		if (i == 0)
			return false;
	}
	if (i == host.n)
		return true;
	if (host.p[i] != ':' || host.n - i > 6)
		return false;
	unsigned port = 0;
	for (i++; i < host.n; i++) {
		if (!is_digit(host.p[i]))
			return false;
		port = port * 10 + (unsigned)(host.p[i] - '0');
	}
	return port <= 65535;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A segment that means "here" or "up", also with parameters behind it ("..;x"), which some servers drop. */
static bool is_dots(struct str segment)
{
	ptrdiff_t at = str_find_ch(segment, ';');
	struct str name = at >= 0 ? str_slice(segment, 0, (size_t)at) : segment;
	return str_eq(name, S(".")) || str_eq(name, S(".."));
}

/* Decodes the path once. What would not be the same path to somebody else is refused. */
static bool path_decode(struct arena *a, struct str raw, struct str *ret)
{
	if (raw.n == 0 || raw.p[0] != '/')
		return false;
	char *out = arena_alloc(a, raw.n);
	size_t n = 0, segment = 1;
	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '%') {
			int hi = raw.n - i > 2 ? hex_digit(raw.p[i + 1]) : -1, lo = raw.n - i > 2 ? hex_digit(raw.p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return false;
			c = (char)(hi << 4 | lo);
			i += 2;
			if (c == '/' || c == '\t')
				return false;
		}
		if (c == '\\' || is_ctl(c))
			return false;
		if (c == '/' && n > 0) {
			if (n == segment || is_dots((struct str){ out + segment, n - segment }))
				return false;
			segment = n + 1;
		}
		out[n++] = c;
	}
	if (is_dots((struct str){ out + segment, n - segment }))
		return false;
	*ret = (struct str){ out, n };
	return utf8_valid(*ret);
}

/* "http://host/path" is allowed when it names the same host; the rest is then read as usual. */
static int target_parse(struct arena *a, struct head *h, const char **ret_why)
{
	struct str t = h->target;
	for (size_t i = 0; i < t.n; i++)
		if ((unsigned char)t.p[i] <= 0x20 || (unsigned char)t.p[i] >= 0x7f || t.p[i] == '#')
			return refuse(ret_why, 400, "The address holds a character that must be percent-encoded.");
	if (str_eq(h->method, S("CONNECT")))
		return refuse(ret_why, 405, "This is not a proxy.");
	ptrdiff_t scheme = str_find(t, S("://"));
	if (t.n && t.p[0] != '/' && scheme > 0) {
		struct str name = str_slice(t, 0, (size_t)scheme);
		struct str rest = str_slice(t, (size_t)scheme + 3, t.n);
		size_t end = 0;
		while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
			end++;
		if ((!str_ieq(name, S("http")) && !str_ieq(name, S("https"))) || !str_ieq(str_slice(rest, 0, end), h->host))
			return refuse(ret_why, 400, "The address names another host than the Host header.");
		t = str_slice(rest, end, rest.n);
		if (t.n == 0 || t.p[0] == '?')
			return refuse(ret_why, 400, "The address has no path.");
	}
	struct str path, query;
	if (!str_cut(t, '?', &path, &query))
		query = S("");
	h->query = query;
	if (!path_decode(a, path, &h->path))
		return refuse(ret_why, 400, "The path of the address is not canonical.");
	return 0;
}

static int request_line(struct str line, struct head *h, const char **ret_why)
{
	struct str rest, version;
	if (!str_cut(line, ' ', &h->method, &rest) || !str_cut(rest, ' ', &h->target, &version))
		return refuse(ret_why, 400, "The request line is not \"METHOD target HTTP/1.1\".");
	if (!is_token(h->method) || h->method.n > 32)
		return refuse(ret_why, 400, "The method is not a word.");
	if (h->target.n > HTTP_TARGET_MAX_BYTES)
		return refuse(ret_why, 414, "The address is longer than 8 KiB.");
	if (str_eq(version, S("HTTP/1.1")))
		h->minor = 1;
	else if (str_eq(version, S("HTTP/1.0")))
		h->minor = 0;
	else
		return refuse(ret_why, 400, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
	return 0;
}

static int header_line(struct arena *a, struct str line, struct head *h, const char **ret_why)
{
	struct str name, value;
	if (line.p[0] == ' ' || line.p[0] == '\t')
		return refuse(ret_why, 400, "A header is folded over several lines.");
	if (!str_cut(line, ':', &name, &value) || !is_token(name))
		return refuse(ret_why, 400, "A header has no proper name.");
	for (size_t i = 0; i < value.n; i++)
		if (is_ctl(value.p[i]))
			return refuse(ret_why, 400, "A header holds a control character.");
	while (value.n && (value.p[0] == ' ' || value.p[0] == '\t'))
		value.p++, value.n--;
	while (value.n && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
		value.n--;
	h->headers[h->n_headers++] = (struct http_header){ name, utf8_clean(a, value) };
	return 0;
}

/* The only header of that name. *ret_n counts them. */
static struct str only(const struct head *h, struct str name, size_t *ret_n)
{
	struct str value = STR_NULL;
	*ret_n = 0;
	for (size_t i = 0; i < h->n_headers; i++)
		if (str_ieq(h->headers[i].name, name) && ++*ret_n == 1)
			value = h->headers[i].value;
	return value;
}

/* Whether a comma-separated list in any header of that name holds the word. */
static bool has_word(const struct head *h, struct str name, struct str word)
{
	for (size_t i = 0; i < h->n_headers; i++) {
		if (!str_ieq(h->headers[i].name, name))
			continue;
		struct str rest = h->headers[i].value, item;
		while (rest.n) {
			str_cut(rest, ',', &item, &rest);
			if (str_ieq(str_trim(item), word))
				return true;
		}
	}
	return false;
}

static int framing(struct head *h, const char **ret_why)
{
	size_t n_host, n_length, n_te, n_expect;
	struct str length = only(h, S("Content-Length"), &n_length), te = only(h, S("Transfer-Encoding"), &n_te);
	struct str expect = only(h, S("Expect"), &n_expect);
	h->host = only(h, S("Host"), &n_host);
	if (n_host != 1 || !host_valid(h->host))
		return refuse(ret_why, 400, "There must be exactly one Host header with a host name.");
	if (n_length > 1 || n_te > 1 || (n_length && n_te))
		return refuse(ret_why, 400, "The length of the body is stated more than once.");
	h->content_length = -1;
	if (n_length) {
		int64_t v = 0;
		for (size_t i = 0; i < length.n; i++) {
			if (!is_digit(length.p[i]))
				return refuse(ret_why, 400, "Content-Length is not a number.");
			if (i < 18)
				v = v * 10 + (length.p[i] - '0');
		}
		if (length.n == 0 || length.n > 18)
			return refuse(ret_why, 400, "Content-Length is not a number that makes sense.");
		h->content_length = v;
	}
	if (n_te) {
		if (h->minor == 0 || !str_ieq(te, S("chunked")))
			return refuse(ret_why, 400, "The only Transfer-Encoding is \"chunked\", and only in HTTP/1.1.");
		h->chunked = true;
	}
	if (n_expect && (n_expect > 1 || !str_ieq(expect, S("100-continue"))))
		return refuse(ret_why, 417, "The only expectation that can be met is 100-continue.");
	/* HTTP/1.0 clients can't be sent 100; RFC 9110 lets a server ignore it there. */
	h->expect_continue = n_expect && h->minor == 1;
	h->keep_alive = h->minor == 1 && !has_word(h, S("Connection"), S("close"));
	return 0;
}

int head_parse(struct arena *a, struct str raw, struct head *ret, const char **ret_why)
{
	struct head h = { .headers = arena_array(a, struct http_header, HTTP_HEADERS_MAX), .content_length = -1 };
	struct str rest = raw;
	bool first = true;
	while (rest.n) {
		ptrdiff_t lf = str_find_ch(rest, '\n');
		if (lf < 1 || rest.p[lf - 1] != '\r')
			return refuse(ret_why, 400, "A line does not end with CR LF.");
		struct str line = str_slice(rest, 0, (size_t)lf - 1);
		rest = str_slice(rest, (size_t)lf + 1, rest.n);
		if (line.n == 0)
			continue;
		if (!first && h.n_headers == HTTP_HEADERS_MAX)
			return refuse(ret_why, 431, "There are more than 100 headers.");
		int status = first ? request_line(line, &h, ret_why) : header_line(a, line, &h, ret_why);
		if (status)
			return status;
		first = false;
	}
	if (first)
		return refuse(ret_why, 400, "The request is empty.");
	int status = framing(&h, ret_why);
	if (!status)
		status = target_parse(a, &h, ret_why);
	if (!status)
		*ret = h;
	return status;
}

/* ---- the chunked coding ---- */

enum chunk_state {
	CHUNK_SIZE, CHUNK_EXT, CHUNK_SIZE_LF, CHUNK_DATA, CHUNK_DATA_CR, CHUNK_DATA_LF,
	TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, TRAILER_END_LF,
};

enum { CHUNK_LINE_MAX = 256, TRAILERS_MAX = 8192, CHUNK_DIGITS_MAX = 15 };

/* One byte outside the data of a chunk. False when it can't stand there. */
static bool chunk_byte(struct chunk_decoder *d, char c)
{
	if (++d->line_bytes > (d->state >= TRAILER_START ? TRAILERS_MAX : CHUNK_LINE_MAX))
		return false;
	switch ((enum chunk_state)d->state) {
	case CHUNK_SIZE:
		if (hex_digit(c) >= 0) {
			d->left = d->left << 4 | (uint64_t)hex_digit(c);
			return ++d->digits <= CHUNK_DIGITS_MAX;
		}
		d->state = c == '\r' ? CHUNK_SIZE_LF : CHUNK_EXT;
		return d->digits > 0 && (c == '\r' || c == ';');
	case CHUNK_EXT:
		if (c == '\r')
			d->state = CHUNK_SIZE_LF;
		return c == '\r' || !is_ctl(c);
	case CHUNK_SIZE_LF:
		d->state = d->left ? CHUNK_DATA : TRAILER_START;
		d->line_bytes = d->digits = 0;
		return c == '\n';
	case CHUNK_DATA:
		return false;
	case CHUNK_DATA_CR:
		d->state = CHUNK_DATA_LF;
		return c == '\r';
	case CHUNK_DATA_LF:
		d->state = CHUNK_SIZE;
		d->line_bytes = 0;
		return c == '\n';
	case TRAILER_START:
		d->state = c == '\r' ? TRAILER_END_LF : TRAILER_NAME;
		return c == '\r' || is_token_ch(c);
	case TRAILER_NAME:
		if (c == ':')
			d->state = TRAILER_VALUE;
		return c == ':' || is_token_ch(c);
	case TRAILER_VALUE:
		if (c == '\r')
			d->state = TRAILER_LF;
		return c == '\r' || !is_ctl(c);
	case TRAILER_LF:
		d->state = TRAILER_START;
		return c == '\n';
	case TRAILER_END_LF:
		d->done = true;
		return c == '\n';
	}
	return false;
}

bool chunk_decode(struct chunk_decoder *d, char *in, size_t n, size_t *ret_payload, size_t *ret_used)
{
	size_t payload = 0, i = 0;
	while (i < n && !d->done) {
		if (d->state != CHUNK_DATA) {
			if (!chunk_byte(d, in[i++]))
				return false;
			continue;
		}
		size_t part = n - i < d->left ? n - i : (size_t)d->left;
		memmove(in + payload, in + i, part);
		payload += part;
		i += part;
		d->left -= part;
		if (d->left == 0)
			d->state = CHUNK_DATA_CR;
	}
	*ret_payload = payload;
	*ret_used = i;
	return true;
}
