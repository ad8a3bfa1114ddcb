/* mail_compose.c: a message as bytes: headers that cannot be broken out of, text and HTML of the same Markdown, files; see mail.h. */
#include "mail/mail.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/secret.h"

#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { REFS_MAX = 20, MESSAGE_MAX_BYTES = 64 << 20, LINE = 76, WORD_BYTES = 39, BASE64_LINE_BYTES = 57 };

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
static void put_encoded(struct buf *b, struct str s)
{
	bool first = true;
	while (s.n) {
		struct str piece = utf8_clip(s, WORD_BYTES);
		if (piece.n == 0)
			piece = str_slice(s, 0, 1);
		buf_fmt(b, "%s=?UTF-8?B?%.*s?=", first ? "" : "\r\n ", STR_ARG(base64(b->arena, piece)));
		s = str_slice(s, piece.n, s.n);
		first = false;
	}
}

/* Plain text folded before words, so that unfolding gives it back; col = where on the line it begins. What can't be folded is encoded. */
static void put_folded(struct buf *b, struct str s, size_t col)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == ' ' ? 0 : run + 1;
		longest = run > longest ? run : longest;
	}
	if (!ascii_plain(s) || longest > LINE - 2) {
		put_encoded(b, s);
		return;
	}
	while (s.n) {
		size_t n = 0;   /* the next word with the spaces before it */
		while (n < s.n && s.p[n] == ' ')
			n++;
		while (n < s.n && s.p[n] != ' ')
			n++;
		if (col > 0 && col + n > LINE && s.p[0] == ' ' && s.p[n - 1] != ' ') {
			buf_add(b, S("\r\n"));
			col = 0;
		}
		buf_add(b, str_slice(s, 0, n));
		col += n;
		s = str_slice(s, n, s.n);
	}
}

/* col: where on the line it begins. */
static void put_mailbox(struct buf *b, struct str name, struct str addr, size_t col)
{
	name = utf8_clip(name, 100);
	const char *gap = col + name.n + addr.n + 5 > LINE || !ascii_plain(name) ? "\r\n " : " ";
	if (name.n && ascii_plain(name)) {
		buf_ch(b, '"');
		for (size_t i = 0; i < name.n; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\')
				buf_ch(b, '\\');
			buf_ch(b, name.p[i]);
		}
		buf_ch(b, '"');
		buf_add(b, str_c(gap));
	} else if (name.n) {
		put_encoded(b, name);
		buf_add(b, str_c(gap));
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
	put_mailbox(b, m->from_name, m->from_addr, 6);
	buf_add(b, S("\r\nTo: "));
	put_mailbox(b, m->to_name, m->to_addr, 4);
	if (m->reply_to.n)
		buf_fmt(b, "\r\nReply-To: <%.*s>", STR_ARG(m->reply_to));
	buf_add(b, S("\r\nSubject: "));
	put_folded(b, utf8_clip(m->subject, 400), 9);
	buf_fmt(b, "\r\nDate: %.*s\r\nMessage-ID: <%.*s>", STR_ARG(civil_rfc5322(c->arena, m->date_us)), STR_ARG(m->message_id));
	if (m->n_refs) {
		TRY(header_safe(c, m->refs[m->n_refs - 1]));
		buf_fmt(b, "\r\nIn-Reply-To: <%.*s>\r\nReferences:", STR_ARG(m->refs[m->n_refs - 1]));
		for (size_t i = 0; i < m->n_refs; i++) {
			TRY(header_safe(c, m->refs[i]));
			if (i == 0 || i + (REFS_MAX - 1) >= m->n_refs)   /* the first, and the last nineteen */
				buf_fmt(b, "%s <%.*s>", i ? "\r\n" : "", STR_ARG(m->refs[i]));
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
		struct str next = str_slice(s, i + 1, s.n);
		bool last = next.n == 0 || next.p[0] == '\n' || str_starts(next, S("\r\n"));
		if (ch == '\r' && next.n && next.p[0] == '\n')
			continue;
		if (ch == '\n') {
			buf_add(b, S("\r\n"));
			col = 0;
			continue;
		}
		bool plain = (ch > ' ' && ch < 0x7f && ch != '=') || ((ch == ' ' || ch == '\t') && !last);
		if (col == 0 && (ch == '.' || str_starts(str_slice(s, i, s.n), S("From "))))   /* mangled on the way */
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
	if (s.n && s.p[s.n - 1] != '\n')
		buf_add(b, S("\r\n"));
}

static void put_base64(struct buf *b, struct str bytes)
{
	char line[BASE64_LINE_BYTES / 3 * 4 + 1];
	while (bytes.n) {
		struct str piece = str_slice(bytes, 0, BASE64_LINE_BYTES);
		sodium_bin2base64(line, sizeof(line), (const unsigned char *)piece.p, piece.n, sodium_base64_VARIANT_ORIGINAL);
		buf_add(b, str_c(line));
		buf_add(b, S("\r\n"));
		bytes = str_slice(bytes, piece.n, bytes.n);
	}
}

/* RFC 2231 for names that are not plain. */
static void put_filename(struct buf *b, struct str name)
{
	bool plain = ascii_plain(name) && str_find_ch(name, '"') < 0 && str_find_ch(name, '\\') < 0;
	if (plain) {
		buf_fmt(b, ";\r\n filename=\"%.*s\"", STR_ARG(name));
		return;
	}
	buf_add(b, S(";\r\n filename*=UTF-8''"));
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
	put_qp(b, mail_markdown_text(b->arena, m->markdown));
	buf_fmt(b, "--%.*s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", STR_ARG(boundary));
	put_qp(b, arena_fmt(b->arena, "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body>\n%.*s</body></html>\n", STR_ARG(mail_markdown_html(b->arena, m->markdown))));
	buf_fmt(b, "--%.*s--\r\n", STR_ARG(boundary));
}

/* May it stand in a mail as it is (RFC 5322: ASCII, CRLF, lines of at most 998)? */
static bool seven_bit(struct str s)
{
	size_t col = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool end = ch == '\r' && i + 1 < s.n && s.p[i + 1] == '\n';
		if (ch == 0 || ch > 0x7e || (ch == '\r' && !end) || (ch == '\n' && (i == 0 || s.p[i - 1] != '\r')) || ++col > 999)
			return false;
		if (ch == '\n')
			col = 0;
	}
	return true;
}

static enum err put_part(struct ctx *c, struct buf *b, const struct mail_part *p, struct str boundary)
{
	/* a message or a multipart must not be base64 (RFC 2045 6.4): a message that can stay as it is does, all else is a file */
	bool nested = str_ifind(p->content_type, S("message/")) == 0 || str_ifind(p->content_type, S("multipart/")) == 0;
	bool as_is = str_ieq(p->content_type, S("message/rfc822")) && seven_bit(p->bytes) && str_find(p->bytes, boundary) < 0;
	struct str type = as_is ? S("message/rfc822") : nested || !p->content_type.n ? S("application/octet-stream") : p->content_type;
	TRY(header_safe(c, type));
	TRY(header_safe(c, p->filename));
	buf_fmt(b, "--%.*s\r\nContent-Type: %.*s\r\nContent-Transfer-Encoding: %s\r\nContent-Disposition: attachment", STR_ARG(boundary), STR_ARG(type),
		as_is ? "7bit" : "base64");
	put_filename(b, p->filename);
	buf_add(b, S("\r\n\r\n"));
	if (!as_is) {
		put_base64(b, p->bytes);
		return OK;
	}
	buf_add(b, p->bytes);
	if (!str_ends(p->bytes, S("\r\n")))
		buf_add(b, S("\r\n"));
	return OK;
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
	for (size_t i = 0; i < m->n_parts; i++)
		TRY(put_part(c, &b, &m->parts[i], outer));
	if (m->n_parts)
		buf_fmt(&b, "--%.*s--\r\n", STR_ARG(outer));
	if (buf_err(&b) != OK)
		return fail(c, ERR_LIMIT, "The mail would be larger than 64 MiB.");
	*ret = buf_str(&b);
	return OK;
}
