/* cert_look.c: how somebody stands, who may lead which call, and the reads of certification for API and command line. */
#include "growth/cert_parts.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "growth/call.h"
#include "people/people.h"

#include <string.h>

#include "base/banned.h"

/* ---- for others ---- */

enum err cert_standing_of(struct ctx *c, int64_t teammate, struct str programme_slug, struct cert_standing *ret)
{
	struct certification_newest_of_row newest;
	struct cert_programme_rows_row programme;
	struct certification_rows_row row;
	struct cert_account a;
	bool found;
	*ret = (struct cert_standing){ .programme = S(""), .focus = S("") };
	if (programme_slug.p) {
		struct cert_programme_by_slug_row p;
		TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = programme_slug));
		if (found)
			TRY(certification_of(c->db, c->arena, (struct certification_of_row *)&newest, &found, .programme_id = p.id, .teammate_id = teammate));
	} else {
		TRY(certification_newest_of(c->db, c->arena, &newest, &found, .teammate_id = teammate));
	}
	if (!found)
		return OK;
	TRY(certification_read(c, newest.id, &row));
	TRY(cert_programme_read(c, row.programme_id, &programme));
	TRY(cert_account_read(c, &row, NULL, &a));
	*ret = (struct cert_standing){ .certification = row.id, .programme = programme.name, .state = a.state, .certified_us = row.certified_us,
				       .focus = cert_focus_words(c->arena, &a.rubric, a.focus, a.n_focus), .led = a.counting };
	for (size_t i = 0; i < a.n; i++) {
		ret->practices += str_eq(a.entries[i].kind, S("practice"));
		ret->scored += str_eq(a.entries[i].kind, S("score")) && a.why[i] == CERT_FINE;
	}
	return OK;
}

/* The programme that has a say about this role and kind of call. */
static enum err programme_for(struct ctx *c, struct str role, struct str kind, struct cert_programmes_all_row *ret, bool *ret_found)
{
	struct cert_programmes_all_row *v;
	size_t n;
	*ret_found = false;
	TRY(cert_programmes_all(c->db, c->arena, &v, &n, .max = 100));
	for (size_t i = 0; i < n && !*ret_found; i++)
		if (cert_lists(v[i].roles, role) && cert_lists(v[i].call_kinds, kind)) {
			*ret = v[i];
			*ret_found = true;
		}
	return OK;
}

/* Can stand by somebody who is not certified: their mentor, or anybody who may lead such a call alone. */
static enum err can_stand_by(struct ctx *c, const struct cert_programmes_all_row *p, const struct certification_rows_row *row, int64_t shadow, bool *ret)
{
	struct certification_of_row theirs;
	struct certification_rows_row s;
	struct cert_person_row who;
	bool found;
	*ret = row && row->mentor_id.set && row->mentor_id.v == shadow;
	if (*ret)
		return OK;
	TRY(cert_person(c->db, c->arena, &who, &found, .id = shadow));
	if (!found || !cert_lists(p->roles, who.role))
		return OK;
	TRY(certification_of(c->db, c->arena, &theirs, &found, .programme_id = p->id, .teammate_id = shadow));
	if (!found)
		return OK;
	TRY(certification_read(c, theirs.id, &s));
	*ret = str_eq(s.state, S("certified"));
	return OK;
}

static enum err edition_for(struct ctx *c, const struct cert_programmes_all_row *p, const struct certification_rows_row *row, utime at_us,
			    struct cert_edition_rows_row *ret, bool *ret_found)
{
	struct cert_edition_in_force_row e;
	*ret_found = row != NULL;
	if (row)
		return cert_edition_read(c, row->edition_id, ret);
	TRY(cert_edition_in_force(c->db, c->arena, &e, ret_found, .programme_id = p->id, .date = people_date(c->arena, at_us)));
	return *ret_found ? cert_edition_read(c, e.id, ret) : OK;
}

enum err cert_may_lead(struct ctx *c, int64_t lead, struct str kind, utime at_us, const int64_t *shadows, size_t n_shadows, bool *ret_may, struct str *ret_why,
		       int64_t *ret_session)
{
	struct cert_programmes_all_row p;
	struct cert_edition_rows_row edition;
	struct certification_of_row mine;
	struct certification_rows_row row;
	struct cert_person_row who;
	bool found, enrolled, stood_by = false;
	*ret_may = true;
	*ret_why = S("");
	*ret_session = 0;
	TRY(cert_person(c->db, c->arena, &who, &found, .id = lead));
	if (!found)
		return OK;
	TRY(programme_for(c, who.role, kind, &p, &found));
	if (!found)
		return OK;
	TRY(certification_of(c->db, c->arena, &mine, &enrolled, .programme_id = p.id, .teammate_id = lead));
	if (enrolled)
		TRY(certification_read(c, mine.id, &row));
	TRY(edition_for(c, &p, enrolled ? &row : NULL, at_us, &edition, &found));
	if (!found)
		return OK;
	if (enrolled && str_eq(row.state, S("certified")))
		return OK;
	*ret_session = enrolled && str_eq(edition.sessions, S("call")) ? row.id : 0;
	*ret_may = false;
	const char *call = call_words(kind);
	if (str_eq(edition.lead_rule, S("certified"))) {
		*ret_why = arena_fmt(c->arena, "%.*s is not certified, and “%.*s” lets nobody lead a %s before that. Let somebody certified lead.",
				     STR_ARG(who.name), STR_ARG(edition.name), call);
		return OK;
	}
	bool cleared = enrolled && (str_eq(row.state, S("cleared")) || str_eq(edition.clearance, S("none")));
	if (!cleared && !(str_eq(edition.clearance, S("none")) && !enrolled)) {
		*ret_why = arena_fmt(c->arena, "%.*s is not cleared to lead a %s yet: the %s has to clear them first.", STR_ARG(who.name), call,
				     str_eq(edition.clearance, S("mentor_manager")) ? "mentor and the manager" : "mentor");
		return OK;
	}
	for (size_t i = 0; i < n_shadows && !stood_by; i++)
		TRY(can_stand_by(c, &p, enrolled ? &row : NULL, shadows[i], &stood_by));
	*ret_may = stood_by;
	if (!stood_by)
		*ret_why = arena_fmt(c->arena, "%.*s is not certified, so the mentor or a certified colleague has to shadow this %s. Give one of them a shadow "
					       "place first, or let somebody certified lead.", STR_ARG(who.name), call);
	return OK;
}

enum err cert_record_call(struct ctx *c, int64_t certification, int64_t call_id, struct str title, utime at_us, bool shadow, int64_t *ret_entry,
			  struct str *ret_why)
{
	struct certification_rows_row row;
	*ret_entry = 0;
	*ret_why = S("");
	TRY(certification_read(c, certification, &row));
	struct cert_entry_rows_row e = { .certification_id = row.id, .edition_id = row.edition_id, .at_us = at_us, .kind = S("session"),
					 .call_id = SOME(call_id), .title = title, .lead = 1, .shadow = shadow, .scorer = S(""), .scores = S("{}"),
					 .recording = S(""), .note = S(""), .by_id = SOME(row.teammate_id), .created_us = c->now_us };
	enum err took = cert_entry_take(c, &row, &e, "certification.led");
	if (took == ERR_CONFLICT) {       /* the rule's reason: the call took place all the same */
		*ret_why = arena_str(c->arena, str_c(c->fault.message));
		fault_clear(&c->fault);
		return OK;
	}
	*ret_entry = e.id;
	return took;
}

/* ---- certification.list, certification.show ---- */

struct list_in {
	struct opt_i64 teammate, before, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, teammate, FIELD_ID, .help = "only this person's"),
	FIELD(struct list_in, before, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err cert_list(struct ctx *c, const struct list_in *in)
{
	struct certification_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(certification_page(c->db, c->arena, &v, &n, .before_id = in->before.set ? in->before.v : INT64_MAX, .teammate_id = in->teammate, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "programme", v[i].programme);
		json_kstr(c->out, "edition", v[i].edition);
		json_kstr(c->out, "mentor", v[i].mentor);
		json_kstr(c->out, "manager", v[i].manager);
		json_kstr(c->out, "state", v[i].state);
		json_kopt_time(c->out, "certified_at", v[i].certified_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[n - 2].id) : NONE);
	return OK;
}
COMMAND_RUN(cert_list)

const struct command cert_list_cmd = {
	.name = "certification.list", .help = "Who is on the way to a certificate, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ,
	.reads = true, .run = RUN(cert_list),
};

struct show_in {
	int64_t certification;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, certification, FIELD_ID, .required = true, .positional = true, .help = "number of the certification", .example = "3"),
};

static enum err cert_show(struct ctx *c, const struct show_in *in)
{
	struct certification_rows_row row;
	struct cert_account a;
	TRY(certification_read(c, in->certification, &row));
	TRY(cert_account_read(c, &row, NULL, &a));
	json_obj(c->out);
	json_ki64(c->out, "id", row.id);
	json_ki64(c->out, "teammate", row.teammate_id);
	json_ki64(c->out, "edition", row.edition_id);
	json_kopt(c->out, "mentor", row.mentor_id);
	json_kopt(c->out, "manager", row.manager_id);
	json_kstr(c->out, "state", str_c(cert_state_name(a.state)));
	json_kopt_time(c->out, "certified_at", row.certified_us);
	json_ki64(c->out, "counting_sessions", a.counting);
	json_key(c->out, "focus");
	json_raw(c->out, row.focus);
	json_kbool(c->out, "may_lead_alone", cert_may_lead_alone(a.state));
	json_kbool(c->out, "may_lead_with_shadow", cert_may_lead_with_shadow(a.state));
	json_key(c->out, "entries");
	json_arr(c->out);
	for (size_t i = 0; i < a.n; i++) {
		const struct cert_entry_rows_row *e = &a.entries[i];
		json_obj(c->out);
		json_ki64(c->out, "id", e->id);
		json_ktime(c->out, "at", e->at_us);
		json_kstr(c->out, "kind", e->kind);
		json_kopt(c->out, "session", e->session_id);
		json_kopt(c->out, "call", e->call_id);
		json_kstr(c->out, "title", e->title);
		json_kstr(c->out, "scorer", e->scorer);
		json_key(c->out, "scores");
		json_raw(c->out, e->scores);
		json_kstr(c->out, "note", e->note);
		json_kopt(c->out, "by", e->by_id);
		json_kstr(c->out, "does_not_count", str_c(cert_refusal_words(a.why[i])));
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(cert_show)

const struct command cert_show_cmd = {
	.name = "certification.show", .help = "One certification with everything that was entered", FIELDS(show_fields, struct show_in), .need = CAN_READ,
	.reads = true, .run = RUN(cert_show),
};
