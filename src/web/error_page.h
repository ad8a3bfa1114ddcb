/* error_page.h: what the error page shows; for error.html and error_page.c. */
#ifndef TEND_WEB_ERROR_PAGE_H
#define TEND_WEB_ERROR_PAGE_H

#include "base/err.h"
#include "web/layout.h"

struct error_view {
	struct layout *layout;
	struct str title, message, request_id;
	const struct fault_field *fields;
	unsigned n_fields;
	bool sign_in;   /* a stranger: the way on is the door */
	bool bug;
};

#endif
