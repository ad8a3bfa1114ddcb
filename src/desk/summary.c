/* summary.c: the summary of a case: written clean, searched, found alike; see summary.h. */
#include "desk/summary.h"

#include "base/utf8.h"
#include "desk/desk.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { TEXT_MAX_BYTES = 16 << 10, WORDS_MAX_BYTES = 60 << 10, LIKE_WORDS = 14, LIKE_READ = 30, BODY_READ_BYTES = 3000, SYMPTOM_BYTES = 200 };
_Static_assert(sizeof(struct case_summary_of_row) == sizeof(struct case_summary_rows_row), "summary.sql");

const char *const summary_docs[] = { "unsaid", "sufficient", "link", "task", NULL };
const char *const summary_kinds[] = { "howto", "defect", NULL };

enum err summary_of(struct ctx *c, int64_t ticket, struct case_summary_of_row *ret, bool *ret_found)
{
	return case_summary_of(c->db, c->arena, ret, ret_found, .ticket_id = ticket);
}

/* ---- writing ---- */

struct summary_in {
	int64_t ticket;
	struct str kind, version, deployment, service, environment, symptom, steps, cause, action, docs, docs_url, new_task;
	struct opt_i64 docs_task;
	bool redact;
};

struct cleaned {
	const struct redact_people *people;
	bool redact, found;
	struct buf what;
};

static struct str clean(struct ctx *c, struct cleaned *k, const char *field, struct str text)
{
	struct str what, out = redact_text(c, k->people, text.p ? text : S(""), &what);
	if (!what.n)
		return out;
	k->found = true;
	buf_fmt(&k->what, "%s%s: %.*s", k->what.n ? "; " : "", field, STR_ARG(what));
	if (!k->redact)
		fail_field(c, str_c(field), "A summary names nobody and holds no secret; here is %.*s. Write REDACTED there, or let it be done (“redact”).", STR_ARG(what));
	return out;
}

static struct str clean_opt(struct ctx *c, struct cleaned *k, const char *field, struct str text)
{
	struct str s = clean(c, k, field, text);
	return s.n ? s : STR_NULL;
}

static struct str all_words(struct arena *a, const struct case_summary_rows_row *s)
{
	struct str all = arena_fmt(a, "%.*s %.*s %.*s %.*s %.*s %.*s %.*s %.*s %.*s", STR_ARG(s->kind), STR_ARG(s->version), STR_ARG(s->deployment),
				   STR_ARG(s->service), STR_ARG(s->environment), STR_ARG(s->symptom), STR_ARG(s->steps), STR_ARG(s->cause), STR_ARG(s->action));
	return desk_words(a, all, WORDS_MAX_BYTES);
}

/* A doc task of its own, by the ticket slice's command; what it answers is not ours. */
static enum err make_task(struct ctx *c, int64_t ticket, struct str subject, struct opt_i64 *ret)
{
	const struct command *cmd = feature_command(c->desk->features, S("ticket.task"));
	ASSERT(cmd != NULL);
	struct raw_value raw[] = {
		{ .name = S("ticket"), .type = RAW_TEXT, .text = arena_fmt(c->arena, "%lld", (long long)ticket) },
		{ .name = S("subject"), .type = RAW_TEXT, .text = subject },
	};
	void *in = arena_alloc(c->arena, cmd->in_size);
	struct json_out out, *outer = c->out;
	TRY(fields_decode(c, cmd, raw, ARRAY_LEN(raw), in));
	json_init(&out, c->arena, 64 << 10);
	json_obj(&out);
	c->out = &out;
	enum err e = cmd->run(c, in);
	c->out = outer;
	TRY(e);
	json_obj_end(&out);
	struct str answer = json_done(&out);
	json_t *v = json_loadb(answer.p, answer.n, 0, NULL);
	*ret = SOME(json_integer_value(json_object_get(v, "ticket")));
	json_decref(v);
	return ret->v > 0 ? OK : fail(c, ERR_BUG, "ticket.task made no task");
}

static enum err read_docs(struct ctx *c, const struct summary_in *in, const struct case_summary_rows_row *old, struct case_summary_rows_row *s)
{
	s->docs = in->docs.n ? in->docs : S("unsaid");
	s->docs_url = in->docs_url.n ? in->docs_url : STR_NULL;
	s->docs_task_id = in->docs_task.set ? in->docs_task : old->docs_task_id;
	if (s->docs_url.n && str_ifind(str_slice(s->docs_url, 0, 8), S("https://")) != 0 && str_ifind(str_slice(s->docs_url, 0, 7), S("http://")) != 0)
		return fail_field(c, S("docs_url"), "An address begins with https:// or http://.");
	if (str_eq(s->docs, S("link")) && !s->docs_url.n)
		return fail_field(c, S("docs_url"), "Which page of the docs answers it, or was changed?");
	if (in->docs_task.set) {
		struct ticket_get_row t;
		TRY(ticket_load(c, in->docs_task.v, &t));
	}
	if (str_eq(s->docs, S("task")) && !s->docs_task_id.set && !str_trim(in->new_task).n)
		return fail_field(c, S("new_task"), "Say what the docs need: it becomes a task of its own. Or name the task there is.");
	return OK;
}

static enum err save(struct ctx *c, const struct case_summary_of_row *old, bool found, struct case_summary_rows_row *s)
{
	struct event_new e = { .kind = found ? "summary.changed" : "summary.written", .entity = "case_summary", .ticket_id = s->ticket_id };
	if (found) {
		struct str diff = fold_set_diff(c->arena, &case_summary_rows_stmt, old, s);
		if (!diff.p)
			return OK;
		s->updated_us = c->now_us;
		e.data = fold_set_diff(c->arena, &case_summary_rows_stmt, old, s);
		TRY(case_summary_put(c->db, .id = s->id, .kind = s->kind, .version = s->version, .deployment = s->deployment, .service = s->service,
				     .environment = s->environment, .symptom = s->symptom, .steps = s->steps, .cause = s->cause, .action = s->action,
				     .docs = s->docs, .docs_url = s->docs_url, .docs_task_id = s->docs_task_id, .author_name = s->author_name,
				     .updated_us = s->updated_us));
		TRY(summary_words_drop(c->db, .id = s->id));
	} else {
		struct case_summary_insert_row id;
		TRY(case_summary_insert(c->db, c->arena, &id, .ticket_id = s->ticket_id, .kind = s->kind, .version = s->version, .deployment = s->deployment,
					.service = s->service, .environment = s->environment, .symptom = s->symptom, .steps = s->steps, .cause = s->cause,
					.action = s->action, .docs = s->docs, .docs_url = s->docs_url, .docs_task_id = s->docs_task_id,
					.author_name = s->author_name, .created_us = s->created_us, .updated_us = s->updated_us));
		s->id = id.id;
		e.data = fold_set_all(c->arena, &case_summary_rows_stmt, s);
	}
	TRY(summary_words_put(c->db, .id = s->id, .words = all_words(c->arena, s)));
	e.entity_id = s->id;
	return event_append(c, &e, NULL);
}

static enum err summary_write(struct ctx *c, const struct summary_in *in)
{
	struct ticket_get_row t;
	struct case_summary_of_row old = { .docs_task_id = NONE };
	struct case_summary_rows_row s;
	struct redact_people people;
	bool found;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(summary_of(c, t.id, &old, &found));
	TRY(redact_people(c, &t, &people));
	struct cleaned k = { .people = &people, .redact = in->redact };
	buf_init(&k.what, c->arena, 8000);
	s = (struct case_summary_rows_row){
		.id = old.id, .ticket_id = t.id, .kind = in->kind.n ? in->kind : str_eq(t.kind, S("defect")) ? S("defect") : S("howto"),
		.version = clean_opt(c, &k, "version", in->version), .deployment = clean_opt(c, &k, "deployment", in->deployment),
		.service = clean_opt(c, &k, "service", in->service), .environment = clean(c, &k, "environment", in->environment),
		.symptom = clean(c, &k, "symptom", in->symptom), .steps = clean(c, &k, "steps", in->steps), .cause = clean(c, &k, "cause", in->cause),
		.action = clean(c, &k, "action", in->action), .author_name = c->actor.name.n ? c->actor.name : S("the operator"),
		.created_us = found ? old.created_us : c->now_us, .updated_us = found ? old.updated_us : c->now_us,
	};
	struct case_summary_rows_row before;
	memcpy(&before, &old, sizeof(before));
	read_docs(c, in, &before, &s);
	TRY(fields_ok(c));
	if (str_eq(s.docs, S("task")) && str_trim(in->new_task).n && !in->docs_task.set)
		TRY(make_task(c, t.id, in->new_task, &s.docs_task_id));
	TRY(save(c, &old, found, &s));
	json_ki64(c->out, "ticket", t.id);
	json_ki64(c->out, "summary", s.id);
	json_kopt(c->out, "docs_task", s.docs_task_id);
	json_kstr(c->out, "redacted", buf_str(&k.what));
	json_kstr(c->out, "said", k.found ? arena_fmt(c->arena, "The summary is kept. Replaced by REDACTED: %.*s.", STR_ARG(buf_str(&k.what)))
					  : S("The summary is kept, and found again when the next case looks like this one."));
	return OK;
}

/* ---- reading ---- */

enum err summary_came(struct ctx *c, int64_t id)
{
	struct case_summary_rows_row s;
	bool found;
	TRY(db_one(c->db, c->arena, &case_summary_rows_get_stmt, &id, &s, &found));
	if (!found)
		return OK;
	TRY(summary_words_drop(c->db, .id = id));
	return summary_words_put(c->db, .id = id, .words = all_words(c->arena, &s));
}

struct ticket_in {
	int64_t ticket;
};

static enum err summary_show(struct ctx *c, const struct ticket_in *in)
{
	struct case_summary_of_row s;
	struct ticket_get_row t;
	bool found;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(summary_of(c, t.id, &s, &found));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "Ticket %lld has no summary yet.", (long long)t.id);
	json_obj(c->out);
	json_ki64(c->out, "ticket", t.id);
	json_kstr(c->out, "kind", s.kind);
	json_kstr(c->out, "version", s.version);
	json_kstr(c->out, "deployment", s.deployment);
	json_kstr(c->out, "service", s.service);
	json_kstr(c->out, "environment", s.environment);
	json_kstr(c->out, "symptom", s.symptom);
	json_kstr(c->out, "steps", s.steps);
	json_kstr(c->out, "cause", s.cause);
	json_kstr(c->out, "action", s.action);
	json_kstr(c->out, "docs", s.docs);
	json_kstr(c->out, "docs_url", s.docs_url);
	json_kopt(c->out, "docs_task", s.docs_task_id);
	json_kstr(c->out, "author", s.author_name);
	json_ktime(c->out, "updated", s.updated_us);
	json_obj_end(c->out);
	return OK;
}

struct search_in {
	struct str q, version, deployment, service;
	struct opt_i64 after, max;
};

enum err summary_search(struct ctx *c, const struct summary_asked *in, struct summary_find_row **ret, size_t *ret_n)
{
	struct str words = desk_match_all(c, in->q), v = desk_like_begin(c->arena, in->version), d = desk_like_within(c->arena, in->deployment),
		   s = desk_like_within(c->arena, in->service);
	if (words.n)
		return summary_find(c->db, c->arena, ret, ret_n, .words = words, .version = v, .deployment = d, .service = s, .before = in->before, .max = in->max);
	return summary_newest(c->db, c->arena, (struct summary_newest_row **)(void *)ret, ret_n, .version = v, .deployment = d, .service = s, .before = in->before,
			      .max = in->max);
}
_Static_assert(sizeof(struct summary_find_row) == sizeof(struct summary_newest_row), "summary.sql");

static enum err summary_search_run(struct ctx *c, const struct search_in *in)
{
	struct summary_find_row *rows;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 20;
	struct summary_asked asked = { .q = in->q, .version = in->version, .deployment = in->deployment, .service = in->service,
				       .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1 };
	TRY(summary_search(c, &asked, &rows, &n));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kstr(c->out, "version", rows[i].version);
		json_kstr(c->out, "symptom", rows[i].symptom);
		json_kstr(c->out, "cause", rows[i].cause);
		json_kstr(c->out, "action", rows[i].action);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

/* ---- alike ---- */

static struct summary_alike compare(struct ctx *c, const struct summary_like_row *r, const struct str *v, size_t n)
{
	struct str all = arena_fmt(c->arena, "%.*s %.*s %.*s %.*s %.*s %.*s", STR_ARG(r->version), STR_ARG(r->environment), STR_ARG(r->symptom), STR_ARG(r->steps),
				   STR_ARG(r->cause), STR_ARG(r->action));
	struct str words = desk_words(c->arena, all, WORDS_MAX_BYTES);
	struct summary_alike k = { .ticket = r->ticket_id, .symptom = utf8_clip(r->symptom, SYMPTOM_BYTES), .action = utf8_clip(r->action, SYMPTOM_BYTES),
				   .version = r->version };
	struct buf b;
	buf_init(&b, c->arena, 2000);
	for (size_t i = 0; i < n; i++)
		if (desk_has_word(words, v[i])) {
			buf_fmt(&b, "%s%.*s", k.alike ? ", " : "", STR_ARG(v[i]));
			k.alike++;
		}
	k.shares = buf_str(&b);
	return k;
}

enum err summary_seen_before(struct ctx *c, int64_t ticket, size_t max, struct summary_alike **ret, size_t *ret_n)
{
	struct ticket_get_row t;
	struct summary_any_row any;
	struct summary_ticket_text_row first;
	struct summary_like_row *rows;
	struct str words[LIKE_WORDS];
	struct buf match;
	size_t n = 0, n_rows;
	bool found;
	*ret_n = 0;
	TRY(summary_any(c->db, c->arena, &any, &found));
	if (!found)
		return OK;
	TRY(ticket_load(c, ticket, &t));
	desk_telling_words(desk_words(c->arena, t.subject, 400), words, &n, 8);
	TRY(summary_ticket_text(c->db, c->arena, &first, &found, .ticket_id = ticket));
	if (found)
		desk_telling_words(desk_words(c->arena, first.body, BODY_READ_BYTES), words, &n, LIKE_WORDS);
	if (!n)
		return OK;
	buf_init(&match, c->arena, 8000);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&match, c->db->engine == DB_SQLITE ? "%s\"%.*s\"" : "%s'%.*s'", i ? (c->db->engine == DB_SQLITE ? " OR " : " | ") : "", STR_ARG(words[i]));
	TRY(summary_like(c->db, c->arena, &rows, &n_rows, .words = buf_str(&match), .not_ticket = ticket, .max = LIKE_READ));
	*ret = arena_array(c->arena, struct summary_alike, n_rows + 1);
	for (size_t i = 0; i < n_rows; i++) {
		struct summary_alike k = compare(c, &rows[i], words, n);
		if (k.alike < 2 && n > 2)   /* one word in common is chance */
			continue;
		size_t at = *ret_n;
		while (at > 0 && (*ret)[at - 1].alike < k.alike) {
			(*ret)[at] = (*ret)[at - 1];
			at--;
		}
		(*ret)[at] = k;
		++*ret_n;
	}
	if (*ret_n > max)
		*ret_n = max;
	return OK;
}

static enum err summary_like_run(struct ctx *c, const struct ticket_in *in)
{
	struct summary_alike *v = NULL;
	size_t n;
	TRY(summary_seen_before(c, in->ticket, 10, &v, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", v[i].ticket);
		json_kstr(c->out, "symptom", v[i].symptom);
		json_kstr(c->out, "action", v[i].action);
		json_kstr(c->out, "shares", v[i].shares);
		json_ki64(c->out, "alike", v[i].alike);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

/* ---- tend verify ---- */

struct missing {
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static enum err tell_missing(void *arg, struct arena *row_arena, void *row)
{
	struct missing *m = arg;
	++*m->complaints;
	m->say(m->arg, arena_fmt(row_arena, "summary %lld can't be found by its words", (long long)((struct summary_words_missing_row *)row)->id));
	return OK;
}

enum err summary_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct missing m = { say, arg, complaints };
	return summary_words_missing(c->db, tell_missing, &m);
}

COMMAND_RUN(summary_write)
COMMAND_RUN(summary_show)
COMMAND_RUN(summary_search_run)
COMMAND_RUN(summary_like_run)
#define TEXT(name, help_words) FIELD(struct summary_in, name, FIELD_TEXT, .max = TEXT_MAX_BYTES, .help = help_words)
static const struct field write_fields[] = {
	FIELD(struct summary_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket"),
	FIELD(struct summary_in, kind, FIELD_ENUM, .choices = summary_kinds, .help = "how to, or a defect; by the ticket's kind unless said"),
	FIELD(struct summary_in, version, FIELD_STR, .max = 60, .help = "the product's version"),
	FIELD(struct summary_in, deployment, FIELD_STR, .max = 60, .help = "how it is deployed"),
	FIELD(struct summary_in, service, FIELD_STR, .max = 60, .help = "which part of the product"),
	TEXT(environment, "what matters of their environment"),
	FIELD(struct summary_in, symptom, FIELD_TEXT, .required = true, .max = TEXT_MAX_BYTES, .help = "what they saw or wanted, in two or three sentences"),
	TEXT(steps, "the steps, one a line"),
	TEXT(cause, "the root cause"),
	FIELD(struct summary_in, action, FIELD_TEXT, .required = true, .max = TEXT_MAX_BYTES, .help = "what helped"),
	FIELD(struct summary_in, docs, FIELD_ENUM, .choices = summary_docs, .help = "were the docs sufficient, is this their page, or do they need work"),
	FIELD(struct summary_in, docs_url, FIELD_STR, .max = 2000, .help = "the page of the docs"),
	FIELD(struct summary_in, docs_task, FIELD_ID, .help = "number of the task for the docs"),
	FIELD(struct summary_in, new_task, FIELD_STR, .max = 300, .help = "what the docs need: makes the task"),
	FIELD(struct summary_in, redact, FIELD_BOOL, .help = "replace names, addresses and secrets by REDACTED instead of refusing them"),
};
static const struct field ticket_fields[] = {
	FIELD(struct ticket_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket"),
};
static const struct field search_fields[] = {
	FIELD(struct search_in, q, FIELD_STR, .max = 400, .positional = true, .help = "words"),
	FIELD(struct search_in, version, FIELD_STR, .max = 60, .help = "of versions that begin so"),
	FIELD(struct search_in, deployment, FIELD_STR, .max = 60, .help = "of this deployment"),
	FIELD(struct search_in, service, FIELD_STR, .max = 60, .help = "of this part of the product"),
	FIELD(struct search_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct search_in, max, FIELD_INT, .min = 1, .max = 100, .help = "how many at most (20)"),
};
const struct command summary_write_cmd = {
	.name = "summary.write", .help = "Keep a resolved case in a few words, without names and secrets", FIELDS(write_fields, struct summary_in), .need = CAN_REPLY,
	.run = RUN(summary_write),
};
const struct command summary_show_cmd = {
	.name = "summary.show", .help = "The summary of a ticket", FIELDS(ticket_fields, struct ticket_in), .need = CAN_READ, .reads = true, .run = RUN(summary_show),
};
const struct command summary_search_cmd = {
	.name = "summary.search", .help = "Find resolved cases by words, version, deployment and part", FIELDS(search_fields, struct search_in), .need = CAN_READ,
	.reads = true, .run = RUN(summary_search_run),
};
const struct command summary_like_cmd = {
	.name = "summary.like", .help = "Seen before: resolved cases that look like a ticket", FIELDS(ticket_fields, struct ticket_in), .need = CAN_READ,
	.reads = true, .run = RUN(summary_like_run),
};
