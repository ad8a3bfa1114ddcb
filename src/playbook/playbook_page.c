/* playbook_page.c: playbooks and the outline of one, differences, previews; and the slice's list. Pages read; all writing goes through the forms' commands. */
#include "playbook/playbook_page.h"

#include "mail/mail.h"
#include "playbook/playbook_job.h"
#include "web/place.h"

#include "playbook.html.h"

#include "base/banned.h"

enum { PAGE = 50, REVS = 20, BEHIND = 50 };

struct str playbook_words(struct str word)
{
	static const char *const words[][2] = { { "none", "nothing in particular" }, { "ticket", "a ticket" }, { "organisation", "a customer" },
						{ "teammate", "a teammate" }, { "incident", "an incident" } };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(word, str_c(words[i][0])))
			return str_c(words[i][1]);
	return word;
}

static bool may(struct web *w, uint32_t caps)
{
	return (w->c->actor.caps & caps) == caps;
}

enum err playbooks_page(struct web *w)
{
	struct ctx *c = w->c;
	struct str after = web_query(w, "after"), id, name = S("");
	bool archived = str_eq(web_query(w, "state"), S("archived"));
	int64_t after_id = 0;
	struct playbooks_view v = { .archived = archived, .can_lead = may(w, CAN_LEAD) };
	if (after.n && (!str_cut(after, '.', &id, &name) || !str_i64(id, &after_id)))
		name = S("");
	TRY(playbook_page(c->db, c->arena, &v.rows, &v.n, .state = archived ? S("archived") : S("active"), .after_name = name, .after_id = after_id, .max = PAGE + 1));
	v.next_url = S("");
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = arena_fmt(c->arena, "/playbooks?%safter=%lld.%.*s", archived ? "state=archived&" : "", (long long)v.rows[PAGE - 1].id,
				       STR_ARG(url_encode(c->arena, v.rows[PAGE - 1].name)));
	}
	v.layout = web_layout(w, S("Playbooks"));
	playbooks_html(&w->html, &v);
	return OK;
}

/* ---- the outline ---- */

static struct str who_words(struct arena *a, const struct plan_task *t)
{
	struct buf b;
	buf_init(&b, a, 2000);
	for (size_t i = 0; i < t->n_who; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(t->who[i]));
	return b.n ? buf_str(&b) : S("anybody");
}

/* Few tasks are one page; many are a page for each section. */
static void pick_sections(struct web *w, struct edit_view *v)
{
	struct str key = web_query(w, "section");
	int64_t from = web_query_i64(w, "from", 0);
	size_t at = 0, start = from > 0 ? (size_t)from : 0;
	v->here = v->page;
	v->end_section = v->plan.n_sections;
	v->split = v->plan.n_tasks > PLAYBOOK_TASKS_SHOWN || v->plan.n_rules > PLAYBOOK_TASKS_SHOWN;
	if (!v->split || !v->plan.n_sections)
		return;
	v->only_rules = web_query(w, "rules").n > 0;
	if (v->only_rules) {
		v->from_rule = start < v->plan.n_rules ? start : 0;
		v->here = arena_fmt(w->c->arena, "%.*s?rules=1&from=%zu", STR_ARG(v->page), v->from_rule);
		return;
	}
	if (key.n && plan_find(&v->plan, key, &at) == PLAN_A_SECTION)
		v->first_section = at;
	v->end_section = v->first_section + 1;
	v->from = start < v->plan.sections[v->first_section].n_tasks ? start : 0;
	v->here = arena_fmt(w->c->arena, "%.*s?section=%.*s&from=%zu", STR_ARG(v->page), STR_ARG(v->plan.sections[v->first_section].key), v->from);
}

static enum err fill_edit(struct web *w, struct edit_view *v)
{
	struct ctx *c = w->c;
	const struct plan *p = &v->plan;
	v->tasks = arena_array(c->arena, struct edit_task, p->n_tasks);
	for (size_t i = 0; i < p->n_tasks; i++)
		v->tasks[i] = (struct edit_task){ .t = &p->tasks[i], .due = plan_due_words(c->arena, p, &p->tasks[i].due), .who = who_words(c->arena, &p->tasks[i]),
						  .first = i == 0, .last = i + 1 == p->n_tasks };
	v->rules = arena_array(c->arena, struct str, p->n_rules);
	for (size_t i = v->from_rule; i < p->n_rules && i < v->from_rule + PLAYBOOK_TASKS_SHOWN; i++)
		v->rules[i] = plan_rule_words(c->arena, p, &p->rules[i]);
	plan_check(c->arena, p, &v->problems, &v->n_problems);
	TRY(playbook_rev_page(c->db, c->arena, &v->revs, &v->n_revs, .playbook_id = v->row->id, .before = INT64_MAX, .max = REVS));
	for (size_t i = 0; i < v->n_revs; i++) {
		if (v->row->rev_id.set && v->revs[i].id == v->row->rev_id.v)
			v->published = v->revs[i].number;
		else
			v->behind += v->revs[i].active;
	}
	form_begin(&v->publish, w, "playbook.publish", "Publish", v->here, v->here);
	form_hidden(&v->publish, "playbook", arena_fmt(c->arena, "%lld", (long long)v->row->id));
	form_add(&v->publish, INPUT_LINE, "note", "What changed and why", S(""));
	return OK;
}

enum err playbook_edit_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row row;
	struct edit_view v = { .w = w, .row = &row, .can_lead = may(w, CAN_LEAD) };
	struct str json;
	TRY(playbook_read(c, web_param_id(w, "id"), &row));
	TRY(playbook_text(c, row.id, &json, &v.version));
	TRY(plan_parse(c->arena, &c->fault, json, &v.plan));
	v.page = arena_fmt(c->arena, "/playbooks/%lld", (long long)row.id);
	v.about_html = v.plan.about.n ? mail_markdown_html(c->arena, v.plan.about) : S("");
	v.subject = playbook_words(v.plan.subject);
	pick_sections(w, &v);
	TRY(fill_edit(w, &v));
	v.layout = web_layout(w, v.plan.name);
	playbook_edit_html(&w->html, &v);
	return OK;
}

/* ---- differences ---- */

static enum err rev_plan(struct ctx *c, int64_t playbook, int64_t number, struct plan *ret)
{
	struct playbook_rev_number_row id;
	struct playbook_rev_row_row rev;
	bool found;
	TRY(playbook_rev_number(c->db, c->arena, &id, &found, .playbook_id = playbook, .number = number));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no revision %lld.", (long long)number);
	TRY(playbook_rev_read(c, id.id, &rev));
	return plan_parse(c->arena, &c->fault, rev.plan, ret);
}

enum err playbook_diff_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row row;
	struct playbook_rev_row_row rev;
	struct diff_view v = { 0 };
	struct plan was, is;
	struct str json;
	int64_t from = web_query_i64(w, "from", 0), to = web_query_i64(w, "to", 0), version;
	TRY(playbook_read(c, web_param_id(w, "id"), &row));
	if (!row.rev_id.set)
		return fail(c, ERR_NOT_FOUND, "“%.*s” was never published: there is nothing to compare with.", STR_ARG(row.name));
	TRY(playbook_rev_read(c, row.rev_id.v, &rev));
	TRY(rev_plan(c, row.id, from ? from : rev.number, &was));
	if (to) {
		TRY(rev_plan(c, row.id, to, &is));
	} else {
		TRY(playbook_text(c, row.id, &json, &version));
		TRY(plan_parse(c->arena, &c->fault, json, &is));
	}
	plan_diff(c->arena, &was, &is, &v.changes, &v.n);
	v.title = S("What changed");
	v.back_url = arena_fmt(c->arena, "/playbooks/%lld", (long long)row.id);
	v.back_label = row.name;
	v.lead = to ? arena_fmt(c->arena, "From revision %lld to revision %lld", (long long)(from ? from : rev.number), (long long)to)
		    : arena_fmt(c->arena, "From revision %lld to what is being written", (long long)(from ? from : rev.number));
	v.layout = web_layout(w, v.title);
	playbook_diff_html(&w->html, &v);
	return OK;
}

/* Live runs that follow an older revision, and the button that moves them all. */
enum err playbook_runs_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row row;
	struct playbook_rev_row_row rev;
	struct diff_view v = { 0 };
	struct run_behind_row *behind;
	struct plan was, is;
	TRY(playbook_read(c, web_param_id(w, "id"), &row));
	if (!row.rev_id.set)
		return fail(c, ERR_NOT_FOUND, "“%.*s” was never published: nothing follows it.", STR_ARG(row.name));
	TRY(playbook_rev_read(c, row.rev_id.v, &rev));
	TRY(run_behind(c->db, c->arena, &behind, &v.n_behind, .playbook_id = row.id, .rev_id = rev.id, .after = 0, .max = BEHIND));
	if (v.n_behind) {
		TRY(rev_plan(c, row.id, behind[0].number, &was));
		TRY(plan_parse(c->arena, &c->fault, rev.plan, &is));
		plan_diff(c->arena, &was, &is, &v.changes, &v.n);
		v.lead = arena_fmt(c->arena, "From revision %lld to revision %lld, the published one", (long long)behind[0].number, (long long)rev.number);
	} else {
		v.lead = S("All live runs follow the published revision.");
	}
	v.behind = behind;
	v.title = S("Runs of older revisions");
	v.back_url = arena_fmt(c->arena, "/playbooks/%lld", (long long)row.id);
	v.back_label = row.name;
	v.can = may(w, CAN_LEAD) && v.n_behind;
	form_begin(&v.go, w, "run.move_all", "Move them all", arena_fmt(c->arena, "%.*s/runs", STR_ARG(v.back_url)), arena_fmt(c->arena, "%.*s/runs", STR_ARG(v.back_url)));
	form_hidden(&v.go, "playbook", arena_fmt(c->arena, "%lld", (long long)row.id));
	form_hidden(&v.go, "revision", arena_fmt(c->arena, "%lld", (long long)rev.number));
	v.layout = web_layout(w, v.title);
	playbook_diff_html(&w->html, &v);
	return OK;
}

/* ---- the preview ---- */

enum err playbook_preview_page(struct web *w)
{
	struct ctx *c = w->c;
	struct playbook_row_row row;
	struct preview p;
	struct preview_view v = { .starts_on = web_query(w, "starts_on"), .role = web_query(w, "role"), .level = web_query(w, "level"),
				  .person = web_query_i64(w, "person", 0), .error = S("") };
	struct str json;
	int64_t version, day, last = -1, today = c->now_us / UTIME_US_PER_DAY;
	TRY(playbook_read(c, web_param_id(w, "id"), &row));
	TRY(playbook_text(c, row.id, &json, &version));
	TRY(people_active(c, &v.people, &v.n_people));
	if (!v.starts_on.n || !due_parse_date(v.starts_on, &day)) {
		if (v.starts_on.n)
			v.error = S("Write a date like 2026-11-24.");
		v.starts_on = due_date_text(c->arena, today);
	}
	TRY(playbook_preview_of(c, json, v.person, v.starts_on, v.role.n ? v.role : STR_NULL, v.level, &p));
	v.lines = arena_array(c->arena, struct preview_line, p.out.n_items);
	for (size_t i = 0; i < p.out.n_items; i++) {
		const struct plan_item *it = &p.out.items[i];
		const struct plan_task *t = &p.plan.tasks[it->task];
		if (it->state == PLAYBOOK_HIDDEN) {
			v.hidden++;
			continue;
		}
		if (v.n == 4 * PLAYBOOK_TASKS_SHOWN)
			break;
		v.lines[v.n++] = (struct preview_line){
			.title = it->time ? arena_fmt(c->arena, "%.*s (%d)", STR_ARG(t->title), it->time) : t->title, .section = p.plan.sections[t->section].title,
			.new_section = (int64_t)t->section != last, .who = who_words(c->arena, t),
			.due = it->due.set ? due_date_words(c->arena, it->due.day, today) : plan_due_words(c->arena, &p.plan, &t->due),
		};
		last = (int64_t)t->section;
	}
	v.playbook = row.id;
	v.name = row.name;
	v.role = v.role.n ? v.role : S("");
	v.level = v.level.n ? v.level : S("");
	v.here = arena_fmt(c->arena, "/playbooks/%lld/preview", (long long)row.id);
	v.layout = web_layout(w, S("Preview"));
	playbook_preview_html(&w->html, &v);
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/playbooks", ROUTE_TEAMMATE, CAN_READ, playbooks_page, 0, "Playbooks" },
	{ "GET", "/playbooks/new", ROUTE_TEAMMATE, CAN_LEAD, playbook_new_page, 0, "Begin a playbook" },
	{ "GET", "/playbooks/import", ROUTE_TEAMMATE, CAN_LEAD, playbook_import_page, 0, "Take in a file" },
	{ "GET", "/playbooks/:id", ROUTE_TEAMMATE, CAN_READ, playbook_edit_page, 0, "A playbook's outline" },
	{ "GET", "/playbooks/:id/edit", ROUTE_TEAMMATE, CAN_LEAD, playbook_describe_page, 0, "Its name and description" },
	{ "GET", "/playbooks/:id/section", ROUTE_TEAMMATE, CAN_LEAD, playbook_section_page, 0, "A section, or a new one (?key=)" },
	{ "GET", "/playbooks/:id/task", ROUTE_TEAMMATE, CAN_LEAD, playbook_task_page, 0, "A task, or a new one (?key=, ?section=)" },
	{ "GET", "/playbooks/:id/field", ROUTE_TEAMMATE, CAN_LEAD, playbook_field_page, 0, "A field, or a new one (?key=, ?task=)" },
	{ "GET", "/playbooks/:id/rule", ROUTE_TEAMMATE, CAN_LEAD, playbook_rule_page, 0, "A rule, or a new one (?key=)" },
	{ "GET", "/playbooks/:id/diff", ROUTE_TEAMMATE, CAN_READ, playbook_diff_page, 0, "What changed between revisions (?from=, ?to=)" },
	{ "GET", "/playbooks/:id/preview", ROUTE_TEAMMATE, CAN_READ, playbook_preview_page, 0, "The plan as it would be for somebody" },
	{ "GET", "/playbooks/:id/runs", ROUTE_TEAMMATE, CAN_READ, playbook_runs_page, 0, "Live runs of older revisions, to be moved" },
	{ "GET", "/playbooks/:id/schedule", ROUTE_TEAMMATE, CAN_READ, playbook_schedule_page, 0, "When it begins by itself" },
	{ "GET", "/playbook/run/:id", ROUTE_TEAMMATE, CAN_READ, run_page_page, 0, "A run" },
	{ "GET", "/playbook/run/:id/task", ROUTE_TEAMMATE, CAN_READ, run_task_page, 0, "A task of a run (?key=)" },
	{ "GET", "/playbook/run/:id/file", ROUTE_TEAMMATE, CAN_READ, run_file_page, 0, "The file that answers a field (?field=)" },
	{ "GET", "/playbook/run/:id/move", ROUTE_TEAMMATE, CAN_READ, run_move_page, 0, "What another revision would change" },
	{ "GET", "/playbook/for/:subject/:id", ROUTE_TEAMMATE, CAN_READ, run_for_page, 0, "Checklists of a ticket, customer, teammate or incident" },
	{ "GET", "/playbook/mine", ROUTE_TEAMMATE, CAN_READ, run_mine_page, 0, "What is mine today" },
	{ 0 },
};

static const struct event_words words[] = {
	{ "playbook.run_started", "started a checklist", true },
	{ "playbook.run_completed", "did the last step of a checklist", true },
	{ "playbook.run_reopened", "opened a checklist again", true },
	{ "playbook.run_archived", "put a checklist away", false },
	{ "playbook.run_changed", "changed a checklist's dates", false },
	{ "playbook.run_moved", "moved a checklist to another revision", false },
	{ "playbook.task_done", "did a step of a checklist", false },
	{ "playbook.task_skipped", "left a step of a checklist out", false },
	{ "playbook.task_reopened", "opened a step of a checklist again", false },
	{ "playbook.task_approved", "approved a step of a checklist", false },
	{ "playbook.task_rejected", "rejected a step of a checklist", false },
	{ "playbook.task_signed", "signed a step of a checklist", false },
	{ "playbook.answered", "answered a checklist's question", false },
	{ "playbook.role_changed", "named who plays a part in a checklist", false },
	{ "playbook.noted", "commented on a checklist", false },
	{ 0 },
};

static const struct place places[] = {
	{ .label = "Checklists", .url = "/playbook/mine", .under = "/playbook", .rail = true },
	{ 0 },
};

const struct feature playbook_feature = {
	.name = "playbook", .places = places, .words = words, .commands = playbook_commands, .folds = playbook_folds, .carries = playbook_carries, .reactions = playbook_reactions, .routes = routes, .jobs = playbook_jobs,
	.settings = playbook_settings, .verify = run_verify,
};
