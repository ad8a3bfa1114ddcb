/* fuzz_sqlgen.c: any bytes as a file of statements and as a migration: complaints or C, and nothing else. */
/* NOLINTBEGIN(bugprone-suspicious-include): the tool stands alone and has no library to link with. */
#include "../../tools/sqlgen_read.c"
#include "../../tools/sqlgen_text.c"
#include "../../tools/sqlgen_write.c"
#include "../../tools/sqlgen_migrations.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include "db/migrate.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What sqlgen let through has the engines' inputs only, and every quote closed: it is one statement. */
static void check_text(const char *sql, char mark)
{
	for (const char *at = sql; *at; at++) {
		if (*at == '\'' || *at == '"') {
			char quote = *at++;
			while (*at && *at != quote)
				at++;
			ASSERT(*at == quote);
		} else if (*at == '?' || *at == '$') {
			ASSERT(*at == mark && at[1] >= '1' && at[1] <= '9');
		} else {
			ASSERT(*at != ';' && *at != '`' && !(at[0] == '-' && at[1] == '-'));
		}
	}
}

static void statements(FILE *sink, struct slice text)
{
	struct source s;
	struct slice base = { "x.sql", 5 };
	if (compile(&s, "../src/x.sql", text, sink)) {
		write_header(sink, &s, base);
		write_code(sink, &s, base);
		for (struct stmt *st = s.first; st; st = st->next) {
			check_text(st->sqlite, '?');
			check_text(st->postgres, '$');
		}
	}
	free_source(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	FILE *sink = fopen("/dev/null", "we");
	ASSERT(sink);
	struct slice text = { n ? (const char *)p : "", n };
	statements(sink, text);
	struct source s = { .file = "0001_x.sql", .complaints = sink };
	check_migration(&s, text);
	struct arena a;
	arena_init(&a);
	db_migration_text(&a, DB_SQLITE, (struct str){ text.p, text.n });
	db_migration_text(&a, DB_POSTGRES, (struct str){ text.p, text.n });
	arena_done(&a);
	fclose(sink);
	return 0;
}
