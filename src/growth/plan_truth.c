/* plan_truth.c: whether an outcome is true, and how it becomes so: the person says it, a colleague acknowledges it, both sign, or the log proves it. */
#include "growth/plan_parts.h"

#include "growth/cert.h"
#include "people/people.h"

#include <string.h>

#include "base/banned.h"

/* ---- the rule ---- */

bool growth_truth(const struct growth_outcome_row_row *p, struct str proof, int64_t need)
{
	if (str_eq(proof, S("self")))
		return p->self_us.set;
	if (str_eq(proof, S("acknowledged")))
		return p->other_us.set;
	if (str_eq(proof, S("two")))
		return p->self_us.set && p->other_us.set;
	return p->value.set && p->value.v >= (need > 0 ? need : 1); /* evidence, certification */
}

enum err growth_outcome_save(struct ctx *c, const char *kind, const struct growth_outcome_row_row *before, struct growth_outcome_row_row *after,
			     const struct programme_outcome_row_row *o)
{
	bool was = str_eq(before->state, S("true")), is = !after->withdrawn_us.set && growth_truth(after, o->proof, o->need);
	after->state = after->withdrawn_us.set ? S("withdrawn") : is ? S("true") : S("open");
	if (is && !after->true_us.set) {
		after->true_us = SOME(c->now_us);
		if (!after->first_true_us.set)
			after->first_true_us = after->true_us;
	} else if (!is && !after->withdrawn_us.set) {
		after->true_us = NONE;
	}
	if (is != was && !after->withdrawn_us.set && !before->withdrawn_us.set)
		kind = is ? "growth_outcome.became_true" : "growth_outcome.became_false";
	return GROWTH_PUT(c, growth_outcome, kind, before, after);
}

/* ---- who may ---- */

enum err growth_may_acknowledge(struct ctx *c, const struct growth_plan_row_row *plan, struct str ack_by)
{
	if (c->actor.kind == ACTOR_OPERATOR)
		return OK;
	if (c->actor.id == plan->teammate_id)
		return fail(c, ERR_FORBIDDEN, "Somebody else says this about you: ask them to.");
	if ((c->actor.caps & CAN_LEAD) || (plan->manager_id.set && plan->manager_id.v == c->actor.id) || str_eq(ack_by, S("anyone")))
		return OK;
	if (str_eq(ack_by, S("mentor"))) {
		bool mentor;
		TRY(growth_is_mentor(c, plan->teammate_id, c->actor.id, &mentor));
		if (mentor)
			return OK;
	}
	return fail(c, ERR_FORBIDDEN, "%s says this. Ask them to have a look.", str_eq(ack_by, S("mentor")) ? "The mentor, the manager or a lead" : "The manager or a lead");
}

struct held {
	struct growth_outcome_row_row before, after;
	struct programme_outcome_row_row o;
	struct growth_plan_row_row plan;
};

static enum err hold(struct ctx *c, int64_t outcome, struct held *h)
{
	TRY(GROWTH_GET(c, growth_outcome, &h->before, outcome, "outcome of a plan"));
	TRY(GROWTH_GET(c, programme_outcome, &h->o, h->before.outcome_id, "outcome"));
	TRY(growth_plan_get(c, h->before.plan_id, &h->plan));
	h->after = h->before;
	if (h->before.withdrawn_us.set)
		return fail(c, ERR_CONFLICT, "This outcome was withdrawn from the plan: nothing is asked of anybody any more.");
	if (!str_eq(h->plan.state, S("active")))
		return fail(c, ERR_CONFLICT, "This plan has ended; it can be read, not changed.");
	json_ki64(c->out, "plan", h->plan.id);
	json_ki64(c->out, "outcome", h->before.id);
	json_ki64(c->out, "teammate", h->plan.teammate_id);
	return OK;
}

/* ---- the person ---- */

struct plan_say_in {
	int64_t outcome;
	bool undo;
	struct opt_i64 rating;
	struct str note;
};
static const struct field say_fields[] = {
	FIELD(struct plan_say_in, outcome, FIELD_ID, .required = true, .positional = true, .help = "which outcome of your plan"),
	FIELD(struct plan_say_in, undo, FIELD_BOOL, .help = "it is not true yet, after all"),
	FIELD(struct plan_say_in, rating, FIELD_INT, .min = 1, .max = 5, .help = "how sure you are, 1 to 5: for yourself"),
	FIELD(struct plan_say_in, note, FIELD_TEXT, .max = 2000, .help = "a word about it, for yourself and those who help you"),
};

static enum err plan_say(struct ctx *c, const struct plan_say_in *in)
{
	struct held h;
	TRY(hold(c, in->outcome, &h));
	if (c->actor.kind == ACTOR_TEAMMATE && c->actor.id != h.plan.teammate_id)
		return fail(c, ERR_FORBIDDEN, "Only the person themselves can say this. You can acknowledge what asks for another's word.");
	bool counted = str_eq(h.o.proof, S("evidence")) || str_eq(h.o.proof, S("certification"));
	if (counted && !in->rating.set && !in->note.n)
		return fail(c, ERR_CONFLICT, "This becomes true by itself, from what the desk sees. You can add a note or how sure you are.");
	if (in->rating.set)
		h.after.self_rating = in->rating;
	if (in->note.p)
		h.after.self_note = in->note;
	if (!counted)
		h.after.self_us = in->undo ? NONE : h.before.self_us.set ? h.before.self_us : SOME(c->now_us);
	json_kstr(c->out, "said", in->undo ? S("It is open again.") : str_eq(h.o.proof, S("self")) ? S("Good. It is true.") : S("Noted."));
	if (!in->undo && !h.before.self_us.set && !counted)
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/plan.say?outcome=%lld&undo=1", (long long)h.before.id));
	return growth_outcome_save(c, "growth_outcome.said", &h.before, &h.after, &h.o);
}
COMMAND_RUN(plan_say)

const struct command plan_say_cmd = {
	.name = "plan.say", .help = "Say that an outcome of your plan is true for you, or sign it", FIELDS(say_fields, struct plan_say_in), .need = CAN_CHANGE_SELF,
	.run = RUN(plan_say),
};

/* ---- the other ---- */

struct plan_acknowledge_in {
	int64_t outcome;
	bool undo;
	struct str note;
};
static const struct field acknowledge_fields[] = {
	FIELD(struct plan_acknowledge_in, outcome, FIELD_ID, .required = true, .positional = true, .help = "which outcome of somebody's plan"),
	FIELD(struct plan_acknowledge_in, undo, FIELD_BOOL, .help = "take it back"),
	FIELD(struct plan_acknowledge_in, note, FIELD_TEXT, .max = 2000, .help = "a word for them"),
};

static enum err plan_acknowledge(struct ctx *c, const struct plan_acknowledge_in *in)
{
	struct held h;
	TRY(hold(c, in->outcome, &h));
	if (!str_eq(h.o.proof, S("acknowledged")) && !str_eq(h.o.proof, S("two")))
		return fail(c, ERR_CONFLICT, "Nobody else is asked about this outcome: %.*s.",
			    STR_ARG(programme_proof_words(c->arena, h.o.proof, h.o.ack_by, h.o.evidence, h.o.need)));
	TRY(growth_may_acknowledge(c, &h.plan, h.o.ack_by));
	h.after.other_us = in->undo ? NONE : SOME(c->now_us);
	h.after.other_by = in->undo ? NONE : growth_actor(c);
	if (in->note.p)
		h.after.other_note = in->note;
	json_kstr(c->out, "said", in->undo ? S("Taken back.") : S("Noted, with your name."));
	if (!in->undo)
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/plan.acknowledge?outcome=%lld&undo=1", (long long)h.before.id));
	return growth_outcome_save(c, "growth_outcome.acknowledged", &h.before, &h.after, &h.o);
}
COMMAND_RUN(plan_acknowledge)

const struct command plan_acknowledge_cmd = {
	.name = "plan.acknowledge", .help = "Say that an outcome is true for somebody else, or sign it with them", FIELDS(acknowledge_fields, struct plan_acknowledge_in),
	.need = CAN_CHANGE_SELF, .run = RUN(plan_acknowledge),
};

/* ---- the log ---- */

enum err growth_count(struct ctx *c, const struct growth_plan_row_row *plan, struct str proof, struct str evidence, int64_t need, int64_t since_months, int64_t *ret)
{
	int64_t start = 0;
	const struct zone *z = growth_zone(plan->zone);
	const struct evidence_kind *k = evidence_find(evidence);
	*ret = 0;
	if (str_eq(proof, S("certification"))) {
		bool certified;
		TRY(growth_is_certified(c, plan->teammate_id, &certified));
		*ret = certified;
		return OK;
	}
	due_parse_date(plan->start_date, &start);
	int64_t since = since_months ? growth_after(start, S("month"), since_months) : start;
	const struct growth_asked q = { .teammate = plan->teammate_id, .since_us = growth_day_begins(z, since), .since_date = due_date_text(c->arena, since), .need = need };
	return k ? k->count(c, &q, ret) : OK;
}

enum err growth_refresh(struct ctx *c, int64_t teammate)
{
	struct growth_plan_now_row now;
	struct growth_plan_row_row plan;
	struct growth_outcomes_counted_row *w;
	size_t n;
	bool found;
	TRY(growth_plan_now(c->db, c->arena, &now, &found, .teammate_id = teammate));
	if (!found)
		return OK;
	TRY(growth_plan_get(c, now.id, &plan));
	TRY(growth_outcomes_counted(c->db, c->arena, &w, &n, .plan_id = plan.id));
	for (size_t i = 0; i < n; i++) {
		struct growth_outcome_row_row before, after;
		struct programme_outcome_row_row o;
		int64_t value;
		TRY(growth_count(c, &plan, w[i].proof, w[i].evidence, w[i].need, w[i].since_months, &value));
		TRY(GROWTH_GET(c, growth_outcome, &before, w[i].id, "outcome of a plan"));
		bool right = str_eq(before.state, S("true")) == (value >= (w[i].need > 0 ? w[i].need : 1));
		if (right && before.value.set && before.value.v == value)
			continue;
		TRY(GROWTH_GET(c, programme_outcome, &o, w[i].outcome_id, "outcome"));
		after = before;
		after.value = SOME(value);
		TRY(growth_outcome_save(c, "growth_outcome.counted", &before, &after, &o));
	}
	return OK;
}

/* ---- the ramp, and who follows a plan ---- */

bool growth_in_ramp(struct ctx *c, int64_t teammate, utime at)
{
	struct growth_ramp_at_row row;
	bool found = false;
	return growth_ramp_at(c->db, c->arena, &row, &found, .teammate_id = teammate, .at_us = at) == OK && found;
}

enum err growth_card_of(struct ctx *c, int64_t teammate, struct growth_card *ret, bool *ret_found)
{
	struct growth_plan_of_row of;
	struct growth_plan_row_row p;
	int64_t start;
	TRY(growth_plan_of(c->db, c->arena, &of, ret_found, .teammate_id = teammate));
	if (!*ret_found)
		return OK;
	TRY(growth_plan_get(c, of.id, &p));
	due_parse_date(p.start_date, &start);
	*ret = (struct growth_card){
		.plan = p.id, .teammate = p.teammate_id, .manager = p.manager_id.v, .start_date = p.start_date, .role = p.role, .zone = p.zone, .ramp_end = p.ramp_end,
		.state = p.state, .level = p.level, .day = growth_day_of(growth_zone(p.zone), c->now_us) - start + 1,
	};
	return OK;
}

/* A new zone or other working days move the dates of somebody's plan; hours are evidence besides. */
static enum err on_teammate(struct ctx *c, const struct event_new *e, int64_t seq)
{
	struct growth_plan_now_row now;
	struct growth_plan_row_row before, plan;
	struct teammate t;
	bool found;
	(void)seq;
	if (strcmp(e->entity, "teammate") != 0 || (str_find(e->data, S("\"zone\"")) < 0 && str_find(e->data, S("\"work_hours\"")) < 0))
		return OK;
	TRY(growth_plan_now(c->db, c->arena, &now, &found, .teammate_id = e->entity_id));
	if (!found)
		return OK;
	TRY(people_get(c, e->entity_id, &t));
	TRY(growth_plan_get(c, now.id, &before));
	plan = before;
	plan.zone = t.zone;
	plan.work_days = growth_work_days(t.work_hours);
	return growth_apply(c, "growth_plan.dated", &before, &plan);
}

/* ---- what solved tickets and replies do to plans ---- */

static enum err on_ticket(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	return strcmp(e->entity, "ticket") == 0 || strcmp(e->entity, "ticket_tag") == 0 || strcmp(e->entity, "message") == 0 ? evidence_on_ticket(c, e) : OK;
}

/* ---- what calls, certifications, pairings and account work do to plans ---- */

static enum err on_practice(struct ctx *c, const struct event_new *e, int64_t seq)
{
	int64_t *ids;
	size_t n;
	(void)seq;
	TRY(practice_concerns(c, e, &ids, &n));
	for (size_t i = 0; i < n; i++)
		TRY(growth_refresh(c, ids[i]));
	return OK;
}

const struct reaction growth_reactions[] = {
	{ .kind = "certification.*", .when = IN_TX, .fold = on_practice },
	{ .kind = "call.*", .when = IN_TX, .fold = on_practice },
	{ .kind = "pairing.*", .when = IN_TX, .fold = on_practice },
	{ .kind = "work.*", .when = IN_TX, .fold = on_practice },
	{ .kind = "ticket.*", .when = IN_TX, .fold = on_ticket },
	{ .kind = "message.*", .when = IN_TX, .fold = on_ticket },
	{ .kind = "teammate.*", .when = IN_TX, .fold = on_teammate },
	{ 0 },
};
