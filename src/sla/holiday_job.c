/* holiday_job.c: a stranger's calendar file, read by a jailed child that can do nothing but answer with dates and names; see holiday.h.
 *
 *     serving desk ──(control: one descriptor a file)──► helper ──fork──► child, jailed
 *          ◄───────────────(that descriptor: days, then one that says how it went)──────┘
 *
 * The helper is forked while the program is young: no threads, no secrets, no database. It reads no file; it forks one child a file. Without a helper (the command
 * line, which has one thread and has opened no desk yet) the child is forked where it is wanted. */
#include "sla/holiday.h"

#include "base/utf8.h"
#include "io/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { DATA_FD = 3, CPU_S = 5, WALL_S = 10, MEMORY_BYTES = 64 << 20 };
/* The last word of a child, in the name of a day that is none. */
#define WORD_GOOD "good"
#define WORD_SKIPPED "skipped"
#define WORD_NONE "none"

static struct helper { /* shared: set once before threads exist */
	int control;
	pid_t pid;
} helper = { .control = -1 };

/* ---- child ---- */

static bool write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool read_all(int fd, void *bytes, size_t n)
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

/* write(), not send(): the jail knows no sockets. */
static void say_day(void *arg, const struct ical_day *d)
{
	(void)arg;
	for (size_t done = 0; done < sizeof(*d);) {
		ssize_t n = write(DATA_FD, (const char *)d + done, sizeof(*d) - done);
		if (n <= 0)
			_exit(4);
		done += (size_t)n;
	}
}

/* It keeps one descriptor; the bytes are taken in before the jail closes, and looked at only inside. */
static _Noreturn void child(int data)
{
	struct fault f = { 0 };
	struct ical_day word = { 0 };
	uint64_t n = 0;
	int skipped = 0;
	const char *why = NULL;
	alarm(WALL_S);
	if (data != DATA_FD && dup2(data, DATA_FD) < 0)
		_exit(3);
	syscall(SYS_close_range, DATA_FD + 1, ~0u, 0);
	char *bytes = read_all(DATA_FD, &n, sizeof(n)) && n <= ICAL_MAX_BYTES ? malloc(n + 1) : NULL;
	if (!bytes || !read_all(DATA_FD, bytes, n))
		_exit(3);
	if (sandbox_enter(&f, &(struct sandbox_limits){ .memory_bytes = MEMORY_BYTES, .cpu_s = CPU_S }) != OK)
		_exit(3);
	bool good = ical_days((struct str){ bytes, n }, say_day, NULL, &skipped, &why);
	memcpy(word.name, good ? skipped ? WORD_SKIPPED : WORD_GOOD : WORD_NONE, good ? skipped ? sizeof(WORD_SKIPPED) : sizeof(WORD_GOOD) : sizeof(WORD_NONE));
	say_day(NULL, &word);
	_exit(0);
}

/* ---- helper ---- */

static _Noreturn void helper_run(int control)
{
	prctl(PR_SET_NAME, "tend-holiday");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (control != DATA_FD && dup2(control, DATA_FD) < 0)
		_exit(90);
	control = DATA_FD;
	syscall(SYS_close_range, DATA_FD + 1, ~0u, 0);
	signal(SIGCHLD, SIG_IGN);   /* nobody waits for children: their last word says how it went */
	signal(SIGINT, SIG_IGN);    /* the program tells us when to go, by closing the socket */
	signal(SIGTERM, SIG_IGN);
	for (;;) {
		int data;
		char byte, room[CMSG_SPACE(sizeof(data))];
		struct iovec iov = { &byte, 1 };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
		ssize_t n = recvmsg(control, &msg, MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		if (!c || c->cmsg_len != CMSG_LEN(sizeof(data)))
			continue;
		memcpy(&data, CMSG_DATA(c), sizeof(data));
		if (fork() == 0)
			child(data);
		close(data);
	}
}

enum err holiday_helper_start(struct fault *f)
{
	int pair[2];
	if (helper.control >= 0)
		return OK;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The reader of calendar files could not start: %s.", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(pair[0]);
		helper_run(pair[1]);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The reader of calendar files could not start: %s.", strerror(errno));
	}
	helper = (struct helper){ .control = pair[0], .pid = pid };
	return OK;
}

void holiday_helper_stop(void)
{
	if (helper.control < 0)
		return;
	close(helper.control);
	waitpid(helper.pid, NULL, 0);
	helper = (struct helper){ .control = -1 };
}

/* ---- parent ---- */

static bool send_to_helper(int data)
{
	char byte = 'f', room[CMSG_SPACE(sizeof(data))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(data));
	memcpy(CMSG_DATA(c), &data, sizeof(data));
	return sendmsg(helper.control, &msg, MSG_NOSIGNAL) == 1;
}

/* What comes out of a jail is looked at as well. */
static bool sound(struct ical_day *d)
{
	d->day[sizeof(d->day) - 1] = d->last[sizeof(d->last) - 1] = d->name[ICAL_NAME_MOST] = '\0';
	for (const char *p = d->name; *p; p++)
		if ((unsigned char)*p < ' ')
			return false;
	return utf8_valid(str_c(d->name));
}

/* True when the child said its last word. */
static bool hear(struct arena *a, int data, struct holiday_file *ret, char word[ICAL_NAME_MOST + 1])
{
	struct ical_day d;
	size_t cap = 64;
	ret->days = arena_array(a, struct ical_day, cap);
	while (read_all(data, &d, sizeof(d)) && sound(&d)) {
		if (!d.day[0]) {
			memcpy(word, d.name, sizeof(d.name));
			return true;
		}
		if (ret->n == ICAL_EVENTS_MOST)
			return false;
		if (ret->n == cap) {
			ret->days = arena_grow(a, ret->days, cap * sizeof(d), cap * 2 * sizeof(d));
			cap *= 2;
		}
		ret->days[ret->n++] = d;
	}
	return false;
}

enum err holiday_read(struct arena *a, struct fault *f, struct str bytes, struct holiday_file *ret)
{
	int data[2];
	uint64_t n = bytes.n;
	pid_t pid = -1;
	char word[ICAL_NAME_MOST + 1] = { 0 };
	struct holiday_file file = { 0 };
	struct timeval patience = { .tv_sec = WALL_S + 2 };
	if (bytes.n > ICAL_MAX_BYTES)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "It is larger than 4 MiB.");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) != 0)
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The reader of calendar files could not be reached: %s.", strerror(errno));
	setsockopt(data[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(data[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	bool sent;
	if (helper.control >= 0) {
		sent = send_to_helper(data[1]);
	} else {
		pid = fork();
		if (pid == 0)
			child(data[1]);
		sent = pid > 0;
	}
	close(data[1]);
	bool said = sent && write_all(data[0], &n, sizeof(n)) && write_all(data[0], bytes.p, bytes.n) && hear(a, data[0], &file, word);
	close(data[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (said && strcmp(word, WORD_NONE) == 0)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "It is no iCalendar file, or it has more than 5,000 entries.");
	if (!said)
		return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "The file could not be read safely; nothing was taken from it.");
	file.skipped = strcmp(word, WORD_SKIPPED) == 0;
	*ret = file;
	return OK;
}
