/* account_edit_page.c: forms for an organisation and a contact, and the pages that take tables in. */
#include "account/account_page.h"

#include "account.html.h"
#include "account/csv.h"

#include "base/banned.h"

static enum err organisation_fields(struct form_view *f, const struct org_by_id_row *o)
{
	form_add(f, INPUT_LINE, "name", "Name", o->name)->required = true;
	form_choice(f, "tier", "Tier", org_tiers, o->tier, NULL);
	form_add(f, INPUT_LINE, "plan", "Plan", o->plan);
	form_choice(f, "stage", "Stage", org_stages, o->stage, NULL);
	form_choice(f, "strategic", "Strategic", yes_no, o->strategic ? S("yes") : S("no"), NULL);
	form_choice(f, "segment", "Segment", org_segments, o->segment, NULL);
	form_choice(f, "deployment", "Deployment", org_deployments, o->deployment, NULL);
	form_add(f, INPUT_LINE, "version", "Version", o->version);
	form_choice(f, "telemetry", "Telemetry", org_telemetries, o->telemetry, NULL);
	form_add(f, INPUT_LINE, "zone", "Time zone", o->zone);
	TRY(form_teammate(f, "assigned", "Assigned engineer", o->assigned_id));
	TRY(form_teammate(f, "backup", "Backup", o->backup_id));
	form_add(f, INPUT_TEXT, "notes", "Notes", o->notes);
	form_add(f, INPUT_LINE, "external_id", "External id", str_or_empty(o->external_id));
	return OK;
}

enum err customer_new_page(struct web *w)
{
	const struct org_by_id_row o = {
		.name = S(""), .tier = S("enterprise"), .plan = S(""), .stage = S("post_sales"), .segment = S("unknown"),
		.deployment = S("unknown"), .version = S(""), .telemetry = S("unknown"), .zone = S(""), .notes = S(""),
	};
	struct form_view f;
	form_begin(&f, w, "organisation.create", "Add", S("/customers/new"), S("/customers/{organisation}"));
	f.layout = web_layout(w, S("New organisation"));
	f.title = S("New organisation");
	f.back_url = S("/customers");
	f.back_label = S("Customers");
	TRY(organisation_fields(&f, &o));
	form_add(&f, INPUT_LINE, "domains", "Domains", S(""))->help = "mail domains of its people, with blanks between them";
	account_form_html(&w->html, &f);
	return OK;
}

enum err customer_edit_page(struct web *w)
{
	static const char *const clear[] = { "plan", "version", "zone", "notes", "assigned", "backup", "external_id" };
	struct org_by_id_row o;
	TRY(org_read(w->c, web_param_id(w, "id"), &o));
	struct str id = arena_fmt(w->c->arena, "%lld", (long long)o.id), page = arena_fmt(w->c->arena, "/customers/%lld", (long long)o.id);
	struct form_view f;
	form_begin(&f, w, "organisation.update", "Save", arena_fmt(w->c->arena, "%.*s/edit", STR_ARG(page)), page);
	f.layout = web_layout(w, o.name);
	f.title = o.name;
	f.back_url = page;
	f.back_label = o.name;
	form_hidden(&f, "organisation", id);
	form_clear(&f, clear, ARRAY_LEN(clear));
	TRY(organisation_fields(&f, &o));
	account_form_html(&w->html, &f);
	return OK;
}

/* ---- contacts ---- */

static enum err contact_fields(struct form_view *f, const struct contact_by_id_row *n)
{
	struct web *w = f->web;
	struct ctx *c = w->c;
	form_add(f, INPUT_EMAIL, "email", "Address", str_or_empty(n->email));
	form_add(f, INPUT_LINE, "name", "Name", n->name);
	struct org_choices_row *orgs;
	size_t n_orgs;
	TRY(org_choices(c->db, c->arena, &orgs, &n_orgs, .max = 2000));
	struct str now = n->organisation_id.set ? arena_fmt(c->arena, "%lld", (long long)n->organisation_id.v) : S("");
	struct form_field *x = form_add(f, INPUT_SELECT, "organisation", "Organisation", now);
	x->options = arena_array(c->arena, struct form_option, n_orgs + 2);
	x->options[x->n_options++] = (struct form_option){ S(""), S("by the address, or none"), !x->value.n };
	bool there = !x->value.n;
	for (size_t i = 0; i < n_orgs; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)orgs[i].id);
		x->options[x->n_options++] = (struct form_option){ id, orgs[i].name, str_eq(id, x->value) };
		there |= str_eq(id, x->value);
	}
	if (!there)      /* put away, or past the first two thousand */
		x->options[x->n_options++] = (struct form_option){ x->value, S("as it is"), true };
	form_choice(f, "kind", "Kind", contact_kinds, n->kind, n->kind.n ? NULL : "follows from the organisation");
	struct str *roles;
	size_t n_roles = split_list(c->arena, n->roles, &roles);
	x = form_add(f, INPUT_CHECKS, "roles", "Roles", S(""));
	bool failed = w->failed && str_eq(str_c(w->failed->name), str_c(f->command));
	x->options = arena_array(c->arena, struct form_option, 16);
	for (const char *const *r = contact_roles; *r; r++) {
		struct form_option o = { str_c(*r), str_c(account_words(str_c(*r))), false };
		for (size_t i = 0; i < n_roles && !failed; i++)
			o.on |= str_eq(roles[i], o.value);
		for (size_t i = 0; i < w->form.n_pairs && failed; i++)
			o.on |= str_eq(w->form.pairs[i].name, S("roles")) && str_eq(w->form.pairs[i].value, o.value);
		x->options[x->n_options++] = o;
	}
	form_add(f, INPUT_LINE, "zone", "Time zone", n->zone);
	form_add(f, INPUT_LINE, "language", "Language", n->language);
	form_add(f, INPUT_TEXT, "notes", "Notes", n->notes);
	form_add(f, INPUT_LINE, "external_id", "External id", str_or_empty(n->external_id));
	return OK;
}

enum err contact_new_page(struct web *w)
{
	int64_t org = web_query_i64(w, "organisation", 0);
	const struct contact_by_id_row n = { .name = S(""), .kind = S(""), .roles = S(""), .zone = S(""), .language = S(""), .notes = S(""),
					     .organisation_id = org > 0 ? SOME(org) : NONE };
	struct form_view f;
	form_begin(&f, w, "contact.create", "Add", S("/contacts/new"), S("/contacts/{contact}"));
	f.layout = web_layout(w, S("New contact"));
	f.title = S("New contact");
	f.back_url = S("/contacts");
	f.back_label = S("People");
	TRY(contact_fields(&f, &n));
	account_form_html(&w->html, &f);
	return OK;
}

enum err contact_edit_page(struct web *w)
{
	static const char *const clear[] = { "organisation", "roles", "zone", "language", "notes", "external_id" };
	struct contact_by_id_row n;
	TRY(contact_read(w->c, web_param_id(w, "id"), &n));
	struct str page = arena_fmt(w->c->arena, "/contacts/%lld", (long long)n.id);
	struct form_view f;
	form_begin(&f, w, "contact.update", "Save", arena_fmt(w->c->arena, "%.*s/edit", STR_ARG(page)), page);
	f.layout = web_layout(w, n.name);
	f.title = n.name;
	f.back_url = page;
	f.back_label = n.name;
	form_hidden(&f, "contact", arena_fmt(w->c->arena, "%lld", (long long)n.id));
	form_clear(&f, clear, ARRAY_LEN(clear));
	TRY(contact_fields(&f, &n));
	account_form_html(&w->html, &f);
	return OK;
}

/* ---- tables ---- */

enum err imports_page(struct web *w)
{
	struct imports_view v = { .layout = web_layout(w, S("Import a table")) };
	form_begin(&v.upload, w, "account.upload_csv", "Look at it", S("/customers/import"), S("/customers/import/{import}"));
	form_choice(&v.upload, "kind", "Its rows are", import_kinds, S("organisations"), NULL);
	form_add(&v.upload, INPUT_FILE, "file", "File", S(""));
	TRY(account_imports_newest(w->c->db, w->c->arena, &v.rows, &v.n, .max = 30));
	imports_html(&w->html, &v);
	return OK;
}

enum err import_page(struct web *w)
{
	struct ctx *c = w->c;
	struct account_import_by_id_row row;
	bool found;
	int64_t id = web_param_id(w, "id");
	TRY(account_import_by_id(c->db, c->arena, &row, &found, .id = id));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no upload %lld", (long long)id);
	struct import_report report;
	TRY(import_blob(c, row.kind, row.blob, false, &report));
	const struct import_view v = {
		.layout = web_layout(w, row.filename), .row = &row, .report = &report, .applied = row.applied_us.set,
		.here = arena_fmt(c->arena, "/customers/import/%lld", (long long)id), .error = web_form_error(w, "account.apply_csv"),
		.separator = report.separator == '\t' ? "tabs" : report.separator == ';' ? "semicolons" : "commas",
	};
	import_html(&w->html, &v);
	return OK;
}
