/* people_page.h: what the pages of this folder tell each other and their templates. */
#ifndef TEND_PEOPLE_PEOPLE_PAGE_H
#define TEND_PEOPLE_PEOPLE_PAGE_H

#include "people/inside.h"
#include "web/layout.h"
#include "web/route.h"

struct form_choice {
	struct str value, label;
	bool chosen;
};

/* One labelled field: an input, a text area (rows > 0), or a choice (n > 0). */
struct form_field {
	struct str id, name, label, type, autocomplete, value, help, error;
	bool required;
	int64_t rows;
	const struct form_choice *choices;
	size_t n;
};

/* The sentence above a form that failed; empty = it did not. */
struct form_view {
	struct str action, command, error, button, back, next;
	struct str trouble;          /* the heading above an error; "Nothing was changed" when empty */
	const struct form_field *fields;
	size_t n;
	const struct form_pair *hidden;
	size_t n_hidden;
	bool danger, quiet;
};

/* A page with one form and words: all of the door pages. */
struct door_view {
	const struct layout *layout;
	struct str title, words;
	struct form_view form;
	bool has_form;
	struct str link, link_label;
};

struct field_spec {
	const char *name, *label, *type, *autocomplete, *help;
	bool required;
	int64_t rows;
};

/* A form of a command, with what was typed before it failed. values: one per field, or NULL. */
void form_fill(struct web *w, const struct command *cmd, const struct field_spec *specs, size_t n, const struct str *values, struct form_view *ret);
/* The choices of a field of a form that form_fill() made. */
void form_choices(struct web *w, struct form_view *f, const char *name, const struct form_choice *choices, size_t n);

/* Decodes the posted form by the command. */
enum err post_decode(struct web *w, const struct command *cmd, void *ret_in);
/* After a form failed: shows the page again with what was typed and its messages; faults that are not the person's are passed on. */
enum err post_again(struct web *w, const struct command *cmd, page_fn *page);
/* "Chrome on Linux": what a person makes of a browser's long name. */
struct str agent_name(struct arena *a, struct str agent);
/* Signed in: sets the cookie and goes on to `_next`, or /. */
enum err post_signed_in(struct web *w, const struct sign_in *s, struct str said);

/* ---- me ---- */

struct me_view {
	const struct layout *layout;
	struct teammate t;
	struct str title;
	bool fresh, has_password, totp_on;
	int64_t recovery_left;
	struct form_view profile, hours, signature, key, email, confirm, password, totp_begin, totp_code, totp_off, recovery, token;
	bool totp_pending;
	struct str totp_secret, totp_uri;
	struct session_live_row *sessions;
	size_t n_sessions;
	int64_t session_id;
	const struct api_token_page_row *tokens;
	size_t n_tokens;
	const struct key_row {
		struct str key, help;
		bool own;
	} *keys;
	size_t n_keys;
	struct str keymap;           /* {"t":"q"}: standard key → own, for desk.js */
	utime now_us;
};

/* Something shown once. */
struct once_view {
	const struct layout *layout;
	struct str title, words, back, back_label;
	const struct str *items;
	size_t n;
};

/* ---- admin ---- */

struct teammates_view {
	const struct layout *layout;
	const struct teammate_page_row *rows;
	size_t n;
	struct str next;       /* link to the next page; empty = none */
	bool admin;
	const struct team_page_row *teams;
	size_t n_teams;
	struct form_view team;
};

struct teammate_view {
	const struct layout *layout;
	struct teammate t;
	struct str title, hours;
	bool self, has_password, totp_on;
	struct form_view update, email, disable, enable, invite_again, totp_off, sessions_off, team_add;
	const struct team_of_teammate_row *teams;
	size_t n_teams;
	const struct session_live_row *sessions;
	size_t n_sessions;
	const struct api_token_page_row *tokens;
	size_t n_tokens;
};

struct invite_view {
	const struct layout *layout;
	struct form_view form;
};

struct tokens_view {
	const struct layout *layout;
	const struct api_token_page_row *rows;
	size_t n;
	struct str next;
	bool fresh;
	utime now_us;
};

struct permission_row {
	struct str command, help;
	bool may[4], fresh, operator_only, anybody;
};
struct permissions_view {
	const struct layout *layout;
	const struct permission_row *rows;
	size_t n;
};

/* The layout, with what went wrong where only a button was pressed. */
struct layout *people_layout(struct web *w, struct str title);

/* ---- the routes' functions ---- */

page_fn sign_in_page, sign_in_post, code_post, link_page, link_post, reset_ask_page, reset_ask_post, reset_page;
page_fn reset_post, invite_page, invite_post, email_page, email_post, setup_page, setup_post, sign_out, me_page;
page_fn confirm_post, password_post, factor_post, recovery_post, token_post, teammates_page, invite_form_page;
page_fn teammate_one_page, tokens_page, permissions_page;

#endif
