/* fuzz_plan.c: any bytes as a file with playbooks. What comes out of the importer is a plan; it is read again to the same, checked, evaluated with and without
 * answers, compared with itself, and none of it ends badly or takes for ever. */
#include "playbook/plan_eval.h"
#include "playbook/plan_import.h"

#include "base/utf8.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool odd_days(const void *arg, int64_t day)
{
	(void)arg;
	return day & 1;
}

static void evaluate(struct arena *a, const struct plan *plan)
{
	struct plan_outcome none, some;
	struct plan_answer *answers = arena_array(a, struct plan_answer, plan->n_fields);
	struct plan_mark *marks = arena_array(a, struct plan_mark, plan->n_tasks);
	for (size_t i = 0; i < plan->n_fields; i++)
		answers[i] = (struct plan_answer){ plan->fields[i].key, plan->fields[i].n_choices ? plan->fields[i].choices[0] : S("2026-11-24") };
	for (size_t i = 0; i < plan->n_tasks; i++)
		marks[i] = (struct plan_mark){ .key = plan->tasks[i].key, .marked = (enum plan_marked)(i % MARK_COUNT), .by = 1, .at_us = INT64_C(1700000000000000) };
	struct plan_facts f = { .start = { .set = true, .day = 20000, .minute = -1 }, .created_day = 19990, .zone = zone_find(S("UTC")), .days = { odd_days, NULL },
				.role = S("x"), .level = S("3") };
	plan_evaluate(a, plan, &f, &none);
	ASSERT(none.n_items >= plan->n_tasks && none.n_closed == 0);
	f.answers = answers;
	f.n_answers = plan->n_fields;
	f.marks = marks;
	f.n_marks = plan->n_tasks;
	plan_evaluate(a, plan, &f, &some);
	ASSERT(some.n_items >= plan->n_tasks && some.n_closed <= some.n_required);
	for (size_t i = 0; i < some.n_items; i++)
		ASSERT(some.items[i].state != PLAYBOOK_HIDDEN || !some.task_shown[some.items[i].task]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct fault f = { 0 };
	struct plan_import im;
	arena_init(&a);
	if (plan_import(&a, &f, (struct str){ (const char *)p, n }, S("file"), &im) == OK) {
		for (size_t i = 0; i < im.n_plans; i++) {
			struct plan plan, again;
			struct plan_problem *problems;
			struct plan_change *changes;
			struct plan_import twice;
			size_t n_problems, n_changes;
			ASSERT(plan_parse(&a, &f, im.plans[i], &plan) == OK);
			/* what we write we read again, to the same */
			ASSERT(plan_import(&a, &f, im.plans[i], S("file"), &twice) == OK && twice.n_plans == 1 && str_eq(twice.plans[0], im.plans[i]));
			ASSERT(plan_parse(&a, &f, twice.plans[0], &again) == OK);
			plan_check(&a, &plan, &problems, &n_problems);
			for (size_t k = 0; k < n_problems; k++)
				ASSERT(utf8_valid(problems[k].sentence));
			plan_diff(&a, &plan, &again, &changes, &n_changes);
			ASSERT(n_problems || n_changes == 0);
			evaluate(&a, &plan);
		}
		for (size_t i = 0; i < im.n_wrong; i++)
			ASSERT(im.wrong[i].sentence.n && utf8_valid(im.wrong[i].sentence));
	} else {
		ASSERT(f.message[0]);
	}
	arena_done(&a);
	return 0;
}
