/* ctx.h: what every function of a slice gets: where its memory is, which database handle, whose request, what time.
 *
 * One per request or job. Inside a write command `db` is the transaction; elsewhere a read handle. */
#ifndef TEND_CORE_CTX_H
#define TEND_CORE_CTX_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json_out.h"
#include "core/access.h"
#include "db/db.h"

enum door { DOOR_FORM, DOOR_API, DOOR_CLI, DOOR_JOB, DOOR_MAIL };
const char *door_name(enum door d);

struct desk;
struct ctx;

/* Work that a write does when it has done all else, still inside its transaction. */
struct ctx_later {
	enum err (*fn)(struct ctx *c, int64_t id);
	int64_t id;
};

struct ctx {
	struct desk *desk;
	struct arena *arena;
	struct db *db;
	utime now_us;             /* of what is done; a write takes it anew when its turn has come, so that the log's time runs with its order */
	utime read_us;            /* what the clock said: now_us is it until somebody sets now_us by hand (history, a test); 0 = by hand */
	struct actor actor;
	enum door door;
	struct str request_id;
	struct str remote;        /* the client's address, for sign-in brakes and sessions */
	struct str user_agent;
	struct str rule;          /* by which rule this is done: named by every event that names none itself; STR_NULL = none */
	struct fault fault;
	struct json_out *out;     /* what a command answers: see command.h */
	int64_t last_seq;         /* of the newest event this command appended; 0 = none */
	int n_events;
	bool bulk;                /* many changes of the same rows follow each other (import, demo): keepers of indexes wait until their caller says when */
	struct ctx_later *later;  /* see ctx_do_later() */
	size_t n_later, later_cap;
	bool wake_jobs, wake_outbox;   /* something due was added: the runners are told after the commit */
};

#define fail(c, e, ...) fault_set(&(c)->fault, (e), __FILE__, __LINE__, __VA_ARGS__)
/* "This field needs another look": collects; end with `return fields_ok(c);`. */
#define fail_field(c, name, ...) fault_field(&(c)->fault, (name), __FILE__, __LINE__, __VA_ARGS__)
static inline enum err fields_ok(const struct ctx *c)
{
	return c->fault.n_fields ? c->fault.err : OK;
}

/* A read handle for the ctx; ctx_db_done() gives it back. */
enum err ctx_db(struct ctx *c);
void ctx_db_done(struct ctx *c);
/* Inside a write: fn(c, id) is called after the command's own function, in the order asked. For what is dear when it alternates with other statements:
 * full-text search writes out what it holds before a statement that may fail half way (one with a foreign key). */
void ctx_do_later(struct ctx *c, enum err (*fn)(struct ctx *c, int64_t id), int64_t id);

#endif
