/* admin.h: what a desk's keepers see: what came in and went out and why, what waits for somebody, settings, health, and the whole log.
 *
 * Rules of other slices stay with them: this slice lists, explains and points at their commands. Its own are reads (outbox.list, job.list, audit.list,
 * audit.verify) and the note in the log that somebody took the log out of the house. Bodies of what goes out are never shown: they may hold one-time links. */
#ifndef TEND_ADMIN_ADMIN_H
#define TEND_ADMIN_ADMIN_H

#include "core/feature.h"

extern const struct feature admin_feature;

#endif
