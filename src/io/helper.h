/* helper.h: processes to be thrown away: a child for each of a stranger's files, forked by a helper that was forked while the program was young.
 *
 *     parent ──(control socket: two descriptors a child)──► helper ──fork──► child
 *        └──────────────(data socket: whatever the two have to say)────────────┘
 *        ◄──(status pipe: how the child ended)── helper
 *
 * The helper has no threads, no secrets, no database, and reads nobody's file. A child has its data socket (HELPER_DATA_FD) and nothing else; the kernel kills it
 * after wall_s, whatever it does. It goes to jail itself (sandbox.h), as its first step. More than children_most at a time wait. */
#ifndef TEND_IO_HELPER_H
#define TEND_IO_HELPER_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

enum {
	HELPER_DATA_FD = 3,
	HELPER_CHILDREN_MOST = 16,
	HELPER_NOT_READY = 80,         /* a child's exit: no timer, no jail, no memory; nothing was said about the file yet, which can wait */
};

struct helper_kind {
	const char *process;           /* its name in ps: "tend-mime" */
	const char *what;              /* in sentences: "The mail parser" */
	/* In the helper, once, before any child; what it returns is handed to each. NULL: it cannot start, *ret_why says why. May be NULL. */
	void *(*prepare)(const char **ret_why);
	/* The child. It must end by _exit(). mapped_bytes: the address space that the helper has; a ceiling comes on top. */
	void (*child)(void *prepared, uint64_t mapped_bytes);
	unsigned wall_s;
	unsigned children_most;        /* up to HELPER_CHILDREN_MOST */
};
/* One for each kind in a process; set before threads exist, read-only afterwards. */
struct helper {
	int control;
	pid_t pid;
};
#define HELPER_NONE { .control = -1 }

/* Once, before threads exist; a second time does nothing. */
enum err helper_start(struct helper *h, const struct helper_kind *kind, struct fault *f);
void helper_stop(struct helper *h);

/* A child to talk to: two descriptors to close. Any thread may ask. False, errno set: no descriptors, or the helper is gone. */
struct helper_talk {
	int data, status;
};
bool helper_child(const struct helper *h, struct helper_talk *ret);
void helper_talk_done(struct helper_talk *t);
/* All of it to the child; one that is gone is false and no signal. */
bool helper_tell(const struct helper_talk *t, const void *bytes, size_t n);
/* After the child broke off: why, in words. NULL when nobody can tell, or it was not ready: then it says nothing about the file. */
const char *helper_ended(const struct helper_talk *t, unsigned wall_s, char words[80]);

/* All of it, however the kernel cuts it: for the child, where a broken pipe is false and no signal. */
bool helper_write(int fd, const void *p, size_t n);
bool helper_read(int fd, void *p, size_t n);

#endif
