/* lint.h: what lint.c (the tree, the words) and lint_rules.c (the laws) share. */
#ifndef TEND_TOOLS_LINT_H
#define TEND_TOOLS_LINT_H

#include <stdbool.h>
#include <stddef.h>

enum { FILE_LINES = 800, FUNCTION_LINES = 80, WORD_SLOTS = 1 << 17, NAMES = 64 };

enum kind { C_SOURCE, C_HEADER, SQL, HTML, TEXT };

struct file {
	const char *path;            /* below the root */
	const char *base;            /* its last part */
	char *text;
	char *code;                  /* as long as text; comments and string contents are spaces */
	size_t n;
	enum kind kind;
	char room[NAMES];            /* the folder under src/, or "" */
	bool test;                   /* a test may include anything */
};

struct word {
	const char *p;
	size_t n;
	int times;
};

struct complaint {
	const char *path;
	int line;
	char text[240];
};

struct lint {
	const char *root;
	struct file *files;
	size_t n_files;
	struct complaint *complaints;
	size_t n_complaints;
	char slices[NAMES][NAMES];   /* in the order of src/features.c */
	size_t n_slices;
	struct word *words;          /* identifiers of all C and HTML code */
	struct { char name[NAMES], owner[NAMES]; } tables[512];
	size_t n_tables;
	const char *allow;           /* the text of tools/lint.allow, or "" */
};

__attribute__((format(printf, 4, 5))) void complain(struct lint *l, const char *path, int line, const char *fmt, ...);

bool starts(const char *s, const char *prefix);
bool ends(const char *s, const char *suffix);
bool is_word(char c);
/* Steps to the next word of code: *p and *n are its place (begin with the text and 0); *line counts. False at the end. */
bool next_word(const char **p, size_t *n, int *line);
/* Equal, in any case. */
bool word_is(const char *p, size_t n, const char *want);
/* Whether an opening bracket follows the word. */
bool called(const char *p, size_t n);
int line_of(const struct file *f, const char *at);

/* The entry of a word in the table of all identifiers; p == NULL when it is new. */
struct word *word_slot(struct lint *l, const char *p, size_t n);
/* How often name + suffix occurs in the code of the tree. */
int times(struct lint *l, const char *name, const char *suffix);
/* The number that tools/lint.allow gives for a rule and a path, or `otherwise`. */
long allowed(const struct lint *l, const char *rule, const char *path, long otherwise);
/* The place of a slice in src/features.c; -1 when it is not there. */
int slice_place(const struct lint *l, const char *room);

/* Checks every file; the complaints are in l. */
void check_all(struct lint *l);

#endif
