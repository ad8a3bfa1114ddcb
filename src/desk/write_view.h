/* write_view.h: the writing box of a ticket and what stands beside it; for its template. */
#ifndef TEND_DESK_WRITE_VIEW_H
#define TEND_DESK_WRITE_VIEW_H

#include "account/account.h"
#include "desk/coach.h"
#include "desk/macro.h"
#include "ticket/ticket.h"
#include "web/web.h"

struct write_person {
	struct str name, email;
	const char *skipped;         /* why no mail goes to them, or NULL */
	bool outside;                /* of another domain than the customer's */
};
struct write_promise {
	struct str at, words;        /* "2026-11-26T15:00:00Z", "tomorrow, Thu 10:00" */
	bool here;
};
struct write_fact {
	const char *label;
	struct str value;
};
/* What was known of the same customer's other tickets, or asked before in this thread. */
struct write_earlier {
	int64_t id;                  /* of the ticket, or the message */
	struct str words;
};
struct write_beside {
	int64_t id;
	bool taken;                  /* a colleague took it over; else another tab's */
	bool reply;
	struct str body;
	utime saved_us;
};
struct write_other {
	int64_t teammate_id;
	struct str name, body;
	bool reply;
	utime saved_us;
};

struct write_view {
	int64_t ticket, newest_message;
	struct str me_next;          /* this page's path */
	bool can_reply;
	struct str first_name;
	struct write_person *to;
	size_t n_to;
	bool any_outside;
	struct write_promise *promises;
	size_t n_promises;
	bool promised;
	/* the text */
	struct str draft, draft_at;
	int64_t draft_version;
	bool is_reply, failed, stale, secret;
	struct str error, body_error, status;
	struct str *shut;            /* what is missing for solving it by the rule */
	size_t n_shut;
	struct str macro_name, macro_with;   /* what goes with the message; "" = nothing */
	struct write_other *others;
	size_t n_others;
	struct write_beside *beside;
	size_t n_beside;
	struct macro_menu_row *macros;
	size_t n_macros;
	struct write_rules_row *rules;  /* by which it may be solved along with the message */
	size_t n_rules;
	struct str rule;
	/* beside it */
	struct write_fact *facts;
	size_t n_facts;
	struct write_earlier *earlier, *asked;
	size_t n_earlier, n_asked;
	/* looked at before it is sent */
	bool previewed;
	struct coach coach;
	struct str html;
};

/* Fills it for the page of a ticket: the draft, or what was typed in a form that failed or is looked at first. */
enum err write_read(struct web *w, const struct ticket_get_row *t, const struct organisation_card *org, const struct contact *requester, bool preview,
		    struct write_view *ret);

/* Code blocks of more than FOLD_LINES lines become <details>; `html` is mail_markdown_html()'s. */
#define FOLD_LINES 14
struct str write_fold_code(struct arena *a, struct str html);
/* Does it look like a line of a log or a stack trace? */
bool write_log_line(struct str line);

#endif
