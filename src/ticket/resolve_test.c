/* resolve_test.c: a case is solved only by a rule whose gates hold on that day; what is missing is said gate by gate; no door leads around it. */
#include "core/desk_test.h"

#include "desk/desk_page.h"
#include "desk/summary.h"
#include "people/people.h"

/* The summary is written by a command of the desk; without its pages. */
static const struct command *const kit_summary_commands[] = { &summary_write_cmd, NULL };
static const struct fold kit_summary_folds[] = { { "case_summary", &case_summary_rows_stmt }, { 0 } };
static const struct feature kit_summary = { .name = "summary", .commands = kit_summary_commands, .folds = kit_summary_folds };
#define KIT_MORE_FEATURES &kit_summary
#include "ticket/test_kit.h"

#include "base/civil.h"
#include "base/clock.h"
#include "ticket/resolve_int.h"

#include "base/banned.h"

#define FACTS "\"kind\":\"question\",\"priority\":\"p2\",\"engineering\":\"none\",\"docs\":\"sufficient\",\"symptom\":\"It does not start\",\"action\":\"A new key\""

/* Another day: the frozen clock goes where it is told. */
static void on(const char *rfc3339)
{
	utime t;
	assert_true(civil_parse_rfc3339(str_c(rfc3339), &t));
	test_clock_add(t - clock_now());
}

static int64_t answered(const char *mark)
{
	int64_t t = new_ticket(&op, "Crash", "ines@northwind.example");
	test_clock_add(UTIME_US_PER_MINUTE);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Please set the key.\",\"mark\":\"%s\",\"status\":\"pending\"}", (long long)t, mark);
	test_clock_add(UTIME_US_PER_MINUTE);
	return t;
}

static struct resolution_of_row resolution(int64_t t)
{
	struct resolution_of_row r = { .id = 0 };
	bool found;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(resolve_of(&op, t, &r, &found), OK);
	ctx_db_done(&op);
	return r;
}

/* What the refusal says about a field; "" = nothing. */
static const char *said_of(const struct ctx *c, const char *field)
{
	for (unsigned i = 0; i < c->fault.n_fields; i++)
		if (strcmp(c->fault.fields[i].field, field) == 0)
			return c->fault.fields[i].message;
	return "";
}

static enum err try_run(struct ctx *c, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static enum err try_run(struct ctx *c, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str json = arena_vfmt(&arena, fmt, ap);
	va_end(ap);
	return test_run(c, feature_command(kit_features, str_c(name)), arena_cstr(&arena, json), NULL);
}

/* ---- the doors ---- */

static void no_door_without_a_rule(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\"}", ERR_INPUT, "by a rule: say which: R0, R1");
	run_err(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"Done\",\"status\":\"solved\"}", ERR_INPUT, "by a rule");
	run_err(&mara, "ticket.note", "{\"ticket\":1,\"body\":\"Done\",\"status\":\"solved\"}", ERR_INPUT, "by a rule");
	run_err(&mara, "ticket.resolve", "{\"ticket\":1}", ERR_INPUT, "by a rule");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R9\"}", ERR_INPUT, "no such rule today");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"auto\"}", ERR_INPUT, "no such rule today");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R1\",\"because\":[\"gut feeling: yes\"]}", ERR_INPUT, "There is no gate");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R1\",\"because\":[\"confirmed: \"]}", ERR_INPUT, "Say why");
	assert_status(t, "pending");
	assert_int_equal(look(t).messages, 2);      /* a refused reply is not sent and not kept */
	assert_int_equal(resolution(t).id, 0);
	/* a rule said with another status is no matter */
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"open\",\"rule\":\"R1\"}");
	/* nothing in the house may go around it either */
	struct ticket_get_row row = look(t);
	struct ticket_get_row before = row;
	row.status = S("solved");
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(ticket_save(&op, "ticket.status_changed", &before, &row, NULL), ERR_BUG);
	ctx_db_done(&op);
}

static void each_missing_gate_and_field_is_said(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	RUN_OK(&mara, "ticket.task", "{\"ticket\":%lld,\"subject\":\"Correct the page on keys\"}", (long long)t);
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R1\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "confirmed"), "has not confirmed"));
	assert_non_null(strstr(said_of(&mara, "confirmed"), "because “confirmed: …”"));
	assert_non_null(strstr(said_of(&mara, "tasks"), "first #2"));
	assert_non_null(strstr(said_of(&mara, "kind"), "What kind"));
	assert_non_null(strstr(said_of(&mara, "priority"), "urgent"));
	assert_non_null(strstr(said_of(&mara, "engineering"), "engineering"));
	assert_non_null(strstr(said_of(&mara, "docs"), "docs"));
	assert_non_null(strstr(said_of(&mara, "summary"), "what helped"));
	assert_string_equal(said_of(&mara, "lifecycle"), "");      /* dropped on 2023-01-03 */
	assert_string_equal(said_of(&mara, "sentiment"), "");
	/* the task is held by somebody: it does not hold up the case any more */
	RUN_OK(&mara, "ticket.assign", "{\"ticket\":2,\"assignee\":%d}", BEN);
	assert_int_equal(try_run(&mara, "ticket.resolve", "{\"ticket\":%lld,\"rule\":\"R1\"," FACTS "}", (long long)t), ERR_INPUT);
	assert_string_equal(said_of(&mara, "tasks"), "");
	assert_int_equal(mara.fault.n_fields, 1);
	assert_int_equal(look(t).kind.n, 5);      /* "unset": nothing of a refused one is kept */
	/* what the log does not show is said, and kept with the case */
	RUN_OK(&mara, "ticket.resolve", "{\"ticket\":%lld,\"rule\":\"R1\",\"confirmed\":\"she said so on the call\"," FACTS "}", (long long)t);
	assert_status(t, "solved");
	struct resolution_of_row r = resolution(t);
	assert_true(str_eq(r.rule, S("R1")) && str_eq(r.how, S("person")) && r.counted && !r.to_fill.n && !r.confirmation_id.set);
	assert_true(str_find(r.gates, S("confirmed: said: she said so on the call")) == 0);
	assert_true(str_find(r.gates, S("tasks: 1 task is open beside it, and held")) > 0);
	assert_true(str_eq(look(t).kind, S("question")) && str_eq(look(t).priority, S("p2")));
	run_err(&ben, "ticket.resolve", "{\"ticket\":1,\"rule\":\"R0\",\"reason\":\"x\"}", ERR_CONFLICT, "solved already");
}

/* ---- the kinds of gates, from the log ---- */

static void the_log_opens_gates(void **state)
{
	(void)state;
	int64_t t = answered("acknowledgement");
	RUN_OK(&mara, "ticket.closing", "{\"ticket\":%lld," FACTS "}", (long long)t);
	/* R3: told what to do, twice, and silent */
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R3\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "attempts"), "1 of 2"));
	assert_non_null(strstr(said_of(&mara, "advised"), "No reply of ours"));
	/* the one that is being sent is no attempt that was waited for */
	assert_int_equal(try_run(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Did the key help?\",\"mark\":\"substantive\",\"status\":\"solved\",\"rule\":\"R3\"}", (long long)t),
			 ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "attempts"), "1 of 2"));
	assert_string_equal(said_of(&mara, "advised"), "");
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Did the key help?\",\"mark\":\"substantive\",\"status\":\"pending\"}", (long long)t);
	test_clock_add(UTIME_US_PER_DAY);
	/* an answer of theirs begins the count anew */
	customer_writes(t, "I was away.");
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R3\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "attempts"), "0 of 2"));
	test_clock_add(UTIME_US_PER_DAY);
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Any news?\",\"status\":\"pending\"}", (long long)t);
	test_clock_add(UTIME_US_PER_DAY);
	run_ok(&mara, "ticket.confirm_ask", "{\"ticket\":1}");      /* asking is an attempt */
	test_clock_add(UTIME_US_PER_DAY);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R3\"}", (long long)t);
	assert_true(str_find(resolution(t).gates, S("attempts: We wrote 2 times")) > 0);

	/* R2: a marked workaround, and a public link in a reply; one in a note, or to ourselves, is not public */
	t = answered("workaround");
	RUN_OK(&mara, "ticket.closing", "{\"ticket\":%lld," FACTS "}", (long long)t);
	RUN_OK(&mara, "ticket.note", "{\"ticket\":%lld,\"body\":\"https://github.example/issue/7\"}", (long long)t);
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R2\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "link"), "send the customer"));
	RUN_OK(&mara, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Follow http://localhost:8080/x or [here](https://github.example/issue/7).\",\"status\":\"solved\",\"rule\":\"R2\"}",
	       (long long)t);
	assert_true(str_find(resolution(t).gates, S("https://github.example/issue/7")) > 0);
	assert_true(str_find(resolution(t).gates, S("7)")) < 0);

	/* R6: a note is enough to file it, and the technical advisor must know */
	t = answered("substantive");
	RUN_OK(&mara, "ticket.closing", "{\"ticket\":%lld," FACTS "}", (long long)t);
	RUN_OK(&mara, "ticket.note", "{\"ticket\":%lld,\"body\":\"Posted: https://product.example/42\"}", (long long)t);
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R6\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "told"), "say who was told instead"));
	assert_int_equal(mara.fault.n_fields, 1);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R6\",\"because\":[\"told: the scaled team, in their channel\"]}", (long long)t);

	/* R5 today: kept open some days */
	t = answered("substantive");
	RUN_OK(&mara, "ticket.closing", "{\"ticket\":%lld," FACTS "}", (long long)t);
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R5\",\"because\":[\"told: the advisor\"]}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "kept"), "3 days"));
	test_clock_add(2 * UTIME_US_PER_DAY);
	customer_writes(t, "And another thing.");
	test_clock_add(UTIME_US_PER_DAY);
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R5\",\"because\":[\"told: the advisor\"]}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "kept"), "3 days"));      /* the customer wrote yesterday */
	test_clock_add(2 * UTIME_US_PER_DAY);
	RUN_OK(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R5\",\"because\":[\"told: the advisor\"]}", (long long)t);
}

/* ---- dates ---- */

static bool offered(const char *day, const char *code, const char *gates)
{
	struct str a = RUN_OK(&mara, "resolve.rules", "{\"day\":\"%s\"}", day);
	json_t *root = json_loadb(a.p, a.n, 0, NULL), *v;
	bool found = false;
	size_t i;
	json_array_foreach(json_object_get(root, "items"), i, v)
		found |= strcmp(json_string_value(json_object_get(v, "rule")), code) == 0 &&
			 (!gates || strcmp(json_string_value(json_object_get(v, "gates")), gates) == 0);
	json_decref(root);
	return found;
}

static bool asked_on(const char *day, const char *field)
{
	struct str a = RUN_OK(&mara, "resolve.rules", "{\"day\":\"%s\"}", day);
	return str_find(a, arena_fmt(&arena, "{\"field\":\"%s\"", field)) > 0;
}

static void rules_and_fields_have_their_dates(void **state)
{
	(void)state;
	assert_false(offered("2021-04-22", "R2", NULL));
	assert_true(offered("2021-04-23", "R2", "workaround link"));
	assert_true(offered("2021-03-15", "R4", "confirmed tasks") && offered("2021-04-23", "R4", "confirmed|link tasks"));
	assert_true(offered("2021-03-15", "R5", "filed tasks") && offered("2021-10-14", "R5", "told:ce|link tasks"));
	assert_true(offered("2022-01-18", "R5", "told:ce|link|private tasks") && offered("2024-03-14", "R5", "told:ce|link|private tasks:held"));
	assert_true(offered("2024-03-15", "R5", "told:ta kept:3 tasks:held"));
	assert_false(offered("2024-04-08", "R6", NULL));
	assert_true(offered("2024-04-09", "R6", NULL));
	for (const char *const *day = (const char *const[]){ "2021-03-15", "2022-06-01", "2026-11-24", NULL }; *day; day++)
		assert_true(offered(*day, "R1", NULL) && offered(*day, "R3", NULL) && offered(*day, "R7", NULL) && offered(*day, "R0", NULL));
	assert_false(asked_on("2021-04-12", "sentiment"));
	assert_true(asked_on("2021-04-13", "sentiment") && asked_on("2023-01-02", "sentiment") && asked_on("2023-01-02", "lifecycle"));
	assert_false(asked_on("2023-01-03", "sentiment") || asked_on("2023-01-03", "lifecycle"));
	assert_false(asked_on("2021-11-03", "summary"));
	assert_true(asked_on("2021-11-04", "summary"));
	assert_true(asked_on("2021-03-15", "engineering") && asked_on("2026-11-24", "engineering"));
}

static void a_desk_of_2022_is_held_to_2022(void **state)
{
	(void)state;
	on("2022-02-01T10:00:00Z");
	int64_t t = answered("substantive");
	RUN_OK(&mara, "ticket.task", "{\"ticket\":%lld,\"subject\":\"Docs\",\"assignee\":%d}", (long long)t, BEN);
	assert_int_equal(try_run(&mara, "ticket.resolve", "{\"ticket\":%lld,\"rule\":\"R1\",\"confirmed\":\"yes\"," FACTS "}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "tasks"), "finish it first"));      /* held by somebody was not enough then */
	assert_non_null(strstr(said_of(&mara, "lifecycle"), "sale"));
	assert_non_null(strstr(said_of(&mara, "sentiment"), "content"));
	RUN_OK(&mara, "ticket.resolve", "{\"ticket\":%lld,\"rule\":\"R1\",\"confirmed\":\"yes\",\"tasks\":\"the page is in review\",\"lifecycle\":\"post_sales\",\"sentiment\":\"yes\"," FACTS "}",
	       (long long)t);
	run_err(&mara, "ticket.resolve", "{\"ticket\":2,\"rule\":\"R6\"}", ERR_INPUT, "no such rule today");
}

static void what_is_filled_in_alone_is_kept(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	struct closing_of_row k;
	bool found;
	run_ok(&mara, "ticket.closing", "{\"ticket\":1,\"docs_url\":\"https://product.example/docs/42\"}");
	run_ok(&mara, "ticket.closing", "{\"ticket\":1,\"docs\":\"link\"}");
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(closing_of(op.db, &arena, &k, &found, .ticket_id = t), OK);
	ctx_db_done(&op);
	assert_true(found && str_eq(k.docs, S("link")) && str_eq(k.docs_url, S("https://product.example/docs/42")));
}

static void a_desk_has_rules_of_its_own(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	run_err(&mara, "resolve.rule", "{\"code\":\"R8\",\"name\":\"Ours\",\"applies\":\"Here\"}", ERR_FORBIDDEN, "");
	run_err(&op, "resolve.rule", "{\"code\":\"R8\",\"name\":\"Ours\",\"applies\":\"Here\",\"gates\":\"confirmed nonsense\"}", ERR_INPUT, "no gate “nonsense”");
	run_err(&op, "resolve.rule", "{\"code\":\"R8\",\"name\":\"Ours\",\"applies\":\"Here\",\"gates\":\"attempts\"}", ERR_INPUT, "no gate “attempts”");
	run_err(&op, "resolve.rule", "{\"code\":\"auto\",\"end\":true}", ERR_INPUT, "status timers");
	run_err(&op, "resolve.rule", "{\"code\":\"R8\",\"end\":true}", ERR_INPUT, "no rule R8");
	run_ok(&op, "resolve.rule", "{\"code\":\"R8\",\"name\":\"Ours\",\"applies\":\"Here\",\"gates\":\"reason|confirmed attempts:1?\",\"no_fields\":true}");
	run_err(&op, "resolve.rule", "{\"code\":\"R8\",\"name\":\"Ours\",\"applies\":\"Here\"}", ERR_INPUT, "begins on that day already");
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R8\"}", ERR_INPUT, "Or: The customer has not confirmed");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R8\",\"reason\":\"as agreed\"}");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"open\"}");
	/* ended tomorrow, it is gone tomorrow; what cited it keeps it */
	run_ok(&op, "resolve.rule", "{\"code\":\"R8\",\"end\":true,\"valid_from\":\"2026-11-25\"}");
	run_ok(&op, "resolve.field", "{\"field\":\"summary\",\"end\":true,\"valid_from\":\"2026-11-25\"}");
	run_err(&op, "resolve.field", "{\"field\":\"sentiment\",\"end\":true}", ERR_INPUT, "not asked for");
	run_ok(&op, "resolve.field", "{\"field\":\"sentiment\",\"words\":\"Is she content?\",\"valid_from\":\"2026-11-25\"}");
	test_clock_add(UTIME_US_PER_DAY);
	run_err(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R8\",\"reason\":\"x\"}", ERR_INPUT, "no such rule today");
	assert_true(str_eq(resolution(t).rule, S("R8")));
	assert_true(asked_on("2026-11-25", "sentiment"));
	assert_false(asked_on("2026-11-25", "summary"));
}

/* ---- the customer and the timer ---- */

static int64_t asks(int64_t t)
{
	return test_answer_i64(RUN_OK(&mara, "ticket.confirm_ask", "{\"ticket\":%lld}", (long long)t), "confirmation");
}

static void says(int64_t confirmation, const char *answer, enum err want)
{
	struct ctx nobody;
	desk_ctx(desk, &arena, S("nobody"), &nobody);
	nobody.actor = (struct actor){ .kind = ACTOR_NOBODY };
	nobody.door = DOOR_FORM;
	enum err e = try_run(&nobody, "ticket.confirm", "{\"token\":\"%s\",\"answer\":\"%s\"}", arena_cstr(&arena, ticket_confirm_token(&op, confirmation)), answer);
	if (e != want)
		kit_complain(&nobody, "ticket.confirm", answer);
	assert_int_equal(e, want);
}

static bool to_fill(struct ctx *c, const char *json, int64_t ticket)
{
	struct str a = run_ok(c, "resolve.to_fill", json);
	return str_find(a, arena_fmt(&arena, "\"ticket\":%lld,", (long long)ticket)) > 0;
}

static void the_customer_is_asked_for_no_fields(void **state)
{
	(void)state;
	int64_t t = answered("substantive"), q = asks(t);
	says(q, "yes", OK);
	assert_status(t, "solved");
	struct resolution_of_row r = resolution(t);
	assert_true(str_eq(r.rule, S("R1")) && str_eq(r.how, S("customer")) && r.confirmation_id.set && r.confirmation_id.v == q);
	assert_true(str_eq(r.to_fill, S("kind priority engineering docs summary")));
	/* the engineer's list, not everybody's; it goes when the last one is there */
	assert_true(to_fill(&mara, "{}", t) && to_fill(&ben, "{\"all\":true}", t));
	assert_false(to_fill(&ben, "{}", t));
	RUN_OK(&mara, "ticket.closing", "{\"ticket\":%lld,\"kind\":\"question\",\"priority\":\"p2\",\"engineering\":\"none\",\"docs\":\"sufficient\"}", (long long)t);
	assert_true(to_fill(&mara, "{}", t));
	RUN_OK(&mara, "summary.write", "{\"ticket\":%lld,\"symptom\":\"It does not start\",\"action\":\"A new key\"}", (long long)t);
	assert_false(to_fill(&mara, "{}", t));
	assert_true(resolution(t).filled_us.set);
	/* twice the same is once; the other answer is refused; nothing changed by it */
	says(q, "yes", OK);
	says(q, "no", ERR_CONFLICT);
	assert_status(t, "solved");
	/* reopened since: the old yes closes nothing, and opens no gate */
	test_clock_add(UTIME_US_PER_MINUTE);
	customer_writes(t, "It is back.");
	says(q, "yes", OK);
	assert_status(t, "open");
	assert_int_equal(try_run(&mara, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"R1\"}", (long long)t), ERR_INPUT);
	assert_non_null(strstr(said_of(&mara, "confirmed"), "wrote again since"));
}

static void an_answer_that_comes_late_or_looks_only(void **state)
{
	(void)state;
	int64_t t = answered("substantive"), q = asks(t);
	/* looking, as scanners of mail do, any number of times: nothing */
	for (int i = 0; i < 3; i++) {
		struct ticket_confirm_view v;
		assert_int_equal(ctx_db(&op), OK);
		assert_int_equal(ticket_confirm_look(&op, ticket_confirm_token(&op, q), &v), OK);
		ctx_db_done(&op);
		assert_true(v.ticket_id == t && !v.answer.p && !v.expired);
	}
	assert_status(t, "pending");
	assert_int_equal(resolution(t).id, 0);
	/* asked again within the day: refused; the link of the first question runs out */
	run_err(&mara, "ticket.confirm_ask", "{\"ticket\":1}", ERR_CONFLICT, "Wait a day");
	test_clock_add(31 * UTIME_US_PER_DAY);
	says(q, "yes", ERR_CONFLICT);
	assert_status(t, "pending");
	/* solved by us, confirmed by her: closed, and still by the rule that we cited */
	int64_t two = asks(t);
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"it was for another team\"}");
	says(two, "yes", OK);
	assert_status(t, "closed");
	assert_true(str_eq(resolution(t).rule, S("R0")) && resolution(t).confirmation_id.v == two);
	/* a no on a closed one wants words, and becomes a new case */
	int64_t other = answered("substantive"), three = asks(other);
	timer_moves(other, TICKET_SOLVED);
	timer_moves(other, TICKET_CLOSED);
	says(three, "no", ERR_INPUT);
	assert_status(other, "closed");
}

static void a_timer_cites_and_leaves_a_notice(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	timer_moves(t, TICKET_SOLVED);
	struct resolution_of_row r = resolution(t);
	assert_true(str_eq(r.rule, S("auto")) && str_eq(r.how, S("timer")) && !r.confirmation_id.set && r.counted);
	assert_true(to_fill(&mara, "{}", t));
	/* a notice about a case that goes on is withdrawn */
	customer_writes(t, "Still there.");
	assert_false(to_fill(&mara, "{}", t));
	assert_false(to_fill(&mara, "{\"all\":true}", t));
}

static int64_t held_by_list(struct ctx *c)
{
	struct resolution_to_fill_count_row n;
	assert_int_equal(ctx_db(c), OK);
	assert_int_equal(resolution_to_fill_count(c->db, &arena, &n, .holder = c->actor.id, .max = 100), OK);
	ctx_db_done(c);
	return n.n;
}

/* However many came after it: what waits stands in the list of whoever holds the case now. */
static void what_is_to_be_filled_in_goes_with_the_case(void **state)
{
	(void)state;
	enum { n = 45 };      /* more than any window of the newest */
	int64_t first = answered("substantive");
	timer_moves(first, TICKET_SOLVED);
	for (int i = 1; i < n; i++) {
		int64_t t = answered("substantive");
		RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%d}", (long long)t, BEN);
		timer_moves(t, TICKET_SOLVED);
	}
	assert_int_equal(held_by_list(&mara), 1);
	assert_int_equal(held_by_list(&ben), n - 1);
	assert_true(to_fill(&mara, "{}", first));
	assert_false(to_fill(&ben, "{\"max\":200}", first));
	/* closed, and still hers; handed on, and his */
	RUN_OK(&ben, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%d}", (long long)first, BEN);
	assert_int_equal(held_by_list(&mara), 0);
	assert_int_equal(held_by_list(&ben), n);
	timer_moves(first, TICKET_CLOSED);
	assert_true(to_fill(&ben, "{\"max\":200}", first));
	/* deleted: nobody's; back again: his again */
	int64_t last = resolution(first + n - 1).ticket_id;
	RUN_OK(&ben, "ticket.delete", "{\"ticket\":%lld}", (long long)last);
	assert_int_equal(held_by_list(&ben), n - 1);
	RUN_OK(&ben, "ticket.restore", "{\"ticket\":%lld}", (long long)last);
	assert_int_equal(held_by_list(&ben), n);
	/* pages of twenty, each once */
	struct str a = run_ok(&ben, "resolve.to_fill", "{\"max\":20}");
	int64_t next = test_answer_i64(a, "next"), seen = 20;
	while (next > 0) {
		a = RUN_OK(&ben, "resolve.to_fill", "{\"max\":20,\"after\":%lld}", (long long)next);
		json_t *all = json_loadb(a.p, a.n, 0, NULL);
		seen += (int64_t)json_array_size(json_object_get(all, "items"));
		next = json_integer_value(json_object_get(all, "next"));
		json_decref(all);
	}
	assert_int_equal(seen, n);
}

/* By which rule a customer's yes solves is said by the rows of the day. */
static void the_rule_of_a_yes_is_a_row(void **state)
{
	(void)state;
	assert_true(str_find(run_ok(&mara, "resolve.rules", "{\"day\":\"2021-05-01\"}"), S("\"cited_by\":\"person customer\"")) > 0);
	/* a new edition of it goes on being it */
	run_ok(&op, "resolve.rule", "{\"code\":\"R1\",\"name\":\"It helped\",\"applies\":\"They say so.\",\"gates\":\"confirmed\"}");
	int64_t t = answered("substantive");
	says(asks(t), "yes", OK);
	assert_true(str_eq(resolution(t).rule, S("R1")) && resolution(t).rule_id.set);
	/* another one takes the customer's yes; people can't cite it, and it asks for no fields */
	test_clock_add(2 * UTIME_US_PER_DAY);
	mara.now_us = ben.now_us = op.now_us = clock_now();
	run_ok(&op, "resolve.rule", "{\"code\":\"C1\",\"name\":\"They said yes\",\"applies\":\"The customer says yes.\",\"cited_by\":[\"customer\"],\"no_fields\":true}");
	t = answered("substantive");
	run_err(&mara, "ticket.status", arena_cstr(&arena, arena_fmt(&arena, "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"C1\"}", (long long)t)), ERR_INPUT, "no such rule today");
	says(asks(t), "yes", OK);
	struct resolution_of_row r = resolution(t);
	assert_true(str_eq(r.rule, S("C1")) && r.rule_id.set && !r.to_fill.n && r.confirmation_id.set);
	/* none in force: never refused; it is a yes */
	run_err(&op, "resolve.rule", "{\"code\":\"auto\",\"end\":true}", ERR_INPUT, "status timers");
	test_clock_add(2 * UTIME_US_PER_DAY);
	mara.now_us = ben.now_us = op.now_us = clock_now();
	run_ok(&op, "resolve.rule", "{\"code\":\"C1\",\"end\":true}");
	run_ok(&op, "resolve.rule", "{\"code\":\"R1\",\"end\":true}");
	t = answered("substantive");
	says(asks(t), "yes", OK);
	assert_true(str_eq(resolution(t).rule, S(RESOLVE_YES)) && !resolution(t).rule_id.set);
}

static void undo_brings_the_old_resolution_back(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	run_ok(&mara, "ticket.status", "{\"ticket\":1,\"status\":\"solved\",\"rule\":\"R0\",\"reason\":\"for another team\"}");
	assert_false(resolution(t).counted);
	int64_t first = resolution(t).id;
	/* reopened by a reply that is taken back: solved again, by the rule it was solved by */
	test_clock_add(UTIME_US_PER_MINUTE);
	int64_t m = test_answer_i64(run_ok(&mara, "ticket.reply", "{\"ticket\":1,\"body\":\"One more thing\",\"status\":\"open\"}"), "message");
	RUN_OK(&mara, "ticket.undo_send", "{\"message\":%lld}", (long long)m);
	assert_status(t, "solved");
	assert_int_equal(resolution(t).id, first);
	assert_true(str_find(run_ok(&mara, "ticket.show", "{\"ticket\":1}"), S(RESOLVE_NO_ACTION)) > 0);      /* and counts as little as before */
	/* deleted and restored, too */
	run_ok(&mara, "ticket.delete", "{\"ticket\":1}");
	run_ok(&mara, "ticket.restore", "{\"ticket\":1}");
	assert_status(t, "solved");
	assert_int_equal(resolution(t).id, first);
}

/* ---- two people ---- */

static void two_people_solve_it_in_the_same_second(void **state)
{
	(void)state;
	int64_t t = answered("substantive");
	struct message_newest_id_row newest;
	bool any;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(message_newest_id(op.db, &arena, &newest, &any, .ticket_id = t), OK);
	ctx_db_done(&op);
	RUN_OK(&mara, "ticket.resolve", "{\"ticket\":%lld,\"seen\":%lld,\"rule\":\"R1\",\"confirmed\":\"on the call\"," FACTS "}", (long long)t, (long long)newest.id);
	run_err(&ben, "ticket.resolve", "{\"ticket\":1,\"rule\":\"R3\",\"attempts\":\"twice\",\"priority\":\"p0\"}", ERR_CONFLICT, "solved already");
	assert_true(str_eq(look(t).priority, S("p2")) && str_eq(resolution(t).rule, S("R1")));
	/* and nobody solves over the head of a customer who wrote */
	customer_writes(t, "It is not.");
	assert_int_equal(try_run(&ben, "ticket.resolve", "{\"ticket\":%lld,\"seen\":%lld,\"rule\":\"R0\",\"reason\":\"x\"}", (long long)t, (long long)newest.id), ERR_CONFLICT);
	assert_non_null(strstr(ben.fault.message, "Ines wrote meanwhile"));
	assert_status(t, "open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(no_door_without_a_rule),
		KIT_TEST(each_missing_gate_and_field_is_said),
		KIT_TEST(the_log_opens_gates),
		KIT_TEST(rules_and_fields_have_their_dates),
		KIT_TEST(a_desk_of_2022_is_held_to_2022),
		KIT_TEST(what_is_filled_in_alone_is_kept),
		KIT_TEST(a_desk_has_rules_of_its_own),
		KIT_TEST(the_customer_is_asked_for_no_fields),
		KIT_TEST(an_answer_that_comes_late_or_looks_only),
		KIT_TEST(a_timer_cites_and_leaves_a_notice),
		KIT_TEST(what_is_to_be_filled_in_goes_with_the_case),
		KIT_TEST(the_rule_of_a_yes_is_a_row),
		KIT_TEST(undo_brings_the_old_resolution_back),
		KIT_TEST(two_people_solve_it_in_the_same_second),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
