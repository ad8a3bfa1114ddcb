/* schedule.h: checklists that begin by themselves: every so many days, on weekdays of every so many weeks, or on a day of every so many months, at an hour of a place.
 *
 * A schedule is a list of local dates; each date begins one run, whose reference names schedule and date, so that it is begun once however often a job looks. A
 * date becomes an instant at the very end, in the schedule's zone: an hour that a night of clock change leaves out is the first moment after it, one that
 * comes twice is the first. While the desk is off nothing is lost: the dates that went by are begun when it is back, each on its own date (or only the newest).
 * A date that cannot begin (the playbook is put away, its customer gone) is settled with the reason, and the next one tries again. */
#ifndef TEND_PLAYBOOK_SCHEDULE_H
#define TEND_PLAYBOOK_SCHEDULE_H

#include "playbook/run.h"

#include "schedule.sql.h"

struct schedule_when {
	struct str rhythm;           /* daily, weekly, monthly */
	int64_t every, weekdays, month_day, at_min;
	int64_t from_day, until_day; /* days since 1970-01-01; until included, INT64_MAX = for ever */
};
/* The first date after `after`; false when there is none. */
bool schedule_after(const struct schedule_when *s, int64_t after, int64_t *ret_day);
/* The instant at which that date begins it. */
utime schedule_instant(const struct schedule_when *s, int64_t day, const struct zone *zone);
/* "every Monday and Thursday at 09:00 (Europe/Oslo)" */
struct str schedule_words(struct arena *a, const struct schedule_when *s, struct str zone);
/* When of a row. */
struct schedule_when schedule_when_of(const struct schedule_of_playbook_row *row);

extern const struct command schedule_create_cmd, schedule_end_cmd, schedule_list_cmd;

/* The job. */
enum err schedule_job(struct ctx *c, const struct job *j);
utime schedule_next_wake(struct ctx *c);

#endif
