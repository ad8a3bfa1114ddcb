/* form.h: decoding what browsers and API clients send: query strings, urlencoded forms, multipart bodies, cookies. Each has
 * ceilings and a fuzz target. Values are valid UTF-8 without NUL, or the whole is refused (ERR_INPUT). */
#ifndef TEND_IO_FORM_H
#define TEND_IO_FORM_H

#include "base/arena.h"
#include "base/err.h"

struct form_pair {
	struct str name, value;
};

/* A file out of a multipart body, streamed to an unlinked temporary file in constant memory. */
struct form_file {
	struct str field;
	struct str filename;       /* as sent, UTF-8; never used as a path */
	int fd;                    /* owned by the form; at offset 0 */
	int64_t bytes;
};

struct form {
	struct form_pair *pairs;
	size_t n_pairs;
	struct form_file *files;
	size_t n_files;
};

#define FORM_PAIRS_MAX 2000
#define FORM_FILES_MAX 50
#define FORM_VALUE_MAX_BYTES (4u << 20)

/* "a=1&b=%20": adds to *f (zero it first). A '+' is a space. */
enum err form_decode_query(struct arena *a, struct fault *fault, struct str query, struct form *f);
/* multipart/form-data out of memory (fd == -1) or a spooled file (read from offset 0). tmp_dir holds the files' bytes. On an
 * error the files of f are closed. A file field that was left empty gives nothing. All values together may have 16 MiB. */
enum err form_decode_multipart(struct arena *a, struct fault *fault, struct str content_type, struct str body, int fd,
			       const char *tmp_dir, struct form *f);
void form_done(struct form *f);   /* closes the files */
/* The value, or STR_NULL; *ret_n counts how often the name occurs (NULL is fine). */
struct str form_value(const struct form *f, struct str name, size_t *ret_n);
/* One cookie of a Cookie header; STR_NULL when absent or doubled. */
struct str cookie_value(struct str header, struct str name);
/* Percent-encoding of everything but unreserved characters. */
struct str url_encode(struct arena *a, struct str s);

#endif
