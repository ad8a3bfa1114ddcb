/* sign_in.c: signing in: the brake, the password, the second factor, the one-time link.
 *
 * The brake must slow a stranger and not the owner: it counts wrong tries by (account, network) and by network, never by account alone. A try
 * is taken in a write before the slow hash and forgotten when it was right, so a hundred at once cannot slip under the limit. For an address
 * that nobody has, the same rows are written and the same hash is computed. Only the count of wrong six-digit codes, which a person who
 * already knows the password could try from many networks, also stands for the account alone; recovery codes then still work. */
#include "people/inside.h"

#include "base/log.h"
#include "base/utf8.h"
#include "core/secret.h"

#include "sign_in.sql.h"

#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { CODES_A_STEP = 5, CODES_AN_HOUR = 20, STEP_LIFE_US = 5 * 60 * 1000000 };

/* ---- the brake ---- */

struct str brake_account(struct ctx *c, struct str email)
{
	unsigned char mac[32];
	secret_mac(c->desk, KEY_PEPPER, arena_fmt(c->arena, "account:%.*s", STR_ARG(lower(c->arena, email))), mac);
	return secret_base64url(c->arena, mac, 16);
}

struct counts {
	int64_t pair, network, pair_limit, network_limit;
	utime since, oldest_us;
};

static enum err count(struct ctx *c, const struct brake *b, struct counts *ret)
{
	struct sign_in_try_count_row pair;
	struct sign_in_try_count_network_row network;
	ret->pair_limit = setting_i64(c, "people.tries_per_account");
	ret->network_limit = setting_i64(c, "people.tries_per_network");
	ret->since = c->now_us - setting_i64(c, "people.tries_minutes") * UTIME_US_PER_MINUTE;
	TRY(sign_in_try_count(c->db, c->arena, &pair, .kind = str_c(b->kind), .account = b->account, .network = b->network, .since_us = ret->since));
	TRY(sign_in_try_count_network(c->db, c->arena, &network, .kind = str_c(b->kind), .network = b->network, .since_us = ret->since));
	ret->pair = pair.n;
	ret->network = network.n;
	ret->oldest_us = network.oldest_us.set ? network.oldest_us.v : c->now_us;
	return OK;
}

static enum err braked(struct ctx *c, const struct counts *n)
{
	int64_t wait_s = (n->oldest_us - n->since) / UTIME_US_PER_SECOND + 1;
	return fail(c, ERR_RATE, "Too many tries from your network. Wait %lld min and try again; sign-ins from elsewhere are not held up.",
		    (long long)(wait_s / 60 + 1));
}

static bool over(const struct counts *n)
{
	return n->pair >= n->pair_limit || n->network >= n->network_limit;
}

static enum err take_in_tx(struct ctx *c, void *arg)
{
	struct brake *b = arg;
	struct counts n;
	struct sign_in_try_add_row added;
	TRY(count(c, b, &n));
	if (over(&n))
		return braked(c, &n);
	TRY(sign_in_try_add(c->db, c->arena, &added, .kind = str_c(b->kind), .account = b->account, .network = b->network, .at_us = c->now_us));
	b->try_id = added.id;
	b->tries = n.pair + 1;
	return OK;
}

enum err brake_take(struct ctx *c, const char *kind, struct str account, struct brake *ret)
{
	struct counts n;
	*ret = (struct brake){ .kind = kind, .account = account, .network = network_of(c->arena, c->remote) };
	TRY(count(c, ret, &n));
	if (over(&n)) /* a flood is turned away without a write */
		return braked(c, &n);
	return ctx_write(c, true, take_in_tx, ret);
}

struct wrong {
	const struct brake *b;
	int64_t teammate_id, one_time_id;
};

static enum err wrong_in_tx(struct ctx *c, void *arg)
{
	const struct wrong *w = arg;
	struct json_out j;
	if (w->one_time_id)
		TRY(one_time_wrong(c->db, .id = w->one_time_id));
	if (w->b->tries != 1 && w->b->tries != setting_i64(c, "people.tries_per_account"))
		return OK;
	json_init(&j, c->arena, 4096);
	json_obj(&j);
	json_kopt(&j, "teammate", w->teammate_id ? SOME(w->teammate_id) : NONE);
	json_kstr(&j, "address", c->remote.p ? c->remote : S(""));
	json_kstr(&j, "network", w->b->network);
	json_kstr(&j, "what", str_c(w->b->kind));
	json_ki64(&j, "tries", w->b->tries);
	json_obj_end(&j);
	return event_append(c, &(struct event_new){ .kind = "sign_in.failed", .entity = "sign_in_try", .entity_id = w->b->try_id, .data = json_done(&j) },
			    NULL);
}

enum err brake_wrong(struct ctx *c, const struct brake *b, int64_t teammate_id, int64_t one_time_id)
{
	struct log_line l;
	log_begin(&l, LOG_WARN, "sign_in_failed");
	log_add(&l, "what", str_c(b->kind));
	log_add_i64(&l, "teammate", teammate_id);
	log_add(&l, "remote", c->remote);
	log_add_i64(&l, "tries", b->tries);
	log_end(&l);
	return ctx_write(c, true, wrong_in_tx, &(struct wrong){ b, teammate_id, one_time_id });
}

/* The handle is given back meanwhile: a tenth of a second and more, which others can read in. */
enum err password_right(struct ctx *c, struct str hash, struct str password, bool *ret)
{
	ctx_db_done(c);
	enum err e = secret_password_check(c->desk, &c->fault, hash, password, ret), back = ctx_db(c);
	return e != OK ? e : back;
}

/* ---- beginning a session ---- */

void session_plan(struct ctx *c, int64_t teammate_id, const char *method, struct session_new *s, struct sign_in *ret)
{
	*ret = (struct sign_in){ .step = SIGN_IN_DONE, .token = secret_token(c->arena, "tend_ses_"), .teammate_id = teammate_id,
				 .max_age_s = session_life_s(c) };
	s->teammate_id = teammate_id;
	s->method = method;
	s->token_sha = secret_sha256_hex(c->arena, ret->token);
}

enum err sign_in_run(struct ctx *c, const struct command *cmd, const void *in, struct sign_in *ret)
{
	struct str answer;
	struct teammate t = { 0 };
	struct actor was = c->actor;
	if (ret->teammate_id) {
		TRY(people_get(c, ret->teammate_id, &t));
		c->actor = (struct actor){ .kind = ACTOR_TEAMMATE, .id = t.id, .name = t.name, .caps = access_caps(t.access), .access = t.access,
					   .zone = t.zone, .session_id = was.session_id, .fresh = true };
	}
	enum err e = command_run(c, cmd, in, NULL, &answer);
	if (e != OK)
		c->actor = was;
	return e;
}

static enum err again(struct ctx *c)
{
	return fail(c, ERR_UNAUTHENTICATED, "Something about this account changed meanwhile. Please sign in again.");
}

enum err session_take(struct ctx *c, const struct session_new *s)
{
	struct sign_in_teammate_by_id_row t;
	bool found;
	int64_t changed;
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = s->teammate_id));
	if (!found || !str_eq(t.state, S("active")))
		return again(c);
	if (s->check_changed && (t.password_changed_us.set != s->password_changed_us.set || t.password_changed_us.v != s->password_changed_us.v))
		return again(c);
	if (s->one_time_id)
		TRY(one_time_take(c, s->one_time_id));
	if (s->totp_step.set) {
		TRY(totp_take_step(c->db, &changed, .id = t.id, .step = s->totp_step.v));
		if (changed != 1)
			return fail(c, ERR_UNAUTHENTICATED, "This code was used already. Wait for the next one.");
	}
	if (s->recovery_id.set) {
		TRY(recovery_use(c->db, &changed, .id = s->recovery_id.v, .now_us = c->now_us));
		if (changed != 1)
			return fail(c, ERR_UNAUTHENTICATED, "This recovery code was used already.");
		TRY(teammate_event(c, "teammate.recovery_used", t.id, STR_NULL, STR_NULL));
	}
	if (s->hash.p && s->hash_was.p)
		TRY(password_rehash(c->db, &changed, .id = t.id, .hash = s->hash, .was = s->hash_was));
	if (s->account.p) {
		TRY(sign_in_try_forget(c->db, .kind = S("password"), .account = s->account, .network = s->network));
		TRY(sign_in_try_forget(c->db, .kind = S("code"), .account = s->account, .network = s->network));
	}
	int64_t id;
	TRY(session_begin(c, t.id, s->token_sha, s->method, &id));
	json_ki64(c->out, "session", id);
	return OK;
}

static enum err begin(struct ctx *c, const void *in)
{
	return session_take(c, in);
}

/* ---- address and password ---- */

static const struct field sign_in_fields[] = {
	FIELD(struct sign_in_form, email, FIELD_EMAIL, .required = true, .help = "your mail address"),
	FIELD(struct sign_in_form, password, FIELD_SECRET, .required = true, .help = "your password"),
};

static enum err sign_in_begin(struct ctx *c, const struct sign_in_form *in)
{
	return begin(c, &in->now);
}
COMMAND_RUN(sign_in_begin)

const struct command sign_in_cmd = {
	.name = "session.sign_in", .help = "Sign in with address and password", FIELDS(sign_in_fields, struct sign_in_form), .inside = true,
	.run = RUN(sign_in_begin),
};

struct step_new {
	int64_t teammate_id;
	const struct brake *b;
	struct str token;
};

static enum err step_in_tx(struct ctx *c, void *arg)
{
	struct step_new *s = arg;
	TRY(sign_in_try_forget(c->db, .kind = S("password"), .account = s->b->account, .network = s->b->network));
	return one_time_make(c, ONE_TIME_STEP, s->teammate_id, STR_NULL, STEP_LIFE_US, &s->token);
}

enum err sign_in_password(struct ctx *c, struct sign_in_form *in, struct sign_in *ret)
{
	struct brake b;
	struct sign_in_teammate_row t = { 0 };
	bool found;
	TRY(brake_take(c, "password", brake_account(c, in->email), &b));
	TRY(sign_in_teammate(c->db, c->arena, &t, &found, .email = lower(c->arena, in->email)));
	bool active = found && str_eq(t.state, S("active")), right;
	TRY(password_right(c, active ? t.password_hash : STR_NULL, in->password, &right));
	if (!right) {
		TRY(brake_wrong(c, &b, found ? t.id : 0, 0));
		return fail(c, ERR_UNAUTHENTICATED, "This address and password do not go together. Check both, or ask for a new password below.");
	}
	if (t.totp_secret.p) {
		struct step_new s = { .teammate_id = t.id, .b = &b };
		TRY(ctx_write(c, true, step_in_tx, &s));
		*ret = (struct sign_in){ .step = SIGN_IN_CODE, .token = s.token, .teammate_id = t.id };
		return OK;
	}
	session_plan(c, t.id, "password", &in->now, ret);
	in->now.account = b.account;
	in->now.network = b.network;
	in->now.check_changed = true;
	in->now.password_changed_us = t.password_changed_us;
	if (secret_password_stale(t.password_hash)) {
		in->now.hash_was = t.password_hash;
		in->now.hash = secret_password_hash(c->desk, c->arena, in->password);
	}
	return sign_in_run(c, &sign_in_cmd, in, ret);
}

/* ---- the second step ---- */

static const struct field code_fields[] = {
	FIELD(struct code_form, step, FIELD_SECRET, .required = true, .max = 80, .help = "the step this belongs to"),
	FIELD(struct code_form, code, FIELD_SECRET, .required = true, .max = 80, .help = "the code of your app, or a recovery code"),
};

static enum err code_begin(struct ctx *c, const struct code_form *in)
{
	return begin(c, &in->now);
}
COMMAND_RUN(code_begin)

const struct command code_cmd = {
	.name = "session.code", .help = "The second step of signing in", FIELDS(code_fields, struct code_form), .inside = true, .run = RUN(code_begin),
};

/* Whether the code is right; says in *s what the session's transaction has to use up. */
static enum err code_right(struct ctx *c, const struct sign_in_teammate_by_id_row *t, struct str code, struct session_new *s, bool *ret)
{
	struct str secret;
	int64_t step;
	*ret = false;
	if (!totp_looks_like(code)) {
		struct recovery_find_row found_row;
		TRY(recovery_find(c->db, c->arena, &found_row, ret, .teammate_id = t->id,
				  .code_sha = secret_sha256_hex(c->arena, recovery_plain(c->arena, code))));
		if (*ret)
			s->recovery_id = SOME(found_row.id);
		return OK;
	}
	if (!secret_open(c->desk, c->arena, totp_bind(c->arena, t->id), t->totp_secret, &secret))
		return fail(c, ERR_BUG, "The second factor of teammate %lld cannot be opened: is secret.key the one of this desk?", (long long)t->id);
	*ret = totp_check(secret, code, c->now_us, t->totp_last_step, &step);
	if (*ret)
		s->totp_step = SOME(step);
	return OK;
}

enum err sign_in_code(struct ctx *c, struct code_form *in, struct sign_in *ret)
{
	struct one_time step;
	struct sign_in_teammate_by_id_row t;
	struct sign_in_try_count_account_row all;
	struct brake b;
	bool found, right;
	TRY(one_time_read(c, ONE_TIME_STEP, in->step, &step));
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = step.teammate_id));
	if (!found || !t.totp_secret.p || step.tries >= CODES_A_STEP)
		return fail(c, ERR_NOT_FOUND, "This sign-in is over. Please begin again.");
	struct str account = arena_fmt(c->arena, "teammate:%lld", (long long)t.id);
	TRY(sign_in_try_count_account(c->db, c->arena, &all, .kind = S("code"), .account = account, .since_us = c->now_us - UTIME_US_PER_HOUR));
	if (all.n >= CODES_AN_HOUR && totp_looks_like(in->code))
		return fail(c, ERR_RATE, "Too many wrong codes for this account in the last hour. A recovery code still works.");
	TRY(brake_take(c, "code", account, &b));
	session_plan(c, t.id, totp_looks_like(in->code) ? "code" : "recovery", &in->now, ret);
	TRY(code_right(c, &t, in->code, &in->now, &right));
	if (!right) {
		TRY(brake_wrong(c, &b, t.id, step.id));
		return fail(c, ERR_UNAUTHENTICATED, "This is not the code of now. Type the newest one, or a recovery code.");
	}
	in->now.one_time_id = step.id;
	in->now.account = b.account;
	in->now.network = b.network;
	return sign_in_run(c, &code_cmd, in, ret);
}

/* ---- a link ---- */

static enum err link_begin(struct ctx *c, const struct confirm_form *in)
{
	return begin(c, &in->now);
}
COMMAND_RUN(link_begin)

const struct command link_cmd = {
	.name = "session.link", .help = "Sign in by a one-time link", .fields = NULL, .n_fields = 0, .in_size = sizeof(struct confirm_form),
	.inside = true, .run = RUN(link_begin),
};

enum err sign_in_link(struct ctx *c, struct str token, struct sign_in *ret)
{
	struct one_time link;
	struct confirm_form in = { 0 };
	TRY(one_time_read(c, ONE_TIME_LINK, token, &link));
	session_plan(c, link.teammate_id, "link", &in.now, ret);
	in.now.one_time_id = link.id;
	return sign_in_run(c, &link_cmd, &in, ret);
}

/* ---- showing the password again ---- */

static const struct field confirm_fields[] = {
	FIELD(struct confirm_form, password, FIELD_SECRET, .required = true, .help = "your password"),
};

static enum err confirm(struct ctx *c, const struct confirm_form *in)
{
	int64_t changed;
	TRY(sign_in_try_forget(c->db, .kind = S("password"), .account = in->now.account, .network = in->now.network));
	TRY(session_fresh(c->db, &changed, .id = c->actor.session_id, .token_sha = in->now.token_sha, .fresh_us = c->now_us));
	if (changed != 1)
		return again(c);
	json_ki64(c->out, "session", c->actor.session_id);
	return event_append(c, &(struct event_new){ .kind = "session.confirmed", .entity = "session", .entity_id = c->actor.session_id }, NULL);
}
COMMAND_RUN(confirm)

const struct command confirm_cmd = {
	.name = "session.confirm", .help = "Show the password again before a change that wants it fresh", FIELDS(confirm_fields, struct confirm_form),
	.need = CAN_SIGNED_IN, .inside = true, .run = RUN(confirm),
};

enum err sign_in_confirm(struct ctx *c, struct confirm_form *in, struct sign_in *ret)
{
	struct brake b;
	struct sign_in_teammate_by_id_row t;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE || !c->actor.session_id)
		return fail(c, ERR_UNAUTHENTICATED, "Please sign in.");
	TRY(sign_in_teammate_by_id(c->db, c->arena, &t, &found, .id = c->actor.id));
	if (!found)
		return again(c);
	if (!t.password_hash.p)
		return fail_field(c, S("password"), "You have no password yet. Set one below, or sign in by a new link.");
	TRY(brake_take(c, "password", brake_account(c, t.email), &b));
	bool right;
	TRY(password_right(c, t.password_hash, in->password, &right));
	if (!right) {
		TRY(brake_wrong(c, &b, t.id, 0));
		return fail_field(c, S("password"), "This is not your password.");
	}
	session_plan(c, t.id, "password", &in->now, ret);
	in->now.account = b.account;
	in->now.network = b.network;
	ret->session_id = c->actor.session_id;
	return sign_in_run(c, &confirm_cmd, in, ret);
}
