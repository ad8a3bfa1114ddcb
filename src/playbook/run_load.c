/* run_load.c: a run out of its rows, evaluated; and back: the index of what is open, and whether the whole is complete. See run.h. */
#include "playbook/run.h"

#include "account/account.h"
#include "ticket/ticket.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct run_row_row) == sizeof(struct run_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct run_mark_row_row) == sizeof(struct run_mark_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct run_value_row_row) == sizeof(struct run_value_rows_row), "the fold reads the row we write");

const char *playbook_subject_name(enum playbook_subject s)
{
	static const char *const names[] = { "none", "ticket", "organisation", "teammate", "incident" };
	return s < PLAYBOOK_SUBJECT_COUNT ? names[s] : "";
}

const char *playbook_state_name(enum playbook_task_state s)
{
	static const char *const names[] = { "open", "waits", "done", "skipped", "rejected", "hidden" };
	return s < PLAYBOOK_STATE_COUNT ? names[s] : "";
}

struct opt_i64 run_actor(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE;
}

/* ---- working days ---- */

static bool works_on(const void *arg, int64_t day)
{
	return *(const uint8_t *)arg >> civil_weekday(day) & 1;
}

struct playbook_days playbook_days_of(struct ctx *c, int64_t teammate_id)
{
	struct work_span spans[WORK_SPANS_MAX];
	struct teammate t;
	const char *why;
	size_t n = 0;
	uint8_t *mask = arena_alloc(c->arena, 1);
	struct fault before = c->fault;
	if (teammate_id && people_get(c, teammate_id, &t) == OK && people_hours_parse(t.work_hours, spans, &n, &why))
		for (size_t i = 0; i < n; i++)
			*mask |= spans[i].days;
	c->fault = before;
	if (!*mask)
		*mask = 0x1f;
	return (struct playbook_days){ works_on, mask };
}

/* ---- reading ---- */

static int64_t stand_in(const void *arg, int64_t id)
{
	const struct run *r = arg;
	int64_t manager = 0, starter = 0;
	bool gone = false;
	for (size_t i = 0; i < r->n_roles; i++) {
		const struct run_role_of_run_row *role = &r->roles[i];
		bool here = role->teammate_id.set && !str_eq(role->state, S("disabled"));
		if (role->teammate_id.set && role->teammate_id.v == id && !here)
			gone = true;
		if (here && str_eq(role->role, S("manager")))
			manager = role->teammate_id.v;
		if (here && str_eq(role->role, S("starter")))
			starter = role->teammate_id.v;
	}
	return !gone ? id : manager ? manager : starter;
}

static enum plan_marked marked_of(struct str s)
{
	for (int i = 0; plan_marks[i]; i++)
		if (str_eq(s, str_c(plan_marks[i])))
			return (enum plan_marked)i;
	return MARK_NONE;
}

enum err run_read_facts(struct ctx *c, struct run *r)
{
	struct plan_facts *f = &r->facts;
	int64_t id = r->row.id, day;
	TRY(run_mark_of_run(c->db, c->arena, &r->marks, &r->n_marks, .run_id = id));
	TRY(run_value_of_run(c->db, c->arena, &r->values, &r->n_values, .run_id = id));
	TRY(run_role_of_run(c->db, c->arena, &r->roles, &r->n_roles, .run_id = id));
	struct plan_mark *marks = arena_array(c->arena, struct plan_mark, r->n_marks);
	for (size_t i = 0; i < r->n_marks; i++) {
		const struct run_mark_of_run_row *m = &r->marks[i];
		marks[i] = (struct plan_mark){ .key = m->key, .marked = marked_of(m->marked), .by = m->by_id.v, .by2 = m->by2_id.v, .at_us = m->at_us, .comment = m->comment };
		if (m->due_on.p && due_parse_date(m->due_on, &day))
			marks[i].hand = (struct due_date){ .set = true, .day = day, .minute = -1 };
	}
	struct plan_answer *answers = arena_array(c->arena, struct plan_answer, r->n_values);
	for (size_t i = 0; i < r->n_values; i++)
		answers[i] = (struct plan_answer){ r->values[i].key, r->values[i].value };
	struct playbook_cast *cast = arena_array(c->arena, struct playbook_cast, r->n_roles);
	for (size_t i = 0; i < r->n_roles; i++)
		cast[i] = (struct playbook_cast){ r->roles[i].role, r->roles[i].teammate_id.v };
	bool teammate = str_eq(r->row.subject, S("teammate"));
	int64_t person = teammate ? r->row.subject_id : r->row.started_by.v;
	*f = (struct plan_facts){
		.zone = r->zone, .days = playbook_days_of(c, person), .role = r->row.role, .level = r->row.level, .answers = answers, .n_answers = r->n_values,
		.marks = marks, .n_marks = r->n_marks, .cast = cast, .n_cast = r->n_roles, .stand_in = stand_in, .stand_in_arg = r,
	};
	if (teammate) {
		struct run_team_of_row *teams;
		TRY(run_team_of(c->db, c->arena, &teams, &f->n_teams, .teammate_id = person));
		struct str *slugs = arena_array(c->arena, struct str, f->n_teams);
		for (size_t i = 0; i < f->n_teams; i++)
			slugs[i] = teams[i].slug;
		f->teams = slugs;
	}
	f->start = (struct due_date){ .set = due_parse_date(r->row.starts_on, &day), .day = day, .minute = -1 };
	f->created_day = due_parse_date(r->row.created_on, &day) ? day : 0;
	TRY(run_calendars(c, &r->plan, f->start.set ? f->start.day : f->created_day, f));
	plan_evaluate(c->arena, &r->plan, f, &r->out);
	return OK;
}

enum err run_read_plan(struct ctx *c, struct run *r)
{
	struct playbook_rev_row_row rev;
	TRY(playbook_rev_read(c, r->row.rev_id, &rev));
	r->rev_number = rev.number;
	TRY(plan_parse(c->arena, &c->fault, rev.plan, &r->plan));
	return OK;
}

/* May the actor see it? What is about a ticket is seen by those who see the ticket. */
static enum err visible(struct ctx *c, const struct run_row_row *row)
{
	struct ticket_get_row t;
	return str_eq(row->subject, S("ticket")) ? ticket_load(c, row->subject_id, &t) : OK;
}

enum err run_load_any(struct ctx *c, int64_t id, struct run *ret)
{
	bool found;
	*ret = (struct run){ 0 };
	TRY(run_row(c->db, c->arena, &ret->row, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no run %lld. `run list` shows all.", (long long)id);
	ret->zone = zone_find(ret->row.zone);
	if (!ret->zone)
		ret->zone = zone_find(S("UTC"));
	TRY(run_read_plan(c, ret));
	return run_read_facts(c, ret);
}

enum err run_load(struct ctx *c, int64_t id, struct run *ret)
{
	TRY(run_load_any(c, id, ret));
	return visible(c, &ret->row);
}

enum err run_load_live(struct ctx *c, int64_t id, struct run *ret)
{
	TRY(run_load(c, id, ret));
	if (str_eq(ret->row.state, S("archived")))
		return fail(c, ERR_CONFLICT, "“%.*s” is put away. Bring it back first.", STR_ARG(ret->row.name));
	return OK;
}

struct plan_item *run_item(const struct run *r, struct str key)
{
	struct str base = key, times = STR_NULL;
	int64_t time = 0;
	size_t at;
	if (str_cut(key, '#', &base, &times) && (!str_i64(times, &time) || time < 1))
		return NULL;
	if (plan_find(&r->plan, base, &at) != PLAN_A_TASK)
		return NULL;
	size_t end = at + 1 < r->plan.n_tasks ? r->out.first_item[at + 1] : r->out.n_items;
	for (size_t i = r->out.first_item[at]; i < end; i++)
		if (r->out.items[i].time == time || (!time && r->out.items[i].time == 1 && end - r->out.first_item[at] == 1))
			return &r->out.items[i];
	return NULL;
}

struct str run_person(struct ctx *c, int64_t id)
{
	struct run_person_name_row row;
	bool found = false;
	if (!id || run_person_name(c->db, c->arena, &row, &found, .id = id) != OK || !found)
		return S("");
	return row.name;
}

bool run_is_soft(const struct run *r, utime now)
{
	int64_t day;
	if (!r->row.soft_until.p || !due_parse_date(r->row.soft_until, &day))
		return false;
	return now < due_instant((struct due_date){ .set = true, .day = day, .minute = -1 }, r->zone);
}

bool run_is_late(const struct run *r, const struct plan_item *it, utime now)
{
	bool open = it->state == PLAYBOOK_OPEN || it->state == PLAYBOOK_WAITS || it->state == PLAYBOOK_REJECTED;
	return open && it->due.set && str_eq(r->row.state, S("active")) && due_instant(it->due, r->zone) <= now && !run_is_soft(r, now);
}

/* ---- writing facts ---- */

/* {"set":{…}} → {"run":7,"set":{…}} */
static struct str with_run(struct arena *a, int64_t run, struct str data)
{
	if (!data.p)
		return arena_fmt(a, "{\"run\":%lld}", (long long)run);
	return arena_fmt(a, "{\"run\":%lld,%.*s", (long long)run, STR_ARG(str_slice(data, 1, data.n)));
}

enum err run_event(struct ctx *c, const struct run_row_row *run, const char *kind, const char *entity, int64_t id, struct str data)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = entity, .entity_id = id, .data = with_run(c->arena, run->id, data),
						    .ticket_id = str_eq(run->subject, S("ticket")) ? run->subject_id : 0 }, NULL);
}

enum err run_save(struct ctx *c, const char *kind, const struct run_row_row *before, const struct run_row_row *after, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &run_rows_stmt, before, after);
	if (!diff.p)
		return OK;
	TRY(run_put(c->db, .id = after->id, .rev_id = after->rev_id, .before_rev_id = after->before_rev_id, .name = after->name, .starts_on = after->starts_on,
		    .soft_until = after->soft_until, .role = after->role, .level = after->level, .zone = after->zone, .state = after->state,
		    .completed_us = after->completed_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "playbook_run", .entity_id = after->id, .reason = reason,
						    .data = with_run(c->arena, after->id, diff),
						    .ticket_id = str_eq(after->subject, S("ticket")) ? after->subject_id : 0 }, NULL);
}

enum err run_get_mark(struct ctx *c, const struct run *r, struct str key, struct run_mark_row_row *ret)
{
	bool found;
	TRY(run_mark_row(c->db, c->arena, ret, &found, .run_id = r->row.id, .key = key));
	if (!found)
		*ret = (struct run_mark_row_row){ .run_id = r->row.id, .key = key, .marked = S(""), .comment = S("") };
	return OK;
}

enum err run_put_mark(struct ctx *c, const struct run *r, const char *kind, const struct run_mark_row_row *mark)
{
	struct run_mark_row_row before, after = *mark;
	TRY(run_get_mark(c, r, mark->key, &before));
	if (!before.id) {
		struct run_mark_add_row added;
		TRY(run_mark_add(c->db, c->arena, &added, .run_id = r->row.id, .key = after.key, .marked = after.marked, .by_id = after.by_id,
				 .by2_id = after.by2_id, .at_us = after.at_us, .comment = after.comment, .due_on = after.due_on));
		after.id = added.id;
		return run_event(c, &r->row, kind, "playbook_mark", after.id, fold_set_all(c->arena, &run_mark_rows_stmt, &after));
	}
	after.id = before.id;
	struct str diff = fold_set_diff(c->arena, &run_mark_rows_stmt, &before, &after);
	if (!diff.p)
		return OK;
	TRY(run_mark_put(c->db, .id = after.id, .marked = after.marked, .by_id = after.by_id, .by2_id = after.by2_id, .at_us = after.at_us,
			 .comment = after.comment, .due_on = after.due_on));
	return run_event(c, &r->row, kind, "playbook_mark", after.id, diff);
}

enum err run_put_value(struct ctx *c, const struct run *r, struct str key, struct str value, struct str filename)
{
	struct run_value_row_row before, after;
	bool found;
	TRY(run_value_row(c->db, c->arena, &before, &found, .run_id = r->row.id, .key = key));
	if (!found && !value.p)
		return OK;
	after = (struct run_value_row_row){ .id = before.id, .run_id = r->row.id, .key = key, .value = value, .filename = filename, .by_id = run_actor(c),
					    .at_us = c->now_us };
	if (!found) {
		struct run_value_add_row added;
		TRY(run_value_add(c->db, c->arena, &added, .run_id = r->row.id, .key = key, .value = value, .filename = filename, .by_id = after.by_id,
				  .at_us = after.at_us));
		after.id = added.id;
		return run_event(c, &r->row, "playbook.answered", "playbook_value", after.id, fold_set_all(c->arena, &run_value_rows_stmt, &after));
	}
	if (!before.value.p == !value.p && str_eq(before.value, value))
		return OK;
	TRY(run_value_put(c->db, .id = after.id, .value = value, .filename = filename, .by_id = after.by_id, .at_us = after.at_us));
	return run_event(c, &r->row, "playbook.answered", "playbook_value", after.id, fold_set_diff(c->arena, &run_value_rows_stmt, &before, &after));
}

enum err run_put_role(struct ctx *c, const struct run *r, struct str role, struct opt_i64 teammate, const char *source)
{
	struct run_role_rows_row before = { 0 }, after;
	for (size_t i = 0; i < r->n_roles; i++)
		if (str_eq(r->roles[i].role, role))
			before = (struct run_role_rows_row){ .id = r->roles[i].id, .run_id = r->row.id, .role = role, .teammate_id = r->roles[i].teammate_id,
							     .source = r->roles[i].source };
	after = (struct run_role_rows_row){ .id = before.id, .run_id = r->row.id, .role = role, .teammate_id = teammate, .source = str_c(source) };
	if (!before.id) {
		struct run_role_add_row added;
		TRY(run_role_add(c->db, c->arena, &added, .run_id = r->row.id, .role = role, .teammate_id = teammate, .source = after.source));
		after.id = added.id;
		return run_event(c, &r->row, "playbook.role_changed", "playbook_role", after.id, fold_set_all(c->arena, &run_role_rows_stmt, &after));
	}
	struct str diff = fold_set_diff(c->arena, &run_role_rows_stmt, &before, &after);
	if (!diff.p)
		return OK;
	TRY(run_role_put(c->db, .id = after.id, .teammate_id = teammate, .source = after.source));
	return run_event(c, &r->row, "playbook.role_changed", "playbook_role", after.id, diff);
}

/* ---- the cast ---- */

static enum err by_account(struct ctx *c, const struct run *r, const char *part, int64_t *ret)
{
	struct organisation_card card;
	struct ticket_get_row t;
	int64_t org = str_eq(r->row.subject, S("organisation")) ? r->row.subject_id : 0;
	if (str_eq(r->row.subject, S("ticket"))) {
		TRY(ticket_load(c, r->row.subject_id, &t));
		org = t.organisation_id.v;
	}
	if (!org)
		return OK;
	TRY(organisation_card(c, org, &card));
	for (size_t i = 0; i < card.n_people && !*ret; i++)
		if (str_eq(card.people[i].part, str_c(part)))
			*ret = card.people[i].teammate_id;
	return OK;
}

/* Who plays a role when nobody was named: 0 = nobody. */
static enum err derive(struct ctx *c, const struct run *r, struct str role, int64_t *ret)
{
	static const struct {
		const char *role, *part;
	} parts[] = { { "account_executive", "ae" }, { "customer_engineer", "ce" }, { "technical_advisor", "ta" }, { "assigned_engineer", "assigned" },
		      { "backup_engineer", "backup" } };
	struct ticket_get_row ticket;
	struct teammate t;
	bool found;
	*ret = 0;
	if (str_eq(role, S("newcomer")) && str_eq(r->row.subject, S("teammate")))
		*ret = r->row.subject_id;
	if (str_eq(role, S("starter")))
		*ret = r->row.started_by.v;
	if (str_eq(role, S("assignee")) && str_eq(r->row.subject, S("ticket"))) {
		TRY(ticket_load(c, r->row.subject_id, &ticket));
		*ret = ticket.assignee_id.v;
	}
	if (str_find_ch(role, '@') > 0) {
		TRY(people_find(c, role, &t, &found));
		*ret = found ? t.id : 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts) && !*ret; i++)
		if (str_eq(role, str_c(parts[i].role)))
			TRY(by_account(c, r, parts[i].part, ret));
	return OK;
}

static const struct run_role_of_run_row *role_row(const struct run *r, struct str role)
{
	for (size_t i = 0; i < r->n_roles; i++)
		if (str_eq(r->roles[i].role, role))
			return &r->roles[i];
	return NULL;
}

static enum err cast_word(struct ctx *c, struct run *r, struct map *seen, struct str role)
{
	int64_t id;
	if (!map_put_i64(seen, role, 1) || role_row(r, role))
		return OK;
	TRY(derive(c, r, role, &id));
	return run_put_role(c, r, role, id ? SOME(id) : NONE, "start");
}

/* What a person field says: its own "field:KEY", and the role that it gives unless somebody set that by hand. */
static enum err cast_field(struct ctx *c, struct run *r, size_t at)
{
	const struct plan_field *f = &r->plan.fields[at];
	int64_t id = 0;
	if (r->out.values[at].p && !str_i64(r->out.values[at], &id))
		id = 0;
	struct str own = arena_fmt(c->arena, "field:%.*s", STR_ARG(f->key));
	const struct run_role_of_run_row *row = role_row(r, own);
	if (id || row)
		TRY(run_put_role(c, r, own, id ? SOME(id) : NONE, "field"));
	row = f->gives.n ? role_row(r, f->gives) : NULL;
	if (!f->gives.n || (row && str_eq(row->source, S("hand"))))
		return OK;
	if (id)
		return run_put_role(c, r, f->gives, SOME(id), "field");
	if (!row || !str_eq(row->source, S("field")))
		return OK;
	TRY(derive(c, r, f->gives, &id));
	return run_put_role(c, r, f->gives, id ? SOME(id) : NONE, "start");
}

enum err run_recast(struct ctx *c, struct run *r, struct str role)
{
	const struct run_role_of_run_row *row = role_row(r, role);
	int64_t id;
	for (size_t i = 0; i < r->plan.n_fields; i++)
		if (str_eq(r->plan.fields[i].gives, role) && r->out.values[i].p)
			return OK;   /* run_settle did it */
	if (!row || row->teammate_id.set)
		return OK;
	TRY(derive(c, r, role, &id));
	TRY(run_put_role(c, r, role, id ? SOME(id) : NONE, "start"));
	return run_settle(c, r);
}

static enum err cast(struct ctx *c, struct run *r)
{
	struct map seen;
	map_init(&seen, c->arena);
	TRY(cast_word(c, r, &seen, S("newcomer")));
	TRY(cast_word(c, r, &seen, S("starter")));
	TRY(cast_word(c, r, &seen, S("manager")));
	for (size_t i = 0; i < r->plan.n_tasks; i++)
		for (size_t k = 0; k < r->plan.tasks[i].n_who; k++)
			if (!str_starts(r->plan.tasks[i].who[k], S("field:")))
				TRY(cast_word(c, r, &seen, r->plan.tasks[i].who[k]));
	for (size_t i = 0; i < r->plan.n_fields; i++)
		if (r->plan.fields[i].type == PLAN_PERSON)
			TRY(cast_field(c, r, i));
	return OK;
}

/* ---- the index ---- */

struct index_row {
	struct str key, title, due_on;
	int64_t teammate, place, due_us;
	bool required, waits;
};

static void want(struct arena *a, const struct run *r, struct index_row **ret, size_t *ret_n)
{
	const struct plan_outcome *o = &r->out;
	struct index_row *v = arena_array(a, struct index_row, o->n_items * PLAN_WHO_MAX);
	size_t n = 0;
	for (size_t i = 0; i < o->n_items && !str_eq(r->row.state, S("archived")); i++) {
		const struct plan_item *it = &o->items[i];
		const struct plan_task *t = &r->plan.tasks[it->task];
		if (it->state != PLAYBOOK_OPEN && it->state != PLAYBOOK_WAITS && it->state != PLAYBOOK_REJECTED)
			continue;
		struct index_row row = {
			.key = it->key, .title = t->title, .place = (int64_t)i, .required = it->required, .waits = it->waits_for >= 0,
			.due_on = it->due.set ? due_date_text(a, it->due.day) : STR_NULL, .due_us = it->due.set ? due_instant(it->due, r->zone) : PLAYBOOK_NEVER_US,
		};
		for (size_t k = 0; k < it->n_who || k == 0; k++) {
			row.teammate = k < it->n_who ? it->who[k] : 0;
			v[n++] = row;
		}
	}
	*ret = v;
	*ret_n = n;
}

static bool same_row(const struct index_row *w, const struct run_item_of_run_row *h)
{
	return w->place == h->place && str_eq(w->title, h->title) && w->required == (h->required != 0) && w->waits == (h->waits != 0) &&
	       !w->due_on.p == !h->due_on.p && str_eq(w->due_on, h->due_on) && w->due_us == h->due_us;
}

static void put_row(struct json_out *j, const struct index_row *w)
{
	json_arr(j);
	json_str(j, w->key);
	json_i64(j, w->teammate);
	json_i64(j, w->place);
	json_str(j, w->title);
	json_i64(j, w->required);
	json_i64(j, w->waits);
	json_str(j, w->due_on);
	json_i64(j, w->due_us);
	json_arr_end(j);
}

struct index_diff {
	struct index_row *want;
	size_t n_want, n_put, n_drop;
	struct run_item_of_run_row *have;
	size_t n_have;
	bool *put, *keep;            /* of want; of have */
};

static enum err compare_index(struct ctx *c, const struct run *r, struct index_diff *d)
{
	struct map by_key;
	map_init(&by_key, c->arena);
	*d = (struct index_diff){ 0 };
	want(c->arena, r, &d->want, &d->n_want);
	TRY(run_item_of_run(c->db, c->arena, &d->have, &d->n_have, .run_id = r->row.id));
	d->put = arena_array(c->arena, bool, d->n_want);
	d->keep = arena_array(c->arena, bool, d->n_have);
	/* rows of one key stand together (ordered by key): the map names the first */
	for (size_t i = 0; i < d->n_have; i++)
		if (!map_find(&by_key, d->have[i].key))
			map_put_i64(&by_key, d->have[i].key, (int64_t)i);
	for (size_t i = 0; i < d->n_want; i++) {
		struct opt_i64 at = map_i64(&by_key, d->want[i].key);
		bool same = false;
		for (size_t k = at.set ? (size_t)at.v : d->n_have; k < d->n_have && str_eq(d->have[k].key, d->want[i].key); k++)
			if (d->have[k].teammate_id == d->want[i].teammate)
				same = d->keep[k] = same_row(&d->want[i], &d->have[k]);
		d->put[i] = !same;
		d->n_put += !same;
	}
	for (size_t i = 0; i < d->n_have; i++)
		d->n_drop += !d->keep[i];
	return OK;
}

static enum err write_index(struct ctx *c, const struct run *r)
{
	struct index_diff d;
	struct json_out j;
	TRY(compare_index(c, r, &d));
	if (d.n_drop == d.n_have && d.n_have)
		TRY(run_item_drop_all(c->db, .run_id = r->row.id));
	else
		for (size_t i = 0; i < d.n_have; i++)
			if (!d.keep[i])
				TRY(run_item_drop(c->db, .run_id = r->row.id, .key = d.have[i].key, .teammate_id = d.have[i].teammate_id));
	if (!d.n_put)
		return OK;
	json_init(&j, c->arena, 32 << 20);
	json_arr(&j);
	for (size_t i = 0; i < d.n_want; i++)
		if (d.put[i])
			put_row(&j, &d.want[i]);
	json_arr_end(&j);
	return run_item_add(c->db, .run_id = r->row.id, .items = json_done(&j));
}

enum err run_settle(struct ctx *c, struct run *r)
{
	TRY(run_read_facts(c, r));
	int events = c->n_events;
	TRY(cast(c, r));
	if (c->n_events != events)
		TRY(run_read_facts(c, r));
	struct run_row_row after = r->row;
	bool complete = r->out.n_required > 0 && r->out.n_closed == r->out.n_required;
	if (complete && str_eq(after.state, S("active"))) {
		after.state = S("completed");
		after.completed_us = SOME(c->now_us);
		TRY(run_save(c, "playbook.run_completed", &r->row, &after, STR_NULL));
	} else if (!complete && str_eq(after.state, S("completed"))) {
		after.state = S("active");
		after.completed_us = NONE;
		TRY(run_save(c, "playbook.run_reopened", &r->row, &after, STR_NULL));
	}
	r->row = after;
	TRY(run_put_counts(c->db, .id = r->row.id, .n_required = r->out.n_required, .n_closed = r->out.n_closed));
	return write_index(c, r);
}

enum err run_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct run_all_row *rows;
	size_t n;
	for (int64_t after = 0;; after = n ? rows[n - 1].id : after) {
		TRY(run_all(c->db, c->arena, &rows, &n, .after = after, .max = 200));
		for (size_t i = 0; i < n; i++) {
			struct arena a, *outer = c->arena;
			struct index_diff d = { 0 };
			struct run_counts_row counts;
			struct run r;
			bool found;
			arena_init(&a);
			c->arena = &a;
			enum err e = run_load_any(c, rows[i].id, &r);
			if (e == OK)
				e = compare_index(c, &r, &d);
			if (e == OK)
				e = run_counts(c->db, &a, &counts, &found, .id = rows[i].id);
			c->arena = outer;
			if (e == OK && (d.n_put || d.n_drop || counts.n_required != r.out.n_required || counts.n_closed != r.out.n_closed)) {
				(*complaints)++;
				say(arg, arena_fmt(outer, "run %lld: its index has %zu rows too many or wrong and lacks %zu; %lld of %lld instead of %lld of %lld",
						   (long long)rows[i].id, d.n_drop, d.n_put, (long long)counts.n_closed, (long long)counts.n_required,
						   (long long)r.out.n_closed, (long long)r.out.n_required));
			}
			arena_done(&a);
			TRY(e);
		}
		if (n < 200)
			return OK;
	}
}
