/* mine_page.c: for the people of accounts: the cases of their customers, what those wait for, and the hand-over form. Reads only. */
#include "triage/triage_view.h"

#include "mine.html.h"

#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, CUSTOMERS = 200 };

static enum err whose(struct web *w, struct mine_view *v)
{
	struct ctx *c = w->c;
	struct teammate t;
	v->of = web_query_i64(w, "of", c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0);
	v->whose = v->next_url = S("");
	if (v->of && !(c->actor.kind == ACTOR_TEAMMATE && v->of == c->actor.id)) {
		TRY(people_get(c, v->of, &t));
		v->whose = t.name;
	}
	return account_mine(c->db, c->arena, &v->customers, &v->n_customers, .teammate_id = v->of, .max = CUSTOMERS);
}

static enum err cases_page(struct web *w)
{
	struct ctx *c = w->c;
	struct mine_view v = { .layout = web_layout(w, S("My customers")) };
	v.layout->live_url = S("/live");
	TRY(whose(w, &v));
	TRY(account_mine_cases(c->db, c->arena, &v.cases, &v.n_cases, .teammate_id = v.of, .before = web_query_i64(w, "before", INT64_MAX), .max = PAGE + 1));
	if (v.n_cases > PAGE) {
		v.n_cases = PAGE;
		v.next_url = arena_fmt(c->arena, "/my-customers?of=%lld&before=%lld", (long long)v.of, (long long)v.cases[PAGE - 1].id);
	}
	mine_html(&w->html, &v);
	return OK;
}

static enum err waiting_page(struct web *w)
{
	struct ctx *c = w->c;
	struct mine_view v = { .layout = web_layout(w, S("What my customers owe us")), .only_waiting = true };
	v.layout->live_url = S("/live");
	TRY(whose(w, &v));
	TRY(account_mine_waiting(c->db, c->arena, &v.waiting, &v.n_waiting, .teammate_id = v.of, .after_us = web_query_i64(w, "since", 0),
				 .after_id = web_query_i64(w, "after", 0), .max = PAGE + 1));
	if (v.n_waiting > PAGE) {
		v.n_waiting = PAGE;
		v.next_url = arena_fmt(c->arena, "/my-customers/waiting?of=%lld&since=%lld&after=%lld", (long long)v.of, (long long)v.waiting[PAGE - 1].status_since_us,
				       (long long)v.waiting[PAGE - 1].id);
	}
	v.asked = arena_array(c->arena, struct str, v.n_waiting + 1);
	for (size_t i = 0; i < v.n_waiting; i++)
		v.asked[i] = v.waiting[i].asked.p ? context_asked(c->arena, v.waiting[i].asked) : S("nothing was written to them yet");
	mine_html(&w->html, &v);
	return OK;
}

/* ---- the hand-over form ---- */

static enum err customer_field(struct web *w, struct form_view *f, const struct ticket_get_row *t)
{
	struct ctx *c = w->c;
	struct account_mine_row *mine;
	size_t n;
	TRY(account_mine(c->db, c->arena, &mine, &n, .teammate_id = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, .max = CUSTOMERS));
	struct form_field *x = form_add(f, INPUT_SELECT, "organisation", "Customer", t->organisation_id.set ? arena_fmt(c->arena, "%lld", (long long)t->organisation_id.v) : S(""));
	x->options = arena_array(c->arena, struct form_option, n + 3);
	x->options[x->n_options++] = (struct form_option){ S(""), S("another one: name it below"), !x->value.n };
	bool here = false;
	for (size_t i = 0; i < n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)mine[i].id);
		if (i && mine[i - 1].id == mine[i].id)
			continue;
		here |= str_eq(id, x->value);
		x->options[x->n_options++] = (struct form_option){ id, mine[i].name, str_eq(id, x->value) };
	}
	if (!here && t->organisation_id.set) {
		struct organisation_card card;
		TRY(organisation_card(c, t->organisation_id.v, &card));
		x->options[x->n_options++] = (struct form_option){ x->value, card.name, true };
	}
	x->help = "one of yours, or another by its name";
	form_add(f, INPUT_LINE, "organisation_named", "Another customer", S(""));
	return OK;
}

static enum err hand_over_page(struct web *w)
{
	struct ctx *c = w->c;
	struct context_field fields[CONTEXT_FIELDS];
	struct ticket_get_row t = { 0 };
	struct hand_over_view v = { .layout = web_layout(w, S("Hand over to support")), .w = w, .ticket = web_query_i64(w, "ticket", 0) };
	if (v.ticket)
		TRY(ticket_load(c, v.ticket, &t));
	v.here = v.ticket ? arena_fmt(c->arena, "/hand-over?ticket=%lld", (long long)v.ticket) : S("/hand-over");
	struct form_view *f = &v.form;
	form_begin(f, w, "context.hand_over", "Hand over", v.here, S("/tickets/{ticket}"));
	f->back_url = v.ticket ? arena_fmt(c->arena, "/tickets/%lld", (long long)v.ticket) : S("/my-customers");
	if (v.ticket)
		form_hidden(f, "ticket", arena_fmt(c->arena, "%lld", (long long)v.ticket));
	size_t n = context_fields_on(people_date(c->arena, c->now_us), fields);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(fields[i].field, "organisation") == 0) {
			TRY(customer_field(w, f, &t));
			if (!v.ticket) {
				form_add(f, INPUT_LINE, "name", "Who at the customer", S(""));
				form_add(f, INPUT_EMAIL, "email", "Their mail", S(""));
			}
			continue;
		}
		bool line = strcmp(fields[i].field, "issue_url") == 0 || strcmp(fields[i].field, "time_limit") == 0;
		struct form_field *x = form_add(f, line ? INPUT_LINE : INPUT_TEXT, fields[i].field, fields[i].label, S(""));
		x->help = fields[i].help;
	}
	hand_over_html(&w->html, &v);
	return OK;
}

/* The rows' pages stand here too, so that each table of routes stays short. */
const struct route triage_account_routes[] = {
	{ "GET", "/my-customers", ROUTE_TEAMMATE, CAN_READ, cases_page, 0, "The cases of one's customers" },
	{ "GET", "/my-customers/waiting", ROUTE_TEAMMATE, CAN_READ, waiting_page, 0, "What one's customers owe us" },
	{ "GET", "/hand-over", ROUTE_TEAMMATE, CAN_NOTE, hand_over_page, 0, "Hand a customer's matter over to support" },
	{ "GET", "/triage/rows", ROUTE_TEAMMATE, CAN_READ, triage_rows_page, 0, "Whose is it: the ownership table" },
	{ "GET", "/triage/rows/new", ROUTE_TEAMMATE, CAN_ADMIN, triage_rule_page, 0, "A row of the ownership table" },
	{ "GET", "/triage/words", ROUTE_TEAMMATE, CAN_READ, triage_words_page, 0, "Words that suggest" },
	{ 0 },
};
