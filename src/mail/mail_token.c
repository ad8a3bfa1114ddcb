/* mail_token.c: addresses and Message-IDs that carry a MAC; see mail.h.
 *
 * Each use has a purpose of its own in the MAC ("reply", "bounce", "id.reply" …): what was made for one never fits another.
 *
 * Sixteen base32 digits are 80 bits of HMAC-SHA256. Gateways change the case of addresses, so everything here is lower case and read without case. */
#include "mail/mail.h"

#include "core/secret.h"

#include <string.h>

#include "base/banned.h"

enum { MAC_DIGITS = 16, MAC_BYTES = 10 };

static struct str mac_of(struct ctx *c, const char *purpose, int64_t a, int64_t b)
{
	unsigned char mac[32];
	secret_mac(c->desk, KEY_MAIL_TOKEN, arena_fmt(c->arena, "%s:%lld:%lld", purpose, (long long)a, (long long)b), mac);
	return secret_base32(c->arena, mac, MAC_BYTES);
}

struct str mail_lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (struct str){ p, s.n };
}

/* At the last "@": a quoted local part may have one inside. False without any. */
static bool split(struct str addr, struct str *ret_local, struct str *ret_domain)
{
	for (size_t i = addr.n; i > 0; i--)
		if (addr.p[i - 1] == '@') {
			*ret_local = str_slice(addr, 0, i - 1);
			*ret_domain = str_slice(addr, i, addr.n);
			return true;
		}
	*ret_local = addr;
	*ret_domain = S("");
	return false;
}

struct str mail_domain_of(struct str addr)
{
	struct str local, domain;
	split(addr, &local, &domain);
	return domain;
}

/* "support" in quotes is support (RFC 5321 4.1.2); what needs its quotes keeps them, and is none of ours. */
static struct str unquoted(struct str local)
{
	if (local.n < 3 || local.p[0] != '"' || local.p[local.n - 1] != '"')
		return local;
	struct str inner = str_slice(local, 1, local.n - 1);
	for (size_t i = 0; i < inner.n; i++) {
		char ch = inner.p[i];
		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '+' || ch == '-' || ch == '_'))
			return local;
	}
	return inner;
}

struct str mail_reply_address(struct ctx *c, struct str base, int64_t ticket_id, int64_t contact_id)
{
	struct str local, domain;
	str_cut(base, '@', &local, &domain);
	return arena_fmt(c->arena, "%.*s+%lld.%lld.%.*s@%.*s", STR_ARG(local), (long long)ticket_id, (long long)contact_id,
			 STR_ARG(mac_of(c, "reply", ticket_id, contact_id)), STR_ARG(domain));
}

struct str mail_message_id(struct ctx *c, int64_t message_id, int64_t contact_id, const char *kind)
{
	const char *purpose = arena_fmt(c->arena, "id.%s", kind).p;
	return arena_fmt(c->arena, "tend.%s.%lld.%lld.%.*s@%s", kind, (long long)message_id, (long long)contact_id,
			 STR_ARG(mac_of(c, purpose, message_id, contact_id)), c->desk->cfg.mail_domain);
}

struct str mail_bounce_address(struct ctx *c, int64_t outbox_id, int64_t contact_id)
{
	return arena_fmt(c->arena, "bounce+%lld.%lld.%.*s@%s", (long long)outbox_id, (long long)contact_id,
			 STR_ARG(mac_of(c, "bounce", outbox_id, contact_id)), c->desk->cfg.mail_domain);
}

/* "42.17.<mac>" whose MAC is right. */
static bool token_read(struct ctx *c, const char *purpose, struct str token, int64_t *ret_a, int64_t *ret_b)
{
	struct str a, b, mac;
	if (!str_cut(token, '.', &a, &token) || !str_cut(token, '.', &b, &mac) || mac.n != MAC_DIGITS || !str_i64(a, ret_a) || !str_i64(b, ret_b))
		return false;
	return *ret_a > 0 && *ret_b >= 0 && secret_equal(mac, mac_of(c, purpose, *ret_a, *ret_b));
}

void mail_recipient_read(struct ctx *c, struct str rcpt, struct mail_recipient *ret)
{
	struct str local, domain, name, token;
	*ret = (struct mail_recipient){ .kind = MAIL_TOKEN_NONE };
	rcpt = mail_lower(c->arena, rcpt);
	split(rcpt, &local, &domain);
	local = unquoted(local);
	if (domain.n == 0 || !str_cut(local, '+', &name, &token)) {
		ret->base = domain.n ? arena_fmt(c->arena, "%.*s@%.*s", STR_ARG(local), STR_ARG(domain)) : local;
		return;
	}
	ret->base = arena_fmt(c->arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(domain));
	bool bounce = str_eq(name, S("bounce"));
	if (token_read(c, bounce ? "bounce" : "reply", token, &ret->ticket_id, &ret->contact_id))
		ret->kind = bounce ? MAIL_TOKEN_BOUNCE : MAIL_TOKEN_REPLY;
	else
		ret->kind = MAIL_TOKEN_BROKEN;
}

bool mail_message_id_read(struct ctx *c, struct str id, int64_t *ret_message, int64_t *ret_contact, struct str *ret_kind)
{
	static const char *const KINDS[] = { "reply", "ack", "confirm", "plain" };
	struct str local, domain, rest, kind;
	id = mail_lower(c->arena, id);
	if (!split(id, &local, &domain) || !str_eq(domain, mail_lower(c->arena, str_c(c->desk->cfg.mail_domain))) || !str_starts(local, S("tend.")) ||
	    !str_cut(str_slice(local, 5, local.n), '.', &kind, &rest))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
		if (str_eq(kind, str_c(KINDS[i]))) {
			*ret_kind = kind;
			return token_read(c, arena_fmt(c->arena, "id.%s", KINDS[i]).p, rest, ret_message, ret_contact);
		}
	return false;
}
