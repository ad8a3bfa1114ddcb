/* forbid.c: what the serving process gives up for good after its start; see sandbox.h. */
#include "io/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/banned.h"

enum err sandbox_forbid_exec(struct fault *f)
{
	static const int CALLS[] = {
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(process_vm_writev), SCMP_SYS(process_vm_readv), SCMP_SYS(bpf),
		SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
		SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(init_module),
		SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(open_by_handle_at), SCMP_SYS(perf_event_open),
#ifndef __SANITIZE_ADDRESS__   /* the leak sanitizer stops its own process by it at the end */
		SCMP_SYS(ptrace),
#endif
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int failed = ctx ? 0 : ENOMEM;
	for (size_t i = 0; !failed && i < ARRAY_LEN(CALLS); i++)
		failed = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), CALLS[i], 0);
	if (!failed)
		failed = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!failed && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		failed = errno;
	if (!failed)
		failed = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	if (failed)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The system call filter could not be set: %s.", strerror(failed < 0 ? -failed : failed));
	return OK;
}
