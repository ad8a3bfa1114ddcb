/* pick.c: see pick.h. */
#include "queue/pick.h"

#include "base/banned.h"

const char *pick_how_name(enum pick_how h)
{
	static const char *const NAMES[] = { [PICK_NOTHING] = "nothing", [PICK_OWN] = "own", [PICK_TAKE] = "take", [PICK_COVER] = "cover" };
	return NAMES[h];
}

const struct pick_person *pick_person(const struct pick_world *w, int64_t id)
{
	size_t lo = 0, hi = w->n_people;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->people[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < w->n_people && w->people[lo].id == id ? &w->people[lo] : NULL;
}

bool pick_available(const struct pick_person *p)
{
	return p && p->takes && p->at_work && !p->away && !p->at_capacity && !p->in_ramp;
}

int64_t pick_cover_of(const struct pick_world *w, int64_t absent, int64_t ticket)
{
	int64_t all = 0;
	for (size_t i = 0; i < w->n_covers; i++) {
		if (w->covers[i].absent != absent)
			continue;
		if (w->covers[i].ticket == ticket)
			return w->covers[i].teammate;
		if (!w->covers[i].ticket)
			all = w->covers[i].teammate;
	}
	return all;
}

static bool names(const struct pick_person *p, struct str tag)
{
	for (size_t i = 0; p && i < p->n_skills; i++)
		if (str_eq(p->skills[i], tag))
			return true;
	return false;
}

/* Its areas: is one of them theirs, and is there somebody else who names one and could take it? */
static void areas_of(const struct pick_world *w, const struct pick_person *me, int64_t ticket, bool *ret_mine, int64_t *ret_other)
{
	size_t lo = 0, hi = w->n_areas;
	*ret_mine = false;
	*ret_other = 0;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->areas[mid].ticket < ticket)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = lo; i < w->n_areas && w->areas[i].ticket == ticket; i++) {
		*ret_mine |= names(me, w->areas[i].tag);
		for (size_t k = 0; k < w->n_people && !*ret_other; k++)
			if (w->people[k].id != me->id && pick_available(&w->people[k]) && names(&w->people[k], w->areas[i].tag))
				*ret_other = w->people[k].id;
	}
}

/* Somebody holds it who is away. */
static bool cover(const struct pick_world *w, const struct pick_person *me, const struct pick_ask *ask, const struct rank_case *x, struct pick *p, struct pick_skipped *s)
{
	int64_t who = pick_cover_of(w, x->assignee, x->id);
	const struct pick_person *named = pick_person(w, who);
	s->why = SKIP_COVERED;
	s->who = who;
	if (who == me->id || !named || named->away || !named->at_work) {
		s->why = SKIP_CAPACITY;
		if (me->at_capacity && who != me->id)
			return false;
		s->why = SKIP_RAMP;   /* somebody in their first weeks steps in when they were named, or ask for it */
		if (me->in_ramp && who != me->id && !ask->ramp)
			return false;
		p->how = PICK_COVER;
		p->absent = x->assignee;
		p->steps_in = who != me->id;
		return true;
	}
	return false;
}

static bool nobodys(const struct pick_world *w, const struct pick_person *me, const struct pick_ask *ask, const struct rank_case *x, struct pick *p, struct pick_skipped *s)
{
	int64_t other;
	p->engineer = x->engineer == me->id;
	p->backup = x->backup == me->id;
	areas_of(w, me, x->id, &p->area, &other);
	s->who = 0;
	s->why = SKIP_CAPACITY;
	if (me->at_capacity)
		return false;
	s->why = SKIP_RAMP;
	if (me->in_ramp && !ask->ramp)
		return false;
	s->why = SKIP_ENGINEER;
	s->who = x->engineer;
	if (!p->engineer && pick_available(pick_person(w, x->engineer)))
		return false;
	s->why = SKIP_BACKUP;
	s->who = x->backup;
	if (!p->engineer && !p->backup && pick_available(pick_person(w, x->backup)))
		return false;
	s->why = SKIP_AREA;
	s->who = other;
	if (!p->engineer && !p->backup && me->n_skills && !p->area && other)
		return false;
	p->how = PICK_TAKE;
	return true;
}

static bool fits(const struct pick_world *w, const struct pick_person *me, const struct pick_ask *ask, const struct rank_case *x, struct pick *p, struct pick_skipped *s)
{
	s->why = SKIP_PASSED;
	if (x->id == ask->passed)
		return false;
	if (x->assignee == me->id) {
		s->why = SKIP_ANSWERED;
		if (x->answered && !rank_at_risk(x, w->line->at_us) && !x->place)
			return false;
		p->how = PICK_OWN;
		return true;
	}
	if (x->assignee) {
		const struct pick_person *holder = pick_person(w, x->assignee);
		s->why = SKIP_HELD;
		s->who = x->assignee;
		return holder && holder->away ? cover(w, me, ask, x, p, s) : false;
	}
	return nobodys(w, me, ask, x, p, s);
}

void pick_next(const struct pick_world *w, const struct pick_ask *ask, struct pick *ret)
{
	const struct pick_person *me = pick_person(w, ask->me);
	*ret = (struct pick){ .how = PICK_NOTHING };
	for (size_t place = 1; me && place <= w->line->n_order; place++) {
		const struct rank_case *x = line_at(w->line, place);
		struct pick try = { .how = PICK_NOTHING };
		struct pick_skipped s = { .place = place };
		if (fits(w, me, ask, x, &try, &s)) {
			ret->how = try.how;
			ret->place = place;
			ret->ticket = x->id;
			ret->absent = try.absent;
			ret->engineer = try.engineer;
			ret->backup = try.backup;
			ret->area = try.area;
			ret->steps_in = try.steps_in;
			return;
		}
		ret->n_all_skipped++;
		if (ret->n_skipped < PICK_SKIPS_SHOWN)
			ret->skipped[ret->n_skipped++] = s;
	}
}

bool pick_may(struct arena *a, const struct pick_world *w, const struct pick_ask *ask, struct str *ret_why_not)
{
	const struct pick_person *me = pick_person(w, ask->me);
	*ret_why_not = STR_NULL;
	if (!me || !me->takes)
		*ret_why_not = S("Only a teammate who answers customers is given a case.");
	else if (me->away)
		*ret_why_not = arena_fmt(a, "You are away until %.*s, so you are given nothing. If you are back, say so on the page of who is away.", STR_ARG(me->away_until));
	else if (!me->at_work && !ask->off)
		*ret_why_not = S("It is outside your working hours, so you are given nothing. Change the hours in your settings, or ask for a case all the same.");
	return ret_why_not->p == NULL;
}

/* ---- in words ---- */

static struct str name_of(const struct pick_world *w, int64_t id)
{
	const struct pick_person *p = pick_person(w, id);
	return p ? p->name : S("somebody who has left");
}

struct str pick_skip_words(struct arena *a, const struct pick_world *w, const struct pick_skipped *s)
{
	struct str who = name_of(w, s->who);
	switch (s->why) {
	case SKIP_HELD:
		return arena_fmt(a, "%.*s holds it", STR_ARG(who));
	case SKIP_ANSWERED:
		return S("it is yours and answered: nothing of the customer's is newer");
	case SKIP_COVERED:
		return arena_fmt(a, "its owner is away and %.*s fills in", STR_ARG(who));
	case SKIP_ENGINEER:
		return arena_fmt(a, "%.*s is this customer's engineer and is there", STR_ARG(who));
	case SKIP_BACKUP:
		return arena_fmt(a, "%.*s is the backup for this customer and is there", STR_ARG(who));
	case SKIP_AREA:
		return arena_fmt(a, "it is of an area that %.*s names, and you name others", STR_ARG(who));
	case SKIP_CAPACITY:
		return S("you are at capacity: only your own cases");
	case SKIP_RAMP:
		return S("you are in your first weeks: only your own cases, unless you ask for one");
	case SKIP_PASSED:
		return S("you have it before you");
	}
	return S("");
}

struct str pick_words(struct arena *a, const struct pick_world *w, const struct pick *p)
{
	if (p->how == PICK_OWN)
		return S("it is yours, and it waits for you");
	if (p->how == PICK_COVER)
		return arena_fmt(a, "%.*s is away%s; the case stays theirs", STR_ARG(name_of(w, p->absent)), p->steps_in ? " and nobody who is there fills in, so you do" : " and you fill in");
	return p->engineer ? S("you are this customer's engineer") : p->backup ? S("you are the backup for this customer") : p->area ? S("it is of an area of yours") :
	       S("nobody holds it");
}
