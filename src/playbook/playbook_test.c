/* playbook_test.c: playbooks followed by people: dates, rules, gates, approvals, signatures, moves to another revision; and every bad input that the issue
 * names. Each test ends with the log replayed and the index worked out again. */
#include "notice/notice.h"
#include "playbook/kit.h"

#include "core/upload.h"
#include "playbook/plan_import.h"
#include "playbook/playbook_job.h"

#include "base/banned.h"

#define ONBOARDING                                                                                                                                   \
	"{\"name\":\"Onboarding\",\"subject\":\"teammate\",\"sections\":["                                                                             \
	"{\"key\":\"week-1\",\"title\":\"Week 1\",\"tasks\":["                                                                                         \
	"{\"key\":\"laptop\",\"title\":\"Say what you work with\",\"who\":[\"newcomer\"],\"due\":{\"from\":\"start\",\"offset\":\"P1D\",\"days\":\"working\"},"   \
	"\"fields\":[{\"key\":\"os\",\"label\":\"System\",\"type\":\"choice\",\"choices\":[\"Linux\",\"Mac\"],\"required\":true},"                             \
	"{\"key\":\"helper\",\"label\":\"Your buddy\",\"type\":\"person\",\"gives\":\"buddy\"},{\"key\":\"day\",\"label\":\"Demo day\",\"type\":\"date\"},"     \
	"{\"key\":\"count\",\"label\":\"Screens\",\"type\":\"number\"},{\"key\":\"page\",\"label\":\"Page\",\"type\":\"link\"}]},"                             \
	"{\"key\":\"mac\",\"title\":\"Set up the Mac\",\"hidden\":true,\"who\":[\"newcomer\"],\"due\":{\"from\":\"done\",\"of\":\"laptop\",\"offset\":\"P2D\"}},"   \
	"{\"key\":\"meet\",\"title\":\"Meet your buddy\",\"who\":[\"buddy\"],\"due\":{\"from\":\"due\",\"of\":\"laptop\",\"offset\":\"P1W\"}},"               \
	"{\"key\":\"demo\",\"title\":\"Show a demo\",\"who\":[\"newcomer\"],\"proof\":true,\"due\":{\"from\":\"field\",\"of\":\"day\",\"offset\":\"P1D\",\"before\":true}}]}," \
	"{\"key\":\"week-2\",\"title\":\"Week 2\",\"tasks\":["                                                                                         \
	"{\"key\":\"ok\",\"title\":\"All set\",\"kind\":\"approval\",\"approves\":[\"laptop\",\"meet\"],\"who\":[\"manager\"],\"stop\":true},"                    \
	"{\"key\":\"sign\",\"title\":\"Roadmap\",\"kind\":\"signoff\",\"who\":[\"newcomer\",\"manager\"]},"                                               \
	"{\"key\":\"talk\",\"title\":\"Talk with your mentor\",\"who\":[\"mentor\"],\"optional\":true,\"due\":{\"from\":\"start\",\"offset\":\"P1W\"},"         \
	"\"repeat\":{\"every\":\"P1W\",\"until\":\"P30D\"}}]}],"                                                                                       \
	"\"rules\":[{\"key\":\"r1\",\"when\":[[{\"on\":\"field\",\"of\":\"os\",\"is\":\"equals\",\"value\":\"Mac\"}]],\"do\":\"show\",\"targets\":[\"mac\"]},"       \
	"{\"key\":\"r2\",\"when\":[[{\"on\":\"level\",\"is\":\"more\",\"value\":\"2\"}]],\"do\":\"hide\",\"targets\":[\"talk\"]}]}"

static int64_t start_onboarding(int64_t playbook)
{
	/* 2026-12-04 is a Friday */
	return test_answer_i64(ok(&as_mara, "run.start",
				  js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld,\"starts_on\":\"2026-12-04\",\"reference\":\"noa\","
				     "\"cast\":[\"manager=mara@desk.example\",\"mentor=%lld\"]}",
				     (long long)playbook, (long long)noa, (long long)theo)), "run");
}

static const char *task(int64_t run, const char *key)
{
	return js("{\"run\":%lld,\"task\":\"%s\"}", (long long)run, key);
}

static const char *why(int64_t run, const char *key, const char *comment)
{
	return js("{\"run\":%lld,\"task\":\"%s\",\"comment\":\"%s\"}", (long long)run, key, comment);
}

static const char *say(int64_t run, const char *field, const char *value)
{
	return js("{\"run\":%lld,\"field\":\"%s\",\"value\":\"%s\"}", (long long)run, field, value);
}

static void a_run_from_start_to_end(void **state)
{
	(void)state;
	int64_t p = kit_playbook(ONBOARDING), run = start_onboarding(p);
	/* Friday, and the first working day after it is Monday */
	assert_has(task_json(run, "laptop"), "\"due_on\":\"2026-12-07\"");
	assert_has(task_json(run, "laptop"), js("\"who\":[%lld]", (long long)noa));
	assert_has(task_json(run, "meet"), "\"due_on\":\"2026-12-14\"");
	assert_has(task_json(run, "mac"), "\"state\":\"hidden\"");
	assert_has(task_json(run, "demo"), "\"due_on\":null");
	assert_has(task_json(run, "ok"), "\"state\":\"waits\"");
	assert_has(task_json(run, "talk#1"), "\"due_on\":\"2026-12-11\"");
	assert_has(task_json(run, "talk#4"), "\"due_on\":\"2027-01-01\"");
	refused(&as_noa, "run.done", task(run, "laptop"), ERR_INPUT, "Answer “System” first");
	ok(&as_noa, "run.answer", say(run, "os", "Mac"));
	ok(&as_noa, "run.answer", say(run, "helper", "ines@desk.example"));
	assert_has(task_json(run, "meet"), js("\"who\":[%lld]", (long long)ines));
	assert_has(task_json(run, "mac"), "\"state\":\"open\"");
	assert_has(task_json(run, "mac"), "\"due_on\":null");
	ok(&as_noa, "run.done", task(run, "laptop"));
	assert_has(task_json(run, "mac"), "\"due_on\":\"2026-11-26\"");
	ok(&as_noa, "run.done", task(run, "mac"));
	ok(&as_ines, "run.done", task(run, "meet"));
	refused(&as_noa, "run.done", task(run, "demo"), ERR_INPUT, "wants a link");
	ok(&as_noa, "run.note", js("{\"run\":%lld,\"task\":\"demo\",\"link\":\"https://rec.example/1\"}", (long long)run));
	ok(&as_noa, "run.done", task(run, "demo"));
	refused(&as_noa, "run.sign", task(run, "sign"), ERR_CONFLICT, "“All set” comes first");
	ok(&as_mara, "run.approve", task(run, "ok"));
	ok(&as_noa, "run.sign", task(run, "sign"));
	refused(&as_noa, "run.sign", task(run, "sign"), ERR_CONFLICT, "You signed already");
	struct str last = ok(&as_mara, "run.sign", task(run, "sign"));
	assert_has(last, "\"state\":\"completed\"");
	/* what counts for nothing may stay open; what counts opens the run again */
	assert_has(task_json(run, "talk#1"), "\"state\":\"open\"");
	last = ok(&as_noa, "run.reopen", task(run, "mac"));
	assert_has(last, "\"state\":\"active\"");
	ok(&as_noa, "run.done", task(run, "mac"));
	assert_has(ok(&op, "run.show", js("{\"run\":%lld}", (long long)run)), "\"state\":\"completed\"");
}

static void an_approval_rejected_opens_what_it_is_about(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	ok(&as_noa, "run.answer", say(run, "os", "Linux"));
	refused(&as_mara, "run.approve", task(run, "ok"), ERR_CONFLICT, "comes first");
	ok(&as_noa, "run.done", task(run, "laptop"));
	ok(&as_mara, "run.done", task(run, "meet"));
	/* who did it is not the one to approve it, whoever they are */
	refused(&as_mara, "run.approve", task(run, "ok"), ERR_FORBIDDEN, "You did “Meet your buddy” yourself");
	refused(&as_theo, "run.approve", task(run, "ok"), ERR_FORBIDDEN, "is decided by Mara Lind");
	refused(&op, "run.approve", task(run, "ok"), ERR_FORBIDDEN, "a person's word");
	ok(&as_noa, "run.reopen", task(run, "meet"));
	ok(&as_theo, "run.done", task(run, "meet"));
	refused(&as_mara, "run.reject", task(run, "ok"), ERR_INPUT, "");
	ok(&as_mara, "run.reject", why(run, "ok", "You have not met"));
	assert_has(task_json(run, "meet"), "\"state\":\"open\"");
	assert_has(task_json(run, "meet"), "You have not met");
	assert_has(task_json(run, "ok"), "\"state\":\"rejected\"");
	ok(&as_theo, "run.done", task(run, "laptop"));
	ok(&as_theo, "run.done", task(run, "meet"));
	ok(&as_mara, "run.approve", task(run, "ok"));
	/* what is opened again is approved no more */
	ok(&as_theo, "run.reopen", task(run, "meet"));
	assert_has(task_json(run, "ok"), "\"state\":\"waits\"");
}

static void dates_by_hand_win_until_cleared(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	ok(&as_noa, "run.due", js("{\"run\":%lld,\"task\":\"laptop\",\"due_on\":\"2027-02-01\"}", (long long)run));
	assert_has(task_json(run, "laptop"), "\"due_on\":\"2027-02-01\",\"due_by\":\"hand\"");
	assert_has(task_json(run, "meet"), "\"due_on\":\"2027-02-08\"");
	/* the start moves back and forth: what counts from it follows, the hand stays */
	ok(&as_mara, "run.change", js("{\"run\":%lld,\"starts_on\":\"2027-03-01\"}", (long long)run));
	assert_has(task_json(run, "laptop"), "\"due_on\":\"2027-02-01\"");
	assert_has(task_json(run, "talk#1"), "\"due_on\":\"2027-03-08\"");
	ok(&as_mara, "run.change", js("{\"run\":%lld,\"starts_on\":\"2026-12-04\"}", (long long)run));
	assert_has(task_json(run, "talk#1"), "\"due_on\":\"2026-12-11\"");
	ok(&as_noa, "run.due", task(run, "laptop"));
	assert_has(task_json(run, "laptop"), "\"due_on\":\"2026-12-07\",\"due_by\":\"rule\"");
	/* a date field gives a date, and takes it away again */
	ok(&as_noa, "run.answer", say(run, "day", "2027-01-10"));
	assert_has(task_json(run, "demo"), "\"due_on\":\"2027-01-09\"");
	ok(&as_noa, "run.answer", js("{\"run\":%lld,\"field\":\"day\"}", (long long)run));
	assert_has(task_json(run, "demo"), "\"due_on\":null");
	/* a date that lies before the run began is due on the day it began */
	ok(&as_noa, "run.answer", say(run, "day", "2026-11-20"));
	assert_has(task_json(run, "demo"), "\"due_on\":\"2026-11-24\"");
}

static void values_have_their_type(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	refused(&as_noa, "run.answer", say(run, "os", "Plan 9"), ERR_INPUT, "Choose one of the answers");
	refused(&as_noa, "run.answer", say(run, "day", "2026-02-30"), ERR_INPUT, "Write a date");
	refused(&as_noa, "run.answer", say(run, "count", "two"), ERR_INPUT, "Write a number");
	refused(&as_noa, "run.answer", say(run, "page", "javascript:alert(1)"), ERR_INPUT, "Write a whole address");
	refused(&as_noa, "run.answer", say(run, "helper", "nobody@desk.example"), ERR_INPUT, "There is no teammate");
	refused(&as_noa, "run.answer", say(run, "nothing", "x"), ERR_INPUT, "There is no field");
	refused(&as_noa, "run.done", task(run, "nothing"), ERR_NOT_FOUND, "There is no task");
	refused(&as_noa, "run.done", task(run, "talk#99"), ERR_NOT_FOUND, "There is no task");
	ok(&as_noa, "run.answer", say(run, "count", " 2.5 "));
	assert_has(ok(&op, "run.show", js("{\"run\":%lld}", (long long)run)), "\"count\":\"2.5\"");
}

static void one_reference_one_run(void **state)
{
	(void)state;
	int64_t p = kit_playbook(ONBOARDING), run = start_onboarding(p);
	assert_int_equal(start_onboarding(p), run);
	refused(&as_mara, "run.start", js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld,\"reference\":\"noa\"}", (long long)p, (long long)theo),
		ERR_CONFLICT, "is about something else");
	refused(&as_mara, "run.start", js("{\"playbook\":%lld}", (long long)p), ERR_INPUT, "is about one teammate");
	refused(&as_mara, "run.start", js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":999}", (long long)p), ERR_NOT_FOUND, "999");
	refused(&as_mara, "run.start",
		js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld,\"cast\":[\"manager\"]}", (long long)p, (long long)theo), ERR_INPUT,
		"Write a role and a person");
}

static void two_completions_at_once(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	ok(&as_theo, "run.done", task(run, "meet"));
	ok(&as_theo, "run.done", task(run, "meet"));
	refused(&as_ines, "run.done", task(run, "meet"), ERR_CONFLICT, "was done already by Theo Brandt");
	refused(&as_noa, "run.skip", why(run, "laptop", "no time"), ERR_FORBIDDEN, "only a lead");
	ok(&as_mara, "run.skip", why(run, "laptop", "has one"));
	assert_has(task_json(run, "laptop"), "\"state\":\"skipped\"");
	refused(&as_mara, "run.skip", task(run, "demo"), ERR_INPUT, "");
	ok(&as_mara, "run.approve", task(run, "ok"));
	/* the second talk happened: nobody makes up for the first */
	ok(&as_theo, "run.done", task(run, "talk#2"));
	assert_has(task_json(run, "talk#1"), "\"state\":\"skipped\"");
	assert_has(task_json(run, "talk#3"), "\"state\":\"open\"");
}

static void a_task_that_is_done_and_then_hidden_stays_done(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	ok(&as_noa, "run.answer", say(run, "os", "Mac"));
	ok(&as_noa, "run.done", task(run, "mac"));
	ok(&as_noa, "run.answer", say(run, "os", "Linux"));
	assert_has(task_json(run, "mac"), "\"state\":\"hidden\"");
	refused(&as_noa, "run.done", task(run, "mac"), ERR_CONFLICT, "hides it");
	ok(&as_noa, "run.answer", say(run, "os", "Mac"));
	assert_has(task_json(run, "mac"), "\"state\":\"done\"");
}

static void people_leave_move_and_work_on_other_days(void **state)
{
	(void)state;
	int64_t run = start_onboarding(kit_playbook(ONBOARDING));
	assert_has(task_json(run, "talk#1"), js("\"who\":[%lld]", (long long)theo));
	struct str before = task_json(run, "laptop");
	assert_has(before, "\"due\":\"2026-12-08T05:00:00");        /* midnight in New York */
	ok(&op, "teammate.update", js("{\"teammate\":%lld,\"zone\":\"Asia/Tokyo\"}", (long long)noa));
	assert_has(task_json(run, "laptop"), "\"due_on\":\"2026-12-07\"");
	assert_has(task_json(run, "laptop"), "\"due\":\"2026-12-07T15:00:00");
	ok(&op, "teammate.disable", js("{\"teammate\":%lld}", (long long)theo));
	assert_has(task_json(run, "talk#1"), js("\"who\":[%lld]", (long long)mara));   /* the manager, till somebody else is named */
	ok(&op, "teammate.enable", js("{\"teammate\":%lld}", (long long)theo));
	assert_has(task_json(run, "talk#1"), js("\"who\":[%lld]", (long long)theo));
	/* by hand beats the field; given back, the field speaks again */
	ok(&as_noa, "run.answer", say(run, "helper", "ines@desk.example"));
	ok(&as_mara, "run.cast", js("{\"run\":%lld,\"role\":\"buddy\",\"person\":\"nils@desk.example\"}", (long long)run));
	assert_has(task_json(run, "meet"), js("\"who\":[%lld]", (long long)nils));
	ok(&as_noa, "run.answer", say(run, "helper", "theo@desk.example"));
	assert_has(task_json(run, "meet"), js("\"who\":[%lld]", (long long)nils));
	ok(&as_mara, "run.cast", js("{\"run\":%lld,\"role\":\"buddy\"}", (long long)run));
	assert_has(task_json(run, "meet"), js("\"who\":[%lld]", (long long)theo));
	ok(&as_noa, "run.answer", js("{\"run\":%lld,\"field\":\"helper\"}", (long long)run));
	assert_has(task_json(run, "meet"), "\"who\":[]");
	refused(&as_mara, "run.cast", js("{\"run\":%lld,\"role\":\"Big Boss\"}", (long long)run), ERR_INPUT, "Small letters");
	/* a higher level hides the talks */
	ok(&as_mara, "run.change", js("{\"run\":%lld,\"level\":\"3\"}", (long long)run));
	assert_has(task_json(run, "talk#1"), "\"state\":\"hidden\"");
}

static void a_template_put_away_while_runs_live(void **state)
{
	(void)state;
	int64_t p = kit_playbook(ONBOARDING), run = start_onboarding(p);
	ok(&as_mara, "playbook.archive", js("{\"playbook\":%lld}", (long long)p));
	ok(&as_theo, "run.done", task(run, "meet"));
	refused(&as_mara, "run.start", js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld}", (long long)p, (long long)theo), ERR_CONFLICT,
		"is put away");
	ok(&as_mara, "run.archive", js("{\"run\":%lld,\"reason\":\"no longer here\"}", (long long)run));
	refused(&as_theo, "run.reopen", task(run, "meet"), ERR_CONFLICT, "is put away");
	ok(&as_mara, "run.restore", js("{\"run\":%lld}", (long long)run));
	ok(&as_theo, "run.reopen", task(run, "meet"));
}

static void what_cannot_be_published(void **state)
{
	(void)state;
	int64_t p = test_answer_i64(ok(&as_mara, "playbook.create", "{\"name\":\"Broken\"}"), "playbook");
	const char *head = js("{\"playbook\":%lld", (long long)p);
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "There is no task yet");
	refused(&as_theo, "playbook.task_add", js("%s,\"title\":\"A\"}", head), ERR_FORBIDDEN, "");
	ok(&as_mara, "playbook.task_add", js("%s,\"title\":\"A\",\"due_from\":\"due\",\"due_of\":\"b\",\"due_offset\":\"P1D\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "is not there");
	ok(&as_mara, "playbook.task_add", js("%s,\"title\":\"B\",\"due_from\":\"due\",\"due_of\":\"a\",\"due_offset\":\"P1D\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "it must stand above");                     /* a circle */
	ok(&as_mara, "playbook.task_set", js("%s,\"task\":\"a\",\"title\":\"A\",\"due_from\":\"done\",\"due_of\":\"a\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "counts from itself");
	refused(&as_mara, "playbook.task_set", js("%s,\"task\":\"a\",\"title\":\"A\",\"due_from\":\"start\",\"due_offset\":\"3 days\"}", head), ERR_INPUT,
		"is written like P3D");
	ok(&as_mara, "playbook.task_set", js("%s,\"task\":\"a\",\"title\":\"A\"}", head));
	ok(&as_mara, "playbook.field_add", js("%s,\"task\":\"a\",\"label\":\"Colour\",\"type\":\"choice\",\"choices\":\"red\\nblue\"}", head));
	ok(&as_mara, "playbook.rule_add", js("%s,\"does\":\"hide\",\"targets\":\"b\",\"when\":\"colour equals red\"}", head));
	refused(&as_mara, "playbook.rule_add", js("%s,\"does\":\"hide\",\"targets\":\"b\",\"when\":\"colour is-like red\"}", head), ERR_INPUT, "is no condition");
	ok(&as_mara, "playbook.publish", js("%s,\"note\":\"first\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_CONFLICT, "Nothing was changed");
	ok(&as_mara, "playbook.remove", js("%s,\"key\":\"colour\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "looks at the field “colour”, which is not there");  /* a rule on a deleted field */
	ok(&as_mara, "playbook.discard", js("%s}", head));
	/* a rule that looks down, and one that hides what it looks at */
	ok(&as_mara, "playbook.move", js("%s,\"key\":\"a\",\"where\":\"last\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "a rule may look only at what comes before");
	ok(&as_mara, "playbook.discard", js("%s}", head));
	ok(&as_mara, "playbook.rule_set", js("%s,\"rule\":\"rule\",\"does\":\"hide\",\"targets\":\"a\",\"when\":\"colour equals green\"}", head));
	refused(&as_mara, "playbook.publish", js("%s}", head), ERR_INPUT, "none of its choices");
	/* two writers see each other */
	refused(&as_mara, "playbook.move", js("%s,\"key\":\"a\",\"where\":\"last\",\"version\":7}", head), ERR_CONFLICT, "Somebody changed this draft");
	ok(&as_mara, "playbook.archive", js("%s}", head));
	refused(&as_mara, "playbook.task_add", js("%s,\"title\":\"C\"}", head), ERR_CONFLICT, "is put away");
}

/* Fifty runs, two answers each, go on to a revision that takes one task and one field away and adds a task: the difference is shown, answers stay, and all of it
 * goes back. */
static void fifty_runs_move_and_move_back(void **state)
{
	(void)state;
	int64_t p = kit_playbook(ONBOARDING), runs[50];
	for (int i = 0; i < 50; i++) {
		runs[i] = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld,\"reference\":\"r%d\"}",
								      (long long)p, (long long)noa, i)), "run");
		ok(&as_noa, "run.answer", say(runs[i], "os", i % 2 ? "Mac" : "Linux"));
		ok(&as_noa, "run.answer", say(runs[i], "count", js("%d", i)));
		ok(&as_theo, "run.done", task(runs[i], "meet"));
	}
	struct str was[50];
	for (int i = 0; i < 50; i++)
		was[i] = ok(&op, "run.show", js("{\"run\":%lld}", (long long)runs[i]));
	ok(&as_mara, "playbook.remove", js("{\"playbook\":%lld,\"key\":\"count\"}", (long long)p));
	ok(&as_mara, "playbook.remove", js("{\"playbook\":%lld,\"key\":\"demo\"}", (long long)p));
	ok(&as_mara, "playbook.task_add", js("{\"playbook\":%lld,\"title\":\"Read the handbook\",\"section\":\"week-1\"}", (long long)p));
	ok(&as_mara, "playbook.publish", js("{\"playbook\":%lld}", (long long)p));
	/* nothing moved by itself */
	assert_has(ok(&op, "run.show", js("{\"run\":%lld}", (long long)runs[0])), "\"revision\":1");
	struct str diff = ok(&op, "run.diff", js("{\"run\":%lld}", (long long)runs[7]));
	assert_has(diff, "\"change\":\"added\",\"what\":\"task\",\"key\":\"read-the-handbook\"");
	assert_has(diff, "\"change\":\"removed\",\"what\":\"task\",\"key\":\"demo\"");
	assert_has(diff, "\"answers_kept\":1,\"answers_without_a_place\":[\"Screens\"]");
	refused(&as_mara, "run.move", js("{\"run\":%lld,\"from\":2}", (long long)runs[7]), ERR_CONFLICT, "Look at the difference again");
	refused(&as_mara, "run.move_all", js("{\"playbook\":%lld,\"revision\":1}", (long long)p), ERR_CONFLICT, "Revision 2 is the published one");
	assert_int_equal(test_answer_i64(ok(&as_mara, "run.move_all", js("{\"playbook\":%lld,\"revision\":2}", (long long)p)), "moved"), 50);
	for (int i = 0; i < 50; i++) {
		struct str now = ok(&op, "run.show", js("{\"run\":%lld}", (long long)runs[i]));
		assert_has(now, "\"revision\":2");
		assert_has(now, i % 2 ? "\"os\":\"Mac\"" : "\"os\":\"Linux\"");
		assert_has(now, "read-the-handbook");
		assert_true(str_find(now, S("\"demo\"")) < 0);
		assert_has(task_json(runs[i], "meet"), "\"state\":\"done\"");
	}
	assert_int_equal(test_answer_i64(ok(&as_mara, "run.undo_all", js("{\"playbook\":%lld,\"revision\":2}", (long long)p)), "moved"), 50);
	for (int i = 0; i < 50; i++) {
		struct str now = ok(&op, "run.show", js("{\"run\":%lld}", (long long)runs[i]));
		assert_true(str_eq(now, was[i]));
	}
	refused(&as_mara, "run.undo_move", js("{\"run\":%lld}", (long long)runs[0]), ERR_CONFLICT, "no move to undo");
	ok(&as_mara, "run.move", js("{\"run\":%lld,\"from\":1}", (long long)runs[0]));
	refused(&as_mara, "run.move", js("{\"run\":%lld,\"from\":2}", (long long)runs[0]), ERR_CONFLICT, "already");
	ok(&as_mara, "run.undo_move", js("{\"run\":%lld}", (long long)runs[0]));
	assert_true(str_eq(ok(&op, "run.show", js("{\"run\":%lld}", (long long)runs[0])), was[0]));
}

struct editions {
	int64_t id;
};

static enum err install(struct ctx *c, void *arg)
{
	struct editions *e = arg;
	const char *late = "{\"name\":\"Weeks\",\"sections\":[{\"key\":\"a\",\"title\":\"A\",\"tasks\":[{\"key\":\"fifteen\",\"title\":\"15 cases\"}]}]}";
	const char *early = "{\"name\":\"Weeks\",\"sections\":[{\"key\":\"a\",\"title\":\"A\",\"tasks\":[{\"key\":\"fifteen\",\"title\":\"25 cases\"}]}]}";
	for (int i = 0; i < 2; i++) {
		TRY(playbook_install(c, S("weeks"), str_c(late), S("2021-09-01"), S("the calmer one"), &e->id));
		TRY(playbook_install(c, S("weeks"), str_c(early), S("2021-03-01"), S("the tougher one"), &e->id));
	}
	return OK;
}

static void editions_with_dates(void **state)
{
	(void)state;
	struct editions e;
	op.door = DOOR_JOB;
	assert_int_equal(ctx_write(&op, false, install, &e), OK);
	assert_int_equal(ctx_write(&op, true, install, &e), OK);
	struct str now = ok(&op, "playbook.show", js("{\"playbook\":%lld,\"published\":true}", (long long)e.id));
	assert_has(now, "15 cases");
	int64_t run = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld,\"as_of\":\"2021-06-22\"}", (long long)e.id)), "run");
	assert_has(task_json(run, "fifteen"), "25 cases");
	run = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld}", (long long)e.id)), "run");
	assert_has(task_json(run, "fifteen"), "15 cases");
	refused(&as_mara, "run.start", js("{\"playbook\":%lld,\"as_of\":\"2020-01-01\"}", (long long)e.id), ERR_CONFLICT, "No edition");
	assert_has(ok(&op, "playbook.revisions", js("{\"playbook\":%lld}", (long long)e.id)), "\"valid_from\":\"2021-03-01\"");
	ok(&as_mara, "run.done", task(run, "fifteen"));
}

/* ---- the daily mail ---- */

static int digests(void)
{
	int before = mails_sent, ran;
	op.door = DOOR_JOB;
	assert_int_equal(ctx_db(&op), OK);
	fault_clear(&op.fault);
	assert_int_equal(playbook_digest_job(&op, NULL), OK);
	ctx_db_done(&op);
	assert_int_equal(runner_once(desk, &ran), OK);
	return mails_sent - before;
}

/* Promises that run out are in that one mail; there is none for each. */
static void promises_are_in_it(void **state)
{
	(void)state;
	ok(&op, "organisation.create", "{\"name\":\"Northwind\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"plan\":\"Enterprise\",\"domains\":[\"northwind.example\"]}");
	int64_t mine = test_answer_i64(ok(&as_theo, "ticket.create", "{\"subject\":\"It crashes\",\"body\":\"Since noon.\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}"), "ticket");
	ok(&as_theo, "ticket.create", "{\"subject\":\"Nobody has it\",\"body\":\"Hello?\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}");
	ok(&as_theo, "ticket.take", js("{\"ticket\":%lld}", (long long)mine));
	assert_int_equal(digests(), 1);                    /* Theo's */
	assert_has(last_mail, "Promises that run out by tonight");
	assert_has(last_mail, "It crashes");
	assert_has(last_mail, "and 1 of nobody's");
	assert_true(str_find(last_mail, S("Nobody has it")) < 0);
	assert_int_equal(digests(), 0);
	ok(&as_theo, "ticket.reply", js("{\"ticket\":%lld,\"body\":\"I read the log and tried the old version; tomorrow by noon I tell you what it was.\",\"mark\":\"substantive\"}", (long long)mine));
	kit_days(1);
	assert_int_equal(digests(), 1);                    /* answered: nothing runs out; the answer itself goes out */
	assert_has(last_mail, "\"kind\":\"reply\"");
}

static enum err tell_theo(struct ctx *c, void *arg)
{
	(void)arg;
	struct ctx as = *c;
	as.actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = S("test") };
	return notice_tell(&as, &(struct notice_new){ .to = theo, .kind = NOTICE_ASSIGNED, .key = S("held:7"), .words = S("#7 “It fails” came to you, by Mara Lind"), .url = S("/tickets/7") });
}

/* What happened while somebody was away stands in that mail, too: there is no other of the day. */
static void while_they_were_away(void **state)
{
	(void)state;
	struct job look = { .kind = S("notice.mail") };
	assert_int_equal(ctx_write(&op, true, tell_theo, NULL), OK);
	assert_int_equal(digests(), 0);                    /* held for some minutes */
	test_clock_add(10 * UTIME_US_PER_MINUTE);
	test_ctx(desk, &arena, &op);
	op.door = DOOR_JOB;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(notice_job(&op, &look), OK);
	ctx_db_done(&op);
	assert_int_equal(digests(), 1);
	assert_has(last_mail, "While you were away");
	assert_has(last_mail, "came to you, by Mara Lind");
	assert_int_equal(digests(), 0);
	kit_days(1);
	assert_int_equal(digests(), 0);                    /* told once */
}

static void one_calm_mail_a_day(void **state)
{
	(void)state;
	/* Tuesday 2026-11-24, eight o'clock in UTC: nine in Berlin, three in New York */
	int64_t p = kit_playbook("{\"name\":\"Plan\",\"subject\":\"teammate\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":["
				 "{\"key\":\"a\",\"title\":\"Read it\",\"who\":[\"newcomer\"],\"due\":{\"from\":\"start\"}},"
				 "{\"key\":\"b\",\"title\":\"Show it\",\"who\":[\"manager\"],\"due\":{\"from\":\"start\"}},"
				 "{\"key\":\"c\",\"title\":\"Later\",\"who\":[\"newcomer\"],\"due\":{\"from\":\"start\",\"offset\":\"P1D\"}}]}]}");
	int64_t run = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld,\"subject\":\"teammate\",\"subject_id\":%lld,\"cast\":[\"manager=%lld\"],"
								  "\"soft_until\":\"2026-11-27\"}", (long long)p, (long long)theo, (long long)mara)), "run");
	assert_int_equal(digests(), 2);                    /* Theo's and Mara's, a task each */
	assert_int_equal(digests(), 0);                    /* once a day */
	kit_days(1);
	assert_int_equal(digests(), 1);                    /* Theo: what is for today; what is past is not named while dates are soft */
	assert_has(last_mail, "Later");
	assert_true(str_find(last_mail, S("Read it")) < 0 && str_find(last_mail, S("was due")) < 0);
	kit_days(1);
	assert_int_equal(digests(), 0);
	kit_days(2);                                       /* Saturday: nobody works */
	assert_int_equal(digests(), 0);
	kit_days(2);                                       /* Monday: the week begins, and the soft time is over */
	assert_int_equal(digests(), 2);
	kit_days(1);
	assert_int_equal(digests(), 0);                    /* still late, and not said every day */
	ok(&as_theo, "run.done", task(run, "a"));
	ok(&as_theo, "run.done", task(run, "c"));
	ok(&as_mara, "run.done", task(run, "b"));
	kit_days(6);
	assert_int_equal(digests(), 0);
	struct str mine = ok(&as_theo, "run.mine", "{}");
	assert_has(mine, "\"items\":[]");
}

static void a_manager_hears_of_it_after_some_days(void **state)
{
	(void)state;
	int64_t p = kit_playbook("{\"name\":\"Plan\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":["
				 "{\"key\":\"a\",\"title\":\"Read it\",\"who\":[\"ines@desk.example\"],\"due\":{\"from\":\"start\"}}]}]}");
	ok(&as_theo, "run.start", js("{\"playbook\":%lld,\"cast\":[\"manager=%lld\"]}", (long long)p, (long long)mara));
	assert_int_equal(digests(), 1);
	assert_has(ok(&as_ines, "run.mine", "{}"), "Read it");
	kit_days(2);
	assert_int_equal(digests(), 0);
	kit_days(2);                                       /* Saturday; three days late since Saturday's midnight */
	assert_int_equal(digests(), 0);
	kit_days(2);
	assert_int_equal(digests(), 2);                    /* Monday: Ines's week begins, and Mara hears of it */
	assert_has(last_mail, "Read it");
}

/* ---- tickets ---- */

static void a_checklist_on_a_ticket(void **state)
{
	(void)state;
	int64_t p = kit_playbook("{\"name\":\"Handover\",\"subject\":\"ticket\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":["
				 "{\"key\":\"a\",\"title\":\"Call\",\"who\":[\"assignee\",\"account_executive\"]}]}]}");
	int64_t org = test_answer_i64(ok(&op, "organisation.create", "{\"name\":\"Northwind\"}"), "organisation");
	ok(&op, "organisation.person_add", js("{\"organisation\":%lld,\"teammate\":%lld,\"part\":\"ae\"}", (long long)org, (long long)ines));
	int64_t contact = test_answer_i64(ok(&op, "contact.create", js("{\"email\":\"x@northwind.example\",\"organisation\":%lld}", (long long)org)), "contact");
	int64_t ticket = test_answer_i64(ok(&as_theo, "ticket.create", js("{\"subject\":\"It broke\",\"body\":\"Help\",\"requester\":%lld}", (long long)contact)), "ticket");
	ok(&as_theo, "ticket.take", js("{\"ticket\":%lld}", (long long)ticket));
	int64_t run = test_answer_i64(ok(&as_theo, "run.start", js("{\"playbook\":%lld,\"subject\":\"ticket\",\"subject_id\":%lld}", (long long)p, (long long)ticket)),
				      "run");
	assert_has(task_json(run, "a"), js("\"who\":[%lld,%lld]", (long long)theo, (long long)ines));
	struct str list = ok(&as_theo, "run.list", js("{\"subject\":\"ticket\",\"subject_id\":%lld}", (long long)ticket));
	assert_has(list, "Handover: #");
	struct playbook_card *cards;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(playbook_runs_of(&op, PLAYBOOK_TICKET, ticket, &cards, &n), OK);
	ctx_db_done(&op);
	assert_true(n == 1 && cards[0].run == run && cards[0].n_required == 1 && cards[0].n_closed == 0);
	refused(&as_theo, "run.start", js("{\"playbook\":%lld,\"subject\":\"ticket\",\"subject_id\":999}", (long long)p), ERR_NOT_FOUND, "999");
	ok(&as_theo, "run.done", task(run, "a"));
	assert_has(ok(&as_theo, "run.list", "{\"state\":\"completed\"}"), "Handover");
}

/* ---- files ---- */

static struct str import(const char *text, const char *name, bool leave_out, bool dry_run, enum err want)
{
	struct upload u;
	struct {
		struct file_list file;
		struct opt_i64 playbook;
		struct str name;
		bool leave_out, dry_run;
	} in = { .leave_out = leave_out, .dry_run = dry_run };
	struct str answer = S("");
	fault_clear(&as_mara.fault);
	assert_int_equal(upload_store(&as_mara, str_c(text), str_c(name), &u), OK);
	in.file = (struct file_list){ &u, 1 };
	assert_int_equal(playbook_import_cmd.in_size, sizeof(in));
	assert_int_equal(command_run(&as_mara, &playbook_import_cmd, &in, NULL, &answer), want);
	return answer;
}

static void out_and_in_again_is_the_same(void **state)
{
	(void)state;
	int64_t p = kit_playbook(ONBOARDING);
	struct str out = ok(&op, "playbook.export", js("{\"playbook\":%lld}", (long long)p));
	int64_t again = test_answer_i64(import(arena_cstr(&arena, out), "onboarding.json", false, false, OK), "playbook");
	assert_true(again != p);
	assert_true(str_eq(ok(&op, "playbook.export", js("{\"playbook\":%lld}", (long long)again)), out));
	ok(&as_mara, "playbook.publish", js("{\"playbook\":%lld}", (long long)again));
	assert_has(ok(&op, "playbook.diff", js("{\"playbook\":%lld,\"from\":1}", (long long)again)), "\"changes\":[]");
	/* rows that are wrong: nothing is done, unless they are to be left out */
	import("title,due\nGood,P1D\nBad,soon\n", "t.csv", false, false, ERR_INPUT);
	assert_non_null(strstr(as_mara.fault.fields[0].message, "line 3"));
	assert_has(import("title,due\nGood,P1D\nBad,soon\n", "t.csv", false, true, OK), "\"dry_run\":true");
	assert_true(str_find(ok(&op, "playbook.list", "{}"), S("\"name\":\"t\"")) < 0);
	assert_has(import("title,due\nGood,P1D\nBad,soon\n", "t.csv", true, false, OK), "\"where\":\"line 3\"");
	assert_has(ok(&op, "playbook.list", "{}"), "\"name\":\"t\"");
}

/* ---- a thousand tasks and a thousand rules ---- */

static const char *thousand(void)
{
	struct buf b;
	buf_init(&b, &arena, 4 << 20);
	buf_add(&b, S("{\"name\":\"Large\",\"sections\":[{\"key\":\"top\",\"title\":\"Top\",\"tasks\":[{\"key\":\"ask\",\"title\":\"Ask\",\"fields\":["
		      "{\"key\":\"f\",\"label\":\"F\"}]}]}"));
	for (int i = 0; i < 999; i++)
		buf_fmt(&b, "%s{\"key\":\"t%d\",\"title\":\"Task number %d\",\"who\":[\"starter\"],\"due\":{\"from\":\"%s\",%s\"offset\":\"P1D\",\"days\":\"working\"}}",
			i % 100 == 0 ? i ? arena_cstr(&arena, arena_fmt(&arena, "]},{\"key\":\"s%d\",\"title\":\"Part %d\",\"tasks\":[", i, i)) :
					   ",{\"key\":\"s0\",\"title\":\"Part 0\",\"tasks\":[" : ",",
			i, i, i % 3 ? "due" : "start", i % 3 ? arena_cstr(&arena, arena_fmt(&arena, "\"of\":\"t%d\",", i - 1)) : "");
	buf_add(&b, S("]}],\"rules\":["));
	for (int i = 0; i < 1000; i++)
		buf_fmt(&b, "%s{\"key\":\"r%d\",\"when\":[[{\"of\":\"f\",\"is\":\"equals\",\"value\":\"%d\"}]],\"do\":\"hide\",\"targets\":[\"t%d\"]}", i ? "," : "", i, i % 7,
			i % 999);
	buf_add(&b, S("]}"));
	return arena_cstr(&arena, buf_str(&b));
}

static void a_thousand_tasks_and_rules(void **state)
{
	(void)state;
	int64_t p = kit_playbook(thousand());
	int64_t run = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld}", (long long)p)), "run");
	assert_has(ok(&op, "run.show", js("{\"run\":%lld}", (long long)run)), "\"required\":1000");
	ok(&as_mara, "run.answer", say(run, "f", "3"));
	assert_has(task_json(run, "t3"), "\"state\":\"hidden\"");
	ok(&as_mara, "run.done", task(run, "t4"));
	ok(&as_mara, "run.answer", say(run, "f", "none"));
	assert_has(task_json(run, "t3"), "\"state\":\"open\"");
}

#define BY_CALENDAR(calendar, days)                                                                                                                   \
	"{\"name\":\"Order a machine\",\"sections\":[{\"key\":\"s\",\"title\":\"Now\",\"tasks\":[{\"key\":\"order\",\"title\":\"Order\",\"due\":{\"from\":\"start\","     \
	"\"offset\":\"P1D\",\"days\":\"" days "\",\"calendar\":\"" calendar "\"}},{\"key\":\"own\",\"title\":\"By our own days\",\"due\":{\"from\":\"start\",\"offset\":"     \
	"\"P1D\",\"days\":\"working\"}}]}]}"

static void a_due_rule_goes_by_a_calendar_with_holidays(void **state)
{
	(void)state;
	ok(&op, "holiday.add", "{\"calendar\":\"pacific-9-5\",\"day\":\"2026-12-07\",\"name\":\"A day off\"}");
	int64_t p = kit_playbook(BY_CALENDAR("pacific-9-5", "working"));
	int64_t run = test_answer_i64(ok(&as_mara, "run.start", js("{\"playbook\":%lld,\"starts_on\":\"2026-12-04\"}", (long long)p)), "run");
	/* Friday; Monday is off in that calendar only */
	assert_has(task_json(run, "order"), "\"due_on\":\"2026-12-08\"");
	assert_has(task_json(run, "own"), "\"due_on\":\"2026-12-07\"");
	/* what is said in words, and what keeps it from being published */
	assert_has(ok(&as_mara, "playbook.show", js("{\"playbook\":%lld}", (long long)p)), "pacific-9-5");
	int64_t made = test_answer_i64(ok(&as_mara, "playbook.create", "{\"name\":\"Lost\"}"), "playbook");
	const char *plans[] = { BY_CALENDAR("moon", "working"), BY_CALENDAR("pacific-9-5", "all") };
	const char *said[] = { "calendar “moon”, which is not there", "counts all days" };
	for (int i = 0; i < 2; i++) {
		struct json_out j;
		json_init(&j, &arena, 8000);
		json_obj(&j);
		json_ki64(&j, "playbook", made);
		json_kstr(&j, "plan", str_c(plans[i]));
		json_obj_end(&j);
		ok(&as_mara, "playbook.replace", arena_cstr(&arena, json_done(&j)));
		refused(&as_mara, "playbook.publish", js("{\"playbook\":%lld}", (long long)made), ERR_INPUT, said[i]);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
		T(a_due_rule_goes_by_a_calendar_with_holidays), T(a_run_from_start_to_end), T(an_approval_rejected_opens_what_it_is_about), T(dates_by_hand_win_until_cleared), T(values_have_their_type),
		T(one_reference_one_run), T(two_completions_at_once), T(a_task_that_is_done_and_then_hidden_stays_done), T(people_leave_move_and_work_on_other_days),
		T(a_template_put_away_while_runs_live), T(what_cannot_be_published), T(fifty_runs_move_and_move_back), T(editions_with_dates),
		T(promises_are_in_it), T(while_they_were_away), T(one_calm_mail_a_day), T(a_manager_hears_of_it_after_some_days), T(a_checklist_on_a_ticket), T(out_and_in_again_is_the_same), T(a_thousand_tasks_and_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
