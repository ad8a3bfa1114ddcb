/* core_test.c: a toy slice through the doors of core: fields, commands, the law, idempotency, events, verify, jobs, the outbox. */
#include "core/desk_test.h"
#include "core/secret.h"
#include "core/upload.h"

#include "core.sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/banned.h"

/* ---- a toy slice ---- */

struct toy_in {
	int64_t id;
	struct opt_i64 number, at;
	struct str line, text, mail, kind, day, zone, secret;
	bool yes;
	struct id_list ids;
	struct str_list words;
};

static const char *const KINDS[] = { "red", "green", NULL };

static const struct field toy_fields[] = {
	FIELD(struct toy_in, id, FIELD_ID, .required = true, .help = "which one"),
	FIELD(struct toy_in, number, FIELD_INT, .min = 1, .max = 5),
	FIELD(struct toy_in, at, FIELD_TIME),
	FIELD(struct toy_in, line, FIELD_STR, .max = 10),
	FIELD(struct toy_in, text, FIELD_TEXT),
	FIELD(struct toy_in, mail, FIELD_EMAIL),
	FIELD(struct toy_in, kind, FIELD_ENUM, .choices = KINDS),
	FIELD(struct toy_in, day, FIELD_DATE),
	FIELD(struct toy_in, zone, FIELD_ZONE),
	FIELD(struct toy_in, secret, FIELD_SECRET),
	FIELD(struct toy_in, yes, FIELD_BOOL),
	FIELD(struct toy_in, ids, FIELD_IDS),
	FIELD(struct toy_in, words, FIELD_STRS),
};

static enum err toy_echo(struct ctx *c, const struct toy_in *in)
{
	json_ki64(c->out, "id", in->id);
	json_kopt(c->out, "number", in->number);
	json_kstr(c->out, "line", in->line);
	json_kstr(c->out, "text", in->text);
	json_kstr(c->out, "mail", in->mail);
	json_kbool(c->out, "yes", in->yes);
	json_ki64(c->out, "ids", (int64_t)in->ids.n);
	json_ki64(c->out, "words", (int64_t)in->words.n);
	return OK;
}
COMMAND_RUN(toy_echo)
static const struct command toy_echo_cmd = {
	.name = "toy.echo", .help = "Says what came in", FIELDS(toy_fields, struct toy_in), .need = CAN_READ, .run = RUN(toy_echo),
};

/* Breaks the law: changes a row, appends no event. */
static enum err toy_outlaw(struct ctx *c, const void *in)
{
	(void)in;
	return setting_insert(c->db, .key = S("outlaw"), .id = 999, .value = S("x"), .changed_us = c->now_us);
}
static const struct command toy_outlaw_cmd = { .name = "toy.outlaw", .help = "Breaks the law", NO_FIELDS, .need = CAN_READ, .run = toy_outlaw };

static enum err toy_work(struct ctx *c, const void *in)
{
	(void)in;
	TRY(job_add(c, "toy.job", S("{}"), c->now_us, S("toy-once")));
	TRY(outbox_add(c, &(struct outbox_new){ .kind = "toy", .dest = S("x@y"), .dedup = arena_fmt(c->arena, "d%lld", (long long)c->now_us), .body = S("{}") }, NULL));
	return event_append(c, &(struct event_new){ .kind = "toy.worked", .entity = "toy", .entity_id = 1 }, NULL);
}
static const struct command toy_work_cmd = { .name = "toy.work", .help = "Leaves work behind", NO_FIELDS, .need = CAN_READ, .run = toy_work };

/* What the toy's parts count: held in the desk's arena-less world by the test itself. */
static struct toy_count {
	int jobs, sends, folds, fails_left, rounds, round_fails;
} count;   /* lint: a test's own state */

static enum err toy_job(struct ctx *c, const struct job *j)
{
	(void)j;
	count.jobs++;
	if (count.fails_left > 0) {
		count.fails_left--;
		return fault_set(&c->fault, ERR_UPSTREAM, __FILE__, __LINE__, "not yet");
	}
	return OK;
}

static enum outbox_outcome toy_send(struct ctx *c, const struct outbox_row *o, struct str *ret_said, int64_t *ret_retry_us)
{
	(void)c, (void)o, (void)ret_retry_us;
	count.sends++;
	*ret_said = S("250 ok");
	return OUTBOX_SENT;
}

static enum err toy_fold(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)c, (void)e, (void)seq;
	count.folds++;
	return OK;
}

static const struct command *const toy_commands[] = { &toy_echo_cmd, &toy_outlaw_cmd, &toy_work_cmd, NULL };
static enum err toy_round(struct ctx *c, const struct job *j)
{
	(void)j;
	count.rounds++;
	return count.round_fails-- > 0 ? fault_set(&c->fault, ERR_BUSY, __FILE__, __LINE__, "locked") : OK;
}

static const struct job_kind toy_jobs[] = {
	{ .name = "toy.job", .version = 1, .max_attempts = 3, .run = toy_job },
	{ .name = "toy.round", .version = 1, .max_attempts = 1, .every_us = UTIME_US_PER_HOUR, .run = toy_round },
	{ 0 },
};
static const struct outbox_kind toy_outboxes[] = { { .name = "toy", .give_up_us = UTIME_US_PER_DAY, .send = toy_send }, { 0 } };
static const struct reaction toy_reactions[] = { { .kind = "toy.*", .when = IN_TX, .fold = toy_fold }, { 0 } };
static const struct setting toy_settings[] = {
	{ "toy.seconds", SETTING_INT, 1, 60, "10", "how long" }, { "toy.name", SETTING_STR, 0, 20, "Toy", "its name" }, { 0 },
};
static const struct feature toy_feature = {
	.name = "toy", .commands = toy_commands, .jobs = toy_jobs, .outboxes = toy_outboxes, .reactions = toy_reactions, .settings = toy_settings,
};
static const struct feature *const FEATURES[] = { &core_feature, &toy_feature, NULL };

struct place {
	struct desk *d;
	struct arena a;
	struct ctx c;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	count = (struct toy_count){ 0 };
	p->d = test_desk(FEATURES);
	arena_init(&p->a);
	test_ctx(p->d, &p->a, &p->c);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	arena_done(&p->a);
	test_desk_done(p->d);
	free(p);
	return 0;
}

/* ---- fields ---- */

static void fields_take_what_is_right(void **state)
{
	struct place *p = *state;
	struct str answer;
	assert_int_equal(test_run(&p->c, &toy_echo_cmd,
				  "{\"id\":7,\"number\":3,\"line\":\"  hi  \",\"text\":\"a\\r\\nb\",\"mail\":\"Ann@Example.COM\",\"yes\":true,"
				  "\"ids\":[1,2,3],\"words\":[\"a\",\"b\"],\"day\":\"2024-02-29\",\"zone\":\"UTC\",\"at\":\"2026-01-01T00:00:00+01:00\"}",
				  &answer), OK);
	assert_non_null(strstr(answer.p, "\"line\":\"hi\""));
	assert_non_null(strstr(answer.p, "\"text\":\"a\\nb\""));
	assert_non_null(strstr(answer.p, "\"mail\":\"ann@example.com\""));
	assert_non_null(strstr(answer.p, "\"ids\":3"));
	/* one spelling for one name and one address; a text stays as it came */
	assert_int_equal(test_run(&p->c, &toy_echo_cmd, "{\"id\":7,\"line\":\"Zoe\u0308\",\"mail\":\"zoe\u0308@example.com\",\"text\":\"Zoe\u0308\"}", &answer), OK);
	assert_non_null(strstr(answer.p, "\"line\":\"Zo\xc3\xab\""));
	assert_non_null(strstr(answer.p, "\"mail\":\"zo\xc3\xab@example.com\""));
	assert_non_null(strstr(answer.p, "\"text\":\"Zoe\xcc\x88\""));
}

static void fields_refuse_what_is_wrong(void **state)
{
	struct place *p = *state;
	static const struct {
		const char *json, *field;
	} BAD[] = {
		{ "{}", "id" },
		{ "{\"id\":0}", "id" },
		{ "{\"id\":-1}", "id" },
		{ "{\"id\":\"007\"}", "id" },
		{ "{\"id\":1.5}", "id" },
		{ "{\"id\":true}", "id" },
		{ "{\"id\":\"9223372036854775808\"}", "id" },
		{ "{\"id\":1,\"number\":6}", "number" },
		{ "{\"id\":1,\"number\":\"three\"}", "number" },
		{ "{\"id\":1,\"line\":\"more than ten bytes\"}", "line" },
		{ "{\"id\":1,\"line\":\"two\\nlines\"}", "line" },
		{ "{\"id\":1,\"line\":\"bi\\u202edi\"}", "line" },
		{ "{\"id\":1,\"line\":[\"a\",\"b\"]}", "line" },
		{ "{\"id\":1,\"mail\":\"a@b@c\"}", "mail" },
		{ "{\"id\":1,\"mail\":\"a b@c.de\"}", "mail" },
		{ "{\"id\":1,\"mail\":\"<a@c.de>\"}", "mail" },
		{ "{\"id\":1,\"kind\":\"blue\"}", "kind" },
		{ "{\"id\":1,\"day\":\"2023-02-29\"}", "day" },
		{ "{\"id\":1,\"day\":\"2023-2-9\"}", "day" },
		{ "{\"id\":1,\"zone\":\"../../etc/passwd\"}", "zone" },
		{ "{\"id\":1,\"at\":\"tomorrow\"}", "at" },
		{ "{\"id\":1,\"yes\":\"maybe\"}", "yes" },
		{ "{\"id\":1,\"ids\":[1,0]}", "ids" },
		{ "{\"id\":1,\"words\":[1]}", "words" },
		{ "{\"id\":1,\"role\":\"admin\"}", "role" },
	};
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct str answer;
		enum err e = test_run(&p->c, &toy_echo_cmd, BAD[i].json, &answer);
		if (e != ERR_INPUT || p->c.fault.n_fields != 1 || strcmp(p->c.fault.fields[0].field, BAD[i].field) != 0)
			print_error("%s gave %d, field %s\n", BAD[i].json, (int)e, p->c.fault.fields[0].field);
		assert_int_equal(e, ERR_INPUT);
		assert_int_equal(p->c.fault.n_fields, 1);
		assert_string_equal(p->c.fault.fields[0].field, BAD[i].field);
	}
}

static void json_has_ceilings(void **state)
{
	struct place *p = *state;
	struct raw_value *v;
	size_t n;
	static const char *const BAD[] = { "", "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":[[[[[[[[[1]]]]]]]]]}", "{\"a\":\"\\ud800\"}", "{\"a\":1}x" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		fault_clear(&p->c.fault);
		assert_int_equal(fields_from_json(&p->c, str_c(BAD[i]), &v, &n), ERR_INPUT);
	}
}

/* ---- commands ---- */

static void access_is_checked(void **state)
{
	struct place *p = *state;
	struct ctx c;
	test_ctx_as(p->d, &p->a, 1, "agent", &c);
	assert_int_equal(test_run(&c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"20\"}", NULL), ERR_FORBIDDEN);
	c.actor = (struct actor){ .kind = ACTOR_NOBODY };
	assert_int_equal(test_run(&c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"20\"}", NULL), ERR_UNAUTHENTICATED);
}

static void law_undoes_silent_writes(void **state)
{
	struct place *p = *state;
	struct setting_find_row row;
	bool found;
	assert_int_equal(test_run(&p->c, &toy_outlaw_cmd, "{}", NULL), ERR_BUG);
	fault_clear(&p->c.fault);
	assert_int_equal(ctx_db(&p->c), OK);
	assert_int_equal(setting_find(p->c.db, &p->a, &row, &found, .key = S("outlaw")), OK);
	assert_false(found);
	ctx_db_done(&p->c);
}

static void settings_have_types(void **state)
{
	struct place *p = *state;
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"61\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"nope\",\"value\":\"1\"}", NULL), ERR_INPUT);
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"20\"}", NULL), OK);
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"toy.name\",\"value\":\"Bear\"}", NULL), OK);
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"30\"}", NULL), OK);
	assert_int_equal(ctx_db(&p->c), OK);
	assert_int_equal(setting_i64(&p->c, "toy.seconds"), 30);
	assert_true(str_eq(setting_str(&p->c, "toy.name"), S("Bear")));
	ctx_db_done(&p->c);
	test_verify(&p->c);
}

struct toy_set {
	struct str key, value;
};

static void a_key_gives_the_first_answer_again(void **state)
{
	struct place *p = *state;
	struct toy_set in = { S("toy.seconds"), S("20") };
	struct command_once once = { .key = S("k1"), .request_sha = S("aa") }, other = { .key = S("k1"), .request_sha = S("bb") };
	struct str first, second;
	assert_int_equal(command_run(&p->c, &setting_set_cmd, &in, &once, &first), OK);
	assert_int_equal(command_run(&p->c, &setting_set_cmd, &in, &once, &second), OK);
	assert_true(str_eq(first, second));
	assert_int_equal(command_run(&p->c, &setting_set_cmd, &in, &other, &second), ERR_INPUT);
	fault_clear(&p->c.fault);
	p->c.now_us += 25 * UTIME_US_PER_HOUR;
	assert_int_equal(command_run(&p->c, &setting_set_cmd, &in, &other, &second), OK);
	assert_false(str_eq(first, second));
}

/* ---- the log ---- */

static enum err behind_the_logs_back(struct db *tx, void *arg)
{
	(void)arg;
	return setting_change(tx, .key = S("toy.seconds"), .value = S("59"), .changed_us = 0);
}

static void hush(void *arg, struct str complaint)
{
	(void)arg, (void)complaint;
}

static void verify_finds_a_changed_row(void **state)
{
	struct place *p = *state;
	struct verify_result r;
	assert_int_equal(test_run(&p->c, &setting_set_cmd, "{\"key\":\"toy.seconds\",\"value\":\"20\"}", NULL), OK);
	struct fault f = { 0 };
	assert_int_equal(db_write(p->d->pool, &f, behind_the_logs_back, NULL), OK);
	assert_int_equal(ctx_db(&p->c), OK);
	assert_int_equal(fold_verify(&p->c, hush, NULL, &r), OK);
	ctx_db_done(&p->c);
	assert_int_equal(r.complaints, 1);
}

/* ---- jobs ---- */

static void work_is_done_after_the_commit(void **state)
{
	struct place *p = *state;
	int ran;
	assert_int_equal(test_run(&p->c, &toy_work_cmd, "{}", NULL), OK);
	assert_int_equal(count.folds, 1);
	assert_int_equal(count.jobs, 0);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.jobs, 1);
	assert_int_equal(count.sends, 1);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.jobs, 1);
	assert_int_equal(count.sends, 1);
}

static void failing_jobs_come_back_and_then_rest(void **state)
{
	struct place *p = *state;
	int ran;
	count.fails_left = 100;
	assert_int_equal(test_run(&p->c, &toy_work_cmd, "{}", NULL), OK);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(runner_once(p->d, &ran), OK);
		test_clock_add(2 * UTIME_US_PER_HOUR);
	}
	assert_int_equal(count.jobs, 3);
	struct queue_figures q;
	assert_int_equal(ctx_db(&p->c), OK);
	assert_int_equal(queue_figures(&p->c, &q), OK);
	ctx_db_done(&p->c);
	assert_int_equal(q.jobs_dead, 1);
	count.fails_left = 0;
	assert_int_equal(test_run(&p->c, &job_retry_cmd, "{\"id\":1}", NULL), OK);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.jobs, 4);
}

/* What comes round every hour and found the database locked comes again in a minute, not an hour late; it never dies of it. */
static void a_round_that_failed_comes_again_soon(void **state)
{
	struct place *p = *state;
	int ran;
	count.rounds = 0;
	count.round_fails = 2;
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.rounds, 1);
	test_clock_add(2 * UTIME_US_PER_MINUTE);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.rounds, 2);
	test_clock_add(8 * UTIME_US_PER_MINUTE);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.rounds, 3);
	test_clock_add(30 * UTIME_US_PER_MINUTE);    /* went well: it rests */
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.rounds, 3);
	test_clock_add(31 * UTIME_US_PER_MINUTE);
	assert_int_equal(runner_once(p->d, &ran), OK);
	assert_int_equal(count.rounds, 4);
}

/* ---- secrets and uploads ---- */

static void seals_are_bound_to_their_row(void **state)
{
	struct place *p = *state;
	struct str sealed = secret_seal(p->d, &p->a, S("row:1"), S("hush")), open;
	assert_true(secret_open(p->d, &p->a, S("row:1"), sealed, &open));
	assert_true(str_eq(open, S("hush")));
	assert_false(secret_open(p->d, &p->a, S("row:2"), sealed, &open));
	char *bent = (char *)(uintptr_t)arena_str(&p->a, sealed).p;
	bent[10] = bent[10] == 'A' ? 'B' : 'A';
	assert_false(secret_open(p->d, &p->a, S("row:1"), (struct str){ bent, sealed.n }, &open));
}

static void names_and_types_of_uploads(void **state)
{
	struct place *p = *state;
	assert_true(str_eq(upload_clean_name(&p->a, S("../../etc/passwd")), S("passwd")));
	assert_true(str_eq(upload_clean_name(&p->a, S("C:\\x\\log.txt")), S("log.txt")));
	assert_true(str_eq(upload_clean_name(&p->a, S(".htaccess")), S("htaccess")));
	assert_true(str_eq(upload_clean_name(&p->a, S("\xe2\x80\x8b.htaccess")), S("htaccess")));
	assert_true(str_eq(upload_clean_name(&p->a, S("a\xe2\x80\xaegpj.exe")), S("agpj.exe")));
	assert_true(str_eq(upload_clean_name(&p->a, S("...")), S("file")));
	assert_true(str_eq(upload_sniff(S("<svg onload=alert(1)>")), S("text/plain")));
	assert_true(str_eq(upload_sniff(S("\x89PNG\r\n\x1a\n....")), S("image/png")));
	assert_true(str_eq(upload_sniff(S("MZ\x90\x00")), S("application/octet-stream")));
	assert_true(upload_inline_image(S("image/png")));
	assert_false(upload_inline_image(S("image/svg+xml")));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(fields_take_what_is_right), T(fields_refuse_what_is_wrong), T(json_has_ceilings), T(access_is_checked), T(law_undoes_silent_writes),
		T(settings_have_types), T(a_key_gives_the_first_answer_again), T(verify_finds_a_changed_row), T(work_is_done_after_the_commit),
		T(failing_jobs_come_back_and_then_rest), T(a_round_that_failed_comes_again_soon), T(seals_are_bound_to_their_row), T(names_and_types_of_uploads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
