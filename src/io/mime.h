/* mime.h: a stranger's mail, taken apart in a jailed child.
 *
 * mime_parse() hands the bytes to a disposable child (forked at start by sandbox.h's helper, never execve) that runs GMime under
 * seccomp, Landlock and rlimits, and reads back a flat description. A pre-pass replaces NUL, normalises bare CR and LF and enforces the
 * ceilings below before GMime sees anything. A child that dies or takes longer than 10 s gives ERR_UPSTREAM with the reason:
 * the caller tries again, and parks the mail as unreadable in the end; nothing is lost. Text is valid UTF-8 always. */
#ifndef TEND_IO_MIME_H
#define TEND_IO_MIME_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "io/blob.h"

#define MIME_MESSAGE_MAX_BYTES (50u << 20)
#define MIME_HEADER_MAX_BYTES (1u << 20)
#define MIME_HEADER_LINES_MAX 2000      /* fields; a folded one counts once */
#define MIME_PARTS_MAX 1000
#define MIME_DEPTH_MAX 100

struct mime_address {
	struct str name;          /* decoded display name, may be empty */
	struct str addr;          /* "local@domain", the domain in lower case; empty when it is not an address */
};

struct mime_header {
	struct str name, value;   /* value unfolded and decoded */
};

struct mime_part {
	struct str filename;      /* decoded, cleaned: no path, no control, no bidi override; may be empty */
	struct str content_type;  /* "image/png", lower case */
	struct str content_id;    /* without <>; may be empty */
	struct blob_name blob;
	int64_t bytes;
	bool inline_part;         /* Content-Disposition: inline, or referred to by cid: */
};

struct mime_message {
	struct mime_address from;         /* the first From */
	size_t n_from;                    /* how many there were: not 1 is suspicious */
	struct mime_address sender, reply_to;
	struct mime_address *to, *cc;
	size_t n_to, n_cc;
	struct str subject;               /* "" when absent */
	struct str message_id;            /* without <>; "" when absent */
	struct str *refs;                 /* In-Reply-To and References, oldest first, without <>, at most 100 */
	size_t n_refs;
	struct opt_i64 date_us;           /* the Date header, if it can be read */
	struct str text;                  /* the readable text: text/plain, else made from HTML */
	struct str html;                  /* REBUILT HTML (html_mail.h), "" when the mail has none */
	size_t quote_at;                  /* where the quoted part of text begins; text.n when there is none */
	struct mime_part *parts;          /* attachments and inline images, as blobs */
	size_t n_parts;
	struct mime_header *headers;      /* all, in order */
	size_t n_headers;
	bool dsn;                         /* multipart/report; report-type=delivery-status */
	struct str dsn_action, dsn_status, dsn_recipient;
	struct str dsn_message_id;        /* of the mail the report is about */
	struct str forwarded_from_addr, forwarded_from_name;   /* of a forwarded original: a suggestion only */
	bool has_remote_images;
};

/* `raw` as it arrived. Attachments are put into `blobs` by the parent, also when the parse then fails (the collector takes them). ERR_INPUT: park
 * the mail, the fault says why. ERR_BUSY: the parser is overrun or gone, try the same mail later. Needs no lock: any thread may call. */
enum err mime_parse(struct arena *a, struct fault *f, struct blob_store *blobs, struct str raw, struct mime_message *ret);
/* The value of the first header of that name, or STR_NULL. */
struct str mime_header_value(const struct mime_message *m, struct str name);

/* Starts the helper that forks parse children; call once, before threads exist. */
enum err mime_helper_start(struct fault *f);
void mime_helper_stop(void);

#endif
