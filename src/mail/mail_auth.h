/* mail_auth.h: what our own mail server says of a mail's sender, read off the raw bytes.
 *
 * Authentication-Results (RFC 8601) count only under our own authserv-id, and only in the headers above the first Received (or above the one after as many
 * as the site's own servers add): what stands there our MTA put there. The bytes are read as they came, not decoded: an encoded word in a stranger's
 * address must not become syntax. Comments and quoted strings are what the grammar says they are, never results. */
#ifndef TEND_MAIL_MAIL_AUTH_H
#define TEND_MAIL_MAIL_AUTH_H

#include "base/arena.h"

struct mail_verdict {
	bool proved;    /* DMARC passed for the From domain, or DKIM passed for it or a parent domain of it */
	bool refuted;   /* DMARC failed; then proved is false */
};

/* own_hops: how many Received lines are of the site's own servers. from_domain in any case. Linear in the header block. */
void mail_auth_read(struct arena *a, struct str raw, struct str authserv_id, struct str from_domain, int64_t own_hops, struct mail_verdict *ret);

/* The next header field of a raw mail: *rest moves behind it. The value keeps its folds. False at the end of the header block. */
bool mail_head_next(struct str *rest, struct str *ret_name, struct str *ret_value);
/* The address of the Return-Path header; "unknown" without one, "" for <>: for doors that are not told the envelope's sender. */
struct str mail_return_path(struct arena *a, struct str raw);

#endif
