/* cert.c: what people do on the way to a certificate: begin, practise, clear, rehearse, score, take back. Each act is an entry that the rule must take. */
#include "growth/cert_parts.h"

#include "account/account_parts.h"
#include "growth/call_rows.h"

#include "base/banned.h"

/* ---- who ---- */

enum err cert_person_read(struct ctx *c, int64_t id, const char *field, struct cert_person_row *ret)
{
	bool found;
	TRY(cert_person(c->db, c->arena, ret, &found, .id = id));
	if (!found)
		return fail_field(c, str_c(field), "There is no such teammate.");
	return str_eq(ret->state, S("active")) ? OK : fail_field(c, str_c(field), "%.*s does not work here now.", STR_ARG(ret->name));
}

enum err cert_actor(struct ctx *c, struct opt_i64 by, int64_t *ret)
{
	struct cert_person_row who;
	if (c->actor.kind == ACTOR_TEAMMATE) {
		*ret = c->actor.id;
		return by.set && by.v != c->actor.id ? fail_field(c, S("by"), "Sign in as yourself: nobody does this in another's name.") : OK;
	}
	if (!by.set)
		return fail_field(c, S("by"), "Say who did it: “by” is a teammate's number.");
	TRY(cert_person_read(c, by.v, "by", &who));
	*ret = by.v;
	return OK;
}

enum err cert_people_check(struct ctx *c, int64_t teammate, struct opt_i64 mentor, struct opt_i64 manager)
{
	struct cert_person_row who;
	if (mentor.set && mentor.v == teammate)
		return fail_field(c, S("mentor"), "Nobody is their own mentor.");
	if (manager.set && manager.v == teammate)
		return fail_field(c, S("manager"), "Nobody is their own manager.");
	if (mentor.set && manager.set && mentor.v == manager.v)
		return fail_field(c, S("manager"), "Mentor and manager score independently: two scorers must be two people.");
	if (mentor.set)
		TRY(cert_person_read(c, mentor.v, "mentor", &who));
	if (manager.set)
		TRY(cert_person_read(c, manager.v, "manager", &who));
	return OK;
}

static enum err load(struct ctx *c, int64_t id, struct certification_rows_row *row, struct cert_edition_rows_row *edition)
{
	TRY(certification_read(c, id, row));
	return cert_edition_read(c, row->edition_id, edition);
}

static enum err answer(struct ctx *c, int64_t id, struct str said)
{
	struct certification_rows_row now;
	TRY(certification_read(c, id, &now));
	json_ki64(c->out, "certification", id);
	json_kstr(c->out, "state", now.state);
	json_kstr(c->out, "said", said);
	return OK;
}

#define CERTIFICATION(T) FIELD(T, certification, FIELD_ID, .required = true, .positional = true, .help = "number of the certification", .example = "3")
#define BY(T) FIELD(T, by, FIELD_ID, .help = "who did it; only the machine's operator says so, others sign in")

/* ---- start, people, edition ---- */

struct start_in {
	struct str programme, on;
	int64_t teammate;
	struct opt_i64 mentor, manager, edition;
};
static const struct field start_fields[] = {
	FIELD(struct start_in, programme, FIELD_STR, .max = 60, .help = "the programme's short name (demo)", .example = "demo"),
	FIELD(struct start_in, teammate, FIELD_ID, .required = true, .help = "who is to be certified"),
	FIELD(struct start_in, mentor, FIELD_ID, .help = "who practises with them and scores live"),
	FIELD(struct start_in, manager, FIELD_ID, .help = "who scores from the recording"),
	FIELD(struct start_in, edition, FIELD_ID, .help = "an edition; the one in force today when not given"),
	FIELD(struct start_in, on, FIELD_DATE, .help = "the day whose edition is taken; today when not given"),
};

static enum err pick_edition(struct ctx *c, const struct start_in *in, int64_t programme, int64_t *ret)
{
	struct cert_edition_in_force_row e;
	bool found;
	if (in->edition.set) {
		struct cert_edition_rows_row row;
		TRY(cert_edition_read(c, in->edition.v, &row));
		if (row.programme_id != programme || !row.published_us.set)
			return fail_field(c, S("edition"), "This edition is not published, or is another programme's.");
		*ret = row.id;
		return OK;
	}
	TRY(cert_edition_in_force(c->db, c->arena, &e, &found, .programme_id = programme, .date = in->on.p ? in->on : today(c)));
	*ret = found ? e.id : 0;
	return found ? OK : fail(c, ERR_CONFLICT, "The programme has no edition in force on that day. Publish one first.");
}

static enum err cert_start(struct ctx *c, const struct start_in *in)
{
	struct cert_programme_by_slug_row p;
	struct certification_of_row old;
	struct cert_person_row who;
	bool found;
	struct str slug = in->programme.p ? in->programme : S("demo");
	TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = slug));
	if (!found)
		return fail_field(c, S("programme"), "There is no programme “%.*s”.", STR_ARG(slug));
	TRY(cert_person_read(c, in->teammate, "teammate", &who));
	TRY(cert_people_check(c, in->teammate, in->mentor, in->manager));
	TRY(certification_of(c->db, c->arena, &old, &found, .programme_id = p.id, .teammate_id = in->teammate));
	if (found)
		return fail(c, ERR_CONFLICT, "%.*s is on the way already: certification %lld.", STR_ARG(who.name), (long long)old.id);
	struct certification_rows_row row = { .programme_id = p.id, .teammate_id = in->teammate, .mentor_id = in->mentor, .manager_id = in->manager,
					      .state = S("not_started"), .focus = S("[]"), .started_us = c->now_us };
	TRY(pick_edition(c, in, p.id, &row.edition_id));
	TRY(certification_new(c, &row, "certification.started"));
	return answer(c, row.id, arena_fmt(c->arena, "%.*s is on the way to “%.*s”.", STR_ARG(who.name), STR_ARG(p.name)));
}
COMMAND_RUN(cert_start)

const struct command cert_start_cmd = {
	.name = "certification.start", .help = "Put somebody on the way to a certificate", FIELDS(start_fields, struct start_in), .need = CAN_NOTE,
	.run = RUN(cert_start),
};

struct people_in {
	int64_t certification;
	struct opt_i64 mentor, manager;
};
static const struct field people_fields[] = {
	CERTIFICATION(struct people_in),
	FIELD(struct people_in, mentor, FIELD_ID, .help = "who practises with them and scores live"),
	FIELD(struct people_in, manager, FIELD_ID, .help = "who scores from the recording"),
};

static enum err cert_people(struct ctx *c, const struct people_in *in)
{
	struct certification_rows_row before, after;
	TRY(certification_read(c, in->certification, &before));
	after = before;
	if (in->mentor.set)
		after.mentor_id = in->mentor;
	if (in->manager.set)
		after.manager_id = in->manager;
	TRY(cert_people_check(c, after.teammate_id, after.mentor_id, after.manager_id));
	TRY(certification_save(c, &before, &after, "certification.changed", STR_NULL));
	return answer(c, before.id, S("Saved."));
}
COMMAND_RUN(cert_people)

const struct command cert_people_cmd = {
	.name = "certification.people", .help = "Say who is mentor and who is manager in somebody's certification", FIELDS(people_fields, struct people_in),
	.need = CAN_LEAD, .run = RUN(cert_people),
};

struct move_in {
	int64_t certification, edition;
};
static const struct field move_fields[] = {
	CERTIFICATION(struct move_in),
	FIELD(struct move_in, edition, FIELD_ID, .required = true, .help = "the edition to go on with"),
};

static enum err cert_move(struct ctx *c, const struct move_in *in)
{
	struct certification_rows_row before, after;
	struct cert_edition_rows_row edition;
	struct cert_account account;
	TRY(certification_read(c, in->certification, &before));
	TRY(cert_edition_read(c, in->edition, &edition));
	if (edition.programme_id != before.programme_id || !edition.published_us.set)
		return fail_field(c, S("edition"), "This edition is not published, or is another programme's.");
	if (str_eq(before.state, S("certified")))
		return fail(c, ERR_CONFLICT, "A certificate stands under the edition it was earned by. Take it back first, if it has to be earned again.");
	after = before;
	after.edition_id = edition.id;
	TRY(certification_save(c, &before, &after, "certification.changed", arena_fmt(c->arena, "goes on with “%.*s”", STR_ARG(edition.name))));
	TRY(cert_account_read(c, &after, NULL, &account));
	TRY(cert_bring_up(c, &after, &account));
	return answer(c, before.id, arena_fmt(c->arena, "It goes on with “%.*s”. What was scored before counts as far as it fits the new rubric.",
					      STR_ARG(edition.name)));
}
COMMAND_RUN(cert_move)

const struct command cert_move_cmd = {
	.name = "certification.move", .help = "Let somebody go on with another edition", FIELDS(move_fields, struct move_in), .need = CAN_LEAD,
	.run = RUN(cert_move),
};

/* ---- practice, clearance ---- */

struct note_in {
	int64_t certification;
	struct str note;
	struct opt_i64 at, by;
};
static const struct field practise_fields[] = {
	CERTIFICATION(struct note_in),
	FIELD(struct note_in, note, FIELD_TEXT, .max = 8000, .help = "what was practised, what to look at next"),
	FIELD(struct note_in, at, FIELD_TIME, .help = "when it was; now when not given"),
	BY(struct note_in),
};

static struct cert_entry_rows_row entry_of(const struct ctx *c, const struct certification_rows_row *row, const char *kind, int64_t by)
{
	return (struct cert_entry_rows_row){ .certification_id = row->id, .edition_id = row->edition_id, .at_us = c->now_us, .kind = str_c(kind),
					     .title = S(""), .scorer = S(""), .scores = S("{}"), .recording = S(""), .note = S(""),
					     .by_id = by ? SOME(by) : NONE, .created_us = c->now_us };
}

static enum err not_ahead(struct ctx *c, struct opt_i64 at)
{
	return at.set && at.v > c->now_us ? fail_field(c, S("at"), "That has not happened yet.") : OK;
}

static enum err cert_practise(struct ctx *c, const struct note_in *in)
{
	struct certification_rows_row row;
	int64_t by = 0;
	TRY(certification_read(c, in->certification, &row));
	TRY(cert_actor(c, in->by, &by));
	TRY(not_ahead(c, in->at));
	struct cert_entry_rows_row e = entry_of(c, &row, "practice", by);
	e.at_us = in->at.set ? in->at.v : c->now_us;
	e.note = str_or_empty(in->note);
	TRY(cert_entry_take(c, &row, &e, "certification.practised"));
	return answer(c, row.id, S("The practice stands in the log."));
}
COMMAND_RUN(cert_practise)

const struct command cert_practise_cmd = {
	.name = "certification.practise", .help = "Log a practice with the mentor", FIELDS(practise_fields, struct note_in), .need = CAN_NOTE,
	.run = RUN(cert_practise),
};

static const struct field approve_fields[] = {
	CERTIFICATION(struct note_in),
	FIELD(struct note_in, note, FIELD_TEXT, .max = 8000, .help = "why they are ready, what to watch"),
	BY(struct note_in),
};

static bool approved_by(const struct cert_account *a, struct str scorer)
{
	bool approved = false;
	for (size_t i = 0; i < a->n; i++) {
		if (str_eq(a->entries[i].kind, S("revoked")))
			approved = false;
		else if (str_eq(a->entries[i].kind, S("approved")) && str_eq(a->entries[i].scorer, scorer))
			approved = true;
	}
	return approved;
}

static enum err cert_approve(struct ctx *c, const struct note_in *in)
{
	struct certification_rows_row row;
	struct cert_edition_rows_row edition;
	struct cert_account a;
	int64_t by = 0;
	TRY(load(c, in->certification, &row, &edition));
	TRY(cert_actor(c, in->by, &by));
	bool both = str_eq(edition.clearance, S("mentor_manager")), mentor = row.mentor_id.set && row.mentor_id.v == by,
	     manager = row.manager_id.set && row.manager_id.v == by;
	if (str_eq(edition.clearance, S("none")))
		return fail(c, ERR_CONFLICT, "This edition asks for no clearance: calls may be led with a shadow from the start.");
	if (!mentor && !(both && manager))
		return fail(c, ERR_FORBIDDEN, both ? "Only the mentor and the manager of this certification clear." :
						     "Only the mentor of this certification clears.");
	TRY(cert_account_read(c, &row, NULL, &a));
	if (a.state == CERT_CLEARED || a.state == CERT_CERTIFIED)
		return fail(c, ERR_CONFLICT, "They are cleared already.");
	struct str me = mentor ? S("mentor") : S("manager"), other = mentor ? S("manager") : S("mentor");
	if (approved_by(&a, me))
		return fail(c, ERR_CONFLICT, "You have approved already; the %.*s has not yet.", STR_ARG(other));
	struct cert_entry_rows_row e = entry_of(c, &row, "approved", by);
	e.scorer = me;
	e.note = str_or_empty(in->note);
	TRY(cert_entry_take(c, &row, &e, "certification.approved"));
	if (both && !approved_by(&a, other))
		return answer(c, row.id, arena_fmt(c->arena, "Approved. The %.*s has to approve too.", STR_ARG(other)));
	e = entry_of(c, &row, "cleared", by);
	TRY(cert_entry_take(c, &row, &e, "certification.cleared"));
	return answer(c, row.id, str_eq(edition.lead_rule, S("shadow")) ? S("Cleared: calls may be led with a shadow now.") :
									   S("Cleared: rehearsals count from now on."));
}
COMMAND_RUN(cert_approve)

const struct command cert_approve_cmd = {
	.name = "certification.approve", .help = "Clear somebody to lead with a shadow, as their mentor (or manager, where the edition asks for both)",
	FIELDS(approve_fields, struct note_in), .need = CAN_NOTE, .run = RUN(cert_approve),
};

/* ---- rehearsals and their recordings ---- */

struct rehearse_in {
	int64_t certification;
	struct str title, recording;
	struct opt_i64 at, shadow;
};
static const struct field rehearse_fields[] = {
	CERTIFICATION(struct rehearse_in),
	FIELD(struct rehearse_in, title, FIELD_STR, .required = true, .max = 200, .help = "what was shown", .example = "Use case 2"),
	FIELD(struct rehearse_in, shadow, FIELD_ID, .help = "who watched; the mentor when not given"),
	FIELD(struct rehearse_in, at, FIELD_TIME, .help = "when it was; now when not given"),
	FIELD(struct rehearse_in, recording, FIELD_STR, .max = 500, .help = "a link to its recording"),
};

static enum err link_check(struct ctx *c, const char *field, struct str link)
{
	return !link.n || str_starts(link, S("https://")) || str_starts(link, S("http://")) ? OK : fail_field(c, str_c(field), "A link begins with https://.");
}

static enum err cert_rehearse(struct ctx *c, const struct rehearse_in *in)
{
	struct certification_rows_row row;
	struct cert_edition_rows_row edition;
	struct cert_person_row who;
	TRY(load(c, in->certification, &row, &edition));
	if (!str_eq(edition.sessions, S("mock")))
		return fail(c, ERR_CONFLICT, "In this edition calls with customers are the sessions: plan one and lead it.");
	TRY(not_ahead(c, in->at));
	TRY(link_check(c, "recording", in->recording));
	struct opt_i64 shadow = in->shadow.set ? in->shadow : row.mentor_id;
	if (!shadow.set)
		return fail_field(c, S("shadow"), "Who watched? This certification has no mentor yet.");
	if (shadow.v == row.teammate_id)
		return fail_field(c, S("shadow"), "Somebody else has to watch.");
	TRY(cert_person_read(c, shadow.v, "shadow", &who));
	struct cert_entry_rows_row e = entry_of(c, &row, "session", shadow.v);
	e.at_us = in->at.set ? in->at.v : c->now_us;
	e.title = in->title;
	e.recording = str_or_empty(in->recording);
	e.lead = e.shadow = 1;
	TRY(cert_entry_take(c, &row, &e, "certification.led"));
	json_ki64(c->out, "session", e.id);
	return answer(c, row.id, S("The rehearsal counts as a session; now it can be scored."));
}
COMMAND_RUN(cert_rehearse)

const struct command cert_rehearse_cmd = {
	.name = "certification.rehearse", .help = "Log a rehearsal, where the edition counts rehearsals", FIELDS(rehearse_fields, struct rehearse_in),
	.need = CAN_NOTE, .run = RUN(cert_rehearse),
};

struct recording_in {
	int64_t session;
	struct str recording;
};
static const struct field recording_fields[] = {
	FIELD(struct recording_in, session, FIELD_ID, .required = true, .positional = true, .help = "number of the rehearsal's entry"),
	FIELD(struct recording_in, recording, FIELD_STR, .required = true, .max = 500, .help = "a link to its recording"),
};

static enum err cert_recording(struct ctx *c, const struct recording_in *in)
{
	struct cert_entry_rows_row before, after;
	TRY(cert_entry_read(c, in->session, &before));
	if (!str_eq(before.kind, S("session")) || before.call_id.set)
		return fail(c, ERR_CONFLICT, "The recording of a call is kept with the call.");
	TRY(link_check(c, "recording", in->recording));
	after = before;
	after.recording = in->recording;
	TRY(cert_entry_save(c, &before, &after, "certification.recorded", STR_NULL));
	return answer(c, before.certification_id, S("The recording is kept."));
}
COMMAND_RUN(cert_recording)

const struct command cert_recording_cmd = {
	.name = "certification.recording", .help = "Keep the link to a rehearsal's recording", FIELDS(recording_fields, struct recording_in), .need = CAN_NOTE,
	.run = RUN(cert_recording),
};

/* ---- scores ---- */

struct score_in {
	int64_t session;
	struct str_list scores;
	struct str note;
	struct opt_i64 by;
};
static const struct field score_fields[] = {
	FIELD(struct score_in, session, FIELD_ID, .required = true, .positional = true, .help = "number of the session's entry"),
	FIELD(struct score_in, scores, FIELD_STRS, .max = 50, .help = "a competency and its score each; what is left out is not scored", .example = "shows=3"),
	FIELD(struct score_in, note, FIELD_TEXT, .max = 8000, .help = "what went well, what to try next time"),
	BY(struct score_in),
};

/* "shows=3" … → {"shows":3}. "shows=" is not scored. */
static enum err scores_json(struct ctx *c, const struct str_list *list, const struct cert_rubric *r, struct str *ret)
{
	struct json_out j;
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	for (size_t i = 0; i < list->n; i++) {
		struct str key, value;
		int64_t v;
		bool known = false, eq = str_cut(list->v[i], '=', &key, &value);
		for (size_t k = 0; k < r->rule.n_competencies; k++)
			known |= str_eq(r->rule.competencies[k].id, key);
		if (!eq || !known)
			return fail_field(c, S("scores"), "“%.*s”: the rubric has no such competency. Write shows=3.", STR_ARG(str_slice(list->v[i], 0, 60)));
		if (!value.n)
			continue;
		if (!str_i64(value, &v) || v < 1 || v > r->rule.max_score)
			return fail_field(c, S("scores"), "%.*s: a whole number from 1 to %lld.", STR_ARG(key), (long long)r->rule.max_score);
		for (size_t k = 0; k < i; k++)
			if (str_starts(list->v[k], arena_fmt(c->arena, "%.*s=", STR_ARG(key))))
				return fail_field(c, S("scores"), "%.*s is scored twice.", STR_ARG(key));
		json_ki64(&j, arena_cstr(c->arena, key), v);
	}
	json_obj_end(&j);
	*ret = json_done(&j);
	return OK;
}

/* As what somebody scores: the manager, or the mentor or whoever shadowed the session. */
static enum err scorer_of(struct ctx *c, const struct certification_rows_row *row, const struct cert_entry_rows_row *session, int64_t by, struct str *ret)
{
	bool shadow = session->by_id.set && session->by_id.v == by && !session->call_id.set;
	if (by == row->teammate_id)
		return fail(c, ERR_FORBIDDEN, "Nobody scores themselves.");
	if (session->call_id.set) {
		struct cert_call_shadows_row *v;
		size_t n;
		TRY(cert_call_shadows(c->db, c->arena, &v, &n, .call_id = session->call_id.v));
		for (size_t i = 0; i < n; i++)
			shadow |= v[i].teammate_id == by;
	}
	if (row->manager_id.set && row->manager_id.v == by)
		*ret = S("manager");
	else if ((row->mentor_id.set && row->mentor_id.v == by) || shadow)
		*ret = S("mentor");
	else
		return fail(c, ERR_FORBIDDEN, "A session is scored by the mentor or whoever shadowed it, and by the manager.");
	return OK;
}

static enum err recording_there(struct ctx *c, const struct cert_entry_rows_row *session)
{
	if (!session->call_id.set)
		return session->recording.n ? OK : fail(c, ERR_CONFLICT, "This score is given from the recording, and there is none. Keep its link with the rehearsal first.");
	struct customer_call_rows_row call;
	TRY(customer_call_read(c, session->call_id.v, &call));
	if (!call.recording_url.p)
		return fail(c, ERR_CONFLICT, "This score is given from the recording, and call %lld has none. Keep its link with the call first.", (long long)call.id);
	return OK;
}

static enum err one_person_once(struct ctx *c, const struct cert_account *a, int64_t session, struct str scorer, int64_t by)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct cert_entry_rows_row *e = &a->entries[i];
		if (str_eq(e->kind, S("score")) && e->session_id.set && e->session_id.v == session && e->by_id.set && e->by_id.v == by && !str_eq(e->scorer, scorer))
			return fail(c, ERR_CONFLICT, "You have scored this session as %.*s: two scorers must be two people.", STR_ARG(e->scorer));
	}
	return OK;
}

static enum err cert_score(struct ctx *c, const struct score_in *in)
{
	struct certification_rows_row row;
	struct cert_entry_rows_row session;
	struct cert_account a;
	struct str scorer = S(""), scores = S("");
	int64_t by = 0;
	TRY(cert_entry_read(c, in->session, &session));
	if (!str_eq(session.kind, S("session")))
		return fail_field(c, S("session"), "That is not a session.");
	TRY(certification_read(c, session.certification_id, &row));
	TRY(cert_actor(c, in->by, &by));
	TRY(scorer_of(c, &row, &session, by, &scorer));
	TRY(cert_account_read(c, &row, NULL, &a));
	TRY(one_person_once(c, &a, session.id, scorer, by));
	for (size_t i = 0; i < a.rubric.rule.n_scorers; i++)
		if (str_eq(a.rubric.rule.scorers[i], scorer) && a.rubric.by_recording[i])
			TRY(recording_there(c, &session));
	TRY(scores_json(c, &in->scores, &a.rubric, &scores));
	struct cert_entry_rows_row e = entry_of(c, &row, "score", by);
	e.session_id = SOME(session.id);
	e.call_id = session.call_id;
	e.scorer = scorer;
	e.scores = scores;
	e.note = str_or_empty(in->note);
	TRY(cert_entry_take(c, &row, &e, "certification.scored"));
	TRY(certification_read(c, row.id, &row));
	return answer(c, row.id, str_eq(row.state, S("certified")) ? S("Certified: calls may be led alone from now on.") :
								    S("Scored. It can be corrected by scoring again."));
}
COMMAND_RUN(cert_score)

const struct command cert_score_cmd = {
	.name = "certification.score", .help = "Score a led session: as mentor or shadow live, as manager from the recording",
	FIELDS(score_fields, struct score_in), .need = CAN_NOTE, .run = RUN(cert_score),
};

/* ---- taking back, and recognising what was earned elsewhere ---- */

struct reason_in {
	int64_t certification;
	struct str reason;
	struct opt_i64 at;
};
static const struct field revoke_fields[] = {
	CERTIFICATION(struct reason_in),
	FIELD(struct reason_in, reason, FIELD_TEXT, .required = true, .max = 4000, .help = "why, and what has to be shown again"),
};

static enum err cert_revoke(struct ctx *c, const struct reason_in *in)
{
	struct certification_rows_row row;
	TRY(certification_read(c, in->certification, &row));
	if (!str_eq(row.state, S("certified")))
		return fail(c, ERR_CONFLICT, "%s", cert_refusal_words(CERT_NOT_CERTIFIED));
	struct cert_entry_rows_row e = entry_of(c, &row, "revoked", c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0);
	e.note = in->reason;
	TRY(cert_entry_take(c, &row, &e, "certification.revoked"));
	return answer(c, row.id, S("The certificate is taken back. A practice or a clearance starts anew."));
}
COMMAND_RUN(cert_revoke)

const struct command cert_revoke_cmd = {
	.name = "certification.revoke", .help = "Take a certificate back", FIELDS(revoke_fields, struct reason_in), .need = CAN_LEAD, .run = RUN(cert_revoke),
};

static const struct field recognise_fields[] = {
	CERTIFICATION(struct reason_in),
	FIELD(struct reason_in, reason, FIELD_TEXT, .required = true, .max = 4000, .help = "where and when it was earned"),
	FIELD(struct reason_in, at, FIELD_TIME, .help = "since when; now when not given"),
};

static enum err cert_recognise(struct ctx *c, const struct reason_in *in)
{
	struct certification_rows_row row;
	TRY(certification_read(c, in->certification, &row));
	TRY(not_ahead(c, in->at));
	if (str_eq(row.state, S("certified")))
		return fail(c, ERR_CONFLICT, "They are certified already.");
	struct cert_entry_rows_row e = entry_of(c, &row, "recognised", c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0);
	e.at_us = in->at.set ? in->at.v : c->now_us;
	e.note = in->reason;
	TRY(cert_entry_take(c, &row, &e, "certification.recognised"));
	return answer(c, row.id, S("Recognised: certified."));
}
COMMAND_RUN(cert_recognise)

const struct command cert_recognise_cmd = {
	.name = "certification.recognise", .help = "Take over a certificate that was earned before this desk knew of it", FIELDS(recognise_fields, struct reason_in),
	.need = CAN_LEAD, .run = RUN(cert_recognise),
};
