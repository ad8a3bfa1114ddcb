/* fuzz_query.c: any bytes in the search box: terms lie in order inside what was typed, never empty, never more than there may be; words of them are letters and
 * digits only, which is what goes to the engines. */
#include "base/utf8.h"
#include "desk/desk.h"
#include "desk/query_terms.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct query_terms *q = arena_new(&a, struct query_terms);
	struct str typed = utf8_clean(&a, (struct str){ (const char *)p, n });
	query_terms_read(&a, typed, q);
	ASSERT(q->n <= QUERY_TERMS_MAX);
	ASSERT(utf8_valid(q->complaint));
	ASSERT(!q->open_quote || q->complaint.n);
	const char *at = typed.p;
	for (size_t i = 0; i < q->n; i++) {
		const struct query_term *t = &q->v[i];
		ASSERT(t->value.n && t->value.p >= at && t->value.p + t->value.n <= typed.p + typed.n);
		ASSERT(!t->field.p || (t->field.n && t->field.p >= at));
		ASSERT(!t->negated || t->field.p);
		at = t->value.p + t->value.n;
		struct str words = desk_words(&a, t->value, 400);
		for (size_t k = 0; k < words.n; k++)
			ASSERT(words.p[k] != '"' && words.p[k] != '\'' && words.p[k] != '*' && words.p[k] != ':' && words.p[k] != '\\' && words.p[k] != '(' && words.p[k] != '&');
	}
	arena_done(&a);
	return 0;
}
