/* disk_fault.c: a library that stands between a program and its disk (LD_PRELOAD), for tests of power cuts and of failing disks.
 *
 * DISK_FAULT_ROOT     the folder it looks at; what lies elsewhere passes untouched
 * DISK_FAULT_LOG      a file that gets every write, truncation, sync, new name and answer to a client, in the order they happened: from it
 *                     tests/lib/powercut.mjs builds what a disk may hold after the power went, at any moment
 * DISK_FAULT_CONTROL  a file of six 32-bit numbers that the test changes while the program runs: kinds of calls that fail (bits, below), how many
 *                     pass first, how many fail then, the errno; the library counts in the fifth what it saw of these kinds, in the sixth what it failed
 *
 * One lock is held over each call and its record, so that the log's order is the true one. */
/* Both names of each call, the short and the 64-bit one, are taken: so neither may be a macro for the other here. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/banned.h"

enum { KIND_WRITE = 1, KIND_SYNC = 2, KIND_CREATE = 4, KIND_RENAME = 8, KIND_TRUNCATE = 16 };
enum { FDS = 4096, OBJECTS = 1 << 16 };

struct control {
	int32_t kinds, pass, fail, error, seen, failed;
};

struct object {
	uint64_t ino, id;
};

/* One per process; this library is a test's tool and no part of the house. */
static struct {
	pthread_mutex_t lock;
	pthread_once_t once;
	const char *root;
	size_t root_n;
	int log;
	struct control *control;
	char *path[FDS];
	uint64_t object[FDS];
	struct object objects[OBJECTS];
	uint64_t ids;
} g = { .lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT, .log = -1 };

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static void begin(void)
{
	const char *log = getenv("DISK_FAULT_LOG"), *control = getenv("DISK_FAULT_CONTROL");
	g.root = getenv("DISK_FAULT_ROOT");
	g.root_n = g.root ? strlen(g.root) : 0;
	if (log)
		g.log = REAL(open64, int, const char *, int, ...)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int fd = control ? REAL(open64, int, const char *, int, ...)(control, O_RDWR | O_CLOEXEC) : -1;
	if (fd >= 0) {
		g.control = mmap(NULL, sizeof(*g.control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (g.control == MAP_FAILED)
			abort();
		REAL(close, int, int)(fd);
	}
}

static void lock(void)
{
	pthread_once(&g.once, begin);
	pthread_mutex_lock(&g.lock);
}

static void unlock(void)
{
	int e = errno;
	pthread_mutex_unlock(&g.lock);
	errno = e;
}

static bool ours(const char *path)
{
	return g.root_n && path && strncmp(path, g.root, g.root_n) == 0 && (path[g.root_n] == '/' || path[g.root_n] == 0);
}

/* The full name of path, seen from a folder's descriptor; NULL when it is not ours. */
static char *full(int dir, const char *path)
{
	char *all = NULL;
	if (path[0] == '/' || dir == AT_FDCWD)
		all = strdup(path);
	else if (dir >= 0 && dir < FDS && g.path[dir] && asprintf(&all, "%s/%s", g.path[dir], path) < 0)
		abort();
	if (all && !ours(all)) {
		free(all);
		all = NULL;
	}
	return all;
}

/* True when this call is to fail; errno is set. */
static bool fails(int kind)
{
	struct control *c = g.control;
	if (!c || !(c->kinds & kind))
		return false;
	c->seen++;
	if (c->pass > 0) {
		c->pass--;
		return false;
	}
	if (c->fail <= 0)
		return false;
	c->fail--;
	c->failed++;
	errno = c->error;
	return true;
}

static void put(char op, uint64_t object, uint64_t number, const struct iovec *part, int parts)
{
	if (g.log < 0)
		return;
	struct { char op, pad[7]; uint64_t object, number, bytes; } head = { .op = op, .object = object, .number = number };
	for (int i = 0; i < parts; i++)
		head.bytes += part[i].iov_len;
	ssize_t (*real)(int, const void *, size_t) = REAL(write, ssize_t, int, const void *, size_t);
	if (real(g.log, &head, sizeof(head)) != (ssize_t)sizeof(head))
		abort();
	for (int i = 0; i < parts; i++)
		if (part[i].iov_len && real(g.log, part[i].iov_base, part[i].iov_len) != (ssize_t)part[i].iov_len)
			abort();
}

static void put_text(char op, uint64_t object, uint64_t number, const char *a)
{
	struct iovec v = { (void *)(uintptr_t)a, strlen(a) };
	put(op, object, number, &v, 1);
}

static void put_names(char op, const char *a, const char *b)
{
	struct iovec v[3] = { { (void *)(uintptr_t)a, strlen(a) }, { (void *)(uintptr_t)"\n", 1 }, { (void *)(uintptr_t)b, strlen(b) } };
	put(op, 0, 0, v, 3);
}

static struct object *object_of(uint64_t ino)
{
	size_t at = (size_t)((ino * UINT64_C(0x9e3779b97f4a7c15)) >> 48);
	for (size_t i = 0; i < OBJECTS; i++, at = (at + 1) % OBJECTS)
		if (g.objects[at].ino == ino || g.objects[at].ino == 0)
			return &g.objects[at];
	abort();
}

static bool tracked(int fd)
{
	return fd >= 0 && fd < FDS && g.path[fd];
}

static void opened(int fd, char *path, bool created)
{
	struct stat st;
	if (fd < 0 || fd >= FDS || fstat(fd, &st) != 0) {
		free(path);
		return;
	}
	free(g.path[fd]);
	g.path[fd] = path;
	g.object[fd] = 0;
	if (!S_ISREG(st.st_mode))
		return;
	struct object *o = object_of(st.st_ino);
	if (created || o->ino == 0) {
		o->ino = st.st_ino;
		o->id = ++g.ids;
		put_text(created ? 'C' : 'O', o->id, (uint64_t)st.st_size, path);
	}
	g.object[fd] = o->id;
}

static int open_at(int dir, const char *path, int flags, mode_t mode)
{
	lock();
	char *name = (flags & O_TMPFILE) == O_TMPFILE ? NULL : full(dir, path);
	struct stat st;
	bool create = name && (flags & O_CREAT) && fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0;
	int fd = -1;
	if (!create || !fails(KIND_CREATE))
		fd = REAL(openat64, int, int, const char *, int, ...)(dir, path, flags, mode);
	if (fd >= 0 && fd < FDS && !name) {
		free(g.path[fd]);
		g.path[fd] = NULL;
	}
	int e = errno;
	if (name && fd >= 0) {
		opened(fd, name, create);
		if (!create && (flags & O_TRUNC) && g.object[fd])
			put('T', g.object[fd], 0, NULL, 0);
	} else {
		free(name);
	}
	errno = e;
	unlock();
	return fd;
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name)                                                                                                     \
	int name(const char *path, int flags, ...);                                                                    \
	int name(const char *path, int flags, ...)                                                                     \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, flags);                                                                                   \
		mode_t mode = mode_of(flags, ap);                                                                      \
		va_end(ap);                                                                                            \
		return open_at(AT_FDCWD, path, flags, mode);                                                           \
	}
#define OPENAT(name)                                                                                                   \
	int name(int dir, const char *path, int flags, ...);                                                           \
	int name(int dir, const char *path, int flags, ...)                                                            \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, flags);                                                                                   \
		mode_t mode = mode_of(flags, ap);                                                                      \
		va_end(ap);                                                                                            \
		return open_at(dir, path, flags, mode);                                                                \
	}
OPEN(open)
OPEN(open64)
OPEN(__open_2)
OPEN(__open64_2)
OPENAT(openat)
OPENAT(openat64)
OPENAT(__openat_2)
OPENAT(__openat64_2)

int close(int fd)
{
	lock();
	if (tracked(fd)) {
		free(g.path[fd]);
		g.path[fd] = NULL;
	}
	int r = REAL(close, int, int)(fd);
	unlock();
	return r;
}

ssize_t write(int fd, const void *p, size_t n)
{
	lock();
	ssize_t (*real)(int, const void *, size_t) = REAL(write, ssize_t, int, const void *, size_t);
	ssize_t r = -1;
	if (!tracked(fd) || !g.object[fd]) {
		unlock(); /* a pipe may wait */
		return real(fd, p, n);
	}
	off_t at = lseek(fd, 0, SEEK_CUR);
	if (!fails(KIND_WRITE))
		r = real(fd, p, n);
	if (r > 0)
		put('W', g.object[fd], (uint64_t)at, &(struct iovec){ (void *)(uintptr_t)p, (size_t)r }, 1);
	unlock();
	return r;
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t at)
{
	lock();
	ssize_t r = -1;
	bool file = tracked(fd) && g.object[fd];
	if (!file || !fails(KIND_WRITE))
		r = REAL(pwrite64, ssize_t, int, const void *, size_t, off_t)(fd, p, n, at);
	if (file && r > 0)
		put('W', g.object[fd], (uint64_t)at, &(struct iovec){ (void *)(uintptr_t)p, (size_t)r }, 1);
	unlock();
	return r;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at);
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return write_at(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return write_at(fd, p, n, at);
}

static int truncate_fd(int fd, off_t size)
{
	lock();
	int r = -1;
	bool file = tracked(fd) && g.object[fd];
	if (!file || !fails(KIND_TRUNCATE))
		r = REAL(ftruncate64, int, int, off_t)(fd, size);
	if (file && r == 0)
		put('T', g.object[fd], (uint64_t)size, NULL, 0);
	unlock();
	return r;
}

int ftruncate(int fd, off_t size);
int ftruncate(int fd, off_t size)
{
	return truncate_fd(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return truncate_fd(fd, size);
}

static int sync_fd(int fd)
{
	lock();
	int r = -1;
	bool file = tracked(fd);
	if (!file || !fails(KIND_SYNC))
		r = 0; /* the test's crash is made, not real: nothing has to reach this disk */
	if (file && r == 0 && g.object[fd])
		put('S', g.object[fd], 0, NULL, 0);
	else if (file && r == 0)
		put_text('D', 0, 0, g.path[fd]);
	unlock();
	return r;
}

int fsync(int fd)
{
	return sync_fd(fd);
}

int fdatasync(int fd)
{
	return sync_fd(fd);
}

static int rename_at(int from_dir, const char *from, int to_dir, const char *to)
{
	lock();
	char *a = full(from_dir, from), *b = full(to_dir, to);
	int r = -1;
	if (!a || !b || !fails(KIND_RENAME))
		r = REAL(renameat, int, int, const char *, int, const char *)(from_dir, from, to_dir, to);
	if (r == 0 && a && b)
		put_names('R', a, b);
	int e = errno;
	free(a);
	free(b);
	errno = e;
	unlock();
	return r;
}

int rename(const char *from, const char *to)
{
	return rename_at(AT_FDCWD, from, AT_FDCWD, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return rename_at(from_dir, from, to_dir, to);
}

static int unlink_at(int dir, const char *path, int flags)
{
	lock();
	char *name = full(dir, path);
	int r = REAL(unlinkat, int, int, const char *, int)(dir, path, flags);
	if (r == 0 && name)
		put_text('U', 0, 0, name);
	int e = errno;
	free(name);
	errno = e;
	unlock();
	return r;
}

int unlink(const char *path)
{
	return unlink_at(AT_FDCWD, path, 0);
}

int unlinkat(int dir, const char *path, int flags)
{
	return unlink_at(dir, path, flags);
}

static int mkdir_at(int dir, const char *path, mode_t mode)
{
	lock();
	char *name = full(dir, path);
	int r = -1;
	if (!name || !fails(KIND_CREATE))
		r = REAL(mkdirat, int, int, const char *, mode_t)(dir, path, mode);
	if (r == 0 && name)
		put_text('M', 0, 0, name);
	int e = errno;
	free(name);
	errno = e;
	unlock();
	return r;
}

int mkdir(const char *path, mode_t mode)
{
	return mkdir_at(AT_FDCWD, path, mode);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	return mkdir_at(dir, path, mode);
}

/* What a client is told: from then on it counts as promised. Recorded before it leaves. */
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	lock();
	if (m->msg_iovlen > 0 && m->msg_iov[0].iov_len > 5 && memcmp(m->msg_iov[0].iov_base, "HTTP/", 5) == 0)
		put('A', 0, 0, m->msg_iov, (int)m->msg_iovlen);
	unlock();
	return REAL(sendmsg, ssize_t, int, const struct msghdr *, int)(fd, m, flags);
}
