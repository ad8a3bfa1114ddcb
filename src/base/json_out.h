/* json_out.h: writing JSON into a buf. Commas and escapes are the writer's business; nesting is checked by
 * ASSERT. Text that is not UTF-8 is written with U+FFFD in place of the broken bytes. */
#ifndef TEND_BASE_JSON_OUT_H
#define TEND_BASE_JSON_OUT_H

#include "base/buf.h"
#include "base/clock.h"

struct json_out {
	struct buf buf;
	uint8_t depth;
	bool comma[32];
};

void json_init(struct json_out *j, struct arena *a, size_t max_bytes);
void json_obj(struct json_out *j);
void json_obj_end(struct json_out *j);
void json_arr(struct json_out *j);
void json_arr_end(struct json_out *j);
void json_key(struct json_out *j, const char *key);
/* Values: after json_key() in an object, or as elements of an array. STR_NULL is written as null. */
void json_str(struct json_out *j, struct str s);
void json_i64(struct json_out *j, int64_t v);
void json_bool(struct json_out *j, bool v);
void json_nil(struct json_out *j);
/* An instant as RFC 3339 in UTC with microseconds, "2026-11-24T08:00:00.000000Z". */
void json_time(struct json_out *j, utime t);
/* A value that already is JSON. */
void json_raw(struct json_out *j, struct str json);
/* key and value together. */
void json_kstr(struct json_out *j, const char *key, struct str s);
void json_ki64(struct json_out *j, const char *key, int64_t v);
void json_kopt(struct json_out *j, const char *key, struct opt_i64 v);
void json_kbool(struct json_out *j, const char *key, bool v);
void json_ktime(struct json_out *j, const char *key, utime t);
void json_kopt_time(struct json_out *j, const char *key, struct opt_i64 t);
/* The answer of a command that lists: {"items":[ … then the elements … ],"next":…}; next: where the page after it goes on, NONE at the end. What stands beside the
 * list comes between json_obj() and json_items(). */
void json_list(struct json_out *j);
void json_items(struct json_out *j);
void json_list_end(struct json_out *j, struct opt_i64 next);
struct str json_done(struct json_out *j);

#endif
