/* career.c: the two people's side of a career: the roadmap with two signatures, check-ins each quarter, what is expected at each level, skills rated by oneself.
 *
 * A signature is under the words as they stand: whoever changes the words takes both signatures away. */
#include "growth/programme.h"

#include "people/people.h"

#include "career.sql.h"

#include "base/banned.h"

/* ---- roadmap ---- */

struct roadmap_write_in {
	struct opt_i64 teammate, manager, level;
	struct str body;
};
static const struct field roadmap_fields[] = {
	FIELD(struct roadmap_write_in, body, FIELD_TEXT, .required = true, .max = 20000, .help = "where you want to go, what that asks for, and by when"),
	FIELD(struct roadmap_write_in, level, FIELD_INT, .min = 1, .max = 9, .help = "the level you aim at"),
	FIELD(struct roadmap_write_in, manager, FIELD_ID, .help = "who signs it with you (your plan's manager)"),
	FIELD(struct roadmap_write_in, teammate, FIELD_ID, .help = "whose (yours)"),
};

static enum err roadmap_write(struct ctx *c, const struct roadmap_write_in *in)
{
	struct career_roadmap_of_row of;
	struct career_roadmap_row_row r = { 0 }, q;
	struct growth_card card = { 0 };
	struct teammate m;
	bool found, plan;
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(growth_card_of(c, who, &card, &plan));
	TRY(career_roadmap_of(c->db, c->arena, &of, &found, .teammate_id = who));
	if (found)
		TRY(GROWTH_GET(c, career_roadmap, &r, of.id, "roadmap"));
	int64_t manager = in->manager.set ? in->manager.v : found ? r.manager_id : plan ? card.manager : 0;
	if (!manager)
		return fail_field(c, S("manager"), "Say who signs it with you.");
	if (manager == who)
		return fail_field(c, S("manager"), "Two people sign: choose somebody else.");
	TRY(people_get(c, manager, &m));
	q = r;
	q.teammate_id = who;
	q.manager_id = manager;
	q.level = in->level.set ? in->level : r.level;
	q.body = in->body;
	bool same = found && str_eq(r.body, q.body) && r.manager_id == q.manager_id && r.level.v == q.level.v && r.level.set == q.level.set;
	json_kstr(c->out, "said", same ? S("Nothing changed.") : S("Kept. It counts once you have both signed these words."));
	json_ki64(c->out, "teammate", who);
	if (same)
		return OK;
	q.person_us = q.manager_us = NONE;
	q.changed_us = c->now_us;
	if (found) {
		json_ki64(c->out, "roadmap", r.id);
		TRY(GROWTH_PUT(c, career_roadmap, "career_roadmap.changed", &r, &q));
	} else {
		q.created_us = c->now_us;
		TRY(GROWTH_ADD(c, career_roadmap, "career_roadmap.created", &q));
		json_ki64(c->out, "roadmap", q.id);
	}
	return growth_refresh(c, who);
}
COMMAND_RUN(roadmap_write)

const struct command roadmap_write_cmd = {
	.name = "roadmap.write", .help = "Write a career roadmap; new words want new signatures", FIELDS(roadmap_fields, struct roadmap_write_in), .need = CAN_CHANGE_SELF,
	.run = RUN(roadmap_write),
};

struct roadmap_sign_in {
	int64_t roadmap;
	bool undo;
	struct opt_i64 as;
};
static const struct field sign_fields[] = {
	FIELD(struct roadmap_sign_in, roadmap, FIELD_ID, .required = true, .positional = true, .help = "which roadmap"),
	FIELD(struct roadmap_sign_in, undo, FIELD_BOOL, .help = "take your signature back"),
	FIELD(struct roadmap_sign_in, as, FIELD_ID, .help = "as which of the two (the operator only)"),
};

static enum err roadmap_sign(struct ctx *c, const struct roadmap_sign_in *in)
{
	struct career_roadmap_row_row r, q;
	TRY(GROWTH_GET(c, career_roadmap, &r, in->roadmap, "roadmap"));
	int64_t me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : in->as.v;
	if (me != r.teammate_id && me != r.manager_id)
		return fail(c, ERR_FORBIDDEN, "Two people sign this: the person and their manager.");
	q = r;
	struct opt_i64 at = in->undo ? NONE : SOME(c->now_us);
	if (me == r.teammate_id)
		q.person_us = at;
	else
		q.manager_us = at;
	bool both = q.person_us.set && q.manager_us.set;
	json_ki64(c->out, "teammate", r.teammate_id);
	json_kbool(c->out, "both", both);
	json_kstr(c->out, "said", in->undo ? S("Your signature is taken back.") : both ? S("Signed by both: it counts.") : S("Signed. The other signature is still missing."));
	TRY(GROWTH_PUT(c, career_roadmap, "career_roadmap.signed", &r, &q));
	return growth_refresh(c, r.teammate_id);
}
COMMAND_RUN(roadmap_sign)

const struct command roadmap_sign_cmd = {
	.name = "roadmap.sign", .help = "Sign a career roadmap", FIELDS(sign_fields, struct roadmap_sign_in), .need = CAN_CHANGE_SELF, .run = RUN(roadmap_sign),
};

/* ---- check-ins ---- */

static const char *const CHECK_IN_KINDS[] = { "quarter", "milestone", "other", NULL };

struct check_in_plan_in {
	int64_t teammate;
	struct opt_i64 with, times;
	struct str due_date, kind;
};
static const struct field check_in_fields[] = {
	FIELD(struct check_in_plan_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "with whom"),
	FIELD(struct check_in_plan_in, due_date, FIELD_DATE, .required = true, .help = "the first one, by"),
	FIELD(struct check_in_plan_in, times, FIELD_INT, .min = 1, .max = 12, .help = "how many, three months apart (1)"),
	FIELD(struct check_in_plan_in, kind, FIELD_ENUM, .choices = CHECK_IN_KINDS, .help = "quarter (default), milestone or other"),
	FIELD(struct check_in_plan_in, with, FIELD_ID, .help = "who holds it (their plan's manager, else you)"),
};

static enum err check_in_plan(struct ctx *c, const struct check_in_plan_in *in)
{
	struct growth_card card = { 0 };
	struct teammate t;
	bool plan;
	int64_t day = 0, added = 0;
	TRY(people_get(c, in->teammate, &t));
	TRY(growth_card_of(c, t.id, &card, &plan));
	int64_t with = in->with.set ? in->with.v : plan && card.manager ? card.manager : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	if (!with || with == t.id)
		return fail_field(c, S("with"), "Say who holds it: somebody else than the person.");
	struct teammate w;
	TRY(people_get(c, with, &w));
	struct str kind = in->kind.p ? in->kind : S("quarter");
	due_parse_date(in->due_date, &day);
	for (int64_t i = 0; i < (in->times.set ? in->times.v : 1); i++) {
		struct career_check_in_find_row old;
		struct str due = due_date_text(c->arena, growth_after(day, S("month"), i * 3));
		bool found;
		TRY(career_check_in_find(c->db, c->arena, &old, &found, .teammate_id = t.id, .kind = kind, .due_date = due));
		if (found)
			continue;
		struct career_check_in_row_row r = { .teammate_id = t.id, .with_id = with, .kind = kind, .due_date = due, .person_note = S(""), .other_note = S(""), .goals = S(""),
						     .created_us = c->now_us };
		TRY(GROWTH_ADD(c, career_check_in, "career_check_in.created", &r));
		json_key(c->out, added++ ? arena_cstr(c->arena, arena_fmt(c->arena, "check_in_%lld", (long long)added)) : "check_in");
		json_i64(c->out, r.id);
	}
	json_ki64(c->out, "teammate", t.id);
	json_ki64(c->out, "added", added);
	json_kstr(c->out, "said", added ? S("Planned.") : S("These were planned already."));
	return OK;
}
COMMAND_RUN(check_in_plan)

const struct command check_in_plan_cmd = {
	.name = "check_in.plan", .help = "Plan check-ins, three months apart", FIELDS(check_in_fields, struct check_in_plan_in), .need = CAN_LEAD, .run = RUN(check_in_plan),
};

struct check_in_note_in {
	int64_t check_in;
	struct str note, goals, held_date;
};
static const struct field note_fields[] = {
	FIELD(struct check_in_note_in, check_in, FIELD_ID, .required = true, .positional = true, .help = "which check-in"),
	FIELD(struct check_in_note_in, held_date, FIELD_DATE, .help = "when you talked"),
	FIELD(struct check_in_note_in, note, FIELD_TEXT, .max = 8000, .help = "your side of it: how it goes, what you would like"),
	FIELD(struct check_in_note_in, goals, FIELD_TEXT, .max = 8000, .help = "what you agreed on until the next one"),
};

static enum err check_in_note(struct ctx *c, const struct check_in_note_in *in)
{
	struct career_check_in_row_row r, q;
	TRY(GROWTH_GET(c, career_check_in, &r, in->check_in, "check-in"));
	bool person = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == r.teammate_id, other = c->actor.kind != ACTOR_TEAMMATE || c->actor.id == r.with_id;
	if (!person && !other)
		return fail(c, ERR_FORBIDDEN, "Only the two who talk write here.");
	q = r;
	if (in->note.p && person)
		q.person_note = in->note;
	if (in->note.p && !person)
		q.other_note = in->note;
	if (in->goals.p)
		q.goals = in->goals;
	if (in->held_date.p)
		q.held_date = in->held_date;
	json_ki64(c->out, "teammate", r.teammate_id);
	json_kstr(c->out, "said", S("Kept."));
	return GROWTH_PUT(c, career_check_in, "career_check_in.changed", &r, &q);
}
COMMAND_RUN(check_in_note)

const struct command check_in_note_cmd = {
	.name = "check_in.note", .help = "Write your side of a check-in", FIELDS(note_fields, struct check_in_note_in), .need = CAN_CHANGE_SELF, .run = RUN(check_in_note),
};

struct whose_in {
	struct opt_i64 teammate;
};
static const struct field whose_fields[] = {
	FIELD(struct whose_in, teammate, FIELD_ID, .positional = true, .help = "whose (yours)"),
};

static enum err check_in_list(struct ctx *c, const struct whose_in *in)
{
	struct career_check_ins_of_row *v;
	size_t n;
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(career_check_ins_of(c->db, c->arena, &v, &n, .teammate_id = who));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "check_in", v[i].id);
		json_kstr(c->out, "with", v[i].with_name);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "due", v[i].due_date);
		json_kstr(c->out, "held", v[i].held_date);
		json_kstr(c->out, "person", v[i].person_note);
		json_kstr(c->out, "other", v[i].other_note);
		json_kstr(c->out, "goals", v[i].goals);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(check_in_list)

const struct command check_in_list_cmd = {
	.name = "check_in.list", .help = "Somebody's check-ins, newest first", FIELDS(whose_fields, struct whose_in), .need = CAN_SIGNED_IN, .reads = true, .run = RUN(check_in_list),
};

/* ---- levels ---- */

struct level_set_in {
	int64_t level;
	struct str role, area, text, metric, figure, unit, valid_from, valid_to, source;
};
static const struct field level_fields[] = {
	FIELD(struct level_set_in, role, FIELD_STR, .required = true, .max = 60, .help = "which role", .example = "support_engineer"),
	FIELD(struct level_set_in, level, FIELD_INT, .required = true, .min = 1, .max = 9, .help = "which level"),
	FIELD(struct level_set_in, area, FIELD_STR, .required = true, .max = 40, .help = "of what", .example = "impact"),
	FIELD(struct level_set_in, text, FIELD_TEXT, .required = true, .max = 4000, .help = "what is expected"),
	FIELD(struct level_set_in, metric, FIELD_STR, .max = 60, .help = "when it is a figure: of what", .example = "first_response"),
	FIELD(struct level_set_in, figure, FIELD_STR, .max = 20, .help = "the figure", .example = "94"),
	FIELD(struct level_set_in, unit, FIELD_STR, .max = 20, .help = "its unit", .example = "%"),
	FIELD(struct level_set_in, valid_from, FIELD_DATE, .required = true, .help = "from that day on"),
	FIELD(struct level_set_in, valid_to, FIELD_DATE, .help = "the first day on which it no longer holds"),
	FIELD(struct level_set_in, source, FIELD_STR, .help = "who decided, or where it is written"),
};

static enum err level_set(struct ctx *c, const struct level_set_in *in)
{
	struct career_level_find_row old;
	bool found;
	if (in->valid_to.p && str_cmp(in->valid_to, in->valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	TRY(career_level_find(c->db, c->arena, &old, &found, .role = in->role, .level = in->level, .area = in->area, .metric = or_empty(in->metric), .valid_from = in->valid_from));
	struct career_level_rows_row r = {
		.role = in->role, .level = in->level, .area = in->area, .text = in->text, .metric = or_empty(in->metric), .figure = or_empty(in->figure), .unit = or_empty(in->unit),
		.valid_from = in->valid_from, .valid_to = in->valid_to, .source = in->source.p ? in->source : S("this desk"),
	};
	json_kstr(c->out, "said", S("Kept."));
	if (!found)
		return GROWTH_ADD(c, career_level, "career_level.created", &r);
	r.id = old.id;
	return GROWTH_PUT(c, career_level, "career_level.changed", &old, &r);
}
COMMAND_RUN(level_set)

const struct command level_set_cmd = {
	.name = "level.set", .help = "Say what is expected at a level, from a day on", FIELDS(level_fields, struct level_set_in), .need = CAN_ADMIN, .run = RUN(level_set),
};

struct level_list_in {
	struct str role, date;
};
static const struct field level_list_fields[] = {
	FIELD(struct level_list_in, role, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "which role"),
	FIELD(struct level_list_in, date, FIELD_DATE, .help = "on which day (today)"),
};

static enum err level_list(struct ctx *c, const struct level_list_in *in)
{
	struct career_level_on_row *v;
	size_t n;
	TRY(career_level_on(c->db, c->arena, &v, &n, .role = in->role, .date = in->date.p ? in->date : people_date(c->arena, c->now_us)));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "level", v[i].level);
		json_kstr(c->out, "area", v[i].area);
		json_kstr(c->out, "text", v[i].text);
		json_kstr(c->out, "metric", v[i].metric);
		json_kstr(c->out, "figure", v[i].figure);
		json_kstr(c->out, "unit", v[i].unit);
		json_kstr(c->out, "valid_from", v[i].valid_from);
		json_kstr(c->out, "valid_to", v[i].valid_to);
		json_kstr(c->out, "source", v[i].source);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(level_list)

const struct command level_list_cmd = {
	.name = "level.list", .help = "What is expected at the levels of a role", FIELDS(level_list_fields, struct level_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(level_list),
};

/* ---- skills ---- */

struct skill_set_in {
	struct str role, key, title, help;
	bool retired;
};
static const struct field skill_fields[] = {
	FIELD(struct skill_set_in, role, FIELD_STR, .required = true, .max = 60, .help = "which role"),
	FIELD(struct skill_set_in, key, FIELD_STR, .required = true, .max = 40, .help = "its lasting name"),
	FIELD(struct skill_set_in, title, FIELD_STR, .required = true, .max = 120, .help = "what one can"),
	FIELD(struct skill_set_in, help, FIELD_TEXT, .max = 2000, .help = "what the marks 1 to 4 mean here"),
	FIELD(struct skill_set_in, retired, FIELD_BOOL, .help = "nobody is asked any more"),
};

static enum err skill_set(struct ctx *c, const struct skill_set_in *in)
{
	struct career_skill_find_row old;
	bool found;
	TRY(career_skill_find(c->db, c->arena, &old, &found, .role = in->role, .key = in->key));
	struct career_skill_rows_row r = { .role = in->role, .key = in->key, .title = in->title, .help = or_empty(in->help), .retired_us = in->retired ? SOME(c->now_us) : NONE };
	json_kstr(c->out, "said", S("Kept."));
	if (!found)
		return GROWTH_ADD(c, career_skill, "career_skill.created", &r);
	r.id = old.id;
	return GROWTH_PUT(c, career_skill, "career_skill.changed", &old, &r);
}
COMMAND_RUN(skill_set)

const struct command skill_set_cmd = {
	.name = "skill.set", .help = "Add a skill to a role's matrix, or change it", FIELDS(skill_fields, struct skill_set_in), .need = CAN_ADMIN, .run = RUN(skill_set),
};

struct skill_rate_in {
	int64_t skill, rating;
	struct opt_i64 teammate;
	struct str note;
};
static const struct field rate_fields[] = {
	FIELD(struct skill_rate_in, skill, FIELD_ID, .required = true, .positional = true, .help = "which skill"),
	FIELD(struct skill_rate_in, rating, FIELD_INT, .required = true, .min = 1, .max = 4, .help = "1 new to me, 2 with help, 3 on my own, 4 I teach it"),
	FIELD(struct skill_rate_in, note, FIELD_STR, .max = 400, .help = "a word about it"),
	FIELD(struct skill_rate_in, teammate, FIELD_ID, .help = "whose rating (yours: nobody rates for you)"),
};

static enum err skill_rate(struct ctx *c, const struct skill_rate_in *in)
{
	struct career_skill_one_row s;
	struct career_rating_at_row same;
	int64_t who;
	bool found;
	TRY(growth_whose(c, in->teammate, &who));
	if (c->actor.kind == ACTOR_TEAMMATE && who != c->actor.id)
		return fail(c, ERR_FORBIDDEN, "Everybody rates themselves.");
	TRY(career_skill_one(c->db, c->arena, &s, &found, .id = in->skill));
	if (!found || s.retired_us.set)
		return fail_field(c, S("skill"), "There is no such skill any more.");
	TRY(career_rating_at(c->db, c->arena, &same, &found, .teammate_id = who, .skill_id = s.id, .at_us = c->now_us));
	if (found)
		return fail(c, ERR_CONFLICT, "You rated this a moment ago. Wait a second and say it again.");
	struct career_rating_rows_row r = { .skill_id = s.id, .teammate_id = who, .rating = in->rating, .note = or_empty(in->note), .at_us = c->now_us };
	json_kstr(c->out, "said", S("Kept, with the date: you will see how it moves."));
	json_ki64(c->out, "teammate", who);
	return GROWTH_ADD(c, career_rating, "career_rating.created", &r);
}
COMMAND_RUN(skill_rate)

const struct command skill_rate_cmd = {
	.name = "skill.rate", .help = "Say how well you can do something", FIELDS(rate_fields, struct skill_rate_in), .need = CAN_CHANGE_SELF, .run = RUN(skill_rate),
};

static enum err skill_list(struct ctx *c, const struct whose_in *in)
{
	struct career_skills_of_row *v;
	struct teammate t;
	size_t n;
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(people_get(c, who, &t));
	TRY(career_skills_of(c->db, c->arena, &v, &n, .role = t.role, .teammate_id = t.id));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "skill", v[i].id);
		json_kstr(c->out, "title", v[i].title);
		json_kopt(c->out, "rating", v[i].rating);
		json_kopt(c->out, "before", v[i].before);
		json_kstr(c->out, "note", v[i].note);
		json_kopt_time(c->out, "at", v[i].at_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(skill_list)

const struct command skill_list_cmd = {
	.name = "skill.list", .help = "Somebody's skills as they rate themselves", FIELDS(whose_fields, struct whose_in), .need = CAN_SIGNED_IN, .reads = true, .run = RUN(skill_list),
};
