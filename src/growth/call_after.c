/* call_after.c: what came of a call: who took part how, the recording, the session it was; looking at calls, and the link for calendars. */
#include "growth/call_parts.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "core/secret.h"
#include "growth/cert_parts.h"

#include "base/banned.h"

/* ---- call.held ---- */

struct held_in {
	int64_t call;
	struct str outcome;
	struct id_list missed;
};
static const struct field held_fields[] = {
	FIELD(struct held_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct held_in, outcome, FIELD_TEXT, .max = 8000, .help = "what came of it"),
	FIELD(struct held_in, missed, FIELD_IDS, .max = 100, .help = "who had a place and was not there"),
};

static enum err mark_missed(struct ctx *c, int64_t call, int64_t teammate)
{
	struct call_place_rows_row before, row;
	bool found;
	TRY(call_place_find(c->db, c->arena, (struct call_place_find_row *)&before, &found, .call_id = call, .teammate_id = teammate));
	if (!found || before.removed_us.set)
		return fail_field(c, S("missed"), "Teammate %lld had no place in this call.", (long long)teammate);
	row = before;
	row.did = S("missed");
	return call_place_save(c, &before, &row, "call.took_part", STR_NULL);
}

static enum err call_held(struct ctx *c, const struct held_in *in)
{
	struct customer_call_rows_row before, k;
	int64_t *shadows, certification;
	size_t n;
	bool may;
	struct str why;
	TRY(customer_call_read(c, in->call, &before));
	if (!str_eq(before.state, S("planned")))
		return fail(c, ERR_CONFLICT, "The call %s.", str_eq(before.state, S("held")) ? "is logged already" : "was called off");
	if (before.starts_us > c->now_us)
		return fail(c, ERR_CONFLICT, "It has not begun yet.");
	if (!before.lead_id.set)
		return fail(c, ERR_CONFLICT, "Who led it? Name the lead first.");
	for (size_t i = 0; i < in->missed.n; i++)
		TRY(mark_missed(c, before.id, in->missed.v[i]));
	k = before;
	k.state = S("held");
	k.outcome = str_or_empty(in->outcome);
	TRY(call_shadows(c, k.id, &shadows, &n));
	TRY(cert_may_lead(c, k.lead_id.v, k.kind, k.starts_us, shadows, n, &may, &why, &certification));
	if (certification) {
		int64_t entry;
		TRY(cert_record_call(c, certification, k.id, k.title, k.starts_us, may, &entry, &k.session_why));
		k.session_id = entry ? SOME(entry) : NONE;
	}
	TRY(customer_call_save(c, &before, &k, "call.held", STR_NULL));
	json_ki64(c->out, "call", k.id);
	json_kopt(c->out, "session", k.session_id);
	json_kstr(c->out, "said", !certification ? S("Logged.") : k.session_id.set ? S("Logged. It counts as a led session: mentor and manager can score it.") :
				  arena_fmt(c->arena, "Logged. It is no session of the certification: %.*s", STR_ARG(k.session_why)));
	return OK;
}
COMMAND_RUN(call_held)

const struct command call_held_cmd = {
	.name = "call.held", .help = "Log that a call took place, and who of those with a place was not there", FIELDS(held_fields, struct held_in),
	.need = CAN_NOTE, .run = RUN(call_held),
};

/* ---- call.took_part ---- */

struct did_in {
	int64_t call;
	struct opt_i64 teammate;
	struct str did, note;
};
static const struct field did_fields[] = {
	FIELD(struct did_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct did_in, teammate, FIELD_ID, .help = "who; yourself when not given"),
	FIELD(struct did_in, did, FIELD_ENUM, .required = true, .choices = call_dids, .help = "how they took part"),
	FIELD(struct did_in, note, FIELD_TEXT, .max = 4000, .help = "what they did, what they learned"),
};

static enum err call_took_part(struct ctx *c, const struct did_in *in)
{
	struct customer_call_rows_row k;
	struct call_place_rows_row before, row;
	bool found;
	int64_t who = in->teammate.set ? in->teammate.v : c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	TRY(customer_call_read(c, in->call, &k));
	if (!str_eq(k.state, S("held")))
		return fail(c, ERR_CONFLICT, "Log first that the call took place.");
	TRY(call_place_find(c->db, c->arena, (struct call_place_find_row *)&before, &found, .call_id = k.id, .teammate_id = who));
	if (!found || before.removed_us.set)
		return fail_field(c, S("teammate"), "They had no place in this call.");
	row = before;
	row.did = in->did;
	row.note = in->note.p ? in->note : row.note;
	if (k.session_id.set && str_eq(row.did, S("missed")) && !str_eq(before.did, S("missed")) && str_eq(row.part, S("shadow")))
		return fail(c, ERR_CONFLICT, "The call counts as a session because of its shadow. Take that up with the mentor.");
	TRY(call_place_save(c, &before, &row, "call.took_part", STR_NULL));
	json_ki64(c->out, "call", k.id);
	json_kstr(c->out, "said", S("It stands in the log of calls."));
	return OK;
}
COMMAND_RUN(call_took_part)

const struct command call_took_part_cmd = {
	.name = "call.took_part", .help = "Log how somebody took part in a call", FIELDS(did_fields, struct did_in), .need = CAN_NOTE, .run = RUN(call_took_part),
};

/* ---- call.record ---- */

struct record_in {
	int64_t call, minutes;
	struct str url, consent;
};
static const struct field record_fields[] = {
	FIELD(struct record_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
	FIELD(struct record_in, url, FIELD_STR, .required = true, .max = 500, .help = "the link to the recording"),
	FIELD(struct record_in, minutes, FIELD_INT, .required = true, .min = 1, .max = 1000, .help = "how long it is"),
	FIELD(struct record_in, consent, FIELD_STR, .required = true, .max = 300, .help = "who of the customer agreed to be recorded, and when",
	      .example = "Ines Okafor, at the start"),
};

static enum err call_record(struct ctx *c, const struct record_in *in)
{
	struct customer_call_rows_row before, k;
	TRY(customer_call_read(c, in->call, &before));
	if (!str_eq(before.state, S("held")))
		return fail(c, ERR_CONFLICT, "Log first that the call took place.");
	if (!str_starts(in->url, S("https://")) && !str_starts(in->url, S("http://")))
		return fail_field(c, S("url"), "A link begins with https://.");
	k = before;
	k.recording_url = in->url;
	k.recording_minutes = SOME(in->minutes);
	k.recording_consent = in->consent;
	TRY(customer_call_save(c, &before, &k, "call.recorded", STR_NULL));
	json_ki64(c->out, "call", k.id);
	json_kstr(c->out, "said", S("The recording is kept with the call."));
	return OK;
}
COMMAND_RUN(call_record)

const struct command call_record_cmd = {
	.name = "call.record", .help = "Keep the link to a call's recording, with its length and the customer's consent", FIELDS(record_fields, struct record_in),
	.need = CAN_NOTE, .run = RUN(call_record),
};

/* ---- looking ---- */

enum err call_counts_of(struct ctx *c, int64_t teammate, struct str kind, utime since_us, struct call_counts *ret)
{
	struct call_led_count_row led;
	struct call_part_count_row part;
	TRY(call_led_count(c->db, c->arena, &led, .teammate_id = teammate, .kind = kind, .since_us = since_us));
	ret->led = led.n;
	TRY(call_part_count(c->db, c->arena, &part, .teammate_id = teammate, .kind = kind, .part = S("shadow"), .since_us = since_us));
	ret->shadowed = part.n;
	TRY(call_part_count(c->db, c->arena, &part, .teammate_id = teammate, .kind = kind, .part = S("observer"), .since_us = since_us));
	ret->observed = part.n;
	return OK;
}

struct list_in {
	struct opt_i64 from, to, organisation, max;
	struct str kind, after;
	bool free;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, from, FIELD_TIME, .help = "calls that begin then or later; now when not given"),
	FIELD(struct list_in, to, FIELD_TIME, .help = "calls that begin before"),
	FIELD(struct list_in, kind, FIELD_ENUM, .choices = call_kinds, .help = "only these"),
	FIELD(struct list_in, organisation, FIELD_ID, .help = "only calls with this customer"),
	FIELD(struct list_in, free, FIELD_BOOL, .help = "only those with a free shadow place"),
	FIELD(struct list_in, after, FIELD_STR, .max = 60, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err call_list(struct ctx *c, const struct list_in *in)
{
	struct call_page_row *v;
	struct str us, id;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50, after_us = in->from.set ? in->from.v : c->now_us, after_id = 0;
	if (in->after.p && (!str_cut(in->after, '.', &us, &id) || !str_i64(us, &after_us) || !str_i64(id, &after_id)))
		return fail_field(c, S("after"), "Give the “next” of the page before as it was.");
	TRY(call_page(c->db, c->arena, &v, &n, .after_us = after_us, .after_id = after_id, .to_us = in->to.set ? in->to.v : INT64_MAX, .kind = in->kind,
		      .organisation_id = in->organisation, .free = in->free, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "kind", v[i].kind);
		json_ktime(c->out, "starts_at", v[i].starts_us);
		json_ki64(c->out, "minutes", v[i].minutes);
		json_kstr(c->out, "state", v[i].state);
		json_kstr(c->out, "organisation", v[i].organisation);
		json_kopt(c->out, "lead", v[i].lead_id);
		json_ki64(c->out, "shadow_places_free", v[i].shadow_places - v[i].shadows);
		json_ki64(c->out, "observer_places_free", v[i].observer_places - v[i].observers);
		json_kbool(c->out, "recorded", v[i].recorded);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_kstr(c->out, "next", more ? arena_fmt(c->arena, "%lld.%lld", (long long)v[n - 2].starts_us, (long long)v[n - 2].id) : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(call_list)

const struct command call_list_cmd = {
	.name = "call.list", .help = "Calls with customers, soonest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(call_list),
};

struct show_in {
	int64_t call;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, call, FIELD_ID, .required = true, .positional = true, .help = "number of the call", .example = "12"),
};

static enum err call_show(struct ctx *c, const struct show_in *in)
{
	struct customer_call_rows_row k;
	struct call_places_of_row *v;
	size_t n;
	TRY(customer_call_read(c, in->call, &k));
	TRY(call_places_of(c->db, c->arena, &v, &n, .call_id = k.id));
	json_obj(c->out);
	json_ki64(c->out, "id", k.id);
	json_kstr(c->out, "title", k.title);
	json_kstr(c->out, "kind", k.kind);
	json_kopt(c->out, "organisation", k.organisation_id);
	json_ktime(c->out, "starts_at", k.starts_us);
	json_kstr(c->out, "zone", k.zone);
	json_ki64(c->out, "minutes", k.minutes);
	json_kopt(c->out, "lead", k.lead_id);
	json_ki64(c->out, "shadow_places", k.shadow_places);
	json_ki64(c->out, "observer_places", k.observer_places);
	json_kstr(c->out, "state", k.state);
	json_kstr(c->out, "agenda", k.agenda);
	json_kstr(c->out, "outcome", k.outcome);
	json_kstr(c->out, "recording_url", k.recording_url);
	json_kopt(c->out, "recording_minutes", k.recording_minutes);
	json_kstr(c->out, "recording_consent", k.recording_consent);
	json_kopt(c->out, "session", k.session_id);
	json_kstr(c->out, "session_why_not", k.session_why);
	json_key(c->out, "places");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "part", v[i].part);
		json_kstr(c->out, "did", v[i].did);
		json_kstr(c->out, "note", v[i].note);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(call_show)

const struct command call_show_cmd = {
	.name = "call.show", .help = "One call: who leads, who comes along, what came of it", FIELDS(show_fields, struct show_in), .need = CAN_READ, .reads = true,
	.run = RUN(call_show),
};

/* ---- the link for calendars ---- */

enum { SIGNATURE_BYTES = 16 };

struct str call_feed_token(struct ctx *c, int64_t teammate, int64_t number)
{
	unsigned char mac[32];
	secret_mac(c->desk, KEY_LINK, arena_fmt(c->arena, "calls:%lld:%lld", (long long)teammate, (long long)number), mac);
	struct str sig = secret_base32(c->arena, mac, SIGNATURE_BYTES);
	return arena_fmt(c->arena, "%lld.%lld.%.*s", (long long)teammate, (long long)number, STR_ARG(sig));
}

enum err call_feed_whose(struct ctx *c, struct str token, int64_t *ret_teammate)
{
	struct str who, number, rest;
	struct call_feed_of_row row;
	struct cert_person_row person;
	int64_t id, n;
	bool found;
	*ret_teammate = 0;
	if (token.n > 120 || !str_cut(token, '.', &who, &rest) || !str_cut(rest, '.', &number, &rest) || !str_i64(who, &id) || !str_i64(number, &n) || id < 1 ||
	    !secret_equal(call_feed_token(c, id, n), token))
		return OK;
	TRY(call_feed_of(c->db, c->arena, &row, &found, .teammate_id = id));
	if (!found || row.number != n)
		return OK;
	TRY(cert_person(c->db, c->arena, &person, &found, .id = id));
	*ret_teammate = found && str_eq(person.state, S("active")) ? id : 0;
	return OK;
}

_Static_assert(sizeof(struct call_feed_of_row) == sizeof(struct call_feed_rows_row), "call.sql");

static enum err call_feed(struct ctx *c, const void *in)
{
	(void)in;
	struct call_feed_rows_row before, row;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_FORBIDDEN, "A calendar link is somebody's own: sign in.");
	TRY(call_feed_of(c->db, c->arena, (struct call_feed_of_row *)&before, &found, .teammate_id = c->actor.id));
	if (found) {
		row = before;
		row.number++;
		TRY(call_feed_save(c, &before, &row, "call.feed_renewed", STR_NULL));
	} else {
		row = (struct call_feed_rows_row){ .teammate_id = c->actor.id, .number = 1, .created_us = c->now_us };
		TRY(call_feed_new(c, &row, "call.feed_made"));
	}
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "http://127.0.0.1:8080";
	json_kstr(c->out, "url", arena_fmt(c->arena, "%s/calls/feed/%.*s", base, STR_ARG(call_feed_token(c, c->actor.id, row.number))));
	json_kstr(c->out, "said", found ? S("A new link is made; the one before works no more.") : S("The link is made. Give it to your calendar, and to nobody else."));
	return OK;
}

const struct command call_feed_cmd = {
	.name = "call.feed", .help = "Make a new link by which your calendar reads your calls; the one before ends", NO_FIELDS, .need = CAN_SIGNED_IN,
	.secret = true, .run = call_feed,
};
