/* fuzz_lmtp.c: any bytes as a client of LMTP. A message that is taken has CRLF line ends only. */
#include "io/lmtp.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum err rcpt(void *arg, struct arena *a, struct str to)
{
	(void)arg;
	(void)a;
	ASSERT(to.n > 0 && memchr(to.p, '\r', to.n) == NULL && memchr(to.p, '\n', to.n) == NULL && memchr(to.p, 0, to.n) == NULL);
	return to.p[0] == 'n' ? ERR_NOT_FOUND : OK;
}

static enum err take(void *arg, struct arena *a, const struct lmtp_envelope *env, struct str raw, struct str *ret_text)
{
	(void)arg;
	(void)a;
	for (size_t i = 0; i < raw.n; i++) {
		ASSERT(raw.p[i] != '\n' || (i > 0 && raw.p[i - 1] == '\r'));
		ASSERT(raw.p[i] != '\r' || (i + 1 < raw.n && raw.p[i + 1] == '\n'));
	}
	ASSERT(raw.n <= 4096 && env->rcpt.n > 0 && env->client.n > 0);
	*ret_text = raw;
	return raw.n % 3 ? OK : ERR_INPUT;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int pair[2], null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	ASSERT(null >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	const struct lmtp_config cfg = { .message_max_bytes = 4096, .sessions_max = 1, .rcpt = rcpt, .take = take };
	n = n < 60000 ? n : 60000;
	ASSERT(n == 0 || write(pair[0], p, n) == (ssize_t)n);
	close(pair[0]);
	lmtp_serve_fd(&cfg, pair[1], null, "fuzz");
	close(pair[1]);
	close(null);
	return 0;
}
