/* triage_test.c: judged as it comes in and again when the customer changes; one decision, whole or not at all; what is handed on is not counted; account people's
 * hand-over and notes; the ten minutes; what bad input is told. */
#include "desk/desk_page.h"
#include "sla/sla.h"
#include "triage/triage.h"

#define KIT_MORE_FEATURES &sla_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &triage_feature
#include "triage/context.h"
#include "triage/suggest.h"
#include "ticket/test_kit.h"

#include "base/banned.h"

static int64_t org_with(const char *name, const char *domain, const char *more)
{
	struct str a = RUN_OK(&op, "organisation.create", "{\"name\":\"%s\",\"domains\":[\"%s\"]%s}", name, domain, more);
	return test_answer_i64(a, "organisation");
}

static int64_t case_of(const char *subject, const char *body, const char *email)
{
	return test_answer_i64(RUN_OK(&op, "ticket.create", "{\"subject\":\"%s\",\"body\":\"%s\",\"name\":\"Ines\",\"email\":\"%s\"}", subject, body, email), "ticket");
}

static struct triage_case_of_row row_of(int64_t ticket)
{
	struct triage_case_of_row k;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(triage_of(&op, ticket, &k, &found), OK);
	ctx_db_done(&op);
	assert_true(found);
	return k;
}

static void assert_text(struct str s, const char *want)
{
	assert_string_equal(arena_cstr(&arena, s), want);
}

static bool has_tag(int64_t ticket, const char *kind, const char *tag)
{
	struct ticket_tag_find_row r;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(ticket_tag_find(op.db, &arena, &r, &found, .ticket_id = ticket, .kind = str_c(kind), .tag = str_c(tag)), OK);
	ctx_db_done(&op);
	return found && !r.removed_us.set;
}

#define DECIDE(c, ticket, more) RUN_OK((c), "triage.decide", "{\"ticket\":%lld" more "}", (long long)(ticket))
#define REFUSE(c, ticket, more, e, says) \
	run_err((c), "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld" more "}", (long long)(ticket))), (e), (says))

static void judged_at_the_door_and_on_change(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\"");
	int64_t t = case_of("Executor VMs fail with a timeout", "The job fails with an error since the upgrade.", "ines@northwind.example");
	struct triage_case_of_row k = row_of(t);
	assert_text(k.state, "waiting");
	assert_text(k.ask, "not_working");
	assert_text(k.owner, "support");
	assert_text(k.reason, "Belongs to support, because it says that something does not work; row not-working-later, since 2023-02-01.");
	/* the stage changes: the customer engineer is the front line */
	RUN_OK(&op, "organisation.update", "{\"organisation\":%lld,\"stage\":\"pre_sales\"}", (long long)org);
	k = row_of(t);
	assert_text(k.owner, "ce");
	assert_text(k.action, "hand_on");
	/* the type changes: a feature, and a technical advisor is named */
	RUN_OK(&op, "ticket.update", "{\"ticket\":%lld,\"kind\":\"improvement\"}", (long long)t);
	assert_text(row_of(t).owner, "support");
	RUN_OK(&op, "organisation.person_add", "{\"organisation\":%lld,\"teammate\":%d,\"part\":\"ta\"}", (long long)org, LEA);
	k = row_of(t);
	assert_text(k.ask, "feature_request");
	assert_text(k.owner, "ta");
	RUN_OK(&op, "organisation.person_remove", "{\"organisation\":%lld,\"teammate\":%d,\"part\":\"ta\"}", (long long)org, LEA);
	assert_text(row_of(t).owner, "support");
	/* to another customer */
	int64_t other = org_with("Acme", "acme.example", ",\"stage\":\"post_sales\"");
	RUN_OK(&op, "ticket.update", "{\"ticket\":%lld,\"organisation\":%lld}", (long long)t, (long long)other);
	assert_text(row_of(t).owner, "scaled_success");
	/* for a day of the past */
	struct str a = RUN_OK(&mara, "owner.ask", "{\"ask\":\"how_to\",\"on\":\"2021-08-01\",\"strategic\":\"yes\",\"stage\":\"pre_sales\"}");
	assert_true(str_find(a, S("the customer engineer, because it asks how to do something, of a strategic customer")) > 0);
	a = RUN_OK(&mara, "owner.ask", "{\"ticket\":%lld,\"on\":\"2021-07-01\"}", (long long)t);
	assert_true(str_find(a, S("feature-ce")) > 0);
	run_err(&mara, "owner.ask", "{}", ERR_INPUT, "question type");
}

static void what_is_answered_has_passed(void **state)
{
	(void)state;
	int64_t a = case_of("How do I set up SSO", "How to do it?", "ines@northwind.example"), b = case_of("It crashes", "It crashes.", "ines@northwind.example");
	assert_text(row_of(a).ask, "how_to");
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Set the auth provider in the site configuration.\"}", (long long)a);
	assert_text(row_of(a).state, "passed");
	RUN_OK(&mara, "ticket.merge", "{\"ticket\":%lld,\"into\":%lld}", (long long)b, (long long)a);
	assert_text(row_of(b).state, "passed");
	RUN_OK(&mara, "ticket.unmerge", "{\"ticket\":%lld}", (long long)b);
	assert_text(row_of(b).state, "waiting");
	RUN_OK(&mara, "ticket.suspend", "{\"ticket\":%lld,\"reason\":\"spam\"}", (long long)b);
	assert_text(row_of(b).state, "passed");
	RUN_OK(&mara, "ticket.unsuspend", "{\"ticket\":%lld}", (long long)b);
	assert_text(row_of(b).state, "waiting");
	struct str l = RUN_OK(&mara, "triage.list", "{}");
	assert_true(str_find(l, S("It crashes")) > 0 && str_find(l, S("SSO")) < 0);
	/* a task of ours is nobody's request */
	int64_t task = test_answer_i64(RUN_OK(&mara, "ticket.task", "{\"ticket\":%lld,\"subject\":\"Docs\"}", (long long)a), "ticket");
	struct triage_case_of_row k;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(triage_of(&op, task, &k, &found), OK);
	ctx_db_done(&op);
	assert_false(found);
	REFUSE(&mara, task, "", ERR_CONFLICT, "task");
}

static void one_act(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\"");
	RUN_OK(&op, "organisation.update", "{\"organisation\":%lld,\"assigned\":%d,\"backup\":%d}", (long long)org, MARA, BEN);
	int64_t t = case_of("It fails", "Executor VMs fail with a timeout on kubernetes.", "ines@gmail.com");
	struct str s = RUN_OK(&mara, "triage.show", "{\"ticket\":%lld}", (long long)t);
	assert_true(str_find(s, S("\"executors\"")) > 0 && str_find(s, S("\"deployment\"")) > 0);
	/* all at once: whose, what, how bad, who */
	DECIDE(&ben, t, ",\"organisation_named\":\"Northwind\",\"subject\":\"Executor VMs time out on Kubernetes\",\"areas\":[\"deployment\"],\"themes\":[\"executors\"],"
		       "\"severity\":1,\"priority\":\"p1\",\"note\":\"Look at the pod limits first.\"");
	struct ticket_get_row now = look(t);
	assert_int_equal(now.organisation_id.v, org);
	assert_int_equal(now.severity.v, 1);
	assert_text(now.priority, "p1");
	assert_text(now.kind, "help");
	assert_text(now.subject, "Executor VMs time out on Kubernetes");
	assert_int_equal(now.assignee_id.v, MARA);
	assert_true(has_tag(t, "area", "deployment") && has_tag(t, "theme", "executors"));
	struct str messages = RUN_OK(&mara, "ticket.messages", "{\"ticket\":%lld}", (long long)t);
	assert_true(str_find(messages, S("Triaged: support takes it.")) > 0 && str_find(messages, S("Look at the pod limits first.")) > 0);
	assert_true(str_find(RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t), S("Ben Ruiz")) > 0);
	struct triage_case_of_row k = row_of(t);
	assert_text(k.state, "decided");
	assert_text(k.outcome, "here");
	assert_text(k.decided_by, "Ben Ruiz");
	/* the second of two people is told who was first, and changes nothing */
	REFUSE(&mara, t, ",\"severity\":3,\"priority\":\"p3\"", ERR_CONFLICT, "Ben Ruiz triaged this case");
	assert_int_equal(look(t).severity.v, 1);
	DECIDE(&mara, t, ",\"severity\":2,\"priority\":\"p2\",\"again\":true");
	assert_int_equal(look(t).severity.v, 2);
	/* several questions of one customer go to one owner */
	int64_t two = case_of("Search is slow", "Search is slow too.", "tom@northwind.example");
	RUN_OK(&op, "organisation.update", "{\"organisation\":%lld,\"clear\":[\"assigned\"]}", (long long)org);
	RUN_OK(&op, "ticket.release", "{\"ticket\":%lld}", (long long)two);
	s = RUN_OK(&mara, "triage.show", "{\"ticket\":%lld}", (long long)two);
	assert_true(str_find(s, S("asked by the same customer today")) > 0);
	DECIDE(&ben, two, ",\"severity\":2,\"priority\":\"p2\"");
	assert_int_equal(look(two).assignee_id.v, MARA);
	/* a light agent decides nothing */
	REFUSE(&lea, two, ",\"again\":true", ERR_FORBIDDEN, "");
}

static void nothing_half_done(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\"");
	int64_t t = case_of("It fails", "It fails with an error.", "ines@northwind.example");
	REFUSE(&mara, t, "", ERR_INPUT, "How bad is it");
	REFUSE(&mara, t, ",\"severity\":1", ERR_INPUT, "Only the engineer");
	REFUSE(&mara, t, ",\"severity\":4,\"priority\":\"p1\"", ERR_INPUT, "from 0 to 3");
	/* an unknown tag: nothing of the rest happened */
	REFUSE(&mara, t, ",\"severity\":1,\"priority\":\"p1\",\"subject\":\"Other\",\"areas\":[\"serch\"]", ERR_INPUT, "Did you mean “search”");
	REFUSE(&mara, t, ",\"severity\":1,\"priority\":\"p1\",\"tags\":[\"b ad:\"]", ERR_INPUT, "tag");
	assert_text(look(t).subject, "It fails");
	assert_text(row_of(t).state, "waiting");
	/* the requester is a teammate */
	int64_t k = test_answer_i64(RUN_OK(&op, "contact.create", "{\"name\":\"Lea\",\"email\":\"lea@desk.example\"}"), "contact");
	REFUSE(&mara, t, ",\"severity\":1,\"priority\":\"p1\",\"email\":\"lea@desk.example\"", ERR_INPUT, "is a teammate. Whose request is it?");
	RUN_OK(&op, "ticket.requester", "{\"ticket\":%lld,\"contact\":%lld}", (long long)t, (long long)k);
	REFUSE(&mara, t, ",\"severity\":1,\"priority\":\"p1\"", ERR_INPUT, "is a teammate");
	DECIDE(&mara, t, ",\"severity\":1,\"priority\":\"p1\",\"colleague\":true");
	/* the organisation was put away meanwhile */
	int64_t u = case_of("It fails again", "It fails with an error.", "tom@example.org");
	RUN_OK(&op, "organisation.delete", "{\"organisation\":%lld}", (long long)org);
	run_err(&mara, "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"severity\":1,\"priority\":\"p1\",\"organisation\":%lld}", (long long)u, (long long)org)),
		ERR_INPUT, "put away meanwhile");
	REFUSE(&mara, u, ",\"severity\":1,\"priority\":\"p1\",\"organisation_named\":\"Nowhere\"", ERR_INPUT, "no customer of that name");
	REFUSE(&mara, u, ",\"severity\":1,\"priority\":\"p1\",\"assignee\":4", ERR_INPUT, "");
	REFUSE(&mara, 999, "", ERR_NOT_FOUND, "");
	assert_text(row_of(u).state, "waiting");
}

static void the_same_issue(void **state)
{
	(void)state;
	org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\"");
	org_with("Acme", "acme.example", ",\"stage\":\"post_sales\"");
	int64_t first = case_of("Executor heartbeat refused after upgrade", "The executor heartbeat is refused since the upgrade to 5.2.", "ines@northwind.example");
	int64_t again = case_of("Executor heartbeat refused", "Our executor heartbeat is refused too.", "tom@northwind.example");
	int64_t theirs = case_of("Executor heartbeat refused", "Executor heartbeat refused after the upgrade.", "ann@acme.example");
	struct suggest *s = arena_new(&arena, struct suggest);
	struct ticket_get_row t = look(again);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(suggest_for(&op, &t, s), OK);
	ctx_db_done(&op);
	assert_int_equal(s->n_same, 2);
	assert_int_equal(s->same[0].ticket, first);
	assert_false(s->same[0].link);
	assert_int_equal(s->same[1].ticket, theirs);
	assert_true(s->same[1].link);
	/* into itself, and into what is not there */
	run_err(&mara, "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"same_as\":%lld}", (long long)again, (long long)again)), ERR_INPUT, "itself");
	run_err(&mara, "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"same_as\":777}", (long long)again)), ERR_INPUT, "777");
	/* from one thread elsewhere, though no word is the same */
	int64_t a1 = test_answer_i64(RUN_OK(&op, "ticket.create", "{\"subject\":\"One\",\"body\":\"x\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\",\"origin_url\":\"https://chat.example/9\"}"), "ticket");
	int64_t a2 = test_answer_i64(RUN_OK(&op, "ticket.create", "{\"subject\":\"Two\",\"body\":\"y\",\"name\":\"Tom\",\"email\":\"tom@northwind.example\",\"origin_url\":\"https://chat.example/9\"}"), "ticket");
	t = look(a2);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(suggest_for(&op, &t, s), OK);
	ctx_db_done(&op);
	assert_int_equal(s->same[0].ticket, a1);
	assert_text(s->same[0].why, "from the same thread elsewhere");
	/* one key: merged, noted, undone */
	struct str a = RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"same_as\":%lld}", (long long)again, (long long)first);
	assert_true(str_find(a, S("/do/ticket.unmerge?ticket=")) > 0);
	assert_status(again, "merged");
	assert_text(row_of(again).outcome, "merge");
	/* in a ring */
	run_err(&mara, "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"same_as\":%lld}", (long long)first, (long long)again)), ERR_INPUT, "was merged into");
	RUN_OK(&mara, "ticket.unmerge", "{\"ticket\":%lld}", (long long)again);
	assert_status(again, "new");
	/* another customer's is linked; into a closed one it cannot be merged */
	RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"same_as\":%lld,\"severity\":2,\"priority\":\"p2\"}", (long long)theirs, (long long)first);
	assert_status(theirs, "new");
	assert_true(str_find(RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)theirs), S("duplicate_of")) > 0);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"a test\"}", (long long)first);
	timer_moves(first, TICKET_CLOSED);
	run_err(&mara, "triage.decide", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"same_as\":%lld,\"same_how\":\"merge\",\"again\":true}", (long long)again, (long long)first)),
		ERR_INPUT, "closed for good");
	RUN_OK(&mara, "triage.decide", "{\"ticket\":%lld,\"same_as\":%lld,\"severity\":2,\"priority\":\"p2\",\"again\":true}", (long long)again, (long long)first);
	assert_status(again, "new");
}

static void handed_on_and_not_counted(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\"");
	int64_t t = case_of("More seats", "We need a license key with more seats.", "ines@northwind.example");
	struct triage_case_of_row k = row_of(t);
	assert_text(k.ask, "licensing");
	assert_text(k.owner, "ce");
	/* the customer is told something, or it is said that nothing is */
	REFUSE(&mara, t, "", ERR_INPUT, "What is the customer told");
	REFUSE(&mara, t, ",\"outcome\":\"here\",\"severity\":3,\"priority\":\"p2\"", ERR_INPUT, "The row in force says otherwise");
	DECIDE(&mara, t, ",\"message\":\"Noa, your customer engineer, sends you the key today.\"");
	assert_status(t, "solved");
	assert_true(has_tag(t, "plain", RESOLVE_NO_ACTION));
	k = row_of(t);
	assert_text(k.outcome, "hand_on");
	assert_true(str_find(RUN_OK(&mara, "ticket.messages", "{\"ticket\":%lld}", (long long)t), S("Route: the customer engineer: new licences and more seats")) > 0);
	/* quietly, with why, and otherwise than the row says */
	int64_t u = case_of("It fails", "It fails with an error.", "ines@northwind.example");
	DECIDE(&mara, u, ",\"outcome\":\"hand_on\",\"why\":\"Noa asked to have it\",\"quietly\":true");
	assert_status(u, "solved");
	/* spam, and mail that belongs to others */
	int64_t spam = case_of("You have won", "You have won the lottery.", "x@spam.example"), bill = case_of("Attached invoice", "The purchase order and the attached invoice.", "y@bills.example");
	assert_text(row_of(spam).action, "spam");
	assert_text(row_of(bill).action, "forward");
	DECIDE(&mara, spam, "");
	assert_status(spam, "suspended");
	DECIDE(&mara, bill, ",\"quietly\":true,\"by_hand\":true");
	assert_status(bill, "solved");
	/* unsure: it goes on waiting, and says what is asked */
	int64_t v = case_of("Hello", "A word to the team.", "ines@northwind.example");
	REFUSE(&mara, v, "", ERR_INPUT, "What is the team asked");
	DECIDE(&mara, v, ",\"why\":\"Is this the trial of the other team?\"");
	assert_text(row_of(v).state, "waiting");
	DECIDE(&ben, v, ",\"ask\":\"how_to\",\"severity\":3,\"priority\":\"p2\"");
	assert_text(row_of(v).state, "decided");
	(void)org;
}

static void rows_are_ended_and_followed(void **state)
{
	(void)state;
	int64_t t = case_of("How to do it", "How do I do it?", "ines@northwind.example");
	struct str l = run_ok(&op, "owner_rule.list", "{\"on\":\"2026-11-24\"}");
	ptrdiff_t at = str_find(l, S("\"code\":\"howto-htq\""));
	assert_true(at > 0);
	int64_t id = row_of(t).rule_id.v;
	run_err(&op, "owner_rule.add", "{\"code\":\"howto-htq\",\"owner\":\"ce\",\"action\":\"hand_on\",\"route\":\"x\"}", ERR_INPUT, "in force from");
	run_err(&op, "owner_rule.add", "{\"code\":\"new\",\"owner\":\"support\",\"action\":\"hand_on\",\"route\":\"x\"}", ERR_INPUT, "somebody else");
	run_err(&op, "owner_rule.add", "{\"code\":\"new\",\"owner\":\"ce\",\"action\":\"hand_on\",\"route\":\"x\",\"valid_from\":\"2020-01-01\"}", ERR_INPUT, "in the past");
	run_err(&op, "owner_rule.add", "{\"code\":\"new\",\"owner\":\"ce\",\"action\":\"hand_on\",\"route\":\"x\",\"valid_to\":\"2026-11-24\"}", ERR_INPUT, "end after");
	run_err(&ben, "owner_rule.add", "{\"code\":\"new\",\"owner\":\"ce\",\"action\":\"hand_on\",\"route\":\"x\"}", ERR_FORBIDDEN, "");
	RUN_OK(&op, "owner_rule.add", "{\"follows\":%lld,\"asks\":[\"how_to\"],\"owner\":\"ta\",\"action\":\"hand_on\",\"route\":\"the technical advisor answers\"}", (long long)id);
	/* what waits goes by it at once; the day before is as it was */
	assert_text(row_of(t).owner, "ta");
	assert_true(str_find(run_ok(&op, "owner.ask", "{\"ask\":\"how_to\",\"on\":\"2026-11-23\"}"), S("howto-htq, since 2022-06-16")) > 0);
	run_err(&op, "owner_rule.end", arena_cstr(&arena, arena_fmt(&arena, "{\"rule\":%lld}", (long long)id)), ERR_INPUT, "already");
	/* words of the desk */
	RUN_OK(&ben, "triage_cue.add", "{\"kind\":\"theme\",\"words\":\"Flux capacitor\",\"value\":\"flux\"}");
	int64_t u = case_of("The flux-capacitor is slow", "It is slow.", "ines@northwind.example");
	assert_true(str_find(RUN_OK(&mara, "triage.show", "{\"ticket\":%lld}", (long long)u), S("\"flux\"")) > 0);
	RUN_OK(&ben, "triage_cue.add", "{\"kind\":\"theme\",\"words\":\"slow\"}");
	assert_true(str_find(RUN_OK(&mara, "triage.show", "{\"ticket\":%lld}", (long long)u), S("\"performance\"")) < 0);
	run_err(&ben, "triage_cue.add", "{\"kind\":\"ask\",\"words\":\"why\",\"value\":\"nonsense\"}", ERR_INPUT, "question type");
	run_err(&ben, "triage_cue.add", "{\"kind\":\"area\",\"words\":\"...\",\"value\":\"x\"}", ERR_INPUT, "letters");
}

static void ten_minutes(void **state)
{
	(void)state;
	/* no row is in force today: nobody is hurried */
	int64_t t = case_of("It fails", "It fails with an error.", "ines@northwind.example");
	assert_false(row_of(t).due_us.set);
	run_err(&op, "triage_aim.add", "{\"minutes\":10,\"calendar\":\"nowhere\"}", ERR_INPUT, "no calendar");
	RUN_OK(&op, "triage_aim.add", "{\"minutes\":10,\"calendar\":\"always\",\"tag\":\"triaged\"}");
	run_err(&op, "triage_aim.add", "{\"minutes\":5}", ERR_INPUT, "in force then");
	int64_t u = case_of("It fails again", "It fails with an error.", "ines@northwind.example");
	assert_int_equal(row_of(u).due_us.v, op.now_us + 10 * UTIME_US_PER_MINUTE);
	run_due();
	assert_false(row_of(u).warned_us.set);
	test_clock_add(11 * UTIME_US_PER_MINUTE);
	run_due();
	assert_true(row_of(u).warned_us.set);
	assert_text(row_of(u).state, "waiting");
	assert_true(str_find(RUN_OK(&mara, "triage.list", "{}"), S("\"late\":true")) > 0);
	DECIDE(&mara, u, ",\"severity\":2,\"priority\":\"p2\"");
	assert_true(has_tag(u, "plain", "triaged"));
	/* the same instant in staffed time: a case of Saturday is due on Monday */
	struct str l = run_ok(&op, "triage_aim.list", "{}");
	assert_true(str_find(l, S("2022-09-01")) > 0);
	utime due;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(triage_due(&op, S("pacific-9-5"), 10, INT64_C(1637431200) * 1000000, &due), OK);   /* 2021-11-20, a Saturday */
	ctx_db_done(&op);
	assert_int_equal(due, INT64_C(1637600400) * 1000000 + 10 * UTIME_US_PER_MINUTE);                      /* Monday 09:00 Pacific */
}

static void account_people(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"pre_sales\"");
	RUN_OK(&op, "organisation.person_add", "{\"organisation\":%lld,\"teammate\":%d,\"part\":\"ce\"}", (long long)org, LEA);
	/* what is missing is said at once */
	run_err(&lea, "context.hand_over", "{}", ERR_INPUT, "Which customer");
	run_err(&lea, "context.hand_over", "{}", ERR_INPUT, "What happens if nothing is done");
	run_err(&lea, "context.hand_over", arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld,\"issue_url\":\"https://chat.example/1\",\"consequence\":\"x\",\"time_limit\":\"none\","
		"\"summary\":\"Please see below\\n---------- Forwarded message ---------\\nFrom: Ines\\nIt does not start\"}", (long long)org)), ERR_INPUT, "only passes a message on");
	run_err(&lea, "context.hand_over", arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld,\"issue_url\":\"chat\",\"consequence\":\"x\",\"time_limit\":\"none\","
		"\"summary\":\"Their instance does not start\"}", (long long)org)), ERR_INPUT, "https://");
	struct str a = RUN_OK(&lea, "context.hand_over", "{\"organisation\":%lld,\"issue_url\":\"https://chat.example/1\",\"summary\":\"Their instance does not start since the upgrade\","
			      "\"consequence\":\"The trial stands still\",\"time_limit\":\"ASAP\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}", (long long)org);
	assert_true(str_find(a, S("“asap”")) > 0);
	int64_t t = test_answer_i64(a, "ticket");
	struct ticket_get_row now = look(t);
	assert_int_equal(now.organisation_id.v, org);
	assert_false(now.priority.n > 0);
	assert_text(now.subject, "Their instance does not start since the upgrade");
	struct str c = RUN_OK(&mara, "context.list", "{\"ticket\":%lld}", (long long)t);
	assert_true(str_find(c, S("\"part\":\"ce\"")) > 0 && str_find(c, S("The trial stands still")) > 0);
	/* a note: kept, no priority; loaded words are said back; secrets are refused */
	a = RUN_OK(&lea, "context.note", "{\"ticket\":%lld,\"summary\":\"I promised them an answer today\"}", (long long)t);
	assert_true(str_find(a, S("Only the engineer can promise")) > 0);
	run_err(&lea, "context.note", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"summary\":\"use ghp_abcdefghijklmnopqrstuvwxyz0123456789\"}", (long long)t)), ERR_INPUT, "GitHub token");
	assert_false(look(t).priority.n > 0);
	int64_t note = test_answer_i64(a, "context");
	struct ctx gus;
	test_ctx_as(desk, &arena, GONE, "light", &gus);
	run_err(&gus, "context.remove", arena_cstr(&arena, arena_fmt(&arena, "{\"context\":%lld}", (long long)note)), ERR_FORBIDDEN, "wrote it");
	RUN_OK(&lea, "context.remove", "{\"context\":%lld}", (long long)note);
	assert_true(str_find(RUN_OK(&mara, "context.list", "{\"ticket\":%lld}", (long long)t), S("promised")) < 0);
	/* her cases, and what the customer owes us */
	a = run_ok(&lea, "account_case.list", "{}");
	assert_true(str_find(a, S("does not start")) > 0 && str_find(a, S("\"next_action\":\"us\"")) > 0);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"I looked at the logs. Which version did you upgrade from?\",\"status\":\"pending\"}", (long long)t);
	a = run_ok(&lea, "account_case.list", "{\"waiting\":true}");
	assert_true(str_find(a, S("Which version did you upgrade from?")) > 0 && str_find(a, S("I looked at")) < 0);
	assert_true(str_find(run_ok(&mara, "account_case.list", "{}"), S("does not start")) < 0);
	/* facts, without keys; the context pause */
	RUN_OK(&lea, "account_fact.add", "{\"organisation\":%lld,\"kind\":\"licence\",\"title\":\"Licence\",\"value\":\"250 seats until 2027-01-31\"}", (long long)org);
	run_err(&lea, "account_fact.add", arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld,\"kind\":\"licence\",\"title\":\"Key\",\"value\":\"password: Tr0ub4dor&3x\"}", (long long)org)),
		ERR_INPUT, "a password");
	run_err(&lea, "account_fact.add", arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld,\"kind\":\"licence\",\"title\":\"password: Tr0ub4dor&3x\",\"value\":\"250 seats\"}", (long long)org)),
		ERR_INPUT, "password");
	run_err(&lea, "account_fact.add", arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld,\"kind\":\"document\",\"title\":\"Design\"}", (long long)org)), ERR_INPUT, "what it is");
	assert_true(str_find(RUN_OK(&mara, "account_fact.list", "{\"organisation\":%lld}", (long long)org), S("250 seats")) > 0);
	RUN_OK(&mara, "context.look", "{\"ticket\":%lld,\"steps\":[\"plan\",\"version\"]}", (long long)t);
	RUN_OK(&mara, "context.look", "{\"ticket\":%lld,\"steps\":[\"plan\"]}", (long long)t);
	run_err(&mara, "context.look", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"steps\":[\"moon\"]}", (long long)t)), ERR_INPUT, "");
}

static void lists_by_date(void **state)
{
	(void)state;
	struct context_step v[CONTEXT_STEPS];
	struct context_field f[CONTEXT_FIELDS];
	const char *advice;
	size_t n = context_steps_on(S("2022-10-25"), v, &advice), later = context_steps_on(S("2022-10-26"), v, &advice);
	assert_int_equal(n, 11);
	assert_int_equal(later, 6 + 1);   /* shorter, with the resolved cases */
	assert_string_equal(v[later - 1].code, "seen");
	assert_null(strstr(advice, "fifteen"));
	context_steps_on(S("2021-09-30"), v, &advice);
	assert_non_null(strstr(advice, "Ten to fifteen minutes"));
	/* at first three fields were asked for */
	size_t required = 0;
	n = context_fields_on(S("2021-06-22"), f);
	for (size_t i = 0; i < n; i++)
		required += f[i].required;
	assert_int_equal(required, 3);
	n = context_fields_on(S("2026-11-24"), f);
	assert_int_equal(n, 6);
}

/* Who noted it takes it away, or a lead; and it comes back. */
static void a_fact_is_its_authors(void **state)
{
	(void)state;
	int64_t org = org_with("Northwind", "northwind.example", "");
	int64_t f = test_answer_i64(RUN_OK(&mara, "account_fact.add", "{\"organisation\":%lld,\"kind\":\"health\",\"title\":\"Use\",\"value\":\"64 %%\"}", (long long)org), "fact");
	const char *one = arena_cstr(&arena, arena_fmt(&arena, "{\"fact\":%lld}", (long long)f)), *all = arena_cstr(&arena, arena_fmt(&arena, "{\"organisation\":%lld}", (long long)org));
	run_err(&lea, "account_fact.remove", one, ERR_FORBIDDEN, "Mara Lind noted it");
	assert_true(str_find(run_ok(&mara, "account_fact.remove", one), S("account_fact.restore?fact=")) > 0);
	run_err(&mara, "account_fact.remove", one, ERR_NOT_FOUND, "not there any more");
	assert_true(str_find(run_ok(&lea, "account_fact.list", all), S("64 %")) < 0);
	run_err(&lea, "account_fact.restore", one, ERR_FORBIDDEN, "Mara Lind noted it");
	run_ok(&ben, "account_fact.restore", one);
	run_err(&ben, "account_fact.restore", one, ERR_CONFLICT, "It is there");
	assert_true(str_find(run_ok(&lea, "account_fact.list", all), S("64 %")) > 0);
}

/* More cases of a customer than one write judges: the others follow by a job, all of them. */
static void judged_to_the_last(void **state)
{
	(void)state;
	enum { CASES = 405 };
	int64_t org = org_with("Northwind", "northwind.example", ",\"stage\":\"post_sales\""), first = 0, n;
	for (int i = 0; i < CASES; i++) {
		n = case_of("It crashes", "It crashes with an error.", "ines@northwind.example");
		first = first ? first : n;
	}
	RUN_OK(&op, "organisation.update", "{\"organisation\":%lld,\"stage\":\"pre_sales\"}", (long long)org);
	assert_text(row_of(n).owner, "ce");
	assert_text(row_of(first).owner, "support");
	run_due();
	for (int64_t t = first; t <= n; t++)
		assert_text(row_of(t).owner, "ce");
	/* and what waits, when a row of the table changes */
	struct str l = run_ok(&op, "owner_rule.list", "{\"on\":\"2026-11-24\"}");
	ptrdiff_t at = str_find(l, S("not-working-presales"));
	assert_true(at > 0);
	while (at > 0 && !str_starts(str_slice(l, (size_t)at, l.n), S("\"rule\":")))
		at--;
	RUN_OK(&op, "owner_rule.end", "{\"rule\":%lld}", strtoll(l.p + at + 7, NULL, 10));
	run_due();
	assert_text(row_of(first).owner, "support");
	assert_text(row_of(n).owner, "support");
}

static void forwarded_without_a_word(void **state)
{
	(void)state;
	assert_true(suggest_blind(S("fyi\n\n---------- Forwarded message ---------\nFrom: Ines <ines@northwind.example>\nIt does not start")));
	assert_true(suggest_blind(S("> It does not start\n> at all")));
	assert_false(suggest_blind(S("Their executor does not start since the upgrade to 5.2.\n\n---------- Forwarded message ---------\nFrom: Ines")));
	assert_false(suggest_blind(S("It does not start")));
	assert_false(suggest_blind(S("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(judged_at_the_door_and_on_change), KIT_TEST(what_is_answered_has_passed), KIT_TEST(one_act), KIT_TEST(nothing_half_done), KIT_TEST(the_same_issue),
		KIT_TEST(handed_on_and_not_counted), KIT_TEST(rows_are_ended_and_followed), KIT_TEST(ten_minutes), KIT_TEST(account_people),
		KIT_TEST(forwarded_without_a_word), KIT_TEST(lists_by_date), KIT_TEST(a_fact_is_its_authors), KIT_TEST(judged_to_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
