/* account_look.c: looking at organisations and contacts: lists, one whole, and the card beside a ticket. Reads only. */
#include "account/account_parts.h"

#include <string.h>

#include "base/banned.h"

enum { LIST_STANDARD = 50, LIST_MOST = 200 };

static int64_t page_size(struct opt_i64 max)
{
	return max.set ? max.v : LIST_STANDARD;
}

/* ---- the card ---- */

static bool in_force(struct str today_, struct str from, struct str to)
{
	return str_cmp(from, today_) <= 0 && (!to.p || str_cmp(today_, to) < 0);
}

static enum err card_people(struct ctx *c, struct organisation_card *card)
{
	struct org_people_of_row *rows;
	size_t n;
	TRY(org_people_of(c->db, c->arena, &rows, &n, .organisation_id = card->id));
	card->people = arena_array(c->arena, struct organisation_person, n + 2);
	const struct {
		struct opt_i64 id;
		struct str part;
	} standing[] = { { card->assigned_id, S("assigned") }, { card->backup_id, S("backup") } };
	for (size_t i = 0; i < ARRAY_LEN(standing); i++) {
		struct org_teammate_by_id_row t;
		bool found = false;
		if (standing[i].id.set)
			TRY(org_teammate_by_id(c->db, c->arena, &t, &found, .id = standing[i].id.v));
		if (found)
			card->people[card->n_people++] = (struct organisation_person){ t.id, t.name, standing[i].part };
	}
	for (size_t i = 0; i < n; i++)
		card->people[card->n_people++] = (struct organisation_person){ rows[i].teammate_id, rows[i].name, rows[i].part };
	return OK;
}

enum err organisation_card(struct ctx *c, int64_t id, struct organisation_card *ret)
{
	struct org_by_id_row o;
	TRY(org_read(c, id, &o));
	struct organisation_card card = {
		.id = o.id, .name = o.name, .tier = o.tier, .plan = o.plan, .stage = o.stage, .segment = o.segment,
		.deployment = o.deployment, .version = o.version, .telemetry = o.telemetry, .zone = o.zone, .notes = o.notes,
		.strategic = o.strategic, .deleted = o.deleted_us.set, .assigned_id = o.assigned_id, .backup_id = o.backup_id,
	};
	TRY(card_people(c, &card));
	struct str now = today(c);
	struct org_exceptions_of_row *x;
	size_t n;
	TRY(org_exceptions_of(c->db, c->arena, &x, &n, .organisation_id = id));
	card.exceptions = arena_array(c->arena, struct organisation_exception, n);
	for (size_t i = 0; i < n; i++)
		if (!x[i].ended_us.set && (!x[i].until_date.p || str_cmp(now, x[i].until_date) <= 0))
			card.exceptions[card.n_exceptions++] = (struct organisation_exception){
				.id = x[i].id, .title = x[i].title, .reasoning = x[i].reasoning, .until_date = x[i].until_date };
	struct org_entitlements_of_row *e;
	TRY(org_entitlements_of(c->db, c->arena, &e, &n, .organisation_id = id));
	card.entitlements = arena_array(c->arena, struct str, n);
	for (size_t i = 0; i < n; i++)
		if (in_force(now, e[i].valid_from, e[i].valid_to))
			card.entitlements[card.n_entitlements++] = e[i].name;
	struct org_domains_of_row *d;
	TRY(org_domains_of(c->db, c->arena, &d, &n, .organisation_id = id));
	card.domains = arena_array(c->arena, struct str, n);
	for (size_t i = 0; i < n; i++)
		card.domains[card.n_domains++] = d[i].domain;
	*ret = card;
	return OK;
}

/* ---- organisations ---- */

struct organisation_list_in {
	struct str query, stage, tier;
	bool mine, deleted;
	struct opt_i64 after, max;
};
#define IN struct organisation_list_in
static const struct field organisation_list_fields[] = {
	FIELD(IN, query, FIELD_STR, .max = 100, .help = "part of a name or of a domain", .positional = true),
	FIELD(IN, stage, FIELD_ENUM, .choices = org_stages, .help = "only of that stage"),
	FIELD(IN, tier, FIELD_ENUM, .choices = org_tiers, .help = "only of that tier"),
	FIELD(IN, mine, FIELD_BOOL, .help = "only those I am assigned to, back up, or am one of the people of"),
	FIELD(IN, deleted, FIELD_BOOL, .help = "those that were put away instead"),
	FIELD(IN, after, FIELD_ID, .help = "go on after this one: `next` of the page before"),
	FIELD(IN, max, FIELD_INT, .min = 1, .max = LIST_MOST, .help = "how many; 50 when not given"),
};
#undef IN

static enum err organisation_list(struct ctx *c, const struct organisation_list_in *in)
{
	struct org_by_id_row after = { .name = S("") };
	if (in->after.set)
		TRY(org_read(c, in->after.v, &after));
	struct str pattern = like_pattern(c->arena, in->query);
	int64_t max = page_size(in->max);
	struct org_page_row *v;
	size_t n;
	TRY(org_page(c->db, c->arena, &v, &n, .after_name = after.name, .after_id = after.id, .pattern = pattern,
		     .domain_pattern = pattern, .stage = in->stage, .tier = in->tier, .deleted = in->deleted,
		     .mine = in->mine ? SOME(c->actor.id) : NONE, .max = max + 1));
	bool more = n > (size_t)max;
	json_list(c->out);
	for (size_t i = 0; i < n - (more ? 1 : 0); i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "domain", v[i].domain);
		json_kstr(c->out, "tier", v[i].tier);
		json_kstr(c->out, "plan", v[i].plan);
		json_kstr(c->out, "stage", v[i].stage);
		json_kbool(c->out, "strategic", v[i].strategic);
		json_kstr(c->out, "deployment", v[i].deployment);
		json_kstr(c->out, "version", v[i].version);
		json_kstr(c->out, "assigned", v[i].assigned);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(organisation_list)

const struct command organisation_list_cmd = {
	.name = "organisation.list", .help = "Organisations by name", FIELDS(organisation_list_fields, struct organisation_list_in),
	.need = CAN_READ, .reads = true, .run = RUN(organisation_list),
};

struct organisation_show_in {
	int64_t organisation;
};
static const struct field organisation_show_fields[] = {
	FIELD(struct organisation_show_in, organisation, FIELD_ID, .required = true, .help = "the organisation's id", .positional = true),
};

static enum err show_parts(struct ctx *c, int64_t id)
{
	struct str now = today(c);
	struct org_entitlements_of_row *e;
	struct org_exceptions_of_row *x;
	size_t n;
	TRY(org_entitlements_of(c->db, c->arena, &e, &n, .organisation_id = id));
	json_key(c->out, "entitlements");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", e[i].id);
		json_kstr(c->out, "name", e[i].name);
		json_kstr(c->out, "from", e[i].valid_from);
		json_kstr(c->out, "to", e[i].valid_to);
		json_kbool(c->out, "in_force", in_force(now, e[i].valid_from, e[i].valid_to));
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	TRY(org_exceptions_of(c->db, c->arena, &x, &n, .organisation_id = id));
	json_key(c->out, "exceptions");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", x[i].id);
		json_kstr(c->out, "title", x[i].title);
		json_kstr(c->out, "reasoning", x[i].reasoning);
		json_kstr(c->out, "until", x[i].until_date);
		json_kstr(c->out, "made_by", x[i].created_by_name);
		json_ktime(c->out, "made_at", x[i].created_us);
		json_kopt_time(c->out, "ended_at", x[i].ended_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	return OK;
}

static enum err organisation_show(struct ctx *c, const struct organisation_show_in *in)
{
	struct org_by_id_row o;
	struct organisation_card card;
	TRY(org_read(c, in->organisation, &o));
	TRY(organisation_card(c, o.id, &card));
	json_obj(c->out);
	json_ki64(c->out, "id", o.id);
	const struct {
		const char *name;
		struct str value;
	} texts[] = {
		{ "name", o.name }, { "slug", o.slug }, { "tier", o.tier }, { "plan", o.plan }, { "stage", o.stage },
		{ "segment", o.segment }, { "deployment", o.deployment }, { "version", o.version }, { "telemetry", o.telemetry },
		{ "zone", o.zone }, { "notes", o.notes }, { "external_id", o.external_id },
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		json_kstr(c->out, texts[i].name, texts[i].value);
	json_kbool(c->out, "strategic", o.strategic);
	json_kopt(c->out, "assigned", o.assigned_id);
	json_kopt(c->out, "backup", o.backup_id);
	json_ktime(c->out, "created_at", o.created_us);
	json_kopt_time(c->out, "deleted_at", o.deleted_us);
	json_key(c->out, "domains");
	json_arr(c->out);
	for (size_t i = 0; i < card.n_domains; i++)
		json_str(c->out, card.domains[i]);
	json_arr_end(c->out);
	json_key(c->out, "people");
	json_arr(c->out);
	for (size_t i = 0; i < card.n_people; i++) {
		json_obj(c->out);
		json_ki64(c->out, "teammate", card.people[i].teammate_id);
		json_kstr(c->out, "name", card.people[i].name);
		json_kstr(c->out, "part", card.people[i].part);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	TRY(show_parts(c, o.id));
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(organisation_show)

const struct command organisation_show_cmd = {
	.name = "organisation.show", .help = "One organisation with all that hangs on it",
	FIELDS(organisation_show_fields, struct organisation_show_in), .need = CAN_READ, .reads = true, .run = RUN(organisation_show),
};

/* ---- contacts ---- */

static void put_roles(struct ctx *c, struct str roles)
{
	struct str *v;
	size_t n = split_list(c->arena, roles, &v);
	json_key(c->out, "roles");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++)
		json_str(c->out, v[i]);
	json_arr_end(c->out);
}

struct contact_list_in {
	struct str query;
	struct opt_i64 organisation, after, max;
	bool deleted;
};
#define IN struct contact_list_in
static const struct field contact_list_fields[] = {
	FIELD(IN, query, FIELD_STR, .max = 100, .help = "part of a name or of an address", .positional = true),
	FIELD(IN, organisation, FIELD_ID, .help = "only of that organisation"),
	FIELD(IN, deleted, FIELD_BOOL, .help = "those that were put away instead"),
	FIELD(IN, after, FIELD_ID, .help = "go on after this one: `next` of the page before"),
	FIELD(IN, max, FIELD_INT, .min = 1, .max = LIST_MOST, .help = "how many; 50 when not given"),
};
#undef IN

static enum err contact_list(struct ctx *c, const struct contact_list_in *in)
{
	struct contact_by_id_row after = { .name = S("") };
	if (in->after.set)
		TRY(contact_read(c, in->after.v, &after));
	int64_t max = page_size(in->max);
	struct contact_page_row *v;
	size_t n;
	TRY(contact_page(c->db, c->arena, &v, &n, .after_name = after.name, .after_id = after.id,
			 .pattern = like_pattern(c->arena, in->query), .organisation_id = in->organisation, .deleted = in->deleted,
			 .max = max + 1));
	bool more = n > (size_t)max;
	json_list(c->out);
	for (size_t i = 0; i < n - (more ? 1 : 0); i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "email", v[i].email);
		json_kstr(c->out, "kind", v[i].kind);
		put_roles(c, v[i].roles);
		json_kopt(c->out, "organisation", v[i].organisation_id);
		json_kstr(c->out, "organisation_name", v[i].organisation);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(contact_list)

const struct command contact_list_cmd = {
	.name = "contact.list", .help = "Contacts by name", FIELDS(contact_list_fields, struct contact_list_in), .need = CAN_READ,
	.reads = true, .run = RUN(contact_list),
};

struct contact_show_in {
	struct opt_i64 contact;
	struct str email;
};
static const struct field contact_show_fields[] = {
	FIELD(struct contact_show_in, contact, FIELD_ID, .help = "the contact's id", .positional = true),
	FIELD(struct contact_show_in, email, FIELD_EMAIL, .help = "or one of their addresses"),
};

static enum err contact_show(struct ctx *c, const struct contact_show_in *in)
{
	int64_t id = in->contact.v;
	if (!in->contact.set) {
		struct contact hit;
		bool found;
		if (str_empty(in->email))
			return fail_field(c, S("contact"), "Give an id or an address");
		TRY(contact_by_address(c, in->email, &hit, &found));
		if (!found)
			return fail(c, ERR_NOT_FOUND, "Nobody we know has the address %.*s", STR_ARG(in->email));
		id = hit.id;
	}
	struct contact_by_id_row n;
	TRY(contact_read(c, id, &n));
	struct contact_addresses_of_row *a;
	size_t n_a;
	TRY(contact_addresses_of(c->db, c->arena, &a, &n_a, .id = n.id));
	json_obj(c->out);
	json_ki64(c->out, "id", n.id);
	json_kstr(c->out, "name", n.name);
	json_kstr(c->out, "email", n.email);
	json_key(c->out, "addresses");
	json_arr(c->out);
	for (size_t i = 0; i < n_a; i++)
		json_str(c->out, a[i].email);
	json_arr_end(c->out);
	json_kopt(c->out, "organisation", n.organisation_id);
	json_kstr(c->out, "kind", n.kind);
	put_roles(c, n.roles);
	json_kstr(c->out, "zone", n.zone);
	json_kstr(c->out, "language", n.language);
	json_kstr(c->out, "notes", n.notes);
	json_kstr(c->out, "mail_state", n.mail_state);
	json_kstr(c->out, "mail_reason", n.mail_reason);
	json_kstr(c->out, "external_id", n.external_id);
	json_kopt(c->out, "merged_into", n.merged_into_id);
	json_ktime(c->out, "created_at", n.created_us);
	json_kopt_time(c->out, "deleted_at", n.deleted_us);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(contact_show)

const struct command contact_show_cmd = {
	.name = "contact.show", .help = "One contact with all addresses", FIELDS(contact_show_fields, struct contact_show_in),
	.need = CAN_READ, .reads = true, .run = RUN(contact_show),
};
