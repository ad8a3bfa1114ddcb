/* resolve_cmd.c: the commands about solving: resolve a case with all that is filled in, fill in later, look which rule fits, keep the rows. */
#include "ticket/resolve_int.h"

#include "base/utf8.h"
#include "core/desk.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct resolve_rule_find_row) == sizeof(struct resolve_rule_rows_row), "resolve.sql");
_Static_assert(sizeof(struct close_field_find_row) == sizeof(struct close_field_rows_row), "resolve.sql");

/* ---- what is filled in ---- */

struct closing_in {
	int64_t ticket;
	struct str lifecycle, kind, priority, engineering, docs, docs_url, sentiment, sentiment_note, symptom, action;
};

static struct str or_old(struct str typed, struct str old)
{
	return typed.n ? typed : old;
}

static enum err closing_write(struct ctx *c, const struct closing_in *in)
{
	struct closing_of_row old;
	struct closing_rows_row r;
	bool found;
	TRY(closing_of(c->db, c->arena, &old, &found, .ticket_id = in->ticket));
	if (!found)
		old = (struct closing_of_row){ .ticket_id = in->ticket };
	memcpy(&r, &old, sizeof(r));
	r.lifecycle = or_old(in->lifecycle, old.lifecycle);
	r.engineering = or_old(in->engineering, old.engineering);
	r.docs = or_old(in->docs, old.docs);
	r.docs_url = or_old(in->docs_url, old.docs_url);
	r.sentiment = or_old(in->sentiment, old.sentiment);
	r.sentiment_note = or_old(in->sentiment_note, old.sentiment_note);
	if (r.docs_url.n && !str_starts(r.docs_url, S("https://")) && !str_starts(r.docs_url, S("http://")))
		return fail_field(c, S("docs_url"), "An address begins with https:// or http://.");
	if (str_eq(in->docs, S("link")) && !r.docs_url.n)
		return fail_field(c, S("docs_url"), "Which page of the docs answers it, or was changed?");
	if (!fold_differs(&closing_rows_stmt, &old, &r))
		return OK;
	r.updated_us = c->now_us;
	struct event_new e = { .kind = "ticket.closing_filled", .entity = "closing", .entity_id = r.id, .ticket_id = in->ticket };
	if (found) {
		e.data = fold_set_diff(c->arena, &closing_rows_stmt, &old, &r);
		TRY(closing_put(c->db, .id = r.id, .lifecycle = r.lifecycle, .engineering = r.engineering, .docs = r.docs, .docs_url = r.docs_url,
				.sentiment = r.sentiment, .sentiment_note = r.sentiment_note, .updated_us = r.updated_us));
	} else {
		struct closing_add_row id;
		TRY(closing_add(c->db, c->arena, &id, .ticket_id = r.ticket_id, .lifecycle = r.lifecycle, .engineering = r.engineering, .docs = r.docs,
				.docs_url = r.docs_url, .sentiment = r.sentiment, .sentiment_note = r.sentiment_note, .updated_us = r.updated_us));
		e.entity_id = id.id;
		e.data = fold_set_all(c->arena, &closing_rows_stmt, &r);
	}
	return event_append(c, &e, NULL);
}

/* The summary belongs to the desk: by its command, as any other door. */
static enum err summary_write(struct ctx *c, const struct closing_in *in)
{
	const struct command *cmd = feature_command(c->desk->features, S("summary.write"));
	if (!in->symptom.n && !in->action.n)
		return OK;
	struct resolve_facts_row f;
	if (!cmd)
		return fail(c, ERR_BUG, "summary.write is not part of this desk");
	TRY(resolve_facts(c->db, c->arena, &f, .ticket_id = in->ticket));
	if (f.summary)      /* it has more fields than these two: they would be lost */
		return fail_field(c, S("symptom"), "There is a summary already: change it on its own page.");
	struct raw_value raw[4] = {
		{ .name = S("ticket"), .type = RAW_TEXT, .text = arena_fmt(c->arena, "%lld", (long long)in->ticket) },
		{ .name = S("symptom"), .type = RAW_TEXT, .text = in->symptom },
		{ .name = S("action"), .type = RAW_TEXT, .text = in->action },
		{ .name = S("docs"), .type = RAW_TEXT, .text = str_eq(in->docs, S("sufficient")) ? in->docs : S("unsaid") },
	};
	void *input = arena_alloc(c->arena, cmd->in_size);
	struct json_out out, *outer = c->out;
	TRY(fields_decode(c, cmd, raw, ARRAY_LEN(raw), input));
	json_init(&out, c->arena, 64 << 10);
	json_obj(&out);
	c->out = &out;
	enum err e = cmd->run(c, input);
	c->out = outer;
	return e;
}

static void columns(const struct closing_in *in, struct ticket_get_row *t)
{
	if (in->kind.n)
		t->kind = in->kind;
	if (in->priority.n)
		t->priority = in->priority;
}

static enum err ticket_closing(struct ctx *c, const struct closing_in *in)
{
	struct ticket_get_row t, before;
	TRY(ticket_load(c, in->ticket, &t));
	enum ticket_status s = ticket_status_of(&t);
	if (s != TICKET_CLOSED)
		TRY(ticket_writable(c, &t));
	before = t;
	columns(in, &t);
	TRY(closing_write(c, in));
	TRY(summary_write(c, in));
	ticket_answer(c, t.id);
	ticket_said(c, "Kept with the case.");
	return ticket_save(c, "ticket.updated", &before, &t, NULL);
}

/* ---- resolving ---- */

struct ticket_resolve_in {
	struct closing_in closing;
	struct resolve_ask resolve;
	struct str why[GATE_COUNT];      /* a form has one box a gate */
	struct opt_i64 seen;
	bool anyway;
};

/* What stands in the boxes joins what is said as “gate: reason”. */
static struct resolve_ask ask_of(struct ctx *c, const struct ticket_resolve_in *in)
{
	struct resolve_ask ask = in->resolve;
	struct str *all = arena_array(c->arena, struct str, ask.because.n + GATE_COUNT);
	size_t n = 0;
	for (size_t i = 0; i < ask.because.n; i++)
		all[n++] = ask.because.v[i];
	for (size_t i = 0; i < GATE_COUNT; i++)
		if (in->why[i].n && i != GATE_REASON)
			all[n++] = arena_fmt(c->arena, "%s: %.*s", gate_name((enum gate_kind)i), STR_ARG(in->why[i]));
	ask.because = (struct str_list){ all, n };
	ask.reason = in->why[GATE_REASON];
	return ask;
}

/* Somebody else was faster, or the customer wrote: whoever resolves has read it. */
static enum err still_as_seen(struct ctx *c, const struct ticket_get_row *t, const struct ticket_resolve_in *in)
{
	struct message_newer_row *rows;
	size_t n;
	if (ticket_status_of(t) == TICKET_SOLVED)
		return fail(c, ERR_CONFLICT, "Ticket %lld is solved already. Look at it again.", (long long)t->id);
	if (!in->seen.set || in->anyway)
		return OK;
	TRY(message_newer(c->db, c->arena, &rows, &n, .ticket_id = t->id, .seen_id = in->seen.v, .author_id = ticket_actor_id(c)));
	if (!n)
		return OK;
	return fail(c, ERR_CONFLICT, "%.*s wrote meanwhile, at %.*s. Read it first; then resolve again with “anyway”.", STR_ARG(rows[0].author_name),
		    STR_ARG(ticket_when(c, rows[0].created_us)));
}

static enum err ticket_resolve(struct ctx *c, const struct ticket_resolve_in *in)
{
	struct ticket_get_row t, before;
	struct resolve_cite cite;
	struct resolve_ask ask = ask_of(c, in);
	TRY(ticket_load_writable(c, in->closing.ticket, &t));
	TRY(still_as_seen(c, &t, in));
	before = t;
	columns(&in->closing, &t);
	TRY(closing_write(c, &in->closing));
	TRY(summary_write(c, &in->closing));
	TRY(ticket_move(c, &t, TICKET_SOLVED, BY_TEAMMATE, c->now_us));
	TRY(resolve_check(c, &t, &ask, &cite));
	ticket_answer(c, t.id);
	json_kstr(c->out, "status", t.status);
	json_kstr(c->out, "rule", cite.rule);
	ticket_said(c, "Solved by %.*s.", STR_ARG(cite.rule));
	const char *back = str_eq(before.status, S("pending")) ? "pending" : str_eq(before.status, S("on_hold")) ? "on_hold" : "open";
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/ticket.status?ticket=%lld&status=%s", (long long)t.id, back));
	return ticket_save(c, "ticket.status_changed", &before, &t, &(struct ticket_note_to_log){ .rule = cite.rule, .reason = ask.reason.n ? ask.reason : STR_NULL, .cite = &cite });
}

/* ---- looking ---- */

struct fit_in {
	int64_t ticket;
};

static void json_gate(struct json_out *j, const struct resolve_gate *g)
{
	static const char *const STATE[] = { [GATE_HOLDS] = "holds", [GATE_SAID] = "said", [GATE_MISSING] = "missing" };
	json_obj(j);
	json_kstr(j, "gate", str_c(gate_name(g->kind)));
	json_kstr(j, "of", g->param);
	json_ki64(j, "one_of", g->group);
	json_kbool(j, "must", !g->soft);
	json_kstr(j, "state", str_c(STATE[g->state]));
	json_kstr(j, "words", g->words);
	json_obj_end(j);
}

static enum err resolve_fit(struct ctx *c, const struct fit_in *in)
{
	static const struct resolve_ask NOTHING;
	struct ticket_get_row t;
	struct resolve_look look;
	struct resolution_of_row r;
	bool found;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(resolve_look_at(c, &t, &NOTHING, &look));
	TRY(resolve_of(c, t.id, &r, &found));
	json_obj(c->out);
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "status", t.status);
	bool over = found && (str_eq(t.status, S("solved")) || str_eq(t.status, S("closed")));
	json_kstr(c->out, "solved_by", over ? r.rule : STR_NULL);
	json_kstr(c->out, "solved_how", over ? r.how : STR_NULL);
	json_kbool(c->out, "customer_confirmed", over && r.confirmation_id.set);
	json_kstr(c->out, "to_fill", over && !r.filled_us.set ? r.to_fill : STR_NULL);
	json_key(c->out, "rules");
	json_arr(c->out);
	for (size_t i = 0; i < look.n_rules; i++) {
		const struct resolve_look_rule *rule = &look.rules[i];
		json_obj(c->out);
		json_kstr(c->out, "rule", rule->code);
		json_kstr(c->out, "name", rule->name);
		json_kstr(c->out, "applies", rule->applies);
		json_kbool(c->out, "fits", !rule->missing);
		json_kbool(c->out, "counted", rule->counted);
		json_key(c->out, "gates");
		json_arr(c->out);
		for (size_t k = 0; k < rule->n_gates; k++)
			json_gate(c->out, &rule->gate[k]);
		json_arr_end(c->out);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_key(c->out, "fields");
	json_arr(c->out);
	for (size_t i = 0; i < look.n_facts; i++) {
		json_obj(c->out);
		json_kstr(c->out, "field", look.facts[i].field);
		json_kstr(c->out, "words", look.facts[i].words);
		json_kstr(c->out, "value", look.facts[i].value.n ? look.facts[i].value : STR_NULL);
		json_kbool(c->out, "missing", look.facts[i].missing);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}

struct rules_in {
	struct str day;
};

static enum err resolve_rules(struct ctx *c, const struct rules_in *in)
{
	struct resolve_rules_on_row *rows;
	struct close_fields_on_row *fields;
	size_t n, n_fields;
	struct str day = in->day.n ? in->day : ticket_date(c->arena, c->now_us);
	TRY(resolve_rules_on(c->db, c->arena, &rows, &n, .day = day));
	TRY(close_fields_on(c->db, c->arena, &fields, &n_fields, .day = day));
	json_obj(c->out);
	json_kstr(c->out, "day", day);
	json_items(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", rows[i].id);
		json_kstr(c->out, "rule", rows[i].code);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "applies", rows[i].applies);
		json_kstr(c->out, "gates", rows[i].gates);
		json_kbool(c->out, "fields", rows[i].fields);
		json_kbool(c->out, "counted", rows[i].counted);
		json_kstr(c->out, "cited_by", rows[i].cited_by);
		json_kstr(c->out, "valid_from", rows[i].valid_from);
		json_kstr(c->out, "valid_to", rows[i].valid_to);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_key(c->out, "fields");
	json_arr(c->out);
	for (size_t i = 0; i < n_fields; i++) {
		json_obj(c->out);
		json_kstr(c->out, "field", fields[i].field);
		json_kstr(c->out, "words", fields[i].words);
		json_kstr(c->out, "valid_from", fields[i].valid_from);
		json_kstr(c->out, "valid_to", fields[i].valid_to);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

struct to_fill_in {
	bool all;
	struct opt_i64 after, max;
};

enum err resolve_to_fill_read(struct ctx *c, int64_t holder, int64_t before, int64_t max, struct resolution_to_fill_page_row **ret, size_t *ret_n)
{
	_Static_assert(sizeof(struct resolution_to_fill_of_row) == sizeof(struct resolution_to_fill_page_row), "resolve.sql");
	before = before > 0 ? before : INT64_MAX;
	if (holder)
		return resolution_to_fill_of(c->db, c->arena, (struct resolution_to_fill_of_row **)(void *)ret, ret_n, .holder = holder, .before = before, .max = max);
	return resolution_to_fill_page(c->db, c->arena, ret, ret_n, .before = before, .max = max);
}

static enum err resolve_to_fill(struct ctx *c, const struct to_fill_in *in)
{
	struct resolution_to_fill_page_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(resolve_to_fill_read(c, in->all ? 0 : ticket_actor_id(c), in->after.v, max + 1, &rows, &n));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kopt(c->out, "assignee", rows[i].assignee_id);
		json_kstr(c->out, "rule", rows[i].rule);
		json_kstr(c->out, "how", rows[i].how);
		json_kstr(c->out, "to_fill", rows[i].to_fill);
		json_ktime(c->out, "at", rows[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

/* ---- keeping the rows ---- */

struct rule_in {
	struct str code, name, applies, gates, valid_from;
	struct str_list cited_by;
	bool no_fields, uncounted, end;
};

/* The edition in force before `day` ends there. */
static enum err end_rule(struct ctx *c, struct str code, struct str day, struct resolve_rule_on_row *ret, bool *ret_ended)
{
	struct resolve_rule_on_row row;
	TRY(resolve_rule_on(c->db, c->arena, &row, ret_ended, .code = code, .day = day));
	*ret = row;
	if (*ret_ended && resolve_cites(row.cited_by, "timer"))
		return fail_field(c, S("code"), "How long a customer may be silent is said by the status timers.");
	if (!*ret_ended || str_eq(row.valid_from, day))
		return OK;
	struct resolve_rule_rows_row before, after;
	memcpy(&before, &row, sizeof(before));
	after = before;
	after.valid_to = day;
	TRY(resolve_rule_end(c->db, .id = row.id, .valid_to = day));
	return event_append(c, &(struct event_new){ .kind = "resolve_rule.ended", .entity = "resolve_rule", .entity_id = row.id,
						    .data = fold_set_diff(c->arena, &resolve_rule_rows_stmt, &before, &after) }, NULL);
}

/* As said; else as the edition before. */
static struct str cited_by(struct ctx *c, const struct rule_in *in, const struct resolve_rule_on_row *before)
{
	struct buf b;
	buf_init(&b, c->arena, 100);
	for (size_t i = 0; i < in->cited_by.n; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(in->cited_by.v[i]));
	return in->cited_by.n ? buf_str(&b) : before ? before->cited_by : S("person");
}

static enum err resolve_rule_cmd_run(struct ctx *c, const struct rule_in *in)
{
	struct resolve_rule_find_row old;
	struct resolve_rule_on_row ended_row;
	struct resolve_rule_add_row id;
	struct resolve_look_rule *parsed = arena_new(c->arena, struct resolve_look_rule);
	bool found, ended;
	struct str day = in->valid_from.n ? in->valid_from : ticket_date(c->arena, c->now_us);
	TRY(resolve_rule_find(c->db, c->arena, &old, &found, .code = in->code, .valid_from = day));
	if (found)
		return fail_field(c, S("valid_from"), "An edition of %.*s begins on that day already. Choose another day.", STR_ARG(in->code));
	TRY(end_rule(c, in->code, day, &ended_row, &ended));
	json_kstr(c->out, "rule", in->code);
	if (in->end) {
		if (!ended)
			return fail_field(c, S("code"), "There is no rule %.*s on that day.", STR_ARG(in->code));
		ticket_said(c, "%.*s can be cited no longer from %.*s on.", STR_ARG(in->code), STR_ARG(day));
		return OK;
	}
	if (!in->name.n || !in->applies.n)
		return fail_field(c, in->name.n ? S("applies") : S("name"), "A rule has a name, and says when it applies.");
	TRY(resolve_gates_parse(c, S("gates"), in->gates.p ? in->gates : S(""), parsed));
	struct resolve_rule_rows_row r = { .code = in->code, .name = in->name, .applies = in->applies, .gates = in->gates.p ? in->gates : S(""), .fields = !in->no_fields,
					   .counted = !in->uncounted, .cited_by = cited_by(c, in, ended ? &ended_row : NULL), .valid_from = day, .valid_to = STR_NULL, .source = S("made at this desk") };
	TRY(resolve_rule_add(c->db, c->arena, &id, .code = r.code, .name = r.name, .applies = r.applies, .gates = r.gates, .fields = r.fields, .counted = r.counted,
			     .cited_by = r.cited_by, .valid_from = r.valid_from, .valid_to = STR_NULL, .source = r.source));
	ticket_said(c, "%.*s holds from %.*s on.", STR_ARG(r.code), STR_ARG(day));
	return event_append(c, &(struct event_new){ .kind = "resolve_rule.created", .entity = "resolve_rule", .entity_id = id.id,
						    .data = fold_set_all(c->arena, &resolve_rule_rows_stmt, &r) }, NULL);
}

struct field_in {
	struct str field, words, valid_from;
	bool end;
};

static enum err resolve_field_cmd_run(struct ctx *c, const struct field_in *in)
{
	struct close_fields_on_row *rows;
	struct close_field_find_row old;
	size_t n;
	bool found, ended = false;
	struct str day = in->valid_from.n ? in->valid_from : ticket_date(c->arena, c->now_us);
	TRY(close_field_find(c->db, c->arena, &old, &found, .field = in->field, .valid_from = day));
	if (found && !in->end)
		return fail_field(c, S("valid_from"), "It is asked for from that day on already.");
	TRY(close_fields_on(c->db, c->arena, &rows, &n, .day = day));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(rows[i].field, in->field))
			continue;
		struct close_field_rows_row before, after;
		memcpy(&before, &rows[i], sizeof(before));
		after = before;
		after.valid_to = day;
		TRY(close_field_end(c->db, .id = before.id, .valid_to = day));
		TRY(event_append(c, &(struct event_new){ .kind = "close_field.ended", .entity = "close_field", .entity_id = before.id,
							 .data = fold_set_diff(c->arena, &close_field_rows_stmt, &before, &after) }, NULL));
		ended = true;
	}
	json_kstr(c->out, "field", in->field);
	if (in->end) {
		if (!ended)
			return fail_field(c, S("field"), "It is not asked for on that day.");
		ticket_said(c, "It is asked for no longer from %.*s on.", STR_ARG(day));
		return OK;
	}
	if (!in->words.n)
		return fail_field(c, S("words"), "Say the question that engineers answer.");
	struct close_field_rows_row r = { .field = in->field, .words = in->words, .valid_from = day, .valid_to = STR_NULL, .source = S("made at this desk") };
	struct close_field_add_row id;
	TRY(close_field_add(c->db, c->arena, &id, .field = r.field, .words = r.words, .valid_from = r.valid_from, .valid_to = STR_NULL, .source = r.source));
	ticket_said(c, "It is asked for from %.*s on.", STR_ARG(day));
	return event_append(c, &(struct event_new){ .kind = "close_field.created", .entity = "close_field", .entity_id = id.id,
						    .data = fold_set_all(c->arena, &close_field_rows_stmt, &r) }, NULL);
}

/* ---- descriptors ---- */

COMMAND_RUN(ticket_closing)
COMMAND_RUN(ticket_resolve)
COMMAND_RUN(resolve_fit)
COMMAND_RUN(resolve_rules)
COMMAND_RUN(resolve_to_fill)
COMMAND_RUN(resolve_rule_cmd_run)
COMMAND_RUN(resolve_field_cmd_run)

#define AT(T, base, member, what, cc, ...) { .name = #member, .type = (what), .c = (cc), .offset = (base) + offsetof(T, member), __VA_ARGS__ }
#define CLOSING(base)                                                                                                                                      \
	AT(struct closing_in, base, ticket, FIELD_ID, FIELD_C_I64, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),  \
	AT(struct closing_in, base, lifecycle, FIELD_ENUM, FIELD_C_STR, .choices = resolve_lifecycles, .help = "before or after the sale"),                 \
	AT(struct closing_in, base, kind, FIELD_ENUM, FIELD_C_STR, .choices = ticket_kinds, .help = "what kind it was"),                                    \
	AT(struct closing_in, base, priority, FIELD_ENUM, FIELD_C_STR, .choices = ticket_priorities, .help = "how urgent it was"),                          \
	AT(struct closing_in, base, engineering, FIELD_STR, FIELD_C_STR, .max = 80, .help = "the team of engineering that helped or would have; “none”"),   \
	AT(struct closing_in, base, docs, FIELD_ENUM, FIELD_C_STR, .choices = resolve_docs, .help = "were the docs sufficient, is there a link of the change, or a task"), \
	AT(struct closing_in, base, docs_url, FIELD_STR, FIELD_C_STR, .max = 2000, .help = "the page or change of the docs"),                               \
	AT(struct closing_in, base, sentiment, FIELD_ENUM, FIELD_C_STR, .choices = resolve_yes_no, .help = "is the customer content"),                      \
	AT(struct closing_in, base, sentiment_note, FIELD_STR, FIELD_C_STR, .max = 500, .help = "why, for colleagues"),                                     \
	AT(struct closing_in, base, symptom, FIELD_TEXT, FIELD_C_STR, .max = 16384, .help = "for the case summary: what they saw or wanted"),               \
	AT(struct closing_in, base, action, FIELD_TEXT, FIELD_C_STR, .max = 16384, .help = "for the case summary: what helped")
#define WHY(kind, name_, words)                                                                                                                            \
	{ .name = name_, .type = FIELD_STR, .c = FIELD_C_STR, .max = 500, .offset = offsetof(struct ticket_resolve_in, why) + (kind) * sizeof(struct str), .help = words }

static const struct field closing_fields[] = { CLOSING(0) };
static const struct field resolve_fields[] = {
	CLOSING(offsetof(struct ticket_resolve_in, closing)),
	RESOLVE_FIELDS(struct ticket_resolve_in, resolve),
	WHY(GATE_REASON, "reason", "why there is nothing to do for us (R0)"),
	WHY(GATE_CONFIRMED, "confirmed", "how the customer confirmed, when the log does not show it"),
	WHY(GATE_TASKS, "tasks", "why an open task may stay open"),
	WHY(GATE_LINK, "link", "how the customer got the public link"),
	WHY(GATE_FILED, "filed", "where it is filed"),
	WHY(GATE_PRIVATE, "private", "where it is filed privately"),
	WHY(GATE_ATTEMPTS, "attempts", "which attempts were made elsewhere"),
	WHY(GATE_ADVISED, "advised", "how they were told what to do"),
	WHY(GATE_WORKAROUND, "workaround", "what gets them going"),
	WHY(GATE_TOLD, "told", "how the customer engineer or technical advisor was told"),
	WHY(GATE_NOBODY, "nobody", "why there is no customer engineer to ask"),
	WHY(GATE_KEPT, "kept", "why it need not stay open longer"),
	WHY(GATE_DOC_TASK, "doc_task", "why the docs need no task"),
	FIELD(struct ticket_resolve_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX, .help = "newest message you had read: refused when somebody wrote after it"),
	FIELD(struct ticket_resolve_in, anyway, FIELD_BOOL, .help = "resolve although somebody wrote meanwhile"),
};
static const struct field fit_fields[] = {
	FIELD(struct fit_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
};
static const struct field rules_fields[] = { FIELD(struct rules_in, day, FIELD_DATE, .help = "as they were on that day; today unless said", .example = "2021-10-14") };
static const struct field to_fill_fields[] = {
	FIELD(struct to_fill_in, all, FIELD_BOOL, .help = "everybody's, not only mine"),
	FIELD(struct to_fill_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct to_fill_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const char *const CITED_BY[] = { "person", "customer", NULL };
static const struct field rule_fields[] = {
	FIELD(struct rule_in, code, FIELD_STR, .required = true, .max = 20, .positional = true, .help = "R1 … R7, R0, or a code of your own", .example = "R5"),
	FIELD(struct rule_in, name, FIELD_STR, .max = 80, .help = "its name"),
	FIELD(struct rule_in, applies, FIELD_STR, .max = 500, .help = "when it applies"),
	FIELD(struct rule_in, gates, FIELD_STR, .max = 300, .help = "what must hold, as in docs/resolving.md", .example = "confirmed|link tasks:held told:ce?"),
	FIELD(struct rule_in, valid_from, FIELD_DATE, .help = "the first day of this edition; the one before ends there. Today unless said"),
	FIELD(struct rule_in, cited_by, FIELD_STRS, .choices = CITED_BY, .max = 2,
	      .help = "who cites it: a person, or the customer's yes to our question. As the edition before unless said; of several for the customer the one that began last"),
	FIELD(struct rule_in, no_fields, FIELD_BOOL, .help = "the fields of closing are not asked for"),
	FIELD(struct rule_in, uncounted, FIELD_BOOL, .help = "it does not count as work"),
	FIELD(struct rule_in, end, FIELD_BOOL, .help = "no new edition: the rule ends on that day"),
};
static const char *const CLOSE_FIELDS[] = { "lifecycle", "kind", "priority", "engineering", "docs", "sentiment", "summary", NULL };
static const struct field field_fields[] = {
	FIELD(struct field_in, field, FIELD_ENUM, .required = true, .choices = CLOSE_FIELDS, .positional = true, .help = "which one", .example = "summary"),
	FIELD(struct field_in, words, FIELD_STR, .max = 300, .help = "the question that engineers answer"),
	FIELD(struct field_in, valid_from, FIELD_DATE, .help = "from which day on; today unless said"),
	FIELD(struct field_in, end, FIELD_BOOL, .help = "it is no longer asked for from that day on"),
};
const struct command ticket_resolve_cmd = {
	.name = "ticket.resolve", .help = "Solve a case by a rule, with what is filled in at the close", FIELDS(resolve_fields, struct ticket_resolve_in), .need = CAN_REPLY,
	.run = RUN(ticket_resolve),
};
const struct command ticket_closing_cmd = {
	.name = "ticket.closing", .help = "Fill in what is asked for when a case is closed, before or after", FIELDS(closing_fields, struct closing_in), .need = CAN_REPLY,
	.run = RUN(ticket_closing),
};
const struct command resolve_fit_cmd = {
	.name = "resolve.fit", .help = "Which rules fit a case, what is missing, and what is to be filled in", FIELDS(fit_fields, struct fit_in), .need = CAN_READ,
	.reads = true, .run = RUN(resolve_fit),
};
const struct command resolve_rules_cmd = {
	.name = "resolve.rules", .help = "The rules by which cases are solved, on a day", FIELDS(rules_fields, struct rules_in), .need = CAN_READ, .reads = true,
	.run = RUN(resolve_rules),
};
const struct command resolve_to_fill_cmd = {
	.name = "resolve.to_fill", .help = "Cases that ended without you and want their fields filled in", FIELDS(to_fill_fields, struct to_fill_in), .need = CAN_READ,
	.reads = true, .run = RUN(resolve_to_fill),
};
const struct command resolve_rule_cmd = {
	.name = "resolve.rule", .help = "Begin a new edition of a rule by which cases are solved, or end it", FIELDS(rule_fields, struct rule_in), .need = CAN_ADMIN,
	.run = RUN(resolve_rule_cmd_run),
};
const struct command resolve_field_cmd = {
	.name = "resolve.field", .help = "Ask for a field at the close from a day on, or no longer", FIELDS(field_fields, struct field_in), .need = CAN_ADMIN,
	.run = RUN(resolve_field_cmd_run),
};
