/* run_page.c: a run as people follow it: its tasks by section, one task with all that hangs on it, what is mine today, the checklists of a ticket. */
#include "playbook/playbook_page.h"

#include "mail/mail.h"
#include "ticket/ticket.h"

#include "playbook.html.h"
#include "run.html.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { HISTORY = 30, MINE_MOST = 150, SOON_DAYS = 14, FORMS_PEOPLE = 500 };

static bool may(struct web *w, uint32_t caps)
{
	return (w->c->actor.caps & caps) == caps;
}

static struct str number(struct arena *a, int64_t v)
{
	return arena_fmt(a, "%lld", (long long)v);
}

/* ---- words ---- */

struct str run_due_words(struct ctx *c, const struct run *r, const struct plan_item *it, const char **ret_class)
{
	int64_t today = due_of_instant(c->now_us, r->zone).day;
	*ret_class = "";
	if (!it->due.set)
		return S("");
	struct str day = due_date_words(c->arena, it->due.day, today);
	if (it->due.minute >= 0)
		day = arena_fmt(c->arena, "%.*s %02d:%02d", STR_ARG(day), it->due.minute / 60, it->due.minute % 60);
	if (it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED)
		return S("");
	if (run_is_late(r, it, c->now_us)) {
		*ret_class = "late";
		return arena_fmt(c->arena, "was due %.*s", STR_ARG(day));
	}
	if (it->due.day == today && !run_is_soft(r, c->now_us))
		*ret_class = "warn";
	return arena_fmt(c->arena, "%s %.*s", run_is_soft(r, c->now_us) ? "about" : "due", STR_ARG(day));
}

/* Why it is due then. */
static struct str why_due(struct ctx *c, const struct run *r, const struct plan_item *it)
{
	struct str rule = plan_due_words(c->arena, &r->plan, &r->plan.tasks[it->task].due);
	switch (it->due_by) {
	case DUE_BY_HAND:
		return rule.n ? arena_fmt(c->arena, "set by hand; the plan says %.*s", STR_ARG(rule)) : S("set by hand");
	case DUE_BY_LATE_START:
		return arena_fmt(c->arena, "%.*s, which was before this run began", STR_ARG(rule));
	case DUE_BY_RULE:
		return it->due.no_working_days ? arena_fmt(c->arena, "%.*s; no working days are known, so all days count", STR_ARG(rule)) : rule;
	case DUE_BY_NONE:
		break;
	}
	return rule.n ? arena_fmt(c->arena, "%.*s: that date is not known yet", STR_ARG(rule)) : S("");
}

static const char *state_words(const struct run *r, const struct plan_item *it)
{
	switch (it->state) {
	case PLAYBOOK_OPEN:
		return it->mark && it->mark->marked == MARK_SIGNED_ONCE ? "signed once" : "";
	case PLAYBOOK_WAITS:
		return "waits";
	case PLAYBOOK_DONE:
		return r->plan.tasks[it->task].kind == PLAN_APPROVAL ? "approved" : "done";
	case PLAYBOOK_SKIPPED:
		return "left out";
	case PLAYBOOK_REJECTED:
		return "rejected";
	case PLAYBOOK_HIDDEN:
		return "not needed";
	case PLAYBOOK_STATE_COUNT:
		break;
	}
	return "";
}

/* Names by number, each asked once. */
struct names {
	struct ctx *c;
	int64_t ids[64];
	struct str names[64];
	size_t n;
};

static struct str name_of(struct names *k, int64_t id)
{
	if (!id)
		return S("");
	for (size_t i = 0; i < k->n; i++)
		if (k->ids[i] == id)
			return k->names[i];
	struct str s = run_person(k->c, id);
	if (k->n < ARRAY_LEN(k->ids)) {
		k->ids[k->n] = id;
		k->names[k->n++] = s;
	}
	return s;
}

static void fill_line(struct web *w, const struct run *r, struct names *names, const struct plan_item *it, struct task_line *ret)
{
	struct ctx *c = w->c;
	const struct plan_task *t = &r->plan.tasks[it->task];
	struct buf who, meta;
	buf_init(&who, c->arena, 1000);
	buf_init(&meta, c->arena, 1000);
	*ret = (struct task_line){ .it = it, .t = t, .closed = it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED, .state = state_words(r, it) };
	ret->due = run_due_words(c, r, it, &ret->due_class);
	for (size_t i = 0; i < it->n_who; i++)
		buf_fmt(&who, "%s%.*s", i ? ", " : "", STR_ARG(name_of(names, it->who[i])));
	if (ret->closed && it->mark)
		buf_fmt(&meta, "%s%s%.*s", ret->state, it->mark->by ? " by " : "", STR_ARG(name_of(names, it->mark->by)));
	else if (it->waits_for >= 0)
		buf_fmt(&meta, "first: %.*s", STR_ARG(r->plan.tasks[it->waits_for].title));
	else if (*ret->state)
		buf_add(&meta, str_c(ret->state));
	if (!it->required)
		buf_fmt(&meta, "%sif you like", meta.n ? " · " : "");
	if (t->n_fields)
		buf_fmt(&meta, "%s%zu %s", meta.n ? " · " : "", t->n_fields, t->n_fields == 1 ? "question" : "questions");
	ret->who = who.n ? buf_str(&who) : t->n_who ? S("nobody yet") : S("");
	ret->meta = meta.n ? buf_str(&meta) : S("");
	ret->can_tick = may(w, CAN_NOTE) && t->kind == PLAN_TASK && it->waits_for < 0 && !ret->closed && !str_eq(r->row.state, S("archived"));
}

/* Of a recurring task the one that matters now: the last that is due, else the next. */
static size_t current_time(const struct run *r, size_t first, size_t end, utime now)
{
	size_t pick = end - 1;
	for (size_t i = end; i > first; i--) {
		const struct plan_item *it = &r->out.items[i - 1];
		bool open = it->state != PLAYBOOK_DONE && it->state != PLAYBOOK_SKIPPED;
		if (!open)
			break;
		pick = i - 1;
		if (!it->due.set || due_instant(it->due, r->zone) - UTIME_US_PER_DAY <= now)
			break;
	}
	return pick;
}

static void fill_section(struct web *w, const struct run *r, struct names *names, size_t at, struct section_view *ret, bool lines)
{
	const struct plan_section *s = &r->plan.sections[at];
	*ret = (struct section_view){ .s = s, .at = at };
	if (lines)
		ret->lines = arena_array(w->c->arena, struct task_line, s->n_tasks);
	for (size_t t = s->first_task; t < s->first_task + s->n_tasks; t++) {
		size_t first = r->out.first_item[t], end = t + 1 < r->plan.n_tasks ? r->out.first_item[t + 1] : r->out.n_items;
		if (!r->out.task_shown[t])
			continue;
		size_t pick = end - first > 1 ? current_time(r, first, end, w->c->now_us) : first;
		const struct plan_item *it = &r->out.items[pick];
		ret->n_all++;
		ret->n_closed += it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED;
		if (!lines)
			continue;
		struct task_line *line = &ret->lines[ret->n++];
		fill_line(w, r, names, it, line);
		if (end - first > 1)
			line->meta = arena_fmt(w->c->arena, "%zu of %zu%s%.*s", pick - first + 1, end - first, line->meta.n ? " · " : "", STR_ARG(line->meta));
	}
}

/* A page of at most a hundred tasks: all of them, or one section of them. */
static void fill_sections(struct web *w, struct run_view *v)
{
	const struct run *r = v->r;
	struct names names = { .c = w->c };
	struct str key = web_query(w, "section");
	size_t from = (size_t)web_query_i64(w, "from", 0), at = 0, n = r->plan.n_sections;
	bool split = r->plan.n_tasks > PLAYBOOK_TASKS_SHOWN;
	v->next_url = S("");
	v->sections = arena_array(w->c->arena, struct section_view, n);
	v->tabs = arena_array(w->c->arena, struct section_view, n);
	for (size_t i = 0; i < n; i++) {
		struct section_view s;
		if (!r->out.section_shown[i])
			continue;
		if (split) {
			fill_section(w, r, &names, i, &s, false);
			v->tabs[v->n_tabs++] = s;
		} else {
			fill_section(w, r, &names, i, &s, true);
			if (s.n)
				v->sections[v->n_sections++] = s;
		}
	}
	if (!split || !n)
		return;
	if (!key.n || plan_find(&r->plan, key, &at) != PLAN_A_SECTION) {
		at = 0;
		while (at + 1 < n && !r->out.section_shown[at])
			at++;
	}
	struct section_view *s = &v->sections[v->n_sections++];
	fill_section(w, r, &names, at, s, true);
	v->section = at;
	size_t all = s->n;
	from = from < all ? from : 0;
	s->lines += from;
	s->n = all - from < PLAYBOOK_TASKS_SHOWN ? all - from : PLAYBOOK_TASKS_SHOWN;
	if (from + s->n < all)
		v->next_url = arena_fmt(w->c->arena, "/playbook/run/%lld?section=%.*s&from=%zu", (long long)r->row.id, STR_ARG(s->s->key), from + s->n);
}

static void subject_link(struct ctx *c, const struct run_row_row *row, struct str *ret_url, struct str *ret_words)
{
	*ret_url = S("/playbooks");
	*ret_words = S("Playbooks");
	if (str_eq(row->subject, S("ticket"))) {
		*ret_url = arena_fmt(c->arena, "/tickets/%lld", (long long)row->subject_id);
		*ret_words = arena_fmt(c->arena, "#%lld", (long long)row->subject_id);
	} else if (str_eq(row->subject, S("organisation"))) {
		*ret_url = arena_fmt(c->arena, "/customers/%lld", (long long)row->subject_id);
		*ret_words = S("Customer");
	} else if (!str_eq(row->subject, S("none"))) {
		*ret_url = arena_fmt(c->arena, "/playbook/for/%.*s/%lld", STR_ARG(row->subject), (long long)row->subject_id);
		*ret_words = S("Checklists");
	}
}

/* ---- history ---- */

static const struct {
	const char *kind, *words;
} said[] = {
	{ "playbook.task_done", "did it" }, { "playbook.task_skipped", "left it out" }, { "playbook.task_reopened", "opened it again" },
	{ "playbook.task_approved", "approved it" }, { "playbook.task_rejected", "rejected it" }, { "playbook.task_signed", "signed it" },
	{ "playbook.task_changed", "set its date by hand" }, { "playbook.run_started", "started it" }, { "playbook.run_changed", "changed its dates or facts" },
	{ "playbook.run_moved", "moved it to another revision" }, { "playbook.run_move_undone", "moved it back" }, { "playbook.run_completed", "did the last task" },
	{ "playbook.run_reopened", "opened it again" }, { "playbook.run_archived", "put it away" }, { "playbook.run_restored", "brought it back" },
};

static void fill_history(struct ctx *c, utime at_us, struct str kind, struct str actor, struct str data, struct history_line *ret)
{
	json_error_t e;
	json_t *root = json_loadb(data.p, data.n, 0, &e), *comment = json_object_get(json_object_get(root, "set"), "comment");
	*ret = (struct history_line){ .at_us = at_us, .who = actor, .what = kind, .reason = S("") };
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		if (str_eq(kind, str_c(said[i].kind)))
			ret->what = str_c(said[i].words);
	if (json_is_string(comment))
		ret->reason = arena_str(c->arena, str_c(json_string_value(comment)));
	json_decref(root);
}

/* ---- the run ---- */

static void run_forms(struct web *w, struct run_view *v)
{
	struct arena *a = w->c->arena;
	const struct run_row_row *row = &v->r->row;
	struct str id = number(a, row->id);
	form_begin(&v->change, w, "run.change", "Save", v->here, v->here);
	form_hidden(&v->change, "run", id);
	form_add(&v->change, INPUT_LINE, "name", "Name", row->name);
	form_add(&v->change, INPUT_DATE, "starts_on", "First day", row->starts_on);
	form_add(&v->change, INPUT_DATE, "soft_until", "Soft until", row->soft_until.p ? row->soft_until : S(""));
	form_add(&v->change, INPUT_LINE, "level", "Level", row->level);
	form_begin(&v->cast_form, w, "run.cast", "Save", v->here, v->here);
	form_hidden(&v->cast_form, "run", id);
	form_add(&v->cast_form, INPUT_LINE, "role", "Part", S(""));
	form_add(&v->cast_form, INPUT_LINE, "person", "Who", S(""));
	bool away = str_eq(row->state, S("archived"));
	form_begin(&v->archive, w, away ? "run.restore" : "run.archive", away ? "Bring it back" : "Put it away", v->here, v->here);
	form_hidden(&v->archive, "run", id);
	if (!away)
		form_add(&v->archive, INPUT_LINE, "reason", "Why", S(""));
}

enum err run_page_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row p;
	struct run_events_row *events;
	struct run r;
	struct run_view v = { .w = w, .r = &r, .can = may(w, CAN_NOTE) };
	int64_t day, today;
	size_t n;
	TRY(run_load(c, web_param_id(w, "id"), &r));
	TRY(playbook_read(c, r.row.playbook_id, &p));
	today = due_of_instant(c->now_us, r.zone).day;
	v.here = arena_fmt(c->arena, "/playbook/run/%lld", (long long)r.row.id);
	v.playbook = p.name;
	v.about_html = r.plan.about.n ? mail_markdown_html(c->arena, r.plan.about) : S("");
	subject_link(c, &r.row, &v.subject_url, &v.subject_words);
	v.state_words = str_eq(r.row.state, S("active")) ? S("") : str_eq(r.row.state, S("completed")) ? S("done") : S("put away");
	v.starts_on = due_parse_date(r.row.starts_on, &day) ? due_date_words(c->arena, day, today) : r.row.starts_on;
	v.soft = run_is_soft(&r, c->now_us) && due_parse_date(r.row.soft_until, &day) ? due_date_words(c->arena, day, today) : S("");
	fill_sections(w, &v);
	if (v.n_tabs)
		v.here = arena_fmt(c->arena, "%.*s?section=%.*s", STR_ARG(v.here), STR_ARG(r.plan.sections[v.section].key));
	v.cast = arena_array(c->arena, struct cast_line, r.n_roles);
	for (size_t i = 0; i < r.n_roles; i++)
		if (str_find_ch(r.roles[i].role, ':') < 0 && str_find_ch(r.roles[i].role, '@') < 0 && r.roles[i].name.p)
			v.cast[v.n_cast++] = (struct cast_line){ r.roles[i].role, r.roles[i].name };
	if (p.rev_id.set && p.rev_id.v != r.row.rev_id) {
		struct playbook_rev_row_row rev;
		TRY(playbook_rev_read(c, p.rev_id.v, &rev));
		v.newer = rev.number;
	}
	TRY(run_events(c->db, c->arena, &events, &n, .run_id = r.row.id, .max = HISTORY));
	v.history = arena_array(c->arena, struct history_line, n);
	for (v.n_history = 0; v.n_history < n; v.n_history++)
		fill_history(c, events[v.n_history].at_us, events[v.n_history].kind, events[v.n_history].actor_name, events[v.n_history].data, &v.history[v.n_history]);
	run_forms(w, &v);
	v.layout = web_layout(w, r.row.name);
	run_html(&w->html, &v);
	return OK;
}

/* ---- a task ---- */

static enum err person_form(struct web *w, struct form_view *f, struct str value)
{
	struct form_field *x = form_add(f, INPUT_SELECT, "value", "Answer", value);
	struct teammate *people;
	size_t n;
	TRY(people_active(w->c, &people, &n));
	x->options = arena_array(w->c->arena, struct form_option, n + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("nobody"), !x->value.n };
	for (size_t i = 0; i < n && i < FORMS_PEOPLE; i++) {
		struct str id = number(w->c->arena, people[i].id);
		x->options[x->n_options++] = (struct form_option){ id, people[i].name, str_eq(id, x->value) };
	}
	return OK;
}

static const struct run_value_of_run_row *value_row(const struct run *r, struct str key)
{
	for (size_t i = 0; i < r->n_values; i++)
		if (str_eq(r->values[i].key, key))
			return &r->values[i];
	return NULL;
}

static enum err fill_field(struct web *w, const struct run *r, size_t at, struct str here, struct field_line *ret)
{
	struct ctx *c = w->c;
	const struct plan_field *f = &r->plan.fields[at];
	struct str value = r->out.values[at].p ? r->out.values[at] : S("");
	const struct run_value_of_run_row *row = value_row(r, f->key);
	int64_t id;
	*ret = (struct field_line){ .f = f, .value = value, .shown = value, .file_url = S("") };
	if (f->type == PLAN_PERSON && str_i64(value, &id))
		ret->shown = run_person(c, id);
	if (f->type == PLAN_FILE && value.n) {
		ret->shown = row && row->filename.p ? row->filename : S("a file");
		ret->file_url = arena_fmt(c->arena, "/playbook/run/%lld/file?field=%.*s", (long long)r->row.id, STR_ARG(f->key));
	}
	form_begin(&ret->form, w, "run.answer", "Save", here, here);
	ret->form.id = arena_cstr(c->arena, f->key);
	form_hidden(&ret->form, "run", number(c->arena, r->row.id));
	form_hidden(&ret->form, "field", f->key);
	/* several forms of one command: what was typed and what went wrong belongs to the one that was sent */
	bool mine = w->failed && str_eq(web_typed(w, "run.answer", "field", S("")), f->key);
	if (!mine)
		ret->form.error = S("");
	struct form_field *x = NULL;
	switch (f->type) {
	case PLAN_CHOICE: {
		const char **list = arena_array(c->arena, const char *, f->n_choices + 1);
		for (size_t i = 0; i < f->n_choices; i++)
			list[i] = arena_cstr(c->arena, f->choices[i]);
		x = form_choice(&ret->form, "value", "Answer", list, value, "no answer");
		break;
	}
	case PLAN_PERSON:
		TRY(person_form(w, &ret->form, value));
		x = &ret->form.fields[ret->form.n_fields - 1];
		break;
	case PLAN_FILE:
		x = form_add(&ret->form, INPUT_FILE, "file", "File", S(""));
		break;
	case PLAN_DATE:
		x = form_add(&ret->form, INPUT_DATE, "value", "Answer", value);
		break;
	case PLAN_TEXT: case PLAN_NUMBER: case PLAN_LINK: case PLAN_FIELD_TYPE_COUNT:
		x = form_add(&ret->form, f->type == PLAN_TEXT ? INPUT_TEXT : INPUT_LINE, "value", "Answer", value);
		break;
	}
	if (!mine) {
		x->error = S("");
		if (f->type != PLAN_FILE)
			x->value = value;
	}
	x->label = arena_cstr(c->arena, f->label);
	x->help = arena_cstr(c->arena, f->about);
	return OK;
}

static void task_form(struct task_view *v, struct form_view *f, const char *command, const char *submit, const char *comment, bool needed)
{
	struct arena *a = v->w->c->arena;
	form_begin(f, v->w, command, submit, v->here, v->here);
	form_hidden(f, "run", number(a, v->r->row.id));
	form_hidden(f, "task", v->line.it->key);
	if (comment) {
		struct form_field *x = form_add(f, INPUT_TEXT, "comment", comment, S(""));
		x->help = needed ? "needed" : "";
	}
}

static enum err fill_notes(struct web *w, struct task_view *v)
{
	struct ctx *c = w->c;
	struct run_note_of_run_row *rows;
	struct run_history_row *events;
	size_t n;
	TRY(run_note_of_run(c->db, c->arena, &rows, &n, .run_id = v->r->row.id));
	v->notes = arena_array(c->arena, struct note_line, n);
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].key, v->line.it->key))
			v->notes[v->n_notes++] = (struct note_line){
				.id = rows[i].id, .who = rows[i].name.p ? rows[i].name : S("the operator"), .body = rows[i].body, .link = rows[i].link.p ? rows[i].link : S(""),
				.at_us = rows[i].at_us, .can_withdraw = v->can && (may(w, CAN_LEAD) || rows[i].by_id.v == c->actor.id),
			};
	TRY(run_history(c->db, c->arena, &events, &n, .run_id = v->r->row.id, .key = v->line.it->key));
	v->history = arena_array(c->arena, struct history_line, n);
	for (v->n_history = 0; v->n_history < n; v->n_history++)
		fill_history(c, events[v->n_history].at_us, events[v->n_history].kind, events[v->n_history].actor_name, events[v->n_history].data,
			     &v->history[v->n_history]);
	return OK;
}

static void task_forms(struct task_view *v)
{
	struct arena *a = v->w->c->arena;
	task_form(v, &v->done, "run.done", "Done", "A word about it", false);
	task_form(v, &v->skip, "run.skip", "Leave it out", "Why", true);
	task_form(v, &v->approve, "run.approve", "Approve", "A word about it", false);
	task_form(v, &v->reject, "run.reject", "Reject", "Why", true);
	task_form(v, &v->sign, "run.sign", "Sign", NULL, false);
	task_form(v, &v->reopen, "run.reopen", "Open it again", "Why", false);
	task_form(v, &v->due, "run.due", "Save", NULL, false);
	const struct plan_mark *m = v->line.it->mark;
	form_add(&v->due, INPUT_DATE, "due_on", "Date by hand", m && m->hand.set ? due_date_text(a, m->hand.day) : S(""));
	form_begin(&v->note, v->w, "run.note", "Add", v->here, v->here);
	form_hidden(&v->note, "run", number(a, v->r->row.id));
	form_hidden(&v->note, "task", v->line.it->key);
	form_add(&v->note, INPUT_TEXT, "body", "Comment", S(""));
	form_add(&v->note, INPUT_LINE, "link", "Link that shows it", S(""));
}

enum err run_task_page(struct web *w)
{
	struct ctx *c = w->c;
	struct names names = { .c = c };
	struct run r;
	struct task_view v = { .w = w, .r = &r };
	struct str key = web_query(w, "key");
	TRY(run_load(c, web_param_id(w, "id"), &r));
	struct plan_item *it = key.n ? run_item(&r, key) : NULL;
	if (!it)
		return fail(c, ERR_NOT_FOUND, "There is no task “%.*s” in this run.", STR_ARG(key));
	fill_line(w, &r, &names, it, &v.line);
	v.here = arena_fmt(c->arena, "/playbook/run/%lld/task?key=%.*s", (long long)r.row.id, STR_ARG(url_encode(c->arena, it->key)));
	v.can = may(w, CAN_NOTE) && !str_eq(r.row.state, S("archived"));
	v.is_open = v.can && !v.line.closed && it->state != PLAYBOOK_HIDDEN && it->waits_for < 0;
	v.about_html = v.line.t->about.n ? mail_markdown_html(c->arena, v.line.t->about) : S("");
	v.waits = it->waits_for >= 0 ? r.plan.tasks[it->waits_for].title : S("");
	v.why_due = why_due(c, &r, it);
	v.comment = it->mark ? it->mark->comment : S("");
	v.done_by = v.line.closed && it->mark ? name_of(&names, it->mark->by) : S("");
	v.signed_by = it->mark && it->mark->by2 ? name_of(&names, it->mark->by2) : S("");
	v.done_us = it->mark ? it->mark->at_us : 0;
	v.fields = arena_array(c->arena, struct field_line, v.line.t->n_fields);
	for (size_t i = v.line.t->first_field; i < v.line.t->first_field + v.line.t->n_fields; i++)
		if (r.out.field_shown[i])
			TRY(fill_field(w, &r, i, v.here, &v.fields[v.n_fields++]));
	TRY(fill_notes(w, &v));
	task_forms(&v);
	v.layout = web_layout(w, v.line.t->title);
	run_task_html(&w->html, &v);
	return OK;
}

/* The file that answers a field: for those who may see the run, never shown in place. */
enum err run_file_page(struct web *w)
{
	struct ctx *c = w->c;
	struct run r;
	struct str key = web_query(w, "field");
	size_t at;
	int fd;
	int64_t bytes;
	TRY(run_load(c, web_param_id(w, "id"), &r));
	const struct run_value_of_run_row *row = key.n ? value_row(&r, key) : NULL;
	if (!row || !row->filename.p || plan_find(&r.plan, key, &at) != PLAN_A_FIELD || r.plan.fields[at].type != PLAN_FILE || !r.out.values[at].p)
		return fail(c, ERR_NOT_FOUND, "There is no such file.");
	TRY(blob_open(c->desk->blobs, &c->fault, row->value, &fd, &bytes));
	web_file(w, fd, bytes, S("application/octet-stream"), row->value);
	web_header(w, "Content-Disposition", arena_fmt(c->arena, "attachment; filename*=UTF-8''%.*s", STR_ARG(url_encode(c->arena, row->filename))));
	web_header(w, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	web_header(w, "Cache-Control", S("private, no-cache"));
	return OK;
}

/* ---- moving on ---- */

enum err run_move_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row p;
	struct run_change d = { 0 };
	struct run r;
	struct diff_view v = { 0 };
	TRY(run_load(c, web_param_id(w, "id"), &r));
	TRY(playbook_read(c, r.row.playbook_id, &p));
	TRY(run_compare(c, &r, p.rev_id.v, &d));
	v.title = S("Another revision");
	v.back_url = arena_fmt(c->arena, "/playbook/run/%lld", (long long)r.row.id);
	v.back_label = r.row.name;
	v.lead = d.from == d.to ? arena_fmt(c->arena, "The run follows revision %lld, the published one.", (long long)d.from)
				: arena_fmt(c->arena, "From revision %lld to revision %lld", (long long)d.from, (long long)d.to);
	v.changes = d.changes;
	v.n = d.n_changes;
	v.run = &d;
	v.can = may(w, CAN_NOTE) && d.from != d.to && !str_eq(r.row.state, S("archived"));
	form_begin(&v.go, w, "run.move", "Move it on", arena_fmt(c->arena, "%.*s/move", STR_ARG(v.back_url)), v.back_url);
	form_hidden(&v.go, "run", number(c->arena, r.row.id));
	form_hidden(&v.go, "to", number(c->arena, d.to));
	form_hidden(&v.go, "from", number(c->arena, d.from));
	v.layout = web_layout(w, v.title);
	playbook_diff_html(&w->html, &v);
	return OK;
}

/* ---- of a ticket, a customer, a teammate, an incident ---- */

enum err run_for_page(struct web *w)
{
	static const char *const titles[] = { "", "Checklists of ticket #%lld", "Checklists of a customer", "Checklists of a teammate", "Checklists of incident %lld" };
	static const char *const urls[] = { "/playbooks", "/tickets/%lld", "/customers/%lld", "/playbooks", "/playbooks" };
	static const char *const labels[] = { "Playbooks", "Ticket", "Customer", "Playbooks", "Playbooks" };
	struct ctx *c = w->c;
	struct str subject = web_param(w, "subject");
	int64_t id = web_param_id(w, "id");
	struct subject_view v = { .can = may(w, CAN_NOTE) };
	struct playbook_for_subject_row *playbooks;
	struct ticket_get_row ticket;
	enum playbook_subject s = PLAYBOOK_TICKET;
	size_t n;
	while (s < PLAYBOOK_SUBJECT_COUNT && !str_eq(subject, str_c(playbook_subject_name(s))))
		s++;
	if (s == PLAYBOOK_SUBJECT_COUNT || id < 1)
		return fail(c, ERR_NOT_FOUND, "Checklists are about tickets, organisations, teammates and incidents.");
	if (s == PLAYBOOK_TICKET)
		TRY(ticket_load(c, id, &ticket));
	TRY(playbook_runs_of(c, s, id, &v.cards, &v.n));
	TRY(playbook_for_subject(c->db, c->arena, &playbooks, &n, .subject = subject, .max = 200));
	v.title = arena_fmt(c->arena, titles[s], (long long)id);
	v.back_url = arena_fmt(c->arena, urls[s], (long long)id);
	v.back_label = str_c(labels[s]);
	struct str here = arena_fmt(c->arena, "/playbook/for/%.*s/%lld", STR_ARG(subject), (long long)id);
	form_begin(&v.start, w, "run.start", "Start", here, S("/playbook/run/{run}"));
	form_hidden(&v.start, "subject", subject);
	form_hidden(&v.start, "subject_id", number(c->arena, id));
	struct form_field *x = form_add(&v.start, INPUT_SELECT, "playbook", "Playbook", S(""));
	x->options = arena_array(c->arena, struct form_option, n);
	for (size_t i = 0; i < n; i++)
		x->options[x->n_options++] = (struct form_option){ number(c->arena, playbooks[i].id), playbooks[i].name, false };
	form_add(&v.start, INPUT_DATE, "starts_on", "First day", S(""));
	v.can = v.can && n;
	v.layout = web_layout(w, v.title);
	run_for_html(&w->html, &v);
	return OK;
}

/* ---- mine ---- */

static void mine_line(struct ctx *c, const struct run_item_mine_row *row, struct mine_line *ret)
{
	const struct zone *z = zone_find(row->zone);
	int64_t day, today = due_of_instant(c->now_us, z ? z : zone_find(S("UTC"))).day;
	bool soft = row->soft_until.p && str_cmp(row->soft_until, due_date_text(c->arena, today)) >= 0;
	*ret = (struct mine_line){ .run = row->run_id, .key = row->key, .title = row->title, .run_name = row->run, .due = S(""), .due_class = "" };
	if (!row->due_on.p || !due_parse_date(row->due_on, &day))
		return;
	bool late = row->due_us <= c->now_us && !soft;
	ret->due = arena_fmt(c->arena, "%s %.*s", late ? "was due" : soft ? "about" : "due", STR_ARG(due_date_words(c->arena, day, today)));
	ret->due_class = late ? "late" : day == today && !soft ? "warn" : "";
}

enum err run_mine_page(struct web *w)
{
	struct ctx *c = w->c;
	struct mine_view v = { .w = w, .here = S("/playbook/mine"), .can = may(w, CAN_NOTE) };
	const struct zone *z = zone_find(c->actor.zone.n ? c->actor.zone : S("UTC"));
	struct due_date today = due_of_instant(c->now_us, z ? z : zone_find(S("UTC")));
	today.minute = -1;
	utime end = due_instant(today, z ? z : zone_find(S("UTC"))) + (SOON_DAYS + 1) * UTIME_US_PER_DAY;
	struct run_item_mine_row *rows, *undated;
	size_t n;
	TRY(run_mine_of(c, c->actor.id, 0, end, MINE_MOST, &rows, &n));
	TRY(run_mine_of(c, c->actor.id, PLAYBOOK_NEVER_US, PLAYBOOK_NEVER_US + 1, MINE_MOST, &undated, &v.n_undated));
	v.now = arena_array(c->arena, struct mine_line, n);
	v.soon = arena_array(c->arena, struct mine_line, n);
	v.undated = arena_array(c->arena, struct mine_line, v.n_undated);
	/* by date, not by instant: the date is the run's, the day is the reader's */
	for (size_t i = 0; i < n; i++) {
		int64_t day;
		bool now = rows[i].due_on.p && due_parse_date(rows[i].due_on, &day) && day <= today.day;
		mine_line(c, &rows[i], now ? &v.now[v.n_now++] : &v.soon[v.n_soon++]);
	}
	for (size_t i = 0; i < v.n_undated; i++)
		mine_line(c, &undated[i], &v.undated[i]);
	v.layout = web_layout(w, S("My checklists"));
	run_mine_html(&w->html, &v);
	return OK;
}
