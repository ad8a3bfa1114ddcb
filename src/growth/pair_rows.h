/* pair_rows.h: rows of pairings: read one, add one, write what changed; each write with its event. struct T_rows_row is the row. */
#ifndef TEND_GROWTH_PAIR_ROWS_H
#define TEND_GROWTH_PAIR_ROWS_H

#include "core/ctx.h"

#include "pair_rows.sql.h"

/* T_read: ERR_NOT_FOUND with a sentence. T_new: fills in the id. T_save: nothing when nothing differs; reason may be STR_NULL. */
enum err pairing_rule_read(struct ctx *c, int64_t id, struct pairing_rule_rows_row *ret);
enum err pairing_rule_new(struct ctx *c, struct pairing_rule_rows_row *row, const char *kind);
enum err pairing_rule_save(struct ctx *c, const struct pairing_rule_rows_row *before, const struct pairing_rule_rows_row *row,
	const char *kind, struct str reason);

enum err pairing_read(struct ctx *c, int64_t id, struct pairing_rows_row *ret);
enum err pairing_new(struct ctx *c, struct pairing_rows_row *row, const char *kind);
enum err pairing_save(struct ctx *c, const struct pairing_rows_row *before, const struct pairing_rows_row *row,
	const char *kind, struct str reason);

enum err pairing_meeting_read(struct ctx *c, int64_t id, struct pairing_meeting_rows_row *ret);
enum err pairing_meeting_new(struct ctx *c, struct pairing_meeting_rows_row *row, const char *kind);
enum err pairing_meeting_save(struct ctx *c, const struct pairing_meeting_rows_row *before, const struct pairing_meeting_rows_row *row,
	const char *kind, struct str reason);

enum err pairing_question_read(struct ctx *c, int64_t id, struct pairing_question_rows_row *ret);
enum err pairing_question_new(struct ctx *c, struct pairing_question_rows_row *row, const char *kind);
enum err pairing_question_save(struct ctx *c, const struct pairing_question_rows_row *before, const struct pairing_question_rows_row *row,
	const char *kind, struct str reason);

enum err pairing_fallback_read(struct ctx *c, int64_t id, struct pairing_fallback_rows_row *ret);
enum err pairing_fallback_new(struct ctx *c, struct pairing_fallback_rows_row *row, const char *kind);
enum err pairing_fallback_save(struct ctx *c, const struct pairing_fallback_rows_row *before, const struct pairing_fallback_rows_row *row,
	const char *kind, struct str reason);

enum err pairing_neighbour_read(struct ctx *c, int64_t id, struct pairing_neighbour_rows_row *ret);
enum err pairing_neighbour_new(struct ctx *c, struct pairing_neighbour_rows_row *row, const char *kind);
enum err pairing_neighbour_save(struct ctx *c, const struct pairing_neighbour_rows_row *before, const struct pairing_neighbour_rows_row *row,
	const char *kind, struct str reason);

#endif
