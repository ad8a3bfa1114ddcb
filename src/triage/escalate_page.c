/* escalate_page.c: what was taken to the next in the chain and waits; one case's chain with its forms; the rows of the chains. */
#include "triage/triage_view.h"

#include "escalate.html.h"

#include "base/banned.h"

enum { PAGE = 50, OF_ONE = 30 };

static struct str number(struct ctx *c, int64_t v)
{
	return arena_fmt(c->arena, "%lld", (long long)v);
}

static void worded(struct form_field *x, const char *(*words)(struct str))
{
	for (size_t i = 0; i < x->n_options; i++)
		if (x->options[i].value.n)
			x->options[i].label = str_c(words(x->options[i].value));
}

/* ---- one case ---- */

static void form_must(struct form_view *f, const char *name, const char *label, const char *help)
{
	struct form_field *x = form_add(f, INPUT_TEXT, name, label, S(""));
	x->required = true;
	x->help = help;
}

static enum err raise_form(struct web *w, struct escalate_case_view *v, const struct ticket_get_row *t)
{
	struct ctx *c = w->c;
	struct str name;
	int64_t to;
	struct form_view *f = &v->raise;
	form_begin(f, w, "escalation.raise", v->open ? "Take it further" : "Take it there", v->here, v->here);
	form_hidden(f, "ticket", number(c, t->id));
	form_hidden(f, "seen", number(c, v->open ? v->last.id : 0));
	form_hidden(f, "chain", v->chain);
	form_add(f, INPUT_TEXT, "reason", "Why", S(""))->help = "";
	if (str_eq(v->next->needs, S("views"))) {
		form_must(f, "own_view", "What you see", "One sentence that the other side would call fair");
		form_must(f, "other_view", "What the other side sees", "As they would say it; if you cannot, talk with them first");
	}
	TRY(escalate_person(c, t, v->next->who, &to, &name));
	v->next_name = name;
	if (to)
		return OK;
	TRY(form_teammate(f, "to", "Who that is", NONE));
	f->fields[f->n_fields - 1].help = "when it is somebody of this desk: they are told by mail";
	return OK;
}

static void end_forms(struct web *w, struct escalate_case_view *v)
{
	struct ctx *c = w->c;
	form_begin(&v->settle, w, "escalation.settle", "It is settled", v->here, v->here);
	form_hidden(&v->settle, "escalation", number(c, v->last.id));
	struct form_field *how = form_choice(&v->settle, "outcome", "How", escalate_outcomes, S("agree"), NULL);
	how->help = "";
	worded(how, escalate_outcome_words);
	form_add(&v->settle, INPUT_TEXT, "words", "What was settled", S(""))->help = "";
	form_begin(&v->refuse, w, "escalation.refuse", "Send it back", v->here, v->here);
	form_hidden(&v->refuse, "escalation", number(c, v->last.id));
	form_add(&v->refuse, INPUT_TEXT, "words", "What comes first", S(""));
	form_begin(&v->withdraw, w, "escalation.withdraw", "Withdraw it", v->here, v->here);
	form_hidden(&v->withdraw, "escalation", number(c, v->last.id));
}

enum err escalate_case_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_get_row t;
	enum ticket_status s = TICKET_NEW;
	int64_t me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	bool disagree = str_eq(web_query(w, "chain"), S("disagreement")) ||
			(w->failed && str_eq(form_value(&w->form, S("chain"), NULL), S("disagreement")));
	TRY(ticket_load(c, web_param_id(w, "id"), &t));
	struct escalate_case_view v = { .layout = web_layout(w, arena_fmt(c->arena, "Disagreement about #%lld", (long long)t.id)), .t = t,
					.chain = disagree ? S("disagreement") : S("worry"), .can_note = c->actor.caps & CAN_NOTE, .can_lead = c->actor.caps & CAN_LEAD };
	v.here = arena_fmt(c->arena, "/escalations/%lld%s", (long long)t.id, disagree ? "?chain=disagreement" : "");
	v.unsolved = ticket_status_parse(t.status, &s) && ticket_status_unsolved(s);
	TRY(escalate_next(c, t.id, v.chain, &v.next, &v.last, &v.open));
	if (v.open)
		v.chain = v.last.chain;
	v.mine = v.open && me && v.last.by_id.set && v.last.by_id.v == me;
	v.concerns = v.open && (v.can_lead || v.mine || (me && v.last.to_id.set && v.last.to_id.v == me));
	TRY(case_escalation_of(c->db, c->arena, &v.rows, &v.n, .ticket_id = t.id, .before = INT64_MAX, .max = OF_ONE));
	if (v.next && v.can_note)
		TRY(raise_form(w, &v, &t));
	if (v.open)
		end_forms(w, &v);
	escalate_case_html(&w->html, &v);
	return OK;
}

/* ---- all, and the rows ---- */

enum err escalate_list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct escalate_list_view v = { .layout = web_layout(w, S("Disagreements")), .today = people_date(c->arena, c->now_us), .next_url = S(""), .can_admin = c->actor.caps & CAN_ADMIN };
	struct escalation_step_all_row *all;
	size_t n;
	v.layout->live_url = S("/live");
	TRY(case_escalation_waiting(c->db, c->arena, &v.rows, &v.n, .after = web_query_i64(w, "after", 0), .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/escalations?after=%lld", (long long)v.rows[PAGE - 1].id);
	}
	TRY(escalate_steps(c, &all, &n));
	v.all = web_query_i64(w, "all", 0) != 0;
	v.steps = arena_array(c->arena, struct escalation_step_all_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (v.all || escalate_step_on(&all[i], 1, all[i].chain, all[i].step, v.today))
			v.steps[v.n_steps++] = all[i];
	if (v.can_admin) {
		form_begin(&v.form, w, "escalation_step.set", "Set it", S("/escalations"), S("/escalations"));
		worded(form_choice(&v.form, "chain", "When", escalate_chains, S("worry"), NULL), escalate_chain_words);
		form_add(&v.form, INPUT_LINE, "step", "Step", S(""));
		worded(form_choice(&v.form, "who", "Who is asked", escalate_whos, S("engineer"), NULL), escalate_who_words);
		form_add(&v.form, INPUT_LINE, "after", "After what", S(""));
		form_add(&v.form, INPUT_LINE, "channel", "How", S(""));
		struct form_field *x = form_choice(&v.form, "needs", "Needs", escalate_needs, S(""), "nothing");
		x->options[1].label = S("both views, written down");
		form_add(&v.form, INPUT_DATE, "valid_from", "From", S(""));
	}
	escalate_list_html(&w->html, &v);
	return OK;
}
