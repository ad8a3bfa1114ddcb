/* holiday.h: the holidays of an iCalendar file as a difference to look at: what would be added, what an earlier file had and this one has not.
 *
 * The bytes are a stranger's: holiday_read() has them read by a jailed child. Nothing is ever fetched or applied by itself. */
#ifndef TEND_SLA_HOLIDAY_H
#define TEND_SLA_HOLIDAY_H

#include "core/ctx.h"
#include "sla/ical.h"

struct holiday_file {
	struct ical_day *days;
	size_t n;
	bool skipped;              /* entries were passed over: times of day, moving feasts, cancelled */
};
/* From an address, once, behind the guard of io/client.h: no internal address, however its name resolves, no redirects, 4 MiB, ten seconds; and one at a time in
 * a process, so that no more than one worker waits for somebody else's machine. http:// only where plain says so; webcal:// is https://. */
enum err holiday_fetch(struct arena *a, struct fault *f, struct str address, bool plain, struct str *ret_bytes);
/* In a child that can do nothing but answer. ERR_INPUT: no such file, or too large. */
enum err holiday_read(struct arena *a, struct fault *f, struct str bytes, struct holiday_file *ret);

/* The helper that forks those children: once, before threads exist and a desk is open. Without it holiday_read() is busy. */
enum err holiday_helper_start(struct fault *f);
void holiday_helper_stop(void);

struct holiday_change {
	struct str text;           /* a patch in the words of docs/config.md */
	int adds, removes, past;   /* past: days of the file that are over, left out; they are corrected one by one */
};
/* Days that came from a file before, lie between today and the last day of this one, and are not in it, are taken away. Typed ones stay. */
enum err holiday_patch(struct ctx *c, struct str calendar, const struct holiday_file *file, struct holiday_change *ret);

#endif
