/* server.h: HTTP/1.1 in (why our own: docs/decisions/0004).
 *
 * One loop thread only moves bytes and holds parked connections; requests are handled by worker threads as
 * straight-line blocking code. Before anything else a framing guard refuses what could desynchronise a proxy:
 * exactly one Host, at most one Content-Length (digits) and never beside Transfer-Encoding, Transfer-Encoding only
 * "chunked", token header names, no control bytes, no obs-fold; limits: target 8 KiB, one header 8 KiB, all 64 KiB
 * and 100 headers (400, 414, 431). Paths are decoded once, and must be canonical (no "..", "//", "%2f", NUL).
 * Slow senders: 30 s for the head, 60 s without progress in a body. Bodies up to 64 KiB stay in memory, larger ones
 * are spooled to an unlinked file in spool_dir, so memory is constant at any size; `admit` is asked first, so that the disk is
 * for those who may use it. */
#ifndef TEND_IO_SERVER_H
#define TEND_IO_SERVER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct http_header {
	struct str name, value;
};

struct http_request {
	struct str method;            /* "GET" */
	struct str path;              /* decoded, canonical, begins with '/' */
	struct str query;             /* raw, without '?'; empty when there is none */
	const struct http_header *headers;
	size_t n_headers;
	struct str host;              /* Host, or X-Forwarded-Host of a trusted proxy */
	bool https;                   /* TLS here, or X-Forwarded-Proto of a trusted proxy */
	struct str remote;            /* client address as text, after trusted proxies */
	bool local;                   /* came by the control socket … */
	uint32_t local_uid;           /* … from this user (SO_PEERCRED) */
	struct str body;              /* when body_fd == -1 */
	int body_fd;                  /* a spooled body, at offset 0; owned by the server */
	int64_t body_bytes;
	char id[24];                  /* request id, ours */
};

/* The value of the header (ASCII case-insensitive), or STR_NULL. */
struct str http_request_header(const struct http_request *r, struct str name);

struct http_stream;

struct http_response {
	int status;                   /* 0 = nothing was set: becomes 500 */
	struct http_header headers[32];
	size_t n_headers;
	struct str body;              /* in the request's arena, or static */
	int fd;                       /* -1, or a file to send instead of body; the server closes it */
	int64_t fd_offset, fd_bytes;
	struct http_stream *stream;   /* NULL, or what http_stream_open() gave: the connection stays parked */
};

/* Names are literals, values live in the arena; a CR, LF or NUL in a value is an ASSERT. At most 32. */
void http_response_header(struct http_response *r, const char *name, struct str value);

/* The largest body a request may have, asked with the head only (before any authentication).
 * 0 refuses a body. */
typedef int64_t http_limit_fn(void *arg, struct str method, struct str path);
/* May a body that is larger than what stays in memory come in at all? Asked on a worker thread with the head only, before "100 Continue" and before a
 * byte is stored. False: *ret is the answer, and the connection ends with it. */
typedef bool http_admit_fn(void *arg, struct arena *a, const struct http_request *req, struct http_response *ret);
/* Handles one request on a worker thread. The arena lives until the response has been sent. */
typedef void http_handle_fn(void *arg, struct arena *a, const struct http_request *req, struct http_response *ret);

struct server_config {
	const char *listen;           /* "127.0.0.1:8080", "[::1]:8080", "unix:/path"; several separated by ',' */
	const char *control_path;     /* unix socket for the command line, mode 0600; NULL = none */
	const char *metrics_listen;   /* further listener, for /metrics and nothing else; NULL = none. On the public
				       * listeners /metrics is 404, on the control socket it is there */
	const char *tls_cert_path, *tls_key_path;   /* NULL = plain */
	const char *spool_dir;
	const char *const *trusted_proxies;         /* addresses or CIDR whose X-Forwarded-* count, "unix" for peers on
						     * a public unix socket; NULL-ended. For: the rightmost address that
						     * is not trusted; Proto and Host: what the nearest proxy said */
	int workers_max;              /* worker threads, started as they are needed */
	int connections_max;
	http_limit_fn *limit;
	http_admit_fn *admit;         /* NULL = every large body may come */
	http_handle_fn *handle;
	void *arg;
};

struct server;

/* Starts listening. Sockets from systemd (LISTEN_FDS) take the place of cfg->listen; FileDescriptorName=control or
 * metrics gives one that role. Call it before other threads exist, as it takes the variables out of the environment.
 * ERR_INPUT or ERR_BUSY with a sentence when it can't listen; a socket file left from a crash is replaced. */
enum err server_start(const struct server_config *cfg, struct fault *f, struct server **ret);
/* The port of the first TCP listener, for ":0". */
int server_port(const struct server *s);
/* Takes no new connection (those already in the queue are served; on a socket from systemd they wait there for the next process), lets running requests
 * finish (at most grace_us) and who has just connected ask (250 ms), ends the streams, stops. */
void server_stop(struct server *s, int64_t grace_us);

/* Server-sent events. A stream belongs to one parked connection; any thread may send. Text is copied; what a slow
 * reader leaves beyond 64 KiB closes the stream (the browser comes back with Last-Event-ID). Open one only in a handler,
 * and put it into that request's response; what is sent before the response goes out follows its body. A comment goes
 * out after 20 s of silence. After server_stop() every send gives false; close is still due. */
struct http_stream *http_stream_open(struct server *s, void *owner);
/* False when the reader is gone: then call http_stream_close() and forget it. */
bool http_stream_send(struct http_stream *st, struct str text);
void *http_stream_owner(struct http_stream *st);
void http_stream_close(struct http_stream *st);

struct server_figures {
	int64_t connections, streams, requests, workers, refused_framing, refused_busy, body_bytes;
};
void server_figures(struct server *s, struct server_figures *ret);

#endif
