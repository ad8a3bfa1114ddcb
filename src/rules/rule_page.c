/* rule_page.c: rules in their order, what they did, which looked at a case, what they told; and the list of what this folder brings to the house. */
#include "rules/rule_view.h"

#include "base/civil.h"
#include "desk/case_view.h"
#include "web/place.h"
#include "web/route.h"

#include "rule.html.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { PAGE = 30, EVENTS_SHOWN = 40, COUNTED = 100 };

/* ---- runs ---- */

static void outcome_words(struct ctx *c, struct rule_run_line *l)
{
	static const struct { const char *outcome, *words, *tone; } OUTCOMES[] = {
		{ "did", "did it", "met" }, { "nothing", "it was so already", "" }, { "failed", "failed", "late" }, { "stopped", "stopped: a loop", "warn" },
		{ "held", "waits", "warn" },
	};
	l->outcome = l->r.outcome;
	l->tone = "";
	for (size_t i = 0; i < ARRAY_LEN(OUTCOMES); i++)
		if (str_eq(l->r.outcome, str_c(OUTCOMES[i].outcome))) {
			l->outcome = str_c(OUTCOMES[i].words);
			l->tone = OUTCOMES[i].tone;
		}
	json_t *why = json_loadb(l->r.why.p, l->r.why.n, 0, NULL), *v;
	size_t i;
	l->reasons = arena_array(c->arena, struct rule_reason, json_array_size(why) + 1);
	json_array_foreach(why, i, v)
	{
		const char *asked = json_string_value(json_object_get(v, "asked")), *was = json_string_value(json_object_get(v, "was"));
		l->reasons[l->n_reasons++] = (struct rule_reason){ arena_str(c->arena, str_c(asked ? asked : "")), arena_str(c->arena, str_c(was ? was : "")),
								   json_is_true(json_object_get(v, "met")) };
	}
	json_decref(why);
}

struct rule_run_line *rule_run_lines(struct ctx *c, const struct rule_run_rows_row *rows, size_t n)
{
	struct rule_run_line *ret = arena_array(c->arena, struct rule_run_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct rule_run_line){ .r = rows[i] };
		outcome_words(c, &ret[i]);
	}
	return ret;
}

static enum err runs_page(struct web *w)
{
	struct ctx *c = w->c;
	struct rule_runs_newest_row *rows;
	int64_t before = web_query_i64(w, "before", 0);
	struct rule_runs_view v = { .layout = web_layout(w, S("What rules did")), .title = S("What rules did"), .outcome = S(""), .next_url = S(""),
				    .can_retry = c->actor.caps & CAN_REPLY };
	struct str outcome = web_query(w, "outcome");
	before = before > 0 ? before : INT64_MAX;
	if (str_eq(outcome, S("failed")) || str_eq(outcome, S("held"))) {
		v.outcome = outcome;
		v.title = str_eq(outcome, S("failed")) ? S("Runs that failed") : S("Runs that wait");
		TRY(rule_runs_open(c->db, c->arena, (struct rule_runs_open_row **)(void *)&rows, &v.n, .outcome = outcome, .before = before, .max = PAGE + 1));
	} else {
		TRY(rule_runs_newest(c->db, c->arena, &rows, &v.n, .before = before, .max = PAGE + 1));
	}
	bool more = v.n > PAGE;
	v.n -= more;
	v.rows = rule_run_lines(c, (const struct rule_run_rows_row *)(const void *)rows, v.n);
	if (more)
		v.next_url = arena_fmt(c->arena, "/rules/runs?%s%.*s%sbefore=%lld", v.outcome.n ? "outcome=" : "", STR_ARG(v.outcome), v.outcome.n ? "&" : "", (long long)rows[v.n - 1].id);
	rule_runs_html(&w->html, &v);
	return OK;
}

/* ---- the list ---- */

static enum err last_words(struct ctx *c, struct rule_line *l)
{
	struct rule_runs_of_rule_row *rows;
	size_t n;
	TRY(rule_runs_of_rule(c->db, c->arena, &rows, &n, .slug = l->r.slug, .before_us = INT64_MAX, .max = 1));
	l->when_used = S("");
	if (!n)
		return OK;
	struct str ago = civil_span(c->arena, c->now_us - rows[0].at_us);
	l->when_used = str_eq(rows[0].outcome, S("failed")) ? arena_fmt(c->arena, "failed last, %.*s ago: %.*s", STR_ARG(ago), STR_ARG(rows[0].error))
							      : arena_fmt(c->arena, "last looked at a case that fitted %.*s ago", STR_ARG(ago));
	return OK;
}

static enum err list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct rule_list_view v = { .layout = web_layout(w, S("Rules")), .can_edit = c->actor.caps & CAN_ADMIN };
	struct rule *rules;
	struct rule_runs_open_row *open;
	size_t n;
	TRY(rules_all(c, &rules, &v.n));
	v.rows = arena_array(c->arena, struct rule_line, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		v.rows[i] = (struct rule_line){ .r = rules[i], .words = rules[i].broken.n ? arena_fmt(c->arena, "It cannot run: %.*s", STR_ARG(rules[i].broken)) : rule_words(c->arena, &rules[i]) };
		TRY(last_words(c, &v.rows[i]));
	}
	TRY(rule_runs_open(c->db, c->arena, &open, &n, .outcome = S("failed"), .before = INT64_MAX, .max = COUNTED));
	v.failed = (int64_t)n;
	TRY(rule_runs_open(c->db, c->arena, &open, &n, .outcome = S("held"), .before = INT64_MAX, .max = COUNTED));
	v.held = (int64_t)n;
	rule_list_html(&w->html, &v);
	return OK;
}

/* ---- a case ---- */

static enum err trace_events(struct ctx *c, struct rule_trace_view *v)
{
	struct rule_replay *p = arena_new(c->arena, struct rule_replay);
	*p = (struct rule_replay){ 0 };
	TRY(rule_replay_begin(c, v->ticket_id, p));
	v->events = arena_array(c->arena, struct rule_event_line, EVENTS_SHOWN);
	for (size_t i = p->n; i > 0 && v->n_events < EVENTS_SHOWN; i--) {
		const struct event *e = &p->events[i - 1];
		if (!str_starts(e->kind, S("ticket.")) || (!str_eq(e->entity, S("ticket")) && !str_eq(e->entity, S("ticket_tag"))))
			continue;
		v->events[v->n_events++] = (struct rule_event_line){ .seq = e->seq, .at_us = e->at_us, .who = e->actor_name, .did = case_event_did(c, e), .here = e->seq == v->seq };
	}
	return OK;
}

static enum err trace_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_get_row t;
	struct rule_runs_of_ticket_row *rows;
	int64_t before = web_query_i64(w, "before", 0);
	struct rule_trace_view v = { .layout = web_layout(w, S("Rules on this case")), .ticket_id = web_query_i64(w, "ticket", 0), .seq = web_query_i64(w, "event", 0),
				     .next_url = S(""), .can_retry = c->actor.caps & CAN_REPLY };
	if (v.ticket_id <= 0)
		return fail(c, ERR_NOT_FOUND, "Say which case: /rules/trace?ticket=42. Each case has a link there.");
	TRY(ticket_load(c, v.ticket_id, &t));
	v.subject = t.subject;
	if (v.seq > 0)
		TRY(rules_look(c, t.id, v.seq, &v.looks, &v.n_looks));
	TRY(rule_runs_of_ticket(c->db, c->arena, &rows, &v.n_runs, .ticket_id = t.id, .before = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	bool more = v.n_runs > PAGE;
	v.n_runs -= more;
	v.runs = rule_run_lines(c, (const struct rule_run_rows_row *)(const void *)rows, v.n_runs);
	if (more)
		v.next_url = arena_fmt(c->arena, "/rules/trace?ticket=%lld&before=%lld", (long long)t.id, (long long)rows[v.n_runs - 1].id);
	TRY(trace_events(c, &v));
	rule_trace_html(&w->html, &v);
	return OK;
}

/* ---- notices ---- */

static enum err told_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t before = web_query_i64(w, "before", 0);
	struct rule_notice_unread_row unread;
	struct rule_told_view v = { .layout = web_layout(w, S("Told by rules")), .next_url = S("") };
	TRY(rule_notice_unread(c->db, c->arena, &unread, .me = c->actor.id, .max = COUNTED));
	v.unread = unread.n;
	TRY(rule_notice_page(c->db, c->arena, &v.rows, &v.n, .me = c->actor.id, .before = before > 0 ? before : INT64_MAX, .max = PAGE + 1));
	bool more = v.n > PAGE;
	v.n -= more;
	if (more)
		v.next_url = arena_fmt(c->arena, "/rules/told?before=%lld", (long long)v.rows[v.n - 1].id);
	rule_told_html(&w->html, &v);
	return OK;
}

/* ---- as text ---- */

static enum err text_page(struct web *w)
{
	struct ctx *c = w->c;
	struct rule_text_view v = { .layout = web_layout(w, S("Rules as text")), .can_edit = c->actor.caps & CAN_ADMIN, .diff = S(""), .summary = S("") };
	struct str typed = form_value(&w->form, S("text"), NULL);
	TRY(rules_text(c, &v.text));
	v.error = web_form_error(w, "rule.apply");
	if (typed.p)
		v.text = typed;
	if (!typed.p || w->failed) {
		rule_text_html(&w->html, &v);
		return OK;
	}
	enum err e = rules_text_diff(c, typed, false, &v.diff, &v.summary);
	v.compared = e == OK;
	if (e == ERR_INPUT || e == ERR_LIMIT) {
		v.error = arena_str(c->arena, str_c(c->fault.n_fields ? c->fault.fields[0].message : c->fault.message));
		fault_clear(&c->fault);
		e = OK;
	}
	TRY(e);
	rule_text_html(&w->html, &v);
	return OK;
}

const struct route rule_routes[] = {
	{ "GET", "/rules", ROUTE_TEAMMATE, CAN_READ, list_page, 0, "Rules in their order" },
	{ "GET", "/rules/runs", ROUTE_TEAMMATE, CAN_READ, runs_page, 0, "What rules did, what failed, what waits" },
	{ "GET", "/rules/trace", ROUTE_TEAMMATE, CAN_READ, trace_page, 0, "Which rules did what on a case, and why" },
	{ "GET", "/rules/told", ROUTE_TEAMMATE, CAN_READ, told_page, 0, "What rules told" },
	{ "GET", "/rules/text", ROUTE_TEAMMATE, CAN_READ, text_page, 0, "All rules as text" },
	{ "POST", "/rules/text", ROUTE_TEAMMATE, CAN_READ, text_page, 5 << 20, "What a text of rules would change" },
	{ 0 },
};

/* ---- on pages that are not ours ---- */

static enum err case_card(struct web *w, int64_t id, struct html *h)
{
	struct rule_runs_of_ticket_row *rows;
	size_t n;
	TRY(rule_runs_of_ticket(w->c->db, w->c->arena, &rows, &n, .ticket_id = id, .before = INT64_MAX, .max = 4));
	if (n)
		rule_case_card(h, id, rule_run_lines(w->c, (const struct rule_run_rows_row *)(const void *)rows, n), n);
	return OK;
}

static enum err told_card(struct web *w, int64_t id, struct html *h)
{
	struct rule_notice_unread_row unread;
	(void)id;
	TRY(rule_notice_unread(w->c->db, w->c->arena, &unread, .me = w->c->actor.id, .max = COUNTED));
	if (unread.n)
		rule_told_card(h, unread.n, COUNTED);
	return OK;
}

static const struct place places[] = {
	{ .label = "Rules", .url = "/rules" },
	{ 0 },
};
static const struct card cards[] = {
	{ case_card, CARD_TICKET_SIDE },
	{ told_card, CARD_LIST_TOP },
	{ 0 },
};
static const struct event_words words[] = {
	{ "rule.ran", "acted, because its conditions were met", false },
	{ "rule.failed", "could not act; it can be tried again", true },
	{ "rule.stopped", "was stopped: it would have acted on what it caused itself", false },
	{ "rule.held", "waits, because it ran as often as it may within an hour", false },
	{ "rule.retried", "is tried again", false },
	{ 0 },
};

const struct feature rules_feature = {
	.name = "rules", .commands = rule_commands, .routes = rule_routes, .more_routes = rule_form_routes, .reactions = rule_reactions, .jobs = rule_jobs, .folds = rule_folds, .carries = rule_carries,
	.settings = rule_settings, .places = places, .cards = cards, .words = words, .prepare = rules_prepare, .verify = rules_verify,
};
