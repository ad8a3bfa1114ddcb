/* charset.h: strangers' text to valid UTF-8, by a closed table of charsets.
 *
 * Names are the WHATWG labels (latin1 is windows-1252, gb2312 is gb18030). UTF-7 and everything outside the table is not decoded. All
 * converters are opened once, before the jail: opening one loads a file, which the jail forbids. */
#ifndef TEND_IO_CHARSET_H
#define TEND_IO_CHARSET_H

#include "base/arena.h"
#include "base/err.h"

struct charsets;

enum err charsets_open(struct fault *f, struct charsets **ret);
void charsets_close(struct charsets *c);
/* Is this a label of a charset we decode? */
bool charset_known(struct str label);
/* Valid UTF-8, at most max_bytes (cut between code points), broken bytes and NUL as U+FFFD, no byte order mark. Without a known label: UTF-8 when it is that, else what it looks like (uchardet), else windows-1252. One thread at a time. */
struct str charset_decode(struct charsets *c, struct arena *a, struct str label, struct str bytes, size_t max_bytes);

#endif
