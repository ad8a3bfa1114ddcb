/* organisation.c: the rules of an organisation's own row: what it is, and being put away and brought back. What hangs on it (domains,
 * people, entitlements, exceptions) is in organisation_parts.c; looking at it in organisation_look.c. */
#include "account/account_parts.h"
#include "base/civil.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum err org_read(struct ctx *c, int64_t id, struct org_by_id_row *ret)
{
	bool found;
	TRY(org_by_id(c->db, c->arena, ret, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no organisation %lld", (long long)id);
	return OK;
}

struct str today(struct ctx *c)
{
	struct civil now;
	civil_from_utc(c->now_us, &now);
	return arena_fmt(c->arena, "%04d-%02d-%02d", now.year, now.month, now.day);
}

struct str like_pattern(struct arena *a, struct str typed)
{
	typed = str_trim(typed.p ? typed : S(""));
	if (!typed.n)
		return STR_NULL;
	struct buf b;
	buf_init(&b, a, typed.n * 2 + 3);
	buf_ch(&b, '%');
	for (size_t i = 0; i < typed.n; i++) {
		char ch = typed.p[i];
		if (ch == '%' || ch == '_' || ch == '!')
			buf_ch(&b, '!');
		buf_ch(&b, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch);
	}
	buf_ch(&b, '%');
	return buf_str(&b);
}

/* "Acme & Söhne GmbH" → "acme-s-hne-gmbh"; then -2, -3 … until nobody has it. */
static enum err free_slug(struct ctx *c, struct str name, struct str *ret)
{
	struct buf b;
	buf_init(&b, c->arena, 64);
	for (size_t i = 0; i < name.n && b.n < 40; i++) {
		char ch = name.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			buf_ch(&b, ch);
		else if (b.n && b.p[b.n - 1] != '-')
			buf_ch(&b, '-');
	}
	while (b.n && b.p[b.n - 1] == '-')
		b.n--;
	struct str base = b.n ? buf_str(&b) : S("org");
	*ret = base;
	/* A few namesakes are counted; among thousands the next id of the table is free at once. */
	for (int64_t k = 2;; k++) {
		struct org_by_slug_row row;
		bool taken;
		TRY(org_by_slug(c->db, c->arena, &row, &taken, .slug = *ret));
		if (!taken)
			return OK;
		if (k == 6) {
			struct org_newest_row newest;
			TRY(org_newest(c->db, c->arena, &newest));
			k = newest.id > 6 ? newest.id + 1 : 6;
		}
		*ret = arena_fmt(c->arena, "%.*s-%lld", STR_ARG(base), (long long)k);
	}
}

static enum err org_event(struct ctx *c, const char *kind, int64_t id, struct str data, struct str reason)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "organisation", .entity_id = id, .data = data,
						    .reason = str_or_null(reason) }, NULL);
}

enum err org_insert(struct ctx *c, struct org_by_id_row *row)
{
	TRY(free_slug(c, row->name, &row->slug));
	row->created_us = row->created_us ? row->created_us : c->now_us;
	struct org_add_row added;
	TRY(org_add(c->db, c->arena, &added, .name = row->name, .slug = row->slug, .tier = row->tier, .plan = row->plan,
		    .stage = row->stage, .strategic = row->strategic, .segment = row->segment, .deployment = row->deployment,
		    .version = row->version, .telemetry = row->telemetry, .zone = row->zone, .notes = row->notes,
		    .assigned_id = row->assigned_id, .backup_id = row->backup_id, .external_id = row->external_id,
		    .created_us = row->created_us));
	row->id = added.id;
	return org_event(c, "organisation.created", row->id, fold_set_all(c->arena, &org_rows_stmt, row), STR_NULL);
}

enum err org_write(struct ctx *c, const struct org_by_id_row *before, const struct org_by_id_row *after, const char *kind, struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &org_rows_stmt, before, after);
	if (!diff.p)
		return OK;
	TRY(org_put(c->db, .id = after->id, .name = after->name, .tier = after->tier, .plan = after->plan, .stage = after->stage,
		    .strategic = after->strategic, .segment = after->segment, .deployment = after->deployment,
		    .version = after->version, .telemetry = after->telemetry, .zone = after->zone, .notes = after->notes,
		    .assigned_id = after->assigned_id, .backup_id = after->backup_id, .external_id = after->external_id,
		    .deleted_us = after->deleted_us));
	return org_event(c, kind, after->id, diff, reason);
}

/* ---- create and update ---- */

struct organisation_in {
	int64_t organisation;       /* update only */
	struct str name, tier, plan, stage, strategic, segment, deployment, version, telemetry, zone, notes, external_id;
	struct opt_i64 assigned, backup;
	struct str_list domains;    /* create only */
	struct str_list clear;      /* update only */
};

#define IN struct organisation_in
#define ORGANISATION_FIELDS                                                                                            \
	FIELD(IN, tier, FIELD_ENUM, .choices = org_tiers, .help = "what kind of customer", .example = "enterprise"),   \
	FIELD(IN, plan, FIELD_STR, .max = 80, .help = "the plan as sold", .example = "Enterprise Plus"),               \
	FIELD(IN, stage, FIELD_ENUM, .choices = org_stages, .help = "where they stand in their life as a customer"),   \
	FIELD(IN, strategic, FIELD_ENUM, .choices = yes_no, .help = "a strategic account"),                            \
	FIELD(IN, segment, FIELD_ENUM, .choices = org_segments, .help = "by number of developers"),                    \
	FIELD(IN, deployment, FIELD_ENUM, .choices = org_deployments, .help = "how they run the product"),             \
	FIELD(IN, version, FIELD_STR, .max = 60, .help = "the version they run", .example = "5.3.2"),                  \
	FIELD(IN, telemetry, FIELD_ENUM, .choices = org_telemetries, .help = "what their instance reports to us"),     \
	FIELD(IN, zone, FIELD_ZONE, .help = "where most of them work", .example = "Europe/Berlin"),                    \
	FIELD(IN, notes, FIELD_TEXT, .max = 65536, .help = "what everybody who answers them should know"),             \
	FIELD(IN, assigned, FIELD_ID, .help = "the assigned support engineer: a teammate's id"),                       \
	FIELD(IN, backup, FIELD_ID, .help = "who stands in for the assigned engineer"),                                \
	FIELD(IN, external_id, FIELD_STR, .max = 120, .help = "their id in another system (CRM, former desk)")

static const char *const clearable[] = { "plan", "version", "zone", "notes", "assigned", "backup", "external_id", NULL };

static const struct field create_fields[] = {
	FIELD(IN, name, FIELD_STR, .required = true, .max = 200, .help = "the name people call it by", .example = "Northwind", .positional = true),
	FIELD(IN, domains, FIELD_STRS, .max = 50, .help = "mail domains of its people", .example = "northwind.example"),
	ORGANISATION_FIELDS,
};
static const struct field update_fields[] = {
	FIELD(IN, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(IN, name, FIELD_STR, .max = 200, .help = "the name people call it by"),
	ORGANISATION_FIELDS,
	FIELD(IN, clear, FIELD_STRS, .max = 10, .choices = clearable, .help = "fields to empty, unless they are given too"),
};
#undef IN

static bool cleared(const struct organisation_in *in, const char *name)
{
	for (size_t i = 0; i < in->clear.n; i++)
		if (str_eq(in->clear.v[i], str_c(name)))
			return true;
	return false;
}

static void put_str(struct str *column, struct str given, bool clear)
{
	if (given.p)
		*column = given;
	else if (clear)
		*column = S("");
}

static enum err put_teammate(struct ctx *c, struct opt_i64 *column, struct opt_i64 given, bool clear, const char *field)
{
	if (given.set) {
		struct org_teammate_by_id_row t;
		bool found;
		TRY(org_teammate_by_id(c->db, c->arena, &t, &found, .id = given.v));
		if (!found)
			return fail_field(c, str_c(field), "There is no such teammate");
		if (str_eq(t.state, S("disabled")) && !(column->set && column->v == given.v))
			return fail_field(c, str_c(field), "%.*s no longer works here: choose another teammate", STR_ARG(t.name));
		*column = given;
	} else if (clear) {
		*column = NONE;
	}
	return OK;
}

/* Lays what was given over the row. */
static enum err lay_over(struct ctx *c, const struct organisation_in *in, struct org_by_id_row *row)
{
	put_str(&row->name, str_or_null(in->name), false);
	put_str(&row->tier, in->tier, false);
	put_str(&row->plan, in->plan, cleared(in, "plan"));
	put_str(&row->stage, in->stage, false);
	if (in->strategic.p)
		row->strategic = str_eq(in->strategic, S("yes"));
	put_str(&row->segment, in->segment, false);
	put_str(&row->deployment, in->deployment, false);
	put_str(&row->version, in->version, cleared(in, "version"));
	put_str(&row->telemetry, in->telemetry, false);
	put_str(&row->zone, in->zone, cleared(in, "zone"));
	put_str(&row->notes, in->notes, cleared(in, "notes"));
	put_str(&row->external_id, in->external_id, cleared(in, "external_id"));
	row->external_id = str_or_null(row->external_id);
	if (row->external_id.p) {
		struct org_by_external_row other;
		bool found;
		TRY(org_by_external(c->db, c->arena, &other, &found, .external_id = row->external_id));
		if (found && other.id != row->id)
			fail_field(c, S("external_id"), "%.*s has this external id already", STR_ARG(utf8_clip(other.name, 80)));
	}
	enum err e = put_teammate(c, &row->assigned_id, in->assigned, cleared(in, "assigned"), "assigned");
	if (e != OK && e != ERR_INPUT)
		return e;
	e = put_teammate(c, &row->backup_id, in->backup, cleared(in, "backup"), "backup");
	if (e != OK && e != ERR_INPUT)
		return e;
	if (row->backup_id.set && row->assigned_id.set && row->backup_id.v == row->assigned_id.v)
		fail_field(c, S("backup"), "The backup must be somebody else than the assigned engineer");
	return fields_ok(c);
}

static enum err organisation_create(struct ctx *c, const struct organisation_in *in)
{
	struct org_by_id_row row = {
		.tier = S("free"), .plan = S(""), .stage = S("none"), .segment = S("unknown"), .deployment = S("unknown"),
		.version = S(""), .telemetry = S("unknown"), .zone = S(""), .notes = S(""),
	};
	if (str_empty(in->name))
		return fail_field(c, S("name"), "Give it a name");
	TRY(lay_over(c, in, &row));
	TRY(org_insert(c, &row));
	for (size_t i = 0; i < in->domains.n; i++) {
		struct str *v;
		size_t n = split_list(c->arena, in->domains.v[i], &v);
		for (size_t k = 0; k < n; k++) {
			struct str domain;
			bool changed;
			enum err e = domain_clean(c, v[k], true, &domain);
			if (e == OK)
				e = org_take_domain(c, row.id, domain, &changed);
			if (e == ERR_INPUT || e == ERR_CONFLICT) {
				struct fault first = c->fault;
				fault_clear(&c->fault);
				return fail_field(c, S("domains"), "%s", first.message);
			}
			TRY(e);
		}
	}
	json_ki64(c->out, "organisation", row.id);
	json_kstr(c->out, "slug", row.slug);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s was added", STR_ARG(row.name)));
	return OK;
}
COMMAND_RUN(organisation_create)

const struct command organisation_create_cmd = {
	.name = "organisation.create", .help = "Add an organisation", FIELDS(create_fields, struct organisation_in), .need = CAN_REPLY,
	.run = RUN(organisation_create),
};

static enum err organisation_update(struct ctx *c, const struct organisation_in *in)
{
	struct org_by_id_row before;
	TRY(org_read(c, in->organisation, &before));
	struct org_by_id_row after = before;
	TRY(lay_over(c, in, &after));
	TRY(org_write(c, &before, &after, "organisation.changed", STR_NULL));
	json_ki64(c->out, "organisation", after.id);
	json_kstr(c->out, "said", S("Saved"));
	return OK;
}
COMMAND_RUN(organisation_update)

const struct command organisation_update_cmd = {
	.name = "organisation.update", .help = "Change what is known about an organisation; what is not given stays",
	FIELDS(update_fields, struct organisation_in), .need = CAN_REPLY, .run = RUN(organisation_update),
};

/* ---- put away and bring back ---- */

struct put_away_in {
	int64_t organisation;
	struct str reason;
};
static const struct field put_away_fields[] = {
	FIELD(struct put_away_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
	FIELD(struct put_away_in, reason, FIELD_STR, .max = 300, .help = "why, for its history"),
};

static enum err organisation_delete(struct ctx *c, const struct put_away_in *in)
{
	struct org_by_id_row before;
	TRY(org_read(c, in->organisation, &before));
	struct org_by_id_row after = before;
	if (!after.deleted_us.set)
		after.deleted_us = SOME(c->now_us);
	TRY(org_write(c, &before, &after, "organisation.deleted", in->reason));
	json_ki64(c->out, "organisation", after.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s was put away", STR_ARG(after.name)));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/organisation.restore?organisation=%lld", (long long)after.id));
	return OK;
}
COMMAND_RUN(organisation_delete)

const struct command organisation_delete_cmd = {
	.name = "organisation.delete", .help = "Put an organisation away; its tickets and people stay, and it can be restored",
	FIELDS(put_away_fields, struct put_away_in), .need = CAN_LEAD, .run = RUN(organisation_delete),
};

static enum err organisation_restore(struct ctx *c, const struct put_away_in *in)
{
	struct org_by_id_row before;
	TRY(org_read(c, in->organisation, &before));
	struct org_by_id_row after = before;
	after.deleted_us = NONE;
	TRY(org_write(c, &before, &after, "organisation.restored", in->reason));
	json_ki64(c->out, "organisation", after.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%.*s is back", STR_ARG(after.name)));
	return OK;
}
COMMAND_RUN(organisation_restore)

const struct command organisation_restore_cmd = {
	.name = "organisation.restore", .help = "Bring back an organisation that was put away",
	FIELDS(put_away_fields, struct put_away_in), .need = CAN_LEAD, .run = RUN(organisation_restore),
};
