/* contact.c: the rules of a contact: found by any of its addresses, made by mail when it is new, changed, put away and brought back.
 * Merging is in contact_merge.c. */
#include "account/account_parts.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct contact_by_id_row) == sizeof(struct contact_rows_row), "the fold reads the row we write");
_Static_assert(sizeof(struct contact_address_by_email_row) == sizeof(struct contact_address_rows_row), "the fold reads the row we write");

enum { MERGE_STEPS_MOST = 32 };

enum err contact_read(struct ctx *c, int64_t id, struct contact_by_id_row *ret)
{
	bool found;
	TRY(contact_by_id(c->db, c->arena, ret, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no contact %lld", (long long)id);
	return OK;
}

static void as_contact(const struct contact_by_id_row *row, struct contact *ret)
{
	*ret = (struct contact){
		.id = row->id, .email = row->email, .name = row->name.n ? row->name : row->email.p ? row->email : S("nameless"),
		.organisation_id = row->organisation_id, .kind = row->kind, .zone = row->zone, .language = row->language,
		.bouncing = str_eq(row->mail_state, S("bouncing")), .deleted = row->deleted_us.set,
	};
}

static enum err read_merged(struct ctx *c, int64_t id, struct contact_by_id_row *ret)
{
	TRY(contact_read(c, id, ret));
	for (int step = 0; ret->merged_into_id.set; step++) {
		if (step == MERGE_STEPS_MOST)
			return fail(c, ERR_BUG, "contact %lld: its merges lead in a circle", (long long)id);
		TRY(contact_read(c, ret->merged_into_id.v, ret));
	}
	return OK;
}

enum err contact_get(struct ctx *c, int64_t id, struct contact *ret)
{
	struct contact_by_id_row row;
	TRY(read_merged(c, id, &row));
	as_contact(&row, ret);
	return OK;
}

enum err contact_id_of_address(struct ctx *c, struct str address, int64_t *ret_id)
{
	struct contact_of_address_row hit;
	bool found;
	*ret_id = 0;
	TRY(contact_of_address(c->db, c->arena, &hit, &found, .email = address));
	if (!found)
		return OK;
	struct contact_by_id_row row;
	TRY(read_merged(c, hit.id, &row));
	*ret_id = row.id;
	return OK;
}

enum err contact_by_address(struct ctx *c, struct str address, struct contact *ret, bool *ret_found)
{
	struct str clean;
	int64_t id = 0;
	*ret_found = false;
	if (address_clean(c, address, &clean) != OK) {
		fault_clear(&c->fault);
		return OK;
	}
	TRY(contact_id_of_address(c, clean, &id));
	if (!id)
		return OK;
	TRY(contact_get(c, id, ret));
	*ret_found = true;
	return OK;
}

enum err organisation_by_domain(struct ctx *c, struct str domain, int64_t *ret_id, bool *ret_found)
{
	*ret_found = false;
	struct str d;
	if (domain_clean(c, domain, false, &d) != OK) {
		fault_clear(&c->fault);
		return OK;
	}
	for (struct str rest = d, label; !*ret_found && str_find_ch(rest, '.') > 0; str_cut(rest, '.', &label, &rest)) {
		if (domain_is_public(rest))
			return OK;
		struct org_domain_holder_row holder;
		TRY(org_domain_holder(c->db, c->arena, &holder, ret_found, .domain = rest));
		if (*ret_found)
			*ret_id = holder.id;
	}
	return OK;
}

enum err contact_guess_kind(struct ctx *c, struct str address, int64_t organisation_id, struct str *ret)
{
	*ret = S("community");
	if (address.n) {
		struct org_teammate_by_email_row t;
		bool ours;
		TRY(org_teammate_by_email(c->db, c->arena, &t, &ours, .email = address));
		if (ours) {
			*ret = S("internal");
			return OK;
		}
	}
	if (!organisation_id)
		return OK;
	struct org_by_id_row org;
	TRY(org_read(c, organisation_id, &org));
	if (str_eq(org.tier, S("internal")))
		*ret = S("internal");
	else if (str_eq(org.stage, S("pre_sales")))
		*ret = S("prospect");
	else if (!str_eq(org.tier, S("open_source")))
		*ret = S("customer");
	return OK;
}

static enum err contact_event(struct ctx *c, const char *kind, int64_t id, struct str data, struct str reason)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "contact", .entity_id = id, .data = data,
						    .reason = str_or_null(reason) }, NULL);
}

enum err contact_insert(struct ctx *c, struct contact_by_id_row *row)
{
	row->created_us = row->created_us ? row->created_us : c->now_us;
	row->mail_state = S("ok");
	struct contact_add_row added;
	TRY(contact_add(c->db, c->arena, &added, .email = row->email, .name = row->name, .organisation_id = row->organisation_id,
			.kind = row->kind, .roles = row->roles, .zone = row->zone, .language = row->language, .notes = row->notes,
			.mail_state = row->mail_state, .external_id = row->external_id, .created_us = row->created_us));
	row->id = added.id;
	return contact_event(c, "contact.created", row->id, fold_set_all(c->arena, &contact_rows_stmt, row), STR_NULL);
}

enum err contact_put_row(struct ctx *c, const struct contact_by_id_row *row)
{
	return contact_put(c->db, .id = row->id, .email = row->email, .name = row->name, .organisation_id = row->organisation_id,
			   .kind = row->kind, .roles = row->roles, .zone = row->zone, .language = row->language, .notes = row->notes,
			   .mail_state = row->mail_state, .mail_reason = row->mail_reason, .merged_into_id = row->merged_into_id,
			   .external_id = row->external_id, .deleted_us = row->deleted_us);
}

enum err contact_write(struct ctx *c, const struct contact_by_id_row *before, const struct contact_by_id_row *after, const char *kind,
		       struct str reason)
{
	struct str diff = fold_set_diff(c->arena, &contact_rows_stmt, before, after);
	if (!diff.p)
		return OK;
	TRY(contact_put_row(c, after));
	return contact_event(c, kind, after->id, diff, reason);
}

/* "ines.okafor" → "Ines Okafor", for a mail that came without a name. */
static struct str name_from_address(struct arena *a, struct str address)
{
	struct str local, domain;
	str_cut(address, '@', &local, &domain);
	char *p = arena_alloc(a, local.n + 1);
	bool start = true;
	for (size_t i = 0; i < local.n; i++) {
		char ch = local.p[i] == '.' || local.p[i] == '_' || local.p[i] == '-' ? ' ' : local.p[i];
		p[i] = start && ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch;
		start = ch == ' ';
		if (ch == '+')
			return str_trim((struct str){ p, i });
	}
	return str_trim((struct str){ p, local.n });
}

enum err contact_for_mail(struct ctx *c, struct str name, struct str address, struct contact *ret, bool *ret_created)
{
	struct str email;
	int64_t id = 0;
	*ret_created = false;
	TRY(address_clean(c, address, &email));
	TRY(contact_id_of_address(c, email, &id));
	struct contact_by_id_row row = { .email = email, .roles = S(""), .zone = S(""), .language = S(""), .notes = S("") };
	if (id) {
		TRY(contact_read(c, id, &row));
		/* Somebody who was put away and writes again is there again. */
		if (row.deleted_us.set) {
			struct contact_by_id_row after = row;
			after.deleted_us = NONE;
			TRY(contact_write(c, &row, &after, "contact.restored", S("they wrote again")));
			row = after;
		}
		as_contact(&row, ret);
		return OK;
	}
	row.name = utf8_clip(str_trim(utf8_clean(c->arena, name.p ? name : S(""))), 200);
	if (!row.name.n)
		row.name = name_from_address(c->arena, email);
	struct str local, domain;
	bool known;
	int64_t org;
	str_cut(email, '@', &local, &domain);
	TRY(organisation_by_domain(c, domain, &org, &known));
	if (known)
		row.organisation_id = SOME(org);
	TRY(contact_guess_kind(c, email, known ? org : 0, &row.kind));
	TRY(contact_insert(c, &row));
	as_contact(&row, ret);
	*ret_created = true;
	return OK;
}

enum err contact_set_bouncing(struct ctx *c, int64_t id, bool bouncing, struct str reason)
{
	struct contact_by_id_row before;
	TRY(read_merged(c, id, &before));
	struct contact_by_id_row after = before;
	after.mail_state = bouncing ? S("bouncing") : S("ok");
	after.mail_reason = bouncing ? utf8_clip(utf8_clean(c->arena, reason.p ? reason : S("")), 500) : STR_NULL;
	/* A second bounce says nothing new. */
	if (str_eq(before.mail_state, after.mail_state))
		return OK;
	return contact_write(c, &before, &after, bouncing ? "contact.bounced" : "contact.mail_works", reason);
}

/* ---- create and update ---- */

struct contact_in {
	int64_t contact;            /* update only */
	struct str email, name, kind, zone, language, notes, external_id;
	struct opt_i64 organisation;
	struct str_list roles;
	struct str_list clear;      /* update only */
};

#define IN struct contact_in
#define CONTACT_FIELDS                                                                                                 \
	FIELD(IN, organisation, FIELD_ID, .help = "the organisation they belong to; guessed by the address when not given"), \
	FIELD(IN, kind, FIELD_ENUM, .choices = contact_kinds, .help = "what they are to us; follows from the organisation when not given"), \
	FIELD(IN, roles, FIELD_STRS, .max = 7, .choices = contact_roles, .help = "what they are over there; several may be given"), \
	FIELD(IN, zone, FIELD_ZONE, .help = "where they work", .example = "America/Toronto"),                          \
	FIELD(IN, language, FIELD_STR, .max = 35, .help = "the language they prefer", .example = "fr"),                \
	FIELD(IN, notes, FIELD_TEXT, .max = 65536, .help = "what to know before answering them"),                      \
	FIELD(IN, external_id, FIELD_STR, .max = 120, .help = "their id in another system")

static const char *const clearable[] = { "organisation", "roles", "zone", "language", "notes", "external_id", NULL };

static const struct field create_fields[] = {
	FIELD(IN, email, FIELD_EMAIL, .help = "their first address", .example = "ines@northwind.example", .positional = true),
	FIELD(IN, name, FIELD_STR, .max = 200, .help = "their name; made from the address when not given", .example = "Ines Okafor"),
	CONTACT_FIELDS,
};
static const struct field update_fields[] = {
	FIELD(IN, contact, FIELD_ID, .required = true, .help = "the contact's id", .positional = true),
	FIELD(IN, email, FIELD_EMAIL, .help = "their first address; the one before it stays theirs"),
	FIELD(IN, name, FIELD_STR, .max = 200, .help = "their name"),
	CONTACT_FIELDS,
	FIELD(IN, clear, FIELD_STRS, .max = 10, .choices = clearable, .help = "fields to empty, unless they are given too"),
};
#undef IN

static bool cleared(const struct contact_in *in, const char *name)
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

static enum err check_links(struct ctx *c, const struct contact_in *in, struct contact_by_id_row *row)
{
	if (in->organisation.set) {
		struct org_by_id_row org;
		bool found;
		TRY(org_by_id(c->db, c->arena, &org, &found, .id = in->organisation.v));
		if (!found)
			fail_field(c, S("organisation"), "There is no such organisation");
		row->organisation_id = in->organisation;
	} else if (cleared(in, "organisation")) {
		row->organisation_id = NONE;
	}
	if (row->external_id.p) {
		struct contact_by_external_row other;
		bool found;
		TRY(contact_by_external(c->db, c->arena, &other, &found, .external_id = row->external_id));
		if (found && other.id != row->id)
			fail_field(c, S("external_id"), "Contact %lld has this external id already", (long long)other.id);
	}
	return OK;
}

static enum err lay_over(struct ctx *c, const struct contact_in *in, struct contact_by_id_row *row)
{
	put_str(&row->name, str_or_null(in->name), false);
	put_str(&row->kind, in->kind, false);
	put_str(&row->zone, in->zone, cleared(in, "zone"));
	put_str(&row->language, in->language, cleared(in, "language"));
	put_str(&row->notes, in->notes, cleared(in, "notes"));
	put_str(&row->external_id, in->external_id, cleared(in, "external_id"));
	row->external_id = str_or_null(row->external_id);
	if (in->roles.n || cleared(in, "roles")) {
		struct str bad;
		if (!roles_clean(c->arena, in->roles.v, in->roles.n, &row->roles, &bad))
			fail_field(c, S("roles"), "“%.*s” is no role", STR_ARG(utf8_clip(bad, 40)));
	}
	TRY(check_links(c, in, row));
	return fields_ok(c);
}

/* An address for a contact: clean, and nobody else's. */
static enum err own_address(struct ctx *c, struct str typed, int64_t own_id, struct str *ret)
{
	enum err e = address_clean(c, typed, ret);
	if (e == ERR_INPUT) {
		struct fault first = c->fault;
		fault_clear(&c->fault);
		return fail_field(c, S("email"), "%s", first.message);
	}
	TRY(e);
	int64_t id;
	TRY(contact_id_of_address(c, *ret, &id));
	if (id && id != own_id)
		return fail_field(c, S("email"), "%.*s is an address of contact %lld already: merge the two, if they are one person",
				  STR_ARG(utf8_clip(*ret, 60)), (long long)id);
	return OK;
}

static enum err contact_create(struct ctx *c, const struct contact_in *in)
{
	struct contact_by_id_row row = { .name = S(""), .roles = S(""), .zone = S(""), .language = S(""), .notes = S("") };
	if (str_empty(in->email) && str_empty(in->name))
		return fail_field(c, S("email"), "Give an address, or at least a name");
	TRY(lay_over(c, in, &row));
	if (!str_empty(in->email)) {
		TRY(own_address(c, in->email, 0, &row.email));
		/* The address may have been a further one of nobody. */
		if (!row.name.n)
			row.name = name_from_address(c->arena, row.email);
		if (!row.organisation_id.set) {
			struct str local, domain;
			int64_t org;
			bool known;
			str_cut(row.email, '@', &local, &domain);
			TRY(organisation_by_domain(c, domain, &org, &known));
			if (known)
				row.organisation_id = SOME(org);
		}
	}
	if (!row.kind.p)
		TRY(contact_guess_kind(c, str_or_empty(row.email), row.organisation_id.set ? row.organisation_id.v : 0, &row.kind));
	TRY(contact_insert(c, &row));
	json_ki64(c->out, "contact", row.id);
	return OK;
}
COMMAND_RUN(contact_create)

const struct command contact_create_cmd = {
	.name = "contact.create", .help = "Add a person of a customer", FIELDS(create_fields, struct contact_in), .need = CAN_NOTE,
	.run = RUN(contact_create),
};

static enum err address_event(struct ctx *c, const char *kind, int64_t id, struct str data)
{
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "contact_address", .entity_id = id, .data = data }, NULL);
}

enum err contact_take_address(struct ctx *c, int64_t contact_id, struct str email)
{
	struct contact_address_by_email_row before;
	bool known;
	TRY(contact_address_by_email(c->db, c->arena, &before, &known, .email = email));
	if (!known) {
		struct contact_address_add_row added;
		TRY(contact_address_add(c->db, c->arena, &added, .email = email, .contact_id = SOME(contact_id)));
		struct contact_address_by_email_row row = { .id = added.id, .email = email, .contact_id = SOME(contact_id) };
		return address_event(c, "contact.address_added", row.id, fold_set_all(c->arena, &contact_address_rows_stmt, &row));
	}
	struct contact_address_by_email_row after = before;
	after.contact_id = SOME(contact_id);
	struct str diff = fold_set_diff(c->arena, &contact_address_rows_stmt, &before, &after);
	if (!diff.p)
		return OK;
	TRY(contact_address_put(c->db, .id = after.id, .contact_id = after.contact_id));
	return address_event(c, "contact.address_added", after.id, diff);
}

static enum err drop_address(struct ctx *c, const struct contact_address_by_email_row *before)
{
	struct contact_address_by_email_row after = *before;
	after.contact_id = NONE;
	TRY(contact_address_put(c->db, .id = after.id));
	return address_event(c, "contact.address_removed", after.id,
			     fold_set_diff(c->arena, &contact_address_rows_stmt, before, &after));
}

static enum err contact_update(struct ctx *c, const struct contact_in *in)
{
	struct contact_by_id_row before;
	TRY(contact_read(c, in->contact, &before));
	if (before.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "This contact was merged into contact %lld: change that one", (long long)before.merged_into_id.v);
	struct contact_by_id_row after = before;
	TRY(lay_over(c, in, &after));
	if (!str_empty(in->email)) {
		TRY(own_address(c, in->email, after.id, &after.email));
		struct contact_of_address_row holder;
		bool held;
		TRY(contact_of_address(c->db, c->arena, &holder, &held, .email = after.email));
		if (held && holder.id != after.id)
			return fail_field(c, S("email"), "That address stays with contact %lld, which was merged into this one: undo the merge first",
					  (long long)holder.id);
		struct contact_address_by_email_row further;
		bool known;
		TRY(contact_address_by_email(c->db, c->arena, &further, &known, .email = after.email));
		if (known && further.contact_id.set && further.contact_id.v == after.id)
			TRY(drop_address(c, &further));
		if (before.email.p && !str_eq(before.email, after.email))
			TRY(contact_take_address(c, after.id, before.email));
		/* A new address deserves a new try. */
		if (!str_eq(str_or_empty(before.email), after.email)) {
			after.mail_state = S("ok");
			after.mail_reason = STR_NULL;
		}
	}
	TRY(contact_write(c, &before, &after, "contact.changed", STR_NULL));
	json_ki64(c->out, "contact", after.id);
	json_kstr(c->out, "said", S("Saved"));
	return OK;
}
COMMAND_RUN(contact_update)

const struct command contact_update_cmd = {
	.name = "contact.update", .help = "Change what is known about a contact; what is not given stays",
	FIELDS(update_fields, struct contact_in), .need = CAN_NOTE, .run = RUN(contact_update),
};

/* ---- addresses ---- */

struct address_in {
	int64_t contact;
	struct str email;
};
static const struct field address_fields[] = {
	FIELD(struct address_in, contact, FIELD_ID, .required = true, .help = "the contact's id", .positional = true),
	FIELD(struct address_in, email, FIELD_EMAIL, .required = true, .help = "a further address of theirs", .positional = true),
};

static enum err contact_address_add_run(struct ctx *c, const struct address_in *in)
{
	struct contact_by_id_row row;
	TRY(contact_read(c, in->contact, &row));
	if (row.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "This contact was merged into contact %lld: add it there", (long long)row.merged_into_id.v);
	struct str email;
	int64_t owner;
	TRY(own_address(c, in->email, row.id, &email));
	TRY(contact_id_of_address(c, email, &owner));
	if (!owner)
		TRY(contact_take_address(c, row.id, email));
	json_ki64(c->out, "contact", row.id);
	return OK;
}
COMMAND_RUN(contact_address_add_run)

const struct command contact_address_add_cmd = {
	.name = "contact.address_add", .help = "Note a further address of a contact", FIELDS(address_fields, struct address_in),
	.need = CAN_NOTE, .run = RUN(contact_address_add_run),
};

static enum err contact_address_remove(struct ctx *c, const struct address_in *in)
{
	struct str email;
	TRY(address_clean(c, in->email, &email));
	struct contact_address_by_email_row before;
	bool known;
	TRY(contact_address_by_email(c->db, c->arena, &before, &known, .email = email));
	if (!known || !before.contact_id.set || before.contact_id.v != in->contact)
		return fail(c, ERR_NOT_FOUND, "%.*s is no further address of this contact (the first one can be changed, not removed)",
			    STR_ARG(utf8_clip(email, 80)));
	TRY(drop_address(c, &before));
	json_ki64(c->out, "contact", in->contact);
	return OK;
}
COMMAND_RUN(contact_address_remove)

const struct command contact_address_remove_cmd = {
	.name = "contact.address_remove", .help = "Take a further address away from a contact", FIELDS(address_fields, struct address_in),
	.need = CAN_NOTE, .run = RUN(contact_address_remove),
};
