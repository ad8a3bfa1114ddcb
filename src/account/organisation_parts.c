/* organisation_parts.c: what hangs on an organisation: mail domains, people of ours, entitlements with dates, and exceptions, which are
 * made deliberately: with their reasoning, and an end or the word "long-term". */
#include "account/account_parts.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct org_domain_by_name_row) == sizeof(struct org_domain_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct org_person_find_row) == sizeof(struct org_person_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct org_entitlement_by_id_row) == sizeof(struct org_entitlement_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct org_exception_by_id_row) == sizeof(struct org_exception_rows_row), "the fold reads the row we write");

static enum err part_event(struct ctx *c, const char *kind, const char *entity, int64_t id, struct str data)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = entity, .entity_id = id, .data = data }, NULL);
}

/* ---- domains ---- */

enum err org_take_domain(struct ctx *c, int64_t organisation_id, struct str domain, bool *ret_changed)
{
	struct org_domain_by_name_row before;
	bool known;
	TRY(org_domain_by_name(c->db, c->arena, &before, &known, .domain = domain));
	*ret_changed = false;
	if (!known) {
		struct org_domain_add_row added;
		TRY(org_domain_add(c->db, c->arena, &added, .domain = domain, .organisation_id = SOME(organisation_id)));
		struct org_domain_by_name_row row = { .id = added.id, .domain = domain, .organisation_id = SOME(organisation_id) };
		*ret_changed = true;
		return part_event(c, "organisation.domain_added", "org_domain", row.id, fold_set_all(c->arena, &org_domain_rows_stmt, &row));
	}
	if (before.organisation_id.set && before.organisation_id.v == organisation_id)
		return OK;
	struct org_domain_holder_row holder;
	bool held;
	TRY(org_domain_holder(c->db, c->arena, &holder, &held, .domain = domain));
	if (held)
		return fail(c, ERR_CONFLICT, "%.*s belongs to %.*s: a domain belongs to one organisation. Take it away there first",
			    STR_ARG(domain), STR_ARG(utf8_clip(holder.name, 80)));
	struct org_domain_by_name_row after = before;
	after.organisation_id = SOME(organisation_id);
	TRY(org_domain_put(c->db, .id = after.id, .organisation_id = after.organisation_id));
	*ret_changed = true;
	return part_event(c, "organisation.domain_added", "org_domain", after.id,
			  fold_set_diff(c->arena, &org_domain_rows_stmt, &before, &after));
}

struct domain_in {
	int64_t organisation;
	struct str domain;
};
static const struct field domain_fields[] = {
	FIELD(struct domain_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(struct domain_in, domain, FIELD_STR, .required = true, .max = 255, .help = "a mail domain of its people",
	      .example = "northwind.example", .positional = true),
};

/* A sentence about the whole becomes the message of the one field that it is about. */
static enum err as_field(struct ctx *c, enum err e, const char *field)
{
	if (e != ERR_INPUT && e != ERR_CONFLICT)
		return e;
	struct fault first = c->fault;
	fault_clear(&c->fault);
	return fail_field(c, str_c(field), "%s", first.message);
}

static enum err organisation_domain_add(struct ctx *c, const struct domain_in *in)
{
	struct org_by_id_row org;
	TRY(org_read(c, in->organisation, &org));
	if (org.deleted_us.set)
		return fail(c, ERR_CONFLICT, "This organisation was put away: restore it first");
	struct str domain;
	TRY(as_field(c, domain_clean(c, in->domain, true, &domain), "domain"));
	bool changed;
	TRY(as_field(c, org_take_domain(c, org.id, domain, &changed), "domain"));
	json_ki64(c->out, "organisation", org.id);
	json_kstr(c->out, "domain", domain);
	return OK;
}
COMMAND_RUN(organisation_domain_add)

const struct command organisation_domain_add_cmd = {
	.name = "organisation.domain_add", .help = "Give a mail domain to an organisation: who writes from it is taken to be one of theirs",
	FIELDS(domain_fields, struct domain_in), .need = CAN_REPLY, .run = RUN(organisation_domain_add),
};

static enum err organisation_domain_remove(struct ctx *c, const struct domain_in *in)
{
	struct str domain;
	TRY(as_field(c, domain_clean(c, in->domain, false, &domain), "domain"));
	struct org_domain_by_name_row before;
	bool known;
	TRY(org_domain_by_name(c->db, c->arena, &before, &known, .domain = domain));
	if (!known || !before.organisation_id.set || before.organisation_id.v != in->organisation)
		return fail(c, ERR_NOT_FOUND, "%.*s is no domain of this organisation", STR_ARG(domain));
	struct org_domain_by_name_row after = before;
	after.organisation_id = NONE;
	TRY(org_domain_put(c->db, .id = after.id));
	TRY(part_event(c, "organisation.domain_removed", "org_domain", after.id,
		       fold_set_diff(c->arena, &org_domain_rows_stmt, &before, &after)));
	json_ki64(c->out, "organisation", in->organisation);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s was taken away", STR_ARG(domain)));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/organisation.domain_add?organisation=%lld&domain=%.*s",
					    (long long)in->organisation, STR_ARG(domain)));
	return OK;
}
COMMAND_RUN(organisation_domain_remove)

const struct command organisation_domain_remove_cmd = {
	.name = "organisation.domain_remove", .help = "Take a mail domain away from an organisation; its people stay",
	FIELDS(domain_fields, struct domain_in), .need = CAN_REPLY, .run = RUN(organisation_domain_remove),
};

/* ---- people of ours ---- */

enum err org_take_person(struct ctx *c, int64_t organisation_id, int64_t teammate_id, struct str part, bool *ret_changed)
{
	struct org_person_find_row before;
	bool known;
	TRY(org_person_find(c->db, c->arena, &before, &known, .organisation_id = organisation_id, .teammate_id = teammate_id,
			    .part = part));
	*ret_changed = !known || before.removed_us.set;
	if (!known) {
		struct org_person_add_row added;
		TRY(org_person_add(c->db, c->arena, &added, .organisation_id = organisation_id, .teammate_id = teammate_id, .part = part));
		struct org_person_find_row row = { .id = added.id, .organisation_id = organisation_id, .teammate_id = teammate_id,
						   .part = part };
		return part_event(c, "organisation.person_added", "org_person", row.id, fold_set_all(c->arena, &org_person_rows_stmt, &row));
	}
	if (!before.removed_us.set)
		return OK;
	struct org_person_find_row after = before;
	after.removed_us = NONE;
	TRY(org_person_put(c->db, .id = after.id));
	return part_event(c, "organisation.person_added", "org_person", after.id,
			  fold_set_diff(c->arena, &org_person_rows_stmt, &before, &after));
}

struct person_in {
	int64_t organisation, teammate;
	struct str part;
};
static const struct field person_fields[] = {
	FIELD(struct person_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(struct person_in, teammate, FIELD_ID, .required = true, .help = "the teammate's id"),
	FIELD(struct person_in, part, FIELD_ENUM, .required = true, .choices = org_parts,
	      .help = "account executive, customer engineer, technical advisor, or other"),
};

static enum err organisation_person_add(struct ctx *c, const struct person_in *in)
{
	struct org_by_id_row org;
	TRY(org_read(c, in->organisation, &org));
	struct org_teammate_by_id_row t;
	bool found, changed;
	TRY(org_teammate_by_id(c->db, c->arena, &t, &found, .id = in->teammate));
	if (!found)
		return fail_field(c, S("teammate"), "There is no such teammate");
	TRY(org_take_person(c, org.id, in->teammate, in->part, &changed));
	json_ki64(c->out, "organisation", org.id);
	return OK;
}
COMMAND_RUN(organisation_person_add)

const struct command organisation_person_add_cmd = {
	.name = "organisation.person_add", .help = "Say which teammate is what to an organisation",
	FIELDS(person_fields, struct person_in), .need = CAN_REPLY, .run = RUN(organisation_person_add),
};

static enum err organisation_person_remove(struct ctx *c, const struct person_in *in)
{
	struct org_person_find_row before;
	bool known;
	TRY(org_person_find(c->db, c->arena, &before, &known, .organisation_id = in->organisation, .teammate_id = in->teammate,
			    .part = in->part));
	if (!known || before.removed_us.set)
		return fail(c, ERR_NOT_FOUND, "This teammate is not %.*s of this organisation", STR_ARG(str_c(account_words(in->part))));
	struct org_person_find_row after = before;
	after.removed_us = SOME(c->now_us);
	TRY(org_person_put(c->db, .id = after.id, .removed_us = after.removed_us));
	TRY(part_event(c, "organisation.person_removed", "org_person", after.id,
		       fold_set_diff(c->arena, &org_person_rows_stmt, &before, &after)));
	json_ki64(c->out, "organisation", in->organisation);
	json_kstr(c->out, "said", S("Taken off"));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/organisation.person_add?organisation=%lld&teammate=%lld&part=%.*s",
					    (long long)in->organisation, (long long)in->teammate, STR_ARG(in->part)));
	return OK;
}
COMMAND_RUN(organisation_person_remove)

const struct command organisation_person_remove_cmd = {
	.name = "organisation.person_remove", .help = "Take a teammate off an organisation",
	FIELDS(person_fields, struct person_in), .need = CAN_REPLY, .run = RUN(organisation_person_remove),
};

/* ---- entitlements ---- */

struct entitle_in {
	int64_t organisation;
	struct str name, from, to;
};
static const struct field entitle_fields[] = {
	FIELD(struct entitle_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(struct entitle_in, name, FIELD_STR, .required = true, .max = 60, .help = "what they may have", .example = "24x7"),
	FIELD(struct entitle_in, from, FIELD_DATE, .help = "the first day; today when not given"),
	FIELD(struct entitle_in, to, FIELD_DATE, .help = "the first day on which it is over; open-ended when not given"),
};

static enum err organisation_entitle(struct ctx *c, const struct entitle_in *in)
{
	struct org_by_id_row org;
	TRY(org_read(c, in->organisation, &org));
	struct org_entitlement_by_id_row row = { .organisation_id = org.id, .name = in->name, .valid_from = in->from,
						 .valid_to = str_or_null(in->to), .created_us = c->now_us };
	if (str_empty(row.valid_from))
		row.valid_from = today(c);
	if (row.valid_to.p && str_cmp(row.valid_to, row.valid_from) <= 0)
		return fail_field(c, S("to"), "It must end after it begins (%.*s)", STR_ARG(row.valid_from));
	struct org_entitlement_overlap_row other;
	bool overlap;
	TRY(org_entitlement_overlap(c->db, c->arena, &other, &overlap, .organisation_id = org.id, .name = row.name,
				    .valid_from = row.valid_from, .valid_to = row.valid_to.p ? row.valid_to : S("9999-12-31")));
	if (overlap)
		return fail_field(c, S("name"), "They have %.*s already, from %.*s: end that first", STR_ARG(utf8_clip(row.name, 60)),
				  STR_ARG(other.valid_from));
	struct org_entitlement_add_row added;
	TRY(org_entitlement_add(c->db, c->arena, &added, .organisation_id = row.organisation_id, .name = row.name,
				.valid_from = row.valid_from, .valid_to = row.valid_to, .created_us = row.created_us));
	row.id = added.id;
	TRY(part_event(c, "organisation.entitled", "org_entitlement", row.id, fold_set_all(c->arena, &org_entitlement_rows_stmt, &row)));
	json_ki64(c->out, "organisation", org.id);
	json_ki64(c->out, "entitlement", row.id);
	return OK;
}
COMMAND_RUN(organisation_entitle)

const struct command organisation_entitle_cmd = {
	.name = "organisation.entitle", .help = "Note what an organisation bought beside its plan, with its dates",
	FIELDS(entitle_fields, struct entitle_in), .need = CAN_REPLY, .run = RUN(organisation_entitle),
};

struct end_entitlement_in {
	int64_t entitlement;
	struct str on;
};
static const struct field end_entitlement_fields[] = {
	FIELD(struct end_entitlement_in, entitlement, FIELD_ID, .required = true, .help = "the entitlement's id", .positional = true),
	FIELD(struct end_entitlement_in, on, FIELD_DATE, .help = "the first day on which it is over; today when not given"),
};

static enum err organisation_end_entitlement(struct ctx *c, const struct end_entitlement_in *in)
{
	struct org_entitlement_by_id_row before;
	bool found;
	TRY(org_entitlement_by_id(c->db, c->arena, &before, &found, .id = in->entitlement));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no entitlement %lld", (long long)in->entitlement);
	struct org_entitlement_by_id_row after = before;
	after.valid_to = str_empty(in->on) ? today(c) : in->on;
	/* One that never began is over on its first day: an empty span, kept for its history. */
	if (str_cmp(after.valid_to, after.valid_from) < 0)
		after.valid_to = after.valid_from;
	struct str diff = fold_set_diff(c->arena, &org_entitlement_rows_stmt, &before, &after);
	if (diff.p) {
		TRY(org_entitlement_put(c->db, .id = after.id, .valid_to = after.valid_to));
		TRY(part_event(c, "organisation.entitlement_ended", "org_entitlement", after.id, diff));
	}
	json_ki64(c->out, "organisation", after.organisation_id);
	json_ki64(c->out, "entitlement", after.id);
	return OK;
}
COMMAND_RUN(organisation_end_entitlement)

const struct command organisation_end_entitlement_cmd = {
	.name = "organisation.end_entitlement", .help = "Say from when an entitlement is over",
	FIELDS(end_entitlement_fields, struct end_entitlement_in), .need = CAN_REPLY, .run = RUN(organisation_end_entitlement),
};

/* ---- exceptions ---- */

struct except_in {
	int64_t organisation;
	struct str title, reasoning, until;
};
static const struct field except_fields[] = {
	FIELD(struct except_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(struct except_in, title, FIELD_STR, .required = true, .max = 160, .help = "what is done otherwise for them",
	      .example = "Answer in English and French"),
	FIELD(struct except_in, reasoning, FIELD_TEXT, .required = true, .max = 20000, .help = "what speaks for it, what against it, and why"),
	FIELD(struct except_in, until, FIELD_DATE, .help = "the last day on which it holds; long-term when not given"),
};

static enum err organisation_except(struct ctx *c, const struct except_in *in)
{
	struct org_by_id_row org;
	TRY(org_read(c, in->organisation, &org));
	if (str_trim(in->reasoning).n < 10)
		return fail_field(c, S("reasoning"), "Say why: an exception without its reasons cannot be looked at again later");
	if (!str_empty(in->until) && str_cmp(in->until, today(c)) < 0)
		return fail_field(c, S("until"), "That day is over");
	struct org_exception_by_id_row row = {
		.organisation_id = org.id, .title = in->title, .reasoning = in->reasoning, .until_date = str_or_null(in->until),
		.created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE, .created_us = c->now_us,
	};
	struct org_exception_add_row added;
	TRY(org_exception_add(c->db, c->arena, &added, .organisation_id = row.organisation_id, .title = row.title,
			      .reasoning = row.reasoning, .until_date = row.until_date, .created_by = row.created_by,
			      .created_us = row.created_us));
	row.id = added.id;
	TRY(part_event(c, "organisation.exception_made", "org_exception", row.id, fold_set_all(c->arena, &org_exception_rows_stmt, &row)));
	json_ki64(c->out, "organisation", org.id);
	json_ki64(c->out, "exception", row.id);
	return OK;
}
COMMAND_RUN(organisation_except)

const struct command organisation_except_cmd = {
	.name = "organisation.except", .help = "Make an exception for an organisation, with its reasoning",
	FIELDS(except_fields, struct except_in), .need = CAN_LEAD, .run = RUN(organisation_except),
};

struct end_exception_in {
	int64_t exception;
};
static const struct field end_exception_fields[] = {
	FIELD(struct end_exception_in, exception, FIELD_ID, .required = true, .help = "the exception's id", .positional = true),
};

static enum err organisation_end_exception(struct ctx *c, const struct end_exception_in *in)
{
	struct org_exception_by_id_row before;
	bool found;
	TRY(org_exception_by_id(c->db, c->arena, &before, &found, .id = in->exception));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no exception %lld", (long long)in->exception);
	json_ki64(c->out, "organisation", before.organisation_id);
	if (before.ended_us.set)
		return OK;
	struct org_exception_by_id_row after = before;
	after.ended_us = SOME(c->now_us);
	TRY(org_exception_put(c->db, .id = after.id, .ended_us = after.ended_us));
	return part_event(c, "organisation.exception_ended", "org_exception", after.id,
			  fold_set_diff(c->arena, &org_exception_rows_stmt, &before, &after));
}
COMMAND_RUN(organisation_end_exception)

const struct command organisation_end_exception_cmd = {
	.name = "organisation.end_exception", .help = "End an exception", FIELDS(end_exception_fields, struct end_exception_in),
	.need = CAN_LEAD, .run = RUN(organisation_end_exception),
};
