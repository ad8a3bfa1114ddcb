/* route.h: which function answers which path, and who may ask. Every route carries an access class; `tend routes --dump` prints them and a test walks them all. */
#ifndef TEND_WEB_ROUTE_H
#define TEND_WEB_ROUTE_H

#include "web/web.h"

typedef enum err page_fn(struct web *w);

enum route_class {
	ROUTE_PUBLIC,      /* anybody: sign-in, static files, health, confirmation links */
	ROUTE_TEAMMATE,    /* a signed-in teammate (cookie or token) with the capabilities of `need` */
	ROUTE_INTERNAL,    /* the control socket only */
};

struct route {
	const char *method;     /* GET (answers HEAD too) or POST */
	const char *pattern;    /* "/tickets/:id/history"; :id is digits, :name one segment, ending "*rest" the rest */
	enum route_class access;
	uint32_t need;          /* CAN_… for ROUTE_TEAMMATE */
	page_fn *run;
	int64_t body_max;       /* bytes; 0 = 1 MiB for POST, none for GET */
	const char *help;
};

/* The route of a path, and its parameters in w->params; NULL = 404; *ret_other_method: the path exists under another method (405). */
const struct route *route_find(const struct route *const *tables, struct str method, struct str path, struct web *w, bool *ret_other_method);

#endif
