/* resolve_view.h: the page on which a case is solved, the list of what stands to be filled in, and the lines about it on other pages; for the template. */
#ifndef TEND_DESK_RESOLVE_VIEW_H
#define TEND_DESK_RESOLVE_VIEW_H

#include "ticket/ticket.h"
#include "web/layout.h"
#include "web/web.h"

#include <string.h>

struct resolve_row {
	const struct resolve_look_rule *rule;
	struct str url, fit;         /* "fits", "2 things missing" */
	struct str key;              /* "3" of R3; "" = none */
	bool here;
};
struct resolve_field {
	const char *name;            /* of the form */
	struct str label, value, error;
	bool first;                  /* takes the focus: the next thing to be said */
};
struct resolve_view {
	struct layout *layout;
	struct ticket_get_row t;
	struct str here, error, first_name, asked;   /* asked: "The customer was asked … ago."; "" = not */
	bool over, can_ask, newer;   /* over: it has ended; only the fields are filled in */
	int64_t seen;
	struct resolve_row *rows;
	size_t n_rows;
	const struct resolve_look_rule *rule;        /* the chosen one */
	struct resolve_field gate[RESOLVE_GATES];    /* the box of each gate of it; name NULL = none, it holds */
	struct resolve_field *fields;
	size_t n_fields;
	struct resolve_field engineering, docs, docs_url, sentiment, sentiment_note, lifecycle, kind, priority, symptom, action;
	bool asks_engineering, asks_docs, asks_sentiment, asks_lifecycle, asks_kind, asks_priority, asks_summary, has_summary;
	struct str solved_by, gates_then, back_url, back_label;
};

struct to_fill_view {
	struct layout *layout;
	bool all;
	struct resolution_to_fill_page_row *rows;
	size_t n;
	struct str next_url;
};
/* The card in a ticket's column: by which rule it was solved, and what is missing. */
struct resolved_card {
	int64_t ticket;
	struct str words, to_fill;
	bool can_fill, confirmed;
};

#endif
