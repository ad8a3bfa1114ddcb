/* account_import.c: planning and applying a table of organisations or contacts; see account_import.h. The commands and the stored uploads are
 * in account_upload.c. */
#include "account/account_import.h"

#include "account/csv.h"
#include "base/civil.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

const char *import_does_name(enum import_does d)
{
	static const char *const names[] = { "create", "change", "nothing", "wrong" };
	return d < IMPORT_DOES_COUNT ? names[d] : "";
}

enum column {
	COL_NAME, COL_EXTERNAL_ID, COL_ZONE, COL_NOTES, COL_DOMAINS, COL_TIER, COL_PLAN, COL_STAGE, COL_STRATEGIC, COL_SEGMENT, COL_DEPLOYMENT,
	COL_VERSION, COL_TELEMETRY, COL_ASSIGNED, COL_BACKUP, COL_AE, COL_CE, COL_TA, COL_EMAIL, COL_ADDRESSES, COL_ORGANISATION, COL_KIND,
	COL_ROLES, COL_LANGUAGE, COL_COUNT, COL_NONE = COL_COUNT
};
enum { FOR_ORGANISATIONS = 1, FOR_CONTACTS = 2 };

static const struct {
	const char *name;
	const char *also;          /* another heading that means the same */
	unsigned for_kinds;
	size_t max;
	const char *const *choices;
} columns[COL_COUNT] = {
	[COL_NAME] = { "name", "full name", FOR_ORGANISATIONS | FOR_CONTACTS, 200, NULL },
	[COL_EXTERNAL_ID] = { "external_id", "id", FOR_ORGANISATIONS | FOR_CONTACTS, 120, NULL },
	[COL_ZONE] = { "zone", "time zone", FOR_ORGANISATIONS | FOR_CONTACTS, 60, NULL },
	[COL_NOTES] = { "notes", "note", FOR_ORGANISATIONS | FOR_CONTACTS, 65536, NULL },
	[COL_DOMAINS] = { "domains", "domain", FOR_ORGANISATIONS, 4000, NULL },
	[COL_TIER] = { "tier", NULL, FOR_ORGANISATIONS, 40, org_tiers },
	[COL_PLAN] = { "plan", NULL, FOR_ORGANISATIONS, 80, NULL },
	[COL_STAGE] = { "stage", "lifecycle", FOR_ORGANISATIONS, 40, org_stages },
	[COL_STRATEGIC] = { "strategic", NULL, FOR_ORGANISATIONS, 10, yes_no },
	[COL_SEGMENT] = { "segment", NULL, FOR_ORGANISATIONS, 40, org_segments },
	[COL_DEPLOYMENT] = { "deployment", "deployment type", FOR_ORGANISATIONS, 40, org_deployments },
	[COL_VERSION] = { "version", NULL, FOR_ORGANISATIONS, 60, NULL },
	[COL_TELEMETRY] = { "telemetry", NULL, FOR_ORGANISATIONS, 40, org_telemetries },
	[COL_ASSIGNED] = { "assigned", "assigned engineer", FOR_ORGANISATIONS, 320, NULL },
	[COL_BACKUP] = { "backup", "backup engineer", FOR_ORGANISATIONS, 320, NULL },
	[COL_AE] = { "ae", "account executive", FOR_ORGANISATIONS, 320, NULL },
	[COL_CE] = { "ce", "customer engineer", FOR_ORGANISATIONS, 320, NULL },
	[COL_TA] = { "ta", "technical advisor", FOR_ORGANISATIONS, 320, NULL },
	[COL_EMAIL] = { "email", "e-mail", FOR_CONTACTS, 320, NULL },
	[COL_ADDRESSES] = { "addresses", "other emails", FOR_CONTACTS, 4000, NULL },
	[COL_ORGANISATION] = { "organisation", "organization", FOR_CONTACTS, 255, NULL },
	[COL_KIND] = { "kind", NULL, FOR_CONTACTS, 40, contact_kinds },
	[COL_ROLES] = { "roles", "role", FOR_CONTACTS, 400, NULL },
	[COL_LANGUAGE] = { "language", NULL, FOR_CONTACTS, 35, NULL },
};

/* Texts that stood in the file already, with their lines: the second row about the same thing is wrong, in the plan and when applied alike. */
struct seen {
	struct seen_item {
		struct str key;
		int64_t line;
		bool namesake;       /* others may have the same: they are told apart by external_id */
	} *v;
	size_t n, cap;
};

struct import {
	struct ctx *c;
	unsigned for_kind;
	bool write;
	enum column of_cell[CSV_COLUMNS_MAX];
	size_t n_cells;
	struct seen seen;
	struct arena *keep;          /* what outlives a row */
	/* the row at hand */
	int64_t line;
	struct str v[COL_COUNT];     /* trimmed; n == 0 = nothing given */
	struct str bad_column, bad;  /* bad.p = something is wrong */
	struct buf what;
};

static bool wrong(struct import *im, enum column col, struct str sentence)
{
	if (!im->bad.p) {
		im->bad = sentence;
		im->bad_column = col < COL_COUNT ? str_c(columns[col].name) : S("");
	}
	return false;
}

/* Takes the ctx's fault as the row's, when it is one that the file's writer can mend. */
static enum err wrong_by_fault(struct import *im, enum column col, enum err e)
{
	if (e != ERR_INPUT && e != ERR_CONFLICT)
		return e;
	wrong(im, col, arena_str(im->c->arena, str_c(im->c->fault.message)));
	fault_clear(&im->c->fault);
	return OK;
}

static void saw_grow(struct import *im)
{
	struct seen old = im->seen;
	im->seen.cap = old.cap ? old.cap * 2 : 1024;
	im->seen.v = arena_array(im->keep, struct seen_item, im->seen.cap);
	for (size_t i = 0; i < old.cap; i++) {
		if (!old.v[i].key.p)
			continue;
		size_t at = str_hash(old.v[i].key) & (im->seen.cap - 1);
		while (im->seen.v[at].key.p)
			at = (at + 1) & (im->seen.cap - 1);
		im->seen.v[at] = old.v[i];
	}
}

/* Remembers "what:value"; says so when an earlier row had the same (unless both are namesakes). */
static void saw(struct import *im, enum column col, const char *what, struct str value, bool namesake)
{
	if (im->seen.n * 2 >= im->seen.cap)
		saw_grow(im);
	struct str key = arena_fmt(im->keep, "%s:%.*s", what, STR_ARG(value));
	size_t at = str_hash(key) & (im->seen.cap - 1);
	for (; im->seen.v[at].key.p; at = (at + 1) & (im->seen.cap - 1)) {
		if (!str_eq(im->seen.v[at].key, key))
			continue;
		if (im->seen.v[at].line != im->line && !(namesake && im->seen.v[at].namesake))
			wrong(im, col, arena_fmt(im->c->arena, "line %lld has the same %s, %.*s", (long long)im->seen.v[at].line, what,
						 STR_ARG(utf8_clip(value, 80))));
		return;
	}
	im->seen.v[at] = (struct seen_item){ key, im->line, namesake };
	im->seen.n++;
}

static struct str squeeze(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		p[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch == ' ' || ch == '-' ? '_' : ch;
	}
	return (struct str){ p, s.n };
}

static bool heading_is(struct arena *a, struct str heading, const char *name)
{
	return name && str_eq(squeeze(a, heading), squeeze(a, str_c(name)));
}

static enum err read_heading(struct import *im, const struct csv_row *row, struct str *ret_ignored)
{
	struct buf ignored;
	buf_init(&ignored, im->keep, 4096);
	bool any = false;
	uint64_t have = 0;
	im->n_cells = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct str h = str_trim(row->cells[i]);
		im->of_cell[i] = COL_NONE;
		for (enum column col = 0; col < COL_COUNT; col++)
			if ((columns[col].for_kinds & im->for_kind) &&
			    (heading_is(im->c->arena, h, columns[col].name) || heading_is(im->c->arena, h, columns[col].also)))
				im->of_cell[i] = col;
		if (im->of_cell[i] == COL_NONE && h.n)
			buf_fmt(&ignored, "%s%.*s", ignored.n ? ", " : "", STR_ARG(utf8_clip(h, 60)));
		if (im->of_cell[i] == COL_NONE)
			continue;
		if (have & (UINT64_C(1) << im->of_cell[i]))
			return fail(im->c, ERR_INPUT, "The column “%s” stands twice", columns[im->of_cell[i]].name);
		have |= UINT64_C(1) << im->of_cell[i];
		any = true;
	}
	*ret_ignored = ignored.n ? buf_str(&ignored) : S("");
	bool name = have & (UINT64_C(1) << COL_NAME), email = have & (UINT64_C(1) << COL_EMAIL);
	if (!any || (im->for_kind == FOR_ORGANISATIONS && !name))
		return fail(im->c, ERR_INPUT, "The first line must name the columns, “name” among them (also: domains, tier, plan, stage, "
			    "strategic, segment, deployment, version, telemetry, zone, notes, assigned, backup, ae, ce, ta, external_id)");
	if (im->for_kind == FOR_CONTACTS && !email)
		return fail(im->c, ERR_INPUT, "The first line must name the columns, “email” among them (also: name, organisation, kind, "
			    "roles, zone, language, notes, addresses, external_id)");
	return OK;
}

/* "Post-Sales" → "post_sales". */
static void check_choice(struct import *im, enum column col)
{
	struct str s = squeeze(im->c->arena, im->v[col]);
	if (col == COL_STRATEGIC) {
		if (str_eq(s, S("true")) || str_eq(s, S("1")) || str_eq(s, S("y")) || str_eq(s, S("x")))
			s = S("yes");
		else if (str_eq(s, S("false")) || str_eq(s, S("0")) || str_eq(s, S("n")))
			s = S("no");
	}
	if (one_of(columns[col].choices, s)) {
		im->v[col] = s;
		return;
	}
	struct buf b;
	buf_init(&b, im->c->arena, 600);
	buf_fmt(&b, "“%.*s” is none of: ", STR_ARG(utf8_clip(im->v[col], 60)));
	for (const char *const *p = columns[col].choices; *p; p++)
		buf_fmt(&b, "%s%s", p == columns[col].choices ? "" : ", ", *p);
	wrong(im, col, buf_str(&b));
}

static void take_cells(struct import *im, const struct csv_row *row)
{
	memset(im->v, 0, sizeof(im->v));
	im->bad = im->bad_column = STR_NULL;
	im->line = row->line;
	buf_init(&im->what, im->c->arena, 400);
	if (row->bad) {
		wrong(im, row->bad_cell < im->n_cells ? im->of_cell[row->bad_cell] : COL_NONE, str_c(row->bad));
		return;
	}
	for (size_t i = 0; i < row->n && i < im->n_cells; i++) {
		enum column col = im->of_cell[i];
		if (col == COL_NONE)
			continue;
		im->v[col] = str_trim(csv_unguard(row->cells[i]));
		if (im->v[col].n > columns[col].max)
			wrong(im, col, arena_fmt(im->c->arena, "too long: at most %zu bytes", columns[col].max));
		for (size_t k = 0; k < im->v[col].n; k++) {
			unsigned char ch = (unsigned char)im->v[col].p[k];
			if (ch < ' ' && !(col == COL_NOTES && (ch == '\n' || ch == '\t' || ch == '\r')) && ch != '\n' && ch != '\r' && ch != '\t')
				wrong(im, col, S("there is a control character in it"));
		}
		if (im->v[col].n && columns[col].choices)
			check_choice(im, col);
	}
	for (size_t i = im->n_cells; i < row->n; i++)
		if (str_trim(row->cells[i]).n)
			wrong(im, COL_NONE, S("there are more cells than headings: is a cell with a separator in it not in quotes?"));
	if (im->v[COL_ZONE].n && !zone_find(im->v[COL_ZONE]))
		wrong(im, COL_ZONE, arena_fmt(im->c->arena, "“%.*s” is no time zone: write it like Europe/Berlin",
					      STR_ARG(utf8_clip(im->v[COL_ZONE], 60))));
}

static void says(struct import *im, enum column col)
{
	buf_fmt(&im->what, "%s%s", im->what.n ? ", " : "", columns[col].name);
}

/* Puts a given cell into the row's column. */
static void put(struct import *im, enum column col, struct str *column)
{
	if (!im->v[col].n || str_eq(*column, im->v[col]))
		return;
	*column = im->v[col];
	says(im, col);
}

static enum err teammate(struct import *im, enum column col, int64_t *ret_id)
{
	*ret_id = 0;
	if (!im->v[col].n)
		return OK;
	struct str email;
	enum err e = address_clean(im->c, im->v[col], &email);
	if (e != OK)
		return wrong_by_fault(im, col, e);
	struct org_teammate_by_email_row t;
	bool found;
	TRY(org_teammate_by_email(im->c->db, im->c->arena, &t, &found, .email = email));
	if (found)
		*ret_id = t.id;
	else
		wrong(im, col, arena_fmt(im->c->arena, "no teammate has the address %.*s", STR_ARG(utf8_clip(email, 80))));
	return OK;
}

static enum err put_teammate(struct import *im, enum column col, struct opt_i64 *column)
{
	int64_t id;
	TRY(teammate(im, col, &id));
	if (id && !(column->set && column->v == id)) {
		*column = SOME(id);
		says(im, col);
	}
	return OK;
}

/* ---- organisations ---- */

static enum err find_organisation(struct import *im, const struct str *domains, size_t n_domains, int64_t *ret_id)
{
	struct ctx *c = im->c;
	bool found = false;
	*ret_id = 0;
	if (im->v[COL_EXTERNAL_ID].n) {
		struct org_by_external_row row;
		TRY(org_by_external(c->db, c->arena, &row, &found, .external_id = im->v[COL_EXTERNAL_ID]));
		if (found)
			*ret_id = row.id;
	}
	for (size_t i = 0; i < n_domains; i++) {
		struct org_domain_holder_row row;
		TRY(org_domain_holder(c->db, c->arena, &row, &found, .domain = domains[i]));
		if (!found)
			continue;
		if (*ret_id && *ret_id != row.id)
			wrong(im, COL_DOMAINS, arena_fmt(c->arena, "%.*s belongs to %.*s", STR_ARG(domains[i]), STR_ARG(utf8_clip(row.name, 80))));
		else
			*ret_id = row.id;
	}
	if (*ret_id || im->bad.p)
		return OK;
	/* By name only where nothing better was given; a namesake with another id is another one. */
	bool has_id = im->v[COL_EXTERNAL_ID].n > 0;
	saw(im, COL_NAME, "name", im->v[COL_NAME], has_id);
	if (has_id)
		return OK;
	struct org_by_name_row *same;
	size_t n;
	TRY(org_by_name(c->db, c->arena, &same, &n, .name = im->v[COL_NAME]));
	if (n > 1)
		wrong(im, COL_NAME, S("more than one organisation has this name: say which by external_id or domain"));
	else if (n == 1)
		*ret_id = same[0].id;
	return OK;
}

static enum err clean_domains(struct import *im, struct str **ret, size_t *ret_n)
{
	struct str *v;
	*ret_n = split_list(im->c->arena, im->v[COL_DOMAINS], &v);
	*ret = v;
	for (size_t i = 0; i < *ret_n; i++) {
		enum err e = domain_clean(im->c, v[i], true, &v[i]);
		if (e != OK)
			TRY(wrong_by_fault(im, COL_DOMAINS, e));
		else
			saw(im, COL_DOMAINS, "domain", v[i], false);
	}
	return OK;
}

static enum err take_parts(struct import *im, int64_t id, const struct str *domains, size_t n_domains, const int64_t people[3])
{
	static const enum column cols[] = { COL_AE, COL_CE, COL_TA };
	static const char *const parts[] = { "ae", "ce", "ta" };
	bool changed, any = false;
	for (size_t i = 0; i < n_domains; i++) {
		struct org_domain_by_name_row d;
		bool known;
		TRY(org_domain_by_name(im->c->db, im->c->arena, &d, &known, .domain = domains[i]));
		any |= !known || !d.organisation_id.set || d.organisation_id.v != id;
		if (im->write)
			TRY(org_take_domain(im->c, id, domains[i], &changed));
	}
	if (any)
		says(im, COL_DOMAINS);
	for (size_t i = 0; i < 3; i++) {
		if (!people[i])
			continue;
		struct org_person_find_row p;
		bool known;
		TRY(org_person_find(im->c->db, im->c->arena, &p, &known, .organisation_id = id, .teammate_id = people[i],
				    .part = str_c(parts[i])));
		if (!known || p.removed_us.set)
			says(im, cols[i]);
		if (im->write)
			TRY(org_take_person(im->c, id, people[i], str_c(parts[i]), &changed));
	}
	return OK;
}

static enum err organisation_row(struct import *im, struct import_row *ret)
{
	struct ctx *c = im->c;
	ret->name = im->v[COL_NAME];
	if (!im->bad.p && !im->v[COL_NAME].n)
		wrong(im, COL_NAME, S("a name is missing"));
	struct str *domains;
	size_t n_domains;
	int64_t id = 0, people[3];
	TRY(clean_domains(im, &domains, &n_domains));
	TRY(teammate(im, COL_AE, &people[0]));
	TRY(teammate(im, COL_CE, &people[1]));
	TRY(teammate(im, COL_TA, &people[2]));
	if (!im->bad.p)
		TRY(find_organisation(im, domains, n_domains, &id));
	if (im->v[COL_EXTERNAL_ID].n)
		saw(im, COL_EXTERNAL_ID, "external_id", im->v[COL_EXTERNAL_ID], false);
	struct org_by_id_row before = {
		.name = S(""), .tier = S("free"), .plan = S(""), .stage = S("none"), .segment = S("unknown"), .deployment = S("unknown"),
		.version = S(""), .telemetry = S("unknown"), .zone = S(""), .notes = S(""),
	};
	if (id)
		TRY(org_read(c, id, &before));
	struct org_by_id_row after = before;
	put(im, COL_NAME, &after.name);
	put(im, COL_EXTERNAL_ID, &after.external_id);
	put(im, COL_TIER, &after.tier);
	put(im, COL_PLAN, &after.plan);
	put(im, COL_STAGE, &after.stage);
	if (im->v[COL_STRATEGIC].n && after.strategic != str_eq(im->v[COL_STRATEGIC], S("yes"))) {
		after.strategic = !after.strategic;
		says(im, COL_STRATEGIC);
	}
	put(im, COL_SEGMENT, &after.segment);
	put(im, COL_DEPLOYMENT, &after.deployment);
	put(im, COL_VERSION, &after.version);
	put(im, COL_TELEMETRY, &after.telemetry);
	put(im, COL_ZONE, &after.zone);
	put(im, COL_NOTES, &after.notes);
	TRY(put_teammate(im, COL_ASSIGNED, &after.assigned_id));
	TRY(put_teammate(im, COL_BACKUP, &after.backup_id));
	if (after.assigned_id.set && after.backup_id.set && after.assigned_id.v == after.backup_id.v)
		wrong(im, COL_BACKUP, S("the backup must be somebody else than the assigned engineer"));
	if (after.deleted_us.set)
		wrong(im, COL_NAME, S("this organisation was put away: restore it first"));
	if (im->bad.p)
		return OK;
	if (im->write && id)
		TRY(org_write(c, &before, &after, "organisation.changed", STR_NULL));
	else if (im->write)
		TRY(org_insert(c, &after));
	TRY(take_parts(im, after.id, domains, n_domains, people));
	ret->does = !id ? IMPORT_CREATE : im->what.n ? IMPORT_CHANGE : IMPORT_NOTHING;
	return OK;
}

/* ---- contacts ---- */

static enum err organisation_named(struct import *im, struct str email, struct opt_i64 *column, bool is_new)
{
	struct ctx *c = im->c;
	struct str named = im->v[COL_ORGANISATION], d;
	int64_t id = 0;
	bool found = false;
	if (!named.n) {
		struct str local, domain;
		str_cut(email, '@', &local, &domain);
		if (is_new && email.n)
			TRY(organisation_by_domain(c, domain, &id, &found));
		if (found)
			*column = SOME(id);
		return OK;
	}
	struct org_by_external_row by_external;
	struct org_by_slug_row by_slug;
	struct org_domain_holder_row by_domain;
	struct org_by_name_row *by_name;
	size_t n;
	TRY(org_by_external(c->db, c->arena, &by_external, &found, .external_id = named));
	if (found)
		id = by_external.id;
	if (!id) {
		TRY(org_by_name(c->db, c->arena, &by_name, &n, .name = named));
		if (n > 1)
			wrong(im, COL_ORGANISATION, S("more than one organisation has this name: give its domain or external id instead"));
		id = n == 1 ? by_name[0].id : 0;
	}
	if (!id && domain_clean(c, named, false, &d) == OK) {
		TRY(org_domain_holder(c->db, c->arena, &by_domain, &found, .domain = d));
		id = found ? by_domain.id : 0;
	}
	fault_clear(&c->fault);
	if (!id) {
		TRY(org_by_slug(c->db, c->arena, &by_slug, &found, .slug = named));
		id = found ? by_slug.id : 0;
	}
	if (!id)
		wrong(im, COL_ORGANISATION, arena_fmt(c->arena, "no organisation is called “%.*s”: import organisations first",
						      STR_ARG(utf8_clip(named, 80))));
	else if (!(column->set && column->v == id)) {
		*column = SOME(id);
		says(im, COL_ORGANISATION);
	}
	return OK;
}

static enum err find_contact(struct import *im, struct str email, int64_t *ret_id)
{
	struct ctx *c = im->c;
	int64_t by_address = 0;
	*ret_id = 0;
	if (im->v[COL_EXTERNAL_ID].n) {
		struct contact_by_external_row row;
		bool found;
		TRY(contact_by_external(c->db, c->arena, &row, &found, .external_id = im->v[COL_EXTERNAL_ID]));
		if (found)
			*ret_id = row.id;
	}
	if (email.n)
		TRY(contact_id_of_address(c, email, &by_address));
	if (*ret_id && by_address && by_address != *ret_id)
		wrong(im, COL_EMAIL, arena_fmt(c->arena, "this address is contact %lld's, the external id contact %lld's",
					       (long long)by_address, (long long)*ret_id));
	if (!*ret_id)
		*ret_id = by_address;
	return OK;
}

static enum err further_addresses(struct import *im, int64_t id, const struct str *v, size_t n)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		int64_t owner;
		TRY(contact_id_of_address(im->c, v[i], &owner));
		any |= !owner;
		if (im->write && !owner)
			TRY(contact_take_address(im->c, id, v[i]));
	}
	if (any)
		says(im, COL_ADDRESSES);
	return OK;
}

static enum err clean_addresses(struct import *im, int64_t id, struct str **ret, size_t *ret_n)
{
	struct str *v;
	*ret_n = split_list(im->c->arena, im->v[COL_ADDRESSES], &v);
	*ret = v;
	for (size_t i = 0; i < *ret_n; i++) {
		enum err e = address_clean(im->c, v[i], &v[i]);
		if (e != OK) {
			TRY(wrong_by_fault(im, COL_ADDRESSES, e));
			return OK;
		}
		int64_t owner;
		TRY(contact_id_of_address(im->c, v[i], &owner));
		if (owner && owner != id)
			wrong(im, COL_ADDRESSES, arena_fmt(im->c->arena, "%.*s is an address of contact %lld: merge the two, if they are one person",
							   STR_ARG(utf8_clip(v[i], 80)), (long long)owner));
		saw(im, COL_ADDRESSES, "email", v[i], false);
	}
	return OK;
}

static enum err contact_cells(struct import *im, struct str email, bool is_new, struct contact_by_id_row *after)
{
	struct ctx *c = im->c;
	if (!after->email.p && email.n) {
		after->email = email;
		says(im, COL_EMAIL);
	}
	put(im, COL_NAME, &after->name);
	put(im, COL_EXTERNAL_ID, &after->external_id);
	put(im, COL_ZONE, &after->zone);
	put(im, COL_LANGUAGE, &after->language);
	put(im, COL_NOTES, &after->notes);
	put(im, COL_KIND, &after->kind);
	if (im->v[COL_ROLES].n) {
		struct str *v, roles, bad;
		/* "end user, champion": a blank belongs to the word here, so only commas and semicolons divide. */
		struct str s = squeeze(c->arena, im->v[COL_ROLES]);
		size_t n = split_list(c->arena, s, &v);
		for (size_t i = 0; i < n; i++)
			for (; v[i].n && v[i].p[0] == '_'; v[i] = str_slice(v[i], 1, v[i].n))
				;
		if (!roles_clean(c->arena, v, n, &roles, &bad))
			wrong(im, COL_ROLES, arena_fmt(c->arena, "“%.*s” is none of: champion, deal_contact, instance_admin, executive, "
						       "economic_buyer, end_user, program_contact", STR_ARG(utf8_clip(bad, 60))));
		else if (!str_eq(roles, after->roles)) {
			after->roles = roles;
			says(im, COL_ROLES);
		}
	}
	TRY(organisation_named(im, email, &after->organisation_id, is_new));
	if (!after->kind.n)
		TRY(contact_guess_kind(c, email, after->organisation_id.set ? after->organisation_id.v : 0, &after->kind));
	return OK;
}

static enum err contact_row(struct import *im, struct import_row *ret)
{
	struct ctx *c = im->c;
	struct str email = S(""), *further = NULL;
	size_t n_further = 0;
	int64_t id = 0;
	ret->name = im->v[COL_NAME].n ? im->v[COL_NAME] : im->v[COL_EMAIL];
	if (im->v[COL_EMAIL].n) {
		enum err e = address_clean(c, im->v[COL_EMAIL], &email);
		if (e != OK)
			TRY(wrong_by_fault(im, COL_EMAIL, e));
		else
			saw(im, COL_EMAIL, "email", email, false);
	} else if (!im->v[COL_EXTERNAL_ID].n || !im->v[COL_NAME].n) {
		wrong(im, COL_EMAIL, S("an address is missing (or a name and an external_id)"));
	}
	if (im->v[COL_EXTERNAL_ID].n)
		saw(im, COL_EXTERNAL_ID, "external_id", im->v[COL_EXTERNAL_ID], false);
	if (im->bad.p)
		return OK;
	TRY(find_contact(im, email, &id));
	TRY(clean_addresses(im, id, &further, &n_further));
	struct contact_by_id_row before = { .name = S(""), .kind = S(""), .roles = S(""), .zone = S(""), .language = S(""), .notes = S("") };
	if (id)
		TRY(contact_read(c, id, &before));
	struct contact_by_id_row after = before;
	TRY(contact_cells(im, email, !id, &after));
	if (!after.name.n)
		after.name = email;
	if (im->bad.p)
		return OK;
	if (im->write && id)
		TRY(contact_write(c, &before, &after, "contact.changed", STR_NULL));
	else if (im->write)
		TRY(contact_insert(c, &after));
	TRY(further_addresses(im, after.id, further, n_further));
	ret->does = !id ? IMPORT_CREATE : im->what.n ? IMPORT_CHANGE : IMPORT_NOTHING;
	return OK;
}

/* ---- the whole table ---- */

static void keep_row(struct import *im, const struct import_row *row, struct import_report *ret)
{
	struct import_row kept = { .line = row->line, .does = row->does, .name = arena_str(im->keep, utf8_clip(str_or_empty(row->name), 200)),
				   .what = arena_str(im->keep, str_or_empty(row->what)), .column = arena_str(im->keep, str_or_empty(row->column)) };
	if (row->does == IMPORT_WRONG && ret->n_wrong < IMPORT_WRONG_MOST)
		ret->wrong[ret->n_wrong++] = kept;
	if (row->does != IMPORT_WRONG && ret->n_shown < IMPORT_SHOWN_MOST)
		ret->shown[ret->n_shown++] = kept;
}

static enum err each_row(struct import *im, struct csv *csv, struct import_report *ret)
{
	for (;;) {
		struct csv_row cells;
		bool more;
		TRY(csv_next(csv, im->c->arena, &im->c->fault, &cells, &more));
		if (!more)
			return OK;
		take_cells(im, &cells);
		struct import_row row = { .line = cells.line, .does = IMPORT_NOTHING };
		if (im->bad.p)
			row.name = im->v[COL_NAME];
		else
			TRY(im->for_kind == FOR_ORGANISATIONS ? organisation_row(im, &row) : contact_row(im, &row));
		if (im->bad.p)
			row.does = IMPORT_WRONG;
		row.what = im->bad.p ? im->bad : im->what.n ? buf_str(&im->what) : S("");
		row.column = im->bad_column;
		ret->rows++;
		ret->count[row.does]++;
		keep_row(im, &row, ret);
		arena_reset(im->c->arena);
	}
}

enum err import_table(struct ctx *c, struct str kind, struct str bytes, bool write, struct import_report *ret)
{
	struct import *im = arena_new(c->arena, struct import);
	*im = (struct import){ .c = c, .write = write, .keep = c->arena,
			       .for_kind = str_eq(kind, S("organisations")) ? FOR_ORGANISATIONS : FOR_CONTACTS };
	*ret = (struct import_report){ .shown = arena_array(c->arena, struct import_row, IMPORT_SHOWN_MOST),
				       .wrong = arena_array(c->arena, struct import_row, IMPORT_WRONG_MOST) };
	struct csv csv;
	TRY(csv_open(&csv, c->arena, &c->fault, bytes));
	ret->was_windows_1252 = csv.was_windows_1252;
	ret->separator = csv.separator;
	struct csv_row *heading = arena_new(c->arena, struct csv_row);
	bool more;
	TRY(csv_next(&csv, c->arena, &c->fault, heading, &more));
	if (!more)
		return fail(c, ERR_INPUT, "The file is empty");
	if (heading->bad)
		return fail(c, ERR_INPUT, "The first line, with the names of the columns, cannot be read: %s", heading->bad);
	TRY(read_heading(im, heading, &ret->ignored));
	/* Each row gets an arena of its own: fifty thousand rows cost the memory of one. */
	struct arena row_arena;
	arena_init(&row_arena);
	c->arena = &row_arena;
	enum err e = each_row(im, &csv, ret);
	c->arena = im->keep;
	arena_done(&row_arena);
	return e;
}
