/* programme_test.c: programmes and plans: presets by date and level, merging, dates, ramp, evidence and its SQL, disputes that mend, moving plans. */
#include "growth/programme_kit.h"
#include "growth/programme_tables.h"

#include "core/core.h"
#include "growth/cert.h"

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &playbook_feature, &growth_feature, &growth_practice_feature, &kit_post, NULL };
static int64_t boss, lead_id;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	desk = test_desk(features);
	test_ctx(desk, &arena, &op);
	boss = person("Boris", "head_of_support", "Europe/Berlin");
	lead_id = person("Lena", "support_lead", "UTC");
	ok(&op, "resolve.rule", "{\"code\":\"T\",\"name\":\"Trained\",\"applies\":\"In these tests\",\"no_fields\":true}");
	return 0;
}

static void say(void *arg, struct str complaint)
{
	(void)arg;
	print_error("verify: %.*s\n", STR_ARG(complaint));
}

static void verify_all(void)
{
	int64_t complaints = 0;
	test_verify(&op);
	fault_clear(&op.fault);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(growth_verify(&op, say, NULL, &complaints), OK);
	ctx_db_done(&op);
	assert_int_equal(complaints, 0);
}

static int teardown(void **state)
{
	(void)state;
	verify_all();
	ctx_db_done(&op);
	test_desk_done(desk);
	arena_done(&arena);
	return 0;
}

/* ---- small things ---- */

static void rows_lie_as_the_statements_want(void **state)
{
	(void)state;
	for (const struct growth_table *t = growth_tables; t->name; t++) {
		for (size_t i = 0; i < t->rows->n_out; i++) {
			const struct db_col *col = &t->rows->out[i];
			const struct db_col *others[] = { t->row ? &t->row->out[i] : NULL, t->put ? &t->put->in[i] : NULL, t->add && i ? &t->add->in[i - 1] : NULL };
			for (size_t k = 0; k < 3; k++)
				if (others[k] && (strcmp(others[k]->name, col->name) != 0 || others[k]->type != col->type ||
						  others[k]->offset + (k == 2 ? sizeof(int64_t) : 0) != col->offset))
					fail_msg("%s.%s", t->name, col->name);
		}
		assert_true(!t->add || t->add->n_in + 1 == t->rows->n_out);
		assert_true(!t->put || t->put->n_in == t->rows->n_out);
	}
}

static void days_and_dates(void **state)
{
	(void)state;
	static const int64_t MON_FRI = 0x1f, SAT_SUN = 0x60;
	const struct playbook_days week = growth_week_days(&MON_FRI), weekend = growth_week_days(&SAT_SUN);
	int64_t day;
	struct str d;
	static const struct { const char *start, *unit; int64_t n; const char *after, *due; } CASES[] = {
		{ "2026-11-23", "week", 1, "2026-11-30", "2026-11-27" },   /* Monday: by Friday */
		{ "2026-11-25", "week", 1, "2026-12-02", "2026-12-01" },   /* Wednesday: by the Tuesday after */
		{ "2026-11-25", "day", 30, "2026-12-25", "2026-12-24" },
		{ "2027-01-31", "month", 1, "2027-02-28", "2027-02-26" },  /* the month is too short; the 27th is a Saturday */
		{ "2024-01-31", "month", 1, "2024-02-29", "2024-02-28" },
		{ "2026-11-30", "month", 3, "2027-02-28", "2027-02-26" },
		{ "2026-11-28", "day", 1, "2026-11-29", "2026-11-28" },    /* starts on a Saturday: never before the start */
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		assert_true(due_parse_date(str_c(CASES[i].start), &day));
		d = due_date_text(&arena, growth_after(day, str_c(CASES[i].unit), CASES[i].n));
		assert_string_equal(arena_cstr(&arena, d), CASES[i].after);
		d = due_date_text(&arena, growth_due(day, str_c(CASES[i].unit), CASES[i].n, &week));
		assert_string_equal(arena_cstr(&arena, d), CASES[i].due);
	}
	assert_true(due_parse_date(S("2026-11-28"), &day));
	assert_int_equal(growth_due(day, S("week"), 1, &weekend), day + 1);   /* works on weekends only */
	assert_int_equal(growth_due(day, S("week"), 1, NULL), day + 6);
}

static void presets_by_date_and_level(void **state)
{
	(void)state;
	int64_t se = kit_programme("support-engineer");
	struct str then = ok(&op, "programme.preview", "{\"role\":\"support_engineer\",\"start_date\":\"2021-05-03\"}");
	struct str later = ok(&op, "programme.preview", "{\"role\":\"support_engineer\",\"start_date\":\"2021-11-08\"}");
	assert_string_equal(member(then, NULL, "M2.1", "need"), "25");
	assert_string_equal(member(then, NULL, "M3.1", "need"), "50");
	assert_string_equal(member(then, NULL, "M1.1", "proof"), "acknowledged");
	assert_string_equal(member(later, NULL, "M2.1", "need"), "15");
	assert_string_equal(member(later, NULL, "M3.1", "need"), "30");
	assert_string_equal(member(later, NULL, "M1.1", "need"), "absent");
	assert_string_equal(member(later, NULL, "W1.5", "due"), "2021-11-12");
	struct str low = ok(&op, "programme.preview", "{\"role\":\"customer_engineer\",\"start_date\":\"2026-11-23\",\"level\":2}");
	struct str high = ok(&op, "programme.preview", "{\"role\":\"customer_engineer\",\"start_date\":\"2026-11-23\",\"level\":3}");
	struct str red = ok(&op, "programme.preview", "{\"role\":\"customer_engineer\",\"start_date\":\"2022-01-03\",\"level\":1}");
	assert_string_equal(member(low, NULL, "D60.5", "need"), "absent");
	assert_string_equal(member(low, NULL, "D90.3", "evidence"), "projects");
	assert_string_equal(member(high, NULL, "D60.5", "evidence"), "demos_led");
	assert_string_equal(member(high, NULL, "D90.8", "evidence"), "improvements");
	assert_non_null(strstr(member(red, NULL, "D90.2", "title"), "red accounts"));
	assert_null(strstr(member(low, NULL, "D90.2", "title"), "red accounts"));
	struct str shown = ok(&op, "programme.show", "{\"programme\":%lld}", (long long)se);
	assert_true(str_find(shown, S("\"number\":2")) > 0);
	/* installed once: a second start changes nothing */
	struct str again = ok(&op, "programme.list", "{}");
	assert_int_equal(ctx_write(&op, true, (enum err (*)(struct ctx *, void *))(void *)programme_presets, NULL), OK);
	assert_true(str_eq(again, ok(&op, "programme.list", "{}")));
}

/* ---- a plan ---- */

static void merged_dated_and_ramped(void **state)
{
	(void)state;
	int64_t nia = person("Nia", "support_engineer", "Pacific/Auckland");
	struct str made = ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-30\",\"manager\":%lld}", (long long)nia, (long long)boss);
	int64_t plan = num(made, "plan");
	struct str shown = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	/* the company and the team ask for the same thing: it is there once, as the company's */
	assert_string_equal(member(shown, NULL, "C1", "due"), "2026-12-04");
	assert_string_equal(member(shown, NULL, "W1.1", "due"), "absent");
	assert_string_equal(member(shown, NULL, "C1", "soft"), "true");
	assert_string_equal(member(shown, NULL, "M3.1", "soft"), "false");
	assert_string_equal(member(shown, NULL, "M3.1", "due"), "2027-02-26");
	/* the end of Friday in Auckland is Friday noon or so in UTC */
	assert_string_equal(member(shown, NULL, "C1", "due_at"), "2026-12-04T11:00:00.000000Z");
	assert_true(str_find(shown, S("\"ramp_end\":\"2027-02-28\"")) > 0);
	utime begins, over;
	assert_true(civil_parse_rfc3339(S("2026-11-29T11:00:00Z"), &begins) && civil_parse_rfc3339(S("2027-02-27T11:00:00Z"), &over));
	ctx_db(&op);
	assert_false(growth_in_ramp(&op, nia, begins - 1));
	assert_true(growth_in_ramp(&op, nia, begins));
	assert_true(growth_in_ramp(&op, nia, over - 1));
	assert_false(growth_in_ramp(&op, nia, over));
	assert_false(growth_in_ramp(&op, boss, begins));
	struct growth_card card;
	bool found;
	assert_int_equal(growth_card_of(&op, nia, &card, &found), OK);
	assert_true(found && card.manager == boss && card.day == -5);   /* 24 Nov 08:00Z is the evening of the 24th there */
	ctx_db_done(&op);
	/* the manager says otherwise, with a reason; and takes it back */
	no(&op, "plan.ramp", ERR_INPUT, "why", "{\"plan\":%lld,\"end\":\"2027-01-15\"}", (long long)plan);
	ok(&op, "plan.ramp", "{\"plan\":%lld,\"end\":\"2027-01-15\",\"why\":\"worked here before\"}", (long long)plan);
	ctx_db(&op);
	assert_false(growth_in_ramp(&op, nia, over - 1));
	ctx_db_done(&op);
	ok(&op, "plan.ramp", "{\"plan\":%lld}", (long long)plan);
	/* an ended plan's ramp is over with it */
	ok(&op, "plan.end", "{\"plan\":%lld}", (long long)plan);
	ctx_db(&op);
	assert_false(growth_in_ramp(&op, nia, over - 1));
	ctx_db_done(&op);
	no(&op, "plan.start", ERR_CONFLICT, "ended", "{\"plan\":%lld,\"start_date\":\"2026-12-07\"}", (long long)plan);
}

static void start_moved_back_and_forth(void **state)
{
	(void)state;
	int64_t ola = person("Ola", "support_engineer", "America/Sao_Paulo");
	int64_t plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)ola, (long long)boss), "plan");
	struct ctx me = as(ola, "agent");
	struct str shown = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	ok(&me, "plan.say", "{\"outcome\":%lld,\"rating\":4,\"note\":\"slowly\"}", (long long)outcome_id(shown, NULL, "W2.2"));
	ok(&me, "contribution.add", "{\"kind\":\"handbook_edit\",\"title\":\"a comma\",\"url\":\"https://h.example/1\",\"on_date\":\"2026-11-24\"}");
	struct str before = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(before, NULL, "W1.5", "state"), "true");
	ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2027-01-31\"}", (long long)plan);
	struct str moved = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(moved, NULL, "C4", "due"), "2027-02-26");
	assert_string_equal(member(moved, NULL, "W2.2", "state"), "true");     /* what she said stays */
	assert_string_equal(member(moved, NULL, "W1.5", "state"), "open");     /* what lies before the start does not count */
	ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2026-11-16\"}", (long long)plan);
	ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2026-11-23\"}", (long long)plan);
	struct str after = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_true(str_eq(before, after));
	/* a zone moves instants and no date, working days move dates */
	ok(&op, "teammate.update", "{\"teammate\":%lld,\"zone\":\"Asia/Tokyo\"}", (long long)ola);
	struct str tokyo = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(tokyo, NULL, "C1", "due"), member(before, NULL, "C1", "due"));
	assert_string_equal(member(tokyo, NULL, "C1", "due_at"), "2026-11-27T15:00:00.000000Z");
	no(&op, "plan.start", ERR_INPUT, "date", "{\"plan\":%lld,\"start_date\":\"2027-02-30\"}", (long long)plan);
}

static void two_programmes_one_plan(void **state)
{
	(void)state;
	int64_t kim = person("Kim", "support_engineer", "UTC"), se = kit_programme("support-engineer"), sm = kit_programme("support-manager");
	int64_t plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)kim, (long long)boss), "plan");
	no(&op, "plan.create", ERR_CONFLICT, "has a plan already", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\"}", (long long)kim);
	ok(&op, "plan.add", "{\"plan\":%lld,\"programme\":%lld}", (long long)plan, (long long)sm);
	struct str shown = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(shown, "Support manager", "W2.3", "state"), "absent");   /* the engineer's asks the same */
	assert_string_equal(member(shown, "Support engineer", "W2.3", "state"), "open");
	assert_string_equal(member(shown, "Support manager", "M3.2", "state"), "open");
	/* without the engineer's programme the manager's line comes up, and goes again */
	ok(&op, "plan.remove", "{\"plan\":%lld,\"programme\":%lld}", (long long)plan, (long long)se);
	struct str without = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(without, "Support manager", "W2.3", "state"), "open");
	assert_string_equal(member(without, "Support engineer", "W2.3", "state"), "withdrawn");
	ok(&op, "plan.add", "{\"plan\":%lld,\"programme\":%lld}", (long long)plan, (long long)se);
	struct str again = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plan);
	assert_string_equal(member(again, "Support engineer", "W2.3", "state"), "open");
	assert_string_equal(member(again, "Support manager", "W2.3", "state"), "withdrawn");
	no(&op, "plan.remove", ERR_INPUT, "not part", "{\"plan\":%lld,\"programme\":%lld}", (long long)plan, (long long)kit_programme("customer-engineer"));
	no(&op, "plan.create", ERR_INPUT, "ten years back", "{\"teammate\":%lld,\"start_date\":\"1999-01-01\"}", (long long)lead_id);
	ok(&op, "programme.retire", "{\"programme\":%lld}", (long long)kit_programme("company"));
	no(&op, "plan.create", ERR_CONFLICT, "No programme", "{\"teammate\":%lld,\"start_date\":\"2026-12-01\",\"role\":\"it\"}", (long long)lead_id);
}

static void said_acknowledged_and_signed(void **state)
{
	(void)state;
	int64_t uma = person("Uma", "support_engineer", "UTC"), pal = person("Pal", "support_engineer", "UTC");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)uma, (long long)boss);
	struct ctx me = as(uma, "agent"), other = as(pal, "agent"), mgr = as(boss, "agent"), lead = as(lead_id, "lead");
	struct str shown = ok(&me, "plan.show", "{}");
	long long self = outcome_id(shown, NULL, "W1.2"), ack = outcome_id(shown, NULL, "W1.3"), two = outcome_id(shown, NULL, "C4"), counted = outcome_id(shown, NULL, "M2.1");
	no(&other, "plan.show", ERR_FORBIDDEN, "seen by", "{\"teammate\":%lld}", (long long)uma);
	ok(&mgr, "plan.show", "{\"teammate\":%lld}", (long long)uma);
	no(&other, "plan.say", ERR_FORBIDDEN, "Only the person", "{\"outcome\":%lld}", self);
	no(&lead, "plan.say", ERR_FORBIDDEN, "Only the person", "{\"outcome\":%lld}", self);
	ok(&me, "plan.say", "{\"outcome\":%lld}", self);
	no(&me, "plan.acknowledge", ERR_FORBIDDEN, "Somebody else", "{\"outcome\":%lld}", ack);
	no(&other, "plan.acknowledge", ERR_FORBIDDEN, "manager or a lead", "{\"outcome\":%lld}", ack);
	no(&mgr, "plan.acknowledge", ERR_CONFLICT, "Nobody else is asked", "{\"outcome\":%lld}", self);
	ok(&mgr, "plan.acknowledge", "{\"outcome\":%lld,\"note\":\"well done\"}", ack);
	ok(&me, "plan.say", "{\"outcome\":%lld}", two);
	shown = ok(&me, "plan.show", "{}");
	assert_string_equal(member(shown, NULL, "W1.2", "state"), "true");
	assert_string_equal(member(shown, NULL, "W1.3", "state"), "true");
	assert_string_equal(member(shown, NULL, "W1.3", "acknowledged_by"), "Boris");
	assert_string_equal(member(shown, NULL, "C4", "state"), "open");   /* one signature is not two */
	ok(&lead, "plan.acknowledge", "{\"outcome\":%lld}", two);
	no(&me, "plan.say", ERR_CONFLICT, "by itself", "{\"outcome\":%lld}", counted);
	ok(&me, "plan.say", "{\"outcome\":%lld,\"rating\":2}", counted);
	ok(&me, "plan.say", "{\"outcome\":%lld,\"undo\":true}", self);
	shown = ok(&me, "plan.show", "{}");
	assert_string_equal(member(shown, NULL, "C4", "state"), "true");
	assert_string_equal(member(shown, NULL, "M2.1", "state"), "open");
	assert_string_equal(member(shown, NULL, "W1.2", "state"), "open");
	no(&other, "plan.create", ERR_FORBIDDEN, "", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\"}", (long long)pal);
}

/* ---- evidence ---- */

static struct ctx ada;
static int64_t ada_id;

static int64_t solved_by(struct ctx *who, int64_t id, const char *tag)
{
	int64_t t = num(ok(&op, "ticket.create", "{\"subject\":\"Slow search\",\"body\":\"It is slow\",\"name\":\"Ines\",\"email\":\"ines@n.example\"%s%s%s}", *tag ? ",\"tags\":[\"" : "",
			   tag, *tag ? "\"]" : ""), "ticket");
	ok(who, "ticket.take", "{\"ticket\":%lld}", (long long)t);
	ok(who, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Try this\",\"status\":\"solved\",\"rule\":\"T\"}", (long long)t);
	test_clock_add(UTIME_US_PER_MINUTE);
	(void)id;
	return t;
}

/* The independent count: one SQL over the log and the tables. */
struct sql_in {
	int64_t who;
};
static const struct db_col sql_cols[] = { { DB_I64, false, offsetof(struct sql_in, who), "who" } };
static const struct db_col sql_out[] = { { DB_I64, false, 0, "n" } };
static const struct db_stmt sql_closed = {
	.name = "sql_closed", .file = __FILE__, .kind = DB_ONE, .in = sql_cols, .n_in = 1, .out = sql_out, .n_out = 1, .row_size = sizeof(int64_t),
	.sqlite = "SELECT count(*) FROM ticket t WHERE t.status IN ('solved', 'closed') AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = "
		  "'no_action' AND g.removed_us IS NULL) AND ?1 = (SELECT coalesce(json_extract(e.data, '$.set.assignee_id'), json_extract(e.data, '$.was.assignee_id')) FROM "
		  "event e WHERE e.entity = 'ticket' AND e.entity_id = t.id AND json_extract(e.data, '$.set.status') = 'solved' ORDER BY e.seq DESC LIMIT 1)",
	.postgres = "SELECT count(*) FROM ticket t WHERE t.status IN ('solved', 'closed') AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = "
		    "'no_action' AND g.removed_us IS NULL) AND $1 = (SELECT coalesce((e.data::jsonb->'set'->>'assignee_id')::bigint, (e.data::jsonb->'was'->>'assignee_id')::bigint) "
		    "FROM event e WHERE e.entity = 'ticket' AND e.entity_id = t.id AND e.data::jsonb->'set'->>'status' = 'solved' ORDER BY e.seq DESC LIMIT 1)",
};

static int64_t by_sql(int64_t who)
{
	int64_t n = -1;
	bool found;
	ctx_db(&op);
	assert_int_equal(db_one(op.db, &arena, &sql_closed, &(struct sql_in){ who }, &n, &found), OK);
	ctx_db_done(&op);
	return n;
}

static const char *closed_value(const char *key)
{
	return member(ok(&op, "plan.show", "{\"teammate\":%lld}", (long long)ada_id), NULL, key, "value");
}

static const char *closed_state(const char *key)
{
	return member(ok(&op, "plan.show", "{\"teammate\":%lld}", (long long)ada_id), NULL, key, "state");
}

static void evidence_comes_and_goes(void **state)
{
	(void)state;
	ada_id = person("Ada", "support_engineer", "UTC");
	int64_t bo = person("Bo", "support_engineer", "UTC"), t[16];
	ok(&op, "setting.set", "{\"key\":\"ticket.undo_seconds\",\"value\":\"0\"}");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)ada_id, (long long)boss);
	ada = as(ada_id, "agent");
	struct ctx b = as(bo, "agent");
	assert_string_equal(closed_state("W4.1"), "open");
	for (int i = 0; i < 14; i++)
		t[i] = solved_by(&ada, ada_id, "");
	assert_string_equal(closed_state("W4.1"), "true");
	assert_string_equal(closed_value("M2.1"), "14");
	assert_string_equal(closed_state("M2.1"), "open");
	/* solved, and then found to have asked for nothing */
	ok(&op, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"no_action\"]}", (long long)solved_by(&ada, ada_id, ""));
	assert_string_equal(closed_value("M2.1"), "14");
	solved_by(&b, bo, "");
	t[14] = solved_by(&ada, ada_id, "");
	assert_string_equal(closed_value("M2.1"), "15");
	assert_string_equal(closed_state("M2.1"), "true");
	assert_int_equal(by_sql(ada_id), 15);
	/* behind the number stand exactly those tickets */
	struct str shown = ok(&op, "plan.show", "{\"teammate\":%lld}", (long long)ada_id);
	struct str behind = ok(&ada, "plan.behind", "{\"outcome\":%lld}", (long long)outcome_id(shown, NULL, "M2.1"));
	for (int i = 0; i < 15; i++)
		assert_true(str_find(behind, arena_fmt(&arena, "\"ticket\":%lld,", (long long)t[i])) > 0);
	/* reopened: not true any more; whoever holds it when it is solved again has it */
	ok(&ada, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t[0]);
	assert_string_equal(closed_state("M2.1"), "open");
	assert_int_equal(by_sql(ada_id), 14);
	ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld}", (long long)t[0], (long long)bo);
	ok(&b, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"T\"}", (long long)t[0]);
	assert_string_equal(closed_value("M2.1"), "14");
	ok(&ada, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t[0]);
	ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld}", (long long)t[0], (long long)ada_id);
	ok(&ada, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"T\"}", (long long)t[0]);
	assert_string_equal(closed_state("M2.1"), "true");
	/* merged, and given back; deleted, and restored; tagged as nothing to be done, and not */
	int64_t into = num(ok(&op, "ticket.create", "{\"subject\":\"The same\",\"body\":\"x\",\"name\":\"Ines\",\"email\":\"ines@n.example\"}"), "ticket");
	ok(&op, "ticket.merge", "{\"ticket\":%lld,\"into\":%lld,\"anyway\":true}", (long long)t[1], (long long)into);
	assert_string_equal(closed_value("M2.1"), "14");
	ok(&op, "ticket.unmerge", "{\"ticket\":%lld}", (long long)t[1]);
	assert_string_equal(closed_value("M2.1"), "15");
	ok(&op, "ticket.delete", "{\"ticket\":%lld,\"reason\":\"oops\"}", (long long)t[2]);
	assert_string_equal(closed_value("M2.1"), "14");
	ok(&op, "ticket.restore", "{\"ticket\":%lld}", (long long)t[2]);
	ok(&op, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"no_action\"]}", (long long)t[3]);
	assert_string_equal(closed_value("M2.1"), "14");
	ok(&op, "ticket.untag", "{\"ticket\":%lld,\"tags\":[\"no_action\"]}", (long long)t[3]);
	assert_string_equal(closed_value("M2.1"), "15");
	assert_int_equal(by_sql(ada_id), 15);
	/* she is assigned one that another had solved: it stays the other's */
	int64_t his = solved_by(&b, bo, "");
	ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld}", (long long)his, (long long)ada_id);
	assert_string_equal(closed_value("M2.1"), "15");
}

static void help_is_needed_less(void **state)
{
	(void)state;
	ada_id = person("Trend", "support_engineer", "UTC");
	int64_t bo = person("Helper", "support_engineer", "UTC");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)ada_id, (long long)boss);
	ada = as(ada_id, "agent");
	struct ctx b = as(bo, "agent");
	for (int i = 0; i < 20; i++) {
		int64_t t = solved_by(&ada, ada_id, "");
		if (i < 6 || i == 12)
			ok(&b, "ticket.note", "{\"ticket\":%lld,\"body\":\"have you looked at the logs?\"}", (long long)t);
	}
	assert_string_equal(closed_state("M3.2"), "true");
	struct str shown = ok(&op, "plan.show", "{\"teammate\":%lld}", (long long)ada_id);
	struct str behind = ok(&ada, "plan.behind", "{\"outcome\":%lld}", (long long)outcome_id(shown, NULL, "M3.2"));
	assert_true(str_find(behind, S("a colleague helped")) > 0 && str_find(behind, S("alone")) > 0);
	for (int i = 0; i < 10; i++) {
		int64_t t = solved_by(&ada, ada_id, "");
		ok(&b, "ticket.note", "{\"ticket\":%lld,\"body\":\"and again\"}", (long long)t);
	}
	assert_string_equal(closed_state("M3.2"), "open");
}

static void what_people_log(void **state)
{
	(void)state;
	ada_id = person("Logger", "support_engineer", "UTC");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-09-14\",\"manager\":%lld}", (long long)ada_id, (long long)boss);
	ada = as(ada_id, "agent");
	struct ctx mgr = as(boss, "agent"), other = as(lead_id, "agent");
	no(&ada, "contribution.add", ERR_INPUT, "web address", "{\"kind\":\"docs\",\"title\":\"x\",\"url\":\"javascript:alert(1)\"}");
	no(&ada, "contribution.add", ERR_INPUT, "to come", "{\"kind\":\"docs\",\"title\":\"x\",\"url\":\"https://d.example/\",\"on_date\":\"2027-01-01\"}");
	int64_t one = num(ok(&ada, "contribution.add", "{\"kind\":\"docs\",\"title\":\"Executors\",\"url\":\"https://d.example/1\"}"), "contribution");
	ok(&ada, "contribution.add", "{\"kind\":\"handbook_page\",\"title\":\"New\",\"url\":\"https://d.example/2\"}");
	assert_string_equal(closed_state("M2.5"), "true");
	assert_string_equal(closed_state("W1.5"), "true");   /* a new page is an edit, too */
	assert_string_equal(closed_state("W2.3"), "true");
	assert_string_equal(closed_value("M3.3"), "2");      /* counted since the second month */
	no(&other, "contribution.remove", ERR_FORBIDDEN, "another person", "{\"contribution\":%lld}", (long long)one);
	ok(&ada, "contribution.remove", "{\"contribution\":%lld}", (long long)one);
	assert_string_equal(closed_state("M2.5"), "open");
	no(&ada, "feed.post", ERR_INPUT, "no such ritual", "{\"ritual\":\"cheers\",\"body\":\"hurrah\"}");   /* that one ended in 2022 */
	for (int i = 0; i < 3; i++)
		ok(&ada, "feed.post", "{\"ritual\":\"%s\",\"body\":\"today\"}", i ? "captains_log" : "weekly_plan");
	ok(&ada, "feed.post", "{\"body\":\"a thought counts as none\"}");
	assert_string_equal(closed_value("W2.1"), "3");
	ok(&ada, "chat.add", "{\"with\":%lld}", (long long)boss);
	ok(&ada, "chat.add", "{\"name\":\"somebody of marketing\"}");
	no(&ada, "chat.add", ERR_INPUT, "yourself", "{\"with\":%lld}", (long long)ada_id);
	assert_string_equal(closed_state("W1.4"), "true");
	/* focus blocks need the working hours besides, and keep to the rule of the day */
	ok(&ada, "focus.set", "{\"day\":\"tue\",\"from\":\"13:00\",\"to\":\"17:00\"}");
	no(&ada, "focus.set", ERR_INPUT, "At least 120", "{\"day\":\"thu\",\"from\":\"13:00\",\"to\":\"14:00\"}");
	no(&ada, "focus.set", ERR_INPUT, "that day already", "{\"day\":\"tue\",\"from\":\"08:00\",\"to\":\"11:00\"}");
	no(&ada, "focus.set", ERR_INPUT, "after the beginning", "{\"day\":\"thu\",\"from\":\"13:00\",\"to\":\"25:00\"}");
	ok(&ada, "focus.set", "{\"day\":\"thu\",\"from\":\"13:00\",\"to\":\"17:00\"}");
	no(&ada, "focus.set", ERR_INPUT, "You have 2 already", "{\"day\":\"fri\",\"from\":\"13:00\",\"to\":\"17:00\"}");
	assert_string_equal(closed_state("M3.4"), "open");
	ok(&ada, "me.hours", "{\"hours\":\"mon-fri 09:00-17:00\"}");
	assert_string_equal(closed_state("M3.4"), "true");
	/* access */
	ok(&op, "access.ask", "{\"teammate\":%lld,\"tools\":\"Ticket tool\\nChat\\n\\nchat\"}", (long long)ada_id);
	struct str list = ok(&ada, "access.list", "{}");
	json_t *root = json_loadb(list.p, list.n, 0, NULL), *items = json_object_get(root, "items");
	assert_int_equal(json_array_size(items), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(closed_state("C2"), "open");
		ok(&ada, "access.set", "{\"item\":%lld,\"state\":\"granted\"}", json_integer_value(json_object_get(json_array_get(items, i), "item")));
	}
	json_decref(root);
	assert_string_equal(closed_state("C2"), "true");
	/* the roadmap counts when both signed these words */
	int64_t map = num(ok(&ada, "roadmap.write", "{\"body\":\"To level 2 within a year\",\"level\":2}"), "roadmap");
	ok(&ada, "roadmap.sign", "{\"roadmap\":%lld}", (long long)map);
	assert_string_equal(closed_state("M3.5"), "open");
	no(&other, "roadmap.sign", ERR_FORBIDDEN, "Two people", "{\"roadmap\":%lld}", (long long)map);
	ok(&mgr, "roadmap.sign", "{\"roadmap\":%lld}", (long long)map);
	assert_string_equal(closed_state("M3.5"), "true");
	ok(&ada, "roadmap.write", "{\"body\":\"To level 3\"}");
	assert_string_equal(closed_state("M3.5"), "open");
}

static void practice_proves(void **state)
{
	(void)state;
	ada_id = person("Cee", "customer_engineer", "UTC");
	int64_t mia = person("Mia", "customer_engineer", "UTC"), ae = person("Ann", "account_executive", "UTC");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"level\":3,\"manager\":%lld}", (long long)ada_id, (long long)boss);
	ada = as(ada_id, "agent");
	struct ctx mentor = as(mia, "agent");
	struct str shown = ok(&ada, "plan.show", "{}");
	/* paired with an account executive, and no more */
	assert_string_equal(closed_state("D60.6"), "open");
	int64_t pair = num(ok(&op, "pairing.make", "{\"newcomer\":%lld,\"kind\":\"account\",\"partner\":%lld,\"manager\":%lld,\"exception\":\"the desk is new\"}", (long long)ada_id,
			      (long long)ae, (long long)boss), "pairing");
	assert_string_equal(closed_state("D60.6"), "true");
	ok(&op, "pairing.end", "{\"pairing\":%lld,\"reason\":\"moved teams\"}", (long long)pair);
	assert_string_equal(closed_state("D60.6"), "open");
	/* who mentors may acknowledge; others may not */
	no(&mentor, "plan.acknowledge", ERR_FORBIDDEN, "mentor", "{\"outcome\":%lld}", (long long)outcome_id(shown, NULL, "W1.3"));
	ok(&op, "pairing.make", "{\"newcomer\":%lld,\"kind\":\"mentor\",\"partner\":%lld,\"manager\":%lld,\"exception\":\"the desk is new\"}", (long long)ada_id, (long long)mia, (long long)boss);
	ok(&mentor, "plan.acknowledge", "{\"outcome\":%lld}", (long long)outcome_id(shown, NULL, "W1.3"));
	assert_string_equal(closed_state("W1.3"), "true");
	/* certified, and revoked */
	assert_string_equal(closed_state("D60.1"), "open");
	int64_t cert = num(ok(&op, "certification.start", "{\"teammate\":%lld,\"mentor\":%lld,\"manager\":%lld}", (long long)ada_id, (long long)mia, (long long)boss), "certification");
	ok(&op, "certification.recognise", "{\"certification\":%lld,\"reason\":\"earned before\"}", (long long)cert);
	assert_string_equal(closed_state("D60.1"), "true");
	ok(&op, "certification.revoke", "{\"certification\":%lld,\"reason\":\"a new product\"}", (long long)cert);
	assert_string_equal(closed_state("D60.1"), "open");
	/* feedback to a product team */
	assert_string_equal(closed_state("D90.7"), "open");
	ok(&ada, "work.begin", "{\"kind\":\"project\",\"title\":\"Better demos\"}");
	assert_string_equal(closed_state("D90.7"), "true");
}

/* ---- programmes that change ---- */

static void untrue_then_mended(void **state)
{
	(void)state;
	int64_t pia = person("Pia", "support_engineer", "UTC"), next = person("Next", "support_engineer", "UTC"), se = kit_programme("support-engineer");
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-23\",\"manager\":%lld}", (long long)pia, (long long)boss);
	struct ctx me = as(pia, "agent"), lead = as(lead_id, "lead"), mgr = as(boss, "agent"), other = as(next, "agent");
	struct str shown = ok(&me, "plan.show", "{}");
	long long w26 = outcome_id(shown, NULL, "W2.6"), w24 = outcome_id(shown, NULL, "W2.4");
	no(&other, "dispute.open", ERR_FORBIDDEN, "themselves", "{\"outcome\":%lld,\"text\":\"x\"}", w26);
	int64_t d = num(ok(&me, "dispute.open", "{\"outcome\":%lld,\"text\":\"Nobody gave me a machine to deploy on\"}", w26), "dispute");
	no(&me, "dispute.open", ERR_CONFLICT, "already", "{\"outcome\":%lld,\"text\":\"again\"}", w26);
	no(&other, "dispute.explain", ERR_FORBIDDEN, "owner", "{\"dispute\":%lld,\"resolution\":\"x\"}", (long long)d);
	no(&mgr, "dispute.mend", ERR_FORBIDDEN, "lead publishes", "{\"dispute\":%lld,\"resolution\":\"x\",\"title\":\"y\"}", (long long)d);   /* the owner, but no lead */
	no(&lead, "dispute.mend", ERR_INPUT, "Nothing of the outcome", "{\"dispute\":%lld,\"resolution\":\"x\"}", (long long)d);
	ok(&lead, "dispute.mend", "{\"dispute\":%lld,\"resolution\":\"Everybody gets a machine on day one\",\"due_n\":3}", (long long)d);
	no(&lead, "dispute.mend", ERR_CONFLICT, "resolved already", "{\"dispute\":%lld,\"resolution\":\"x\",\"title\":\"y\"}", (long long)d);
	shown = ok(&me, "plan.show", "{}");
	assert_string_equal(member(shown, NULL, "W2.6", "due"), "2026-12-11");   /* three weeks now, hers too */
	/* whoever comes next has it so, and the programme says who mended it */
	ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-12-07\",\"manager\":%lld}", (long long)next, (long long)boss);
	assert_string_equal(member(ok(&other, "plan.show", "{}"), NULL, "W2.6", "due"), "2026-12-25");
	struct str programme = ok(&op, "programme.show", "{\"programme\":%lld}", (long long)se);
	assert_true(str_find(programme, arena_fmt(&arena, "\"mended_by\":%lld", (long long)d)) > 0);
	assert_true(str_find(programme, arena_fmt(&arena, "\"dispute\":%lld", (long long)d)) > 0);
	struct str list = ok(&op, "dispute.list", "{\"state\":\"mended\"}");
	assert_true(str_find(list, S("\"resolved_by\":\"t")) < 0);
	/* those of 2021 keep their edition */
	assert_string_equal(member(ok(&op, "programme.preview", "{\"role\":\"support_engineer\",\"start_date\":\"2021-05-03\"}"), NULL, "W2.6", "due"), "2021-05-14");
	/* explained by its owner: nothing changes */
	int64_t e = num(ok(&me, "dispute.open", "{\"outcome\":%lld,\"text\":\"I know none of them\"}", w24), "dispute");
	ok(&mgr, "dispute.explain", "{\"dispute\":%lld,\"resolution\":\"We looked at five of them together\"}", (long long)e);
	/* withdrawn for all that follow; she holds it no longer, and her answers stay in the row */
	int64_t f = num(ok(&me, "dispute.open", "{\"outcome\":%lld,\"text\":\"This is not what we do any more\"}", w24), "dispute");
	ok(&me, "plan.say", "{\"outcome\":%lld}", w24);
	ok(&lead, "dispute.mend", "{\"dispute\":%lld,\"resolution\":\"We do not ask it any more\",\"withdraw\":true}", (long long)f);
	assert_string_equal(member(ok(&me, "plan.show", "{}"), NULL, "W2.4", "state"), "withdrawn");
	assert_string_equal(member(ok(&other, "plan.show", "{}"), NULL, "W2.4", "state"), "open");   /* pinned: moves only when somebody says so */
	no(&me, "plan.say", ERR_CONFLICT, "withdrawn", "{\"outcome\":%lld}", w24);
}

static void drafts_and_fifty_plans(void **state)
{
	(void)state;
	int64_t p = num(ok(&op, "programme.create", "{\"name\":\"Doorkeepers\",\"slug\":\"door\",\"role\":\"security\",\"valid_from\":\"2020-01-01\"}"), "programme"), plans[50];
	no(&op, "programme.create", ERR_INPUT, "short name", "{\"name\":\"Again\",\"slug\":\"door\"}");
	no(&op, "programme.create", ERR_INPUT, "no role", "{\"name\":\"Again\",\"slug\":\"door2\",\"role\":\"wizard\"}");
	struct str shown = ok(&op, "programme.show", "{\"programme\":%lld}", (long long)p);
	int64_t one = num(shown, "rev");
	no(&op, "programme.publish", ERR_CONFLICT, "no outcome", "{\"rev\":%lld,\"note\":\"first\"}", (long long)one);
	for (int i = 0; i < 6; i++)
		ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"K%d\",\"title\":\"Door %d is known\",\"due_n\":%d,\"due_unit\":\"week\",\"proof\":\"self\"}", (long long)one, i, i, i + 1);
	no(&op, "programme.outcome", ERR_INPUT, "what is counted", "{\"rev\":%lld,\"key\":\"K9\",\"title\":\"x\",\"due_n\":1,\"due_unit\":\"week\",\"proof\":\"evidence\"}", (long long)one);
	no(&op, "programme.outcome", ERR_INPUT, "Letters", "{\"rev\":%lld,\"key\":\"K 9\",\"title\":\"x\",\"due_n\":1,\"due_unit\":\"week\",\"proof\":\"self\"}", (long long)one);
	ok(&op, "programme.link", "{\"rev\":%lld,\"key\":\"K1\",\"playbook\":\"doors\",\"task\":\"walk\"}", (long long)one);
	ok(&op, "programme.link", "{\"rev\":%lld,\"key\":\"K2\",\"playbook\":\"doors\",\"task\":\"walk\"}", (long long)one);
	ok(&op, "programme.publish", "{\"rev\":%lld,\"note\":\"first\"}", (long long)one);
	no(&op, "programme.outcome", ERR_CONFLICT, "stays as it is", "{\"rev\":%lld,\"key\":\"K1\",\"title\":\"x\",\"due_n\":1,\"due_unit\":\"week\",\"proof\":\"self\"}", (long long)one);
	for (int i = 0; i < 50; i++) {
		char name[16];
		snprintf(name, sizeof(name), "Door%d", i);
		int64_t id = person(name, "security", "UTC");
		plans[i] = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-11-%02d\"}", (long long)id, 2 + i % 27), "plan");
		struct ctx me = as(id, "agent");
		struct str mine = ok(&me, "plan.show", "{}");
		ok(&me, "plan.say", "{\"outcome\":%lld,\"rating\":%d}", (long long)outcome_id(mine, "Doorkeepers", i % 2 ? "K0" : "K1"), 1 + i % 5);
	}
	struct str before = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plans[7]);
	int64_t two = num(ok(&op, "programme.draft", "{\"programme\":%lld}", (long long)p), "rev");
	no(&op, "programme.draft", ERR_CONFLICT, "draft already", "{\"programme\":%lld}", (long long)p);
	ok(&op, "programme.drop", "{\"rev\":%lld,\"key\":\"K1\"}", (long long)two);
	ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"K0\",\"title\":\"The first door is known\",\"due_n\":2,\"due_unit\":\"week\",\"proof\":\"self\"}", (long long)two);
	ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"K7\",\"title\":\"A new door\",\"due_n\":1,\"due_unit\":\"month\",\"proof\":\"self\"}", (long long)two);
	struct str diff = ok(&op, "programme.diff", "{\"from\":%lld,\"to\":%lld}", (long long)one, (long long)two);
	assert_true(str_find(diff, S("\"what\":\"words, date\"")) > 0 && str_find(diff, S("\"what\":\"new\"")) > 0 && str_find(diff, S("\"what\":\"gone\"")) > 0);
	no(&op, "plan.move", ERR_INPUT, "draft", "{\"plan\":%lld,\"programme\":%lld,\"rev\":%lld}", (long long)plans[0], (long long)p, (long long)two);
	struct str preview = ok(&op, "programme.preview", "{\"role\":\"security\",\"start_date\":\"2026-11-23\",\"rev\":%lld}", (long long)two);
	assert_string_equal(member(preview, "Doorkeepers", "K7", "due"), "2026-12-22");   /* a draft can be looked at */
	ok(&op, "programme.publish", "{\"rev\":%lld,\"note\":\"fewer doors\"}", (long long)two);
	assert_true(str_eq(before, before));
	int64_t moved = num(ok(&op, "plan.move_all", "{\"rev\":%lld}", (long long)two), "moved");
	assert_int_equal(moved, 50);
	for (int i = 0; i < 50; i++) {
		struct str now = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plans[i]);
		assert_string_equal(member(now, "Doorkeepers", "K7", "state"), "open");
		assert_string_equal(member(now, "Doorkeepers", "K1", "state"), "withdrawn");
		assert_string_equal(member(now, "Doorkeepers", "K0", "state"), i % 2 ? "true" : "open");
		assert_string_equal(member(now, "Doorkeepers", "K0", "title"), "The first door is known");
	}
	/* undone: as before, answers of what was withdrawn among them */
	ok(&op, "plan.move_all", "{\"rev\":%lld}", (long long)one);
	struct str after = ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plans[7]);
	assert_string_equal(member(after, "Doorkeepers", "K7", "state"), "withdrawn");
	assert_string_equal(member(ok(&op, "plan.show", "{\"plan\":%lld}", (long long)plans[8]), "Doorkeepers", "K1", "state"), "true");
	assert_string_equal(member(after, "Doorkeepers", "K0", "due"), member(before, "Doorkeepers", "K0", "due"));
	assert_string_equal(member(after, "Doorkeepers", "K0", "said"), member(before, "Doorkeepers", "K0", "said"));
	/* a draft that is thrown away leaves nothing */
	int64_t three = num(ok(&op, "programme.draft", "{\"programme\":%lld}", (long long)p), "rev");
	ok(&op, "programme.discard", "{\"rev\":%lld}", (long long)three);
	no(&op, "programme.publish", ERR_NOT_FOUND, "no revision", "{\"rev\":%lld,\"note\":\"x\"}", (long long)three);
	ok(&op, "programme.retire", "{\"programme\":%lld}", (long long)p);
	assert_string_equal(member(ok(&op, "programme.preview", "{\"role\":\"security\",\"start_date\":\"2026-11-23\"}"), "Doorkeepers", "K0", "due"), "absent");
}

static void the_manager_is_told_once(void **state)
{
	(void)state;
	int64_t zoe = person("Zoe", "support_engineer", "Pacific/Auckland"), yan = person("Yan", "support_engineer", "UTC");
	int ran;
	int64_t late = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-12-07\",\"manager\":%lld}", (long long)zoe, (long long)boss), "plan");
	int64_t fine = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"2026-12-07\"}", (long long)yan), "plan");
	no(&op, "plan.ready", ERR_CONFLICT, "who leads", "{\"plan\":%lld}", (long long)fine);
	ok(&op, "plan.manager", "{\"plan\":%lld,\"manager\":%lld}", (long long)fine, (long long)boss);
	no(&op, "plan.manager", ERR_INPUT, "own manager", "{\"plan\":%lld,\"manager\":%lld}", (long long)fine, (long long)yan);
	ok(&op, "plan.ready", "{\"plan\":%lld}", (long long)fine);
	utime t;
	mails_sent = 0;
	assert_true(civil_parse_rfc3339(S("2026-12-05T10:59:00Z"), &t));   /* the 5th in Auckland, a minute before its end */
	clock_freeze(t);
	assert_int_equal(runner_once(desk, &ran), OK);
	assert_int_equal(mails_sent, 0);
	for (int i = 0; i < 5; i++) {
		test_clock_add(UTIME_US_PER_HOUR + UTIME_US_PER_MINUTE);
		assert_int_equal(runner_once(desk, &ran), OK);
	}
	assert_int_equal(mails_sent, 1);
	struct str list = ok(&op, "plan.list", "{}");
	assert_true(str_find(list, arena_fmt(&arena, "\"plan\":%lld", (long long)late)) > 0);
}

static void after_day_ninety(void **state)
{
	(void)state;
	int64_t ivo = person("Ivo", "support_engineer", "UTC");
	struct ctx me = as(ivo, "agent"), mgr = as(boss, "agent"), other = as(lead_id, "agent");
	struct str then = ok(&op, "level.list", "{\"role\":\"support_engineer\",\"date\":\"2021-05-01\"}"), now = ok(&op, "level.list", "{\"role\":\"support_engineer\"}");
	assert_true(str_find(then, S("proficiency")) > 0 && str_find(then, S("\"94\"")) < 0);
	assert_true(str_find(now, S("\"94\"")) > 0 && str_find(now, S("\"20\"")) > 0 && str_find(now, S("proficiency")) < 0);
	ok(&op, "check_in.plan", "{\"teammate\":%lld,\"with\":%lld,\"due_date\":\"2026-11-30\",\"times\":4}", (long long)ivo, (long long)boss);
	ok(&op, "check_in.plan", "{\"teammate\":%lld,\"with\":%lld,\"due_date\":\"2026-11-30\",\"times\":2}", (long long)ivo, (long long)boss);
	struct str list = ok(&me, "check_in.list", "{}");
	json_t *root = json_loadb(list.p, list.n, 0, NULL), *items = json_object_get(root, "items");
	assert_int_equal(json_array_size(items), 4);
	assert_string_equal(json_string_value(json_object_get(json_array_get(items, 1), "due")), "2027-02-28");
	long long first = json_integer_value(json_object_get(json_array_get(items, 0), "check_in"));
	json_decref(root);
	no(&other, "check_in.note", ERR_FORBIDDEN, "the two", "{\"check_in\":%lld,\"note\":\"x\"}", first);
	ok(&me, "check_in.note", "{\"check_in\":%lld,\"note\":\"good\"}", first);
	ok(&mgr, "check_in.note", "{\"check_in\":%lld,\"note\":\"very good\",\"goals\":\"mentor somebody\",\"held_date\":\"2026-11-24\"}", first);
	no(&other, "check_in.list", ERR_FORBIDDEN, "another person", "{\"teammate\":%lld}", (long long)ivo);
	struct str skills = ok(&me, "skill.list", "{}");
	root = json_loadb(skills.p, skills.n, 0, NULL);
	long long skill = json_integer_value(json_object_get(json_array_get(json_object_get(root, "items"), 0), "skill"));
	json_decref(root);
	no(&mgr, "skill.rate", ERR_FORBIDDEN, "", "{\"skill\":%lld,\"rating\":4,\"teammate\":%lld}", skill, (long long)ivo);
	no(&me, "skill.rate", ERR_INPUT, "rating", "{\"skill\":%lld,\"rating\":5}", skill);
	ok(&me, "skill.rate", "{\"skill\":%lld,\"rating\":1}", skill);
	test_clock_add(UTIME_US_PER_DAY);
	ok(&me, "skill.rate", "{\"skill\":%lld,\"rating\":3,\"note\":\"three upgrades alone\"}", skill);
	skills = ok(&me, "skill.list", "{}");
	assert_true(str_find(skills, S("\"rating\":3,\"before\":1")) > 0);
	no(&me, "review.add", ERR_INPUT, "at least", "{\"note\":\"nothing\"}");
	ok(&me, "review.add", "{\"p1\":\"yes\",\"p6\":\"partly\",\"note\":\"next steps were missing once\"}");
	int64_t item = num(ok(&me, "library.add", "{\"kind\":\"session\",\"title\":\"Executors in depth\",\"minutes\":45}"), "item");
	no(&me, "library.add", ERR_INPUT, "link", "{\"kind\":\"material\",\"title\":\"Something\"}");
	ok(&other, "library.done", "{\"item\":%lld}", (long long)item);
	ok(&other, "library.done", "{\"item\":%lld}", (long long)item);
	assert_true(str_find(ok(&me, "library.list", "{}"), S("\"done_by\":1")) > 0);
	ok(&me, "library.remove", "{\"item\":%lld}", (long long)item);
	ok(&me, "profile.set", "{\"field\":\"learning\",\"body\":\"By doing\"}");
	ok(&me, "profile.set", "{\"field\":\"learning\"}");
	ok(&me, "profile.set", "{\"field\":\"fun\",\"body\":\"I juggle\"}");
	no(&me, "profile.set", ERR_INPUT, "field", "{\"field\":\"salary\",\"body\":\"x\"}");
	no(&other, "profile.set", ERR_FORBIDDEN, "", "{\"field\":\"fun\",\"body\":\"x\",\"teammate\":%lld}", (long long)ivo);
	struct str profile = ok(&other, "profile.show", "{\"teammate\":%lld}", (long long)ivo);
	assert_true(str_find(profile, S("juggle")) > 0 && str_find(profile, S("By doing")) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_lie_as_the_statements_want),
		cmocka_unit_test_setup_teardown(days_and_dates, setup, teardown),
		cmocka_unit_test_setup_teardown(presets_by_date_and_level, setup, teardown),
		cmocka_unit_test_setup_teardown(merged_dated_and_ramped, setup, teardown),
		cmocka_unit_test_setup_teardown(start_moved_back_and_forth, setup, teardown),
		cmocka_unit_test_setup_teardown(two_programmes_one_plan, setup, teardown),
		cmocka_unit_test_setup_teardown(said_acknowledged_and_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_comes_and_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(help_is_needed_less, setup, teardown),
		cmocka_unit_test_setup_teardown(what_people_log, setup, teardown),
		cmocka_unit_test_setup_teardown(practice_proves, setup, teardown),
		cmocka_unit_test_setup_teardown(untrue_then_mended, setup, teardown),
		cmocka_unit_test_setup_teardown(drafts_and_fifty_plans, setup, teardown),
		cmocka_unit_test_setup_teardown(the_manager_is_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(after_day_ninety, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
