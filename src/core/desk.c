/* desk.c: opening and closing the data folder; the bell; see desk.h. */
#include "core/desk.h"

#include "base/sure.h"
#include "core/feature.h"
#include "core/secret.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

#define FAULT(f, e, ...) fault_set((f), (e), __FILE__, __LINE__, __VA_ARGS__)

static enum err make_folder(struct fault *f, const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return OK;
	return FAULT(f, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "Can't make the data folder %s: %s. Make it, or name another with --data.", path,
		     strerror(errno));
}

/* systemd's LoadCredential wins; else DATA/secret.key, made at the first start. */
static enum err read_key(const char *path, bool make, struct fault *f, unsigned char ret[32])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT && make) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
		randombytes_buf(ret, 32);
		bool written = fd >= 0 && write(fd, ret, 32) == 32 && fsync(fd) == 0;
		if (fd >= 0)
			close(fd);
		return written ? OK : FAULT(f, ERR_INPUT, "Can't write the key file %s: %s.", path, strerror(errno));
	}
	if (fd < 0)
		return FAULT(f, ERR_INPUT, "Can't read the key file %s: %s. Without it, sealed secrets and mail tokens are lost: restore it from its backup.",
			     path, strerror(errno));
	struct stat st;
	ssize_t n = read(fd, ret, 32);
	bool private = fstat(fd, &st) == 0 && (st.st_mode & 077) == 0;
	close(fd);
	if (n != 32)
		return FAULT(f, ERR_INPUT, "The key file %s is not 32 bytes: restore it from its backup.", path);
	if (!private)
		return FAULT(f, ERR_INPUT, "The key file %s can be read by others: chmod 0400 it.", path);
	return OK;
}

static enum err load_keys(struct desk *d, struct arena *a, bool make, struct fault *f)
{
	unsigned char master[crypto_kdf_KEYBYTES];
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	struct str path = credentials ? arena_fmt(a, "%s/secret.key", credentials) : STR_NULL;
	if (!path.p || access(path.p, R_OK) != 0)
		path = arena_fmt(a, "%s/secret.key", d->cfg.data_dir);
	TRY(read_key(path.p, make, f, master));
	for (int k = 0; k < KEY_COUNT; k++)
		crypto_kdf_derive_from_key(d->keys[k], DESK_KEY_BYTES, (uint64_t)k + 1, "tendkeys", master);
	sodium_memzero(master, sizeof(master));
	sodium_mlock(d->keys, sizeof(d->keys));
	return OK;
}

static enum err take_lock(struct desk *d, struct arena *a, struct fault *f)
{
	struct str path = arena_fmt(a, "%s/lock", d->cfg.data_dir);
	d->lock_fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->lock_fd < 0)
		return FAULT(f, ERR_INPUT, "Can't open %s: %s.", path.p, strerror(errno));
	if (flock(d->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return FAULT(f, ERR_BUSY, "Another tend holds the data folder %s. Only one process may write it.", d->cfg.data_dir);
	return OK;
}

struct prepare {
	enum err (*fn)(struct ctx *c);
};

static enum err run_prepare(struct ctx *c, void *arg)
{
	return ((struct prepare *)arg)->fn(c);
}

static enum err prepare_features(struct desk *d, struct arena *a, struct fault *f)
{
	for (const struct feature *const *at = d->features; *at; at++) {
		if (!(*at)->prepare)
			continue;
		struct ctx c;
		desk_ctx(d, a, S("start-up"), &c);
		struct prepare p = { (*at)->prepare };
		enum err e = ctx_write(&c, true, run_prepare, &p);
		if (e != OK) {
			*f = c.fault;
			return e;
		}
	}
	return OK;
}

/* Each that reads keeps some 2.5 MiB of the database. More of them than there are processors to run them only push each other's out of the processor's memory;
 * a few more, so that a slow one holds nobody up. */
static int readers(const struct desk_config *cfg)
{
	return cfg->workers > 0 ? cfg->workers + 6 : sysconf(_SC_NPROCESSORS_ONLN) > 2 ? 8 : 6;
}

static enum err open_parts(struct desk *d, struct arena *a, enum desk_open_mode mode, struct fault *f)
{
	bool writes = mode != DESK_LOOK;
	if (writes)
		TRY(make_folder(f, d->cfg.data_dir));
	if (writes)
		TRY(take_lock(d, a, f));
	TRY(load_keys(d, a, writes, f));
	TRY(blob_store_open(arena_fmt(a, "%s/blobs", d->cfg.data_dir).p, f, &d->blobs));
	struct db_pool_config pool = {
		.address = d->cfg.database ? d->cfg.database : arena_fmt(a, "%s/tend.db", d->cfg.data_dir).p,
		.read_handles_max = readers(&d->cfg),
		.read_only = !writes,
		.bulk = d->cfg.bulk,
	};
	TRY(db_pool_open(&pool, f, &d->pool));
	if (!writes)
		return db_migrate_check(d->pool, f);
	int ran;
	TRY(db_migrate(d->pool, f, 0, &ran));
	return prepare_features(d, a, f);
}

enum err desk_open(const struct desk_config *cfg, enum desk_open_mode mode, const struct feature *const *features, struct fault *f,
		   struct desk **ret)
{
	if (sodium_init() < 0)
		return FAULT(f, ERR_BUG, "libsodium did not start: no random source.");
	json_set_alloc_funcs(sure_malloc, free); /* without memory jansson says that a text is not JSON, and whoever sent it would be blamed */
	struct desk *d = calloc(1, sizeof(*d));
	ASSERT(d);
	d->cfg = *cfg;
	d->features = features;
	d->lock_fd = -1;
	pthread_mutex_init(&d->bell, NULL);
	for (size_t i = 0; i < DESK_PLACES; i++)
		pthread_mutex_init(&d->place[i].lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (size_t i = 0; i < ARRAY_LEN(d->bell_cond); i++)
		pthread_cond_init(&d->bell_cond[i], &attr);
	pthread_condattr_destroy(&attr);
	struct arena a;
	arena_init(&a);
	enum err e = open_parts(d, &a, mode, f);
	arena_done(&a);
	if (e != OK) {
		desk_close(d);
		return e;
	}
	*ret = d;
	return OK;
}

void desk_close(struct desk *d)
{
	if (!d)
		return;
	if (d->pool)
		db_pool_close(d->pool);
	if (d->blobs)
		blob_store_close(d->blobs);
	if (d->lock_fd >= 0)
		close(d->lock_fd);
	sodium_munlock(d->keys, sizeof(d->keys));
	for (size_t i = 0; i < ARRAY_LEN(d->bell_cond); i++)
		pthread_cond_destroy(&d->bell_cond[i]);
	pthread_mutex_destroy(&d->bell);
	for (size_t i = 0; i < DESK_PLACES; i++) {
		if (d->place[i].p)
			d->place[i].drop(d->place[i].p);
		pthread_mutex_destroy(&d->place[i].lock);
	}
	free(d);
}

void desk_ring(struct desk *d, enum bell b)
{
	pthread_mutex_lock(&d->bell);
	d->rung[b]++;
	pthread_mutex_unlock(&d->bell);
	pthread_cond_broadcast(&d->bell_cond[b]);
}

void desk_stop(struct desk *d)
{
	pthread_mutex_lock(&d->bell);
	d->stopping = true;
	for (size_t i = 0; i < ARRAY_LEN(d->bell_cond); i++)
		pthread_cond_broadcast(&d->bell_cond[i]);
	pthread_mutex_unlock(&d->bell);
}

bool desk_wait(struct desk *d, enum bell b, uint64_t *seen, int64_t wait_us)
{
	int64_t until = clock_mono_us() + wait_us;
	struct timespec ts = { .tv_sec = until / UTIME_US_PER_SECOND, .tv_nsec = until % UTIME_US_PER_SECOND * 1000 };
	pthread_mutex_lock(&d->bell);
	while (!d->stopping && d->rung[b] == *seen)
		if (pthread_cond_timedwait(&d->bell_cond[b], &d->bell, &ts) == ETIMEDOUT)
			break;
	*seen = d->rung[b];
	bool go_on = !d->stopping;
	pthread_mutex_unlock(&d->bell);
	return go_on;
}

void desk_ctx(struct desk *d, struct arena *a, struct str rule, struct ctx *ret)
{
	utime now = clock_now();
	*ret = (struct ctx){
		.desk = d,
		.arena = a,
		.now_us = now,
		.read_us = now,
		.door = DOOR_JOB,
		.actor = { .kind = ACTOR_SYSTEM, .name = rule, .caps = ~0u, .zone = S("UTC"), .access = S("admin"), .fresh = true },
	};
}
