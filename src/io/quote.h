/* quote.h: where the quoted part of a reply begins.
 *
 * A help for the eye and nothing else: the whole text is stored and can be unfolded. When fewer than two words would stay visible, nothing is
 * folded. */
#ifndef TEND_IO_QUOTE_H
#define TEND_IO_QUOTE_H

#include "base/arena.h"

/* The line that tend's own mails carry above the conversation; a customer's answer stands above it, whatever their program quotes. It must
 * stand on a line of its own, with quote marks and white space around it at most. */
#define QUOTE_REPLY_ABOVE "\xe2\x80\x94 write above this line \xe2\x80\x94"

/* Offset of the first quoted line (always the start of a line), or text.n. */
size_t quote_find(struct str text);
/* Of a mail forwarded inside the text ("---------- Forwarded message"): its From line, as written; false when there is none. */
bool quote_forwarded_from(struct str text, struct str *ret_from);

#endif
