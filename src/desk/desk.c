/* desk.c: the folds of the desk: words of each message, counts of tickets; see desk.h. */
#include "desk/desk.h"

#include "base/json_look.h"

#include "desk.sql.h"

#include <string.h>

#include "base/banned.h"

enum { BODY_WORDS_MAX_BYTES = 200 << 10, HEAD_WORDS_MAX_BYTES = 2000 };

/* ---- words: written when the command has done all else (ctx_do_later) ---- */

static enum err index_message(struct ctx *c, int64_t id)
{
	struct desk_text_of_row m;
	bool found;
	TRY(desk_text_of(c->db, c->arena, &m, &found, .message_id = id));
	if (!found)
		return OK;
	struct str people = arena_fmt(c->arena, "%.*s %.*s %.*s", STR_ARG(m.author), STR_ARG(m.requester), STR_ARG(m.organisation));
	return desk_text_insert(c->db, .id = id, .subject = m.first ? desk_words(c->arena, m.subject, HEAD_WORDS_MAX_BYTES) : S(""),
				.people = desk_words(c->arena, people, HEAD_WORDS_MAX_BYTES), .body = desk_words(c->arena, m.body, BODY_WORDS_MAX_BYTES));
}

static enum err forget_message(struct ctx *c, int64_t id)
{
	return desk_text_delete(c->db, .id = id);
}

static enum err on_message_added(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	ctx_do_later(c, index_message, e->entity_id);
	return OK;
}

static enum err on_message_undone(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	ctx_do_later(c, forget_message, e->entity_id);
	return OK;
}

static enum err index_again(struct ctx *c, int64_t message)
{
	TRY(desk_text_delete(c->db, .id = message));
	return index_message(c, message);
}

/* A new subject or requester changes the words of the ticket's first message. */
static enum err on_ticket_words(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct desk_first_message_row first;
	bool found;
	if (str_find(e->data, S("\"subject\"")) < 0 && str_find(e->data, S("\"requester_id\"")) < 0 && str_find(e->data, S("\"organisation_id\"")) < 0)
		return OK;
	TRY(desk_first_message(c->db, c->arena, &first, &found, .ticket_id = e->entity_id));
	if (found)
		ctx_do_later(c, index_again, first.id);
	return OK;
}

static enum err on_message_moved(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	ctx_do_later(c, index_again, e->entity_id);
	return OK;
}

/* ---- counts ---- */

static enum err on_ticket_change(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	if (strcmp(e->entity, "ticket") != 0)
		return OK;
	/* "was" stands in every event that moves a ticket from one status or holder to another; only a new one has none */
	bool new = strcmp(e->kind, "ticket.created") == 0;
	if (!new && str_find(e->data, S("\"was\":")) < 0)
		return OK;
	struct str set = json_look(e->data, "set"), was = json_look(e->data, "was"), status = json_look(new ? set : was, "status"), value;
	int64_t holder = json_look_i64(new ? set : was, "assignee_id").v;
	if (!status.p || !(new || json_has(set, "status", &value) || json_has(set, "assignee_id", &value)))
		return OK;
	TRY(desk_count_add(c->db, .status = status, .assignee_id = holder, .n = new ? 1 : -1));
	if (new)
		return OK;
	struct desk_ticket_now_row now;
	TRY(desk_ticket_now(c->db, c->arena, &now, .id = e->entity_id));
	return desk_count_add(c->db, .status = now.status, .assignee_id = now.assignee_id.set ? now.assignee_id.v : 0, .n = 1);
}

enum err desk_counts(struct ctx *c, int64_t me, struct desk_counts *ret)
{
	struct desk_count_all_row *rows;
	size_t n;
	*ret = (struct desk_counts){ 0 };
	TRY(desk_count_all(c->db, c->arena, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct desk_count_all_row *r = &rows[i];
		bool pending = str_eq(r->status, S("pending")), on_hold = str_eq(r->status, S("on_hold")), new = str_eq(r->status, S("new"));
		if (pending || on_hold || new || str_eq(r->status, S("open"))) {
			ret->unsolved += r->n;
			ret->mine += me && r->assignee_id == me ? r->n : 0;
			ret->unassigned += r->assignee_id ? 0 : r->n;
			ret->pending += pending ? r->n : 0;
			ret->on_hold += on_hold ? r->n : 0;
			ret->by_new += new ? r->n : 0;
		} else if (str_eq(r->status, S("solved"))) {
			ret->solved += r->n;
		} else if (str_eq(r->status, S("suspended"))) {
			ret->suspended += r->n;
		} else if (str_eq(r->status, S("deleted"))) {
			ret->deleted += r->n;
		}
	}
	return OK;
}

struct str desk_count_text(struct arena *a, int64_t n)
{
	return n > 999 ? S("999+") : n > 0 ? arena_fmt(a, "%lld", (long long)n) : S("");
}

/* ---- tend verify ---- */

struct counted {
	struct arena *arena;
	struct desk_count_true_row v[2000];
	size_t n;
};

static enum err take_count(void *arg, struct arena *row_arena, void *row)
{
	struct counted *k = arg;
	(void)row_arena;
	if (k->n == ARRAY_LEN(k->v))
		return OK;
	k->v[k->n] = *(const struct desk_count_true_row *)row;
	k->v[k->n].status = arena_str(k->arena, k->v[k->n].status);
	k->n++;
	return OK;
}

struct missing {
	void (*say)(void *arg, struct str complaint);
	void *arg;
	int64_t *complaints;
};

static enum err tell_missing(void *arg, struct arena *row_arena, void *row)
{
	struct missing *m = arg;
	if (++*m->complaints <= 100)
		m->say(m->arg, arena_fmt(row_arena, "message %lld can't be found by its words", (long long)((struct desk_text_missing_row *)row)->id));
	return OK;
}

enum err desk_verify(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints)
{
	struct counted *k = arena_new(c->arena, struct counted);
	k->arena = c->arena;
	TRY(desk_count_true(c->db, take_count, k));
	for (size_t i = 0; i < k->n; i++) {
		struct desk_count_kept_row kept;
		bool found;
		TRY(desk_count_kept(c->db, c->arena, &kept, &found, .status = k->v[i].status, .assignee_id = k->v[i].assignee_id));
		if (found && kept.n == k->v[i].n)
			continue;
		++*complaints;
		say(arg, arena_fmt(c->arena, "the count of %.*s tickets of teammate %lld is %lld, but there are %lld", STR_ARG(k->v[i].status),
				   (long long)k->v[i].assignee_id, (long long)(found ? kept.n : 0), (long long)k->v[i].n));
	}
	struct missing m = { say, arg, complaints };
	return desk_text_missing(c->db, tell_missing, &m);
}

const struct reaction desk_reactions[] = {
	{ .kind = "message.added", .when = IN_TX, .fold = on_message_added },
	{ .kind = "message.undone", .when = IN_TX, .fold = on_message_undone },
	{ .kind = "message.moved", .when = IN_TX, .fold = on_message_moved },
	{ .kind = "ticket.updated", .when = IN_TX, .fold = on_ticket_words },
	{ .kind = "ticket.requester_changed", .when = IN_TX, .fold = on_ticket_words },
	{ .kind = "ticket.*", .when = IN_TX, .fold = on_ticket_change },
	{ 0 },
};
