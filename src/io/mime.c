/* mime.c: the doors between the program and the jailed parse; see mime.h.
 *
 *     parent ──(control socket: two descriptors a mail)──► helper ──fork──► child, jailed
 *        └──────────────(data socket: length, raw bytes │ frames back)─────────┘
 *        ◄──(status pipe: how the child ended)── helper
 *
 * The helper is forked while the program is young: it has no threads, no secrets, no database. It reads no mail; it forks one child a mail and
 * waits for its end. The child gets a timer that kills it after 10 s, shuts everything but its socket, goes to jail and parses. */
#include "io/mime.h"

#include "io/mime_core.h"
#include "io/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	WALL_S = 10,
	PATIENCE_MS = 60000,           /* of the parent: there may be a queue before the child starts; the kernel ends it in time */
	MEMORY_BYTES = 256 << 20,      /* above what the helper itself maps */
	CHILDREN_MAX = 16,
	SPILL_AT = 256 << 10,          /* larger attachments go through a temporary file */
	DECODED_MAX = 2 * MIME_MESSAGE_MAX_BYTES,
};

/* The one helper of this process; set by mime_helper_start() before threads exist, read-only afterwards. */
static struct helper { /* shared: set once before threads exist */
	int control;
	pid_t pid;
} helper = { .control = -1 };

/* ---- child ---- */

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w <= 0) {
			if (w < 0 && errno == EINTR)
				continue;
			return false;
		}
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool read_all(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t r = read(fd, p, n);
		if (r <= 0) {
			if (r < 0 && errno == EINTR)
				continue;
			return false;
		}
		p += r;
		n -= (size_t)r;
	}
	return true;
}

enum { DATA_FD = 3, EXIT_NOT_READY = 81 /* no timer, no jail, no memory: nothing was said about the mail yet, which waits */ };

static enum err frame_out(char type, struct str payload)
{
	char head[5] = { type };
	uint32_t n = (uint32_t)payload.n;
	memcpy(head + 1, &n, 4);
	return write_all(DATA_FD, head, 5) && write_all(DATA_FD, payload.p, payload.n) ? OK : ERR_UPSTREAM;
}

static enum err sink_begin(void *arg)
{
	(void)arg;
	return frame_out(FRAME_PART, S(""));
}

static enum err sink_data(void *arg, struct str bytes)
{
	(void)arg;
	return frame_out(FRAME_DATA, bytes);
}

static enum err sink_end(void *arg)
{
	(void)arg;
	return frame_out(FRAME_END, S(""));
}

/* The kernel kills this process in WALL_S seconds, whatever it does: SIGKILL can be neither caught nor blocked. */
static bool doom(void)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value = { .tv_sec = WALL_S } };
	timer_t t;
	return timer_create(CLOCK_MONOTONIC, &ev, &t) == 0 && timer_settime(t, 0, &when, NULL) == 0;
}

static _Noreturn void child_run(int data_fd, struct charsets *cs, uint64_t memory_bytes)
{
	if (!doom() || (data_fd != DATA_FD && dup2(data_fd, DATA_FD) < 0))
		_exit(EXIT_NOT_READY);
#if !defined(__SANITIZE_ADDRESS__)
	int null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
#endif
	syscall(SYS_close_range, DATA_FD + 1, ~0u, 0);
	struct fault f = { 0 };
	struct sandbox_limits limits = { .memory_bytes = memory_bytes, .cpu_s = WALL_S };
	if (sandbox_enter(&f, &limits) != OK)
		_exit(EXIT_NOT_READY);
	uint64_t n = 0;
	if (!read_all(DATA_FD, (char *)&n, 8) || n > MIME_MESSAGE_MAX_BYTES)
		_exit(82);
	char *raw = malloc(n + 2);
	if (!raw || !read_all(DATA_FD, raw, n))
		_exit(EXIT_NOT_READY);
	struct arena a;
	arena_init(&a);
	struct mime_ctx c = { .arena = &a, .fault = &f, .charsets = cs };
	struct mime_sink sink = { .begin = sink_begin, .data = sink_data, .end = sink_end };
	struct mime_message m;
	if (mime_core(&c, raw, n, &sink, &m) != OK) {
		frame_out(FRAME_FAULT, str_c(f.message));
		_exit(0);
	}
	struct buf wire;
	buf_init(&wire, &a, FRAME_MOST);
	mime_wire_put(&wire, &m);
	_exit(buf_err(&wire) == OK && frame_out(FRAME_MESSAGE, buf_str(&wire)) == OK ? 0 : 84);
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
				write_all(children[i].status_fd, (const char *)&status, sizeof(status));
				close(children[i].status_fd);
				children[i] = children[--*n];
				break;
			}
}

/* Address space this process has mapped now; the child's ceiling comes on top. */
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

static _Noreturn void helper_run(int control)
{
	prctl(PR_SET_NAME, "tend-mime");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (control != DATA_FD && dup2(control, DATA_FD) < 0)
		_exit(90);
	control = DATA_FD;
	syscall(SYS_close_range, DATA_FD + 1, ~0u, 0);
	struct fault f = { 0 };
	struct charsets *cs;
	mime_gmime_start();
	enum err e = charsets_open(&f, &cs);
	char word = e == OK ? 'k' : 'x';
	if (!write_all(control, &word, 1) || e != OK)
		_exit(91);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGINT, SIG_IGN); /* the program tells us when to go, by closing the socket */
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	int sig = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	uint64_t memory = mapped_bytes() + MEMORY_BYTES;
	struct child children[CHILDREN_MAX];
	unsigned n = 0;
	for (;;) {
		struct pollfd p[2] = { { .fd = sig, .events = POLLIN }, { .fd = n < CHILDREN_MAX ? control : -1, .events = POLLIN } };
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
			child_run(fds[0], cs, memory);
		close(fds[0]);
		if (pid < 0) /* the parent reads an empty status: the parser could not start */
			close(fds[1]);
		else
			children[n++] = (struct child){ pid, fds[1] };
	}
}

enum err mime_helper_start(struct fault *f)
{
	if (helper.control >= 0)
		return OK;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The mail parser could not start: %s.", strerror(errno));
	pid_t pid = fork();
	if (pid < 0) {
		close(pair[0]);
		close(pair[1]);
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The mail parser could not start: %s.", strerror(errno));
	}
	if (pid == 0) {
		close(pair[0]);
		helper_run(pair[1]);
	}
	close(pair[1]);
	char word = 0;
	if (read(pair[0], &word, 1) != 1 || word != 'k') {
		close(pair[0]);
		waitpid(pid, NULL, 0);
		return fault_set(f, ERR_BUG, __FILE__, __LINE__,
				 "The mail parser could not start: the C library's charset converters (gconv) are missing.");
	}
	helper = (struct helper){ .control = pair[0], .pid = pid };
	return OK;
}

void mime_helper_stop(void)
{
	if (helper.control < 0)
		return;
	close(helper.control);
	waitpid(helper.pid, NULL, 0);
	helper = (struct helper){ .control = -1 };
}

/* ---- parent ---- */

/* One conversation with a child. */
struct talk {
	struct arena *arena;
	struct fault *fault;
	struct blob_store *blobs;
	int fd, status_fd;
	struct str out;                /* what is still to be sent */
	struct buf in;                 /* bytes read and not yet understood */
	size_t in_at;
	struct blob_name *names;       /* of the parts so far */
	int64_t *sizes;
	size_t n_parts;
	struct buf part;               /* the part that is coming in, while it is small */
	int spill;                     /* its temporary file, or -1 */
	int64_t part_bytes, total_bytes;
	bool in_part, done;
	struct str message;            /* the flat message */
	char said[320];                /* the child's own reason for giving up */
	enum err err;                  /* of the store */
};

static bool send_fds(int control, int a, int b)
{
	char byte = 'm', room[CMSG_SPACE(2 * sizeof(int))] = { 0 };
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

static enum err not_running(struct fault *f)
{
	return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The mail parser is not running; it comes back when tend is started again.");
}

static enum err unsound(struct talk *t)
{
	return fault_set(t->fault, ERR_INPUT, __FILE__, __LINE__, "The mail parser gave an answer that no sound parser gives; the raw mail is kept.");
}

static enum err part_data(struct talk *t, struct str bytes)
{
	t->part_bytes += (int64_t)bytes.n;
	t->total_bytes += (int64_t)bytes.n;
	if (t->total_bytes > DECODED_MAX)
		return unsound(t);
	if (t->spill < 0 && t->part.n + bytes.n <= SPILL_AT) {
		buf_add(&t->part, bytes);
		return OK;
	}
	if (t->spill < 0) {
		t->spill = open(blob_store_tmp_dir(t->blobs), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (t->spill < 0)
			return fault_set(t->fault, errno == ENOSPC ? ERR_FULL : ERR_BUSY, __FILE__, __LINE__,
					 "No temporary file for an attachment: %s.", strerror(errno));
		struct str so_far = buf_str(&t->part);
		if (!write_all(t->spill, so_far.p, so_far.n))
			return fault_set(t->fault, ERR_FULL, __FILE__, __LINE__, "An attachment could not be stored: %s.", strerror(errno));
	}
	if (!write_all(t->spill, bytes.p, bytes.n))
		return fault_set(t->fault, ERR_FULL, __FILE__, __LINE__, "An attachment could not be stored: %s.", strerror(errno));
	return OK;
}

static enum err part_end(struct talk *t)
{
	int64_t bytes = t->part_bytes;
	if (t->spill >= 0) {
		enum err e = blob_put_fd(t->blobs, t->fault, t->spill, &t->names[t->n_parts], &bytes);
		close(t->spill);
		t->spill = -1;
		TRY(e);
	} else {
		TRY(blob_put(t->blobs, t->fault, buf_str(&t->part), &t->names[t->n_parts]));
	}
	t->sizes[t->n_parts++] = bytes;
	t->in_part = false;
	return OK;
}

enum { PARTS_ROOM = MIME_PARTS_MAX * 2 };

static enum err frame_in(struct talk *t, char type, struct str payload)
{
	switch (type) {
	case FRAME_PART:
		if (t->in_part || t->n_parts == PARTS_ROOM)
			return unsound(t);
		t->in_part = true;
		t->part.n = 0;
		t->part_bytes = 0;
		return OK;
	case FRAME_DATA: return t->in_part ? part_data(t, payload) : unsound(t);
	case FRAME_END: return t->in_part ? part_end(t) : unsound(t);
	case FRAME_MESSAGE:
		t->message = arena_str(t->arena, payload);
		t->done = true;
		return t->in_part ? unsound(t) : OK;
	case FRAME_FAULT: {
		size_t n = 0;
		for (size_t i = 0; i < payload.n && n + 1 < sizeof(t->said); i++)
			if (payload.p[i] >= ' ' && payload.p[i] < 0x7f)
				t->said[n++] = payload.p[i];
		t->done = true;
		return OK;
	}
	}
	return unsound(t);
}

/* Takes every whole frame out of what has been read. */
static enum err frames_in(struct talk *t)
{
	while (!t->done && t->in.n - t->in_at >= 5) {
		uint32_t n;
		memcpy(&n, t->in.p + t->in_at + 1, 4);
		if (n > FRAME_MOST)
			return unsound(t);
		if (t->in.n - t->in_at - 5 < n)
			break;
		TRY(frame_in(t, t->in.p[t->in_at], str_slice(buf_str(&t->in), t->in_at + 5, t->in_at + 5 + n)));
		t->in_at += 5 + (size_t)n;
	}
	memmove(t->in.p, t->in.p + t->in_at, t->in.n - t->in_at);
	t->in.n -= t->in_at;
	t->in_at = 0;
	return OK;
}

/* NULL when nobody can tell: then it was the helper that ended, not the mail that was bad. */
static const char *how_it_ended(int status_fd)
{
	int status;
	struct pollfd p = { .fd = status_fd, .events = POLLIN };
	if (poll(&p, 1, 2000) != 1 || read(status_fd, &status, sizeof(status)) != sizeof(status))
		return NULL;
	if (WIFSIGNALED(status)) {
		switch (WTERMSIG(status)) {
		case SIGKILL: return "it took longer than 10 seconds or more memory than it may";
		case SIGXCPU: return "it took longer than 10 seconds";
		case SIGSYS: return "it tried something that is forbidden";
		case SIGTRAP:
		case SIGABRT: return "it needed more memory than it may, or found itself broken";
		}
		return "it crashed";
	}
	return WEXITSTATUS(status) == EXIT_NOT_READY ? NULL : "it gave up";
}

static enum err converse(struct talk *t)
{
	int64_t until = clock_mono_us() + PATIENCE_MS * INT64_C(1000);
	uint64_t n = t->out.n;
	struct str head = { (const char *)&n, 8 };
	while (!t->done) {
		int64_t left = (until - clock_mono_us()) / 1000;
		if (left <= 0)
			return fault_set(t->fault, ERR_BUSY, __FILE__, __LINE__, "The mail parser has too much to do; this mail waits.");
		bool writing = head.n || t->out.n;
		struct pollfd p = { .fd = t->fd, .events = (short)(POLLIN | (writing ? POLLOUT : 0)) };
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		if (writing && (p.revents & POLLOUT)) {
			struct str *from = head.n ? &head : &t->out;
			ssize_t w = send(t->fd, from->p, from->n, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (w > 0)
				*from = str_slice(*from, (size_t)w, from->n);
			else if (w < 0 && errno != EAGAIN && errno != EINTR)
				head = t->out = (struct str){ "", 0 };
		}
		if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		char *room = buf_room(&t->in, 65536);
		if (!room)
			return unsound(t);
		ssize_t r = recv(t->fd, room, 65536, MSG_DONTWAIT);
		if (r < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (r <= 0)
			break;
		buf_grew(&t->in, (size_t)r);
		TRY(frames_in(t));
	}
	const char *why = t->done ? "" : how_it_ended(t->status_fd);
	if (!why)
		return not_running(t->fault);
	if (!t->done)
		return fault_set(t->fault, ERR_UPSTREAM, __FILE__, __LINE__, "This mail could not be read: the parser stopped, because %s. The raw mail is kept.",
				 why);
	if (!t->message.p)
		return fault_set(t->fault, ERR_INPUT, __FILE__, __LINE__, "%s", t->said[0] ? t->said : "This mail could not be read.");
	return OK;
}

static enum err finish(struct talk *t, struct mime_message *ret)
{
	struct mime_message m;
	TRY(mime_wire_get(t->arena, t->fault, t->message, &m));
	if (m.n_parts != t->n_parts)
		return unsound(t);
	for (size_t i = 0; i < m.n_parts; i++) {
		m.parts[i].blob = t->names[i];
		m.parts[i].bytes = t->sizes[i];
	}
	*ret = m;
	return OK;
}

enum err mime_parse(struct arena *a, struct fault *f, struct blob_store *blobs, struct str raw, struct mime_message *ret)
{
	if (helper.control < 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The mail parser was never started.");
	if (raw.n > MIME_MESSAGE_MAX_BYTES)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "This mail is larger than %u MiB; the raw mail is kept.", MIME_MESSAGE_MAX_BYTES >> 20);
	int data[2], status[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) != 0)
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The mail parser could not be reached: %s.", strerror(errno));
	if (pipe2(status, O_CLOEXEC) != 0) {
		close(data[0]);
		close(data[1]);
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The mail parser could not be reached: %s.", strerror(errno));
	}
	bool sent = send_fds(helper.control, data[1], status[1]);
	close(data[1]);
	close(status[1]);
	struct arena scratch;
	arena_init(&scratch);
	struct talk t = { .arena = a, .fault = f, .blobs = blobs, .fd = data[0], .status_fd = status[0], .out = raw, .spill = -1 };
	t.names = arena_array(&scratch, struct blob_name, PARTS_ROOM);
	t.sizes = arena_array(&scratch, int64_t, PARTS_ROOM);
	buf_init(&t.in, &scratch, (size_t)FRAME_MOST + 131072);
	buf_init(&t.part, &scratch, SPILL_AT);
	enum err e = sent ? converse(&t) : not_running(f);
	if (e == OK)
		e = finish(&t, ret);
	if (t.spill >= 0)
		close(t.spill);
	close(data[0]);
	close(status[0]);
	arena_done(&scratch);
	return e;
}

struct str mime_header_value(const struct mime_message *m, struct str name)
{
	for (size_t i = 0; i < m->n_headers; i++)
		if (str_ieq(m->headers[i].name, name))
			return m->headers[i].value;
	return STR_NULL;
}
