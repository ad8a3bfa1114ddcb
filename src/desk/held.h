/* held.h: who held a case, in minutes of its own clock. */
#ifndef TEND_DESK_HELD_H
#define TEND_DESK_HELD_H

#include "core/feature.h"
#include "ticket/handover.h"

/* A span of a holder, and what the resolution clock counted in it: the clock as it stood at its end less as it stood at its beginning. The shares of a case
 * sum to the seconds that the clock shows. */
struct held_share {
	struct held_span span;
	int64_t clock_s;
};
struct held_shares {
	struct held_share *v;
	size_t n;
	int64_t hand_offs;
	bool has_clock;              /* false: nothing counts its time (yet) */
	int64_t clock_s;             /* what the clock shows */
	bool wall;                   /* it counts day and night */
};
/* A case that changed hands more often than this is shown without the clock. */
enum { HELD_CLOCKED_MOST = 60 };
enum err held_shares(struct ctx *c, int64_t ticket, struct held_shares *ret);

#endif
