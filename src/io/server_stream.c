/* server_stream.c: server-sent events.
 *
 * A stream is held by its owner and, once the response is out, by its connection. Senders only append under the stream's
 * lock and post it; the loop writes. A parked stream costs its connection, this struct and no buffer. */
#include "io/server_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/banned.h"

struct http_stream {
	struct server *server;
	void *owner;
	pthread_mutex_t lock;
	int holders;                    /* the owner, the response or its connection, a posting */
	bool gone;                      /* the reader is */
	bool closed;                    /* by the owner: ends when all is sent */
	bool posted;
	struct conn *conn;              /* once attached; the loop's to follow */
	char *text;
	size_t n, cap;
	struct http_stream *post_next;
};

enum { STALLS_MAX = 3 };

struct http_stream *http_stream_open(struct server *s, void *owner)
{
	struct http_stream *st = calloc(1, sizeof(*st));
	ASSERT(st != NULL);
	st->server = s;
	st->owner = owner;
	st->holders = 2;
	pthread_mutex_init(&st->lock, NULL);
	return st;
}

void *http_stream_owner(struct http_stream *st)
{
	return st->owner;
}

/* With the lock held; unlocks. */
static void let_go(struct http_stream *st)
{
	int left = --st->holders;
	pthread_mutex_unlock(&st->lock);
	if (left)
		return;
	pthread_mutex_destroy(&st->lock);
	free(st->text);
	free(st);
}

/* Tells the loop, with the stream's lock held: a detached stream never touches its server, which may be gone. */
static void post(struct http_stream *st)
{
	if (!st->conn || st->posted)
		return;
	st->posted = true;
	st->holders++;
	struct server *s = st->server;
	pthread_mutex_lock(&s->wake_lock);
	st->post_next = s->wake_streams;
	s->wake_streams = st;
	bool first = !st->post_next && !s->done;
	pthread_mutex_unlock(&s->wake_lock);
	if (first)
		loop_wake(s);
}

static bool append(struct http_stream *st, struct str text)
{
	if (text.n > STREAM_BACKLOG_MAX - st->n)
		return false;
	if (st->cap - st->n < text.n) {
		size_t cap = st->cap ? st->cap : 512;
		while (cap < st->n + text.n)
			cap *= 2;
		st->text = realloc(st->text, cap);
		ASSERT(st->text != NULL);
		st->cap = cap;
	}
	memcpy(st->text + st->n, text.p, text.n);
	st->n += text.n;
	return true;
}

bool http_stream_send(struct http_stream *st, struct str text)
{
	pthread_mutex_lock(&st->lock);
	bool alive = !st->gone && !st->closed;
	if (alive && text.n && !append(st, text)) {
		/* Too slow a reader: end it; the browser comes back with Last-Event-ID. */
		st->gone = true;
		alive = false;
	}
	post(st);
	pthread_mutex_unlock(&st->lock);
	return alive;
}

void http_stream_close(struct http_stream *st)
{
	pthread_mutex_lock(&st->lock);
	st->closed = true;
	post(st);
	let_go(st);
}

void stream_attach(struct server *s, struct conn *c, struct http_stream *st)
{
	atomic_fetch_add(&s->n_streams, 1);
	c->stream = st;
	c->stalls = 0;
	pthread_mutex_lock(&st->lock);
	st->conn = c;
	pthread_mutex_unlock(&st->lock);
	conn_timer(s, c, TIMER_STREAM);
	stream_flush(s, c);
}

void stream_detach(struct conn *c)
{
	struct http_stream *st = c->stream;
	c->stream = NULL;
	pthread_mutex_lock(&st->lock);
	atomic_fetch_sub(&st->server->n_streams, 1);
	st->gone = true;
	st->conn = NULL;
	let_go(st);
}

/* The response that was to carry the stream never went out. */
void stream_orphan(struct http_stream *st)
{
	pthread_mutex_lock(&st->lock);
	st->gone = true;
	let_go(st);
}

/* With the lock held. False when the connection is finished with. */
static bool write_some(struct server *s, struct conn *c, struct http_stream *st)
{
	size_t at = 0;
	while (at < st->n) {
		ssize_t w = conn_write(c, st->text + at, st->n - at);
		if (w == IO_AGAIN)
			break;
		if (w < 0)
			return false;
		at += (size_t)w;
	}
	if (at) {
		c->stalls = 0;
		conn_timer(s, c, TIMER_STREAM);
	}
	if (at == st->n) {
		free(st->text);
		st->text = NULL;
		st->n = st->cap = 0;
	} else if (at) {
		memmove(st->text, st->text + at, st->n - at);
		st->n -= at;
	}
	return true;
}

void stream_flush(struct server *s, struct conn *c)
{
	struct http_stream *st = c->stream;
	pthread_mutex_lock(&st->lock);
	bool alive = !st->gone && write_some(s, c, st);
	bool more = st->n > 0, over = !alive || (st->closed && !more);
	bool whole = alive && over;
	pthread_mutex_unlock(&st->lock);
	if (!over) {
		conn_want(s, c, more ? EPOLLIN | EPOLLRDHUP | EPOLLOUT : EPOLLIN | EPOLLRDHUP);
		return;
	}
	if (whole) {
		stream_detach(c);
		c->closing = true;
		conn_next(s, c);
	} else {
		conn_drop(s, c);
	}
}

/* Twenty seconds passed without a byte: a comment shows whether the reader is still there. */
void stream_tick(struct server *s, struct conn *c)
{
	struct http_stream *st = c->stream;
	pthread_mutex_lock(&st->lock);
	bool stalled = st->n > 0 && ++c->stalls >= STALLS_MAX;
	if (st->n == 0)
		append(st, S(":\n\n"));
	pthread_mutex_unlock(&st->lock);
	if (stalled) {
		conn_drop(s, c);
		return;
	}
	conn_timer(s, c, TIMER_STREAM);
	stream_flush(s, c);
}

struct conn *stream_posted(struct http_stream *st, struct http_stream **ret_next)
{
	pthread_mutex_lock(&st->lock);
	*ret_next = st->post_next;
	st->posted = false;
	struct conn *c = st->conn;
	let_go(st);
	return c;
}
