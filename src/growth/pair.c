/* pair.c: pairings are made, end, and survive that a partner leaves the company: an open one takes the place, and the manager is told. */
#include "growth/pair_parts.h"

#include "account/account_parts.h"
#include "core/job.h"
#include "growth/call_rows.h"
#include "growth/cert_parts.h"
#include "people/people.h"

#include "base/banned.h"

enum { MEETINGS_MOST = 200, OVER_AT_ONCE = 200 };

/* ---- telling ---- */

static enum err mail_to(struct ctx *c, int64_t teammate, struct str subject, struct str text, struct str dedup)
{
	struct teammate t;
	struct json_out j;
	TRY(people_get(c, teammate, &t));
	if (!str_eq(t.state, S("active")))
		return OK;
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "to", t.email);
	json_kstr(&j, "subject", subject);
	json_kstr(&j, "text", text);
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = t.email, .dedup = dedup, .body = json_done(&j) }, NULL);
}

static enum err tell_open(struct ctx *c, const struct pairing_rows_row *p, struct str newcomer, struct str why)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "http://127.0.0.1:8080";
	if (!p->manager_id.set)
		return OK;
	return mail_to(c, p->manager_id.v, arena_fmt(c->arena, "%.*s needs a new %s", STR_ARG(newcomer), str_eq(p->kind, S("mentor")) ? "mentor" :
						     str_eq(p->kind, S("buddy")) ? "buddy" : "account executive"),
		       arena_fmt(c->arena, "%.*s\n\nWho fits, and why, stands at %s/pairings/%lld\n", STR_ARG(why), base, (long long)p->id),
		       arena_fmt(c->arena, "pairing-open:%lld", (long long)p->id));
}

/* ---- making ---- */

static enum err plan_meeting(struct ctx *c, int64_t pairing, struct str on)
{
	struct pair_meeting_find_row there;
	bool found;
	TRY(pair_meeting_find(c->db, c->arena, &there, &found, .pairing_id = pairing, .due_on = on));
	if (found)
		return OK;
	struct pairing_meeting_rows_row m = { .pairing_id = pairing, .due_on = on, .state = S("due"), .notes = S("") };
	return pairing_meeting_new(c, &m, "pairing.meeting_planned");
}

/* The days of the rule, from `from` on (a partner who comes later does not have to catch up). */
static enum err plan_meetings(struct ctx *c, const struct pairing_rows_row *p, const struct pairing_rule_rows_row *rule, struct str from)
{
	struct str *days;
	size_t n = cert_split(c->arena, rule->meet_days, &days);
	int64_t last = 0, day;
	for (size_t i = 0; i < n; i++) {
		if (!str_i64(days[i], &last))
			return fail(c, ERR_BUG, "pairing rule %lld: its meeting days cannot be read", (long long)rule->id);
		struct str on = pair_date_add(c, p->starts_on, last);
		if (str_cmp(on, from) >= 0)
			TRY(plan_meeting(c, p->id, on));
	}
	if (!n)
		last = -rule->meet_every_days;
	day = last + rule->meet_every_days;
	for (int k = 0; rule->meet_every_days && day <= rule->meet_until_days && k < MEETINGS_MOST; k++, day += rule->meet_every_days) {
		struct str on = pair_date_add(c, p->starts_on, day);
		if (str_cmp(on, from) >= 0)
			TRY(plan_meeting(c, p->id, on));
	}
	return OK;
}

/* Whoever becomes the mentor is the mentor of a certification that has none, or had the one before. */
static enum err mentor_of_certification(struct ctx *c, int64_t newcomer, int64_t mentor, struct opt_i64 before)
{
	struct certification_newest_of_row newest;
	struct certification_rows_row row, after;
	bool found;
	TRY(certification_newest_of(c->db, c->arena, &newest, &found, .teammate_id = newcomer));
	if (!found)
		return OK;
	TRY(certification_read(c, newest.id, &row));
	bool free = !row.mentor_id.set || (before.set && row.mentor_id.v == before.v);
	if (!free || str_eq(row.state, S("certified")) || (row.manager_id.set && row.manager_id.v == mentor))
		return OK;
	after = row;
	after.mentor_id = SOME(mentor);
	return certification_save(c, &row, &after, "certification.changed", S("the mentor's pairing began"));
}

/* What was asked while nobody was mentor, or of the one who left, is asked of this one. */
static enum err questions_to(struct ctx *c, int64_t newcomer, struct opt_i64 before, int64_t mentor)
{
	struct pair_questions_move_row *v;
	struct pair_questions_stray_row *stray;
	size_t n = 0, n_stray;
	if (before.set)
		TRY(pair_questions_move(c->db, c->arena, &v, &n, .mentor_id = before.v, .newcomer_id = newcomer));
	TRY(pair_questions_stray(c->db, c->arena, &stray, &n_stray, .newcomer_id = newcomer));
	for (size_t i = 0; i < n + n_stray; i++) {
		struct pairing_question_rows_row q, after;
		TRY(pairing_question_read(c, i < n ? v[i].id : stray[i - n].id, &q));
		after = q;
		after.mentor_id = SOME(mentor);
		TRY(pairing_question_save(c, &q, &after, "pairing.asked", S("the mentor changed")));
	}
	return OK;
}

struct make_in {
	int64_t newcomer;
	struct opt_i64 partner, manager, pairing;
	struct str kind, starts_on, ends_on, exception;
};
static const struct field make_fields[] = {
	FIELD(struct make_in, newcomer, FIELD_ID, .required = true, .help = "who gets a partner"),
	FIELD(struct make_in, kind, FIELD_ENUM, .required = true, .choices = pair_kinds, .help = "what kind of pairing"),
	FIELD(struct make_in, partner, FIELD_ID, .help = "the partner; left out, the pairing stays open until somebody is found"),
	FIELD(struct make_in, manager, FIELD_ID, .help = "who is told when something goes wrong"),
	FIELD(struct make_in, starts_on, FIELD_DATE, .help = "the first day; today when not given"),
	FIELD(struct make_in, ends_on, FIELD_DATE, .help = "the last day; as the rule says when not given"),
	FIELD(struct make_in, exception, FIELD_STR, .max = 500, .help = "why somebody whom the rule does not allow"),
};

static enum err choose(struct ctx *c, const struct make_in *in, struct str starts_on, struct pairing_rule_rows_row *rule, struct str *ret_why)
{
	struct pair_candidate *v;
	size_t n;
	TRY(pair_candidates(c, in->kind, in->newcomer, starts_on, rule, &v, &n));
	*ret_why = S("");
	if (!in->partner.set)
		return OK;
	if (in->partner.v == in->newcomer)
		return fail_field(c, S("partner"), "Two people make a pairing.");
	for (size_t i = 0; i < n; i++) {
		if (v[i].id != in->partner.v)
			continue;
		if (!v[i].fits && !in->exception.n)
			return fail_field(c, S("partner"), "%.*s: %.*s. Choose somebody else, or say why it shall be so.", STR_ARG(v[i].name), STR_ARG(v[i].against));
		if (!v[i].fits && !(c->actor.caps & CAN_LEAD))
			return fail(c, ERR_FORBIDDEN, "Only a lead pairs people outside the rule.");
		*ret_why = v[i].fits ? v[i].words : v[i].words.n ? arena_fmt(c->arena, "%.*s; but %.*s", STR_ARG(v[i].words), STR_ARG(v[i].against)) :
								  v[i].against;
		return OK;
	}
	return fail_field(c, S("partner"), "There is no such teammate, or they do not work here now.");
}

/* One open pairing of a kind is filled, not doubled. */
static enum err room_for(struct ctx *c, const struct make_in *in, const struct pairing_rule_rows_row *rule, struct pairing_rows_row *ret_open, bool *ret_found)
{
	struct pair_current_row *v;
	size_t n;
	int64_t held = 0;
	*ret_found = false;
	TRY(pair_current(c->db, c->arena, &v, &n, .newcomer_id = in->newcomer));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].kind, in->kind))
			continue;
		if (str_eq(v[i].state, S("open"))) {
			TRY(pairing_read(c, v[i].id, ret_open));
			*ret_found = true;
		} else if (in->partner.set && v[i].partner_id.set && v[i].partner_id.v == in->partner.v) {
			return fail_field(c, S("partner"), "These two are paired already.");
		} else {
			held++;
		}
	}
	if (*ret_found && !in->partner.set)
		return fail(c, ERR_CONFLICT, "One is open already: choose a partner for it.");
	if (held >= rule->max_partners && !in->exception.n)
		return fail_field(c, S("kind"), "They have %lld already, and the rule allows %lld. End that pairing first, or say why it shall be so.", (long long)held,
				  (long long)rule->max_partners);
	return OK;
}

static enum err pair_make(struct ctx *c, const struct make_in *in)
{
	struct pairing_rule_rows_row rule;
	struct pairing_rows_row open, p;
	struct cert_person_row newcomer, other;
	struct str why, starts_on = in->starts_on.p ? in->starts_on : today(c);
	bool filling;
	TRY(cert_person_read(c, in->newcomer, "newcomer", &newcomer));
	if (in->manager.set)
		TRY(cert_person_read(c, in->manager.v, "manager", &other));
	TRY(choose(c, in, starts_on, &rule, &why));
	TRY(room_for(c, in, &rule, &open, &filling));
	p = filling ? open : (struct pairing_rows_row){ .kind = in->kind, .newcomer_id = in->newcomer, .starts_on = starts_on, .end_reason = S(""),
							 .created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE,
							 .created_us = c->now_us, .exception = S(""), .why = S("") };
	p.rule_id = rule.id;
	p.partner_id = in->partner;
	p.manager_id = in->manager.set ? in->manager : p.manager_id;
	p.state = in->partner.set ? S("active") : S("open");
	p.why = why;
	p.exception = str_or_empty(in->exception);
	p.ends_on = in->ends_on.p ? in->ends_on : p.ends_on.p ? p.ends_on : rule.days ? pair_date_add(c, p.starts_on, rule.days - 1) : STR_NULL;
	if (p.ends_on.p && str_cmp(p.ends_on, p.starts_on) < 0)
		return fail_field(c, S("ends_on"), "It must end after it begins.");
	if (filling)
		TRY(pairing_save(c, &open, &p, "pairing.made", STR_NULL));
	else
		TRY(pairing_new(c, &p, in->partner.set ? "pairing.made" : "pairing.opened"));
	json_ki64(c->out, "pairing", p.id);
	if (!in->partner.set) {
		json_kstr(c->out, "said", S("The pairing is open: it stands with those that need somebody."));
		return tell_open(c, &p, newcomer.name, arena_fmt(c->arena, "Nobody is %s of %.*s yet.", str_eq(p.kind, S("account")) ? "account executive" :
								 arena_cstr(c->arena, p.kind), STR_ARG(newcomer.name)));
	}
	TRY(plan_meetings(c, &p, &rule, filling ? today(c) : p.starts_on));
	TRY(cert_person_read(c, in->partner.v, "partner", &other));
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s and %.*s are paired.", STR_ARG(newcomer.name), STR_ARG(other.name)));
	json_kstr(c->out, "why", why);
	if (!str_eq(in->kind, S("mentor")))
		return OK;
	struct opt_i64 before = NONE;
	if (p.replaces_id.set) {
		struct pairing_rows_row old;
		TRY(pairing_read(c, p.replaces_id.v, &old));
		before = old.partner_id;
	}
	TRY(mentor_of_certification(c, in->newcomer, in->partner.v, before));
	return questions_to(c, in->newcomer, before, in->partner.v);
}
COMMAND_RUN(pair_make)

const struct command pair_make_cmd = {
	.name = "pairing.make", .help = "Pair a newcomer with a buddy, a mentor or an account executive; the rule of the day is checked",
	FIELDS(make_fields, struct make_in), .need = CAN_NOTE, .run = RUN(pair_make),
};

/* ---- ending ---- */

static enum err end_one(struct ctx *c, int64_t id, struct str reason)
{
	struct pairing_rows_row before, p;
	struct pair_meetings_of_row *v;
	size_t n;
	TRY(pairing_read(c, id, &before));
	p = before;
	p.state = S("ended");
	p.end_reason = reason;
	p.ended_us = SOME(c->now_us);
	TRY(pairing_save(c, &before, &p, "pairing.ended", reason));
	TRY(pair_meetings_of(c->db, c->arena, &v, &n, .pairing_id = id));
	for (size_t i = 0; i < n; i++) {
		struct pairing_meeting_rows_row m, after;
		if (!str_eq(v[i].state, S("due")))
			continue;
		TRY(pairing_meeting_read(c, v[i].id, &m));
		after = m;
		after.state = S("skipped");
		after.notes = S("The pairing ended.");
		TRY(pairing_meeting_save(c, &m, &after, "pairing.meeting_skipped", STR_NULL));
	}
	return OK;
}

static enum err open_instead(struct ctx *c, const struct pairing_rows_row *old, struct str why)
{
	struct cert_person_row newcomer;
	bool found;
	struct pairing_rows_row p = { .kind = old->kind, .newcomer_id = old->newcomer_id, .manager_id = old->manager_id, .rule_id = old->rule_id, .state = S("open"),
				      .starts_on = old->starts_on, .ends_on = old->ends_on, .why = S(""), .exception = S(""), .replaces_id = SOME(old->id),
				      .end_reason = S(""), .created_us = c->now_us };
	TRY(pairing_new(c, &p, "pairing.opened"));
	TRY(cert_person(c->db, c->arena, &newcomer, &found, .id = old->newcomer_id));
	return found ? tell_open(c, &p, newcomer.name, why) : OK;
}

struct end_in {
	int64_t pairing;
	struct str reason;
	bool reopen;
};
static const struct field end_fields[] = {
	FIELD(struct end_in, pairing, FIELD_ID, .required = true, .positional = true, .help = "number of the pairing", .example = "5"),
	FIELD(struct end_in, reason, FIELD_STR, .required = true, .max = 300, .help = "why it ends"),
	FIELD(struct end_in, reopen, FIELD_BOOL, .help = "somebody else is wanted in the partner's place"),
};

static enum err pair_end(struct ctx *c, const struct end_in *in)
{
	struct pairing_rows_row p;
	TRY(pairing_read(c, in->pairing, &p));
	if (str_eq(p.state, S("ended")))
		return fail(c, ERR_CONFLICT, "It has ended already.");
	TRY(end_one(c, p.id, in->reason));
	if (in->reopen)
		TRY(open_instead(c, &p, in->reason));
	json_ki64(c->out, "pairing", p.id);
	json_kstr(c->out, "said", in->reopen ? S("Ended. An open one takes its place.") : S("Ended."));
	return OK;
}
COMMAND_RUN(pair_end)

const struct command pair_end_cmd = {
	.name = "pairing.end", .help = "End a pairing before its time", FIELDS(end_fields, struct end_in), .need = CAN_NOTE, .run = RUN(pair_end),
};

/* ---- its time is over ---- */

static enum err end_over(struct ctx *c, void *arg)
{
	struct pair_over_row *v;
	size_t n;
	(void)arg;
	TRY(pair_over(c->db, c->arena, &v, &n, .today = today(c), .max = OVER_AT_ONCE));
	for (size_t i = 0; i < n; i++)
		TRY(end_one(c, v[i].id, S("Its time is over.")));
	return OK;
}

static enum err over_run(struct ctx *c, const struct job *j)
{
	struct pair_over_row *v;
	size_t n;
	(void)j;
	TRY(pair_over(c->db, c->arena, &v, &n, .today = today(c), .max = 1));
	return n ? ctx_write(c, false, end_over, NULL) : OK;
}

const struct job_kind pair_jobs[] = {
	{ .name = "pairing.over", .version = 1, .max_attempts = 5, .lease_us = UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_HOUR, .run = over_run },
	{ 0 },
};

/* ---- somebody leaves ---- */

static enum err free_calls(struct ctx *c, int64_t teammate)
{
	struct pair_places_planned_row *places;
	struct pair_leads_planned_row *leads;
	size_t n;
	TRY(pair_places_planned(c->db, c->arena, &places, &n, .teammate_id = teammate, .from_us = c->now_us));
	for (size_t i = 0; i < n; i++) {
		struct call_place_rows_row before, row;
		TRY(call_place_read(c, places[i].id, &before));
		row = before;
		row.removed_us = SOME(c->now_us);
		TRY(call_place_save(c, &before, &row, "call.place_left", S("left the company")));
	}
	TRY(pair_leads_planned(c->db, c->arena, &leads, &n, .teammate_id = teammate, .from_us = c->now_us));
	for (size_t i = 0; i < n; i++) {
		struct customer_call_rows_row before, row;
		TRY(customer_call_read(c, leads[i].id, &before));
		row = before;
		row.lead_id = NONE;
		TRY(customer_call_save(c, &before, &row, "call.changed", S("left the company")));
	}
	return OK;
}

enum err pair_somebody_left(struct ctx *c, const struct event_new *e, int64_t seq)
{
	struct pair_of_partner_row *v;
	struct pair_current_row *mine;
	struct cert_person_row who;
	size_t n;
	bool found;
	(void)seq;
	TRY(cert_person(c->db, c->arena, &who, &found, .id = e->entity_id));
	struct str why = arena_fmt(c->arena, "%.*s does not work here any more.", STR_ARG(found ? who.name : S("The partner")));
	TRY(pair_of_partner(c->db, c->arena, &v, &n, .partner_id = e->entity_id));
	for (size_t i = 0; i < n; i++) {
		struct pairing_rows_row p;
		TRY(pairing_read(c, v[i].id, &p));
		TRY(end_one(c, p.id, why));
		TRY(open_instead(c, &p, why));
	}
	TRY(pair_current(c->db, c->arena, &mine, &n, .newcomer_id = e->entity_id));
	for (size_t i = 0; i < n; i++)
		TRY(end_one(c, mine[i].id, why));
	return free_calls(c, e->entity_id);
}
