/* clock_read.c: what the clocks of a case say: views, alarms, durations, timers. See clock.h. */
#include "sla/clock_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void sla_events_sort(struct sla_event *events, size_t n)
{
	size_t sorted = 1;
	while (sorted < n && events[sorted - 1].t_s <= events[sorted].t_s)
		sorted++;
	if (sorted >= n)
		return;
	struct sla_event *other = calloc(n, sizeof(*other)), *from = events, *to = other;
	ASSERT(other);
	for (size_t run = 1; run < n; run *= 2) {
		for (size_t at = 0; at < n; at += 2 * run) {
			size_t a = at, mid = at + run < n ? at + run : n, b = mid, end = mid + run < n ? mid + run : n;
			for (size_t k = at; k < end; k++)
				to[k] = a < mid && (b >= end || from[a].t_s <= from[b].t_s) ? from[a++] : from[b++];
		}
		struct sla_event *swap = from;
		from = to;
		to = swap;
	}
	if (from != events)
		memcpy(events, from, n * sizeof(*events));
	free(other);
}

/* ---- reading ---- */

/* The promise has counted up to x. */
static SLA_OFTEN void view(const struct sla_instance *in, const struct sla_promise *p, int64_t x, int64_t end, struct sla_view *ret)
{
	const struct sla_target *target = p->target;
	struct sla_measure m = sla_measure(p);
	bool paused = p->mode == SLA_PAUSES && end > x;
	ret->rules = p->rules;
	ret->row = p->row;
	ret->start_s = in->start_s;
	ret->base_s = p->base_s;
	ret->due_s = p->due_s;
	ret->achieved_s = in->achieved_s;
	ret->breach_s = CAL_NEVER;
	ret->stopped_s = in->stopped_s;
	ret->state = !in->live ? SLA_STATE_STOPPED : p->mode == SLA_PAUSES ? SLA_STATE_PAUSED : SLA_STATE_RUNNING;
	ret->elapsed_s = p->acc_s + (p->mode == SLA_COUNTS ? sla_counted(&m, x, end) : 0);
	ret->paused_wall_s = p->paused_wall_s + (paused ? end - x : 0);
	ret->paused_business_s = p->paused_business_s + (paused ? sla_business(&m, x, end) : 0);
	ret->target_s = target ? SOME(target->seconds) : NONE;
	ret->remaining_s = target ? SOME(target->seconds - ret->elapsed_s) : NONE;
	ret->basis = target ? target->basis : SLA_BUSINESS;
	ret->n_warn = target ? target->n_warn : 0;
	for (uint32_t i = 0; i < SLA_WARNINGS; i++)
		ret->warn_s[i] = i < ret->n_warn ? sla_warning(p, &m, x, i) : 0;
	bool late = p->due_s != CAL_NEVER && end > p->due_s;
	if (p->breach_s != CAL_NEVER || late) {
		ret->outcome = SLA_BREACHED;
		ret->breach_s = p->breach_s != CAL_NEVER ? p->breach_s : sla_later(p->due_s, p->floor_s);
	} else if (!in->live && in->achieved_s == CAL_NEVER) {
		ret->outcome = SLA_CANCELLED;
	} else if (!target) {
		ret->outcome = SLA_NO_TARGET;
	} else {
		ret->outcome = in->live ? SLA_RUNNING : SLA_MET;
	}
}

/* What is promised nothing is counted only when somebody looks. */
static void view_without_target(const struct sla_case *c, enum sla_clock clock, const struct sla_promise *p, int64_t end, struct sla_view *ret)
{
	struct sla_promise whole = *p;
	sla_count_all(c, clock, &whole, end);
	view(&c->clock[clock], &whole, end, end, ret);
}

static void view_of_nothing(struct sla_view *ret)
{
	*ret = (struct sla_view){ .row = -1, .due_s = CAL_NEVER, .achieved_s = CAL_NEVER, .breach_s = CAL_NEVER, .stopped_s = CAL_NEVER };
}

SLA_OFTEN bool sla_case_view(const struct sla_case *c, int64_t asof_s, enum sla_clock clock, enum sla_track track, struct sla_view *ret)
{
	const struct sla_instance *in = &c->clock[clock];
	bool there = in->begun && (in->start_s <= asof_s || !in->live) && (int)track < sla_tracks(c);
	const struct sla_promise *p = &in->on[track];
	int64_t end = in->live ? asof_s : in->stopped_s;
	if (!there)
		view_of_nothing(ret);
	else if (p->target)
		view(in, p, sla_mark_of(in, p), end, ret);
	else
		view_without_target(c, clock, p, end, ret);
	ret->clock = clock;
	ret->track = track;
	ret->no = in->no;
	return there;
}

struct sla_owed sla_case_owed(const struct sla_case *c)
{
	const struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE], *next = &c->clock[SLA_NEXT_RESPONSE];
	struct sla_owed owed = { 0 };
	if (first->begun && first->live) {
		owed.first_response_since_s = SOME(first->start_s);
		owed.unanswered_since_s = SOME(first->start_s);   /* for a target that has answered already */
	} else if (next->begun && next->live) {
		owed.unanswered_since_s = SOME(next->start_s);
	} else if (c->solved_message_s != CAL_NEVER) {
		owed.unanswered_since_s = SOME(c->solved_message_s);
	}
	return owed;
}

/* ---- alarms ---- */

/* When a timer can see it: a breach is one when more than its due instant has passed. */
static int64_t seen_at(const struct sla_alarm *a)
{
	return a->kind == SLA_ALARM_BREACH && a->at_s == a->due_s ? a->at_s + 1 : a->at_s;
}

static void earlier(struct sla_alarm *best, const struct sla_alarm *a, uint32_t told)
{
	uint32_t bit = a->kind == SLA_ALARM_BREACH ? SLA_TOLD_BREACH : 1u << a->warn;
	if (a->at_s != CAL_NEVER && !(told & bit) && (best->at_s == CAL_NEVER || seen_at(a) < seen_at(best)))
		*best = *a;
}

/* The alarm of the open instances that comes first of those that nobody has been told. */
static bool next_alarm(const struct sla_case *c, struct sla_alarm *ret)
{
	ret->at_s = CAL_NEVER;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		const struct sla_instance *in = &c->clock[i];
		for (int k = 0; in->begun && in->live && k < sla_tracks(c); k++) {
			const struct sla_promise *p = &in->on[k];
			struct sla_measure m = sla_measure(p);
			struct sla_alarm a = { .clock = (enum sla_clock)i, .track = (enum sla_track)k, .no = in->no, .rules = p->rules, .row = p->row,
					       .due_s = p->due_s };
			for (a.warn = 0; m.target && a.warn < m.target->n_warn; a.warn++) {
				a.at_s = sla_warning(p, &m, sla_mark_of(in, p), a.warn);
				earlier(ret, &a, p->told);
			}
			a.warn = 0;
			a.kind = SLA_ALARM_BREACH;
			a.at_s = p->breach_s != CAL_NEVER ? p->breach_s : p->due_s == CAL_NEVER ? CAL_NEVER : sla_later(p->due_s, p->floor_s);
			earlier(ret, &a, p->told);
		}
	}
	return ret->at_s != CAL_NEVER;
}

/* before: an event happens at now. What only the events of that second together decide is left. */
static void tell(struct sla_case *c, int64_t now_s, bool before)
{
	struct sla_alarm a;
	if (!c->sink || !c->sink->alarm)
		return;
	while (next_alarm(c, &a)) {
		if (seen_at(&a) > now_s || (before && seen_at(&a) == now_s && a.at_s == now_s))
			break;
		c->clock[a.clock].on[a.track].told |= a.kind == SLA_ALARM_BREACH ? SLA_TOLD_BREACH : 1u << a.warn;
		c->sink->alarm(c->sink->arg, &a);
	}
}

void sla_tell_before(struct sla_case *c, int64_t t_s)
{
	tell(c, t_s, true);
}

void sla_case_advance(struct sla_case *c, int64_t now_s)
{
	tell(c, now_s, false);
}

int64_t sla_case_wake(const struct sla_case *c)
{
	struct sla_alarm a;
	return next_alarm(c, &a) ? seen_at(&a) : CAL_NEVER;
}

int64_t sla_case_any_reply(const struct sla_case *c)
{
	return c->any_reply_s;
}

/* ---- durations and timers ---- */

void sla_case_durations(const struct sla_case *c, int64_t asof_s, struct sla_durations *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (!c->created)
		return;
	/* the row that the case has now (S10) */
	const struct sla_rules *rules = c->book->rules[c->rules];
	const struct sla_instance *resolution = &c->clock[SLA_RESOLUTION];
	int32_t row = resolution->begun ? sla_rules_match(rules, SLA_PROMISE, &c->facts, resolution->start_s, NULL, NULL) : -1;
	const struct calendar *cal = row < 0 ? sla_rules_default_calendar(rules) : sla_rules_row(rules, row)->cal;
	int64_t until = asof_s < c->merged_s ? asof_s : c->merged_s;
	for (uint32_t i = 0; i < c->n_changes; i++) {
		int64_t from = sla_later(c->changes[i].t_s, c->known_s);
		int64_t to = i + 1 < c->n_changes && c->changes[i + 1].t_s < until ? c->changes[i + 1].t_s : until;
		if (to <= from)
			continue;
		struct sla_duration d = { to - from, calendar_between(cal, from, to) };
		struct sla_duration *const into[SLA_STATUSES][2] = {
			[SLA_NEW] = { &ret->requester_wait, &ret->agent_work }, [SLA_OPEN] = { &ret->requester_wait, &ret->agent_work },
			[SLA_HOLD] = { &ret->requester_wait, &ret->hold }, [SLA_PENDING] = { &ret->pending },
		};
		for (size_t k = 0; k < 2 && into[c->changes[i].status][k]; k++) {
			into[c->changes[i].status][k]->wall_s += d.wall_s;
			into[c->changes[i].status][k]->business_s += d.business_s;
		}
	}
}

static int64_t after_delay(const struct sla_rules *r, const struct sla_delay *d, int64_t from_s)
{
	if (!d->set)
		return CAL_NEVER;
	if (d->basis == SLA_BUSINESS)
		return calendar_add(sla_rules_default_calendar(r), from_s, d->seconds);
	return d->seconds > CAL_MOST_S - from_s ? CAL_NEVER : from_s + d->seconds;
}

void sla_case_timers(const struct sla_case *c, int64_t *ret_solve_s, int64_t *ret_close_s)
{
	*ret_solve_s = *ret_close_s = CAL_NEVER;
	if (!c->created)
		return;
	const struct sla_rules *r = c->book->rules[c->rules];
	const struct sla_automation *a = sla_rules_automation(r, c->entered_s);
	if (a && c->status == SLA_PENDING)
		*ret_solve_s = after_delay(r, &a->pending_to_solved, c->entered_s);
	if (a && c->status == SLA_SOLVED)
		*ret_close_s = after_delay(r, &a->solved_to_closed, c->entered_s);
}

/* ---- words ---- */

struct str sla_outcome_name(enum sla_outcome outcome)
{
	static const struct str NAMES[SLA_OUTCOMES] = {
		[SLA_NOT_STARTED] = { "not_started", 11 }, [SLA_RUNNING] = { "running", 7 }, [SLA_MET] = { "met", 3 },
		[SLA_BREACHED] = { "breached", 8 }, [SLA_CANCELLED] = { "cancelled", 9 }, [SLA_NO_TARGET] = { "no_target", 9 },
	};
	return NAMES[outcome];
}

struct str sla_state_name(enum sla_state state)
{
	return state == SLA_STATE_RUNNING ? S("running") : state == SLA_STATE_PAUSED ? S("paused") : S("stopped");
}
