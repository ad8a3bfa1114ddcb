/* fuzz_names.c: small things that strangers name: files (the name that is kept, the type that their bytes say), addresses of proxies, secrets in a text,
 * where a quoted text begins. */
#include "core/upload.h"
#include "io/quote.h"
#include "io/server_priv.h"
#include "ticket/guard.h"

#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void files(struct arena *a, struct str s)
{
	struct str name = upload_clean_name(a, s), type = upload_sniff(str_slice(s, 0, 512));
	ASSERT(name.n && name.n <= 180 && utf8_valid(name));
	ASSERT(str_find_ch(name, '/') < 0 && str_find_ch(name, '\\') < 0 && name.p[0] != '.');
	for (size_t i = 0; i < name.n; i++)
		ASSERT((unsigned char)name.p[i] >= ' ' && name.p[i] != 0x7f);
	ASSERT(str_eq(upload_clean_name(a, name), name));
	ASSERT(type.n && str_find_ch(type, '/') > 0);
	if (upload_inline_image(type))
		ASSERT((unsigned char)s.p[0] > 0x7f || str_starts(s, S("GIF8")) || str_starts(s, S("RIFF")));
}

static void addresses(struct arena *a, struct str s)
{
	uint8_t addr[16], again[16];
	struct net net;
	if (addr_parse(s, addr)) {
		ASSERT(addr_parse(addr_text(a, addr), again) && memcmp(addr, again, sizeof(addr)) == 0);
		ASSERT(net_parse(addr_text(a, addr), &net) && net_has(&net, addr));
	}
	if (net_parse(s, &net))
		net_has(&net, addr);
}

static void secrets(struct arena *a, struct str s)
{
	struct guard_finding v[GUARD_FINDINGS_MAX];
	size_t found = guard_find(s, S("2026-11-24"), v);
	ASSERT(found <= GUARD_FINDINGS_MAX);
	for (size_t i = 0; i < found; i++) {
		ASSERT(v[i].n && v[i].at + v[i].n <= s.n && v[i].line > 0);
		ASSERT(i == 0 || v[i].at >= v[i - 1].at + v[i - 1].n);
		ASSERT(utf8_valid(str_slice(s, v[i].at, v[i].at + v[i].n)));
	}
	ASSERT(utf8_valid(guard_words(a, v, found)));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct str s = { n ? (const char *)p : "", n }, from;
	if (n > 16 << 10)
		return 0;
	arena_init(&a);
	files(&a, s);
	addresses(&a, s);
	struct str text = utf8_clean(&a, s);
	secrets(&a, text);
	size_t at = quote_find(text);
	ASSERT(at <= text.n);
	ASSERT(utf8_valid(str_slice(text, 0, at)));
	if (quote_forwarded_from(text, &from))
		ASSERT(from.n && from.p >= text.p && from.p + from.n <= text.p + text.n);
	arena_done(&a);
	return 0;
}
