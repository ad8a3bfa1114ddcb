/* rules_test.c: the language, its ceilings, its words; rows with dates, places and versions; the text for git; circles seen before they close. */
#include "desk/desk_page.h"
#include "people/inside.h"
#include "rules/rules.h"

/* Without its folds: the kit's teammates come by a statement, not by events. */
static const struct feature kit_people_commands = { .name = "people", .commands = people_commands };
#define KIT_MORE_FEATURES &kit_people_commands, &sla_feature, &desk_feature, &list_feature, &summary_feature, &write_feature, &rules_feature
#include "ticket/test_kit.h"

#include "base/banned.h"

static struct str long_text(const char *piece, int times)
{
	struct buf b;
	buf_init(&b, &arena, 1 << 20);
	for (int i = 0; i < times; i++)
		buf_fmt(&b, piece, i);
	return buf_str(&b);
}

/* ---- reading ---- */

static void what_a_rule_may_say(void **state)
{
	(void)state;
	static const struct { const char *part, *text, *says; } BAD[] = {
		{ "when", "", "Say when it begins" }, { "when", "sometimes", "“sometimes” is none of these" }, { "when", "changed colour", "not “colour”" },
		{ "when", "48h", "A rule about time says" }, { "when", "soon in pending", "none of these" }, { "when", "9999d in pending", "at most 400 days" },
		{ "when", "2d business in pending", "counted in hours" }, { "when", "2h in closed", "not in “closed”" }, { "when", "2h in open, created", "make two rules" },
		{ "if", "status:openn", "status: takes" }, { "if", "\"out of memory", "not closed" }, { "if", "tier:gold", "tier: takes" }, { "if", "(a", "not closed" },
		{ "if", "a)", "was not opened" }, { "if", "or a", "missing before" }, { "if", "a or", "missing at the end" }, { "if", "((((a))))", "three deep" },
		{ "if", "colour:red", "knows no field “colour:”" }, { "if", "severity:high", "A number" }, { "if", "older:soon", "30m, 3h" }, { "if", "status:open,", "around a comma" },
		{ "if", "()", "missing" }, { "if", "...", "no word" },
		{ "then", "", "Say what the rule does" }, { "then", "explode x", "none of these" }, { "then", "status solved", "A person solves" }, { "then", "priority p7", "p0, p1" },
		{ "then", "note hello", "Say what" }, { "then", "notify \"x\"", "Say whom" }, { "then", "tag a b", "One word" }, { "then", "tag a tag b", "One word" },
		{ "then", "note \"x", "not closed" }, { "then", "tag", "One word" },
	};
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct rule_when w;
		struct rule_node *n;
		struct rule_act *acts;
		size_t k;
		struct str wrong = S("");
		struct str text = str_c(BAD[i].text);
		bool good = BAD[i].part[0] == 'w' ? rule_read_when(&arena, text, &w, &wrong) : BAD[i].part[0] == 'i' ? rule_read_if(&arena, text, &n, &wrong)
														: rule_read_then(&arena, text, &acts, &k, &wrong);
		if (good || str_find(wrong, str_c(BAD[i].says)) < 0)
			print_error("%s “%s”: %.*s\n", BAD[i].part, BAD[i].text, STR_ARG(wrong));
		assert_false(good);
		assert_true(str_find(wrong, str_c(BAD[i].says)) >= 0);
	}
}

static void ceilings(void **state)
{
	(void)state;
	struct rule_node *n;
	struct rule_act *acts;
	struct rule_when w;
	size_t k;
	struct str wrong;
	assert_false(rule_read_if(&arena, long_text("w%d ", 10000), &n, &wrong));
	assert_true(str_find(wrong, S("3900 characters at most")) >= 0);
	assert_false(rule_read_if(&arena, long_text("w%d ", 65), &n, &wrong));
	assert_true(str_find(wrong, S("64 conditions")) >= 0);
	assert_true(rule_read_if(&arena, long_text("w%d ", 64), &n, &wrong));
	assert_false(rule_read_if(&arena, arena_fmt(&arena, "tag:%.*sx", STR_ARG(long_text("t%d,", 30))), &n, &wrong));
	assert_true(str_find(wrong, S("Twenty values")) >= 0);
	assert_false(rule_read_then(&arena, long_text("tag t%d;", 11), &acts, &k, &wrong));
	assert_true(str_find(wrong, S("Ten steps")) >= 0);
	assert_false(rule_read_when(&arena, long_text("created,", 2000), &w, &wrong));
	assert_false(rule_read_if(&arena, long_text("(", 3000), &n, &wrong));
}

static const char *words_of(const char *when, const char *cond, const char *then)
{
	struct rule r = { .broken = S("") };
	struct str wrong;
	assert_true(rule_read_when(&arena, str_c(when), &r.when, &wrong));
	assert_true(rule_read_if(&arena, str_c(cond), &r.cond, &wrong));
	assert_true(rule_read_then(&arena, str_c(then), &r.acts, &r.n_acts, &wrong));
	return arena_cstr(&arena, rule_words(&arena, &r));
}

static void in_plain_words(void **state)
{
	(void)state;
	assert_string_equal(words_of("customer reply", "was:pending tier:enterprise", "priority p1; notify assignee \"They answered.\""),
			    "When a customer replies, if before that it was pending and the customer’s tier is enterprise, then set the priority to p1 and tell whoever holds it "
			    "“They answered.”.");
	assert_string_equal(words_of("48h business in pending", "", "tag slow"), "When a case has been pending for 48 business hours, then put the tag “slow” on it.");
	assert_string_equal(words_of("created, changed priority", "(a or -tag:b) -(status:open c)", "team none"),
			    "When a case is made or the priority changes, if (somewhere it says “a” or it does not have the tag “b”) and not (it is open and somewhere it says “c”), "
			    "then take it from its team.");
	assert_string_equal(words_of("7d since created", "-assignee:nobody", "status on_hold"),
			    "When 7 days have passed since a case was made, and it is not solved, and somebody holds it, then set it to on hold.");
	assert_string_equal(words_of("tagged vip", "", "note \"say \\\"hi\\\"\\nthen\""), "When the tag “vip” is put on, then leave the note “say \"hi\"\nthen”.");
}

/* Asked of a case in memory. */
static bool asked(const char *cond, struct rule_case *k)
{
	struct rule r = { .broken = S("") };
	struct str wrong = S("");
	if (!rule_read_if(&arena, str_c(cond), &r.cond, &wrong))
		print_error("%s: %.*s\n", cond, STR_ARG(wrong));
	assert_true(wrong.n == 0);
	return rule_asks(r.cond, k);
}

static void each_condition(void **state)
{
	(void)state;
	struct rule_tag tags[] = { { 1, S("area"), S("search"), true }, { 2, S("plain"), S("hot"), false } };
	struct rule_case k = {
		.t = { .id = 7, .status = S("open"), .kind = S("defect"), .priority = S("p1"), .severity = SOME(2), .origin = S("mail"), .subject = S("Out of memory"),
		       .assignee_id = SOME(3), .created_us = 0, .updated_us = UTIME_US_PER_DAY, .version = S("5.2.1"), .parent_id = SOME(2) },
		.tags = tags, .n_tags = 2, .has_org = true, .email = S("ines@acme.example"), .requester_kind = S("customer"), .was = S("pending"), .by = S("customer"),
		.org = { .tier = S("enterprise"), .plan = S("Elite"), .stage = S("post_sales"), .segment = S("smb"), .deployment = S("cloud"), .strategic = true },
		.now_us = 3 * UTIME_US_PER_DAY, .subject = S(" out of memory "), .text = S(" the heap is full "), .message = S(" thanks "), .open_hours = SOME(1),
	};
	static const char *const MET[] = {
		"", "status:open", "status:new,open", "was:pending", "-was:open", "kind:defect", "type:defect", "severity:2", "priority:p0,p1", "tier:enterprise", "plan:elite",
		"stage:post_sales", "segment:smb", "deployment:cloud", "version:5.2", "channel:mail", "tag:search", "tag:area:search", "-tag:hot", "-tag:plain:search",
		"from:INES@acme.example", "domain:acme.example", "requester:customer", "by:customer,rule", "is:unsolved", "-is:unassigned", "is:strategic", "is:followup",
		"subject:\"out of MEMORY\"", "subject:memory", "message:thanks", "heap", "\"heap is\"", "hours:open", "-hours:closed", "older:1d", "newer:3d", "age:2d", "-age:4d",
		"status:solved or heap", "(status:solved or priority:p1) and tier:enterprise", "-(status:solved or priority:p0)", "((heap) (full))",
		"status:open tier:enterprise (tag:x or (tag:search -tag:hot)) heap",
	};
	static const char *const NOT_MET[] = { "status:pending", "-status:open", "tag:hot", "severity:none", "priority:p0", "version:2", "domain:example", "\"is heap\"", "subject:mem",
					       "heap status:solved", "-(heap or nothing)", "hours:closed", "older:3d", "age:4d", "by:teammate", "is:late" };
	for (size_t i = 0; i < ARRAY_LEN(MET); i++) {
		if (!asked(MET[i], &k))
			print_error("not met: %s\n", MET[i]);
		assert_true(asked(MET[i], &k));
	}
	for (size_t i = 0; i < ARRAY_LEN(NOT_MET); i++) {
		if (asked(NOT_MET[i], &k))
			print_error("met: %s\n", NOT_MET[i]);
		assert_false(asked(NOT_MET[i], &k));
	}
}

/* ---- rows ---- */

#define PUT "rule.put"
#define json_text(...) arena_cstr(&arena, arena_fmt(&arena, __VA_ARGS__))

static void made_changed_moved_switched(void **state)
{
	(void)state;
	struct str a = run_ok(&op, PUT, "{\"title\":\"Escalate p0!\",\"when\":\"changed priority\",\"if\":\"priority:p0\",\"then\":\"tag hot\"}");
	assert_true(str_find(a, S("\"rule\":\"escalate-p0\"")) >= 0);
	int64_t row = test_answer_i64(a, "row");
	a = run_ok(&op, "rule.show", "{\"rule\":\"escalate-p0\"}");
	assert_true(str_find(a, S("\"state\":\"off\"")) >= 0 && str_find(a, S("\"version\":1")) >= 0);
	/* switching and moving change no version */
	op.now_us += UTIME_US_PER_SECOND;
	run_ok(&op, "rule.switch", "{\"rule\":\"escalate-p0\",\"state\":\"on\"}");
	run_ok(&op, "rule.move", "{\"rule\":\"escalate-p0\",\"to\":\"up\"}");
	a = run_ok(&op, "rule.show", "{\"rule\":\"escalate-p0\"}");
	assert_true(str_find(a, S("\"state\":\"on\"")) >= 0 && str_find(a, S("\"version\":1,")) >= 0 && str_find(a, S("\"version\":2")) < 0);
	/* two editors at once: the second one is refused */
	run_err(&op, PUT, json_text("{\"rule\":\"escalate-p0\",\"seen\":%lld,\"then\":\"tag x\"}", (long long)row), ERR_CONFLICT, "changed this rule meanwhile");
	run_err(&op, PUT, "{\"rule\":\"escalate-p0\",\"seen\":0,\"then\":\"tag x\"}", ERR_CONFLICT, "of that name already");
	a = run_ok(&op, PUT, "{\"rule\":\"escalate-p0\",\"then\":\"tag burning\"}");
	assert_int_equal(test_answer_i64(a, "version"), 2);
	run_ok(&op, "rule.remove", "{\"rule\":\"escalate-p0\"}");
	run_err(&op, "rule.show", "{\"rule\":\"escalate-p0\"}", ERR_NOT_FOUND, "no rule");
	run_ok(&op, "rule.restore", json_text("{\"row\":%lld}", (long long)row));
	a = run_ok(&op, "rule.show", "{\"rule\":\"escalate-p0\"}");
	assert_true(str_find(a, S("\"then\":\"tag hot\"")) >= 0 && str_find(a, S("\"version\":3")) >= 0);
	/* typed over several lines */
	run_ok(&op, PUT, "{\"title\":\"Lines\",\"when\":\"created\",\"if\":\"status:open\\n tag:x\",\"then\":\"tag a;\\nnote \\\"one\\ntwo\\\"\"}");
	a = run_ok(&op, "rule.show", "{\"rule\":\"lines\"}");
	assert_true(str_find(a, S("\"if\":\"status:open  tag:x\"")) >= 0 && str_find(a, S("tag a; note \\\"one\\\\ntwo\\\"")) >= 0);
	/* only admins */
	run_err(&mara, PUT, "{\"title\":\"x\",\"when\":\"created\",\"then\":\"tag x\"}", ERR_FORBIDDEN, "admin");
	run_ok(&mara, "rule.list", "{}");
}

static void refused_at_the_door(void **state)
{
	(void)state;
	static const struct { const char *json, *says; } BAD[] = {
		{ "{\"title\":\"x\",\"when\":\"created\",\"if\":\"\\\"open\",\"then\":\"tag x\"}", "not closed" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"if\":\"assignee:nina@x.example\",\"then\":\"tag x\"}", "no teammate “nina@x.example”" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"if\":\"assignee:gone@desk.example\",\"then\":\"tag x\"}", "not active" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"if\":\"team:nowhere\",\"then\":\"tag x\"}", "no team “nowhere”" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"if\":\"org:nobody-inc\",\"then\":\"tag x\"}", "no customer" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"then\":\"tag UPPER!\"}", "a tag is a word" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"then\":\"macro nothing\"}", "no macro “nothing”" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"then\":\"note \\\"{{ticket.colour}}\\\"\"}", "no variable “ticket.colour”" },
		{ "{\"title\":\"x\",\"when\":\"created\",\"then\":\"tag x\",\"from\":\"2026-02-01\",\"to\":\"2026-01-01\"}", "end after it begins" },
		{ "{\"title\":\"\",\"when\":\"created\",\"then\":\"tag x\",\"rule\":\"x\"}", "in a few words" },
		{ "{\"title\":\"x\",\"rule\":\"No Good\",\"when\":\"created\",\"then\":\"tag x\"}", "short name" },
	};
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		run_err(&op, PUT, BAD[i].json, ERR_INPUT, BAD[i].says);
	struct buf b;
	buf_init(&b, &arena, 200000);
	buf_add(&b, S("{\"title\":\"x\",\"when\":\"created\",\"then\":\"tag x\",\"if\":\""));
	buf_add(&b, long_text("w%d ", 10000));
	buf_add(&b, S("\"}"));
	run_err(&op, PUT, arena_cstr(&arena, buf_str(&b)), ERR_INPUT, "3900 characters at most");
	/* a macro for a customer: not with the subject, not with places to fill in, not a note */
	run_ok(&mara, "macro.create", "{\"name\":\"Echo\",\"body\":\"About {{ticket.subject}}: yes.\"}");
	run_ok(&mara, "macro.create", "{\"name\":\"Place\",\"body\":\"We found [what you found].\"}");
	run_ok(&mara, "macro.create", "{\"name\":\"Inside\",\"body\":\"For us.\",\"mode\":\"note\"}");
	run_err(&op, PUT, "{\"title\":\"x\",\"when\":\"created\",\"then\":\"mail echo\"}", ERR_INPUT, "a stranger's words");
	run_err(&op, PUT, "{\"title\":\"x\",\"when\":\"created\",\"then\":\"mail place\"}", ERR_INPUT, "a person fills in");
	run_err(&op, PUT, "{\"title\":\"x\",\"when\":\"created\",\"then\":\"mail inside\"}", ERR_INPUT, "internal note");
	run_err(&op, PUT, "{\"title\":\"x\",\"when\":\"created\",\"then\":\"macro echo\"}", ERR_INPUT, "Use mail");
}

static void no_more_than_people_understand(void **state)
{
	(void)state;
	run_ok(&op, "setting.set", "{\"key\":\"rules.most\",\"value\":\"6\"}");
	run_ok(&op, PUT, "{\"title\":\"one\",\"when\":\"created\",\"then\":\"tag x\"}");
	run_ok(&op, PUT, "{\"title\":\"two\",\"when\":\"created\",\"then\":\"tag x\"}");
	run_err(&op, PUT, "{\"title\":\"three\",\"when\":\"created\",\"then\":\"tag x\"}", ERR_LIMIT, "Remove one first");
	struct buf b;
	buf_init(&b, &arena, 8 << 20);
	buf_add(&b, S("{\"text\":\""));
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, "[rule r%d]\\ntitle = R\\nwhen = created\\nthen = tag x\\n", i);
	buf_add(&b, S("\"}"));
	run_err(&op, "rule.apply", arena_cstr(&arena, buf_str(&b)), ERR_LIMIT, "10000 rules");
}

/* ---- text ---- */

static const char *text_of(struct str answer, const char *key)
{
	json_t *v = json_loadb(answer.p, answer.n, 0, NULL);
	const char *s = arena_cstr(&arena, str_c(json_string_value(json_object_get(v, key))));
	json_decref(v);
	return s;
}

static const char *as_json(const char *text)
{
	struct json_out j;
	json_init(&j, &arena, 1 << 20);
	json_obj(&j);
	json_kstr(&j, "text", str_c(text));
	json_obj_end(&j);
	return arena_cstr(&arena, json_done(&j));
}

static void text_there_and_back(void **state)
{
	(void)state;
	run_ok(&op, PUT, "{\"title\":\"Escalate\",\"when\":\"changed priority\",\"if\":\"priority:p0 (tag:a or \\\"two words\\\")\",\"then\":\"tag hot; note \\\"Say \\\\\\\"hi\\\\\\\"\\\\nnow\\\"\",\"state\":\"on\"}");
	const char *text = text_of(run_ok(&op, "rule.text", "{}"), "text");
	assert_non_null(strstr(text, "[rule escalate]\ntitle = Escalate\n"));
	assert_non_null(strstr(text, "[rule customer-closed]"));
	/* the same text changes nothing */
	struct str a = run_ok(&op, "rule.diff", as_json(text));
	assert_string_equal(text_of(a, "diff"), "");
	a = run_ok(&op, "rule.apply", as_json(text));
	assert_true(str_find(a, S("Nothing differs")) >= 0);
	/* one changed, one new, the others gone */
	const char *other = "[rule escalate]\ntitle = Escalate\nwhen = changed priority\nthen = tag burning\nstate = on\n\n[rule fresh]\ntitle = Fresh\nwhen = created\nif = kind:task\nthen = team none\n";
	a = run_ok(&op, "rule.diff", as_json(other));
	assert_true(str_find(a, S("1 added, 1 changed, 4 removed")) >= 0);
	assert_true(str_find(a, S("+ then = tag burning")) >= 0);
	run_ok(&op, "rule.apply", as_json(other));
	const char *now = text_of(run_ok(&op, "rule.text", "{}"), "text");
	assert_null(strstr(now, "customer-closed"));
	assert_non_null(strstr(now, "tag burning"));
	run_ok(&op, "rule.apply", as_json(text));
	/* back, but for the place of what was removed and came again */
	assert_non_null(strstr(text_of(run_ok(&op, "rule.text", "{}"), "text"), "[rule gap-24h]"));
	run_err(&op, "rule.apply", as_json("[rule x]\ntitle = X\nwhen = never\nthen = tag x\n"), ERR_INPUT, "[rule x], when");
	run_err(&op, "rule.apply", as_json("[calendar x]\n"), ERR_INPUT, "Here are only rules");
	run_err(&op, "rule.apply", as_json("[rule x]\ncolour = red\n"), ERR_INPUT, "there are title");
	run_err(&op, "rule.apply", as_json("[rule x]\nfrom = soon\n"), ERR_INPUT, "2026-11-24");
}

/* ---- circles ---- */

static void circles_are_seen(void **state)
{
	(void)state;
	struct str a = run_ok(&op, PUT, "{\"title\":\"Self\",\"when\":\"status\",\"then\":\"status pending\",\"state\":\"on\"}");
	assert_true(str_find(a, S("begins itself")) >= 0);
	run_ok(&op, "rule.remove", "{\"rule\":\"self\"}");
	run_ok(&op, PUT, "{\"title\":\"Ping\",\"when\":\"tagged ping\",\"then\":\"tag pong\",\"state\":\"on\"}");
	a = run_ok(&op, PUT, "{\"title\":\"Pong\",\"when\":\"tagged pong\",\"then\":\"untag ping; tag ping\",\"state\":\"on\"}");
	assert_true(str_find(a, S("“Pong” → “Ping” → “Pong” is a circle")) >= 0);
	/* conditions that cannot hold after the other's step close no circle */
	a = run_ok(&op, PUT, "{\"title\":\"Down\",\"when\":\"status\",\"if\":\"status:open\",\"then\":\"status pending\",\"state\":\"on\"}");
	assert_true(str_find(a, S("warning")) < 0);
	a = run_ok(&op, PUT, "{\"title\":\"Up\",\"when\":\"status\",\"if\":\"status:pending\",\"then\":\"status open\",\"state\":\"on\"}");
	assert_true(str_find(a, S("is a circle")) >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(what_a_rule_may_say),
		KIT_TEST(ceilings),
		KIT_TEST(in_plain_words),
		KIT_TEST(each_condition),
		KIT_TEST(made_changed_moved_switched),
		KIT_TEST(refused_at_the_door),
		KIT_TEST(no_more_than_people_understand),
		KIT_TEST(text_there_and_back),
		KIT_TEST(circles_are_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
