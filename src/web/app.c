/* app.c: the web room's life: tables, server, static files, health, metrics; see web.h. */
#include "web/app.h"

#include "base/log.h"
#include "web/assets.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- the frame ---- */

struct layout *web_layout(struct web *w, struct str title)
{
	struct ctx *c = w->c;
	struct layout *l = arena_new(c->arena, struct layout);
	bool in = c->actor.kind == ACTOR_TEAMMATE || c->actor.kind == ACTOR_OPERATOR;
	*l = (struct layout){ .title = title, .csrf = w->csrf, .signed_in = in, .flash = w->flash, .flash_undo_url = w->flash_undo,
			     .flash_left_s = w->flash_left_s, .path = w->req->path };
	if (!in)
		return l;
	l->me_id = c->actor.id;
	l->me_name = c->actor.name;
	if (w->app->cfg.layout && w->app->cfg.layout(w, l) != OK)
		fault_clear(&c->fault);   /* a rail without counts beats no page */
	return l;
}

/* ---- static files ---- */

static enum err static_get(struct web *w)
{
	const struct asset *a = asset_find(web_param(w, "name"));
	if (!a)
		return fail(w->c, ERR_NOT_FOUND, "There is no such file.");
	web_header(w, "Cache-Control", S("public, max-age=31536000, immutable"));
	web_header(w, "Content-Type", a->type);
	web_header(w, "Vary", S("Accept-Encoding"));
	w->res->status = 200;
	w->res->body = a->bytes;
	if (a->gzip.p && str_find(http_request_header(w->req, S("Accept-Encoding")), S("gzip")) >= 0) {
		web_header(w, "Content-Encoding", S("gzip"));
		w->res->body = a->gzip;
	}
	return OK;
}

static enum err robots(struct web *w)
{
	return web_text(w, 200, S("User-agent: *\nDisallow: /\n"));
}

const struct route web_static_routes[] = {
	{ "GET", "/static/:name", ROUTE_PUBLIC, 0, static_get, 0, "The page's own files" },
	{ "GET", "/robots.txt", ROUTE_PUBLIC, 0, robots, 0, "Nothing here is for crawlers" },
	{ 0 },
};

/* ---- health and figures ---- */

static enum err healthz(struct web *w)
{
	return web_text(w, 200, S("ok\n"));
}

static enum err readyz(struct web *w)
{
	struct queue_figures q;
	TRY(queue_figures(w->c, &q));
	if (w->app->desk->stopping)
		return fail(w->c, ERR_BUSY, "Stopping.");
	return web_text(w, 200, arena_fmt(w->c->arena, "ready\noldest job %lld s\noldest outgoing %lld s\noldest incoming %lld s\n",
					  (long long)(q.oldest_job_us / UTIME_US_PER_SECOND), (long long)(q.oldest_outbox_us / UTIME_US_PER_SECOND),
					  (long long)(q.oldest_inbox_us / UTIME_US_PER_SECOND)));
}

static void gauge(struct buf *b, const char *name, const char *type, const char *help, int64_t v)
{
	buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name, (long long)v);
}

static enum err metrics(struct web *w)
{
	struct queue_figures q;
	struct server_figures s = { 0 };
	struct db_figures d;
	struct buf b;
	bool near = w->req->local || str_eq(w->req->remote, S("127.0.0.1")) || str_eq(w->req->remote, S("::1"));
	if (!near && !(w->c->actor.caps & CAN_ADMIN))
		return fail(w->c, ERR_NOT_FOUND, "There is no page here.");
	TRY(queue_figures(w->c, &q));
	if (w->app->server)
		server_figures(w->app->server, &s);
	db_pool_figures(w->app->desk->pool, &d);
	buf_init(&b, w->c->arena, 64 << 10);
	gauge(&b, "tend_http_requests_total", "counter", "Requests handled.", s.requests);
	gauge(&b, "tend_http_connections", "gauge", "Connections now.", s.connections);
	gauge(&b, "tend_http_streams", "gauge", "Live streams now.", s.streams);
	gauge(&b, "tend_http_workers", "gauge", "Worker threads now.", s.workers);
	gauge(&b, "tend_http_refused_framing_total", "counter", "Requests refused by the framing guard.", s.refused_framing);
	gauge(&b, "tend_http_refused_busy_total", "counter", "Requests refused because the desk was full.", s.refused_busy);
	gauge(&b, "tend_db_commits_total", "counter", "Commits on disk.", d.commits);
	gauge(&b, "tend_db_writes_total", "counter", "Commands in those commits.", d.writes);
	gauge(&b, "tend_db_rollbacks_total", "counter", "Commands undone.", d.rollbacks);
	gauge(&b, "tend_db_retries_total", "counter", "Commands run again after a serialisation failure.", d.retries);
	gauge(&b, "tend_db_group_largest", "gauge", "Most commands in one commit.", d.largest_group);
	gauge(&b, "tend_db_wal_bytes", "gauge", "Bytes in the write-ahead log.", d.wal_bytes);
	gauge(&b, "tend_jobs_waiting", "gauge", "Jobs that wait.", q.jobs_waiting);
	gauge(&b, "tend_jobs_dead", "gauge", "Jobs that gave up.", q.jobs_dead);
	gauge(&b, "tend_job_oldest_seconds", "gauge", "How long the oldest due job has waited.", q.oldest_job_us / UTIME_US_PER_SECOND);
	gauge(&b, "tend_outbox_waiting", "gauge", "Outgoing rows that wait.", q.outbox_waiting);
	gauge(&b, "tend_outbox_failed", "gauge", "Outgoing rows that failed or are uncertain.", q.outbox_failed);
	gauge(&b, "tend_outbox_oldest_seconds", "gauge", "How long the oldest due row has waited.", q.oldest_outbox_us / UTIME_US_PER_SECOND);
	gauge(&b, "tend_inbox_new", "gauge", "Mails that came in and are not handled yet.", q.inbox_new);
	gauge(&b, "tend_inbox_parked", "gauge", "Mails that wait for a person.", q.inbox_parked);
	gauge(&b, "tend_inbox_oldest_seconds", "gauge", "How long the oldest unhandled mail has waited.", q.oldest_inbox_us / UTIME_US_PER_SECOND);
	gauge(&b, "tend_uptime_seconds", "gauge", "Since the start.", (clock_mono_us() - w->app->started_us) / UTIME_US_PER_SECOND);
	web_header(w, "Content-Type", S("text/plain; version=0.0.4; charset=utf-8"));
	w->res->status = 200;
	w->res->body = buf_str(&b);
	return OK;
}

const struct route web_health_routes[] = {
	{ "GET", "/healthz", ROUTE_PUBLIC, 0, healthz, 0, "The process answers" },
	{ "GET", "/readyz", ROUTE_PUBLIC, 0, readyz, 0, "The database answers too" },
	{ "GET", "/metrics", ROUTE_PUBLIC, 0, metrics, 0, "Prometheus figures, from this machine only" },
	{ 0 },
};

/* ---- open, serve, stop ---- */

static void split_proxies(struct web_app *app, const char *text)
{
	size_t n = 0;
	if (!text)
		return;
	app->proxy_text = strdup(text);
	ASSERT(app->proxy_text);
	for (char *at = app->proxy_text; *at && n + 1 < ARRAY_LEN(app->proxies);) {
		char *end = strchr(at, ',');
		if (end)
			*end = 0;
		app->proxies[n++] = at;
		at = end ? end + 1 : at + strlen(at);
	}
}

enum err web_app_open(struct desk *d, const struct web_app_config *cfg, struct fault *f, struct web_app **ret)
{
	struct web_app *app = calloc(1, sizeof(*app));
	ASSERT(app);
	app->desk = d;
	app->cfg = *cfg;
	app->started_us = clock_mono_us();
	size_t n = 0;
	app->tables[n++] = web_static_routes;
	app->tables[n++] = web_form_routes;
	app->tables[n++] = web_api_routes;
	app->tables[n++] = web_health_routes;
	app->tables[n++] = stream_routes;
	for (const struct feature *const *at = cfg->features; *at; at++) {
		ASSERT(n + 2 < ARRAY_LEN(app->tables));
		if ((*at)->routes)
			app->tables[n++] = (*at)->routes;
		if ((*at)->more_routes)
			app->tables[n++] = (*at)->more_routes;
	}
	split_proxies(app, d->cfg.trusted_proxies);
	enum err e = stream_hub_open(app, d, f, &app->hub);
	if (e != OK) {
		web_app_close(app);
		return e;
	}
	*ret = app;
	return OK;
}

enum err web_app_serve(struct web_app *app, struct fault *f)
{
	struct arena a;
	arena_init(&a);
	const struct desk_config *cfg = &app->desk->cfg;
	struct server_config server = {
		.listen = cfg->listen, .control_path = arena_fmt(&a, "%s/control.sock", cfg->data_dir).p, .metrics_listen = cfg->metrics_listen,
		.tls_cert_path = cfg->tls_cert, .tls_key_path = cfg->tls_key, .spool_dir = blob_store_tmp_dir(app->desk->blobs),
		.trusted_proxies = app->proxies, .workers_max = cfg->workers > 0 ? cfg->workers : 24, .connections_max = 12000,
		.limit = web_limit, .admit = web_admit, .handle = web_handle, .arg = app,
	};
	enum err e = server_start(&server, f, &app->server);
	arena_done(&a);
	return e;
}

int web_app_port(const struct web_app *app)
{
	return server_port(app->server);
}

void web_app_stop(struct web_app *app)
{
	if (app->server)
		server_stop(app->server, 10 * UTIME_US_PER_SECOND);
	app->server = NULL;
}

void web_app_close(struct web_app *app)
{
	if (app->hub)
		stream_hub_close(app->hub);
	free(app->proxy_text);
	free(app);
}

struct str web_routes_dump(struct arena *a, const struct feature *const *features)
{
	static const char *const CLASSES[] = { [ROUTE_PUBLIC] = "public", [ROUTE_TEAMMATE] = "teammate", [ROUTE_INTERNAL] = "internal" };
	const struct route *tables[48] = { web_static_routes, web_form_routes, web_api_routes, web_health_routes, stream_routes };
	size_t n = 5;
	for (; *features; features++) {
		ASSERT(n + 2 < ARRAY_LEN(tables));
		if ((*features)->routes)
			tables[n++] = (*features)->routes;
		if ((*features)->more_routes)
			tables[n++] = (*features)->more_routes;
	}
	struct buf b;
	buf_init(&b, a, 1 << 20);
	for (size_t t = 0; t < n; t++)
		for (const struct route *r = tables[t]; r->pattern; r++) {
			buf_fmt(&b, "%-4s %-40s %-8s ", r->method, r->pattern, CLASSES[r->access]);
			size_t caps = 0;
			for (uint32_t bit = 1; bit <= CAN_OPERATE; bit <<= 1)
				if (r->need & bit)
					buf_fmt(&b, "%s%s", caps++ ? "," : "", access_cap_name(bit));
			buf_fmt(&b, "%s\n", caps ? "" : "-");
		}
	return buf_str(&b);
}
