/* fuzz_certification.c: any bytes as lines of `tend certification eval`: every line is answered by one JSON object with an id and either a state or an error. */
#include "growth/cert_rule.h"

#include "base/buf.h"

#include <jansson.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct str rest = { (const char *)p, n }, line;
	arena_init(&a);
	while (str_line(&rest, &line)) {
		struct buf out;
		json_error_t e;
		buf_init(&out, &a, 64 << 20);
		cert_eval_line(&a, line, &out);
		ASSERT(buf_err(&out) == OK);
		json_t *answer = json_loadb(out.p, out.n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
		ASSERT(answer && json_object_get(answer, "id"));
		ASSERT(!json_object_get(answer, "state") != !json_object_get(answer, "error"));
		ASSERT(str_find_ch(buf_str(&out), '\n') < 0);
		json_decref(answer);
	}
	arena_done(&a);
	return 0;
}
