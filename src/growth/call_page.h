/* call_page.h: what the pages of calls show; call_page.c fills it, call.html reads it. */
#ifndef TEND_GROWTH_CALL_PAGE_H
#define TEND_GROWTH_CALL_PAGE_H

#include "growth/call_parts.h"
#include "growth/cert_page.h"

struct call_line {
	const struct call_page_row *r;
	struct str day;                  /* a heading before it; "" = the same day */
	bool can_shadow, can_observe;
};
struct call_list_view {
	const struct layout *layout;
	struct call_line *lines;
	size_t n;
	struct str next_url, kind, here;
	bool free, past, can_write;
	const char *const *kinds;
};

struct call_mine_view {
	const struct layout *layout;
	struct call_mine_row *next;
	size_t n_next;
	struct call_log_row *log;
	size_t n_log;
	struct call_counts counts;
	int64_t me;
	struct str feed_url, here;       /* "" = no link yet */
};

struct call_place_line {
	int64_t teammate;
	struct str name, part, did, note;
};
struct call_view {
	const struct layout *layout;
	struct customer_call_rows_row k;
	struct str here, organisation, lead, day, lead_why;      /* lead_why: "" = may lead as it stands */
	struct call_place_line *places;
	size_t n_places;
	int64_t shadows, observers;
	bool can_write, mine, can_shadow, can_observe, planned, held, begun;
	struct form_view change, cancel, held_form, record, took_part, place;
	int64_t certification;                                    /* of its session; 0 = none */
};

struct call_new_view {
	const struct layout *layout;
	struct form_view form;
};

const char *call_did_words(struct str did);

#endif
