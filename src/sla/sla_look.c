/* sla_look.c: questions about clocks, rows and the past; nothing here writes. */
#include "sla/sla_int.h"

#include "base/civil.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static struct opt_i64 us(int64_t s)
{
	return s == CAL_NEVER ? NONE : SOME(cal_utime(s));
}

int64_t sla_event_seq(int64_t event_id)
{
	return event_id / (SLA_FACTS_MOST * 2);
}

/* ---- a ticket's lines ---- */

static struct sla_line line_of(const struct sla_kept *k, const struct sla_view *v)
{
	const struct sla_rule_all_row *rule = sla_kept_rule(k, v->rules, v->row);
	return (struct sla_line){
		.clock = sla_clock_name(v->clock), .track = v->track == SLA_AIM ? S("aim") : S("promise"), .instance = v->no,
		.outcome = sla_outcome_name(v->outcome), .state = sla_state_name(v->state), .code = rule ? rule->code : STR_NULL,
		.title = rule ? rule->title : STR_NULL, .rule_id = rule ? SOME(rule->id) : NONE, .start_us = us(v->start_s), .due_us = us(v->due_s),
		.warn_us = v->n_warn ? us(v->warn_s[0]) : NONE, .achieved_us = us(v->achieved_s), .breach_us = us(v->breach_s), .target_s = v->target_s,
		.remaining_s = v->remaining_s, .elapsed_s = v->elapsed_s, .wall = v->basis == SLA_WALL,
		.paused_s = v->basis == SLA_WALL ? v->paused_wall_s : v->paused_business_s,
	};
}

/* Strings of the book must outlive it. */
static void own(struct arena *a, struct sla_line *l)
{
	l->code = arena_str(a, l->code);
	l->title = arena_str(a, l->title);
}

static bool worth(const struct sla_view *v)
{
	return v->outcome != SLA_NOT_STARTED && (v->target_s.set || v->outcome == SLA_BREACHED || v->clock == SLA_FIRST_RESPONSE || v->clock == SLA_RESOLUTION);
}

static void all_views(const struct sla_replayed *r, int64_t asof, struct sla_view *out, size_t *ret_n)
{
	size_t n = 0;
	for (int track = 0; track < SLA_TRACKS; track++)
		for (int i = 0; i < SLA_CLOCKS; i++) {
			for (size_t d = 0; d < r->n_done; d++)
				if (r->done[d].clock == (enum sla_clock)i && r->done[d].track == (enum sla_track)track && worth(&r->done[d]))
					out[n++] = r->done[d];
			if (sla_case_view(&r->sc, asof, (enum sla_clock)i, (enum sla_track)track, &out[n]) && worth(&out[n]) &&
			    (track == SLA_PROMISE || out[n].target_s.set))
				n++;
		}
	*ret_n = n;
}

static utime moment(const struct ctx *c, utime at)
{
	return at ? at : c->now_us;
}

void sla_automation_words(struct ctx *c, const struct sla_kept *k, utime entered_us, struct str *ret_rule, struct str *ret_reading)
{
	const struct sla_rows *rows = sla_kept_rows(k);
	const struct sla_automation_all_row *best = NULL;
	for (size_t i = 0; i < rows->n_automations; i++) {
		const struct sla_automation_all_row *r = &rows->automations[i];
		if (r->until.set || (r->from_us.set && r->from_us.v > entered_us))
			continue;
		if (!best || !best->from_us.set || (r->from_us.set && r->from_us.v > best->from_us.v))
			best = r;
	}
	*ret_rule = best ? arena_fmt(c->arena, "automation %lld", (long long)best->id) : S("automation");
	*ret_reading = best ? arena_str(c->arena, best->reading) : STR_NULL;
}

static enum err look(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, utime at, struct sla_look *ret)
{
	struct sla_replayed *r = arena_new(c->arena, struct sla_replayed);
	int64_t solve, closes;
	*ret = (struct sla_look){ 0 };
	TRY(sla_replay_ticket(c, k, ticket_id, at, true, r));
	int64_t asof = cal_seconds(r->at_us);
	ret->shown = r->shown;
	ret->why_not = r->why_not;
	if (!r->sc.created)
		return OK;
	sla_case_timers(&r->sc, &solve, &closes);
	bool pending = r->sc.status == SLA_PENDING;
	if (pending || r->sc.status == SLA_SOLVED) {
		ret->auto_us = us(pending ? solve : closes);
		ret->auto_to = pending ? S("solved") : S("closed");
		struct str rule;
		sla_automation_words(c, k, cal_utime(r->sc.entered_s), &rule, &ret->auto_words);
	}
	if (!r->shown)
		return OK;
	struct sla_view *v = arena_array(c->arena, struct sla_view, r->n_done + SLA_CLOCKS * SLA_TRACKS + 1);
	all_views(r, asof, v, &ret->n);
	ret->lines = arena_array(c->arena, struct sla_line, ret->n);
	for (size_t i = 0; i < ret->n; i++) {
		ret->lines[i] = line_of(k, &v[i]);
		own(c->arena, &ret->lines[i]);
	}
	sla_case_durations(&r->sc, asof, &ret->durations);
	ret->any_reply_us = us(sla_case_any_reply(&r->sc));
	return OK;
}

enum err sla_look_at(struct ctx *c, int64_t ticket_id, utime at, struct sla_look *ret)
{
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	enum err e = look(c, k, ticket_id, moment(c, at), ret);
	sla_book_put(k);
	return e;
}

/* ---- why ---- */

static const struct sla_view *choose(const struct sla_view *v, size_t n, struct str clock, struct opt_i64 instance)
{
	const struct sla_view *best = NULL;
	for (size_t i = 0; i < n; i++) {
		if (clock.n && !str_eq(sla_clock_name(v[i].clock), clock))
			continue;
		if (instance.set && v[i].no != (uint32_t)instance.v)
			continue;
		if (!best) {
			best = &v[i];
			continue;
		}
		bool open = v[i].state != SLA_STATE_STOPPED && v[i].target_s.set, best_open = best->state != SLA_STATE_STOPPED && best->target_s.set;
		if (v[i].track > best->track || (best_open && !open))
			continue;
		if ((open && !best_open) || (open && v[i].due_s < best->due_s) || (!open && v[i].target_s.set && (!best->target_s.set || v[i].no > best->no)))
			best = &v[i];
	}
	return best;
}

static struct str calendar_name_of(const struct sla_kept *k, const struct sla_view *v)
{
	const struct sla_rule_all_row *rule = sla_kept_rule(k, v->rules, v->row);
	if (!rule)
		return STR_NULL;
	struct str rest = rule->targets, line, name, value;
	while (str_line(&rest, &line)) {
		struct conf_target t;
		if (str_cut(line, '=', &name, &value) && str_eq(str_trim(name), sla_clock_name(v->clock)) && !conf_parse_target(str_trim(value), &t) && t.calendar.p)
			return t.calendar;
	}
	return rule->calendar;
}

static void own_spans(struct ctx *c, struct sla_explanation *x)
{
	struct sla_span *s = arena_array(c->arena, struct sla_span, x->n_spans);
	for (size_t i = 0; i < x->n_spans; i++) {
		s[i] = x->spans[i];
		s[i].name = arena_str(c->arena, s[i].name);
	}
	x->spans = s;
}

static enum err why(struct ctx *c, const struct sla_kept *k, int64_t ticket_id, struct str clock, struct opt_i64 instance, utime at, struct sla_why *ret)
{
	struct sla_replayed *r = arena_new(c->arena, struct sla_replayed);
	size_t n;
	*ret = (struct sla_why){ 0 };
	TRY(sla_replay_ticket(c, k, ticket_id, at, true, r));
	int64_t asof = cal_seconds(r->at_us);
	if (!r->shown) {
		ret->sentence = arena_fmt(c->arena, "Ticket %lld has no clocks: %.*s.", (long long)ticket_id, STR_ARG(r->why_not));
		return OK;
	}
	struct sla_view *v = arena_array(c->arena, struct sla_view, r->n_done + SLA_CLOCKS * SLA_TRACKS + 1);
	all_views(r, asof, v, &n);
	const struct sla_view *best = choose(v, n, clock, instance);
	if (!best) {
		ret->sentence = arena_fmt(c->arena, "Ticket %lld has no such clock: it has not begun.", (long long)ticket_id);
		return OK;
	}
	TRY(sla_explain(&r->sc, best, asof, c->arena, &c->fault, &ret->proof));
	ret->found = true;
	ret->line = line_of(k, best);
	own(c->arena, &ret->line);
	own_spans(c, &ret->proof);
	ret->sentence = arena_str(c->arena, ret->proof.sentence);
	ret->calendar = arena_str(c->arena, calendar_name_of(k, best));
	ret->zone = ret->proof.cal ? arena_str(c->arena, zone_name(calendar_zone(ret->proof.cal))) : S("UTC");
	ret->rivals = arena_array(c->arena, struct sla_why_rival, ret->proof.n_rivals);
	for (size_t i = 0; i < ret->proof.n_rivals; i++) {
		const struct sla_rule_all_row *rule = sla_kept_rule(k, best->rules, ret->proof.rivals[i].row);
		ret->rivals[ret->n_rivals++] = (struct sla_why_rival){ rule ? arena_str(c->arena, rule->code) : S(""), rule ? arena_str(c->arena, rule->title) : S(""),
								       sla_loses_words(ret->proof.rivals[i].why) };
	}
	ret->proof.row = NULL;   /* the book's */
	ret->proof.cal = NULL;
	return OK;
}

enum err sla_why_due(struct ctx *c, int64_t ticket_id, struct str clock, struct opt_i64 instance, utime at, struct sla_why *ret)
{
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	enum err e = why(c, k, ticket_id, clock, instance, moment(c, at), ret);
	sla_book_put(k);
	return e;
}

/* ---- what would have been promised ---- */

static enum err facts_of(struct ctx *c, const struct sla_kept *k, const struct sla_question *q, struct sla_case_facts *ret)
{
	struct str stage = q->stage, tier = q->tier, plan = q->plan, deployment = q->deployment;
	*ret = (struct sla_case_facts){ .severity = q->severity.set ? (int32_t)q->severity.v : SLA_UNTRIAGED, .channel = sla_word(k, WORD_CHANNEL, q->channel) };
	if (q->organisation.set) {
		struct sla_org_fact_of_row *rows;
		struct sla_org_rights_row *rights;
		size_t n, m, at = 0;
		int64_t day = q->at_us / UTIME_US_PER_DAY, from, to;
		ret->org = q->organisation.v;
		TRY(sla_org_fact_of(c->db, c->arena, &rows, &n, .organisation_id = q->organisation.v));
		for (size_t i = 0; i < n; i++)
			if (rows[i].at_us <= q->at_us)
				at = i;
		if (n) {
			stage = stage.n ? stage : rows[at].stage;
			tier = tier.n ? tier : rows[at].tier;
			plan = plan.n ? plan : rows[at].plan;
			deployment = deployment.n ? deployment : rows[at].deployment;
		}
		TRY(sla_org_rights(c->db, c->arena, &rights, &m, .organisation_id = q->organisation.v));
		for (size_t i = 0; i < m; i++)
			if (cal_parse_date(rights[i].valid_from, &from) && from <= day && (!rights[i].valid_to.p || (cal_parse_date(rights[i].valid_to, &to) && day < to)))
				ret->entitlements |= sla_entitlement_bit(k, rights[i].name);
	}
	ret->stage = sla_word(k, WORD_STAGE, stage);
	ret->tier = sla_word(k, WORD_TIER, tier);
	ret->plan = sla_word(k, WORD_PLAN, plan);
	ret->deployment = sla_word(k, WORD_DEPLOYMENT, deployment);
	ret->entitlements |= q->entitlement.n ? sla_entitlement_bit(k, q->entitlement) : 0;
	ret->tags = q->tag.n ? sla_tag_bit(k, q->tag) : 0;
	return OK;
}

static void answer_targets(struct ctx *c, const struct sla_kept *k, const struct sla_rules *rules, const struct sla_row *row, const struct sla_question *q,
			   const struct sla_rule_all_row *rule, struct sla_answer *ret)
{
	(void)k;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		const struct sla_target *t = sla_row_target(row, (enum sla_clock)i);
		struct str rest = rule->targets, line, name, value, text = STR_NULL;
		if (!t)
			continue;
		while (str_line(&rest, &line))
			if (str_cut(line, '=', &name, &value) && str_eq(str_trim(name), sla_clock_name((enum sla_clock)i)))
				text = arena_str(c->arena, str_trim(value));
		const struct calendar *cal = sla_row_calendar(row, (enum sla_clock)i, sla_rules_default_calendar(rules));
		int64_t from = cal_seconds(q->at_us), due = t->basis == SLA_WALL ? from + t->seconds : calendar_add(cal, from, t->seconds);
		bool from_start = i == SLA_FIRST_RESPONSE || i == SLA_RESOLUTION;
		ret->targets[ret->n_targets++] = (struct sla_answer_target){ .clock = sla_clock_name((enum sla_clock)i), .text = text, .seconds = t->seconds,
									    .wall = t->basis == SLA_WALL, .due_us = from_start ? us(due) : NONE };
	}
}

enum err sla_promised(struct ctx *c, const struct sla_question *q, enum sla_track track, struct sla_answer *ret)
{
	struct sla_kept *k;
	struct sla_case_facts facts;
	*ret = (struct sla_answer){ 0 };
	TRY(sla_book_get(c, &k));
	enum err e = facts_of(c, k, q, &facts);
	if (e == OK && sla_kept_book(k)->n) {
		ret->edition = sla_kept_at(k, q->at_us);
		uint32_t number = (uint32_t)(ret->edition - 1);
		const struct sla_rules *rules = sla_kept_book(k)->rules[number];
		int32_t won = sla_rules_match(rules, track, &facts, cal_seconds(q->at_us), NULL, NULL);
		const struct sla_rule_all_row *rule = sla_kept_rule(k, number, won);
		if (rule) {
			ret->code = arena_str(c->arena, rule->code);
			ret->title = arena_str(c->arena, rule->title);
			ret->calendar = arena_str(c->arena, rule->calendar);
			ret->reading = arena_str(c->arena, rule->reading);
			ret->source = arena_str(c->arena, rule->source);
			answer_targets(c, k, rules, sla_rules_row(rules, won), q, rule, ret);
		}
	}
	sla_book_put(k);
	return e;
}

/* ---- rows ---- */

static int64_t edition_or_newest(const struct sla_kept *k, int64_t edition)
{
	return edition ? edition : sla_kept_newest(k);
}

enum err sla_rules_of(struct ctx *c, int64_t edition, struct sla_rule_line **ret, size_t *ret_n)
{
	struct sla_rows all = { 0 }, rows;
	struct sla_newest_edition_row newest = { 0 };
	bool any;
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	TRY(sla_rows_load(c, &all));
	sla_rows_of(c->arena, &all, edition ? edition : newest.id, &rows);
	*ret = arena_array(c->arena, struct sla_rule_line, rows.n_rules);
	*ret_n = rows.n_rules;
	for (size_t i = 0; i < rows.n_rules; i++) {
		const struct sla_rule_all_row *r = &rows.rules[i];
		struct sla_org_slug_row org = { 0 };
		bool found = false;
		if (r->organisation_id.set)
			TRY(sla_org_slug(c->db, c->arena, &org, &found, .id = r->organisation_id.v));
		(*ret)[i] = (struct sla_rule_line){
			.id = r->id, .version = r->version, .position = r->position, .code = r->code, .track = r->track, .title = r->title, .calendar = r->calendar,
			.targets = r->targets, .reading = r->reading, .source = r->source, .organisation = found ? org.name : STR_NULL, .stage = r->stage,
			.tier = r->tier, .plan = r->plan, .deployment = r->deployment, .entitlement = r->entitlement, .severity = r->severity,
			.channel = r->channel, .tag = r->tag, .organisation_id = r->organisation_id, .from_us = r->from_us, .to_us = r->to_us, .shown = r->shown,
			.in_force = (!r->from_us.set || r->from_us.v <= c->now_us) && (!r->to_us.set || c->now_us < r->to_us.v),
		};
	}
	return OK;
}

enum err sla_calendars_of(struct ctx *c, struct sla_calendar_line **ret, size_t *ret_n, struct sla_kept **ret_hold)
{
	struct sla_kept *k;
	struct sla_rows rows;
	TRY(sla_book_get(c, &k));
	int64_t newest = sla_kept_newest(k);
	sla_rows_of(c->arena, sla_kept_rows(k), newest, &rows);
	*ret = arena_array(c->arena, struct sla_calendar_line, rows.n_calendars);
	*ret_n = rows.n_calendars;
	*ret_hold = k;
	for (size_t i = 0; i < rows.n_calendars; i++) {
		struct sla_calendar_line *l = &(*ret)[i];
		*l = (struct sla_calendar_line){ .name = rows.calendars[i].name, .title = rows.calendars[i].title, .zone = rows.calendars[i].zone,
						 .standard = rows.calendars[i].standard, .cal = sla_kept_calendar(k, newest, rows.calendars[i].name) };
		l->used_by = arena_array(c->arena, struct str, rows.n_rules);
		for (size_t r = 0; r < rows.n_rules; r++) {
			const struct sla_rule_all_row *x = &rows.rules[r];
			bool in_force = (!x->from_us.set || x->from_us.v <= c->now_us) && (!x->to_us.set || c->now_us < x->to_us.v);
			if (in_force && (str_eq(x->calendar, l->name) || str_find(x->targets, arena_fmt(c->arena, "calendar %.*s", STR_ARG(l->name))) >= 0))
				l->used_by[l->n_used_by++] = x->code;
		}
	}
	return OK;
}

enum err sla_target_at(struct ctx *c, struct str metric, utime at, struct opt_i64 *ret_percent, struct str *ret_words)
{
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	const struct sla_rows *rows = sla_kept_rows(k);
	*ret_percent = NONE;
	for (size_t i = 0; i < rows->n_targets; i++) {
		const struct sla_target_all_row *t = &rows->targets[i];
		if (t->until.set || !str_eq(t->metric, metric) || (t->from_us.set && t->from_us.v > at) || (t->to_us.set && t->to_us.v <= at))
			continue;
		*ret_percent = t->percent_x100;
		if (ret_words)
			*ret_words = arena_str(c->arena, t->title);
	}
	sla_book_put(k);
	return OK;
}

static enum err conf_of_edition(struct ctx *c, int64_t edition, struct conf *ret)
{
	struct sla_kept *k;
	struct sla_rows rows, all = { 0 };
	TRY(sla_book_get(c, &k));
	int64_t e = edition_or_newest(k, edition);
	bool there = sla_kept_edition(k, e) != NULL;
	sla_book_put(k);
	if (!there)
		return fail(c, ERR_NOT_FOUND, "There is no edition %lld.", (long long)e);
	TRY(sla_rows_load(c, &all));
	sla_rows_of(c->arena, &all, e, &rows);
	return conf_of_rows(c, &rows, ret);
}

enum err sla_config_text(struct ctx *c, int64_t edition, struct str *ret)
{
	struct conf k;
	TRY(conf_of_edition(c, edition, &k));
	*ret = conf_text(c->arena, &k);
	return OK;
}

enum err sla_section_text(struct ctx *c, const char *type, struct str key, struct str *ret)
{
	struct conf k;
	TRY(conf_of_edition(c, 0, &k));
	for (int i = 0; i < CONF_TYPES; i++) {
		const struct conf_section *s = strcmp(conf_type_names[i], type) ? NULL : conf_find(&k, (enum conf_type)i, key);
		if (s) {
			*ret = conf_section_text(c->arena, s);
			return OK;
		}
	}
	return fail(c, ERR_NOT_FOUND, "There is no [%s %.*s].", type, STR_ARG(key));
}
