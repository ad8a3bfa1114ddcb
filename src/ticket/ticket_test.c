/* ticket_test.c: the ticket's commands on a fresh desk: statuses exhaustively, two people at once, the reply and its
 * undo, stale and double forms, people, merge and split, confirmation. */
#include "base/civil.h"
#include "ticket/test_kit.h"
#include "ticket_message.sql.h"

#include <pthread.h>

#include "base/banned.h"

/* ---- statuses ---- */

/* The table written down once more, as the handbook's sentences say it. */
static bool expected(enum ticket_status f, enum ticket_status t, enum ticket_by by)
{
	bool active = ticket_status_writable(f);
	switch (by) {
	case BY_TEAMMATE:
	case BY_REPLY:
		return active && (t == TICKET_OPEN || t == TICKET_PENDING || t == TICKET_ON_HOLD || t == TICKET_SOLVED);
	case BY_TAKE:
		return f == TICKET_NEW && t == TICKET_OPEN;
	case BY_CUSTOMER:
		return t == TICKET_OPEN && (f == TICKET_PENDING || f == TICKET_ON_HOLD || f == TICKET_SOLVED);
	case BY_CONFIRM:
		if (t == TICKET_CLOSED)
			return f == TICKET_SOLVED;
		if (t == TICKET_SOLVED)
			return f == TICKET_OPEN || f == TICKET_PENDING || f == TICKET_ON_HOLD;
		return t == TICKET_OPEN && (f == TICKET_PENDING || f == TICKET_ON_HOLD || f == TICKET_SOLVED);
	case BY_TIMER:
		return (f == TICKET_PENDING && t == TICKET_SOLVED) || (f == TICKET_SOLVED && t == TICKET_CLOSED);
	case BY_MERGE:
		return (active && t == TICKET_MERGED) ||
		       (t == TICKET_OPEN && (f == TICKET_PENDING || f == TICKET_ON_HOLD || f == TICKET_SOLVED));
	case BY_SUSPEND:
		return active && t == TICKET_SUSPENDED;
	case BY_DELETE:
		return t == TICKET_DELETED && (active || f == TICKET_CLOSED || f == TICKET_SUSPENDED);
	case BY_UNDO:
		if (f == TICKET_NEW || f == TICKET_CLOSED)
			return false;
		if (f == TICKET_DELETED && t == TICKET_CLOSED)
			return true;
		return ticket_status_writable(t);
	case BY_COUNT:
		break;
	}
	return false;
}

static void every_transition(void **state)
{
	(void)state;
	int allowed = 0;
	for (int f = 0; f < TICKET_STATUS_COUNT; f++)
		for (int t = 0; t < TICKET_STATUS_COUNT; t++)
			for (int by = 0; by < BY_COUNT; by++) {
				struct ctx c = { .arena = &arena };
				struct ticket_get_row row = { .id = 1,
							      .status =
								      str_c(ticket_status_name((enum ticket_status)f)),
							      .status_since_us = 5 };
				enum err e = ticket_move(&c, &row, (enum ticket_status)t, (enum ticket_by)by, 9);
				bool want = f == t ||
					    expected((enum ticket_status)f, (enum ticket_status)t, (enum ticket_by)by);
				if ((e == OK) != want)
					print_error("%s to %s by %s\n", ticket_status_name((enum ticket_status)f),
						    ticket_status_name((enum ticket_status)t),
						    ticket_by_name((enum ticket_by)by));
				assert_int_equal(e == OK, want);
				if (f == t || e != OK) {
					assert_int_equal(row.status_since_us, 5);
					if (e != OK) {
						assert_int_equal(e, ERR_CONFLICT);
						assert_true(strlen(c.fault.message) > 20);
					}
					continue;
				}
				allowed++;
				assert_int_equal(row.status_since_us, 9);
				assert_string_equal(arena_cstr(&arena, row.next_action),
						    ticket_next_action((enum ticket_status)t));
				assert_int_equal(row.closed_us.set, t == TICKET_CLOSED);
				if (t == TICKET_SOLVED)
					assert_true(row.solved_us.set && row.solved_us.v == 9);
			}
	assert_true(allowed > 60);
	/* no pair stands twice in the table */
	for (size_t i = 0; i < ticket_n_transitions; i++)
		for (size_t k = i + 1; k < ticket_n_transitions; k++)
			assert_false(ticket_transitions[i].from == ticket_transitions[k].from &&
				     ticket_transitions[i].to == ticket_transitions[k].to);
}

static void refused_statuses_say_what_to_do(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"closed\"}", ERR_CONFLICT, "Set ticket 1 to Solved");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"merged\"}", ERR_CONFLICT, "merge it into another");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"gone\"}", ERR_INPUT, "status");
	run_err(&mara, "ticket.status", "{\"ticket\":999,\"status\":\"open\"}", ERR_NOT_FOUND, "no ticket 999");
	run_err(&lea, "ticket.status", "{\"ticket\":1,\"status\":\"open\"}", ERR_FORBIDDEN, "reply");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"pending\",\"reason\":\"asked for logs\"}");
	assert_status(t, "pending");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"new\"}", ERR_CONFLICT, "Set ticket 1 to Open");
}

static void writing_to_what_is_away_is_refused(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.take", "{\"ticket\":1}");
	run_ok(&mara, "ticket.delete", "{\"ticket\":1,\"reason\":\"test\"}");
	assert_status(t, "deleted");
	assert_false(look(t).assignee_id.set);
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}", ERR_CONFLICT, "Restore it first");
	run_err(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"Hello\"}", ERR_CONFLICT, "Restore it first");
	run_err(&mara, "ticket.take", "{\"ticket\":1}", ERR_CONFLICT, "Restore it first");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"subject\":\"x\"}", ERR_CONFLICT, "Restore it first");
	run_ok(&mara, "ticket.restore", "{\"ticket\":1}");
	assert_status(t, "open");
	assert_int_equal(look(t).assignee_id.v, MARA);
	run_err(&mara, "ticket.restore", "{\"ticket\":1}", ERR_CONFLICT, "not deleted");
	run_ok(&mara, "ticket.suspend", "{\"ticket\":1}");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}", ERR_CONFLICT, "Release it first");
	run_ok(&mara, "ticket.delete", "{\"ticket\":1}");
	run_ok(&mara, "ticket.restore", "{\"ticket\":1}");
	assert_status(t, "open");
	assert_false(look(t).suspend_reason.p != NULL);
}

/* ---- who holds it ---- */

static void two_people_at_once(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.take", "{\"ticket\":1}");
	assert_status(t, "open");
	run_ok(&mara, "ticket.take", "{\"ticket\":1}"); /* the form twice: nothing more happens */
	run_err(&ben, "ticket.take", "{\"ticket\":1}", ERR_CONFLICT, "Mara Lind holds ticket 1 already");
	run_ok(&ben, "ticket.take", "{\"ticket\":1,\"anyway\":true}");
	assert_int_equal(look(t).assignee_id.v, BEN);
	/* both had "nobody" before them when they assigned */
	run_ok(&mara, "ticket.release", "{\"ticket\":1}");
	run_ok(&mara, "ticket.assign", "{\"ticket\":1,\"assignee\":1,\"held_by\":0}");
	run_err(&ben, "ticket.assign", "{\"ticket\":1,\"assignee\":2,\"held_by\":0}", ERR_CONFLICT,
		"Mara Lind got ticket 1");
	run_ok(&ben, "ticket.assign", "{\"ticket\":1,\"assignee\":2}");
	run_err(&mara, "ticket.assign", "{\"ticket\":1,\"assignee\":3}", ERR_INPUT, "may read and leave notes");
	run_err(&mara, "ticket.assign", "{\"ticket\":1,\"assignee\":4}", ERR_INPUT, "does not work here");
	run_err(&mara, "ticket.assign", "{\"ticket\":1,\"assignee\":77}", ERR_INPUT, "no teammate 77");
	run_err(&mara, "ticket.assign", "{\"ticket\":1}", ERR_INPUT, "Say whom");
	run_err(&op, "ticket.take", "{\"ticket\":1}", ERR_INPUT, "Only a teammate");
	assert_int_equal(look(t).assignee_id.v, BEN);
}

/* ---- the reply ---- */

static void reply_leaves_after_the_grace(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	struct str a = run_ok(&mara, "ticket.reply",
			      "{\"ticket\":1,\"body\":\"Which version do you run?\",\"status\":\"pending\"}");
	int64_t m = test_answer_i64(a, "message");
	assert_int_equal(test_answer_i64(a, "undo_left_s"), 10);
	assert_int_equal(test_answer_i64(a, "recipients"), 1);
	assert_status(t, "pending");
	struct ticket_get_row row = look(t);
	assert_int_equal(row.assignee_id.v, MARA);
	assert_true(row.first_reply_us.set && row.we_wrote_us.set);
	assert_int_equal(row.messages, 2);
	run_due();
	assert_int_equal(mails_sent, 0);
	assert_string_equal(arena_cstr(&arena, look_message(m).state), "held");
	test_clock_add(11 * UTIME_US_PER_SECOND);
	run_due();
	assert_int_equal(mails_sent, 1);
	assert_string_equal(arena_cstr(&arena, look_message(m).state), "sent");
	run_err(&mara, "ticket.undo_send", "{\"message\":2}", ERR_CONFLICT, "left already");
	assert_string_equal(arena_cstr(&arena, look_message(m).state), "sent");
}

static void undo_restores_everything(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&ben, "ticket.promise", "{\"ticket\":1,\"at\":\"2026-11-25T12:00:00Z\"}");
	struct ticket_get_row before = look(t);
	test_clock_add(UTIME_US_PER_MINUTE);
	run_ok(&mara, "draft.save", "{\"ticket\":1,\"mode\":\"reply\",\"body\":\"Solved it is\"}");
	struct str a = run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Solved it is.\",\"status\":\"solved\",\"rule\":\"R0\",\"because\":[\"reason: nothing is left\"]}");
	int64_t m = test_answer_i64(a, "message");
	assert_status(t, "solved");
	run_ok(&mara, "draft.save", "{\"ticket\":1,\"body\":\"and one more thing\"}");
	run_err(&lea, "ticket.undo_send", "{\"message\":2}", ERR_FORBIDDEN, "reply");
	run_ok(&mara, "ticket.undo_send", "{\"message\":2}");
	struct ticket_get_row after = look(t);
	assert_status(t, "new");
	assert_int_equal(after.status_since_us, before.status_since_us);
	assert_false(after.assignee_id.set || after.solved_us.set || after.first_reply_us.set || after.we_wrote_us.set);
	assert_int_equal(after.promised_us.v, before.promised_us.v);
	assert_int_equal(after.messages, 1);
	assert_string_equal(arena_cstr(&arena, look_message(m).state), "undone");
	struct draft_find_row d;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(draft_find(op.db, &arena, &d, &found, .ticket_id = t, .teammate_id = MARA), OK);
	ctx_db_done(&op);
	assert_true(found);
	assert_string_equal(arena_cstr(&arena, d.body), "Solved it is.\n\nand one more thing");
	assert_string_equal(arena_cstr(&arena, d.mode), "reply");
	run_ok(&mara, "ticket.undo_send", "{\"message\":2}"); /* twice: the same answer */
	test_clock_add(UTIME_US_PER_MINUTE);
	run_due();
	assert_int_equal(mails_sent, 0);
	assert_string_equal(arena_cstr(&arena, look_message(m).state), "undone");
}

static void undo_leaves_later_changes_alone(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"One\",\"status\":\"pending\"}");
	test_clock_add(UTIME_US_PER_SECOND);
	run_ok(&ben, "ticket.status", "{\"ticket\":1,\"status\":\"on_hold\"}");
	run_ok(&ben, "ticket.take", "{\"ticket\":1,\"anyway\":true}");
	run_ok(&ben, "ticket.undo_send", "{\"message\":2}"); /* a lead may */
	assert_status(t, "on_hold");
	assert_int_equal(look(t).assignee_id.v, BEN);
}

static void stale_reply_is_stopped(void **state)
{
	(void)state;
	new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&ben, "ticket.reply", "{\"ticket\":1,\"body\":\"Ben answers\",\"seen\":1}");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Mara answers\",\"seen\":1}", ERR_CONFLICT,
		"Ben Ruiz answered meanwhile, at Tue 08:00");
	run_ok(&ben, "ticket.reply",
	       "{\"ticket\":1,\"body\":\"Ben again\",\"seen\":1}"); /* one's own words are no surprise */
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Mara answers\",\"seen\":1,\"anyway\":true}");
	customer_writes(1, "Thanks, but no");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"More\",\"seen\":4}", ERR_CONFLICT,
		"Ines wrote meanwhile");
	run_ok(&lea, "ticket.note", "{\"ticket\":1,\"body\":\"Careful\"}");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"More\",\"seen\":5}", ERR_CONFLICT,
		"Lea Sol left a note meanwhile");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"More\",\"seen\":6}");
}

static void forms_twice_count_once(void **state)
{
	(void)state;
	mara.door = DOOR_FORM;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	assert_int_equal(new_ticket(&mara, "Crash", "ines@northwind.example"), t);
	struct str a = run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}");
	struct str b = run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}");
	assert_int_equal(test_answer_i64(a, "message"), test_answer_i64(b, "message"));
	run_ok(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"Hello\"}");
	run_ok(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"Hello\"}");
	assert_int_equal(look(t).messages, 3);
	test_clock_add(2 * UTIME_US_PER_MINUTE);
	run_ok(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"Hello\"}");
	assert_int_equal(look(t).messages, 4);
	assert_true(new_ticket(&mara, "Crash", "ines@northwind.example") != t);
}

static void words_are_wanted(void **state)
{
	(void)state;
	new_ticket(&mara, "Crash", "ines@northwind.example");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\" \\n \"}", ERR_INPUT, "what the customer reads");
	run_err(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"\"}", ERR_INPUT, "what only colleagues read");
	run_err(&mara, "ticket.create", "{\"subject\":\"  \"}", ERR_INPUT, "subject");
	run_err(&mara, "ticket.create", "{\"subject\":\"x\",\"body\":\"y\",\"body_as\":\"reply\"}", ERR_INPUT,
		"Say who asks");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"x\",\"promise\":\"2020-01-01T00:00:00Z\"}", ERR_INPUT,
		"future");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"x\",\"colour\":\"red\"}", ERR_INPUT, "colour");
}

/* Two threads, one ticket, the same instant: one gets it, the other is told who has it. */
struct racer {
	pthread_t thread;
	int64_t teammate;
	pthread_barrier_t *start;
	int won;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct arena a;
	arena_init(&a);
	for (int i = 1; i <= 20; i++) {
		struct ctx c;
		test_ctx_as(desk, &a, r->teammate, "agent", &c);
		pthread_barrier_wait(r->start);
		enum err e = test_run(&c, feature_command(kit_features, S("ticket.take")),
				      arena_cstr(&a, arena_fmt(&a, "{\"ticket\":%d}", i)), NULL);
		ASSERT(e == OK || (e == ERR_CONFLICT && strstr(c.fault.message, "holds ticket")));
		r->won += e == OK;
	}
	arena_done(&a);
	return NULL;
}

static void two_threads_take(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		new_ticket(&mara, "Crash", "ines@northwind.example");
	pthread_barrier_t start;
	pthread_barrier_init(&start, NULL, 2);
	struct racer r[2] = { { .teammate = MARA, .start = &start }, { .teammate = BEN, .start = &start } };
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&r[i].thread, NULL, race, &r[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(r[i].thread, NULL);
	pthread_barrier_destroy(&start);
	assert_int_equal(r[0].won + r[1].won, 20);
}

static void notes_never_leave(void **state)
{
	(void)state;
	new_ticket(&mara, "Crash", "ines@northwind.example");
	int64_t note = test_answer_i64(
		run_ok(&lea, "ticket.note", "{\"ticket\":1,\"body\":\"their licence has run out\"}"), "message");
	int64_t reply = test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}"), "message");
	struct public_message_get_row p;
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(public_message_get(op.db, &arena, &p, &found, .id = note), OK);
	assert_false(found);
	assert_int_equal(public_message_get(op.db, &arena, &p, &found, .id = reply), OK);
	assert_true(found);
	assert_int_equal(public_message_get(op.db, &arena, &p, &found, .id = 1), OK); /* the customer's own words */
	assert_false(found);
	ctx_db_done(&op);
	run_err(&lea, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}", ERR_FORBIDDEN, "reply");
}

static void recipients_are_the_people_of_the_ticket(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&mara, "ticket.cc_add", "{\"ticket\":1,\"name\":\"Omar\",\"email\":\"omar@northwind.example\"}");
	run_err(&mara, "ticket.cc_add", "{\"ticket\":1,\"email\":\"ines@northwind.example\"}", ERR_INPUT,
		"asked in the first place");
	struct ticket_incoming in = {
		.ticket_id = t,
		.contact_id = 1,
		.author_name = S("Ines"),
		.text = S("see cc"),
		.cc_proposed = { (const int64_t[]) { 2, 1 }, 2 },
	};
	incoming(ticket_add_customer_message, &in);
	struct str a = run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello both\"}");
	assert_int_equal(test_answer_i64(a, "recipients"), 2);
	run_ok(&mara, "ticket.cc_remove", "{\"ticket\":1,\"contact\":2}");
	run_err(&mara, "ticket.cc_remove", "{\"ticket\":1,\"contact\":2}", ERR_INPUT, "not in copy");
	assert_int_equal(
		test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hello\"}"), "recipients"), 1);
	/* an internal ticket has nobody to answer */
	run_ok(&mara, "ticket.create", "{\"subject\":\"Rotate the keys\",\"body\":\"by Friday\"}");
	run_err(&mara, "ticket.reply", "{\"ticket\":2,\"body\":\"Hello\"}", ERR_CONFLICT, "no requester");
	run_ok(&mara, "ticket.requester", "{\"ticket\":1,\"contact\":2,\"keep_cc\":true}");
	assert_int_equal(look(t).requester_id.v, 2);
	assert_int_equal(test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Hi\"}"), "recipients"),
			 2);
}

/* ---- fields ---- */

static void edits_clash_only_where_they_meet(void **state)
{
	(void)state;
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	int64_t v = look(t).version_no;
	run_ok(&ben, "ticket.update", "{\"ticket\":1,\"priority\":\"p1\"}");
	customer_writes(t, "still there?");
	RUN_OK(&mara, "ticket.update", "{\"ticket\":1,\"version_no\":%lld,\"severity\":2,\"effort\":\"large\"}",
	       (long long)v);
	run_err(&mara, "ticket.update",
		arena_cstr(&arena,
			   arena_fmt(&arena, "{\"ticket\":1,\"version_no\":%lld,\"priority\":\"p2\"}", (long long)v)),
		ERR_CONFLICT, "Ben Ruiz changed priority to \"p1\"");
	RUN_OK(&mara, "ticket.update", "{\"ticket\":1,\"version_no\":%lld,\"priority\":\"p2\",\"anyway\":true}",
	       (long long)v);
	run_ok(&mara, "ticket.update", "{\"ticket\":1,\"clear\":[\"effort\",\"severity\"],\"version\":\"5.2.1\"}");
	struct ticket_get_row row = look(t);
	assert_null(row.effort.p);
	assert_false(row.severity.set);
	assert_string_equal(arena_cstr(&arena, row.version), "5.2.1");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"clear\":[\"version\"],\"version\":\"6\"}", ERR_INPUT,
		"Either set it or clear it");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"severity\":4}", ERR_INPUT, "from 0 to 3");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"organisation\":99}", ERR_INPUT, "no organisation 99");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"origin_url\":\"javascript:alert(1)\"}", ERR_INPUT, "http");
	run_err(&mara, "ticket.update", "{\"ticket\":1,\"clear\":[\"subject\"]}", ERR_INPUT, "clear");
	run_err(&lea, "ticket.create", "{\"subject\":\"x\",\"priority\":\"p0\"}", ERR_INPUT,
		"engineer sets the priority");
}

static void severity_by_date(void **state)
{
	(void)state;
	int low, high;
	utime t;
	civil_parse_rfc3339(S("2022-08-10T23:59:59Z"), &t);
	ticket_severity_range(&arena, t, &low, &high);
	assert_true(low == 1 && high == 2);
	civil_parse_rfc3339(S("2022-08-11T00:00:00Z"), &t);
	ticket_severity_range(&arena, t, &low, &high);
	assert_true(low == 0 && high == 3);
}

static void tags_are_slugs(void **state)
{
	(void)state;
	new_ticket(&mara, "Crash", "ines@northwind.example");
	run_ok(&lea, "ticket.tag", "{\"ticket\":1,\"tags\":[\"area:Batch Changes\",\"theme:executors\",\"vip\"]}");
	run_ok(&lea, "ticket.tag", "{\"ticket\":1,\"tags\":[\"vip\"]}");
	run_ok(&lea, "ticket.untag", "{\"ticket\":1,\"tags\":[\"vip\",\"never_there\"]}");
	run_ok(&lea, "ticket.tag", "{\"ticket\":1,\"tags\":[\"vip\"]}");
	struct str a = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(a, S("[\"area:batch_changes\",\"vip\",\"theme:executors\"]")) > 0);
	run_err(&mara, "ticket.tag", "{\"ticket\":1,\"tags\":[\"Ünfug!\"]}", ERR_INPUT, "a–z");
	run_err(&mara, "ticket.tag", "{\"ticket\":1,\"tags\":[\"color:red\"]}", ERR_INPUT, "area:word");
	a = run_ok(&mara, "ticket.list", "{\"tag\":\"executors\"}");
	assert_true(str_find(a, S("\"ticket\":1")) > 0);
	a = run_ok(&mara, "ticket.list", "{\"tag\":\"area:executors\"}");
	assert_true(str_find(a, S("\"ticket\":1")) < 0);
}

static void follow_link_task(void **state)
{
	(void)state;
	new_ticket(&mara, "Crash", "ines@northwind.example");
	new_ticket(&mara, "Slow", "omar@globex.example");
	run_ok(&lea, "ticket.follow", "{\"ticket\":1}");
	run_err(&lea, "ticket.follow", "{\"ticket\":1,\"teammate\":1}", ERR_FORBIDDEN, "not make others follow");
	run_ok(&mara, "ticket.follow", "{\"ticket\":1,\"teammate\":2}");
	run_ok(&lea, "ticket.unfollow", "{\"ticket\":1}");
	run_ok(&mara, "ticket.link", "{\"ticket\":2,\"other\":1}");
	run_ok(&mara, "ticket.link", "{\"ticket\":1,\"other\":2}"); /* the same link from the other side */
	run_err(&mara, "ticket.link", "{\"ticket\":1,\"other\":1}", ERR_INPUT, "itself");
	struct str a = run_ok(&mara, "ticket.task",
			      "{\"ticket\":1,\"subject\":\"Write it up\",\"body\":\"in the docs\",\"assignee\":2}");
	int64_t task = test_answer_i64(a, "ticket");
	struct ticket_get_row row = look(task);
	assert_int_equal(row.parent_id.v, 1);
	assert_int_equal(row.assignee_id.v, BEN);
	/* solving the ticket does not wait for its task */
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	assert_status(task, "new");
	run_ok(&mara, "ticket.unlink", "{\"ticket\":1,\"other\":2}");
	a = run_ok(&mara, "ticket.show", "{\"ticket\":1}");
	assert_true(str_find(a, S("\"followers\":[{\"teammate\":2,\"name\":\"Ben Ruiz\"}]")) > 0);
	assert_true(str_find(a, S("\"kind\":\"task_of\",\"outward\":false,\"ticket\":3")) > 0);
	assert_true(str_find(a, S("\"related\"")) < 0);
}

/* ---- lists ---- */

static void lists_page_through_everything(void **state)
{
	(void)state;
	for (int i = 0; i < 23; i++) {
		test_clock_add(UTIME_US_PER_SECOND);
		int64_t t = new_ticket(&mara, "Crash", i % 2 ? "ines@northwind.example" : "omar@globex.example");
		if (i % 3 == 1)
			RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
		if (i % 5 == 2)
			RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"%s\",\"rule\":\"R0\",\"reason\":\"spam\"}", (long long)t,
			       i % 2 ? "solved" : "on_hold");
	}
	static const struct {
		const char *json;
		int n;
	} LISTS[] = {
		{ "\"view\":\"unsolved\"", 21 },
		{ "\"view\":\"all\"", 23 },
		{ "\"view\":\"mine\"", 7 },
		{ "\"view\":\"solved\"", 2 },
		{ "\"view\":\"on_hold\"", 3 },
		{ "\"view\":\"unassigned\"", 14 },
		{ "\"requester\":1", 12 },
		{ "\"requester\":2,\"status\":\"on_hold\"", 0 },
		{ "\"view\":\"unsolved\",\"assignee\":1", 7 },
		{ "\"view\":\"closed\"", 0 },
	};
	for (size_t l = 0; l < ARRAY_LEN(LISTS); l++) {
		int n = 0, pages = 0;
		char after[64] = "";
		int64_t last_seen[64];
		do {
			struct str a = after[0] ? RUN_OK(&mara, "ticket.list", "{%s,\"max\":4,\"after\":\"%s\"}",
							 LISTS[l].json, after)
						: RUN_OK(&mara, "ticket.list", "{%s,\"max\":4}", LISTS[l].json);
			struct str rest = a;
			ptrdiff_t at;
			while ((at = str_find(rest, S("{\"ticket\":"))) >= 0) {
				rest = str_slice(rest, (size_t)at + 10, rest.n);
				struct str id, tail;
				str_cut(rest, ',', &id, &tail);
				assert_true(str_i64(id, &last_seen[n]));
				for (int k = 0; k < n; k++)
					assert_true(last_seen[k] != last_seen[n]);
				n++;
			}
			at = str_find(a, S("\"next\":\""));
			after[0] = 0;
			if (at >= 0)
				snprintf(after, sizeof(after), "%.*s",
					 (int)str_find_ch(str_slice(a, (size_t)at + 8, a.n), '"'), a.p + at + 8);
			pages++;
		} while (after[0]);
		if (n != LISTS[l].n)
			print_error("%s: %d instead of %d\n", LISTS[l].json, n, LISTS[l].n);
		assert_int_equal(n, LISTS[l].n);
		assert_true(pages <= n / 4 + 1);
	}
	run_err(&mara, "ticket.list", "{\"after\":\"junk\"}", ERR_INPUT, "no cursor");
	run_err(&op, "ticket.list", "{\"view\":\"mine\"}", ERR_INPUT, "no teammate");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(every_transition),
		KIT_TEST(refused_statuses_say_what_to_do),
		KIT_TEST(writing_to_what_is_away_is_refused),
		KIT_TEST(two_people_at_once),
		KIT_TEST(reply_leaves_after_the_grace),
		KIT_TEST(undo_restores_everything),
		KIT_TEST(undo_leaves_later_changes_alone),
		KIT_TEST(stale_reply_is_stopped),
		KIT_TEST(forms_twice_count_once),
		KIT_TEST(words_are_wanted),
		KIT_TEST(two_threads_take),
		KIT_TEST(notes_never_leave),
		KIT_TEST(recipients_are_the_people_of_the_ticket),
		KIT_TEST(edits_clash_only_where_they_meet),
		KIT_TEST(severity_by_date),
		KIT_TEST(tags_are_slugs),
		KIT_TEST(follow_link_task),
		KIT_TEST(lists_page_through_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
