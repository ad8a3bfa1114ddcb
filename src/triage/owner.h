/* owner.h: whose is it? Dated rows, first match wins; owner_pick() is a pure function of rows, facts and a date, so that it can be asked for any past day.
 *
 * Rows come from presets/handbook/ownership.def when the desk is made and are then the desk's own: ended and followed by others, never rewritten. */
#ifndef TEND_TRIAGE_OWNER_H
#define TEND_TRIAGE_OWNER_H

#include "core/ctx.h"
#include "ticket/ticket.h"
#include "owner.sql.h"

struct owner_facts {
	struct str ask;              /* question type */
	struct str stage;            /* pre_sales, post_sales, none */
	bool strategic, ce, ta;      /* ce, ta: one is named for the account */
	struct str date;             /* "2021-08-01" */
};

/* The first row that fits, NULL when none does. Rows by position. */
const struct owner_rule_rows_row *owner_pick(const struct owner_rule_rows_row *v, size_t n, const struct owner_facts *f);
/* "Belongs to the customer engineer, because it asks how to do something, of a strategic customer in trial; row howto-strategic, since 2021-07-31." */
struct str owner_reason(struct arena *a, const struct owner_rule_rows_row *r, const struct owner_facts *f);
/* "the customer engineer" for "ce". */
const char *owner_words(struct str owner);
/* "support works on it", "handed on …": what the action means, for people. */
const char *owner_action_words(struct str action);
/* Is it support's work? here, file, best_effort, ask. */
bool owner_action_ours(struct str action);
extern const char *const owner_owners[], *const owner_actions[], *const owner_yes_no[];

/* All rows by position, of any date. */
enum err owner_load(struct ctx *c, struct owner_rule_rows_row **ret, size_t *ret_n);
/* Those among which owner_pick() finds the one for these facts: each ticket that comes in asks, and all rows are many. */
enum err owner_load_for(struct ctx *c, const struct owner_facts *f, struct owner_rule_rows_row **ret, size_t *ret_n);
/* The rows of the presets as they would be loaded, for tests and for the first start. */
size_t owner_preset_rows(struct arena *a, struct owner_rule_rows_row **ret);

#endif
