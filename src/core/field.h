/* field.h: what a command takes, said once: name, type, range, help. Every door decodes by it: form, JSON, command line, job payload;
 * the OpenAPI document and the help come from it. */
#ifndef TEND_CORE_FIELD_H
#define TEND_CORE_FIELD_H

#include "core/ctx.h"

enum field_type {
	FIELD_ID,       /* a positive id: int64_t (required) or struct opt_i64 */
	FIELD_INT,      /* within min..max: int64_t or struct opt_i64 */
	FIELD_STR,      /* one line, trimmed and composed (NFC), at most max bytes (default 200): struct str, STR_NULL when absent */
	FIELD_TEXT,     /* many lines, CRLF → LF, at most max bytes (default 256 KiB): struct str */
	FIELD_EMAIL,    /* one address, ASCII letters in lower case, composed (NFC): struct str */
	FIELD_ENUM,     /* one of choices: struct str */
	FIELD_BOOL,     /* true/false, 1/0, on: bool */
	FIELD_TIME,     /* RFC 3339 instant: utime in int64_t or struct opt_i64 */
	FIELD_DATE,     /* "2026-11-24": struct str, checked */
	FIELD_ZONE,     /* an IANA zone: struct str, checked */
	FIELD_SECRET,   /* like FIELD_STR but never logged, echoed or put into help's examples; not trimmed; max 1024 */
	FIELD_IDS,      /* struct id_list; forms send the name many times or "1,2,3" */
	FIELD_STRS,     /* struct str_list */
	FIELD_FILES,    /* struct file_list: already stored as blobs */
};

enum field_c { FIELD_C_I64, FIELD_C_OPT, FIELD_C_BOOL, FIELD_C_STR, FIELD_C_IDS, FIELD_C_STRS, FIELD_C_FILES };

struct id_list {
	const int64_t *v;
	size_t n;
};

struct str_list {
	const struct str *v;
	size_t n;
};

struct upload {
	struct str filename;       /* cleaned */
	struct str content_type;   /* by the bytes */
	struct str blob;           /* hex name */
	int64_t bytes;
};

struct file_list {
	const struct upload *v;
	size_t n;
};

struct field {
	const char *name;
	enum field_type type;
	enum field_c c;
	size_t offset;
	bool required;
	int64_t min, max;             /* numbers: range (both 0 = any); texts: length in bytes, lists: count */
	const char *const *choices;   /* NULL-ended, for FIELD_ENUM (and FIELD_STRS, when set) */
	const char *help;             /* half a sentence, for forms, --help and OpenAPI */
	const char *example;
	bool positional;              /* the command line takes it without its name: tend ticket show 42 */
};

/* FIELD(struct ticket_reply_in, body, FIELD_TEXT, .required = true, .help = "…") */
#define FIELD(T, member, kind, ...)                                                                                    \
	{                                                                                                              \
		.name = #member, .type = (kind), .offset = offsetof(T, member),                                        \
		.c = _Generic(((T *)0)->member,                                                                        \
			int64_t: FIELD_C_I64,                                                                          \
			struct opt_i64: FIELD_C_OPT,                                                                   \
			bool: FIELD_C_BOOL,                                                                            \
			struct str: FIELD_C_STR,                                                                       \
			struct id_list: FIELD_C_IDS,                                                                   \
			struct str_list: FIELD_C_STRS,                                                                 \
			struct file_list: FIELD_C_FILES),                                                              \
		__VA_ARGS__                                                                                            \
	}

/* One value as it came in. A door turns its input into a list of these, in any order; a name may come many times. */
struct raw_value {
	struct str name;
	enum { RAW_TEXT, RAW_I64, RAW_BOOL, RAW_NULL, RAW_FILE } type;
	struct str text;
	int64_t i64;               /* also RAW_BOOL */
	bool listed;               /* stood in a JSON list */
	const struct upload *file;
};

/* Decodes values into the input struct (zeroed first, in_size bytes). Every wrong, missing, unknown or doubled field gets its message in the
 * ctx's fault; ERR_INPUT when there is any. Names that begin with '_' are the door's own and are skipped. RAW_NULL and, from forms, an empty text
 * count as absent. */
struct command;
enum err fields_decode(struct ctx *c, const struct command *cmd, const struct raw_value *values, size_t n, void *ret_in);
/* A JSON object's members as raw values (depth ≤ 8, no duplicate keys, ≤ 10,000 members). */
enum err fields_from_json(struct ctx *c, struct str json, struct raw_value **ret, size_t *ret_n);

/* Is it one address? *ret: with ASCII letters in lower case. What FIELD_EMAIL asks, for addresses that come another way. */
bool field_email(struct arena *a, struct str s, struct str *ret);

#endif
