/* server_test_rig.c: see server_test_rig.h. What the handler does is chosen by the path. */
#include "io/server_test_rig.h"

#include "io/server_file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

static int64_t rig_limit(void *arg, struct str method, struct str path)
{
	(void)arg;
	if (str_eq(path, S("/small")))
		return 10;
	if (str_eq(method, S("GET")))
		return 0;
	return INT64_C(2) << 30;
}

static uint64_t sum_fd(int fd, int64_t *ret_n)
{
	enum { ROOM = 65536 };
	char *room = malloc(ROOM);
	uint64_t h = 0;
	*ret_n = 0;
	for (ssize_t n; (n = read(fd, room, ROOM)) > 0; *ret_n += n)
		for (ssize_t i = 0; i < n; i++)
			h = h * 31 + (unsigned char)room[i];
	free(room);
	return h;
}

static void text(struct http_response *ret, struct str body)
{
	ret->status = 200;
	http_response_header(ret, "Content-Type", S("text/plain"));
	ret->body = body;
}

static void rig_handle(void *arg, struct arena *a, const struct http_request *q, struct http_response *ret)
{
	struct rig *r = arg;
	if (str_eq(q->path, S("/echo"))) {
		if (q->body_fd < 0) {
			text(ret, arena_fmt(a, "%lld memory %.*s\n", (long long)q->body_bytes, STR_ARG(q->body)));
			return;
		}
		int64_t n;
		uint64_t h = sum_fd(q->body_fd, &n);
		text(ret, arena_fmt(a, "%lld file %lld %llx\n", (long long)q->body_bytes, (long long)n, (unsigned long long)h));
	} else if (str_eq(q->path, S("/who"))) {
		text(ret, arena_fmt(a, "remote=%.*s https=%d host=%.*s local=%d uid=%u\n", STR_ARG(q->remote), q->https, STR_ARG(q->host),
				    q->local, q->local_uid));
	} else if (str_eq(q->path, S("/file"))) {
		char path[100];
		snprintf(path, sizeof(path), "%s/file", r->dir);
		http_response_file(a, q, ret, open(path, O_RDONLY | O_CLOEXEC), -1, S("application/octet-stream"), S("\"v1\""));
	} else if (str_eq(q->path, S("/events"))) {
		text(ret, S("retry: 1000\n\n"));
		ret->stream = http_stream_open(r->s, r);
		http_stream_send(ret->stream, S("data: one\n\n"));
		if (str_eq(q->query, S("end")))
			http_stream_close(ret->stream);
		else if (str_eq(q->query, S("flood")))
			atomic_store(&r->held, ret->stream);
	} else if (str_eq(q->path, S("/big"))) {
		char *p = arena_alloc(a, 3 << 20);
		memset(p, 'b', 3 << 20);
		text(ret, (struct str){ p, 3 << 20 });
	} else if (str_eq(q->path, S("/slow"))) {
		poll(NULL, 0, 300);
		text(ret, S("slow\n"));
	} else if (str_eq(q->path, S("/nothing"))) {
		return;
	} else {
		text(ret, arena_fmt(a, "%.*s %.*s?%.*s\n", STR_ARG(q->method), STR_ARG(q->path), STR_ARG(q->query)));
	}
}

enum err rig_start(struct rig *r)
{
	if (!r->dir[0]) {
		snprintf(r->dir, sizeof(r->dir), "/tmp/tend-server-XXXXXX");
		if (!mkdtemp(r->dir))
			return ERR_BUG;
	}
	if (!r->cfg.listen)
		r->cfg.listen = "127.0.0.1:0";
	if (!r->cfg.spool_dir)
		r->cfg.spool_dir = r->dir;
	if (!r->cfg.workers_max)
		r->cfg.workers_max = 4;
	if (!r->cfg.connections_max)
		r->cfg.connections_max = 4000;
	r->cfg.limit = rig_limit;
	r->cfg.handle = rig_handle;
	r->cfg.arg = r;
	enum err e = server_start(&r->cfg, &r->fault, &r->s);
	r->port = e == OK ? server_port(r->s) : 0;
	return e;
}

void rig_stop(struct rig *r, int64_t grace_us)
{
	server_stop(r->s, grace_us);
	r->s = NULL;
	char path[100];
	snprintf(path, sizeof(path), "%s/file", r->dir);
	unlink(path);
	rmdir(r->dir);
}

int rig_connect(const struct rig *r)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)r->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int rig_connect_unix(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void rig_send(int fd, struct str s)
{
	while (s.n) {
		ssize_t w = send(fd, s.p, s.n, MSG_NOSIGNAL);
		if (w <= 0)
			return;
		s = str_slice(s, (size_t)w, s.n);
	}
}

size_t rig_read(int fd, char *to, size_t max, int wait_ms, bool *ret_closed)
{
	size_t n = 0;
	*ret_closed = false;
	while (n < max - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, wait_ms) == 0)
			break;
		ssize_t r = recv(fd, to + n, max - 1 - n, 0);
		if (r <= 0) {
			*ret_closed = true;
			break;
		}
		n += (size_t)r;
	}
	to[n] = 0;
	return n;
}

size_t rig_answer(int fd, char *to, size_t max, int wait_ms, bool *ret_closed)
{
	/* what is awaited may take its time on a busy machine; what follows it comes at once or not at all */
	struct pollfd p = { .fd = fd, .events = POLLIN };
	poll(&p, 1, 5000);
	return rig_read(fd, to, max, wait_ms, ret_closed);
}

int rig_responses(const char *text_got, int *ret_first)
{
	int n = 0;
	*ret_first = 0;
	for (const char *at = text_got; (at = strstr(at, "HTTP/1.1 ")) != NULL; at += 9)
		if (at[9] >= '0' && at[9] <= '9' && n++ == 0)
			*ret_first = (int)strtol(at + 9, NULL, 10);
	return n;
}

size_t rig_exchange(const struct rig *r, struct str request, char *to, size_t max, bool *ret_closed)
{
	int fd = rig_connect(r);
	rig_send(fd, request);
	size_t n = rig_answer(fd, to, max, 500, ret_closed);
	close(fd);
	return n;
}
