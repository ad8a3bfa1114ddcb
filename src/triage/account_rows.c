/* account_rows.c: facts of a customer beside its own row, and the cases of one's customers, for the people who care for accounts. */
#include "triage/context.h"

#include "core/row.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "ticket/ticket.h"

#include <string.h>

#include "base/banned.h"

enum { FACTS_MOST = 100, CASES = 50 };

const char *const account_fact_kinds[] = { "document", "health", "licence", "dashboard", "environment", NULL };

const char *account_fact_words(struct str kind)
{
	static const char *const WORDS[][2] = { { "document", "Document" }, { "health", "Health" }, { "licence", "Licence" }, { "dashboard", "Dashboard" },
						{ "environment", "Environment" } };
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(kind, str_c(WORDS[i][0])))
			return WORDS[i][1];
	return "";
}

struct fact_in {
	int64_t organisation;
	struct str kind, title, value, url, noted_on;
};

static enum err account_fact_add(struct ctx *c, const struct fact_in *in)
{
	struct context_org_found_row o;
	bool found;
	TRY(context_org_found(c->db, c->arena, &o, &found, .id = in->organisation));
	if (!found || o.deleted_us.set)
		return fail_field(c, S("organisation"), found ? "%.*s was put away." : "There is no such customer%.*s.", STR_ARG(found ? o.name : S("")));
	if (in->url.n && !str_starts(in->url, S("https://")) && !str_starts(in->url, S("http://")))
		return fail_field(c, S("url"), "An address begins with https://.");
	/* a licence is noted by its dates and seats, never by its key */
	TRY(guard_refuse(c, "title", in->title));
	if (in->value.n)
		TRY(guard_refuse(c, "value", in->value));
	if (in->url.n)
		TRY(guard_refuse(c, "url", in->url));
	struct account_fact_rows_row r = { .organisation_id = o.id, .kind = in->kind, .title = in->title, .value = in->value.n ? in->value : S(""),
					   .url = in->url.n ? in->url : S(""), .noted_on = in->noted_on.n ? in->noted_on : people_date(c->arena, c->now_us),
					   .author_name = c->actor.name.n ? c->actor.name : S("tend"), .created_us = c->now_us,
					   .author_id = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE };
	if (!r.value.n && !r.url.n)
		return fail_field(c, S("value"), "Say what it is, or where it is.");
	TRY(row_new(c, &account_fact_rows_stmt, &r, "account_fact.added", NULL));
	json_ki64(c->out, "fact", r.id);
	json_ki64(c->out, "organisation", o.id);
	return OK;
}
COMMAND_RUN(account_fact_add)
static const struct field add_fields[] = {
	FIELD(struct fact_in, organisation, FIELD_ID, .required = true, .positional = true, .help = "number of the customer", .example = "7"),
	FIELD(struct fact_in, kind, FIELD_ENUM, .required = true, .choices = account_fact_kinds, .help = "document, health, licence, dashboard or environment"),
	FIELD(struct fact_in, title, FIELD_STR, .required = true, .max = 120, .help = "what it is called", .example = "Utilisation"),
	FIELD(struct fact_in, value, FIELD_STR, .max = 500, .help = "what it says; never a key", .example = "64 % of seats"),
	FIELD(struct fact_in, url, FIELD_STR, .max = 2000, .help = "where it is"),
	FIELD(struct fact_in, noted_on, FIELD_DATE, .help = "as of which day; today unless said"),
};
const struct command account_fact_add_cmd = {
	.name = "account_fact.add", .help = "Note a document, a health figure, a licence or a dashboard of a customer", FIELDS(add_fields, struct fact_in), .need = CAN_NOTE,
	.run = RUN(account_fact_add),
};

struct fact_id_in {
	int64_t fact;
};

/* Who noted it, or a lead. */
static enum err own_fact(struct ctx *c, int64_t id, struct account_fact_rows_row *ret)
{
	TRY(row_read(c, &account_fact_rows_stmt, "fact", id, ret));
	bool mine = c->actor.kind == ACTOR_TEAMMATE && ret->author_id.set && ret->author_id.v == c->actor.id;
	return mine || (c->actor.caps & CAN_LEAD) ? OK : fail(c, ERR_FORBIDDEN, "%.*s noted it: they take it away, or a lead does.", STR_ARG(ret->author_name));
}

static enum err put_fact(struct ctx *c, int64_t id, bool there)
{
	struct account_fact_rows_row r, after;
	TRY(own_fact(c, id, &r));
	if (r.removed_us.set == !there)
		return fail(c, there ? ERR_CONFLICT : ERR_NOT_FOUND, there ? "It is there." : "It is not there any more.");
	after = r;
	after.removed_us = there ? NONE : SOME(c->now_us);
	json_ki64(c->out, "organisation", r.organisation_id);
	json_ki64(c->out, "fact", r.id);
	if (!there) {
		json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is taken away.", STR_ARG(r.title)));
		json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/account_fact.restore?fact=%lld", (long long)r.id));
	}
	return row_save(c, &account_fact_rows_stmt, &r, &after, there ? "account_fact.restored" : "account_fact.removed", NULL);
}

static enum err account_fact_remove(struct ctx *c, const struct fact_id_in *in)
{
	return put_fact(c, in->fact, false);
}
COMMAND_RUN(account_fact_remove)

static enum err account_fact_restore(struct ctx *c, const struct fact_id_in *in)
{
	return put_fact(c, in->fact, true);
}
COMMAND_RUN(account_fact_restore)
static const struct field id_fields[] = {
	FIELD(struct fact_id_in, fact, FIELD_ID, .required = true, .positional = true, .help = "number of the fact", .example = "3"),
};
const struct command account_fact_remove_cmd = {
	.name = "account_fact.remove", .help = "Take a fact of a customer away that one noted oneself", FIELDS(id_fields, struct fact_id_in), .need = CAN_NOTE,
	.run = RUN(account_fact_remove),
};
const struct command account_fact_restore_cmd = {
	.name = "account_fact.restore", .help = "Put back a fact that was taken away", FIELDS(id_fields, struct fact_id_in), .need = CAN_NOTE, .run = RUN(account_fact_restore),
};

struct org_in {
	int64_t organisation;
};

static enum err account_fact_list(struct ctx *c, const struct org_in *in)
{
	struct account_facts_of_row *v;
	size_t n;
	TRY(account_facts_of(c->db, c->arena, &v, &n, .organisation_id = in->organisation, .max = FACTS_MOST));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "fact", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "value", v[i].value);
		json_kstr(c->out, "url", v[i].url);
		json_kstr(c->out, "noted_on", v[i].noted_on);
		json_kstr(c->out, "author", v[i].author_name);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(account_fact_list)
static const struct field org_fields[] = {
	FIELD(struct org_in, organisation, FIELD_ID, .required = true, .positional = true, .help = "number of the customer", .example = "7"),
};
const struct command account_fact_list_cmd = {
	.name = "account_fact.list", .help = "Documents, health figures, licences and dashboards of a customer", FIELDS(org_fields, struct org_in), .need = CAN_READ, .reads = true,
	.run = RUN(account_fact_list),
};

/* ---- the cases of one's customers ---- */

struct case_list_in {
	struct opt_i64 of, after, max;
	bool waiting;
};

static enum err list_waiting(struct ctx *c, int64_t of, int64_t after, int64_t max, struct opt_i64 *ret_next)
{
	struct account_mine_waiting_row *v;
	struct ticket_get_row at = { .status_since_us = 0 };
	size_t n;
	if (after)
		TRY(ticket_load(c, after, &at));
	TRY(account_mine_waiting(c->db, c->arena, &v, &n, .teammate_id = of, .after_us = at.status_since_us, .after_id = after, .max = max + 1));
	bool more = (int64_t)n > max;
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", v[i].id);
		json_kstr(c->out, "subject", v[i].subject);
		json_kstr(c->out, "organisation", v[i].organisation);
		json_kstr(c->out, "requester", v[i].requester);
		json_kstr(c->out, "assignee", v[i].assignee);
		json_ktime(c->out, "since", v[i].status_since_us);
		json_kstr(c->out, "asked", v[i].asked.p ? context_asked(c->arena, v[i].asked) : STR_NULL);
		json_obj_end(c->out);
	}
	*ret_next = more ? SOME(v[max - 1].id) : NONE;
	return OK;
}

static enum err list_cases(struct ctx *c, int64_t of, int64_t before, int64_t max, struct opt_i64 *ret_next)
{
	struct account_mine_cases_row *v;
	size_t n;
	TRY(account_mine_cases(c->db, c->arena, &v, &n, .teammate_id = of, .before = before ? before : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", v[i].id);
		json_kstr(c->out, "subject", v[i].subject);
		json_kstr(c->out, "status", v[i].status);
		json_kstr(c->out, "next_action", v[i].next_action);
		json_kstr(c->out, "organisation", v[i].organisation);
		json_kstr(c->out, "requester", v[i].requester);
		json_kstr(c->out, "assignee", v[i].assignee);
		json_kstr(c->out, "priority", v[i].priority);
		json_kopt_time(c->out, "promised", v[i].promised_us);
		json_ktime(c->out, "since", v[i].status_since_us);
		json_kstr(c->out, "owner", v[i].owner);
		json_obj_end(c->out);
	}
	*ret_next = more ? SOME(v[max - 1].id) : NONE;
	return OK;
}

static enum err account_case_list(struct ctx *c, const struct case_list_in *in)
{
	int64_t of = in->of.set ? in->of.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, max = in->max.set ? in->max.v : CASES;
	struct opt_i64 next = NONE;
	if (!of)
		return fail_field(c, S("of"), "Whose customers? You are no teammate.");
	json_list(c->out);
	TRY(in->waiting ? list_waiting(c, of, in->after.v, max, &next) : list_cases(c, of, in->after.v, max, &next));
	json_list_end(c->out, next);
	return OK;
}
COMMAND_RUN(account_case_list)
static const struct field case_fields[] = {
	FIELD(struct case_list_in, of, FIELD_ID, .help = "number of a teammate; yours unless said"),
	FIELD(struct case_list_in, waiting, FIELD_BOOL, .help = "only those that wait for the customer, longest first, with what was asked"),
	FIELD(struct case_list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct case_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
const struct command account_case_list_cmd = {
	.name = "account_case.list", .help = "The unsolved cases of the customers somebody is named for", FIELDS(case_fields, struct case_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(account_case_list),
};
