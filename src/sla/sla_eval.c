/* sla_eval.c: `tend calendar eval`, and the lines of `tend sla simulate` but scenarios (sla_sim.c); see sla_eval.h. */
#include "sla/sla_eval_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define BAD(f, ...) fault_set((f), ERR_INPUT, __FILE__, __LINE__, __VA_ARGS__)
enum { ANSWER_MAX_BYTES = 1 << 30 };

/* ---- lines ---- */

static struct str dump_id(struct arena *a, const json_t *j)
{
	const json_t *id = json_object_get(j, "id");
	char *text = id ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	struct str kept = text ? arena_str(a, str_c(text)) : S("null");
	free(text);
	return kept;
}

static void begin_answer(struct json_out *o, struct arena *a, struct str id)
{
	json_init(o, a, ANSWER_MAX_BYTES);
	json_obj(o);
	json_key(o, "id");
	json_raw(o, id);
}

static void answer_validity(struct arena *a, struct str id, bool valid, struct buf *out)
{
	struct json_out o;
	begin_answer(&o, a, id);
	json_kstr(&o, "result", valid ? S("valid") : S("invalid"));
	json_obj_end(&o);
	buf_add(out, json_done(&o));
}

/* What jansson will not take though JSON may say it (a NUL in a key, numbers too large, keys said twice): what can still be said of such a line is whose
 * it was and what it asked. */
static json_t *parse_loosely(struct arena *a, struct str line)
{
	char *p = arena_alloc(a, line.n + 1);
	memcpy(p, line.p, line.n);
	for (size_t i = 0; i + 6 <= line.n; i++) {
		if (p[i] != '\\')
			continue;
		if (memcmp(p + i, "\\u0000", 6) == 0)
			p[i + 5] = '1';
		i++;   /* what is escaped is no escape */
	}
	return json_loadb(p, line.n, JSON_DECODE_INT_AS_REAL, NULL);
}

json_t *sla_eval_parse(struct arena *a, struct str line, bool calendar, struct str *ret_id, struct buf *out)
{
	json_error_t e;
	*ret_id = S("null");
	if (line.n > SLA_LINE_MAX_BYTES) {
		sla_eval_error(a, *ret_id, "The line is longer than 32 MiB.", out);
		return NULL;
	}
	json_t *j = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e);
	if (json_is_object(j)) {
		*ret_id = dump_id(a, j);
		return j;
	}
	json_decref(j);
	json_t *loose = parse_loosely(a, line);
	if (json_is_object(loose) && !json_is_real(json_object_get(loose, "id")))
		*ret_id = dump_id(a, loose);
	if (calendar && json_is_object(loose) && str_eq(sla_json_text(json_object_get(loose, "op")), S("validate")))
		answer_validity(a, *ret_id, false, out);
	else
		sla_eval_error(a, *ret_id, j ? "The line is no JSON object." : arena_fmt(a, "The line is not good JSON: %s.", e.text).p, out);
	json_decref(loose);
	return NULL;
}

void sla_eval_error(struct arena *a, struct str id, const char *why, struct buf *out)
{
	struct json_out o;
	json_init(&o, a, ANSWER_MAX_BYTES);
	json_obj(&o);
	json_key(&o, "id");
	json_raw(&o, id);
	json_kstr(&o, "error", str_c(why));
	json_obj_end(&o);
	buf_add(out, json_done(&o));
}

/* ---- tend calendar eval ---- */

static enum err answer_add(const struct calendar *cal, const json_t *j, struct fault *f, struct json_out *o)
{
	int64_t start, n;
	TRY(sla_json_instant(json_object_get(j, "start"), "start", f, &start));
	TRY(sla_json_i64(json_object_get(j, "business_seconds"), "business_seconds", f, &n));
	if (n < 0)
		return BAD(f, "“business_seconds” must not be negative.");
	int64_t e = calendar_add(cal, start, n);
	/* Beyond the calendar's years is not "never". */
	if (e == CAL_NEVER && calendar_opens_after(cal, CAL_MOST_S))
		return BAD(f, "The answer lies after the year 9999.");
	sla_json_kinstant(o, "result", e);
	return OK;
}

static enum err answer_between(const struct calendar *cal, const json_t *j, struct fault *f, struct json_out *o)
{
	int64_t start, end;
	TRY(sla_json_instant(json_object_get(j, "start"), "start", f, &start));
	TRY(sla_json_instant(json_object_get(j, "end"), "end", f, &end));
	if (end < start)
		return BAD(f, "“end” must not be before “start”.");
	json_ki64(o, "result", calendar_between(cal, start, end));
	return OK;
}

static enum err answer_op(struct arena *a, const json_t *j, struct fault *f, struct json_out *o)
{
	struct str op = sla_json_text(json_object_get(j, "op"));
	const struct calendar *cal = NULL;
	int64_t start;
	enum err e = sla_json_calendar(a, j, f, &cal);
	if (op.p && str_eq(op, S("validate"))) {
		json_kstr(o, "result", e == OK ? S("valid") : S("invalid"));
		return OK;
	}
	TRY(e);
	if (op.p && str_eq(op, S("add")))
		return answer_add(cal, j, f, o);
	if (op.p && str_eq(op, S("between")))
		return answer_between(cal, j, f, o);
	if (!op.p || !str_eq(op, S("is_open")))
		return BAD(f, "“op” must be add, between, is_open or validate.");
	TRY(sla_json_instant(json_object_get(j, "start"), "start", f, &start));
	json_kbool(o, "result", calendar_open(cal, start));
	return OK;
}

void sla_eval_calendar(struct arena *a, struct str line, struct buf *out)
{
	struct str id;
	json_t *j = sla_eval_parse(a, line, true, &id, out);
	if (!j)
		return;
	struct fault f = { 0 };
	struct json_out o;
	begin_answer(&o, a, id);
	if (answer_op(a, j, &f, &o) == OK) {
		json_obj_end(&o);
		buf_add(out, json_done(&o));
	} else {
		sla_eval_error(a, id, f.message, out);
	}
	json_decref(j);
}

/* ---- tend sla simulate: all but scenarios ---- */

struct sla_sim *sla_sim_open(bool explain)
{
	struct sla_sim *s = calloc(1, sizeof(*s));
	ASSERT(s);
	s->explain = explain;
	arena_init(&s->keep);
	sla_words_init(&s->words, &s->keep);
	map_init(&s->sets, &s->keep);
	return s;
}

void sla_sim_close(struct sla_sim *s)
{
	arena_done(&s->keep);
	free(s);
}

static enum err take_policy_set(struct sla_sim *s, const json_t *j, struct fault *f)
{
	struct str name = sla_json_text(json_object_get(j, "name"));
	const struct sla_rules *rules;
	if (!name.p)
		return BAD(f, "A policy set needs a “name”.");
	TRY(sla_json_rules(&s->keep, &s->words, j, f, &rules));
	if (s->book.n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 8;
		s->rules = arena_grow(&s->keep, s->rules, s->cap * sizeof(*s->rules), cap * sizeof(*s->rules)); /* NOLINT(bugprone-sizeof-expression): pointers are what it holds */
		s->cap = cap;
	}
	map_put_i64(&s->sets, arena_str(&s->keep, name), (int64_t)s->book.n);
	s->rules[s->book.n++] = rules;
	s->book.rules = s->rules;
	return OK;
}

static enum err answer_maintenance(const json_t *j, struct fault *f, struct json_out *o)
{
	int64_t announced, starts, ends;
	struct sla_maintenance m;
	TRY(sla_json_instant(json_object_get(j, "announced"), "announced", f, &announced));
	TRY(sla_json_instant(json_object_get(j, "starts"), "starts", f, &starts));
	TRY(sla_json_instant(json_object_get(j, "ends"), "ends", f, &ends));
	if (ends < starts)
		return BAD(f, "“ends” must not be before “starts”.");
	sla_maintenance_check(sla_maintenance_rule_at(INT64_MIN), announced, starts, ends, &m);
	json_ki64(o, "notice_seconds", m.notice_s);
	json_ki64(o, "duration_seconds", m.duration_s);
	json_kbool(o, "notice_ok", m.notice_ok);
	json_kbool(o, "duration_ok", m.duration_ok);
	return OK;
}

static enum err read_spans(struct arena *a, const json_t *j, const char *what, struct fault *f, struct sla_time_span **ret, size_t *ret_n)
{
	if (j && !json_is_array(j))
		return BAD(f, "“%s” must be a list of [from, to].", what);
	*ret_n = json_array_size(j);
	*ret = arena_array(a, struct sla_time_span, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		const json_t *pair = json_array_get(j, i);
		if (!json_is_array(pair) || json_array_size(pair) != 2)
			return BAD(f, "“%s” must be a list of [from, to].", what);
		TRY(sla_json_instant(json_array_get(pair, 0), what, f, &(*ret)[i].from_s));
		TRY(sla_json_instant(json_array_get(pair, 1), what, f, &(*ret)[i].to_s));
	}
	return OK;
}

static enum err answer_availability(struct arena *a, const json_t *j, struct fault *f, struct json_out *o)
{
	int64_t from, to;
	struct sla_time_span *down, *planned;
	size_t n_down, n_planned;
	struct sla_availability v;
	TRY(sla_json_instant(json_object_get(j, "from"), "from", f, &from));
	TRY(sla_json_instant(json_object_get(j, "to"), "to", f, &to));
	TRY(read_spans(a, json_object_get(j, "downtime"), "downtime", f, &down, &n_down));
	TRY(read_spans(a, json_object_get(j, "maintenance"), "maintenance", f, &planned, &n_planned));
	if (!sla_availability_of(from, to, down, n_down, planned, n_planned, sla_availability_rule_at(INT64_MIN)->least_x10000, &v))
		return BAD(f, "Spans must not end before they begin, and “to” must be after “from”.");
	json_ki64(o, "total_seconds", v.total_s);
	json_ki64(o, "downtime_seconds", v.down_s);
	json_kbool(o, "meets_99_5", v.meets);
	return OK;
}

static void answer_kpi(const struct sla_sim *s, struct json_out *o)
{
	for (int i = 0; i < SLA_CLOCKS; i++) {
		static const enum sla_clock ORDER[SLA_CLOCKS] = { SLA_FIRST_RESPONSE, SLA_RESOLUTION, SLA_NEXT_RESPONSE, SLA_PERIODIC_UPDATE };
		const struct sla_tally *t = &s->tally[ORDER[i]];
		json_key(o, sla_clock_name(ORDER[i]).p);
		json_obj(o);
		for (int k = 0; k < SLA_OUTCOMES; k++)
			json_ki64(o, sla_outcome_name((enum sla_outcome)k).p, t->count[k]);
		json_kopt(o, "attainment_percent_x100", sla_attainment(t));
		json_obj_end(o);
	}
}

static enum err answer_line(struct sla_sim *s, struct arena *a, const json_t *j, struct str id, struct fault *f, struct json_out *o, bool *ret_silent)
{
	struct str kind = sla_json_text(json_object_get(j, "kind"));
	*ret_silent = false;
	if (!kind.p)
		return BAD(f, "“kind” must say what the line is.");
	if (str_eq(kind, S("scenario")))
		return sla_sim_scenario(s, a, j, id, f, o);
	if (str_eq(kind, S("policy_set"))) {
		*ret_silent = true;
		return take_policy_set(s, j, f);
	}
	if (str_eq(kind, S("maintenance")))
		return answer_maintenance(j, f, o);
	if (str_eq(kind, S("availability")))
		return answer_availability(a, j, f, o);
	if (!str_eq(kind, S("kpi")))
		return BAD(f, "“kind” must be policy_set, scenario, maintenance, availability or kpi.");
	answer_kpi(s, o);
	return OK;
}

void sla_sim_line(void *arg, struct arena *a, struct str line, struct buf *out)
{
	struct sla_sim *s = arg;
	struct str id;
	json_t *j = sla_eval_parse(a, line, false, &id, out);
	if (!j)
		return;
	struct fault f = { 0 };
	struct json_out o;
	bool silent;
	begin_answer(&o, a, id);
	if (answer_line(s, a, j, id, &f, &o, &silent) != OK) {
		sla_eval_error(a, id, f.message, out);
	} else if (!silent) {
		json_obj_end(&o);
		buf_add(out, json_done(&o));
	}
	json_decref(j);
}
