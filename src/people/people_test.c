/* people_test.c: teammates, teams, titles, keys, access and the log, on a fresh desk. */
#include "people/inside.h"

#include "core/desk_test.h"
#include "core/secret.h"
#include "web/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct desk *desk;
static struct arena arena;
static struct ctx c;

/* The feature without its pages. */
static struct feature people_alone(void)
{
	return (struct feature){ .name = "people", .commands = people_commands, .jobs = people_jobs, .folds = people_folds, .settings = people_settings,
				 .prepare = role_presets };
}

static struct feature feature;
static const struct feature *features[] = { &core_feature, &feature, NULL };

static int setup(void **state)
{
	(void)state;
	feature = people_alone();
	desk = test_desk(features);
	arena_init(&arena);
	test_ctx(desk, &arena, &c);
	assert_int_equal(ctx_db(&c), OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fault_clear(&c.fault);
	test_verify(&c);
	ctx_db_done(&c);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static int64_t add(const char *name, const char *access)
{
	struct str answer, json = arena_fmt(&arena, "{\"email\":\"%s@desk.example\",\"name\":\"%s\",\"access\":\"%s\"}", name, name, access);
	if (test_run(&c, &teammate_create_cmd, json.p, &answer) != OK)
		fail_msg("%s", c.fault.message);
	return test_answer_i64(answer, "teammate");
}

static void expect(enum err want, const struct command *cmd, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str json = arena_vfmt(&arena, fmt, ap);
	va_end(ap);
	enum err e = test_run(&c, cmd, arena_cstr(&arena, json), NULL);
	if (e != want)
		print_error("%s %s: %d, wanted %d: %s\n", cmd->name, arena_cstr(&arena, json), e, want, c.fault.message);
	assert_int_equal(e, want);
}

static bool holds(struct str s, const char *part)
{
	if (str_find(s, str_c(part)) >= 0)
		return true;
	print_error("no %s in %s\n", part, arena_cstr(&arena, s));
	return false;
}

static struct str show(int64_t id)
{
	struct str answer;
	assert_int_equal(test_run(&c, &teammate_show_cmd, arena_fmt(&arena, "{\"teammate\":%lld}", (long long)id).p, &answer), OK);
	return answer;
}

static void teammates_are_added_and_changed(void **state)
{
	(void)state;
	int64_t mara = add("Mara", "admin");
	assert_true(holds(show(mara), "\"email\":\"mara@desk.example\""));
	assert_true(holds(show(mara), "\"title\":\"Support engineer\""));
	expect(ERR_CONFLICT, &teammate_create_cmd, "{\"email\":\"MARA@Desk.example\",\"name\":\"Other\"}");
	assert_string_equal(c.fault.fields[0].field, "email");
	expect(OK, &teammate_create_cmd, "{\"email\":\"ida@desk.example\",\"name\":\"Ida\",\"external_id\":\"zd-7\"}");
	expect(ERR_CONFLICT, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\",\"external_id\":\"zd-7\"}");
	expect(ERR_INPUT, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\",\"role\":\"wizard\"}");
	expect(ERR_INPUT, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\",\"access\":\"root\"}");
	expect(ERR_INPUT, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\",\"hours\":\"always\"}");
	expect(ERR_INPUT, &teammate_create_cmd, "{\"email\":[\"x@desk.example\",\"y@desk.example\"],\"name\":\"X\"}");
	expect(ERR_INPUT, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\",\"state\":\"active\"}"); /* no such field */
	expect(OK, &teammate_update_cmd, "{\"teammate\":%lld,\"name\":\"Mara Lind\",\"zone\":\"Europe/Berlin\",\"role\":\"support_manager\"}", (long long)mara);
	assert_true(holds(show(mara), "\"name\":\"Mara Lind\"") && holds(show(mara), "\"zone\":\"Europe/Berlin\"") && holds(show(mara), "\"title\":\"Support manager\""));
	expect(OK, &teammate_update_cmd, "{\"teammate\":%lld}", (long long)mara); /* nothing changes: no event, no complaint */
	expect(ERR_NOT_FOUND, &teammate_update_cmd, "{\"teammate\":999,\"name\":\"Nobody\"}");
	expect(ERR_INPUT, &teammate_update_cmd, "{\"teammate\":%lld,\"zone\":\"Mars/Olympus\"}", (long long)mara);
	struct teammate t;
	bool found;
	assert_int_equal(people_find(&c, S("MaRa@desk.EXAMPLE"), &t, &found), OK);
	assert_true(found && t.id == mara);
}

static void a_desk_keeps_an_admin(void **state)
{
	(void)state;
	int64_t mara = add("Mara", "admin"), theo = add("Theo", "agent");
	expect(ERR_CONFLICT, &teammate_disable_cmd, "{\"teammate\":%lld}", (long long)mara);
	expect(ERR_CONFLICT, &teammate_update_cmd, "{\"teammate\":%lld,\"access\":\"lead\"}", (long long)mara);
	expect(OK, &teammate_update_cmd, "{\"teammate\":%lld,\"access\":\"admin\"}", (long long)theo);
	ctx_db_done(&c);
	test_ctx_as(desk, &arena, mara, "admin", &c);
	expect(ERR_CONFLICT, &teammate_disable_cmd, "{\"teammate\":%lld}", (long long)mara); /* not oneself */
	expect(OK, &teammate_disable_cmd, "{\"teammate\":%lld,\"reason\":\"left\"}", (long long)theo);
	expect(ERR_CONFLICT, &teammate_disable_cmd, "{\"teammate\":%lld}", (long long)theo);
	expect(OK, &teammate_enable_cmd, "{\"teammate\":%lld}", (long long)theo);
	expect(ERR_CONFLICT, &teammate_enable_cmd, "{\"teammate\":%lld}", (long long)theo);
}

static void access_decides(void **state)
{
	(void)state;
	int64_t theo = add("Theo", "agent");
	ctx_db_done(&c);
	test_ctx_as(desk, &arena, theo, "agent", &c);
	expect(ERR_FORBIDDEN, &teammate_create_cmd, "{\"email\":\"x@desk.example\",\"name\":\"X\"}");
	expect(ERR_FORBIDDEN, &teammate_disable_cmd, "{\"teammate\":1}");
	expect(ERR_FORBIDDEN, &team_create_cmd, "{\"name\":\"X\"}");
	expect(ERR_FORBIDDEN, &teammate_link_cmd, "{\"teammate\":1}");
	expect(ERR_FORBIDDEN, &session_list_cmd, "{\"teammate\":%lld}", (long long)theo + 1);
	expect(ERR_FORBIDDEN, &totp_remove_cmd, "{\"teammate\":%lld}", (long long)theo + 1);
	expect(OK, &me_update_cmd, "{\"name\":\"Theo Brandt\"}");
	expect(OK, &teammate_list_cmd, "{}");
	c.actor.caps = access_scope(access_caps(S("agent")), S("read")); /* a token that may only read changes nothing about its owner either */
	expect(ERR_FORBIDDEN, &me_update_cmd, "{\"name\":\"Theo\"}");
	expect(ERR_FORBIDDEN, &token_create_cmd, "{\"name\":\"x\"}");
	expect(ERR_FORBIDDEN, &session_end_cmd, "{}");
	expect(OK, &me_show_cmd, "{}");
	c.actor = (struct actor){ .kind = ACTOR_NOBODY };
	expect(ERR_UNAUTHENTICATED, &me_show_cmd, "{}");
	expect(ERR_UNAUTHENTICATED, &teammate_list_cmd, "{}");
	test_ctx_as(desk, &arena, theo, "agent", &c);
	c.actor.fresh = false; /* factors, tokens and address want the password again */
	expect(ERR_FORBIDDEN, &totp_start_cmd, "{}");
	expect(ERR_FORBIDDEN, &totp_remove_cmd, "{}");
	expect(ERR_FORBIDDEN, &recovery_create_cmd, "{}");
	expect(ERR_FORBIDDEN, &token_create_cmd, "{\"name\":\"x\"}");
	expect(ERR_FORBIDDEN, &token_revoke_cmd, "{\"token_id\":1}");
	expect(ERR_FORBIDDEN, &me_email_cmd, "{\"email\":\"new@desk.example\"}");
	test_ctx(desk, &arena, &c);
}

static void own_settings(void **state)
{
	(void)state;
	int64_t theo = add("Theo", "agent");
	ctx_db_done(&c);
	test_ctx_as(desk, &arena, theo, "agent", &c);
	assert_int_equal(ctx_db(&c), OK);
	expect(OK, &me_hours_cmd, "{\"hours\":\"mon-thu 09:00-17:00\"}");
	assert_true(holds(show(theo), "\"hours\":[{\"days\":\"mon-thu\",\"from\":\"09:00\",\"to\":\"17:00\"}]"));
	expect(OK, &me_hours_cmd, "{\"hours\":[{\"days\":\"fri\",\"from\":\"09:00\",\"to\":\"12:00\"}]}");
	assert_true(holds(show(theo), "\"hours\":[{\"days\":\"fri\",\"from\":\"09:00\",\"to\":\"12:00\"}]"));
	expect(OK, &me_hours_cmd, "{}");
	assert_true(holds(show(theo), "\"hours\":[]"));
	expect(ERR_INPUT, &me_hours_cmd, "{\"hours\":\"mon 9\"}");
	expect(OK, &me_signature_cmd, "{\"signature\":\"Theo\\r\\nSupport\"}");
	assert_true(holds(show(theo), "\"signature\":\"Theo\\nSupport\""));
	expect(OK, &me_signature_cmd, "{}");
	expect(OK, &me_key_cmd, "{\"action\":\"take\",\"key\":\",\"}");
	struct teammate t;
	assert_int_equal(people_get(&c, theo, &t), OK);
	assert_true(str_eq(people_key(&arena, t.keymap, "take"), S(",")) && str_eq(people_key(&arena, t.keymap, "reply"), S("r")));
	expect(ERR_INPUT, &me_key_cmd, "{\"action\":\"reply\",\"key\":\",\"}"); /* taken by hand */
	expect(ERR_INPUT, &me_key_cmd, "{\"action\":\"take\",\"key\":\"r\"}");  /* a standard key of another */
	expect(ERR_INPUT, &me_key_cmd, "{\"action\":\"take\",\"key\":\"?\"}");
	expect(ERR_INPUT, &me_key_cmd, "{\"action\":\"dance\",\"key\":\",\"}");
	expect(OK, &me_key_cmd, "{\"action\":\"reply\",\"key\":\"t\"}");        /* free by now */
	expect(ERR_INPUT, &me_key_cmd, "{\"action\":\"take\"}");               /* its standard key went to reply */
	expect(OK, &me_key_cmd, "{\"action\":\"reply\"}");
	expect(OK, &me_key_cmd, "{\"action\":\"take\"}");
	assert_int_equal(people_get(&c, theo, &t), OK);
	assert_null(t.keymap.p);
	ctx_db_done(&c);
	test_ctx(desk, &arena, &c);
	expect(ERR_INPUT, &me_update_cmd, "{\"name\":\"Operator\"}");
}

static void teams(void **state)
{
	(void)state;
	int64_t mara = add("Mara", "admin"), theo = add("Theo", "agent");
	struct str answer;
	assert_int_equal(test_run(&c, &team_create_cmd, "{\"name\":\"Customer Support (EMEA)\"}", &answer), OK);
	int64_t team = test_answer_i64(answer, "team");
	expect(ERR_CONFLICT, &team_create_cmd, "{\"name\":\"customer support emea\"}");
	expect(OK, &team_add_cmd, "{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)mara);
	expect(OK, &team_add_cmd, "{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)theo);
	expect(OK, &team_add_cmd, "{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)theo); /* again: nothing */
	expect(ERR_NOT_FOUND, &team_add_cmd, "{\"team\":%lld,\"teammate\":99}", (long long)team);
	expect(ERR_NOT_FOUND, &team_add_cmd, "{\"team\":99,\"teammate\":%lld}", (long long)theo);
	assert_int_equal(test_run(&c, &team_show_cmd, arena_fmt(&arena, "{\"team\":%lld}", (long long)team).p, &answer), OK);
	assert_true(holds(answer, "\"slug\":\"customer-support-emea\"") && holds(answer, "\"name\":\"Mara\"") && holds(answer, "\"name\":\"Theo\""));
	expect(OK, &team_remove_cmd, "{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)theo);
	expect(OK, &team_rename_cmd, "{\"team\":%lld,\"name\":\"Support Engineering\"}", (long long)team);
	assert_true(holds(show(mara), "\"name\":\"Support Engineering\"") && str_find(show(theo), S("Support Engineering")) < 0);
}

static enum err presets_again(struct ctx *in, void *arg)
{
	(void)arg;
	return role_presets(in);
}

static void titles_have_dates(void **state)
{
	(void)state;
	static const char *const V[][3] = {
		{ "support_engineer", "2021-11-03", "Customer support engineer" }, { "support_engineer", "2021-11-04", "Application engineer" },
		{ "support_engineer", "2022-11-20", "Application engineer" },	   { "support_engineer", "2022-11-21", "Support engineer" },
		{ "support_engineer", "2030-01-01", "Support engineer" },	   { "technical_advisor", "2022-11-20", "technical_advisor" },
		{ "technical_advisor", "2022-11-21", "Technical advisor" },	   { "customer_engineer", "2021-06-22", "Customer engineer" },
		{ "unheard_of", "2024-01-01", "unheard_of" },
	};
	for (size_t i = 0; i < ARRAY_LEN(V); i++)
		assert_string_equal(arena_cstr(&arena, people_title(&c, str_c(V[i][0]), str_c(V[i][1]))), V[i][2]);
	expect(OK, &role_title_cmd, "{\"role\":\"support_engineer\",\"title\":\"Support hero\",\"abbreviation\":\"SH\",\"valid_from\":\"2027-01-01\"}");
	assert_string_equal(arena_cstr(&arena, people_title(&c, S("support_engineer"), S("2027-02-01"))), "Support hero");
	assert_string_equal(arena_cstr(&arena, people_title(&c, S("support_engineer"), S("2026-12-31"))), "Support engineer");
	expect(ERR_INPUT, &role_title_cmd, "{\"role\":\"x\",\"title\":\"X\",\"abbreviation\":\"X\",\"valid_from\":\"2027-01-01\",\"valid_to\":\"2026-01-01\"}");
	expect(ERR_INPUT, &role_title_cmd, "{\"role\":\"X Y\",\"title\":\"X\",\"abbreviation\":\"X\",\"valid_from\":\"2027-01-01\"}");
	/* a desk's own words survive the next start */
	expect(OK, &role_title_cmd,
	       "{\"role\":\"support_engineer\",\"title\":\"Helper\",\"abbreviation\":\"H\",\"valid_from\":\"2022-11-21\",\"valid_to\":\"2027-01-01\"}");
	assert_int_equal(ctx_write(&c, true, presets_again, NULL), OK);
	assert_string_equal(arena_cstr(&arena, people_title(&c, S("support_engineer"), S("2026-12-31"))), "Helper");
}

static void lists_page_by_name(void **state)
{
	(void)state;
	for (int i = 0; i < 25; i++) {
		struct str name = arena_fmt(&arena, "%c%02d", i % 2 ? 'b' : 'a', 24 - i);
		add(arena_cstr(&arena, name), "agent");
	}
	struct str answer, last = S("");
	int64_t after = 0;
	int seen = 0;
	do {
		struct str json = after ? arena_fmt(&arena, "{\"max\":4,\"after\":%lld}", (long long)after) : S("{\"max\":4}");
		assert_int_equal(test_run(&c, &teammate_list_cmd, arena_cstr(&arena, json), &answer), OK);
		struct str rest = answer;
		ptrdiff_t at;
		while ((at = str_find(rest, S("\"name\":\""))) >= 0) {
			rest = str_slice(rest, (size_t)at + 8, rest.n);
			struct str name = str_slice(rest, 0, 3);
			assert_true(str_cmp(last, name) < 0);
			last = name;
			seen++;
		}
		at = str_find(answer, S("\"next\":\""));
		if (at >= 0) {
			struct str id;
			str_cut(str_slice(answer, (size_t)at + 8, answer.n), '"', &id, &rest);
			assert_true(str_i64(id, &after));
		}
	} while (str_find(answer, S("\"next\":null")) < 0);
	assert_int_equal(seen, 25);
}

static void permissions_come_from_the_commands(void **state)
{
	(void)state;
	struct str text = people_permissions(&arena, features);
	assert_true(holds(text, "teammate.disable             -      -      -      yes"));
	assert_true(holds(text, "teammate.list                yes    yes    yes    yes"));
	assert_true(holds(text, "teammate.link                -      -      -      -  "));
	assert_true(str_find(text, S("session.sign_in")) < 0);
	struct str answer;
	assert_int_equal(test_run(&c, &permission_list_cmd, "{}", &answer), OK);
	assert_true(holds(answer, "{\"command\":\"token.create\""));
}

static enum err begin_sessions(struct ctx *ctx, void *arg)
{
	int64_t who = *(const int64_t *)arg, id;
	for (int i = 0; i < 250; i++)
		TRY(session_begin(ctx, who, secret_sha256_hex(ctx->arena, secret_token(ctx->arena, "tend_ses_")), "password", &id));
	return OK;
}

static void sessions_come_in_pages(void **state)
{
	(void)state;
	int64_t theo = add("Theo", "agent");
	struct str answer, after = STR_NULL;
	assert_int_equal(ctx_write(&c, false, begin_sessions, &theo), OK);
	size_t seen = 0, pages = 0;
	int64_t last = INT64_MAX;
	do {
		struct str in = arena_fmt(&arena, "{\"teammate\":%lld,\"max\":100%s%.*s}", (long long)theo, after.n ? ",\"after\":" : "", STR_ARG(after));
		assert_int_equal(test_run(&c, &session_list_cmd, in.p, &answer), OK);
		json_t *page = json_loadb(answer.p, answer.n, 0, NULL), *items = json_object_get(page, "items");
		for (size_t i = 0; i < json_array_size(items); i++) {
			int64_t id = json_integer_value(json_object_get(json_array_get(items, i), "session"));
			assert_true(id < last); /* newest first, none twice */
			last = id;
		}
		seen += json_array_size(items);
		pages++;
		const char *next = json_string_value(json_object_get(page, "next"));
		after = arena_str(&arena, next ? str_c(next) : STR_NULL);
		json_decref(page);
	} while (after.n);
	assert_int_equal(seen, 250);
	assert_int_equal(pages, 3);
	expect(ERR_INPUT, &session_list_cmd, "{\"teammate\":%lld,\"max\":501}", (long long)theo);
}

/* 256 bits each: no two alike in 2,000, and every one of the 43 places takes most of the 64 letters. */
static void ids_of_sessions_do_not_repeat(void **state)
{
	(void)state;
	enum { MANY = 2000, PLACES = 43 };
	struct str *v = arena_array(&arena, struct str, MANY);
	bool *seen = arena_array(&arena, bool, PLACES * 128);
	for (size_t i = 0; i < MANY; i++) {
		v[i] = secret_token(&arena, "tend_ses_");
		assert_int_equal(v[i].n, 9 + PLACES);
		for (size_t k = 0; k < PLACES; k++)
			seen[k * 128 + (unsigned char)v[i].p[9 + k]] = true;
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(v[i], v[k]));
	}
	for (size_t k = 0; k < PLACES; k++) {
		size_t letters = 0;
		for (size_t ch = 0; ch < 128; ch++)
			letters += seen[k * 128 + ch];
		assert_true(letters >= (k == PLACES - 1 ? 12 : 60)); /* the last place has four bits */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(teammates_are_added_and_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_desk_keeps_an_admin, setup, teardown),
		cmocka_unit_test_setup_teardown(access_decides, setup, teardown),
		cmocka_unit_test_setup_teardown(own_settings, setup, teardown),
		cmocka_unit_test_setup_teardown(teams, setup, teardown),
		cmocka_unit_test_setup_teardown(titles_have_dates, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_page_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(permissions_come_from_the_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(sessions_come_in_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(ids_of_sessions_do_not_repeat, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
