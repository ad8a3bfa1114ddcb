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

/* Open seconds before t; several clocks ask about the same instant. */
static inline int64_t open_before(struct sla_case *c, const struct calendar *cal, int64_t t_s)
{
	if (c->memo.cal != cal || c->memo.t_s != t_s) {
		c->memo.open_s = cal_open_before(cal, t_s);
		c->memo.cal = cal;
		c->memo.t_s = t_s;
	}
	return c->memo.open_s;
}

/* When what is left of a target is used up, counting from x on. */
static inline int64_t due_at(const struct sla_promise *p, int64_t x_s, int64_t left)
{
	if (p->target->basis != SLA_WALL)
		return cal_open_at(p->cal, p->open_s + left);
	return left > CAL_MOST_S - x_s ? CAL_NEVER : x_s + left;
}

/* By wall clock only pauses are measured in business time. */
static inline bool asks_calendar(const struct sla_promise *p)
{
	return p->mode == SLA_PAUSES || !p->target || p->target->basis != SLA_WALL;
}

/* From x on the promise does `mode`: until it is used up, its due instant moves with it (S18). */
static SLA_OFTEN void enter(struct sla_case *c, struct sla_promise *p, int64_t x_s, uint8_t mode)
{
	const struct sla_target *target = p->target;
	p->mode = mode;
	if (!target && !p->all)
		return;
	if (asks_calendar(p))
		p->open_s = open_before(c, p->cal, x_s);
	if (!target)
		return;
	for (uint32_t i = 0; p->acc_s == 0 && i < target->n_warn; i++)
		if (target->seconds == target->warn_remaining_s[i] && p->warn_fixed_s[i] == CAL_NEVER)
			p->warn_fixed_s[i] = x_s;   /* from the start on so much is left */
	int64_t left = target->seconds - p->acc_s;
	if (left > 0)
		p->due_s = mode != SLA_COUNTS ? CAL_NEVER : due_at(p, x_s, left);
	else if (p->due_s == CAL_NEVER)
		p->due_s = x_s;   /* a target of nothing */
}

/* Warnings that passed while n was counted from x on are kept (S15). */
static void keep_warnings(struct sla_promise *p, int64_t x_s, int64_t n)
{
	struct sla_measure m = sla_measure(p);
	for (uint32_t i = 0; i < p->target->n_warn; i++) {
		int64_t goal = p->target->seconds - p->target->warn_remaining_s[i];
		if (goal >= 0 && p->warn_fixed_s[i] == CAL_NEVER && p->acc_s + n >= goal)
			p->warn_fixed_s[i] = sla_used_up(&m, x_s, goal - p->acc_s);
	}
}

/* What it did over [x, y). */
static SLA_OFTEN void pass(struct sla_case *c, struct sla_promise *p, int64_t x_s, int64_t y_s)
{
	const struct sla_target *target = p->target;
	if (y_s <= x_s || (!target && !p->all))
		return;
	int64_t n = y_s - x_s, business = n;
	if (asks_calendar(p)) {
		int64_t open = open_before(c, p->cal, y_s);
		business = open - p->open_s;
		p->open_s = open;
	}
	if (p->mode == SLA_PAUSES) {
		p->paused_wall_s += n;
		p->paused_business_s += business;
	}
	if (p->mode != SLA_COUNTS)
		return;
	if (!target || target->basis != SLA_WALL)
		n = business;
	if (target && target->n_warn)
		keep_warnings(p, x_s, n);
	p->acc_s += n;
}

/* Counts an instance up to t. */
static SLA_OFTEN void settle(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	if (!sla_pauses(clock) || t_s <= in->mark_s)
		return;
	for (int k = 0; k < sla_tracks(c); k++)
		pass(c, &in->on[k], sla_mark_of(in, &in->on[k]), t_s);
	in->mark_s = t_s;
}

static void forget_counts(struct sla_promise *p)
{
	p->acc_s = p->paused_wall_s = p->paused_business_s = 0;
	p->due_s = CAL_NEVER;
	for (int i = 0; i < SLA_WARNINGS; i++)
		p->warn_fixed_s[i] = CAL_NEVER;
}

/* Counts a promise that has counted nothing yet from its base up to the mark, over all changes of status. */
static SLA_OFTEN void count_up(struct sla_case *c, enum sla_clock clock, struct sla_promise *p, int64_t mark)
{
	const struct sla_instance *in = &c->clock[clock];
	if (!sla_pauses(clock)) {
		enter(c, p, p->base_s, SLA_COUNTS);
		return;
	}
	uint32_t n = in->live ? c->n_changes : in->n_changes, i = n - 1;
	if (!p->target && !p->all) {
		p->mode = sla_mode(clock, NULL, c->changes[i].status);
		return;
	}
	/* changes after the mark did not turn it */
	mark = sla_later(mark, p->base_s);
	while (i > 0 && c->changes[i].t_s > p->base_s)
		i--;
	for (; i < n; i++) {
		int64_t from = sla_earlier(sla_later(c->changes[i].t_s, p->base_s), mark);
		int64_t to = i + 1 < n ? sla_earlier(sla_later(c->changes[i + 1].t_s, p->base_s), mark) : mark;
		enter(c, p, from, sla_mode(clock, p->target, c->changes[i].status));
		pass(c, p, from, to);
	}
}

static SLA_OFTEN void recount(struct sla_case *c, enum sla_clock clock, struct sla_promise *p)
{
	forget_counts(p);
	count_up(c, clock, p, c->clock[clock].mark_s);
}

void sla_count_all(const struct sla_case *c, enum sla_clock clock, struct sla_promise *p, int64_t to_s)
{
	uint8_t mode = p->mode;
	p->all = true;
	forget_counts(p);
	count_up((struct sla_case *)(uintptr_t)c, clock, p, to_s);   /* of c only the calendar's memo changes */
	if (!sla_pauses(clock))
		pass((struct sla_case *)(uintptr_t)c, p, p->base_s, to_s);
	p->mode = mode;
}

/* ---- rows ---- */

static SLA_OFTEN void look_up(const struct sla_case *c, struct sla_looked *l, enum sla_track track, uint32_t rules, int64_t t_s)
{
	const struct sla_rules *r = c->book->rules[rules];
	l->rules = rules;
	l->row = sla_rules_match(r, track, &c->facts, t_s, &l->from_s, &l->to_s);
	l->offers = sla_rules_offers(r, l->row);
}

static inline const struct sla_looked *look(struct sla_case *c, enum sla_track track, uint32_t rules, int64_t t_s)
{
	struct sla_looked *l = &c->looked[track];
	if (l->rules != rules || l->from_s > t_s || t_s >= l->to_s)
		look_up(c, l, track, rules, t_s);
	return l;
}

static inline void bind(struct sla_promise *p, enum sla_clock clock, const struct sla_looked *l)
{
	sla_bind(p, l->rules, l->row, &l->offers[clock]);
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
		const struct sla_looked *l = look(c, (enum sla_track)k, p->rules, p->base_s);
		if (l->row == p->row)
			continue;
		keep_breach(p, ran_s);
		bind(p, clock, l);
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
		bind(p, clock, look(c, (enum sla_track)k, c->rules, base));
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

/* Member by member, in place: a case has some ten of them, and clearing one by a copy takes longer than all it counts. What is promised nothing counts nothing. */
static inline void renew(struct sla_promise *p, int64_t start_s, int64_t floor_s)
{
	p->base_s = start_s;
	p->floor_s = floor_s;
	p->breach_s = p->due_s = CAL_NEVER;
	p->told = 0;
	p->mode = SLA_COUNTS;
	p->all = false;
	if (p->target)
		forget_counts(p);
}

/* Begins at start; now is the event's time. Breaches are not dated before the floor. */
static SLA_OFTEN void begin(struct sla_case *c, enum sla_clock clock, int64_t start_s, int64_t now_s, int64_t floor_s)
{
	struct sla_instance *in = &c->clock[clock];
	in->begun = in->live = true;
	in->final = false;
	in->pending = 0;
	in->start_s = start_s;
	in->mark_s = sla_pauses(clock) ? sla_later(start_s, now_s) : start_s;
	in->stopped_s = in->achieved_s = CAL_NEVER;
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		bind(p, clock, look(c, (enum sla_track)k, c->rules, start_s));
		renew(p, start_s, floor_s);
		count_up(c, clock, p, in->mark_s);
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
		bind(p, clock, look(c, (enum sla_track)k, p->rules, start_s));
		recount(c, clock, p);
		if (p->breach_s != CAL_NEVER && p->due_s < p->breach_s)
			p->breach_s = p->due_s;
	}
}

static SLA_RARE void tell_finished(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_view v;
		sla_case_view(c, t_s, clock, (enum sla_track)k, &v);
		c->sink->finished(c->sink->arg, &v);
	}
}

static SLA_OFTEN void stop_live(struct sla_case *c, enum sla_clock clock, int64_t t_s, bool achieved)
{
	struct sla_instance *in = &c->clock[clock];
	in->live = false;
	in->n_changes = c->n_changes;
	in->stopped_s = t_s;
	in->achieved_s = achieved ? t_s : CAL_NEVER;
	if (clock == SLA_FIRST_RESPONSE || clock == SLA_RESOLUTION)
		return;
	/* next response and periodic update end here, once and for all */
	if (c->sink && c->sink->finished)
		tell_finished(c, clock, t_s);
	in->begun = false;
	in->no++;
}

static inline void stop(struct sla_case *c, enum sla_clock clock, int64_t t_s, bool achieved)
{
	if (c->clock[clock].begun && c->clock[clock].live)
		stop_live(c, clock, t_s, achieved);
}

/* A stopped first response or resolution goes on (S6, S9). */
static void resume(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	if (!in->begun || in->live || in->final)
		return;
	settle(c, clock, in->stopped_s);
	in->mark_s = sla_pauses(clock) ? sla_later(in->mark_s, t_s) : in->mark_s;
	for (int k = 0; k < sla_tracks(c); k++) {
		struct sla_promise *p = &in->on[k];
		keep_breach(p, in->stopped_s);
		p->floor_s = sla_later(p->floor_s, t_s);
		if (sla_pauses(clock))
			enter(c, p, sla_mark_of(in, p), sla_mode(clock, p->target, c->status));
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

static SLA_RARE void more_changes(struct sla_case *c)
{
	size_t size = sizeof(*c->changes);
	struct sla_change *more = arena_calloc(c->arena, 2 * (size_t)c->cap_changes, size);
	memcpy(more, c->changes, c->n_changes * size);
	c->changes = more;
	c->cap_changes *= 2;
}

static inline void add_change(struct sla_case *c, int64_t t_s, int64_t id, uint8_t status)
{
	if (c->n_changes == c->cap_changes)
		more_changes(c);
	struct sla_change *x = &c->changes[c->n_changes++];
	x->t_s = t_s;
	x->id = id;
	x->status = status;
}

static void on_created(struct sla_case *c, const struct sla_event *e)
{
	const struct sla_created *new = e->created;
	c->created = true;
	c->outreach = new->outreach;
	c->facts = new->facts;
	c->rules = e->rules;
	c->aims = c->book->rules[e->rules]->n_best[SLA_AIM] > 0;
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
	if (sla_is_solved(c->status)) {
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
	if (sla_is_solved(c->status)) {
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

static SLA_RARE void on_reopened(struct sla_case *c, int64_t t_s)
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

static SLA_OFTEN void turn_counted(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	settle(c, clock, t_s);
	for (int k = 0; k < sla_tracks(c); k++)
		enter(c, &in->on[k], sla_mark_of(in, &in->on[k]), sla_mode(clock, in->on[k].target, c->status));
}

/* The case has another status since t: a clock that does the same in it as before counts on. */
static inline void turn(struct sla_case *c, enum sla_clock clock, int64_t t_s)
{
	struct sla_instance *in = &c->clock[clock];
	bool turns = false;
	if (!in->begun || !in->live)
		return;
	for (int k = 0; k < sla_tracks(c); k++) {
		uint8_t mode = sla_mode(clock, in->on[k].target, c->status);
		if (in->on[k].target)
			turns |= mode != in->on[k].mode;
		else
			in->on[k].mode = mode;
	}
	if (turns)
		turn_counted(c, clock, t_s);
}

static void on_status(struct sla_case *c, const struct sla_event *e)
{
	bool was = sla_is_solved(c->status), is = sla_is_solved(e->status);
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
	turn(c, SLA_RESOLUTION, e->t_s);
	turn(c, SLA_PERIODIC_UPDATE, e->t_s);
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

static SLA_RARE void on_rules(struct sla_case *c, const struct sla_event *e)
{
	bool aims = sla_rules_has_track(c->book->rules[e->rules], SLA_AIM), aims_begin = aims && !c->aims;
	for (int i = 0; i < SLA_CLOCKS; i++)
		if (c->clock[i].begun && c->clock[i].live)
			settle(c, (enum sla_clock)i, e->t_s);
	c->rules = e->rules;
	c->aims = c->aims || aims;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_instance *in = &c->clock[i];
		if (aims_begin && in->begun && !in->live)
			settle(c, (enum sla_clock)i, in->stopped_s);   /* what did not turn the promise may have turned the aim */
		if (aims_begin && in->begun) {
			sla_bind(&in->on[SLA_AIM], c->rules, -1, &sla_rules_offers(c->book->rules[c->rules], -1)[i]);
			renew(&in->on[SLA_AIM], in->start_s, INT64_MIN);
		}
		if (in->begun && in->live) {
			change_rules(c, (enum sla_clock)i, (enum sla_mode)e->mode, e->t_s, e->t_s, aims_begin);
		} else if (in->begun) {
			in->pending = (uint8_t)(1 + e->mode);
			if (aims_begin)
				recount(c, (enum sla_clock)i, &in->on[SLA_AIM]);
		}
	}
}

static SLA_RARE void on_merged_from(struct sla_case *c, const struct sla_event *e)
{
	struct sla_instance *first = &c->clock[SLA_FIRST_RESPONSE];
	struct opt_i64 owed = e->owed->first_response_since_s, asked = e->owed->unanswered_since_s;
	if (owed.set && !first->begun) {
		if (sla_is_solved(c->status)) {
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
	if (sla_is_solved(c->status))
		c->solved_message_s = c->solved_message_s < asked.v ? c->solved_message_s : asked.v;
	else if (first->final && c->clock[SLA_NEXT_RESPONSE].begun)
		begin_earlier(c, SLA_NEXT_RESPONSE, asked.v, e->t_s);
	else if (first->final)
		begin(c, SLA_NEXT_RESPONSE, asked.v, e->t_s, INT64_MIN);
}

static SLA_RARE void on_merged_into(struct sla_case *c, const struct sla_event *e)
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

static SLA_OFTEN bool good_rare(const struct sla_case *c, const struct sla_event *e)
{
	switch ((enum sla_event_kind)e->kind) {
	case SLA_CREATED:
		return e->created && good_facts(&e->created->facts) && good_opt(e->created->aware_s) && e->rules < c->book->n;
	case SLA_FACTS:
		return good_facts(e->facts);
	case SLA_RULES:
		return e->rules < c->book->n && e->mode <= SLA_FROM_START;
	case SLA_MERGED_FROM:
		return e->owed && good_opt(e->owed->first_response_since_s) && good_opt(e->owed->unanswered_since_s);
	case SLA_STATUS: case SLA_MESSAGE: case SLA_MERGED_INTO: case SLA_MARK: case SLA_VOID: case SLA_OTHER:
		return true;
	}
	return false;
}

static inline bool good_event(const struct sla_case *c, const struct sla_event *e)
{
	return good_time(e->t_s) && (e->kind == SLA_MESSAGE || (e->kind == SLA_STATUS ? e->status < SLA_STATUSES : good_rare(c, e)));
}

static SLA_OFTEN void apply(struct sla_case *c, const struct sla_event *e)
{
	c->last_s = e->t_s;
	if (e->kind == SLA_CREATED ? c->created : !c->created)
		return;
	if (c->status == SLA_MERGED)
		return;
	if (c->sink && c->sink->alarm)
		sla_tell_before(c, e->t_s);
	if (e->kind == SLA_MESSAGE) {   /* most are */
		on_message(c, e);
		return;
	}
	switch ((enum sla_event_kind)e->kind) {
	case SLA_CREATED:
		on_created(c, e);
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
	case SLA_MESSAGE: case SLA_MARK: case SLA_VOID: case SLA_OTHER:
		break;
	}
}

/* ---- folding ---- */

SLA_OFTEN void sla_case_init(struct sla_case *c, struct arena *a, const struct sla_book *book, const struct sla_sink *sink)
{
	memset(c, 0, offsetof(struct sla_case, clock));
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_instance *in = &c->clock[i];
		in->begun = in->live = in->final = false;
		in->pending = 0;
		in->no = 0;
	}
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

SLA_OFTEN bool sla_case_fold(struct sla_case *c, const struct sla_event *events, size_t n, int64_t asof_s)
{
	sla_case_init(c, c->arena, c->book, c->sink);
	const struct sla_event *end = events;
	unsigned kinds = 0;
	for (; end < events + n && end->t_s <= asof_s; end++)
		kinds |= 1u << (end->kind & 31);
	if (kinds & (1u << SLA_MARK | 1u << SLA_VOID))
		return fold_amended(c, events, (size_t)(end - events));
	for (const struct sla_event *e = events; e < end; e++) {
		if (e->t_s < c->last_s || !good_event(c, e))
			return false;
		apply(c, e);
	}
	return true;
}
