/* rule_look.c: reading rules, what they did and why, what they would have done; trying again; notices. */
#include "rules/rules.h"

#include "base/civil.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct rule_history_row) == sizeof(struct rule_rows_row), "rules.sql");
_Static_assert(sizeof(struct rule_runs_of_ticket_row) == sizeof(struct rule_run_rows_row), "rules.sql");
_Static_assert(sizeof(struct rule_runs_newest_row) == sizeof(struct rule_run_rows_row), "rules.sql");
_Static_assert(sizeof(struct rule_runs_open_row) == sizeof(struct rule_run_rows_row), "rules.sql");

static void put_rule(struct ctx *c, const struct rule *r)
{
	struct json_out *j = c->out;
	json_kstr(j, "rule", r->slug);
	json_ki64(j, "row", r->row_id);
	json_ki64(j, "version", r->version);
	json_ki64(j, "position", r->position);
	json_kstr(j, "state", r->state);
	json_kstr(j, "title", r->title);
	json_kstr(j, "when", r->when_text);
	json_kstr(j, "if", r->if_text);
	json_kstr(j, "then", r->then_text);
	json_kstr(j, "words", r->broken.n ? S("") : rule_words(c->arena, r));
	json_kstr(j, "broken", r->broken.n ? r->broken : STR_NULL);
	json_kstr(j, "from", r->valid_from);
	json_kstr(j, "to", r->valid_to.n ? r->valid_to : STR_NULL);
	json_kstr(j, "reason", r->why);
	json_kstr(j, "source", r->source);
	json_ktime(j, "since", r->since_us);
}

static enum err rule_list(struct ctx *c, const void *in)
{
	struct rule *rules;
	size_t n;
	(void)in;
	TRY(rules_all(c, &rules, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		put_rule(c, &rules[i]);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

struct name_in {
	struct str rule;
};

static enum err rule_show(struct ctx *c, const struct name_in *in)
{
	struct rule_rows_row row;
	struct rule_history_row *rows;
	struct rule r;
	const char *part;
	struct str wrong;
	size_t n;
	TRY(rule_row_read(c, in->rule, &row));
	TRY(rule_compile(c, c->arena, &row, &r, &part, &wrong));
	TRY(rule_history(c->db, c->arena, &rows, &n, .slug = in->rule, .max = 100));
	json_obj(c->out);
	put_rule(c, &r);
	json_key(c->out, "history");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "row", rows[i].id);
		json_ki64(c->out, "version", rows[i].version);
		json_kstr(c->out, "state", rows[i].state);
		json_kstr(c->out, "when", rows[i].when_text);
		json_kstr(c->out, "if", rows[i].if_text);
		json_kstr(c->out, "then", rows[i].then_text);
		json_kstr(c->out, "by", rows[i].author_name);
		json_kstr(c->out, "reason", rows[i].why);
		json_ktime(c->out, "since", rows[i].since_us);
		json_kopt_time(c->out, "until", rows[i].until_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}

/* ---- a text that is no rule yet ---- */

struct try_in {
	struct str rule, when, cond, then, from, to;
	struct opt_i64 ticket, before;
};

static enum err compile_of(struct ctx *c, const struct try_in *in, struct rule *ret)
{
	struct rule_rows_row row;
	if (in->rule.n)
		TRY(rule_row_read(c, in->rule, &row));
	else if (!in->when.n || !in->then.n)
		return fail_field(c, in->when.n ? S("then") : S("when"), "Name a rule, or give one: when, if and then.");
	return rule_edit_compile(c, &(struct rule_edit){ .slug = in->rule, .title = in->rule.n ? STR_NULL : S("Draft"), .when_text = in->when, .if_text = in->cond,
							 .then_text = in->then }, ret);
}

static enum err rule_check(struct ctx *c, const struct try_in *in)
{
	struct rule r, *all;
	size_t n;
	TRY(compile_of(c, in, &r));
	TRY(rules_all(c, &all, &n));
	json_obj(c->out);
	json_kstr(c->out, "words", rule_words(c->arena, &r));
	json_kstr(c->out, "warning", rule_cycles(c, &r, all, n));
	json_obj_end(c->out);
	return OK;
}

static enum err span(struct ctx *c, struct str text, const char *field, utime otherwise, utime *ret)
{
	int64_t day;
	*ret = otherwise;
	if (!text.n)
		return OK;
	if (!cal_parse_date(text, &day))
		return fail_field(c, str_c(field), "A date is written 2026-11-24.");
	*ret = day * UTIME_US_PER_DAY;
	return OK;
}

static enum err rule_dry_cmd(struct ctx *c, const struct try_in *in)
{
	struct rule r;
	struct rule_dry d = { .ticket_id = in->ticket.v, .before = in->before.set ? in->before.v : INT64_MAX };
	TRY(compile_of(c, in, &r));
	TRY(span(c, in->from, "from", c->now_us - 30 * UTIME_US_PER_DAY, &d.from_us));
	TRY(span(c, in->to, "to", INT64_MAX, &d.to_us));
	if (d.from_us >= d.to_us)
		return fail_field(c, S("to"), "The end lies before the beginning.");
	if (d.ticket_id) {
		struct ticket_get_row t;
		TRY(ticket_load(c, d.ticket_id, &t));
	}
	TRY(rule_dry_run(c, &r, &d));
	json_obj(c->out);
	json_kstr(c->out, "words", rule_words(c->arena, &r));
	json_ki64(c->out, "times", d.found);
	json_ki64(c->out, "cases", d.cases);
	json_ki64(c->out, "looked_at", d.tickets);
	json_ki64(c->out, "events", d.events);
	json_items(c->out);
	for (size_t i = 0; i < d.n_hits; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", d.hits[i].ticket_id);
		json_kstr(c->out, "subject", d.hits[i].subject);
		json_ktime(c->out, "at", d.hits[i].at_us);
		json_kopt(c->out, "event", d.hits[i].time ? NONE : SOME(d.hits[i].seq));
		json_kstr(c->out, "would", d.hits[i].would);
		json_key(c->out, "why");
		json_raw(c->out, d.hits[i].why);
		json_obj_end(c->out);
	}
	json_list_end(c->out, d.next ? SOME(d.next) : NONE);
	return OK;
}

/* ---- what ran ---- */

static void put_run(struct ctx *c, const struct rule_run_rows_row *r)
{
	struct json_out *j = c->out;
	json_obj(j);
	json_ki64(j, "run", r->id);
	json_kstr(j, "rule", r->slug);
	json_kstr(j, "title", r->title);
	json_ki64(j, "version", r->version);
	json_ki64(j, "ticket", r->ticket_id);
	json_kopt(j, "event", r->seq ? SOME(r->seq) : NONE);
	json_kopt(j, "caused_by_run", r->parent_id);
	json_kstr(j, "outcome", r->outcome);
	json_kstr(j, "did", r->did);
	json_kstr(j, "error", r->error);
	json_kopt(j, "late_seconds", r->late_s);
	json_ki64(j, "attempt", r->attempt);
	json_ktime(j, "at", r->at_us);
	json_key(j, "why");
	json_raw(j, r->why.n ? r->why : S("[]"));
	json_obj_end(j);
}

struct trace_in {
	int64_t ticket;
	struct opt_i64 event, after, max;
};

static enum err put_looks(struct ctx *c, const struct trace_in *in)
{
	struct rule_look *v;
	size_t n;
	TRY(rules_look(c, in->ticket, in->event.v, &v, &n));
	json_key(c->out, "looked");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "rule", v[i].slug);
		json_kstr(c->out, "title", v[i].title);
		json_ki64(c->out, "version", v[i].version);
		json_kbool(c->out, "met", v[i].met);
		json_kstr(c->out, "because", v[i].words);
		json_key(c->out, "why");
		json_raw(c->out, v[i].why);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	return OK;
}

/* Rules about time that are to look at it, and when. */
static enum err put_waits(struct ctx *c, int64_t ticket)
{
	struct rule_timers_of_row *v;
	size_t n;
	TRY(rule_timers_of(c->db, c->arena, &v, &n, .ticket_id = ticket));
	json_key(c->out, "waits");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].state, S("waiting")))
			continue;
		json_obj(c->out);
		json_kstr(c->out, "rule", v[i].slug);
		json_ktime(c->out, "since", v[i].entered_us);
		json_ktime(c->out, "due", v[i].due_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	return OK;
}

static enum err rule_trace(struct ctx *c, const struct trace_in *in)
{
	struct ticket_get_row t;
	struct rule_runs_of_ticket_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(ticket_load(c, in->ticket, &t));
	json_obj(c->out);
	if (in->event.set)
		TRY(put_looks(c, in));
	TRY(put_waits(c, t.id));
	TRY(rule_runs_of_ticket(c->db, c->arena, &rows, &n, .ticket_id = in->ticket, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_items(c->out);
	for (size_t i = 0; i < n - more; i++) {
		struct rule_run_rows_row row;
		memcpy(&row, &rows[i], sizeof(row));
		put_run(c, &row);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

struct runs_in {
	struct str outcome;
	struct opt_i64 after, max;
};

static enum err rule_runs(struct ctx *c, const struct runs_in *in)
{
	struct rule_runs_newest_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50, before = in->after.set ? in->after.v : INT64_MAX;
	if (in->outcome.n)
		TRY(rule_runs_open(c->db, c->arena, (struct rule_runs_open_row **)(void *)&rows, &n, .outcome = in->outcome, .before = before, .max = max + 1));
	else
		TRY(rule_runs_newest(c->db, c->arena, &rows, &n, .before = before, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		struct rule_run_rows_row row;
		memcpy(&row, &rows[i], sizeof(row));
		put_run(c, &row);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

/* ---- trying again ---- */

struct retry_in {
	int64_t run;
};

/* The row goes back to those that wait: the job tries it by the rule as it is now. */
static enum err rule_retry(struct ctx *c, const struct retry_in *in)
{
	struct rule_run_rows_row before, row;
	struct rule_rows_row rule;
	TRY(rule_run_load(c, in->run, &before));
	if (!str_eq(before.outcome, S("failed")))
		return fail(c, ERR_CONFLICT, "Only a run that failed is tried again; this one %s.", str_eq(before.outcome, S("held")) ? "waits for its turn" : "did not fail");
	TRY(rule_row_read(c, before.slug, &rule));
	if (!str_eq(rule.state, S("on")))
		return fail(c, ERR_CONFLICT, "The rule is %.*s. Mend it and switch it on first; then try this again.", STR_ARG(rule.state));
	row = before;
	row.outcome = S("held");
	row.error = arena_fmt(c->arena, "%.*s is about to try it again.", STR_ARG(c->actor.name.n ? c->actor.name : S("The operator")));
	TRY(rule_run_put(c->db, .id = row.id, .rule_id = row.rule_id, .version = row.version, .title = row.title, .outcome = row.outcome, .why = row.why, .did = row.did,
			 .error = row.error, .late_s = row.late_s, .mailed_id = row.mailed_id, .attempt = row.attempt, .at_us = row.at_us));
	json_ki64(c->out, "run", row.id);
	json_kstr(c->out, "said", S("It is tried again in a moment."));
	TRY(event_append(c, &(struct event_new){ .kind = "rule.retried", .entity = "rule_run", .entity_id = row.id, .ticket_id = row.ticket_id,
						 .data = fold_set_diff(c->arena, &rule_run_rows_stmt, &before, &row) }, NULL));
	return job_wake(c, "rules.run", c->now_us);
}

/* ---- notices ---- */

static enum err me(struct ctx *c, int64_t *ret)
{
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Rules tell teammates. Say who you are (--as).");
	*ret = c->actor.id;
	return OK;
}

struct told_in {
	struct opt_i64 after, max;
};

static enum err rule_told(struct ctx *c, const struct told_in *in)
{
	struct rule_notice_page_row *rows;
	size_t n;
	int64_t who, max = in->max.set ? in->max.v : 50;
	TRY(me(c, &who));
	TRY(rule_notice_page(c->db, c->arena, &rows, &n, .me = who, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "notice", rows[i].id);
		json_kopt(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kstr(c->out, "rule", rows[i].slug);
		json_kstr(c->out, "text", rows[i].body);
		json_kbool(c->out, "read", rows[i].read_us.set);
		json_ktime(c->out, "at", rows[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

struct read_in {
	struct opt_i64 notice;
};

static enum err rule_read(struct ctx *c, const struct read_in *in)
{
	int64_t who, n;
	TRY(me(c, &who));
	TRY(rule_notice_read(c->db, &n, .me = who, .notice = in->notice, .now_us = c->now_us));
	json_ki64(c->out, "read", n);
	return OK;
}

/* ---- descriptors ---- */

#define IF_FIELD                                                                                                                                                      \
	{ .name = "if", .type = FIELD_STR, .c = FIELD_C_STR, .offset = offsetof(struct try_in, cond), .max = 200000, .help = "instead: other conditions" }
static const struct field name_fields[] = {
	FIELD(struct name_in, rule, FIELD_STR, .required = true, .positional = true, .max = 60, .help = "short name of the rule", .example = "escalate-p0"),
};
static const struct field check_fields[] = {
	FIELD(struct try_in, rule, FIELD_STR, .positional = true, .max = 60, .help = "a rule that there is, to begin with"),
	FIELD(struct try_in, when, FIELD_STR, .max = RULE_TEXT_BYTES, .help = "what begins it"),
	IF_FIELD,
	FIELD(struct try_in, then, FIELD_STR, .max = RULE_TEXT_BYTES, .help = "what it does"),
};
static const struct field dry_fields[] = {
	FIELD(struct try_in, rule, FIELD_STR, .positional = true, .max = 60, .help = "a rule, on or off; or give when, if and then"),
	FIELD(struct try_in, when, FIELD_STR, .max = RULE_TEXT_BYTES, .help = "what begins it"),
	IF_FIELD,
	FIELD(struct try_in, then, FIELD_STR, .max = RULE_TEXT_BYTES, .help = "what it does"),
	FIELD(struct try_in, from, FIELD_DATE, .help = "had it been in force from this day on; 30 days ago unless said"),
	FIELD(struct try_in, to, FIELD_DATE, .help = "up to, not including, this day"),
	FIELD(struct try_in, ticket, FIELD_ID, .help = "on this case only"),
	FIELD(struct try_in, before, FIELD_ID, .help = "the “next” of the answer before: goes on with older cases"),
};
static const struct field trace_fields[] = {
	FIELD(struct trace_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket"),
	FIELD(struct trace_in, event, FIELD_ID, .help = "an event of its history: which rules looked at it, and why each did or did not act"),
	FIELD(struct trace_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct trace_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const char *const OPEN_OUTCOMES[] = { "failed", "held", NULL };
static const struct field runs_fields[] = {
	FIELD(struct runs_in, outcome, FIELD_ENUM, .choices = OPEN_OUTCOMES, .help = "only what failed, or what waits"),
	FIELD(struct runs_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct runs_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct field retry_fields[] = {
	FIELD(struct retry_in, run, FIELD_ID, .required = true, .positional = true, .help = "number of the run"),
};
static const struct field told_fields[] = {
	FIELD(struct told_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct told_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct field read_fields[] = {
	FIELD(struct read_in, notice, FIELD_ID, .positional = true, .help = "one of them; all unless said"),
};
COMMAND_RUN(rule_show)
COMMAND_RUN(rule_check)
COMMAND_RUN(rule_dry_cmd)
COMMAND_RUN(rule_trace)
COMMAND_RUN(rule_runs)
COMMAND_RUN(rule_retry)
COMMAND_RUN(rule_told)
COMMAND_RUN(rule_read)
const struct command rule_list_cmd = {
	.name = "rule.list", .help = "Rules in their order", NO_FIELDS, .need = CAN_READ, .reads = true, .run = rule_list,
};
const struct command rule_show_cmd = {
	.name = "rule.show", .help = "A rule with all its versions", FIELDS(name_fields, struct name_in), .need = CAN_READ, .reads = true, .run = RUN(rule_show),
};
const struct command rule_check_cmd = {
	.name = "rule.check", .help = "What a rule says in plain words, and whether rules would call each other", FIELDS(check_fields, struct try_in), .need = CAN_READ,
	.reads = true, .run = RUN(rule_check),
};
const struct command rule_dry_run_cmd = {
	.name = "rule.dry_run", .help = "What a rule would have done, had it been in force; nothing is written", FIELDS(dry_fields, struct try_in), .need = CAN_READ,
	.reads = true, .run = RUN(rule_dry_cmd),
};
const struct command rule_trace_cmd = {
	.name = "rule.trace", .help = "Which rules did what on a case, and why", FIELDS(trace_fields, struct trace_in), .need = CAN_READ, .reads = true,
	.run = RUN(rule_trace),
};
const struct command rule_runs_cmd = {
	.name = "rule.runs", .help = "What rules did lately, what failed and what waits", FIELDS(runs_fields, struct runs_in), .need = CAN_READ, .reads = true,
	.run = RUN(rule_runs),
};
const struct command rule_retry_cmd = {
	.name = "rule.retry", .help = "Try a run that failed again", FIELDS(retry_fields, struct retry_in), .need = CAN_REPLY, .run = RUN(rule_retry),
};
const struct command rule_told_cmd = {
	.name = "rule.told", .help = "What rules told you, newest first", FIELDS(told_fields, struct told_in), .need = CAN_READ, .reads = true, .run = RUN(rule_told),
};
const struct command rule_read_cmd = {
	.name = "rule.read", .help = "Mark what rules told you as read", FIELDS(read_fields, struct read_in), .need = CAN_READ,
	.quiet_because = "who has read what is nobody's business", .run = RUN(rule_read),
};
