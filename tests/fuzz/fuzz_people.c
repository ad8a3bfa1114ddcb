/* fuzz_people.c: what people type about themselves: working hours (what is read is written and read back the same), passwords, networks. */
#include "people/inside.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void hours_survive(struct arena *a, const struct work_span *spans, size_t n, struct str text)
{
	struct work_span again[WORK_SPANS_MAX];
	size_t m = 0;
	const char *why = NULL;
	ASSERT(people_hours_parse(text, again, &m, &why));
	ASSERT(m == n);
	for (size_t i = 0; i < n; i++)
		ASSERT(again[i].days == spans[i].days && again[i].from_min == spans[i].from_min && again[i].to_min == spans[i].to_min);
	(void)a;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct work_span spans[WORK_SPANS_MAX];
	size_t m = 0;
	const char *why = NULL;
	struct str s = { (const char *)p, n };
	arena_init(&a);
	if (people_hours_parse(s, spans, &m, &why)) {
		hours_survive(&a, spans, m, people_hours_json(&a, spans, m));
		hours_survive(&a, spans, m, people_hours_lines(&a, spans, m));
	} else {
		ASSERT(why != NULL);
	}
	password_problem(s, S("Mara Lind"), S("mara@desk.example"));
	password_problem(S("vier Igel trinken Tee"), s, s); /* a stranger's name and address */
	ASSERT(network_of(&a, s).n > 0);
	arena_done(&a);
	return 0;
}
