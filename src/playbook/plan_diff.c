/* plan_diff.c: two revisions side by side, by their keys; and rules in words. See plan.h. */
#include "playbook/plan.h"

#include "base/utf8.h"

#include "base/banned.h"

/* ---- words ---- */

struct str plan_due_words(struct arena *a, const struct plan *p, const struct plan_due *d)
{
	struct str much = due_offset_words(a, &d->o, d->count), shift = d->count == DUE_SHIFT ? S(", on a working day") : S("");
	if (d->calendar.n)
		shift = arena_fmt(a, "%.*s%s%.*s", STR_ARG(shift), d->count == DUE_SHIFT ? " of " : ", by the calendar ", STR_ARG(d->calendar));
	const char *way = d->before ? "before" : "after";
	struct str of = d->of;
	if (d->at >= 0)
		of = d->from == PLAN_DUE_FIELD ? p->fields[d->at].label : p->tasks[d->at].title;
	switch (d->from) {
	case PLAN_DUE_NONE:
	case PLAN_DUE_FROM_COUNT:
		return S("");
	case PLAN_DUE_START:
		return much.n ? arena_fmt(a, "%.*s %s the start%.*s", STR_ARG(much), way, STR_ARG(shift)) : arena_fmt(a, "on the first day%.*s", STR_ARG(shift));
	case PLAN_DUE_DONE:
		return much.n ? arena_fmt(a, "%.*s %s “%.*s” is done%.*s", STR_ARG(much), way, STR_ARG(of), STR_ARG(shift))
			      : arena_fmt(a, "on the day when “%.*s” is done%.*s", STR_ARG(of), STR_ARG(shift));
	case PLAN_DUE_DUE:
		return much.n ? arena_fmt(a, "%.*s %s “%.*s” is due%.*s", STR_ARG(much), way, STR_ARG(of), STR_ARG(shift))
			      : arena_fmt(a, "together with “%.*s”%.*s", STR_ARG(of), STR_ARG(shift));
	case PLAN_DUE_FIELD:
		return much.n ? arena_fmt(a, "%.*s %s the date in “%.*s”%.*s", STR_ARG(much), way, STR_ARG(of), STR_ARG(shift))
			      : arena_fmt(a, "on the date in “%.*s”%.*s", STR_ARG(of), STR_ARG(shift));
	}
	return S("");
}

static void cond_words(struct buf *b, const struct plan *p, const struct plan_cond *c)
{
	static const char *const subjects[] = { "", "the role", "the level", "the start", "the team" };
	if (c->on == PLAN_ON_FIELD)
		buf_fmt(b, "“%.*s” ", STR_ARG(c->at >= 0 ? p->fields[c->at].label : c->of));
	else
		buf_fmt(b, "%s ", subjects[c->on]);
	bool date = c->on == PLAN_ON_START || (c->on == PLAN_ON_FIELD && c->at >= 0 && p->fields[c->at].type == PLAN_DATE);
	if (c->is == PLAN_LESS || c->is == PLAN_MORE)
		buf_add(b, c->is == PLAN_LESS ? date ? S("is before") : S("is less than") : date ? S("is after") : S("is more than"));
	else
		buf_add(b, str_c(plan_is_words[c->is]));
	if (c->is != PLAN_EMPTY && c->is != PLAN_FILLED)
		buf_fmt(b, " %.*s", STR_ARG(c->value));
}

struct str plan_rule_words(struct arena *a, const struct plan *p, const struct plan_rule *r)
{
	struct buf b;
	buf_init(&b, a, 8000);
	buf_add(&b, r->show ? S("show ") : S("hide "));
	for (size_t i = 0; i < r->n_targets; i++) {
		size_t at;
		enum plan_what what = plan_find(p, r->targets[i], &at);
		struct str name = what == PLAN_A_SECTION ? p->sections[at].title : what == PLAN_A_TASK ? p->tasks[at].title : what == PLAN_A_FIELD ? p->fields[at].label
																		    : r->targets[i];
		buf_fmt(&b, "%s“%.*s”", i ? ", " : "", STR_ARG(name));
	}
	buf_add(&b, S(" when "));
	for (size_t n = 0, at = 0; n < r->n_alternatives; at += r->alternatives[n++]) {
		if (n)
			buf_add(&b, S(", or "));
		for (size_t k = 0; k < r->alternatives[n]; k++) {
			if (k)
				buf_add(&b, S(" and "));
			cond_words(&b, p, &r->conds[at + k]);
		}
	}
	return buf_str(&b);
}

/* ---- the difference ---- */

struct differ {
	struct arena *a;
	const struct plan *was, *is;
	struct plan_change *v;
	size_t n, cap;
	struct buf b_was, b_is;
};

static void add(struct differ *d, struct plan_change c)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 32;
		d->v = arena_grow(d->a, d->v, d->cap * sizeof(c), cap * sizeof(c));
		d->cap = cap;
	}
	d->v[d->n++] = c;
}

static void begin(struct differ *d)
{
	buf_init(&d->b_was, d->a, 64 << 10);
	buf_init(&d->b_is, d->a, 64 << 10);
}

static void column(struct differ *d, const char *name, struct str was, struct str is)
{
	if (str_eq(was, is))
		return;
	buf_fmt(&d->b_was, "%s%s: %.*s", d->b_was.n ? "; " : "", name, STR_ARG(was.n ? utf8_clip(was, 2000) : S("–")));
	buf_fmt(&d->b_is, "%s%s: %.*s", d->b_is.n ? "; " : "", name, STR_ARG(is.n ? utf8_clip(is, 2000) : S("–")));
}

static void flag_column(struct differ *d, const char *name, bool was, bool is)
{
	column(d, name, was ? S("yes") : S("no"), is ? S("yes") : S("no"));
}

static void end(struct differ *d, const char *what, struct str key, struct str title, bool moved)
{
	if (d->b_is.n)
		add(d, (struct plan_change){ PLAN_CHANGED, what, key, title, buf_str(&d->b_was), buf_str(&d->b_is) });
	else if (moved)
		add(d, (struct plan_change){ PLAN_MOVED, what, key, title, S(""), S("") });
}

static struct str joined(struct arena *a, const struct str *v, size_t n)
{
	struct buf b;
	buf_init(&b, a, 32 << 10);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(v[i]));
	return b.n ? buf_str(&b) : S("");
}

static void task_pair(struct differ *d, const struct plan_task *was, const struct plan_task *is, bool moved)
{
	begin(d);
	column(d, "title", was->title, is->title);
	column(d, "section", d->was->sections[was->section].title, d->is->sections[is->section].title);
	column(d, "text", was->about, is->about);
	column(d, "kind", str_c(plan_kinds[was->kind]), str_c(plan_kinds[is->kind]));
	column(d, "who", joined(d->a, was->who, was->n_who), joined(d->a, is->who, is->n_who));
	column(d, "due", plan_due_words(d->a, d->was, &was->due), plan_due_words(d->a, d->is, &is->due));
	column(d, "again every", was->every.p ? was->every : S(""), is->every.p ? is->every : S(""));
	column(d, "again until", was->until.p ? was->until : S(""), is->until.p ? is->until : S(""));
	column(d, "approves", joined(d->a, was->approves, was->n_approves), joined(d->a, is->approves, is->n_approves));
	flag_column(d, "nothing goes on before it", was->stop, is->stop);
	flag_column(d, "optional", was->optional, is->optional);
	flag_column(d, "hidden at first", was->hidden, is->hidden);
	flag_column(d, "wants a link as proof", was->proof, is->proof);
	end(d, "task", is->key, is->title, moved);
}

static void field_pair(struct differ *d, const struct plan_field *was, const struct plan_field *is)
{
	begin(d);
	column(d, "label", was->label, is->label);
	column(d, "task", d->was->tasks[was->task].title, d->is->tasks[is->task].title);
	column(d, "text", was->about, is->about);
	column(d, "type", str_c(plan_field_types[was->type]), str_c(plan_field_types[is->type]));
	column(d, "choices", joined(d->a, was->choices, was->n_choices), joined(d->a, is->choices, is->n_choices));
	column(d, "gives the role", was->gives, is->gives);
	flag_column(d, "required", was->required, is->required);
	flag_column(d, "hidden at first", was->hidden, is->hidden);
	end(d, "field", is->key, is->label, false);
}

/* Which of the tasks that both have stand in another order: those outside the longest run that kept it. */
static bool *moved_tasks(struct differ *d)
{
	size_t n = d->is->n_tasks, at, *tail = arena_array(d->a, size_t, n), *before = arena_array(d->a, size_t, n), *old = arena_array(d->a, size_t, n), len = 0;
	bool *moved = arena_array(d->a, bool, n);
	for (size_t i = 0; i < n; i++) {
		if (plan_find(d->was, d->is->tasks[i].key, &at) != PLAN_A_TASK)
			continue;
		old[i] = at;
		moved[i] = true;
		size_t low = 0, high = len;
		while (low < high) {
			size_t mid = (low + high) / 2;
			if (old[tail[mid]] < at)
				low = mid + 1;
			else
				high = mid;
		}
		before[i] = low ? tail[low - 1] : SIZE_MAX;
		tail[low] = i;
		if (low == len)
			len++;
	}
	for (size_t i = len ? tail[len - 1] : SIZE_MAX; i != SIZE_MAX; i = before[i])
		moved[i] = false;
	return moved;
}

static void removed(struct differ *d)
{
	size_t at;
	for (size_t i = 0; i < d->was->n_sections; i++)
		if (plan_find(d->is, d->was->sections[i].key, &at) != PLAN_A_SECTION)
			add(d, (struct plan_change){ PLAN_REMOVED, "section", d->was->sections[i].key, d->was->sections[i].title, S(""), S("") });
	for (size_t i = 0; i < d->was->n_tasks; i++)
		if (plan_find(d->is, d->was->tasks[i].key, &at) != PLAN_A_TASK)
			add(d, (struct plan_change){ PLAN_REMOVED, "task", d->was->tasks[i].key, d->was->tasks[i].title, S(""), S("") });
	for (size_t i = 0; i < d->was->n_fields; i++)
		if (plan_find(d->is, d->was->fields[i].key, &at) != PLAN_A_FIELD)
			add(d, (struct plan_change){ PLAN_REMOVED, "field", d->was->fields[i].key, d->was->fields[i].label, S(""), S("") });
}

static void rules(struct differ *d)
{
	struct map was, is;
	map_init(&was, d->a);
	map_init(&is, d->a);
	for (size_t i = 0; i < d->was->n_rules; i++)
		map_put(&was, d->was->rules[i].key, &d->was->rules[i]);
	for (size_t i = 0; i < d->is->n_rules; i++) {
		const struct plan_rule *r = &d->is->rules[i], *old = map_get(&was, r->key);
		struct str words = plan_rule_words(d->a, d->is, r);
		map_put(&is, r->key, &d->is->rules[i]);
		if (!old) {
			add(d, (struct plan_change){ PLAN_ADDED, "rule", r->key, words, S(""), S("") });
			continue;
		}
		begin(d);
		column(d, "rule", plan_rule_words(d->a, d->was, old), words);
		end(d, "rule", r->key, r->key, false);
	}
	for (size_t i = 0; i < d->was->n_rules; i++)
		if (!map_get(&is, d->was->rules[i].key))
			add(d, (struct plan_change){ PLAN_REMOVED, "rule", d->was->rules[i].key, plan_rule_words(d->a, d->was, &d->was->rules[i]), S(""), S("") });
}

void plan_diff(struct arena *a, const struct plan *was, const struct plan *is, struct plan_change **ret, size_t *ret_n)
{
	struct differ d = { .a = a, .was = was, .is = is };
	bool *moved = moved_tasks(&d);
	size_t at;
	begin(&d);
	column(&d, "name", was->name, is->name);
	column(&d, "text", was->about, is->about);
	column(&d, "is about", was->subject, is->subject);
	end(&d, "playbook", S(""), is->name, false);
	for (size_t i = 0; i < is->n_sections; i++) {
		const struct plan_section *s = &is->sections[i];
		if (plan_find(was, s->key, &at) != PLAN_A_SECTION) {
			add(&d, (struct plan_change){ PLAN_ADDED, "section", s->key, s->title, S(""), S("") });
		} else {
			begin(&d);
			column(&d, "title", was->sections[at].title, s->title);
			column(&d, "text", was->sections[at].about, s->about);
			flag_column(&d, "hidden at first", was->sections[at].hidden, s->hidden);
			end(&d, "section", s->key, s->title, false);
		}
	}
	for (size_t i = 0; i < is->n_tasks; i++) {
		const struct plan_task *t = &is->tasks[i];
		if (plan_find(was, t->key, &at) != PLAN_A_TASK)
			add(&d, (struct plan_change){ PLAN_ADDED, "task", t->key, t->title, S(""), S("") });
		else
			task_pair(&d, &was->tasks[at], t, moved[i]);
		for (size_t k = t->first_field; k < t->first_field + t->n_fields; k++) {
			if (plan_find(was, is->fields[k].key, &at) != PLAN_A_FIELD)
				add(&d, (struct plan_change){ PLAN_ADDED, "field", is->fields[k].key, is->fields[k].label, S(""), S("") });
			else
				field_pair(&d, &was->fields[at], &is->fields[k]);
		}
	}
	removed(&d);
	rules(&d);
	*ret = d.v;
	*ret_n = d.n;
}
