/* context.h: what account people add to a case, and what is known of a customer beside its own row.
 *
 * A hand-over makes a case, or adds to one, by a form whose fields are rows with dates; passing a mail on without a word of one's own is refused. Notes are
 * context: they change no priority. The context pause is a list that never blocks. */
#ifndef TEND_TRIAGE_CONTEXT_H
#define TEND_TRIAGE_CONTEXT_H

#include "core/feature.h"
#include "context.sql.h"

extern const struct command context_hand_over_cmd, context_note_cmd, context_remove_cmd, context_list_cmd, context_look_cmd, account_fact_add_cmd,
	account_fact_remove_cmd, account_fact_restore_cmd, account_fact_list_cmd, account_case_list_cmd;
extern const char *const account_fact_kinds[];
const char *account_fact_words(struct str kind);

struct context_field {
	const char *field, *label, *help;
	bool required;
};
/* What the hand-over asks for on a day; ret has room for CONTEXT_FIELDS. */
enum { CONTEXT_FIELDS = 12, CONTEXT_STEPS = 20 };
size_t context_fields_on(struct str date, struct context_field *ret);

struct context_step {
	const char *code, *words;
};
/* The list of the context pause on a day, and the sentence above it ("" = none). */
size_t context_steps_on(struct str date, struct context_step *ret, const char **ret_advice);

/* What a teammate is to a customer: ce, ae, ta, other. */
enum err context_part(struct ctx *c, int64_t organisation, int64_t teammate, struct str *ret);

/* What we asked last, of a reply of ours: its questions, else its beginning. */
struct str context_asked(struct arena *a, struct str body);

#endif
