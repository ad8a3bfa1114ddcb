/* server_head.h: the head and the framing of one request, from raw bytes; pure functions, no sockets.
 *
 * Strict on purpose. What two parsers could read in two ways is refused, never repaired: that is what keeps a proxy in
 * front and the desk behind it in step. After a refusal the connection is closed, so nothing behind it is answered. */
#ifndef TEND_IO_SERVER_HEAD_H
#define TEND_IO_SERVER_HEAD_H

#include "base/arena.h"
#include "io/server.h"

#define HTTP_TARGET_MAX_BYTES 8192
#define HTTP_LINE_MAX_BYTES 8192
#define HTTP_HEAD_MAX_BYTES (64u << 10)
#define HTTP_HEADERS_MAX 100

/* Where a head ends, found while its bytes arrive. Zero it for each request. */
struct head_scan {
	size_t at;          /* bytes looked at */
	size_t line_at;     /* where the current line begins */
	unsigned lines;     /* lines seen: the request line, then headers */
	unsigned blank;     /* empty lines before the request line (one is allowed) */
};

/* Looks at in[0, n), which holds all bytes of the head so far. Returns 0 while more are needed and *ret_n is 0, or *ret_n,
 * the length of the head with its empty line; otherwise the status to refuse with (400, 414, 431). */
int head_scan(struct head_scan *s, const char *in, size_t n, size_t *ret_n);

/* A head, decoded. Slices point into the bytes given or into the arena. */
struct head {
	struct str method, target;
	struct str path;              /* decoded once, canonical, valid UTF-8 */
	struct str query;
	struct str host;
	struct http_header *headers;
	size_t n_headers;
	int minor;                    /* HTTP/1.x */
	bool keep_alive;              /* what the client wants */
	bool expect_continue;
	bool chunked;
	int64_t content_length;       /* -1 when absent */
};

/* Parses a whole head as head_scan() measured it. 0, or the status to refuse with and a sentence why. */
int head_parse(struct arena *a, struct str raw, struct head *ret, const char **ret_why);
/* A host as it may stand in Host: a name or an address, and a port. */
bool host_valid(struct str host);

/* The chunked coding, undone in place. Zero it for each body. */
struct chunk_decoder {
	int state;
	unsigned line_bytes;          /* of the size line or of the trailers so far */
	unsigned digits;
	uint64_t left;                /* of this chunk */
	bool done;
};

/* Takes in[0, n): payload is moved to the front of in (*ret_payload bytes), *ret_used bytes are consumed. Stops behind the
 * end of the body. False when the coding is broken. */
bool chunk_decode(struct chunk_decoder *d, char *in, size_t n, size_t *ret_payload, size_t *ret_used);

#endif
