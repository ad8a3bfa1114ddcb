/* absence.c: who is away, who fills in, and that somebody looks through their cases each day. The owner of a case stays its owner: whoever is away longer than
 * the rule in force says hands their cases over, which is another act. */
#include "queue/parts.h"

#include "core/job.h"
#include "people/people.h"
#include "ticket/ticket.h"

#include "queue.sql.h"

#include "base/banned.h"

enum { DAYS_MOST = 400, LIST_MOST = 500 };

static const char *const KINDS[] = { "time_off", "sick", "holiday", "leave", "training", "other", NULL };
#define ABSENCE_FIELD(T) FIELD(T, absence, FIELD_ID, .required = true, .positional = true, .help = "number of the absence", .example = "5")

struct dates {
	int64_t from, until, today;
	utime from_us, until_us;
};

static enum err read_dates(struct ctx *c, const struct teammate *t, struct str from, struct str until, struct dates *ret)
{
	ret->from = day_of(from);
	ret->until = day_of(until);
	ret->today = day_at(t->zone, c->now_us);
	if (ret->until < ret->from)
		return fail_field(c, S("until"), "It ends before it begins.");
	if (ret->until < ret->today)
		return fail_field(c, S("until"), "That is past: an absence lies ahead, or goes on.");
	if (ret->until - ret->from >= DAYS_MOST)
		return fail_field(c, S("until"), "That is longer than a year: write down the next part when it comes.");
	ret->from_us = day_begin_us(t->zone, ret->from);
	ret->until_us = day_begin_us(t->zone, ret->until + 1);
	return OK;
}

static enum err no_overlap(struct ctx *c, int64_t who, int64_t but, const struct dates *d)
{
	struct absence_overlap_row o;
	bool found;
	TRY(absence_overlap(c->db, c->arena, &o, &found, .teammate_id = who, .but = but, .from_us = d->from_us, .until_us = d->until_us));
	return found ? fail_field(c, S("from"), "There is an absence from %.*s to %.*s already: change that one.", STR_ARG(o.from_day), STR_ARG(o.until_day)) : OK;
}

static int64_t working_days(const struct dates *d)
{
	int64_t n = 0;
	for (int64_t day = d->from; day <= d->until; day++)
		n += day_is_working(day);
	return n;
}

struct str absence_days(struct ctx *c, struct str from, struct str until)
{
	int64_t today = day_at(c->actor.zone, c->now_us);
	return str_eq(from, until) ? day_words(c->arena, day_of(from), today) :
	       arena_fmt(c->arena, "%.*s to %.*s", STR_ARG(day_words(c->arena, day_of(from), today)), STR_ARG(day_words(c->arena, day_of(until), today)));
}

/* What practice says to it: nothing of it forbids an absence. */
static enum err advice(struct ctx *c, const struct teammate *t, const struct absence_rows_row *a, const struct dates *d, struct buf *b)
{
	struct queue_rule_on_row fill, notice, most;
	struct absences_around_row *around;
	struct queue_blocks_row *blocks;
	size_t n, n_blocks, others = 0;
	bool found;
	int64_t days = working_days(d);
	TRY(queue_rule(c, "fill_in", &fill, &found));
	if (found && days > fill.n.v)
		buf_fmt(b, " These are %lld working days: hand the cases over rather than have somebody fill in.", (long long)days);
	TRY(queue_rule(c, "notice", &notice, &found));
	if (found && days > 1 && !str_eq(a->kind, S("sick")) && d->from - d->today < notice.n.v)
		buf_fmt(b, " It is announced less than %lld days before: tell your manager.", (long long)notice.n.v);
	TRY(queue_rule(c, "block", &most, &found));
	TRY(absences_around(c->db, c->arena, &around, &n, .from_us = d->from_us, .until_us = d->until_us, .max = LIST_MOST));
	TRY(queue_blocks(c->db, c->arena, &blocks, &n_blocks, .date = people_date(c->arena, c->now_us)));
	struct str side, block = queue_block_of(blocks, n_blocks, t->zone, &side), who = S("");
	for (size_t i = 0; i < n; i++)
		if (around[i].teammate_id != t->id && !str_eq(around[i].kind, S("holiday")) && block.n && str_eq(queue_block_of(blocks, n_blocks, around[i].zone, &side), block)) {
			others++;
			who = around[i].name;
		}
	if (found && !str_eq(a->kind, S("holiday")) && (int64_t)others >= most.n.v)
		buf_fmt(b, " %.*s of the same hours (%.*s) is away then too.", STR_ARG(who), STR_ARG(block));
	return OK;
}

static enum err check_cover(struct ctx *c, const struct absence_rows_row *a, int64_t who, const char *field)
{
	struct teammate t;
	struct absence_overlap_row o;
	bool found;
	if (who == a->teammate_id)
		return fail_field(c, str_c(field), "Nobody fills in for themselves: name somebody else.");
	if (people_get(c, who, &t) != OK || !str_eq(t.state, S("active"))) {
		fault_clear(&c->fault);
		return fail_field(c, str_c(field), "There is no active teammate %lld.", (long long)who);
	}
	if (!(access_caps(t.access) & CAN_REPLY))
		return fail_field(c, str_c(field), "%.*s does not answer customers: name somebody who does.", STR_ARG(t.name));
	TRY(absence_overlap(c->db, c->arena, &o, &found, .teammate_id = who, .but = 0, .from_us = a->from_us, .until_us = a->until_us));
	if (found)
		return fail_field(c, str_c(field), "%.*s is away from %.*s to %.*s: name somebody who is there.", STR_ARG(t.name), STR_ARG(o.from_day), STR_ARG(o.until_day));
	return OK;
}

static enum err add_cover(struct ctx *c, const struct absence_rows_row *a, struct opt_i64 ticket, int64_t who, struct str why)
{
	struct absence_covers_of_row *old;
	struct teammate absent;
	size_t n;
	TRY(absence_covers_of(c->db, c->arena, &old, &n, .absence_id = a->id));
	for (size_t i = 0; i < n; i++) {
		struct absence_cover_rows_row before, row;
		if (old[i].ticket_id.set != ticket.set || old[i].ticket_id.v != ticket.v)
			continue;
		if (old[i].teammate_id == who)
			return fail_field(c, S("cover"), "%.*s fills in there already.", STR_ARG(old[i].name));
		TRY(absence_cover_read(c, old[i].id, &before));
		row = before;
		row.ended_us = SOME(c->now_us);
		TRY(absence_cover_save(c, &before, &row, "absence.uncovered"));
	}
	struct absence_cover_rows_row row = { .absence_id = a->id, .ticket_id = ticket, .teammate_id = who, .since_us = c->now_us, .why = why.n ? why : S("") };
	TRY(absence_cover_new(c, &row, "absence.covered"));
	TRY(people_get(c, a->teammate_id, &absent));
	if (who == queue_me(c))
		return OK;
	struct str what = ticket.set ? arena_fmt(c->arena, "case #%lld of %.*s", (long long)ticket.v, STR_ARG(absent.name)) : arena_fmt(c->arena, "%.*s", STR_ARG(absent.name));
	return queue_tell(c, who, arena_fmt(c->arena, "You fill in for %.*s, %.*s.", STR_ARG(what), STR_ARG(absence_days(c, a->from_day, a->until_day))), S("/away"));
}

/* ---- planning ---- */

struct plan_in {
	struct opt_i64 teammate, cover;
	struct str from, until, kind, note;
};
static const struct field plan_fields[] = {
	FIELD(struct plan_in, from, FIELD_DATE, .required = true, .help = "the first day away", .example = "2026-12-21"),
	FIELD(struct plan_in, until, FIELD_DATE, .required = true, .help = "the last day away"),
	FIELD(struct plan_in, kind, FIELD_ENUM, .choices = KINDS, .help = "what it is (time_off)"),
	FIELD(struct plan_in, cover, FIELD_ID, .help = "who fills in for your cases"),
	FIELD(struct plan_in, note, FIELD_STR, .max = 500, .help = "what whoever fills in should know"),
	FIELD(struct plan_in, teammate, FIELD_ID, .help = "who is away (you); another one's is for leads, but everybody may say that somebody is sick"),
};

static enum err absence_whose(struct ctx *c, const struct plan_in *in, struct teammate *ret)
{
	int64_t who = in->teammate.set ? in->teammate.v : queue_me(c);
	if (!str_eq(in->kind, S("sick")) || !in->teammate.set)
		TRY(queue_whose(c, in->teammate, &who));
	if (people_get(c, who, ret) != OK || !str_eq(ret->state, S("active"))) {
		fault_clear(&c->fault);
		return fail_field(c, S("teammate"), "There is no active teammate %lld.", (long long)who);
	}
	return OK;
}

static enum err absence_plan(struct ctx *c, const struct plan_in *in)
{
	struct teammate t;
	struct dates d = { 0 };
	struct buf said;
	TRY(absence_whose(c, in, &t));
	TRY(read_dates(c, &t, in->from, in->until, &d));
	TRY(no_overlap(c, t.id, 0, &d));
	struct absence_rows_row a = { .teammate_id = t.id, .kind = in->kind.n ? in->kind : S("time_off"), .from_day = in->from, .until_day = in->until, .from_us = d.from_us,
				      .until_us = d.until_us, .note = in->note.n ? in->note : S(""), .created_by = queue_me(c) ? SOME(queue_me(c)) : NONE, .created_us = c->now_us,
				      .told_us = d.from_us <= c->now_us ? SOME(c->now_us) : NONE };
	if (in->cover.set)
		TRY(check_cover(c, &a, in->cover.v, "cover"));
	TRY(absence_new(c, &a, "absence.planned"));
	if (in->cover.set)
		TRY(add_cover(c, &a, NONE, in->cover.v, S("")));
	buf_init(&said, c->arena, 2000);
	buf_fmt(&said, "Written down: away from %.*s to %.*s.", STR_ARG(day_words(c->arena, d.from, d.today)), STR_ARG(day_words(c->arena, d.until, d.today)));
	TRY(advice(c, &t, &a, &d, &said));
	if (!in->cover.set)
		buf_add(&said, S(" Nobody fills in yet: name somebody."));
	TRY(job_wake(c, "queue.ends", d.from_us > c->now_us ? d.from_us : c->now_us));
	TRY(queue_tell_around(c, t.id, arena_fmt(c->arena, "%.*s is away, %.*s.", STR_ARG(t.name), STR_ARG(absence_days(c, in->from, in->until))), S("/away")));
	json_ki64(c->out, "absence", a.id);
	json_kstr(c->out, "said", buf_str(&said));
	return OK;
}
COMMAND_RUN(absence_plan)

const struct command absence_plan_cmd = {
	.name = "absence.plan", .help = "Say when you are away, and who fills in", FIELDS(plan_fields, struct plan_in), .need = CAN_NOTE, .run = RUN(absence_plan),
};

/* ---- changing, ending ---- */

static enum err open_absence(struct ctx *c, int64_t id, bool own, struct absence_rows_row *ret)
{
	TRY(absence_read(c, id, ret));
	if (ret->ended_us.set || ret->until_us <= c->now_us)
		return fail(c, ERR_CONFLICT, "That absence is over.");
	if (own && ret->teammate_id != queue_me(c) && !(c->actor.caps & CAN_LEAD))
		return fail(c, ERR_FORBIDDEN, "Everybody says this for themselves; for somebody else a lead does.");
	return OK;
}

struct change_in {
	int64_t absence;
	struct str from, until, note;
};
static const struct field change_fields[] = {
	ABSENCE_FIELD(struct change_in),
	FIELD(struct change_in, from, FIELD_DATE, .help = "the first day away"),
	FIELD(struct change_in, until, FIELD_DATE, .help = "the last day away"),
	FIELD(struct change_in, note, FIELD_STR, .max = 500, .help = "what whoever fills in should know"),
};

static enum err absence_change(struct ctx *c, const struct change_in *in)
{
	struct absence_rows_row before, a;
	struct teammate t;
	struct dates d = { 0 };
	TRY(open_absence(c, in->absence, true, &before));
	TRY(people_get(c, before.teammate_id, &t));
	a = before;
	a.from_day = in->from.p ? in->from : before.from_day;
	a.until_day = in->until.p ? in->until : before.until_day;
	a.note = in->note.p ? in->note : before.note;
	TRY(read_dates(c, &t, a.from_day, a.until_day, &d));
	TRY(no_overlap(c, t.id, a.id, &d));
	a.from_us = d.from_us;
	a.until_us = d.until_us;
	if (a.from_us > c->now_us)
		a.told_us = NONE;
	TRY(absence_save(c, &before, &a, "absence.changed"));
	TRY(job_wake(c, "queue.ends", d.from_us > c->now_us ? d.from_us : c->now_us));
	json_ki64(c->out, "absence", a.id);
	json_kstr(c->out, "said", S("Changed."));
	return OK;
}
COMMAND_RUN(absence_change)

const struct command absence_change_cmd = {
	.name = "absence.change", .help = "Change the days or the note of an absence", FIELDS(change_fields, struct change_in), .need = CAN_NOTE, .run = RUN(absence_change),
};

struct only_in {
	int64_t absence;
};
static const struct field only_fields[] = { ABSENCE_FIELD(struct only_in) };

static enum err absence_end(struct ctx *c, const struct only_in *in)
{
	struct absence_rows_row before, a;
	struct absence_covers_of_row *v;
	struct teammate t;
	size_t n;
	TRY(open_absence(c, in->absence, true, &before));
	TRY(people_get(c, before.teammate_id, &t));
	a = before;
	a.ended_us = SOME(c->now_us);
	a.ended_by = queue_me(c) ? SOME(queue_me(c)) : NONE;
	TRY(absence_save(c, &before, &a, "absence.ended"));
	TRY(absence_covers_of(c->db, c->arena, &v, &n, .absence_id = a.id));
	for (size_t i = 0; i < n; i++)
		TRY(queue_tell(c, v[i].teammate_id, arena_fmt(c->arena, "%.*s is %s: you no longer fill in.", STR_ARG(t.name),
							      before.from_us > c->now_us ? "not away after all" : "back"), S("/away")));
	json_ki64(c->out, "absence", a.id);
	json_kstr(c->out, "said", before.from_us > c->now_us ? S("Called off.") : S("Welcome back. Whoever filled in is told."));
	return OK;
}
COMMAND_RUN(absence_end)

const struct command absence_end_cmd = {
	.name = "absence.end", .help = "Call an absence off, or say that you are back early", FIELDS(only_fields, struct only_in), .need = CAN_NOTE, .run = RUN(absence_end),
};

/* ---- filling in ---- */

struct cover_in {
	int64_t absence;
	struct opt_i64 cover, ticket;
	struct str why;
};
static const struct field cover_fields[] = {
	ABSENCE_FIELD(struct cover_in),
	FIELD(struct cover_in, cover, FIELD_ID, .help = "who fills in (you)"),
	FIELD(struct cover_in, ticket, FIELD_ID, .help = "for this ticket alone; for all of theirs when not given"),
	FIELD(struct cover_in, why, FIELD_STR, .max = 300, .help = "why they, or what they should know"),
};

static enum err absence_cover(struct ctx *c, const struct cover_in *in)
{
	struct absence_rows_row a;
	struct ticket_get_row t;
	int64_t who = in->cover.set ? in->cover.v : queue_me(c);
	TRY(open_absence(c, in->absence, false, &a));
	if (!who)
		return fail_field(c, S("cover"), "Say who fills in.");
	TRY(check_cover(c, &a, who, "cover"));
	if (in->ticket.set) {
		if (ticket_load(c, in->ticket.v, &t) != OK) {
			fault_clear(&c->fault);
			return fail_field(c, S("ticket"), "There is no ticket %lld.", (long long)in->ticket.v);
		}
		if (!t.assignee_id.set || t.assignee_id.v != a.teammate_id)
			return fail_field(c, S("ticket"), "Ticket %lld is not theirs: there is nothing to fill in for.", (long long)t.id);
	}
	json_ki64(c->out, "absence", a.id);
	json_kstr(c->out, "said", in->ticket.set ? arena_fmt(c->arena, "Case #%lld is looked after; it stays theirs.", (long long)in->ticket.v) : S("Their cases are looked after; they stay theirs."));
	return add_cover(c, &a, in->ticket, who, in->why);
}
COMMAND_RUN(absence_cover)

const struct command absence_cover_cmd = {
	.name = "absence.cover", .help = "Fill in for somebody who is away: their cases stay theirs", FIELDS(cover_fields, struct cover_in), .need = CAN_REPLY,
	.run = RUN(absence_cover),
};

struct uncover_in {
	int64_t cover;
};
static const struct field uncover_fields[] = { FIELD(struct uncover_in, cover, FIELD_ID, .required = true, .positional = true, .help = "number of the fill-in") };

static enum err absence_uncover(struct ctx *c, const struct uncover_in *in)
{
	struct absence_cover_rows_row before, row;
	TRY(absence_cover_read(c, in->cover, &before));
	if (before.ended_us.set)
		return fail(c, ERR_CONFLICT, "That fill-in has ended.");
	row = before;
	row.ended_us = SOME(c->now_us);
	json_kstr(c->out, "said", S("They no longer fill in. Name somebody else."));
	return absence_cover_save(c, &before, &row, "absence.uncovered");
}
COMMAND_RUN(absence_uncover)

const struct command absence_uncover_cmd = {
	.name = "absence.uncover", .help = "Somebody no longer fills in", FIELDS(uncover_fields, struct uncover_in), .need = CAN_REPLY, .run = RUN(absence_uncover),
};

/* ---- the daily look ---- */

struct look_in {
	int64_t absence;
	struct str note;
};
static const struct field look_fields[] = {
	ABSENCE_FIELD(struct look_in),
	FIELD(struct look_in, note, FIELD_STR, .max = 500, .help = "what was found"),
};

static enum err absence_look(struct ctx *c, const struct look_in *in)
{
	struct absence_rows_row a;
	struct absence_look_of_row old;
	bool found;
	TRY(open_absence(c, in->absence, false, &a));
	if (a.from_us > c->now_us)
		return fail(c, ERR_CONFLICT, "They are not away yet.");
	struct str day = day_text(c->arena, day_at(c->actor.zone, c->now_us));
	TRY(absence_look_of(c->db, c->arena, &old, &found, .absence_id = a.id, .day = day));
	if (found)
		return fail(c, ERR_CONFLICT, "%.*s looked through them today.", STR_ARG(old.by_name));
	struct absence_look_rows_row row = { .absence_id = a.id, .day = day, .by_id = queue_me(c) ? SOME(queue_me(c)) : NONE, .by_name = queue_actor_name(c),
					     .note = in->note.n ? in->note : S(""), .at_us = c->now_us };
	json_ki64(c->out, "absence", a.id);
	json_kstr(c->out, "said", S("Looked through for today."));
	return absence_look_new(c, &row, "absence.looked");
}
COMMAND_RUN(absence_look)

const struct command absence_look_cmd = {
	.name = "absence.look", .help = "The cases of somebody who is away were looked through today", FIELDS(look_fields, struct look_in), .need = CAN_REPLY,
	.run = RUN(absence_look),
};

/* ---- reading ---- */

struct absence_list_in {
	struct opt_i64 from, until;
};
static const struct field list_fields[] = {
	FIELD(struct absence_list_in, from, FIELD_TIME, .help = "from when on (now)"),
	FIELD(struct absence_list_in, until, FIELD_TIME, .help = "until when (thirty days from then)"),
};

static enum err absence_list(struct ctx *c, const struct absence_list_in *in)
{
	struct absences_around_row *v;
	size_t n;
	utime from = in->from.set ? in->from.v : c->now_us, until = in->until.set ? in->until.v : from + 30 * UTIME_US_PER_DAY;
	TRY(absences_around(c->db, c->arena, &v, &n, .from_us = from, .until_us = until, .max = LIST_MOST));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "from", v[i].from_day);
		json_kstr(c->out, "until", v[i].until_day);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(absence_list)

const struct command absence_list_cmd = {
	.name = "absence.list", .help = "Who is away when", FIELDS(list_fields, struct absence_list_in), .need = CAN_READ, .reads = true, .run = RUN(absence_list),
};
