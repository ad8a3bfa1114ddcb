/* macro.h: texts with variables, for what is written again and again.
 *
 * A macro becomes a draft that its writer reads, fills in and sends; it never sends by itself. The changes that go with it (status, kind, priority, tags)
 * happen with the message: the status stands in the box, the others are applied by a reaction to ticket.replied and ticket.noted. A variable that does not
 * exist is refused when the macro is written, and again when it is used; one that has no value on this ticket leaves a place to fill in, in brackets. */
#ifndef TEND_DESK_MACRO_H
#define TEND_DESK_MACRO_H

#include "core/feature.h"
#include "macro.sql.h"

extern const struct command macro_create_cmd, macro_update_cmd, macro_remove_cmd, macro_list_cmd, macro_draft_cmd, macro_leave_cmd;
extern const struct fold macro_fold_rows[];
extern const struct carry macro_carries[];

/* Rows of presets/handbook/macros.def that are not there yet. */
enum err macro_presets(struct ctx *c);
/* What the actor is offered today. */
enum err macro_offer(struct ctx *c, struct macro_offered_row **ret, size_t *ret_n);
/* The text of a macro for a ticket. ERR_INPUT at "body" names an unknown variable. */
enum err macro_expand(struct ctx *c, int64_t ticket_id, struct str body, struct str *ret);
/* ERR_INPUT at "body" when a text names a variable that does not exist. */
enum err macro_check(struct ctx *c, struct str body);
/* "priority p1, tags search" or "". */
struct str macro_changes_words(struct arena *a, const struct macro_get_row *m);
/* Reaction to ticket.replied and ticket.noted: what the macro of the draft changes besides. */
enum err macro_on_message(struct ctx *c, const struct event_new *e, int64_t seq);

#endif
