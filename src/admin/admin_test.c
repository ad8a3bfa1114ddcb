/* admin_test.c: the log by every road, its chain, what goes out and what gave up, as commands. */
#include "admin/admin.h"
#include "admin/audit.h"
#include "admin/flow.h"
#include "admin/health.h"
#include "core/desk_test.h"
#include "core/feature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { MARA = 7, BULK = 6000 };

static enum err broken_job(struct ctx *c, const struct job *j)
{
	(void)j;
	return fault_set(&c->fault, ERR_UPSTREAM, __FILE__, __LINE__, "the far side is away");
}
static const struct job_kind jobs[] = { { .name = "toy.break", .version = 1, .max_attempts = 1, .run = broken_job }, { 0 } };
static enum outbox_outcome never(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)c, (void)o;
	*ret_said = S("nobody there");
	*ret_retry_us = UTIME_US_PER_HOUR;
	return OUTBOX_RETRY;
}
static const struct outbox_kind outboxes[] = { { .name = "mail", .give_up_us = UTIME_US_PER_DAY, .send = never }, { 0 } };
static const struct setting settings[] = { { "toy.name", SETTING_STR, 0, 80, "Toy", "its name" }, { "toy.count", SETTING_INT, 1, 9, "3", "how many" }, { 0 } };
static const struct feature toy = { .name = "toy", .jobs = jobs, .outboxes = outboxes, .settings = settings };
static const struct command *const commands[] = { &outbox_list_cmd, &job_list_cmd, &audit_list_cmd, &audit_verify_cmd, NULL };
static const struct feature admin_alone = { .name = "admin", .commands = commands };
static const struct feature *const features[] = { &core_feature, &toy, &admin_alone, NULL };

static struct desk *desk;
static struct arena arena;
static struct ctx c;

static int setup(void **state)
{
	(void)state;
	desk = test_desk(features);
	arena_init(&arena);
	test_ctx(desk, &arena, &c);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ctx_db_done(&c);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

static size_t count(struct str text, const char *part)
{
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(text, str_c(part))) >= 0; n++)
		text = str_slice(text, (size_t)at + strlen(part), text.n);
	return n;
}

static struct str answer_of(const struct command *cmd, const char *json)
{
	struct str answer = STR_NULL;
	if (test_run(&c, cmd, json, &answer) != OK)
		fail_msg("%s %s: %s", cmd->name, json, c.fault.message);
	return answer;
}

static void change(const char *value)
{
	answer_of(&setting_set_cmd, arena_fmt(&arena, "{\"key\":\"toy.name\",\"value\":\"%s\"}", value).p);
}

/* Events of a teammate's, written straight. */
struct bulk {
	const char *kind;
	int n;
};
static enum err append_bulk(struct ctx *ctx, void *arg)
{
	const struct bulk *b = arg;
	for (int i = 0; i < b->n; i++)
		TRY(event_append(ctx, &(struct event_new){ .kind = b->kind, .entity = "toy", .entity_id = i + 1 }, NULL));
	return OK;
}
static void bulk(const char *kind, int n)
{
	struct ctx as;
	struct bulk b = { kind, n };
	test_ctx_as(desk, &arena, MARA, "admin", &as);
	assert_int_equal(ctx_write(&as, false, append_bulk, &b), OK);
	ctx_db_done(&as);
}

static void the_log_by_kind_by_whom_by_row_and_by_day(void **state)
{
	(void)state;
	change("One");
	test_clock_add(UTIME_US_PER_DAY);
	test_ctx(desk, &arena, &c);
	bulk("toy.made", 3);
	bulk("toys.made", 1);
	bulk("tox.made", 1);
	change("Two");
	struct str all = answer_of(&audit_list_cmd, "{}");
	assert_int_equal(count(all, "\"seq\""), 7);
	assert_true(str_find(all, S("Two")) < str_find(all, S("One")));
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"kind\":\"setting.\"}"), "\"seq\""), 2);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"kind\":\"toy.\"}"), "\"seq\""), 3);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"kind\":\"toy\"}"), "\"seq\""), 4);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"kind\":\"nothing\"}"), "\"seq\""), 0);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"actor\":7}"), "\"seq\""), 5);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"actor\":8}"), "\"seq\""), 0);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"entity\":\"toy\",\"row\":1}"), "\"seq\""), 3);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"entity\":\"toy\",\"row\":1,\"kind\":\"toy.\"}"), "\"seq\""), 1);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"to\":\"2026-11-24\"}"), "\"seq\""), 1);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"from\":\"2026-11-25\",\"to\":\"2026-11-25\"}"), "\"seq\""), 6);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"from\":\"2026-11-25\",\"kind\":\"setting\"}"), "\"seq\""), 1);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"from\":\"2026-11-26\"}"), "\"seq\""), 0);
}

static void bad_wishes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"row\":3}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"entity\":\"toy\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"from\":\"2026-11-25\",\"to\":\"2026-11-24\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"from\":\"2026-02-30\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"after\":\"x\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &audit_list_cmd, "{\"after\":\"5\",\"to\":\"2026-11-24\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &outbox_list_cmd, "{\"after\":\"x\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&c, &job_list_cmd, "{\"after\":\"5\"}", NULL), ERR_INPUT);
	struct ctx agent;
	test_ctx_as(desk, &arena, MARA, "agent", &agent);
	assert_int_equal(test_run(&agent, &audit_list_cmd, "{}", NULL), ERR_FORBIDDEN);
	assert_int_equal(test_run(&agent, &audit_verify_cmd, "{}", NULL), ERR_FORBIDDEN);
	assert_int_equal(test_run(&agent, &outbox_list_cmd, "{}", NULL), ERR_FORBIDDEN);
	assert_int_equal(test_run(&agent, &outbox_cancel_cmd, "{\"id\":1}", NULL), ERR_FORBIDDEN);
	ctx_db_done(&agent);
}

/* Page by page everything comes once, whatever the road. */
static void walk_pages(const struct audit_filter *f, int64_t max, size_t want)
{
	struct str after = S("");
	size_t n = 0;
	int64_t last = INT64_MAX;
	for (int page = 0; page < 200; page++) {
		struct audit_found found;
		assert_int_equal(audit_read(&c, f, after, max, &found), OK);
		for (size_t i = 0; i < found.n; i++, n++) {
			assert_true(found.rows[i].seq < last);
			last = found.rows[i].seq;
		}
		after = found.next;
		if (!after.n)
			break;
	}
	assert_int_equal(n, want);
}

static void pages_meet(void **state)
{
	(void)state;
	bulk("toy.a", 7);
	bulk("toy.b", 7);
	bulk("other.c", 3);
	bulk("toy.a", 7);
	ctx_db(&c);
	walk_pages(&(struct audit_filter){ .kind = S("") }, 4, 24);
	walk_pages(&(struct audit_filter){ .kind = S("toy.") }, 4, 21);
	walk_pages(&(struct audit_filter){ .kind = S("toy.a") }, 7, 14);
	walk_pages(&(struct audit_filter){ .actor = MARA }, 5, 24);
	walk_pages(&(struct audit_filter){ .actor = MARA, .kind = S("toy.b") }, 3, 7);
	walk_pages(&(struct audit_filter){ .entity = S("toy"), .entity_id = 7 }, 1, 3);
	walk_pages(&(struct audit_filter){ .from_us = c.now_us, .to_us = c.now_us + 1 }, 5, 24);   /* all at one instant */
	walk_pages(&(struct audit_filter){ .to_us = c.now_us }, 5, 0);
	walk_pages(&(struct audit_filter){ .from_us = c.now_us, .kind = S("other") }, 2, 3);
}

static void what_is_rare_is_found_by_going_on(void **state)
{
	(void)state;
	struct audit_found found;
	bulk("rare.thing", 1);
	bulk("toy.made", BULK);
	ctx_db(&c);
	const struct audit_filter f = { .actor = MARA, .kind = S("rare.") };
	assert_int_equal(audit_read(&c, &f, S(""), 50, &found), OK);
	assert_int_equal(found.n, 0);
	assert_true(found.cut_short && found.next.n > 0);
	assert_int_equal(audit_read(&c, &f, found.next, 50, &found), OK);
	assert_int_equal(found.n, 1);
	assert_false(found.cut_short);
	/* by its kind alone it is there at once */
	assert_int_equal(audit_read(&c, &(struct audit_filter){ .kind = S("rare.") }, S(""), 50, &found), OK);
	assert_int_equal(found.n, 1);
}

static const struct db_stmt tamper = {
	.name = "test_tamper", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "UPDATE event SET reason = 'was never said' WHERE seq = 2",
	.postgres = "UPDATE event SET reason = 'was never said' WHERE seq = 2",
};
static enum err change_behind_its_back(struct ctx *ctx, void *arg)
{
	int64_t n;
	(void)arg;
	return db_exec(ctx->db, &tamper, NULL, &n);
}

static void the_chain_tells(void **state)
{
	(void)state;
	assert_true(str_find(answer_of(&audit_verify_cmd, "{}"), S("\"events\":0")) > 0);
	for (int i = 0; i < 4; i++)
		change(i % 2 ? "Ada" : "Bob");
	struct str answer = answer_of(&audit_verify_cmd, "{}");
	assert_int_equal(test_answer_i64(answer, "events"), 4);
	struct str chain = str_slice(answer, (size_t)str_find(answer, S("\"chain\":\"")) + 9, answer.n);
	chain = str_slice(chain, 0, 64);
	const char *with = arena_fmt(&arena, "{\"seq\":4,\"chain\":\"%.*s\"}", STR_ARG(chain)).p;
	answer_of(&audit_verify_cmd, with);
	change("Cem");
	answer_of(&audit_verify_cmd, with);
	assert_int_equal(test_run(&c, &audit_verify_cmd, arena_fmt(&arena, "{\"seq\":3,\"chain\":\"%.*s\"}", STR_ARG(chain)).p, NULL), ERR_CONFLICT);
	assert_int_equal(test_run(&c, &audit_verify_cmd, "{\"seq\":3}", NULL), ERR_INPUT);
	fault_clear(&c.fault);
	assert_int_equal(ctx_write(&c, true, change_behind_its_back, NULL), OK);
	assert_int_equal(test_run(&c, &audit_verify_cmd, "{}", NULL), ERR_CONFLICT);
	assert_non_null(strstr(c.fault.message, "event 2"));
}

static enum err put_out(struct ctx *ctx, void *arg)
{
	return outbox_add(ctx, &(struct outbox_new){ .kind = "mail", .dest = S("ines@x.example"), .dedup = S("d1"), .body = S("{\"link\":\"tend_rst_secret\"}"),
						     .ticket_id = 0, .next_us = ctx->now_us + UTIME_US_PER_HOUR }, arg);
}

static void what_waits_can_be_taken_back_and_sent_again(void **state)
{
	(void)state;
	int64_t id;
	assert_int_equal(ctx_write(&c, true, put_out, &id), OK);
	struct str list = answer_of(&outbox_list_cmd, "{\"state\":\"waiting\"}");
	assert_int_equal(count(list, "ines@x.example"), 1);
	assert_int_equal(count(list, "secret"), 0);
	const char *which = arena_fmt(&arena, "{\"id\":%lld}", (long long)id).p;
	answer_of(&outbox_cancel_cmd, which);
	assert_int_equal(count(answer_of(&outbox_list_cmd, "{\"state\":\"cancelled\"}"), "ines@x.example"), 1);
	assert_int_equal(test_run(&c, &outbox_cancel_cmd, which, NULL), ERR_CONFLICT);
	assert_int_equal(test_run(&c, &outbox_cancel_cmd, "{\"id\":99}", NULL), ERR_NOT_FOUND);
	answer_of(&outbox_resend_cmd, which);
	assert_int_equal(count(answer_of(&outbox_list_cmd, "{}"), "\"state\":\"waiting\""), 1);
	assert_int_equal(count(answer_of(&audit_list_cmd, "{\"kind\":\"outbox.\"}"), "\"seq\""), 2);
}

static enum err add_job(struct ctx *ctx, void *arg)
{
	(void)arg;
	return job_add(ctx, "toy.break", S("{}"), ctx->now_us, STR_NULL);
}

static void a_job_that_gave_up_says_why_and_can_be_tried_again(void **state)
{
	(void)state;
	int ran;
	assert_int_equal(ctx_write(&c, true, add_job, NULL), OK);
	assert_int_equal(count(answer_of(&job_list_cmd, "{}"), "toy.break"), 1);
	assert_int_equal(count(answer_of(&job_list_cmd, "{\"kind\":\"toy.other\"}"), "toy.break"), 0);
	assert_int_equal(runner_once(desk, &ran), OK);
	struct str dead = answer_of(&job_list_cmd, "{\"state\":\"dead\"}");
	assert_int_equal(count(dead, "the far side is away"), 1);
	answer_of(&job_retry_cmd, "{\"id\":1}");
	assert_int_equal(count(answer_of(&job_list_cmd, "{\"state\":\"waiting\",\"kind\":\"toy.break\"}"), "toy.break"), 1);
}

static void health_names_no_secret(void **state)
{
	(void)state;
	assert_true(str_eq(health_host_only(&arena, "smtps://user:se@cret@mx.example:465"), S("smtps://mx.example:465")));
	assert_true(str_eq(health_host_only(&arena, "127.0.0.1:25"), S("127.0.0.1:25")));
	struct health_line *v;
	size_t n;
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(health_look(&c, &v, &n), OK);
	assert_true(n >= 8);
	for (size_t i = 0; i < n; i++)
		assert_true(strchr("+!-", v[i].mark) && v[i].says.n > 0);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_log_by_kind_by_whom_by_row_and_by_day), T(bad_wishes_are_refused), T(pages_meet), T(what_is_rare_is_found_by_going_on), T(the_chain_tells),
		T(what_waits_can_be_taken_back_and_sent_again), T(a_job_that_gave_up_says_why_and_can_be_tried_again), T(health_names_no_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
