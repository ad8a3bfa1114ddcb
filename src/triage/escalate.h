/* escalate.h: who is asked next when people disagree about a case, and who was asked: a chain of dated rows, an act with a reason, a record on the case.
 *
 * Two chains: disagreement (the account executive is unhappy) and worry (a customer engineer worries). Raising goes to the first step, then each time to the next;
 * what was open goes on there. Where a row needs it, both views are written down first: whoever is asked looks whether that was done, and a lead refuses otherwise.
 * It ends by what people settle on: agreed, another way, or disagreed and committed, in writing. Nobody is paged. It changes neither priority nor holder: a holder
 * changes on somebody's wish only after such a talk, by a lead.
 *
 * While one is open the case has the plain tag `escalated`, so that lists, search and rules know it. */
#ifndef TEND_TRIAGE_ESCALATE_H
#define TEND_TRIAGE_ESCALATE_H

#include "core/feature.h"
#include "escalate.sql.h"

struct ticket_get_row;

#define ESCALATE_TAG "escalated"
extern const char *const escalate_chains[], *const escalate_whos[], *const escalate_outcomes[], *const escalate_needs[];
/* "the account executive is unhappy with how it goes"; "the support manager"; "agreed". */
const char *escalate_chain_words(struct str chain);
const char *escalate_who_words(struct str who);
const char *escalate_outcome_words(struct str outcome);

/* The row of that step on a day; NULL when the chain ends before it. Pure. */
const struct escalation_step_all_row *escalate_step_on(const struct escalation_step_all_row *v, size_t n, struct str chain, int64_t step, struct str date);
enum err escalate_steps(struct ctx *c, struct escalation_step_all_row **ret, size_t *ret_n);
/* Whom that is about this case: 0 and "" when the desk does not know. */
enum err escalate_person(struct ctx *c, const struct ticket_get_row *t, struct str who, int64_t *ret_id, struct str *ret_name);
/* What raising it now would be: the row, or NULL at the end of the chain. `chain` STR_NULL: that of the open one, else worry. */
enum err escalate_next(struct ctx *c, int64_t ticket, struct str chain, const struct escalation_step_all_row **ret, struct case_escalation_last_row *ret_last, bool *ret_open);

enum err escalate_presets(struct ctx *c);
extern const struct command escalation_raise_cmd, escalation_settle_cmd, escalation_refuse_cmd, escalation_withdraw_cmd, escalation_list_cmd, escalation_step_set_cmd,
	escalation_step_list_cmd;

#endif
