/* plan_job.c: looks once an hour whether plans are ready for people who begin tomorrow, and tells their manager once when one is not. Nobody is nagged: it is
 * one mail for a plan, and none to the newcomer. */
#include "growth/plan_parts.h"

#include "people/people.h"

#include "base/banned.h"

static enum err tell(struct ctx *c, const struct growth_plan_row_row *plan)
{
	struct teammate who, manager;
	struct json_out j;
	TRY(people_get(c, plan->teammate_id, &who));
	if (!plan->manager_id.set)
		return OK; /* the board says so: nobody is there to be told */
	TRY(people_get(c, plan->manager_id.v, &manager));
	struct str text = arena_fmt(c->arena,
		"%.*s begins on %.*s, and nobody has said yet that their plan is ready.\n\nLook it through, see that a buddy and a mentor are named, and press Ready:\n\n<%s/growth/plans/%lld>\n",
		STR_ARG(who.name), STR_ARG(growth_day_words(c->arena, plan->start_date)), c->desk->cfg.public_url, (long long)plan->id);
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "to", manager.email);
	json_kstr(&j, "subject", arena_fmt(c->arena, "The plan for %.*s is not ready", STR_ARG(who.name)));
	json_kstr(&j, "text", text);
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = manager.email, .body = json_done(&j), .next_us = c->now_us,
						   .dedup = arena_fmt(c->arena, "plan:%lld:%.*s", (long long)plan->id, STR_ARG(plan->start_date)) }, NULL);
}

/* Looks again inside the transaction: somebody may just have said that it is ready. */
static enum err one(struct ctx *c, void *arg)
{
	struct growth_plan_row_row before, plan;
	TRY(growth_plan_get(c, *(const int64_t *)arg, &before));
	if (before.ready_us.set || before.told_us.set || !str_eq(before.state, S("active")))
		return OK;
	plan = before;
	plan.told_us = SOME(c->now_us);
	TRY(GROWTH_PUT(c, growth_plan, "growth_plan.not_ready_told", &before, &plan));
	return tell(c, &plan);
}

/* True from the first minute of the day before the start, where the person lives, until the start itself has long begun. */
static bool is_time(struct ctx *c, const struct growth_plan_row_row *plan)
{
	int64_t start;
	if (!due_parse_date(plan->start_date, &start))
		return false;
	int64_t today = growth_day_of(growth_zone(plan->zone), c->now_us);
	return today >= start - 1 && today < start + 7;
}

static enum err plan_ready_run(struct ctx *c, const struct job *j)
{
	struct growth_plan_unready_row *v;
	struct civil now;
	size_t n;
	(void)j;
	civil_from_utc(c->now_us, &now);
	int64_t today = civil_days(now.year, now.month, now.day);
	/* two days ahead by UTC holds every zone's tomorrow */
	TRY(growth_plan_unready(c->db, c->arena, &v, &n, .since_date = due_date_text(c->arena, today - 8), .until_date = due_date_text(c->arena, today + 2)));
	for (size_t i = 0; i < n; i++) {
		struct growth_plan_row_row plan;
		TRY(growth_plan_get(c, v[i].id, &plan));
		if (is_time(c, &plan))
			TRY(ctx_write(c, true, one, &v[i].id));
	}
	return OK;
}

const struct job_kind growth_jobs[] = {
	{ .name = "growth.plan_ready", .version = 1, .max_attempts = 5, .lease_us = 5 * UTIME_US_PER_MINUTE, .every_us = UTIME_US_PER_HOUR, .run = plan_ready_run },
	{ 0 },
};
