/* mime_wire.c: a message as one flat text between the child, who read a stranger's bytes, and the parent, who believes nothing.
 *
 * "TMM" and a version byte, then every field in the order of mime.h: numbers as 8 bytes, texts as 4 bytes of length and the bytes. The reader
 * checks every count against its ceiling, every text for valid UTF-8 and its own rule, and the HTML against the closed grammar. */
#include "base/utf8.h"
#include "io/html_mail_part.h"
#include "io/mime_core.h"

#include <string.h>

#include "base/banned.h"

static const struct str MAGIC = { "TMM\1", 4 };

static void put_num(struct buf *b, int64_t v)
{
	char p[8];
	memcpy(p, &v, 8);
	buf_add(b, (struct str){ p, 8 });
}

static void put_str(struct buf *b, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	char p[4];
	memcpy(p, &n, 4);
	buf_add(b, (struct str){ p, 4 });
	buf_add(b, s);
}

static void put_addr(struct buf *b, const struct mime_address *a)
{
	put_str(b, a->name);
	put_str(b, a->addr);
}

static void put_addrs(struct buf *b, const struct mime_address *a, size_t n)
{
	put_num(b, (int64_t)n);
	for (size_t i = 0; i < n; i++)
		put_addr(b, &a[i]);
}

void mime_wire_put(struct buf *b, const struct mime_message *m)
{
	buf_add(b, MAGIC);
	put_addr(b, &m->from);
	put_num(b, (int64_t)m->n_from);
	put_addr(b, &m->sender);
	put_addr(b, &m->reply_to);
	put_addrs(b, m->to, m->n_to);
	put_addrs(b, m->cc, m->n_cc);
	put_str(b, m->subject);
	put_str(b, m->message_id);
	put_num(b, (int64_t)m->n_refs);
	for (size_t i = 0; i < m->n_refs; i++)
		put_str(b, m->refs[i]);
	put_num(b, m->date_us.set);
	put_num(b, m->date_us.v);
	put_str(b, m->text);
	put_str(b, m->html);
	put_num(b, (int64_t)m->quote_at);
	put_num(b, (int64_t)m->n_parts);
	for (size_t i = 0; i < m->n_parts; i++) {
		put_str(b, m->parts[i].filename);
		put_str(b, m->parts[i].content_type);
		put_str(b, m->parts[i].content_id);
		put_num(b, m->parts[i].bytes);
		put_num(b, m->parts[i].inline_part);
	}
	put_num(b, (int64_t)m->n_headers);
	for (size_t i = 0; i < m->n_headers; i++) {
		put_str(b, m->headers[i].name);
		put_str(b, m->headers[i].value);
	}
	put_num(b, m->dsn);
	put_str(b, m->dsn_action);
	put_str(b, m->dsn_status);
	put_str(b, m->dsn_recipient);
	put_str(b, m->dsn_message_id);
	put_str(b, m->forwarded_from_addr);
	put_str(b, m->forwarded_from_name);
	put_num(b, m->has_remote_images);
}

struct reader {
	struct arena *arena;
	struct str left;
	bool bad;
};

static int64_t get_num(struct reader *r, int64_t least, int64_t most)
{
	int64_t v = 0;
	if (r->left.n < 8) {
		r->bad = true;
		return least;
	}
	memcpy(&v, r->left.p, 8);
	r->left = str_slice(r->left, 8, r->left.n);
	if (v < least || v > most) {
		r->bad = true;
		return least;
	}
	return v;
}

static struct str get_str(struct reader *r, size_t most)
{
	uint32_t n = 0;
	if (r->left.n >= 4)
		memcpy(&n, r->left.p, 4);
	if (r->bad || r->left.n < 4 || n > most || n > r->left.n - 4) {
		r->bad = true;
		return S("");
	}
	struct str s = str_slice(r->left, 4, 4 + n);
	r->left = str_slice(r->left, 4 + n, r->left.n);
	if (!utf8_valid(s)) {
		r->bad = true;
		return S("");
	}
	return s;
}

/* One line without controls. */
static struct str get_line(struct reader *r, size_t most)
{
	struct str s = get_str(r, most);
	for (size_t i = 0; i < s.n && !r->bad;) {
		int32_t cp = utf8_next(s, &i);
		r->bad = cp == '\n' || cp == '\t' || utf8_is_control((uint32_t)cp);
	}
	return r->bad ? S("") : s;
}

static struct mime_address get_addr(struct reader *r)
{
	struct mime_address a = { .name = get_line(r, MIME_NAME_MAX), .addr = get_line(r, MIME_ADDR_MAX) };
	if (a.addr.n && !r->bad) {
		struct str again = mime_addr_spec(r->arena, a.addr);
		r->bad |= !again.p || !str_eq(again, a.addr);
	}
	return a;
}

static struct mime_address *get_addrs(struct reader *r, size_t *ret_n)
{
	size_t n = (size_t)get_num(r, 0, MIME_ADDRESSES_MAX);
	struct mime_address *a = arena_array(r->arena, struct mime_address, n);
	for (size_t i = 0; i < n && !r->bad; i++)
		a[i] = get_addr(r);
	*ret_n = r->bad ? 0 : n;
	return a;
}

static void get_parts(struct reader *r, struct mime_message *m)
{
	size_t n = (size_t)get_num(r, 0, MIME_PARTS_MAX * 2);
	m->parts = arena_array(r->arena, struct mime_part, n);
	for (size_t i = 0; i < n && !r->bad; i++) {
		struct mime_part *p = &m->parts[i];
		p->filename = get_line(r, MIME_FILENAME_MAX + 8);
		p->content_type = get_line(r, 200);
		p->content_id = get_line(r, 260);
		p->bytes = get_num(r, 0, 2 * (int64_t)MIME_MESSAGE_MAX_BYTES);
		p->inline_part = get_num(r, 0, 1);
		r->bad |= str_find_ch(p->filename, '/') >= 0 || str_find_ch(p->filename, '\\') >= 0 || str_find_ch(p->content_type, '/') < 1;
		for (size_t k = 0; k < p->content_type.n; k++)
			r->bad |= (unsigned char)p->content_type.p[k] >= 0x7f || strchr(" \"<>;,\\", p->content_type.p[k]);
	}
	m->n_parts = r->bad ? 0 : n;
}

static void get_headers(struct reader *r, struct mime_message *m)
{
	size_t n = (size_t)get_num(r, 0, MIME_HEADER_LINES_MAX);
	m->headers = arena_array(r->arena, struct mime_header, n);
	for (size_t i = 0; i < n && !r->bad; i++) {
		m->headers[i].name = get_line(r, 200);
		m->headers[i].value = get_line(r, MIME_HEADER_VALUE_MAX);
	}
	m->n_headers = r->bad ? 0 : n;
}

enum err mime_wire_get(struct arena *a, struct fault *f, struct str wire, struct mime_message *ret)
{
	struct reader r = { .arena = a, .left = wire };
	struct mime_message m = { 0 };
	r.bad = !str_starts(wire, MAGIC);
	r.left = str_slice(wire, MAGIC.n, wire.n);
	m.from = get_addr(&r);
	m.n_from = (size_t)get_num(&r, 0, MIME_HEADER_MAX_BYTES);
	m.sender = get_addr(&r);
	m.reply_to = get_addr(&r);
	m.to = get_addrs(&r, &m.n_to);
	m.cc = get_addrs(&r, &m.n_cc);
	m.subject = get_line(&r, MIME_SUBJECT_MAX);
	m.message_id = get_line(&r, 998);
	m.n_refs = (size_t)get_num(&r, 0, MIME_REFS_MAX);
	m.refs = arena_array(a, struct str, m.n_refs);
	for (size_t i = 0; i < m.n_refs && !r.bad; i++)
		m.refs[i] = get_line(&r, 998);
	m.date_us.set = get_num(&r, 0, 1);
	m.date_us.v = get_num(&r, 0, INT64_MAX / 16);
	m.text = get_str(&r, MIME_TEXT_MAX);
	m.html = get_str(&r, HTML_OUT_MAX);
	m.quote_at = (size_t)get_num(&r, 0, MIME_TEXT_MAX);
	get_parts(&r, &m);
	get_headers(&r, &m);
	m.dsn = get_num(&r, 0, 1);
	m.dsn_action = get_line(&r, MIME_NOTE_MAX);
	m.dsn_status = get_line(&r, MIME_NOTE_MAX);
	m.dsn_recipient = get_line(&r, MIME_ADDR_MAX);
	m.dsn_message_id = get_line(&r, 998);
	m.forwarded_from_addr = get_line(&r, MIME_ADDR_MAX);
	m.forwarded_from_name = get_line(&r, MIME_NAME_MAX);
	m.has_remote_images = get_num(&r, 0, 1);
	r.bad |= r.left.n != 0 || m.quote_at > m.text.n || (m.quote_at < m.text.n && ((unsigned char)m.text.p[m.quote_at] & 0xc0) == 0x80);
	for (size_t i = 0; i < m.text.n && !r.bad; i++)
		r.bad = ((unsigned char)m.text.p[i] < ' ' && m.text.p[i] != '\n' && m.text.p[i] != '\t') || m.text.p[i] == 0x7f;
	if (r.bad || !html_mail_valid(m.html))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
				 "The mail parser gave an answer that no sound parser gives; the raw mail is kept.");
	*ret = m;
	return OK;
}
