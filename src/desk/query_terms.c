/* query_terms.c: words and fields apart; see query_terms.h. */
#include "desk/query_terms.h"

#include "base/utf8.h"

#include "base/banned.h"

static bool blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool small_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

bool query_term_next(struct str *rest, struct query_term *t, bool *ret_open)
{
	struct str s = *rest;
	size_t i = 0;
	*t = (struct query_term){ .field = STR_NULL, .value = S("") };
	if (s.n > 1 && s.p[0] == '-' && small_letter(s.p[1])) {
		size_t k = 1;
		while (k < s.n && small_letter(s.p[k]))
			k++;
		t->negated = k < s.n && s.p[k] == ':';
		i = t->negated;
	}
	size_t from = i;
	while (i < s.n && small_letter(s.p[i]))
		i++;
	if (i > from && i < s.n && s.p[i] == ':') {
		t->field = str_slice(s, from, i);
		s = str_slice(s, i + 1, s.n);
	}
	if (s.n && s.p[0] == '"') {
		struct str tail;
		bool closed = str_cut(str_slice(s, 1, s.n), '"', &t->value, &tail);
		*ret_open |= !closed;
		t->quoted = true;
		*rest = tail;
	} else {
		size_t n = 0;
		while (n < s.n && !blank(s.p[n]))
			n++;
		t->value = str_slice(s, 0, n);
		*rest = str_slice(s, n, s.n);
	}
	return str_trim(t->value).n > 0;
}

void query_terms_read(struct arena *a, struct str typed, struct query_terms *ret)
{
	ret->n = 0;
	ret->open_quote = false;
	ret->complaint = S("");
	struct str rest = str_trim(typed);
	size_t seen = 0;
	while (rest.n) {
		struct query_term t;
		bool some = query_term_next(&rest, &t, &ret->open_quote);
		rest = str_trim(rest);
		if (!some)
			continue;
		seen++;
		if (ret->n < QUERY_TERMS_MAX)
			ret->v[ret->n++] = t;
	}
	if (seen > QUERY_TERMS_MAX)
		ret->complaint = arena_fmt(a, "A search takes %d words and fields at most; this one has %zu. Fewer words find more.", QUERY_TERMS_MAX, seen);
	else if (typed.n > QUERY_MAX_BYTES)
		ret->complaint = arena_fmt(a, "A search takes %d characters at most; this one has %zu.", QUERY_MAX_BYTES, typed.n);
	else if (ret->open_quote)
		ret->complaint = arena_fmt(a, "A quotation mark is not closed: “%.*s”.", STR_ARG(utf8_clip(ret->v[ret->n ? ret->n - 1 : 0].value, 60)));
}
