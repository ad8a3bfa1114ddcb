/* load.c: who has how much, which level the figures speak for, and what could move to whom. Counts are those that the desk keeps; nothing is counted here. */
#include "queue/parts.h"

#include "base/civil.h"
#include "people/people.h"

#include "queue.sql.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- levels ---- */

/* The lowest level whose range holds the number of people: "2" stands in the rows of three levels and speaks for the first of them. */
static int64_t side_level(const struct level_step *v, size_t n, int64_t people, bool east)
{
	int64_t ret = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t least = east ? v[i].east_least : v[i].west_least, most = east ? v[i].east_most : v[i].west_most;
		if (people >= least && people <= most && (!ret || v[i].level < ret))
			ret = v[i].level;
	}
	return ret;
}

static int64_t active_level(const struct level_step *v, size_t n, int64_t active_x10)
{
	int64_t ret = 0, over = -1;
	for (size_t i = 0; i < n; i++) {
		int64_t limit = v[i].active_over.set ? v[i].active_over.v : 0;
		if (v[i].active_over.set && active_x10 > limit * 10 && limit > over) {
			ret = v[i].level;
			over = limit;
		}
	}
	return ret;
}

int64_t level_of(const struct level_step *v, size_t n, int64_t east, int64_t west, int64_t active_x10)
{
	int64_t signal[3] = { side_level(v, n, east, true), side_level(v, n, west, false), active_level(v, n, active_x10) };
	int64_t any = 0, ret = 0;
	for (size_t i = 0; i < ARRAY_LEN(signal); i++)
		any = signal[i] > any ? signal[i] : any;
	for (size_t i = 0; i < n; i++) {
		bool all = east <= v[i].east_most && west <= v[i].west_most && (!v[i].active_over.set || active_x10 > v[i].active_over.v * 10);
		bool holds = v[i].level == 1 || (v[i].all ? all : any >= v[i].level);
		ret = holds && v[i].level > ret ? v[i].level : ret;
	}
	return ret;
}

static enum err put_level(struct ctx *c, struct load *l)
{
	struct queue_steps_on_row *rows;
	size_t n;
	TRY(queue_steps_on(c->db, c->arena, &rows, &n, .date = people_date(c->arena, c->now_us)));
	struct level_step *v = arena_array(c->arena, struct level_step, n);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct level_step){ rows[i].level, rows[i].east_least, rows[i].east_most, rows[i].west_least, rows[i].west_most, rows[i].active_over,
					    str_eq(rows[i].logic, S("all")) };
	l->speaks_for = level_of(v, n, l->east, l->west, l->active_x10);
	return OK;
}

/* ---- who has how much ---- */

static int most_first(const void *x, const void *y)
{
	const struct load_line *a = x, *b = y;
	if (a->p->active != b->p->active)
		return a->p->active > b->p->active ? -1 : 1;
	return str_cmp(a->p->name, b->p->name);
}

static enum err put_counts(struct ctx *c, struct load *l)
{
	struct queue_held_row *held;
	size_t n;
	TRY(queue_held(c->db, c->arena, &held, &n, .max = 20000));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < l->n; k++)
			if (l->lines[k].p->id == held[i].assignee_id)
				*(str_eq(held[i].status, S("new")) ? &l->lines[k].fresh : str_eq(held[i].status, S("open")) ? &l->lines[k].open :
				  str_eq(held[i].status, S("pending")) ? &l->lines[k].pending : &l->lines[k].on_hold) += held[i].n;
	return OK;
}

static enum err put_lines(struct ctx *c, const struct pick_world *w, struct load *l)
{
	struct queue_blocks_row *blocks;
	struct queue_flags_on_row *flags;
	struct queue_rule_on_row rule;
	size_t n_blocks, n_flags;
	bool found;
	int64_t there = 0, active = 0;
	TRY(queue_blocks(c->db, c->arena, &blocks, &n_blocks, .date = people_date(c->arena, c->now_us)));
	TRY(queue_flags_on(c->db, c->arena, &flags, &n_flags, .now_us = c->now_us));
	TRY(queue_rule(c, "active", &rule, &found));
	l->norm = found ? rule.n.v : 0;
	l->lines = arena_array(c->arena, struct load_line, w->n_people);
	for (size_t i = 0; i < w->n_people; i++) {
		const struct pick_person *p = &w->people[i];
		if (!p->takes)
			continue;
		struct load_line *x = &l->lines[l->n++];
		*x = (struct load_line){ .p = p, .over = l->norm && p->active > l->norm, .flag_why = S("") };
		x->block = queue_block_of(blocks, n_blocks, p->zone, &x->side);
		for (size_t k = 0; k < n_flags; k++)
			if (flags[k].teammate_id == p->id)
				x->flag_why = flags[k].why;
		if (p->away || p->in_ramp)
			continue;
		l->east += str_eq(x->side, S("east"));
		l->west += str_eq(x->side, S("west"));
		there++;
		active += p->active;
	}
	l->active_x10 = there ? active * 10 / there : 0;
	TRY(put_counts(c, l));
	if (l->n)
		qsort(l->lines, l->n, sizeof(*l->lines), most_first);
	return OK;
}

/* ---- what could move ---- */

/* Who could take one more: there, below the rule, with the fewest active cases; the customer's backup before others. */
static struct load_line *taker(struct load *l, const struct rank_case *x, const int64_t *more)
{
	struct load_line *best = NULL;
	int64_t best_active = INT64_MAX;
	for (size_t i = 0; i < l->n; i++) {
		int64_t active = l->lines[i].p->active + more[i];
		if (!pick_available(l->lines[i].p) || l->lines[i].p->id == x->assignee || (l->norm && active >= l->norm))
			continue;
		if (l->lines[i].p->id == x->backup || l->lines[i].p->id == x->engineer)
			return &l->lines[i];
		if (active < best_active) {
			best = &l->lines[i];
			best_active = active;
		}
	}
	return best;
}

static struct str move_why(struct ctx *c, const struct load_line *from, const struct load *l)
{
	if (from->p->at_capacity)
		return arena_fmt(c->arena, "%.*s is at capacity", STR_ARG(from->p->name));
	return arena_fmt(c->arena, "%.*s has %lld active cases, %lld more than the rule of %lld", STR_ARG(from->p->name), (long long)from->p->active,
			 (long long)(from->p->active - l->norm), (long long)l->norm);
}

/* From the end of the line upward: what waits least loses least by moving. What is answered stays with who answered it. */
static void put_moves(struct ctx *c, const struct pick_world *w, struct load *l)
{
	int64_t *more = arena_array(c->arena, int64_t, l->n + 1), *moved = arena_array(c->arena, int64_t, l->n + 1);
	l->moves = arena_array(c->arena, struct load_move, LOAD_MOVES_MOST);
	for (size_t place = w->line->n_order; place > 0 && l->n_moves < LOAD_MOVES_MOST; place--) {
		const struct rank_case *x = line_at(w->line, place);
		struct load_line *from = NULL, *to;
		size_t k = 0;
		for (size_t i = 0; i < l->n && x->assignee; i++)
			if (l->lines[i].p->id == x->assignee) {
				from = &l->lines[i];
				k = i;
			}
		if (!from || x->answered || from->p->away)
			continue;
		int64_t too_many = from->p->at_capacity ? from->p->active / 2 + 1 : l->norm ? from->p->active - l->norm : 0;
		if (moved[k] >= too_many || !(to = taker(l, x, more)))
			continue;
		moved[k]++;
		more[to - l->lines]++;
		l->moves[l->n_moves++] = (struct load_move){ x->id, x->assignee, to->p->id, place, move_why(c, from, l) };
	}
}

enum err load_now(struct ctx *c, const struct pick_world *w, struct load *ret)
{
	*ret = (struct load){ 0 };
	TRY(put_lines(c, w, ret));
	put_moves(c, w, ret);
	return put_level(c, ret);
}

/* ---- capacity.load ---- */

static void put_line(struct ctx *c, const struct load_line *l)
{
	json_obj(c->out);
	json_ki64(c->out, "teammate", l->p->id);
	json_kstr(c->out, "name", l->p->name);
	json_ki64(c->out, "active", l->p->active);
	json_ki64(c->out, "new", l->fresh);
	json_ki64(c->out, "open", l->open);
	json_ki64(c->out, "pending", l->pending);
	json_ki64(c->out, "on_hold", l->on_hold);
	json_kbool(c->out, "over", l->over);
	json_kbool(c->out, "at_work", l->p->at_work);
	json_kbool(c->out, "away", l->p->away);
	json_kbool(c->out, "at_capacity", l->p->at_capacity);
	json_kbool(c->out, "in_ramp", l->p->in_ramp);
	json_kstr(c->out, "block", l->block);
	json_obj_end(c->out);
}

static void put_load(struct ctx *c, const struct load *l)
{
	json_list(c->out);
	for (size_t i = 0; i < l->n; i++)
		put_line(c, &l->lines[i]);
	json_arr_end(c->out);
	json_key(c->out, "moves");
	json_arr(c->out);
	for (size_t i = 0; i < l->n_moves; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", l->moves[i].ticket);
		json_ki64(c->out, "from", l->moves[i].from);
		json_ki64(c->out, "to", l->moves[i].to);
		json_kstr(c->out, "why", l->moves[i].why);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kopt(c->out, "rule", l->norm ? SOME(l->norm) : NONE);
	json_ki64(c->out, "east", l->east);
	json_ki64(c->out, "west", l->west);
	json_kopt(c->out, "speaks_for_level", l->speaks_for ? SOME(l->speaks_for) : NONE);
	json_obj_end(c->out);
}

static enum err capacity_load(struct ctx *c, const void *in)
{
	(void)in;
	struct pick_world w;
	struct load l;
	TRY(queue_world(c, &w));
	enum err e = load_now(c, &w, &l);
	line_put(w.line);
	if (e == OK)
		put_load(c, &l);
	return e;
}

const struct command capacity_load_cmd = {
	.name = "capacity.load", .help = "Who has how many active cases, who is at capacity, off, away or in their first weeks, and what could move", NO_FIELDS,
	.need = CAN_READ, .reads = true, .run = capacity_load,
};
