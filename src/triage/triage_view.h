/* triage_view.h: what the pages of triage show; for their templates. */
#ifndef TEND_TRIAGE_TRIAGE_VIEW_H
#define TEND_TRIAGE_TRIAGE_VIEW_H

#include "account/account.h"
#include "account/account_page.h"
#include "people/people.h"
#include "triage/context.h"
#include "triage/decide.h"
#include "triage/escalate.h"
#include "triage/forward.h"
#include "triage/suggest.h"
#include "web/layout.h"
#include "web/route.h"
#include "web/web.h"

#include <string.h>

extern const struct route triage_routes[], triage_account_routes[];
/* The card beside a ticket. */
enum err triage_card(struct web *w, int64_t ticket_id, struct html *h);
/* The line above lists: how many wait for triage. */
enum err triage_list_card(struct web *w, int64_t none, struct html *h);
enum err triage_rows_page(struct web *w);
enum err triage_rule_page(struct web *w);
enum err triage_words_page(struct web *w);
enum err escalate_list_page(struct web *w);
enum err escalate_case_page(struct web *w);

/* ---- beside a case ---- */

struct panel_step {
	const char *code, *words;
	bool done;
};
struct panel_view {
	int64_t ticket;
	struct str here;             /* the page that shows it */
	bool can_note, can_reply, can_lead, on_triage;
	int64_t me;
	/* whose it is */
	struct context_card_row k;
	/* the customer: the whole card where the page does not show it already */
	bool has_org;
	struct organisation_card org;
	struct context_beside_row *facts;
	size_t n_facts, n_own_facts;  /* own: that the reader may take away */
	struct context_beside_row *recent;
	size_t n_recent;
	/* what was sent on by mail, newest first */
	struct context_beside_row *forwards;
	size_t n_forwards;
	/* whom it was taken to, newest first */
	struct context_beside_row *escalations;
	size_t n_escalations;
	/* what account people say */
	struct context_beside_row *notes;
	size_t n_notes;
	struct str note_typed, note_error;
	/* the context pause */
	const char *advice;
	struct panel_step steps[CONTEXT_STEPS];
	size_t n_steps, n_done;
};

enum err triage_panel(struct web *w, int64_t ticket, struct str here, bool on_triage, struct panel_view *v);

/* ---- one case ---- */

struct triage_choice {
	struct str value, label, why;
	const char *key;             /* NULL = none */
	bool on;
};
struct triage_text {
	struct str author, about, body;
	bool cut;                    /* there is more on the case's own page */
	utime at_us;
};
struct triage_one_view {
	struct layout *layout;
	struct web *w;
	struct ticket_get_row t;
	struct triage_case_of_row k;
	struct str here;
	int64_t waiting;             /* how many wait, this one too */
	bool decided, closed, late;
	struct str error;            /* "" = none */
	struct suggest *s;
	struct triage_text *texts;
	size_t n_texts;
	/* what the row says with what is chosen */
	struct str reason, action_words, route, dest;
	int64_t rule_id;             /* 0 = none */
	/* the form */
	struct str ask;
	struct triage_choice *asks, *same, *people, *orgs, *areas, *themes, *severities, *priorities, *holders, *outcomes, *places;
	size_t n_asks, n_same, n_people, n_orgs, n_areas, n_themes, n_severities, n_priorities, n_holders, n_outcomes, n_places;
	struct str subject, tags, message, note, why, name, email, organisation_named, forward_words;
	bool colleague, new_tags, take_domain, quietly, by_hand, r0, new_tag_asked, can_admin;
	struct str e_same, e_requester, e_email, e_org, e_org_named, e_tags, e_severity, e_priority, e_assignee, e_message, e_forward, e_why, e_domain;
	struct panel_view panel;
};

/* ---- lists ---- */

struct triage_list_view {
	struct layout *layout;
	struct triage_waiting_list_row *rows;
	size_t n;
	struct str next_url, aim;
	bool can_reply, can_admin;
};
struct triage_decided_view {
	struct layout *layout;
	struct triage_decided_list_row *rows;
	size_t n;
	struct str next_url, outcome;
};
struct triage_empty_view {
	struct layout *layout;
	bool passed;                 /* some wait, before where the reader was */
};

/* ---- rows ---- */

struct rows_view {
	struct layout *layout;
	struct web *w;
	struct owner_rule_rows_row *rows;
	struct str *asks;            /* of each, in words */
	size_t n;
	struct str on, here;         /* those in force on that day; "" = all */
	bool can_admin;
	/* the question */
	struct str ask, stage, strategic, ce, ta;
	bool asked;
	struct str reason, route;
	struct triage_aim_all_row *aims;
	size_t n_aims;
};
struct rule_form_view {
	struct layout *layout;
	struct form_view form, end;
	bool follows;
	struct owner_rule_get_row old;
};
struct words_view {
	struct layout *layout;
	struct triage_cue_all_row *own;
	size_t n_own;
	struct form_view form;
	bool can_lead;
	struct str text;             /* a text to try */
	bool tried;
	struct cue_read found;
};

/* ---- the people of accounts ---- */

struct mine_view {
	struct layout *layout;
	struct str whose;            /* "" = the reader's */
	int64_t of;
	struct account_mine_row *customers;
	size_t n_customers;
	struct account_mine_cases_row *cases;
	size_t n_cases;
	struct account_mine_waiting_row *waiting;
	struct str *asked;
	size_t n_waiting;
	bool only_waiting;
	struct str next_url;
};
struct hand_over_view {
	struct layout *layout;
	struct web *w;
	int64_t ticket;
	struct str here, error;
	struct form_view form;
};

/* ---- when people disagree ---- */

struct escalate_case_view {
	struct layout *layout;
	struct ticket_get_row t;
	struct str here, chain, next_name;
	const struct escalation_step_all_row *next;   /* NULL = the chain ends */
	struct case_escalation_last_row last;         /* when one is open */
	bool open, unsolved, can_note, can_lead, mine, concerns;
	struct case_escalation_of_row *rows;
	size_t n;
	struct form_view raise, settle, refuse, withdraw;
};
struct escalate_list_view {
	struct layout *layout;
	struct str today, next_url;
	struct case_escalation_waiting_row *rows;
	size_t n;
	struct escalation_step_all_row *steps;
	size_t n_steps;
	bool can_admin, all;
	struct form_view form;
};

#endif
