/* admin_page.h: what the pages of this folder tell each other and their templates. */
#ifndef TEND_ADMIN_ADMIN_PAGE_H
#define TEND_ADMIN_ADMIN_PAGE_H

#include "admin/audit.h"
#include "admin/flow.h"
#include "admin/health.h"
#include "web/layout.h"
#include "web/route.h"

#include "admin.sql.h"

#define ADMIN_PAGE_ROWS 50

/* The layout; when only a button was pressed and its command refused, the sentence stands in the flash bar. */
struct layout *admin_layout(struct web *w, struct str title);

/* A page's parts by state: "All", "waiting" … */
struct admin_tab {
	struct str label, url;
	bool here;
};
/* First "All" (when `all` is not NULL: its label), then the states. */
void admin_tabs(struct web *w, const char *path, const char *all, const char *const *states, struct str state, struct admin_tab **ret, size_t *ret_n);
/* A text of bytes for people: "12 KB". */
struct str admin_size(struct arena *a, int64_t bytes);
/* "in 4 min" for what is ahead, "now" else. */
struct str admin_until(struct arena *a, utime at, utime now_us);

/* Newer and older pages; empty = none. */
struct admin_pages {
	struct str first, next;
};

/* ---- the index ---- */

struct admin_place {
	struct str title, url, about, state;
	const char *tone;            /* "", "warn", "late" */
};
struct admin_index_view {
	const struct layout *layout;
	struct admin_place *first, *places;
	size_t n_first, n;
};

/* ---- one labelled field ---- */

struct admin_choice {
	struct str value, label;
	bool chosen;
};
struct admin_field {
	struct str id, name, label, value, help, error;
	const char *type;            /* "text", "number", "email", "date", "textarea" */
	bool required;
	int64_t min, max;            /* of a number */
	const struct admin_choice *choices;
	size_t n;
};
/* With what was typed, when this form failed. id: of the form, unique on the page. */
struct admin_field admin_field(struct web *w, const char *command, bool failed, struct str form_id, const char *name, const char *label, struct str value);
void admin_choices(struct web *w, struct admin_field *f, const struct admin_choice *choices, size_t n);

/* ---- mail addresses ---- */

struct address_row {
	const struct admin_addresses_row *a;
	bool failed;
	struct str error;
	struct admin_field label, kind, acknowledge, active;
};
struct addresses_view {
	const struct layout *layout;
	struct address_row *rows;
	size_t n;
	bool add_failed;
	struct str add_error;
	struct admin_field address, label, kind;
	struct str lmtp, example, smtp;      /* lmtp empty: not listening */
	bool lmtp_is_socket;
};

/* ---- what came in ---- */

struct inbox_line {
	const struct admin_inbox_row *r;
	struct str state, why;       /* in words */
	const char *tone;
};
struct inbox_view {
	const struct layout *layout;
	struct admin_tab *tabs;
	size_t n_tabs;
	struct str state;
	struct inbox_line *rows;
	size_t n;
	struct admin_pages pages;
};
struct inbox_one_view {
	const struct layout *layout;
	const struct admin_inbox_one_row *r;
	struct str here, state, size;
	const char *tone;
	struct str *steps;
	size_t n_steps;
	bool can_retry, can_release, can_discard, admin;
};
struct quarantine_view {
	const struct layout *layout;
	struct inbox_line *rows;
	size_t n;
	struct admin_pages pages;
	const struct admin_suspended_tickets_row *tickets;
	size_t n_tickets;
	bool more_tickets;
	struct str here;
};

/* ---- what goes out, what waits ---- */

struct outbox_line {
	const struct admin_outbox_row *r;
	struct str when;             /* the next try, in words; empty = none */
	const char *tone;
	bool can_cancel, can_resend;
};
struct outbox_view {
	const struct layout *layout;
	struct admin_tab *tabs;
	size_t n_tabs;
	struct str state, here;
	struct outbox_line *rows;
	size_t n;
	struct admin_pages pages;
};
struct job_line {
	const struct admin_jobs_row *r;
	struct str when;
};
struct jobs_view {
	const struct layout *layout;
	struct admin_tab *tabs;
	size_t n_tabs;
	struct str state, here;
	struct admin_field kind;
	struct job_line *rows;
	size_t n;
	struct admin_pages pages;
};

/* ---- settings ---- */

struct setting_line {
	const struct setting *s;
	struct str key, standard;
	struct admin_field field;
	bool changed;
};
struct setting_group {
	struct str title, id;
	struct setting_line *rows;
	size_t n;
};
struct settings_view {
	const struct layout *layout;
	struct setting_group *groups;
	size_t n;
	struct str error, error_id, error_label;
	int64_t changed;
};

/* ---- the log ---- */

struct audit_view {
	const struct layout *layout;
	struct admin_field kind, actor, entity, row, from, to;
	bool filtered, cut_short;
	struct str error;
	struct audit_all_row *rows;
	size_t n;
	struct admin_pages pages;
	int64_t newest_seq;
	struct str newest;
	struct str in_kind, in_actor, in_entity, in_row, in_from, in_to;      /* the filter, for the export */
};
struct audit_one_view {
	const struct layout *layout;
	const struct event *e;
	struct str data, chain;
	bool clipped;
	struct opt_i64 older, newer;
};
struct audit_check_view {
	const struct layout *layout;
	struct str complaint, chain;
	int64_t events, seq;
};

struct health_view {
	const struct layout *layout;
	const struct health_line *rows;
	size_t n, bad, warned;
};

page_fn admin_index_page, addresses_page, inbox_page, inbox_one_page, quarantine_page, outbox_page, jobs_page, settings_page, audit_page, audit_one_page,
	audit_check_page, audit_export_post, health_page;

#endif
