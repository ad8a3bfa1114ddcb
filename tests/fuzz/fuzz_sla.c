/* fuzz_sla.c: any bytes as lines of `tend calendar eval` and of `tend sla simulate --explain`: each is answered by one JSON object with an id and a
 * result or an error; a policy set may be taken in silence. */
#include "sla/sla_eval.h"

#include <jansson.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct buf *out, struct str line, bool silence)
{
	json_error_t e;
	ASSERT(buf_err(out) == OK);
	if (!out->n && silence)
		return;
	json_t *answer = json_loadb(out->p, out->n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
	ASSERT(answer && json_object_get(answer, "id") && json_object_size(answer) >= 2);
	ASSERT(!json_object_get(answer, "error") || json_object_size(answer) == 2);
	ASSERT(str_find_ch(buf_str(out), '\n') < 0);
	/* no proof with a hole, whatever the input: a broken one would be an error that says so (these words in the input may come back in one, too) */
	ASSERT(str_find(buf_str(out), S("The proof ")) < 0 || str_find(line, S("The proof ")) >= 0);
	json_decref(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct str rest = { (const char *)p, n }, line;
	struct sla_sim *sim = sla_sim_open(true);
	arena_init(&a);
	while (str_line(&rest, &line)) {
		struct buf out;
		buf_init(&out, &a, 64 << 20);
		sla_eval_calendar(&a, line, &out);
		check(&out, line, false);
		buf_init(&out, &a, 64 << 20);
		sla_sim_line(sim, &a, line, &out);
		check(&out, line, true);
		arena_reset(&a);
	}
	sla_sim_close(sim);
	arena_done(&a);
	return 0;
}
