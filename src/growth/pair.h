/* pair.h: two people for a while: buddy, mentor, account executive and customer engineer.
 *
 * Who may be whose partner is said by dated rows (pairing_rule); candidates are checked and ranked in words that people can argue with. Meetings are rows,
 * made when the pairing begins. When a partner leaves the company the pairing ends by itself, an open one takes its place and the manager is told.
 *
 * Events: pairing.opened, .made, .ended (pairing); pairing.meeting_planned, .met, .meeting_skipped (pairing_meeting); pairing.asked, .answered
 * (pairing_question); pairing.rule_set (pairing_rule); pairing.fallback_set (pairing_fallback), pairing.neighbours_set (pairing_neighbour). */
#ifndef TEND_GROWTH_PAIR_H
#define TEND_GROWTH_PAIR_H

#include "core/feature.h"

/* The partner of that kind ("mentor", "buddy", "account") that somebody has now; *ret_id 0 = none. */
enum err pair_partner(struct ctx *c, int64_t newcomer, struct str kind, int64_t *ret_id);
/* Meetings that took place, of one kind of pairing (STR_NULL = any). */
enum err pair_meetings_held(struct ctx *c, int64_t newcomer, struct str kind, utime since_us, int64_t *ret);

/* "Who can I ask?": for every page of a newcomer. Template: pair_card(h, &card) in pair.html. */
struct pair_card_line {
	struct str what;               /* "Mentor" */
	struct str name, mail;         /* name "" = nobody yet: open says so */
	struct str words;              /* "until 24 Dec; next meeting 1 Dec" */
	bool open;
};
struct pair_card {
	int64_t newcomer;
	struct pair_card_line *lines;
	size_t n_lines;
	struct pair_card_line *fallback;   /* what: the topic */
	size_t n_fallback;
	bool mentored;                     /* there is a mentor */
	bool asking;                       /* it stands on the page of the question box itself */
	bool is_me;                        /* the reader is the newcomer: the card has the question box */
};
/* manager: 0 = as the pairings say. */
enum err pair_card_of(struct ctx *c, int64_t newcomer, int64_t manager, struct pair_card *ret);

#endif
