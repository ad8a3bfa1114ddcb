/* work.c: account work is begun, planned part by part, closed. What a kind asks for stands in dated rows. */
#include "growth/work_parts.h"

#include "account/account_parts.h"
#include "growth/cert_parts.h"
#include "growth/pair_parts.h"

#include "base/banned.h"

_Static_assert(sizeof(struct work_kind_on_row) == sizeof(struct work_kind_rows_row), "work.sql");
_Static_assert(sizeof(struct work_member_find_row) == sizeof(struct work_member_rows_row), "work.sql");

const char *const work_kinds[] = { "trial", "tech_win", "red_account", "renewal", "post_sales", "project", "feedback", "improvement", NULL };
const char *const work_healths[] = { "green", "yellow", "red", NULL };
const char *const work_withs[] = { "ae", "lead", "mentor", NULL };
const char *const work_states[] = { "open", "proposed", "accepted", "declined", "delivered", "done", "dropped", NULL };
static const char *const ends[] = { "accepted", "declined", "delivered", "done", "dropped", NULL };

const char *work_state_words(struct str state)
{
	static const char *const words[][2] = { { "open", "under way" }, { "proposed", "proposed" }, { "accepted", "accepted, being done" },
						{ "declined", "declined" }, { "delivered", "delivered" }, { "done", "done" }, { "dropped", "dropped" } };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(state, str_c(words[i][0])))
			return words[i][1];
	return "";
}

bool work_is_open(struct str state)
{
	return str_eq(state, S("open")) || str_eq(state, S("proposed")) || str_eq(state, S("accepted"));
}

static enum err answer(struct ctx *c, const struct work_item_rows_row *w, struct str said)
{
	json_ki64(c->out, "work", w->id);
	json_kopt(c->out, "organisation", w->organisation_id);
	json_kstr(c->out, "state", w->state);
	json_kstr(c->out, "said", said);
	return OK;
}

/* ---- work.begin, work.change ---- */

struct work_in {
	int64_t work;
	struct str kind, title, body, with_part, health, starts_on, due_on, link;
	struct opt_i64 organisation, team, owner, with;
	struct str_list clear;
};
#define IN struct work_in
#define WORK_FIELDS                                                                                                                            \
	FIELD(IN, body, FIELD_TEXT, .max = 20000, .help = "what it is about"),                                                                 \
	FIELD(IN, owner, FIELD_ID, .help = "whose it is; yours when not given"),                                                               \
	FIELD(IN, with, FIELD_ID, .help = "with whom it is made"),                                                                             \
	FIELD(IN, with_part, FIELD_ENUM, .choices = work_withs, .help = "as what: account executive, lead, mentor"),                           \
	FIELD(IN, team, FIELD_ID, .help = "the team that can act on it, for feedback"),                                                        \
	FIELD(IN, health, FIELD_ENUM, .choices = work_healths, .help = "how it stands with the customer"),                                     \
	FIELD(IN, starts_on, FIELD_DATE, .help = "the first day"),                                                                             \
	FIELD(IN, due_on, FIELD_DATE, .help = "the last day, or by when"),                                                                     \
	FIELD(IN, link, FIELD_STR, .max = 500, .help = "where more stands, or what proves it")

static const struct field begin_fields[] = {
	FIELD(IN, kind, FIELD_ENUM, .required = true, .choices = work_kinds, .help = "what kind of work"),
	FIELD(IN, title, FIELD_STR, .required = true, .max = 200, .help = "what it is called"),
	FIELD(IN, organisation, FIELD_ID, .help = "the customer"),
	WORK_FIELDS,
};
static const char *const clearable[] = { "body", "with", "team", "health", "starts_on", "due_on", "link", NULL };
static const struct field change_fields[] = {
	FIELD(IN, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
	FIELD(IN, title, FIELD_STR, .max = 200, .help = "what it is called"),
	WORK_FIELDS,
	FIELD(IN, clear, FIELD_STRS, .max = 7, .choices = clearable, .help = "fields to empty"),
};
#undef IN

static enum err kind_on(struct ctx *c, struct str slug, struct str date, struct work_kind_rows_row *ret)
{
	bool found;
	TRY(work_kind_on(c->db, c->arena, (struct work_kind_on_row *)ret, &found, .slug = slug, .date = date));
	return found ? OK : fail(c, ERR_CONFLICT, "There is no such kind of work on %.*s.", STR_ARG(date));
}

static enum err fill(struct ctx *c, const struct work_in *in, struct work_item_rows_row *w)
{
	struct cert_person_row who;
	struct pair_team_row team;
	bool found;
	if (in->title.p)
		w->title = in->title;
	if (in->body.p)
		w->body = in->body;
	if (in->health.p)
		w->health = in->health;
	if (in->starts_on.p)
		w->starts_on = in->starts_on;
	if (in->due_on.p)
		w->due_on = in->due_on;
	if (in->link.n && !str_starts(in->link, S("https://")) && !str_starts(in->link, S("http://")))
		return fail_field(c, S("link"), "A link begins with https://.");
	if (in->link.p)
		w->link = in->link;
	if (in->owner.set) {
		TRY(cert_person_read(c, in->owner.v, "owner", &who));
		w->owner_id = in->owner;
	}
	if (in->with.set) {
		TRY(cert_person_read(c, in->with.v, "with", &who));
		w->with_id = in->with;
	}
	if (in->with_part.p)
		w->with_part = in->with_part;
	if (in->team.set) {
		TRY(pair_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			return fail_field(c, S("team"), "There is no such team.");
		w->team_id = in->team;
	}
	return OK;
}

/* What the kind asks of dates, customer, partner, team. */
static enum err fits_kind(struct ctx *c, const struct work_kind_rows_row *k, struct work_item_rows_row *w)
{
	if (k->for_account && !w->organisation_id.set)
		return fail_field(c, S("organisation"), "%.*s belongs to a customer: which?", STR_ARG(k->name));
	if (str_eq(w->kind, S("feedback")) && !w->team_id.set)
		return fail_field(c, S("team"), "Which team can act on it?");
	if (w->with_id.set && w->owner_id.set && w->with_id.v == w->owner_id.v)
		return fail_field(c, S("with"), "Name somebody else: it is made together.");
	if (w->with_id.set && k->with_parts.n && !w->with_part.n)
		return fail_field(c, S("with_part"), "As what do they help: account executive, lead or mentor?");
	if (w->with_part.n && !cert_lists(k->with_parts, w->with_part))
		return fail_field(c, S("with_part"), "%.*s is not made with anybody in particular.", STR_ARG(k->name));
	if (w->starts_on.p && !w->due_on.p && k->ideal_days.set)
		w->due_on = pair_date_add(c, w->starts_on, k->ideal_days.v - 1);
	if (w->starts_on.p && w->due_on.p && str_cmp(w->due_on, w->starts_on) < 0)
		return fail_field(c, S("due_on"), "It must end after it begins.");
	if (!k->max_days.set)
		return OK;
	if (!w->starts_on.p)
		return fail_field(c, S("starts_on"), "When does it begin?");
	if (str_cmp(w->due_on, pair_date_add(c, w->starts_on, k->max_days.v - 1)) > 0)
		return fail_field(c, S("due_on"), "At most %lld days: until %.*s.", (long long)k->max_days.v,
				  STR_ARG(pair_date_add(c, w->starts_on, k->max_days.v - 1)));
	return OK;
}

static enum err plan_parts(struct ctx *c, const struct work_item_rows_row *w)
{
	struct work_part_kinds_on_row *v;
	size_t n;
	TRY(work_part_kinds_on(c->db, c->arena, &v, &n, .kind = w->kind, .date = w->starts_on.p ? w->starts_on : today(c)));
	for (size_t i = 0; i < n; i++) {
		struct work_part_rows_row p = { .item_id = w->id, .slug = v[i].slug, .phase = v[i].phase, .title = v[i].title, .answer_kind = v[i].answer_kind,
						.led_by = v[i].led_by, .position = v[i].position, .answer = S("") };
		TRY(work_part_new(c, &p, "work.part_planned"));
	}
	return OK;
}

static enum err work_begin(struct ctx *c, const struct work_in *in)
{
	struct work_kind_rows_row kind;
	struct work_org_row org;
	bool found;
	TRY(kind_on(c, in->kind, in->starts_on.p ? in->starts_on : today(c), &kind));
	struct work_item_rows_row w = { .kind = in->kind, .body = S(""), .with_part = S(""), .health = S(""), .link = S(""), .outcome = S(""),
					.state = str_eq(in->kind, S("improvement")) ? S("proposed") : S("open"), .organisation_id = in->organisation,
					.owner_id = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE,
					.created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE, .created_us = c->now_us };
	if (in->organisation.set) {
		TRY(work_org(c->db, c->arena, &org, &found, .id = in->organisation.v));
		if (!found || org.deleted_us.set)
			return fail_field(c, S("organisation"), "There is no such customer.");
	}
	TRY(fill(c, in, &w));
	if (str_eq(w.kind, S("red_account")) && !w.health.n)
		w.health = S("red");
	TRY(fits_kind(c, &kind, &w));
	TRY(work_item_new(c, &w, "work.begun"));
	TRY(plan_parts(c, &w));
	if (str_eq(w.kind, S("project")) && w.owner_id.set) {
		struct work_member_rows_row m = { .item_id = w.id, .teammate_id = w.owner_id.v, .part = S("lead"), .joined_us = c->now_us };
		TRY(work_member_new(c, &m, "work.joined"));
	}
	return answer(c, &w, arena_fmt(c->arena, "“%.*s” is begun.", STR_ARG(w.title)));
}
COMMAND_RUN(work_begin)

const struct command work_begin_cmd = {
	.name = "work.begin", .help = "Begin a trial, a plan for an account, a project, feedback or an improvement", FIELDS(begin_fields, struct work_in),
	.need = CAN_NOTE, .run = RUN(work_begin),
};

static bool clears(const struct work_in *in, const char *field)
{
	for (size_t i = 0; i < in->clear.n; i++)
		if (str_eq(in->clear.v[i], str_c(field)))
			return true;
	return false;
}

static void empty(const struct work_in *in, struct work_item_rows_row *w)
{
	if (clears(in, "body"))
		w->body = S("");
	if (clears(in, "with") && !in->with.set) {
		w->with_id = NONE;
		w->with_part = S("");
	}
	if (clears(in, "team") && !in->team.set)
		w->team_id = NONE;
	if (clears(in, "health"))
		w->health = S("");
	if (clears(in, "starts_on"))
		w->starts_on = STR_NULL;
	if (clears(in, "due_on"))
		w->due_on = STR_NULL;
	if (clears(in, "link"))
		w->link = S("");
}

static enum err open_item(struct ctx *c, int64_t id, struct work_item_rows_row *ret)
{
	TRY(work_item_read(c, id, ret));
	return work_is_open(ret->state) ? OK : fail(c, ERR_CONFLICT, "It is %s: open it again first.", work_state_words(ret->state));
}

static enum err work_change(struct ctx *c, const struct work_in *in)
{
	struct work_item_rows_row before, w;
	struct work_kind_rows_row kind;
	TRY(open_item(c, in->work, &before));
	w = before;
	empty(in, &w);
	TRY(fill(c, in, &w));
	TRY(kind_on(c, w.kind, w.starts_on.p ? w.starts_on : today(c), &kind));
	TRY(fits_kind(c, &kind, &w));
	TRY(work_item_save(c, &before, &w, "work.changed", STR_NULL));
	return answer(c, &w, S("Saved."));
}
COMMAND_RUN(work_change)

const struct command work_change_cmd = {
	.name = "work.change", .help = "Change a piece of work", FIELDS(change_fields, struct work_in), .need = CAN_NOTE, .run = RUN(work_change),
};

/* ---- parts ---- */

struct answer_in {
	int64_t part;
	struct str answer;
};
static const struct field answer_fields[] = {
	FIELD(struct answer_in, part, FIELD_ID, .required = true, .positional = true, .help = "number of the part"),
	FIELD(struct answer_in, answer, FIELD_TEXT, .max = 20000, .help = "the text; for a gate yes or no; left out: not answered"),
};

static enum err work_answer(struct ctx *c, const struct answer_in *in)
{
	struct work_part_rows_row before, p;
	struct work_item_rows_row w;
	TRY(work_part_read(c, in->part, &before));
	TRY(open_item(c, before.item_id, &w));
	p = before;
	p.answer = str_or_empty(in->answer);
	if (str_eq(p.answer_kind, S("yes_no")) && p.answer.n && !one_of(yes_no, p.answer))
		return fail_field(c, S("answer"), "A gate is answered with yes or no.");
	p.answered_by = p.answer.n && c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE;
	p.answered_us = p.answer.n ? SOME(c->now_us) : NONE;
	if (str_eq(p.answer, before.answer))
		return answer(c, &w, S("Saved."));
	TRY(work_part_save(c, &before, &p, "work.part_answered", STR_NULL));
	return answer(c, &w, S("Saved."));
}
COMMAND_RUN(work_answer)

const struct command work_answer_cmd = {
	.name = "work.answer", .help = "Write a part of a plan, or answer the question of a gate", FIELDS(answer_fields, struct answer_in), .need = CAN_NOTE,
	.run = RUN(work_answer),
};

/* ---- closing ---- */

struct close_in {
	int64_t work;
	struct str state, outcome, link;
};
static const struct field close_fields[] = {
	FIELD(struct close_in, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
	FIELD(struct close_in, state, FIELD_ENUM, .required = true, .choices = ends, .help = "done, dropped; a proposal is accepted, declined, delivered"),
	FIELD(struct close_in, outcome, FIELD_TEXT, .max = 8000, .help = "what came of it"),
	FIELD(struct close_in, link, FIELD_STR, .max = 500, .help = "what proves it"),
};

static enum err gates_closed(struct ctx *c, const struct work_item_rows_row *w)
{
	struct work_parts_of_row *v;
	size_t n;
	TRY(work_parts_of(c->db, c->arena, &v, &n, .item_id = w->id));
	for (size_t i = 0; i < n && str_eq(w->kind, S("tech_win")); i++)
		if (str_eq(v[i].answer_kind, S("yes_no")) && !str_eq(v[i].answer, S("yes")))
			return fail(c, ERR_CONFLICT, "A gate is still closed: “%.*s” Answer it with yes, or drop the work.", STR_ARG(v[i].title));
	return OK;
}

static enum err work_close(struct ctx *c, const struct close_in *in)
{
	struct work_item_rows_row before, w;
	TRY(open_item(c, in->work, &before));
	bool proposal = str_eq(before.kind, S("improvement")) || str_eq(before.kind, S("feedback")), done = str_eq(in->state, S("done")),
	     delivered = str_eq(in->state, S("delivered"));
	if (!proposal && !done && !str_eq(in->state, S("dropped")))
		return fail_field(c, S("state"), "Only proposals are %.*s; this is done or dropped.", STR_ARG(in->state));
	if (proposal && done)
		return fail_field(c, S("state"), "A proposal is accepted, declined, delivered or dropped.");
	if (delivered && !in->link.n && !before.link.n)
		return fail_field(c, S("link"), "Link what was delivered: others want to see it.");
	if (in->link.n && !str_starts(in->link, S("https://")) && !str_starts(in->link, S("http://")))
		return fail_field(c, S("link"), "A link begins with https://.");
	if (done)
		TRY(gates_closed(c, &before));
	w = before;
	w.state = in->state;
	w.outcome = in->outcome.p ? in->outcome : before.outcome;
	w.link = in->link.n ? in->link : before.link;
	w.closed_us = work_is_open(w.state) ? NONE : SOME(c->now_us);
	TRY(work_item_save(c, &before, &w, "work.closed", STR_NULL));
	return answer(c, &w, arena_fmt(c->arena, "It is %s.", work_state_words(w.state)));
}
COMMAND_RUN(work_close)

const struct command work_close_cmd = {
	.name = "work.close", .help = "Say how a piece of work ended, or that a proposal is accepted", FIELDS(close_fields, struct close_in), .need = CAN_NOTE,
	.run = RUN(work_close),
};

struct one_in {
	int64_t work;
	struct opt_i64 teammate;
	bool lead;
};
static const struct field reopen_fields[] = {
	FIELD(struct one_in, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
};

static enum err work_reopen(struct ctx *c, const struct one_in *in)
{
	struct work_item_rows_row before, w;
	TRY(work_item_read(c, in->work, &before));
	if (work_is_open(before.state))
		return fail(c, ERR_CONFLICT, "It is open.");
	w = before;
	w.state = str_eq(w.kind, S("improvement")) ? S("proposed") : S("open");
	w.closed_us = NONE;
	TRY(work_item_save(c, &before, &w, "work.reopened", STR_NULL));
	return answer(c, &w, S("It is open again."));
}
COMMAND_RUN(work_reopen)

const struct command work_reopen_cmd = {
	.name = "work.reopen", .help = "Open a piece of work again", FIELDS(reopen_fields, struct one_in), .need = CAN_NOTE, .run = RUN(work_reopen),
};

/* ---- who takes part ---- */

static const struct field join_fields[] = {
	FIELD(struct one_in, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
	FIELD(struct one_in, teammate, FIELD_ID, .help = "who; yourself when not given"),
	FIELD(struct one_in, lead, FIELD_BOOL, .help = "leads it"),
};
static const struct field leave_fields[] = {
	FIELD(struct one_in, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
	FIELD(struct one_in, teammate, FIELD_ID, .help = "who; yourself when not given"),
};

static enum err who_of(struct ctx *c, const struct one_in *in, int64_t *ret)
{
	struct cert_person_row who;
	if (!in->teammate.set && c->actor.kind != ACTOR_TEAMMATE)
		return fail_field(c, S("teammate"), "Say who.");
	*ret = in->teammate.set ? in->teammate.v : c->actor.id;
	return cert_person_read(c, *ret, "teammate", &who);
}

static enum err work_join(struct ctx *c, const struct one_in *in)
{
	struct work_item_rows_row w;
	struct work_member_rows_row before, m;
	int64_t who = 0;
	bool found;
	TRY(open_item(c, in->work, &w));
	TRY(who_of(c, in, &who));
	TRY(work_member_find(c->db, c->arena, (struct work_member_find_row *)&before, &found, .item_id = w.id, .teammate_id = who));
	TRY(answer(c, &w, in->lead ? S("They lead it.") : S("They are in.")));
	struct str part = in->lead ? S("lead") : S("member");
	if (!found) {
		m = (struct work_member_rows_row){ .item_id = w.id, .teammate_id = who, .part = part, .joined_us = c->now_us };
		return work_member_new(c, &m, "work.joined");
	}
	m = before;
	m.part = part;
	m.joined_us = before.removed_us.set ? c->now_us : before.joined_us;
	m.removed_us = NONE;
	return work_member_save(c, &before, &m, "work.joined", STR_NULL);
}
COMMAND_RUN(work_join)

const struct command work_join_cmd = {
	.name = "work.join", .help = "Join a piece of work, or lead it", FIELDS(join_fields, struct one_in), .need = CAN_NOTE, .run = RUN(work_join),
};

static enum err work_leave(struct ctx *c, const struct one_in *in)
{
	struct work_item_rows_row w;
	struct work_member_rows_row before, m;
	int64_t who = in->teammate.set ? in->teammate.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	bool found;
	TRY(work_item_read(c, in->work, &w));
	TRY(work_member_find(c->db, c->arena, (struct work_member_find_row *)&before, &found, .item_id = w.id, .teammate_id = who));
	if (!found || before.removed_us.set)
		return fail(c, ERR_NOT_FOUND, "They do not take part in it.");
	m = before;
	m.removed_us = SOME(c->now_us);
	TRY(work_member_save(c, &before, &m, "work.left", STR_NULL));
	return answer(c, &w, S("They are out."));
}
COMMAND_RUN(work_leave)

const struct command work_leave_cmd = {
	.name = "work.leave", .help = "Leave a piece of work", FIELDS(leave_fields, struct one_in), .need = CAN_NOTE, .run = RUN(work_leave),
};
