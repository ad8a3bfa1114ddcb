/* teammate.c: teammates: adding, inviting, changing, disabling, showing.
 *
 * One law: a desk always keeps an active admin. Whoever is disabled or given another access loses their sessions at once; the disabled lose
 * their tokens and links too. */
#include "people/inside.h"

#include "core/secret.h"

#include "sign_in.sql.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct teammate_row_row) == sizeof(struct teammate_rows_row), "people.sql: teammate_row and teammate_rows");

struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (struct str){ p, s.n };
}

/* ---- reading ---- */

static struct teammate from_row(const struct teammate_row_row *r)
{
	return (struct teammate){
		.id = r->id, .email = r->email, .name = r->name, .access = r->access, .role = r->role, .zone = r->zone,
		.work_hours = r->work_hours, .signature = r->signature, .state = r->state, .external_id = r->external_id,
		.keymap = r->keymap, .hired_on = r->hired_on, .created_us = r->created_us,
	};
}

enum err teammate_read(struct ctx *c, int64_t id, struct teammate_row_row *ret)
{
	bool found;
	TRY(teammate_row(c->db, c->arena, ret, &found, .id = id));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no teammate %lld. `teammate list` shows all.", (long long)id);
}

enum err people_get(struct ctx *c, int64_t id, struct teammate *ret)
{
	struct teammate_row_row row;
	TRY(teammate_read(c, id, &row));
	*ret = from_row(&row);
	return OK;
}

enum err people_find(struct ctx *c, struct str email, struct teammate *ret, bool *ret_found)
{
	struct teammate_id_by_email_row row;
	TRY(teammate_id_by_email(c->db, c->arena, &row, ret_found, .email = lower(c->arena, email)));
	return *ret_found ? people_get(c, row.id, ret) : OK;
}

enum err people_active(struct ctx *c, struct teammate **ret, size_t *ret_n)
{
	struct teammate_active_row *rows;
	size_t n;
	TRY(teammate_active(c->db, c->arena, &rows, &n, .max = 1000));
	*ret = arena_array(c->arena, struct teammate, n);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (struct teammate){
			.id = rows[i].id, .email = rows[i].email, .name = rows[i].name, .access = rows[i].access, .role = rows[i].role,
			.zone = rows[i].zone, .work_hours = rows[i].work_hours, .signature = S(""), .state = S("active"),
			.created_us = rows[i].created_us,
		};
	*ret_n = n;
	return OK;
}

/* ---- writing ---- */

enum err teammate_event(struct ctx *c, const char *kind, int64_t id, struct str data, struct str reason)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "teammate", .entity_id = id, .data = data, .reason = reason }, NULL);
}

enum err teammate_write(struct ctx *c, const char *kind, const struct teammate_row_row *before, const struct teammate_row_row *after,
			struct str reason, bool *ret_changed)
{
	struct str diff = fold_set_diff(c->arena, &teammate_rows_stmt, before, after);
	*ret_changed = diff.p != NULL;
	if (!diff.p)
		return OK;
	TRY(teammate_put(c->db, .id = after->id, .email = after->email, .name = after->name, .access = after->access, .role = after->role,
			 .zone = after->zone, .work_hours = after->work_hours, .signature = after->signature, .state = after->state,
			 .external_id = after->external_id, .keymap = after->keymap, .hired_on = after->hired_on));
	return teammate_event(c, kind, after->id, diff, reason);
}

enum err teammate_not_last_admin(struct ctx *c, int64_t id)
{
	struct teammate_admins_row *rows;
	size_t n;
	TRY(teammate_admins(c->db, c->arena, &rows, &n));
	if (n == 1 && rows[0].id == id)
		return fail(c, ERR_CONFLICT, "This is the only active admin: without one nobody could change anything here. Make another admin first.");
	return OK;
}

static enum err taken(struct ctx *c)
{
	fail(c, ERR_CONFLICT, "Another teammate has this address.");
	fail_field(c, S("email"), "Another teammate has this address.");
	return ERR_CONFLICT;
}

enum err people_add(struct ctx *c, const struct teammate_new *t, int64_t *ret_id)
{
	struct teammate_id_by_email_row other;
	struct teammate_add_row added;
	bool found;
	struct teammate_row_row row = {
		.email = lower(c->arena, t->email), .name = t->name, .access = t->access.p ? t->access : S("agent"),
		.role = t->role.p ? t->role : S("support_engineer"), .zone = t->zone.p ? t->zone : S("UTC"),
		.signature = t->signature.p ? t->signature : S(""), .state = t->state.p ? t->state : S("active"),
		.external_id = t->external_id, .hired_on = t->hired_on, .created_us = t->created_us ? t->created_us : c->now_us,
	};
	if (!access_caps(row.access))
		fail_field(c, S("access"), "One of: light, agent, lead, admin.");
	if (!zone_find(row.zone))
		fail_field(c, S("zone"), "There is no time zone of that name. Example: Europe/Berlin.");
	if (!str_eq(row.state, S("active")) && !str_eq(row.state, S("invited")) && !str_eq(row.state, S("disabled")))
		fail_field(c, S("state"), "One of: active, invited, disabled.");
	if (row.email.n == 0 || !row.name.n)
		fail_field(c, S("email"), "A teammate needs an address and a name.");
	TRY(fields_ok(c));
	TRY(role_check(c, row.role));
	TRY(hours_check(c, t->hours, &row.work_hours));
	TRY(teammate_id_by_email(c->db, c->arena, &other, &found, .email = row.email));
	if (found)
		return taken(c);
	struct teammate_id_by_external_row same;
	if (row.external_id.p)
		TRY(teammate_id_by_external(c->db, c->arena, &same, &found, .external_id = row.external_id));
	if (found) {
		fail(c, ERR_CONFLICT, "Teammate %lld has this external id already.", (long long)same.id);
		fail_field(c, S("external_id"), "Teammate %lld has this external id already.", (long long)same.id);
		return ERR_CONFLICT;
	}
	TRY(teammate_add(c->db, c->arena, &added, .email = row.email, .name = row.name, .access = row.access, .role = row.role, .zone = row.zone,
			 .work_hours = row.work_hours, .signature = row.signature, .state = row.state, .external_id = row.external_id,
			 .hired_on = row.hired_on, .created_us = row.created_us));
	*ret_id = row.id = added.id;
	return event_append(c, &(struct event_new){ .kind = "teammate.created", .entity = "teammate", .entity_id = row.id, .at_us = t->created_us,
						    .data = fold_set_all(c->arena, &teammate_rows_stmt, &row) }, NULL);
}

/* ---- teammate.create, teammate.invite ---- */

struct teammate_create_in {
	struct str email, name, access, role, zone, hours, external_id, hired_on;
	struct id_list teams;
};

#define NEW_FIELDS                                                                                                                      \
	FIELD(struct teammate_create_in, email, FIELD_EMAIL, .required = true, .help = "the mail address", .positional = true),         \
	FIELD(struct teammate_create_in, name, FIELD_STR, .required = true, .max = 120, .help = "the name, as customers see it"),       \
	FIELD(struct teammate_create_in, access, FIELD_ENUM, .choices = access_levels, .help = "what they may (agent)"),                \
	FIELD(struct teammate_create_in, role, FIELD_STR, .max = 60, .help = "the job's key (support_engineer); `role list` shows all"), \
	FIELD(struct teammate_create_in, zone, FIELD_ZONE, .help = "their time zone (UTC)", .example = "Europe/Berlin"),                \
	FIELD(struct teammate_create_in, hours, FIELD_TEXT, .max = 4000, .help = "working hours", .example = "mon-fri 09:00-17:00"),    \
	FIELD(struct teammate_create_in, teams, FIELD_IDS, .help = "their teams"),                                                      \
	FIELD(struct teammate_create_in, hired_on, FIELD_DATE, .help = "the day they began or begin here, when it is not today")

static const struct field teammate_create_fields[] = {
	NEW_FIELDS,
	FIELD(struct teammate_create_in, external_id, FIELD_STR, .max = 120, .help = "their key in another system"),
};
static const struct field teammate_invite_fields[] = { NEW_FIELDS };

static enum err add(struct ctx *c, const struct teammate_create_in *in, struct str state, int64_t *ret_id)
{
	TRY(people_add(c, &(struct teammate_new){ .email = in->email, .name = in->name, .access = in->access, .role = in->role, .zone = in->zone,
						  .hours = in->hours, .external_id = in->external_id, .hired_on = in->hired_on,
						  .state = state }, ret_id));
	for (size_t i = 0; i < in->teams.n; i++)
		TRY(people_add_member(c, in->teams.v[i], *ret_id));
	json_ki64(c->out, "teammate", *ret_id);
	return OK;
}

static enum err teammate_create(struct ctx *c, const struct teammate_create_in *in)
{
	int64_t id;
	return add(c, in, S("active"), &id);
}
COMMAND_RUN(teammate_create)

const struct command teammate_create_cmd = {
	.name = "teammate.create", .help = "Add a teammate without telling them; they sign in after asking for a new password",
	FIELDS(teammate_create_fields, struct teammate_create_in), .need = CAN_ADMIN, .run = RUN(teammate_create),
};

static enum err mail_invitation(struct ctx *c, int64_t id)
{
	struct teammate t;
	struct str token;
	int64_t days = setting_i64(c, "people.invite_days");
	TRY(people_get(c, id, &t));
	TRY(one_time_make(c, ONE_TIME_INVITE, id, STR_NULL, days * UTIME_US_PER_DAY, &token));
	return people_mail(c, t.email, S("Your invitation to tend"),
			   arena_fmt(c->arena, "%.*s invites you to the support desk at %.*s.\n\nChoose your password within %lld d:\n%.*s\n\n"
					       "The link works once. If you did not expect this, there is nothing to do.\n",
				     STR_ARG(c->actor.name.n ? c->actor.name : S("An admin")), STR_ARG(people_link(c, "", STR_NULL)), (long long)days,
				     STR_ARG(people_link(c, "/sign-in/invite/", token))),
			   arena_fmt(c->arena, "invite:%.*s", STR_ARG(secret_sha256_hex(c->arena, token))));
}

static enum err teammate_invite(struct ctx *c, const struct teammate_create_in *in)
{
	int64_t id;
	TRY(add(c, in, S("invited"), &id));
	json_kstr(c->out, "said", arena_fmt(c->arena, "An invitation is on its way to %.*s.", STR_ARG(in->email)));
	TRY(mail_invitation(c, id));
	return teammate_event(c, "teammate.invited", id, STR_NULL, STR_NULL);
}
COMMAND_RUN(teammate_invite)

const struct command teammate_invite_cmd = {
	.name = "teammate.invite", .help = "Invite a teammate by mail to choose a password", FIELDS(teammate_invite_fields, struct teammate_create_in),
	.need = CAN_ADMIN, .run = RUN(teammate_invite),
};

struct teammate_one_in {
	int64_t teammate;
	struct str reason;
};

static const struct field teammate_one_fields[] = {
	FIELD(struct teammate_one_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "which teammate: the number in the list"),
};
static const struct field teammate_reason_fields[] = {
	FIELD(struct teammate_one_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "which teammate: the number in the list"),
	FIELD(struct teammate_one_in, reason, FIELD_STR, .help = "why, for the log"),
};

static enum err teammate_invite_again(struct ctx *c, const struct teammate_one_in *in)
{
	struct teammate t;
	TRY(people_get(c, in->teammate, &t));
	if (!str_eq(t.state, S("invited")))
		return fail(c, ERR_CONFLICT, "%.*s is %.*s, not waiting for an invitation.", STR_ARG(t.name), STR_ARG(t.state));
	json_ki64(c->out, "teammate", t.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "A new invitation is on its way to %.*s.", STR_ARG(t.email)));
	TRY(mail_invitation(c, t.id));
	return teammate_event(c, "teammate.invited", t.id, STR_NULL, S("again"));
}
COMMAND_RUN(teammate_invite_again)

const struct command teammate_invite_again_cmd = {
	.name = "teammate.invite_again", .help = "Mail a new invitation; the link of the old one is dead", FIELDS(teammate_one_fields, struct teammate_one_in),
	.need = CAN_ADMIN, .run = RUN(teammate_invite_again),
};

static enum err teammate_link(struct ctx *c, const struct teammate_one_in *in)
{
	struct str token;
	TRY(people_sign_in_link(c, in->teammate, &token));
	json_ki64(c->out, "teammate", in->teammate);
	json_kstr(c->out, "link", people_url(c, "/sign-in/link/", token));
	return OK;
}
COMMAND_RUN(teammate_link)

const struct command teammate_link_cmd = {
	.name = "teammate.link", .help = "Make a one-time sign-in link, at the machine only", FIELDS(teammate_one_fields, struct teammate_one_in),
	.need = CAN_OPERATE, .secret = true, .run = RUN(teammate_link),
};

/* ---- teammate.update ---- */

struct teammate_update_in {
	int64_t teammate;
	struct str name, access, role, zone, hired_on;
};

static const struct field teammate_update_fields[] = {
	FIELD(struct teammate_update_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "which teammate"),
	FIELD(struct teammate_update_in, name, FIELD_STR, .max = 120, .help = "the name, as customers see it"),
	FIELD(struct teammate_update_in, access, FIELD_ENUM, .choices = access_levels, .help = "what they may; their sessions end when it changes"),
	FIELD(struct teammate_update_in, role, FIELD_STR, .max = 60, .help = "the job's key; `role list` shows all"),
	FIELD(struct teammate_update_in, zone, FIELD_ZONE, .help = "their time zone"),
	FIELD(struct teammate_update_in, hired_on, FIELD_DATE, .help = "the day they began here"),
};

static enum err teammate_update(struct ctx *c, const struct teammate_update_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(teammate_read(c, in->teammate, &before));
	after = before;
	if (in->name.p)
		after.name = in->name;
	if (in->access.p)
		after.access = in->access;
	if (in->role.p)
		after.role = in->role;
	if (in->zone.p)
		after.zone = in->zone;
	if (in->hired_on.p)
		after.hired_on = in->hired_on;
	bool access = !str_eq(before.access, after.access);
	if (!str_eq(before.role, after.role))
		TRY(role_check(c, after.role));
	if (access && str_eq(before.access, S("admin")))
		TRY(teammate_not_last_admin(c, before.id));
	json_ki64(c->out, "teammate", before.id);
	json_kstr(c->out, "said", S("Saved."));
	TRY(teammate_write(c, access ? "teammate.access_changed" : "teammate.updated", &before, &after, STR_NULL, &changed));
	return access ? session_end_all(c, before.id, 0, S("access changed")) : OK;
}
COMMAND_RUN(teammate_update)

const struct command teammate_update_cmd = {
	.name = "teammate.update", .help = "Change a teammate's name, access, role, zone or first day; what is left out stays",
	FIELDS(teammate_update_fields, struct teammate_update_in), .need = CAN_ADMIN, .run = RUN(teammate_update),
};

struct teammate_email_in {
	int64_t teammate;
	struct str email;
};

static const struct field teammate_email_fields[] = {
	FIELD(struct teammate_email_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "which teammate"),
	FIELD(struct teammate_email_in, email, FIELD_EMAIL, .required = true, .help = "the new mail address"),
};

static enum err teammate_email(struct ctx *c, const struct teammate_email_in *in)
{
	struct teammate_row_row before, after;
	struct teammate other;
	bool found, changed;
	TRY(teammate_read(c, in->teammate, &before));
	TRY(people_find(c, in->email, &other, &found));
	if (found && other.id != before.id)
		return taken(c);
	after = before;
	after.email = lower(c->arena, in->email);
	json_ki64(c->out, "teammate", before.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The address is %.*s now; the old one was told.", STR_ARG(after.email)));
	TRY(teammate_write(c, "teammate.email_changed", &before, &after, S("by an admin"), &changed));
	if (!changed)
		return OK;
	TRY(one_time_drop(c->db, .teammate_id = before.id, .kind = STR_NULL, .now_us = c->now_us));
	return people_mail(c, before.email, S("Your mail address was changed"),
			   arena_fmt(c->arena, "%.*s changed the address of your account at %.*s. From now on mail for you goes elsewhere.\n\n"
					       "If you did not ask for that, speak to an admin of the desk.\n",
				     STR_ARG(c->actor.name.n ? c->actor.name : S("An admin")), STR_ARG(people_link(c, "", STR_NULL))),
			   secret_token(c->arena, "told:"));
}
COMMAND_RUN(teammate_email)

const struct command teammate_email_cmd = {
	.name = "teammate.email", .help = "Change a teammate's mail address", FIELDS(teammate_email_fields, struct teammate_email_in),
	.need = CAN_ADMIN, .fresh = true, .run = RUN(teammate_email),
};

/* ---- teammate.disable, teammate.enable ---- */

static enum err teammate_disable(struct ctx *c, const struct teammate_one_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(teammate_read(c, in->teammate, &before));
	if (c->actor.kind == ACTOR_TEAMMATE && c->actor.id == before.id)
		return fail(c, ERR_CONFLICT, "You would shut yourself out. Ask another admin to do it.");
	if (str_eq(before.state, S("disabled")))
		return fail(c, ERR_CONFLICT, "%.*s is disabled already.", STR_ARG(before.name));
	if (str_eq(before.access, S("admin")) && str_eq(before.state, S("active")))
		TRY(teammate_not_last_admin(c, before.id));
	after = before;
	after.state = S("disabled");
	json_ki64(c->out, "teammate", before.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s is shut out.", STR_ARG(before.name)));
	TRY(teammate_write(c, "teammate.disabled", &before, &after, in->reason, &changed));
	TRY(session_end_all(c, before.id, 0, S("disabled")));
	TRY(token_end_all(c, before.id, S("disabled")));
	return one_time_drop(c->db, .teammate_id = before.id, .kind = STR_NULL, .now_us = c->now_us);
}
COMMAND_RUN(teammate_disable)

const struct command teammate_disable_cmd = {
	.name = "teammate.disable", .help = "Shut a teammate out: sessions, tokens and links end at once",
	FIELDS(teammate_reason_fields, struct teammate_one_in), .need = CAN_ADMIN, .run = RUN(teammate_disable),
};

static enum err teammate_enable(struct ctx *c, const struct teammate_one_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(teammate_read(c, in->teammate, &before));
	if (!str_eq(before.state, S("disabled")))
		return fail(c, ERR_CONFLICT, "%.*s is not disabled.", STR_ARG(before.name));
	after = before;
	after.state = S("active");
	json_ki64(c->out, "teammate", before.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s may come in again.", STR_ARG(before.name)));
	return teammate_write(c, "teammate.enabled", &before, &after, in->reason, &changed);
}
COMMAND_RUN(teammate_enable)

const struct command teammate_enable_cmd = {
	.name = "teammate.enable", .help = "Let a disabled teammate in again; old sessions and tokens stay dead",
	FIELDS(teammate_reason_fields, struct teammate_one_in), .need = CAN_ADMIN, .run = RUN(teammate_enable),
};

/* ---- teammate.list, teammate.show ---- */

static const char *const STATES[] = { "active", "invited", "disabled", NULL };

struct teammate_list_in {
	struct opt_i64 after, max;
	struct str state, access;
};

static const struct field teammate_list_fields[] = {
	FIELD(struct teammate_list_in, state, FIELD_ENUM, .choices = STATES, .help = "only those in this state"),
	FIELD(struct teammate_list_in, access, FIELD_ENUM, .choices = access_levels, .help = "only those with this access"),
	FIELD(struct teammate_list_in, after, FIELD_ID, .help = "go on after this teammate (\"next\" of the page before)"),
	FIELD(struct teammate_list_in, max, FIELD_INT, .min = 1, .max = 1000, .help = "how many at most (100)"),
};

static enum err teammate_list(struct ctx *c, const struct teammate_list_in *in)
{
	struct teammate_page_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 100;
	TRY(teammate_page(c->db, c->arena, &rows, &n, .after = in->after, .state = in->state, .access = in->access,
			  .today = people_date(c->arena, c->now_us), .max = max));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", rows[i].id);
		json_kstr(c->out, "email", rows[i].email);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "access", rows[i].access);
		json_kstr(c->out, "role", rows[i].role);
		json_kstr(c->out, "title", rows[i].title.p ? rows[i].title : rows[i].role);
		json_kstr(c->out, "zone", rows[i].zone);
		json_kstr(c->out, "state", rows[i].state);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", n && (int64_t)n == max ? arena_fmt(c->arena, "%lld", (long long)rows[n - 1].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(teammate_list)

const struct command teammate_list_cmd = {
	.name = "teammate.list", .help = "Teammates by name", FIELDS(teammate_list_fields, struct teammate_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(teammate_list),
};

static enum err show(struct ctx *c, int64_t id)
{
	struct teammate t;
	struct team_of_teammate_row *teams;
	struct sign_in_teammate_by_id_row s;
	size_t n;
	bool found;
	TRY(people_get(c, id, &t));
	TRY(team_of_teammate(c->db, c->arena, &teams, &n, .teammate_id = id));
	TRY(sign_in_teammate_by_id(c->db, c->arena, &s, &found, .id = id));
	json_obj(c->out);
	json_ki64(c->out, "teammate", t.id);
	json_kstr(c->out, "email", t.email);
	json_kstr(c->out, "name", t.name);
	json_kstr(c->out, "access", t.access);
	json_kstr(c->out, "role", t.role);
	json_kstr(c->out, "title", people_title(c, t.role, people_date(c->arena, c->now_us)));
	json_kstr(c->out, "zone", t.zone);
	json_key(c->out, "hours");
	json_raw(c->out, t.work_hours);
	json_kstr(c->out, "signature", t.signature);
	json_kstr(c->out, "state", t.state);
	json_kstr(c->out, "external_id", t.external_id);
	json_kstr(c->out, "hired_on", t.hired_on);
	json_ktime(c->out, "created", t.created_us);
	if (id == c->actor.id || c->actor.caps & CAN_ADMIN) { /* who has no second factor is nobody else's business */
		json_kbool(c->out, "has_password", s.password_hash.p != NULL);
		json_kbool(c->out, "second_factor", s.totp_secret.p != NULL);
	}
	json_key(c->out, "teams");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "team", teams[i].id);
		json_kstr(c->out, "slug", teams[i].slug);
		json_kstr(c->out, "name", teams[i].name);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}

static enum err teammate_show(struct ctx *c, const struct teammate_one_in *in)
{
	return show(c, in->teammate);
}
COMMAND_RUN(teammate_show)

const struct command teammate_show_cmd = {
	.name = "teammate.show", .help = "One teammate", FIELDS(teammate_one_fields, struct teammate_one_in), .need = CAN_READ, .reads = true,
	.run = RUN(teammate_show),
};

static enum err me_show(struct ctx *c, const void *in)
{
	(void)in;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "You are the %.*s here, no teammate. Say --as ADDRESS to act as one.", STR_ARG(c->actor.name));
	return show(c, c->actor.id);
}

const struct command me_show_cmd = {
	.name = "me.show", .help = "Who you are to this desk", NO_FIELDS, .need = CAN_SIGNED_IN, .reads = true, .run = me_show,
};
