/* queue_bench.c: the figures of the line: ranking N cases, and the line of a desk brought up to date after an event.
 *
 *   build/tests/queue_bench [CASES [ROUNDS]]        TEND_TEST_DB as for the tests; prints figures, asserts nothing but that the orders agree */
#include "core/desk_test.h"

#include "account/account.h"
#include "people/people.h"
#include "queue/parts.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

static const struct feature *const features[] = { &core_feature, &people_feature, &account_feature, &ticket_feature, &sla_feature, &queue_feature, NULL };

static uint64_t seed = 88172645463325252u;
static int64_t below(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed >> 11) % n;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static void tell(const char *what, int64_t *us, int n)
{
	qsort(us, (size_t)n, sizeof(*us), by_value);
	int64_t median = us[n / 2], worst = us[n - 1];
	printf("  %-52s median %8.3f ms, worst %8.3f ms\n", what, (double)median / 1000, (double)worst / 1000);
}

static void pure(int64_t cases, int rounds)
{
	struct arena a;
	struct rank_rules r = { .n_tiers = 7, .overload = true };
	struct str wrong;
	int64_t us[1000];
	arena_init(&a);
	rank_keys_parse(S("session first last tier severity time_left arrival"), r.keys, &r.n_keys, &wrong);
	for (size_t i = 0; i < 7; i++)
		r.tiers[i] = (struct rank_tier){ S("tier"), (int64_t)i };
	struct rank_case *v = calloc((size_t)cases, sizeof(*v));
	struct rank_place *order = calloc((size_t)cases, sizeof(*order));
	for (int64_t i = 0; i < cases; i++)
		v[i] = (struct rank_case){ .id = i + 1, .arrived_us = below(1000000), .due_us = below(1000000), .risk_us = below(1000000), .severity = (int8_t)below(4), .priority = -1,
					   .tier = (uint8_t)below(7) };
	for (int i = 0; i < rounds; i++) {
		int64_t began = clock_mono_us();
		rank_line(&a, &r, v, (size_t)cases, 500000, order);
		us[i] = clock_mono_us() - began;
		arena_reset(&a);
	}
	tell("the order alone, facts in memory", us, rounds);
	free(v);
	free(order);
	arena_done(&a);
}

struct filling {
	int64_t cases;
	int64_t orgs[40];
};

static enum err fill(struct ctx *c, void *arg)
{
	struct filling *f = arg;
	static const char *const STATUS[] = { "new", "open", "open", "open" };
	for (int64_t i = 0; i < f->cases; i++) {
		utime at = c->now_us - below(20) * UTIME_US_PER_DAY - below(86400) * UTIME_US_PER_SECOND;
		struct ticket_get_row t = {
			.subject = S("It does not start"), .status = str_c(STATUS[below(4)]), .status_since_us = at, .kind = S("question"), .organisation_id = SOME(f->orgs[below(40)]),
			.origin = S("mail"), .next_action = S("us"), .customer_wrote_us = SOME(at), .version_no = 1, .messages = 1, .created_us = at, .updated_us = at,
			.severity = below(2) ? SOME(1 + below(3)) : NONE,
		};
		TRY(ticket_insert(c, &t, &(struct ticket_note_to_log){ .at_us = at }));
	}
	return OK;
}

static void must(enum err e, struct ctx *c)
{
	if (e == OK)
		return;
	fprintf(stderr, "%s\n", c->fault.message);
	exit(1);
}

static struct str do_it(struct ctx *c, const char *name, struct str json)
{
	struct str answer;
	must(test_run(c, feature_command(features, str_c(name)), arena_cstr(c->arena, json), &answer), c);
	return answer;
}

static void on_a_desk(int64_t cases, int rounds)
{
	static const char *const TIERS[] = { "enterprise", "team", "free", "open_source" };
	struct arena a, turn;
	struct ctx c, r;
	struct filling f = { .cases = cases };
	int64_t us[1000];
	const struct line *l;
	struct desk *d = test_desk(features);
	arena_init(&a);
	arena_init(&turn);
	test_ctx(d, &a, &c);
	for (int i = 0; i < 40; i++)
		f.orgs[i] = test_answer_i64(do_it(&c, "organisation.create", arena_fmt(&a, "{\"name\":\"org %d\",\"tier\":\"%s\",\"stage\":\"post_sales\"}", i, TIERS[i % 4])), "organisation");
	for (int64_t done = 0; done < cases; done += 200) {
		struct filling some = f;
		some.cases = cases - done < 200 ? cases - done : 200;
		must(ctx_write(&c, false, fill, &some), &c);
	}
	for (int i = 0; i < 10; i++) {
		test_ctx(d, &turn, &r);
		must(ctx_db(&r), &r);
		int64_t began = clock_mono_us();
		must(line_anew(&r, &l), &r);
		us[i] = clock_mono_us() - began;
		line_put(l);
		ctx_db_done(&r);
		arena_reset(&turn);
	}
	tell("the whole line read anew", us, 10);
	for (int i = 0; i < rounds; i++) {
		int64_t ticket = 1 + below(cases);
		do_it(&c, "ticket.update", arena_fmt(&a, "{\"ticket\":%lld,\"priority\":\"p%d\"}", (long long)ticket, (int)below(3)));
		test_ctx(d, &turn, &r);
		must(ctx_db(&r), &r);
		int64_t began = clock_mono_us();
		must(line_hold(&r, &l), &r);
		us[i] = clock_mono_us() - began;
		line_put(l);
		ctx_db_done(&r);
		arena_reset(&turn);
	}
	tell("the line brought up to date after an event", us, rounds);
	for (int i = 0; i < rounds; i++) {
		test_ctx(d, &turn, &r);
		must(ctx_db(&r), &r);
		int64_t began = clock_mono_us();
		must(line_hold(&r, &l), &r);
		us[i] = clock_mono_us() - began;
		line_put(l);
		ctx_db_done(&r);
		arena_reset(&turn);
	}
	tell("the line when nothing happened", us, rounds);
	const struct line *anew;
	test_ctx(d, &turn, &r);
	must(ctx_db(&r), &r);
	must(line_hold(&r, &l), &r);
	must(line_anew(&r, &anew), &r);
	bool same = l->n_order == anew->n_order;
	for (size_t i = 1; same && i <= l->n_order; i++)
		same = line_at(l, i)->id == line_at(anew, i)->id;
	printf("  %zu in the line; the kept one is the one made anew: %s\n", l->n_order, same ? "yes" : "NO");
	line_put(l);
	line_put(anew);
	ctx_db_done(&r);
	arena_done(&turn);
	arena_done(&a);
	test_desk_done(d);
	if (!same)
		exit(1);
}

int main(int argc, char **argv)
{
	int64_t cases = argc > 1 ? atoll(argv[1]) : 2000;
	int rounds = argc > 2 ? (int)atoll(argv[2]) : 200;
	if (cases < 1 || rounds < 1 || rounds > 1000)
		return 2;
	printf("%lld cases, %d rounds\n", (long long)cases, rounds);
	pure(cases, rounds);
	on_a_desk(cases, rounds);
	return 0;
}
