/* query_terms.h: the words and fields of a search box, apart: pure, so that any bytes can be thrown at it (tests/fuzz/fuzz_query.c).
 *
 *     status:pending org:acme -tag:spam older:7d subject:"out of memory" timeout "an exact phrase"
 *
 * A field is letters and a colon; a leading "-" turns a field around. */
#ifndef TEND_DESK_QUERY_TERMS_H
#define TEND_DESK_QUERY_TERMS_H

#include "base/arena.h"

enum { QUERY_TERMS_MAX = 64, QUERY_MAX_BYTES = 4000 };

struct query_term {
	struct str field;            /* "tag", or STR_NULL for words */
	struct str value;            /* never empty */
	bool quoted, negated;
};
struct query_terms {
	struct query_term v[QUERY_TERMS_MAX];
	size_t n;
	bool open_quote;             /* the last quotation mark is not closed: its text goes on to the end */
	struct str complaint;        /* a sentence: too many, too long, an open quote; "" = none */
};
/* One term off the front of *rest, which does not begin with white space. False: nothing was in it ("-", "\"\""). */
bool query_term_next(struct str *rest, struct query_term *t, bool *ret_open);
void query_terms_read(struct arena *a, struct str typed, struct query_terms *ret);

#endif
