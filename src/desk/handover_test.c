/* handover_test.c: a case goes from hand to hand: offered, taken, fallen back; and whoever held it, the spans tile its life and the clock's seconds are theirs. */
#include "core/desk_test.h"

#include "desk/held.h"
#include "sla/sla.h"

#define KIT_MORE_FEATURES &sla_feature
#include "ticket/test_kit.h"

#include "base/banned.h"

#define WORDS "\"reason\":\"time_zone\",\"context\":\"Executors, a big fleet\",\"tried\":\"A new key\",\"links\":\"https://docs.example/x\",\"last_step\":\"I asked for logs\",\"next_step\":\"Read them, tomorrow\""

static int64_t held_case(void)
{
	int64_t t = new_ticket(&op, "Crash", "ines@northwind.example");
	test_clock_add(UTIME_US_PER_MINUTE);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Which version?\",\"status\":\"pending\"}", (long long)t);
	test_clock_add(UTIME_US_PER_MINUTE);
	return t;
}

static struct handover_of_ticket_row newest(int64_t t)
{
	struct handover_of_ticket_row h = { .id = 0 };
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(handover_of(&op, t, &h, &found), OK);
	ctx_db_done(&op);
	return h;
}

static bool tagged(int64_t t)
{
	return str_find(RUN_OK(&mara, "ticket.show", "{\"ticket\":%lld}", (long long)t), S(HANDOVER_TAG)) > 0;
}

static int64_t hand_offs(int64_t t)
{
	return test_answer_i64(RUN_OK(&mara, "ticket.held", "{\"ticket\":%lld}", (long long)t), "hand_offs");
}

static void offered_taken_and_greeted(void **state)
{
	(void)state;
	int64_t t = held_case();
	run_err(&mara, "handover.offer", "{\"ticket\":1,\"reason\":\"boredom\"}", ERR_INPUT, "reason");
	run_err(&mara, "handover.offer", "{\"ticket\":1,\"reason\":\"vacation\"}", ERR_INPUT, "next_step");
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"to\":1}", ERR_INPUT, "holds it already");
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"to\":4}", ERR_INPUT, "does not work here");
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"to\":3}", ERR_INPUT, "choose an engineer");
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"tell\":\"So far: [what was done]\"}", ERR_INPUT, "[brackets]");
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"until\":\"2020-01-01T00:00:00Z\"}", ERR_INPUT, "within the next 14 days");
	run_err(&lea, "handover.offer", "{\"ticket\":1," WORDS "}", ERR_FORBIDDEN, "");
	assert_int_equal(newest(t).id, 0);
	assert_int_equal(look(t).messages, 2);

	RUN_OK(&mara, "handover.offer", "{\"ticket\":%lld," WORDS ",\"to\":%d,\"tell\":\"A colleague goes on from here.\"}", (long long)t, BEN);
	assert_status(t, "pending");                                   /* the status stays */
	assert_int_equal(look(t).assignee_id.v, MARA);                 /* and she holds it until he takes it */
	assert_int_equal(look(t).messages, 4);
	struct message_get_row note = look_message(newest(t).note_id.v);
	assert_true(str_eq(note.kind, S("note")) && str_find(note.body, S("Read them, tomorrow")) > 0 && str_find(note.body, S("A new key")) > 0);
	assert_true(str_eq(look_message(newest(t).told_id.v).kind, S("public")));
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS "}", ERR_CONFLICT, "offered already");
	run_err(&mara, "handover.accept", "{\"ticket\":1}", ERR_FORBIDDEN, "offered to Ben Ruiz");
	test_clock_add(UTIME_US_PER_MINUTE);
	run_ok(&ben, "handover.accept", "{\"ticket\":1}");
	run_err(&ben, "handover.decline", "{\"ticket\":1}", ERR_CONFLICT, "not offered");
	assert_int_equal(look(t).assignee_id.v, BEN);
	assert_true(str_eq(newest(t).state, S("accepted")) && newest(t).taken_by.v == BEN && !newest(t).greeted_us.set);
	assert_int_equal(hand_offs(t), 1);
	assert_true(look(t).hands.set && look(t).hands.v == 1);        /* kept with the case, for lists */
	/* a note is no greeting; the first reply of who took it is */
	run_ok(&ben, "ticket.note", "{\"ticket\":1,\"body\":\"Reading\"}");
	run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"One more thing from me\"}");
	assert_false(newest(t).greeted_us.set);
	run_ok(&ben, "ticket.reply", "{\"ticket\":1,\"body\":\"Good day, I am Ben\"}");
	assert_true(newest(t).greeted_us.set);
}

/* A desk from before hand-offs were kept with the case: the next start counts them, with an event that `tend verify` replays. */
static const struct db_stmt uncount = { .name = "kit_uncount", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "UPDATE ticket SET hands = NULL", .postgres = "UPDATE ticket SET hands = NULL" };
static const struct db_stmt recount = { .name = "kit_recount", .file = __FILE__, .kind = DB_EXEC, .writes = true,
	.sqlite = "INSERT INTO ticket_recount SELECT id FROM ticket", .postgres = "INSERT INTO ticket_recount SELECT id FROM ticket" };

static enum err an_old_desk(struct ctx *c, void *arg)
{
	int64_t n;
	(void)arg;
	TRY(db_exec(c->db, &uncount, NULL, &n));
	TRY(db_exec(c->db, &recount, NULL, &n));
	return ticket_feature.prepare(c);
}

static void hand_offs_are_kept_with_the_case(void **state)
{
	(void)state;
	int64_t t = held_case(), other = new_ticket(&op, "Nobody had it", "ines@northwind.example");
	assert_false(look(t).hands.set);
	RUN_OK(&ben, "ticket.take", "{\"ticket\":%lld,\"anyway\":true}", (long long)t);
	run_ok(&ben, "ticket.release", "{\"ticket\":1}");
	run_ok(&ben, "ticket.take", "{\"ticket\":1}");                   /* what one held before is no hand-off */
	assert_int_equal(look(t).hands.v, 1);
	run_ok(&ben, "ticket.assign", "{\"ticket\":1,\"assignee\":1}");
	assert_int_equal(look(t).hands.v, 2);
	assert_int_equal(hand_offs(t), 2);
	utime changed = look(t).updated_us;
	op.now_us = clock_now();
	assert_int_equal(ctx_write(&op, true, an_old_desk, NULL), OK);
	assert_int_equal(look(t).hands.v, 2);
	assert_false(look(other).hands.set);
	assert_true(look(t).updated_us == changed);                    /* and the lists keep their order */
}

static void first_response_first(void **state)
{
	(void)state;
	int64_t t = new_ticket(&op, "Crash", "ines@northwind.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS "}", ERR_CONFLICT, "first response first");
	run_ok(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"tell\":\"We have it, a colleague looks at it tonight.\"}");
	assert_true(look(t).first_reply_us.set);
	run_ok(&mara, "handover.withdraw", "{\"ticket\":1}");
	run_err(&ben, "handover.accept", "{\"ticket\":1}", ERR_CONFLICT, "not offered");
	int64_t two = new_ticket(&op, "Other", "ines@northwind.example");
	RUN_OK(&mara, "ticket.take", "{\"ticket\":%lld}", (long long)two);
	run_ok(&mara, "handover.offer", "{\"ticket\":2," WORDS ",\"anyway\":true}");
}

static void declined_it_stays(void **state)
{
	(void)state;
	int64_t t = held_case();
	run_ok(&mara, "handover.offer", "{\"ticket\":1," WORDS ",\"to\":2}");
	run_ok(&ben, "handover.decline", "{\"ticket\":1,\"why\":\"I leave in an hour\"}");
	assert_true(str_eq(newest(t).state, S("declined")) && str_eq(newest(t).why, S("I leave in an hour")));
	assert_int_equal(look(t).assignee_id.v, MARA);
	/* offered again, to anybody; nobody in particular can decline that, anybody's taking is the acceptance */
	run_ok(&mara, "handover.offer", "{\"ticket\":1," WORDS "}");
	run_err(&ben, "handover.decline", "{\"ticket\":1}", ERR_CONFLICT, "more than one");
	run_err(&mara, "handover.accept", "{\"ticket\":1}", ERR_CONFLICT, "You hold ticket 1 already");
	run_ok(&ben, "ticket.take", "{\"ticket\":1,\"anyway\":true}");
	assert_true(str_eq(newest(t).state, S("accepted")) && newest(t).taken_by.v == BEN);
	run_err(&mara, "handover.offer", "{\"ticket\":1," WORDS "}", ERR_FORBIDDEN, "Ben Ruiz holds ticket 1");
}

static void nobody_takes_it(void **state)
{
	(void)state;
	int64_t t = held_case();
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"priority\":\"p1\"}", (long long)t);
	run_ok(&mara, "handover.offer", "{\"ticket\":1," WORDS "}");
	assert_int_equal(newest(t).until_us - newest(t).offered_us, 30 * UTIME_US_PER_MINUTE);      /* p1: by the row */
	assert_string_equal(arena_cstr(&arena, newest(t).way), "direct");
	test_clock_add(29 * UTIME_US_PER_MINUTE);
	run_due();
	assert_int_equal(look(t).assignee_id.v, MARA);
	test_clock_add(UTIME_US_PER_MINUTE);
	run_due();
	run_due();                                                      /* twice is once */
	assert_false(look(t).assignee_id.set);
	assert_status(t, "pending");
	assert_true(str_eq(newest(t).state, S("fallen_back")) && tagged(t));
	run_err(&ben, "handover.accept", "{\"ticket\":1}", ERR_CONFLICT, "not offered");
	assert_true(str_find(run_ok(&ben, "handover.list", "{}"), S("\"state\":\"fallen_back\"")) > 0);
	run_ok(&ben, "ticket.take", "{\"ticket\":1}");
	assert_true(str_eq(newest(t).state, S("taken")) && newest(t).taken_by.v == BEN);
	assert_false(tagged(t));
	assert_int_equal(hand_offs(t), 1);                              /* nobody in between is no hand */

	/* what ended meanwhile does not fall back */
	int64_t two = held_case();
	RUN_OK(&mara, "handover.offer", "{\"ticket\":%lld," WORDS "}", (long long)two);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"done\"}", (long long)two);
	test_clock_add(UTIME_US_PER_DAY);
	run_due();
	assert_int_equal(look(two).assignee_id.v, MARA);
	assert_true(str_eq(newest(two).state, S("withdrawn")));
	assert_false(tagged(two));
}

static void given_without_asking(void **state)
{
	(void)state;
	int64_t t = held_case();
	run_err(&mara, "handover.give", "{\"ticket\":1," WORDS ",\"to\":2}", ERR_FORBIDDEN, "");
	run_ok(&ben, "handover.give", "{\"ticket\":1," WORDS ",\"to\":2}");
	assert_int_equal(look(t).assignee_id.v, BEN);
	assert_true(str_eq(newest(t).state, S("accepted")) && newest(t).from_id.v == MARA);
	assert_int_equal(hand_offs(t), 1);
	/* back to who had it: a hand-off too; the second time she is no stranger, and still it changed hands */
	run_ok(&mara, "ticket.take", "{\"ticket\":1,\"anyway\":true}");
	run_ok(&mara, "ticket.release", "{\"ticket\":1}");
	run_ok(&mara, "ticket.take", "{\"ticket\":1}");
	assert_int_equal(hand_offs(t), 2);
}

static void ways_have_their_dates(void **state)
{
	(void)state;
	assert_string_equal(handover_way_of(S("p1"), S("2023-05-11")).way, "direct");
	assert_int_equal(handover_way_of(S("p0"), S("2024-01-01")).minutes, 15);
	assert_string_equal(handover_way_of(S("p2"), S("2023-05-11")).way, "asynchronous");
	assert_string_equal(handover_way_of(S("p2"), S("2023-05-10")).way, "direct");
	assert_string_equal(handover_way_of(STR_NULL, S("2024-01-01")).way, "direct");
}

/* ---- the spans ---- */

static uint64_t seed = 20261124;
static uint32_t dice(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* One thing that happens to the case; what can't be done just now is left. */
static void happen(int64_t t)
{
	char json[400];
	static const char *const S_[] = { "open", "pending", "on_hold", "solved" };
	struct ctx *who = dice(2) ? &mara : &ben;
	const char *cmd = "ticket.status";
	snprintf(json, sizeof(json), "{\"ticket\":%lld,\"status\":\"%s\",\"rule\":\"R0\",\"reason\":\"x\"}", (long long)t, S_[dice(4)]);
	switch (dice(8)) {
	case 0:
	case 1:
		cmd = "ticket.take";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"anyway\":true}", (long long)t);
		break;
	case 2:
		cmd = "ticket.release";
		snprintf(json, sizeof(json), "{\"ticket\":%lld}", (long long)t);
		break;
	case 3:
		cmd = "ticket.reply";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"body\":\"Word %u\",\"status\":\"%s\"}", (long long)t, dice(100000), dice(2) ? "open" : "pending");
		break;
	case 4:
		cmd = "handover.offer";
		snprintf(json, sizeof(json), "{\"ticket\":%lld," WORDS ",\"anyway\":true}", (long long)t);
		break;
	case 5:
		cmd = "handover.accept";
		snprintf(json, sizeof(json), "{\"ticket\":%lld}", (long long)t);
		break;
	case 6:
		if (dice(3) == 0)
			customer_writes(t, "And now?");
		return;
	default:
		break;
	}
	test_run(who, feature_command(kit_features, str_c(cmd)), json, NULL);
}

static void spans_are_right(int64_t t)
{
	struct event *events;
	struct held_span *log, *table;
	struct held_shares shares;
	struct sla_look look_;
	size_t n, n_log, n_table;
	int64_t hands, sum = 0, clock = -1;
	op.now_us = clock_now();
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(event_by_ticket(&op, t, 0, 10000, &events, &n), OK);
	assert_int_equal(held_spans(&arena, &op.fault, events, n, op.now_us, &log, &n_log), OK);
	assert_int_equal(held_of(&op, t, &table, &n_table, &hands), OK);
	struct ticket_get_row row;
	assert_int_equal(ticket_get(op.db, &arena, &row, .id = t), OK);
	/* they tile its life, exactly */
	assert_int_equal(log[0].from_us, row.created_us);
	assert_int_equal(log[n_log - 1].to_us, op.now_us);
	for (size_t i = 1; i < n_log; i++)
		assert_int_equal(log[i].from_us, log[i - 1].to_us);
	assert_int_equal(log[n_log - 1].holder, row.assignee_id.set ? row.assignee_id.v : 0);
	/* the table is the log */
	assert_int_equal(n_table, n_log);
	int64_t counted = 0;
	for (size_t i = 0; i < n_log; i++) {
		assert_true(log[i].holder == table[i].holder && log[i].from_us == table[i].from_us && log[i].to_us == table[i].to_us && log[i].hand_off == table[i].hand_off);
		counted += log[i].hand_off;
	}
	assert_int_equal(counted, hands);
	/* and the clock's seconds are the holders' */
	assert_int_equal(held_shares(&op, t, &shares), OK);
	assert_int_equal(sla_look_at(&op, t, 0, &look_), OK);
	for (size_t i = 0; i < look_.n; i++)
		if (str_eq(look_.lines[i].clock, S("resolution")) && str_eq(look_.lines[i].track, S("promise")))
			clock = look_.lines[i].elapsed_s;
	assert_true(clock >= 0 && shares.has_clock);
	for (size_t i = 0; i < shares.n; i++) {
		assert_true(shares.v[i].clock_s >= 0 && shares.v[i].clock_s * UTIME_US_PER_SECOND <= shares.v[i].span.to_us - shares.v[i].span.from_us + UTIME_US_PER_SECOND);
		sum += shares.v[i].clock_s;
	}
	assert_int_equal(sum, clock);
	assert_int_equal(shares.clock_s, clock);
	ctx_db_done(&op);
}

static void spans_tile_the_life_and_equal_the_clock(void **state)
{
	(void)state;
	int64_t total_hands = 0;
	for (int i = 0; i < 12; i++) {
		int64_t t = new_ticket(&op, "Crash", "ines@northwind.example");
		for (int k = 0; k < 25; k++) {
			test_clock_add((1 + dice(200)) * UTIME_US_PER_MINUTE + dice(1000000));
			if (dice(4) == 0)
				run_due();
			happen(t);
		}
		test_clock_add(UTIME_US_PER_HOUR);
		spans_are_right(t);
		total_hands += hand_offs(t);
	}
	assert_true(total_hands > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(offered_taken_and_greeted), KIT_TEST(hand_offs_are_kept_with_the_case),
		KIT_TEST(first_response_first),
		KIT_TEST(declined_it_stays),
		KIT_TEST(nobody_takes_it),
		KIT_TEST(given_without_asking),
		KIT_TEST(ways_have_their_dates),
		KIT_TEST(spans_tile_the_life_and_equal_the_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
