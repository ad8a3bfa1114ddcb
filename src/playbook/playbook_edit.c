/* playbook_edit.c: the draft, changed piece by piece. Each command reads the draft's JSON, changes one thing in it, and stores it again when it is still a plan;
 * what must hold before it is published is plan_check's business, so that a draft may be half-done. */
#include "playbook/run.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct edit {
	struct ctx *c;
	int64_t playbook;
	struct opt_i64 version;
	json_t *root;
	struct plan plan;            /* as it was before */
	struct str json;
};

static enum err edit_begin(struct ctx *c, int64_t playbook, struct opt_i64 version, struct edit *ret)
{
	json_error_t e;
	int64_t seen;
	*ret = (struct edit){ .c = c, .playbook = playbook, .version = version };
	TRY(playbook_text(c, playbook, &ret->json, &seen));
	TRY(plan_parse(c->arena, &c->fault, ret->json, &ret->plan));
	ret->root = json_loadb(ret->json.p, ret->json.n, 0, &e);
	return ret->root ? OK : fail(c, ERR_BUG, "a stored plan that is not JSON");
}

/* Stores what became of it and gives the tree back, whatever happened. */
static enum err edit_end(struct edit *ed, enum err e, struct str words)
{
	char *text = e == OK ? json_dumps(ed->root, JSON_COMPACT) : NULL;
	if (text)
		e = playbook_save_draft(ed->c, ed->playbook, ed->version, arena_str(ed->c->arena, str_c(text)), words);
	else if (e == OK)
		e = fail(ed->c, ERR_LIMIT, "The plan is too large.");
	free(text);
	json_decref(ed->root);
	if (e == OK)
		json_ki64(ed->c->out, "playbook", ed->playbook);
	return e;
}

static bool key_taken(const void *arg, struct str key)
{
	const struct edit *ed = arg;
	size_t at;
	if (plan_find(&ed->plan, key, &at) != PLAN_NOTHING)
		return true;
	for (size_t i = 0; i < ed->plan.n_rules; i++)
		if (str_eq(ed->plan.rules[i].key, key))
			return true;
	return false;
}

static enum err new_key(struct edit *ed, struct str typed, struct str title, struct str *ret)
{
	if (!typed.n) {
		*ret = plan_key_for(ed->c->arena, title, key_taken, ed);
		return OK;
	}
	if (!plan_key_ok(typed))
		return fail_field(ed->c, S("key"), "Small letters, digits and hyphens only, 60 at most.");
	if (key_taken(ed, typed))
		return fail_field(ed->c, S("key"), "This key is taken. Keys tell answers apart: choose another one.");
	*ret = typed;
	return OK;
}

/* ---- the tree ---- */

static json_t *text_of(struct str s)
{
	return json_stringn(s.p ? s.p : "", s.n);
}

/* Empty texts, false and empty lists are left out, so that the same plan has the same JSON. */
static void put_text(json_t *o, const char *member, struct str s)
{
	if (s.n)
		json_object_set_new(o, member, text_of(s));
	else
		json_object_del(o, member);
}

static void put_flag(json_t *o, const char *member, bool v)
{
	if (v)
		json_object_set_new(o, member, json_true());
	else
		json_object_del(o, member);
}

/* "newcomer, manager", or one a line. */
static void put_list(json_t *o, const char *member, struct str text)
{
	json_t *v = json_array();
	struct str rest = text.p ? text : S(""), line, word;
	while (str_line(&rest, &line)) {
		bool more = true;
		while (more) {
			more = str_cut(line, ',', &word, &line);
			if (str_trim(word).n)
				json_array_append_new(v, text_of(str_trim(word)));
		}
	}
	if (json_array_size(v))
		json_object_set(o, member, v);
	else
		json_object_del(o, member);
	json_decref(v);
}

static bool has_key(json_t *o, struct str key)
{
	json_t *v = json_object_get(o, "key");
	return json_is_string(v) && str_eq((struct str){ json_string_value(v), json_string_length(v) }, key);
}

static json_t *list_of(json_t *o, const char *member)
{
	json_t *v = json_object_get(o, member);
	if (!json_is_array(v)) {
		v = json_array();
		json_object_set_new(o, member, v);
	}
	return v;
}

/* Where a key stands: the list that holds it, and the place in it. NULL when it is not there. */
static json_t *find(json_t *list, struct str key, size_t *ret_at)
{
	json_t *o = NULL;
	size_t i;
	json_array_foreach(list, i, o)
		if (has_key(o, key)) {
			*ret_at = i;
			return list;
		}
	return NULL;
}

static json_t *holder(json_t *root, struct str key, size_t *ret_at, size_t *ret_section)
{
	json_t *sections = json_object_get(root, "sections"), *rules = json_object_get(root, "rules"), *s, *t, *l;
	size_t i, k;
	*ret_section = 0;
	if ((l = find(sections, key, ret_at)) || (l = find(rules, key, ret_at)))
		return l;
	json_array_foreach(sections, i, s) {
		*ret_section = i;
		if ((l = find(json_object_get(s, "tasks"), key, ret_at)))
			return l;
		json_array_foreach(json_object_get(s, "tasks"), k, t)
			if ((l = find(json_object_get(t, "fields"), key, ret_at)))
				return l;
	}
	return NULL;
}

static enum err one(struct edit *ed, struct str key, enum plan_what what, const char *field, json_t **ret)
{
	static const char *const words[] = { "thing", "section", "task", "field" };
	size_t at, section;
	if (plan_find(&ed->plan, key, &at) != what)
		return fail_field(ed->c, str_c(field), "There is no %s “%.*s” here.", words[what], STR_ARG(key));
	json_t *l = holder(ed->root, key, &at, &section);
	*ret = json_array_get(l, at);
	return *ret ? OK : fail(ed->c, ERR_BUG, "a key of the plan that its JSON lacks");
}

/* ---- the whole ---- */

static const char *const SUBJECTS[] = { "none", "ticket", "organisation", "teammate", "incident", NULL };

struct describe_in {
	int64_t playbook;
	struct str name, about, subject;
	struct opt_i64 version;
};
#define PLAYBOOK_FIELD(T) FIELD(T, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook")
#define VERSION_FIELD(T) FIELD(T, version, FIELD_INT, .max = INT64_MAX / 2, .help = "the draft's version that was seen: refused when it is another one by now")
static const struct field describe_fields[] = {
	PLAYBOOK_FIELD(struct describe_in),
	FIELD(struct describe_in, name, FIELD_STR, .required = true, .max = 120, .help = "what it is called"),
	FIELD(struct describe_in, about, FIELD_TEXT, .max = 8000, .help = "what it is for, in Markdown"),
	FIELD(struct describe_in, subject, FIELD_ENUM, .choices = SUBJECTS, .help = "what each run of it is about (none)"),
	VERSION_FIELD(struct describe_in),
};

static enum err playbook_describe(struct ctx *c, const struct describe_in *in)
{
	struct edit ed;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	json_object_set_new(ed.root, "name", text_of(in->name));
	put_text(ed.root, "about", in->about);
	json_object_set_new(ed.root, "subject", text_of(in->subject.p ? in->subject : S("none")));
	return edit_end(&ed, OK, S("name and description"));
}
COMMAND_RUN(playbook_describe)

const struct command playbook_describe_cmd = {
	.name = "playbook.describe", .help = "Name and describe a playbook, in its draft", FIELDS(describe_fields, struct describe_in), .need = CAN_LEAD,
	.run = RUN(playbook_describe),
};

/* ---- sections ---- */

struct section_in {
	int64_t playbook;
	struct str section, key, title, about;
	bool hidden;
	struct opt_i64 version;
};
#define SECTION_FIELDS                                                                                                                          \
	FIELD(struct section_in, title, FIELD_STR, .required = true, .max = 200, .help = "its title"),                                          \
	FIELD(struct section_in, about, FIELD_TEXT, .max = 8000, .help = "what it is about, in Markdown"),                                      \
	FIELD(struct section_in, hidden, FIELD_BOOL, .help = "hidden until a rule shows it"), VERSION_FIELD(struct section_in)
static const struct field section_add_fields[] = {
	PLAYBOOK_FIELD(struct section_in),
	FIELD(struct section_in, key, FIELD_STR, .max = PLAN_KEY_MAX, .help = "its key; made of the title when left out"),
	SECTION_FIELDS,
};
static const struct field section_set_fields[] = {
	PLAYBOOK_FIELD(struct section_in),
	FIELD(struct section_in, section, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "the section's key"),
	SECTION_FIELDS,
};

static void fill_section(json_t *o, const struct section_in *in)
{
	json_object_set_new(o, "title", text_of(in->title));
	put_text(o, "about", in->about);
	put_flag(o, "hidden", in->hidden);
}

static enum err playbook_section_add(struct ctx *c, const struct section_in *in)
{
	struct edit ed;
	struct str key = STR_NULL;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = new_key(&ed, in->key, in->title, &key);
	if (e == OK) {
		json_t *o = json_object();
		json_object_set_new(o, "key", text_of(key));
		fill_section(o, in);
		json_array_append_new(list_of(ed.root, "sections"), o);
		json_kstr(c->out, "key", key);
	}
	return edit_end(&ed, e, arena_fmt(c->arena, "section “%.*s” added", STR_ARG(in->title)));
}
COMMAND_RUN(playbook_section_add)

const struct command playbook_section_add_cmd = {
	.name = "playbook.section_add", .help = "Add a section to a playbook's draft", FIELDS(section_add_fields, struct section_in), .need = CAN_LEAD,
	.run = RUN(playbook_section_add),
};

static enum err playbook_section_set(struct ctx *c, const struct section_in *in)
{
	struct edit ed;
	json_t *o = NULL;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = one(&ed, in->section, PLAN_A_SECTION, "section", &o);
	if (e == OK)
		fill_section(o, in);
	return edit_end(&ed, e, arena_fmt(c->arena, "section “%.*s” changed", STR_ARG(in->title)));
}
COMMAND_RUN(playbook_section_set)

const struct command playbook_section_set_cmd = {
	.name = "playbook.section_set", .help = "Write a section of a draft anew: what is left out is empty", FIELDS(section_set_fields, struct section_in),
	.need = CAN_LEAD, .run = RUN(playbook_section_set),
};

/* ---- tasks ---- */

static const char *const COUNTS[] = { "all", "working", "shift", NULL };

struct task_in {
	int64_t playbook;
	struct str section, task, key, title, about, kind, who, approves, due_from, due_of, due_offset, due_days, due_calendar, every, until;
	bool due_before, stop, optional, hidden, proof;
	struct opt_i64 version;
};
#define TASK_FIELDS                                                                                                                                       \
	FIELD(struct task_in, title, FIELD_STR, .required = true, .max = 300, .help = "what is to be done"),                                              \
	FIELD(struct task_in, about, FIELD_TEXT, .max = 16000, .help = "how, in Markdown"),                                                               \
	FIELD(struct task_in, kind, FIELD_ENUM, .choices = plan_kinds, .help = "a task; an approval of other tasks; a sign-off by two people"),           \
	FIELD(struct task_in, who, FIELD_TEXT, .max = 1200, .help = "roles, mail addresses or field:KEY, with commas; none: anybody", .example = "newcomer"),  \
	FIELD(struct task_in, due_from, FIELD_ENUM, .choices = plan_due_froms, .help = "what its date counts from (none)"),                               \
	FIELD(struct task_in, due_of, FIELD_STR, .max = PLAN_KEY_MAX, .help = "the key of the task or date field it counts from"),                        \
	FIELD(struct task_in, due_offset, FIELD_STR, .max = 40, .help = "how long after: P3D days, P2W weeks, P1M months, PT4H hours", .example = "P5D"),  \
	FIELD(struct task_in, due_before, FIELD_BOOL, .help = "before, not after"),                                                                       \
	FIELD(struct task_in, due_days, FIELD_ENUM, .choices = COUNTS, .help = "all days; working days; all days, then on to a working day"),             \
	FIELD(struct task_in, due_calendar, FIELD_STR, .max = PLAN_KEY_MAX, .help = "a calendar whose working days and holidays count (the person's own hours)"), \
	FIELD(struct task_in, every, FIELD_STR, .max = 40, .help = "comes again after: P1W"),                                                             \
	FIELD(struct task_in, until, FIELD_STR, .max = 40, .help = "until so long after the start: P90D"),                                                \
	FIELD(struct task_in, approves, FIELD_TEXT, .max = 8000, .help = "the keys of the tasks that an approval is about, with commas"),                               \
	FIELD(struct task_in, stop, FIELD_BOOL, .help = "nothing below goes on before it is done"),                                                       \
	FIELD(struct task_in, optional, FIELD_BOOL, .help = "counts for nothing"),                                                                        \
	FIELD(struct task_in, hidden, FIELD_BOOL, .help = "hidden until a rule shows it"),                                                                \
	FIELD(struct task_in, proof, FIELD_BOOL, .help = "wants a link before it is done"), VERSION_FIELD(struct task_in)
static const struct field task_add_fields[] = {
	PLAYBOOK_FIELD(struct task_in),
	FIELD(struct task_in, section, FIELD_STR, .max = PLAN_KEY_MAX, .help = "the section's key (the last one)"),
	FIELD(struct task_in, key, FIELD_STR, .max = PLAN_KEY_MAX, .help = "its key; made of the title when left out"),
	TASK_FIELDS,
};
static const struct field task_set_fields[] = {
	PLAYBOOK_FIELD(struct task_in),
	FIELD(struct task_in, task, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "the task's key"),
	FIELD(struct task_in, section, FIELD_STR, .max = PLAN_KEY_MAX, .help = "another section's key: it goes there, to the end"),
	TASK_FIELDS,
};

static void fill_task(json_t *o, const struct task_in *in)
{
	json_object_set_new(o, "title", text_of(in->title));
	put_text(o, "about", in->about);
	put_text(o, "kind", str_eq(in->kind, S("task")) ? S("") : in->kind);
	put_list(o, "who", in->who);
	put_list(o, "approves", in->approves);
	put_flag(o, "stop", in->stop);
	put_flag(o, "optional", in->optional);
	put_flag(o, "hidden", in->hidden);
	put_flag(o, "proof", in->proof);
	json_object_del(o, "due");
	json_object_del(o, "repeat");
	if (in->due_from.p && !str_eq(in->due_from, S("none"))) {
		json_t *due = json_object();
		put_text(due, "from", in->due_from);
		if (!str_eq(in->due_from, S("start")))
			put_text(due, "of", in->due_of);
		put_text(due, "offset", in->due_offset.n ? in->due_offset : S("P0D"));
		put_flag(due, "before", in->due_before);
		put_text(due, "days", str_eq(in->due_days, S("all")) ? S("") : in->due_days);
		put_text(due, "calendar", in->due_calendar);
		json_object_set_new(o, "due", due);
	}
	if (in->every.n || in->until.n) {
		json_t *repeat = json_object();
		put_text(repeat, "every", in->every);
		put_text(repeat, "until", in->until);
		json_object_set_new(o, "repeat", repeat);
	}
}

static enum err check_task(struct ctx *c, const struct task_in *in)
{
	struct due_offset o;
	const char *why;
	if (in->due_offset.n && !due_offset_parse(in->due_offset, &o, &why))
		fail_field(c, S("due_offset"), "%s", why);
	if (in->every.n && !due_offset_parse(in->every, &o, &why))
		fail_field(c, S("every"), "%s", why);
	if (in->until.n && !due_offset_parse(in->until, &o, &why))
		fail_field(c, S("until"), "%s", why);
	if (in->every.n && !in->until.n)
		fail_field(c, S("until"), "Say until when: P90D is ninety days after the start.");
	if (in->until.n && !in->every.n)
		fail_field(c, S("every"), "Say how often: P1W is once a week.");
	return fields_ok(c);
}

static enum err section_of(struct edit *ed, struct str key, json_t **ret)
{
	json_t *sections = list_of(ed->root, "sections");
	if (key.n)
		return one(ed, key, PLAN_A_SECTION, "section", ret);
	*ret = json_array_get(sections, json_array_size(sections) - 1);
	return *ret ? OK : fail_field(ed->c, S("section"), "Add a section first.");
}

static enum err playbook_task_add(struct ctx *c, const struct task_in *in)
{
	struct edit ed;
	struct str key = STR_NULL;
	json_t *section;
	TRY(check_task(c, in));
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = section_of(&ed, in->section, &section);
	if (e == OK)
		e = new_key(&ed, in->key, in->title, &key);
	if (e == OK) {
		json_t *o = json_object();
		json_object_set_new(o, "key", text_of(key));
		fill_task(o, in);
		json_array_append_new(list_of(section, "tasks"), o);
		json_kstr(c->out, "key", key);
	}
	return edit_end(&ed, e, arena_fmt(c->arena, "task “%.*s” added", STR_ARG(in->title)));
}
COMMAND_RUN(playbook_task_add)

const struct command playbook_task_add_cmd = {
	.name = "playbook.task_add", .help = "Add a task to a playbook's draft", FIELDS(task_add_fields, struct task_in), .need = CAN_LEAD, .run = RUN(playbook_task_add),
};

static enum err playbook_task_set(struct ctx *c, const struct task_in *in)
{
	struct edit ed;
	json_t *o = NULL, *to = NULL;
	size_t at, section;
	TRY(check_task(c, in));
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = one(&ed, in->task, PLAN_A_TASK, "task", &o);
	if (e == OK && in->section.n)
		e = one(&ed, in->section, PLAN_A_SECTION, "section", &to);
	if (e == OK) {
		json_t *from = holder(ed.root, in->task, &at, &section);
		fill_task(o, in);
		if (to && list_of(to, "tasks") != from) {
			json_array_append(list_of(to, "tasks"), o);
			json_array_remove(from, at);
		}
	}
	return edit_end(&ed, e, arena_fmt(c->arena, "task “%.*s” changed", STR_ARG(in->title)));
}
COMMAND_RUN(playbook_task_set)

const struct command playbook_task_set_cmd = {
	.name = "playbook.task_set", .help = "Write a task of a draft anew: what is left out is empty; its fields stay", FIELDS(task_set_fields, struct task_in),
	.need = CAN_LEAD, .run = RUN(playbook_task_set),
};

/* ---- fields ---- */

struct field_in {
	int64_t playbook;
	struct str task, field, key, label, about, type, choices, gives;
	bool required, hidden;
	struct opt_i64 version;
};
#define FIELD_FIELDS                                                                                                                              \
	FIELD(struct field_in, label, FIELD_STR, .required = true, .max = 200, .help = "what is asked"),                                          \
	FIELD(struct field_in, about, FIELD_TEXT, .max = 4000, .help = "a word of help"),                                                         \
	FIELD(struct field_in, type, FIELD_ENUM, .choices = plan_field_types, .help = "what kind of answer (text)"),                              \
	FIELD(struct field_in, choices, FIELD_TEXT, .max = 20000, .help = "the answers to choose from, one a line"),                              \
	FIELD(struct field_in, gives, FIELD_STR, .max = PLAN_KEY_MAX, .help = "the role that the person named here gets"),                        \
	FIELD(struct field_in, required, FIELD_BOOL, .help = "its task is not done without it"),                                                  \
	FIELD(struct field_in, hidden, FIELD_BOOL, .help = "hidden until a rule shows it"), VERSION_FIELD(struct field_in)
static const struct field field_add_fields[] = {
	PLAYBOOK_FIELD(struct field_in),
	FIELD(struct field_in, task, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "the task's key"),
	FIELD(struct field_in, key, FIELD_STR, .max = PLAN_KEY_MAX, .help = "its key; made of the label when left out"),
	FIELD_FIELDS,
};
static const struct field field_set_fields[] = {
	PLAYBOOK_FIELD(struct field_in),
	FIELD(struct field_in, field, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "the field's key"),
	FIELD_FIELDS,
};

static void fill_field(json_t *o, const struct field_in *in)
{
	struct str rest = in->choices.p ? in->choices : S(""), line;
	json_t *choices = json_array();
	json_object_set_new(o, "label", text_of(in->label));
	put_text(o, "about", in->about);
	put_text(o, "type", str_eq(in->type, S("text")) ? S("") : in->type);
	put_text(o, "gives", in->gives);
	put_flag(o, "required", in->required);
	put_flag(o, "hidden", in->hidden);
	while (str_line(&rest, &line))
		if (str_trim(line).n)
			json_array_append_new(choices, text_of(str_trim(line)));
	if (json_array_size(choices))
		json_object_set(o, "choices", choices);
	else
		json_object_del(o, "choices");
	json_decref(choices);
}

static enum err playbook_field_add(struct ctx *c, const struct field_in *in)
{
	struct edit ed;
	struct str key = STR_NULL;
	json_t *task = NULL;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = one(&ed, in->task, PLAN_A_TASK, "task", &task);
	if (e == OK)
		e = new_key(&ed, in->key, in->label, &key);
	if (e == OK) {
		json_t *o = json_object();
		json_object_set_new(o, "key", text_of(key));
		fill_field(o, in);
		json_array_append_new(list_of(task, "fields"), o);
		json_kstr(c->out, "key", key);
	}
	return edit_end(&ed, e, arena_fmt(c->arena, "field “%.*s” added", STR_ARG(in->label)));
}
COMMAND_RUN(playbook_field_add)

const struct command playbook_field_add_cmd = {
	.name = "playbook.field_add", .help = "Add a field to a task of a draft", FIELDS(field_add_fields, struct field_in), .need = CAN_LEAD, .run = RUN(playbook_field_add),
};

static enum err playbook_field_set(struct ctx *c, const struct field_in *in)
{
	struct edit ed;
	json_t *o = NULL;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = one(&ed, in->field, PLAN_A_FIELD, "field", &o);
	if (e == OK)
		fill_field(o, in);
	return edit_end(&ed, e, arena_fmt(c->arena, "field “%.*s” changed", STR_ARG(in->label)));
}
COMMAND_RUN(playbook_field_set)

const struct command playbook_field_set_cmd = {
	.name = "playbook.field_set", .help = "Write a field of a draft anew: what is left out is empty", FIELDS(field_set_fields, struct field_in), .need = CAN_LEAD,
	.run = RUN(playbook_field_set),
};

/* ---- rules ---- */

static const char *const ACTS[] = { "show", "hide", NULL };

struct rule_in {
	int64_t playbook;
	struct str rule, key, about, does, when, targets;
	struct opt_i64 version;
};
#define RULE_FIELDS                                                                                                                                     \
	FIELD(struct rule_in, does, FIELD_ENUM, .required = true, .choices = ACTS, .help = "show or hide"),                                             \
	FIELD(struct rule_in, targets, FIELD_TEXT, .required = true, .max = 40000, .help = "the keys of sections, tasks and fields, with commas"),        \
	FIELD(struct rule_in, when, FIELD_TEXT, .required = true, .max = 20000,                                                                         \
	      .help = "a condition a line: a field's key, or role, level, team, start; then equals, differs, contains, lacks, starts, ends, less, more, " \
		      "empty, filled; then the value. All lines hold; an empty line means “or”",                                                        \
	      .example = "laptop equals Mac"),                                                                                                          \
	FIELD(struct rule_in, about, FIELD_STR, .max = 1000, .help = "why"), VERSION_FIELD(struct rule_in)
static const struct field rule_add_fields[] = {
	PLAYBOOK_FIELD(struct rule_in),
	FIELD(struct rule_in, key, FIELD_STR, .max = PLAN_KEY_MAX, .help = "its key; made up when left out"),
	RULE_FIELDS,
};
static const struct field rule_set_fields[] = {
	PLAYBOOK_FIELD(struct rule_in),
	FIELD(struct rule_in, rule, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "the rule's key"),
	RULE_FIELDS,
};

/* "laptop equals Mac" → a condition; false when it says nothing known. */
static json_t *read_cond(struct str line)
{
	struct str of, is, value;
	bool known = false;
	json_t *o = json_object();
	str_cut(line, ' ', &of, &is);
	str_cut(str_trim(is), ' ', &is, &value);
	for (int i = 0; plan_iss[i]; i++)
		known = known || str_eq(is, str_c(plan_iss[i]));
	bool own = str_eq(of, S("role")) || str_eq(of, S("level")) || str_eq(of, S("start")) || str_eq(of, S("team"));
	if (str_starts(of, S("field:")))
		of = str_slice(of, 6, of.n);
	put_text(o, "on", own ? of : S("field"));
	if (!own)
		put_text(o, "of", of);
	put_text(o, "is", is);
	put_text(o, "value", str_trim(value));
	if (known && of.n)
		return o;
	json_decref(o);
	return NULL;
}

static enum err fill_rule(struct edit *ed, json_t *o, const struct rule_in *in)
{
	struct str rest = in->when, line;
	json_t *when = json_array(), *ands = NULL;
	enum err e = OK;
	while (e == OK && str_line(&rest, &line)) {
		line = str_trim(line);
		if (!line.n || str_ieq(line, S("or"))) {
			ands = NULL;
			continue;
		}
		json_t *cond = read_cond(line);
		if (!cond) {
			e = fail_field(ed->c, S("when"), "“%.*s” is no condition: write like “laptop equals Mac”.", STR_ARG(line));
			break;
		}
		if (!ands) {
			ands = json_array();
			json_array_append_new(when, ands);
		}
		json_array_append_new(ands, cond);
	}
	json_object_set_new(o, "do", text_of(in->does));
	put_text(o, "about", in->about);
	put_list(o, "targets", in->targets);
	json_object_set_new(o, "when", when);
	return e;
}

static enum err playbook_rule_add(struct ctx *c, const struct rule_in *in)
{
	struct edit ed;
	struct str key = STR_NULL;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	enum err e = new_key(&ed, in->key, S("rule"), &key);
	if (e == OK) {
		json_t *o = json_object();
		json_object_set_new(o, "key", text_of(key));
		e = fill_rule(&ed, o, in);
		json_array_append_new(list_of(ed.root, "rules"), o);
		json_kstr(c->out, "key", key);
	}
	return edit_end(&ed, e, S("a rule added"));
}
COMMAND_RUN(playbook_rule_add)

const struct command playbook_rule_add_cmd = {
	.name = "playbook.rule_add", .help = "Add a rule to a draft: when something holds, show or hide something", FIELDS(rule_add_fields, struct rule_in), .need = CAN_LEAD,
	.run = RUN(playbook_rule_add),
};

static enum err playbook_rule_set(struct ctx *c, const struct rule_in *in)
{
	struct edit ed;
	size_t at;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	json_t *l = find(json_object_get(ed.root, "rules"), in->rule, &at);
	enum err e = l ? fill_rule(&ed, json_array_get(l, at), in) : fail_field(c, S("rule"), "There is no rule “%.*s” here.", STR_ARG(in->rule));
	return edit_end(&ed, e, S("a rule changed"));
}
COMMAND_RUN(playbook_rule_set)

const struct command playbook_rule_set_cmd = {
	.name = "playbook.rule_set", .help = "Write a rule of a draft anew", FIELDS(rule_set_fields, struct rule_in), .need = CAN_LEAD, .run = RUN(playbook_rule_set),
};

/* ---- order ---- */

static const char *const WHERES[] = { "up", "down", "first", "last", NULL };

struct move_in {
	int64_t playbook;
	struct str key, where, step;
	struct opt_i64 version;
};
static const struct field move_fields[] = {
	PLAYBOOK_FIELD(struct move_in),
	FIELD(struct move_in, key, FIELD_STR, .max = PLAN_KEY_MAX, .help = "of a section, task, field or rule"),
	FIELD(struct move_in, where, FIELD_ENUM, .choices = WHERES, .help = "one up, one down, to the first or last place"),
	FIELD(struct move_in, step, FIELD_STR, .max = PLAN_KEY_MAX + 10, .help = "both in one: “laptop up”"),
	VERSION_FIELD(struct move_in),
};

/* A task that leaves its section at the top or bottom goes into the one before or behind. */
static bool to_neighbour(struct edit *ed, json_t *list, size_t at, size_t section, bool up)
{
	size_t in;
	json_t *sections = json_object_get(ed->root, "sections"), *o = json_array_get(list, at);
	json_t *here = json_array_get(sections, section), *there = json_array_get(sections, up ? section - 1 : section + 1);
	if (json_object_get(here, "tasks") != list || !there || (up && !section))
		return false;
	json_t *to = list_of(there, "tasks");
	in = up ? json_array_size(to) : 0;
	json_array_insert(to, in, o);
	json_array_remove(list, at);
	return true;
}

static enum err playbook_move(struct ctx *c, const struct move_in *given)
{
	struct move_in both = *given, *in = &both;
	struct edit ed;
	size_t at = 0, section = 0;
	bool known = false;
	if (in->step.n)
		str_cut(in->step, ' ', &in->key, &in->where);
	for (size_t i = 0; WHERES[i]; i++)
		known = known || str_eq(in->where, str_c(WHERES[i]));
	if (!in->key.n || !known)
		return fail_field(c, in->step.n ? S("step") : in->key.n ? S("where") : S("key"), "Say what moves and where to: up, down, first or last.");
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	json_t *l = holder(ed.root, in->key, &at, &section);
	enum err e = l ? OK : fail_field(c, S("key"), "There is nothing called “%.*s” here.", STR_ARG(in->key));
	if (l) {
		size_t n = json_array_size(l), to = at;
		bool up = str_eq(in->where, S("up")), down = str_eq(in->where, S("down"));
		if (str_eq(in->where, S("first")))
			to = 0;
		else if (str_eq(in->where, S("last")))
			to = n - 1;
		else if (up && at)
			to = at - 1;
		else if (down && at + 1 < n)
			to = at + 1;
		else if (up || down)
			to_neighbour(&ed, l, at, section, up);
		if (to != at) {
			json_t *o = json_incref(json_array_get(l, at));
			json_array_remove(l, at);
			json_array_insert_new(l, to, o);
		}
	}
	return edit_end(&ed, e, arena_fmt(c->arena, "“%.*s” moved %.*s", STR_ARG(in->key), STR_ARG(in->where)));
}
COMMAND_RUN(playbook_move)

const struct command playbook_move_cmd = {
	.name = "playbook.move", .help = "Move a section, task, field or rule of a draft", FIELDS(move_fields, struct move_in), .need = CAN_LEAD, .run = RUN(playbook_move),
};

struct remove_in {
	int64_t playbook;
	struct str key;
	struct opt_i64 version;
};
static const struct field remove_fields[] = {
	PLAYBOOK_FIELD(struct remove_in),
	FIELD(struct remove_in, key, FIELD_STR, .required = true, .max = PLAN_KEY_MAX, .help = "of a section, task, field or rule"),
	VERSION_FIELD(struct remove_in),
};

static enum err playbook_remove(struct ctx *c, const struct remove_in *in)
{
	struct edit ed;
	size_t at = 0, section;
	TRY(edit_begin(c, in->playbook, in->version, &ed));
	json_t *l = holder(ed.root, in->key, &at, &section);
	enum err e = l ? OK : fail_field(c, S("key"), "There is nothing called “%.*s” here.", STR_ARG(in->key));
	if (l)
		json_array_remove(l, at);
	return edit_end(&ed, e, arena_fmt(c->arena, "“%.*s” taken away", STR_ARG(in->key)));
}
COMMAND_RUN(playbook_remove)

const struct command playbook_remove_cmd = {
	.name = "playbook.remove", .help = "Take a section, task, field or rule out of a draft; running runs keep theirs", FIELDS(remove_fields, struct remove_in),
	.need = CAN_LEAD, .run = RUN(playbook_remove),
};
