/* plan_runs.c: the playbooks of a plan: one run of each playbook that leads to one of its outcomes, known by its reference.
 *
 * The reference is "plan:<when the plan was made>:<its number>". A plan that came with an import has another number here than where it was made, and the same
 * instant; so runs are found among those of the person by all but the number. ("plan:<number>" alone is how it was before.)
 *
 * Outcomes and tasks stay apart: a task that is done makes no outcome true, it only helps. */
#include "growth/plan_parts.h"

#include "playbook/playbook.h"

#include "base/banned.h"

static bool is_of(struct ctx *c, const struct growth_plan_row_row *plan, struct str reference)
{
	return reference.p && (str_starts(reference, arena_fmt(c->arena, "plan:%lld:", (long long)plan->created_us)) ||
			       str_eq(reference, arena_fmt(c->arena, "plan:%lld", (long long)plan->id)));
}

/* Of the plan's run of a playbook: the one that is there, or as a new one will be called. */
static enum err reference_for(struct ctx *c, const struct growth_plan_row_row *plan, int64_t book, struct str *ret)
{
	struct playbook_card *cards;
	size_t n;
	TRY(playbook_runs_of(c, PLAYBOOK_TEAMMATE, plan->teammate_id, &cards, &n));
	*ret = arena_fmt(c->arena, "plan:%lld:%lld", (long long)plan->created_us, (long long)plan->id);
	for (size_t i = 0; i < n; i++)
		if (cards[i].playbook_id == book && is_of(c, plan, cards[i].reference))
			*ret = cards[i].reference;
	return OK;
}

static enum err begin(struct ctx *c, const struct growth_plan_row_row *plan, struct str slug, struct str soft_until)
{
	struct str reference;
	int64_t book, run;
	bool found, existing;
	TRY(playbook_by_slug(c, slug, &book, &found));
	if (!found)
		return OK; /* the editor's page says that there is no such playbook yet */
	TRY(reference_for(c, plan, book, &reference));
	const struct playbook_cast cast[] = { { S("newcomer"), plan->teammate_id }, { S("manager"), plan->manager_id.v } };
	enum err e = playbook_start_run(c, &(struct playbook_start){
		.playbook_id = book, .subject = PLAYBOOK_TEAMMATE, .subject_id = plan->teammate_id, .reference = reference, .starts_on = plan->start_date,
		.soft_until = soft_until, .role = plan->role, .level = plan->level.set ? arena_fmt(c->arena, "%lld", (long long)plan->level.v) : STR_NULL,
		.cast = cast, .n_cast = plan->manager_id.set ? 2 : 1 }, &run, &existing);
	if (e == ERR_CONFLICT) { /* put away meanwhile: the plan does without */
		fault_clear(&c->fault);
		return OK;
	}
	TRY(e);
	if (!existing)
		return OK;
	struct playbook_state s;
	TRY(playbook_state(c, run, &s));
	if (str_eq(s.state, S("archived")))
		return OK;
	if (!str_eq(s.starts_on, plan->start_date)) {
		TRY(playbook_set_start(c, run, plan->start_date));
		TRY(playbook_set_soft_until(c, run, soft_until));
	}
	for (size_t i = 0; i < s.n_cast && plan->manager_id.set; i++)
		if (str_eq(s.cast[i].role, S("manager")) && s.cast[i].teammate_id == plan->manager_id.v)
			return OK;
	return plan->manager_id.set ? playbook_set_role(c, run, S("manager"), plan->manager_id.v) : OK;
}

enum err growth_runs_follow(struct ctx *c, const struct growth_plan_row_row *plan)
{
	struct growth_parts_of_row *parts;
	size_t n, n_tasks;
	int64_t start = 0;
	due_parse_date(plan->start_date, &start);
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = plan->id));
	for (size_t i = 0; i < n; i++) {
		struct programme_tasks_of_row *t;
		struct programme_rev_row_row rev;
		if (parts[i].removed_us.set)
			continue;
		TRY(GROWTH_GET(c, programme_rev, &rev, parts[i].rev_id, "revision"));
		TRY(programme_tasks_of(c->db, c->arena, &t, &n_tasks, .rev_id = rev.id));
		struct str soft = rev.soft_days ? due_date_text(c->arena, start + rev.soft_days) : STR_NULL;
		for (size_t k = 0; k < n_tasks; k++) {
			bool before = false;
			for (size_t m = 0; m < k && !before; m++)
				before = str_eq(t[m].playbook, t[k].playbook);
			if (!before)
				TRY(begin(c, plan, t[k].playbook, soft));
		}
	}
	return OK;
}

/* ---- reading ---- */

struct plan_tasks {
	struct playbook_state *runs;
	size_t n_runs;
	struct part_tasks {
		int64_t programme;
		struct programme_tasks_of_row *v;
		size_t n;
	} *parts;
	size_t n_parts;
	const struct zone *zone;
};

enum err growth_tasks_read(struct ctx *c, const struct growth_plan_row_row *plan, struct plan_tasks **ret)
{
	struct plan_tasks *t = arena_new(c->arena, struct plan_tasks);
	struct growth_parts_of_row *parts;
	struct playbook_card *cards;
	size_t n, n_cards;
	TRY(growth_parts_of(c->db, c->arena, &parts, &n, .plan_id = plan->id));
	t->parts = arena_array(c->arena, struct part_tasks, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].removed_us.set)
			continue;
		struct part_tasks *p = &t->parts[t->n_parts++];
		p->programme = parts[i].programme_id;
		TRY(programme_tasks_of(c->db, c->arena, &p->v, &p->n, .rev_id = parts[i].rev_id));
	}
	TRY(playbook_runs_of(c, PLAYBOOK_TEAMMATE, plan->teammate_id, &cards, &n_cards));
	t->runs = arena_array(c->arena, struct playbook_state, n_cards + 1);
	for (size_t i = 0; i < n_cards; i++)
		if (is_of(c, plan, cards[i].reference))
			TRY(playbook_state(c, cards[i].run, &t->runs[t->n_runs++]));
	t->zone = growth_zone(plan->zone);
	*ret = t;
	return OK;
}

static const struct playbook_task *find_task(const struct plan_tasks *t, struct str book, struct str key, int64_t *ret_run)
{
	for (size_t i = 0; i < t->n_runs; i++)
		for (size_t k = 0; str_eq(t->runs[i].playbook_slug, book) && k < t->runs[i].n_tasks; k++)
			if (str_eq(t->runs[i].tasks[k].key, key) && t->runs[i].tasks[k].state != PLAYBOOK_HIDDEN) {
				*ret_run = t->runs[i].run;
				return &t->runs[i].tasks[k];
			}
	return NULL;
}

void growth_tasks_for(struct ctx *c, const struct plan_tasks *t, int64_t programme, struct str key, struct plan_task_line **ret, size_t *ret_n)
{
	*ret = NULL;
	*ret_n = 0;
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct part_tasks *p = &t->parts[i];
		if (p->programme != programme)
			continue;
		struct plan_task_line *v = arena_array(c->arena, struct plan_task_line, p->n + 1);
		size_t n = 0;
		for (size_t k = 0; k < p->n; k++) {
			int64_t run = 0;
			const struct playbook_task *task = str_eq(p->v[k].outcome_key, key) ? find_task(t, p->v[k].playbook, p->v[k].task, &run) : NULL;
			if (!task)
				continue;
			v[n++] = (struct plan_task_line){
				.title = task->title, .state = str_c(playbook_state_name(task->state)), .done = task->state == PLAYBOOK_DONE || task->state == PLAYBOOK_SKIPPED,
				.due = task->due.set ? growth_day_words(c->arena, due_date_text(c->arena, task->due.day)) : S(""),
				.url = arena_fmt(c->arena, "/playbook/run/%lld/task?key=%.*s", (long long)run, STR_ARG(task->key)),
			};
		}
		*ret = v;
		*ret_n = n;
		return;
	}
}
