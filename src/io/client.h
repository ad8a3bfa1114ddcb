/* client.h: bytes out: HTTP and SMTP by libcurl, behind a guard decided at the socket.
 *
 * The address that is connected to is the address that is judged (CURLOPT_OPENSOCKETFUNCTION): loopback, private,
 * link-local, metadata, multicast and their IPv4-mapped and NAT64 forms are refused unless the caller's allow-list
 * names them. No proxy from the environment, no redirects, no netrc, no credentials in URLs. */
#ifndef TEND_IO_CLIENT_H
#define TEND_IO_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "io/server.h"

struct client_policy {
	bool allow_private;               /* the operator's own relay or on-premise target */
	int64_t response_max_bytes;
	int connect_timeout_s, total_timeout_s;
};

struct client_request {
	struct str method, url;           /* http or https */
	const struct http_header *headers;
	size_t n_headers;
	struct str body;
};

struct client_response {
	int status;
	struct str body, content_type;
	int64_t retry_after_s;            /* -1 when not sent */
};

/* One exchange. ERR_UPSTREAM when the far side can't be reached or breaks off, ERR_FORBIDDEN when the guard refuses,
 * ERR_LIMIT when the answer is larger than the policy allows. */
enum err client_http(struct arena *a, struct fault *f, const struct client_policy *p, const struct client_request *req,
		     struct client_response *ret);

struct smtp_relay {
	const char *host;
	int port;
	const char *user, *password;      /* NULL = none */
	enum { SMTP_TLS_NONE, SMTP_TLS_STARTTLS, SMTP_TLS_IMPLICIT } tls;
};

enum smtp_outcome {
	SMTP_SENT,          /* 250 after the data */
	SMTP_TEMPORARY,     /* 4xx, or no connection: nothing was taken */
	SMTP_PERMANENT,     /* 5xx */
	SMTP_UNKNOWN,       /* the connection broke after the data was sent: it may have been taken */
};

/* One message to one recipient. *ret_reply is the server's last line, in the arena. */
enum smtp_outcome smtp_send(struct arena *a, const struct smtp_relay *relay, struct str envelope_from, struct str rcpt,
			    struct str message, struct str *ret_reply);

#endif
