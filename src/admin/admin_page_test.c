/* admin_page_test.c: the admin pages as a browser asks for them: who may, what a failed form keeps, what leaves as a table, what is never shown. */
#include "admin/admin.h"

#include "account/account.h"
#include "account/csv.h"
#include "base/utf8.h"
#include "core/desk_test.h"
#include "io/mime.h"
#include "mail/mail.h"
#include "people/people.h"
#include "ticket/ticket.h"
#include "web/app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static struct desk *desk;
static struct web_app *app;
static struct arena arena;
static struct ctx c;
static struct str cookie;

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &mail_feature, &admin_feature, NULL };

struct page {
	int status;
	struct str body, location;
};

static struct page ask(const char *method, const char *target, struct str body)
{
	struct http_header headers[4] = {
		{ S("Cookie"), cookie.n ? arena_fmt(&arena, "tend=%.*s", STR_ARG(cookie)) : S("x=y") },
		{ S("Content-Type"), S("application/x-www-form-urlencoded") },
		{ S("Sec-Fetch-Site"), S("same-origin") },
		{ S("Origin"), S("null") },
	};
	struct http_request req = { .method = str_c(method), .headers = headers, .n_headers = 4, .host = S("desk.example"), .remote = S("192.0.2.1"),
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
		if (str_eq(res.headers[i].name, S("Set-Cookie")) && str_starts(v, S("tend=")))
			str_cut(str_slice(v, 5, v.n), ';', &cookie, &v);
	}
	p.status = res.status;
	p.body = res.body;
	if (res.fd >= 0) {
		char *text = arena_alloc(&arena, (size_t)res.fd_bytes + 1);
		assert_int_equal(pread(res.fd, text, (size_t)res.fd_bytes, 0), res.fd_bytes);
		p.body = (struct str){ text, (size_t)res.fd_bytes };
		close(res.fd);
	}
	return p;
}

static struct page get(const char *target)
{
	return ask("GET", target, S(""));
}

static struct page post(const char *from, const char *target, const char *fields)
{
	struct page p = get(from);
	struct str rest, token;
	ptrdiff_t at = str_find(p.body, S("name=\"_csrf\" value=\""));
	if (at < 0)
		fail_msg("no csrf field on %s: %d", from, p.status);
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

static int setup(void **state)
{
	(void)state;
	static const struct web_app_config cfg = { .features = features, .identity = &people_identity };
	struct fault f = { 0 };
	struct str path;
	desk = test_desk(features);
	arena_init(&arena);
	cookie = S("");
	test_ctx(desk, &arena, &c);
	assert_int_equal(web_app_open(desk, &cfg, &f, &app), OK);
	assert_int_equal(people_start_link(&c, &path), OK);
	struct page p = post(path.p, path.p, "email=Mara%40desk.example&name=Mara+Lind&zone=Europe%2FBerlin&password=vier+Igel+trinken+Tee");
	assert_int_equal(p.status, 303);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fault_clear(&c.fault);
	test_verify(&c);
	ctx_db_done(&c);
	web_app_close(app);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static const char *const PAGES[] = { "/admin", "/admin/mail", "/admin/inbox", "/admin/quarantine", "/admin/outbox", "/admin/jobs", "/admin/settings", "/admin/audit",
				     "/admin/audit/1", "/admin/audit/check", "/admin/health", "/admin/inbox?state=parked&after=3", "/admin/outbox?state=sent&after=9.9",
				     "/admin/outbox?state=nonsense&after=x", "/admin/jobs?state=dead&kind=mail.parse", "/admin/audit?kind=setting.&from=2026-11-24" };

static void every_page_opens_on_a_fresh_desk_and_for_nobody_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(PAGES); i++)
		if (get(PAGES[i]).status != 200)
			fail_msg("%s: %d %.*s", PAGES[i], get(PAGES[i]).status, STR_ARG(utf8_clip(get(PAGES[i]).body, 2000)));
	assert_int_equal(get("/admin/inbox/7").status, 404);
	assert_int_equal(get("/admin/audit/999999").status, 404);
	assert_true(holds(get("/admin"), "No address takes mail yet"));
	cookie = S("");
	for (size_t i = 0; i < ARRAY_LEN(PAGES); i++)
		assert_int_equal(get(PAGES[i]).status, 303);
}

static void an_agent_sees_what_waits_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(test_run(&c, feature_command(features, S("teammate.update")), "{\"teammate\":1,\"access\":\"agent\"}", NULL), ERR_CONFLICT);
	fault_clear(&c.fault);
	/* the last admin stays admin: a second one first */
	struct str answer;
	assert_int_equal(test_run(&c, feature_command(features, S("teammate.invite")),
				  "{\"email\":\"theo@desk.example\",\"name\":\"Theo\",\"access\":\"agent\",\"role\":\"support_engineer\"}", &answer), OK);
	struct actor theo = { .kind = ACTOR_TEAMMATE, .id = test_answer_i64(answer, "teammate"), .caps = access_caps(S("agent")) };
	size_t may = 0, pages = 0;
	for (const struct route *r = admin_feature.routes; r->pattern; r++) {
		pages++;
		may += (theo.caps & r->need) == r->need;
		assert_int_equal(r->access, ROUTE_TEAMMATE);
		assert_true(r->need & (CAN_ADMIN | CAN_REPLY));
	}
	assert_int_equal(may, 2);      /* the quarantine and one mail */
	assert_true(pages > 10);
}

static void a_setting_that_is_refused_keeps_what_was_typed(void **state)
{
	(void)state;
	struct page p = post("/admin/settings", "/do/setting.set", "key=mail.per_ticket_hour&value=%3Cb%3E99999&_back=%2Fadmin%2Fsettings");
	assert_int_equal(p.status, err_info(ERR_INPUT)->http_status);
	assert_true(holds(p, "Nothing was saved yet"));
	assert_true(holds(p, "value=\"&lt;b&gt;99999\""));
	assert_true(holds(p, "A whole number from 1 to 1000, please."));
	assert_true(str_find(p.body, S("<b>99999")) < 0);
	p = post("/admin/settings", "/do/setting.set", "key=mail.per_ticket_hour&value=21&_back=%2Fadmin%2Fsettings&_next=%2Fadmin%2Fsettings%23mail.per_ticket_hour");
	assert_int_equal(p.status, 303);
	assert_true(str_eq(p.location, S("/admin/settings#mail.per_ticket_hour")));
	p = get("/admin/settings");
	assert_true(holds(p, "1 changed"));
	assert_true(holds(p, "Back to the default"));
}

static void an_address_that_is_refused_keeps_what_was_typed(void **state)
{
	(void)state;
	struct page p = post("/admin/mail", "/do/mail.address_add", "address=support%2Bx%40desk.example&label=Ours&kind=trial&_back=%2Fadmin%2Fmail");
	assert_true(holds(p, "value=\"support+x@desk.example\""));
	assert_true(holds(p, "value=\"Ours\""));
	assert_true(holds(p, "Without a plus sign, please"));
	assert_int_equal(post("/admin/mail", "/do/mail.address_add", "address=support%40desk.example&_back=%2Fadmin%2Fmail").status, 303);
	assert_int_equal(post("/admin/mail", "/do/mail.address_update", "address=1&label=New&kind=support&acknowledge=0&active=0&_back=%2Fadmin%2Fmail").status, 303);
	p = get("/admin/mail");
	assert_true(holds(p, "switched off"));
	assert_true(holds(p, "value=\"New\""));
}

/* A mail that can't be read stands in the quarantine with its reason, and can be put away and released. */
static void a_mail_tells_why(void **state)
{
	(void)state;
	struct ctx in;
	int64_t id;
	bool again;
	int ran;
	assert_int_equal(post("/admin/mail", "/do/mail.address_add", "address=support%40desk.example&_back=%2Fadmin%2Fmail").status, 303);
	desk_ctx(desk, &arena, S("test"), &in);
	assert_int_equal(ctx_db(&in), OK);
	assert_int_equal(mail_take(&in, S("bot@x.example"), S("support@desk.example"),
				   S("From: bot@x.example\r\nSubject: <b>away\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <1@x.example>\r\n\r\nI am away.\r\n"), &id, &again), OK);
	ctx_db_done(&in);
	assert_true(holds(get("/admin/inbox"), "It is being read."));
	assert_int_equal(runner_once(desk, &ran), OK);
	const char *one = arena_fmt(&arena, "/admin/inbox/%lld", (long long)id).p, *act = arena_fmt(&arena, "id=%lld&_back=%s", (long long)id, one).p;
	struct page p = get(one);
	assert_true(holds(p, "Why it landed here"));
	assert_true(holds(p, "to support@desk.example"));
	assert_true(holds(p, "suspended"));
	assert_true(holds(get("/admin/quarantine"), "bot@x.example"));
	assert_true(holds(get("/admin"), "1 mail waits for a second look"));
	assert_int_equal(post(one, "/do/mail.discard", act).status, 303);
	assert_true(holds(get("/admin/quarantine"), "Nothing waits"));
	p = post(one, "/do/mail.discard", act);      /* a second press: the page says what is wrong and stays */
	assert_int_equal(p.status, err_info(ERR_CONFLICT)->http_status);
	assert_true(holds(p, "Only a mail that waits"));
	assert_int_equal(post(one, "/do/mail.release", act).status, 303);
	assert_true(holds(get("/admin/audit?kind=mail."), "mail.released"));
}

static void the_log_leaves_as_a_table_without_live_cells(void **state)
{
	(void)state;
	assert_int_equal(test_run(&c, &setting_set_cmd, "{\"key\":\"mail.team_name\",\"value\":\"=HYPERLINK(1)\"}", NULL), OK);
	struct page p = post("/admin/audit", "/admin/audit/export", "kind=setting.");
	assert_int_equal(p.status, 200);
	struct csv r;
	struct csv_row *row = arena_new(&arena, struct csv_row);
	struct fault f = { 0 };
	bool more;
	int rows = 0;
	assert_int_equal(csv_open(&r, &arena, &f, p.body), OK);
	while (csv_next(&r, &arena, &f, row, &more) == OK && more) {
		assert_null(row->bad);
		assert_int_equal(row->n, 15);
		for (size_t i = 0; i < row->n; i++)
			assert_true(row->cells[i].n == 0 || !strchr("=+@\t\r", row->cells[i].p[0]));
		rows++;
	}
	assert_int_equal(rows, 2);
	assert_true(holds(p, "HYPERLINK"));
	p = get("/admin/audit?kind=audit.");
	assert_true(holds(p, "audit.exported"));
	/* without the token of a page nothing leaves */
	assert_int_equal(ask("POST", "/admin/audit/export", S("kind=")).status, 403);
}

static void a_filter_that_makes_no_sense_says_so(void **state)
{
	(void)state;
	struct page p = get("/admin/audit?row=3");
	assert_int_equal(p.status, 422);
	assert_true(holds(p, "A row is named by its table and its number"));
	p = get("/admin/audit?from=2026-13-45&kind=%22%3E%3Cscript%3E");
	assert_int_equal(p.status, 422);
	assert_true(str_find(p.body, S("\"><script>")) < 0);
	assert_true(holds(p, "A date like 2026-11-24, please."));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(every_page_opens_on_a_fresh_desk_and_for_nobody_else), T(an_agent_sees_what_waits_and_no_more), T(a_setting_that_is_refused_keeps_what_was_typed),
		T(an_address_that_is_refused_keeps_what_was_typed), T(a_mail_tells_why), T(the_log_leaves_as_a_table_without_live_cells),
		T(a_filter_that_makes_no_sense_says_so),
	};
	struct fault f = { 0 };
	if (mime_helper_start(&f) != OK) {
		print_error("%s\n", f.message);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mime_helper_stop();
	return failed;
}
