/* html_mail.c: a stranger's HTML, written anew; see html_mail.h.
 *
 * Tokens come in, a stack of at most 64 elements says what is open, and only this file writes a '<'. The stack follows the nesting rules that
 * browsers apply (a block ends a paragraph, a link ends a link, cells live in rows), so that what is written is read back as
 * exactly the same tree: nothing can hide in the difference between two parsers. */
#include "io/html_mail.h"

#include "base/utf8.h"
#include "io/html_mail_part.h"
#include "io/html_mail_token.h"

#include <string.h>

#include "base/banned.h"

enum { REOPEN_MAX = 8, CLOSE_ROOM = HTML_DEPTH_MAX * 16, TABLE_LEVELS = 4, CID_MAX = 256, ALT_MAX = 1000, TAG_ROOM = 256 };

struct open_tag {
	enum html_tag tag;
	struct str href;       /* of a link */
	size_t text_at;        /* of a link: where its readable text begins */
	int64_t item;          /* of a list: the next number; 0 for bullets */
};

/* Elements whose content is dropped. RAW ones hold text only; the others nest. */
enum drop_kind { DROP_RAW, DROP_RCDATA, DROP_STYLE, DROP_SCRIPT, DROP_TREE, DROP_FOREIGN };

static const struct drop {
	struct str name;
	enum drop_kind kind;
} DROPS[] = {
	{ S("script"), DROP_SCRIPT },   { S("style"), DROP_STYLE },       { S("iframe"), DROP_RAW },    { S("noembed"), DROP_RAW },
	{ S("noframes"), DROP_RAW },    { S("noscript"), DROP_RAW },    { S("textarea"), DROP_RCDATA }, { S("title"), DROP_RCDATA },
	{ S("svg"), DROP_FOREIGN },     { S("math"), DROP_FOREIGN },    { S("template"), DROP_TREE }, { S("object"), DROP_TREE },
	{ S("applet"), DROP_TREE },     { S("select"), DROP_TREE },     { S("button"), DROP_TREE },   { S("datalist"), DROP_TREE },
	{ S("audio"), DROP_TREE },      { S("video"), DROP_TREE },      { S("canvas"), DROP_TREE },   { S("frameset"), DROP_TREE },
};
enum { N_DROPS = ARRAY_LEN(DROPS) };

struct builder {
	struct arena *arena;
	struct html_lexer lex;
	struct buf html;
	struct html_text text;
	struct open_tag stack[HTML_DEPTH_MAX];
	unsigned depth, over;       /* over: tags left out because the stack was full */
	size_t last_end[N_DROPS];   /* where the last </name stands, plus 1 */
	bool pre_fresh;             /* right after <pre>: a line end there would be lost in reading */
	bool drop_text, xmp;
	bool remote_images, cut, stop;
};

static enum html_tag top(const struct builder *b)
{
	return b->depth ? b->stack[b->depth - 1].tag : TAG_COUNT;
}

static enum html_tag_kind kind_of(enum html_tag t)
{
	return html_tag_info(t)->kind;
}

/* Room for n bytes and for all the end tags still owed. */
static bool room(struct builder *b, size_t n)
{
	if (b->html.n + n + CLOSE_ROOM > HTML_OUT_MAX)
		b->cut = b->stop = true;
	return !b->stop;
}

static void escape(struct buf *out, struct str s, bool attr)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		struct str as = STR_NULL;
		size_t used = 1;
		switch (s.p[i]) {
		case '&': as = S("&amp;"); break;
		case '<': as = attr ? STR_NULL : S("&lt;"); break;
		case '>': as = attr ? STR_NULL : S("&gt;"); break;
		case '"': as = attr ? S("&quot;") : STR_NULL; break;
		case (char)0xc2:
			if (i + 1 < s.n && s.p[i + 1] == (char)0xa0) {
				as = S("&nbsp;");
				used = 2;
			}
			break;
		}
		if (!as.p)
			continue;
		buf_add(out, str_slice(s, from, i));
		buf_add(out, as);
		from = i + used;
		i = from - 1;
	}
	buf_add(out, str_slice(s, from, s.n));
}

static void attr_out(struct buf *out, const char *name, struct str value)
{
	buf_fmt(out, " %s=\"", name);
	escape(out, value, true);
	buf_ch(out, '"');
}

/* An attribute that is a small whole number, as the only form that is written. */
static void number_attr(struct buf *out, const struct html_token *t, enum html_attr a, const char *name, int64_t most)
{
	int64_t v;
	struct str s = t && t->attr[a].p ? str_trim(t->attr[a]) : STR_NULL;
	if (s.p && str_i64(s, &v) && v >= 1 && v <= most)
		buf_fmt(out, " %s=\"%lld\"", name, (long long)v);
}

/* The attributes of a start tag. t is NULL when the tag is implied or opened again. */
static void attrs_out(struct buf *out, enum html_tag tag, struct str href, const struct html_token *t)
{
	if (tag == TAG_A && href.p) {
		attr_out(out, "href", href);
		buf_add(out, S(" rel=\"noopener noreferrer nofollow\" target=\"_blank\""));
	}
	if (t && html_tag_info(tag)->dir && t->attr[HTML_A_DIR].p) {
		struct str d = str_trim(t->attr[HTML_A_DIR]);
		const char *dir = str_ieq(d, S("rtl")) ? "rtl" : str_ieq(d, S("ltr")) ? "ltr" : str_ieq(d, S("auto")) ? "auto" : NULL;
		if (dir)
			attr_out(out, "dir", str_c(dir));
	}
	if (tag == TAG_TD || tag == TAG_TH) {
		number_attr(out, t, HTML_A_COLSPAN, "colspan", 1000);
		number_attr(out, t, HTML_A_ROWSPAN, "rowspan", 1000);
	}
	if (tag == TAG_OL)
		number_attr(out, t, HTML_A_START, "start", 1000000);
}

/* The mark of a list item hangs out to the left of its text. */
static void text_bullet(struct builder *b)
{
	struct html_text *x = &b->text;
	unsigned indent = x->indent;
	x->indent -= indent ? 2 : 0;
	html_text_raw(x, S(""));
	x->indent = indent;
	x->bullet = true;
	for (unsigned i = b->depth - 1; i-- > 0;) {
		if (b->stack[i].tag == TAG_OL) {
			buf_fmt(&x->buf, "%lld. ", (long long)b->stack[i].item++);
			return;
		}
		if (b->stack[i].tag == TAG_UL)
			break;
	}
	buf_add(&x->buf, S("- "));
}

static void text_open(struct builder *b, enum html_tag tag, const struct html_token *t)
{
	struct html_text *x = &b->text;
	struct open_tag *at = &b->stack[b->depth - 1];
	html_text_break(x, html_tag_info(tag)->lines);
	if (tag == TAG_BLOCKQUOTE)
		x->quote++;
	if (tag == TAG_UL || tag == TAG_OL)
		x->indent += 2;
	if (tag == TAG_OL) {
		at->item = 1;
		if (t && t->attr[HTML_A_START].p && (!str_i64(str_trim(t->attr[HTML_A_START]), &at->item) || at->item < 1 || at->item > 1000000))
			at->item = 1;
	}
	if (tag == TAG_LI)
		text_bullet(b);
	if ((tag == TAG_TD || tag == TAG_TH) && x->line_open && !x->lines)
		x->tab = true;
	at->text_at = x->buf.n;
}

static void text_close(struct builder *b, const struct open_tag *at, bool final)
{
	struct html_text *x = &b->text;
	if (at->tag == TAG_BLOCKQUOTE)
		x->quote--;
	if (at->tag == TAG_UL || at->tag == TAG_OL)
		x->indent -= 2;
	x->bullet &= at->tag != TAG_LI;
	html_text_break(x, html_tag_info(at->tag)->lines);
	if (at->tag != TAG_A || !final || !at->href.p)
		return;
	struct str shown = str_trim(str_slice(buf_str(&x->buf), at->text_at, x->buf.n));
	struct str url = at->href, bare = url;
	for (const char *p = "mailto:\0https://\0http://\0"; *p; p += strlen(p) + 1)
		if (str_starts(url, str_c(p)))
			bare = str_slice(url, strlen(p), url.n);
	struct str short_bare = str_ends(bare, S("/")) ? str_slice(bare, 0, bare.n - 1) : bare;
	if (str_eq(shown, url) || str_eq(shown, bare) || str_eq(shown, short_bare))
		return;
	x->space = x->line_open && shown.n;
	html_text_raw(x, S("<"));
	buf_add(&x->buf, bare.n == url.n - 7 && str_starts(url, S("mailto:")) ? bare : url);
	buf_ch(&x->buf, '>');
}

static void push(struct builder *b, enum html_tag tag, struct str href, const struct html_token *t)
{
	if (b->depth >= HTML_DEPTH_MAX) {
		b->over++;
		b->cut = true;
		return;
	}
	if (!room(b, href.n * 6 + TAG_ROOM))
		return;
	buf_ch(&b->html, '<');
	buf_add(&b->html, str_c(html_tag_info(tag)->name));
	attrs_out(&b->html, tag, href, t);
	buf_ch(&b->html, '>');
	b->pre_fresh = tag == TAG_PRE;
	b->stack[b->depth++] = (struct open_tag){ .tag = tag, .href = href };
	text_open(b, tag, t);
}

static void pop(struct builder *b, bool final)
{
	struct open_tag *at = &b->stack[--b->depth];
	buf_fmt(&b->html, "</%s>", html_tag_info(at->tag)->name);
	b->pre_fresh = false;
	text_close(b, at, final);
}

static void close_to(struct builder *b, unsigned depth)
{
	while (b->depth > depth)
		pop(b, true);
}

static void reopen(struct builder *b, const struct open_tag *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		push(b, list[i].tag, list[i].href, NULL);
}

/* Closes down to `depth` and opens the inline elements that were above `from` again (as browsers reconstruct formatting). */
static unsigned close_keeping(struct builder *b, unsigned depth, unsigned from, struct open_tag keep[REOPEN_MAX])
{
	unsigned n = 0;
	for (unsigned i = from; i < b->depth && n < REOPEN_MAX; i++)
		if (kind_of(b->stack[i].tag) == KIND_INLINE)
			keep[n++] = b->stack[i];
	while (b->depth > depth)
		pop(b, false);
	return n;
}

static bool scope_wall(enum html_tag t)
{
	return t == TAG_TD || t == TAG_TH || t == TAG_TABLE;
}

/* Index of the nearest open `tag` on this side of a table wall, or -1. */
static int find_open(const struct builder *b, enum html_tag tag)
{
	for (unsigned i = b->depth; i-- > 0;) {
		if (b->stack[i].tag == tag)
			return (int)i;
		if (scope_wall(b->stack[i].tag))
			break;
	}
	return -1;
}

/* Between table and cell nothing but structure may stand: opens what is missing up to a cell. */
static void need_cell(struct builder *b)
{
	enum html_tag t = top(b);
	if (t == TAG_TABLE)
		push(b, t = TAG_TBODY, STR_NULL, NULL);
	if (t == TAG_TBODY || t == TAG_THEAD || t == TAG_TFOOT)
		push(b, t = TAG_TR, STR_NULL, NULL);
	if (t == TAG_TR)
		push(b, TAG_TD, STR_NULL, NULL);
}

static void start_block(struct builder *b, enum html_tag tag, const struct html_token *t)
{
	need_cell(b);
	if (tag == TAG_LI || tag == TAG_DD || tag == TAG_DT) {
		for (unsigned i = b->depth; i-- > 0;) {
			enum html_tag x = b->stack[i].tag;
			if (x == tag || (tag != TAG_LI && (x == TAG_DD || x == TAG_DT))) {
				close_to(b, i);
				break;
			}
			if (kind_of(x) != KIND_INLINE && x != TAG_DIV && x != TAG_P)
				break;
		}
	}
	struct open_tag keep[REOPEN_MAX];
	unsigned n = 0;
	int p = find_open(b, TAG_P);
	if (p >= 0)
		n = close_keeping(b, (unsigned)p, (unsigned)p, keep);
	bool heading = tag >= TAG_H1 && tag <= TAG_H6;
	if (heading && b->depth && top(b) >= TAG_H1 && top(b) <= TAG_H6)
		close_to(b, b->depth - 1);
	push(b, tag, STR_NULL, t);
	reopen(b, keep, n);
}

static void close_p(struct builder *b)
{
	struct open_tag keep[REOPEN_MAX];
	int p = find_open(b, TAG_P);
	if (p >= 0)
		reopen(b, keep, close_keeping(b, (unsigned)p, (unsigned)p, keep));
}

static void start_table_part(struct builder *b, enum html_tag tag, const struct html_token *t)
{
	if (tag == TAG_TABLE) {
		need_cell(b);
		if (b->depth + TABLE_LEVELS > HTML_DEPTH_MAX) { /* with its cells, which may be implied */
			b->over++;
			b->cut = true;
			return;
		}
		int p = find_open(b, TAG_P);
		if (p >= 0)
			close_to(b, (unsigned)p);
		push(b, TAG_TABLE, STR_NULL, t);
		return;
	}
	int table = -1;
	for (unsigned i = b->depth; i-- > 0 && table < 0;)
		if (b->stack[i].tag == TAG_TABLE)
			table = (int)i;
	if (table < 0) { /* a row without a table: its text stays */
		html_text_break(&b->text, tag == TAG_TR);
		b->text.space = tag != TAG_TR;
		return;
	}
	for (;;) {
		enum html_tag x = top(b);
		bool section = x == TAG_TBODY || x == TAG_THEAD || x == TAG_TFOOT;
		bool cell = tag == TAG_TD || tag == TAG_TH;
		if (x == TAG_TABLE || (section && (cell || tag == TAG_TR)) || (x == TAG_TR && cell))
			break;
		close_to(b, b->depth - 1);
	}
	bool cell = tag == TAG_TD || tag == TAG_TH;
	if ((cell || tag == TAG_TR) && top(b) == TAG_TABLE)
		push(b, TAG_TBODY, STR_NULL, NULL);
	if (cell && top(b) != TAG_TR)
		push(b, TAG_TR, STR_NULL, NULL);
	push(b, tag, STR_NULL, t);
}

static struct str value(struct builder *b, const struct html_token *t, enum html_attr a)
{
	return t->attr[a].p ? html_unescape(b->arena, t->attr[a], true) : STR_NULL;
}

static void start_inline(struct builder *b, enum html_tag tag, const struct html_token *t)
{
	need_cell(b);
	struct str href = STR_NULL;
	if (tag == TAG_A) {
		int a = find_open(b, TAG_A);
		if (a >= 0)
			close_to(b, (unsigned)a);
		struct str v = value(b, t, HTML_A_HREF);
		href = v.p ? html_url_clean(b->arena, v, true) : STR_NULL;
		if (!href.p)
			return; /* an anchor without an address is only its text */
	}
	push(b, tag, href, t);
}

/* Printable, without quotes and angles; used for content ids and alternative texts. */
static struct str plain(struct builder *b, struct str s, size_t most, bool spaces)
{
	char *out = arena_alloc(b->arena, (s.n < most ? s.n : most) + 4);
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < most;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		if (cp < 0 || strchr("<>\"`", cp < 128 ? (int)cp : 'x') || (cp <= ' ' && !spaces))
			continue;
		if (cp == '\n' || cp == '\r' || cp == '\t' || cp == '\f')
			out[n++] = ' ';
		else if (!utf8_is_control((uint32_t)cp)) {
			memcpy(out + n, s.p + from, i - from);
			n += i - from;
		}
	}
	return (struct str){ out, n };
}

static struct str percent_undone(struct builder *b, struct str s)
{
	char *p = arena_alloc(b->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *h = NULL, *l = NULL;
		if (s.p[i] == '%' && i + 2 < s.n) {
			h = memchr(digits, s.p[i + 1] | 32, 16);
			l = memchr(digits, s.p[i + 2] | 32, 16);
		}
		if (h && l) {
			p[n++] = (char)((h - digits) << 4 | (l - digits));
			i += 2;
		} else {
			p[n++] = s.p[i];
		}
	}
	return (struct str){ p, n };
}

static void image(struct builder *b, const struct html_token *t)
{
	struct str src = value(b, t, HTML_A_SRC), cid = value(b, t, HTML_A_DATA_CID), remote = value(b, t, HTML_A_DATA_REMOTE);
	struct str trimmed = src.p ? str_trim(src) : S("");
	if (trimmed.n > 4 && str_ieq(str_slice(trimmed, 0, 4), S("cid:")))
		cid = percent_undone(b, str_slice(trimmed, 4, trimmed.n));
	else if (src.p)
		remote = src;
	struct str alt = value(b, t, HTML_A_ALT);
	alt = alt.p ? plain(b, alt, ALT_MAX, true) : S("");
	cid = cid.p ? plain(b, cid, CID_MAX, false) : S("");
	remote = remote.p ? html_url_clean(b->arena, remote, false) : STR_NULL;
	if (!cid.n && !remote.p && !alt.n)
		return;
	need_cell(b);
	if (!room(b, cid.n * 6 + alt.n * 6 + remote.n * 6 + TAG_ROOM))
		return;
	buf_add(&b->html, S("<img"));
	if (cid.n)
		attr_out(&b->html, "data-cid", cid);
	else if (remote.p)
		attr_out(&b->html, "data-remote", remote);
	attr_out(&b->html, "alt", alt);
	number_attr(&b->html, t, HTML_A_WIDTH, "width", 4000);
	number_attr(&b->html, t, HTML_A_HEIGHT, "height", 4000);
	buf_ch(&b->html, '>');
	b->remote_images |= !cid.n && remote.p;
	b->pre_fresh = false;
	if (str_trim(alt).n) {
		html_text_raw(&b->text, S("["));
		buf_add(&b->text.buf, str_trim(alt));
		buf_ch(&b->text.buf, ']');
	}
}

static void start_void(struct builder *b, enum html_tag tag, const struct html_token *t)
{
	if (tag == TAG_IMG) {
		image(b, t);
		return;
	}
	need_cell(b);
	if (tag == TAG_HR)
		close_p(b);
	if (!room(b, 8))
		return;
	buf_fmt(&b->html, "<%s>", html_tag_info(tag)->name);
	b->pre_fresh = false;
	if (tag == TAG_HR) {
		html_text_break(&b->text, 1);
		html_text_raw(&b->text, S("---"));
		html_text_break(&b->text, 1);
	} else {
		html_text_add(&b->text, S("\n"), true);
	}
}

/* Names that mean one of ours. */
static const struct {
	struct str name;
	enum html_tag tag;
} ALIASES[] = {
	{ S("address"), TAG_DIV },  { S("article"), TAG_DIV }, { S("aside"), TAG_DIV },   { S("center"), TAG_DIV },
	{ S("details"), TAG_DIV },  { S("dfn"), TAG_I },       { S("dialog"), TAG_DIV },  { S("dir"), TAG_UL },        { S("fieldset"), TAG_DIV },
	{ S("figcaption"), TAG_DIV }, { S("figure"), TAG_DIV }, { S("footer"), TAG_DIV }, { S("form"), TAG_DIV },      { S("header"), TAG_DIV },
	{ S("hgroup"), TAG_DIV },   { S("image"), TAG_IMG },   { S("legend"), TAG_DIV },  { S("listing"), TAG_PRE },   { S("main"), TAG_DIV },
	{ S("menu"), TAG_UL },      { S("nav"), TAG_DIV },     { S("plaintext"), TAG_PRE }, { S("search"), TAG_DIV },  { S("section"), TAG_DIV },
	{ S("strike"), TAG_S },     { S("summary"), TAG_DIV }, { S("tt"), TAG_CODE },     { S("xmp"), TAG_PRE },
};

static enum html_tag tag_of(struct str name)
{
	enum html_tag t = html_tag_find(name);
	for (size_t i = 0; t == TAG_COUNT && i < ARRAY_LEN(ALIASES); i++)
		if (str_eq(ALIASES[i].name, name))
			return ALIASES[i].tag;
	return t;
}

/* Start tags that end svg and math in browsers, because people forget to. */
static bool breaks_out(struct str name)
{
	static const char *const list[] = { "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed",
		                            "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta",
		                            "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub", "sup",
		                            "table", "tt", "u", "ul", "var" };
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		if (str_eq(name, str_c(list[i])))
			return true;
	return false;
}

static int drop_of(struct str name)
{
	for (int i = 0; i < N_DROPS; i++)
		if (str_eq(DROPS[i].name, name))
			return i;
	return -1;
}

static void raw_after(struct builder *b, int d)
{
	html_mail_raw(&b->lex, DROPS[d].name.p, DROPS[d].kind == DROP_RCDATA, DROPS[d].kind == DROP_SCRIPT);
}

/* Skips to the end tag that matches. True when a start tag broke out: *t then is that tag. */
static bool skip_tree(struct builder *b, int d, struct html_token *t)
{
	bool foreign = DROPS[d].kind == DROP_FOREIGN;
	if (foreign && t->self_closing)
		return false;
	size_t nested = 1;
	b->lex.foreign = foreign;
	while (nested) {
		html_next(&b->lex, t);
		if (t->kind == HTML_EOF)
			break;
		if (t->kind == HTML_TEXT)
			continue;
		struct str name = str_c(t->name);
		bool same = str_eq(name, DROPS[d].name);
		if (t->kind == HTML_END) {
			nested -= same;
			continue;
		}
		if (foreign && breaks_out(name)) {
			b->lex.foreign = false;
			return true;
		}
		nested += same && !(foreign && t->self_closing);
		int in = drop_of(name);
		if (!foreign && in >= 0 && DROPS[in].kind <= DROP_SCRIPT && b->last_end[in] > b->lex.at)
			raw_after(b, in);
	}
	b->lex.foreign = false;
	return false;
}

/* True when the tag and what belongs to it is dealt with; false when *t is a tag to go on with. */
static bool dropped(struct builder *b, struct html_token *t)
{
	int d;
	while (t->kind == HTML_START && (d = drop_of(str_c(t->name))) >= 0) {
		enum drop_kind kind = DROPS[d].kind;
		bool ends = b->last_end[d] > b->lex.at;
		if (kind == DROP_SCRIPT || kind == DROP_STYLE || (kind <= DROP_RCDATA && ends)) {
			raw_after(b, d);
			b->drop_text = true;
			return true;
		}
		/* Never closed: only the tag itself goes, or the whole rest of the mail would be lost to the reader. */
		if (kind <= DROP_RCDATA || !ends || !skip_tree(b, d, t))
			return true;
	}
	return t->kind != HTML_START;
}

static void start(struct builder *b, struct html_token *t)
{
	if (dropped(b, t))
		return;
	b->cut |= t->attrs_cut;
	struct str name = str_c(t->name);
	enum html_tag tag = tag_of(name);
	if (tag == TAG_COUNT)
		return;
	switch (kind_of(tag)) {
	case KIND_INLINE: start_inline(b, tag, t); break;
	case KIND_BLOCK: start_block(b, tag, t); break;
	case KIND_TABLE: start_table_part(b, tag, t); break;
	case KIND_VOID: start_void(b, tag, t); break;
	}
	if (str_eq(name, S("xmp")))
		html_mail_raw(&b->lex, "xmp", false, false);
	else if (str_eq(name, S("plaintext")))
		b->lex.plaintext = true;
}

static void end_inline(struct builder *b, enum html_tag tag)
{
	int at = find_open(b, tag);
	if (at < 0)
		return;
	unsigned above = b->depth - (unsigned)at - 1;
	struct open_tag keep[REOPEN_MAX];
	if (above > REOPEN_MAX)
		return;
	for (unsigned i = 0; i < above; i++) {
		keep[i] = b->stack[(unsigned)at + 1 + i];
		/* A list or a heading in between stays whole; the formatting then ends with the block around it. */
		if (kind_of(keep[i].tag) != KIND_INLINE && keep[i].tag != TAG_DIV && keep[i].tag != TAG_P)
			return;
	}
	while (b->depth > (unsigned)at)
		pop(b, b->depth - 1 == (unsigned)at);
	reopen(b, keep, above);
}

static void end(struct builder *b, const struct html_token *t)
{
	enum html_tag tag = tag_of(str_c(t->name));
	if (tag == TAG_COUNT)
		return;
	enum html_tag_kind kind = kind_of(tag);
	if (kind == KIND_VOID) {
		if (tag == TAG_BR)
			start_void(b, TAG_BR, t);
		return;
	}
	if (b->over) {
		b->over--;
		return;
	}
	if (kind == KIND_INLINE) {
		end_inline(b, tag);
		return;
	}
	bool heading = tag >= TAG_H1 && tag <= TAG_H6;
	for (unsigned i = b->depth; i-- > 0;) {
		enum html_tag x = b->stack[i].tag;
		if (x == tag || (heading && x >= TAG_H1 && x <= TAG_H6)) {
			close_to(b, i);
			return;
		}
		if (x == TAG_TABLE || (kind != KIND_TABLE && scope_wall(x)))
			return;
	}
}

/* Line ends as \n, no controls. */
static struct str text_clean(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '\r') {
			if (i + 1 < s.n && s.p[i + 1] == '\n')
				continue;
			c = '\n';
		} else if (c == '\f') {
			c = ' ';
		} else if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f) {
			continue;
		}
		p[n++] = (char)c;
	}
	return (struct str){ p, n };
}

static void characters(struct builder *b, struct str s)
{
	if (str_trim(s).n == 0 && b->depth && kind_of(top(b)) == KIND_TABLE && top(b) != TAG_TD && top(b) != TAG_TH)
		return;
	need_cell(b);
	while (b->pre_fresh && s.n && s.p[0] == '\n')
		s = str_slice(s, 1, s.n);
	if (!s.n)
		return;
	/* Worst case every byte becomes six. */
	size_t left = HTML_OUT_MAX - CLOSE_ROOM - (b->html.n < HTML_OUT_MAX - CLOSE_ROOM ? b->html.n : HTML_OUT_MAX - CLOSE_ROOM);
	if (s.n * 6 > left) {
		while (s.n) { /* piece by piece, so that what fits is shown */
			struct str piece = utf8_clip(s, 4096);
			if (!room(b, piece.n * 6))
				return;
			escape(&b->html, piece, false);
			html_text_add(&b->text, piece, find_open(b, TAG_PRE) >= 0);
			b->pre_fresh = false;
			s = str_slice(s, piece.n, s.n);
		}
		return;
	}
	escape(&b->html, s, false);
	b->pre_fresh = false;
	html_text_add(&b->text, s, find_open(b, TAG_PRE) >= 0);
}

/* One pass that notes the last end tag of each dropped element. */
static void find_ends(struct builder *b)
{
	struct str in = b->lex.in;
	for (size_t i = 0; i + 2 < in.n; i++) {
		const char *at = memchr(in.p + i, '<', in.n - i);
		if (!at)
			break;
		i = (size_t)(at - in.p);
		if (i + 2 >= in.n || in.p[i + 1] != '/')
			continue;
		for (int d = 0; d < N_DROPS; d++)
			if ((in.p[i + 2] | 32) == DROPS[d].name.p[0] &&
			    str_ieq(str_slice(in, i + 2, i + 2 + DROPS[d].name.n), DROPS[d].name))
				b->last_end[d] = i + 1;
	}
}

void html_mail_rebuild(struct arena *a, struct str html, struct html_mail_result *ret)
{
	struct builder b = { .arena = a };
	buf_init(&b.html, a, HTML_OUT_MAX);
	html_text_init(&b.text, a);
	html_lexer_init(&b.lex, utf8_clean(a, html.p ? html : S("")));
	find_ends(&b);
	struct html_token t;
	while (!b.stop) {
		html_next(&b.lex, &t);
		bool drop = b.drop_text;
		b.drop_text = false;
		if (t.kind == HTML_EOF)
			break;
		if (t.kind == HTML_START)
			start(&b, &t);
		else if (t.kind == HTML_END)
			end(&b, &t);
		else if (!drop)
			characters(&b, text_clean(a, t.raw ? t.text : html_unescape(a, t.text, false)));
	}
	close_to(&b, 0);
	struct str text = buf_str(&b.text.buf);
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' '))
		text.n--;
	*ret = (struct html_mail_result){
		.html = buf_str(&b.html),
		.text = text,
		.remote_images = b.remote_images,
		.cut = b.cut || b.text.buf.full,
	};
}
