/* rank_test.c: the order of the line against a second implementation that knows nothing of sort keys: it sorts by insertion with the rules said in plain words,
 * once for each order; and what must hold of any order: total, the same whatever order the facts come in, nobody lost, nobody twice. */
#include "queue/rank.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define NOW (INT64_C(1800000000) * UTIME_US_PER_SECOND)
#define MIN UTIME_US_PER_MINUTE

static uint64_t seed;
static int64_t below(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed >> 11) % n;
}

static void rules(struct rank_rules *r, bool overload)
{
	struct str wrong;
	*r = (struct rank_rules){ .overload = overload, .n_tiers = 7 };
	assert_true(rank_keys_parse(overload ? S("session first last tier severity time_left arrival") : S("session first last risk arrival"), r->keys, &r->n_keys, &wrong));
	static const char *const NAMES[] = { "tier not known", "pre-sales", "enterprise", "team", "free", "open source", "internal" };
	for (size_t i = 0; i < 7; i++)
		r->tiers[i] = (struct rank_tier){ str_c(NAMES[i]), i ? (int64_t)i : INT64_MAX };
	for (size_t i = 0; i < 4; i++)
		r->priority_words[i] = S("what it means");
}

static void some_case(struct rank_case *x, int64_t id)
{
	*x = (struct rank_case){ .id = id, .arrived_us = NOW - below(40) * MIN, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = (int8_t)(below(5) - 1),
				 .priority = (int8_t)(below(5) - 1), .tier = (uint8_t)below(7), .team = below(4), .assignee = below(3), .answered = below(2) };
	x->first = x->priority == 0;
	x->last = x->priority == 3 || x->tier == 6;
	x->waits = below(5) == 0;
	if (below(2)) {
		x->due_us = NOW + (below(60) - 20) * MIN;
		x->risk_us = x->due_us - below(30) * MIN;
		x->due = (uint8_t)(1 + below(5));
	}
}

/* ---- the second implementation ---- */

static bool in_line(const struct rank_case *x)
{
	return !x->waits || x->place > 0 || (x->risk_us <= NOW && (x->due == DUE_FIRST_RESPONSE || x->due == DUE_NEXT_RESPONSE || x->due == DUE_UPDATE || x->due == DUE_PROMISE));
}

/* Does a stand before b, by the sentences of the handbook? */
static bool before_normal(const struct rank_case *a, const struct rank_case *b)
{
	/* a session's places go before all */
	if (a->place && b->place && a->place != b->place)
		return a->place < b->place;
	if ((a->place > 0) != (b->place > 0))
		return a->place > 0;
	/* p0 first, internal work last */
	int group_a = a->first ? 0 : a->last ? 2 : 1, group_b = b->first ? 0 : b->last ? 2 : 1;
	if (group_a != group_b)
		return group_a < group_b;
	/* then promises at risk, what is due soonest first, then arrival */
	bool risk_a = a->risk_us <= NOW, risk_b = b->risk_us <= NOW;
	if (risk_a != risk_b)
		return risk_a;
	if (risk_a && a->due_us != b->due_us)
		return a->due_us < b->due_us;
	if (a->arrived_us != b->arrived_us)
		return a->arrived_us < b->arrived_us;
	return a->id < b->id;
}

static bool before_overload(const struct rank_case *a, const struct rank_case *b)
{
	if (a->place && b->place && a->place != b->place)
		return a->place < b->place;
	if ((a->place > 0) != (b->place > 0))
		return a->place > 0;
	int group_a = a->first ? 0 : a->last ? 2 : 1, group_b = b->first ? 0 : b->last ? 2 : 1;
	if (group_a != group_b)
		return group_a < group_b;
	int tier_a = a->tier ? a->tier : 100, tier_b = b->tier ? b->tier : 100;
	if (tier_a != tier_b)
		return tier_a < tier_b;
	int severity_a = a->severity < 0 ? 100 : a->severity, severity_b = b->severity < 0 ? 100 : b->severity;
	if (severity_a != severity_b)
		return severity_a < severity_b;
	if (a->due_us != b->due_us)
		return a->due_us < b->due_us;
	if (a->arrived_us != b->arrived_us)
		return a->arrived_us < b->arrived_us;
	return a->id < b->id;
}

static size_t oracle(const struct rank_rules *r, const struct rank_case *v, size_t n, int64_t *ret)
{
	const struct rank_case *line[256];
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = k;
		if (!in_line(&v[i]))
			continue;
		while (at > 0 && (r->overload ? before_overload : before_normal)(&v[i], line[at - 1])) {
			line[at] = line[at - 1];
			at--;
		}
		line[at] = &v[i];
		k++;
	}
	for (size_t t = 0; t < r->n_teams; t++) {
		/* the team's cases leave their seats; then the named ones sit down first, in their order */
		const struct rank_case *own[256];
		size_t n_own = 0, next = 0;
		bool any = false;
		for (int32_t place = 1; place < 1000; place++)
			for (size_t i = 0; i < k; i++)
				if (line[i]->team == r->teams[t] && line[i]->team_place == place) {
					own[n_own++] = line[i];
					any = true;
				}
		for (size_t i = 0; i < k; i++)
			if (line[i]->team == r->teams[t] && !line[i]->team_place)
				own[n_own++] = line[i];
		for (size_t i = 0; i < k && any; i++)
			if (line[i]->team == r->teams[t])
				line[i] = own[next++];
	}
	for (size_t i = 0; i < k; i++)
		ret[i] = line[i]->id;
	return k;
}

/* ---- properties ---- */

static void shuffle(struct rank_case *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)below((int64_t)i);
		struct rank_case x = v[i - 1];
		v[i - 1] = v[k];
		v[k] = x;
	}
}

static void random_lines_are_the_oracles(void **state)
{
	(void)state;
	static const int64_t TEAMS[] = { 1, 2 };
	struct arena a;
	arena_init(&a);
	for (uint64_t round = 1; round <= 4000; round++) {
		struct rank_case v[64];
		struct rank_place got[64], again[64];
		struct rank_rules r;
		int64_t want[64];
		seed = round * UINT64_C(0x9E3779B97F4A7C15);
		size_t n = (size_t)below(64);
		rules(&r, below(2));
		if (below(3) == 0) {
			r.teams = TEAMS;
			r.n_teams = (size_t)below(3);
		}
		for (size_t i = 0; i < n; i++)
			some_case(&v[i], (int64_t)i + 1);
		int32_t places = (int32_t)below(4), team_places = (int32_t)below(5);
		for (int32_t p = 1; p <= places && n; p++)
			v[below((int64_t)n)].place = p;
		for (int32_t p = 1; p <= team_places && n && r.n_teams; p++)
			v[below((int64_t)n)].team_place = p;
		size_t n_want = oracle(&r, v, n, want);
		shuffle(v, n);
		size_t n_got = rank_line(&a, &r, v, n, NOW, got);
		assert_int_equal(n_got, n_want);
		for (size_t i = 0; i < n_got; i++)
			assert_int_equal(v[got[i].i].id, want[i]);
		/* the same facts in another order: the same line */
		int64_t ids[64];
		for (size_t i = 0; i < n_got; i++)
			ids[i] = v[got[i].i].id;
		shuffle(v, n);
		assert_int_equal(rank_line(&a, &r, v, n, NOW, again), n_got);
		for (size_t i = 0; i < n_got; i++)
			assert_int_equal(v[again[i].i].id, ids[i]);
		/* everybody has a reason, and nobody the same place twice */
		for (size_t i = 0; i < n_got; i++) {
			assert_true(rank_reason(&a, &r, &v[again[i].i], i + 1 < n_got ? &v[again[i + 1].i] : NULL, NOW).n > 5);
			for (size_t k = 0; k < i; k++)
				assert_int_not_equal(again[i].i, again[k].i);
		}
		arena_reset(&a);
	}
	arena_done(&a);
}

/* The key that is named is the first that differs. */
static void the_named_key_decides(void **state)
{
	(void)state;
	struct arena a;
	struct rank_rules r;
	struct rank_place p[3];
	arena_init(&a);
	rules(&r, false);
	struct rank_case v[3] = {
		{ .id = 1, .arrived_us = NOW - 3, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = -1, .priority = -1, .tier = 2 },
		{ .id = 2, .arrived_us = NOW - 2, .due_us = NOW + MIN, .risk_us = NOW - MIN, .due = DUE_FIRST_RESPONSE, .severity = -1, .priority = -1, .tier = 2 },
		{ .id = 3, .arrived_us = NOW - 1, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = -1, .priority = 0, .first = true, .tier = 6 },
	};
	assert_int_equal(rank_line(&a, &r, v, 3, NOW, p), 3);
	assert_int_equal(v[p[0].i].id, 3);
	assert_int_equal(p[0].key, RANK_FIRST);
	assert_int_equal(v[p[1].i].id, 2);
	assert_int_equal(p[1].key, RANK_RISK);
	assert_int_equal(v[p[2].i].id, 1);
	assert_true(str_find(rank_reason(&a, &r, &v[1], &v[0], NOW), S("First response is due in 1 min")) >= 0);
	assert_true(str_find(rank_reason(&a, &r, &v[2], &v[1], NOW), S("p0")) >= 0);
	assert_true(str_find(rank_reason(&a, &r, &v[0], NULL, NOW), S("by arrival")) >= 0);
	arena_done(&a);
}

/* A tier that no row names comes after all known ones and before internal work, and the reason says so. */
static void an_unknown_tier_comes_before_internal(void **state)
{
	(void)state;
	struct arena a;
	struct rank_rules r;
	struct rank_place p[3];
	arena_init(&a);
	rules(&r, true);
	struct rank_case v[3] = {
		{ .id = 1, .arrived_us = 1, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = 0, .priority = -1, .tier = 6, .last = true },
		{ .id = 2, .arrived_us = 2, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = 0, .priority = -1, .tier = RANK_TIER_UNKNOWN },
		{ .id = 3, .arrived_us = 3, .due_us = RANK_NEVER, .risk_us = RANK_NEVER, .severity = -1, .priority = -1, .tier = 5 },
	};
	assert_int_equal(rank_line(&a, &r, v, 3, NOW, p), 3);
	assert_int_equal(v[p[0].i].id, 3);
	assert_int_equal(v[p[1].i].id, 2);
	assert_int_equal(v[p[2].i].id, 1);
	assert_true(str_find(rank_reason(&a, &r, &v[1], &v[0], NOW), S("tier is not known")) >= 0);
	assert_true(str_find(rank_reason(&a, &r, &v[0], NULL, NOW), S("Internal")) >= 0);
	arena_done(&a);
}

static void keys_are_read_strictly(void **state)
{
	(void)state;
	enum rank_key k[RANK_KEYS];
	size_t n;
	struct str wrong;
	assert_true(rank_keys_parse(S(" arrival  first "), k, &n, &wrong));
	assert_int_equal(n, 2);
	assert_int_equal(k[0], RANK_ARRIVAL);
	assert_false(rank_keys_parse(S(""), k, &n, &wrong));
	assert_false(rank_keys_parse(S("first first"), k, &n, &wrong));
	assert_false(rank_keys_parse(S("first mood"), k, &n, &wrong));
	assert_true(str_eq(wrong, S("mood")));
}

static void ordinals(void **state)
{
	(void)state;
	static const struct { int64_t n; const char *words; } ALL[] = { { 1, "1st" }, { 2, "2nd" }, { 3, "3rd" }, { 4, "4th" }, { 11, "11th" }, { 12, "12th" }, { 13, "13th" },
									{ 21, "21st" }, { 111, "111th" }, { 122, "122nd" } };
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(ALL); i++)
		assert_true(str_eq(rank_nth(&a, ALL[i].n), str_c(ALL[i].words)));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lines_are_the_oracles), cmocka_unit_test(the_named_key_decides), cmocka_unit_test(an_unknown_tier_comes_before_internal),
		cmocka_unit_test(keys_are_read_strictly), cmocka_unit_test(ordinals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
