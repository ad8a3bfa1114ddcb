/* triage_panel_page.c: what stands beside a case: whose it is, what account people say, what is known of the customer, the context pause. */
#include "triage/triage_view.h"

#include "panel.html.h"

#include <string.h>

#include "base/banned.h"

enum { FACTS = 30, RECENT = 5, NOTES = 20, WAITING_MOST = 100 };

static bool listed(struct str list, const char *code)
{
	struct str rest = list, one;
	while (rest.n) {
		str_cut(rest, ' ', &one, &rest);
		if (str_eq(one, str_c(code)))
			return true;
	}
	return false;
}

static void pause(struct ctx *c, struct panel_view *v)
{
	struct context_step steps[CONTEXT_STEPS];
	size_t n = context_steps_on(people_date(c->arena, c->now_us), steps, &v->advice);
	for (size_t i = 0; i < n; i++) {
		bool done = v->k.looked.p && listed(v->k.looked, steps[i].code);
		v->steps[v->n_steps++] = (struct panel_step){ steps[i].code, steps[i].words, done };
		v->n_done += done;
	}
}

/* Those of one kind, in their order. */
static struct context_beside_row *only(struct arena *a, const struct context_beside_row *v, size_t n, struct str what, size_t *ret_n)
{
	struct context_beside_row *own = arena_array(a, struct context_beside_row, n + 1);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].what, what))
			own[(*ret_n)++] = v[i];
	return own;
}

/* On a ticket's own page two reads by an index: case, customer and pause in one; notes, facts and recent cases in the other. */
enum err triage_panel(struct web *w, int64_t ticket, struct str here, bool on_triage, struct panel_view *v)
{
	struct ctx *c = w->c;
	struct context_beside_row *beside;
	size_t n;
	bool found;
	*v = (struct panel_view){
		.ticket = ticket, .here = here, .can_note = c->actor.caps & CAN_NOTE, .can_reply = c->actor.caps & CAN_REPLY, .can_lead = c->actor.caps & CAN_LEAD,
		.on_triage = on_triage, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0,
		.note_typed = web_typed(w, "context.note", "summary", S("")), .note_error = web_field_error(w, "context.note", "summary"),
	};
	TRY(context_card(c->db, c->arena, &v->k, &found, .ticket_id = ticket, .me = v->me));
	v->has_org = found && v->k.organisation_id.set;
	TRY(context_beside(c->db, c->arena, &beside, &n, .ticket_id = ticket, .organisation_id = v->k.organisation_id, .open = on_triage, .notes = NOTES, .facts = FACTS,
			   .recent = RECENT));
	v->notes = only(c->arena, beside, n, S("note"), &v->n_notes);
	v->facts = only(c->arena, beside, n, S("fact"), &v->n_facts);
	for (size_t i = 0; i < v->n_facts; i++)
		v->n_own_facts += v->can_lead || (v->facts[i].author_id.set && v->facts[i].author_id.v == v->me);
	v->recent = only(c->arena, beside, n, S("recent"), &v->n_recent);
	v->forwards = only(c->arena, beside, n, S("forward"), &v->n_forwards);
	v->escalations = only(c->arena, beside, n, S("escalation"), &v->n_escalations);
	pause(c, v);
	return v->has_org && on_triage ? organisation_card(c, v->k.organisation_id.v, &v->org) : OK;
}

enum err triage_card(struct web *w, int64_t ticket_id, struct html *h)
{
	struct panel_view v;
	TRY(triage_panel(w, ticket_id, arena_fmt(w->c->arena, "/tickets/%lld", (long long)ticket_id), false, &v));
	panel_case(h, &v);
	panel_notes(h, &v);
	panel_customer(h, &v);
	panel_pause(h, &v);
	return OK;
}

enum err triage_list_card(struct web *w, int64_t none, struct html *h)
{
	struct triage_waiting_count_row n;
	(void)none;
	if (!(w->c->actor.caps & CAN_REPLY))
		return OK;
	TRY(triage_waiting_count(w->c->db, w->c->arena, &n, .max = WAITING_MOST));
	if (n.n)
		panel_waiting(h, n.n, n.n == WAITING_MOST);
	return OK;
}
