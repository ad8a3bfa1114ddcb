/* work_page.h: what the pages of account work show; work_page.c fills it, work.html reads it. */
#ifndef TEND_GROWTH_WORK_PAGE_H
#define TEND_GROWTH_WORK_PAGE_H

#include "growth/cert_page.h"
#include "growth/work_parts.h"

struct work_list_view {
	const struct layout *layout;
	struct work_page_row *rows;
	size_t n;
	struct work_mine_row *mine;
	size_t n_mine;
	struct str next_url, kind, customer, customer_url, new_url;   /* customer: "" = of everybody */
	const char *const *kinds;
	bool can_write;
};

struct work_new_view {
	const struct layout *layout;
	struct str about, kind;
	struct form_view form;
	const char *const *kinds;
	struct str base;                 /* the address to which &kind=… is added */
};

struct work_part_line {
	const struct work_parts_of_row *r;
	struct str phase;                /* a heading before it; "" = the same */
	struct str by;
	struct form_view answer;
};
struct work_view {
	const struct layout *layout;
	struct work_item_rows_row w;
	struct str here, kind_words, organisation, owner, with, team, state_words;
	struct work_part_line *parts;
	size_t n_parts, n_answered;
	struct work_members_of_row *members;
	size_t n_members;
	bool can_write, open, proposal, in_it;
	struct form_view change, close;
};

const char *work_kind_words(struct str kind);

#endif
