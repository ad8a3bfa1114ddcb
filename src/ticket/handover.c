/* handover.c: giving a case to somebody else: offered with what the next one must know, taken by somebody or falling back to the unassigned. See handover.h. */
#include "ticket/handover.h"
#include "ticket/guard.h"
#include "ticket/ticket_int.h"

#include "base/log.h"

#include <string.h>

static const struct {
	const char *name, *words, *from, *to;
} REASONS[] = {
#define HANDOVER_REASON(name, words, from, to, source) { name, words, from, to },
#include "handbook/handover.def"
};
static const struct {
	const char *priority;
	struct handover_way way;
	const char *from, *to;
} WAYS[] = {
#define HANDOVER_WAY(priority, way, words, minutes, from, to, source) { priority, { way, words, source, minutes }, from, to },
#include "handbook/handover.def"
};

static const struct {
	const char *words, *from, *to;
} TEXTS[] = {
#define HANDOVER_TEXT(words, from, to, source) { words, from, to },
#include "handbook/handover.def"
};

#include "base/banned.h"

enum { TEXT_MAX_BYTES = 8 << 10, BATCH = 100, UNTIL_MOST_DAYS = 14 };
_Static_assert(sizeof(struct handover_of_ticket_row) == sizeof(struct handover_rows_row), "handover.sql");

const char *const handover_reasons[] = { "time_zone", "vacation", "shortage", "overload", NULL };

struct handover_way handover_way_of(struct str priority, struct str day)
{
	for (size_t i = 0; i < ARRAY_LEN(WAYS); i++)
		if ((!*WAYS[i].priority || str_eq(priority, str_c(WAYS[i].priority))) && str_cmp(day, str_c(WAYS[i].from)) >= 0 &&
		    (!WAYS[i].to || str_cmp(day, str_c(WAYS[i].to)) < 0))
			return WAYS[i].way;
	return WAYS[ARRAY_LEN(WAYS) - 1].way;
}

struct str handover_text(struct str day)
{
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		if (str_cmp(day, str_c(TEXTS[i].from)) >= 0 && (!TEXTS[i].to || str_cmp(day, str_c(TEXTS[i].to)) < 0))
			return str_c(TEXTS[i].words);
	return S("");
}

/* "[what was done]": a place that the proposal leaves open. */
static bool left_open(struct str text)
{
	ptrdiff_t at = str_find(text, S("[what "));
	return at >= 0 && str_find(str_slice(text, (size_t)at, text.n), S("]")) > 0;
}

struct str handover_reason_words(struct str reason)
{
	for (size_t i = 0; i < ARRAY_LEN(REASONS); i++)
		if (str_eq(reason, str_c(REASONS[i].name)))
			return str_c(REASONS[i].words);
	return reason;
}

enum err handover_of(struct ctx *c, int64_t ticket, struct handover_of_ticket_row *ret, bool *ret_found)
{
	return handover_of_ticket(c->db, c->arena, ret, ret_found, .ticket_id = ticket);
}

static bool open_offer(const struct handover_of_ticket_row *h, bool found)
{
	return found && str_eq(h->state, S("offered"));
}

/* ---- rows ---- */

static enum err insert(struct ctx *c, struct handover_rows_row *h)
{
	struct handover_add_row id;
	TRY(handover_add(c->db, c->arena, &id, .ticket_id = h->ticket_id, .from_id = h->from_id, .by_name = h->by_name, .reason = h->reason, .way = h->way, .to_id = h->to_id,
			 .to_team_id = h->to_team_id, .context = h->context, .tried = h->tried, .links = h->links, .last_step = h->last_step, .next_step = h->next_step,
			 .note_id = h->note_id, .told_id = h->told_id, .state = h->state, .why = h->why, .offered_us = h->offered_us, .until_us = h->until_us,
			 .ended_us = h->ended_us, .taken_by = h->taken_by, .greeted_us = h->greeted_us));
	h->id = id.id;
	return event_append(c, &(struct event_new){ .kind = "handover.offered", .entity = "handover", .entity_id = h->id, .ticket_id = h->ticket_id, .reason = h->reason,
						    .data = fold_set_all(c->arena, &handover_rows_stmt, h) }, NULL);
}

static enum err save(struct ctx *c, const char *kind, const struct handover_of_ticket_row *before, const struct handover_of_ticket_row *h)
{
	TRY(handover_put(c->db, .id = h->id, .state = h->state, .why = h->why, .ended_us = h->ended_us, .taken_by = h->taken_by, .greeted_us = h->greeted_us));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "handover", .entity_id = h->id, .ticket_id = h->ticket_id,
						    .data = fold_set_diff(c->arena, &handover_rows_stmt, before, h) }, NULL);
}

static enum err end(struct ctx *c, const char *kind, const char *state, const struct handover_of_ticket_row *h, struct str why, int64_t taken_by)
{
	struct handover_of_ticket_row after = *h;
	after.state = str_c(state);
	after.why = why.n ? why : STR_NULL;
	after.ended_us = SOME(c->now_us);
	after.taken_by = taken_by ? SOME(taken_by) : NONE;
	return save(c, kind, h, &after);
}

/* ---- the note and the words to the customer ---- */

static struct str or_none(struct str s)
{
	return str_trim(s).n ? str_trim(s) : S("none");
}

static enum err leave_note(struct ctx *c, struct ticket_get_row *t, const struct handover_words *w, struct opt_i64 *ret)
{
	struct message_get_row m = { .ticket_id = t->id, .kind = S("note"), .state = S("sent"), .created_us = c->now_us, .at_us = c->now_us };
	m.body = arena_fmt(c->arena, "**Hand-over** (%.*s)\n\n**Context**\n%.*s\n\n**Tried so far**\n%.*s\n\n**Links**\n%.*s\n\n**Last step, and by whom**\n%.*s\n\n"
			   "**Next step, by whom and when**\n%.*s\n", STR_ARG(handover_reason_words(w->reason)), STR_ARG(or_none(w->context)), STR_ARG(or_none(w->tried)),
			   STR_ARG(or_none(w->links)), STR_ARG(or_none(w->last_step)), STR_ARG(or_none(w->next_step)));
	message_author(c, &m);
	TRY(message_insert(c, &m, NULL));
	*ret = SOME(m.id);
	struct ticket_get_row before = *t;
	t->messages++;
	return ticket_save(c, "ticket.noted", &before, t, &(struct ticket_note_to_log){ .rule = S("hand-over"),
			   .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id) });
}

/* The status stays; who wrote it is not made the holder by it. */
static enum err tell_customer(struct ctx *c, struct ticket_get_row *t, struct str words, struct opt_i64 *ret)
{
	struct ticket_get_row before = *t;
	struct message_get_row m;
	enum ticket_status s = ticket_status_of(t);
	struct reply_draft d = { .body = words, .status = s == TICKET_NEW ? TICKET_OPEN : s, .promise = t->promised_us, .mark = S("progress") };
	struct json_out aside, *out = c->out;      /* what a reply answers is not what a hand-over answers */
	json_init(&aside, c->arena, 64 << 10);
	json_obj(&aside);
	c->out = &aside;
	enum err e = ticket_write_reply(c, t, &d, &m);
	c->out = out;
	TRY(e);
	*ret = SOME(m.id);
	return ticket_save(c, "ticket.replied", &before, t, &(struct ticket_note_to_log){ .rule = S("hand-over"),
			   .more = arena_fmt(c->arena, "\"message\":%lld", (long long)m.id) });
}

/* ---- offering ---- */

struct handover_offer_in {
	int64_t ticket;
	struct handover_words words;
	struct opt_i64 to, team, until;
	struct str tell;
	bool anyway, secrets;
};

static enum err may_offer(struct ctx *c, const struct ticket_get_row *t, const struct handover_offer_in *in)
{
	struct handover_of_ticket_row h;
	bool found;
	if (!ticket_status_unsolved(ticket_status_of(t)))
		return fail(c, ERR_CONFLICT, "Ticket %lld is solved: there is nothing to hand over.", (long long)t->id);
	if (t->assignee_id.set && t->assignee_id.v != ticket_actor_id(c) && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "%.*s holds ticket %lld: they hand it over, or a lead does.", STR_ARG(ticket_teammate_name(c, t->assignee_id)),
			    (long long)t->id);
	if (!t->first_reply_us.set && t->requester_id.set && !in->tell.n && !in->anyway)
		return fail(c, ERR_CONFLICT, "Nobody has answered the customer yet: send the first response first, or tell them here. “anyway” hands it over as it is.");
	TRY(handover_of(c, t->id, &h, &found));
	if (open_offer(&h, found))
		return fail(c, ERR_CONFLICT, "Ticket %lld is offered already. Withdraw that offer first.", (long long)t->id);
	return OK;
}

static enum err check_to(struct ctx *c, const struct ticket_get_row *t, const struct handover_offer_in *in)
{
	if (in->to.set && in->team.set)
		return fail_field(c, S("team"), "Offer it to one colleague, or to a team.");
	if (in->to.set)
		TRY(ticket_check_assignee(c, S("to"), in->to.v));
	if (in->to.set && t->assignee_id.set && t->assignee_id.v == in->to.v)
		return fail_field(c, S("to"), "%.*s holds it already.", STR_ARG(ticket_teammate_name(c, in->to)));
	if (in->team.set) {
		struct ticket_team_row team;
		bool found;
		TRY(ticket_team(c->db, c->arena, &team, &found, .id = in->team.v));
		if (!found)
			return fail_field(c, S("team"), "There is no team %lld.", (long long)in->team.v);
	}
	if (in->until.set && (in->until.v <= c->now_us || in->until.v > c->now_us + UNTIL_MOST_DAYS * UTIME_US_PER_DAY))
		return fail_field(c, S("until"), "An offer waits until some time within the next %d days.", UNTIL_MOST_DAYS);
	return OK;
}

static enum err handover_offer(struct ctx *c, const struct handover_offer_in *in)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	TRY(may_offer(c, &t, in));
	TRY(check_to(c, &t, in));
	if (left_open(in->tell))
		return fail_field(c, S("tell"), "Fill in what stands in [brackets], or leave the customer's words empty.");
	if (!in->secrets && in->tell.n)
		TRY(guard_refuse(c, "tell", in->tell));
	struct handover_way way = handover_way_of(t.priority, ticket_date(c->arena, c->now_us));
	struct handover_rows_row h = {
		.ticket_id = t.id, .from_id = t.assignee_id, .by_name = c->actor.name.n ? c->actor.name : S("tend"), .reason = in->words.reason, .way = str_c(way.way),
		.to_id = in->to, .to_team_id = in->team, .context = in->words.context, .tried = or_none(in->words.tried), .links = or_none(in->words.links),
		.last_step = in->words.last_step, .next_step = in->words.next_step, .state = S("offered"), .why = STR_NULL, .offered_us = c->now_us,
		.until_us = in->until.set ? in->until.v : c->now_us + way.minutes * UTIME_US_PER_MINUTE,
	};
	if (in->tell.n)
		TRY(tell_customer(c, &t, in->tell, &h.told_id));
	TRY(leave_note(c, &t, &in->words, &h.note_id));
	TRY(insert(c, &h));
	TRY(job_wake(c, "ticket.handover", h.until_us));
	ticket_answer(c, t.id);
	json_ki64(c->out, "handover", h.id);
	json_ktime(c->out, "until", h.until_us);
	ticket_said(c, "Offered to %.*s until %.*s. You hold it until somebody takes it.",
		    STR_ARG(in->to.set ? ticket_teammate_name(c, in->to) : in->team.set ? S("the team") : S("whoever comes next")), STR_ARG(ticket_when(c, h.until_us)));
	return OK;
}

enum err handover_give(struct ctx *c, int64_t ticket, int64_t to, const struct handover_words *words, int64_t *ret_handover)
{
	struct ticket_get_row t;
	struct handover_of_ticket_row old;
	bool found;
	TRY(ticket_load_writable(c, ticket, &t));
	TRY(ticket_check_assignee(c, S("to"), to));
	TRY(handover_of(c, t.id, &old, &found));
	if (open_offer(&old, found))
		TRY(end(c, "handover.withdrawn", "withdrawn", &old, STR_NULL, 0));
	struct handover_rows_row h = {
		.ticket_id = t.id, .from_id = t.assignee_id, .by_name = c->actor.name.n ? c->actor.name : S("tend"), .reason = words->reason, .way = S("direct"),
		.to_id = SOME(to), .context = or_none(words->context), .tried = or_none(words->tried), .links = or_none(words->links), .last_step = or_none(words->last_step),
		.next_step = or_none(words->next_step), .state = S("offered"), .why = STR_NULL, .offered_us = c->now_us, .until_us = c->now_us,
	};
	TRY(leave_note(c, &t, words, &h.note_id));
	TRY(insert(c, &h));
	*ret_handover = h.id;
	struct ticket_get_row before = t;
	t.assignee_id = SOME(to);
	return ticket_save(c, "ticket.assigned", &before, &t, &(struct ticket_note_to_log){ .rule = S("hand-over"), .reason = handover_reason_words(words->reason) });
}

struct handover_give_in {
	int64_t ticket, to;
	struct handover_words words;
};

static enum err handover_give_run(struct ctx *c, const struct handover_give_in *in)
{
	int64_t id;
	TRY(handover_give(c, in->ticket, in->to, &in->words, &id));
	ticket_answer(c, in->ticket);
	json_ki64(c->out, "handover", id);
	ticket_said(c, "%.*s holds it now.", STR_ARG(ticket_teammate_name(c, SOME(in->to))));
	return OK;
}

/* ---- taking it, or not ---- */

/* Whoever comes to hold it has taken it. Called by ticket_save when the holder changed. */
enum err handover_on_held(struct ctx *c, const struct ticket_get_row *t)
{
	struct handover_of_ticket_row h;
	bool found;
	TRY(handover_of(c, t->id, &h, &found));
	bool offered = open_offer(&h, found), fell = found && str_eq(h.state, S("fallen_back"));
	if ((!offered && !fell) || !t->assignee_id.set)
		return OK;
	if (fell)
		TRY(ticket_tag_put(c, t->id, S("plain"), S(HANDOVER_TAG), false, 0));
	return offered ? end(c, "handover.accepted", "accepted", &h, STR_NULL, t->assignee_id.v) : end(c, "handover.taken", "taken", &h, STR_NULL, t->assignee_id.v);
}

struct handover_answer_in {
	int64_t ticket;
	struct str why;
};

static enum err offer_of(struct ctx *c, int64_t ticket, struct ticket_get_row *t, struct handover_of_ticket_row *h)
{
	bool found;
	TRY(ticket_load_writable(c, ticket, t));
	TRY(handover_of(c, ticket, h, &found));
	if (found && str_eq(h->state, S("accepted")) && h->taken_by.v != ticket_actor_id(c))
		return fail(c, ERR_CONFLICT, "%.*s has taken ticket %lld already.", STR_ARG(ticket_teammate_name(c, h->taken_by)), (long long)ticket);
	if (!open_offer(h, found))
		return fail(c, ERR_CONFLICT, "Ticket %lld is not offered to anybody (any more).", (long long)ticket);
	return OK;
}

static enum err is_offered_to_me(struct ctx *c, const struct handover_of_ticket_row *h)
{
	int64_t me = ticket_actor_id(c);
	if (!me)
		return fail(c, ERR_INPUT, "Only a teammate can answer an offer. Say who you are.");
	if (h->to_id.set && h->to_id.v != me)
		return fail(c, ERR_FORBIDDEN, "It is offered to %.*s.", STR_ARG(ticket_teammate_name(c, h->to_id)));
	if (h->to_team_id.set) {
		struct handover_in_team_row row;
		bool in;
		TRY(handover_in_team(c->db, c->arena, &row, &in, .team_id = h->to_team_id.v, .teammate_id = me));
		if (!in && !(c->actor.caps & CAN_LEAD))
			return fail(c, ERR_FORBIDDEN, "It is offered to another team.");
	}
	return OK;
}

static enum err handover_accept(struct ctx *c, const struct handover_answer_in *in)
{
	struct ticket_get_row t, before;
	struct handover_of_ticket_row h;
	TRY(offer_of(c, in->ticket, &t, &h));
	TRY(is_offered_to_me(c, &h));
	before = t;
	t.assignee_id = SOME(ticket_actor_id(c));
	ticket_answer(c, t.id);
	if (before.assignee_id.set && before.assignee_id.v == t.assignee_id.v)
		return fail(c, ERR_CONFLICT, "You hold ticket %lld already: withdraw the offer instead.", (long long)t.id);
	ticket_said(c, "You hold it now. Read the hand-over, then greet the customer.");
	if (ticket_status_of(&t) == TICKET_NEW)
		TRY(ticket_move(c, &t, TICKET_OPEN, BY_TAKE, c->now_us));
	return ticket_save(c, "ticket.taken", &before, &t, &(struct ticket_note_to_log){ .rule = S("hand-over"), .reason = handover_reason_words(h.reason) });
}

static enum err handover_decline(struct ctx *c, const struct handover_answer_in *in)
{
	struct ticket_get_row t;
	struct handover_of_ticket_row h;
	TRY(offer_of(c, in->ticket, &t, &h));
	if (!h.to_id.set)
		return fail(c, ERR_CONFLICT, "It is offered to more than one: leave it to the others.");
	TRY(is_offered_to_me(c, &h));
	ticket_answer(c, t.id);
	ticket_said(c, "Declined. %.*s keeps it and sees why.", STR_ARG(ticket_teammate_name(c, h.from_id)));
	return end(c, "handover.declined", "declined", &h, in->why, 0);
}

static enum err handover_withdraw(struct ctx *c, const struct handover_answer_in *in)
{
	struct ticket_get_row t;
	struct handover_of_ticket_row h;
	int64_t me = ticket_actor_id(c);
	TRY(offer_of(c, in->ticket, &t, &h));
	if (me && !(h.from_id.set && h.from_id.v == me) && !(t.assignee_id.set && t.assignee_id.v == me) && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Only %.*s or a lead withdraws this offer.", STR_ARG(h.by_name));
	ticket_answer(c, t.id);
	ticket_said(c, "The offer is withdrawn.");
	return end(c, "handover.withdrawn", "withdrawn", &h, in->why, 0);
}

enum err handover_on_reply(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct handover_of_ticket_row h, after;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE || strcmp(e->entity, "ticket") != 0)
		return OK;
	TRY(handover_of(c, e->entity_id, &h, &found));
	if (!found || !h.taken_by.set || h.greeted_us.set || h.taken_by.v != c->actor.id)
		return OK;
	after = h;
	after.greeted_us = SOME(c->now_us);
	return save(c, "handover.greeted", &h, &after);
}

/* ---- when nobody takes it ---- */

utime handover_next(struct ctx *c)
{
	struct handover_first_due_row row;
	bool any = false;
	if (handover_first_due(c->db, c->arena, &row, &any) != OK || !any)
		return INT64_MAX;
	return row.until_us <= c->now_us ? c->now_us + UTIME_US_PER_MINUTE : row.until_us;
}

static enum err fall_back(struct ctx *c, void *arg)
{
	struct ticket_get_row t, before;
	struct handover_of_ticket_row h;
	bool found;
	TRY(ticket_get(c->db, c->arena, &t, .id = *(const int64_t *)arg));
	TRY(handover_of(c, t.id, &h, &found));
	if (!open_offer(&h, found) || h.until_us > c->now_us)
		return OK;
	if (!ticket_status_unsolved(ticket_status_of(&t)))      /* solved, merged or put away meanwhile */
		return end(c, "handover.withdrawn", "withdrawn", &h, S("it ended meanwhile"), 0);
	TRY(end(c, "handover.fallen_back", "fallen_back", &h, STR_NULL, 0));
	TRY(ticket_tag_put(c, t.id, S("plain"), S(HANDOVER_TAG), true, 0));
	TRY(ticket_add_system_note(c, t.id, S("Nobody took the hand-over in time: it is with the unassigned now."), "hand-over"));
	before = t;
	t.assignee_id = NONE;
	return ticket_save(c, "ticket.released", &before, &t, &(struct ticket_note_to_log){ .rule = S("hand-over"), .reason = S("nobody took it in time") });
}

enum err handover_job(struct ctx *c, const struct job *j)
{
	(void)j;
	for (bool more = true; more;) {
		struct handover_due_row *rows;
		size_t n, well = 0;
		TRY(handover_due(c->db, c->arena, &rows, &n, .now_us = c->now_us, .max = BATCH));
		for (size_t i = 0; i < n; i++) {
			enum err e = ctx_write(c, true, fall_back, &rows[i].ticket_id);
			well += e == OK;
			if (e != OK) {
				log_msg(LOG_WARN, "ticket.handover", "ticket %lld: %s", (long long)rows[i].ticket_id, c->fault.message);
				fault_clear(&c->fault);
			}
		}
		more = n == BATCH && well == n;
	}
	return OK;
}

/* ---- the list ---- */

struct handover_list_in {
	struct opt_i64 after, max;
};

static enum err handover_list(struct ctx *c, const struct handover_list_in *in)
{
	struct handover_open_page_row *rows;
	struct held_figures_row f;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(handover_open_page(c->db, c->arena, &rows, &n, .after = in->after.v, .max = max + 1));
	TRY(held_figures(c->db, c->arena, &f, .since_us = c->now_us - 30 * UTIME_US_PER_DAY));
	bool more = (int64_t)n > max;
	json_obj(c->out);
	json_ki64(c->out, "hand_offs_30_days", f.hand_offs);
	json_ki64(c->out, "cases_30_days", f.cases);
	json_items(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "handover", rows[i].id);
		json_ki64(c->out, "ticket", rows[i].ticket_id);
		json_kstr(c->out, "subject", rows[i].subject);
		json_kstr(c->out, "state", rows[i].state);
		json_kstr(c->out, "reason", rows[i].reason);
		json_kstr(c->out, "way", rows[i].way);
		json_kstr(c->out, "by", rows[i].by_name);
		json_kopt(c->out, "to", rows[i].to_id);
		json_kstr(c->out, "team", rows[i].team);
		json_kstr(c->out, "next_step", rows[i].next_step);
		json_ktime(c->out, "until", rows[i].until_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(rows[max - 1].id) : NONE);
	return OK;
}

COMMAND_RUN(handover_offer)
COMMAND_RUN(handover_give_run)
COMMAND_RUN(handover_accept)
COMMAND_RUN(handover_decline)
COMMAND_RUN(handover_withdraw)
COMMAND_RUN(handover_list)
#define WORD(T, member, what, wanted, words_)                                                                                                     \
	{ .name = #member, .type = (what), .c = FIELD_C_STR, .required = (wanted), .max = TEXT_MAX_BYTES,                                         \
	  .offset = offsetof(T, words) + offsetof(struct handover_words, member), .help = words_ }
#define WORDS(T, all)                                                                                                                             \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),                        \
	{ .name = "reason", .type = FIELD_ENUM, .c = FIELD_C_STR, .required = true, .choices = handover_reasons,                                  \
	  .offset = offsetof(T, words) + offsetof(struct handover_words, reason), .help = "why it changes hands" },                               \
	WORD(T, context, FIELD_TEXT, all, "what the case is about, and what matters of the customer"),                                            \
	WORD(T, tried, FIELD_TEXT, false, "what was tried and seen so far"),                                                                      \
	WORD(T, links, FIELD_TEXT, false, "docs, threads, issues"),                                                                               \
	WORD(T, last_step, FIELD_TEXT, all, "the last step, and by whom"),                                                                        \
	WORD(T, next_step, FIELD_TEXT, all, "the next step, by whom and when")
static const struct field offer_fields[] = {
	WORDS(struct handover_offer_in, true),
	FIELD(struct handover_offer_in, to, FIELD_ID, .help = "number of the colleague it is offered to; whoever comes next unless said"),
	FIELD(struct handover_offer_in, team, FIELD_ID, .help = "number of the team it is offered to"),
	FIELD(struct handover_offer_in, until, FIELD_TIME, .help = "until when the offer waits; by its priority unless said"),
	FIELD(struct handover_offer_in, tell, FIELD_TEXT, .help = "what the customer is told: sent at once, the status stays"),
	FIELD(struct handover_offer_in, anyway, FIELD_BOOL, .help = "although nobody has answered the customer yet"),
	FIELD(struct handover_offer_in, secrets, FIELD_BOOL, .help = "although the words to the customer look like they hold a secret"),
};
static const struct field give_fields[] = {
	WORDS(struct handover_give_in, true),
	FIELD(struct handover_give_in, to, FIELD_ID, .required = true, .help = "number of the colleague who holds it from now on"),
};
static const struct field answer_fields[] = {
	FIELD(struct handover_answer_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
	FIELD(struct handover_answer_in, why, FIELD_STR, .max = 500, .help = "why, for who offered it"),
};
static const struct field list_fields[] = {
	FIELD(struct handover_list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct handover_list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
const struct command handover_offer_cmd = {
	.name = "handover.offer", .help = "Offer a case to somebody else, with what they must know", FIELDS(offer_fields, struct handover_offer_in), .need = CAN_REPLY,
	.run = RUN(handover_offer),
};
const struct command handover_give_cmd = {
	.name = "handover.give", .help = "Hand a case over without waiting for an answer", FIELDS(give_fields, struct handover_give_in), .need = CAN_REPLY | CAN_LEAD,
	.run = RUN(handover_give_run),
};
const struct command handover_accept_cmd = {
	.name = "handover.accept", .help = "Take a case that is offered to you", FIELDS(answer_fields, struct handover_answer_in), .need = CAN_REPLY, .run = RUN(handover_accept),
};
const struct command handover_decline_cmd = {
	.name = "handover.decline", .help = "Decline a case that is offered to you", FIELDS(answer_fields, struct handover_answer_in), .need = CAN_REPLY,
	.run = RUN(handover_decline),
};
const struct command handover_withdraw_cmd = {
	.name = "handover.withdraw", .help = "Withdraw an offer that nobody has taken", FIELDS(answer_fields, struct handover_answer_in), .need = CAN_REPLY,
	.run = RUN(handover_withdraw),
};
const struct command handover_list_cmd = {
	.name = "handover.list", .help = "Cases that are offered, or fell back to the unassigned", FIELDS(list_fields, struct handover_list_in), .need = CAN_READ, .reads = true,
	.run = RUN(handover_list),
};
