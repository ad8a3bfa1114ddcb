/* call_fault.c: a library that stands between a program and the system (LD_PRELOAD) and makes the nth call of a kind fail, for tests/faults.
 *
 * CALL_FAULT_CONTROL  a file of six 32-bit numbers that the test changes while the program runs: kinds of calls that fail (bits, below), how many pass
 *                     first, how many fail then, the errno; the library counts in the fifth what it saw of these kinds, in the sixth what it failed
 *
 * All processes of the program count together, its helper and the children of that too. Not for programs with AddressSanitizer, which has a malloc of its
 * own: the release build is what the test runs. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	KIND_MALLOC = 1, KIND_CONNECT = 2, KIND_OPEN = 4, KIND_WRITE = 8, KIND_SYNC = 16, KIND_ACCEPT = 32, KIND_THREAD = 64, KIND_READ = 128,
};

struct control {
	int32_t kinds, pass, fail, error, seen, failed;
};

/* One per process; this library is a test's tool and no part of the house. */
static struct control *g_control;

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

/* The C library's own names of what is taken here. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("CALL_FAULT_CONTROL");
	int fd = path ? REAL(open64, int, const char *, int, ...)(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *p = mmap(NULL, sizeof(*g_control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		abort();
	REAL(close, int, int)(fd);
	g_control = p;
}

/* True when this call is to fail; errno is set. */
static bool fails(int kind)
{
	struct control *c = g_control;
	if (!c || !(__atomic_load_n(&c->kinds, __ATOMIC_RELAXED) & kind))
		return false;
	int32_t nth = __atomic_fetch_add(&c->seen, 1, __ATOMIC_RELAXED);
	if (nth < c->pass || nth >= c->pass + c->fail)
		return false;
	__atomic_fetch_add(&c->failed, 1, __ATOMIC_RELAXED);
	errno = c->error;
	return true;
}

/* ---- memory ---- */

void *malloc(size_t n)
{
	return fails(KIND_MALLOC) ? NULL : __libc_malloc(n);
}

void *calloc(size_t count, size_t size)
{
	return fails(KIND_MALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t n)
{
	return n && fails(KIND_MALLOC) ? NULL : __libc_realloc(p, n);
}

void *reallocarray(void *p, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n);
}

void *memalign(size_t align, size_t n);
void *memalign(size_t align, size_t n)
{
	return fails(KIND_MALLOC) ? NULL : __libc_memalign(align, n);
}

void *aligned_alloc(size_t align, size_t n)
{
	return memalign(align, n);
}

int posix_memalign(void **ret, size_t align, size_t n)
{
	void *p = memalign(align, n);
	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

/* ---- files ---- */

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
		return fails(KIND_OPEN) ? -1 : REAL(openat64, int, int, const char *, int, ...)(AT_FDCWD, path, flags, mode); \
	}
#define OPENAT(name)                                                                                                   \
	int name(int dir, const char *path, int flags, ...);                                                           \
	int name(int dir, const char *path, int flags, ...)                                                            \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, flags);                                                                                   \
		mode_t mode = mode_of(flags, ap);                                                                      \
		va_end(ap);                                                                                            \
		return fails(KIND_OPEN) ? -1 : REAL(openat64, int, int, const char *, int, ...)(dir, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)
OPEN(__open_2)
OPEN(__open64_2)
OPENAT(openat)
OPENAT(__openat_2)
OPENAT(__openat64_2)

/* Files and sockets: a pipe between threads of one program does not fail in life, and from the log on stderr the test reads that the desk has started. */
static bool fails_write(int fd)
{
	struct stat st;
	return fd != 2 && g_control && g_control->kinds & KIND_WRITE && fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode)) && fails(KIND_WRITE);
}

ssize_t write(int fd, const void *p, size_t n)
{
	return fails_write(fd) ? -1 : REAL(write, ssize_t, int, const void *, size_t)(fd, p, n);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	return fails_write(fd) ? -1 : REAL(writev, ssize_t, int, const struct iovec *, int)(fd, v, n);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return fails_write(fd) ? -1 : REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t)(fd, p, n, at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at);
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return pwrite64(fd, p, n, at);
}

ssize_t pread64(int fd, void *p, size_t n, off64_t at)
{
	return fails(KIND_READ) ? -1 : REAL(pread64, ssize_t, int, void *, size_t, off64_t)(fd, p, n, at);
}

ssize_t pread(int fd, void *p, size_t n, off_t at);
ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	return pread64(fd, p, n, at);
}

int fsync(int fd)
{
	return fails(KIND_SYNC) ? -1 : REAL(fsync, int, int)(fd);
}

int fdatasync(int fd)
{
	return fails(KIND_SYNC) ? -1 : REAL(fdatasync, int, int)(fd);
}

/* ---- sockets and threads ---- */

int socket(int domain, int type, int protocol)
{
	return fails(KIND_CONNECT) ? -1 : REAL(socket, int, int, int, int)(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *to, socklen_t n)
{
	return fails(KIND_CONNECT) ? -1 : REAL(connect, int, int, const struct sockaddr *, socklen_t)(fd, to, n);
}

int accept4(int fd, struct sockaddr *from, socklen_t *n, int flags)
{
	return fails(KIND_ACCEPT) ? -1 : REAL(accept4, int, int, struct sockaddr *, socklen_t *, int)(fd, from, n, flags);
}

int accept(int fd, struct sockaddr *from, socklen_t *n)
{
	return fails(KIND_ACCEPT) ? -1 : REAL(accept, int, int, struct sockaddr *, socklen_t *)(fd, from, n);
}

int pthread_create(pthread_t *ret, const pthread_attr_t *a, void *(*fn)(void *), void *arg)
{
	return fails(KIND_THREAD) ? errno : REAL(pthread_create, int, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)(ret, a, fn, arg);
}
