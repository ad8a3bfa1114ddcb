/* rule_timer.c: when rules about time are to look at a case. The rows are an index over the tickets: what stands here follows from a ticket's row and the
 * rules, and `tend verify` checks it. Written by the job alone. */
#include "rules/rules.h"

#include "base/civil.h"
#include "core/command.h"

#include <string.h>

#include "base/banned.h"

enum { ARM_PAGE = 200, CHANGES_MOST = 4200 };

struct change {
	int64_t id;                  /* 0 = a new row */
	struct str slug;
	int64_t ticket_id, parent;
	utime entered_us, due_us;
	const char *state;
};
struct changes {
	struct change v[CHANGES_MOST];
	size_t n;
};

static enum err write_changes(struct ctx *c, void *arg)
{
	const struct changes *x = arg;
	for (size_t i = 0; i < x->n; i++) {
		const struct change *t = &x->v[i];
		if (t->id)
			TRY(rule_timer_put(c->db, .id = t->id, .due_us = t->due_us, .state = str_c(t->state)));
		else
			TRY(rule_timer_add(c->db, .slug = t->slug, .ticket_id = t->ticket_id, .entered_us = t->entered_us, .due_us = t->due_us, .state = str_c(t->state),
					   .parent_id = t->parent ? SOME(t->parent) : NONE));
	}
	return OK;
}

static void add(struct changes *x, struct change t)
{
	if (x->n < CHANGES_MOST)
		x->v[x->n++] = t;
}

/* One rule and one ticket: what is to be written. armed_us: set when the rule begins, for what was past already. */
static void want(struct changes *x, const struct rule *r, const struct ticket_get_row *t, const struct calendar *cal, const struct rule_timers_of_row *have, size_t n,
		 int64_t parent, struct opt_i64 armed_us)
{
	utime entered, due;
	bool waits = rule_waits(t, &r->when, cal, &entered, &due), there = false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(have[i].slug, r->slug))
			continue;
		bool same = waits && have[i].entered_us == entered;
		there |= same;
		if (!same)
			add(x, (struct change){ .id = have[i].id, .due_us = have[i].due_us, .state = "left" });
		else if (have[i].due_us != due || str_eq(have[i].state, S("looked")))   /* something happened: it looks again */
			add(x, (struct change){ .id = have[i].id, .due_us = due, .state = "waiting" });
	}
	if (waits && !there)
		add(x, (struct change){ .slug = r->slug, .ticket_id = t->id, .entered_us = entered, .due_us = due, .parent = parent,
					.state = armed_us.set && due <= armed_us.v ? "done" : "waiting" });
}

enum err rule_timers_set(struct ctx *c, const struct rules_set *rules, const struct rule_case *k, struct rule_hours *hours, int64_t parent_run)
{
	struct rule_timers_of_row *have;
	struct changes *x = arena_new(c->arena, struct changes);
	size_t n;
	x->n = 0;
	TRY(rule_timers_of(c->db, c->arena, &have, &n, .ticket_id = k->t.id));
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *r = &rules->v[i];
		if (r->when.events || r->broken.n)
			continue;
		if (r->when.business)
			TRY(rule_hours_get(c, hours));
		want(x, r, &k->t, hours->cal, have, n, parent_run, NONE);
	}
	return x->n ? ctx_write(c, true, write_changes, x) : OK;
}

/* ---- a rule begins ---- */

static const char *const OPEN[] = { "new", "open", "pending", "on_hold", NULL };

static struct str next_status(const struct rule *r, struct str status)
{
	struct str only = str_c(ticket_status_name(r->when.status));
	if (r->when.since == RULE_IN_STATUS)
		return str_eq(status, only) ? S("") : only;
	if (!status.n)
		return str_c(OPEN[0]);
	for (size_t i = 0; OPEN[i]; i++)
		if (str_eq(status, str_c(OPEN[i])))
			return OPEN[i + 1] ? str_c(OPEN[i + 1]) : S("");
	return S("");
}

struct arm {
	const struct rule *r;
	struct rule_arm_get_row at;
	struct changes x;
};

static enum err write_arm(struct ctx *c, void *arg)
{
	struct arm *m = arg;
	TRY(write_changes(c, &m->x));
	return rule_arm_put(c->db, .rule_id = m->r->row_id, .status = m->at.status, .before_us = m->at.before_us, .before_id = m->at.before_id);
}

static enum err arm_page(struct ctx *c, struct arm *m, struct rule_hours *hours)
{
	struct rule_arm_page_row *rows;
	size_t n;
	TRY(rule_arm_page(c->db, c->arena, &rows, &n, .status = m->at.status, .before_us = m->at.before_us, .before_id = m->at.before_id, .max = ARM_PAGE));
	for (size_t i = 0; i < n; i++) {
		struct ticket_get_row t;
		struct rule_timers_of_row *have;
		size_t n_have;
		TRY(ticket_get(c->db, c->arena, &t, .id = rows[i].id));
		TRY(rule_timers_of(c->db, c->arena, &have, &n_have, .ticket_id = t.id));
		want(&m->x, m->r, &t, hours->cal, have, n_have, 0, SOME(m->r->since_us));
		m->at.before_us = rows[i].updated_us;
		m->at.before_id = rows[i].id;
	}
	if (n == ARM_PAGE)
		return OK;
	m->at.status = next_status(m->r, m->at.status);
	m->at.before_us = m->at.before_id = INT64_MAX;
	return OK;
}

enum err rule_timers_arm(struct ctx *c, const struct rules_set *rules, struct rule_hours *hours, bool *ret_more)
{
	*ret_more = false;
	for (size_t i = 0; i < rules->n && !*ret_more; i++) {
		const struct rule *r = &rules->v[i];
		struct arm *m = arena_new(c->arena, struct arm);
		bool found;
		if (r->when.events || r->broken.n)
			continue;
		*m = (struct arm){ .r = r };
		TRY(rule_arm_get(c->db, c->arena, &m->at, &found, .rule_id = r->row_id));
		if (found && !m->at.status.n)
			continue;
		if (!found)
			m->at = (struct rule_arm_get_row){ .status = next_status(r, S("")), .before_us = INT64_MAX, .before_id = INT64_MAX };
		if (r->when.business)
			TRY(rule_hours_get(c, hours));
		TRY(arm_page(c, m, hours));
		TRY(ctx_write(c, true, write_arm, m));
		*ret_more = true;
	}
	return OK;
}

/* ---- verify ---- */

struct checking {
	struct ctx *c;
	const struct rules_set *rules;
	struct rule_hours hours;
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t complaints;
};

static enum err check_timer(void *arg, struct arena *row_arena, void *row_)
{
	struct checking *x = arg;
	const struct rule_timer_all_row *row = row_;
	struct ticket_get_row t;
	utime entered, due;
	const struct rule *r = NULL;
	for (size_t i = 0; i < x->rules->n && !r; i++)
		if (str_eq(x->rules->v[i].slug, row->slug))
			r = &x->rules->v[i];
	if (!r || r->when.events || row->due_us <= x->c->now_us)
		return OK;   /* of a rule that is off, or due: looked at when its time comes */
	if (r->when.business)
		TRY(rule_hours_get(x->c, &x->hours));
	TRY(ticket_get(x->c->db, row_arena, &t, .id = row->ticket_id));
	if (rule_waits(&t, &r->when, x->hours.cal, &entered, &due) && entered == row->entered_us)
		return OK;
	x->complaints++;
	x->say(x->arg, arena_fmt(row_arena, "rule_timer %lld of rule %.*s: ticket %lld does not wait since %.*s", (long long)row->id, STR_ARG(row->slug),
				 (long long)row->ticket_id, STR_ARG(civil_rfc3339(row_arena, row->entered_us))));
	return OK;
}

enum err rules_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct rule_queue_page_row *waiting;
	struct rules_book *b;
	size_t n;
	TRY(rule_queue_page(c->db, c->arena, &waiting, &n, .max = 1));
	if (n)
		return OK;   /* the job has not looked yet: nothing follows from the rows */
	TRY(rules_get(c, &b));
	struct checking x = { .c = c, .rules = rules_of(b), .say = say, .arg = arg };
	enum err e = rule_timer_all(c->db, check_timer, &x);
	rule_hours_put(&x.hours);
	rules_put(b);
	*complaints += x.complaints;
	return e;
}
