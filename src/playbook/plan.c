/* plan.c: reading a plan's JSON; see plan.h. Wrong shapes are refused with the place; what merely cannot be published yet (a rule on a field that went) is read,
 * so that a draft can be mended: plan_check.c. */
#include "playbook/plan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const char *const plan_field_types[] = { "text", "choice", "date", "person", "number", "link", "file", NULL };
const char *const plan_kinds[] = { "task", "approval", "signoff", NULL };
const char *const plan_due_froms[] = { "none", "start", "done", "due", "field", NULL };
const char *const plan_ons[] = { "field", "role", "level", "start", "team", NULL };
const char *const plan_iss[] = { "equals", "differs", "contains", "lacks", "starts", "ends", "less", "more", "empty", "filled", NULL };
const char *const plan_is_words[] = { "is", "is not", "contains", "does not contain", "begins with", "ends with", "is less than", "is more than",
				      "is empty", "is filled in", NULL };
static const char *const counts[] = { "all", "working", "shift", NULL };
static const char *const acts[] = { "show", "hide", NULL };

struct reader {
	struct arena *a;
	struct fault *f;
	struct plan *p;
	size_t cap_tasks, cap_fields;
	size_t place;
	char path[160];
};

static enum err bad(struct reader *r, enum err e, const char *member, const char *sentence)
{
	return fault_set(r->f, e, __FILE__, __LINE__, "%s%s%s: %s", r->path, *r->path && *member ? "." : "", *r->path || *member ? member : "The plan", sentence);
}

static enum err known(struct reader *r, json_t *o, const char *const *names)
{
	const char *key;
	json_t *v;
	if (!json_is_object(o))
		return bad(r, ERR_INPUT, "", "must be an object");
	json_object_foreach(o, key, v) {
		size_t i = 0;
		while (names[i] && strcmp(names[i], key) != 0)
			i++;
		if (!names[i])
			return bad(r, ERR_INPUT, key, "is not known here");
	}
	return OK;
}

static enum err text(struct reader *r, json_t *o, const char *member, size_t max, bool required, struct str *ret)
{
	json_t *v = json_object_get(o, member);
	*ret = S("");
	if (!v || json_is_null(v))
		return required ? bad(r, ERR_INPUT, member, "is missing") : OK;
	if (!json_is_string(v))
		return bad(r, ERR_INPUT, member, "must be a text");
	struct str s = { json_string_value(v), json_string_length(v) };
	if (s.n > max)
		return bad(r, ERR_INPUT, member, arena_cstr(r->a, arena_fmt(r->a, "is longer than %zu bytes", max)));
	if (required && !str_trim(s).n)
		return bad(r, ERR_INPUT, member, "is empty");
	*ret = arena_str(r->a, s);
	return OK;
}

static enum err key_of(struct reader *r, json_t *o, struct str *ret)
{
	TRY(text(r, o, "key", PLAN_KEY_MAX, true, ret));
	return plan_key_ok(*ret) ? OK : bad(r, ERR_INPUT, "key", "may have small letters, digits and hyphens only, 60 at most");
}

static enum err flag(struct reader *r, json_t *o, const char *member, bool *ret)
{
	json_t *v = json_object_get(o, member);
	*ret = json_is_true(v);
	return !v || json_is_null(v) || json_is_boolean(v) ? OK : bad(r, ERR_INPUT, member, "must be true or false");
}

static enum err word(struct reader *r, json_t *o, const char *member, const char *const *names, int otherwise, int *ret)
{
	struct str s;
	TRY(text(r, o, member, 40, false, &s));
	*ret = otherwise;
	if (!s.n)
		return OK;
	for (int i = 0; names[i]; i++)
		if (str_eq(s, str_c(names[i]))) {
			*ret = i;
			return OK;
		}
	struct buf b;
	buf_init(&b, r->a, 400);
	for (int i = 0; names[i]; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "must be one of ", names[i]);
	return bad(r, ERR_INPUT, member, arena_cstr(r->a, buf_str(&b)));
}

static enum err list(struct reader *r, json_t *o, const char *member, size_t max, json_t **ret)
{
	json_t *v = json_object_get(o, member);
	*ret = NULL;
	if (!v || json_is_null(v))
		return OK;
	if (!json_is_array(v))
		return bad(r, ERR_INPUT, member, "must be a list");
	if (json_array_size(v) > max)
		return bad(r, ERR_LIMIT, member, arena_cstr(r->a, arena_fmt(r->a, "has more than %zu items", max)));
	*ret = v;
	return OK;
}

static enum err texts(struct reader *r, json_t *o, const char *member, size_t max, size_t max_bytes, struct str **ret, size_t *ret_n)
{
	json_t *v, *one;
	size_t i;
	TRY(list(r, o, member, max, &v));
	*ret_n = v ? json_array_size(v) : 0;
	*ret = arena_array(r->a, struct str, *ret_n);
	json_array_foreach(v, i, one) {
		if (!json_is_string(one) || json_string_length(one) > max_bytes || !json_string_length(one))
			return bad(r, ERR_INPUT, member, "must be a list of texts that are not empty and not too long");
		(*ret)[i] = arena_str(r->a, (struct str){ json_string_value(one), json_string_length(one) });
	}
	return OK;
}

/* "sections[2].tasks[0]": path while inside; the length before, to go back to. */
static size_t down(struct reader *r, const char *member, size_t i)
{
	size_t n = strlen(r->path);
	struct str s = arena_fmt(r->a, "%s%s[%zu]", n ? "." : "", member, i);
	if (n + s.n < sizeof(r->path)) {
		memcpy(r->path + n, s.p, s.n);
		r->path[n + s.n] = 0;
	}
	return n;
}

static enum err indexed(struct reader *r, struct str key, enum plan_what what, size_t at)
{
	/* a key that stands twice is for plan_check: the first one keeps the name */
	if (!map_find(&r->p->index, key))
		map_put_i64(&r->p->index, key, (int64_t)(at * 4 + what));
	return OK;
}

static enum err read_field(struct reader *r, json_t *o, size_t task)
{
	static const char *const names[] = { "key", "label", "about", "type", "choices", "required", "hidden", "gives", NULL };
	struct plan *p = r->p;
	struct plan_field f = { .task = task, .place = r->place++ };
	int type;
	TRY(known(r, o, names));
	TRY(key_of(r, o, &f.key));
	TRY(text(r, o, "label", 200, true, &f.label));
	TRY(text(r, o, "about", 4000, false, &f.about));
	TRY(text(r, o, "gives", PLAN_KEY_MAX, false, &f.gives));
	TRY(word(r, o, "type", plan_field_types, PLAN_TEXT, &type));
	TRY(texts(r, o, "choices", PLAN_CHOICES_MAX, 200, &f.choices, &f.n_choices));
	TRY(flag(r, o, "required", &f.required));
	TRY(flag(r, o, "hidden", &f.hidden));
	f.type = (enum plan_field_type)type;
	if (p->n_fields == PLAN_FIELDS_MAX)
		return bad(r, ERR_LIMIT, "", "a plan has 4,000 fields at most");
	if (p->n_fields == r->cap_fields) {
		size_t cap = r->cap_fields ? r->cap_fields * 2 : 32;
		p->fields = arena_grow(r->a, p->fields, r->cap_fields * sizeof(f), cap * sizeof(f));
		r->cap_fields = cap;
	}
	p->fields[p->n_fields] = f;
	return indexed(r, f.key, PLAN_A_FIELD, p->n_fields++);
}

static enum err read_due(struct reader *r, json_t *o, struct plan_due *d)
{
	static const char *const names[] = { "from", "of", "offset", "before", "days", "calendar", NULL };
	int from, count;
	d->at = -1;
	if (!o || json_is_null(o))
		return OK;
	TRY(known(r, o, names));
	TRY(word(r, o, "from", plan_due_froms, PLAN_DUE_START, &from));
	TRY(text(r, o, "of", PLAN_KEY_MAX, false, &d->of));
	TRY(text(r, o, "offset", 40, false, &d->offset));
	TRY(flag(r, o, "before", &d->before));
	TRY(word(r, o, "days", counts, DUE_ALL, &count));
	TRY(text(r, o, "calendar", PLAN_KEY_MAX, false, &d->calendar));
	d->from = (enum plan_due_from)from;
	d->count = (enum due_count)count;
	if (!d->offset.n)
		d->offset = S("P0D");
	const char *why;
	if (!due_offset_parse(d->offset, &d->o, &why))
		return bad(r, ERR_INPUT, "due.offset", why);
	return OK;
}

static enum err read_repeat(struct reader *r, json_t *o, struct plan_task *t)
{
	static const char *const names[] = { "every", "until", NULL };
	const char *why;
	if (!o || json_is_null(o))
		return OK;
	TRY(known(r, o, names));
	TRY(text(r, o, "every", 40, true, &t->every));
	TRY(text(r, o, "until", 40, true, &t->until));
	if (!due_offset_parse(t->every, &t->every_o, &why))
		return bad(r, ERR_INPUT, "repeat.every", why);
	if (!due_offset_parse(t->until, &t->until_o, &why))
		return bad(r, ERR_INPUT, "repeat.until", why);
	return OK;
}

static enum err read_task(struct reader *r, json_t *o, size_t section)
{
	static const char *const names[] = { "key", "title", "about", "kind", "who", "due", "repeat", "fields", "approves", "stop", "optional", "hidden", "proof", NULL };
	struct plan *p = r->p;
	struct plan_task t = { .section = section, .place = r->place++, .first_field = p->n_fields, .every = STR_NULL, .until = STR_NULL };
	struct str *who;
	json_t *fields, *one;
	size_t i;
	int kind;
	TRY(known(r, o, names));
	TRY(key_of(r, o, &t.key));
	TRY(text(r, o, "title", 300, true, &t.title));
	TRY(text(r, o, "about", 16000, false, &t.about));
	TRY(word(r, o, "kind", plan_kinds, PLAN_TASK, &kind));
	t.kind = (enum plan_kind)kind;
	TRY(texts(r, o, "who", PLAN_WHO_MAX, 254, &who, &t.n_who));
	if (t.n_who)
		memcpy(t.who, who, t.n_who * sizeof(*who));
	TRY(read_due(r, json_object_get(o, "due"), &t.due));
	TRY(read_repeat(r, json_object_get(o, "repeat"), &t));
	TRY(texts(r, o, "approves", 100, PLAN_KEY_MAX, &t.approves, &t.n_approves));
	TRY(flag(r, o, "stop", &t.stop));
	TRY(flag(r, o, "optional", &t.optional));
	TRY(flag(r, o, "hidden", &t.hidden));
	TRY(flag(r, o, "proof", &t.proof));
	TRY(list(r, o, "fields", 100, &fields));
	if (p->n_tasks == PLAN_TASKS_MAX)
		return bad(r, ERR_LIMIT, "", "a plan has 2,000 tasks at most");
	TRY(indexed(r, t.key, PLAN_A_TASK, p->n_tasks));
	size_t at = p->n_tasks++;
	if (at == r->cap_tasks) {
		size_t cap = r->cap_tasks ? r->cap_tasks * 2 : 32;
		p->tasks = arena_grow(r->a, p->tasks, r->cap_tasks * sizeof(t), cap * sizeof(t));
		r->cap_tasks = cap;
	}
	json_array_foreach(fields, i, one) {
		size_t up = down(r, "fields", i);
		TRY(read_field(r, one, at));
		r->path[up] = 0;
	}
	t.n_fields = p->n_fields - t.first_field;
	p->tasks[at] = t;
	return OK;
}

static enum err read_cond(struct reader *r, json_t *o, struct plan_cond *c)
{
	static const char *const names[] = { "on", "of", "is", "value", NULL };
	int on, is;
	TRY(known(r, o, names));
	TRY(word(r, o, "on", plan_ons, PLAN_ON_FIELD, &on));
	TRY(text(r, o, "of", PLAN_KEY_MAX, false, &c->of));
	TRY(word(r, o, "is", plan_iss, PLAN_EQUALS, &is));
	TRY(text(r, o, "value", 400, false, &c->value));
	c->on = (enum plan_on)on;
	c->is = (enum plan_is)is;
	c->at = -1;
	return OK;
}

static enum err read_when(struct reader *r, json_t *o, struct plan_rule *rule)
{
	json_t *when, *ands, *one;
	size_t i, j, n = 0;
	TRY(list(r, o, "when", PLAN_CONDS_MAX, &when));
	json_array_foreach(when, i, ands) {
		if (!json_is_array(ands) || !json_array_size(ands))
			return bad(r, ERR_INPUT, "when", "is a list of lists of conditions, and none is empty");
		n += json_array_size(ands);
	}
	if (n > PLAN_CONDS_MAX)
		return bad(r, ERR_LIMIT, "when", "has more than 50 conditions");
	rule->conds = arena_array(r->a, struct plan_cond, n);
	rule->n_alternatives = when ? json_array_size(when) : 0;
	rule->alternatives = arena_array(r->a, size_t, rule->n_alternatives);
	json_array_foreach(when, i, ands) {
		rule->alternatives[i] = json_array_size(ands);
		json_array_foreach(ands, j, one)
			TRY(read_cond(r, one, &rule->conds[rule->n_conds++]));
	}
	return OK;
}

static enum err read_rule(struct reader *r, json_t *o, struct plan_rule *rule)
{
	static const char *const names[] = { "key", "about", "when", "do", "targets", NULL };
	int act;
	TRY(known(r, o, names));
	TRY(key_of(r, o, &rule->key));
	TRY(text(r, o, "about", 1000, false, &rule->about));
	TRY(word(r, o, "do", acts, 0, &act));
	rule->show = act == 0;
	TRY(texts(r, o, "targets", PLAN_TARGETS_MAX, PLAN_KEY_MAX, &rule->targets, &rule->n_targets));
	return read_when(r, o, rule);
}

static enum err read_section(struct reader *r, json_t *o, struct plan_section *s, size_t at)
{
	static const char *const names[] = { "key", "title", "about", "hidden", "tasks", NULL };
	json_t *tasks, *one;
	size_t i;
	s->place = r->place++;
	TRY(known(r, o, names));
	TRY(key_of(r, o, &s->key));
	TRY(text(r, o, "title", 200, true, &s->title));
	TRY(text(r, o, "about", 8000, false, &s->about));
	TRY(flag(r, o, "hidden", &s->hidden));
	TRY(list(r, o, "tasks", PLAN_TASKS_MAX, &tasks));
	TRY(indexed(r, s->key, PLAN_A_SECTION, at));
	s->first_task = r->p->n_tasks;
	json_array_foreach(tasks, i, one) {
		size_t up = down(r, "tasks", i);
		TRY(read_task(r, one, at));
		r->path[up] = 0;
	}
	s->n_tasks = r->p->n_tasks - s->first_task;
	return OK;
}

/* Names become indices, once. */
static void resolve(struct reader *r)
{
	struct plan *p = r->p;
	size_t at;
	for (size_t i = 0; i < p->n_tasks; i++) {
		struct plan_task *t = &p->tasks[i];
		enum plan_what want = t->due.from == PLAN_DUE_FIELD ? PLAN_A_FIELD : PLAN_A_TASK;
		if (t->due.from >= PLAN_DUE_DONE && plan_find(p, t->due.of, &at) == want)
			t->due.at = (int64_t)at;
		t->approves_at = arena_array(r->a, size_t, t->n_approves);
		for (size_t k = 0; k < t->n_approves; k++)
			t->approves_at[k] = plan_find(p, t->approves[k], &at) == PLAN_A_TASK ? at : SIZE_MAX;
	}
	for (size_t i = 0; i < p->n_rules; i++)
		for (size_t k = 0; k < p->rules[i].n_conds; k++)
			if (p->rules[i].conds[k].on == PLAN_ON_FIELD && plan_find(p, p->rules[i].conds[k].of, &at) == PLAN_A_FIELD)
				p->rules[i].conds[k].at = (int64_t)at;
}

static enum err read_plan(struct reader *r, json_t *o)
{
	static const char *const names[] = { "name", "about", "subject", "sections", "rules", NULL };
	static const char *const subjects[] = { "none", "ticket", "organisation", "teammate", "incident", NULL };
	struct plan *p = r->p;
	json_t *sections, *rules, *one;
	int subject;
	size_t i;
	TRY(known(r, o, names));
	TRY(text(r, o, "name", 120, true, &p->name));
	TRY(text(r, o, "about", 8000, false, &p->about));
	TRY(word(r, o, "subject", subjects, 0, &subject));
	p->subject = str_c(subjects[subject]);
	TRY(list(r, o, "sections", PLAN_SECTIONS_MAX, &sections));
	TRY(list(r, o, "rules", PLAN_RULES_MAX, &rules));
	p->n_sections = sections ? json_array_size(sections) : 0;
	p->sections = arena_array(r->a, struct plan_section, p->n_sections);
	json_array_foreach(sections, i, one) {
		size_t up = down(r, "sections", i);
		TRY(read_section(r, one, &p->sections[i], i));
		r->path[up] = 0;
	}
	p->n_rules = rules ? json_array_size(rules) : 0;
	p->rules = arena_array(r->a, struct plan_rule, p->n_rules);
	json_array_foreach(rules, i, one) {
		size_t up = down(r, "rules", i);
		TRY(read_rule(r, one, &p->rules[i]));
		r->path[up] = 0;
	}
	resolve(r);
	return OK;
}

enum err plan_parse(struct arena *a, struct fault *f, struct str json, struct plan *ret)
{
	struct plan p = { 0 };
	struct reader r = { .a = a, .f = f, .p = &p };
	json_error_t why;
	if (json.n > PLAN_BYTES_MAX)
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The plan is larger than 4 MB: split it into two playbooks");
	map_init(&p.index, a);
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Line %d of the plan is not JSON: %s", why.line, why.text);
	enum err e = read_plan(&r, root);
	json_decref(root);
	if (e == OK)
		*ret = p;
	return e;
}

enum plan_what plan_find(const struct plan *p, struct str key, size_t *ret_at)
{
	struct map_entry *e = key.p ? map_find(&p->index, key) : NULL;
	*ret_at = e ? (size_t)e->i64 / 4 : 0;
	return e ? (enum plan_what)(e->i64 % 4) : PLAN_NOTHING;
}

size_t plan_place(const struct plan *p, enum plan_what what, size_t at)
{
	switch (what) {
	case PLAN_NOTHING:
		return SIZE_MAX;
	case PLAN_A_SECTION:
		return p->sections[at].place;
	case PLAN_A_TASK:
		return p->tasks[at].place;
	case PLAN_A_FIELD:
		return p->fields[at].place;
	}
	return SIZE_MAX;
}

bool plan_key_ok(struct str key)
{
	if (!key.n || key.n > PLAN_KEY_MAX)
		return false;
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

struct str plan_key_for(struct arena *a, struct str title, bool (*taken)(const void *arg, struct str key), const void *arg)
{
	struct buf b;
	buf_init(&b, a, PLAN_KEY_MAX);
	for (size_t i = 0; i < title.n && b.n < 40; i++) {
		char c = title.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_ch(&b, c);
		else if (b.n && b.p[b.n - 1] != '-')
			buf_ch(&b, '-');
	}
	while (b.n && b.p[b.n - 1] == '-')
		b.n--;
	struct str key = b.n ? buf_str(&b) : S("item");
	struct str base = key;
	for (int i = 2; taken(arg, key); i++)
		key = arena_fmt(a, "%.*s-%d", STR_ARG(base), i);
	return key;
}
