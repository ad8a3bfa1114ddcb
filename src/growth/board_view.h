/* board_view.h: what the pages of this side show: view structs, filled by *_page.c, read by the templates. */
#ifndef TEND_GROWTH_BOARD_VIEW_H
#define TEND_GROWTH_BOARD_VIEW_H

#include "account/account_page.h"
#include "growth/pair.h"
#include "growth/plan_parts.h"
#include "web/layout.h"
#include "web/route.h"

#include "career.sql.h"
#include "outcome.sql.h"

/* The parts of this place, as tabs; `here` is the path of one of them. */
struct growth_tabs {
	const struct layout_link *v;
	size_t n;
};
void growth_tabs_of(struct web *w, const char *here, struct growth_tabs *ret);

/* ---- a plan ---- */

struct plan_line {
	const struct growth_outcomes_of_row *o;
	struct str due;                /* "around Fri 27 Nov 2026", "by Fri …" */
	struct str proof;
	struct str count;              /* "14 of 15"; "" = nothing is counted */
	struct str mended;             /* who mended its words */
	bool is_true, late, withdrawn, counted, i_say, i_acknowledge;
	bool said;                     /* two: the person has signed */
	struct plan_task_line *tasks;
	size_t n_tasks;
};
struct plan_group {
	struct str title;
	struct plan_line *v;
	size_t n, n_true;
};
struct plan_view {
	const struct layout *layout;
	struct web *w;
	struct growth_tabs tabs;
	struct str name, title, start, ramp, words, here;
	int64_t id, teammate, day, week, n, n_true;
	bool mine, lead, active, ready, in_ramp, ramp_over;
	struct plan_line **next;
	size_t n_next;
	struct plan_group *groups;
	size_t n_groups;
	const struct growth_parts_of_row *parts;
	size_t n_parts;
	struct access_of_row *access;
	size_t n_access;
	struct pair_card card;
	struct form_view start_form, ramp_form, manager_form, add_form, access_form;
};

struct outcome_view {
	const struct layout *layout;
	struct web *w;
	struct growth_tabs tabs;
	struct plan_line line;
	struct str name, plan_url, here;
	struct behind_row *rows;
	size_t n_rows;
	bool lists;                    /* there can be rows behind it */
	const struct dispute_of_plan_row *disputes;
	size_t n_disputes;
	struct form_view say, acknowledge, dispute;
};

/* ---- the board ---- */

struct board_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	const struct growth_plan_page_row *rows;
	size_t n;
	utime now_us;
	int64_t next;
	bool ended;
	const struct growth_no_plan_row *without;
	size_t n_without;
	struct form_view create;
};

struct dispute_line {
	const struct dispute_page_row *d;
	bool mine;
	struct form_view owner, explain, mend;
};
struct disputes_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct dispute_line *v;
	size_t n;
	int64_t next;
	struct str state;
};

struct figures_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct str since, show;
	const struct figure_person {
		const struct growth_figures_row *r;
		struct str ramp, certified;
		int64_t sessions;
	} *v;
	size_t n;
	int64_t ramped, ramp_median, due, in_time, certified, cert_median, opened, mended, explained, open;
	const struct growth_mentor_load_row *load;
	size_t n_load;
	const struct growth_missed_row *missed;
	size_t n_missed;
};

/* ---- programmes ---- */

struct programmes_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	const struct programme_page_row *rows;
	size_t n;
	bool lead;
	struct form_view create;
};

struct outcome_line {
	const struct programme_outcomes_of_row *o;
	struct str due, proof, band, mended, tasks;
	struct form_view edit;
};
struct programme_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct web *w;
	struct programme_row_row p;
	struct programme_rev_row_row rev;
	struct str here, about, ramp;
	bool lead, draft, has_draft, newest;
	int64_t draft_rev;
	const struct programme_revs_of_row *revs;
	size_t n_revs;
	struct outcome_line *v;
	size_t n;
	const struct programme_mended_row *mended;
	size_t n_mended;
	struct form_view edition, add, publish, link, preview;
	/* the difference to another revision */
	int64_t from_number;
	struct str edition_differs;
	const struct programme_change *changes;
	size_t n_changes;
	bool compared;
	/* as somebody would have it */
	bool previewed;
	struct str preview_who, preview_error;
	const struct programme_pick *picks;
	size_t n_picks;
	const struct programme_line *lines;
	size_t n_lines;
	int64_t behind;                /* running plans that follow another revision */
};

enum err growth_ask_card(struct web *w, int64_t id, struct html *h);

/* ---- feed and focus ---- */

struct feed_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	const struct feed_page_row *rows;
	size_t n;
	int64_t me, next;
	const struct ritual_on_row *rituals;
	size_t n_rituals;
	struct str ritual;
	const struct contribution_list_of_row *contributions;
	size_t n_contributions;
	const struct chat_list_of_row *chats;
	size_t n_chats;
	struct form_view post, contribution, chat;
};

struct focus_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	const struct focus_all_row *rows;
	size_t n;
	int64_t me;
	struct str rule, source;
	struct form_view form;
};

/* ---- the career ---- */

struct career_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct web *w;
	int64_t id;
	struct str name, role, title, here, manager;
	bool mine, sees, i_sign, i_signed;
	bool has_map;
	struct career_roadmap_row_row map;
	const struct career_check_ins_of_row *check_ins;
	size_t n_check_ins;
	const struct career_skills_of_row *skills;
	size_t n_skills;
	const struct career_reviews_of_row *reviews;
	size_t n_reviews;
	const struct career_principles_on_row *principles;
	size_t n_principles;
	struct form_view map_form, plan_form, review_form;
	struct form_view *notes;       /* one for each check-in */
	struct form_view *rates;       /* one for each skill */
};

struct profile_line {
	struct str key, words, body;
	struct form_view form;
};
struct profile_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct str name, title, here, career;
	int64_t id;
	bool mine;
	struct profile_line *v;
	size_t n, n_told;
};

struct library_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	const struct career_items_row *rows;
	size_t n;
	int64_t next;
	bool may_remove;
	struct form_view form;
};

struct levels_view {
	const struct layout *layout;
	struct growth_tabs tabs;
	struct str role, date;
	const struct career_level_on_row *rows;
	size_t n;
	struct form_view form;
	bool admin;
};

page_fn growth_home_page, growth_one_plan_page, growth_outcome_page, growth_board_page, growth_disputes_page, growth_figures_page, growth_programmes_page, growth_programme_page,
	growth_feed_page, growth_focus_page, growth_career_page, growth_profile_page, growth_library_page, growth_levels_page;

#endif
