/* server_priv.h: what the files of the server share.
 *
 *     server.c         start, stop, the loop, the figures
 *     server_conn.c    a connection: bytes in, states, deadlines
 *     server_send.c    a response: head, memory, file
 *     server_stream.c  server-sent events
 *     server_pool.c    worker threads
 *     server_addr.c    listeners, addresses, trusted proxies
 *     server_tls.c     TLS
 *     server_head.c    the framing guard (no sockets, no threads)
 *     server_file.c    http_response_file()
 *
 * One loop thread owns every connection; it only moves bytes and never waits. An exchange (one request and its
 * response) is owned by the loop, then by the pool that works on it, then by the loop again; while a pool has it the loop
 * touches neither the exchange nor the connection's descriptor. */
#ifndef TEND_IO_SERVER_PRIV_H
#define TEND_IO_SERVER_PRIV_H

#include "io/server.h"
#include "io/server_head.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	BODY_MEMORY_MAX = 64 << 10,
	IN_FIRST = 4 << 10, IN_BODY = 64 << 10, IN_SPOOL = 256 << 10,
	STREAM_BACKLOG_MAX = 64 << 10,
	QUEUE_MAX = 1024,               /* requests waiting for a worker; more are answered 503 */
	PROGRESS_BYTES = 4 << 10,       /* that much within 60 s counts as progress */
	LISTENERS_MAX = 16,
};

/* What an epoll event points to. */
enum item_kind { ITEM_LISTENER, ITEM_WAKE, ITEM_CONN };

enum listener_role { LISTEN_PUBLIC, LISTEN_CONTROL, LISTEN_METRICS };

struct listener {
	enum item_kind kind;            /* first: ITEM_LISTENER */
	enum listener_role role;
	int fd;
	bool is_unix, tls;
	bool passed;                    /* systemd holds it too: who waits in its queue is the next process's */
	char *unlink_path;              /* ours to remove at the end, or NULL */
};

/* Deadlines: connections wait in one list per kind; each kind has one length, so each list is in order. */
enum timer { TIMER_IDLE, TIMER_HEAD, TIMER_PROGRESS, TIMER_LINGER, TIMER_STREAM, TIMER_NEWCOMER, TIMER_COUNT, TIMER_NONE = TIMER_COUNT };

enum conn_state {
	CONN_HANDSHAKE,   /* TLS */
	CONN_HEAD,        /* a request is awaited or arriving */
	CONN_BODY,
	CONN_SPOOL,       /* the disk pool writes a piece of the body */
	CONN_WORK,        /* a worker has the request, or judges by its head whether its body may come */
	CONN_SEND,        /* head and memory of the response go out */
	CONN_FILE,        /* its file goes out */
	CONN_STREAM,
	CONN_LINGER,      /* all is said; reads until the peer has closed, so that it gets to see the answer */
	CONN_DEAD,        /* freed at the end of the round */
};

struct conn {
	enum item_kind kind;            /* first: ITEM_CONN */
	enum conn_state state;
	enum timer timer;
	enum listener_role role;
	int fd;
	uint32_t events;                /* what epoll watches */
	uint32_t uid;                   /* control socket */
	uint32_t stalls;                /* stream: ticks without progress */
	bool is_unix, closing, gone;    /* gone: the peer is, while a pool has the exchange */
	bool in_list;
	int64_t deadline_us;
	int64_t progress;               /* bytes since the deadline was set */
	struct conn *timer_prev, *timer_next;
	struct conn *all_prev, *all_next;
	char *in;                       /* bytes that came and are not used yet */
	size_t in_n, in_cap;
	struct head_scan scan;
	struct chunk_decoder chunk;
	int64_t body_left;
	struct exchange *x;
	struct http_stream *stream;
	SSL *tls;
	uint8_t addr[16];
};

enum job { JOB_ADMIT, JOB_HANDLE, JOB_SPOOL, JOB_FILE };

/* One request and its response. */
struct exchange {
	struct arena arena;
	struct server *server;
	struct conn *conn;
	struct exchange *next;          /* in a queue */
	enum job job;
	struct head head;
	struct http_request req;
	struct http_response res;
	bool keep_alive, head_only;
	bool admitted;                  /* a large body may come */
	/* the body on its way in */
	int64_t limit;
	char *body;
	size_t body_cap;
	int spool_fd;
	size_t piece, piece_used;       /* of conn->in: payload for the spool, bytes it took */
	bool body_done;
	/* the response on its way out */
	struct str out_head, out_body;
	size_t out_at;                  /* of head and body together */
	int file_fd;
	int64_t file_at, file_left;
	char *file_room;                /* TLS only: what was read ahead */
	size_t file_room_n, file_room_at;
	bool file_again;                /* the socket was full */
	int job_errno;
};

typedef void pool_run_fn(struct exchange *x);

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct exchange *first, *last;
	int queued, threads, idle, max;
	bool stop;
	pool_run_fn *run;
};

struct server {
	struct server_config cfg;
	struct listener listeners[LISTENERS_MAX];
	size_t n_listeners;
	int port;                       /* of the first public TCP listener, or 0 */
	struct net *proxies;
	size_t n_proxies;
	bool proxy_unix;                /* "unix" is among the trusted */
	SSL_CTX *tls;
	char *spool_dir;
	int epoll_fd, wake_fd;
	enum item_kind wake_kind;
	pthread_t loop;
	bool looping;
	struct pool workers, disk;
	/* posted to the loop by other threads */
	pthread_mutex_t wake_lock;
	struct exchange *done;
	struct http_stream *wake_streams;
	bool stop_asked;
	int64_t stop_grace_us;
	/* the loop's own */
	struct conn *all, *dead;
	struct conn *timer_first[TIMER_COUNT], *timer_last[TIMER_COUNT];
	int64_t now_us;                 /* monotonic, taken once a round */
	int64_t accept_pause_until_us;
	int in_flight;                  /* exchanges that a pool has */
	_Atomic bool stopping;
	struct exchange *spare;
	int n_spare;
	uint64_t id_key;
	_Atomic uint64_t id_next;
	_Atomic int64_t n_conns, n_streams, n_requests, n_refused_framing, n_refused_busy, n_body_bytes;
};

/* server_addr.c */
struct net {
	uint8_t addr[16];               /* IPv4 as ::ffff:a.b.c.d */
	int prefix;
};
bool addr_parse(struct str s, uint8_t ret[16]);
struct str addr_text(struct arena *a, const uint8_t addr[16]);
bool net_parse(struct str s, struct net *ret);
bool net_has(const struct net *n, const uint8_t addr[16]);
enum err listeners_open(struct server *s, struct fault *f);
void listeners_close(struct server *s);
/* Sets host, https and remote of the request from the connection and, when it is a trusted proxy, from X-Forwarded-*. */
void proxy_apply(const struct server *s, const struct conn *c, struct exchange *x);
int listener_port(const struct listener *l);

/* server_tls.c; the results of conn_read() and conn_write() too: > 0 bytes, 0 = the end, or: */
enum { IO_AGAIN = -1, IO_ERROR = -2 };
enum err tls_open(const char *cert, const char *key, struct fault *f, SSL_CTX **ret);
SSL *tls_new(SSL_CTX *ctx, int fd);
/* 1 when done, IO_AGAIN, IO_ERROR. *ret_out: it waits for room to write. */
int tls_handshake(SSL *tls, bool *ret_out);
ssize_t tls_read(SSL *tls, char *to, size_t n);
ssize_t tls_write(SSL *tls, const char *p, size_t n);

/* server_pool.c */
void pool_init(struct pool *p, int max, pool_run_fn *run);
/* False when `limit` exchanges wait already. */
bool pool_add(struct pool *p, struct exchange *x, int limit);
int pool_threads(struct pool *p);
/* Runs what is queued, ends the threads and waits for them. */
void pool_done(struct pool *p);
void pool_run_worker(struct exchange *x);
void pool_run_disk(struct exchange *x);

/* server.c: posting to the loop from any thread; the first of a round wakes it */
void loop_post_exchange(struct exchange *x);
void loop_wake(struct server *s);

/* server_conn.c; loop thread only */
struct exchange *exchange_new(struct server *s, struct conn *c);
void exchange_free(struct server *s, struct exchange *x);
void conn_accept(struct server *s, struct listener *l);
void conn_event(struct server *s, struct conn *c, uint32_t events);
void conn_job_done(struct server *s, struct exchange *x);
void conn_timeout(struct server *s, struct conn *c);
void conn_drop(struct server *s, struct conn *c);
void conn_want(struct server *s, struct conn *c, uint32_t events);
void conn_timer(struct server *s, struct conn *c, enum timer t);
/* Counts bytes that moved; renews the deadline when they are enough. */
void conn_progress(struct server *s, struct conn *c, size_t n);
ssize_t conn_read(struct conn *c, char *to, size_t n);
ssize_t conn_write(struct conn *c, const char *p, size_t n);
/* After a response: the next request, or the end. */
void conn_next(struct server *s, struct conn *c);
/* At stop: an idle connection ends, unless a request has just come. */
void conn_stop_idle(struct server *s, struct conn *c);

/* server_send.c */
/* Turns x->res into bytes to send; worker threads call it. */
void response_build(struct exchange *x);
/* Answers a request that never reaches the handler, and closes. */
void response_refuse(struct server *s, struct conn *c, int status, const char *why);
void response_send(struct server *s, struct conn *c);
void response_file_step(struct server *s, struct conn *c);

/* server_stream.c */
void stream_attach(struct server *s, struct conn *c, struct http_stream *st);
void stream_detach(struct conn *c);
void stream_flush(struct server *s, struct conn *c);
void stream_tick(struct server *s, struct conn *c);
/* The posted stream's connection, or NULL; lets go of the posting. */
struct conn *stream_posted(struct http_stream *st, struct http_stream **ret_next);
void stream_orphan(struct http_stream *st);

#endif
