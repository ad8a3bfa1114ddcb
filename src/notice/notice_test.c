/* notice_test.c: what reaches whom by mail: offers, p0, cases that came, a word wanted; not who is here, not what is over, not who said no; one mail, few in an hour. */
#include "desk/desk_page.h"
#include "notice/notice.h"
#include "sla/sla.h"
#include "triage/triage.h"

#define KIT_MORE_FEATURES &sla_feature, &notice_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &handover_feature, &triage_feature
#include "ticket/test_kit.h"

#include "core/job.h"

#include "base/banned.h"

static const struct db_col body_out[] = { { DB_STR, false, 0, "body" }, { DB_STR, false, sizeof(struct str), "dest" } };
struct sent_mail {
	struct str body, dest;
};
static const struct db_stmt newest_mail = {
	.name = "newest_mail", .file = __FILE__, .kind = DB_ONE, .out = body_out, .n_out = 2, .row_size = sizeof(struct sent_mail),
	.sqlite = "SELECT body, dest FROM outbox WHERE dedup LIKE 'notice:%' ORDER BY id DESC LIMIT 1",
	.postgres = "SELECT body, dest FROM outbox WHERE dedup LIKE 'notice:%' ORDER BY id DESC LIMIT 1",
};
static const struct db_col count_out[] = { { DB_I64, false, 0, "n" } };
static const struct db_stmt mail_count = {
	.name = "mail_count", .file = __FILE__, .kind = DB_ONE, .out = count_out, .n_out = 1, .row_size = sizeof(int64_t),
	.sqlite = "SELECT count(*) AS n FROM outbox WHERE dedup LIKE 'notice:%'", .postgres = "SELECT count(*) AS n FROM outbox WHERE dedup LIKE 'notice:%'",
};
struct was_here {
	int64_t id, at_us;
};
static const struct db_col here_in[] = { { DB_I64, false, offsetof(struct was_here, id), "id" }, { DB_I64, false, offsetof(struct was_here, at_us), "at_us" } };
static const struct db_stmt here_put = {
	.name = "here_put", .file = __FILE__, .kind = DB_EXEC, .writes = true, .in = here_in, .n_in = 2,
	.sqlite = "INSERT INTO session (token_sha, teammate_id, created_us, seen_us, fresh_us, ends_us, address, agent, method) VALUES ('x' || ?2, ?1, ?2, ?2, ?2, ?2, '', '', 'link')",
	.postgres = "INSERT INTO session (token_sha, teammate_id, created_us, seen_us, fresh_us, ends_us, address, agent, method) "
		    "VALUES ('x' || CAST($2 AS TEXT), $1, $2, $2, $2, $2, '', '', 'link')",
};

static enum err here(struct ctx *c, void *arg)
{
	int64_t n;
	return db_exec(c->db, &here_put, arg, &n);
}

static void at_the_desk(int64_t who)
{
	struct was_here w = { who, op.now_us + 1 };
	assert_int_equal(ctx_write(&op, true, here, &w), OK);
}

static bool has(struct str s, const char *words)
{
	return str_find(s, str_c(words)) >= 0;
}

/* Minutes pass, and the job looks. How many mails went. */
static int64_t later(int minutes)
{
	int64_t before, after;
	struct job j = { .kind = S("notice.mail") };
	test_clock_add(minutes * UTIME_US_PER_MINUTE);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(db_one(op.db, &arena, &mail_count, NULL, &before, NULL), OK);
	ctx_db_done(&op);
	struct ctx c;
	desk_ctx(desk, &arena, S("notice"), &c);
	c.door = DOOR_JOB;
	assert_int_equal(ctx_db(&c), OK);
	assert_int_equal(notice_job(&c, &j), OK);
	ctx_db_done(&c);
	op.now_us = c.now_us;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(db_one(op.db, &arena, &mail_count, NULL, &after, NULL), OK);
	ctx_db_done(&op);
	return after - before;
}

static struct sent_mail last(void)
{
	struct sent_mail m;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(db_one(op.db, &arena, &newest_mail, NULL, &m, NULL), OK);
	ctx_db_done(&op);
	return m;
}

static int64_t a_case(const char *subject)
{
	return test_answer_i64(RUN_OK(&op, "ticket.create", "{\"subject\":\"%s\",\"body\":\"Secret words of the customer.\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}", subject), "ticket");
}

static int64_t offer(int64_t t, const char *to)
{
	return test_answer_i64(RUN_OK(&mara, "handover.offer", "{\"ticket\":%lld,\"reason\":\"vacation\",\"context\":\"Inside only\",\"last_step\":\"asked\",\"next_step\":\"look\","
								"\"anyway\":true%s}", (long long)t, to), "handover");
}

static void an_offer_reaches_who_is_away(void **state)
{
	(void)state;
	int64_t t = a_case("It fails");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	offer(t, ",\"to\":2");
	assert_int_equal(later(1), 0);            /* held: it may be over, they may look */
	assert_int_equal(later(3), 1);
	struct sent_mail m = last();
	assert_true(str_eq(m.dest, S("ben@desk.example")));
	assert_true(has(m.body, "Mara Lind offers you") && has(m.body, "It fails") && has(m.body, "/tickets/"));
	assert_false(has(m.body, "Secret words") || has(m.body, "Inside only"));   /* neither the customer's words nor the note */
	assert_int_equal(later(10), 0);           /* once */
	/* accepted in the meantime: nobody is told */
	RUN_OK(&ben, "ticket.take", "{\"ticket\":%lld,\"anyway\":true}", (long long)t);
	int64_t u = a_case("It fails again");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)u);
	offer(u, ",\"to\":2");

	RUN_OK(&ben, "handover.accept", "{\"ticket\":%lld}", (long long)u);
	assert_int_equal(later(10), 0);
	/* at the desk since: the page has told it */
	int64_t v = a_case("And again");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)v);
	offer(v, ",\"to\":2");
	at_the_desk(BEN);
	assert_int_equal(later(10), 0);
	assert_true(has(run_ok(&ben, "notice.list", "{}"), "\"state\":\"here\""));
}

static void p0_and_a_word_wanted(void **state)
{
	(void)state;
	int64_t t = a_case("All is down");
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"priority\":\"p0\"}", (long long)t);
	assert_int_equal(later(5), 1);            /* nobody holds it: the lead */
	assert_true(str_eq(last().dest, S("ben@desk.example")) && has(last().body, "p0: #") && has(last().body, "nobody holds it"));
	/* a mistake put right within the minutes is no mail */
	int64_t u = a_case("Not so bad");
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"priority\":\"p0\"}", (long long)u);
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"priority\":\"p2\"}", (long long)u);
	assert_int_equal(later(5), 0);
	/* the holder, once it is theirs; not who gave it to themselves */
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)t);
	assert_int_equal(later(5), 1);
	assert_true(str_eq(last().dest, S("mara@desk.example")));
	RUN_OK(&lea, "escalation.raise", "{\"ticket\":%lld,\"reason\":\"It is slow\"}", (long long)t);
	assert_int_equal(later(5), 1);
	assert_true(has(last().body, "Lea Sol asks for your word") && has(last().body, "/escalations/"));
}

static void as_they_chose(void **state)
{
	(void)state;
	int64_t t = a_case("It fails"), u = a_case("It fails too"), v = a_case("A third");
	/* usual: a case that comes waits for the mail of the day */
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)t);
	assert_int_equal(later(5), 0);
	struct buf b;
	size_t n;
	buf_init(&b, &arena, 10000);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(notice_digest(&op, MARA, &b, &n), OK);
	ctx_db_done(&op);
	assert_int_equal(n, 1);
	assert_true(has(buf_str(&b), "came to you, by Ben Ruiz"));
	/* whoever came back meanwhile has seen it */
	at_the_desk(MARA);
	buf_init(&b, &arena, 10000);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(notice_digest(&op, MARA, &b, &n), OK);
	ctx_db_done(&op);
	assert_int_equal(n, 0);
	test_clock_add(UTIME_US_PER_MINUTE);
	/* at once: two things are one mail; off: none */
	run_err(&mara, "notice.choose", "{\"assigned\":\"sometimes\"}", ERR_INPUT, "assigned");
	run_ok(&mara, "notice.choose", "{\"assigned\":\"at_once\"}");
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)u);
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)v);
	assert_int_equal(later(5), 1);
	assert_true(has(last().body, "2 things wait for you"));
	run_ok(&mara, "notice.choose", "{\"assigned\":\"off\"}");
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":2}", (long long)u);
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)u);
	assert_int_equal(later(5), 0);
	assert_true(has(run_ok(&mara, "notice.list", "{}"), "\"assigned\":\"off\""));
	/* few in an hour: the rest waits for the mail of the day */
	run_ok(&mara, "notice.choose", "{\"assigned\":\"at_once\"}");
	run_ok(&op, "setting.set", "{\"key\":\"notice.mails_per_hour\",\"value\":\"2\"}");
	for (int i = 0; i < 3; i++) {
		int64_t w = a_case("More");
		RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":1}", (long long)w);
		assert_int_equal(later(5), i < 1);
	}
	/* who left gets none */
	assert_int_equal(later(5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(an_offer_reaches_who_is_away), KIT_TEST(p0_and_a_word_wanted), KIT_TEST(as_they_chose) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
