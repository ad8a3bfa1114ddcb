/* blob.c: attachments and raw mail as files named by their SHA-256; see blob.h.
 *
 * Layout: <dir>/ab/abcd… (two hex digits of fan-out) and <dir>/tmp for what is being written. The law: a name in the
 * store means that its bytes are on the disk, whole. So the order is write, fsync, rename, fsync of the folder. */
#include "io/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { HEX_LEN = 64, COPY_BYTES = 128 << 10 };

struct blob_store {
	int dir, tmp;
	_Atomic bool known[256];   /* the name of this fan folder is on the disk */
	char *tmp_path;
};

/* No descriptor, no memory, a disk that does not answer: another time it goes well, and nobody who is told so gives up for good. These are bugs. */
static bool is_bug(int e)
{
	return e == EBADF || e == EINVAL || e == EFAULT || e == ENOTDIR || e == EISDIR || e == ELOOP || e == ENAMETOOLONG;
}

static enum err os_fault(struct fault *f, int line, const char *what)
{
	int e = errno;
	if (e == ENOSPC || e == EDQUOT || e == EFBIG)
		return fault_set(f, ERR_FULL, __FILE__, line, "The disk is full: %s failed. Free some space and try again.", what);
	if (is_bug(e))
		return fault_set(f, ERR_BUG, __FILE__, line, "The attachment store failed: %s: %s.", what, strerror(e));
	return fault_set(f, ERR_BUSY, __FILE__, line, "The attachment store does not answer as it should: %s: %s.", what, strerror(e));
}

static int make_dir_at(int at, const char *name)
{
	if (mkdirat(at, name, 0700) != 0 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

enum err blob_store_open(const char *dir, struct fault *f, struct blob_store **ret)
{
	struct blob_store *s = calloc(1, sizeof(*s));
	ASSERT(s != NULL);
	s->tmp = s->dir = -1;
	enum err e = OK;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		e = os_fault(f, __LINE__, dir);
	else if ((s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		e = os_fault(f, __LINE__, dir);
	else if ((s->tmp = make_dir_at(s->dir, "tmp")) < 0)
		e = os_fault(f, __LINE__, "its folder tmp");
	else
		ASSERT(asprintf(&s->tmp_path, "%s/tmp", dir) > 0);
	if (e != OK) {
		blob_store_close(s);
		return e;
	}
	*ret = s;
	return OK;
}

void blob_store_close(struct blob_store *s)
{
	if (!s)
		return;
	if (s->tmp >= 0)
		close(s->tmp);
	if (s->dir >= 0)
		close(s->dir);
	free(s->tmp_path);
	free(s);
}

const char *blob_store_tmp_dir(const struct blob_store *s)
{
	return s->tmp_path;
}

static bool hex_valid(struct str hex)
{
	if (hex.n != HEX_LEN)
		return false;
	for (size_t i = 0; i < HEX_LEN; i++)
		if (!((hex.p[i] >= '0' && hex.p[i] <= '9') || (hex.p[i] >= 'a' && hex.p[i] <= 'f')))
			return false;
	return true;
}

/* "ab/abcd…", relative to the store's folder. */
struct blob_path {
	char text[2 + 1 + HEX_LEN + 1];
};

static struct blob_path path_of(const char *hex)
{
	struct blob_path p;
	snprintf(p.text, sizeof(p.text), "%.2s/%.64s", hex, hex);
	return p;
}

static void put_hex(const unsigned char digest[32], struct blob_name *ret)
{
	static const char DIGITS[] = "0123456789abcdef";
	for (size_t i = 0; i < 32; i++) {
		ret->hex[2 * i] = DIGITS[digest[i] >> 4];
		ret->hex[2 * i + 1] = DIGITS[digest[i] & 15];
	}
	ret->hex[HEX_LEN] = 0;
}

/* A file being written. It vanishes on tmp_drop() unless it was kept. */
struct tmp_file {
	int fd;
	char name[40];
};

static enum err tmp_open(struct blob_store *s, struct fault *f, struct tmp_file *ret)
{
	uint64_t r[2];
	ASSERT(getrandom(r, sizeof(r), 0) == (ssize_t)sizeof(r));
	snprintf(ret->name, sizeof(ret->name), "b%016llx%016llx", (unsigned long long)r[0], (unsigned long long)r[1]);
	ret->fd = openat(s->tmp, ret->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return ret->fd < 0 ? os_fault(f, __LINE__, "creating a file") : OK;
}

static void tmp_drop(struct blob_store *s, struct tmp_file *t)
{
	if (t->fd < 0)
		return;
	close(t->fd);
	unlinkat(s->tmp, t->name, 0);
}

static enum err write_all(struct fault *f, int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return os_fault(f, __LINE__, "writing");
		p += w;
		n -= (size_t)w;
	}
	return OK;
}

static int fan_number(const char *hex)
{
	const char a[3] = { hex[0], hex[1], 0 };
	return (int)strtol(a, NULL, 16);
}

/* The folder of this name, its own name made durable once in each run: another thread may have made it and not have come to its sync. */
static enum err fan_dir(struct blob_store *s, struct fault *f, const char *hex, int *ret_fd)
{
	char name[3] = { hex[0], hex[1], 0 };
	int fd = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), number = fan_number(hex);
	if (fd < 0 && errno == ENOENT)
		fd = make_dir_at(s->dir, name);
	if (fd < 0)
		return os_fault(f, __LINE__, "opening its folder");
	if (!s->known[number]) {
		if (fsync(s->dir) != 0) {
			close(fd);
			return os_fault(f, __LINE__, "syncing its folder");
		}
		s->known[number] = true;
	}
	*ret_fd = fd;
	return OK;
}

/* True when the blob is stored already. Its time is renewed, so that the collector, which takes only old strays, leaves
 * it to the row that is about to point to it. */
static bool renew(int fan, const char *hex, int64_t bytes)
{
	struct stat st;
	return fstatat(fan, hex, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_size == bytes &&
	       utimensat(fan, hex, NULL, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Gives the written file its name, durably. Takes the file over in any case. */
static enum err tmp_keep(struct blob_store *s, struct fault *f, struct tmp_file *t, const char *hex, int64_t bytes)
{
	int fan = -1;
	enum err e = fan_dir(s, f, hex, &fan);
	if (e == OK && renew(fan, hex, bytes)) {
		tmp_drop(s, t);
	} else if (e == OK && fsync(t->fd) != 0) {
		e = os_fault(f, __LINE__, "syncing");
		tmp_drop(s, t);
	} else if (e == OK && renameat(s->tmp, t->name, fan, hex) != 0) {
		e = os_fault(f, __LINE__, "renaming");
		tmp_drop(s, t);
	} else if (e == OK) {
		close(t->fd);
	} else {
		tmp_drop(s, t);
	}
	t->fd = -1;
	if (e == OK && fsync(fan) != 0)
		e = os_fault(f, __LINE__, "syncing its folder");
	if (fan >= 0)
		close(fan);
	return e;
}

enum err blob_put(struct blob_store *s, struct fault *f, struct str bytes, struct blob_name *ret)
{
	unsigned char digest[32];
	struct blob_name name;
	ASSERT(EVP_Digest(bytes.n ? bytes.p : "", bytes.n, digest, NULL, EVP_sha256(), NULL) == 1);
	put_hex(digest, &name);
	int fan;
	TRY(fan_dir(s, f, name.hex, &fan));
	if (renew(fan, name.hex, (int64_t)bytes.n)) {
		/* Another thread may have renamed it and not have synced the folder yet. */
		enum err e = fsync(fan) == 0 ? OK : os_fault(f, __LINE__, "syncing its folder");
		close(fan);
		if (e == OK)
			*ret = name;
		return e;
	}
	close(fan);
	struct tmp_file t;
	TRY(tmp_open(s, f, &t));
	enum err e = write_all(f, t.fd, bytes.p, bytes.n);
	if (e != OK) {
		tmp_drop(s, &t);
		return e;
	}
	TRY(tmp_keep(s, f, &t, name.hex, (int64_t)bytes.n));
	*ret = name;
	return OK;
}

/* Copies fd from its beginning, hashing on the way. */
static enum err copy_hashed(struct fault *f, int fd, int to, char *room, EVP_MD_CTX *md, int64_t *ret_bytes)
{
	int64_t at = 0;
	for (;;) {
		ssize_t r = pread(fd, room, COPY_BYTES, at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return os_fault(f, __LINE__, "reading what was sent");
		if (r == 0)
			break;
		ASSERT(EVP_DigestUpdate(md, room, (size_t)r) == 1);
		TRY(write_all(f, to, room, (size_t)r));
		at += r;
	}
	*ret_bytes = at;
	return OK;
}

enum err blob_put_fd(struct blob_store *s, struct fault *f, int fd, struct blob_name *ret, int64_t *ret_bytes)
{
	struct tmp_file t;
	TRY(tmp_open(s, f, &t));
	char *room = malloc(COPY_BYTES);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	ASSERT(room && md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1);
	int64_t bytes = 0;
	enum err e = copy_hashed(f, fd, t.fd, room, md, &bytes);
	unsigned char digest[32];
	ASSERT(EVP_DigestFinal_ex(md, digest, NULL) == 1);
	EVP_MD_CTX_free(md);
	free(room);
	if (e != OK) {
		tmp_drop(s, &t);
		return e;
	}
	struct blob_name name;
	put_hex(digest, &name);
	TRY(tmp_keep(s, f, &t, name.hex, bytes));
	*ret = name;
	if (ret_bytes)
		*ret_bytes = bytes;
	return OK;
}

enum err blob_open(struct blob_store *s, struct fault *f, struct str hex, int *ret_fd, int64_t *ret_bytes)
{
	if (!hex_valid(hex))
		return fault_set(f, ERR_NOT_FOUND, __FILE__, __LINE__, "There is no such attachment.");
	struct blob_path path = path_of(hex.p);
	int fd = openat(s->dir, path.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return fault_set(f, ERR_NOT_FOUND, __FILE__, __LINE__, "The file %.12s… is missing from the store.", hex.p);
	if (fd < 0)
		return os_fault(f, __LINE__, "opening a file");
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "%.12s… in the store is not a file.", hex.p);
	}
	*ret_fd = fd;
	if (ret_bytes)
		*ret_bytes = st.st_size;
	return OK;
}

enum err blob_read(struct blob_store *s, struct fault *f, struct arena *a, struct str hex, size_t max_bytes, struct str *ret)
{
	int fd;
	int64_t bytes;
	TRY(blob_open(s, f, hex, &fd, &bytes));
	if ((uint64_t)bytes > max_bytes) {
		close(fd);
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "The file has %lld bytes; at most %zu can be read here.",
				 (long long)bytes, max_bytes);
	}
	char *p = arena_alloc(a, (size_t)bytes);
	size_t n = 0;
	while (n < (size_t)bytes) {
		ssize_t r = read(fd, p + n, (size_t)bytes - n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			enum err e = r < 0 ? os_fault(f, __LINE__, "reading")
					   : fault_set(f, ERR_BUG, __FILE__, __LINE__, "The file %.12s… became shorter.", hex.p);
			close(fd);
			return e;
		}
		n += (size_t)r;
	}
	close(fd);
	*ret = (struct str){ p, n };
	return OK;
}

/* opendir() of a folder below `at`; NULL when it is absent. */
static DIR *dir_at(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	DIR *d = fdopendir(fd);
	if (!d)
		close(fd);
	return d;
}

static enum err each_in(struct fault *f, DIR *d, blob_each_fn *fn, void *arg)
{
	struct dirent *entry;
	while (errno = 0, (entry = readdir(d)) != NULL) {
		struct str hex = str_c(entry->d_name);
		struct stat st;
		if (!hex_valid(hex) || fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		TRY(fn(arg, hex, st.st_size, st.st_mtim.tv_sec * UTIME_US_PER_SECOND + st.st_mtim.tv_nsec / 1000));
	}
	return errno ? os_fault(f, __LINE__, "listing a folder") : OK;
}

enum err blob_each(struct blob_store *s, struct fault *f, blob_each_fn *fn, void *arg)
{
	for (unsigned i = 0; i < 256; i++) {
		char name[3];
		snprintf(name, sizeof(name), "%02x", i);
		DIR *d = dir_at(s->dir, name);
		if (!d && errno == ENOENT)
			continue;
		if (!d)
			return os_fault(f, __LINE__, "listing a folder");
		enum err e = each_in(f, d, fn, arg);
		closedir(d);
		TRY(e);
	}
	return OK;
}

enum err blob_remove(struct blob_store *s, struct fault *f, struct str hex)
{
	if (!hex_valid(hex))
		return fault_set(f, ERR_NOT_FOUND, __FILE__, __LINE__, "There is no such attachment.");
	struct blob_path path = path_of(hex.p);
	if (unlinkat(s->dir, path.text, 0) == 0)
		return OK;
	if (errno == ENOENT)
		return fault_set(f, ERR_NOT_FOUND, __FILE__, __LINE__, "There is no such attachment.");
	return os_fault(f, __LINE__, "removing a file");
}

void blob_sweep_tmp(struct blob_store *s, utime now)
{
	DIR *d = dir_at(s->dir, "tmp");
	if (!d)
		return;
	struct dirent *entry;
	while ((entry = readdir(d)) != NULL) {
		struct stat st;
		if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    st.st_mtim.tv_sec * UTIME_US_PER_SECOND < now - UTIME_US_PER_HOUR)
			unlinkat(dirfd(d), entry->d_name, 0);
	}
	closedir(d);
}
