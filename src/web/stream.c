/* stream.c: live updates; see stream.h.
 *
 * One thread waits for the bell, reads each new event once, and sends it to the streams that want it. A stream remembers whose it is; twice a second the thread looks
 * whether sessions have ended, and closes theirs. */
#include "web/stream.h"

#include "base/log.h"
#include "base/utf8.h"
#include "web/app.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PRESENCE_S = 40, CHECK_SESSIONS_S = 3, EVENTS_AT_ONCE = 500, STREAMS_PER_TEAMMATE = 40 };

struct listener {
	struct listener *next;
	struct http_stream *stream;
	int64_t teammate_id, ticket_id;   /* ticket_id 0 = all tickets */
	char token[96];                   /* the session's or the API token, to see whether it still lives */
	bool api;
	int64_t last_seq;
};

struct here {
	struct here *next;
	int64_t ticket_id, teammate_id;
	char name[80];
	bool writing;
	int64_t until_us;                 /* monotonic */
};

struct stream_hub {
	struct web_app *app;
	struct desk *desk;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	struct listener *listeners;
	struct here *here;
	int64_t seq;                      /* sent up to here */
};

static struct str event_text(struct arena *a, const struct event *e)
{
	struct json_out j;
	json_init(&j, a, 8 << 10);
	json_obj(&j);
	json_ki64(&j, "ticket", e->ticket_id.set ? e->ticket_id.v : 0);
	json_kstr(&j, "kind", e->kind);
	json_kstr(&j, "actor", e->actor_name);
	json_kopt(&j, "actor_id", e->actor_id);
	json_obj_end(&j);
	return arena_fmt(a, "id: %lld\nevent: ticket\ndata: %.*s\n\n", (long long)e->seq, STR_ARG(json_done(&j)));
}

/* With the lock held: drops a listener whose reader is gone. */
static bool send_or_drop(struct listener **at, struct str text)
{
	struct listener *l = *at;
	if (http_stream_send(l->stream, text))
		return true;
	http_stream_close(l->stream);
	*at = l->next;
	free(l);
	return false;
}

static void fan_out(struct stream_hub *h, struct arena *a, const struct event *events, size_t n)
{
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &events[i];
		h->seq = e->seq;
		if (!e->ticket_id.set)
			continue;
		struct str text = event_text(a, e);
		for (struct listener **at = &h->listeners; *at;) {
			struct listener *l = *at;
			bool wants = (!l->ticket_id || l->ticket_id == e->ticket_id.v) && l->last_seq < e->seq;
			if (wants)
				l->last_seq = e->seq;
			if (!wants || send_or_drop(at, text))
				at = &l->next;
		}
	}
	pthread_mutex_unlock(&h->lock);
}

static bool followed(struct stream_hub *h)
{
	pthread_mutex_lock(&h->lock);
	bool somebody = h->listeners != NULL;
	pthread_mutex_unlock(&h->lock);
	return somebody;
}

static enum err read_events(struct stream_hub *h, struct arena *a)
{
	if (!followed(h))   /* the first listener takes up the newest number itself */
		return OK;
	struct ctx c;
	desk_ctx(h->desk, a, S("live stream"), &c);
	TRY(ctx_db(&c));
	struct event *events;
	size_t n = 0;
	enum err e;
	do {
		e = event_after(&c, h->seq, EVENTS_AT_ONCE, &events, &n);
		if (e == OK && n)
			fan_out(h, a, events, n);
	} while (e == OK && n == EVENTS_AT_ONCE);
	ctx_db_done(&c);
	return e;
}

/* Copies the tokens under the lock, asks without it, then closes what has ended. */
static void check_sessions(struct stream_hub *h, struct arena *a)
{
	size_t n = 0, cap = 0;
	pthread_mutex_lock(&h->lock);
	for (struct listener *l = h->listeners; l; l = l->next)
		cap++;
	struct listener *asked = arena_calloc(a, cap + 1, sizeof(*asked));
	for (struct listener *l = h->listeners; l; l = l->next)
		if (l->token[0])
			asked[n++] = *l;
	pthread_mutex_unlock(&h->lock);
	struct ctx c;
	desk_ctx(h->desk, a, S("live stream"), &c);
	if (n == 0 || ctx_db(&c) != OK)
		return;
	for (size_t i = 0; i < n; i++) {
		struct actor actor = { 0 };
		fault_clear(&c.fault);
		const struct web_identity *who = h->app->cfg.identity;
		if ((asked[i].api ? who->by_api_token : who->by_session)(&c, str_c(asked[i].token), &actor) != OK || actor.kind != ACTOR_NOBODY)
			continue;
		pthread_mutex_lock(&h->lock);
		for (struct listener **at = &h->listeners; *at;) {
			struct listener *l = *at;
			if (strcmp(l->token, asked[i].token) != 0) {
				at = &l->next;
				continue;
			}
			http_stream_close(l->stream);
			*at = l->next;
			free(l);
		}
		pthread_mutex_unlock(&h->lock);
	}
	ctx_db_done(&c);
}

static void *hub_main(void *arg)
{
	struct stream_hub *h = arg;
	struct arena a;
	arena_init(&a);
	uint64_t seen[BELL_COUNT] = { 0 };
	int64_t checked = clock_mono_us();
	/* PostgreSQL: other nodes do not ring our bell, so look each second anyway. While nobody follows, writers wake nobody here. */
	for (enum bell b = BELL_LIVE; desk_wait(h->desk, b, &seen[b], UTIME_US_PER_SECOND); b = followed(h) ? BELL_EVENTS : BELL_LIVE) {
		if (read_events(h, &a) != OK)
			log_msg(LOG_WARN, "live", "events can't be read; trying again");
		if (clock_mono_us() - checked > CHECK_SESSIONS_S * UTIME_US_PER_SECOND) {
			check_sessions(h, &a);
			checked = clock_mono_us();
		}
		arena_reset(&a);
	}
	arena_done(&a);
	return NULL;
}

enum err stream_hub_open(struct web_app *app, struct desk *d, struct fault *f, struct stream_hub **ret)
{
	struct stream_hub *h = calloc(1, sizeof(*h));
	ASSERT(h);
	h->app = app;
	h->desk = d;
	pthread_mutex_init(&h->lock, NULL);
	*ret = h;
	struct arena a;
	arena_init(&a);
	struct ctx c;
	desk_ctx(d, &a, S("live stream"), &c);
	enum err e = ctx_db(&c);
	if (e == OK)
		e = event_last_seq(&c, &h->seq);
	ctx_db_done(&c);
	arena_done(&a);
	if (e != OK) {
		*f = c.fault;
		return e;
	}
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	h->started = pthread_create(&h->thread, &attr, hub_main, h) == 0;
	pthread_attr_destroy(&attr);
	return h->started ? OK : fault_set(f, ERR_BUSY, __FILE__, __LINE__, "No thread for live updates.");
}

void stream_hub_close(struct stream_hub *h)
{
	desk_stop(h->desk);
	if (h->started)
		pthread_join(h->thread, NULL);
	for (struct listener *l = h->listeners, *next; l; l = next) {
		next = l->next;
		http_stream_close(l->stream);
		free(l);
	}
	for (struct here *p = h->here, *next; p; p = next) {
		next = p->next;
		free(p);
	}
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* ---- routes ---- */

static enum err live_get(struct web *w)
{
	struct ctx *c = w->c;
	struct stream_hub *h = w->app->hub;
	int64_t ticket_id = web_query_i64(w, "ticket", 0), from = -1;
	struct str site = http_request_header(w->req, S("Sec-Fetch-Site"));
	if (site.p && !str_eq(site, S("same-origin")) && !str_eq(site, S("none")))
		return fail(c, ERR_FORBIDDEN, "Live updates are for tend's own pages.");
	struct str last = http_request_header(w->req, S("Last-Event-ID"));
	if (!last.p)
		last = web_query(w, "since");
	if (last.p && (!str_i64(str_trim(last), &from) || from < 0))
		return fail(c, ERR_INPUT, "Last-Event-ID is a number.");
	struct listener *l = calloc(1, sizeof(*l));
	ASSERT(l);
	l->teammate_id = c->actor.id;
	l->ticket_id = ticket_id;
	struct str token = w->session_token, scheme;
	l->api = !token.n && str_cut(http_request_header(w->req, S("Authorization")), ' ', &scheme, &token);
	token = str_trim(token);
	if (token.n && token.n < sizeof(l->token))
		memcpy(l->token, token.p, token.n);
	l->stream = http_stream_open(w->app->server, l);
	/* what was missed goes first: read with the lock held, so that nothing falls between */
	pthread_mutex_lock(&h->lock);
	int64_t mine = 0;
	for (struct listener *o = h->listeners; o; o = o->next)
		mine += o->teammate_id == l->teammate_id;
	enum err e = h->listeners ? OK : event_last_seq(c, &h->seq);
	if (e == OK && mine >= STREAMS_PER_TEAMMATE)
		e = fail(c, ERR_RATE, "You have %d tend pages open; close some for live updates.", STREAMS_PER_TEAMMATE);
	l->last_seq = from >= 0 ? from : h->seq;
	http_stream_send(l->stream, arena_fmt(c->arena, "retry: 2000\nid: %lld\nevent: hello\ndata: {}\n\n", (long long)l->last_seq));
	struct event *events;
	size_t n = 0;
	if (e == OK && from >= 0 && from < h->seq)
		e = event_after(c, from, EVENTS_AT_ONCE, &events, &n);
	for (size_t i = 0; e == OK && i < n && events[i].seq <= h->seq; i++) {
		l->last_seq = events[i].seq;
		if (events[i].ticket_id.set && (!ticket_id || ticket_id == events[i].ticket_id.v))
			http_stream_send(l->stream, event_text(c->arena, &events[i]));
	}
	if (e == OK && n == EVENTS_AT_ONCE && l->last_seq < h->seq) {   /* too far behind: the page reloads itself */
		l->last_seq = h->seq;
		http_stream_send(l->stream, arena_fmt(c->arena, "id: %lld\nevent: reload\ndata: {}\n\n", (long long)h->seq));
	}
	if (e == OK) {
		l->next = h->listeners;
		h->listeners = l;
	}
	struct http_stream *stream = l->stream;
	pthread_mutex_unlock(&h->lock);
	desk_ring(h->desk, BELL_LIVE);
	if (e != OK) {
		http_stream_close(stream);
		free(l);
		return e;
	}
	w->res->status = 200;
	w->res->stream = stream;
	web_header(w, "Content-Type", S("text/event-stream; charset=utf-8"));
	web_header(w, "X-Accel-Buffering", S("no"));
	return OK;
}

static void sweep_presence(struct stream_hub *h, int64_t now)
{
	for (struct here **at = &h->here; *at;) {
		struct here *p = *at;
		if (p->until_us > now) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		free(p);
	}
}

static enum err presence_post(struct web *w)
{
	struct ctx *c = w->c;
	struct stream_hub *h = w->app->hub;
	int64_t ticket_id, now = clock_mono_us();
	struct str state = form_value(&w->form, S("state"), NULL);
	if (!str_i64(form_value(&w->form, S("ticket"), NULL), &ticket_id) || ticket_id <= 0)
		return fail(c, ERR_INPUT, "Which ticket? Send ticket=NUMBER.");
	bool writing = str_eq(state, S("writing")), gone = str_eq(state, S("gone"));
	if (!writing && !gone && !str_eq(state, S("looking")))
		return fail(c, ERR_INPUT, "state is looking, writing or gone.");
	pthread_mutex_lock(&h->lock);
	sweep_presence(h, now);
	struct here *p = h->here;
	while (p && (p->ticket_id != ticket_id || p->teammate_id != c->actor.id))
		p = p->next;
	bool changed = p || !gone;   /* each heartbeat goes out: a reader takes silence for gone */
	if (!p && !gone) {
		p = calloc(1, sizeof(*p));
		ASSERT(p);
		p->ticket_id = ticket_id;
		p->teammate_id = c->actor.id;
		p->next = h->here;
		h->here = p;
	}
	if (p) {
		struct str name = utf8_clip(c->actor.name, sizeof(p->name) - 1);
		memcpy(p->name, name.p ? name.p : "", name.n);
		p->name[name.n] = 0;
		p->writing = writing;
		p->until_us = gone ? 0 : now + PRESENCE_S * UTIME_US_PER_SECOND;
	}
	if (changed) {
		struct json_out j;
		json_init(&j, c->arena, 4 << 10);
		json_obj(&j);
		json_ki64(&j, "ticket", ticket_id);
		json_ki64(&j, "teammate", c->actor.id);
		json_kstr(&j, "name", c->actor.name);
		json_kstr(&j, "state", gone ? S("gone") : writing ? S("writing") : S("looking"));
		json_obj_end(&j);
		struct str text = arena_fmt(c->arena, "event: presence\ndata: %.*s\n\n", STR_ARG(json_done(&j)));
		for (struct listener **at = &h->listeners; *at;) {
			struct listener *l = *at;
			bool wants = (!l->ticket_id || l->ticket_id == ticket_id) && l->teammate_id != c->actor.id;
			if (!wants || send_or_drop(at, text))
				at = &l->next;
		}
	}
	sweep_presence(h, now);
	pthread_mutex_unlock(&h->lock);
	w->res->status = 204;
	return OK;
}

enum err stream_presence(struct web *w, int64_t ticket_id, struct presence **ret, size_t *ret_n)
{
	struct stream_hub *h = w->app->hub;
	struct presence *list = arena_array(w->c->arena, struct presence, 50);
	size_t n = 0;
	pthread_mutex_lock(&h->lock);
	sweep_presence(h, clock_mono_us());
	for (struct here *p = h->here; p && n < 50; p = p->next)
		if (p->ticket_id == ticket_id && p->teammate_id != w->c->actor.id)
			list[n++] = (struct presence){ p->teammate_id, arena_str(w->c->arena, str_c(p->name)), p->writing };
	pthread_mutex_unlock(&h->lock);
	*ret = list;
	*ret_n = n;
	return OK;
}

const struct route stream_routes[] = {
	{ "GET", "/live", ROUTE_TEAMMATE, CAN_READ, live_get, 0, "Live updates as server-sent events" },
	{ "POST", "/live/presence", ROUTE_TEAMMATE, CAN_READ, presence_post, 4 << 10, "Who looks at or writes on a ticket" },
	{ 0 },
};
