/* postgres_check.c: looking at statements and plans, and whether the database is whole; see db.h. */
#include "db/postgres_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum err pg_prepare_check(struct db *db, const struct db_stmt *s)
{
	struct pg_conn *c = conn_of(db);
	Oid oids[INPUTS_MOST];
	ASSERT(s->n_in <= INPUTS_MOST);
	pg_input_oids(s, oids);
	PGresult *r = PQprepare(c->pg, "", s->postgres, s->n_in, oids);
	enum err e = pg_good(r) ? OK : pg_fail(db, s, r);
	PQclear(r);
	TRY(e);
	r = PQdescribePrepared(c->pg, "");
	if (!pg_good(r))
		e = pg_fail(db, s, r);
	else if (PQnfields(r) != s->n_out)
		e = db_fail(db, s, ERR_BUG, "%s gives %d columns, but '-- out:' names %d", s->name, PQnfields(r), s->n_out);
	for (unsigned i = 0; i < s->n_out && e == OK; i++) {
		e = db_check_column_name(db, s, i, PQfname(r, (int)i));
		if (e == OK && !pg_type_fits(s->out[i].type, PQftype(r, (int)i)))
			e = db_wrong_type(db, s, i, pg_type_name(PQftype(r, (int)i)));
	}
	PQclear(r);
	return e;
}

/* Sequential scans are made dear, so that one shows only where no index can serve, whatever the tables hold. */
enum err pg_explain(struct db *db, struct arena *a, const struct db_stmt *s, struct str *ret_plan)
{
	static const char *const NAMES[] = { [DB_I64] = "bigint", [DB_STR] = "text", [DB_BYTES] = "bytea",
		[DB_F64] = "double precision", [DB_BOOL] = "bigint", [DB_OPT_I64] = "bigint" };
	struct pg_conn *c = conn_of(db);
	struct str types = S(""), nulls = S("");
	for (unsigned i = 0; i < s->n_in; i++) {
		types = arena_fmt(a, "%.*s%s%s", STR_ARG(types), i ? ", " : "(", NAMES[s->in[i].type]);
		nulls = arena_fmt(a, "%.*s%s", STR_ARG(nulls), i ? ", NULL" : "(NULL");
	}
	const char *end = s->n_in ? ")" : "";
	struct str sql = arena_fmt(a, "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan; "
		"PREPARE tend_explain%.*s%s AS %s", STR_ARG(types), end, s->postgres);
	enum err e = pg_exec(db, sql.p);
	if (e == OK) {
		sql = arena_fmt(a, "EXPLAIN EXECUTE tend_explain%.*s%s", STR_ARG(nulls), end);
		PGresult *r = PQexec(c->pg, sql.p);
		struct str plan = S("");
		e = pg_good(r) ? OK : pg_fail(db, s, r);
		for (int i = 0; e == OK && i < PQntuples(r); i++)
			plan = arena_fmt(a, "%.*s%s\n", STR_ARG(plan), PQgetvalue(r, i, 0));
		PQclear(r);
		if (e == OK)
			*ret_plan = plan;
	}
	PQclear(PQexec(c->pg, "ROLLBACK"));
	PQclear(PQexec(c->pg, "DEALLOCATE tend_explain"));
	return e;
}

enum err pg_backup(struct db *db, const char *path)
{
	return db_fail(db, NULL, ERR_INPUT, "On PostgreSQL a backup is made with its own tool: "
		"pg_dump --format=custom --file=\"%.100s\" --dbname=ADDRESS (ADDRESS as given to --database)", path);
}

enum err pg_integrity(struct db *db, struct arena *a)
{
	static const struct { const char *sql, *what; } CHECKS[] = {
		{ "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
		  "WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)",
		  "an index is not valid (REINDEX it)" },
		{ "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated",
		  "a constraint was never validated" },
		{ "SELECT datname FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0",
		  "pages failed their checksum (restore a backup)" },
		{ "SELECT datname FROM pg_database WHERE datname = current_database() "
		  "AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)",
		  "the collation's version changed under the indexes (REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION "
		  "VERSION)" },
	};
	(void)a;
	struct pg_conn *c = conn_of(db);
	enum err e = OK;
	for (size_t i = 0; i < ARRAY_LEN(CHECKS) && e == OK; i++) {
		PGresult *r = PQexec(c->pg, CHECKS[i].sql);
		if (!pg_good(r))
			e = pg_fail(db, NULL, r);
		else if (PQntuples(r))
			e = db_fail(db, NULL, ERR_BUG, "The database needs help: %s: %s", PQgetvalue(r, 0, 0), CHECKS[i].what);
		PQclear(r);
	}
	return e;
}
