/* holiday.c: see holiday.h: the difference between a file of holidays and a calendar. */
#include "sla/holiday.h"

#include "base/civil.h"
#include "sla/sla_int.h"

#include "base/banned.h"

enum { SPAN_MOST = 366 };

struct comparing {
	struct arena *a;
	struct str calendar;
	struct map wanted;          /* keys of sections that the file asks for */
	struct map have;            /* those there are, with their rows */
	int64_t today, last;        /* of the file's days */
	bool yearly;                /* it has such */
	struct buf text;
	struct holiday_change *ret;
};

static struct str key_of(struct comparing *x, struct str day, bool yearly)
{
	return arena_fmt(x->a, "%.*s%s", STR_ARG(day), yearly ? " yearly" : "");
}

static void want(struct comparing *x, struct str day, const struct ical_day *d)
{
	int64_t last;
	struct str key = key_of(x, day, d->yearly), name = d->name[0] ? str_c(d->name) : S("Holiday"), until = d->yearly && cal_parse_date(str_c(d->last), &last) ? str_c(d->last) : S("");
	if (map_get(&x->wanted, key))
		return;
	map_put(&x->wanted, key, x);
	const struct sla_holiday_all_row *old = map_get(&x->have, key);
	/* one that somebody typed, or that is like it already, stays as it is */
	if (old && (!str_eq(old->origin, S("import")) || (str_eq(old->name, name) && str_eq(old->last_day.p ? old->last_day : S(""), until))))
		return;
	x->ret->adds++;
	buf_fmt(&x->text, "[holiday %.*s %.*s]\nname = %.*s\n", STR_ARG(x->calendar), STR_ARG(key), STR_ARG(name));
	if (until.n)
		buf_fmt(&x->text, "until = %.*s\n", STR_ARG(until));
	buf_fmt(&x->text, "origin = import\n\n");
}

static void want_days(struct comparing *x, const struct ical_day *d)
{
	int64_t from, to;
	if (!cal_parse_date(str_c(d->day), &from))
		return;
	if (d->yearly) {
		x->yearly = true;
		want(x, str_c(d->day), d);
		return;
	}
	if (!d->last[0] || !cal_parse_date(str_c(d->last), &to) || to < from || to - from > SPAN_MOST)
		to = from;
	for (int64_t day = from; day <= to; day++) {
		int32_t year;
		int month, mday;
		civil_from_days(day, &year, &month, &mday);
		x->last = day > x->last ? day : x->last;
		if (day < x->today)
			x->ret->past++;
		else
			want(x, arena_fmt(x->a, "%04d-%02d-%02d", year, month, mday), d);
	}
}

/* What an earlier file brought and this one, which reaches as far, has not. */
static void unwant(struct comparing *x, const struct sla_holiday_all_row *h)
{
	int64_t day;
	struct str key = key_of(x, h->day, h->yearly);
	if (!str_eq(h->origin, S("import")) || map_get(&x->wanted, key) || !cal_parse_date(h->day, &day))
		return;
	if (h->yearly ? !x->yearly : day < x->today || day > x->last)
		return;
	x->ret->removes++;
	buf_fmt(&x->text, "[holiday %.*s %.*s]\n\n", STR_ARG(x->calendar), STR_ARG(key));
}

enum err holiday_patch(struct ctx *c, struct str calendar, const struct holiday_file *file, struct holiday_change *ret)
{
	struct sla_rows now;
	struct comparing x = { .a = c->arena, .calendar = calendar, .last = INT64_MIN, .ret = ret };
	const struct zone *zone = NULL;
	struct civil today;
	*ret = (struct holiday_change){ 0 };
	TRY(sla_rows_now(c, &now));
	for (size_t i = 0; i < now.n_calendars; i++)
		if (str_eq(now.calendars[i].name, calendar))
			zone = zone_find(now.calendars[i].zone);
	if (!zone)
		return fail(c, ERR_NOT_FOUND, "There is no calendar of that name. The list of calendars shows those there are.");
	civil_local(zone, c->now_us, &today);
	x.today = civil_days(today.year, today.month, today.day);
	map_init(&x.wanted, c->arena);
	map_init(&x.have, c->arena);
	buf_init(&x.text, c->arena, 4 << 20);
	for (size_t i = 0; i < now.n_holidays; i++)
		if (str_eq(now.holidays[i].calendar, calendar))
			map_put(&x.have, key_of(&x, now.holidays[i].day, now.holidays[i].yearly), &now.holidays[i]);
	for (size_t i = 0; i < file->n; i++)
		want_days(&x, &file->days[i]);
	for (size_t i = 0; i < now.n_holidays; i++)
		if (str_eq(now.holidays[i].calendar, calendar))
			unwant(&x, &now.holidays[i]);
	if (buf_err(&x.text) != OK)
		return fail(c, ERR_LIMIT, "The file holds more days than a calendar takes.");
	ret->text = buf_str(&x.text);
	return OK;
}
