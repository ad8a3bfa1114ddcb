/* lmtp.h: mail in, from the site's MTA (RFC 2033).
 *
 * Each recipient gets its own reply after DATA, and only after `take` has the bytes on disk. Only CRLF.CRLF ends the data; bare LF or CR is refused
 * (smuggling). 8BITMIME, PIPELINING, SIZE, SMTPUTF8, ENHANCEDSTATUSCODES. Limits: line 1,000 octets in commands, 100 recipients,
 * the message size; 5 min idle. Listens on a unix socket or loopback. */
#ifndef TEND_IO_LMTP_H
#define TEND_IO_LMTP_H

#include "base/arena.h"
#include "base/err.h"

struct lmtp_envelope {
	struct str mail_from;       /* "" for <> */
	struct str rcpt;            /* as given, without <> */
	struct str client;          /* LHLO name and peer, for the log */
};

/* May this recipient get mail? OK → 250, ERR_NOT_FOUND → 550, anything else → 451. */
typedef enum err lmtp_rcpt_fn(void *arg, struct arena *a, struct str rcpt);
/* Takes one message for one recipient. `raw` is the message with CRLF line ends, dot-stuffing undone. OK → 250 with *ret_text ("stored
 * as inbound #2"); ERR_INPUT, ERR_LIMIT → 5xx; anything else → 451. */
typedef enum err lmtp_take_fn(void *arg, struct arena *a, const struct lmtp_envelope *env, struct str raw, struct str *ret_text);

struct lmtp_config {
	const char *listen;         /* "127.0.0.1:24" or "unix:/path" (mode 0660) */
	int64_t message_max_bytes;
	int sessions_max;
	lmtp_rcpt_fn *rcpt;
	lmtp_take_fn *take;
	void *arg;
};

struct lmtp;
enum err lmtp_start(const struct lmtp_config *cfg, struct fault *f, struct lmtp **ret);
int lmtp_port(const struct lmtp *l);
void lmtp_stop(struct lmtp *l);

/* One dialogue over a pair of descriptors, for tests and the fuzzer. */
enum err lmtp_serve_fd(const struct lmtp_config *cfg, int in_fd, int out_fd, const char *peer);

#endif
