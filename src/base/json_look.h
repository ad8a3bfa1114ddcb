/* json_look.h: a quick look into JSON that our own writer (json_out) made, where a tree of it would cost more than what is looked for.
 *
 * White space and other people's JSON are jansson's business. A text comes as it stands there, without its quotes and with its escapes; null is STR_NULL, as is
 * what is not there. Nothing is copied: all slices lie in the JSON; json_plain() makes a text of one that a person may have typed. */
#ifndef TEND_BASE_JSON_LOOK_H
#define TEND_BASE_JSON_LOOK_H

#include "base/arena.h"

/* The next member of an object, from *i on (0 at first); false when there is none any more. */
bool json_member(struct str obj, size_t *i, struct str *ret_key, struct str *ret_value);
/* Whether the object has the member, and its value. */
bool json_has(struct str obj, const char *key, struct str *ret_value);
struct str json_look(struct str obj, const char *key);
/* A number that is there and whole. */
struct opt_i64 json_look_i64(struct str obj, const char *key);
/* A text without its escapes; what has none is given back as it is. */
struct str json_plain(struct arena *a, struct str s);

#endif
