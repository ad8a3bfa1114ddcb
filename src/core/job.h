/* job.h: work after the commit. claim (transaction) → effect (no transaction) → record. A lease that runs out is claimed again; a failing job
 * comes back with a growing delay and is dead after max_attempts: then it stands in the admin pages with a retry button. */
#ifndef TEND_CORE_JOB_H
#define TEND_CORE_JOB_H

#include "core/ctx.h"

struct job {
	int64_t id;
	struct str kind, payload;
	int64_t attempt;
};

struct job_kind {
	const char *name;            /* "mail.parse" */
	int version;                 /* of the payload; rows of a higher version are left to newer nodes */
	int max_attempts;
	int64_t lease_us;
	int64_t every_us;            /* > 0: a recurring job; one row is kept waiting always */
	utime (*next_us)(struct ctx *c);   /* a recurring job that knows when it has work: it rests until then, at most every_us; job_wake() is the earlier call */
	/* Runs without a transaction; c->db is a read handle; writes through command_run() or ctx_write(). */
	enum err (*run)(struct ctx *c, const struct job *j);
};

/* Adds a job in the current transaction. dedup: STR_NULL, or a key; a waiting job with the same key is left as it is. */
enum err job_add(struct ctx *c, const char *kind, struct str payload, utime run_at_us, struct str dedup);

/* A resting recurring job is to run at `at` already, unless it does so anyway. In the current transaction. */
enum err job_wake(struct ctx *c, const char *kind, utime at_us);

/* What leaves the house. The row is written in the command's transaction and sent at least once. */
struct outbox_new {
	const char *kind;            /* "mail" */
	struct str dest, dedup, body;
	int64_t ticket_id, message_id;
	utime next_us;               /* not before */
};
enum err outbox_add(struct ctx *c, const struct outbox_new *o, int64_t *ret_id);
/* Takes a waiting row back; false when it is no longer waiting. */
enum err outbox_cancel(struct ctx *c, int64_t id, bool *ret_cancelled);

struct outbox_row {
	int64_t id;
	struct str dest, dedup, body;
	struct opt_i64 ticket_id, message_id;
	int64_t attempt;
	utime created_us;
};
enum outbox_outcome { OUTBOX_SENT, OUTBOX_RETRY, OUTBOX_FAILED, OUTBOX_UNKNOWN };
struct outbox_kind {
	const char *name;
	int64_t give_up_us;          /* age at which OUTBOX_RETRY becomes failed */
	/* Sends; no transaction. *ret_said is the far side's answer or the error. *ret_retry_us: 0 = by schedule. */
	enum outbox_outcome (*send)(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us);
	/* Inside the transaction that records the outcome (not for RETRY). */
	enum err (*settled)(struct ctx *c, const struct outbox_row *o, enum outbox_outcome outcome, struct str said);
};

/* Runs due jobs and outbox rows on `threads` threads until the desk stops. */
struct runner;
enum err runner_start(struct desk *d, int threads, struct fault *f, struct runner **ret);
void runner_stop(struct runner *r);
/* Runs everything that is due now, once, on this thread: tests and the command line. *ret_ran counts. */
enum err runner_once(struct desk *d, int *ret_ran);

struct queue_figures {
	int64_t jobs_waiting, jobs_dead, outbox_waiting, outbox_failed, inbox_new, inbox_parked;
	int64_t oldest_job_us, oldest_outbox_us, oldest_inbox_us;    /* age of the oldest due row */
};
enum err queue_figures(struct ctx *c, struct queue_figures *ret);

#endif
