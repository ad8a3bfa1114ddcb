/* mail_auth.c: the reader of Authentication-Results; see mail_auth.h. */
#include "mail/mail_auth.h"

#include "base/utf8.h"

#include "base/banned.h"

enum { HEAD_MAX_BYTES = 1 << 20 };

/* ---- header fields of the raw mail ---- */

static struct str take_line(struct str *rest)
{
	ptrdiff_t at = str_find_ch(*rest, '\n');
	size_t n = at < 0 ? rest->n : (size_t)at + 1;
	struct str line = str_slice(*rest, 0, n);
	*rest = str_slice(*rest, n, rest->n);
	return line;
}

bool mail_head_next(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	struct str line = take_line(rest);
	if (str_trim(line).n == 0)
		return false;
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
		struct str more = take_line(rest);
		line.n += more.n;
	}
	if (!str_cut(line, ':', ret_name, ret_value)) {
		*ret_name = S("");   /* a line that is no header, a mailbox's "From " line for instance */
		*ret_value = line;
	}
	*ret_name = str_trim(*ret_name);
	return true;
}

struct str mail_return_path(struct arena *a, struct str raw)
{
	struct str rest = str_slice(raw, 0, HEAD_MAX_BYTES), name, value;
	while (mail_head_next(&rest, &name, &value)) {
		if (!str_ieq(name, S("Return-Path")))
			continue;
		struct str path = str_trim(value);
		if (str_starts(path, S("<")) && str_ends(path, S(">")))
			path = str_slice(path, 1, path.n - 1);
		return utf8_clean(a, utf8_clip(str_trim(path), 320));
	}
	return S("unknown");
}

/* ---- RFC 8601 ---- */

struct reader {
	struct arena *arena;
	struct str s;
	size_t at;
	bool odd;                    /* a word with quotes that is not one quoted string: the grammar has none */
};

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* White space and comments, which nest. One that never ends takes the rest with it. */
static void skip(struct reader *r)
{
	size_t depth = 0;
	for (; r->at < r->s.n; r->at++) {
		char ch = r->s.p[r->at];
		if (ch == '(')
			depth++;
		else if (depth && ch == ')')
			depth--;
		else if (depth && ch == '\\')
			r->at += r->at + 1 < r->s.n;
		else if (!depth && !is_space(ch))
			return;
	}
}

/* Where a word ends: at white space, a comment, ";" and, for names, "="; not inside quotes. */
static size_t word_end(const struct reader *r, bool name, bool *ret_quotes)
{
	bool quoted = false;
	size_t at = r->at;
	*ret_quotes = false;
	for (; at < r->s.n; at++) {
		char ch = r->s.p[at];
		if (!quoted && (is_space(ch) || ch == '(' || ch == ';' || (name && ch == '=')))
			break;
		if (ch == '"') {
			quoted = !quoted;
			*ret_quotes = true;
		} else if (quoted && ch == '\\') {
			at += at + 1 < r->s.n;
		}
	}
	return at;
}

/* Whether the word is one quoted string, from its first byte to its last. */
static bool one_quoted(struct str w)
{
	size_t i = 1;
	while (i < w.n && w.p[i] != '"')
		i += w.p[i] == '\\' ? 2 : 1;
	return w.p[0] == '"' && i + 1 == w.n;
}

/* The next word, without quotes. */
static struct str word(struct reader *r, bool name)
{
	bool quotes;
	size_t from = r->at, n = 0;
	r->at = word_end(r, name, &quotes);
	if (!quotes)
		return str_slice(r->s, from, r->at);
	r->odd |= !one_quoted(str_slice(r->s, from, r->at));
	char *p = arena_alloc(r->arena, r->at - from + 1);
	for (size_t i = from; i < r->at; i++) {
		if (r->s.p[i] == '"')
			continue;
		if (r->s.p[i] == '\\' && i + 1 < r->at)
			i++;
		p[n++] = r->s.p[i];
	}
	return (struct str){ p, n };
}

static bool take(struct reader *r, char ch)
{
	skip(r);
	if (r->at == r->s.n || r->s.p[r->at] != ch)
		return false;
	r->at++;
	skip(r);
	return true;
}

struct clause {
	struct str method, result, header_from, header_d, header_i;
	bool odd;                    /* not as the grammar has it, or a property twice: believed when it accuses, not when it vouches */
};

static void property(struct clause *k, struct str name, struct str value)
{
	struct str *to = str_ieq(name, S("header.from")) ? &k->header_from
		       : str_ieq(name, S("header.d"))    ? &k->header_d
		       : str_ieq(name, S("header.i"))    ? &k->header_i
							 : NULL;
	if (!to)
		return;
	k->odd |= to->p != NULL;
	*to = value;
}

/* method["/"version] "=" result *(property "=" value), up to ";". */
static void read_clause(struct reader *r, struct clause *k)
{
	struct str version;
	*k = (struct clause){ .odd = false };
	r->odd = false;
	k->method = word(r, true);
	str_cut(k->method, '/', &k->method, &version);
	if (take(r, '='))
		k->result = word(r, false);
	for (skip(r); r->at < r->s.n && r->s.p[r->at] != ';'; skip(r)) {
		struct str name = word(r, true);
		if (!take(r, '=')) {
			k->odd = true;
			if (name.n == 0 && r->at < r->s.n && r->s.p[r->at] != ';')
				r->at++;
			continue;
		}
		property(k, name, word(r, false));
	}
	k->odd |= r->odd;
	r->at += r->at < r->s.n;
}

/* The signing domain stands for the From domain: the same, or a parent of at least two labels. */
static bool aligned(struct str from, struct str d)
{
	if (d.n == 0 || str_find_ch(d, '.') <= 0)
		return false;
	if (str_ieq(from, d))
		return true;
	return from.n > d.n && from.p[from.n - d.n - 1] == '.' && str_ieq(str_slice(from, from.n - d.n, from.n), d);
}

static void judge(const struct clause *k, struct str from, struct mail_verdict *ret)
{
	bool pass = str_ieq(k->result, S("pass")) && !k->odd;
	struct str local, d = k->header_d;
	if (str_ieq(k->method, S("dmarc"))) {
		if (str_ieq(k->result, S("fail")))
			ret->refuted = true;
		else if (pass && (!k->header_from.p || str_ieq(k->header_from, from)))
			ret->proved = true;
	} else if (str_ieq(k->method, S("dkim")) && pass) {
		if (!d.p && !str_cut(k->header_i, '@', &local, &d))
			return;
		if (aligned(from, d))
			ret->proved = true;
	}
}

static void read_results(struct arena *a, struct str value, struct str authserv_id, struct str from, struct mail_verdict *ret)
{
	struct reader r = { .arena = a, .s = value };
	struct clause k;
	skip(&r);
	if (!str_ieq(word(&r, false), authserv_id))
		return;
	skip(&r);
	if (r.at < r.s.n && r.s.p[r.at] != ';')
		(void)word(&r, false);   /* a version may follow the id */
	if (!take(&r, ';'))
		return;
	while (r.at < r.s.n) {
		read_clause(&r, &k);
		judge(&k, from, ret);
		skip(&r);
	}
}

void mail_auth_read(struct arena *a, struct str raw, struct str authserv_id, struct str from_domain, int64_t own_hops, struct mail_verdict *ret)
{
	struct str rest = str_slice(raw, 0, HEAD_MAX_BYTES), name, value;
	*ret = (struct mail_verdict){ .proved = false };
	if (!from_domain.n || !authserv_id.n)
		return;
	while (mail_head_next(&rest, &name, &value)) {
		if (str_ieq(name, S("Received")) && own_hops-- <= 0)
			break;   /* from here on the headers are a stranger's */
		if (str_ieq(name, S("Authentication-Results")))
			read_results(a, value, authserv_id, from_domain, ret);
	}
	if (ret->refuted)
		ret->proved = false;
}
