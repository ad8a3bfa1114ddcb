/* sla_change.c: a new edition of calendars, policy rows, automation and targets: what would change, and the change.
 *
 * Rows are added and ended, never edited. What becomes of cases that are open is the caller's choice: they keep the edition they go by (new), or change over
 * from now on or from their start; a change-over is a fact of each such case, so that any replay gives the same. */
#include "sla/sla_int.h"

#include "base/civil.h"
#include "base/utf8.h"

#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { LISTED_MOST = 200 };

struct conf_op {
	enum { OP_ADD, OP_END, OP_CHANGE } what;
	const struct conf_section *old, *new;
};

/* What leads from one text to another, in the order of the text. */
static struct conf_op *ops_of(struct arena *a, const struct conf *old, const struct conf *new, size_t *ret_n)
{
	struct conf_op *ops = arena_array(a, struct conf_op, old->n + new->n);
	size_t n = 0;
	for (size_t i = 0; i < old->n; i++) {
		const struct conf_section *other = conf_find(new, old->v[i].type, old->v[i].key);
		if (!other)
			ops[n++] = (struct conf_op){ OP_END, &old->v[i], NULL };
		else if (!conf_same(a, &old->v[i], other))
			ops[n++] = (struct conf_op){ OP_CHANGE, &old->v[i], other };
	}
	for (size_t i = 0; i < new->n; i++)
		if (!conf_find(old, new->v[i].type, new->v[i].key))
			ops[n++] = (struct conf_op){ OP_ADD, NULL, &new->v[i] };
	*ret_n = n;
	return ops;
}

struct change {
	struct ctx *c;
	struct conf have, want;
	struct sla_rows rows;            /* as wanted */
	struct conf_op *ops;
	size_t n_ops;
	int64_t edition;                 /* the new one's number */
};

/* Everything is read and checked; nothing is written. */
static enum err prepare(struct ctx *c, const struct conf *want, struct change *ret)
{
	struct sla_rows all = { 0 }, now;
	struct sla_newest_edition_row newest = { 0 };
	bool any;
	*ret = (struct change){ .c = c };
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	ret->edition = any ? newest.id + 1 : 1;
	TRY(sla_rows_load(c, &all));
	sla_rows_of(c->arena, &all, any ? newest.id : 0, &now);
	TRY(conf_of_rows(c, &now, &ret->have));
	TRY(conf_to_rows(c, want, &ret->rows));
	/* through the rows and back: the text as we would write it, so that only what differs in meaning differs */
	TRY(conf_of_rows(c, &ret->rows, &ret->want));
	ret->ops = ops_of(c->arena, &ret->have, &ret->want, &ret->n_ops);
	/* a row that says something new is the next version of it */
	for (size_t i = 0; i < ret->want.n; i++) {
		const struct conf_section *s = &ret->want.v[i];
		if (s->type != CONF_RULE)
			continue;
		struct sla_rule_all_row *r = &ret->rows.rules[s->index];
		const struct conf_section *old = conf_find(&ret->have, CONF_RULE, s->key);
		int64_t highest = 0;
		for (size_t k = 0; k < all.n_rules; k++)
			if (str_eq(all.rules[k].code, r->code) && all.rules[k].version > highest)
				highest = all.rules[k].version;
		r->version = old && conf_same(c->arena, old, s) ? now.rules[old->index].version : highest + 1;
	}
	return OK;
}

/* ---- the difference, in words ---- */

static void diff_lines(struct buf *b, const struct conf_section *old, const struct conf_section *new)
{
	for (size_t i = 0; old && i < old->n; i++) {
		struct str value = STR_NULL;
		for (size_t k = 0; new && k < new->n; k++)
			if (str_eq(new->pairs[k].name, old->pairs[i].name))
				value = new->pairs[k].value;
		if (!str_eq(value, old->pairs[i].value))
			buf_fmt(b, "- %.*s = %.*s\n", STR_ARG(old->pairs[i].name), STR_ARG(old->pairs[i].value));
	}
	for (size_t i = 0; new && i < new->n; i++) {
		struct str value = STR_NULL;
		for (size_t k = 0; old && k < old->n; k++)
			if (str_eq(old->pairs[k].name, new->pairs[i].name))
				value = old->pairs[k].value;
		if (!str_eq(value, new->pairs[i].value))
			buf_fmt(b, "+ %.*s = %.*s\n", STR_ARG(new->pairs[i].name), STR_ARG(new->pairs[i].value));
	}
}

static struct str diff_of(const struct change *x)
{
	struct buf b;
	buf_init(&b, x->c->arena, 8 << 20);
	for (size_t i = 0; i < x->n_ops; i++) {
		const struct conf_op *op = &x->ops[i];
		const struct conf_section *s = op->new ? op->new : op->old;
		static const char *const sign[] = { "+ ", "- ", "  " };
		buf_fmt(&b, s->key.n ? "%s%s[%s %.*s]\n" : "%s%s[%s]\n", i ? "\n" : "", sign[op->what], conf_type_names[s->type], STR_ARG(s->key));
		diff_lines(&b, op->old, op->new);
	}
	return buf_str(&b);
}

static struct str summary_of(const struct change *x)
{
	int n[3] = { 0 };
	for (size_t i = 0; i < x->n_ops; i++)
		n[x->ops[i].what]++;
	return arena_fmt(x->c->arena, "%d added, %d changed, %d ended", n[OP_ADD], n[OP_CHANGE], n[OP_END]);
}

/* ---- what would change ---- */

struct weigh {
	struct ctx *c;
	const struct sla_kept *old, *new;
	const char *mode;
	struct sla_preview *ret;
	size_t cap;
	struct arena *keep;              /* where the list lives; the rest is gone after each ticket */
};

static void list(struct weigh *w, const struct sla_preview_row *row)
{
	struct sla_preview *p = w->ret;
	if (p->n == LISTED_MOST)
		return;
	if (p->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 16;
		p->rows = arena_grow(w->keep, p->rows, w->cap * sizeof(*p->rows), cap * sizeof(*p->rows));
		w->cap = cap;
	}
	p->rows[p->n] = *row;
	p->rows[p->n++].subject = arena_str(w->keep, row->subject);
}

static struct opt_i64 due_of(const struct sla_view *v)
{
	return v->due_s == CAL_NEVER ? NONE : SOME(cal_utime(v->due_s));
}

static void compare(struct weigh *w, const struct sla_open_tickets_row *t, struct sla_replayed *before, struct sla_replayed *after)
{
	int64_t now = cal_seconds(after->at_us > before->at_us ? after->at_us : before->at_us);
	bool any = false;
	for (int i = 0; i < SLA_CLOCKS; i++) {
		struct sla_view a = { 0 }, b = { 0 };
		bool had = sla_case_view(&before->sc, now, (enum sla_clock)i, SLA_PROMISE, &a) && a.target_s.set;
		bool has = sla_case_view(&after->sc, now, (enum sla_clock)i, SLA_PROMISE, &b) && b.target_s.set;
		bool breaks = b.outcome == SLA_BREACHED && a.outcome != SLA_BREACHED && has;
		bool withdrawn = (a.outcome == SLA_RUNNING && had && !has) || (a.outcome == SLA_BREACHED && b.outcome != SLA_BREACHED);
		bool moves = had && has && (a.due_s != b.due_s || a.remaining_s.v != b.remaining_s.v);
		bool begins = !had && has && b.state != SLA_STATE_STOPPED;
		if (!breaks && !withdrawn && !moves && !begins)
			continue;
		w->ret->moves += moves;
		w->ret->breaches += breaks;
		w->ret->withdrawn += withdrawn;
		w->ret->begins += begins;
		any = true;
		struct sla_preview_row row = {
			.ticket_id = t->id, .subject = t->subject, .clock = sla_clock_name((enum sla_clock)i), .old_due_us = had ? due_of(&a) : NONE,
			.new_due_us = has ? due_of(&b) : NONE, .what = breaks ? "breaches" : withdrawn ? "withdrawn" : begins ? "begins" : "moves",
		};
		list(w, &row);
	}
	w->ret->cases += any;
}

static enum err weigh_one(struct weigh *w, const struct sla_open_tickets_row *t)
{
	struct ctx *c = w->c;
	struct sla_fact_of_row *facts;
	size_t n;
	struct sla_replayed *r = arena_array(c->arena, struct sla_replayed, 2);
	TRY(sla_fact_of(c->db, c->arena, &facts, &n, .ticket_id = t->id));
	TRY(sla_replay(c, w->old, NULL, facts, n, c->now_us, false, &r[0]));
	if (!r[0].shown)
		return OK;
	struct sla_fact_of_row *more = arena_array(c->arena, struct sla_fact_of_row, n + 1);
	memcpy(more, facts, n * sizeof(*more));
	more[n] = (struct sla_fact_of_row){ .ticket_id = t->id, .at_us = c->now_us, .seq = INT32_MAX, .kind = S("rules"), .value = str_c(w->mode),
					    .num = SOME(sla_kept_newest(w->new)) };
	TRY(sla_replay(c, w->new, NULL, more, n + 1, c->now_us, false, &r[1]));
	w->ret->open++;
	compare(w, t, &r[0], &r[1]);
	return OK;
}

static enum err weigh(struct change *x, const char *mode, struct sla_preview *ret)
{
	struct ctx *c = x->c;
	struct sla_kept *old = NULL, *new = NULL;
	struct sla_open_tickets_row *rows;
	size_t n;
	enum err e = sla_book_get(c, &old);
	if (e == OK)
		e = sla_book_with(c, &x->rows, &new);
	if (e == OK && strcmp(mode, "new") != 0 && strcmp(mode, "preset") != 0) {
		struct weigh w = { .c = c, .old = old, .new = new, .mode = mode, .ret = ret };
		struct arena *outer = c->arena, scratch;
		e = sla_open_tickets(c->db, c->arena, &rows, &n);
		arena_init(&scratch);
		w.keep = outer;
		for (size_t i = 0; e == OK && i < n; i++) {
			c->arena = &scratch;
			e = weigh_one(&w, &rows[i]);
			c->arena = outer;
			arena_reset(&scratch);
		}
		arena_done(&scratch);
	}
	sla_book_put(old);
	sla_book_put(new);
	return e;
}

enum err sla_preview_text(struct ctx *c, struct str text, bool patch, const char *mode, struct sla_preview *ret)
{
	struct conf want;
	struct change x;
	*ret = (struct sla_preview){ .mode = mode };
	TRY(sla_want(c, text, patch, &want));
	TRY(prepare(c, &want, &x));
	ret->diff = diff_of(&x);
	ret->summary = summary_of(&x);
	ret->sections = (int64_t)x.n_ops;
	return weigh(&x, mode, ret);
}

/* A text is all there shall be; a patch is laid over what there is, and an empty section of it ends a row. */
enum err sla_want(struct ctx *c, struct str text, bool patch, struct conf *ret)
{
	struct sla_rows now;
	struct conf typed;
	TRY(conf_parse(c, text, &typed));
	if (!patch) {
		*ret = typed;
		return OK;
	}
	TRY(sla_rows_now(c, &now));
	TRY(conf_of_rows(c, &now, ret));
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.v[i].n)
			conf_put(c->arena, ret, &typed.v[i]);
		else
			conf_remove(ret, typed.v[i].type, typed.v[i].key);
	}
	conf_sort(ret);
	return OK;
}

/* ---- the change ---- */

static enum err row_event(struct ctx *c, const char *kind, const char *entity, int64_t id, struct str data)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = entity, .entity_id = id, .data = data }, NULL);
}

static enum err end_row(struct change *x, const struct conf_section *s)
{
	struct ctx *c = x->c;
	static const char *const kinds[] = { "sla_calendar.ended", "sla_hours.ended", "sla_holiday.ended", "sla_rule.ended", "sla_automation.ended",
					     "sla_target.ended" };
	static const char *const entities[] = { "sla_calendar", "sla_hours", "sla_holiday", "sla_rule", "sla_automation", "sla_target" };
	int64_t id = s->row_id, until = x->edition;
	switch ((enum conf_type)s->type) {
	case CONF_CALENDAR:
		TRY(sla_calendar_end(c->db, .id = id, .until = until));
		break;
	case CONF_HOURS:
		TRY(sla_hours_end(c->db, .id = id, .until = until));
		break;
	case CONF_HOLIDAY:
		TRY(sla_holiday_end(c->db, .id = id, .until = until));
		break;
	case CONF_RULE:
		TRY(sla_rule_end(c->db, .id = id, .until = until));
		break;
	case CONF_AUTOMATION:
		TRY(sla_automation_end(c->db, .id = id, .until = until));
		break;
	case CONF_TARGET:
		TRY(sla_target_end(c->db, .id = id, .until = until));
		break;
	case CONF_TYPES:
		return OK;
	}
	return row_event(c, kinds[s->type], entities[s->type], id, arena_fmt(c->arena, "{\"set\":{\"until\":%lld}}", (long long)until));
}

/* The rows' members from `since` on are not in the add statements' inputs but since: the structs are handed over as they are. */
static enum err add_row(struct change *x, const struct conf_section *s)
{
	struct ctx *c = x->c;
	struct sla_rows *r = &x->rows;
	switch ((enum conf_type)s->type) {
	case CONF_CALENDAR: {
		struct sla_calendar_all_row *y = &r->calendars[s->index];
		struct sla_calendar_add_row id;
		y->since = x->edition;
		TRY(sla_calendar_add(c->db, c->arena, &id, .name = y->name, .title = y->title, .zone = y->zone, .standard = y->standard, .since = y->since));
		return row_event(c, "sla_calendar.added", "sla_calendar", id.id, fold_set_all(c->arena, &sla_calendar_rows_stmt, y));
	}
	case CONF_HOURS: {
		struct sla_hours_all_row *y = &r->hours[s->index];
		struct sla_hours_add_row id;
		y->since = x->edition;
		TRY(sla_hours_add(c->db, c->arena, &id, .calendar = y->calendar, .valid_from = y->valid_from, .weekly = y->weekly, .source = y->source,
				  .since = y->since));
		return row_event(c, "sla_hours.added", "sla_hours", id.id, fold_set_all(c->arena, &sla_hours_rows_stmt, y));
	}
	case CONF_HOLIDAY: {
		struct sla_holiday_all_row *y = &r->holidays[s->index];
		struct sla_holiday_add_row id;
		y->since = x->edition;
		TRY(sla_holiday_add(c->db, c->arena, &id, .calendar = y->calendar, .day = y->day, .yearly = y->yearly, .last_day = y->last_day, .name = y->name,
				    .origin = y->origin, .correction = y->correction, .since = y->since));
		return row_event(c, "sla_holiday.added", "sla_holiday", id.id, fold_set_all(c->arena, &sla_holiday_rows_stmt, y));
	}
	case CONF_RULE: {
		struct sla_rule_all_row *y = &r->rules[s->index];
		struct sla_rule_add_row id;
		y->since = x->edition;
		TRY(sla_rule_add(c->db, c->arena, &id, .code = y->code, .version = y->version, .track = y->track, .position = y->position, .title = y->title,
				 .stage = y->stage, .tier = y->tier, .plan = y->plan, .deployment = y->deployment, .entitlement = y->entitlement,
				 .severity = y->severity, .channel = y->channel, .tag = y->tag, .organisation_id = y->organisation_id, .from_us = y->from_us,
				 .to_us = y->to_us, .calendar = y->calendar, .targets = y->targets, .shown = y->shown, .reading = y->reading,
				 .source = y->source, .since = y->since));
		return row_event(c, "sla_rule.added", "sla_rule", id.id, fold_set_all(c->arena, &sla_rule_rows_stmt, y));
	}
	case CONF_AUTOMATION: {
		struct sla_automation_all_row *y = &r->automations[s->index];
		struct sla_automation_add_row id;
		y->since = x->edition;
		TRY(sla_automation_add(c->db, c->arena, &id, .from_us = y->from_us, .pending_to_solved = y->pending_to_solved,
				       .solved_to_closed = y->solved_to_closed, .reading = y->reading, .source = y->source, .since = y->since));
		return row_event(c, "sla_automation.added", "sla_automation", id.id, fold_set_all(c->arena, &sla_automation_rows_stmt, y));
	}
	case CONF_TARGET: {
		struct sla_target_all_row *y = &r->targets[s->index];
		struct sla_target_add_row id;
		y->since = x->edition;
		TRY(sla_target_add(c->db, c->arena, &id, .metric = y->metric, .from_us = y->from_us, .to_us = y->to_us, .percent_x100 = y->percent_x100,
				   .title = y->title, .source = y->source, .since = y->since));
		return row_event(c, "sla_target.added", "sla_target", id.id, fold_set_all(c->arena, &sla_target_rows_stmt, y));
	}
	case CONF_TYPES:
		break;
	}
	return OK;
}

static enum err add_edition(struct change *x, const char *mode, struct str summary)
{
	struct ctx *c = x->c;
	struct sla_edition_rows_row row = { .id = x->edition, .mode = str_c(mode), .summary = summary.n ? summary : summary_of(x),
					    .actor_name = c->actor.name.p ? c->actor.name : S(""),
					    .created_us = strcmp(mode, "preset") == 0 ? 0 : c->now_us };
	randombytes_buf(&row.stamp, sizeof(row.stamp));
	row.stamp = (int64_t)((uint64_t)row.stamp >> 1);
	TRY(sla_edition_add(c->db, .id = row.id, .stamp = row.stamp, .mode = row.mode, .summary = row.summary, .actor_name = row.actor_name,
			    .created_us = row.created_us));
	return row_event(c, "sla_edition.added", "sla_edition", row.id, fold_set_all(c->arena, &sla_edition_rows_stmt, &row));
}

/* The due dates as they stood, the change-over, and the due dates as they stand now: each that moved is in its ticket's history. */
static enum err settle_and_say(struct ctx *c, const struct sla_kept *k, int64_t ticket_id)
{
	struct sla_case_of_row before, after;
	bool had, has;
	TRY(sla_case_of(c->db, c->arena, &before, &had, .ticket_id = ticket_id));
	TRY(sla_settle_with(c, k, ticket_id));
	TRY(sla_case_of(c->db, c->arena, &after, &has, .ticket_id = ticket_id));
	struct opt_i64 old = had ? before.due_us : NONE, new = has ? after.due_us : NONE;
	if (old.set == new.set && (!old.set || old.v == new.v))
		return OK;
	struct json_out j;
	json_init(&j, c->arena, 1000);
	json_obj(&j);
	json_kopt(&j, "old_due_us", old);
	json_kopt(&j, "due_us", new);
	json_obj_end(&j);
	return event_append(c, &(struct event_new){ .kind = "sla.due_moved", .entity = "ticket", .entity_id = ticket_id, .ticket_id = ticket_id,
						    .data = json_done(&j), .reason = S("What was promised, or its calendar, was changed") }, NULL);
}

static enum err change_over(struct change *x, const char *mode)
{
	struct ctx *c = x->c;
	struct sla_open_tickets_row *rows;
	struct json_out j;
	size_t n;
	int64_t seq;
	struct sla_kept *k;
	TRY(sla_open_tickets(c->db, c->arena, &rows, &n));
	json_init(&j, c->arena, 16 << 20);
	json_obj(&j);
	json_kstr(&j, "mode", str_c(mode));
	json_key(&j, "tickets");
	json_arr(&j);
	for (size_t i = 0; i < n; i++)
		json_i64(&j, rows[i].id);
	json_arr_end(&j);
	json_obj_end(&j);
	TRY(event_append(c, &(struct event_new){ .kind = "sla_edition.changed_over", .entity = "sla_edition", .entity_id = x->edition, .data = json_done(&j) },
			 &seq));
	for (size_t i = 0; i < n; i++)
		TRY(sla_fact_add(c->db, .ticket_id = rows[i].id, .at_us = c->now_us, .seq = seq, .n = 0, .kind = S("rules"), .value = str_c(mode),
				 .num = SOME(x->edition)));
	TRY(sla_book_get(c, &k));
	enum err e = OK;
	for (size_t i = 0; e == OK && i < n; i++)
		e = settle_and_say(c, k, rows[i].id);
	sla_book_put(k);
	return e;
}

enum err sla_changed_over(struct ctx *c, int64_t ticket_id, int64_t edition, struct str mode, utime at)
{
	int64_t seq;
	struct str data = arena_fmt(c->arena, "{\"mode\":\"%.*s\",\"tickets\":[%lld]}", STR_ARG(mode), (long long)ticket_id);
	TRY(event_append(c, &(struct event_new){ .kind = "sla_edition.changed_over", .entity = "sla_edition", .entity_id = edition, .data = data, .at_us = at,
						 .retold = true }, &seq));
	return sla_fact_add(c->db, .ticket_id = ticket_id, .at_us = at, .seq = seq, .n = 0, .kind = S("rules"), .value = mode, .num = SOME(edition));
}

enum err sla_change_apply(struct ctx *c, const struct sla_change_in *in, int64_t *ret_edition)
{
	struct change x;
	struct sla_kept *candidate;
	TRY(prepare(c, &in->want, &x));
	*ret_edition = 0;
	if (!x.n_ops)
		return OK;
	TRY(sla_book_with(c, &x.rows, &candidate));   /* it compiles: every calendar can be built, every row is whole */
	sla_book_put(candidate);
	TRY(add_edition(&x, in->mode, in->summary));
	for (size_t i = 0; i < x.n_ops; i++) {
		if (x.ops[i].old)
			TRY(end_row(&x, x.ops[i].old));
		if (x.ops[i].new)
			TRY(add_row(&x, x.ops[i].new));
	}
	if (strcmp(in->mode, "now") == 0 || strcmp(in->mode, "start") == 0)
		TRY(change_over(&x, in->mode));
	*ret_edition = x.edition;
	return OK;
}
