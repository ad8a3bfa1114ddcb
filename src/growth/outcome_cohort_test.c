/* outcome_cohort_test.c: a cohort of newcomers over a year on the test clock, in twelve zones: every date right, every automatic outcome equal to a count by SQL.
 *
 * TEND_COHORT=200 is the full run (docs/figures.md); the default is small. On PostgreSQL dates and instants are worked out again by its own calendar and zones;
 * TEND_COHORT_DUMP=FILE writes them down for tests/oracle/plan_dates.py, which does the same in Python. */
#include "growth/programme_kit.h"

#include "core/core.h"

#include <stdlib.h>

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &playbook_feature, &growth_feature, &kit_post, NULL };
static const char *const ZONES[12] = { "UTC", "Europe/Lisbon", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo",
	"Australia/Lord_Howe", "Pacific/Auckland", "Asia/Beirut", "Pacific/Kiritimati" };
static const char *const HOURS[4] = { "", "mon-fri 09:00-17:00", "sun-thu 09:00-17:00", "tue-sat 10:00-18:00" };

enum { STEPS = 14, STEP_DAYS = 28, PEOPLE_MOST = 500 };

struct newcomer {
	int64_t id, plan;
	char start[16];
	utime start_us;
	int64_t open[64];
	int n_open;
	struct ctx c;
};
static struct newcomer who[PEOPLE_MOST];
static int n_people;
static uint64_t seed = 20261124;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- dates ---- */

struct date_in {
	struct str start, unit, zone;
	int64_t n, mask;
};
struct date_out {
	struct str due;
	int64_t due_us;
};
static const struct db_col date_in_cols[] = {
	{ DB_STR, false, offsetof(struct date_in, start), "start" }, { DB_STR, false, offsetof(struct date_in, unit), "unit" }, { DB_STR, false, offsetof(struct date_in, zone), "zone" },
	{ DB_I64, false, offsetof(struct date_in, n), "n" }, { DB_I64, false, offsetof(struct date_in, mask), "mask" },
};
static const struct db_col date_out_cols[] = { { DB_STR, false, offsetof(struct date_out, due), "due" }, { DB_I64, false, offsetof(struct date_out, due_us), "due_us" } };
static const struct db_stmt sql_date = {
	.name = "sql_date", .file = __FILE__, .kind = DB_ONE, .in = date_in_cols, .n_in = 5, .out = date_out_cols, .n_out = 2, .row_size = sizeof(struct date_out),
	.sqlite = "SELECT ?1, ?4 + ?5 FROM (SELECT ?2, ?3)",
	.postgres = "WITH last AS (SELECT ($1::date + CASE $2 WHEN 'month' THEN make_interval(months => $4::int) WHEN 'week' THEN make_interval(weeks => $4::int) ELSE "
		    "make_interval(days => $4::int) END)::date - 1 AS d), due AS (SELECT greatest($1::date, max(d - k)) AS d FROM last, generate_series(0, 6) k "
		    "WHERE ($5::int >> (extract(isodow FROM d - k)::int - 1)) & 1 = 1) "
		    "SELECT to_char(d, 'YYYY-MM-DD') AS due, (extract(epoch FROM ((d + 1)::timestamp AT TIME ZONE $3)) * 1000000)::bigint AS due_us FROM due",
};

/* Every outcome of a plan against PostgreSQL's calendar, and written down for Python. */
static int64_t check_dates(const struct newcomer *p, FILE *dump)
{
	struct growth_outcomes_of_row *v;
	struct growth_plan_row_row plan;
	size_t n;
	bool found;
	ctx_db(&op);
	assert_int_equal(growth_plan_get(&op, p->plan, &plan), OK);
	assert_int_equal(growth_outcomes_of(op.db, &arena, &v, &n, .plan_id = p->plan), OK);
	for (size_t i = 0; i < n; i++) {
		struct date_in in = { plan.start_date, v[i].due_unit, plan.zone, v[i].due_n, plan.work_days };
		struct date_out out;
		if (dump)
			fprintf(dump, "{\"start\":\"%.*s\",\"unit\":\"%.*s\",\"n\":%lld,\"mask\":%lld,\"zone\":\"%.*s\",\"due\":\"%.*s\",\"due_us\":%lld}\n", STR_ARG(in.start), STR_ARG(in.unit),
				(long long)in.n, (long long)in.mask, STR_ARG(in.zone), STR_ARG(v[i].due_date), (long long)v[i].due_us);
		if (db_pool_engine(desk->pool) != DB_POSTGRES)
			continue;
		assert_int_equal(db_one(op.db, &arena, &sql_date, &in, &out, &found), OK);
		if (!str_eq(out.due, v[i].due_date) || out.due_us != v[i].due_us)
			fail_msg("%.*s + %lld %.*s in %.*s: %.*s %lld, PostgreSQL says %.*s %lld", STR_ARG(in.start), (long long)in.n, STR_ARG(in.unit), STR_ARG(in.zone),
				 STR_ARG(v[i].due_date), (long long)v[i].due_us, STR_ARG(out.due), (long long)out.due_us);
	}
	ctx_db_done(&op);
	return (int64_t)n;
}

/* ---- counts by SQL over the log alone ---- */

struct count_in {
	int64_t who, since;
};
static const struct db_col count_in_cols[] = { { DB_I64, false, offsetof(struct count_in, who), "who" }, { DB_I64, false, offsetof(struct count_in, since), "since" } };
static const struct db_col count_out_cols[] = { { DB_I64, false, 0, "n" } };
#define COUNT(name_, lite, pg)                                                                                                                        \
	{ .name = name_, .file = __FILE__, .kind = DB_ONE, .in = count_in_cols, .n_in = 2, .out = count_out_cols, .n_out = 1, .row_size = sizeof(int64_t),    \
	  .sqlite = lite, .postgres = pg }
static const struct db_stmt counts[] = {
	COUNT("tickets_closed",
	      "SELECT count(*) FROM ticket t JOIN event e ON e.seq = (SELECT max(x.seq) FROM event x WHERE x.entity = 'ticket' AND x.entity_id = t.id AND "
	      "json_extract(x.data, '$.set.status') IN ('solved', 'closed') AND json_extract(x.data, '$.was.status') NOT IN ('solved', 'closed')) "
	      "WHERE t.status IN ('solved', 'closed') AND e.at_us >= ?2 AND ?1 = CASE WHEN json_type(e.data, '$.set.assignee_id') IS NULL THEN json_extract(e.data, '$.was.assignee_id') "
	      "ELSE json_extract(e.data, '$.set.assignee_id') END AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = 'no_action' AND g.removed_us IS NULL)",
	      "SELECT count(*) FROM ticket t JOIN event e ON e.seq = (SELECT max(x.seq) FROM event x WHERE x.entity = 'ticket' AND x.entity_id = t.id AND "
	      "x.data::jsonb->'set'->>'status' IN ('solved', 'closed') AND x.data::jsonb->'was'->>'status' NOT IN ('solved', 'closed')) "
	      "WHERE t.status IN ('solved', 'closed') AND e.at_us >= $2 AND $1 = CASE WHEN e.data::jsonb->'set'->'assignee_id' IS NULL THEN (e.data::jsonb->'was'->>'assignee_id')::bigint "
	      "ELSE (e.data::jsonb->'set'->>'assignee_id')::bigint END AND NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag = 'no_action' AND g.removed_us IS NULL)"),
	COUNT("customers_helped",
	      "SELECT count(DISTINCT e.entity_id) FROM event e JOIN ticket t ON t.id = e.entity_id WHERE e.kind = 'ticket.replied' AND e.actor_kind = 'teammate' AND e.actor_id = ?1 AND "
	      "e.at_us >= ?2 AND t.status NOT IN ('deleted', 'suspended')",
	      "SELECT count(DISTINCT e.entity_id) FROM event e JOIN ticket t ON t.id = e.entity_id WHERE e.kind = 'ticket.replied' AND e.actor_kind = 'teammate' AND e.actor_id = $1 AND "
	      "e.at_us >= $2 AND t.status NOT IN ('deleted', 'suspended')"),
	COUNT("ritual_posts",
	      "SELECT count(*) FROM event e WHERE e.kind = 'feed_post.created' AND json_extract(e.data, '$.set.teammate_id') = ?1 AND e.at_us >= ?2 AND "
	      "json_extract(e.data, '$.set.ritual') <> '' AND NOT EXISTS (SELECT 1 FROM event x WHERE x.entity = 'feed_post' AND x.entity_id = e.entity_id AND x.kind = 'feed_post.removed')",
	      "SELECT count(*) FROM event e WHERE e.kind = 'feed_post.created' AND (e.data::jsonb->'set'->>'teammate_id')::bigint = $1 AND e.at_us >= $2 AND "
	      "e.data::jsonb->'set'->>'ritual' <> '' AND NOT EXISTS (SELECT 1 FROM event x WHERE x.entity = 'feed_post' AND x.entity_id = e.entity_id AND x.kind = 'feed_post.removed')"),
};

static int64_t check_counts(const struct newcomer *p, int64_t *ret_true)
{
	struct growth_outcomes_of_row *v;
	size_t n;
	int64_t checked = 0;
	bool found;
	ctx_db(&op);
	assert_int_equal(growth_outcomes_of(op.db, &arena, &v, &n, .plan_id = p->plan), OK);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
			int64_t by_sql = -1;
			if (!str_eq(v[i].evidence, str_c(counts[k].name)) || v[i].withdrawn_us.set || v[i].since_months)
				continue;
			assert_int_equal(db_one(op.db, &arena, &counts[k], &(struct count_in){ p->id, p->start_us }, &by_sql, &found), OK);
			if (by_sql != v[i].value.v || (by_sql >= v[i].need) != str_eq(v[i].state, S("true")))
				fail_msg("teammate %lld, %.*s: kept %lld (%.*s), by SQL %lld", (long long)p->id, STR_ARG(v[i].evidence), (long long)v[i].value.v, STR_ARG(v[i].state),
					 (long long)by_sql);
			checked++;
			*ret_true += str_eq(v[i].state, S("true"));
		}
	ctx_db_done(&op);
	return checked;
}

/* ---- the year ---- */

static void begin(int i, int64_t manager)
{
	static const char *const ROLES[] = { "support_engineer", "support_engineer", "customer_engineer", "support_manager" };
	static const char *const EDGES[] = { "2026-12-31", "2027-01-29", "2027-01-30", "2027-01-31", "2027-03-28", "2027-10-31", "2027-08-31", "2026-11-30" };
	struct newcomer *p = &who[i];
	char name[24];
	snprintf(name, sizeof(name), "New%d", i);
	p->id = person(name, ROLES[i % 4], ZONES[i % 12]);
	if (*HOURS[i % 4]) {
		struct ctx me = as(p->id, "agent");
		ok(&me, "me.hours", "{\"hours\":\"%s\"}", HOURS[(i / 3) % 3 + 1]);
	}
	if (i % 3 == 0)
		snprintf(p->start, sizeof(p->start), "%s", EDGES[(i / 3) % 8]);
	else
		snprintf(p->start, sizeof(p->start), "%s", arena_cstr(&arena, due_date_text(&arena, civil_days(2026, 11, 20) + chance(340))));
	p->plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"%s\",\"level\":%d,\"manager\":%lld}", (long long)p->id, p->start, 1 + i % 4, (long long)manager), "plan");
	int64_t day;
	assert_true(due_parse_date(str_c(p->start), &day));
	p->start_us = growth_day_begins(growth_zone(str_c(ZONES[i % 12])), day);
	p->c = as(p->id, "agent");
}

/* One piece of work: mostly solving, now and then something that takes a count back. */
static void work(struct newcomer *p)
{
	uint32_t dice = chance(20);
	int64_t old = p->n_open ? p->open[chance((uint32_t)p->n_open)] : 0;
	const char *status = "";
	if (old) {
		struct str shown = ok(&op, "ticket.show", "{\"ticket\":%lld}", (long long)old);
		status = str_find(shown, S("\"status\":\"solved\"")) > 0 ? "solved" : str_find(shown, S("\"status\":\"open\"")) > 0 ? "open" : "other";
	}
	if (dice < 2 && strcmp(status, "solved") == 0) {
		ok(&op, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)old);
	} else if (dice == 2 && strcmp(status, "open") == 0) {
		ok(&op, "ticket.assign", "{\"ticket\":%lld,\"assignee\":%lld}", (long long)old, (long long)who[chance((uint32_t)n_people)].id);
		ok(&op, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"T\"}", (long long)old);
	} else if (dice == 3 && strcmp(status, "solved") == 0) {
		ok(&op, "ticket.tag", "{\"ticket\":%lld,\"tags\":[\"no_action\"]}", (long long)old);
	} else if (dice == 4 && strcmp(status, "solved") == 0) {
		ok(&op, "ticket.delete", "{\"ticket\":%lld,\"reason\":\"a test\"}", (long long)old);
	} else if (dice == 5) {
		int64_t post = num(ok(&p->c, "feed.post", "{\"ritual\":\"captains_log\",\"body\":\"x\"}"), "post");
		if (chance(4) == 0)
			ok(&p->c, "feed.remove", "{\"post\":%lld}", (long long)post);
	} else {
		int64_t t = num(ok(&op, "ticket.create", "{\"subject\":\"A question\",\"body\":\"x\",\"name\":\"Ines\",\"email\":\"ines@n.example\",\"assignee\":%lld}", (long long)p->id), "ticket");
		if (chance(2))
			ok(&p->c, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Try this\",\"status\":\"solved\",\"rule\":\"T\"}", (long long)t);
		else
			ok(&op, "ticket.status", "{\"ticket\":%lld,\"status\":\"solved\",\"rule\":\"T\"}", (long long)t);
		if (p->n_open < 64)
			p->open[p->n_open++] = t;
	}
}

static void a_year(void **state)
{
	(void)state;
	const char *size = getenv("TEND_COHORT"), *path = getenv("TEND_COHORT_DUMP");
	FILE *dump = path ? fopen(path, "w") : NULL;
	int64_t dates = 0, checked = 0, is_true = 0, complaints = 0, pieces = 0;
	int64_t wanted = 0;
	n_people = size && str_i64(str_c(size), &wanted) && wanted > 0 && wanted <= PEOPLE_MOST ? (int)wanted : 24;
	arena_init(&arena);
	desk = test_desk(features);
	int most = n_people > 100 && db_pool_engine(desk->pool) != DB_POSTGRES ? 6 : 2;
	test_ctx(desk, &arena, &op);
	int64_t manager = person("Boris", "support_manager", "UTC");
	ok(&op, "setting.set", "{\"key\":\"ticket.undo_seconds\",\"value\":\"0\"}");
	ok(&op, "resolve.rule", "{\"code\":\"T\",\"name\":\"Trained\",\"applies\":\"In these tests\",\"no_fields\":true}");
	for (int i = 0; i < n_people; i++)
		begin(i, manager);
	for (int i = 0; i < n_people; i++)
		dates += check_dates(&who[i], dump);
	for (int step = 0; step < STEPS; step++) {
		for (int i = 0; i < n_people; i++)
			for (int k = 0; k < most; k++, pieces++) {
				test_clock_add(UTIME_US_PER_SECOND);
				work(&who[i]);
			}
		test_clock_add(STEP_DAYS * UTIME_US_PER_DAY - n_people * most * UTIME_US_PER_SECOND);
	}
	for (int i = 0; i < n_people; i++)
		checked += check_counts(&who[i], &is_true);
	/* a start that moves is a count that moves; and back */
	for (int i = 0; i < n_people; i += 7) {
		ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"2027-06-30\"}", (long long)who[i].plan);
		utime kept = who[i].start_us;
		who[i].start_us = growth_day_begins(growth_zone(str_c(ZONES[i % 12])), civil_days(2027, 6, 30));
		checked += check_counts(&who[i], &is_true);
		dates += check_dates(&who[i], dump);
		ok(&op, "plan.start", "{\"plan\":%lld,\"start_date\":\"%s\"}", (long long)who[i].plan, who[i].start);
		who[i].start_us = kept;
		checked += check_counts(&who[i], &is_true);
	}
	print_message("%d people, %lld dates, %lld pieces of work, %lld counts equal to SQL, %lld of them true\n", n_people, (long long)dates, (long long)pieces, (long long)checked,
		      (long long)is_true);
	assert_true(dates > n_people * 15 && checked >= n_people * 2 && is_true > 0 && is_true < checked);
	if (dump)
		assert_int_equal(fclose(dump), 0);
	test_verify(&op);
	ctx_db(&op);
	assert_int_equal(growth_verify(&op, (void (*)(void *, struct str))(void *)abort, NULL, &complaints), OK);
	ctx_db_done(&op);
	assert_int_equal(complaints, 0);
	test_desk_done(desk);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_year) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
