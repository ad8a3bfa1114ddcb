/* ticket.c: rules. */
#include "ticket/ticket.h"

#include "base/a.h"
#include "core/command.h"
#include "ticket.sql.h"

#include "base/banned.h"

const struct fold ticket_folds[] = { { &ticket_all_stmt } };

static int reply(void)
{
	ticket_set(0);
	return ticket_put(0);
}
