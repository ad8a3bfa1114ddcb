/* macro_view.h: the pages of macros; for their template. */
#ifndef TEND_DESK_MACRO_VIEW_H
#define TEND_DESK_MACRO_VIEW_H

#include "desk/macro.h"
#include "web/layout.h"
#include "web/web.h"

struct macro_list_view {
	struct layout *layout;
	struct macro_offered_row *rows;
	size_t n;
	bool can_all;                /* make and change everybody's */
};
/* One macro's form: what is there, or what was typed when it failed. */
struct macro_form_view {
	struct layout *layout;
	int64_t id;                  /* 0 = a new one */
	const char *command;
	struct str here, title, error, name_error, body_error, tags_error, date_error;
	struct str name, family, mode, body, status, kind, priority, tags, valid_to;
	struct str meta;             /* since when, from where */
	bool mine, can_all, can_change;
};

#endif
