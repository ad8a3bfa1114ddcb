/* mail_test.c: a test may include anything and keep variables. */
#include "io/mime.h"
#include "mail/later.h"
#include "web/web.h"

#include "base/banned.h"

static int seen;

void wait(void)
{
	sleep(1);
}
