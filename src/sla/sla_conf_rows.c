/* sla_conf_rows.c: rows of an edition into sections of text, and back with every value checked. */
#include "sla/sla_int.h"

#include "base/civil.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

/* ---- rows to sections ---- */

static void pair(struct arena *a, struct conf_section *s, const char *name, struct str value)
{
	if (!value.n)
		return;
	s->pairs = arena_grow(a, s->pairs, s->n * sizeof(*s->pairs), (s->n + 1) * sizeof(*s->pairs));
	s->pairs[s->n++] = (struct conf_pair){ str_c(name), value };
}

/* A whole day of UTC, or of the zone, as its date; else the instant. */
static struct str instant(struct arena *a, const struct zone *z, struct opt_i64 at)
{
	struct civil local;
	if (!at.set)
		return S("");
	civil_local(z, at.v, &local);
	if (!local.hour && !local.minute && !local.second && !local.microsecond)
		return arena_fmt(a, "%04d-%02d-%02d", local.year, local.month, local.day);
	return arena_fmt(a, "%.*sZ", STR_ARG(str_slice(civil_rfc3339(a, at.v), 0, at.v % UTIME_US_PER_SECOND ? 26 : 19)));
}

static const struct zone *zone_of(const struct sla_rows *r, struct str calendar)
{
	for (size_t i = 0; i < r->n_calendars; i++)
		if (calendar.p ? str_eq(r->calendars[i].name, calendar) : r->calendars[i].standard) {
			const struct zone *z = zone_find(r->calendars[i].zone);
			if (z)
				return z;
		}
	return zone_find(S("UTC"));
}

static struct conf_section *new_section(struct arena *a, struct conf *k, enum conf_type type, struct str key, int64_t row_id, size_t index)
{
	struct conf_section s = { .type = type, .key = key, .row_id = row_id, .index = index };
	conf_put(a, k, &s);
	return conf_find(k, type, key);
}

/* "2021-08-01" after a name, or nothing when it always was. */
static struct str dated_key(struct arena *a, struct str name, struct str date)
{
	return date.n && name.n ? arena_fmt(a, "%.*s %.*s", STR_ARG(name), STR_ARG(date)) : date.n ? date : name;
}

static enum err rule_section(struct ctx *c, const struct sla_rows *r, size_t i, struct conf *k)
{
	struct arena *a = c->arena;
	const struct sla_rule_all_row *x = &r->rules[i];
	const struct zone *z = zone_of(r, x->calendar);
	struct conf_section *s = new_section(a, k, CONF_RULE, x->code, x->id, i);
	if (!str_eq(x->track, S("promise")))
		pair(a, s, "track", x->track);
	pair(a, s, "title", x->title);
	if (x->position)
		pair(a, s, "position", arena_fmt(a, "%lld", (long long)x->position));
	pair(a, s, "stage", x->stage);
	pair(a, s, "tier", x->tier);
	pair(a, s, "plan", x->plan);
	pair(a, s, "deployment", x->deployment);
	pair(a, s, "entitlement", x->entitlement);
	pair(a, s, "severity", x->severity);
	pair(a, s, "channel", x->channel);
	pair(a, s, "tag", x->tag);
	if (x->organisation_id.set) {
		struct sla_org_slug_row org;
		bool found;
		TRY(sla_org_slug(c->db, a, &org, &found, .id = x->organisation_id.v));
		pair(a, s, "organisation", found ? org.slug : S("gone"));
	}
	pair(a, s, "from", instant(a, z, x->from_us));
	pair(a, s, "to", instant(a, z, x->to_us));
	pair(a, s, "calendar", x->calendar);
	struct str rest = x->targets, line, name, value;
	while (str_line(&rest, &line))
		if (str_cut(line, '=', &name, &value))
			pair(a, s, arena_cstr(a, str_trim(name)), str_trim(value));
	if (x->shown)
		pair(a, s, "shown", S("yes"));
	pair(a, s, "reading", x->reading);
	pair(a, s, "source", x->source);
	return OK;
}

static void calendar_sections(struct arena *a, const struct sla_rows *r, struct conf *k)
{
	struct conf_section *s;
	for (size_t i = 0; i < r->n_calendars; i++) {
		const struct sla_calendar_all_row *x = &r->calendars[i];
		s = new_section(a, k, CONF_CALENDAR, x->name, x->id, i);
		pair(a, s, "title", x->title);
		pair(a, s, "zone", x->zone);
		if (x->standard)
			pair(a, s, "standard", S("yes"));
	}
	for (size_t i = 0; i < r->n_hours; i++) {
		const struct sla_hours_all_row *x = &r->hours[i];
		s = new_section(a, k, CONF_HOURS, dated_key(a, x->calendar, str_eq(x->valid_from, S("0001-01-01")) ? S("") : x->valid_from), x->id, i);
		pair(a, s, "weekly", x->weekly);
		pair(a, s, "source", x->source);
	}
	for (size_t i = 0; i < r->n_holidays; i++) {
		const struct sla_holiday_all_row *x = &r->holidays[i];
		s = new_section(a, k, CONF_HOLIDAY, arena_fmt(a, "%.*s %.*s%s", STR_ARG(x->calendar), STR_ARG(x->day), x->yearly ? " yearly" : ""), x->id, i);
		pair(a, s, "name", x->name);
		pair(a, s, "until", x->last_day);
		if (!str_eq(x->origin, S("typed")))
			pair(a, s, "origin", x->origin);
		pair(a, s, "correction", x->correction);
	}
}

enum err conf_of_rows(struct ctx *c, const struct sla_rows *r, struct conf *ret)
{
	struct arena *a = c->arena;
	struct conf_section *s;
	const struct zone *z = zone_of(r, STR_NULL);
	*ret = (struct conf){ 0 };
	calendar_sections(a, r, ret);
	for (size_t i = 0; i < r->n_rules; i++)
		TRY(rule_section(c, r, i, ret));
	for (size_t i = 0; i < r->n_automations; i++) {
		const struct sla_automation_all_row *x = &r->automations[i];
		s = new_section(a, ret, CONF_AUTOMATION, instant(a, z, x->from_us), x->id, i);
		pair(a, s, "pending_to_solved", x->pending_to_solved);
		pair(a, s, "solved_to_closed", x->solved_to_closed);
		pair(a, s, "reading", x->reading);
		pair(a, s, "source", x->source);
	}
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct sla_target_all_row *x = &r->targets[i];
		s = new_section(a, ret, CONF_TARGET, dated_key(a, x->metric, instant(a, z, x->from_us)), x->id, i);
		pair(a, s, "title", x->title);
		pair(a, s, "to", instant(a, z, x->to_us));
		if (x->percent_x100.set && x->percent_x100.v % 100)
			pair(a, s, "percent", arena_fmt(a, "%lld.%02lld", (long long)(x->percent_x100.v / 100), (long long)(x->percent_x100.v % 100)));
		else if (x->percent_x100.set)
			pair(a, s, "percent", arena_fmt(a, "%lld", (long long)(x->percent_x100.v / 100)));
		pair(a, s, "source", x->source);
	}
	conf_sort(ret);
	return OK;
}

/* ---- sections to rows ---- */

struct reader {
	struct ctx *c;
	const struct conf_section *s;
	uint64_t used;              /* pairs that were asked for */
};

static enum err bad(struct reader *r, const char *name, const char *what)
{
	if (r->s->line)
		return fail(r->c, ERR_INPUT, "Line %d, [%s %.*s], %s: %s", r->s->line, conf_type_names[r->s->type], STR_ARG(utf8_clip(r->s->key, 80)), name, what);
	return fail(r->c, ERR_INPUT, "[%s %.*s], %s: %s", conf_type_names[r->s->type], STR_ARG(utf8_clip(r->s->key, 80)), name, what);
}

static struct str get(struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->s->n && i < 64; i++)
		if (str_eq(r->s->pairs[i].name, str_c(name))) {
			r->used |= UINT64_C(1) << i;
			return r->s->pairs[i].value;
		}
	return STR_NULL;
}

static struct str text(struct reader *r, const char *name)
{
	struct str s = get(r, name);
	return s.p ? s : S("");
}

static enum err yes(struct reader *r, const char *name, bool *ret)
{
	struct str s = get(r, name);
	*ret = str_eq(s, S("yes"));
	return s.p && !*ret && !str_eq(s, S("no")) ? bad(r, name, "yes or no.") : OK;
}

/* An unknown line is a mistake, never ignored: what does not count must not look as if it did. */
static enum err all_used(struct reader *r)
{
	for (size_t i = 0; i < r->s->n; i++)
		if (i >= 64 || !(r->used >> i & 1))
			return bad(r, arena_cstr(r->c->arena, utf8_clip(r->s->pairs[i].name, 40)), "no such line belongs into this section.");
	return OK;
}

static enum err read_instant(struct reader *r, const char *name, struct str s, const struct zone *z, struct opt_i64 *ret)
{
	int64_t day;
	utime at;
	*ret = NONE;
	if (!s.n)
		return OK;
	if (cal_parse_date(s, &day)) {
		struct civil local = { 0 };
		int month, mday;
		utime last;
		civil_from_days(day, &local.year, &month, &mday);
		local.month = (int8_t)month;
		local.day = (int8_t)mday;
		civil_instant(z, &local, &at, &last);
	} else if (!civil_parse_rfc3339(s, &at)) {
		return bad(r, name, "a date (2021-08-01) or an instant (2021-08-01T07:00:00Z).");
	}
	*ret = SOME(at);
	return OK;
}

static enum err read_calendar(struct reader *r, struct sla_calendar_all_row *x)
{
	x->name = r->s->key;
	x->title = text(r, "title");
	x->zone = text(r, "zone");
	if (!x->name.n || x->name.n > 60)
		return bad(r, "name", "a calendar has a name of 1 to 60 letters: [calendar office].");
	for (size_t i = 0; i < x->name.n; i++)
		if (x->name.p[i] == ' ' || x->name.p[i] == ',' || x->name.p[i] == ';')
			return bad(r, "name", "the name of a calendar is one word.");
	if (!x->title.n)
		x->title = x->name;
	if (!zone_find(x->zone))
		return bad(r, "zone", "no time zone of this machine is called so. Write one of the IANA list, for example Europe/Berlin.");
	TRY(yes(r, "standard", &x->standard));
	return all_used(r);
}

static enum err read_hours(struct reader *r, struct sla_hours_all_row *x)
{
	int64_t day;
	size_t n;
	if (!str_cut(r->s->key, ' ', &x->calendar, &x->valid_from))
		x->calendar = r->s->key, x->valid_from = S("0001-01-01");
	if (!cal_parse_date(x->valid_from, &day))
		return bad(r, "date", "[hours office 2026-01-01]: after the calendar stands the date from which they hold, or nothing.");
	x->weekly = text(r, "weekly");
	struct cal_hours *h = arena_array(r->c->arena, struct cal_hours, CAL_HOURS_MOST);
	const char *wrong = conf_parse_weekly(x->weekly, h, &n);
	if (wrong)
		return bad(r, "weekly", wrong);
	x->source = text(r, "source");
	return all_used(r);
}

static enum err read_holiday(struct reader *r, struct sla_holiday_all_row *x)
{
	struct str rest, yearly;
	int64_t day;
	if (!str_cut(r->s->key, ' ', &x->calendar, &rest))
		return bad(r, "date", "[holiday office 2026-12-24], and “yearly” after it for every year from then on.");
	if (!str_cut(rest, ' ', &x->day, &yearly))
		x->day = rest;
	x->yearly = str_eq(yearly, S("yearly"));
	if (!cal_parse_date(x->day, &day) || (yearly.n && !x->yearly))
		return bad(r, "date", "[holiday office 2026-12-24], and “yearly” after it for every year from then on.");
	x->name = text(r, "name");
	x->last_day = str_or_null(text(r, "until"));
	if (x->last_day.p && (!x->yearly || !cal_parse_date(x->last_day, &day)))
		return bad(r, "until", "the last date on which a yearly holiday is kept.");
	x->origin = text(r, "origin");
	if (!x->origin.n)
		x->origin = S("typed");
	x->correction = str_or_null(text(r, "correction"));
	return all_used(r);
}

/* "1, 0" is "0, 1"; letters small; one space after a comma. */
static struct str word_list(struct arena *a, struct str s)
{
	struct buf b;
	if (!s.n)
		return STR_NULL;
	buf_init(&b, a, s.n * 2 + 2);
	struct str rest = s, w;
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &w, &rest);
		w = str_trim(w);
		buf_add(&b, b.n && w.n ? S(", ") : S(""));
		for (size_t i = 0; i < w.n; i++)
			buf_ch(&b, w.p[i] >= 'A' && w.p[i] <= 'Z' ? (char)(w.p[i] + 32) : w.p[i]);
	}
	return str_or_null(buf_str(&b));
}

static enum err read_severity(struct reader *r, struct str *ret)
{
	*ret = word_list(r->c->arena, get(r, "severity"));
	struct str rest = *ret, w;
	for (bool more = ret->p != NULL; more;) {
		int64_t v;
		more = str_cut(rest, ',', &w, &rest);
		w = str_trim(w);
		if (!str_eq(w, S("untriaged")) && (!str_i64(w, &v) || v < 0 || v > 9))
			return bad(r, "severity", "numbers from 0 to 9, and “untriaged”, with commas: untriaged, 1.");
	}
	return OK;
}

static enum err read_targets(struct reader *r, const struct sla_rows *rows, struct str *ret)
{
	struct buf b;
	buf_init(&b, r->c->arena, 4000);
	for (int k = 0; k < SLA_CLOCKS; k++) {
		const char *name = arena_cstr(r->c->arena, sla_clock_name((enum sla_clock)k));
		struct str s = get(r, name);
		struct conf_target t;
		if (!s.p)
			continue;
		const char *wrong = conf_parse_target(s, &t);
		if (wrong)
			return bad(r, name, wrong);
		bool known = !t.calendar.p;
		for (size_t i = 0; i < rows->n_calendars; i++)
			known = known || str_eq(rows->calendars[i].name, t.calendar);
		if (!known)
			return bad(r, name, "there is no such calendar (any more).");
		if (t.pause_set && (k == SLA_FIRST_RESPONSE || k == SLA_NEXT_RESPONSE))
			return bad(r, name, "a response never pauses: while we wait for the customer nothing is owed.");
		buf_fmt(&b, "%s%s = %.*s", b.n ? "\n" : "", name, STR_ARG(s));
	}
	*ret = buf_str(&b);
	return OK;
}

static enum err read_organisation(struct reader *r, struct opt_i64 *ret)
{
	struct str slug = get(r, "organisation");
	struct sla_org_by_slug_row row;
	bool found;
	*ret = NONE;
	if (!slug.p)
		return OK;
	TRY(sla_org_by_slug(r->c->db, r->c->arena, &row, &found, .slug = slug));
	if (!found)
		return bad(r, "organisation", "no organisation has this short name (it stands in its address in the desk).");
	*ret = SOME(row.id);
	return OK;
}

static enum err read_rule(struct reader *r, const struct sla_rows *rows, struct sla_rule_all_row *x)
{
	struct arena *a = r->c->arena;
	*x = (struct sla_rule_all_row){ .code = r->s->key, .version = 1, .track = text(r, "track"), .title = text(r, "title"), .calendar = text(r, "calendar"),
					.reading = text(r, "reading"), .source = text(r, "source") };
	if (!x->code.n || x->code.n > 60)
		return bad(r, "name", "a row has a short name: [rule A1].");
	if (!x->track.n)
		x->track = S("promise");
	if (!str_eq(x->track, S("promise")) && !str_eq(x->track, S("aim")))
		return bad(r, "track", "promise (what the customer was told) or aim (what we expect of ourselves).");
	struct str position = get(r, "position");
	if (position.p && (!str_i64(position, &x->position) || x->position < -1000000 || x->position > 1000000))
		return bad(r, "position", "a number; the smaller one is looked at first.");
	x->stage = word_list(a, get(r, "stage"));
	x->tier = word_list(a, get(r, "tier"));
	x->plan = word_list(a, get(r, "plan"));
	x->deployment = word_list(a, get(r, "deployment"));
	x->entitlement = word_list(a, get(r, "entitlement"));
	x->channel = word_list(a, get(r, "channel"));
	x->tag = word_list(a, get(r, "tag"));
	TRY(read_severity(r, &x->severity));
	TRY(read_organisation(r, &x->organisation_id));
	bool known = false;
	for (size_t i = 0; i < rows->n_calendars; i++)
		known = known || str_eq(rows->calendars[i].name, x->calendar);
	if (!known)
		return bad(r, "calendar", "there is no such calendar (any more). Every row counts on one, even with wall targets: “always”.");
	const struct zone *z = zone_of(rows, x->calendar);
	TRY(read_instant(r, "from", get(r, "from"), z, &x->from_us));
	TRY(read_instant(r, "to", get(r, "to"), z, &x->to_us));
	if (x->from_us.set && x->to_us.set && x->from_us.v >= x->to_us.v)
		return bad(r, "to", "a row ends after it begins.");
	TRY(read_targets(r, rows, &x->targets));
	TRY(yes(r, "shown", &x->shown));
	return all_used(r);
}

static enum err read_automation(struct reader *r, const struct sla_rows *rows, struct sla_automation_all_row *x)
{
	static const char *const names[] = { "pending_to_solved", "solved_to_closed" };
	struct str v[2] = { STR_NULL, STR_NULL };
	TRY(read_instant(r, "date", r->s->key, zone_of(rows, STR_NULL), &x->from_us));
	for (int i = 0; i < 2; i++) {
		struct conf_target t;
		v[i] = str_or_null(text(r, names[i]));
		const char *wrong = v[i].p ? conf_parse_target(v[i], &t) : NULL;
		if (!wrong && v[i].p && (t.n_warn || t.pause_set || t.calendar.p))
			wrong = "an amount and “business” (of the desk's own calendar) or “wall”, nothing else.";
		if (wrong)
			return bad(r, names[i], wrong);
	}
	x->pending_to_solved = v[0];
	x->solved_to_closed = v[1];
	x->reading = text(r, "reading");
	x->source = text(r, "source");
	return all_used(r);
}

static enum err read_target(struct reader *r, const struct sla_rows *rows, struct sla_target_all_row *x)
{
	struct str from, whole, part;
	const struct zone *z = zone_of(rows, STR_NULL);
	int64_t v, cents = 0;
	if (!str_cut(r->s->key, ' ', &x->metric, &from))
		x->metric = r->s->key, from = S("");
	if (!x->metric.n)
		return bad(r, "name", "[target first_response 2023-05-24].");
	TRY(read_instant(r, "date", from, z, &x->from_us));
	TRY(read_instant(r, "to", get(r, "to"), z, &x->to_us));
	x->title = text(r, "title");
	x->source = text(r, "source");
	struct str percent = get(r, "percent");
	if (percent.p) {
		if (!str_cut(percent, '.', &whole, &part))
			whole = percent, part = S("");
		if (!str_i64(whole, &v) || v < 0 || v > 100 || part.n > 2 || (part.n == 2 && !str_i64(str_slice(part, part.p[0] == '0', 2), &cents)) ||
		    (part.n == 1 && !str_i64(part, &cents)) || v * 100 + cents > 10000)
			return bad(r, "percent", "a share from 0 to 100, with at most two decimals.");
		x->percent_x100 = SOME(v * 100 + (part.n == 1 ? cents * 10 : cents));
	}
	return all_used(r);
}

/* Of two rows for the same cases the one that begins later wins. Two that begin at once: nobody could say which one was meant. */
static enum err no_twins(struct ctx *c, const struct sla_rows *r)
{
	for (size_t i = 0; i < r->n_rules; i++)
		for (size_t k = i + 1; k < r->n_rules; k++) {
			const struct sla_rule_all_row *x = &r->rules[i], *y = &r->rules[k];
			bool same = str_eq(x->track, y->track) && x->position == y->position && str_eq(x->stage, y->stage) && str_eq(x->tier, y->tier) &&
				    str_eq(x->plan, y->plan) && str_eq(x->deployment, y->deployment) && str_eq(x->entitlement, y->entitlement) &&
				    str_eq(x->severity, y->severity) && str_eq(x->channel, y->channel) && str_eq(x->tag, y->tag) &&
				    x->organisation_id.set == y->organisation_id.set && x->organisation_id.v == y->organisation_id.v;
			if (same && x->from_us.set == y->from_us.set && x->from_us.v == y->from_us.v)
				return fail(c, ERR_INPUT, "The rows %.*s and %.*s are for the same cases from the same instant. Give one another “from”, or a “position”.",
					    STR_ARG(utf8_clip(x->code, 60)), STR_ARG(utf8_clip(y->code, 60)));
		}
	return OK;
}

static enum err calendars_whole(struct ctx *c, const struct sla_rows *r)
{
	int standard = 0;
	for (size_t i = 0; i < r->n_calendars; i++) {
		bool hours = false;
		standard += r->calendars[i].standard;
		for (size_t k = 0; k < r->n_hours; k++)
			hours = hours || str_eq(r->hours[k].calendar, r->calendars[i].name);
		if (!hours)
			return fail(c, ERR_INPUT, "The calendar %.*s has no [hours %.*s] section. Write “weekly = closed” if it is never open.",
				    STR_ARG(r->calendars[i].name), STR_ARG(r->calendars[i].name));
	}
	if (standard != 1)
		return fail(c, ERR_INPUT, "One calendar must be the desk's own (“standard = yes”); there %s %d.", standard == 1 ? "is" : "are", standard);
	for (size_t k = 0; k < r->n_hours + r->n_holidays; k++) {
		struct str name = k < r->n_hours ? r->hours[k].calendar : r->holidays[k - r->n_hours].calendar;
		bool known = false;
		for (size_t i = 0; i < r->n_calendars; i++)
			known = known || str_eq(r->calendars[i].name, name);
		if (!known)
			return fail(c, ERR_INPUT, "There are hours or holidays of a calendar %.*s that is not there.", STR_ARG(utf8_clip(name, 80)));
	}
	return OK;
}

static enum err read_one(struct reader *r, struct sla_rows *out)
{
	switch ((enum conf_type)r->s->type) {
	case CONF_CALENDAR:
		return read_calendar(r, &out->calendars[out->n_calendars++]);
	case CONF_HOURS:
		return read_hours(r, &out->hours[out->n_hours++]);
	case CONF_HOLIDAY:
		return read_holiday(r, &out->holidays[out->n_holidays++]);
	case CONF_RULE:
		return read_rule(r, out, &out->rules[out->n_rules++]);
	case CONF_AUTOMATION:
		return read_automation(r, out, &out->automations[out->n_automations++]);
	case CONF_TARGET:
		return read_target(r, out, &out->targets[out->n_targets++]);
	case CONF_TYPES:
		break;
	}
	return OK;
}

enum err conf_to_rows(struct ctx *c, const struct conf *k, struct sla_rows *ret)
{
	struct arena *a = c->arena;
	*ret = (struct sla_rows){
		.calendars = arena_array(a, struct sla_calendar_all_row, k->n), .hours = arena_array(a, struct sla_hours_all_row, k->n),
		.holidays = arena_array(a, struct sla_holiday_all_row, k->n), .rules = arena_array(a, struct sla_rule_all_row, k->n),
		.automations = arena_array(a, struct sla_automation_all_row, k->n), .targets = arena_array(a, struct sla_target_all_row, k->n),
	};
	/* sorted by type: calendars are there before what names them */
	for (size_t i = 0; i < k->n; i++) {
		struct reader r = { .c = c, .s = &k->v[i] };
		TRY(read_one(&r, ret));
	}
	TRY(calendars_whole(c, ret));
	return no_twins(c, ret);
}
