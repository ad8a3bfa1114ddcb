/* postgres_types.h: PostgreSQL's types in binary, to and from ours; for postgres.c only. */
#ifndef TEND_DB_POSTGRES_TYPES_H
#define TEND_DB_POSTGRES_TYPES_H

#include "db/engine.h"

#include <libpq-fe.h>

/* The types of a statement's inputs, for PQprepare(): without them PostgreSQL cannot tell what "$1 IS NULL" is. */
void pg_input_oids(const struct db_stmt *s, Oid *ret_oids);
/* Whether a column of that type can be read as enum db_type `want`. */
bool pg_type_fits(uint8_t want, Oid type);
/* For a complaint: "an integer". */
const char *pg_type_name(Oid type);
/* Puts n bytes of the wire into column i of the row; false when they are of another type. */
bool pg_set_cell(const struct db_stmt *s, unsigned i, void *row, struct arena *a, Oid type, const char *p, int n);

#endif
