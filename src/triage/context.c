/* context.c: the hand-over of account people, their notes, and the context pause; see context.h. */
#include "triage/context.h"

#include "account/account.h"
#include "base/utf8.h"
#include "core/row.h"
#include "desk/coach.h"
#include "desk/desk.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "triage/suggest.h"
#include "triage/triage.h"

#include <jansson.h>
#include <string.h>

static const struct {
	const char *field, *label, *help;
	bool required;
	const char *from, *to;
} FIELDS_BY_DATE[] = {
#define HAND_OVER_FIELD(field, label, help, required, from, to, source) { field, label, help, required, from, to },
#include "handbook/hand_over_fields.def"
#undef HAND_OVER_FIELD
};
static const struct {
	const char *code, *words, *from, *to;
} STEPS[] = {
#define CONTEXT_STEP(code, words, from, to, source) { code, words, from, to },
#include "handbook/context_steps.def"
#undef CONTEXT_STEP
};
static const struct {
	const char *words, *from, *to;
} ADVICE[] = {
#define CONTEXT_ADVICE(words, from, to, source) { words, from, to },
#include "handbook/context_steps.def"
#undef CONTEXT_ADVICE
};
static const char *const ALL_STEPS[] = {
#define CONTEXT_STEP(code, words, from, to, source) code,
#include "handbook/context_steps.def"
#undef CONTEXT_STEP
	NULL,
};

#include "base/banned.h"

enum { NOTES_MOST = 50, SUBJECT_BYTES = 120, ASKED = 2, ASKED_BYTES = 200, TEXT_MAX_BYTES = 8000, OWN_LETTERS_LEAST = 12 };
_Static_assert(sizeof(struct context_look_find_row) == sizeof(struct context_look_rows_row), "context.sql");

/* ---- rows with dates ---- */

static bool on(struct str date, const char *from, const char *to)
{
	return str_cmp(str_c(from), date) <= 0 && (!to || str_cmp(str_c(to), date) > 0);
}

size_t context_fields_on(struct str date, struct context_field *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(FIELDS_BY_DATE) && n < CONTEXT_FIELDS; i++)
		if (on(date, FIELDS_BY_DATE[i].from, FIELDS_BY_DATE[i].to))
			ret[n++] = (struct context_field){ FIELDS_BY_DATE[i].field, FIELDS_BY_DATE[i].label, FIELDS_BY_DATE[i].help, FIELDS_BY_DATE[i].required };
	return n;
}

size_t context_steps_on(struct str date, struct context_step *ret, const char **ret_advice)
{
	size_t n = 0;
	*ret_advice = "";
	for (size_t i = 0; i < ARRAY_LEN(ADVICE); i++)
		if (on(date, ADVICE[i].from, ADVICE[i].to))
			*ret_advice = ADVICE[i].words;
	for (size_t i = 0; i < ARRAY_LEN(STEPS) && n < CONTEXT_STEPS; i++)
		if (on(date, STEPS[i].from, STEPS[i].to))
			ret[n++] = (struct context_step){ STEPS[i].code, STEPS[i].words };
	return n;
}

enum err context_part(struct ctx *c, int64_t organisation, int64_t teammate, struct str *ret)
{
	struct context_part_of_row *v;
	size_t n;
	*ret = S("other");
	if (!organisation || !teammate)
		return OK;
	TRY(context_part_of(c->db, c->arena, &v, &n, .organisation_id = organisation, .teammate_id = teammate));
	for (size_t i = n; i-- > 0;)
		if (!str_eq(v[i].part, S("other")))
			*ret = v[i].part;
	return OK;
}

struct str context_asked(struct arena *a, struct str body)
{
	struct str q[ASKED];
	size_t n = desk_questions(a, body, ASKED_BYTES, q, ASKED);
	if (!n)
		return utf8_clip(str_trim(body), ASKED_BYTES);
	return n == 1 ? q[0] : arena_fmt(a, "%.*s %.*s", STR_ARG(q[0]), STR_ARG(q[1]));
}

/* ---- what the words are like ---- */

/* Loaded words are said back, not refused; what looks like a secret is refused. *ret_words: sentences by " ". */
static enum err look_at(struct ctx *c, const char *field, struct str text, struct buf *words)
{
	struct coach k;
	struct coach_facts f = { .account = true, .date = people_date(c->arena, c->now_us) };
	if (!text.n)
		return OK;
	TRY(guard_refuse(c, field, text));
	coach_read(c->arena, text, &f, &k);
	for (size_t i = 0; i < k.n; i++)
		if (k.lines[i].kind == COACH_WORD)
			buf_fmt(words, "%s%.*s", words->n ? " " : "", STR_ARG(k.lines[i].text));
	return OK;
}

/* ---- context.hand_over ---- */

struct hand_over_in {
	struct opt_i64 ticket, organisation;
	struct str organisation_named, name, email, subject, issue_url, summary, consequence, time_limit, other;
};

static struct str given(const struct hand_over_in *in, const char *field)
{
	const struct {
		const char *field;
		struct str value;
	} V[] = { { "issue_url", in->issue_url }, { "summary", in->summary }, { "consequence", in->consequence }, { "time_limit", in->time_limit }, { "other", in->other } };
	for (size_t i = 0; i < ARRAY_LEN(V); i++)
		if (strcmp(field, V[i].field) == 0)
			return V[i].value;
	return S("x");
}

/* All that is missing at once, so that nobody goes round and round. */
static enum err check_hand_over(struct ctx *c, const struct hand_over_in *in, bool has_customer, struct buf *words)
{
	struct context_field f[CONTEXT_FIELDS];
	size_t n = context_fields_on(people_date(c->arena, c->now_us), f);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(f[i].field, "organisation") == 0) {
			if (!has_customer)
				fail_field(c, S("organisation"), "Which customer is it for? Choose one, or write the name as it stands in the list.");
			continue;
		}
		struct str v = given(in, f[i].field);
		if (f[i].required && !str_trim(v).n)
			fail_field(c, str_c(f[i].field), "%s: %s.", f[i].label, f[i].help);
		else if (strcmp(f[i].field, "issue_url") != 0)
			(void)look_at(c, f[i].field, v, words);
	}
	if (in->issue_url.n && !str_starts(in->issue_url, S("https://")) && !str_starts(in->issue_url, S("http://")))
		fail_field(c, S("issue_url"), "An address begins with https://.");
	if (in->summary.n && (suggest_blind(in->summary) || str_trim(in->summary).n < OWN_LETTERS_LEAST))
		fail_field(c, S("summary"), "This only passes a message on. Say in your own words what they want or what does not work, so that nobody has to ask you or the "
					    "customer again; the message itself can follow below.");
	return fields_ok(c);
}

static enum err which_customer(struct ctx *c, const struct hand_over_in *in, const struct ticket_get_row *t, struct opt_i64 *ret)
{
	struct context_org_found_row o;
	bool found;
	*ret = in->organisation;
	if (!ret->set && in->organisation_named.n) {
		TRY(suggest_org_by_name(c, in->organisation_named, ret));
		if (!ret->set)
			return fail_field(c, S("organisation_named"), "There is no customer of that name, or there are several: write it as it stands in the list, or give the number.");
	}
	if (!ret->set && t)
		*ret = t->organisation_id;
	if (!ret->set)
		return OK;
	TRY(context_org_found(c->db, c->arena, &o, &found, .id = ret->v));
	if (!found || o.deleted_us.set)
		return fail_field(c, S("organisation"), found ? "This customer was put away." : "There is no customer of that number.");
	return OK;
}

static int64_t me_of(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
}

static enum err put_context(struct ctx *c, struct case_context_rows_row *r, const char *event)
{
	r->author_id = me_of(c) ? SOME(me_of(c)) : NONE;
	r->author_name = c->actor.name.n ? c->actor.name : S("tend");
	r->created_us = c->now_us;
	TRY(row_new(c, &case_context_rows_stmt, r, event, &(struct event_new){ .ticket_id = r->ticket_id }));
	json_ki64(c->out, "context", r->id);
	return OK;
}

static struct str or_empty(struct str s)
{
	return s.p ? s : S("");
}

/* The case that the hand-over makes: its first message is an internal note, so nothing of it can reach the customer. */
static enum err make_case(struct ctx *c, const struct hand_over_in *in, struct opt_i64 org, int64_t *ret)
{
	struct str line, rest = str_trim(in->summary), answer;
	str_line(&rest, &line);
	struct str body = arena_fmt(c->arena, "- **In short:** %.*s\n- **Where it began:** %.*s\n- **What happens if nothing is done:** %.*s\n- **Until when, and why then:** %.*s%s%.*s",
				    STR_ARG(in->summary), STR_ARG(in->issue_url), STR_ARG(in->consequence), STR_ARG(in->time_limit), in->other.n ? "\n- **Anything else:** " : "",
				    STR_ARG(in->other));
	struct triage_value v[6] = { { "subject", in->subject.n ? in->subject : utf8_clip(line, SUBJECT_BYTES) }, { "body", body }, { "body_as", S("note") },
				     { "origin_url", in->issue_url } };
	size_t n = 4;
	if (in->email.n) {
		v[n++] = (struct triage_value){ "email", in->email };
		if (in->name.n)
			v[n++] = (struct triage_value){ "name", in->name };
	}
	TRY(triage_call(c, "ticket.create", v, n, &answer));
	json_t *a = json_loadb(answer.p, answer.n, 0, NULL);
	*ret = json_integer_value(json_object_get(a, "ticket"));
	json_decref(a);
	struct ticket_get_row t, before;
	TRY(ticket_get(c->db, c->arena, &t, .id = *ret));
	before = t;
	t.organisation_id = org;
	return ticket_save(c, "ticket.updated", &before, &t, &(struct ticket_note_to_log){ .rule = S("hand-over") });
}

static enum err context_hand_over(struct ctx *c, const struct hand_over_in *in)
{
	struct ticket_get_row t = { 0 };
	struct opt_i64 org;
	struct buf words;
	int64_t ticket = in->ticket.set ? in->ticket.v : 0;
	buf_init(&words, c->arena, 4000);
	if (ticket)
		TRY(ticket_load(c, ticket, &t));
	TRY(which_customer(c, in, ticket ? &t : NULL, &org));
	TRY(check_hand_over(c, in, org.set, &words));
	if (!ticket)
		TRY(make_case(c, in, org, &ticket));
	struct case_context_rows_row r = { .ticket_id = ticket, .kind = S("hand_over"), .summary = in->summary, .issue_url = or_empty(in->issue_url),
					   .consequence = or_empty(in->consequence), .time_limit = or_empty(in->time_limit), .other = or_empty(in->other) };
	TRY(context_part(c, org.v, me_of(c), &r.part));
	TRY(put_context(c, &r, "context.handed_over"));
	json_ki64(c->out, "ticket", ticket);
	json_kstr(c->out, "words", buf_str(&words));
	json_kstr(c->out, "said", arena_fmt(c->arena, "Support has it as #%lld. You see how it goes under My customers.%s%.*s", (long long)ticket, words.n ? " One thing: " : "",
					    STR_ARG(buf_str(&words))));
	return OK;
}
COMMAND_RUN(context_hand_over)

#define IN struct hand_over_in
static const struct field hand_over_fields[] = {
	FIELD(IN, ticket, FIELD_ID, .help = "a case that is there already; a new one is made unless said"),
	FIELD(IN, organisation, FIELD_ID, .help = "number of the customer"),
	FIELD(IN, organisation_named, FIELD_STR, .help = "or the customer's name, as it stands in the list"),
	FIELD(IN, name, FIELD_STR, .help = "name of the person at the customer, with email"),
	FIELD(IN, email, FIELD_EMAIL, .help = "their address: who is answered"),
	FIELD(IN, subject, FIELD_STR, .max = 300, .help = "what it is about, in one line; the first line of the summary unless said"),
	FIELD(IN, issue_url, FIELD_STR, .max = 2000, .help = "where it began: the address of the chat, the issue or the ticket"),
	FIELD(IN, summary, FIELD_TEXT, .max = TEXT_MAX_BYTES, .help = "what they want or what does not work, in your own words"),
	FIELD(IN, consequence, FIELD_TEXT, .max = TEXT_MAX_BYTES, .help = "what happens if nothing is done: who is stopped, and how far"),
	FIELD(IN, time_limit, FIELD_STR, .max = 500, .help = "until when, and why then; or: none"),
	FIELD(IN, other, FIELD_TEXT, .max = TEXT_MAX_BYTES, .help = "anything else: what was tried, whom to ask"),
};
#undef IN
const struct command context_hand_over_cmd = {
	.name = "context.hand_over", .help = "Hand a customer's matter over to support, with all that support needs", FIELDS(hand_over_fields, struct hand_over_in),
	.need = CAN_NOTE, .run = RUN(context_hand_over),
};

/* ---- context.note, .remove, .list ---- */

struct note_in {
	int64_t ticket;
	struct str summary;
};

static enum err context_note(struct ctx *c, const struct note_in *in)
{
	struct ticket_get_row t;
	struct buf words;
	buf_init(&words, c->arena, 4000);
	TRY(ticket_load(c, in->ticket, &t));
	TRY(look_at(c, "summary", in->summary, &words));
	struct case_context_rows_row r = { .ticket_id = t.id, .kind = S("note"), .summary = in->summary, .issue_url = S(""), .consequence = S(""), .time_limit = S(""),
					   .other = S("") };
	TRY(context_part(c, t.organisation_id.v, me_of(c), &r.part));
	TRY(put_context(c, &r, "context.noted"));
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "words", buf_str(&words));
	json_kstr(c->out, "said", arena_fmt(c->arena, "It stands beside the case. The priority is the engineer’s and stays.%s%.*s", words.n ? " One thing: " : "",
					    STR_ARG(buf_str(&words))));
	return OK;
}
COMMAND_RUN(context_note)
static const struct field note_fields[] = {
	FIELD(struct note_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(struct note_in, summary, FIELD_TEXT, .required = true, .max = TEXT_MAX_BYTES, .help = "what the engineer should know; it changes no priority"),
};
const struct command context_note_cmd = {
	.name = "context.note", .help = "Tell support what the account people know, beside a case", FIELDS(note_fields, struct note_in), .need = CAN_NOTE,
	.run = RUN(context_note),
};

struct context_id_in {
	int64_t context;
};

static enum err context_remove(struct ctx *c, const struct context_id_in *in)
{
	struct case_context_rows_row r, after;
	TRY(row_read(c, &case_context_rows_stmt, "note", in->context, &r));
	if (r.removed_us.set)
		return fail(c, ERR_NOT_FOUND, "There is no such note any more.");
	if (!(c->actor.caps & CAN_LEAD) && !(r.author_id.set && r.author_id.v == me_of(c)))
		return fail(c, ERR_FORBIDDEN, "%.*s wrote it: only they or a lead take it away.", STR_ARG(r.author_name));
	after = r;
	after.removed_us = SOME(c->now_us);
	json_ki64(c->out, "ticket", r.ticket_id);
	return row_save(c, &case_context_rows_stmt, &r, &after, "context.removed", &(struct event_new){ .ticket_id = r.ticket_id });
}
COMMAND_RUN(context_remove)
static const struct field id_fields[] = {
	FIELD(struct context_id_in, context, FIELD_ID, .required = true, .positional = true, .help = "number of the note", .example = "3"),
};
const struct command context_remove_cmd = {
	.name = "context.remove", .help = "Take a note of account people away from a case", FIELDS(id_fields, struct context_id_in), .need = CAN_NOTE, .run = RUN(context_remove),
};

struct ticket_in {
	int64_t ticket;
};

static enum err context_list(struct ctx *c, const struct ticket_in *in)
{
	struct ticket_get_row t;
	struct case_context_of_row *v;
	size_t n;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(case_context_of(c->db, c->arena, &v, &n, .ticket_id = t.id, .max = NOTES_MOST));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "context", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "author", v[i].author_name);
		json_kstr(c->out, "part", v[i].part);
		json_kstr(c->out, "summary", v[i].summary);
		json_kstr(c->out, "issue_url", v[i].issue_url);
		json_kstr(c->out, "consequence", v[i].consequence);
		json_kstr(c->out, "time_limit", v[i].time_limit);
		json_kstr(c->out, "other", v[i].other);
		json_ktime(c->out, "at", v[i].created_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(context_list)
static const struct field ticket_fields[] = {
	FIELD(struct ticket_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
};
const struct command context_list_cmd = {
	.name = "context.list", .help = "What account people told beside a case", FIELDS(ticket_fields, struct ticket_in), .need = CAN_READ, .reads = true, .run = RUN(context_list),
};

/* ---- the context pause ---- */

struct look_in {
	int64_t ticket;
	struct str_list steps;
};

static enum err context_look(struct ctx *c, const struct look_in *in)
{
	struct ticket_get_row t;
	struct context_look_find_row old;
	struct context_look_rows_row r;
	struct buf b;
	bool found;
	int64_t me = me_of(c);
	if (!me)
		return fail(c, ERR_INPUT, "Only a teammate looks at a case.");
	TRY(ticket_load(c, in->ticket, &t));
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < in->steps.n; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(in->steps.v[i]));
	r = (struct context_look_rows_row){ .ticket_id = t.id, .teammate_id = me, .steps = buf_str(&b), .at_us = c->now_us };
	TRY(context_look_find(c->db, c->arena, &old, &found, .ticket_id = t.id, .teammate_id = me));
	const struct event_new log = { .ticket_id = t.id };
	json_ki64(c->out, "ticket", t.id);
	if (!found)
		return row_new(c, &context_look_rows_stmt, &r, "context.looked", &log);
	r.id = old.id;
	return row_save(c, &context_look_rows_stmt, &old, &r, "context.looked", &log);
}
COMMAND_RUN(context_look)
static const struct field look_fields[] = {
	FIELD(struct look_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(struct look_in, steps, FIELD_STRS, .max = 20, .choices = ALL_STEPS, .help = "what was looked at; the list says what there is"),
};
const struct command context_look_cmd = {
	.name = "context.look", .help = "Note what of a case's context was looked at before working on it", FIELDS(look_fields, struct look_in), .need = CAN_NOTE,
	.run = RUN(context_look),
};
