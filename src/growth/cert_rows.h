/* cert_rows.h: rows of certification: read one, add one, write what changed; each write with its event. struct T_rows_row is the row. */
#ifndef TEND_GROWTH_CERT_ROWS_H
#define TEND_GROWTH_CERT_ROWS_H

#include "core/ctx.h"

#include "cert_rows.sql.h"

/* T_read: ERR_NOT_FOUND with a sentence. T_new: fills in the id. T_save: nothing when nothing differs; reason may be STR_NULL. */
enum err cert_programme_read(struct ctx *c, int64_t id, struct cert_programme_rows_row *ret);
enum err cert_programme_new(struct ctx *c, struct cert_programme_rows_row *row, const char *kind);
enum err cert_programme_save(struct ctx *c, const struct cert_programme_rows_row *before, const struct cert_programme_rows_row *row,
	const char *kind, struct str reason);

enum err cert_edition_read(struct ctx *c, int64_t id, struct cert_edition_rows_row *ret);
enum err cert_edition_new(struct ctx *c, struct cert_edition_rows_row *row, const char *kind);
enum err cert_edition_save(struct ctx *c, const struct cert_edition_rows_row *before, const struct cert_edition_rows_row *row,
	const char *kind, struct str reason);

enum err certification_read(struct ctx *c, int64_t id, struct certification_rows_row *ret);
enum err certification_new(struct ctx *c, struct certification_rows_row *row, const char *kind);
enum err certification_save(struct ctx *c, const struct certification_rows_row *before, const struct certification_rows_row *row,
	const char *kind, struct str reason);

enum err cert_entry_read(struct ctx *c, int64_t id, struct cert_entry_rows_row *ret);
enum err cert_entry_new(struct ctx *c, struct cert_entry_rows_row *row, const char *kind);
enum err cert_entry_save(struct ctx *c, const struct cert_entry_rows_row *before, const struct cert_entry_rows_row *row,
	const char *kind, struct str reason);

#endif
