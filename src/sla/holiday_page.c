/* holiday_page.c: the holidays of a calendar, and a file of them, sent or fetched from an address (holiday_fetch() says behind which guard): what it would add and
 * take away is shown first. */
#include "sla/holiday.h"
#include "sla/promise_view.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/access.h"
#include "sla/sla_int.h"
#include "web/layout.h"
#include "web/web.h"
#include "holiday.html.h"

#include <unistd.h>

#include "base/banned.h"

static enum err fill(struct web *w, struct str name, struct holidays_view *v)
{
	struct ctx *c = w->c;
	struct sla_rows now;
	const struct sla_calendar_all_row *cal = NULL;
	struct civil today;
	TRY(sla_rows_now(c, &now));
	for (size_t i = 0; i < now.n_calendars; i++)
		if (str_eq(now.calendars[i].name, name))
			cal = &now.calendars[i];
	if (!cal)
		return fail(c, ERR_NOT_FOUND, "There is no calendar of that name. The list of calendars shows those there are.");
	const struct zone *zone = zone_find(cal->zone);
	civil_local(zone ? zone : zone_find(S("UTC")), c->now_us, &today);
	int64_t day, this_day = civil_days(today.year, today.month, today.day);
	*v = (struct holidays_view){ .w = w, .calendar = name, .title = cal->title.n ? cal->title : name, .error = S(""), .address = S(""), .may_change = c->actor.caps & CAN_ADMIN };
	v->rows = arena_array(c->arena, struct holiday_line, now.n_holidays + 1);
	for (size_t i = 0; i < now.n_holidays; i++) {
		const struct sla_holiday_all_row *h = &now.holidays[i];
		if (!str_eq(h->calendar, name))
			continue;
		v->rows[v->n++] = (struct holiday_line){ .day = h->day, .name = h->name, .yearly = h->yearly, .until = h->last_day.p ? h->last_day : S(""),
							 .origin = str_eq(h->origin, S("import")) ? S("from a file") : str_eq(h->origin, S("preset")) ? S("the handbook") : S("typed"),
							 .over = !h->yearly && cal_parse_date(h->day, &day) && day < this_day };
	}
	return OK;
}

static enum err show(struct web *w, struct holidays_view *v, struct str mode)
{
	v->modes = promise_modes(w, mode, &v->n_modes);
	v->layout = web_layout(w, S("Holidays"));
	holidays_html(&w->html, v);
	return OK;
}

enum err holidays_page(struct web *w)
{
	struct holidays_view v;
	TRY(fill(w, web_param(w, "name"), &v));
	return show(w, &v, S("start"));
}

static enum err file_bytes(struct web *w, struct str address, struct str *ret)
{
	struct ctx *c = w->c;
	const struct form_file *file = w->form.n_files ? &w->form.files[0] : NULL;
	bool sent = file && (file->bytes || file->filename.n);
	if (sent && address.n)
		return fail(c, ERR_INPUT, "Here are a file and an address. Give one of them.");
	if (!sent && address.n)
		return holiday_fetch(c->arena, &c->fault, address, false, ret);
	if (!sent)
		return fail(c, ERR_INPUT, "Choose a file, which mostly ends in .ics, or give the address of one.");
	if (file->bytes > ICAL_MAX_BYTES)
		return fail(c, ERR_INPUT, "The file is larger than 4 MiB, which no calendar of holidays is.");
	char *p = arena_alloc(c->arena, (size_t)file->bytes + 1);
	if (pread(file->fd, p, (size_t)file->bytes, 0) != file->bytes)
		return fail(c, ERR_BUSY, "The file could not be read. Send it again.");
	*ret = (struct str){ p, (size_t)file->bytes };
	return OK;
}

static struct str say(struct arena *a, const struct holiday_file *file, const struct holiday_change *x)
{
	struct buf b;
	buf_init(&b, a, 1000);
	buf_fmt(&b, "Entries of whole days in the file: %zu; %d to add, %d of an earlier file to take away.", file->n, x->adds, x->removes);
	if (x->past)
		buf_fmt(&b, " %d %s over and left out: such days are corrected one by one, with a reason.", x->past, x->past == 1 ? "day is" : "days are");
	if (file->skipped)
		buf_fmt(&b, " Other entries were passed over: times of day, moving feasts, cancelled ones.");
	return buf_str(&b);
}

enum err holidays_post(struct web *w)
{
	struct ctx *c = w->c;
	struct str name = web_param(w, "name"), bytes, mode = form_value(&w->form, S("open"), NULL);
	struct holidays_view v;
	struct holiday_file file;
	struct holiday_change x;
	TRY(fill(w, name, &v));
	v.address = str_trim(form_value(&w->form, S("address"), NULL));
	enum err e = file_bytes(w, v.address, &bytes);
	if (e == OK)
		e = holiday_read(c->arena, &c->fault, bytes, &file);
	if (e == OK)
		e = holiday_patch(c, name, &file, &x);
	if (e == ERR_INPUT || e == ERR_UPSTREAM || e == ERR_LIMIT || e == ERR_FORBIDDEN || e == ERR_BUSY) {
		v.error = arena_str(c->arena, str_c(c->fault.message));
		fault_clear(&c->fault);
		w->res->status = 422;
		return show(w, &v, mode);
	}
	TRY(e);
	struct promise_edit_view edit = { .key = S(""), .back = arena_fmt(c->arena, "/promises/calendars/%.*s/holidays", STR_ARG(name)), .back_words = S("Holidays"),
					  .mode = mode.n ? mode : S("start"), .reason = v.address.n ? arena_fmt(c->arena, "holidays of %.*s", STR_ARG(utf8_clip(v.address, 200))) : S("holidays of a file"), .text = x.text, .note = say(c->arena, &file, &x),
					  .title = arena_fmt(c->arena, "Holidays of %.*s", STR_ARG(v.title)) };
	return promise_show_change(w, &edit);
}
