/* helper.c: see helper.h. */
#include "io/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

static bool put_all(int fd, const void *bytes, size_t n, bool socket)
{
	const char *p = bytes;
	while (n) {
		ssize_t w = socket ? send(fd, p, n, MSG_NOSIGNAL) : write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

bool helper_write(int fd, const void *bytes, size_t n)
{
	return put_all(fd, bytes, n, false);
}

bool helper_tell(const struct helper_talk *t, const void *bytes, size_t n)
{
	return put_all(t->data, bytes, n, true);
}

bool helper_read(int fd, void *bytes, size_t n)
{
	char *p = bytes;
	while (n) {
		ssize_t r = read(fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		p += r;
		n -= (size_t)r;
	}
	return true;
}

/* ---- child ---- */

/* The kernel kills this process in wall_s seconds, whatever it does: SIGKILL can be neither caught nor blocked. */
static bool doom(unsigned wall_s)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value = { .tv_sec = wall_s } };
	timer_t t;
	return timer_create(CLOCK_MONOTONIC, &ev, &t) == 0 && timer_settime(t, 0, &when, NULL) == 0;
}

static _Noreturn void child_run(const struct helper_kind *k, int data_fd, void *prepared, uint64_t mapped_bytes)
{
	if (!doom(k->wall_s) || (data_fd != HELPER_DATA_FD && dup2(data_fd, HELPER_DATA_FD) < 0))
		_exit(HELPER_NOT_READY);
#if !defined(__SANITIZE_ADDRESS__)
	int null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
#endif
	syscall(SYS_close_range, HELPER_DATA_FD + 1, ~0u, 0);
	k->child(prepared, mapped_bytes);
	_exit(89);
}

/* ---- helper ---- */

struct child {
	pid_t pid;
	int status_fd;
};

static bool receive_fds(int control, int fds[2])
{
	char byte, room[CMSG_SPACE(2 * sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	ssize_t n;
	do
		n = recvmsg(control, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(0); /* the program is gone, and so are we */
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(c), 2 * sizeof(int));
	return true;
}

static void reap(struct child *children, unsigned *n)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned i = 0; i < *n; i++)
			if (children[i].pid == pid) {
				helper_write(children[i].status_fd, &status, sizeof(status));
				close(children[i].status_fd);
				children[i] = children[--*n];
				break;
			}
}

/* Address space this process has mapped now. */
static uint64_t mapped_bytes(void)
{
	char text[64] = { 0 };
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	uint64_t pages = 0;
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		pages = strtoull(text, NULL, 10);
	if (fd >= 0)
		close(fd);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int only_children_signal(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGINT, SIG_IGN); /* the program tells us when to go, by closing the socket */
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static _Noreturn void helper_run(const struct helper_kind *k, int control)
{
	prctl(PR_SET_NAME, k->process);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (control != HELPER_DATA_FD && dup2(control, HELPER_DATA_FD) < 0)
		_exit(90);
	control = HELPER_DATA_FD;
	syscall(SYS_close_range, HELPER_DATA_FD + 1, ~0u, 0);
	const char *why = "";
	void *prepared = k->prepare ? k->prepare(&why) : NULL;
	bool good = !k->prepare || prepared;
	char word[200] = { 0 };
	snprintf(word, sizeof(word), "%c%s", good ? 'k' : 'x', why);
	if (!helper_write(control, word, sizeof(word)) || !good)
		_exit(91);
	int sig = only_children_signal();
	uint64_t mapped = mapped_bytes();
	struct child children[HELPER_CHILDREN_MOST];
	unsigned n = 0, most = k->children_most < HELPER_CHILDREN_MOST ? k->children_most : HELPER_CHILDREN_MOST;
	for (;;) {
		struct pollfd p[2] = { { .fd = sig, .events = POLLIN }, { .fd = n < most ? control : -1, .events = POLLIN } };
		if (poll(p, 2, -1) < 0)
			continue;
		struct signalfd_siginfo info;
		while (read(sig, &info, sizeof(info)) > 0)
			;
		reap(children, &n);
		int fds[2];
		if (!(p[1].revents & (POLLIN | POLLHUP)) || !receive_fds(control, fds))
			continue;
		pid_t pid = fork();
		if (pid == 0)
			child_run(k, fds[0], prepared, mapped);
		close(fds[0]);
		if (pid < 0) /* the parent reads an empty status: the child could not start */
			close(fds[1]);
		else
			children[n++] = (struct child){ pid, fds[1] };
	}
}

/* ---- parent ---- */

static enum err no_start(const struct helper_kind *k, struct fault *f, const char *why)
{
	return fault_set(f, ERR_BUG, __FILE__, __LINE__, "%s could not start: %s.", k->what, why);
}

enum err helper_start(struct helper *h, const struct helper_kind *k, struct fault *f)
{
	if (h->control >= 0)
		return OK;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return no_start(k, f, strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(pair[0]);
		helper_run(k, pair[1]);
	}
	int was = errno;
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return no_start(k, f, strerror(was));
	}
	char word[200] = { 0 };
	ssize_t n = read(pair[0], word, sizeof(word) - 1);
	if (n < 1 || word[0] != 'k') {
		close(pair[0]);
		waitpid(pid, NULL, 0);
		return no_start(k, f, n > 1 && word[1] ? word + 1 : "it ended at once");
	}
	*h = (struct helper){ .control = pair[0], .pid = pid };
	return OK;
}

void helper_stop(struct helper *h)
{
	if (h->control < 0)
		return;
	close(h->control);
	waitpid(h->pid, NULL, 0);
	*h = (struct helper)HELPER_NONE;
}

static bool send_fds(int control, int a, int b)
{
	char byte = 'c', room[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), (int[2]){ a, b }, 2 * sizeof(int));
	ssize_t n;
	do
		n = sendmsg(control, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

bool helper_child(const struct helper *h, struct helper_talk *ret)
{
	int data[2], status[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) != 0)
		return false;
	if (pipe2(status, O_CLOEXEC) != 0) {
		close(data[0]);
		close(data[1]);
		return false;
	}
	bool sent = send_fds(h->control, data[1], status[1]);
	int was = errno;
	close(data[1]);
	close(status[1]);
	*ret = (struct helper_talk){ data[0], status[0] };
	if (!sent)
		helper_talk_done(ret);
	errno = was;
	return sent;
}

void helper_talk_done(struct helper_talk *t)
{
	close(t->data);
	close(t->status);
	*t = (struct helper_talk){ -1, -1 };
}

const char *helper_ended(const struct helper_talk *t, unsigned wall_s, char words[80])
{
	int status;
	struct pollfd p = { .fd = t->status, .events = POLLIN };
	if (poll(&p, 1, 2000) != 1 || read(t->status, &status, sizeof(status)) != sizeof(status))
		return NULL;
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status) == HELPER_NOT_READY ? NULL : "it gave up";
	switch (WTERMSIG(status)) {
	case SIGKILL:
		snprintf(words, 80, "it took longer than %u seconds or more memory than it may", wall_s);
		return words;
	case SIGXCPU:
		snprintf(words, 80, "it took longer than %u seconds", wall_s);
		return words;
	case SIGSYS: return "it tried something that is forbidden";
	case SIGTRAP:
	case SIGABRT: return "it needed more memory than it may, or found itself broken";
	}
	return "it crashed";
}
