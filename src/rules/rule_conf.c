/* rule_conf.c: all rules as text, for git: one section each, in their order. The reader of sections and lines is that of promises (sla/conf_text.h). */
#include "rules/rules.h"

#include "base/utf8.h"
#include "sla/calendar.h"
#include "sla/conf_text.h"

#include <string.h>

#include "base/banned.h"

enum { TEXT_BYTES = 4 << 20 };

static const char *const TYPES[] = { "rule" };
static const struct conf_words WORDS = { .types = TYPES, .n = 1, .example = "[rule escalate-p0]", .there_are = "Here are only rules: [rule escalate-p0]." };

static void pair(struct buf *b, const char *name, struct str value)
{
	if (value.n)
		buf_fmt(b, "%s = %.*s\n", name, STR_ARG(value));
}

static void section(struct buf *b, const struct rule_rows_row *r)
{
	buf_fmt(b, "[rule %.*s]\n", STR_ARG(r->slug));
	pair(b, "title", r->title);
	buf_fmt(b, "position = %lld\nstate = %.*s\n", (long long)r->position, STR_ARG(str_eq(r->state, S("on")) ? S("on") : S("off")));
	pair(b, "when", r->when_text);
	pair(b, "if", r->if_text);
	pair(b, "then", r->then_text);
	pair(b, "from", r->valid_from);
	pair(b, "to", r->valid_to);
	pair(b, "source", r->source);
}

static struct str section_text(struct ctx *c, const struct rule_rows_row *r)
{
	struct buf b;
	buf_init(&b, c->arena, 64 << 10);
	section(&b, r);
	return buf_str(&b);
}

enum err rules_text(struct ctx *c, struct str *ret)
{
	struct rule_now_row *rows;
	struct buf b;
	size_t n;
	TRY(rule_now(c->db, c->arena, &rows, &n));
	buf_init(&b, c->arena, TEXT_BYTES);
	buf_add(&b, S("# tend rules: when something happens, if the case is like that, then do this (docs/rules.md)\n"));
	for (size_t i = 0; i < n; i++) {
		struct rule_rows_row row;
		memcpy(&row, &rows[i], sizeof(row));
		buf_ch(&b, '\n');
		section(&b, &row);
	}
	*ret = buf_str(&b);
	return buf_err(&b) == OK ? OK : fail(c, ERR_LIMIT, "The rules are too long for one text.");
}

/* ---- reading ---- */

static enum err wrong(struct ctx *c, const struct conf_section *s, const char *name, const char *what)
{
	return fail(c, ERR_INPUT, "Line %d, [rule %.*s], %s: %s", s->line, STR_ARG(utf8_clip(s->key, 60)), name, what);
}

static enum err value(struct ctx *c, const struct conf_section *s, const struct conf_pair *p, struct rule_edit *e)
{
	static const struct {
		const char *name;
		size_t at;
	} TEXTS[] = {
		{ "title", offsetof(struct rule_edit, title) }, { "when", offsetof(struct rule_edit, when_text) }, { "if", offsetof(struct rule_edit, if_text) },
		{ "then", offsetof(struct rule_edit, then_text) }, { "from", offsetof(struct rule_edit, valid_from) }, { "to", offsetof(struct rule_edit, valid_to) },
		{ "state", offsetof(struct rule_edit, state) }, { "source", offsetof(struct rule_edit, source) },
	};
	int64_t n;
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		if (str_eq(p->name, str_c(TEXTS[i].name))) {
			*(struct str *)(void *)((char *)e + TEXTS[i].at) = p->value;
			return OK;
		}
	if (!str_eq(p->name, S("position")))
		return wrong(c, s, arena_cstr(c->arena, utf8_clip(p->name, 40)), "there are title, position, state, when, if, then, from, to and source.");
	if (!str_i64(p->value, &n) || n < 0 || n > 1000000)
		return wrong(c, s, "position", "a number from 0 to 1000000.");
	e->position = SOME(n);
	return OK;
}

static bool date(struct str s)
{
	int64_t day;
	return !s.n || cal_parse_date(s, &day);
}

static enum err edit_of(struct ctx *c, const struct conf_section *s, struct rule_edit *e)
{
	/* what a section does not say is empty, so that the same text always means the same */
	*e = (struct rule_edit){ .slug = s->key, .if_text = S(""), .valid_to = S(""), .source = S(""), .state = S("off") };
	for (size_t i = 0; i < s->n; i++)
		TRY(value(c, s, &s->pairs[i], e));
	if (!date(e->valid_from))
		return wrong(c, s, "from", "a date is written 2026-11-24.");
	if (!date(e->valid_to))
		return wrong(c, s, "to", "a date is written 2026-11-24.");
	if (!str_eq(e->state, S("on")) && !str_eq(e->state, S("off")))
		return wrong(c, s, "state", "on or off.");
	return OK;
}

struct wanted {
	struct conf conf;
	struct rule_edit *edits;
	struct rule_now_row *now;
	size_t n_now;
};

static const struct rule_now_row *row_named(const struct wanted *w, struct str slug)
{
	for (size_t i = 0; i < w->n_now; i++)
		if (str_eq(w->now[i].slug, slug))
			return &w->now[i];
	return NULL;
}

/* A paused rule stays paused while the text says on for it as before. */
static void keep_pause(const struct wanted *w, struct rule_edit *e)
{
	const struct rule_now_row *row = row_named(w, e->slug);
	if (row && str_eq(row->state, S("paused")) && str_eq(e->state, S("off")))
		e->state = S("paused");
}

static enum err read(struct ctx *c, struct str text, struct wanted *w)
{
	int64_t most = setting_i64(c, "rules.most");
	*w = (struct wanted){ 0 };
	TRY(conf_read(c, &WORDS, text, &w->conf));
	if ((int64_t)w->conf.n > most)
		return fail(c, ERR_LIMIT, "This text has %zu rules; %lld are the most (rules.most), because more nobody understands.", w->conf.n, (long long)most);
	TRY(rule_now(c->db, c->arena, &w->now, &w->n_now));
	w->edits = arena_array(c->arena, struct rule_edit, w->conf.n);
	for (size_t i = 0; i < w->conf.n; i++) {
		struct rule r;
		struct rule_edit *e = &w->edits[i];
		TRY(edit_of(c, &w->conf.v[i], e));
		if (rule_edit_compile(c, e, &r) != OK) {
			const struct fault f = c->fault;
			fault_clear(&c->fault);
			return f.n_fields ? wrong(c, &w->conf.v[i], f.fields[0].field, f.fields[0].message) : fail(c, f.err, "%s", f.message);
		}
		keep_pause(w, e);
	}
	return OK;
}

/* ---- the difference ---- */

static void lines(struct buf *b, const char *sign, struct str text, struct str other)
{
	struct str rest = text, line, o, l;
	while (str_line(&rest, &line)) {
		bool there = false;
		o = other;
		while (!there && str_line(&o, &l))
			there = str_eq(l, line);
		if (!there || line.p[0] == '[')
			buf_fmt(b, "%s%.*s\n", there ? "  " : sign, STR_ARG(line));
	}
}

static struct str as_text(struct ctx *c, const struct rule_edit *e, const struct rule_now_row *now)
{
	struct rule_rows_row row = { .slug = e->slug, .title = e->title, .position = e->position.set ? e->position.v : now ? now->position : 0, .state = e->state,
				     .when_text = e->when_text.p ? e->when_text : now ? now->when_text : S(""), .if_text = e->if_text, .then_text = e->then_text,
				     .valid_from = e->valid_from.n ? e->valid_from : now ? now->valid_from : S(""), .valid_to = e->valid_to, .source = e->source };
	if (!row.title.p)
		row.title = now ? now->title : S("");
	if (!row.then_text.p)
		row.then_text = now ? now->then_text : S("");
	return section_text(c, &row);
}

enum err rules_text_diff(struct ctx *c, struct str text, bool patch, struct str *ret_diff, struct str *ret_summary)
{
	struct wanted w;
	struct buf b;
	int added = 0, changed = 0, ended = 0;
	TRY(read(c, text, &w));
	buf_init(&b, c->arena, TEXT_BYTES);
	for (size_t i = 0; i < w.conf.n; i++) {
		const struct rule_now_row *now = row_named(&w, w.edits[i].slug);
		struct rule_rows_row row;
		struct str old = S(""), new = as_text(c, &w.edits[i], now);
		if (now) {
			memcpy(&row, now, sizeof(row));
			old = section_text(c, &row);
		}
		if (str_eq(old, new))
			continue;
		*(now ? &changed : &added) += 1;
		buf_add(&b, b.n ? S("\n") : S(""));
		lines(&b, "- ", old, new);
		lines(&b, "+ ", str_starts(old, S("[")) ? str_slice(new, (size_t)str_find_ch(new, '\n') + 1, new.n) : new, old);
	}
	for (size_t i = 0; i < w.n_now && !patch; i++)
		if (!conf_find(&w.conf, 0, w.now[i].slug)) {
			ended++;
			buf_fmt(&b, "%s- [rule %.*s]\n", b.n ? "\n" : "", STR_ARG(w.now[i].slug));
		}
	*ret_diff = buf_str(&b);
	*ret_summary = arena_fmt(c->arena, "%d added, %d changed, %d removed", added, changed, ended);
	return OK;
}

/* ---- applying ---- */

enum err rules_text_apply(struct ctx *c, struct str text, bool patch, struct str why, int64_t *ret_changes)
{
	struct wanted w;
	int before = c->n_events;
	struct json_out inside, *outer = c->out;
	TRY(read(c, text, &w));
	json_init(&inside, c->arena, 1 << 20);
	json_obj(&inside);
	c->out = &inside;   /* each edit answers; one answer is enough */
	enum err e = OK;
	for (size_t i = 0; e == OK && i < w.n_now && !patch; i++)
		if (!conf_find(&w.conf, 0, w.now[i].slug)) {
			struct rule_rows_row row;
			memcpy(&row, &w.now[i], sizeof(row));
			e = rule_row_remove(c, &row, why);
		}
	for (size_t i = 0; e == OK && i < w.conf.n; i++) {
		struct str said;
		w.edits[i].why = why;
		e = rule_edit_apply(c, &w.edits[i], &said);
	}
	c->out = outer;
	*ret_changes = c->n_events - before;
	return e;
}

/* ---- commands ---- */

struct text_in {
	struct str text, reason;
	bool patch;
};

static enum err rule_text(struct ctx *c, const void *in)
{
	struct str text;
	(void)in;
	TRY(rules_text(c, &text));
	json_obj(c->out);
	json_kstr(c->out, "text", text);
	json_obj_end(c->out);
	return OK;
}

static enum err rule_diff(struct ctx *c, const struct text_in *in)
{
	struct str diff, summary;
	TRY(rules_text_diff(c, in->text, in->patch, &diff, &summary));
	json_obj(c->out);
	json_kstr(c->out, "diff", diff);
	json_kstr(c->out, "summary", summary);
	json_obj_end(c->out);
	return OK;
}

static enum err rule_apply(struct ctx *c, const struct text_in *in)
{
	int64_t n;
	struct str diff, summary;
	TRY(rules_text_diff(c, in->text, in->patch, &diff, &summary));
	TRY(rules_text_apply(c, in->text, in->patch, in->reason.n ? in->reason : S("as text"), &n));
	json_kstr(c->out, "summary", summary);
	json_kstr(c->out, "said", n ? arena_fmt(c->arena, "The rules are as the text says: %.*s.", STR_ARG(summary)) : S("Nothing differs: nothing was changed."));
	return OK;
}

COMMAND_RUN(rule_diff)
COMMAND_RUN(rule_apply)
static const struct field text_fields[] = {
	FIELD(struct text_in, text, FIELD_TEXT, .required = true, .positional = true, .max = 4 << 20, .help = "the rules as text, as rule.text gives them; “-” reads standard input"),
	FIELD(struct text_in, patch, FIELD_BOOL, .help = "rules that the text does not name stay; without it they are removed"),
	FIELD(struct text_in, reason, FIELD_STR, .max = 400, .help = "why"),
};
const struct command rule_text_cmd = {
	.name = "rule.text", .help = "All rules as text, for git", NO_FIELDS, .need = CAN_READ, .reads = true, .run = rule_text,
};
const struct command rule_diff_cmd = {
	.name = "rule.diff", .help = "What a text of rules would change; nothing is written", FIELDS(text_fields, struct text_in), .need = CAN_READ, .reads = true,
	.run = RUN(rule_diff),
};
const struct command rule_apply_cmd = {
	.name = "rule.apply", .help = "Bring the rules to what a text says", FIELDS(text_fields, struct text_in), .need = CAN_ADMIN, .run = RUN(rule_apply),
};
