/* outcome_dispute.c: "this is not true for me": said by the person, owned by somebody, and resolved: explained, or mended for whoever comes next.
 *
 * To mend is to publish a new revision of the programme in which the outcome reads otherwise; the revision and the outcome name the dispute, so that the
 * programme's page can say who mended what. The person's own plan follows the new revision at once. */
#include "growth/plan_parts.h"

#include "people/people.h"

#include <string.h>

#include "base/banned.h"

static const char *const STATES[] = { "open", "mended", "explained", NULL };

struct dispute_open_in {
	int64_t outcome;
	struct str text;
};
static const struct field open_fields[] = {
	FIELD(struct dispute_open_in, outcome, FIELD_ID, .required = true, .positional = true, .help = "which outcome of your plan"),
	FIELD(struct dispute_open_in, text, FIELD_TEXT, .required = true, .max = 4000, .help = "what is not true, or what is missing to make it so"),
};

static enum err dispute_open(struct ctx *c, const struct dispute_open_in *in)
{
	struct growth_outcome_row_row g;
	struct growth_plan_row_row plan;
	struct dispute_open_of_row old;
	bool found;
	TRY(GROWTH_GET(c, growth_outcome, &g, in->outcome, "outcome of a plan"));
	TRY(growth_plan_get(c, g.plan_id, &plan));
	if (c->actor.kind == ACTOR_TEAMMATE && c->actor.id != plan.teammate_id && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Only the person themselves, or a lead for them, can say this.");
	TRY(dispute_open_of(c->db, c->arena, &old, &found, .growth_outcome_id = g.id));
	if (found)
		return fail(c, ERR_CONFLICT, "This was said already and is being looked at. Its owner gets your further words best in person.");
	struct outcome_dispute_row_row d = {
		.growth_outcome_id = g.id, .programme_id = g.programme_id, .key = g.key, .said_by = plan.teammate_id, .text = in->text, .owner_id = plan.manager_id,
		.state = S("open"), .resolution = S(""), .opened_us = c->now_us,
	};
	TRY(GROWTH_ADD(c, outcome_dispute, "outcome_dispute.opened", &d));
	json_ki64(c->out, "dispute", d.id);
	json_ki64(c->out, "plan", plan.id);
	json_kstr(c->out, "said", S("Thank you. Somebody owns it now, and whoever comes after you will have it better."));
	return OK;
}
COMMAND_RUN(dispute_open)

const struct command dispute_open_cmd = {
	.name = "dispute.open", .help = "Say that an outcome is not true for you", FIELDS(open_fields, struct dispute_open_in), .need = CAN_CHANGE_SELF, .run = RUN(dispute_open),
};

static enum err open_one(struct ctx *c, int64_t id, struct outcome_dispute_row_row *ret)
{
	TRY(GROWTH_GET(c, outcome_dispute, ret, id, "dispute"));
	json_ki64(c->out, "dispute", id);
	if (!str_eq(ret->state, S("open")))
		return fail(c, ERR_CONFLICT, "It is resolved already: %.*s.", STR_ARG(ret->state));
	if (c->actor.kind == ACTOR_TEAMMATE && !(c->actor.caps & CAN_LEAD) && !(ret->owner_id.set && ret->owner_id.v == c->actor.id))
		return fail(c, ERR_FORBIDDEN, "Its owner or a lead resolves it.");
	return OK;
}

struct dispute_owner_in {
	int64_t dispute, owner;
};
static const struct field owner_fields[] = {
	FIELD(struct dispute_owner_in, dispute, FIELD_ID, .required = true, .positional = true, .help = "which dispute"),
	FIELD(struct dispute_owner_in, owner, FIELD_ID, .required = true, .help = "who looks after it"),
};

static enum err dispute_owner(struct ctx *c, const struct dispute_owner_in *in)
{
	struct outcome_dispute_row_row d, e;
	struct teammate t;
	TRY(open_one(c, in->dispute, &d));
	if (people_get(c, in->owner, &t) != OK || !str_eq(t.state, S("active"))) {
		fault_clear(&c->fault);
		return fail_field(c, S("owner"), "There is no active teammate of that number.");
	}
	e = d;
	e.owner_id = SOME(t.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s looks after it.", STR_ARG(t.name)));
	return GROWTH_PUT(c, outcome_dispute, "outcome_dispute.owned", &d, &e);
}
COMMAND_RUN(dispute_owner)

const struct command dispute_owner_cmd = {
	.name = "dispute.owner", .help = "Give a dispute to somebody", FIELDS(owner_fields, struct dispute_owner_in), .need = CAN_CHANGE_SELF, .run = RUN(dispute_owner),
};

static enum err resolve(struct ctx *c, const struct outcome_dispute_row_row *d, struct str state, struct str words, int64_t rev)
{
	struct outcome_dispute_row_row e = *d;
	e.state = state;
	e.resolution = words;
	e.resolved_by = growth_actor(c);
	e.rev_id = rev ? SOME(rev) : NONE;
	e.resolved_us = SOME(c->now_us);
	return GROWTH_PUT(c, outcome_dispute, "outcome_dispute.resolved", d, &e);
}

struct dispute_explain_in {
	int64_t dispute;
	struct str resolution;
};
static const struct field explain_fields[] = {
	FIELD(struct dispute_explain_in, dispute, FIELD_ID, .required = true, .positional = true, .help = "which dispute"),
	FIELD(struct dispute_explain_in, resolution, FIELD_TEXT, .required = true, .max = 4000, .help = "what was done for the person, or why the outcome stays as it is"),
};

static enum err dispute_explain(struct ctx *c, const struct dispute_explain_in *in)
{
	struct outcome_dispute_row_row d;
	TRY(open_one(c, in->dispute, &d));
	json_kstr(c->out, "said", S("Resolved without changing the programme."));
	return resolve(c, &d, S("explained"), in->resolution, 0);
}
COMMAND_RUN(dispute_explain)

const struct command dispute_explain_cmd = {
	.name = "dispute.explain", .help = "Resolve a dispute without changing the programme", FIELDS(explain_fields, struct dispute_explain_in), .need = CAN_CHANGE_SELF,
	.run = RUN(dispute_explain),
};

struct dispute_mend_in {
	int64_t dispute;
	struct str resolution, title, help, due_unit;
	struct opt_i64 due_n, need;
	bool withdraw;
};
static const struct field mend_fields[] = {
	FIELD(struct dispute_mend_in, dispute, FIELD_ID, .required = true, .positional = true, .help = "which dispute"),
	FIELD(struct dispute_mend_in, resolution, FIELD_STR, .required = true, .max = 400, .help = "what is better now"),
	FIELD(struct dispute_mend_in, title, FIELD_STR, .max = 200, .help = "how the outcome reads now (as before)"),
	FIELD(struct dispute_mend_in, help, FIELD_TEXT, .max = 4000, .help = "what it means and where to begin (as before)"),
	FIELD(struct dispute_mend_in, due_n, FIELD_INT, .min = 1, .max = 400, .help = "by the end of which day, week or month (as before)"),
	FIELD(struct dispute_mend_in, due_unit, FIELD_ENUM, .choices = programme_units, .help = "counted from the start (as before)"),
	FIELD(struct dispute_mend_in, need, FIELD_INT, .min = 1, .max = 100000, .help = "evidence: how many (as before)"),
	FIELD(struct dispute_mend_in, withdraw, FIELD_BOOL, .help = "nobody is asked this any more"),
};

static enum err mended_outcome(struct ctx *c, const struct dispute_mend_in *in, const struct outcome_dispute_row_row *d, int64_t rev)
{
	struct programme_outcome_find_row at;
	struct programme_outcome_row_row o, q;
	bool found;
	TRY(programme_outcome_find(c->db, c->arena, &at, &found, .rev_id = rev, .key = d->key));
	if (!found)
		return fail(c, ERR_CONFLICT, "The newest revision does not ask this any more. Explain it instead: dispute.explain");
	if (in->withdraw)
		return growth_gone(c, programme_outcome_del(c->db, .id = at.id), "programme_outcome.removed", "programme_outcome", at.id);
	TRY(GROWTH_GET(c, programme_outcome, &o, at.id, "outcome"));
	q = o;
	q.title = in->title.n ? in->title : o.title;
	q.help = in->help.n ? in->help : o.help;
	q.due_n = in->due_n.set ? in->due_n.v : o.due_n;
	q.due_unit = in->due_unit.n ? in->due_unit : o.due_unit;
	q.need = in->need.set && str_eq(o.proof, S("evidence")) ? in->need.v : o.need;
	if (!fold_differs(&programme_outcome_rows_stmt, &o, &q))
		return fail_field(c, S("title"), "Nothing of the outcome would change. Change its words, its date or its number; or explain it instead.");
	q.mended_by = SOME(d->id);
	return GROWTH_PUT(c, programme_outcome, "programme_outcome.mended", &o, &q);
}

static enum err follow(struct ctx *c, const struct outcome_dispute_row_row *d, int64_t rev)
{
	struct growth_outcome_row_row g;
	struct growth_plan_row_row plan;
	struct growth_parts_of_row *parts;
	size_t n;
	TRY(GROWTH_GET(c, growth_outcome, &g, d->growth_outcome_id, "outcome of a plan"));
	TRY(growth_plan_get(c, g.plan_id, &plan));
	if (!str_eq(plan.state, S("active")))
		return OK;
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = plan.id));
	for (size_t i = 0; i < n; i++)
		if (parts[i].programme_id == d->programme_id && !parts[i].removed_us.set) {
			struct growth_part_rows_row old = { parts[i].id, plan.id, d->programme_id, parts[i].rev_id, parts[i].why, parts[i].created_us, NONE }, new = old;
			struct growth_plan_row_row before = plan;
			new.rev_id = rev;
			TRY(GROWTH_PUT(c, growth_part, "growth_part.changed", &old, &new));
			return growth_apply(c, "growth_plan.dated", &before, &plan);
		}
	return OK;
}

static enum err dispute_mend(struct ctx *c, const struct dispute_mend_in *in)
{
	struct outcome_dispute_row_row d;
	struct growth_outcome_row_row g;
	struct programme_outcome_row_row o;
	struct programme_rev_row_row mine, newest;
	struct growth_plan_row_row plan;
	int64_t rev;
	bool found;
	TRY(open_one(c, in->dispute, &d));
	if (c->actor.kind == ACTOR_TEAMMATE && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "A lead publishes programmes. Ask one to mend it, or explain it.");
	/* the newest revision of the edition that the person's plan follows: other editions are for other years */
	TRY(GROWTH_GET(c, growth_outcome, &g, d.growth_outcome_id, "outcome of a plan"));
	TRY(GROWTH_GET(c, programme_outcome, &o, g.outcome_id, "outcome"));
	TRY(GROWTH_GET(c, programme_rev, &mine, o.rev_id, "revision"));
	TRY(growth_plan_get(c, g.plan_id, &plan));
	TRY(programme_rev_for(c, d.programme_id, plan.start_date, &newest, &found));
	TRY(programme_new_draft(c, d.programme_id, found ? newest.id : mine.id, &rev));
	TRY(mended_outcome(c, in, &d, rev));
	TRY(programme_publish_rev(c, rev, in->resolution, d.id));
	TRY(resolve(c, &d, S("mended"), in->resolution, rev));
	TRY(follow(c, &d, rev));
	json_ki64(c->out, "rev", rev);
	json_ki64(c->out, "programme", d.programme_id);
	json_kstr(c->out, "said", S("Mended: a new revision is published, and whoever comes next has it so."));
	return OK;
}
COMMAND_RUN(dispute_mend)

const struct command dispute_mend_cmd = {
	.name = "dispute.mend", .help = "Resolve a dispute by a new revision of the programme", FIELDS(mend_fields, struct dispute_mend_in), .need = CAN_CHANGE_SELF,
	.run = RUN(dispute_mend),
};

struct dispute_list_in {
	struct str state;
	struct opt_i64 owner, after, max;
};
static const struct field list_fields[] = {
	FIELD(struct dispute_list_in, state, FIELD_ENUM, .choices = STATES, .help = "open, mended or explained (all)"),
	FIELD(struct dispute_list_in, owner, FIELD_ID, .help = "whose to resolve"),
	FIELD(struct dispute_list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct dispute_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err dispute_list(struct ctx *c, const struct dispute_list_in *in)
{
	struct dispute_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(dispute_page(c->db, c->arena, &v, &n, .state = in->state, .owner_id = in->owner, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "dispute", v[i].id);
		json_ki64(c->out, "outcome", v[i].growth_outcome_id);
		json_kstr(c->out, "programme", v[i].programme);
		json_kstr(c->out, "key", v[i].key);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "said_by", v[i].said);
		json_kstr(c->out, "text", v[i].text);
		json_kstr(c->out, "owner", v[i].owner);
		json_kstr(c->out, "state", v[i].state);
		json_kstr(c->out, "resolution", v[i].resolution);
		json_kstr(c->out, "resolved_by", v[i].resolver);
		json_kopt(c->out, "revision", v[i].rev_number);
		json_ktime(c->out, "opened", v[i].opened_us);
		json_kopt_time(c->out, "resolved", v[i].resolved_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(dispute_list)

const struct command dispute_list_cmd = {
	.name = "dispute.list", .help = "Outcomes that somebody found untrue, newest first", FIELDS(list_fields, struct dispute_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(dispute_list),
};
