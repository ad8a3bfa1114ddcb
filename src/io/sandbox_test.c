/* sandbox_test.c: tries what a parser must never be able to do; each attempt has to end in EPERM or in death. */
#include "io/sandbox.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

static long sys_open(void) { return syscall(SYS_open, "/etc/passwd", O_RDONLY); }
static long sys_openat(void) { return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
static long sys_create(void) { return syscall(SYS_openat, AT_FDCWD, "/tmp/tend-sandbox", O_CREAT | O_WRONLY, 0600); }
static long sys_unlink(void) { return syscall(SYS_unlink, "/tmp/tend-sandbox-nothing"); }
static long sys_mkdir(void) { return syscall(SYS_mkdir, "/tmp/tend-sandbox-nothing", 0700); }
static long sys_rename(void) { return syscall(SYS_rename, "/tmp/tend-a", "/tmp/tend-b"); }
static long sys_chmod(void) { return syscall(SYS_chmod, "/tmp", 01777); }
static long sys_stat(void) { return syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", (char[256]){ 0 }, 0); }
static long sys_readlink(void) { return syscall(SYS_readlink, "/proc/self/exe", (char[64]){ 0 }, 64); }
static long sys_socket(void) { return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }
static long sys_socket_unix(void) { return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0); }
static long sys_socketpair(void) { return syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }); }
static long sys_connect(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	return syscall(SYS_connect, 0, &in, sizeof(in));
}
static long sys_sendmsg(void) { return syscall(SYS_sendmsg, 1, &(struct msghdr){ 0 }, 0); }
static long sys_execve(void) { return syscall(SYS_execve, "/bin/true", (char *[]){ NULL }, (char *[]){ NULL }); }
static long sys_fork(void) { return syscall(SYS_fork); }
static long sys_clone(void) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static long sys_clone3(void) { return syscall(SYS_clone3, (uint64_t[8]){ 0 }, 64); }
static long sys_ptrace(void) { return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }
static long sys_kill(void) { return syscall(SYS_kill, getppid(), 0); }
static long sys_mmap_exec(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static long sys_mprotect_exec(void)
{
	long p = syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == -1 ? 0 : syscall(SYS_mprotect, p, 4096, PROT_READ | PROT_EXEC);
}
static long sys_memfd(void) { return syscall(SYS_memfd_create, "x", 0); }
static long sys_pipe(void) { return syscall(SYS_pipe2, (int[2]){ 0 }, 0); }
static long sys_dup(void) { return syscall(SYS_dup, 1); }
static long sys_unshare(void) { return syscall(SYS_unshare, CLONE_NEWUSER); }
static long sys_setuid(void) { return syscall(SYS_setuid, 0); }
static long sys_chroot(void) { return syscall(SYS_chroot, "/"); }
static long sys_mount(void) { return syscall(SYS_mount, "a", "/mnt", "tmpfs", 0, NULL); }
static long sys_bpf(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long sys_uring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long sys_keyctl(void) { return syscall(SYS_keyctl, 0, 0, 0, 0, 0); }
static long sys_prctl(void) { return syscall(SYS_prctl, 4, 1, 0, 0, 0); }
static long sys_setrlimit(void) { return syscall(SYS_prlimit64, 0, 7, (uint64_t[2]){ 100, 100 }, NULL); }
static long sys_timer_delete(void) { return syscall(SYS_timer_delete, 0); }
static long sys_sigmask(void) { return syscall(SYS_rt_sigprocmask, 0, NULL, NULL, 8); }
static long sys_fcntl(void) { return syscall(SYS_fcntl, 1, F_DUPFD, 10); }
static long sys_ioctl(void) { return syscall(SYS_ioctl, 0, 0x5412, "x"); }

#define ATTEMPT(name) { #name, sys_##name }
static const struct attempt {
	const char *name;
	long (*run)(void);
} ATTEMPTS[] = {
	ATTEMPT(open), ATTEMPT(openat), ATTEMPT(create), ATTEMPT(unlink), ATTEMPT(mkdir), ATTEMPT(rename), ATTEMPT(chmod), ATTEMPT(stat),
	ATTEMPT(readlink), ATTEMPT(socket), ATTEMPT(socket_unix), ATTEMPT(socketpair), ATTEMPT(connect), ATTEMPT(sendmsg), ATTEMPT(execve),
	ATTEMPT(fork), ATTEMPT(clone), ATTEMPT(clone3), ATTEMPT(ptrace), ATTEMPT(kill), ATTEMPT(mmap_exec), ATTEMPT(mprotect_exec),
	ATTEMPT(memfd), ATTEMPT(pipe), ATTEMPT(dup), ATTEMPT(unshare), ATTEMPT(setuid), ATTEMPT(chroot), ATTEMPT(mount), ATTEMPT(bpf),
	ATTEMPT(uring), ATTEMPT(keyctl), ATTEMPT(prctl), ATTEMPT(setrlimit), ATTEMPT(timer_delete), ATTEMPT(sigmask), ATTEMPT(fcntl),
	ATTEMPT(ioctl),
};

enum { CHILD_DENIED = 10, CHILD_DONE, CHILD_NO_JAIL };

/* In a child: into the jail, then fn. Its wait status. */
static int in_jail(long (*fn)(void), struct sandbox_limits limits)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct fault f = { 0 };
		if (sandbox_enter(&f, &limits) != OK)
			_exit(CHILD_NO_JAIL);
		errno = 0;
		long r = fn();
		_exit(r == -1 && errno == EPERM ? CHILD_DENIED : CHILD_DONE);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_forbidden(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ATTEMPTS); i++) {
		int st = in_jail(ATTEMPTS[i].run, (struct sandbox_limits){ .cpu_s = 5 });
		bool denied = WIFEXITED(st) && WEXITSTATUS(st) == CHILD_DENIED, dead = WIFSIGNALED(st) && WTERMSIG(st) == SIGSYS;
		if (!denied && !dead)
			fail_msg("%s was possible in the jail (status %#x)", ATTEMPTS[i].name, (unsigned)st);
	}
	assert_true(ARRAY_LEN(ATTEMPTS) >= 20);
}

/* The same calls outside: the test above means something only if they are not denied anyway. */
static void test_the_open_air(void **state)
{
	(void)state;
	assert_true(sys_openat() >= 0);
	assert_true(sys_socket() >= 0);
	assert_true(sys_mprotect_exec() == 0);
	assert_true(sys_pipe() == 0);
}

static long allowed_work(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED || clock_mono_us() <= 0 || munmap(p, 1 << 20) != 0 || write(1, "", 0) != 0 ? -2 : 7;
}

static long allowed_checked(void)
{
	long r = allowed_work();
	if (r != 7)
		abort();
	return r;
}

static void test_what_a_parser_needs(void **state)
{
	(void)state;
	int st = in_jail(allowed_checked, (struct sandbox_limits){ .memory_bytes = 256u << 20, .cpu_s = 5 });
	assert_true(WIFEXITED(st));
	assert_int_equal(WEXITSTATUS(st), CHILD_DONE);
}

static long spin(void)
{
	for (volatile unsigned long i = 0; i < ~0ul; i++)
		;
	return 0;
}

static void test_cpu_ends(void **state)
{
	(void)state;
	int st = in_jail(spin, (struct sandbox_limits){ .cpu_s = 1 });
	assert_true(WIFSIGNALED(st));
	assert_true(WTERMSIG(st) == SIGKILL || WTERMSIG(st) == SIGXCPU);
}

#if !defined(__SANITIZE_ADDRESS__)
static long hog(void)
{
	void *p = mmap(NULL, 512u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	errno = p == MAP_FAILED && errno == ENOMEM ? EPERM : 0;
	return errno ? -1 : 0;
}

static void test_memory_ends(void **state)
{
	(void)state;
	int st = in_jail(hog, (struct sandbox_limits){ .memory_bytes = 256u << 20, .cpu_s = 5 });
	assert_true(WIFEXITED(st) && WEXITSTATUS(st) == CHILD_DENIED);
}
#endif

static void test_landlock_abi(void **state)
{
	(void)state;
	int abi = sandbox_landlock_abi();
	assert_true(abi >= 0 && abi < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_open_air),   cmocka_unit_test(test_forbidden), cmocka_unit_test(test_what_a_parser_needs),
		cmocka_unit_test(test_cpu_ends),
#if !defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(test_memory_ends),
#endif
		cmocka_unit_test(test_landlock_abi),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
