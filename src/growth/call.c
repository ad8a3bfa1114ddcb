/* call.c: planning calls with customers and taking places in them. Whoever leads is checked against certifications at every change. */
#include "growth/call_parts.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "growth/cert_parts.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct call_places_of_row) == sizeof(struct call_place_rows_row), "call.sql");
_Static_assert(sizeof(struct call_place_find_row) == sizeof(struct call_place_rows_row), "call.sql");

const char *const call_kinds[] = { "discovery", "demo", "trial", "review", "support", "other", NULL };
const char *const call_parts[] = { "shadow", "observer", NULL };
const char *const call_dids[] = { "watched", "spoke", "led_part", "missed", NULL };

const char *call_words(struct str kind)
{
	static const char *const words[][2] = { { "discovery", "discovery call" }, { "demo", "demonstration" }, { "trial", "trial call" }, { "review", "review" },
						{ "support", "support call" } };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(kind, str_c(words[i][0])))
			return words[i][1];
	return "call";
}

/* ---- the law of leading ---- */

enum err call_shadows(struct ctx *c, int64_t call_id, int64_t **ret, size_t *ret_n)
{
	struct call_places_of_row *v;
	size_t n;
	TRY(call_places_of(c->db, c->arena, &v, &n, .call_id = call_id));
	*ret = arena_array(c->arena, int64_t, n + 1);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].part, S("shadow")) && !str_eq(v[i].did, S("missed")))
			(*ret)[(*ret_n)++] = v[i].teammate_id;
	return OK;
}

/* A planned call never stands with a lead who may not lead it. */
static enum err lead_check(struct ctx *c, const struct customer_call_rows_row *k, const char *field)
{
	int64_t *shadows, session;
	size_t n;
	bool may;
	struct str why;
	if (!k->lead_id.set)
		return OK;
	TRY(call_shadows(c, k->id, &shadows, &n));
	for (size_t i = 0; i < n; i++)
		if (shadows[i] == k->lead_id.v)
			return fail_field(c, str_c(field), "Who leads a call does not shadow it as well.");
	TRY(cert_may_lead(c, k->lead_id.v, k->kind, k->starts_us, shadows, n, &may, &why, &session));
	return may ? OK : fail_field(c, str_c(field), "%.*s", STR_ARG(why));
}

static enum err planned(struct ctx *c, int64_t id, struct customer_call_rows_row *ret)
{
	TRY(customer_call_read(c, id, ret));
	if (!str_eq(ret->state, S("planned")))
		return fail(c, ERR_CONFLICT, "The call %s: nothing about who comes can be changed.",
			    str_eq(ret->state, S("held")) ? "has taken place" : "was called off");
	return OK;
}

/* ---- call.plan, call.change ---- */

struct call_in {
	int64_t call;
	struct opt_i64 organisation, minutes, lead, shadow_places, observer_places;
	struct str title, kind, on, at, zone, join_url, agenda;
	struct id_list shadows;
	struct str_list clear;
};
#define IN struct call_in
#define CALL_FIELDS(wanted)                                                                                                                     \
	FIELD(IN, title, FIELD_STR, .required = wanted, .max = 200, .help = "what it is about"),                                                \
	FIELD(IN, kind, FIELD_ENUM, .required = wanted, .choices = call_kinds, .help = "what kind of call"),                                    \
	FIELD(IN, on, FIELD_DATE, .required = wanted, .help = "the day"),                                                                       \
	FIELD(IN, at, FIELD_STR, .required = wanted, .max = 5, .help = "the time of day there, 24 hours", .example = "15:30"),                  \
	FIELD(IN, zone, FIELD_ZONE, .help = "whose time of day; yours when not given", .example = "America/Toronto"),                           \
	FIELD(IN, minutes, FIELD_INT, .min = 5, .max = 600, .help = "how long (30)"),                                                           \
	FIELD(IN, organisation, FIELD_ID, .help = "the customer"),                                                                              \
	FIELD(IN, lead, FIELD_ID, .help = "who leads it"),                                                                                      \
	FIELD(IN, shadow_places, FIELD_INT, .min = 0, .max = 20, .help = "how many may shadow it (1)"),                                         \
	FIELD(IN, observer_places, FIELD_INT, .min = 0, .max = 100, .help = "how many may listen in (2)"),                                      \
	FIELD(IN, join_url, FIELD_STR, .max = 500, .help = "the link to join by"),                                                              \
	FIELD(IN, agenda, FIELD_TEXT, .max = 8000, .help = "what is to be talked about")

static const struct field plan_fields[] = {
	CALL_FIELDS(true),
	FIELD(IN, shadows, FIELD_IDS, .max = 20, .help = "who shadows it from the start"),
};
static const char *const clearable[] = { "organisation", "lead", "join_url", "agenda", NULL };
static const struct field change_fields[] = {
	FIELD(IN, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	CALL_FIELDS(false),
	FIELD(IN, clear, FIELD_STRS, .max = 4, .choices = clearable, .help = "fields to empty"),
};
#undef IN

static enum err when(struct ctx *c, struct str on, struct str at, struct str zone, utime *ret)
{
	const struct zone *z = zone_find(zone);
	int64_t hour, minute;
	utime day, first, last;
	struct civil t = { 0 };
	if (!z)
		return fail_field(c, S("zone"), "There is no such time zone.");
	if (at.n == 4)
		at = arena_fmt(c->arena, "0%.*s", STR_ARG(at));
	if (at.n != 5 || at.p[2] != ':' || at.p[0] < '0' || at.p[0] > '2' || at.p[1] < '0' || at.p[1] > '9' || at.p[3] < '0' || at.p[3] > '5' || at.p[4] < '0' ||
	    at.p[4] > '9')
		return fail_field(c, S("at"), "Write the time like 15:30.");
	hour = (at.p[0] - '0') * 10 + (at.p[1] - '0');
	minute = (at.p[3] - '0') * 10 + (at.p[4] - '0');
	if (hour > 23 || !civil_parse_rfc3339(arena_fmt(c->arena, "%.*sT00:00:00Z", STR_ARG(on)), &day))
		return fail_field(c, S("at"), "Write the time like 15:30.");
	civil_from_utc(day, &t);
	t.hour = (int8_t)hour;
	t.minute = (int8_t)minute;
	if (civil_instant(z, &t, &first, &last) == ZONE_GAP)
		return fail_field(c, S("at"), "The clocks go forward then: there is no %.*s on that day in %.*s.", STR_ARG(at), STR_ARG(zone));
	*ret = first;
	return OK;
}

static enum err call_fill(struct ctx *c, const struct call_in *in, struct customer_call_rows_row *k)
{
	struct cert_person_row who;
	struct call_org_row org;
	bool found;
	if (in->title.p)
		k->title = in->title;
	if (in->kind.p)
		k->kind = in->kind;
	if (in->zone.p)
		k->zone = in->zone;
	if (in->on.p || in->at.p) {
		struct civil t;
		const struct zone *z = zone_find(k->zone);
		civil_local(z ? z : zone_find(S("UTC")), k->starts_us, &t);
		struct str on = in->on.p ? in->on : arena_fmt(c->arena, "%04d-%02d-%02d", t.year, t.month, t.day);
		TRY(when(c, on, in->at.p ? in->at : arena_fmt(c->arena, "%02d:%02d", t.hour, t.minute), k->zone, &k->starts_us));
	}
	k->minutes = in->minutes.set ? in->minutes.v : k->minutes;
	k->shadow_places = in->shadow_places.set ? in->shadow_places.v : k->shadow_places;
	k->observer_places = in->observer_places.set ? in->observer_places.v : k->observer_places;
	if (in->join_url.p && !str_starts(in->join_url, S("https://")) && !str_starts(in->join_url, S("http://")))
		return fail_field(c, S("join_url"), "A link begins with https://.");
	k->join_url = in->join_url.p ? in->join_url : k->join_url;
	k->agenda = in->agenda.p ? in->agenda : k->agenda;
	if (in->organisation.set) {
		TRY(call_org(c->db, c->arena, &org, &found, .id = in->organisation.v));
		if (!found || org.deleted_us.set)
			return fail_field(c, S("organisation"), "There is no such customer.");
		k->organisation_id = in->organisation;
	}
	if (in->lead.set) {
		TRY(cert_person_read(c, in->lead.v, "lead", &who));
		k->lead_id = in->lead;
	}
	return OK;
}

static enum err take_place(struct ctx *c, const struct customer_call_rows_row *k, int64_t teammate, struct str part);

static enum err answer(struct ctx *c, int64_t id, struct str said)
{
	json_ki64(c->out, "call", id);
	json_kstr(c->out, "said", said);
	return OK;
}

static enum err call_plan(struct ctx *c, const struct call_in *in)
{
	struct customer_call_rows_row k = { .zone = c->actor.zone.n ? c->actor.zone : S("UTC"), .minutes = 30, .shadow_places = 1, .observer_places = 2,
					    .join_url = S(""), .agenda = S(""), .state = S("planned"), .outcome = S(""), .recording_consent = S(""),
					    .session_why = S(""), .created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE,
					    .created_us = c->now_us };
	TRY(call_fill(c, in, &k));
	if ((int64_t)in->shadows.n > k.shadow_places)
		k.shadow_places = (int64_t)in->shadows.n;
	TRY(customer_call_new(c, &k, "call.planned"));
	for (size_t i = 0; i < in->shadows.n; i++)
		TRY(take_place(c, &k, in->shadows.v[i], S("shadow")));
	TRY(lead_check(c, &k, "lead"));
	return answer(c, k.id, S("The call stands in the calendar."));
}
COMMAND_RUN(call_plan)

const struct command call_plan_cmd = {
	.name = "call.plan", .help = "Put a call with a customer into the calendar", FIELDS(plan_fields, struct call_in), .need = CAN_NOTE, .run = RUN(call_plan),
};

static bool clears(const struct call_in *in, const char *field)
{
	for (size_t i = 0; i < in->clear.n; i++)
		if (str_eq(in->clear.v[i], str_c(field)))
			return true;
	return false;
}

static enum err call_change(struct ctx *c, const struct call_in *in)
{
	struct customer_call_rows_row before, k;
	int64_t *shadows;
	size_t n;
	TRY(planned(c, in->call, &before));
	k = before;
	if (clears(in, "organisation") && !in->organisation.set)
		k.organisation_id = NONE;
	if (clears(in, "lead") && !in->lead.set)
		k.lead_id = NONE;
	if (clears(in, "join_url"))
		k.join_url = S("");
	if (clears(in, "agenda"))
		k.agenda = S("");
	TRY(call_fill(c, in, &k));
	TRY(call_shadows(c, k.id, &shadows, &n));
	if ((int64_t)n > k.shadow_places)
		return fail_field(c, S("shadow_places"), "%zu shadow it already.", n);
	TRY(lead_check(c, &k, "lead"));
	TRY(customer_call_save(c, &before, &k, "call.changed", STR_NULL));
	return answer(c, k.id, S("Saved."));
}
COMMAND_RUN(call_change)

const struct command call_change_cmd = {
	.name = "call.change", .help = "Change a planned call: when, who leads, how many come along", FIELDS(change_fields, struct call_in), .need = CAN_NOTE,
	.run = RUN(call_change),
};

/* ---- call.cancel ---- */

struct cancel_in {
	int64_t call;
	struct str reason;
};
static const struct field cancel_fields[] = {
	FIELD(struct cancel_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct cancel_in, reason, FIELD_STR, .required = true, .max = 300, .help = "why it does not take place"),
};

static enum err call_cancel(struct ctx *c, const struct cancel_in *in)
{
	struct customer_call_rows_row before, k;
	TRY(planned(c, in->call, &before));
	k = before;
	k.state = S("cancelled");
	k.outcome = in->reason;
	TRY(customer_call_save(c, &before, &k, "call.called_off", in->reason));
	return answer(c, k.id, S("The call is off; it stays in the log."));
}
COMMAND_RUN(call_cancel)

const struct command call_cancel_cmd = {
	.name = "call.cancel", .help = "Call a planned call off", FIELDS(cancel_fields, struct cancel_in), .need = CAN_NOTE, .run = RUN(call_cancel),
};

/* ---- places ---- */

static enum err place_free(struct ctx *c, const struct customer_call_rows_row *k, struct str part)
{
	struct call_places_of_row *v;
	size_t n;
	int64_t taken = 0, places = str_eq(part, S("shadow")) ? k->shadow_places : k->observer_places;
	TRY(call_places_of(c->db, c->arena, &v, &n, .call_id = k->id));
	for (size_t i = 0; i < n; i++)
		taken += str_eq(v[i].part, part);
	return taken < places ? OK : fail(c, ERR_CONFLICT, "All %s places of this call are taken. Choose another call, or ask whoever leads it for one more.",
					  arena_cstr(c->arena, part));
}

static enum err take_place(struct ctx *c, const struct customer_call_rows_row *k, int64_t teammate, struct str part)
{
	struct cert_person_row who;
	struct call_place_rows_row before, row;
	bool found;
	TRY(cert_person_read(c, teammate, "teammate", &who));
	if (k->lead_id.set && k->lead_id.v == teammate)
		return fail_field(c, S("teammate"), "%.*s leads this call.", STR_ARG(who.name));
	TRY(call_place_find(c->db, c->arena, (struct call_place_find_row *)&before, &found, .call_id = k->id, .teammate_id = teammate));
	if (found && !before.removed_us.set && str_eq(before.part, part))
		return fail(c, ERR_CONFLICT, "%.*s has a place in this call already.", STR_ARG(who.name));
	TRY(place_free(c, k, part));
	if (!found) {
		row = (struct call_place_rows_row){ .call_id = k->id, .teammate_id = teammate, .part = part, .did = S(""), .note = S(""), .taken_us = c->now_us };
		return call_place_new(c, &row, "call.place_taken");
	}
	row = before;
	row.part = part;
	row.taken_us = c->now_us;
	row.removed_us = NONE;
	return call_place_save(c, &before, &row, "call.place_taken", STR_NULL);
}

struct place_in {
	int64_t call;
	struct str part;
	struct opt_i64 teammate;
};
static const struct field join_fields[] = {
	FIELD(struct place_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct place_in, part, FIELD_ENUM, .choices = call_parts, .help = "shadow (when not given) or observer"),
	FIELD(struct place_in, teammate, FIELD_ID, .help = "who; yourself when not given"),
};
static const struct field leave_fields[] = {
	FIELD(struct place_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct place_in, teammate, FIELD_ID, .help = "who; yourself when not given"),
};

static enum err whose(struct ctx *c, struct opt_i64 teammate, int64_t *ret)
{
	if (!teammate.set && c->actor.kind != ACTOR_TEAMMATE)
		return fail_field(c, S("teammate"), "Say who.");
	*ret = teammate.set ? teammate.v : c->actor.id;
	return OK;
}

static enum err call_join(struct ctx *c, const struct place_in *in)
{
	struct customer_call_rows_row k;
	int64_t who = 0;
	struct str part = in->part.p ? in->part : S("shadow");
	TRY(planned(c, in->call, &k));
	TRY(whose(c, in->teammate, &who));
	TRY(take_place(c, &k, who, part));
	TRY(lead_check(c, &k, "part"));      /* the shadow who stood by may have become an observer */
	TRY(answer(c, k.id, str_eq(part, S("shadow")) ? S("You shadow this call.") : S("You listen in on this call.")));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/call.leave?call=%lld&teammate=%lld", (long long)k.id, (long long)who));
	return OK;
}
COMMAND_RUN(call_join)

const struct command call_join_cmd = {
	.name = "call.join", .help = "Take a place in a call: shadow it, or listen in", FIELDS(join_fields, struct place_in), .need = CAN_NOTE, .run = RUN(call_join),
};

static enum err call_leave(struct ctx *c, const struct place_in *in)
{
	struct customer_call_rows_row k;
	struct call_place_rows_row before, row;
	int64_t who = 0;
	bool found;
	TRY(planned(c, in->call, &k));
	TRY(whose(c, in->teammate, &who));
	TRY(call_place_find(c->db, c->arena, (struct call_place_find_row *)&before, &found, .call_id = k.id, .teammate_id = who));
	if (!found || before.removed_us.set)
		return fail(c, ERR_NOT_FOUND, "There is no such place in this call.");
	row = before;
	row.removed_us = SOME(c->now_us);
	TRY(call_place_save(c, &before, &row, "call.place_left", STR_NULL));
	if (lead_check(c, &k, "call") != OK) {
		struct fault why = c->fault;
		fault_clear(&c->fault);
		return fail(c, ERR_CONFLICT, "Without this shadow the call may not be led as planned. %s", why.n_fields ? why.fields[0].message : why.message);
	}
	return answer(c, k.id, S("The place is free again."));
}
COMMAND_RUN(call_leave)

const struct command call_leave_cmd = {
	.name = "call.leave", .help = "Give a place in a call back", FIELDS(leave_fields, struct place_in), .need = CAN_NOTE, .run = RUN(call_leave),
};
