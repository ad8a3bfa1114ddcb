/* queue_view.h: what the queue and search pages show; for their templates. */
#ifndef TEND_DESK_QUEUE_VIEW_H
#define TEND_DESK_QUEUE_VIEW_H

#include "desk/desk.h"
#include "desk/hint.h"
#include "web/layout.h"

struct queue_row {
	int64_t id, assignee_id;
	struct str subject, status, requester, organisation, stage, assignee;
	struct str hold_class, hold_words;      /* "us", "Our turn" */
	struct str who;                         /* who holds it, "unassigned" */
	struct str turn;                        /* before since_us, when it is not plainly ours: "customer’s turn, "; "" = ours */
	struct str due, due_class;              /* a promise, in words; "" = none */
	utime promised_us;                      /* what a person promised; 0 = nothing, or it is nobody's turn */
	struct str age;                         /* "3 h" */
	utime since_us;
	struct str *tags;
	size_t n_tags;
	int64_t hands;                          /* how often it changed hands */
	struct str priority, severity;
};

struct queue_view {
	struct layout *layout;
	struct hint hint;
	struct str view, title, why;            /* "unassigned", "Unassigned", how it is ordered */
	struct str empty_title, empty_text;
	struct queue_row *rows;
	size_t n;
	struct str next_url, first_url;         /* "" = none */
	struct str back;                        /* this page's path */
	struct str cards;                       /* what other slices say above it: web/place.h */
	bool can_reply, can_pick;
	struct str all_q;                       /* the list as a search, for changing all of it */
};

struct search_view {
	struct layout *layout;
	struct str typed, complaint, next_url;
	struct desk_hit *hits;
	size_t n;
	struct str note;
	bool asked, can_change;
	bool typing;                            /* only the part that changes with each letter */
};

#endif
