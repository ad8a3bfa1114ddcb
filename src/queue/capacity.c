/* capacity.c: who is at capacity, and the levels of exceptional periods: declared by people, with the practice of the date. */
#include "queue/parts.h"

#include "base/json_look.h"
#include "core/job.h"
#include "people/people.h"

#include "queue.sql.h"

#include "base/banned.h"

enum { FLAG_DAYS = 31, CALL_DAYS = 31 };

static enum err practice(struct ctx *c, const char *name)
{
	struct queue_rule_on_row rule;
	struct queue_rule_any_row any;
	bool found, ever;
	TRY(queue_rule(c, name, &rule, &found));
	if (found)
		return OK;
	TRY(queue_rule_any(c->db, c->arena, &any, &ever, .name = str_c(name)));
	if (!ever)
		return fail(c, ERR_CONFLICT, "That is no practice of this desk: no row says that it is (capacity.rule).");
	return fail(c, ERR_CONFLICT, "That is not practice on this date: it was from %.*s to %.*s. An admin can say otherwise (capacity.rule).", STR_ARG(any.valid_from),
		    STR_ARG(any.valid_to.p ? any.valid_to : S("now")));
}

/* ---- at capacity ---- */

struct declare_in {
	struct str why;
	struct opt_i64 teammate, until, hours;
};
static const struct field declare_fields[] = {
	FIELD(struct declare_in, why, FIELD_STR, .required = true, .max = 300, .help = "what there is so much of, for manager and team to read"),
	FIELD(struct declare_in, until, FIELD_TIME, .help = "until when; until you say that you are back when not given", .example = "2026-11-25T17:00:00Z"),
	FIELD(struct declare_in, hours, FIELD_INT, .min = 1, .max = 24 * 31, .help = "or for how many hours from now"),
	FIELD(struct declare_in, teammate, FIELD_ID, .help = "who (you); another one's is for leads"),
};

/* One that ran out and was not closed by the job yet is closed here: it is over. */
static enum err close_run_out(struct ctx *c, int64_t teammate)
{
	struct queue_flag_of_row ignored;
	struct capacity_flag_rows_row before, row;
	struct capacity_flag_open_of_row open;
	bool found;
	TRY(queue_flag_of(c->db, c->arena, &ignored, &found, .teammate_id = teammate, .now_us = c->now_us));
	if (found)
		return fail(c, ERR_CONFLICT, "That is said already: “%.*s”.", STR_ARG(ignored.why));
	TRY(capacity_flag_open_of(c->db, c->arena, &open, &found, .teammate_id = teammate));
	if (!found)
		return OK;
	TRY(capacity_flag_read(c, open.id, &before));
	row = before;
	row.ended_us = row.until_us;
	return capacity_flag_save(c, &before, &row, "capacity.recovered");
}

static enum err capacity_declare(struct ctx *c, const struct declare_in *in)
{
	struct teammate t;
	int64_t who;
	utime until;
	TRY(practice(c, "flag"));
	TRY(queue_whose(c, in->teammate, &who));
	TRY(queue_until(c, in->until, in->hours, FLAG_DAYS, false, &until));
	TRY(close_run_out(c, who));
	TRY(people_get(c, who, &t));
	struct capacity_flag_rows_row row = { .teammate_id = who, .why = in->why, .since_us = c->now_us, .until_us = until ? SOME(until) : NONE };
	TRY(capacity_flag_new(c, &row, "capacity.declared"));
	TRY(queue_tell_around(c, who, arena_fmt(c->arena, "%.*s is at capacity%s%.*s: %.*s", STR_ARG(t.name), until ? " until " : "", STR_ARG(until ? queue_when(c, until) : S("")),
						STR_ARG(in->why)), S("/load")));
	if (until)
		TRY(job_wake(c, "queue.ends", until));
	json_ki64(c->out, "teammate", who);
	json_kstr(c->out, "said", S("Manager and team are told. Next gives you your own cases only until you say that you are back."));
	return OK;
}
COMMAND_RUN(capacity_declare)

const struct command capacity_declare_cmd = {
	.name = "capacity.declare", .help = "Say that you are at capacity: you work on your own cases and are given none", FIELDS(declare_fields, struct declare_in),
	.need = CAN_REPLY, .run = RUN(capacity_declare),
};

struct recover_in {
	struct opt_i64 teammate;
};
static const struct field recover_fields[] = { FIELD(struct recover_in, teammate, FIELD_ID, .help = "who (you); another one's is for leads") };

static enum err capacity_recover(struct ctx *c, const struct recover_in *in)
{
	struct capacity_flag_open_of_row open;
	struct capacity_flag_rows_row before, row;
	struct teammate t;
	bool found;
	int64_t who;
	TRY(queue_whose(c, in->teammate, &who));
	TRY(capacity_flag_open_of(c->db, c->arena, &open, &found, .teammate_id = who));
	if (!found)
		return fail(c, ERR_CONFLICT, "Nobody said that %s at capacity.", who == queue_me(c) ? "you are" : "they are");
	TRY(capacity_flag_read(c, open.id, &before));
	TRY(people_get(c, who, &t));
	row = before;
	row.ended_us = SOME(c->now_us);
	row.ended_by = queue_me(c) ? SOME(queue_me(c)) : NONE;
	TRY(capacity_flag_save(c, &before, &row, "capacity.recovered"));
	TRY(queue_tell_around(c, who, arena_fmt(c->arena, "%.*s takes cases again.", STR_ARG(t.name)), S("/load")));
	json_ki64(c->out, "teammate", who);
	json_kstr(c->out, "said", S("Good. Manager and team are told, and Next gives you cases again."));
	return OK;
}
COMMAND_RUN(capacity_recover)

const struct command capacity_recover_cmd = {
	.name = "capacity.recover", .help = "Say that you take cases again", FIELDS(recover_fields, struct recover_in), .need = CAN_REPLY, .run = RUN(capacity_recover),
};

/* ---- a second look before a case goes to somebody who is full ---- */

enum err capacity_on_assigned(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct opt_i64 to = json_look_i64(json_look(e->data, "set"), "assignee_id");
	int64_t who = to.set ? to.v : 0;
	bool anyway = str_eq(json_look(e->data, "anyway"), S("true")), full = false;
	if (!who || anyway || who == queue_me(c))
		return OK;
	struct str why;
	struct teammate t;
	TRY(queue_at_capacity(c, who, &full, &why));
	if (!full)
		return OK;
	TRY(people_get(c, who, &t));
	return fail(c, ERR_CONFLICT, "%.*s is at capacity: “%.*s”. Choose somebody else, or assign it all the same (“anyway”).", STR_ARG(t.name), STR_ARG(why));
}

/* ---- levels ---- */

static const char *const SIDES[] = { "both", "east", "west", NULL };

struct invoke_in {
	int64_t level;
	struct str side, why;
	struct opt_i64 until, hours;
};
static const struct field invoke_fields[] = {
	FIELD(struct invoke_in, level, FIELD_INT, .required = true, .min = 1, .max = 20, .positional = true, .help = "which level"),
	FIELD(struct invoke_in, side, FIELD_ENUM, .choices = SIDES, .help = "for both sides (when not given), or for one of them"),
	FIELD(struct invoke_in, why, FIELD_STR, .required = true, .max = 500, .help = "why"),
	FIELD(struct invoke_in, until, FIELD_TIME, .help = "until when; until it is ended when not given"),
	FIELD(struct invoke_in, hours, FIELD_INT, .min = 1, .max = 24 * 31, .help = "or for how many hours from now"),
};

static enum err level_invoke(struct ctx *c, const struct invoke_in *in)
{
	struct queue_steps_on_row *steps;
	struct queue_calls_open_row *calls;
	size_t n, n_calls;
	utime until;
	struct str words = STR_NULL, side = in->side.n ? in->side : S("both");
	TRY(practice(c, "levels"));
	TRY(queue_until(c, in->until, in->hours, CALL_DAYS, false, &until));
	TRY(queue_steps_on(c->db, c->arena, &steps, &n, .date = people_date(c->arena, c->now_us)));
	for (size_t i = 0; i < n; i++)
		if (steps[i].level == in->level)
			words = steps[i].words;
	if (!words.p)
		return fail_field(c, S("level"), "There is no level %lld on this date.", (long long)in->level);
	TRY(queue_calls_open(c->db, c->arena, &calls, &n_calls, .now_us = c->now_us));
	for (size_t i = 0; i < n_calls; i++)
		if (str_eq(calls[i].side, side) || str_eq(calls[i].side, S("both")) || str_eq(side, S("both")))
			return fail(c, ERR_CONFLICT, "%.*s invoked level %lld already. End it first.", STR_ARG(calls[i].by_name), (long long)calls[i].level);
	struct capacity_call_rows_row row = { .level = in->level, .side = side, .why = in->why, .by_id = queue_me(c) ? SOME(queue_me(c)) : NONE,
					      .by_name = queue_actor_name(c), .since_us = c->now_us, .until_us = until ? SOME(until) : NONE };
	TRY(capacity_call_new(c, &row, "level.invoked"));
	if (until)
		TRY(job_wake(c, "queue.ends", until));
	json_ki64(c->out, "call", row.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "Level %lld: %.*s. Levels below it hold too.", (long long)in->level, STR_ARG(words)));
	return OK;
}
COMMAND_RUN(level_invoke)

const struct command level_invoke_cmd = {
	.name = "level.invoke", .help = "Leadership invokes a level of an exceptional period", FIELDS(invoke_fields, struct invoke_in), .need = CAN_LEAD,
	.run = RUN(level_invoke),
};

struct level_end_in {
	int64_t call;
};
static const struct field level_end_fields[] = {
	FIELD(struct level_end_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call, as level.invoke answered"),
};

static enum err level_end(struct ctx *c, const struct level_end_in *in)
{
	struct capacity_call_rows_row before, row;
	TRY(capacity_call_read(c, in->call, &before));
	if (before.ended_us.set)
		return fail(c, ERR_CONFLICT, "That level has ended.");
	row = before;
	row.ended_us = SOME(c->now_us);
	row.ended_by = queue_me(c) ? SOME(queue_me(c)) : NONE;
	json_kstr(c->out, "said", arena_fmt(c->arena, "Level %lld is over.", (long long)row.level));
	return capacity_call_save(c, &before, &row, "level.ended");
}
COMMAND_RUN(level_end)

const struct command level_end_cmd = {
	.name = "level.end", .help = "A level that was invoked is over", FIELDS(level_end_fields, struct level_end_in), .need = CAN_LEAD, .run = RUN(level_end),
};
