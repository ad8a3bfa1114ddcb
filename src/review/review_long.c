/* review_long.c: cases that take long: found, looked at together, and what came out of it; see review.h. */
#include "review/review.h"

#include "base/civil.h"
#include "people/people.h"
#include "ticket/ticket.h"

#include <string.h>

static const struct {
	const char *kind;
	int days;
	const char *from, *to;
} LONG[] = {
#define LONG_CASE(kind, days, from, to, source) { kind, days, from, to },
#include "handbook/reviews.def"
};

#include "base/banned.h"

enum { BATCH = 200, NOTE_MAX_BYTES = 16 << 10, RETRO_DAYS = 60, PAGE = 50 };
_Static_assert(sizeof(struct long_case_get_row) == sizeof(struct long_case_rows_row), "review.sql");
_Static_assert(sizeof(struct long_case_of_row) == sizeof(struct long_case_rows_row), "review.sql");

int review_long_days(const char *kind, struct str day)
{
	for (size_t i = 0; i < ARRAY_LEN(LONG); i++)
		if (strcmp(LONG[i].kind, kind) == 0 && str_cmp(day, str_c(LONG[i].from)) >= 0 && (!LONG[i].to || str_cmp(day, str_c(LONG[i].to)) < 0))
			return LONG[i].days;
	return 0;
}

static enum err add(struct ctx *c, int64_t ticket, const char *kind, int64_t days, utime at)
{
	struct long_case_add_row id;
	struct long_case_rows_row k = { .ticket_id = ticket, .kind = str_c(kind), .days = days, .state = S("open"), .found_us = at };
	TRY(long_case_add(c->db, c->arena, &id, .ticket_id = k.ticket_id, .kind = k.kind, .days = k.days, .state = k.state, .found_us = k.found_us));
	return event_append(c, &(struct event_new){ .kind = "long_case.found", .entity = "long_case", .entity_id = id.id, .ticket_id = ticket, .at_us = at,
						    .data = fold_set_all(c->arena, &long_case_rows_stmt, &k) }, NULL);
}

enum err review_find_long(struct ctx *c, int *ret_found)
{
	struct long_case_due_row *rows;
	size_t n;
	int days = review_long_days("premortem", people_date(c->arena, c->now_us));
	*ret_found = 0;
	if (!days)
		return OK;
	TRY(long_case_due(c->db, c->arena, &rows, &n, .before_us = c->now_us - days * UTIME_US_PER_DAY, .max = BATCH));
	for (size_t i = 0; i < n; i++)
		TRY(add(c, rows[i].ticket_id, "premortem", (c->now_us - rows[i].created_us) / UTIME_US_PER_DAY, c->now_us));
	*ret_found = (int)n;
	return OK;
}

enum err review_on_resolved(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct ticket_get_row t;
	struct long_case_of_row old;
	bool found;
	utime at = e->at_us ? e->at_us : c->now_us;
	int days = review_long_days("retro", people_date(c->arena, at));
	if (!days || !e->ticket_id)
		return OK;
	TRY(ticket_get(c->db, c->arena, &t, .id = e->ticket_id));
	if (at - t.created_us <= days * UTIME_US_PER_DAY || str_eq(t.kind, S("task")))
		return OK;
	TRY(long_case_of(c->db, c->arena, &old, &found, .ticket_id = t.id, .kind = S("retro")));
	return found ? OK : add(c, t.id, "retro", (at - t.created_us) / UTIME_US_PER_DAY, at);
}

/* ---- held ---- */

struct long_in {
	int64_t case_;
	struct str note;
	bool secrets;
};

static enum err end(struct ctx *c, const struct long_in *in, const char *state, const char *kind)
{
	struct long_case_get_row row;
	struct long_case_rows_row before, after;
	bool found;
	TRY(long_case_get(c->db, c->arena, &row, &found, .id = in->case_));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no long case %lld.", (long long)in->case_);
	if (!str_eq(row.state, S("open")))
		return fail(c, ERR_CONFLICT, "%.*s has dealt with it already.", STR_ARG(row.by_name.n ? row.by_name : S("Somebody")));
	memcpy(&before, &row, sizeof(before));
	after = before;
	after.state = str_c(state);
	after.by_name = c->actor.name.n ? c->actor.name : S("tend");
	after.ended_us = SOME(c->now_us);
	TRY(long_case_put(c->db, .id = after.id, .state = after.state, .by_name = after.by_name, .ended_us = after.ended_us));
	TRY(event_append(c, &(struct event_new){ .kind = kind, .entity = "long_case", .entity_id = after.id, .ticket_id = after.ticket_id,
						 .data = fold_set_diff(c->arena, &long_case_rows_stmt, &before, &after) }, NULL));
	json_ki64(c->out, "case", after.id);
	return OK;
}

/* What came out of it stands on the case, where it takes notes still. */
static enum err long_held(struct ctx *c, const struct long_in *in)
{
	struct long_case_get_row row;
	struct ticket_get_row t;
	enum ticket_status s = TICKET_NEW;
	bool found;
	TRY(end(c, in, "held", "long_case.held"));
	TRY(long_case_get(c->db, c->arena, &row, &found, .id = in->case_));
	TRY(ticket_load(c, row.ticket_id, &t));
	ticket_status_parse(t.status, &s);
	if (!ticket_status_writable(s)) {
		json_ki64(c->out, "ticket", t.id);
		json_kstr(c->out, "said", S("Held. The case is closed and takes no note: keep what came out of it in its summary."));
		return OK;
	}
	struct ticket_note_in note = { .ticket = t.id, .secrets = in->secrets,
				       .body = arena_fmt(c->arena, "**%s**\n\n%.*s", str_eq(row.kind, S("retro")) ? "Retro" : "Pre-mortem", STR_ARG(in->note)) };
	json_kstr(c->out, "said", S("Held. What came out of it is a note on the case."));
	return ticket_note(c, &note);
}

static enum err long_drop(struct ctx *c, const struct long_in *in)
{
	json_kstr(c->out, "said", S("It is off the list."));
	return end(c, in, "dropped", "long_case.dropped");
}

struct long_list_in {
	struct str kind;
	struct opt_i64 after, max;
};

static enum err long_list(struct ctx *c, const struct long_list_in *in)
{
	struct long_case_page_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : PAGE;
	bool retro = str_eq(in->kind, S("retro"));
	TRY(long_case_page(c->db, c->arena, &rows, &n, .kind = retro ? S("retro") : S("premortem"), .after = in->after.v, .max = max + 1,
			   .since_us = retro ? c->now_us - RETRO_DAYS * UTIME_US_PER_DAY : 0));
	bool more = (int64_t)n > max;
	json_obj(c->out);
	json_ki64(c->out, "more_than_days", review_long_days(retro ? "retro" : "premortem", people_date(c->arena, c->now_us)));
	json_items(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "case", rows[i].id);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_ki64(c->out, "days", rows[i].days);
		json_kstr(c->out, "holder", rows[i].assignee);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

COMMAND_RUN(long_held)
COMMAND_RUN(long_drop)
COMMAND_RUN(long_list)
static const char *const KINDS[] = { "premortem", "retro", NULL };
#define CASE_FIELD { .name = "case", .type = FIELD_ID, .c = FIELD_C_I64, .offset = offsetof(struct long_in, case_), .required = true, .positional = true, \
		     .help = "number of the long case in its list" }
static const struct field held_fields[] = {
	CASE_FIELD,
	FIELD(struct long_in, note, FIELD_TEXT, .required = true, .max = NOTE_MAX_BYTES, .help = "what came out of it: becomes an internal note"),
	FIELD(struct long_in, secrets, FIELD_BOOL, .help = "although it looks like it holds a secret"),
};
static const struct field drop_fields[] = { CASE_FIELD };
static const struct field list_fields[] = {
	FIELD(struct long_list_in, kind, FIELD_ENUM, .choices = KINDS, .positional = true, .help = "premortem (cases that are open for long) or retro (that took long)"),
	FIELD(struct long_list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct long_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
const struct command long_held_cmd = {
	.name = "long.held", .help = "A long case was looked at together; what came out becomes a note on it", FIELDS(held_fields, struct long_in), .need = CAN_REPLY,
	.run = RUN(long_held),
};
const struct command long_drop_cmd = {
	.name = "long.drop", .help = "Take a long case off its list without looking at it", FIELDS(drop_fields, struct long_in), .need = CAN_REPLY, .run = RUN(long_drop),
};
const struct command long_list_cmd = {
	.name = "long.list", .help = "Cases that are open for long, or took long", FIELDS(list_fields, struct long_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(long_list),
};
