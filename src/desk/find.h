/* find.h: tickets by a query, in an order: what saved views, search, bulk edits and watches stand on.
 *
 * One index is walked, chosen by the most selective field, and at most FIND_SCAN rows of it; the other fields filter what it gives. Lists that are sorted by
 * anything but the number are sorted here, among at most FIND_MAX; when more match the answer says so (`capped`), and when the walk stopped at its bound
 * it says that (`bounded`). So no query, whatever is typed, costs more than the walk. */
#ifndef TEND_DESK_FIND_H
#define TEND_DESK_FIND_H

#include "desk/desk.h"

enum { FIND_MAX = 2000, FIND_SCAN = 20000 };

struct find_hit {
	int64_t id;
	int64_t key, key2;       /* what it is sorted by: smaller first */
};
struct find_list {
	struct find_hit *v;
	size_t n;
	bool capped, bounded;
};
/* All that match, sorted by q->sort (newest unless said), at most max (up to FIND_MAX). */
enum err desk_find(struct ctx *c, const struct desk_query *q, int64_t max, struct find_list *ret);
/* Are there fields besides the words? Then most of what the words find may not fit. */
bool desk_narrowed(const struct desk_query *q);
/* One bounded look at the messages that have the words, newest first: at most max, each with whether its ticket fits the fields. */
struct find_words_row;
enum err desk_find_words(struct ctx *c, const struct desk_query *q, int64_t before, int64_t max, struct find_words_row **ret, size_t *ret_n);
/* Does this one match? */
enum err desk_find_one(struct ctx *c, const struct desk_query *q, int64_t ticket, bool *ret);

#endif
