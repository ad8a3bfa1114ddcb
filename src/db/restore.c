/* restore.c: puts a SQLite backup in the place of a database; see db_restore() in db.h.
 *
 * Nothing is lost on the way: the backup is copied beside the database and checked there; what stood there before,
 * its log included, is kept under another name; the last step is one rename. */
#include "db/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static enum err os_fail(struct fault *f, const char *what, const char *path)
{
	enum err e = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL : ERR_INPUT;
	return DB_FAULT(f, e, "%s %s: %s", what, path, strerror(errno));
}

static bool copy_bytes(int from, int to)
{
	static const size_t CHUNK = 1 << 20;
	char *buf = malloc(CHUNK);
	ASSERT(buf);
	ssize_t n;
	bool ok = true;
	while (ok && (n = read(from, buf, CHUNK)) != 0) {
		ok = n > 0;
		for (ssize_t done = 0, k; ok && done < n; done += k) {
			k = write(to, buf + done, (size_t)(n - done));
			ok = k > 0;
		}
	}
	free(buf);
	return ok && fsync(to) == 0;
}

static enum err copy_file(struct fault *f, const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return os_fail(f, "The backup cannot be opened:", from);
	unlink(to);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum err e = out < 0 || !copy_bytes(in, out) ? os_fail(f, "The backup cannot be copied to", to) : OK;
	if (out >= 0)
		close(out);
	close(in);
	return e;
}

static int first_text(void *arg, int n, char **values, char **names)
{
	(void)names;
	char *text = arg;
	if (n > 0 && values[0] && !text[0])
		snprintf(text, 80, "%s", values[0]);
	return 0;
}

/* The copy is a whole, undamaged desk. */
static enum err check_copy(struct fault *f, const char *path, const char *backup)
{
	sqlite3 *h = NULL;
	char id[80] = "", sound[80] = "";
	int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(h, "PRAGMA application_id", first_text, id, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(h, "PRAGMA integrity_check(1)", first_text, sound, NULL);
	sqlite3_close_v2(h);
	if (rc != SQLITE_OK || strcmp(id, "1413828164") != 0)
		return DB_FAULT(f, ERR_INPUT, "%s is not a backup of a desk.", backup);
	if (strcmp(sound, "ok") != 0)
		return DB_FAULT(f, ERR_INPUT, "The backup %s is damaged (%s). Take an older one.", backup, sound);
	return OK;
}

static bool is_open_elsewhere(const char *path)
{
	sqlite3 *h = NULL;
	int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(h, "PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK;", NULL, NULL, NULL);
	sqlite3_close_v2(h);
	return (rc & 0xff) == SQLITE_BUSY;
}

/* path → path.before-restore, or -2, -3 … when that is there already; with its log. */
static enum err put_aside(struct fault *f, const char *path)
{
	static const char *const PARTS[] = { "-wal", "-shm", "" };
	char from[4200], to[4200], number[16] = "";
	struct stat st;
	for (int i = 2; i < 1000; i++) {
		snprintf(to, sizeof(to), "%s.before-restore%s", path, number);
		if (lstat(to, &st) != 0)
			break;
		snprintf(number, sizeof(number), "-%d", i);
	}
	for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
		snprintf(from, sizeof(from), "%s%s", path, PARTS[i]);
		snprintf(to, sizeof(to), "%s.before-restore%s%s", path, number, PARTS[i]);
		if (rename(from, to) != 0 && errno != ENOENT)
			return os_fail(f, "The old database cannot be put aside as", to);
	}
	return OK;
}

static bool sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	ASSERT(dir);
	int fd = open(dir, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	free(dir);
	return ok;
}

enum err db_restore(const char *address, const char *backup, struct fault *f)
{
	if (strncmp(address, "postgres://", 11) == 0 || strncmp(address, "postgresql://", 13) == 0)
		return DB_FAULT(f, ERR_INPUT, "On PostgreSQL a backup is restored with its own tool: pg_restore --clean --if-exists "
			"--dbname=ADDRESS \"%.100s\"", backup);
	const char *path = strncmp(address, "sqlite:", 7) == 0 ? address + 7 : address;
	char copy[4200];
	struct stat st;
	if (strlen(path) == 0 || strlen(path) > 4000)
		return DB_FAULT(f, ERR_INPUT, "\"%.60s\" is not a database's path.", address);
	bool there = stat(path, &st) == 0;
	if (there && is_open_elsewhere(path))
		return DB_FAULT(f, ERR_BUSY, "The database %s is in use. Stop the desk first.", path);
	snprintf(copy, sizeof(copy), "%s.restoring", path);
	enum err e = copy_file(f, backup, copy);
	if (e == OK)
		e = check_copy(f, copy, backup);
	if (e == OK && there)
		e = put_aside(f, path);
	if (e == OK && (rename(copy, path) != 0 || !sync_folder_of(path)))
		e = os_fail(f, "The restored database cannot be put in place as", path);
	if (e != OK)
		unlink(copy);
	return e;
}
