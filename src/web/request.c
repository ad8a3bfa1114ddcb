/* request.c: one request through its rooms: who → where → may they → what → show; see web.h.
 *
 * Every answer leaves with the same headers: no script but ours, no framing, no sniffing, no referrer, nothing cached. */
#include "web/app.h"

#include "base/log.h"
#include "core/secret.h"
#include "io/server_file.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum { HTML_MAX_BYTES = 4 << 20, POST_MAX_BYTES = 1 << 20, TEXTS_MAX_BYTES = 4 << 20 };

/* ---- what pages ask for ---- */

struct str web_param(const struct web *w, const char *name)
{
	for (size_t i = 0; i < w->n_params; i++)
		if (str_eq(w->params[i].name, str_c(name)))
			return w->params[i].value;
	return STR_NULL;
}

int64_t web_param_id(const struct web *w, const char *name)
{
	int64_t v;
	return str_i64(web_param(w, name), &v) && v > 0 ? v : 0;
}

struct str web_query(const struct web *w, const char *name)
{
	return form_value(&w->query, str_c(name), NULL);
}

int64_t web_query_i64(const struct web *w, const char *name, int64_t otherwise)
{
	int64_t v;
	return str_i64(web_query(w, name), &v) ? v : otherwise;
}

void web_header(struct web *w, const char *name, struct str value)
{
	http_response_header(w->res, name, value);
}

static bool local_path(struct str p)
{
	if (p.n == 0 || p.p[0] != '/' || (p.n > 1 && (p.p[1] == '/' || p.p[1] == '\\')))
		return false;
	for (size_t i = 0; i < p.n; i++)
		if ((unsigned char)p.p[i] <= ' ' || p.p[i] == '\\' || (unsigned char)p.p[i] >= 0x7f)
			return false;
	return true;
}

enum err web_redirect(struct web *w, struct str path)
{
	if (!local_path(path))
		path = S("/");
	w->res->status = 303;
	web_header(w, "Location", path);
	w->res->body = S("");
	return OK;
}

enum err web_json(struct web *w, int status, struct str json)
{
	w->res->status = status;
	web_header(w, "Content-Type", S("application/json; charset=utf-8"));
	w->res->body = json;
	return OK;
}

enum err web_text(struct web *w, int status, struct str text)
{
	w->res->status = status;
	web_header(w, "Content-Type", S("text/plain; charset=utf-8"));
	w->res->body = text;
	return OK;
}

struct str web_action(struct web *w, const char *command)
{
	return arena_fmt(w->c->arena, "/do/%s", command);
}

void web_file(struct web *w, int fd, int64_t bytes, struct str content_type, struct str blob_name)
{
	struct arena *a = w->c->arena;
	http_response_file(a, w->req, w->res, fd, bytes, content_type, arena_fmt(a, "\"%.*s\"", STR_ARG(blob_name)));
}

/* ---- cookies ---- */

static const char *session_cookie(const struct web *w)
{
	return w->req->https ? "__Host-tend" : "tend";   /* a browser keeps __Host- over TLS only */
}

static void set_cookie(struct web *w, const char *name, struct str value, int64_t max_age_s)
{
	web_header(w, "Set-Cookie", arena_fmt(w->c->arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name, STR_ARG(value),
					      (long long)max_age_s, w->req->https ? "; Secure" : ""));
}

void web_set_session_cookie(struct web *w, struct str token, int64_t max_age_s)
{
	set_cookie(w, session_cookie(w), token, max_age_s);
	w->session_token = token;
}

void web_clear_session_cookie(struct web *w)
{
	set_cookie(w, session_cookie(w), S(""), 0);
	w->session_token = STR_NULL;
}

void web_flash(struct web *w, struct str said, struct str undo, int64_t left_s)
{
	struct arena *a = w->c->arena;
	int64_t until = left_s > 0 ? w->c->now_us / UTIME_US_PER_SECOND + left_s : 0;
	set_cookie(w, "tend_flash", url_encode(a, arena_fmt(a, "%lld\n%.*s\n%.*s", (long long)until, STR_ARG(undo), STR_ARG(utf8_clip(said, 600)))),
		   60);
}

struct str web_csrf_of(struct web *w)
{
	unsigned char mac[32];
	secret_mac(w->c->desk, KEY_CSRF, w->session_token.n ? w->session_token : S("nobody"), mac);
	return secret_base64url(w->c->arena, mac, 18);
}

/* ---- who ---- */

static enum err identify(struct web *w)
{
	struct ctx *c = w->c;
	const struct web_identity *id = w->app->cfg.identity;
	c->actor = (struct actor){ .kind = ACTOR_NOBODY, .name = S(""), .zone = S("UTC") };
	if (w->req->local)
		return id->by_operator(c, http_request_header(w->req, S("X-Tend-As")), &c->actor);
	struct str authorization = http_request_header(w->req, S("Authorization"));
	if (authorization.n) {   /* a token and a cookie are never mixed */
		if (!str_starts(authorization, S("Bearer ")))
			return fail(c, ERR_UNAUTHENTICATED, "Only “Authorization: Bearer tend_pat_…” is understood here.");
		TRY(id->by_api_token(c, str_trim(str_slice(authorization, 7, authorization.n)), &c->actor));
		if (c->actor.kind == ACTOR_NOBODY)
			return fail(c, ERR_UNAUTHENTICATED, "This token is not alive: revoked, past its date, or of another desk.");
		c->door = DOOR_API;
		return OK;
	}
	struct str token = cookie_value(http_request_header(w->req, S("Cookie")), str_c(session_cookie(w)));
	if (!token.n)
		return OK;
	TRY(id->by_session(c, token, &c->actor));
	if (c->actor.kind != ACTOR_NOBODY)
		w->session_token = token;
	return OK;
}

/* A state change by cookie must come from our own pages: what the head says of that. */
static enum err same_origin(struct web *w)
{
	struct ctx *c = w->c;
	if (w->req->local || c->actor.token_id)
		return OK;
	struct str site = http_request_header(w->req, S("Sec-Fetch-Site"));
	struct str origin = http_request_header(w->req, S("Origin"));
	if (site.p && !str_eq(site, S("same-origin")))
		return fail(c, ERR_FORBIDDEN, "This request came from another site. Please send it from tend's own page.");
	/* our own no-referrer policy makes browsers send "Origin: null" from our pages: Sec-Fetch-Site has then spoken */
	if (origin.p && !(site.p && str_eq(origin, S("null")))) {
		struct str own = arena_fmt(c->arena, "%s://%.*s", w->req->https ? "https" : "http", STR_ARG(w->req->host));
		if (!str_ieq(origin, own))
			return fail(c, ERR_FORBIDDEN, "This request came from another site (%.*s). If a proxy stands in front, let it pass Host on.",
				    STR_ARG(utf8_clip(origin, 100)));
	}
	return OK;
}

/* And what only our own pages know. */
static enum err same_site(struct web *w)
{
	struct ctx *c = w->c;
	TRY(same_origin(w));
	if (w->req->local || c->actor.token_id)
		return OK;
	/* an API call by nobody rides on no session: it is answered 401, or carries its proof in the body */
	if (c->actor.kind == ACTOR_NOBODY && str_starts(w->req->path, S("/api/")))
		return OK;
	struct str sent = form_value(&w->form, S("_csrf"), NULL);
	if (!sent.p)
		sent = http_request_header(w->req, S("X-CSRF-Token"));
	if (!sent.p || !secret_equal(sent, w->csrf))
		return fail(c, ERR_FORBIDDEN, "This form is from an earlier sign-in. Reload the page and send it again; what you typed is still in the browser.");
	return OK;
}

/* ---- decoding ---- */

static enum err decode(struct web *w)
{
	struct ctx *c = w->c;
	TRY(form_decode_query(c->arena, &c->fault, w->req->query, &w->query));
	if (!str_eq(w->req->method, S("POST")) || w->req->body_bytes == 0)
		return OK;
	struct str type = http_request_header(w->req, S("Content-Type"));
	if (str_ifind(type, S("multipart/form-data")) == 0)
		return form_decode_multipart(c->arena, &c->fault, type, w->req->body, w->req->body_fd, blob_store_tmp_dir(c->desk->blobs), &w->form);
	if (str_ifind(type, S("application/x-www-form-urlencoded")) == 0) {
		if (w->req->body_fd >= 0)
			return fail(c, ERR_LIMIT, "A form this large must be sent as multipart/form-data.");
		return form_decode_query(c->arena, &c->fault, w->req->body, &w->form);
	}
	return OK;   /* JSON and raw bodies: the route reads them itself */
}

static void read_flash(struct web *w)
{
	struct str cookie = cookie_value(http_request_header(w->req, S("Cookie")), S("tend_flash"));
	struct form f = { 0 };
	struct fault none = { 0 };
	if (!cookie.n || form_decode_query(w->c->arena, &none, arena_fmt(w->c->arena, "f=%.*s", STR_ARG(cookie)), &f) != OK)
		return;
	struct str text = form_value(&f, S("f"), NULL), until, undo, said;
	if (!str_cut(text, '\n', &until, &text) || !str_cut(text, '\n', &undo, &said))
		return;
	w->flash = said;
	int64_t end = 0;
	if (str_starts(undo, S("/do/")) && local_path(undo) && str_i64(until, &end) && (end == 0 || end > w->c->now_us / UTIME_US_PER_SECOND))
		w->flash_undo = undo;
	if (w->flash_undo.n && end > 0)
		w->flash_left_s = end - w->c->now_us / UTIME_US_PER_SECOND;
	set_cookie(w, "tend_flash", S(""), 0);
}

/* ---- show ---- */

bool web_wants_json(const struct web *w)
{
	if (str_starts(w->req->path, S("/api/")))
		return true;
	struct str accept = http_request_header(w->req, S("Accept"));
	return str_find(accept, S("application/json")) >= 0 || str_find(accept, S("application/problem+json")) >= 0;
}

static bool has_header(const struct http_response *r, struct str name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_ieq(r->headers[i].name, name))
			return true;
	return false;
}

/* Headers that every answer carries, whatever its status. A route that frames strangers' HTML sets its own policy before. */
static void safe_headers(struct web *w)
{
	struct http_response *r = w->res;
	if (!has_header(r, S("Content-Security-Policy")))
		web_header(w, "Content-Security-Policy",
			   S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
			     "frame-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
			     "require-trusted-types-for 'script'; trusted-types tend"));
	if (!has_header(r, S("X-Frame-Options")))
		web_header(w, "X-Frame-Options", S("DENY"));
	web_header(w, "X-Content-Type-Options", S("nosniff"));
	web_header(w, "Referrer-Policy", S("no-referrer"));
	web_header(w, "Cross-Origin-Opener-Policy", S("same-origin"));
	if (!has_header(r, S("Cross-Origin-Resource-Policy")))
		web_header(w, "Cross-Origin-Resource-Policy", S("same-origin"));
	web_header(w, "Permissions-Policy", S("camera=(), microphone=(), geolocation=(), payment=(), usb=()"));
	if (w->req->https)
		web_header(w, "Strict-Transport-Security", S("max-age=31536000; includeSubDomains"));
	if (!has_header(r, S("Cache-Control")))
		web_header(w, "Cache-Control", S("no-store"));
}

/* What is answered without asking who it is: no database is needed for it. */
static bool for_anybody(const struct web *w)
{
	return w->route->access == ROUTE_PUBLIC && (str_starts(w->req->path, S("/static/")) || str_eq(w->req->path, S("/healthz")));
}

enum err web_run(struct web *w, const struct route *r)
{
	struct ctx *c = w->c;
	html_init(&w->html, c->arena, HTML_MAX_BYTES);
	w->html.csrf = w->csrf;
	w->html.now_us = c->now_us;
	w->html.zone = zone_find(c->actor.zone);
	if (!w->html.zone)
		w->html.zone = zone_find(S("UTC"));
	w->route = r;
	if (!for_anybody(w))
		TRY(ctx_db(c));
	/* a page reads one snapshot: consistent, and cheaper than a transaction per statement */
	bool page = str_eq(w->req->method, S("GET")) && r->access == ROUTE_TEAMMATE && !str_starts(w->req->path, S("/live"));
	if (page)
		TRY(db_begin(c->db));
	enum err e = r->run(w);
	if (page) {
		enum err end = db_end(c->db);
		e = e != OK ? e : end;
	}
	TRY(e);
	if (buf_err(&w->html.buf) != OK)
		return fail(c, ERR_LIMIT, "This page would be too large.");
	if (w->html.buf.n && !w->res->body.p) {
		w->res->body = buf_str(&w->html.buf);
		if (!has_header(w->res, S("Content-Type")))
			web_header(w, "Content-Type", S("text/html; charset=utf-8"));
		if (w->res->status == 0)
			w->res->status = 200;
	}
	return OK;
}

static enum err may(struct web *w, const struct route *r)
{
	struct ctx *c = w->c;
	switch (r->access) {
	case ROUTE_PUBLIC:
		return OK;
	case ROUTE_INTERNAL:
		return w->req->local ? OK : fail(c, ERR_NOT_FOUND, "There is no page here.");
	case ROUTE_TEAMMATE:
		break;
	}
	if (c->actor.kind == ACTOR_NOBODY)
		return fail(c, ERR_UNAUTHENTICATED, "Please sign in.");
	if ((c->actor.caps & r->need) != r->need)
		return fail(c, ERR_FORBIDDEN, "Your access does not include this page. An admin can change that.");
	return OK;
}

/* The first rooms, which need the head only: which route, who, may they. */
static enum err enter(struct web *w)
{
	struct ctx *c = w->c;
	bool other_method;
	const struct route *r = route_find(w->app->tables, w->req->method, w->req->path, w, &other_method);
	if (!r && other_method) {
		w->res->status = 405;
		return fail(c, ERR_NOT_FOUND, "This path does not take %.*s.", STR_ARG(utf8_clip(w->req->method, 20)));
	}
	if (!r) {   /* somebody of ours who mistyped keeps the rail around them */
		if (str_eq(w->req->method, S("GET")) && http_request_header(w->req, S("Cookie")).n && !http_request_header(w->req, S("Authorization")).n) {
			TRY(ctx_db(c));
			TRY(identify(w));
			w->csrf = web_csrf_of(w);
		}
		return fail(c, ERR_NOT_FOUND, c->actor.kind == ACTOR_NOBODY ? "There is no page here." : "There is no page here. The search finds tickets, people and customers.");
	}
	w->route = r;
	if (for_anybody(w))
		return OK;
	TRY(ctx_db(c));
	TRY(identify(w));
	w->csrf = web_csrf_of(w);
	return may(w, r);
}

static enum err respond(struct web *w)
{
	TRY(enter(w));
	if (for_anybody(w))
		return web_run(w, w->route);
	TRY(decode(w));
	if (str_eq(w->req->method, S("POST")))
		TRY(same_site(w));
	else
		read_flash(w);
	return web_run(w, w->route);
}

/* May this person send a body that goes to the disk? Only who is known, and may run the command that it is for. */
static enum err admit(struct web *w)
{
	struct ctx *c = w->c;
	TRY(enter(w));
	TRY(same_origin(w));
	struct str name = web_param(w, "command");
	const struct command *cmd = name.p ? feature_command(w->app->cfg.features, name) : NULL;
	if (name.p && (!cmd || cmd->inside))
		return fail(c, ERR_NOT_FOUND, "There is no command of that name.");
	if (cmd)
		TRY(command_allowed(c, cmd));
	if (c->actor.kind == ACTOR_NOBODY)
		return fail(c, ERR_LIMIT, "Without signing in, at most 64 KiB can be sent.");
	return OK;
}

static void send_to_sign_in(struct web *w)
{
	struct arena *a = w->c->arena;
	struct str here = w->req->query.n ? arena_fmt(a, "%.*s?%.*s", STR_ARG(w->req->path), STR_ARG(w->req->query)) : w->req->path;
	web_redirect(w, str_eq(here, S("/")) ? S("/sign-in") : arena_fmt(a, "/sign-in?next=%.*s", STR_ARG(url_encode(a, here))));
}

static void log_request(const struct web *w, int64_t began_us, const struct fault *f)
{
	struct log_line l;
	int status = w->res->status;
	log_begin(&l, status >= 500 ? LOG_ERROR : LOG_INFO, "http");
	log_add(&l, "id", str_c(w->req->id));
	log_add(&l, "method", w->req->method);
	log_add(&l, "route", w->route ? str_c(w->route->pattern) : S("-"));
	/* the path of a one-time link is a secret */
	bool secret = w->route && strstr(w->route->pattern, ":token");
	log_add(&l, "path", secret ? S("(one-time link)") : w->req->path);
	log_add_i64(&l, "status", status);
	log_add_i64(&l, "us", clock_mono_us() - began_us);
	log_add_i64(&l, "in", w->req->body_bytes);
	log_add_i64(&l, "out", w->res->fd >= 0 ? w->res->fd_bytes : (int64_t)w->res->body.n);
	log_add(&l, "who", str_c(actor_kind_name(w->c->actor.kind)));
	if (w->c->actor.id)
		log_add_i64(&l, "actor", w->c->actor.id);
	log_add(&l, "remote", w->req->remote);
	if (f->err != OK) {
		log_add(&l, "error", str_c(err_info(f->err)->name));
		if (f->err == ERR_BUG || status >= 500) {
			log_add(&l, "why", str_c(f->message));
			log_add(&l, "at", arena_fmt(w->c->arena, "%s:%d", f->file ? f->file : "?", f->line));
		}
	}
	log_end(&l);
}

static struct web *begin(struct web_app *app, struct arena *a, const struct http_request *req, struct http_response *res)
{
	struct ctx *c = arena_new(a, struct ctx);
	utime now = clock_now();
	*c = (struct ctx){
		.desk = app->desk, .arena = a, .now_us = now, .read_us = now, .door = DOOR_FORM, .request_id = str_c(req->id), .remote = req->remote,
		.user_agent = utf8_clip(utf8_clean(a, http_request_header(req, S("User-Agent"))), 200),
	};
	if (str_starts(req->path, S("/api/")))
		c->door = req->local ? DOOR_CLI : DOOR_API;
	struct web *w = arena_new(a, struct web);
	w->c = c;
	w->app = app;
	w->req = req;
	w->res = res;
	return w;
}

static void end(struct web *w, enum err e, int64_t began)
{
	struct ctx *c = w->c;
	const struct http_request *req = w->req;
	struct http_response *res = w->res;
	if (e != OK) {
		struct fault f = c->fault;
		if (f.err == OK)
			fault_set(&f, e, __FILE__, __LINE__, "%s", err_info(e)->title);
		bool page = str_eq(req->method, S("GET")) || str_eq(req->method, S("HEAD"));
		int status = res->status;
		*res = (struct http_response){ .fd = -1, .status = status == 405 ? 405 : 0 };
		if (f.err == ERR_UNAUTHENTICATED && page && !web_wants_json(w))
			send_to_sign_in(w);
		else
			web_fault(w, &f);
	}
	ctx_db_done(c);
	form_done(&w->form);
	form_done(&w->query);
	if (res->status == 0)
		res->status = res->body.p || res->fd >= 0 || res->stream ? 200 : 204;
	safe_headers(w);
	log_request(w, began, &c->fault);
}

void web_handle(void *app, struct arena *a, const struct http_request *req, struct http_response *res)
{
	int64_t began = clock_mono_us();
	struct web *w = begin(app, a, req, res);
	end(w, respond(w), began);
}

bool web_admit(void *app, struct arena *a, const struct http_request *req, struct http_response *res)
{
	int64_t began = clock_mono_us();
	struct web *w = begin(app, a, req, res);
	enum err e = admit(w);
	if (e != OK)
		end(w, e, began);
	else
		ctx_db_done(w->c);
	return e == OK;
}

int64_t web_limit(void *app_, struct str method, struct str path)
{
	struct web_app *app = app_;
	struct web w = { .n_params = 0 };
	bool other, files = false;
	const struct route *r = route_find(app->tables, method, path, &w, &other);
	if (!r)
		return POST_MAX_BYTES;   /* answered by 404 or 405 after the body */
	const struct command *cmd = feature_command(app->cfg.features, web_param(&w, "command"));
	for (size_t i = 0; cmd && i < cmd->n_fields; i++)
		files |= cmd->fields[i].type == FIELD_FILES;
	if (cmd && !files)
		return str_eq(method, S("POST")) ? TEXTS_MAX_BYTES : 0;
	if (r->body_max)
		return r->body_max;
	return str_eq(method, S("POST")) ? POST_MAX_BYTES : 0;
}
