/* sign_in_test.c: signing in and everything that guards it, on a fresh desk. */
#include "people/inside.h"

#include "core/desk_test.h"
#include "core/secret.h"

#include "sign_in.sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct desk *desk;
static struct arena arena;
static struct ctx c;
static int64_t mara;

static const char PASSWORD[] = "vier Igel trinken Tee", OTHER[] = "the owl reads at noon";

/* The mail slice is not here: its outbox kind only has to exist. */
static enum outbox_outcome never_send(struct ctx *ctx, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)ctx, (void)o, (void)ret_said, (void)ret_retry_us;
	return OUTBOX_RETRY;
}
static const struct outbox_kind mail_outbox[] = { { .name = "mail", .give_up_us = 5 * UTIME_US_PER_DAY, .send = never_send }, { 0 } };
static const struct feature mail_alone = { .name = "mail", .outboxes = mail_outbox };

static struct feature feature;
static const struct feature *features[] = { &core_feature, &feature, &mail_alone, NULL };

static const struct db_col text_out[] = { { DB_STR, true, 0, "text" } };
static const struct db_col number_out[] = { { DB_I64, false, 0, "n" } };

/* One value by SQL of the test's own. */
static struct str text_of(const char *sql)
{
	struct db_stmt *s = arena_new(&arena, struct db_stmt); /* handles remember statements by their address */
	*s = (struct db_stmt){ .name = sql, .file = __FILE__, .kind = DB_OPT, .sqlite = sql, .postgres = sql, .out = text_out, .n_out = 1,
			       .row_size = sizeof(struct str) };
	struct str row = { 0 };
	bool found;
	if (db_one(c.db, &arena, s, NULL, &row, &found) != OK)
		fail_msg("%s: %s", sql, c.fault.message);
	return found ? row : STR_NULL;
}

static int64_t count_of(const char *sql)
{
	struct db_stmt *s = arena_new(&arena, struct db_stmt); /* handles remember statements by their address */
	*s = (struct db_stmt){ .name = sql, .file = __FILE__, .kind = DB_ONE, .sqlite = sql, .postgres = sql, .out = number_out, .n_out = 1,
			       .row_size = sizeof(int64_t) };
	int64_t n = 0;
	bool found;
	if (db_one(c.db, &arena, s, NULL, &n, &found) != OK)
		fail_msg("%s: %s", sql, c.fault.message);
	return n;
}

static void be_nobody(const char *remote)
{
	struct db *db = c.db;
	test_ctx(desk, &arena, &c);
	c.db = db;
	c.actor = (struct actor){ .kind = ACTOR_NOBODY, .name = S(""), .zone = S("UTC") };
	c.remote = str_c(remote);
	c.user_agent = S("a browser");
}

static void be_operator(void)
{
	struct db *db = c.db;
	test_ctx(desk, &arena, &c);
	c.db = db;
}

/* As a request with this session's cookie would be. */
static enum err be_session(struct str token)
{
	be_nobody("192.0.2.1");
	assert_int_equal(people_by_session(&c, token, &c.actor), OK);
	return c.actor.kind == ACTOR_TEAMMATE ? OK : ERR_UNAUTHENTICATED;
}

static enum err try(const char *email, const char *password, struct sign_in *ret)
{
	struct sign_in_form in = { .email = str_c(email), .password = str_c(password) };
	c.now_us = clock_now();
	fault_clear(&c.fault);
	return sign_in_password(&c, &in, ret);
}

static struct str signed_in(const char *password)
{
	struct sign_in s;
	be_nobody("192.0.2.1");
	if (try("mara@desk.example", password, &s) != OK)
		fail_msg("%s", c.fault.message);
	assert_int_equal(s.step, SIGN_IN_DONE);
	return s.token;
}

static struct str string_of(struct str json, const char *key);

/* Its text, opened as the sender does. */
static struct str newest_mail(void)
{
	struct str body = text_of("SELECT body FROM outbox ORDER BY id DESC LIMIT 1"), text;
	assert_non_null(body.p);
	assert_true(str_find(body, S("tend_")) < 0 && str_find(body, S("http")) < 0);
	assert_true(secret_open(desk, &arena, arena_fmt(&arena, "mail:%.*s", STR_ARG(string_of(body, "to"))), string_of(body, "sealed"), &text));
	return text;
}

/* The newest link in the outbox whose path begins so; only its token. */
static struct str mailed(const char *path)
{
	struct str body = newest_mail();
	ptrdiff_t at = body.p ? str_find(body, str_c(path)) : -1;
	if (at < 0)
		fail_msg("no %s in %.*s", path, STR_ARG(body));
	struct str rest = str_slice(body, (size_t)at + strlen(path), body.n);
	return str_slice(rest, 0, 52);
}

static int setup(void **state)
{
	(void)state;
	feature = (struct feature){ .name = "people", .commands = people_commands, .jobs = people_jobs, .folds = people_folds,
				    .settings = people_settings, .prepare = role_presets };
	desk = test_desk(features);
	arena_init(&arena);
	test_ctx(desk, &arena, &c);
	assert_int_equal(ctx_db(&c), OK);
	/* as a desk really begins: by the link that the start prints */
	struct str path;
	struct sign_in s;
	assert_int_equal(people_start_link(&c, &path), OK);
	assert_true(str_starts(path, S("/setup/tend_set_")));
	be_nobody("192.0.2.1");
	struct setup_form in = { .email = S("Mara@Desk.example"), .name = S("Mara Lind"), .zone = S("Europe/Berlin"), .password = str_c(PASSWORD) };
	if (account_setup(&c, str_slice(path, 7, path.n), &in, &s) != OK)
		fail_msg("%s", c.fault.message);
	be_operator();
	struct teammate t;
	bool found;
	assert_int_equal(people_find(&c, S("mara@desk.example"), &t, &found), OK);
	assert_true(found);
	mara = t.id;
	assert_int_equal(be_session(s.token), OK);
	assert_true(c.actor.fresh && c.actor.id == mara && (c.actor.caps & CAN_ADMIN));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	be_operator();
	test_verify(&c);
	ctx_db_done(&c);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static void set_up_happens_once(void **state)
{
	(void)state;
	struct str path, token;
	struct sign_in s;
	struct setup_form in = { .email = S("evil@desk.example"), .name = S("Evil"), .password = str_c(OTHER) };
	be_operator();
	assert_int_equal(people_start_link(&c, &path), OK); /* an admin is there: a sign-in link instead */
	assert_true(str_starts(path, S("/sign-in/link/tend_lnk_")));
	token = str_slice(path, strlen("/sign-in/link/"), path.n);
	be_nobody("192.0.2.1");
	assert_int_equal(account_setup(&c, token, &in, &s), ERR_NOT_FOUND);
	fault_clear(&c.fault);
	assert_int_equal(account_setup(&c, S("tend_set_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &in, &s), ERR_NOT_FOUND);
	assert_int_equal(count_of("SELECT count(*) FROM teammate"), 1);
	/* only hashes are stored */
	assert_int_equal(count_of("SELECT count(*) FROM one_time_token WHERE length(token_sha) <> 64"), 0);
	struct str hash = text_of("SELECT password_hash FROM teammate");
	assert_true(str_starts(hash, S("$argon2id$v=19$m=65536,t=3,p=1$")));
}

static void links_work_once_and_not_for_long(void **state)
{
	(void)state;
	struct str token, second;
	struct sign_in s;
	be_operator();
	assert_int_equal(people_sign_in_link(&c, mara, &token), OK);
	be_nobody("198.51.100.7");
	assert_int_equal(sign_in_link(&c, token, &s), OK);
	assert_int_equal(be_session(s.token), OK);
	be_nobody("198.51.100.7");
	assert_int_equal(sign_in_link(&c, token, &s), ERR_NOT_FOUND);
	be_operator();
	assert_int_equal(people_sign_in_link(&c, mara, &token), OK);
	assert_int_equal(people_sign_in_link(&c, mara, &second), OK); /* a new one makes the old one dead */
	be_nobody("198.51.100.7");
	assert_int_equal(sign_in_link(&c, token, &s), ERR_NOT_FOUND);
	test_clock_add(15 * UTIME_US_PER_MINUTE);
	be_nobody("198.51.100.7");
	assert_int_equal(sign_in_link(&c, second, &s), ERR_NOT_FOUND);
	fault_clear(&c.fault);
	struct db *db = c.db;
	test_ctx_as(desk, &arena, mara, "admin", &c);
	c.db = db;
	assert_int_equal(people_sign_in_link(&c, mara, &token), ERR_FORBIDDEN); /* an admin by network is no operator */
}

static void the_password_and_nothing_else(void **state)
{
	(void)state;
	struct sign_in s;
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", "vier Igel trinken tee", &s), ERR_UNAUTHENTICATED);
	struct fault wrong = c.fault;
	assert_int_equal(try("nobody@desk.example", PASSWORD, &s), ERR_UNAUTHENTICATED);
	assert_string_equal(wrong.message, c.fault.message); /* one sentence for both */
	assert_int_equal(try("mara@desk.example", "vier Igel trinken Tee ", &s), ERR_UNAUTHENTICATED);
	assert_int_equal(try("mara@desk.example", "", &s), ERR_UNAUTHENTICATED);
	struct str a = signed_in(PASSWORD), b = signed_in(PASSWORD);
	assert_false(str_eq(a, b));
	assert_true(a.n == 52 && str_starts(a, S("tend_ses_")));
	assert_int_equal(count_of("SELECT count(*) FROM session WHERE length(token_sha) <> 64"), 0);
	/* nothing typed at the door is kept */
	assert_int_equal(count_of("SELECT count(*) FROM sign_in_try WHERE account LIKE '%mara%' OR account LIKE '%nobody%'"), 0);
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE data LIKE '%Igel%' OR data LIKE '%tend_ses_%' OR data LIKE '%argon2%'"), 0);
	assert_true(count_of("SELECT count(*) FROM event WHERE kind = 'sign_in.failed'") >= 2);
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE kind = 'session.started'"), 3);
}

static void the_brake_slows_the_stranger_only(void **state)
{
	(void)state;
	struct sign_in s;
	int refused = 0, wrong = 0;
	be_nobody("203.0.113.5");
	for (int i = 0; i < 120; i++) {
		enum err e = try("mara@desk.example", "wrong wrong wrong", &s);
		refused += e == ERR_RATE;
		wrong += e == ERR_UNAUTHENTICATED;
	}
	assert_int_equal(wrong, 8);
	assert_int_equal(refused, 112);
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), ERR_RATE); /* from there not even the right one */
	be_nobody("203.0.113.200");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), ERR_RATE); /* its neighbour */
	be_nobody("203.0.114.5");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), OK);
	/* a flood leaves two events, not a hundred */
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE kind = 'sign_in.failed'"), 2);
	assert_int_equal(count_of("SELECT count(*) FROM sign_in_try"), 8);
	be_nobody("203.0.113.5");
	wrong = 0;
	for (int i = 0; i < 60; i++)
		wrong += try(arena_fmt(&arena, "a%d@desk.example", i).p, "wrong wrong wrong", &s) == ERR_UNAUTHENTICATED;
	assert_int_equal(wrong, 12); /* the network's own limit, over all accounts */
	test_clock_add(10 * UTIME_US_PER_MINUTE + 1);
	be_nobody("203.0.113.5");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), OK);
	/* both loopback addresses are somebody else */
	be_nobody("127.0.0.2");
	for (int i = 0; i < 8; i++)
		assert_int_equal(try("mara@desk.example", "wrong wrong wrong", &s), ERR_UNAUTHENTICATED);
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), ERR_RATE);
	be_nobody("127.0.0.3");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), OK);
}

static void sessions_end(void **state)
{
	(void)state;
	struct str a = signed_in(PASSWORD), b = signed_in(PASSWORD);
	utime began = clock_now();
	/* idle for 12 hours */
	test_clock_add(11 * UTIME_US_PER_HOUR);
	assert_int_equal(be_session(a), OK);
	test_clock_add(2 * UTIME_US_PER_HOUR);
	assert_int_equal(be_session(a), OK);
	assert_int_equal(be_session(b), ERR_UNAUTHENTICATED);
	/* 30 days whatever happens */
	for (int i = 0; i < 71; i++) {
		test_clock_add(10 * UTIME_US_PER_HOUR);
		bool within = clock_now() < began + 30 * UTIME_US_PER_DAY;
		assert_int_equal(be_session(a), within ? OK : ERR_UNAUTHENTICATED);
	}
	test_clock_add(10 * UTIME_US_PER_HOUR);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED);
	/* signing out */
	a = signed_in(PASSWORD);
	b = signed_in(PASSWORD);
	assert_int_equal(be_session(a), OK);
	int64_t id = c.actor.session_id;
	assert_int_equal(test_run(&c, &session_end_cmd, "{}", NULL), OK);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(b), OK);
	assert_int_equal(test_run(&c, &session_end_cmd, arena_fmt(&arena, "{\"session\":%lld}", (long long)id).p, NULL), OK); /* again: nothing */
	struct str c2 = signed_in(PASSWORD);
	assert_int_equal(be_session(b), OK);
	assert_int_equal(test_run(&c, &session_end_others_cmd, "{}", NULL), OK);
	assert_int_equal(be_session(c2), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(b), OK);
	/* a forged or foreign token */
	assert_int_equal(be_session(S("tend_ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(S("")), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(str_slice(b, 0, 51)), ERR_UNAUTHENTICATED);
}

static void being_seen_is_noted_once_a_minute(void **state)
{
	(void)state;
	struct str a = signed_in(PASSWORD);
	int64_t began = count_of("SELECT max(seen_us) FROM session");
	test_clock_add(59 * UTIME_US_PER_SECOND);
	assert_int_equal(be_session(a), OK);
	assert_int_equal(count_of("SELECT max(seen_us) FROM session"), began);
	test_clock_add(2 * UTIME_US_PER_SECOND);
	assert_int_equal(be_session(a), OK);
	assert_int_equal(count_of("SELECT max(seen_us) FROM session"), began + 61 * UTIME_US_PER_SECOND);
	test_clock_add(-UTIME_US_PER_HOUR); /* the clock set back signs nobody out and changes nothing */
	assert_int_equal(be_session(a), OK);
	assert_int_equal(count_of("SELECT max(seen_us) FROM session"), began + 61 * UTIME_US_PER_SECOND);
}

static void disabling_ends_everything_at_once(void **state)
{
	(void)state;
	struct str answer, link;
	be_operator();
	assert_int_equal(test_run(&c, &teammate_create_cmd, "{\"email\":\"theo@desk.example\",\"name\":\"Theo\"}", &answer), OK);
	int64_t theo = test_answer_i64(answer, "teammate");
	struct sign_in s;
	assert_int_equal(people_sign_in_link(&c, theo, &link), OK);
	be_nobody("192.0.2.9");
	assert_int_equal(sign_in_link(&c, link, &s), OK);
	assert_int_equal(be_session(s.token), OK);
	assert_int_equal(test_run(&c, &token_create_cmd, "{\"name\":\"script\",\"scope\":\"write\"}", &answer), OK);
	be_operator();
	assert_int_equal(people_sign_in_link(&c, theo, &link), OK);
	assert_int_equal(test_run(&c, &teammate_disable_cmd, arena_fmt(&arena, "{\"teammate\":%lld}", (long long)theo).p, NULL), OK);
	assert_int_equal(be_session(s.token), ERR_UNAUTHENTICATED);
	be_nobody("192.0.2.9");
	assert_int_equal(sign_in_link(&c, link, &s), ERR_NOT_FOUND);
	assert_int_equal(count_of("SELECT count(*) FROM api_token WHERE revoked_us IS NULL"), 0);
	/* another access level ends the sessions, too */
	struct str a = signed_in(PASSWORD);
	be_operator();
	assert_int_equal(test_run(&c, &teammate_enable_cmd, arena_fmt(&arena, "{\"teammate\":%lld}", (long long)theo).p, NULL), OK);
	assert_int_equal(test_run(&c, &teammate_update_cmd, arena_fmt(&arena, "{\"teammate\":%lld,\"access\":\"admin\"}", (long long)theo).p, NULL), OK);
	assert_int_equal(test_run(&c, &teammate_update_cmd, arena_fmt(&arena, "{\"teammate\":%lld,\"access\":\"lead\"}", (long long)mara).p, NULL), OK);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED);
}

static enum err by_token(struct str token)
{
	be_nobody("192.0.2.1");
	assert_int_equal(people_by_api_token(&c, token, &c.actor), OK);
	return c.actor.kind == ACTOR_TEAMMATE ? OK : ERR_UNAUTHENTICATED;
}

static struct str string_of(struct str json, const char *key)
{
	json_error_t e;
	json_t *root = json_loadb(json.p, json.n, 0, &e);
	const char *v = json_string_value(json_object_get(root, key));
	assert_non_null(v);
	struct str s = arena_str(&arena, str_c(v));
	json_decref(root);
	return s;
}

static struct str new_token(const char *json)
{
	struct str answer;
	struct db *db = c.db;
	test_ctx_as(desk, &arena, mara, "admin", &c);
	c.db = db;
	if (test_run(&c, &token_create_cmd, json, &answer) != OK)
		fail_msg("%s", c.fault.message);
	return string_of(answer, "token");
}

static void tokens_have_scope_and_end(void **state)
{
	(void)state;
	struct str reading = new_token("{\"name\":\"look\"}"), writing = new_token("{\"name\":\"do\",\"scope\":\"write\"}"),
		   admin = new_token("{\"name\":\"all\",\"scope\":\"admin\",\"days\":1}");
	assert_true(reading.n == 52 && str_starts(reading, S("tend_pat_")));
	assert_int_equal(count_of("SELECT count(*) FROM api_token WHERE length(token_sha) <> 64 OR length(hint) <> 13"), 0);
	assert_int_equal(by_token(reading), OK);
	assert_int_equal(c.actor.caps, CAN_SIGNED_IN | CAN_READ);
	assert_false(c.actor.fresh);
	assert_int_equal(test_run(&c, &team_create_cmd, "{\"name\":\"X\"}", NULL), ERR_FORBIDDEN);
	assert_int_equal(by_token(writing), OK);
	assert_int_equal(c.actor.caps & (CAN_REPLY | CAN_ADMIN), CAN_REPLY);
	assert_int_equal(by_token(admin), OK);
	assert_true(c.actor.caps & CAN_ADMIN);
	assert_false(c.actor.caps & CAN_OPERATE);
	assert_int_equal(test_run(&c, &token_create_cmd, "{\"name\":\"child\",\"scope\":\"admin\"}", NULL), ERR_FORBIDDEN); /* never fresh */
	/* used_us: once a minute */
	int64_t used = count_of("SELECT max(used_us) FROM api_token");
	test_clock_add(30 * UTIME_US_PER_SECOND);
	assert_int_equal(by_token(admin), OK);
	assert_int_equal(count_of("SELECT max(used_us) FROM api_token"), used);
	test_clock_add(40 * UTIME_US_PER_SECOND);
	assert_int_equal(by_token(admin), OK);
	assert_true(count_of("SELECT max(used_us) FROM api_token") > used);
	test_clock_add(UTIME_US_PER_DAY);
	assert_int_equal(by_token(admin), ERR_UNAUTHENTICATED);
	struct db *db = c.db;
	test_ctx_as(desk, &arena, mara, "admin", &c);
	c.db = db;
	struct str list;
	assert_int_equal(test_run(&c, &token_list_cmd, "{}", &list), OK);
	assert_true(str_find(list, str_slice(writing, 0, 13)) > 0 && str_find(list, writing) < 0);
	assert_int_equal(test_run(&c, &token_revoke_cmd, "{\"token_id\":2}", NULL), OK);
	assert_int_equal(by_token(writing), ERR_UNAUTHENTICATED);
	assert_int_equal(by_token(reading), OK);
	assert_int_equal(by_token(S("tend_pat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), ERR_UNAUTHENTICATED);
	assert_int_equal(by_token(S("tend_pat_short")), ERR_UNAUTHENTICATED);
	assert_int_equal(by_token(arena_fmt(&arena, "tend_ses_%.*s", STR_ARG(str_slice(reading, 9, 52)))), ERR_UNAUTHENTICATED);
	/* no token stands in the log */
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE data LIKE '%token_sha%'"), 0);
	be_operator();
	assert_int_equal(count_of(arena_fmt(&arena, "SELECT count(*) FROM event WHERE data LIKE '%%%.*s%%'", STR_ARG(reading)).p), 0);
	/* a light teammate's token never administers, whatever its scope says */
	struct str answer;
	assert_int_equal(test_run(&c, &teammate_create_cmd, "{\"email\":\"l@desk.example\",\"name\":\"Light\",\"access\":\"light\"}", &answer), OK);
	int64_t light = test_answer_i64(answer, "teammate");
	assert_int_equal(test_run(&c, &token_create_cmd, arena_fmt(&arena, "{\"name\":\"x\",\"scope\":\"admin\",\"teammate\":%lld}", (long long)light).p, NULL),
			 ERR_INPUT);
}

static uint32_t code_now(struct str groups, int64_t steps_on)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char secret[40];
	size_t n = 0;
	uint32_t bits = 0, have = 0;
	for (size_t i = 0; i < groups.n; i++) {
		const char *at = groups.p[i] == ' ' ? NULL : strchr(DIGITS, groups.p[i]);
		if (!at)
			continue;
		bits = bits << 5 | (uint32_t)(at - DIGITS);
		if ((have += 5) >= 8)
			secret[n++] = (unsigned char)(bits >> (have -= 8));
	}
	return totp_code(secret, n, clock_now() / UTIME_US_PER_SECOND / 30 + steps_on);
}

/* The secret as the page shows it while it is pending. */
static struct str pending_secret(void)
{
	struct sign_in_teammate_by_id_row t;
	struct str secret;
	bool found;
	assert_int_equal(sign_in_teammate_by_id(c.db, &arena, &t, &found, .id = mara), OK);
	assert_true(secret_open(desk, &arena, totp_bind(&arena, mara), t.totp_pending, &secret));
	assert_false(secret_open(desk, &arena, totp_bind(&arena, mara + 1), t.totp_pending, &secret)); /* bound to its row */
	return totp_groups(&arena, secret);
}

static enum err try_code(const char *code, struct sign_in *ret)
{
	struct sign_in first;
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &first), OK);
	assert_int_equal(first.step, SIGN_IN_CODE);
	struct code_form in = { .step = first.token, .code = str_c(code) };
	return sign_in_code(&c, &in, ret);
}

static void a_second_factor_is_asked_for(void **state)
{
	(void)state;
	struct str session = signed_in(PASSWORD), other = signed_in(PASSWORD), answer;
	char code[20];
	struct sign_in s;
	assert_int_equal(be_session(session), OK);
	assert_int_equal(test_run(&c, &totp_confirm_cmd, "{\"code\":\"000000\"}", NULL), ERR_CONFLICT); /* not begun */
	assert_int_equal(test_run(&c, &totp_start_cmd, "{}", &answer), OK);
	assert_true(str_find(answer, S("secret")) < 0);
	struct str secret = pending_secret();
	snprintf(code, sizeof(code), "{\"code\":\"%06u\"}", (code_now(secret, 0) + 1) % 1000000);
	assert_int_equal(test_run(&c, &totp_confirm_cmd, code, NULL), ERR_INPUT);
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), OK); /* not on before a code confirmed it */
	assert_int_equal(s.step, SIGN_IN_DONE);
	assert_int_equal(be_session(session), OK);
	snprintf(code, sizeof(code), "{\"code\":\"%06u\"}", code_now(secret, 0));
	assert_int_equal(test_run(&c, &totp_confirm_cmd, code, &answer), OK);
	assert_int_equal(be_session(other), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(session), OK);
	json_error_t e;
	json_t *root = json_loadb(answer.p, answer.n, 0, &e);
	json_t *codes = json_object_get(root, "recovery_codes");
	assert_int_equal(json_array_size(codes), 10);
	char recovery[64];
	snprintf(recovery, sizeof(recovery), "%s", json_string_value(json_array_get(codes, 3)));
	json_decref(root);
	assert_int_equal(strlen(recovery), 19);

	snprintf(code, sizeof(code), "%06u", code_now(secret, 0));
	assert_int_equal(try_code(code, &s), ERR_UNAUTHENTICATED); /* the code that confirmed is used */
	test_clock_add(30 * UTIME_US_PER_SECOND);
	snprintf(code, sizeof(code), "%06u", code_now(secret, 0));
	assert_int_equal(try_code(code, &s), OK);
	assert_int_equal(be_session(s.token), OK);
	assert_int_equal(try_code(code, &s), ERR_UNAUTHENTICATED); /* twice */
	snprintf(code, sizeof(code), "%06u", code_now(secret, 2));
	assert_int_equal(try_code(code, &s), ERR_UNAUTHENTICATED); /* two steps ahead */
	snprintf(code, sizeof(code), "%06u", code_now(secret, 1));
	assert_int_equal(try_code(code, &s), OK);
	assert_int_equal(try_code(recovery, &s), OK);
	assert_int_equal(try_code(recovery, &s), ERR_UNAUTHENTICATED); /* once */
	assert_int_equal(try_code("abcd-efgh-ijkl-mnop", &s), ERR_UNAUTHENTICATED);
	struct recovery_left_row left;
	assert_int_equal(recovery_left(c.db, &arena, &left, .teammate_id = mara), OK);
	assert_int_equal(left.n, 9);
	/* secrets are sealed, codes hashed, neither in the log */
	assert_int_equal(count_of("SELECT count(*) FROM teammate WHERE totp_secret LIKE 's1:%'"), 1);
	assert_int_equal(count_of("SELECT count(*) FROM recovery_code WHERE length(code_sha) <> 64"), 0);
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE data LIKE '%s1:%'"), 0);
}

static void a_step_has_few_tries(void **state)
{
	(void)state;
	struct str session = signed_in(PASSWORD);
	char json[40], code[20];
	struct sign_in first, s;
	assert_int_equal(be_session(session), OK);
	assert_int_equal(test_run(&c, &totp_start_cmd, "{}", NULL), OK);
	struct str secret = pending_secret();
	snprintf(json, sizeof(json), "{\"code\":\"%06u\"}", code_now(secret, 0));
	assert_int_equal(test_run(&c, &totp_confirm_cmd, json, NULL), OK);
	test_clock_add(30 * UTIME_US_PER_SECOND);
	snprintf(code, sizeof(code), "%06u", (code_now(secret, 0) + 7) % 1000000);
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &first), OK);
	for (int i = 0; i < 5; i++) {
		struct code_form in = { .step = first.token, .code = str_c(code) };
		fault_clear(&c.fault);
		assert_int_equal(sign_in_code(&c, &in, &s), ERR_UNAUTHENTICATED);
	}
	snprintf(code, sizeof(code), "%06u", code_now(secret, 0));
	struct code_form in = { .step = first.token, .code = str_c(code) };
	fault_clear(&c.fault);
	assert_int_equal(sign_in_code(&c, &in, &s), ERR_NOT_FOUND); /* this step is dead, even for the right code */
	assert_int_equal(try_code(code, &s), OK);                   /* the owner begins again */
	/* a step is not for long */
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &first), OK);
	test_clock_add(5 * UTIME_US_PER_MINUTE);
	be_nobody("192.0.2.1");
	in = (struct code_form){ .step = first.token, .code = str_c(code) };
	assert_int_equal(sign_in_code(&c, &in, &s), ERR_NOT_FOUND);
	/* somebody who knows the password, from many networks: codes stop, recovery codes would not */
	fault_clear(&c.fault);
	enum err e = OK;
	for (int net = 0; net < 12 && e != ERR_RATE; net++)
		for (int i = 0; i < 4; i++) {
			be_nobody(arena_fmt(&arena, "203.0.%d.1", net).p);
			assert_int_equal(try("mara@desk.example", PASSWORD, &first), OK);
			in = (struct code_form){ .step = first.token, .code = S("123456") };
			e = sign_in_code(&c, &in, &s);
			assert_true(e == ERR_UNAUTHENTICATED || e == ERR_RATE);
		}
	assert_int_equal(e, ERR_RATE);
	be_nobody("198.51.100.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &first), OK);
	in = (struct code_form){ .step = first.token, .code = S("abcd-efgh-ijkl-mnop") };
	assert_int_equal(sign_in_code(&c, &in, &s), ERR_UNAUTHENTICATED);
}

static void a_new_password_ends_other_sessions(void **state)
{
	(void)state;
	struct str a = signed_in(PASSWORD), b = signed_in(PASSWORD);
	struct sign_in s;
	assert_int_equal(be_session(a), OK);
	struct password_form in = { .current = S("not the one I have"), .password = str_c(OTHER) };
	assert_int_equal(account_password(&c, &in, &s), ERR_INPUT);
	assert_string_equal(c.fault.fields[0].field, "current");
	fault_clear(&c.fault);
	in = (struct password_form){ .password = str_c(OTHER) };
	assert_int_equal(account_password(&c, &in, &s), ERR_INPUT); /* the server asks for it, not the browser */
	fault_clear(&c.fault);
	in = (struct password_form){ .current = str_c(PASSWORD), .password = S("password1234") };
	assert_int_equal(account_password(&c, &in, &s), ERR_INPUT);
	assert_string_equal(c.fault.fields[0].field, "password");
	fault_clear(&c.fault);
	in = (struct password_form){ .current = str_c(PASSWORD), .password = str_c(OTHER) };
	assert_int_equal(account_password(&c, &in, &s), OK);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED); /* a new id at the change */
	assert_int_equal(be_session(b), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(s.token), OK);
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", PASSWORD, &s), ERR_UNAUTHENTICATED);
	assert_int_equal(try("mara@desk.example", OTHER, &s), OK);
	assert_int_equal(count_of("SELECT count(*) FROM outbox WHERE dest = 'mara@desk.example' AND body LIKE '%Your password was changed%'"), 1);
}

static void confirming_makes_a_session_fresh(void **state)
{
	(void)state;
	struct str a = signed_in(PASSWORD);
	struct sign_in s;
	test_clock_add(15 * UTIME_US_PER_MINUTE);
	assert_int_equal(be_session(a), OK);
	assert_false(c.actor.fresh);
	assert_int_equal(test_run(&c, &totp_start_cmd, "{}", NULL), ERR_FORBIDDEN);
	fault_clear(&c.fault);
	struct confirm_form in = { .password = S("wrong wrong wrong") };
	assert_int_equal(sign_in_confirm(&c, &in, &s), ERR_INPUT);
	fault_clear(&c.fault);
	in = (struct confirm_form){ .password = str_c(PASSWORD) };
	assert_int_equal(sign_in_confirm(&c, &in, &s), OK);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED);
	assert_int_equal(be_session(s.token), OK);
	assert_true(c.actor.fresh);
	assert_int_equal(test_run(&c, &totp_start_cmd, "{}", NULL), OK);
}

static void resets_go_to_the_stored_address(void **state)
{
	(void)state;
	struct reset_request_form ask = { .email = S("MARA@desk.example") };
	struct reset_form in = { .password = str_c(OTHER) };
	int ran;
	struct str a = signed_in(PASSWORD);
	be_nobody("192.0.2.1");
	/* known and unknown: one job each, nothing else */
	int64_t jobs = count_of("SELECT count(*) FROM job WHERE kind = 'people.reset_mail'");
	assert_int_equal(account_reset_request(&c, &ask), OK);
	ask.email = S("nobody@desk.example");
	assert_int_equal(account_reset_request(&c, &ask), OK);
	ask.email = S("m\xc4\xb1ra@desk.example"); /* a look-alike */
	assert_int_equal(account_reset_request(&c, &ask), OK);
	assert_int_equal(count_of("SELECT count(*) FROM job WHERE kind = 'people.reset_mail'"), jobs + 3);
	assert_int_equal(count_of("SELECT count(*) FROM outbox"), 0);
	assert_int_equal(count_of("SELECT count(*) FROM one_time_token WHERE kind = 'reset'"), 0);
	assert_int_equal(runner_once(desk, &ran), OK);
	assert_int_equal(count_of("SELECT count(*) FROM outbox"), 1);
	assert_int_equal(count_of("SELECT count(*) FROM outbox WHERE dest = 'mara@desk.example' AND body LIKE '%\"auto\":true%'"), 1);
	struct str token = mailed("http://desk.example/sign-in/reset/");
	in.password = S("short");
	assert_int_equal(account_reset(&c, token, &in), ERR_INPUT);
	fault_clear(&c.fault);
	in = (struct reset_form){ .password = str_c(OTHER) };
	assert_int_equal(account_reset(&c, token, &in), OK);
	assert_int_equal(c.actor.kind, ACTOR_NOBODY);
	assert_int_equal(be_session(a), ERR_UNAUTHENTICATED);
	be_nobody("192.0.2.1");
	in = (struct reset_form){ .password = str_c(PASSWORD) };
	assert_int_equal(account_reset(&c, token, &in), ERR_NOT_FOUND); /* once */
	signed_in(OTHER);
	/* and not for long */
	be_nobody("192.0.2.1");
	ask.email = S("mara@desk.example");
	assert_int_equal(account_reset_request(&c, &ask), OK);
	assert_int_equal(runner_once(desk, &ran), OK);
	token = mailed("http://desk.example/sign-in/reset/");
	test_clock_add(4 * UTIME_US_PER_HOUR);
	be_nobody("192.0.2.1");
	in = (struct reset_form){ .password = str_c(PASSWORD) };
	assert_int_equal(account_reset(&c, token, &in), ERR_NOT_FOUND);
	/* a network cannot bomb a mailbox, nor can many networks */
	fault_clear(&c.fault);
	enum err e = OK;
	for (int i = 0; i < 9; i++) {
		fault_clear(&c.fault);
		e = account_reset_request(&c, &ask);
	}
	assert_int_equal(e, ERR_RATE);
	for (int i = 0; i < 12; i++) {
		be_nobody(arena_fmt(&arena, "203.0.%d.1", i).p);
		assert_int_equal(account_reset_request(&c, &ask), OK);
	}
	while (runner_once(desk, &ran) == OK && ran > 0)
		;
	assert_true(count_of("SELECT count(*) FROM outbox WHERE body LIKE '%Choose a new password%'") <= 5);
	/* no token in the log */
	assert_int_equal(count_of("SELECT count(*) FROM event WHERE data LIKE '%tend_rst_%'"), 0);
}

static void invitations_are_accepted_once(void **state)
{
	(void)state;
	struct str answer, first, token;
	struct sign_in s;
	be_operator();
	assert_int_equal(test_run(&c, &teammate_invite_cmd, "{\"email\":\"theo@desk.example\",\"name\":\"Theo\"}", &answer), OK);
	int64_t theo = test_answer_i64(answer, "teammate");
	first = mailed("http://desk.example/sign-in/invite/");
	be_nobody("192.0.2.1");
	assert_int_equal(try("theo@desk.example", PASSWORD, &s), ERR_UNAUTHENTICATED);
	be_operator();
	assert_int_equal(test_run(&c, &teammate_invite_again_cmd, arena_fmt(&arena, "{\"teammate\":%lld}", (long long)theo).p, NULL), OK);
	token = mailed("http://desk.example/sign-in/invite/");
	be_nobody("192.0.2.1");
	struct accept_form in = { .name = S("Theo Brandt"), .zone = S("Europe/Berlin"), .password = S("theobrandt1990") };
	assert_int_equal(account_accept(&c, token, &in, &s), ERR_INPUT); /* his own name */
	fault_clear(&c.fault);
	in.password = str_c(OTHER);
	assert_int_equal(account_accept(&c, first, &in, &s), ERR_NOT_FOUND);
	fault_clear(&c.fault);
	assert_int_equal(account_accept(&c, token, &in, &s), OK);
	assert_int_equal(be_session(s.token), OK);
	assert_int_equal(c.actor.id, theo);
	be_nobody("192.0.2.1");
	in = (struct accept_form){ .name = S("Eve"), .password = str_c(PASSWORD) };
	assert_int_equal(account_accept(&c, token, &in, &s), ERR_NOT_FOUND);
	be_operator();
	assert_int_equal(test_run(&c, &teammate_invite_again_cmd, arena_fmt(&arena, "{\"teammate\":%lld}", (long long)theo).p, NULL), ERR_CONFLICT);
	assert_int_equal(test_run(&c, &teammate_invite_cmd, "{\"email\":\"ida@desk.example\",\"name\":\"Ida\"}", NULL), OK);
	token = mailed("http://desk.example/sign-in/invite/");
	test_clock_add(7 * UTIME_US_PER_DAY);
	be_nobody("192.0.2.1");
	in = (struct accept_form){ .name = S("Ida"), .password = str_c(PASSWORD) };
	assert_int_equal(account_accept(&c, token, &in, &s), ERR_NOT_FOUND);
}

static void addresses_change_by_a_link_to_the_new_one(void **state)
{
	(void)state;
	struct str a = signed_in(PASSWORD);
	struct sign_in s;
	assert_int_equal(be_session(a), OK);
	assert_int_equal(test_run(&c, &me_email_cmd, "{\"email\":\"mara@desk.example\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &me_email_cmd, "{\"email\":\"Mara.Lind@desk.example\"}", NULL), OK);
	struct str token = mailed("http://desk.example/sign-in/email/");
	assert_true(str_eq(text_of("SELECT dest FROM outbox ORDER BY id DESC LIMIT 1"), S("mara.lind@desk.example")));
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara.lind@desk.example", PASSWORD, &s), ERR_UNAUTHENTICATED);
	fault_clear(&c.fault);
	assert_int_equal(account_email(&c, token), OK);
	assert_int_equal(try("mara.lind@desk.example", PASSWORD, &s), OK);
	be_nobody("192.0.2.1");
	assert_int_equal(account_email(&c, token), ERR_NOT_FOUND);
	assert_true(str_eq(text_of("SELECT dest FROM outbox ORDER BY id DESC LIMIT 1"), S("mara@desk.example"))); /* the old one is told */
}

static void old_things_are_tidied_away(void **state)
{
	(void)state;
	struct sign_in s;
	be_nobody("192.0.2.1");
	assert_int_equal(try("mara@desk.example", "wrong wrong wrong", &s), ERR_UNAUTHENTICATED);
	test_clock_add(32 * UTIME_US_PER_DAY);
	struct ctx job;
	desk_ctx(desk, &arena, S("tidy"), &job);
	assert_int_equal(ctx_db(&job), OK);
	assert_int_equal(people_jobs[1].run(&job, NULL), OK);
	ctx_db_done(&job);
	assert_int_equal(count_of("SELECT count(*) FROM sign_in_try"), 0);
	assert_int_equal(count_of("SELECT count(*) FROM one_time_token"), 0);
	assert_int_equal(count_of("SELECT count(*) FROM session"), 1); /* the history of sessions stays */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(set_up_happens_once), T(links_work_once_and_not_for_long), T(the_password_and_nothing_else), T(the_brake_slows_the_stranger_only),
		T(sessions_end), T(being_seen_is_noted_once_a_minute), T(disabling_ends_everything_at_once), T(tokens_have_scope_and_end),
		T(a_second_factor_is_asked_for), T(a_step_has_few_tries), T(a_new_password_ends_other_sessions), T(confirming_makes_a_session_fresh),
		T(resets_go_to_the_stored_address), T(invitations_are_accepted_once), T(addresses_change_by_a_link_to_the_new_one),
		T(old_things_are_tidied_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
