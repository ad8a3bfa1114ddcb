/* sqlgen.h: what the parts of sqlgen share: slices of the source, a file of statements, complaints. See sqlgen.c. */
#ifndef TEND_TOOLS_SQLGEN_H
#define TEND_TOOLS_SQLGEN_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { COLS_MOST = 64, NAME_MOST = 60, FILE_MOST = 1 << 20, COMPLAINTS_MOST = 50, FRAGMENTS_MOST = 16 << 20 };

struct slice {
	const char *p;
	size_t n;
};
#define L(literal) ((struct slice){ literal, sizeof(literal) - 1 })
#define ARG(s) (int)(s).n, (s).p

enum kind { ONE, OPT, MANY, EXEC, COUNT, EACH, KINDS };
struct kind_info {
	const char *word, *db_kind;
	bool rows;
};
extern const struct kind_info KIND[KINDS];

struct type {
	const char *word, *c, *db_type;
	bool nullable;
};

struct col {
	struct slice name;
	const struct type *type;
	bool used;
};

struct cols {
	struct col col[COLS_MOST];
	unsigned n;
};

/* A statement, or a fragment: a piece of text with its inputs, which statements use as {name}. */
struct stmt {
	struct stmt *next;
	struct slice name;
	enum kind kind;
	int line, text_line, pg_line;
	struct cols in, out;
	struct slice text, pg_text;          /* as written; pg_text.p == NULL without a variant */
	struct slice table, fill;            /* of "-- carries: table column 0, other ''"; table.p == NULL without */
	char *sqlite, *postgres;             /* as sent, malloc'd */
	bool writes;
	bool piece, in_use;                  /* a fragment; one that something uses */
	bool bad;                            /* there was something to complain about */
};

struct source {
	const char *file;                    /* as complaints name it, as the compiler was given it */
	const char *shown;                   /* from the root of the tree */
	struct stmt *first, **last, *fragments, **last_fragment;
	size_t room;                         /* bytes of fragments that may still be read where they are used */
	FILE *complaints;                    /* NULL = counted only */
	int n_complaints;
};

/* Prints "file:line: …" and counts it. */
void complain(struct source *s, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

bool same(struct slice a, const char *b);
bool same_nocase(struct slice a, const char *b);
struct slice trim(struct slice s);
bool is_word(char c);
struct col *find_col(struct cols *cols, struct slice name);
/* The fragment of that name whose '-- fragment:' stands above the line, or NULL. */
struct stmt *find_fragment(const struct source *s, struct slice name, int above);
/* Gives st the inputs of the fragments that the text uses. */
void take_fragments(struct source *s, struct stmt *st, struct slice text);
/* One text into one or both forms (a NULL file where it is not for that engine); returns whether it begins with SELECT. */
bool scan_text(struct source *s, struct stmt *st, struct slice text, int line, FILE *lite, FILE *pg);
/* A header line "-- word: rest". */
bool header_line(struct slice line, const char *word, struct slice *ret_rest);

/* The statements of a text; true when there is nothing to complain about. `file` is what complaints name; the text must
 * outlive the source, which the caller frees. */
bool compile(struct source *s, const char *file, struct slice text, FILE *complaints);
void free_source(struct source *s);

/* What compile() found, as C. `base` is "x.sql". */
void write_header(FILE *h, const struct source *s, struct slice base);
void write_code(FILE *c, const struct source *s, struct slice base);
/* What follows from a statement that carries a table: NAME_get, NAME_insert, NAME_update. */
enum { CARRIED = 3 };
extern const char *const CARRIED_SUFFIX[CARRIED];
/* A C string literal, a line of the source per line. */
void write_string(FILE *f, struct slice s);

/* migrations/: looks for what would not run on both engines; the file's name and number; the table. */
struct migration_file {
	char *name;              /* "0001_start.sql" */
	char *text;
	size_t n;
};
void check_migration(struct source *s, struct slice text);
void check_migration_name(struct source *s, const char *name, size_t number);
void write_migrations(FILE *c, const struct migration_file *files, size_t n);

#endif
