/* clock.c: the clocks of one case; see clock.h.
 *
 * Each clock has at most one open instance. The facts of an instance (begun, stopped, achieved) are the same for both tracks; what
 * a row promises for it is counted per track in a struct sla_promise. A promise counts up to a mark and knows what it
 * does since then (counting, paused, neither), so that a change of status is one look into the calendar:
 *
 *     start ──counts──┤ pending ├──counts──► mark ┄┄ counting ┄┄► due = add(mark, target − acc)
 *
 * An instance that stops keeps its promises as they were just before (S18); only a reopening counts up to the stop. What
 * changes rows (facts, rules, an inherited start) counts again from the start, over all changes of status, by the very
 * functions that count forward: so the state depends on the events alone. */
#include "sla/clock_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- counting ---- */

static bool solved(uint8_t status)
{
	return status == SLA_SOLVED || status == SLA_CLOSED || status == SLA_MERGED;
}

static bool pauses(enum sla_clock clock)
{
	return clock == SLA_RESOLUTION || clock == SLA_PERIODIC_UPDATE;
}

/* What a promise does in a status. */
uint8_t sla_mode(enum sla_clock clock, const struct sla_target *target, uint8_t status)
{
	if (!pauses(clock))
		return SLA_COUNTS;
	if (solved(status))
		return SLA_IDLES;
	uint32_t pause_on = target && target->pause_set ? target->pause_on : 1u << SLA_PENDING;
	return pause_on >> status & 1 ? SLA_PAUSES : SLA_COUNTS;
}

/* Open seconds before t; several clocks ask about the same instant. */
static int64_t open_before(struct sla_case *c, const struct calendar *cal, int64_t t_s)
{
	if (c->memo.cal != cal || c->memo.t_s != t_s) {
		c->memo.open_s = calendar_before(cal, t_s);
		c->memo.cal = cal;
		c->memo.t_s = t_s;
	}
	return c->memo.open_s;
}

/* From x on the promise does `mode`: until it is used up, its due instant moves with it (S18). */
static void enter(struct sla_case *c, struct sla_promise *p, const struct sla_measure *m, int64_t x_s, uint8_t mode)
{
	p->mode = mode;
	if (!m->target && !m->all)
		return;
	p->open_s = open_before(c, m->cal, x_s);
	if (!m->target)
		return;
	for (uint32_t i = 0; p->acc_s == 0 && i < m->target->n_warn; i++)
		if (m->target->seconds == m->target->warn_remaining_s[i] && p->warn_fixed_s[i] == CAL_NEVER)
			p->warn_fixed_s[i] = x_s;   /* from the start on so much is left */
	int64_t left = m->target->seconds - p->acc_s;
	if (left > 0)
		p->due_s = mode != SLA_COUNTS ? CAL_NEVER : m->wall ? sla_used_up(m, x_s, left) : calendar_at(m->cal, p->open_s + left);
	else if (p->due_s == CAL_NEVER)
		p->due_s = x_s;   /* a target of nothing */
}

/* What it did over [x, y). Warnings that passed are kept (S15). */
static void pass(struct sla_case *c, struct sla_promise *p, const struct sla_measure *m, int64_t x_s, int64_t y_s)
{
	if (y_s <= x_s || (!m->target && !m->all))
		return;
	int64_t open = open_before(c, m->cal, y_s), business = open - p->open_s;
	p->open_s = open;
	if (p->mode == SLA_PAUSES) {
		p->paused_wall_s += y_s - x_s;
		p->paused_business_s += business;
	}
	if (p->mode != SLA_COUNTS)
		return;
	int64_t n = m->wall ? y_s - x_s : business;
	for (uint32_t i = 0; m->target && i < m->target->n_warn; i++) {
		int64_t goal = m->target->seconds - m->target->warn_remaining_s[i];
		if (goal >= 0 && p->warn_fixed_s[i] == CAL_NEVER && p->acc_s + n >= goal)
			p->warn_fixed_s[i] = sla_used_up(m, x_s, goal - p->acc_s);
	}
	p->acc_s += n;
}

/* Counts an instance up to t. */
static void settle(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	if (!pauses(clock) || t_s <= in->mark_s)
		return;
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_measure m;
		sla_measure(c, clock, &in->on[k], &m);
		pass(c, &in->on[k], &m, sla_mark_of(in, &in->on[k]), t_s);
	}
	in->mark_s = t_s;
}

/* Counts a promise again from its base up to the instance's mark, over all changes of status. */
static void recount_by(struct sla_case *c, enum sla_clock clock, struct sla_promise *p, const struct sla_measure *m)
{
	const struct sla_instance *in = &c->clock[clock];
	p->acc_s = p->paused_wall_s = p->paused_business_s = 0;
	p->due_s = CAL_NEVER;
	for (int i = 0; i < SLA_WARNINGS; i++)
		p->warn_fixed_s[i] = CAL_NEVER;
	if (!pauses(clock)) {
		enter(c, p, m, p->base_s, SLA_COUNTS);
		return;
	}
	uint32_t n = in->live ? c->n_changes : in->n_changes, i = n - 1;
	while (i > 0 && c->changes[i].t_s > p->base_s)
		i--;
	for (; i < n; i++) {
		int64_t from = sla_later(c->changes[i].t_s, p->base_s);
		int64_t to = i + 1 < n ? sla_later(c->changes[i + 1].t_s, p->base_s) : sla_later(in->mark_s, from);
		enter(c, p, m, from, sla_mode(clock, m->target, c->changes[i].status));
		pass(c, p, m, from, to);
	}
}

static void recount(struct sla_case *c, enum sla_clock clock, struct sla_promise *p)
{
	struct sla_measure m;
	sla_measure(c, clock, p, &m);
	recount_by(c, clock, p, &m);
}

void sla_count_all(const struct sla_case *c, enum sla_clock clock, struct sla_promise *p)
{
	struct sla_measure m;
	sla_measure(c, clock, p, &m);
	m.all = true;
	uint8_t mode = p->mode;
	recount_by((struct sla_case *)c, clock, p, &m);   /* of c only the calendar's memo changes */
	p->mode = mode;
}

/* ---- rows ---- */

static int32_t look(struct sla_case *c, enum sla_track track, uint32_t rules, int64_t t_s)
{
	if (c->looked[track].rules == rules && c->looked[track].from_s <= t_s && t_s < c->looked[track].to_s)
		return c->looked[track].row;
	c->looked[track].rules = rules;
	c->looked[track].row = sla_rules_match(c->book->rules[rules], track, &c->facts, t_s, &c->looked[track].from_s, &c->looked[track].to_s);
	return c->looked[track].row;
}

static void forget_rows(struct sla_case *c)
{
	for (int k = 0; k < SLA_TRACKS; k++)
		c->looked[k].from_s = c->looked[k].to_s = 0;
}

/* Before something changes the promise: a breach up to then stays (S4). */
static void keep_breach(struct sla_promise *p, int64_t t_s)
{
	if (p->breach_s == CAL_NEVER && p->due_s != CAL_NEVER && t_s > p->due_s)
		p->breach_s = sla_later(p->due_s, p->floor_s);
}

/* S4: another row at t, as if it had been there all along. The instance is settled to t, and ran until `ran`. */
static void retarget(struct sla_case *c, enum sla_clock clock, int64_t t_s, int64_t ran_s)
{
	struct sla_instance *in = &c->clock[clock];
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		int32_t row = look(c, (enum sla_track)k, p->rules, p->base_s);
		if (row == p->row)
			continue;
		keep_breach(p, ran_s);
		p->row = row;
		p->floor_s = sla_later(p->floor_s, t_s);
		recount(c, clock, p);
	}
}

static bool same_row(const struct sla_row *a, const struct sla_row *b)
{
	if (!a || !b)
		return a == b;
	if (!str_eq(a->id, b->id) || a->version != b->version)
		return false;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		const struct calendar *x = sla_row_calendar(a, (enum sla_clock)i, NULL), *y = sla_row_calendar(b, (enum sla_clock)i, NULL);
		if (x != y && calendar_fingerprint(x) != calendar_fingerprint(y))
			return false;
	}
	return true;
}

/* The case goes by another set of rules now. The instance is settled to t, and ran until `ran`. */
static void change_rules(struct sla_case *c, enum sla_clock clock, enum sla_mode mode, int64_t t_s, int64_t ran_s, bool aims_begin)
{
	struct sla_instance *in = &c->clock[clock];
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		const struct sla_row *old = sla_rules_row(c->book->rules[p->rules], p->row);
		keep_breach(p, ran_s);
		int64_t base = mode == SLA_FROM_START ? in->start_s : sla_later(t_s, in->start_s);
		p->row = look(c, (enum sla_track)k, c->rules, base);
		p->rules = c->rules;
		bool first_aim = k == SLA_AIM && aims_begin;
		if (mode == SLA_FROM_NOW && !first_aim && same_row(old, sla_rules_row(c->book->rules[c->rules], p->row))) {
			if (!old)   /* nothing is promised; the default calendar may be another one */
				recount(c, clock, p);
			continue;
		}
		p->base_s = base;
		p->floor_s = sla_later(p->floor_s, t_s);
		recount(c, clock, p);
	}
}

/* ---- instances ---- */

static struct sla_promise fresh(const struct sla_case *c, int64_t start_s, int64_t floor_s)
{
	return (struct sla_promise){ .row = -1, .rules = c->rules, .base_s = start_s, .due_s = CAL_NEVER, .floor_s = floor_s, .breach_s = CAL_NEVER };
}

/* Begins at start; now is the event's time. Breaches are not dated before the floor. */
static void begin(struct sla_case *c, enum sla_clock clock, int64_t start_s, int64_t now_s, int64_t floor_s)
{
	struct sla_instance *in = &c->clock[clock];
	in->begun = in->live = true;
	in->final = false;
	in->pending = 0;
	in->start_s = start_s;
	in->mark_s = pauses(clock) ? sla_later(start_s, now_s) : start_s;
	in->stopped_s = in->achieved_s = CAL_NEVER;
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		*p = fresh(c, start_s, floor_s);
		p->row = look(c, (enum sla_track)k, c->rules, start_s);
		recount(c, clock, p);
	}
}

/* S16: an earlier start, looked up again there. A breach that this causes is dated at its due; one that was there stays. */
static void begin_earlier(struct sla_case *c, enum sla_clock clock, int64_t start_s, int64_t now_s)
{
	struct sla_instance *in = &c->clock[clock];
	if (start_s >= in->start_s)
		return;
	in->start_s = start_s;
	in->mark_s = start_s;   /* of a clock that never pauses */
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		keep_breach(p, in->live ? now_s : in->stopped_s);
		p->base_s = start_s;
		p->floor_s = INT64_MIN;
		p->row = look(c, (enum sla_track)k, p->rules, start_s);
		recount(c, clock, p);
		if (p->breach_s != CAL_NEVER && p->due_s < p->breach_s)
			p->breach_s = p->due_s;
	}
}

static void stop(struct sla_case *c, enum sla_clock clock, int64_t t_s, bool achieved)
{
	struct sla_instance *in = &c->clock[clock];
	if (!in->begun || !in->live)
		return;
	in->live = false;
	in->n_changes = c->n_changes;
	in->stopped_s = t_s;
	in->achieved_s = achieved ? t_s : CAL_NEVER;
	if (clock == SLA_FIRST_RESPONSE || clock == SLA_RESOLUTION)
		return;
	/* next response and periodic update end here, once and for all */
	for (int k = 0; k < sla_tracks(c) && c->sink && c->sink->finished; k++) {
		struct sla_view v;
		sla_case_view(c, t_s, clock, (enum sla_track)k, &v);
		c->sink->finished(c->sink->arg, &v);
	}
	in->begun = false;
	in->no++;
}

/* A stopped first response or resolution goes on (S6, S9). */
static void resume(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	if (!in->begun || in->live || in->final)
		return;
	settle(c, clock, in->stopped_s);
	in->mark_s = pauses(clock) ? sla_later(in->mark_s, t_s) : in->mark_s;
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		struct sla_measure m;
		sla_measure(c, clock, p, &m);
		keep_breach(p, in->stopped_s);
		p->floor_s = sla_later(p->floor_s, t_s);
		if (pauses(clock))
			enter(c, p, &m, sla_mark_of(in, p), sla_mode(clock, m.target, c->status));
	}
	int64_t ran = in->stopped_s;
	in->live = true;
	in->stopped_s = in->achieved_s = CAL_NEVER;
	if (in->pending)
		change_rules(c, clock, (enum sla_mode)(in->pending - 1), t_s, ran, false);
	else
		retarget(c, clock, t_s, ran);
	in->pending = 0;
}

/* ---- events ---- */

static void add_change(struct sla_case *c, int64_t t_s, int64_t id, uint8_t status)
{
	if (c->n_changes == c->cap_changes) {
		size_t size = sizeof(*c->changes);
		struct sla_change *more = arena_calloc(c->arena, 2 * (size_t)c->cap_changes, size);
		memcpy(more, c->changes, c->n_changes * size);
		c->changes = more;
		c->cap_changes *= 2;
	}
	c->changes[c->n_changes++] = (struct sla_change){ .t_s = t_s, .id = id, .status = status };
}

static void on_created(struct sla_case *c, const struct sla_event *e)
{
	const struct sla_created *new = e->created;
	c->created = true;
	c->outreach = new->outreach;
	c->facts = new->facts;
	c->rules = e->rules;
	c->aims = sla_rules_has_track(c->book->rules[e->rules], SLA_AIM);
	c->created_s = e->t_s;
	c->known_s = new->aware_s.set ? new->aware_s.v : e->t_s;
	c->entered_s = e->t_s;
	add_change(c, CAL_LEAST_S, e->id, SLA_NEW);   /* new until the first status, wherever a clock begins (S10) */
	if (!c->outreach) {
		begin(c, SLA_FIRST_RESPONSE, c->known_s, e->t_s, INT64_MIN);
		begin(c, SLA_RESOLUTION, c->known_s, e->t_s, INT64_MIN);
	}
}

static void on_customer(struct sla_case *c, int64_t t_s)
{
	const struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE];
	if (solved(c->status)) {
		c->solved_message_s = c->solved_message_s < t_s ? c->solved_message_s : t_s;
	} else if (!first->begun) {
		begin(c, SLA_FIRST_RESPONSE, t_s, t_s, INT64_MIN);
		begin(c, SLA_RESOLUTION, t_s, t_s, INT64_MIN);
	} else if (first->final && !c->clock[SLA_NEXT_RESPONSE].begun) {
		begin(c, SLA_NEXT_RESPONSE, t_s, t_s, INT64_MIN);
	}
}

static void on_agent(struct sla_case *c, const struct sla_event *e)
{
	struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE], *resolution = &c->clock[SLA_RESOLUTION];
	if (first->begun && c->any_reply_s == CAL_NEVER)
		c->any_reply_s = e->t_s;
	if (e->workaround && resolution->begun) {
		stop(c, SLA_RESOLUTION, e->t_s, true);
		resolution->final = true;
	}
	if (e->ack)
		return;
	if (solved(c->status)) {
		c->solved_message_s = CAL_NEVER;
		return;
	}
	if (!first->begun)
		return;   /* an outreach that nobody has answered: this answers nothing */
	stop(c, SLA_FIRST_RESPONSE, e->t_s, true);
	first->final = true;
	stop(c, SLA_NEXT_RESPONSE, e->t_s, true);
	stop(c, SLA_PERIODIC_UPDATE, e->t_s, true);
	begin(c, SLA_PERIODIC_UPDATE, e->t_s, e->t_s, INT64_MIN);
}

static void on_message(struct sla_case *c, const struct sla_event *e)
{
	if (!e->public_)
		return;
	switch ((enum sla_by)e->by) {
	case SLA_BY_CUSTOMER:
		on_customer(c, e->t_s);
		break;
	case SLA_BY_AGENT:
		on_agent(c, e);
		break;
	case SLA_BY_OTHER:
		break;
	}
}

static void on_solved(struct sla_case *c, int64_t t_s)
{
	stop(c, SLA_FIRST_RESPONSE, t_s, false);
	stop(c, SLA_RESOLUTION, t_s, true);
	stop(c, SLA_NEXT_RESPONSE, t_s, false);
	stop(c, SLA_PERIODIC_UPDATE, t_s, false);
	c->solved_message_s = CAL_NEVER;
}

static void on_reopened(struct sla_case *c, int64_t t_s)
{
	struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE];
	int64_t asked = c->solved_message_s;
	c->solved_message_s = CAL_NEVER;
	if (first->begun) {
		resume(c, SLA_FIRST_RESPONSE, t_s);
		resume(c, SLA_RESOLUTION, t_s);
		if (first->final && asked != CAL_NEVER)
			begin(c, SLA_NEXT_RESPONSE, asked, t_s, t_s);
	} else if (asked != CAL_NEVER) {
		begin(c, SLA_FIRST_RESPONSE, asked, t_s, t_s);
		begin(c, SLA_RESOLUTION, asked, t_s, t_s);
	}
	begin(c, SLA_PERIODIC_UPDATE, t_s, t_s, INT64_MIN);
}

static void on_status(struct sla_case *c, const struct sla_event *e)
{
	bool was = solved(c->status), is = solved(e->status);
	if (e->status == c->status || e->status == SLA_MERGED)
		return;
	if (!was && is)
		on_solved(c, e->t_s);
	c->status = e->status;
	c->entered_s = e->t_s;
	add_change(c, e->t_s, e->id, e->status);
	if (was && !is)
		on_reopened(c, e->t_s);
	if (was || is)
		return;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_instance *in = &c->clock[i];
		if (!pauses((enum sla_clock)i) || !in->begun || !in->live)
			continue;
		settle(c, (enum sla_clock)i, e->t_s);
		for (int k = 0; k < sla_tracks(c); k++) {
			struct sla_measure m;
			sla_measure(c, (enum sla_clock)i, &in->on[k], &m);
			enter(c, &in->on[k], &m, sla_mark_of(in, &in->on[k]), sla_mode((enum sla_clock)i, m.target, c->status));
		}
	}
}

static void on_facts(struct sla_case *c, const struct sla_event *e)
{
	c->facts = *e->facts;
	forget_rows(c);
	for (int i = 0; i < SLA_CLOCKS; i++) {
		if (!c->clock[i].begun || !c->clock[i].live)
			continue;
		settle(c, (enum sla_clock)i, e->t_s);
		retarget(c, (enum sla_clock)i, e->t_s, e->t_s);
	}
}

static void on_rules(struct sla_case *c, const struct sla_event *e)
{
	bool aims = sla_rules_has_track(c->book->rules[e->rules], SLA_AIM), aims_begin = aims && !c->aims;
	for (int i = 0; i < SLA_CLOCKS; i++)
		if (c->clock[i].begun && c->clock[i].live)
			settle(c, (enum sla_clock)i, e->t_s);
	c->rules = e->rules;
	c->aims = c->aims || aims;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_instance *in = &c->clock[i];
		if (aims_begin && in->begun)
			in->on[SLA_AIM] = fresh(c, in->start_s, INT64_MIN);
		if (in->begun && in->live) {
			change_rules(c, (enum sla_clock)i, (enum sla_mode)e->mode, e->t_s, e->t_s, aims_begin);
		} else if (in->begun) {
			in->pending = (uint8_t)(1 + e->mode);
			if (aims_begin)
				recount(c, (enum sla_clock)i, &in->on[SLA_AIM]);
		}
	}
}

static void on_merged_from(struct sla_case *c, const struct sla_event *e)
{
	struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE];
	struct opt_i64 owed = e->owed->first_response_since_s, asked = e->owed->unanswered_since_s;
	if (owed.set && !first->begun) {
		if (solved(c->status)) {
			c->solved_message_s = c->solved_message_s < owed.v ? c->solved_message_s : owed.v;
		} else {
			begin(c, SLA_FIRST_RESPONSE, owed.v, e->t_s, INT64_MIN);
			begin(c, SLA_RESOLUTION, owed.v, e->t_s, INT64_MIN);
		}
	} else if (owed.set && !first->final) {
		begin_earlier(c, SLA_FIRST_RESPONSE, owed.v, e->t_s);
	}
	if (!asked.set)
		return;
	if (solved(c->status))
		c->solved_message_s = c->solved_message_s < asked.v ? c->solved_message_s : asked.v;
	else if (first->final && c->clock[SLA_NEXT_RESPONSE].begun)
		begin_earlier(c, SLA_NEXT_RESPONSE, asked.v, e->t_s);
	else if (first->final)
		begin(c, SLA_NEXT_RESPONSE, asked.v, e->t_s, INT64_MIN);
}

static void on_merged_into(struct sla_case *c, const struct sla_event *e)
{
	for (int i = 0; i < SLA_CLOCKS; i++)
		stop(c, (enum sla_clock)i, e->t_s, false);
	c->status = SLA_MERGED;
	c->entered_s = c->merged_s = e->t_s;
	add_change(c, e->t_s, e->id, SLA_MERGED);
}

static bool good_facts(const struct sla_case_facts *f)
{
	return f && f->severity >= SLA_UNTRIAGED && f->severity <= SLA_SEVERITY_MOST;
}

static bool good_time(int64_t t_s)
{
	return t_s >= CAL_LEAST_S && t_s <= CAL_MOST_S;
}

static bool good_opt(struct opt_i64 t)
{
	return !t.set || good_time(t.v);
}

static bool good_event(const struct sla_case *c, const struct sla_event *e)
{
	if (!good_time(e->t_s))
		return false;
	switch ((enum sla_event_kind)e->kind) {
	case SLA_CREATED:
		return e->created && good_facts(&e->created->facts) && good_opt(e->created->aware_s) && e->rules < c->book->n;
	case SLA_FACTS:
		return good_facts(e->facts);
	case SLA_RULES:
		return e->rules < c->book->n && e->mode <= SLA_FROM_START;
	case SLA_STATUS:
		return e->status < SLA_STATUSES;
	case SLA_MERGED_FROM:
		return e->owed && good_opt(e->owed->first_response_since_s) && good_opt(e->owed->unanswered_since_s);
	case SLA_MESSAGE: case SLA_MERGED_INTO: case SLA_MARK: case SLA_VOID: case SLA_OTHER:
		return true;
	}
	return false;
}

static void apply(struct sla_case *c, const struct sla_event *e)
{
	c->last_s = e->t_s;
	if (e->kind == SLA_CREATED ? c->created : !c->created)
		return;
	if (c->status == SLA_MERGED)
		return;
	sla_tell_before(c, e->t_s);
	switch ((enum sla_event_kind)e->kind) {
	case SLA_CREATED:
		on_created(c, e);
		break;
	case SLA_MESSAGE:
		on_message(c, e);
		break;
	case SLA_STATUS:
		on_status(c, e);
		break;
	case SLA_FACTS:
		on_facts(c, e);
		break;
	case SLA_MERGED_FROM:
		on_merged_from(c, e);
		break;
	case SLA_MERGED_INTO:
		on_merged_into(c, e);
		break;
	case SLA_RULES:
		on_rules(c, e);
		break;
	case SLA_MARK: case SLA_VOID: case SLA_OTHER:
		break;
	}
}

/* ---- folding ---- */

void sla_case_init(struct sla_case *c, struct arena *a, const struct sla_book *book, const struct sla_sink *sink)
{
	memset(c, 0, sizeof(*c));
	c->arena = a;
	c->book = book;
	c->sink = sink;
	c->last_s = INT64_MIN;
	c->merged_s = c->solved_message_s = c->any_reply_s = CAL_NEVER;
	c->changes = c->inside;
	c->cap_changes = SLA_CHANGES_INSIDE;
}

bool sla_case_step(struct sla_case *c, const struct sla_event *e)
{
	if (e->t_s < c->last_s || e->kind == SLA_MARK || e->kind == SLA_VOID || !good_event(c, e))
		return false;
	apply(c, e);
	return true;
}

/* Marks and voids say what earlier events were in truth. ret: one entry an event: 0 as it is, 1 it has not happened,
 * 2 | ack << 2 | workaround << 3 a mark. The latest word counts; a void can be voided by a later one. */
static void amend(const struct sla_event *events, size_t n, uint8_t *ret)
{
	for (size_t i = n; i-- > 0;) {
		bool voids = events[i].kind == SLA_VOID;
		if ((!voids && events[i].kind != SLA_MARK) || ret[i] == 1)
			continue;
		for (size_t k = i; k-- > 0;) {
			if (events[k].id != events[i].of)
				continue;
			if (voids)
				ret[k] = 1;
			else if (ret[k] == 0)
				ret[k] = (uint8_t)(2 | events[i].ack << 2 | events[i].workaround << 3);
			break;
		}
	}
}

static bool fold_amended(struct sla_case *c, const struct sla_event *events, size_t n)
{
	uint8_t *how = arena_calloc(c->arena, n, 1);
	amend(events, n, how);
	for (size_t i = 0; i < n; i++) {
		struct sla_event e = events[i];
		if (!good_event(c, &e))
			return false;
		if (how[i] == 1) {
			c->last_s = e.t_s;
			continue;
		}
		if (how[i] && e.kind == SLA_MESSAGE) {
			e.ack = how[i] & 4;
			e.workaround = how[i] & 8;
		}
		apply(c, &e);
	}
	return true;
}

bool sla_case_fold(struct sla_case *c, const struct sla_event *events, size_t n, int64_t asof_s)
{
	sla_case_init(c, c->arena, c->book, c->sink);
	size_t n_asof = 0;
	bool amended = false;
	for (; n_asof < n && events[n_asof].t_s <= asof_s; n_asof++)
		amended |= events[n_asof].kind == SLA_MARK || events[n_asof].kind == SLA_VOID;
	if (amended)
		return fold_amended(c, events, n_asof);
	for (size_t i = 0; i < n_asof; i++) {
		if (events[i].t_s < c->last_s || !good_event(c, &events[i]))
			return false;
		apply(c, &events[i]);
	}
	return true;
}
