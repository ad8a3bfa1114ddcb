/* fuzz_mail_auth.c: what strangers' headers and addresses make of our readers: Authentication-Results, Return-Path, recipients, Message-IDs. Nobody proves
 * anything below the first Received, and no token is read that was not made. */
#include "core/desk.h"
#include "mail/mail.h"
#include "mail/mail_auth.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool has(struct str s, const char *word)
{
	return str_ifind(s, str_c(word)) >= 0;
}

static void results(struct arena *a, struct str s)
{
	struct mail_verdict v;
	mail_auth_read(a, s, S("mx.desk.example"), S("acme.com"), 0, &v);
	ASSERT(!(v.proved && v.refuted));
	if (v.proved)   /* only with both words there, and our name */
		ASSERT((has(s, "pass") || has(s, "\\")) && (has(s, "dmarc") || has(s, "dkim") || has(s, "\"")) && has(s, "authentication-results"));
	/* the same below a line of Received proves nothing */
	struct str below = arena_fmt(a, "Received: by evil\n%.*s", STR_ARG(s));
	mail_auth_read(a, below, S("mx.desk.example"), S("acme.com"), 0, &v);
	ASSERT(!v.proved && !v.refuted);
	/* nor inside a comment or a quoted string of ours, if it does not close it */
	if (str_find_ch(s, '\n') < 0 && str_find_ch(s, ')') < 0) {
		mail_auth_read(a, arena_fmt(a, "Authentication-Results: mx.desk.example; spf=fail (%.*s\n\n", STR_ARG(s)), S("mx.desk.example"), S("acme.com"), 0, &v);
		ASSERT(!v.proved && !v.refuted);
	}
	if (str_find_ch(s, '\n') < 0 && str_find_ch(s, '"') < 0) {
		mail_auth_read(a, arena_fmt(a, "Authentication-Results: mx.desk.example; spf=fail x=\"%.*s\n\n", STR_ARG(s)), S("mx.desk.example"), S("acme.com"), 0, &v);
		ASSERT(!v.proved && !v.refuted);
	}
	mail_return_path(a, s);
}

static void tokens(struct arena *a, struct str s)
{
	struct desk d = { .cfg = { .mail_domain = "desk.example" } };
	struct ctx c = { .desk = &d, .arena = a };
	struct mail_recipient r;
	int64_t number, contact;
	struct str kind;
	memset(d.keys, 7, sizeof(d.keys));
	mail_recipient_read(&c, s, &r);
	/* the fuzzer has no key: what reads as a token is the very text that we make for it, whatever its case */
	if (r.kind == MAIL_TOKEN_REPLY)
		ASSERT(str_find_ch(s, '"') >= 0 || str_ieq(s, mail_reply_address(&c, r.base, r.ticket_id, r.contact_id)));
	if (mail_message_id_read(&c, s, &number, &contact, &kind))
		ASSERT(str_ieq(s, mail_message_id(&c, number, contact, arena_fmt(a, "%.*s", STR_ARG(kind)).p)));
	mail_domain_of(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct str s = { (const char *)p, n };
	if (n > 64 << 10)
		return 0;
	arena_init(&a);
	results(&a, s);
	tokens(&a, s);
	arena_done(&a);
	return 0;
}
