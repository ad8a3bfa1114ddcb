/* event.h: the log. A command commits its change together with its event; audit, clocks, figures, live updates and webhooks are folds or readers of it.
 *
 * data.set holds the columns that the change gave their new value, so that `tend verify` can replay the log and must find the tables it finds
 * (fold.h). Kinds are in the past tense and are never renamed. */
#ifndef TEND_CORE_EVENT_H
#define TEND_CORE_EVENT_H

#include "core/ctx.h"

struct event_new {
	const char *kind;          /* "ticket.replied" */
	const char *entity;        /* the table: "ticket" */
	int64_t entity_id;
	int64_t ticket_id;         /* 0 = none */
	struct str data;           /* a JSON object, or STR_NULL for {} */
	struct str rule, reason;   /* or STR_NULL */
	utime at_us;               /* 0 = the ctx's now; imports give the true instant */
	bool retold;               /* an import tells what happened elsewhere: nothing reacts */
};

enum err event_append(struct ctx *c, const struct event_new *e, int64_t *ret_seq);

struct event {
	int64_t seq;
	utime at_us;
	struct str kind, entity;
	int64_t entity_id;
	struct opt_i64 ticket_id;
	struct str actor_kind;
	struct opt_i64 actor_id;
	struct str actor_name, door, request_id, rule, reason, data;
};

/* A reaction: what a slice does upon an event. IN_TX: a fold in the same transaction; its error undoes the command. AFTER: a job that is added in the same
 * transaction and runs after it; payload {"seq": n}. */
enum reaction_when { IN_TX, AFTER };
struct job;
struct reaction {
	const char *kind;          /* the event's kind, or "ticket.*" */
	enum reaction_when when;
	enum err (*fold)(struct ctx *c, const struct event_new *e, int64_t seq);   /* IN_TX */
	const char *job;           /* AFTER: a job kind */
};

/* Events after `seq`, oldest first, at most max. */
enum err event_after(struct ctx *c, int64_t seq, int64_t max, struct event **ret, size_t *ret_n);
enum err event_by_ticket(struct ctx *c, int64_t ticket_id, int64_t after_seq, int64_t max, struct event **ret, size_t *ret_n);
enum err event_get(struct ctx *c, int64_t seq, struct event *ret);
enum err event_last_seq(struct ctx *c, int64_t *ret);

#endif
