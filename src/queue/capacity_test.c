/* capacity_test.c: at capacity, levels, load and what could move; absences, fill-in and the daily look; bad input. */
#include "queue/kit.h"

#include "queue.sql.h"

#include "base/banned.h"

#define HOUR UTIME_US_PER_HOUR
#define MINUTE UTIME_US_PER_MINUTE

static struct ticket_get_row look(int64_t id)
{
	struct ticket_get_row t;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(ticket_get(op.db, &arena, &t, .id = id), OK);
	ctx_db_done(&op);
	return t;
}

static size_t notices(int64_t who, const char *words)
{
	struct queue_news_row *rows;
	size_t n, hits = 0;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(queue_news(op.db, &arena, &rows, &n, .teammate_id = who, .max = 100), OK);
	for (size_t i = 0; i < n; i++)
		hits += str_find(rows[i].words, str_c(words)) >= 0;
	ctx_db_done(&op);
	return hits;
}

/* ---- at capacity ---- */

static void said_told_and_taken_back(void **state)
{
	(void)state;
	int64_t team = test_answer_i64(ok(&op, "team.create", "{\"name\":\"EMEA\"}"), "team");
	ok(&op, "team.add", js("{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)theo));
	ok(&op, "team.add", js("{\"team\":%lld,\"teammate\":%lld}", (long long)team, (long long)mara));
	refused(&as_theo, "capacity.recover", "{}", ERR_CONFLICT, "Nobody said");
	refused(&as_theo, "capacity.declare", "{\"why\":\"x\",\"until\":\"2026-11-24T07:00:00Z\"}", ERR_INPUT, "past");
	refused(&as_theo, "capacity.declare", js("{\"why\":\"x\",\"teammate\":%lld}", (long long)ines), ERR_FORBIDDEN, "");
	ok(&as_theo, "capacity.declare", "{\"why\":\"two escalations\",\"hours\":4}");
	refused(&as_theo, "capacity.declare", "{\"why\":\"x\"}", ERR_CONFLICT, "two escalations");
	assert_int_equal(notices(mara, "Theo Brandt is at capacity"), 1);
	assert_int_equal(notices(ines, "Theo Brandt"), 0);
	ok(&as_theo, "capacity.recover", "{}");
	assert_int_equal(notices(mara, "takes cases again"), 1);
	/* ends by itself, before and after the job has said so */
	ok(&as_theo, "capacity.declare", "{\"why\":\"once more\",\"hours\":4}");
	kit_time(4 * HOUR + MINUTE);
	assert_has(ok(&as_mara, "capacity.load", "{}"), "\"name\":\"Theo Brandt\",\"active\":0,\"new\":0,\"open\":0,\"pending\":0,\"on_hold\":0,\"over\":false,\"at_work\":true,\"away\":false,\"at_capacity\":false");
	ok(&as_theo, "capacity.declare", "{\"why\":\"a third time\",\"hours\":4}");
	kit_time(4 * HOUR + MINUTE);
	kit_run_due();
	refused(&as_theo, "capacity.recover", "{}", ERR_CONFLICT, "Nobody said");
	/* without a team, whoever leads is told */
	ok(&as_ines, "capacity.declare", "{\"why\":\"full\"}");
	assert_int_equal(notices(mara, "Ines Okafor is at capacity"), 1);
	ok(&as_mara, "queue.read", "{\"up_to\":1000}");
	assert_int_equal(notices(mara, ""), 0);
}

static void the_flag_is_practice_of_its_dates(void **state)
{
	(void)state;
	utime then = 0;
	assert_true(civil_parse_rfc3339(S("2022-11-01T10:00:00Z"), &then));
	kit_time(then - clock_now());
	refused(&as_theo, "capacity.declare", "{\"why\":\"x\"}", ERR_CONFLICT, "it was from 2023-01-26");
	ok(&as_mara, "level.invoke", "{\"level\":3,\"why\":\"the holidays\",\"hours\":24}");
	refused(&as_mara, "level.invoke", "{\"level\":4,\"why\":\"x\"}", ERR_CONFLICT, "invoked level 3 already");
	refused(&as_theo, "level.invoke", "{\"level\":4,\"why\":\"x\"}", ERR_FORBIDDEN, "");
	refused(&as_mara, "level.invoke", "{\"level\":9,\"why\":\"x\"}", ERR_INPUT, "no level 9");
	kit_time(25 * HOUR);
	int64_t call = test_answer_i64(ok(&as_mara, "level.invoke", "{\"level\":4,\"side\":\"east\",\"why\":\"x\"}"), "call");
	kit_run_due();
	ok(&as_mara, "level.end", js("{\"call\":%lld}", (long long)call));
	refused(&as_mara, "level.end", js("{\"call\":%lld}", (long long)call), ERR_CONFLICT, "has ended");
	assert_true(civil_parse_rfc3339(S("2023-01-26T10:00:00Z"), &then));
	kit_time(then - clock_now());
	ok(&as_theo, "capacity.declare", "{\"why\":\"x\"}");
	refused(&as_mara, "level.invoke", "{\"level\":4,\"why\":\"x\"}", ERR_CONFLICT, "from 2022-01-12 to 2023-01-26");
}

/* By hand a case goes to somebody who is full only after a second look; by the customer's assignment it goes to the backup. */
static void nobody_who_is_full_is_given_a_case_unseen(void **state)
{
	(void)state;
	int64_t org = kit_org("north", "enterprise", "post_sales");
	ok(&op, "organisation.update", js("{\"organisation\":%lld,\"assigned\":%lld,\"backup\":%lld}", (long long)org, (long long)theo, (long long)ines));
	int64_t a = kit_case("before", "north");
	assert_int_equal(look(a).assignee_id.v, theo);
	ok(&as_theo, "capacity.declare", "{\"why\":\"two escalations\"}");
	int64_t b = kit_case("after", "north");
	assert_int_equal(look(b).assignee_id.v, ines);
	refused(&as_mara, "ticket.assign", js("{\"ticket\":%lld,\"assignee\":%lld}", (long long)b, (long long)theo), ERR_CONFLICT, "Theo Brandt is at capacity: “two escalations”");
	assert_int_equal(look(b).assignee_id.v, ines);
	ok(&as_mara, "ticket.assign", js("{\"ticket\":%lld,\"assignee\":%lld,\"anyway\":true}", (long long)b, (long long)theo));
	assert_int_equal(look(b).assignee_id.v, theo);
	/* who takes one themselves knows what they do */
	int64_t other = kit_case("another", "north");
	ok(&as_theo, "ticket.assign", js("{\"ticket\":%lld,\"assignee\":%lld}", (long long)other, (long long)theo));
	ok(&as_ines, "capacity.declare", "{\"why\":\"full too\"}");
	int64_t c = kit_case("nobody is there", "north");
	assert_false(look(c).assignee_id.set);
}

/* ---- load ---- */

static void load_counts_and_says_what_could_move(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	for (int i = 1; i <= 8; i++) {
		kit_case("case", "north");
		ok(&as_theo, "ticket.take", js("{\"ticket\":%d}", i));
		kit_time(MINUTE);
	}
	ok(&as_theo, "ticket.status", "{\"ticket\":7,\"status\":\"on_hold\"}");
	ok(&as_theo, "ticket.status", "{\"ticket\":8,\"status\":\"pending\"}");
	struct str load = ok(&as_mara, "capacity.load", "{}");
	/* open and pending are active, on hold is not */
	assert_has(load, "\"name\":\"Theo Brandt\",\"active\":7,\"new\":0,\"open\":6,\"pending\":1,\"on_hold\":1,\"over\":true");
	/* two too many: the last two of the line, to people who are there and have nothing */
	assert_has(load, "\"moves\":[{\"ticket\":6");
	assert_has(load, "{\"ticket\":5");
	assert_true(str_find(load, S("{\"ticket\":4,\"from\"")) < 0);
	assert_has(load, "2 more than the rule of 5");
	assert_true(str_find(load, str_c(js("\"to\":%lld", (long long)noa))) < 0);   /* off: it is night there */
}

/* The rows of 2022-01: a number of people stands in several rows and speaks for the first of them; 7 and 8 want all. */
/* Levels ended in 2023. An admin makes them practice again, with the figures of then; changes one; ends it. */
static void the_next_edition(void **state)
{
	(void)state;
	refused(&as_mara, "level.invoke", "{\"level\":2,\"why\":\"x\"}", ERR_CONFLICT, "from 2022-01-12 to 2023-01-26");
	refused(&as_mara, "level.edition", "{\"why\":\"x\"}", ERR_FORBIDDEN, "");
	refused(&op, "level.edition", "{\"why\":\"x\",\"valid_from\":\"2026-11-23\"}", ERR_INPUT, "today or later");
	refused(&op, "level.edition", "{\"why\":\"x\",\"valid_to\":\"2026-11-24\"}", ERR_INPUT, "end after it begins");
	refused(&op, "level.edition_end", "{}", ERR_CONFLICT, "No edition is in force");
	ok(&op, "level.edition", "{\"why\":\"the big release\"}");
	refused(&op, "level.edition", "{\"why\":\"again\"}", ERR_CONFLICT, "from 2026-11-24 on");
	assert_true(str_find(ok(&as_mara, "level.invoke", "{\"level\":2,\"why\":\"x\",\"hours\":2}"), S("Triage coordinates")) > 0);
	/* one level means something else from a later day on: on that day only that */
	ok(&op, "capacity.level", "{\"level\":3,\"valid_from\":\"2026-11-25\",\"east_least\":1,\"east_most\":1,\"west_least\":2,\"west_most\":2,\"active_over\":7,\"logic\":\"any\",\"words\":\"All hands\"}");
	test_clock_add(UTIME_US_PER_DAY);
	assert_true(str_find(ok(&as_mara, "level.invoke", "{\"level\":3,\"why\":\"x\"}"), S("All hands")) > 0);
	ok(&op, "level.edition_end", "{\"valid_to\":\"2026-11-27\"}");
	test_clock_add(2 * UTIME_US_PER_DAY);
	refused(&as_mara, "level.invoke", "{\"level\":2,\"side\":\"east\",\"why\":\"x\"}", ERR_CONFLICT, "to 2026-11-27");
}

static void levels_by_the_figures(void **state)
{
	(void)state;
	static const struct level_step ROWS[] = {
		{ 1, 3, 99, 9, 99, { 0 }, true }, { 2, 2, 2, 6, 8, { .set = true, .v = 5 }, false }, { 3, 2, 2, 5, 5, { .set = true, .v = 7 }, false }, { 4, 2, 2, 4, 4, { .set = true, .v = 8 }, false },
		{ 5, 1, 1, 3, 3, { .set = true, .v = 9 }, false }, { 6, 1, 1, 2, 2, { .set = true, .v = 9 }, false }, { 7, 0, 0, 1, 1, { .set = true, .v = 10 }, true }, { 8, 0, 0, 0, 0, { .set = true, .v = 10 }, true },
	};
	static const struct { int64_t east, west, active_x10, level; } WANT[] = {
		{ 3, 9, 50, 1 }, { 3, 11, 0, 1 }, { 4, 20, 30, 1 }, { 2, 9, 30, 2 }, { 3, 8, 30, 2 }, { 3, 9, 51, 2 }, { 3, 5, 30, 3 }, { 3, 9, 71, 3 }, { 3, 4, 10, 4 },
		{ 3, 9, 81, 4 }, { 1, 9, 10, 5 }, { 3, 3, 10, 5 }, { 3, 9, 91, 5 }, { 3, 2, 10, 6 }, { 0, 1, 101, 7 }, { 0, 0, 101, 8 }, { 0, 0, 100, 6 }, { 0, 9, 101, 6 },
	};
	for (size_t i = 0; i < ARRAY_LEN(WANT); i++) {
		int64_t got = level_of(ROWS, ARRAY_LEN(ROWS), WANT[i].east, WANT[i].west, WANT[i].active_x10);
		if (got != WANT[i].level)
			print_error("%lld east, %lld west, %lld: %lld, not %lld\n", (long long)WANT[i].east, (long long)WANT[i].west, (long long)WANT[i].active_x10, (long long)got,
				    (long long)WANT[i].level);
		assert_int_equal(got, WANT[i].level);
	}
	assert_int_equal(level_of(ROWS, 0, 1, 1, 1), 0);
}

/* ---- absences ---- */

static void absences_are_checked(void **state)
{
	(void)state;
	refused(&as_theo, "absence.plan", "{\"from\":\"2026-12-05\",\"until\":\"2026-12-01\"}", ERR_INPUT, "before it begins");
	refused(&as_theo, "absence.plan", "{\"from\":\"2026-11-01\",\"until\":\"2026-11-20\"}", ERR_INPUT, "past");
	refused(&as_theo, "absence.plan", "{\"from\":\"2026-12-01\",\"until\":\"2028-12-01\"}", ERR_INPUT, "longer than a year");
	refused(&as_theo, "absence.plan", js("{\"from\":\"2026-12-01\",\"until\":\"2026-12-02\",\"cover\":%lld}", (long long)theo), ERR_INPUT, "for themselves");
	refused(&as_theo, "absence.plan", js("{\"from\":\"2026-12-01\",\"until\":\"2026-12-02\",\"cover\":%lld}", (long long)nils), ERR_INPUT, "does not answer customers");
	refused(&as_theo, "absence.plan", js("{\"from\":\"2026-12-01\",\"until\":\"2026-12-02\",\"teammate\":%lld}", (long long)ines), ERR_FORBIDDEN, "");
	/* a colleague who is sick is written down by anybody */
	ok(&as_theo, "absence.plan", js("{\"from\":\"2026-11-24\",\"until\":\"2026-11-24\",\"kind\":\"sick\",\"teammate\":%lld}", (long long)ines));
	refused(&as_theo, "absence.plan", js("{\"from\":\"2026-11-20\",\"until\":\"2026-11-25\",\"cover\":%lld}", (long long)ines), ERR_INPUT, "is away from");
	int64_t id = test_answer_i64(ok(&as_theo, "absence.plan", js("{\"from\":\"2026-12-01\",\"until\":\"2026-12-02\",\"cover\":%lld}", (long long)ines)), "absence");
	refused(&as_theo, "absence.plan", "{\"from\":\"2026-12-02\",\"until\":\"2026-12-08\"}", ERR_INPUT, "change that one");
	assert_int_equal(notices(ines, "You fill in for Theo Brandt, Tue 1 Dec to Wed 2 Dec"), 1);
	/* practice advises: five days want a hand-over, two of the same hours are away */
	struct str said = ok(&as_mara, "absence.plan", "{\"from\":\"2026-11-30\",\"until\":\"2026-12-04\"}");
	assert_has(said, "5 working days: hand the cases over");
	assert_has(said, "announced less than 7 days before");
	assert_has(said, "Theo Brandt of the same hours (EMEA) is away then too");
	assert_has(said, "Nobody fills in yet");
	refused(&as_ines, "absence.change", js("{\"absence\":%lld,\"until\":\"2026-12-03\"}", (long long)id), ERR_FORBIDDEN, "");
	ok(&as_theo, "absence.change", js("{\"absence\":%lld,\"until\":\"2026-12-03\"}", (long long)id));
	ok(&as_theo, "absence.end", js("{\"absence\":%lld}", (long long)id));
	refused(&as_theo, "absence.end", js("{\"absence\":%lld}", (long long)id), ERR_CONFLICT, "over");
	assert_int_equal(notices(ines, "not away after all"), 1);
}

/* Number one's owner is away: whoever fills in gets it, and a fill-in's reply does not change the owner. */
static void number_ones_owner_is_away(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	for (int i = 1; i <= 3; i++) {
		kit_case("case", "north");
		ok(&as_theo, "ticket.take", js("{\"ticket\":%d}", i));
		kit_time(MINUTE);
	}
	int64_t id = test_answer_i64(ok(&as_theo, "absence.plan", js("{\"from\":\"2026-11-24\",\"until\":\"2026-11-25\",\"cover\":%lld}", (long long)ines)), "absence");
	refused(&as_theo, "queue.next", "{}", ERR_CONFLICT, "You are away until");
	struct str got = ok(&as_ines, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 1);
	assert_has(got, "\"how\":\"cover\"");
	assert_has(got, "Theo Brandt is away and you fill in; the case stays theirs");
	ok(&as_ines, "ticket.reply", "{\"ticket\":1,\"body\":\"I look after this while Theo is away.\",\"status\":\"pending\"}");
	assert_int_equal(look(1).assignee_id.v, theo);
	/* one case is somebody else's to look after */
	ok(&as_mara, "absence.cover", js("{\"absence\":%lld,\"ticket\":2}", (long long)id));
	refused(&as_mara, "absence.cover", js("{\"absence\":%lld,\"ticket\":2}", (long long)id), ERR_INPUT, "already");
	refused(&as_mara, "absence.cover", js("{\"absence\":%lld,\"ticket\":99}", (long long)id), ERR_INPUT, "no ticket 99");
	int64_t nobodys = kit_case("nobody's", "north");
	refused(&as_mara, "absence.cover", js("{\"absence\":%lld,\"ticket\":%lld}", (long long)id, (long long)nobodys), ERR_INPUT, "not theirs");
	got = ok(&as_mara, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 2);
	assert_int_equal(test_answer_i64(ok(&as_ines, "queue.next", "{}"), "ticket"), 3);
	/* the daily look, once a day */
	ok(&as_mara, "absence.look", js("{\"absence\":%lld,\"note\":\"all quiet\"}", (long long)id));
	refused(&as_ines, "absence.look", js("{\"absence\":%lld}", (long long)id), ERR_CONFLICT, "looked through them today");
	/* back early: it is his again */
	ok(&as_theo, "absence.end", js("{\"absence\":%lld}", (long long)id));
	assert_int_equal(notices(ines, "Theo Brandt is back"), 1);
	assert_int_equal(test_answer_i64(ok(&as_theo, "queue.next", "{}"), "ticket"), 2);
}

/* Nobody was named: whoever asks steps in, and the next one does not get the same case. */
static void whoever_asks_steps_in(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	for (int i = 1; i <= 2; i++) {
		kit_case("case", "north");
		ok(&as_theo, "ticket.take", js("{\"ticket\":%d}", i));
		kit_time(MINUTE);
	}
	ok(&as_theo, "absence.plan", "{\"from\":\"2026-11-24\",\"until\":\"2026-11-24\",\"kind\":\"sick\"}");
	struct str got = ok(&as_ines, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 1);
	assert_has(got, "nobody who is there fills in, so you do");
	got = ok(&as_mara, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 2);
	assert_has(got, "Ines Okafor fills in");
	assert_int_equal(look(1).assignee_id.v, theo);
	/* a new case of a customer of his goes to nobody while he is away */
	ok(&op, "organisation.update", js("{\"organisation\":1,\"assigned\":%lld}", (long long)theo));
	assert_false(look(kit_case("while he is away", "north")).assignee_id.set);
}

static void who_fills_in_is_told_when_it_begins(void **state)
{
	(void)state;
	ok(&as_theo, "absence.plan", js("{\"from\":\"2026-11-30\",\"until\":\"2026-12-01\",\"cover\":%lld}", (long long)ines));
	int64_t alone = test_answer_i64(ok(&as_noa, "absence.plan", "{\"from\":\"2026-11-30\",\"until\":\"2026-11-30\"}"), "absence");
	kit_time(6 * UTIME_US_PER_DAY);
	kit_run_due();
	assert_int_equal(notices(ines, "and you fill in"), 1);
	assert_int_equal(notices(mara, "and nobody fills in"), 1);
	kit_run_due();
	assert_int_equal(notices(ines, "and you fill in"), 1);
	struct str list = ok(&as_mara, "absence.list", "{}");
	assert_has(list, "\"name\":\"Theo Brandt\"");
	ok(&as_mara, "absence.cover", js("{\"absence\":%lld}", (long long)alone));
	refused(&as_mara, "absence.cover", "{\"absence\":77}", ERR_NOT_FOUND, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(said_told_and_taken_back), KIT_TEST(the_flag_is_practice_of_its_dates), KIT_TEST(nobody_who_is_full_is_given_a_case_unseen),
		KIT_TEST(load_counts_and_says_what_could_move), KIT_TEST(the_next_edition), cmocka_unit_test(levels_by_the_figures), KIT_TEST(absences_are_checked), KIT_TEST(number_ones_owner_is_away),
		KIT_TEST(whoever_asks_steps_in), KIT_TEST(who_fills_in_is_told_when_it_begins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
