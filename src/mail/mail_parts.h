/* mail_parts.h: what the slice's list collects from its files. */
#ifndef TEND_MAIL_MAIL_PARTS_H
#define TEND_MAIL_MAIL_PARTS_H

#include "core/feature.h"
#include "web/route.h"

extern const struct route mail_routes[];          /* mail_page.c */
extern const struct job_kind mail_jobs[];         /* mail_parse_job.c */
extern const struct outbox_kind mail_outboxes[];  /* mail_send_job.c */

#endif
