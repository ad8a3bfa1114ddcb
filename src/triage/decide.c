/* decide.c: triage.decide; see decide.h. Steps: claim the row, put right who and what, ask the ownership rows with what is right now, then do what the outcome
 * says. Any refusal undoes all of it. */
#include "triage/decide.h"

#include "account/account.h"
#include "base/json_look.h"
#include "desk/coach.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "triage/cue.h"
#include "triage/forward.h"
#include "triage/suggest.h"

#include <string.h>

#include "base/banned.h"

enum { NOTE_MAX_BYTES = 64 << 10 };
const char *const triage_outcomes[] = { "here", "hand_on", "forward", "link", "spam", "delete", "unsure", NULL };
static const char *const SAME_HOW[] = { "merge", "link", NULL };

const char *triage_outcome_words(struct str outcome)
{
	static const char *const WORDS[][2] = { { "here", "support takes it" }, { "hand_on", "handed on" }, { "forward", "forwarded" }, { "link", "answered with a link" },
						{ "spam", "spam" }, { "delete", "deleted" }, { "unsure", "the team is asked" }, { "merge", "merged into another" } };
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(outcome, str_c(WORDS[i][0])))
			return WORDS[i][1];
	return "";
}

struct str triage_outcome_of(struct str action)
{
	if (str_eq(action, S("here")) || str_eq(action, S("file")) || str_eq(action, S("best_effort")))
		return S("here");
	return str_eq(action, S("ask")) ? S("unsure") : action;
}

bool triage_outcome_r0(struct str outcome)
{
	return !str_eq(outcome, S("here")) && !str_eq(outcome, S("unsure")) && !str_eq(outcome, S("merge"));
}

struct decide_in {
	int64_t ticket;
	struct str ask, outcome, why, same_how, name, email, organisation_named, subject, priority, message, note, forward_to, forward_words;
	struct opt_i64 same_as, requester, organisation, severity, assignee;
	struct str_list areas, themes, tags;
	bool colleague, take_domain, new_tags, nobody, quietly, by_hand, again, anyway, secrets;
};

struct deciding {
	struct ctx *c;
	const struct decide_in *in;
	struct ticket_get_row t;             /* as it comes to be */
	struct triage_case_of_row k, before;
	struct owner_facts facts;
	const struct owner_rule_rows_row *rule;
	struct str outcome;
	int64_t merged_into, told;
	struct forward_place place;          /* where it goes by mail; no address: nowhere */
};

/* ---- who decides ---- */

static enum err refuse_late(struct ctx *c, const struct triage_case_of_row *k)
{
	const struct zone *z = zone_find(c->actor.zone);
	return fail(c, ERR_CONFLICT, "%.*s triaged this case %.*s: %s. Nothing of yours was saved; look at it, and decide again if it must be otherwise.",
		    STR_ARG(k->decided_by), STR_ARG(civil_short(c->arena, z ? z : zone_find(S("UTC")), k->decided_us.v, c->now_us)),
		    triage_outcome_words(k->outcome.p ? k->outcome : S("")));
}

static enum err claim(struct deciding *d)
{
	struct ctx *c = d->c;
	enum ticket_status s = TICKET_NEW;
	bool found;
	int64_t n;
	TRY(ticket_load(c, d->in->ticket, &d->t));
	TRY(triage_of(c, d->t.id, &d->k, &found));
	if (found && str_eq(d->k.state, S("decided")) && !d->in->again)
		return refuse_late(c, &d->k);
	if (!ticket_status_parse(d->t.status, &s) || !ticket_status_unsolved(s))
		return fail(c, ERR_CONFLICT, "Ticket %lld is %s: there is nothing to triage.", (long long)d->t.id, ticket_status_title(s));
	if (!found) {
		TRY(triage_judge(c, d->t.id, STR_NULL, NULL));
		TRY(triage_of(c, d->t.id, &d->k, &found));
	}
	if (!found)
		return fail(c, ERR_CONFLICT, "Ticket %lld is a task of our own: it is nobody's request.", (long long)d->t.id);
	d->before = d->k;
	TRY(triage_case_claim(c->db, &n, .id = d->k.id, .state = d->k.state));
	if (n != 1)
		return fail(c, ERR_CONFLICT, "Somebody decided it in this very second. Look at it again.");
	d->k.state = S("decided");
	return OK;
}

/* ---- who asked, whose customer ---- */

/* A complaint of another command's fields is said at ours. */
static enum err at_field(struct ctx *c, enum err e, const char *field)
{
	if (e != ERR_INPUT && e != ERR_CONFLICT && e != ERR_NOT_FOUND)
		return e;
	struct fault was = c->fault;
	fault_clear(&c->fault);
	return fail_field(c, str_c(field), "%s", was.n_fields ? was.fields[0].message : was.message);
}

static struct triage_value number_value(struct ctx *c, const char *name, int64_t n)
{
	return (struct triage_value){ name, arena_fmt(c->arena, "%lld", (long long)n) };
}

static enum err put_requester(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	struct triage_value v[4];
	size_t n = 1;
	bool ours = false;
	v[0] = number_value(c, "ticket", d->t.id);
	if (in->email.n) {
		v[n++] = (struct triage_value){ "email", in->email };
		if (in->name.n)
			v[n++] = (struct triage_value){ "name", in->name };
	} else if (in->requester.set && (!d->t.requester_id.set || in->requester.v != d->t.requester_id.v)) {
		v[n++] = number_value(c, "contact", in->requester.v);
	}
	if (n > 1)
		TRY(at_field(c, triage_call(c, "ticket.requester", v, n, NULL), in->email.n ? "email" : "requester"));
	TRY(ticket_get(c->db, c->arena, &d->t, .id = d->t.id));
	if (!d->t.requester_id.set || in->colleague)
		return OK;
	struct contact k;
	TRY(contact_get(c, d->t.requester_id.v, &k));
	TRY(suggest_is_teammate(c, k.email, &ours));
	if (ours)
		return fail_field(c, S("requester"), "%.*s is a teammate. Whose request is it? Choose the customer, or say that it is the colleague's own.", STR_ARG(k.name));
	return OK;
}

static enum err take_domain(struct deciding *d)
{
	struct ctx *c = d->c;
	struct contact k;
	struct str local, domain;
	if (!d->in->take_domain || !d->t.requester_id.set || !d->t.organisation_id.set)
		return OK;
	TRY(contact_get(c, d->t.requester_id.v, &k));
	if (!str_cut(k.email.p ? k.email : S(""), '@', &local, &domain))
		return fail_field(c, S("take_domain"), "The requester has no mail address, so there is no domain to take.");
	struct triage_value v[2] = { { 0 }, { "domain", domain } };
	v[0] = number_value(c, "organisation", d->t.organisation_id.v);
	return at_field(c, triage_call(c, "organisation.domain_add", v, 2, NULL), "take_domain");
}

static enum err put_organisation(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	struct opt_i64 id = in->organisation;
	if (in->organisation_named.n) {
		TRY(suggest_org_by_name(c, in->organisation_named, &id));
		if (!id.set)
			return fail_field(c, S("organisation_named"), "There is no customer of that name, or there are several. Write it as it stands in the list of customers, "
								      "give the number, or make it there.");
	}
	if (!id.set)
		return OK;
	struct organisation_card card;
	TRY(at_field(c, organisation_card(c, id.v, &card), "organisation"));
	if (card.deleted)
		return fail_field(c, S("organisation"), "%.*s was put away meanwhile. Choose another customer, or bring it back.", STR_ARG(card.name));
	d->t.organisation_id = id;
	return OK;
}

/* ---- tags ---- */

static enum err put_tag(struct deciding *d, const char *kind, struct str typed, const char *field)
{
	struct ctx *c = d->c;
	struct str k, tag, near;
	bool known;
	struct str whole = kind ? arena_fmt(c->arena, "%s:%.*s", kind, STR_ARG(typed)) : typed;
	TRY(at_field(c, ticket_tag_parse(c, whole, &k, &tag), field));
	TRY(cue_known(c, k, tag, &known));
	if (!known && !d->in->new_tags) {
		TRY(cue_nearest(c, k, tag, &near));
		return fail_field(c, str_c(field), near.p ? "No ticket has the tag “%.*s” yet. Did you mean “%.*s”? Or say that it is a new one." :
				  "No ticket has the tag “%.*s” yet%.*s. Say that it is a new one, or choose another.", STR_ARG(tag), STR_ARG(near));
	}
	return ticket_tag_put(c, d->t.id, k, tag, true, 0);
}

static enum err put_tags(struct deciding *d)
{
	const struct decide_in *in = d->in;
	for (size_t i = 0; i < in->areas.n; i++)
		TRY(put_tag(d, "area", in->areas.v[i], "areas"));
	for (size_t i = 0; i < in->themes.n; i++)
		TRY(put_tag(d, "theme", in->themes.v[i], "themes"));
	for (size_t i = 0; i < in->tags.n; i++)
		TRY(put_tag(d, NULL, in->tags.v[i], "tags"));
	struct triage_aim_on_row aim;
	bool found;
	TRY(triage_aim_on(d->c->db, d->c->arena, &aim, &found, .day = people_date(d->c->arena, d->c->now_us)));
	if (found && aim.tag.n)
		TRY(ticket_tag_put(d->c, d->t.id, S("plain"), aim.tag, true, 0));
	return OK;
}

/* ---- the row that says whose it is ---- */

static enum err ask_rows(struct deciding *d)
{
	struct ctx *c = d->c;
	struct owner_rule_rows_row *rows;
	size_t n;
	if (d->in->ask.n) {
		d->k.ask = d->in->ask;
		d->k.ask_from = S("said");
	}
	TRY(triage_facts(c, &d->t, d->k.ask, &d->facts));
	TRY(owner_load(c, &rows, &n));
	d->rule = owner_pick(rows, n, &d->facts);
	d->k.rule_id = d->rule ? SOME(d->rule->id) : NONE;
	d->k.owner = d->rule ? d->rule->owner : S("support");
	d->k.action = d->rule ? d->rule->action : S("here");
	d->k.reason = owner_reason(c->arena, d->rule, &d->facts);
	struct str row = triage_outcome_of(d->k.action);
	d->outcome = d->in->outcome.n ? d->in->outcome : row;
	d->k.why = d->in->why.n ? d->in->why : STR_NULL;
	bool other = !str_eq(row, S("unsure")) && !str_eq(d->outcome, S("unsure")) && triage_outcome_r0(row) != triage_outcome_r0(d->outcome);
	if (other && !str_trim(d->in->why).n)
		return fail_field(c, S("why"), "The row in force says otherwise: %s (%.*s). Say why this one goes another way.", owner_action_words(d->k.action),
				  STR_ARG(d->rule ? d->rule->code : S("none")));
	if (str_eq(d->outcome, S("unsure")) && !str_trim(d->in->why).n && !str_trim(d->in->note).n)
		return fail_field(c, S("why"), "What is the team asked? A sentence is enough.");
	return OK;
}

/* ---- where it goes ---- */

/* What is handed on goes there by mail when the row or the customer names a place; what is forwarded must. */
static enum err find_place(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	bool forward = str_eq(d->outcome, S("forward"));
	d->place = (struct forward_place){ STR_NULL, STR_NULL };
	if (d->merged_into || in->by_hand || (!forward && !str_eq(d->outcome, S("hand_on"))))
		return OK;
	if (in->forward_words.n && !in->secrets)
		TRY(guard_refuse(c, "forward_words", in->forward_words));
	if (in->forward_to.n)
		return forward_check(c, "forward_to", d->t.organisation_id, in->forward_to, &d->place);
	TRY(forward_of_row(c, d->rule, d->t.organisation_id, &d->place));
	if (forward && !d->place.address.p)
		return fail_field(c, S("forward_to"), "The row in force (%.*s) names no address. Choose a place; or an admin writes the address into the row; or you pass it on yourself "
						     "and say so (by hand).", STR_ARG(d->rule ? d->rule->code : S("none")));
	return OK;
}

/* ---- what support needs to know before it works on it ---- */

static enum err put_fields(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	bool here = str_eq(d->outcome, S("here"));
	int low, high;
	if (str_trim(in->subject).n)
		d->t.subject = in->subject;
	const char *kind = triage_kind_of(d->k.ask);
	if (strcmp(kind, "unset") != 0)
		d->t.kind = str_c(kind);
	ticket_severity_range(c->arena, c->now_us, &low, &high);
	if (in->severity.set && (in->severity.v < low || in->severity.v > high))
		fail_field(c, S("severity"), "The scale in force goes from %d to %d.", low, high);
	else if (in->severity.set)
		d->t.severity = in->severity;
	else if (here && !d->t.severity.set)
		fail_field(c, S("severity"), "How bad is it? The clocks go by the severity, from %d to %d.", low, high);
	if (in->priority.n)
		d->t.priority = in->priority;
	else if (here && !d->t.priority.n)
		fail_field(c, S("priority"), "Which priority? Only the engineer at triage sets it.");
	return fields_ok(c);
}

static enum err put_holder(struct deciding *d, struct str *ret_name)
{
	struct ctx *c = d->c;
	struct suggest s = { 0 };
	*ret_name = S("nobody yet");
	TRY(suggest_holder(c, &d->t, &s));
	if (d->in->assignee.set) {
		bool full;
		TRY(ticket_check_assignee(c, S("assignee"), d->in->assignee.v));
		TRY(suggest_at_capacity_check(c, d->in->assignee.v, &full));
		if (full && !d->in->anyway && !(d->t.assignee_id.set && d->t.assignee_id.v == d->in->assignee.v))
			return fail_field(c, S("assignee"), "They said that they are at capacity and take nothing new. Choose somebody else, or leave it to the queue.");
		d->t.assignee_id = d->in->assignee;
	} else if (d->in->nobody) {
		d->t.assignee_id = NONE;
	} else if (s.assignee.set) {
		d->t.assignee_id = s.assignee;
	}
	if (d->t.assignee_id.set) {
		struct teammate who;
		TRY(people_get(c, d->t.assignee_id.v, &who));
		*ret_name = who.name;
	}
	if (s.backup.set && !(d->t.assignee_id.set && d->t.assignee_id.v == s.backup.v))
		TRY(ticket_follower_put(c, d->t.id, s.backup.v, true, 0));
	return OK;
}

/* ---- the note of the decision ---- */

static struct str note_text(struct deciding *d, struct str holder)
{
	struct buf b;
	buf_init(&b, d->c->arena, NOTE_MAX_BYTES);
	buf_fmt(&b, "**Triaged: %s.** %.*s", triage_outcome_words(d->merged_into ? S("merge") : d->outcome), STR_ARG(d->k.reason));
	if (d->k.why.n)
		buf_fmt(&b, "\n\n%s: %.*s", str_eq(d->outcome, S("unsure")) ? "What the team is asked" : "Otherwise than the row says, because", STR_ARG(d->k.why));
	if (str_eq(d->outcome, S("here")) && !d->merged_into)
		buf_fmt(&b, "\n\nSeverity %lld, priority %.*s, %s; held by %.*s.", (long long)d->t.severity.v, STR_ARG(d->t.priority), triage_ask_title(d->k.ask),
			STR_ARG(holder));
	else if (d->rule && triage_outcome_r0(d->outcome) && !d->merged_into)
		buf_fmt(&b, "\n\nRoute: %.*s%s%.*s.", STR_ARG(d->rule->route), d->rule->dest.n ? ", " : "", STR_ARG(d->rule->dest));
	if (d->place.address.p)
		buf_fmt(&b, "\n\nIt goes by mail to %.*s (%.*s), with the original.", STR_ARG(d->place.address), STR_ARG(d->place.words));
	else if (d->in->by_hand || str_eq(d->outcome, S("hand_on")))
		buf_fmt(&b, "\n\n%s", d->in->by_hand ? "Passed on by hand, not by the desk." : "No address is written down there: nobody was told by mail.");
	if (str_trim(d->in->note).n)
		buf_fmt(&b, "\n\n%.*s", STR_ARG(d->in->note));
	return buf_str(&b);
}

static enum err add_note(struct deciding *d, struct str text)
{
	static const char *const VIA[] = { [DOOR_FORM] = "web", [DOOR_API] = "api", [DOOR_CLI] = "cli", [DOOR_JOB] = "system", [DOOR_MAIL] = "mail" };
	struct ctx *c = d->c;
	struct message_get_row m = {
		.ticket_id = d->t.id, .kind = S("note"), .state = S("sent"), .body = text, .created_us = c->now_us, .at_us = c->now_us, .via = str_c(VIA[c->door]),
		.author_kind = c->actor.kind == ACTOR_TEAMMATE ? S("teammate") : S("system"), .author_id = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE,
		.author_name = c->actor.name.n ? c->actor.name : S("tend"),
	};
	d->t.messages++;
	return message_insert(c, &m, NULL);
}

/* ---- outcomes ---- */

static enum err same_issue(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	struct ticket_get_row other;
	enum ticket_status s = TICKET_NEW;
	TRY(at_field(c, ticket_load(c, in->same_as.v, &other), "same_as"));
	if (other.id == d->t.id)
		return fail_field(c, S("same_as"), "A case is not the same issue as itself: choose another one.");
	ticket_status_parse(other.status, &s);
	bool two = d->t.organisation_id.set && other.organisation_id.set && d->t.organisation_id.v != other.organisation_id.v;
	bool link = in->same_how.n ? str_eq(in->same_how, S("link")) : s == TICKET_CLOSED || (two && !in->anyway);
	if (link)
		return ticket_link_put(c, d->t.id, other.id, "duplicate_of", true, 0);
	d->merged_into = other.id;
	return OK;
}

static enum err merge_it(struct deciding *d)
{
	struct ctx *c = d->c;
	struct triage_value v[3] = { { 0 }, { 0 }, { "anyway", d->in->anyway ? S("true") : S("false") } };
	v[0] = number_value(c, "ticket", d->t.id);
	v[1] = number_value(c, "into", d->merged_into);
	TRY(at_field(c, triage_call(c, "ticket.merge", v, 3, NULL), "same_as"));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/ticket.unmerge?ticket=%lld", (long long)d->t.id));
	return OK;
}

/* What a macro left in brackets does not go to a customer. */
static enum err filled_in(struct deciding *d)
{
	struct ctx *c = d->c;
	struct coach k;
	struct coach_facts f = { .reply = true, .date = people_date(c->arena, c->now_us) };
	coach_read(c->arena, d->in->message, &f, &k);
	for (size_t i = 0; i < k.n; i++)
		if (k.lines[i].kind == COACH_FILL_IN)
			return fail_field(c, S("message"), "%.*s", STR_ARG(k.lines[i].text));
	return OK;
}

/* Solved by R0: not counted. The customer is told in the same act, unless nothing is to be said. */
static enum err no_action(struct deciding *d)
{
	struct ctx *c = d->c;
	const struct decide_in *in = d->in;
	struct str answer;
	bool tell = str_trim(in->message).n && !in->quietly;
	if (tell && !d->t.requester_id.set)
		return fail_field(c, S("message"), "Nobody is named as requester, so nobody can be told. Put the requester right, or pass it on quietly.");
	if (tell)
		TRY(filled_in(d));
	if (!tell && !in->quietly && d->t.requester_id.set && (str_eq(d->outcome, S("hand_on")) || str_eq(d->outcome, S("link"))))
		return fail_field(c, S("message"), "What is the customer told? Write a line, or say that it goes on quietly.");
	struct triage_value v[6] = { number_value(c, "ticket", d->t.id), { "status", S("solved") }, { "rule", S("R0") } };
	struct str reason = arena_fmt(c->arena, "%s: %.*s", triage_outcome_words(d->outcome), STR_ARG(d->k.why.n ? d->k.why : d->k.reason));
	if (tell) {
		v[3] = (struct triage_value){ "body", in->message };
		v[4] = (struct triage_value){ "because", arena_fmt(c->arena, "reason: %.*s", STR_ARG(reason)) };
		v[5] = (struct triage_value){ "secrets", in->secrets ? S("true") : S("false") };
		TRY(at_field(c, triage_call(c, "ticket.reply", v, 6, &answer), "message"));
		d->told = json_look_i64(answer, "message").v;
		return OK;
	}
	v[3] = (struct triage_value){ "reason", reason };
	return at_field(c, triage_call(c, "ticket.status", v, 4, NULL), "outcome");
}

static enum err carry_out(struct deciding *d, const struct ticket_get_row *was)
{
	int64_t id;
	struct ctx *c = d->c;
	struct triage_value v[2] = { { 0 }, { "reason", arena_fmt(c->arena, "triage: %s", triage_ask_because(d->k.ask)) } };
	v[0] = number_value(c, "ticket", d->t.id);
	if (d->merged_into)
		return merge_it(d);
	if (str_eq(d->outcome, S("spam")))
		return triage_call(c, "ticket.suspend", v, 2, NULL);
	if (str_eq(d->outcome, S("delete")))
		return triage_call(c, "ticket.delete", v, 2, NULL);
	if (triage_outcome_r0(d->outcome))
		TRY(no_action(d));
	return d->place.address.p ? forward_send(c, was, &d->t, &d->place, d->in->forward_words, d->told, &id) : OK;
}

/* ---- the whole ---- */

static enum err save_ticket(struct deciding *d, const struct ticket_get_row *was)
{
	struct ticket_get_row mid = d->t;
	struct ticket_note_to_log log = { .rule = S("triage") };
	mid.assignee_id = was->assignee_id;
	TRY(ticket_save(d->c, "ticket.updated", was, &mid, &log));
	struct ticket_get_row end = mid;
	end.assignee_id = d->t.assignee_id;
	TRY(ticket_save(d->c, "ticket.assigned", &mid, &end, &log));
	d->t = end;
	return OK;
}

static enum err record(struct deciding *d)
{
	struct ctx *c = d->c;
	bool unsure = str_eq(d->outcome, S("unsure")) && !d->merged_into;
	d->k.outcome = unsure ? STR_NULL : d->merged_into ? S("merge") : d->outcome;
	d->k.decided_by = unsure ? STR_NULL : c->actor.name.n ? c->actor.name : S("tend");
	d->k.decided_us = unsure ? NONE : SOME(c->now_us);
	if (unsure)   /* the claim is given back */
		d->k.state = S("waiting");
	TRY(triage_case_claim_back(c->db, .id = d->k.id, .state = d->k.state));
	return triage_save(c, unsure ? "triage.judged" : "triage.decided", &d->before, &d->k, d->k.why.n ? d->k.why : d->k.reason);
}

static enum err answer(struct deciding *d, struct str holder)
{
	struct ctx *c = d->c;
	int64_t next;
	TRY(triage_next(c, d->t.id, &next));
	if (!next)
		TRY(triage_next(c, 0, &next));
	if (next == d->t.id)   /* it goes on waiting, alone */
		next = 0;
	json_ki64(c->out, "ticket", d->t.id);
	json_kstr(c->out, "outcome", d->merged_into ? S("merge") : d->outcome);
	json_kstr(c->out, "reason", d->k.reason);
	json_ki64(c->out, "next", next);
	json_kstr(c->out, "next_page", next ? arena_fmt(c->arena, "%lld", (long long)next) : S("done"));
	struct str said = arena_fmt(c->arena, "#%lld: %s.", (long long)d->t.id, triage_outcome_words(d->outcome));
	if (d->merged_into)
		said = arena_fmt(c->arena, "#%lld is merged into #%lld.", (long long)d->t.id, (long long)d->merged_into);
	else if (str_eq(d->outcome, S("here")))
		said = arena_fmt(c->arena, "#%lld: support takes it, held by %.*s.", (long long)d->t.id, STR_ARG(holder));
	else if (triage_outcome_r0(d->outcome))
		said = arena_fmt(c->arena, "#%lld: %s%s%.*s, no action for support. It is not counted.", (long long)d->t.id, triage_outcome_words(d->outcome),
				 d->place.address.p ? " to " : "", STR_ARG(d->place.address.p ? d->place.address : S("")));
	json_kstr(c->out, "said", said);
	return OK;
}

static enum err triage_decide(struct ctx *c, const struct decide_in *in)
{
	struct deciding d = { .c = c, .in = in };
	struct str holder = S("nobody yet");
	TRY(claim(&d));
	TRY(put_requester(&d));
	struct ticket_get_row was = d.t;
	TRY(put_organisation(&d));
	TRY(ask_rows(&d));
	if (in->same_as.set)
		TRY(same_issue(&d));
	TRY(find_place(&d));
	if (!d.merged_into)
		TRY(put_fields(&d));
	TRY(put_tags(&d));
	if (!d.merged_into && str_eq(d.outcome, S("here")))
		TRY(put_holder(&d, &holder));
	TRY(add_note(&d, note_text(&d, holder)));
	TRY(save_ticket(&d, &was));
	TRY(take_domain(&d));
	TRY(carry_out(&d, &was));
	TRY(record(&d));
	return answer(&d, holder);
}
COMMAND_RUN(triage_decide)

#define IN struct decide_in
static const struct field decide_fields[] = {
	FIELD(IN, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(IN, ask, FIELD_ENUM, .choices = triage_asks, .help = "the question type; what its words suggest unless said"),
	FIELD(IN, outcome, FIELD_ENUM, .choices = triage_outcomes, .help = "what becomes of it; what the ownership row says unless said"),
	FIELD(IN, why, FIELD_STR, .max = 500, .help = "why it goes another way than the row says; or what the team is asked"),
	FIELD(IN, same_as, FIELD_ID, .help = "number of a case about the same issue: merged into it, or linked where that cannot be"),
	FIELD(IN, same_how, FIELD_ENUM, .choices = SAME_HOW, .help = "merge or link; merged where it can be, unless said"),
	FIELD(IN, requester, FIELD_ID, .help = "number of the contact who asks"),
	FIELD(IN, name, FIELD_STR, .help = "name of somebody else who asks, with email"),
	FIELD(IN, email, FIELD_EMAIL, .help = "their address; the contact is made when it is new"),
	FIELD(IN, colleague, FIELD_BOOL, .help = "the requester is a teammate, and it is the colleague's own request"),
	FIELD(IN, organisation, FIELD_ID, .help = "number of the customer"),
	FIELD(IN, organisation_named, FIELD_STR, .help = "or the customer's name, as it stands in the list"),
	FIELD(IN, take_domain, FIELD_BOOL, .help = "the domain of the requester's address belongs to this customer from now on"),
	FIELD(IN, subject, FIELD_STR, .max = 500, .help = "what it is about, in one line with telling words"),
	FIELD(IN, areas, FIELD_STRS, .max = 20, .help = "product areas: where the question arose", .example = "search"),
	FIELD(IN, themes, FIELD_STRS, .max = 20, .help = "themes: what it turned out to be", .example = "executors"),
	FIELD(IN, tags, FIELD_STRS, .max = 20, .help = "further tags; area:… and theme:… name those"),
	FIELD(IN, new_tags, FIELD_BOOL, .help = "tags that no ticket has yet are meant so"),
	FIELD(IN, severity, FIELD_INT, .min = 0, .max = 9, .help = "contract severity, of the scale in force"),
	FIELD(IN, priority, FIELD_ENUM, .choices = ticket_priorities, .help = "work priority: set by the engineer alone"),
	FIELD(IN, assignee, FIELD_ID, .help = "number of the teammate who takes it; the customer's engineer unless said"),
	FIELD(IN, nobody, FIELD_BOOL, .help = "nobody takes it yet: it goes to the queue"),
	FIELD(IN, message, FIELD_TEXT, .help = "what the customer is told when it is no action of support's"),
	FIELD(IN, quietly, FIELD_BOOL, .help = "the customer is told nothing"),
	FIELD(IN, forward_to, FIELD_EMAIL, .help = "where it goes by mail: a place that a row in force names, or somebody named for the customer; what the row says unless said"),
	FIELD(IN, forward_words, FIELD_TEXT, .max = 4000, .help = "a word for whoever gets it there"),
	FIELD(IN, by_hand, FIELD_BOOL, .help = "you pass it on yourself: the desk sends nothing"),
	FIELD(IN, note, FIELD_TEXT, .max = 20000, .help = "more for the internal note of the decision"),
	FIELD(IN, again, FIELD_BOOL, .help = "decide anew what was decided already"),
	FIELD(IN, anyway, FIELD_BOOL, .help = "merge although they belong to two customers; give it to somebody who is at capacity"),
	FIELD(IN, secrets, FIELD_BOOL, .help = "send the message although it looks like it holds a secret"),
};
#undef IN
const struct command triage_decide_cmd = {
	.name = "triage.decide", .help = "Decide on a new case in one act: who and what it is, how bad, who takes it or where it goes", FIELDS(decide_fields, struct decide_in),
	.need = CAN_REPLY, .run = RUN(triage_decide),
};
