/* career_team.c: what a team has for all: the enablement library, profiles ("how to work with me"), reviews along the guiding principles; and the presets of
 * the career (presets/handbook/career.def). */
#include "growth/programme.h"

#include "people/people.h"

#include "career.sql.h"

#include <string.h>

static const struct {
	const char *role;
	int64_t level;
	const char *area, *text, *metric, *figure, *unit, *from, *to, *source;
} LEVELS[] = {
#define LEVEL(...) { __VA_ARGS__ },
#include "handbook/career.def"
};
static const struct {
	const char *role, *key, *title, *help;
} SKILLS[] = {
#define SKILL(...) { __VA_ARGS__ },
#include "handbook/career.def"
};
static const struct {
	int64_t number;
	const char *title, *text, *from, *to, *source;
} PRINCIPLES[] = {
#define PRINCIPLE(...) { __VA_ARGS__ },
#include "handbook/career.def"
};
static const struct {
	const char *key, *words;
} FIELDS_OF[] = {
#define PROFILE_FIELD(key, words) { key, words },
#include "handbook/career.def"
};
const char *const career_field_keys[] = {
#define PROFILE_FIELD(key, words) key,
#include "handbook/career.def"
	NULL };
const char *const career_item_kinds[] = { "session", "deep_dive", "material", NULL };

#include "base/banned.h"

struct str career_field_words(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(FIELDS_OF); i++)
		if (str_eq(key, str_c(FIELDS_OF[i].key)))
			return str_c(FIELDS_OF[i].words);
	return key;
}

enum err career_presets(struct ctx *c)
{
	struct career_any_row any;
	TRY(career_any(c->db, c->arena, &any));
	for (size_t i = 0; i < ARRAY_LEN(LEVELS) && !any.levels; i++) {
		struct career_level_rows_row r = { .role = str_c(LEVELS[i].role), .level = LEVELS[i].level, .area = str_c(LEVELS[i].area), .text = str_c(LEVELS[i].text),
						   .metric = str_c(LEVELS[i].metric), .figure = str_c(LEVELS[i].figure), .unit = str_c(LEVELS[i].unit),
						   .valid_from = str_c(LEVELS[i].from), .valid_to = str_c(LEVELS[i].to), .source = str_c(LEVELS[i].source) };
		TRY(GROWTH_ADD(c, career_level, "career_level.created", &r));
	}
	for (size_t i = 0; i < ARRAY_LEN(SKILLS) && !any.skills; i++) {
		struct career_skill_rows_row r = { .role = str_c(SKILLS[i].role), .key = str_c(SKILLS[i].key), .title = str_c(SKILLS[i].title), .help = str_c(SKILLS[i].help) };
		TRY(GROWTH_ADD(c, career_skill, "career_skill.created", &r));
	}
	for (size_t i = 0; i < ARRAY_LEN(PRINCIPLES) && !any.principles; i++) {
		struct career_principle_rows_row r = { .number = PRINCIPLES[i].number, .title = str_c(PRINCIPLES[i].title), .text = str_c(PRINCIPLES[i].text),
						       .valid_from = str_c(PRINCIPLES[i].from), .valid_to = str_c(PRINCIPLES[i].to), .source = str_c(PRINCIPLES[i].source) };
		TRY(GROWTH_ADD(c, career_principle, "career_principle.created", &r));
	}
	return OK;
}

/* ---- library ---- */

struct library_add_in {
	struct str kind, title, area, url, by_name, on_date, about;
	struct opt_i64 minutes;
};
static const struct field library_fields[] = {
	FIELD(struct library_add_in, kind, FIELD_ENUM, .required = true, .choices = career_item_kinds, .help = "a session, a deep dive, or something to read or watch"),
	FIELD(struct library_add_in, title, FIELD_STR, .required = true, .max = 200, .help = "what it is about"),
	FIELD(struct library_add_in, area, FIELD_STR, .max = 60, .help = "the part of the product or of the work"),
	FIELD(struct library_add_in, url, FIELD_STR, .max = 500, .help = "the recording, the slides, the page"),
	FIELD(struct library_add_in, minutes, FIELD_INT, .min = 1, .max = 1000, .help = "how long it takes"),
	FIELD(struct library_add_in, by_name, FIELD_STR, .max = 120, .help = "who gave it"),
	FIELD(struct library_add_in, on_date, FIELD_DATE, .help = "when it was, or will be (today)"),
	FIELD(struct library_add_in, about, FIELD_TEXT, .max = 4000, .help = "what one takes from it"),
};

static enum err library_add(struct ctx *c, const struct library_add_in *in)
{
	TRY(growth_url_check(c, "url", in->url, str_eq(in->kind, S("material"))));
	struct career_item_row_row r = {
		.kind = in->kind, .title = in->title, .area = or_empty(in->area), .url = or_empty(in->url), .minutes = in->minutes, .by_name = or_empty(in->by_name),
		.on_date = in->on_date.p ? in->on_date : people_date(c->arena, c->now_us), .about = or_empty(in->about), .created_us = c->now_us,
	};
	TRY(GROWTH_ADD(c, career_item, "career_item.created", &r));
	json_ki64(c->out, "item", r.id);
	json_kstr(c->out, "said", S("It stands in the library."));
	return OK;
}
COMMAND_RUN(library_add)

const struct command library_add_cmd = {
	.name = "library.add", .help = "Put a session, a deep dive or some material into the library", FIELDS(library_fields, struct library_add_in), .need = CAN_CHANGE_SELF,
	.run = RUN(library_add),
};

struct library_item_in {
	int64_t item;
	bool undo;
	struct opt_i64 teammate;
};
static const struct field library_remove_fields[] = {
	FIELD(struct library_item_in, item, FIELD_ID, .required = true, .positional = true, .help = "which one"),
	FIELD(struct library_item_in, undo, FIELD_BOOL, .help = "put it back"),
};

static enum err library_remove(struct ctx *c, const struct library_item_in *in)
{
	struct career_item_row_row r, q;
	TRY(GROWTH_GET(c, career_item, &r, in->item, "item"));
	q = r;
	q.removed_us = in->undo ? NONE : r.removed_us.set ? r.removed_us : SOME(c->now_us);
	json_kstr(c->out, "said", in->undo ? S("It is back.") : S("Taken out of the library."));
	if (!in->undo)
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/library.remove?item=%lld&undo=1", (long long)r.id));
	return GROWTH_PUT(c, career_item, in->undo ? "career_item.restored" : "career_item.removed", &r, &q);
}
COMMAND_RUN(library_remove)

const struct command library_remove_cmd = {
	.name = "library.remove", .help = "Take something out of the library", FIELDS(library_remove_fields, struct library_item_in), .need = CAN_REPLY, .run = RUN(library_remove),
};

static const struct field library_done_fields[] = {
	FIELD(struct library_item_in, item, FIELD_ID, .required = true, .positional = true, .help = "which one"),
	FIELD(struct library_item_in, teammate, FIELD_ID, .help = "who (you)"),
};

static enum err library_done(struct ctx *c, const struct library_item_in *in)
{
	struct career_item_row_row r;
	struct career_done_one_row old;
	int64_t who;
	bool found;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(GROWTH_GET(c, career_item, &r, in->item, "item"));
	TRY(career_done_one(c->db, c->arena, &old, &found, .teammate_id = who, .item_id = r.id));
	json_kstr(c->out, "said", S("Noted that you know it."));
	if (found)
		return OK;
	struct career_done_rows_row d = { .item_id = r.id, .teammate_id = who, .at_us = c->now_us };
	return GROWTH_ADD(c, career_done, "career_done.created", &d);
}
COMMAND_RUN(library_done)

const struct command library_done_cmd = {
	.name = "library.done", .help = "Say that you have been there, or read it", FIELDS(library_done_fields, struct library_item_in), .need = CAN_CHANGE_SELF,
	.run = RUN(library_done),
};

struct list_in {
	struct opt_i64 after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err library_list(struct ctx *c, const struct list_in *in)
{
	struct career_items_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(career_items(c->db, c->arena, &v, &n, .teammate_id = c->actor.id, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "item", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "area", v[i].area);
		json_kstr(c->out, "url", v[i].url);
		json_kopt(c->out, "minutes", v[i].minutes);
		json_kstr(c->out, "by", v[i].by_name);
		json_kstr(c->out, "on_date", v[i].on_date);
		json_kstr(c->out, "about", v[i].about);
		json_kopt_time(c->out, "done", v[i].done_us);
		json_ki64(c->out, "done_by", v[i].done_n);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(library_list)

const struct command library_list_cmd = {
	.name = "library.list", .help = "The enablement library, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(library_list),
};

/* ---- profile ---- */

struct profile_set_in {
	struct str field, body;
	struct opt_i64 teammate;
};
static const struct field profile_fields[] = {
	FIELD(struct profile_set_in, field, FIELD_ENUM, .required = true, .choices = career_field_keys, .help = "about what"),
	FIELD(struct profile_set_in, body, FIELD_TEXT, .max = 4000, .help = "in your words; empty: say nothing about it"),
	FIELD(struct profile_set_in, teammate, FIELD_ID, .help = "whose (yours)"),
};

static enum err profile_set(struct ctx *c, const struct profile_set_in *in)
{
	struct career_profile_of_row *v;
	size_t n;
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	if (c->actor.kind == ACTOR_TEAMMATE && who != c->actor.id)
		return fail(c, ERR_FORBIDDEN, "Everybody writes their own page.");
	TRY(career_profile_of(c->db, c->arena, &v, &n, .teammate_id = who));
	json_ki64(c->out, "teammate", who);
	json_kstr(c->out, "said", S("Kept."));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].field, in->field))
			continue;
		struct career_profile_of_row q = v[i];
		if (str_eq(q.body, or_empty(in->body)))
			return OK;
		q.body = or_empty(in->body);
		q.changed_us = c->now_us;
		return GROWTH_PUT(c, career_profile, "career_profile.changed", &v[i], &q);
	}
	if (!in->body.n)
		return OK;
	struct career_profile_rows_row r = { .teammate_id = who, .field = in->field, .body = in->body, .changed_us = c->now_us };
	return GROWTH_ADD(c, career_profile, "career_profile.created", &r);
}
COMMAND_RUN(profile_set)

const struct command profile_set_cmd = {
	.name = "profile.set", .help = "Tell the team how to work with you", FIELDS(profile_fields, struct profile_set_in), .need = CAN_CHANGE_SELF, .run = RUN(profile_set),
};

struct whose_in {
	struct opt_i64 teammate;
};
static const struct field whose_fields[] = {
	FIELD(struct whose_in, teammate, FIELD_ID, .positional = true, .help = "whose (yours)"),
};

static enum err profile_show(struct ctx *c, const struct whose_in *in)
{
	struct career_profile_of_row *v;
	size_t n;
	TRY(career_profile_of(c->db, c->arena, &v, &n, .teammate_id = in->teammate.set ? in->teammate.v : c->actor.id));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		if (!v[i].body.n)
			continue;
		json_obj(c->out);
		json_kstr(c->out, "field", v[i].field);
		json_kstr(c->out, "about", career_field_words(v[i].field));
		json_kstr(c->out, "body", v[i].body);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(profile_show)

const struct command profile_show_cmd = {
	.name = "profile.show", .help = "How to work with somebody, in their own words", FIELDS(whose_fields, struct whose_in), .need = CAN_READ, .reads = true,
	.run = RUN(profile_show),
};

/* ---- principles ---- */

static const char *const HONOURED[] = { "yes", "partly", "no", "open", NULL };

struct review_add_in {
	struct opt_i64 teammate, ticket;
	struct str p1, p2, p3, p4, p5, p6, p7, p8, note;
};
#define P(member) FIELD(struct review_add_in, member, FIELD_ENUM, .choices = HONOURED, .help = "was this principle honoured?")
static const struct field review_fields[] = {
	FIELD(struct review_add_in, teammate, FIELD_ID, .help = "whose work (yours)"),
	FIELD(struct review_add_in, ticket, FIELD_ID, .help = "which ticket; empty: the time in general"),
	P(p1), P(p2), P(p3), P(p4), P(p5), P(p6), P(p7), P(p8),
	FIELD(struct review_add_in, note, FIELD_TEXT, .max = 4000, .help = "what was good, and what you would try next time"),
};
#undef P

static enum err review_add(struct ctx *c, const struct review_add_in *in)
{
	const struct str said[] = { in->p1, in->p2, in->p3, in->p4, in->p5, in->p6, in->p7, in->p8 };
	struct career_principles_on_row *v;
	struct teammate t;
	size_t n, k = 0;
	int64_t who = in->teammate.set ? in->teammate.v : c->actor.id, by = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : who;
	TRY(people_get(c, who, &t));
	TRY(career_principles_on(c->db, c->arena, &v, &n, .date = people_date(c->arena, c->now_us)));
	for (size_t i = 0; i < n; i++) {
		if (v[i].number < 1 || v[i].number > 8 || !said[v[i].number - 1].p)
			continue;
		struct career_review_rows_row r = { .teammate_id = who, .by_id = by, .ticket_id = in->ticket, .principle = v[i].number, .honoured = said[v[i].number - 1],
						    .note = k++ ? S("") : or_empty(in->note), .at_us = c->now_us };
		TRY(GROWTH_ADD(c, career_review, "career_review.created", &r));
	}
	if (!k)
		return fail_field(c, S("p1"), "Say something about one of the principles at least.");
	json_ki64(c->out, "teammate", who);
	json_kstr(c->out, "said", S("Kept. It is for learning; it is no mark."));
	return OK;
}
COMMAND_RUN(review_add)

const struct command review_add_cmd = {
	.name = "review.add", .help = "Look back at some work along the guiding principles", FIELDS(review_fields, struct review_add_in), .need = CAN_CHANGE_SELF, .run = RUN(review_add),
};
