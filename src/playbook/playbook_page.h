/* playbook_page.h: what the pages of this folder show: view structs, filled by *_page.c, read by playbook.html and run.html. Forms are those of the account slice
 * (account_page.h): made from the command's own fields. */
#ifndef TEND_PLAYBOOK_PLAYBOOK_PAGE_H
#define TEND_PLAYBOOK_PLAYBOOK_PAGE_H

#include "account/account_page.h"
#include "playbook/run.h"
#include "web/layout.h"
#include "web/route.h"

enum { PLAYBOOK_TASKS_SHOWN = 100 };

struct playbooks_view {
	const struct layout *layout;
	struct playbook_page_row *rows;
	size_t n;
	struct str next_url;
	bool archived, can_lead;
};

struct problem_line {
	struct str sentence, url;
};

/* Adds a choice of the desk's calendars by their titles; `own` is the value of the first line, the person's own hours. A calendar that is named and no more stands
 * there as it is. */
enum err playbook_choose_calendar(struct form_view *f, const char *name, const char *label, struct str value, struct str own);

struct edit_task {
	const struct plan_task *t;
	struct str due, who;
	bool first, last;
};

struct edit_view {
	const struct layout *layout;
	struct web *w;
	const struct playbook_row_row *row;
	struct plan plan;
	struct str here, subject, about_html;
	int64_t version, published;      /* 0 = no draft; 0 = never published */
	struct edit_task *tasks;
	struct str *rules;
	struct plan_problem *problems;
	size_t n_problems;
	struct playbook_rev_page_row *revs;
	size_t n_revs;
	struct str page;                 /* its address; here: with what is shown of it */
	size_t first_section, end_section;   /* which sections this page shows */
	size_t from, from_rule;          /* from which task of the section, from which rule on */
	bool split, only_rules;          /* a page for each section; the page of the rules */
	int64_t behind;                  /* live runs of older revisions */
	bool can_lead;
	struct form_view publish;
};

struct diff_view {
	const struct layout *layout;
	struct str title, back_url, back_label, lead;
	struct plan_change *changes;
	size_t n;
	struct run_change *run;          /* of a run's move; NULL elsewhere */
	bool can;
	struct form_view go;
	const struct run_behind_row *behind;
	size_t n_behind;
};

struct preview_line {
	struct str title, section, due, who;
	bool new_section;
};
struct preview_view {
	const struct layout *layout;
	int64_t playbook;
	struct str name, here, starts_on, role, level, error;
	int64_t person;
	struct teammate *people;
	size_t n_people;
	struct preview_line *lines;
	size_t n, hidden;
};

/* A task of a run, as a row. */
struct task_line {
	const struct plan_item *it;
	const struct plan_task *t;
	struct str who, due, meta;
	const char *due_class, *state;
	bool can_tick, closed;
};
struct section_view {
	const struct plan_section *s;
	size_t at;
	struct task_line *lines;
	size_t n;
	int64_t n_closed, n_all;
};
struct cast_line {
	struct str role, name;
};
struct run_view {
	const struct layout *layout;
	struct web *w;
	const struct run *r;
	struct str here, playbook, subject_url, subject_words, state_words, starts_on, soft, about_html;
	struct section_view *sections;
	size_t n_sections;
	struct section_view *tabs;
	size_t n_tabs;
	size_t section;                  /* the tab that is shown */
	struct str next_url;
	struct cast_line *cast;
	size_t n_cast;
	int64_t newer;                   /* the published revision's number when the run follows another; else 0 */
	struct history_line *history;
	size_t n_history;
	bool can;
	struct form_view change, cast_form, archive;
};

struct field_line {
	const struct plan_field *f;
	struct str value, shown, file_url;
	struct form_view form;
};
struct note_line {
	int64_t id;
	struct str who, body, link;
	utime at_us;
	bool can_withdraw;
};
struct task_view {
	const struct layout *layout;
	struct web *w;
	const struct run *r;
	struct task_line line;
	struct str here, about_html, waits, why_due, comment, done_by, signed_by;
	utime done_us;
	struct field_line *fields;
	size_t n_fields;
	struct note_line *notes;
	size_t n_notes;
	struct history_line *history;
	size_t n_history;
	bool can, is_open;
	struct form_view done, skip, approve, reject, sign, reopen, due, note;
};

struct subject_view {
	const struct layout *layout;
	struct str title, back_url, back_label;
	struct playbook_card *cards;
	size_t n;
	bool can;
	struct form_view start;
};

struct mine_line {
	int64_t run;
	struct str key, title, run_name, due;
	const char *due_class;
};
struct mine_view {
	const struct layout *layout;
	struct web *w;
	struct str here;
	struct mine_line *now, *soon, *undated;
	size_t n_now, n_soon, n_undated;
	bool can;
};

struct playbook_import_view {
	struct form_view form;
	struct str error;
	const struct fault_field *wrong;
	size_t n_wrong;
};

/* Words and parts that several pages use (run_page.c). */
struct str run_due_words(struct ctx *c, const struct run *r, const struct plan_item *it, const char **ret_class);
struct str playbook_words(struct str word);   /* "teammate" → "a teammate" */
struct form_field *form_check(struct form_view *f, const char *name, const char *label, bool on);

enum err playbooks_page(struct web *w);
enum err playbook_new_page(struct web *w);
enum err playbook_import_page(struct web *w);
enum err playbook_edit_page(struct web *w);
enum err playbook_describe_page(struct web *w);
enum err playbook_section_page(struct web *w);
enum err playbook_task_page(struct web *w);
enum err playbook_field_page(struct web *w);
enum err playbook_rule_page(struct web *w);
enum err playbook_diff_page(struct web *w);
enum err playbook_preview_page(struct web *w);
enum err playbook_runs_page(struct web *w);
enum err playbook_schedule_page(struct web *w);
enum err run_page_page(struct web *w);
enum err run_task_page(struct web *w);
enum err run_file_page(struct web *w);
enum err run_move_page(struct web *w);
enum err run_for_page(struct web *w);
enum err run_mine_page(struct web *w);

#endif
