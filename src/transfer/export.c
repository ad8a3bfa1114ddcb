/* export.c: a desk as lines of JSON: teams, teammates, organisations, contacts, merges, tickets, links, and what the slices carry (carry.h). */
#include "transfer/carry.h"

#include "account/account_parts.h"
#include "base/civil.h"

#include "transfer.sql.h"

#include <errno.h>
#include <string.h>

#include "base/banned.h"

enum { PAGE = 200 };

struct export {
	struct ctx *c;
	const struct export_options *o;
	struct export_made *made;
	struct arena row_arena;
	int64_t newest;              /* ticket, for the progress */
};

static void kstr(struct json_out *j, const char *key, struct str s)
{
	json_kstr(j, key, s);
}

static enum err write_line(struct export *x, struct json_out *j)
{
	struct ctx *c = x->c;
	struct str line = json_done(j);
	if (buf_err(&j->buf) != OK || line.n > TRANSFER_LINE_MAX_BYTES)
		return fail(c, ERR_LIMIT, "A line would be larger than 64 MiB: export with --files DIR, so that attachments stand beside the file");
	if (fwrite(line.p, 1, line.n, x->o->out) != line.n || fputc('\n', x->o->out) == EOF)
		return fail(c, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "The export could not be written: %s", strerror(errno));
	x->made->lines++;
	x->made->bytes += (int64_t)line.n + 1;
	return OK;
}

static void begin_line(struct export *x, struct json_out *j, const char *type)
{
	json_init(j, x->c->arena, TRANSFER_LINE_MAX_BYTES + 1);
	json_obj(j);
	kstr(j, "type", str_c(type));
}

static enum err end_line(struct export *x, struct json_out *j)
{
	json_obj_end(j);
	return write_line(x, j);
}

/* Calls one(x, id) for each id of a paged statement; each in a row arena that is reset after it. */
#define EACH_ID(x, stmt, one)                                                                                          \
	for (int64_t after_ = 0;;) {                                                                                   \
		struct stmt##_row *rows_;                                                                              \
		size_t n_;                                                                                             \
		struct arena page_;                                                                                    \
		arena_init(&page_);                                                                                    \
		enum err e_ = stmt((x)->c->db, &page_, &rows_, &n_, .after = after_, .max = PAGE);                     \
		for (size_t i_ = 0; e_ == OK && i_ < n_; i_++) {                                                       \
			e_ = one((x), &rows_[i_]);                                                                     \
			after_ = rows_[i_].id;                                                                         \
			arena_reset((x)->c->arena);                                                                    \
		}                                                                                                      \
		arena_done(&page_);                                                                                    \
		TRY(e_);                                                                                               \
		if (n_ < PAGE)                                                                                         \
			break;                                                                                         \
	}

static enum err put_name(struct export *x, struct json_out *j, const char *key, enum transfer_type type, struct opt_i64 id)
{
	struct str name = STR_NULL;
	if (id.set)
		TRY(transfer_name_of(x->c, type, id.v, &name));
	kstr(j, key, name);
	return OK;
}

static enum err one_team(struct export *x, const struct transfer_teams_row *t)
{
	struct json_out j;
	begin_line(x, &j, "team");
	kstr(&j, "slug", t->slug);
	kstr(&j, "name", t->name);
	kstr(&j, "external_id", t->external_id);
	return end_line(x, &j);
}

static enum err one_teammate(struct export *x, const struct transfer_teammates_row *t)
{
	struct json_out j;
	struct transfer_teams_of_row *teams;
	size_t n;
	TRY(transfer_teams_of(x->c->db, x->c->arena, &teams, &n, .teammate_id = t->id));
	begin_line(x, &j, "teammate");
	kstr(&j, "email", t->email);
	kstr(&j, "name", t->name);
	kstr(&j, "access", t->access);
	kstr(&j, "role", t->role);
	kstr(&j, "zone", t->zone);
	kstr(&j, "work_hours", t->work_hours);
	kstr(&j, "signature", t->signature);
	kstr(&j, "state", t->state);
	kstr(&j, "external_id", t->external_id);
	kstr(&j, "hired_on", t->hired_on);
	json_key(&j, "teams");
	json_arr(&j);
	for (size_t i = 0; i < n; i++)
		json_str(&j, teams[i].slug);
	json_arr_end(&j);
	json_ktime(&j, "created_at", t->created_us);
	return end_line(x, &j);
}

static enum err org_lists(struct export *x, struct json_out *j, int64_t id)
{
	struct ctx *c = x->c;
	size_t n;
	struct org_domains_of_row *d;
	TRY(org_domains_of(c->db, c->arena, &d, &n, .organisation_id = id));
	json_key(j, "domains");
	json_arr(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, d[i].domain);
	json_arr_end(j);
	struct transfer_org_people_row *p;
	TRY(transfer_org_people(c->db, c->arena, &p, &n, .organisation_id = id));
	json_key(j, "people");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		kstr(j, "teammate", p[i].email);
		kstr(j, "part", p[i].part);
		json_obj_end(j);
	}
	json_arr_end(j);
	struct org_entitlements_of_row *e;
	TRY(org_entitlements_of(c->db, c->arena, &e, &n, .organisation_id = id));
	json_key(j, "entitlements");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		kstr(j, "name", e[i].name);
		kstr(j, "from", e[i].valid_from);
		kstr(j, "to", e[i].valid_to);
		json_ktime(j, "created_at", e[i].created_us);
		json_obj_end(j);
	}
	json_arr_end(j);
	struct transfer_org_exceptions_row *v;
	TRY(transfer_org_exceptions(c->db, c->arena, &v, &n, .organisation_id = id));
	json_key(j, "exceptions");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		kstr(j, "title", v[i].title);
		kstr(j, "reasoning", v[i].reasoning);
		kstr(j, "until", v[i].until_date);
		TRY(put_name(x, j, "made_by", TRANSFER_TEAMMATE, v[i].created_by));
		json_ktime(j, "created_at", v[i].created_us);
		json_kopt_time(j, "ended_at", v[i].ended_us);
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

static enum err one_org(struct export *x, const struct transfer_org_ids_row *row)
{
	struct json_out j;
	struct org_by_id_row o;
	TRY(org_read(x->c, row->id, &o));
	begin_line(x, &j, "organisation");
	TRY(put_name(x, &j, "external_id", TRANSFER_ORGANISATION, SOME(o.id)));
	kstr(&j, "name", o.name);
	kstr(&j, "tier", o.tier);
	kstr(&j, "plan", o.plan);
	kstr(&j, "stage", o.stage);
	json_kbool(&j, "strategic", o.strategic);
	kstr(&j, "segment", o.segment);
	kstr(&j, "deployment", o.deployment);
	kstr(&j, "version", o.version);
	kstr(&j, "telemetry", o.telemetry);
	kstr(&j, "zone", o.zone);
	kstr(&j, "notes", o.notes);
	TRY(put_name(x, &j, "assigned", TRANSFER_TEAMMATE, o.assigned_id));
	TRY(put_name(x, &j, "backup", TRANSFER_TEAMMATE, o.backup_id));
	TRY(org_lists(x, &j, o.id));
	json_ktime(&j, "created_at", o.created_us);
	json_kopt_time(&j, "deleted_at", o.deleted_us);
	return end_line(x, &j);
}

static enum err one_contact(struct export *x, const struct transfer_contact_ids_row *row)
{
	struct ctx *c = x->c;
	struct json_out j;
	struct contact_by_id_row k;
	struct transfer_contact_addresses_row *a;
	struct str *roles;
	size_t n;
	TRY(contact_read(c, row->id, &k));
	TRY(transfer_contact_addresses(c->db, c->arena, &a, &n, .contact_id = k.id));
	begin_line(x, &j, "contact");
	TRY(put_name(x, &j, "external_id", TRANSFER_CONTACT, SOME(k.id)));
	kstr(&j, "email", k.email);
	json_key(&j, "addresses");
	json_arr(&j);
	for (size_t i = 0; i < n; i++)
		json_str(&j, a[i].email);
	json_arr_end(&j);
	kstr(&j, "name", k.name);
	TRY(put_name(x, &j, "organisation", TRANSFER_ORGANISATION, k.organisation_id));
	kstr(&j, "kind", k.kind);
	n = split_list(c->arena, k.roles, &roles);
	json_key(&j, "roles");
	json_arr(&j);
	for (size_t i = 0; i < n; i++)
		json_str(&j, roles[i]);
	json_arr_end(&j);
	kstr(&j, "zone", k.zone);
	kstr(&j, "language", k.language);
	kstr(&j, "notes", k.notes);
	kstr(&j, "mail_state", k.mail_state);
	kstr(&j, "mail_reason", k.mail_reason);
	json_ktime(&j, "created_at", k.created_us);
	json_kopt_time(&j, "deleted_at", k.deleted_us);
	return end_line(x, &j);
}

static enum err one_merge(struct export *x, const struct transfer_contact_merges_row *m)
{
	struct json_out j;
	begin_line(x, &j, "contact_merge");
	TRY(put_name(x, &j, "from", TRANSFER_CONTACT, SOME(m->id)));
	TRY(put_name(x, &j, "into", TRANSFER_CONTACT, SOME(m->into_id)));
	return end_line(x, &j);
}

static enum err one_ticket(struct export *x, const struct transfer_ticket_ids_row *row)
{
	struct json_out j;
	begin_line(x, &j, "ticket");
	TRY(transfer_export_ticket(x->c, x->o, row->id, &j));
	TRY(end_line(x, &j));
	x->made->tickets++;
	if (x->o->progress && (x->made->tickets % 500 == 0 || row->id == x->newest))
		fprintf(stderr, "\rticket %lld of %lld%s", (long long)row->id, (long long)x->newest, row->id == x->newest ? "\n" : "");
	return OK;
}

static enum err link_line(struct export *x, int64_t from, int64_t to, struct str kind, utime at_us)
{
	struct json_out j;
	struct str a, b;
	TRY(transfer_ticket_name(x->c, from, &a));
	TRY(transfer_ticket_name(x->c, to, &b));
	begin_line(x, &j, "link");
	kstr(&j, "kind", kind);
	kstr(&j, "from", a);
	kstr(&j, "to", b);
	if (at_us)
		json_ktime(&j, "at", at_us);
	return end_line(x, &j);
}

static enum err one_kin(struct export *x, const struct transfer_kin_row *k)
{
	if (k->parent_id.set)
		TRY(link_line(x, k->id, k->parent_id.v, S("parent"), 0));
	if (k->merged_into_id.set)
		TRY(link_line(x, k->id, k->merged_into_id.v, S("merged_into"), 0));
	return OK;
}

static enum err one_link(struct export *x, const struct transfer_links_row *l)
{
	return link_line(x, l->from_id, l->to_id, l->kind, l->created_us);
}

static enum err carried_line(void *arg, struct json_out *j)
{
	struct export *x = arg;
	TRY(write_line(x, j));
	arena_reset(x->c->arena);
	return OK;
}

static enum err all(struct export *x)
{
	struct transfer_newest_ticket_row newest;
	struct json_out j;
	bool any;
	TRY(transfer_newest_ticket(x->c->db, x->c->arena, &newest, &any));
	x->newest = any ? newest.id : 0;
	begin_line(x, &j, "desk");
	json_ki64(&j, "format", TRANSFER_FORMAT);
	TRY(end_line(x, &j));
	EACH_ID(x, transfer_teams, one_team);
	EACH_ID(x, transfer_teammates, one_teammate);
	EACH_ID(x, transfer_org_ids, one_org);
	EACH_ID(x, transfer_contact_ids, one_contact);
	EACH_ID(x, transfer_contact_merges, one_merge);
	TRY(carry_export(x->c, x->o, true, carried_line, x));
	EACH_ID(x, transfer_ticket_ids, one_ticket);
	EACH_ID(x, transfer_kin, one_kin);
	EACH_ID(x, transfer_links, one_link);
	TRY(carry_export(x->c, x->o, false, carried_line, x));
	TRY(carry_export_later(x->c, carried_line, x));
	if (fflush(x->o->out) != 0)
		return fail(x->c, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "The export could not be written: %s", strerror(errno));
	return OK;
}

enum err transfer_export(struct ctx *c, const struct export_options *o, struct export_made *ret)
{
	struct export x = { .c = c, .o = o, .made = ret };
	*ret = (struct export_made){ 0 };
	TRY(ctx_db(c));
	struct arena *outer = c->arena;
	arena_init(&x.row_arena);
	c->arena = &x.row_arena;
	enum err e = db_begin(c->db);
	if (e == OK) {
		e = all(&x);
		enum err end = db_end(c->db);
		e = e ? e : end;
	}
	c->arena = outer;
	arena_done(&x.row_arena);
	ctx_db_done(c);
	return e;
}
