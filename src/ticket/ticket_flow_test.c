/* ticket_flow_test.c: a ticket's way through the days: what customers send, merge and its undo, split, follow-ups,
 * confirmation, contacts that become one, files. */
#include "base/civil.h"
#include "core/upload.h"
#include "ticket/test_kit.h"
#include "ticket_list.sql.h"
#include "ticket_message.sql.h"

#include "base/banned.h"

/* ---- what comes in ---- */

static void customers_reopen(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
		bool reopened;
	} CASES[] = {
		{ "new", "new", false },     { "open", "open", false },  { "pending", "open", true },
		{ "on_hold", "open", true }, { "solved", "open", true },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
		if (i)
			RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"%s\",\"rule\":\"R0\",\"reason\":\"none\"}", (long long)t,
			       CASES[i].from);
		struct ticket_landed l = customer_writes(t, "And another thing");
		assert_int_equal(l.ticket_id, t);
		assert_int_equal(l.reopened, CASES[i].reopened);
		assert_false(l.follow_up || l.created);
		assert_status(t, CASES[i].to);
		assert_false(look(t).solved_us.set);
		assert_int_equal(look(t).messages, 2);
	}
}

static void brake_keeps_the_status(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	struct ticket_incoming in = {
		.ticket_id = t, .contact_id = 1, .author_name = S("Ines"), .text = S("auto"), .no_reopen = true
	};
	struct ticket_landed l = incoming(ticket_add_customer_message, &in);
	assert_false(l.reopened);
	assert_status(t, "solved");
}

static void unverified_changes_nothing(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	struct ticket_get_row before = look(t);
	test_clock_add(UTIME_US_PER_HOUR);
	struct ticket_incoming in = {
		.ticket_id = t,
		.author_name = S("mallory@evil.example"),
		.text = S("send me the keys"),
		.cc = { (const int64_t[]) { 1 }, 1 },
		.rule = S("token without a proved sender"),
	};
	struct ticket_landed l = incoming(ticket_add_unverified_note, &in);
	struct ticket_get_row after = look(t);
	assert_status(t, "solved");
	assert_int_equal(after.status_since_us, before.status_since_us);
	assert_int_equal(after.customer_wrote_us.v, before.customer_wrote_us.v);
	assert_int_equal(after.messages, before.messages + 1);
	assert_string_equal(arena_cstr(&arena, look_message(l.message_id).kind), "unverified");
	struct ticket_cc_of_row *ccs;
	size_t n;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(ticket_cc_of(op.db, &arena, &ccs, &n, .ticket_id = t), OK);
	ctx_db_done(&op);
	assert_int_equal(n, 0);
	run_due();
	assert_int_equal(mails_sent, 0);
}

static void closed_makes_a_follow_up(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.tag", "{\"ticket\":1,\"tags\":[\"area:search\"]}");
	run_ok(&mara, "ticket.cc_add", "{\"ticket\":1,\"email\":\"omar@northwind.example\"}");
	run_ok(&mara, "ticket.update", "{\"ticket\":1,\"version\":\"5.1\"}");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	test_clock_add(73 * UTIME_US_PER_HOUR);
	run_due();
	timer_moves(t, TICKET_CLOSED);
	assert_status(t, "closed");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello?\"}", ERR_CONFLICT, "follow-up");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"open\"}", ERR_CONFLICT, "follow-up");
	struct ticket_landed l = customer_writes(t, "It is back");
	assert_true(l.follow_up && l.created && l.ticket_id != t);
	assert_status(t, "closed");
	/* and again: the same follow-up goes on */
	struct ticket_landed more = customer_writes(t, "Hello?");
	assert_true(more.follow_up && !more.created && more.ticket_id == l.ticket_id);
	struct ticket_get_row f = look(l.ticket_id);
	assert_int_equal(f.parent_id.v, t);
	assert_int_equal(f.requester_id.v, 1);
	assert_string_equal(arena_cstr(&arena, f.version), "5.1");
	struct str a = RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)f.id);
	assert_true(str_find(a, S("\"tags\":[]")) > 0);
	assert_true(str_find(a, S("\"kind\":\"follows\",\"outward\":true,\"ticket\":1")) > 0);
	assert_true(str_find(a, S("omar@northwind.example")) > 0);
	/* a teammate can begin one, too; only of a closed ticket */
	run_ok(&mara, "ticket.create",
	       "{\"subject\":\"Looked at it again\",\"follows\":1,\"body\":\"note\",\"body_as\":\"note\"}");
	run_err(&mara, "ticket.create", "{\"subject\":\"x\",\"follows\":2}", ERR_INPUT, "not closed");
	/* a deleted one answers in the same way */
	RUN_OK(&mara, "ticket.delete", "{\"ticket\":%lld}", (long long)f.id);
	struct ticket_landed again = customer_writes(f.id, "Hello?");
	assert_true(again.follow_up);
	assert_status(f.id, "deleted");
}

static void mail_makes_tickets(void **state)
{
	(void)state;
	run_ok(&ben, "organisation.create",
	       "{\"name\":\"Northwind\",\"domains\":[\"northwind.example\"],\"assigned\":1,\"backup\":2}");
	run_ok(&ben, "contact.create", "{\"name\":\"Ines\",\"email\":\"ines@northwind.example\"}");
	struct ticket_incoming in = { .contact_id = 1,
				      .author_name = S("Ines"),
				      .subject = S("  "),
				      .text = S("Hello"),
				      .inbound = S("support@desk.example") };
	struct ticket_landed l = incoming(ticket_from_mail, &in);
	struct ticket_get_row t = look(l.ticket_id);
	assert_string_equal(arena_cstr(&arena, t.subject), "(no subject)");
	assert_status(t.id, "new");
	/* the organisation's engineer has it, the backup follows */
	assert_int_equal(t.assignee_id.v, MARA);
	assert_true(t.organisation_id.set);
	struct str a = RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t.id);
	assert_true(str_find(a, S("\"followers\":[{\"teammate\":2")) > 0);
	/* spam waits aside, nobody's */
	in.suspend_reason = S("looks like spam");
	in.subject = S("Win");
	l = incoming(ticket_from_mail, &in);
	assert_int_equal(l.status, TICKET_SUSPENDED);
	t = look(l.ticket_id);
	assert_false(t.assignee_id.set);
	RUN_OK(&mara, "ticket.unsuspend", "{\"ticket\":%lld}", (long long)t.id);
	assert_status(t.id, "new");
}

static enum err kit_exec(struct db *tx, void *arg)
{
	int64_t n;
	return db_exec(tx, arg, NULL, &n);
}

static void holder_who_left_gives_back(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.take", "{\"ticket\":1}");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	static const struct db_stmt leave = {
		.name = "kit_leave",
		.file = __FILE__,
		.kind = DB_EXEC,
		.writes = true,
		.sqlite = "UPDATE teammate SET state = 'disabled' WHERE id = 1",
		.postgres = "UPDATE teammate SET state = 'disabled' WHERE id = 1",
	};
	struct fault f = { 0 };
	assert_int_equal(db_write(desk->pool, &f, kit_exec, (void *)(uintptr_t)&leave), OK);
	customer_writes(t, "still broken");
	assert_status(t, "open");
	assert_false(look(t).assignee_id.set);
}

/* ---- merge and split ---- */

static void merge_and_back(void **state)
{
	(void)state;
	int64_t a = new_ticket(&mara, "Crash", "ines@northwind.example");
	int64_t b = new_ticket(&mara, "Crash again", "omar@northwind.example");
	run_ok(&mara, "ticket.take", "{\"ticket\":2}");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Wait, please\",\"status\":\"pending\"}");
	struct ticket_get_row before = look(b);
	test_clock_add(UTIME_US_PER_HOUR);
	run_err(&mara, "ticket.merge", "{\"ticket\":2,\"into\":2}", ERR_INPUT, "itself");
	run_err(&mara, "ticket.merge", "{\"ticket\":2,\"into\":9}", ERR_NOT_FOUND, "no ticket 9");
	run_ok(&mara, "ticket.merge", "{\"ticket\":2,\"into\":1}");
	run_ok(&mara, "ticket.merge", "{\"ticket\":2,\"into\":1}"); /* twice: nothing more */
	assert_status(b, "merged");
	assert_int_equal(look(b).merged_into_id.v, a);
	assert_status(a, "open"); /* the unanswered question is now its own */
	run_err(&mara, "ticket.reply", "{\"ticket\":2,\"body\":\"x\"}", ERR_CONFLICT, "merged into ticket 1");
	run_err(&mara, "ticket.merge", "{\"ticket\":1,\"into\":2}", ERR_CONFLICT, "merged into ticket 1");
	/* one thread, in order; the other customer is proposed as a copy and gets nothing yet */
	struct str shown = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(shown, S("\"message\":2,\"ticket\":2")) > 0);
	assert_true(str_find(shown, S("\"state\":\"proposed\"")) > 0);
	assert_int_equal(
		test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Here\"}"), "recipients"), 1);
	/* mail to the old number goes where the thread is */
	struct ticket_incoming in = { .ticket_id = b, .contact_id = 2, .author_name = S("Omar"), .text = S("me too") };
	assert_int_equal(incoming(ticket_add_customer_message, &in).ticket_id, a);
	/* a chain: 1 into 3 */
	int64_t z = new_ticket(&mara, "The one", "ines@northwind.example");
	run_ok(&mara, "ticket.merge", "{\"ticket\":1,\"into\":3}");
	assert_int_equal(incoming(ticket_add_customer_message, &in).ticket_id, z);
	shown = run_ok(&mara, "ticket.messages", "{\"ticket\":3}");
	assert_true(str_find(shown, S("\"message\":2,\"ticket\":2")) > 0 &&
		    str_find(shown, S("\"message\":1,\"ticket\":1")) > 0);
	run_ok(&mara, "ticket.unmerge", "{\"ticket\":1}");
	test_clock_add(UTIME_US_PER_DAY);
	run_ok(&mara, "ticket.unmerge", "{\"ticket\":2}");
	struct ticket_get_row after = look(b);
	assert_status(b, "open");
	assert_int_equal(after.status_since_us, before.status_since_us);
	assert_int_equal(after.assignee_id.v, before.assignee_id.v);
	assert_int_equal(after.messages, before.messages);
	assert_false(after.merged_into_id.set || after.before_status.p);
	assert_int_equal(incoming(ticket_add_customer_message, &in).ticket_id, b);
	shown = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(shown, S("\"cc\":[]")) > 0 && str_find(shown, S("\"ticket\":2,")) < 0);
	run_err(&mara, "ticket.unmerge", "{\"ticket\":2}", ERR_CONFLICT, "not merged");
}

static void merging_into_closed_or_foreign_is_refused(void **state)
{
	(void)state;
	run_ok(&ben, "organisation.create", "{\"name\":\"Northwind\",\"domains\":[\"northwind.example\"]}");
	run_ok(&ben, "organisation.create", "{\"name\":\"Globex\",\"domains\":[\"globex.example\"]}");
	int64_t a = new_ticket(&mara, "Crash", "ines@northwind.example");
	new_ticket(&mara, "Crash", "omar@globex.example");
	run_err(&mara, "ticket.merge", "{\"ticket\":2,\"into\":1}", ERR_CONFLICT,
		"belongs to Globex, ticket 1 to Northwind");
	run_ok(&mara, "ticket.merge", "{\"ticket\":2,\"into\":1,\"anyway\":true}");
	run_ok(&mara, "ticket.unmerge", "{\"ticket\":2}");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	test_clock_add(73 * UTIME_US_PER_HOUR);
	run_due();
	timer_moves(a, TICKET_CLOSED);
	assert_status(a, "closed");
	run_err(&mara, "ticket.merge", "{\"ticket\":2,\"into\":1,\"anyway\":true}", ERR_CONFLICT,
		"Link the two instead");
	run_ok(&mara, "ticket.link", "{\"ticket\":2,\"other\":1,\"kind\":\"duplicate_of\"}");
}

static void split_moves_a_message(void **state)
{
	(void)state;
	int64_t a = new_ticket(&mara, "Crash", "ines@northwind.example");
	struct upload up;
	assert_int_equal(upload_store(&mara, S("\x89PNG\r\n\x1a\n and so on"), S("shot.txt"), &up), OK);
	struct ticket_file file = { .filename = S("../../shot\x01.png"), .blob = up.blob, .bytes = up.bytes };
	struct ticket_incoming in = {
		.ticket_id = a,
		.contact_id = 1,
		.author_name = S("Ines"),
		.text = S("By the way: search is slow"),
		.files = &file,
		.n_files = 1,
	};
	test_clock_add(UTIME_US_PER_MINUTE);
	struct ticket_landed l = incoming(ticket_add_customer_message, &in);
	assert_int_equal(look(a).attachments, 1);
	struct str s = run_ok(&mara, "ticket.attachments", "{\"ticket\":1}");
	assert_true(str_find(s, S("image/png")) > 0 && str_find(s, S("..")) < 0);
	run_err(&mara, "ticket.split", "{\"message\":99}", ERR_NOT_FOUND, "no message 99");
	int64_t b = test_answer_i64(RUN_OK(&mara, "ticket.split", "{\"message\":%lld,\"subject\":\"Slow search\"}",
					   (long long)l.message_id),
				    "ticket");
	struct ticket_get_row ra = look(a), rb = look(b);
	assert_int_equal(ra.messages, 1);
	assert_int_equal(ra.attachments, 0);
	assert_int_equal(rb.messages, 1);
	assert_int_equal(rb.attachments, 1);
	assert_int_equal(rb.requester_id.v, 1);
	assert_true(ra.customer_wrote_us.v < rb.customer_wrote_us.v);
	assert_int_equal(look_message(l.message_id).ticket_id, b);
	/* and back, by the same command */
	run_err(&mara, "ticket.split",
		arena_cstr(&arena, arena_fmt(&arena, "{\"message\":%lld}", (long long)l.message_id)), ERR_CONFLICT,
		"only message");
	RUN_OK(&mara, "ticket.note", "{\"ticket\":%lld,\"body\":\"a note\"}", (long long)b);
	RUN_OK(&mara, "ticket.split", "{\"message\":%lld,\"into\":1}", (long long)l.message_id);
	assert_int_equal(look(a).messages, 2);
	assert_int_equal(look(a).attachments, 1);
	int64_t reply = test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}"), "message");
	run_err(&mara, "ticket.split", arena_cstr(&arena, arena_fmt(&arena, "{\"message\":%lld}", (long long)reply)),
		ERR_CONFLICT, "stays there");
}

/* ---- confirmation ---- */

static const char *confirm_json(int64_t id, const char *answer, const char *more)
{
	struct str token = ticket_confirm_token(&op, id);
	return arena_cstr(&arena,
			  arena_fmt(&arena, "{\"token\":\"%.*s\",\"answer\":\"%s\"%s}", STR_ARG(token), answer, more));
}

static struct ctx nobody(void)
{
	struct ctx c;
	test_ctx(desk, &arena, &c);
	c.actor = (struct actor) { .kind = ACTOR_NOBODY };
	return c;
}

static void confirmation_closes(void **state)
{
	(void)state;
	struct ctx any = nobody();
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_err(&mara, "ticket.confirm_ask", "{\"ticket\":1}", ERR_CONFLICT, "answer first");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Fixed in 5.2\"}");
	int64_t k = test_answer_i64(run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":1}"), "confirmation");
	assert_status(t, "pending");
	run_err(&mara, "ticket.confirm_ask", "{\"ticket\":1}", ERR_CONFLICT, "has not answered yet");
	/* scanners look at the link: nothing happens */
	struct ticket_confirm_view v;
	assert_int_equal(ctx_db(&any), OK);
	assert_int_equal(ticket_confirm_look(&any, ticket_confirm_token(&op, k), &v), OK);
	assert_int_equal(v.ticket_id, t);
	assert_null(v.answer.p);
	assert_int_equal(ticket_confirm_look(&any, S("1.aaaaaaaaaaaaaaaaaaaaaaaaaa"), &v), ERR_NOT_FOUND);
	fault_clear(&any.fault);
	assert_int_equal(ticket_confirm_look(&any, S("1"), &v), ERR_NOT_FOUND);
	fault_clear(&any.fault);
	ctx_db_done(&any);
	assert_status(t, "pending");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	run_err(&any, "ticket.confirm", "{\"token\":\"1.junk\",\"answer\":\"yes\"}", ERR_NOT_FOUND, "link");
	run_ok(&any, "ticket.confirm", confirm_json(k, "yes", ""));
	assert_status(t, "closed");
	run_ok(&any, "ticket.confirm", confirm_json(k, "yes", "")); /* twice: the same */
	run_err(&any, "ticket.confirm", confirm_json(k, "no", ""), ERR_CONFLICT, "answered already");
	struct str h = run_ok(&mara, "ticket.history", "{\"ticket\":1}");
	assert_true(str_find(h, S("\"actor_kind\":\"contact\",\"actor\":1,\"actor_name\":\"Ines\"")) > 0);
	assert_true(str_find(h, S("the customer confirmed")) > 0);
}

static void confirmation_says_no(void **state)
{
	(void)state;
	struct ctx any = nobody();
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Fixed\",\"status\":\"solved\",\"rule\":\"R0\",\"because\":[\"reason: nothing is left\"]}");
	int64_t k = test_answer_i64(run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":1}"), "confirmation");
	assert_status(t, "solved");
	run_ok(&any, "ticket.confirm", confirm_json(k, "no", ",\"comment\":\"It still crashes.\""));
	assert_status(t, "open");
	assert_int_equal(look(t).messages, 3);
	/* pending and yes: solved, and the timer closes it */
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"pending\"}");
	k = test_answer_i64(run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":1}"), "confirmation");
	run_ok(&any, "ticket.confirm", confirm_json(k, "yes", ",\"comment\":\"Thank you!\""));
	assert_status(t, "solved");
	/* too late is said, and a no to a closed one becomes a new ticket */
	k = test_answer_i64(run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":1}"), "confirmation");
	timer_moves(t, TICKET_CLOSED);
	assert_status(t, "closed");
	run_err(&any, "ticket.confirm", confirm_json(k, "no", ""), ERR_INPUT, "still wrong");
	run_ok(&any, "ticket.confirm", confirm_json(k, "no", ",\"comment\":\"It is back.\""));
	assert_status(t, "closed");
	assert_int_equal(look(t + 1).parent_id.v, t);
	new_ticket(&mara, "Other", "ines@northwind.example");
	run_ok(&mara, "ticket.take", "{\"ticket\":3}");
	k = test_answer_i64(run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":3}"), "confirmation");
	test_clock_add(31 * UTIME_US_PER_DAY);
	run_err(&any, "ticket.confirm", confirm_json(k, "yes", ""), ERR_CONFLICT, "too old");
}

/* ---- contacts become one ---- */

static void contacts_merge_and_part(void **state)
{
	(void)state;
	int64_t a = new_ticket(&mara, "Crash", "ines@northwind.example");
	int64_t b = new_ticket(&mara, "Slow", "ines@home.example");
	int64_t x = new_ticket(&mara, "Other", "omar@globex.example");
	run_ok(&mara, "ticket.cc_add", "{\"ticket\":3,\"contact\":2}");
	run_ok(&mara, "ticket.cc_add", "{\"ticket\":1,\"contact\":2}");
	run_ok(&ben, "contact.merge", "{\"from\":2,\"into\":1}");
	assert_int_equal(look(b).requester_id.v, 1);
	struct str s = run_ok(&mara, "ticket.show", "{\"ticket\":3}");
	assert_true(str_find(s, S("\"cc\":[{\"contact\":1,")) > 0);
	s = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(s, S("\"cc\":[]")) > 0);
	assert_int_equal(test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":3,\"body\":\"Hi\"}"), "recipients"),
			 2);
	run_ok(&ben, "contact.unmerge", "{\"contact\":2}");
	assert_int_equal(look(a).requester_id.v, 1);
	assert_int_equal(look(b).requester_id.v, 2);
	s = RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)x);
	assert_true(str_find(s, S("\"cc\":[{\"contact\":2,")) > 0);
	s = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(s, S("\"cc\":[{\"contact\":2,")) > 0);
}

/* ---- files ---- */

static void files_are_what_their_bytes_say(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	struct upload up;
	assert_int_equal(upload_store(&mara, S("<html><script>alert(1)</script>"), S("picture.png"), &up), OK);
	struct ticket_reply_in in = { .ticket = t, .body = S("See the log"), .files = { &up, 1 } };
	struct str answer;
	mara.now_us = clock_now();
	assert_int_equal(command_run(&mara, &ticket_reply_cmd, &in, NULL, &answer), OK);
	assert_int_equal(look(t).attachments, 1);
	struct str s = run_ok(&mara, "ticket.attachments", "{\"ticket\":1}");
	assert_true(str_find(s, S("image/")) < 0);
	/* taken back, and sent again with the same file */
	s = run_ok(&mara, "ticket.undo_send", "{\"message\":2}");
	assert_true(str_find(s, S("\"attachments\":[1]")) > 0);
	assert_int_equal(look(t).attachments, 0);
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"See the log\",\"attach\":[1]}");
	assert_int_equal(look(t).attachments, 1);
	new_ticket(&mara, "Other", "omar@globex.example");
	run_err(&mara, "ticket.reply", "{\"ticket\":2,\"body\":\"x\",\"attach\":[1]}", ERR_INPUT, "has no file 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(customers_reopen),
		KIT_TEST(brake_keeps_the_status),
		KIT_TEST(unverified_changes_nothing),
		KIT_TEST(closed_makes_a_follow_up),
		KIT_TEST(mail_makes_tickets),
		KIT_TEST(holder_who_left_gives_back),
		KIT_TEST(merge_and_back),
		KIT_TEST(merging_into_closed_or_foreign_is_refused),
		KIT_TEST(split_moves_a_message),
		KIT_TEST(confirmation_closes),
		KIT_TEST(confirmation_says_no),
		KIT_TEST(contacts_merge_and_part),
		KIT_TEST(files_are_what_their_bytes_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
