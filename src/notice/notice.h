/* notice.h: what a person should know although they are away from the page goes to them by mail, as they chose: not at all, with the one mail of the day, at once.
 *
 * Calm is the law. A notice is held for some minutes (setting notice.wait_minutes); who was at the desk since has seen it there and gets no mail; what is over
 * meanwhile is not told; what is due at the same time is one mail; more than a few mails in an hour wait for the mail of the day. That mail is the playbook's
 * digest: this slice gives it a part (notice_digest) and sends none of its own.
 *
 * A notice is a sentence that may name the case by its subject, and a link: nothing out of a message, nothing out of a note. It goes to the address of an active teammate and to nobody else.
 *
 * Slices below call notice_tell() inside their write. What slices above do is told by reactions to their events (notice_react.c). */
#ifndef TEND_NOTICE_NOTICE_H
#define TEND_NOTICE_NOTICE_H

#include "core/feature.h"
#include "notice.sql.h"

struct web;
struct layout;

extern const struct feature notice_feature;

enum notice_kind { NOTICE_HANDOVER, NOTICE_P0, NOTICE_ESCALATION, NOTICE_ASSIGNED, NOTICE_FOUND, NOTICE_RULE, NOTICE_TEAM, NOTICE_KINDS };
struct notice_words {
	const char *code, *title, *standard;   /* standard: digest, at_once */
};
extern const struct notice_words notice_kinds[NOTICE_KINDS];
extern const char *const notice_ways[];

struct notice_new {
	int64_t to;
	enum notice_kind kind;
	struct str key, words, url;
};
/* Inside a write: tells somebody. Nothing for 0, for who acts, and while the desk is filled (ctx.bulk). */
enum err notice_tell(struct ctx *c, const struct notice_new *n);
/* Inside a write: what that was about is over; who was not told yet is not. */
enum err notice_over(struct ctx *c, struct str key);

/* The part of the day's mail for somebody: lines "- words (link)", newest last; *ret_n = 0: nothing. */
enum err notice_digest(struct ctx *c, int64_t teammate, struct buf *b, size_t *ret_n);
/* Inside the write that sends it. */
enum err notice_digest_sent(struct ctx *c, int64_t teammate);
/* Those for whom something waits for that mail, by number. */
enum err notice_digest_people(struct ctx *c, int64_t after, int64_t max, struct notice_people_row **ret, size_t *ret_n);

/* ---- parts ---- */

struct notice_row_view {
	const char *code, *title;
	struct str way;
};
struct notice_view {
	struct layout *layout;
	const struct web *w;
	struct notice_row_view rows[NOTICE_KINDS];
	struct notice_page_row *told;
	size_t n_told;
};
enum err notice_the_page(struct web *w);
enum err notice_job(struct ctx *c, const struct job *j);
enum err notice_on_handover(struct ctx *c, const struct event_new *e, int64_t seq);
enum err notice_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq);
enum err notice_on_escalation(struct ctx *c, const struct event_new *e, int64_t seq);
extern const struct command *const notice_commands[];
extern const struct setting notice_settings[];
/* What somebody wants of each kind. */
enum err notice_ways_of(struct ctx *c, int64_t teammate, struct str ret[NOTICE_KINDS]);

#endif
