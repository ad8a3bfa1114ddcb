/* sla_property.c: laws of business time and of clocks over random calendars and histories (SLA.md 2, point 10).
 *
 *     sla_property COUNT [SEED]       COUNT cases of each law; 0 when none was broken, else what broke it
 *
 *   business time   between(a, add(a, n)) = n, and e is the earliest; add(a, m + n) = add(add(a, m), n); between is additive; add is monotone in both
 *                   arguments; is_open, between and the stretches agree
 *   clocks          fold of a prefix and the rest one by one, with a timer in between, and through bytes = fold of all; every alarm once, never
 *                   before an earlier one; a proof for each clock whose spans tile and sum (sla_explain checks); notes change nothing */
#include "sla/explain.h"
#include "sla/sla_test_kit.h"

#include <inttypes.h>
#include <string.h>

#include "base/banned.h"

struct chance {
	uint64_t s;
};

static uint64_t any(struct chance *r)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return r->s;
}

/* 0 … n − 1 */
static int64_t upto(struct chance *r, int64_t n)
{
	return (int64_t)((any(r) >> 11) % (uint64_t)n);
}

struct law {
	const char *name;
	int64_t cases, broken;
};
enum { USED, SUM_ADD, SUM_BETWEEN, MONOTONE, OPEN, INCREMENTAL, ALARMS, PROOF, NOTES, LAWS };

static bool hold(struct law *laws, int law, bool ok, const char *what, int64_t a, int64_t b, int64_t c)
{
	laws[law].cases++;
	if (!ok && laws[law].broken++ < 3)
		fprintf(stderr, "broken: %s (%s): %" PRId64 " %" PRId64 " %" PRId64 "\n", laws[law].name, what, a, b, c);
	return ok;
}

/* ---- business time ---- */

static const char *const ZONES[] = {
	"America/Los_Angeles", "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "Asia/Kathmandu",
	"Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran", "Asia/Gaza", "America/Santiago", "Pacific/Chatham", "Europe/Berlin", "UTC", "America/Havana",
};

static const struct calendar *random_calendar(struct chance *r, struct arena *a)
{
	struct cal_version v[2] = { 0 };
	size_t n = 1 + (upto(r, 4) == 0);
	for (size_t i = 0; i < n; i++) {
		size_t hours = (size_t)upto(r, 14), holidays = (size_t)upto(r, 12);
		struct cal_hours *h = arena_array(a, struct cal_hours, hours);
		struct cal_holiday *d = arena_array(a, struct cal_holiday, holidays);
		for (size_t k = 0; k < hours; k++) {
			int32_t step = upto(r, 3) ? 900 : 1, from = (int32_t)upto(r, 86400 / step) * step;
			int32_t to = from + step + (int32_t)upto(r, (86400 - from) / step) * step;
			h[k] = (struct cal_hours){ (enum cal_weekday)upto(r, 7), from, to > 86400 ? 86400 : to };
		}
		for (size_t k = 0; k < holidays; k++)
			d[k] = (struct cal_holiday){ .day = civil_days(2015, 1, 1) + upto(r, 3650), .yearly = upto(r, 4) == 0 };
		v[i] = (struct cal_version){ .from_day = civil_days(2020, 1, 1) + upto(r, 1000), .hours = h, .n_hours = hours, .holidays = d, .n_holidays = holidays };
	}
	struct fault f = { 0 };
	const struct calendar *cal = NULL;
	struct cal_spec spec = { .zone = str_c(ZONES[upto(r, ARRAY_LEN(ZONES))]), .versions = v, .n_versions = n };
	if (calendar_build(a, &spec, &f, &cal) != OK) {
		fprintf(stderr, "a random calendar does not build: %s\n", f.message);
		abort();
	}
	if (upto(r, 8) == 0)
		calendar_quicken(a, cal);
	return cal;
}

static int64_t random_instant(struct chance *r)
{
	static const int64_t FROM[] = { 0, 1420070400, 1420070400, 1420070400, 4102444800, 32503680000 };
	int64_t t = FROM[upto(r, ARRAY_LEN(FROM))] + upto(r, INT64_C(10) * 366 * 86400);
	return upto(r, 3) ? t : t - t % 3600;
}

static int64_t random_amount(struct chance *r)
{
	static const int64_t MOST[] = { 2, 100, 30000, 500000, 20000000 };
	return upto(r, MOST[upto(r, ARRAY_LEN(MOST))]);
}

static void calendar_laws(struct chance *r, struct law *laws, const struct calendar *cal)
{
	int64_t a = random_instant(r), n = random_amount(r), m = random_amount(r);
	int64_t e = calendar_add(cal, a, n), both = calendar_add(cal, a, m + n), first = calendar_add(cal, a, m);
	if (e == CAL_NEVER) {
		hold(laws, USED, n > 0 && calendar_between(cal, a, CAL_MOST_S) < n, "never", a, n, 0);
	} else {
		bool least = n == 0 ? e == a : calendar_between(cal, a, e - 1) == n - 1;
		hold(laws, USED, calendar_between(cal, a, e) == n && least, "between(a, add(a, n)) = n", a, n, e);
	}
	hold(laws, SUM_ADD, both == (first == CAL_NEVER ? CAL_NEVER : calendar_add(cal, first, n)), "add(a, m + n)", a, m, n);
	int64_t b = a + random_amount(r), c = b + random_amount(r);
	int64_t ab = calendar_between(cal, a, b);
	hold(laws, SUM_BETWEEN, ab + calendar_between(cal, b, c) == calendar_between(cal, a, c) && ab >= 0 && ab <= b - a, "between", a, b, c);
	hold(laws, MONOTONE, calendar_add(cal, b, n) >= e && calendar_add(cal, a, n + 1) >= e && (e == CAL_NEVER || e >= a), "add", a, b, n);
	struct cal_stretch s;
	calendar_stretch(cal, b, &s);
	bool open = s.kind == CAL_OPEN;
	bool agree = s.from_s == b && s.to_s > b && calendar_between(cal, b, s.to_s) == (open ? s.to_s - b : 0) && calendar_open(cal, b) == open;
	hold(laws, OPEN, agree, "stretch", b, s.to_s, s.kind);
}

/* ---- clocks ---- */

struct heard {
	struct sla_alarm alarm[256];
	struct sla_view view[256];
	size_t n_alarm, n_view;
};

static void hear_alarm(void *arg, const struct sla_alarm *a)
{
	struct heard *h = arg;
	if (h->n_alarm < ARRAY_LEN(h->alarm))
		h->alarm[h->n_alarm++] = *a;
}

static void hear_view(void *arg, const struct sla_view *v)
{
	struct heard *h = arg;
	if (h->n_view < ARRAY_LEN(h->view))
		h->view[h->n_view++] = *v;
}

enum { SETS = 6, EVENTS = 24 };

static struct sla_target random_target(struct chance *r)
{
	static const int64_t SECONDS[] = { 0, 1, 600, 3600, 7200, 28800, 86400 };
	struct sla_target t = { .set = upto(r, 4) > 0, .basis = upto(r, 3) ? SLA_BUSINESS : SLA_WALL, .seconds = SECONDS[upto(r, ARRAY_LEN(SECONDS))],
				.pause_set = upto(r, 2) == 0, .pause_on = (uint32_t)upto(r, 16), .n_warn = (uint32_t)upto(r, 3) };
	for (uint32_t i = 0; i < t.n_warn; i++)
		t.warn_remaining_s[i] = SECONDS[upto(r, ARRAY_LEN(SECONDS))];
	return t;
}

static const struct sla_rules *random_rules(struct chance *r, struct arena *a)
{
	const struct calendar *cal[3];
	struct sla_row rows[12];
	struct sla_automation none = { .from_s = SLA_SINCE_EVER };
	for (size_t i = 0; i < 3; i++)
		cal[i] = random_calendar(r, a);
	size_t n = 2 + (size_t)upto(r, 10);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct sla_row){ .id = arena_fmt(a, "row%zu", i), .track = upto(r, 5) ? SLA_PROMISE : SLA_AIM, .from_s = SLA_SINCE_EVER,
					    .to_s = SLA_FOR_EVER, .cal = cal[upto(r, 3)], .version = (int32_t)upto(r, 2) };
		if (upto(r, 2))
			rows[i].match = (struct sla_match){ .keys = SLA_KEY_SEVERITY, .is = { .severity = (int32_t)upto(r, 4) - 1 } };
		if (upto(r, 3) == 0)
			rows[i].from_s = 1623628800 + upto(r, 10) * 43200;
		for (int k = 0; k < SLA_CLOCKS; k++)
			rows[i].target[k] = random_target(r);
	}
	struct fault f = { 0 };
	const struct sla_rules *rules = NULL;
	struct sla_rules_spec spec = { .default_calendar = cal[0], .rows = rows, .n_rows = n, .automation = &none, .n_automation = 1 };
	if (sla_rules_build(a, &spec, &f, &rules) != OK) {
		fprintf(stderr, "random rules do not build: %s\n", f.message);
		abort();
	}
	return rules;
}

struct history {
	struct sla_created created;
	struct sla_case_facts facts[EVENTS];
	struct sla_owed owed[EVENTS];
	struct sla_event e[EVENTS];
	size_t n;
};

static void random_history(struct chance *r, struct history *h)
{
	int64_t t = 1623628800 + upto(r, 200) * 1800;
	h->created = (struct sla_created){ .facts.severity = (int32_t)upto(r, 4) - 1, .outreach = upto(r, 8) == 0 };
	if (upto(r, 8) == 0)
		h->created.aware_s = SOME(t + (upto(r, 20) - 10) * 1800);
	h->e[0] = (struct sla_event){ .t_s = t, .kind = SLA_CREATED, .rules = (uint32_t)upto(r, SETS), .created = &h->created };
	h->n = 1 + (size_t)upto(r, EVENTS);
	for (size_t i = 1; i < h->n; i++) {
		static const uint8_t KINDS[] = { SLA_MESSAGE, SLA_MESSAGE, SLA_MESSAGE, SLA_MESSAGE, SLA_STATUS, SLA_STATUS, SLA_STATUS, SLA_STATUS,
						 SLA_FACTS, SLA_FACTS, SLA_RULES, SLA_MERGED_FROM, SLA_OTHER, SLA_MERGED_INTO };
		struct sla_event *e = &h->e[i];
		t += upto(r, 3) * upto(r, 30) * 600;
		*e = (struct sla_event){ .t_s = t, .id = (int64_t)i, .kind = KINDS[upto(r, upto(r, 20) ? 13 : 14)], .by = (uint8_t)upto(r, 3), .public_ = upto(r, 8) > 0,
					 .ack = upto(r, 4) == 0, .workaround = upto(r, 12) == 0, .status = (uint8_t)upto(r, 6), .mode = (uint8_t)upto(r, 2),
					 .rules = (uint32_t)upto(r, SETS) };
		h->facts[i].severity = (int32_t)upto(r, 4) - 1;
		h->owed[i] = (struct sla_owed){ { t - upto(r, 30) * 1800, upto(r, 2) }, { t - upto(r, 30) * 1800, upto(r, 2) } };
		if (e->kind == SLA_FACTS)
			e->facts = &h->facts[i];
		if (e->kind == SLA_MERGED_FROM)
			e->owed = &h->owed[i];
	}
}

static int64_t alarm_seen(const struct sla_alarm *a)
{
	return a->at_s + (a->kind == SLA_ALARM_BREACH && a->at_s == a->due_s);
}

static bool alarms_hold(const struct heard *h)
{
	for (size_t i = 0; i < h->n_alarm; i++)
		for (size_t k = 0; k < i; k++) {
			const struct sla_alarm *x = &h->alarm[k], *y = &h->alarm[i];
			if (x->clock == y->clock && x->track == y->track && x->no == y->no && x->kind == y->kind && x->warn == y->warn)
				return false;
		}
	return true;
}

static bool same_alarms(const struct heard *x, const struct heard *y)
{
	if (x->n_alarm != y->n_alarm)
		return false;
	for (size_t i = 0; i < x->n_alarm; i++)
		if (x->alarm[i].at_s != y->alarm[i].at_s || x->alarm[i].clock != y->alarm[i].clock || x->alarm[i].kind != y->alarm[i].kind ||
		    x->alarm[i].no != y->alarm[i].no || alarm_seen(&x->alarm[i]) != alarm_seen(&y->alarm[i]))
			return false;
	return true;
}

static bool prove(const struct sla_case *c, const struct heard *h, int64_t asof, struct arena *a, char *why, size_t why_n)
{
	struct sla_explanation x;
	struct fault f = { 0 };
	bool ok = true;
	for (size_t i = 0; i < h->n_view && ok; i++)
		ok = sla_explain(c, &h->view[i], asof, a, &f, &x) == OK;
	for (int k = 0; k < SLA_CLOCKS * SLA_TRACKS && ok; k++) {
		struct sla_view v;
		if (sla_case_view(c, asof, (enum sla_clock)(k / SLA_TRACKS), (enum sla_track)(k % SLA_TRACKS), &v))
			ok = sla_explain(c, &v, asof, a, &f, &x) == OK;
	}
	snprintf(why, why_n, "%s", f.message);
	return ok;
}

static void clock_laws(struct chance *r, struct law *laws, const struct sla_book *book, struct arena *a, struct history *h)
{
	struct heard all = { .n_alarm = 0 }, parts = { .n_alarm = 0 }, quiet = { .n_alarm = 0 };
	struct sla_sink to_all = { hear_view, hear_alarm, &all }, to_parts = { hear_view, hear_alarm, &parts }, to_quiet = { hear_view, NULL, &quiet };
	struct sla_case x, y, z;
	random_history(r, h);
	int64_t last = h->e[h->n - 1].t_s, asof = last + upto(r, 4) * upto(r, 200000);
	sla_case_init(&x, a, book, &to_all);
	sla_case_init(&y, a, book, &to_parts);
	sla_case_init(&z, a, book, &to_quiet);
	bool ok = sla_case_fold(&x, h->e, h->n, asof);
	sla_case_advance(&x, asof);
	size_t cut = 1 + (size_t)upto(r, (int64_t)h->n), bytes_at = (size_t)upto(r, (int64_t)h->n);
	ok = ok && sla_case_fold(&y, h->e, cut, last);
	for (size_t i = cut; i < h->n && ok; i++) {
		if (upto(r, 3) == 0 && h->e[i].t_s > h->e[i - 1].t_s)
			sla_case_advance(&y, h->e[i - 1].t_s + upto(r, h->e[i].t_s - h->e[i - 1].t_s));
		ok = sla_case_step(&y, &h->e[i]);
		if (i == bytes_at) {
			struct buf b;
			buf_init(&b, a, 1 << 20);
			sla_case_save(&y, &b);
			sla_case_init(&y, a, book, &to_parts);
			ok = ok && sla_case_load(&y, buf_str(&b));
		}
	}
	sla_case_advance(&y, asof);
	struct buf bx, by;
	buf_init(&bx, a, 1 << 20);
	buf_init(&by, a, 1 << 20);
	sla_case_save(&x, &bx);
	sla_case_save(&y, &by);
	ok = ok && str_eq(buf_str(&bx), buf_str(&by)) && sla_case_same(&x, &y, a) && all.n_view == parts.n_view;
	for (size_t i = 0; ok && i < all.n_view; i++)
		ok = kit_same_view(&all.view[i], &parts.view[i]);
	hold(laws, INCREMENTAL, ok, "prefix + rest = all", (int64_t)cut, (int64_t)h->n, laws[INCREMENTAL].cases);
	int64_t wake = sla_case_wake(&x);
	hold(laws, ALARMS, alarms_hold(&all) && same_alarms(&all, &parts) && wake > asof, "each once, the same", (int64_t)all.n_alarm, (int64_t)parts.n_alarm,
	     laws[ALARMS].cases);
	char why[320];
	bool proved = prove(&x, &all, asof, a, why, sizeof(why));
	hold(laws, PROOF, proved, why, (int64_t)h->n, asof, laws[PROOF].cases);
	/* without notes, and without telling alarms: the same views */
	struct sla_event fewer[EVENTS];
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++)
		if (h->e[i].kind != SLA_OTHER && !(h->e[i].kind == SLA_MESSAGE && (!h->e[i].public_ || h->e[i].by == SLA_BY_OTHER)))
			fewer[n++] = h->e[i];
	ok = sla_case_fold(&z, fewer, n, asof) && quiet.n_view == all.n_view;
	for (int k = 0; k < SLA_CLOCKS && ok; k++) {
		struct sla_view v, w;
		ok = sla_case_view(&x, asof, (enum sla_clock)k, SLA_PROMISE, &v) == sla_case_view(&z, asof, (enum sla_clock)k, SLA_PROMISE, &w) &&
		     v.due_s == w.due_s && v.outcome == w.outcome && v.breach_s == w.breach_s && v.elapsed_s == w.elapsed_s;
	}
	hold(laws, NOTES, ok, "notes change nothing", (int64_t)h->n, (int64_t)n, laws[NOTES].cases);
}

int main(int argc, char **argv)
{
	int64_t count = 0, seed = 1;
	if (argc < 2 || !str_i64(str_c(argv[1]), &count) || (argc > 2 && !str_i64(str_c(argv[2]), &seed))) {
		fprintf(stderr, "usage: sla_property COUNT [SEED]\n");
		return 2;
	}
	struct law laws[LAWS] = {
		[USED] = { .name = "between(a, add(a, n)) = n, at the earliest" }, [SUM_ADD] = { .name = "add(a, m + n) = add(add(a, m), n)" },
		[SUM_BETWEEN] = { .name = "between is additive" }, [MONOTONE] = { .name = "add is monotone" }, [OPEN] = { .name = "open, between and stretches agree" },
		[INCREMENTAL] = { .name = "fold of prefix and rest = fold of all = incremental" }, [ALARMS] = { .name = "alarms once, the same with a timer" },
		[PROOF] = { .name = "spans tile and sum" }, [NOTES] = { .name = "notes change nothing" },
	};
	struct chance r = { .s = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
	struct arena a, work;
	arena_init(&a);
	arena_init(&work);
	const struct calendar *cal = NULL;
	const struct sla_rules *sets[SETS];
	struct sla_book book = { sets, SETS };
	struct history *h = calloc(1, sizeof(*h));
	ASSERT(h);
	for (int64_t i = 0; i < count; i++) {
		if (i % 5000 == 0) {
			arena_reset(&a);
			for (size_t k = 0; k < SETS; k++)
				sets[k] = random_rules(&r, &a);
		}
		if (i % 500 == 0)
			cal = random_calendar(&r, &a);
		calendar_laws(&r, laws, cal);
		clock_laws(&r, laws, &book, &work, h);
		arena_reset(&work);
	}
	int64_t broken = 0;
	for (size_t i = 0; i < LAWS; i++) {
		printf("%-55s %10" PRId64 " cases, %" PRId64 " broken\n", laws[i].name, laws[i].cases, laws[i].broken);
		broken += laws[i].broken;
	}
	free(h);
	arena_done(&a);
	arena_done(&work);
	return broken ? 1 : 0;
}
