/* fuzz_form.c: any bytes as a query string, a Cookie header and a text to encode. */
#include "base/utf8.h"
#include "io/form.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct str in = { n ? (const char *)p : "", n };
	struct fault fault = { 0 };
	struct form f = { 0 };
	if (form_decode_query(&a, &fault, in, &f) == OK) {
		for (size_t i = 0; i < f.n_pairs; i++) {
			ASSERT(utf8_valid(f.pairs[i].name) && utf8_valid(f.pairs[i].value));
			size_t times;
			ASSERT(form_value(&f, f.pairs[i].name, &times).p && times >= 1);
		}
		ASSERT(f.n_pairs <= FORM_PAIRS_MAX);
	} else {
		ASSERT(fault.err != OK && fault.message[0]);
	}
	/* What is encoded comes back. */
	struct str enc = url_encode(&a, in);
	struct form back = { 0 };
	fault_clear(&fault);
	struct str query = arena_fmt(&a, "v=%.*s", STR_ARG(enc));
	if (utf8_valid(in)) {
		ASSERT(form_decode_query(&a, &fault, query, &back) == OK);
		ASSERT(str_eq(form_value(&back, S("v"), NULL), in));
	}
	struct str cookie = cookie_value(in, S("s"));
	ASSERT(cookie.n <= n);
	arena_done(&a);
	return 0;
}
