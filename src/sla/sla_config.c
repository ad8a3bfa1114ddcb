/* sla_config.c: changing calendars, policy rows, automation and targets: one small change at a time, or a whole text. All of it ends in sla_change_apply(). */
#include "sla/sla_int.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "sla/sla_preset.h"

#include <string.h>

#include "base/banned.h"

static const char *const modes[] = { "new", "now", "start", NULL };
#define MODE_HELP "what becomes of open cases: new (they keep what they were promised), now (the new promise counts from now), start (as if it had always been so)"
#define OPEN_FIELD(T) FIELD(T, open, FIELD_ENUM, .choices = modes, .help = MODE_HELP)

/* ---- doing it ---- */

static const char *mode_of(struct str open, const char *otherwise)
{
	for (size_t i = 0; modes[i]; i++)
		if (str_eq(open, str_c(modes[i])))
			return modes[i];
	return otherwise;
}

static enum err apply(struct ctx *c, struct str text, bool patch, const char *mode, struct str summary)
{
	struct sla_change_in in = { .mode = mode, .summary = summary };
	int64_t edition;
	TRY(sla_want(c, text, patch, &in.want));
	TRY(sla_change_apply(c, &in, &edition));
	json_kopt(c->out, "edition", edition ? SOME(edition) : NONE);
	json_kstr(c->out, "said", edition ? arena_fmt(c->arena, "Edition %lld is in force.", (long long)edition) : S("Nothing differs: nothing was changed."));
	return OK;
}

/* ---- config.* ---- */

struct text_in {
	struct str text, open, reason;
	bool patch;
	struct opt_i64 edition;
	struct str name;
};

static enum err config_export(struct ctx *c, const struct text_in *in)
{
	struct str text;
	TRY(sla_config_text(c, in->edition.v, &text));
	json_obj(c->out);
	json_kstr(c->out, "text", text);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(config_export)
static const struct field export_fields[] = {
	FIELD(struct text_in, edition, FIELD_ID, .help = "as they were in that edition; the newest unless said"),
};
const struct command sla_export_cmd = {
	.name = "config.text", .help = "Calendars, policy rows, automation and targets as text", .reads = true, FIELDS(export_fields, struct text_in),
	.need = CAN_READ, .run = RUN(config_export),
};

static void write_preview(struct json_out *j, const struct sla_preview *p)
{
	json_obj(j);
	json_kstr(j, "diff", p->diff);
	json_kstr(j, "summary", p->summary);
	json_ki64(j, "sections", p->sections);
	json_ki64(j, "open_cases", p->open);
	json_ki64(j, "cases_changed", p->cases);
	json_ki64(j, "due_dates_move", p->moves);
	json_ki64(j, "breach", p->breaches);
	json_ki64(j, "withdrawn", p->withdrawn);
	json_ki64(j, "begin", p->begins);
	json_key(j, "cases");
	json_arr(j);
	for (size_t i = 0; i < p->n; i++) {
		json_obj(j);
		json_ki64(j, "ticket", p->rows[i].ticket_id);
		json_kstr(j, "subject", p->rows[i].subject);
		json_kstr(j, "clock", p->rows[i].clock);
		json_kopt_time(j, "old_due", p->rows[i].old_due_us);
		json_kopt_time(j, "new_due", p->rows[i].new_due_us);
		json_kstr(j, "what", str_c(p->rows[i].what));
		json_obj_end(j);
	}
	json_arr_end(j);
	json_obj_end(j);
}

static enum err config_preview(struct ctx *c, const struct text_in *in)
{
	struct sla_preview p;
	TRY(sla_preview_text(c, in->text, in->patch, mode_of(in->open, "new"), &p));
	write_preview(c->out, &p);
	return OK;
}
COMMAND_RUN(config_preview)
#define TEXT_FIELDS                                                                                                                          \
	FIELD(struct text_in, text, FIELD_TEXT, .required = true, .max = 4 << 20, .help = "the text, as docs/config.md says"),               \
	FIELD(struct text_in, patch, FIELD_BOOL, .help = "only what it names changes; an empty section ends a row. Else it is all there shall be"), \
	OPEN_FIELD(struct text_in)
static const struct field preview_fields[] = { TEXT_FIELDS };
const struct command sla_preview_cmd = {
	.name = "config.preview", .help = "What a changed text would do: the lines that differ, the due dates that move, what would breach", .reads = true,
	FIELDS(preview_fields, struct text_in), .need = CAN_READ, .run = RUN(config_preview),
};

static enum err config_apply(struct ctx *c, const struct text_in *in)
{
	return apply(c, in->text, in->patch, mode_of(in->open, "new"), in->reason);
}
COMMAND_RUN(config_apply)
static const struct field apply_fields[] = {
	TEXT_FIELDS,
	FIELD(struct text_in, reason, FIELD_STR, .max = 300, .help = "why, in a few words"),
};
const struct command sla_apply_cmd = {
	.name = "config.put", .help = "Make a text what is in force: a new edition", FIELDS(apply_fields, struct text_in), .need = CAN_ADMIN,
	.run = RUN(config_apply),
};

static enum err config_revert(struct ctx *c, const struct text_in *in)
{
	struct sla_newest_edition_row newest;
	struct str text;
	bool any;
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	int64_t to = in->edition.set ? in->edition.v : any ? newest.id - 1 : 0;
	if (to < 1)
		return fail(c, ERR_CONFLICT, "There is no edition before this one.");
	if (to >= newest.id)
		return fail_field(c, S("edition"), "Edition %lld is the newest already: name an earlier one.", (long long)newest.id);
	TRY(sla_config_text(c, to, &text));
	return apply(c, text, false, mode_of(in->open, "new"),
		     in->reason.n ? in->reason : arena_fmt(c->arena, "back to edition %lld", (long long)to));
}
COMMAND_RUN(config_revert)
static const struct field revert_fields[] = {
	FIELD(struct text_in, edition, FIELD_ID, .positional = true, .help = "the edition to go back to; the one before the newest unless said"),
	OPEN_FIELD(struct text_in),
	FIELD(struct text_in, reason, FIELD_STR, .max = 300, .help = "why, in a few words"),
};
const struct command sla_revert_cmd = {
	.name = "config.revert", .help = "Go back to an earlier edition: the rows of then as a new edition", FIELDS(revert_fields, struct text_in),
	.need = CAN_ADMIN, .run = RUN(config_revert),
};

static enum err config_editions(struct ctx *c, const void *in)
{
	struct sla_edition_all_row *rows;
	size_t n;
	(void)in;
	TRY(sla_edition_all(c->db, c->arena, &rows, &n));
	json_list(c->out);
	for (size_t i = n; i-- > 0;) {
		json_obj(c->out);
		json_ki64(c->out, "edition", rows[i].id);
		json_ktime(c->out, "at", rows[i].created_us);
		json_kstr(c->out, "by", rows[i].actor_name);
		json_kstr(c->out, "open", rows[i].mode);
		json_kstr(c->out, "summary", rows[i].summary);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
const struct command sla_editions_cmd = {
	.name = "config.editions", .help = "Every change of calendars, policy rows, automation and targets, newest first", .reads = true, NO_FIELDS,
	.need = CAN_READ, .run = config_editions,
};

static enum err config_load(struct ctx *c, const struct text_in *in)
{
	for (size_t i = 0; i < sla_n_presets; i++)
		if (str_eq(in->name, str_c(sla_presets[i].name)))
			return apply(c, (struct str){ sla_presets[i].text, *sla_presets[i].n }, true, mode_of(in->open, "new"),
				     arena_fmt(c->arena, "preset %.*s", STR_ARG(in->name)));
	return fail_field(c, S("name"), "There are handbook, handbook-24bh and handbook-wall.");
}
COMMAND_RUN(config_load)
static const struct field load_fields[] = {
	FIELD(struct text_in, name, FIELD_STR, .required = true, .positional = true, .help = "handbook, handbook-24bh or handbook-wall"),
	OPEN_FIELD(struct text_in),
};
const struct command sla_load_cmd = {
	.name = "config.load", .help = "Lay a preset, or another reading of the handbook, over the rows there are", FIELDS(load_fields, struct text_in),
	.need = CAN_ADMIN, .run = RUN(config_load),
};

/* ---- one row at a time ---- */

static void line(struct buf *b, const char *name, struct str value)
{
	if (value.n)
		buf_fmt(b, "%s = %.*s\n", name, STR_ARG(value));
}

struct calendar_in {
	struct str name, title, zone, weekly, from, source, open;
	bool standard;
};

static enum err calendar_create(struct ctx *c, const struct calendar_in *in)
{
	struct buf b;
	struct sla_kept *k;
	TRY(sla_book_get(c, &k));
	bool there = sla_kept_calendar(k, sla_kept_newest(k), in->name) != NULL;
	sla_book_put(k);
	if (there)
		return fail_field(c, S("name"), "There is a calendar of that name.");
	buf_init(&b, c->arena, 20000);
	buf_fmt(&b, "[calendar %.*s]\n", STR_ARG(in->name));
	line(&b, "title", in->title);
	line(&b, "zone", in->zone);
	buf_fmt(&b, "[hours %.*s]\n", STR_ARG(in->name));
	line(&b, "weekly", in->weekly);
	line(&b, "source", in->source);
	return apply(c, buf_str(&b), true, "new", arena_fmt(c->arena, "calendar %.*s made", STR_ARG(in->name)));
}
COMMAND_RUN(calendar_create)
#define WEEKLY_HELP "opening hours: mon-fri 09:00-17:00; sat 10:00-14:00"
static const struct field calendar_create_fields[] = {
	FIELD(struct calendar_in, name, FIELD_STR, .required = true, .positional = true, .max = 60, .help = "its name: one word", .example = "berlin-9-18"),
	FIELD(struct calendar_in, title, FIELD_STR, .max = 120, .help = "as people read it"),
	FIELD(struct calendar_in, zone, FIELD_ZONE, .required = true, .help = "time zone", .example = "Europe/Berlin"),
	FIELD(struct calendar_in, weekly, FIELD_STR, .required = true, .max = 2000, .help = WEEKLY_HELP, .example = "mon-fri 09:00-18:00"),
	FIELD(struct calendar_in, source, FIELD_STR, .max = 300, .help = "where the hours stand"),
};
static const struct command calendar_create_cmd = {
	.name = "calendar.create", .help = "Make a calendar of business hours", FIELDS(calendar_create_fields, struct calendar_in), .need = CAN_ADMIN,
	.run = RUN(calendar_create),
};

static enum err calendar_hours(struct ctx *c, const struct calendar_in *in)
{
	struct buf b;
	buf_init(&b, c->arena, 20000);
	buf_fmt(&b, "[hours %.*s %.*s]\n", STR_ARG(in->name), STR_ARG(in->from));
	line(&b, "weekly", in->weekly);
	line(&b, "source", in->source);
	return apply(c, buf_str(&b), true, mode_of(in->open, "start"), arena_fmt(c->arena, "hours of %.*s from %.*s", STR_ARG(in->name), STR_ARG(in->from)));
}
COMMAND_RUN(calendar_hours)
static const struct field calendar_hours_fields[] = {
	FIELD(struct calendar_in, name, FIELD_STR, .required = true, .positional = true, .help = "name of the calendar", .example = "pacific-9-5"),
	FIELD(struct calendar_in, from, FIELD_DATE, .required = true, .help = "the local date from which they hold", .example = "2027-01-01"),
	FIELD(struct calendar_in, weekly, FIELD_STR, .required = true, .max = 2000, .help = WEEKLY_HELP, .example = "mon-fri 08:00-17:00"),
	FIELD(struct calendar_in, source, FIELD_STR, .max = 300, .help = "where the hours stand"),
	OPEN_FIELD(struct calendar_in),
};
static const struct command calendar_hours_cmd = {
	.name = "calendar.version", .help = "Other hours of a calendar from a date on", FIELDS(calendar_hours_fields, struct calendar_in), .need = CAN_ADMIN,
	.run = RUN(calendar_hours),
};

/* Its rows end with it; refused while a row of a policy counts on it. */
static enum err calendar_remove(struct ctx *c, const struct calendar_in *in)
{
	struct sla_rows now;
	struct sla_change_in change = { .mode = "new", .summary = arena_fmt(c->arena, "calendar %.*s removed", STR_ARG(in->name)) };
	int64_t edition;
	TRY(sla_rows_now(c, &now));
	TRY(conf_of_rows(c, &now, &change.want));
	if (!conf_find(&change.want, CONF_CALENDAR, in->name))
		return fail(c, ERR_NOT_FOUND, "There is no calendar %.*s.", STR_ARG(utf8_clip(in->name, 80)));
	for (size_t i = 0; i < now.n_rules; i++)
		if (str_eq(now.rules[i].calendar, in->name))
			return fail(c, ERR_CONFLICT, "The row %.*s counts on it. Give that row another calendar first.", STR_ARG(now.rules[i].code));
	for (size_t i = change.want.n; i-- > 0;) {
		struct conf_section *s = &change.want.v[i];
		struct str first, rest;
		if (!str_cut(s->key, ' ', &first, &rest))
			first = s->key;
		if (str_eq(first, in->name) && (s->type == CONF_CALENDAR || s->type == CONF_HOURS || s->type == CONF_HOLIDAY))
			conf_remove(&change.want, s->type, s->key);
	}
	TRY(sla_change_apply(c, &change, &edition));
	json_ki64(c->out, "edition", edition);
	json_kstr(c->out, "said", S("The calendar is gone from now on; what was promised by it stays as it was."));
	return OK;
}
COMMAND_RUN(calendar_remove)
static const struct field calendar_remove_fields[] = {
	FIELD(struct calendar_in, name, FIELD_STR, .required = true, .positional = true, .help = "name of the calendar"),
};
static const struct command calendar_remove_cmd = {
	.name = "calendar.remove", .help = "Take a calendar away that no row counts on", FIELDS(calendar_remove_fields, struct calendar_in), .need = CAN_ADMIN,
	.run = RUN(calendar_remove),
};

struct holiday_in {
	struct str calendar, day, name, reason, open;
	bool yearly;
};

/* A date of the past is only written down as a correction, with its reason. */
static enum err holiday_add(struct ctx *c, const struct holiday_in *in)
{
	struct buf b;
	struct civil now;
	civil_from_utc(c->now_us, &now);
	bool past = str_cmp(in->day, arena_fmt(c->arena, "%04d-%02d-%02d", now.year, now.month, now.day)) < 0 && !in->yearly;
	if (past && !in->reason.n)
		return fail_field(c, S("reason"), "That day is over: say why it is corrected. Clocks that ran over it are worked out again.");
	buf_init(&b, c->arena, 4000);
	buf_fmt(&b, "[holiday %.*s %.*s%s]\n", STR_ARG(in->calendar), STR_ARG(in->day), in->yearly ? " yearly" : "");
	line(&b, "name", in->name);
	line(&b, "origin", S("typed"));
	if (past)
		line(&b, "correction", in->reason);
	return apply(c, buf_str(&b), true, mode_of(in->open, "start"),
		     arena_fmt(c->arena, "holiday %.*s %.*s of %.*s", STR_ARG(in->day), STR_ARG(in->name), STR_ARG(in->calendar)));
}
COMMAND_RUN(holiday_add)
#define HOLIDAY_FIELDS                                                                                                                            \
	FIELD(struct holiday_in, calendar, FIELD_STR, .required = true, .positional = true, .help = "name of the calendar", .example = "pacific-9-5"), \
	FIELD(struct holiday_in, day, FIELD_DATE, .required = true, .positional = true, .help = "the local date", .example = "2026-12-31"),            \
	FIELD(struct holiday_in, yearly, FIELD_BOOL, .help = "on that day of every year from then on"),                                               \
	OPEN_FIELD(struct holiday_in)
static const struct field holiday_add_fields[] = {
	HOLIDAY_FIELDS,
	FIELD(struct holiday_in, name, FIELD_STR, .required = true, .max = 120, .help = "what day it is", .example = "New Year's Eve"),
	FIELD(struct holiday_in, reason, FIELD_STR, .max = 300, .help = "of a date that is past: why it is corrected"),
};
static const struct command holiday_add_cmd = {
	.name = "holiday.add", .help = "A date on which a calendar is not open; running due dates move", FIELDS(holiday_add_fields, struct holiday_in),
	.need = CAN_ADMIN, .run = RUN(holiday_add),
};

static enum err holiday_remove(struct ctx *c, const struct holiday_in *in)
{
	struct str key = arena_fmt(c->arena, "%.*s %.*s%s", STR_ARG(in->calendar), STR_ARG(in->day), in->yearly ? " yearly" : ""), text;
	TRY(sla_section_text(c, "holiday", key, &text));
	return apply(c, arena_fmt(c->arena, "[holiday %.*s]\n", STR_ARG(key)), true, mode_of(in->open, "start"),
		     arena_fmt(c->arena, "no holiday on %.*s of %.*s", STR_ARG(in->day), STR_ARG(in->calendar)));
}
COMMAND_RUN(holiday_remove)
static const struct field holiday_remove_fields[] = { HOLIDAY_FIELDS };
static const struct command holiday_remove_cmd = {
	.name = "holiday.remove", .help = "A date is no holiday of a calendar after all", FIELDS(holiday_remove_fields, struct holiday_in), .need = CAN_ADMIN,
	.run = RUN(holiday_remove),
};

struct policy_in {
	struct str code, title, track, stage, tier, plan, deployment, entitlement, severity, channel, tag, organisation, from, to, calendar, first_response,
		next_response, periodic_update, resolution, reading, source, open, reason;
	struct opt_i64 position;
	bool shown;
};

static struct str policy_text(struct ctx *c, const struct policy_in *in)
{
	struct buf b;
	buf_init(&b, c->arena, 40000);
	buf_fmt(&b, "[rule %.*s]\n", STR_ARG(in->code));
	line(&b, "track", in->track);
	line(&b, "title", in->title);
	if (in->position.set)
		buf_fmt(&b, "position = %lld\n", (long long)in->position.v);
	line(&b, "stage", in->stage);
	line(&b, "tier", in->tier);
	line(&b, "plan", in->plan);
	line(&b, "deployment", in->deployment);
	line(&b, "entitlement", in->entitlement);
	line(&b, "severity", in->severity);
	line(&b, "channel", in->channel);
	line(&b, "tag", in->tag);
	line(&b, "organisation", in->organisation);
	line(&b, "from", in->from);
	line(&b, "to", in->to);
	line(&b, "calendar", in->calendar);
	line(&b, "first_response", in->first_response);
	line(&b, "next_response", in->next_response);
	line(&b, "periodic_update", in->periodic_update);
	line(&b, "resolution", in->resolution);
	if (in->shown)
		line(&b, "shown", S("yes"));
	line(&b, "reading", in->reading);
	line(&b, "source", in->source);
	return buf_str(&b);
}

static enum err policy_put(struct ctx *c, const struct policy_in *in)
{
	return apply(c, policy_text(c, in), true, mode_of(in->open, "new"), in->reason.n ? in->reason : arena_fmt(c->arena, "row %.*s", STR_ARG(in->code)));
}
COMMAND_RUN(policy_put)

static enum err policy_preview(struct ctx *c, const struct policy_in *in)
{
	struct sla_preview p;
	TRY(sla_preview_text(c, policy_text(c, in), true, mode_of(in->open, "new"), &p));
	write_preview(c->out, &p);
	return OK;
}
COMMAND_RUN(policy_preview)
#define TARGET_HELP "8h business warn 2h, 30m pause pending calendar always"
static const struct field policy_fields[] = {
	FIELD(struct policy_in, code, FIELD_STR, .required = true, .positional = true, .max = 60, .help = "short name of the row", .example = "A1"),
	FIELD(struct policy_in, title, FIELD_STR, .max = 200, .help = "as people read it"),
	FIELD(struct policy_in, track, FIELD_STR, .help = "promise, or aim: a soft ceiling of our own"),
	FIELD(struct policy_in, position, FIELD_INT, .min = -1000000, .max = 1000000, .help = "the smaller one is looked at first"),
	FIELD(struct policy_in, stage, FIELD_STR, .help = "pre_sales, post_sales; several with commas; any unless said"),
	FIELD(struct policy_in, tier, FIELD_STR, .help = "enterprise, team …"),
	FIELD(struct policy_in, plan, FIELD_STR, .help = "the plan as sold"),
	FIELD(struct policy_in, deployment, FIELD_STR, .help = "managed, cloud, self_hosted …"),
	FIELD(struct policy_in, entitlement, FIELD_STR, .help = "what must have been bought"),
	FIELD(struct policy_in, severity, FIELD_STR, .help = "0 to 9, untriaged", .example = "untriaged, 1"),
	FIELD(struct policy_in, channel, FIELD_STR, .help = "mail, form, api …"),
	FIELD(struct policy_in, tag, FIELD_STR, .help = "a tag the case must carry"),
	FIELD(struct policy_in, organisation, FIELD_STR, .help = "short name of the one organisation whose contract this is"),
	FIELD(struct policy_in, from, FIELD_STR, .help = "date or instant from which it is in force"),
	FIELD(struct policy_in, to, FIELD_STR, .help = "date or instant from which it no longer is"),
	FIELD(struct policy_in, calendar, FIELD_STR, .required = true, .help = "whose hours count"),
	FIELD(struct policy_in, first_response, FIELD_STR, .help = "target of the first response", .example = TARGET_HELP),
	FIELD(struct policy_in, next_response, FIELD_STR, .help = "target of each answer after that"),
	FIELD(struct policy_in, periodic_update, FIELD_STR, .help = "most time between two messages of ours"),
	FIELD(struct policy_in, resolution, FIELD_STR, .help = "target of the solution or workaround"),
	FIELD(struct policy_in, shown, FIELD_BOOL, .help = "on the public page"),
	FIELD(struct policy_in, reading, FIELD_STR, .max = 500, .help = "how the source's words are read"),
	FIELD(struct policy_in, source, FIELD_STR, .max = 300, .help = "where it stands"),
	OPEN_FIELD(struct policy_in),
	FIELD(struct policy_in, reason, FIELD_STR, .max = 300, .help = "why it changes"),
};
static const struct command policy_put_cmd = {
	.name = "policy.put", .help = "Write a row of what is promised: a new one, or a new version", FIELDS(policy_fields, struct policy_in), .need = CAN_ADMIN,
	.run = RUN(policy_put),
};
static const struct command policy_preview_cmd = {
	.name = "policy.preview", .help = "What such a row would change for open cases", .reads = true, FIELDS(policy_fields, struct policy_in),
	.need = CAN_READ, .run = RUN(policy_preview),
};

struct policy_end_in {
	struct str code, open, reason;
};

static enum err policy_end(struct ctx *c, const struct policy_end_in *in)
{
	struct str text;
	TRY(sla_section_text(c, "rule", in->code, &text));
	return apply(c, arena_fmt(c->arena, "[rule %.*s]\n", STR_ARG(in->code)), true, mode_of(in->open, "new"),
		     in->reason.n ? in->reason : arena_fmt(c->arena, "row %.*s ended", STR_ARG(in->code)));
}
COMMAND_RUN(policy_end)
static const struct field policy_end_fields[] = {
	FIELD(struct policy_end_in, code, FIELD_STR, .required = true, .positional = true, .help = "short name of the row", .example = "A1"),
	OPEN_FIELD(struct policy_end_in),
	FIELD(struct policy_end_in, reason, FIELD_STR, .max = 300, .help = "why"),
};
static const struct command policy_end_cmd = {
	.name = "policy.end", .help = "A row of what is promised is gone from now on", FIELDS(policy_end_fields, struct policy_end_in), .need = CAN_ADMIN,
	.run = RUN(policy_end),
};

const struct command *const sla_commands[] = {
	&sla_explain_cmd, &sla_clocks_cmd, &sla_due_cmd, &sla_promise_cmd, &sla_overturn_cmd, &sla_export_cmd, &sla_preview_cmd, &sla_apply_cmd,
	&sla_revert_cmd, &sla_editions_cmd, &sla_load_cmd, &calendar_create_cmd, &calendar_hours_cmd, &calendar_remove_cmd, &holiday_add_cmd,
	&holiday_remove_cmd, &policy_put_cmd, &policy_preview_cmd, &policy_end_cmd, NULL,
};
