/* bulk.h: one change of many tickets: looked at first, applied in one transaction, undone as a whole.
 *
 * Each ticket gets its own events, with the rule "bulk edit" and its number as the reason, as if it had been changed alone. What cannot be changed (closed,
 * a move of the status that is not allowed) is left out and named. Undoing puts back what the edit changed; a ticket on which somebody changed one of those
 * fields since is left as it is, and named. */
#ifndef TEND_DESK_BULK_H
#define TEND_DESK_BULK_H

#include "core/feature.h"
#include "bulk.sql.h"
#include "ticket/ticket.h"

extern const struct command bulk_apply_cmd, bulk_undo_cmd, bulk_preview_cmd, bulk_show_cmd;

/* By this rule undoing puts back: nothing reacts to it (src/rules). */
#define BULK_UNDO_RULE "bulk edit undone"

enum { BULK_MAX = 2000, BULK_AGENT_MAX = 50 };   /* how many at once; without the access of a lead */

struct bulk_in {
	struct id_list tickets;
	struct str q;                /* instead of tickets: all that match, up to BULK_MAX */
	struct str status, priority, kind, reason;
	struct resolve_ask resolve;  /* with the status solved: the same rule for all of them, its gates looked at on each */
	struct opt_i64 assignee, team, severity;
	bool unassign;
	struct str_list tag, untag;
};

/* What the change would do to one ticket. */
struct bulk_effect {
	int64_t ticket;
	struct str subject, status, changes;   /* "status open → pending, +tag search"; "" = nothing */
	struct str refused;                    /* why it is left out; "" = it is not */
};
/* ERR_INPUT for a change that says nothing, an unknown teammate, a wrong tag, too many tickets. */
enum err bulk_look(struct ctx *c, const struct bulk_in *in, struct bulk_effect **ret, size_t *ret_n, size_t *ret_changing);
/* The change in words: "status pending, tag search". */
struct str bulk_words(struct ctx *c, const struct bulk_in *in);

#endif
