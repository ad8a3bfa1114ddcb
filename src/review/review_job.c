/* review_job.c: once an hour: cases that became long are listed; a round is drawn where the setting says so. */
#include "review/review.h"

#include "base/banned.h"

static enum err look(struct ctx *c, void *arg)
{
	(void)arg;
	int n;
	TRY(review_find_long(c, &n));
	return setting_i64(c, "review.draw") ? review_draw(c, &n) : OK;
}

enum err review_job(struct ctx *c, const struct job *j)
{
	(void)j;
	return ctx_write(c, true, look, NULL);
}
