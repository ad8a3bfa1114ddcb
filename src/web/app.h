/* app.h: the inside of the web room; for its own files only. */
#ifndef TEND_WEB_APP_H
#define TEND_WEB_APP_H

#include "core/feature.h"
#include "web/layout.h"
#include "web/route.h"
#include "web/stream.h"
#include "web/web.h"

struct web_app {
	struct desk *desk;
	struct web_app_config cfg;
	const struct route *tables[64];     /* NULL-ended: web's own, then the features' */
	struct server *server;
	struct stream_hub *hub;
	const char *proxies[32];            /* NULL-ended */
	char *proxy_text;
	int64_t started_us;
};

/* web's own tables */
extern const struct route web_form_routes[], web_api_routes[], web_static_routes[], web_health_routes[];

/* request.c: from bytes to an answer. */
void web_handle(void *app, struct arena *a, const struct http_request *req, struct http_response *res);
int64_t web_limit(void *app, struct str method, struct str path);
/* Before a large body is taken: is there a route, who is it, may they? False: res is the answer. */
bool web_admit(void *app, struct arena *a, const struct http_request *req, struct http_response *res);
/* Runs a route's function with what is in w, and sends its HTML. */
enum err web_run(struct web *w, const struct route *r);
/* The csrf token of a session ("" = nobody). */
struct str web_csrf_of(struct web *w);
bool web_wants_json(const struct web *w);

/* form.c: the raw values of a form (files become blobs), and of a query. */
enum err web_form_values(struct web *w, struct raw_value **ret, size_t *ret_n);

/* A problem document (RFC 9457). */
enum err web_problem(struct web *w, const struct fault *f);
/* 303 with a flash. */
void web_flash(struct web *w, struct str said, struct str undo, int64_t left_s);

#endif
