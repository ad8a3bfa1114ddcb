/* playbook_job.h: the daily mail. */
#ifndef TEND_PLAYBOOK_PLAYBOOK_JOB_H
#define TEND_PLAYBOOK_PLAYBOOK_JOB_H

#include "playbook/run.h"

extern const struct job_kind playbook_jobs[];
extern const struct setting playbook_settings[];
/* Looks at everybody who has something due, and sends what is to be sent now. */
enum err playbook_digest_job(struct ctx *c, const struct job *j);

#endif
