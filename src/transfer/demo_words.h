/* demo_words.h: the material of the demo desk: people, places, products, what goes wrong and what people say about it. Words only; demo_text.c
 * puts them together. In a text, {word} is filled in: see demo_text.c for the list. */
#ifndef TEND_TRANSFER_DEMO_WORDS_H
#define TEND_TRANSFER_DEMO_WORDS_H

#include <stddef.h>

struct demo_region {
	const char *zone, *language;
	const char *const *first, *const *last;   /* NULL-ended */
};
extern const struct demo_region demo_regions[];
extern const size_t demo_n_regions;

struct demo_area {
	const char *tag;                 /* the product area */
	const char *const *themes;       /* all NULL-ended */
	const char *const *subjects;
	const char *const *symptoms;     /* what the customer sees */
	const char *const *logs;         /* lines of a log; one is repeated with other numbers */
	const char *const *asks;         /* what the engineer asks or tries */
	const char *const *findings;     /* what it turned out to be */
	const char *const *fixes;        /* what to do */
};
extern const struct demo_area demo_areas[];
extern const size_t demo_n_areas;

extern const char *const demo_org_first[], *const demo_org_last[], *const demo_plans[], *const demo_versions[];
extern const char *const demo_openings[], *const demo_contexts[], *const demo_pressures[], *const demo_closings[];
extern const char *const demo_greetings[], *const demo_thanks[], *const demo_next_steps[], *const demo_signoffs[];
extern const char *const demo_answers[], *const demo_confirms[], *const demo_notes[], *const demo_still[], *const demo_spam[];
extern const char *const demo_repos[], *const demo_services[], *const demo_groups[], *const demo_languages[], *const demo_stacks[];
extern const char *const demo_exceptions[], *const demo_org_notes[];

#endif
