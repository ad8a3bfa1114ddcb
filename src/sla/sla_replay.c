/* sla_replay.c: the facts of a ticket, and of its organisation, as the engine's events; and the fold of them.
 *
 * The same for a stored clock, for a question about the past, for a preview and for `tend sla verify`. */
#include "sla/sla_int.h"

#include "base/map.h"

#include <string.h>

#include "base/banned.h"

enum { DEPTH_MOST = 20, OUTREACH_S = 60 };
#define SET_BACK_US UTIME_US_PER_DAY /* a clock is set back by an hour or a night; what lies further ahead is a slip, and waits for its time */
#define AWARE_US UTIME_US_PER_DAY   /* a message that lies further back before its ticket says nothing about when we knew */

/* ---- organisations ---- */

static utime midnight(struct str date, utime otherwise)
{
	int64_t day;
	return date.p && cal_parse_date(date, &day) ? day * UTIME_US_PER_DAY : otherwise;
}

static enum err org_read_life(struct ctx *c, int64_t id, struct org_life *ret)
{
	struct sla_org_fact_of_row *facts;
	struct sla_org_rights_row *rights;
	size_t n, m;
	TRY(sla_org_fact_of(c->db, c->arena, &facts, &n, .organisation_id = id));
	TRY(sla_org_rights(c->db, c->arena, &rights, &m, .organisation_id = id));
	struct org_span *s = arena_array(c->arena, struct org_span, n);
	struct org_right *r = arena_array(c->arena, struct org_right, m);
	for (size_t i = 0; i < n; i++)
		s[i] = (struct org_span){ i ? facts[i].at_us : INT64_MIN, facts[i].stage, facts[i].tier, facts[i].plan, facts[i].deployment };
	for (size_t i = 0; i < m; i++)
		r[i] = (struct org_right){ rights[i].name, midnight(rights[i].valid_from, INT64_MIN), midnight(rights[i].valid_to, INT64_MAX) };
	*ret = (struct org_life){ s, n, r, m };
	return OK;
}

static enum err org_life_of(struct ctx *c, struct sla_orgs *orgs, int64_t id, const struct org_life **ret)
{
	if (!orgs) {
		struct org_life *l = arena_new(c->arena, struct org_life);
		*ret = l;
		return org_read_life(c, id, l);
	}
	struct str key = arena_fmt(orgs->arena, "%lld", (long long)id);
	struct org_life *l = map_get(&orgs->lives, key);
	if (!l) {
		struct arena *outer = c->arena;
		l = arena_new(orgs->arena, struct org_life);
		c->arena = orgs->arena;
		enum err e = org_read_life(c, id, l);
		c->arena = outer;
		TRY(e);
		map_put(&orgs->lives, key, l);
	}
	*ret = l;
	return OK;
}

/* ---- one ticket ---- */

struct folding {
	struct ctx *c;
	const struct sla_kept *k;
	struct sla_orgs *orgs;
	utime at;
	int depth;
	struct sla_event *events;
	size_t n, cap;
	/* the ticket as it is so far */
	const struct org_life *org;
	struct sla_case_facts is, said;
	struct str deployment;
	bool task, hidden, started;
	struct str status, told_status;
	utime next_org_us;          /* the organisation is another one then */
	utime waits_us;             /* something known does not hold yet, or holds until then; INT64_MAX: nothing */
};

static struct sla_event *add(struct folding *f, utime at, int64_t id, enum sla_event_kind kind)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 16;
		f->events = arena_grow(f->c->arena, f->events, f->cap * sizeof(*f->events), cap * sizeof(*f->events));
		f->cap = cap;
	}
	struct sla_event *e = &f->events[f->n++];
	*e = (struct sla_event){ .t_s = cal_seconds(at), .id = id, .kind = (uint8_t)kind };
	return e;
}

static bool one_of_ours(struct str deployment)
{
	for (size_t i = 0; deployment.n && org_deployments[i]; i++)
		if (str_eq(deployment, str_c(org_deployments[i])))
			return true;
	return false;
}

/* The organisation's part of what the case is, at that instant; and when that changes next. */
static void look_at_org(struct folding *f, utime at)
{
	const struct org_span *now = NULL;
	f->next_org_us = INT64_MAX;
	f->is.stage = f->is.tier = f->is.plan = 0;
	f->is.entitlements = 0;
	struct str deployment = f->deployment;
	for (size_t i = 0; f->org && i < f->org->n_spans; i++) {
		const struct org_span *s = &f->org->spans[i];
		if (s->from_us <= at)
			now = s;
		else if (s->from_us < f->next_org_us)
			f->next_org_us = s->from_us;
	}
	for (size_t i = 0; f->org && i < f->org->n_rights; i++) {
		const struct org_right *r = &f->org->rights[i];
		if (r->from_us <= at && at < r->to_us)
			f->is.entitlements |= sla_entitlement_bit(f->k, r->name);
		if (r->from_us > at && r->from_us < f->next_org_us)
			f->next_org_us = r->from_us;
		if (r->to_us > at && r->to_us < f->next_org_us)
			f->next_org_us = r->to_us;
	}
	if (now) {
		f->is.stage = sla_word(f->k, WORD_STAGE, now->stage);
		f->is.tier = sla_word(f->k, WORD_TIER, now->tier);
		f->is.plan = sla_word(f->k, WORD_PLAN, now->plan);
		/* a ticket may say anything ("two clusters"); only what is one of our kinds goes before the organisation's */
		if (!one_of_ours(deployment))
			deployment = now->deployment;
	}
	f->is.deployment = sla_word(f->k, WORD_DEPLOYMENT, deployment);
	/* "self_hosted_kubernetes" is self_hosted too */
	if (!f->is.deployment && str_starts(deployment, S("self_hosted_")))
		f->is.deployment = sla_word(f->k, WORD_DEPLOYMENT, S("self_hosted"));
}

static bool same_facts(const struct sla_case_facts *a, const struct sla_case_facts *b)
{
	return a->org == b->org && a->stage == b->stage && a->tier == b->tier && a->plan == b->plan && a->deployment == b->deployment &&
	       a->channel == b->channel && a->severity == b->severity && a->entitlements == b->entitlements && a->tags == b->tags;
}

static void tell_facts(struct folding *f, utime at, int64_t id)
{
	if (!f->started || same_facts(&f->is, &f->said))
		return;
	struct sla_case_facts *copy = arena_new(f->c->arena, struct sla_case_facts);
	*copy = f->said = f->is;
	add(f, at, id, SLA_FACTS)->facts = copy;
}

/* What the organisation becomes on its own up to an instant. */
static void org_until(struct folding *f, utime at)
{
	while (f->next_org_us <= at) {
		utime t = f->next_org_us;
		look_at_org(f, t);
		tell_facts(f, t, 0);
	}
}

static void tell_status(struct folding *f, utime at, int64_t id)
{
	enum sla_status s;
	if (str_eq(f->status, S("suspended")) || str_eq(f->status, S("deleted"))) {
		f->hidden = true;
		return;
	}
	f->hidden = false;
	if (str_eq(f->status, S("merged"))) {
		add(f, at, id, SLA_MERGED_INTO);
		return;
	}
	if (str_eq(f->status, f->told_status) || !sla_status_parse(str_eq(f->status, S("on_hold")) ? S("hold") : f->status, &s))
		return;
	f->told_status = f->status;
	add(f, at, id, SLA_STATUS)->status = (uint8_t)s;
}

static int64_t id_of(const struct sla_fact_of_row *x)
{
	return x->seq * SLA_FACTS_MOST * 2 + x->n;
}

/* INT64_MAX: it holds, or not, for ever. */
static utime waits_until(const struct sla_fact_of_row *x, utime at)
{
	return x->at_us > at ? x->at_us : x->gone_us.set && x->gone_us.v > at ? x->gone_us.v : INT64_MAX;
}

static bool waits(const struct sla_fact_of_row *x, utime at)
{
	return waits_until(x, at) != INT64_MAX;
}

static bool holds(const struct sla_fact_of_row *x, utime at)
{
	return x->at_us <= at && (!x->gone_us.set || x->gone_us.v > at);
}

static enum err fold_facts(struct folding *f, const struct sla_fact_of_row *facts, size_t n, int64_t stop_into);

/* What the other one was owed just before it came in here, by what is known now: a reviewer may have looked at its answers since. */
static enum err owed_of(struct folding *f, const struct sla_fact_of_row *x, int64_t here, struct sla_owed *ret)
{
	struct sla_fact_of_row *facts;
	size_t n;
	*ret = (struct sla_owed){ 0 };
	if (f->depth >= DEPTH_MOST)   /* a circle, which only a wrong import can make */
		return OK;
	TRY(sla_fact_of(f->c->db, f->c->arena, &facts, &n, .ticket_id = x->num.v));
	struct folding g = { .c = f->c, .k = f->k, .orgs = f->orgs, .at = f->at, .depth = f->depth + 1 };
	TRY(fold_facts(&g, facts, n, here));
	if (!g.started || g.task || g.hidden)
		return OK;
	struct sla_case sc;
	sla_case_init(&sc, f->c->arena, sla_kept_book(f->k), NULL);
	sla_events_sort(g.events, g.n);
	if (sla_case_fold(&sc, g.events, g.n, cal_seconds(x->at_us)))
		*ret = sla_case_owed(&sc);
	return OK;
}

static enum err set_org(struct folding *f, const struct sla_fact_of_row *x)
{
	f->is.org = x->num.set ? x->num.v : 0;
	f->org = NULL;
	if (x->num.set)
		TRY(org_life_of(f->c, f->orgs, x->num.v, &f->org));
	look_at_org(f, x->at_us);
	return OK;
}

static void put_mark(struct folding *f, const struct sla_fact_of_row *facts, size_t n, const struct sla_fact_of_row *x)
{
	for (size_t i = 0; i < n; i++) {
		const struct sla_fact_of_row *m = &facts[i];
		if (m->kind.p[0] != 'r' || !str_eq(m->kind, S("reply")) || !m->message_id.set || m->message_id.v != x->message_id.v || !holds(m, f->at))
			continue;
		struct sla_event *e = add(f, x->at_us, id_of(x), SLA_MARK);
		e->of = id_of(m);
		e->ack = str_eq(x->value, S("acknowledgement"));
		e->workaround = str_eq(x->value, S("workaround"));
	}
}

static enum err one_fact(struct folding *f, const struct sla_fact_of_row *facts, size_t n, const struct sla_fact_of_row *x)
{
	struct str kind = x->kind;
	utime at = x->at_us;
	int64_t id = id_of(x);
	bool reply = str_eq(kind, S("reply"));
	if (reply || str_eq(kind, S("customer"))) {
		struct sla_event *e = add(f, at, id, SLA_MESSAGE);
		e->by = reply ? SLA_BY_AGENT : SLA_BY_CUSTOMER;
		e->public_ = true;
		e->ack = reply && str_eq(x->value, S("acknowledgement"));
		e->workaround = reply && str_eq(x->value, S("workaround"));
	} else if (str_eq(kind, S("status"))) {
		f->status = x->value;
		tell_status(f, at, id);
	} else if (str_eq(kind, S("severity"))) {
		f->is.severity = x->num.set ? (int32_t)x->num.v : SLA_UNTRIAGED;
		tell_facts(f, at, id);
	} else if (str_eq(kind, S("org"))) {
		TRY(set_org(f, x));
		tell_facts(f, at, id);
	} else if (str_eq(kind, S("deployment"))) {
		f->deployment = x->value;
		look_at_org(f, at);
		tell_facts(f, at, id);
	} else if (str_eq(kind, S("tag")) || str_eq(kind, S("untag"))) {
		uint64_t bit = sla_tag_bit(f->k, x->value);
		f->is.tags = kind.p[0] == 't' ? f->is.tags | bit : f->is.tags & ~bit;
		tell_facts(f, at, id);
	} else if (str_eq(kind, S("type"))) {
		f->task = str_eq(x->value, S("task"));
	} else if (str_eq(kind, S("mark"))) {
		put_mark(f, facts, n, x);
	} else if (str_eq(kind, S("rules"))) {
		struct sla_event *e = add(f, at, id, SLA_RULES);
		e->rules = (uint32_t)(x->num.v - 1);
		e->mode = str_eq(x->value, S("now")) ? SLA_FROM_NOW : SLA_FROM_START;
	} else if (str_eq(kind, S("into"))) {
		add(f, at, id, SLA_MERGED_INTO);
	} else if (str_eq(kind, S("from"))) {
		struct sla_owed *owed = arena_new(f->c->arena, struct sla_owed);
		TRY(owed_of(f, x, x->ticket_id, owed));
		add(f, at, id, SLA_MERGED_FROM)->owed = owed;
	}
	return OK;
}

/* The first event: what is said at the same instant as the creation belongs to it. */
static enum err begin(struct folding *f, const struct sla_fact_of_row *facts, size_t n, const struct sla_fact_of_row *x)
{
	struct sla_created *made = arena_new(f->c->arena, struct sla_created);
	const struct sla_fact_of_row *first = NULL;
	f->is = (struct sla_case_facts){ .severity = SLA_UNTRIAGED, .channel = sla_word(f->k, WORD_CHANNEL, x->value) };
	f->told_status = f->status = S("new");
	f->next_org_us = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct sla_fact_of_row *y = &facts[i];
		if (!holds(y, f->at))
			continue;
		if (y->seq == x->seq && y != x) {
			if (str_eq(y->kind, S("org")))
				TRY(set_org(f, y));
			else if (str_eq(y->kind, S("severity")))
				f->is.severity = (int32_t)y->num.v;
			else if (str_eq(y->kind, S("deployment")))
				f->deployment = y->value;
		}
		if (!first && (str_eq(y->kind, S("customer")) || str_eq(y->kind, S("reply"))))
			first = y;
	}
	look_at_org(f, x->at_us);
	f->said = f->is;
	made->facts = f->is;
	if (first && str_eq(first->kind, S("customer")) && first->at_us < x->at_us && x->at_us - first->at_us <= AWARE_US)
		made->aware_s = SOME(cal_seconds(first->at_us));
	made->outreach = first && str_eq(first->kind, S("reply")) && first->at_us <= x->at_us + OUTREACH_S * UTIME_US_PER_SECOND;
	f->started = true;
	struct sla_event *e = add(f, x->at_us, id_of(x), SLA_CREATED);
	e->created = made;
	e->rules = (uint32_t)(x->num.set ? x->num.v - 1 : 0);
	return OK;
}

/* Up to a merge: what happened afterwards did not, but what a reviewer said afterwards of what was before was so. */
static enum err marks_after(struct folding *f, const struct sla_fact_of_row *facts, size_t n, size_t merge)
{
	utime at = facts[merge].at_us;
	org_until(f, at);
	for (size_t i = merge + 1; i < n; i++) {
		struct sla_fact_of_row x = facts[i];
		if (!holds(&x, f->at) || !str_eq(x.kind, S("mark")))
			continue;
		x.at_us = at;
		put_mark(f, facts, n, &x);
	}
	return OK;
}

static enum err fold_facts(struct folding *f, const struct sla_fact_of_row *facts, size_t n, int64_t stop_into)
{
	const struct sla_fact_of_row *made = NULL;
	f->waits_us = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		utime until = waits_until(&facts[i], f->at);
		f->waits_us = until < f->waits_us ? until : f->waits_us;
	}
	for (size_t i = 0; i < n && !made; i++)
		if (str_eq(facts[i].kind, S("created")) && holds(&facts[i], f->at))
			made = &facts[i];
	if (!made)
		return OK;
	f->cap = n + 8;
	f->events = arena_array(f->c->arena, struct sla_event, f->cap);
	f->is.severity = SLA_UNTRIAGED;
	TRY(begin(f, facts, n, made));
	for (size_t i = 0; i < n; i++) {
		const struct sla_fact_of_row *x = &facts[i];
		if (x == made || !holds(x, f->at))
			continue;
		if (stop_into && str_eq(x->kind, S("into")) && x->num.v == stop_into)
			return marks_after(f, facts, n, i);
		org_until(f, x->at_us);
		TRY(one_fact(f, facts, n, x));
	}
	org_until(f, f->at);
	return OK;
}

/* ---- the fold ---- */

static void finished(void *arg, const struct sla_view *v)
{
	struct sla_replayed *r = arg;
	if (r->n_done == r->cap_done) {
		size_t cap = r->cap_done ? r->cap_done * 2 : 8;
		r->done = arena_grow(r->arena, r->done, r->cap_done * sizeof(*r->done), cap * sizeof(*r->done));
		r->cap_done = cap;
	}
	r->done[r->n_done++] = *v;
}

static void alarm(void *arg, const struct sla_alarm *a)
{
	struct sla_replayed *r = arg;
	if (a->track != SLA_PROMISE)
		return;
	if (r->n_alarms == r->cap_alarms) {
		size_t cap = r->cap_alarms ? r->cap_alarms * 2 : 8;
		r->alarms = arena_grow(r->arena, r->alarms, r->cap_alarms * sizeof(*r->alarms), cap * sizeof(*r->alarms));
		r->cap_alarms = cap;
	}
	r->alarms[r->n_alarms++] = *a;
}

static void start(struct ctx *c, const struct sla_kept *k, bool all, utime at, struct sla_replayed *out)
{
	*out = (struct sla_replayed){ .arena = c->arena, .why_not = S("nothing is known about it"), .next_us = INT64_MAX, .at_us = at };
	out->sink = (struct sla_sink){ .finished = all ? finished : NULL, .alarm = alarm, .arg = out };
	sla_case_init(&out->sc, c->arena, sla_kept_book(k), &out->sink);
}

static void finish(const struct folding *f, const struct sla_rest *before, const struct sla_fact_of_row *facts, size_t n, struct sla_replayed *out)
{
	sla_case_advance(&out->sc, cal_seconds(f->at));
	out->next_us = f->next_org_us < f->waits_us ? f->next_org_us : f->waits_us;
	out->shown = !f->task && !f->hidden;
	out->why_not = f->task ? S("it is a task of our own: nobody outside waits for it") : f->hidden ? S("it is spam or was deleted") : STR_NULL;
	struct sla_rest *r = &out->rest;
	*r = (struct sla_rest){ .deployment = f->deployment, .status = f->status, .told_status = f->told_status, .org = f->is.org, .channel = f->is.channel,
				.severity = f->is.severity, .tags = f->is.tags, .task = f->task, .hidden = f->hidden, .asof_us = f->at, .all = f->waits_us == INT64_MAX,
				.facts = before->facts + (int64_t)n, .last_us = before->last_us, .last_seq = before->last_seq };
	for (size_t i = 0; i < n; i++) {
		r->last_us = facts[i].at_us > r->last_us ? facts[i].at_us : r->last_us;
		r->last_seq = facts[i].seq > r->last_seq ? facts[i].seq : r->last_seq;
	}
}

/* What the log says happened has happened: when the clock was set back meanwhile, now is when the last of it did. */
static utime as_of_now(const struct sla_fact_of_row *facts, size_t n, utime now)
{
	utime at = now;
	for (size_t i = 0; i < n; i++) {
		if (facts[i].at_us > at && facts[i].at_us <= now + SET_BACK_US)
			at = facts[i].at_us;
		if (facts[i].gone_us.set && facts[i].gone_us.v > at && facts[i].gone_us.v <= now + SET_BACK_US)
			at = facts[i].gone_us.v;
	}
	return at;
}

enum err sla_replay(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_fact_of_row *facts, size_t n, utime at, bool all,
		    struct sla_replayed *out)
{
	at = at == c->now_us ? as_of_now(facts, n, at) : at;
	struct folding f = { .c = c, .k = k, .orgs = orgs, .at = at };
	const struct sla_rest nothing = { .last_us = INT64_MIN };
	start(c, k, all, at, out);
	TRY(fold_facts(&f, facts, n, 0));
	out->next_us = f.waits_us;
	if (!f.started)
		return OK;
	/* instants are from several hands: a message received before the step that was written before it */
	sla_events_sort(f.events, f.n);
	if (!sla_case_fold(&out->sc, f.events, f.n, cal_seconds(at)))
		return fail(c, ERR_BUG, "Ticket %lld: its events cannot be folded.", (long long)(n ? facts[0].ticket_id : 0));
	finish(&f, &nothing, facts, n, out);
	return OK;
}

/* The ticket as it was when the state was kept. */
static enum err take_up(struct folding *f, const struct sla_rest *from)
{
	f->started = true;
	f->task = from->task;
	f->hidden = from->hidden;
	f->deployment = from->deployment;
	f->status = from->status;
	f->told_status = from->told_status;
	f->is = (struct sla_case_facts){ .org = from->org, .channel = from->channel, .severity = from->severity, .tags = from->tags };
	if (from->org)
		TRY(org_life_of(f->c, f->orgs, from->org, &f->org));
	look_at_org(f, from->asof_us);
	f->said = f->is;
	return OK;
}

enum err sla_replay_on(struct ctx *c, const struct sla_kept *k, struct sla_orgs *orgs, const struct sla_rest *from, struct str state,
		       const struct sla_fact_of_row *facts, size_t n, utime at, bool all, struct sla_replayed *out, bool *ret_done)
{
	struct folding f = { .c = c, .k = k, .orgs = orgs, .at = at, .cap = n + 8, .waits_us = INT64_MAX };
	*ret_done = false;
	start(c, k, all, at, out);
	if (from->asof_us > at || !sla_case_load(&out->sc, state))
		return OK;
	for (int i = 0; i < SLA_CLOCKS; i++)
		out->since[i] = out->sc.clock[i].no;
	f.events = arena_array(c->arena, struct sla_event, f.cap);
	TRY(take_up(&f, from));
	for (size_t i = 0; i < n; i++) {
		const struct sla_fact_of_row *x = &facts[i];
		if (x->at_us < from->last_us || !holds(x, at) || waits(x, at) || str_eq(x->kind, S("mark")) || str_eq(x->kind, S("created")))
			return OK;
		org_until(&f, x->at_us);
		TRY(one_fact(&f, facts, n, x));
	}
	org_until(&f, at);
	for (size_t i = 0; i < f.n; i++)
		if (!sla_case_step(&out->sc, &f.events[i]))
			return OK;
	if (f.task != from->task || f.hidden != from->hidden)
		return OK;
	finish(&f, from, facts, n, out);
	*ret_done = true;
	return OK;
}

enum err sla_replay_ticket(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, utime at, bool all, struct sla_replayed *out)
{
	struct sla_fact_of_row *facts;
	size_t n;
	TRY(sla_fact_of(c->db, c->arena, &facts, &n, .ticket_id = ticket_id));
	return sla_replay(c, k, NULL, facts, n, at, all, out);
}
