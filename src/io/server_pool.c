/* server_pool.c: threads that are started as they are needed, up to a number, and end after half a minute without work. */
#include "io/server_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

#if defined(__SANITIZE_ADDRESS__)
enum { STACK_BYTES = 2 << 20 };
#else
enum { STACK_BYTES = 256 << 10 };
#endif
enum { RETIRE_S = 30, FILE_STEP = 512 << 10, FILE_ROOM = 64 << 10 };

void pool_init(struct pool *p, int max, pool_run_fn *run)
{
	*p = (struct pool){ .max = max, .run = run };
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, &attr);
	pthread_cond_init(&p->ended, &attr);
	pthread_condattr_destroy(&attr);
}

/* Waits for work with the lock held. False when it is time to end. */
static bool wait_for_work(struct pool *p)
{
	int64_t until_us = clock_mono_us() + RETIRE_S * UTIME_US_PER_SECOND;
	struct timespec until = { .tv_sec = until_us / UTIME_US_PER_SECOND, .tv_nsec = until_us % UTIME_US_PER_SECOND * 1000 };
	int e = 0;
	p->idle++;
	while (!p->first && !p->stop && e != ETIMEDOUT)
		e = pthread_cond_timedwait(&p->work, &p->lock, &until);
	p->idle--;
	return p->first != NULL;
}

static void *pool_thread(void *arg)
{
	struct pool *p = arg;
	pthread_mutex_lock(&p->lock);
	while (wait_for_work(p)) {
		struct exchange *x = p->first;
		p->first = x->next;
		if (!p->first)
			p->last = NULL;
		p->queued--;
		pthread_mutex_unlock(&p->lock);
		p->run(x);
		loop_post_exchange(x);
		pthread_mutex_lock(&p->lock);
	}
	p->threads--;
	pthread_cond_broadcast(&p->ended);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* With the lock held. A thread that can't be had is no disaster while there is one. */
static void start_thread(struct pool *p)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t id;
	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&id, &attr, pool_thread, p) == 0)
		p->threads++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
}

bool pool_add(struct pool *p, struct exchange *x, int limit)
{
	pthread_mutex_lock(&p->lock);
	bool room = p->queued < limit;
	if (room && p->idle <= p->queued && p->threads < p->max)
		start_thread(p);
	room = room && p->threads > 0;
	if (room) {
		x->next = NULL;
		if (p->last)
			p->last->next = x;
		else
			p->first = x;
		p->last = x;
		p->queued++;
	}
	pthread_mutex_unlock(&p->lock);
	if (room) /* without the lock, which the woken thread wants first of all */
		pthread_cond_signal(&p->work);
	return room;
}

int pool_threads(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	int n = p->threads;
	pthread_mutex_unlock(&p->lock);
	return n;
}

void pool_done(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	while (p->threads)
		pthread_cond_wait(&p->ended, &p->lock);
	pthread_mutex_unlock(&p->lock);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->ended);
	pthread_mutex_destroy(&p->lock);
}

void pool_run_worker(struct exchange *x)
{
	struct server *s = x->server;
	if (x->job == JOB_ADMIT) {
		x->admitted = s->cfg.admit(s->cfg.arg, &x->arena, &x->req, &x->res);
		if (x->admitted)
			return;
		x->keep_alive = false;   /* the body stays where it is */
		response_build(x);
		return;
	}
	s->cfg.handle(s->cfg.arg, &x->arena, &x->req, &x->res);
	response_build(x);
}

/* An unlinked file: nothing is left behind, however we end. */
static int spool_open(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	char path[4096];
	size_t n = strlen(dir);
	if (n > sizeof(path) - 20) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, dir, n);
	memcpy(path + n, "/spoolXXXXXX", 13);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return errno;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static void run_spool(struct exchange *x)
{
	x->job_errno = 0;
	if (x->spool_fd < 0) {
		x->spool_fd = spool_open(x->server->spool_dir);
		if (x->spool_fd < 0) {
			x->job_errno = errno;
			return;
		}
		x->job_errno = write_all(x->spool_fd, x->body, x->req.body.n);
	}
	if (x->job_errno == 0)
		x->job_errno = write_all(x->spool_fd, x->conn->in, x->piece);
	if (x->job_errno == 0 && x->body_done && lseek(x->spool_fd, 0, SEEK_SET) != 0)
		x->job_errno = errno;
}

/* Sends from the file until the socket is full or a step is done. A file that is shorter than was promised is an error. */
static void run_file_plain(struct exchange *x)
{
	int64_t most = FILE_STEP;
	while (x->file_left && most > 0) {
		off_t at = x->file_at;
		size_t part = (size_t)(x->file_left < most ? x->file_left : most);
		ssize_t n = sendfile(x->conn->fd, x->file_fd, &at, part);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			x->file_again = true;
			return;
		}
		if (n <= 0) {
			x->job_errno = n < 0 ? errno : EIO;
			return;
		}
		x->file_at += n;
		x->file_left -= n;
		most -= n;
	}
}

static void run_file_tls(struct exchange *x)
{
	if (!x->file_room) {
		x->file_room = malloc(FILE_ROOM);
		ASSERT(x->file_room != NULL);
	}
	size_t part = (size_t)(x->file_left < FILE_ROOM ? x->file_left : FILE_ROOM);
	ssize_t n;
	do
		n = pread(x->file_fd, x->file_room, part, x->file_at);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		x->job_errno = n < 0 ? errno : EIO;
		return;
	}
	x->file_at += n;
	x->file_left -= n;
	x->file_room_n = (size_t)n;
	x->file_room_at = 0;
}

void pool_run_disk(struct exchange *x)
{
	x->job_errno = 0;
	x->file_again = false;
	if (x->job == JOB_SPOOL)
		run_spool(x);
	else if (x->conn->tls)
		run_file_tls(x);
	else
		run_file_plain(x);
}
