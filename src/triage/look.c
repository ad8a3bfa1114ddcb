/* look.c: triage by API and command line: what waits, and all that is proposed for one of them. */
#include "triage/triage.h"

#include "triage/suggest.h"

#include "base/banned.h"

struct list_in {
	struct opt_i64 after, max;
};

static enum err triage_list(struct ctx *c, const struct list_in *in)
{
	struct triage_waiting_list_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(triage_waiting_list(c->db, c->arena, &v, &n, .after = in->after.v, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", v[i].ticket_id);
		json_kstr(c->out, "subject", v[i].subject);
		json_kstr(c->out, "requester", v[i].requester);
		json_kstr(c->out, "organisation", v[i].organisation);
		json_kstr(c->out, "assignee", v[i].assignee);
		json_kstr(c->out, "ask", v[i].ask);
		json_kstr(c->out, "owner", v[i].owner);
		json_kstr(c->out, "action", v[i].action);
		json_kstr(c->out, "reason", v[i].reason);
		json_kopt_time(c->out, "due", v[i].due_us);
		json_kbool(c->out, "late", v[i].warned_us.set);
		json_ktime(c->out, "created", v[i].created_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].ticket_id) : NONE);
	return OK;
}
COMMAND_RUN(triage_list)
static const struct field list_fields[] = {
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
const struct command triage_list_cmd = {
	.name = "triage.list", .help = "What waits for triage, oldest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(triage_list),
};

/* ---- one ---- */

static void hits(struct json_out *j, const char *key, const struct cue_hit *v, size_t n)
{
	json_key(j, key);
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_kstr(j, "value", v[i].value);
		json_kstr(j, "words", v[i].words);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void proposals(struct json_out *j, const struct suggest *s)
{
	json_key(j, "same");
	json_arr(j);
	for (size_t i = 0; i < s->n_same; i++) {
		json_obj(j);
		json_ki64(j, "ticket", s->same[i].ticket);
		json_kstr(j, "subject", s->same[i].subject);
		json_kstr(j, "status", s->same[i].status);
		json_kstr(j, "why", s->same[i].why);
		json_kbool(j, "link", s->same[i].link);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_key(j, "requesters");
	json_arr(j);
	for (size_t i = 0; i < s->n_people; i++) {
		json_obj(j);
		json_ki64(j, "contact", s->people[i].contact);
		json_kstr(j, "name", s->people[i].name);
		json_kstr(j, "why", s->people[i].why);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_key(j, "organisations");
	json_arr(j);
	for (size_t i = 0; i < s->n_orgs; i++) {
		json_obj(j);
		json_ki64(j, "organisation", s->orgs[i].organisation);
		json_kstr(j, "name", s->orgs[i].name);
		json_kstr(j, "why", s->orgs[i].why);
		json_obj_end(j);
	}
	json_arr_end(j);
	hits(j, "asks", s->cues.ask, s->cues.n_ask);
	hits(j, "areas", s->cues.area, s->cues.n_area);
	hits(j, "themes", s->cues.theme, s->cues.n_theme);
	json_kopt(j, "severity", s->severity);
	json_kstr(j, "severity_why", s->severity_why);
	json_kopt(j, "assignee", s->assignee);
	json_kstr(j, "assignee_why", s->assignee_why);
	json_kopt(j, "backup", s->backup);
	json_kbool(j, "insider", s->insider);
	json_kbool(j, "blind", s->blind);
	json_key(j, "seen");
	json_arr(j);
	for (size_t i = 0; i < s->n_seen; i++) {
		json_obj(j);
		json_ki64(j, "ticket", s->seen[i].ticket);
		json_kstr(j, "symptom", s->seen[i].symptom);
		json_kstr(j, "action", s->seen[i].action);
		json_obj_end(j);
	}
	json_arr_end(j);
}

struct show_in {
	int64_t ticket;
};

static enum err triage_show(struct ctx *c, const struct show_in *in)
{
	struct ticket_get_row t;
	struct triage_case_of_row k;
	struct suggest *s = arena_new(c->arena, struct suggest);
	bool found;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(triage_of(c, t.id, &k, &found));
	TRY(suggest_for(c, &t, s));
	json_obj(c->out);
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "state", found ? k.state : S("none"));
	json_kstr(c->out, "ask", found ? k.ask : STR_NULL);
	json_kstr(c->out, "owner", found ? k.owner : STR_NULL);
	json_kstr(c->out, "action", found ? k.action : STR_NULL);
	json_kstr(c->out, "reason", found ? k.reason : STR_NULL);
	json_kstr(c->out, "outcome", found ? k.outcome : STR_NULL);
	json_kstr(c->out, "decided_by", found ? k.decided_by : STR_NULL);
	json_kopt_time(c->out, "decided", found ? k.decided_us : NONE);
	json_kopt_time(c->out, "due", found ? k.due_us : NONE);
	json_kbool(c->out, "late", found && k.warned_us.set);
	proposals(c->out, s);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(triage_show)
static const struct field show_fields[] = {
	FIELD(struct show_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
};
const struct command triage_show_cmd = {
	.name = "triage.show", .help = "Whose a case is and why, and what is proposed for it", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true,
	.run = RUN(triage_show),
};

/* ---- anew ---- */

struct judge_in {
	int64_t ticket;
	struct str ask;
};

static enum err triage_judge_run(struct ctx *c, const struct judge_in *in)
{
	struct ticket_get_row t;
	struct triage_case_of_row k;
	bool found;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(triage_judge(c, t.id, in->ask.n ? in->ask : STR_NULL, "said"));
	TRY(triage_of(c, t.id, &k, &found));
	if (!found)
		return fail(c, ERR_CONFLICT, "Ticket %lld is a task of our own: it is nobody's request.", (long long)t.id);
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "state", k.state);
	json_kstr(c->out, "ask", k.ask);
	json_kstr(c->out, "owner", k.owner);
	json_kstr(c->out, "reason", k.reason);
	return OK;
}
COMMAND_RUN(triage_judge_run)
static const struct field judge_fields[] = {
	FIELD(struct judge_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(struct judge_in, ask, FIELD_ENUM, .choices = triage_asks, .help = "the question type; what its words suggest unless said"),
};
const struct command triage_judge_cmd = {
	.name = "triage.judge", .help = "Say anew whose a case is; one that came by an import waits for triage from then on", FIELDS(judge_fields, struct judge_in),
	.need = CAN_REPLY, .run = RUN(triage_judge_run),
};
