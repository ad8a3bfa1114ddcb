/* triage_panel_page.c: what stands beside a case: whose it is, what account people say, what is known of the customer, the context pause. */
#include "triage/triage_view.h"

#include "panel.html.h"

#include <string.h>

#include "base/banned.h"

enum { FACTS = 30, RECENT = 5, NOTES = 20 };


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

static enum err pause(struct ctx *c, struct panel_view *v)
{
	struct context_step steps[CONTEXT_STEPS];
	struct context_look_find_row look;
	bool found = false;
	size_t n = context_steps_on(people_date(c->arena, c->now_us), steps, &v->advice);
	if (v->me)
		TRY(context_look_find(c->db, c->arena, &look, &found, .ticket_id = v->ticket, .teammate_id = v->me));
	for (size_t i = 0; i < n; i++) {
		bool done = found && listed(look.steps, steps[i].code);
		v->steps[v->n_steps++] = (struct panel_step){ steps[i].code, steps[i].words, done };
		v->n_done += done;
	}
	return OK;
}

enum err triage_panel(struct web *w, const struct ticket_get_row *t, struct str here, bool on_triage, struct panel_view *v)
{
	struct ctx *c = w->c;
	*v = (struct panel_view){
		.ticket = t->id, .here = here, .can_note = c->actor.caps & CAN_NOTE, .can_reply = c->actor.caps & CAN_REPLY, .can_lead = c->actor.caps & CAN_LEAD,
		.on_triage = on_triage, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, .has_org = t->organisation_id.set,
		.note_typed = web_typed(w, "context.note", "summary", S("")), .note_error = web_field_error(w, "context.note", "summary"),
	};
	TRY(triage_of(c, t->id, &v->k, &v->has_case));
	TRY(case_context_of(c->db, c->arena, &v->notes, &v->n_notes, .ticket_id = t->id, .max = NOTES));
	TRY(pause(c, v));
	if (!v->has_org)
		return OK;
	TRY(organisation_card(c, t->organisation_id.v, &v->org));
	TRY(account_facts_of(c->db, c->arena, &v->facts, &v->n_facts, .organisation_id = v->org.id, .max = FACTS));
	return account_recent(c->db, c->arena, &v->recent, &v->n_recent, .organisation_id = v->org.id, .not_ticket = t->id, .max = RECENT);
}

enum err triage_beside(struct web *w, int64_t ticket_id, struct html *h)
{
	struct ticket_get_row t;
	struct panel_view v;
	TRY(ticket_load(w->c, ticket_id, &t));
	TRY(triage_panel(w, &t, arena_fmt(w->c->arena, "/tickets/%lld", (long long)ticket_id), false, &v));
	panel_case(h, &v);
	panel_notes(h, &v);
	panel_customer(h, &v);
	panel_pause(h, &v);
	return OK;
}
