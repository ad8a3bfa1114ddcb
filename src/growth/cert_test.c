/* cert_test.c: certifications at the desk: the way there, the gate at calls, scores and who may give them, editions that change, calendars. */
#include "growth/cert_test_kit.h"

#include "base/banned.h"

/* A date so many days from now. */
static struct str day(struct kit *k, int64_t days)
{
	return people_date(&k->arena, k->c.now_us + days * UTIME_US_PER_DAY);
}

static int64_t start(struct kit *k, const char *edition_of)
{
	OKAY(k, &k->c, "certification.start", "{'teammate':%lld,'mentor':%lld,'manager':%lld,'on':'%s'}", (long long)k->noa, (long long)k->mentor,
	     (long long)k->manager, edition_of);
	return test_answer_i64(k->answer, "certification");
}

/* A call led by Noa yesterday with the mentor as shadow, logged: the entry of its session. */
static int64_t led_call(struct kit *k, int64_t *ret_call)
{
	OKAY(k, &k->c, "call.plan", "{'title':'First look','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','organisation':%lld,'lead':%lld,'shadows':[%lld]}",
	     STR_ARG(day(k, 1)), (long long)k->org, (long long)k->noa, (long long)k->mentor);
	*ret_call = test_answer_i64(k->answer, "call");
	kit_later(k, 2 * UTIME_US_PER_DAY);
	OKAY(k, &k->c, "call.held", "{'call':%lld,'outcome':'They want a trial.'}", (long long)*ret_call);
	return test_answer_i64(k->answer, "session");
}

static void record(struct kit *k, int64_t call)
{
	OKAY(k, &k->c, "call.record", "{'call':%lld,'url':'https://rec.example/1','minutes':32,'consent':'Ines Okafor, at the start'}", (long long)call);
}

#define FULL "['prepared=3','listens=3','shows=3','explains=3','questions=3']"

static struct str state_of(struct kit *k, int64_t certification)
{
	OKAY(k, &k->c, "certification.show", "{'certification':%lld}", (long long)certification);
	return kit_text(k, "state");
}

static void the_way_to_a_certificate(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t call;
	kit_open(&k);
	int64_t cert = start(&k, "2021-11-01");
	assert_true(str_eq(state_of(&k, cert), S("not_started")));
	OKAY(&k, &k.c, "certification.practise", "{'certification':%lld,'note':'the opening','by':%lld}", (long long)cert, (long long)k.mentor);
	assert_true(str_eq(state_of(&k, cert), S("practising")));
	/* Only the mentor clears. */
	kit_as(&k, k.senior, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.approve", "{'certification':%lld}", (long long)cert), ERR_FORBIDDEN);
	ctx_db_done(&as);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.approve", "{'certification':%lld}", (long long)cert);
	assert_int_equal(kit_run(&k, &as, "certification.approve", "{'certification':%lld}", (long long)cert), ERR_CONFLICT);
	ctx_db_done(&as);
	assert_true(str_eq(state_of(&k, cert), S("cleared")));
	int64_t session = led_call(&k, &call);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':['prepared=3','listens=2','shows=3','explains=3','questions=3','closes=1']}", (long long)session);
	ctx_db_done(&as);
	OKAY(&k, &k.c, "certification.show", "{'certification':%lld}", (long long)cert);
	assert_true(str_find(k.answer, S("\"focus\":[\"listens\",\"closes\"]")) > 0);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session);
	ctx_db_done(&as);
	record(&k, call);
	kit_as(&k, k.manager, "lead", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session);
	assert_true(str_eq(kit_text(&k, "state"), S("certified")));
	/* The gate lifts: alone, without a shadow. */
	ctx_db_done(&as);
	OKAY(&k, &k.c, "call.plan", "{'title':'Alone','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld}", STR_ARG(day(&k, 3)), (long long)k.noa);
	/* Taken back, the gate is there again. */
	kit_as(&k, k.manager, "lead", &as);
	OKAY(&k, &as, "certification.revoke", "{'certification':%lld,'reason':'the product changed'}", (long long)cert);
	assert_int_equal(kit_run(&k, &as, "certification.revoke", "{'certification':%lld,'reason':'again'}", (long long)cert), ERR_CONFLICT);
	ctx_db_done(&as);
	assert_true(str_eq(state_of(&k, cert), S("revoked")));
	assert_int_equal(kit_run(&k, &k.c, "call.plan", "{'title':'Alone','kind':'demo','on':'%.*s','at':'12:00','zone':'UTC','lead':%lld}", STR_ARG(day(&k, 3)),
				 (long long)k.noa), ERR_INPUT);
	struct cert_standing s;
	assert_int_equal(cert_standing_of(&k.c, k.noa, STR_NULL, &s), OK);
	assert_int_equal(s.state, CERT_REVOKED);
	kit_close(&k);
}

static void the_gate(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	const char *plan = "{'title':'Demo','kind':'%s','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld%s}";
	struct str on = day(&k, 5);
	char shadow[60];
	/* Nobody is on the way: today's edition lets nobody lead before being certified. */
	assert_int_equal(kit_run(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.noa, ""), ERR_INPUT);
	kit_says(&k.c, "not certified");
	int64_t cert = start(&k, "2021-11-01");
	assert_int_equal(kit_run(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.noa, ""), ERR_INPUT);
	kit_says(&k.c, "not cleared");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	assert_int_equal(kit_run(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.noa, ""), ERR_INPUT);
	kit_says(&k.c, "has to shadow");
	/* A shadow who is not certified and not the mentor does not stand by. */
	snprintf(shadow, sizeof(shadow), ",'shadows':[%lld]", (long long)k.senior);
	assert_int_equal(kit_run(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.noa, shadow), ERR_INPUT);
	/* A support call, or another role, is no matter of this programme. */
	OKAY(&k, &k.c, "call.plan", plan, "support", STR_ARG(on), (long long)k.noa, "");
	OKAY(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.ae, "");
	/* The senior's certificate from before the desk is recognised: now they do. */
	OKAY(&k, &k.c, "certification.start", "{'teammate':%lld}", (long long)k.senior);
	OKAY(&k, &k.c, "certification.recognise", "{'certification':%lld,'reason':'in 2020'}", (long long)test_answer_i64(k.answer, "certification"));
	OKAY(&k, &k.c, "call.plan", plan, "demo", STR_ARG(on), (long long)k.noa, shadow);
	int64_t call = test_answer_i64(k.answer, "call");
	/* The shadow cannot leave, or become an observer, while Noa leads; nor can the kind be turned. */
	assert_int_equal(kit_run(&k, &k.c, "call.leave", "{'call':%lld,'teammate':%lld}", (long long)call, (long long)k.senior), ERR_CONFLICT);
	kit_says(&k.c, "Without this shadow");
	assert_int_equal(kit_run(&k, &k.c, "call.join", "{'call':%lld,'teammate':%lld,'part':'observer'}", (long long)call, (long long)k.senior), ERR_INPUT);
	OKAY(&k, &k.c, "call.change", "{'call':%lld,'lead':%lld,'kind':'demo','shadow_places':2}", (long long)call, (long long)k.ae);
	OKAY(&k, &k.c, "call.leave", "{'call':%lld,'teammate':%lld}", (long long)call, (long long)k.senior);
	assert_int_equal(kit_run(&k, &k.c, "call.change", "{'call':%lld,'lead':%lld}", (long long)call, (long long)k.noa), ERR_INPUT);
	/* And nobody both leads and shadows. */
	assert_int_equal(kit_run(&k, &k.c, "call.join", "{'call':%lld,'teammate':%lld}", (long long)call, (long long)k.ae), ERR_INPUT);
	kit_close(&k);
}

static void two_scorers_are_two_people(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t call;
	kit_open(&k);
	assert_int_equal(kit_run(&k, &k.c, "certification.start", "{'teammate':%lld,'mentor':%lld,'manager':%lld}", (long long)k.noa, (long long)k.mentor,
				 (long long)k.mentor), ERR_INPUT);
	kit_says(&k.c, "two people");
	assert_int_equal(kit_run(&k, &k.c, "certification.start", "{'teammate':%lld,'mentor':%lld}", (long long)k.noa, (long long)k.noa), ERR_INPUT);
	int64_t cert = start(&k, "2021-11-01");
	assert_int_equal(kit_run(&k, &k.c, "certification.people", "{'certification':%lld,'manager':%lld}", (long long)cert, (long long)k.mentor), ERR_INPUT);
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	int64_t session = led_call(&k, &call);
	record(&k, call);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session);
	ctx_db_done(&as);
	/* The mentor becomes the manager afterwards: the same person does not score the session a second time. */
	OKAY(&k, &k.c, "certification.people", "{'certification':%lld,'mentor':%lld,'manager':%lld}", (long long)cert, (long long)k.senior, (long long)k.mentor);
	kit_as(&k, k.mentor, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session), ERR_CONFLICT);
	kit_says(&as, "two people");
	ctx_db_done(&as);
	/* Nobody scores themselves, and a stranger does not either. */
	kit_as(&k, k.noa, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':[]}", (long long)session), ERR_FORBIDDEN);
	ctx_db_done(&as);
	kit_as(&k, k.ae, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':[]}", (long long)session), ERR_FORBIDDEN);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':[],'by':%lld}", (long long)session, (long long)k.mentor), ERR_INPUT);
	ctx_db_done(&as);
	kit_close(&k);
}

static void the_manager_needs_the_recording(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t call;
	kit_open(&k);
	int64_t cert = start(&k, "2021-11-01");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	int64_t session = led_call(&k, &call);
	kit_as(&k, k.manager, "lead", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session), ERR_CONFLICT);
	kit_says(&as, "from the recording");
	/* Without the customer's consent there is none to keep. */
	assert_int_equal(kit_run(&k, &as, "call.record", "{'call':%lld,'url':'https://rec.example/1','minutes':32}", (long long)call), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "call.record", "{'call':%lld,'url':'rec','minutes':32,'consent':'Ines'}", (long long)call), ERR_INPUT);
	OKAY(&k, &as, "call.record", "{'call':%lld,'url':'https://rec.example/1','minutes':32,'consent':'Ines'}", (long long)call);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session);
	/* Values outside the scale, unknown competencies, the same twice: nothing is kept. */
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['shows=4']}", (long long)session), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['zz=1']}", (long long)session), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['shows=2.5']}", (long long)session), ERR_INPUT);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['shows=2','shows=3']}", (long long)session), ERR_INPUT);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':['shows=','listens=2']}", (long long)session);
	ctx_db_done(&as);
	kit_close(&k);
}

#define DRAFT(from, extra)                                                                                                                     \
	"{'programme':'demo','valid_from':'" from "','name':'New rubric','labels':'no\\nyes','competencies':'*story | Tells a story | it has an end"  \
	"\\n*shows | Shows what matters |','scorers':['mentor','manager'],'clearance':'mentor','lead_rule':'shadow','sessions':'call','pass':'one_session'," \
	"'min_led':0" extra "}"

static void an_edition_changes_between_two_sessions(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t call;
	kit_open(&k);
	int64_t cert = start(&k, "2021-11-01");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	int64_t first = led_call(&k, &call);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)first);
	ctx_db_done(&as);
	/* A draft is in force for nobody; published, it is never changed. */
	OKAY(&k, &k.c, "certification.draft", DRAFT("2027-01-01", ""));
	int64_t edition = test_answer_i64(k.answer, "edition");
	assert_int_equal(kit_run(&k, &k.c, "certification.move", "{'certification':%lld,'edition':%lld}", (long long)cert, (long long)edition), ERR_INPUT);
	OKAY(&k, &k.c, "certification.publish", "{'edition':%lld}", (long long)edition);
	assert_int_equal(kit_run(&k, &k.c, "certification.publish", "{'edition':%lld}", (long long)edition), ERR_CONFLICT);
	assert_int_equal(kit_run(&k, &k.c, "certification.draft", DRAFT("2027-01-01", "")), ERR_INPUT);
	/* Who is on the way stays with their edition: the second session is scored by the old rubric. */
	int64_t second = led_call(&k, &call);
	kit_as(&k, k.mentor, "agent", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':['listens=3']}", (long long)second);
	ctx_db_done(&as);
	/* Moved on: scores of the old rubric do not fit the new one and count no more; the sessions do; scoring goes by the new rubric. */
	OKAY(&k, &k.c, "certification.move", "{'certification':%lld,'edition':%lld}", (long long)cert, (long long)edition);
	OKAY(&k, &k.c, "certification.show", "{'certification':%lld}", (long long)cert);
	assert_int_equal(test_answer_i64(k.answer, "counting_sessions"), 2);
	assert_true(str_find(k.answer, S("not in the rubric")) > 0);
	kit_as(&k, k.mentor, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['listens=3']}", (long long)second), ERR_INPUT);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':['story=2','shows=2']}", (long long)second);
	ctx_db_done(&as);
	kit_as(&k, k.manager, "lead", &as);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':['story=2','shows=2']}", (long long)second);
	assert_true(str_eq(kit_text(&k, "state"), S("certified")));
	/* A certificate stands when a further edition comes … */
	assert_int_equal(kit_run(&k, &as, "certification.move", "{'certification':%lld,'edition':%lld}", (long long)cert, (long long)kit_edition(&k, "2022-01-30")),
			 ERR_CONFLICT);
	OKAY(&k, &as, "certification.draft", DRAFT("2027-06-01", ""));
	OKAY(&k, &as, "certification.publish", "{'edition':%lld}", (long long)test_answer_i64(k.answer, "edition"));
	assert_int_equal(test_answer_i64(k.answer, "to_certify_again"), 0);
	/* … unless it says that everybody is certified again. */
	OKAY(&k, &as, "certification.draft", DRAFT("2027-07-01", ",'recertify':true"));
	OKAY(&k, &as, "certification.publish", "{'edition':%lld}", (long long)test_answer_i64(k.answer, "edition"));
	assert_int_equal(test_answer_i64(k.answer, "to_certify_again"), 1);
	ctx_db_done(&as);
	assert_true(str_eq(state_of(&k, cert), S("revoked")));
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	assert_true(str_eq(state_of(&k, cert), S("cleared")));
	kit_as(&k, k.mentor, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':['story=2']}", (long long)second), ERR_CONFLICT);
	ctx_db_done(&as);
	kit_close(&k);
}

static void the_handbooks_editions(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	int64_t call;
	kit_open(&k);
	/* 2022-01-25: mentor and manager clear, and three led calls. */
	int64_t cert = start(&k, "2022-01-30");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.manager);
	assert_true(str_eq(state_of(&k, cert), S("not_started")));
	assert_int_equal(kit_run(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.manager), ERR_CONFLICT);
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	assert_true(str_eq(state_of(&k, cert), S("cleared")));
	for (int i = 0; i < 3; i++) {
		assert_true(str_eq(state_of(&k, cert), S("cleared")));
		int64_t session = led_call(&k, &call);
		record(&k, call);
		OKAY(&k, &k.c, "certification.score", "{'session':%lld,'scores':" FULL ",'by':%lld}", (long long)session, (long long)k.mentor);
		if (i < 2)
			OKAY(&k, &k.c, "certification.score", "{'session':%lld,'scores':" FULL ",'by':%lld}", (long long)session, (long long)k.manager);
	}
	assert_true(str_eq(state_of(&k, cert), S("certified")));
	/* 2022-02-28: rehearsals; calls only once certified. */
	OKAY(&k, &k.c, "certification.start", "{'teammate':%lld,'mentor':%lld,'manager':%lld,'on':'2022-03-01'}", (long long)k.senior, (long long)k.mentor,
	     (long long)k.manager);
	int64_t other = test_answer_i64(k.answer, "certification");
	assert_int_equal(kit_run(&k, &k.c, "certification.rehearse", "{'certification':%lld,'title':'Use case 1'}", (long long)other), ERR_CONFLICT);
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)other, (long long)k.manager);
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)other, (long long)k.mentor);
	assert_int_equal(kit_run(&k, &k.c, "call.plan", "{'title':'Demo','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld,'shadows':[%lld]}",
				 STR_ARG(day(&k, 1)), (long long)k.senior, (long long)k.mentor), ERR_INPUT);
	kit_says(&k.c, "lets nobody lead");
	OKAY(&k, &k.c, "certification.rehearse", "{'certification':%lld,'title':'Use case 1'}", (long long)other);
	int64_t session = test_answer_i64(k.answer, "session");
	OKAY(&k, &k.c, "certification.score", "{'session':%lld,'scores':" FULL ",'by':%lld}", (long long)session, (long long)k.mentor);
	kit_as(&k, k.manager, "lead", &as);
	assert_int_equal(kit_run(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session), ERR_CONFLICT);
	kit_says(&as, "recording");
	OKAY(&k, &as, "certification.recording", "{'session':%lld,'recording':'https://rec.example/2'}", (long long)session);
	OKAY(&k, &as, "certification.score", "{'session':%lld,'scores':" FULL "}", (long long)session);
	assert_true(str_eq(kit_text(&k, "state"), S("certified")));
	ctx_db_done(&as);
	/* 2021-09: no clearance; the shadow is enough. */
	int64_t third = kit_person(&k, "ida", "customer_engineer", "agent", NULL);
	OKAY(&k, &k.c, "certification.start", "{'teammate':%lld,'mentor':%lld,'manager':%lld,'on':'2021-09-10'}", (long long)third, (long long)k.mentor,
	     (long long)k.manager);
	assert_int_equal(kit_run(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)test_answer_i64(k.answer, "certification"),
				 (long long)k.mentor), ERR_CONFLICT);
	OKAY(&k, &k.c, "call.plan", "{'title':'Demo','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld,'shadows':[%lld]}", STR_ARG(day(&k, 1)),
	     (long long)third, (long long)k.mentor);
	kit_close(&k);
}

static void calls_and_places(void **state)
{
	(void)state;
	struct kit k;
	struct ctx as;
	kit_open(&k);
	struct str on = day(&k, 3);
	/* A time that the clocks leave out is no time. */
	assert_int_equal(kit_run(&k, &k.c, "call.plan", "{'title':'x','kind':'demo','on':'2027-03-28','at':'02:30','zone':'Europe/Berlin'}"), ERR_INPUT);
	kit_says(&k.c, "clocks go forward");
	assert_int_equal(kit_run(&k, &k.c, "call.plan", "{'title':'x','kind':'demo','on':'2027-03-28','at':'25:30'}"), ERR_INPUT);
	OKAY(&k, &k.c, "call.plan", "{'title':'Discovery','kind':'discovery','on':'%.*s','at':'9:30','zone':'America/Toronto','organisation':%lld,'lead':%lld}",
	     STR_ARG(on), (long long)k.org, (long long)k.ae);
	int64_t call = test_answer_i64(k.answer, "call");
	kit_as(&k, k.noa, "agent", &as);
	OKAY(&k, &as, "call.list", "{'free':true}");
	assert_true(str_find(k.answer, S("\"shadow_places_free\":1")) > 0);
	OKAY(&k, &as, "call.join", "{'call':%lld}", (long long)call);
	assert_int_equal(kit_run(&k, &as, "call.join", "{'call':%lld}", (long long)call), ERR_CONFLICT);
	OKAY(&k, &as, "call.list", "{'free':true}");
	assert_true(str_find(k.answer, S("\"id\"")) < 0);
	OKAY(&k, &as, "call.feed", "{}");
	struct str url = kit_text(&k, "url");
	ctx_db_done(&as);
	/* The one place is taken; observing is still possible. */
	kit_as(&k, k.senior, "agent", &as);
	assert_int_equal(kit_run(&k, &as, "call.join", "{'call':%lld}", (long long)call), ERR_CONFLICT);
	OKAY(&k, &as, "call.join", "{'call':%lld,'part':'observer'}", (long long)call);
	ctx_db_done(&as);
	/* The calendar of the newcomer; the link is signed, and dies when a new one is made. */
	struct str token = str_slice(url, (size_t)str_find(url, S("/feed/")) + 6, url.n), ical;
	int64_t whose;
	assert_int_equal(call_feed_whose(&k.c, token, &whose), OK);
	assert_int_equal(whose, k.noa);
	assert_int_equal(call_feed_whose(&k.c, arena_fmt(&k.arena, "%lld.1.aaaaaaaaaaaaaaaaaaaaaaaaaa", (long long)k.noa), &whose), OK);
	assert_int_equal(whose, 0);
	assert_int_equal(call_ical(&k.c, k.noa, &ical), OK);
	assert_true(str_find(ical, S("SUMMARY:Northwind: Discovery (you shadow)\r\n")) > 0);
	assert_true(str_find(ical, arena_fmt(&k.arena, "T%sZ", "143000")) > 0 || str_find(ical, arena_fmt(&k.arena, "T%sZ", "133000")) > 0);
	for (struct str rest = ical, line; str_line(&rest, &line);)
		assert_true(line.n <= 75);
	kit_as(&k, k.noa, "agent", &as);
	OKAY(&k, &as, "call.feed", "{}");
	ctx_db_done(&as);
	assert_int_equal(call_feed_whose(&k.c, token, &whose), OK);
	assert_int_equal(whose, 0);
	/* It cannot be logged before it happened; then it is in everybody's log. */
	assert_int_equal(kit_run(&k, &k.c, "call.held", "{'call':%lld}", (long long)call), ERR_CONFLICT);
	kit_later(&k, 5 * UTIME_US_PER_DAY);
	OKAY(&k, &k.c, "call.held", "{'call':%lld,'missed':[%lld]}", (long long)call, (long long)k.senior);
	OKAY(&k, &k.c, "call.took_part", "{'call':%lld,'teammate':%lld,'did':'spoke','note':'asked about their CI'}", (long long)call, (long long)k.noa);
	assert_int_equal(kit_run(&k, &k.c, "call.leave", "{'call':%lld,'teammate':%lld}", (long long)call, (long long)k.noa), ERR_CONFLICT);
	struct call_counts n;
	assert_int_equal(call_counts_of(&k.c, k.noa, S("discovery"), 0, &n), OK);
	assert_int_equal(n.shadowed, 1);
	assert_int_equal(call_counts_of(&k.c, k.senior, STR_NULL, 0, &n), OK);
	assert_int_equal(n.observed, 0);
	assert_int_equal(call_counts_of(&k.c, k.ae, STR_NULL, 0, &n), OK);
	assert_int_equal(n.led, 1);
	kit_close(&k);
}

/* The shadow was not there: the call took place, and does not count. */
static void a_call_without_its_shadow(void **state)
{
	(void)state;
	struct kit k;
	kit_open(&k);
	int64_t cert = start(&k, "2021-11-01");
	OKAY(&k, &k.c, "certification.approve", "{'certification':%lld,'by':%lld}", (long long)cert, (long long)k.mentor);
	OKAY(&k, &k.c, "call.plan", "{'title':'Demo','kind':'demo','on':'%.*s','at':'10:00','zone':'UTC','lead':%lld,'shadows':[%lld]}", STR_ARG(day(&k, 1)),
	     (long long)k.noa, (long long)k.mentor);
	int64_t call = test_answer_i64(k.answer, "call");
	kit_later(&k, 2 * UTIME_US_PER_DAY);
	OKAY(&k, &k.c, "call.held", "{'call':%lld,'missed':[%lld]}", (long long)call, (long long)k.mentor);
	assert_true(str_find(kit_text(&k, "said"), S("without a shadow")) > 0);
	OKAY(&k, &k.c, "certification.show", "{'certification':%lld}", (long long)cert);
	assert_int_equal(test_answer_i64(k.answer, "counting_sessions"), 0);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_to_a_certificate), cmocka_unit_test(the_gate), cmocka_unit_test(two_scorers_are_two_people),
		cmocka_unit_test(the_manager_needs_the_recording), cmocka_unit_test(an_edition_changes_between_two_sessions),
		cmocka_unit_test(the_handbooks_editions), cmocka_unit_test(calls_and_places), cmocka_unit_test(a_call_without_its_shadow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
