/* summary_view.h: the pages of case summaries; for their template. */
#ifndef TEND_DESK_SUMMARY_VIEW_H
#define TEND_DESK_SUMMARY_VIEW_H

#include "desk/summary.h"
#include "web/layout.h"
#include "web/web.h"

struct summary_text {
	const char *name, *label, *help;
	struct str value, error;
	int rows;
};
struct summary_form_view {
	struct layout *layout;
	int64_t ticket;
	struct str here, subject, error;
	bool can_write, refused, there;
	struct str kind, docs, docs_url, docs_url_error, docs_task, new_task, new_task_error, author;
	utime updated_us;
	struct summary_text lines[3], texts[5];
};
struct summaries_view {
	struct layout *layout;
	struct str q, version, deployment, service, next_url;
	struct summary_find_row *rows;
	size_t n;
	bool asked;
};

#endif
