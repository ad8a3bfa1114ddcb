/* event_chain.h: the hash that ties each event to the one before it, and the walk along it. */
#ifndef TEND_CORE_EVENT_CHAIN_H
#define TEND_CORE_EVENT_CHAIN_H

#include "core/event.h"

/* The chain value of e (seq does not count: it is the order) after the value `before` ("" for the first). Numbers are hashed as little-endian
 * int64, as every machine tend runs on stores them. */
void event_chain_next(struct str before, const struct event *e, unsigned char ret[32]);

struct event_chain_state {
	int64_t events;              /* looked at */
	int64_t newest_seq;          /* 0 = the log is empty */
	unsigned char newest[32];    /* the newest event's value: written down elsewhere, it proves later that nothing before it was changed */
	int64_t broken_seq;          /* the first event that does not fit the one before it; 0 = the chain is whole */
};
/* Reads the whole log and computes its chain anew. Long on a large log: a read for `tend verify` and for people who ask for it. */
enum err event_chain_walk(struct ctx *c, struct event_chain_state *ret);

#endif
