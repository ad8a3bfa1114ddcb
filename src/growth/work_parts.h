/* work_parts.h: what the files of account work share. */
#ifndef TEND_GROWTH_WORK_PARTS_H
#define TEND_GROWTH_WORK_PARTS_H

#include "growth/work.h"
#include "growth/work_rows.h"

#include "work.sql.h"

extern const char *const work_kinds[], *const work_healths[], *const work_withs[], *const work_states[];
/* "open", "being tried", "delivered" … as people read it. */
const char *work_state_words(struct str state);
bool work_is_open(struct str state);

extern const struct command work_begin_cmd, work_change_cmd, work_answer_cmd, work_close_cmd, work_reopen_cmd, work_join_cmd, work_leave_cmd;   /* work.c */
extern const struct command work_list_cmd, work_show_cmd, work_kind_cmd, work_part_kind_cmd;                                   /* work_look.c */
enum err work_presets(struct ctx *c);

#endif
