/* sla_year_test.c: a year of a desk in seconds, by the test clock, while the process is killed again and again: every warning and every breach is in the
 * log at its instant, none twice, none missing. In the middle the contract changes three times: once for new cases, once for open ones from now, once from their start,
 * and a holiday comes in between. */
#include "sla/sla_int.h"

#define KIT_MORE_FEATURES &sla_feature
#include "ticket/test_kit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { STEPS = 240 };

/* Shared with the child that lives through the year and dies often. */
struct year {
	int64_t step;               /* done so far */
	int64_t editions;           /* of the rows, before the contract changed */
	int64_t now_us;             /* the year's clock goes on where it was */
	bool over;
};

/* The child says a byte whenever it got on; whom the parent lets say how many before the kill is chance. */
static int line[2];

static void got_on(void)
{
	assert_int_equal(write(line[1], ".", 1), 1);
}

static uint64_t dice_at(int64_t step, uint64_t salt)
{
	uint64_t x = (uint64_t)step * UINT64_C(0x9E3779B97F4A7C15) + salt * UINT64_C(0xBF58476D1CE4E5B9);
	x ^= x >> 31;
	x *= UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 29;
}

/* One thing that happens on that day: mostly somebody asks or answers. What cannot be done just now is left. */
static void happen(int64_t step)
{
	int64_t newest = step * 2 / 5 + 1, t = 1 + (int64_t)(dice_at(step, 1) % (uint64_t)newest);
	char json[300];
	const char *cmd = "ticket.create";
	static const char *const marks[] = { "acknowledgement", "substantive", "substantive", "progress", "workaround" };
	static const char *const after[] = { "open", "pending", "pending", "on_hold", "solved" };
	uint64_t what = dice_at(step, 2) % 10;
	snprintf(json, sizeof(json), "{\"subject\":\"Case %lld\",\"body\":\"It does not start.\",\"name\":\"Ines\",\"email\":\"ines@northwind.example\",\"severity\":%d}",
		 (long long)step, (int)(dice_at(step, 3) % 4));
	if (what >= 4 && what < 7) {
		cmd = "ticket.reply";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"body\":\"I tried it. Could you look?\",\"mark\":\"%s\",\"status\":\"%s\",\"rule\":\"R0\",\"because\":[\"reason: none\"]}", (long long)t,
			 marks[dice_at(step, 4) % 5], after[dice_at(step, 5) % 5]);
	} else if (what == 7) {
		cmd = "ticket.update";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"severity\":%d}", (long long)t, (int)(dice_at(step, 3) % 4));
	} else if (what == 8) {
		cmd = "ticket.status";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"status\":\"open\"}", (long long)t);
	} else if (what == 9) {
		int64_t into = t % newest + 1;
		cmd = "ticket.merge";
		snprintf(json, sizeof(json), "{\"ticket\":%lld,\"into\":%lld}", (long long)t, (long long)into);
	}
	test_run(&ben, feature_command(kit_features, str_c(cmd)), json, NULL);
}

/* The contract changes while the year goes on; a kill may come at any moment of it. A change that is there already changes nothing. */
static void change(int64_t step)
{
	static const struct {
		int64_t step;
		const char *cmd, *json;
	} CHANGES[] = {
		{ 60, "policy.put", "{\"code\":\"N1\",\"organisation\":\"northwind\",\"severity\":\"1\",\"calendar\":\"pacific-24x5\",\"first_response\":\"3h business warn 1h\","
				    "\"next_response\":\"3h wall warn 1h\",\"periodic_update\":\"24h wall warn 2h\",\"resolution\":\"30h business warn 8h\",\"open\":\"new\"}" },
		{ 110, "policy.put", "{\"code\":\"N2\",\"organisation\":\"northwind\",\"severity\":\"2\",\"calendar\":\"pacific-9-5\",\"first_response\":\"4h business warn 1h\","
				     "\"next_response\":\"8h business warn 1h\",\"resolution\":\"60h business warn 8h pause pending, on_hold\",\"open\":\"now\"}" },
		{ 150, "policy.put", "{\"code\":\"N3\",\"organisation\":\"northwind\",\"severity\":\"3\",\"calendar\":\"pacific-24x5\",\"first_response\":\"6h business warn 2h\","
				     "\"next_response\":\"6h wall warn 1h\",\"periodic_update\":\"20h wall warn 1h\",\"resolution\":\"36h business warn 6h\",\"open\":\"start\"}" },
		{ 180, "holiday.add", "{\"calendar\":\"pacific-24x5\",\"day\":\"2027-11-11\",\"name\":\"Veterans Day\",\"open\":\"start\"}" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++)
		if (CHANGES[i].step == step && test_run(&op, feature_command(kit_features, str_c(CHANGES[i].cmd)), CHANGES[i].json, NULL) != OK)
			print_error("step %lld: %s: %s\n", (long long)step, CHANGES[i].cmd, op.fault.message);
}

static void run_timers_now(void)
{
	struct ctx c;
	struct arena a;
	arena_init(&a);
	desk_ctx(desk, &a, S("sla.timers"), &c);
	if (ctx_db(&c) == OK)
		sla_job_timers(&c, NULL);
	ctx_db_done(&c);
	arena_done(&a);
}

static utime next_wake(void)
{
	struct ctx c;
	struct arena a;
	utime at = INT64_MAX;
	arena_init(&a);
	desk_ctx(desk, &a, S("sla.timers"), &c);
	if (ctx_db(&c) == OK)
		at = sla_next_wake(&c);
	ctx_db_done(&c);
	arena_done(&a);
	return at;
}

/* Lives from where the year is to its end; timers run when they say, or a few hours late when the desk was off. */
static _Noreturn void live(const struct desk_config *cfg, struct year *y)
{
	struct fault f = { 0 };
	clock_freeze(y->now_us);
	if (desk_open(cfg, DESK_SERVE, kit_features, &f, &desk) != OK)
		_exit(3);
	arena_init(&arena);
	test_ctx_as(desk, &arena, BEN, "lead", &ben);
	test_ctx(desk, &arena, &op);
	while (y->step < STEPS) {
		utime at = y->now_us + (utime)(dice_at(y->step, 7) % (72 * (uint64_t)UTIME_US_PER_HOUR));
		for (utime wake = next_wake(); wake < at; wake = next_wake()) {
			y->now_us = wake > y->now_us ? wake : y->now_us;
			clock_freeze(y->now_us);
			run_timers_now();
			got_on();
		}
		y->now_us = at;
		clock_freeze(at);
		got_on();
		op.now_us = at;
		change(y->step);
		happen(y->step);
		y->step++;
		got_on();
	}
	y->now_us += 30 * UTIME_US_PER_DAY;
	clock_freeze(y->now_us);
	run_timers_now();
	y->over = true;
	_exit(0);
}

struct told {
	int64_t ticket, at, instance;
	char clock[24];
	bool breach;
};

static bool same(const struct told *a, const struct told *b)
{
	return a->ticket == b->ticket && a->at == b->at && a->instance == b->instance && a->breach == b->breach && strcmp(a->clock, b->clock) == 0;
}

/* What the log tells of a ticket. */
static size_t told_by_log(int64_t ticket, struct told *out, size_t most)
{
	struct event *e;
	size_t n, k = 0;
	assert_int_equal(event_by_ticket(&op, ticket, 0, 10000, &e, &n), OK);
	for (size_t i = 0; i < n; i++) {
		bool breach = str_eq(e[i].kind, S("sla.breached"));
		if (!breach && !str_eq(e[i].kind, S("sla.warned")))
			continue;
		json_t *data = json_loadb(e[i].data.p, e[i].data.n, 0, NULL);
		assert_true(k < most);
		out[k] = (struct told){ .ticket = ticket, .at = e[i].at_us, .breach = breach, .instance = json_integer_value(json_object_get(data, "instance")) };
		snprintf(out[k++].clock, sizeof(out->clock), "%s", json_string_value(json_object_get(data, "clock")));
		json_decref(data);
	}
	return k;
}

static int64_t newest_edition(void)
{
	struct sla_newest_edition_row row = { 0 };
	bool any;
	assert_int_equal(ctx_db(&op), OK);
	assert_int_equal(sla_newest_edition(op.db, &arena, &row, &any), OK);
	ctx_db_done(&op);
	return row.id;
}

/* Lives, dies, and lives on, until the year is over. */
static int live_and_die(const struct desk_config *cfg, struct year *y)
{
	int kills = 0;
	while (!y->over) {
		assert_int_equal(pipe(line), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (!child) {
			close(line[0]);
			live(cfg, y);
		}
		close(line[1]);
		/* it gets on by some steps, however slow the machine is, and dies somewhere in the next one */
		int status = 0;
		int64_t words = 6 + (int64_t)(dice_at(kills, 9) % 60);
		char byte;
		while (words && read(line[0], &byte, 1) == 1)
			words--;
		if (!words && kill(child, SIGKILL) == 0)
			kills++;
		assert_int_equal(waitpid(child, &status, 0), child);
		close(line[0]);
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	}
	return kills;
}

/* What the log tells of a ticket is what a replay tells, each once. */
static void check_ticket(const struct sla_kept *k, int64_t t, int *warns, int *breaches)
{
	struct told log[400], want[400];
	size_t n = told_by_log(t, log, 400), m = 0;
	struct sla_replayed *r = arena_new(&arena, struct sla_replayed);
	assert_int_equal(sla_replay_ticket(&op, k, t, op.now_us, true, r), OK);
	for (size_t i = 0; i < r->n_alarms; i++) {
		want[m] = (struct told){ .ticket = t, .at = cal_utime(r->alarms[i].at_s), .instance = r->alarms[i].no, .breach = r->alarms[i].kind == SLA_ALARM_BREACH };
		snprintf(want[m++].clock, sizeof(want->clock), "%.*s", STR_ARG(sla_clock_name(r->alarms[i].clock)));
	}
	for (size_t i = 0; i < n; i++) {
		size_t twice = 0, there = 0;
		for (size_t x = 0; x < n; x++)
			twice += same(&log[i], &log[x]);
		for (size_t x = 0; x < m; x++)
			there += same(&log[i], &want[x]);
		if (twice != 1 || there != 1)
			print_error("ticket %lld: %s %s %lld at %lld: %zu times in the log, %zu in the replay\n", (long long)t, log[i].breach ? "breach" : "warning",
				    log[i].clock, (long long)log[i].instance, (long long)log[i].at, twice, there);
		assert_int_equal(twice, 1);
		assert_int_equal(there, 1);
		*warns += !log[i].breach;
		*breaches += log[i].breach;
	}
	if (n != m)
		print_error("ticket %lld: %zu told, %zu by the replay\n", (long long)t, n, m);
	assert_int_equal(n, m);
}

static void year_is_exact(void **state)
{
	(void)state;
	struct year *y = mmap(NULL, sizeof(*y), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct desk_config cfg = desk->cfg;
	int warns = 0, breaches = 0;
	RUN_OK(&op, "organisation.create", "{\"name\":\"Northwind\",\"tier\":\"enterprise\",\"stage\":\"post_sales\",\"domains\":[\"northwind.example\"]}");
	/* its contract promises all four clocks */
	for (int s = 0; s < 4; s++)
		RUN_OK(&op, "policy.put", "{\"code\":\"N%d\",\"organisation\":\"northwind\",\"severity\":\"%d\",\"calendar\":\"pacific-24x5\",\"first_response\":\"%dh business warn 90m, 30m\","
		       "\"next_response\":\"%dh wall warn 1h\",\"periodic_update\":\"24h wall warn 2h\",\"resolution\":\"%dh business warn 8h pause pending\"}", s, s, 2 + 2 * s, 4 + s, 24 + 8 * s);
	y->editions = newest_edition();
	y->now_us = clock_now();
	assert_true(y->now_us > 0);
	arena_done(&arena);
	desk_close(desk);
	int kills = live_and_die(&cfg, y);
	struct fault f = { 0 };
	clock_freeze(y->now_us);
	assert_int_equal(desk_open(&cfg, DESK_SERVE, kit_features, &f, &desk), OK);
	arena_init(&arena);
	test_ctx(desk, &arena, &op);
	assert_int_equal(newest_edition(), y->editions + 4);   /* all changes are there, once, whatever was killed */
	assert_int_equal(ctx_db(&op), OK);
	struct sla_kept *k;
	struct sla_ticket_most_row most;
	assert_int_equal(sla_book_get(&op, &k), OK);
	assert_int_equal(sla_ticket_most(op.db, &arena, &most), OK);
	for (int64_t t = 1; t <= most.id; t++)
		check_ticket(k, t, &warns, &breaches);
	sla_book_put(k);
	struct sla_verify_told told = { 0 };
	assert_int_equal(sla_verify_all(&op, &told), OK);
	assert_int_equal(told.complaints, 0);
	ctx_db_done(&op);
	print_message("%lld cases, %d warnings, %d breaches, killed %d times\n", (long long)most.id, warns, breaches, kills);
	assert_true(most.id > 50 && warns > 50 && breaches > 50 && kills > 5);
	munmap(y, sizeof(*y));
}

int main(void)
{
	const struct CMUnitTest tests[] = { KIT_TEST(year_is_exact) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
