/* next.c: "what next?": the line as a list, one case for the one who asks, and the areas that people name as theirs. */
#include "queue/parts.h"

#include "people/people.h"
#include "ticket/ticket.h"

#include "queue.sql.h"

#include <string.h>

#include "base/banned.h"

enum { LIST_MOST = 200, LIST_STANDARD = 50 };

int64_t queue_me(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
}

struct str queue_ids_json(struct arena *a, const int64_t *ids, size_t n)
{
	struct buf b;
	buf_init(&b, a, 24 * n + 8);
	buf_ch(&b, '[');
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)ids[i]);
	buf_ch(&b, ']');
	return buf_str(&b);
}

/* ---- queue.next ---- */

struct next_in {
	struct opt_i64 past;
	bool ramp, off;
};
static const struct field next_fields[] = {
	FIELD(struct next_in, past, FIELD_ID, .help = "number of the ticket before you: another one, please"),
	FIELD(struct next_in, ramp, FIELD_BOOL, .help = "give me one although I am in my first weeks"),
	FIELD(struct next_in, off, FIELD_BOOL, .help = "give me one although it is outside my working hours"),
};

struct str queue_skipped_lines(struct ctx *c, const struct pick_world *w, const struct pick *p)
{
	struct buf b;
	buf_init(&b, c->arena, 4000);
	for (size_t i = 0; i < p->n_skipped; i++) {
		const struct rank_case *x = line_at(w->line, p->skipped[i].place);
		buf_fmt(&b, "%s%.*s, #%lld: %.*s", i ? "\n" : "", STR_ARG(rank_nth(c->arena, (int64_t)p->skipped[i].place)), (long long)(x ? x->id : 0),
			STR_ARG(pick_skip_words(c->arena, w, &p->skipped[i])));
	}
	if (p->n_all_skipped > p->n_skipped)
		buf_fmt(&b, "\nand %zu more", p->n_all_skipped - p->n_skipped);
	return b.n ? buf_str(&b) : S("");
}

struct str queue_pick_why(struct ctx *c, const struct pick_world *w, const struct pick *p)
{
	return arena_fmt(c->arena, "%.*s in the line: %.*s. It is for you because %.*s.", STR_ARG(rank_nth(c->arena, (int64_t)p->place)), STR_ARG(line_why(c, w->line, p->place)),
			 STR_ARG(pick_words(c->arena, w, p)));
}

static enum err take(struct ctx *c, int64_t ticket)
{
	struct ticket_get_row t, before;
	TRY(ticket_load(c, ticket, &t));
	before = t;
	t.assignee_id = SOME(queue_me(c));
	if (str_eq(t.status, S("new")))
		TRY(ticket_move(c, &t, TICKET_OPEN, BY_TAKE, c->now_us));
	return ticket_save(c, "ticket.taken", &before, &t, &(struct ticket_note_to_log){ .rule = S("next"), .reason = S("asked for the next case") });
}

static enum err steps_in(struct ctx *c, const struct pick *p)
{
	struct absence_now_row a;
	bool found;
	TRY(absence_now(c->db, c->arena, &a, &found, .teammate_id = p->absent, .now_us = c->now_us));
	if (!found)
		return OK;
	struct absence_cover_rows_row row = { .absence_id = a.id, .ticket_id = SOME(p->ticket), .teammate_id = queue_me(c), .since_us = c->now_us,
					      .why = S("asked for the next case, and nobody who is there filled in") };
	return absence_cover_new(c, &row, "absence.covered");
}

static enum err nothing_fits(struct ctx *c, const struct pick_world *w, const struct pick *p)
{
	struct str skipped = queue_skipped_lines(c, w, p);
	if (!p->n_all_skipped)
		return fail(c, ERR_CONFLICT, "The line is empty: nothing waits for us. Enjoy it.");
	struct buf b;
	buf_init(&b, c->arena, 2000);
	for (size_t i = 0; i < skipped.n && b.n < 1900; i++)
		skipped.p[i] == '\n' ? buf_add(&b, S("; ")) : buf_ch(&b, skipped.p[i]);
	return fail(c, ERR_CONFLICT, "Nothing in the line is for you now. %.*s.", STR_ARG(buf_str(&b)));
}

static enum err give(struct ctx *c, const struct next_in *in, const struct pick_world *w)
{
	const struct pick_ask ask = { .me = queue_me(c), .passed = in->past.v, .ramp = in->ramp, .off = in->off };
	struct pick p;
	struct str why_not;
	if (!pick_may(c->arena, w, &ask, &why_not))
		return fail(c, ERR_CONFLICT, "%.*s", STR_ARG(why_not));
	pick_next(w, &ask, &p);
	if (p.how == PICK_NOTHING)
		return nothing_fits(c, w, &p);
	if (p.how == PICK_TAKE)
		TRY(take(c, p.ticket));
	if (p.how == PICK_COVER && p.steps_in)
		TRY(steps_in(c, &p));
	struct queue_pick_rows_row row = { .teammate_id = ask.me, .ticket_id = p.ticket, .how = str_c(pick_how_name(p.how)), .place = (int64_t)p.place,
					   .why = queue_pick_why(c, w, &p), .skipped = queue_skipped_lines(c, w, &p), .at_us = c->now_us };
	json_ki64(c->out, "ticket", p.ticket);
	json_kstr(c->out, "how", row.how);
	json_ki64(c->out, "place", row.place);
	json_kstr(c->out, "why", row.why);
	json_kstr(c->out, "skipped", row.skipped);
	json_kstr(c->out, "said", row.why);
	return queue_pick_new(c, &row, "queue.picked", p.ticket);
}

static enum err queue_next(struct ctx *c, const struct next_in *in)
{
	struct pick_world w;
	if (!queue_me(c))
		return fail(c, ERR_INPUT, "Only a teammate can be given a case. Say who you are.");
	TRY(queue_world(c, &w));
	enum err e = give(c, in, &w);
	line_put(w.line);
	return e;
}
COMMAND_RUN(queue_next)

const struct command queue_next_cmd = {
	.name = "queue.next", .help = "What next? The first case of the line that fits you: it is taken, or it is yours already, or you fill in",
	FIELDS(next_fields, struct next_in), .need = CAN_REPLY, .run = RUN(queue_next),
};

/* ---- queue.list, queue.show ---- */

struct list_in {
	struct opt_i64 after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, after, FIELD_INT, .min = 0, .max = INT32_MAX, .help = "the “next” of the page before: a place"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = LIST_MOST, .help = "how many at most (50)"),
};

static void put_case(struct ctx *c, const struct line *l, size_t place)
{
	const struct rank_case *x = line_at(l, place);
	json_obj(c->out);
	json_ki64(c->out, "place", (int64_t)place);
	json_ki64(c->out, "ticket", x->id);
	json_kstr(c->out, "why", line_why(c, l, place));
	json_kstr(c->out, "ahead_by", str_c(rank_key_name(l->order[place - 1].key)));
	json_kopt(c->out, "assignee", x->assignee ? SOME(x->assignee) : NONE);
	json_kstr(c->out, "tier", l->rules.tiers[x->tier].name);
	json_kbool(c->out, "at_risk", rank_at_risk(x, c->now_us));
	json_kopt_time(c->out, "due", x->due_us == RANK_NEVER ? NONE : SOME(x->due_us));
	json_ktime(c->out, "arrived", x->arrived_us);
	json_obj_end(c->out);
}

static void put_overload(struct ctx *c, const struct line *l)
{
	json_kstr(c->out, "order", l->order_words);
	json_kstr(c->out, "load", l->overload.id ? S("overload") : S("normal"));
	if (!l->overload.id)
		return;
	json_kstr(c->out, "overload_by", l->overload.by);
	json_kstr(c->out, "overload_why", l->overload.why);
	json_ktime(c->out, "overload_until", l->overload.until_us);
}

static enum err queue_list(struct ctx *c, const struct list_in *in)
{
	const struct line *l;
	size_t first = (size_t)in->after.v + 1, max = (size_t)(in->max.set ? in->max.v : LIST_STANDARD);
	TRY(line_hold(c, &l));
	json_obj(c->out);
	put_overload(c, l);
	json_ki64(c->out, "in_line", (int64_t)l->n_order);
	json_items(c->out);
	size_t place = first;
	for (; place <= l->n_order && place < first + max; place++)
		put_case(c, l, place);
	json_list_end(c->out, place <= l->n_order ? SOME((int64_t)place - 1) : NONE);
	line_put(l);
	return OK;
}
COMMAND_RUN(queue_list)

const struct command queue_list_cmd = {
	.name = "queue.list", .help = "The line: number one and all behind it, each with the reason for its place", FIELDS(list_fields, struct list_in), .need = CAN_READ,
	.reads = true, .run = RUN(queue_list),
};

struct show_in {
	int64_t ticket;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", .example = "42"),
};

static enum err queue_show(struct ctx *c, const struct show_in *in)
{
	const struct line *l;
	struct ticket_get_row t;
	size_t place;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(line_hold(c, &l));
	line_find(l, in->ticket, &place);
	if (place) {
		put_case(c, l, place);
	} else {
		json_obj(c->out);
		json_key(c->out, "place");
		json_nil(c->out);
		json_ki64(c->out, "ticket", t.id);
		json_kstr(c->out, "why", S("It does not stand in the line: it is not our turn, and no promise of ours is at risk"));
		json_obj_end(c->out);
	}
	line_put(l);
	return OK;
}
COMMAND_RUN(queue_show)

const struct command queue_show_cmd = {
	.name = "queue.show", .help = "Where a ticket stands in the line, and why", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true, .run = RUN(queue_show),
};

/* ---- areas of one's own ---- */

struct skill_in {
	struct str tag;
	struct opt_i64 teammate;
};
static const struct field skill_fields[] = {
	FIELD(struct skill_in, tag, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "an area, as tickets are tagged with it", .example = "executors"),
	FIELD(struct skill_in, teammate, FIELD_ID, .help = "whose (yours); another one's is for leads"),
};
enum { SKILLS_OF_ONE = 40 };

enum err queue_whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret)
{
	struct teammate t;
	*ret = teammate.set ? teammate.v : queue_me(c);
	if (!*ret)
		return fail_field(c, S("teammate"), "Say whose.");
	if (*ret != queue_me(c) && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Everybody says this for themselves; for somebody else a lead does.");
	if (people_get(c, *ret, &t) != OK || !str_eq(t.state, S("active"))) {
		fault_clear(&c->fault);
		return fail_field(c, S("teammate"), "There is no active teammate %lld.", (long long)*ret);
	}
	return OK;
}

static struct str tag_of(struct arena *a, struct str tag)
{
	struct buf b;
	buf_init(&b, a, 200);
	for (size_t i = 0; i < tag.n; i++)
		buf_ch(&b, tag.p[i] >= 'A' && tag.p[i] <= 'Z' ? (char)(tag.p[i] + 32) : tag.p[i] == ' ' ? '-' : tag.p[i]);
	return buf_str(&b);
}

static enum err skill_name(struct ctx *c, const struct skill_in *in)
{
	struct queue_skill_of_row old;
	struct queue_skill_rows_row row;
	bool found;
	int64_t who;
	struct pick_world w;
	TRY(queue_whose(c, in->teammate, &who));
	struct str tag = tag_of(c->arena, in->tag);
	TRY(queue_people(c, &w));
	if (pick_person(&w, who) && pick_person(&w, who)->n_skills >= SKILLS_OF_ONE)
		return fail_field(c, S("tag"), "That are many areas: drop one before you name another.");
	json_kstr(c->out, "tag", tag);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is named.", STR_ARG(tag)));
	TRY(queue_skill_of(c->db, c->arena, &old, &found, .teammate_id = who, .tag = tag));
	if (!found) {
		row = (struct queue_skill_rows_row){ .teammate_id = who, .tag = tag, .since_us = c->now_us };
		return queue_skill_new(c, &row, "skill.named");
	}
	TRY(queue_skill_read(c, old.id, &row));
	if (!row.ended_us.set)
		return fail_field(c, S("tag"), "It is named already.");
	struct queue_skill_rows_row before = row;
	row.since_us = c->now_us;
	row.ended_us = NONE;
	return queue_skill_save(c, &before, &row, "skill.named");
}
COMMAND_RUN(skill_name)

const struct command skill_name_cmd = {
	.name = "skill.name", .help = "Name an area as your own: its cases come to you first", FIELDS(skill_fields, struct skill_in), .need = CAN_REPLY, .run = RUN(skill_name),
};

static enum err skill_drop(struct ctx *c, const struct skill_in *in)
{
	struct queue_skill_of_row old;
	struct queue_skill_rows_row row;
	bool found;
	int64_t who;
	TRY(queue_whose(c, in->teammate, &who));
	TRY(queue_skill_of(c->db, c->arena, &old, &found, .teammate_id = who, .tag = tag_of(c->arena, in->tag)));
	if (found)
		TRY(queue_skill_read(c, old.id, &row));
	if (!found || row.ended_us.set)
		return fail_field(c, S("tag"), "It is not among the named ones.");
	struct queue_skill_rows_row before = row;
	row.ended_us = SOME(c->now_us);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is dropped.", STR_ARG(row.tag)));
	return queue_skill_save(c, &before, &row, "skill.dropped");
}
COMMAND_RUN(skill_drop)

const struct command skill_drop_cmd = {
	.name = "skill.drop", .help = "No longer name an area as your own", FIELDS(skill_fields, struct skill_in), .need = CAN_REPLY, .run = RUN(skill_drop),
};

/* ---- what one was told ---- */

struct read_in {
	int64_t up_to;
};
static const struct field read_fields[] = { FIELD(struct read_in, up_to, FIELD_ID, .required = true, .help = "number of the newest notice that was read") };

static enum err queue_read(struct ctx *c, const struct read_in *in)
{
	int64_t n;
	return queue_news_read(c->db, &n, .teammate_id = queue_me(c), .up_to = in->up_to, .read_us = c->now_us);
}
COMMAND_RUN(queue_read)

const struct command queue_read_cmd = {
	.name = "queue.read", .help = "What the desk told you is read", FIELDS(read_fields, struct read_in), .need = CAN_SIGNED_IN, .run = RUN(queue_read),
	.quiet_because = "that somebody has read a notice is nobody else's business",
};
