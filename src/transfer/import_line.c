/* import_line.c: lines of teams, teammates, organisations and contacts; see import_line.h. */
#include "transfer/carry.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "people/people.h"

#include "transfer.sql.h"

#include <string.h>

#include "base/banned.h"

enum err want_str(struct import_line *l, const json_t *o, const char *key, bool wanted, size_t max, struct str *ret)
{
	const json_t *v = json_object_get(o, key);
	*ret = STR_NULL;
	if (!v || json_is_null(v))
		return wanted ? wrong_line(l, "“%s” is missing", key) : OK;
	if (!json_is_string(v))
		return wrong_line(l, "“%s” must be a text", key);
	struct str s = { json_string_value(v), json_string_length(v) };
	if (s.n > max)
		return wrong_line(l, "“%s” is longer than %zu bytes", key, max);
	if (wanted && !str_trim(s).n)
		return wrong_line(l, "“%s” is empty", key);
	if (!utf8_valid(s))
		return wrong_line(l, "“%s” holds a NUL or broken UTF-8", key);
	*ret = s;
	return OK;
}

enum err want_time(struct import_line *l, const json_t *o, const char *key, bool wanted, struct opt_i64 *ret)
{
	struct str s;
	*ret = NONE;
	TRY(want_str(l, o, key, wanted, 40, &s));
	utime t;
	if (!s.p)
		return OK;
	if (!civil_parse_rfc3339(s, &t))
		return wrong_line(l, "“%s” is no instant: write it like 2026-11-24T08:00:00Z", key);
	*ret = SOME(t);
	return OK;
}

enum err want_int(struct import_line *l, const json_t *o, const char *key, int64_t min, int64_t max, struct opt_i64 *ret)
{
	const json_t *v = json_object_get(o, key);
	*ret = NONE;
	if (!v || json_is_null(v))
		return OK;
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max)
		return wrong_line(l, "“%s” must be a whole number from %lld to %lld", key, (long long)min, (long long)max);
	*ret = SOME(json_integer_value(v));
	return OK;
}

enum err want_array(struct import_line *l, const json_t *o, const char *key, size_t max, json_t **ret)
{
	json_t *v = json_object_get(o, key);
	*ret = NULL;
	if (!v || json_is_null(v))
		return OK;
	if (!json_is_array(v))
		return wrong_line(l, "“%s” must be a list", key);
	if (json_array_size(v) > max)
		return wrong_line(l, "“%s” has more than %zu members", key, max);
	*ret = v;
	return OK;
}

enum err want_ref(struct import_line *l, const json_t *o, const char *key, enum transfer_type type, bool wanted, struct opt_i64 *ret)
{
	struct str name;
	bool found;
	int64_t id;
	*ret = NONE;
	TRY(want_str(l, o, key, wanted, 320, &name));
	if (!name.p)
		return OK;
	TRY(transfer_find(l->c, type, name, &id, &found));
	if (!found)
		return wrong_line(l, "“%s”: nothing here is called %.*s (its line must come before, or was wrong)", key, STR_ARG(utf8_clip(name, 120)));
	*ret = SOME(id);
	return OK;
}

static enum err want_choice(struct import_line *l, const char *key, const char *const *list, const char *standard, struct str *ret)
{
	TRY(want_str(l, l->o, key, false, 60, ret));
	if (!ret->p)
		*ret = str_c(standard);
	else if (!one_of(list, *ret))
		return wrong_line(l, "“%s”: %.*s is none of the words it can be", key, STR_ARG(*ret));
	return OK;
}

static enum err want_text(struct import_line *l, const char *key, size_t max, struct str *ret)
{
	TRY(want_str(l, l->o, key, false, max, ret));
	*ret = str_or_empty(*ret);
	return OK;
}

static enum err date_or_wrong(struct import_line *l, const char *key, struct str s)
{
	utime t;
	if (s.p && !civil_parse_rfc3339(arena_fmt(l->c->arena, "%.*sT00:00:00Z", STR_ARG(s)), &t))
		return wrong_line(l, "“%s” is no date: write it like 2026-11-24", key);
	return OK;
}

/* ---- teams and teammates ---- */

static enum err import_team(struct import_line *l)
{
	struct str slug, name, external_id;
	int64_t id;
	bool found;
	TRY(want_str(l, l->o, "slug", true, 60, &slug));
	TRY(want_str(l, l->o, "name", true, 120, &name));
	TRY(want_str(l, l->o, "external_id", false, 120, &external_id));
	TRY(transfer_find(l->c, TRANSFER_TEAM, slug, &id, &found));
	l->outcome = found ? LINE_UNCHANGED : LINE_CREATED;
	return found ? OK : people_add_team(l->c, slug, name, external_id, &id);
}

static enum err import_teammate(struct import_line *l)
{
	struct teammate_new t = { 0 };
	struct opt_i64 created;
	json_t *teams;
	int64_t id;
	bool found;
	TRY(want_str(l, l->o, "email", true, 254, &t.email));
	TRY(want_str(l, l->o, "name", true, 120, &t.name));
	TRY(want_str(l, l->o, "access", false, 20, &t.access));
	TRY(want_str(l, l->o, "role", false, 60, &t.role));
	TRY(want_str(l, l->o, "zone", false, 60, &t.zone));
	TRY(want_str(l, l->o, "work_hours", false, 4000, &t.hours));
	TRY(want_str(l, l->o, "signature", false, 20000, &t.signature));
	TRY(want_str(l, l->o, "state", false, 20, &t.state));
	TRY(want_str(l, l->o, "external_id", false, 120, &t.external_id));
	TRY(want_str(l, l->o, "hired_on", false, 10, &t.hired_on));
	TRY(date_or_wrong(l, "hired_on", t.hired_on));
	TRY(want_time(l, l->o, "created_at", false, &created));
	TRY(want_array(l, l->o, "teams", 100, &teams));
	t.created_us = created.v;
	TRY(transfer_find(l->c, TRANSFER_TEAMMATE, t.email, &id, &found));
	l->outcome = found ? LINE_UNCHANGED : LINE_CREATED;     /* what somebody may do here is not changed by a file */
	if (!found)
		TRY(people_add(l->c, &t, &id));
	for (size_t i = 0; !found && i < json_array_size(teams); i++) {
		int64_t team;
		bool there;
		const json_t *v = json_array_get(teams, i);
		if (!json_is_string(v))
			return wrong_line(l, "“teams” must be a list of slugs");
		TRY(transfer_find(l->c, TRANSFER_TEAM, str_c(json_string_value(v)), &team, &there));
		if (!there)
			return wrong_line(l, "“teams”: there is no team %.80s", json_string_value(v));
		TRY(people_add_member(l->c, team, id));
	}
	return OK;
}

/* ---- organisations ---- */

static enum err org_domains(struct import_line *l, int64_t id, bool *any)
{
	json_t *v;
	TRY(want_array(l, l->o, "domains", 1000, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct str domain;
		bool changed;
		if (!json_is_string(json_array_get(v, i)))
			return wrong_line(l, "“domains” must be a list of texts");
		TRY(domain_clean(l->c, str_c(json_string_value(json_array_get(v, i))), true, &domain));
		TRY(org_take_domain(l->c, id, domain, &changed));
		*any |= changed;
	}
	return OK;
}

static enum err org_people(struct import_line *l, int64_t id, bool *any)
{
	json_t *v;
	TRY(want_array(l, l->o, "people", 1000, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *p = json_array_get(v, i);
		struct opt_i64 teammate;
		struct str part;
		bool changed;
		TRY(want_ref(l, p, "teammate", TRANSFER_TEAMMATE, true, &teammate));
		TRY(want_str(l, p, "part", true, 20, &part));
		if (!one_of(org_parts, part))
			return wrong_line(l, "“part”: ae, ce, ta or other");
		TRY(org_take_person(l->c, id, teammate.v, part, &changed));
		*any |= changed;
	}
	return OK;
}

/* Entitlements and exceptions come with a new organisation only: two lists of the same things cannot be told apart later. */
static enum err org_dated(struct import_line *l, int64_t id)
{
	struct ctx *c = l->c;
	json_t *v;
	TRY(want_array(l, l->o, "entitlements", 1000, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *o = json_array_get(v, i);
		struct org_entitlement_by_id_row row = { .organisation_id = id };
		struct org_entitlement_add_row added;
		struct opt_i64 created;
		TRY(want_str(l, o, "name", true, 60, &row.name));
		TRY(want_str(l, o, "from", true, 10, &row.valid_from));
		TRY(want_str(l, o, "to", false, 10, &row.valid_to));
		TRY(date_or_wrong(l, "from", row.valid_from));
		TRY(date_or_wrong(l, "to", row.valid_to));
		TRY(want_time(l, o, "created_at", false, &created));
		row.created_us = created.set ? created.v : c->now_us;
		TRY(org_entitlement_add(c->db, c->arena, &added, .organisation_id = id, .name = row.name, .valid_from = row.valid_from,
					.valid_to = row.valid_to, .created_us = row.created_us));
		TRY(event_append(c, &(struct event_new){ .kind = "organisation.entitled", .entity = "org_entitlement", .entity_id = added.id,
							 .data = fold_set_all(c->arena, &org_entitlement_rows_stmt, &row) }, NULL));
	}
	TRY(want_array(l, l->o, "exceptions", 1000, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *o = json_array_get(v, i);
		struct org_exception_by_id_row row = { .organisation_id = id };
		struct org_exception_add_row added;
		struct opt_i64 created;
		TRY(want_str(l, o, "title", true, 160, &row.title));
		TRY(want_str(l, o, "reasoning", true, 20000, &row.reasoning));
		TRY(want_str(l, o, "until", false, 10, &row.until_date));
		TRY(date_or_wrong(l, "until", row.until_date));
		TRY(want_ref(l, o, "made_by", TRANSFER_TEAMMATE, false, &row.created_by));
		TRY(want_time(l, o, "created_at", false, &created));
		TRY(want_time(l, o, "ended_at", false, &row.ended_us));
		row.created_us = created.set ? created.v : c->now_us;
		TRY(org_exception_add(c->db, c->arena, &added, .organisation_id = id, .title = row.title, .reasoning = row.reasoning,
				      .until_date = row.until_date, .created_by = row.created_by, .created_us = row.created_us));
		if (row.ended_us.set)
			TRY(org_exception_put(c->db, .id = added.id, .ended_us = row.ended_us));
		TRY(event_append(c, &(struct event_new){ .kind = "organisation.exception_made", .entity = "org_exception", .entity_id = added.id,
							 .data = fold_set_all(c->arena, &org_exception_rows_stmt, &row) }, NULL));
	}
	return OK;
}

static enum err import_organisation(struct import_line *l)
{
	struct ctx *c = l->c;
	struct org_by_id_row before = { 0 }, row = { 0 };
	struct opt_i64 created, deleted;
	int64_t id;
	bool found, any = false;
	TRY(want_str(l, l->o, "external_id", true, 120, &row.external_id));
	TRY(transfer_find(c, TRANSFER_ORGANISATION, row.external_id, &id, &found));
	TRY(want_time(l, l->o, "created_at", false, &created));
	if (!found)
		TRY(transfer_own(c, S("organisation"), row.external_id, created.v, &id, &found));
	if (found) {
		TRY(org_read(c, id, &before));
		row = before;
	}
	TRY(want_str(l, l->o, "name", true, 200, &row.name));
	TRY(want_choice(l, "tier", org_tiers, "free", &row.tier));
	TRY(want_text(l, "plan", 80, &row.plan));
	TRY(want_choice(l, "stage", org_stages, "none", &row.stage));
	row.strategic = json_is_true(json_object_get(l->o, "strategic"));
	TRY(want_choice(l, "segment", org_segments, "unknown", &row.segment));
	TRY(want_choice(l, "deployment", org_deployments, "unknown", &row.deployment));
	TRY(want_text(l, "version", 60, &row.version));
	TRY(want_choice(l, "telemetry", org_telemetries, "unknown", &row.telemetry));
	TRY(want_text(l, "zone", 60, &row.zone));
	if (row.zone.n && !zone_find(row.zone))
		return wrong_line(l, "“zone”: %.*s is no time zone", STR_ARG(row.zone));
	TRY(want_text(l, "notes", 65536, &row.notes));
	TRY(want_ref(l, l->o, "assigned", TRANSFER_TEAMMATE, false, &row.assigned_id));
	TRY(want_ref(l, l->o, "backup", TRANSFER_TEAMMATE, false, &row.backup_id));
	TRY(want_time(l, l->o, "deleted_at", false, &deleted));
	if (!found) {
		row.created_us = created.set ? created.v : c->now_us;
		TRY(org_insert(c, &row));
		before = row;
		TRY(org_dated(l, row.id));
	}
	TRY(org_domains(l, row.id, &any));
	TRY(org_people(l, row.id, &any));
	row.deleted_us = deleted;
	any |= fold_differs(&org_rows_stmt, &before, &row);
	TRY(org_write(c, &before, &row, deleted.set && !before.deleted_us.set ? "organisation.deleted" : "organisation.changed", STR_NULL));
	l->outcome = !found ? LINE_CREATED : any ? LINE_CHANGED : LINE_UNCHANGED;
	return OK;
}

/* ---- contacts ---- */

static enum err contact_roles_of(struct import_line *l, struct str *ret)
{
	json_t *v;
	struct str bad, list[16];
	TRY(want_array(l, l->o, "roles", ARRAY_LEN(list), &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (!json_is_string(json_array_get(v, i)))
			return wrong_line(l, "“roles” must be a list of texts");
		list[i] = str_c(json_string_value(json_array_get(v, i)));
	}
	if (!roles_clean(l->c->arena, list, json_array_size(v), ret, &bad))
		return wrong_line(l, "“roles”: %.*s is no role", STR_ARG(utf8_clip(bad, 60)));
	return OK;
}

static enum err contact_more(struct import_line *l, int64_t id, bool *any)
{
	json_t *v;
	TRY(want_array(l, l->o, "addresses", 200, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct str email;
		int64_t owner;
		if (!json_is_string(json_array_get(v, i)))
			return wrong_line(l, "“addresses” must be a list of texts");
		TRY(address_clean(l->c, str_c(json_string_value(json_array_get(v, i))), &email));
		TRY(contact_id_of_address(l->c, email, &owner));
		if (owner && owner != id)
			return wrong_line(l, "“addresses”: %.*s is somebody else's", STR_ARG(email));
		if (!owner) {
			TRY(contact_take_address(l->c, id, email));
			*any = true;
		}
	}
	return OK;
}

static enum err import_contact(struct import_line *l)
{
	struct ctx *c = l->c;
	struct contact_by_id_row before = { 0 }, row = { 0 };
	struct opt_i64 created, deleted;
	struct str email, external_id, mail_state, mail_reason;
	int64_t id, owner = 0;
	bool found, any = false;
	TRY(want_str(l, l->o, "external_id", true, 120, &external_id));
	TRY(want_str(l, l->o, "email", false, 254, &email));
	if (email.n) {
		TRY(address_clean(c, email, &email));
		TRY(contact_id_of_address(c, email, &owner));
	}
	TRY(want_time(l, l->o, "created_at", false, &created));
	TRY(transfer_find(c, TRANSFER_CONTACT, external_id, &id, &found));
	if (!found)
		TRY(transfer_own(c, S("contact"), external_id, created.v, &id, &found));
	bool by_number = found && str_starts(external_id, S("tend:contact:"));
	if (!found && owner) {        /* known by address already: the same person */
		id = owner;
		found = true;
	}
	if (found) {
		TRY(contact_read(c, id, &before));
		row = before;
	}
	if (owner && owner != id && !row.merged_into_id.set)
		return wrong_line(l, "“email”: %.*s is contact %lld's", STR_ARG(email), (long long)owner);
	if (!by_number)
		row.external_id = external_id;
	row.email = str_or_null(email);
	TRY(want_str(l, l->o, "name", email.n == 0, 200, &row.name));
	row.name = row.name.n ? row.name : email;
	TRY(want_ref(l, l->o, "organisation", TRANSFER_ORGANISATION, false, &row.organisation_id));
	TRY(want_choice(l, "kind", contact_kinds, "customer", &row.kind));
	TRY(contact_roles_of(l, &row.roles));
	TRY(want_text(l, "zone", 60, &row.zone));
	TRY(want_text(l, "language", 35, &row.language));
	TRY(want_text(l, "notes", 65536, &row.notes));
	TRY(want_str(l, l->o, "mail_state", false, 20, &mail_state));
	TRY(want_str(l, l->o, "mail_reason", false, 1000, &mail_reason));
	TRY(want_time(l, l->o, "deleted_at", false, &deleted));
	if (!found) {
		row.created_us = created.set ? created.v : c->now_us;
		TRY(contact_insert(c, &row));
		before = row;
	}
	TRY(contact_more(l, row.id, &any));
	row.deleted_us = deleted;
	row.mail_state = str_eq(mail_state, S("bouncing")) ? S("bouncing") : S("ok");
	row.mail_reason = mail_reason;
	any |= fold_differs(&contact_rows_stmt, &before, &row);
	TRY(contact_write(c, &before, &row, deleted.set && !before.deleted_us.set ? "contact.deleted" : "contact.changed", STR_NULL));
	l->outcome = !found ? LINE_CREATED : any ? LINE_CHANGED : LINE_UNCHANGED;
	return OK;
}

static enum err import_contact_merge(struct import_line *l)
{
	struct ctx *c = l->c;
	struct opt_i64 from, into;
	struct contact_by_id_row row;
	TRY(want_ref(l, l->o, "from", TRANSFER_CONTACT, true, &from));
	TRY(want_ref(l, l->o, "into", TRANSFER_CONTACT, true, &into));
	TRY(contact_read(c, from.v, &row));
	l->outcome = LINE_UNCHANGED;
	if (row.merged_into_id.set)
		return OK;
	struct contact root;
	TRY(contact_get(c, into.v, &root));
	if (root.id == row.id)
		return wrong_line(l, "These two would be merged in a circle");
	l->outcome = LINE_CHANGED;
	row.merged_into_id = into;
	TRY(contact_put_row(c, &row));
	return event_append(c, &(struct event_new){
				       .kind = "contact.merged", .entity = "contact", .entity_id = row.id,
				       .data = arena_fmt(c->arena, "{\"from\":%lld,\"into\":%lld,\"set\":{\"merged_into_id\":%lld},\"filled\":{}}",
							 (long long)from.v, (long long)into.v, (long long)into.v) }, NULL);
}

static enum err import_desk(struct import_line *l)
{
	struct opt_i64 format;
	TRY(want_int(l, l->o, "format", 1, INT32_MAX, &format));
	l->outcome = LINE_SKIPPED;
	if (format.set && format.v > TRANSFER_FORMAT)
		return wrong_line(l, "This file is of format %lld, and this version of tend reads formats up to %d: use a newer one", (long long)format.v,
				  TRANSFER_FORMAT);
	return OK;
}

enum err import_one(struct import_line *l)
{
	static const struct {
		const char *type;
		enum err (*run)(struct import_line *l);
	} types[] = {
		{ "ticket", import_ticket },       { "contact", import_contact }, { "organisation", import_organisation },
		{ "teammate", import_teammate },   { "team", import_team },       { "contact_merge", import_contact_merge },
		{ "link", import_link },           { "desk", import_desk },       { "later", carry_import_later },
	};
	struct str type;
	TRY(want_str(l, l->o, "type", true, 60, &type));
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(type, str_c(types[i].type)))
			return types[i].run(l);
	const struct carry *carry = carry_find(l->c, type);
	if (carry)
		return carry_import(l, carry);
	return wrong_line(l, "“type”: %.*s is none of desk, team, teammate, organisation, contact, contact_merge, ticket, link, later, and no table that this "
			     "version of tend knows", STR_ARG(utf8_clip(type, 40)));
}
