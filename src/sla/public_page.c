/* public_page.c: the promises as customers may read them, from the rows in force today that are marked for them. Contracts of single organisations never
 * stand here. */
#include "sla/promise_view.h"

#include "core/setting.h"
#include "web/layout.h"
#include "web/web.h"
#include "public.html.h"

#include "base/banned.h"

enum { PLANS_MOST = 60 };

static struct public_plan *plan_of(struct ctx *c, struct public_view *v, struct str name, size_t rows)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->plans[i].name, name))
			return &v->plans[i];
	if (v->n == PLANS_MOST)
		return NULL;
	struct public_plan *p = &v->plans[v->n++];
	*p = (struct public_plan){ .name = name, .rows = arena_array(c->arena, const struct promise_line *, rows + 1) };
	return p;
}

static struct str calendar_title(const struct sla_calendar_line *cals, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(cals[i].name, name) && cals[i].title.n)
			return cals[i].title;
	return name;
}

enum err public_promises_page(struct web *w)
{
	struct ctx *c = w->c;
	struct public_view v = { .plans = arena_array(c->arena, struct public_plan, PLANS_MOST), .now_us = c->now_us };
	struct promise_line *lines;
	size_t n;
	struct sla_calendar_line *cals;
	struct sla_kept *hold;
	size_t n_cals;
	TRY(promise_lines(w, 0, &lines, &n));
	TRY(sla_calendars_of(c, &cals, &n_cals, &hold));
	for (size_t i = 0; i < n; i++) {
		const struct sla_rule_line *r = lines[i].r;
		struct str one, rest = r->plan.n ? r->plan : S("All plans");
		if (!r->shown || !r->in_force || r->organisation_id.set || str_eq(r->track, S("aim")))
			continue;
		promise_targets(c->arena, &lines[i], false);   /* when we are warned concerns only us */
		lines[i].hours = calendar_title(cals, n_cals, r->calendar);
		while (rest.n) {
			struct str tail;
			str_cut(rest, ',', &one, &tail);
			rest = tail;
			struct public_plan *p = plan_of(c, &v, str_trim(one), n);
			if (p && !(p->n && p->rows[p->n - 1] == &lines[i]))   /* a row may name a plan twice */
				p->rows[p->n++] = &lines[i];
		}
	}
	v.layout = web_layout(w, S("What we promise"));
	public_promises_html(&w->html, &v);
	sla_book_put(hold);
	return OK;
}
