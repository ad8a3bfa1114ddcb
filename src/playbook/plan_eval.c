/* plan_eval.c: one pass from top to bottom; see plan_eval.h. */
#include "playbook/plan_eval.h"

#include <stdlib.h>

#include "base/banned.h"

const char *const plan_marks[] = { "", "done", "skipped", "signed_once", "rejected", NULL };

struct link {
	size_t rule;
	uint32_t next;               /* + 1; 0 = the end */
};

struct pass {
	struct arena *a;
	const struct plan *p;
	const struct plan_facts *f;
	struct plan_outcome *o;
	struct map answers, marks, cast;
	signed char *holds;          /* of each rule: 0 = not asked yet, 1 = holds, −1 = does not */
	struct link *links;          /* the rules that speak of a place, in their order */
	uint32_t *first, *last;
	size_t cap_items;
	int64_t gate;                /* the stop task that everything below waits for; −1 = none */
};

/* ---- conditions ---- */

static int number_cmp(struct str a, struct str b)
{
	char x[24] = { 0 }, y[24] = { 0 };
	for (size_t i = 0; i < a.n && i < sizeof(x) - 1; i++)
		x[i] = a.p[i];
	for (size_t i = 0; i < b.n && i < sizeof(y) - 1; i++)
		y[i] = b.p[i];
	double m = strtod(x, NULL), n = strtod(y, NULL);
	return m < n ? -1 : m > n;
}

static bool equal(struct str have, struct str value, bool number)
{
	return number ? number_cmp(have, value) == 0 : str_ieq(have, value);
}

static bool compare(enum plan_is is, struct str have, struct str value, bool number)
{
	switch (is) {
	case PLAN_EQUALS:
		return have.n && equal(have, value, number);
	case PLAN_DIFFERS:
		return !have.n || !equal(have, value, number);
	case PLAN_CONTAINS:
		return have.n && str_ifind(have, value) >= 0;
	case PLAN_LACKS:
		return !have.n || str_ifind(have, value) < 0;
	case PLAN_STARTS:
		return have.n >= value.n && str_ieq(str_slice(have, 0, value.n), value);
	case PLAN_ENDS:
		return have.n >= value.n && str_ieq(str_slice(have, have.n - value.n, have.n), value);
	case PLAN_LESS:
		return have.n && (number ? number_cmp(have, value) < 0 : str_cmp(have, value) < 0);
	case PLAN_MORE:
		return have.n && (number ? number_cmp(have, value) > 0 : str_cmp(have, value) > 0);
	case PLAN_EMPTY:
		return !have.n;
	case PLAN_FILLED:
		return have.n;
	case PLAN_IS_COUNT:
		break;
	}
	return false;
}

/* A person of several teams: what is asked holds for one of them; what is denied holds for none. */
static bool team_holds(const struct pass *s, const struct plan_cond *c)
{
	bool denies = c->is == PLAN_DIFFERS || c->is == PLAN_LACKS || c->is == PLAN_EMPTY;
	for (size_t i = 0; i < s->f->n_teams; i++)
		if (compare(c->is, s->f->teams[i], c->value, false) != denies)
			return !denies;
	return denies;
}

static bool cond_holds(const struct pass *s, const struct plan_cond *c)
{
	switch (c->on) {
	case PLAN_ON_FIELD:
		if (c->at < 0)
			return false;
		return compare(c->is, s->o->values[c->at], c->value, s->p->fields[c->at].type == PLAN_NUMBER);
	case PLAN_ON_ROLE:
		return compare(c->is, s->f->role, c->value, false);
	case PLAN_ON_LEVEL:
		return compare(c->is, s->f->level, c->value, c->is == PLAN_LESS || c->is == PLAN_MORE);
	case PLAN_ON_START:
		return compare(c->is, s->f->start.set ? due_date_text(s->a, s->f->start.day) : S(""), c->value, false);
	case PLAN_ON_TEAM:
		return team_holds(s, c);
	case PLAN_ON_COUNT:
		break;
	}
	return false;
}

static bool rule_holds(struct pass *s, size_t i)
{
	const struct plan_rule *r = &s->p->rules[i];
	if (s->holds[i])
		return s->holds[i] > 0;
	bool any = false;
	for (size_t n = 0, at = 0; n < r->n_alternatives && !any; at += r->alternatives[n++]) {
		bool all = true;
		for (size_t k = 0; k < r->alternatives[n] && all; k++)
			all = cond_holds(s, &r->conds[at + k]);
		any = all;
	}
	s->holds[i] = any ? 1 : -1;
	return any;
}

static void link_rules(struct pass *s)
{
	const struct plan *p = s->p;
	size_t places = p->n_sections + p->n_tasks + p->n_fields, n = 0, at;
	for (size_t i = 0; i < p->n_rules; i++)
		n += p->rules[i].n_targets;
	s->first = arena_array(s->a, uint32_t, places + 1);
	s->last = arena_array(s->a, uint32_t, places + 1);
	s->links = arena_array(s->a, struct link, n);
	s->holds = arena_alloc(s->a, p->n_rules);
	n = 0;
	for (size_t i = 0; i < p->n_rules; i++)
		for (size_t k = 0; k < p->rules[i].n_targets; k++) {
			enum plan_what what = plan_find(p, p->rules[i].targets[k], &at);
			if (what == PLAN_NOTHING)
				continue;
			size_t place = plan_place(p, what, at);
			s->links[n] = (struct link){ .rule = i };
			n++;
			if (s->last[place])
				s->links[s->last[place] - 1].next = (uint32_t)n;
			else
				s->first[place] = (uint32_t)n;
			s->last[place] = (uint32_t)n;
		}
}

static bool shown(struct pass *s, size_t place, bool hidden, bool around)
{
	bool yes = !hidden;
	for (uint32_t l = s->first[place]; l; l = s->links[l - 1].next)
		if (rule_holds(s, s->links[l - 1].rule))
			yes = s->p->rules[s->links[l - 1].rule].show;
	return yes && around;
}

/* ---- dates and people ---- */

static const struct plan_item *item_of(const struct pass *s, int64_t task)
{
	return &s->o->items[s->o->first_item[task]];
}

static struct due_date whole(struct due_date d)
{
	d.minute = -1;
	return d;
}

static const struct playbook_days *days_of(const struct pass *s, const struct plan_due *d)
{
	for (size_t i = 0; d->calendar.n && i < s->f->n_calendars; i++)
		if (str_eq(s->f->calendars[i].name, d->calendar))
			return &s->f->calendars[i].days;
	return &s->f->days;
}

static struct due_date due_by_rule(const struct pass *s, size_t task)
{
	const struct plan_due *d = &s->p->tasks[task].due;
	struct due_date from = { 0 };
	int64_t day;
	switch (d->from) {
	case PLAN_DUE_NONE:
	case PLAN_DUE_FROM_COUNT:
		break;
	case PLAN_DUE_START:
		from = s->f->start;
		break;
	case PLAN_DUE_DONE:
		if (d->at >= 0 && (size_t)d->at < task && s->o->task_shown[d->at]) {
			const struct plan_item *of = item_of(s, d->at);
			if (of->state == PLAYBOOK_DONE && of->mark) {
				from = due_of_instant(of->mark->at_us, s->f->zone);
				if (!d->o.minutes)
					from = whole(from);
			}
		}
		break;
	case PLAN_DUE_DUE:
		if (d->at >= 0 && (size_t)d->at < task && s->o->task_shown[d->at])
			from = item_of(s, d->at)->due;
		break;
	case PLAN_DUE_FIELD:
		if (d->at >= 0 && s->o->values[d->at].p && due_parse_date(s->o->values[d->at], &day))
			from = (struct due_date){ .set = true, .day = day, .minute = -1 };
		break;
	}
	return playbook_due(from, &d->o, d->before, d->count, days_of(s, d), s->f->zone);
}

static void set_due(const struct pass *s, struct plan_item *it)
{
	if (it->mark && it->mark->hand.set) {
		it->due = it->mark->hand;
		it->due_by = DUE_BY_HAND;
		return;
	}
	it->due = it->rule_due;
	it->due_by = it->due.set ? DUE_BY_RULE : DUE_BY_NONE;
	if (it->due.set && it->due.minute < 0 && it->due.day < s->f->created_day) {
		it->due.day = s->f->created_day;
		it->due_by = DUE_BY_LATE_START;
	}
}

static void add_person(const struct pass *s, struct plan_item *it, int64_t id)
{
	if (id && s->f->stand_in)
		id = s->f->stand_in(s->f->stand_in_arg, id);
	for (size_t i = 0; i < it->n_who; i++)
		if (it->who[i] == id)
			return;
	if (id)
		it->who[it->n_who++] = id;
}

static void set_who(const struct pass *s, struct plan_item *it, const struct plan_task *t)
{
	size_t at;
	int64_t id;
	for (size_t i = 0; i < t->n_who; i++) {
		struct str w = t->who[i];
		if (str_starts(w, S("field:"))) {
			if (plan_find(s->p, str_slice(w, 6, w.n), &at) == PLAN_A_FIELD && s->o->values[at].p && str_i64(s->o->values[at], &id))
				add_person(s, it, id);
		} else {
			struct opt_i64 cast = map_i64(&s->cast, w);
			if (cast.set)
				add_person(s, it, cast.v);
		}
	}
}

/* ---- items ---- */

static struct plan_item *new_item(struct pass *s, size_t task, int time)
{
	struct plan_outcome *o = s->o;
	const struct plan_task *t = &s->p->tasks[task];
	if (o->n_items == s->cap_items) {
		size_t cap = s->cap_items * 2;
		o->items = arena_grow(s->a, o->items, s->cap_items * sizeof(*o->items), cap * sizeof(*o->items));
		s->cap_items = cap;
	}
	struct plan_item *it = &o->items[o->n_items++];
	*it = (struct plan_item){ .task = task, .time = time, .key = time ? arena_fmt(s->a, "%.*s#%d", STR_ARG(t->key), time) : t->key, .waits_for = -1 };
	it->mark = map_get(&s->marks, it->key);
	return it;
}

static void set_state(struct pass *s, struct plan_item *it, const struct plan_task *t)
{
	enum plan_marked m = it->mark ? it->mark->marked : MARK_NONE;
	it->required = !t->optional;
	if (m == MARK_DONE || m == MARK_SKIPPED) {
		it->state = m == MARK_DONE ? PLAYBOOK_DONE : PLAYBOOK_SKIPPED;
		return;
	}
	it->state = m == MARK_REJECTED ? PLAYBOOK_REJECTED : PLAYBOOK_OPEN;
	it->waits_for = s->gate;
	for (size_t i = 0; i < t->n_approves && it->waits_for < 0; i++) {
		size_t of = t->approves_at[i];
		if (of == SIZE_MAX || of >= it->task || !s->o->task_shown[of])
			continue;
		enum playbook_task_state state = item_of(s, (int64_t)of)->state;
		if (state != PLAYBOOK_DONE && state != PLAYBOOK_SKIPPED)
			it->waits_for = (int64_t)of;
	}
	if (it->waits_for >= 0 && m != MARK_REJECTED)
		it->state = PLAYBOOK_WAITS;
}

static void hidden_item(struct pass *s, size_t task)
{
	struct plan_item *it = new_item(s, task, s->p->tasks[task].every.p ? 1 : 0);
	it->state = PLAYBOOK_HIDDEN;
}

static void finish_item(struct pass *s, struct plan_item *it, const struct plan_task *t)
{
	set_due(s, it);
	set_who(s, it, t);
	set_state(s, it, t);
}

/* "Weekly to day 90": one item a time, up to the last date that is not after the limit. */
static void recurring(struct pass *s, size_t task)
{
	const struct plan_task *t = &s->p->tasks[task];
	struct due_date first = due_by_rule(s, task), limit = { 0 };
	limit = playbook_due(s->f->start.set ? s->f->start : first, &t->until_o, false, DUE_ALL, NULL, s->f->zone);
	size_t from = s->o->n_items;
	for (int k = 0; k < PLAN_TIMES_MAX; k++) {
		struct due_offset step = { .months = t->every_o.months * k, .days = t->every_o.days * k };
		struct due_date due = playbook_due(first, &step, false, t->due.count == DUE_WORKING ? DUE_SHIFT : t->due.count, days_of(s, &t->due), s->f->zone);
		if (k && (!due.set || due.day > limit.day))
			break;
		struct plan_item *it = new_item(s, task, k + 1);
		it->rule_due = due;
		finish_item(s, it, t);
	}
	/* a later time that is done closes the earlier ones: nobody makes up for last month's talk */
	bool later = false;
	for (size_t i = s->o->n_items; i > from; i--) {
		struct plan_item *it = &s->o->items[i - 1];
		if (it->state == PLAYBOOK_DONE)
			later = true;
		else if (later && it->state != PLAYBOOK_SKIPPED)
			it->state = PLAYBOOK_SKIPPED;
	}
}

static bool closed(const struct plan_item *it)
{
	return it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED;
}

static void one_task(struct pass *s, size_t task)
{
	const struct plan *p = s->p;
	const struct plan_task *t = &p->tasks[task];
	struct plan_outcome *o = s->o;
	o->task_shown[task] = shown(s, t->place, t->hidden, o->section_shown[t->section]);
	for (size_t i = t->first_field; i < t->first_field + t->n_fields; i++) {
		const struct plan_field *f = &p->fields[i];
		const struct plan_answer *answer = map_get(&s->answers, f->key);
		const char *why;
		o->field_shown[i] = shown(s, f->place, f->hidden, o->task_shown[task]);
		if (!o->field_shown[i] || !answer || !answer->value.n || !plan_value_fits(f, answer->value, &o->values[i], &why))
			o->values[i] = STR_NULL;
	}
	o->first_item[task] = o->n_items;
	if (!o->task_shown[task]) {
		hidden_item(s, task);
		return;
	}
	if (t->every.p) {
		recurring(s, task);
	} else {
		struct plan_item *it = new_item(s, task, 0);
		it->rule_due = due_by_rule(s, task);
		finish_item(s, it, t);
	}
	for (size_t i = o->first_item[task]; i < o->n_items; i++) {
		bool done = closed(&o->items[i]);
		o->n_required += o->items[i].required;
		o->n_closed += o->items[i].required && done;
		if (t->stop && !done && s->gate < 0)
			s->gate = (int64_t)task;
	}
}

void plan_evaluate(struct arena *a, const struct plan *p, const struct plan_facts *f, struct plan_outcome *ret)
{
	struct pass s = { .a = a, .p = p, .f = f, .o = ret, .gate = -1, .cap_items = p->n_tasks + 16 };
	*ret = (struct plan_outcome){
		.items = arena_array(a, struct plan_item, s.cap_items),
		.first_item = arena_array(a, size_t, p->n_tasks),
		.section_shown = arena_array(a, bool, p->n_sections),
		.task_shown = arena_array(a, bool, p->n_tasks),
		.field_shown = arena_array(a, bool, p->n_fields),
		.values = arena_array(a, struct str, p->n_fields),
	};
	map_init(&s.answers, a);
	map_init(&s.marks, a);
	map_init(&s.cast, a);
	for (size_t i = 0; i < f->n_answers; i++)
		map_put(&s.answers, f->answers[i].key, (void *)(uintptr_t)&f->answers[i]);
	for (size_t i = 0; i < f->n_marks; i++)
		map_put(&s.marks, f->marks[i].key, (void *)(uintptr_t)&f->marks[i]);
	for (size_t i = 0; i < f->n_cast; i++)
		map_put_i64(&s.cast, f->cast[i].role, f->cast[i].teammate_id);
	link_rules(&s);
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct plan_section *sec = &p->sections[i];
		ret->section_shown[i] = shown(&s, sec->place, sec->hidden, true);
		for (size_t t = sec->first_task; t < sec->first_task + sec->n_tasks; t++)
			one_task(&s, t);
	}
}
