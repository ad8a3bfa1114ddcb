/* event_chain.h: the hash that ties each event to the one before it; for event.c and fold.c only. */
#ifndef TEND_CORE_EVENT_CHAIN_H
#define TEND_CORE_EVENT_CHAIN_H

#include "core/event.h"

/* The chain value of e (seq does not count: it is the order) after the value `before` ("" for the first). Numbers are hashed as little-endian
 * int64, as every machine tend runs on stores them. */
void event_chain_next(struct str before, const struct event *e, unsigned char ret[32]);

#endif
