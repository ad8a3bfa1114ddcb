/* desk_fuzz.h: a desk for fuzz targets that need one: made once, with every slice and a handful of demo data for names to point to, and left as it was by
 * every input. */
#ifndef TEND_TESTS_FUZZ_DESK_FUZZ_H
#define TEND_TESTS_FUZZ_DESK_FUZZ_H

#include "core/command.h"
#include "core/desk_test.h"
#include "transfer/demo.h"

#include <stdlib.h>

/* NOLINTBEGIN(bugprone-suspicious-include): the list of slices belongs to the program, not to the library. */
#include "../../src/features.c"
/* NOLINTEND(bugprone-suspicious-include) */

static struct desk *fuzz_desk_; /* shared: the fuzzer has one thread */

static void fuzz_desk_done(void)
{
	test_desk_done(fuzz_desk_);
}

static struct desk *fuzz_desk(void)
{
	if (!fuzz_desk_) {
		unsetenv("TEND_TEST_DB");
		struct arena a;
		struct ctx c;
		struct demo_made made;
		fuzz_desk_ = test_desk(features);
		atexit(fuzz_desk_done);
		arena_init(&a);
		test_ctx(fuzz_desk_, &a, &c);
		ASSERT(ctx_db(&c) == OK);
		ASSERT(demo_build(&c, &(struct demo_options){ .tickets = 4, .seed = 3 }, &made) == OK);
		ctx_db_done(&c);
		arena_done(&a);
	}
	return fuzz_desk_;
}

/* Is it an answer about the input, and not about us? */
static bool fuzz_blames_input(enum err e)
{
	return e == OK || e == ERR_INPUT || e == ERR_CONFLICT || e == ERR_NOT_FOUND || e == ERR_LIMIT || e == ERR_FORBIDDEN;
}

#endif
