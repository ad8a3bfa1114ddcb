/* mail_job.c: mail slices know tickets, and jobs know io. */
#include "core/job.h"
#include "io/mime.h"
#include "ticket/ticket.h"

#include "base/banned.h"
