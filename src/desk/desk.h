/* desk.h: where an engineer spends the day: lists, counts, finding. Folds over the ticket's events; the pages stand beside.
 *
 * Search is immediate and complete: each message's words are written in the transaction that writes the message. Words are normalised here (lower case, no
 * accents, letters and digits only), the same for both engines and for query and text, so that "Zürich" is found by "zurich" on either. Newest first. */
#ifndef TEND_DESK_DESK_H
#define TEND_DESK_DESK_H

#include "core/feature.h"

extern const struct command desk_search_cmd, desk_counts_cmd;
extern const struct reaction desk_reactions[];

/* ---- words ---- */

/* "Straße 5.3.2, SSO-Loop" → "strasse 5 3 2 sso loop": at most max_bytes. */
struct str desk_words(struct arena *a, struct str text, size_t max_bytes);

/* The words of desk_words() that tell one case from another, each once, behind those that v holds already: not "hello", "please", "with"; up to max. */
void desk_telling_words(struct str words, struct str *v, size_t *n, size_t max);
/* Is w one of the words? */
bool desk_has_word(struct str words, struct str w);
/* Sentences of a text that end in "?", at most `most`, each clipped. Quoted lines and code are not ours. */
size_t desk_questions(struct arena *a, struct str body, size_t max_bytes, struct str *ret, size_t most);

/* "IO" for "Ines Okafor": the first letters of the first two words, for the round face beside a name. */
struct str desk_initials(struct arena *a, struct str name);

/* ---- counts, kept by a fold ---- */

/* For `tend verify`: the kept counts against the tickets, and words for every message. */
enum err desk_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);

struct desk_counts {
	int64_t unassigned, mine, unsolved, on_hold, pending, solved, suspended, deleted, by_new;
};
enum err desk_counts(struct ctx *c, int64_t me, struct desk_counts *ret);
/* "31", "999+". */
struct str desk_count_text(struct arena *a, int64_t n);

/* ---- search ---- */

/* What a person typed: words ("quoted phrases" stay together), and fields:
 * status: (several by commas) assignee: (me, nobody, a name) team: follower: from: org: tag: kind: priority: severity: version: deployment:
 * is: (unsolved, mine, unassigned, followed, late) older: newer: (7d, 3h) subject: ticket: sort:; -tag: and -status: leave out. */
struct desk_query {
	struct str text;             /* the words for the engine, or STR_NULL */
	struct str text_begun;       /* the same, with the last word matching all words that begin with it: dearer, for typing and second tries */
	bool has_words;
	struct str statuses, not_statuses;   /* ",open,pending,", or STR_NULL */
	struct opt_i64 assignee, team;       /* 0 = nobody, none */
	struct opt_i64 organisation, requester, follower;
	struct str tag, tag2, not_tag, not_tag2, priority, kind;
	struct str version, deployment;      /* patterns for LIKE */
	struct opt_i64 severity, ticket;
	struct opt_i64 older_us, newer_us;   /* updated before / after */
	struct opt_i64 late_us;              /* promised before */
	struct opt_i64 due_us, aim_us;       /* a clock runs that is due before; one that we aim at */
	struct opt_i64 breached;             /* 1: a promise was broken, of breached_clock alone if set; 0: none */
	struct str breached_clock, clock;    /* clock: paused, running, none, or one of sla_clock_names that goes on */
	struct str sort;             /* one of desk_sorts, or STR_NULL */
	bool typing;                 /* somebody is still typing: one bounded look, not a complete one */
	bool mine;                   /* what it finds depends on who asks */
	bool timed;                  /* … and on when: a ticket comes to match though nothing happens to it */
	bool open_quote;             /* a quotation mark is not closed: no complaint of it while somebody types */
	struct str complaint;        /* what could not be understood, in a sentence; "" */
	struct str note;             /* what it says besides: a tag that no ticket has any more; "" */
	struct str first_word;       /* for the excerpt */
};
/* "newest", "oldest" …, NULL-ended. */
extern const char *const desk_sorts[];
/* "newest first" for "newest". */
const char *desk_sort_words(struct str sort);
/* Reads it; resolves names (org:acme, from:ines, assignee:mara) against the desk. */
enum err desk_query_read(struct ctx *c, struct str typed, struct desk_query *ret);

/* All words of a text as the engine's own question, STR_NULL without any; and patterns for LIKE … ESCAPE '\\' on lower(column), STR_NULL for nothing. */
struct str desk_match_all(struct ctx *c, struct str typed);
struct str desk_like_begin(struct arena *a, struct str typed);
struct str desk_like_within(struct arena *a, struct str typed);

struct desk_hit {
	int64_t ticket_id, message_id;   /* message_id 0 = the ticket matches by its fields */
	struct str subject, status, requester, organisation, assignee;
	struct str excerpt;              /* of the message's text around the first word */
	utime at_us;
};
/* Newest first, each ticket once. *ret_next: where to go on, 0 = the end. */
enum err desk_search(struct ctx *c, const struct desk_query *q, int64_t before, int64_t max, struct desk_hit **ret, size_t *ret_n, int64_t *ret_next);

#endif
