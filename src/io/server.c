/* server.c: starting, the loop, stopping; see server.h and, for the parts, server_priv.h. */
#include "io/server_priv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/banned.h"

enum { EVENTS_MAX = 256 };

struct str http_request_header(const struct http_request *r, struct str name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_ieq(r->headers[i].name, name))
			return r->headers[i].value;
	return STR_NULL;
}

void loop_wake(struct server *s)
{
	uint64_t one = 1;
	(void)!write(s->wake_fd, &one, sizeof(one));
}

void loop_post_exchange(struct exchange *x)
{
	struct server *s = x->server;
	pthread_mutex_lock(&s->wake_lock);
	x->next = s->done;
	s->done = x;
	/* Woken under the lock: once it is free, the loop may end and the server be gone. */
	if (!x->next && !s->wake_streams)
		loop_wake(s);
	pthread_mutex_unlock(&s->wake_lock);
}

/* ---- the loop ---- */

static void watch(struct server *s, int fd, void *item)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = item };
	ASSERT(epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0);
}

static void watch_listeners(struct server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		watch(s, s->listeners[i].fd, &s->listeners[i]);
}

/* A descriptor shortage: leaves the listeners alone for a moment. */
static void pause_listeners(struct server *s, bool pause)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		struct epoll_event e = { .events = pause ? 0 : EPOLLIN, .data.ptr = &s->listeners[i] };
		epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, s->listeners[i].fd, &e);
	}
}

static void take_posted(struct server *s)
{
	uint64_t count;
	(void)!read(s->wake_fd, &count, sizeof(count));
	pthread_mutex_lock(&s->wake_lock);
	struct exchange *x = s->done, *turned = NULL;
	struct http_stream *st = s->wake_streams;
	s->done = NULL;
	s->wake_streams = NULL;
	bool stop = s->stop_asked;
	pthread_mutex_unlock(&s->wake_lock);
	while (x) { /* newest first: turn them round */
		struct exchange *next = x->next;
		x->next = turned;
		turned = x;
		x = next;
	}
	while (turned) {
		x = turned;
		turned = x->next;
		conn_job_done(s, x);
	}
	while (st) {
		struct conn *c = stream_posted(st, &st);
		if (c)
			stream_flush(s, c);
	}
	if (!stop || s->stopping)
		return;
	s->stopping = true;
	/* Who is in the queue of the kernel was answered SYN-ACK: take them before the door closes, unless somebody else holds it open. */
	for (size_t i = 0; i < s->n_listeners; i++)
		if (!s->listeners[i].passed)
			conn_accept(s, &s->listeners[i]);
	listeners_close(s);
	s->n_listeners = 0;
	for (struct conn *c = s->all, *next; c; c = next) {
		next = c->all_next;
		conn_stop_idle(s, c);
	}
}

static void run_timers(struct server *s)
{
	for (int t = 0; t < TIMER_COUNT; t++)
		for (struct conn *c; (c = s->timer_first[t]) != NULL && c->deadline_us <= s->now_us;)
			conn_timeout(s, c);
}

static void free_dead(struct server *s)
{
	while (s->dead) {
		struct conn *c = s->dead;
		s->dead = c->all_next;
		free(c);
	}
}

static int wait_ms(const struct server *s, int64_t stop_at_us)
{
	int64_t until = s->stopping ? stop_at_us : INT64_MAX;
	for (int t = 0; t < TIMER_COUNT; t++)
		if (s->timer_first[t] && s->timer_first[t]->deadline_us < until)
			until = s->timer_first[t]->deadline_us;
	if (s->accept_pause_until_us && s->accept_pause_until_us < until)
		until = s->accept_pause_until_us;
	if (until == INT64_MAX)
		return -1;
	int64_t ms = (until - s->now_us + 999) / 1000;
	return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void run_events(struct server *s, struct epoll_event *events, int n)
{
	for (int i = 0; i < n; i++) {
		enum item_kind *kind = events[i].data.ptr;
		switch (*kind) {
		case ITEM_WAKE:
			take_posted(s);
			break;
		case ITEM_LISTENER:
			if (!s->stopping)
				conn_accept(s, events[i].data.ptr);
			break;
		case ITEM_CONN:
			conn_event(s, events[i].data.ptr, events[i].events);
			break;
		}
	}
}

/* The end: whoever is still here is dropped; pools finish what they have. */
static void close_all(struct server *s)
{
	for (struct conn *c = s->all, *next; c; c = next) {
		next = c->all_next;
		conn_drop(s, c);
	}
	while (s->in_flight) {
		struct epoll_event e;
		(void)!epoll_wait(s->epoll_fd, &e, 1, 100);
		take_posted(s);
		for (struct conn *c = s->all, *next; c; c = next) {
			next = c->all_next;
			conn_drop(s, c);
		}
	}
	take_posted(s);
	free_dead(s);
}

static void *loop_thread(void *arg)
{
	struct server *s = arg;
	struct epoll_event events[EVENTS_MAX];
	bool paused = false;
	int64_t stop_at_us = INT64_MAX;
	s->now_us = clock_mono_us();
	for (;;) {
		int n = epoll_wait(s->epoll_fd, events, EVENTS_MAX, wait_ms(s, stop_at_us));
		s->now_us = clock_mono_us();
		run_events(s, events, n > 0 ? n : 0);
		run_timers(s);
		free_dead(s);
		if (s->accept_pause_until_us && s->now_us >= s->accept_pause_until_us)
			s->accept_pause_until_us = 0;
		if (paused != (s->accept_pause_until_us != 0)) {
			paused = !paused;
			pause_listeners(s, paused);
		}
		if (!s->stopping)
			continue;
		if (stop_at_us == INT64_MAX)
			stop_at_us = s->now_us + s->stop_grace_us;
		if (!s->all || s->now_us >= stop_at_us)
			break;
	}
	close_all(s);
	return NULL;
}

/* ---- start and stop ---- */

static enum err parse_proxies(struct server *s, struct fault *f)
{
	const char *const *list = s->cfg.trusted_proxies;
	size_t n = 0;
	while (list && list[n])
		n++;
	s->proxies = calloc(n + 1, sizeof(*s->proxies));
	ASSERT(s->proxies != NULL);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(str_c(list[i]), S("unix")))
			s->proxy_unix = true;
		else if (net_parse(str_c(list[i]), &s->proxies[s->n_proxies]))
			s->n_proxies++;
		else
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
					 "\"%s\" is no proxy's address. Write 10.0.0.1, 10.0.0.0/8, fd00::/8 or unix.", list[i]);
	}
	return OK;
}

static void server_free(struct server *s)
{
	listeners_close(s);
	while (s->spare) {
		struct exchange *x = s->spare;
		s->spare = x->next;
		arena_done(&x->arena);
		free(x);
	}
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	SSL_CTX_free(s->tls);
	pthread_mutex_destroy(&s->wake_lock);
	free(s->proxies);
	free(s->spool_dir);
	free(s);
}

static enum err start_loop(struct server *s, struct fault *f)
{
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->epoll_fd < 0 || s->wake_fd < 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The system gives no more descriptors: %s.", strerror(errno));
	s->wake_kind = ITEM_WAKE;
	watch(s, s->wake_fd, &s->wake_kind);
	watch_listeners(s);
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int e = pthread_create(&s->loop, NULL, loop_thread, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (e)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The server's thread can't be started: %s.", strerror(e));
	return OK;
}

enum err server_start(const struct server_config *cfg, struct fault *f, struct server **ret)
{
	struct server *s = calloc(1, sizeof(*s));
	ASSERT(s != NULL && cfg->handle && cfg->limit && cfg->workers_max > 0 && cfg->connections_max > 0);
	s->cfg = *cfg;
	s->epoll_fd = s->wake_fd = -1;
	s->spool_dir = strdup(cfg->spool_dir ? cfg->spool_dir : "/var/tmp");
	ASSERT(s->spool_dir != NULL);
	pthread_mutex_init(&s->wake_lock, NULL);
	ASSERT(getrandom(&s->id_key, sizeof(s->id_key), 0) == (ssize_t)sizeof(s->id_key));
	enum err e = parse_proxies(s, f);
	if (e == OK && (cfg->tls_cert_path || cfg->tls_key_path)) {
		if (cfg->tls_cert_path && cfg->tls_key_path)
			e = tls_open(cfg->tls_cert_path, cfg->tls_key_path, f, &s->tls);
		else
			e = fault_set(f, ERR_INPUT, __FILE__, __LINE__, "TLS needs both a certificate and a key.");
	}
	if (e == OK)
		e = listeners_open(s, f);
	for (size_t i = 0; i < s->n_listeners && !s->port; i++)
		if (s->listeners[i].role == LISTEN_PUBLIC)
			s->port = listener_port(&s->listeners[i]);
	if (e == OK) {
		pool_init(&s->workers, cfg->workers_max, pool_run_worker);
		pool_init(&s->disk, 2, pool_run_disk);
		e = start_loop(s, f);
	}
	if (e != OK) {
		server_free(s);
		return e;
	}
	*ret = s;
	return OK;
}

int server_port(const struct server *s)
{
	return s->port;
}

void server_stop(struct server *s, int64_t grace_us)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->wake_lock);
	s->stop_asked = true;
	s->stop_grace_us = grace_us;
	loop_wake(s);
	pthread_mutex_unlock(&s->wake_lock);
	pthread_join(s->loop, NULL);
	pool_done(&s->workers);
	pool_done(&s->disk);
	server_free(s);
}

void server_figures(struct server *s, struct server_figures *ret)
{
	*ret = (struct server_figures){
		.connections = atomic_load(&s->n_conns),
		.streams = atomic_load(&s->n_streams),
		.requests = atomic_load(&s->n_requests),
		.workers = pool_threads(&s->workers),
		.refused_framing = atomic_load(&s->n_refused_framing),
		.refused_busy = atomic_load(&s->n_refused_busy),
		.body_bytes = atomic_load(&s->n_body_bytes),
	};
}
