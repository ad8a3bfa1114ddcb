/* session.c: ranking sessions of the head of support: cases are named in an order with reasons, sales and customer engineering are heard, and from the moment
 * the order is set until the session ends it goes before what the keys say. Everything of it stays readable. */
#include "queue/parts.h"

#include "core/job.h"
#include "ticket/ticket.h"

#include "queue.sql.h"

#include "base/banned.h"

enum { SESSION_DAYS = 31, PLACES_MOST = 200 };

static const char *const PARTS[] = { "sales", "ce", "customer", "engineering", "support", NULL };
#define SESSION_FIELD(T) FIELD(T, session, FIELD_ID, .required = true, .positional = true, .help = "number of the session", .example = "3")
#define UNTIL_FIELDS(T)                                                                                                                              \
	FIELD(T, until, FIELD_TIME, .help = "until when its order holds; it ends by itself then", .example = "2026-11-27T17:00:00Z"),                 \
	FIELD(T, hours, FIELD_INT, .min = 1, .max = 24 * 31, .help = "or for how many hours from now")

static enum err open_session(struct ctx *c, int64_t id, struct queue_session_rows_row *ret)
{
	TRY(queue_session_read(c, id, ret));
	if (ret->ended_us.set || ret->until_us <= c->now_us)
		return fail(c, ERR_CONFLICT, "That session is over. Begin a new one: the old one stays as it was, with its reasons.");
	return OK;
}

static enum err answer(struct ctx *c, int64_t id, struct str said)
{
	json_ki64(c->out, "session", id);
	json_kstr(c->out, "said", said);
	return OK;
}

/* ---- beginning ---- */

struct begin_in {
	struct str title, why;
	struct opt_i64 team, until, hours;
};
static const struct field begin_fields[] = {
	FIELD(struct begin_in, title, FIELD_STR, .required = true, .max = 120, .help = "what it is about", .example = "After the outage"),
	FIELD(struct begin_in, why, FIELD_STR, .required = true, .max = 500, .help = "why the order is made by hand"),
	FIELD(struct begin_in, team, FIELD_ID, .help = "only this team's cases change places; the whole line when not given"),
	UNTIL_FIELDS(struct begin_in),
};

static enum err session_begin(struct ctx *c, const struct begin_in *in)
{
	struct queue_sessions_open_row *open;
	struct queue_team_row team;
	size_t n;
	bool found;
	utime until;
	TRY(queue_until(c, in->until, in->hours, SESSION_DAYS, true, &until));
	if (in->team.set) {
		TRY(queue_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			return fail_field(c, S("team"), "There is no team %lld.", (long long)in->team.v);
	}
	TRY(queue_sessions_open(c->db, c->arena, &open, &n));
	for (size_t i = 0; i < n; i++)
		if (open[i].until_us > c->now_us && open[i].team_id.set == in->team.set && open[i].team_id.v == in->team.v)
			return fail(c, ERR_CONFLICT, "The session “%.*s” is open for %s already. End it first, or add to it.", STR_ARG(open[i].title),
				    in->team.set ? "that team" : "the whole line");
	struct queue_session_rows_row row = { .title = in->title, .why = in->why, .team_id = in->team, .held_by = queue_me(c) ? SOME(queue_me(c)) : NONE,
					      .held_name = queue_actor_name(c), .began_us = c->now_us, .until_us = until };
	TRY(queue_session_new(c, &row, "queue_session.begun"));
	TRY(job_wake(c, "queue.ends", until));
	return answer(c, row.id, S("The session is open for everybody to see. Name cases, hear sales and customer engineering, then set the order."));
}
COMMAND_RUN(session_begin)

const struct command ranking_begin_cmd = {
	.name = "ranking.begin", .help = "Begin a ranking session: cases put in an order by hand, openly, with reasons and an end", FIELDS(begin_fields, struct begin_in),
	.need = CAN_LEAD, .run = RUN(session_begin),
};

/* ---- hearing ---- */

struct hear_in {
	int64_t session;
	struct str name, part, said;
};
static const struct field hear_fields[] = {
	SESSION_FIELD(struct hear_in),
	FIELD(struct hear_in, name, FIELD_STR, .required = true, .max = 120, .help = "who says it", .example = "Ana Ruiz"),
	FIELD(struct hear_in, part, FIELD_ENUM, .required = true, .choices = PARTS, .help = "for whom they speak: sales, ce (customer engineering) …"),
	FIELD(struct hear_in, said, FIELD_TEXT, .required = true, .max = 4000, .help = "what they say"),
};

static enum err session_hear(struct ctx *c, const struct hear_in *in)
{
	struct queue_session_rows_row s;
	TRY(open_session(c, in->session, &s));
	struct queue_session_voice_rows_row row = { .session_id = s.id, .name = in->name, .part = in->part, .said = in->said,
						    .by_id = queue_me(c) ? SOME(queue_me(c)) : NONE, .at_us = c->now_us };
	TRY(queue_session_voice_new(c, &row, "queue_session.heard"));
	return answer(c, s.id, arena_fmt(c->arena, "What %.*s says is written down.", STR_ARG(in->name)));
}
COMMAND_RUN(session_hear)

const struct command ranking_hear_cmd = {
	.name = "ranking.hear", .help = "Write down what somebody says in a ranking session", FIELDS(hear_fields, struct hear_in), .need = CAN_NOTE, .run = RUN(session_hear),
};

/* ---- the order ---- */

struct order_in {
	int64_t session;
	struct id_list tickets;
	struct str reason;
	struct opt_i64 at;
};
static const struct field order_fields[] = {
	SESSION_FIELD(struct order_in),
	FIELD(struct order_in, tickets, FIELD_IDS, .required = true, .max = PLACES_MOST, .help = "numbers of tickets, in their order"),
	FIELD(struct order_in, at, FIELD_INT, .min = 1, .max = PLACES_MOST, .help = "the place of the first of them (behind those that are named already)"),
	FIELD(struct order_in, reason, FIELD_STR, .required = true, .max = 500, .help = "why they stand there"),
};

static enum err may_be_named(struct ctx *c, const struct queue_session_rows_row *s, int64_t ticket)
{
	struct ticket_get_row t;
	enum ticket_status status = TICKET_NEW;
	if (ticket_load(c, ticket, &t) != OK) {
		fault_clear(&c->fault);
		return fail_field(c, S("tickets"), "There is no ticket %lld.", (long long)ticket);
	}
	if (str_eq(t.status, S("merged")))
		return fail_field(c, S("tickets"), "Ticket %lld was merged into %lld: name that one.", (long long)ticket, (long long)t.merged_into_id.v);
	if (!ticket_status_parse(t.status, &status) || !ticket_status_unsolved(status))
		return fail_field(c, S("tickets"), "Ticket %lld is %s: it has no place in a line. Leave it out, or open it again first.", (long long)ticket,
				  ticket_status_title(status));
	if (s->team_id.set && (!t.team_id.set || t.team_id.v != s->team_id.v))
		return fail_field(c, S("tickets"), "Ticket %lld is not that team's. Assign it to the team, or rank it in a session of the whole line.", (long long)ticket);
	return OK;
}

struct placed {
	int64_t ticket;
	struct str reason;
};

/* Writes the order as places 1 … n; what changed gets its event. */
static enum err write_places(struct ctx *c, int64_t session, const struct placed *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct queue_session_place_rows_row before, row;
		struct queue_place_of_row old;
		bool found;
		TRY(queue_place_of(c->db, c->arena, &old, &found, .session_id = session, .ticket_id = v[i].ticket));
		if (!found) {
			row = (struct queue_session_place_rows_row){ .session_id = session, .ticket_id = v[i].ticket, .place = (int64_t)i + 1, .reason = v[i].reason };
			TRY(queue_session_place_new(c, &row, "queue_session.ordered"));
			continue;
		}
		TRY(queue_session_place_read(c, old.id, &before));
		row = before;
		row.place = (int64_t)i + 1;
		row.reason = v[i].reason;
		row.removed_us = NONE;
		TRY(queue_session_place_save(c, &before, &row, "queue_session.ordered"));
	}
	return OK;
}

static bool listed(const struct id_list *l, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (l->v[i] == id)
			return true;
	return false;
}

static void put_named(const struct order_in *in, struct placed *v, size_t *n)
{
	for (size_t i = 0; i < in->tickets.n; i++)
		v[(*n)++] = (struct placed){ in->tickets.v[i], in->reason };
}

static enum err session_order(struct ctx *c, const struct order_in *in)
{
	struct queue_session_rows_row s;
	struct queue_places_of_row *old;
	size_t n_old, n = 0;
	TRY(open_session(c, in->session, &s));
	for (size_t i = 0; i < in->tickets.n; i++) {
		if (listed(&in->tickets, i, in->tickets.v[i]))
			return fail_field(c, S("tickets"), "Ticket %lld is named twice.", (long long)in->tickets.v[i]);
		TRY(may_be_named(c, &s, in->tickets.v[i]));
	}
	TRY(queue_places_of(c->db, c->arena, &old, &n_old, .session_id = s.id));
	if (n_old + in->tickets.n > PLACES_MOST)
		return fail_field(c, S("tickets"), "A session ranks at most %d cases.", PLACES_MOST);
	struct placed *v = arena_array(c->arena, struct placed, n_old + in->tickets.n);
	size_t others = 0;
	for (size_t i = 0; i < n_old; i++) {
		if (listed(&in->tickets, in->tickets.n, old[i].ticket_id))
			continue;
		if (in->at.set && others == (size_t)in->at.v - 1)
			put_named(in, v, &n);
		v[n++] = (struct placed){ old[i].ticket_id, old[i].reason };
		others++;
	}
	if (n == others)
		put_named(in, v, &n);
	TRY(write_places(c, s.id, v, n));
	return answer(c, s.id, s.set_us.set ? S("The order is changed, and holds.") : S("Named. The order holds once it is set."));
}
COMMAND_RUN(session_order)

const struct command ranking_order_cmd = {
	.name = "ranking.order", .help = "Name cases in a ranking session, in their order and with the reason", FIELDS(order_fields, struct order_in), .need = CAN_LEAD,
	.run = RUN(session_order),
};

struct remove_in {
	int64_t session, ticket;
};
static const struct field remove_fields[] = {
	SESSION_FIELD(struct remove_in),
	FIELD(struct remove_in, ticket, FIELD_ID, .required = true, .help = "number of the ticket"),
};

static enum err session_remove(struct ctx *c, const struct remove_in *in)
{
	struct queue_session_rows_row s;
	struct queue_session_place_rows_row before, row;
	struct queue_place_of_row old;
	bool found;
	TRY(open_session(c, in->session, &s));
	TRY(queue_place_of(c->db, c->arena, &old, &found, .session_id = s.id, .ticket_id = in->ticket));
	if (found)
		TRY(queue_session_place_read(c, old.id, &before));
	if (!found || before.removed_us.set)
		return fail_field(c, S("ticket"), "Ticket %lld is not named in this session.", (long long)in->ticket);
	row = before;
	row.removed_us = SOME(c->now_us);
	TRY(queue_session_place_save(c, &before, &row, "queue_session.unordered"));
	return answer(c, s.id, arena_fmt(c->arena, "Ticket %lld goes by the keys again.", (long long)in->ticket));
}
COMMAND_RUN(session_remove)

const struct command ranking_remove_cmd = {
	.name = "ranking.remove", .help = "Take a case out of a ranking session", FIELDS(remove_fields, struct remove_in), .need = CAN_LEAD, .run = RUN(session_remove),
};

/* ---- setting it, and its end ---- */

struct set_in {
	int64_t session;
	struct str unheard;
};
static const struct field set_fields[] = {
	SESSION_FIELD(struct set_in),
	FIELD(struct set_in, unheard, FIELD_STR, .max = 500, .help = "why it is set although sales or customer engineering was not heard"),
};

static enum err session_set(struct ctx *c, const struct set_in *in)
{
	struct queue_session_rows_row before, row;
	struct queue_places_of_row *places;
	struct queue_voices_of_row *voices;
	size_t n, n_voices;
	bool sales = false, ce = false;
	TRY(open_session(c, in->session, &before));
	if (before.set_us.set)
		return fail(c, ERR_CONFLICT, "Its order holds since %.*s.", STR_ARG(queue_when(c, before.set_us.v)));
	TRY(queue_places_of(c->db, c->arena, &places, &n, .session_id = before.id));
	if (!n)
		return fail(c, ERR_CONFLICT, "No case is named yet: there is no order to set.");
	TRY(queue_voices_of(c->db, c->arena, &voices, &n_voices, .session_id = before.id));
	for (size_t i = 0; i < n_voices; i++) {
		sales |= str_eq(voices[i].part, S("sales"));
		ce |= str_eq(voices[i].part, S("ce"));
	}
	if ((!sales || !ce) && !in->unheard.n)
		return fail_field(c, S("unheard"), "%s not heard yet. Hear them first, or say why it cannot wait.",
				  !sales && !ce ? "Sales and customer engineering are" : sales ? "Customer engineering is" : "Sales is");
	row = before;
	row.set_us = SOME(c->now_us);
	row.unheard = sales && ce ? STR_NULL : in->unheard;
	TRY(queue_session_save(c, &before, &row, "queue_session.set"));
	return answer(c, row.id, arena_fmt(c->arena, "The order holds until %.*s, and everybody sees it.", STR_ARG(queue_when(c, row.until_us))));
}
COMMAND_RUN(session_set)

const struct command ranking_set_cmd = {
	.name = "ranking.set", .help = "Set the order of a ranking session: from now on it goes before what is worked out", FIELDS(set_fields, struct set_in), .need = CAN_LEAD,
	.run = RUN(session_set),
};

struct prolong_in {
	int64_t session;
	struct opt_i64 until, hours;
};
static const struct field prolong_fields[] = { SESSION_FIELD(struct prolong_in), UNTIL_FIELDS(struct prolong_in) };

static enum err session_prolong(struct ctx *c, const struct prolong_in *in)
{
	struct queue_session_rows_row before, row;
	utime until;
	TRY(open_session(c, in->session, &before));
	TRY(queue_until(c, in->until, in->hours, SESSION_DAYS, true, &until));
	row = before;
	row.until_us = until;
	TRY(queue_session_save(c, &before, &row, "queue_session.prolonged"));
	TRY(job_wake(c, "queue.ends", until));
	return answer(c, row.id, arena_fmt(c->arena, "It holds until %.*s.", STR_ARG(queue_when(c, until))));
}
COMMAND_RUN(session_prolong)

const struct command ranking_prolong_cmd = {
	.name = "ranking.prolong", .help = "Say until when a ranking session holds", FIELDS(prolong_fields, struct prolong_in), .need = CAN_LEAD, .run = RUN(session_prolong),
};

struct session_end_in {
	int64_t session;
	struct str why;
};
static const struct field end_fields[] = {
	SESSION_FIELD(struct session_end_in),
	FIELD(struct session_end_in, why, FIELD_STR, .max = 500, .help = "what changed"),
};

static enum err session_end(struct ctx *c, const struct session_end_in *in)
{
	struct queue_session_rows_row before, row;
	TRY(open_session(c, in->session, &before));
	row = before;
	row.ended_us = SOME(c->now_us);
	row.ended_by = queue_me(c) ? SOME(queue_me(c)) : NONE;
	row.ended_why = in->why.n ? in->why : S("");
	TRY(queue_session_save(c, &before, &row, "queue_session.ended"));
	return answer(c, row.id, S("The session is over; the line goes by its keys again."));
}
COMMAND_RUN(session_end)

const struct command ranking_end_cmd = {
	.name = "ranking.end", .help = "End a ranking session", FIELDS(end_fields, struct session_end_in), .need = CAN_LEAD, .run = RUN(session_end),
};

/* ---- reading ---- */

struct session_list_in {
	struct opt_i64 before, max;
};
static const struct field list_fields[] = {
	FIELD(struct session_list_in, before, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct session_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err session_list(struct ctx *c, const struct session_list_in *in)
{
	struct queue_sessions_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(queue_sessions(c->db, c->arena, &v, &n, .before_id = in->before.set ? in->before.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "team", v[i].team);
		json_kstr(c->out, "held_by", v[i].held_name);
		json_ktime(c->out, "began", v[i].began_us);
		json_ktime(c->out, "until", v[i].until_us);
		json_kopt_time(c->out, "set", v[i].set_us);
		json_kopt_time(c->out, "ended", v[i].ended_us);
		json_ki64(c->out, "cases", v[i].places);
		json_ki64(c->out, "heard", v[i].voices);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[n - 2].id) : NONE);
	return OK;
}
COMMAND_RUN(session_list)

const struct command ranking_list_cmd = {
	.name = "ranking.list", .help = "Ranking sessions, newest first", FIELDS(list_fields, struct session_list_in), .need = CAN_READ, .reads = true, .run = RUN(session_list),
};

struct session_show_in {
	int64_t session;
};
static const struct field show_fields[] = { SESSION_FIELD(struct session_show_in) };

static enum err session_show(struct ctx *c, const struct session_show_in *in)
{
	struct queue_session_rows_row s;
	struct queue_places_of_row *p;
	struct queue_voices_of_row *v;
	size_t n, n_voices;
	TRY(queue_session_read(c, in->session, &s));
	TRY(queue_places_of(c->db, c->arena, &p, &n, .session_id = s.id));
	TRY(queue_voices_of(c->db, c->arena, &v, &n_voices, .session_id = s.id));
	json_obj(c->out);
	json_ki64(c->out, "id", s.id);
	json_kstr(c->out, "title", s.title);
	json_kstr(c->out, "why", s.why);
	json_kopt(c->out, "team", s.team_id);
	json_kstr(c->out, "held_by", s.held_name);
	json_ktime(c->out, "until", s.until_us);
	json_kopt_time(c->out, "set", s.set_us);
	json_kstr(c->out, "unheard", s.unheard);
	json_kopt_time(c->out, "ended", s.ended_us);
	json_key(c->out, "cases");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "place", p[i].place);
		json_ki64(c->out, "ticket", p[i].ticket_id);
		json_kstr(c->out, "reason", p[i].reason);
		json_kstr(c->out, "status", p[i].status);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_key(c->out, "heard");
	json_arr(c->out);
	for (size_t i = 0; i < n_voices; i++) {
		json_obj(c->out);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "part", v[i].part);
		json_kstr(c->out, "said", v[i].said);
		json_ktime(c->out, "at", v[i].at_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(session_show)

const struct command ranking_show_cmd = {
	.name = "ranking.show", .help = "One ranking session: its cases, its reasons, who was heard", FIELDS(show_fields, struct session_show_in), .need = CAN_READ, .reads = true,
	.run = RUN(session_show),
};
