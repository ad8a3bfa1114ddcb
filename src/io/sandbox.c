/* sandbox.c: see sandbox.h. */
#include "io/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/banned.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN true
#endif
#endif
#ifndef UNDER_ASAN
#define UNDER_ASAN false
#endif

/* Landlock, spoken to by number: Debian's headers and C library know less than newer kernels do. */
enum { LL_CREATE_RULESET = 444, LL_RESTRICT_SELF = 446, LL_VERSION_FLAG = 1 };

struct ll_attr {
	uint64_t fs, net, scoped;
};

/* Rights that each version of the interface has added; handling a right and granting no path forbids it everywhere. */
static const struct {
	int abi;
	uint64_t fs, net, scoped;
	size_t size;
} LANDLOCK[] = {
	{ 1, 0x1fff, 0, 0, 8 },          /* execute, read, write, make, remove */
	{ 2, UINT64_C(1) << 13, 0, 0, 8 },   /* refer */
	{ 3, UINT64_C(1) << 14, 0, 0, 8 },   /* truncate */
	{ 4, 0, 3, 0, 16 },              /* TCP bind and connect */
	{ 5, UINT64_C(1) << 15, 0, 0, 16 },  /* ioctl on devices */
	{ 6, 0, 0, 3, 24 },              /* abstract unix sockets, signals */
};

int sandbox_landlock_abi(void)
{
	long abi = syscall(LL_CREATE_RULESET, NULL, 0, LL_VERSION_FLAG);
	return abi > 0 ? (int)abi : 0;
}

static enum err landlock(struct fault *f)
{
	int abi = sandbox_landlock_abi();
	if (abi == 0)
		return OK; /* an older kernel: seccomp carries it alone, and doctor says so */
	struct ll_attr attr = { 0 };
	size_t size = 0;
	for (size_t i = 0; i < ARRAY_LEN(LANDLOCK) && LANDLOCK[i].abi <= abi; i++) {
		attr.fs |= LANDLOCK[i].fs;
		attr.net |= LANDLOCK[i].net;
		attr.scoped |= LANDLOCK[i].scoped;
		size = LANDLOCK[i].size;
	}
	int fd = (int)syscall(LL_CREATE_RULESET, &attr, size, 0);
	if (fd < 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The sandbox could not be made: Landlock refuses its rules (%s).",
				 strerror(errno));
	long r = syscall(LL_RESTRICT_SELF, fd, 0);
	int saved = errno;
	close(fd);
	return r == 0 ? OK
		      : fault_set(f, ERR_BUG, __FILE__, __LINE__, "The sandbox could not be entered: Landlock says %s.",
				  strerror(saved));
}

static enum err limit(struct fault *f, int what, rlim_t most)
{
	struct rlimit r = { .rlim_cur = most, .rlim_max = most };
	return setrlimit(what, &r) == 0 ? OK
					: fault_set(f, ERR_BUG, __FILE__, __LINE__,
						    "The sandbox could not be made: a resource limit was refused (%s).", strerror(errno));
}

static enum err limits_set(struct fault *f, const struct sandbox_limits *limits)
{
	/* ASan reserves terabytes of address space; its builds do without the ceiling on memory. */
	if (limits->memory_bytes && !UNDER_ASAN)
		TRY(limit(f, RLIMIT_AS, limits->memory_bytes));
	if (limits->cpu_s)
		TRY(limit(f, RLIMIT_CPU, limits->cpu_s));
	TRY(limit(f, RLIMIT_CORE, 0));
	TRY(limit(f, RLIMIT_FSIZE, 0));
	TRY(limit(f, RLIMIT_NOFILE, 0));
	return limit(f, RLIMIT_NPROC, 0);
}

/* What a parser needs: its pipe, memory, the clock, and the way out. */
static const int ALLOWED[] = {
	SCMP_SYS(read),       SCMP_SYS(write),    SCMP_SYS(readv),     SCMP_SYS(writev),        SCMP_SYS(close),
	SCMP_SYS(munmap),     SCMP_SYS(mremap),   SCMP_SYS(brk),       SCMP_SYS(madvise),       SCMP_SYS(exit),
	SCMP_SYS(exit_group), SCMP_SYS(futex),    SCMP_SYS(getpid),    SCMP_SYS(gettid),        SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday), SCMP_SYS(time),   SCMP_SYS(getrandom), SCMP_SYS(sched_yield),   SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall), SCMP_SYS(sigaltstack), SCMP_SYS(fstat), SCMP_SYS(lseek),
};

/* Nothing innocent asks for these: asking ends the process. All else is answered EPERM. */
static const int DEADLY[] = {
	SCMP_SYS(execve),  SCMP_SYS(execveat),  SCMP_SYS(ptrace),       SCMP_SYS(bpf),           SCMP_SYS(io_uring_setup),
	SCMP_SYS(keyctl),  SCMP_SYS(mount),     SCMP_SYS(unshare),      SCMP_SYS(setns),         SCMP_SYS(open_by_handle_at),
	SCMP_SYS(fork),    SCMP_SYS(vfork),     SCMP_SYS(userfaultfd),  SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(connect), SCMP_SYS(bind),      SCMP_SYS(kexec_load),   SCMP_SYS(init_module),   SCMP_SYS(perf_event_open),
};

static enum err seccomp_on(struct fault *f)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = ctx ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(ALLOWED); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, ALLOWED[i], 0);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(DEADLY); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, DEADLY[i], 0);
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	return r == 0 ? OK
		      : fault_set(f, ERR_BUG, __FILE__, __LINE__, "The sandbox could not be entered: seccomp says %s.", strerror(-r));
}

enum err sandbox_enter(struct fault *f, const struct sandbox_limits *limits)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The sandbox could not be made: prctl says %s.", strerror(errno));
	TRY(landlock(f));
	TRY(limits_set(f, limits));
	return seccomp_on(f);
}
