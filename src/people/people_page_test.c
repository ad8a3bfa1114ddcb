/* people_page_test.c: the pages of people, asked as a browser would: cookies, forms, what a failed form keeps, what a link does and does not. */
#include "people/people_page.h"

#include "base/utf8.h"
#include "core/desk_test.h"
#include "web/app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct desk *desk;
static struct web_app *app;
static struct arena arena;
static struct str cookie;   /* the browser's jar: one session */

static enum outbox_outcome never_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)c, (void)o, (void)ret_said, (void)ret_retry_us;
	return OUTBOX_RETRY;
}
static const struct outbox_kind mail_outbox[] = { { .name = "mail", .give_up_us = 5 * UTIME_US_PER_DAY, .send = never_send }, { 0 } };
static const struct feature mail_alone = { .name = "mail", .outboxes = mail_outbox };
static const struct feature *const features[] = { &core_feature, &people_feature, &mail_alone, NULL };

struct page {
	int status;
	struct str body, location;
};

static struct page ask(const char *method, const char *target, struct str body)
{
	struct http_header headers[5] = {
		{ S("Cookie"), cookie.n ? arena_fmt(&arena, "tend=%.*s", STR_ARG(cookie)) : S("x=y") },
		{ S("Content-Type"), S("application/x-www-form-urlencoded") },
		{ S("Sec-Fetch-Site"), S("same-origin") },
		{ S("User-Agent"), S("a browser <b>") },
		{ S("Origin"), S("null") }, /* what browsers send from a page with no-referrer */
	};
	struct http_request req = { .method = str_c(method), .headers = headers, .n_headers = 5, .host = S("desk.example"), .remote = S("192.0.2.1"),
				    .body = body, .body_fd = -1, .body_bytes = (int64_t)body.n };
	struct http_response res = { .fd = -1 };
	struct page p = { 0 };
	str_cut(str_c(target), '?', &req.path, &req.query);
	snprintf(req.id, sizeof(req.id), "test");
	web_handle(app, &arena, &req, &res);
	for (size_t i = 0; i < res.n_headers; i++) {
		struct str v = res.headers[i].value;
		if (str_eq(res.headers[i].name, S("Location")))
			p.location = v;
		if (str_eq(res.headers[i].name, S("Set-Cookie")) && str_starts(v, S("tend="))) {
			assert_true(str_find(v, S("HttpOnly; SameSite=Lax")) > 0);
			str_cut(str_slice(v, 5, v.n), ';', &cookie, &v);
		}
	}
	p.status = res.status;
	p.body = res.body;
	return p;
}

static struct page get(const char *target)
{
	return ask("GET", target, S(""));
}

/* A form of a page: with the page's own csrf field. */
static struct page post(const char *from, const char *target, const char *fields)
{
	struct page p = get(from);
	struct str rest, token;
	ptrdiff_t at = str_find(p.body, S("name=\"_csrf\" value=\""));
	if (at < 0)
		fail_msg("no csrf field on %s: %d %.*s", from, p.status, STR_ARG(utf8_clip(p.body, 3000)));
	str_cut(str_slice(p.body, (size_t)at + 20, p.body.n), '"', &token, &rest);
	return ask("POST", target, arena_fmt(&arena, "_csrf=%.*s&%s", STR_ARG(url_encode(&arena, token)), fields));
}

static bool holds(struct page p, const char *part)
{
	if (str_find(p.body, str_c(part)) >= 0)
		return true;
	print_error("%d, no %s in %s\n", p.status, part, arena_cstr(&arena, p.body));
	return false;
}

static struct str link_of(void)
{
	struct ctx c;
	struct str path;
	test_ctx(desk, &arena, &c);
	assert_int_equal(people_start_link(&c, &path), OK);
	return path;
}

static int setup(void **state)
{
	(void)state;
	static const struct web_app_config cfg = { .features = features, .identity = &people_identity };
	struct fault f = { 0 };
	desk = test_desk(features);
	arena_init(&arena);
	cookie = S("");
	assert_int_equal(web_app_open(desk, &cfg, &f, &app), OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	struct ctx c;
	test_ctx(desk, &arena, &c);
	test_verify(&c);
	web_app_close(app);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static void set_up(void)
{
	const char *path = link_of().p;
	struct page p = post(path, path, "email=Mara%40desk.example&name=Mara+Lind&zone=Europe%2FBerlin&password=vier+Igel+trinken+Tee");
	if (p.status != 303)
		fail_msg("%d %.*s", p.status, STR_ARG(p.body));
	assert_true(str_eq(p.location, S("/")));
	assert_true(str_starts(cookie, S("tend_ses_")));
}

static void the_first_admin(void **state)
{
	(void)state;
	assert_true(holds(get("/sign-in"), "Nobody can sign in yet"));
	assert_int_equal(get("/setup/tend_set_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 404);
	const char *path = link_of().p;
	struct page p = post(path, path, "email=Mara%40desk.example&name=%3Cb%3EMara&zone=Mars&password=short");
	assert_int_equal(p.status, 422);
	assert_true(holds(p, "value=\"Mara@desk.example\"") && holds(p, "value=\"&lt;b&gt;Mara\"") && holds(p, "There is no time zone of that name"));
	assert_true(str_find(p.body, S("short")) < 0);
	p = post(path, path, "email=Mara%40desk.example&name=Mara+Lind&password=short");
	assert_int_equal(p.status, 422);
	assert_true(holds(p, "At least 12 characters") && str_find(p.body, S("value=\"short\"")) < 0);
	set_up();
	assert_int_equal(get("/me").status, 200);
	assert_int_equal(get(path).status, 404);
	assert_int_equal(ask("POST", path, S("")).status, 403); /* no csrf; and with it … */
	p = post("/me", path, "email=e%40desk.example&name=E&password=vier+Igel+trinken+Bier");
	assert_int_equal(p.status, 404);
	assert_int_equal(get("/setup/tend_set_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 404);
}

static void signing_in_and_out(void **state)
{
	(void)state;
	set_up();
	assert_true(str_eq(get("/sign-in?next=%2Fme").location, S("/me"))); /* nothing to do here */
	struct page p = post("/me", "/sign-out", "");
	assert_int_equal(p.status, 303);
	assert_int_equal(cookie.n, 0);
	p = get("/me");
	assert_int_equal(p.status, 303);
	assert_true(str_eq(p.location, S("/sign-in?next=%2Fme")));
	p = get("/sign-in?next=%2Fme");
	assert_true(holds(p, "name=\"_next\" value=\"/me\"") && holds(p, "autocomplete=\"current-password\""));
	p = post("/sign-in", "/sign-in", "email=mara%40desk.example&password=wrong+wrong+wrong");
	assert_int_equal(p.status, 401);
	assert_true(holds(p, "do not go together") && holds(p, "value=\"mara@desk.example\"") && str_find(p.body, S("wrong wrong")) < 0);
	assert_int_equal(cookie.n, 0);
	p = post("/sign-in", "/sign-in", "email=mara%40desk.example&password=vier+Igel+trinken+Tee&_next=%2Fme");
	assert_int_equal(p.status, 303);
	assert_true(str_eq(p.location, S("/me")));
	assert_int_equal(get("/me").status, 200);
	post("/me", "/sign-out", "");
	p = post("/sign-in", "/sign-in", "email=mara%40desk.example&password=vier+Igel+trinken+Tee&_next=%2F%2Fevil.example");
	assert_true(str_eq(p.location, S("/"))); /* nowhere else */
	post("/me", "/sign-out", "");
	for (int i = 0; i < 9; i++)
		p = post("/sign-in", "/sign-in", "email=mara%40desk.example&password=wrong+wrong+wrong");
	assert_int_equal(p.status, 429);
	p = post("/sign-in", "/sign-in", "email=a%40x.example&email=b%40x.example&password=x");
	assert_int_equal(p.status, 422);
	p = post("/sign-in", "/sign-in", "email=mara%40desk.example&password=x&admin=1");
	assert_int_equal(p.status, 422);
}

static void a_link_needs_the_button(void **state)
{
	(void)state;
	set_up();
	post("/me", "/sign-out", "");
	const char *path = link_of().p;
	for (int i = 0; i < 3; i++) /* scanners look */
		assert_true(holds(get(path), "Sign in by this link"));
	assert_int_equal(post(path, path, "").status, 303);
	assert_int_equal(get("/me").status, 200);
	assert_int_equal(get(path).status, 404);
}

static void the_own_page(void **state)
{
	(void)state;
	set_up();
	struct page p = get("/me");
	assert_true(holds(p, "a browser &lt;b&gt;") && holds(p, "This one") && holds(p, "No token yet"));
	p = post("/me", "/do/me.hours", "hours=mon-fri+09%3A00-17%3A00&_back=%2Fme");
	assert_int_equal(p.status, 303);
	assert_true(holds(get("/me"), "mon-fri 09:00-17:00</textarea>"));
	p = post("/me", "/do/me.hours", "hours=mon+9&_back=%2Fme");
	assert_int_equal(p.status, 422);
	assert_true(holds(p, "mon 9</textarea>") && holds(p, "aria-invalid=\"true\""));
	p = post("/me", "/do/me.key", "action=take&key=%2C&_back=%2Fme");
	assert_int_equal(p.status, 303);
	p = get("/me");
	assert_true(holds(p, "<kbd>,</kbd>") && holds(p, "data-keymap=\"{&quot;t&quot;:&quot;,&quot;}\""));
	/* a token is shown once */
	p = post("/me", "/me/tokens", "name=nightly&scope=read&days=30");
	assert_int_equal(p.status, 200);
	assert_true(holds(p, "<code>tend_pat_"));
	p = get("/me");
	assert_true(holds(p, "nightly") && holds(p, "tend_pat_"));
	ptrdiff_t at = str_find(p.body, S("tend_pat_"));
	assert_true(str_starts(str_slice(p.body, (size_t)at + 13, p.body.n), S("…")));
	p = post("/me", "/me/tokens", "name=&scope=read");
	assert_int_equal(p.status, 422);
	/* the second factor: the secret while it is being set up, then never */
	p = post("/me", "/do/totp.start", "_back=%2Fme");
	assert_int_equal(p.status, 303);
	p = get("/me");
	assert_true(holds(p, "otpauth://totp/tend:mara%40desk.example?secret="));
	p = post("/me", "/me/factor", "code=000000");
	assert_int_equal(p.status, 422);
	/* 15 minutes later the parts that matter ask for the password */
	test_clock_add(16 * UTIME_US_PER_MINUTE);
	p = get("/me");
	assert_true(holds(p, "Your password, please") && str_find(p.body, S("otpauth:")) < 0);
	assert_int_equal(post("/me", "/me/tokens", "name=x&scope=read").status, 403);
	struct str before = cookie;
	p = post("/me", "/me/confirm", "password=vier+Igel+trinken+Tee");
	assert_int_equal(p.status, 303);
	assert_false(str_eq(before, cookie));
	assert_true(holds(get("/me"), "otpauth:"));
	p = post("/me", "/me/password", "current=vier+Igel+trinken+Tee&password=the+owl+reads+at+noon");
	assert_int_equal(p.status, 303);
	assert_int_equal(get("/me").status, 200);
	p = post("/me", "/me/password", "current=vier+Igel+trinken+Tee&password=the+owl+reads+at+night");
	assert_int_equal(p.status, 422);
	assert_true(holds(p, "This is not your password"));
}

static void the_admin_pages(void **state)
{
	(void)state;
	set_up();
	struct page p = get("/admin/teammates");
	assert_true(holds(p, "Mara Lind") && holds(p, "Support manager") && holds(p, "No team yet"));
	p = post("/admin/teammates", "/do/team.create", "name=EMEA&_back=%2Fadmin%2Fteammates");
	assert_int_equal(p.status, 303);
	p = post("/admin/teammates/invite", "/do/teammate.invite",
		 "email=theo%40desk.example&name=Theo+%22x%22&access=agent&role=support_engineer&_back=%2Fadmin%2Fteammates%2Finvite&_next=%2Fadmin%2Fteammates%2F{teammate}");
	assert_int_equal(p.status, 303);
	assert_true(str_eq(p.location, S("/admin/teammates/2")));
	p = get("/admin/teammates/2");
	assert_true(holds(p, "Theo &quot;x&quot;") && holds(p, "Send the invitation again") && holds(p, "Shut out"));
	p = post("/admin/teammates/invite", "/do/teammate.invite",
		 "email=theo%40desk.example&name=Again&access=agent&role=support_engineer&_back=%2Fadmin%2Fteammates%2Finvite");
	assert_int_equal(p.status, 409);
	assert_true(holds(p, "Another teammate has this address") && holds(p, "value=\"Again\""));
	assert_int_equal(post("/admin/teammates/2", "/do/team.add", "team=1&teammate=2&_back=%2Fadmin%2Fteammates%2F2").status, 303);
	assert_true(holds(get("/admin/teammates/2"), "aria-label=\"Take out of EMEA\""));
	assert_int_equal(post("/admin/teammates/2", "/do/teammate.disable", "teammate=2&reason=left&_back=%2Fadmin%2Fteammates%2F2").status, 303);
	assert_true(holds(get("/admin/teammates/2"), "Let in again"));
	assert_int_equal(get("/admin/teammates/99").status, 404);
	assert_int_equal(get("/admin/teammates/9x").status, 404);
	assert_true(holds(get("/admin/tokens"), "No token yet"));
	assert_true(holds(get("/admin/permissions"), "teammate.disable"));
	assert_true(holds(get("/admin/teammates?after=1"), "Theo")); /* Mara comes first by name */
}

static void resetting_says_the_same_to_all(void **state)
{
	(void)state;
	set_up();
	post("/me", "/sign-out", "");
	struct page known = post("/sign-in/reset", "/sign-in/reset", "email=mara%40desk.example");
	struct page unknown = post("/sign-in/reset", "/sign-in/reset", "email=nobody%40desk.example");
	assert_int_equal(known.status, 200);
	assert_int_equal(unknown.status, 200);
	assert_true(str_eq(known.body, unknown.body));
	assert_int_equal(get("/sign-in/reset/tend_rst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 404);
	assert_int_equal(get("/sign-in/invite/nonsense").status, 404);
	assert_int_equal(get("/sign-in/email/nonsense").status, 404);
}

static void nobody_gets_past_the_door(void **state)
{
	(void)state;
	set_up();
	cookie = S("");
	static const char *const PATHS[] = { "/me", "/admin/teammates", "/admin/teammates/1", "/admin/teammates/invite", "/admin/tokens", "/admin/permissions" };
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++)
		assert_int_equal(get(PATHS[i]).status, 303);
	cookie = S("tend_ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++)
		assert_int_equal(get(PATHS[i]).status, 303);
	cookie = S("");
	static const char *const POSTS[] = { "/me/tokens", "/me/password", "/me/confirm", "/me/factor", "/me/recovery", "/sign-out" };
	for (size_t i = 0; i < ARRAY_LEN(POSTS); i++)
		assert_int_equal(post("/sign-in", POSTS[i], "password=" ).status, 401);
	assert_int_equal(post("/sign-in", "/do/teammate.create", "email=e%40desk.example&name=E").status, 401);
	assert_int_equal(post("/sign-in", "/do/session.sign_in", "email=e%40desk.example&password=E").status, 404); /* inside: no door */
}

static void browsers_have_short_names(void **state)
{
	(void)state;
	static const char *const V[][2] = {
		{ "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Safari on macOS" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows" },
		{ "curl/8.1", "curl" }, { "strange thing", "strange thing" }, { "", "unknown" },
	};
	for (size_t i = 0; i < ARRAY_LEN(V); i++)
		assert_string_equal(arena_cstr(&arena, agent_name(&arena, str_c(V[i][0]))), V[i][1]);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_first_admin), T(signing_in_and_out), T(a_link_needs_the_button), T(the_own_page), T(the_admin_pages),
		T(resetting_says_the_same_to_all), T(nobody_gets_past_the_door),
		T(browsers_have_short_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
