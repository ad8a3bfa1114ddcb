/* slices.h (features.h is the C library's): the slices, and what main hands to the web room. */
#ifndef TEND_SLICES_H
#define TEND_SLICES_H

#include "core/feature.h"
#include "web/web.h"

/* NULL-ended, in order: a slice may use those before it. */
extern const struct feature *const features[];
extern const struct web_app_config features_web;

/* Prints how to get in: the set-up link of an empty desk, or (when asked) a one-time sign-in link for its first admin. */
void features_first_link(struct desk *d, bool sign_in);

#endif
