/* server_addr.c: where to listen, who a peer is, and which proxies are believed. */
#include "io/server_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

enum { BACKLOG = 1024, FIRST_PASSED_FD = 3 };

static const uint8_t MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

bool addr_parse(struct str s, uint8_t ret[16])
{
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];
	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (inet_pton(AF_INET, text, addr + 12) == 1)
		memcpy(addr, MAPPED, 12);
	else if (inet_pton(AF_INET6, text, addr) != 1)
		return false;
	memcpy(ret, addr, 16);
	return true;
}

struct str addr_text(struct arena *a, const uint8_t addr[16])
{
	char text[INET6_ADDRSTRLEN];
	bool v4 = memcmp(addr, MAPPED, 12) == 0;
	ASSERT(inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? addr + 12 : addr, text, sizeof(text)));
	return arena_str(a, str_c(text));
}

bool net_parse(struct str s, struct net *ret)
{
	struct str addr, bits;
	struct net n = { .prefix = 128 };
	bool has_bits = str_cut(s, '/', &addr, &bits);
	if (!addr_parse(addr, n.addr))
		return false;
	bool v4 = str_find_ch(addr, ':') < 0;
	if (has_bits) {
		int64_t v;
		if (!str_i64(bits, &v) || v < 0 || v > (v4 ? 32 : 128))
			return false;
		n.prefix = (int)v + (v4 ? 96 : 0);
	}
	*ret = n;
	return true;
}

bool net_has(const struct net *n, const uint8_t addr[16])
{
	int bytes = n->prefix / 8, bits = n->prefix % 8;
	if (memcmp(n->addr, addr, (size_t)bytes) != 0)
		return false;
	return bits == 0 || ((n->addr[bytes] ^ addr[bytes]) >> (8 - bits)) == 0;
}

static bool trusted(const struct server *s, const uint8_t addr[16])
{
	for (size_t i = 0; i < s->n_proxies; i++)
		if (net_has(&s->proxies[i], addr))
			return true;
	return false;
}

/* "1.2.3.4", "1.2.3.4:5", "::1", "[::1]:5" */
static bool forwarded_addr(struct str s, uint8_t ret[16])
{
	s = str_trim(s);
	if (s.n && s.p[0] == '[') {
		ptrdiff_t end = str_find_ch(s, ']');
		return end > 0 && addr_parse(str_slice(s, 1, (size_t)end), ret);
	}
	ptrdiff_t colon = str_find_ch(s, ':');
	if (colon > 0 && str_find_ch(str_slice(s, (size_t)colon + 1, s.n), ':') < 0)
		s = str_slice(s, 0, (size_t)colon);
	return addr_parse(s, ret);
}

/* Takes the last item off a list; false when it is empty. */
static bool pop_last(struct str *list, struct str *ret)
{
	if (!list->p)
		return false;
	size_t at = list->n;
	while (at && list->p[at - 1] != ',')
		at--;
	*ret = str_trim(str_slice(*list, at, list->n));
	*list = at ? str_slice(*list, 0, at - 1) : STR_NULL;
	return true;
}

/* The rightmost address that is not one of ours. Headers of the same name form one list, in order. */
static void forwarded_for(const struct server *s, struct exchange *x, uint8_t addr[16])
{
	for (size_t i = x->req.n_headers; i-- > 0;) {
		if (!str_ieq(x->req.headers[i].name, S("X-Forwarded-For")))
			continue;
		struct str list = x->req.headers[i].value, item;
		uint8_t hop[16];
		while (pop_last(&list, &item)) {
			if (!forwarded_addr(item, hop))
				return;
			memcpy(addr, hop, 16);
			if (!trusted(s, hop))
				return;
		}
	}
}

/* What the nearest proxy said: the last item of the last header. */
static struct str forwarded_last(struct exchange *x, struct str name)
{
	struct str item = STR_NULL;
	for (size_t i = x->req.n_headers; i-- > 0;) {
		if (!str_ieq(x->req.headers[i].name, name))
			continue;
		struct str list = x->req.headers[i].value;
		pop_last(&list, &item);
		break;
	}
	return item;
}

void proxy_apply(const struct server *s, const struct conn *c, struct exchange *x)
{
	struct http_request *r = &x->req;
	uint8_t addr[16];
	memcpy(addr, c->addr, 16);
	r->host = x->head.host;
	r->https = c->tls != NULL;
	r->local = c->role == LISTEN_CONTROL;
	r->local_uid = r->local ? c->uid : 0;
	bool via = !r->local && (c->is_unix ? s->proxy_unix : trusted(s, addr));
	if (via) {
		uint8_t none[16] = { 0 };
		if (c->is_unix)
			memcpy(addr, none, 16);
		forwarded_for(s, x, addr);
		struct str proto = forwarded_last(x, S("X-Forwarded-Proto"));
		struct str host = forwarded_last(x, S("X-Forwarded-Host"));
		if (str_ieq(proto, S("https")))
			r->https = true;
		else if (str_ieq(proto, S("http")))
			r->https = false;
		if (host_valid(host))
			r->host = host;
		if (c->is_unix && memcmp(addr, none, 16) == 0)
			r->remote = S("unix");
		else
			r->remote = addr_text(&x->arena, addr);
		return;
	}
	r->remote = c->is_unix ? S("unix") : addr_text(&x->arena, addr);
}

/* ---- listening ---- */

static enum err listen_fault(struct fault *f, int line, struct str where)
{
	int e = errno;
	if (e == EADDRINUSE)
		return fault_set(f, ERR_BUSY, __FILE__, line,
				 "Something listens on %.*s already. Stop it, or choose another address.", STR_ARG(where));
	return fault_set(f, ERR_INPUT, __FILE__, line, "Can't listen on %.*s: %s.", STR_ARG(where), strerror(e));
}

static struct listener *listener_add(struct server *s, enum listener_role role, int fd)
{
	ASSERT(s->n_listeners < LISTENERS_MAX);
	struct listener *l = &s->listeners[s->n_listeners++];
	*l = (struct listener){ .kind = ITEM_LISTENER, .role = role, .fd = fd };
	return l;
}

static enum err open_unix(struct server *s, struct fault *f, enum listener_role role, struct str path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	if (path.n == 0 || path.n >= sizeof(to.sun_path))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The socket path \"%.*s\" is empty or longer than 107 bytes.",
				 STR_ARG(path));
	memcpy(to.sun_path, path.p, path.n);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return listen_fault(f, __LINE__, path);
	/* A socket that nobody answers on is left from a crash. */
	struct stat st;
	if (lstat(to.sun_path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (probe >= 0 && connect(probe, (struct sockaddr *)&to, sizeof(to)) != 0 && errno == ECONNREFUSED)
			unlink(to.sun_path);
		if (probe >= 0)
			close(probe);
	}
	/* On Linux the mode of the unbound socket becomes the mode of its name: there is no moment in which it is wider. */
	fchmod(fd, role == LISTEN_CONTROL ? 0600 : 0660);
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) != 0 || listen(fd, BACKLOG) != 0) {
		enum err e = listen_fault(f, __LINE__, path);
		close(fd);
		return e;
	}
	struct listener *l = listener_add(s, role, fd);
	l->is_unix = true;
	l->unlink_path = strndup(path.p, path.n);
	ASSERT(l->unlink_path != NULL);
	return OK;
}

static bool tcp_address(struct str spec, struct sockaddr_storage *ret, socklen_t *ret_n)
{
	size_t colon = spec.n;
	while (colon && spec.p[colon - 1] != ':')
		colon--;
	int64_t port;
	uint8_t addr[16];
	if (colon < 2 || !str_i64(str_slice(spec, colon, spec.n), &port) || port < 0 || port > 65535)
		return false;
	struct str host = str_slice(spec, 0, colon - 1);
	bool any = str_eq(host, S("*"));
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_slice(host, 1, host.n - 1);
	else if (!any && str_find_ch(host, ':') >= 0)
		return false;
	if (!any && !addr_parse(str_eq(host, S("localhost")) ? S("127.0.0.1") : host, addr))
		return false;
	memset(ret, 0, sizeof(*ret));
	if (!any && memcmp(addr, MAPPED, 12) == 0) {
		struct sockaddr_in *to = (struct sockaddr_in *)ret;
		to->sin_family = AF_INET;
		to->sin_port = htons((uint16_t)port);
		memcpy(&to->sin_addr, addr + 12, 4);
		*ret_n = sizeof(*to);
	} else {
		struct sockaddr_in6 *to = (struct sockaddr_in6 *)ret;
		to->sin6_family = AF_INET6;
		to->sin6_port = htons((uint16_t)port);
		if (!any)
			memcpy(&to->sin6_addr, addr, 16);
		*ret_n = sizeof(*to);
	}
	return true;
}

static enum err open_tcp(struct server *s, struct fault *f, enum listener_role role, struct str spec)
{
	struct sockaddr_storage to;
	socklen_t n;
	if (!tcp_address(spec, &to, &n))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
				 "\"%.*s\" is no address to listen on. Write 127.0.0.1:8080, [::1]:8080, *:8080 or unix:/path.",
				 STR_ARG(spec));
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, off = 0;
	if (fd < 0)
		return listen_fault(f, __LINE__, spec);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (to.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, str_starts(spec, S("*")) ? &off : &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&to, n) != 0 || listen(fd, BACKLOG) != 0) {
		enum err e = listen_fault(f, __LINE__, spec);
		close(fd);
		return e;
	}
	listener_add(s, role, fd)->tls = role == LISTEN_PUBLIC && s->tls;
	return OK;
}

static enum err open_list(struct server *s, struct fault *f, enum listener_role role, const char *specs)
{
	struct str rest = str_c(specs), spec;
	while (rest.n) {
		str_cut(rest, ',', &spec, &rest);
		spec = str_trim(spec);
		if (s->n_listeners == LISTENERS_MAX - 2)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "There are too many addresses to listen on.");
		TRY(str_starts(spec, S("unix:")) ? open_unix(s, f, role, str_slice(spec, 5, spec.n)) : open_tcp(s, f, role, spec));
	}
	return OK;
}

/* Sockets that systemd holds for us (sd_listen_fds(3)). A socket named "control" or "metrics" has that role. The variables
 * are removed, so that a child never takes them for its own. */
static enum err take_passed(struct server *s, struct fault *f, bool *ret_public, bool *ret_control)
{
	int64_t pid, n;
	const char *names = getenv("LISTEN_FDNAMES");
	struct str rest = str_c(names), name;
	bool ours = str_i64(str_c(getenv("LISTEN_PID")), &pid) && pid == getpid() && str_i64(str_c(getenv("LISTEN_FDS")), &n) && n > 0;
	for (int fd = FIRST_PASSED_FD; ours && fd < FIRST_PASSED_FD + n; fd++) {
		name = STR_NULL;
		if (rest.n)
			str_cut(rest, ':', &name, &rest);
		int listening = 0;
		struct sockaddr_storage at = { 0 };
		socklen_t len = sizeof(listening), at_n = sizeof(at);
		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 || !listening ||
		    getsockname(fd, (struct sockaddr *)&at, &at_n) != 0 || s->n_listeners == LISTENERS_MAX - 2)
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__,
					 "Descriptor %d from systemd is not a listening socket. The unit needs ListenStream=.", fd);
		enum listener_role role = str_eq(name, S("control"))   ? LISTEN_CONTROL
					  : str_eq(name, S("metrics")) ? LISTEN_METRICS
								       : LISTEN_PUBLIC;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		struct listener *l = listener_add(s, role, fd);
		l->passed = true;
		l->is_unix = at.ss_family == AF_UNIX;
		l->tls = role == LISTEN_PUBLIC && s->tls && !l->is_unix;
		*ret_public |= role == LISTEN_PUBLIC;
		*ret_control |= role == LISTEN_CONTROL;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return OK;
}

enum err listeners_open(struct server *s, struct fault *f)
{
	bool public = false, control = false;
	TRY(take_passed(s, f, &public, &control));
	if (!public)
		TRY(open_list(s, f, LISTEN_PUBLIC, s->cfg.listen));
	if (!control && s->cfg.control_path)
		TRY(open_unix(s, f, LISTEN_CONTROL, str_c(s->cfg.control_path)));
	if (s->cfg.metrics_listen)
		TRY(open_list(s, f, LISTEN_METRICS, s->cfg.metrics_listen));
	if (s->n_listeners == 0)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "There is no address to listen on.");
	return OK;
}

void listeners_close(struct server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		struct listener *l = &s->listeners[i];
		if (l->fd >= 0)
			close(l->fd);
		l->fd = -1;
		if (l->unlink_path) {
			unlink(l->unlink_path);
			free(l->unlink_path);
			l->unlink_path = NULL;
		}
	}
}

int listener_port(const struct listener *l)
{
	struct sockaddr_storage at = { 0 };
	socklen_t n = sizeof(at);
	if (l->is_unix || getsockname(l->fd, (struct sockaddr *)&at, &n) != 0)
		return 0;
	struct sockaddr_in6 six = { 0 };
	struct sockaddr_in four = { 0 };
	if (at.ss_family == AF_INET6)
		memcpy(&six, &at, sizeof(six));
	else
		memcpy(&four, &at, sizeof(four));
	return ntohs(at.ss_family == AF_INET6 ? six.sin6_port : four.sin_port);
}
