/* server_test_rig.h: a server with a small handler, and a raw client, for the tests of the server. */
#ifndef TEND_IO_SERVER_TEST_RIG_H
#define TEND_IO_SERVER_TEST_RIG_H

#include "io/server.h"

#include <stdatomic.h>

struct rig {
	char dir[64];
	struct server *s;
	struct fault fault;
	struct server_config cfg;
	int port;
	_Atomic(struct http_stream *) held;   /* of /events?flood, for the test to use and close */
};

/* Starts with cfg as it is in r (zero fields get the usual values). Returns what server_start() returned. */
enum err rig_start(struct rig *r);
void rig_stop(struct rig *r, int64_t grace_us);

int rig_connect(const struct rig *r);
int rig_connect_unix(const char *path);
void rig_send(int fd, struct str s);
/* Reads until the peer closes or wait_ms pass without a byte; *ret_closed tells which. NUL-terminated. */
size_t rig_read(int fd, char *to, size_t max, int wait_ms, bool *ret_closed);
/* The same where an answer is awaited: its first byte may take seconds. */
size_t rig_answer(int fd, char *to, size_t max, int wait_ms, bool *ret_closed);
/* How many responses a text holds, and the status of the first (0 when there is none). */
int rig_responses(const char *text, int *ret_first);
/* Sends, reads until closed or quiet for half a second. */
size_t rig_exchange(const struct rig *r, struct str request, char *to, size_t max, bool *ret_closed);

#endif
