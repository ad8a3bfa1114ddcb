/* import_line.h: one line of an import: reading its JSON with messages that name the member, and what each type of line does. */
#ifndef TEND_TRANSFER_IMPORT_LINE_H
#define TEND_TRANSFER_IMPORT_LINE_H

#include "transfer/transfer.h"

#include "core/command.h"
#include "core/upload.h"

#include <jansson.h>

enum import_outcome { LINE_CREATED, LINE_CHANGED, LINE_UNCHANGED, LINE_SKIPPED };

struct import_line {
	struct ctx *c;
	const json_t *o;
	const char *files_dir;
	enum import_outcome outcome;
};

/* Does what the line says, in the current write. ERR_INPUT and its like when the line is wrong: then the transaction must be undone. */
enum err import_one(struct import_line *l);
enum err import_ticket(struct import_line *l);
enum err import_link(struct import_line *l);

/* Members of an object. Absent and null are the same: `wanted` makes that a fault; texts are checked for length and control characters. */
enum err want_str(struct import_line *l, const json_t *o, const char *key, bool wanted, size_t max, struct str *ret);
enum err want_time(struct import_line *l, const json_t *o, const char *key, bool wanted, struct opt_i64 *ret);
enum err want_int(struct import_line *l, const json_t *o, const char *key, int64_t min, int64_t max, struct opt_i64 *ret);
enum err want_array(struct import_line *l, const json_t *o, const char *key, size_t max, json_t **ret);
/* A name of another row; fault when nobody has it. */
enum err want_ref(struct import_line *l, const json_t *o, const char *key, enum transfer_type type, bool wanted, struct opt_i64 *ret);
/* Who did something: {"kind","id","name"}; absent = the system. */
struct person {
	enum actor_kind kind;
	int64_t id;
	struct str name;
};
enum err import_person(struct import_line *l, const json_t *o, const char *key, struct person *ret);
void import_act_as(struct ctx *c, const struct person *p);
/* A file that an object gives: "path" below the folder of the files, or "base64". */
enum err import_bytes(struct import_line *l, const json_t *o, struct str filename, struct upload *ret);
#define wrong_line(l, ...) fail((l)->c, ERR_INPUT, __VA_ARGS__)

#endif
