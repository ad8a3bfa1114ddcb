/* rules_run_test.c: rules at work: order, loops, failures, budgets, time, imports, bulk edits; the trace; had it been in force. */
#include "desk/desk_page.h"
#include "people/inside.h"
#include "rules/rules.h"

/* Without its folds: the kit's teammates come by a statement, not by events. */
static const struct feature kit_people_commands = { .name = "people", .commands = people_commands };
#define KIT_MORE_FEATURES &kit_people_commands, &sla_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &rules_feature
#include "desk/bulk.h"
#include "sla/calendar.h"
#include "sla/sla.h"
#include "ticket/test_kit.h"

#include "base/banned.h"

#define JSON(...) arena_cstr(&arena, arena_fmt(&arena, __VA_ARGS__))

static void rule(const char *title, const char *when, const char *cond, const char *then)
{
	struct json_out j;
	json_init(&j, &arena, 64 << 10);
	json_obj(&j);
	json_kstr(&j, "title", str_c(title));
	json_kstr(&j, "when", str_c(when));
	json_kstr(&j, "if", str_c(cond));
	json_kstr(&j, "then", str_c(then));
	json_kstr(&j, "state", S("on"));
	json_obj_end(&j);
	op.now_us = clock_now();
	run_ok(&op, "rule.put", arena_cstr(&arena, json_done(&j)));
}

/* Time passes and everything due is done; twice, because what a rule does is looked at too. */
static void later(int64_t us)
{
	test_clock_add(us);
	op.now_us = mara.now_us = ben.now_us = lea.now_us = clock_now();
	for (int i = 0; i < 3; i++)
		run_due();
}

static struct str trace(int64_t ticket)
{
	return run_ok(&op, "rule.trace", JSON("{\"ticket\":%lld}", (long long)ticket));
}

static int count(struct str in, const char *what)
{
	int n = 0;
	for (ptrdiff_t at; (at = str_find(in, str_c(what))) >= 0; n++)
		in = str_slice(in, (size_t)at + 1, in.n);
	return n;
}

static bool has_tag(int64_t ticket, const char *tag)
{
	struct rule_tags_of_row *rows;
	size_t n;
	bool has = false;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(rule_tags_of(op.db, &arena, &rows, &n, .ticket_id = ticket), OK);
	ctx_db_done(&op);
	for (size_t i = 0; i < n; i++)
		has |= str_eq(rows[i].tag, str_c(tag));
	return has;
}

static void acme(void)
{
	run_ok(&ben, "organisation.create", "{\"name\":\"Acme\",\"tier\":\"enterprise\",\"domains\":[\"acme.example\"]}");
}

/* ---- the plain case ---- */

static void a_customer_answers(void **state)
{
	(void)state;
	acme();
	rule("Answered", "customer reply", "was:pending tier:enterprise message:\"it works\" -assignee:nobody", "priority p1; tag answered; notify assignee \"#{{ticket.id}} answered.\"");
	int64_t t = new_ticket(&mara, "Broken", "ines@acme.example"), other = new_ticket(&mara, "Broken too", "otto@other.example");
	for (int i = 0; i < 2; i++) {
		RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)(i ? other : t));
		RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)(i ? other : t));
	}
	later(UTIME_US_PER_MINUTE);
	customer_writes(t, "Hooray, it works now");
	customer_writes(other, "it works");
	later(UTIME_US_PER_MINUTE);
	assert_status(t, "open");
	assert_true(has_tag(t, "answered") && !has_tag(other, "answered"));
	assert_string_equal(arena_cstr(&arena, look(t).priority), "p1");
	struct str a = trace(t);
	assert_int_equal(count(a, "\"outcome\":\"did\""), 1);
	assert_true(str_find(a, S("before that it was pending")) >= 0 && str_find(a, S("\"was\":\"enterprise\"")) >= 0);
	assert_true(str_find(a, S("set the priority to p1; put the tag “answered” on it; tell whoever holds it")) >= 0);
	/* who did it stands in the log: the rule, with its version */
	a = run_ok(&op, "ticket.history", JSON("{\"ticket\":%lld}", (long long)t));
	assert_true(str_find(a, S("rule “Answered” (version 1)")) >= 0);
	assert_true(str_find(run_ok(&mara, "rule.told", "{}"), (arena_fmt(&arena, "#%lld answered.", (long long)t))) >= 0);
	/* it looks once */
	later(UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(t), "\"run\":"), 1);
	/* and which looked at the event, and why not */
	int64_t seq = 0;
	struct event *events;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_by_ticket(&op, other, 0, 100, &events, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq(events[i].kind, S("ticket.customer_wrote")))
			seq = events[i].seq;
	ctx_db_done(&op);
	a = run_ok(&op, "rule.trace", JSON("{\"ticket\":%lld,\"event\":%lld}", (long long)other, (long long)seq));
	assert_true(str_find(a, S("It asks that the customer’s tier is enterprise; it was: no customer.")) >= 0);
}

static void in_order_each_sees_the_one_before(void **state)
{
	(void)state;
	rule("First", "created", "", "tag one");
	rule("Second", "created", "tag:one", "tag two");
	rule("Third", "created", "-tag:two", "tag three");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	later(UTIME_US_PER_SECOND);
	assert_true(has_tag(t, "one") && has_tag(t, "two") && !has_tag(t, "three"));
	run_ok(&op, "rule.move", "{\"rule\":\"third\",\"to\":\"up\"}");
	run_ok(&op, "rule.move", "{\"rule\":\"third\",\"to\":\"up\"}");
	t = new_ticket(&mara, "X", "x@y.example");
	later(UTIME_US_PER_SECOND);
	assert_true(has_tag(t, "three"));
}

static void every_step(void **state)
{
	(void)state;
	acme();
	run_ok(&op, "organisation.update", "{\"organisation\":1,\"assigned\":1,\"backup\":2}");
	run_ok(&op, "team.create", "{\"name\":\"Tools\"}");
	run_ok(&op, "macro.create", "{\"name\":\"Look at it\",\"body\":\"For {{requester.name}}.\",\"mode\":\"note\",\"tags\":[\"area:search\"]}");
	rule("All", "created", "subject:everything",
	     "status pending; priority p2; severity 1; kind defect; effort small; assign engineer; team tools; tag a; tag b; follow backup");
	rule("More", "created", "subject:everything", "untag b; note \"Ticket {{ticket.id}}\"; macro look-at-it; notify team:tools \"x\"; notify followers \"y\"; notify admins \"z\"");
	int64_t t = new_ticket(&mara, "Everything", "ines@acme.example");
	later(UTIME_US_PER_SECOND);
	struct ticket_get_row row = look(t);
	assert_status(t, "pending");
	assert_string_equal(arena_cstr(&arena, row.priority), "p2");
	assert_string_equal(arena_cstr(&arena, row.kind), "defect");
	assert_string_equal(arena_cstr(&arena, row.effort), "small");
	assert_int_equal(row.severity.v, 1);
	assert_int_equal(row.assignee_id.v, MARA);
	assert_int_equal(row.team_id.v, 1);
	assert_true(has_tag(t, "a") && !has_tag(t, "b") && has_tag(t, "search"));
	assert_true(str_find(run_ok(&ben, "rule.told", "{}"), S("\"text\":\"y\"")) >= 0);
	struct str m = run_ok(&op, "ticket.messages", JSON("{\"ticket\":%lld}", (long long)t));
	assert_true(str_find(m, (arena_fmt(&arena, "Ticket %lld", (long long)t))) >= 0 && str_find(m, S("For Ines.")) >= 0);
	assert_int_equal(count(trace(t), "\"outcome\":\"did\""), 2);
}

/* ---- loops ---- */

static void a_rule_that_triggers_itself(void **state)
{
	(void)state;
	rule("Self", "status", "", "status pending; note \"moved\"");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	later(UTIME_US_PER_SECOND);
	assert_status(t, "pending");
	struct str a = trace(t);
	assert_int_equal(count(a, "\"outcome\":\"did\""), 1);
	assert_int_equal(count(a, "\"outcome\":\"stopped\""), 1);
	assert_true(str_find(a, S("A loop: it would act on what it caused itself")) >= 0);
	/* a person's next change is a new chain */
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t);
	later(UTIME_US_PER_SECOND);
	assert_status(t, "pending");
	assert_int_equal(count(trace(t), "\"outcome\":\"did\""), 2);
}

static void two_that_call_each_other(void **state)
{
	(void)state;
	rule("Ping", "status", "status:open", "status pending");
	rule("Pong", "status", "status:pending", "status open");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	for (int i = 0; i < 5; i++)
		later(UTIME_US_PER_SECOND);
	struct str a = trace(t);
	assert_int_equal(count(a, "\"outcome\":\"did\""), 2);
	assert_true(count(a, "\"outcome\":\"stopped\"") > 0);
	assert_true(str_find(a, S("“Pong” ← “Ping”")) >= 0);
	assert_int_equal(count(a, "\"run\":"), 2 + count(a, "\"outcome\":\"stopped\""));
}

static void a_chain_has_an_end(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		rule(JSON("Step %d", i), i ? JSON("tagged t%d", i - 1) : "created", "", JSON("tag t%d", i));
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	for (int i = 0; i < 8; i++)
		later(UTIME_US_PER_SECOND);
	assert_true(has_tag(t, "t4") && !has_tag(t, "t5"));
	assert_true(str_find(trace(t), S("A chain of 5 rules is the most")) >= 0);
}

/* ---- failing ---- */

static void failing_is_seen_tried_again_and_paused(void **state)
{
	(void)state;
	run_ok(&op, "setting.set", "{\"key\":\"rules.failures\",\"value\":\"3\"}");
	rule("Severe", "created", "subject:severe", "tag before; severity 9");
	rule("After", "created", "subject:severe", "tag after");
	int64_t t = new_ticket(&mara, "Severe", "x@y.example");
	later(UTIME_US_PER_SECOND);
	/* nothing half-done, and the next rule is not kept from its work */
	assert_true(!has_tag(t, "before") && has_tag(t, "after"));
	struct str a = run_ok(&op, "rule.runs", "{\"outcome\":\"failed\"}");
	assert_true(str_find(a, S("not on the scale in force")) >= 0);
	json_t *runs = json_loadb(a.p, a.n, 0, NULL);
	int64_t run = json_integer_value(json_object_get(json_array_get(json_object_get(runs, "items"), 0), "run"));
	json_decref(runs);
	run_ok(&op, "rule.put", "{\"rule\":\"severe\",\"then\":\"tag before; severity 1\"}");
	run_ok(&mara, "rule.retry", JSON("{\"run\":%lld}", (long long)run));
	later(UTIME_US_PER_SECOND);
	assert_true(has_tag(t, "before"));
	a = trace(t);
	assert_true(str_find(a, S("\"attempt\":2")) >= 0 && str_find(a, S("\"version\":2")) >= 0);
	run_err(&mara, "rule.retry", JSON("{\"run\":%lld}", (long long)run), ERR_CONFLICT, "did not fail");
	/* again and again: paused, and the admins hear of it */
	run_ok(&op, "teammate.update", "{\"teammate\":2,\"access\":\"admin\"}");
	run_ok(&op, "rule.put", "{\"rule\":\"severe\",\"then\":\"severity 8\"}");
	for (int i = 0; i < 4; i++)
		new_ticket(&mara, "Severe", "x@y.example");
	later(UTIME_US_PER_SECOND);
	a = run_ok(&op, "rule.show", "{\"rule\":\"severe\"}");
	assert_true(str_find(a, S("\"state\":\"paused\"")) >= 0 && str_find(a, S("It failed 3 times")) >= 0);
	assert_true(str_find(run_ok(&ben, "rule.told", "{}"), S("was paused")) >= 0);
	assert_int_equal(count(run_ok(&op, "rule.runs", "{\"outcome\":\"failed\"}"), "\"run\":"), 3);
}

static void a_name_that_is_gone(void **state)
{
	(void)state;
	run_ok(&op, "teammate.update", "{\"teammate\":2,\"access\":\"admin\"}");
	rule("Give", "created", "", "assign mara@desk.example; tag given");
	int64_t t = new_ticket(&ben, "X", "x@y.example");
	later(UTIME_US_PER_SECOND);
	assert_int_equal(look(t).assignee_id.v, MARA);
	run_ok(&op, "teammate.disable", "{\"teammate\":1}");
	t = new_ticket(&ben, "Y", "x@y.example");
	later(UTIME_US_PER_SECOND);
	assert_false(has_tag(t, "given"));
	struct str a = run_ok(&op, "rule.show", "{\"rule\":\"give\"}");
	assert_true(str_find(a, S("\"state\":\"paused\"")) >= 0 && str_find(a, S("not active any more")) >= 0);
	assert_true(str_find(run_ok(&ben, "rule.told", "{}"), S("“Give” was paused")) >= 0);
	/* switching it on again says what is wrong */
	run_err(&op, "rule.switch", "{\"rule\":\"give\",\"state\":\"on\"}", ERR_INPUT, "not active");
}

/* ---- budgets, bulk edits, imports ---- */

static void what_is_beyond_the_budget_waits(void **state)
{
	(void)state;
	run_ok(&op, "setting.set", "{\"key\":\"rules.runs_per_hour\",\"value\":\"5\"}");
	rule("Hot", "tagged hot", "", "priority p1");
	struct buf b;
	buf_init(&b, &arena, 1000);
	for (int i = 0; i < 8; i++)
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)new_ticket(&mara, "X", "x@y.example"));
	RUN_OK(&ben, "bulk.apply", "{\"tickets\":[%.*s],\"tag\":[\"hot\"]}", STR_ARG(buf_str(&b)));
	later(UTIME_US_PER_SECOND);
	assert_int_equal(count(run_ok(&op, "rule.runs", "{\"outcome\":\"held\"}"), "\"run\":"), 3);
	later(UTIME_US_PER_HOUR + UTIME_US_PER_MINUTE);
	assert_int_equal(count(run_ok(&op, "rule.runs", "{\"outcome\":\"held\"}"), "\"run\":"), 0);
	for (int64_t t = 1; t <= 8; t++)
		assert_string_equal(arena_cstr(&arena, look(t).priority), "p1");
}

static void undoing_a_bulk_edit_calls_nobody(void **state)
{
	(void)state;
	rule("Untagged", "untagged", "", "tag gone");
	rule("Moved", "status", "status:open", "tag reopened");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	later(UTIME_US_PER_SECOND);
	RUN_OK(&mara, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"reopened\"]}", (long long)t);
	later(UTIME_US_PER_SECOND);
	RUN_OK(&mara, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"gone\"]}", (long long)t);
	later(UTIME_US_PER_SECOND);
	RUN_OK(&mara, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"gone\"]}", (long long)t);
	struct str a = RUN_OK(&ben, "bulk.apply", "{\"tickets\":[%lld],\"tag\":[\"hot\"],\"status\":\"pending\"}", (long long)t);
	int64_t bulk = test_answer_i64(a, "bulk");
	later(UTIME_US_PER_SECOND);
	int before = count(trace(t), "\"run\":");
	a = RUN_OK(&ben, "bulk.undo", "{\"bulk\":%lld}", (long long)bulk);
	assert_int_equal(test_answer_i64(a, "undone"), 1);
	later(UTIME_US_PER_SECOND);
	assert_status(t, "open");
	assert_false(has_tag(t, "reopened"));
	assert_int_equal(count(trace(t), "\"run\":"), before);
}

static enum err import_one(struct ctx *c, void *arg)
{
	(void)arg;
	struct ticket_get_row t = { .subject = S("Old"), .status = S("open"), .status_since_us = 5, .kind = S("question"), .origin = S("import"), .next_action = S("us"),
				    .created_us = 5, .updated_us = 5, .version_no = 1 };
	c->bulk = true;
	TRY(ticket_insert(c, &t, &(struct ticket_note_to_log){ .at_us = 5 }));
	TRY(ticket_tag_put(c, t.id, S("plain"), S("hot"), true, 5));
	return sla_settle_after(c, t.id, c->now_us);   /* as an import does when a case is whole */
}

static enum err settle_one(struct ctx *c, void *arg)
{
	(void)arg;
	c->bulk = false;
	return sla_settle_after(c, 1, c->now_us);
}

static void history_fires_nothing(void **state)
{
	(void)state;
	rule("Any", "created, tagged", "", "priority p1");
	struct ctx c;
	desk_ctx(desk, &arena, S("import"), &c);
	assert_int_equal(ctx_write(&c, false, import_one, NULL), OK);
	assert_int_equal(ctx_write(&c, true, settle_one, NULL), OK);
	later(UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(1), "\"run\":"), 0);
	assert_null(look(1).priority.p);
}

/* ---- mail to customers ---- */

static void mail_has_brakes(void **state)
{
	(void)state;
	acme();
	run_ok(&op, "macro.create", "{\"name\":\"We are on it\",\"body\":\"Hello {{requester.first_name}}, case {{ticket.id}} is being looked at.\"}");
	run_ok(&op, "macro.create", "{\"name\":\"Version\",\"body\":\"You run {{ticket.version}}.\"}");
	rule("On it", "tagged go", "", "mail we-are-on-it");
	rule("Version", "tagged v", "", "mail version");
	int64_t known = new_ticket(&mara, "X", "ines@acme.example"), stranger = new_ticket(&mara, "Y", "eve@stranger.example");
	for (int i = 0; i < 2; i++)
		RUN_OK(&mara, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"go\"]}", (long long)(i ? stranger : known));
	RUN_OK(&mara, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"v\"]}", (long long)known);
	later(UTIME_US_PER_SECOND);
	assert_true(str_find(trace(stranger), S("does not write to strangers")) >= 0);
	assert_true(str_find(trace(known), S("mail “We are on it” to the customer")) >= 0);
	assert_true(str_find(trace(known), S("has a variable that has no value on this case")) >= 0);
	later(UTIME_US_PER_MINUTE);
	assert_int_equal(mails_sent, 1);
	/* no first response, no move, nobody holds it now */
	struct ticket_get_row row = look(known);
	assert_false(row.first_reply_us.set);
	assert_false(row.assignee_id.set);
	assert_status(known, "new");
	for (int i = 0; i < 3; i++) {
		RUN_OK(&mara, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"go\"]}", (long long)known);
		RUN_OK(&mara, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"go\"]}", (long long)known);
		later(UTIME_US_PER_MINUTE);
	}
	assert_int_equal(mails_sent, 2);
	assert_true(str_find(trace(known), S("2 mails to this person within an hour")) >= 0);
}

/* ---- time ---- */

static void once_for_each_wait(void **state)
{
	(void)state;
	rule("Slow", "2h in pending", "", "note \"Two hours.\"");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	later(UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(t), "\"run\":"), 0);
	later(UTIME_US_PER_HOUR + UTIME_US_PER_MINUTE);
	assert_int_equal(count(trace(t), "\"outcome\":\"did\""), 1);
	for (int i = 0; i < 5; i++)
		later(UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(t), "\"run\":"), 1);
	/* left and entered again: once more */
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t);
	later(UTIME_US_PER_HOUR);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	later(UTIME_US_PER_HOUR);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t);
	later(3 * UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(t), "\"run\":"), 1);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	later(3 * UTIME_US_PER_HOUR);
	assert_int_equal(count(trace(t), "\"run\":"), 2);
}

static void after_a_night_switched_off(void **state)
{
	(void)state;
	rule("Slow", "2h in pending", "", "tag slow");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	later(UTIME_US_PER_SECOND);
	later(10 * UTIME_US_PER_HOUR);
	struct str a = trace(t);
	assert_int_equal(count(a, "\"outcome\":\"did\""), 1);
	assert_true(str_find(a, S("\"late_seconds\":288")) >= 0);   /* eight hours */
}

static void what_waited_already_when_it_began(void **state)
{
	(void)state;
	int64_t long_ago = new_ticket(&mara, "X", "x@y.example"), just_now;
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)long_ago);
	later(5 * UTIME_US_PER_HOUR);
	just_now = new_ticket(&mara, "Y", "x@y.example");
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)just_now);
	later(UTIME_US_PER_HOUR);
	rule("Slow", "2h in pending", "", "tag slow");
	later(UTIME_US_PER_SECOND);
	later(2 * UTIME_US_PER_HOUR);
	/* its two hours were over before the rule began: no surprise for old cases */
	assert_false(has_tag(long_ago, "slow"));
	assert_true(has_tag(just_now, "slow"));
}

static void looked_at_again_when_something_happens(void **state)
{
	(void)state;
	rule("Old p1", "2h since created", "priority:p1", "tag old");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	later(3 * UTIME_US_PER_HOUR);
	assert_false(has_tag(t, "old"));
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"priority\":\"p1\"}", (long long)t);
	later(UTIME_US_PER_MINUTE);
	assert_true(has_tag(t, "old"));
	/* a customer's wait ends with an answer */
	rule("Waits", "1h since customer reply", "", "tag waits");
	customer_writes(t, "Hello?");
	later(30 * UTIME_US_PER_MINUTE);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Yes. Next we look at the log, tomorrow.\"}", (long long)t);
	later(2 * UTIME_US_PER_HOUR);
	assert_false(has_tag(t, "waits"));
}

static void business_hours_and_the_night_the_clocks_change(void **state)
{
	(void)state;
	/* Tuesday, 24 November 2026, 08:00 UTC: the desk's own calendar is nine to five in Los Angeles; its first open hour is at 17:00 UTC */
	rule("Business", "2h business in pending", "", "tag business");
	rule("Wall", "14h in pending", "", "tag wall");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	later(UTIME_US_PER_SECOND);
	struct rule_timers_of_row *rows;
	size_t n;
	utime due = 0;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(rule_timers_of(op.db, &arena, &rows, &n, .ticket_id = t), OK);
	struct rule_hours hours = { 0 };
	assert_int_equal(rule_hours_get(&op, &hours), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].slug, S("business")))
			due = rows[i].due_us;
	assert_non_null(hours.cal);
	assert_int_equal(calendar_between(hours.cal, cal_seconds(rows[0].entered_us), cal_seconds(due)), 2 * 3600);
	/* the night of 1 November 2026 has 25 hours in Los Angeles: a wait in elapsed time does not care, one in business time counts open hours */
	struct ticket_get_row night = { .status = S("pending"), .status_since_us = INT64_C(1793491200) * UTIME_US_PER_SECOND };   /* 2026-11-01T00:00:00Z */
	struct rule_when wall = { .wait_s = 14 * 3600, .since = RULE_IN_STATUS, .status = TICKET_PENDING }, business = wall;
	business.business = true;
	utime entered, at;
	assert_true(rule_waits(&night, &wall, hours.cal, &entered, &at));
	assert_int_equal(at - entered, 14 * UTIME_US_PER_HOUR);
	assert_true(rule_waits(&night, &business, hours.cal, &entered, &at));
	assert_int_equal(calendar_between(hours.cal, cal_seconds(entered), cal_seconds(at)), 14 * 3600);
	rule_hours_put(&hours);
	ctx_db_done(&op);
}

static void a_slow_circle_through_time(void **state)
{
	(void)state;
	rule("Down", "1h in open", "", "status pending");
	rule("Up", "1h in pending", "", "status open");
	int64_t t = new_ticket(&mara, "X", "x@y.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	for (int i = 0; i < 10; i++)
		later(UTIME_US_PER_HOUR + UTIME_US_PER_MINUTE);
	struct str a = trace(t);
	assert_int_equal(count(a, "\"outcome\":\"did\""), 2);
	assert_int_equal(count(a, "\"outcome\":\"stopped\""), 1);
}

/* ---- had it been in force ---- */

static void had_it_been_in_force(void **state)
{
	(void)state;
	acme();
	int64_t t = new_ticket(&mara, "Out of memory", "ines@acme.example"), u = new_ticket(&mara, "Other", "otto@other.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"pending\"}", (long long)t);
	RUN_OK(&mara, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"hot\"]}", (long long)t);
	later(3 * UTIME_US_PER_HOUR);
	customer_writes(t, "still out of memory");
	customer_writes(u, "out of memory");
	later(UTIME_US_PER_HOUR);
	RUN_OK(&mara, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"hot\"]}", (long long)t);
	RUN_OK(&op, "organisation.update", "{\"organisation\":1,\"tier\":\"team\"}");
	int64_t last, now;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_last_seq(&op, &last), OK);
	ctx_db_done(&op);
	/* as it was then: pending before, the tag on, the tier of that day */
	struct str a = run_ok(&mara, "rule.dry_run", "{\"when\":\"customer reply\",\"if\":\"was:pending tag:hot tier:enterprise message:memory\",\"then\":\"tag again; status open\"}");
	assert_int_equal(test_answer_i64(a, "times"), 1);
	assert_int_equal(test_answer_i64(a, "cases"), 1);
	assert_true(str_find(a, S("put the tag “again” on it; set it to open (it is so already)")) >= 0);
	a = run_ok(&mara, "rule.dry_run", "{\"when\":\"customer reply\",\"if\":\"tier:team\",\"then\":\"tag again\"}");
	assert_int_equal(test_answer_i64(a, "times"), 0);
	/* time: two hours in pending were over once, three and a half never */
	a = run_ok(&mara, "rule.dry_run", "{\"when\":\"2h in pending\",\"then\":\"tag slow\"}");
	assert_int_equal(test_answer_i64(a, "times"), 1);
	a = run_ok(&mara, "rule.dry_run", "{\"when\":\"210m in pending\",\"then\":\"tag slow\"}");
	assert_int_equal(test_answer_i64(a, "times"), 0);
	/* on one case; in no time */
	a = run_ok(&mara, "rule.dry_run", JSON("{\"when\":\"created, customer reply\",\"then\":\"tag x\",\"ticket\":%lld}", (long long)u));
	assert_int_equal(test_answer_i64(a, "times"), 2);
	a = run_ok(&mara, "rule.dry_run", "{\"when\":\"created\",\"then\":\"tag x\",\"from\":\"2020-01-01\",\"to\":\"2021-01-01\"}");
	assert_int_equal(test_answer_i64(a, "times"), 0);
	run_err(&mara, "rule.dry_run", "{\"when\":\"created\",\"then\":\"tag x\",\"from\":\"2026-01-01\",\"to\":\"2021-01-01\"}", ERR_INPUT, "before the beginning");
	run_err(&mara, "rule.dry_run", "{\"when\":\"created\",\"if\":\"(\",\"then\":\"tag x\"}", ERR_INPUT, "missing");
	/* nothing was written */
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_last_seq(&op, &now), OK);
	ctx_db_done(&op);
	assert_int_equal(now, last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(a_customer_answers), KIT_TEST(in_order_each_sees_the_one_before), KIT_TEST(every_step), KIT_TEST(a_rule_that_triggers_itself),
		KIT_TEST(two_that_call_each_other), KIT_TEST(a_chain_has_an_end), KIT_TEST(failing_is_seen_tried_again_and_paused), KIT_TEST(a_name_that_is_gone),
		KIT_TEST(what_is_beyond_the_budget_waits), KIT_TEST(undoing_a_bulk_edit_calls_nobody), KIT_TEST(history_fires_nothing), KIT_TEST(mail_has_brakes),
		KIT_TEST(once_for_each_wait), KIT_TEST(after_a_night_switched_off), KIT_TEST(what_waited_already_when_it_began),
		KIT_TEST(looked_at_again_when_something_happens), KIT_TEST(business_hours_and_the_night_the_clocks_change), KIT_TEST(a_slow_circle_through_time),
		KIT_TEST(had_it_been_in_force),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
