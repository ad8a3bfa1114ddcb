/* mime_core.h: the parse itself, as the jailed child (and the fuzzer) runs it; private to mime*.c and their tests.
 *
 * mime_pre()      ceilings, line ends, NUL: before anybody looks
 * mime_words…     headers: encoded words, addresses, ids, dates, file names
 * mime_core()     the walk over GMime's tree; attachments leave piece by piece through a sink
 * mime_wire…      the flat answer between child and parent, which believes nothing */
#ifndef TEND_IO_MIME_CORE_H
#define TEND_IO_MIME_CORE_H

#include "base/buf.h"
#include "io/charset.h"
#include "io/mime.h"

enum {
	MIME_TEXT_MAX = 2 << 20,        /* readable text; what is longer becomes an attachment as well */
	MIME_HTML_IN_MAX = 8 << 20,
	MIME_SUBJECT_MAX = 2000,
	MIME_HEADER_VALUE_MAX = 64 << 10,
	MIME_NAME_MAX = 500,
	MIME_ADDR_MAX = 320,
	MIME_ADDRESSES_MAX = 10000,
	MIME_REFS_MAX = 100,
	MIME_FILENAME_MAX = 255,
	MIME_NOTE_MAX = 4096,           /* DSN fields and the like */
};

struct mime_ctx {
	struct arena *arena;
	struct fault *fault;
	struct charsets *charsets;
};

/* A header as it stands in the mail, folding undone. */
struct mime_raw_header {
	struct str name, value;
};

struct mime_pre {
	struct str mail;                 /* with \n line ends and no NUL */
	struct str head;                 /* its header block */
	struct mime_raw_header *headers;
	size_t n_headers;
	bool headless;                   /* the first line is no header: all is body */
};

/* Works in place on bytes[0..n); bytes must have room for one more. ERR_INPUT with the ceiling that was hit. */
enum err mime_pre(struct mime_ctx *c, char *bytes, size_t n, struct mime_pre *ret);

struct str mime_unfold(struct arena *a, struct str value);
/* Encoded words and raw 8-bit bytes to UTF-8, one line, no controls. */
struct str mime_words(struct mime_ctx *c, struct str raw, size_t max_bytes);
/* Length of the encoded word at the start of s, 0 when there is none that could stand in a name. */
size_t mime_word_length(struct str s);
/* Adds the mailboxes of an address header to list (at most max); returns how many there were. */
size_t mime_addresses(struct mime_ctx *c, struct str raw, struct mime_address *list, size_t *n, size_t max);
/* "local@domain" with the domain in lower case, or STR_NULL. */
struct str mime_addr_spec(struct arena *a, struct str s);
/* Adds every <id> of the text. */
void mime_ids(struct arena *a, struct str raw, struct str *list, size_t *n, size_t max);
struct opt_i64 mime_date(struct str s);
struct str mime_filename(struct arena *a, struct str decoded);

/* Text parts. */
struct str mime_flowed(struct arena *a, struct str text, bool delsp);
/* The next uuencoded file in *rest: text before it, its name and bytes; false when there is none (then all of *rest is text). */
bool mime_uu(struct arena *a, struct str *rest, struct str *ret_before, struct str *ret_name, struct str *ret_bytes);
/* No controls but \t and \n, line ends as \n. */
struct str mime_text_clean(struct arena *a, struct str s);

/* Where attachments go: begin, data…, end for each, in the order of mime_message.parts. */
struct mime_sink {
	enum err (*begin)(void *arg);
	enum err (*data)(void *arg, struct str bytes);
	enum err (*end)(void *arg);
	void *arg;
};

/* Once per process, before any jail. */
void mime_gmime_start(void);
/* Parses bytes[0..n) (malloc'ed with one byte to spare; freed here). ret->parts have no blob yet. */
enum err mime_core(struct mime_ctx *c, char *bytes, size_t n, const struct mime_sink *sink, struct mime_message *ret);
/* The same code in this process, attachments thrown away: for the fuzzer and tests only. */
enum err mime_parse_here(struct arena *a, struct fault *f, struct charsets *cs, struct str raw, struct mime_message *ret);

/* The flat form of a message, and its untrusting reader: ERR_INPUT when it is not what a sound child writes. */
void mime_wire_put(struct buf *b, const struct mime_message *m);
enum err mime_wire_get(struct arena *a, struct fault *f, struct str wire, struct mime_message *ret);

/* Frames on the pipe from child to parent: type, 4 bytes of length, payload. */
enum { FRAME_PART = 'P', FRAME_DATA = 'D', FRAME_END = 'E', FRAME_MESSAGE = 'M', FRAME_FAULT = 'F', FRAME_MOST = 64 << 20 };

#endif
