/* lmtp.c: the listener: a thread that accepts, a thread with a small stack for each session; see lmtp.h. */
#include "io/lmtp.h"

#include "base/log.h"
#include "io/lmtp_session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

#if defined(__SANITIZE_ADDRESS__)
enum { STACK_BYTES = 1 << 20 };
#else
enum { STACK_BYTES = 256 << 10 };
#endif

struct lmtp {
	struct lmtp_config cfg;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];   /* of a unix socket, or "" */
	int fd, stop_fd, port;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	int sessions;                /* under lock */
};

struct guest {
	struct lmtp *l;
	int fd;
	char peer[96];
};

static void *guest_run(void *arg)
{
	struct guest *g = arg;
	struct lmtp *l = g->l;
	lmtp_session(&l->cfg, &LMTP_LIMITS, g->fd, g->fd, l->stop_fd, g->peer);
	close(g->fd);
	free(g);
	pthread_mutex_lock(&l->lock);
	l->sessions--;
	pthread_cond_signal(&l->idle);
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

static void name_peer(int fd, char *out, size_t size)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);
	char ip[INET6_ADDRSTRLEN] = "?";
	struct ucred cred = { 0 };
	socklen_t cred_n = sizeof(cred);
	if (getpeername(fd, (struct sockaddr *)&sa, &n) != 0)
		snprintf(out, size, "unknown");
	else if (sa.ss_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, &sa, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, ip, sizeof(ip));
		snprintf(out, size, "%s:%d", ip, ntohs(in.sin_port));
	} else if (sa.ss_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, &sa, sizeof(in6));
		inet_ntop(AF_INET6, &in6.sin6_addr, ip, sizeof(ip));
		snprintf(out, size, "[%s]:%d", ip, ntohs(in6.sin6_port));
	} else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &cred_n) == 0)
		snprintf(out, size, "unix uid %u", (unsigned)cred.uid);
	else
		snprintf(out, size, "unix");
}

static void turn_away(int fd)
{
	static const char busy[] = "421 4.3.2 too many sessions; please try again later\r\n";
	send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void welcome(struct lmtp *l, int fd)
{
	pthread_mutex_lock(&l->lock);
	bool room = l->sessions < l->cfg.sessions_max;
	l->sessions += room;
	pthread_mutex_unlock(&l->lock);
	if (!room) {
		turn_away(fd);
		return;
	}
	struct guest *g = calloc(1, sizeof(*g));
	ASSERT(g != NULL);
	*g = (struct guest){ .l = l, .fd = fd };
	name_peer(fd, g->peer, sizeof(g->peer));
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_t t;
	int r = pthread_create(&t, &attr, guest_run, g);
	pthread_attr_destroy(&attr);
	if (r == 0)
		return;
	free(g);
	turn_away(fd);
	pthread_mutex_lock(&l->lock);
	l->sessions--;
	pthread_mutex_unlock(&l->lock);
}

static void *accept_run(void *arg)
{
	struct lmtp *l = arg;
	for (;;) {
		struct pollfd p[2] = { { .fd = l->fd, .events = POLLIN }, { .fd = l->stop_fd, .events = POLLIN } };
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents)
			return NULL;
		int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0) {
			welcome(l, fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			/* Out of descriptors: the connection waits in the queue; asking again at once would spin. */
			log_msg(LOG_WARN, "lmtp_accept", "%s", strerror(errno));
			poll(&p[1], 1, 1000);
		}
	}
}

static enum err cannot(struct fault *f, const char *where)
{
	return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "LMTP cannot listen on %s: %s.", where, strerror(errno));
}

/* Somebody listens there already; a socket nobody answers on is left over from a crash. */
static bool alive(const struct sockaddr_un *un)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool r = fd >= 0 && connect(fd, (const struct sockaddr *)un, sizeof(*un)) == 0;
	if (fd >= 0)
		close(fd);
	return r;
}

static enum err listen_unix(struct lmtp *l, struct fault *f, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(un.sun_path))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The LMTP socket's path is empty or longer than %zu bytes.",
				 sizeof(un.sun_path) - 1);
	memcpy(un.sun_path, path, strlen(path) + 1);
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && !alive(&un))
		unlink(path);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&un, sizeof(un)) != 0)
		return cannot(f, path);
	memcpy(l->path, path, strlen(path) + 1); /* ours from here on: removed at the end */
	if (chmod(path, 0660) != 0 || listen(l->fd, 64) != 0)
		return cannot(f, path);
	return OK;
}

static enum err listen_tcp(struct lmtp *l, struct fault *f, const char *where)
{
	struct str s = str_c(where);
	size_t colon = s.n;
	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	int64_t port;
	if (!colon || !str_i64(str_slice(s, colon, s.n), &port) || port < 0 || port > 65535)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "LMTP listens on \"127.0.0.1:PORT\", \"[::1]:PORT\" or \"unix:/path\", not on \"%s\".",
				 where);
	struct str host = str_slice(s, 0, colon - 1);
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_loopback };
	bool v6 = str_eq(host, S("[::1]")) || str_eq(host, S("::1"));
	char text[64];
	snprintf(text, sizeof(text), "%.*s", STR_ARG(host));
	bool v4 = str_eq(host, S("localhost")) || (inet_pton(AF_INET, text, &in.sin_addr) == 1 && ntohl(in.sin_addr.s_addr) >> 24 == 127);
	if (!v4 && !v6)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
				 "LMTP asks nobody for a password, so it listens on loopback or a unix socket only, not on \"%s\".", where);
	l->fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;
	if (l->fd >= 0)
		setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	int r = l->fd < 0 ? -1 : v6 ? bind(l->fd, (struct sockaddr *)&in6, sizeof(in6)) : bind(l->fd, (struct sockaddr *)&in, sizeof(in));
	if (r != 0 || listen(l->fd, 64) != 0)
		return cannot(f, where);
	struct sockaddr_storage got;
	socklen_t n = sizeof(got);
	getsockname(l->fd, (struct sockaddr *)&got, &n);
	memcpy(&in, &got, sizeof(in)); /* the port stands at the same place in both families */
	l->port = ntohs(in.sin_port);
	return OK;
}

static void lmtp_free(struct lmtp *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (l->stop_fd >= 0)
		close(l->stop_fd);
	if (l->path[0])
		unlink(l->path);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->idle);
	free(l);
}

enum err lmtp_start(const struct lmtp_config *cfg, struct fault *f, struct lmtp **ret)
{
	struct lmtp *l = calloc(1, sizeof(*l));
	ASSERT(l != NULL);
	l->cfg = *cfg;
	l->fd = -1;
	l->stop_fd = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->idle, NULL);
	enum err e = l->stop_fd < 0 ? cannot(f, cfg->listen)
		     : strncmp(cfg->listen, "unix:", 5) == 0 ? listen_unix(l, f, cfg->listen + 5)
							      : listen_tcp(l, f, cfg->listen);
	if (e == OK && pthread_create(&l->thread, NULL, accept_run, l) != 0)
		e = fault_set(f, ERR_BUSY, __FILE__, __LINE__, "LMTP could not start its thread.");
	if (e != OK) {
		lmtp_free(l);
		return e;
	}
	*ret = l;
	return OK;
}

int lmtp_port(const struct lmtp *l)
{
	return l->port;
}

void lmtp_stop(struct lmtp *l)
{
	if (!l)
		return;
	uint64_t one = 1;
	while (write(l->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	pthread_join(l->thread, NULL);
	pthread_mutex_lock(&l->lock);
	while (l->sessions > 0)
		pthread_cond_wait(&l->idle, &l->lock);
	pthread_mutex_unlock(&l->lock);
	lmtp_free(l);
}
