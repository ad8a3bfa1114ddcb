/* blob.h: attachments and raw mail, files named by the SHA-256 of their bytes.
 *
 * Written to a temporary file in the same folder, fsync, renamed, folder fsync: only then may a row point to it. The
 * folder is 0700, files 0600; a name never comes from outside. */
#ifndef TEND_IO_BLOB_H
#define TEND_IO_BLOB_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct blob_store;

enum err blob_store_open(const char *dir, struct fault *f, struct blob_store **ret);
void blob_store_close(struct blob_store *s);
/* Where form_decode_multipart() and spooled bodies may put temporary files (same file system). */
const char *blob_store_tmp_dir(const struct blob_store *s);

/* A blob's name: 64 lower-case hex digits. */
struct blob_name {
	char hex[65];
};

/* Stores bytes; storing the same twice is fine. ERR_FULL when the disk is full: nothing half-done stays. */
enum err blob_put(struct blob_store *s, struct fault *f, struct str bytes, struct blob_name *ret);
/* The same from a file (read from offset 0), in constant memory. */
enum err blob_put_fd(struct blob_store *s, struct fault *f, int fd, struct blob_name *ret, int64_t *ret_bytes);
/* Opens for reading; ERR_NOT_FOUND when there is none. */
enum err blob_open(struct blob_store *s, struct fault *f, struct str hex, int *ret_fd, int64_t *ret_bytes);
enum err blob_read(struct blob_store *s, struct fault *f, struct arena *a, struct str hex, size_t max_bytes, struct str *ret);
/* Calls each(arg, hex, bytes, mtime) for every stored blob, for `tend verify` and the collector. */
typedef enum err blob_each_fn(void *arg, struct str hex, int64_t bytes, utime mtime);
enum err blob_each(struct blob_store *s, struct fault *f, blob_each_fn *fn, void *arg);
enum err blob_remove(struct blob_store *s, struct fault *f, struct str hex);
/* Deletes temporary files older than an hour (left by a crash). */
void blob_sweep_tmp(struct blob_store *s, utime now);

#endif
