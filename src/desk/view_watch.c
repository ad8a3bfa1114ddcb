/* view_watch.c: who watches a view is told of each new match, once; and views are counted. See saved_view.h. */
#include "base/utf8.h"
#include "desk/find.h"
#include "desk/saved_view.h"
#include "notice/notice.h"

#include "base/banned.h"

enum { EVENTS_AT_ONCE = 2000, TOLD_MAX = 200000, COUNT_MAX = 100, EVERY_S = 10, TIMED_S = 60 };
_Static_assert(sizeof(struct view_watch_find_row) == sizeof(struct view_watch_rows_row), "saved_view.sql");

static enum err me(struct ctx *c, int64_t *ret)
{
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Only teammates watch. Say who you are (--as).");
	*ret = c->actor.id;
	return OK;
}

/* ---- beginning and ending ---- */

struct watch_in {
	int64_t view;
};

/* What matches now is no news. */
static enum err begin_with(struct ctx *c, const struct saved_view_get_row *v, int64_t who)
{
	struct desk_query q;
	struct find_list list;
	TRY(desk_query_read(c, v->query, &q));
	if (q.complaint.n)
		return fail(c, ERR_CONFLICT, "This view can't be read any more: %.*s Change its query first.", STR_ARG(q.complaint));
	TRY(desk_find(c, &q, FIND_MAX, &list));
	if (list.capped)
		return fail(c, ERR_LIMIT, "More than %d tickets match this view already: narrow it down before you watch it.", FIND_MAX);
	for (size_t i = 0; i < list.n; i++)
		TRY(view_notice_add(c->db, .view_id = v->id, .teammate_id = who, .ticket_id = list.v[i].id, .at_us = c->now_us, .read_us = SOME(c->now_us)));
	return OK;
}

static enum err view_watch(struct ctx *c, const struct watch_in *in)
{
	struct saved_view_get_row v;
	struct view_watch_find_row w;
	int64_t who;
	bool found;
	TRY(me(c, &who));
	TRY(saved_view_read(c, in->view, &v));
	json_ki64(c->out, "view", v.id);
	TRY(view_watch_find(c->db, c->arena, &w, &found, .view_id = v.id, .teammate_id = who));
	if (found && !w.ended_us.set)
		return OK;
	TRY(begin_with(c, &v, who));
	json_kstr(c->out, "said", arena_fmt(c->arena, "What comes to match “%.*s” from now on stands in Found for you.", STR_ARG(v.name)));
	struct event_new e = { .kind = "view.watched", .entity = "view_watch" };
	if (found) {
		struct view_watch_find_row before = w;
		w.since_us = c->now_us;
		w.ended_us = NONE;
		TRY(view_watch_put(c->db, .id = w.id, .since_us = w.since_us, .ended_us = w.ended_us));
		e.data = fold_set_diff(c->arena, &view_watch_rows_stmt, &before, &w);
	} else {
		struct view_watch_insert_row id;
		w = (struct view_watch_find_row){ .view_id = v.id, .teammate_id = who, .since_us = c->now_us };
		TRY(view_watch_insert(c->db, c->arena, &id, .view_id = v.id, .teammate_id = who, .since_us = c->now_us));
		w.id = id.id;
		e.data = fold_set_all(c->arena, &view_watch_rows_stmt, &w);
	}
	e.entity_id = w.id;
	return event_append(c, &e, NULL);
}

static enum err view_unwatch(struct ctx *c, const struct watch_in *in)
{
	struct view_watch_find_row before, w;
	int64_t who;
	bool found;
	TRY(me(c, &who));
	json_ki64(c->out, "view", in->view);
	TRY(view_watch_find(c->db, c->arena, &before, &found, .view_id = in->view, .teammate_id = who));
	if (!found || before.ended_us.set)
		return OK;
	w = before;
	w.ended_us = SOME(c->now_us);
	TRY(view_watch_put(c->db, .id = w.id, .since_us = w.since_us, .ended_us = w.ended_us));
	json_kstr(c->out, "said", S("You are no longer told of it."));
	return event_append(c, &(struct event_new){ .kind = "view.unwatched", .entity = "view_watch", .entity_id = w.id,
						    .data = fold_set_diff(c->arena, &view_watch_rows_stmt, &before, &w) }, NULL);
}

/* ---- news ---- */

struct news_in {
	struct opt_i64 after, max;
};

static enum err view_news(struct ctx *c, const struct news_in *in)
{
	struct view_notice_page_row *rows;
	size_t n;
	int64_t who, max = in->max.set ? in->max.v : 50;
	TRY(me(c, &who));
	TRY(view_notice_page(c->db, c->arena, &rows, &n, .me = who, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "notice", rows[i].id);
		json_ki64(c->out, "view", rows[i].view_id);
		json_kstr(c->out, "view_name", rows[i].view_name);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kbool(c->out, "read", rows[i].read_us.set);
		json_ktime(c->out, "at", rows[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

struct read_in {
	struct opt_i64 notice, ticket;
};

static enum err view_read(struct ctx *c, const struct read_in *in)
{
	int64_t who, n;
	TRY(me(c, &who));
	if (in->ticket.set)
		TRY(view_notice_read_ticket(c->db, &n, .me = who, .ticket = in->ticket.v, .now_us = c->now_us));
	else
		TRY(view_notice_read(c->db, &n, .me = who, .notice = in->notice, .now_us = c->now_us));
	json_ki64(c->out, "read", n);
	return OK;
}

/* ---- the job ---- */

struct told {
	int64_t view, teammate, ticket;
};
struct counted {
	int64_t view, n;
};
struct follow {
	bool events, timed;          /* something happened; it is time to look at what time alone changes */
	int64_t seq;
	utime timed_us;
	const struct view_touched_row *touched;
	size_t n_touched;
	struct told *told;
	size_t n_told, max_told;
	struct counted *counted;
	size_t n_counted;
};

static enum err tell(struct ctx *c, const struct view_watch_live_row *w, int64_t ticket, struct follow *f)
{
	struct view_notice_has_row had;
	bool found;
	TRY(view_notice_has(c->db, c->arena, &had, &found, .view_id = w->view_id, .teammate_id = w->teammate_id, .ticket_id = ticket));
	if (found)
		return OK;
	if (f->n_told == f->max_told) {
		size_t max = f->max_told ? f->max_told * 2 : 64;
		f->told = arena_grow(c->arena, f->told, f->max_told * sizeof(*f->told), max * sizeof(*f->told));
		f->max_told = max;
	}
	f->told[f->n_told++] = (struct told){ w->view_id, w->teammate_id, ticket };
	return OK;
}

/* What time alone makes match is looked for whole; everything else only among what something happened to. */
static enum err matches(struct ctx *c, const struct view_watch_live_row *w, struct follow *f)
{
	struct ctx as = *c;
	struct desk_query q;
	struct find_list list;
	as.actor = (struct actor){ .kind = ACTOR_TEAMMATE, .id = w->teammate_id, .caps = CAN_SIGNED_IN | CAN_READ, .zone = w->zone, .name = S("") };
	TRY(desk_query_read(&as, w->query, &q));
	if (q.complaint.n || (q.timed ? !f->timed : !f->events))
		return OK;
	if (q.timed) {
		TRY(desk_find(&as, &q, FIND_MAX, &list));
		for (size_t i = 0; i < list.n && f->n_told < TOLD_MAX; i++)
			TRY(tell(c, w, list.v[i].id, f));
		return OK;
	}
	for (size_t i = 0; i < f->n_touched && f->n_told < TOLD_MAX; i++) {
		bool match;
		TRY(desk_find_one(&as, &q, f->touched[i].ticket_id.v, &match));
		if (match)
			TRY(tell(c, w, f->touched[i].ticket_id.v, f));
	}
	return OK;
}

static enum err count_views(struct ctx *c, struct follow *f)
{
	struct saved_view_live_row *views;
	size_t n;
	TRY(saved_view_live(c->db, c->arena, &views, &n));
	f->counted = arena_array(c->arena, struct counted, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct desk_query q;
		struct find_list list;
		TRY(desk_query_read(c, views[i].query, &q));
		if (q.complaint.n || q.mine || !(f->events || q.timed))   /* "mine" is another one's for each who looks */
			continue;
		TRY(desk_find(c, &q, COUNT_MAX, &list));
		f->counted[f->n_counted++] = (struct counted){ views[i].id, (int64_t)list.n };
	}
	return OK;
}

/* To who is away from the desk, as they chose: notice.h. */
static enum err by_mail(struct ctx *c, const struct told *t)
{
	struct view_told_row w;
	bool found;
	TRY(view_told(c->db, c->arena, &w, &found, .view_id = t->view, .ticket_id = t->ticket));
	if (!found)
		return OK;
	return notice_tell(c, &(struct notice_new){ .to = t->teammate, .kind = NOTICE_FOUND, .key = arena_fmt(c->arena, "found:%lld", (long long)t->ticket),
						    .url = arena_fmt(c->arena, "/tickets/%lld", (long long)t->ticket),
						    .words = arena_fmt(c->arena, "#%lld “%.*s” came to match “%.*s”", (long long)t->ticket,
								       STR_ARG(utf8_clip(w.subject, 120)), STR_ARG(w.view_name)) });
}

static enum err record(struct ctx *c, void *arg)
{
	struct follow *f = arg;
	for (size_t i = 0; i < f->n_told; i++) {
		TRY(view_notice_add(c->db, .view_id = f->told[i].view, .teammate_id = f->told[i].teammate, .ticket_id = f->told[i].ticket, .at_us = c->now_us));
		TRY(by_mail(c, &f->told[i]));
	}
	for (size_t i = 0; i < f->n_counted; i++)
		TRY(view_count_put(c->db, .view_id = f->counted[i].view, .n = f->counted[i].n, .counted_us = c->now_us));
	return view_cursor_put(c->db, .seq = f->seq, .timed_us = f->timed_us);
}

enum err saved_view_follow(struct ctx *c, int64_t *ret_told)
{
	struct view_cursor_get_row cursor;
	struct view_watch_live_row *watches;
	struct view_touched_row *touched;
	struct follow f = { 0 };
	size_t n_watches;
	int64_t last;
	bool found;
	*ret_told = 0;
	TRY(event_last_seq(c, &last));
	TRY(view_cursor_get(c->db, c->arena, &cursor, &found));
	f.events = !found || cursor.seq < last;
	f.timed = !found || cursor.timed_us.v + TIMED_S * UTIME_US_PER_SECOND <= c->now_us || cursor.timed_us.v > c->now_us;
	if (!f.events && !f.timed)
		return OK;
	f.seq = found && last - cursor.seq > EVENTS_AT_ONCE ? cursor.seq + EVENTS_AT_ONCE : last;
	f.timed_us = f.timed ? c->now_us : cursor.timed_us.v;
	TRY(view_watch_live(c->db, c->arena, &watches, &n_watches));
	if (found && n_watches) {
		TRY(view_touched(c->db, c->arena, &touched, &f.n_touched, .after = cursor.seq, .to = f.seq));
		f.touched = touched;
		for (size_t i = 0; i < n_watches; i++)
			TRY(matches(c, &watches[i], &f));
	}
	TRY(count_views(c, &f));
	TRY(ctx_write(c, true, record, &f));
	*ret_told = (int64_t)f.n_told;
	return OK;
}

static enum err follow_job(struct ctx *c, const struct job *j)
{
	(void)j;
	int64_t told;
	return saved_view_follow(c, &told);
}

const struct job_kind saved_view_jobs[] = {
	{ .name = "view.follow", .version = 1, .max_attempts = 5, .lease_us = 5 * UTIME_US_PER_MINUTE, .every_us = EVERY_S * UTIME_US_PER_SECOND, .run = follow_job },
	{ 0 },
};

COMMAND_RUN(view_watch)
COMMAND_RUN(view_unwatch)
COMMAND_RUN(view_news)
COMMAND_RUN(view_read)
static const struct field watch_fields[] = {
	FIELD(struct watch_in, view, FIELD_ID, .required = true, .positional = true, .help = "number of the view"),
};
static const struct field news_fields[] = {
	FIELD(struct news_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct news_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct field read_fields[] = {
	FIELD(struct read_in, notice, FIELD_ID, .positional = true, .help = "one of them; all unless said"),
	FIELD(struct read_in, ticket, FIELD_ID, .help = "those of this ticket"),
};
const struct command view_watch_cmd = {
	.name = "view.watch", .help = "Be told of each ticket that comes to match a view, once", FIELDS(watch_fields, struct watch_in), .need = CAN_READ,
	.run = RUN(view_watch),
};
const struct command view_unwatch_cmd = {
	.name = "view.unwatch", .help = "Be told no longer", FIELDS(watch_fields, struct watch_in), .need = CAN_READ, .run = RUN(view_unwatch),
};
const struct command view_news_cmd = {
	.name = "view.news", .help = "What watched views found for you, newest first", FIELDS(news_fields, struct news_in), .need = CAN_READ, .reads = true,
	.run = RUN(view_news),
};
const struct command view_read_cmd = {
	.name = "view.read", .help = "Mark what was found for you as read", FIELDS(read_fields, struct read_in), .need = CAN_READ,
	.quiet_because = "who has read what is nobody's business", .run = RUN(view_read),
};
