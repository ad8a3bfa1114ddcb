/* handover.h: a case goes from hand to hand: who held it, and the guided act of giving it.
 *
 * Holding. Every change of holder is a row of ticket_held (written with the ticket's row by ticket_save and ticket_insert). It is a fold: held_spans() makes the
 * same spans out of the log, and `tend verify` compares. The spans of a case touch, begin with it, and end now or never overlap: they tile its life. A hand-off
 * is a span of a person after another person's; taking back what one held before is none. ticket.hands counts them, for lists.
 *
 * Giving. offer (reason, five fields, words to the customer) → accept, decline or withdraw; when nobody accepts in time (a row of handover.until_us, a job) the
 * case falls to the unassigned with the plain tag needs_transition. Whoever holds a case that was offered or has fallen back has taken it: by accepting, taking,
 * replying or being assigned. The giver holds it until then. Who took it is asked to greet the customer; their first reply is the greeting.
 *
 * Events: handover.offered .accepted .declined .withdrawn .fallen_back .taken .greeted (entity handover). */
#ifndef TEND_TICKET_HANDOVER_H
#define TEND_TICKET_HANDOVER_H

#include "core/feature.h"
#include "handover.sql.h"

struct ticket_get_row;
struct event;

/* ---- who held it ---- */

struct held_span {
	int64_t holder;              /* 0 = nobody */
	utime from_us, to_us;
	bool hand_off;
};
/* The spans of a case from its events (oldest first; others than the ticket's own are passed over), up to `end`. Pure. ERR_BUG for a log that does not begin
 * with the case. */
enum err held_spans(struct arena *a, struct fault *f, const struct event *events, size_t n, utime end, struct held_span **ret, size_t *ret_n);
/* The same out of the table, up to now; *ret_hand_offs counts. */
enum err held_of(struct ctx *c, int64_t ticket, struct held_span **ret, size_t *ret_n, int64_t *ret_hand_offs);
/* Called by ticket_insert (before NULL, the row is written) and ticket_save (before the row is written): the span, and after->hands when it was a hand-off. */
enum err held_write(struct ctx *c, const struct ticket_get_row *before, struct ticket_get_row *after, utime at);

/* ---- giving it ---- */

#define HANDOVER_TAG "needs_transition"
extern const char *const handover_reasons[];
/* How a case of that priority is given on that day: "direct" or "asynchronous", in words, and how long an offer waits. */
struct handover_way {
	const char *way, *words, *source;
	int minutes;
};
struct handover_way handover_way_of(struct str priority, struct str day);
/* What is proposed to tell the customer, with macro variables. */
struct str handover_text(struct str day);
/* "I am away". */
struct str handover_reason_words(struct str reason);

struct handover_words {
	struct str reason, context, tried, links, last_step, next_step;
};
/* Without asking: the note with the five fields is left, `to` holds the case, the hand-over counts as accepted. For plans of absences and leads. */
enum err handover_give(struct ctx *c, int64_t ticket, int64_t to, const struct handover_words *words, int64_t *ret_handover);
/* The newest of a case. */
enum err handover_of(struct ctx *c, int64_t ticket, struct handover_of_ticket_row *ret, bool *ret_found);

extern const struct command handover_offer_cmd, handover_accept_cmd, handover_decline_cmd, handover_withdraw_cmd, handover_give_cmd, handover_list_cmd,
	ticket_held_cmd;
/* Called by ticket_save when somebody came to hold it. */
enum err handover_on_held(struct ctx *c, const struct ticket_get_row *t);
enum err handover_job(struct ctx *c, const struct job *j);
utime handover_next(struct ctx *c);
/* The first reply of who took it is the greeting. */
enum err handover_on_reply(struct ctx *c, const struct event_new *e, int64_t seq);
enum err held_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);

#endif
