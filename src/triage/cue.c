/* cue.c: words looked up in a text; see cue.h. The text's words are put into a small table first, so that a row whose first word is not there costs one look. */
#include "triage/cue.h"

#include "desk/desk.h"

#include "triage.sql.h"

#include <string.h>

static const struct preset_cue {
	const char *kind, *words, *value, *from, *to;
} PRESETS[] = {
#define TRIAGE_CUE(kind, words, value, from, to, source) { kind, words, value, from, to },
#include "handbook/triage_cues.def"
#undef TRIAGE_CUE
};

#include "base/banned.h"

enum { SUBJECT_MAX_BYTES = 600, TEXT_MAX_BYTES = 6000, SLOTS = 2048, BEGINNINGS = 8192, OWN_MOST = 1000, VALUES = 40 };
const char *const cue_kinds[] = { "ask", "area", "theme", "severity", NULL };

struct looked {
	struct str text;             /* " words with a space around each " */
	uint32_t slot[SLOTS];        /* hashes of the words; 0 = free */
	uint8_t begins[BEGINNINGS / 8];   /* a bit for the first two bytes of each word: most rows begin as no word of the text does */
	size_t n;
};

static uint32_t word_hash(struct str w)
{
	uint32_t h = (uint32_t)str_hash(w);
	return h ? h : 1;
}

/* The two bytes a word begins with, as a number; after a word there is always a space. */
static size_t begins_at(const char *p)
{
	return ((size_t)(unsigned char)p[0] << 5 ^ (unsigned char)(p[1] ? p[1] : ' ')) % BEGINNINGS;
}

static bool begins(const struct looked *l, const char *words)
{
	size_t at = begins_at(words);
	return l->begins[at / 8] >> at % 8 & 1;
}

static void add_words(struct looked *l, struct str text)
{
	struct str rest = text, w;
	while (rest.n && l->n < SLOTS / 2) {
		str_cut(rest, ' ', &w, &rest);
		if (!w.n)
			continue;
		l->begins[begins_at(w.p) / 8] |= (uint8_t)(1 << begins_at(w.p) % 8);
		uint32_t h = word_hash(w);
		size_t i = h % SLOTS;
		while (l->slot[i] && l->slot[i] != h)
			i = (i + 1) % SLOTS;
		l->n += !l->slot[i];
		l->slot[i] = h;
	}
}

static bool has_word(const struct looked *l, struct str w)
{
	uint32_t h = word_hash(w);
	for (size_t i = h % SLOTS; l->slot[i]; i = (i + 1) % SLOTS)
		if (l->slot[i] == h)
			return true;
	return false;
}

/* The words of a row, one after the other, in the text. */
static bool has(const struct looked *l, struct str words)
{
	struct str first, rest;
	str_cut(words, ' ', &first, &rest);
	if (!first.n || !has_word(l, first))
		return false;
	if (!rest.n)
		return true;
	for (size_t from = 0; from + words.n + 1 < l->text.n;) {
		ptrdiff_t at = str_find(str_slice(l->text, from, l->text.n), words);
		if (at < 0)
			return false;
		size_t b = from + (size_t)at, e = b + words.n;
		if (l->text.p[b - 1] == ' ' && l->text.p[e] == ' ')
			return true;
		from = b + 1;
	}
	return false;
}

/* ---- counting ---- */

struct tally {
	struct cue_hit v[VALUES];
	size_t n;
};

static void count(struct arena *a, struct tally *t, struct str value, struct str words)
{
	size_t i = 0;
	while (i < t->n && !str_eq(t->v[i].value, value))
		i++;
	if (i == VALUES)
		return;
	if (i == t->n)
		t->v[t->n++] = (struct cue_hit){ .value = value, .words = S("") };
	struct cue_hit *h = &t->v[i];
	h->words = h->n < 4 ? arena_fmt(a, "%.*s%s%.*s", STR_ARG(h->words), h->n ? ", " : "", STR_ARG(words)) : h->words;
	h->n++;
}

static void best(const struct tally *t, struct cue_hit *ret, size_t *ret_n)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t at = *ret_n < CUE_HITS ? (*ret_n)++ : CUE_HITS - 1;
		if (at == CUE_HITS - 1 && ret[at].n >= t->v[i].n)
			continue;
		for (; at > 0 && ret[at - 1].n < t->v[i].n; at--)
			ret[at] = ret[at - 1];
		ret[at] = t->v[i];
	}
}

static int kind_at(const char *kind)
{
	for (int i = 0; cue_kinds[i]; i++)
		if (strcmp(cue_kinds[i], kind) == 0)
			return i;
	return 0;
}

static bool in_force(struct str from, struct str to, struct str date)
{
	return str_cmp(from, date) <= 0 && (!to.p || str_cmp(to, date) > 0);
}

static bool silenced(const struct triage_cue_all_row *own, size_t n, const struct preset_cue *p, struct str date)
{
	for (size_t i = 0; i < n; i++)
		if (!own[i].value.n && in_force(own[i].valid_from, own[i].valid_to, date) && str_eq(own[i].kind, str_c(p->kind)) &&
		    str_eq(own[i].words, str_c(p->words)))
			return true;
	return false;
}

enum err cue_read(struct ctx *c, struct str subject, struct str text, struct str date, struct cue_read *ret)
{
	struct triage_cue_all_row *own;
	size_t n_own;
	*ret = (struct cue_read){ 0 };
	TRY(triage_cue_all(c->db, c->arena, &own, &n_own, .max = OWN_MOST));
	struct looked *l = arena_new(c->arena, struct looked);
	struct str about = desk_words(c->arena, subject, SUBJECT_MAX_BYTES), said = desk_words(c->arena, text, TEXT_MAX_BYTES);
	*l = (struct looked){ .text = arena_fmt(c->arena, " %.*s %.*s ", STR_ARG(about), STR_ARG(said)) };
	add_words(l, l->text);
	struct tally *t = arena_array(c->arena, struct tally, 4);
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		const struct preset_cue *p = &PRESETS[i];
		if (begins(l, p->words) && in_force(str_c(p->from), p->to ? str_c(p->to) : STR_NULL, date) && has(l, str_c(p->words)) && !silenced(own, n_own, p, date))
			count(c->arena, &t[kind_at(p->kind)], str_c(p->value), str_c(p->words));
	}
	for (size_t i = 0; i < n_own; i++)
		if (own[i].value.n && in_force(own[i].valid_from, own[i].valid_to, date) && has(l, own[i].words))
			count(c->arena, &t[kind_at(arena_cstr(c->arena, own[i].kind))], own[i].value, own[i].words);
	best(&t[0], ret->ask, &ret->n_ask);
	best(&t[1], ret->area, &ret->n_area);
	best(&t[2], ret->theme, &ret->n_theme);
	best(&t[3], ret->severity, &ret->n_severity);
	return OK;
}

/* ---- values that there are ---- */

enum err cue_known(struct ctx *c, struct str kind, struct str value, bool *ret)
{
	struct triage_tag_used_row used;
	struct triage_cue_of_value_row own;
	*ret = true;
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++)
		if (str_eq(kind, str_c(PRESETS[i].kind)) && str_eq(value, str_c(PRESETS[i].value)))
			return OK;
	TRY(triage_cue_of_value(c->db, c->arena, &own, ret, .kind = kind, .value = value));
	return *ret ? OK : triage_tag_used(c->db, c->arena, &used, ret, .tag = value);
}

/* How many letters must change, up to 3. */
static int distance(struct str a, struct str b)
{
	int row[64];
	if (a.n >= ARRAY_LEN(row) || b.n >= ARRAY_LEN(row))
		return 9;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int diagonal = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int keep = diagonal + (a.p[i - 1] != b.p[j - 1]), least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			diagonal = row[j];
			row[j] = keep < least ? keep : least;
		}
	}
	return row[b.n];
}

enum err cue_nearest(struct ctx *c, struct str kind, struct str value, struct str *ret)
{
	struct triage_cue_all_row *own;
	size_t n;
	int nearest = 3;
	*ret = STR_NULL;
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		int d = str_eq(kind, str_c(PRESETS[i].kind)) ? distance(value, str_c(PRESETS[i].value)) : 9;
		if (d < nearest) {
			nearest = d;
			*ret = str_c(PRESETS[i].value);
		}
	}
	TRY(triage_cue_all(c->db, c->arena, &own, &n, .max = OWN_MOST));
	for (size_t i = 0; i < n; i++) {
		int d = str_eq(kind, own[i].kind) ? distance(value, own[i].value) : 9;
		if (d < nearest) {
			nearest = d;
			*ret = own[i].value;
		}
	}
	return OK;
}
