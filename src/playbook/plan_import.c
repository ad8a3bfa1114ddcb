/* plan_import.c: plans out of JSON; see plan_import.h. */
#include "playbook/plan_import.h"

#include "base/utf8.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { BYTES_MAX = 16 << 20, DEPTH_LIST = 20000 };

void plan_import_complain(struct arena *a, struct plan_import *im, struct str where, const char *fmt, ...)
{
	va_list ap;
	if (im->n_wrong == PLAN_IMPORT_WRONG_MOST)
		return;
	va_start(ap, fmt);
	im->wrong[im->n_wrong++] = (struct plan_import_wrong){ where, arena_vfmt(a, fmt, ap) };
	va_end(ap);
}

/* ---- the foreign tree ---- */

struct foreign {
	struct arena *a;
	struct plan_import *im;
	json_t *tasks, *widgets, *due, *logic, *who, *approvals;
	struct map keys;             /* foreign id → key of ours */
	struct map task_json;        /* foreign task id → our task object */
	struct map used;             /* keys that are taken */
};

static struct str member(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	return json_is_string(v) ? (struct str){ json_string_value(v), json_string_length(v) } : S("");
}

/* A collection: a list, or the envelope the API gives. */
static json_t *collection(json_t *root, const char *name)
{
	static const char *const inside[] = { "data", "fields", "workflows", "tasks", "items" };
	json_t *v = json_object_get(root, name);
	for (size_t i = 0; i < ARRAY_LEN(inside) && json_is_object(v); i++)
		if (json_is_array(json_object_get(v, inside[i])))
			v = json_object_get(v, inside[i]);
	return json_is_array(v) ? v : NULL;
}

static bool taken(const void *arg, struct str key)
{
	return map_find(arg, key) != NULL;
}

static struct str own_key(struct foreign *f, struct str id, struct str title)
{
	struct str key = plan_key_for(f->a, title, taken, &f->used);
	map_put_i64(&f->used, key, 1);
	if (id.n)
		map_put(&f->keys, arena_str(f->a, id), (void *)(uintptr_t)arena_cstr(f->a, key));
	return key;
}

static const char *key_of(const struct foreign *f, struct str id)
{
	return id.n ? map_get(&f->keys, id) : NULL;
}

static void set(json_t *o, const char *name, struct str s)
{
	if (s.n)
		json_object_set_new(o, name, json_stringn(s.p, s.n));
}

static struct str place(struct foreign *f, const char *what, size_t i)
{
	return arena_fmt(f->a, "%s[%zu]", what, i);
}

static bool is_true(json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

/* ---- tasks ---- */

static int by_order(const void *x, const void *y)
{
	json_t *const *a = x, *const *b = y;
	return str_cmp(member(*a, "orderTree"), member(*b, "orderTree"));
}

static json_t *new_section(struct foreign *f, json_t *sections, struct str title)
{
	json_t *s = json_object();
	struct str key = own_key(f, S(""), title);
	set(s, "key", key);
	set(s, "title", utf8_clip(title, 200));
	json_object_set_new(s, "tasks", json_array());
	json_array_append_new(sections, s);
	return s;
}

static void read_task(struct foreign *f, json_t *t, size_t i, json_t *sections)
{
	struct str name = str_trim(member(t, "name")), type = member(t, "taskType"), id = member(t, "id"), offset = member(t, "dueOffset");
	struct due_offset o;
	const char *why;
	if (!name.n) {
		plan_import_complain(f->a, f->im, place(f, "tasks", i), "the task has no name");
		return;
	}
	if (str_ieq(type, S("Heading"))) {
		new_section(f, sections, name);
		return;
	}
	if (type.n && !str_ieq(type, S("Standard")) && !str_ieq(type, S("Approval"))) {
		plan_import_complain(f->a, f->im, place(f, "tasks", i), "“%.*s” is a task of the kind %.*s, which there is not here", STR_ARG(utf8_clip(name, 60)),
				     STR_ARG(utf8_clip(type, 40)));
		return;
	}
	json_t *section = json_array_get(sections, json_array_size(sections) - 1);
	if (!section)
		section = new_section(f, sections, S("Tasks"));
	json_t *ours = json_object();
	set(ours, "key", own_key(f, id, name));
	set(ours, "title", utf8_clip(name, 300));
	set(ours, "about", utf8_clip(member(t, "description"), 16000));
	if (str_ieq(type, S("Approval")))
		set(ours, "kind", S("approval"));
	if (is_true(t, "stopTask") || is_true(t, "stop"))
		json_object_set_new(ours, "stop", json_true());
	if (is_true(t, "hiddenByDefault"))
		json_object_set_new(ours, "hidden", json_true());
	if (offset.n && due_offset_parse(offset, &o, &why)) {
		json_t *due = json_object();
		set(due, "from", S("start"));
		set(due, "offset", offset);
		json_object_set_new(ours, "due", due);
	} else if (offset.n) {
		plan_import_complain(f->a, f->im, place(f, "tasks", i), "“%.*s”: %s", STR_ARG(utf8_clip(name, 60)), why);
	}
	json_array_append_new(json_object_get(section, "tasks"), ours);
	if (id.n)
		map_put(&f->task_json, arena_str(f->a, id), ours);
}

static void read_tasks(struct foreign *f, json_t *root_plan, struct str workflow)
{
	size_t n = json_array_size(f->tasks), k = 0;
	json_t **order = arena_array(f->a, json_t *, n), *t, *sections = json_object_get(root_plan, "sections");
	size_t i;
	json_array_foreach(f->tasks, i, t) {
		struct str of = member(t, "workflowId");
		if (!json_is_object(t))
			plan_import_complain(f->a, f->im, place(f, "tasks", i), "a task must be an object");
		else if (!workflow.n || !of.n || str_eq(of, workflow))
			order[k++] = t;
	}
	/* the API's order is its list; an orderTree, where all have one, decides */
	bool ordered = k > 0;
	for (i = 0; i < k; i++)
		ordered = ordered && member(order[i], "orderTree").n;
	if (ordered)
		qsort(order, k, sizeof(*order), by_order); /* NOLINT(bugprone-sizeof-expression): pointers are what is sorted */
	for (i = 0; i < k; i++)
		read_task(f, order[i], i, sections);
}

/* ---- fields ---- */

static const struct {
	const char *theirs, *ours;
} FIELD_TYPES[] = {
	{ "Text", "text" },           { "Textarea", "text" },     { "ShortText", "text" },   { "LongText", "text" },      { "Email", "text" },
	{ "Hidden", "text" },         { "Number", "number" },     { "Date", "date" },        { "Select", "choice" },      { "Dropdown", "choice" },
	{ "MultiChoice", "text" },    { "MultiSelect", "text" },  { "Members", "person" },   { "Member", "person" },      { "User", "person" },
	{ "Url", "link" },            { "Website", "link" },      { "File", "file" },        { "FileUpload", "file" },    { "Checklist", "text" },
	{ "Table", "text" },
};
/* They show or send something and ask nothing. */
static const char *const SILENT[] = { "CrossLink", "Image", "Video", "Embed", "TextContent", "Content", "SendRichEmail", "SendEmail", "Snippet", "FileContent" };

static void read_options(json_t *w, json_t *ours)
{
	json_t *list = json_object_get(w, "options"), *o, *choices = json_array();
	size_t i;
	if (!json_is_array(list))
		list = json_object_get(w, "items");
	json_array_foreach(list, i, o) {
		struct str s = json_is_string(o) ? (struct str){ json_string_value(o), json_string_length(o) } : member(o, "label");
		if (!s.n)
			s = member(o, "value");
		s = utf8_clip(str_trim(s), 200);
		if (s.n && json_array_size(choices) < PLAN_CHOICES_MAX)
			json_array_append_new(choices, json_stringn(s.p, s.n));
	}
	json_object_set_new(ours, "choices", choices);
}

static void read_widget(struct foreign *f, json_t *w, size_t i)
{
	struct str type = member(w, "fieldType"), id = member(w, "id"), label = str_trim(member(w, "label")), task = member(w, "taskId");
	if (!type.n)
		type = member(w, "type");
	for (size_t k = 0; k < ARRAY_LEN(SILENT); k++)
		if (str_ieq(type, str_c(SILENT[k])))
			return;
	json_t *of = task.n ? map_get(&f->task_json, task) : NULL;
	if (!of)
		return;      /* of another workflow, or of a task that was refused and said so */
	const char *ours_type = NULL;
	for (size_t k = 0; k < ARRAY_LEN(FIELD_TYPES); k++)
		if (str_ieq(type, str_c(FIELD_TYPES[k].theirs)))
			ours_type = FIELD_TYPES[k].ours;
	if (!ours_type) {
		plan_import_complain(f->a, f->im, place(f, "widgets", i), "a field of the kind “%.*s”, which there is not here", STR_ARG(utf8_clip(type, 40)));
		return;
	}
	if (!label.n)
		label = member(w, "key").n ? member(w, "key") : S("Answer");
	json_t *ours = json_object(), *fields = json_object_get(of, "fields");
	if (!fields) {
		fields = json_array();
		json_object_set_new(of, "fields", fields);
	}
	set(ours, "key", own_key(f, id, label));
	set(ours, "label", utf8_clip(label, 200));
	if (strcmp(ours_type, "text") != 0)
		set(ours, "type", str_c(ours_type));
	if (strcmp(ours_type, "choice") == 0)
		read_options(w, ours);
	if (is_true(w, "required"))
		json_object_set_new(ours, "required", json_true());
	if (is_true(w, "hiddenByDefault"))
		json_object_set_new(ours, "hidden", json_true());
	json_array_append_new(fields, ours);
}

/* ---- due dates, people, approvals ---- */

static void read_due(struct foreign *f, json_t *r, size_t i)
{
	json_t *task = member(r, "taskId").n ? map_get(&f->task_json, member(r, "taskId")) : NULL, *due;
	struct str source = member(r, "sourceType"), offset = member(r, "dueOffset"), mode = member(r, "businessDaysHandlingMode");
	struct due_offset o;
	const char *why, *of = NULL;
	if (!task)
		return;
	if (!due_offset_parse(offset.n ? offset : S("P0D"), &o, &why)) {
		plan_import_complain(f->a, f->im, place(f, "dueDateRules", i), "%s", why);
		return;
	}
	due = json_object();
	if (str_ieq(source, S("FormFieldValue"))) {
		set(due, "from", S("field"));
		of = key_of(f, member(r, "sourceWidgetId"));
	} else if (str_ieq(source, S("TaskCompletedDate")) || str_ieq(source, S("PreviousTaskCompletedDate"))) {
		set(due, "from", S("done"));
		of = key_of(f, member(r, "sourceTaskId"));
	} else if (str_ieq(source, S("TaskDueDate"))) {
		set(due, "from", S("due"));
		of = key_of(f, member(r, "sourceTaskId"));
	} else if (str_ieq(source, S("ChecklistStartDate"))) {
		set(due, "from", S("start"));
	} else {
		plan_import_complain(f->a, f->im, place(f, "dueDateRules", i), "a date that counts from “%.*s”, which there is not here", STR_ARG(utf8_clip(source, 40)));
		json_decref(due);
		return;
	}
	if (!of && !str_ieq(source, S("ChecklistStartDate"))) {
		plan_import_complain(f->a, f->im, place(f, "dueDateRules", i), "the date counts from something that is not in the file");
		json_decref(due);
		return;
	}
	if (of)
		set(due, "of", str_c(of));
	set(due, "offset", offset.n ? offset : S("P0D"));
	if (str_ieq(member(r, "offsetDirection"), S("Before")))
		json_object_set_new(due, "before", json_true());
	if (str_ifind(mode, S("shift")) >= 0)
		set(due, "days", S("shift"));
	else if (str_ifind(mode, S("business")) >= 0 || str_ifind(mode, S("workday")) >= 0)
		set(due, "days", S("working"));
	json_object_set_new(task, "due", due);
}

static void read_who(struct foreign *f, json_t *r, size_t i)
{
	json_t *task = member(r, "taskId").n ? map_get(&f->task_json, member(r, "taskId")) : NULL, *who;
	struct str source = member(r, "sourceType"), email = member(r, "email"), word = STR_NULL;
	if (!task)
		return;
	if (email.n || str_ieq(member(r, "type"), S("Static"))) {
		word = email;
	} else if (str_ieq(source, S("ChecklistInitiator"))) {
		word = S("starter");
	} else if (str_ieq(source, S("FormField"))) {
		const char *key = key_of(f, member(r, "sourceWidgetId"));
		if (key)
			word = arena_fmt(f->a, "field:%s", key);
	} else if (str_ieq(source, S("DocumentOwner")) || str_ieq(source, S("DocumentAuthor"))) {
		word = S("manager");
	}
	if (!word.n || word.n > 254) {
		plan_import_complain(f->a, f->im, place(f, "assignmentRules", i), "nobody can be made out of it");
		return;
	}
	who = json_object_get(task, "who");
	if (!who) {
		who = json_array();
		json_object_set_new(task, "who", who);
	}
	if (json_array_size(who) < PLAN_WHO_MAX)
		json_array_append_new(who, json_stringn(word.p, word.n));
	else
		plan_import_complain(f->a, f->im, place(f, "assignmentRules", i), "more than %d people for one task", PLAN_WHO_MAX);
}

static void read_approval(struct foreign *f, json_t *r, size_t i)
{
	json_t *task = member(r, "taskId").n ? map_get(&f->task_json, member(r, "taskId")) : NULL, *ids = json_object_get(r, "subjectTaskIds"), *one;
	json_t *list = json_array();
	size_t k;
	json_array_foreach(ids, k, one) {
		const char *key = json_is_string(one) ? key_of(f, (struct str){ json_string_value(one), json_string_length(one) }) : NULL;
		if (key && json_array_size(list) < 100)
			json_array_append_new(list, json_string(key));
		else
			plan_import_complain(f->a, f->im, place(f, "approvals", i), "it approves a task that is not in the file");
	}
	if (task)
		json_object_set(task, "approves", list);
	json_decref(list);
}

/* ---- rules ---- */

static const struct {
	const char *theirs, *ours;
} OPERATORS[] = {
	{ "Is", "equals" },        { "Equals", "equals" },        { "IsNot", "differs" },         { "NotEquals", "differs" },   { "Contains", "contains" },
	{ "DoesNotContain", "lacks" }, { "NotContains", "lacks" }, { "StartsWith", "starts" },    { "EndsWith", "ends" },       { "LessThan", "less" },
	{ "IsLessThan", "less" },  { "IsBefore", "less" },        { "GreaterThan", "more" },      { "IsGreaterThan", "more" },  { "IsAfter", "more" },
	{ "HasNoValue", "empty" }, { "IsEmpty", "empty" },        { "HasValue", "filled" },       { "IsNotEmpty", "filled" },
};

static json_t *read_cond(struct foreign *f, json_t *c, size_t i)
{
	const char *key = key_of(f, member(c, "widgetId")), *is = NULL;
	struct str op = member(c, "operator");
	for (size_t k = 0; k < ARRAY_LEN(OPERATORS); k++)
		if (str_ieq(op, str_c(OPERATORS[k].theirs)))
			is = OPERATORS[k].ours;
	if (!key)
		plan_import_complain(f->a, f->im, place(f, "logicRules", i), "it looks at a field that is not in the file");
	else if (!is)
		plan_import_complain(f->a, f->im, place(f, "logicRules", i), "it compares by “%.*s”, which there is not here", STR_ARG(utf8_clip(op, 40)));
	if (!key || !is)
		return NULL;
	json_t *o = json_object();
	set(o, "on", S("field"));
	set(o, "of", str_c(key));
	set(o, "is", str_c(is));
	set(o, "value", utf8_clip(member(c, "value"), 400));
	return o;
}

/* [[…]] of {"or":[{"and":[…]}]}; a condition that cannot be read takes its whole rule with it. */
static json_t *read_when(struct foreign *f, json_t *condition, size_t i)
{
	json_t *when = json_array(), *or = json_object_get(condition, "or"), *alternative, *c;
	size_t n, k, total = 0;
	bool good = true;
	json_array_foreach(or, n, alternative) {
		json_t *ands = json_array();
		json_array_foreach(json_object_get(alternative, "and"), k, c) {
			json_t *cond = total++ < PLAN_CONDS_MAX ? read_cond(f, c, i) : NULL;
			good = good && cond;
			if (cond)
				json_array_append_new(ands, cond);
		}
		if (json_array_size(ands))
			json_array_append_new(when, ands);
		else
			json_decref(ands);
	}
	if (good && json_array_size(when))
		return when;
	json_decref(when);
	return NULL;
}

static void read_targets(struct foreign *f, json_t *ids, json_t *list)
{
	json_t *one;
	size_t k;
	json_array_foreach(ids, k, one) {
		const char *key = json_is_string(one) ? key_of(f, (struct str){ json_string_value(one), json_string_length(one) }) : NULL;
		if (key && json_array_size(list) < PLAN_TARGETS_MAX)
			json_array_append_new(list, json_string(key));
	}
}

static void read_rule(struct foreign *f, json_t *r, size_t i, json_t *rules)
{
	json_t *targets = json_object_get(r, "targets"), *list = json_array(), *when;
	struct str action = member(r, "action");
	read_targets(f, json_object_get(targets, "taskIds"), list);
	read_targets(f, json_object_get(targets, "widgetIds"), list);
	bool ours = json_array_size(list) > 0;
	if (ours && !str_ieq(action, S("Show")) && !str_ieq(action, S("Hide"))) {
		plan_import_complain(f->a, f->im, place(f, "logicRules", i), "it does “%.*s”, and can show or hide only", STR_ARG(utf8_clip(action, 40)));
		ours = false;
	}
	when = ours ? read_when(f, json_object_get(r, "condition"), i) : NULL;
	if (when) {
		json_t *o = json_object();
		set(o, "key", own_key(f, S(""), S("rule")));
		set(o, "about", utf8_clip(member(r, "description"), 1000));
		set(o, "do", str_ieq(action, S("Hide")) ? S("hide") : S("show"));
		json_object_set_new(o, "when", when);
		json_object_set(o, "targets", list);
		json_array_append_new(rules, o);
	}
	json_decref(list);
}

/* ---- the whole ---- */

static enum err keep(struct arena *a, struct fault *f, json_t *plan, struct plan_import *im)
{
	char *text = json_dumps(plan, JSON_COMPACT);
	struct plan read;
	if (!text)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file cannot be made into a plan");
	struct str json = arena_str(a, str_c(text));
	free(text);
	TRY(plan_parse(a, f, json, &read));
	im->plans[im->n_plans++] = json;
	return OK;
}

static void each(struct foreign *f, json_t *list, void (*fn)(struct foreign *f, json_t *o, size_t i))
{
	json_t *o;
	size_t i;
	json_array_foreach(list, i, o)
		if (json_is_object(o))
			fn(f, o, i);
}

static enum err one_workflow(struct foreign *f, struct fault *fault, json_t *workflow, struct str name)
{
	json_t *plan = json_object(), *rules = json_array(), *r;
	struct str id = member(workflow, "id"), title = str_trim(member(workflow, "name"));
	size_t i;
	map_init(&f->keys, f->a);
	map_init(&f->task_json, f->a);
	map_init(&f->used, f->a);
	title = utf8_clip(title.n ? title : name, 120);
	set(plan, "name", title.n ? title : S("Imported playbook"));
	set(plan, "about", utf8_clip(member(workflow, "description"), 8000));
	json_object_set_new(plan, "sections", json_array());
	read_tasks(f, plan, id);
	each(f, f->widgets, read_widget);
	each(f, f->due, read_due);
	each(f, f->who, read_who);
	each(f, f->approvals, read_approval);
	json_array_foreach(f->logic, i, r)
		if (json_is_object(r))
			read_rule(f, r, i, rules);
	if (json_array_size(rules))
		json_object_set(plan, "rules", rules);
	json_decref(rules);
	enum err e = keep(f->a, fault, plan, f->im);
	json_decref(plan);
	return e;
}

static enum err process_street(struct arena *a, struct fault *fault, json_t *root, struct str name, struct plan_import *im)
{
	struct foreign f = {
		.a = a, .im = im, .tasks = collection(root, "tasks"), .widgets = collection(root, "widgets"), .due = collection(root, "dueDateRules"),
		.logic = collection(root, "logicRules"), .who = collection(root, "assignmentRules"), .approvals = collection(root, "approvals"),
	};
	json_t *workflows = collection(root, "workflows"), *one = json_object_get(root, "workflow"), *w;
	size_t i;
	im->shape = "process street";
	if (!f.widgets)
		f.widgets = collection(root, "formFields");
	if (json_array_size(f.tasks) > DEPTH_LIST || json_array_size(f.widgets) > DEPTH_LIST)
		return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__, "The file has more than 20,000 tasks or fields: split it");
	if (!workflows)
		return one_workflow(&f, fault, json_is_object(one) ? one : NULL, name);
	if (json_array_size(workflows) > PLAN_IMPORT_PLANS_MOST)
		return fault_set(fault, ERR_LIMIT, __FILE__, __LINE__, "The file has more than %d workflows: split it", PLAN_IMPORT_PLANS_MOST);
	json_array_foreach(workflows, i, w) {
		if (!json_is_object(w))
			plan_import_complain(a, im, place(&f, "workflows", i), "a workflow must be an object");
		else
			TRY(one_workflow(&f, fault, w, name));
	}
	return im->n_plans ? OK : fault_set(fault, ERR_INPUT, __FILE__, __LINE__, "There is no workflow in the file");
}

enum err plan_import(struct arena *a, struct fault *f, struct str bytes, struct str name, struct plan_import *ret)
{
	struct str head = str_trim(str_slice(bytes, 0, 4000));
	json_error_t why;
	*ret = (struct plan_import){ .plans = arena_array(a, struct str, PLAN_IMPORT_PLANS_MOST), .wrong = arena_array(a, struct plan_import_wrong, PLAN_IMPORT_WRONG_MOST),
				     .shape = "plan" };
	if (bytes.n > BYTES_MAX)
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The file is larger than 16 MB: split it");
	if (str_starts(head, S("\xef\xbb\xbf")))
		head = str_trim(str_slice(head, 3, head.n));
	if (!head.n)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file is empty");
	if (head.p[0] != '{' && head.p[0] != '[')
		return plan_import_csv(a, f, bytes, name, ret);
	size_t bom = str_starts(bytes, S("\xef\xbb\xbf")) ? 3 : 0;
	json_t *root = json_loadb(bytes.p + bom, bytes.n - bom, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "Line %d of the file is not JSON: %s", why.line, why.text);
	enum err e;
	if (json_is_array(json_object_get(root, "sections")))
		e = keep(a, f, root, ret);
	else if (collection(root, "tasks"))
		e = process_street(a, f, root, name, ret);
	else
		e = fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The file is no plan: it has neither “sections” (a playbook of tend) nor “tasks” (Process Street)");
	json_decref(root);
	return e;
}
