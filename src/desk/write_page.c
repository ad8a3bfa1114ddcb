/* write_page.c: the writing box: draft or typed text, who gets it, what is known, what the coach says. Reads only; see write_view.h. */
#include "desk/write_view.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "desk/case_view.h"
#include "desk/desk_page.h"
#include "mail/mail.h"
#include "people/people.h"
#include "ticket/guard.h"
#include "web/route.h"

#include "case.sql.h"
#include "draft_share.sql.h"
#include "write.html.h"
#include "write.sql.h"

#include <string.h>

#include "base/banned.h"

enum { EARLIER = 5, OURS = 8, ASKED = 6, QUESTION_MAX_BYTES = 160 };

static struct str domain_of(struct str email)
{
	struct str local, domain;
	str_cut(email, '@', &local, &domain);
	return domain;
}

static struct str first_word(struct str name)
{
	struct str first, rest;
	str_cut(name, ' ', &first, &rest);
	return first;
}

/* ---- who gets it, and when they hear again ---- */

static enum err recipients(struct ctx *c, const struct contact *requester, struct write_view *v)
{
	struct ticket_recipient *to;
	TRY(ticket_recipients(c, v->ticket, &to, &v->n_to));
	struct str own = requester && requester->email.p ? domain_of(requester->email) : S("");
	v->to = arena_array(c->arena, struct write_person, v->n_to + 1);
	for (size_t i = 0; i < v->n_to; i++) {
		bool outside = to[i].email.n && own.n && !str_ieq(domain_of(to[i].email), own);
		v->to[i] = (struct write_person){ .name = to[i].name, .email = to[i].email, .skipped = to[i].skipped, .outside = outside };
		v->any_outside |= outside;
	}
	v->first_name = requester ? first_word(requester->name) : S("the customer");
	return OK;
}

/* When the customer hears again: a handful of times that people say, in the reader's zone. */
static void promises(struct ctx *c, struct str typed, struct write_view *v)
{
	const struct zone *z = zone_find(c->actor.zone);
	struct civil day;
	if (!z)
		z = zone_find(S("UTC"));
	civil_local(z, c->now_us, &day);
	int64_t days = civil_days(day.year, day.month, day.day);
	static const struct { int hours, after_days, at_hour; const char *words; } SAID[] = {
		{ 1, 0, 0, "in an hour" }, { 4, 0, 0, "in four hours" }, { 0, 1, 10, "tomorrow" }, { 0, 2, 10, "the day after tomorrow" }, { 0, 7, 10, "in a week" },
	};
	v->promises = arena_array(c->arena, struct write_promise, ARRAY_LEN(SAID) + 1);
	utime chosen = 0;
	bool has = typed.n && civil_parse_rfc3339(typed, &chosen) && chosen > c->now_us, shown = false;
	for (size_t i = 0; i < ARRAY_LEN(SAID); i++) {
		utime at = c->now_us + SAID[i].hours * UTIME_US_PER_HOUR, last;
		if (SAID[i].after_days) {
			int month, day_of_month;
			struct civil then = { .hour = (int8_t)SAID[i].at_hour };
			civil_from_days(days + SAID[i].after_days, &then.year, &month, &day_of_month);
			then.month = (int8_t)month;
			then.day = (int8_t)day_of_month;
			civil_instant(z, &then, &at, &last);
		}
		bool here = has && at == chosen;
		shown |= here;
		v->promises[v->n_promises++] = (struct write_promise){
			.at = civil_rfc3339(c->arena, at), .here = here,
			.words = arena_fmt(c->arena, "%s, %.*s", SAID[i].words, STR_ARG(civil_short(c->arena, z, at, c->now_us))),
		};
	}
	if (has && !shown)   /* "in an hour" of a minute ago */
		v->promises[v->n_promises++] = (struct write_promise){ .at = typed, .here = true, .words = civil_short(c->arena, z, chosen, c->now_us) };
	v->promised = has;
}

/* ---- the text ---- */

static enum err others(struct ctx *c, struct write_view *v)
{
	struct draft_of_others_row *rows;
	struct draft_beside_of_row *kept;
	size_t n;
	TRY(draft_of_others(c->db, c->arena, &rows, &n, .ticket_id = v->ticket, .teammate_id = c->actor.id));
	v->others = arena_array(c->arena, struct write_other, n + 1);
	for (size_t i = 0; i < n; i++)
		v->others[v->n_others++] = (struct write_other){ .teammate_id = rows[i].teammate_id, .name = rows[i].name, .body = rows[i].body,
								 .reply = str_eq(rows[i].mode, S("reply")), .saved_us = rows[i].saved_us };
	TRY(draft_beside_of(c->db, c->arena, &kept, &n, .ticket_id = v->ticket, .teammate_id = c->actor.id));
	v->beside = arena_array(c->arena, struct write_beside, n + 1);
	for (size_t i = 0; i < n; i++)
		v->beside[v->n_beside++] = (struct write_beside){ .id = kept[i].id, .taken = str_starts(kept[i].tab, S("taken:")), .body = kept[i].body,
								  .reply = str_eq(kept[i].mode, S("reply")), .saved_us = kept[i].saved_us };
	return OK;
}

static enum err draft(struct ctx *c, struct write_view *v)
{
	struct draft_find_row d;
	struct macro_get_row m;
	bool found = false;
	v->draft = v->macro_name = v->macro_with = v->status = v->error = v->body_error = v->html = S("");
	v->draft_at = S("0");
	if (!c->actor.id)
		return OK;
	TRY(draft_find(c->db, c->arena, &d, &found, .ticket_id = v->ticket, .teammate_id = c->actor.id));
	if (!found)
		return OK;
	v->draft = d.body;
	v->is_reply = str_eq(d.mode, S("reply"));
	v->draft_at = arena_fmt(c->arena, "%lld", (long long)d.saved_us);
	v->draft_version = d.version_no;
	if (!d.macro_id.set)
		return OK;
	TRY(macro_get(c->db, c->arena, &m, &found, .id = d.macro_id.v));
	if (found) {
		v->macro_name = m.name;
		v->macro_with = macro_changes_words(c->arena, &m);
		v->status = m.status.n ? m.status : S("");
	}
	return OK;
}

/* A form that failed, or that asks to be looked at first, keeps what was typed. */
static void typed(struct web *w, bool preview, struct write_view *v, struct str *ret_promise)
{
	bool reply = w->failed && strcmp(w->failed->name, "ticket.reply") == 0, note = w->failed && strcmp(w->failed->name, "ticket.note") == 0;
	*ret_promise = S("");
	if (reply || note) {
		const char *name = w->failed->name;
		v->draft = web_typed(w, name, "body", v->draft);
		v->is_reply = reply;
		v->error = web_form_error(w, name);
		v->failed = true;
		v->body_error = web_field_error(w, name, "body");
		v->secret = v->body_error.n && str_trim(v->draft).n;
		if (v->body_error.n && !str_trim(v->draft).n)
			v->body_error = S("There is no text yet: write it first.");
		v->status = web_typed(w, name, "status", S(""));
		v->stale = reply && w->failed_fault->err == ERR_CONFLICT;
		*ret_promise = web_typed(w, name, "promise", S(""));
	} else if (preview) {
		struct str s = form_value(&w->form, S("body"), NULL);
		v->draft = s.p ? s : v->draft;
		v->is_reply = v->can_reply && str_eq(form_value(&w->form, S("_mode"), NULL), S("reply"));
		s = form_value(&w->form, S("status"), NULL);
		v->status = s.p ? s : S("");
		s = form_value(&w->form, S("promise"), NULL);
		*ret_promise = s.p ? s : S("");
	}
}

/* ---- what is known ---- */

static void fact(struct write_view *v, const char *label, struct str value)
{
	if (value.n)
		v->facts[v->n_facts++] = (struct write_fact){ label, value };
}

static void questions(struct ctx *c, struct write_view *v, int64_t message, struct str body)
{
	struct str q[ASKED];
	size_t n = desk_questions(c->arena, body, QUESTION_MAX_BYTES, q, ASKED - v->n_asked);
	for (size_t i = 0; i < n; i++)
		v->asked[v->n_asked++] = (struct write_earlier){ .id = message, .words = q[i] };
}

static enum err known(struct ctx *c, const struct ticket_get_row *t, const struct organisation_card *org, struct write_view *v)
{
	struct write_known_row *rows;
	struct write_ours_row *ours;
	size_t n;
	v->facts = arena_array(c->arena, struct write_fact, 6);
	fact(v, "Deployment", t->deployment.n ? t->deployment : org && org->deployment.n ? str_c(account_words(org->deployment)) : S(""));
	fact(v, "Version", t->version.n ? t->version : org ? org->version : S(""));
	if (org) {
		fact(v, "Plan", org->plan);
		fact(v, "Telemetry", org->telemetry.n ? str_c(account_words(org->telemetry)) : S(""));
		TRY(write_known(c->db, c->arena, &rows, &n, .organisation_id = org->id, .not_id = t->id, .max = EARLIER));
		v->earlier = arena_array(c->arena, struct write_earlier, n + 1);
		for (size_t i = 0; i < n; i++)
			v->earlier[v->n_earlier++] = (struct write_earlier){
				.id = rows[i].id, .words = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(rows[i].version), rows[i].version.n && rows[i].deployment.n ? ", " : "",
								     STR_ARG(rows[i].deployment)) };
	}
	TRY(write_ours(c->db, c->arena, &ours, &n, .ticket_id = t->id, .max = OURS));
	v->asked = arena_array(c->arena, struct write_earlier, ASKED);
	for (size_t i = 0; i < n; i++)
		questions(c, v, ours[i].id, ours[i].body);
	return OK;
}

static void look(struct ctx *c, const struct ticket_get_row *t, const struct organisation_card *org, struct write_view *v)
{
	struct coach_facts f = {
		.reply = v->is_reply, .promised = v->promised, .date = people_date(c->arena, c->now_us),
		.managed = org && str_find(org->deployment, S("managed")) >= 0,
		.version = t->version.n ? t->version : org ? org->version : S(""),
		.deployment = t->deployment.n ? t->deployment : org && org->deployment.n ? str_c(account_words(org->deployment)) : S(""),
	};
	coach_read(c->arena, v->draft, &f, &v->coach);
	v->html = write_fold_code(c->arena, mail_markdown_html(c->arena, v->draft));
	v->previewed = true;
}

/* What a message that was to solve the case was refused for, each by its sentence. */
static void shut_gates(struct web *w, struct write_view *v)
{
	const struct fault *f = w->failed_fault;
	v->rule = web_typed(w, v->is_reply ? "ticket.reply" : "ticket.note", "rule", S(""));
	if (!v->failed || !str_eq(v->status, S("solved")))
		return;
	v->shut = arena_array(w->c->arena, struct str, f->n_fields + 1);
	for (unsigned i = 0; i < f->n_fields; i++)
		if (strcmp(f->fields[i].field, "body") != 0)
			v->shut[v->n_shut++] = str_c(f->fields[i].message);
}

/* By family, as the index has them; replies, which are wanted most, come first. */
static enum err macros(struct ctx *c, struct write_view *v)
{
	struct macro_menu_row *all;
	size_t n = 0;
	TRY(macro_menu(c->db, c->arena, &all, &v->n_macros, .me = c->actor.id, .day = people_date(c->arena, c->now_us)));
	v->macros = arena_array(c->arena, struct macro_menu_row, v->n_macros);
	for (int replies = 1; replies >= 0; replies--)
		for (size_t i = 0; i < v->n_macros; i++)
			if (str_eq(all[i].family, S("Reply")) == replies)
				v->macros[n++] = all[i];
	return OK;
}

enum err write_read(struct web *w, const struct ticket_get_row *t, const struct organisation_card *org, const struct contact *requester, bool preview,
		    struct write_view *v)
{
	struct ctx *c = w->c;
	struct str promise;
	v->ticket = t->id;
	v->can_reply = c->actor.caps & CAN_REPLY;
	TRY(draft(c, v));
	typed(w, preview, v, &promise);
	promises(c, promise, v);
	TRY(recipients(c, requester, v));
	TRY(others(c, v));
	TRY(macros(c, v));
	TRY(known(c, t, org, v));
	TRY(write_rules(c->db, c->arena, &v->rules, &v->n_rules, .day = people_date(c->arena, c->now_us)));
	shut_gates(w, v);
	if (preview || v->secret || v->draft.n)
		look(c, t, org, v);
	v->previewed = preview;
	return OK;
}

/* ---- the preview ---- */

/* Only the part that desk.js puts into the page. */
static enum err preview_part(struct web *w, const struct ticket_get_row *t)
{
	struct ctx *c = w->c;
	struct write_view v = { .ticket = t->id, .can_reply = c->actor.caps & CAN_REPLY, .draft = S(""), .status = S("") };
	struct organisation_card org;
	struct str promise;
	if (t->organisation_id.set)
		TRY(organisation_card(c, t->organisation_id.v, &org));
	typed(w, true, &v, &promise);
	promises(c, promise, &v);
	look(c, t, t->organisation_id.set ? &org : NULL, &v);
	write_preview(&w->html, &v);
	return OK;
}

static enum err preview(struct web *w)
{
	struct ticket_get_row t;
	TRY(ticket_load(w->c, web_param_id(w, "id"), &t));
	if (http_request_header(w->req, S("X-Tend-Part")).n)
		return preview_part(w, &t);
	return case_show(w, true);
}

#define BODY_MAX_BYTES ((INT64_C(1) << 30) + (16 << 20))   /* the files chosen beside the text come along */
const struct route write_routes[] = {
	{ "POST", "/tickets/:id/preview", ROUTE_TEAMMATE, CAN_NOTE, preview, BODY_MAX_BYTES, "What a text will look like, before it is sent" },
	{ 0 },
};
