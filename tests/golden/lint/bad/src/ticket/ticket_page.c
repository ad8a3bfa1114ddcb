/* ticket_page.c */
#include "io/client.h"
#include "web/html.h"

#include "base/banned.h"

void page(void)
{
	ticket_drop(1);
}
