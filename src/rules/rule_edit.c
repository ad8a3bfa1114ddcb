/* rule_edit.c: making, changing, moving, switching and ending rules. Rows are added and ended: what was in force when can always be told; see rules.h. */
#include "rules/rules.h"

#include "base/utf8.h"
#include "desk/desk.h"
#include "notice/notice.h"
#include "people/people.h"

#include <string.h>

#include "base/banned.h"

enum { STEP = 10, SLUG_BYTES = 60 };
_Static_assert(sizeof(struct rule_by_slug_row) == sizeof(struct rule_rows_row), "rules.sql");
_Static_assert(sizeof(struct rule_by_id_row) == sizeof(struct rule_rows_row), "rules.sql");

const struct setting rule_settings[] = {
	{ "rules.depth", SETTING_INT, 1, 20, "5", "how many rules may follow each other in one chain of causes" },
	{ "rules.failures", SETTING_INT, 2, 1000, "10", "a rule that fails so many times one after the other is paused, and the admins are told" },
	{ "rules.most", SETTING_INT, 1, 2000, "500", "how many rules there may be" },
	{ "rules.runs_per_hour", SETTING_INT, 1, 100000, "3000", "how often one rule may run within an hour; what is beyond waits" },
	{ "rules.mails_per_person", SETTING_INT, 0, 1000, "2", "mails that rules may send to one person within an hour" },
	{ "rules.mails_per_hour", SETTING_INT, 0, 100000, "60", "mails that rules may send within an hour" },
	{ 0 },
};

const struct fold rule_folds[] = { { "rule_row", &rule_rows_stmt }, { "rule_run", &rule_run_rows_stmt }, { 0 } };

/* ---- rows ---- */

static enum err find(struct ctx *c, struct str slug, struct rule_rows_row *ret, bool *ret_found)
{
	struct rule_by_slug_row row;
	TRY(rule_by_slug(c->db, c->arena, &row, ret_found, .slug = slug));
	if (*ret_found)
		memcpy(ret, &row, sizeof(*ret));
	return OK;
}

enum err rule_row_read(struct ctx *c, struct str slug, struct rule_rows_row *ret)
{
	bool found;
	TRY(find(c, slug, ret, &found));
	return found ? OK : fail(c, ERR_NOT_FOUND, "There is no rule “%.*s”.", STR_ARG(utf8_clip(slug, 60)));
}

static struct str author(struct ctx *c)
{
	return c->actor.name.n ? c->actor.name : S("the operator");
}

static enum err end_row(struct ctx *c, const struct rule_rows_row *before, struct str reason)
{
	struct rule_rows_row after = *before;
	after.until_us = SOME(c->now_us);
	TRY(rule_row_end(c->db, .id = before->id, .until_us = c->now_us));
	return event_append(c, &(struct event_new){ .kind = "rule.ended", .entity = "rule_row", .entity_id = before->id, .reason = reason.n ? reason : STR_NULL,
						    .data = fold_set_diff(c->arena, &rule_rows_stmt, before, &after) }, NULL);
}

/* Ends the row in force, if there is one, and begins this one. */
static enum err begin_row(struct ctx *c, const struct rule_rows_row *before, struct rule_rows_row *row, utime since)
{
	struct rule_row_add_row id;
	if (before)
		TRY(end_row(c, before, row->why));
	row->since_us = since ? since : c->now_us;
	row->until_us = NONE;
	row->author_name = author(c);
	TRY(rule_row_add(c->db, c->arena, &id, .slug = row->slug, .version = row->version, .position = row->position, .state = row->state, .title = row->title,
			 .when_text = row->when_text, .if_text = row->if_text, .then_text = row->then_text, .valid_from = row->valid_from, .valid_to = row->valid_to,
			 .why = row->why, .source = row->source, .author_name = row->author_name, .since_us = row->since_us));
	row->id = id.id;
	TRY(event_append(c, &(struct event_new){ .kind = "rule.added", .entity = "rule_row", .entity_id = row->id, .reason = row->why.n ? row->why : STR_NULL,
						 .data = fold_set_all(c->arena, &rule_rows_stmt, row) }, NULL));
	return rules_changed(c);
}

/* ---- an edit ---- */

static struct str slug_of(struct arena *a, struct str title)
{
	struct str words = utf8_clip(desk_words(a, title, SLUG_BYTES), SLUG_BYTES);
	char *out = arena_alloc(a, words.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < words.n; i++) {
		char ch = words.p[i];
		bool good = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
		if (good || (n && out[n - 1] != '-'))
			out[n++] = good ? ch : '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	return (struct str){ out, n };
}

static bool slug_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '-' && i)))
			return false;
	return s.n > 0 && s.n <= SLUG_BYTES;
}

static bool same(struct str a, struct str b)
{
	return a.n == b.n && str_eq(a.p ? a : S(""), b.p ? b : S(""));
}

static bool differs(const struct rule_rows_row *a, const struct rule_rows_row *b)
{
	return !same(a->title, b->title) || !same(a->when_text, b->when_text) || !same(a->if_text, b->if_text) || !same(a->then_text, b->then_text) ||
	       !same(a->valid_from, b->valid_from) || !same(a->valid_to, b->valid_to);
}

static struct str given(struct str new, struct str old)
{
	return new.p ? str_trim(new) : old;
}

/* The row as it would be. */
static enum err wanted(struct ctx *c, const struct rule_edit *in, struct rule_rows_row *row, struct rule_rows_row *before, bool *ret_found)
{
	struct str slug = in->slug.n ? in->slug : slug_of(c->arena, in->title);
	if (!slug_good(slug))
		return fail_field(c, S("rule"), "A rule's short name has 1 to 60 letters a–z, digits and hyphens.");
	TRY(find(c, slug, before, ret_found));
	if (!*ret_found)
		*before = (struct rule_rows_row){ .slug = slug, .state = S("off"), .title = S(""), .when_text = S(""), .if_text = S(""), .then_text = S(""),
						  .valid_from = people_date(c->arena, c->now_us), .why = S(""), .source = S("") };
	*row = *before;
	row->title = given(in->title, before->title);
	row->when_text = given(in->when_text, before->when_text);
	row->if_text = given(in->if_text, before->if_text);
	row->then_text = given(in->then_text, before->then_text);
	row->valid_from = in->valid_from.n ? in->valid_from : before->valid_from;
	row->valid_to = in->valid_to.p ? (in->valid_to.n ? in->valid_to : STR_NULL) : before->valid_to;
	row->state = in->state.n ? in->state : before->state;
	row->source = in->source.p ? in->source : before->source;
	row->why = in->why.p ? in->why : S("");
	if (in->position.set)
		row->position = in->position.v;
	return OK;
}

static enum err check(struct ctx *c, const struct rule_rows_row *row, struct rule *ret)
{
	const char *part;
	struct str wrong;
	if (!row->title.n)
		fail_field(c, S("title"), "Say in a few words what the rule is for.");
	if (row->valid_to.n && str_cmp(row->valid_to, row->valid_from) <= 0)
		fail_field(c, S("to"), "It must end after it begins.");
	TRY(rule_compile(c, c->arena, row, ret, &part, &wrong));
	if (part)
		fail_field(c, str_c(part), "%.*s", STR_ARG(wrong));
	return fields_ok(c);
}

enum err rule_edit_compile(struct ctx *c, const struct rule_edit *in, struct rule *ret)
{
	struct rule_rows_row row = { 0 }, before = { 0 };
	bool found = false;
	struct rule_edit named = *in;
	if (!named.slug.n && !named.title.n)
		named.slug = named.title = S("draft");
	TRY(wanted(c, &named, &row, &before, &found));
	return check(c, &row, ret);
}

static enum err stale(struct ctx *c, const struct rule_edit *in, const struct rule_rows_row *before, bool found)
{
	if (!in->seen.set || in->seen.v == (found ? before->id : 0))
		return OK;
	if (!found)
		return fail(c, ERR_CONFLICT, "Somebody removed this rule meanwhile. Save yours under another short name, or bring it back first.");
	if (!in->seen.v)
		return fail(c, ERR_CONFLICT, "There is a rule of that name already: “%.*s”. Give yours another one.", STR_ARG(before->title));
	return fail(c, ERR_CONFLICT, "%.*s changed this rule meanwhile (version %lld). Look at it, then save yours again if it is still right.",
		    STR_ARG(before->author_name), (long long)before->version);
}

static enum err place(struct ctx *c, struct rule_rows_row *row, bool is_new, bool has_position)
{
	struct rule_now_row *rows;
	size_t n;
	int64_t last = 0;
	if (!is_new)
		return OK;
	TRY(rule_now(c->db, c->arena, &rows, &n));
	if ((int64_t)n >= setting_i64(c, "rules.most"))
		return fail(c, ERR_LIMIT, "There are %zu rules; more than that nobody understands, and the desk takes no more (rules.most). Remove one first.", n);
	for (size_t i = 0; i < n; i++)
		last = rows[i].position > last ? rows[i].position : last;
	if (!has_position)
		row->position = last + STEP;
	return OK;
}

static enum err next_version(struct ctx *c, struct rule_rows_row *row)
{
	struct rule_history_row *rows;
	size_t n;
	int64_t highest = 0;
	TRY(rule_history(c->db, c->arena, &rows, &n, .slug = row->slug, .max = 1000));
	for (size_t i = 0; i < n; i++)
		highest = rows[i].version > highest ? rows[i].version : highest;
	row->version = highest + 1;
	return OK;
}

enum err rule_edit_apply(struct ctx *c, const struct rule_edit *in, struct str *ret_said)
{
	struct rule_rows_row row = { 0 }, before = { 0 };
	struct rule r, *all;
	bool found = false;
	size_t n;
	TRY(wanted(c, in, &row, &before, &found));
	TRY(stale(c, in, &before, found));
	/* switching off, moving and pausing must work for a rule that is broken */
	bool content = !found || differs(&before, &row), on = str_eq(row.state, S("on")) && (!found || !str_eq(before.state, S("on")));
	if (content || on)
		TRY(check(c, &row, &r));
	TRY(place(c, &row, !found, in->position.set));
	*ret_said = S("Nothing differs: nothing was changed.");
	json_kstr(c->out, "rule", row.slug);
	if (found && !content && str_eq(row.state, before.state) && row.position == before.position && same(row.source, before.source))
		return OK;
	if (content)
		TRY(next_version(c, &row));
	struct str cycles = S("");
	if ((content || on) && str_eq(row.state, S("on"))) {
		TRY(rules_all(c, &all, &n));
		cycles = rule_cycles(c, &r, all, n);
	}
	TRY(begin_row(c, found ? &before : NULL, &row, in->since_us));
	json_ki64(c->out, "version", row.version);
	json_ki64(c->out, "row", row.id);
	if (cycles.n)
		json_kstr(c->out, "warning", cycles);
	bool is_on = str_eq(row.state, S("on"));
	*ret_said = arena_fmt(c->arena, "“%.*s” is %s%s%.*s", STR_ARG(row.title), is_on ? "on" : "saved, and off", content ? arena_fmt(c->arena, " (version %lld).", (long long)row.version).p : ".",
			      STR_ARG(cycles.n ? arena_fmt(c->arena, " Mind: %.*s", STR_ARG(cycles)) : S("")));
	return OK;
}

struct pausing {
	struct str slug, because;
};

static enum err pause_it(struct ctx *c, void *arg)
{
	const struct pausing *p = arg;
	struct rule_rows_row before, row;
	struct rule_admins_row *admins;
	size_t n;
	bool found;
	TRY(find(c, p->slug, &before, &found));
	if (!found || !str_eq(before.state, S("on")))
		return OK;
	row = before;
	row.state = S("paused");
	row.why = utf8_clip(p->because, 400);
	TRY(begin_row(c, &before, &row, 0));
	TRY(rule_admins(c->db, c->arena, &admins, &n));
	struct str body = arena_fmt(c->arena, "The rule “%.*s” was paused. %.*s", STR_ARG(row.title), STR_ARG(row.why));
	for (size_t i = 0; i < n; i++) {
		TRY(notice_tell(c, &(struct notice_new){ .to = admins[i].teammate_id, .kind = NOTICE_RULE, .url = S("/rules"), .words = body }));
		TRY(rule_notice_add(c->db, .teammate_id = admins[i].teammate_id, .ticket_id = NONE, .slug = row.slug, .at_us = c->now_us, .body = body));
	}
	return OK;
}

enum err rule_pause(struct ctx *c, struct str slug, struct str because)
{
	struct pausing p = { slug, because };
	struct ctx as = *c;
	as.actor.name = S("rules");
	as.fault = (struct fault){ 0 };
	enum err e = ctx_write(&as, true, pause_it, &p);
	return e == OK ? OK : fail(c, e, "%s", as.fault.message);
}

/* ---- commands ---- */

struct put_in {
	struct str rule, title, when, cond, then, from, to, state, reason, source;
	struct opt_i64 position, seen;
	bool no_end;
};

/* Typed over several lines, kept in one: a line break in a text becomes \n. */
static struct str one_line(struct arena *a, struct str text)
{
	struct buf b;
	bool inside = false;
	if (!text.p || str_find_ch(text, '\n') < 0)
		return text;
	buf_init(&b, a, 2 * text.n + 16);
	for (size_t i = 0; i < text.n; i++) {
		inside ^= text.p[i] == '"' && !(i && text.p[i - 1] == '\\');
		if (text.p[i] == '\n')
			buf_add(&b, inside ? S("\\n") : S(" "));
		else
			buf_ch(&b, text.p[i]);
	}
	return str_trim(buf_str(&b));
}

static struct rule_edit edit_of(struct ctx *c, const struct put_in *in)
{
	bool whole = c->door == DOOR_FORM;   /* the form shows all of it: what is empty there was emptied */
	return (struct rule_edit){
		.slug = in->rule, .title = in->title, .when_text = in->when, .if_text = in->cond.p ? one_line(c->arena, in->cond) : whole ? S("") : STR_NULL,
		.then_text = one_line(c->arena, in->then),
		.valid_from = in->from, .valid_to = in->to.n ? in->to : whole || in->no_end ? S("") : STR_NULL, .state = in->state, .why = in->reason,
		.source = in->source, .position = in->position, .seen = in->seen,
	};
}

static enum err rule_put(struct ctx *c, const struct put_in *in)
{
	struct rule_edit edit = edit_of(c, in);
	struct str said;
	TRY(rule_edit_apply(c, &edit, &said));
	json_kstr(c->out, "said", said);
	return OK;
}

struct switch_in {
	struct str rule, state, reason;
};

static enum err rule_switch(struct ctx *c, const struct switch_in *in)
{
	struct rule_rows_row row;
	struct str said;
	TRY(rule_row_read(c, in->rule, &row));
	TRY(rule_edit_apply(c, &(struct rule_edit){ .slug = in->rule, .state = in->state, .why = in->reason.n ? in->reason : S("") }, &said));
	json_kstr(c->out, "said", said);
	return OK;
}

struct move_in {
	struct str rule, to;
};

static enum err rule_move(struct ctx *c, const struct move_in *in)
{
	struct rule_now_row *rows;
	size_t n, at;
	bool up = str_eq(in->to, S("up"));
	TRY(rule_now(c->db, c->arena, &rows, &n));
	for (at = 0; at < n && !str_eq(rows[at].slug, in->rule); at++)
		;
	if (at == n)
		return fail(c, ERR_NOT_FOUND, "There is no rule “%.*s”.", STR_ARG(utf8_clip(in->rule, 60)));
	json_kstr(c->out, "rule", in->rule);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” stands %s now.", STR_ARG(rows[at].title), up ? "higher" : "lower"));
	if (up ? at == 0 : at + 1 == n)
		return OK;
	size_t other = up ? at - 1 : at + 1;
	int64_t a = rows[at].position, b = rows[other].position;
	if (a == b)   /* typed so: the one below moves on */
		*(up ? &b : &a) -= 1;
	struct rule_rows_row before, row;
	const size_t both[] = { at, other };
	for (size_t i = 0; i < 2; i++) {
		memcpy(&before, &rows[both[i]], sizeof(before));
		row = before;
		row.position = i ? a : b;
		row.why = S("moved");
		if (row.position != before.position)
			TRY(begin_row(c, &before, &row, 0));
	}
	return OK;
}

enum err rule_row_remove(struct ctx *c, const struct rule_rows_row *row, struct str why)
{
	TRY(end_row(c, row, why));
	return rules_changed(c);
}

static enum err rule_remove(struct ctx *c, const struct switch_in *in)
{
	struct rule_rows_row row;
	TRY(rule_row_read(c, in->rule, &row));
	TRY(rule_row_remove(c, &row, in->reason));
	json_kstr(c->out, "rule", row.slug);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is removed. What it did stays on the cases.", STR_ARG(row.title)));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/rule.restore?row=%lld", (long long)row.id));
	return OK;
}

struct restore_in {
	int64_t row;
};

/* What the row says comes into force again: after a removal, or an older version. */
static enum err rule_restore(struct ctx *c, const struct restore_in *in)
{
	struct rule_by_id_row old;
	struct rule_rows_row before;
	struct str said;
	bool found, there;
	TRY(rule_by_id(c->db, c->arena, &old, &found, .id = in->row));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such version of a rule.");
	TRY(find(c, old.slug, &before, &there));
	struct rule_edit edit = { .slug = old.slug, .title = old.title, .when_text = old.when_text, .if_text = old.if_text, .then_text = old.then_text, .valid_from = old.valid_from,
				  .valid_to = old.valid_to.n ? old.valid_to : S(""), .state = there ? before.state : str_eq(old.state, S("paused")) ? S("off") : old.state,
				  .position = SOME(old.position), .source = old.source, .why = arena_fmt(c->arena, "as version %lld was", (long long)old.version) };
	TRY(rule_edit_apply(c, &edit, &said));
	json_kstr(c->out, "said", said);
	return OK;
}

static const char *const STATES[] = { "on", "off", NULL };
static const char *const UP_DOWN[] = { "up", "down", NULL };
#define RULE_NAME(T) FIELD(T, rule, FIELD_STR, .required = true, .positional = true, .max = 60, .help = "short name of the rule", .example = "escalate-p0")
static const struct field put_fields[] = {
	FIELD(struct put_in, rule, FIELD_STR, .positional = true, .max = 60, .help = "short name; made of the title for a new one", .example = "escalate-p0"),
	FIELD(struct put_in, title, FIELD_STR, .max = 120, .help = "what it is for, in a few words"),
	FIELD(struct put_in, when, FIELD_STR, .max = RULE_TEXT_BYTES, .help = "what begins it: created, customer reply, reply, note, status, assigned, tagged, changed priority, or 48h business in pending",
	      .example = "customer reply"),
	{ .name = "if", .type = FIELD_TEXT, .c = FIELD_C_STR, .offset = offsetof(struct put_in, cond), .max = 200000, .help = "conditions as in the search box, with or and parentheses; empty: every case",
	  .example = "was:pending tier:enterprise" },
	FIELD(struct put_in, then, FIELD_TEXT, .max = 200000, .help = "what it does, steps with semicolons between them", .example = "priority p1; tag escalated"),
	FIELD(struct put_in, from, FIELD_DATE, .help = "the first day it is in force; today unless said"),
	FIELD(struct put_in, to, FIELD_DATE, .help = "the first day it is no longer in force"),
	FIELD(struct put_in, no_end, FIELD_BOOL, .help = "it has no end any more"),
	FIELD(struct put_in, state, FIELD_ENUM, .choices = STATES, .help = "on or off; a new one is off unless said"),
	FIELD(struct put_in, position, FIELD_INT, .min = 0, .max = 1000000, .help = "its place: small numbers go first"),
	FIELD(struct put_in, reason, FIELD_STR, .max = 400, .help = "why it is changed"),
	FIELD(struct put_in, source, FIELD_STR, .max = 200, .help = "where the rule comes from"),
	FIELD(struct put_in, seen, FIELD_INT, .min = 0, .max = INT64_MAX, .help = "the row you looked at: refused when somebody changed the rule since; 0: it must be new"),
};
static const struct field switch_fields[] = {
	RULE_NAME(struct switch_in),
	FIELD(struct switch_in, state, FIELD_ENUM, .required = true, .choices = STATES, .positional = true, .help = "on or off"),
	FIELD(struct switch_in, reason, FIELD_STR, .max = 400, .help = "why"),
};
static const struct field move_fields[] = {
	RULE_NAME(struct move_in),
	FIELD(struct move_in, to, FIELD_ENUM, .required = true, .choices = UP_DOWN, .positional = true, .help = "up or down by one place"),
};
static const struct field remove_fields[] = {
	RULE_NAME(struct switch_in),
	FIELD(struct switch_in, reason, FIELD_STR, .max = 400, .help = "why"),
};
static const struct field restore_fields[] = {
	FIELD(struct restore_in, row, FIELD_ID, .required = true, .positional = true, .help = "number of the row, as rule.show lists them"),
};
COMMAND_RUN(rule_put)
COMMAND_RUN(rule_switch)
COMMAND_RUN(rule_move)
COMMAND_RUN(rule_remove)
COMMAND_RUN(rule_restore)
const struct command rule_put_cmd = {
	.name = "rule.put", .help = "Make a rule, or change one", FIELDS(put_fields, struct put_in), .need = CAN_ADMIN, .run = RUN(rule_put),
};
const struct command rule_switch_cmd = {
	.name = "rule.switch", .help = "Switch a rule on or off", FIELDS(switch_fields, struct switch_in), .need = CAN_ADMIN, .run = RUN(rule_switch),
};
const struct command rule_move_cmd = {
	.name = "rule.move", .help = "Move a rule up or down: they are asked in order", FIELDS(move_fields, struct move_in), .need = CAN_ADMIN, .run = RUN(rule_move),
};
const struct command rule_remove_cmd = {
	.name = "rule.remove", .help = "End a rule for good; its rows and what it did are kept", FIELDS(remove_fields, struct switch_in), .need = CAN_ADMIN,
	.run = RUN(rule_remove),
};
const struct command rule_restore_cmd = {
	.name = "rule.restore", .help = "Bring a removed rule, or an older version of one, back into force", FIELDS(restore_fields, struct restore_in), .need = CAN_ADMIN,
	.run = RUN(rule_restore),
};
