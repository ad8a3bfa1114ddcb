/* ticket_page.c: pages. */
#include "ticket.html.h"
#include "ticket.sql.h"
#include "ticket/ticket.h"
#include "web/html.h"

#include "base/banned.h"

void page(void)
{
	ticket_by_id(1);
	ticket_page(1);
}
