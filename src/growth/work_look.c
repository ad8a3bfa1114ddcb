/* work_look.c: looking at account work, and the dated rows of its kinds. The handbook's come from presets/handbook/account_work.def. */
#include "growth/work_parts.h"

#include "account/account_parts.h"
#include "growth/cert_parts.h"

/* Kinds, and after each (slug is set) its parts. */
static const struct preset {
	const char *kind, *slug, *from, *to, *title, *about, *with, *phase, *answer, *led, *source;
	int64_t account, ideal, most;
} PRESETS[] = {
#define WORK_KIND(kind_, from_, to_, title_, about_, account_, ideal_, most_, with_, source_)                                                              \
	{ .kind = kind_, .from = from_, .to = to_, .title = title_, .about = about_, .account = account_, .ideal = ideal_, .most = most_, .with = with_,      \
	  .source = source_ },
#define WORK_PART(kind_, slug_, from_, to_, phase_, title_, answer_, led_, source_)                                                                        \
	{ .kind = kind_, .slug = slug_, .from = from_, .to = to_, .phase = phase_, .title = title_, .answer = answer_, .led = led_, .source = source_ },
#include "handbook/account_work.def"
#undef WORK_KIND
#undef WORK_PART
};

#include "base/banned.h"

enum err work_counts_of(struct ctx *c, int64_t teammate, struct str kind, utime since_us, struct work_counts *ret)
{
	struct work_own_count_row own;
	struct work_with_count_row with;
	struct work_member_count_row member;
	bool project = str_eq(kind, S("project"));
	TRY(work_own_count(c->db, c->arena, &own, .me = teammate, .kind = kind, .since_us = since_us));
	TRY(work_with_count(c->db, c->arena, &with, .me = teammate, .kind = kind, .since_us = since_us));
	TRY(work_member_count(c->db, c->arena, &member, .me = teammate, .kind = kind, .since_us = since_us));
	/* Whoever begins a project is its lead among the members: counted once. */
	*ret = (struct work_counts){ .part = (project ? 0 : own.owned) + with.n + member.n, .lead = (project ? 0 : own.owned) + member.leads,
				     .delivered = own.delivered };
	return OK;
}

struct list_in {
	struct str kind;
	struct opt_i64 organisation, before, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, kind, FIELD_ENUM, .choices = work_kinds, .help = "only this kind"),
	FIELD(struct list_in, organisation, FIELD_ID, .help = "only this customer's"),
	FIELD(struct list_in, before, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err work_list(struct ctx *c, const struct list_in *in)
{
	struct work_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(work_page(c->db, c->arena, &v, &n, .before_id = in->before.set ? in->before.v : INT64_MAX, .kind = in->kind, .organisation_id = in->organisation,
		      .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "title", v[i].title);
		json_kopt(c->out, "organisation", v[i].organisation_id);
		json_kopt(c->out, "owner", v[i].owner_id);
		json_kstr(c->out, "state", v[i].state);
		json_kstr(c->out, "health", v[i].health);
		json_kstr(c->out, "starts_on", v[i].starts_on);
		json_kstr(c->out, "due_on", v[i].due_on);
		json_ki64(c->out, "parts", v[i].parts);
		json_ki64(c->out, "answered", v[i].answered);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[n - 2].id) : NONE);
	return OK;
}
COMMAND_RUN(work_list)

const struct command work_list_cmd = {
	.name = "work.list", .help = "Account work, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(work_list),
};

struct show_in {
	int64_t work;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, work, FIELD_ID, .required = true, .positional = true, .help = "number of the work", .example = "8"),
};

static void show_parts(struct ctx *c, const struct work_parts_of_row *v, size_t n)
{
	json_key(c->out, "parts");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "key", v[i].slug);
		json_kstr(c->out, "phase", v[i].phase);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "answer_kind", v[i].answer_kind);
		json_kstr(c->out, "led_by", v[i].led_by);
		json_kstr(c->out, "answer", v[i].answer);
		json_kopt(c->out, "answered_by", v[i].answered_by);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
}

static enum err work_show(struct ctx *c, const struct show_in *in)
{
	struct work_item_rows_row w;
	struct work_parts_of_row *parts;
	struct work_members_of_row *members;
	size_t n_parts, n;
	TRY(work_item_read(c, in->work, &w));
	TRY(work_parts_of(c->db, c->arena, &parts, &n_parts, .item_id = w.id));
	TRY(work_members_of(c->db, c->arena, &members, &n, .item_id = w.id));
	json_obj(c->out);
	json_ki64(c->out, "id", w.id);
	json_kstr(c->out, "kind", w.kind);
	json_kstr(c->out, "title", w.title);
	json_kstr(c->out, "body", w.body);
	json_kopt(c->out, "organisation", w.organisation_id);
	json_kopt(c->out, "team", w.team_id);
	json_kopt(c->out, "owner", w.owner_id);
	json_kopt(c->out, "with", w.with_id);
	json_kstr(c->out, "with_part", w.with_part);
	json_kstr(c->out, "state", w.state);
	json_kstr(c->out, "health", w.health);
	json_kstr(c->out, "starts_on", w.starts_on);
	json_kstr(c->out, "due_on", w.due_on);
	json_kstr(c->out, "link", w.link);
	json_kstr(c->out, "outcome", w.outcome);
	show_parts(c, parts, n_parts);
	json_key(c->out, "members");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", members[i].teammate_id);
		json_kstr(c->out, "name", members[i].name);
		json_kstr(c->out, "part", members[i].part);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(work_show)

const struct command work_show_cmd = {
	.name = "work.show", .help = "One piece of work with its parts and people", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true,
	.run = RUN(work_show),
};

/* ---- the dated rows ---- */

struct kind_in {
	struct str slug, valid_from, valid_to, name, about, source;
	struct str_list with_parts;
	bool for_account;
	struct opt_i64 ideal_days, max_days;
};
#define IN struct kind_in
static const struct field kind_fields[] = {
	FIELD(IN, slug, FIELD_ENUM, .required = true, .choices = work_kinds, .positional = true, .help = "which kind of work"),
	FIELD(IN, valid_from, FIELD_DATE, .required = true, .help = "the first day on which it is so"),
	FIELD(IN, valid_to, FIELD_DATE, .help = "the first day on which it is no longer so"),
	FIELD(IN, name, FIELD_STR, .required = true, .max = 80, .help = "what people call it"),
	FIELD(IN, about, FIELD_STR, .required = true, .max = 300, .help = "what it is, in a sentence"),
	FIELD(IN, for_account, FIELD_BOOL, .help = "it belongs to a customer"),
	FIELD(IN, ideal_days, FIELD_INT, .min = 1, .max = 1000, .help = "how long it lasts when nothing else is said"),
	FIELD(IN, max_days, FIELD_INT, .min = 1, .max = 1000, .help = "how long it may last at most"),
	FIELD(IN, with_parts, FIELD_STRS, .max = 3, .choices = work_withs, .help = "with whom it is made"),
	FIELD(IN, source, FIELD_STR, .max = 300, .help = "who decided, or where it is written"),
};
#undef IN

static enum err kind_put(struct ctx *c, struct work_kind_rows_row *row, bool replace)
{
	struct work_kind_of_date_row there;
	struct work_kind_rows_row before;
	bool found;
	TRY(work_kind_of_date(c->db, c->arena, &there, &found, .slug = row->slug, .valid_from = row->valid_from));
	if (!found)
		return work_kind_new(c, row, "work.kind_set");
	row->id = there.id;
	if (!replace)
		return OK;
	TRY(work_kind_read(c, there.id, &before));
	return work_kind_save(c, &before, row, "work.kind_set", STR_NULL);
}

static enum err part_put(struct ctx *c, struct work_part_kind_rows_row *row, bool replace)
{
	struct work_part_kind_of_date_row there;
	struct work_part_kind_rows_row before;
	bool found;
	TRY(work_part_kind_of_date(c->db, c->arena, &there, &found, .kind = row->kind, .slug = row->slug, .valid_from = row->valid_from));
	if (!found)
		return work_part_kind_new(c, row, "work.part_kind_set");
	row->id = there.id;
	if (!replace)
		return OK;
	TRY(work_part_kind_read(c, there.id, &before));
	return work_part_kind_save(c, &before, row, "work.part_kind_set", STR_NULL);
}

static enum err after(struct ctx *c, struct str from, struct str to)
{
	return !to.p || str_cmp(to, from) > 0 ? OK : fail_field(c, S("valid_to"), "It must end after it begins.");
}

static enum err work_kind_run(struct ctx *c, const struct kind_in *in)
{
	struct buf b;
	buf_init(&b, c->arena, 100);
	for (size_t i = 0; i < in->with_parts.n; i++) {
		buf_add(&b, i ? S(",") : S(""));
		buf_add(&b, in->with_parts.v[i]);
	}
	TRY(after(c, in->valid_from, in->valid_to));
	struct work_kind_rows_row row = { .slug = in->slug, .valid_from = in->valid_from, .valid_to = in->valid_to, .name = in->name, .about = in->about,
					  .for_account = in->for_account, .ideal_days = in->ideal_days, .max_days = in->max_days, .with_parts = buf_str(&b),
					  .source = in->source.n ? in->source : S("set at this desk") };
	TRY(kind_put(c, &row, true));
	json_ki64(c->out, "kind", row.id);
	json_kstr(c->out, "said", S("Set."));
	return OK;
}
COMMAND_RUN(work_kind_run)

const struct command work_kind_cmd = {
	.name = "work.kind", .help = "Set what a kind of account work is from a date on", FIELDS(kind_fields, struct kind_in), .need = CAN_ADMIN,
	.run = RUN(work_kind_run),
};

static const char *const answer_kinds[] = { "text", "yes_no", NULL };
static const char *const leaders[] = { "ce", "ae", "any", NULL };

struct part_in {
	struct str kind, slug, valid_from, valid_to, phase, title, answer_kind, led_by, source;
	int64_t position;
};
#define IN struct part_in
static const struct field part_fields[] = {
	FIELD(IN, kind, FIELD_ENUM, .required = true, .choices = work_kinds, .positional = true, .help = "of which kind of work"),
	FIELD(IN, slug, FIELD_STR, .required = true, .max = 60, .help = "its short name", .example = "risks"),
	FIELD(IN, valid_from, FIELD_DATE, .required = true, .help = "the first day on which it is asked for"),
	FIELD(IN, valid_to, FIELD_DATE, .help = "the first day on which it is no longer"),
	FIELD(IN, phase, FIELD_STR, .required = true, .max = 80, .help = "the heading it stands under"),
	FIELD(IN, title, FIELD_STR, .required = true, .max = 200, .help = "what is asked"),
	FIELD(IN, answer_kind, FIELD_ENUM, .required = true, .choices = answer_kinds, .help = "a text, or yes or no"),
	FIELD(IN, led_by, FIELD_ENUM, .required = true, .choices = leaders, .help = "who sees to it"),
	FIELD(IN, position, FIELD_INT, .required = true, .min = 0, .max = 1000, .help = "where it stands"),
	FIELD(IN, source, FIELD_STR, .max = 300, .help = "who decided, or where it is written"),
};
#undef IN

static enum err work_part_kind_run(struct ctx *c, const struct part_in *in)
{
	TRY(after(c, in->valid_from, in->valid_to));
	struct work_part_kind_rows_row row = { .kind = in->kind, .slug = in->slug, .valid_from = in->valid_from, .valid_to = in->valid_to, .phase = in->phase,
					       .title = in->title, .answer_kind = in->answer_kind, .led_by = in->led_by, .position = in->position,
					       .source = in->source.n ? in->source : S("set at this desk") };
	TRY(part_put(c, &row, true));
	json_ki64(c->out, "part", row.id);
	json_kstr(c->out, "said", S("Set. Work that has begun keeps the parts it has."));
	return OK;
}
COMMAND_RUN(work_part_kind_run)

const struct command work_part_kind_cmd = {
	.name = "work.part_kind", .help = "Set a part that plans of a kind have, or a question that a gate asks, from a date on", FIELDS(part_fields, struct part_in),
	.need = CAN_ADMIN, .run = RUN(work_part_kind_run),
};

static struct opt_i64 days(int64_t n)
{
	return n ? SOME(n) : NONE;
}

enum err work_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		const struct preset *p = &PRESETS[i];
		struct work_kind_rows_row kind = { .slug = str_c(p->kind), .valid_from = str_c(p->from), .valid_to = str_c(p->to), .name = str_c(p->title),
						   .about = str_c(p->about), .for_account = p->account, .ideal_days = days(p->ideal), .max_days = days(p->most),
						   .with_parts = str_c(p->with), .source = str_c(p->source) };
		struct work_part_kind_rows_row part = { .kind = str_c(p->kind), .slug = str_c(p->slug), .valid_from = str_c(p->from), .valid_to = str_c(p->to),
							.phase = str_c(p->phase), .title = str_c(p->title), .answer_kind = str_c(p->answer),
							.led_by = str_c(p->led), .position = (int64_t)i, .source = str_c(p->source) };
		TRY(p->slug ? part_put(c, &part, false) : kind_put(c, &kind, false));
	}
	return OK;
}
