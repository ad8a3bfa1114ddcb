/* clocks.h: what the rows of a list show of the promises that run for them. */
#ifndef TEND_DESK_CLOCKS_H
#define TEND_DESK_CLOCKS_H

#include "desk/queue_view.h"

/* Puts "Response 14:00", and whether that is close or late, into the rows: n of them, `stride` bytes apart. What a person promised and that comes
 * sooner stays. A clock that stands still, was kept, or has not begun says nothing. */
enum err desk_clocks_put(struct ctx *c, struct queue_row *rows, size_t n, size_t stride);
/* "Our aim: Response 14:00" instead, in grey whatever the hour: nobody is late for an aim. */
enum err desk_aims_put(struct ctx *c, struct queue_row *rows, size_t n, size_t stride);

#endif
