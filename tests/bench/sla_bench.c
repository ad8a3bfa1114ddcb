/* sla_bench.c: how fast business time and clocks are; for docs/figures.md. Nothing but the engine runs: no database, one core; CPU time.
 *
 *     sla_bench [CASES [replay|only]]        standard 1,000,000 cases of 12 events; "replay": without the calendars, "only": that alone, for a profiler */
#include "sla/sla_test_kit.h"

#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "base/banned.h"

static const char *const RULES = "{'calendars':{" KIT_DESK ",'always':{'tz':'UTC','weekly':{'mon':[['00:00','24:00']],'tue':[['00:00','24:00']],"
	"'wed':[['00:00','24:00']],'thu':[['00:00','24:00']],'fri':[['00:00','24:00']],'sat':[['00:00','24:00']],'sun':[['00:00','24:00']]},'holidays':[]}},"
	"'default_calendar':'desk','rows':["
	"{'id':'presales','match':{'segment':'presales'},'calendar':'desk','targets':{'first_response':{'seconds':28800,'basis':'business','warn_remaining':7200}}},"
	"{'id':'sev1','match':{'segment':'postsales','severity':1},'to':'2022-08-11T07:00:00Z','calendar':'desk','targets':{"
	"'first_response':{'seconds':28800,'basis':'business','warn_remaining':7200},'next_response':{'seconds':28800,'basis':'business'},"
	"'resolution':{'seconds':86400,'basis':'business','warn_remaining':28800,'pause_on':['pending']}}},"
	"{'id':'sev2','match':{'segment':'postsales','severity':2},'to':'2022-08-11T07:00:00Z','calendar':'desk','targets':{"
	"'first_response':{'seconds':144000,'basis':'business'}}},"
	"{'id':'org','match':{'org':'globex','severity':1},'calendar':'always','targets':{'first_response':{'seconds':14400,'basis':'wall'},"
	"'next_response':{'seconds':14400,'basis':'wall'},'periodic_update':{'seconds':14400,'basis':'wall'},'resolution':{'seconds':86400,'basis':'wall'}}}]}";

static uint64_t any(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* Seconds of this process's own CPU time: other work on the machine does not count. */
static int64_t cpu_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_utime.tv_sec * INT64_C(1000000) + u.ru_utime.tv_usec;
}

static double seconds_since(int64_t from_us)
{
	return (double)(cpu_us() - from_us) / 1e6;
}

static enum err nine_to_five(struct arena *a, const struct calendar **ret)
{
	struct cal_hours h[5];
	struct cal_holiday d[390];
	struct fault f = { 0 };
	for (int i = 0; i < 5; i++)
		h[i] = (struct cal_hours){ (enum cal_weekday)i, 9 * 3600, 17 * 3600 };
	for (int i = 0; i < 390; i++)   /* three a year for 130 years, as dates */
		d[i] = (struct cal_holiday){ .day = civil_days(1970 + i / 3, i % 3 ? 12 : 1, i % 3 ? 23 + i % 3 : 1) };
	struct cal_version v = { .hours = h, .n_hours = 5, .holidays = d, .n_holidays = 390 };
	enum err e = calendar_build(a, &(struct cal_spec){ .zone = S("America/Los_Angeles"), .versions = &v, .n_versions = 1 }, &f, ret);
	if (e == OK)
		calendar_quicken(a, *ret);
	return e;
}

static void calendars(void)
{
	enum { N = 20000000, ROUND = 1 << 16, BUILDS = 200 };
	struct arena a;
	const struct calendar *c = NULL;
	arena_init(&a);
	ASSERT(nine_to_five(&a, &c) == OK);
	int64_t t = cpu_us();
	for (int i = 0; i < BUILDS; i++) {
		arena_reset(&a);
		ASSERT(nine_to_five(&a, &c) == OK);
	}
	printf("build 9-5 with holidays for 130 years     %8.3f ms (%zu KiB)\n", seconds_since(t) * 1e3 / BUILDS, a.used_bytes / 1024);
	for (int span = 5; span <= 100; span += 95) {
		static int64_t at[ROUND], amount[ROUND];
		uint64_t s = 42;
		int64_t sum = 0;
		for (int i = 0; i < ROUND; i++) {
			at[i] = 1577836800 + (int64_t)(any(&s) % ((uint64_t)span * 31557600));
			amount[i] = (int64_t)(any(&s) % 300000);
		}
		t = cpu_us();
		for (int i = 0; i < N; i++)
			sum += calendar_add(c, at[i % ROUND], amount[i % ROUND]);
		printf("add, instants over %3d years              %8.2f ns\n", span, seconds_since(t) * 1e9 / N);
		t = cpu_us();
		for (int i = 0; i < N; i++)
			sum += calendar_between(c, at[i % ROUND], at[i % ROUND] + amount[i % ROUND]);
		printf("between, instants over %3d years          %8.2f ns (%" PRId64 ")\n", span, seconds_since(t) * 1e9 / N, sum % 10);
	}
	arena_done(&a);
}

enum { EVENTS = 12 };

static void make_case(uint64_t *s, struct sla_event *e, const struct sla_created *kinds, const struct sla_case_facts *facts)
{
	int64_t t = 1609459200 + (int64_t)(any(s) % 31536000);
	static const uint8_t TO[] = { SLA_OPEN, SLA_PENDING, SLA_OPEN, SLA_HOLD, SLA_PENDING, SLA_OPEN };
	for (int i = 0; i < EVENTS; i++) {
		e[i] = (struct sla_event){ .t_s = t, .id = i, .kind = i % 2 ? SLA_MESSAGE : SLA_STATUS, .by = i % 4 == 1 ? SLA_BY_AGENT : SLA_BY_CUSTOMER, .public_ = true,
					   .status = TO[i / 2] };
		t += 600 + (int64_t)(any(s) % 40000);
	}
	e[0].kind = SLA_CREATED;
	e[0].created = &kinds[any(s) % 4];
	e[EVENTS - 1] = (struct sla_event){ .t_s = t, .kind = SLA_STATUS, .status = SLA_SOLVED };
	if (any(s) % 4 == 0) {
		e[6].kind = SLA_FACTS;
		e[6].facts = facts;
	}
}

static void replay(int64_t cases, bool only)
{
	struct arena a, work;
	struct sla_words w;
	struct fault f = { 0 };
	arena_init(&a);
	arena_init(&work);
	sla_words_init(&w, &a);
	const struct sla_rules *rules = kit_rules(&a, &w, RULES, &f);
	ASSERT(rules);
	struct sla_book book = { &rules, 1 };
	int64_t presales = map_i64(&w.values, S("presales")).v, postsales = map_i64(&w.values, S("postsales")).v, globex = map_i64(&w.values, S("globex")).v;
	struct sla_created kinds[4] = { { .facts = { .stage = presales, .severity = SLA_UNTRIAGED } }, { .facts = { .stage = postsales, .severity = 1 } },
					{ .facts = { .stage = postsales, .severity = 2 } }, { .facts = { .org = globex, .stage = postsales, .severity = 1 } } };
	struct sla_case_facts facts = { .stage = postsales, .severity = 1 };
	struct sla_event *e = calloc((size_t)cases * EVENTS, sizeof(*e));
	ASSERT(e);
	uint64_t s = 7;
	for (int64_t i = 0; i < cases; i++)
		make_case(&s, e + i * EVENTS, kinds, &facts);
	struct sla_case c;
	struct sla_view v;
	int64_t outcome[SLA_OUTCOMES] = { 0 }, t = cpu_us();
	sla_case_init(&c, &work, &book, NULL);
	for (int64_t i = 0; i < cases; i++) {
		const struct sla_event *last = &e[i * EVENTS + EVENTS - 1];
		ASSERT(sla_case_fold(&c, e + i * EVENTS, EVENTS, last->t_s));
		sla_case_view(&c, last->t_s, SLA_FIRST_RESPONSE, SLA_PROMISE, &v);
		outcome[v.outcome]++;
		sla_case_view(&c, last->t_s, SLA_RESOLUTION, SLA_PROMISE, &v);
		outcome[v.outcome]++;
		if (i % 4096 == 0)
			arena_reset(&work);
	}
	double took = seconds_since(t);
	printf("replay of %" PRId64 " cases × %d events       %8.3f s: %.2f million cases/s, %.0f ns a case (met %" PRId64 ", breached %" PRId64 ")\n", cases, EVENTS, took,
	       (double)cases / took / 1e6, took * 1e9 / (double)cases, outcome[SLA_MET], outcome[SLA_BREACHED]);
	free(e);
	if (only)
		goto done;
	/* one more event on a case with 1,000: a message, a status, and the worst, another severity */
	enum { BEFORE = 1000, TIMES = 2000 };
	struct sla_event long_[BEFORE];
	long_[0] = (struct sla_event){ .t_s = 1609459200, .kind = SLA_CREATED, .created = &kinds[1] };
	for (int i = 1; i < BEFORE; i++)
		long_[i] = (struct sla_event){ .t_s = 1609459200 + i * 3000, .id = i, .kind = i % 3 ? SLA_MESSAGE : SLA_STATUS, .by = i % 2 ? SLA_BY_AGENT : SLA_BY_CUSTOMER,
					       .public_ = true, .status = i % 2 ? SLA_PENDING : SLA_OPEN };
	struct sla_event more[3] = { { .kind = SLA_MESSAGE, .by = SLA_BY_CUSTOMER, .public_ = true }, { .kind = SLA_STATUS }, { .kind = SLA_FACTS } };
	struct sla_case_facts two[2] = { { .stage = postsales, .severity = 2 }, { .stage = postsales, .severity = 1 } };
	for (int k = 0; k < 3; k++) {
		ASSERT(sla_case_fold(&c, long_, BEFORE, INT64_MAX));
		t = cpu_us();
		for (int i = 0; i < TIMES; i++) {
			more[k].t_s = c.last_s + 60;
			more[k].status = i % 2 ? SLA_PENDING : SLA_OPEN;
			if (k == 2)
				more[k].facts = &two[i % 2];
			ASSERT(sla_case_step(&c, &more[k]));
			(void)sla_case_wake(&c);
		}
		static const char *const WHAT[] = { "a message", "a status", "a severity" };
		printf("%-10s on a case of 1,000 events      %8.2f µs with its next timer\n", WHAT[k], seconds_since(t) * 1e6 / TIMES);
	}
	struct buf b;
	buf_init(&b, &work, 1 << 24);
	t = cpu_us();
	sla_case_save(&c, &b);
	ASSERT(sla_case_load(&c, buf_str(&b)));
	printf("state saved and loaded                    %8.2f µs, %zu bytes\n", seconds_since(t) * 1e6, b.n);
done:
	arena_done(&a);
	arena_done(&work);
}

int main(int argc, char **argv)
{
	int64_t cases = 1000000;
	if (argc > 1 && (!str_i64(str_c(argv[1]), &cases) || cases < 1)) {
		fprintf(stderr, "usage: sla_bench [CASES [replay|only]]\n");
		return 2;
	}
	if (argc < 3)
		calendars();
	replay(cases, argc > 2 && strcmp(argv[2], "only") == 0);
	return 0;
}
