/* command.c: the one way to write; see command.h. */
#include "core/command.h"

#include "core/desk.h"
#include "core/event.h"
#include "core/secret.h"

#include "core.sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { ANSWER_MAX_BYTES = 64 << 20, ONCE_KEPT_HOURS = 24, MANY_LATER = 100 };

enum err command_allowed(struct ctx *c, const struct command *cmd)
{
	if ((c->actor.caps & cmd->need) == cmd->need) {
		if (cmd->fresh && !c->actor.fresh && !(c->actor.caps & CAN_OPERATE))
			return fail(c, ERR_FORBIDDEN, "Please confirm your password first: this change wants one shown in the last 15 minutes.");
		return OK;
	}
	if (c->actor.kind == ACTOR_NOBODY)
		return fail(c, ERR_UNAUTHENTICATED, "Please sign in, or send a token that is still alive.");
	uint32_t lacking = cmd->need & ~c->actor.caps;
	return fail(c, ERR_FORBIDDEN, "Your access does not include “%s”, which %s needs. An admin can change that.",
		    access_cap_name(lacking & -lacking), cmd->name);
}

struct write_job {
	struct ctx *c;
	const struct command *cmd;
	const void *in;
	const struct command_once *once;
	struct str *ret_json;
	/* for ctx_write */
	bool quiet;
	enum err (*fn)(struct ctx *c, void *arg);
	void *arg;
};

static enum err law(struct ctx *c, struct db *tx, int64_t rows_before, const char *name, bool quiet)
{
	if (!quiet && c->n_events == 0)
		TRY(db_settle(tx));
	if (!quiet && c->n_events == 0 && tx->rows_written > rows_before)
		return fail(c, ERR_BUG, "%s changed rows and appended no event: undone.", name);
	return OK;
}

static struct str once_actor(struct ctx *c)
{
	return arena_fmt(c->arena, "%s:%lld:%lld", actor_kind_name(c->actor.kind), (long long)c->actor.id, (long long)c->actor.token_id);
}

static struct str once_bind(struct ctx *c, const struct write_job *w)
{
	return arena_fmt(c->arena, "idempotency:%.*s:%.*s", STR_ARG(once_actor(c)), STR_ARG(w->once->key));
}

static enum err once_before(struct ctx *c, const struct write_job *w, bool *ret_answered)
{
	struct once_find_row row;
	bool found;
	*ret_answered = false;
	TRY(once_find(c->db, c->arena, &row, &found, .actor = once_actor(c), .key = w->once->key));
	if (!found || row.created_us < c->now_us - ONCE_KEPT_HOURS * UTIME_US_PER_HOUR)
		return OK;
	if (!str_eq(row.request_sha, w->once->request_sha) || !str_eq(row.command, str_c(w->cmd->name)))
		return fail(c, ERR_INPUT, "This Idempotency-Key was used for another request. Send a new key with a new request.");
	*ret_answered = true;
	if (w->cmd->secret && !secret_open(c->desk, c->arena, once_bind(c, w), row.result, &row.result))
		return fail(c, ERR_BUG, "The kept answer cannot be opened: is secret.key the one of this desk?");
	*w->ret_json = row.result;
	return OK;
}

/* A write begins, perhaps once more. */
static void begin(struct ctx *c, struct db *tx)
{
	c->db = tx;
	if (c->read_us && c->now_us == c->read_us) /* it may have waited long: what others wrote meanwhile was before */
		c->now_us = c->read_us = clock_now();
	c->n_events = 0;
	c->last_seq = 0;
	c->n_later = 0;
	c->wake_jobs = c->wake_outbox = false;
}

/* What was put off. Of bulk there are thousands: what each needs goes when it is done. */
static enum err do_later(struct ctx *c)
{
	struct arena one, *all = c->arena;
	enum err e = OK;
	bool many = c->n_later > MANY_LATER;
	if (many) {
		arena_init(&one);
		c->arena = &one;
	}
	for (size_t i = 0; e == OK && i < c->n_later; i++) {
		e = c->later[i].fn(c, c->later[i].id);
		if (many)
			arena_reset(&one);
	}
	c->arena = all;
	if (many)
		arena_done(&one);
	return e;
}

static enum err run_write(struct db *tx, void *arg)
{
	struct write_job *w = arg;
	struct ctx *c = w->c;
	begin(c, tx);
	int64_t rows_before = tx->rows_written;
	if (w->once) {
		bool answered;
		TRY(once_before(c, w, &answered));
		if (answered)
			return OK;
		rows_before = tx->rows_written;
	}
	struct json_out out;
	json_init(&out, c->arena, ANSWER_MAX_BYTES);
	c->out = &out;
	json_obj(&out);
	TRY(w->cmd->run(c, w->in));
	TRY(do_later(c));
	TRY(law(c, tx, rows_before, w->cmd->name, w->cmd->quiet_because != NULL));
	if (c->last_seq)
		json_ki64(&out, "event", c->last_seq);
	json_obj_end(&out);
	*w->ret_json = json_done(&out);
	if (!w->once)
		return OK;
	struct str kept = w->cmd->secret ? secret_seal(c->desk, c->arena, once_bind(c, w), *w->ret_json) : *w->ret_json;
	return once_insert(tx, .actor = once_actor(c), .key = w->once->key, .command = str_c(w->cmd->name), .request_sha = w->once->request_sha,
			   .result = kept, .created_us = c->now_us);
}

/* Runs fn as a write transaction of the ctx, and rings the bells after its commit. */
static enum err write_through(struct ctx *c, db_write_fn *fn, void *arg)
{
	struct db *reader = c->db;
	enum err e = db_write(c->desk->pool, &c->fault, fn, arg);
	c->db = reader;
	c->out = NULL;
	free(c->later);
	c->later = NULL;
	c->n_later = c->later_cap = 0;
	if (e != OK)
		return e;
	if (c->n_events)
		desk_ring(c->desk, BELL_EVENTS);
	if (c->wake_jobs)
		desk_ring(c->desk, BELL_JOBS);
	if (c->wake_outbox)
		desk_ring(c->desk, BELL_OUTBOX);
	return OK;
}

static enum err run_read(struct ctx *c, const struct command *cmd, const void *in, struct str *ret_json)
{
	struct json_out out;
	json_init(&out, c->arena, ANSWER_MAX_BYTES);
	struct json_out *outer = c->out;
	bool had = c->db != NULL;
	TRY(ctx_db(c));
	c->out = &out;
	enum err e = cmd->run(c, in);
	c->out = outer;
	if (!had)
		ctx_db_done(c);
	if (e == OK && buf_err(&out.buf) != OK)
		return fail(c, ERR_LIMIT, "The answer is too large. Ask for less at once (max).");
	if (e == OK)
		*ret_json = json_done(&out);
	return e;
}

enum err command_run(struct ctx *c, const struct command *cmd, const void *in, const struct command_once *once, struct str *ret_json)
{
	TRY(command_allowed(c, cmd));
	if (cmd->reads)
		return run_read(c, cmd, in, ret_json);
	struct write_job w = { .c = c, .cmd = cmd, .in = in, .once = once, .ret_json = ret_json };
	return write_through(c, run_write, &w);
}

static enum err run_fn(struct db *tx, void *arg)
{
	struct write_job *w = arg;
	struct ctx *c = w->c;
	begin(c, tx);
	struct json_out out; /* commands' functions called from here answer into the void */
	json_init(&out, c->arena, ANSWER_MAX_BYTES);
	c->out = &out;
	json_obj(&out);
	int64_t rows_before = tx->rows_written;
	TRY(w->fn(c, w->arg));
	TRY(do_later(c));
	return law(c, tx, rows_before, "background work", w->quiet);
}

enum err ctx_write(struct ctx *c, bool quiet, enum err (*fn)(struct ctx *c, void *arg), void *arg)
{
	struct write_job w = { .c = c, .quiet = quiet, .fn = fn, .arg = arg };
	return write_through(c, run_fn, &w);
}
