/* plan.c: making and changing a person's plan.
 *
 * growth_apply() is the one place where a plan's outcomes are worked out: from its parts (programme and pinned revision), its role, level, start date and
 * zone. Whatever changes one of these calls it; it adds, dates again, withdraws and brings back, and never touches an answer. So a start date that is moved
 * away and back, or a revision that is taken and given back, leaves everything as it was. */
#include "growth/plan_parts.h"

#include "people/people.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct growth_outcome_row_row) == sizeof(struct growth_outcomes_all_row), "the columns of a growth_outcome, in their order");

static const struct growth_outcome_row_row NO_ANSWER = { .state = { "open", 4 }, .self_note = { "", 0 }, .other_note = { "", 0 } };

/* ---- the one place ---- */

struct wanted {
	int64_t programme, also;
	const struct programme_outcomes_of_row *o;
	int64_t due;
	bool soft;
};

struct applying {
	struct ctx *c;
	const struct growth_plan_row_row *plan;
	int64_t start;
	struct wanted *v;
	size_t n, cap;
	int64_t ramp_end;            /* 0 = no programme says */
};

static void want(struct applying *m, const struct programme_outcomes_of_row *o, int64_t programme, int64_t soft_days, const struct playbook_days *days)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].programme != programme && str_ieq(str_trim(m->v[i].o->title), str_trim(o->title))) {
			m->v[i].also = m->v[i].also ? m->v[i].also : programme;
			return;
		}
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		m->v = arena_grow(m->c->arena, m->v, m->cap * sizeof(*m->v), cap * sizeof(*m->v));
		m->cap = cap;
	}
	int64_t due = growth_due(m->start, o->due_unit, o->due_n, days);
	m->v[m->n++] = (struct wanted){ programme, 0, o, due, due < m->start + soft_days };
}

static enum err read_parts(struct applying *m)
{
	struct growth_parts_of_row *parts;
	size_t n, k;
	struct ctx *c = m->c;
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = m->plan->id));
	for (size_t i = 0; i < n; i++) {
		struct programme_rev_row_row rev;
		struct programme_outcomes_of_row *o;
		struct playbook_days days;
		if (parts[i].removed_us.set)
			continue;
		TRY(GROWTH_GET(c, programme_rev, &rev, parts[i].rev_id, "revision"));
		TRY(programme_outcomes(c, rev.id, &o, &k));
		TRY(growth_days_of(c, rev.calendar, &m->plan->work_days, m->start, &days));
		for (size_t j = 0; j < k; j++)
			if (programme_applies(&o[j], m->plan->role, m->plan->level))
				want(m, &o[j], parts[i].programme_id, rev.soft_days, &days);
		int64_t end = rev.ramp_n ? growth_after(m->start, rev.ramp_unit, rev.ramp_n) : 0;
		if (end > m->ramp_end)
			m->ramp_end = end;
	}
	return OK;
}

static enum err put_one(struct ctx *c, const struct growth_plan_row_row *plan, const struct wanted *w, const struct growth_outcome_row_row *old)
{
	const struct zone *z = growth_zone(plan->zone);
	struct growth_outcome_row_row p = old ? *old : NO_ANSWER;
	struct programme_outcome_row_row o;
	memcpy(&o, w->o, sizeof(o));
	p.plan_id = plan->id;
	p.programme_id = w->programme;
	p.key = o.key;
	p.outcome_id = o.id;
	p.due_date = due_date_text(c->arena, w->due);
	p.due_us = growth_day_begins(z, w->due + 1);
	p.soft = w->soft;
	p.also = w->also ? SOME(w->also) : NONE;
	p.withdrawn_us = NONE;
	if (!old)
		return GROWTH_ADD(c, growth_outcome, "growth_outcome.created", &p);
	return growth_outcome_save(c, "growth_outcome.moved", old, &p, &o);
}

static enum err withdraw(struct ctx *c, const struct growth_outcome_row_row *old)
{
	struct growth_outcome_row_row p = *old;
	struct programme_outcome_row_row o;
	if (p.withdrawn_us.set)
		return OK;
	p.withdrawn_us = SOME(c->now_us);
	TRY(GROWTH_GET(c, programme_outcome, &o, p.outcome_id, "outcome"));
	return growth_outcome_save(c, "growth_outcome.withdrawn", old, &p, &o);
}

/* The ramp as dates and instants; an ended plan's ramp is over with it. */
static void ramp_dates(struct ctx *c, struct growth_plan_row_row *plan, int64_t start, int64_t says)
{
	const struct zone *z = growth_zone(plan->zone);
	int64_t end = 0;
	if (!plan->ramp_why.n)
		plan->ramp_end = says ? due_date_text(c->arena, says) : S("");
	bool any = due_parse_date(plan->ramp_end, &end) && end > start;
	plan->ramp_from_us = growth_day_begins(z, start);
	plan->ramp_until_us = any ? growth_day_begins(z, end) : plan->ramp_from_us;
	if (plan->ended_us.set && plan->ended_us.v < plan->ramp_until_us)
		plan->ramp_until_us = plan->ended_us.v > plan->ramp_from_us ? plan->ended_us.v : plan->ramp_from_us;
}

enum err growth_apply(struct ctx *c, const char *kind, const struct growth_plan_row_row *before, struct growth_plan_row_row *plan)
{
	struct applying m = { .c = c, .plan = plan };
	struct growth_outcomes_all_row *rows;
	size_t n;
	if (!due_parse_date(plan->start_date, &m.start))
		return fail_field(c, S("start_date"), "A date like 2026-11-24, please.");
	TRY(read_parts(&m));
	ramp_dates(c, plan, m.start, m.ramp_end);
	TRY(GROWTH_PUT(c, growth_plan, kind, before, plan));
	TRY(growth_outcomes_all(c->db, c->arena, &rows, &n, .plan_id = plan->id));
	bool *seen = arena_array(c->arena, bool, n + 1);
	for (size_t i = 0; i < m.n; i++) {
		const struct growth_outcome_row_row *old = NULL;
		for (size_t k = 0; k < n && !old; k++)
			if (rows[k].programme_id == m.v[i].programme && str_eq(rows[k].key, m.v[i].o->key)) {
				old = (const struct growth_outcome_row_row *)(const void *)&rows[k];
				seen[k] = true;
			}
		TRY(put_one(c, plan, &m.v[i], old));
	}
	for (size_t k = 0; k < n; k++)
		if (!seen[k])
			TRY(withdraw(c, (const struct growth_outcome_row_row *)(const void *)&rows[k]));
	if (!str_eq(plan->state, S("active")))
		return OK;
	TRY(growth_runs_follow(c, plan));
	return growth_refresh(c, plan->teammate_id);
}

/* ---- reading ---- */

enum err growth_plan_get(struct ctx *c, int64_t plan, struct growth_plan_row_row *ret)
{
	return GROWTH_GET(c, growth_plan, ret, plan, "plan");
}

static enum err active_plan(struct ctx *c, int64_t plan, struct growth_plan_row_row *ret)
{
	TRY(growth_plan_get(c, plan, ret));
	return str_eq(ret->state, S("active")) ? OK : fail(c, ERR_CONFLICT, "This plan has ended. Make a new one when the person begins again: plan.create");
}

static enum err answered(struct ctx *c, const struct growth_plan_row_row *plan, const char *said)
{
	json_ki64(c->out, "plan", plan->id);
	json_ki64(c->out, "teammate", plan->teammate_id);
	json_kstr(c->out, "said", str_c(said));
	return OK;
}

/* ---- making one ---- */

static enum err part_put(struct ctx *c, int64_t plan, int64_t programme, int64_t rev, struct str why)
{
	struct growth_parts_of_row *parts;
	size_t n;
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = plan));
	for (size_t i = 0; i < n; i++) {
		if (parts[i].programme_id != programme)
			continue;
		struct growth_part_rows_row old = { parts[i].id, plan, programme, parts[i].rev_id, parts[i].why, parts[i].created_us, parts[i].removed_us }, new = old;
		new.rev_id = rev;
		new.why = why;
		new.removed_us = NONE;
		return GROWTH_PUT(c, growth_part, "growth_part.changed", &old, &new);
	}
	struct growth_part_rows_row row = { .plan_id = plan, .programme_id = programme, .rev_id = rev, .why = why, .created_us = c->now_us };
	return GROWTH_ADD(c, growth_part, "growth_part.created", &row);
}

struct plan_create_in {
	int64_t teammate;
	struct str start_date, role;
	struct opt_i64 level, manager;
};
static const struct field create_fields[] = {
	FIELD(struct plan_create_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "whose plan"),
	FIELD(struct plan_create_in, start_date, FIELD_DATE, .required = true, .help = "their first day"),
	FIELD(struct plan_create_in, role, FIELD_STR, .max = 60, .help = "the role it is for (the one they have)"),
	FIELD(struct plan_create_in, level, FIELD_INT, .min = 1, .max = 9, .help = "their level; it decides between editions for 1–2 and 3–4"),
	FIELD(struct plan_create_in, manager, FIELD_ID, .help = "who leads them, and is told when the plan is not ready the day before"),
};

static enum err check_manager(struct ctx *c, const char *field, struct opt_i64 manager, int64_t teammate)
{
	struct teammate m;
	if (!manager.set)
		return OK;
	if (manager.v == teammate)
		return fail_field(c, str_c(field), "Nobody is their own manager: choose another teammate.");
	if (people_get(c, manager.v, &m) != OK || !str_eq(m.state, S("active"))) {
		fault_clear(&c->fault);
		return fail_field(c, str_c(field), "There is no active teammate of that number.");
	}
	return OK;
}

static enum err plan_create(struct ctx *c, const struct plan_create_in *in)
{
	struct teammate t;
	struct growth_plan_now_row now;
	struct programme_pick *picks;
	struct programme_line *lines;
	size_t n, n_lines;
	int64_t start;
	bool found;
	TRY(people_get(c, in->teammate, &t));
	if (str_eq(t.state, S("disabled")))
		return fail_field(c, S("teammate"), "This teammate is disabled. Enable them first.");
	TRY(check_manager(c, "manager", in->manager, t.id));
	TRY(growth_plan_now(c->db, c->arena, &now, &found, .teammate_id = t.id));
	if (found)
		return fail(c, ERR_CONFLICT, "%.*s has a plan already. Add the other programme to it, or end it first: plan.add, plan.end --plan %lld", STR_ARG(t.name),
			    (long long)now.id);
	due_parse_date(in->start_date, &start);
	int64_t today = growth_day_of(growth_zone(t.zone), c->now_us);
	if (start > today + 730 || start < today - 3660)
		return fail_field(c, S("start_date"), "A day within ten years back and two ahead, please.");
	struct growth_plan_row_row plan = {
		.teammate_id = t.id, .start_date = in->start_date, .role = in->role.n ? in->role : t.role, .level = in->level, .zone = t.zone,
		.work_days = growth_work_days(t.work_hours), .manager_id = in->manager, .ramp_end = S(""), .ramp_why = S(""), .state = S("active"), .created_us = c->now_us,
	};
	struct programme_who who = { .role = plan.role, .start_date = plan.start_date, .zone = plan.zone, .level = plan.level, .work_days = plan.work_days, .teammate = t.id };
	TRY(programme_merge(c, &who, &picks, &n, &lines, &n_lines));
	if (!n_lines)
		return fail(c, ERR_CONFLICT, "No programme is for a %.*s who starts on %.*s. Publish one first: programme.create", STR_ARG(plan.role), STR_ARG(plan.start_date));
	TRY(GROWTH_ADD(c, growth_plan, "growth_plan.created", &plan));
	for (size_t i = 0; i < n; i++)
		TRY(part_put(c, plan.id, picks[i].programme, picks[i].rev, picks[i].why));
	struct growth_plan_row_row before = plan;
	TRY(growth_apply(c, "growth_plan.dated", &before, &plan));
	json_ki64(c->out, "outcomes", (int64_t)n_lines);
	json_kstr(c->out, "ramp_end", plan.ramp_end.n ? plan.ramp_end : STR_NULL);
	return answered(c, &plan, "The plan is made. Look it through, then say that it is ready.");
}
COMMAND_RUN(plan_create)

const struct command plan_create_cmd = {
	.name = "plan.create", .help = "Make somebody's plan from all programmes that are for them", FIELDS(create_fields, struct plan_create_in), .need = CAN_LEAD,
	.run = RUN(plan_create),
};

/* ---- its programmes ---- */

struct plan_part_in {
	int64_t plan, programme;
	struct opt_i64 rev;
};
static const struct field add_fields[] = {
	FIELD(struct plan_part_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_part_in, programme, FIELD_ID, .required = true, .help = "which programme"),
	FIELD(struct plan_part_in, rev, FIELD_ID, .help = "which published revision of it (the one for their start date)"),
};

static enum err pick_rev(struct ctx *c, const struct growth_plan_row_row *plan, const struct plan_part_in *in, struct programme_rev_row_row *ret)
{
	struct programme_row_row p;
	bool found;
	TRY(GROWTH_GET(c, programme, &p, in->programme, "programme"));
	if (in->rev.set) {
		TRY(GROWTH_GET(c, programme_rev, ret, in->rev.v, "revision"));
		if (ret->programme_id != p.id)
			return fail_field(c, S("rev"), "That revision belongs to another programme.");
		return str_eq(ret->state, S("published")) ? OK : fail_field(c, S("rev"), "That revision is a draft. Publish it first.");
	}
	TRY(programme_rev_for(c, p.id, plan->start_date, ret, &found));
	return found ? OK : fail_field(c, S("programme"), "It has no published revision for somebody who starts on that date.");
}

static enum err change_part(struct ctx *c, const struct plan_part_in *in, struct str why, struct growth_plan_row_row *plan)
{
	struct programme_rev_row_row rev;
	TRY(active_plan(c, in->plan, plan));
	TRY(pick_rev(c, plan, in, &rev));
	struct growth_plan_row_row before = *plan;
	TRY(part_put(c, plan->id, rev.programme_id, rev.id, why));
	return growth_apply(c, "growth_plan.dated", &before, plan);
}

static enum err plan_add(struct ctx *c, const struct plan_part_in *in)
{
	struct growth_plan_row_row plan;
	TRY(change_part(c, in, S("added by hand"), &plan));
	return answered(c, &plan, "The programme is part of the plan now. What both ask for is shown once.");
}
COMMAND_RUN(plan_add)

const struct command plan_add_cmd = {
	.name = "plan.add", .help = "Add a programme to a plan", FIELDS(add_fields, struct plan_part_in), .need = CAN_LEAD, .run = RUN(plan_add),
};

static const struct field remove_fields[] = {
	FIELD(struct plan_part_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_part_in, programme, FIELD_ID, .required = true, .help = "which programme"),
};

static enum err plan_remove(struct ctx *c, const struct plan_part_in *in)
{
	struct growth_plan_row_row plan, before;
	struct growth_parts_of_row *parts;
	size_t n;
	TRY(active_plan(c, in->plan, &plan));
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = plan.id));
	for (size_t i = 0; i < n; i++) {
		if (parts[i].programme_id != in->programme || parts[i].removed_us.set)
			continue;
		struct growth_part_rows_row old = { parts[i].id, plan.id, in->programme, parts[i].rev_id, parts[i].why, parts[i].created_us, NONE }, new = old;
		new.removed_us = SOME(c->now_us);
		TRY(GROWTH_PUT(c, growth_part, "growth_part.removed", &old, &new));
		before = plan;
		TRY(growth_apply(c, "growth_plan.dated", &before, &plan));
		return answered(c, &plan, "The programme is no longer part of the plan. Its answers are kept, should it come back.");
	}
	return fail_field(c, S("programme"), "This programme is not part of the plan.");
}
COMMAND_RUN(plan_remove)

const struct command plan_remove_cmd = {
	.name = "plan.remove", .help = "Take a programme out of a plan; answers are kept", FIELDS(remove_fields, struct plan_part_in), .need = CAN_LEAD, .run = RUN(plan_remove),
};

/* The reason stands in the part, so that a page can say it. */
static enum err plan_move(struct ctx *c, const struct plan_part_in *in)
{
	struct growth_plan_row_row plan;
	struct growth_parts_of_row *parts;
	size_t n;
	int64_t was = 0;
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = in->plan));
	struct str why = S("moved by hand");
	for (size_t i = 0; i < n; i++)
		if (parts[i].programme_id == in->programme && !parts[i].removed_us.set) {
			was = parts[i].rev_id;
			why = parts[i].why;
		}
	if (!was)
		return fail_field(c, S("programme"), "This programme is not part of the plan.");
	TRY(change_part(c, in, why, &plan));
	json_ki64(c->out, "was", was);
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/plan.move?plan=%lld&programme=%lld&rev=%lld", (long long)plan.id, (long long)in->programme, (long long)was));
	return answered(c, &plan, "The plan follows the other revision now. Every answer is kept.");
}
COMMAND_RUN(plan_move)

const struct command plan_move_cmd = {
	.name = "plan.move", .help = "Let a plan follow another revision of a programme; answers stay", FIELDS(add_fields, struct plan_part_in), .need = CAN_LEAD, .run = RUN(plan_move),
};

struct plan_move_all_in {
	int64_t rev;
};
static const struct field move_all_fields[] = {
	FIELD(struct plan_move_all_in, rev, FIELD_ID, .required = true, .positional = true, .help = "the published revision that all running plans are to follow"),
};

static enum err plan_move_all(struct ctx *c, const struct plan_move_all_in *in)
{
	struct programme_rev_row_row rev;
	struct growth_plan_behind_rev_row *plans;
	struct growth_plan_row_row plan;
	size_t n;
	TRY(GROWTH_GET(c, programme_rev, &rev, in->rev, "revision"));
	if (!str_eq(rev.state, S("published")))
		return fail_field(c, S("rev"), "That revision is a draft. Publish it first.");
	TRY(growth_plan_behind_rev(c->db, c->arena, &plans, &n, .programme_id = rev.programme_id, .rev_id = rev.id));
	for (size_t i = 0; i < n; i++) {
		struct plan_part_in one = { .plan = plans[i].id, .programme = rev.programme_id, .rev = SOME(rev.id) };
		TRY(change_part(c, &one, S("moved with all running plans"), &plan));
	}
	json_ki64(c->out, "moved", (int64_t)n);
	json_ki64(c->out, "programme", rev.programme_id);
	json_kstr(c->out, "said", n ? arena_fmt(c->arena, "%zu plans follow revision %lld now. Every answer is kept.", n, (long long)rev.number)
				    : S("No running plan follows another revision."));
	return OK;
}
COMMAND_RUN(plan_move_all)

const struct command plan_move_all_cmd = {
	.name = "plan.move_all", .help = "Let all running plans follow a revision", FIELDS(move_all_fields, struct plan_move_all_in), .need = CAN_LEAD, .run = RUN(plan_move_all),
};

/* ---- its facts ---- */

struct plan_start_in {
	int64_t plan;
	struct str start_date;
	struct opt_i64 level;
};
static const struct field start_fields[] = {
	FIELD(struct plan_start_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_start_in, start_date, FIELD_DATE, .required = true, .help = "their first day"),
	FIELD(struct plan_start_in, level, FIELD_INT, .min = 1, .max = 9, .help = "their level, when it changed"),
};

static enum err plan_start(struct ctx *c, const struct plan_start_in *in)
{
	struct growth_plan_row_row before, plan;
	TRY(active_plan(c, in->plan, &before));
	plan = before;
	plan.start_date = in->start_date;
	if (in->level.set)
		plan.level = in->level;
	if (!str_eq(before.start_date, plan.start_date))
		plan.told_us = NONE;
	TRY(growth_apply(c, "growth_plan.start_moved", &before, &plan));
	return answered(c, &plan, "All dates follow the new first day. Answers stay.");
}
COMMAND_RUN(plan_start)

const struct command plan_start_cmd = {
	.name = "plan.start", .help = "Move somebody's first day; all dates follow", FIELDS(start_fields, struct plan_start_in), .need = CAN_LEAD, .run = RUN(plan_start),
};

struct plan_ramp_in {
	int64_t plan;
	struct str end, why;
};
static const struct field ramp_fields[] = {
	FIELD(struct plan_ramp_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_ramp_in, end, FIELD_DATE, .help = "the first day after the ramp; empty: as the programmes say"),
	FIELD(struct plan_ramp_in, why, FIELD_STR, .max = 200, .help = "why it ends on another day than the programmes say"),
};

static enum err plan_ramp(struct ctx *c, const struct plan_ramp_in *in)
{
	struct growth_plan_row_row before, plan;
	TRY(active_plan(c, in->plan, &before));
	if (in->end.p && str_cmp(in->end, before.start_date) < 0)
		return fail_field(c, S("end"), "It cannot end before the first day.");
	if (in->end.p && !in->why.n)
		return fail_field(c, S("why"), "Say why, please: it stands beside the date.");
	plan = before;
	plan.ramp_end = or_empty(in->end);
	plan.ramp_why = in->end.p ? in->why : S("");
	TRY(growth_apply(c, "growth_plan.ramp_changed", &before, &plan));
	return answered(c, &plan, in->end.p ? "The ramp ends on that day." : "The ramp ends as the programmes say.");
}
COMMAND_RUN(plan_ramp)

const struct command plan_ramp_cmd = {
	.name = "plan.ramp", .help = "Say when somebody's ramp is over", FIELDS(ramp_fields, struct plan_ramp_in), .need = CAN_LEAD, .run = RUN(plan_ramp),
};

struct plan_manager_in {
	int64_t plan, manager;
};
static const struct field manager_fields[] = {
	FIELD(struct plan_manager_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_manager_in, manager, FIELD_ID, .required = true, .help = "who leads them"),
};

static enum err plan_manager(struct ctx *c, const struct plan_manager_in *in)
{
	struct growth_plan_row_row before, plan;
	TRY(active_plan(c, in->plan, &before));
	TRY(check_manager(c, "manager", SOME(in->manager), before.teammate_id));
	plan = before;
	plan.manager_id = SOME(in->manager);
	TRY(GROWTH_PUT(c, growth_plan, "growth_plan.manager_changed", &before, &plan));
	TRY(growth_runs_follow(c, &plan));
	return answered(c, &plan, "Noted.");
}
COMMAND_RUN(plan_manager)

const struct command plan_manager_cmd = {
	.name = "plan.manager", .help = "Say who leads a newcomer", FIELDS(manager_fields, struct plan_manager_in), .need = CAN_LEAD, .run = RUN(plan_manager),
};

struct plan_ready_in {
	int64_t plan;
	bool undo;
};
static const struct field ready_fields[] = {
	FIELD(struct plan_ready_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
	FIELD(struct plan_ready_in, undo, FIELD_BOOL, .help = "it is not ready after all"),
};

static enum err plan_ready(struct ctx *c, const struct plan_ready_in *in)
{
	struct growth_plan_row_row before, plan;
	TRY(active_plan(c, in->plan, &before));
	if (!in->undo && !before.manager_id.set)
		return fail(c, ERR_CONFLICT, "Say who leads them first: a newcomer wants somebody to ask.");
	plan = before;
	plan.ready_us = in->undo ? NONE : before.ready_us.set ? before.ready_us : SOME(c->now_us);
	TRY(GROWTH_PUT(c, growth_plan, in->undo ? "growth_plan.not_ready" : "growth_plan.ready", &before, &plan));
	return answered(c, &plan, in->undo ? "It is not ready." : "The plan is ready. They find it on their first day.");
}
COMMAND_RUN(plan_ready)

const struct command plan_ready_cmd = {
	.name = "plan.ready", .help = "Say that a plan is ready for its person", FIELDS(ready_fields, struct plan_ready_in), .need = CAN_LEAD, .run = RUN(plan_ready),
};

struct plan_end_in {
	int64_t plan;
};
static const struct field end_fields[] = {
	FIELD(struct plan_end_in, plan, FIELD_ID, .required = true, .positional = true, .help = "which plan"),
};

static enum err plan_end(struct ctx *c, const struct plan_end_in *in)
{
	struct growth_plan_row_row before, plan;
	TRY(active_plan(c, in->plan, &before));
	plan = before;
	plan.state = S("ended");
	plan.ended_us = SOME(c->now_us);
	TRY(growth_apply(c, "growth_plan.ended", &before, &plan));
	return answered(c, &plan, "The plan has ended. What is in it stays to be read.");
}
COMMAND_RUN(plan_end)

const struct command plan_end_cmd = {
	.name = "plan.end", .help = "End a plan, and its ramp with it", FIELDS(end_fields, struct plan_end_in), .need = CAN_LEAD, .run = RUN(plan_end),
};
