/* up.c */
#include "io/server.h"
#include "io/blob.h"
#include "web/web.h"
#include "ticket/ticket.h"

#include "base/banned.h"
