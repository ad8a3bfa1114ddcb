/* migrate.h: the schema's way forward.
 *
 * migrations/NNNN_name.sql are embedded in the binary: one text for both engines (docs/sql.md says which words are
 * translated). Each runs once, in one transaction with its row in `migration`, which keeps the SHA-256 of its text:
 * a changed past migration, or a database that is ahead of the binary, is refused. */
#ifndef TEND_DB_MIGRATE_H
#define TEND_DB_MIGRATE_H

#include "db/db.h"

struct migration {
	int number;
	const char *name;
	const char *sql;
};

extern const struct migration db_migrations[];   /* generated from migrations/ */
extern const size_t db_n_migrations;

/* Brings the database to the newest schema; *ret_ran counts migrations run. Before the first one that runs on a SQLite
 * file that already holds a schema, a copy is made beside it (NAME.before-NNNN). `upto` 0 = all. */
enum err db_migrate(struct db_pool *p, struct fault *f, int upto, int *ret_ran);
/* ERR_CONFLICT with a sentence unless the database is exactly at the binary's schema. */
enum err db_migrate_check(struct db_pool *p, struct fault *f);
/* The same with a table of the caller's: tests. */
enum err db_migrate_with(struct db_pool *p, struct fault *f, const struct migration *m, size_t n, int upto, int *ret_ran);
enum err db_migrate_check_with(struct db_pool *p, struct fault *f, const struct migration *m, size_t n);
/* The engine's own text of a migration, in the arena. */
struct str db_migration_text(struct arena *a, enum db_engine engine, struct str sql);

#endif
