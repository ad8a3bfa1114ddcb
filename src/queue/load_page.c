/* load_page.c: who has how much, who is at capacity, and what could move to whom. */
#include "queue/next_page.h"

#include "people/people.h"

#include "load.html.h"

#include "base/banned.h"

static void put_states(struct ctx *c, struct load_view *v)
{
	v->lines = arena_array(c->arena, struct load_show, v->load.n + 1);
	for (size_t i = 0; i < v->load.n; i++) {
		const struct load_line *l = &v->load.lines[i];
		struct load_show *s = &v->lines[i];
		s->l = l;
		s->state_class = S("");
		if (l->p->away)
			s->state = arena_fmt(c->arena, "away until %.*s", STR_ARG(l->p->away_until));
		else if (l->p->at_capacity)
			s->state = arena_fmt(c->arena, "at capacity: %.*s", STR_ARG(l->flag_why));
		else if (l->p->in_ramp)
			s->state = S("in their first weeks");
		else
			s->state = l->p->at_work ? S("there") : S("off");
		if (l->p->at_capacity && !l->p->away)
			s->state_class = S("warn");
	}
}

static enum err put_moves(struct ctx *c, const struct pick_world *world, struct load_view *v)
{
	int64_t *ids = arena_array(c->arena, int64_t, v->load.n_moves + 1);
	struct queue_cases_row *rows = NULL;
	size_t n = 0;
	v->moves = arena_array(c->arena, struct move_show, v->load.n_moves + 1);
	for (size_t i = 0; i < v->load.n_moves; i++)
		ids[i] = v->load.moves[i].ticket;
	if (v->load.n_moves)
		TRY(queue_cases(c->db, c->arena, &rows, &n, .ids = queue_ids_json(c->arena, ids, v->load.n_moves)));
	for (size_t i = 0; i < v->load.n_moves; i++) {
		const struct load_move *m = &v->load.moves[i];
		v->moves[i] = (struct move_show){ .m = m, .subject = S("") };
		v->moves[i].to = pick_person(world, m->to)->name;
		v->moves[i].from = pick_person(world, m->from)->name;
		for (size_t k = 0; k < n; k++)
			if (rows[k].id == m->ticket)
				v->moves[i].subject = rows[k].subject;
	}
	return OK;
}

static enum err put_rules(struct ctx *c, struct load_view *v)
{
	struct queue_rule_on_row rule;
	bool found;
	TRY(queue_rule(c, "active", &rule, &found));
	v->norm_words = found ? rule.words : S("");
	TRY(queue_rule(c, "flag", &rule, &v->flags));
	TRY(queue_rule(c, "levels", &rule, &v->levels));
	TRY(queue_calls_open(c->db, c->arena, &v->calls, &v->n_calls, .now_us = c->now_us));
	TRY(queue_steps_all(c->db, c->arena, &v->steps, &v->n_steps));
	v->active_words = arena_fmt(c->arena, "%lld.%lld", (long long)(v->load.active_x10 / 10), (long long)(v->load.active_x10 % 10));
	v->level_words = v->load.speaks_for ? arena_fmt(c->arena, "The figures speak for level %lld.", (long long)v->load.speaks_for) : S("");
	return OK;
}

static void level_forms(struct web *w, struct load_view *v)
{
	struct str today = people_date(w->c->arena, w->c->now_us);
	form_begin(&v->edition, w, "level.edition", "From then on", S("/load"), S("/load"));
	v->edition.id = "edition";
	form_add(&v->edition, INPUT_DATE, "valid_from", "From", today);
	form_add(&v->edition, INPUT_DATE, "valid_to", "Until", S(""));
	form_add(&v->edition, INPUT_LINE, "why", "Why", S(""));
	form_begin(&v->edition_end, w, "level.edition_end", "End it", S("/load"), S("/load"));
	v->edition_end.id = "edition-end";
	form_add(&v->edition_end, INPUT_DATE, "valid_to", "No longer so from", S(""));
	form_begin(&v->step, w, "capacity.level", "Set it", S("/load"), S("/load"));
	v->step.id = "step";
	form_add(&v->step, INPUT_LINE, "level", "Level", S(""));
	form_add(&v->step, INPUT_DATE, "valid_from", "From", today);
	form_add(&v->step, INPUT_LINE, "east_least", "East, from", S(""));
	form_add(&v->step, INPUT_LINE, "east_most", "East, up to", S(""));
	form_add(&v->step, INPUT_LINE, "west_least", "West, from", S(""));
	form_add(&v->step, INPUT_LINE, "west_most", "West, up to", S(""));
	form_add(&v->step, INPUT_LINE, "active_over", "Active cases each, more than", S(""));
	static const char *const LOGIC[] = { "any", "all", NULL };
	form_choice(&v->step, "logic", "Of these", LOGIC, S("any"), NULL);
	form_add(&v->step, INPUT_LINE, "words", "What is done then", S(""));
}

static enum err fill_load(struct web *w, const struct pick_world *world, struct load_view *v)
{
	struct ctx *c = w->c;
	const struct pick_person *me = pick_person(world, c->actor.id);
	TRY(load_now(c, world, &v->load));
	put_states(c, v);
	TRY(put_moves(c, world, v));
	TRY(put_rules(c, v));
	v->me_full = me && me->at_capacity;
	form_begin(&v->declare, w, "capacity.declare", "Say so", S("/load"), S("/load"));
	v->declare.id = "declare";
	form_add(&v->declare, INPUT_LINE, "why", "What there is so much of", S(""))->help = "for your manager and your team to read";
	form_hours(&v->declare, "until I say that I am back");
	form_begin(&v->invoke, w, "level.invoke", "Invoke it", S("/load"), S("/load"));
	v->invoke.id = "invoke";
	form_add(&v->invoke, INPUT_LINE, "level", "Level", v->load.speaks_for ? arena_fmt(c->arena, "%lld", (long long)v->load.speaks_for) : S(""));
	form_add(&v->invoke, INPUT_LINE, "why", "Why", S(""));
	form_hours(&v->invoke, "until it is ended");
	if (v->can_admin)
		level_forms(w, v);
	return OK;
}

enum err load_page(struct web *w)
{
	static const char *const SMALL[] = { "capacity.recover", "level.end", "ticket.assign", NULL };
	struct pick_world world;
	struct load_view v = { .w = w, .layout = web_layout(w, S("Load")), .can_lead = w->c->actor.caps & CAN_LEAD, .can_reply = w->c->actor.caps & CAN_REPLY,
			       .can_admin = w->c->actor.caps & CAN_ADMIN };
	TRY(queue_world(w->c, &world));
	enum err e = fill_load(w, &world, &v);
	if (e == OK) {
		v.refused = page_refused(w, SMALL);
		load_html(&w->html, &v);
	}
	line_put(world.line);
	return e;
}
