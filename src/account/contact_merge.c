/* contact_merge.c: two contacts that are one person, and the ways out of mistakes: unmerge, put away, bring back, try mail again.
 *
 * A merge writes one pointer and fills gaps of the one that stays; the event keeps what was filled, so that undoing it days later takes
 * back exactly that, and only where nobody has changed it since. */
#include "account/account_parts.h"
#include "base/utf8.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

struct merge_in {
	int64_t from, into;
	struct str reason;
};
static const struct field merge_fields[] = {
	FIELD(struct merge_in, from, FIELD_ID, .required = true, .help = "the contact that goes up in the other", .positional = true),
	FIELD(struct merge_in, into, FIELD_ID, .required = true, .help = "the contact that stays", .positional = true),
	FIELD(struct merge_in, reason, FIELD_STR, .max = 300, .help = "why, for its history"),
};

/* Lays what `from` knows into the gaps of `into`. */
static enum err fill_gaps(struct ctx *c, const struct contact_by_id_row *from, struct contact_by_id_row *into)
{
	if (!into->organisation_id.set)
		into->organisation_id = from->organisation_id;
	if (!into->zone.n)
		into->zone = from->zone;
	if (!into->language.n)
		into->language = from->language;
	if (!into->notes.n)
		into->notes = from->notes;
	struct str *a, *b, bad;
	size_t n_a = split_list(c->arena, into->roles, &a), n_b = split_list(c->arena, from->roles, &b);
	struct str *all = arena_array(c->arena, struct str, n_a + n_b + 1);
	for (size_t i = 0; i < n_a; i++)
		all[i] = a[i];
	for (size_t i = 0; i < n_b; i++)
		all[n_a + i] = b[i];
	if (!roles_clean(c->arena, all, n_a + n_b, &into->roles, &bad))
		return fail(c, ERR_BUG, "contact %lld has an unknown role", (long long)from->id);
	return OK;
}

static void gap(struct json_out *j, const char *name, struct str before, struct str after)
{
	if (str_eq(before, after))
		return;
	json_key(j, name);
	json_arr(j);
	json_str(j, before);
	json_str(j, after);
	json_arr_end(j);
}

static struct str merged_data(struct ctx *c, int64_t from, const struct contact_by_id_row *before, const struct contact_by_id_row *after)
{
	struct json_out j;
	json_init(&j, c->arena, 512 << 10);
	json_obj(&j);
	json_ki64(&j, "from", from);
	json_ki64(&j, "into", after->id);
	json_key(&j, "set");
	json_obj(&j);
	json_ki64(&j, "merged_into_id", after->id);
	json_obj_end(&j);
	json_key(&j, "filled");
	json_obj(&j);
	if (!before->organisation_id.set && after->organisation_id.set)
		json_ki64(&j, "organisation_id", after->organisation_id.v);
	gap(&j, "zone", before->zone, after->zone);
	gap(&j, "language", before->language, after->language);
	gap(&j, "notes", before->notes, after->notes);
	gap(&j, "roles", before->roles, after->roles);
	json_obj_end(&j);
	json_obj_end(&j);
	return json_done(&j);
}

static enum err contact_merge(struct ctx *c, const struct merge_in *in)
{
	struct contact_by_id_row from, before;
	TRY(contact_read(c, in->from, &from));
	TRY(contact_read(c, in->into, &before));
	if (from.id == before.id)
		return fail_field(c, S("into"), "Choose another contact: this is the same one");
	if (from.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "Contact %lld was merged into contact %lld already", (long long)from.id,
			    (long long)from.merged_into_id.v);
	if (before.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "Contact %lld was merged into contact %lld: merge into that one", (long long)before.id,
			    (long long)before.merged_into_id.v);
	if (before.deleted_us.set)
		return fail(c, ERR_CONFLICT, "Contact %lld was put away: restore it first", (long long)before.id);
	struct contact_by_id_row after = before;
	TRY(fill_gaps(c, &from, &after));
	TRY(contact_write(c, &before, &after, "contact.changed", S("filled from the contact merged into it")));
	from.merged_into_id = SOME(after.id);
	TRY(contact_put_row(c, &from));
	TRY(event_append(c, &(struct event_new){ .kind = "contact.merged", .entity = "contact", .entity_id = from.id,
						 .data = merged_data(c, from.id, &before, &after),
						 .reason = str_or_null(in->reason) }, NULL));
	json_ki64(c->out, "contact", after.id);
	json_ki64(c->out, "merged", from.id);
	json_kstr(c->out, "said", S("Merged: addresses and tickets follow"));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/contact.unmerge?contact=%lld", (long long)from.id));
	return OK;
}
COMMAND_RUN(contact_merge)

const struct command contact_merge_cmd = {
	.name = "contact.merge", .help = "Join two contacts that are one person: addresses and tickets follow; it can be undone",
	FIELDS(merge_fields, struct merge_in), .need = CAN_REPLY, .run = RUN(contact_merge),
};

/* ---- undo ---- */

static void take_back(struct arena *a, json_t *filled, const char *name, struct str *column)
{
	json_t *pair = json_object_get(filled, name);
	const char *was = json_string_value(json_array_get(pair, 0)), *became = json_string_value(json_array_get(pair, 1));
	if (was && became && str_eq(*column, str_c(became)))
		*column = arena_str(a, str_c(was));
}

struct contact_only_in {
	int64_t contact;
	struct str reason;
};
static const struct field contact_only_fields[] = {
	FIELD(struct contact_only_in, contact, FIELD_ID, .required = true, .help = "the contact's id", .positional = true),
	FIELD(struct contact_only_in, reason, FIELD_STR, .max = 300, .help = "why, for its history"),
};

static enum err contact_unmerge(struct ctx *c, const struct contact_only_in *in)
{
	struct contact_by_id_row from, before;
	TRY(contact_read(c, in->contact, &from));
	if (!from.merged_into_id.set)
		return fail(c, ERR_CONFLICT, "Contact %lld is not merged into another one", (long long)from.id);
	TRY(contact_read(c, from.merged_into_id.v, &before));
	struct contact_merge_event_row merged;
	bool found;
	TRY(contact_merge_event(c->db, c->arena, &merged, &found, .id = from.id));
	if (!found)
		return fail(c, ERR_BUG, "contact %lld is merged, but no event says so", (long long)from.id);
	struct contact_by_id_row after = before;
	json_error_t why;
	json_t *data = json_loadb(merged.data.p, merged.data.n, 0, &why);
	json_t *filled = json_object_get(data, "filled");
	json_t *org = json_object_get(filled, "organisation_id");
	if (json_is_integer(org) && after.organisation_id.set && after.organisation_id.v == json_integer_value(org))
		after.organisation_id = NONE;
	take_back(c->arena, filled, "zone", &after.zone);
	take_back(c->arena, filled, "language", &after.language);
	take_back(c->arena, filled, "notes", &after.notes);
	take_back(c->arena, filled, "roles", &after.roles);
	json_decref(data);
	TRY(contact_write(c, &before, &after, "contact.changed", S("the merge that filled it was undone")));
	from.merged_into_id = NONE;
	TRY(contact_put_row(c, &from));
	TRY(event_append(c, &(struct event_new){
			.kind = "contact.unmerged", .entity = "contact", .entity_id = from.id, .reason = str_or_null(in->reason),
			.data = arena_fmt(c->arena, "{\"from\":%lld,\"into\":%lld,\"merged_seq\":%lld,\"set\":{\"merged_into_id\":null}}",
					  (long long)from.id, (long long)after.id, (long long)merged.seq) }, NULL));
	json_ki64(c->out, "contact", from.id);
	json_ki64(c->out, "was_in", after.id);
	json_kstr(c->out, "said", S("They are two people again"));
	return OK;
}
COMMAND_RUN(contact_unmerge)

const struct command contact_unmerge_cmd = {
	.name = "contact.unmerge", .help = "Undo a merge: the two are two people again, each with their own addresses and tickets",
	FIELDS(contact_only_fields, struct contact_only_in), .need = CAN_REPLY, .run = RUN(contact_unmerge),
};

/* ---- put away, bring back, try mail again ---- */

static enum err contact_delete(struct ctx *c, const struct contact_only_in *in)
{
	struct contact_by_id_row before;
	TRY(contact_read(c, in->contact, &before));
	struct contact_by_id_row after = before;
	if (!after.deleted_us.set)
		after.deleted_us = SOME(c->now_us);
	TRY(contact_write(c, &before, &after, "contact.deleted", in->reason));
	json_ki64(c->out, "contact", after.id);
	json_kstr(c->out, "said", S("Put away"));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/contact.restore?contact=%lld", (long long)after.id));
	return OK;
}
COMMAND_RUN(contact_delete)

const struct command contact_delete_cmd = {
	.name = "contact.delete", .help = "Put a contact away; their tickets stay, and they come back when they write again",
	FIELDS(contact_only_fields, struct contact_only_in), .need = CAN_LEAD, .run = RUN(contact_delete),
};

static enum err contact_restore(struct ctx *c, const struct contact_only_in *in)
{
	struct contact_by_id_row before;
	TRY(contact_read(c, in->contact, &before));
	struct contact_by_id_row after = before;
	after.deleted_us = NONE;
	TRY(contact_write(c, &before, &after, "contact.restored", in->reason));
	json_ki64(c->out, "contact", after.id);
	return OK;
}
COMMAND_RUN(contact_restore)

const struct command contact_restore_cmd = {
	.name = "contact.restore", .help = "Bring back a contact that was put away", FIELDS(contact_only_fields, struct contact_only_in),
	.need = CAN_LEAD, .run = RUN(contact_restore),
};

static enum err contact_mail_works(struct ctx *c, const struct contact_only_in *in)
{
	struct contact_by_id_row row;
	TRY(contact_read(c, in->contact, &row));
	TRY(contact_set_bouncing(c, row.id, false, in->reason));
	json_ki64(c->out, "contact", row.id);
	return OK;
}
COMMAND_RUN(contact_mail_works)

const struct command contact_mail_works_cmd = {
	.name = "contact.mail_works", .help = "Say that mail reaches a contact again whose mailbox had refused it",
	FIELDS(contact_only_fields, struct contact_only_in), .need = CAN_REPLY, .run = RUN(contact_mail_works),
};
