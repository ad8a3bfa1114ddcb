/* sla_eval_int.h: what sla_eval.c and sla_sim.c share. */
#ifndef TEND_SLA_SLA_EVAL_INT_H
#define TEND_SLA_SLA_EVAL_INT_H

#include "sla/sla_eval.h"

struct sla_sim {
	bool explain;
	struct arena keep;               /* policy sets live as long as the simulation */
	struct sla_words words;
	struct sla_book book;
	const struct sla_rules **rules;
	size_t cap;
	struct map sets;                 /* name → number in the book; of two of one name the later */
	struct sla_tally tally[SLA_CLOCKS];
};

/* Parses a line into an object. NULL: *out has the answer already; calendar: one that asks to validate is told "invalid". *ret_id: the id's JSON, or null. */
json_t *sla_eval_parse(struct arena *a, struct str line, bool calendar, struct str *ret_id, struct buf *out);
void sla_eval_error(struct arena *a, struct str id, const char *why, struct buf *out);
/* One scenario. */
enum err sla_sim_scenario(struct sla_sim *s, struct arena *a, const json_t *j, struct str id, struct fault *f, struct json_out *out);

#endif
