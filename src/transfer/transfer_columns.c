/* transfer_columns.c: a ticket's columns as the format knows them, and names that hold outside this desk. */
#include "transfer/transfer.h"

#include "account/account_parts.h"
#include "ticket/ticket.h"

#include "transfer.sql.h"

#include <stdlib.h>

#include "base/banned.h"

const struct feature transfer_feature = { .name = "transfer" };

#define AT(member) offsetof(struct ticket_get_row, member)
const struct transfer_column transfer_columns[] = {
	{ "subject", "subject", TRANSFER_STR, AT(subject), true },
	{ "status", "status", TRANSFER_STR, AT(status), true },
	{ "kind", "kind", TRANSFER_STR, AT(kind), true },
	{ "severity", "severity", TRANSFER_INT, AT(severity), false },
	{ "priority", "priority", TRANSFER_STR, AT(priority), false },
	{ "effort", "effort", TRANSFER_STR, AT(effort), false },
	{ "requester", "requester_id", TRANSFER_CONTACT, AT(requester_id), false },
	{ "organisation", "organisation_id", TRANSFER_ORGANISATION, AT(organisation_id), false },
	{ "assignee", "assignee_id", TRANSFER_TEAMMATE, AT(assignee_id), false },
	{ "team", "team_id", TRANSFER_TEAM, AT(team_id), false },
	{ "origin", "origin", TRANSFER_STR, AT(origin), true },
	{ "origin_url", "origin_url", TRANSFER_STR, AT(origin_url), false },
	{ "inbound", "inbound", TRANSFER_STR, AT(inbound), false },
	{ "deployment", "deployment", TRANSFER_STR, AT(deployment), false },
	{ "version", "version", TRANSFER_STR, AT(version), false },
	{ "suspend_reason", "suspend_reason", TRANSFER_STR, AT(suspend_reason), false },
	{ "before_status", "before_status", TRANSFER_STR, AT(before_status), false },
	{ "before_assignee", "before_assignee_id", TRANSFER_TEAMMATE, AT(before_assignee_id), false },
	{ "promised_at", "promised_us", TRANSFER_TIME, AT(promised_us), false },
};
const size_t transfer_n_columns = ARRAY_LEN(transfer_columns);

static struct str own_name(struct arena *a, const char *what, int64_t id)
{
	return arena_fmt(a, "tend:%s:%lld", what, (long long)id);
}

enum err transfer_name_of(struct ctx *c, enum transfer_type type, int64_t id, struct str *ret)
{
	bool found = false;
	*ret = STR_NULL;
	switch (type) {
	case TRANSFER_CONTACT: {
		struct transfer_ext_contact_row row;
		TRY(transfer_ext_contact(c->db, c->arena, &row, &found, .id = id));
		if (found)
			*ret = row.external_id.p ? row.external_id : own_name(c->arena, "contact", id);
		return OK;
	}
	case TRANSFER_ORGANISATION: {
		struct transfer_ext_org_row row;
		TRY(transfer_ext_org(c->db, c->arena, &row, &found, .id = id));
		if (found)
			*ret = row.external_id.p ? row.external_id : own_name(c->arena, "organisation", id);
		return OK;
	}
	case TRANSFER_TEAMMATE: {
		struct transfer_ext_teammate_row row;
		TRY(transfer_ext_teammate(c->db, c->arena, &row, &found, .id = id));
		if (found)
			*ret = row.email;
		return OK;
	}
	case TRANSFER_TEAM: {
		struct transfer_ext_team_row row;
		TRY(transfer_ext_team(c->db, c->arena, &row, &found, .id = id));
		if (found)
			*ret = row.slug;
		return OK;
	}
	case TRANSFER_STR:
	case TRANSFER_INT:
	case TRANSFER_TIME:
		break;
	}
	return OK;
}

enum err transfer_ticket_name(struct ctx *c, int64_t id, struct str *ret)
{
	struct transfer_ext_ticket_row row;
	bool found;
	TRY(transfer_ext_ticket(c->db, c->arena, &row, &found, .id = id));
	*ret = !found ? STR_NULL : row.external_id.p ? row.external_id : own_name(c->arena, "ticket", id);
	return OK;
}

/* A name that a file of this desk gave one of its own rows (transfer_own). */
static enum err find_own(struct ctx *c, struct str type, struct str name, int64_t *ret_id, bool *ret_found)
{
	struct carried_row_of_row row;
	TRY(carried_row_of(c->db, c->arena, &row, ret_found, .type = type, .name = name));
	*ret_id = row.row_id;
	return OK;
}

enum err transfer_own(struct ctx *c, struct str type, struct str name, utime created_us, int64_t *ret_id, bool *ret_found)
{
	struct transfer_own_row_row row = { 0 };
	struct str head = arena_fmt(c->arena, "tend:%.*s:", STR_ARG(type));
	*ret_found = false;
	if (!str_starts(name, head) || !str_i64(str_slice(name, head.n, name.n), ret_id))
		return OK;
	bool found;
	TRY(transfer_own_row(c->db, c->arena, &row, &found, .type = type, .id = *ret_id));
	*ret_found = found && row.created_us == created_us;
	return *ret_found ? carried_name_add(c->db, .type = type, .row_id = *ret_id, .name = name, .finished = true) : OK;
}

enum err transfer_find(struct ctx *c, enum transfer_type type, struct str name, int64_t *ret_id, bool *ret_found)
{
	*ret_found = false;
	switch (type) {
	case TRANSFER_CONTACT: {
		struct contact_by_external_row row;
		TRY(contact_by_external(c->db, c->arena, &row, ret_found, .external_id = name));
		*ret_id = row.id;
		if (!*ret_found && str_find_ch(name, '@') < 0)
			return find_own(c, S("contact"), name, ret_id, ret_found);
		if (*ret_found)
			return OK;
		/* Other desks' files may name people by address. */
		struct contact k;
		TRY(contact_by_address(c, name, &k, ret_found));
		if (*ret_found)
			*ret_id = k.id;
		return OK;
	}
	case TRANSFER_ORGANISATION: {
		struct org_by_external_row row;
		TRY(org_by_external(c->db, c->arena, &row, ret_found, .external_id = name));
		*ret_id = row.id;
		return *ret_found ? OK : find_own(c, S("organisation"), name, ret_id, ret_found);
	}
	case TRANSFER_TEAMMATE: {
		struct org_teammate_by_email_row row;
		TRY(org_teammate_by_email(c->db, c->arena, &row, ret_found, .email = name));
		*ret_id = row.id;
		return OK;
	}
	case TRANSFER_TEAM: {
		struct transfer_team_by_slug_row row;
		TRY(transfer_team_by_slug(c->db, c->arena, &row, ret_found, .slug = name));
		*ret_id = row.id;
		return OK;
	}
	case TRANSFER_STR:
	case TRANSFER_INT:
	case TRANSFER_TIME:
		break;
	}
	return OK;
}

enum err transfer_find_ticket(struct ctx *c, struct str name, int64_t *ret_id, bool *ret_found)
{
	struct ticket_by_external_row row;
	TRY(ticket_by_external(c->db, c->arena, &row, ret_found, .external_id = name));
	*ret_id = row.id;
	return *ret_found ? OK : find_own(c, S("ticket"), name, ret_id, ret_found);
}
