/* queue_test.c: the line on a desk: its order by the rows of the date, overload, sessions; "what next?" for different people; bad input. */
#include "queue/kit.h"

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

static int64_t next(struct ctx *c, const char *json)
{
	return test_answer_i64(ok(c, "queue.next", json), "ticket");
}

/* ---- the order ---- */

static void normal_load_goes_by_p0_then_risk_then_arrival(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_org("south", "free", "none");
	int64_t a = kit_case("first", "south");
	kit_time(MINUTE);
	int64_t b = kit_case("second", "north");
	kit_time(MINUTE);
	int64_t own = test_answer_i64(ok(&as_theo, "ticket.create", "{\"subject\":\"tidy up\",\"body\":\"ours\"}"), "ticket");
	kit_time(MINUTE);
	int64_t out = kit_case("outage", "south");
	assert_line("1,2,4,3");
	ok(&as_theo, "ticket.update", js("{\"ticket\":%lld,\"priority\":\"p0\"}", (long long)out));
	assert_line("4,1,2,3");
	/* a promise that a person made is at risk an hour before it is due */
	ok(&as_theo, "ticket.promise", js("{\"ticket\":%lld,\"at\":\"2026-11-24T08:50:00Z\"}", (long long)b));
	assert_line("4,2,1,3");
	struct str list = ok(&as_theo, "queue.list", "{}");
	assert_has(list, "What was promised is due in 47 min");
	assert_has(list, "p0: contract severity 0, whoever the customer is");
	assert_has(list, "Internal work comes last");
	assert_has(list, "\"in_line\":4");
	/* what waits for the customer leaves the line, and comes back when it answers */
	ok(&as_theo, "ticket.status", js("{\"ticket\":%lld,\"status\":\"pending\"}", (long long)a));
	assert_line("4,2,3");
	assert_has(ok(&as_theo, "queue.show", js("{\"ticket\":%lld}", (long long)a)), "not our turn");
	/* p3 is internal work whoever asked */
	ok(&as_theo, "ticket.update", js("{\"ticket\":%lld,\"priority\":\"p3\"}", (long long)out));
	assert_line("2,3,4");
	(void)own;
}

/* A promise of ours that is at risk stands in the line although the case waits for somebody else. */
static void what_waits_stands_in_line_while_a_promise_is_at_risk(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	int64_t a = kit_case("first", "north");
	ok(&as_theo, "ticket.take", js("{\"ticket\":%lld}", (long long)a));
	ok(&as_theo, "ticket.reply", js("{\"ticket\":%lld,\"body\":\"We look at it.\",\"status\":\"on_hold\",\"promise\":\"2026-11-24T12:00:00Z\"}", (long long)a));
	assert_line("");
	kit_time(3 * HOUR + MINUTE);
	assert_line("1");
	assert_has(ok(&as_theo, "queue.list", "{}"), "although it is not our turn");
	assert_int_equal(next(&as_theo, "{}"), a);
}

/* The tiers change places on 2021-06-22: pre-sales and paying share a rank before, then pre-sales come first. */
static void tiers_go_by_the_rows_of_the_date(void **state)
{
	(void)state;
	struct { const char *date; int64_t add_days; const char *line; } ALL[] = {
		{ "2021-06-21", 0, "1,2,3,4,5,6,7" }, { "2021-06-22", 1, "2,1,3,4,5,6,7" },
	};
	utime then = 0;
	assert_true(civil_parse_rfc3339(S("2021-06-21T10:00:00Z"), &then));
	kit_time(then - clock_now());
	static const char *const ORGS[][3] = { { "ent", "enterprise", "post_sales" }, { "pre", "enterprise", "pre_sales" }, { "team", "team", "post_sales" },
					       { "free", "free", "none" }, { "oss", "open_source", "none" } };
	for (size_t i = 0; i < ARRAY_LEN(ORGS); i++) {
		kit_org(ORGS[i][0], ORGS[i][1], ORGS[i][2]);
		kit_case(ORGS[i][0], ORGS[i][0]);
		kit_time(MINUTE);
	}
	kit_case("nobody knows them", "unknown");
	ok(&as_theo, "ticket.create", "{\"subject\":\"tidy up\",\"body\":\"ours\"}");
	/* what is due plays no part here: the clocks of the five differ */
	ok(&op, "rank.order", "{\"mode\":\"overload\",\"valid_from\":\"2000-01-01\",\"keys\":\"session first last tier arrival\",\"words\":\"by tier, then arrival\"}");
	ok(&as_mara, "overload.declare", "{\"why\":\"the outage\",\"hours\":72}");
	for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
		kit_time(ALL[i].add_days * UTIME_US_PER_DAY);
		assert_line(ALL[i].line);
	}
	assert_has(ok(&as_theo, "queue.list", "{}"), "the customer's tier is not known");
}

/* ---- overload ---- */

static void overload_is_declared_once_and_ends_by_itself(void **state)
{
	(void)state;
	kit_org("free", "free", "none");
	kit_org("ent", "enterprise", "post_sales");
	int64_t a = kit_case("free", "free");
	kit_time(MINUTE);
	kit_case("paying", "ent");
	refused(&as_theo, "overload.declare", "{\"why\":\"much\",\"hours\":4}", ERR_FORBIDDEN, "");
	refused(&as_mara, "overload.declare", "{\"why\":\"much\"}", ERR_INPUT, "until when");
	refused(&as_mara, "overload.declare", "{\"why\":\"much\",\"until\":\"2026-11-24T07:00:00Z\"}", ERR_INPUT, "past");
	refused(&as_mara, "overload.declare", "{\"why\":\"much\",\"until\":\"2027-11-24T07:00:00Z\"}", ERR_INPUT, "at most 14 days");
	refused(&as_mara, "overload.declare", "{\"why\":\"much\",\"until\":\"2026-11-24T17:00:00Z\",\"hours\":4}", ERR_INPUT, "not both");
	refused(&as_mara, "overload.end", "{}", ERR_CONFLICT, "No overload");
	assert_line("1,2");
	ok(&as_mara, "overload.declare", "{\"why\":\"the outage\",\"hours\":4}");
	assert_line("2,1");
	struct str list = ok(&as_theo, "queue.list", "{}");
	assert_has(list, "\"load\":\"overload\"");
	assert_has(list, "\"overload_by\":\"Mara Lind\"");
	assert_has(list, "Overload: enterprise");
	refused(&as_mara, "overload.declare", "{\"why\":\"again\",\"hours\":4}", ERR_CONFLICT, "Mara Lind declared overload already");
	ok(&as_mara, "overload.prolong", "{\"why\":\"still\",\"hours\":6}");
	kit_time(5 * HOUR);
	assert_line("2,1");
	kit_time(HOUR + MINUTE);
	/* it is over before the job has said so */
	assert_has(ok(&as_theo, "queue.list", "{}"), "\"load\":\"normal\"");
	kit_run_due();
	ok(&as_mara, "overload.declare", "{\"why\":\"once more\",\"hours\":4}");
	ok(&as_mara, "overload.end", "{\"why\":\"it is quiet\"}");
	refused(&as_mara, "overload.end", "{}", ERR_CONFLICT, "No overload");
	refused(&as_mara, "overload.prolong", "{\"why\":\"x\",\"hours\":4}", ERR_CONFLICT, "No overload");
	(void)a;
}

/* ---- sessions ---- */

static void a_session_hears_is_set_and_ends(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	for (int i = 0; i < 5; i++) {
		kit_case("case", "north");
		kit_time(MINUTE);
	}
	ok(&as_theo, "ticket.update", "{\"ticket\":1,\"priority\":\"p0\"}");
	refused(&as_theo, "ranking.begin", "{\"title\":\"t\",\"why\":\"w\",\"hours\":4}", ERR_FORBIDDEN, "");
	int64_t s = test_answer_i64(ok(&as_mara, "ranking.begin", "{\"title\":\"After the outage\",\"why\":\"two launches\",\"hours\":24}"), "session");
	refused(&as_mara, "ranking.begin", "{\"title\":\"t\",\"why\":\"w\",\"hours\":4}", ERR_CONFLICT, "After the outage");
	refused(&as_mara, "ranking.set", js("{\"session\":%lld}", (long long)s), ERR_CONFLICT, "No case is named");
	ok(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[4,3],\"reason\":\"their launch is on Friday\"}", (long long)s));
	assert_line("1,2,3,4,5");
	refused(&as_mara, "ranking.set", js("{\"session\":%lld}", (long long)s), ERR_INPUT, "Sales and customer engineering");
	ok(&as_nils, "ranking.hear", js("{\"session\":%lld,\"name\":\"Ana Ruiz\",\"part\":\"sales\",\"said\":\"The renewal hangs on it.\"}", (long long)s));
	refused(&as_mara, "ranking.set", js("{\"session\":%lld}", (long long)s), ERR_INPUT, "Customer engineering");
	ok(&as_theo, "ranking.hear", js("{\"session\":%lld,\"name\":\"Bo\",\"part\":\"ce\",\"said\":\"They can wait until noon.\"}", (long long)s));
	ok(&as_mara, "ranking.set", js("{\"session\":%lld}", (long long)s));
	refused(&as_mara, "ranking.set", js("{\"session\":%lld}", (long long)s), ERR_CONFLICT, "holds since");
	assert_line("4,3,1,2,5");
	assert_has(ok(&as_theo, "queue.show", "{\"ticket\":4}"), "1st by the ranking session “After the outage” of Mara Lind");
	ok(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[5],\"at\":1,\"reason\":\"they called\"}", (long long)s));
	assert_line("5,4,3,1,2");
	ok(&as_mara, "ranking.remove", js("{\"session\":%lld,\"ticket\":4}", (long long)s));
	refused(&as_mara, "ranking.remove", js("{\"session\":%lld,\"ticket\":4}", (long long)s), ERR_INPUT, "not named");
	assert_line("5,3,1,2,4");
	/* number one of a session is solved: it leaves the line, the session goes on */
	ok(&as_theo, "ticket.take", "{\"ticket\":5}");
	struct str shown = ok(&as_theo, "ranking.show", js("{\"session\":%lld}", (long long)s));
	assert_has(shown, "The renewal hangs on it.");
	assert_has(shown, "they called");
	kit_time(25 * HOUR);
	assert_line("1,2,3,4,5");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[1],\"reason\":\"x\"}", (long long)s), ERR_CONFLICT, "over");
	kit_run_due();
	assert_has(ok(&as_theo, "ranking.list", "{}"), "After the outage");
	ok(&as_mara, "ranking.begin", "{\"title\":\"The next\",\"why\":\"w\",\"hours\":4}");
}

static void a_session_names_only_what_can_be_ranked(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	for (int i = 0; i < 4; i++)
		kit_case("case", "north");
	ok(&as_theo, "ticket.merge", "{\"ticket\":2,\"into\":1,\"anyway\":true}");
	ok(&as_theo, "ticket.delete", "{\"ticket\":3,\"reason\":\"twice\"}");
	int64_t s = test_answer_i64(ok(&as_mara, "ranking.begin", "{\"title\":\"t\",\"why\":\"w\",\"hours\":4}"), "session");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[2],\"reason\":\"x\"}", (long long)s), ERR_INPUT, "was merged into 1: name that one");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[3],\"reason\":\"x\"}", (long long)s), ERR_INPUT, "Deleted");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[99],\"reason\":\"x\"}", (long long)s), ERR_INPUT, "no ticket 99");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[4,4],\"reason\":\"x\"}", (long long)s), ERR_INPUT, "twice");
	refused(&as_mara, "ranking.order", js("{\"session\":77,\"tickets\":[4],\"reason\":\"x\"}"), ERR_NOT_FOUND, "");
	ok(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[4],\"reason\":\"x\"}", (long long)s));
	ok(&as_mara, "ranking.set", js("{\"session\":%lld,\"unheard\":\"both are asleep\"}", (long long)s));
	assert_line("4,1");
	ok(&as_mara, "ranking.end", js("{\"session\":%lld,\"why\":\"done\"}", (long long)s));
	assert_line("1,4");
}

/* A team's session: its cases change places among themselves, nobody else's place changes. */
static void a_teams_session_moves_only_the_teams_cases(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	int64_t team = test_answer_i64(ok(&op, "team.create", "{\"name\":\"Search\"}"), "team");
	for (int i = 0; i < 6; i++) {
		kit_case("case", "north");
		kit_time(MINUTE);
	}
	for (int i = 2; i <= 6; i += 2)
		ok(&as_theo, "ticket.assign", js("{\"ticket\":%d,\"team\":%lld}", i, (long long)team));
	int64_t s = test_answer_i64(ok(&as_mara, "ranking.begin", js("{\"title\":\"Search\",\"why\":\"w\",\"hours\":4,\"team\":%lld}", (long long)team)), "session");
	refused(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[1],\"reason\":\"x\"}", (long long)s), ERR_INPUT, "not that team's");
	ok(&as_mara, "ranking.order", js("{\"session\":%lld,\"tickets\":[6,4],\"reason\":\"x\"}", (long long)s));
	ok(&as_mara, "ranking.set", js("{\"session\":%lld,\"unheard\":\"nobody is there\"}", (long long)s));
	assert_line("1,6,3,4,5,2");
	assert_has(ok(&as_theo, "queue.show", "{\"ticket\":6}"), "1st of its team");
	/* the whole line may have its own session besides */
	ok(&as_mara, "ranking.begin", "{\"title\":\"All\",\"why\":\"w\",\"hours\":4}");
}

/* ---- what next? ---- */

static void next_takes_and_says_why(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	refused(&as_theo, "queue.next", "{}", ERR_CONFLICT, "The line is empty");
	for (int i = 0; i < 3; i++) {
		kit_case("case", "north");
		kit_time(MINUTE);
	}
	refused(&as_nils, "queue.next", "{}", ERR_FORBIDDEN, "");
	struct str got = ok(&as_theo, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 1);
	assert_has(got, "1st in the line");
	assert_has(got, "nobody holds it");
	assert_int_equal(look(1).assignee_id.v, theo);
	assert_true(str_eq(look(1).status, S("open")));
	/* hers stays with her; the next one is for the next person, and he is told why the one above is not */
	got = ok(&as_ines, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 2);
	assert_has(got, "1st, #1: Theo Brandt holds it");
	/* one that waits for her comes first; she can ask for another */
	assert_int_equal(next(&as_theo, "{}"), 1);
	assert_int_equal(next(&as_theo, "{\"past\":1}"), 3);
	/* answered: it is no longer for her */
	ok(&as_theo, "ticket.reply", "{\"ticket\":1,\"body\":\"Try this.\",\"status\":\"open\"}");
	got = ok(&as_theo, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), 3);
	/* another one of the same customers arrives: nobody else is skipped over for it */
	int64_t fourth = kit_case("case", "north");
	assert_int_equal(next(&as_ines, "{\"past\":2}"), fourth);
	refused(&as_theo, "queue.next", "{\"past\":3}", ERR_CONFLICT, "Nothing in the line is for you now");
}

static void engineer_backup_and_areas_come_first(void **state)
{
	(void)state;
	int64_t org = kit_org("north", "enterprise", "post_sales");
	kit_org("south", "enterprise", "post_sales");
	int64_t a = kit_case("of north", "north");
	kit_time(MINUTE);
	int64_t b = kit_case("of south", "south");
	kit_time(MINUTE);
	int64_t d = kit_case("plain", "south");
	ok(&op, "organisation.update", js("{\"organisation\":%lld,\"assigned\":%lld,\"backup\":%lld}", (long long)org, (long long)theo, (long long)ines));
	ok(&as_theo, "skill.name", "{\"tag\":\"Executors\"}");
	refused(&as_theo, "skill.name", "{\"tag\":\"executors\"}", ERR_INPUT, "already");
	refused(&as_theo, "skill.name", js("{\"tag\":\"x\",\"teammate\":%lld}", (long long)ines), ERR_FORBIDDEN, "");
	refused(&as_theo, "skill.drop", "{\"tag\":\"search\"}", ERR_INPUT, "not among");
	ok(&as_ines, "skill.name", "{\"tag\":\"search\"}");
	ok(&as_theo, "ticket.tag", js("{\"ticket\":%lld,\"tags\":[\"area:executors\"]}", (long long)b));
	/* the first is for the customer's engineer, the second for whoever names its area, so the third is hers */
	struct str got = ok(&as_ines, "queue.next", "{}");
	assert_int_equal(test_answer_i64(got, "ticket"), d);
	assert_has(got, "Theo Brandt is this customer's engineer and is there");
	assert_has(got, "an area that Theo Brandt names");
	/* the engineer says that he is full: the backup takes it; and the area's case is no longer kept for him */
	ok(&as_theo, "capacity.declare", "{\"why\":\"two escalations\"}");
	got = ok(&as_ines, "queue.next", js("{\"past\":%lld}", (long long)d));
	assert_int_equal(test_answer_i64(got, "ticket"), a);
	assert_has(got, "you are the backup for this customer");
	got = ok(&as_ines, "queue.next", js("{\"past\":%lld}", (long long)a));
	assert_int_equal(test_answer_i64(got, "ticket"), b);
	/* dropped and named again */
	ok(&as_theo, "skill.drop", "{\"tag\":\"executors\"}");
	ok(&as_theo, "skill.name", "{\"tag\":\"executors\"}");
}

static void off_hours_first_weeks_and_capacity(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_case("case", "north");
	kit_time(MINUTE);
	kit_case("case", "north");
	/* 03:00 in New York */
	refused(&as_noa, "queue.next", "{}", ERR_CONFLICT, "outside your working hours");
	assert_int_equal(next(&as_noa, "{\"off\":true}"), 1);
	ok(&as_theo, "capacity.declare", "{\"why\":\"full\"}");
	refused(&as_theo, "queue.next", "{}", ERR_CONFLICT, "you are at capacity: only your own cases");
	ok(&as_mara, "ticket.assign", js("{\"ticket\":2,\"assignee\":%lld,\"anyway\":true}", (long long)theo));
	assert_int_equal(next(&as_theo, "{}"), 2);
	ok(&as_theo, "capacity.recover", "{}");
}

struct ramp {
	int64_t teammate, from_us, until_us;
};
static const struct db_col ramp_in[] = {
	{ DB_I64, false, offsetof(struct ramp, teammate), "teammate" }, { DB_I64, false, offsetof(struct ramp, from_us), "from_us" },
	{ DB_I64, false, offsetof(struct ramp, until_us), "until_us" },
};
static const struct db_stmt ramp_add = {
	.name = "ramp_add", .file = __FILE__, .kind = DB_EXEC, .writes = true, .in = ramp_in, .n_in = 3,
	.sqlite = "INSERT INTO growth_plan (teammate_id, start_date, role, zone, work_days, ramp_end, ramp_why, ramp_from_us, ramp_until_us, state, created_us) "
		  "VALUES (?1, '2026-11-01', 'support_engineer', 'UTC', 31, '2027-02-01', '', ?2, ?3, 'active', 0)",
	.postgres = "INSERT INTO growth_plan (teammate_id, start_date, role, zone, work_days, ramp_end, ramp_why, ramp_from_us, ramp_until_us, state, created_us) "
		    "VALUES ($1, '2026-11-01', 'support_engineer', 'UTC', 31, '2027-02-01', '', $2, $3, 'active', 0)",
};
static enum err add_ramp(struct ctx *c, void *arg)
{
	int64_t n;
	return db_exec(c->db, &ramp_add, arg, &n);
}

static void in_ramp_only_when_asked_for(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_case("case", "north");
	assert_int_equal(ctx_write(&op, true, add_ramp, &(struct ramp){ theo, 0, INT64_MAX }), OK);
	refused(&as_theo, "queue.next", "{}", ERR_CONFLICT, "in your first weeks");
	assert_int_equal(next(&as_theo, "{\"ramp\":true}"), 1);
	/* theirs is theirs */
	assert_int_equal(next(&as_theo, "{}"), 1);
}

/* Nor are they sent to fill in for somebody who is away, unless they ask. */
static void in_ramp_steps_in_for_nobody(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_case("case", "north");
	ok(&as_mara, "ticket.take", "{\"ticket\":1}");
	ok(&as_mara, "absence.plan", "{\"from\":\"2026-11-24\",\"until\":\"2026-11-25\"}");
	assert_int_equal(ctx_write(&op, true, add_ramp, &(struct ramp){ theo, 0, INT64_MAX }), OK);
	refused(&as_theo, "queue.next", "{}", ERR_CONFLICT, "in your first weeks");
	assert_int_equal(next(&as_theo, "{\"ramp\":true}"), 1);
}

/* Everybody at capacity: nobody is given a case, and everybody is told the same; nothing is lost. */
static void everybody_at_capacity(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_case("case", "north");
	struct ctx *all[] = { &as_mara, &as_theo, &as_ines };
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ok(all[i], "capacity.declare", "{\"why\":\"full\"}");
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		refused(all[i], "queue.next", "{}", ERR_CONFLICT, "at capacity");
	struct str load = ok(&as_mara, "capacity.load", "{}");
	assert_has(load, "\"at_capacity\":true");
	assert_has(load, "\"moves\":[]");
	assert_line("1");
	assert_false(look(1).assignee_id.set);
}

/* ---- rows ---- */

static void rows_are_checked(void **state)
{
	(void)state;
	refused(&as_mara, "rank.order", "{\"mode\":\"normal\",\"valid_from\":\"2026-01-01\",\"keys\":\"first mood\",\"words\":\"x\"}", ERR_FORBIDDEN, "");
	refused(&op, "rank.order", "{\"mode\":\"normal\",\"valid_from\":\"2026-01-01\",\"keys\":\"first mood\",\"words\":\"x\"}", ERR_INPUT, "“mood” is no key");
	refused(&op, "rank.tier", "{\"name\":\"x\",\"valid_from\":\"2026-01-01\",\"valid_to\":\"2025-01-01\",\"place\":1}", ERR_INPUT, "must end after");
	refused(&op, "capacity.level", "{\"level\":1,\"valid_from\":\"2026-01-01\",\"east_least\":3,\"east_most\":2,\"west_least\":0,\"west_most\":0,\"logic\":\"any\",\"words\":\"x\"}",
		ERR_INPUT, "not fewer");
	/* by number alone, from today on */
	kit_org("north", "enterprise", "post_sales");
	kit_case("case", "north");
	kit_time(MINUTE);
	kit_case("case", "north");
	ok(&as_theo, "ticket.update", "{\"ticket\":2,\"priority\":\"p0\"}");
	assert_line("2,1");
	ok(&op, "rank.order", "{\"mode\":\"normal\",\"valid_from\":\"2026-11-24\",\"keys\":\"arrival\",\"words\":\"first come, first served\"}");
	assert_line("1,2");
	assert_has(ok(&as_theo, "queue.list", "{}"), "first come, first served");
	ok(&op, "rank.order", "{\"mode\":\"normal\",\"valid_from\":\"2026-11-24\",\"keys\":\"session first arrival\",\"words\":\"p0 first\"}");
	assert_line("2,1");
}

/* The line that is kept and brought up to date says what one made anew says, whatever happens. */
static void the_kept_line_is_the_one_made_anew(void **state)
{
	(void)state;
	kit_org("north", "enterprise", "post_sales");
	kit_org("south", "free", "none");
	uint64_t x = 88172645463325252u;
	int64_t n = 0;
	for (int i = 0; i < 120; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		int64_t t = n ? 1 + (int64_t)(x >> 20) % n : 0;
		switch (n < 3 ? 0 : (int)(x >> 40) % 9) {
		case 0: case 1:
			n = kit_case("case", x & 1 ? "north" : "south");
			break;
		case 2:
			test_run(&as_theo, feature_command(kit_features, S("ticket.take")), js("{\"ticket\":%lld}", (long long)t), NULL);
			break;
		case 3:
			test_run(&as_theo, feature_command(kit_features, S("ticket.reply")), js("{\"ticket\":%lld,\"body\":\"x %d\",\"status\":\"pending\"}", (long long)t, i), NULL);
			break;
		case 4:
			test_run(&as_theo, feature_command(kit_features, S("ticket.update")), js("{\"ticket\":%lld,\"priority\":\"p%d\"}", (long long)t, (int)(x & 3)), NULL);
			break;
		case 5:
			test_run(&as_theo, feature_command(kit_features, S("ticket.promise")), js("{\"ticket\":%lld,\"at\":\"2026-11-2%dT12:00:00Z\"}", (long long)t, 5 + (int)(x & 3)), NULL);
			break;
		case 6:
			test_run(&as_theo, feature_command(kit_features, S("ticket.delete")), js("{\"ticket\":%lld}", (long long)t), NULL);
			break;
		case 7:
			test_run(&op, feature_command(kit_features, S("organisation.update")), js("{\"organisation\":1,\"tier\":\"%s\"}", x & 1 ? "team" : "internal"), NULL);
			break;
		default:
			kit_time((int64_t)(x % 90) * MINUTE);
		}
		the_line();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(normal_load_goes_by_p0_then_risk_then_arrival), KIT_TEST(what_waits_stands_in_line_while_a_promise_is_at_risk), KIT_TEST(tiers_go_by_the_rows_of_the_date),
		KIT_TEST(overload_is_declared_once_and_ends_by_itself), KIT_TEST(a_session_hears_is_set_and_ends), KIT_TEST(a_session_names_only_what_can_be_ranked),
		KIT_TEST(a_teams_session_moves_only_the_teams_cases), KIT_TEST(next_takes_and_says_why), KIT_TEST(engineer_backup_and_areas_come_first),
		KIT_TEST(off_hours_first_weeks_and_capacity), KIT_TEST(in_ramp_only_when_asked_for), KIT_TEST(in_ramp_steps_in_for_nobody), KIT_TEST(everybody_at_capacity), KIT_TEST(rows_are_checked),
		KIT_TEST(the_kept_line_is_the_one_made_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
