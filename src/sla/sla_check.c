/* sla_check.c: the facts that are kept against the log: each that an event makes is there as it says, what was taken back is marked so and nothing else is, and
 * none comes from elsewhere. Facts of organisations are put together anew from their events. */
#include "sla/sla_int.h"

#include "base/civil.h"
#include "base/json_look.h"

#include <string.h>

#include "base/banned.h"

enum { SAID_MOST = 100 };

void sla_check_begin(struct sla_fact_check *check)
{
	arena_init(&check->keep);
	map_init(&check->gone, &check->keep);
	map_init(&check->orgs, &check->keep);
}

static void complain(struct sla_fact_check *check, struct str what)
{
	if (++check->complaints <= SAID_MOST)
		check->say(check->arg, what);
}

/* ---- facts of tickets ---- */

static bool same(struct opt_i64 a, struct opt_i64 b)
{
	return a.set == b.set && (!a.set || a.v == b.v);
}

enum err sla_check_fact(struct ctx *c, struct sla_fact_check *check, const struct sla_new_fact *want, int64_t seq, int64_t n)
{
	struct sla_fact_one_row row;
	bool found;
	TRY(sla_fact_one(c->db, c->arena, &row, &found, .ticket_id = want->ticket_id, .at_us = want->at_us, .seq = seq, .n = n));
	check->facts++;
	if (!found || !str_eq(row.kind, str_c(want->kind)) || !row.value.p != !want->value.p || !str_eq(row.value, want->value) || !same(row.num, want->num) ||
	    !same(row.message_id, want->message_id))
		complain(check, arena_fmt(c->arena, "ticket %lld: event %lld says “%s”, but no fact of it is kept", (long long)want->ticket_id, (long long)seq, want->kind));
	return OK;
}

static struct str key_of(struct arena *a, int64_t ticket_id, char what, int64_t id)
{
	return arena_fmt(a, "%lld%c%lld", (long long)ticket_id, what, (long long)id);
}

void sla_check_took(struct sla_fact_check *check, int64_t ticket_id, char what, int64_t id, int64_t seq, utime at)
{
	struct str key = key_of(&check->keep, ticket_id, what, id);
	struct sla_taken_back *t = arena_new(&check->keep, struct sla_taken_back);
	*t = (struct sla_taken_back){ .seq = seq, .at_us = at, .before = map_get(&check->gone, key) };
	map_put(&check->gone, key, t);
}

/* The first time after the fact was made. */
static const struct sla_taken_back *taken_back(struct arena *a, const struct sla_fact_check *check, const struct sla_fact_of_row *x)
{
	const struct sla_taken_back *first = NULL;
	char what = x->message_id.set ? 'm' : str_eq(x->kind, S("into")) ? 'i' : str_eq(x->kind, S("from")) ? 'f' : 0;
	if (!what)
		return NULL;
	for (const struct sla_taken_back *t = map_get(&check->gone, key_of(a, x->ticket_id, what, what == 'm' ? x->message_id.v : x->num.v)); t; t = t->before)
		if (t->seq > x->seq)
			first = t;
	return first;
}

struct checking {
	struct ctx *c;
	struct sla_fact_check *check;
};

static enum err one_ticket(void *arg, const struct sla_fact_of_row *facts, size_t n)
{
	struct checking *x = arg;
	struct arena *a = x->c->arena;
	for (size_t i = 0; i < n; i++) {
		const struct sla_taken_back *t = taken_back(a, x->check, &facts[i]);
		if (t ? facts[i].gone_us.set && facts[i].gone_us.v == t->at_us : !facts[i].gone_us.set)
			continue;
		struct str log = t ? civil_rfc3339(a, t->at_us) : S("never"), kept = facts[i].gone_us.set ? civil_rfc3339(a, facts[i].gone_us.v) : S("never");
		complain(x->check, arena_fmt(a, "ticket %lld: “%.*s” of event %lld was taken back %.*s by the log, %.*s by its facts", (long long)facts[i].ticket_id,
					     STR_ARG(facts[i].kind), (long long)facts[i].seq, STR_ARG(log), STR_ARG(kept)));
	}
	return OK;
}

enum err sla_check_gone(struct ctx *c, struct sla_fact_check *check)
{
	struct checking x = { c, check };
	return sla_each_ticket(c, 0, one_ticket, &x);
}

/* ---- change-overs: one event of many tickets ---- */

static enum err changed_over(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	struct str list = json_look(e->data, "tickets"), mode = json_look(e->data, "mode"), one;
	int64_t ticket;
	if (list.n < 2)
		return OK;
	list = str_slice(list, 1, list.n - 1);
	for (bool more = list.n > 0; more;) {
		more = str_cut(list, ',', &one, &list);
		if (str_i64(str_trim(one), &ticket))
			TRY(sla_check_fact(c, check, &(struct sla_new_fact){ .ticket_id = ticket, .at_us = e->at_us, .kind = "rules", .value = mode, .num = SOME(e->entity_id) },
					   seq, 0));
	}
	return OK;
}

/* ---- facts of organisations ---- */

static void take(struct sla_fact_check *check, struct str set, const char *name, struct str *to, bool *ret_any)
{
	struct str v = json_look(set, name);
	if (!v.p)
		return;
	*to = json_plain(&check->keep, arena_str(&check->keep, v));
	*ret_any = true;
}

static enum err organisation(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	struct str set = json_look(e->data, "set");
	bool new = strcmp(e->kind, "organisation.created") == 0, any = new, found;
	struct str key = arena_fmt(&check->keep, "%lld", (long long)e->entity_id);
	struct org_span *is = map_get(&check->orgs, key);
	struct sla_org_fact_one_row row;
	if (!is) {
		is = arena_new(&check->keep, struct org_span);
		*is = (struct org_span){ .stage = S(""), .tier = S(""), .plan = S(""), .deployment = S("") };
		map_put(&check->orgs, key, is);
	}
	take(check, set, "stage", &is->stage, &any);
	take(check, set, "tier", &is->tier, &any);
	take(check, set, "plan", &is->plan, &any);
	take(check, set, "deployment", &is->deployment, &any);
	if (!any)
		return OK;
	check->org_facts++;
	TRY(sla_org_fact_one(c->db, c->arena, &row, &found, .organisation_id = e->entity_id, .at_us = new ? 0 : e->at_us, .seq = seq));
	if (!found || !str_eq(row.stage, is->stage) || !str_eq(row.tier, is->tier) || !str_eq(row.plan, is->plan) || !str_eq(row.deployment, is->deployment))
		complain(check, arena_fmt(c->arena, "organisation %lld: event %lld says what it became, but its fact is not kept so", (long long)e->entity_id, (long long)seq));
	return OK;
}

enum err sla_check_event(struct ctx *c, const struct event_new *e, int64_t seq, struct sla_fact_check *check)
{
	if (strcmp(e->kind, "sla_edition.changed_over") == 0)
		return changed_over(c, e, seq, check);
	if (strncmp(e->kind, "organisation.", 13) == 0)
		return strcmp(e->entity, "organisation") == 0 ? organisation(c, e, seq, check) : OK;
	return sla_check_ticket(c, e, seq, check);
}
