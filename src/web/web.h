/* web.h: one request on its way through the six rooms: bytes → request → actor → route → input → rows and events → response.
 *
 * A page function reads rows (w->c has a read handle) and writes HTML into w->html, or calls web_json() and its like; it never writes the database. All
 * writes of browsers go through POST /do/<command> (form.c of this room), which decodes by the descriptor, runs the command, and on failure shows the page
 * the form came from again, with what was typed and a message per field. */
#ifndef TEND_WEB_WEB_H
#define TEND_WEB_WEB_H

#include "core/command.h"
#include "core/desk.h"
#include "io/form.h"
#include "io/server.h"
#include "web/html.h"

struct route;
struct web_app;

struct web_param {
	struct str name, value;
};

struct web {
	struct ctx *c;
	struct web_app *app;
	const struct http_request *req;
	struct http_response *res;
	const struct route *route;
	struct web_param params[8];
	size_t n_params;
	struct form query;
	struct form form;            /* of a POST */
	struct html html;            /* pages write here; sent when the function returns OK and set no other body */
	struct str session_token;    /* of the cookie; STR_NULL without */
	struct str csrf;
	/* After a form failed: which command, why, and what was typed; the page shows it again. */
	const struct command *failed;
	const struct fault *failed_fault;
	/* What a form that went well left for the next page. */
	struct str flash, flash_undo;
	int64_t flash_left_s;        /* seconds that the undo still works; 0 = no limit */
};

/* A path parameter as text, or as a positive id (0 when it is none). */
struct str web_param(const struct web *w, const char *name);
int64_t web_param_id(const struct web *w, const char *name);
/* A query parameter; STR_NULL when absent. */
struct str web_query(const struct web *w, const char *name);
int64_t web_query_i64(const struct web *w, const char *name, int64_t otherwise);

/* For forms in templates: what was typed in the failed form of that command, else `otherwise`; and the field's message ("" = none). */
struct str web_typed(const struct web *w, const char *command, const char *field, struct str otherwise);
struct str web_field_error(const struct web *w, const char *command, const char *field);
/* The sentence above the form; "" when that command did not fail. */
struct str web_form_error(const struct web *w, const char *command);

/* The posted form (and the query) as raw values, for routes that decode by a command's descriptor themselves. */
enum err web_form_values(struct web *w, struct raw_value **ret, size_t *ret_n);
/* A sentence for the next page, with an undo ("" = none) that works for left_s seconds. */
void web_flash(struct web *w, struct str said, struct str undo, int64_t left_s);

/* Answers. Values live in the request's arena. */
enum err web_redirect(struct web *w, struct str local_path);      /* 303; refuses anything but a path of ours */
enum err web_json(struct web *w, int status, struct str json);
enum err web_text(struct web *w, int status, struct str text);
/* Sends a blob as a file, whole or in part (Range, If-Range, If-None-Match); takes fd over. */
void web_file(struct web *w, int fd, int64_t bytes, struct str content_type, struct str blob_name);
void web_header(struct web *w, const char *name, struct str value);
/* "POST /do/ticket.take": the action of a form for a command. */
struct str web_action(struct web *w, const char *command);

/* Signing in and out: a new session cookie, or none. */
void web_set_session_cookie(struct web *w, struct str token, int64_t max_age_s);
void web_clear_session_cookie(struct web *w);

/* How web learns who is there; people/ fills this in (features.c hands it over). Each sets *ret and returns OK, or leaves it as nobody. */
struct web_identity {
	enum err (*by_session)(struct ctx *c, struct str token, struct actor *ret);
	enum err (*by_api_token)(struct ctx *c, struct str token, struct actor *ret);
	/* The control socket: the machine's operator, or a named teammate ("--as mara@…"); STR_NULL = operator. */
	enum err (*by_operator)(struct ctx *c, struct str email, struct actor *ret);
};

/* What surrounds a page; desk/ fills it in. */
struct layout;
typedef enum err web_layout_fn(struct web *w, struct layout *ret);

struct web_app_config {
	const struct feature *const *features;
	const struct web_identity *identity;
	web_layout_fn *layout;
};

/* The server's handler and limits over the routes of all features; owned by the caller. */
enum err web_app_open(struct desk *d, const struct web_app_config *cfg, struct fault *f, struct web_app **ret);
void web_app_close(struct web_app *app);
/* Starts the HTTP server and the live stream. */
enum err web_app_serve(struct web_app *app, struct fault *f);
int web_app_port(const struct web_app *app);
void web_app_stop(struct web_app *app);

/* Fills *ret for layout_top(): title, who, views with counts, csrf, flash. */
struct layout *web_layout(struct web *w, struct str title);
/* A whole error page (or problem document, by what the client accepts) for a fault. */
enum err web_fault(struct web *w, const struct fault *f);

/* Everything of the routes as text, a line each: method, pattern, class, capabilities. */
struct str web_routes_dump(struct arena *a, const struct feature *const *features);
/* The OpenAPI 3.1 document of all commands. */
struct str web_openapi(struct arena *a, const struct feature *const *features);

#endif
