/* run.c: runs: started, changed, cast, put away, shown; and what other slices may do with them (playbook.h). */
#include "playbook/run.h"

#include "account/account.h"
#include "ticket/ticket.h"

#include "base/banned.h"

enum { SHOWN = 50, CAST_MOST = 20, MINE_DAYS = 14 };

static const char *const SUBJECTS[] = { "none", "ticket", "organisation", "teammate", "incident", NULL };
static const char *const STATES[] = { "active", "completed", "archived", NULL };

/* ---- starting ---- */

static bool role_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
			return false;
	return s.n && s.n <= PLAN_KEY_MAX;
}

enum err run_teammate(struct ctx *c, const char *field, struct str typed, int64_t *ret)
{
	struct teammate t;
	bool found = true;
	typed = str_trim(typed);
	if (str_i64(typed, ret)) {
		enum err e = people_get(c, *ret, &t);
		if (e == ERR_NOT_FOUND) {
			fault_clear(&c->fault);
			found = false;
		} else if (e) {
			return e;
		}
	} else {
		TRY(people_find(c, typed, &t, &found));
	}
	if (!found)
		return fail_field(c, str_c(field), "There is no teammate “%.*s”: give a mail address or a number.", STR_ARG(typed));
	if (str_eq(t.state, S("disabled")))
		return fail_field(c, str_c(field), "%.*s has left.", STR_ARG(t.name));
	*ret = t.id;
	return OK;
}

/* The subject exists and may be seen; its name, its zone, and its role for conditions. */
static enum err read_subject(struct ctx *c, const struct playbook_start *in, struct str *ret_name, struct str *ret_zone, struct str *ret_role)
{
	struct organisation_card card;
	struct ticket_get_row ticket;
	struct teammate t;
	*ret_name = *ret_role = S("");
	*ret_zone = c->actor.zone.n ? c->actor.zone : S("UTC");
	switch (in->subject) {
	case PLAYBOOK_NOTHING:
		return in->subject_id ? fail_field(c, S("subject_id"), "Say what the number is of: give a subject.") : OK;
	case PLAYBOOK_TICKET:
		TRY(ticket_load(c, in->subject_id, &ticket));
		*ret_name = arena_fmt(c->arena, "#%lld %.*s", (long long)ticket.id, STR_ARG(ticket.subject));
		return OK;
	case PLAYBOOK_ORGANISATION:
		TRY(organisation_card(c, in->subject_id, &card));
		*ret_name = card.name;
		return OK;
	case PLAYBOOK_TEAMMATE:
		TRY(people_get(c, in->subject_id, &t));
		*ret_name = t.name;
		*ret_role = t.role;
		*ret_zone = t.zone;
		return OK;
	case PLAYBOOK_INCIDENT:
		if (in->subject_id < 1)
			return fail_field(c, S("subject_id"), "Give the incident's number.");
		*ret_name = arena_fmt(c->arena, "incident %lld", (long long)in->subject_id);
		return OK;
	case PLAYBOOK_SUBJECT_COUNT:
		break;
	}
	return fail(c, ERR_BUG, "a subject that is none");
}

static enum err pick_revision(struct ctx *c, const struct playbook_row_row *p, struct str as_of, int64_t *ret_rev)
{
	struct playbook_rev_in_force_row rev;
	bool found = false;
	int64_t day;
	if (!p->rev_id.set)
		return fail(c, ERR_CONFLICT, "“%.*s” was not published yet: publish it first.", STR_ARG(p->name));
	*ret_rev = p->rev_id.v;
	if (!as_of.p)
		return OK;
	if (!due_parse_date(as_of, &day))
		return fail_field(c, S("as_of"), "Write a date like 2021-03-01.");
	TRY(playbook_rev_in_force(c->db, c->arena, &rev, &found, .playbook_id = p->id, .day = as_of));
	if (!found)
		return fail(c, ERR_CONFLICT, "No edition of “%.*s” was in force on %.*s.", STR_ARG(p->name), STR_ARG(as_of));
	*ret_rev = rev.id;
	return OK;
}

static enum err there_already(struct ctx *c, const struct playbook_start *in, int64_t *ret_run, bool *ret_existing)
{
	struct run_of_reference_row row;
	TRY(run_of_reference(c->db, c->arena, &row, ret_existing, .playbook_id = in->playbook_id, .reference = in->reference));
	if (!*ret_existing)
		return OK;
	if (!str_eq(row.subject, str_c(playbook_subject_name(in->subject))) || row.subject_id != in->subject_id)
		return fail(c, ERR_CONFLICT, "The reference “%.*s” belongs to run %lld, which is about something else. Choose another one.", STR_ARG(in->reference),
			    (long long)row.id);
	*ret_run = row.id;
	return OK;
}

static enum err check_dates(struct ctx *c, struct str starts_on, struct str soft_until)
{
	int64_t day;
	if (starts_on.p && !due_parse_date(starts_on, &day))
		return fail_field(c, S("starts_on"), "Write a date like 2026-11-24.");
	if (soft_until.p && !due_parse_date(soft_until, &day))
		return fail_field(c, S("soft_until"), "Write a date like 2026-11-24.");
	return OK;
}

static enum err insert_run(struct ctx *c, struct run_row_row *row)
{
	struct run_add_row added;
	TRY(run_add(c->db, c->arena, &added, .playbook_id = row->playbook_id, .rev_id = row->rev_id, .before_rev_id = row->before_rev_id, .subject = row->subject,
		    .subject_id = row->subject_id, .reference = row->reference, .name = row->name, .started_by = row->started_by, .starts_on = row->starts_on,
		    .soft_until = row->soft_until, .role = row->role, .level = row->level, .zone = row->zone, .state = row->state, .created_on = row->created_on,
		    .created_us = row->created_us, .completed_us = row->completed_us));
	row->id = added.id;
	return run_event(c, row, "playbook.run_started", "playbook_run", row->id, fold_set_all(c->arena, &run_rows_stmt, row));
}

enum err playbook_start_run(struct ctx *c, const struct playbook_start *in, int64_t *ret_run, bool *ret_existing)
{
	struct playbook_row_row p;
	struct str name, zone, role;
	struct run r = { 0 };
	int64_t rev;
	*ret_existing = false;
	if (in->reference.p) {
		TRY(there_already(c, in, ret_run, ret_existing));
		if (*ret_existing)
			return OK;
	}
	TRY(playbook_read(c, in->playbook_id, &p));
	if (str_eq(p.state, S("archived")))
		return fail(c, ERR_CONFLICT, "“%.*s” is put away: bring it back before you start it.", STR_ARG(p.name));
	if (!str_eq(p.subject, S("none")) && !str_eq(p.subject, str_c(playbook_subject_name(in->subject))))
		return fail_field(c, S("subject"), "“%.*s” is about one %.*s: say which.", STR_ARG(p.name), STR_ARG(p.subject));
	TRY(pick_revision(c, &p, in->as_of, &rev));
	TRY(read_subject(c, in, &name, &zone, &role));
	TRY(check_dates(c, in->starts_on, in->soft_until));
	r.zone = zone_find(zone);
	if (!r.zone) {
		zone = S("UTC");
		r.zone = zone_find(zone);
	}
	struct str today = due_date_text(c->arena, due_of_instant(c->now_us, r.zone).day);
	r.row = (struct run_row_row){
		.playbook_id = p.id, .rev_id = rev, .subject = str_c(playbook_subject_name(in->subject)), .subject_id = in->subject_id, .reference = in->reference,
		.name = in->name.n ? in->name : name.n ? arena_fmt(c->arena, "%.*s: %.*s", STR_ARG(p.name), STR_ARG(name)) : p.name,
		.started_by = run_actor(c), .starts_on = in->starts_on.p ? in->starts_on : today, .soft_until = in->soft_until,
		.role = in->role.p ? in->role : role, .level = in->level.p ? in->level : S(""), .zone = zone, .state = S("active"), .created_on = today,
		.created_us = c->now_us,
	};
	TRY(insert_run(c, &r.row));
	for (size_t i = 0; i < in->n_cast; i++)
		TRY(run_put_role(c, &r, in->cast[i].role, in->cast[i].teammate_id ? SOME(in->cast[i].teammate_id) : NONE, "given"));
	TRY(run_read_plan(c, &r));
	TRY(run_settle(c, &r));
	*ret_run = r.row.id;
	return OK;
}

struct start_in {
	int64_t playbook;
	struct str subject, reference, name, starts_on, soft_until, role, level, as_of;
	struct opt_i64 subject_id;
	struct str_list cast;
};
static const struct field start_fields[] = {
	FIELD(struct start_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct start_in, subject, FIELD_ENUM, .choices = SUBJECTS, .help = "what the run is about (none)"),
	FIELD(struct start_in, subject_id, FIELD_ID, .help = "its number"),
	FIELD(struct start_in, reference, FIELD_STR, .max = 200, .help = "a key of your own: a second start with it gives the run that is there"),
	FIELD(struct start_in, name, FIELD_STR, .max = 200, .help = "what it is called (the playbook's name and the subject's)"),
	FIELD(struct start_in, starts_on, FIELD_DATE, .help = "its first day (today)"),
	FIELD(struct start_in, soft_until, FIELD_DATE, .help = "until this day ends nothing is called late"),
	FIELD(struct start_in, role, FIELD_STR, .max = 60, .help = "for conditions (the teammate's role)"),
	FIELD(struct start_in, level, FIELD_STR, .max = 60, .help = "for conditions"),
	FIELD(struct start_in, as_of, FIELD_DATE, .help = "the edition that was in force on that day (the published one)"),
	FIELD(struct start_in, cast, FIELD_STRS, .max = CAST_MOST, .help = "who plays which part", .example = "manager=mara@desk.example"),
};

static enum err read_cast(struct ctx *c, const struct str_list *in, struct playbook_cast **ret)
{
	*ret = arena_array(c->arena, struct playbook_cast, in->n);
	for (size_t i = 0; i < in->n; i++) {
		struct str role, who;
		if (!str_cut(in->v[i], '=', &role, &who) || !role_word(str_trim(role)))
			return fail_field(c, S("cast"), "Write a role and a person: manager=mara@desk.example.");
		(*ret)[i].role = str_trim(role);
		for (size_t k = 0; k < i; k++)
			if (str_eq((*ret)[k].role, (*ret)[i].role))
				return fail_field(c, S("cast"), "The role “%.*s” is given twice.", STR_ARG((*ret)[i].role));
		TRY(run_teammate(c, "cast", who, &(*ret)[i].teammate_id));
	}
	return OK;
}

static enum playbook_subject subject_of(struct str s)
{
	for (int i = 0; SUBJECTS[i]; i++)
		if (str_eq(s, str_c(SUBJECTS[i])))
			return (enum playbook_subject)i;
	return PLAYBOOK_NOTHING;
}

static enum err run_start(struct ctx *c, const struct start_in *in)
{
	struct playbook_start s = { .playbook_id = in->playbook, .subject = subject_of(in->subject), .subject_id = in->subject_id.v, .reference = in->reference,
				    .name = in->name, .starts_on = in->starts_on, .soft_until = in->soft_until, .role = in->role, .level = in->level,
				    .as_of = in->as_of };
	struct playbook_cast *cast;
	int64_t id;
	bool existing;
	TRY(read_cast(c, &in->cast, &cast));
	s.cast = cast;
	s.n_cast = in->cast.n;
	if (s.subject && !s.subject_id)
		return fail_field(c, S("subject_id"), "Say which one: give its number.");
	TRY(playbook_start_run(c, &s, &id, &existing));
	json_ki64(c->out, "run", id);
	json_kbool(c->out, "existing", existing);
	json_kstr(c->out, "said", existing ? S("It was started before: here it is.") : S("It is started."));
	return OK;
}
COMMAND_RUN(run_start)

const struct command run_start_cmd = {
	.name = "run.start", .help = "Start a playbook for a ticket, an organisation, a teammate, an incident, or nothing in particular",
	FIELDS(start_fields, struct start_in), .need = CAN_NOTE, .run = RUN(run_start),
};

/* ---- reading ---- */

static void fill_task(struct ctx *c, const struct run *r, const struct plan_item *it, struct playbook_task *ret)
{
	const struct plan_task *t = &r->plan.tasks[it->task];
	bool closed = it->state == PLAYBOOK_DONE || it->state == PLAYBOOK_SKIPPED;
	*ret = (struct playbook_task){
		.key = it->key, .section = r->plan.sections[t->section].title, .title = t->title, .state = it->state, .required = it->required,
		.late = run_is_late(r, it, c->now_us), .due = it->due, .due_us = it->due.set ? due_instant(it->due, r->zone) : 0, .n_who = it->n_who,
		.done_by = closed && it->mark ? it->mark->by : 0, .done_us = closed && it->mark ? it->mark->at_us : 0,
	};
	for (size_t i = 0; i < it->n_who; i++)
		ret->who[i] = it->who[i];
}

enum err playbook_state(struct ctx *c, int64_t run, struct playbook_state *ret)
{
	struct playbook_row_row p;
	struct run *r = arena_new(c->arena, struct run);
	TRY(run_load(c, run, r));
	TRY(playbook_read(c, r->row.playbook_id, &p));
	struct playbook_task *tasks = arena_array(c->arena, struct playbook_task, r->out.n_items);
	for (size_t i = 0; i < r->out.n_items; i++)
		fill_task(c, r, &r->out.items[i], &tasks[i]);
	*ret = (struct playbook_state){
		.run = run, .playbook_id = p.id, .rev_id = r->row.rev_id, .rev_number = r->rev_number, .name = r->row.name, .playbook_name = p.name,
		.playbook_slug = p.slug, .subject = subject_of(r->row.subject), .subject_id = r->row.subject_id, .reference = r->row.reference, .state = r->row.state,
		.starts_on = r->row.starts_on, .soft_until = r->row.soft_until, .zone = r->row.zone, .tasks = tasks, .n_tasks = r->out.n_items,
		.cast = r->facts.cast, .n_cast = r->facts.n_cast, .n_required = r->out.n_required, .n_closed = r->out.n_closed,
	};
	return OK;
}

enum err playbook_value(struct ctx *c, int64_t run, struct str field, struct str *ret)
{
	struct run r;
	size_t at;
	TRY(run_load(c, run, &r));
	*ret = plan_find(&r.plan, field, &at) == PLAN_A_FIELD ? r.out.values[at] : STR_NULL;
	return OK;
}

enum err playbook_runs_of(struct ctx *c, enum playbook_subject subject, int64_t subject_id, struct playbook_card **ret, size_t *ret_n)
{
	struct run_page_of_subject_row *rows;
	TRY(run_page_of_subject(c->db, c->arena, &rows, ret_n, .subject = str_c(playbook_subject_name(subject)), .subject_id = subject_id, .before = INT64_MAX,
				.now_us = c->now_us, .today = due_date_text(c->arena, c->now_us / UTIME_US_PER_DAY), .max = 100));
	*ret = arena_array(c->arena, struct playbook_card, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct playbook_card){ .run = rows[i].id, .playbook_id = rows[i].playbook_id, .name = rows[i].name, .playbook_name = rows[i].playbook,
						    .state = rows[i].state, .starts_on = rows[i].starts_on, .reference = rows[i].reference,
						    .n_required = rows[i].n_required, .n_closed = rows[i].n_closed, .n_late = rows[i].n_late };
	return OK;
}

struct one_in {
	int64_t run;
};
static const struct field one_fields[] = {
	FIELD(struct one_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
};

static void put_task(struct ctx *c, const struct run *r, const struct plan_item *it)
{
	struct json_out *j = c->out;
	const struct plan_task *t = &r->plan.tasks[it->task];
	struct playbook_task v;
	fill_task(c, r, it, &v);
	json_obj(j);
	json_kstr(j, "key", v.key);
	json_kstr(j, "section", v.section);
	json_kstr(j, "title", v.title);
	json_kstr(j, "kind", str_c(plan_kinds[t->kind]));
	json_kstr(j, "state", str_c(playbook_state_name(v.state)));
	json_kbool(j, "required", v.required);
	json_kstr(j, "due_on", v.due.set ? due_date_text(c->arena, v.due.day) : STR_NULL);
	json_kstr(j, "due_by", it->due_by == DUE_BY_HAND ? S("hand") : it->due_by == DUE_BY_NONE ? STR_NULL : S("rule"));
	json_kopt_time(j, "due", v.due.set ? SOME(v.due_us) : NONE);
	json_kbool(j, "late", v.late);
	json_key(j, "who");
	json_arr(j);
	for (size_t k = 0; k < v.n_who; k++)
		json_i64(j, v.who[k]);
	json_arr_end(j);
	json_kstr(j, "waits_for", it->waits_for >= 0 ? r->plan.tasks[it->waits_for].key : STR_NULL);
	json_kopt(j, "by", v.done_by ? SOME(v.done_by) : NONE);
	json_kopt_time(j, "at", v.done_us ? SOME(v.done_us) : NONE);
	json_kstr(j, "comment", it->mark && it->mark->comment.n ? it->mark->comment : STR_NULL);
	json_obj_end(j);
}

static enum err run_show(struct ctx *c, const struct one_in *in)
{
	struct run r;
	struct json_out *j = c->out;
	TRY(run_load(c, in->run, &r));
	json_obj(j);
	json_ki64(j, "id", r.row.id);
	json_ki64(j, "playbook", r.row.playbook_id);
	json_ki64(j, "revision", r.rev_number);
	json_kstr(j, "name", r.row.name);
	json_kstr(j, "subject", r.row.subject);
	json_kopt(j, "subject_id", r.row.subject_id ? SOME(r.row.subject_id) : NONE);
	json_kstr(j, "reference", r.row.reference);
	json_kstr(j, "state", r.row.state);
	json_kstr(j, "starts_on", r.row.starts_on);
	json_kstr(j, "soft_until", r.row.soft_until);
	json_kstr(j, "zone", r.row.zone);
	json_ki64(j, "required", r.out.n_required);
	json_ki64(j, "closed", r.out.n_closed);
	json_key(j, "cast");
	json_obj(j);
	for (size_t i = 0; i < r.n_roles; i++)
		json_kopt(j, arena_cstr(c->arena, r.roles[i].role), r.roles[i].teammate_id);
	json_obj_end(j);
	json_key(j, "values");
	json_obj(j);
	for (size_t i = 0; i < r.plan.n_fields; i++)
		if (r.out.field_shown[i])
			json_kstr(j, arena_cstr(c->arena, r.plan.fields[i].key), r.out.values[i]);
	json_obj_end(j);
	json_key(j, "tasks");
	json_arr(j);
	for (size_t i = 0; i < r.out.n_items; i++)
		put_task(c, &r, &r.out.items[i]);
	json_arr_end(j);
	json_obj_end(j);
	return OK;
}
COMMAND_RUN(run_show)

const struct command run_show_cmd = {
	.name = "run.show", .help = "A run with its tasks, dates, people and answers", FIELDS(one_fields, struct one_in), .need = CAN_READ, .reads = true,
	.run = RUN(run_show),
};

struct list_in {
	struct str subject, state;
	struct opt_i64 subject_id, playbook, after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, subject, FIELD_ENUM, .choices = SUBJECTS, .help = "only those about such a thing (with subject_id)"),
	FIELD(struct list_in, subject_id, FIELD_ID, .help = "its number"),
	FIELD(struct list_in, playbook, FIELD_ID, .help = "only those of this playbook"),
	FIELD(struct list_in, state, FIELD_ENUM, .choices = STATES, .help = "in this state (active)"),
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

_Static_assert(sizeof(struct run_page_row) == sizeof(struct run_page_of_playbook_row), "run.sql: both pages give the same row");

static void put_card(struct ctx *c, const struct run_page_row *r)
{
	json_obj(c->out);
	json_ki64(c->out, "id", r->id);
	json_kstr(c->out, "name", r->name);
	json_kstr(c->out, "playbook", r->playbook);
	json_kstr(c->out, "subject", r->subject);
	json_kopt(c->out, "subject_id", r->subject_id ? SOME(r->subject_id) : NONE);
	json_kstr(c->out, "starts_on", r->starts_on);
	json_kstr(c->out, "state", r->state);
	json_ki64(c->out, "required", r->n_required);
	json_ki64(c->out, "closed", r->n_closed);
	json_obj_end(c->out);
}

static enum err run_list(struct ctx *c, const struct list_in *in)
{
	struct run_page_row *rows = NULL;
	struct run_page_of_subject_row *of;
	struct ticket_get_row ticket;
	size_t n = 0;
	int64_t max = in->max.set ? in->max.v : SHOWN, before = in->after.set ? in->after.v : INT64_MAX;
	struct str state = in->state.p ? in->state : S("active");
	if (in->subject_id.set && !in->subject.p)
		return fail_field(c, S("subject"), "Say what the number is of.");
	if (in->subject_id.set) {
		if (str_eq(in->subject, S("ticket")))
			TRY(ticket_load(c, in->subject_id.v, &ticket));
		TRY(run_page_of_subject(c->db, c->arena, &of, &n, .subject = in->subject, .subject_id = in->subject_id.v, .before = before, .now_us = c->now_us,
					.today = due_date_text(c->arena, c->now_us / UTIME_US_PER_DAY), .max = max + 1));
		rows = arena_array(c->arena, struct run_page_row, n);
		for (size_t i = 0; i < n; i++)
			rows[i] = (struct run_page_row){ .id = of[i].id, .name = of[i].name, .playbook = of[i].playbook, .subject = in->subject,
							 .subject_id = in->subject_id.v, .starts_on = of[i].starts_on, .state = of[i].state,
							 .n_required = of[i].n_required, .n_closed = of[i].n_closed };
	} else if (in->playbook.set) {
		TRY(run_page_of_playbook(c->db, c->arena, (struct run_page_of_playbook_row **)(void *)&rows, &n, .playbook_id = in->playbook.v, .state = state,
					 .before = before, .max = max + 1));
	} else {
		TRY(run_page(c->db, c->arena, &rows, &n, .state = state, .before = before, .max = max + 1));
	}
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++)
		put_card(c, &rows[i]);
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(run_list)

const struct command run_list_cmd = {
	.name = "run.list", .help = "Runs, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(run_list),
};

/* Of a recurring task only the newest that is due: what was missed before it is nobody's debt. */
enum err run_mine_of(struct ctx *c, int64_t who, utime from, utime until, int64_t max, struct run_item_mine_row **ret, size_t *ret_n)
{
	struct run_item_mine_row *rows;
	size_t n, k = 0;
	TRY(run_item_mine(c->db, c->arena, &rows, &n, .teammate_id = who, .from_us = from, .until_us = until, .max = max));
	for (size_t i = 0; i < n; i++) {
		struct str base, time, other, rest;
		bool newer = false;
		if (str_cut(rows[i].key, '#', &base, &time))
			for (size_t m = i + 1; m < n && !newer; m++)
				newer = rows[m].run_id == rows[i].run_id && str_cut(rows[m].key, '#', &other, &rest) && str_eq(base, other);
		if (!newer)
			rows[k++] = rows[i];
	}
	*ret = rows;
	*ret_n = k;
	return OK;
}

struct mine_in {
	struct opt_i64 teammate, days, max;
};
static const struct field mine_fields[] = {
	FIELD(struct mine_in, teammate, FIELD_ID, .help = "whose (yours)"),
	FIELD(struct mine_in, days, FIELD_INT, .max = 3660, .help = "what is due within so many days (14); what has no date is in it always"),
	FIELD(struct mine_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (100)"),
};

static enum err run_mine(struct ctx *c, const struct mine_in *in)
{
	struct run_item_mine_row *rows;
	int64_t who = in->teammate.set ? in->teammate.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, max = in->max.set ? in->max.v : 100;
	int64_t until = c->now_us + (in->days.set ? in->days.v : MINE_DAYS) * UTIME_US_PER_DAY;
	size_t n;
	if (!who)
		return fail_field(c, S("teammate"), "Say whose work: give a teammate's number.");
	json_list(c->out);
	for (int undated = 0; undated < 2; undated++) {
		TRY(run_mine_of(c, who, undated ? PLAYBOOK_NEVER_US : 0, undated ? PLAYBOOK_NEVER_US + 1 : until, max, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			json_obj(c->out);
			json_ki64(c->out, "run", rows[i].run_id);
			json_kstr(c->out, "name", rows[i].run);
			json_kstr(c->out, "task", rows[i].key);
			json_kstr(c->out, "title", rows[i].title);
			json_kstr(c->out, "due_on", rows[i].due_on);
			json_kopt_time(c->out, "due", undated ? NONE : SOME(rows[i].due_us));
			json_kbool(c->out, "required", rows[i].required);
			json_obj_end(c->out);
		}
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(run_mine)

const struct command run_mine_cmd = {
	.name = "run.mine", .help = "What somebody has to do, by its date", FIELDS(mine_fields, struct mine_in), .need = CAN_READ, .reads = true, .run = RUN(run_mine),
};

/* ---- changing ---- */

static enum err apply(struct ctx *c, struct run *r, const struct run_row_row *after)
{
	TRY(run_save(c, "playbook.run_changed", &r->row, after, STR_NULL));
	r->row = *after;
	return run_settle(c, r);
}

enum err playbook_set_start(struct ctx *c, int64_t run, struct str date)
{
	struct run r;
	TRY(check_dates(c, date, STR_NULL));
	TRY(run_load_live(c, run, &r));
	struct run_row_row after = r.row;
	after.starts_on = date;
	return apply(c, &r, &after);
}

enum err playbook_set_soft_until(struct ctx *c, int64_t run, struct str date)
{
	struct run r;
	TRY(check_dates(c, STR_NULL, date));
	TRY(run_load_live(c, run, &r));
	struct run_row_row after = r.row;
	after.soft_until = date;
	return apply(c, &r, &after);
}

struct change_in {
	int64_t run;
	struct str name, starts_on, soft_until, role, level, zone;
	bool not_soft;
};
static const struct field change_fields[] = {
	FIELD(struct change_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct change_in, name, FIELD_STR, .max = 200, .help = "another name"),
	FIELD(struct change_in, starts_on, FIELD_DATE, .help = "another first day: dates that count from it follow"),
	FIELD(struct change_in, soft_until, FIELD_DATE, .help = "until this day ends nothing is called late"),
	FIELD(struct change_in, not_soft, FIELD_BOOL, .help = "take the soft time away"),
	FIELD(struct change_in, role, FIELD_STR, .max = 60, .help = "another role, for conditions"),
	FIELD(struct change_in, level, FIELD_STR, .max = 60, .help = "another level, for conditions"),
	FIELD(struct change_in, zone, FIELD_ZONE, .help = "another time zone: dates stay, instants move"),
};

static enum err run_change(struct ctx *c, const struct change_in *in)
{
	struct run r;
	TRY(run_load_live(c, in->run, &r));
	struct run_row_row after = r.row;
	if (in->name.n)
		after.name = in->name;
	if (in->starts_on.p)
		after.starts_on = in->starts_on;
	if (in->soft_until.p)
		after.soft_until = in->soft_until;
	if (in->not_soft)
		after.soft_until = STR_NULL;
	if (in->role.p)
		after.role = in->role;
	if (in->level.p)
		after.level = in->level;
	if (in->zone.p) {
		after.zone = in->zone;
		r.zone = zone_find(in->zone);
	}
	json_ki64(c->out, "run", in->run);
	json_kstr(c->out, "said", S("Saved; the dates follow."));
	return apply(c, &r, &after);
}
COMMAND_RUN(run_change)

const struct command run_change_cmd = {
	.name = "run.change", .help = "Change a run's name, first day, soft time, role, level or zone; what is left out stays", FIELDS(change_fields, struct change_in),
	.need = CAN_NOTE, .run = RUN(run_change),
};

enum err playbook_set_role(struct ctx *c, int64_t run, struct str role, int64_t teammate_id)
{
	struct run r;
	TRY(run_load_live(c, run, &r));
	if (teammate_id) {
		TRY(run_put_role(c, &r, role, SOME(teammate_id), "hand"));
		return run_settle(c, &r);
	}
	/* as the plan says: forget the hand, then let the fields and the subject say it */
	TRY(run_put_role(c, &r, role, NONE, "field"));
	TRY(run_settle(c, &r));
	return run_recast(c, &r, role);
}

struct cast_in {
	int64_t run;
	struct str role, person;
};
static const struct field cast_fields[] = {
	FIELD(struct cast_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct cast_in, role, FIELD_STR, .required = true, .max = 254, .help = "the part: manager, buddy, mentor …"),
	FIELD(struct cast_in, person, FIELD_STR, .max = 254, .help = "who plays it: mail address or number; left out: as the plan says"),
};

static enum err run_cast(struct ctx *c, const struct cast_in *in)
{
	int64_t id = 0;
	if (!role_word(in->role))
		return fail_field(c, S("role"), "Small letters, digits and _ only.");
	if (in->person.n)
		TRY(run_teammate(c, "person", in->person, &id));
	TRY(playbook_set_role(c, in->run, in->role, id));
	json_ki64(c->out, "run", in->run);
	json_kstr(c->out, "said", S("Saved. Open tasks of that part changed hands; what is done stays with who did it."));
	return OK;
}
COMMAND_RUN(run_cast)

const struct command run_cast_cmd = {
	.name = "run.cast", .help = "Say who plays a part in a run", FIELDS(cast_fields, struct cast_in), .need = CAN_NOTE, .run = RUN(run_cast),
};

enum err playbook_archive_run(struct ctx *c, int64_t run, struct str reason)
{
	struct run r;
	TRY(run_load_live(c, run, &r));
	struct run_row_row after = r.row;
	after.state = S("archived");
	TRY(run_save(c, "playbook.run_archived", &r.row, &after, reason));
	r.row = after;
	return run_settle(c, &r);
}

struct archive_in {
	int64_t run;
	struct str reason;
};
static const struct field archive_fields[] = {
	FIELD(struct archive_in, run, FIELD_ID, .required = true, .positional = true, .help = "which run"),
	FIELD(struct archive_in, reason, FIELD_STR, .max = 400, .help = "why, for the log"),
};

static enum err run_archive(struct ctx *c, const struct archive_in *in)
{
	TRY(playbook_archive_run(c, in->run, in->reason));
	json_ki64(c->out, "run", in->run);
	json_kstr(c->out, "said", S("It is put away; nobody is reminded of it any more."));
	return OK;
}
COMMAND_RUN(run_archive)

const struct command run_archive_cmd = {
	.name = "run.archive", .help = "Put a run away", FIELDS(archive_fields, struct archive_in), .need = CAN_NOTE, .run = RUN(run_archive),
};

static enum err run_restore(struct ctx *c, const struct one_in *in)
{
	struct run r;
	TRY(run_load(c, in->run, &r));
	if (!str_eq(r.row.state, S("archived")))
		return fail(c, ERR_CONFLICT, "It is not put away.");
	struct run_row_row after = r.row;
	after.state = S("active");
	after.completed_us = NONE;
	TRY(run_save(c, "playbook.run_restored", &r.row, &after, STR_NULL));
	r.row = after;
	json_ki64(c->out, "run", in->run);
	json_kstr(c->out, "said", S("It is back."));
	return run_settle(c, &r);
}
COMMAND_RUN(run_restore)

const struct command run_restore_cmd = {
	.name = "run.restore", .help = "Bring a run back", FIELDS(one_fields, struct one_in), .need = CAN_NOTE, .run = RUN(run_restore),
};
