/* flow.h: what goes out and what waits, as commands read it; for this folder. */
#ifndef TEND_ADMIN_FLOW_H
#define TEND_ADMIN_FLOW_H

#include "core/command.h"

/* The states a list may be asked for, NULL-ended. */
extern const char *const flow_outbox_states[], *const flow_job_states[], *const flow_inbox_states[];
bool flow_state_known(const char *const *states, struct str state);

extern const struct command outbox_list_cmd, job_list_cmd;

/* "us.id" → both parts; false when it is none. */
bool flow_place(struct str text, int64_t *ret_us, int64_t *ret_id);

#endif
