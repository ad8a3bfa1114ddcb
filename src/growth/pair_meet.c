/* pair_meet.c: meetings with their notes, and the question box: a newcomer asks, the mentor answers, and says when others know better. */
#include "growth/pair_parts.h"

#include "account/account_parts.h"
#include "growth/cert_parts.h"

#include "base/banned.h"

/* ---- meetings ---- */

struct met_in {
	int64_t meeting;
	struct str notes;
	struct opt_i64 at;
};
static const struct field met_fields[] = {
	FIELD(struct met_in, meeting, FIELD_ID, .required = true, .positional = true, .help = "number of the meeting"),
	FIELD(struct met_in, notes, FIELD_TEXT, .max = 20000, .help = "what was talked about, what comes next"),
	FIELD(struct met_in, at, FIELD_TIME, .help = "when it was; now when not given"),
};
static const struct field skip_fields[] = {
	FIELD(struct met_in, meeting, FIELD_ID, .required = true, .positional = true, .help = "number of the meeting"),
	FIELD(struct met_in, notes, FIELD_STR, .max = 300, .help = "why it is left out"),
};

/* Notes are between the two and their manager. */
static enum err one_of_them(struct ctx *c, const struct pairing_rows_row *p)
{
	bool them = c->actor.id == p->newcomer_id || (p->partner_id.set && c->actor.id == p->partner_id.v) || (p->manager_id.set && c->actor.id == p->manager_id.v);
	if (c->actor.kind == ACTOR_TEAMMATE && !them && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "This is between the two of them and their manager.");
	return OK;
}

static enum err meeting_of(struct ctx *c, int64_t id, struct pairing_meeting_rows_row *m)
{
	struct pairing_rows_row p;
	TRY(pairing_meeting_read(c, id, m));
	TRY(pairing_read(c, m->pairing_id, &p));
	return one_of_them(c, &p);
}

static enum err close_meeting(struct ctx *c, const struct met_in *in, bool held)
{
	struct pairing_meeting_rows_row before, m;
	TRY(meeting_of(c, in->meeting, &before));
	if (in->at.set && in->at.v > c->now_us)
		return fail_field(c, S("at"), "That has not happened yet.");
	m = before;
	m.state = held ? S("held") : S("skipped");
	m.notes = in->notes.p ? in->notes : before.notes;
	m.held_us = held ? SOME(in->at.set ? in->at.v : before.held_us.set ? before.held_us.v : c->now_us) : NONE;
	m.by_id = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : before.by_id;
	TRY(pairing_meeting_save(c, &before, &m, held ? "pairing.met" : "pairing.meeting_skipped", STR_NULL));
	json_ki64(c->out, "meeting", m.id);
	json_kstr(c->out, "said", held ? S("The meeting is kept.") : S("Left out."));
	return OK;
}

static enum err pair_met(struct ctx *c, const struct met_in *in)
{
	return close_meeting(c, in, true);
}
COMMAND_RUN(pair_met)

static enum err pair_skip(struct ctx *c, const struct met_in *in)
{
	return close_meeting(c, in, false);
}
COMMAND_RUN(pair_skip)

const struct command pair_met_cmd = {
	.name = "pairing.met", .help = "Say that a meeting took place, with notes; saying it again corrects the notes", FIELDS(met_fields, struct met_in),
	.need = CAN_NOTE, .run = RUN(pair_met),
};
const struct command pair_skip_cmd = {
	.name = "pairing.skip", .help = "Leave a meeting out", FIELDS(skip_fields, struct met_in), .need = CAN_NOTE, .run = RUN(pair_skip),
};

struct meet_in {
	int64_t pairing;
	struct str on;
};
static const struct field meet_fields[] = {
	FIELD(struct meet_in, pairing, FIELD_ID, .required = true, .positional = true, .help = "number of the pairing", .example = "5"),
	FIELD(struct meet_in, on, FIELD_DATE, .required = true, .help = "the day"),
};

static enum err pair_meet(struct ctx *c, const struct meet_in *in)
{
	struct pairing_rows_row p;
	struct pair_meeting_find_row there;
	bool found;
	TRY(pairing_read(c, in->pairing, &p));
	TRY(one_of_them(c, &p));
	if (!str_eq(p.state, S("active")))
		return fail(c, ERR_CONFLICT, "Only an active pairing has meetings ahead.");
	TRY(pair_meeting_find(c->db, c->arena, &there, &found, .pairing_id = p.id, .due_on = in->on));
	if (found)
		return fail_field(c, S("on"), "They meet on that day already.");
	struct pairing_meeting_rows_row m = { .pairing_id = p.id, .due_on = in->on, .state = S("due"), .notes = S("") };
	TRY(pairing_meeting_new(c, &m, "pairing.meeting_planned"));
	json_ki64(c->out, "meeting", m.id);
	json_kstr(c->out, "said", S("The meeting is planned."));
	return OK;
}
COMMAND_RUN(pair_meet)

const struct command pair_meet_cmd = {
	.name = "pairing.meet", .help = "Plan a further meeting of two people", FIELDS(meet_fields, struct meet_in), .need = CAN_NOTE, .run = RUN(pair_meet),
};

/* ---- questions ---- */

struct ask_in {
	struct str body;
	struct opt_i64 newcomer;
};
static const struct field ask_fields[] = {
	FIELD(struct ask_in, body, FIELD_TEXT, .required = true, .max = 8000, .help = "what you would like to know; there are no silly questions"),
	FIELD(struct ask_in, newcomer, FIELD_ID, .help = "who asks; only the machine's operator says so"),
};

static enum err pair_ask(struct ctx *c, const struct ask_in *in)
{
	int64_t who = 0, mentor;
	TRY(cert_actor(c, in->newcomer, &who));
	TRY(pair_partner(c, who, S("mentor"), &mentor));
	struct pairing_question_rows_row q = { .newcomer_id = who, .mentor_id = mentor ? SOME(mentor) : NONE, .body = in->body, .state = S("open"), .answer = S(""),
					       .created_us = c->now_us };
	TRY(pairing_question_new(c, &q, "pairing.asked"));
	json_ki64(c->out, "question", q.id);
	json_kstr(c->out, "said", mentor ? S("Your mentor has the question now.") :
					   S("Kept. You have no mentor at the moment; whoever becomes it has the question first thing."));
	return OK;
}
COMMAND_RUN(pair_ask)

const struct command pair_ask_cmd = {
	.name = "pairing.ask", .help = "Ask your mentor something", FIELDS(ask_fields, struct ask_in), .need = CAN_SIGNED_IN, .run = RUN(pair_ask),
};

static const char *const kinds_of_question[] = { "technical", "other", NULL };
static const char *const how_sure[] = { "yes", "no", NULL };

struct answer_in {
	int64_t question;
	struct str answer, kind, sure;
	struct opt_i64 by;
};
static const struct field answer_fields[] = {
	FIELD(struct answer_in, question, FIELD_ID, .required = true, .positional = true, .help = "number of the question"),
	FIELD(struct answer_in, answer, FIELD_TEXT, .required = true, .max = 20000, .help = "the answer, as far as you know it"),
	FIELD(struct answer_in, kind, FIELD_ENUM, .required = true, .choices = kinds_of_question, .help = "about the product and the work, or about anything else"),
	FIELD(struct answer_in, sure, FIELD_ENUM, .required = true, .choices = how_sure,
	      .help = "are you wholly sure? If not, and it is not technical, the newcomer is also shown whom to ask"),
	FIELD(struct answer_in, by, FIELD_ID, .help = "who answers; only the machine's operator says so"),
};

static enum err pair_answer(struct ctx *c, const struct answer_in *in)
{
	struct pairing_question_rows_row before, q;
	int64_t by = 0;
	TRY(cert_actor(c, in->by, &by));
	TRY(pairing_question_read(c, in->question, &before));
	if (by == before.newcomer_id)
		return fail(c, ERR_FORBIDDEN, "Somebody else answers.");
	q = before;
	q.state = S("answered");
	q.answer = in->answer;
	q.technical = SOME(str_eq(in->kind, S("technical")));
	q.sure = SOME(str_eq(in->sure, S("yes")));
	q.answered_by = SOME(by);
	q.answered_us = before.answered_us.set ? before.answered_us : SOME(c->now_us);
	TRY(pairing_question_save(c, &before, &q, "pairing.answered", STR_NULL));
	json_ki64(c->out, "question", q.id);
	json_kbool(c->out, "passed_on", !q.technical.v && !q.sure.v);
	json_kstr(c->out, "said", !q.technical.v && !q.sure.v ? S("Answered. The newcomer is also shown whom to ask about it.") : S("Answered."));
	return OK;
}
COMMAND_RUN(pair_answer)

const struct command pair_answer_cmd = {
	.name = "pairing.answer", .help = "Answer a newcomer's question; answering again corrects it", FIELDS(answer_fields, struct answer_in), .need = CAN_NOTE,
	.run = RUN(pair_answer),
};
