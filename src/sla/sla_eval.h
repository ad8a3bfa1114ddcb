/* sla_eval.h: the two evaluation commands, a line of JSON in, a line out: docs/sla.md. They run the very functions that the desk runs, over data
 * that is given to them, and open no desk. Whatever a line holds, the answer is a result or {"id","error"}. */
#ifndef TEND_SLA_SLA_EVAL_H
#define TEND_SLA_SLA_EVAL_H

#include "sla/figures.h"
#include "sla/sla_json.h"

enum { SLA_LINE_MAX_BYTES = 32 << 20 };

/* `tend calendar eval`. */
void sla_eval_calendar(struct arena *a, struct str line, struct buf *out);

/* `tend sla simulate`: the policy sets read so far, and the counts of the scenarios answered so far. */
struct sla_sim;
struct sla_sim *sla_sim_open(bool explain);
void sla_sim_close(struct sla_sim *s);
/* arg: a struct sla_sim. A policy set that is well formed is taken in silence. */
void sla_sim_line(void *arg, struct arena *a, struct str line, struct buf *out);

#endif
