/* plan_test.c: dates counted, plans read and checked, evaluated, compared, and taken in from files: all without a database. */
#include "playbook/plan_eval.h"
#include "playbook/plan_import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/banned.h"

static struct arena a;

static int setup(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&a);
	return 0;
}

static bool mon_fri(const void *arg, int64_t day)
{
	(void)arg;
	return civil_weekday(day) < 5;
}

static bool weekends(const void *arg, int64_t day)
{
	(void)arg;
	return civil_weekday(day) >= 5;
}

static bool never(const void *arg, int64_t day)
{
	(void)arg, (void)day;
	return false;
}

static const struct playbook_days MON_FRI = { mon_fri, NULL }, WEEKENDS = { weekends, NULL }, NEVER = { never, NULL };

static struct due_date date(const char *s)
{
	struct due_date d = { .set = true, .minute = -1 };
	assert_true(due_parse_date(str_c(s), &d.day));
	return d;
}

static struct due_offset off(const char *s)
{
	struct due_offset o;
	const char *why;
	assert_true(due_offset_parse(str_c(s), &o, &why));
	return o;
}

static void lengths_of_time(void **state)
{
	(void)state;
	static const char *const good[] = { "P3D", "P1M", "P2W", "P1Y6M", "PT4H", "P1DT2H30M", "P0D", "PT90M", "P3660D" };
	static const char *const bad[] = { "", "P", "PT", "3D", "P3", "PD", "P-3D", "P1.5D", "P3D1M", "P1D1D", "PT4D", "P4H", "P1DT", "P11Y", "P3661D", "P999999D", "PT1S",
					   "p3d", "P3D ", "P1W1Y" };
	struct due_offset o;
	const char *why;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(due_offset_parse(str_c(good[i]), &o, &why));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(due_offset_parse(str_c(bad[i]), &o, &why));
		assert_non_null(why);
	}
	o = off("P1Y1M");
	assert_true(str_eq(due_offset_words(&a, &o, DUE_ALL), S("1 year 1 month")));
	o = off("P2W");
	assert_true(str_eq(due_offset_words(&a, &o, DUE_ALL), S("2 weeks")));
	assert_true(str_eq(due_offset_words(&a, &o, DUE_WORKING), S("10 working days")));
	int64_t day;
	static const char *const no_dates[] = { "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-01", "1899-12-31", "2026-11-24 ", "abcd-ef-gh" };
	for (size_t i = 0; i < ARRAY_LEN(no_dates); i++)
		assert_false(due_parse_date(str_c(no_dates[i]), &day));
}

static void days_are_counted(void **state)
{
	(void)state;
	/* the working-day rows were worked out by Python's date arithmetic */
	static const struct {
		const char *from, *offset;
		bool before;
		enum due_count count;
		const struct playbook_days *days;
		const char *want;
	} rows[] = {
		{ "2027-01-31", "P1M", false, DUE_ALL, NULL, "2027-02-28" },       /* a month from the 31st */
		{ "2028-01-31", "P1M", false, DUE_ALL, NULL, "2028-02-29" },
		{ "2027-03-31", "P1M", true, DUE_ALL, NULL, "2027-02-28" },
		{ "2028-02-29", "P1Y", false, DUE_ALL, NULL, "2029-02-28" },
		{ "2027-01-31", "P1M1D", false, DUE_ALL, NULL, "2027-03-01" },     /* months go first */
		{ "2026-12-31", "P13M", true, DUE_ALL, NULL, "2025-11-30" },
		{ "2026-12-04", "P1D", false, DUE_WORKING, &MON_FRI, "2026-12-07" },
		{ "2026-12-04", "P5D", false, DUE_WORKING, &MON_FRI, "2026-12-11" },
		{ "2026-12-05", "P1D", false, DUE_WORKING, &MON_FRI, "2026-12-07" },
		{ "2026-12-07", "P1D", true, DUE_WORKING, &MON_FRI, "2026-12-04" },
		{ "2026-12-04", "P1W", false, DUE_WORKING, &MON_FRI, "2026-12-11" },
		{ "2026-12-05", "P0D", false, DUE_WORKING, &MON_FRI, "2026-12-07" },
		{ "2026-12-05", "P0D", true, DUE_WORKING, &MON_FRI, "2026-12-04" },
		{ "2026-12-04", "P1D", false, DUE_SHIFT, &MON_FRI, "2026-12-07" },
		{ "2026-12-01", "P1D", false, DUE_SHIFT, &MON_FRI, "2026-12-02" },
		{ "2026-12-04", "P3D", false, DUE_WORKING, &WEEKENDS, "2026-12-12" },   /* only weekends are worked */
		{ "2026-12-04", "P3D", true, DUE_WORKING, &WEEKENDS, "2026-11-22" },
		{ "2026-12-04", "P3D", false, DUE_WORKING, &NEVER, "2026-12-07" },      /* never: all days count */
	};
	const struct zone *utc = zone_find(S("UTC"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct due_offset o = off(rows[i].offset);
		struct due_date d = playbook_due(date(rows[i].from), &o, rows[i].before, rows[i].count, rows[i].days, utc);
		if (!str_eq(due_date_text(&a, d.day), str_c(rows[i].want)))
			print_error("row %zu: %s\n", i, arena_cstr(&a, due_date_text(&a, d.day)));
		assert_true(str_eq(due_date_text(&a, d.day), str_c(rows[i].want)));
		assert_int_equal(d.no_working_days, rows[i].days == &NEVER);
	}
	struct due_offset four = off("PT4H");
	const struct zone *berlin = zone_find(S("Europe/Berlin"));
	/* over the night when clocks go back, four real hours are three on the wall */
	struct due_date d = { .set = true, .day = date("2026-10-25").day, .minute = 0 };
	d = playbook_due(d, &four, false, DUE_ALL, NULL, berlin);
	assert_int_equal(d.minute, 180);
	assert_false(playbook_due((struct due_date){ 0 }, &four, false, DUE_ALL, NULL, berlin).set);
	assert_true(due_instant(date("2026-12-07"), berlin) > due_instant(date("2026-12-07"), zone_find(S("Asia/Tokyo"))));
}

static struct plan parse(const char *json)
{
	struct plan p;
	struct fault f = { 0 };
	enum err e = plan_parse(&a, &f, str_c(json), &p);
	if (e)
		print_error("%s\n", f.message);
	assert_int_equal(e, OK);
	return p;
}

static void what_is_no_plan(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "", "not JSON" }, { "[]", "must be an object" }, { "{}", "name: is missing" }, { "{\"name\":\"\"}", "name: is empty" },
		{ "{\"name\":\"x\",\"colour\":1}", "colour: is not known here" }, { "{\"name\":\"x\",\"sections\":3}", "must be a list" },
		{ "{\"name\":\"x\",\"sections\":[{\"key\":\"A\",\"title\":\"t\"}]}", "sections[0].key: may have small letters" },
		{ "{\"name\":\"x\",\"sections\":[{\"key\":\"a\",\"title\":\"t\",\"tasks\":[{\"key\":\"b\",\"title\":\"t\",\"kind\":\"magic\"}]}]}", "must be one of task, approval" },
		{ "{\"name\":\"x\",\"sections\":[{\"key\":\"a\",\"title\":\"t\",\"tasks\":[{\"key\":\"b\",\"title\":\"t\",\"due\":{\"from\":\"start\",\"offset\":\"3\"}}]}]}",
		  "sections[0].tasks[0].due.offset" },
		{ "{\"name\":\"x\",\"rules\":[{\"key\":\"r\",\"when\":[[]]}]}", "none is empty" },
		{ "{\"name\":\"x\",\"name\":\"y\"}", "not JSON" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan p;
		struct fault f = { 0 };
		assert_int_equal(plan_parse(&a, &f, str_c(rows[i][0]), &p), ERR_INPUT);
		if (!strstr(f.message, rows[i][1]))
			print_error("%s: %s\n", rows[i][0], f.message);
		assert_non_null(strstr(f.message, rows[i][1]));
	}
}

static void rules_in_one_pass(void **state)
{
	(void)state;
	struct plan p = parse("{\"name\":\"x\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":["
			      "{\"key\":\"a\",\"title\":\"A\",\"fields\":[{\"key\":\"f\",\"label\":\"F\"},{\"key\":\"n\",\"label\":\"N\",\"type\":\"number\"}]},"
			      "{\"key\":\"b\",\"title\":\"B\",\"fields\":[{\"key\":\"g\",\"label\":\"G\"}]},{\"key\":\"c\",\"title\":\"C\",\"hidden\":true},"
			      "{\"key\":\"d\",\"title\":\"D\"}]}],\"rules\":["
			      "{\"key\":\"r1\",\"when\":[[{\"of\":\"f\",\"is\":\"equals\",\"value\":\"yes\"}]],\"do\":\"hide\",\"targets\":[\"b\"]},"
			      "{\"key\":\"r2\",\"when\":[[{\"of\":\"g\",\"is\":\"filled\"}]],\"do\":\"show\",\"targets\":[\"c\"]},"
			      "{\"key\":\"r3\",\"when\":[[{\"of\":\"n\",\"is\":\"more\",\"value\":\"9\"},{\"on\":\"role\",\"is\":\"equals\",\"value\":\"se\"}],"
			      "[{\"on\":\"start\",\"is\":\"less\",\"value\":\"2026-01-01\"}]],\"do\":\"hide\",\"targets\":[\"d\"]},"
			      "{\"key\":\"r4\",\"when\":[[{\"on\":\"team\",\"is\":\"equals\",\"value\":\"emea\"}]],\"do\":\"show\",\"targets\":[\"d\"]}]}");
	struct plan_problem *problems;
	struct plan_outcome o;
	size_t n;
	plan_check(&a, &p, &problems, &n);
	assert_int_equal(n, 0);
	struct str emea = S("emea");
	struct plan_answer answers[] = { { S("f"), S("no") }, { S("g"), S("words") }, { S("n"), S("10") } };
	struct plan_facts f = { .start = date("2026-12-01"), .zone = zone_find(S("UTC")), .role = S("se"), .level = S(""), .answers = answers, .n_answers = 3 };
	plan_evaluate(&a, &p, &f, &o);
	assert_true(o.task_shown[1] && o.task_shown[2] && !o.task_shown[3]);    /* 10 is more than 9, as numbers are */
	f.teams = &emea;
	f.n_teams = 1;
	plan_evaluate(&a, &p, &f, &o);
	assert_true(o.task_shown[3]);                                           /* the later rule wins */
	answers[0].value = S("YES");
	plan_evaluate(&a, &p, &f, &o);
	assert_true(!o.task_shown[1] && !o.task_shown[2] && !o.values[2].p);    /* what is hidden counts as empty, further down too */
	assert_int_equal(o.n_required, 2);
	struct str words = plan_rule_words(&a, &p, &p.rules[2]);
	assert_true(str_eq(words, S("hide “D” when “N” is more than 9 and the role is se, or the start is before 2026-01-01")));
}

static void differences_by_key(void **state)
{
	(void)state;
	struct plan was = parse("{\"name\":\"x\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":[{\"key\":\"a\",\"title\":\"A\"},{\"key\":\"b\",\"title\":\"B\"},"
				"{\"key\":\"c\",\"title\":\"C\"},{\"key\":\"gone\",\"title\":\"Gone\"}]}]}");
	struct plan is = parse("{\"name\":\"x\",\"sections\":[{\"key\":\"s\",\"title\":\"S\",\"tasks\":[{\"key\":\"c\",\"title\":\"C\"},{\"key\":\"a\",\"title\":\"A!\"},"
			       "{\"key\":\"b\",\"title\":\"B\",\"due\":{\"from\":\"start\",\"offset\":\"P3D\"}},{\"key\":\"new\",\"title\":\"New\"}]}]}");
	struct plan_change *v;
	size_t n;
	plan_diff(&a, &was, &is, &v, &n);
	assert_int_equal(n, 5);
	assert_true(v[0].kind == PLAN_MOVED && str_eq(v[0].key, S("c")));
	assert_true(v[1].kind == PLAN_CHANGED && str_eq(v[1].was, S("title: A")) && str_eq(v[1].is, S("title: A!")));
	assert_true(v[2].kind == PLAN_CHANGED && str_eq(v[2].is, S("due: 3 days after the start")));
	assert_true(v[3].kind == PLAN_ADDED && v[4].kind == PLAN_REMOVED);
	plan_diff(&a, &is, &is, &v, &n);
	assert_int_equal(n, 0);
}

/* The shapes of the vendor's public collections, with ids of our own. */
static const char STREET[] =
	"{\"workflows\":{\"data\":[{\"id\":\"w1\",\"name\":\"Onboarding\",\"description\":\"From the tool\"}],\"links\":[]},"
	"\"tasks\":{\"data\":[{\"id\":\"t2\",\"workflowId\":\"w1\",\"orderTree\":\"2\",\"name\":\"Set up\",\"taskType\":\"Standard\",\"stopTask\":true,\"hiddenByDefault\":false},"
	"{\"id\":\"t1\",\"workflowId\":\"w1\",\"orderTree\":\"1\",\"name\":\"Say who\",\"taskType\":\"Standard\",\"dueOffset\":\"P1D\"},"
	"{\"id\":\"t3\",\"workflowId\":\"w1\",\"orderTree\":\"3\",\"name\":\"Fine?\",\"taskType\":\"Approval\"},"
	"{\"id\":\"t4\",\"workflowId\":\"w1\",\"orderTree\":\"4\",\"name\":\"Mac\",\"taskType\":\"Standard\",\"hiddenByDefault\":true},"
	"{\"id\":\"t5\",\"workflowId\":\"w1\",\"orderTree\":\"5\",\"name\":\"Robot\",\"taskType\":\"AI\"}]},"
	"\"formFields\":{\"fields\":[{\"id\":\"f1\",\"taskId\":\"t1\",\"fieldType\":\"Select\",\"key\":\"os\",\"label\":\"System\",\"options\":[{\"value\":\"Mac\",\"label\":\"Mac\"},\"Linux\"]},"
	"{\"id\":\"f2\",\"taskId\":\"t1\",\"fieldType\":\"Members\",\"label\":\"Buddy\",\"required\":true},{\"id\":\"f3\",\"taskId\":\"t1\",\"fieldType\":\"SendRichEmail\"},"
	"{\"id\":\"f4\",\"taskId\":\"t1\",\"fieldType\":\"Hologram\",\"label\":\"H\"}]},"
	"\"dueDateRules\":[{\"taskId\":\"t2\",\"sourceType\":\"TaskCompletedDate\",\"sourceTaskId\":\"t1\",\"offsetDirection\":\"After\",\"dueOffset\":\"P3D\","
	"\"businessDaysHandlingMode\":\"ShiftToNextBusinessDay\"},{\"taskId\":\"t4\",\"sourceType\":\"Moon\",\"dueOffset\":\"P1D\"}],"
	"\"logicRules\":{\"data\":[{\"id\":\"l1\",\"condition\":{\"or\":[{\"and\":[{\"widgetId\":\"f1\",\"operator\":\"Is\",\"value\":\"Mac\"}]}]},\"action\":\"Show\","
	"\"targets\":{\"taskIds\":[\"t4\"],\"widgetIds\":[]},\"description\":\"Macs\"},{\"id\":\"l2\",\"condition\":{\"or\":[{\"and\":[{\"widgetId\":\"zz\",\"operator\":\"Is\",\"value\":\"1\"}]}]},"
	"\"action\":\"Hide\",\"targets\":{\"taskIds\":[\"t4\"]}}]},"
	"\"assignmentRules\":[{\"taskId\":\"t2\",\"type\":\"Static\",\"email\":\"mara@desk.example\"},{\"taskId\":\"t2\",\"type\":\"Dynamic\",\"sourceType\":\"FormField\",\"sourceWidgetId\":\"f2\"},"
	"{\"taskId\":\"t1\",\"type\":\"Dynamic\",\"sourceType\":\"ChecklistInitiator\"}],"
	"\"approvals\":[{\"taskId\":\"t3\",\"subjectTaskIds\":[\"t1\",\"t2\"]}]}";

static void process_street_comes_in(void **state)
{
	(void)state;
	struct plan_import im;
	struct fault f = { 0 };
	struct plan_problem *problems;
	size_t n, at;
	assert_int_equal(plan_import(&a, &f, str_c(STREET), S("file"), &im), OK);
	assert_int_equal(im.n_plans, 1);
	struct plan p = parse(arena_cstr(&a, im.plans[0]));
	assert_true(str_eq(p.name, S("Onboarding")));
	assert_int_equal(p.n_tasks, 4);
	assert_true(str_eq(p.tasks[0].key, S("say-who")) && str_eq(p.tasks[0].due.offset, S("P1D")) && str_eq(p.tasks[0].who[0], S("starter")));
	assert_true(p.tasks[1].stop && p.tasks[1].due.from == PLAN_DUE_DONE && p.tasks[1].due.count == DUE_SHIFT && p.tasks[1].due.at == 0);
	assert_true(str_eq(p.tasks[1].who[0], S("mara@desk.example")) && str_eq(p.tasks[1].who[1], S("field:buddy")));
	assert_true(p.tasks[2].kind == PLAN_APPROVAL && p.tasks[2].n_approves == 2);
	assert_int_equal(p.n_fields, 2);
	assert_true(p.fields[0].type == PLAN_CHOICE && p.fields[0].n_choices == 2 && p.fields[1].type == PLAN_PERSON && p.fields[1].required);
	assert_int_equal(p.n_rules, 1);
	assert_int_equal(plan_find(&p, p.rules[0].targets[0], &at), PLAN_A_TASK);
	plan_check(&a, &p, &problems, &n);
	assert_int_equal(n, 0);
	/* four things could not be taken in, and each is named */
	assert_int_equal(im.n_wrong, 4);
	static const char *const places[] = { "tasks[4]", "widgets[3]", "dueDateRules[1]", "logicRules[1]" };
	for (size_t i = 0; i < 4; i++)
		assert_true(str_eq(im.wrong[i].where, str_c(places[i])));
}

static void tables_come_in(void **state)
{
	(void)state;
	static const char csv[] = "section,title,who,due,days,field,type,choices,required,approves,kind,stop\r\n"
				  "Week 1,Say who,newcomer,P1D,working,System,choice,Mac|Linux,yes,,,\r\n"
				  ",,,,,Notes,text,,,,,\r\n"
				  "Week 2,Fine?,manager,,,,,,,say-who,approval,yes\r\n"
				  ",Wrong,,soon,,,,,,,,\r\n"
				  ",,,,,,,,,,,\r\n"
				  ",Odd,,,,,,,,,magic,\r\n";
	struct plan_import im;
	struct fault f = { 0 };
	assert_int_equal(plan_import(&a, &f, str_c(csv), S("Weeks"), &im), OK);
	struct plan p = parse(arena_cstr(&a, im.plans[0]));
	assert_true(str_eq(p.name, S("Weeks")) && p.n_sections == 2 && p.n_tasks == 3 && p.n_fields == 2);
	assert_true(p.fields[0].n_choices == 2 && p.fields[0].required && p.tasks[0].due.count == DUE_WORKING);
	assert_true(p.tasks[1].kind == PLAN_APPROVAL && p.tasks[1].approves_at[0] == 0 && p.tasks[1].stop);
	assert_int_equal(im.n_wrong, 2);
	assert_true(str_eq(im.wrong[0].where, S("line 5")) && str_eq(im.wrong[1].where, S("line 7")));
	static const char *const bad[] = { "", " ", "name,who\nx,y\n", "{\"a\":1}", "[1]", "{", "{\"workflows\":[],\"tasks\":[]}" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fault g = { 0 };
		assert_int_equal(plan_import(&a, &g, str_c(bad[i]), S("x"), &im), ERR_INPUT);
		assert_true(g.message[0]);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(lengths_of_time), T(days_are_counted), T(what_is_no_plan), T(rules_in_one_pass), T(differences_by_key), T(process_street_comes_in), T(tables_come_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
