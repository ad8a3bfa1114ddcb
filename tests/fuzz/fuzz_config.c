/* fuzz_config.c: any bytes as the text of promises (`tend config`) and of rules (`tend rule`), on a real desk. What is taken is written again to the same text, and a
 * difference is said in words; what is not taken is refused with the line. */
#include "desk_fuzz.h"

#include "base/utf8.h"
#include "rules/rules.h"
#include "sla/sla_int.h"

#include <stdio.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void said(struct ctx *c, enum err e)
{
	if (!fuzz_blames_input(e))
		fprintf(stderr, "%s:%d: %s\n", c->fault.file, c->fault.line, c->fault.message);
	ASSERT(fuzz_blames_input(e));
	ASSERT(e == OK || (c->fault.message[0] && utf8_valid(str_c(c->fault.message))));
	fault_clear(&c->fault);
}

static void promises(struct ctx *c, struct str text)
{
	struct conf k, again, once_more;
	struct sla_rows rows, same;
	enum err e = conf_parse(c, text, &k);
	if (e == OK)
		e = conf_to_rows(c, &k, &rows);
	if (e == OK) {
		ASSERT(conf_of_rows(c, &rows, &again) == OK);
		struct str written = conf_text(c->arena, &again);
		ASSERT(conf_parse(c, written, &once_more) == OK && conf_to_rows(c, &once_more, &same) == OK);
		ASSERT(conf_of_rows(c, &same, &once_more) == OK && str_eq(conf_text(c->arena, &once_more), written));
	}
	said(c, e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct ctx c;
	struct str text = { (const char *)p, n }, diff = S(""), summary = S("");
	int64_t seconds, back;
	if (n > 32 << 10)
		return 0;
	arena_init(&a);
	test_ctx(fuzz_desk(), &a, &c);
	ASSERT(ctx_db(&c) == OK);
	promises(&c, text);
	said(&c, rules_text_diff(&c, text, n & 1, &diff, &summary));
	ASSERT(utf8_valid(diff) && utf8_valid(summary));
	if (conf_parse_amount(text, &seconds))
		ASSERT(seconds >= 0 && seconds <= CONF_SECONDS_MOST && conf_parse_amount(conf_amount(&a, seconds), &back) && back == seconds);
	ctx_db_done(&c);
	arena_done(&a);
	return 0;
}
