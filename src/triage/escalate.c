/* escalate.c: taking a case to the next in the chain, and what comes of it; see escalate.h. */
#include "triage/escalate.h"

#include "core/row.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "ticket/ticket.h"

#include <string.h>

static const struct {
	const char *chain;
	int64_t step;
	const char *who, *after, *channel, *needs, *from, *to, *source;
} PRESETS[] = {
#define ESCALATION_STEP(chain, step, who, after, channel, needs, from, to, source) { chain, step, who, after, channel, needs, from, to, source },
#include "handbook/escalation.def"
#undef ESCALATION_STEP
};

#include "base/banned.h"

enum { STEPS_MOST = 400, LIST_MOST = 200, STEP_LAST = 20 };
_Static_assert(sizeof(struct case_escalation_last_row) == sizeof(struct case_escalation_rows_row), "escalate.sql");
_Static_assert(sizeof(struct case_escalation_of_row) == sizeof(struct case_escalation_waiting_row), "escalate.sql");
_Static_assert(sizeof(struct escalation_step_all_row) == sizeof(struct escalation_step_rows_row), "escalate.sql");

const char *const escalate_chains[] = { "worry", "disagreement", NULL };
const char *const escalate_needs[] = { "views", NULL };
const char *const escalate_whos[] = { "engineer", "ce", "ta", "ae", "support_manager", "ce_manager", "ce_director", "head_of_support", "vp_ce", "vp_ts", "leadership", NULL };
const char *const escalate_outcomes[] = { "agree", "alternative", "disagree_and_commit", NULL };

static const char *words_of(const char *const v[][2], size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(code, str_c(v[i][0])))
			return v[i][1];
	return "";
}

const char *escalate_chain_words(struct str chain)
{
	static const char *const V[][2] = { { "worry", "an account person worries about a case" }, { "disagreement", "sales is unhappy with how a case goes" } };
	return words_of(V, ARRAY_LEN(V), chain);
}

const char *escalate_who_words(struct str who)
{
	static const char *const V[][2] = { { "engineer", "the engineer who has it" }, { "ce", "the customer engineer" }, { "ta", "the technical advisor" },
					    { "ae", "the account executive" }, { "support_manager", "the managers" }, { "ce_manager", "the customer engineer's manager" },
					    { "ce_director", "the director of customer engineering" }, { "head_of_support", "the head of support" },
					    { "vp_ce", "the vice president of customer engineering" }, { "vp_ts", "the vice president of technical success" },
					    { "leadership", "leadership, called together" } };
	return words_of(V, ARRAY_LEN(V), who);
}

const char *escalate_outcome_words(struct str outcome)
{
	static const char *const V[][2] = { { "agree", "agreed" }, { "alternative", "another way was found" }, { "disagree_and_commit", "disagreed, and committed" } };
	return words_of(V, ARRAY_LEN(V), outcome);
}

/* ---- rows ---- */

const struct escalation_step_all_row *escalate_step_on(const struct escalation_step_all_row *v, size_t n, struct str chain, int64_t step, struct str date)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].chain, chain) && v[i].step == step && str_cmp(v[i].valid_from, date) <= 0 && (!v[i].valid_to.p || str_cmp(v[i].valid_to, date) > 0))
			return &v[i];
	return NULL;
}

enum err escalate_steps(struct ctx *c, struct escalation_step_all_row **ret, size_t *ret_n)
{
	return escalation_step_all(c->db, c->arena, ret, ret_n, .max = STEPS_MOST);
}

enum err escalate_presets(struct ctx *c)
{
	struct escalation_step_any_row any;
	bool found;
	TRY(escalation_step_any(c->db, c->arena, &any, &found));
	for (size_t i = 0; i < ARRAY_LEN(PRESETS) && !found; i++) {
		struct escalation_step_rows_row r = { .chain = str_c(PRESETS[i].chain), .step = PRESETS[i].step, .who = str_c(PRESETS[i].who), .after = str_c(PRESETS[i].after),
						      .channel = str_c(PRESETS[i].channel), .needs = str_c(PRESETS[i].needs), .valid_from = str_c(PRESETS[i].from),
						      .valid_to = PRESETS[i].to ? str_c(PRESETS[i].to) : STR_NULL, .source = str_c(PRESETS[i].source) };
		TRY(row_new(c, &escalation_step_rows_stmt, &r, "escalation_step.set", &(struct event_new){ .rule = S("preset") }));
	}
	return OK;
}

/* ---- whom, and what next ---- */

enum err escalate_person(struct ctx *c, const struct ticket_get_row *t, struct str who, int64_t *ret_id, struct str *ret_name)
{
	struct escalation_named_row named;
	struct escalation_role_row *v;
	size_t n;
	bool found = false;
	*ret_id = 0;
	*ret_name = S("");
	if (str_eq(who, S("engineer")) && t->assignee_id.set) {
		struct teammate m;
		TRY(people_get(c, t->assignee_id.v, &m));
		*ret_id = m.id;
		*ret_name = m.name;
		return OK;
	}
	if ((str_eq(who, S("ce")) || str_eq(who, S("ta")) || str_eq(who, S("ae"))) && t->organisation_id.set)
		TRY(escalation_named(c->db, c->arena, &named, &found, .organisation_id = t->organisation_id.v, .part = who));
	if (found) {
		*ret_id = named.id;
		*ret_name = named.name;
		return OK;
	}
	/* one alone who has that job is it; of several somebody says which */
	TRY(escalation_role(c->db, c->arena, &v, &n, .role = who, .max = 2));
	if (n == 1) {
		*ret_id = v[0].id;
		*ret_name = v[0].name;
	}
	return OK;
}

enum err escalate_next(struct ctx *c, int64_t ticket, struct str chain, const struct escalation_step_all_row **ret, struct case_escalation_last_row *ret_last, bool *ret_open)
{
	struct escalation_step_all_row *v;
	size_t n;
	bool found;
	TRY(escalate_steps(c, &v, &n));
	TRY(case_escalation_last(c->db, c->arena, ret_last, &found, .ticket_id = ticket));
	*ret_open = found && str_eq(ret_last->state, S("open"));
	struct str day = people_date(c->arena, c->now_us), along = *ret_open ? ret_last->chain : chain.p ? chain : S("worry");
	/* what a lead refused is asked again there, once it was put right; what was settled begins anew */
	int64_t step = *ret_open ? ret_last->step + 1 : found && str_eq(ret_last->state, S("refused")) && str_eq(ret_last->chain, along) ? ret_last->step : 1;
	*ret = NULL;
	for (; step <= STEP_LAST && !*ret; step++)
		*ret = escalate_step_on(v, n, along, step, day);
	return OK;
}

/* ---- raising ---- */

struct raise_in {
	int64_t ticket;
	struct str chain, reason, own_view, other_view;
	struct opt_i64 to, seen;
};

static struct str actor_name(const struct ctx *c)
{
	return c->actor.name.n ? c->actor.name : S("tend");
}

static enum err end(struct ctx *c, const struct case_escalation_rows_row *r, const char *kind, const char *state, struct str outcome, struct str words)
{
	struct case_escalation_rows_row after = *r;
	after.state = str_c(state);
	after.outcome = outcome;
	after.words = words;
	after.ended_us = SOME(c->now_us);
	after.ended_by = actor_name(c);
	return row_save(c, &case_escalation_rows_stmt, r, &after, kind, &(struct event_new){ .ticket_id = r->ticket_id, .reason = words });
}

static enum err check_raise(struct ctx *c, const struct ticket_get_row *t, const struct raise_in *in, const struct escalation_step_all_row *s,
			    const struct case_escalation_last_row *last, bool open)
{
	const struct {
		const char *field;
		struct str text;
	} TEXTS[] = { { "reason", in->reason }, { "own_view", in->own_view }, { "other_view", in->other_view } };
	enum ticket_status status = TICKET_NEW;
	if (!ticket_status_parse(t->status, &status) || !ticket_status_unsolved(status))
		return fail(c, ERR_CONFLICT, "Ticket %lld is %s: there is nothing to disagree about any more. Reopen it first.", (long long)t->id, ticket_status_title(status));
	if (in->seen.set && in->seen.v != (open ? last->id : 0))
		return fail(c, ERR_CONFLICT, open ? "%.*s took it to %s meanwhile. Look at it first." : "%.*sIt was settled meanwhile%s. Look at it first.",
			    STR_ARG(open ? last->by_name : S("")), open ? escalate_who_words(last->who) : "");
	if (open && in->chain.n && !str_eq(in->chain, last->chain))
		return fail_field(c, S("chain"), "It is with %s already, because %s. That goes on; settle it before another begins.", escalate_who_words(last->who),
				  escalate_chain_words(last->chain));
	if (!s)
		return fail(c, ERR_CONFLICT, open ? "Nobody stands behind %s in the rows in force: it is settled there." : "No row says who is asked%s.",
			    open ? escalate_who_words(last->who) : "");
	if (str_eq(s->needs, S("views"))) {
		if (!str_trim(in->own_view).n)
			fail_field(c, S("own_view"), "What do you see? One sentence that the other side would call fair.");
		if (!str_trim(in->other_view).n)
			fail_field(c, S("other_view"), "What does the other side see? If you cannot say it, talk with them first.");
	}
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		if (TEXTS[i].text.n)
			TRY(guard_refuse(c, TEXTS[i].field, TEXTS[i].text));
	return fields_ok(c);
}

static enum err escalation_raise(struct ctx *c, const struct raise_in *in)
{
	struct ticket_get_row t;
	const struct escalation_step_all_row *s;
	struct case_escalation_last_row last;
	struct teammate who;
	struct str name;
	int64_t to;
	bool open;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(escalate_next(c, t.id, in->chain, &s, &last, &open));
	TRY(check_raise(c, &t, in, s, &last, open));
	TRY(escalate_person(c, &t, s->who, &to, &name));
	if (in->to.set) {
		TRY(people_get(c, in->to.v, &who));
		if (!str_eq(who.state, S("active")))
			return fail_field(c, S("to"), "%.*s is not here any more.", STR_ARG(who.name));
		to = who.id;
		name = who.name;
	}
	if (open)
		TRY(end(c, (const struct case_escalation_rows_row *)(const void *)&last, "escalation.went_on", "further", STR_NULL, STR_NULL));
	struct case_escalation_rows_row r = { .ticket_id = t.id, .chain = s->chain, .step = s->step, .who = s->who, .to_id = to ? SOME(to) : NONE, .reason = in->reason,
					      .own_view = in->own_view.p ? in->own_view : S(""), .other_view = in->other_view.p ? in->other_view : S(""), .state = S("open"),
					      .by_id = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE, .by_name = actor_name(c), .created_us = c->now_us };
	TRY(row_new(c, &case_escalation_rows_stmt, &r, "escalation.raised", &(struct event_new){ .ticket_id = t.id, .reason = in->reason }));
	TRY(ticket_tag_put(c, t.id, S("plain"), S(ESCALATE_TAG), true, 0));
	json_ki64(c->out, "ticket", t.id);
	json_ki64(c->out, "escalation", r.id);
	json_kstr(c->out, "who", r.who);
	json_kopt(c->out, "to", r.to_id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "It is with %s%s%.*s now: %.*s.", escalate_who_words(r.who), name.n ? ", " : "", STR_ARG(name), STR_ARG(s->channel)));
	return OK;
}
COMMAND_RUN(escalation_raise)
static const struct field raise_fields[] = {
	FIELD(struct raise_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(struct raise_in, reason, FIELD_STR, .required = true, .max = 1000, .help = "why it goes to the next in the chain"),
	FIELD(struct raise_in, chain, FIELD_ENUM, .choices = escalate_chains, .help = "worry or disagreement; the one that is open, else worry"),
	FIELD(struct raise_in, own_view, FIELD_STR, .max = 1000, .help = "what you see; wanted where the row says so"),
	FIELD(struct raise_in, other_view, FIELD_STR, .max = 1000, .help = "what the other side sees, as they would say it; wanted where the row says so"),
	FIELD(struct raise_in, to, FIELD_ID, .help = "number of the teammate who is asked; whom the row means, when the desk knows"),
	FIELD(struct raise_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX, .help = "the open escalation you looked at, 0 for none: refused when somebody was faster"),
};
const struct command escalation_raise_cmd = {
	.name = "escalation.raise", .help = "Take a case to the next in the chain, with the reason; nobody is paged", FIELDS(raise_fields, struct raise_in), .need = CAN_NOTE,
	.run = RUN(escalation_raise),
};

/* ---- what comes of it ---- */

struct end_in {
	int64_t escalation;
	struct str outcome, words;
};

static enum err open_one(struct ctx *c, int64_t id, struct case_escalation_rows_row *ret)
{
	TRY(row_read(c, &case_escalation_rows_stmt, "escalation", id, ret));
	return str_eq(ret->state, S("open")) ? OK : fail(c, ERR_CONFLICT, "It is not open any more: %.*s, by %.*s.", STR_ARG(ret->state), STR_ARG(ret->ended_by.p ? ret->ended_by : S("tend")));
}

static bool concerns(const struct ctx *c, const struct case_escalation_rows_row *r)
{
	int64_t me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	return (c->actor.caps & CAN_LEAD) || (me && ((r->by_id.set && r->by_id.v == me) || (r->to_id.set && r->to_id.v == me)));
}

static enum err finish(struct ctx *c, const struct case_escalation_rows_row *r, const char *kind, const char *state, struct str outcome, struct str words, const char *said)
{
	TRY(end(c, r, kind, state, outcome, words));
	TRY(ticket_tag_put(c, r->ticket_id, S("plain"), S(ESCALATE_TAG), false, 0));
	json_ki64(c->out, "ticket", r->ticket_id);
	json_ki64(c->out, "escalation", r->id);
	json_kstr(c->out, "said", str_c(said));
	return OK;
}

static enum err escalation_settle(struct ctx *c, const struct end_in *in)
{
	struct case_escalation_rows_row r;
	TRY(open_one(c, in->escalation, &r));
	if (!concerns(c, &r))
		return fail(c, ERR_FORBIDDEN, "Who raised it, who was asked, or a lead settles it.");
	TRY(guard_refuse(c, "words", in->words));
	return finish(c, &r, "escalation.settled", "settled", in->outcome, in->words, "Settled, and written down beside the case.");
}
COMMAND_RUN(escalation_settle)
static const struct field settle_fields[] = {
	FIELD(struct end_in, escalation, FIELD_ID, .required = true, .positional = true, .help = "number of the escalation", .example = "3"),
	FIELD(struct end_in, outcome, FIELD_ENUM, .required = true, .choices = escalate_outcomes, .help = "agreed, another way, or disagreed and committed"),
	FIELD(struct end_in, words, FIELD_STR, .required = true, .max = 1000, .help = "what was settled, in writing"),
};
const struct command escalation_settle_cmd = {
	.name = "escalation.settle", .help = "Write down what people settled on", FIELDS(settle_fields, struct end_in), .need = CAN_NOTE, .run = RUN(escalation_settle),
};

static enum err escalation_refuse(struct ctx *c, const struct end_in *in)
{
	struct case_escalation_rows_row r;
	TRY(open_one(c, in->escalation, &r));
	return finish(c, &r, "escalation.refused", "refused", STR_NULL, in->words, "Sent back, with the reason. It can be raised again when that is put right.");
}
COMMAND_RUN(escalation_refuse)
static const struct field refuse_fields[] = {
	FIELD(struct end_in, escalation, FIELD_ID, .required = true, .positional = true, .help = "number of the escalation", .example = "3"),
	FIELD(struct end_in, words, FIELD_STR, .required = true, .max = 1000, .help = "what must be done first, such as talking with each other"),
};
const struct command escalation_refuse_cmd = {
	.name = "escalation.refuse", .help = "Send it back: what goes before it was not done", FIELDS(refuse_fields, struct end_in), .need = CAN_LEAD, .run = RUN(escalation_refuse),
};

static enum err escalation_withdraw(struct ctx *c, const struct end_in *in)
{
	struct case_escalation_rows_row r;
	TRY(open_one(c, in->escalation, &r));
	if (!(c->actor.caps & CAN_LEAD) && !(c->actor.kind == ACTOR_TEAMMATE && r.by_id.set && r.by_id.v == c->actor.id))
		return fail(c, ERR_FORBIDDEN, "%.*s raised it: they withdraw it, or a lead does.", STR_ARG(r.by_name));
	return finish(c, &r, "escalation.withdrawn", "withdrawn", STR_NULL, in->words.n ? in->words : STR_NULL, "Withdrawn.");
}
COMMAND_RUN(escalation_withdraw)
static const struct field withdraw_fields[] = {
	FIELD(struct end_in, escalation, FIELD_ID, .required = true, .positional = true, .help = "number of the escalation", .example = "3"),
	FIELD(struct end_in, words, FIELD_STR, .max = 1000, .help = "why"),
};
const struct command escalation_withdraw_cmd = {
	.name = "escalation.withdraw", .help = "Take back what one raised oneself", FIELDS(withdraw_fields, struct end_in), .need = CAN_NOTE, .run = RUN(escalation_withdraw),
};

/* ---- looking ---- */

struct list_in {
	struct opt_i64 ticket, after, max;
};

static void one_json(struct json_out *j, const struct case_escalation_waiting_row *r)
{
	json_obj(j);
	json_ki64(j, "escalation", r->id);
	json_ki64(j, "ticket", r->ticket_id);
	json_kstr(j, "subject", r->subject);
	json_kstr(j, "chain", r->chain);
	json_ki64(j, "step", r->step);
	json_kstr(j, "who", r->who);
	json_kopt(j, "to", r->to_id);
	json_kstr(j, "to_name", r->to_name);
	json_kstr(j, "reason", r->reason);
	json_kstr(j, "own_view", r->own_view);
	json_kstr(j, "other_view", r->other_view);
	json_kstr(j, "state", r->state);
	json_kstr(j, "outcome", r->outcome);
	json_kstr(j, "words", r->words);
	json_kstr(j, "by", r->by_name);
	json_ktime(j, "at", r->created_us);
	json_kopt_time(j, "ended", r->ended_us);
	json_kstr(j, "ended_by", r->ended_by);
	json_obj_end(j);
}

static enum err escalation_list(struct ctx *c, const struct list_in *in)
{
	struct case_escalation_waiting_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	if (in->ticket.set)
		TRY(case_escalation_of(c->db, c->arena, (struct case_escalation_of_row **)(void *)&v, &n, .ticket_id = in->ticket.v,
				       .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	else
		TRY(case_escalation_waiting(c->db, c->arena, &v, &n, .after = in->after.v, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++)
		one_json(c->out, &v[i]);
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(escalation_list)
static const struct field list_fields[] = {
	FIELD(struct list_in, ticket, FIELD_ID, .positional = true, .help = "all of this ticket, newest first; those that are open unless said", .example = "42"),
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = LIST_MOST, .help = "how many at most (50)"),
};
const struct command escalation_list_cmd = {
	.name = "escalation.list", .help = "What was taken to the next in the chain and waits for a word, oldest first; or all of one case", FIELDS(list_fields, struct list_in),
	.need = CAN_READ, .reads = true, .run = RUN(escalation_list),
};

/* ---- the rows ---- */

struct step_in {
	struct str chain, who, after, channel, needs, valid_from, source;
	int64_t step;
};

static enum err escalation_step_set(struct ctx *c, const struct step_in *in)
{
	struct escalation_step_all_row *v;
	struct str from = in->valid_from.n ? in->valid_from : people_date(c->arena, c->now_us);
	size_t n;
	TRY(escalate_steps(c, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].chain, in->chain) || v[i].step != in->step)
			continue;
		if (str_cmp(v[i].valid_from, from) >= 0)
			return fail_field(c, S("valid_from"), "A row of this step begins on %.*s: rows are not rewritten, begin after it.", STR_ARG(v[i].valid_from));
		struct escalation_step_all_row after = v[i];
		after.valid_to = from;
		if (!v[i].valid_to.p || str_cmp(v[i].valid_to, from) > 0)
			TRY(row_save(c, &escalation_step_rows_stmt, &v[i], &after, "escalation_step.ended", NULL));
	}
	struct escalation_step_rows_row r = { .chain = in->chain, .step = in->step, .who = in->who, .after = in->after, .channel = in->channel, .needs = in->needs.p ? in->needs : S(""),
					      .valid_from = from, .source = in->source.n ? in->source : S("made at this desk") };
	TRY(row_new(c, &escalation_step_rows_stmt, &r, "escalation_step.set", NULL));
	json_ki64(c->out, "row", r.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "From %.*s step %lld is %s.", STR_ARG(from), (long long)in->step, escalate_who_words(in->who)));
	return OK;
}
COMMAND_RUN(escalation_step_set)
static const struct field step_fields[] = {
	FIELD(struct step_in, chain, FIELD_ENUM, .required = true, .choices = escalate_chains, .help = "worry or disagreement"),
	FIELD(struct step_in, step, FIELD_INT, .required = true, .min = 1, .max = STEP_LAST, .help = "which step of it"),
	FIELD(struct step_in, who, FIELD_ENUM, .required = true, .choices = escalate_whos, .help = "who is asked"),
	FIELD(struct step_in, after, FIELD_STR, .required = true, .max = 300, .help = "after what it comes to them"),
	FIELD(struct step_in, channel, FIELD_STR, .required = true, .max = 300, .help = "how they are asked"),
	FIELD(struct step_in, needs, FIELD_ENUM, .choices = escalate_needs, .help = "views: each side states the other's view first"),
	FIELD(struct step_in, valid_from, FIELD_DATE, .help = "from this date on; today unless said. The row before it ends then"),
	FIELD(struct step_in, source, FIELD_STR, .max = 300, .help = "where it stands"),
};
const struct command escalation_step_set_cmd = {
	.name = "escalation_step.set", .help = "Say who is asked at a step of a chain, from a date on", FIELDS(step_fields, struct step_in), .need = CAN_ADMIN,
	.run = RUN(escalation_step_set),
};

struct on_in {
	struct str on;
};

static enum err escalation_step_list(struct ctx *c, const struct on_in *in)
{
	struct escalation_step_all_row *v;
	size_t n;
	TRY(escalate_steps(c, &v, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		if (in->on.n && escalate_step_on(&v[i], 1, v[i].chain, v[i].step, in->on) == NULL)
			continue;
		json_obj(c->out);
		json_ki64(c->out, "row", v[i].id);
		json_kstr(c->out, "chain", v[i].chain);
		json_ki64(c->out, "step", v[i].step);
		json_kstr(c->out, "who", v[i].who);
		json_kstr(c->out, "after", v[i].after);
		json_kstr(c->out, "channel", v[i].channel);
		json_kstr(c->out, "needs", v[i].needs);
		json_kstr(c->out, "valid_from", v[i].valid_from);
		json_kstr(c->out, "valid_to", v[i].valid_to);
		json_kstr(c->out, "source", v[i].source);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(escalation_step_list)
static const struct field on_fields[] = {
	FIELD(struct on_in, on, FIELD_DATE, .help = "those in force on that date; all unless said", .example = "2022-05-01"),
};
const struct command escalation_step_list_cmd = {
	.name = "escalation_step.list", .help = "Who is asked at each step of a chain, by date", FIELDS(on_fields, struct on_in), .need = CAN_READ, .reads = true,
	.run = RUN(escalation_step_list),
};
