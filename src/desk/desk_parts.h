/* desk_parts.h: what the slice's list collects from its files. */
#ifndef TEND_DESK_DESK_PARTS_H
#define TEND_DESK_DESK_PARTS_H

#include "core/feature.h"
#include "web/route.h"

extern const struct command desk_search_cmd, desk_counts_cmd;   /* desk_search.c */
extern const struct route desk_routes[];                        /* desk_page.c */
extern const struct route case_routes[];                        /* case_page.c */

#endif
