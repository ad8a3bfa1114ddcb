/* postgres_types.c: PostgreSQL's types in binary, to and from ours; see postgres_types.h. */
#include "db/postgres_types.h"

#include <endian.h>
#include <string.h>

#include "base/banned.h"

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_NAME = 19,
       OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_UNKNOWN = 705, OID_VARCHAR = 1043, OID_NUMERIC = 1700 };

void pg_input_oids(const struct db_stmt *s, Oid *oids)
{
	static const Oid OIDS[] = { [DB_I64] = OID_INT8, [DB_STR] = OID_TEXT, [DB_BYTES] = OID_BYTEA, [DB_F64] = OID_FLOAT8,
		[DB_BOOL] = OID_INT8, [DB_OPT_I64] = OID_INT8 };
	for (unsigned i = 0; i < s->n_in; i++)
		oids[i] = OIDS[s->in[i].type];
}

bool pg_set_cell(const struct db_stmt *s, unsigned i, void *row, struct arena *a, Oid type, const char *p, int n)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	float f;
	double d;
	switch (type) {
	case OID_BOOL:
		return n == 1 && db_set_i64(s, i, row, p[0] != 0);
	case OID_INT2:
		memcpy(&u16, p, 2);
		return n == 2 && db_set_i64(s, i, row, (int16_t)be16toh(u16));
	case OID_INT4:
		memcpy(&u32, p, 4);
		return n == 4 && db_set_i64(s, i, row, (int32_t)be32toh(u32));
	case OID_INT8:
		memcpy(&u64, p, 8);
		return n == 8 && db_set_i64(s, i, row, (int64_t)be64toh(u64));
	case OID_FLOAT4:
		memcpy(&u32, p, 4);
		u32 = be32toh(u32);
		memcpy(&f, &u32, 4);
		return n == 4 && db_set_f64(s, i, row, (double)f);
	case OID_FLOAT8:
		memcpy(&u64, p, 8);
		u64 = be64toh(u64);
		memcpy(&d, &u64, 8);
		return n == 8 && db_set_f64(s, i, row, d);
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_NAME:
	case OID_UNKNOWN:
		return db_set_bytes(s, i, row, a, p, (size_t)n, true);
	case OID_BYTEA:
		return db_set_bytes(s, i, row, a, p, (size_t)n, false);
	default:
		return false;
	}
}

const char *pg_type_name(Oid type)
{
	switch (type) {
	case OID_BOOL:
		return "a bool";
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
		return "an integer";
	case OID_FLOAT4:
	case OID_FLOAT8:
		return "a fraction";
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_NAME:
	case OID_UNKNOWN:
		return "a text";
	case OID_BYTEA:
		return "bytes";
	case OID_NUMERIC:
		return "a numeric: write CAST(… AS BIGINT) around a sum, CAST(… AS DOUBLE PRECISION) around an average";
	default:
		return "a type that is not read here: CAST it";
	}
}

bool pg_type_fits(uint8_t want, Oid type)
{
	bool number = type == OID_BOOL || type == OID_INT2 || type == OID_INT4 || type == OID_INT8;
	bool text = type == OID_TEXT || type == OID_VARCHAR || type == OID_NAME || type == OID_UNKNOWN;
	switch ((enum db_type)want) {
	case DB_I64:
	case DB_OPT_I64:
	case DB_BOOL:
		return number;
	case DB_F64:
		return number || type == OID_FLOAT4 || type == OID_FLOAT8;
	case DB_STR:
		return text;
	case DB_BYTES:
		return text || type == OID_BYTEA;
	}
	return false;
}
