/* edition.c: levels as practice again: an edition begins on a date with the figures of the last one, and ends on one. What was invoked before stands. */
#include "queue/parts.h"

#include "core/row.h"
#include "people/people.h"

#include "queue.sql.h"

#include "base/banned.h"

struct edition_in {
	struct str valid_from, valid_to, why;
};
static const struct field edition_fields[] = {
	FIELD(struct edition_in, valid_from, FIELD_DATE, .help = "from this date on; today unless said"),
	FIELD(struct edition_in, valid_to, FIELD_DATE, .help = "the first date on which they are no longer practice; until it is said when not given"),
	FIELD(struct edition_in, why, FIELD_STR, .required = true, .max = 300, .help = "why, for whoever asks later"),
};

/* The last edition's row of each level, with the new dates. */
static enum err copy_steps(struct ctx *c, struct str from, struct str to, struct str source, int64_t *ret_n)
{
	struct queue_steps_all_row *v;
	size_t n;
	*ret_n = 0;
	TRY(queue_steps_all(c->db, c->arena, &v, &n));   /* by level, then date: the last of a level is its newest */
	for (size_t i = 0; i < n; i++) {
		struct capacity_step_of_date_row there;
		bool found, newest = i + 1 == n || v[i + 1].level != v[i].level;
		if (!newest)
			continue;
		TRY(capacity_step_of_date(c->db, c->arena, &there, &found, .level = v[i].level, .valid_from = from));
		struct capacity_step_rows_row row = { .level = v[i].level, .valid_from = from, .valid_to = to, .east_least = v[i].east_least, .east_most = v[i].east_most,
						      .west_least = v[i].west_least, .west_most = v[i].west_most, .active_over = v[i].active_over, .logic = v[i].logic,
						      .words = v[i].words, .source = source };
		TRY(queue_row_set(c, &capacity_step_rows_stmt, found ? there.id : 0, &row, true, "capacity.row_set"));
		++*ret_n;
	}
	return OK;
}

static enum err level_edition(struct ctx *c, const struct edition_in *in)
{
	struct queue_rule_any_row last;
	struct capacity_rule_of_date_row there;
	struct str today = people_date(c->arena, c->now_us), from = in->valid_from.n ? in->valid_from : today, to = in->valid_to.n ? in->valid_to : STR_NULL;
	int64_t n;
	bool ever, found;
	if (str_cmp(from, today) < 0)
		return fail_field(c, S("valid_from"), "What was practice in the past is known: an edition begins today or later.");
	if (to.p && str_cmp(to, from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	TRY(queue_rule_any(c->db, c->arena, &last, &ever, .name = S("levels")));
	if (ever && (!last.valid_to.p || str_cmp(last.valid_to, from) > 0))
		return fail(c, ERR_CONFLICT, "An edition is there already, from %.*s%s%.*s. End it first, or change single levels.", STR_ARG(last.valid_from),
			    last.valid_to.p ? " to " : " on", STR_ARG(last.valid_to));
	struct str source = arena_fmt(c->arena, "made at this desk: %.*s", STR_ARG(in->why));
	TRY(copy_steps(c, from, to, source, &n));
	if (!n)
		return fail(c, ERR_CONFLICT, "There is no level to begin with. Set the first by capacity.level.");
	TRY(capacity_rule_of_date(c->db, c->arena, &there, &found, .name = S("levels"), .valid_from = from));
	struct capacity_rule_rows_row rule = { .name = S("levels"), .valid_from = from, .valid_to = to, .n = NONE, .source = source,
					       .words = arena_fmt(c->arena, "leadership invokes one of %lld levels", (long long)n) };
	TRY(queue_row_set(c, &capacity_rule_rows_stmt, found ? there.id : 0, &rule, true, "capacity.row_set"));
	json_kstr(c->out, "valid_from", from);
	json_kstr(c->out, "said", arena_fmt(c->arena, "From %.*s leadership can invoke a level. The figures are those of the last edition: change what is otherwise.", STR_ARG(from)));
	return OK;
}
COMMAND_RUN(level_edition)

const struct command level_edition_cmd = {
	.name = "level.edition", .help = "Make levels practice from a date on, with the figures of the last edition", FIELDS(edition_fields, struct edition_in), .need = CAN_ADMIN,
	.run = RUN(level_edition),
};

struct close_in {
	struct str valid_to;
};
static const struct field close_fields[] = {
	FIELD(struct close_in, valid_to, FIELD_DATE, .help = "the first date on which they are no longer practice; today unless said"),
};

static enum err end_steps(struct ctx *c, struct str from, struct str to)
{
	struct queue_steps_all_row *v;
	size_t n;
	TRY(queue_steps_all(c->db, c->arena, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct capacity_step_of_date_row there;
		struct capacity_step_rows_row before, row;
		bool found;
		if (str_cmp(v[i].valid_from, from) < 0 || (v[i].valid_to.p && str_cmp(v[i].valid_to, to) <= 0))
			continue;
		TRY(capacity_step_of_date(c->db, c->arena, &there, &found, .level = v[i].level, .valid_from = v[i].valid_from));
		TRY(row_read(c, &capacity_step_rows_stmt, "row", there.id, &before));
		row = before;
		row.valid_to = to;
		TRY(row_save(c, &capacity_step_rows_stmt, &before, &row, "capacity.row_set", NULL));
	}
	return OK;
}

static enum err level_edition_end(struct ctx *c, const struct close_in *in)
{
	struct queue_rule_any_row last;
	struct capacity_rule_of_date_row there;
	struct capacity_rule_rows_row before, row;
	struct str to = in->valid_to.n ? in->valid_to : people_date(c->arena, c->now_us);
	bool ever, found;
	TRY(queue_rule_any(c->db, c->arena, &last, &ever, .name = S("levels")));
	if (!ever || (last.valid_to.p && str_cmp(last.valid_to, to) <= 0))
		return fail(c, ERR_CONFLICT, "No edition is in force then.");
	if (str_cmp(to, last.valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins, on %.*s.", STR_ARG(last.valid_from));
	TRY(capacity_rule_of_date(c->db, c->arena, &there, &found, .name = S("levels"), .valid_from = last.valid_from));
	TRY(row_read(c, &capacity_rule_rows_stmt, "row", there.id, &before));
	row = before;
	row.valid_to = to;
	TRY(row_save(c, &capacity_rule_rows_stmt, &before, &row, "capacity.row_set", NULL));
	TRY(end_steps(c, last.valid_from, to));
	json_kstr(c->out, "said", arena_fmt(c->arena, "From %.*s levels are no practice.", STR_ARG(to)));
	return OK;
}
COMMAND_RUN(level_edition_end)

const struct command level_edition_end_cmd = {
	.name = "level.edition_end", .help = "End the edition of the levels on a date", FIELDS(close_fields, struct close_in), .need = CAN_ADMIN, .run = RUN(level_edition_end),
};
