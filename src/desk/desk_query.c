/* desk_query.c: what was typed into the search box → fields and the engine's own text; see desk.h.
 *
 * Nothing typed reaches an engine as syntax: words are normalised to letters and digits, and quoted. */
#include "desk/desk.h"

#include "base/utf8.h"

#include "desk.sql.h"

#include "base/banned.h"

enum { TERMS_MAX = 24, WORDS_MAX_BYTES = 400 };

/* The next term: field:value, "a phrase", field:"a phrase", or a word. */
static bool next_term(struct str *rest, struct str *ret_field, struct str *ret_value, bool *ret_quoted)
{
	*rest = str_trim(*rest);
	if (!rest->n)
		return false;
	struct str s = *rest;
	size_t i = 0;
	*ret_field = STR_NULL;
	*ret_quoted = false;
	while (i < s.n && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
		i++;
	if (i > 0 && i < s.n && s.p[i] == ':') {
		*ret_field = str_slice(s, 0, i);
		s = str_slice(s, i + 1, s.n);
	}
	if (s.n && s.p[0] == '"') {
		struct str tail;
		str_cut(str_slice(s, 1, s.n), '"', ret_value, &tail);
		*rest = tail;
		*ret_quoted = true;
		return true;
	}
	size_t n = 0;
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != '\n')
		n++;
	*ret_value = str_slice(s, 0, n);
	*rest = str_slice(s, n, s.n);
	return true;
}

/* One term's words for the engine. With `prefix` the last word matches all that begin with it. */
static void add_words(struct ctx *c, struct desk_query *q, struct buf *b, struct str value, bool subject, bool prefix)
{
	struct str words = desk_words(c->arena, value, WORDS_MAX_BYTES), word;
	if (!words.n)
		return;
	if (!q->first_word.n)
		str_cut(words, ' ', &q->first_word, &(struct str){ 0 });
	q->has_words = true;
	if (c->db->engine == DB_SQLITE) {
		buf_fmt(b, "%s%s\"%.*s\"%s", b->n ? " AND " : "", subject ? "subject : " : "", STR_ARG(words), prefix ? " *" : "");
		return;
	}
	buf_add(b, b->n ? S(" & (") : S("("));
	bool more = true, first = true;
	while (more) {
		more = str_cut(words, ' ', &word, &words);
		buf_fmt(b, "%s'%.*s'%s%s%s", first ? "" : " <-> ", STR_ARG(word), prefix && !more ? ":*" : "",
			subject ? (prefix && !more ? "A" : ":A") : "", "");
		first = false;
	}
	buf_ch(b, ')');
}

static bool span(struct str s, int64_t *ret_us)
{
	int64_t n;
	if (s.n < 2 || !str_i64(str_slice(s, 0, s.n - 1), &n) || n < 0 || n > 100000)
		return false;
	switch (s.p[s.n - 1]) {
	case 'm':
		*ret_us = n * UTIME_US_PER_MINUTE;
		return true;
	case 'h':
		*ret_us = n * UTIME_US_PER_HOUR;
		return true;
	case 'd':
		*ret_us = n * UTIME_US_PER_DAY;
		return true;
	case 'w':
		*ret_us = n * 7 * UTIME_US_PER_DAY;
		return true;
	}
	return false;
}

static enum err complain(struct ctx *c, struct desk_query *q, const char *fmt, struct str value)
{
	if (!q->complaint.n)
		q->complaint = arena_fmt(c->arena, "%s%.*s”.", fmt, STR_ARG(utf8_clip(value, 60)));
	return OK;
}

/* The first key after all keys that begin with s, for a range on an index. */
static struct str after_prefix(struct arena *a, struct str s)
{
	return arena_fmt(a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(s));
}

static struct str capital(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);
	if (copy.n && copy.p[0] >= 'a' && copy.p[0] <= 'z')
		((char *)(uintptr_t)copy.p)[0] -= 32;
	return copy;
}

static struct str like_part(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n * 2 + 4);
	buf_ch(&b, '%');
	for (size_t i = 0; i < s.n && i < 60; i++) {
		char ch = s.p[i];
		if (ch == '%' || ch == '_' || ch == '\\')
			buf_ch(&b, '\\');
		buf_ch(&b, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch);
	}
	buf_ch(&b, '%');
	return buf_str(&b);
}

static enum err assignee(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_teammate_named_row row;
	bool found;
	if (str_ieq(value, S("me"))) {
		q->assignee = SOME(c->actor.id);
		return OK;
	}
	if (str_ieq(value, S("nobody")) || str_ieq(value, S("none"))) {
		q->assignee = SOME(0);
		return OK;
	}
	TRY(desk_teammate_named(c->db, c->arena, &row, &found, .part = like_part(c->arena, value)));
	if (!found)
		return complain(c, q, "No teammate is called “", value);
	q->assignee = SOME(row.id);
	return OK;
}

static enum err organisation(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_organisation_named_row row;
	bool found;
	int64_t id;
	if (str_i64(value, &id)) {
		q->organisation = SOME(id);
		return OK;
	}
	struct str name = capital(c->arena, value), words = desk_words(c->arena, value, 100);
	struct str slug = arena_str(c->arena, words);
	for (size_t i = 0; i < slug.n; i++)
		if (slug.p[i] == ' ')
			((char *)(uintptr_t)slug.p)[i] = '-';
	TRY(desk_organisation_named(c->db, c->arena, &row, &found, .name = name, .name_end = after_prefix(c->arena, name), .slug = slug));
	if (!found)
		return complain(c, q, "No customer's name begins with “", value);
	q->organisation = SOME(row.id);
	return OK;
}

static enum err requester(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_contact_named_row row;
	bool found;
	struct str name = capital(c->arena, value);
	TRY(desk_contact_named(c->db, c->arena, &row, &found, .email = value, .name = name, .name_end = after_prefix(c->arena, name)));
	if (!found)
		return complain(c, q, "Nobody's name or address begins with “", value);
	q->requester = SOME(row.id);
	return OK;
}

static enum err is_what(struct ctx *c, struct desk_query *q, struct str value)
{
	if (str_ieq(value, S("unsolved")))
		q->unsolved = true;
	else if (str_ieq(value, S("mine")))
		q->assignee = SOME(c->actor.id);
	else if (str_ieq(value, S("unassigned")))
		q->assignee = SOME(0);
	else
		return complain(c, q, "is: takes unsolved, mine or unassigned, not “", value);
	return OK;
}

static enum err field(struct ctx *c, struct desk_query *q, struct buf *words, struct buf *begun, struct str name, struct str value, bool last, bool *ret_known)
{
	static const char *const STATUSES[] = { "new", "open", "pending", "on_hold", "solved", "closed", "suspended", "deleted", "merged", NULL };
	int64_t n;
	*ret_known = true;
	if (str_ieq(name, S("status"))) {
		for (size_t i = 0; STATUSES[i]; i++)
			if (str_ieq(value, str_c(STATUSES[i])) || (i == 3 && str_ieq(value, S("on-hold"))) || (i == 3 && str_ieq(value, S("hold"))))
				q->status = str_c(STATUSES[i]);
		return q->status.n ? OK : complain(c, q, "status: takes new, open, pending, on_hold, solved, closed, suspended or deleted, not “", value);
	}
	if (str_ieq(name, S("assignee")))
		return assignee(c, q, value);
	if (str_ieq(name, S("org")) || str_ieq(name, S("organisation")) || str_ieq(name, S("customer")))
		return organisation(c, q, value);
	if (str_ieq(name, S("from")) || str_ieq(name, S("requester")))
		return requester(c, q, value);
	if (str_ieq(name, S("is")))
		return is_what(c, q, value);
	if (str_ieq(name, S("tag"))) {
		q->tag = value;
		return OK;
	}
	if (str_ieq(name, S("priority"))) {
		q->priority = value;
		return OK;
	}
	if (str_ieq(name, S("severity")) || str_ieq(name, S("ticket"))) {
		if (!str_i64(value, &n))
			return complain(c, q, "A number belongs after severity: and ticket:, not “", value);
		*(str_ieq(name, S("ticket")) ? &q->ticket : &q->severity) = SOME(n);
		return OK;
	}
	if (str_ieq(name, S("older")) || str_ieq(name, S("newer"))) {
		if (!span(value, &n))
			return complain(c, q, "older: and newer: take 30m, 3h, 7d or 2w, not “", value);
		*(str_ieq(name, S("older")) ? &q->older_us : &q->newer_us) = SOME(c->now_us - n);
		return OK;
	}
	if (str_ieq(name, S("subject"))) {
		add_words(c, q, words, value, true, false);
		add_words(c, q, begun, value, true, last);
		return OK;
	}
	*ret_known = false;
	return OK;
}

enum err desk_query_read(struct ctx *c, struct str typed, struct desk_query *q)
{
	struct buf words, begun;
	*q = (struct desk_query){ .text = STR_NULL, .text_begun = STR_NULL, .status = STR_NULL, .tag = STR_NULL, .priority = STR_NULL, .complaint = S(""), .first_word = S("") };
	buf_init(&words, c->arena, 8 << 10);
	buf_init(&begun, c->arena, 8 << 10);
	struct str rest = utf8_clip(typed, 2000), name, value;
	bool quoted;
	/* "#42" and a bare number name a ticket */
	struct str bare = str_trim(rest);
	int64_t number;
	if (str_i64(bare.n && bare.p[0] == '#' ? str_slice(bare, 1, bare.n) : bare, &number) && number > 0 && bare.p[0] == '#') {
		q->ticket = SOME(number);
		return OK;
	}
	for (int i = 0; i < TERMS_MAX && next_term(&rest, &name, &value, &quoted); i++) {
		bool last = !quoted && str_trim(rest).n == 0, known = false;
		if (name.n && value.n)
			TRY(field(c, q, &words, &begun, name, value, last, &known));
		if (!known) {
			/* "error:timeout" is words, not a field */
			struct str text = name.n ? arena_fmt(c->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(value)) : value;
			add_words(c, q, &words, text, false, false);
			add_words(c, q, &begun, text, false, last);
		}
	}
	if (q->has_words) {
		q->text = buf_str(&words);
		q->text_begun = buf_str(&begun);
	}
	return OK;
}
