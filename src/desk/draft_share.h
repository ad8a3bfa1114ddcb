/* draft_share.h: drafts between tabs and between colleagues.
 *
 * A teammate has one draft of a ticket. What would have written over it (another tab, a colleague who takes it over) is kept beside it, shown to its
 * writer, and goes only when she says so. Taking over is an event on the ticket: who took whose draft; the words are not in it. */
#ifndef TEND_DESK_DRAFT_SHARE_H
#define TEND_DESK_DRAFT_SHARE_H

#include "core/feature.h"

extern const struct command draft_take_cmd, draft_beside_cmd, draft_choose_cmd, draft_forget_cmd;

#endif
