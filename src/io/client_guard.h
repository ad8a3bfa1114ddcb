/* client_guard.h: which addresses the desk connects to on somebody's word. */
#ifndef TEND_IO_CLIENT_GUARD_H
#define TEND_IO_CLIENT_GUARD_H

#include "base/str.h"

struct sockaddr;

/* Judges the address that is about to be connected to. Without allow_private only public unicast passes. With it loopback,
 * private and shared ranges pass too; link-local, cloud metadata, multicast and reserved ones never do. */
bool client_addr_allowed(const struct sockaddr *addr, bool allow_private);

#endif
