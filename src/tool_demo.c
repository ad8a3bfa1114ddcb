/* demo_tool.c: `tend demo --tickets N --seed S [--if-empty]`. */
#include "tools.h"

#include "slices.h"
#include "transfer/demo.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { TICKETS_STANDARD = 400, TICKETS_MOST = 5000000 };

static bool number_after(int argc, char **argv, int *i, int64_t most, int64_t *ret)
{
	if (*i + 1 >= argc || !str_i64(str_c(argv[*i + 1]), ret) || *ret < 0 || *ret > most) {
		fprintf(stderr, "tend demo: %s wants a number from 0 to %lld after it.\n", argv[*i], (long long)most);
		return false;
	}
	++*i;
	return true;
}

static enum err fill(struct ctx *c, const struct demo_options *o, bool if_empty)
{
	bool in_use;
	TRY(ctx_db(c));
	TRY(demo_desk_in_use(c, &in_use));
	ctx_db_done(c);
	if (in_use && if_empty) {
		printf("The desk is in use already: nothing to do.\n");
		return OK;
	}
	if (in_use)
		return fail(c, ERR_CONFLICT, "This desk holds tickets or customers already. Demo data is for an empty desk: choose another --data folder.");
	struct demo_made made;
	int64_t begun = clock_mono_us();
	TRY(demo_build(c, o, &made));
	TRY(db_analyze(c->desk->pool, &c->fault));
	printf("%lld teammates, %lld organisations, %lld contacts, %lld tickets with %lld messages, in %.1f s.\n", (long long)made.teammates,
	       (long long)made.organisations, (long long)made.contacts, (long long)made.tickets, (long long)made.messages,
	       (double)(clock_mono_us() - begun) / 1e6);
	return OK;
}

int tool_demo(const struct desk_config *cfg, int argc, char **argv)
{
	struct demo_options o = { .tickets = TICKETS_STANDARD, .seed = 1, .progress = isatty(STDERR_FILENO) == 1 };
	bool if_empty = false;
	for (int i = 0; i < argc; i++) {
		int64_t seed;
		if (strcmp(argv[i], "--if-empty") == 0) {
			if_empty = true;
		} else if (strcmp(argv[i], "--tickets") == 0) {
			if (!number_after(argc, argv, &i, TICKETS_MOST, &o.tickets))
				return 2;
		} else if (strcmp(argv[i], "--seed") == 0) {
			if (!number_after(argc, argv, &i, INT64_MAX, &seed))
				return 2;
			o.seed = (uint64_t)seed;
		} else {
			fprintf(stderr, "usage: tend demo [--tickets N] [--seed S] [--if-empty]\n");
			return 2;
		}
	}
	struct fault f = { 0 };
	struct desk *d;
	struct desk_config bulk = *cfg;
	bulk.bulk = true;
	if (desk_open(&bulk, DESK_CLI, features, &f, &d) != OK)
		return tool_fault(&f);
	struct arena a;
	struct ctx c;
	arena_init(&a);
	desk_ctx(d, &a, S("demo"), &c);
	c.door = DOOR_CLI;
	int code = fill(&c, &o, if_empty) == OK ? 0 : tool_fault(&c.fault);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
	return code;
}
