/* schedule_page.h: what the page of a playbook's schedules shows. */
#ifndef TEND_PLAYBOOK_SCHEDULE_PAGE_H
#define TEND_PLAYBOOK_SCHEDULE_PAGE_H

#include "playbook/playbook_page.h"
#include "playbook/schedule.h"

struct schedule_line {
	const struct schedule_of_playbook_row *row;
	struct str words, dates;     /* "Thu 26 Nov, Mon 30 Nov, …" */
	struct form_view end;
};
struct schedule_view {
	const struct layout *layout;
	struct web *w;
	int64_t playbook;
	struct str name, why_not;    /* why nothing can begin by itself; "" = it can */
	struct schedule_line *lines;
	size_t n;
	bool can;
	struct form_view create;
};

#endif
