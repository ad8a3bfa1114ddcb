/* redact.c: names, mail addresses and secrets in a text, and REDACTED in their places; see summary.h. */
#include "desk/summary.h"

#include "people/people.h"
#include "ticket/guard.h"

#include <string.h>

#include "base/banned.h"

enum { PART_MIN_BYTES = 3, SPANS_MAX = 200, SAID = 6 };
static const struct str REDACTED = { "REDACTED", 8 };

/* ---- whose names ---- */

static bool ascii_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool word_byte(char ch)
{
	return ascii_letter(ch) || (ch >= '0' && ch <= '9') || (unsigned char)ch >= 0x80;
}

enum err redact_people(struct ctx *c, const struct ticket_get_row *t, struct redact_people *ret)
{
	struct summary_people_row *rows;
	size_t n;
	TRY(summary_people(c->db, c->arena, &rows, &n, .ticket_id = t->id, .organisation_id = t->organisation_id.set ? t->organisation_id.v : -1,
			   .requester_id = t->requester_id.set ? t->requester_id.v : -1));
	size_t parts = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].name.n; k++)
			parts += rows[i].name.p[k] == ' ';
	*ret = (struct redact_people){ .full = arena_array(c->arena, struct str, n + 1), .parts = arena_array(c->arena, struct str, parts + n + 1) };
	for (size_t i = 0; i < n; i++) {
		struct str rest = str_trim(rows[i].name), one;
		if (rest.n < PART_MIN_BYTES || str_find_ch(rest, '@') >= 0)   /* an address in place of a name is found as one */
			continue;
		ret->full[ret->n_full++] = rest;
		bool more = rows[i].near;
		while (more) {
			more = str_cut(rest, ' ', &one, &rest);
			if (one.n >= PART_MIN_BYTES)
				ret->parts[ret->n_parts++] = one;
		}
	}
	return OK;
}

/* ---- where they are ---- */

struct span {
	size_t at, n;
	const char *what;
};
struct spans {
	struct span v[SPANS_MAX];
	size_t n;
};

static void add(struct spans *s, size_t at, size_t n, const char *what)
{
	for (size_t i = 0; i < s->n; i++)
		if (at < s->v[i].at + s->v[i].n && s->v[i].at < at + n) {   /* the wider one stays */
			size_t end = at + n > s->v[i].at + s->v[i].n ? at + n : s->v[i].at + s->v[i].n;
			s->v[i].at = at < s->v[i].at ? at : s->v[i].at;
			s->v[i].n = end - s->v[i].at;
			return;
		}
	if (s->n < SPANS_MAX)
		s->v[s->n++] = (struct span){ at, n, what };
}

/* Names as whole words: full ones in any case of ASCII letters, single ones as they are written. */
static void names(struct spans *s, struct str text, struct str name, bool any_case)
{
	for (size_t from = 0; from + name.n <= text.n;) {
		struct str rest = str_slice(text, from, text.n);
		ptrdiff_t at = any_case ? str_ifind(rest, name) : str_find(rest, name);
		if (at < 0)
			return;
		size_t begin = from + (size_t)at, end = begin + name.n;
		if ((begin == 0 || !word_byte(text.p[begin - 1])) && (end == text.n || !word_byte(text.p[end])))
			add(s, begin, name.n, "a name");
		from = begin + 1;
	}
}

static bool address_byte(char ch)
{
	return word_byte(ch) || strchr("._%+-", ch) != NULL;
}

static void addresses(struct spans *s, struct str text)
{
	for (size_t i = 1; i + 1 < text.n; i++) {
		if (text.p[i] != '@')
			continue;
		size_t begin = i, end = i + 1, dot = 0;
		while (begin > 0 && text.p[begin - 1] && address_byte(text.p[begin - 1]))
			begin--;
		while (end < text.n && (word_byte(text.p[end]) || text.p[end] == '.' || text.p[end] == '-'))
			end++;
		while (end > i + 1 && (text.p[end - 1] == '.' || text.p[end - 1] == '-'))   /* the sentence's, not the domain's */
			end--;
		for (size_t k = i + 2; k < end; k++)
			dot = text.p[k] == '.' ? k : dot;
		if (begin < i && dot)
			add(s, begin, end - begin, "a mail address");
	}
}

struct str redact_text(struct ctx *c, const struct redact_people *p, struct str text, struct str *ret_what)
{
	struct spans *s = arena_new(c->arena, struct spans);
	struct guard_finding secrets[GUARD_FINDINGS_MAX];
	size_t n = guard_find(text, people_date(c->arena, c->now_us), secrets);
	*ret_what = S("");
	for (size_t i = 0; i < n; i++)
		add(s, secrets[i].at, secrets[i].n, secrets[i].what);
	addresses(s, text);
	for (size_t i = 0; i < p->n_full; i++)
		names(s, text, p->full[i], true);
	for (size_t i = 0; i < p->n_parts; i++)
		names(s, text, p->parts[i], false);
	if (!s->n)
		return text;
	for (size_t i = 1; i < s->n; i++)
		for (size_t k = i; k > 0 && s->v[k].at < s->v[k - 1].at; k--) {
			struct span t = s->v[k];
			s->v[k] = s->v[k - 1];
			s->v[k - 1] = t;
		}
	struct buf out, what;
	buf_init(&out, c->arena, text.n * 2 + s->n * 16 + 64);
	buf_init(&what, c->arena, 2000);
	size_t at = 0;
	int line = 1;
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].at < at)   /* widened into the one before */
			continue;
		struct str between = str_slice(text, at, s->v[i].at);
		for (size_t k = 0; k < between.n; k++)
			line += between.p[k] == '\n';
		if (i < SAID)
			buf_fmt(&what, "%s%s in line %d", what.n ? ", " : "", s->v[i].what, line);
		buf_add(&out, between);
		buf_add(&out, REDACTED);
		at = s->v[i].at + s->v[i].n;
	}
	if (s->n > SAID)
		buf_fmt(&what, " and %zu more", s->n - SAID);
	buf_add(&out, str_slice(text, at, text.n));
	*ret_what = buf_str(&what);
	return buf_str(&out);
}
