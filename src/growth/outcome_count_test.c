/* outcome_count_test.c: every kind of evidence that there is, counted for people who do all sorts of things over a year and take many of them back, equal to a
 * count by SQL that is written here a second time. Tickets held, answered, opened again and taken away are outcome_cohort_test.c's. */
#include "growth/programme_kit.h"

#include "core/core.h"
#include "growth/cert.h"

#include <stdlib.h>

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &playbook_feature, &growth_feature,
						  &growth_practice_feature, &kit_post, NULL };

enum { PEOPLE = 8, STEPS = 40, ACTS = 12, STEP_DAYS = 9, KINDS_MOST = 40 };

static struct newcomer {
	int64_t id, plan, own[16], n_own;
	struct ctx c;
	struct str start;
} who[PEOPLE];
static int64_t lead_id, mentor_id, ae_id, org;
static struct ctx as_lead, as_mentor;
static uint64_t seed = 7;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- the counts, again ---- */

struct asked {
	int64_t who, since_us, need;
	struct str since;
};
static const struct db_col in_cols[] = {
	{ DB_I64, false, offsetof(struct asked, who), "who" }, { DB_I64, false, offsetof(struct asked, since_us), "since_us" },
	{ DB_I64, false, offsetof(struct asked, need), "need" }, { DB_STR, false, offsetof(struct asked, since), "since" },
};
static const struct db_col out_cols[] = { { DB_I64, false, 0, "n" } };

/* ?1 who, ?2 since when, ?3 how many are wanted, ?4 since which day. */
#define ALL " AND ?2 <= 9e18 AND ?3 >= 0 AND ?4 <> ''"
#define WRITTEN(kinds) "SELECT count(*) FROM contribution WHERE kind IN (" kinds ") AND removed_us IS NULL AND teammate_id = ?1 AND on_date >= ?4 AND ?2 >= 0 AND ?3 >= 0"
#define HELD "FROM customer_call k WHERE k.state = 'held' AND k.starts_us >= ?2 AND ?3 >= 0 AND ?4 <> ''"
#define PLACE "EXISTS (SELECT 1 FROM call_place p WHERE p.call_id = k.id AND p.teammate_id = ?1 AND p.removed_us IS NULL AND p.did <> 'missed'"
#define OWNED(kinds) "(SELECT count(*) FROM work_item WHERE kind IN (" kinds ") AND owner_id = ?1 AND created_us >= ?2 AND state NOT IN ('dropped', 'declined'))"
#define BESIDE(kinds) "(SELECT count(*) FROM work_item WHERE kind IN (" kinds ") AND with_id = ?1 AND created_us >= ?2 AND state NOT IN ('dropped', 'declined'))"
#define MEMBER(kinds, part) "(SELECT count(*) FROM work_item w, work_member m WHERE w.kind IN (" kinds ") AND m.item_id = w.id AND m.teammate_id = ?1 AND m.removed_us IS NULL " \
	part "AND m.joined_us >= ?2 AND w.state NOT IN ('dropped', 'declined'))"
#define WORK(what) "SELECT " what " FROM teammate WHERE id = ?1" ALL
static const struct { const char *kind, *sql; } COUNTS[] = {
	{ "customers_helped", "SELECT count(DISTINCT m.ticket_id) FROM message m, ticket t WHERE t.id = m.ticket_id AND m.kind = 'public' AND m.author_kind = 'teammate' AND "
			      "m.author_id = ?1 AND m.at_us >= ?2 AND m.state <> 'undone' AND t.status NOT IN ('deleted', 'suspended') AND ?3 >= 0 AND ?4 <> ''" },
	{ "tickets_closed", "SELECT count(*) FROM ticket t WHERE t.status IN ('solved', 'closed') AND t.assignee_id = ?1 AND t.solved_us >= ?2 AND ?3 >= 0 AND ?4 <> ''" },
	{ "help_trend", "SELECT CASE WHEN count(*) = 2 * ?3 AND (coalesce(sum(CASE WHEN r <= ?3 THEN h END), 0) < coalesce(sum(CASE WHEN r > ?3 THEN h END), 0) OR "
			"coalesce(sum(CASE WHEN r <= ?3 THEN h END), 0) = 0) THEN ?3 ELSE 0 END FROM (SELECT row_number() OVER (ORDER BY t.solved_us DESC, t.id DESC) AS r, "
			"CASE WHEN EXISTS (SELECT 1 FROM message m WHERE m.ticket_id = t.id AND m.author_kind = 'teammate' AND m.author_id <> ?1 AND m.kind IN ('public', 'note') "
			"AND m.state <> 'undone') THEN 1 ELSE 0 END AS h FROM ticket t WHERE t.status IN ('solved', 'closed') AND t.assignee_id = ?1 AND t.solved_us >= ?2 AND ?4 <> '') x "
			"WHERE r <= 2 * ?3" },
	{ "docs", WRITTEN("'docs'") },
	{ "handbook_edits", WRITTEN("'handbook_edit', 'handbook_page'") },
	{ "handbook_pages", WRITTEN("'handbook_page'") },
	{ "writing", WRITTEN("'docs', 'handbook_edit', 'handbook_page'") },
	{ "ritual_posts", "SELECT count(*) FROM feed_post WHERE ritual <> '' AND removed_us IS NULL AND teammate_id = ?1 AND at_us >= ?2 AND ?3 >= 0 AND ?4 <> ''" },
	{ "intro_chats", "SELECT count(*) FROM intro_chat WHERE removed_us IS NULL AND teammate_id = ?1 AND on_date >= ?4 AND ?2 >= 0 AND ?3 >= 0" },
	{ "schedule_set", "SELECT count(*) FROM teammate WHERE id = ?1 AND work_hours NOT IN ('', '[]')" ALL },
	{ "focus_blocks", "SELECT count(*) FROM focus_block b, teammate t WHERE t.id = b.teammate_id AND t.work_hours NOT IN ('', '[]') AND b.removed_us IS NULL AND t.id = ?1" ALL },
	{ "access", "SELECT CASE WHEN sum(CASE WHEN state = 'granted' THEN 1 ELSE 0 END) > 0 AND sum(CASE WHEN state = 'asked' THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END FROM access_item "
		    "WHERE teammate_id = ?1" ALL },
	{ "roadmap", "SELECT count(*) FROM career_roadmap WHERE teammate_id = ?1 AND person_us IS NOT NULL AND manager_us IS NOT NULL" ALL },
	{ "shadow_calls", "SELECT count(*) " HELD " AND " PLACE ")" },
	{ "led_calls", "SELECT count(*) " HELD " AND k.lead_id = ?1" },
	{ "demos_led", "SELECT count(*) " HELD " AND k.lead_id = ?1 AND k.kind = 'demo'" },
	{ "discovery_calls", "SELECT count(*) " HELD " AND k.kind = 'discovery' AND (k.lead_id = ?1 OR " PLACE " AND p.part = 'shadow'))" },
	{ "pair_meetings", "SELECT count(*) FROM pairing_meeting m, pairing p WHERE p.id = m.pairing_id AND p.newcomer_id = ?1 AND m.state = 'held' AND m.held_us >= ?2 AND ?3 >= 0 AND ?4 <> ''" },
	{ "account_pair", "SELECT CASE WHEN EXISTS (SELECT 1 FROM pairing WHERE kind = 'account' AND newcomer_id = ?1 AND state = 'active' AND partner_id IS NOT NULL) THEN 1 ELSE 0 END "
			  "FROM teammate WHERE id = ?1" ALL },
	{ "trials", WORK(OWNED("'trial'") " + " BESIDE("'trial'") " + " MEMBER("'trial'", "")) },
	{ "account_plans", WORK(OWNED("'red_account', 'renewal', 'post_sales'") " + " BESIDE("'red_account', 'renewal', 'post_sales'") " + " MEMBER("'red_account', 'renewal', 'post_sales'", "")) },
	{ "projects", WORK(BESIDE("'project'") " + " MEMBER("'project'", "")) },
	{ "projects_led", WORK(MEMBER("'project'", "AND m.part = 'lead' ")) },
	{ "feedback", WORK(OWNED("'feedback'") " + " BESIDE("'feedback'") " + " MEMBER("'feedback'", "")) },
	{ "improvements", "SELECT count(*) FROM work_item WHERE kind = 'improvement' AND owner_id = ?1 AND created_us >= ?2 AND state IN ('done', 'delivered') AND ?3 >= 0 AND ?4 <> ''" },
};

static int64_t by_sql(const char *kind, const struct asked *q)
{
	char pg[2400];
	int64_t n = -1;
	bool found;
	const char *sql = NULL;
	for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++)
		if (strcmp(COUNTS[i].kind, kind) == 0)
			sql = COUNTS[i].sql;
	if (!sql)
		fail_msg("evidence “%s” is not counted a second time: add its SQL here", kind);
	snprintf(pg, sizeof(pg), "%s", sql);
	for (char *p = pg; *p; p++)
		if (*p == '?')
			*p = '$';
	struct db_stmt stmt = { .name = kind, .file = __FILE__, .kind = DB_ONE, .in = in_cols, .n_in = 4, .out = out_cols, .n_out = 1, .row_size = sizeof(int64_t), .sqlite = sql,
				.postgres = arena_cstr(&arena, str_c(pg)) };
	struct db_stmt *kept = arena_new(&arena, struct db_stmt);
	memcpy(kept, &stmt, sizeof(stmt));
	assert_int_equal(db_one(op.db, &arena, kept, q, &n, &found), OK);
	assert_true(found);
	return n;
}

static int64_t check(int64_t *ret_true, int64_t *seen)
{
	int64_t n_checked = 0;
	assert_int_equal(ctx_db(&op), OK);
	for (int i = 0; i < PEOPLE; i++) {
		struct growth_outcomes_of_row *v;
		size_t n;
		int64_t start;
		assert_true(due_parse_date(who[i].start, &start));
		assert_int_equal(growth_outcomes_of(op.db, &arena, &v, &n, .plan_id = who[i].plan), OK);
		for (size_t k = 0; k < n; k++) {
			if (!str_eq(v[k].proof, S("evidence")))
				continue;
			int64_t from = v[k].since_months ? growth_after(start, S("month"), v[k].since_months) : start;
			struct asked q = { who[i].id, growth_day_begins(growth_zone(S("UTC")), from), v[k].need, due_date_text(&arena, from) };
			int64_t counted = by_sql(arena_cstr(&arena, v[k].evidence), &q);
			if (counted != v[k].value.v || (counted >= v[k].need) != str_eq(v[k].state, S("true")))
				fail_msg("teammate %lld, %.*s since %.*s: kept %lld (%.*s), by SQL %lld", (long long)who[i].id, STR_ARG(v[k].evidence), STR_ARG(q.since),
					 (long long)v[k].value.v, STR_ARG(v[k].state), (long long)counted);
			for (size_t e = 0; growth_evidence[e].name && counted; e++)
				seen[e] += str_eq(v[k].evidence, str_c(growth_evidence[e].name));
			n_checked++;
			*ret_true += str_eq(v[k].state, S("true"));
		}
	}
	ctx_db_done(&op);
	return n_checked;
}

/* ---- a year of all sorts ---- */

/* What may be refused: the answer, or STR_NULL. */
static struct str maybe(struct ctx *c, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static struct str maybe(struct ctx *c, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str json = arena_vfmt(&arena, fmt, ap), answer = STR_NULL;
	va_end(ap);
	const struct command *cmd = feature_command(desk->features, str_c(name));
	assert_non_null(cmd);
	c->now_us = clock_now();
	enum err e = test_run(c, cmd, arena_cstr(&arena, json), &answer);
	if (e != OK && getenv("TEND_TEST_LOUD"))
		kit_complain(c, name, arena_cstr(&arena, json));
	fault_clear(&c->fault);
	return e == OK ? answer : STR_NULL;
}

static int64_t id_of(struct str answer, const char *key)
{
	return answer.p && str_find(answer, arena_fmt(&arena, "\"%s\":", key)) > 0 ? num(answer, key) : 0;
}

static void tickets(struct newcomer *p)
{
	int64_t t = id_of(maybe(&op, "ticket.create", "{\"subject\":\"A question\",\"body\":\"x\",\"name\":\"Ines\",\"email\":\"ines@n.example\",\"assignee\":%lld}", (long long)p->id), "ticket");
	if (chance(3) == 0)
		maybe(&as_mentor, "ticket.note", "{\"ticket\":%lld,\"body\":\"look at the logs\"}", (long long)t);
	maybe(&p->c, "ticket.reply", "{\"ticket\":%lld,\"body\":\"Try this\",\"status\":\"solved\",\"rule\":\"T\"}", (long long)t);
	if (chance(6) == 0)
		maybe(&op, "ticket.status", "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t);
	else if (chance(9) == 0)
		maybe(&op, "ticket.delete", "{\"ticket\":%lld,\"reason\":\"a test\"}", (long long)t);
}

static void written(struct newcomer *p)
{
	static const char *const KINDS[] = { "docs", "handbook_edit", "handbook_page", "code" };
	int64_t at = id_of(maybe(&p->c, "contribution.add", "{\"kind\":\"%s\",\"title\":\"x\",\"url\":\"https://d.example/%u\"}", KINDS[chance(4)], chance(1000000)), "contribution");
	if (chance(4) == 0)
		maybe(&p->c, "contribution.remove", "{\"contribution\":%lld}", (long long)at);
	int64_t post = id_of(maybe(&p->c, "feed.post", "{\"ritual\":\"captains_log\",\"body\":\"x\"}"), "post");
	if (chance(3) == 0)
		maybe(&p->c, "feed.remove", "{\"post\":%lld}", (long long)post);
	int64_t chat = id_of(maybe(&p->c, "chat.add", "{\"name\":\"somebody\"}"), "chat");
	if (chance(3) == 0)
		maybe(&p->c, "chat.remove", "{\"chat\":%lld}", (long long)chat);
}

static void habits(struct newcomer *p)
{
	static const char *const DAYS[] = { "mon", "tue", "wed", "thu", "fri" };
	maybe(&p->c, "me.hours", "{\"hours\":\"%s\"}", chance(4) ? "mon-fri 09:00-17:00" : "");
	int64_t block = id_of(maybe(&p->c, "focus.set", "{\"day\":\"%s\",\"from\":\"13:00\",\"to\":\"17:00\"}", DAYS[chance(5)]), "block");
	if (block && chance(3) == 0)
		maybe(&p->c, "focus.remove", "{\"block\":%lld}", (long long)block);
	maybe(&op, "access.ask", "{\"teammate\":%lld,\"tools\":\"Tool %u\"}", (long long)p->id, chance(4));
	struct str list = ok(&p->c, "access.list", "{}");
	json_t *o = json_loadb(list.p, list.n, 0, NULL), *v;
	size_t i;
	static const char *const STATES[] = { "granted", "granted", "ended", "asked" };
	json_array_foreach(json_object_get(o, "items"), i, v)
		maybe(&p->c, "access.set", "{\"item\":%lld,\"state\":\"%s\"}", (long long)json_integer_value(json_object_get(v, "item")), STATES[chance(4)]);
	json_decref(o);
	int64_t map = id_of(maybe(&p->c, "roadmap.write", "{\"body\":\"On to level %u\"}", chance(5)), "roadmap");
	if (map && chance(3))
		maybe(&p->c, "roadmap.sign", "{\"roadmap\":%lld}", (long long)map);
	if (map && chance(2))
		maybe(&as_lead, "roadmap.sign", "{\"roadmap\":%lld}", (long long)map);
}

static void calls(struct newcomer *p)
{
	static const char *const KINDS[] = { "discovery", "demo", "trial", "support" };
	struct civil d;
	civil_from_utc(clock_now() + UTIME_US_PER_DAY, &d);
	bool leads = chance(2);
	const char *kind = KINDS[chance(4)];
	int64_t call = id_of(maybe(&op, "call.plan", "{\"title\":\"Call\",\"kind\":\"%s\",\"on\":\"%04d-%02d-%02d\",\"at\":\"%02u:00\",\"zone\":\"UTC\",\"organisation\":%lld,\"lead\":%lld,"
				   "\"shadow_places\":1,\"observer_places\":3}", kind, d.year, d.month, d.day, 8 + chance(10), (long long)org, (long long)(leads ? p->id : mentor_id)), "call");
	if (!call)
		return;
	if (!leads)
		maybe(&p->c, "call.join", "{\"call\":%lld,\"part\":\"%s\"}", (long long)call, chance(2) ? "shadow" : "observer");
	if (!leads && chance(8) == 0)
		maybe(&p->c, "call.leave", "{\"call\":%lld}", (long long)call);
	test_clock_add(3 * UTIME_US_PER_DAY);
	if (chance(6) == 0)
		maybe(&op, "call.cancel", "{\"call\":%lld,\"reason\":\"ill\"}", (long long)call);
	else if (chance(5) == 0)
		maybe(&op, "call.held", "{\"call\":%lld,\"missed\":[%lld]}", (long long)call, (long long)p->id);
	else
		maybe(&op, "call.held", "{\"call\":%lld}", (long long)call);
	if (chance(3) == 0)
		maybe(&p->c, "call.took_part", "{\"call\":%lld,\"did\":\"%s\"}", (long long)call, chance(3) ? "spoke" : "watched");
}

static void pairings(struct newcomer *p)
{
	static const char *const KINDS[] = { "mentor", "buddy", "account" };
	const char *kind = KINDS[chance(3)];
	int64_t pair = id_of(maybe(&op, "pairing.make", "{\"newcomer\":%lld,\"kind\":\"%s\",\"partner\":%lld,\"exception\":\"a test\"}", (long long)p->id, kind,
				   (long long)(strcmp(kind, "account") == 0 ? ae_id : strcmp(kind, "mentor") == 0 ? mentor_id : lead_id)), "pairing");
	if (pair && p->n_own < 16)
		p->own[p->n_own++] = pair;
	if (!p->n_own)
		return;
	pair = p->own[chance((uint32_t)p->n_own)];
	struct str shown = maybe(&op, "pairing.show", "{\"pairing\":%lld}", (long long)pair);
	json_t *o = json_loadb(shown.p, shown.n, 0, NULL), *v;
	size_t i;
	json_array_foreach(json_object_get(o, "meetings"), i, v) {
		int64_t m = json_integer_value(json_object_get(v, "id"));
		if (chance(4) == 0)
			maybe(&op, chance(4) ? "pairing.met" : "pairing.skip", "{\"meeting\":%lld,\"notes\":\"talked\"}", (long long)m);
	}
	json_decref(o);
	if (chance(5) == 0)
		maybe(&op, "pairing.end", "{\"pairing\":%lld,\"reason\":\"over\"}", (long long)pair);
}

static void account_work(struct newcomer *p)
{
	static const char *const KINDS[] = { "trial", "red_account", "renewal", "post_sales", "project", "feedback", "improvement" };
	const char *kind = KINDS[chance(7)];
	bool of_others = chance(3) == 0;
	const char *more = strcmp(kind, "feedback") == 0 ? ",\"team\":1" : strcmp(kind, "project") == 0 || strcmp(kind, "improvement") == 0 ? "" :
			   strcmp(kind, "trial") == 0 ? ",\"organisation\":1,\"with\":3,\"with_part\":\"ae\",\"starts_on\":\"2027-01-04\"" :
			   ",\"organisation\":1,\"with\":3,\"with_part\":\"ae\"";
	int64_t work = id_of(maybe(of_others ? &as_mentor : &p->c, "work.begin", "{\"kind\":\"%s\",\"title\":\"Work\"%s}", kind, more), "work");
	if (!work)
		return;
	maybe(&p->c, "work.join", "{\"work\":%lld,\"lead\":%s}", (long long)work, chance(2) ? "true" : "false");
	if (chance(6) == 0)
		maybe(&p->c, "work.leave", "{\"work\":%lld}", (long long)work);
	maybe(&as_lead, "work.close", "{\"work\":%lld,\"state\":\"%s\",\"outcome\":\"so it is\"}", (long long)work, chance(3) ? "accepted" : "declined");
	if (chance(3))
		maybe(&as_lead, "work.close", "{\"work\":%lld,\"state\":\"delivered\",\"outcome\":\"so it is\",\"link\":\"https://w.example/\"}", (long long)work);
	if (chance(3) == 0)
		maybe(&p->c, "work.close", "{\"work\":%lld,\"state\":\"done\",\"outcome\":\"so it is\"}", (long long)work);
	if (chance(5) == 0)
		maybe(&as_lead, "work.close", "{\"work\":%lld,\"state\":\"dropped\",\"outcome\":\"no\"}", (long long)work);
	if (chance(5) == 0)
		maybe(&as_lead, "work.reopen", "{\"work\":%lld}", (long long)work);
}

static void everything_is_asked(void)
{
	struct str made = ok(&op, "programme.create", "{\"name\":\"Everything\",\"slug\":\"everything\",\"scope\":\"company\",\"valid_from\":\"2026-01-01\"}");
	int64_t rev = num(made, "rev");
	for (const struct evidence_kind *k = growth_evidence; k->name; k++)
		for (int months = 0; months <= 3; months += 3)
			ok(&op, "programme.outcome", "{\"rev\":%lld,\"key\":\"%s.%d\",\"title\":\"%s from month %d\",\"due_n\":6,\"due_unit\":\"month\",\"proof\":\"evidence\",\"evidence\":\"%s\","
			   "\"need\":%d,\"since_months\":%d}", (long long)rev, k->name, months, k->name, months, k->name, 1 + months, months);
	ok(&op, "programme.publish", "{\"rev\":%lld,\"note\":\"all that there is\"}", (long long)rev);
}

static void all_sorts(void **state)
{
	(void)state;
	static void (*const ACT[])(struct newcomer *) = { tickets, written, habits, calls, pairings, account_work };
	int64_t checked = 0, is_true = 0, complaints = 0, seen[KINDS_MOST] = { 0 };
	arena_init(&arena);
	desk = test_desk(features);
	test_ctx(desk, &arena, &op);
	lead_id = person("Lena", "customer_engineer", "UTC");
	mentor_id = person("Mia", "customer_engineer", "UTC");
	ae_id = person("Ann", "account_executive", "UTC");
	as_lead = as(lead_id, "lead");
	as_mentor = as(mentor_id, "agent");
	ok(&op, "setting.set", "{\"key\":\"ticket.undo_seconds\",\"value\":\"0\"}");
	ok(&op, "resolve.rule", "{\"code\":\"T\",\"name\":\"Trained\",\"applies\":\"In these tests\",\"no_fields\":true}");
	org = num(ok(&op, "organisation.create", "{\"name\":\"north\",\"tier\":\"enterprise\",\"domains\":[\"n.example\"]}"), "organisation");
	ok(&op, "team.create", "{\"slug\":\"search\",\"name\":\"Search\"}");
	everything_is_asked();
	for (int i = 0; i < PEOPLE; i++) {
		char name[24];
		snprintf(name, sizeof(name), "New%d", i);
		who[i].id = person(name, "customer_engineer", "UTC");
		who[i].c = as(who[i].id, "agent");
		who[i].start = due_date_text(&arena, civil_days(2026, 11, 24) + 20 * i);
		who[i].plan = num(ok(&op, "plan.create", "{\"teammate\":%lld,\"start_date\":\"%.*s\",\"manager\":%lld}", (long long)who[i].id, STR_ARG(who[i].start), (long long)lead_id), "plan");
	}
	int64_t old = num(ok(&op, "certification.start", "{\"teammate\":%lld,\"mentor\":%lld,\"manager\":%lld}", (long long)mentor_id, (long long)ae_id, (long long)lead_id), "certification");
	ok(&op, "certification.recognise", "{\"certification\":%lld,\"reason\":\"earned before\"}", (long long)old);
	for (int i = 0; i < PEOPLE; i += 2) { /* every other one may lead alone */
		int64_t cert = num(ok(&op, "certification.start", "{\"teammate\":%lld,\"mentor\":%lld,\"manager\":%lld}", (long long)who[i].id, (long long)mentor_id, (long long)lead_id),
				   "certification");
		ok(&op, "certification.recognise", "{\"certification\":%lld,\"reason\":\"earned before\"}", (long long)cert);
	}
	for (int step = 0; step < STEPS; step++) {
		for (int a = 0; a < ACTS; a++) {
			test_clock_add(UTIME_US_PER_MINUTE);
			ACT[chance(ARRAY_LEN(ACT))](&who[chance(PEOPLE)]);
		}
		op.now_us = clock_now();
		if (step % 5 == 0)
			checked += check(&is_true, seen);
		test_clock_add(STEP_DAYS * UTIME_US_PER_DAY);
		op.now_us = clock_now();
	}
	checked += check(&is_true, seen);
	for (size_t e = 0; growth_evidence[e].name; e++)
		if (!seen[e])
			fail_msg("nobody ever did what “%s” counts: the comparison says nothing about it", growth_evidence[e].name);
	print_message("%lld counts of %zu kinds equal to SQL, %lld of them true\n", (long long)checked, ARRAY_LEN(COUNTS), (long long)is_true);
	assert_true(is_true > 0 && is_true < checked);
	test_verify(&op);
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(growth_verify(&op, (void (*)(void *, struct str))(void *)abort, NULL, &complaints), OK);
	ctx_db_done(&op);
	assert_int_equal(complaints, 0);
	test_desk_done(desk);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(all_sorts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
