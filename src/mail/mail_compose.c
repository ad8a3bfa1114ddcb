/* mail_compose.c: a message as bytes: headers that cannot be broken out of, text and HTML of the same Markdown, files; see mail.h. */
#include "mail/mail.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/secret.h"

#include <md4c-html.h>
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { REFS_MAX = 20, MESSAGE_MAX_BYTES = 64 << 20, LINE = 76 };

/* ---- Markdown ---- */

static void md_out(const MD_CHAR *text, MD_SIZE n, void *arg)
{
	buf_add(arg, (struct str){ text, n });
}

/* md4c escapes what it writes and lets no raw HTML through; what is left is the schemes of links. */
static struct str drop_schemes(struct arena *a, struct str html)
{
	static const char *const ATTRS[] = { "href=\"", "src=\"" };
	struct buf b;
	buf_init(&b, a, html.n * 2 + 16);
	while (html.n) {
		ptrdiff_t first = -1;
		size_t len = 0;
		for (size_t i = 0; i < ARRAY_LEN(ATTRS); i++) {
			ptrdiff_t at = str_find(html, str_c(ATTRS[i]));
			if (at >= 0 && (first < 0 || at < first)) {
				first = at;
				len = strlen(ATTRS[i]);
			}
		}
		if (first < 0)
			break;
		buf_add(&b, str_slice(html, 0, (size_t)first + len));
		html = str_slice(html, (size_t)first + len, html.n);
		struct str url, rest;
		str_cut(html, '"', &url, &rest);
		bool good = str_ifind(url, S("https://")) == 0 || str_ifind(url, S("http://")) == 0 || str_ifind(url, S("mailto:")) == 0 || url.n == 0 ||
			    (url.p[0] == '/' && !(url.n > 1 && url.p[1] == '/')) || url.p[0] == '#';
		buf_add(&b, good ? url : S("#"));
		html = str_slice(html, url.n, html.n);
	}
	buf_add(&b, html);
	return buf_str(&b);
}

struct str mail_markdown_html(struct arena *a, struct str markdown)
{
	struct buf b;
	buf_init(&b, a, 4 << 20);
	md_html(markdown.p ? markdown.p : "", (MD_SIZE)markdown.n, md_out, &b,
		MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH, MD_HTML_FLAG_SKIP_UTF8_BOM);
	return drop_schemes(a, buf_str(&b));
}

/* ---- headers ---- */

static bool ascii_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return str_find(s, S("=?")) < 0;
}

static struct str base64(struct arena *a, struct str s)
{
	size_t room = sodium_base64_encoded_len(s.n, sodium_base64_VARIANT_ORIGINAL);
	char *p = arena_alloc(a, room);
	sodium_bin2base64(p, room, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
	return (struct str){ p, room - 1 };
}

/* RFC 2047: encoded words of at most 75 octets, cut between characters. Line ends can't survive it. */
static void put_words(struct buf *b, struct str s)
{
	if (ascii_plain(s) && s.n < 200) {
		buf_add(b, s);
		return;
	}
	bool first = true;
	while (s.n) {
		struct str piece = utf8_clip(s, 42);
		if (piece.n == 0)
			piece = str_slice(s, 0, 1);
		buf_fmt(b, "%s=?UTF-8?B?%.*s?=", first ? "" : "\r\n ", STR_ARG(base64(b->arena, piece)));
		s = str_slice(s, piece.n, s.n);
		first = false;
	}
}

static void put_mailbox(struct buf *b, struct str name, struct str addr)
{
	if (name.n && ascii_plain(name)) {
		buf_ch(b, '"');
		for (size_t i = 0; i < name.n && i < 100; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\')
				buf_ch(b, '\\');
			buf_ch(b, name.p[i]);
		}
		buf_add(b, S("\" "));
	} else if (name.n) {
		put_words(b, utf8_clip(name, 100));
		buf_ch(b, ' ');
	}
	buf_fmt(b, "<%.*s>", STR_ARG(addr));
}

static enum err header_safe(struct ctx *c, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == 0)
			return fail(c, ERR_INPUT, "A value with a line end can't go into a mail's header.");
	return OK;
}

static enum err put_headers(struct ctx *c, struct buf *b, const struct mail_out *m)
{
	const struct str values[] = { m->from_name, m->from_addr, m->to_name, m->to_addr, m->reply_to, m->subject, m->message_id };
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		TRY(header_safe(c, values[i]));
	buf_add(b, S("From: "));
	put_mailbox(b, m->from_name, m->from_addr);
	buf_add(b, S("\r\nTo: "));
	put_mailbox(b, m->to_name, m->to_addr);
	if (m->reply_to.n)
		buf_fmt(b, "\r\nReply-To: <%.*s>", STR_ARG(m->reply_to));
	buf_add(b, S("\r\nSubject: "));
	put_words(b, utf8_clip(m->subject, 400));
	buf_fmt(b, "\r\nDate: %.*s\r\nMessage-ID: <%.*s>", STR_ARG(civil_rfc5322(c->arena, m->date_us)), STR_ARG(m->message_id));
	if (m->n_refs) {
		TRY(header_safe(c, m->refs[m->n_refs - 1]));
		buf_fmt(b, "\r\nIn-Reply-To: <%.*s>\r\nReferences:", STR_ARG(m->refs[m->n_refs - 1]));
		for (size_t i = 0; i < m->n_refs; i++) {
			TRY(header_safe(c, m->refs[i]));
			if (i == 0 || i + (REFS_MAX - 1) >= m->n_refs)   /* the first, and the last nineteen */
				buf_fmt(b, "\r\n <%.*s>", STR_ARG(m->refs[i]));
		}
	}
	unsigned char mac[32];
	secret_mac(c->desk, KEY_MAIL_TOKEN, S("desk mark"), mac);
	buf_fmt(b, "\r\nX-Tend-Desk: %.*s", STR_ARG(secret_base32(c->arena, mac, 10)));
	if (m->automatic)
		buf_fmt(b, "\r\nAuto-Submitted: %s\r\nX-Auto-Response-Suppress: All", m->answer ? "auto-replied" : "auto-generated");
	buf_add(b, S("\r\nMIME-Version: 1.0\r\n"));
	return OK;
}

/* ---- bodies ---- */

/* Quoted-printable (RFC 2045 6.7): lines of at most 76, CRLF only where the text has a line end. */
static void put_qp(struct buf *b, struct str s)
{
	static const char HEX[] = "0123456789ABCDEF";
	size_t col = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool last = i + 1 == s.n || s.p[i + 1] == '\n';
		if (ch == '\r')
			continue;
		if (ch == '\n') {
			buf_add(b, S("\r\n"));
			col = 0;
			continue;
		}
		bool plain = (ch > ' ' && ch < 0x7f && ch != '=') || ((ch == ' ' || ch == '\t') && !last);
		if (col == 0 && (ch == '.' || ch == 'F'))   /* "." alone and "From " are mangled on the way */
			plain = false;
		size_t n = plain ? 1 : 3;
		if (col + n > LINE - 1) {
			buf_add(b, S("=\r\n"));
			col = 0;
		}
		if (plain)
			buf_ch(b, (char)ch);
		else
			buf_fmt(b, "=%c%c", HEX[ch >> 4], HEX[ch & 15]);
		col += n;
	}
	buf_add(b, S("\r\n"));
}

static void put_base64(struct buf *b, struct str bytes)
{
	while (bytes.n) {
		struct str piece = str_slice(bytes, 0, 57);
		buf_add(b, base64(b->arena, piece));
		buf_add(b, S("\r\n"));
		bytes = str_slice(bytes, piece.n, bytes.n);
	}
}

/* RFC 2231 for names that are not plain. */
static void put_filename(struct buf *b, struct str name)
{
	bool plain = ascii_plain(name) && str_find_ch(name, '"') < 0 && str_find_ch(name, '\\') < 0;
	if (plain) {
		buf_fmt(b, "; filename=\"%.*s\"", STR_ARG(name));
		return;
	}
	buf_add(b, S("; filename*=UTF-8''"));
	for (size_t i = 0; i < name.n; i++) {
		unsigned char ch = (unsigned char)name.p[i];
		if ((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || ch == '.' || ch == '-' || ch == '_')
			buf_ch(b, (char)ch);
		else
			buf_fmt(b, "%%%02X", ch);
	}
}

static void put_alternative(struct buf *b, const struct mail_out *m, struct str boundary)
{
	buf_fmt(b, "Content-Type: multipart/alternative; boundary=\"%.*s\"\r\n\r\n--%.*s\r\nContent-Type: text/plain; charset=utf-8\r\n"
		   "Content-Transfer-Encoding: quoted-printable\r\n\r\n", STR_ARG(boundary), STR_ARG(boundary));
	put_qp(b, m->markdown);
	buf_fmt(b, "--%.*s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", STR_ARG(boundary));
	put_qp(b, arena_fmt(b->arena, "<!doctype html><html><body>\n%.*s</body></html>", STR_ARG(mail_markdown_html(b->arena, m->markdown))));
	buf_fmt(b, "--%.*s--\r\n", STR_ARG(boundary));
}

enum err mail_compose(struct ctx *c, const struct mail_out *m, struct str *ret)
{
	struct buf b;
	buf_init(&b, c->arena, MESSAGE_MAX_BYTES);
	TRY(put_headers(c, &b, m));
	/* from the Message-ID, so that the same mail composed twice is the same bytes */
	struct str seed = secret_sha256_hex(c->arena, m->message_id);
	struct str outer = arena_fmt(c->arena, "=_m%.*s", 24, seed.p), inner = arena_fmt(c->arena, "=_a%.*s", 24, seed.p);
	if (m->n_parts)
		buf_fmt(&b, "Content-Type: multipart/mixed; boundary=\"%.*s\"\r\n\r\n--%.*s\r\n", STR_ARG(outer), STR_ARG(outer));
	put_alternative(&b, m, inner);
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct mail_part *p = &m->parts[i];
		buf_fmt(&b, "--%.*s\r\nContent-Type: %.*s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment", STR_ARG(outer),
			STR_ARG(p->content_type));
		put_filename(&b, p->filename);
		buf_add(&b, S("\r\n\r\n"));
		put_base64(&b, p->bytes);
	}
	if (m->n_parts)
		buf_fmt(&b, "--%.*s--\r\n", STR_ARG(outer));
	if (buf_err(&b) != OK)
		return fail(c, ERR_LIMIT, "The mail would be larger than 64 MiB.");
	*ret = buf_str(&b);
	return OK;
}
