/* list_view.h: saved views, bulk edits and what was found for somebody; for their template. */
#ifndef TEND_DESK_LIST_VIEW_H
#define TEND_DESK_LIST_VIEW_H

#include "desk/bulk.h"
#include "desk/queue_view.h"
#include "desk/saved_view.h"

struct list_cell {
	struct str text;
	utime at_us;                 /* not 0: a time */
};
struct list_row {
	struct queue_row row;        /* the usual row */
	struct list_cell *cells;     /* of a table: as many as there are columns */
};
struct list_view {
	struct layout *layout;
	struct saved_view_get_row v;
	struct str here, note, next_url, first_url, count, order, all_q;
	struct str cards;            /* what other slices say above it: web/place.h */
	bool watched, may_change, can_change_tickets, capped, bounded, broken;
	struct list_row *rows;
	size_t n;
	struct str columns[16];
	size_t n_columns;
};
struct views_view {
	struct layout *layout;
	struct saved_view_seen_row *rows;
	size_t n;
	bool can_note;
};
struct view_form_view {
	struct layout *layout;
	int64_t id;                  /* 0 = a new one */
	const char *command;
	struct str here, title, error, name_error, query_error, team_error, share_error;
	struct str name, query, share, sort, columns, team;
	struct case_teams_row *teams;
	size_t n_teams;
};
struct news_view {
	struct layout *layout;
	struct view_notice_page_row *rows;
	size_t n, unread;
	struct str next_url;
};
struct bulk_page_view {
	struct layout *layout;
	struct str here, error, ids, q, what, back;
	size_t n;
	struct bulk_effect *effects;
	size_t n_effects, changing;
	bool looked;
	struct str status, assignee, team, priority, kind, tag, untag, rule, reason;
	struct write_rules_row *rules;
	size_t n_rules;
	struct teammate *people;
	size_t n_people;
	struct case_teams_row *teams;
	size_t n_teams;
};
struct bulk_one_view {
	struct layout *layout;
	struct bulk_get_row b;
	struct bulk_items_row *items;
	size_t n;
	bool can_undo;
};
struct bulks_view {
	struct layout *layout;
	struct bulk_list_row *rows;
	size_t n;
	struct str next_url;
};

/* The usual row of a list out of its statement's row (struct desk_list_unassigned_row, or the beginning of find_rows's). */
void queue_show_row(struct ctx *c, const void *row, struct queue_row *ret);
const char *list_column_title(struct str column);

#endif
