/* plan_import_csv.c: a plan out of a table, a row for each task; see plan_import.h. */
#include "playbook/plan_import.h"

#include "account/csv.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum column {
	C_SECTION, C_KEY, C_TITLE, C_ABOUT, C_KIND, C_WHO, C_DUE, C_DUE_FROM, C_DUE_OF, C_BEFORE, C_DAYS, C_EVERY, C_UNTIL, C_APPROVES, C_STOP, C_OPTIONAL, C_HIDDEN,
	C_PROOF, C_FIELD, C_TYPE, C_CHOICES, C_REQUIRED, C_GIVES, C_COUNT
};
static const char *const COLUMNS[C_COUNT] = {
	"section", "key", "title", "about", "kind", "who", "due", "due_from", "due_of", "before", "days", "every", "until", "approves", "stop", "optional", "hidden",
	"proof", "field", "type", "choices", "required", "gives",
};
static const char *const COUNTS[] = { "all", "working", "shift", NULL };

struct table {
	struct arena *a;
	struct plan_import *im;
	enum column of_cell[CSV_COLUMNS_MAX];
	size_t n_cells;
	struct str v[C_COUNT];
	struct str where;
	struct map used;
	json_t *sections, *section, *task;
};

static bool taken(const void *arg, struct str key)
{
	return map_find(arg, key) != NULL;
}

static void set(json_t *o, const char *name, struct str s)
{
	if (s.n)
		json_object_set_new(o, name, json_stringn(s.p, s.n));
}

/* yes, y, true, 1, x. */
static bool yes(struct table *t, enum column c)
{
	struct str s = t->v[c];
	if (!s.n || str_ieq(s, S("no")) || str_ieq(s, S("n")) || str_ieq(s, S("false")) || str_eq(s, S("0")))
		return false;
	if (!str_ieq(s, S("yes")) && !str_ieq(s, S("y")) && !str_ieq(s, S("true")) && !str_eq(s, S("1")) && !str_ieq(s, S("x")))
		plan_import_complain(t->a, t->im, t->where, "%s is yes or no, not “%.*s”", COLUMNS[c], STR_ARG(utf8_clip(s, 40)));
	return true;
}

static bool one_of(struct table *t, enum column c, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (str_eq(t->v[c], str_c(names[i])))
			return true;
	struct buf b;
	buf_init(&b, t->a, 400);
	for (size_t i = 0; names[i]; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", names[i]);
	plan_import_complain(t->a, t->im, t->where, "%s is one of %.*s, not “%.*s”", COLUMNS[c], STR_ARG(buf_str(&b)), STR_ARG(utf8_clip(t->v[c], 40)));
	return false;
}

static bool offset_ok(struct table *t, enum column c)
{
	struct due_offset o;
	const char *why;
	if (due_offset_parse(t->v[c], &o, &why))
		return true;
	plan_import_complain(t->a, t->im, t->where, "%s: %s", COLUMNS[c], why);
	return false;
}

static void put_words(struct table *t, json_t *o, const char *name, enum column c, char between, size_t most, size_t max_bytes)
{
	struct str rest = t->v[c], word;
	json_t *list = json_array();
	bool more = rest.n > 0;
	while (more) {
		more = str_cut(rest, between, &word, &rest);
		word = str_trim(word);
		if (!word.n)
			continue;
		if (json_array_size(list) == most || word.n > max_bytes)
			plan_import_complain(t->a, t->im, t->where, "%s has too many words, or too long ones", COLUMNS[c]);
		else
			json_array_append_new(list, json_stringn(word.p, word.n));
	}
	if (json_array_size(list))
		json_object_set(o, name, list);
	json_decref(list);
}

static struct str key_for(struct table *t, struct str title)
{
	struct str key = plan_key_for(t->a, title, taken, &t->used);
	map_put_i64(&t->used, key, 1);
	return key;
}

static void add_section(struct table *t, struct str title)
{
	json_t *s;
	size_t i;
	title = utf8_clip(title, 200);
	json_array_foreach(t->sections, i, s)
		if (str_eq(str_c(json_string_value(json_object_get(s, "title"))), title)) {
			t->section = s;
			return;
		}
	t->section = json_object();
	set(t->section, "key", key_for(t, title));
	set(t->section, "title", title);
	json_object_set_new(t->section, "tasks", json_array());
	json_array_append_new(t->sections, t->section);
}

static void put_due(struct table *t, json_t *o)
{
	if (!t->v[C_DUE].n && !t->v[C_DUE_FROM].n)
		return;
	if (t->v[C_DUE_FROM].n && !one_of(t, C_DUE_FROM, plan_due_froms))
		return;
	if (t->v[C_DUE].n && !offset_ok(t, C_DUE))
		return;
	if (t->v[C_DAYS].n && !one_of(t, C_DAYS, COUNTS))
		return;
	if (str_eq(t->v[C_DUE_FROM], S("none")))
		return;
	json_t *due = json_object();
	set(due, "from", t->v[C_DUE_FROM].n ? t->v[C_DUE_FROM] : S("start"));
	set(due, "of", utf8_clip(t->v[C_DUE_OF], PLAN_KEY_MAX));
	set(due, "offset", t->v[C_DUE].n ? t->v[C_DUE] : S("P0D"));
	if (yes(t, C_BEFORE))
		json_object_set_new(due, "before", json_true());
	set(due, "days", t->v[C_DAYS]);
	json_object_set_new(o, "due", due);
}

static bool put_task(struct table *t)
{
	static const enum column flags[] = { C_STOP, C_OPTIONAL, C_HIDDEN, C_PROOF };
	struct str key = t->v[C_KEY];
	if (key.n && !plan_key_ok(key)) {
		plan_import_complain(t->a, t->im, t->where, "the key “%.*s” may have small letters, digits and hyphens only", STR_ARG(utf8_clip(key, 40)));
		return false;
	}
	if (key.n && map_find(&t->used, key)) {
		plan_import_complain(t->a, t->im, t->where, "the key “%.*s” stands twice", STR_ARG(key));
		return false;
	}
	if (t->v[C_KIND].n && !one_of(t, C_KIND, plan_kinds))
		return false;
	if ((t->v[C_EVERY].n && !offset_ok(t, C_EVERY)) || (t->v[C_UNTIL].n && !offset_ok(t, C_UNTIL)))
		return false;
	if (!t->v[C_EVERY].n != !t->v[C_UNTIL].n) {
		plan_import_complain(t->a, t->im, t->where, "every and until go together");
		return false;
	}
	json_t *o = t->task = json_object();
	if (key.n)
		map_put_i64(&t->used, key, 1);
	set(o, "key", key.n ? key : key_for(t, t->v[C_TITLE]));
	set(o, "title", utf8_clip(t->v[C_TITLE], 300));
	set(o, "about", utf8_clip(t->v[C_ABOUT], 16000));
	set(o, "kind", t->v[C_KIND]);
	put_words(t, o, "who", C_WHO, ',', PLAN_WHO_MAX, 254);
	put_words(t, o, "approves", C_APPROVES, ',', 100, PLAN_KEY_MAX);
	put_due(t, o);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (yes(t, flags[i]))
			json_object_set_new(o, COLUMNS[flags[i]], json_true());
	if (t->v[C_EVERY].n) {
		json_t *repeat = json_object();
		set(repeat, "every", t->v[C_EVERY]);
		set(repeat, "until", t->v[C_UNTIL]);
		json_object_set_new(o, "repeat", repeat);
	}
	json_array_append_new(json_object_get(t->section, "tasks"), o);
	return true;
}

static void put_field(struct table *t)
{
	if (t->v[C_TYPE].n && !one_of(t, C_TYPE, plan_field_types))
		return;
	if (t->v[C_GIVES].n > PLAN_KEY_MAX) {
		plan_import_complain(t->a, t->im, t->where, "gives: the role is too long");
		return;
	}
	json_t *o = json_object(), *fields = json_object_get(t->task, "fields");
	if (!fields) {
		fields = json_array();
		json_object_set_new(t->task, "fields", fields);
	}
	if (json_array_size(fields) == 100) {
		plan_import_complain(t->a, t->im, t->where, "a task has at most 100 questions");
		json_decref(o);
		return;
	}
	set(o, "key", key_for(t, t->v[C_FIELD]));
	set(o, "label", utf8_clip(t->v[C_FIELD], 200));
	set(o, "type", t->v[C_TYPE]);
	set(o, "gives", t->v[C_GIVES]);
	put_words(t, o, "choices", C_CHOICES, '|', PLAN_CHOICES_MAX, 200);
	if (yes(t, C_REQUIRED))
		json_object_set_new(o, "required", json_true());
	json_array_append_new(fields, o);
}

static void put_row(struct table *t, const struct csv_row *row)
{
	for (size_t i = 0; i < C_COUNT; i++)
		t->v[i] = S("");
	for (size_t i = 0; i < row->n && i < t->n_cells; i++)
		if (t->of_cell[i] != C_COUNT)
			t->v[t->of_cell[i]] = str_trim(csv_unguard(row->cells[i]));
	t->where = arena_fmt(t->a, "line %lld", (long long)row->line);
	if (row->bad) {
		plan_import_complain(t->a, t->im, t->where, "%s", row->bad);
		return;
	}
	if (t->v[C_SECTION].n)
		add_section(t, t->v[C_SECTION]);
	if (t->v[C_TITLE].n) {
		if (!t->section)
			add_section(t, S("Tasks"));
		t->task = NULL;
		if (!put_task(t))
			return;
	} else if (!t->v[C_FIELD].n) {
		if (!t->v[C_SECTION].n)
			plan_import_complain(t->a, t->im, t->where, "the row has neither a title nor a question");
		return;
	}
	if (t->v[C_FIELD].n && t->task)
		put_field(t);
	else if (t->v[C_FIELD].n)
		plan_import_complain(t->a, t->im, t->where, "the question belongs to no task");
}

static enum err heading(struct table *t, struct fault *f, const struct csv_row *row)
{
	bool title = false;
	t->n_cells = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct str h = str_trim(row->cells[i]);
		t->of_cell[i] = C_COUNT;
		for (enum column c = 0; c < C_COUNT; c++)
			if (str_ieq(h, str_c(COLUMNS[c])))
				t->of_cell[i] = c;
		title = title || t->of_cell[i] == C_TITLE;
	}
	if (title)
		return OK;
	return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The first line must name the columns, “title” among them (also: section, key, about, kind, who, due, due_from, "
			 "due_of, before, days, every, until, approves, stop, optional, hidden, proof, field, type, choices, required, gives)");
}

static enum err read_rows(struct table *t, struct fault *f, struct csv *csv)
{
	struct csv_row row;
	bool more;
	TRY(csv_next(csv, t->a, f, &row, &more));
	if (!more)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file is empty");
	TRY(heading(t, f, &row));
	for (size_t n = 0;; n++) {
		TRY(csv_next(csv, t->a, f, &row, &more));
		if (!more)
			return OK;
		if (n == PLAN_TASKS_MAX + PLAN_FIELDS_MAX)
			return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The table has more than 6,000 rows: split it");
		put_row(t, &row);
	}
}

enum err plan_import_csv(struct arena *a, struct fault *f, struct str bytes, struct str name, struct plan_import *ret)
{
	struct table t = { .a = a, .im = ret };
	struct csv csv;
	struct plan plan;
	ret->shape = "csv";
	map_init(&t.used, a);
	TRY(csv_open(&csv, a, f, bytes));
	json_t *root = json_object();
	t.sections = json_array();
	name = utf8_clip(str_trim(name), 120);
	set(root, "name", name.n ? name : S("Imported playbook"));
	json_object_set_new(root, "sections", t.sections);
	enum err e = read_rows(&t, f, &csv);
	char *text = e == OK ? json_dumps(root, JSON_COMPACT) : NULL;
	if (text)
		ret->plans[0] = arena_str(a, str_c(text));
	else if (e == OK)
		e = fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The table cannot be made into a plan");
	free(text);
	json_decref(root);
	if (e == OK)
		e = plan_parse(a, f, ret->plans[0], &plan);
	ret->n_plans = e == OK;
	return e;
}
