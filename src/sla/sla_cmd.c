/* sla_cmd.c: questions about promises at all doors, and the reviewer's word on what a reply was. */
#include "sla/sla_int.h"

#include "base/civil.h"

#include <string.h>

#include "base/banned.h"

#define TICKET_FIELD(T) FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42")
static const char *const clocks[] = { "first_response", "next_response", "periodic_update", "resolution", NULL };

static void put_seconds(struct json_out *j, const char *key, int64_t s)
{
	json_key(j, key);
	json_str(j, arena_fmt(j->buf.arena, "%.*sZ", 19, civil_rfc3339(j->buf.arena, cal_utime(s)).p));
}

static void write_line(struct json_out *j, const struct sla_line *l)
{
	json_kstr(j, "clock", l->clock);
	json_ki64(j, "instance", l->instance);
	json_kstr(j, "track", l->track);
	json_kstr(j, "outcome", l->outcome);
	json_kstr(j, "state", l->state);
	json_kstr(j, "row", l->code);
	json_kstr(j, "row_title", l->title);
	json_kopt_time(j, "start", l->start_us);
	json_kopt_time(j, "due", l->due_us);
	json_kopt_time(j, "warn", l->warn_us);
	json_kopt_time(j, "achieved", l->achieved_us);
	json_kopt_time(j, "breach", l->breach_us);
	json_kopt(j, "target_seconds", l->target_s);
	json_kstr(j, "basis", l->target_s.set ? l->wall ? S("wall") : S("business") : STR_NULL);
	json_ki64(j, "elapsed_seconds", l->elapsed_s);
	json_kopt(j, "remaining_seconds", l->remaining_s);
	json_ki64(j, "paused_seconds", l->paused_s);
}

/* ---- sla.clocks ---- */

struct clocks_in {
	int64_t ticket;
	struct opt_i64 at;
};

static void write_duration(struct json_out *j, const char *key, const struct sla_duration *d)
{
	json_key(j, key);
	json_obj(j);
	json_ki64(j, "wall_seconds", d->wall_s);
	json_ki64(j, "business_seconds", d->business_s);
	json_obj_end(j);
}

static enum err sla_clocks(struct ctx *c, const struct clocks_in *in)
{
	struct ticket_get_row t;
	struct sla_look look;
	struct json_out *j = c->out;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(sla_look_at(c, t.id, in->at.v, &look));
	json_obj(j);
	json_ki64(j, "ticket", t.id);
	json_kbool(j, "has_clocks", look.shown);
	json_kstr(j, "why_not", look.why_not);
	json_key(j, "clocks");
	json_arr(j);
	for (size_t i = 0; i < look.n; i++) {
		json_obj(j);
		write_line(j, &look.lines[i]);
		json_obj_end(j);
	}
	json_arr_end(j);
	write_duration(j, "requester_wait", &look.durations.requester_wait);
	write_duration(j, "agent_work", &look.durations.agent_work);
	write_duration(j, "pending", &look.durations.pending);
	write_duration(j, "on_hold", &look.durations.hold);
	json_kopt_time(j, "any_reply", look.any_reply_us);
	json_kopt_time(j, "moves_at", look.auto_us);
	json_kstr(j, "moves_to", look.auto_us.set ? look.auto_to : STR_NULL);
	json_obj_end(j);
	return OK;
}
COMMAND_RUN(sla_clocks)
static const struct field clocks_fields[] = {
	TICKET_FIELD(struct clocks_in),
	FIELD(struct clocks_in, at, FIELD_TIME, .help = "as it was known and true then; now unless said", .example = "2026-11-24T08:00:00Z"),
};
const struct command sla_clocks_cmd = {
	.name = "sla.clocks", .help = "All clocks of a ticket, now or at any moment of the past", .reads = true, FIELDS(clocks_fields, struct clocks_in),
	.need = CAN_READ, .run = RUN(sla_clocks),
};

/* ---- sla.explain ---- */

struct explain_in {
	int64_t ticket;
	struct str clock;
	struct opt_i64 instance, at;
};

static void write_spans(struct json_out *j, const struct sla_explanation *x)
{
	json_key(j, "spans");
	json_arr(j);
	for (size_t i = 0; i < x->n_spans; i++) {
		const struct sla_span *s = &x->spans[i];
		json_obj(j);
		put_seconds(j, "from", s->from_s);
		put_seconds(j, "to", s->to_s);
		json_ki64(j, "counted_seconds", s->counted_s);
		json_kstr(j, "reason", sla_reason_name(s->reason));
		if (s->reason == SLA_SPAN_HOLIDAY)
			json_kstr(j, "holiday", s->name);
		if (s->reason == SLA_SPAN_PAUSED || s->reason == SLA_SPAN_SOLVED) {
			json_kstr(j, "status", sla_status_name(s->status));
			json_ki64(j, "event", sla_event_seq(s->event));
		}
		if (s->reason == SLA_SPAN_CLOCK_CHANGE)
			json_ki64(j, "shift_seconds", s->shift_s);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static enum err sla_explain_it(struct ctx *c, const struct explain_in *in)
{
	struct ticket_get_row t;
	struct sla_why why;
	struct json_out *j = c->out;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(sla_why_due(c, t.id, in->clock, in->instance, in->at.v, &why));
	json_obj(j);
	json_kstr(j, "sentence", why.sentence);
	json_ki64(j, "ticket", t.id);
	if (why.found) {
		write_line(j, &why.line);
		json_kstr(j, "calendar", why.calendar);
		json_kstr(j, "zone", why.zone);
		json_ki64(j, "counted_seconds", why.proof.counted_s);
		json_key(j, "rows");
		json_arr(j);
		for (size_t i = 0; i < why.n_rivals; i++) {
			json_obj(j);
			json_kstr(j, "row", why.rivals[i].code);
			json_kstr(j, "title", why.rivals[i].title);
			json_kstr(j, "why", why.rivals[i].why);
			json_obj_end(j);
		}
		json_arr_end(j);
		write_spans(j, &why.proof);
	}
	json_obj_end(j);
	return OK;
}
COMMAND_RUN(sla_explain_it)
static const struct field explain_fields[] = {
	TICKET_FIELD(struct explain_in),
	FIELD(struct explain_in, clock, FIELD_ENUM, .choices = clocks, .help = "which clock; the one that is due first unless said"),
	FIELD(struct explain_in, instance, FIELD_INT, .min = 0, .max = 1000000, .help = "which of several answers to the customer, from 0"),
	FIELD(struct explain_in, at, FIELD_TIME, .help = "as it was known and true then; now unless said", .example = "2026-11-24T08:00:00Z"),
};
const struct command sla_explain_cmd = {
	.name = "sla.explain", .help = "Why is it due then: the row that won, where counting began, and every span up to the due instant", .reads = true,
	FIELDS(explain_fields, struct explain_in), .need = CAN_READ, .run = RUN(sla_explain_it),
};

/* ---- sla.promised ---- */

struct promised_in {
	struct opt_i64 at, organisation, severity;
	struct str date, stage, tier, plan, deployment, channel, entitlement, tag;
};

static void write_answer(struct json_out *j, const char *key, const struct sla_answer *a)
{
	json_key(j, key);
	if (!a->code.p) {
		json_nil(j);
		return;
	}
	json_obj(j);
	json_kstr(j, "row", a->code);
	json_kstr(j, "title", a->title);
	json_kstr(j, "calendar", a->calendar);
	json_kstr(j, "reading", a->reading);
	json_kstr(j, "source", a->source);
	json_key(j, "targets");
	json_arr(j);
	for (size_t i = 0; i < a->n_targets; i++) {
		json_obj(j);
		json_kstr(j, "clock", a->targets[i].clock);
		json_kstr(j, "target", a->targets[i].text);
		json_ki64(j, "seconds", a->targets[i].seconds);
		json_kstr(j, "basis", a->targets[i].wall ? S("wall") : S("business"));
		json_kopt_time(j, "due", a->targets[i].due_us);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_obj_end(j);
}

static enum err sla_promised_then(struct ctx *c, const struct promised_in *in)
{
	struct sla_question q = { .at_us = in->at.set ? in->at.v : c->now_us, .organisation = in->organisation, .severity = in->severity, .stage = in->stage,
				  .tier = in->tier, .plan = in->plan, .deployment = in->deployment, .channel = in->channel, .entitlement = in->entitlement,
				  .tag = in->tag };
	struct sla_answer promise, aim;
	int64_t day;
	if (in->date.n && in->at.set)
		return fail_field(c, S("date"), "Either a date or an instant.");
	if (in->date.n && cal_parse_date(in->date, &day))
		q.at_us = (day * 24 + 20) * UTIME_US_PER_HOUR;   /* in the course of that day, wherever the desk is */
	TRY(sla_promised(c, &q, SLA_PROMISE, &promise));
	TRY(sla_promised(c, &q, SLA_AIM, &aim));
	json_obj(c->out);
	json_ktime(c->out, "at", q.at_us);
	json_ki64(c->out, "edition", promise.edition);
	write_answer(c->out, "promise", &promise);
	write_answer(c->out, "aim", &aim);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(sla_promised_then)
static const struct field promised_fields[] = {
	FIELD(struct promised_in, date, FIELD_DATE, .positional = true, .help = "the day on which the case would have come in", .example = "2021-06-15"),
	FIELD(struct promised_in, at, FIELD_TIME, .help = "or the instant; now unless said", .example = "2021-06-15T17:00:00Z"),
	FIELD(struct promised_in, organisation, FIELD_ID, .help = "of this organisation, as it was that day"),
	FIELD(struct promised_in, stage, FIELD_STR, .help = "pre_sales, post_sales; goes before the organisation's"),
	FIELD(struct promised_in, tier, FIELD_STR, .help = "enterprise, team …"),
	FIELD(struct promised_in, plan, FIELD_STR, .help = "the plan as sold"),
	FIELD(struct promised_in, deployment, FIELD_STR, .help = "managed, cloud, self_hosted …"),
	FIELD(struct promised_in, channel, FIELD_STR, .help = "mail, form, api …"),
	FIELD(struct promised_in, entitlement, FIELD_STR, .help = "what was bought besides, for example 24x7"),
	FIELD(struct promised_in, tag, FIELD_STR, .help = "a tag it would carry"),
	FIELD(struct promised_in, severity, FIELD_INT, .min = 0, .max = 9, .help = "contract severity; not triaged unless said"),
};
const struct command sla_promise_cmd = {
	.name = "sla.promised", .help = "What would have been promised on a day for such a case", .reads = true, FIELDS(promised_fields, struct promised_in),
	.need = CAN_READ, .run = RUN(sla_promised_then),
};

/* ---- sla.due ---- */

struct due_in {
	struct opt_i64 before, max;
};

static enum err sla_due(struct ctx *c, const struct due_in *in)
{
	struct sla_due_list_row *rows;
	size_t n;
	struct json_out *j = c->out;
	TRY(sla_due_list(c->db, c->arena, &rows, &n, .before_us = in->before.set ? in->before.v : INT64_MAX, .max = in->max.set ? in->max.v : 50));
	json_obj(j);
	json_key(j, "items");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_ki64(j, "ticket", rows[i].ticket_id);
		json_kstr(j, "clock", rows[i].due_clock);
		json_kopt_time(j, "due", rows[i].due_us);
		json_kbool(j, "breached", rows[i].breached > 0);
		json_kstr(j, "status", rows[i].status);
		json_kstr(j, "subject", rows[i].subject);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_obj_end(j);
	return OK;
}
COMMAND_RUN(sla_due)
static const struct field due_fields[] = {
	FIELD(struct due_in, before, FIELD_TIME, .help = "only what is due before", .example = "2026-11-24T17:00:00Z"),
	FIELD(struct due_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (50)"),
};
const struct command sla_due_cmd = {
	.name = "sla.due", .help = "Tickets by what is due first", .reads = true, FIELDS(due_fields, struct due_in), .need = CAN_READ, .run = RUN(sla_due),
};

/* ---- sla.overturn ---- */

struct overturn_in {
	int64_t message;
	struct str mark, reason;
};

static enum err sla_overturn(struct ctx *c, const struct overturn_in *in)
{
	struct message_find_row m;
	struct ticket_get_row t;
	bool found;
	TRY(message_find(c->db, c->arena, &m, &found, .id = in->message));
	if (!found || !str_eq(m.kind, S("public")))
		return fail(c, ERR_NOT_FOUND, "There is no reply %lld.", (long long)in->message);
	TRY(ticket_load(c, m.ticket_id, &t));
	if (str_eq(m.mark, in->mark))
		return fail_field(c, S("mark"), "It is marked so already.");
	if (str_eq(m.state, S("undone")))
		return fail(c, ERR_CONFLICT, "This reply was taken back: it counts for nothing.");
	TRY(ticket_set_mark(c, m.id, in->mark, "overturned", in->reason));
	json_ki64(c->out, "ticket", t.id);
	json_ki64(c->out, "message", m.id);
	json_kstr(c->out, "was", m.mark);
	json_kstr(c->out, "mark", in->mark);
	json_kstr(c->out, "said", S("The mark is changed, and the ticket's clocks with it."));
	return OK;
}
COMMAND_RUN(sla_overturn)
static const struct field overturn_fields[] = {
	FIELD(struct overturn_in, message, FIELD_ID, .required = true, .positional = true, .help = "number of the reply", .example = "317"),
	FIELD(struct overturn_in, mark, FIELD_ENUM, .required = true, .choices = ticket_marks, .help = "what it was in truth"),
	FIELD(struct overturn_in, reason, FIELD_STR, .required = true, .min = 3, .max = 500, .help = "why, for the history"),
};
const struct command sla_overturn_cmd = {
	.name = "sla.overturn", .help = "Say what a reply was in truth, as a reviewer; the clocks follow", FIELDS(overturn_fields, struct overturn_in),
	.need = CAN_LEAD, .run = RUN(sla_overturn),
};
