/* schedule.c: dates of a schedule, and its commands; see schedule.h. */
#include "playbook/schedule.h"

#include "account/account.h"
#include "base/buf.h"
#include "playbook/playbook.h"

#include <string.h>

#include "base/banned.h"

static const char *const rhythms[] = { "daily", "weekly", "monthly", NULL };
static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
static const char *const missed[] = { "each", "newest", NULL };
static const char *const subjects[] = { "none", "organisation", "teammate", NULL };
static const char *const day_names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

enum { LOOK_AHEAD_DAYS = 366 * 13 };     /* a day of every twelfth month, and then some */

/* ---- dates ---- */

static int64_t month_number(int64_t day)
{
	int32_t year;
	int month, d;
	civil_from_days(day, &year, &month, &d);
	return (int64_t)year * 12 + month - 1;
}

static int64_t day_of_month(int64_t number, int64_t month_day)
{
	int32_t year = (int32_t)(number / 12);
	int month = (int)(number % 12) + 1;
	int64_t first = civil_days(year, month, 1), next = month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
	return first + month_day - 1 < next ? first + month_day - 1 : next - 1;
}

static bool is_date(const struct schedule_when *s, int64_t day)
{
	if (str_eq(s->rhythm, S("daily")))
		return (day - s->from_day) % s->every == 0;
	if (str_eq(s->rhythm, S("weekly"))) {
		int64_t first = s->from_day - civil_weekday(s->from_day), week = day - civil_weekday(day);
		return (s->weekdays >> civil_weekday(day) & 1) && (week - first) / 7 % s->every == 0;
	}
	int64_t number = month_number(day);
	return (number - month_number(s->from_day)) % s->every == 0 && day == day_of_month(number, s->month_day);
}

bool schedule_after(const struct schedule_when *s, int64_t after, int64_t *ret_day)
{
	int64_t day = after < s->from_day ? s->from_day : after + 1;
	for (int64_t last = day + LOOK_AHEAD_DAYS; day <= last && day <= s->until_day; day++)
		if (is_date(s, day)) {
			*ret_day = day;
			return true;
		}
	return false;
}

utime schedule_instant(const struct schedule_when *s, int64_t day, const struct zone *zone)
{
	struct civil local = { .hour = (int8_t)(s->at_min / 60), .minute = (int8_t)(s->at_min % 60) };
	int month, d;
	utime first, last;
	civil_from_days(day, &local.year, &month, &d);
	local.month = (int8_t)month;
	local.day = (int8_t)d;
	civil_instant(zone, &local, &first, &last);
	return first;
}

struct str schedule_words(struct arena *a, const struct schedule_when *s, struct str zone)
{
	struct buf b;
	buf_init(&b, a, 400);
	if (str_eq(s->rhythm, S("daily"))) {
		buf_fmt(&b, s->every == 1 ? "every day" : "every %lld days", (long long)s->every);
	} else if (str_eq(s->rhythm, S("monthly"))) {
		buf_fmt(&b, s->month_day >= 29 ? "on day %lld (or the last one)" : "on day %lld", (long long)s->month_day);
		buf_fmt(&b, s->every == 1 ? " of every month" : " of every %lld months", (long long)s->every);
	} else {
		int n = 0, all = 0;
		for (int i = 0; i < 7; i++)
			all += (s->weekdays >> i) & 1;
		buf_add(&b, S("every "));
		for (int i = 0; i < 7; i++)
			if (s->weekdays >> i & 1) {
				buf_fmt(&b, "%s%s", !n ? "" : n + 1 == all ? " and " : ", ", day_names[i]);
				n++;
			}
		if (s->every > 1)
			buf_fmt(&b, " of every %lld weeks", (long long)s->every);
	}
	buf_fmt(&b, " at %02d:%02d (%.*s)", (int)(s->at_min / 60), (int)(s->at_min % 60), STR_ARG(zone));
	return buf_str(&b);
}

struct schedule_when schedule_when_of(const struct schedule_of_playbook_row *row)
{
	struct schedule_when s = { .rhythm = row->rhythm, .every = row->every, .weekdays = row->weekdays, .month_day = row->month_day, .at_min = row->at_min,
				   .until_day = INT64_MAX };
	due_parse_date(row->from_on, &s.from_day);
	if (row->until_on.p)
		due_parse_date(row->until_on, &s.until_day);
	return s;
}

/* ---- commands ---- */

struct schedule_in {
	int64_t playbook;
	struct str name, subject, rhythm, at, zone, from, until, missed;
	struct opt_i64 subject_id, every, month_day;
	struct str_list weekdays;
};
static const struct field create_fields[] = {
	FIELD(struct schedule_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct schedule_in, rhythm, FIELD_ENUM, .required = true, .choices = rhythms, .help = "by days, by weekdays, or by a day of the month"),
	FIELD(struct schedule_in, every, FIELD_INT, .min = 1, .max = 99, .help = "every so many days, weeks or months (1)"),
	FIELD(struct schedule_in, weekdays, FIELD_STRS, .choices = weekdays, .max = 7, .help = "weekly: on these days"),
	FIELD(struct schedule_in, month_day, FIELD_INT, .min = 1, .max = 31, .help = "monthly: on this day; a shorter month has it on its last"),
	FIELD(struct schedule_in, at, FIELD_STR, .max = 5, .help = "at which time (09:00)", .example = "09:00"),
	FIELD(struct schedule_in, zone, FIELD_ZONE, .help = "in which zone (yours)"),
	FIELD(struct schedule_in, from, FIELD_DATE, .help = "not before this date (today)"),
	FIELD(struct schedule_in, until, FIELD_DATE, .help = "this is the last date (for ever)"),
	FIELD(struct schedule_in, name, FIELD_STR, .max = 150, .help = "what its runs are called, with the date behind (the playbook's name)"),
	FIELD(struct schedule_in, subject, FIELD_ENUM, .choices = subjects, .help = "what each run is about (none)"),
	FIELD(struct schedule_in, subject_id, FIELD_ID, .help = "its number"),
	FIELD(struct schedule_in, missed, FIELD_ENUM, .choices = missed, .help = "begin each date on which the desk was off, or only the newest (each)"),
};

static bool read_minute(struct str at, int64_t *ret)
{
	struct str hour, minute;
	int64_t h, m;
	*ret = 9 * 60;
	if (!at.p)
		return true;
	if (!str_cut(at, ':', &hour, &minute) || minute.n != 2 || hour.n < 1 || hour.n > 2)
		return false;
	for (size_t i = 0; i < at.n; i++)
		if (at.p[i] != ':' && (at.p[i] < '0' || at.p[i] > '9'))
			return false;
	h = hour.n == 2 ? (hour.p[0] - '0') * 10 + hour.p[1] - '0' : hour.p[0] - '0';
	m = (minute.p[0] - '0') * 10 + minute.p[1] - '0';
	*ret = h * 60 + m;
	return h < 24 && m < 60;
}

static enum err read_when(struct ctx *c, const struct schedule_in *in, struct schedule_rows_row *row)
{
	*row = (struct schedule_rows_row){
		.playbook_id = in->playbook, .name = in->name.p ? in->name : S(""), .subject = in->subject.p ? in->subject : S("none"), .subject_id = in->subject_id.v,
		.rhythm = in->rhythm, .every = in->every.set ? in->every.v : 1, .month_day = in->month_day.v, .zone = in->zone.p ? in->zone : c->actor.zone,
		.from_on = in->from, .until_on = in->until, .missed = in->missed.p ? in->missed : S("each"), .said = S(""), .created_by = run_actor(c),
		.created_us = c->now_us,
	};
	const struct zone *zone = zone_find(row->zone);
	if (!zone) {
		row->zone = S("UTC");
		zone = zone_find(row->zone);
	}
	if (!row->from_on.p)
		row->from_on = due_date_text(c->arena, due_of_instant(c->now_us, zone).day);
	for (size_t i = 0; i < in->weekdays.n; i++)
		for (int d = 0; weekdays[d]; d++)
			if (str_eq(in->weekdays.v[i], str_c(weekdays[d])))
				row->weekdays |= INT64_C(1) << d;
	if (!read_minute(in->at, &row->at_min))
		fail_field(c, S("at"), "Write a time of day like 09:00.");
	if (str_eq(row->rhythm, S("weekly")) && !row->weekdays)
		fail_field(c, S("weekdays"), "On which days? Tick at least one.");
	if (str_eq(row->rhythm, S("monthly")) && !row->month_day)
		fail_field(c, S("month_day"), "On which day of the month? 31 is always the last one.");
	if (row->until_on.p && str_cmp(row->until_on, row->from_on) < 0)
		fail_field(c, S("until"), "This is before the first date, %.*s.", STR_ARG(row->from_on));
	if (!str_eq(row->rhythm, S("weekly")))
		row->weekdays = 0;
	if (!str_eq(row->rhythm, S("monthly")))
		row->month_day = 0;
	return fields_ok(c);
}

/* The subject is one that the playbook is about, and there. */
static enum err check_subject(struct ctx *c, const struct playbook_row_row *p, const struct schedule_rows_row *row)
{
	struct teammate t;
	struct organisation_card card;
	bool none = str_eq(row->subject, S("none"));
	if (!str_eq(p->subject, S("none")) && !str_eq(p->subject, row->subject))
		return fail_field(c, S("subject"), "“%.*s” is about one %.*s%s.", STR_ARG(p->name), STR_ARG(p->subject),
				  str_eq(p->subject, S("ticket")) || str_eq(p->subject, S("incident")) ? ": that cannot begin by itself" : ": say which");
	if (none != (row->subject_id == 0))
		return fail_field(c, S("subject_id"), none ? "Say what the number is of: give a subject." : "Say which one: give its number.");
	if (str_eq(row->subject, S("teammate")))
		return people_get(c, row->subject_id, &t);
	return none ? OK : organisation_card(c, row->subject_id, &card);
}

static enum err schedule_create(struct ctx *c, const struct schedule_in *in)
{
	struct playbook_row_row p;
	struct schedule_rows_row row, added;
	int64_t day;
	TRY(playbook_read(c, in->playbook, &p));
	if (!p.rev_id.set || str_eq(p.state, S("archived")))
		return fail(c, ERR_CONFLICT, "“%.*s” is %s: nothing could begin.", STR_ARG(p.name), p.rev_id.set ? "put away" : "not published yet");
	TRY(read_when(c, in, &row));
	TRY(check_subject(c, &p, &row));
	struct schedule_when when = schedule_when_of(&(struct schedule_of_playbook_row){ .rhythm = row.rhythm, .every = row.every, .weekdays = row.weekdays,
		.month_day = row.month_day, .at_min = row.at_min, .from_on = row.from_on, .until_on = row.until_on });
	/* what was before today is not asked for; today's hour, if it is still to come, is */
	const struct zone *zone = zone_find(row.zone);
	int64_t today = due_of_instant(c->now_us, zone).day, after = today - 1;
	bool any = schedule_after(&when, after, &day);
	if (any && schedule_instant(&when, day, zone) < c->now_us)
		any = schedule_after(&when, day, &day);
	if (!any)
		return fail_field(c, S("until"), "No date is left: it would never begin.");
	int64_t before = day - 1;
	row.last_on = due_date_text(c->arena, before);
	row.next_us = SOME(schedule_instant(&when, day, zone));
	TRY(db_one(c->db, c->arena, schedule_rows_stmt.insert, &row, &added, NULL));
	row.id = added.id;
	json_ki64(c->out, "schedule", row.id);
	json_ki64(c->out, "playbook", p.id);
	json_kstr(c->out, "next_on", due_date_text(c->arena, day));
	json_kstr(c->out, "said", arena_fmt(c->arena, "It begins by itself, %.*s; the first time on %.*s.", STR_ARG(schedule_words(c->arena, &when, row.zone)),
					    STR_ARG(due_date_words(c->arena, day, today))));
	TRY(job_wake(c, "playbook.schedule", row.next_us.v));
	return event_append(c, &(struct event_new){ .kind = "playbook_schedule.created", .entity = "playbook_schedule", .entity_id = row.id,
						    .data = fold_set_all(c->arena, &schedule_rows_stmt, &row) }, NULL);
}
COMMAND_RUN(schedule_create)

const struct command schedule_create_cmd = {
	.name = "schedule.create", .help = "Let a playbook begin by itself: every so many days, on weekdays, or on a day of the month",
	FIELDS(create_fields, struct schedule_in), .need = CAN_LEAD, .run = RUN(schedule_create),
};

struct one_in {
	int64_t schedule;
};
static const struct field one_fields[] = {
	FIELD(struct one_in, schedule, FIELD_ID, .required = true, .positional = true, .help = "which schedule"),
};

static enum err schedule_end(struct ctx *c, const struct one_in *in)
{
	struct schedule_rows_row row, after;
	bool found;
	TRY(db_one(c->db, c->arena, schedule_rows_stmt.get, &in->schedule, &row, &found));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no schedule %lld.", (long long)in->schedule);
	if (row.ended_us.set)
		return fail(c, ERR_CONFLICT, "It was ended already.");
	after = row;
	after.ended_us = SOME(c->now_us);
	after.next_us = NONE;
	json_ki64(c->out, "schedule", row.id);
	json_ki64(c->out, "playbook", row.playbook_id);
	json_kstr(c->out, "said", S("It begins no more by itself; what runs goes on."));
	TRY(db_exec(c->db, schedule_rows_stmt.update, &after, NULL));
	return event_append(c, &(struct event_new){ .kind = "playbook_schedule.ended", .entity = "playbook_schedule", .entity_id = row.id,
						    .data = fold_set_diff(c->arena, &schedule_rows_stmt, &row, &after) }, NULL);
}
COMMAND_RUN(schedule_end)

const struct command schedule_end_cmd = {
	.name = "schedule.end", .help = "Let a playbook begin by itself no more", FIELDS(one_fields, struct one_in), .need = CAN_LEAD, .run = RUN(schedule_end),
};

struct list_in {
	int64_t playbook;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
};

static enum err schedule_list(struct ctx *c, const struct list_in *in)
{
	struct playbook_row_row p;
	struct schedule_of_playbook_row *rows;
	size_t n;
	TRY(playbook_read(c, in->playbook, &p));
	TRY(schedule_of_playbook(c->db, c->arena, &rows, &n, .playbook_id = p.id, .max = 100));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		struct schedule_when when = schedule_when_of(&rows[i]);
		int64_t day = 0;
		if (rows[i].last_on.p)
			due_parse_date(rows[i].last_on, &day);
		json_obj(c->out);
		json_ki64(c->out, "schedule", rows[i].id);
		json_kstr(c->out, "words", schedule_words(c->arena, &when, rows[i].zone));
		json_kopt_time(c->out, "next", rows[i].next_us);
		json_key(c->out, "dates");
		json_arr(c->out);
		for (int k = 0; k < 5 && !rows[i].ended_us.set && schedule_after(&when, day, &day); k++)
			json_str(c->out, due_date_text(c->arena, day));
		json_arr_end(c->out);
		json_kstr(c->out, "said", rows[i].said);
		json_kopt_time(c->out, "ended", rows[i].ended_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(schedule_list)

const struct command schedule_list_cmd = {
	.name = "schedule.list", .help = "When a playbook begins by itself, with the next dates", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true,
	.run = RUN(schedule_list),
};
