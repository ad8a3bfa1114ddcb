/* account.c: the life of an account beside daily sign-ins: a new password, a reset by mail, an invitation, the first admin, a new address.
 *
 * Whoever holds the token of a mailed link holds the mailbox, so such a link works once and not for long, and a new password makes all others dead.
 * Asking for a reset does the same for every address: it adds a job; the job alone finds out whether anybody has the address. */
#include "people/inside.h"

#include "core/secret.h"

#include "sign_in.sql.h"

#include <jansson.h>

#include "base/banned.h"

enum { RESETS_A_DAY = 5, TRIES_KEPT_DAYS = 2, LINKS_KEPT_DAYS = 30 };

/* The policy as a message for the field. */
static enum err password_check(struct ctx *c, struct str password, struct str name, struct str email)
{
	const char *problem = password_problem(password, name, email);
	return problem ? fail_field(c, S("password"), "%s", problem) : OK;
}

static enum err moved_on(struct ctx *c)
{
	return fail(c, ERR_CONFLICT, "Something about this account changed meanwhile. Please begin again.");
}

/* Sets the hash; every link and every session but one is dead. */
static enum err put_password(struct ctx *c, int64_t id, struct str hash, int64_t keep_session, struct str how)
{
	TRY(password_put(c->db, .id = id, .hash = hash, .changed_us = c->now_us));
	TRY(one_time_drop(c->db, .teammate_id = id, .kind = STR_NULL, .now_us = c->now_us));
	TRY(session_end_all(c, id, keep_session, S("password changed")));
	return teammate_event(c, "teammate.password_changed", id, STR_NULL, how);
}

static enum err tell_changed(struct ctx *c, struct str email, const char *what)
{
	return people_mail(c, email, arena_fmt(c->arena, "Your %s was changed", what),
			   arena_fmt(c->arena, "Your %s at %.*s was changed just now.\n\nIf that was not you, ask an admin of the desk at once to close your sessions "
					       "and to send you a link for a new password.\n", what, STR_ARG(people_link(c, "", STR_NULL))),
			   secret_token(c->arena, "told:"));
}

/* ---- a new password by its owner ---- */

static const struct field password_fields[] = {
	FIELD(struct password_form, current, FIELD_SECRET, .help = "your password until now"),
	FIELD(struct password_form, password, FIELD_SECRET, .required = true, .help = "the new one: 12 to 128 characters, any kind"),
};

static enum err password_change(struct ctx *c, const struct password_form *in)
{
	struct sign_in_teammate_by_id_row t;
	bool found;
	int64_t changed;
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = in->now.teammate_id));
	if (!found || t.password_changed_us.set != in->now.password_changed_us.set || t.password_changed_us.v != in->now.password_changed_us.v)
		return moved_on(c);
	if (in->now.account.p)
		TRY(sign_in_try_forget(c->db, .kind = S("password"), .account = in->now.account, .network = in->now.network));
	TRY(put_password(c, t.id, in->now.hash, c->actor.session_id, S("by its owner")));
	TRY(session_fresh(c->db, &changed, .id = c->actor.session_id, .token_sha = in->now.token_sha, .fresh_us = c->now_us));
	if (changed != 1)
		return moved_on(c);
	json_ki64(c->out, "teammate", t.id);
	return tell_changed(c, t.email, "password");
}
COMMAND_RUN(password_change)

const struct command password_change_cmd = {
	.name = "password.change", .help = "Change your password", FIELDS(password_fields, struct password_form), .need = CAN_SIGNED_IN, .inside = true,
	.run = RUN(password_change),
};

enum err account_password(struct ctx *c, struct password_form *in, struct sign_in *ret)
{
	struct brake b;
	struct sign_in_teammate_by_id_row t;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE || !c->actor.session_id)
		return fail(c, ERR_UNAUTHENTICATED, "Please sign in.");
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = c->actor.id));
	if (!found)
		return moved_on(c);
	TRY(password_check(c, in->password, t.name, t.email));
	if (t.password_hash.p) {
		TRY(brake_take(c, "password", brake_account(c, t.email), &b));
		bool right;
		TRY(password_right(c, t.password_hash, in->current.p ? in->current : S(""), &right));
		if (!right) {
			TRY(brake_wrong(c, &b, t.id, 0));
			return fail_field(c, S("current"), "This is not your password.");
		}
		in->now.account = b.account;
		in->now.network = b.network;
	} else if (!c->actor.fresh) {
		return fail(c, ERR_FORBIDDEN, "Sign in by a new link first: the first password is set within 15 minutes of it.");
	}
	session_plan(c, t.id, "password", &in->now, ret);
	in->now.password_changed_us = t.password_changed_us;
	in->now.hash = secret_password_hash(c->desk, c->arena, in->password);
	ret->session_id = c->actor.session_id;
	return sign_in_run(c, &password_change_cmd, in, ret);
}

/* ---- reset ---- */

static const struct field reset_fields[] = {
	FIELD(struct reset_form, password, FIELD_SECRET, .required = true, .help = "your new password: 12 to 128 characters, any kind"),
};

static enum err password_reset(struct ctx *c, const struct reset_form *in)
{
	struct teammate t;
	TRY(one_time_take(c, in->now.one_time_id));
	TRY(people_get(c, in->now.teammate_id, &t));
	if (!str_eq(t.state, S("active")))
		return moved_on(c);
	TRY(put_password(c, t.id, in->now.hash, 0, S("by a link in a mail")));
	json_ki64(c->out, "teammate", t.id);
	return tell_changed(c, t.email, "password");
}
COMMAND_RUN(password_reset)

const struct command password_reset_cmd = {
	.name = "password.reset", .help = "Choose a new password by a link in a mail", FIELDS(reset_fields, struct reset_form), .inside = true,
	.run = RUN(password_reset),
};

enum err account_reset(struct ctx *c, struct str token, struct reset_form *in)
{
	struct one_time link;
	struct teammate t;
	struct sign_in who;
	TRY(one_time_read(c, ONE_TIME_RESET, token, &link));
	TRY(people_get(c, link.teammate_id, &t));
	TRY(password_check(c, in->password, t.name, t.email));
	session_plan(c, t.id, "reset", &in->now, &who);
	in->now.one_time_id = link.id;
	in->now.hash = secret_password_hash(c->desk, c->arena, in->password);
	struct actor was = c->actor;
	enum err e = sign_in_run(c, &password_reset_cmd, in, &who);
	c->actor = was; /* nobody is signed in by it */
	return e;
}

static const struct field reset_request_fields[] = {
	FIELD(struct reset_request_form, email, FIELD_EMAIL, .required = true, .help = "your mail address"),
};

static enum err reset_request(struct ctx *c, const struct reset_request_form *in)
{
	struct json_out j;
	json_init(&j, c->arena, 4096);
	json_obj(&j);
	json_kstr(&j, "email", lower(c->arena, in->email));
	json_kstr(&j, "address", c->remote.p ? c->remote : S(""));
	json_obj_end(&j);
	return job_add(c, "people.reset_mail", json_done(&j), c->now_us, STR_NULL);
}
COMMAND_RUN(reset_request)

const struct command reset_request_cmd = {
	.name = "password.ask", .help = "Ask for a link to choose a new password", FIELDS(reset_request_fields, struct reset_request_form), .inside = true,
	.quiet_because = "it must do the same for every address; the job that mails the link says so in the log", .run = RUN(reset_request),
};

enum err account_reset_request(struct ctx *c, const struct reset_request_form *in)
{
	struct brake b;
	struct str answer;
	TRY(brake_take(c, "reset", brake_account(c, in->email), &b));
	return command_run(c, &reset_request_cmd, in, NULL, &answer);
}

struct reset_mail {
	struct str email, address;
};

static enum err reset_mail_in_tx(struct ctx *c, void *arg)
{
	const struct reset_mail *r = arg;
	struct teammate t;
	struct one_time_count_row today;
	struct str token;
	bool found;
	TRY(people_find(c, r->email, &t, &found));
	if (!found || !str_eq(t.state, S("active")))
		return OK;
	TRY(one_time_count(c->db, c->arena, &today, .teammate_id = t.id, .kind = S("reset"), .since_us = c->now_us - UTIME_US_PER_DAY));
	if (today.n >= RESETS_A_DAY)
		return OK;
	int64_t hours = setting_i64(c, "people.reset_hours");
	TRY(one_time_make(c, ONE_TIME_RESET, t.id, STR_NULL, hours * UTIME_US_PER_HOUR, &token));
	/* to the stored address, never to what was typed */
	TRY(people_mail(c, t.email, S("Choose a new password"),
			arena_fmt(c->arena, "Somebody asked for a new password for your account at %.*s.\n\nIf that was you, choose it here within %lld h:\n%.*s\n\n"
					    "The link works once. If it was not you, there is nothing to do: your password stays as it is.\n",
				  STR_ARG(people_link(c, "", STR_NULL)), (long long)hours, STR_ARG(people_link(c, "/sign-in/reset/", token))),
			arena_fmt(c->arena, "reset:%.*s", STR_ARG(secret_sha256_hex(c->arena, token)))));
	struct json_out j;
	json_init(&j, c->arena, 4096);
	json_obj(&j);
	json_kstr(&j, "address", r->address);
	json_obj_end(&j);
	return teammate_event(c, "teammate.reset_asked", t.id, json_done(&j), STR_NULL);
}

static enum err reset_mail(struct ctx *c, const struct job *job)
{
	json_error_t e;
	json_t *root = json_loadb(job->payload.p, job->payload.n, 0, &e);
	const char *email = json_string_value(json_object_get(root, "email")), *address = json_string_value(json_object_get(root, "address"));
	struct reset_mail r = { arena_str(c->arena, str_c(email ? email : "")), arena_str(c->arena, str_c(address ? address : "")) };
	json_decref(root);
	return ctx_write(c, false, reset_mail_in_tx, &r);
}

/* ---- invitation ---- */

static const struct field accept_fields[] = {
	FIELD(struct accept_form, name, FIELD_STR, .required = true, .max = 120, .help = "your name, as customers see it"),
	FIELD(struct accept_form, zone, FIELD_ZONE, .help = "your time zone", .example = "Europe/Berlin"),
	FIELD(struct accept_form, password, FIELD_SECRET, .required = true, .help = "your password: 12 to 128 characters, any kind"),
};

static enum err invite_accept(struct ctx *c, const struct accept_form *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(one_time_take(c, in->now.one_time_id));
	TRY(teammate_read(c, in->now.teammate_id, &before));
	if (!str_eq(before.state, S("invited")))
		return moved_on(c);
	after = before;
	after.state = S("active");
	after.name = in->name;
	if (in->zone.p)
		after.zone = in->zone;
	TRY(teammate_write(c, "teammate.accepted", &before, &after, STR_NULL, &changed));
	TRY(put_password(c, after.id, in->now.hash, 0, S("by an invitation")));
	struct session_new s = in->now;
	s.one_time_id = 0;
	s.hash = STR_NULL;
	return session_take(c, &s);
}
COMMAND_RUN(invite_accept)

const struct command invite_accept_cmd = {
	.name = "invite.accept", .help = "Accept an invitation", FIELDS(accept_fields, struct accept_form), .inside = true, .run = RUN(invite_accept),
};

enum err account_accept(struct ctx *c, struct str token, struct accept_form *in, struct sign_in *ret)
{
	struct one_time link;
	struct teammate t;
	TRY(one_time_read(c, ONE_TIME_INVITE, token, &link));
	TRY(people_get(c, link.teammate_id, &t));
	TRY(password_check(c, in->password, in->name, t.email));
	session_plan(c, t.id, "invite", &in->now, ret);
	in->now.one_time_id = link.id;
	in->now.hash = secret_password_hash(c->desk, c->arena, in->password);
	return sign_in_run(c, &invite_accept_cmd, in, ret);
}

/* ---- set-up ---- */

static const struct field setup_fields[] = {
	FIELD(struct setup_form, email, FIELD_EMAIL, .required = true, .help = "your mail address"),
	FIELD(struct setup_form, name, FIELD_STR, .required = true, .max = 120, .help = "your name, as customers see it"),
	FIELD(struct setup_form, zone, FIELD_ZONE, .help = "your time zone", .example = "Europe/Berlin"),
	FIELD(struct setup_form, password, FIELD_SECRET, .required = true, .help = "your password: 12 to 128 characters, any kind"),
};

static enum err not_here(struct ctx *c)
{
	return fail(c, ERR_NOT_FOUND, "There is no page here.");
}

static enum err setup_finish(struct ctx *c, const struct setup_form *in)
{
	bool done;
	int64_t id;
	TRY(people_is_set_up(c, &done));
	if (done)
		return not_here(c);
	TRY(one_time_take(c, in->now.one_time_id));
	TRY(people_add(c, &(struct teammate_new){ .email = in->email, .name = in->name, .zone = in->zone, .access = S("admin"),
						  .role = S("support_manager") }, &id));
	TRY(put_password(c, id, in->now.hash, 0, S("at set-up")));
	struct session_new s = in->now;
	s.teammate_id = id;
	s.one_time_id = 0;
	s.hash = STR_NULL;
	json_ki64(c->out, "teammate", id);
	return session_take(c, &s);
}
COMMAND_RUN(setup_finish)

const struct command setup_finish_cmd = {
	.name = "setup.finish", .help = "Make the first admin", FIELDS(setup_fields, struct setup_form), .inside = true, .run = RUN(setup_finish),
};

enum err account_setup(struct ctx *c, struct str token, struct setup_form *in, struct sign_in *ret)
{
	struct one_time link;
	bool done;
	TRY(people_is_set_up(c, &done));
	if (done)
		return not_here(c);
	TRY(one_time_read(c, ONE_TIME_SETUP, token, &link));
	TRY(password_check(c, in->password, in->name, in->email));
	session_plan(c, 0, "setup", &in->now, ret);
	in->now.one_time_id = link.id;
	in->now.hash = secret_password_hash(c->desk, c->arena, in->password);
	return sign_in_run(c, &setup_finish_cmd, in, ret);
}

enum err people_is_set_up(struct ctx *c, bool *ret)
{
	struct teammate_any_admin_row row;
	return teammate_any_admin(c->db, c->arena, &row, ret);
}

/* ---- a new address ---- */

static enum err email_take(struct ctx *c, const struct confirm_form *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(one_time_take(c, in->now.one_time_id));
	TRY(teammate_read(c, in->now.teammate_id, &before));
	after = before;
	after.email = in->now.account; /* the address that the link was sent to */
	struct teammate other;
	bool taken;
	TRY(people_find(c, after.email, &other, &taken));
	if (taken && other.id != before.id)
		return fail(c, ERR_CONFLICT, "Somebody else has this address by now.");
	TRY(teammate_write(c, "teammate.email_changed", &before, &after, S("confirmed by its link"), &changed));
	TRY(one_time_drop(c->db, .teammate_id = before.id, .kind = STR_NULL, .now_us = c->now_us));
	json_ki64(c->out, "teammate", before.id);
	return tell_changed(c, before.email, "mail address");
}
COMMAND_RUN(email_take)

const struct command email_take_cmd = {
	.name = "email.confirm", .help = "Take on a new mail address by the link that was sent to it", .fields = NULL, .n_fields = 0,
	.in_size = sizeof(struct confirm_form), .inside = true, .run = RUN(email_take),
};

enum err account_email(struct ctx *c, struct str token)
{
	struct one_time link;
	struct confirm_form in = { 0 };
	struct sign_in who = { 0 };
	TRY(one_time_read(c, ONE_TIME_EMAIL, token, &link));
	in.now.teammate_id = who.teammate_id = link.teammate_id;
	in.now.one_time_id = link.id;
	in.now.account = link.detail;
	struct actor was = c->actor;
	enum err e = sign_in_run(c, &email_take_cmd, &in, &who);
	c->actor = was;
	return e;
}

/* ---- links for the operator ---- */

struct link_new {
	enum one_time_kind kind;
	int64_t teammate_id, life_us;
	struct str token;
};

static enum err link_in_tx(struct ctx *c, void *arg)
{
	struct link_new *l = arg;
	TRY(one_time_make(c, l->kind, l->teammate_id, STR_NULL, l->life_us, &l->token));
	if (l->kind == ONE_TIME_SETUP)
		return event_append(c, &(struct event_new){ .kind = "setup.link_made", .entity = "setup", .entity_id = 1 }, NULL);
	return teammate_event(c, "teammate.link_made", l->teammate_id, STR_NULL, S("a one-time sign-in link for the operator"));
}

enum err people_sign_in_link(struct ctx *c, int64_t teammate_id, struct str *ret_token)
{
	struct teammate t;
	if (!(c->actor.caps & CAN_OPERATE))
		return fail(c, ERR_FORBIDDEN, "Only the machine's operator makes sign-in links.");
	bool had = c->db != NULL;
	TRY(ctx_db(c));
	struct link_new l = { .kind = ONE_TIME_LINK, .teammate_id = teammate_id, .life_us = setting_i64(c, "people.link_minutes") * UTIME_US_PER_MINUTE };
	enum err e = people_get(c, teammate_id, &t);
	if (!had)
		ctx_db_done(c);
	TRY(e);
	if (!str_eq(t.state, S("active")))
		return fail(c, ERR_CONFLICT, "%.*s is not active, so a link would not open.", STR_ARG(t.name));
	TRY(c->db && c->db->in_write ? link_in_tx(c, &l) : ctx_write(c, false, link_in_tx, &l));
	*ret_token = l.token;
	return OK;
}

enum err people_start_link(struct ctx *c, struct str *ret_path)
{
	struct teammate_admins_row *admins;
	size_t n;
	bool done, had = c->db != NULL;
	TRY(ctx_db(c));
	int64_t hours = setting_i64(c, "people.setup_hours");
	enum err e = people_is_set_up(c, &done);
	if (e == OK)
		e = teammate_admins(c->db, c->arena, &admins, &n);
	if (!had)
		ctx_db_done(c);
	TRY(e);
	if (done && n == 0)
		return fail(c, ERR_NOT_FOUND, "No admin is active: `tend teammate enable ID` brings one back.");
	struct str token;
	if (done) {
		TRY(people_sign_in_link(c, admins[0].id, &token));
		*ret_path = arena_fmt(c->arena, "/sign-in/link/%.*s", STR_ARG(token));
		return OK;
	}
	struct link_new l = { .kind = ONE_TIME_SETUP, .life_us = hours * UTIME_US_PER_HOUR };
	TRY(ctx_write(c, false, link_in_tx, &l));
	*ret_path = arena_fmt(c->arena, "/setup/%.*s", STR_ARG(l.token));
	return OK;
}

/* ---- tidying ---- */

static enum err tidy_in_tx(struct ctx *c, void *arg)
{
	(void)arg;
	int64_t n;
	TRY(sign_in_try_tidy(c->db, &n, .before_us = c->now_us - TRIES_KEPT_DAYS * UTIME_US_PER_DAY));
	return one_time_tidy(c->db, &n, .before_us = c->now_us - LINKS_KEPT_DAYS * UTIME_US_PER_DAY);
}

static enum err tidy(struct ctx *c, const struct job *job)
{
	(void)job;
	return ctx_write(c, true, tidy_in_tx, NULL);
}

const struct job_kind people_jobs[] = {
	{ .name = "people.reset_mail", .version = 1, .max_attempts = 10, .lease_us = 30 * UTIME_US_PER_SECOND, .run = reset_mail },
	{ .name = "people.tidy", .version = 1, .max_attempts = 3, .lease_us = 60 * UTIME_US_PER_SECOND, .every_us = 6 * UTIME_US_PER_HOUR, .run = tidy },
	{ 0 },
};
