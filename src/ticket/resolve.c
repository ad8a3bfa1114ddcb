/* resolve.c: citing a rule: which hold today, whether this case's log satisfies one, and the resolution that is written with the ticket. See resolve.h. */
#include "ticket/resolve_int.h"

#include "base/buf.h"

#include <string.h>

static const struct {
	const char *code, *name, *applies, *gates;
	bool fields, counted;
	const char *by, *from, *to, *source;
} RULES[] = {
#define RESOLVE_RULE(code, name, applies, gates, fields, counted, by, from, to, source) { code, name, applies, gates, fields, counted, by, from, to, source },
#include "handbook/resolve_rules.def"
};
static const struct {
	const char *field, *words, *from, *to, *source;
} FIELDS_ASKED[] = {
#define CLOSE_FIELD(field, words, from, to, source) { field, words, from, to, source },
#include "handbook/resolve_rules.def"
};

#include "base/banned.h"

_Static_assert(sizeof(struct closing_of_row) == sizeof(struct closing_rows_row), "resolve.sql");
_Static_assert(sizeof(struct resolution_of_row) == sizeof(struct resolution_rows_row), "resolve.sql");
_Static_assert(sizeof(struct resolve_rule_on_row) == sizeof(struct resolve_rule_rows_row), "resolve.sql");
_Static_assert(sizeof(struct resolve_rules_on_row) == sizeof(struct resolve_rule_rows_row), "resolve.sql");

const char *const resolve_lifecycles[] = { "pre_sales", "post_sales", NULL };
const char *const resolve_docs[] = { "sufficient", "link", "task", NULL };
const char *const resolve_yes_no[] = { "yes", "no", NULL };

bool resolve_cites(struct str cited_by, const char *who)
{
	struct str rest = cited_by, one;
	bool more = rest.n > 0;
	while (more) {
		more = str_cut(rest, ' ', &one, &rest);
		if (str_eq(one, str_c(who)))
			return true;
	}
	return false;
}

/* ---- presets ---- */

/* The handbook's own row says since then who else cites it. */
static enum err follow_handbook(struct ctx *c, const struct resolve_rule_find_row *old, const struct resolve_rule_rows_row *r)
{
	struct resolve_rule_find_row now = *old;
	now.cited_by = r->cited_by;
	if (!str_eq(old->source, r->source) || str_eq(old->cited_by, now.cited_by))
		return OK;
	TRY(resolve_rule_cited_by(c->db, .id = old->id, .cited_by = now.cited_by));
	return event_append(c, &(struct event_new){ .kind = "resolve_rule.changed", .entity = "resolve_rule", .entity_id = old->id, .rule = S("handbook"),
						    .data = fold_set_diff(c->arena, &resolve_rule_rows_stmt, old, &now) }, NULL);
}

static enum err rule_preset(struct ctx *c, size_t i)
{
	struct resolve_rule_find_row old;
	struct resolve_rule_add_row id;
	bool found;
	struct resolve_rule_rows_row r = {
		.code = str_c(RULES[i].code), .name = str_c(RULES[i].name), .applies = str_c(RULES[i].applies), .gates = str_c(RULES[i].gates), .fields = RULES[i].fields,
		.counted = RULES[i].counted, .cited_by = str_c(RULES[i].by), .valid_from = str_c(RULES[i].from), .valid_to = str_c(RULES[i].to),
		.source = str_c(RULES[i].source),
	};
	TRY(resolve_rule_find(c->db, c->arena, &old, &found, .code = r.code, .valid_from = r.valid_from));
	if (found)
		return follow_handbook(c, &old, &r);
	TRY(resolve_rule_add(c->db, c->arena, &id, .code = r.code, .name = r.name, .applies = r.applies, .gates = r.gates, .fields = r.fields, .counted = r.counted,
			     .cited_by = r.cited_by, .valid_from = r.valid_from, .valid_to = r.valid_to, .source = r.source));
	return event_append(c, &(struct event_new){ .kind = "resolve_rule.created", .entity = "resolve_rule", .entity_id = id.id, .rule = S("handbook"),
						    .data = fold_set_all(c->arena, &resolve_rule_rows_stmt, &r) }, NULL);
}

static enum err field_preset(struct ctx *c, size_t i)
{
	struct close_field_find_row old;
	struct close_field_add_row id;
	bool found;
	struct close_field_rows_row r = {
		.field = str_c(FIELDS_ASKED[i].field), .words = str_c(FIELDS_ASKED[i].words), .valid_from = str_c(FIELDS_ASKED[i].from),
		.valid_to = str_c(FIELDS_ASKED[i].to), .source = str_c(FIELDS_ASKED[i].source),
	};
	TRY(close_field_find(c->db, c->arena, &old, &found, .field = r.field, .valid_from = r.valid_from));
	if (found)
		return OK;
	TRY(close_field_add(c->db, c->arena, &id, .field = r.field, .words = r.words, .valid_from = r.valid_from, .valid_to = r.valid_to, .source = r.source));
	return event_append(c, &(struct event_new){ .kind = "close_field.created", .entity = "close_field", .entity_id = id.id, .rule = S("handbook"),
						    .data = fold_set_all(c->arena, &close_field_rows_stmt, &r) }, NULL);
}

enum err resolve_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(RULES); i++)
		TRY(rule_preset(c, i));
	for (size_t i = 0; i < ARRAY_LEN(FIELDS_ASKED); i++)
		TRY(field_preset(c, i));
	return OK;
}

/* ---- a case ---- */

enum err resolve_case_read(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_case *ret)
{
	*ret = (struct resolve_case){ .t = t, .ask = ask };
	TRY(resolve_facts(c->db, c->arena, &ret->f, .ticket_id = t->id, .organisation_id = t->organisation_id.set ? t->organisation_id.v : 0,
			  .since = t->customer_wrote_us.set ? t->customer_wrote_us.v : 0, .now = c->now_us));
	TRY(closing_of(c->db, c->arena, &ret->closing, &ret->has_closing, .ticket_id = t->id));
	if (!ret->has_closing)
		ret->closing = (struct closing_of_row){ .ticket_id = t->id };
	ret->docs = ret->closing.docs.n || (ret->f.summary_docs.n && !str_eq(ret->f.summary_docs, S("unsaid")));
	return OK;
}

static struct str stage_of(const struct resolve_case *k)
{
	if (k->closing.lifecycle.n)
		return k->closing.lifecycle;
	return str_eq(k->f.stage, S("pre_sales")) || str_eq(k->f.stage, S("post_sales")) ? k->f.stage : S("");
}

static struct str fact_value(const struct resolve_case *k, struct str field)
{
	if (str_eq(field, S("lifecycle")))
		return stage_of(k);
	if (str_eq(field, S("kind")))
		return str_eq(k->t->kind, S("unset")) ? S("") : k->t->kind;
	if (str_eq(field, S("priority")))
		return k->t->priority;
	if (str_eq(field, S("engineering")))
		return k->closing.engineering;
	if (str_eq(field, S("docs")))
		return k->closing.docs.n ? k->closing.docs : k->docs ? k->f.summary_docs : S("");
	if (str_eq(field, S("sentiment")))
		return k->closing.sentiment;
	return k->f.summary ? S("written") : S("");
}

enum err resolve_facts_look(struct ctx *c, struct resolve_case *k, struct str day, struct resolve_fact **ret, size_t *ret_n, int *ret_missing)
{
	struct close_fields_on_row *rows;
	size_t n;
	TRY(close_fields_on(c->db, c->arena, &rows, &n, .day = day));
	*ret = arena_array(c->arena, struct resolve_fact, n + 1);
	*ret_n = n;
	*ret_missing = 0;
	for (size_t i = 0; i < n; i++) {
		struct str value = fact_value(k, rows[i].field);
		(*ret)[i] = (struct resolve_fact){ .field = rows[i].field, .words = rows[i].words, .source = rows[i].source, .value = value.p ? value : S(""), .missing = !value.n };
		*ret_missing += !value.n;
	}
	return OK;
}

static enum err rule_read(struct ctx *c, const struct resolve_rules_on_row *row, struct resolve_look_rule *ret)
{
	*ret = (struct resolve_look_rule){ .id = row->id, .code = row->code, .name = row->name, .applies = row->applies, .source = row->source,
					   .valid_from = row->valid_from, .fields = row->fields, .counted = row->counted };
	return resolve_gates_parse(c, S("gates"), row->gates, ret);
}

/* Those with the fewest gates shut come first; R0 stays last, being no resolution. */
static int rank(const struct resolve_look_rule *r)
{
	return r->counted ? r->missing : 100;
}

enum err resolve_look_at(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_look *ret)
{
	struct resolve_rules_on_row *rows;
	struct resolve_case *k = arena_new(c->arena, struct resolve_case);
	struct str day = ticket_date(c->arena, c->now_us);
	size_t n;
	*ret = (struct resolve_look){ 0 };
	TRY(resolve_case_read(c, t, ask, k));
	TRY(resolve_rules_on(c->db, c->arena, &rows, &n, .day = day));
	ret->rules = arena_array(c->arena, struct resolve_look_rule, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!resolve_cites(rows[i].cited_by, "person"))
			continue;
		struct resolve_look_rule *r = arena_new(c->arena, struct resolve_look_rule);
		TRY(rule_read(c, &rows[i], r));
		TRY(resolve_rule_look(c, k, r));
		size_t at = ret->n_rules++;
		for (; at > 0 && rank(&ret->rules[at - 1]) > rank(r); at--)
			ret->rules[at] = ret->rules[at - 1];
		ret->rules[at] = *r;
	}
	ret->closing = k->closing;
	return resolve_facts_look(c, k, day, &ret->facts, &ret->n_facts, &ret->missing_facts);
}

/* ---- citing ---- */

static enum err which_rules(struct ctx *c, struct str day, const char *says)
{
	struct resolve_rules_on_row *rows;
	struct buf b;
	size_t n;
	bool any = false;
	TRY(resolve_rules_on(c->db, c->arena, &rows, &n, .day = day));
	buf_init(&b, c->arena, 2000);
	for (size_t i = 0; i < n; i++)
		if (resolve_cites(rows[i].cited_by, "person")) {
			buf_fmt(&b, "%s%.*s", any ? ", " : "", STR_ARG(rows[i].code));
			any = true;
		}
	return fail_field(c, S("rule"), "%s: %.*s.", says, STR_ARG(buf_str(&b)));
}

static struct str gates_words(struct ctx *c, const struct resolve_look_rule *r)
{
	struct buf b;
	buf_init(&b, c->arena, 8000);
	for (size_t i = 0; i < r->n_gates; i++)
		if (r->gate[i].state != GATE_MISSING)
			buf_fmt(&b, "%s%s: %s%.*s", b.n ? "\n" : "", gate_name(r->gate[i].kind), r->gate[i].state == GATE_SAID ? "said: " : "", STR_ARG(r->gate[i].words));
	return buf_str(&b);
}

static void refuse_gates(struct ctx *c, const struct resolve_look_rule *r)
{
	for (size_t i = 0; i < r->n_gates;) {
		struct buf b;
		const struct resolve_gate *g = &r->gate[i];
		bool open = false;
		buf_init(&b, c->arena, 2000);
		for (int group = g->group; i < r->n_gates && r->gate[i].group == group; i++) {
			open |= r->gate[i].state != GATE_MISSING;
			buf_fmt(&b, "%s%.*s", b.n ? " Or: " : "", STR_ARG(r->gate[i].words));
		}
		if (!open && !g->soft)
			fail_field(c, str_c(gate_name(g->kind)), "%.*s (Or say why it holds: because “%s: …”.)", STR_ARG(buf_str(&b)), gate_name(g->kind));
	}
}

static struct str missing_names(struct ctx *c, const struct resolve_fact *v, size_t n)
{
	struct buf b;
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < n; i++)
		if (v[i].missing)
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(v[i].field));
	return buf_str(&b);
}

static enum err rule_today(struct ctx *c, struct str code, struct resolve_look_rule *ret, bool *ret_found)
{
	struct resolve_rule_on_row row;
	TRY(resolve_rule_on(c->db, c->arena, &row, ret_found, .code = code, .day = ticket_date(c->arena, c->now_us)));
	*ret_found = *ret_found && resolve_cites(row.cited_by, "person");
	if (!*ret_found)
		return OK;
	struct resolve_rules_on_row same;
	memcpy(&same, &row, sizeof(same));
	return rule_read(c, &same, ret);
}

enum err resolve_check(struct ctx *c, const struct ticket_get_row *t, const struct resolve_ask *ask, struct resolve_cite *ret)
{
	struct str day = ticket_date(c->arena, c->now_us);
	struct resolve_look_rule *r = arena_new(c->arena, struct resolve_look_rule);
	struct resolve_case *k = arena_new(c->arena, struct resolve_case);
	struct resolve_fact *facts;
	size_t n_facts;
	int missing = 0;
	bool found = false;
	struct str code = str_trim(ask->rule);
	if (!code.n)
		return which_rules(c, day, "A case is solved by a rule: say which");
	TRY(rule_today(c, code, r, &found));
	if (!found)
		return which_rules(c, day, "There is no such rule today. There are");
	TRY(resolve_ask_check(c, ask));
	TRY(resolve_case_read(c, t, ask, k));
	TRY(resolve_rule_look(c, k, r));
	TRY(resolve_facts_look(c, k, day, &facts, &n_facts, &missing));
	if (r->missing)
		refuse_gates(c, r);
	for (size_t i = 0; r->fields && i < n_facts; i++)
		if (facts[i].missing)
			fail_field(c, facts[i].field, "%.*s It is filled in when a case is closed (ticket.closing, or with ticket.resolve).", STR_ARG(facts[i].words));
	TRY(fields_ok(c));
	*ret = (struct resolve_cite){ .rule = r->code, .rule_id = SOME(r->id), .how = RESOLVE_PERSON, .gates = gates_words(c, r), .counted = r->counted, .to_fill = S("") };
	if (k->f.confirmed_us.set && k->f.confirmed_us.v >= (t->customer_wrote_us.set ? t->customer_wrote_us.v : 0))
		ret->confirmation = k->f.confirmation_id;
	return OK;
}

/* Nobody was asked for the fields: what is missing is kept. */
static enum err cite_unasked(struct ctx *c, const struct ticket_get_row *t, const char *by, const char *code, struct resolve_cite *ret)
{
	static const struct resolve_ask NOTHING;
	struct resolve_rule_by_row r;
	struct str today = ticket_date(c->arena, c->now_us);
	struct resolve_case *k = arena_new(c->arena, struct resolve_case);
	struct resolve_fact *facts;
	size_t n;
	int missing;
	bool found;
	TRY(resolve_rule_by(c->db, c->arena, &r, &found, .who = arena_fmt(c->arena, "%% %s %%", by), .day = today));
	TRY(resolve_case_read(c, t, &NOTHING, k));
	TRY(resolve_facts_look(c, k, today, &facts, &n, &missing));
	ret->rule = found ? r.code : str_c(code);
	ret->rule_id = found ? SOME(r.id) : NONE;
	ret->counted = !found || r.counted;
	ret->to_fill = !found || r.fields ? missing_names(c, facts, n) : S("");
	return OK;
}

enum err resolve_by_customer(struct ctx *c, const struct ticket_get_row *t, int64_t confirmation_id, struct resolve_cite *ret)
{
	*ret = (struct resolve_cite){ .how = RESOLVE_CUSTOMER, .gates = S("confirmed: The customer said yes to our question."), .confirmation = SOME(confirmation_id) };
	return cite_unasked(c, t, "customer", RESOLVE_YES, ret);
}

enum err resolve_confirmed(struct ctx *c, int64_t ticket, int64_t confirmation_id)
{
	struct resolution_of_row r, after;
	bool found;
	TRY(resolve_of(c, ticket, &r, &found));
	if (!found || r.confirmation_id.set)
		return OK;
	after = r;
	after.confirmation_id = SOME(confirmation_id);
	TRY(resolution_confirm(c->db, .id = r.id, .confirmation_id = after.confirmation_id));
	return event_append(c, &(struct event_new){ .kind = "resolution.confirmed", .entity = "resolution", .entity_id = r.id, .ticket_id = ticket,
						    .data = fold_set_diff(c->arena, &resolution_rows_stmt, &r, &after) }, NULL);
}

enum err resolve_by_timer(struct ctx *c, const struct ticket_get_row *t, struct str words, struct resolve_cite *ret)
{
	*ret = (struct resolve_cite){ .how = RESOLVE_TIMER, .gates = words };
	return cite_unasked(c, t, "timer", RESOLVE_AUTO, ret);
}

void resolve_by_import(struct str rule, bool counted, struct resolve_cite *ret)
{
	*ret = (struct resolve_cite){ .rule = rule.n ? rule : S("imported"), .how = RESOLVE_IMPORT, .gates = S(""), .counted = counted, .to_fill = S("") };
}

static const char *const HOW[] = { [RESOLVE_PERSON] = "person", [RESOLVE_CUSTOMER] = "customer", [RESOLVE_TIMER] = "timer", [RESOLVE_IMPORT] = "import" };

enum err resolve_write(struct ctx *c, const struct ticket_get_row *t, const struct resolve_cite *cite, utime at_us)
{
	struct resolution_add_row id;
	struct resolution_rows_row r = {
		.ticket_id = t->id, .rule = cite->rule, .rule_id = cite->rule_id, .how = str_c(HOW[cite->how]), .by_name = c->actor.name.n ? c->actor.name : S("tend"),
		.gates = cite->gates.p ? cite->gates : S(""), .confirmation_id = cite->confirmation, .counted = cite->counted,
		.to_fill = cite->to_fill.n ? cite->to_fill : STR_NULL, .holder_id = cite->to_fill.n ? t->assignee_id : NONE, .at_us = at_us,
	};
	if (cite->how != RESOLVE_IMPORT)
		TRY(ticket_tag_put(c, t->id, S("plain"), S(RESOLVE_NO_ACTION), !cite->counted, at_us));
	TRY(resolution_add(c->db, c->arena, &id, .ticket_id = r.ticket_id, .rule = r.rule, .rule_id = r.rule_id, .how = r.how, .by_name = r.by_name, .gates = r.gates,
			   .confirmation_id = r.confirmation_id, .counted = r.counted, .to_fill = r.to_fill, .holder_id = r.holder_id, .at_us = r.at_us));
	return event_append(c, &(struct event_new){ .kind = "ticket.resolved", .entity = "resolution", .entity_id = id.id, .ticket_id = t->id, .rule = r.rule,
						    .at_us = at_us, .data = fold_set_all(c->arena, &resolution_rows_stmt, &r) }, NULL);
}

enum err resolve_moved(struct ctx *c, const struct ticket_get_row *t, utime at_us)
{
	struct resolution_of_row r, now;
	bool found, over = str_eq(t->status, S("solved")) || str_eq(t->status, S("closed"));
	TRY(resolve_of(c, t->id, &r, &found));
	if (ticket_status_unsolved(ticket_status_of(t)) || (over && found))      /* it is work again, or what it was before */
		TRY(ticket_tag_put(c, t->id, S("plain"), S(RESOLVE_NO_ACTION), over && !r.counted, at_us));
	now = r;
	now.holder_id = over ? t->assignee_id : NONE;
	if (!found || !r.to_fill.n || r.filled_us.set || (r.holder_id.set == now.holder_id.set && r.holder_id.v == now.holder_id.v))
		return OK;
	TRY(resolution_hold(c->db, .id = r.id, .holder_id = now.holder_id));
	return event_append(c, &(struct event_new){ .kind = "resolution.handed", .entity = "resolution", .entity_id = r.id, .ticket_id = t->id, .at_us = at_us,
						    .data = fold_set_diff(c->arena, &resolution_rows_stmt, &r, &now) }, NULL);
}

/* ---- looking back ---- */

enum err resolve_of(struct ctx *c, int64_t ticket, struct resolution_of_row *ret, bool *ret_found)
{
	return resolution_of(c->db, c->arena, ret, ret_found, .ticket_id = ticket);
}

struct str resolve_words(struct ctx *c, const struct resolution_of_row *r)
{
	if (str_eq(r->how, S("customer")))
		return arena_fmt(c->arena, "%.*s: the customer confirmed", STR_ARG(r->rule));
	if (str_eq(r->how, S("timer")))
		return S("by itself: the customer was silent");
	if (str_eq(r->how, S("import")))
		return str_eq(r->rule, S("imported")) ? S("brought from another desk") : arena_fmt(c->arena, "%.*s, brought from another desk", STR_ARG(r->rule));
	return arena_fmt(c->arena, "%.*s, cited by %.*s%s", STR_ARG(r->rule), STR_ARG(r->by_name), r->counted ? "" : "; not counted");
}

enum err resolve_on_filled(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct resolution_of_row r, filled;
	struct ticket_get_row t;
	struct resolve_case *k = arena_new(c->arena, struct resolve_case);
	static const struct resolve_ask NOTHING;
	struct resolve_fact *facts;
	size_t n;
	int missing;
	bool found;
	TRY(resolve_of(c, e->ticket_id, &r, &found));
	if (!found || !r.to_fill.n || r.filled_us.set)
		return OK;
	TRY(ticket_get(c->db, c->arena, &t, .id = e->ticket_id));
	TRY(resolve_case_read(c, &t, &NOTHING, k));
	TRY(resolve_facts_look(c, k, ticket_date(c->arena, r.at_us), &facts, &n, &missing));
	if (missing)
		return OK;
	filled = r;
	filled.filled_us = SOME(c->now_us);
	TRY(resolution_filled(c->db, .id = r.id, .filled_us = c->now_us));
	return event_append(c, &(struct event_new){ .kind = "resolution.filled", .entity = "resolution", .entity_id = r.id, .ticket_id = t.id,
						    .data = fold_set_diff(c->arena, &resolution_rows_stmt, &r, &filled) }, NULL);
}

/* ---- tend verify ---- */

struct uncited {
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static enum err tell_uncited(void *arg, struct arena *row_arena, void *row)
{
	struct uncited *u = arg;
	++*u->complaints;
	u->say(u->arg, arena_fmt(row_arena, "ticket %lld is solved and cites no rule", (long long)((struct resolve_uncited_row *)row)->id));
	return OK;
}

static enum err tell_astray(void *arg, struct arena *row_arena, void *row)
{
	struct uncited *u = arg;
	++*u->complaints;
	u->say(u->arg, arena_fmt(row_arena, "ticket %lld is to be filled in, and stands in another list than its holder's", (long long)((struct resolve_astray_row *)row)->ticket_id));
	return OK;
}

enum err resolve_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct resolve_began_row began;
	struct uncited u = { say, arg, complaints };
	bool found;
	TRY(resolve_astray(c->db, tell_astray, &u));
	TRY(resolve_began(c->db, c->arena, &began, &found));
	return found ? resolve_uncited(c->db, tell_uncited, &u, .from_us = began.at_us) : OK;
}
