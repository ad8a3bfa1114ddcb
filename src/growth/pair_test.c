/* pair_test.c: who fits and why, one partner a quarter, meetings, the question box, and what happens when the mentor leaves in week 2. */
#include "growth/cert_test_kit.h"

#include "core/job.h"

#include "base/banned.h"

static int64_t count(struct str text, const char *word)
{
	int64_t n = 0;
	for (struct str rest = text; str_find(rest, str_c(word)) >= 0; n++)
		rest = str_slice(rest, (size_t)str_find(rest, str_c(word)) + strlen(word), rest.n);
	return n;
}

static void candidates_in_words(void **state)
{
	(void)state;
	struct kit k;
	struct pairing_rule_rows_row rule;
	struct pair_candidate *v;
	size_t n;
	kit_open(&k);
	struct str now = people_date(&k.arena, k.c.now_us);
	assert_int_equal(pair_candidates(&k.c, S("mentor"), k.noa, now, &rule, &v, &n), OK);
	assert_int_equal(n, 4);
	/* Mia and Max share seven hours a day with Noa and are customer engineers; Sam shares two; Ann is none. */
	assert_true(v[0].fits && v[1].fits && (v[0].id == k.mentor || v[0].id == k.manager));
	assert_int_equal(v[0].overlap_min, 7 * 60);
	assert_true(str_find(v[0].words, S("7 h shared a day")) >= 0);
	assert_true(str_find(v[0].words, S("here for 3 months")) >= 0);
	assert_true(v[2].id == k.senior && v[2].overlap_min == 120);
	assert_true(v[3].id == k.ae && !v[3].fits && str_find(v[3].against, S("Account executive")) >= 0);
	/* A newcomer of yesterday mentors nobody. */
	int64_t late = kit_person(&k, "zoe", "customer_engineer", "agent", "mon-fri 10:00-18:00");
	assert_int_equal(pair_candidates(&k.c, S("mentor"), k.noa, now, &rule, &v, &n), OK);
	assert_true(!v[3].fits && !v[4].fits);
	for (size_t i = 0; i < n; i++)
		if (v[i].id == late)
			assert_true(str_find(v[i].against, S("here for 0 days, 90 are asked for")) >= 0);
	/* No two hours together: midnight shift. */
	int64_t night = kit_person(&k, "uma", "customer_engineer", "agent", "mon-fri 22:00-06:00");
	kit_later(&k, 100 * UTIME_US_PER_DAY);
	now = people_date(&k.arena, k.c.now_us);
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld}", (long long)k.noa, (long long)night), ERR_INPUT);
	kit_says(&k.c, "0 min shared a day, 2 h are asked for");
	/* With a reason, and by a lead, it can be so all the same; the exception is kept. */
	struct ctx as;
	kit_as(&k, k.mentor, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'exception':'the only one'}", (long long)k.noa,
				 (long long)night), ERR_FORBIDDEN);
	ctx_db_done(&as);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'exception':'the only one'}", (long long)k.noa, (long long)night);
	OKAY(&k, &k.c, "pairing.show", "{'pairing':%lld}", (long long)test_answer_i64(k.answer, "pairing"));
	assert_true(str_eq(kit_text(&k, "exception"), S("the only one")));
	kit_close(&k);
}

static void one_in_a_quarter(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	int64_t zoe = kit_person(&k, "zoe", "customer_engineer", "agent", "mon-fri 10:00-18:00");
	/* Quarters begin in February: 30 April and 1 May are two. */
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'starts_on':'2027-04-30'}", (long long)k.noa, (long long)k.mentor);
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'starts_on':'2027-02-01'}", (long long)zoe,
				 (long long)k.mentor), ERR_INPUT);
	kit_says(&k.c, "1 begun this quarter, 1 at most");
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'starts_on':'2027-05-01'}", (long long)zoe, (long long)k.mentor);
	/* A second mentor at one time is one too many. */
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'starts_on':'2027-04-30'}", (long long)k.noa,
				 (long long)k.senior), ERR_INPUT);
	kit_says(&k.c, "the rule allows 1");
	/* An account executive for a customer engineer; the rule of 2021-09 allowed three, today's one. */
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'account','partner':%lld}", (long long)k.noa, (long long)k.ae);
	int64_t bob = kit_person(&k, "bob", "account_executive", "agent", "mon-fri 09:00-17:00");
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'account','partner':%lld}", (long long)k.noa, (long long)bob), ERR_INPUT);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'account','partner':%lld,'starts_on':'2021-09-20'}", (long long)k.noa, (long long)bob);
	kit_close(&k);
}

static void buddies_come_from_next_door(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	int64_t team[3];
	for (int i = 0; i < 3; i++) {
		OKAY(&k, &k.c, "team.create", "{'slug':'t%d','name':'Team %d'}", i, i);
		team[i] = test_answer_i64(k.answer, "team");
	}
	OKAY(&k, &k.c, "team.add", "{'team':%lld,'teammate':%lld}", (long long)team[0], (long long)k.noa);
	OKAY(&k, &k.c, "team.add", "{'team':%lld,'teammate':%lld}", (long long)team[0], (long long)k.mentor);
	OKAY(&k, &k.c, "team.add", "{'team':%lld,'teammate':%lld}", (long long)team[1], (long long)k.manager);
	OKAY(&k, &k.c, "team.add", "{'team':%lld,'teammate':%lld}", (long long)team[2], (long long)k.ae);
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.mentor), ERR_INPUT);
	kit_says(&k.c, "in the same team");
	OKAY(&k, &k.c, "pairing.neighbours", "{'team':%lld,'other':%lld}", (long long)team[1], (long long)team[0]);
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.ae), ERR_INPUT);
	kit_says(&k.c, "not in a neighbouring team");
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.manager);
	assert_true(str_find(kit_text(&k, "why"), S("a neighbouring team")) >= 0);
	OKAY(&k, &k.c, "pairing.neighbours", "{'team':%lld,'other':%lld,'apart':true}", (long long)team[0], (long long)team[1]);
	assert_int_equal(kit_run(&k, &k.c, "pairing.neighbours", "{'team':%lld,'other':%lld}", (long long)team[0], (long long)team[0]), ERR_INPUT);
	kit_close(&k);
}

static void meetings_to_day_90(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	kit_open(&k);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'manager':%lld,'starts_on':'2027-03-01'}", (long long)k.noa,
	     (long long)k.mentor, (long long)k.manager);
	int64_t pairing = test_answer_i64(k.answer, "pairing");
	OKAY(&k, &k.c, "pairing.show", "{'pairing':%lld}", (long long)pairing);
	/* Day 2, then every 7 days to day 90: 2, 9, …, 86. */
	assert_int_equal(count(k.answer, "\"state\":\"due\""), 13);
	assert_true(str_find(k.answer, S("\"on\":\"2027-03-03\"")) > 0 && str_find(k.answer, S("\"on\":\"2027-05-26\"")) > 0);
	struct pair_meetings_of_row *v;
	size_t n;
	assert_int_equal(pair_meetings_of(k.c.db, &k.arena, &v, &n, .pairing_id = pairing), OK);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "pairing.met", "{'meeting':%lld,'notes':'Knows the product well; next: rivals.'}", (long long)v[0].id);
	OKAY(&k, &as, "pairing.skip", "{'meeting':%lld,'notes':'holiday'}", (long long)v[1].id);
	OKAY(&k, &as, "pairing.meet", "{'pairing':%lld,'on':'2027-03-12'}", (long long)pairing);
	assert_int_equal(kit_run(&k, &as, "pairing.meet", "{'pairing':%lld,'on':'2027-03-12'}", (long long)pairing), ERR_INPUT);
	ctx_db_done(&as);
	/* Notes are nobody else's. */
	kit_as(&k, k.ae, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "pairing.met", "{'meeting':%lld,'notes':'x'}", (long long)v[2].id), ERR_FORBIDDEN);
	OKAY(&k, &as, "pairing.show", "{'pairing':%lld}", (long long)pairing);
	assert_true(str_find(k.answer, S("rivals")) < 0);
	ctx_db_done(&as);
	int64_t held;
	assert_int_equal(pair_meetings_held(&k.c, k.noa, S("mentor"), 0, &held), OK);
	assert_int_equal(held, 1);
	/* A support engineer's mentor meets her more often at first. */
	int64_t eve = kit_person(&k, "eve", "support_engineer", "agent", NULL), old = kit_person(&k, "ole", "support_engineer", "agent", NULL);
	kit_later(&k, 100 * UTIME_US_PER_DAY);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'starts_on':'2027-06-14'}", (long long)eve, (long long)old);
	OKAY(&k, &k.c, "pairing.show", "{'pairing':%lld}", (long long)test_answer_i64(k.answer, "pairing"));
	assert_true(str_find(k.answer, S("2027-06-17")) > 0 && str_find(k.answer, S("2027-06-23")) > 0 && str_find(k.answer, S("2027-06-25")) > 0);
	kit_close(&k);
}

static void the_question_box(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	struct pair_card card;
	kit_open(&k);
	kit_as(&k, k.noa, "agent", &as);
	OKAY(&k, &as, "pairing.ask", "{'body':'Whom do I tell about a public holiday?'}");
	int64_t question = test_answer_i64(k.answer, "question");
	assert_true(str_find(kit_text(&k, "said"), S("no mentor")) >= 0);
	ctx_db_done(&as);
	/* Whoever becomes the mentor has it. */
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'manager':%lld}", (long long)k.noa, (long long)k.mentor, (long long)k.manager);
	OKAY(&k, &k.c, "pairing.fallback", "{'topic':'Time off and pay','teammate':%lld,'note':'by chat'}", (long long)k.manager);
	int64_t contact = test_answer_i64(k.answer, "contact");
	struct pair_questions_for_row *v;
	size_t n;
	assert_int_equal(pair_questions_for(k.c.db, &k.arena, &v, &n, .mentor_id = k.mentor, .max = 10), OK);
	assert_int_equal(n, 1);
	kit_as(&k, k.noa, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "pairing.answer", "{'question':%lld,'answer':'x','kind':'other','sure':'yes'}", (long long)question), ERR_FORBIDDEN);
	assert_int_equal(pair_card_of(&as, k.noa, 0, &card), OK);
	assert_true(card.is_me && card.n_lines == 2 && card.n_fallback == 1);
	assert_true(str_eq(card.lines[0].what, S("Mentor")) && str_eq(card.lines[0].name, S("mia")) && str_find(card.lines[0].words, S("next meeting")) >= 0);
	assert_true(str_eq(card.lines[1].what, S("Manager")) && str_eq(card.lines[1].name, S("max")));
	ctx_db_done(&as);
	/* Not technical and not sure: passed on as well. Technical and not sure: no. */
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "pairing.answer", "{'question':%lld,'answer':'I think your manager.','kind':'other','sure':'no'}", (long long)question);
	assert_true(str_find(k.answer, S("\"passed_on\":true")) > 0);
	OKAY(&k, &as, "pairing.answer", "{'question':%lld,'answer':'I think so.','kind':'technical','sure':'no'}", (long long)question);
	assert_true(str_find(k.answer, S("\"passed_on\":false")) > 0);
	ctx_db_done(&as);
	OKAY(&k, &k.c, "pairing.fallback_end", "{'contact':%lld}", (long long)contact);
	assert_int_equal(kit_run(&k, &k.c, "pairing.fallback_end", "{'contact':%lld}", (long long)contact), ERR_CONFLICT);
	kit_close(&k);
}

static void the_mentor_leaves_in_week_two(void **state)
{
	(void)state;
	struct kit k;
	struct pair_card card;
	struct pair_page_row *open;
	size_t n;
	int64_t partner;
	kit_open(&k);
	struct str start = people_date(&k.arena, k.c.now_us);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld,'manager':%lld,'starts_on':'%.*s'}", (long long)k.noa, (long long)k.mentor,
	     (long long)k.manager, STR_ARG(start));
	OKAY(&k, &k.c, "certification.start", "{'teammate':%lld,'mentor':%lld,'manager':%lld,'on':'2021-11-01'}", (long long)k.noa, (long long)k.mentor,
	     (long long)k.manager);
	int64_t cert = test_answer_i64(k.answer, "certification");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	OKAY(&k, &k.c, "pairing.ask", "{'body':'What is next?','newcomer':%lld}", (long long)k.noa);
	OKAY(&k, &k.c, "call.plan", "{'title':'Demo','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld,'shadows':[%lld]}",
	     STR_ARG(people_date(&k.arena, k.c.now_us + 20 * UTIME_US_PER_DAY)), (long long)k.noa, (long long)k.mentor);
	int64_t call = test_answer_i64(k.answer, "call");
	kit_later(&k, 9 * UTIME_US_PER_DAY);
	OKAY(&k, &k.c, "teammate.disable", "{'teammate':%lld,'reason':'left'}", (long long)k.mentor);
	/* The pairing ended, an open one stands in its place, and its meetings with it. */
	assert_int_equal(pair_partner(&k.c, k.noa, S("mentor"), &partner), OK);
	assert_int_equal(partner, 0);
	assert_int_equal(pair_page(k.c.db, &k.arena, &open, &n, .before_id = INT64_MAX, .state = S("open"), .max = 10), OK);
	assert_int_equal(n, 1);
	assert_true(open[0].newcomer_id == k.noa && str_eq(open[0].manager, S("max")));
	assert_int_equal(pair_card_of(&k.c, k.noa, 0, &card), OK);
	assert_true(card.lines[0].open && str_find(card.lines[0].words, S("your manager is looking")) >= 0);
	/* The manager is told, once. */
	struct queue_figures q;
	assert_int_equal(queue_figures(&k.c, &q), OK);
	assert_int_equal(q.outbox_waiting, 1);
	/* The call has no shadow any more: it can still be seen, and does not count when it is held so. */
	int64_t *shadows, session;
	size_t n_shadows;
	bool may;
	struct str why;
	assert_int_equal(call_shadows(&k.c, call, &shadows, &n_shadows), OK);
	assert_int_equal(n_shadows, 0);
	assert_int_equal(cert_may_lead(&k.c, k.noa, S("demo"), k.c.now_us, shadows, 0, &may, &why, &session), OK);
	assert_false(may);
	/* A new mentor fills the open one: they have the question, the meetings from today on, and the certification. */
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld}", (long long)k.noa, (long long)k.senior);
	assert_int_equal(test_answer_i64(k.answer, "pairing"), open[0].id);
	struct pair_meetings_of_row *m;
	assert_int_equal(pair_meetings_of(k.c.db, &k.arena, &m, &n, .pairing_id = open[0].id), OK);
	assert_int_equal(n, 12);         /* day 2 is past; day 9 is today */
	struct pair_questions_for_row *asked;
	assert_int_equal(pair_questions_for(k.c.db, &k.arena, &asked, &n, .mentor_id = k.senior, .max = 10), OK);
	assert_int_equal(n, 1);
	OKAY(&k, &k.c, "certification.show", "{'certification':%lld}", (long long)cert);
	assert_int_equal(test_answer_i64(k.answer, "mentor"), k.senior);
	assert_true(str_eq(kit_text(&k, "state"), S("cleared")));
	kit_close(&k);
}

static void a_pairing_can_wait_for_a_partner(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','manager':%lld}", (long long)k.noa, (long long)k.manager);
	int64_t pairing = test_answer_i64(k.answer, "pairing");
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy'}", (long long)k.noa), ERR_CONFLICT);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.ae);
	assert_int_equal(test_answer_i64(k.answer, "pairing"), pairing);
	assert_int_equal(kit_run(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.noa), ERR_INPUT);
	OKAY(&k, &k.c, "pairing.end", "{'pairing':%lld,'reason':'moved teams','reopen':true}", (long long)pairing);
	assert_int_equal(kit_run(&k, &k.c, "pairing.end", "{'pairing':%lld,'reason':'again'}", (long long)pairing), ERR_CONFLICT);
	OKAY(&k, &k.c, "pairing.list", "{'state':'open'}");
	assert_int_equal(count(k.answer, "\"kind\":\"buddy\""), 1);
	/* A rule of one's own from a date on; meeting days must ascend. */
	const char *rule = "{'kind':'buddy','valid_from':'2028-01-01','partner_role':'any','team':'any','min_tenure_days':0,'max_load':0,'max_partners':2,"
			   "'min_overlap_min':0,'days':60,'meet_days':'%s','meet_every_days':14,'meet_until_days':60}";
	assert_int_equal(kit_run(&k, &k.c, "pairing.rule", rule, "7,3"), ERR_INPUT);
	OKAY(&k, &k.c, "pairing.rule", rule, "3,7");
	kit_close(&k);
}

/* A pairing ends by itself after its last day; a mentor's of 30 days has its meetings done or left out. */
static void its_time_is_over(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t partner;
	int ran = 0;
	kit_open(&k);
	struct str start = people_date(&k.arena, k.c.now_us);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'buddy','partner':%lld}", (long long)k.noa, (long long)k.ae);
	int64_t pairing = test_answer_i64(k.answer, "pairing");
	OKAY(&k, &k.c, "pairing.show", "{'pairing':%lld}", (long long)pairing);
	assert_true(str_eq(kit_text(&k, "ends_on"), pair_date_add(&k.c, start, 29)));
	kit_later(&k, 29 * UTIME_US_PER_DAY);
	assert_int_equal(runner_once(k.desk, &ran), OK);
	kit_as(&k, k.noa, "agent", &as);
	assert_int_equal(pair_partner(&as, k.noa, S("buddy"), &partner), OK);
	assert_int_equal(partner, k.ae);
	ctx_db_done(&as);
	kit_later(&k, UTIME_US_PER_DAY);
	assert_int_equal(runner_once(k.desk, &ran), OK);
	kit_as(&k, k.noa, "agent", &as);
	assert_int_equal(pair_partner(&as, k.noa, S("buddy"), &partner), OK);
	assert_int_equal(partner, 0);
	ctx_db_done(&as);
	kit_close(&k);
}

/* Whoever counts again what is proved about somebody learns from an event whom it is about. */
static void whom_it_concerns(void **state)
{
	(void)state;
	struct kit k;
	int64_t *v;
	size_t n;
	kit_open(&k);
	OKAY(&k, &k.c, "pairing.make", "{'newcomer':%lld,'kind':'mentor','partner':%lld}", (long long)k.noa, (long long)k.mentor);
	int64_t pairing = test_answer_i64(k.answer, "pairing");
	assert_int_equal(practice_concerns(&k.c, &(struct event_new){ .kind = "pairing.made", .entity = "pairing", .entity_id = pairing }, &v, &n), OK);
	assert_true(n == 2 && v[0] == k.noa && v[1] == k.mentor);
	OKAY(&k, &k.c, "call.plan", "{'title':'x','kind':'support','on':'2027-05-05','at':'10:00','zone':'UTC','lead':%lld,'shadows':[%lld]}", (long long)k.ae,
	     (long long)k.noa);
	int64_t call = test_answer_i64(k.answer, "call");
	assert_int_equal(practice_concerns(&k.c, &(struct event_new){ .kind = "call.held", .entity = "customer_call", .entity_id = call }, &v, &n), OK);
	assert_true(n == 2 && v[0] == k.ae && v[1] == k.noa);
	assert_int_equal(practice_concerns(&k.c, &(struct event_new){ .kind = "team.created", .entity = "team", .entity_id = 1 }, &v, &n), OK);
	assert_int_equal(n, 0);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates_in_words), cmocka_unit_test(one_in_a_quarter), cmocka_unit_test(buddies_come_from_next_door),
		cmocka_unit_test(meetings_to_day_90), cmocka_unit_test(the_question_box), cmocka_unit_test(the_mentor_leaves_in_week_two),
		cmocka_unit_test(a_pairing_can_wait_for_a_partner), cmocka_unit_test(its_time_is_over), cmocka_unit_test(whom_it_concerns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
