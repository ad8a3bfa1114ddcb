/* call_page.c: the calendar of calls, one call, the reader's own, and the file for calendars. */
#include "growth/call_page.h"

#include "account/account_parts.h"
#include "base/civil.h"

#include "call.html.h"

#include "base/banned.h"

enum { PAGE = 50, LOG = 50 };

static const char *const kind_words[][2] = { { "discovery", "discovery call" }, { "demo", "demonstration" }, { "trial", "trial call" }, { "review", "review" },
					     { "support", "support call" }, { "other", "another call" } };
static const char *const did_words[][2] = { { "watched", "watched" }, { "spoke", "took part" }, { "led_part", "led a part" }, { "missed", "was not there" } };

const char *call_did_words(struct str did)
{
	for (size_t i = 0; i < ARRAY_LEN(did_words); i++)
		if (str_eq(did, str_c(did_words[i][0])))
			return did_words[i][1];
	return "";
}

static struct str day_in(struct ctx *c, struct str zone, utime t)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };
	const struct zone *z = zone_find(zone);
	struct civil t_local;
	civil_local(z ? z : zone_find(S("UTC")), t, &t_local);
	int weekday = civil_weekday(civil_days(t_local.year, t_local.month, t_local.day));
	return arena_fmt(c->arena, "%s, %d %s %d", days[weekday], t_local.day, months[t_local.month - 1], t_local.year);
}

/* ---- the calendar ---- */

enum err call_list_page(struct web *w)
{
	struct ctx *c = w->c;
	struct call_page_row *rows;
	size_t n;
	struct str kind = web_query(w, "kind"), after = web_query(w, "after"), us, id, day = S("");
	int64_t after_us, after_id = 0;
	kind = str_or_empty(kind);
	struct call_list_view v = { .layout = practice_layout(w, S("Calls with customers")), .next_url = S(""), .kind = kind, .kinds = call_kinds,
				    .free = web_query(w, "free").n > 0, .past = web_query(w, "past").n > 0, .can_write = practice_may(w, CAN_NOTE) };
	after_us = v.past ? c->now_us - 60 * UTIME_US_PER_DAY : c->now_us - 2 * UTIME_US_PER_HOUR;
	if (after.n && (!str_cut(after, '.', &us, &id) || !str_i64(us, &after_us) || !str_i64(id, &after_id)))
		return fail(c, ERR_NOT_FOUND, "There is no such page.");
	if (v.kind.n && !one_of(call_kinds, v.kind))
		return fail(c, ERR_NOT_FOUND, "There is no such kind of call.");
	TRY(call_page(c->db, c->arena, &rows, &n, .after_us = after_us, .after_id = after_id, .to_us = v.past ? c->now_us : INT64_MAX,
		      .kind = v.kind.n ? v.kind : STR_NULL, .free = v.free, .me = c->actor.id, .max = PAGE + 1));
	bool more = n > PAGE;
	n -= more;
	struct str filter = arena_fmt(c->arena, "/calls?kind=%.*s%s%s", STR_ARG(v.kind), v.free ? "&free=1" : "", v.past ? "&past=1" : "");
	v.here = filter;
	if (more)
		v.next_url = arena_fmt(c->arena, "%.*s&after=%lld.%lld", STR_ARG(filter), (long long)rows[n - 1].starts_us, (long long)rows[n - 1].id);
	v.lines = arena_array(c->arena, struct call_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct str its = day_in(c, c->actor.zone, rows[i].starts_us);
		bool open = v.can_write && str_eq(rows[i].state, S("planned")) && !rows[i].me_part.p && !(rows[i].lead_id.set && rows[i].lead_id.v == c->actor.id);
		v.lines[v.n++] = (struct call_line){ .r = &rows[i], .day = str_eq(its, day) ? S("") : its, .can_shadow = open && rows[i].shadows < rows[i].shadow_places,
						     .can_observe = open && rows[i].observers < rows[i].observer_places };
		day = its;
	}
	call_list_html(&w->html, &v);
	return OK;
}

/* ---- the reader's ---- */

enum err call_mine_page(struct web *w)
{
	struct ctx *c = w->c;
	struct call_feed_of_row feed;
	bool found;
	struct call_mine_view v = { .layout = practice_layout(w, S("My calls")), .me = c->actor.id, .here = S("/calls/mine"), .feed_url = S("") };
	TRY(call_mine(c->db, c->arena, &v.next, &v.n_next, .me = v.me, .from_us = c->now_us - UTIME_US_PER_HOUR, .max = PAGE));
	TRY(call_log(c->db, c->arena, &v.log, &v.n_log, .teammate_id = v.me, .before_us = c->now_us, .max = LOG));
	TRY(call_counts_of(c, v.me, STR_NULL, 0, &v.counts));
	TRY(call_feed_of(c->db, c->arena, &feed, &found, .teammate_id = v.me));
	if (found)
		v.feed_url = arena_fmt(c->arena, "%s/calls/feed/%.*s", c->desk->cfg.public_url ? c->desk->cfg.public_url : "", STR_ARG(call_feed_token(c, v.me, feed.number)));
	call_mine_html(&w->html, &v);
	return OK;
}

enum err call_feed_page(struct web *w)
{
	int64_t teammate;
	struct str ical;
	TRY(call_feed_whose(w->c, web_param(w, "token"), &teammate));
	if (!teammate)
		return fail(w->c, ERR_NOT_FOUND, "This calendar link is not (or no longer) one of ours.");
	TRY(call_ical(w->c, teammate, &ical));
	w->res->status = 200;
	web_header(w, "Content-Type", S("text/calendar; charset=utf-8"));
	w->res->body = ical;
	return OK;
}

/* ---- forms ---- */

static enum err call_fields(struct form_view *f, const struct customer_call_rows_row *k)
{
	struct ctx *c = f->web->c;
	const struct zone *z = zone_find(k->zone);
	struct civil t;
	civil_local(z ? z : zone_find(S("UTC")), k->starts_us ? k->starts_us : c->now_us + UTIME_US_PER_DAY, &t);
	form_add(f, INPUT_LINE, "title", "What about", k->title);
	practice_choice(f, "kind", "Kind", kind_words, ARRAY_LEN(kind_words), k->kind);
	TRY(practice_customer(f, "organisation", "Customer", k->organisation_id));
	form_add(f, INPUT_DATE, "on", "Day", arena_fmt(c->arena, "%04d-%02d-%02d", t.year, t.month, t.day));
	form_add(f, INPUT_LINE, "at", "Time", k->starts_us ? arena_fmt(c->arena, "%02d:%02d", t.hour, t.minute) : S("15:00"));
	form_add(f, INPUT_LINE, "zone", "Time zone", k->zone);
	form_add(f, INPUT_LINE, "minutes", "Minutes", arena_fmt(c->arena, "%lld", (long long)k->minutes));
	TRY(form_teammate(f, "lead", "Who leads", k->lead_id));
	return OK;
}

static void places_fields(struct form_view *f, const struct customer_call_rows_row *k)
{
	struct ctx *c = f->web->c;
	form_add(f, INPUT_LINE, "shadow_places", "Shadow places", arena_fmt(c->arena, "%lld", (long long)k->shadow_places));
	form_add(f, INPUT_LINE, "observer_places", "Observer places", arena_fmt(c->arena, "%lld", (long long)k->observer_places));
	form_add(f, INPUT_LINE, "join_url", "Link to join", k->join_url);
	form_add(f, INPUT_TEXT, "agenda", "Agenda", k->agenda);
}

enum err call_new_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t org = web_query_i64(w, "organisation", 0);
	struct customer_call_rows_row k = { .title = S(""), .kind = S("discovery"), .zone = c->actor.zone.n ? c->actor.zone : S("UTC"), .minutes = 30, .shadow_places = 1,
					    .observer_places = 2, .join_url = S(""), .agenda = S(""), .organisation_id = org > 0 ? SOME(org) : NONE };
	struct call_new_view v = { .layout = practice_layout(w, S("Plan a call")) };
	form_begin(&v.form, w, "call.plan", "Plan it", S("/calls/new"), S("/calls/{call}"));
	v.form.back_url = S("/calls");
	TRY(call_fields(&v.form, &k));
	TRY(form_teammate(&v.form, "shadows", "Who shadows it from the start", NONE));
	places_fields(&v.form, &k);
	call_new_html(&w->html, &v);
	return OK;
}

static enum err call_forms(struct web *w, struct call_view *v)
{
	static const char *const clear[] = { "organisation", "lead", "join_url", "agenda" };
	int64_t id = v->k.id;
	practice_form(&v->change, w, "call.change", "Save", v->here, v->here, "call", id);
	form_clear(&v->change, clear, ARRAY_LEN(clear));
	TRY(call_fields(&v->change, &v->k));
	places_fields(&v->change, &v->k);
	practice_form(&v->cancel, w, "call.cancel", "Call it off", v->here, v->here, "call", id);
	form_add(&v->cancel, INPUT_LINE, "reason", "Why", S(""));
	practice_form(&v->held_form, w, "call.held", "Log it", v->here, v->here, "call", id);
	form_add(&v->held_form, INPUT_TEXT, "outcome", "What came of it", S(""));
	struct form_field *x = form_add(&v->held_form, INPUT_CHECKS, "missed", "Was not there", S(""));
	x->options = arena_array(w->c->arena, struct form_option, v->n_places + 1);
	for (size_t i = 0; i < v->n_places; i++)
		x->options[x->n_options++] = (struct form_option){ arena_fmt(w->c->arena, "%lld", (long long)v->places[i].teammate), v->places[i].name, false };
	if (!x->n_options)
		v->held_form.n_fields--;
	practice_form(&v->record, w, "call.record", "Keep it", v->here, v->here, "call", id);
	form_add(&v->record, INPUT_LINE, "url", "Link", v->k.recording_url.p ? v->k.recording_url : S(""));
	form_add(&v->record, INPUT_LINE, "minutes", "Minutes", v->k.recording_minutes.set ? arena_fmt(w->c->arena, "%lld", (long long)v->k.recording_minutes.v) : S(""));
	form_add(&v->record, INPUT_LINE, "consent", "Who agreed to be recorded", v->k.recording_consent);
	practice_form(&v->took_part, w, "call.took_part", "Log it", v->here, v->here, "call", id);
	practice_choice(&v->took_part, "did", "I", did_words, ARRAY_LEN(did_words), S("watched"));
	form_add(&v->took_part, INPUT_TEXT, "note", "What I did and learned", S(""));
	practice_form(&v->place, w, "call.join", "Give the place", v->here, v->here, "call", id);
	TRY(form_teammate(&v->place, "teammate", "Who", NONE));
	form_choice(&v->place, "part", "As", call_parts, S("shadow"), NULL);
	return OK;
}

enum err call_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct call_view *v = arena_new(c->arena, struct call_view);
	struct call_places_of_row *places;
	struct call_org_row org;
	size_t n, n_shadows;
	int64_t *shadows, session;
	bool found, may = true;
	TRY(customer_call_read(c, web_param_id(w, "id"), &v->k));
	v->layout = practice_layout(w, v->k.title);
	v->here = arena_fmt(c->arena, "/calls/%lld", (long long)v->k.id);
	v->lead = practice_name(c, v->k.lead_id);
	v->day = day_in(c, v->k.zone, v->k.starts_us);
	v->organisation = v->lead_why = S("");
	v->planned = str_eq(v->k.state, S("planned"));
	v->held = str_eq(v->k.state, S("held"));
	v->begun = v->k.starts_us <= c->now_us;
	v->can_write = practice_may(w, CAN_NOTE);
	if (v->k.organisation_id.set) {
		TRY(call_org(c->db, c->arena, &org, &found, .id = v->k.organisation_id.v));
		v->organisation = found ? org.name : S("");
	}
	TRY(call_places_of(c->db, c->arena, &places, &n, .call_id = v->k.id));
	v->places = arena_array(c->arena, struct call_place_line, n + 1);
	bool lead = v->k.lead_id.set && v->k.lead_id.v == c->actor.id;
	for (size_t i = 0; i < n; i++) {
		v->places[v->n_places++] = (struct call_place_line){ .teammate = places[i].teammate_id, .name = practice_name(c, SOME(places[i].teammate_id)),
								     .part = places[i].part, .did = places[i].did, .note = places[i].note };
		v->mine |= places[i].teammate_id == c->actor.id;
		v->shadows += str_eq(places[i].part, S("shadow"));
		v->observers += str_eq(places[i].part, S("observer"));
	}
	bool open = v->can_write && v->planned && !lead && !v->mine;
	v->can_shadow = open && v->shadows < v->k.shadow_places;
	v->can_observe = open && v->observers < v->k.observer_places;
	if (v->planned && v->k.lead_id.set) {
		TRY(call_shadows(c, v->k.id, &shadows, &n_shadows));
		TRY(cert_may_lead(c, v->k.lead_id.v, v->k.kind, v->k.starts_us, shadows, n_shadows, &may, &v->lead_why, &session));
	}
	if (v->k.session_id.set) {
		struct cert_entry_rows_row e;
		TRY(cert_entry_read(c, v->k.session_id.v, &e));
		v->certification = e.certification_id;
	}
	TRY(call_forms(w, v));
	call_one_html(&w->html, v);
	return OK;
}
