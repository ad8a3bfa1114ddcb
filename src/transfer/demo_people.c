/* demo_people.c: the demo desk's teammates, organisations and contacts. */
#include "transfer/demo.h"

#include "account/account_parts.h"
#include "base/civil.h"
#include "core/upload.h"
#include "mail/mail.h"
#include "people/people.h"

#include <string.h>

#include "base/banned.h"

static const struct {
	const char *email, *name, *access, *role, *zone;
	bool engineer;
} team[] = {
	{ "mara@tend.example", "Mara Lind", "admin", "support_manager", "Europe/Oslo", true },
	{ "theo@tend.example", "Theo Brandt", "lead", "support_lead", "Europe/Berlin", true },
	{ "priya@tend.example", "Priya Raman", "agent", "support_engineer", "Asia/Kolkata", true },
	{ "kenji@tend.example", "Kenji Mori", "agent", "support_engineer", "Asia/Tokyo", true },
	{ "sofia@tend.example", "Sofia Duarte", "agent", "support_engineer", "America/Sao_Paulo", true },
	{ "liam@tend.example", "Liam O'Connor", "agent", "support_engineer", "Europe/Dublin", true },
	{ "nia@tend.example", "Nia Okoye", "agent", "support_engineer", "Africa/Lagos", true },
	{ "grace@tend.example", "Grace Kim", "lead", "support_lead", "America/Los_Angeles", true },
	{ "tom@tend.example", "Tom Fraser", "agent", "support_engineer", "Australia/Sydney", true },
	{ "elena@tend.example", "Elena Popescu", "agent", "support_engineer", "Europe/Bucharest", true },
	{ "jo@tend.example", "Jo Marsh", "light", "customer_engineer", "America/New_York", false },
	{ "ana@tend.example", "Ana Reis", "light", "account_executive", "Europe/Lisbon", false },
	{ "hugo@tend.example", "Hugo Winter", "light", "technical_advisor", "Europe/Zurich", false },
};

static enum err add_team(struct ctx *c, struct demo_desk *d)
{
	TRY(people_add_team(c, S("support"), S("Support engineering"), STR_NULL, &d->team_id));
	d->teammates = arena_array(c->arena, struct demo_teammate, ARRAY_LEN(team));
	for (size_t i = 0; i < ARRAY_LEN(team); i++) {
		struct demo_teammate *t = &d->teammates[d->n_teammates++];
		*t = (struct demo_teammate){ .name = str_c(team[i].name), .email = str_c(team[i].email), .zone = str_c(team[i].zone),
					     .engineer = team[i].engineer };
		struct teammate known;
		bool found;
		TRY(people_find(c, t->email, &known, &found));
		if (found) {
			t->id = known.id;
			continue;
		}
		TRY(people_add(c, &(struct teammate_new){
				.email = t->email, .name = t->name, .access = str_c(team[i].access), .role = str_c(team[i].role), .zone = t->zone,
				.hours = S("mon-fri 09:00-17:00"), .created_us = c->now_us,
				.signature = arena_fmt(c->arena, "%s, Support", team[i].name) }, &t->id));
		if (team[i].engineer)
			TRY(people_add_member(c, d->team_id, t->id));
	}
	return OK;
}

static struct str ascii_slug(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			p[n++] = ch;
	}
	return (struct str){ p, n };
}

static int64_t count(const char *const *list)
{
	int64_t n = 0;
	while (list[n])
		n++;
	return n;
}

static enum err org_details(struct ctx *c, struct demo_rng *r, struct demo_desk *d, struct demo_org *o, bool strategic)
{
	bool changed;
	TRY(org_take_domain(c, o->id, o->domain, &changed));
	static const char *const parts[] = { "ce", "ae", "ta" };
	for (int i = 0; i < 3; i++)
		if (rng_chance(r, strategic ? 900 : 350))
			TRY(org_take_person(c, o->id, d->teammates[d->n_teammates - 3 + i].id, str_c(parts[i]), &changed));
	static const char *const names[] = { "slack", "24x7", "dedicated" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!rng_chance(r, strategic ? 500 : 100))
			continue;
		struct org_entitlement_by_id_row row = { .organisation_id = o->id, .name = str_c(names[i]), .valid_from = today(c), .created_us = c->now_us };
		struct org_entitlement_add_row added;
		TRY(org_entitlement_add(c->db, c->arena, &added, .organisation_id = row.organisation_id, .name = row.name,
					.valid_from = row.valid_from, .created_us = row.created_us));
		TRY(event_append(c, &(struct event_new){ .kind = "organisation.entitled", .entity = "org_entitlement", .entity_id = added.id,
							 .data = fold_set_all(c->arena, &org_entitlement_rows_stmt, &row) }, NULL));
	}
	if (!rng_chance(r, strategic ? 300 : 40))
		return OK;
	struct org_exception_by_id_row x = {
		.organisation_id = o->id, .title = str_c(rng_pick(r, demo_exceptions)), .created_by = SOME(d->teammates[0].id), .created_us = c->now_us,
		.reasoning = S("Asked for by their platform lead and agreed with the account's people: it costs us little and spares them a lot. "
			       "Against it: one more thing to remember. To be looked at again with the renewal."),
	};
	struct org_exception_add_row added;
	TRY(org_exception_add(c->db, c->arena, &added, .organisation_id = x.organisation_id, .title = x.title, .reasoning = x.reasoning,
			      .created_by = x.created_by, .created_us = x.created_us));
	return event_append(c, &(struct event_new){ .kind = "organisation.exception_made", .entity = "org_exception", .entity_id = added.id,
						    .data = fold_set_all(c->arena, &org_exception_rows_stmt, &x) }, NULL);
}

static enum err add_org(struct ctx *c, struct demo_rng *r, struct demo_desk *d, int64_t i)
{
	static const char *const deployments[] = { "self_hosted_compose", "self_hosted_kubernetes", "self_hosted_container", "managed", "cloud" };
	static const char *const said[] = { "docker-compose", "Kubernetes", "a single container", "your managed instance", "the cloud" };
	int64_t firsts = count(demo_org_first), lasts = count(demo_org_last);
	/* Every pair once: both lengths are walked with a step that is prime to their product. */
	ASSERT(firsts > 0 && lasts > 0);
	int64_t k = (i * 877) % (firsts * lasts);
	struct demo_org *o = &d->orgs[d->n_orgs++];
	int64_t way = rng_below(r, 5);
	bool strategic = rng_chance(r, 180), trial = rng_chance(r, 140);
	*o = (struct demo_org){ .region = (int)rng_below(r, (int64_t)demo_n_regions), .engineer = strategic ? (int)rng_below(r, 10) : -1,
				.deployment = said[way], .version = demo_versions[rng_between(r, 2, count(demo_versions) - 1)] };
	o->name = arena_fmt(c->arena, "%s %s", demo_org_first[k % firsts], demo_org_last[k / firsts]);
	long long round = i / (firsts * lasts) + 1;
	if (round > 1)
		o->name = arena_fmt(c->arena, "%.*s %lld", STR_ARG(o->name), round);
	o->domain = arena_fmt(c->arena, "%.*s.example", STR_ARG(ascii_slug(c->arena, o->name)));
	o->since_us = c->now_us;
	o->trial = trial;
	struct org_by_id_row row = {
		.name = o->name, .tier = rng_chance(r, 780) ? S("enterprise") : S("team"), .plan = str_c(rng_pick(r, demo_plans)),
		.stage = trial ? S("pre_sales") : S("post_sales"), .strategic = strategic,
		.segment = strategic ? S("strategic") : rng_chance(r, 500) ? S("enterprise") : rng_chance(r, 600) ? S("mid_market") : S("smb"),
		.deployment = str_c(deployments[way]), .version = str_c(o->version), .telemetry = rng_chance(r, 700) ? S("full") : rng_chance(r, 500) ?
		S("critical") : S("offline"), .zone = str_c(demo_regions[o->region].zone),
		.notes = rng_chance(r, 220) ? str_c(rng_pick(r, demo_org_notes)) : S(""),
	};
	if (trial)
		row.plan = S("Enterprise trial");
	if (o->engineer >= 0) {
		row.assigned_id = SOME(d->teammates[o->engineer].id);
		row.backup_id = SOME(d->teammates[(o->engineer + 3) % 10].id);
	}
	TRY(org_insert(c, &row));
	o->id = row.id;
	return org_details(c, r, d, o, strategic);
}

static enum err add_contact(struct ctx *c, struct demo_rng *r, struct demo_desk *d, int org, int number)
{
	static const char *const roles[] = { "instance_admin", "champion", "end_user", "end_user", "end_user", "deal_contact", "executive" };
	struct demo_org *o = &d->orgs[org];
	struct demo_contact *k = &d->contacts[d->n_contacts];
	int region = rng_chance(r, 800) ? o->region : (int)rng_below(r, (int64_t)demo_n_regions);
	const struct demo_region *where = &demo_regions[region];
	const char *first = rng_pick(r, where->first), *last = rng_pick(r, where->last);
	struct str local = ascii_slug(c->arena, str_c(first)), tail = ascii_slug(c->arena, str_c(last));
	*k = (struct demo_contact){ .org = org, .region = region, .first = str_c(first), .name = arena_fmt(c->arena, "%s %s", first, last) };
	/* Numbers keep addresses apart; a name in another script gives an address by role. */
	if (local.n < 2 || tail.n < 2)
		k->email = arena_fmt(c->arena, "dev%d@%.*s", number + 1, STR_ARG(o->domain));
	else
		k->email = arena_fmt(c->arena, "%.*s.%.*s%s@%.*s", STR_ARG(local), STR_ARG(tail),
				     number ? arena_cstr(c->arena, arena_fmt(c->arena, "%d", number)) : "", STR_ARG(o->domain));
	struct contact_by_id_row row = {
		.email = k->email, .name = k->name, .organisation_id = SOME(o->id), .roles = str_c(roles[rng_below(r, 7)]),
		.zone = str_c(where->zone), .language = str_c(where->language), .notes = S(""),
	};
	TRY(contact_guess_kind(c, k->email, o->id, &row.kind));
	TRY(contact_insert(c, &row));
	k->id = row.id;
	d->n_contacts++;
	o->n_contacts++;
	return OK;
}

static enum err add_logs(struct ctx *c, const struct demo_options *opt, struct demo_desk *d)
{
	for (size_t i = 0; i < ARRAY_LEN(d->logs); i++) {
		struct demo_rng r;
		struct demo_slots s;
		struct upload up;
		rng_seed(&r, opt->seed, 900000000 + i);
		demo_slots_pick(&s, &r, &demo_areas[i % demo_n_areas]);
		TRY(upload_store(c, demo_log(c->arena, &s, (int)rng_between(&r, 40, 900)), S("service.log"), &up));
		d->logs[i] = up.blob;
		d->log_bytes[i] = up.bytes;
	}
	return OK;
}

enum err demo_people(struct ctx *c, const struct demo_options *o, struct demo_desk *d)
{
	struct demo_rng r;
	rng_seed(&r, o->seed, 800000000);
	utime now = c->now_us;
	int64_t orgs = o->tickets / 50 + 6, contacts = o->tickets / 9 + 24;
	orgs = orgs > 1500 ? 1500 : orgs;
	contacts = contacts > 12000 ? 12000 : contacts;
	*d = (struct demo_desk){ .begin_us = d->begin_us };
	c->now_us = d->begin_us;
	TRY(add_logs(c, o, d));
	TRY(add_team(c, d));
	d->orgs = arena_array(c->arena, struct demo_org, (size_t)orgs);
	d->contacts = arena_array(c->arena, struct demo_contact, (size_t)(contacts + orgs));
	for (int64_t i = 0; i < orgs; i++)
		TRY(add_org(c, &r, d, i));
	for (int org = 0; org < d->n_orgs; org++) {
		d->orgs[org].first_contact = d->n_contacts;
		int64_t n = 1 + rng_below(&r, 2 * contacts / orgs);
		for (int i = 0; i < n && d->n_contacts < contacts + orgs; i++)
			TRY(add_contact(c, &r, d, org, i));
	}
	struct contact_by_id_row spam = { .email = S("offers@bulk-mail.example"), .name = S("Growth Offers"), .kind = S("community"), .roles = S(""),
					  .zone = S(""), .language = S(""), .notes = S("") };
	TRY(mail_address_add(c, S("support@tend.example"), S("Support")));
	TRY(contact_insert(c, &spam));
	d->spammer = spam.id;
	c->now_us = now;
	return OK;
}
