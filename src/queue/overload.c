/* overload.c: overload is declared, not guessed: who, why, until when; and small things that declarations share. */
#include "queue/parts.h"

#include "base/civil.h"
#include "core/job.h"
#include "people/people.h"

#include "queue.sql.h"

#include "base/banned.h"

enum { OVERLOAD_DAYS = 14 };

struct str queue_when(struct ctx *c, utime at)
{
	const struct zone *z = zone_find(c->actor.zone);
	return civil_short(c->arena, z ? z : zone_find(S("UTC")), at, c->now_us);
}

struct str queue_actor_name(struct ctx *c)
{
	return c->actor.name.n ? c->actor.name : S("the operator");
}

enum err queue_until(struct ctx *c, struct opt_i64 until, struct opt_i64 hours, int64_t most_days, bool wanted, utime *ret)
{
	struct str field = until.set ? S("until") : S("hours");
	*ret = until.set ? until.v : hours.set ? c->now_us + hours.v * UTIME_US_PER_HOUR : 0;
	if (until.set && hours.set)
		return fail_field(c, S("hours"), "Say until when or for how many hours, not both.");
	if (!*ret && wanted)
		return fail_field(c, field, "Say until when: nothing like this lasts without an end.");
	if (*ret && *ret <= c->now_us)
		return fail_field(c, field, "That is past. An end lies in the future.");
	if (*ret > c->now_us + most_days * UTIME_US_PER_DAY)
		return fail_field(c, field, "That is long: at most %lld days. It can be prolonged when it is still needed then.", (long long)most_days);
	return OK;
}

enum err queue_rule(struct ctx *c, const char *name, struct queue_rule_on_row *ret, bool *ret_found)
{
	return queue_rule_on(c->db, c->arena, ret, ret_found, .name = str_c(name), .date = people_date(c->arena, c->now_us));
}

#define UNTIL_FIELDS(T)                                                                                                                              \
	FIELD(T, until, FIELD_TIME, .help = "until when; it ends by itself then", .example = "2026-11-25T17:00:00Z"),                                 \
	FIELD(T, hours, FIELD_INT, .min = 1, .max = 24 * 31, .help = "or for how many hours from now")

struct overload_in {
	struct str why;
	struct opt_i64 until, hours;
};
static const struct field declare_fields[] = {
	FIELD(struct overload_in, why, FIELD_STR, .required = true, .max = 500, .help = "why, for everybody to read"),
	UNTIL_FIELDS(struct overload_in),
};

/* The open row, if it is still in force; one that ran out and was not yet closed by the job is closed here. */
static enum err in_force(struct ctx *c, struct queue_overload_rows_row *ret, bool *ret_found)
{
	_Static_assert(sizeof(struct queue_overload_open_row) == sizeof(struct queue_overload_rows_row), "queue.sql");
	TRY(queue_overload_open(c->db, c->arena, (struct queue_overload_open_row *)ret, ret_found));
	if (!*ret_found || ret->until_us > c->now_us)
		return OK;
	struct queue_overload_rows_row row = *ret;
	row.ended_us = SOME(row.until_us);
	*ret_found = false;
	return queue_overload_save(c, ret, &row, "queue.overload_ended");
}

static enum err overload_declare(struct ctx *c, const struct overload_in *in)
{
	struct queue_overload_rows_row old, row;
	bool found;
	utime until;
	TRY(queue_until(c, in->until, in->hours, OVERLOAD_DAYS, true, &until));
	TRY(in_force(c, &old, &found));
	if (found)
		return fail(c, ERR_CONFLICT, "%.*s declared overload already, until %.*s: “%.*s”. Prolong it, or end it first.", STR_ARG(old.declared_name),
			    STR_ARG(queue_when(c, old.until_us)), STR_ARG(old.why));
	row = (struct queue_overload_rows_row){ .declared_by = queue_me(c) ? SOME(queue_me(c)) : NONE, .declared_name = queue_actor_name(c), .why = in->why,
						.since_us = c->now_us, .until_us = until };
	TRY(queue_overload_new(c, &row, "queue.overloaded"));
	json_ki64(c->out, "overload", row.id);
	json_ktime(c->out, "until", until);
	json_kstr(c->out, "said", arena_fmt(c->arena, "Overload is declared until %.*s: the line goes by tier now.", STR_ARG(queue_when(c, until))));
	return job_wake(c, "queue.ends", until);
}
COMMAND_RUN(overload_declare)

const struct command overload_declare_cmd = {
	.name = "overload.declare", .help = "Declare overload: until it ends the line is ordered by the customers' tiers", FIELDS(declare_fields, struct overload_in),
	.need = CAN_LEAD, .run = RUN(overload_declare),
};

static enum err wanted(struct ctx *c, struct queue_overload_rows_row *ret)
{
	bool found;
	TRY(in_force(c, ret, &found));
	return found ? OK : fail(c, ERR_CONFLICT, "No overload is declared.");
}

static enum err overload_prolong(struct ctx *c, const struct overload_in *in)
{
	struct queue_overload_rows_row before, row;
	utime until;
	TRY(queue_until(c, in->until, in->hours, OVERLOAD_DAYS, true, &until));
	TRY(wanted(c, &before));
	row = before;
	row.until_us = until;
	row.why = in->why;
	TRY(queue_overload_save(c, &before, &row, "queue.overload_prolonged"));
	json_ki64(c->out, "overload", row.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "Overload holds until %.*s.", STR_ARG(queue_when(c, until))));
	return job_wake(c, "queue.ends", until);
}
COMMAND_RUN(overload_prolong)

const struct command overload_prolong_cmd = {
	.name = "overload.prolong", .help = "Say why and until when overload still holds", FIELDS(declare_fields, struct overload_in), .need = CAN_LEAD,
	.run = RUN(overload_prolong),
};

struct end_in {
	struct str why;
};
static const struct field end_fields[] = { FIELD(struct end_in, why, FIELD_STR, .max = 500, .help = "what changed") };

static enum err overload_end(struct ctx *c, const struct end_in *in)
{
	struct queue_overload_rows_row before, row;
	TRY(wanted(c, &before));
	row = before;
	row.ended_us = SOME(c->now_us);
	row.ended_by = queue_me(c) ? SOME(queue_me(c)) : NONE;
	row.ended_why = in->why.n ? in->why : S("");
	json_ki64(c->out, "overload", row.id);
	json_kstr(c->out, "said", S("Overload is over: the line goes by arrival again."));
	return queue_overload_save(c, &before, &row, "queue.overload_ended");
}
COMMAND_RUN(overload_end)

const struct command overload_end_cmd = {
	.name = "overload.end", .help = "Overload is over", FIELDS(end_fields, struct end_in), .need = CAN_LEAD, .run = RUN(overload_end),
};
