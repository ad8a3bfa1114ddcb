/* explain.c: the proof of a due instant; see explain.h.
 *
 * The state says what counted when (the changes of status), the calendar says when it was open. Both are walked once from
 * where counting began to the due instant. Where the clock stopped before it was due, the rest of the way is told as it was
 * seen just before the stop (S18): counting. */
#include "sla/explain.h"

#include "sla/clock_int.h"

#include <stdlib.h>

#include "base/banned.h"

static const struct str REASONS[] = {
	[SLA_SPAN_OPEN] = { "open", 4 }, [SLA_SPAN_WALL] = { "wall", 4 }, [SLA_SPAN_CLOSED] = { "closed", 6 },
	[SLA_SPAN_HOLIDAY] = { "holiday", 7 }, [SLA_SPAN_PAUSED] = { "paused", 6 }, [SLA_SPAN_SOLVED] = { "solved", 6 },
	[SLA_SPAN_CLOCK_CHANGE] = { "clock_change", 12 }, [SLA_SPAN_REST] = { "rest", 4 },
};

struct str sla_reason_name(enum sla_reason reason)
{
	return REASONS[reason];
}

/* ---- the spans ---- */

struct tiling {
	struct arena *arena;
	struct sla_span *spans;
	size_t n, cap;
};

static bool joins(const struct sla_span *a, const struct sla_span *b)
{
	return a->reason == b->reason && (a->reason == SLA_SPAN_OPEN || a->reason == SLA_SPAN_CLOSED || a->reason == SLA_SPAN_WALL);
}

static void add(struct tiling *t, struct sla_span s)
{
	struct sla_span *last = t->n ? &t->spans[t->n - 1] : NULL;
	if (s.from_s >= s.to_s && s.reason != SLA_SPAN_CLOCK_CHANGE)
		return;
	if (last && (joins(last, &s) || t->n == SLA_SPANS_MOST)) {
		last->reason = joins(last, &s) ? last->reason : SLA_SPAN_REST;
		last->to_s = s.to_s;
		last->counted_s += s.counted_s;
		return;
	}
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 16;
		t->spans = arena_grow(t->arena, t->spans, t->cap * sizeof(s), cap * sizeof(s));
		t->cap = cap;
	}
	t->spans[t->n++] = s;
}

/* Time that counts as far as the desk is open. */
static void add_counting(struct tiling *t, const struct sla_measure *m, int64_t from_s, int64_t to_s)
{
	if (m->wall) {
		add(t, (struct sla_span){ .from_s = from_s, .to_s = to_s, .counted_s = to_s - from_s, .reason = SLA_SPAN_WALL });
		return;
	}
	while (from_s < to_s) {
		if (t->n == SLA_SPANS_MOST) {
			add(t, (struct sla_span){ .from_s = from_s, .to_s = to_s, .counted_s = sla_business(m, from_s, to_s),
						  .reason = SLA_SPAN_REST });
			return;
		}
		struct cal_stretch s;
		calendar_stretch(m->cal, from_s, &s);
		int64_t end = s.to_s < to_s ? s.to_s : to_s;
		add(t, (struct sla_span){ .from_s = from_s, .to_s = end, .counted_s = s.kind == CAL_OPEN ? end - from_s : 0, .name = s.holiday,
					  .reason = s.kind == CAL_OPEN ? SLA_SPAN_OPEN : s.kind == CAL_CLOSED ? SLA_SPAN_CLOSED : SLA_SPAN_HOLIDAY });
		if (s.clock_change && s.to_s < to_s) {
			struct cal_stretch then;
			calendar_stretch(m->cal, s.to_s, &then);
			add(t, (struct sla_span){ .from_s = end, .to_s = end, .reason = SLA_SPAN_CLOCK_CHANGE, .shift_s = then.offset_s - s.offset_s });
		}
		from_s = end;
	}
}

static void add_change(struct tiling *t, enum sla_clock clock, const struct sla_measure *m, const struct sla_change *ch, int64_t from_s,
		       int64_t to_s)
{
	if (from_s >= to_s)
		return;
	switch (sla_mode(clock, m->target, ch->status)) {
	case SLA_COUNTS:
		add_counting(t, m, from_s, to_s);
		break;
	case SLA_PAUSES:
		add(t, (struct sla_span){ .from_s = from_s, .to_s = to_s, .reason = SLA_SPAN_PAUSED, .status = (enum sla_status)ch->status,
					  .event = ch->id });
		break;
	case SLA_IDLES:
		add(t, (struct sla_span){ .from_s = from_s, .to_s = to_s, .reason = SLA_SPAN_SOLVED, .status = (enum sla_status)ch->status,
					  .event = ch->id });
		break;
	}
}

static void tile(struct tiling *t, const struct sla_case *c, const struct sla_view *v, const struct sla_measure *m, int64_t to_s)
{
	if (v->clock == SLA_FIRST_RESPONSE || v->clock == SLA_NEXT_RESPONSE) {
		add_counting(t, m, v->base_s, to_s);
		return;
	}
	int64_t known_to = v->stopped_s < to_s ? v->stopped_s : to_s;
	for (uint32_t i = 0; i < c->n_changes; i++) {
		int64_t from = sla_later(c->changes[i].t_s, v->base_s);
		int64_t end = i + 1 < c->n_changes && c->changes[i + 1].t_s < known_to ? c->changes[i + 1].t_s : known_to;
		add_change(t, v->clock, m, &c->changes[i], from, end);
	}
	if (known_to < to_s)
		add_counting(t, m, sla_later(known_to, v->base_s), to_s);
}

/* ---- the sentence ---- */

struct str sla_amount(struct arena *a, int64_t seconds)
{
	if (seconds < 0)
		return arena_fmt(a, "−%.*s", STR_ARG(sla_amount(a, -seconds)));
	int64_t h = seconds / 3600, m = seconds / 60 % 60, s = seconds % 60;
	struct buf b;
	buf_init(&b, a, 80);
	if (h)
		buf_fmt(&b, "%lld h", (long long)h);
	if (m)
		buf_fmt(&b, "%s%lld min", b.n ? " " : "", (long long)m);
	if (s || !b.n)
		buf_fmt(&b, "%s%lld s", b.n ? " " : "", (long long)s);
	return buf_str(&b);
}

static const char DAYS[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char MONTHS[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void say_clock(struct buf *b, const struct civil *t)
{
	buf_fmt(b, "%02d:%02d", t->hour, t->minute);
	if (t->second)
		buf_fmt(b, ":%02d", t->second);
}

/* "Wed 16 Jun 2021 14:00 PDT" */
static void say_instant(struct buf *b, const struct zone *z, int64_t t_s)
{
	struct civil t;
	struct str abbrev;
	civil_local(z, cal_utime(t_s), &t);
	zone_offset_s(z, cal_utime(t_s), NULL, &abbrev);
	buf_fmt(b, "%s %d %s %d ", DAYS[civil_weekday(civil_days(t.year, t.month, t.day))], t.day, MONTHS[t.month - 1], (int)t.year);
	say_clock(b, &t);
	buf_fmt(b, " %.*s", STR_ARG(abbrev));
}

/* "Tue 14:00–17:00", "Tue 14:00–Wed 03:00"; a closing midnight is 24:00 of its day. */
static void say_span(struct buf *b, const struct zone *z, int64_t from_s, int64_t to_s)
{
	struct civil x, y;
	civil_local(z, cal_utime(from_s), &x);
	civil_local(z, cal_utime(to_s), &y);
	int64_t day = civil_days(x.year, x.month, x.day), end = civil_days(y.year, y.month, y.day);
	buf_fmt(b, "%s ", DAYS[civil_weekday(day)]);
	say_clock(b, &x);
	buf_add(b, S("–"));
	if (end == day + 1 && y.hour == 0 && y.minute == 0 && y.second == 0) {
		buf_add(b, S("24:00"));
		return;
	}
	if (end != day)
		buf_fmt(b, "%s ", DAYS[civil_weekday(end)]);
	say_clock(b, &y);
}

/* "Tue 14:00–17:00 3 h, Wed 09:00–14:00 5 h", the first few. */
static void say_counted(struct buf *b, const struct sla_explanation *x, struct arena *a)
{
	enum { SAID_MOST = 6 };
	size_t said = 0, all = 0;
	int64_t rest = 0;
	for (size_t i = 0; i < x->n_spans; i++) {
		const struct sla_span *s = &x->spans[i];
		if (!s->counted_s && s->reason != SLA_SPAN_PAUSED)
			continue;
		if (++all > SAID_MOST) {
			rest += s->counted_s;
			continue;
		}
		buf_add(b, said++ ? S(", ") : S("; "));
		if (s->reason == SLA_SPAN_PAUSED)
			buf_fmt(b, "paused (%.*s) ", STR_ARG(sla_status_name(s->status)));
		say_span(b, calendar_zone(x->cal), s->from_s, s->to_s);
		if (s->counted_s)
			buf_fmt(b, " %.*s", STR_ARG(sla_amount(a, s->counted_s)));
	}
	if (all > SAID_MOST)
		buf_fmt(b, ", and %.*s in %zu more", STR_ARG(sla_amount(a, rest)), all - SAID_MOST);
}

static void say(struct buf *b, const struct sla_explanation *x, struct arena *a)
{
	const struct sla_view *v = &x->view;
	const struct zone *z = calendar_zone(x->cal);
	if (!x->row) {
		buf_add(b, S("No row of the policy fits, so nothing is promised."));
		return;
	}
	if (!v->target_s.set) {
		buf_fmt(b, "%.*s promises nothing here; %.*s of business time so far.", STR_ARG(x->row->id), STR_ARG(sla_amount(a, v->elapsed_s)));
		return;
	}
	if (v->due_s == CAL_NEVER && v->state != SLA_STATE_RUNNING) {
		buf_fmt(b, "%s with %.*s left, so there is no due time: ", v->state == SLA_STATE_PAUSED ? "Paused" : "It stopped while paused",
			STR_ARG(sla_amount(a, v->remaining_s.v)));
	} else if (v->due_s == CAL_NEVER) {
		buf_add(b, S("Never due, because the calendar does not open often enough: "));
	} else {
		buf_add(b, S("Due "));
		say_instant(b, z, v->due_s);
		buf_add(b, S(": "));
	}
	int64_t hours = v->target_s.v / 3600;
	buf_fmt(b, "%.*s promises ", STR_ARG(x->row->id));
	if (v->basis == SLA_BUSINESS && hours && v->target_s.v % 3600 == 0)
		buf_fmt(b, "%lld business hour%s", (long long)hours, hours == 1 ? "" : "s");
	else
		buf_fmt(b, "%.*s %s", STR_ARG(sla_amount(a, v->target_s.v)), v->basis == SLA_WALL ? "by the clock, day and night" : "of business time");
	say_counted(b, x, a);
	buf_add(b, S("."));
}

/* ---- the whole ---- */

static int compare_rivals(const void *a, const void *b)
{
	const struct sla_rival *x = a, *y = b;
	if (x->why != y->why)   /* what lost late lost to less */
		return x->why == SLA_WINS ? -1 : y->why == SLA_WINS ? 1 : x->why > y->why ? -1 : 1;
	return x->row < y->row ? -1 : 1;
}

static void find_rivals(const struct sla_case *c, const struct sla_view *v, struct arena *a, struct sla_explanation *ret)
{
	const struct sla_rules *rules = c->book->rules[v->rules];
	size_t n = 0;
	struct sla_rival *list = arena_array(a, struct sla_rival, sla_rules_n(rules));
	for (size_t i = 0; v->row >= 0 && i < sla_rules_n(rules); i++) {
		enum sla_loses why = sla_rules_why(rules, (int32_t)i, v->row, &c->facts, v->base_s);
		if (sla_rules_row(rules, (int32_t)i)->track == v->track && why != SLA_NOT_FOR_THIS_CASE && why != SLA_NOT_IN_FORCE)
			list[n++] = (struct sla_rival){ (int32_t)i, why };
	}
	if (n)
		qsort(list, n, sizeof(*list), compare_rivals);
	ret->rivals = list;
	ret->n_rivals = n;
}

enum err sla_explain(const struct sla_case *c, const struct sla_view *v, int64_t asof_s, struct arena *a, struct fault *f,
		     struct sla_explanation *ret)
{
	if (v->outcome == SLA_NOT_STARTED)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "This clock has not started, so there is nothing to explain.");
	struct sla_measure m = sla_measure_of(c, v->clock, v->rules, v->row);
	struct sla_explanation x = { .view = *v, .row = sla_rules_row(c->book->rules[v->rules], v->row), .cal = m.cal };
	x.to_s = v->due_s != CAL_NEVER ? v->due_s : v->stopped_s != CAL_NEVER ? v->stopped_s : asof_s;
	x.to_s = sla_later(x.to_s, v->base_s);
	struct tiling t = { .arena = a };
	tile(&t, c, v, &m, x.to_s);
	x.spans = t.spans;
	x.n_spans = t.n;
	int64_t at = v->base_s;
	for (size_t i = 0; i < t.n; i++) {
		if (t.spans[i].from_s != at)
			return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The proof has a hole.");
		at = t.spans[i].to_s;
		x.counted_s += t.spans[i].counted_s;
	}
	int64_t want = v->due_s != CAL_NEVER ? v->target_s.v : v->elapsed_s;
	if (at != x.to_s || x.counted_s != want)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The proof does not add up: %lld s counted, %lld s expected.", (long long)x.counted_s,
				 (long long)want);
	find_rivals(c, v, a, &x);
	struct buf b;
	buf_init(&b, a, 2000);
	say(&b, &x, a);
	x.sentence = buf_str(&b);
	*ret = x;
	return OK;
}
