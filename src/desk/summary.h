/* summary.h: a resolved case in a few words (environment, symptom, steps, cause, action), found again when the next one looks like it.
 *
 * Nothing of the customer's people gets in: names, mail addresses and secrets are refused, or replaced by REDACTED when the writer asks for it; the answer
 * names what it was, never the words themselves. Words are kept for search in the same transaction. */
#ifndef TEND_DESK_SUMMARY_H
#define TEND_DESK_SUMMARY_H

#include "core/feature.h"
#include "ticket/ticket.h"
#include "summary.sql.h"

extern const struct command summary_write_cmd, summary_show_cmd, summary_search_cmd, summary_like_cmd;
/* "unsaid", "sufficient" …, and "howto", "defect"; NULL-ended. */
extern const char *const summary_docs[], *const summary_kinds[];

/* The summary of a ticket, if it has one. */
enum err summary_of(struct ctx *c, int64_t ticket, struct case_summary_of_row *ret, bool *ret_found);
/* Its words, of one that came from another desk. */
enum err summary_came(struct ctx *c, int64_t id);

/* By words (none: all) and fields, newest first. */
struct summary_asked {
	struct str q, version, deployment, service;
	int64_t before, max;
};
enum err summary_search(struct ctx *c, const struct summary_asked *in, struct summary_find_row **ret, size_t *ret_n);

/* "Seen before": summaries that share words with a ticket's subject and first message, most alike first. Also for triage. */
struct summary_alike {
	int64_t ticket;
	struct str symptom, action, version;
	struct str shares;           /* "executor, heartbeat, timeout": the words in common */
	int alike;                   /* how many */
};
enum err summary_seen_before(struct ctx *c, int64_t ticket, size_t max, struct summary_alike **ret, size_t *ret_n);

/* What must not be in a summary, in a text (redact.c). */
struct redact_people {
	struct str *full, *parts;    /* whole names of everybody; single names of those on the ticket */
	size_t n_full, n_parts;
};
enum err redact_people(struct ctx *c, const struct ticket_get_row *t, struct redact_people *ret);
/* The text with REDACTED in their places, and in words what they were ("a name in line 2, a mail address in line 3"; "" = nothing). */
struct str redact_text(struct ctx *c, const struct redact_people *p, struct str text, struct str *ret_what);

enum err summary_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);

#endif
