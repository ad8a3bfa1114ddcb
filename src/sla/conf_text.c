/* conf_text.c: reading text of sections and lines; see conf_text.h. */
#include "sla/conf_text.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { LINE_MOST = 4000, SECTIONS_MOST = 20000 };

struct conf_section *conf_find(const struct conf *k, int type, struct str key)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].type == type && str_eq(k->v[i].key, key))
			return &k->v[i];
	return NULL;
}

static struct conf_section *add(struct arena *a, struct conf *k)
{
	if (k->n == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 64;
		k->v = arena_grow(a, k->v, k->cap * sizeof(*k->v), cap * sizeof(*k->v));
		k->cap = cap;
	}
	k->v[k->n] = (struct conf_section){ 0 };
	return &k->v[k->n++];
}

void conf_put(struct arena *a, struct conf *k, const struct conf_section *s)
{
	struct conf_section *there = conf_find(k, s->type, s->key);
	*(there ? there : add(a, k)) = *s;
}

void conf_remove(struct conf *k, int type, struct str key)
{
	struct conf_section *s = conf_find(k, type, key);
	if (!s)
		return;
	memmove(s, s + 1, (size_t)(k->v + k->n - (s + 1)) * sizeof(*s));
	k->n--;
}

static int by_key(const void *a_, const void *b_)
{
	const struct conf_section *a = a_, *b = b_;
	return a->type != b->type ? (a->type > b->type) - (a->type < b->type) : str_cmp(a->key, b->key);
}

void conf_sort(struct conf *k)
{
	if (k->n)
		qsort(k->v, k->n, sizeof(*k->v), by_key);
}

/* ---- reading ---- */

static enum err wrong(struct ctx *c, int line, const char *what)
{
	return fail(c, ERR_INPUT, "Line %d: %s", line, what);
}

static enum err begin_section(struct ctx *c, struct conf *k, const struct conf_words *words, struct str line, int number)
{
	struct str name, key, inside = str_trim(str_slice(line, 1, line.n - 1));
	if (!str_ends(line, S("]")))
		return fail(c, ERR_INPUT, "Line %d: a section begins with “%s”: the bracket is not closed.", number, words->example);
	if (!str_cut(inside, ' ', &name, &key))
		name = inside;
	for (int type = 0; type < words->n; type++) {
		if (!str_eq(name, str_c(words->types[type])))
			continue;
		struct conf_section s = { .type = type, .key = str_trim(key), .line = number };
		if (conf_find(k, s.type, s.key))
			return fail(c, ERR_INPUT, "Line %d: [%.*s] is there twice.", number, STR_ARG(utf8_clip(inside, 80)));
		if (k->n == SECTIONS_MOST)
			return fail(c, ERR_LIMIT, "More than %d sections: split the text.", SECTIONS_MOST);
		*add(c->arena, k) = s;
		return OK;
	}
	return fail(c, ERR_INPUT, "Line %d: “%.*s” is no kind of section. %s", number, STR_ARG(utf8_clip(name, 60)), words->there_are);
}

static enum err add_pair(struct ctx *c, struct conf *k, const struct conf_words *words, struct str line, int number)
{
	struct str name, value;
	if (!k->n)
		return fail(c, ERR_INPUT, "Line %d: a section must come first, for example %s.", number, words->example);
	struct conf_section *s = &k->v[k->n - 1];
	if (!str_cut(line, '=', &name, &value))
		return wrong(c, number, "a line says “name = value”.");
	name = str_trim(name);
	value = str_trim(value);
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->pairs[i].name, name))
			return fail(c, ERR_INPUT, "Line %d: “%.*s” is said twice in this section.", number, STR_ARG(utf8_clip(name, 60)));
	if (!value.n)
		return OK; /* says nothing */
	s->pairs = arena_grow(c->arena, s->pairs, s->n * sizeof(*s->pairs), (s->n + 1) * sizeof(*s->pairs));
	s->pairs[s->n++] = (struct conf_pair){ arena_str(c->arena, name), arena_str(c->arena, value) };
	return OK;
}

enum err conf_read(struct ctx *c, const struct conf_words *words, struct str text, struct conf *ret)
{
	struct str rest = text, line;
	int number = 0;
	*ret = (struct conf){ 0 };
	while (str_line(&rest, &line)) {
		number++;
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (line.n > LINE_MOST || !utf8_valid(line))
			return wrong(c, number, "too long, or no UTF-8.");
		TRY(line.p[0] == '[' ? begin_section(c, ret, words, line, number) : add_pair(c, ret, words, line, number));
	}
	conf_sort(ret);
	return OK;
}

/* ---- amounts ---- */

struct str conf_amount(struct arena *a, int64_t s)
{
	struct buf b;
	buf_init(&b, a, 80);
	if (s >= 3600)
		buf_fmt(&b, "%lldh", (long long)(s / 3600));
	if (s / 60 % 60)
		buf_fmt(&b, "%lldm", (long long)(s / 60 % 60));
	if (s % 60 || !s)
		buf_fmt(&b, "%llds", (long long)(s % 60));
	return buf_str(&b);
}

bool conf_parse_amount(struct str s, int64_t *ret_s)
{
	int64_t sum = 0;
	size_t i = 0;
	while (i < s.n) {
		int64_t v = 0;
		size_t digits = 0;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, digits++)
			v = v * 10 + (s.p[i] - '0');
		if (!digits || digits > 12 || i == s.n)
			return false;
		int64_t unit = s.p[i] == 'h' ? 3600 : s.p[i] == 'm' ? 60 : s.p[i] == 's' ? 1 : 0;
		if (!unit || v > CONF_SECONDS_MOST)
			return false;
		sum += v * unit;
		if (sum > CONF_SECONDS_MOST)
			return false;
		i++;
	}
	*ret_s = sum;
	return s.n > 0;
}
