/* fuzz_mime.c: any bytes as a mail: the pre-pass, the parse, and the flat answer that the parent must be able to believe. */
#include "io/mime_core.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct charsets *charsets(void)
{
	static struct charsets *c; /* shared: the fuzzer has one thread */
	struct fault f = { 0 };
	if (!c) {
		mime_gmime_start();
		ASSERT(charsets_open(&f, &c) == OK);
	}
	return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct fault f = { 0 };
	struct mime_message m, back;
	arena_init(&a);
	struct charsets *cs = charsets();
	if (mime_parse_here(&a, &f, cs, (struct str){ n ? (const char *)p : "", n }, &m) == OK) {
		struct buf wire;
		buf_init(&wire, &a, FRAME_MOST);
		mime_wire_put(&wire, &m);
		ASSERT(buf_err(&wire) == OK);
		ASSERT(mime_wire_get(&a, &f, buf_str(&wire), &back) == OK);
		ASSERT(str_eq(back.text, m.text) && str_eq(back.html, m.html) && back.n_parts == m.n_parts);
	} else {
		ASSERT(f.err == ERR_INPUT && f.message[0]);
	}
	arena_done(&a);
	return 0;
}
