/* account_page.h: what the pages of the account slice show: view structs, filled by account_*_page.c, read by account.html. */
#ifndef TEND_ACCOUNT_PAGE_H
#define TEND_ACCOUNT_PAGE_H

#include "account/account_import.h"
#include "account_import.sql.h"
#include "web/layout.h"
#include "web/route.h"

/* ---- forms: made from the command's own fields ---- */

struct form_option {
	struct str value, label;
	bool on;
};

enum form_input { INPUT_LINE, INPUT_TEXT, INPUT_EMAIL, INPUT_DATE, INPUT_SELECT, INPUT_CHECKS, INPUT_FILE, INPUT_HIDDEN };

struct form_field {
	const char *name, *label, *help;
	enum form_input input;
	bool required;
	struct str value, error;
	struct form_option *options;
	size_t n_options;
};

struct form_view {
	const struct layout *layout;
	struct web *web;
	const char *id;                /* makes the ids of its fields unique on the page */
	struct str title;
	const char *command;
	const char *submit;
	struct str back_url, back_label;
	struct str here, next;         /* _back and _next */
	struct str error;              /* the sentence above, "" = none */
	bool files;
	struct form_field *fields;
	size_t n_fields;
};

/* A form for a command, without fields; `here` is the page it stands on. */
void form_begin(struct form_view *f, struct web *w, const char *command, const char *submit, struct str here, struct str next);
struct form_field *form_add(struct form_view *f, enum form_input input, const char *name, const char *label, struct str value);
void form_hidden(struct form_view *f, const char *name, struct str value);
/* A choice of a closed list; `none` is the label of "nothing chosen" (NULL: there is no such choice). */
struct form_field *form_choice(struct form_view *f, const char *name, const char *label, const char *const *list, struct str value,
			       const char *none);
/* Teammates by name. */
enum err form_teammate(struct form_view *f, const char *name, const char *label, struct opt_i64 value);
/* Hidden inputs `clear`: these fields are emptied when they come back empty. */
void form_clear(struct form_view *f, const char *const *names, size_t n);

/* ---- pages ---- */

struct customers_view {
	const struct layout *layout;
	struct str query;
	bool mine, deleted;
	struct org_page_row *rows;
	size_t n;
	struct str next_url;           /* "" = the last page */
};

struct contacts_view {
	const struct layout *layout;
	struct str query;
	struct contact_page_row *rows;
	size_t n;
	struct str next_url;
};

struct history_line {
	utime at_us;
	struct str who, what, reason;
};

struct entitlement_line {
	int64_t id;
	struct str name, from, to;
	const char *state;             /* "in force", "ended", "from 2027-01-01 on" */
	bool can_end;
};

struct customer_view {
	const struct layout *layout;
	struct web *web;
	const struct organisation_card *o;
	struct str external_id;
	struct str here;               /* the page's own path */
	struct str local_time;         /* "14:05" where they are; "" = not known */
	struct contact_page_org_row *contacts;
	size_t n_contacts;
	bool more_contacts;
	struct org_tickets_row *tickets;
	size_t n_tickets;
	struct str older_url;
	struct entitlement_line *entitlements;
	size_t n_entitlements;
	struct org_exceptions_of_row *past;      /* exceptions that are over */
	size_t n_past;
	struct history_line *history;
	size_t n_history;
	struct str cards;              /* what other slices say about it: web/place.h */
	bool can_write, can_lead;
	struct form_view domain, person, entitle, except, remove;
};

struct contact_view {
	const struct layout *layout;
	struct web *web;
	struct contact_by_id_row n;
	struct str here, organisation, local_time;
	struct str *roles;
	size_t n_roles;
	struct contact_addresses_of_row *addresses;
	size_t n_addresses;
	struct contact_family_row *merged;       /* contacts merged into this one */
	size_t n_merged;
	struct contact_tickets_row *tickets;
	size_t n_tickets;
	struct str older_url;
	struct history_line *history;
	size_t n_history;
	bool can_write, can_lead;
	struct form_view address;
	/* who else may be the same person: found by a name or an address */
	struct str twin, merge_error;
	struct contact_page_row *twins;
	size_t n_twins;
};

struct imports_view {
	const struct layout *layout;
	struct form_view upload;
	struct account_imports_newest_row *rows;
	size_t n;
};

struct import_view {
	const struct layout *layout;
	const struct account_import_by_id_row *row;
	const struct import_report *report;
	struct str here;
	bool applied;
	const char *separator;
	struct str error;
};

/* "changed plan, version": an event for people. */
struct str history_words(struct arena *a, struct str kind, struct str data);
/* "14:05 (UTC−5)" in a zone now; "" when it is not known. */
struct str local_time_in(struct web *w, struct str zone);

enum err customers_page(struct web *w);
enum err customer_page(struct web *w);
enum err customer_new_page(struct web *w);
enum err customer_edit_page(struct web *w);
enum err contacts_page(struct web *w);
enum err contact_one_page(struct web *w);
enum err contact_new_page(struct web *w);
enum err contact_edit_page(struct web *w);
enum err imports_page(struct web *w);
enum err import_page(struct web *w);

#endif
