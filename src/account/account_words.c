/* account_words.c: the closed lists of the account slice, and the words people read for them. */
#include "account/account_parts.h"

#include "base/banned.h"

const char *const org_tiers[] = { "enterprise", "team", "self_service", "free", "open_source", "internal", NULL };
const char *const org_stages[] = { "pre_sales", "post_sales", "none", NULL };
const char *const org_segments[] = { "strategic", "enterprise", "mid_market", "smb", "unknown", NULL };
const char *const org_deployments[] = { "self_hosted_container", "self_hosted_compose", "self_hosted_kubernetes", "managed", "cloud",
					"unknown", NULL };
const char *const org_telemetries[] = { "full", "critical", "offline", "unknown", NULL };
const char *const org_parts[] = { "ae", "ce", "ta", "other", NULL };
const char *const contact_kinds[] = { "customer", "prospect", "community", "internal", NULL };
const char *const contact_roles[] = { "champion", "deal_contact", "instance_admin", "executive", "economic_buyer", "end_user",
				      "program_contact", NULL };
const char *const yes_no[] = { "yes", "no", NULL };
const char *const import_kinds[] = { "organisations", "contacts", NULL };

static const struct {
	const char *word, *shown;
} words[] = {
	{ "ae", "account executive" },
	{ "assigned", "assigned engineer" },
	{ "backup", "backup engineer" },
	{ "ce", "customer engineer" },
	{ "cloud", "cloud, multi-tenant" },
	{ "critical", "critical pings only" },
	{ "deal_contact", "deal contact" },
	{ "economic_buyer", "economic buyer" },
	{ "end_user", "end user" },
	{ "full", "full pings" },
	{ "instance_admin", "instance admin" },
	{ "managed", "managed instance" },
	{ "mid_market", "mid-market" },
	{ "none", "no stage" },
	{ "on_hold", "on hold" },
	{ "open_source", "open source" },
	{ "other", "other" },
	{ "post_sales", "post-sales" },
	{ "pre_sales", "pre-sales" },
	{ "program_contact", "program contact" },
	{ "self_hosted_compose", "self-hosted, docker-compose" },
	{ "self_hosted_container", "self-hosted, single container" },
	{ "self_hosted_kubernetes", "self-hosted, Kubernetes" },
	{ "self_service", "self-service" },
	{ "smb", "small business" },
	{ "ta", "technical advisor" },
	{ "unknown", "not known" },
};

const char *account_words(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(word, str_c(words[i].word)))
			return words[i].shown;
	return word.p ? word.p : "";
}

bool one_of(const char *const *list, struct str s)
{
	for (; *list; list++)
		if (str_eq(s, str_c(*list)))
			return true;
	return false;
}

/* "Batch Changes, executors" → a comma-separated list in the order of the closed one; *ret_bad is the first word that is none. */
bool roles_clean(struct arena *a, const struct str *v, size_t n, struct str *ret, struct str *ret_bad)
{
	struct buf b;
	buf_init(&b, a, 512);
	for (size_t i = 0; i < n; i++)
		if (!one_of(contact_roles, v[i])) {
			*ret_bad = v[i];
			return false;
		}
	for (const char *const *r = contact_roles; *r; r++)
		for (size_t i = 0; i < n; i++)
			if (str_eq(v[i], str_c(*r))) {
				if (b.n)
					buf_ch(&b, ',');
				buf_add(&b, v[i]);
				break;
			}
	*ret = b.n ? buf_str(&b) : S("");
	return true;
}

size_t split_list(struct arena *a, struct str s, struct str **ret)
{
	struct str *v = arena_array(a, struct str, s.n / 2 + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		while (i < s.n && s.p[i] != ',' && s.p[i] != ';' && s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '\t')
			i++;
		if (i > from)
			v[n++] = str_slice(s, from, i);
		i++;
	}
	*ret = v;
	return n;
}
