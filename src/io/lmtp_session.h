/* lmtp_session.h: one dialogue; private to lmtp*.c, their tests and the fuzzer. */
#ifndef TEND_IO_LMTP_SESSION_H
#define TEND_IO_LMTP_SESSION_H

#include "io/lmtp.h"

enum {
	LMTP_LINE_MAX = 1000,          /* of a command, with its CRLF */
	LMTP_RCPTS_MAX = 100,
	LMTP_ERRORS_MAX = 10,          /* after so many refused commands the line is cut */
	LMTP_PATH_MAX = 320,
	LMTP_COMMANDS_MAX = 10000,     /* a session that does nothing but NOOP ends too */
};

struct lmtp_limits {
	int idle_ms;                   /* without a byte */
	int command_ms;                /* for one whole command, however its bytes drip */
	int data_ms;                   /* for one whole message */
};

extern const struct lmtp_limits LMTP_LIMITS;

/* stop_fd (or -1) becomes readable when the server wants to end. */
enum err lmtp_session(const struct lmtp_config *cfg, const struct lmtp_limits *limits, int in_fd, int out_fd, int stop_fd, const char *peer);

#endif
