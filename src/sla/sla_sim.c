/* sla_sim.c: the scenarios of `tend sla simulate`: cases with their events in, what every clock says in, out; see docs/sla.md. */
#include "sla/explain.h"
#include "sla/sla_eval_int.h"

#include <string.h>

#include "base/banned.h"

#define BAD(f, ...) fault_set((f), ERR_INPUT, __FILE__, __LINE__, __VA_ARGS__)
enum { EVENTS_MOST = 1000000 };

/* ---- events in ---- */

struct reading {
	const struct sla_sim *sim;
	struct arena *arena;
	struct fault *fault;
	uint32_t rules;
	struct sla_case_facts facts;     /* as the events before leave them */
	bool created;
};

static enum err read_by(const json_t *j, struct fault *f, uint8_t *ret)
{
	struct str by = sla_json_text(json_object_get(j, "by"));
	bool automatic;
	TRY(sla_json_flag(json_object_get(j, "automatic"), "automatic", f, &automatic));
	*ret = SLA_BY_OTHER;
	if (by.p && !automatic && str_eq(by, S("customer")))
		*ret = SLA_BY_CUSTOMER;
	if (by.p && !automatic && str_eq(by, S("agent")))
		*ret = SLA_BY_AGENT;
	return OK;
}

/* An object's keys that are facts. */
static enum err read_facts(const struct reading *r, const json_t *j, struct sla_case_facts *facts)
{
	const char *key;
	json_t *value;
	bool known;
	*facts = (struct sla_case_facts){ .severity = SLA_UNTRIAGED };
	json_object_foreach((json_t *)j, key, value)
		TRY(sla_json_fact(&r->sim->words, key, value, r->fault, facts, &known));
	return OK;
}

static enum err read_created(struct reading *r, const json_t *j, struct sla_event *e)
{
	struct sla_created *c = arena_new(r->arena, struct sla_created);
	bool on_behalf;
	if (r->created)
		return BAD(r->fault, "A case can't be created twice.");
	r->created = true;
	TRY(read_facts(r, j, &c->facts));
	TRY(read_by(j, r->fault, &e->by));
	TRY(sla_json_flag(json_object_get(j, "on_behalf"), "on_behalf", r->fault, &on_behalf));
	TRY(sla_json_opt_instant(json_object_get(j, "aware_at"), "aware_at", r->fault, &c->aware_s));
	c->outreach = e->by == SLA_BY_AGENT && !on_behalf;
	e->kind = SLA_CREATED;
	e->rules = r->rules;
	e->created = c;
	return OK;
}

static enum err read_message(struct reading *r, const json_t *j, struct sla_event *e)
{
	const json_t *public_ = json_object_get(j, "public");
	e->kind = SLA_MESSAGE;
	TRY(read_by(j, r->fault, &e->by));
	TRY(sla_json_flag(public_, "public", r->fault, &e->public_));
	e->public_ = e->public_ || !public_;
	TRY(sla_json_flag(json_object_get(j, "ack"), "ack", r->fault, &e->ack));
	return sla_json_flag(json_object_get(j, "workaround"), "workaround", r->fault, &e->workaround);
}

static enum err read_status(struct reading *r, const json_t *j, struct sla_event *e)
{
	enum sla_status status;
	struct str to = sla_json_text(json_object_get(j, "to"));
	if (!to.p || !sla_status_parse(to, &status) || status == SLA_MERGED)
		return BAD(r->fault, "“to” must be new, open, pending, hold, solved or closed.");
	e->kind = SLA_STATUS;
	e->status = status;
	return OK;
}

static enum err read_merged_from(struct reading *r, const json_t *j, struct sla_event *e)
{
	struct sla_owed *owed = arena_new(r->arena, struct sla_owed);
	e->kind = SLA_MERGED_FROM;
	e->owed = owed;
	TRY(sla_json_opt_instant(json_object_get(j, "first_response_owed_since"), "first_response_owed_since", r->fault,
				 &owed->first_response_since_s));
	return sla_json_opt_instant(json_object_get(j, "unanswered_since"), "unanswered_since", r->fault, &owed->unanswered_since_s);
}

static enum err read_rules(struct reading *r, const json_t *j, struct sla_event *e)
{
	struct str name = sla_json_text(json_object_get(j, "policy_set")), mode = sla_json_text(json_object_get(j, "mode"));
	struct opt_i64 set = NONE;
	if (name.p)
		set = map_i64(&r->sim->sets, name);
	bool start = mode.p && str_eq(mode, S("from_start"));
	if (!set.set || !mode.p || (!start && !str_eq(mode, S("from_now"))))
		return BAD(r->fault, "A change of rules needs “policy_set”, one read before, and “mode”, from_now or from_start.");
	e->kind = SLA_RULES;
	e->rules = (uint32_t)set.v;
	e->mode = start ? SLA_FROM_START : SLA_FROM_NOW;
	return OK;
}

/* A mark or a void: "of" is the place of the event in the list as it was given, from 0. */
static enum err read_of(struct reading *r, const json_t *j, enum sla_event_kind kind, struct sla_event *e)
{
	e->kind = (uint8_t)kind;
	TRY(sla_json_i64(json_object_get(j, "of"), "of", r->fault, &e->of));
	TRY(sla_json_flag(json_object_get(j, "ack"), "ack", r->fault, &e->ack));
	return sla_json_flag(json_object_get(j, "workaround"), "workaround", r->fault, &e->workaround);
}

static enum err read_event(struct reading *r, const json_t *j, struct sla_event *e)
{
	struct str type = sla_json_text(json_object_get(j, "type"));
	if (!type.p)
		return BAD(r->fault, "Every event needs a “type”.");
	TRY(sla_json_instant(json_object_get(j, "t"), "t", r->fault, &e->t_s));
	if (str_eq(type, S("created")))
		return read_created(r, j, e);
	if (str_eq(type, S("message")))
		return read_message(r, j, e);
	if (str_eq(type, S("status")))
		return read_status(r, j, e);
	if (str_eq(type, S("merged_from")))
		return read_merged_from(r, j, e);
	if (str_eq(type, S("rules")))
		return read_rules(r, j, e);
	if (str_eq(type, S("mark")))
		return read_of(r, j, SLA_MARK, e);
	if (str_eq(type, S("void")))
		return read_of(r, j, SLA_VOID, e);
	e->kind = str_eq(type, S("merged_into")) ? SLA_MERGED_INTO : SLA_OTHER;
	bool known;
	struct sla_case_facts probe = { 0 };
	const json_t *to = json_object_get(j, "to");
	TRY(sla_json_fact(&r->sim->words, type.p, json_null(), r->fault, &probe, &known));
	if (!known)
		return OK;
	if (!to)
		return BAD(r->fault, "A change of “%s” needs “to”.", type.p);
	e->kind = SLA_FACTS;   /* its facts are put together when the events are in order */
	return sla_json_fact(&r->sim->words, type.p, to, r->fault, &probe, &known);
}

/* Changes of facts carry all facts; each event of the list names one. */
static enum err put_facts(struct reading *r, const json_t *list, struct sla_event *events, size_t n)
{
	struct sla_case_facts now = { .severity = SLA_UNTRIAGED };
	bool known;
	for (size_t i = 0; i < n; i++) {
		struct sla_event *e = &events[i];
		if (e->kind == SLA_CREATED)
			now = e->created->facts;
		if (e->kind != SLA_FACTS)
			continue;
		const json_t *j = json_array_get(list, (size_t)e->id);
		TRY(sla_json_fact(&r->sim->words, json_string_value(json_object_get(j, "type")), json_object_get(j, "to"), r->fault, &now, &known));
		struct sla_case_facts *kept = arena_new(r->arena, struct sla_case_facts);
		*kept = now;
		e->facts = kept;
	}
	return OK;
}

static enum err read_events(struct reading *r, const json_t *j, struct sla_event **ret, size_t *ret_n)
{
	const json_t *list = json_object_get(j, "events");
	size_t n = json_array_size(list);
	if (!json_is_array(list) || n > EVENTS_MOST)
		return BAD(r->fault, "A case needs “events”, a list.");
	struct sla_event *events = arena_array(r->arena, struct sla_event, n);
	for (size_t i = 0; i < n; i++) {
		events[i].id = (int64_t)i;
		TRY(read_event(r, json_array_get(list, i), &events[i]));
	}
	if (!r->created)
		return BAD(r->fault, "A case needs an event of type “created”.");
	sla_events_sort(events, n);
	TRY(put_facts(r, list, events, n));
	*ret = events;
	*ret_n = n;
	return OK;
}

/* ---- answers out ---- */

struct views {
	struct arena *arena;
	struct sla_view *v;
	size_t n, cap;
};

static void keep_view(void *arg, const struct sla_view *v)
{
	struct views *l = arg;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 8;
		l->v = arena_grow(l->arena, l->v, l->cap * sizeof(*l->v), cap * sizeof(*l->v));
		l->cap = cap;
	}
	l->v[l->n++] = *v;
}

struct writing {
	struct sla_sim *sim;
	struct arena *arena;
	struct fault *fault;
	struct json_out *out;
	const struct sla_case *c;
	int64_t asof_s;
	struct views *ended;
	struct sla_tally *tally;         /* of this scenario; NULL: not counted */
};

static void put_span(struct json_out *o, const struct sla_span *s)
{
	json_obj(o);
	sla_json_kinstant(o, "from", s->from_s);
	sla_json_kinstant(o, "to", s->to_s);
	json_ki64(o, "counted_seconds", s->counted_s);
	json_kstr(o, "reason", sla_reason_name(s->reason));
	if (s->reason == SLA_SPAN_HOLIDAY)
		json_kstr(o, "holiday", s->name);
	if (s->reason == SLA_SPAN_PAUSED || s->reason == SLA_SPAN_SOLVED) {
		json_kstr(o, "status", sla_status_name(s->status));
		json_ki64(o, "event", s->event);
	}
	if (s->reason == SLA_SPAN_CLOCK_CHANGE)
		json_ki64(o, "shift_seconds", s->shift_s);
	json_obj_end(o);
}

static enum err put_explanation(struct writing *w, const struct sla_view *v)
{
	struct sla_explanation x;
	struct json_out *o = w->out;
	TRY(sla_explain(w->c, v, w->asof_s, w->arena, w->fault, &x));
	json_kstr(o, "sentence", x.sentence);
	json_key(o, "rows");
	json_arr(o);
	for (size_t i = 0; i < x.n_rivals; i++) {
		json_obj(o);
		json_kstr(o, "policy", sla_rules_row(w->sim->book.rules[v->rules], x.rivals[i].row)->id);
		json_kstr(o, "why", sla_loses_words(x.rivals[i].why));
		json_obj_end(o);
	}
	json_arr_end(o);
	json_key(o, "spans");
	json_arr(o);
	for (size_t i = 0; i < x.n_spans; i++)
		put_span(o, &x.spans[i]);
	json_arr_end(o);
	return OK;
}

static int64_t first_warning(const struct sla_view *v)
{
	int64_t first = CAL_NEVER;
	for (uint32_t i = 0; i < v->n_warn; i++)
		first = v->warn_s[i] < first ? v->warn_s[i] : first;
	return first;
}

static enum err put_view(struct writing *w, const struct sla_view *v)
{
	struct json_out *o = w->out;
	if (w->tally)
		sla_tally_add(&w->tally[v->clock], v->outcome);
	json_obj(o);
	if (v->outcome != SLA_NOT_STARTED) {
		const struct sla_row *row = sla_rules_row(w->sim->book.rules[v->rules], v->row);
		json_kstr(o, "policy", row ? row->id : STR_NULL);
		sla_json_kinstant(o, "start", v->start_s);
		if (v->base_s != v->start_s)
			sla_json_kinstant(o, "counts_from", v->base_s);
		json_kopt(o, "target_seconds", v->target_s);
		json_kstr(o, "basis", !v->target_s.set ? STR_NULL : v->basis == SLA_WALL ? S("wall") : S("business"));
		sla_json_kinstant(o, "due", v->due_s);
		sla_json_kinstant(o, "warn_at", first_warning(v));
		sla_json_kinstant(o, "achieved_at", v->achieved_s);
		json_ki64(o, "elapsed_seconds", v->elapsed_s);
		json_kopt(o, "remaining_seconds", v->remaining_s);
	}
	json_kstr(o, "outcome", sla_outcome_name(v->outcome));
	if (v->outcome != SLA_NOT_STARTED) {
		sla_json_kinstant(o, "breach_at", v->breach_s);
		if (v->clock == SLA_RESOLUTION) {
			json_ki64(o, "paused_wall_seconds", v->paused_wall_s);
			json_ki64(o, "paused_business_seconds", v->paused_business_s);
			json_kstr(o, "state", sla_state_name(v->state));
		}
		if (w->sim->explain)
			TRY(put_explanation(w, v));
	}
	json_obj_end(o);
	return OK;
}

static enum err put_list(struct writing *w, enum sla_clock clock, enum sla_track track)
{
	struct sla_view v;
	json_key(w->out, sla_clock_name(clock).p);
	json_arr(w->out);
	for (size_t i = 0; i <= w->ended->n; i++) {
		if (i < w->ended->n)
			v = w->ended->v[i];
		else if (!sla_case_view(w->c, w->asof_s, clock, track, &v))
			break;
		if (v.clock == clock && v.track == track && (clock != SLA_PERIODIC_UPDATE || v.target_s.set))
			TRY(put_view(w, &v));
	}
	json_arr_end(w->out);
	return OK;
}

static enum err put_clocks(struct writing *w, enum sla_track track)
{
	static const enum sla_clock ONE[] = { SLA_FIRST_RESPONSE, SLA_RESOLUTION };
	struct sla_view v;
	for (size_t i = 0; i < ARRAY_LEN(ONE); i++) {
		sla_case_view(w->c, w->asof_s, ONE[i], track, &v);
		json_key(w->out, sla_clock_name(ONE[i]).p);
		TRY(put_view(w, &v));
	}
	TRY(put_list(w, SLA_NEXT_RESPONSE, track));
	return put_list(w, SLA_PERIODIC_UPDATE, track);
}

static void put_duration(struct json_out *o, const char *key, const struct sla_duration *d)
{
	json_key(o, key);
	json_obj(o);
	json_ki64(o, "wall_seconds", d->wall_s);
	json_ki64(o, "business_seconds", d->business_s);
	json_obj_end(o);
}

static enum err put_case(struct writing *w)
{
	struct json_out *o = w->out;
	struct sla_durations d;
	int64_t solve, close;
	json_obj(o);
	TRY(put_clocks(w, SLA_PROMISE));
	if (w->c->aims) {
		struct sla_tally *tally = w->tally;
		w->tally = NULL;
		json_key(o, "aims");
		json_obj(o);
		TRY(put_clocks(w, SLA_AIM));
		json_obj_end(o);
		w->tally = tally;
	}
	sla_case_durations(w->c, w->asof_s, &d);
	sla_case_timers(w->c, &solve, &close);
	json_key(o, "durations");
	json_obj(o);
	put_duration(o, "requester_wait", &d.requester_wait);
	put_duration(o, "agent_work", &d.agent_work);
	put_duration(o, "pending", &d.pending);
	put_duration(o, "hold", &d.hold);
	json_obj_end(o);
	json_key(o, "timers");
	json_obj(o);
	sla_json_kinstant(o, "auto_solve_at", solve);
	sla_json_kinstant(o, "auto_close_at", close);
	json_obj_end(o);
	json_kstr(o, "status", w->c->created ? sla_status_name((enum sla_status)w->c->status) : STR_NULL);
	json_obj_end(o);
	return OK;
}

static enum err answer_case(struct writing *w, uint32_t rules, const json_t *j)
{
	struct sla_event *events = NULL;
	size_t n = 0;
	struct reading r = { .sim = w->sim, .arena = w->arena, .fault = w->fault, .rules = rules };
	struct views ended = { .arena = w->arena };
	struct sla_sink sink = { .finished = keep_view, .arg = &ended };
	struct sla_case c;
	TRY(read_events(&r, j, &events, &n));
	sla_case_init(&c, w->arena, &w->sim->book, &sink);
	if (!sla_case_fold(&c, events, n, w->asof_s))
		return BAD(w->fault, "An event is not in order.");
	struct writing of_case = *w;
	of_case.c = &c;
	of_case.ended = &ended;
	return put_case(&of_case);
}

enum err sla_sim_scenario(struct sla_sim *s, struct arena *a, const json_t *j, struct str id, struct fault *f, struct json_out *out)
{
	(void)id;
	struct str name = sla_json_text(json_object_get(j, "policy_set"));
	struct opt_i64 set = NONE;
	if (name.p)
		set = map_i64(&s->sets, name);
	const json_t *cases = json_object_get(j, "cases");
	struct sla_tally tally[SLA_CLOCKS] = { 0 };
	struct writing w = { .sim = s, .arena = a, .fault = f, .out = out, .tally = tally };
	const char *key;
	json_t *value;
	if (!set.set)
		return BAD(f, "“policy_set” must name a policy set that was read before.");
	TRY(sla_json_instant(json_object_get(j, "asof"), "asof", f, &w.asof_s));
	if (!json_is_object(cases))
		return BAD(f, "“cases” must be an object: names with their events.");
	json_key(out, "cases");
	json_obj(out);
	json_object_foreach((json_t *)cases, key, value) {
		json_key(out, key);
		TRY(answer_case(&w, (uint32_t)set.v, value));
	}
	json_obj_end(out);
	for (int i = 0; i < SLA_CLOCKS; i++)
		for (int k = 0; k < SLA_OUTCOMES; k++)
			s->tally[i].count[k] += tally[i].count[k];
	return OK;
}
