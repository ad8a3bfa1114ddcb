/* session.c: sessions and API tokens, and how web learns by them who is there.
 *
 * Both are 256 random bits of which only the SHA-256 is stored. A session dies by signing out, by idling, by age, and when its teammate is
 * disabled, changes password or access. A token never is more than its owner: its scope narrows what the access level gives, at each use. */
#include "people/inside.h"

#include "base/utf8.h"
#include "core/secret.h"

#include "sign_in.sql.h"

#include "base/banned.h"

enum { FRESH_US = 15 * 60 * 1000000, SEEN_EVERY_US = 60 * 1000000, AGENT_MAX_BYTES = 200, TOKEN_BYTES = 9 + 43, HINT_BYTES = 13 };

int64_t session_life_s(struct ctx *c)
{
	return setting_i64(c, "people.session_days") * 24 * 3600;
}

utime session_idle_since(struct ctx *c)
{
	return c->now_us - setting_i64(c, "people.session_idle_hours") * UTIME_US_PER_HOUR;
}

/* ---- who is there ---- */

static void become(struct ctx *c, int64_t id, struct str name, struct str access, struct str zone, struct actor *ret)
{
	*ret = (struct actor){
		.kind = ACTOR_TEAMMATE, .id = id, .name = arena_str(c->arena, name), .caps = access_caps(access),
		.access = arena_str(c->arena, access), .zone = arena_str(c->arena, zone),
	};
}

struct seen {
	int64_t id;
	bool token;
};

static enum err note_seen(struct ctx *c, void *arg)
{
	const struct seen *s = arg;
	if (s->token)
		return api_token_used(c->db, .id = s->id, .used_us = c->now_us);
	return session_seen(c->db, .id = s->id, .seen_us = c->now_us);
}

/* At most once a minute. A full disk or a busy database must not sign anybody out: the note is then left for the next request. */
static void seen(struct ctx *c, bool token, int64_t id, utime last_us)
{
	if (c->now_us - last_us < SEEN_EVERY_US)
		return;
	struct fault before = c->fault;
	if (ctx_write(c, true, note_seen, &(struct seen){ .id = id, .token = token }) != OK)
		c->fault = before;
}

enum err people_by_session(struct ctx *c, struct str token, struct actor *ret)
{
	struct session_who_row s;
	bool found, had = c->db != NULL;
	if (token.n != TOKEN_BYTES || !str_starts(token, S("tend_ses_")))
		return OK;
	TRY(ctx_db(c));
	enum err e = session_who(c->db, c->arena, &s, &found, .token_sha = secret_sha256_hex(c->arena, token));
	bool alive = e == OK && found && !s.revoked_us.set && s.ends_us > c->now_us && s.seen_us > session_idle_since(c) &&
		     str_eq(s.state, S("active"));
	if (!had)
		ctx_db_done(c);
	if (!alive)
		return e;
	become(c, s.teammate_id, s.name, s.access, s.zone, ret);
	ret->session_id = s.id;
	ret->fresh = s.fresh_us + FRESH_US > c->now_us;
	seen(c, false, s.id, s.seen_us);
	return OK;
}

enum err people_by_api_token(struct ctx *c, struct str token, struct actor *ret)
{
	struct api_token_who_row k;
	bool found, had = c->db != NULL;
	if (token.n != TOKEN_BYTES || !str_starts(token, S("tend_pat_")))
		return OK;
	TRY(ctx_db(c));
	enum err e = api_token_who(c->db, c->arena, &k, &found, .token_sha = secret_sha256_hex(c->arena, token));
	if (!had)
		ctx_db_done(c);
	if (e != OK || !found || k.revoked_us.set || (k.expires_us.set && k.expires_us.v <= c->now_us) || !str_eq(k.state, S("active")))
		return e;
	become(c, k.teammate_id, k.name, k.access, k.zone, ret);
	ret->caps = access_scope(ret->caps, k.scope);
	ret->token_id = k.id;
	seen(c, true, k.id, k.used_us.set ? k.used_us.v : 0);
	return OK;
}

enum err people_by_operator(struct ctx *c, struct str email, struct actor *ret)
{
	struct teammate t;
	bool found, had = c->db != NULL;
	if (!email.p) {
		*ret = (struct actor){ .kind = ACTOR_OPERATOR, .name = S("operator"), .caps = access_caps(S("admin")) | CAN_OPERATE,
				       .access = S("admin"), .zone = S("UTC"), .fresh = true };
		return OK;
	}
	TRY(ctx_db(c));
	enum err e = people_find(c, email, &t, &found);
	if (!had)
		ctx_db_done(c);
	TRY(e);
	if (!found || !str_eq(t.state, S("active")))
		return fail(c, ERR_NOT_FOUND, "No active teammate has the address %.*s. `tend teammate list` shows all.", STR_ARG(utf8_clip(email, 100)));
	become(c, t.id, t.name, t.access, t.zone, ret);
	ret->fresh = true;
	return OK;
}

/* ---- sessions ---- */

enum err session_begin(struct ctx *c, int64_t teammate_id, struct str token_sha, const char *method, int64_t *ret_id)
{
	struct session_add_row added;
	struct session_row_row row = {
		.teammate_id = teammate_id, .created_us = c->now_us, .ends_us = c->now_us + session_life_s(c) * UTIME_US_PER_SECOND,
		.address = c->remote.p ? c->remote : S(""), .method = str_c(method),
		.agent = utf8_clip(utf8_clean(c->arena, c->user_agent.p ? c->user_agent : S("")), AGENT_MAX_BYTES),
	};
	TRY(session_add(c->db, c->arena, &added, .token_sha = token_sha, .teammate_id = teammate_id, .created_us = row.created_us,
			.seen_us = c->now_us, .fresh_us = c->now_us, .ends_us = row.ends_us, .address = row.address, .agent = row.agent,
			.method = row.method));
	*ret_id = row.id = added.id;
	return event_append(c, &(struct event_new){ .kind = "session.started", .entity = "session", .entity_id = row.id,
						    .data = fold_set_all(c->arena, &session_rows_stmt, &row) }, NULL);
}

static enum err end_one(struct ctx *c, int64_t id, struct str reason)
{
	int64_t changed;
	TRY(session_put_ended(c->db, &changed, .id = id, .now_us = c->now_us));
	if (changed == 0)
		return OK;
	return event_append(c, &(struct event_new){ .kind = "session.ended", .entity = "session", .entity_id = id, .reason = reason,
						    .data = arena_fmt(c->arena, "{\"set\":{\"revoked_us\":%lld}}", (long long)c->now_us) }, NULL);
}

enum err session_end_all(struct ctx *c, int64_t teammate_id, int64_t except_id, struct str reason)
{
	struct session_open_ids_row *rows;
	size_t n;
	TRY(session_open_ids(c->db, c->arena, &rows, &n, .teammate_id = teammate_id, .except_id = except_id, .now_us = c->now_us));
	for (size_t i = 0; i < n; i++)
		TRY(end_one(c, rows[i].id, reason));
	return OK;
}

struct session_end_in {
	struct opt_i64 session;
};

static const struct field session_end_fields[] = {
	FIELD(struct session_end_in, session, FIELD_ID, .positional = true, .help = "which session; this one when left out"),
};

static enum err session_end_run(struct ctx *c, const struct session_end_in *in)
{
	struct session_row_row row;
	bool found;
	int64_t id = in->session.set ? in->session.v : c->actor.session_id;
	if (id == 0)
		return fail_field(c, S("session"), "Say which session: you are not in one.");
	TRY(session_row(c->db, c->arena, &row, &found, .id = id));
	bool mine = found && c->actor.kind == ACTOR_TEAMMATE && row.teammate_id == c->actor.id;
	if (!found || (!mine && !(c->actor.caps & CAN_ADMIN)))
		return fail(c, ERR_NOT_FOUND, "There is no such session of yours.");
	json_ki64(c->out, "session", id);
	json_kstr(c->out, "said", S("The session has ended."));
	return end_one(c, id, id == c->actor.session_id ? S("signed out") : S("revoked"));
}
COMMAND_RUN(session_end_run)

const struct command session_end_cmd = {
	.name = "session.end", .help = "Sign out, or end another of your sessions (an admin: anybody's)",
	FIELDS(session_end_fields, struct session_end_in), .need = CAN_CHANGE_SELF, .run = RUN(session_end_run),
};

struct session_of_in {
	struct opt_i64 teammate;
};

static const struct field session_of_fields[] = {
	FIELD(struct session_of_in, teammate, FIELD_ID, .positional = true, .help = "whose; yours when left out, another's for admins"),
};

static enum err whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret)
{
	struct teammate t;
	*ret = teammate.set ? teammate.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	if (*ret == 0)
		return fail_field(c, S("teammate"), "Say whose: you are no teammate yourself here.");
	if (!(c->actor.kind == ACTOR_TEAMMATE && *ret == c->actor.id) && !(c->actor.caps & CAN_ADMIN))
		return fail(c, ERR_FORBIDDEN, "Only an admin can see to another teammate's sessions and tokens.");
	return people_get(c, *ret, &t);
}

struct session_list_in {
	struct opt_i64 teammate, after, max;
};

static const struct field session_list_fields[] = {
	FIELD(struct session_list_in, teammate, FIELD_ID, .positional = true, .help = "whose; yours when left out, another's for admins"),
	FIELD(struct session_list_in, after, FIELD_ID, .help = "go on after this session (\"next\" of the page before)"),
	FIELD(struct session_list_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (100)"),
};

static enum err session_list(struct ctx *c, const struct session_list_in *in)
{
	struct session_live_row *rows;
	size_t n;
	int64_t id, max = in->max.set ? in->max.v : 100;
	TRY(whose(c, in->teammate, &id));
	TRY(session_live(c->db, c->arena, &rows, &n, .teammate_id = id, .now_us = c->now_us, .seen_since_us = session_idle_since(c),
			 .before_id = in->after, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "session", rows[i].id);
		json_kbool(c->out, "this", rows[i].id == c->actor.session_id);
		json_ktime(c->out, "created", rows[i].created_us);
		json_ktime(c->out, "seen", rows[i].seen_us);
		json_ktime(c->out, "ends", rows[i].ends_us);
		json_kstr(c->out, "address", rows[i].address);
		json_kstr(c->out, "agent", rows[i].agent);
		json_kstr(c->out, "method", rows[i].method);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", more ? arena_fmt(c->arena, "%lld", (long long)rows[max - 1].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(session_list)

const struct command session_list_cmd = {
	.name = "session.list", .help = "The sessions that are alive, newest first", FIELDS(session_list_fields, struct session_list_in),
	.need = CAN_SIGNED_IN, .reads = true, .run = RUN(session_list),
};

static enum err session_end_others(struct ctx *c, const struct session_of_in *in)
{
	int64_t id;
	TRY(whose(c, in->teammate, &id));
	json_ki64(c->out, "teammate", id);
	json_kstr(c->out, "said", S("The sessions have ended."));
	return session_end_all(c, id, c->actor.session_id, S("revoked"));
}
COMMAND_RUN(session_end_others)

const struct command session_end_others_cmd = {
	.name = "session.end_others", .help = "End all sessions but this one (an admin: all of another teammate's)",
	FIELDS(session_of_fields, struct session_of_in), .need = CAN_CHANGE_SELF, .run = RUN(session_end_others),
};

/* ---- API tokens ---- */

static const char *const SCOPES[] = { "read", "write", "admin", NULL };

struct token_create_in {
	struct str name, scope;
	struct opt_i64 days, teammate;
};

static const struct field token_create_fields[] = {
	FIELD(struct token_create_in, name, FIELD_STR, .required = true, .max = 80, .help = "what it is for", .example = "nightly export"),
	FIELD(struct token_create_in, scope, FIELD_ENUM, .choices = SCOPES, .help = "what it may: read (default), write, admin"),
	FIELD(struct token_create_in, days, FIELD_INT, .min = 1, .max = 3650, .help = "after how many days it dies; never when left out"),
	FIELD(struct token_create_in, teammate, FIELD_ID, .help = "for whom; yours when left out, another's by the machine's operator only"),
};

static enum err token_create(struct ctx *c, const struct token_create_in *in)
{
	struct api_token_add_row added;
	struct teammate owner;
	struct str scope = in->scope.p ? in->scope : S("read");
	int64_t id = in->teammate.set ? in->teammate.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	if (id == 0)
		return fail_field(c, S("teammate"), "Say whose token it is: --teammate ID (`tend teammate list` shows them).");
	if (!(c->actor.kind == ACTOR_TEAMMATE && id == c->actor.id) && !(c->actor.caps & CAN_OPERATE))
		return fail(c, ERR_FORBIDDEN, "A token acts as its owner, so only the owner can make it.");
	TRY(people_get(c, id, &owner));
	if (!str_eq(owner.state, S("active")))
		return fail(c, ERR_CONFLICT, "%.*s is not active, so a token of theirs would be dead.", STR_ARG(owner.name));
	if (str_eq(scope, S("admin")) && !(access_caps(owner.access) & CAN_ADMIN))
		return fail_field(c, S("scope"), "Only an admin's token can have the scope admin. “write” gives all that this access may.");
	struct str token = secret_token(c->arena, "tend_pat_");
	struct api_token_row_row row = {
		.hint = str_slice(token, 0, HINT_BYTES), .teammate_id = id, .name = in->name, .scope = scope, .created_us = c->now_us,
		.expires_us = in->days.set ? SOME(c->now_us + in->days.v * UTIME_US_PER_DAY) : NONE,
	};
	TRY(api_token_add(c->db, c->arena, &added, .token_sha = secret_sha256_hex(c->arena, token), .hint = row.hint, .teammate_id = id,
			  .name = row.name, .scope = row.scope, .created_us = row.created_us, .expires_us = row.expires_us));
	row.id = added.id;
	json_ki64(c->out, "token_id", row.id);
	json_kstr(c->out, "token", token);
	json_kstr(c->out, "hint", row.hint);
	return event_append(c, &(struct event_new){ .kind = "token.created", .entity = "api_token", .entity_id = row.id,
						    .data = fold_set_all(c->arena, &api_token_rows_stmt, &row) }, NULL);
}
COMMAND_RUN(token_create)

const struct command token_create_cmd = {
	.name = "token.create", .help = "Make an API token for yourself; the answer shows it, once",
	FIELDS(token_create_fields, struct token_create_in), .need = CAN_CHANGE_SELF, .fresh = true, .secret = true,
	.run = RUN(token_create),
};

struct token_list_in {
	struct opt_i64 teammate, after, max;
	bool all;
};

static const struct field token_list_fields[] = {
	FIELD(struct token_list_in, teammate, FIELD_ID, .help = "whose; yours when left out, another's for admins"),
	FIELD(struct token_list_in, all, FIELD_BOOL, .help = "everybody's, for admins"),
	FIELD(struct token_list_in, after, FIELD_ID, .help = "go on after this token (\"next\" of the page before)"),
	FIELD(struct token_list_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (100)"),
};

static enum err token_list(struct ctx *c, const struct token_list_in *in)
{
	struct api_token_page_row *rows;
	size_t n;
	int64_t id = 0, max = in->max.set ? in->max.v : 100;
	if (!in->all)
		TRY(whose(c, in->teammate, &id));
	else if (!(c->actor.caps & CAN_ADMIN))
		return fail(c, ERR_FORBIDDEN, "Only an admin can see everybody's tokens.");
	TRY(api_token_page(c->db, c->arena, &rows, &n, .after = in->after, .teammate_id = in->all ? NONE : SOME(id), .max = max));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "token_id", rows[i].id);
		json_kstr(c->out, "hint", rows[i].hint);
		json_ki64(c->out, "teammate", rows[i].teammate_id);
		json_kstr(c->out, "owner", rows[i].owner);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "scope", rows[i].scope);
		json_ktime(c->out, "created", rows[i].created_us);
		json_kopt_time(c->out, "expires", rows[i].expires_us);
		json_kopt_time(c->out, "used", rows[i].used_us);
		json_kopt_time(c->out, "revoked", rows[i].revoked_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", n && (int64_t)n == max ? arena_fmt(c->arena, "%lld", (long long)rows[n - 1].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(token_list)

const struct command token_list_cmd = {
	.name = "token.list", .help = "API tokens, newest first; never the tokens themselves",
	FIELDS(token_list_fields, struct token_list_in), .need = CAN_SIGNED_IN, .reads = true, .run = RUN(token_list),
};

static enum err token_end_one(struct ctx *c, int64_t id, struct str reason)
{
	int64_t changed;
	TRY(api_token_end(c->db, &changed, .id = id, .now_us = c->now_us));
	if (changed == 0)
		return OK;
	return event_append(c, &(struct event_new){ .kind = "token.revoked", .entity = "api_token", .entity_id = id, .reason = reason,
						    .data = arena_fmt(c->arena, "{\"set\":{\"revoked_us\":%lld}}", (long long)c->now_us) }, NULL);
}

enum err token_end_all(struct ctx *c, int64_t teammate_id, struct str reason)
{
	struct api_token_open_ids_row *rows;
	size_t n;
	TRY(api_token_open_ids(c->db, c->arena, &rows, &n, .teammate_id = teammate_id));
	for (size_t i = 0; i < n; i++)
		TRY(token_end_one(c, rows[i].id, reason));
	return OK;
}

struct token_revoke_in {
	int64_t token_id;
};

static const struct field token_revoke_fields[] = {
	FIELD(struct token_revoke_in, token_id, FIELD_ID, .required = true, .positional = true, .help = "which token: its number in the list"),
};

static enum err token_revoke(struct ctx *c, const struct token_revoke_in *in)
{
	struct api_token_row_row row;
	bool found;
	TRY(api_token_row(c->db, c->arena, &row, &found, .id = in->token_id));
	bool mine = found && c->actor.kind == ACTOR_TEAMMATE && row.teammate_id == c->actor.id;
	if (!found || (!mine && !(c->actor.caps & CAN_ADMIN)))
		return fail(c, ERR_NOT_FOUND, "There is no such token of yours.");
	json_ki64(c->out, "token_id", row.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "The token “%.*s” is dead.", STR_ARG(row.name)));
	return token_end_one(c, row.id, STR_NULL);
}
COMMAND_RUN(token_revoke)

const struct command token_revoke_cmd = {
	.name = "token.revoke", .help = "Make an API token dead (an admin: anybody's)", FIELDS(token_revoke_fields, struct token_revoke_in),
	.need = CAN_CHANGE_SELF, .fresh = true, .run = RUN(token_revoke),
};
