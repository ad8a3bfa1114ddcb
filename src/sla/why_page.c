/* why_page.c: why is it due then? Every clock of a ticket, and the proof of one of them: a sentence first, the table after. For now, or for any
 * moment of the past, from the log. */
#include "sla/why_view.h"

#include "base/civil.h"
#include "ticket/ticket.h"
#include "web/layout.h"
#include "web/web.h"
#include "why.html.h"

#include "base/banned.h"

enum { SPANS_SHOWN = 200 };

struct str promise_clock_title(struct str clock)
{
	static const struct {
		const char *name, *title;
	} TITLES[] = { { "first_response", "First response" }, { "next_response", "Next response" }, { "periodic_update", "Next update" },
		       { "resolution", "Resolution" } };
	for (size_t i = 0; i < ARRAY_LEN(TITLES); i++)
		if (str_eq(clock, str_c(TITLES[i].name)))
			return str_c(TITLES[i].title);
	return clock;
}

struct why_clock promise_clock(const struct sla_line *l, utime now_us)
{
	struct why_clock k = { .line = l, .title = promise_clock_title(l->clock), .css = "due", .when_us = l->due_us };
	if (str_eq(l->outcome, S("met"))) {
		k.state = S("kept");
		k.css = "due met";
		k.when_us = l->achieved_us;
	} else if (str_eq(l->outcome, S("breached"))) {
		k.state = l->achieved_us.set ? S("late, answered") : S("late since");
		k.css = "due late";
		k.when_us = l->achieved_us.set ? l->achieved_us : l->breach_us;
	} else if (str_eq(l->outcome, S("cancelled"))) {
		k.state = S("no longer owed");
	} else if (str_eq(l->outcome, S("no_target"))) {
		k.state = S("measured, nothing promised");
	} else if (str_eq(l->state, S("paused"))) {
		k.state = S("stands still");
	} else {
		k.state = S("due");
		if (l->warn_us.set && l->warn_us.v <= now_us)
			k.css = "due warn";
	}
	return k;
}

static struct str status_words(enum sla_status s)
{
	switch (s) {
	case SLA_NEW:
		return S("new");
	case SLA_OPEN:
		return S("our turn");
	case SLA_PENDING:
		return S("waiting for the customer");
	case SLA_HOLD:
		return S("waiting for somebody else");
	case SLA_SOLVED:
		return S("solved");
	case SLA_CLOSED:
		return S("closed");
	case SLA_MERGED:
		return S("merged");
	case SLA_STATUSES:
		break;
	}
	return S("");
}

static struct str reason_words(struct arena *a, const struct sla_span *s)
{
	switch (s->reason) {
	case SLA_SPAN_OPEN:
		return S("open hours");
	case SLA_SPAN_WALL:
		return S("counts day and night");
	case SLA_SPAN_CLOSED:
		return S("outside the hours");
	case SLA_SPAN_HOLIDAY:
		return s->name.n ? arena_fmt(a, "holiday: %.*s", STR_ARG(s->name)) : S("holiday");
	case SLA_SPAN_PAUSED:
	case SLA_SPAN_SOLVED:
		return status_words(s->status);
	case SLA_SPAN_CLOCK_CHANGE:
		return arena_fmt(a, "the clocks go %s by %.*s", s->shift_s > 0 ? "forward" : "back", STR_ARG(sla_amount(a, s->shift_s > 0 ? s->shift_s : -(int64_t)s->shift_s)));
	case SLA_SPAN_REST:
		return S("and so on to the end");
	}
	return S("");
}

static void fill_spans(struct arena *a, const struct sla_explanation *e, struct why_view *v)
{
	v->n_spans = e->n_spans < SPANS_SHOWN ? e->n_spans : SPANS_SHOWN;
	v->n_left_out = e->n_spans - v->n_spans;
	v->spans = arena_array(a, struct why_span, v->n_spans + 1);
	for (size_t i = 0; i < v->n_spans; i++) {
		const struct sla_span *s = &e->spans[i];
		v->spans[i] = (struct why_span){ .from_us = cal_utime(s->from_s), .to_us = cal_utime(s->to_s), .reason = reason_words(a, s),
						 .counted = s->counted_s ? sla_amount(a, s->counted_s) : S(""), .counts = s->counted_s > 0,
						 .event_seq = s->event > 0 ? sla_event_seq(s->event) : 0 };
	}
}

/* "2026-11-20T14:00" of a form field is a time of the reader's zone; anything with a zone is itself. */
static bool read_at(struct web *w, struct str typed, utime *ret)
{
	struct arena *a = w->c->arena;
	struct civil local;
	utime last;
	if (civil_parse_rfc3339(typed, ret))
		return true;
	if (!civil_parse_rfc3339(arena_fmt(a, "%.*s%sZ", STR_ARG(typed), typed.n == 16 ? ":00" : ""), ret))
		return false;
	civil_from_utc(*ret, &local);
	civil_instant(w->html.zone ? w->html.zone : zone_find(S("UTC")), &local, ret, &last);
	return true;
}

enum err why_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_get_row t;
	struct sla_look look;
	struct sla_why why = { 0 };
	struct why_view v = { .ticket_id = web_param_id(w, "id"), .at = web_query(w, "at"), .at_error = S("") };
	TRY(ticket_load(c, v.ticket_id, &t));
	v.subject = t.subject;
	if (v.at.n && !read_at(w, v.at, &v.at_us)) {
		v.at_error = S("This is no moment that can be read. Write it like 2026-11-20T14:00.");
		w->res->status = 422;
	} else if (v.at_us > c->now_us) {
		v.at_error = S("That moment is still to come. Choose one that has been.");
		v.at_us = 0;
		w->res->status = 422;
	}
	v.past = v.at_us != 0;
	TRY(sla_look_at(c, v.ticket_id, v.at_us, &look));
	v.look = &look;
	struct str clock = web_query(w, "clock");
	int64_t instance = web_query_i64(w, "instance", -1);
	TRY(sla_why_due(c, v.ticket_id, clock.n ? clock : STR_NULL, instance >= 0 ? SOME(instance) : NONE, v.at_us, &why));
	v.why = &why;
	v.clocks = arena_array(c->arena, struct why_clock, look.n + 1);
	for (size_t i = 0; i < look.n; i++) {
		struct why_clock *k = &v.clocks[v.n_clocks++];
		*k = promise_clock(&look.lines[i], v.past ? v.at_us : c->now_us);
		k->here = why.found && str_eq(why.line.clock, look.lines[i].clock) && why.line.instance == look.lines[i].instance &&
			  str_eq(why.line.track, look.lines[i].track);
	}
	if (why.found) {
		fill_spans(c->arena, &why.proof, &v);
		v.clock_title = promise_clock_title(why.line.clock);
		v.total = sla_amount(c->arena, why.proof.counted_s);
		v.target = why.line.target_s.set ? sla_amount(c->arena, why.line.target_s.v) : S("");
	}
	v.layout = web_layout(w, arena_fmt(c->arena, "Why #%lld is due then", (long long)v.ticket_id));
	why_html(&w->html, &v);
	return OK;
}
