/* handover_view.h: the pages of giving a case to somebody else; for the template. */
#ifndef TEND_DESK_HANDOVER_VIEW_H
#define TEND_DESK_HANDOVER_VIEW_H

#include "desk/held.h"
#include "people/people.h"
#include "ticket/ticket.h"
#include "web/layout.h"
#include "web/web.h"

#include <string.h>

struct handover_person {
	int64_t id;
	struct str name, words;      /* "at work for 5 h more", "begins in 3 h", "away" */
	int score;                   /* who can attend to it most stands first */
	bool chosen;
};
struct handover_text {
	const char *name, *label, *help;
	int rows;
	struct str value, error;
};
struct handover_choice {
	struct str value, words;
	bool chosen;
};
struct handover_view {
	struct layout *layout;
	struct ticket_get_row t;
	struct str here, error, to_error, reason_error;
	bool unanswered, has_requester, secret;
	struct handover_way way;
	struct handover_choice reasons[8], until[6];
	size_t n_reasons, n_until;
	struct handover_person *people;
	size_t n_people;
	struct case_teams_row *teams;
	size_t n_teams;
	struct str team;
	struct handover_text texts[6];       /* the five, and the words to the customer */
	struct str proposal;
};

struct held_row {
	struct str who, wall, clock;
	utime from_us, to_us;
	bool hand_off, now;
};
struct held_view {
	struct layout *layout;
	int64_t ticket;
	struct str subject, clock, life;
	struct held_shares shares;
	struct held_row *rows;
	size_t n;
};

struct handovers_view {
	struct layout *layout;
	struct handover_open_page_row *rows;
	size_t n;
	struct held_most_row *most;
	size_t n_most;
	struct held_figures_row figures;
	int64_t me;
	struct str next_url;
};

/* The line above a conversation. */
struct handover_line {
	int64_t ticket;
	struct handover_of_ticket_row h;
	struct str until, to, from, first_name, here;
	bool for_me, mine, may_withdraw, greet, open;
};

#endif
