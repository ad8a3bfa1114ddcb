/* call.h: calls with customers: who leads, who comes along, what came of it, the recording.
 *
 * A call has a lead, shadow places (somebody who learns, or who stands by a lead that is not certified yet) and observer places. Everybody sees the
 * calendar and takes a free place; who leads is checked against certifications each time lead, kind, time or shadows change, so a call can never
 * stand with a lead who may not lead it. When it was held, the log of participation says who did what, and for somebody on the way to a certification the
 * call becomes a led session.
 *
 * Events: call.planned, .changed, .called_off, .held, .recorded (customer_call); call.place_taken, .place_left, .took_part (call_place). */
#ifndef TEND_GROWTH_CALL_H
#define TEND_GROWTH_CALL_H

#include "core/feature.h"

/* Calls that were held and somebody led or came along to (missed ones do not count): of one kind ("discovery"), or STR_NULL = any; that began then or later. */
struct call_counts {
	int64_t led, shadowed, observed;
};
enum err call_counts_of(struct ctx *c, int64_t teammate, struct str kind, utime since_us, struct call_counts *ret);

/* The token of somebody's calendar link, and whose it is (0 = nobody's). */
struct str call_feed_token(struct ctx *c, int64_t teammate, int64_t number);

extern const char *const call_kinds[];
/* "discovery call" for "discovery". */
const char *call_words(struct str kind);

#endif
