/* sla_desk_test.c: clocks on a desk: they start, pause, warn, breach once and at their instant; marks, undone sends, merges, severities, other rows and
 * other calendars change them as the rules say, and a replay of the facts always finds what stands. */
#include "sla/sla_desk_kit.h"

#include "base/banned.h"

/* ---- clocks ---- */

static void warns_and_breaches_once(void **state)
{
	(void)state;
	struct event e;
	int64_t t = a_case();
	assert_due(t, "first_response", "2026-11-24T22:00Z");   /* not triaged: 2 hours */
	severity(t, 2);
	assert_due(t, "first_response", "2026-11-25T04:00Z");
	at("2026-11-25T01:59:59Z");
	run_timers();
	assert_int_equal(events_of(t, "sla.warned", NULL), 0);
	at("2026-11-25T02:00:01Z");
	run_timers();
	run_timers();
	assert_int_equal(events_of(t, "sla.warned", &e), 1);
	assert_string_equal(when(SOME(e.at_us)), "2026-11-25T02:00Z");
	assert_int_equal(str_find(e.data, S("late")), -1);
	/* the desk is switched off over the due instant */
	at("2026-11-25T09:30:00Z");
	run_timers();
	run_timers();
	assert_int_equal(events_of(t, "sla.breached", &e), 1);
	assert_string_equal(when(SOME(e.at_us)), "2026-11-25T04:00Z");
	assert_true(str_find(e.data, S("\"late\":true")) > 0);
	assert_true(str_eq(e.rule, S("D2")));
	assert_outcome(t, "first_response", "breached");
	reply(t, "substantive", "open");
	assert_outcome(t, "first_response", "breached");
	run_timers();
	assert_int_equal(events_of(t, "sla.breached", NULL), 1);
	verify_all();
}

static void an_answer_is_more_than_a_word(void **state)
{
	(void)state;
	struct event e;
	int64_t t = a_case();
	struct str a = RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Thanks for reaching out, we are on it!\"}", (long long)t);
	assert_true(str_find(a, S("\"mark\":\"acknowledgement\"")) > 0);
	assert_outcome(t, "first_response", "running");
	at("2026-11-24T20:30:00Z");
	a = RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"I checked your logs: gitserver is out of memory because of the limit. Could you raise it to 8 GB and send me the output by tomorrow?\"}",
		   (long long)t);
	assert_true(str_find(a, S("\"mark\":\"substantive\"")) > 0);
	int64_t m = test_answer_i64(a, "message");
	assert_outcome(t, "first_response", "met");
	struct sla_clock_since_row row = clock_row(t, "first_response", 0);
	assert_string_equal(when(row.any_us), "2026-11-24T20:00Z");    /* both figures are kept */
	assert_string_equal(when(row.achieved_us), "2026-11-24T20:30Z");
	/* a reviewer says it was none: three hours later that is a breach of then, told late */
	at("2026-11-24T23:30:00Z");
	run_err(&mara, "sla.overturn", arena_cstr(&arena, arena_fmt(&arena, "{\"message\":%lld,\"mark\":\"acknowledgement\",\"reason\":\"says nothing\"}", (long long)m)),
		ERR_FORBIDDEN, "lead");
	RUN_OK(&ben, "sla.overturn", "{\"message\":%lld,\"mark\":\"acknowledgement\",\"reason\":\"it says nothing\"}", (long long)m);
	assert_outcome(t, "first_response", "breached");
	assert_int_equal(events_of(t, "sla.breached", &e), 1);
	assert_string_equal(when(SOME(e.at_us)), "2026-11-24T22:00Z");
	/* and back */
	at("2026-11-24T23:40:00Z");
	RUN_OK(&ben, "sla.overturn", "{\"message\":%lld,\"mark\":\"substantive\",\"reason\":\"looked again\"}", (long long)m);
	assert_outcome(t, "first_response", "met");
	assert_int_equal(events_of(t, "sla.withdrawn", NULL), 1);
	verify_all();
}

static void a_send_that_was_undone_never_was(void **state)
{
	(void)state;
	int64_t t = a_case();
	severity(t, 1);
	int64_t m = reply(t, "substantive", "pending");
	assert_outcome(t, "first_response", "met");
	test_clock_add(5 * UTIME_US_PER_SECOND);
	RUN_OK(&mara, "ticket.undo_send", "{\"message\":%lld}", (long long)m);
	assert_status(t, "new");
	assert_outcome(t, "first_response", "running");
	assert_due(t, "first_response", "2026-11-25T00:00Z");
	assert_false(clock_row(t, "first_response", 0).any_us.set);
	verify_all();
}

static void merge_and_back(void **state)
{
	(void)state;
	int64_t a = a_case();
	at("2026-11-24T20:20:00Z");
	int64_t b = new_ticket(&mara, "Crash too", "ines@northwind.example");
	RUN_OK(&mara, "ticket.merge", "{\"ticket\":%lld,\"into\":%lld}", (long long)a, (long long)b);
	assert_outcome(a, "first_response", "cancelled");
	assert_due(b, "first_response", "2026-11-24T22:00Z");   /* the older wait stands */
	verify_all();
	at("2026-11-24T20:40:00Z");
	RUN_OK(&mara, "ticket.unmerge", "{\"ticket\":%lld}", (long long)a);
	assert_outcome(a, "first_response", "running");
	assert_due(a, "first_response", "2026-11-24T22:00Z");
	assert_due(b, "first_response", "2026-11-24T22:20Z");
	verify_all();
	/* what it was at 20:30 can still be asked */
	struct sla_look then;
	utime half_past = look(a).created_us + 30 * UTIME_US_PER_MINUTE;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_look_at(&op, a, half_past, &then), OK);
	ctx_db_done(&op);
	assert_string_equal(arena_cstr(&arena, then.lines[0].outcome), "cancelled");
}

static void a_message_moves_with_its_wait(void **state)
{
	(void)state;
	int64_t a = a_case();
	reply(a, "substantive", "pending");
	at("2026-11-24T21:00:00Z");
	struct ticket_landed l = customer_writes(a, "And another thing");
	RUN_OK(&mara, "ticket.split", "{\"message\":%lld}", (long long)l.message_id);
	assert_outcome(2, "first_response", "running");
	assert_due(2, "first_response", "2026-11-24T23:00Z");
	verify_all();
}

static void severity_toggled_gains_nothing(void **state)
{
	(void)state;
	int64_t t = a_case();
	for (int i = 0; i < 100; i++) {
		test_clock_add(17 * UTIME_US_PER_SECOND);
		severity(t, i % 2 ? 1 : 2);
	}
	assert_due(t, "first_response", "2026-11-25T00:00Z");   /* severity 1: 4 hours from the beginning */
	/* both at one instant */
	severity(t, 2);
	severity(t, 3);
	severity(t, 1);
	assert_due(t, "first_response", "2026-11-25T00:00Z");
	assert_int_equal(events_of(t, "sla.breached", NULL), 0);
	verify_all();
}

static void what_the_customer_is_counts(void **state)
{
	(void)state;
	int64_t t = a_case();
	severity(t, 1);
	assert_due(t, "first_response", "2026-11-25T00:00Z");
	run_ok(&op, "organisation.update", "{\"organisation\":1,\"stage\":\"pre_sales\"}");
	assert_due(t, "first_response", "2026-11-24T21:00Z");
	run_ok(&op, "organisation.update", "{\"organisation\":1,\"stage\":\"post_sales\"}");
	assert_due(t, "first_response", "2026-11-25T00:00Z");
	/* Friday evening with the add-on: the clock goes round */
	at("2026-11-28T00:30:00Z");
	int64_t w = new_ticket(&mara, "Friday", "ines@northwind.example");
	severity(w, 1);
	assert_due(w, "first_response", "2026-11-30T01:30Z");
	run_ok(&op, "organisation.entitle", "{\"organisation\":1,\"name\":\"24x7\",\"from\":\"2026-01-01\"}");
	assert_due(w, "first_response", "2026-11-28T04:30Z");
	verify_all();
}

static void no_clocks_where_nobody_waits(void **state)
{
	(void)state;
	int64_t t = a_case();
	RUN_OK(&mara, "ticket.task", "{\"ticket\":%lld,\"subject\":\"Docs\"}", (long long)t);
	assert_outcome(2, "first_response", "none");
	RUN_OK(&mara, "ticket.suspend", "{\"ticket\":%lld,\"reason\":\"spam\"}", (long long)t);
	assert_outcome(t, "first_response", "none");
	at("2026-11-24T21:30:00Z");
	RUN_OK(&mara, "ticket.unsuspend", "{\"ticket\":%lld}", (long long)t);
	assert_due(t, "first_response", "2026-11-24T22:00Z");
	verify_all();
}

/* ---- statuses that change by themselves ---- */

static void timers_of_today(void **state)
{
	(void)state;
	struct event e;
	int64_t t = a_case();
	reply(t, "substantive", "pending");   /* Tue 12:00 Pacific; 48 hours of 9-5 = 5 + 8 + 8 + 8 + 8 + 8 + 3 */
	at("2026-12-02T19:59:59Z");
	run_timers();
	assert_status(t, "pending");
	at("2026-12-02T20:00:00Z");
	run_timers();
	assert_status(t, "solved");
	assert_int_equal(events_of(t, "ticket.status_changed", &e), 1);
	assert_true(str_eq(e.reason, S("48 business hours without a word from the customer; 72 hours after Solved")));
	at("2026-12-05T19:59:59Z");
	run_timers();
	assert_status(t, "solved");
	at("2026-12-05T20:00:00Z");
	run_timers();
	assert_status(t, "closed");
	verify_all();
}

static void timers_of_the_day_of_entering(void **state)
{
	(void)state;
	/* Solved on the last day of the old rule: 16 hours of the desk. Pending then: no rule at all. */
	at("2022-10-25T23:00:00Z");
	int64_t old = new_ticket(&mara, "Old", "ines@northwind.example");
	int64_t wait = new_ticket(&mara, "Waits", "ines@northwind.example");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	run_ok(&mara, "ticket.status", "{\"ticket\":2,\"status\":\"pending\"}");
	at("2022-10-26T07:00:00Z");
	int64_t new = new_ticket(&mara, "New", "ines@northwind.example");
	run_ok(&mara, "ticket.status", "{\"ticket\":3,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"nothing is left to do\"}");
	at("2022-10-27T22:59:59Z");
	run_timers();
	assert_status(old, "solved");
	at("2022-10-27T23:00:00Z");
	run_timers();
	assert_status(old, "closed");
	at("2022-10-29T06:59:59Z");
	run_timers();
	assert_status(new, "solved");
	at("2022-10-29T07:00:00Z");
	run_timers();
	assert_status(new, "closed");
	at("2023-02-01T00:00:00Z");
	run_timers();
	assert_status(wait, "pending");
}

static void silence_is_broken_in_time(void **state)
{
	(void)state;
	int64_t t = a_case();
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"pending\"}");
	at("2026-12-02T19:00:00Z");
	customer_writes(t, "I am here");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"pending\"}");
	at("2026-12-02T20:30:00Z");
	run_timers();
	assert_status(t, "pending"); /* the wait began anew */
}

static void the_job_knows_when_to_wake(void **state)
{
	(void)state;
	int64_t t = a_case();
	run_due();
	struct ctx c;
	desk_ctx(desk, &arena, S("test"), &c);
	assert_int_equal(ctx_db(&c), OK);
	assert_string_equal(when(SOME(sla_next_wake(&c))), "2026-11-24T21:30Z");   /* the warning */
	ctx_db_done(&c);
	at("2026-11-24T21:30:01Z");
	run_due();
	assert_int_equal(events_of(t, "sla.warned", NULL), 1);
	at("2026-11-24T22:00:02Z");
	run_due();
	assert_int_equal(events_of(t, "sla.breached", NULL), 1);
}

/* ---- changing what is promised ---- */

#define D2_FASTER "{\"code\":\"D2\",\"title\":\"Enterprise, severity 2\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"severity\":\"2\",\"from\":\"2022-08-11\",\"calendar\":\"pacific-24x5\",\"first_response\":\"3h business warn 30m\",\"open\":\"%s\"}"

static void change_for(const char *mode)
{
	char json[600];
	snprintf(json, sizeof(json), D2_FASTER, mode);
	run_ok(&op, "policy.put", json);
}

static int64_t at_three(void)
{
	int64_t t = a_case();
	severity(t, 2);
	at("2026-11-24T23:00:01Z");   /* three hours in */
	run_timers();
	return t;
}

static void new_cases_only(void **state)
{
	(void)state;
	int64_t t = at_three();
	change_for("new");
	assert_due(t, "first_response", "2026-11-25T04:00Z");
	int64_t n = new_ticket(&mara, "Next", "ines@northwind.example");
	severity(n, 2);
	assert_due(n, "first_response", "2026-11-25T02:00Z");
	severity(t, 3);
	severity(t, 2);
	assert_due(t, "first_response", "2026-11-25T04:00Z");   /* it keeps what it was promised, whatever happens to it */
	verify_all();
}

static void open_cases_from_now(void **state)
{
	(void)state;
	struct event e;
	int64_t t = at_three();
	change_for("now");
	assert_due(t, "first_response", "2026-11-25T02:00Z");
	assert_int_equal(events_of(t, "sla.due_moved", &e), 1);
	verify_all();
}

static void open_cases_from_their_start(void **state)
{
	(void)state;
	char json[700];
	struct event e;
	int64_t t = at_three();
	snprintf(json, sizeof(json), D2_FASTER, "start");
	struct str p = run_ok(&op, "policy.preview", json);
	assert_true(str_find(p, S("\"due_dates_move\":1,\"breach\":1,\"withdrawn\":0")) > 0);
	assert_true(str_find(p, S("- first_response = 8h business warn 2h\\n")) > 0 && str_find(p, S("+ first_response = 3h business warn 30m\\n")) > 0);
	assert_due(t, "first_response", "2026-11-25T04:00Z");   /* a preview changes nothing */
	change_for("start");
	assert_due(t, "first_response", "2026-11-24T23:00Z");
	/* no breach is dated before the change that made it one */
	test_clock_add(2 * UTIME_US_PER_SECOND);
	run_timers();
	assert_int_equal(events_of(t, "sla.breached", &e), 1);
	assert_true(e.at_us >= look(t).created_us + 3 * UTIME_US_PER_HOUR + UTIME_US_PER_SECOND);
	verify_all();
	/* and back: what was told as a breach stays one */
	run_ok(&op, "config.revert", "{\"open\":\"start\"}");
	verify_all();
}

static void holidays_move_running_dates(void **state)
{
	(void)state;
	struct event e;
	int64_t t = a_case();
	severity(t, 3);   /* 48 open hours: Thu 12:00 Pacific */
	assert_due(t, "first_response", "2026-11-26T20:00Z");
	run_ok(&op, "holiday.add", "{\"calendar\":\"pacific-24x5\",\"day\":\"2026-11-26\",\"name\":\"Thanksgiving\"}");
	assert_due(t, "first_response", "2026-11-27T20:00Z");
	assert_int_equal(events_of(t, "sla.due_moved", &e), 1);
	run_err(&op, "holiday.add", "{\"calendar\":\"pacific-24x5\",\"day\":\"2026-11-23\",\"name\":\"Late\"}", ERR_INPUT, "say why");
	run_err(&op, "holiday.add", "{\"calendar\":\"moon\",\"day\":\"2026-12-23\",\"name\":\"Late\"}", ERR_INPUT, "not there");
	run_ok(&op, "holiday.remove", "{\"calendar\":\"pacific-24x5\",\"day\":\"2026-11-26\"}");
	assert_due(t, "first_response", "2026-11-26T20:00Z");
	/* as it was asked before the removal */
	struct sla_why why;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_why_due(&op, t, STR_NULL, NONE, 0, &why), OK);
	ctx_db_done(&op);
	assert_true(why.found && str_find(why.sentence, S("D3")) > 0);
	verify_all();
}

/* ---- the text ---- */

static void text_goes_round(void **state)
{
	(void)state;
	struct str a = run_ok(&op, "config.text", "{}");
	json_t *root = json_loadb(a.p, a.n, 0, NULL);
	json_t *ask = json_object();
	json_object_set(ask, "text", json_object_get(root, "text"));
	char *same = json_dumps(ask, 0);
	struct str p = run_ok(&op, "config.preview", same);
	assert_true(str_find(p, S("\"diff\":\"\",\"summary\":\"0 added, 0 changed, 0 ended\",\"sections\":0")) > 0);
	struct str q = run_ok(&op, "config.put", same);
	assert_true(str_find(q, S("Nothing differs")) > 0);
	free(same);
	json_decref(ask);
	/* another reading, and back: the text is what it was */
	run_ok(&op, "config.load", "{\"name\":\"handbook-wall\"}");
	struct str b = run_ok(&op, "config.text", "{}");
	assert_true(str_find(b, S("first_response = 168h wall warn 24h\\nreading = the same weekday")) > 0);
	run_ok(&op, "config.revert", "{}");
	struct str c = run_ok(&op, "config.text", "{}");
	assert_true(str_eq(a, c));
	assert_true(str_eq(run_ok(&op, "config.text", "{\"edition\":2}"), b));
	json_decref(root);
	verify_all();
}

static void bad_text_is_refused(void **state)
{
	(void)state;
	static const struct { const char *text, *says; } BAD[] = {
		{ "title = x", "a section must come first" },
		{ "[rule A1", "not closed" },
		{ "[ruel A1]\\ntitle = x", "no kind of section" },
		{ "[calendar x]\\nzone = Europe/Berlin\\nzone = UTC", "said twice" },
		{ "[calendar x]\\nzone = Mars/Olympus", "no time zone" },
		{ "[calendar x]\\nzone = ../../etc/passwd", "no time zone" },
		{ "[calendar x]\\nzone = UTC", "has no [hours x]" },
		{ "[calendar x]\\nzone = UTC\\ncolour = red", "no such line" },
		{ "[hours pacific-9-5]\\nweekly = mon 17:00-09:00", "hours are written" },
		{ "[hours pacific-9-5]\\nweekly = mon 9:00-17:00", "hours are written" },
		{ "[hours pacific-9-5]\\nweekly = mon 09:00-24:30", "hours are written" },
		{ "[hours moon]\\nweekly = mon 09:00-17:00", "not there" },
		{ "[holiday pacific-9-5 2026-02-30]\\nname = x", "2026-12-24" },
		{ "[rule X]\\ncalendar = moon\\nfirst_response = 8h business", "no such calendar" },
		{ "[rule X]\\nfirst_response = 8h business", "no such calendar" },
		{ "[rule X]\\ncalendar = always\\nfirst_response = -8h business", "begins with an amount" },
		{ "[rule X]\\ncalendar = always\\nfirst_response = 99999999999999h business", "begins with an amount" },
		{ "[rule X]\\ncalendar = always\\nfirst_response = 8h lunar", "business" },
		{ "[rule X]\\ncalendar = always\\nfirst_response = 8h wall pause pending", "never pauses" },
		{ "[rule X]\\ncalendar = always\\nresolution = 8h wall pause solved", "can rest in" },
		{ "[rule X]\\ncalendar = always\\nfirst_response = 8h wall calendar moon", "no such calendar" },
		{ "[rule X]\\ncalendar = always\\nseverity = eleven", "numbers from 0 to 9" },
		{ "[rule X]\\ncalendar = always\\norganisation = nobody-here", "no organisation" },
		{ "[rule X]\\ncalendar = always\\nfrom = yesterday", "a date" },
		{ "[rule X]\\ncalendar = always\\nfrom = 2026-02-01\\nto = 2026-01-01", "ends after it begins" },
		{ "[rule X]\\ncalendar = always\\nstage = post_sales\\nseverity = 1\\n[rule Y]\\ncalendar = always\\nseverity = 1\\nstage = post_sales", "same cases" },
		{ "[calendar pacific-24x5]", "no such calendar" },
		{ "[calendar pacific-9-5]\\nzone = America/Los_Angeles", "must be the desk's own" },
		{ "[target first_response]\\npercent = 101", "from 0 to 100" },
		{ "[automation 2026-01-01]\\nsolved_to_closed = 8h business warn 1h", "nothing else" },
	};
	struct str before = run_ok(&op, "config.text", "{}");
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		run_err(&op, "config.put", arena_cstr(&arena, arena_fmt(&arena, "{\"patch\":true,\"text\":\"%s\"}", BAD[i].text)), ERR_INPUT, BAD[i].says);
	run_err(&op, "calendar.remove", "{\"name\":\"pacific-9-5\"}", ERR_CONFLICT, "counts on it");
	run_err(&op, "calendar.remove", "{\"name\":\"moon\"}", ERR_NOT_FOUND, "no calendar");
	run_err(&mara, "config.put", "{\"text\":\"# nothing\"}", ERR_FORBIDDEN, "admin");
	assert_true(str_eq(before, run_ok(&op, "config.text", "{}")));
	verify_all();
}

static void a_calendar_comes_and_goes(void **state)
{
	(void)state;
	run_ok(&op, "calendar.create", "{\"name\":\"berlin\",\"zone\":\"Europe/Berlin\",\"weekly\":\"mon-fri 09:00-18:00\"}");
	run_err(&op, "calendar.create", "{\"name\":\"berlin\",\"zone\":\"Europe/Berlin\",\"weekly\":\"mon-fri 09:00-18:00\"}", ERR_INPUT, "of that name");
	run_ok(&op, "calendar.version", "{\"name\":\"berlin\",\"from\":\"2027-01-01\",\"weekly\":\"mon-thu 08:00-17:00\"}");
	run_ok(&op, "policy.put", "{\"code\":\"X\",\"calendar\":\"berlin\",\"tag\":\"berlin\",\"severity\":\"untriaged\",\"first_response\":\"1h business\",\"open\":\"start\"}");
	run_err(&op, "calendar.remove", "{\"name\":\"berlin\"}", ERR_CONFLICT, "X counts on it");
	int64_t t = a_case();
	run_ok(&mara, "ticket.tag", "{\"ticket\":1,\"tags\":[\"berlin\"]}");
	assert_due(t, "first_response", "2026-11-25T09:00Z");   /* 21:00 in Berlin: the first hour of the next day */
	run_ok(&op, "policy.end", "{\"code\":\"X\"}");
	run_ok(&op, "calendar.remove", "{\"name\":\"berlin\"}");
	/* what was promised by it stays, and can be explained */
	assert_due(t, "first_response", "2026-11-25T09:00Z");
	struct str why = run_ok(&mara, "sla.explain", "{\"ticket\":1}");
	assert_true(str_find(why, S("\"row\":\"X\"")) > 0 && str_find(why, S("\"reason\":\"closed\"")) > 0);
	at("2026-11-25T09:00:01Z");
	run_timers();
	assert_outcome(t, "first_response", "breached");
	verify_all();
}

static void what_was_promised_when(void **state)
{
	(void)state;
	static const struct { const char *ask, *row; } WHEN[] = {
		{ "\"date\":\"2021-06-15\",\"stage\":\"post_sales\",\"severity\":1", "\"A1\"" },
		{ "\"date\":\"2021-06-15\",\"stage\":\"post_sales\",\"severity\":2", "\"A2\"" },
		{ "\"date\":\"2021-06-15\",\"stage\":\"post_sales\"", "\"A0\"" },
		{ "\"date\":\"2021-06-15\",\"stage\":\"post_sales\",\"severity\":1,\"deployment\":\"managed\"", "\"B1\"" },
		{ "\"date\":\"2021-12-15\",\"stage\":\"post_sales\",\"severity\":2,\"deployment\":\"cloud\"", "\"B3-2\"" },
		{ "\"date\":\"2021-06-15\",\"stage\":\"pre_sales\"", "\"I0\"" },
		{ "\"date\":\"2021-09-15\",\"stage\":\"pre_sales\"", "\"I1\"" },
		{ "\"at\":\"2022-08-11T06:59:59Z\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"severity\":1", "\"A1\"" },
		{ "\"at\":\"2022-08-11T07:00:00Z\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"severity\":1", "\"D1\"" },
		{ "\"date\":\"2023-05-01\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"plan\":\"Enterprise Starter\",\"severity\":3", "\"E3\"" },
		{ "\"date\":\"2023-12-01\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"severity\":0,\"entitlement\":\"24x7\"", "\"F0\"" },
		{ "\"date\":\"2024-12-01\",\"stage\":\"post_sales\",\"tier\":\"enterprise\",\"plan\":\"Enterprise Starter\",\"severity\":1", "\"G1\"" },
		{ "\"date\":\"2024-12-01\",\"plan\":\"Cody Free\"", "\"H\"" },
	};
	for (size_t i = 0; i < ARRAY_LEN(WHEN); i++) {
		struct str a = RUN_OK(&mara, "sla.promised", "{%s}", WHEN[i].ask);
		if (str_find(a, arena_fmt(&arena, "\"promise\":{\"row\":%s", WHEN[i].row)) < 0)
			print_error("%s: wanted %s, got %.*s\n", WHEN[i].ask, WHEN[i].row, STR_ARG(a));
		assert_true(str_find(a, arena_fmt(&arena, "\"promise\":{\"row\":%s", WHEN[i].row)) > 0);
	}
	struct opt_i64 percent;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_target_at(&op, S("first_response"), INT64_C(1684900000000000), &percent, NULL), OK);   /* 2023-05-24 03:46 UTC: still the 23rd there */
	assert_int_equal(percent.v, 10000);
	assert_int_equal(sla_target_at(&op, S("first_response"), INT64_C(1685000000000000), &percent, NULL), OK);
	assert_int_equal(percent.v, 9500);
	ctx_db_done(&op);
}

/* ---- what should not be ---- */

static void a_lie_in_the_tables_is_found(void **state)
{
	(void)state;
	int64_t t = a_case();
	struct ctx c;
	struct sla_verify_told told = { 0 };
	(void)t;
	desk_ctx(desk, &arena, S("test"), &c);
	force(t, look(t).created_us, "severity", 1);   /* nobody worked the clocks out after it */
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_verify_all(&op, &told), OK);
	ctx_db_done(&op);
	assert_int_equal(told.tickets, 1);
	assert_true(told.complaints > 0);
	assert_int_equal(ctx_write(&c, true, forget, NULL), OK);
	assert_int_equal(ctx_write(&c, true, settle_it, &t), OK);
}

/* What people typed has marks that JSON writes another way. */
static void words_with_marks_are_facts(void **state)
{
	(void)state;
	RUN_OK(&op, "organisation.create", "{\"name\":\"Northwind\",\"plan\":\"Teams \\\"Plus\\\" a\\\\b\",\"domains\":[\"northwind.example\"]}");
	at("2026-11-24T20:00:00Z");
	int64_t t = new_ticket(&mara, "Crash", "ines@northwind.example");
	struct sla_fact_of_row *facts;
	size_t n;
	RUN_OK(&mara, "ticket.update", "{\"ticket\":%lld,\"deployment\":\"two \\\"big\\\" ones\"}", (long long)t);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_fact_of(op.db, &arena, &facts, &n, .ticket_id = t), OK);
	ctx_db_done(&op);
	assert_true(n > 0 && str_eq(facts[n - 1].kind, S("deployment")) && str_eq(facts[n - 1].value, S("two \"big\" ones")));
	verify_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(warns_and_breaches_once),
		KIT_TEST(an_answer_is_more_than_a_word),
		KIT_TEST(a_send_that_was_undone_never_was),
		KIT_TEST(merge_and_back),
		KIT_TEST(a_message_moves_with_its_wait),
		KIT_TEST(severity_toggled_gains_nothing),
		KIT_TEST(what_the_customer_is_counts),
		KIT_TEST(no_clocks_where_nobody_waits),
		KIT_TEST(timers_of_today),
		KIT_TEST(timers_of_the_day_of_entering),
		KIT_TEST(silence_is_broken_in_time),
		KIT_TEST(the_job_knows_when_to_wake),
		KIT_TEST(new_cases_only),
		KIT_TEST(open_cases_from_now),
		KIT_TEST(open_cases_from_their_start),
		KIT_TEST(holidays_move_running_dates),
		KIT_TEST(text_goes_round),
		KIT_TEST(bad_text_is_refused),
		KIT_TEST(a_calendar_comes_and_goes),
		KIT_TEST(what_was_promised_when),
		KIT_TEST(words_with_marks_are_facts),
		KIT_TEST(a_lie_in_the_tables_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
