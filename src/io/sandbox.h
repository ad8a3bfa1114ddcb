/* sandbox.h: a jail for parsers of strangers' bytes: no new privileges, seccomp (read, write, memory without PROT_EXEC, exit, clock), Landlock with
 * no path at whatever ABI the kernel has, rlimits. sandbox_enter() is for a freshly forked child and cannot be undone. */
#ifndef TEND_IO_SANDBOX_H
#define TEND_IO_SANDBOX_H

#include "base/err.h"

struct sandbox_limits {
	uint64_t memory_bytes, cpu_s;
};

enum err sandbox_enter(struct fault *f, const struct sandbox_limits *limits);
/* Kernel's Landlock ABI, 0 when there is none: for doctor and the start line. */
int sandbox_landlock_abi(void);
/* For the serving process, once everything has started: execve, ptrace, bpf, io_uring, userfaultfd, mount, unshare, keyctl and module calls give EPERM
 * from now on, in all its threads. */
enum err sandbox_forbid_exec(struct fault *f);

#endif
