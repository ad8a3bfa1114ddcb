/* review_view.h: the pages of looking back; for the template. */
#ifndef TEND_REVIEW_REVIEW_VIEW_H
#define TEND_REVIEW_REVIEW_VIEW_H

#include "review/review.h"
#include "web/layout.h"
#include "web/web.h"

struct reviews_view {
	struct layout *layout;
	struct str here, error;
	bool may_hold, may_draw, lead;
	int premortem_days, retro_days;
	struct long_case_page_row *premortem, *retro;
	size_t n_premortem, n_retro;
	struct case_review_mine_row *mine;
	size_t n_mine;
	int64_t me;
	struct review_honour_row honour;
	struct review_sums_row *sums;
	size_t n_sums;
	struct review_questions_on_row *questions;
	size_t n_questions;
};
struct review_page_view {
	struct layout *layout;
	const struct web *w;
	struct review_open o;
	struct str here, error, subject, who;
	bool write;
	struct str good, next;
};
struct long_page_view {
	struct layout *layout;
	struct long_case_get_row k;
	struct str here, error, note, note_error, subject;
	bool may_hold;
};

#endif
