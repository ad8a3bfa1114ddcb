/* ticket.c */
#include "io/mime.h"
#include "mail.sql.h"
#include "mail/mail.h"
#include "ticket.html.h"
#include "web/html.h"

#include "base/banned.h"

static int counter;
static const char *name;
int global = 3;
struct cache table[4];
static struct {
	int x;
} hidden;
static int (*hook)(int);
static const int fine = 1;

static int f(void)
{
	static bool once;
	time(NULL);
	clock_gettime(0, 0);
	return counter + global + fine + once;
}
