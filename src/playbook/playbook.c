/* playbook.c: templates: made, drafted, published, put away, shown. See playbook.h; the editor's commands are in playbook_edit.c. */
#include "playbook/run.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/banned.h"

_Static_assert(sizeof(struct playbook_row_row) == sizeof(struct playbook_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct playbook_rev_row_row) == sizeof(struct playbook_rev_rows_row), "the fold reads the row we write");

enum { SHOWN = 50 };

enum err playbook_read(struct ctx *c, int64_t id, struct playbook_row_row *ret)
{
	bool found;
	TRY(playbook_row(c->db, c->arena, ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no playbook %lld. `playbook list` shows all.", (long long)id);
}

enum err playbook_rev_read(struct ctx *c, int64_t rev, struct playbook_rev_row_row *ret)
{
	bool found;
	TRY(playbook_rev_row(c->db, c->arena, ret, &found, .id = rev));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no revision %lld.", (long long)rev);
}

enum err playbook_text(struct ctx *c, int64_t playbook, struct str *ret_json, int64_t *ret_version)
{
	struct playbook_draft_of_row draft;
	struct playbook_rev_row_row rev;
	struct playbook_row_row row;
	bool found;
	TRY(playbook_read(c, playbook, &row));
	TRY(playbook_draft_of(c->db, c->arena, &draft, &found, .playbook_id = playbook));
	*ret_version = found ? draft.version : 0;
	if (found) {
		*ret_json = draft.plan;
		return OK;
	}
	if (!row.rev_id.set)
		return fail(c, ERR_BUG, "playbook %lld has neither draft nor revision", (long long)playbook);
	TRY(playbook_rev_read(c, row.rev_id.v, &rev));
	*ret_json = rev.plan;
	return OK;
}

/* Writes the row's changes with their event; `words` go along. */
static enum err row_write(struct ctx *c, const char *kind, const struct playbook_row_row *before, const struct playbook_row_row *after, struct str words)
{
	struct str diff = fold_set_diff(c->arena, &playbook_rows_stmt, before, after);
	struct json_out j;
	if (!diff.p && !words.p)
		return OK;
	if (diff.p)
		TRY(playbook_put(c->db, .id = after->id, .name = after->name, .about = after->about, .subject = after->subject, .state = after->state,
				 .rev_id = after->rev_id));
	struct str data = diff;
	if (words.p) {
		json_init(&j, c->arena, 64 << 10);
		json_obj(&j);
		json_kstr(&j, "change", words);
		json_obj_end(&j);
		data = json_done(&j);
		if (diff.p)
			data = arena_fmt(c->arena, "%.*s,%.*s", STR_ARG(str_slice(data, 0, data.n - 1)), STR_ARG(str_slice(diff, 1, diff.n)));
	}
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "playbook", .entity_id = after->id, .data = data }, NULL);
}

enum err playbook_save_draft(struct ctx *c, int64_t playbook, struct opt_i64 version, struct str json, struct str words)
{
	struct playbook_draft_of_row draft;
	struct playbook_row_row before, after;
	struct plan plan;
	bool found;
	TRY(playbook_read(c, playbook, &before));
	if (str_eq(before.state, S("archived")))
		return fail(c, ERR_CONFLICT, "“%.*s” is put away. Bring it back before you change it.", STR_ARG(before.name));
	TRY(plan_parse(c->arena, &c->fault, json, &plan));
	TRY(playbook_draft_of(c->db, c->arena, &draft, &found, .playbook_id = playbook));
	if (version.set && version.v != (found ? draft.version : 0))
		return fail(c, ERR_CONFLICT, "Somebody changed this draft meanwhile. Look at it again; what you typed was not taken.");
	TRY(playbook_draft_put(c->db, .playbook_id = playbook, .plan = json, .version = found ? draft.version + 1 : 1, .changed_by = run_actor(c),
			       .changed_us = c->now_us));
	after = before;
	if (!before.rev_id.set) {
		after.name = plan.name;
		after.about = plan.about;
		after.subject = plan.subject;
	}
	return row_write(c, "playbook.draft_changed", &before, &after, words);
}

static bool slug_taken(const void *arg, struct str slug)
{
	struct ctx *c = *(struct ctx *const *)arg;
	struct playbook_id_of_row row;
	bool found = true;
	return playbook_id_of(c->db, c->arena, &row, &found, .slug = slug) == OK && found;
}

enum err playbook_new(struct ctx *c, struct str slug, struct str json, int64_t *ret_id)
{
	struct plan plan;
	struct playbook_add_row added;
	TRY(plan_parse(c->arena, &c->fault, json, &plan));
	if (slug.p && !plan_key_ok(slug))
		return fail_field(c, S("slug"), "Small letters, digits and hyphens only, 60 at most.");
	if (slug.p && slug_taken(&c, slug))
		return fail_field(c, S("slug"), "There is a playbook of that short name. Choose another one.");
	if (!slug.p)
		slug = plan_key_for(c->arena, plan.name, slug_taken, &c);
	struct playbook_row_row row = { .slug = slug, .name = plan.name, .about = plan.about, .subject = plan.subject, .state = S("active"),
					.created_by = run_actor(c), .created_us = c->now_us };
	TRY(playbook_add(c->db, c->arena, &added, .slug = row.slug, .name = row.name, .about = row.about, .subject = row.subject, .state = row.state,
			 .rev_id = row.rev_id, .created_by = row.created_by, .created_us = row.created_us));
	*ret_id = row.id = added.id;
	TRY(event_append(c, &(struct event_new){ .kind = "playbook.created", .entity = "playbook", .entity_id = row.id,
						 .data = fold_set_all(c->arena, &playbook_rows_stmt, &row) }, NULL));
	return playbook_draft_put(c->db, .playbook_id = row.id, .plan = json, .version = 1, .changed_by = row.created_by, .changed_us = c->now_us);
}

/* Refuses a plan with problems: the first in the sentence, the others beside it. */
static enum err checked(struct ctx *c, const struct plan *plan)
{
	struct plan_problem *problems;
	size_t n;
	plan_check(c->arena, plan, &problems, &n);
	if (!n)
		return run_check_calendars(c, plan);
	fail(c, ERR_INPUT, "%.*s%s", STR_ARG(problems[0].sentence), n > 1 ? arena_cstr(c->arena, arena_fmt(c->arena, " (and %zu more)", n - 1)) : "");
	for (size_t i = 0; i < n && i < 20; i++)
		fail_field(c, problems[i].key.n ? problems[i].key : S("plan"), "%.*s", STR_ARG(problems[i].sentence));
	return ERR_INPUT;
}

static enum err add_rev(struct ctx *c, int64_t playbook, struct str json, struct str note, struct str valid_from, int64_t *ret)
{
	struct playbook_rev_last_row last = { 0 };
	struct playbook_rev_add_row added;
	struct playbook_rev_row_row rev;
	bool found;
	TRY(playbook_rev_last(c->db, c->arena, &last, &found, .playbook_id = playbook));
	rev = (struct playbook_rev_row_row){ .playbook_id = playbook, .number = (found ? last.number : 0) + 1, .plan = json, .note = note.p ? note : S(""),
					     .valid_from = valid_from, .published_by = run_actor(c), .published_us = c->now_us };
	TRY(playbook_rev_add(c->db, c->arena, &added, .playbook_id = rev.playbook_id, .number = rev.number, .plan = rev.plan, .note = rev.note,
			     .valid_from = rev.valid_from, .published_by = rev.published_by, .published_us = rev.published_us));
	*ret = rev.id = added.id;
	return event_append(c, &(struct event_new){ .kind = "playbook.published", .entity = "playbook_rev", .entity_id = rev.id,
						    .data = fold_set_all(c->arena, &playbook_rev_rows_stmt, &rev) }, NULL);
}

static enum err set_current(struct ctx *c, int64_t playbook, int64_t rev, const struct plan *plan)
{
	struct playbook_row_row before, after;
	TRY(playbook_read(c, playbook, &before));
	after = before;
	after.rev_id = SOME(rev);
	after.name = plan->name;
	after.about = plan->about;
	after.subject = plan->subject;
	return row_write(c, "playbook.revised", &before, &after, STR_NULL);
}

enum err playbook_publish_draft(struct ctx *c, int64_t playbook, struct str note, struct str valid_from, int64_t *ret_rev)
{
	struct playbook_draft_of_row draft;
	struct playbook_row_row row;
	struct plan plan;
	bool found;
	TRY(playbook_read(c, playbook, &row));
	if (str_eq(row.state, S("archived")))
		return fail(c, ERR_CONFLICT, "“%.*s” is put away. Bring it back before you publish it.", STR_ARG(row.name));
	TRY(playbook_draft_of(c->db, c->arena, &draft, &found, .playbook_id = playbook));
	if (!found)
		return fail(c, ERR_CONFLICT, "Nothing was changed since the last revision.");
	TRY(plan_parse(c->arena, &c->fault, draft.plan, &plan));
	TRY(checked(c, &plan));
	TRY(add_rev(c, playbook, draft.plan, note, valid_from, ret_rev));
	TRY(set_current(c, playbook, *ret_rev, &plan));
	return playbook_draft_drop(c->db, .playbook_id = playbook);
}

enum err playbook_by_slug(struct ctx *c, struct str slug, int64_t *ret_id, bool *ret_found)
{
	struct playbook_id_of_row row = { 0 };
	TRY(playbook_id_of(c->db, c->arena, &row, ret_found, .slug = slug));
	*ret_id = row.id;
	return OK;
}

enum err playbook_install(struct ctx *c, struct str slug, struct str plan_json, struct str valid_from, struct str note, int64_t *ret_playbook)
{
	struct playbook_rev_of_date_row dated;
	struct playbook_rev_row_row current;
	struct playbook_row_row row;
	struct plan plan;
	int64_t rev;
	bool found;
	TRY(playbook_by_slug(c, slug, ret_playbook, &found));
	if (!found) {
		TRY(playbook_new(c, slug, plan_json, ret_playbook));
		return playbook_publish_draft(c, *ret_playbook, note, valid_from, &rev);
	}
	if (!valid_from.p)
		return OK;
	TRY(playbook_rev_of_date(c->db, c->arena, &dated, &found, .playbook_id = *ret_playbook, .valid_from = valid_from));
	if (found)
		return OK;
	TRY(plan_parse(c->arena, &c->fault, plan_json, &plan));
	TRY(checked(c, &plan));
	TRY(add_rev(c, *ret_playbook, plan_json, note, valid_from, &rev));
	TRY(playbook_read(c, *ret_playbook, &row));
	if (row.rev_id.set) {
		/* what the team has published itself stays the current one, and so does a younger edition */
		TRY(playbook_rev_read(c, row.rev_id.v, &current));
		if (!current.valid_from.p || str_cmp(current.valid_from, valid_from) > 0)
			return OK;
	}
	return set_current(c, *ret_playbook, rev, &plan);
}

enum err playbook_preview_of(struct ctx *c, struct str json, int64_t person, struct str starts_on, struct str role, struct str level, struct preview *ret)
{
	struct teammate t = { .role = S(""), .zone = S("UTC") };
	struct playbook_cast *cast = arena_array(c->arena, struct playbook_cast, 2);
	int64_t day = c->now_us / UTIME_US_PER_DAY;
	*ret = (struct preview){ 0 };
	TRY(plan_parse(c->arena, &c->fault, json, &ret->plan));
	if (person)
		TRY(people_get(c, person, &t));
	if (starts_on.p && !due_parse_date(starts_on, &day))
		return fail_field(c, S("starts_on"), "Write a date like 2026-11-24.");
	cast[0] = (struct playbook_cast){ S("newcomer"), person };
	cast[1] = (struct playbook_cast){ S("starter"), c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0 };
	const struct zone *zone = zone_find(t.zone);
	ret->facts = (struct plan_facts){ .start = { .set = true, .day = day, .minute = -1 }, .created_day = INT32_MIN, .zone = zone ? zone : zone_find(S("UTC")),
					  .days = playbook_days_of(c, person), .role = role.p ? role : t.role, .level = level.p ? level : S(""), .cast = cast, .n_cast = 2 };
	TRY(run_calendars(c, &ret->plan, day, &ret->facts));
	plan_evaluate(c->arena, &ret->plan, &ret->facts, &ret->out);
	return OK;
}

/* ---- commands ---- */

static const char *const SUBJECTS[] = { "none", "ticket", "organisation", "teammate", "incident", NULL };
static const char *const STATES[] = { "active", "archived", NULL };

struct create_in {
	struct str name, slug, about, subject;
};
static const struct field create_fields[] = {
	FIELD(struct create_in, name, FIELD_STR, .required = true, .max = 120, .help = "what it is called", .positional = true),
	FIELD(struct create_in, slug, FIELD_STR, .max = 60, .help = "a short name for addresses and imports; made of the name when left out"),
	FIELD(struct create_in, about, FIELD_TEXT, .max = 8000, .help = "what it is for, in Markdown"),
	FIELD(struct create_in, subject, FIELD_ENUM, .choices = SUBJECTS, .help = "what each run of it is about (none)"),
};

static enum err playbook_create(struct ctx *c, const struct create_in *in)
{
	struct json_out j;
	int64_t id = 0;
	json_init(&j, c->arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "name", in->name);
	json_kstr(&j, "about", in->about.p ? in->about : S(""));
	json_kstr(&j, "subject", in->subject.p ? in->subject : S("none"));
	json_key(&j, "sections");
	json_arr(&j);
	json_obj(&j);
	json_kstr(&j, "key", S("tasks"));
	json_kstr(&j, "title", S("Tasks"));
	json_obj_end(&j);
	json_arr_end(&j);
	json_obj_end(&j);
	TRY(playbook_new(c, in->slug, json_done(&j), &id));
	json_ki64(c->out, "playbook", id);
	json_kstr(c->out, "said", S("The playbook is there. Add its tasks, then publish it."));
	return OK;
}
COMMAND_RUN(playbook_create)

const struct command playbook_create_cmd = {
	.name = "playbook.create", .help = "Begin a playbook: a checklist that is written once and followed many times", FIELDS(create_fields, struct create_in),
	.need = CAN_LEAD, .run = RUN(playbook_create),
};

struct list_in {
	struct str state, after;
	struct opt_i64 max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, state, FIELD_ENUM, .choices = STATES, .help = "active, or those put away"),
	FIELD(struct list_in, after, FIELD_STR, .max = 300, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err playbook_list(struct ctx *c, const struct list_in *in)
{
	struct playbook_page_row *rows;
	struct str id = STR_NULL, name = S("");
	int64_t after = 0, max = in->max.set ? in->max.v : SHOWN;
	size_t n;
	if (in->after.p && (!str_cut(in->after, '.', &id, &name) || !str_i64(id, &after)))
		return fail_field(c, S("after"), "Take the “next” of the page before as it is.");
	TRY(playbook_page(c->db, c->arena, &rows, &n, .state = in->state.p ? in->state : S("active"), .after_name = name, .after_id = after, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_kstr(c->out, "slug", rows[i].slug);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kopt(c->out, "revision", rows[i].number);
		json_kbool(c->out, "draft", rows[i].draft_us.set);
		json_ki64(c->out, "live_runs", rows[i].active);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", more ? arena_fmt(c->arena, "%lld.%.*s", (long long)rows[max - 1].id, STR_ARG(rows[max - 1].name)) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(playbook_list)

const struct command playbook_list_cmd = {
	.name = "playbook.list", .help = "Playbooks, by name", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(playbook_list),
};

struct show_in {
	int64_t playbook;
	struct opt_i64 revision;
	bool published;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct show_in, revision, FIELD_INT, .min = 1, .max = 1000000, .help = "the number of a revision; else what is being written, or the published one"),
	FIELD(struct show_in, published, FIELD_BOOL, .help = "the published one, even when another is being written"),
};

static enum err rev_by_number(struct ctx *c, int64_t playbook, int64_t number, struct playbook_rev_row_row *ret)
{
	struct playbook_rev_number_row id;
	bool found;
	TRY(playbook_rev_number(c->db, c->arena, &id, &found, .playbook_id = playbook, .number = number));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no revision %lld of this playbook.", (long long)number);
	return playbook_rev_read(c, id.id, ret);
}

static enum err playbook_show(struct ctx *c, const struct show_in *in)
{
	struct playbook_row_row row;
	struct playbook_rev_row_row rev = { 0 };
	struct plan_problem *problems;
	struct plan plan;
	struct str json;
	int64_t version = 0;
	size_t n;
	TRY(playbook_read(c, in->playbook, &row));
	if (in->revision.set)
		TRY(rev_by_number(c, row.id, in->revision.v, &rev));
	else if (in->published && !row.rev_id.set)
		return fail(c, ERR_NOT_FOUND, "“%.*s” was never published.", STR_ARG(row.name));
	else if (in->published)
		TRY(playbook_rev_read(c, row.rev_id.v, &rev));
	json = rev.plan;
	if (!json.p)
		TRY(playbook_text(c, row.id, &json, &version));
	TRY(plan_parse(c->arena, &c->fault, json, &plan));
	plan_check(c->arena, &plan, &problems, &n);
	json_obj(c->out);
	json_ki64(c->out, "id", row.id);
	json_kstr(c->out, "slug", row.slug);
	json_kstr(c->out, "name", row.name);
	json_kstr(c->out, "state", row.state);
	json_kbool(c->out, "published", row.rev_id.set);
	json_kopt(c->out, "revision", rev.id ? SOME(rev.number) : NONE);
	json_kstr(c->out, "note", rev.note);
	json_kstr(c->out, "valid_from", rev.valid_from);
	json_kopt(c->out, "draft_version", version ? SOME(version) : NONE);
	json_key(c->out, "plan");
	json_raw(c->out, json);
	json_key(c->out, "problems");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "key", problems[i].key);
		json_kstr(c->out, "message", problems[i].sentence);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(playbook_show)

const struct command playbook_show_cmd = {
	.name = "playbook.show", .help = "A playbook's plan, and what keeps it from being published", FIELDS(show_fields, struct show_in), .need = CAN_READ,
	.reads = true, .run = RUN(playbook_show),
};

struct revisions_in {
	int64_t playbook;
	struct opt_i64 before, max;
};
static const struct field revisions_fields[] = {
	FIELD(struct revisions_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct revisions_in, before, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct revisions_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err playbook_revisions(struct ctx *c, const struct revisions_in *in)
{
	struct playbook_rev_page_row *rows;
	struct playbook_row_row row;
	int64_t max = in->max.set ? in->max.v : SHOWN;
	size_t n;
	TRY(playbook_read(c, in->playbook, &row));
	TRY(playbook_rev_page(c->db, c->arena, &rows, &n, .playbook_id = row.id, .before = in->before.set ? in->before.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "revision", rows[i].number);
		json_kstr(c->out, "note", rows[i].note);
		json_kstr(c->out, "valid_from", rows[i].valid_from);
		json_ktime(c->out, "published", rows[i].published_us);
		json_kstr(c->out, "by", rows[i].name);
		json_ki64(c->out, "live_runs", rows[i].active);
		json_kbool(c->out, "current", row.rev_id.set && row.rev_id.v == rows[i].id);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].number) : NONE);
	return OK;
}
COMMAND_RUN(playbook_revisions)

const struct command playbook_revisions_cmd = {
	.name = "playbook.revisions", .help = "The revisions of a playbook, newest first", FIELDS(revisions_fields, struct revisions_in), .need = CAN_READ, .reads = true,
	.run = RUN(playbook_revisions),
};

struct publish_in {
	int64_t playbook;
	struct str note, valid_from;
};
static const struct field publish_fields[] = {
	FIELD(struct publish_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct publish_in, note, FIELD_STR, .max = 400, .help = "what changed and why, in a sentence"),
	FIELD(struct publish_in, valid_from, FIELD_DATE, .help = "for an edition with a date: from when it was in force"),
};

static enum err playbook_publish(struct ctx *c, const struct publish_in *in)
{
	struct playbook_rev_row_row rev;
	int64_t id;
	TRY(playbook_publish_draft(c, in->playbook, in->note, in->valid_from, &id));
	TRY(playbook_rev_read(c, id, &rev));
	json_ki64(c->out, "playbook", in->playbook);
	json_ki64(c->out, "revision", rev.number);
	json_kstr(c->out, "said", arena_fmt(c->arena, "Revision %lld is published. New runs follow it; running ones stay where they are until you move them.",
					    (long long)rev.number));
	return OK;
}
COMMAND_RUN(playbook_publish)

const struct command playbook_publish_cmd = {
	.name = "playbook.publish", .help = "Publish what was written as a revision that never changes again", FIELDS(publish_fields, struct publish_in), .need = CAN_LEAD,
	.run = RUN(playbook_publish),
};

struct one_in {
	int64_t playbook;
};
static const struct field one_fields[] = {
	FIELD(struct one_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
};

static enum err playbook_discard(struct ctx *c, const struct one_in *in)
{
	struct playbook_draft_of_row draft;
	struct playbook_row_row row;
	bool found;
	TRY(playbook_read(c, in->playbook, &row));
	TRY(playbook_draft_of(c->db, c->arena, &draft, &found, .playbook_id = row.id));
	if (!found)
		return fail(c, ERR_CONFLICT, "Nothing was changed since the last revision.");
	if (!row.rev_id.set)
		return fail(c, ERR_CONFLICT, "There is no revision to go back to. Put the playbook away instead.");
	TRY(playbook_draft_drop(c->db, .playbook_id = row.id));
	json_ki64(c->out, "playbook", row.id);
	json_kstr(c->out, "said", S("The changes are thrown away; the published revision stands."));
	return row_write(c, "playbook.draft_changed", &row, &row, S("the draft was thrown away"));
}
COMMAND_RUN(playbook_discard)

const struct command playbook_discard_cmd = {
	.name = "playbook.discard", .help = "Throw away what was changed since the published revision", FIELDS(one_fields, struct one_in), .need = CAN_LEAD,
	.run = RUN(playbook_discard),
};

static enum err set_state(struct ctx *c, int64_t id, const char *state, const char *kind, const char *said, const char *already)
{
	struct playbook_row_row before, after;
	TRY(playbook_read(c, id, &before));
	if (str_eq(before.state, str_c(state)))
		return fail(c, ERR_CONFLICT, "%s", already);
	after = before;
	after.state = str_c(state);
	json_ki64(c->out, "playbook", id);
	json_kstr(c->out, "said", str_c(said));
	return row_write(c, kind, &before, &after, STR_NULL);
}

static enum err playbook_archive(struct ctx *c, const struct one_in *in)
{
	return set_state(c, in->playbook, "archived", "playbook.archived", "It is put away. What runs goes on; nothing new is started.", "It is put away already.");
}
COMMAND_RUN(playbook_archive)

const struct command playbook_archive_cmd = {
	.name = "playbook.archive", .help = "Put a playbook away; what runs goes on", FIELDS(one_fields, struct one_in), .need = CAN_LEAD, .run = RUN(playbook_archive),
};

static enum err playbook_restore(struct ctx *c, const struct one_in *in)
{
	return set_state(c, in->playbook, "active", "playbook.restored", "It can be started again.", "It is in use.");
}
COMMAND_RUN(playbook_restore)

const struct command playbook_restore_cmd = {
	.name = "playbook.restore", .help = "Bring a playbook back", FIELDS(one_fields, struct one_in), .need = CAN_LEAD, .run = RUN(playbook_restore),
};

struct diff_in {
	int64_t playbook;
	struct opt_i64 from, to;
};
static const struct field diff_fields[] = {
	FIELD(struct diff_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct diff_in, from, FIELD_INT, .min = 1, .max = 1000000, .help = "a revision's number (the published one)"),
	FIELD(struct diff_in, to, FIELD_INT, .min = 1, .max = 1000000, .help = "another one (what is being written)"),
};

static enum err playbook_diff(struct ctx *c, const struct diff_in *in)
{
	static const char *const kinds[] = { "added", "removed", "changed", "moved" };
	struct playbook_row_row row;
	struct playbook_rev_row_row from, to;
	struct plan_change *changes;
	struct plan was, is;
	int64_t version;
	size_t n;
	TRY(playbook_read(c, in->playbook, &row));
	if (in->from.set)
		TRY(rev_by_number(c, row.id, in->from.v, &from));
	else if (!row.rev_id.set)
		return fail(c, ERR_NOT_FOUND, "“%.*s” was never published: there is nothing to compare with.", STR_ARG(row.name));
	else
		TRY(playbook_rev_read(c, row.rev_id.v, &from));
	if (in->to.set)
		TRY(rev_by_number(c, row.id, in->to.v, &to));
	else
		TRY(playbook_text(c, row.id, &to.plan, &version));
	TRY(plan_parse(c->arena, &c->fault, from.plan, &was));
	TRY(plan_parse(c->arena, &c->fault, to.plan, &is));
	plan_diff(c->arena, &was, &is, &changes, &n);
	json_obj(c->out);
	json_key(c->out, "changes");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "change", str_c(kinds[changes[i].kind]));
		json_kstr(c->out, "what", str_c(changes[i].what));
		json_kstr(c->out, "key", changes[i].key);
		json_kstr(c->out, "title", changes[i].title);
		json_kstr(c->out, "was", changes[i].was);
		json_kstr(c->out, "is", changes[i].is);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(playbook_diff)

const struct command playbook_diff_cmd = {
	.name = "playbook.diff", .help = "What changed between two revisions", FIELDS(diff_fields, struct diff_in), .need = CAN_READ, .reads = true,
	.run = RUN(playbook_diff),
};

struct preview_in {
	int64_t playbook;
	struct opt_i64 person;
	struct str starts_on, role, level;
};
static const struct field preview_fields[] = {
	FIELD(struct preview_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook: what is being written, or the published plan"),
	FIELD(struct preview_in, person, FIELD_ID, .help = "for which teammate"),
	FIELD(struct preview_in, starts_on, FIELD_DATE, .help = "from which day on (today)"),
	FIELD(struct preview_in, role, FIELD_STR, .max = 60, .help = "with which role (the person's)"),
	FIELD(struct preview_in, level, FIELD_STR, .max = 60, .help = "with which level"),
};

static enum err playbook_preview(struct ctx *c, const struct preview_in *in)
{
	struct preview v;
	struct str json;
	int64_t version;
	TRY(playbook_text(c, in->playbook, &json, &version));
	TRY(playbook_preview_of(c, json, in->person.v, in->starts_on, in->role, in->level, &v));
	json_obj(c->out);
	json_ki64(c->out, "required", v.out.n_required);
	json_key(c->out, "tasks");
	json_arr(c->out);
	for (size_t i = 0; i < v.out.n_items; i++) {
		const struct plan_item *it = &v.out.items[i];
		json_obj(c->out);
		json_kstr(c->out, "key", it->key);
		json_kstr(c->out, "title", v.plan.tasks[it->task].title);
		json_kbool(c->out, "shown", it->state != PLAYBOOK_HIDDEN);
		json_kstr(c->out, "due_on", it->due.set ? due_date_text(c->arena, it->due.day) : STR_NULL);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(playbook_preview)

const struct command playbook_preview_cmd = {
	.name = "playbook.preview", .help = "What a plan would be for somebody who starts on a day", FIELDS(preview_fields, struct preview_in), .need = CAN_READ,
	.reads = true, .run = RUN(playbook_preview),
};

struct replace_in {
	int64_t playbook;
	struct str plan;
	struct opt_i64 version;
};
static const struct field replace_fields[] = {
	FIELD(struct replace_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct replace_in, plan, FIELD_TEXT, .required = true, .max = PLAN_BYTES_MAX, .help = "the whole plan as JSON, as playbook.show gives it"),
	FIELD(struct replace_in, version, FIELD_INT, .max = INT64_MAX / 2, .help = "the draft's version that was seen: refused when it is another one now"),
};

static enum err playbook_replace(struct ctx *c, const struct replace_in *in)
{
	json_error_t e;
	json_t *root = json_loadb(in->plan.p, in->plan.n, JSON_REJECT_DUPLICATES, &e);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	if (!text) {
		json_decref(root);
		return fail_field(c, S("plan"), "Line %d is not JSON: %s", e.line, e.text);
	}
	struct str json = arena_str(c->arena, str_c(text));
	free(text);
	json_decref(root);
	TRY(playbook_save_draft(c, in->playbook, in->version, json, S("the whole plan was written anew")));
	json_ki64(c->out, "playbook", in->playbook);
	json_kstr(c->out, "said", S("The draft is saved."));
	return OK;
}
COMMAND_RUN(playbook_replace)

const struct command playbook_replace_cmd = {
	.name = "playbook.replace", .help = "Write the whole draft of a playbook as JSON", FIELDS(replace_fields, struct replace_in), .need = CAN_LEAD,
	.run = RUN(playbook_replace),
};
