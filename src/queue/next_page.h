/* next_page.h: what the pages of this slice show; for their templates. */
#ifndef TEND_QUEUE_NEXT_PAGE_H
#define TEND_QUEUE_NEXT_PAGE_H

#include "account/account_page.h"
#include "queue/parts.h"
#include "web/layout.h"
#include "web/place.h"
#include "web/route.h"

#include "queue.sql.h"

struct next_row {
	int64_t id, place;
	bool held;
	struct str nth, subject, requester, organisation, holder, why, due, due_class, priority;
	struct str hold_class, hold_words;
	utime since_us;
};

/* "Overload since … until …", level, sessions: what is in force, a quiet line each. */
struct in_force_line {
	struct str words, url;
};

struct next_view {
	struct web *w;
	struct layout *layout;
	struct str order_words, here;
	struct in_force_line *in_force;
	size_t n_in_force;
	bool overload, can_lead, can_reply;
	/* what the desk tells this person */
	struct queue_news_row *news;
	size_t n_news;
	/* number one, and what is for the reader */
	bool has_first, first_is_mine;
	struct next_row first;
	bool has_pick;
	struct next_row pick;
	struct str pick_words, why_not, refused;
	struct str *skipped;
	size_t n_skipped;
	bool ask_ramp, ask_off;        /* would get one by asking for it all the same */
	struct next_row *rows;
	size_t n, n_line;
	struct str next_url, first_url;
	struct queue_overloads_row *overloads;
	size_t n_overloads;
	struct form_view declare, prolong, end;
	struct str *skills;
	size_t n_skills;
	struct form_view skill;
};

struct wait_group {
	struct str name;
	struct queue_waiting_row *rows;
	size_t n;
	utime longest_us;
};
struct teams_view {
	struct layout *layout;
	struct wait_group *groups;
	size_t n;
	struct next_row *rows;         /* the head of the line of each team */
	struct team_head {
		struct str name;
		int64_t in_line, waiting, at_risk;
		struct next_row first;
		bool has_first;
	} *teams;
	size_t n_teams;
};

struct load_view {
	struct web *w;
	struct layout *layout;
	struct load load;
	struct str norm_words, active_words, level_words;
	struct queue_calls_open_row *calls;
	size_t n_calls;
	struct queue_steps_all_row *steps;
	size_t n_steps;
	bool levels, me_full, flags, can_lead, can_reply, can_admin;
	struct load_show {
		const struct load_line *l;
		struct str state, state_class;
	} *lines;
	struct move_show {
		const struct load_move *m;
		struct str subject, to, from, error;
	} *moves;
	struct form_view declare, invoke, edition, edition_end, step;
	struct str error, refused;
};

struct away_day {
	struct str label;              /* "24" */
	bool weekend, today;
};
struct away_person {
	struct str name;
	const char *marks[28];         /* NULL = there; else the kind in words */
};
struct away_case {
	struct queue_mine_row *t;
	struct str cover, place;
	int64_t cover_id;
	bool ours;
};
struct away_one {
	struct absences_around_row a;
	struct str days, rule, cover, looked;
	int64_t cover_row;
	bool now, hand_over, looked_today, may_end, mine;
	struct away_case *cases;
	size_t n;
	struct form_view cover_form, change;
};
struct away_view {
	struct web *w;
	struct layout *layout;
	struct away_one *now, *later;
	size_t n_now, n_later;
	struct away_day days[28];
	struct str months;
	struct away_person *people;
	size_t n_people;
	struct form_view plan;
	bool can_reply;
	struct str refused;
};

struct ranking_list_view {
	struct layout *layout;
	struct queue_sessions_row *rows;
	size_t n;
	struct str next_url;
	bool can_lead;
	struct form_view begin;
	utime now_us;
};
struct ranking_view {
	struct web *w;
	struct layout *layout;
	struct queue_session_rows_row s;
	struct str here, team, state, refused;
	struct queue_places_of_row *places;
	size_t n;
	struct queue_voices_of_row *voices;
	size_t n_voices;
	bool open, can_lead, can_note;
	struct form_view order, hear, set, prolong, end;
};

/* "sales" → "sales", "ce" → "customer engineering"; "time_off" → "time off". */
const char *queue_part_words(struct str part);
const char *queue_kind_words(struct str kind);
/* The rows of these places with their words. */
enum err next_rows(struct ctx *c, const struct line *l, size_t from, size_t n, struct next_row *ret, size_t *ret_n);
/* A select of hours from now. */
void form_hours(struct form_view *f, const char *none);
/* The sentence of a small form without fields of its own that was refused; "" = none was. */
struct str page_refused(struct web *w, const char *const *commands);

enum err next_page(struct web *w);
enum err next_teams_page(struct web *w);
enum err load_page(struct web *w);
enum err away_page(struct web *w);
enum err ranking_list_page(struct web *w);
enum err ranking_one_page(struct web *w);
/* Cards of other slices' pages. */
enum err queue_card_ticket(struct web *w, int64_t id, struct html *h);
enum err queue_card_list(struct web *w, int64_t id, struct html *h);

struct ticket_card {
	int64_t ticket;
	struct str nth, why, of;       /* "1st", its reason, "of 31" */
	struct str picked;             /* why it was given to who holds it */
	struct str cover;              /* its owner is away, and who fills in */
	bool first;
};
struct list_card {
	struct next_row first;
	struct in_force_line *in_force;
	size_t n_in_force, n_news;
	bool can_take, can_reply, has_first;
	struct str here;
};

#endif
