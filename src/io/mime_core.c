/* mime_core.c: the walk over a mail's parts: what is text, what is an attachment, what is a bounce.
 *
 * GMime finds the structure and undoes transfer encodings; headers, charsets and names are read by our own code. The walk is iterative,
 * in the order of the mail. A "segment" is one piece of the readable mail in both its forms: the branches of a multipart/alternative are one
 * segment, every other text part is one of its own. */
#include "io/mime_core.h"

#include "base/utf8.h"
#include "io/html_mail.h"
#include "io/quote.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
	SEGMENTS_MAX = MIME_PARTS_MAX + 8, CIDS_MAX = 2000, LEAF_MAX = 8 << 20, UU_FILES_MAX = 200,
	TEXT_BUDGET = 12 << 20,     /* of all text parts together; the rest are files */
	JOIN_MOST = 64 << 10, CHUNK = 32768, CHUNK_OUT = 4 * CHUNK
};

struct segment {
	struct str plain, html;
};

struct frame {
	GMimeMultipart *node;
	int next;
	int segment;      /* shared by the branches of an alternative; -1 outside one */
};

struct walk {
	struct mime_ctx *c;
	const struct mime_sink *sink;
	struct mime_message *m;
	struct segment *segments;
	int n_segments;
	size_t parts_cap;
	int uu_files;
	int64_t text_bytes;
	char *in, *out;   /* CHUNK and CHUNK_OUT bytes */
	bool report;      /* inside multipart/report about a delivery */
};

void mime_gmime_start(void)
{
	g_mime_init();
}

/* ---- one attachment ---- */

static struct mime_part *new_part(struct walk *w)
{
	struct mime_message *m = w->m;
	if (m->n_parts == w->parts_cap) {
		size_t cap = w->parts_cap ? w->parts_cap * 2 : 8;
		m->parts = arena_grow(w->c->arena, m->parts, w->parts_cap * sizeof(*m->parts), cap * sizeof(*m->parts));
		w->parts_cap = cap;
	}
	struct mime_part *p = &m->parts[m->n_parts++];
	*p = (struct mime_part){ .filename = S(""), .content_type = S("application/octet-stream"), .content_id = S("") };
	return p;
}

static enum err whole_part(struct walk *w, struct mime_part *p, struct str bytes)
{
	p->bytes = (int64_t)bytes.n;
	TRY(w->sink->begin(w->sink->arg));
	for (size_t at = 0; at < bytes.n; at += 65536)
		TRY(w->sink->data(w->sink->arg, str_slice(bytes, at, at + 65536)));
	return w->sink->end(w->sink->arg);
}

/* Reads the content of a part, transfer encoding undone: to the sink, or into *into. */
static enum err content(struct walk *w, GMimePart *part, struct buf *into, int64_t *ret_bytes)
{
	GMimeDataWrapper *data = g_mime_part_get_content(part);
	GMimeStream *stream = data ? g_mime_data_wrapper_get_stream(data) : NULL;
	int64_t total = 0;
	enum err e = OK;
	GMimeEncoding enc;
	g_mime_encoding_init_decode(&enc, data ? g_mime_data_wrapper_get_encoding(data) : GMIME_CONTENT_ENCODING_DEFAULT);
	if (stream)
		g_mime_stream_reset(stream);
	char *in = w->in, *out = w->out;
	ASSERT(g_mime_encoding_outlen(&enc, CHUNK) + 64 <= CHUNK_OUT);
	ssize_t n;
	while (stream && e == OK && (n = g_mime_stream_read(stream, in, CHUNK)) > 0) {
		struct str got = { out, g_mime_encoding_step(&enc, in, (size_t)n, out) };
		total += (int64_t)got.n;
		if (into)
			buf_add(into, got);
		else if (got.n)
			e = w->sink->data(w->sink->arg, got);
	}
	/* Base64 that ends without its padding still has a byte or two in hand. */
	bool unpadded = enc.encoding == GMIME_CONTENT_ENCODING_BASE64 && total % 3 == 0;
	struct str rest = { out, g_mime_encoding_flush(&enc, "==", unpadded ? 2 : 0, out) };
	total += (int64_t)rest.n;
	if (into)
		buf_add(into, rest);
	else if (rest.n && e == OK)
		e = w->sink->data(w->sink->arg, rest);
	*ret_bytes = total;
	return e;
}

static struct str type_of(struct walk *w, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	const char *type = ct ? g_mime_content_type_get_media_type(ct) : NULL, *sub = ct ? g_mime_content_type_get_media_subtype(ct) : NULL;
	char *p = arena_alloc(w->c->arena, 130);
	size_t n = 0;
	for (const char *s = type ? type : ""; *s && n < 60; s++)
		p[n++] = g_ascii_tolower(*s);
	p[n++] = '/';
	for (const char *s = sub ? sub : ""; *s && n < 128; s++)
		p[n++] = g_ascii_tolower(*s);
	const char *written = g_mime_object_get_header(o, "Content-Type");
	if (written && str_trim(str_c(written)).n == 0)
		return S("text/plain"); /* the header is there and says nothing */
	bool good = n > 2 && p[0] != '/' && p[n - 1] != '/';
	unsigned slashes = 0;
	for (size_t i = 0; i < n; i++) {
		slashes += p[i] == '/';
		good &= (unsigned char)p[i] > ' ' && (unsigned char)p[i] < 0x7f && !strchr("()<>@,;:\\\"[]?=", p[i]);
	}
	return good && slashes == 1 ? (struct str){ p, n } : S("application/octet-stream");
}

/* A parameter of Content-Disposition or Content-Type, encoded words in it undone though they have no right to be there. */
static struct str parameter(struct walk *w, const char *raw, size_t max)
{
	if (!raw)
		return S("");
	return mime_words(w->c, arena_str(w->c->arena, str_c(raw)), max);
}

static struct str filename_of(struct walk *w, GMimeObject *o)
{
	const char *raw = g_mime_object_get_content_disposition_parameter(o, "filename");
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	if (!raw || !*raw)
		raw = ct ? g_mime_content_type_get_parameter(ct, "name") : NULL;
	return mime_filename(w->c->arena, parameter(w, raw, 4 * MIME_FILENAME_MAX));
}

static struct str content_id(struct walk *w, GMimeObject *o)
{
	const char *raw = g_mime_object_get_content_id(o);
	struct str s = raw ? str_trim(str_c(raw)) : S("");
	if (s.n && s.p[0] == '<')
		s = str_slice(s, 1, s.n);
	if (s.n && s.p[s.n - 1] == '>')
		s.n--;
	return mime_words(w->c, arena_str(w->c->arena, s), 256);
}

static bool disposition_is(GMimeObject *o, const char *what)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(o);
	const char *v = d ? g_mime_content_disposition_get_disposition(d) : NULL;
	return v && g_ascii_strcasecmp(v, what) == 0;
}

/* Names for parts that come without one. */
static struct str default_name(struct str type)
{
	static const struct {
		struct str type, name;
	} names[] = {
		{ S("application/pgp-signature"), S("signature.asc") },     { S("application/pkcs7-signature"), S("smime.p7s") },
		{ S("application/x-pkcs7-signature"), S("smime.p7s") },     { S("application/pkcs7-mime"), S("smime.p7m") },
		{ S("application/x-pkcs7-mime"), S("smime.p7m") },          { S("application/ms-tnef"), S("winmail.dat") },
		{ S("application/vnd.ms-tnef"), S("winmail.dat") },         { S("text/calendar"), S("invite.ics") },
		{ S("message/delivery-status"), S("delivery-status.txt") }, { S("text/rfc822-headers"), S("headers.txt") },
		{ S("application/pgp-keys"), S("key.asc") },
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(type, names[i].type))
			return names[i].name;
	return S("");
}

/* GMime loses the last bytes of a uuencoded part; ours does not. False when it is not one. */
static bool uu_part(struct walk *w, GMimePart *part, struct str *ret)
{
	GMimeDataWrapper *data = g_mime_part_get_content(part);
	if (!data || g_mime_data_wrapper_get_encoding(data) != GMIME_CONTENT_ENCODING_UUENCODE)
		return false;
	struct buf raw;
	buf_init(&raw, w->c->arena, 2 * LEAF_MAX);
	GMimeStream *stream = g_mime_data_wrapper_get_stream(data);
	ssize_t n;
	g_mime_stream_reset(stream);
	while ((n = g_mime_stream_read(stream, w->in, CHUNK)) > 0)
		buf_add(&raw, (struct str){ w->in, (size_t)n });
	struct str rest = buf_str(&raw), before, name;
	return !raw.full && mime_uu(w->c->arena, &rest, &before, &name, ret);
}

static enum err attach(struct walk *w, GMimeObject *o, struct str type, struct str fallback_name)
{
	struct mime_part *p = new_part(w);
	p->content_type = type;
	p->filename = filename_of(w, o);
	if (!p->filename.n)
		p->filename = fallback_name.n ? fallback_name : default_name(type);
	p->content_id = content_id(w, o);
	p->inline_part = disposition_is(o, "inline");
	if (!GMIME_IS_PART(o))
		return whole_part(w, p, S(""));
	struct str uu;
	if (uu_part(w, GMIME_PART(o), &uu))
		return whole_part(w, p, uu);
	TRY(w->sink->begin(w->sink->arg));
	TRY(content(w, GMIME_PART(o), NULL, &p->bytes));
	return w->sink->end(w->sink->arg);
}

/* ---- text ---- */

static struct segment *segment(struct walk *w, int shared)
{
	/* Many large branches would be copied again and again; then the next is a segment of its own. */
	if (shared >= 0 && w->segments[shared].plain.n < JOIN_MOST && w->segments[shared].html.n < JOIN_MOST)
		return &w->segments[shared];
	ASSERT(w->n_segments < SEGMENTS_MAX);
	return &w->segments[w->n_segments++];
}

static struct str joined(struct arena *a, struct str x, struct str y)
{
	return x.n && y.n ? arena_fmt(a, "%.*s\n%.*s", STR_ARG(x), STR_ARG(y)) : x.n ? x : y;
}

/* Files that an old mail program wrote into the text. */
static enum err take_uu(struct walk *w, struct str *text)
{
	struct arena *a = w->c->arena;
	struct str rest = *text, before, name, bytes, kept = S("");
	bool any = false;
	while (w->uu_files < UU_FILES_MAX && mime_uu(a, &rest, &before, &name, &bytes)) {
		struct mime_part *p = new_part(w);
		p->filename = mime_filename(a, mime_words(w->c, name, 4 * MIME_FILENAME_MAX));
		kept = joined(a, kept, before);
		any = true;
		w->uu_files++;
		TRY(whole_part(w, p, bytes));
	}
	*text = any ? joined(a, kept, rest) : *text;
	return OK;
}

static bool yes(const char *v)
{
	return v && g_ascii_strcasecmp(v, "yes") == 0;
}

static enum err text_part(struct walk *w, GMimePart *part, bool html, int shared)
{
	struct arena *a = w->c->arena;
	GMimeContentType *ct = g_mime_object_get_content_type(GMIME_OBJECT(part));
	struct buf raw;
	buf_init(&raw, a, LEAF_MAX);
	int64_t bytes;
	TRY(content(w, part, &raw, &bytes));
	const char *charset = ct ? g_mime_content_type_get_parameter(ct, "charset") : NULL;
	size_t most = html ? MIME_HTML_IN_MAX : LEAF_MAX;
	struct str text = charset_decode(w->c->charsets, a, charset ? str_c(charset) : STR_NULL, buf_str(&raw), most);
	if (!html) {
		text = mime_text_clean(a, text);
		const char *format = ct ? g_mime_content_type_get_parameter(ct, "format") : NULL;
		if (format && g_ascii_strcasecmp(format, "flowed") == 0)
			text = mime_flowed(a, text, yes(g_mime_content_type_get_parameter(ct, "delsp")));
		TRY(take_uu(w, &text));
	}
	w->text_bytes += bytes;
	bool cut = bytes > (html ? MIME_HTML_IN_MAX : MIME_TEXT_MAX);
	if (cut) { /* all of it stays at hand as a file */
		struct str name = html ? S("message.html") : S("message.txt");
		TRY(attach(w, GMIME_OBJECT(part), html ? S("text/html") : S("text/plain"), name));
		text = utf8_clip(text, html ? MIME_HTML_IN_MAX : MIME_TEXT_MAX - 1000);
	}
	struct segment *s = segment(w, shared);
	*(html ? &s->html : &s->plain) = joined(a, html ? s->html : s->plain, text);
	return OK;
}

/* ---- nested messages and bounces ---- */

static struct str field(struct arena *a, struct str block, struct str name)
{
	struct str line;
	while (str_line(&block, &line))
		if (line.n > name.n && line.p[name.n] == ':' && str_ieq(str_slice(line, 0, name.n), name)) {
			struct str v = utf8_clean(a, str_trim(str_slice(line, name.n + 1, line.n)));
			return utf8_clip(v, MIME_NOTE_MAX);
		}
	return STR_NULL;
}

static enum err delivery_status(struct walk *w, GMimePart *part)
{
	struct arena *a = w->c->arena;
	struct buf raw;
	buf_init(&raw, a, 256 << 10);
	int64_t bytes;
	TRY(content(w, part, &raw, &bytes));
	struct str text = mime_text_clean(a, utf8_clean(a, buf_str(&raw)));
	struct mime_message *m = w->m;
	if (m->dsn_action.n)
		return OK;
	struct str action = field(a, text, S("Action")), status = field(a, text, S("Status")), rcpt = field(a, text, S("Final-Recipient"));
	if (!rcpt.n)
		rcpt = field(a, text, S("Original-Recipient"));
	struct str kind, addr;
	if (rcpt.n && str_cut(rcpt, ';', &kind, &addr))
		rcpt = addr;
	struct mime_address one[1];
	size_t n = 0;
	mime_addresses(w->c, rcpt.n ? rcpt : S(""), one, &n, 1);
	m->dsn_action = action.n ? str_trim(action) : S("");
	m->dsn_status = status.n ? str_trim(status) : S("");
	m->dsn_recipient = n ? one[0].addr : S("");
	return OK;
}

static void returned_headers(struct walk *w, struct str head)
{
	if (w->m->dsn_message_id.n)
		return;
	struct str id[1];
	size_t n = 0;
	struct str v = field(w->c->arena, head, S("Message-ID"));
	mime_ids(w->c->arena, v.n ? v : S(""), id, &n, 1);
	if (n)
		w->m->dsn_message_id = id[0];
}

/* A mail inside the mail: kept whole as a file, with CRLF as on the wire so that its signatures can be checked. */
static enum err message_part(struct walk *w, GMimeMessagePart *mp)
{
	struct arena *a = w->c->arena;
	GMimeMessage *inner = g_mime_message_part_get_message(mp);
	struct mime_part *p = new_part(w);
	p->content_type = S("message/rfc822");
	p->filename = filename_of(w, GMIME_OBJECT(mp));
	p->content_id = content_id(w, GMIME_OBJECT(mp));
	p->inline_part = disposition_is(GMIME_OBJECT(mp), "inline");
	if (!inner) {
		if (!p->filename.n)
			p->filename = S("message.eml");
		return whole_part(w, p, S(""));
	}
	GMimeStream *mem = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(inner), NULL, mem);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	struct str rest = { (const char *)bytes->data, bytes->len }, line;
	if (!rest.p)
		rest = S("");
	ptrdiff_t blank = str_find(rest, S("\n\n"));
	struct str head = arena_str(a, str_slice(str_slice(rest, 0, 256 << 10), 0, blank < 0 ? rest.n : (size_t)blank));
	struct str from = field(a, head, S("From")), subject = field(a, head, S("Subject"));
	struct mime_message *m = w->m;
	if (w->report) {
		returned_headers(w, head);
	} else if (!m->forwarded_from_addr.n && from.n) {
		struct mime_address one[1];
		size_t n = 0;
		if (mime_addresses(w->c, from, one, &n, 1) && one[0].addr.n) {
			m->forwarded_from_addr = one[0].addr;
			m->forwarded_from_name = one[0].name;
		}
	}
	if (!p->filename.n) {
		struct str name = mime_filename(a, mime_words(w->c, subject.n ? subject : S("message"), 120));
		p->filename = arena_fmt(a, "%.*s.eml", STR_ARG(name.n ? name : S("message")));
	}
	enum err e = w->sink->begin(w->sink->arg);
	struct buf chunk;
	buf_init(&chunk, a, 1 << 20);
	while (e == OK && rest.n) {
		chunk.n = 0;
		while (rest.n && chunk.n < 65536) {
			const char *nl = memchr(rest.p, '\n', rest.n < 65536 ? rest.n : 65536);
			size_t n = nl ? (size_t)(nl - rest.p) : rest.n < 65536 ? rest.n : 65536;
			line = str_slice(rest, 0, n);
			buf_add(&chunk, line);
			if (nl)
				buf_add(&chunk, S("\r\n"));
			rest = str_slice(rest, nl ? n + 1 : n, rest.n);
		}
		p->bytes += (int64_t)chunk.n;
		e = w->sink->data(w->sink->arg, buf_str(&chunk));
	}
	g_object_unref(mem);
	return e == OK ? w->sink->end(w->sink->arg) : e;
}

static enum err leaf(struct walk *w, GMimeObject *o, int shared)
{
	if (GMIME_IS_MESSAGE_PART(o))
		return message_part(w, GMIME_MESSAGE_PART(o));
	struct str type = type_of(w, o);
	if (!GMIME_IS_PART(o))
		return attach(w, o, type, S("part.bin"));
	if (w->report && str_eq(type, S("message/delivery-status")))
		TRY(delivery_status(w, GMIME_PART(o)));
	if (w->report && str_eq(type, S("text/rfc822-headers"))) {
		struct buf raw;
		int64_t bytes;
		buf_init(&raw, w->c->arena, 256 << 10);
		TRY(content(w, GMIME_PART(o), &raw, &bytes));
		returned_headers(w, mime_text_clean(w->c->arena, utf8_clean(w->c->arena, buf_str(&raw))));
	}
	bool html = str_eq(type, S("text/html")), plain = str_eq(type, S("text/plain")) || str_eq(type, S("text/enriched"));
	bool named = filename_of(w, o).n > 0 && (w->n_segments > 0 || disposition_is(o, "inline"));
	if ((html || plain) && !named && !disposition_is(o, "attachment") && w->text_bytes < TEXT_BUDGET)
		return text_part(w, GMIME_PART(o), html, shared);
	return attach(w, o, type, S(""));
}

/* ---- the walk ---- */

static bool is_report(GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	const char *kind = ct ? g_mime_content_type_get_parameter(ct, "report-type") : NULL;
	return ct && g_mime_content_type_is_type(ct, "multipart", "report") && kind && g_ascii_strcasecmp(kind, "delivery-status") == 0;
}

/* A multipart without a single part (no boundary, or one that never comes): its text is what GMime took for the prologue. */
static void empty_multipart(struct walk *w, GMimeMultipart *node, int shared)
{
	const char *text = g_mime_multipart_get_prologue(node);
	if (!text || g_mime_multipart_get_count(node) > 0)
		return;
	struct str all = utf8_clip(str_c(text), MIME_TEXT_MAX);
	struct segment *s = segment(w, shared);
	s->plain = joined(w->c->arena, s->plain, mime_text_clean(w->c->arena, charset_decode(w->c->charsets, w->c->arena, STR_NULL, all, MIME_TEXT_MAX)));
}

static enum err open_multipart(struct walk *w, struct frame *stack, unsigned *depth, GMimeObject *o, int shared)
{
	if (*depth == MIME_DEPTH_MAX)
		return fault_set(w->c->fault, ERR_INPUT, __FILE__, __LINE__, "This mail is nested more than %d deep, which is too much to read it safely.",
				 MIME_DEPTH_MAX);
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	if (shared < 0 && ct && g_mime_content_type_is_type(ct, "multipart", "alternative"))
		shared = w->n_segments++;
	if (is_report(o) && *depth == 0)
		w->report = w->m->dsn = true;
	empty_multipart(w, GMIME_MULTIPART(o), shared);
	stack[(*depth)++] = (struct frame){ .node = GMIME_MULTIPART(o), .segment = shared };
	return OK;
}

static enum err walk_parts(struct walk *w, GMimeObject *root)
{
	struct frame *stack = arena_array(w->c->arena, struct frame, MIME_DEPTH_MAX);
	unsigned depth = 0;
	size_t seen = 0;
	if (!root)
		return OK;
	if (!GMIME_IS_MULTIPART(root))
		return leaf(w, root, -1);
	TRY(open_multipart(w, stack, &depth, root, -1));
	while (depth) {
		struct frame *top = &stack[depth - 1];
		if (top->next >= g_mime_multipart_get_count(top->node)) {
			depth--;
			continue;
		}
		GMimeObject *o = g_mime_multipart_get_part(top->node, top->next++);
		if (++seen > MIME_PARTS_MAX)
			return fault_set(w->c->fault, ERR_INPUT, __FILE__, __LINE__,
					 "This mail has more than %d parts, which is too much to read it safely.", MIME_PARTS_MAX);
		if (GMIME_IS_MULTIPART(o))
			TRY(open_multipart(w, stack, &depth, o, top->segment));
		else
			TRY(leaf(w, o, top->segment));
	}
	return OK;
}

/* ---- the result ---- */

/* Plain text as HTML, for mails where only some parts have HTML. */
static struct str as_html(struct arena *a, struct str text)
{
	struct buf b;
	buf_init(&b, a, (size_t)MIME_HTML_IN_MAX * 2);
	buf_add(&b, S("<pre>"));
	for (size_t i = 0; i < text.n; i++) {
		char ch = text.p[i];
		buf_add(&b, ch == '<' ? S("&lt;") : ch == '&' ? S("&amp;") : str_slice(text, i, i + 1));
	}
	buf_add(&b, S("</pre>"));
	return buf_str(&b);
}

static void mark_inline(struct mime_message *m)
{
	struct str cids[CIDS_MAX], rest = m->html;
	size_t n = 0;
	while (n < CIDS_MAX) {
		ptrdiff_t at = str_find(rest, S("<img data-cid=\""));
		if (at < 0)
			break;
		rest = str_slice(rest, (size_t)at + 15, rest.n);
		ptrdiff_t end = str_find_ch(rest, '"');
		if (end < 0)
			break;
		cids[n++] = str_slice(rest, 0, (size_t)end);
	}
	for (size_t i = 0; i < m->n_parts; i++)
		for (size_t k = 0; k < n && !m->parts[i].inline_part; k++)
			m->parts[i].inline_part = m->parts[i].content_id.n && str_eq(m->parts[i].content_id, cids[k]);
}

static void readable(struct walk *w)
{
	struct arena *a = w->c->arena;
	struct mime_message *m = w->m;
	struct buf text, html;
	buf_init(&text, a, MIME_TEXT_MAX);
	buf_init(&html, a, MIME_HTML_IN_MAX);
	bool any_html = false;
	for (int i = 0; i < w->n_segments; i++)
		any_html |= w->segments[i].html.n > 0;
	for (int i = 0; i < w->n_segments; i++) {
		struct segment *s = &w->segments[i];
		struct str plain = s->plain;
		if (str_trim(plain).n == 0 && s->html.n) {
			struct html_mail_result r;
			html_mail_rebuild(a, s->html, &r);
			plain = r.text;
		}
		if (text.n && plain.n)
			buf_add(&text, S("\n\n"));
		buf_add(&text, utf8_clip(plain, text.max - text.n));
		if (any_html)
			buf_add(&html, s->html.n ? s->html : plain.n ? as_html(a, plain) : S(""));
	}
	struct str t = buf_str(&text);
	while (t.n && (t.p[t.n - 1] == '\n' || t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
		t.n--;
	while (t.n && t.p[0] == '\n')
		t = str_slice(t, 1, t.n);
	m->text = t;
	if (any_html) {
		struct html_mail_result r;
		html_mail_rebuild(a, buf_str(&html), &r);
		m->html = r.html;
		m->has_remote_images = r.remote_images;
	}
	m->quote_at = quote_find(t);
	mark_inline(m);
	struct str from;
	struct mime_address one[1];
	size_t n = 0;
	if (!m->forwarded_from_addr.n && quote_forwarded_from(t, &from) && mime_addresses(w->c, from, one, &n, 1) && one[0].addr.n) {
		m->forwarded_from_addr = one[0].addr;
		m->forwarded_from_name = one[0].name;
	}
}

static bool named(const struct mime_raw_header *h, const char *name)
{
	return str_ieq(h->name, str_c(name));
}

static void list_header(struct mime_ctx *c, struct str v, struct mime_address **list, size_t *n)
{
	if (!*list)
		*list = arena_array(c->arena, struct mime_address, MIME_ADDRESSES_MAX);
	mime_addresses(c, v, *list, n, MIME_ADDRESSES_MAX);
}

/* The newest hundred count, and the very first, which names the thread. */
static void references(struct mime_ctx *c, struct mime_message *m, struct str refs, struct str reply_to)
{
	enum { LOOK = 4096 };
	struct str *all = arena_array(c->arena, struct str, LOOK);
	size_t n = 0;
	mime_ids(c->arena, refs, all, &n, LOOK);
	mime_ids(c->arena, reply_to, all, &n, LOOK);
	if (n > MIME_REFS_MAX) {
		memmove(all + 1, all + n - (MIME_REFS_MAX - 1), (MIME_REFS_MAX - 1) * sizeof(*all));
		n = MIME_REFS_MAX;
	}
	m->refs = all;
	m->n_refs = n;
}

static void headers(struct mime_ctx *c, const struct mime_pre *pre, struct mime_message *m)
{
	struct str refs = S(""), reply_to = S("");
	struct mime_address one[1];
	bool subject = false, date = false;
	m->headers = arena_array(c->arena, struct mime_header, pre->n_headers + 1);
	for (size_t i = 0; i < pre->n_headers; i++) {
		const struct mime_raw_header *h = &pre->headers[i];
		size_t n = 0;
		m->headers[m->n_headers++] = (struct mime_header){
			.name = mime_words(c, utf8_clip(utf8_clean(c->arena, h->name), 200), 200),
			.value = mime_words(c, h->value, MIME_HEADER_VALUE_MAX),
		};
		struct str decoded = m->headers[m->n_headers - 1].value;
		if (named(h, "From")) {
			size_t seen = mime_addresses(c, h->value, one, &n, 1);
			if (m->n_from == 0 && n)
				m->from = one[0];
			m->n_from += seen;
		} else if (named(h, "Sender") && !m->sender.addr.n) {
			if (mime_addresses(c, h->value, one, &n, 1))
				m->sender = one[0];
		} else if (named(h, "Reply-To") && !m->reply_to.addr.n) {
			if (mime_addresses(c, h->value, one, &n, 1))
				m->reply_to = one[0];
		} else if (named(h, "To")) {
			list_header(c, h->value, &m->to, &m->n_to);
		} else if (named(h, "Cc")) {
			list_header(c, h->value, &m->cc, &m->n_cc);
		} else if (named(h, "Subject") && !subject) {
			m->subject = utf8_clip(decoded, MIME_SUBJECT_MAX);
			subject = true;
		} else if (named(h, "Message-ID") && !m->message_id.n) {
			struct str id[1];
			mime_ids(c->arena, h->value, id, &n, 1);
			m->message_id = n ? id[0] : utf8_clip(decoded, 998); /* some leave out the angles */
		} else if (named(h, "References")) {
			refs = joined(c->arena, refs, h->value);
		} else if (named(h, "In-Reply-To")) {
			reply_to = joined(c->arena, reply_to, h->value);
		} else if (named(h, "Date") && !date) {
			m->date_us = mime_date(h->value);
			date = true;
		}
	}
	references(c, m, refs, reply_to);
}

static GMimeMessage *gmime_parse(char *bytes, size_t n)
{
	GByteArray *array = g_byte_array_new_take((guint8 *)bytes, n);
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), TRUE);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	GMimeMessage *msg = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return msg;
}

static const struct str EMPTY = { "", 0 };

enum err mime_core(struct mime_ctx *c, char *bytes, size_t n, const struct mime_sink *sink, struct mime_message *ret)
{
	struct mime_pre pre;
	enum err e = mime_pre(c, bytes, n, &pre);
	if (e != OK) {
		free(bytes);
		return e;
	}
	struct mime_address none = { EMPTY, EMPTY };
	struct mime_message m = { .from = none, .sender = none, .reply_to = none, .subject = EMPTY, .message_id = EMPTY, .text = EMPTY,
		                  .html = EMPTY, .dsn_action = EMPTY, .dsn_status = EMPTY, .dsn_recipient = EMPTY, .dsn_message_id = EMPTY,
		                  .forwarded_from_addr = EMPTY, .forwarded_from_name = EMPTY };
	/* Header values still point into the mail, which GMime takes: what is kept of them is copied by decoding, and ids by mime_ids(). */
	headers(c, &pre, &m);
	for (size_t i = 0; i < m.n_headers; i++) {
		m.headers[i].name = arena_str(c->arena, m.headers[i].name);
		m.headers[i].value = arena_str(c->arena, m.headers[i].value);
	}
	size_t len = pre.mail.n;
	memmove(bytes + pre.headless, pre.mail.p, len);
	if (pre.headless)
		bytes[0] = '\n';
	GMimeMessage *msg = gmime_parse(bytes, len + pre.headless);
	if (!msg)
		return fault_set(c->fault, ERR_INPUT, __FILE__, __LINE__, "This mail has nothing in it that could be read.");
	struct walk w = { .c = c, .sink = sink, .m = &m, .segments = arena_array(c->arena, struct segment, SEGMENTS_MAX),
		          .in = arena_alloc(c->arena, CHUNK), .out = arena_alloc(c->arena, CHUNK_OUT) };
	for (int i = 0; i < SEGMENTS_MAX; i++)
		w.segments[i] = (struct segment){ EMPTY, EMPTY };
	e = walk_parts(&w, g_mime_message_get_mime_part(msg));
	if (e == OK)
		readable(&w);
	g_object_unref(msg);
	if (e == OK)
		*ret = m;
	return e;
}

static enum err nothing(void *arg)
{
	(void)arg;
	return OK;
}

static enum err nowhere(void *arg, struct str bytes)
{
	(void)arg;
	(void)bytes;
	return OK;
}

enum err mime_parse_here(struct arena *a, struct fault *f, struct charsets *cs, struct str raw, struct mime_message *ret)
{
	struct mime_ctx c = { .arena = a, .fault = f, .charsets = cs };
	struct mime_sink sink = { .begin = nothing, .data = nowhere, .end = nothing };
	char *bytes = malloc(raw.n + 2);
	ASSERT(bytes != NULL);
	if (raw.n)
		memcpy(bytes, raw.p, raw.n);
	return mime_core(&c, bytes, raw.n, &sink, ret);
}
