/* account_page.c: the account slice as a feature, and its lists: customers, people, one of each. Pages read; all writing goes through the forms' commands. */
#include "account/account_page.h"

#include "account.html.h"
#include "base/civil.h"
#include "web/place.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { PAGE = 50, TICKETS_SHOWN = 30, CONTACTS_SHOWN = 30, HISTORY_SHOWN = 40, TWINS = 8 };

/* ---- words ---- */

static const struct {
	const char *kind, *words;
	const char *column;        /* of data.set, shown after the words */
} history_kinds[] = {
	{ "organisation.created", "added it", NULL },
	{ "organisation.deleted", "put it away", NULL },
	{ "organisation.restored", "brought it back", NULL },
	{ "organisation.domain_added", "gave it the domain", "domain" },
	{ "organisation.domain_removed", "took away a domain", "domain" },
	{ "organisation.person_added", "named a teammate as", "part" },
	{ "organisation.person_removed", "took a teammate off", "part" },
	{ "organisation.entitled", "noted the entitlement", "name" },
	{ "organisation.entitlement_ended", "ended an entitlement on", "valid_to" },
	{ "organisation.exception_made", "made the exception", "title" },
	{ "organisation.exception_ended", "ended an exception", NULL },
	{ "contact.created", "added them", NULL },
	{ "contact.deleted", "put them away", NULL },
	{ "contact.restored", "brought them back", NULL },
	{ "contact.bounced", "mail came back", NULL },
	{ "contact.mail_works", "mail works again", NULL },
	{ "contact.merged", "merged them into another entry", NULL },
	{ "contact.unmerged", "undid the merge", NULL },
	{ "contact.address_added", "added the address", "email" },
	{ "contact.address_removed", "took an address away", NULL },
};

struct str history_words(struct arena *a, struct str kind, struct str data)
{
	json_error_t e;
	json_t *root = json_loadb(data.p, data.n, 0, &e), *set = json_object_get(root, "set");
	struct buf b;
	buf_init(&b, a, 2000);
	const char *column = NULL;
	for (size_t i = 0; i < ARRAY_LEN(history_kinds); i++)
		if (str_eq(kind, str_c(history_kinds[i].kind))) {
			buf_add(&b, str_c(history_kinds[i].words));
			column = history_kinds[i].column;
		}
	if (!b.n && str_ends(kind, S(".changed"))) {
		const char *key;
		json_t *v;
		json_object_foreach(set, key, v)
			buf_fmt(&b, "%s%.*s", b.n ? ", " : "changed ", (int)(strlen(key) - (str_ends(str_c(key), S("_id")) ? 3 : 0)), key);
	}
	if (!b.n)
		buf_add(&b, kind);
	const char *value = column ? json_string_value(json_object_get(set, column)) : NULL;
	if (value)
		buf_fmt(&b, " %s", account_words(str_c(value)));
	struct str s = arena_str(a, buf_str(&b));
	json_decref(root);
	return s;
}

struct str local_time_in(struct web *w, struct str zone)
{
	const struct zone *z = zone.n ? zone_find(zone) : NULL;
	if (!z)
		return S("");
	struct civil now;
	civil_local(z, w->c->now_us, &now);
	return arena_fmt(w->c->arena, "%02d:%02d", now.hour, now.minute);
}

static bool may(struct web *w, uint32_t caps)
{
	return (w->c->actor.caps & caps) == caps;
}

static struct str query_on(struct web *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static struct str query_on(struct web *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str s = arena_vfmt(w->c->arena, fmt, ap);
	va_end(ap);
	return s;
}

/* ---- lists ---- */

enum err customers_page(struct web *w)
{
	struct str typed = web_query(w, "q");
	typed = str_or_empty(typed);
	struct ctx *c = w->c;
	struct customers_view v = {
		.layout = web_layout(w, S("Customers")), .query = typed,
		.mine = web_query(w, "mine").n > 0, .deleted = web_query(w, "deleted").n > 0, .next_url = S(""),
	};
	struct org_by_id_row after = { .name = S("") };
	int64_t after_id = web_query_i64(w, "after", 0);
	if (after_id > 0)
		TRY(org_read(c, after_id, &after));
	struct str pattern = like_pattern(c->arena, v.query);
	TRY(org_page(c->db, c->arena, &v.rows, &v.n, .after_name = after.name, .after_id = after.id, .pattern = pattern,
		     .domain_pattern = pattern, .mine = v.mine ? SOME(c->actor.id) : NONE, .deleted = v.deleted, .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = query_on(w, "/customers?q=%.*s%s%s&after=%lld", STR_ARG(url_encode(c->arena, v.query)), v.mine ? "&mine=1" : "",
				      v.deleted ? "&deleted=1" : "", (long long)v.rows[PAGE - 1].id);
	}
	customers_html(&w->html, &v);
	return OK;
}

enum err contacts_page(struct web *w)
{
	struct str typed = web_query(w, "q");
	typed = str_or_empty(typed);
	struct ctx *c = w->c;
	struct contacts_view v = { .layout = web_layout(w, S("People")), .query = typed, .next_url = S("") };
	struct contact_by_id_row after = { .name = S("") };
	int64_t after_id = web_query_i64(w, "after", 0), org = web_query_i64(w, "organisation", 0);
	if (after_id > 0)
		TRY(contact_read(c, after_id, &after));
	TRY(contact_page(c->db, c->arena, &v.rows, &v.n, .after_name = after.name, .after_id = after.id,
			 .pattern = like_pattern(c->arena, v.query), .organisation_id = org > 0 ? SOME(org) : NONE, .max = PAGE + 1));
	if (v.n > PAGE) {
		v.n = PAGE;
		v.next_url = query_on(w, "/contacts?q=%.*s&organisation=%lld&after=%lld", STR_ARG(url_encode(c->arena, v.query)),
				      (long long)org, (long long)v.rows[PAGE - 1].id);
	}
	contacts_html(&w->html, &v);
	return OK;
}

/* ---- one customer ---- */

static enum err customer_parts(struct web *w, struct customer_view *v)
{
	struct ctx *c = w->c;
	struct str now = today(c);
	struct org_entitlements_of_row *e;
	size_t n;
	TRY(org_entitlements_of(c->db, c->arena, &e, &n, .organisation_id = v->o->id));
	v->entitlements = arena_array(c->arena, struct entitlement_line, n);
	for (size_t i = 0; i < n; i++) {
		bool begun = str_cmp(e[i].valid_from, now) <= 0, over = e[i].valid_to.p && str_cmp(e[i].valid_to, now) <= 0;
		v->entitlements[v->n_entitlements++] = (struct entitlement_line){
			.id = e[i].id, .name = e[i].name, .from = e[i].valid_from, .to = e[i].valid_to, .can_end = !over,
			.state = over ? "ended" : begun ? "in force" : "to come",
		};
	}
	struct org_exceptions_of_row *x;
	TRY(org_exceptions_of(c->db, c->arena, &x, &n, .organisation_id = v->o->id));
	v->past = arena_array(c->arena, struct org_exceptions_of_row, n);
	for (size_t i = 0; i < n; i++)
		if (x[i].ended_us.set || (x[i].until_date.p && str_cmp(now, x[i].until_date) > 0))
			v->past[v->n_past++] = x[i];
	struct org_history_row *h;
	TRY(org_history(c->db, c->arena, &h, &n, .organisation_id = v->o->id, .max = HISTORY_SHOWN));
	v->history = arena_array(c->arena, struct history_line, n);
	for (size_t i = 0; i < n; i++)
		v->history[v->n_history++] = (struct history_line){ h[i].at_us, h[i].actor_name, history_words(c->arena, h[i].kind, h[i].data),
								    str_or_empty(h[i].reason) };
	return OK;
}

static enum err customer_forms(struct web *w, struct customer_view *v)
{
	struct str id = arena_fmt(w->c->arena, "%lld", (long long)v->o->id);
	form_begin(&v->domain, w, "organisation.domain_add", "Add", v->here, v->here);
	form_hidden(&v->domain, "organisation", id);
	form_add(&v->domain, INPUT_LINE, "domain", "Domain", S(""));
	form_begin(&v->person, w, "organisation.person_add", "Add", v->here, v->here);
	form_hidden(&v->person, "organisation", id);
	TRY(form_teammate(&v->person, "teammate", "Teammate", NONE));
	form_choice(&v->person, "part", "As", org_parts, S("ce"), NULL);
	form_begin(&v->entitle, w, "organisation.entitle", "Add", v->here, v->here);
	form_hidden(&v->entitle, "organisation", id);
	form_add(&v->entitle, INPUT_LINE, "name", "What", S(""));
	form_add(&v->entitle, INPUT_DATE, "from", "From", today(w->c));
	form_add(&v->entitle, INPUT_DATE, "to", "Until before", S(""));
	form_begin(&v->except, w, "organisation.except", "Make it", v->here, v->here);
	form_hidden(&v->except, "organisation", id);
	form_add(&v->except, INPUT_LINE, "title", "What is done otherwise", S(""));
	form_add(&v->except, INPUT_TEXT, "reasoning", "Why", S(""));
	form_add(&v->except, INPUT_DATE, "until", "Until", S(""));
	form_begin(&v->remove, w, "organisation.delete", "Put away", v->here, v->here);
	form_hidden(&v->remove, "organisation", id);
	form_add(&v->remove, INPUT_LINE, "reason", "Why", S(""));
	return OK;
}

enum err customer_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t id = web_param_id(w, "id");
	struct organisation_card card;
	struct org_by_id_row row;
	TRY(organisation_card(c, id, &card));
	TRY(org_read(c, id, &row));
	struct customer_view v = {
		.layout = web_layout(w, card.name), .web = w, .o = &card, .here = arena_fmt(c->arena, "/customers/%lld", (long long)id),
		.external_id = str_or_empty(row.external_id), .local_time = local_time_in(w, card.zone), .older_url = S(""),
		.can_write = may(w, CAN_REPLY), .can_lead = may(w, CAN_LEAD),
	};
	TRY(contact_page_org(c->db, c->arena, &v.contacts, &v.n_contacts, .after_name = S(""), .organisation_id = id,
			     .max = CONTACTS_SHOWN + 1));
	v.more_contacts = v.n_contacts > CONTACTS_SHOWN;
	v.n_contacts -= v.more_contacts;
	TRY(org_tickets(c->db, c->arena, &v.tickets, &v.n_tickets, .organisation_id = id,
			.before_id = web_query_i64(w, "before", INT64_MAX), .max = TICKETS_SHOWN + 1));
	if (v.n_tickets > TICKETS_SHOWN) {
		v.n_tickets = TICKETS_SHOWN;
		v.older_url = query_on(w, "%.*s?before=%lld", STR_ARG(v.here), (long long)v.tickets[TICKETS_SHOWN - 1].id);
	}
	TRY(customer_parts(w, &v));
	TRY(customer_forms(w, &v));
	TRY(web_cards(w, CARD_CUSTOMER, id, &v.cards));
	customer_html(&w->html, &v);
	return OK;
}

/* ---- one contact ---- */

static void contact_forms(struct web *w, struct contact_view *v)
{
	struct str id = arena_fmt(w->c->arena, "%lld", (long long)v->n.id);
	form_begin(&v->address, w, "contact.address_add", "Add", v->here, v->here);
	form_hidden(&v->address, "contact", id);
	form_add(&v->address, INPUT_EMAIL, "email", "Address", S(""));
}

/* Entries that may be the same person: those whose name or address holds what was typed. */
static enum err twins(struct web *w, struct contact_view *v)
{
	struct ctx *c = w->c;
	struct contact_page_row *rows;
	size_t n;
	v->twin = web_query(w, "twin").p ? web_query(w, "twin") : S("");
	v->merge_error = web_field_error(w, "contact.merge", "into").n ? web_field_error(w, "contact.merge", "into") : web_form_error(w, "contact.merge");
	if (!str_trim(v->twin).n)
		return OK;
	TRY(contact_page(c->db, c->arena, &rows, &n, .after_name = S(""), .after_id = 0, .pattern = like_pattern(c->arena, v->twin), .max = TWINS + 1));
	v->twins = arena_array(c->arena, struct contact_page_row, n + 1);
	for (size_t i = 0; i < n && v->n_twins < TWINS; i++)
		if (rows[i].id != v->n.id)
			v->twins[v->n_twins++] = rows[i];
	return OK;
}

enum err contact_one_page(struct web *w)
{
	struct ctx *c = w->c;
	int64_t id = web_param_id(w, "id");
	struct contact_view v = {
		.web = w, .here = arena_fmt(c->arena, "/contacts/%lld", (long long)id), .older_url = S(""), .organisation = S(""),
		.can_write = may(w, CAN_NOTE), .can_lead = may(w, CAN_LEAD),
	};
	TRY(contact_read(c, id, &v.n));
	v.layout = web_layout(w, v.n.name);
	v.local_time = local_time_in(w, v.n.zone);
	if (v.n.organisation_id.set) {
		struct org_by_id_row org;
		TRY(org_read(c, v.n.organisation_id.v, &org));
		v.organisation = org.name;
	}
	v.n_roles = split_list(c->arena, v.n.roles, &v.roles);
	TRY(twins(w, &v));
	TRY(contact_addresses_of(c->db, c->arena, &v.addresses, &v.n_addresses, .id = id));
	TRY(contact_family(c->db, c->arena, &v.merged, &v.n_merged, .id = id));
	v.merged++;      /* the first is itself */
	v.n_merged--;
	TRY(contact_tickets(c->db, c->arena, &v.tickets, &v.n_tickets, .contact_id = id, .before_id = web_query_i64(w, "before", INT64_MAX),
			    .max = TICKETS_SHOWN + 1));
	if (v.n_tickets > TICKETS_SHOWN) {
		v.n_tickets = TICKETS_SHOWN;
		v.older_url = query_on(w, "%.*s?before=%lld", STR_ARG(v.here), (long long)v.tickets[TICKETS_SHOWN - 1].id);
	}
	struct contact_history_row *h;
	TRY(contact_history(c->db, c->arena, &h, &v.n_history, .contact_id = id, .max = HISTORY_SHOWN));
	v.history = arena_array(c->arena, struct history_line, v.n_history);
	for (size_t i = 0; i < v.n_history; i++)
		v.history[i] = (struct history_line){ h[i].at_us, h[i].actor_name, history_words(c->arena, h[i].kind, h[i].data),
						      str_or_empty(h[i].reason) };
	contact_forms(w, &v);
	contact_html(&w->html, &v);
	return OK;
}

/* ---- the feature ---- */

static const struct route account_routes[] = {
	{ "GET", "/customers", ROUTE_TEAMMATE, CAN_READ, customers_page, 0, "Customers by name" },
	{ "GET", "/customers/new", ROUTE_TEAMMATE, CAN_REPLY, customer_new_page, 0, "A form for a new organisation" },
	{ "GET", "/customers/import", ROUTE_TEAMMATE, CAN_LEAD, imports_page, 0, "Tables of organisations and contacts" },
	{ "GET", "/customers/import/:id", ROUTE_TEAMMATE, CAN_LEAD, import_page, 0, "What an uploaded table would do" },
	{ "GET", "/customers/:id", ROUTE_TEAMMATE, CAN_READ, customer_page, 0, "One organisation" },
	{ "GET", "/customers/:id/edit", ROUTE_TEAMMATE, CAN_REPLY, customer_edit_page, 0, "A form to change an organisation" },
	{ "GET", "/contacts", ROUTE_TEAMMATE, CAN_READ, contacts_page, 0, "People of customers by name" },
	{ "GET", "/contacts/new", ROUTE_TEAMMATE, CAN_NOTE, contact_new_page, 0, "A form for a new contact" },
	{ "GET", "/contacts/:id", ROUTE_TEAMMATE, CAN_READ, contact_one_page, 0, "One contact" },
	{ "GET", "/contacts/:id/edit", ROUTE_TEAMMATE, CAN_NOTE, contact_edit_page, 0, "A form to change a contact" },
	{ 0 },
};

static const struct place places[] = {
	{ .label = "Customers", .url = "/customers", .under = "/customers /contacts", .rail = true },
	{ 0 },
};

const struct feature account_feature = {
	.name = "account",
	.places = places,
	.commands = account_commands,
	.routes = account_routes,
	.folds = account_folds,
};
