/* run_calendar.c: working days of the desk's calendars, for due rules that name one: a day is worked when the calendar is open at any time of it, where the
 * calendar is. Worked out for some years around the start, so that nothing of the calendar has to be held while a plan is looked at. */
#include "playbook/playbook.h"
#include "playbook/run.h"

#include "sla/calendar.h"
#include "sla/sla.h"

#include "base/banned.h"

enum { YEARS_BEFORE = 2, YEARS_AFTER = 11, CALENDARS_MOST = 8 };

struct worked {
	int64_t from, n;
	uint8_t *bits;
};

/* Beyond the years that were looked at: Monday to Friday. */
static bool works(const void *arg, int64_t day)
{
	const struct worked *w = arg;
	int64_t at = day - w->from;
	return at < 0 || at >= w->n ? civil_weekday(day) < 5 : w->bits[at / 8] >> at % 8 & 1;
}

static int64_t midnight_s(const struct zone *zone, int64_t day)
{
	return due_instant((struct due_date){ .set = true, .day = day - 1, .minute = -1 }, zone) / UTIME_US_PER_SECOND;
}

static struct playbook_days days_of(struct arena *a, const struct calendar *cal, int64_t around)
{
	struct worked *w = arena_new(a, struct worked);
	const struct zone *zone = calendar_zone(cal);
	w->from = around - YEARS_BEFORE * 366;
	w->n = (YEARS_BEFORE + YEARS_AFTER) * 366;
	w->bits = arena_array(a, uint8_t, (size_t)w->n / 8 + 1);
	int64_t begins = midnight_s(zone, w->from);
	for (int64_t i = 0; i < w->n; i++) {
		int64_t ends = midnight_s(zone, w->from + i + 1);
		if (calendar_between(cal, begins, ends) > 0)
			w->bits[i / 8] |= (uint8_t)(1 << i % 8);
		begins = ends;
	}
	return (struct playbook_days){ works, w };
}

static bool named(const struct plan *p, size_t *from, struct str *ret)
{
	for (; *from < p->n_tasks; (*from)++)
		if (p->tasks[*from].due.calendar.n) {
			*ret = p->tasks[(*from)++].due.calendar;
			return true;
		}
	return false;
}

static bool among(const struct plan_calendar *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, name))
			return true;
	return false;
}

enum err run_calendars(struct ctx *c, const struct plan *p, int64_t around, struct plan_facts *f)
{
	struct sla_calendar_line *lines;
	struct sla_kept *hold = NULL;
	struct str name;
	size_t n = 0, at = 0;
	if (!named(p, &at, &name))
		return OK;
	struct plan_calendar *v = arena_array(c->arena, struct plan_calendar, CALENDARS_MOST);
	TRY(sla_calendars_of(c, &lines, &n, &hold));
	do {
		for (size_t i = 0; i < n && f->n_calendars < CALENDARS_MOST; i++)
			if (str_eq(lines[i].name, name) && !among(v, f->n_calendars, name))
				v[f->n_calendars++] = (struct plan_calendar){ name, days_of(c->arena, lines[i].cal, around) };
	} while (named(p, &at, &name));
	sla_book_put(hold);
	f->calendars = v;
	return OK;
}

enum err playbook_calendar_days(struct ctx *c, struct str name, int64_t around, struct playbook_days *ret)
{
	struct sla_calendar_line *lines;
	struct sla_kept *hold;
	size_t n;
	TRY(sla_calendars_of(c, &lines, &n, &hold));
	for (size_t i = 0; i < n; i++)
		if (str_eq(lines[i].name, name))
			*ret = days_of(c->arena, lines[i].cal, around);
	sla_book_put(hold);
	return OK;
}

static enum err is_there(struct ctx *c, struct str name, bool *ret)
{
	struct sla_calendar_line *lines;
	struct sla_kept *hold;
	size_t n;
	*ret = false;
	TRY(sla_calendars_of(c, &lines, &n, &hold));
	for (size_t i = 0; i < n; i++)
		*ret |= str_eq(lines[i].name, name);
	sla_book_put(hold);
	return OK;
}

enum err playbook_calendar_check(struct ctx *c, struct str field, struct str name)
{
	bool there;
	TRY(is_there(c, name, &there));
	return there ? OK : fail_field(c, field, "There is no calendar of that name. `tend calendar list` shows all.");
}

enum err run_check_calendars(struct ctx *c, const struct plan *p)
{
	struct str name;
	size_t at = 0;
	while (named(p, &at, &name)) {
		bool there;
		TRY(is_there(c, name, &there));
		if (!there)
			return fail(c, ERR_INPUT, "A due date goes by the calendar “%.*s”, which is not there. `tend calendar list` shows all.", STR_ARG(name));
	}
	return OK;
}
