/* writing_test.c: secrets stopped, the coach, macros, drafts of two tabs and two people, summaries without names. */
#include "desk/desk_page.h"

#define KIT_MORE_FEATURES &desk_feature, &list_feature, &summary_feature, &write_feature
#include "desk/coach.h"
#include "desk/macro.h"
#include "desk/summary.h"
#include "desk/write_view.h"
#include "ticket/guard.h"
#include "ticket/test_kit.h"
#include "draft_share.sql.h"

#include "base/banned.h"

static const struct str TODAY = { "2026-11-24", 10 };

/* ---- secrets ---- */

static void secrets_are_found_and_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *what;
	} CASES[] = {
		{ "key AKIAIOSFODNN7EXAMPLE here", "an AWS access key" },
		{ "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "an AWS secret key" },
		{ "use ghp_abcdefghijklmnopqrstuvwxyz0123456789", "a GitHub token" },
		{ "github_pat_11ABCDEFG0abcdefghijklmnop_x", "a GitHub token" },
		{ "xoxb-123456789012-abcdefghij", "a Slack token" },
		{ "post to https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "a Slack webhook" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "a private key" },
		{ "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "a signed token (JWT)" },
		{ "clone https://mara:hunter2@git.example/x.git", "a password in an address" },
		{ "Authorization: Bearer abcdef1234567890", "an authorization header" },
		{ "password: Tr0ub4dor&3x", "a password" },
		{ "sgp_0123456789abcdef0123456789abcdef01234567", "a Sourcegraph access token" },
	};
	struct guard_finding v[GUARD_FINDINGS_MAX];
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		size_t n = guard_find(str_c(CASES[i].text), TODAY, v);
		if (n != 1)
			print_error("%s: %zu findings\n", CASES[i].text, n);
		assert_int_equal(n, 1);
		assert_string_equal(v[0].what, CASES[i].what);
	}
	static const char *const HARMLESS[] = {
		"https://user:REDACTED@git.example/", "https://user:****@git.example/", "password: your password", "password: ${PASSWORD}", "see https://docs.example/a:b@c",
		"Authorization: Bearer <token>", "the AKIA prefix", "a token expires after 30 d", "https://git.example:8080/mara@x", "eyJhbGciOi is how it begins", "",
	};
	for (size_t i = 0; i < ARRAY_LEN(HARMLESS); i++) {
		size_t n = guard_find(str_c(HARMLESS[i]), TODAY, v);
		if (n)
			print_error("%s: %s\n", HARMLESS[i], v[0].what);
		assert_int_equal(n, 0);
	}
	/* not before the row's date */
	assert_int_equal(guard_find(S("sgp_0123456789abcdef0123456789abcdef01234567"), S("2022-06-01"), v), 0);
	/* two, with their lines, and a megabyte of the worst kind ends soon */
	assert_int_equal(guard_find(S("a\nAKIAIOSFODNN7EXAMPLE\n\nxoxb-123456789012-abcdefghij"), TODAY, v), 2);
	assert_int_equal(v[0].line, 2);
	assert_int_equal(v[1].line, 4);
	char *big = arena_alloc(&arena, 1 << 20);
	memset(big, 'a', 1 << 20);
	assert_int_equal(guard_find((struct str){ big, 1 << 20 }, TODAY, v), 0);
	for (size_t i = 0; i + 8 < 1 << 20; i += 8)
		memcpy(big + i, "http://:", 8);
	guard_find((struct str){ big, 1 << 20 }, TODAY, v);
}

static void a_secret_is_stopped_and_sent_on_purpose(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Token", "ines@northwind.example");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"ok\\nuse ghp_abcdefghijklmnopqrstuvwxyz0123456789\"}", ERR_INPUT, "a GitHub token in line 2");
	/* the message names it without its words */
	for (unsigned i = 0; i < mara.fault.n_fields; i++)
		assert_null(strstr(mara.fault.fields[i].message, "ghp_"));
	run_err(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"AKIAIOSFODNN7EXAMPLE\"}", ERR_INPUT, "an AWS access key");
	assert_int_equal(look(t).messages, 1);
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"use ghp_abcdefghijklmnopqrstuvwxyz0123456789\",\"secrets\":true}");
	assert_int_equal(look(t).messages, 2);
	run_err(&mara, "ticket.create", "{\"subject\":\"x\",\"email\":\"a@b.example\",\"body\":\"AKIAIOSFODNN7EXAMPLE\",\"body_as\":\"reply\"}", ERR_INPUT, "AWS");
	run_ok(&mara, "ticket.create", "{\"subject\":\"x\",\"email\":\"a@b.example\",\"body\":\"AKIAIOSFODNN7EXAMPLE\"}");   /* the customer's own words */
}

/* ---- the coach ---- */

static bool says(const struct coach *k, enum coach_kind kind, const char *part)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->lines[i].kind == kind && str_find(k->lines[i].text, str_c(part)) >= 0)
			return true;
	return false;
}

static void the_coach_advises(void **state)
{
	(void)state;
	struct coach k;
	struct coach_facts f = { .reply = true, .date = TODAY, .version = S("5.2.1"), .deployment = STR_NULL };
	coach_read(&arena, S("Hello Ines, I looked into it. Next I will try the other image. You hear from me tomorrow."), &f, &k);
	assert_true(k.measured && k.status && k.next && k.expect);
	assert_int_equal(k.n, 0);
	coach_read(&arena, S("Thank you for your patience with all of this, dear Ines."), &f, &k);
	assert_true(says(&k, COACH_PART, "where it stands") && says(&k, COACH_PART, "what happens next") && says(&k, COACH_PART, "hear from you again"));
	f.promised = true;
	coach_read(&arena, S("Thank you for your patience with all of this, dear Ines."), &f, &k);
	assert_false(says(&k, COACH_PART, "hear from you again"));
	coach_read(&arena, S("Could you send us the logs? What version do you run? We need it ASAP."), &f, &k);
	assert_true(says(&k, COACH_ASK, "say why") && says(&k, COACH_KNOWN, "5.2.1") && says(&k, COACH_WORD, "asap"));
	coach_read(&arena, S("Could you send us the logs, so that I see whether the heartbeat arrives?"), &f, &k);
	assert_false(says(&k, COACH_ASK, "say why"));
	/* quoted lines and code are not hers; a link is no place to fill in */
	coach_read(&arena, S("> ASAP\n```\nasap [x]\n```\nSee [the docs](https://docs.example). [what you found] asapx"), &f, &k);
	assert_false(says(&k, COACH_WORD, "asap"));
	assert_true(says(&k, COACH_FILL_IN, "what you found"));
	assert_false(says(&k, COACH_FILL_IN, "the docs"));
	/* a note is not measured, but for its words */
	f.reply = false;
	coach_read(&arena, S("This is urgent and they are angry, please somebody have a look at it."), &f, &k);
	assert_false(k.measured);
	assert_true(says(&k, COACH_WORD, "urgent"));
	f.reply = true;
	f.managed = true;
	coach_read(&arena, S("Please send us the logs, because we need them."), &f, &k);
	assert_true(says(&k, COACH_KNOWN, "cannot get logs"));
}

static void logs_are_folded(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, &arena, 100000);
	buf_add(&b, S("<p>See</p>\n<pre><code>"));
	for (int i = 0; i < 30; i++)
		buf_fmt(&b, "line %d &lt;x&gt;\n", i);
	buf_add(&b, S("</code></pre>\n<pre><code>short\n</code></pre>"));
	struct str s = write_fold_code(&arena, buf_str(&b));
	assert_true(str_find(s, S("<details class=\"quoted log\"><summary>30 lines: <code>line 0 &lt;x&gt;</code></summary><pre>")) > 0);
	assert_true(str_ends(s, S("<pre><code>short\n</code></pre>")));
	assert_true(write_log_line(S("2026-11-24T08:00:00Z level=error msg=x")));
	assert_true(write_log_line(S("[08:00:01.123] x")));
	assert_true(write_log_line(S("    at com.example.Main(Main.java:3)")));
	assert_false(write_log_line(S("We saw it at noon (again)")));
	assert_false(write_log_line(S("2026 was better")));
}

/* ---- macros ---- */

static void macros_become_drafts_and_never_send(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Loop", "ines@northwind.example");
	struct draft_find_row d;
	bool found;
	run_err(&mara, "macro.create", "{\"name\":\"Bad\",\"body\":\"Hello {{custmer.name}}\"}", ERR_INPUT, "There is no variable “custmer.name”");
	run_err(&mara, "macro.create", "{\"name\":\"Bad\",\"body\":\"Hello {{requester.name\"}", ERR_INPUT, "does not end");
	run_err(&mara, "macro.create", "{\"name\":\"Bad\",\"body\":\"{{7*7}} {{for i}}\"}", ERR_INPUT, "no variable “7*7”");
	struct str a = run_ok(&mara, "macro.create",
			      "{\"name\":\"Mine\",\"body\":\"Hello {{requester.first_name}}, on {{ ticket.version }} #{{ticket.id}} {{me.signature}}\",\"status\":\"pending\","
			      "\"priority\":\"p1\",\"kind\":\"defect\",\"tags\":[\"theme:executors\"]}");
	int64_t m = test_answer_i64(a, "macro");
	run_err(&mara, "macro.create", "{\"name\":\"mine!\",\"body\":\"x\"}", ERR_INPUT, "of that name already");
	RUN_OK(&mara, "macro.draft", "{\"macro\":%lld,\"ticket\":%lld}", (long long)m, (long long)t);
	assert_int_equal(look(t).messages, 1);   /* nothing was said */
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = t, .teammate_id = MARA), OK);
	ctx_db_done(&op);
	assert_true(found && d.macro_id.set && d.macro_id.v == m);
	assert_string_equal(arena_cstr(&arena, d.body), arena_cstr(&arena, arena_fmt(&arena, "Hello Ines, on [the version they run] #%lld ", (long long)t)));
	/* used again it adds, and does not write over */
	RUN_OK(&mara, "macro.draft", "{\"macro\":%lld,\"ticket\":%lld}", (long long)m, (long long)t);
	assert_false(look(t).priority.n);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Hello Ines\",\"status\":\"pending\"}", (long long)t);
	assert_string_equal(arena_cstr(&arena, look(t).priority), "p1");
	assert_string_equal(arena_cstr(&arena, look(t).kind), "defect");
	assert_string_equal(arena_cstr(&arena, look(t).status), "pending");
	assert_true(str_find(run_ok(&mara, "ticket.show", "{\"ticket\":1}"), S("executors")) > 0);
	/* only the text */
	int64_t t2 = new_ticket(&mara, "Other", "ines@northwind.example");
	RUN_OK(&mara, "macro.draft", "{\"macro\":%lld,\"ticket\":%lld}", (long long)m, (long long)t2);
	RUN_OK(&mara, "macro.leave", "{\"ticket\":%lld}", (long long)t2);
	RUN_OK(&mara, "ticket.note", "{\"ticket\":%lld,\"body\":\"a note\"}", (long long)t2);
	assert_false(look(t2).priority.n);
	/* somebody who may not answer cannot draft an answer; a private macro is nobody else's */
	run_err(&lea, "macro.draft", arena_cstr(&arena, arena_fmt(&arena, "{\"macro\":%lld,\"ticket\":%lld}", (long long)m, (long long)t2)), ERR_FORBIDDEN, "engineer");
	a = run_ok(&lea, "macro.create", "{\"name\":\"Lea's\",\"body\":\"note\",\"mode\":\"note\",\"mine\":true}");
	run_err(&mara, "macro.update", arena_cstr(&arena, arena_fmt(&arena, "{\"macro\":%lld,\"name\":\"x\"}", (long long)test_answer_i64(a, "macro"))), ERR_NOT_FOUND, "no macro");
	/* the handbook's are there, each readable, and an ended one is not offered */
	assert_true(str_find(run_ok(&mara, "macro.list", "{}"), S("A colleague goes on with it")) > 0);
	RUN_OK(&mara, "macro.remove", "{\"macro\":%lld}", (long long)m);
	assert_true(str_find(run_ok(&mara, "macro.list", "{}"), S("\"Mine\"")) < 0);
	assert_int_equal(ctx_write(&op, false, (enum err (*)(struct ctx *, void *))(void *)macro_presets, NULL), OK);   /* again: nothing doubles */
}

/* ---- drafts ---- */

/* The newest text that is kept beside somebody's draft. */
static int64_t beside_of(int64_t ticket, int64_t teammate)
{
	struct draft_beside_of_row *rows;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_beside_of(op.db, &arena, &rows, &n, .ticket_id = ticket, .teammate_id = teammate), OK);
	ctx_db_done(&op);
	assert_true(n > 0);
	return rows[0].id;
}

static void two_tabs_do_not_write_over_each_other(void **state)
{
	(void)state;
	struct draft_find_row d;
	bool found;
	new_ticket(&mara, "Tabs", "ines@northwind.example");
	struct str a = run_ok(&mara, "draft.save", "{\"ticket\":1,\"body\":\"from the first tab\",\"version\":0}");
	assert_int_equal(test_answer_i64(a, "version"), 1);
	a = run_ok(&mara, "draft.save", "{\"ticket\":1,\"body\":\"from the first tab, longer\",\"version\":1}");
	assert_int_equal(test_answer_i64(a, "version"), 2);
	/* the second tab was opened when there was nothing */
	run_err(&mara, "draft.save", "{\"ticket\":1,\"body\":\"from the second\",\"version\":0}", ERR_CONFLICT, "Another tab");
	run_ok(&mara, "draft.beside", "{\"ticket\":1,\"tab\":\"b\",\"mode\":\"reply\",\"body\":\"from the second\"}");
	run_ok(&mara, "draft.beside", "{\"ticket\":1,\"tab\":\"b\",\"mode\":\"reply\",\"body\":\"from the second, longer\"}");
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = 1, .teammate_id = MARA), OK);
	ctx_db_done(&op);
	assert_string_equal(arena_cstr(&arena, d.body), "from the first tab, longer");
	/* she chooses the other: the first is kept beside */
	int64_t other = beside_of(1, MARA);
	RUN_OK(&mara, "draft.choose", "{\"beside\":%lld}", (long long)other);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = 1, .teammate_id = MARA), OK);
	ctx_db_done(&op);
	assert_string_equal(arena_cstr(&arena, d.body), "from the second, longer");
	run_err(&mara, "draft.forget", arena_cstr(&arena, arena_fmt(&arena, "{\"beside\":%lld}", (long long)other)), ERR_NOT_FOUND, "no longer");
	int64_t kept = beside_of(1, MARA);
	run_err(&ben, "draft.forget", arena_cstr(&arena, arena_fmt(&arena, "{\"beside\":%lld}", (long long)kept)), ERR_NOT_FOUND, "no longer");
	RUN_OK(&mara, "draft.forget", "{\"beside\":%lld}", (long long)kept);
	/* sent in one tab, typed on in the other */
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"done\"}");
	run_err(&mara, "draft.save", "{\"ticket\":1,\"body\":\"still typing\",\"version\":3}", ERR_CONFLICT, "sent or thrown away");
}

static void a_colleague_takes_a_draft_over(void **state)
{
	(void)state;
	struct draft_find_row d;
	bool found;
	new_ticket(&mara, "Over", "ines@northwind.example");
	run_err(&ben, "draft.take", "{\"ticket\":1,\"from\":1}", ERR_CONFLICT, "gone");
	run_ok(&mara, "draft.save", "{\"ticket\":1,\"mode\":\"reply\",\"body\":\"Half a thought\"}");
	run_err(&lea, "draft.take", "{\"ticket\":1,\"from\":1}", ERR_FORBIDDEN, "engineer");
	run_ok(&ben, "draft.save", "{\"ticket\":1,\"body\":\"mine\"}");
	run_ok(&ben, "draft.take", "{\"ticket\":1,\"from\":1}");
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = 1, .teammate_id = BEN), OK);
	assert_string_equal(arena_cstr(&arena, d.body), "mine\n\nHalf a thought");
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = 1, .teammate_id = MARA), OK);
	ctx_db_done(&op);
	assert_false(found);
	RUN_OK(&mara, "draft.choose", "{\"beside\":%lld}", (long long)beside_of(1, MARA));   /* her copy */
	/* the log says who took whose, not the words */
	struct str log = run_ok(&ben, "ticket.history", "{\"ticket\":1}");
	assert_true(str_find(log, S("draft.taken")) > 0);
	assert_true(str_find(log, S("Half a thought")) < 0);
}

/* ---- summaries ---- */

static void a_summary_names_nobody(void **state)
{
	(void)state;
	run_ok(&ben, "ticket.create", "{\"subject\":\"Executor heartbeat refused after upgrade\",\"body\":\"The heartbeat is refused.\",\"name\":\"Ines Okafor\",\"email\":\"ines@northwind.example\"}");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"Ines Okafor saw 403.\",\"action\":\"x\"}", ERR_INPUT, "a name in line 1");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"Then Okafor wrote\",\"action\":\"x\"}", ERR_INPUT, "a name");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"ok\",\"action\":\"mail ines@northwind.example\"}", ERR_INPUT, "a mail address");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"ok\",\"action\":\"ok\",\"steps\":\"1\\nghp_abcdefghijklmnopqrstuvwxyz0123456789\"}", ERR_INPUT, "a GitHub token in line 2");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"ok\"}", ERR_INPUT, "action");
	struct str a = run_ok(&mara, "summary.write",
			      "{\"ticket\":1,\"symptom\":\"INES OKAFOR's executor heartbeat was refused, see ines.o+x@northwind.example.\",\"action\":\"Set the token again: sgp_0123456789abcdef0123456789abcdef01234567\","
			      "\"version\":\"5.2.1\",\"deployment\":\"kubernetes\",\"docs\":\"task\",\"new_task\":\"Say that the token is set again after an upgrade\",\"redact\":true}");
	assert_true(str_find(a, S("a mail address in line 1")) > 0 && str_find(a, S("Sourcegraph access token")) > 0);
	int64_t task = test_answer_i64(a, "docs_task");
	assert_string_equal(arena_cstr(&arena, look(task).kind), "task");
	struct str s = run_ok(&mara, "summary.show", "{\"ticket\":1}");
	assert_true(str_find(s, S("REDACTED's executor heartbeat was refused, see REDACTED.")) > 0);
	assert_true(str_find(s, S("again: REDACTED")) > 0 && str_ifind(s, S("okafor")) < 0 && str_find(s, S("northwind")) < 0);
	/* nothing of it in the log either */
	struct str log = run_ok(&ben, "ticket.history", "{\"ticket\":1}");
	assert_true(str_find(log, S("summary.written")) > 0 && str_find(log, S("sgp_")) < 0 && str_ifind(log, S("INES OKAFOR's")) < 0);
	/* found by words and fields */
	assert_true(str_find(run_ok(&mara, "summary.search", "{\"q\":\"heartbeat refus\"}"), S("\"ticket\":1")) > 0);
	assert_true(str_find(run_ok(&mara, "summary.search", "{\"version\":\"5.2\"}"), S("\"ticket\":1")) > 0);
	assert_true(str_find(run_ok(&mara, "summary.search", "{\"version\":\"4\"}"), S("\"ticket\":1")) < 0);
	/* seen before, by what they share; and not by chance */
	run_ok(&ben, "ticket.create", "{\"subject\":\"Heartbeat of an executor is refused\",\"body\":\"Since the upgrade.\",\"email\":\"x@other.example\"}");
	run_ok(&ben, "ticket.create", "{\"subject\":\"Invoice for the second quarter\",\"body\":\"Where is it, and is an upgrade on it?\",\"email\":\"x@other.example\"}");
	struct str like = run_ok(&mara, "summary.like", "{\"ticket\":3}");
	assert_true(str_find(like, S("\"ticket\":1")) > 0 && str_find(like, S("heartbeat, executor, refused")) > 0);
	assert_true(str_find(run_ok(&mara, "summary.like", "{\"ticket\":4}"), S("\"ticket\":1")) < 0);
	/* changed: the words follow */
	run_ok(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"Proxy strips a header\",\"action\":\"fixed\",\"docs\":\"sufficient\"}");
	assert_true(str_find(run_ok(&mara, "summary.search", "{\"q\":\"heartbeat\"}"), S("\"ticket\":1")) < 0);
	assert_true(str_find(run_ok(&mara, "summary.search", "{\"q\":\"proxy\"}"), S("\"ticket\":1")) > 0);
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"a\",\"action\":\"b\",\"docs\":\"link\"}", ERR_INPUT, "Which page");
	run_err(&mara, "summary.write", "{\"ticket\":1,\"symptom\":\"a\",\"action\":\"b\",\"docs\":\"link\",\"docs_url\":\"javascript:alert(1)\"}", ERR_INPUT, "https://");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(secrets_are_found_and_named), KIT_TEST(a_secret_is_stopped_and_sent_on_purpose), KIT_TEST(the_coach_advises), KIT_TEST(logs_are_folded),
		KIT_TEST(macros_become_drafts_and_never_send), KIT_TEST(two_tabs_do_not_write_over_each_other), KIT_TEST(a_colleague_takes_a_draft_over),
		KIT_TEST(a_summary_names_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
