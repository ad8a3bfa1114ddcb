/* fuzz_import.c: any bytes as a file that somebody moves in with: tables of organisations and contacts ("o" and "c" before them) and lines of
 * `tend import` (anything else), on a real desk, in one transaction that is undone. Whatever stands in it, the desk takes it or says what is wrong with it: no
 * statement refuses what the reader let through, and nothing of ours is to blame. */
#include "desk_fuzz.h"

#include "account/account_import.h"
#include "base/utf8.h"
#include "transfer/import_line.h"

#include <stdio.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum err one_line(struct ctx *c, struct str line)
{
	json_error_t why;
	line = str_trim(line);
	json_t *o = line.n ? json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &why) : NULL;
	if (!o)
		return OK;
	struct import_line l = { .c = c, .o = o, .files_dir = "/nonexistent" };
	enum err e = json_is_object(o) ? import_one(&l) : OK;
	json_decref(o);
	return e;
}

static enum err take(struct ctx *c, void *arg)
{
	const struct str *bytes = arg;
	struct str rest = *bytes, line;
	enum err e = OK;
	if (bytes->n && (bytes->p[0] == 'o' || bytes->p[0] == 'c')) {
		struct import_report r;
		e = import_table(c, bytes->p[0] == 'o' ? S("organisations") : S("contacts"), str_slice(*bytes, 1, bytes->n), true, &r);
		for (size_t i = 0; e == OK && i < r.n_shown; i++)
			ASSERT(utf8_valid(r.shown[i].name) && utf8_valid(r.shown[i].what));
	} else {
		while (e == OK && str_line(&rest, &line))
			e = one_line(c, line);
	}
	if (!fuzz_blames_input(e))
		fprintf(stderr, "%s:%d: %s\n", c->fault.file, c->fault.line, c->fault.message);
	ASSERT(fuzz_blames_input(e));
	ASSERT(e == OK || (c->fault.message[0] && utf8_valid(str_c(c->fault.message))));
	return fail(c, ERR_RATE, "undone");   /* so that the next input finds the same desk */
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct ctx c;
	struct str bytes = { (const char *)p, n };
	if (n > 32 << 10)
		return 0;
	arena_init(&a);
	test_ctx(fuzz_desk(), &a, &c);
	c.bulk = true;
	ctx_write(&c, true, take, &bytes);
	arena_done(&a);
	return 0;
}
