/* playbook_form_page.c: the forms of the template editor, each a page of its own, so that all of it works without a script. */
#include "playbook/playbook_page.h"

#include "sla/sla.h"

#include "account.html.h"
#include "run.html.h"

#include "base/banned.h"

static const char *const SUBJECTS[] = { "none", "ticket", "organisation", "teammate", "incident", NULL };

struct form_field *form_check(struct form_view *f, const char *name, const char *label, bool on)
{
	struct form_field *x = form_add(f, INPUT_CHECKS, name, label, on ? S("1") : S(""));
	x->options = arena_new(f->web->c->arena, struct form_option);
	x->n_options = 1;
	x->options[0] = (struct form_option){ S("1"), str_c(x->help), x->value.n > 0 };
	return x;
}

struct draft {
	struct playbook_row_row row;
	struct plan plan;
	int64_t version;
	struct str page;             /* "/playbooks/4" */
};

static enum err draft_of(struct web *w, struct draft *ret)
{
	struct ctx *c = w->c;
	struct str json;
	TRY(playbook_read(c, web_param_id(w, "id"), &ret->row));
	TRY(playbook_text(c, ret->row.id, &json, &ret->version));
	TRY(plan_parse(c->arena, &c->fault, json, &ret->plan));
	ret->page = arena_fmt(c->arena, "/playbooks/%lld", (long long)ret->row.id);
	return OK;
}

/* A form page of the draft: its title, where it leads back to, and the hidden fields that every edit has. */
static void begin(struct web *w, const struct draft *d, struct form_view *f, const char *command, const char *title, const char *part, struct str query)
{
	struct arena *a = w->c->arena;
	form_begin(f, w, command, "Save", arena_fmt(a, "%.*s/%s%s%.*s", STR_ARG(d->page), part, query.n ? "?" : "", STR_ARG(query)), d->page);
	f->title = str_c(title);
	f->layout = web_layout(w, str_c(title));
	f->back_url = d->page;
	f->back_label = d->row.name;
	form_hidden(f, "playbook", arena_fmt(a, "%lld", (long long)d->row.id));
	form_hidden(f, "version", arena_fmt(a, "%lld", (long long)d->version));
}

static enum err show(struct web *w, const struct form_view *f)
{
	account_form_html(&w->html, f);
	return OK;
}

static struct str joined(struct arena *a, const struct str *v, size_t n, const char *between)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%.*s", i ? between : "", STR_ARG(v[i]));
	return b.n ? buf_str(&b) : S("");
}

enum err playbook_new_page(struct web *w)
{
	struct form_view f;
	form_begin(&f, w, "playbook.create", "Begin", S("/playbooks/new"), S("/playbooks/{playbook}"));
	f.title = S("New playbook");
	f.layout = web_layout(w, f.title);
	f.back_url = S("/playbooks");
	f.back_label = S("Playbooks");
	form_add(&f, INPUT_LINE, "name", "Name", S(""));
	form_add(&f, INPUT_TEXT, "about", "What it is for", S(""));
	form_choice(&f, "subject", "Each run is about", SUBJECTS, S("none"), NULL);
	form_add(&f, INPUT_LINE, "slug", "Short name", S(""));
	return show(w, &f);
}

enum err playbook_import_page(struct web *w)
{
	struct playbook_import_view v = { .error = web_form_error(w, "playbook.import") };
	form_begin(&v.form, w, "playbook.import", "Take it in", S("/playbooks/import"), S("/playbooks/{playbook}"));
	v.form.layout = web_layout(w, S("Import playbooks"));
	form_add(&v.form, INPUT_FILE, "file", "File", S(""));
	form_add(&v.form, INPUT_LINE, "name", "Name of a table’s playbook", S(""));
	form_check(&v.form, "leave_out", "Rows with mistakes", false);
	if (v.error.n && w->failed_fault->n_fields) {
		v.wrong = w->failed_fault->fields;
		v.n_wrong = w->failed_fault->n_fields;
		v.form.error = S("");
	}
	run_import_html(&w->html, &v);
	return OK;
}

enum err playbook_describe_page(struct web *w)
{
	struct form_view f;
	struct draft d;
	TRY(draft_of(w, &d));
	begin(w, &d, &f, "playbook.describe", "Name and description", "edit", S(""));
	form_add(&f, INPUT_LINE, "name", "Name", d.plan.name);
	form_add(&f, INPUT_TEXT, "about", "What it is for", d.plan.about);
	form_choice(&f, "subject", "Each run is about", SUBJECTS, d.plan.subject, NULL);
	return show(w, &f);
}

static enum err absent(struct web *w, const char *what, struct str key)
{
	return fail(w->c, ERR_NOT_FOUND, "There is no %s “%.*s” in this playbook.", what, STR_ARG(key));
}

enum err playbook_section_page(struct web *w)
{
	struct str key = web_query(w, "key");
	struct plan_section none = { .title = S(""), .about = S("") }, *s = &none;
	struct form_view f;
	struct draft d;
	size_t at;
	TRY(draft_of(w, &d));
	if (key.n) {
		if (plan_find(&d.plan, key, &at) != PLAN_A_SECTION)
			return absent(w, "section", key);
		s = &d.plan.sections[at];
	}
	begin(w, &d, &f, key.n ? "playbook.section_set" : "playbook.section_add", key.n ? "Section" : "New section", "section",
	      key.n ? arena_fmt(w->c->arena, "key=%.*s", STR_ARG(key)) : S(""));
	if (key.n)
		form_hidden(&f, "section", key);
	form_add(&f, INPUT_LINE, "title", "Title", s->title);
	form_add(&f, INPUT_TEXT, "about", "About", s->about);
	form_check(&f, "hidden", "Hidden", s->hidden);
	return show(w, &f);
}

/* Keys and titles of what may be chosen; `field` instead of tasks. */
static struct form_field *choose_source(struct form_view *f, const struct plan *p, struct str value)
{
	struct arena *a = f->web->c->arena;
	struct form_field *x = form_add(f, INPUT_SELECT, "due_of", "Task or date field that the date counts from", value);
	x->options = arena_array(a, struct form_option, p->n_tasks + p->n_fields + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("none"), !x->value.n };
	for (size_t i = 0; i < p->n_tasks; i++) {
		const struct plan_task *t = &p->tasks[i];
		if (p->n_tasks <= 200 || str_eq(t->key, x->value))
			x->options[x->n_options++] = (struct form_option){ t->key, t->title, str_eq(t->key, x->value) };
		for (size_t k = t->first_field; k < t->first_field + t->n_fields; k++)
			if (p->fields[k].type == PLAN_DATE)
				x->options[x->n_options++] = (struct form_option){ p->fields[k].key, arena_fmt(a, "Date: %.*s", STR_ARG(p->fields[k].label)),
										   str_eq(p->fields[k].key, x->value) };
	}
	return x;
}

static void choose_section(struct form_view *f, const struct plan *p, struct str value)
{
	struct form_field *x = form_add(f, INPUT_SELECT, "section", "Section", value);
	x->options = arena_array(f->web->c->arena, struct form_option, p->n_sections);
	for (size_t i = 0; i < p->n_sections; i++)
		x->options[x->n_options++] = (struct form_option){ p->sections[i].key, p->sections[i].title, str_eq(p->sections[i].key, x->value) };
}

enum err playbook_choose_calendar(struct form_view *f, const char *name, const char *label, struct str value, struct str own)
{
	struct ctx *c = f->web->c;
	struct sla_calendar_line *lines;
	struct sla_kept *hold;
	size_t n;
	bool there = str_eq(value.n ? value : own, own);
	TRY(sla_calendars_of(c, &lines, &n, &hold));
	struct form_field *x = form_add(f, INPUT_SELECT, name, label, value.n ? value : own);
	x->options = arena_array(c->arena, struct form_option, n + 2);
	x->options[x->n_options++] = (struct form_option){ own, S("those of the person's own hours"), str_eq(x->value, own) };
	for (size_t i = 0; i < n; i++) {
		struct str one = arena_str(c->arena, lines[i].name);
		x->options[x->n_options++] = (struct form_option){ one, arena_str(c->arena, lines[i].title), str_eq(one, x->value) };
		there |= str_eq(one, x->value);
	}
	if (!there)
		x->options[x->n_options++] = (struct form_option){ x->value, x->value, true };
	sla_book_put(hold);
	return OK;
}

enum err playbook_task_page(struct web *w)
{
	static const char *const counts[] = { "all", "working", "shift", NULL };
	struct arena *a = w->c->arena;
	struct str key = web_query(w, "key"), section = web_query(w, "section");
	struct plan_task none = { .title = S(""), .about = S(""), .due = { .of = S(""), .offset = S("") } }, *t = &none;
	struct form_view f;
	struct draft d;
	size_t at;
	TRY(draft_of(w, &d));
	if (key.n) {
		if (plan_find(&d.plan, key, &at) != PLAN_A_TASK)
			return absent(w, "task", key);
		t = &d.plan.tasks[at];
		section = d.plan.sections[t->section].key;
	}
	begin(w, &d, &f, key.n ? "playbook.task_set" : "playbook.task_add", key.n ? "Task" : "New task", "task",
	      key.n ? arena_fmt(a, "key=%.*s", STR_ARG(key)) : section.n ? arena_fmt(a, "section=%.*s", STR_ARG(section)) : S(""));
	if (key.n)
		form_hidden(&f, "task", key);
	form_add(&f, INPUT_LINE, "title", "What is to be done", t->title);
	form_add(&f, INPUT_TEXT, "about", "How", t->about);
	choose_section(&f, &d.plan, section);
	form_add(&f, INPUT_LINE, "who", "Who", joined(a, t->who, t->n_who, ", "));
	form_choice(&f, "kind", "Kind", plan_kinds, str_c(plan_kinds[t->kind]), NULL);
	form_choice(&f, "due_from", "Date counts from", plan_due_froms, str_c(plan_due_froms[t->due.from]), NULL);
	choose_source(&f, &d.plan, t->due.of);
	form_add(&f, INPUT_LINE, "due_offset", "How long after", t->due.from ? t->due.offset : S(""));
	form_check(&f, "due_before", "Before", t->due.before);
	form_choice(&f, "due_days", "Days", counts, str_c(due_count_name(t->due.count)), NULL);
	TRY(playbook_choose_calendar(&f, "due_calendar", "Whose working days", t->due.calendar, S("")));
	form_add(&f, INPUT_LINE, "every", "Comes again after", t->every.p ? t->every : S(""));
	form_add(&f, INPUT_LINE, "until", "Until", t->until.p ? t->until : S(""));
	form_add(&f, INPUT_LINE, "approves", "Approves", joined(a, t->approves, t->n_approves, ", "));
	form_check(&f, "stop", "Stop", t->stop);
	form_check(&f, "optional", "Optional", t->optional);
	form_check(&f, "proof", "Proof", t->proof);
	form_check(&f, "hidden", "Hidden", t->hidden);
	return show(w, &f);
}

enum err playbook_field_page(struct web *w)
{
	struct arena *a = w->c->arena;
	struct str key = web_query(w, "key"), task = web_query(w, "task");
	struct plan_field none = { .label = S(""), .about = S(""), .gives = S("") }, *x = &none;
	struct form_view f;
	struct draft d;
	size_t at;
	TRY(draft_of(w, &d));
	if (key.n) {
		if (plan_find(&d.plan, key, &at) != PLAN_A_FIELD)
			return absent(w, "field", key);
		x = &d.plan.fields[at];
	} else if (plan_find(&d.plan, task, &at) != PLAN_A_TASK) {
		return absent(w, "task", task);
	}
	begin(w, &d, &f, key.n ? "playbook.field_set" : "playbook.field_add", key.n ? "Field" : "New field", "field",
	      key.n ? arena_fmt(a, "key=%.*s", STR_ARG(key)) : arena_fmt(a, "task=%.*s", STR_ARG(task)));
	form_hidden(&f, key.n ? "field" : "task", key.n ? key : task);
	form_add(&f, INPUT_LINE, "label", "Question", x->label);
	form_add(&f, INPUT_TEXT, "about", "Help", x->about);
	form_choice(&f, "type", "Type", plan_field_types, str_c(plan_field_types[x->type]), NULL);
	form_add(&f, INPUT_TEXT, "choices", "Choices", joined(a, x->choices, x->n_choices, "\n"));
	form_add(&f, INPUT_LINE, "gives", "Gives the role", x->gives);
	form_check(&f, "required", "Required", x->required);
	form_check(&f, "hidden", "Hidden", x->hidden);
	return show(w, &f);
}

/* As playbook.rule_add reads it: a condition a line, an empty line for "or". */
static struct str when_text(struct arena *a, const struct plan_rule *r)
{
	struct buf b;
	buf_init(&b, a, 32 << 10);
	for (size_t n = 0, at = 0; n < r->n_alternatives; at += r->alternatives[n++]) {
		if (n)
			buf_ch(&b, '\n');
		for (size_t k = 0; k < r->alternatives[n]; k++) {
			const struct plan_cond *c = &r->conds[at + k];
			buf_fmt(&b, "%.*s %s %.*s\n", STR_ARG(c->on == PLAN_ON_FIELD ? c->of : str_c(plan_ons[c->on])), plan_iss[c->is], STR_ARG(c->value));
		}
	}
	return b.n ? buf_str(&b) : S("");
}

enum err playbook_rule_page(struct web *w)
{
	static const char *const acts[] = { "show", "hide", NULL };
	struct arena *a = w->c->arena;
	struct str key = web_query(w, "key");
	struct plan_rule none = { .about = S(""), .show = true }, *r = NULL;
	struct form_view f;
	struct draft d;
	TRY(draft_of(w, &d));
	for (size_t i = 0; i < d.plan.n_rules; i++)
		if (str_eq(d.plan.rules[i].key, key))
			r = &d.plan.rules[i];
	if (key.n && !r)
		return absent(w, "rule", key);
	begin(w, &d, &f, r ? "playbook.rule_set" : "playbook.rule_add", r ? "Rule" : "New rule", "rule", r ? arena_fmt(a, "key=%.*s", STR_ARG(key)) : S(""));
	if (r)
		form_hidden(&f, "rule", key);
	else
		r = &none;
	form_choice(&f, "does", "Show or hide", acts, r->show ? S("show") : S("hide"), NULL);
	form_add(&f, INPUT_LINE, "targets", "What", joined(a, r->targets, r->n_targets, ", "));
	form_add(&f, INPUT_TEXT, "when", "When", when_text(a, r));
	form_add(&f, INPUT_LINE, "about", "Why", r->about);
	return show(w, &f);
}
