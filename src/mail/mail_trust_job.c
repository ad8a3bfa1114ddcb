/* mail_trust_job.c: what a mail's headers say of who made it; see mail_job.h. Whether the sender is proved is mail_auth.c's business. */
#include "mail/mail_job.h"

#include "core/secret.h"
#include "mail/mail_auth.h"

#include "mail.sql.h"

#include "base/banned.h"

static bool has(struct str s, struct str word)
{
	return str_ifind(s, word) >= 0;
}

/* ---- made by programs ---- */

/* A header's first word: "auto-replied; owner-email=…" and "no (a person)" have more behind it. */
static struct str first_word(struct str s)
{
	s = str_trim(s);
	size_t n = 0;
	while (n < s.n && s.p[n] != ';' && s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != '(')
		n++;
	return str_slice(s, 0, n);
}

static bool has_list_header(const struct mime_message *m)
{
	for (size_t i = 0; i < m->n_headers; i++)
		if (str_ifind(str_slice(m->headers[i].name, 0, 5), S("List-")) == 0)
			return true;
	return false;
}

static void automatic(struct str envelope_from, const struct mime_message *m, struct mail_signs *ret)
{
	struct str submitted = first_word(mime_header_value(m, S("Auto-Submitted")));
	struct str precedence = first_word(mime_header_value(m, S("Precedence")));
	struct str local, domain;
	str_cut(m->from.addr, '@', &local, &domain);
	if (submitted.n && !str_ieq(submitted, S("no"))) {
		ret->automatic = true;
		ret->vacation = str_ieq(submitted, S("auto-replied")) || str_ieq(submitted, S("auto-notified"));
		ret->why = S("Auto-Submitted");
	} else if (envelope_from.n == 0) {
		ret->automatic = ret->vacation = true;   /* what reports and automatic replies are sent with (RFC 3834 3.3) */
		ret->why = S("an empty return path");
	} else if (str_ieq(precedence, S("bulk")) || str_ieq(precedence, S("junk")) || str_ieq(precedence, S("list")) ||
		   str_ieq(precedence, S("auto_reply"))) {
		ret->automatic = true;
		ret->vacation = str_ieq(precedence, S("auto_reply"));
		ret->why = S("Precedence");
	} else if (has_list_header(m)) {
		ret->automatic = true;
		ret->why = S("a list header");
	} else if (mime_header_value(m, S("X-Autoreply")).n || mime_header_value(m, S("X-Autorespond")).n ||
		   mime_header_value(m, S("X-Mail-Autoreply")).n) {
		ret->automatic = ret->vacation = true;
		ret->why = S("an autoreply header");
	} else if (str_ieq(local, S("mailer-daemon")) || str_ieq(local, S("postmaster"))) {
		ret->automatic = true;
		ret->why = S("the sender is a mail system");
	}
	/* X-Auto-Response-Suppress is a wish, stamped on people's mail too: honoured, but it says nothing of who wrote */
	struct str wish = mime_header_value(m, S("X-Auto-Response-Suppress"));
	ret->suppress = has(wish, S("all")) || has(wish, S("autoreply")) || has(wish, S("oof"));
}

static void verification(const struct mime_message *m, struct mail_signs *ret)
{
	static const char *const LOCALS[] = { "no-reply", "noreply", "no_reply", "do-not-reply", "donotreply", "do_not_reply" };
	static const char *const SUBJECTS[] = { "verification code", "verify your", "confirm your email", "confirm your e-mail", "confirm your account",
						"one-time code", "one-time password", "sign-in code", "login code", "security code", "activate your",
						"reset your password" };
	struct str local, domain;
	str_cut(m->from.addr, '@', &local, &domain);
	for (size_t i = 0; i < ARRAY_LEN(LOCALS); i++)
		ret->verification |= str_ifind(local, str_c(LOCALS[i])) == 0;
	for (size_t i = 0; i < ARRAY_LEN(SUBJECTS); i++)
		ret->verification |= has(m->subject, str_c(SUBJECTS[i])) && ret->automatic;
}

static enum err loop(struct ctx *c, const struct mime_message *m, struct mail_signs *ret)
{
	struct mail_recipient from;
	struct mail_address_find_row own;
	bool found = false;
	mail_recipient_read(c, m->from.addr, &from);
	if (m->from.addr.n)
		TRY(mail_address_find(c->db, c->arena, &own, &found, .address = from.base));
	if (found) {
		ret->loop = true;
		ret->why = S("the sender is one of our own addresses");
	}
	struct str mark = mime_header_value(m, S("X-Tend-Desk"));
	unsigned char mac[32];
	secret_mac(c->desk, KEY_MAIL_TOKEN, S("desk mark"), mac);
	if (mark.n && secret_equal(str_trim(mark), secret_base32(c->arena, mac, 10))) {
		ret->loop = true;
		ret->why = S("it carries our own mark, so it is a mail of ours that came back");
	}
	return OK;
}

enum err mail_signs_read(struct ctx *c, struct str envelope_from, struct str raw, const struct mime_message *m, struct mail_signs *ret)
{
	struct mail_verdict verdict = { .proved = false };
	struct str ours = setting_str(c, "mail.authserv_id");
	*ret = (struct mail_signs){ .why = S("") };
	if (m->n_from == 1)
		mail_auth_read(c->arena, raw, ours.n ? ours : str_c(c->desk->cfg.mail_domain), mail_domain_of(m->from.addr),
			       setting_i64(c, "mail.own_hops"), &verdict);
	ret->proved = verdict.proved;
	ret->refuted = verdict.refuted;
	automatic(envelope_from, m, ret);
	verification(m, ret);
	ret->spam = str_ieq(first_word(mime_header_value(m, S("X-Spam-Flag"))), S("yes"));
	return loop(c, m, ret);
}
