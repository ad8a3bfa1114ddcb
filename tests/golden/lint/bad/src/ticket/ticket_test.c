/* ticket_test.c */
#include "base/banned.h"

void test(void)
{
	sleep(1);
	usleep (5);
	time(NULL);
}
