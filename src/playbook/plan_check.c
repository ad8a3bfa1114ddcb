/* plan_check.c: what keeps a plan from being published, and what a value must look like; see plan.h. */
#include "playbook/plan.h"

#include "base/utf8.h"

#include "base/banned.h"

enum { PROBLEMS_MOST = 200 };

struct checker {
	struct arena *a;
	const struct plan *p;
	struct plan_problem *v;
	size_t n;
};

__attribute__((format(printf, 3, 4))) static void problem(struct checker *k, struct str key, const char *fmt, ...)
{
	va_list ap;
	if (k->n == PROBLEMS_MOST)
		return;
	va_start(ap, fmt);
	k->v[k->n++] = (struct plan_problem){ .key = key, .sentence = arena_vfmt(k->a, fmt, ap) };
	va_end(ap);
}

/* Each key once: the index knows the first that had it. */
static void check_key(struct checker *k, struct str key, enum plan_what what, size_t at)
{
	size_t there;
	if (plan_find(k->p, key, &there) != what || there != at)
		problem(k, key, "The key “%.*s” stands twice: keys tell answers apart, give one of the two another", STR_ARG(key));
}

static void check_due(struct checker *k, const struct plan_task *t)
{
	const struct plan_due *d = &t->due;
	const char *why;
	struct due_offset o;
	if (d->from == PLAN_DUE_NONE)
		return;
	if (!due_offset_parse(d->offset, &o, &why))
		problem(k, t->key, "The due date of “%.*s”: %s", STR_ARG(t->title), why);
	if (d->from == PLAN_DUE_START)
		return;
	if (d->at < 0) {
		problem(k, t->key, "The due date of “%.*s” counts from “%.*s”, which is not there: choose another %s", STR_ARG(t->title), STR_ARG(d->of),
			d->from == PLAN_DUE_FIELD ? "date field" : "task");
		return;
	}
	if (d->from == PLAN_DUE_FIELD) {
		const struct plan_field *f = &k->p->fields[d->at];
		if (f->type != PLAN_DATE)
			problem(k, t->key, "The due date of “%.*s” counts from the field “%.*s”, which is no date", STR_ARG(t->title), STR_ARG(f->label));
		if (f->place > t->place && f->task != (size_t)(t - k->p->tasks))
			problem(k, t->key, "The due date of “%.*s” counts from the field “%.*s” further down: it must stand above", STR_ARG(t->title),
				STR_ARG(f->label));
		return;
	}
	const struct plan_task *of = &k->p->tasks[d->at];
	if (of == t)
		problem(k, t->key, "The due date of “%.*s” counts from itself", STR_ARG(t->title));
	else if (of->place > t->place)
		problem(k, t->key, "The due date of “%.*s” counts from “%.*s” further down: it must stand above", STR_ARG(t->title), STR_ARG(of->title));
	else if (of->every.p)
		problem(k, t->key, "The due date of “%.*s” counts from “%.*s”, which comes again and again: choose a task that is done once", STR_ARG(t->title),
			STR_ARG(of->title));
}

static void check_calendar(struct checker *k, const struct plan_task *t)
{
	if (t->due.calendar.n && t->due.count == DUE_ALL)
		problem(k, t->key, "The due date of “%.*s” names a calendar and counts all days: let it count working days, or name none", STR_ARG(t->title));
}

static void check_repeat(struct checker *k, const struct plan_task *t)
{
	if (!t->every.p)
		return;
	int64_t every = t->every_o.months * 28 + t->every_o.days, until = t->until_o.months * 31 + t->until_o.days;
	if (t->every_o.minutes || t->until_o.minutes)
		problem(k, t->key, "“%.*s” comes again after hours: it can come again after days, weeks or months", STR_ARG(t->title));
	else if (every < 1)
		problem(k, t->key, "“%.*s” comes again after nothing: give at least a day", STR_ARG(t->title));
	else if (until / every > PLAN_TIMES_MAX)
		problem(k, t->key, "“%.*s” would come more than %d times", STR_ARG(t->title), PLAN_TIMES_MAX);
	if (t->due.from != PLAN_DUE_START && t->due.from != PLAN_DUE_FIELD)
		problem(k, t->key, "“%.*s” comes again: its first date must count from the start or from a date field", STR_ARG(t->title));
	if (t->kind != PLAN_TASK)
		problem(k, t->key, "“%.*s” comes again: an approval or a sign-off cannot", STR_ARG(t->title));
	if (t->n_fields)
		problem(k, t->key, "“%.*s” comes again: put its fields into a task that is done once", STR_ARG(t->title));
}

static bool role_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
			return false;
	return s.n && s.n <= 60;
}

static void check_who(struct checker *k, const struct plan_task *t)
{
	size_t at;
	for (size_t i = 0; i < t->n_who; i++) {
		struct str w = t->who[i];
		if (str_starts(w, S("field:"))) {
			if (plan_find(k->p, str_slice(w, 6, w.n), &at) != PLAN_A_FIELD || k->p->fields[at].type != PLAN_PERSON)
				problem(k, t->key, "“%.*s” belongs to whoever “%.*s” names, and there is no person field of that key", STR_ARG(t->title), STR_ARG(w));
		} else if (str_find_ch(w, '@') < 0 && !role_ok(w)) {
			problem(k, t->key, "“%.*s” belongs to “%.*s”: write a role (small letters and _), a mail address, or field:KEY", STR_ARG(t->title),
				STR_ARG(utf8_clip(w, 60)));
		}
	}
}

static void check_task(struct checker *k, size_t i)
{
	const struct plan_task *t = &k->p->tasks[i];
	check_key(k, t->key, PLAN_A_TASK, i);
	check_due(k, t);
	check_calendar(k, t);
	check_repeat(k, t);
	check_who(k, t);
	if (t->kind != PLAN_APPROVAL && t->n_approves)
		problem(k, t->key, "“%.*s” names tasks to approve and is no approval", STR_ARG(t->title));
	if (t->kind == PLAN_APPROVAL && !t->n_approves)
		problem(k, t->key, "The approval “%.*s” names no task: say what it is about", STR_ARG(t->title));
	for (size_t n = 0; n < t->n_approves; n++) {
		if (t->approves_at[n] == SIZE_MAX) {
			problem(k, t->key, "The approval “%.*s” is about “%.*s”, which is not there", STR_ARG(t->title), STR_ARG(t->approves[n]));
			continue;
		}
		const struct plan_task *of = &k->p->tasks[t->approves_at[n]];
		if (of == t)
			problem(k, t->key, "The approval “%.*s” is about itself", STR_ARG(t->title));
		else if (of->place > t->place)
			problem(k, t->key, "The approval “%.*s” is about “%.*s” further down: it must stand above", STR_ARG(t->title), STR_ARG(of->title));
		else if (of->every.p)
			problem(k, t->key, "The approval “%.*s” is about “%.*s”, which comes again and again", STR_ARG(t->title), STR_ARG(of->title));
	}
}

static void check_field(struct checker *k, size_t i)
{
	const struct plan_field *f = &k->p->fields[i];
	check_key(k, f->key, PLAN_A_FIELD, i);
	if (f->type == PLAN_CHOICE && !f->n_choices)
		problem(k, f->key, "The field “%.*s” is a choice without choices", STR_ARG(f->label));
	if (f->gives.n && f->type != PLAN_PERSON)
		problem(k, f->key, "The field “%.*s” gives a role and does not name a person", STR_ARG(f->label));
	if (f->gives.n && !role_ok(f->gives))
		problem(k, f->key, "The role “%.*s” may have small letters, digits and _ only", STR_ARG(f->gives));
}

static void check_cond(struct checker *k, const struct plan_rule *r, const struct plan_cond *c)
{
	const char *why;
	struct str value;
	int64_t day, number;
	bool ordered = c->is == PLAN_LESS || c->is == PLAN_MORE, any = c->is == PLAN_EMPTY || c->is == PLAN_FILLED;
	if (c->on == PLAN_ON_START && !any && !due_parse_date(c->value, &day))
		problem(k, r->key, "A rule compares the start with “%.*s”: write a date like 2026-11-24", STR_ARG(utf8_clip(c->value, 40)));
	if (c->on == PLAN_ON_LEVEL && ordered && !str_i64(c->value, &number))
		problem(k, r->key, "A rule compares the level with “%.*s”, which is no number", STR_ARG(utf8_clip(c->value, 40)));
	if (!any && !c->value.n)
		problem(k, r->key, "A rule compares with nothing: give a value, or ask whether it is empty");
	if (c->on != PLAN_ON_FIELD)
		return;
	if (c->at < 0) {
		problem(k, r->key, "A rule looks at the field “%.*s”, which is not there: take the condition away or choose another field", STR_ARG(c->of));
		return;
	}
	const struct plan_field *f = &k->p->fields[c->at];
	bool whole = f->type == PLAN_DATE || f->type == PLAN_NUMBER;
	if ((f->type == PLAN_PERSON || f->type == PLAN_FILE) && !any)
		problem(k, r->key, "A rule compares “%.*s” with a value: of people and files it can ask only whether there is one", STR_ARG(f->label));
	if (ordered && !whole)
		problem(k, r->key, "A rule asks whether “%.*s” is more or less: only dates and numbers are", STR_ARG(f->label));
	if (whole && !any && c->value.n && !plan_value_fits(f, c->value, &value, &why))
		problem(k, r->key, "A rule compares “%.*s” with “%.*s”: %s", STR_ARG(f->label), STR_ARG(utf8_clip(c->value, 40)), why);
	if (f->type == PLAN_CHOICE && c->is == PLAN_EQUALS && c->value.n && !plan_value_fits(f, c->value, &value, &why))
		problem(k, r->key, "A rule waits for “%.*s” in “%.*s”, which is none of its choices", STR_ARG(utf8_clip(c->value, 40)), STR_ARG(f->label));
}

static void check_rule(struct checker *k, const struct plan_rule *r)
{
	size_t at;
	if (!r->n_alternatives)
		problem(k, r->key, "The rule “%.*s” has no condition", STR_ARG(r->key));
	if (!r->n_targets)
		problem(k, r->key, "The rule “%.*s” shows or hides nothing", STR_ARG(r->key));
	for (size_t i = 0; i < r->n_conds; i++)
		check_cond(k, r, &r->conds[i]);
	for (size_t i = 0; i < r->n_targets; i++) {
		enum plan_what what = plan_find(k->p, r->targets[i], &at);
		if (what == PLAN_NOTHING) {
			problem(k, r->key, "The rule “%.*s” shows or hides “%.*s”, which is not there", STR_ARG(r->key), STR_ARG(r->targets[i]));
			continue;
		}
		size_t place = plan_place(k->p, what, at);
		for (size_t n = 0; n < r->n_conds; n++)
			if (r->conds[n].at >= 0 && k->p->fields[r->conds[n].at].place >= place) {
				problem(k, r->key, "The rule “%.*s” looks at “%.*s”, which does not stand above “%.*s”: a rule may look only at what comes before",
					STR_ARG(r->key), STR_ARG(k->p->fields[r->conds[n].at].label), STR_ARG(r->targets[i]));
				break;
			}
	}
}

void plan_check(struct arena *a, const struct plan *p, struct plan_problem **ret, size_t *ret_n)
{
	struct checker k = { .a = a, .p = p, .v = arena_array(a, struct plan_problem, PROBLEMS_MOST) };
	struct map rules;
	map_init(&rules, a);
	if (!p->n_tasks)
		problem(&k, S(""), "There is no task yet: add one");
	for (size_t i = 0; i < p->n_sections; i++)
		check_key(&k, p->sections[i].key, PLAN_A_SECTION, i);
	for (size_t i = 0; i < p->n_tasks; i++)
		check_task(&k, i);
	for (size_t i = 0; i < p->n_fields; i++)
		check_field(&k, i);
	for (size_t i = 0; i < p->n_rules; i++) {
		if (!map_put_i64(&rules, p->rules[i].key, 1))
			problem(&k, p->rules[i].key, "Two rules are called “%.*s”", STR_ARG(p->rules[i].key));
		check_rule(&k, &p->rules[i]);
	}
	*ret = k.v;
	*ret_n = k.n;
}

/* ---- values ---- */

static bool number_ok(struct str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), digits = 0, dots = 0;
	for (; i < s.n; i++) {
		if (s.p[i] == '.')
			dots++;
		else if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else
			return false;
	}
	return digits > 0 && digits <= 15 && dots <= 1;
}

bool plan_value_fits(const struct plan_field *f, struct str typed, struct str *ret, const char **ret_why)
{
	struct str s = str_trim(typed);
	int64_t n;
	bool ok = true;
	*ret_why = "";
	switch (f->type) {
	case PLAN_TEXT:
		ok = s.n <= 16000;
		*ret_why = "That is too long: 16,000 bytes at most.";
		break;
	case PLAN_CHOICE:
		ok = false;
		for (size_t i = 0; i < f->n_choices && !ok; i++)
			ok = str_eq(s, f->choices[i]);
		*ret_why = "Choose one of the answers that the list offers.";
		break;
	case PLAN_DATE:
		ok = due_parse_date(s, &n);
		*ret_why = "Write a date like 2026-11-24.";
		break;
	case PLAN_PERSON:
		ok = str_i64(s, &n) && n > 0;
		*ret_why = "Choose a teammate.";
		break;
	case PLAN_NUMBER:
		ok = number_ok(s);
		*ret_why = "Write a number like 12 or 2.5.";
		break;
	case PLAN_LINK:
		ok = s.n <= 2000 && (str_starts(s, S("https://")) || str_starts(s, S("http://"))) && str_find_ch(s, ' ') < 0 && s.n > 10;
		*ret_why = "Write a whole address that begins with https://.";
		break;
	case PLAN_FILE:
		ok = s.n == 64;
		for (size_t i = 0; i < s.n && ok; i++)
			ok = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
		*ret_why = "Choose a file.";
		break;
	case PLAN_FIELD_TYPE_COUNT:
		ok = false;
		break;
	}
	*ret = s;
	return ok;
}
