/* mail_parts.h: what the slice's list (mail_page.c) collects from its files. */
#ifndef TEND_MAIL_MAIL_PARTS_H
#define TEND_MAIL_MAIL_PARTS_H

#include "core/core.h"

extern const struct command *const mail_commands[];   /* mail.c */
extern const struct fold mail_folds[];
extern const struct carry mail_carries[];
extern const struct setting mail_settings[];
extern const struct job_kind mail_jobs[];             /* mail_parse_job.c */
extern const struct outbox_kind mail_outboxes[];      /* mail_send_job.c */

#endif
