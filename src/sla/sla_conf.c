/* sla_conf.c: the text of calendars, policy rows, automation and targets: sections of lines, always in one order, so that it can live in git and be
 * compared line by line. docs/config.md is the manual. */
#include "sla/sla_int.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { LINE_MOST = 4000, SECTIONS_MOST = 20000 };

const char *const conf_type_names[] = { "calendar", "hours", "holiday", "rule", "automation", "target" };

struct conf_section *conf_find(const struct conf *k, enum conf_type type, struct str key)
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

void conf_remove(struct conf *k, enum conf_type type, struct str key)
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

/* ---- writing ---- */

static void put_section(struct buf *b, const struct conf_section *s)
{
	buf_fmt(b, s->key.n ? "[%s %.*s]\n" : "[%s]\n", conf_type_names[s->type], STR_ARG(s->key));
	for (size_t i = 0; i < s->n; i++)
		buf_fmt(b, "%.*s = %.*s\n", STR_ARG(s->pairs[i].name), STR_ARG(s->pairs[i].value));
}

struct str conf_section_text(struct arena *a, const struct conf_section *s)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	put_section(&b, s);
	return buf_str(&b);
}

struct str conf_text(struct arena *a, const struct conf *k)
{
	struct buf b;
	buf_init(&b, a, 64 << 20);
	buf_add(&b, S("# tend config: calendars, what is promised, what happens by itself, what is aimed at\n"));
	for (size_t i = 0; i < k->n; i++) {
		buf_ch(&b, '\n');
		put_section(&b, &k->v[i]);
	}
	return buf_str(&b);
}

bool conf_same(struct arena *a, const struct conf_section *x, const struct conf_section *y)
{
	return str_eq(conf_section_text(a, x), conf_section_text(a, y));
}

/* ---- reading ---- */

static enum err wrong(struct ctx *c, int line, const char *what)
{
	return fail(c, ERR_INPUT, "Line %d: %s", line, what);
}

static enum err begin_section(struct ctx *c, struct conf *k, struct str line, int number)
{
	struct str name, key, inside = str_trim(str_slice(line, 1, line.n - 1));
	if (!str_ends(line, S("]")))
		return wrong(c, number, "a section begins with “[rule A1]”: the bracket is not closed.");
	if (!str_cut(inside, ' ', &name, &key))
		name = inside;
	for (int type = 0; type < CONF_TYPES; type++) {
		if (!str_eq(name, str_c(conf_type_names[type])))
			continue;
		struct conf_section s = { .type = (enum conf_type)type, .key = str_trim(key), .line = number };
		if (conf_find(k, s.type, s.key))
			return fail(c, ERR_INPUT, "Line %d: [%.*s] is there twice.", number, STR_ARG(utf8_clip(inside, 80)));
		if (k->n == SECTIONS_MOST)
			return fail(c, ERR_LIMIT, "More than %d sections: split the text.", SECTIONS_MOST);
		*add(c->arena, k) = s;
		return OK;
	}
	return fail(c, ERR_INPUT, "Line %d: “%.*s” is no kind of section. There are calendar, hours, holiday, rule, automation and target.", number,
		    STR_ARG(utf8_clip(name, 60)));
}

static enum err add_pair(struct ctx *c, struct conf *k, struct str line, int number)
{
	struct str name, value;
	if (!k->n)
		return wrong(c, number, "a section must come first, for example [calendar office].");
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

enum err conf_parse(struct ctx *c, struct str text, struct conf *ret)
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
		TRY(line.p[0] == '[' ? begin_section(c, ret, line, number) : add_pair(c, ret, line, number));
	}
	conf_sort(ret);
	return OK;
}

/* ---- amounts, targets, hours ---- */

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
		if (!unit || v > SLA_SECONDS_MOST)
			return false;
		sum += v * unit;
		if (sum > SLA_SECONDS_MOST)
			return false;
		i++;
	}
	*ret_s = sum;
	return s.n > 0;
}

/* The next word; commas end words and belong to none. *ret_more: a comma followed it. */
static bool word(struct str *rest, struct str *ret, bool *ret_more)
{
	struct str s = str_trim(*rest);
	size_t n = 0;
	while (n < s.n && s.p[n] != ' ' && s.p[n] != ',')
		n++;
	*ret = str_slice(s, 0, n);
	s = str_trim(str_slice(s, n, s.n));
	*ret_more = s.n && s.p[0] == ',';
	*rest = *ret_more ? str_slice(s, 1, s.n) : s;
	return n > 0;
}

static const char *parse_warn(struct str *rest, struct conf_target *t)
{
	struct str w;
	bool more = true;
	while (more) {
		if (!word(rest, &w, &more) || t->n_warn == SLA_WARNINGS || !conf_parse_amount(w, &t->warn_s[t->n_warn]))
			return "after “warn” stand up to four amounts: warn 2h, 30m.";
		t->n_warn++;
	}
	return NULL;
}

static const char *parse_pause(struct str *rest, struct conf_target *t)
{
	struct str w;
	bool more = true;
	t->pause_set = true;
	while (more) {
		enum sla_status status;
		if (!word(rest, &w, &more))
			return "after “pause” stand the statuses in which the clock rests: pending, on_hold, or never.";
		if (str_eq(w, S("never")))
			continue;
		if (!sla_status_parse(str_eq(w, S("on_hold")) ? S("hold") : w, &status) || status > SLA_HOLD)
			return "a clock can rest in new, open, pending and on_hold only (or never).";
		t->pause_on |= 1u << status;
	}
	return NULL;
}

const char *conf_parse_target(struct str s, struct conf_target *ret)
{
	struct str rest = s, w;
	bool more;
	*ret = (struct conf_target){ .calendar = STR_NULL };
	if (!word(&rest, &w, &more) || more || !conf_parse_amount(w, &ret->seconds))
		return "a target begins with an amount of at most 100 years: 8h, 1h30m, 45m.";
	if (!word(&rest, &w, &more) || more || !(str_eq(w, S("business")) || str_eq(w, S("wall"))))
		return "after the amount stands “business” (open hours) or “wall” (day and night).";
	ret->wall = str_eq(w, S("wall"));
	while (word(&rest, &w, &more)) {
		const char *bad = "after that may stand warn, pause and calendar.";
		if (more)
			return bad;
		if (str_eq(w, S("warn")))
			bad = parse_warn(&rest, ret);
		else if (str_eq(w, S("pause")))
			bad = parse_pause(&rest, ret);
		else if (str_eq(w, S("calendar")))
			bad = word(&rest, &ret->calendar, &more) && !more ? NULL : "after “calendar” stands its name.";
		if (bad)
			return bad;
	}
	return NULL;
}

static bool weekday(struct str s, int *ret)
{
	enum cal_weekday d;
	if (!cal_parse_weekday(s, &d))
		return false;
	*ret = (int)d;
	return true;
}

const char *conf_parse_weekly(struct str s, struct cal_hours *ret, size_t *ret_n)
{
	static const char how[] = "hours are written “mon-fri 09:00-17:00; sat 10:00-14:00”; 24:00 ends a day, “closed” is never open.";
	struct str rest = s, part;
	*ret_n = 0;
	if (str_eq(str_trim(s), S("closed")))
		return NULL;
	for (bool more = true; more;) {
		struct str days, first, last, from, to;
		more = str_cut(rest, ';', &part, &rest);
		part = str_trim(part);
		int a, b;
		if (!str_cut(part, ' ', &days, &part))
			return how;
		if (!str_cut(days, '-', &first, &last))
			first = last = days;
		if (!weekday(first, &a) || !weekday(last, &b) || a > b)
			return how;
		for (bool again = true; again;) {
			struct str one;
			struct cal_hours h = { 0 };
			again = str_cut(part, ',', &one, &part);
			if (!str_cut(str_trim(one), '-', &from, &to) || !cal_parse_time(from, &h.from_s) || !cal_parse_time(to, &h.to_s) || h.from_s >= h.to_s)
				return how;
			for (int d = a; d <= b; d++) {
				if (*ret_n == CAL_HOURS_MOST)
					return "too many opening times.";
				h.weekday = (enum cal_weekday)d;
				ret[(*ret_n)++] = h;
			}
		}
	}
	return NULL;
}
