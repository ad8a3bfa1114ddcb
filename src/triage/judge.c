/* judge.c: each ticket that comes in is judged in the transaction that makes it, and again when what it goes by changes; who needs no triage any more is passed.
 *
 * Imported and demo tickets (ctx.bulk) are left alone: they were looked at elsewhere. Tasks of our own are nobody's request. */
#include "triage/triage.h"

#include "base/json_look.h"
#include "core/job.h"
#include "people/people.h"
#include "sla/sla.h"
#include "triage/cue.h"

#include <jansson.h>
#include <string.h>

static const struct {
	const char *code, *title, *because, *kind;
	bool support;
} ASKS[] = {
#define QUESTION_TYPE(code, title, because, kind, support) { code, title, because, kind, support },
#include "handbook/question_types.def"
#undef QUESTION_TYPE
};
const char *const triage_asks[] = {
#define QUESTION_TYPE(code, title, because, kind, support) code,
#include "handbook/question_types.def"
#undef QUESTION_TYPE
	NULL,
};

#include "base/banned.h"

enum { BATCH = 200 };
_Static_assert(sizeof(struct triage_case_of_row) == sizeof(struct triage_case_rows_row), "triage.sql");

static size_t ask_at(struct str ask)
{
	size_t i = 0;
	while (i < ARRAY_LEN(ASKS) && !str_eq(ask, str_c(ASKS[i].code)))
		i++;
	return i;
}

const char *triage_kind_of(struct str ask)
{
	size_t i = ask_at(ask);
	return i < ARRAY_LEN(ASKS) ? ASKS[i].kind : "unset";
}

const char *triage_ask_title(struct str ask)
{
	size_t i = ask_at(ask);
	return i < ARRAY_LEN(ASKS) ? ASKS[i].title : "Not said yet";
}

const char *triage_ask_because(struct str ask)
{
	size_t i = ask_at(ask);
	return i < ARRAY_LEN(ASKS) ? ASKS[i].because : "does not say what it asks";
}

struct str triage_ask_of_kind(struct str kind)
{
	static const char *const OF[][2] = { { "question", "how_to" }, { "defect", "not_working" }, { "help", "not_working" }, { "improvement", "feature_request" } };
	for (size_t i = 0; i < ARRAY_LEN(OF); i++)
		if (str_eq(kind, str_c(OF[i][0])))
			return str_c(OF[i][1]);
	return STR_NULL;
}

/* ---- the row ---- */

enum err triage_of(struct ctx *c, int64_t ticket_id, struct triage_case_of_row *ret, bool *ret_found)
{
	return triage_case_of(c->db, c->arena, ret, ret_found, .ticket_id = ticket_id);
}

enum err triage_save(struct ctx *c, const char *kind, const struct triage_case_of_row *before, struct triage_case_of_row *k, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &triage_case_rows_stmt, before, k);
	if (!diff.p)
		return OK;
	TRY(triage_case_put(c->db, .id = k->id, .state = k->state, .ask = k->ask, .ask_from = k->ask_from, .owner = k->owner, .action = k->action, .reason = k->reason,
			    .due_us = k->due_us, .warned_us = k->warned_us, .outcome = k->outcome, .why = k->why, .decided_by = k->decided_by, .decided_us = k->decided_us));
	if (before->rule_id.set != k->rule_id.set || before->rule_id.v != k->rule_id.v)
		TRY(triage_case_put_rule(c->db, .id = k->id, .rule_id = k->rule_id));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "triage_case", .entity_id = k->id, .ticket_id = k->ticket_id, .data = diff,
						    .rule = S("triage"), .reason = reason }, NULL);
}

static enum err insert(struct ctx *c, struct triage_case_of_row *k)
{
	struct triage_case_insert_row id;
	TRY(triage_case_insert(c->db, c->arena, &id, .ticket_id = k->ticket_id, .state = k->state, .ask = k->ask, .ask_from = k->ask_from, .rule_id = k->rule_id,
			       .owner = k->owner, .action = k->action, .reason = k->reason, .due_us = k->due_us, .created_us = k->created_us));
	k->id = id.id;
	if (k->due_us.set)
		TRY(job_wake(c, "triage.timers", k->due_us.v));
	return event_append(c, &(struct event_new){ .kind = "triage.judged", .entity = "triage_case", .entity_id = id.id, .ticket_id = k->ticket_id, .rule = S("triage"),
						    .data = fold_set_all(c->arena, &triage_case_rows_stmt, k), .reason = k->reason }, NULL);
}

/* ---- whose, and why ---- */

enum err triage_facts(struct ctx *c, const struct ticket_get_row *t, struct str ask, struct owner_facts *ret)
{
	struct owner_customer_row o;
	bool found = false;
	*ret = (struct owner_facts){ .ask = ask, .stage = S("none"), .date = people_date(c->arena, c->now_us) };
	if (t->organisation_id.set)
		TRY(owner_customer(c->db, c->arena, &o, &found, .id = t->organisation_id.v));
	if (found) {
		ret->stage = o.stage;
		ret->strategic = o.strategic;
		ret->ce = o.ce > 0;
		ret->ta = o.ta > 0;
	}
	return OK;
}

static enum err read_ask(struct ctx *c, const struct ticket_get_row *t, struct triage_case_of_row *k)
{
	struct triage_first_text_row first;
	struct cue_read cues;
	bool found;
	TRY(triage_first_text(c->db, c->arena, &first, &found, .ticket_id = t->id));
	TRY(cue_read(c, t->subject, found ? first.body : S(""), people_date(c->arena, c->now_us), &cues));
	struct str by_kind = triage_ask_of_kind(t->kind);
	k->ask_from = S("words");
	k->ask = cues.n_ask ? cues.ask[0].value : S("unclear");
	/* who made it said what it is: words only say which of that kind */
	if (by_kind.p && (!cues.n_ask || strcmp(triage_kind_of(k->ask), arena_cstr(c->arena, t->kind)) != 0)) {
		k->ask = by_kind;
		k->ask_from = S("kind");
	}
	return OK;
}

static enum err judge(struct ctx *c, const struct ticket_get_row *t, struct triage_case_of_row *k)
{
	struct owner_rule_rows_row *rows;
	struct owner_facts f;
	size_t n;
	if (!str_eq(k->ask_from, S("said")))
		TRY(read_ask(c, t, k));
	TRY(triage_facts(c, t, k->ask, &f));
	TRY(owner_load_for(c, &f, &rows, &n));
	const struct owner_rule_rows_row *r = owner_pick(rows, n, &f);
	k->rule_id = r ? SOME(r->id) : NONE;
	k->owner = r ? r->owner : S("support");
	k->action = r ? r->action : S("here");
	k->reason = owner_reason(c->arena, r, &f);
	return OK;
}

enum err triage_due(struct ctx *c, struct str calendar, int64_t minutes, utime from, utime *ret)
{
	struct sla_calendar_line *v;
	struct sla_kept *hold;
	size_t n;
	*ret = from + minutes * UTIME_US_PER_MINUTE;
	TRY(sla_calendars_of(c, &v, &n, &hold));
	for (size_t i = 0; i < n; i++) {
		if (calendar.n ? !str_eq(v[i].name, calendar) : !v[i].standard)
			continue;
		int64_t at = calendar_add(v[i].cal, cal_seconds(from), minutes * 60);
		*ret = at == CAL_NEVER ? *ret : cal_utime(at);
		break;
	}
	sla_book_put(hold);
	return OK;
}

static enum err due_of(struct ctx *c, struct triage_case_of_row *k, utime came)
{
	struct triage_aim_on_row aim;
	bool found;
	utime at;
	TRY(triage_aim_on(c->db, c->arena, &aim, &found, .day = people_date(c->arena, came)));
	if (!found)
		return OK;
	TRY(triage_due(c, aim.calendar, aim.minutes, came, &at));
	k->due_us = SOME(at);
	return OK;
}

static bool needs_it(const struct ticket_get_row *t)
{
	enum ticket_status s = TICKET_NEW;
	return ticket_status_parse(t->status, &s) && ticket_status_unsolved(s) && !t->first_reply_us.set;
}

enum err triage_judge(struct ctx *c, int64_t ticket_id, struct str ask, const char *ask_from)
{
	struct ticket_find_row row;
	struct triage_case_of_row old, k;
	bool found, known;
	TRY(ticket_find(c->db, c->arena, &row, &found, .id = ticket_id));
	const struct ticket_get_row *t = (const struct ticket_get_row *)(const void *)&row;
	if (!found || str_eq(t->kind, S("task")))
		return OK;
	TRY(triage_of(c, ticket_id, &old, &known));
	k = known ? old : (struct triage_case_of_row){ .ticket_id = ticket_id, .state = needs_it(t) ? S("waiting") : S("passed"), .ask = S(""), .ask_from = S("words"),
						       .created_us = c->now_us };
	if (ask.p) {
		k.ask = ask;
		k.ask_from = str_c(ask_from);
	}
	TRY(judge(c, t, &k));
	if (known)
		return triage_save(c, "triage.judged", &old, &k, k.reason);
	if (str_eq(k.state, S("waiting")))
		TRY(due_of(c, &k, t->created_us));
	return insert(c, &k);
}
_Static_assert(sizeof(struct ticket_find_row) == sizeof(struct ticket_get_row), "ticket.sql");

enum err triage_next(struct ctx *c, int64_t after, int64_t *ret)
{
	struct triage_waiting_after_row row;
	bool found;
	TRY(triage_waiting_after(c->db, c->arena, &row, &found, .after = after));
	*ret = found ? row.ticket_id : 0;
	return OK;
}

/* ---- when ---- */

static enum err judge_later(struct ctx *c, int64_t ticket_id)
{
	return triage_judge(c, ticket_id, STR_NULL, NULL);
}

static enum err judge_known_later(struct ctx *c, int64_t ticket_id)
{
	struct triage_case_of_row k;
	bool found;
	TRY(triage_of(c, ticket_id, &k, &found));
	return found ? triage_judge(c, ticket_id, STR_NULL, NULL) : OK;
}

static enum err pass_later(struct ctx *c, int64_t ticket_id)
{
	struct triage_case_of_row k, before;
	struct ticket_get_row t;
	bool found;
	TRY(triage_of(c, ticket_id, &k, &found));
	if (!found || str_eq(k.state, S("decided")))
		return OK;
	TRY(ticket_get(c->db, c->arena, &t, .id = ticket_id));
	bool waits = str_eq(k.state, S("waiting")), needs = needs_it(&t);
	if (waits == needs)
		return OK;
	before = k;
	k.state = needs ? S("waiting") : S("passed");
	return triage_save(c, needs ? "triage.returned" : "triage.passed", &before, &k,
			   needs ? S("nobody has answered it any more") : t.first_reply_us.set ? S("answered before it was triaged") : S("it is out of the queue"));
}

enum err triage_on_created(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	if (!c->bulk)
		ctx_do_later(c, judge_later, e->entity_id);
	return OK;
}

enum err triage_on_changed(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	if (c->bulk || strcmp(e->entity, "ticket") != 0 || strcmp(e->kind, "ticket.created") == 0)
		return OK;
	if (str_find(e->data, S("\"status\":")) >= 0 || str_find(e->data, S("\"first_reply_us\":")) >= 0)
		ctx_do_later(c, pass_later, e->entity_id);
	if (str_find(e->data, S("\"organisation_id\":")) >= 0 || str_find(e->data, S("\"kind\":")) >= 0)
		ctx_do_later(c, judge_known_later, e->entity_id);
	return OK;
}

/* The customer's stage or flags changed, or who is named for them. */
enum err triage_on_account(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	int64_t org = e->entity_id;
	if (c->bulk)
		return OK;
	if (strcmp(e->entity, "org_person") == 0) {
		struct triage_org_of_person_row p;
		bool found;
		TRY(triage_org_of_person(c->db, c->arena, &p, &found, .id = e->entity_id));
		if (!found)
			return OK;
		org = p.organisation_id;
	} else if (str_find(e->data, S("\"stage\":")) < 0 && str_find(e->data, S("\"strategic\":")) < 0) {
		return OK;
	}
	return triage_again(c, org);
}

/* ---- many at once: 200 in the write that changes it, the others by a job, 200 at a time ---- */

struct batch {
	int64_t organisation, before;   /* organisation 0: what waits */
	int64_t *ids;
	size_t n;
	bool more;
};

static enum err read_batch(struct ctx *c, struct batch *b)
{
	struct triage_open_of_org_row *open;
	struct triage_waiting_ids_row *waiting;
	size_t n;
	if (b->organisation)
		TRY(triage_open_of_org(c->db, c->arena, &open, &n, .organisation_id = b->organisation, .before = b->before, .max = BATCH + 1));
	else
		TRY(triage_waiting_ids(c->db, c->arena, &waiting, &n, .before = b->before, .max = BATCH + 1));
	b->more = n > BATCH;
	b->n = b->more ? BATCH : n;
	b->ids = arena_array(c->arena, int64_t, b->n + 1);
	for (size_t i = 0; i < b->n; i++)
		b->ids[i] = b->organisation ? open[i].ticket_id : waiting[i].ticket_id;
	return OK;
}

static enum err rest_by_job(struct ctx *c, const struct batch *b)
{
	if (!b->more)
		return OK;
	/* changed twice meanwhile: the one that begins higher does both */
	return job_add(c, "triage.again", arena_fmt(c->arena, "{\"organisation\":%lld,\"before\":%lld}", (long long)b->organisation, (long long)b->ids[b->n - 1]), c->now_us, STR_NULL);
}

enum err triage_again(struct ctx *c, int64_t organisation)
{
	struct batch b = { .organisation = organisation, .before = INT64_MAX };
	TRY(read_batch(c, &b));
	for (size_t i = 0; i < b.n; i++)
		ctx_do_later(c, judge_known_later, b.ids[i]);
	return rest_by_job(c, &b);
}

static enum err judge_batch(struct ctx *c, void *arg)
{
	const struct batch *b = arg;
	for (size_t i = 0; i < b->n; i++)
		TRY(judge_known_later(c, b->ids[i]));
	return rest_by_job(c, b);
}

enum err triage_job_again(struct ctx *c, const struct job *j)
{
	struct batch b = { .organisation = json_look_i64(j->payload, "organisation").v, .before = json_look_i64(j->payload, "before").v };
	TRY(read_batch(c, &b));
	return b.n ? ctx_write(c, true, judge_batch, &b) : OK;
}

/* ---- tend verify ---- */

struct wrong {
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static enum err tell_wrong(void *arg, struct arena *a, void *row)
{
	const struct wrong *w = arg;
	const struct triage_wrong_state_row *r = row;
	if (++*w->complaints <= 100)
		w->say(w->arg, arena_fmt(a, "ticket %lld waits for triage, although it was answered or is out of the queue", (long long)r->ticket_id));
	return OK;
}

enum err triage_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct wrong w = { say, arg, complaints };
	return triage_wrong_state(c->db, tell_wrong, &w);
}

/* ---- other slices' commands ---- */

enum err triage_call(struct ctx *c, const char *command, const struct triage_value *v, size_t n, struct str *ret_answer)
{
	const struct command *cmd = feature_command(c->desk->features, str_c(command));
	ASSERT(cmd != NULL);
	struct raw_value *raw = arena_array(c->arena, struct raw_value, n + 1);
	for (size_t i = 0; i < n; i++)
		raw[i] = (struct raw_value){ .name = str_c(v[i].name), .type = RAW_TEXT, .text = v[i].text, .listed = strcmp(v[i].name, "because") == 0 };
	TRY(command_allowed(c, cmd));
	void *in = arena_alloc(c->arena, cmd->in_size ? cmd->in_size : 1);
	struct json_out out, *outer = c->out;
	TRY(fields_decode(c, cmd, raw, n, in));
	json_init(&out, c->arena, 256 << 10);
	json_obj(&out);
	c->out = &out;
	enum err e = cmd->run(c, in);
	c->out = outer;
	TRY(e);
	json_obj_end(&out);
	if (ret_answer)
		*ret_answer = json_done(&out);
	return OK;
}
