/* server_conn.c: a connection, from accept to close. Everything here runs in the loop thread and never waits.
 *
 *     HANDSHAKE → HEAD → BODY ⇄ SPOOL → WORK → SEND → FILE → HEAD …
 *                   └─ WORK ─┘                   └──→ STREAM          any → LINGER → DEAD
 *              (may a large body come?)                                                                              */
#include "io/server_priv.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

enum { ACCEPT_ROUND = 64, CONTROL_EXTRA = 16, EVICT_HEAD_AFTER_S = 5, SPARE_MAX = 16, DRAIN_ROUND = 16 };

static const int64_t TIMER_US[TIMER_COUNT] = {
	[TIMER_IDLE] = 75 * UTIME_US_PER_SECOND,   [TIMER_HEAD] = 30 * UTIME_US_PER_SECOND,
	[TIMER_PROGRESS] = 60 * UTIME_US_PER_SECOND, [TIMER_LINGER] = 2 * UTIME_US_PER_SECOND,
	[TIMER_STREAM] = 20 * UTIME_US_PER_SECOND,    [TIMER_NEWCOMER] = UTIME_US_PER_SECOND / 4,
};

struct exchange *exchange_new(struct server *s, struct conn *c)
{
	struct exchange *x = s->spare;
	struct arena arena;
	arena_init(&arena);
	if (x) {
		s->spare = x->next;
		s->n_spare--;
		arena = x->arena;
	} else {
		x = malloc(sizeof(*x));
		ASSERT(x != NULL);
	}
	memset(x, 0, sizeof(*x));
	x->arena = arena;
	x->server = s;
	x->conn = c;
	x->spool_fd = x->file_fd = x->req.body_fd = x->res.fd = -1;
	x->req.body = S("");
	return x;
}

void exchange_free(struct server *s, struct exchange *x)
{
	if (x->spool_fd >= 0)
		close(x->spool_fd);
	if (x->file_fd >= 0)
		close(x->file_fd);
	free(x->file_room);
	free(x->body);
	if (s->n_spare >= SPARE_MAX) {
		arena_done(&x->arena);
		free(x);
		return;
	}
	arena_reset(&x->arena);
	x->next = s->spare;
	s->spare = x;
	s->n_spare++;
}

void conn_timer(struct server *s, struct conn *c, enum timer t)
{
	if (c->in_list) {
		*(c->timer_prev ? &c->timer_prev->timer_next : &s->timer_first[c->timer]) = c->timer_next;
		*(c->timer_next ? &c->timer_next->timer_prev : &s->timer_last[c->timer]) = c->timer_prev;
	}
	c->timer = t;
	c->progress = 0;
	c->in_list = t != TIMER_NONE;
	if (t == TIMER_NONE)
		return;
	c->deadline_us = s->now_us + TIMER_US[t];
	c->timer_next = NULL;
	c->timer_prev = s->timer_last[t];
	*(c->timer_prev ? &c->timer_prev->timer_next : &s->timer_first[t]) = c;
	s->timer_last[t] = c;
}

void conn_progress(struct server *s, struct conn *c, size_t n)
{
	c->progress += (int64_t)n;
	if (c->timer == TIMER_PROGRESS && c->progress >= PROGRESS_BYTES)
		conn_timer(s, c, TIMER_PROGRESS);
}

void conn_want(struct server *s, struct conn *c, uint32_t events)
{
	if (c->events == events || c->fd < 0)
		return;
	struct epoll_event e = { .events = events, .data.ptr = c };
	ASSERT(epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, c->fd, &e) == 0);
	c->events = events;
}

ssize_t conn_read(struct conn *c, char *to, size_t n)
{
	if (c->tls)
		return tls_read(c->tls, to, n);
	ssize_t r;
	do
		r = recv(c->fd, to, n, 0);
	while (r < 0 && errno == EINTR);
	if (r >= 0)
		return r;
	return errno == EAGAIN || errno == EWOULDBLOCK ? IO_AGAIN : IO_ERROR;
}

ssize_t conn_write(struct conn *c, const char *p, size_t n)
{
	if (c->tls)
		return tls_write(c->tls, p, n);
	ssize_t r;
	do
		r = send(c->fd, p, n, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	if (r >= 0)
		return r;
	return errno == EAGAIN || errno == EWOULDBLOCK ? IO_AGAIN : IO_ERROR;
}

/* Closes at once and leaves the rest to the end of the round. While a pool has the exchange, only marks it. */
void conn_drop(struct server *s, struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	bool pool_has_it = c->state == CONN_WORK || c->state == CONN_SPOOL || (c->state == CONN_FILE && c->x && c->timer == TIMER_NONE);
	if (pool_has_it) {
		if (!c->gone)
			epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
		c->gone = true;
		return;
	}
	if (c->stream)
		stream_detach(c);
	if (c->x) {
		if (c->x->res.stream)
			stream_orphan(c->x->res.stream);
		exchange_free(s, c->x);
		c->x = NULL;
	}
	conn_timer(s, c, TIMER_NONE);
	c->state = CONN_DEAD;
	if (c->tls) {
		SSL_free(c->tls);
		c->tls = NULL;
	}
	close(c->fd);
	c->fd = -1;
	free(c->in);
	c->in = NULL;
	*(c->all_prev ? &c->all_prev->all_next : &s->all) = c->all_next;
	if (c->all_next)
		c->all_next->all_prev = c->all_prev;
	c->all_next = s->dead;
	s->dead = c;
	atomic_fetch_sub(&s->n_conns, 1);
}

/* Says that nothing more comes, and waits shortly for the peer's end, so that what was sent is not lost in a reset. */
static void conn_linger(struct server *s, struct conn *c)
{
	if (c->tls && c->state != CONN_HANDSHAKE)
		SSL_shutdown(c->tls);
	if (shutdown(c->fd, SHUT_WR) != 0) {
		conn_drop(s, c);
		return;
	}
	free(c->in);
	c->in = NULL;
	c->in_n = c->in_cap = 0;
	c->state = CONN_LINGER;
	conn_timer(s, c, TIMER_LINGER);
	conn_want(s, c, EPOLLIN);
}

/* What came goes to nobody; by the socket, past TLS. */
static void linger_read(struct server *s, struct conn *c)
{
	char waste[16 << 10];
	for (int i = 0; i < DRAIN_ROUND; i++) {
		ssize_t r = recv(c->fd, waste, sizeof(waste), 0);
		if (r < 0 && errno == EAGAIN)
			return;
		if (r <= 0) {
			conn_drop(s, c);
			return;
		}
	}
}

static void in_room(struct conn *c, size_t cap)
{
	if (c->in_cap >= cap)
		return;
	c->in = realloc(c->in, cap);
	ASSERT(c->in != NULL);
	c->in_cap = cap;
}

/* Drops the first n bytes of what came. */
static void in_take(struct conn *c, size_t n)
{
	c->in_n -= n;
	if (c->in_n)
		memmove(c->in, c->in + n, c->in_n);
}

/* ---- a request ---- */

static void dispatch(struct server *s, struct conn *c, enum job job)
{
	struct exchange *x = c->x;
	x->job = job;
	x->req.body_fd = x->spool_fd;
	conn_timer(s, c, TIMER_NONE);
	if (!pool_add(&s->workers, x, QUEUE_MAX)) {
		atomic_fetch_add(&s->n_refused_busy, 1);
		response_refuse(s, c, 503, "Too many requests are waiting. Please try again in a moment.");
		return;
	}
	c->state = CONN_WORK;
	s->in_flight++;
}

/* The piece that x->piece says goes to the file. */
static void body_spool(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	x->job = JOB_SPOOL;
	conn_timer(s, c, TIMER_NONE);
	if (!pool_add(&s->disk, x, QUEUE_MAX)) {
		response_refuse(s, c, 503, "Too much is being written. Please try again in a moment.");
		return;
	}
	c->state = CONN_SPOOL;
	s->in_flight++;
}

static void body_keep(struct exchange *x, const char *p, size_t n)
{
	if (x->body_cap - x->req.body.n < n) {
		size_t cap = x->body_cap ? x->body_cap : 2048;
		while (cap < x->req.body.n + n)
			cap *= 2;
		x->body = realloc(x->body, cap);
		ASSERT(x->body != NULL);
		x->body_cap = cap;
	}
	memcpy(x->body + x->req.body.n, p, n);
	x->req.body = (struct str){ x->body, x->req.body.n + n };
}

/* Moves what came of the body to its place. */
static void body_step(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	size_t piece, used;
	if (x->head.chunked) {
		if (!chunk_decode(&c->chunk, c->in, c->in_n, &piece, &used)) {
			atomic_fetch_add(&s->n_refused_framing, 1);
			response_refuse(s, c, 400, "The chunked coding of the body is broken.");
			return;
		}
		x->body_done = c->chunk.done;
	} else {
		piece = used = c->in_n < (uint64_t)c->body_left ? c->in_n : (size_t)c->body_left;
		c->body_left -= (int64_t)used;
		x->body_done = c->body_left == 0;
	}
	x->req.body_bytes += (int64_t)piece;
	atomic_fetch_add(&s->n_body_bytes, (int64_t)piece);
	/* A chunk is judged by what it announces; 15 digits can't overflow. */
	if (x->req.body_bytes + (x->head.chunked ? (int64_t)c->chunk.left : 0) > x->limit) {
		response_refuse(s, c, 413, "The body is larger than is allowed here.");
		return;
	}
	bool spooling = x->spool_fd >= 0 || x->req.body.n + piece > BODY_MEMORY_MAX;
	if (spooling && (piece || x->body_done)) {
		in_room(c, IN_SPOOL);
		x->piece = piece;
		x->piece_used = used;
		if (x->admitted)
			body_spool(s, c);
		else
			dispatch(s, c, JOB_ADMIT);
		return;
	}
	if (piece)
		body_keep(x, c->in, piece);
	in_take(c, used);
	if (x->body_done)
		dispatch(s, c, JOB_HANDLE);
}

static void body_begin(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	c->state = CONN_BODY;
	c->chunk = (struct chunk_decoder){ 0 };
	c->body_left = x->head.content_length;
	conn_timer(s, c, TIMER_PROGRESS);
	in_room(c, x->head.chunked || c->body_left > IN_FIRST ? IN_BODY : IN_FIRST);
	if (x->head.expect_continue && c->in_n == 0) {
		static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";
		if (conn_write(c, CONTINUE, sizeof(CONTINUE) - 1) != (ssize_t)sizeof(CONTINUE) - 1) {
			conn_drop(s, c);
			return;
		}
	}
	conn_want(s, c, EPOLLIN);
	if (c->in_n)
		body_step(s, c);
}

static void make_id(struct server *s, char id[24])
{
	/* A bijection of the counter, so ids never repeat in a run and tell nothing. */
	uint64_t z = s->id_key + atomic_fetch_add(&s->id_next, 1) * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	snprintf(id, 24, "%016llx", (unsigned long long)z);
}

/* The head is whole: the first n bytes. */
static void request_begin(struct server *s, struct conn *c, size_t n)
{
	struct exchange *x = c->x = exchange_new(s, c);
	const char *why = "";
	make_id(s, x->req.id);
	struct str raw = arena_str(&x->arena, (struct str){ c->in, n });
	in_take(c, n);
	c->scan = (struct head_scan){ 0 };
	int status = head_parse(&x->arena, raw, &x->head, &why);
	if (status) {
		atomic_fetch_add(&s->n_refused_framing, 1);
		response_refuse(s, c, status, why);
		return;
	}
	atomic_fetch_add(&s->n_requests, 1);
	x->keep_alive = x->head.keep_alive;
	x->head_only = str_eq(x->head.method, S("HEAD"));
	x->req.method = x->head.method;
	x->req.path = x->head.path;
	x->req.query = x->head.query;
	x->req.headers = x->head.headers;
	x->req.n_headers = x->head.n_headers;
	proxy_apply(s, c, x);
	bool metrics = str_eq(x->req.path, S("/metrics"));
	if ((metrics && c->role == LISTEN_PUBLIC) || (!metrics && c->role == LISTEN_METRICS)) {
		response_refuse(s, c, 404, "There is nothing here.");
		return;
	}
	bool has_body = x->head.chunked || x->head.content_length > 0;
	if (!has_body) {
		dispatch(s, c, JOB_HANDLE);
		return;
	}
	x->limit = s->cfg.limit(s->cfg.arg, x->req.method, x->req.path);
	if (x->head.content_length > x->limit || x->limit == 0) {
		response_refuse(s, c, 413, "The body is larger than is allowed here.");
		return;
	}
	/* One that says so is asked about at once; a chunked one when it has grown too large for memory (body_step). */
	x->admitted = !s->cfg.admit;
	if (!x->admitted && x->head.content_length > BODY_MEMORY_MAX)
		dispatch(s, c, JOB_ADMIT);
	else
		body_begin(s, c);
}

static void head_step(struct server *s, struct conn *c)
{
	size_t n;
	int status = head_scan(&c->scan, c->in, c->in_n, &n);
	if (status) {
		atomic_fetch_add(&s->n_refused_framing, 1);
		c->x = exchange_new(s, c);
		make_id(s, c->x->req.id);
		response_refuse(s, c, status,
				status == 414   ? "The address is longer than 8 KiB."
				: status == 431 ? "The headers are too long: at most 8 KiB each, 100 of them, 64 KiB in all."
						: "The request is not HTTP/1.1 with lines that end with CR LF.");
	} else if (n) {
		request_begin(s, c, n);
	} else if (c->in_n && (c->timer == TIMER_IDLE || c->timer == TIMER_NEWCOMER)) {
		conn_timer(s, c, TIMER_HEAD);
	}
}

/* Reads what fits and goes on; the level-triggered loop comes back for the rest. */
static void conn_readable(struct server *s, struct conn *c)
{
	bool head = c->state == CONN_HEAD;
	if (c->in_n == c->in_cap)
		in_room(c, head ? (c->in_cap ? c->in_cap * 2 : IN_FIRST) : IN_SPOOL);
	ssize_t r = conn_read(c, c->in + c->in_n, c->in_cap - c->in_n);
	if (r == IO_AGAIN) {
		if (head && c->in_n == 0) {
			free(c->in);
			c->in = NULL;
			c->in_cap = 0;
		}
		return;
	}
	if (r <= 0) {
		conn_drop(s, c);
		return;
	}
	c->in_n += (size_t)r;
	if (head) {
		head_step(s, c);
	} else {
		conn_progress(s, c, (size_t)r);
		body_step(s, c);
	}
}

/* TLS may hold bytes that the socket no longer shows. */
static void read_hidden(struct server *s, struct conn *c)
{
	while (c->tls && (c->state == CONN_HEAD || c->state == CONN_BODY) && SSL_pending(c->tls) > 0)
		conn_readable(s, c);
}

void conn_next(struct server *s, struct conn *c)
{
	if (c->x) {
		if (!c->x->keep_alive)
			c->closing = true;
		exchange_free(s, c->x);
		c->x = NULL;
	}
	if (c->closing) {
		conn_linger(s, c);
		return;
	}
	c->state = CONN_HEAD;
	conn_timer(s, c, TIMER_IDLE);
	if (c->in_n == 0) {
		free(c->in);
		c->in = NULL;
		c->in_cap = 0;
	}
	conn_want(s, c, EPOLLIN);
	if (c->in_n)
		head_step(s, c);
	else
		read_hidden(s, c);
}

static void spool_done(struct server *s, struct conn *c, struct exchange *x)
{
	if (x->job_errno) {
		bool full = x->job_errno == ENOSPC || x->job_errno == EDQUOT || x->job_errno == EFBIG;
		response_refuse(s, c, full ? 507 : 500,
				full ? "The disk is full. Nothing was kept; please tell an administrator and try again."
				     : "The body could not be stored.");
		return;
	}
	if (x->body) {
		free(x->body);
		x->body = NULL;
		x->body_cap = 0;
		x->req.body = S("");
	}
	in_take(c, x->piece_used);
	if (x->body_done) {
		dispatch(s, c, JOB_HANDLE);
		return;
	}
	c->state = CONN_BODY;
	conn_timer(s, c, TIMER_PROGRESS);
	conn_want(s, c, EPOLLIN);
	if (c->in_n)
		body_step(s, c);
	else
		read_hidden(s, c);
}

/* A worker has said whether the large body may come. */
static void admit_done(struct server *s, struct conn *c, struct exchange *x)
{
	if (!x->admitted) {
		c->closing = true;
		response_send(s, c);
	} else if (x->head.chunked) {
		body_spool(s, c);
	} else {
		body_begin(s, c);
		read_hidden(s, c);
	}
}

void conn_job_done(struct server *s, struct exchange *x)
{
	struct conn *c = x->conn;
	s->in_flight--;
	if (c->gone) {
		/* The peer left meanwhile: nobody to tell. */
		c->state = CONN_LINGER;
		conn_drop(s, c);
		return;
	}
	switch (x->job) {
	case JOB_ADMIT:
		admit_done(s, c, x);
		break;
	case JOB_HANDLE:
		if (s->stopping)
			x->keep_alive = false;
		response_send(s, c);
		break;
	case JOB_SPOOL:
		spool_done(s, c, x);
		break;
	case JOB_FILE:
		response_file_step(s, c);
		break;
	}
}

/* ---- events ---- */

static void handshake_step(struct server *s, struct conn *c)
{
	bool out = false;
	int r = tls_handshake(c->tls, &out);
	if (r == IO_ERROR) {
		conn_drop(s, c);
		return;
	}
	conn_want(s, c, r == IO_AGAIN && out ? EPOLLOUT : EPOLLIN);
	if (r != 1)
		return;
	c->state = CONN_HEAD;
	conn_readable(s, c);
	read_hidden(s, c);
}

static void stream_event(struct server *s, struct conn *c, uint32_t events)
{
	char waste[1024];
	if (events & EPOLLIN) {
		ssize_t r = conn_read(c, waste, sizeof(waste));
		if (r == 0 || r == IO_ERROR) {
			conn_drop(s, c);
			return;
		}
	} else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		conn_drop(s, c);
		return;
	}
	if (events & EPOLLOUT)
		stream_flush(s, c);
}

void conn_event(struct server *s, struct conn *c, uint32_t events)
{
	switch (c->state) {
	case CONN_HANDSHAKE:
		handshake_step(s, c);
		break;
	case CONN_HEAD:
	case CONN_BODY:
		conn_readable(s, c);
		read_hidden(s, c);
		break;
	case CONN_SPOOL:
	case CONN_WORK:
		if (events & (EPOLLERR | EPOLLHUP))
			conn_drop(s, c);
		else
			conn_want(s, c, 0); /* more came; it waits its turn in the kernel */
		break;
	case CONN_SEND:
	case CONN_FILE:
		if (events & (EPOLLERR | EPOLLHUP))
			conn_drop(s, c);
		else if (!(events & EPOLLOUT))
			conn_want(s, c, c->events & EPOLLOUT);
		else if (c->state == CONN_SEND)
			response_send(s, c);
		else
			response_file_step(s, c);
		break;
	case CONN_STREAM:
		stream_event(s, c, events);
		break;
	case CONN_LINGER:
		linger_read(s, c);
		break;
	case CONN_DEAD:
		break;
	}
}

void conn_timeout(struct server *s, struct conn *c)
{
	if (c->timer == TIMER_STREAM) {
		stream_tick(s, c);
		return;
	}
	if ((c->state == CONN_HEAD && c->in_n) || c->state == CONN_BODY) {
		if (!c->x) {
			c->x = exchange_new(s, c);
			make_id(s, c->x->req.id);
		}
		response_refuse(s, c, 408, "The request came too slowly.");
		return;
	}
	conn_drop(s, c);
}

void conn_stop_idle(struct server *s, struct conn *c)
{
	c->closing = true;
	if (c->stream) {
		c->closing = true;
		stream_flush(s, c);
		if (c->stream)
			conn_drop(s, c);
		return;
	}
	if (c->state == CONN_HANDSHAKE) {
		conn_drop(s, c);
		return;
	}
	if (c->state != CONN_HEAD || c->in_n)
		return;
	/* A request that is already here is answered; where there is none, the end. */
	conn_readable(s, c);
	if (c->state != CONN_HEAD || c->in_n)
		return;
	/* One that has only just come is about to ask: closing on it would lose a request that nobody can repeat safely. */
	if (c->timer == TIMER_HEAD && c->deadline_us - TIMER_US[TIMER_HEAD] + TIMER_US[TIMER_NEWCOMER] > s->now_us)
		conn_timer(s, c, TIMER_NEWCOMER);
	else
		conn_linger(s, c);
}

/* ---- accept ---- */

/* Makes room by ending who has been idle longest, or has been dawdling over a head. */
static bool evict(struct server *s)
{
	struct conn *c = s->timer_first[TIMER_LINGER];
	if (!c)
		c = s->timer_first[TIMER_IDLE];
	if (!c) {
		c = s->timer_first[TIMER_HEAD];
		if (c && c->deadline_us - TIMER_US[TIMER_HEAD] + EVICT_HEAD_AFTER_S * UTIME_US_PER_SECOND > s->now_us)
			c = NULL;
	}
	if (!c)
		return false;
	conn_drop(s, c);
	return true;
}

static void conn_new(struct server *s, struct listener *l, int fd, const struct sockaddr_storage *from)
{
	struct conn *c = calloc(1, sizeof(*c));
	ASSERT(c != NULL);
	*c = (struct conn){ .kind = ITEM_CONN, .fd = fd, .role = l->role, .is_unix = l->is_unix, .timer = TIMER_NONE, .events = EPOLLIN };
	c->state = l->tls ? CONN_HANDSHAKE : CONN_HEAD;
	if (l->is_unix) {
		struct ucred cred;
		socklen_t n = sizeof(cred);
		c->uid = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0 ? cred.uid : UINT32_MAX;
	} else {
		int on = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		if (from->ss_family == AF_INET6) {
			memcpy(c->addr, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		} else {
			memcpy(c->addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
			memcpy(c->addr + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
		}
	}
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e) != 0) {
		close(fd);
		free(c);
		return;
	}
	if (l->tls)
		c->tls = tls_new(s->tls, fd);
	c->all_next = s->all;
	if (s->all)
		s->all->all_prev = c;
	s->all = c;
	atomic_fetch_add(&s->n_conns, 1);
	conn_timer(s, c, TIMER_HEAD);
}

void conn_accept(struct server *s, struct listener *l)
{
	static const char BUSY[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	for (int i = 0; i < ACCEPT_ROUND; i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t n = sizeof(from);
		int fd = accept4(l->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			/* Out of descriptors: wait for some to be closed instead of spinning. */
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
				s->accept_pause_until_us = s->now_us + UTIME_US_PER_SECOND / 10;
			return;
		}
		int64_t most = s->cfg.connections_max + (l->role == LISTEN_CONTROL ? CONTROL_EXTRA : 0);
		if (atomic_load(&s->n_conns) >= most && !evict(s)) {
			atomic_fetch_add(&s->n_refused_busy, 1);
			if (!l->tls)
				(void)!send(fd, BUSY, sizeof(BUSY) - 1, MSG_NOSIGNAL);
			close(fd);
			continue;
		}
		conn_new(s, l, fd, &from);
	}
}
