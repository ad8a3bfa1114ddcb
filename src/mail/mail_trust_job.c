/* mail_trust_job.c: what a mail's headers say, and whose word counts; see mail.h, INTEGRATIONS 5.2 and 5.3.
 *
 * Authentication-Results count only under our own authserv-id, and only in the headers above the first Received: those our own MTA put there. A sender can write
 * any header, but not above the line our MTA adds. */
#include "mail/mail_job.h"

#include "core/secret.h"

#include "mail.sql.h"

#include "base/banned.h"

static bool has(struct str s, struct str word)
{
	return str_ifind(s, word) >= 0;
}

/* ---- authentication ---- */

/* "dkim=pass … header.d=example.com": the domain of a pass, aligned with the From domain. */
static bool aligned(struct str from_domain, struct str d)
{
	if (str_ieq(from_domain, d))
		return true;
	/* relaxed: a parent domain of at least two labels */
	return d.n && from_domain.n > d.n && from_domain.p[from_domain.n - d.n - 1] == '.' && str_find_ch(d, '.') > 0 &&
	       str_ieq(str_slice(from_domain, from_domain.n - d.n, from_domain.n), d);
}

static struct str property(struct str clause, struct str name)
{
	ptrdiff_t at = str_ifind(clause, name);
	if (at < 0)
		return STR_NULL;
	struct str rest = str_slice(clause, (size_t)at + name.n, clause.n);
	size_t n = 0;
	while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != ';' && rest.p[n] != '\t')
		n++;
	rest = str_slice(rest, 0, n);
	return rest.n && rest.p[0] == '@' ? str_slice(rest, 1, rest.n) : rest;
}

static void read_results(struct str value, struct str from_domain, struct mail_signs *ret)
{
	struct str rest = value, clause;
	bool more = true;
	while (more) {
		more = str_cut(rest, ';', &clause, &rest);
		clause = str_trim(clause);
		bool pass = has(clause, S("=pass"));
		if (str_ifind(clause, S("dmarc=")) == 0 && pass) {
			struct str d = property(clause, S("header.from="));
			if (!d.n || str_ieq(d, from_domain))
				ret->proved = true;
		} else if (str_ifind(clause, S("dmarc=fail")) == 0) {
			ret->refuted = true;
		} else if (str_ifind(clause, S("dkim=")) == 0 && pass) {
			struct str d = property(clause, S("header.d="));
			if (!d.n)
				d = property(clause, S("header.i="));
			if (aligned(from_domain, d))
				ret->proved = true;
		}
	}
}

static void authenticate(struct ctx *c, const struct mime_message *m, struct mail_signs *ret)
{
	struct str ours = setting_str(c, "mail.authserv_id"), local, domain;
	if (!ours.n)
		ours = str_c(c->desk->cfg.mail_domain);
	str_cut(m->from.addr, '@', &local, &domain);
	if (m->n_from != 1 || !domain.n)
		return;
	for (size_t i = 0; i < m->n_headers; i++) {
		const struct mime_header *h = &m->headers[i];
		if (str_ieq(h->name, S("Received")))
			return;   /* from here on the headers are a stranger's */
		if (!str_ieq(h->name, S("Authentication-Results")))
			continue;
		struct str id, results;
		str_cut(h->value, ';', &id, &results);
		id = str_trim(id);
		str_cut(id, ' ', &id, &(struct str){ 0 });   /* "id 1": a version may follow */
		if (str_ieq(id, ours))
			read_results(results, domain, ret);
	}
}

/* ---- made by programs ---- */

static void automatic(struct ctx *c, struct str envelope_from, const struct mime_message *m, struct mail_signs *ret)
{
	struct str submitted = str_trim(mime_header_value(m, S("Auto-Submitted")));
	struct str precedence = str_trim(mime_header_value(m, S("Precedence")));
	struct str local, domain;
	str_cut(m->from.addr, '@', &local, &domain);
	(void)c;
	if (submitted.n && !str_ieq(submitted, S("no"))) {
		ret->automatic = true;
		ret->vacation = str_ifind(submitted, S("auto-replied")) == 0;
		ret->why = S("Auto-Submitted");
	} else if (envelope_from.n == 0) {
		ret->automatic = true;
		ret->why = S("an empty return path");
	} else if (str_ieq(precedence, S("bulk")) || str_ieq(precedence, S("junk")) || str_ieq(precedence, S("list")) ||
		   str_ieq(precedence, S("auto_reply"))) {
		ret->automatic = true;
		ret->vacation = str_ieq(precedence, S("auto_reply"));
		ret->why = S("Precedence");
	} else if (mime_header_value(m, S("List-Id")).n || mime_header_value(m, S("List-Unsubscribe")).n || mime_header_value(m, S("List-Post")).n) {
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
	/* X-Auto-Response-Suppress is a wish, stamped on people's mail too: it says nothing of who wrote */
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

void mail_signs_read(struct ctx *c, struct str envelope_from, const struct mime_message *m, struct mail_signs *ret)
{
	*ret = (struct mail_signs){ .why = S("") };
	authenticate(c, m, ret);
	automatic(c, envelope_from, m, ret);
	verification(m, ret);
	struct mail_address_find_row own;
	bool found = false;
	if (m->from.addr.n && mail_address_find(c->db, c->arena, &own, &found, .address = m->from.addr) == OK && found) {
		ret->loop = true;
		ret->why = S("the sender is one of our own addresses");
	}
	struct str mark = mime_header_value(m, S("X-Tend-Desk"));
	unsigned char mac[32];
	secret_mac(c->desk, KEY_MAIL_TOKEN, S("desk mark"), mac);
	if (mark.n && str_ieq(str_trim(mark), secret_base32(c->arena, mac, 10))) {
		ret->loop = true;
		ret->why = S("our own mark: a mail of ours came back");
	}
	struct str flag = mime_header_value(m, S("X-Spam-Flag"));
	ret->spam = str_ifind(str_trim(flag), S("yes")) == 0;
}
