/* account.h: the customers: organisations, their people, and who of ours stands beside them.
 *
 * An organisation holds mail domains (each belongs to one organisation), what it bought (tier, plan, entitlements with dates), what it
 * runs, who of ours cares for it, and the exceptions made for it. A contact is a person with any number of addresses. Nothing here is ever
 * deleted from the tables: a domain or an address that was taken away belongs to nobody, people end, organisations and contacts are
 * put away and can come back.
 *
 * Two contacts that turn out to be one person are merged: `from` points to `into`, keeps its row and addresses, and every lookup by
 * address or id follows the pointer. So a merge can be undone days later.
 *
 * Events other slices react to (entity "contact", entity_id = from):
 *
 *     contact.merged     {"from":7,"into":3,"set":{"merged_into_id":3}}
 *     contact.unmerged   {"from":7,"into":3,"merged_seq":812,"set":{"merged_into_id":null}}   merged_seq: the event it undoes
 *
 * The ticket slice moves requester and copies from `from` to `into` IN_TX, and back for those it moved because of merged_seq. */
#ifndef TEND_ACCOUNT_ACCOUNT_H
#define TEND_ACCOUNT_ACCOUNT_H

#include "core/feature.h"

extern const struct feature account_feature;

/* A person, as other slices need them. */
struct contact {
	int64_t id;
	struct str email;              /* their first address, lower case; STR_NULL without one */
	struct str name;               /* never empty: the address when no name is known */
	struct opt_i64 organisation_id;
	struct str kind;               /* customer, prospect, community, internal */
	struct str zone, language;     /* "" = not known */
	bool bouncing;                 /* mail to them came back: do not send by ourselves */
	bool deleted;
};

/* The contact with that id, or the one it was merged into. ERR_NOT_FOUND with a sentence when there is none. */
enum err contact_get(struct ctx *c, int64_t id, struct contact *ret);
/* The contact an address belongs to (merged ones followed). */
enum err contact_by_address(struct ctx *c, struct str address, struct contact *ret, bool *ret_found);
/* Finds, or creates (in the current write transaction, with its event), the contact who writes from an address. The organisation is
 * suggested by the address's domain; the kind follows from it. name may be empty or STR_NULL. ERR_INPUT when the address is none. */
enum err contact_for_mail(struct ctx *c, struct str name, struct str address, struct contact *ret, bool *ret_created);
/* Mail to them came back for good ("mailbox does not exist"), or reaches them again (bouncing = false). Appends an event when it changes. */
enum err contact_set_bouncing(struct ctx *c, int64_t id, bool bouncing, struct str reason);

/* The organisation that lists the domain, or else the nearest parent domain that one lists ("mail.eu.acme.com" → "acme.com"); deleted
 * ones and public mail providers never match. */
enum err organisation_by_domain(struct ctx *c, struct str domain, int64_t *ret_id, bool *ret_found);

/* "acme.com" out of " Acme.COM. ": lower case, without a final dot; labels of letters, digits and hyphens, or of UTF-8 letters as typed.
 * ERR_INPUT with a sentence for what is no domain and, for `own`, for public mail providers: nobody owns gmail.com. */
enum err domain_clean(struct ctx *c, struct str typed, bool own, struct str *ret);
/* gmail.com and its like, where everybody has an address. domain in lower case. */
bool domain_is_public(struct str domain);
/* "ines@northwind.example" lower-cased as a whole; ERR_INPUT with a sentence for what is no address. */
enum err address_clean(struct ctx *c, struct str typed, struct str *ret);

/* What a customer page shows of the account beside a ticket. Strings in the ctx's arena. */
struct organisation_person {
	int64_t teammate_id;
	struct str name, part;         /* part: ae, ce, ta, other, assigned, backup */
};
struct organisation_exception {
	int64_t id;
	struct str title, reasoning;
	struct str until_date;         /* STR_NULL = long-term */
};
struct organisation_card {
	int64_t id;
	struct str name, tier, plan, stage, segment, deployment, version, telemetry, zone, notes;
	bool strategic, deleted;
	struct opt_i64 assigned_id, backup_id;
	struct organisation_person *people;
	size_t n_people;
	struct organisation_exception *exceptions;   /* in force today */
	size_t n_exceptions;
	struct str *entitlements;                    /* names in force today */
	size_t n_entitlements;
	struct str *domains;
	size_t n_domains;
};
enum err organisation_card(struct ctx *c, int64_t id, struct organisation_card *ret);

/* Words for people: "self-hosted, Kubernetes" for "self_hosted_kubernetes", "account executive" for "ae" …; an unknown word is itself. */
const char *account_words(struct str word);

#endif
