/* import_ticket.c: one ticket's line: everything is read and checked first, then its life is written again, step by step at the instants it gives: the row as
 * it was made, each message, each change; so that the log tells what the old desk's log told, and `tend verify` finds the table the log makes. */
#include "transfer/carry.h"
#include "transfer/import_line.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "core/upload.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

#include "transfer.sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { MESSAGES_MOST = 20000, HISTORY_MOST = 100000, FILES_MOST = 500, BODY_MAX = 16 << 20 };

/* A message, or a change, or both at once. */
struct step {
	utime at;
	size_t order;
	bool has_message;
	struct message_get_row message;
	struct ticket_file *files;
	utime *files_at;
	size_t n_files;
	const json_t *set;             /* of a change; NULL = none */
	struct str event, rule, reason;
	struct person by;
};

struct telling {
	struct import_line *l;
	struct ticket_get_row t, final;
	struct step *steps;
	size_t n;
	bool cited;                    /* the file says by which rules it was solved in lines of their own */
};

/* ---- reading ---- */

static enum err read_column(struct import_line *l, const json_t *o, const struct transfer_column *col, struct ticket_get_row *t)
{
	char *at = (char *)t + col->offset;
	struct str *s = (struct str *)(void *)at;
	struct opt_i64 *v = (struct opt_i64 *)(void *)at;
	enum ticket_status status;
	switch (col->type) {
	case TRANSFER_STR:
		TRY(want_str(l, o, col->name, col->wanted, 2000, s));
		if (s->p && (strcmp(col->name, "status") == 0 || strcmp(col->name, "before_status") == 0) && !ticket_status_parse(*s, &status))
			return wrong_line(l, "“%s”: %.*s is no status", col->name, STR_ARG(utf8_clip(*s, 60)));
		return OK;
	case TRANSFER_INT:
		return want_int(l, o, col->name, 0, 9, v);
	case TRANSFER_TIME:
		return want_time(l, o, col->name, false, v);
	case TRANSFER_CONTACT:
	case TRANSFER_ORGANISATION:
	case TRANSFER_TEAMMATE:
	case TRANSFER_TEAM:
		return want_ref(l, o, col->name, col->type, false, v);
	}
	return OK;
}

/* The columns that an object names. */
static enum err read_columns(struct import_line *l, const json_t *o, struct ticket_get_row *t)
{
	for (size_t i = 0; i < transfer_n_columns; i++)
		if (json_object_get(o, transfer_columns[i].name))
			TRY(read_column(l, o, &transfer_columns[i], t));
	return OK;
}

enum err import_person(struct import_line *l, const json_t *o, const char *key, struct person *ret)
{
	const json_t *p = json_object_get(o, key);
	struct str kind, id;
	*ret = (struct person){ .kind = ACTOR_SYSTEM, .name = S("import") };
	if (!p || json_is_null(p))
		return OK;
	TRY(want_str(l, p, "kind", true, 20, &kind));
	TRY(want_str(l, p, "name", false, 200, &ret->name));
	TRY(want_str(l, p, "id", false, 320, &id));
	ret->kind = str_eq(kind, S("teammate")) ? ACTOR_TEAMMATE : str_eq(kind, S("contact")) ? ACTOR_CONTACT :
		    str_eq(kind, S("operator")) ? ACTOR_OPERATOR : ACTOR_SYSTEM;
	bool found = false;
	if (id.p && (ret->kind == ACTOR_TEAMMATE || ret->kind == ACTOR_CONTACT)) {
		TRY(transfer_find(l->c, ret->kind == ACTOR_TEAMMATE ? TRANSFER_TEAMMATE : TRANSFER_CONTACT, id, &ret->id, &found));
		if (!found)
			return wrong_line(l, "“%s”: nobody here is called %.*s", key, STR_ARG(utf8_clip(id, 120)));
	}
	ret->name = ret->name.n ? ret->name : id.n ? id : S("somebody");
	return OK;
}

/* A relative path below the folder of the files; no way out of it. */
static enum err read_beside(struct import_line *l, struct str path, struct upload *up, struct str filename)
{
	struct ctx *c = l->c;
	struct str rest = path, part;
	for (bool more = true; more;) {
		more = str_cut(rest, '/', &part, &rest);
		if (!part.n || part.p[0] == '.')
			return wrong_line(l, "“path”: %.*s must be a plain path below the folder of the files", STR_ARG(utf8_clip(path, 120)));
	}
	const char *full = arena_cstr(c->arena, arena_fmt(c->arena, "%s/%.*s", l->files_dir, STR_ARG(path)));
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return wrong_line(l, "“path”: %.*s is not there, or no plain file", STR_ARG(utf8_clip(path, 200)));
	}
	enum err e = upload_store_fd(c, fd, filename, up);
	close(fd);
	return e;
}

static enum err read_base64(struct import_line *l, struct str text, struct upload *up, struct str filename)
{
	char *bytes = arena_alloc(l->c->arena, text.n / 4 * 3 + 4);
	size_t n = 0;
	if (sodium_base642bin((unsigned char *)bytes, text.n / 4 * 3 + 4, text.p, text.n, "\r\n ", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return wrong_line(l, "“base64” of the attachment %.*s cannot be read", STR_ARG(utf8_clip(filename, 80)));
	return upload_store(l->c, (struct str){ bytes, n }, filename, up);
}

enum err import_bytes(struct import_line *l, const json_t *o, struct str filename, struct upload *ret)
{
	struct str path, base64;
	TRY(want_str(l, o, "path", false, 1000, &path));
	TRY(want_str(l, o, "base64", false, TRANSFER_LINE_MAX_BYTES, &base64));
	if (!path.p == !base64.p)
		return wrong_line(l, "The attachment %.*s needs either “base64” or “path”", STR_ARG(utf8_clip(filename, 80)));
	return path.p ? read_beside(l, path, ret, filename) : read_base64(l, base64, ret, filename);
}

static enum err read_files(struct import_line *l, const json_t *m, struct step *s)
{
	struct ctx *c = l->c;
	json_t *v;
	TRY(want_array(l, m, "attachments", FILES_MOST, &v));
	s->files = arena_array(c->arena, struct ticket_file, json_array_size(v));
	s->files_at = arena_array(c->arena, utime, json_array_size(v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *o = json_array_get(v, i);
		struct str filename, content_id;
		struct opt_i64 at;
		struct upload up;
		TRY(want_str(l, o, "filename", true, 400, &filename));
		TRY(want_str(l, o, "content_id", false, 400, &content_id));
		TRY(want_time(l, o, "at", false, &at));
		TRY(import_bytes(l, o, filename, &up));
		s->files_at[s->n_files] = at.set ? at.v : s->at;
		s->files[s->n_files++] = (struct ticket_file){ .filename = filename, .blob = up.blob, .bytes = up.bytes, .content_id = content_id };
	}
	return OK;
}

static const char *const message_kinds[] = { "public", "note", "customer", "unverified", "system", NULL };
static const char *const message_states[] = { "sent", "received", "undone", "moved", NULL };

static enum err read_message(struct telling *w, const json_t *o, struct step *s)
{
	struct import_line *l = w->l;
	struct ctx *c = l->c;
	struct message_get_row *m = &s->message;
	struct opt_i64 created, at;
	struct str html;
	TRY(want_str(l, o, "external_id", false, 160, &m->external_id));
	TRY(want_str(l, o, "kind", true, 20, &m->kind));
	if (!one_of(message_kinds, m->kind))
		return wrong_line(l, "“kind” of a message: public, note, customer, unverified or system");
	TRY(import_person(l, o, "author", &s->by));
	TRY(want_str(l, o, "via", false, 20, &m->via));
	TRY(want_str(l, o, "state", false, 20, &m->state));
	bool theirs = str_eq(m->kind, S("customer")) || str_eq(m->kind, S("unverified"));
	if (!m->state.p)
		m->state = theirs ? S("received") : S("sent");
	if (!one_of(message_states, m->state))
		return wrong_line(l, "“state” of a message: sent, received or undone");
	TRY(want_time(l, o, "created_at", false, &created));
	TRY(want_time(l, o, "at", !created.set, &at));
	TRY(want_str(l, o, "mail_id", false, 998, &m->mail_id));
	TRY(want_str(l, o, "to", false, 65536, &m->to_list));
	TRY(want_int(l, o, "quote_at", 0, BODY_MAX, &m->quote_at));
	TRY(want_str(l, o, "body", false, BODY_MAX, &m->body));
	TRY(want_str(l, o, "html", false, BODY_MAX, &html));
	TRY(want_str(l, o, "mark", false, 40, &m->mark));
	TRY(want_str(l, o, "mark_from", false, 20, &m->mark_from));
	if (m->mark.p && !ticket_mark_known(m->mark))
		return wrong_line(l, "“mark” of a message: acknowledgement, substantive, progress, workaround or awaiting_confirmation");
	m->body = str_or_empty(m->body);
	m->via = m->via.p ? m->via : S("import");
	m->mark_from = !m->mark.p ? STR_NULL : m->mark_from.p ? m->mark_from : S("said");
	s->has_message = true;
	s->at = created.set ? created.v : at.v;
	m->created_us = s->at;
	m->at_us = at.set ? at.v : s->at;
	m->author_kind = str_c(actor_kind_name(s->by.kind));
	m->author_id = s->by.id ? SOME(s->by.id) : NONE;
	m->author_name = s->by.name;
	/* An old desk that knew no marks: its answers are read as ours would be. An export of ours says what it knows, absent too. */
	if (!m->mark.p && !json_object_get(o, "mark") && str_eq(m->kind, S("public")) && s->by.kind == ACTOR_TEAMMATE) {
		struct reply_reading reading;
		ticket_read_reply(c->arena, m->body, m->at_us, &reading);
		m->mark = str_c(reading.mark);
		m->mark_from = S("proposed");
	}
	if (m->external_id.p) {
		struct transfer_message_by_external_row other;
		bool taken;
		TRY(transfer_message_by_external(c->db, c->arena, &other, &taken, .external_id = m->external_id));
		if (taken)
			return wrong_line(l, "“external_id”: the message %.*s is in another ticket already", STR_ARG(utf8_clip(m->external_id, 120)));
	}
	if (html.p) {
		struct blob_name blob;
		TRY(blob_put(c->desk->blobs, &c->fault, html, &blob));
		m->html_blob = arena_str(c->arena, str_c(blob.hex));
		m->remote_images = json_is_true(json_object_get(o, "remote_images"));
	}
	return read_files(l, o, s);
}

static bool event_name_ok(struct str s)
{
	if (!str_starts(s, S("ticket.")) || s.n > 60 || str_eq(s, S("ticket.created")))
		return false;
	for (size_t i = 7; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
			return false;
	return s.n > 7;
}

static enum err read_change(struct telling *w, const json_t *o, struct step *s)
{
	struct import_line *l = w->l;
	struct opt_i64 at;
	struct ticket_get_row scratch = { 0 };
	TRY(want_time(l, o, "at", true, &at));
	TRY(want_str(l, o, "event", false, 60, &s->event));
	TRY(want_str(l, o, "rule", false, 200, &s->rule));
	TRY(want_str(l, o, "reason", false, 1000, &s->reason));
	TRY(import_person(l, o, "by", &s->by));
	s->event = event_name_ok(s->event.p ? s->event : S("")) ? s->event : S("ticket.updated");
	s->at = at.v;
	s->set = json_object_get(o, "set");
	if (!json_is_object(s->set))
		return wrong_line(l, "“set” of a change must be an object of columns");
	return read_columns(l, s->set, &scratch);      /* checks only */
}

static const char *event_of_message(const struct message_get_row *m)
{
	if (str_eq(m->kind, S("public")))
		return "ticket.replied";
	if (str_eq(m->kind, S("customer")))
		return "ticket.customer_wrote";
	return str_eq(m->kind, S("unverified")) ? "ticket.unverified_wrote" : "ticket.noted";
}

static int by_time(const void *a_, const void *b_)
{
	const struct step *a = a_, *b = b_;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* A reply that also changed the status is one step: the change at the same instant goes to its message. */
static bool join(struct telling *w, size_t n_messages, const struct step *change)
{
	for (size_t i = 0; i < n_messages; i++) {
		struct step *m = &w->steps[i];
		if (m->at != change->at || m->set || !str_eq(change->event, str_c(event_of_message(&m->message))))
			continue;
		m->set = change->set;
		m->rule = change->rule;
		m->reason = change->reason;
		return true;
	}
	return false;
}

static enum err read_steps(struct telling *w)
{
	struct import_line *l = w->l;
	json_t *messages, *history;
	TRY(want_array(l, l->o, "messages", MESSAGES_MOST, &messages));
	TRY(want_array(l, l->o, "history", HISTORY_MOST, &history));
	size_t n_messages = json_array_size(messages), n_history = json_array_size(history);
	w->steps = arena_array(l->c->arena, struct step, n_messages + n_history + 1);
	for (size_t i = 0; i < n_messages; i++, w->n++) {
		w->steps[w->n].order = w->n;
		TRY(read_message(w, json_array_get(messages, i), &w->steps[w->n]));
	}
	for (size_t i = 0; i < n_history; i++) {
		struct step s = { .order = n_messages + i };
		TRY(read_change(w, json_array_get(history, i), &s));
		if (!join(w, n_messages, &s))
			w->steps[w->n++] = s;
	}
	qsort(w->steps, w->n, sizeof(w->steps[0]), by_time);
	return OK;
}

static bool history_sets(const json_t *o, const char *column)
{
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(o, "history"), i, v)
		if (json_object_get(json_object_get(v, "set"), column))
			return true;
	return false;
}

static enum err read_ticket(struct telling *w)
{
	struct import_line *l = w->l;
	struct opt_i64 created;
	struct ticket_get_row *f = &w->final;
	const json_t *first = json_object_get(l->o, "at_creation");
	w->cited = json_is_true(json_object_get(l->o, "cited"));
	*f = (struct ticket_get_row){ .status = S("new"), .kind = S("unset"), .origin = S("import"), .version_no = 1 };
	TRY(want_str(l, l->o, "external_id", true, 160, &f->external_id));
	TRY(want_str(l, l->o, "subject", true, 2000, &f->subject));
	TRY(read_columns(l, l->o, f));
	TRY(want_time(l, l->o, "created_at", true, &created));
	f->created_us = f->updated_us = f->status_since_us = created.v;
	w->t = *f;
	if (json_is_object(first)) {
		TRY(read_columns(l, first, &w->t));
	} else {
		if (history_sets(l->o, "status"))
			w->t.status = S("new");
		if (history_sets(l->o, "assignee"))
			w->t.assignee_id = NONE;
	}
	return read_steps(w);
}

/* ---- writing ---- */

static void status_follows(struct ticket_get_row *t, struct str before, utime at)
{
	enum ticket_status s = TICKET_NEW;
	ticket_status_parse(t->status, &s);
	t->next_action = str_c(ticket_next_action(s));
	if (before.p && str_eq(before, t->status))
		return;
	t->status_since_us = at;
	if (s == TICKET_SOLVED)
		t->solved_us = SOME(at);
	else if (s == TICKET_CLOSED)
		t->closed_us = SOME(at);
	else if (ticket_status_unsolved(s))
		t->solved_us = t->closed_us = NONE;
	if (s == TICKET_CLOSED && !t->solved_us.set)
		t->solved_us = SOME(at);
}

static void message_follows(struct ticket_get_row *t, const struct step *s)
{
	const struct message_get_row *m = &s->message;
	if (str_eq(m->state, S("undone")) || str_eq(m->state, S("moved")))
		return;
	t->messages++;
	t->attachments += (int64_t)s->n_files;
	if (str_eq(m->kind, S("customer")))
		t->customer_wrote_us = SOME(m->at_us);
	if (str_eq(m->kind, S("public"))) {
		t->we_wrote_us = SOME(m->at_us);
		if (!t->first_reply_us.set && s->by.kind == ACTOR_TEAMMATE)
			t->first_reply_us = SOME(m->at_us);
	}
}

static enum err write_message(struct telling *w, struct step *s)
{
	struct ctx *c = w->l->c;
	const struct ticket_note_to_log log = { .at_us = s->at };
	s->message.ticket_id = w->t.id;
	TRY(message_insert(c, &s->message, &log));
	for (size_t i = 0; i < s->n_files; i++)
		TRY(attachment_insert(c, w->t.id, s->message.id, &s->files[i], s->files_at[i], NULL));
	return OK;
}

void import_act_as(struct ctx *c, const struct person *p)
{
	c->actor.kind = p->kind;
	c->actor.id = p->id;
	c->actor.name = p->name;
}

/* "R3" is a rule; other words of an old desk are not. */
static struct str cited_rule(struct str rule)
{
	return rule.n > 1 && rule.n < 4 && rule.p[0] == 'R' && rule.p[1] >= '0' && rule.p[1] <= '9' ? rule : STR_NULL;
}

static enum err write_step(struct telling *w, struct step *s)
{
	struct ctx *c = w->l->c;
	struct ticket_get_row before = w->t;
	struct ticket_note_to_log log = { .at_us = s->at, .rule = s->rule, .reason = s->reason };
	struct resolve_cite cite = { 0 };
	import_act_as(c, &s->by);
	resolve_by_import(cited_rule(s->rule), !str_eq(s->rule, S("R0")), &cite);
	log.cite = w->cited ? NULL : &cite;
	log.back = w->cited;      /* its resolutions are lines of their own */
	if (s->set) {
		TRY(read_columns(w->l, s->set, &w->t));
		status_follows(&w->t, before.status, s->at);
	}
	if (s->has_message) {
		TRY(write_message(w, s));
		message_follows(&w->t, s);
		log.more = arena_fmt(c->arena, "\"message\":%lld", (long long)s->message.id);
	}
	return ticket_save(c, s->has_message ? event_of_message(&s->message) : arena_cstr(c->arena, s->event), &before, &w->t, &log);
}

/* Made together with its first message, as a mail makes it. */
static enum err write_first(struct telling *w, size_t *ret_done)
{
	struct step *s = w->n ? &w->steps[0] : NULL;
	bool with = s && s->has_message && !s->set && s->at <= w->t.created_us;
	struct resolve_cite cite = { 0 };
	const struct ticket_note_to_log log = { .at_us = w->t.created_us, .cite = w->cited ? NULL : &cite, .back = w->cited };
	resolve_by_import(STR_NULL, true, &cite);
	status_follows(&w->t, STR_NULL, w->t.created_us);
	if (s && s->has_message)
		import_act_as(w->l->c, &s->by);
	if (with)
		message_follows(&w->t, s);
	TRY(ticket_insert(w->l->c, &w->t, &log));
	if (with)
		TRY(write_message(w, s));
	*ret_done = with ? 1 : 0;
	return OK;
}

static enum err write_rest(struct telling *w)
{
	struct import_line *l = w->l;
	struct ctx *c = l->c;
	json_t *v;
	struct str a, b;
	struct opt_i64 at, id;
	TRY(want_array(l, l->o, "tags", 500, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *o = json_array_get(v, i);
		TRY(want_str(l, o, "tag", true, 100, &b));
		TRY(want_str(l, o, "kind", false, 20, &a));
		TRY(want_time(l, o, "at", false, &at));
		if (a.p && !str_eq(a, S("area")) && !str_eq(a, S("theme")) && !str_eq(a, S("plain")))
			return wrong_line(l, "“kind” of a tag: area, theme or plain");
		TRY(ticket_tag_put(c, w->t.id, a.p ? a : S("plain"), b, true, at.set ? at.v : w->t.created_us));
	}
	TRY(want_array(l, l->o, "followers", 500, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		TRY(want_ref(l, json_array_get(v, i), "teammate", TRANSFER_TEAMMATE, true, &id));
		TRY(want_time(l, json_array_get(v, i), "at", false, &at));
		TRY(ticket_follower_put(c, w->t.id, id.v, true, at.set ? at.v : w->t.created_us));
	}
	TRY(want_array(l, l->o, "cc", 500, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		TRY(want_ref(l, json_array_get(v, i), "contact", TRANSFER_CONTACT, true, &id));
		TRY(want_str(l, json_array_get(v, i), "state", false, 20, &a));
		TRY(ticket_cc_put(c, w->t.id, id.v, str_eq(a, S("proposed")) ? "proposed" : "active", 0, w->t.created_us));
	}
	return OK;
}

/* Editions that took the case over. One that this desk passed over, because it keeps its own promises, took over nothing here. */
static enum err write_change_overs(struct telling *w)
{
	struct import_line *l = w->l;
	json_t *v;
	TRY(want_array(l, l->o, "change_overs", 1000, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *o = json_array_get(v, i);
		struct str edition, mode;
		struct opt_i64 at;
		int64_t id;
		bool found;
		TRY(want_time(l, o, "at", true, &at));
		TRY(want_str(l, o, "edition", true, 200, &edition));
		TRY(want_str(l, o, "mode", true, 20, &mode));
		if (!str_eq(mode, S("now")) && !str_eq(mode, S("start")))
			return wrong_line(l, "“mode” of a change-over: now or start");
		TRY(carry_row(l->c, S("sla_edition"), edition, &id, &found));
		if (found)
			TRY(sla_changed_over(l->c, w->t.id, id, mode, at.v));
	}
	return OK;
}

static enum err write_ticket(struct telling *w)
{
	size_t done;
	TRY(write_first(w, &done));
	for (size_t i = done; i < w->n; i++)
		TRY(write_step(w, &w->steps[i]));
	/* What no step told: the columns as the line gives them. */
	struct ticket_get_row before = w->t;
	for (size_t i = 0; i < transfer_n_columns; i++) {
		const struct transfer_column *col = &transfer_columns[i];
		size_t bytes = col->type == TRANSFER_STR ? sizeof(struct str) : sizeof(struct opt_i64);
		memcpy((char *)&w->t + col->offset, (const char *)&w->final + col->offset, bytes);
	}
	status_follows(&w->t, before.status, w->t.updated_us);
	import_act_as(w->l->c, &(struct person){ .kind = ACTOR_SYSTEM, .name = S("import") });
	struct resolve_cite cite = { 0 };
	resolve_by_import(STR_NULL, true, &cite);
	TRY(ticket_save(w->l->c, "ticket.updated", &before, &w->t,
			&(struct ticket_note_to_log){ .at_us = w->t.updated_us, .cite = w->cited ? NULL : &cite, .back = w->cited }));
	TRY(write_rest(w));
	return write_change_overs(w);
}

enum err import_ticket(struct import_line *l)
{
	struct telling *w = arena_new(l->c->arena, struct telling);
	struct actor actor = l->c->actor;
	struct opt_i64 created;
	struct str name;
	int64_t id;
	bool found;
	w->l = l;
	TRY(want_str(l, l->o, "external_id", true, 160, &name));
	TRY(transfer_find_ticket(l->c, name, &id, &found));
	TRY(want_time(l, l->o, "created_at", true, &created));
	if (!found)
		TRY(transfer_own(l->c, S("ticket"), name, created.v, &id, &found));
	l->outcome = found ? LINE_UNCHANGED : LINE_CREATED;
	if (found)
		return OK;
	TRY(read_ticket(w));
	/* its clocks once, when all of its life is told */
	l->c->bulk = true;
	enum err e = write_ticket(w);
	l->c->actor = actor;
	if (e == OK)
		e = sla_settle_after(l->c, w->t.id, l->c->now_us);
	l->c->bulk = false;
	return e;
}

/* ---- links ---- */

static enum err want_ticket(struct import_line *l, const char *key, int64_t *ret)
{
	struct str name;
	bool found;
	TRY(want_str(l, l->o, key, true, 160, &name));
	TRY(transfer_find_ticket(l->c, name, ret, &found));
	if (!found)
		return wrong_line(l, "“%s”: no ticket is called %.*s (its line must come before, or was wrong)", key, STR_ARG(utf8_clip(name, 120)));
	return OK;
}

enum err import_link(struct import_line *l)
{
	static const char *const kinds[] = { "parent", "merged_into", "related", "follows", "task_of", "split_from", "duplicate_of", NULL };
	struct ctx *c = l->c;
	int64_t from, to;
	struct str kind;
	struct opt_i64 at;
	TRY(want_str(l, l->o, "kind", true, 20, &kind));
	if (!one_of(kinds, kind))
		return wrong_line(l, "“kind” of a link: parent, merged_into, related, follows, task_of, split_from or duplicate_of");
	TRY(want_ticket(l, "from", &from));
	TRY(want_ticket(l, "to", &to));
	TRY(want_time(l, l->o, "at", false, &at));
	if (from == to)
		return wrong_line(l, "A ticket cannot be linked with itself");
	struct ticket_get_row before;
	TRY(ticket_get(c->db, c->arena, &before, .id = from));
	if (!str_eq(kind, S("parent")) && !str_eq(kind, S("merged_into"))) {
		struct transfer_link_there_row there;
		bool found;
		TRY(transfer_link_there(c->db, c->arena, &there, &found, .from_id = from, .to_id = to, .kind = kind));
		l->outcome = found ? LINE_UNCHANGED : LINE_CREATED;
		return found ? OK : ticket_link_put(c, from, to, arena_cstr(c->arena, kind), true, at.set ? at.v : before.created_us);
	}
	struct ticket_get_row after = before;
	if (str_eq(kind, S("parent")))
		after.parent_id = SOME(to);
	else
		after.merged_into_id = SOME(to);
	bool same = !fold_differs(&ticket_rows_stmt, &before, &after);
	l->outcome = same ? LINE_UNCHANGED : LINE_CHANGED;
	return ticket_save(c, "ticket.updated", &before, &after, &(struct ticket_note_to_log){ .at_us = before.updated_us });
}
