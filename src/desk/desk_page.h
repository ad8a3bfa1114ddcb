/* desk_page.h: the desk as the list of slices sees it, and what it collects from its files. */
#ifndef TEND_DESK_DESK_PAGE_H
#define TEND_DESK_DESK_PAGE_H

#include "desk/desk.h"
#include "web/layout.h"
#include "web/route.h"

extern const struct feature desk_feature;
extern const struct feature list_feature;                       /* saved views, watching, bulk edits */
extern const struct feature summary_feature;                    /* case summaries */
extern const struct feature handover_feature;                    /* giving a case to somebody else, who held it */
extern const struct feature resolve_feature;                     /* solving a case, what stands to be filled in */
extern const struct feature write_feature;                      /* the writing box, drafts, macros */
/* Fills the rail: views with their counts, places. */
enum err desk_layout(struct web *w, struct layout *ret);

extern const struct route desk_routes[];                        /* desk_page.c */
extern const struct route case_routes[];                        /* case_page.c */
extern const struct route write_routes[];                       /* write_page.c */
extern const struct route view_routes[];                        /* view_page.c */
extern const struct route macro_routes[];                       /* macro_page.c */

#endif
