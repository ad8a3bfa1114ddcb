/* desk.c: core knows the files of blobs, and nothing else of io. */
#include "db/db.h"
#include "io/blob.h"

#include "base/banned.h"

static const char *const NAMES[] = { "a", "b" };
static const struct { int a; } ROWS[] = { { 1 } };
static int helper(int a);
static int (*const PICK)(int) = helper;
/* shared: the cores belong to the process. */
static int busy;
static int waiting;

static int helper(int a)
{
	static const char *const WORDS[] = { "static int x;", "time(NULL)", "sleep(1)" };
	/* static int in_a_comment; time(NULL) */
	const char *text = "a \" quote"; // time(NULL)
	int time = a, sleep = 2;
	goto out;
out:
	time = 3;
	return time + sleep + busy + waiting + PICK(1) + ROWS[0].a + NAMES[0][0] + WORDS[0][0] + text[0];
}
