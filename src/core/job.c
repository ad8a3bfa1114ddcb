/* job.c: work after the commit, and what leaves the house; see job.h.
 *
 * Timers are rows. A runner thread sleeps until the next row is due or a bell rings; nothing is lost when the process dies, because a claimed row
 * carries a lease. */
#include "core/job.h"

#include "base/log.h"
#include "core/core.h"

#include "core.sql.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { OUTBOX_LEASE_MIN = 5, SWEEP_DAYS = 7 };

enum err job_add(struct ctx *c, const char *kind, struct str payload, utime run_at_us, struct str dedup)
{
	const struct job_kind *k = feature_job(c->desk->features, str_c(kind));
	ASSERT(k != NULL);
	TRY(job_insert(c->db, .kind = str_c(kind), .version = k->version, .payload = payload, .dedup = dedup, .run_at_us = run_at_us,
		       .created_us = c->now_us));
	c->wake_jobs = true;
	return OK;
}

enum err job_wake(struct ctx *c, const char *kind, utime at_us)
{
	int64_t n;
	TRY(job_earlier(c->db, &n, .dedup = arena_fmt(c->arena, "every:%s", kind), .run_at_us = at_us));
	if (n)
		c->wake_jobs = true;
	return OK;
}

enum err outbox_add(struct ctx *c, const struct outbox_new *o, int64_t *ret_id)
{
	struct outbox_insert_row row;
	TRY(outbox_insert(c->db, c->arena, &row, .kind = str_c(o->kind), .dest = o->dest, .dedup = o->dedup,
			  .ticket_id = o->ticket_id ? SOME(o->ticket_id) : NONE, .message_id = o->message_id ? SOME(o->message_id) : NONE,
			  .body = o->body, .next_us = o->next_us ? o->next_us : c->now_us, .created_us = c->now_us));
	c->wake_outbox = true;
	if (ret_id)
		*ret_id = row.id;
	return OK;
}

enum err outbox_cancel(struct ctx *c, int64_t id, bool *ret_cancelled)
{
	int64_t n;
	TRY(outbox_cancel_waiting(c->db, &n, .id = id, .settled_us = c->now_us));
	*ret_cancelled = n == 1;
	return OK;
}

/* 1, 5, 15, 60 min, 3 h, then every 6 h, each moved by up to a fifth so that a returning server is not stormed. */
static int64_t backoff_us(int64_t attempt, int64_t id)
{
	static const int64_t MINUTES[] = { 1, 5, 15, 60, 180, 360 };
	size_t i = attempt < 1 ? 0 : (size_t)attempt - 1;
	int64_t us = MINUTES[i < ARRAY_LEN(MINUTES) ? i : ARRAY_LEN(MINUTES) - 1] * UTIME_US_PER_MINUTE;
	int64_t spread = us / 5;
	return us - spread / 2 + (id * INT64_C(2654435761) + attempt * 40503) % (spread + 1);
}

/* ---- one job ---- */

struct claim {
	struct job_due_row row;
	const struct job_kind *kind;
	bool got, newer;
};

static enum err claim_job(struct ctx *c, void *arg)
{
	struct claim *k = arg;
	bool found;
	k->got = k->newer = false;
	TRY(job_due(c->db, c->arena, &k->row, &found, .now_us = c->now_us));
	if (!found)
		return OK;
	k->kind = feature_job(c->desk->features, k->row.kind);
	if (!k->kind || k->row.version > k->kind->version) {
		/* a newer node's work: leave it, look at it again later */
		k->newer = true;
		return job_postpone_newer(c->db, .id = k->row.id, .run_at_us = c->now_us + UTIME_US_PER_MINUTE);
	}
	int64_t n;
	TRY(job_claim(c->db, &n, .id = k->row.id, .worker = arena_fmt(c->arena, "%d", (int)getpid()),
		      .lease_until_us = c->now_us + (k->kind->lease_us ? k->kind->lease_us : 10 * UTIME_US_PER_MINUTE)));
	k->got = n == 1;
	return OK;
}

struct record {
	struct claim *claim;
	enum err err;
	struct str said;
};

static enum err record_job(struct ctx *c, void *arg)
{
	struct record *r = arg;
	int64_t id = r->claim->row.id, attempt = r->claim->row.attempt + 1;
	const struct job_kind *k = r->claim->kind;
	if (r->err == OK && k->every_us) {
		utime rest = c->now_us + k->every_us, next = k->next_us ? k->next_us(c) : rest;
		return job_rest(c->db, .id = id, .run_at_us = next < rest ? next : rest);
	}
	if (r->err == OK)
		return job_done(c->db, .id = id, .done_us = c->now_us);
	if (attempt >= k->max_attempts && !k->every_us)
		return job_dead(c->db, .id = id, .done_us = c->now_us, .last_error = r->said);
	int64_t wait = backoff_us(attempt, id);
	if (k->every_us && k->every_us < wait)   /* what comes round anyway does not wait for a whole round because something was locked once */
		wait = k->every_us;
	return job_again(c->db, .id = id, .run_at_us = c->now_us + wait, .last_error = r->said);
}

static void log_work(const char *event, struct str kind, int64_t id, int64_t attempt, int64_t began_us, const struct fault *f, enum err e)
{
	struct log_line l;
	log_begin(&l, e == OK ? LOG_INFO : LOG_WARN, event);
	log_add(&l, "kind", kind);
	log_add_i64(&l, "id", id);
	log_add_i64(&l, "attempt", attempt);
	log_add_i64(&l, "us", clock_mono_us() - began_us);
	log_add(&l, "result", str_c(err_info(e)->name));
	if (e != OK)
		log_add(&l, "why", str_c(f->message));
	log_end(&l);
}

/* Claims and runs one due job; *ret_ran = there was one. */
static enum err one_job(struct desk *d, struct arena *a, bool *ret_ran)
{
	struct ctx c;
	desk_ctx(d, a, S("job runner"), &c);
	struct claim k = { 0 };
	*ret_ran = false;
	TRY(ctx_write(&c, true, claim_job, &k));
	*ret_ran = k.got;
	if (!k.got)
		return OK;
	int64_t began = clock_mono_us();
	struct ctx run;
	desk_ctx(d, a, k.row.kind, &run);
	struct job job = { .id = k.row.id, .kind = k.row.kind, .payload = k.row.payload, .attempt = k.row.attempt + 1 };
	enum err e = ctx_db(&run);
	if (e == OK)
		e = k.kind->run(&run, &job);
	ctx_db_done(&run);
	if (e != OK || !k.kind->every_us)
		log_work("job", k.row.kind, k.row.id, job.attempt, began, &run.fault, e);
	struct record r = { .claim = &k, .err = e, .said = arena_str(a, str_c(run.fault.message)) };
	desk_ctx(d, a, S("job runner"), &c);
	return ctx_write(&c, true, record_job, &r);
}

/* ---- one outbox row ---- */

struct send_claim {
	struct outbox_due_row row;
	bool got;
};

static enum err claim_send(struct ctx *c, void *arg)
{
	struct send_claim *k = arg;
	bool found;
	k->got = false;
	TRY(outbox_due(c->db, c->arena, &k->row, &found, .now_us = c->now_us));
	if (!found)
		return OK;
	int64_t n;
	TRY(outbox_claim(c->db, &n, .id = k->row.id, .lease_until_us = c->now_us + OUTBOX_LEASE_MIN * UTIME_US_PER_MINUTE));
	k->got = n == 1;
	return OK;
}

struct settle {
	const struct outbox_kind *kind;
	const struct outbox_row *row;
	enum outbox_outcome outcome;
	struct str said;
	int64_t retry_us;
};

static enum err settle_send(struct ctx *c, void *arg)
{
	static const char *const STATES[] = {
		[OUTBOX_SENT] = "sent", [OUTBOX_RETRY] = "waiting", [OUTBOX_FAILED] = "failed", [OUTBOX_UNKNOWN] = "unknown",
	};
	struct settle *s = arg;
	if (s->outcome == OUTBOX_RETRY && c->now_us - s->row->created_us > s->kind->give_up_us)
		s->outcome = OUTBOX_FAILED;
	if (s->outcome == OUTBOX_RETRY) {
		int64_t wait = s->retry_us > 0 ? s->retry_us : backoff_us(s->row->attempt, s->row->id);
		return outbox_again(c->db, .id = s->row->id, .next_us = c->now_us + wait, .last_error = s->said);
	}
	TRY(outbox_settle(c->db, .id = s->row->id, .state = str_c(STATES[s->outcome]), .last_error = s->said, .settled_us = c->now_us));
	return s->kind->settled ? s->kind->settled(c, s->row, s->outcome, s->said) : OK;
}

static enum err one_send(struct desk *d, struct arena *a, bool *ret_ran)
{
	struct ctx c;
	desk_ctx(d, a, S("outbox"), &c);
	struct send_claim k = { 0 };
	*ret_ran = false;
	TRY(ctx_write(&c, true, claim_send, &k));
	*ret_ran = k.got;
	if (!k.got)
		return OK;
	struct outbox_row row = {
		.id = k.row.id, .dest = k.row.dest, .dedup = k.row.dedup, .body = k.row.body, .ticket_id = k.row.ticket_id,
		.message_id = k.row.message_id, .attempt = k.row.attempt + 1, .created_us = k.row.created_us,
	};
	struct settle s = { .kind = feature_outbox(d->features, k.row.kind), .row = &row, .outcome = OUTBOX_RETRY, .said = S("") };
	int64_t began = clock_mono_us();
	struct ctx run;
	desk_ctx(d, a, S("outbox"), &run);
	if (!s.kind) {
		s.said = S("no slice of this version sends that kind");
		s.retry_us = UTIME_US_PER_MINUTE;
		s.kind = &(struct outbox_kind){ .name = "unknown", .give_up_us = INT64_MAX };
	} else if (ctx_db(&run) == OK) {
		s.outcome = s.kind->send(&run, &row, &s.said, &s.retry_us);
	}
	ctx_db_done(&run);
	log_work("outbox", k.row.kind, row.id, row.attempt, began, &run.fault, s.outcome == OUTBOX_SENT ? OK : ERR_UPSTREAM);
	desk_ctx(d, a, S("outbox"), &c);
	return ctx_write(&c, true, settle_send, &s);
}

/* ---- housekeeping ---- */

static enum err sweep(struct ctx *c, void *arg)
{
	(void)arg;
	int64_t n;
	TRY(job_leases_over(c->db, &n, .now_us = c->now_us));
	TRY(outbox_leases_over(c->db, &n, .now_us = c->now_us));
	TRY(job_sweep(c->db, .before_us = c->now_us - SWEEP_DAYS * UTIME_US_PER_DAY));
	return once_sweep(c->db, .before_us = c->now_us - 2 * UTIME_US_PER_DAY);
}

/* Each recurring kind keeps one waiting row. */
static enum err plant(struct ctx *c, void *arg)
{
	(void)arg;
	for (const struct feature *const *f = c->desk->features; *f; f++)
		for (const struct job_kind *k = (*f)->jobs; k && k->name; k++)
			if (k->every_us)
				TRY(job_add(c, k->name, S("{}"), c->now_us, arena_fmt(c->arena, "every:%s", k->name)));
	return OK;
}

static void housekeeping(struct desk *d, struct arena *a)
{
	struct ctx c;
	desk_ctx(d, a, S("housekeeping"), &c);
	if (ctx_write(&c, true, sweep, NULL) != OK || ctx_write(&c, true, plant, NULL) != OK)
		log_msg(LOG_WARN, "housekeeping", "%s", c.fault.message);
	blob_sweep_tmp(d->blobs, c.now_us);
}

/* ---- threads ---- */

struct runner {
	struct desk *d;
	pthread_t thread[16];
	int n;
};

typedef enum err one_fn(struct desk *d, struct arena *a, bool *ret_ran);

struct lane {
	struct desk *d;
	enum bell bell;
	one_fn *one;
	bool keeps_house;
};

static utime next_due(struct desk *d, struct arena *a, enum bell bell)
{
	struct ctx c;
	desk_ctx(d, a, S("job runner"), &c);
	utime due = c.now_us + 30 * UTIME_US_PER_SECOND;
	if (ctx_db(&c) != OK)
		return c.now_us + UTIME_US_PER_SECOND;
	bool found = false;
	int64_t at = due;
	if (bell == BELL_JOBS) {
		struct job_next_due_row row;
		if (job_next_due(c.db, a, &row, &found) == OK && found)
			at = row.run_at_us;
	} else {
		struct outbox_next_due_row row;
		if (outbox_next_due(c.db, a, &row, &found) == OK && found)
			at = row.next_us;
	}
	ctx_db_done(&c);
	return at < due ? at : due;
}

static void *lane_main(void *arg)
{
	struct lane lane = *(struct lane *)arg;
	free(arg);
	struct arena a;
	arena_init(&a);
	uint64_t seen = 0;
	int64_t kept_house = 0;
	for (;;) {
		if (lane.keeps_house && (!kept_house || clock_mono_us() - kept_house > 60 * UTIME_US_PER_SECOND)) {
			housekeeping(lane.d, &a);
			kept_house = clock_mono_us();
		}
		bool ran = false;
		enum err e = lane.one(lane.d, &a, &ran);
		arena_reset(&a);
		if (e == OK && ran) {
			if (lane.d->stopping)
				break;
			continue;
		}
		int64_t wait = e != OK ? UTIME_US_PER_SECOND : next_due(lane.d, &a, lane.bell) - clock_now();
		arena_reset(&a);
		/* a clock that jumps must not make us sleep long: look again every two seconds */
		if (wait > 2 * UTIME_US_PER_SECOND)
			wait = 2 * UTIME_US_PER_SECOND;
		if (!desk_wait(lane.d, lane.bell, &seen, wait < 1000 ? 1000 : wait))
			break;
	}
	arena_done(&a);
	return NULL;
}

static enum err lane_start(struct runner *r, struct fault *f, struct lane lane)
{
	struct lane *copy = malloc(sizeof(*copy));
	ASSERT(copy);
	*copy = lane;
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 512 << 10);
	int failed = pthread_create(&r->thread[r->n], &attr, lane_main, copy);
	pthread_attr_destroy(&attr);
	if (failed) {
		free(copy);
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "No thread for background work: %s.", strerror(failed));
	}
	r->n++;
	return OK;
}

/* Of a desk that one process alone may write, whoever held a lease is gone when another one starts: nobody waits for it to run out. What leaves the house is
 * left to its lease: the far side may have it. */
static enum err take_over(struct ctx *c, void *arg)
{
	int64_t n;
	(void)arg;
	return job_leases_over(c->db, &n, .now_us = INT64_MAX);
}

static void leases_of_the_dead(struct desk *d)
{
	struct arena a;
	struct ctx c;
	if (db_pool_engine(d->pool) != DB_SQLITE)
		return;
	arena_init(&a);
	desk_ctx(d, &a, S("start-up"), &c);
	if (ctx_write(&c, true, take_over, NULL) != OK)
		log_msg(LOG_WARN, "housekeeping", "%s", c.fault.message);
	arena_done(&a);
}

enum err runner_start(struct desk *d, int threads, struct fault *f, struct runner **ret)
{
	leases_of_the_dead(d);
	struct runner *r = calloc(1, sizeof(*r));
	ASSERT(r);
	r->d = d;
	ASSERT(threads >= 1 && threads * 2 <= (int)ARRAY_LEN(r->thread));
	for (int i = 0; i < threads; i++) {
		enum err e = lane_start(r, f, (struct lane){ .d = d, .bell = BELL_JOBS, .one = one_job, .keeps_house = i == 0 });
		if (e == OK)
			e = lane_start(r, f, (struct lane){ .d = d, .bell = BELL_OUTBOX, .one = one_send });
		if (e != OK) {
			runner_stop(r);
			return e;
		}
	}
	*ret = r;
	return OK;
}

void runner_stop(struct runner *r)
{
	desk_stop(r->d);
	for (int i = 0; i < r->n; i++)
		pthread_join(r->thread[i], NULL);
	free(r);
}

enum err runner_once(struct desk *d, int *ret_ran)
{
	struct arena a;
	arena_init(&a);
	housekeeping(d, &a);
	enum err e = OK;
	bool job_ran = true, send_ran = true;
	*ret_ran = 0;
	while (e == OK && (job_ran || send_ran)) {
		e = one_job(d, &a, &job_ran);
		if (e == OK)
			e = one_send(d, &a, &send_ran);
		*ret_ran += job_ran + send_ran;
		arena_reset(&a);
	}
	arena_done(&a);
	return e;
}

enum err queue_figures(struct ctx *c, struct queue_figures *ret)
{
	struct queue_count_row r;
	TRY(queue_count(c->db, c->arena, &r, .now_us = c->now_us));
	*ret = (struct queue_figures){
		.jobs_waiting = r.jobs_waiting, .jobs_dead = r.jobs_dead, .outbox_waiting = r.outbox_waiting, .outbox_failed = r.outbox_failed,
		.inbox_new = r.inbox_new, .inbox_parked = r.inbox_parked, .oldest_job_us = r.oldest_job_us,
		.oldest_outbox_us = r.oldest_outbox_us, .oldest_inbox_us = r.oldest_inbox_us,
	};
	return OK;
}

/* ---- commands ---- */

struct row_in {
	int64_t id;
};
static const struct field row_fields[] = {
	FIELD(struct row_in, id, FIELD_ID, .required = true, .positional = true, .help = "the row's number"),
};

static enum err job_retry_now(struct ctx *c, const struct row_in *in)
{
	int64_t n;
	TRY(job_retry(c->db, &n, .id = in->id, .run_at_us = c->now_us));
	if (n == 0)
		return fail(c, ERR_NOT_FOUND, "No dead job has this number.");
	c->wake_jobs = true;
	json_ki64(c->out, "job", in->id);
	json_kstr(c->out, "said", S("It is being tried again."));
	return event_append(c, &(struct event_new){ .kind = "job.retried", .entity = "job", .entity_id = in->id }, NULL);
}
COMMAND_RUN(job_retry_now)
const struct command job_retry_cmd = {
	.name = "job.retry", .help = "Try a dead job again", FIELDS(row_fields, struct row_in), .need = CAN_ADMIN, .run = RUN(job_retry_now),
};

static enum err outbox_resend_now(struct ctx *c, const struct row_in *in)
{
	int64_t n;
	TRY(outbox_resend(c->db, &n, .id = in->id, .next_us = c->now_us));
	if (n == 0)
		return fail(c, ERR_NOT_FOUND, "Nothing that could be sent again has this number.");
	c->wake_outbox = true;
	json_ki64(c->out, "outbox", in->id);
	json_kstr(c->out, "said", S("It is being sent again."));
	return event_append(c, &(struct event_new){ .kind = "outbox.resent", .entity = "outbox", .entity_id = in->id }, NULL);
}
COMMAND_RUN(outbox_resend_now)
const struct command outbox_resend_cmd = {
	.name = "outbox.resend", .help = "Send something out again", FIELDS(row_fields, struct row_in), .need = CAN_ADMIN,
	.run = RUN(outbox_resend_now),
};

static enum err outbox_cancel_now(struct ctx *c, const struct row_in *in)
{
	struct outbox_about_row row;
	bool found, cancelled;
	TRY(outbox_about(c->db, c->arena, &row, &found, .id = in->id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "Nothing outgoing has this number.");
	TRY(outbox_cancel(c, in->id, &cancelled));
	if (!cancelled)
		return fail(c, ERR_CONFLICT, "It no longer waits: it is %.*s. What was sent can't be called back.", STR_ARG(row.state));
	json_ki64(c->out, "outbox", in->id);
	json_kstr(c->out, "said", S("Taken back: it will not be sent."));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/outbox.resend?id=%lld", (long long)in->id));
	return event_append(c, &(struct event_new){ .kind = "outbox.cancelled", .entity = "outbox", .entity_id = in->id,
						    .ticket_id = row.ticket_id.v }, NULL);
}
COMMAND_RUN(outbox_cancel_now)
const struct command outbox_cancel_cmd = {
	.name = "outbox.cancel", .help = "Take something back that waits to be sent", FIELDS(row_fields, struct row_in), .need = CAN_ADMIN,
	.run = RUN(outbox_cancel_now),
};
