/* team.c: teams, and the dated titles of roles. */
#include "people/inside.h"

static const struct {
	const char *role, *title, *abbreviation, *from, *to, *source;
} PRESETS[] = {
#define ROLE_TITLE(...) { __VA_ARGS__ },
#include "handbook/role_titles.def"
#undef ROLE_TITLE
};

#include "base/banned.h"

/* ---- teams ---- */

static enum err team_read(struct ctx *c, int64_t id, struct team_row_row *ret)
{
	bool found;
	TRY(team_row(c->db, c->arena, ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no team %lld. `team list` shows all.", (long long)id);
}

/* "Customer Support (EMEA)" → "customer-support-emea". */
static struct str slug_of(struct arena *a, struct str name)
{
	struct buf b;
	buf_init(&b, a, 80);
	for (size_t i = 0; i < name.n; i++) {
		char ch = name.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			buf_ch(&b, ch);
		else if (b.n && b.p[b.n - 1] != '-')
			buf_ch(&b, '-');
	}
	while (b.n && b.p[b.n - 1] == '-')
		b.n--;
	return b.n ? buf_str(&b) : S("team");
}

static enum err team_new(struct ctx *c, struct str slug, struct str name, struct str external_id, int64_t *ret_id)
{
	struct team_add_row added;
	struct team_row_row row = { .slug = slug, .name = name, .external_id = external_id, .created_us = c->now_us };
	TRY(team_add(c->db, c->arena, &added, .slug = slug, .name = name, .external_id = external_id, .created_us = row.created_us));
	*ret_id = row.id = added.id;
	return event_append(c, &(struct event_new){ .kind = "team.created", .entity = "team", .entity_id = row.id,
						    .data = fold_set_all(c->arena, &team_rows_stmt, &row) }, NULL);
}

enum err people_add_team(struct ctx *c, struct str slug, struct str name, struct str external_id, int64_t *ret_id)
{
	struct team_id_by_external_row by_external = { 0 };
	struct team_id_by_slug_row by_slug;
	bool found = false;
	if (external_id.p)
		TRY(team_id_by_external(c->db, c->arena, &by_external, &found, .external_id = external_id));
	if (found) {
		*ret_id = by_external.id;
		return OK;
	}
	if (!slug.p)
		slug = slug_of(c->arena, name);
	TRY(team_id_by_slug(c->db, c->arena, &by_slug, &found, .slug = slug));
	if (found) {
		*ret_id = by_slug.id;
		return OK;
	}
	return team_new(c, slug, name, external_id, ret_id);
}

static enum err member_event(struct ctx *c, const char *kind, int64_t team, int64_t teammate)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "team", .entity_id = team,
						    .data = arena_fmt(c->arena, "{\"teammate\":%lld}", (long long)teammate) }, NULL);
}

enum err people_add_member(struct ctx *c, int64_t team_id, int64_t teammate_id)
{
	struct team_row_row team;
	struct teammate t;
	int64_t changed;
	TRY(team_read(c, team_id, &team));
	TRY(people_get(c, teammate_id, &t));
	TRY(team_member_add(c->db, &changed, .team_id = team_id, .teammate_id = teammate_id));
	return changed ? member_event(c, "team.member_added", team_id, teammate_id) : OK;
}

struct team_create_in {
	struct str name, slug;
};

static const struct field team_create_fields[] = {
	FIELD(struct team_create_in, name, FIELD_STR, .required = true, .max = 80, .positional = true, .help = "the team's name"),
	FIELD(struct team_create_in, slug, FIELD_STR, .max = 60, .help = "its short name in addresses; made of the name when left out"),
};

static enum err team_create(struct ctx *c, const struct team_create_in *in)
{
	struct team_id_by_slug_row row;
	struct str slug = slug_of(c->arena, in->slug.p ? in->slug : in->name);
	int64_t id;
	bool found;
	TRY(team_id_by_slug(c->db, c->arena, &row, &found, .slug = slug));
	if (found) {
		fail(c, ERR_CONFLICT, "There is a team “%.*s” already.", STR_ARG(slug));
		fail_field(c, S("name"), "There is a team “%.*s” already.", STR_ARG(slug));
		return ERR_CONFLICT;
	}
	TRY(team_new(c, slug, in->name, STR_NULL, &id));
	json_ki64(c->out, "team", id);
	return OK;
}
COMMAND_RUN(team_create)

const struct command team_create_cmd = {
	.name = "team.create", .help = "Make a team", FIELDS(team_create_fields, struct team_create_in), .need = CAN_ADMIN, .run = RUN(team_create),
};

struct team_rename_in {
	int64_t team;
	struct str name;
};

static const struct field team_rename_fields[] = {
	FIELD(struct team_rename_in, team, FIELD_ID, .required = true, .positional = true, .help = "which team"),
	FIELD(struct team_rename_in, name, FIELD_STR, .required = true, .max = 80, .help = "its new name; the short one stays"),
};

static enum err team_rename(struct ctx *c, const struct team_rename_in *in)
{
	struct team_row_row before, after;
	TRY(team_read(c, in->team, &before));
	after = before;
	after.name = in->name;
	json_ki64(c->out, "team", in->team);
	struct str diff = fold_set_diff(c->arena, &team_rows_stmt, &before, &after);
	if (!diff.p)
		return OK;
	TRY(team_put(c->db, .id = after.id, .name = after.name));
	return event_append(c, &(struct event_new){ .kind = "team.renamed", .entity = "team", .entity_id = after.id, .data = diff }, NULL);
}
COMMAND_RUN(team_rename)

const struct command team_rename_cmd = {
	.name = "team.rename", .help = "Give a team another name", FIELDS(team_rename_fields, struct team_rename_in), .need = CAN_ADMIN, .run = RUN(team_rename),
};

struct team_member_in {
	int64_t team, teammate;
};

static const struct field team_member_fields[] = {
	FIELD(struct team_member_in, team, FIELD_ID, .required = true, .positional = true, .help = "which team"),
	FIELD(struct team_member_in, teammate, FIELD_ID, .required = true, .help = "which teammate"),
};

static enum err team_add_run(struct ctx *c, const struct team_member_in *in)
{
	json_ki64(c->out, "team", in->team);
	return people_add_member(c, in->team, in->teammate);
}
COMMAND_RUN(team_add_run)

const struct command team_add_cmd = {
	.name = "team.add", .help = "Add a teammate to a team", FIELDS(team_member_fields, struct team_member_in), .need = CAN_ADMIN, .run = RUN(team_add_run),
};

static enum err team_remove(struct ctx *c, const struct team_member_in *in)
{
	struct team_row_row team;
	int64_t changed;
	TRY(team_read(c, in->team, &team));
	TRY(team_member_remove(c->db, &changed, .team_id = in->team, .teammate_id = in->teammate));
	json_ki64(c->out, "team", in->team);
	return changed ? member_event(c, "team.member_removed", in->team, in->teammate) : OK;
}
COMMAND_RUN(team_remove)

const struct command team_remove_cmd = {
	.name = "team.remove", .help = "Take a teammate out of a team", FIELDS(team_member_fields, struct team_member_in), .need = CAN_ADMIN,
	.run = RUN(team_remove),
};

struct page_in {
	struct opt_i64 after, max;
};

static const struct field page_fields[] = {
	FIELD(struct page_in, after, FIELD_ID, .help = "go on after this one (\"next\" of the page before)"),
	FIELD(struct page_in, max, FIELD_INT, .min = 1, .max = 1000, .help = "how many at most (100)"),
};

static enum err team_list(struct ctx *c, const struct page_in *in)
{
	struct team_page_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 100;
	TRY(team_page(c->db, c->arena, &rows, &n, .after = in->after, .max = max));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "team", rows[i].id);
		json_kstr(c->out, "slug", rows[i].slug);
		json_kstr(c->out, "name", rows[i].name);
		json_ki64(c->out, "members", rows[i].members);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", n && (int64_t)n == max ? arena_fmt(c->arena, "%lld", (long long)rows[n - 1].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(team_list)

const struct command team_list_cmd = {
	.name = "team.list", .help = "All teams", FIELDS(page_fields, struct page_in), .need = CAN_READ, .reads = true, .run = RUN(team_list),
};

struct team_one_in {
	int64_t team;
};

static const struct field team_one_fields[] = {
	FIELD(struct team_one_in, team, FIELD_ID, .required = true, .positional = true, .help = "which team"),
};

static enum err team_show(struct ctx *c, const struct team_one_in *in)
{
	struct team_row_row team;
	struct team_members_row *rows;
	size_t n;
	TRY(team_read(c, in->team, &team));
	TRY(team_members(c->db, c->arena, &rows, &n, .team_id = in->team));
	json_obj(c->out);
	json_ki64(c->out, "team", team.id);
	json_kstr(c->out, "slug", team.slug);
	json_kstr(c->out, "name", team.name);
	json_key(c->out, "members");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", rows[i].id);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "email", rows[i].email);
		json_kstr(c->out, "state", rows[i].state);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(team_show)

const struct command team_show_cmd = {
	.name = "team.show", .help = "A team and its members", FIELDS(team_one_fields, struct team_one_in), .need = CAN_READ, .reads = true,
	.run = RUN(team_show),
};

/* ---- roles ---- */

struct str people_date(struct arena *a, utime t)
{
	struct civil now;
	civil_from_utc(t, &now);
	return arena_fmt(a, "%04d-%02d-%02d", now.year, now.month, now.day);
}

struct str people_title(struct ctx *c, struct str role, struct str date)
{
	struct role_title_on_row row;
	bool found = false;
	if (role_title_on(c->db, c->arena, &row, &found, .role = role, .date = date) != OK || !found)
		return role;
	return row.title;
}

enum err role_check(struct ctx *c, struct str role)
{
	struct role_title_any_row row;
	bool found;
	TRY(role_title_any(c->db, c->arena, &row, &found, .role = role));
	return found ? OK : fail_field(c, S("role"), "There is no role of that name. `role list` shows all; `role title` adds one.");
}

static enum err role_put(struct ctx *c, const struct role_title_row_row *new, bool replace)
{
	struct role_title_row_row before, after;
	bool found;
	TRY(role_title_row(c->db, c->arena, &before, &found, .role = new->role, .valid_from = new->valid_from));
	if (found && !replace)
		return OK;
	if (!found) {
		struct role_title_add_row added;
		TRY(role_title_add(c->db, c->arena, &added, .role = new->role, .title = new->title, .abbreviation = new->abbreviation,
				   .valid_from = new->valid_from, .valid_to = new->valid_to, .source = new->source));
		after = *new;
		after.id = added.id;
		return event_append(c, &(struct event_new){ .kind = "role_title.created", .entity = "role_title", .entity_id = added.id,
							    .data = fold_set_all(c->arena, &role_title_rows_stmt, &after) }, NULL);
	}
	after = *new;
	after.id = before.id;
	struct str diff = fold_set_diff(c->arena, &role_title_rows_stmt, &before, &after);
	if (!diff.p)
		return OK;
	TRY(role_title_put(c->db, .id = after.id, .title = after.title, .abbreviation = after.abbreviation, .valid_to = after.valid_to, .source = after.source));
	return event_append(c, &(struct event_new){ .kind = "role_title.changed", .entity = "role_title", .entity_id = after.id, .data = diff }, NULL);
}

enum err role_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++)
		TRY(role_put(c, &(struct role_title_row_row){ .role = str_c(PRESETS[i].role), .title = str_c(PRESETS[i].title),
							      .abbreviation = str_c(PRESETS[i].abbreviation), .valid_from = str_c(PRESETS[i].from),
							      .valid_to = str_c(PRESETS[i].to), .source = str_c(PRESETS[i].source) }, false));
	return OK;
}

struct role_title_in {
	struct str role, title, abbreviation, valid_from, valid_to, source;
};

static const struct field role_title_fields[] = {
	FIELD(struct role_title_in, role, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "the role's key", .example = "support_engineer"),
	FIELD(struct role_title_in, title, FIELD_STR, .required = true, .max = 80, .help = "what the job is called"),
	FIELD(struct role_title_in, abbreviation, FIELD_STR, .required = true, .max = 20, .help = "its short form"),
	FIELD(struct role_title_in, valid_from, FIELD_DATE, .required = true, .help = "the first day of this title"),
	FIELD(struct role_title_in, valid_to, FIELD_DATE, .help = "the first day on which it is no longer used"),
	FIELD(struct role_title_in, source, FIELD_STR, .help = "who decided, or where it is written"),
};

static enum err role_title(struct ctx *c, const struct role_title_in *in)
{
	for (size_t i = 0; i < in->role.n; i++)
		if (!((in->role.p[i] >= 'a' && in->role.p[i] <= 'z') || in->role.p[i] == '_'))
			return fail_field(c, S("role"), "A key of small letters and “_”, like support_engineer.");
	if (in->valid_to.p && str_cmp(in->valid_to, in->valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	json_kstr(c->out, "role", in->role);
	return role_put(c, &(struct role_title_row_row){ .role = in->role, .title = in->title, .abbreviation = in->abbreviation,
							 .valid_from = in->valid_from, .valid_to = in->valid_to,
							 .source = in->source.p ? in->source : S("set at this desk") }, true);
}
COMMAND_RUN(role_title)

const struct command role_title_cmd = {
	.name = "role.title", .help = "Give a role a title from a date on, or change the one that begins on that date",
	FIELDS(role_title_fields, struct role_title_in), .need = CAN_ADMIN, .run = RUN(role_title),
};

static enum err role_list(struct ctx *c, const void *in)
{
	(void)in;
	struct role_title_all_row *rows;
	size_t n;
	TRY(role_title_all(c->db, c->arena, &rows, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_kstr(c->out, "role", rows[i].role);
		json_kstr(c->out, "title", rows[i].title);
		json_kstr(c->out, "abbreviation", rows[i].abbreviation);
		json_kstr(c->out, "valid_from", rows[i].valid_from);
		json_kstr(c->out, "valid_to", rows[i].valid_to);
		json_kstr(c->out, "source", rows[i].source);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

const struct command role_list_cmd = {
	.name = "role.list", .help = "Roles and their titles over the years", NO_FIELDS, .need = CAN_READ, .reads = true, .run = role_list,
};
