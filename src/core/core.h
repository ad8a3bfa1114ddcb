/* core.h: what core itself brings as a feature: settings, the job queue and outbox commands, the sweeper. First in features.c. */
#ifndef TEND_CORE_CORE_H
#define TEND_CORE_CORE_H

#include "core/feature.h"

extern const struct feature core_feature;

extern const struct command setting_set_cmd, setting_list_cmd;
extern const struct command job_retry_cmd, outbox_resend_cmd, outbox_cancel_cmd;

#endif
