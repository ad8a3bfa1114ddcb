/* address.c: what counts as a domain and as a mail address here. Both are kept in lower case, so that the same person is found however
 * her address was typed; whether a domain is somebody's own decides whether it can name an organisation. */
#include "account/account.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Mail providers where everybody can have an address, sorted for bsearch. */
static const char *const public_domains[] = {
	"126.com", "163.com", "aim.com", "aliyun.com", "aol.com", "arcor.de", "att.net", "bell.net", "bellsouth.net",
	"bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com", "centurylink.net", "charter.net",
	"chello.nl", "comcast.net", "cox.net", "duck.com", "earthlink.net", "email.com", "email.cz", "fastmail.com",
	"fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
	"gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de",
	"hotmail.es", "hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com", "inbox.lv", "inbox.ru", "interia.pl",
	"juno.com", "laposte.net", "libero.it", "list.ru", "live.co.uk", "live.com", "live.de", "live.fr", "live.nl",
	"mac.com", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com",
	"netcologne.de", "o2.pl", "onet.pl", "online.de", "optonline.net", "orange.fr", "outlook.com", "outlook.de",
	"outlook.fr", "outlook.jp", "pm.me", "posteo.de", "proton.me", "protonmail.ch", "protonmail.com", "qq.com",
	"rambler.ru", "rediffmail.com", "rocketmail.com", "rogers.com", "runbox.com", "sapo.pt", "sbcglobal.net",
	"seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "skynet.be", "sohu.com", "t-online.de", "talktalk.net",
	"telenet.be", "telia.com", "terra.com.br", "tiscali.it", "tuta.com", "tuta.io", "tutanota.com",
	"tutanota.de", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de",
	"wp.pl", "xs4all.nl", "xtra.co.nz", "ya.ru", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
	"yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru",
	"yeah.net", "ymail.com", "zoho.com",
};

static int domain_order(const void *key, const void *item)
{
	return str_cmp(*(const struct str *)key, str_c(*(const char *const *)item));
}

bool domain_is_public(struct str domain)
{
	return bsearch(&domain, public_domains, ARRAY_LEN(public_domains), sizeof(public_domains[0]), domain_order) != NULL;
}

/* Lower case: ASCII, and the letters with accents, Greek and Cyrillic ones that domains are typed in; others have no case. */
static uint32_t lower_cp(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return cp + 32;
	if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F))
		return cp + 32;
	if (cp >= 0x400 && cp <= 0x40F)
		return cp + 80;
	if (((cp >= 0x100 && cp <= 0x137) || (cp >= 0x14A && cp <= 0x177)) && (cp & 1) == 0)
		return cp + 1;
	if (((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E)) && (cp & 1) == 1)
		return cp + 1;
	return cp;
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n * 2 + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		int32_t cp = utf8_next(s, &i);
		n += utf8_put(p + n, lower_cp(cp < 0 ? 0xFFFD : (uint32_t)cp));
		if (n + 4 > s.n * 2)
			break;
	}
	return (struct str){ p, n };
}

static bool label_ok(struct str l)
{
	if (l.n == 0 || l.n > 63 || l.p[0] == '-' || l.p[l.n - 1] == '-')
		return false;
	for (size_t i = 0; i < l.n;) {
		int32_t cp = utf8_next(l, &i);
		bool ascii = (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || cp == '-';
		/* U-labels: letters and marks; no white space, controls, punctuation or symbols of other scripts. */
		bool other = cp >= 0xA0 && !utf8_is_control((uint32_t)cp) && cp != 0xA0 && cp != 0xD7 && cp != 0xF7 &&
			     !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x3004) &&
			     !(cp >= 0xE000 && cp <= 0xF8FF) && !(cp >= 0xFE00 && cp <= 0xFEFF && cp != 0xFE70) && cp < 0xF0000 &&
			     !(cp >= 0xFF00 && cp <= 0xFF0F) && cp != 0xFFFD;
		if (!ascii && !(other && cp >= 0xB5))
			return false;
	}
	return true;
}

static bool domain_ok(struct str d)
{
	if (d.n == 0 || d.n > 253)
		return false;
	size_t labels = 0;
	struct str rest = d, label;
	for (bool more = true; more; labels++) {
		more = str_cut(rest, '.', &label, &rest);
		if (!label_ok(label))
			return false;
	}
	bool digits = true;     /* of the last label: 10.0.0.1 is an address of a machine */
	for (size_t i = 0; i < label.n; i++)
		digits = digits && label.p[i] >= '0' && label.p[i] <= '9';
	return labels >= 2 && !digits;
}

enum err domain_clean(struct ctx *c, struct str typed, bool own, struct str *ret)
{
	struct str d = str_trim(typed);
	if (d.n > 1024 || !utf8_valid(d))
		return fail(c, ERR_INPUT, "That is no domain: write it like acme.com");
	if (str_starts(d, S("@")))
		d = str_slice(d, 1, d.n);
	if (d.n && d.p[d.n - 1] == '.')
		d.n--;
	d = lower(c->arena, utf8_nfc(c->arena, d));
	if (!domain_ok(d))
		return fail(c, ERR_INPUT, "“%.*s” is no domain: write it like acme.com, without http:// and without a path",
			    STR_ARG(utf8_clip(d, 80)));
	if (own && domain_is_public(d))
		return fail(c, ERR_INPUT, "%.*s is a public mail provider: everybody can have an address there, so it cannot stand for one "
			    "organisation. Add its people one by one instead", STR_ARG(d));
	*ret = d;
	return OK;
}

static bool local_ok(struct str l)
{
	if (l.n == 0 || l.n > 64 || l.p[0] == '.' || l.p[l.n - 1] == '.' || str_find(l, S("..")) >= 0)
		return false;
	for (size_t i = 0; i < l.n; i++) {
		unsigned char ch = (unsigned char)l.p[i];
		bool word = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch >= 0x80;
		if (!word && !strchr("!#$%&'*+-/=?^_`{|}~.", ch))
			return false;
	}
	return true;
}

enum err address_clean(struct ctx *c, struct str typed, struct str *ret)
{
	struct str s = str_trim(typed);
	if (s.n > 512 || !utf8_valid(s))
		return fail(c, ERR_INPUT, "That is no mail address: write it like ines@acme.com");
	s = lower(c->arena, utf8_nfc(c->arena, s));
	struct str local, domain;
	bool at = str_cut(s, '@', &local, &domain);
	if (at && domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (!at || !local_ok(local) || !domain_ok(domain))
		return fail(c, ERR_INPUT, "“%.*s” is no mail address: write it like ines@acme.com", STR_ARG(utf8_clip(s, 80)));
	*ret = (struct str){ s.p, (size_t)(domain.p + domain.n - s.p) };
	return OK;
}
