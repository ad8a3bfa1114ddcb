/* pair_page.h: what the pages of pairings show; pair_page.c fills it, pair.html reads it. */
#ifndef TEND_GROWTH_PAIR_PAGE_H
#define TEND_GROWTH_PAIR_PAGE_H

#include "growth/cert_page.h"
#include "growth/pair_parts.h"

struct pair_list_view {
	const struct layout *layout;
	struct pair_page_row *open, *rows;
	size_t n_open, n;
	struct str next_url;
	bool can_write;
	struct form_view find;
};

struct pair_new_view {
	const struct layout *layout;
	struct str newcomer, kind, kind_words, starts_on, here, back, error;
	int64_t newcomer_id, manager_id;
	struct pairing_rule_rows_row rule;
	struct pair_candidate *v;
	size_t n;
	bool can_lead, no_rule;
	struct form_view exception;
};

struct pair_meeting_line {
	const struct pair_meetings_of_row *r;
	bool ahead, past_due;
	struct form_view met, skip;
};
struct pair_view {
	const struct layout *layout;
	struct pairing_rows_row p;
	struct str newcomer, partner, manager, kind_words, here, find_url;
	struct pairing_rule_rows_row rule;
	struct pair_meeting_line *meetings;
	size_t n_meetings;
	bool notes, can_write;           /* notes: the reader is one of them, their manager, or a lead */
	struct form_view meet, end;
};

struct pair_rules_view {
	const struct layout *layout;
	struct pairing_rules_all_row *rules;
	size_t n_rules;
	struct pair_fallbacks_row *contacts;
	size_t n_contacts;
	struct pair_neighbours_all_row *neighbours;
	size_t n_neighbours;
	struct str here;
	bool can_lead;
	struct form_view contact, neighbour;
};

struct pair_question_line {
	const struct pair_questions_for_row *q;
	struct form_view answer;
};
struct pair_mentoring_view {
	const struct layout *layout;
	struct pair_of_partner_row *mine;
	size_t n_mine;
	struct pair_question_line *questions;
	size_t n_questions;
	struct pair_meetings_due_row *due;
	size_t n_due;
	struct str *standing;            /* beside mine: how they stand in their certification */
	struct cert_to_score_row *to_score;
	size_t n_to_score;
	struct str here, today;
};

struct pair_ask_view {
	const struct layout *layout;
	struct pair_card card;
	struct pair_questions_of_row *asked;
	size_t n_asked;
	struct pair_meetings_due_row *due;
	size_t n_due;
	struct form_view ask;
};

#endif
