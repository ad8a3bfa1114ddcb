/* cert_page.h: what the pages of practice share, and what those of certification show. */
#ifndef TEND_GROWTH_CERT_PAGE_H
#define TEND_GROWTH_CERT_PAGE_H

#include "account/account_page.h"
#include "growth/cert_parts.h"
#include "growth/pair.h"

/* web_layout(), with a sentence in red when one of the small forms without fields (take a place, leave, join, publish …) was refused: they have no place of
 * their own for it. */
struct layout *practice_layout(struct web *w, struct str title);
/* A form of which a page has several (one a row): what was typed and what was wrong show in the row whose `key` field was sent, in no other. */
void practice_form(struct form_view *f, struct web *w, const char *command, const char *submit, struct str here, struct str next, const char *key, int64_t id);
/* A yes or no of a form; customers by name; any closed list with words of its own. */
void practice_yes_no(struct form_view *f, const char *name, const char *label, bool value);
enum err practice_customer(struct form_view *f, const char *name, const char *label, struct opt_i64 value);
enum err practice_teams(struct form_view *f, const char *name, const char *label, struct opt_i64 value);
struct form_field *practice_choice(struct form_view *f, const char *name, const char *label, const char *const (*list)[2], size_t n, struct str value);
/* The signed-in teammate may do what asks for these. */
bool practice_may(const struct web *w, uint32_t caps);
/* The name of a teammate, "nobody" without one. */
struct str practice_name(struct ctx *c, struct opt_i64 teammate);

struct cert_list_view {
	const struct layout *layout;
	struct certification_page_row *rows;
	size_t n;
	struct str next_url;
	struct cert_programmes_all_row *programmes;
	size_t n_programmes;
	bool can_write;
	struct form_view start;
};

struct cert_programme_view {
	const struct layout *layout;
	struct cert_programme_rows_row p;
	struct cert_editions_of_row *editions;
	size_t n;
	int64_t shown;                       /* the edition whose text stands below; 0 = none */
	struct cert_edition_rows_row e;
	struct cert_rubric rubric;
	bool can_lead;
	struct str here, roles, calls;       /* in words */
	struct form_view draft;
};

/* One scorer's column beside one session. */
struct cert_cell {
	struct str text, label;              /* "3" and "full"; "" = not scored */
	bool full;
};
struct cert_session_line {
	const struct cert_entry_rows_row *entry;
	int64_t number;                      /* the n-th led session, from 1 */
	struct str by, why_not;              /* who shadowed a rehearsal; why it does not count, "" = it does */
	struct str recording, recording_words;
	struct cert_cell *cells;             /* competencies × scorers */
	struct str *notes;                   /* per scorer; "" = none */
	bool *scored;                        /* per scorer */
	struct str may_score_as;             /* "" = the reader does not score it */
	struct str cannot_yet;               /* the scorer lacks something: a sentence */
	struct str score_error;
	struct form_view recording_form;
	bool can_record;
};
struct cert_view {
	const struct layout *layout;
	struct web *web;
	struct certification_rows_row row;
	struct cert_edition_rows_row edition;
	struct cert_programme_rows_row programme;
	struct cert_account account;
	struct str name, mentor, manager, here, state_words, next, focus, pass_words;
	struct cert_session_line *sessions;  /* newest first */
	size_t n_sessions;
	const struct cert_session_line *newest_scored;
	struct history_line *log;
	size_t n_log;
	bool can_write, can_lead, may_approve, mock;
	struct form_view practise, approve, rehearse, people, revoke, recognise, move;
	struct str move_words;               /* what moving would change; "" = nothing to move to */
};

enum err cert_list_page(struct web *w);
enum err cert_one_page(struct web *w);
enum err cert_programme_page(struct web *w);

/* call_page.c, pair_page.c, work_page.c */
enum err call_list_page(struct web *w);
enum err call_mine_page(struct web *w);
enum err call_new_page(struct web *w);
enum err call_one_page(struct web *w);
enum err call_feed_page(struct web *w);
enum err pair_list_page(struct web *w);
enum err pair_new_page(struct web *w);
enum err pair_one_page(struct web *w);
enum err pair_rules_page(struct web *w);
enum err pair_mentoring_page(struct web *w);
enum err pair_ask_page(struct web *w);
enum err work_list_page(struct web *w);
enum err work_customer_page(struct web *w);
enum err work_new_page(struct web *w);
enum err work_one_page(struct web *w);

#endif
