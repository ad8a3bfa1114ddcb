/* ticket_job.c */
#include "web/html.h"

#include "base/banned.h"
