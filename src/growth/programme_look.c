/* programme_look.c: reading programmes by command: the list, one revision, what differs between two, and how it would be for somebody. */
#include "growth/programme.h"

#include "people/people.h"

#include "base/banned.h"

struct list_in {
	struct opt_i64 after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (100)"),
};

static enum err programme_list(struct ctx *c, const struct list_in *in)
{
	struct programme_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 100;
	TRY(programme_page(c->db, c->arena, &v, &n, .after = in->after.v, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "programme", v[i].id);
		json_kstr(c->out, "slug", v[i].slug);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "scope", v[i].scope);
		json_kstr(c->out, "team", v[i].team);
		json_kstr(c->out, "role", v[i].role);
		json_kopt(c->out, "level_from", v[i].level_from);
		json_kopt(c->out, "level_to", v[i].level_to);
		json_kopt(c->out, "published", v[i].published);
		json_kopt(c->out, "draft_rev", v[i].draft_rev);
		json_ki64(c->out, "people", v[i].people);
		json_ki64(c->out, "open_disputes", v[i].open_disputes);
		json_kbool(c->out, "retired", v[i].retired_us.set);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(programme_list)

const struct command programme_list_cmd = {
	.name = "programme.list", .help = "All programmes", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(programme_list),
};

static void put_outcome(struct ctx *c, const struct programme_outcomes_of_row *o)
{
	json_kstr(c->out, "key", o->key);
	json_kstr(c->out, "title", o->title);
	json_kstr(c->out, "help", o->help);
	json_kstr(c->out, "due_unit", o->due_unit);
	json_ki64(c->out, "due_n", o->due_n);
	json_kstr(c->out, "proof", o->proof);
	json_kstr(c->out, "ack_by", o->ack_by);
	json_kstr(c->out, "evidence", o->evidence);
	json_ki64(c->out, "need", o->need);
	json_ki64(c->out, "since_months", o->since_months);
	json_kopt(c->out, "level_from", o->level_from);
	json_kopt(c->out, "level_to", o->level_to);
	json_kstr(c->out, "role", o->role);
	json_kopt(c->out, "mended_by", o->mended_by);
}

struct show_in {
	int64_t programme;
	struct opt_i64 rev;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, programme, FIELD_ID, .required = true, .positional = true, .help = "which programme"),
	FIELD(struct show_in, rev, FIELD_ID, .help = "which revision (the newest published one, else the draft)"),
};

static enum err programme_show(struct ctx *c, const struct show_in *in)
{
	struct programme_row_row p;
	struct programme_rev_row_row r = { 0 };
	struct programme_revs_of_row *revs;
	struct programme_outcomes_of_row *o;
	struct programme_tasks_of_row *t;
	size_t n_revs, n, n_tasks;
	TRY(GROWTH_GET(c, programme, &p, in->programme, "programme"));
	TRY(programme_revs_of(c->db, c->arena, &revs, &n_revs, .programme_id = p.id));
	int64_t rev = in->rev.v;
	for (size_t i = 0; i < n_revs && !rev; i++)
		if (str_eq(revs[i].state, S("published")))
			rev = revs[i].id;
	TRY(GROWTH_GET(c, programme_rev, &r, rev ? rev : n_revs ? revs[0].id : 0, "revision"));
	if (r.programme_id != p.id)
		return fail_field(c, S("rev"), "That revision belongs to another programme.");
	TRY(programme_outcomes(c, r.id, &o, &n));
	TRY(programme_tasks_of(c->db, c->arena, &t, &n_tasks, .rev_id = r.id));
	json_obj(c->out);
	json_ki64(c->out, "programme", p.id);
	json_kstr(c->out, "slug", p.slug);
	json_kstr(c->out, "name", p.name);
	json_ki64(c->out, "rev", r.id);
	json_ki64(c->out, "number", r.number);
	json_kstr(c->out, "state", r.state);
	json_kstr(c->out, "valid_from", r.valid_from);
	json_kstr(c->out, "valid_to", r.valid_to);
	json_kstr(c->out, "ramp_unit", r.ramp_unit);
	json_ki64(c->out, "ramp_n", r.ramp_n);
	json_ki64(c->out, "soft_days", r.soft_days);
	json_kstr(c->out, "calendar", r.calendar);
	json_kstr(c->out, "source", r.source);
	json_key(c->out, "outcomes");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		put_outcome(c, &o[i]);
		json_key(c->out, "tasks");
		json_arr(c->out);
		for (size_t k = 0; k < n_tasks; k++)
			if (str_eq(t[k].outcome_key, o[i].key))
				json_str(c->out, t[k].task.n ? arena_fmt(c->arena, "%.*s:%.*s", STR_ARG(t[k].playbook), STR_ARG(t[k].task)) : t[k].playbook);
		json_arr_end(c->out);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_key(c->out, "revisions");
	json_arr(c->out);
	for (size_t i = 0; i < n_revs; i++) {
		json_obj(c->out);
		json_ki64(c->out, "rev", revs[i].id);
		json_ki64(c->out, "number", revs[i].number);
		json_kstr(c->out, "state", revs[i].state);
		json_kstr(c->out, "valid_from", revs[i].valid_from);
		json_kstr(c->out, "valid_to", revs[i].valid_to);
		json_kstr(c->out, "note", revs[i].note);
		json_kopt(c->out, "dispute", revs[i].dispute_id);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(programme_show)

const struct command programme_show_cmd = {
	.name = "programme.show", .help = "A programme with the outcomes of one revision", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true,
	.run = RUN(programme_show),
};

struct diff_in {
	int64_t from, to;
};
static const struct field diff_fields[] = {
	FIELD(struct diff_in, from, FIELD_ID, .required = true, .positional = true, .help = "the revision before"),
	FIELD(struct diff_in, to, FIELD_ID, .required = true, .help = "the revision after"),
};

static enum err programme_diff_run(struct ctx *c, const struct diff_in *in)
{
	struct programme_rev_row_row a, b;
	struct programme_change *v;
	size_t n;
	TRY(GROWTH_GET(c, programme_rev, &a, in->from, "revision"));
	TRY(GROWTH_GET(c, programme_rev, &b, in->to, "revision"));
	TRY(programme_diff(c, a.id, b.id, &v, &n));
	json_obj(c->out);
	json_kstr(c->out, "edition", programme_edition_diff(c->arena, &a, &b));
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "key", v[i].key);
		json_kstr(c->out, "what", v[i].what);
		json_key(c->out, "before");
		if (v[i].before) {
			json_obj(c->out);
			put_outcome(c, v[i].before);
			json_obj_end(c->out);
		} else {
			json_nil(c->out);
		}
		json_key(c->out, "after");
		if (v[i].after) {
			json_obj(c->out);
			put_outcome(c, v[i].after);
			json_obj_end(c->out);
		} else {
			json_nil(c->out);
		}
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(programme_diff_run)

const struct command programme_diff_cmd = {
	.name = "programme.diff", .help = "What differs between two revisions", FIELDS(diff_fields, struct diff_in), .need = CAN_READ, .reads = true, .run = RUN(programme_diff_run),
};

struct preview_in {
	struct opt_i64 teammate, level, rev;
	struct str role, start_date, zone;
};
static const struct field preview_fields[] = {
	FIELD(struct preview_in, start_date, FIELD_DATE, .required = true, .help = "the first day"),
	FIELD(struct preview_in, teammate, FIELD_ID, .help = "as this person would have it: their role, teams, zone and working days"),
	FIELD(struct preview_in, role, FIELD_STR, .max = 60, .help = "as somebody of this role would have it"),
	FIELD(struct preview_in, level, FIELD_INT, .min = 1, .max = 9, .help = "at this level"),
	FIELD(struct preview_in, zone, FIELD_ZONE, .help = "in this zone"),
	FIELD(struct preview_in, rev, FIELD_ID, .help = "with this revision, a draft too, instead of its programme's published one"),
};

static enum err programme_preview(struct ctx *c, const struct preview_in *in)
{
	struct programme_who who = { .role = or_empty(in->role), .start_date = in->start_date, .zone = in->zone.p ? in->zone : S("UTC"), .level = in->level, .work_days = 0x1f,
				     .only_rev = in->rev };
	struct programme_pick *picks;
	struct programme_line *v;
	struct teammate t;
	size_t n_picks, n;
	if (in->teammate.set) {
		TRY(people_get(c, in->teammate.v, &t));
		who.teammate = t.id;
		who.role = in->role.n ? in->role : t.role;
		who.zone = in->zone.p ? in->zone : t.zone;
		who.work_days = growth_work_days(t.work_hours);
	}
	TRY(programme_merge(c, &who, &picks, &n_picks, &v, &n));
	json_obj(c->out);
	json_key(c->out, "programmes");
	json_arr(c->out);
	for (size_t i = 0; i < n_picks; i++) {
		json_obj(c->out);
		json_ki64(c->out, "programme", picks[i].programme);
		json_ki64(c->out, "rev", picks[i].rev);
		json_kstr(c->out, "name", picks[i].name);
		json_kstr(c->out, "why", picks[i].why);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "programme", v[i].programme_name);
		put_outcome(c, v[i].o);
		json_kstr(c->out, "due", v[i].due_date);
		json_ktime(c->out, "due_at", v[i].due_us);
		json_kbool(c->out, "soft", v[i].soft);
		json_kopt(c->out, "also_programme", v[i].also ? SOME(v[i].also) : NONE);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(programme_preview)

const struct command programme_preview_cmd = {
	.name = "programme.preview", .help = "What somebody's plan would be, without making it", FIELDS(preview_fields, struct preview_in), .need = CAN_READ, .reads = true,
	.run = RUN(programme_preview),
};
