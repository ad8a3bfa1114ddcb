/* server_send.c: a response, from the handler's value to the socket. */
#include "io/server_priv.h"

#include "base/buf.h"
#include "base/civil.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/banned.h"

enum { OUT_HEAD_MAX = 64 << 10 };

static const char *reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} REASONS[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 206, "Partial Content" },
		{ 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" },
		{ 307, "Temporary Redirect" }, { 308, "Permanent Redirect" }, { 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
		{ 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
		{ 412, "Precondition Failed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" }, { 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" },
		{ 421, "Misdirected Request" }, { 422, "Unprocessable Content" }, { 428, "Precondition Required" },
		{ 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
		{ 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
		{ 507, "Insufficient Storage" },
	};
	for (size_t i = 0; i < ARRAY_LEN(REASONS); i++)
		if (REASONS[i].status == status)
			return REASONS[i].reason;
	return "Status";
}

void http_response_header(struct http_response *r, const char *name, struct str value)
{
	ASSERT(r->n_headers < ARRAY_LEN(r->headers));
	for (size_t i = 0; i < value.n; i++)
		ASSERT(value.p[i] != '\r' && value.p[i] != '\n' && value.p[i] != 0);
	r->headers[r->n_headers++] = (struct http_header){ str_c(name), value };
}

/* "Tue, 24 Nov 2026 08:00:00 GMT" */
static struct str http_date(struct arena *a, utime t)
{
	struct str s = civil_rfc5322(a, t);
	struct str day = str_slice(s, 0, s.n - 5);
	/* HTTP wants two digits for the day. */
	if (day.n > 6 && day.p[6] == ' ')
		return arena_fmt(a, "%.5s0%.*sGMT", day.p, (int)(day.n - 5), day.p + 5);
	return arena_fmt(a, "%.*sGMT", STR_ARG(day));
}

static void add_header(struct buf *b, struct str name, struct str value)
{
	buf_add(b, name);
	buf_add(b, S(": "));
	buf_add(b, value);
	buf_add(b, S("\r\n"));
}

static bool bodiless(int status)
{
	return status == 204 || status == 304;
}

void response_build(struct exchange *x)
{
	struct http_response *r = &x->res;
	if (r->status < 200 || r->status > 999) {
		r->status = 500;
		r->body = S("Something broke on our side.\n");
		http_response_header(r, "Content-Type", S("text/plain; charset=utf-8"));
	}
	x->file_fd = r->fd;
	x->file_at = r->fd_offset;
	x->file_left = r->fd >= 0 ? r->fd_bytes : 0;
	if (r->stream || atomic_load_explicit(&x->server->stopping, memory_order_relaxed))
		x->keep_alive = false;
	struct buf b;
	buf_init(&b, &x->arena, OUT_HEAD_MAX);
	buf_add(&b, S("HTTP/1.1 "));
	buf_i64(&b, r->status);
	buf_ch(&b, ' ');
	buf_add(&b, str_c(reason_of(r->status)));
	buf_add(&b, S("\r\n"));
	add_header(&b, S("Date"), http_date(&x->arena, clock_now()));
	for (size_t i = 0; i < r->n_headers; i++)
		add_header(&b, r->headers[i].name, r->headers[i].value);
	add_header(&b, S("X-Request-Id"), str_c(x->req.id));
	if (!r->stream && !bodiless(r->status)) {
		buf_add(&b, S("Content-Length: "));
		buf_i64(&b, r->fd >= 0 ? r->fd_bytes : (int64_t)r->body.n);
		buf_add(&b, S("\r\n"));
	}
	if (!x->keep_alive)
		add_header(&b, S("Connection"), S("close"));
	buf_add(&b, S("\r\n"));
	ASSERT(buf_err(&b) == OK);
	x->out_head = buf_str(&b);
	x->out_body = r->fd >= 0 ? S("") : r->body;
	if (x->head_only || bodiless(r->status)) {
		x->out_body = S("");
		x->file_left = 0;
	}
}

void response_refuse(struct server *s, struct conn *c, int status, const char *why)
{
	struct exchange *x = c->x;
	struct http_response r = { .status = status, .fd = -1 };
	r.body = arena_fmt(&x->arena, "%s\n", why);
	http_response_header(&r, "Content-Type", S("text/plain; charset=utf-8"));
	http_response_header(&r, "Cache-Control", S("no-store"));
	http_response_header(&r, "X-Content-Type-Options", S("nosniff"));
	http_response_header(&r, "Content-Security-Policy", S("default-src 'none'; frame-ancestors 'none'"));
	http_response_header(&r, "X-Frame-Options", S("DENY"));
	http_response_header(&r, "Referrer-Policy", S("no-referrer"));
	if (status == 503)
		http_response_header(&r, "Retry-After", S("5"));
	x->res = r;
	x->keep_alive = false;
	c->closing = true;
	response_build(x);
	response_send(s, c);
}

/* All of head and body is in the kernel. */
static void memory_sent(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	struct http_stream *st = x->res.stream;
	if (st && x->head_only) {
		stream_orphan(st);
		st = x->res.stream = NULL;
	}
	if (st) {
		c->state = CONN_STREAM;
		c->x = NULL;
		exchange_free(s, x);
		if (c->in_n == 0) {
			free(c->in);
			c->in = NULL;
			c->in_cap = 0;
		}
		stream_attach(s, c, st);
	} else if (x->file_left) {
		c->state = CONN_FILE;
		response_file_step(s, c);
	} else {
		conn_next(s, c);
	}
}

static void wait_for_room(struct server *s, struct conn *c)
{
	conn_want(s, c, EPOLLOUT);
	if (c->timer != TIMER_PROGRESS)
		conn_timer(s, c, TIMER_PROGRESS);
}

/* One call for both pieces where the socket allows it. */
static ssize_t write_pieces(struct conn *c, const struct exchange *x)
{
	struct str head = str_slice(x->out_head, x->out_at, x->out_head.n);
	size_t body_at = x->out_at > x->out_head.n ? x->out_at - x->out_head.n : 0;
	struct str body = str_slice(x->out_body, body_at, x->out_body.n);
	if (c->tls)
		return head.n ? conn_write(c, head.p, head.n) : conn_write(c, body.p, body.n);
	struct iovec iov[2] = { { (void *)(uintptr_t)head.p, head.n }, { (void *)(uintptr_t)body.p, body.n } };
	struct msghdr m = { .msg_iov = head.n ? iov : iov + 1, .msg_iovlen = (head.n > 0) + (body.n > 0) };
	ssize_t w;
	do
		w = sendmsg(c->fd, &m, MSG_NOSIGNAL | (x->file_left ? MSG_MORE : 0));
	while (w < 0 && errno == EINTR);
	if (w >= 0)
		return w;
	return errno == EAGAIN ? IO_AGAIN : IO_ERROR;
}

void response_send(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	c->state = CONN_SEND;
	size_t all = x->out_head.n + x->out_body.n;
	while (x->out_at < all) {
		ssize_t w = write_pieces(c, x);
		if (w == IO_AGAIN) {
			wait_for_room(s, c);
			return;
		}
		if (w <= 0) {
			conn_drop(s, c);
			return;
		}
		x->out_at += (size_t)w;
		conn_progress(s, c, (size_t)w);
	}
	memory_sent(s, c);
}

/* What the disk pool read ahead for TLS. False when the socket is full or broken. */
static bool room_sent(struct server *s, struct conn *c, struct exchange *x)
{
	while (x->file_room_at < x->file_room_n) {
		ssize_t w = conn_write(c, x->file_room + x->file_room_at, x->file_room_n - x->file_room_at);
		if (w == IO_AGAIN) {
			wait_for_room(s, c);
			return false;
		}
		if (w <= 0) {
			conn_timer(s, c, TIMER_PROGRESS); /* no pool has it */
			conn_drop(s, c);
			return false;
		}
		x->file_room_at += (size_t)w;
		conn_progress(s, c, (size_t)w);
	}
	return true;
}

void response_file_step(struct server *s, struct conn *c)
{
	struct exchange *x = c->x;
	if (x->job_errno) {
		/* The length was promised already: breaking off is the only way to say so. */
		conn_timer(s, c, TIMER_PROGRESS);
		conn_drop(s, c);
		return;
	}
	if (!room_sent(s, c, x))
		return;
	if (x->file_left == 0) {
		conn_next(s, c);
		return;
	}
	if (x->file_again) {
		x->file_again = false;
		wait_for_room(s, c);
		return;
	}
	x->job = JOB_FILE;
	conn_want(s, c, c->events & ~(uint32_t)EPOLLOUT);
	conn_timer(s, c, TIMER_PROGRESS);
	if (!pool_add(&s->disk, x, QUEUE_MAX)) {
		conn_drop(s, c);
		return;
	}
	conn_timer(s, c, TIMER_NONE);
	s->in_flight++;
}
