/* hint.h: three hints for somebody's first days, one at a time, each where it helps; read once they are gone for good, in every browser. */
#ifndef TEND_DESK_HINT_H
#define TEND_DESK_HINT_H

#include "core/feature.h"

extern const struct command hint_read_cmd;

struct hint {
	const char *name, *text;     /* name NULL: nothing to say */
	int number, of;
};
enum hint_place { HINT_QUEUE, HINT_CASE };
/* The next one for the actor at that place. */
enum err hint_next(struct ctx *c, enum hint_place place, struct hint *ret);

#endif
