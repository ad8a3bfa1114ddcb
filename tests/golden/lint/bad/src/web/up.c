/* up.c */
#include "ticket/ticket.h"

#include "base/banned.h"
