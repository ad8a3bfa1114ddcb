/* blob_test.c: the store of attachments. */
#include "io/blob.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

#define EMPTY_SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC_SHA "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

struct rig {
	char dir[64];
	struct blob_store *s;
	struct arena a;
	struct fault f;
};

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	snprintf(r->dir, sizeof(r->dir), "/tmp/tend-blob-XXXXXX");
	if (!mkdtemp(r->dir) || blob_store_open(r->dir, &r->f, &r->s) != OK)
		return -1;
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	blob_store_close(r->s);
	arena_done(&r->a);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", r->dir, (char *)NULL);
		_exit(1);
	}
	free(r);
	return 0;
}

static enum err count_one(void *arg, struct str hex, int64_t bytes, utime mtime)
{
	assert_int_equal(hex.n, 64);
	assert_true(mtime > 0);
	*(int64_t *)arg += bytes + 1;
	return OK;
}

static int entries_in_tmp(struct rig *r)
{
	DIR *d = opendir(blob_store_tmp_dir(r->s));
	assert_non_null(d);
	int n = 0;
	for (struct dirent *entry; (entry = readdir(d)) != NULL;)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

static void test_put_and_read(void **state)
{
	struct rig *r = *state;
	struct blob_name name, again;
	assert_int_equal(blob_put(r->s, &r->f, S("abc"), &name), OK);
	assert_string_equal(name.hex, ABC_SHA);
	assert_int_equal(blob_put(r->s, &r->f, S("abc"), &again), OK);
	assert_string_equal(again.hex, ABC_SHA);
	struct str got;
	assert_int_equal(blob_read(r->s, &r->f, &r->a, str_c(name.hex), 3, &got), OK);
	assert_true(str_eq(got, S("abc")));
	assert_int_equal(blob_read(r->s, &r->f, &r->a, str_c(name.hex), 2, &got), ERR_LIMIT);
	fault_clear(&r->f);
	assert_int_equal(blob_put(r->s, &r->f, S(""), &name), OK);
	assert_string_equal(name.hex, EMPTY_SHA);
	int64_t sum = 0;
	assert_int_equal(blob_each(r->s, &r->f, count_one, &sum), OK);
	assert_int_equal(sum, 3 + 2);
	assert_int_equal(blob_remove(r->s, &r->f, S(EMPTY_SHA)), OK);
	assert_int_equal(blob_remove(r->s, &r->f, S(EMPTY_SHA)), ERR_NOT_FOUND);
}

static void test_modes(void **state)
{
	struct rig *r = *state;
	struct blob_name name;
	assert_int_equal(blob_put(r->s, &r->f, S("abc"), &name), OK);
	char path[200];
	struct stat st;
	snprintf(path, sizeof(path), "%s/%.2s", r->dir, name.hex);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	snprintf(path, sizeof(path), "%s/%.2s/%s", r->dir, name.hex, name.hex);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(entries_in_tmp(r), 0);
}

static void test_put_fd(void **state)
{
	struct rig *r = *state;
	int fd = open(r->dir, O_TMPFILE | O_RDWR, 0600);
	assert_true(fd >= 0);
	char block[4096];
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 100; i++)
		assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
	struct blob_name from_fd, from_memory;
	int64_t bytes;
	assert_int_equal(blob_put_fd(r->s, &r->f, fd, &from_fd, &bytes), OK);
	assert_int_equal(bytes, 100 * sizeof(block));
	char *all = malloc(100 * sizeof(block));
	memset(all, 'x', 100 * sizeof(block));
	assert_int_equal(blob_put(r->s, &r->f, (struct str){ all, 100 * sizeof(block) }, &from_memory), OK);
	assert_string_equal(from_fd.hex, from_memory.hex);
	assert_int_equal(entries_in_tmp(r), 0);
	free(all);
	close(fd);
}

static void test_names_from_outside(void **state)
{
	struct rig *r = *state;
	static const char *const BAD[] = { "", "../../../etc/passwd", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
					   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/", ABC_SHA "0" };
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		int fd;
		fault_clear(&r->f);
		assert_int_equal(blob_open(r->s, &r->f, str_c(BAD[i]), &fd, NULL), ERR_NOT_FOUND);
		assert_int_equal(blob_remove(r->s, &r->f, str_c(BAD[i])), ERR_NOT_FOUND);
	}
}

/* A file-size limit stands for a full disk: the write stops half-way. */
static void test_full_disk(void **state)
{
	struct rig *r = *state;
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, small = { 1000, RLIM_INFINITY };
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	char *big = calloc(1, 100000);
	struct blob_name name = { "" };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	enum err e = blob_put(r->s, &r->f, (struct str){ big, 100000 }, &name);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(e, ERR_FULL);
	assert_string_equal(name.hex, "");
	assert_int_equal(entries_in_tmp(r), 0);
	int64_t sum = 0;
	assert_int_equal(blob_each(r->s, &r->f, count_one, &sum), OK);
	assert_int_equal(sum, 0);
	fault_clear(&r->f);
	assert_int_equal(blob_put(r->s, &r->f, (struct str){ big, 100000 }, &name), OK);
	free(big);
}

/* A moment without descriptors is no fault of the bytes: whoever stores or reads is told to come again. */
static void test_no_descriptors(void **state)
{
	struct rig *r = *state;
	struct blob_name name = { "" }, other = { "" };
	struct str bytes;
	struct arena a;
	arena_init(&a);
	assert_int_equal(blob_put(r->s, &r->f, S("kept"), &name), OK);
	int next = dup(0);
	struct rlimit old, none;
	assert_true(next >= 0 && close(next) == 0 && getrlimit(RLIMIT_NOFILE, &old) == 0);
	none = (struct rlimit){ (rlim_t)next, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	enum err put = blob_put(r->s, &r->f, S("other"), &other);
	fault_clear(&r->f);
	enum err get = blob_read(r->s, &r->f, &a, str_c(name.hex), 1000, &bytes);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(put, ERR_BUSY);
	assert_int_equal(get, ERR_BUSY);
	assert_int_equal(entries_in_tmp(r), 0);
	fault_clear(&r->f);
	assert_int_equal(blob_put(r->s, &r->f, S("other"), &other), OK);
	assert_int_equal(blob_read(r->s, &r->f, &a, str_c(name.hex), 1000, &bytes), OK);
	arena_done(&a);
}

static void test_sweep(void **state)
{
	struct rig *r = *state;
	char path[200];
	static const char *const NAMES[] = { "old", "new" };
	utime now = UTIME_US_PER_DAY * 20000;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", blob_store_tmp_dir(r->s), NAMES[i]);
		int fd = open(path, O_CREAT | O_WRONLY, 0600);
		assert_true(fd >= 0);
		time_t at = (time_t)(now / UTIME_US_PER_SECOND) - (i ? 3500 : 3700);
		struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
		assert_int_equal(futimens(fd, times), 0);
		close(fd);
	}
	blob_sweep_tmp(r->s, now);
	assert_int_equal(entries_in_tmp(r), 1);
	assert_int_equal(access(path, F_OK), 0);
}

/* Storing again what the collector may be about to take makes it young. */
static void test_renewed(void **state)
{
	struct rig *r = *state;
	struct blob_name name;
	assert_int_equal(blob_put(r->s, &r->f, S("abc"), &name), OK);
	char path[200];
	snprintf(path, sizeof(path), "%s/%.2s/%s", r->dir, name.hex, name.hex);
	struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_int_equal(blob_put(r->s, &r->f, S("abc"), &name), OK);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mtim.tv_sec > 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_put_and_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_modes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_put_fd, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names_from_outside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_descriptors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sweep, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_renewed, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
