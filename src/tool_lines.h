/* tool_lines.h: for subcommands that answer questions line by line: one line in, one line out, in order, as soon as it is there. */
#ifndef TEND_TOOL_LINES_H
#define TEND_TOOL_LINES_H

#include "base/buf.h"

/* Reads standard input to its end. Blank lines are skipped. `answer` writes the answer without its line's end; a line over max_bytes reaches it cut
 * to max_bytes + 1, which tells it so. Memory does not grow with the input. 0, or 1 when reading or writing failed. */
int lines_answer(size_t max_bytes, void (*answer)(struct arena *a, struct str line, struct buf *out));
/* The same with something kept between the lines. A line whose answer is empty gets none. */
int lines_answer_with(size_t max_bytes, void (*answer)(void *arg, struct arena *a, struct str line, struct buf *out), void *arg);

#endif
