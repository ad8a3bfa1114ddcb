/* owner_rows.c: the ownership rows as commands: added, ended, followed by others, listed; and the question whose something would have been on any day. */
#include "triage/escalate.h"
#include "triage/forward.h"
#include "triage/triage.h"

#include "base/civil.h"
#include "core/row.h"
#include "people/people.h"

#include <string.h>

static const struct {
	int64_t minutes;
	const char *calendar, *tag, *from, *to, *source;
} AIMS[] = {
#define TRIAGE_AIM(minutes, calendar, tag, from, to, source) { minutes, calendar, tag, from, to, source },
#include "handbook/triage_aims.def"
#undef TRIAGE_AIM
};

#include "base/banned.h"

enum { SAME_CODE_MOST = 100 };
static const char *const STAGES[] = { "pre_sales", "post_sales", "none", NULL };

/* ---- presets ---- */

static enum err add_row(struct ctx *c, struct owner_rule_rows_row *r, struct str rule)
{
	r->created_us = c->now_us;
	return row_new(c, &owner_rule_rows_stmt, r, "owner_rule.added", &(struct event_new){ .rule = rule });
}

enum err triage_presets(struct ctx *c)
{
	struct owner_rule_any_row any;
	struct owner_rule_rows_row *rows;
	bool found;
	TRY(escalate_presets(c));
	TRY(owner_rule_any(c->db, c->arena, &any, &found));
	if (found)
		return OK;
	size_t n = owner_preset_rows(c->arena, &rows);
	for (size_t i = 0; i < n; i++)
		TRY(add_row(c, &rows[i], S("preset")));
	for (size_t i = 0; i < ARRAY_LEN(AIMS); i++) {
		struct triage_aim_rows_row a = { .minutes = AIMS[i].minutes, .calendar = str_c(AIMS[i].calendar), .tag = str_c(AIMS[i].tag), .valid_from = str_c(AIMS[i].from),
						 .valid_to = AIMS[i].to ? str_c(AIMS[i].to) : STR_NULL, .source = str_c(AIMS[i].source), .created_us = c->now_us };
		TRY(row_new(c, &triage_aim_rows_stmt, &a, "triage_aim.added", &(struct event_new){ .rule = S("preset") }));
	}
	return OK;
}

/* ---- owner_rule.add, .end ---- */

struct rule_in {
	struct str code, owner, action, route, dest, macro, strategic, ce, ta, valid_from, valid_to, reading, source;
	struct str_list asks, stage;
	struct opt_i64 position, follows;
};

static struct str joined(struct arena *a, const struct str_list *l)
{
	struct buf b;
	buf_init(&b, a, 2000);
	for (size_t i = 0; i < l->n; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(l->v[i]));
	return buf_str(&b);
}

static struct str text_or(struct str s, const char *otherwise)
{
	return s.n ? s : str_c(otherwise);
}

/* Two rows of one code are never in force on the same day. */
static enum err no_overlap(struct ctx *c, const struct owner_rule_rows_row *r, int64_t but)
{
	struct owner_rule_same_row *v;
	size_t n;
	TRY(owner_rule_same(c->db, c->arena, &v, &n, .code = r->code, .max = SAME_CODE_MOST));
	for (size_t i = 0; i < n; i++) {
		bool before = v[i].valid_to.p && str_cmp(v[i].valid_to, r->valid_from) <= 0, after = r->valid_to.p && str_cmp(v[i].valid_from, r->valid_to) >= 0;
		if (v[i].id != but && !before && !after)
			return fail_field(c, S("valid_from"), "A row of the code %.*s is in force from %.*s. End it first, or let this one follow it.", STR_ARG(r->code),
					  STR_ARG(v[i].valid_from));
	}
	return OK;
}

static enum err end_row(struct ctx *c, const struct owner_rule_rows_row *r, struct str to, struct str reason)
{
	struct owner_rule_rows_row after = *r;
	after.valid_to = to;
	return row_save(c, &owner_rule_rows_stmt, r, &after, "owner_rule.ended", &(struct event_new){ .reason = reason });
}

static enum err owner_rule_add(struct ctx *c, const struct rule_in *in)
{
	struct owner_rule_rows_row old = { .position = 500 };
	struct str today = people_date(c->arena, c->now_us);
	if (in->follows.set)
		TRY(row_read(c, &owner_rule_rows_stmt, "ownership row", in->follows.v, &old));
	struct owner_rule_rows_row r = {
		.code = in->code.n ? in->code : old.code, .position = in->position.set ? in->position.v : old.position, .asks = joined(c->arena, &in->asks),
		.stage = joined(c->arena, &in->stage), .strategic = text_or(in->strategic, ""), .ce = text_or(in->ce, ""), .ta = text_or(in->ta, ""),
		.owner = in->owner, .action = in->action, .route = in->route, .dest = text_or(in->dest, ""), .macro = text_or(in->macro, ""),
		.valid_from = in->valid_from.n ? in->valid_from : today, .valid_to = in->valid_to.n ? in->valid_to : STR_NULL, .reading = text_or(in->reading, ""),
		.source = in->source.n ? in->source : S("made at this desk"),
	};
	if (!r.code.n)
		return fail_field(c, S("code"), "Give the row a short name, such as howto-7.");
	if (r.valid_to.p && str_cmp(r.valid_to, r.valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	if (str_cmp(r.valid_from, today) < 0 && !str_trim(r.reading).n)
		return fail_field(c, S("reading"), "It begins in the past: say why, so that an answer about that time can be understood.");
	if (!owner_action_ours(r.action) && str_eq(r.owner, S("support")))
		return fail_field(c, S("owner"), "What is handed on belongs to somebody else than support: to whom?");
	if (in->follows.set) {
		if (str_cmp(r.valid_from, old.valid_from) <= 0 || (old.valid_to.p && str_cmp(r.valid_from, old.valid_to) > 0))
			return fail_field(c, S("valid_from"), "The row it follows is in force from %.*s%s%.*s: begin within that.", STR_ARG(old.valid_from),
					  old.valid_to.p ? " to " : " on", STR_ARG(old.valid_to));
		TRY(end_row(c, &old, r.valid_from, arena_fmt(c->arena, "followed by another row on %.*s", STR_ARG(r.valid_from))));
	}
	TRY(forward_dest_ok(c, &r.dest));
	TRY(no_overlap(c, &r, in->follows.set ? old.id : 0));
	TRY(add_row(c, &r, STR_NULL));
	json_ki64(c->out, "rule", r.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The row %.*s is in force from %.*s. What waits for triage was judged again.", STR_ARG(r.code), STR_ARG(r.valid_from)));
	return triage_again(c, 0);
}
COMMAND_RUN(owner_rule_add)

#define IN struct rule_in
static const struct field add_fields[] = {
	FIELD(IN, code, FIELD_STR, .max = 40, .help = "what the row is called; that of the row it follows unless said", .example = "howto-7"),
	FIELD(IN, follows, FIELD_ID, .help = "number of the row that ends when this one begins"),
	FIELD(IN, position, FIELD_INT, .min = 1, .max = 100000, .help = "rows are tried in this order, small first"),
	FIELD(IN, asks, FIELD_STRS, .max = 40, .choices = triage_asks, .help = "question types; all unless said", .example = "how_to"),
	FIELD(IN, stage, FIELD_STRS, .max = 3, .choices = STAGES, .help = "stages of the sale; all unless said"),
	FIELD(IN, strategic, FIELD_ENUM, .choices = owner_yes_no, .help = "of strategic customers: yes, no; both unless said"),
	FIELD(IN, ce, FIELD_ENUM, .choices = owner_yes_no, .help = "a customer engineer is named for the account: yes, no; both unless said"),
	FIELD(IN, ta, FIELD_ENUM, .choices = owner_yes_no, .help = "a technical advisor is named: yes, no; both unless said"),
	FIELD(IN, owner, FIELD_ENUM, .required = true, .choices = owner_owners, .help = "whose it is"),
	FIELD(IN, action, FIELD_ENUM, .required = true, .choices = owner_actions, .help = "what is done with it"),
	FIELD(IN, route, FIELD_STR, .required = true, .max = 400, .help = "where it goes and how, in words"),
	FIELD(IN, dest, FIELD_STR, .max = 300, .help = "the mail address of that place, where cases go by mail, or a link"),
	FIELD(IN, macro, FIELD_STR, .max = 80, .help = "slug of the macro that tells the customer"),
	FIELD(IN, valid_from, FIELD_DATE, .help = "from this date on; today unless said"),
	FIELD(IN, valid_to, FIELD_DATE, .help = "the first date on which it is no longer so"),
	FIELD(IN, reading, FIELD_STR, .max = 500, .help = "how the source's words were read, or why it changes"),
	FIELD(IN, source, FIELD_STR, .max = 300, .help = "where it stands"),
};
#undef IN
const struct command owner_rule_add_cmd = {
	.name = "owner_rule.add", .help = "Say whose a kind of request is, from a date on; another row can end with it", FIELDS(add_fields, struct rule_in),
	.need = CAN_ADMIN, .run = RUN(owner_rule_add),
};

struct rule_end_in {
	int64_t rule;
	struct str valid_to, reason;
};

static enum err owner_rule_end_run(struct ctx *c, const struct rule_end_in *in)
{
	struct owner_rule_rows_row r;
	TRY(row_read(c, &owner_rule_rows_stmt, "ownership row", in->rule, &r));
	struct str to = in->valid_to.n ? in->valid_to : people_date(c->arena, c->now_us);
	if (r.valid_to.p)
		return fail_field(c, S("valid_to"), "This row ends on %.*s already. Rows are not changed: let another one follow it.", STR_ARG(r.valid_to));
	if (str_cmp(to, r.valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins, on %.*s.", STR_ARG(r.valid_from));
	TRY(end_row(c, &r, to, in->reason.n ? in->reason : STR_NULL));
	json_ki64(c->out, "rule", r.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The row %.*s ends on %.*s.", STR_ARG(r.code), STR_ARG(to)));
	return triage_again(c, 0);
}
COMMAND_RUN(owner_rule_end_run)
static const struct field end_fields[] = {
	FIELD(struct rule_end_in, rule, FIELD_ID, .required = true, .positional = true, .help = "number of the row", .example = "12"),
	FIELD(struct rule_end_in, valid_to, FIELD_DATE, .help = "the first date on which it is no longer so; today unless said"),
	FIELD(struct rule_end_in, reason, FIELD_STR, .max = 300, .help = "why"),
};
const struct command owner_rule_end_cmd = {
	.name = "owner_rule.end", .help = "End a row of the ownership table", FIELDS(end_fields, struct rule_end_in), .need = CAN_ADMIN, .run = RUN(owner_rule_end_run),
};

/* ---- reading ---- */

static void rule_json(struct json_out *j, const struct owner_rule_rows_row *r)
{
	json_ki64(j, "rule", r->id);
	json_kstr(j, "code", r->code);
	json_ki64(j, "position", r->position);
	json_kstr(j, "asks", r->asks);
	json_kstr(j, "stage", r->stage);
	json_kstr(j, "strategic", r->strategic);
	json_kstr(j, "ce", r->ce);
	json_kstr(j, "ta", r->ta);
	json_kstr(j, "owner", r->owner);
	json_kstr(j, "action", r->action);
	json_kstr(j, "route", r->route);
	json_kstr(j, "dest", r->dest);
	json_kstr(j, "macro", r->macro);
	json_kstr(j, "valid_from", r->valid_from);
	json_kstr(j, "valid_to", r->valid_to);
	json_kstr(j, "reading", r->reading);
}

struct rule_list_in {
	struct str on;
};

static enum err owner_rule_list(struct ctx *c, const struct rule_list_in *in)
{
	struct owner_rule_rows_row *v;
	size_t n;
	TRY(owner_load(c, &v, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		if (in->on.n && (str_cmp(v[i].valid_from, in->on) > 0 || (v[i].valid_to.p && str_cmp(v[i].valid_to, in->on) <= 0)))
			continue;
		json_obj(c->out);
		rule_json(c->out, &v[i]);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(owner_rule_list)
static const struct field list_fields[] = {
	FIELD(struct rule_list_in, on, FIELD_DATE, .help = "those in force on that date; all unless said", .example = "2021-08-01"),
};
const struct command owner_rule_list_cmd = {
	.name = "owner_rule.list", .help = "The ownership table, in the order in which rows are tried", FIELDS(list_fields, struct rule_list_in), .need = CAN_READ,
	.reads = true, .run = RUN(owner_rule_list),
};

struct owner_ask_in {
	struct str ask, on, stage, strategic, ce, ta;
	struct opt_i64 ticket, organisation;
};

/* What is said goes first; then what the log knows of that day; then what is so today. */
static enum err asked_facts(struct ctx *c, const struct owner_ask_in *in, struct owner_facts *f)
{
	struct ticket_get_row t = { .organisation_id = in->organisation };
	struct str ask = in->ask;
	if (in->ticket.set) {
		struct triage_case_of_row k;
		bool found;
		TRY(ticket_load(c, in->ticket.v, &t));
		TRY(triage_of(c, t.id, &k, &found));
		ask = ask.n ? ask : found ? k.ask : triage_ask_of_kind(t.kind);
		if (in->organisation.set)
			t.organisation_id = in->organisation;
	}
	if (!ask.n)
		return fail_field(c, S("ask"), "Say what it asks: a question type, such as how_to.");
	TRY(triage_facts(c, &t, ask, f));
	if (in->on.n)
		f->date = in->on;
	if (in->stage.n) {
		f->stage = in->stage;
	} else if (t.organisation_id.set && in->on.n) {
		struct owner_stage_at_row s;
		utime at;
		bool found = false;
		if (civil_parse_rfc3339(arena_fmt(c->arena, "%.*sT23:59:59Z", STR_ARG(in->on)), &at))
			TRY(owner_stage_at(c->db, c->arena, &s, &found, .organisation_id = t.organisation_id.v, .at_us = at));
		f->stage = found ? s.stage : f->stage;
	}
	f->strategic = in->strategic.n ? str_eq(in->strategic, S("yes")) : f->strategic;
	f->ce = in->ce.n ? str_eq(in->ce, S("yes")) : f->ce;
	f->ta = in->ta.n ? str_eq(in->ta, S("yes")) : f->ta;
	return OK;
}

static enum err owner_ask(struct ctx *c, const struct owner_ask_in *in)
{
	struct owner_facts f = { 0 };
	struct owner_rule_rows_row *v;
	size_t n;
	TRY(asked_facts(c, in, &f));
	TRY(owner_load(c, &v, &n));
	const struct owner_rule_rows_row *r = owner_pick(v, n, &f);
	json_obj(c->out);
	json_kstr(c->out, "ask", f.ask);
	json_kstr(c->out, "on", f.date);
	json_kstr(c->out, "stage", f.stage);
	json_kbool(c->out, "strategic", f.strategic);
	json_kbool(c->out, "ce", f.ce);
	json_kbool(c->out, "ta", f.ta);
	json_kstr(c->out, "reason", owner_reason(c->arena, r, &f));
	json_kbool(c->out, "support", r ? owner_action_ours(r->action) : true);
	json_key(c->out, "row");
	if (r) {
		json_obj(c->out);
		rule_json(c->out, r);
		json_obj_end(c->out);
	} else {
		json_nil(c->out);
	}
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(owner_ask)
static const struct field ask_fields[] = {
	FIELD(struct owner_ask_in, ask, FIELD_ENUM, .choices = triage_asks, .positional = true, .help = "the question type; that of the ticket unless said", .example = "how_to"),
	FIELD(struct owner_ask_in, on, FIELD_DATE, .help = "on that date; today unless said", .example = "2021-08-01"),
	FIELD(struct owner_ask_in, ticket, FIELD_ID, .help = "number of a ticket to ask about"),
	FIELD(struct owner_ask_in, organisation, FIELD_ID, .help = "number of a customer to ask about"),
	FIELD(struct owner_ask_in, stage, FIELD_ENUM, .choices = STAGES, .help = "stage of the sale; the customer's of that day unless said"),
	FIELD(struct owner_ask_in, strategic, FIELD_ENUM, .choices = owner_yes_no, .help = "a strategic customer; as today unless said"),
	FIELD(struct owner_ask_in, ce, FIELD_ENUM, .choices = owner_yes_no, .help = "a customer engineer is named; as today unless said"),
	FIELD(struct owner_ask_in, ta, FIELD_ENUM, .choices = owner_yes_no, .help = "a technical advisor is named; as today unless said"),
};
const struct command owner_ask_cmd = {
	.name = "owner.ask", .help = "Whose is it, or would it have been on a day, and by which row", FIELDS(ask_fields, struct owner_ask_in), .need = CAN_READ, .reads = true,
	.run = RUN(owner_ask),
};
