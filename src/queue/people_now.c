/* people_now.c: who is there, as far as giving them cases goes; and telling people. See queue.h. */
#include "queue/parts.h"

#include "base/civil.h"
#include "notice/notice.h"
#include "people/people.h"

#include "queue.sql.h"

#include <stdlib.h>

#include "base/banned.h"

enum { SKILLS_MOST = 5000, AREAS_MOST = 20000, HELD_MOST = 20000, TOLD_MOST = 200 };

static int by_id(const void *x, const void *y)
{
	int64_t a = ((const struct teammate *)x)->id, b = ((const struct teammate *)y)->id;
	return a < b ? -1 : a > b;
}

static bool at_work(const struct teammate *t, utime now)
{
	struct work_span spans[WORK_SPANS_MAX];
	const struct zone *zone = zone_find(t->zone);
	const char *why;
	size_t n;
	if (!people_hours_parse(t->work_hours, spans, &n, &why) || !n)
		return true;
	return people_at_work(spans, n, zone ? zone : zone_find(S("UTC")), now);
}

static enum err put_people(struct ctx *c, struct pick_world *w, struct pick_person **ret)
{
	struct teammate *all;
	TRY(people_active(c, &all, &w->n_people));
	if (w->n_people)
		qsort(all, w->n_people, sizeof(*all), by_id);
	struct pick_person *p = arena_array(c->arena, struct pick_person, w->n_people);
	for (size_t i = 0; i < w->n_people; i++)
		p[i] = (struct pick_person){ .id = all[i].id, .name = all[i].name, .zone = all[i].zone, .takes = access_caps(all[i].access) & CAN_REPLY, .at_work = at_work(&all[i], c->now_us),
					     .away_until = S("") };
	w->people = *ret = p;
	return OK;
}

static enum err put_absences(struct ctx *c, struct pick_world *w)
{
	struct queue_away_on_row *away;
	struct queue_covers_on_row *v;
	size_t n;
	TRY(queue_away_on(c->db, c->arena, &away, &n, .now_us = c->now_us));
	for (size_t i = 0; i < n; i++) {
		struct pick_person *p = (struct pick_person *)pick_person(w, away[i].teammate_id);
		if (p) {
			p->away = true;
			p->away_until = day_words(c->arena, day_of(away[i].until_day), day_at(S("UTC"), c->now_us));
		}
	}
	TRY(queue_covers_on(c->db, c->arena, &v, &n, .now_us = c->now_us));
	struct pick_cover *covers = arena_array(c->arena, struct pick_cover, n);
	for (size_t i = 0; i < n; i++)
		covers[i] = (struct pick_cover){ v[i].absent_id, v[i].ticket_id.v, v[i].teammate_id };
	w->covers = covers;
	w->n_covers = n;
	return OK;
}

static enum err put_areas(struct ctx *c, struct pick_world *w)
{
	struct queue_skills_row *s;
	struct queue_areas_row *t;
	size_t n, n_areas;
	TRY(queue_skills(c->db, c->arena, &s, &n, .max = SKILLS_MOST));
	struct str *tags = arena_array(c->arena, struct str, n);
	for (size_t i = 0; i < n; i++) {
		struct pick_person *p = (struct pick_person *)pick_person(w, s[i].teammate_id);
		tags[i] = s[i].tag;
		if (p && !p->n_skills)
			p->skills = &tags[i];
		if (p)
			p->n_skills++;
	}
	w->areas = NULL;
	w->n_areas = 0;
	if (!n)
		return OK;
	TRY(queue_areas(c->db, c->arena, &t, &n_areas, .max = AREAS_MOST));
	struct pick_area *areas = arena_array(c->arena, struct pick_area, n_areas);
	for (size_t i = 0; i < n_areas; i++)
		areas[i] = (struct pick_area){ t[i].ticket_id, t[i].tag };
	w->areas = areas;
	w->n_areas = n_areas;
	return OK;
}

enum err queue_people(struct ctx *c, struct pick_world *w)
{
	struct pick_person *p;
	struct queue_flags_on_row *flags;
	struct queue_ramps_on_row *ramps;
	struct queue_held_row *held;
	size_t n;
	TRY(put_people(c, w, &p));
	TRY(put_absences(c, w));
	TRY(put_areas(c, w));
	TRY(queue_flags_on(c->db, c->arena, &flags, &n, .now_us = c->now_us));
	for (size_t i = 0; i < n; i++)
		if ((p = (struct pick_person *)pick_person(w, flags[i].teammate_id)))
			p->at_capacity = true;
	TRY(queue_ramps_on(c->db, c->arena, &ramps, &n, .now_us = c->now_us));
	for (size_t i = 0; i < n; i++)
		if ((p = (struct pick_person *)pick_person(w, ramps[i].teammate_id)))
			p->in_ramp = true;
	TRY(queue_held(c->db, c->arena, &held, &n, .max = HELD_MOST));
	for (size_t i = 0; i < n; i++)
		if ((p = (struct pick_person *)pick_person(w, held[i].assignee_id)) && !str_eq(held[i].status, S("on_hold")))
			p->active += held[i].n;
	return OK;
}

enum err queue_world(struct ctx *c, struct pick_world *w)
{
	TRY(queue_people(c, w));
	return line_hold(c, &w->line);
}

enum err queue_at_capacity(struct ctx *c, int64_t teammate, bool *ret, struct str *ret_why)
{
	struct queue_flag_of_row f = { 0 };
	TRY(queue_flag_of(c->db, c->arena, &f, ret, .teammate_id = teammate, .now_us = c->now_us));
	*ret_why = *ret ? f.why : S("");
	return OK;
}

struct str queue_block_of(const struct queue_blocks_row *b, size_t n, struct str zone, struct str *ret_side)
{
	*ret_side = S("");
	for (size_t i = 0; i < n; i++) {
		struct str one, rest = b[i].zones;
		for (bool more = true; more;) {
			more = str_cut(rest, ',', &one, &rest);
			if (str_trim(one).n && str_starts(zone, str_trim(one))) {
				*ret_side = b[i].side;
				return b[i].name;
			}
		}
	}
	return S("");
}

/* ---- telling ---- */

enum err queue_tell(struct ctx *c, int64_t teammate, struct str words, struct str url)
{
	if (teammate <= 0)
		return OK;
	TRY(notice_tell(c, &(struct notice_new){ .to = teammate, .kind = NOTICE_TEAM, .words = words, .url = url }));
	return queue_notice_add(c->db, .teammate_id = teammate, .words = words, .url = url, .at_us = c->now_us);
}

enum err queue_tell_around(struct ctx *c, int64_t teammate, struct str words, struct str url)
{
	struct queue_around_row *near;
	struct queue_leads_row *leads;
	size_t n, n_leads;
	TRY(queue_around(c->db, c->arena, &near, &n, .teammate_id = teammate, .max = TOLD_MOST));
	for (size_t i = 0; i < n; i++)
		TRY(queue_tell(c, near[i].id, words, url));
	if (n)
		return OK;
	TRY(queue_leads(c->db, c->arena, &leads, &n_leads, .teammate_id = teammate, .max = TOLD_MOST));
	for (size_t i = 0; i < n_leads; i++)
		TRY(queue_tell(c, leads[i].id, words, url));
	return OK;
}
