/* programme_edit.c: writing programmes: drafts, their outcomes, publishing. A published revision is never changed: what is to change is drafted anew.
 *
 * An outcome's key is its identity over all revisions. It is given once, when the outcome is new, and answers of people hang on it. */
#include "growth/programme.h"

#include "people/people.h"
#include "playbook/playbook.h"

#include <string.h>

#include "base/banned.h"

static const struct programme_outcome_row_row NO_OUTCOME = { .help = { "", 0 }, .ack_by = { "anyone", 6 }, .evidence = { "", 0 }, .role = { "", 0 } };

static enum err slug_check(struct ctx *c, const char *field, struct str s, bool dots)
{
	bool good = s.n > 0;
	for (size_t i = 0; i < s.n; i++)
		good &= (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_' ||
			(dots && (s.p[i] == '.' || (s.p[i] >= 'A' && s.p[i] <= 'Z')));
	return good ? OK : fail_field(c, str_c(field), dots ? "Letters, digits, “.”, “-” and “_”: W2.3" : "Small letters, digits, “-” and “_”: support-engineer");
}

static enum err draft_get(struct ctx *c, int64_t rev, struct programme_rev_row_row *ret)
{
	TRY(GROWTH_GET(c, programme_rev, ret, rev, "revision"));
	if (str_eq(ret->state, S("draft")))
		return OK;
	return fail(c, ERR_CONFLICT, "Revision %lld is published and stays as it is. Begin a draft: programme.draft --programme %lld", (long long)ret->number,
		    (long long)ret->programme_id);
}

static enum err bands_check(struct ctx *c, struct opt_i64 from, struct opt_i64 to)
{
	return from.set && to.set && to.v < from.v ? fail_field(c, S("level_to"), "The last level is below the first one.") : OK;
}

/* ---- programmes ---- */

struct programme_create_in {
	struct str name, slug, scope, role, valid_from;
	struct opt_i64 team, level_from, level_to;
};
static const struct field create_fields[] = {
	FIELD(struct programme_create_in, name, FIELD_STR, .required = true, .max = 120, .help = "what it is called"),
	FIELD(struct programme_create_in, slug, FIELD_STR, .required = true, .max = 60, .help = "its short name in addresses", .example = "support-engineer"),
	FIELD(struct programme_create_in, scope, FIELD_ENUM, .choices = programme_scopes, .help = "company: everybody's part; team: for a role or a team (team)"),
	FIELD(struct programme_create_in, role, FIELD_STR, .max = 60, .help = "the role it is for; empty: every role", .example = "support_engineer"),
	FIELD(struct programme_create_in, team, FIELD_ID, .help = "the team whose members it is for"),
	FIELD(struct programme_create_in, level_from, FIELD_INT, .min = 1, .max = 9, .help = "from this level"),
	FIELD(struct programme_create_in, level_to, FIELD_INT, .min = 1, .max = 9, .help = "up to this level"),
	FIELD(struct programme_create_in, valid_from, FIELD_DATE, .help = "for people who start on that date or later (today)"),
};

static enum err programme_create(struct ctx *c, const struct programme_create_in *in)
{
	struct programme_by_slug_row old;
	struct programme_known_row known;
	bool found;
	TRY(slug_check(c, "slug", in->slug, false));
	TRY(bands_check(c, in->level_from, in->level_to));
	TRY(programme_known(c->db, c->arena, &known, .team_id = in->team, .role = or_empty(in->role)));
	if (!known.team)
		return fail_field(c, S("team"), "There is no such team. `team list` shows all.");
	if (!known.role)
		return fail_field(c, S("role"), "There is no role of that name. `role list` shows all; `role title` adds one.");
	TRY(programme_by_slug(c->db, c->arena, &old, &found, .slug = in->slug));
	if (found)
		return fail_field(c, S("slug"), "Another programme has this short name. Choose one that is free.");
	struct programme_row_row p = { .slug = in->slug, .name = in->name, .scope = in->scope.p ? in->scope : S("team"), .team_id = in->team, .role = or_empty(in->role),
				       .level_from = in->level_from, .level_to = in->level_to, .created_us = c->now_us };
	TRY(GROWTH_ADD(c, programme, "programme.created", &p));
	struct programme_rev_row_row r = { .programme_id = p.id, .number = 1, .state = S("draft"), .valid_from = in->valid_from.p ? in->valid_from : people_date(c->arena, c->now_us),
					   .ramp_unit = S("week"), .soft_days = 28, .note = S(""), .source = S("this desk"), .created_by = growth_actor(c), .created_us = c->now_us };
	TRY(GROWTH_ADD(c, programme_rev, "programme_rev.created", &r));
	json_ki64(c->out, "programme", p.id);
	json_ki64(c->out, "rev", r.id);
	json_kstr(c->out, "said", S("A first draft is there. Write its outcomes, look at it as a person would have it, then publish."));
	return OK;
}
COMMAND_RUN(programme_create)

const struct command programme_create_cmd = {
	.name = "programme.create", .help = "Begin a programme", FIELDS(create_fields, struct programme_create_in), .need = CAN_LEAD, .run = RUN(programme_create),
};

struct programme_retire_in {
	int64_t programme;
	bool back;
};
static const struct field retire_fields[] = {
	FIELD(struct programme_retire_in, programme, FIELD_ID, .required = true, .positional = true, .help = "which programme"),
	FIELD(struct programme_retire_in, back, FIELD_BOOL, .help = "take it into use again"),
};

static enum err programme_retire(struct ctx *c, const struct programme_retire_in *in)
{
	struct programme_row_row p, q;
	TRY(GROWTH_GET(c, programme, &p, in->programme, "programme"));
	q = p;
	q.retired_us = in->back ? NONE : p.retired_us.set ? p.retired_us : SOME(c->now_us);
	json_ki64(c->out, "programme", p.id);
	json_kstr(c->out, "said", in->back ? S("It is in use again for new plans.") : S("New plans are made without it; plans that have it go on."));
	return GROWTH_PUT(c, programme, in->back ? "programme.restored" : "programme.retired", &p, &q);
}
COMMAND_RUN(programme_retire)

const struct command programme_retire_cmd = {
	.name = "programme.retire", .help = "Put a programme away; running plans keep it", FIELDS(retire_fields, struct programme_retire_in), .need = CAN_LEAD,
	.run = RUN(programme_retire),
};

/* ---- drafts ---- */

static enum err copy_rev(struct ctx *c, int64_t from, int64_t to)
{
	struct programme_outcomes_of_row *o;
	struct programme_tasks_of_row *t;
	size_t n;
	TRY(programme_outcomes(c, from, &o, &n));
	for (size_t i = 0; i < n; i++) {
		struct programme_outcome_row_row row;
		memcpy(&row, &o[i], sizeof(row));
		row.rev_id = to;
		TRY(GROWTH_ADD(c, programme_outcome, "programme_outcome.created", &row));
	}
	TRY(programme_tasks_of(c->db, c->arena, &t, &n, .rev_id = from));
	for (size_t i = 0; i < n; i++) {
		struct programme_task_rows_row row = { .rev_id = to, .outcome_key = t[i].outcome_key, .playbook = t[i].playbook, .task = t[i].task };
		TRY(GROWTH_ADD(c, programme_task, "programme_task.created", &row));
	}
	return OK;
}

enum err programme_new_draft(struct ctx *c, int64_t programme, int64_t like_rev, int64_t *ret_rev)
{
	struct programme_rev_newest_row draft;
	struct programme_rev_next_row next;
	struct programme_rev_row_row like = { .valid_from = people_date(c->arena, c->now_us), .ramp_unit = S("week"), .soft_days = 28 };
	bool found;
	TRY(programme_rev_newest(c->db, c->arena, &draft, &found, .programme_id = programme, .state = S("draft")));
	if (found)
		return fail(c, ERR_CONFLICT, "There is a draft already. Go on with it, publish it, or throw it away first: programme.discard --rev %lld", (long long)draft.id);
	if (like_rev)
		TRY(GROWTH_GET(c, programme_rev, &like, like_rev, "revision"));
	TRY(programme_rev_next(c->db, c->arena, &next, .programme_id = programme));
	struct programme_rev_row_row r = {
		.programme_id = programme, .number = next.number, .state = S("draft"), .valid_from = like.valid_from, .valid_to = like.valid_to, .ramp_unit = like.ramp_unit,
		.ramp_n = like.ramp_n, .soft_days = like.soft_days, .calendar = like.calendar, .note = S(""), .source = S("this desk"), .created_by = growth_actor(c), .created_us = c->now_us,
	};
	TRY(GROWTH_ADD(c, programme_rev, "programme_rev.created", &r));
	*ret_rev = r.id;
	return like_rev ? copy_rev(c, like_rev, r.id) : OK;
}

struct programme_draft_in {
	int64_t programme;
	struct opt_i64 like;
};
static const struct field draft_fields[] = {
	FIELD(struct programme_draft_in, programme, FIELD_ID, .required = true, .positional = true, .help = "which programme"),
	FIELD(struct programme_draft_in, like, FIELD_ID, .help = "the revision to begin from (the newest published one)"),
};

static enum err programme_draft(struct ctx *c, const struct programme_draft_in *in)
{
	struct programme_row_row p;
	struct programme_rev_row_row like_row;
	struct programme_rev_newest_row newest = { 0 };
	bool found;
	int64_t rev;
	TRY(GROWTH_GET(c, programme, &p, in->programme, "programme"));
	TRY(programme_rev_newest(c->db, c->arena, &newest, &found, .programme_id = p.id, .state = S("published")));
	int64_t like = in->like.set ? in->like.v : found ? newest.id : 0;
	if (in->like.set) {
		TRY(GROWTH_GET(c, programme_rev, &like_row, like, "revision"));
		if (like_row.programme_id != p.id)
			return fail_field(c, S("like"), "That revision belongs to another programme.");
	}
	TRY(programme_new_draft(c, p.id, like, &rev));
	json_ki64(c->out, "programme", p.id);
	json_ki64(c->out, "rev", rev);
	json_kstr(c->out, "said", S("Here is a draft to change. Nobody sees it in a plan until it is published."));
	return OK;
}
COMMAND_RUN(programme_draft)

const struct command programme_draft_cmd = {
	.name = "programme.draft", .help = "Begin the next revision of a programme", FIELDS(draft_fields, struct programme_draft_in), .need = CAN_LEAD, .run = RUN(programme_draft),
};

struct programme_edition_in {
	int64_t rev;
	struct str valid_from, valid_to, ramp_unit, source, calendar;
	struct opt_i64 ramp_n, soft_days;
};
static const struct field edition_fields[] = {
	FIELD(struct programme_edition_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
	FIELD(struct programme_edition_in, valid_from, FIELD_DATE, .required = true, .help = "for people who start on that date or later"),
	FIELD(struct programme_edition_in, valid_to, FIELD_DATE, .help = "the first start date it is no longer for; empty: no end"),
	FIELD(struct programme_edition_in, ramp_n, FIELD_INT, .min = 0, .max = 400, .help = "the ramp is over after so many; 0: nothing is said about it"),
	FIELD(struct programme_edition_in, ramp_unit, FIELD_ENUM, .choices = programme_units, .help = "days, weeks or months of ramp"),
	FIELD(struct programme_edition_in, soft_days, FIELD_INT, .min = 0, .max = 400, .help = "dates in the first so many days are soft: nobody is called late"),
	FIELD(struct programme_edition_in, calendar, FIELD_STR, .max = 80, .help = "whose working days its dates go by: a calendar of the desk's promises, with its holidays; own: the person's own week",
	      .example = "pacific-9-5"),
	FIELD(struct programme_edition_in, source, FIELD_STR, .help = "who decided, or where it is written"),
};

static enum err programme_edition(struct ctx *c, const struct programme_edition_in *in)
{
	struct programme_rev_row_row r, q;
	TRY(draft_get(c, in->rev, &r));
	if (in->valid_to.p && str_cmp(in->valid_to, in->valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	bool own = str_eq(in->calendar, S("own"));
	if (in->calendar.n && !own)
		TRY(playbook_calendar_check(c, S("calendar"), in->calendar));
	q = r;
	q.valid_from = in->valid_from;
	q.valid_to = in->valid_to;
	q.ramp_unit = in->ramp_unit.p ? in->ramp_unit : r.ramp_unit;
	q.ramp_n = in->ramp_n.set ? in->ramp_n.v : r.ramp_n;
	q.soft_days = in->soft_days.set ? in->soft_days.v : r.soft_days;
	q.source = in->source.p ? in->source : r.source;
	q.calendar = own ? STR_NULL : in->calendar.n ? in->calendar : r.calendar;
	json_ki64(c->out, "rev", r.id);
	json_ki64(c->out, "programme", r.programme_id);
	json_kstr(c->out, "said", S("Kept in the draft."));
	return GROWTH_PUT(c, programme_rev, "programme_rev.changed", &r, &q);
}
COMMAND_RUN(programme_edition)

const struct command programme_edition_cmd = {
	.name = "programme.edition", .help = "Say for whom a draft is, and how long its ramp lasts", FIELDS(edition_fields, struct programme_edition_in), .need = CAN_LEAD,
	.run = RUN(programme_edition),
};

/* ---- outcomes ---- */

struct programme_outcome_in {
	int64_t rev;
	struct str key, title, help, due_unit, proof, ack_by, evidence, role;
	struct opt_i64 due_n, need, since_months, level_from, level_to, position;
};
static const struct field outcome_fields[] = {
	FIELD(struct programme_outcome_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
	FIELD(struct programme_outcome_in, key, FIELD_STR, .required = true, .max = 40, .help = "its lasting name; one that is there is changed, another is new", .example = "W2.3"),
	FIELD(struct programme_outcome_in, title, FIELD_STR, .required = true, .max = 200, .help = "what will be true"),
	FIELD(struct programme_outcome_in, help, FIELD_TEXT, .max = 4000, .help = "what it means and where to begin"),
	FIELD(struct programme_outcome_in, due_n, FIELD_INT, .required = true, .min = 1, .max = 400, .help = "by the end of which day, week or month"),
	FIELD(struct programme_outcome_in, due_unit, FIELD_ENUM, .required = true, .choices = programme_units, .help = "counted from the start"),
	FIELD(struct programme_outcome_in, proof, FIELD_ENUM, .required = true, .choices = programme_proofs, .help = "how it becomes true"),
	FIELD(struct programme_outcome_in, ack_by, FIELD_ENUM, .choices = programme_ackers, .help = "acknowledged or two: who says so besides (anyone)"),
	FIELD(struct programme_outcome_in, evidence, FIELD_ENUM, .choices = growth_evidence_names, .help = "evidence: what is counted"),
	FIELD(struct programme_outcome_in, need, FIELD_INT, .min = 1, .max = 100000, .help = "evidence: how many of it (1)"),
	FIELD(struct programme_outcome_in, since_months, FIELD_INT, .min = 0, .max = 60, .help = "evidence: counted from so many months after the start (0)"),
	FIELD(struct programme_outcome_in, level_from, FIELD_INT, .min = 1, .max = 9, .help = "for people from this level"),
	FIELD(struct programme_outcome_in, level_to, FIELD_INT, .min = 1, .max = 9, .help = "for people up to this level"),
	FIELD(struct programme_outcome_in, role, FIELD_STR, .max = 60, .help = "for this role only"),
	FIELD(struct programme_outcome_in, position, FIELD_INT, .min = 1, .max = 100000, .help = "its place in the list (the end)"),
};

static enum err outcome_fill(struct ctx *c, const struct programme_outcome_in *in, struct programme_outcome_row_row *o)
{
	bool evidence = str_eq(in->proof, S("evidence"));
	TRY(slug_check(c, "key", in->key, true));
	TRY(bands_check(c, in->level_from, in->level_to));
	if (evidence && !in->evidence.n)
		return fail_field(c, S("evidence"), "Say what is counted: tickets solved, contributions, posts …");
	o->title = in->title;
	o->help = or_empty(in->help);
	o->due_unit = in->due_unit;
	o->due_n = in->due_n.v;
	o->proof = in->proof;
	o->ack_by = in->ack_by.p ? in->ack_by : S("anyone");
	o->evidence = evidence ? in->evidence : S("");
	o->need = evidence ? (in->need.set ? in->need.v : 1) : 0;
	o->since_months = evidence && in->since_months.set ? in->since_months.v : 0;
	o->level_from = in->level_from;
	o->level_to = in->level_to;
	o->role = or_empty(in->role);
	if (in->position.set)
		o->position = in->position.v;
	return OK;
}

static enum err programme_outcome_run(struct ctx *c, const struct programme_outcome_in *in)
{
	struct programme_rev_row_row r;
	struct programme_outcome_find_row at;
	struct programme_outcome_row_row o = NO_OUTCOME, q;
	struct programme_outcomes_of_row *all;
	size_t n;
	bool found;
	TRY(draft_get(c, in->rev, &r));
	TRY(programme_outcome_find(c->db, c->arena, &at, &found, .rev_id = r.id, .key = in->key));
	json_ki64(c->out, "rev", r.id);
	json_ki64(c->out, "programme", r.programme_id);
	json_kstr(c->out, "said", found ? S("Changed in the draft.") : S("Added to the draft."));
	if (found) {
		TRY(GROWTH_GET(c, programme_outcome, &o, at.id, "outcome"));
		q = o;
		TRY(outcome_fill(c, in, &q));
		return GROWTH_PUT(c, programme_outcome, "programme_outcome.changed", &o, &q);
	}
	TRY(programme_outcomes(c, r.id, &all, &n));
	if (n >= 2000)
		return fail(c, ERR_LIMIT, "A programme has at most 2,000 outcomes. Make a second programme for the rest.");
	o.rev_id = r.id;
	o.key = in->key;
	o.position = n ? all[n - 1].position + 10 : 10;
	TRY(outcome_fill(c, in, &o));
	return GROWTH_ADD(c, programme_outcome, "programme_outcome.created", &o);
}
COMMAND_RUN(programme_outcome_run)

const struct command programme_outcome_cmd = {
	.name = "programme.outcome", .help = "Add an outcome to a draft, or change it there", FIELDS(outcome_fields, struct programme_outcome_in), .need = CAN_LEAD,
	.run = RUN(programme_outcome_run),
};

struct programme_key_in {
	int64_t rev;
	struct str key;
};
static const struct field drop_fields[] = {
	FIELD(struct programme_key_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
	FIELD(struct programme_key_in, key, FIELD_STR, .required = true, .max = 40, .help = "the outcome's lasting name"),
};

static enum err drop_tasks(struct ctx *c, int64_t rev, struct str key)
{
	struct programme_tasks_of_row *t;
	size_t n;
	TRY(programme_tasks_of(c->db, c->arena, &t, &n, .rev_id = rev));
	for (size_t i = 0; i < n; i++)
		if (!key.p || str_eq(t[i].outcome_key, key))
			TRY(growth_gone(c, programme_task_del(c->db, .id = t[i].id), "programme_task.removed", "programme_task", t[i].id));
	return OK;
}

static enum err programme_drop(struct ctx *c, const struct programme_key_in *in)
{
	struct programme_rev_row_row r;
	struct programme_outcome_find_row at;
	bool found;
	TRY(draft_get(c, in->rev, &r));
	TRY(programme_outcome_find(c->db, c->arena, &at, &found, .rev_id = r.id, .key = in->key));
	if (!found)
		return fail_field(c, S("key"), "The draft has no outcome of that name.");
	TRY(drop_tasks(c, r.id, in->key));
	json_ki64(c->out, "rev", r.id);
	json_ki64(c->out, "programme", r.programme_id);
	json_kstr(c->out, "said", S("Taken out of the draft. Whoever holds it keeps it until their plan moves on."));
	return growth_gone(c, programme_outcome_del(c->db, .id = at.id), "programme_outcome.removed", "programme_outcome", at.id);
}
COMMAND_RUN(programme_drop)

const struct command programme_drop_cmd = {
	.name = "programme.drop", .help = "Take an outcome out of a draft", FIELDS(drop_fields, struct programme_key_in), .need = CAN_LEAD, .run = RUN(programme_drop),
};

struct programme_link_in {
	int64_t rev;
	struct str key, playbook, task;
};
static const struct field link_fields[] = {
	FIELD(struct programme_link_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
	FIELD(struct programme_link_in, key, FIELD_STR, .required = true, .max = 40, .help = "the outcome's lasting name"),
	FIELD(struct programme_link_in, playbook, FIELD_STR, .required = true, .max = 80, .help = "the playbook's short name"),
	FIELD(struct programme_link_in, task, FIELD_STR, .max = 80, .help = "the task's lasting name in it; empty: the whole playbook"),
};

static enum err linked(struct ctx *c, const struct programme_link_in *in, struct programme_rev_row_row *r, int64_t *ret_task)
{
	struct programme_outcome_find_row at;
	struct programme_tasks_of_row *t;
	size_t n;
	bool found;
	*ret_task = 0;
	TRY(draft_get(c, in->rev, r));
	TRY(programme_outcome_find(c->db, c->arena, &at, &found, .rev_id = r->id, .key = in->key));
	if (!found)
		return fail_field(c, S("key"), "The draft has no outcome of that name.");
	TRY(programme_tasks_of(c->db, c->arena, &t, &n, .rev_id = r->id));
	for (size_t i = 0; i < n; i++)
		if (str_eq(t[i].outcome_key, in->key) && str_eq(t[i].playbook, in->playbook) && str_eq(t[i].task, or_empty(in->task)))
			*ret_task = t[i].id;
	json_ki64(c->out, "rev", r->id);
	json_ki64(c->out, "programme", r->programme_id);
	return OK;
}

static enum err programme_link(struct ctx *c, const struct programme_link_in *in)
{
	struct programme_rev_row_row r;
	int64_t task;
	TRY(slug_check(c, "playbook", in->playbook, false));
	TRY(linked(c, in, &r, &task));
	if (task)
		return OK;
	struct programme_task_rows_row row = { .rev_id = r.id, .outcome_key = in->key, .playbook = in->playbook, .task = or_empty(in->task) };
	return GROWTH_ADD(c, programme_task, "programme_task.created", &row);
}
COMMAND_RUN(programme_link)

const struct command programme_link_cmd = {
	.name = "programme.link", .help = "Say that a task of a playbook leads to an outcome", FIELDS(link_fields, struct programme_link_in), .need = CAN_LEAD,
	.run = RUN(programme_link),
};

static enum err programme_unlink(struct ctx *c, const struct programme_link_in *in)
{
	struct programme_rev_row_row r;
	int64_t task;
	TRY(linked(c, in, &r, &task));
	return task ? growth_gone(c, programme_task_del(c->db, .id = task), "programme_task.removed", "programme_task", task) : OK;
}
COMMAND_RUN(programme_unlink)

const struct command programme_unlink_cmd = {
	.name = "programme.unlink", .help = "Take a link to a playbook's task away", FIELDS(link_fields, struct programme_link_in), .need = CAN_LEAD, .run = RUN(programme_unlink),
};

/* ---- publishing ---- */

enum err programme_publish_rev(struct ctx *c, int64_t rev, struct str note, int64_t dispute)
{
	struct programme_rev_row_row r, q;
	struct programme_outcomes_of_row *o;
	size_t n;
	TRY(draft_get(c, rev, &r));
	TRY(programme_outcomes(c, rev, &o, &n));
	if (!n)
		return fail(c, ERR_CONFLICT, "The draft has no outcome yet. Write the first one, then publish.");
	q = r;
	q.state = S("published");
	q.note = note;
	q.dispute_id = dispute ? SOME(dispute) : NONE;
	q.published_us = SOME(c->now_us);
	return GROWTH_PUT(c, programme_rev, "programme_rev.published", &r, &q);
}

struct programme_publish_in {
	int64_t rev;
	struct str note;
};
static const struct field publish_fields[] = {
	FIELD(struct programme_publish_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
	FIELD(struct programme_publish_in, note, FIELD_STR, .required = true, .max = 400, .help = "what changed, for those who decide whether to move on"),
};

static enum err programme_publish(struct ctx *c, const struct programme_publish_in *in)
{
	struct programme_rev_row_row r;
	TRY(programme_publish_rev(c, in->rev, in->note, 0));
	TRY(GROWTH_GET(c, programme_rev, &r, in->rev, "revision"));
	json_ki64(c->out, "rev", r.id);
	json_ki64(c->out, "programme", r.programme_id);
	json_kstr(c->out, "said", S("Published. New plans use it; running plans stay with theirs until somebody moves them."));
	return OK;
}
COMMAND_RUN(programme_publish)

const struct command programme_publish_cmd = {
	.name = "programme.publish", .help = "Publish a draft: from now on it never changes", FIELDS(publish_fields, struct programme_publish_in), .need = CAN_LEAD,
	.run = RUN(programme_publish),
};

struct programme_rev_in {
	int64_t rev;
};
static const struct field discard_fields[] = {
	FIELD(struct programme_rev_in, rev, FIELD_ID, .required = true, .positional = true, .help = "which draft"),
};

static enum err programme_discard(struct ctx *c, const struct programme_rev_in *in)
{
	struct programme_rev_row_row r;
	struct programme_outcomes_of_row *o;
	size_t n;
	TRY(draft_get(c, in->rev, &r));
	TRY(drop_tasks(c, r.id, STR_NULL));
	TRY(programme_outcomes(c, r.id, &o, &n));
	for (size_t i = 0; i < n; i++)
		TRY(growth_gone(c, programme_outcome_del(c->db, .id = o[i].id), "programme_outcome.removed", "programme_outcome", o[i].id));
	json_ki64(c->out, "programme", r.programme_id);
	json_kstr(c->out, "said", S("The draft is thrown away; what is published is as it was."));
	return growth_gone(c, programme_rev_del(c->db, .id = r.id), "programme_rev.discarded", "programme_rev", r.id);
}
COMMAND_RUN(programme_discard)

const struct command programme_discard_cmd = {
	.name = "programme.discard", .help = "Throw a draft away", FIELDS(discard_fields, struct programme_rev_in), .need = CAN_LEAD, .run = RUN(programme_discard),
};
