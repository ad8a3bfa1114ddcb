/* guard.c: the patterns of secrets over a text; see guard.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "ticket/guard.h"

#include "base/buf.h"
#include "ticket/ticket_int.h"

#include <pcre2.h>

static const struct {
	const char *what, *pattern, *valid_from, *valid_to;
} PATTERNS[] = {
#define SECRET_PATTERN(what, pattern, from, to, source) { what, pattern, from, to },
#include "handbook/secret_patterns.def"
#undef SECRET_PATTERN
};

#include "base/banned.h"

enum { MATCH_LIMIT = 200000, DEPTH_LIMIT = 5000, HEAP_KIB = 4096 };

/* ---- one pattern over one text ---- */

struct search {
	struct str text;
	size_t base;              /* where `text` begins in the whole */
	struct guard_finding *ret;
	size_t n;
};

static bool overlaps(const struct search *s, size_t at, size_t n)
{
	for (size_t i = 0; i < s->n; i++)
		if (at < s->ret[i].at + s->ret[i].n && s->ret[i].at < at + n)
			return true;
	return false;
}

/* False when the limits ended it. */
static bool run(struct search *s, const pcre2_code *code, pcre2_match_data *md, pcre2_match_context *mc, const char *what)
{
	size_t from = 0;
	while (from <= s->text.n && s->n < GUARD_FINDINGS_MAX) {
		int rc = pcre2_match(code, (PCRE2_SPTR)s->text.p, s->text.n, from, 0, md, mc);
		if (rc == PCRE2_ERROR_NOMATCH)
			return true;
		if (rc < 0)
			return false;
		const PCRE2_SIZE *o = pcre2_get_ovector_pointer(md);
		size_t k = rc > 1 && o[2] != PCRE2_UNSET ? 1 : 0, at = s->base + o[2 * k], n = o[2 * k + 1] - o[2 * k];
		if (n && !overlaps(s, at, n))
			s->ret[s->n++] = (struct guard_finding){ .what = what, .at = at, .n = n };
		from = o[1] > from ? o[1] : from + 1;
	}
	return true;
}

static void by_lines(struct search *s, struct str whole, const pcre2_code *code, pcre2_match_data *md, pcre2_match_context *mc, const char *what)
{
	struct str rest = whole, line;
	while (str_line(&rest, &line)) {
		s->text = line;
		s->base = (size_t)(line.p - whole.p);
		run(s, code, md, mc, what);
	}
	s->text = whole;
	s->base = 0;
}

/* ---- the whole ---- */

static void put_lines(struct str text, struct guard_finding *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		v[i].line = 1;
		for (size_t k = 0; k < v[i].at; k++)
			v[i].line += text.p[k] == '\n';
	}
}

static void sort_by_place(struct guard_finding *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && v[k].at < v[k - 1].at; k--) {
			struct guard_finding t = v[k];
			v[k] = v[k - 1];
			v[k - 1] = t;
		}
}

size_t guard_find(struct str text, struct str date, struct guard_finding ret[GUARD_FINDINGS_MAX])
{
	struct search s = { .text = text, .ret = ret };
	if (!text.n)
		return 0;
	pcre2_match_context *mc = pcre2_match_context_create(NULL);
	ASSERT(mc != NULL);
	pcre2_set_match_limit(mc, MATCH_LIMIT);
	pcre2_set_depth_limit(mc, DEPTH_LIMIT);
	pcre2_set_heap_limit(mc, HEAP_KIB);
	for (size_t i = 0; i < ARRAY_LEN(PATTERNS); i++) {
		if (str_cmp(date, str_c(PATTERNS[i].valid_from)) < 0 || (PATTERNS[i].valid_to && str_cmp(date, str_c(PATTERNS[i].valid_to)) >= 0))
			continue;
		int error;
		PCRE2_SIZE where;
		pcre2_code *code = pcre2_compile((PCRE2_SPTR)PATTERNS[i].pattern, PCRE2_ZERO_TERMINATED, 0, &error, &where, NULL);
		ASSERT(code != NULL);   /* rows of the binary: guard_test reads them all */
		pcre2_match_data *md = pcre2_match_data_create_from_pattern(code, NULL);
		ASSERT(md != NULL);
		size_t before = s.n;
		if (!run(&s, code, md, mc, PATTERNS[i].what)) {
			s.n = before;
			by_lines(&s, text, code, md, mc, PATTERNS[i].what);
		}
		pcre2_match_data_free(md);
		pcre2_code_free(code);
	}
	pcre2_match_context_free(mc);
	sort_by_place(ret, s.n);
	put_lines(text, ret, s.n);
	return s.n;
}

struct str guard_words(struct arena *a, const struct guard_finding *v, size_t n)
{
	enum { SAID = 4 };
	struct buf b;
	buf_init(&b, a, 2000);
	for (size_t i = 0; i < n && i < SAID; i++)
		buf_fmt(&b, "%s%s in line %lld", i ? ", " : "", v[i].what, (long long)v[i].line);
	if (n > SAID)
		buf_fmt(&b, " and %zu more", n - SAID);
	return buf_str(&b);
}

enum err guard_refuse(struct ctx *c, const char *field, struct str text)
{
	struct guard_finding v[GUARD_FINDINGS_MAX];
	size_t n = guard_find(text, ticket_date(c->arena, c->now_us), v);
	if (!n)
		return OK;
	return fail_field(c, str_c(field), "This looks like it holds %.*s. Take it out, or send it on purpose with “secrets”.",
			  STR_ARG(guard_words(c->arena, v, n)));
}
