/* clock_test.c: what the examples of tests/golden/sla do not reach: alarms, marks and voids, changes of rules, aims, merges in a circle, the state as
 * bytes, and input that is refused. */
#include "sla/explain.h"
#include "sla/sla_test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

#define HOUR 3600
#define RULES_HEAD "{'calendars':{" KIT_DESK "},'default_calendar':'desk','rows':["
#define FIRST(seconds) "'targets':{'first_response':{'seconds':" seconds ",'basis':'business','warn_remaining':[7200,3600]},"                       \
		       "'next_response':{'seconds':" seconds ",'basis':'business'},"                                                                \
		       "'resolution':{'seconds':86400,'basis':'business','warn_remaining':28800}}}"

static const char *const DAY8 = RULES_HEAD "{'id':'one','match':{'severity':1},'calendar':'desk'," FIRST("28800") ","
					   "{'id':'two','match':{'severity':2},'calendar':'desk'," FIRST("14400") "]}";
static const char *const DAY4 = RULES_HEAD "{'id':'one','version':2,'match':{'severity':1},'calendar':'desk'," FIRST("14400") ","
					   "{'id':'two','match':{'severity':2},'calendar':'desk'," FIRST("14400") "]}";
static const char *const AIMS = RULES_HEAD "{'id':'one','match':{'severity':1},'calendar':'desk'," FIRST("28800") ","
					   "{'id':'soft','track':'aim','calendar':'desk','targets':{'first_response':{'seconds':7200,'basis':'business'},"
					   "'periodic_update':{'seconds':86400,'basis':'wall'}}}]}";

struct heard {
	struct sla_alarm alarm[64];
	struct sla_view view[256];
	size_t n_alarm, n_view;
};

static void hear_alarm(void *arg, const struct sla_alarm *a)
{
	struct heard *h = arg;
	assert_true(h->n_alarm < ARRAY_LEN(h->alarm));
	h->alarm[h->n_alarm++] = *a;
}

static void hear_view(void *arg, const struct sla_view *v)
{
	struct heard *h = arg;
	if (h->n_view < ARRAY_LEN(h->view))
		h->view[h->n_view++] = *v;
}

struct bench {
	struct arena a;
	struct sla_words words;
	const struct sla_rules *rules[3];
	struct sla_book book;
	struct heard heard;
	struct sla_sink sink;
	struct sla_created created;
	struct sla_case_facts facts;
	struct sla_case c;
};

static void up(struct bench *b, const char *one, const char *two)
{
	struct fault f = { 0 };
	memset(b, 0, sizeof(*b));
	arena_init(&b->a);
	sla_words_init(&b->words, &b->a);
	b->rules[0] = kit_rules(&b->a, &b->words, one, &f);
	b->rules[1] = kit_rules(&b->a, &b->words, two, &f);
	assert_non_null(b->rules[0]);
	assert_non_null(b->rules[1]);
	b->book = (struct sla_book){ b->rules, 2 };
	b->sink = (struct sla_sink){ hear_view, hear_alarm, &b->heard };
	b->created.facts.severity = 1;
	b->facts.severity = 2;
	sla_case_init(&b->c, &b->a, &b->book, &b->sink);
}

static void down(struct bench *b)
{
	arena_done(&b->a);
}

static struct sla_event created(const struct bench *b, int64_t t)
{
	return (struct sla_event){ .t_s = t, .id = 1, .kind = SLA_CREATED, .created = &b->created };
}

static struct sla_event message(int64_t t, int64_t id, enum sla_by by, bool ack)
{
	return (struct sla_event){ .t_s = t, .id = id, .kind = SLA_MESSAGE, .by = by, .public_ = true, .ack = ack };
}

static struct sla_event status(int64_t t, enum sla_status to)
{
	return (struct sla_event){ .t_s = t, .kind = SLA_STATUS, .status = to };
}

static struct sla_view view(const struct bench *b, int64_t asof, enum sla_clock clock)
{
	struct sla_view v;
	sla_case_view(&b->c, asof, clock, SLA_PROMISE, &v);
	return v;
}

/* Monday 09:00, eight hours: warnings at 15:00 and 16:00, due at 17:00, breached a second later. */
static void alarms_at_their_instant(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0);
	struct sla_event e = created(&b, t0);
	assert_true(sla_case_fold(&b.c, &e, 1, t0));
	static const int HOURS[] = { 6, 7, 8 };
	for (size_t i = 0; i < ARRAY_LEN(HOURS); i++) {
		int64_t at = t0 + HOURS[i] * HOUR, wake = at + (i == 2);
		assert_int_equal(sla_case_wake(&b.c), wake);
		sla_case_advance(&b.c, wake - 1);
		assert_int_equal(b.heard.n_alarm, i);
		sla_case_advance(&b.c, wake);
		sla_case_advance(&b.c, wake);
		assert_int_equal(b.heard.n_alarm, i + 1);
		assert_int_equal(b.heard.alarm[i].at_s, at);
		assert_int_equal(b.heard.alarm[i].kind, i == 2 ? SLA_ALARM_BREACH : SLA_ALARM_WARN);
	}
	/* resolution: 24 h, warned with 8 h left: Tuesday 17:00 */
	assert_int_equal(sla_case_wake(&b.c), kit_pt(15, 17, 0));
	/* an answer after a night of being switched off: the alarms before it are told by the step, in order, with their instants */
	e = message(kit_pt(16, 17, 0) + 1, 2, SLA_BY_AGENT, false);
	assert_true(sla_case_step(&b.c, &e));
	assert_int_equal(b.heard.n_alarm, 5);
	assert_int_equal(b.heard.alarm[3].at_s, kit_pt(15, 17, 0));
	assert_int_equal(b.heard.alarm[4].at_s, kit_pt(16, 17, 0));
	assert_int_equal(b.heard.alarm[4].clock, SLA_RESOLUTION);
	assert_int_equal(sla_case_wake(&b.c), CAL_NEVER);
	down(&b);
}

static void an_answer_in_the_last_second_is_no_breach(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0), due = kit_pt(14, 17, 0);
	struct sla_event e[] = { created(&b, t0), message(due, 2, SLA_BY_AGENT, false) };
	assert_true(sla_case_fold(&b.c, e, 2, due));
	sla_case_advance(&b.c, due + 100);
	assert_int_equal(b.heard.n_alarm, 2);   /* the two warnings */
	assert_int_equal(view(&b, due, SLA_FIRST_RESPONSE).outcome, SLA_MET);
	e[1].t_s++;
	b.heard.n_alarm = 0;
	assert_true(sla_case_fold(&b.c, e, 2, due + 1));
	assert_int_equal(b.heard.n_alarm, 3);
	assert_int_equal(view(&b, due + 1, SLA_FIRST_RESPONSE).outcome, SLA_BREACHED);
	down(&b);
}

/* A reviewer's word changes the past: the state asks to be folded again. */
static void marks_and_voids(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0), late = kit_pt(15, 12, 0);
	struct sla_event e[] = {
		created(&b, t0), message(t0 + HOUR, 2, SLA_BY_AGENT, false), message(late, 3, SLA_BY_AGENT, false),
		{ .t_s = late + 60, .id = 4, .kind = SLA_MARK, .of = 2, .ack = true }, { .t_s = late + 120, .id = 5, .kind = SLA_VOID, .of = 4 },
		{ .t_s = late + 180, .id = 6, .kind = SLA_VOID, .of = 5 },
	};
	assert_true(sla_case_fold(&b.c, e, 3, late));
	assert_int_equal(view(&b, late, SLA_FIRST_RESPONSE).achieved_s, t0 + HOUR);
	assert_false(sla_case_step(&b.c, &e[3]));
	assert_int_equal(view(&b, late, SLA_FIRST_RESPONSE).achieved_s, t0 + HOUR);   /* unharmed */
	assert_true(sla_case_fold(&b.c, e, 4, late + 60));
	struct sla_view v = view(&b, late + 60, SLA_FIRST_RESPONSE);
	assert_int_equal(v.achieved_s, late);
	assert_int_equal(v.outcome, SLA_BREACHED);
	assert_int_equal(v.breach_s, kit_pt(14, 17, 0));
	assert_int_equal(sla_case_any_reply(&b.c), t0 + HOUR);   /* the other figure: any reply */
	assert_true(sla_case_fold(&b.c, e, 5, late + 120));      /* overturned again */
	assert_int_equal(view(&b, late + 120, SLA_FIRST_RESPONSE).outcome, SLA_MET);
	assert_true(sla_case_fold(&b.c, e, 6, late + 180));      /* and that as well */
	assert_int_equal(view(&b, late + 180, SLA_FIRST_RESPONSE).outcome, SLA_BREACHED);
	/* asked about a moment before the mark, the fold says what was shown then */
	assert_true(sla_case_fold(&b.c, e, 6, late));
	assert_int_equal(view(&b, late, SLA_FIRST_RESPONSE).outcome, SLA_MET);
	down(&b);
}

static void an_undone_merge_never_happened(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0);
	struct sla_event e[] = { created(&b, t0), { .t_s = t0 + HOUR, .id = 9, .kind = SLA_MERGED_INTO }, { .t_s = t0 + 2 * HOUR, .id = 10, .kind = SLA_VOID, .of = 9 } };
	assert_true(sla_case_fold(&b.c, e, 2, t0 + HOUR));
	assert_int_equal(view(&b, t0 + HOUR, SLA_FIRST_RESPONSE).outcome, SLA_CANCELLED);
	assert_true(sla_case_fold(&b.c, e, 3, t0 + 2 * HOUR));
	struct sla_view v = view(&b, t0 + 3 * HOUR, SLA_FIRST_RESPONSE);
	assert_int_equal(v.outcome, SLA_RUNNING);
	assert_int_equal(v.elapsed_s, 3 * HOUR);
	down(&b);
}

static void rules_change(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0), t = kit_pt(14, 14, 0);
	struct sla_event e[] = { created(&b, t0), { .t_s = t, .id = 2, .kind = SLA_RULES, .rules = 1, .mode = SLA_FROM_START } };
	/* from the start: four hours were over at 13:00; the breach is dated at the change */
	assert_true(sla_case_fold(&b.c, e, 2, t));
	struct sla_view v = view(&b, t, SLA_FIRST_RESPONSE);
	assert_int_equal(v.due_s, kit_pt(14, 13, 0));
	assert_int_equal(v.breach_s, t);
	/* from now: four hours from 14:00, one of them tomorrow */
	e[1].mode = SLA_FROM_NOW;
	assert_true(sla_case_fold(&b.c, e, 2, t));
	v = view(&b, t, SLA_FIRST_RESPONSE);
	assert_int_equal(v.start_s, t0);
	assert_int_equal(v.base_s, t);
	assert_int_equal(v.due_s, kit_pt(15, 10, 0));
	assert_int_equal(v.outcome, SLA_RUNNING);
	/* a row that is the same in both sets keeps its clocks as they are */
	b.created.facts.severity = 2;
	assert_true(sla_case_fold(&b.c, e, 2, t));
	v = view(&b, t, SLA_FIRST_RESPONSE);
	assert_int_equal(v.base_s, t0);
	assert_int_equal(v.due_s, kit_pt(14, 13, 0));
	assert_int_equal(v.breach_s, kit_pt(14, 13, 0));
	/* while solved: looked up at the reopening */
	b.created.facts.severity = 1;
	e[1].mode = SLA_FROM_START;
	struct sla_event solved[] = { e[0], status(t0 + HOUR, SLA_SOLVED), e[1], status(t + HOUR, SLA_OPEN) };
	assert_true(sla_case_fold(&b.c, solved, 3, t));
	assert_int_equal(view(&b, t, SLA_FIRST_RESPONSE).due_s, kit_pt(14, 17, 0));
	assert_true(sla_case_fold(&b.c, solved, 4, t + HOUR));
	v = view(&b, t + HOUR, SLA_FIRST_RESPONSE);
	assert_int_equal(v.due_s, kit_pt(14, 13, 0));
	assert_int_equal(v.breach_s, t + HOUR);
	down(&b);
}

static void aims_run_beside_promises(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, AIMS);
	int64_t t0 = kit_pt(14, 9, 0);
	struct sla_event e[] = { created(&b, t0), message(t0 + 3 * HOUR, 2, SLA_BY_AGENT, false) };
	e[0].rules = 1;
	assert_true(sla_case_fold(&b.c, e, 2, t0 + 3 * HOUR));
	struct sla_view v;
	assert_true(sla_case_view(&b.c, t0 + 3 * HOUR, SLA_FIRST_RESPONSE, SLA_AIM, &v));
	assert_int_equal(v.outcome, SLA_BREACHED);
	assert_int_equal(view(&b, t0 + 3 * HOUR, SLA_FIRST_RESPONSE).outcome, SLA_MET);
	assert_true(sla_case_view(&b.c, t0 + 3 * HOUR, SLA_PERIODIC_UPDATE, SLA_AIM, &v));
	assert_int_equal(v.due_s, t0 + 27 * HOUR);
	/* a desk that begins to have aims while cases are open */
	struct sla_event later[] = { created(&b, t0), { .t_s = t0 + HOUR, .id = 2, .kind = SLA_RULES, .rules = 1, .mode = SLA_FROM_START } };
	assert_true(sla_case_fold(&b.c, later, 2, t0 + HOUR));
	assert_true(sla_case_view(&b.c, t0 + HOUR, SLA_FIRST_RESPONSE, SLA_AIM, &v));
	assert_int_equal(v.due_s, t0 + 2 * HOUR);
	down(&b);
}

static void toggled_a_hundred_times_gains_nothing(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	struct sla_event e[201];
	int64_t t0 = kit_pt(14, 9, 0);
	struct sla_case_facts one = { .severity = 1 };
	e[0] = created(&b, t0);
	for (int i = 1; i <= 200; i++)
		e[i] = (struct sla_event){ .t_s = t0 + i * 60, .id = i, .kind = SLA_FACTS, .facts = i % 2 ? &b.facts : &one };
	assert_true(sla_case_fold(&b.c, e, 201, e[200].t_s));
	struct sla_view v = view(&b, e[200].t_s, SLA_FIRST_RESPONSE);
	assert_int_equal(v.due_s, kit_pt(14, 17, 0));
	assert_int_equal(v.outcome, SLA_RUNNING);
	assert_int_equal(v.elapsed_s, 200 * 60);
	down(&b);
}

/* A into B, B into A: each event carries what it needs, so a circle is two cases that are both gone. */
static void merge_loops(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0), t = t0 + HOUR;
	struct sla_event e[] = { created(&b, t0), { .kind = SLA_OTHER }, { .kind = SLA_OTHER }, message(t0 + 3 * HOUR, 8, SLA_BY_AGENT, false) };
	assert_true(sla_case_fold(&b.c, e, 1, t0));
	struct sla_owed owed = sla_case_owed(&b.c);
	assert_int_equal(owed.first_response_since_s.v, t0);
	assert_int_equal(owed.unanswered_since_s.v, t0);
	e[1] = (struct sla_event){ .t_s = t, .id = 2, .kind = SLA_MERGED_INTO };
	e[2] = (struct sla_event){ .t_s = t + 1, .id = 3, .kind = SLA_MERGED_FROM, .owed = &owed };
	assert_true(sla_case_fold(&b.c, e, 4, t0 + 3 * HOUR));
	struct sla_view v = view(&b, t0 + 3 * HOUR, SLA_FIRST_RESPONSE);
	assert_int_equal(v.outcome, SLA_CANCELLED);
	assert_int_equal(v.stopped_s, t);
	assert_false(sla_case_owed(&b.c).first_response_since_s.set);
	/* merged into a case that has answered already: what was owed is an unanswered message there */
	struct sla_event into[] = { created(&b, t0 - 2 * HOUR), message(t0 - HOUR, 2, SLA_BY_AGENT, false),
				    { .t_s = t, .id = 3, .kind = SLA_MERGED_FROM, .owed = &owed } };
	assert_true(sla_case_fold(&b.c, into, 3, t));
	assert_int_equal(view(&b, t, SLA_NEXT_RESPONSE).start_s, t0);
	down(&b);
}

static void order_and_refusals(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0);
	struct sla_event first = created(&b, t0), early = status(t0 - 1, SLA_OPEN);
	assert_true(sla_case_fold(&b.c, &first, 1, t0));
	assert_false(sla_case_step(&b.c, &early));
	struct sla_event bad[] = {
		{ .t_s = CAL_MOST_S + 1, .kind = SLA_STATUS }, { .t_s = CAL_LEAST_S - 1, .kind = SLA_OTHER }, { .t_s = INT64_MIN, .kind = SLA_OTHER },
		{ .t_s = t0, .kind = SLA_RULES, .rules = 2 }, { .t_s = t0, .kind = SLA_RULES, .rules = 1, .mode = 7 }, { .t_s = t0, .kind = SLA_FACTS },
		{ .t_s = t0, .kind = SLA_FACTS, .facts = &(struct sla_case_facts){ .severity = 1000 } }, { .t_s = t0, .kind = SLA_STATUS, .status = 99 },
		{ .t_s = t0, .kind = 200 }, { .t_s = t0, .kind = SLA_MERGED_FROM },
		{ .t_s = t0, .kind = SLA_MERGED_FROM, .owed = &(struct sla_owed){ .unanswered_since_s = SOME(INT64_MIN) } },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(sla_case_step(&b.c, &bad[i]));
	assert_int_equal(view(&b, t0, SLA_FIRST_RESPONSE).outcome, SLA_RUNNING);
	/* an import out of order: sorted by time, those of one second stay as they came */
	struct sla_event e[] = { status(t0 + 20, SLA_OPEN), status(t0 + 10, SLA_PENDING), status(t0 + 20, SLA_HOLD), created(&b, t0), status(t0 + 10, SLA_NEW) };
	sla_events_sort(e, ARRAY_LEN(e));
	assert_int_equal(e[0].kind, SLA_CREATED);
	assert_int_equal(e[1].status, SLA_PENDING);
	assert_int_equal(e[2].status, SLA_NEW);
	assert_int_equal(e[3].status, SLA_OPEN);
	assert_int_equal(e[4].status, SLA_HOLD);
	down(&b);
}

static void as_bytes_and_back(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(14, 9, 0), t = t0;
	struct sla_event e[40] = { created(&b, t0) };
	for (int i = 1; i < 40; i++)
		e[i] = status(t += 600, i % 3 ? i % 3 == 1 ? SLA_PENDING : SLA_OPEN : SLA_HOLD);
	assert_true(sla_case_fold(&b.c, e, 30, t));
	struct buf bytes, again;
	buf_init(&bytes, &b.a, 1 << 20);
	buf_init(&again, &b.a, 1 << 20);
	sla_case_save(&b.c, &bytes);
	struct sla_case other;
	sla_case_init(&other, &b.a, &b.book, NULL);
	assert_true(sla_case_load(&other, buf_str(&bytes)));
	for (int i = 30; i < 40; i++) {
		assert_true(sla_case_step(&b.c, &e[i]));
		assert_true(sla_case_step(&other, &e[i]));
	}
	struct sla_view x, y;
	sla_case_view(&b.c, t + HOUR, SLA_RESOLUTION, SLA_PROMISE, &x);
	sla_case_view(&other, t + HOUR, SLA_RESOLUTION, SLA_PROMISE, &y);
	assert_true(kit_same_view(&x, &y));
	assert_true(sla_case_same(&b.c, &other, &b.a));
	sla_case_step(&other, &(struct sla_event){ .t_s = t, .kind = SLA_MESSAGE, .by = SLA_BY_AGENT, .public_ = true });
	assert_false(sla_case_same(&b.c, &other, &b.a));
	bytes.p[bytes.n / 2] ^= 1;
	assert_false(sla_case_load(&other, buf_str(&bytes)));
	bytes.p[bytes.n / 2] ^= 1;
	assert_false(sla_case_load(&other, str_slice(buf_str(&bytes), 0, bytes.n - 1)));
	assert_false(sla_case_load(&other, S("")));
	b.book.n = 0;
	assert_false(sla_case_load(&other, buf_str(&bytes)));   /* sets that this book does not have */
	down(&b);
}

static void rows_that_win(void **state)
{
	(void)state;
	struct bench b;
	static const char *const OVERLAPS =
		"{'calendars':{" KIT_DESK "},'default_calendar':'desk','rows':[{'id':'any','match':{},'calendar':'desk','targets':{}},"
		"{'id':'sev','match':{'severity':1},'calendar':'desk','targets':{}},{'id':'org','match':{'org':'acme'},'calendar':'desk','targets':{}},"
		"{'id':'tag','match':{'tags':['a','b'],'severity':1},'calendar':'desk','targets':{}},"
		"{'id':'plan','match':{'plan':'elite','severity':1},'calendar':'desk','from':'2021-01-01T00:00:00Z','targets':{}},"
		"{'id':'late','match':{'severity':1},'from':'2021-06-01T00:00:00Z','calendar':'desk','targets':{}},"
		"{'id':'first','rank':-1,'match':{'channel':'phone'},'calendar':'desk','targets':{}},"
		"{'id':'twin','match':{},'calendar':'desk','targets':{}},{'id':'stage','match':{'stage':'presales'},'calendar':'desk','targets':{}}]}";
	up(&b, OVERLAPS, DAY8);
	struct {
		const char *facts, *wins;
	} const CASES[] = {
		{ "{'severity':2}", "any" }, { "{'severity':2,'segment':'presales'}", "stage" }, { "{'severity':1}", "late" },
		{ "{'severity':1,'tags':['a']}", "late" }, { "{'severity':1,'tags':['b','a','c']}", "tag" }, { "{'severity':1,'plan':'elite'}", "plan" },
		{ "{'severity':1,'org':'acme'}", "org" }, { "{'severity':1,'org':'acme','channel':'phone'}", "first" }, { "{'severity':1,'org':'unheard of'}", "late" },
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct sla_case_facts facts = { .severity = SLA_UNTRIAGED };
		struct fault f = { 0 };
		struct str s = arena_str(&b.a, str_c(CASES[i].facts));
		for (size_t k = 0; k < s.n; k++)
			if (s.p[k] == '\'')
				((char *)s.p)[k] = '"';
		json_t *j = json_loadb(s.p, s.n, 0, NULL), *value;
		const char *key;
		bool known;
		json_object_foreach(j, key, value)
			assert_int_equal(sla_json_fact(&b.words, key, value, &f, &facts, &known), OK);
		json_decref(j);
		int32_t row = sla_rules_match(b.rules[0], SLA_PROMISE, &facts, kit_pt(14, 9, 0), NULL, NULL);
		assert_true(row >= 0);
		assert_string_equal(sla_rules_row(b.rules[0], row)->id.p, CASES[i].wins);
		/* whatever else fits loses for a reason, and the winner loses to nobody */
		for (int32_t other = 0; other < (int32_t)sla_rules_n(b.rules[0]); other++)
			assert_true((sla_rules_why(b.rules[0], other, row, &facts, kit_pt(14, 9, 0)) == SLA_WINS) == (other == row));
	}
	down(&b);
}

static void rules_refused(void **state)
{
	(void)state;
	struct bench b;
	up(&b, DAY8, DAY4);
	static const char *const BAD[] = {
		RULES_HEAD "{'id':'x','calendar':'gone','targets':{}}]}", RULES_HEAD "{'calendar':'desk','targets':{}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'first_response':{'seconds':-1,'basis':'wall'}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'first_response':{'seconds':9223372036854775807,'basis':'wall'}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'first_response':{'seconds':1.5,'basis':'wall'}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'first_response':{'seconds':60,'basis':'lunar'}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'first_response':{'seconds':60,'basis':'wall','warn_remaining':-5}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'resolution':{'seconds':60,'basis':'wall','pause_on':['solved']}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','targets':{'last_response':{'seconds':60,'basis':'wall'}}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','match':{'colour':'red'},'targets':{}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','match':{'severity':-1},'targets':{}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','from':'2021-06-02T00:00:00Z','to':'2021-06-01T00:00:00Z','targets':{}}]}",
		RULES_HEAD "{'id':'x','calendar':'desk','from':'2021-06-02','targets':{}}]}",
		"{'calendars':{},'default_calendar':'desk','rows':[]}", "{'rows':[]}",
		"{'calendars':{'desk':{'tz':'Nowhere/Land','weekly':{},'holidays':[]}},'default_calendar':'desk','rows':[]}",
	};
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct fault f = { 0 };
		assert_null(kit_rules(&b.a, &b.words, BAD[i], &f));
		assert_int_equal(f.err, ERR_INPUT);
		assert_true(f.message[0]);
	}
	down(&b);
}

/* The proof of a due instant that has everything in it: nights, a weekend, a pause. */
static void a_proof(void **state)
{
	(void)state;
	struct bench b;
	struct fault f = { 0 };
	struct sla_explanation x;
	up(&b, DAY8, DAY4);
	int64_t t0 = kit_pt(17, 15, 0);   /* Thursday */
	struct sla_event e[] = { created(&b, t0), status(kit_pt(18, 10, 0), SLA_PENDING), status(kit_pt(18, 16, 0), SLA_OPEN) };
	e[1].id = 77;
	assert_true(sla_case_fold(&b.c, e, 3, kit_pt(18, 16, 0)));
	struct sla_view v = view(&b, kit_pt(18, 16, 0), SLA_RESOLUTION);
	assert_int_equal(sla_explain(&b.c, &v, kit_pt(18, 16, 0), &b.a, &f, &x), OK);
	assert_string_equal(x.sentence.p, "Due Wed 23 Jun 2021 13:00 PDT: one promises 24 business hours; Thu 15:00–17:00 2 h, Fri 09:00–10:00 1 h, "
					  "paused (pending) Fri 10:00–16:00, Fri 16:00–17:00 1 h, Mon 09:00–17:00 8 h, Tue 09:00–17:00 8 h, and 4 h in 1 more.");
	assert_int_equal(x.counted_s, 86400);
	bool paused = false;
	for (size_t i = 0; i < x.n_spans; i++)
		paused |= x.spans[i].reason == SLA_SPAN_PAUSED && x.spans[i].event == 77;
	assert_true(paused);
	/* while paused: how much is left */
	assert_true(sla_case_fold(&b.c, e, 2, kit_pt(18, 12, 0)));
	v = view(&b, kit_pt(18, 12, 0), SLA_RESOLUTION);
	assert_int_equal(sla_explain(&b.c, &v, kit_pt(18, 12, 0), &b.a, &f, &x), OK);
	assert_true(str_starts(x.sentence, S("Paused with 21 h left")));
	down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alarms_at_their_instant), cmocka_unit_test(an_answer_in_the_last_second_is_no_breach), cmocka_unit_test(marks_and_voids),
		cmocka_unit_test(an_undone_merge_never_happened), cmocka_unit_test(rules_change), cmocka_unit_test(aims_run_beside_promises),
		cmocka_unit_test(toggled_a_hundred_times_gains_nothing), cmocka_unit_test(merge_loops), cmocka_unit_test(order_and_refusals),
		cmocka_unit_test(as_bytes_and_back), cmocka_unit_test(rows_that_win), cmocka_unit_test(rules_refused), cmocka_unit_test(a_proof),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
