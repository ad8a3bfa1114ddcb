/* aim_rows.c: the desk's own words for suggestions, and how soon a new case is looked at: rows with dates, added and ended. */
#include "triage/triage.h"

#include "core/row.h"
#include "desk/desk.h"
#include "people/people.h"
#include "sla/sla.h"
#include "triage/cue.h"

#include <string.h>

#include "base/banned.h"

enum { ROWS_MOST = 1000 };

/* Begins today unless said, ends after it begins. */
static enum err dates(struct ctx *c, struct str from, struct str to, struct str *ret_from, struct str *ret_to)
{
	*ret_from = from.n ? from : people_date(c->arena, c->now_us);
	*ret_to = to.n ? to : STR_NULL;
	return to.n && str_cmp(to, *ret_from) <= 0 ? fail_field(c, S("valid_to"), "It must end after it begins.") : OK;
}

static enum err may_end(struct ctx *c, struct str from, struct str ends, struct str typed, struct str *ret)
{
	*ret = typed.n ? typed : people_date(c->arena, c->now_us);
	if (ends.p)
		return fail_field(c, S("valid_to"), "It ends on %.*s already.", STR_ARG(ends));
	return str_cmp(*ret, from) <= 0 ? fail_field(c, S("valid_to"), "It must end after it begins, on %.*s.", STR_ARG(from)) : OK;
}

struct end_in {
	int64_t row;
	struct str valid_to;
};
static const struct field end_fields[] = {
	FIELD(struct end_in, row, FIELD_ID, .required = true, .positional = true, .help = "number of the row", .example = "3"),
	FIELD(struct end_in, valid_to, FIELD_DATE, .help = "the first date on which it is no longer so; today unless said"),
};

/* ---- words ---- */

struct cue_in {
	struct str kind, words, value, valid_from, valid_to;
};

static enum err triage_cue_add(struct ctx *c, const struct cue_in *in)
{
	struct triage_cue_rows_row r = { .kind = in->kind, .words = desk_words(c->arena, in->words, 120), .value = in->value.n ? in->value : S(""),
					 .source = S("made at this desk"), .created_us = c->now_us };
	struct triage_cue_same_row same;
	bool found;
	TRY(dates(c, in->valid_from, in->valid_to, &r.valid_from, &r.valid_to));
	if (!r.words.n)
		return fail_field(c, S("words"), "Words need letters or digits.");
	if (str_eq(r.kind, S("ask")) && r.value.n && triage_ask_title(r.value) == triage_ask_title(STR_NULL))
		return fail_field(c, S("value"), "“%.*s” is no question type.", STR_ARG(r.value));
	if ((str_eq(r.kind, S("area")) || str_eq(r.kind, S("theme"))) && r.value.n) {
		struct str kind;
		TRY(ticket_tag_parse(c, arena_fmt(c->arena, "%.*s:%.*s", STR_ARG(r.kind), STR_ARG(r.value)), &kind, &r.value));
	}
	TRY(triage_cue_same(c->db, c->arena, &same, &found, .kind = r.kind, .words = r.words, .value = r.value, .valid_from = r.valid_from));
	if (found)
		return fail_field(c, S("words"), "This row is there already.");
	TRY(row_new(c, &triage_cue_rows_stmt, &r, "triage_cue.added", NULL));
	json_ki64(c->out, "row", r.id);
	json_kstr(c->out, "said", r.value.n ? arena_fmt(c->arena, "“%.*s” suggests %.*s from %.*s.", STR_ARG(r.words), STR_ARG(r.value), STR_ARG(r.valid_from))
					    : arena_fmt(c->arena, "“%.*s” suggests nothing from %.*s.", STR_ARG(r.words), STR_ARG(r.valid_from)));
	return OK;
}
COMMAND_RUN(triage_cue_add)
static const struct field cue_fields[] = {
	FIELD(struct cue_in, kind, FIELD_ENUM, .required = true, .choices = cue_kinds, .help = "what the words suggest: question type, area, theme or severity"),
	FIELD(struct cue_in, words, FIELD_STR, .required = true, .max = 100, .help = "a word, or words one after the other", .example = "executor vm"),
	FIELD(struct cue_in, value, FIELD_STR, .max = 60, .help = "what they suggest; nothing: the words of the handbook are silenced", .example = "executors"),
	FIELD(struct cue_in, valid_from, FIELD_DATE, .help = "from this date on; today unless said"),
	FIELD(struct cue_in, valid_to, FIELD_DATE, .help = "the first date on which it is no longer so"),
};
const struct command triage_cue_add_cmd = {
	.name = "triage_cue.add", .help = "Let words suggest a question type, an area, a theme or a severity", FIELDS(cue_fields, struct cue_in), .need = CAN_LEAD,
	.run = RUN(triage_cue_add),
};

static enum err triage_cue_end(struct ctx *c, const struct end_in *in)
{
	struct triage_cue_rows_row r, after;
	TRY(row_read(c, &triage_cue_rows_stmt, "row", in->row, &r));
	after = r;
	TRY(may_end(c, r.valid_from, r.valid_to, in->valid_to, &after.valid_to));
	json_ki64(c->out, "row", r.id);
	return row_save(c, &triage_cue_rows_stmt, &r, &after, "triage_cue.ended", NULL);
}
COMMAND_RUN(triage_cue_end)
const struct command triage_cue_end_cmd = {
	.name = "triage_cue.end", .help = "Let words of the desk suggest nothing any more", FIELDS(end_fields, struct end_in), .need = CAN_LEAD, .run = RUN(triage_cue_end),
};

static enum err triage_cue_list(struct ctx *c, const void *in)
{
	struct triage_cue_all_row *v;
	size_t n;
	(void)in;
	TRY(triage_cue_all(c->db, c->arena, &v, &n, .max = ROWS_MOST));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "row", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "words", v[i].words);
		json_kstr(c->out, "value", v[i].value);
		json_kstr(c->out, "valid_from", v[i].valid_from);
		json_kstr(c->out, "valid_to", v[i].valid_to);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
const struct command triage_cue_list_cmd = {
	.name = "triage_cue.list", .help = "The desk's own words for suggestions", NO_FIELDS, .need = CAN_READ, .reads = true, .run = triage_cue_list,
};

/* ---- how soon ---- */

struct aim_in {
	int64_t minutes;
	struct str calendar, tag, valid_from, valid_to;
};

static enum err known_calendar(struct ctx *c, struct str name)
{
	struct sla_calendar_line *v;
	struct sla_kept *hold;
	size_t n;
	bool found = !name.n;
	TRY(sla_calendars_of(c, &v, &n, &hold));
	for (size_t i = 0; i < n; i++)
		found |= str_eq(v[i].name, name);
	sla_book_put(hold);
	return found ? OK : fail_field(c, S("calendar"), "There is no calendar “%.*s” among those of the promises.", STR_ARG(name));
}

static enum err triage_aim_add(struct ctx *c, const struct aim_in *in)
{
	struct triage_aim_rows_row r = { .minutes = in->minutes, .calendar = in->calendar.n ? in->calendar : S(""), .tag = in->tag.n ? in->tag : S(""),
					 .source = S("made at this desk"), .created_us = c->now_us };
	struct triage_aim_all_row *v;
	size_t n;
	TRY(dates(c, in->valid_from, in->valid_to, &r.valid_from, &r.valid_to));
	TRY(known_calendar(c, r.calendar));
	if (r.tag.n) {
		struct str kind;
		TRY(ticket_tag_parse(c, r.tag, &kind, &r.tag));
	}
	TRY(triage_aim_all(c->db, c->arena, &v, &n, .max = ROWS_MOST));
	for (size_t i = 0; i < n; i++)
		if (!(v[i].valid_to.p && str_cmp(v[i].valid_to, r.valid_from) <= 0) && !(r.valid_to.p && str_cmp(v[i].valid_from, r.valid_to) >= 0))
			return fail_field(c, S("valid_from"), "The row of %.*s is in force then. End it first.", STR_ARG(v[i].valid_from));
	TRY(row_new(c, &triage_aim_rows_stmt, &r, "triage_aim.added", NULL));
	json_ki64(c->out, "row", r.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "From %.*s somebody looks at a new case within %lld minutes.", STR_ARG(r.valid_from), (long long)r.minutes));
	return OK;
}
COMMAND_RUN(triage_aim_add)
static const struct field aim_fields[] = {
	FIELD(struct aim_in, minutes, FIELD_INT, .required = true, .min = 1, .max = 10080, .positional = true, .help = "minutes of staffed time", .example = "10"),
	FIELD(struct aim_in, calendar, FIELD_STR, .max = 60, .help = "a calendar of the promises; the desk's own unless said"),
	FIELD(struct aim_in, tag, FIELD_STR, .max = 60, .help = "a tag for what was triaged; none unless said", .example = "triaged"),
	FIELD(struct aim_in, valid_from, FIELD_DATE, .help = "from this date on; today unless said"),
	FIELD(struct aim_in, valid_to, FIELD_DATE, .help = "the first date on which it is no longer so"),
};
const struct command triage_aim_add_cmd = {
	.name = "triage_aim.add", .help = "Say how soon somebody looks at a new case, from a date on", FIELDS(aim_fields, struct aim_in), .need = CAN_ADMIN,
	.run = RUN(triage_aim_add),
};

static enum err triage_aim_end(struct ctx *c, const struct end_in *in)
{
	struct triage_aim_rows_row r, after;
	TRY(row_read(c, &triage_aim_rows_stmt, "row", in->row, &r));
	after = r;
	TRY(may_end(c, r.valid_from, r.valid_to, in->valid_to, &after.valid_to));
	json_ki64(c->out, "row", r.id);
	return row_save(c, &triage_aim_rows_stmt, &r, &after, "triage_aim.ended", NULL);
}
COMMAND_RUN(triage_aim_end)
const struct command triage_aim_end_cmd = {
	.name = "triage_aim.end", .help = "Ask no longer that somebody looks at a new case so soon", FIELDS(end_fields, struct end_in), .need = CAN_ADMIN,
	.run = RUN(triage_aim_end),
};

static enum err triage_aim_list(struct ctx *c, const void *in)
{
	struct triage_aim_all_row *v;
	size_t n;
	(void)in;
	TRY(triage_aim_all(c->db, c->arena, &v, &n, .max = ROWS_MOST));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "row", v[i].id);
		json_ki64(c->out, "minutes", v[i].minutes);
		json_kstr(c->out, "calendar", v[i].calendar);
		json_kstr(c->out, "tag", v[i].tag);
		json_kstr(c->out, "valid_from", v[i].valid_from);
		json_kstr(c->out, "valid_to", v[i].valid_to);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
const struct command triage_aim_list_cmd = {
	.name = "triage_aim.list", .help = "How soon somebody looks at a new case, by date", NO_FIELDS, .need = CAN_READ, .reads = true, .run = triage_aim_list,
};
