/* conf_text.h: the text of what lives in git as lines: promises (sla_conf.c), rules (src/rules). Sections "[rule A1]" of lines "name = value";
 * "#" begins a remark; always written in one order, so that two texts can be compared line by line. */
#ifndef TEND_SLA_CONF_TEXT_H
#define TEND_SLA_CONF_TEXT_H

#include "core/ctx.h"

struct conf_pair {
	struct str name, value;
};
/* "[rule A1]" and its lines; pairs in the order of the writer, without those that say nothing. */
struct conf_section {
	int type;                   /* place among conf_words.types */
	struct str key;
	struct conf_pair *pairs;
	size_t n;
	int line;
	int64_t row_id;             /* of the row it was made from; 0 = of a text */
	size_t index;               /* where it stands among the rows of its type */
};
struct conf {
	struct conf_section *v;
	size_t n, cap;
};
/* The kinds of sections of one such text. */
struct conf_words {
	const char *const *types;
	int n;
	const char *example, *there_are;   /* "[rule A1]"; "There are …" */
};
/* ERR_INPUT with "Line 7: …" for what is no such text. Sorted. */
enum err conf_read(struct ctx *c, const struct conf_words *words, struct str text, struct conf *ret);
struct conf_section *conf_find(const struct conf *k, int type, struct str key);
/* Adds, or puts in the place of the one with the same key. */
void conf_put(struct arena *a, struct conf *k, const struct conf_section *s);
void conf_remove(struct conf *k, int type, struct str key);
/* By type, then key: the order of the text. */
void conf_sort(struct conf *k);

/* "1h30m" and seconds; at most a hundred years. */
#define CONF_SECONDS_MOST (INT64_C(36525) * 86400)
struct str conf_amount(struct arena *a, int64_t seconds);
bool conf_parse_amount(struct str s, int64_t *ret_s);

#endif
