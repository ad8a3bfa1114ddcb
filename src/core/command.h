/* command.h: one command, four doors.
 *
 * Every write is a const descriptor and one function; form, JSON, command line and job decode into the same input struct and come through
 * command_run(). Reads that a person can also ask for by API or command line (lists, one ticket) are commands with `.reads`.
 *
 * Answer: for a write, command_run() opens a JSON object, the function adds keys (json_ki64(c->out, "ticket", id)), core adds "event" and closes
 * it. For a read the function writes one whole value.
 *
 * Law: a write that changed rows and appended no event is rolled back as ERR_BUG, unless `quiet_because` says why nobody needs its history. */
#ifndef TEND_CORE_COMMAND_H
#define TEND_CORE_COMMAND_H

#include "core/field.h"

typedef enum err command_fn(struct ctx *c, const void *in);

struct command {
	const char *name;            /* "ticket.reply": noun.verb */
	const char *help;            /* one sentence without a full stop */
	const struct field *fields;
	size_t n_fields, in_size;
	uint32_t need;               /* CAN_…: all of them; 0 = anybody */
	bool reads;
	bool fresh;                  /* wants a password shown in the last 15 minutes (or an operator) */
	bool secret;                 /* the answer holds a secret (a token): kept sealed under an Idempotency-Key */
	bool inside;                 /* jobs and other commands only: no network door */
	const char *quiet_because;
	command_fn *run;
};

/* COMMAND_RUN(ticket_reply): makes the descriptor's function out of the typed one; then .run = RUN(ticket_reply). */
#define COMMAND_RUN(fn)                                                                                                \
	static enum err fn##_run_(struct ctx *c, const void *in)                                                       \
	{                                                                                                              \
		return fn(c, in);                                                                                      \
	}
#define RUN(fn) fn##_run_
#define FIELDS(table, T) .fields = (table), .n_fields = ARRAY_LEN(table), .in_size = sizeof(T)
/* A command without fields. */
#define NO_FIELDS .fields = NULL, .n_fields = 0, .in_size = 0

struct command_once {        /* Idempotency-Key, when the caller sent one */
	struct str key;
	struct str request_sha;
};

/* Checks the actor, runs in a transaction (or on a read handle), checks the law, commits, rings the bells. *ret_json is the answer, in the arena.
 * With `once`, the first answer under a key is given again for 24 h; the same key with another request is ERR_INPUT.
 * Inside a running command call the other command's typed function instead. */
enum err command_run(struct ctx *c, const struct command *cmd, const void *in, const struct command_once *once, struct str *ret_json);
/* OK, or ERR_UNAUTHENTICATED / ERR_FORBIDDEN with a sentence. */
enum err command_allowed(struct ctx *c, const struct command *cmd);

/* Runs fn in a write transaction as the ctx's actor: for jobs and start-up code that are no command. Same law (quiet: no event needed). */
enum err ctx_write(struct ctx *c, bool quiet, enum err (*fn)(struct ctx *c, void *arg), void *arg);

#endif
