/* work.h: account work that a newcomer learns by doing, and everybody does afterwards: trials, tech-win gates, plans for red accounts, renewals and post-sales,
 * projects, feedback to the team that can act on it, improvements.
 *
 * One kind of object: what a kind asks for (which parts its plan has, which yes-or-no questions its gates ask, how long it may last, with whom it is
 * made) are dated rows, work_kind and work_part_kind; a piece of work keeps the parts that were in force when it began.
 *
 * Events: work.begun, .changed, .closed, .reopened (work_item); work.part_planned, .part_answered (work_part); work.joined, .left (work_member). */
#ifndef TEND_GROWTH_WORK_H
#define TEND_GROWTH_WORK_H

#include "core/feature.h"

/* How many pieces of a kind somebody owns, is partner of, joined or leads, open and closed ones; dropped and declined ones do not count. delivered: those
 * that are done or delivered. */
struct work_counts {
	int64_t part, lead, delivered;
};
enum err work_counts_of(struct ctx *c, int64_t teammate, struct str kind, utime since_us, struct work_counts *ret);

#endif
