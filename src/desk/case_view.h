/* case_view.h: what the page of one ticket shows; for its templates. */
#ifndef TEND_DESK_CASE_VIEW_H
#define TEND_DESK_CASE_VIEW_H

#include "sla/why_view.h"
#include "account/account.h"
#include "desk/desk.h"
#include "desk/hint.h"
#include "desk/summary.h"
#include "desk/write_view.h"
#include "people/people.h"
#include "case.sql.h"
#include "ticket/ticket.h"
#include "web/layout.h"
#include "web/stream.h"

#include <string.h>

struct case_file {
	int64_t id;
	struct str name, size;         /* "2 KB" */
	bool image;
};

/* A stretch of what a stranger wrote: prose, or code: what they fenced or indented, and lines of logs. */
struct case_part {
	bool code;
	struct str text;
	int64_t lines;                 /* of code; more than FOLD_LINES are folded */
};

/* A message, or a line of the history between messages. */
struct case_item {
	utime at_us;
	bool line;
	/* a line */
	struct str who, did, why;
	/* a message */
	int64_t id, ticket_id;
	const char *css;               /* "msg", "msg note", "msg ours" */
	struct str author, initials, about;   /* about: "Northwind · by mail to support@", "internal note", "to Ines Okafor" */
	struct case_part *parts;       /* of a stranger: plain text */
	size_t n_parts;
	struct str quoted;
	int64_t quoted_lines;
	struct str html;               /* of ours: Markdown made safe */
	bool has_html, remote_images, unverified, held, from_merged;
	int64_t inbox_id;              /* 0 = not by mail */
	struct str landed, landed_steps;   /* why it landed here, and how that was decided, a line a step */
	struct case_file *files;
	size_t n_files;
	struct str mark, mark_words;   /* what a reply of ours is: "acknowledgement", and in words */
};

struct case_other {
	int64_t id;
	struct str subject, status, kind;
};

struct case_choice {
	const char *value, *label;
	bool here;
};

/* Who the numbers in events are. */
struct case_names {
	const struct teammate *people;
	size_t n_people;
	const struct case_teams_row *teams;
	size_t n_teams;
};

struct case_view {
	struct layout *layout;
	struct hint hint;
	struct ticket_get_row t;
	struct str back, back_title;
	struct str status_words;       /* "Open: our turn" */
	struct str me_next;            /* this page's path */
	bool can_reply, can_note, writable, mine, held_by_other, suspended, deleted, merged, closed, following;
	struct str assignee_name, team_name;
	/* the customer */
	bool has_requester, has_org;
	struct contact requester;
	struct organisation_card org;
	struct case_other *org_open;
	size_t n_org_open;
	/* the thread */
	struct case_item *items;
	size_t n_items;
	int64_t newest_message;
	struct str older_url, newer_url;   /* "" = none */
	/* people and places of the ticket */
	struct ticket_followers_of_row *followers;
	size_t n_followers;
	struct ticket_ccs_of_row *ccs;
	size_t n_ccs;
	struct ticket_tags_of_row *tags;
	size_t n_tags;
	struct case_other *links;
	size_t n_links;
	struct teammate *team;
	size_t n_team;
	struct presence *here;
	size_t n_here;
	struct case_choice *statuses;  /* what a teammate may set now */
	size_t n_statuses;
	struct case_teams_row *teams;
	size_t n_teams;
	struct write_view write;       /* the writing box */
	struct str cards_top, cards_side;   /* what other slices say about it: web/place.h */
	struct str first_name, error;  /* error: of a form other than the writing box */
	/* resolved cases that look like it, and its own summary */
	struct summary_alike *alike;
	size_t n_alike;
	bool has_summary;
	/* promises: those that run, and the newest that ended */
	struct why_clock *clocks;
	size_t n_clocks;
	bool countdown;                /* asked for, on this page: a clock that runs says how long it still does */
	struct str auto_words;         /* "becomes Solved by itself"; "" = nothing happens by itself */
	utime auto_us;
	bool can_lead;
	/* the question whether it is solved */
	struct str confirm_words;
};

struct history_row {
	utime at_us;
	struct str who, did, why, door, changes;
	int64_t seq, message_id;       /* message_id: of an event about a message, else 0 */
};
struct history_view {
	struct layout *layout;
	int64_t id;
	struct str subject, next_url;
	struct history_row *rows;
	size_t n;
};

struct new_view {
	struct layout *layout;
	struct str error;
	struct { struct str subject, body, name, email, priority, severity, kind; } typed;
	struct { struct str subject, body, email, requester; } wrong;
	bool internal;
};

struct confirm_view {
	struct layout *layout;
	struct str token, subject, name, error;
	bool found, answered, expired, yes, solved;
};

/* The page of the ticket in w's path; with `preview` what was typed is shown as it will look. */
enum err case_show(struct web *w, bool preview);

/* case_words.c: an event in words: what was done ("took it"), and what changed ("status open → pending"). */
struct str case_event_did(struct ctx *c, const struct event *e);
/* Why it was done; a hand-over's code in words. */
struct str case_event_reason(const struct event *e);
struct str case_event_changes(struct ctx *c, const struct event *e, const struct case_names *names);
/* Does it stand as a line between the messages? */
bool case_event_in_thread(struct ctx *c, const struct event *e);
/* "A progress update"; empty for none. */
struct str case_mark_words(struct str mark);
const char *case_status_words(struct str status);   /* "Open: our turn" */

#endif
