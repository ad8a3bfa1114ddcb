/* lint_rules.c: the laws, one function each; see lint.c. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "lint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- includes ---- */

static const char *const ROOMS[] = { "base", "db", "io", "core", "web" };

static bool is_slice(const char *room)
{
	for (size_t i = 0; i < sizeof(ROOMS) / sizeof(ROOMS[0]); i++)
		if (strcmp(room, ROOMS[i]) == 0)
			return false;
	return *room != 0;
}

/* Whether a file of the room may include the header (of the room `other`): NULL, or why not. */
static const char *include_fault(const struct lint *l, const struct file *f, const char *other, const char *header)
{
	static const struct { const char *room, *may, *why; } TABLE[] = {
		{ "base", " base ", "base includes nothing of ours" },
		{ "db", " base db ", "db knows base alone" },
		{ "io", " base io ", "io knows base alone" },
		{ "core", " base db core ", "core knows base, db and io/blob.h" },
		{ "web", " base db io core web ", "web knows base, io, db and core, no slice" },
	};
	char spaced[NAMES + 2];
	snprintf(spaced, sizeof(spaced), " %s ", other);
	if (strcmp(header, "io/blob.h") == 0 && (is_slice(f->room) || strcmp(f->room, "core") == 0))
		return NULL;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
		if (strcmp(f->room, TABLE[i].room) == 0)
			return strstr(TABLE[i].may, spaced) ? NULL : TABLE[i].why;
	bool page = strstr(f->base, "_page.") || ends(f->base, "_view.h") || f->kind == HTML, job = strstr(f->base, "_job.");
	if (strcmp(other, "web") == 0)
		return page ? NULL : "only x_page.c, x_view.h and x.html may know web";
	if (strcmp(other, "io") == 0)
		return job ? NULL : "only x_job.c may know io";
	if (!is_slice(other))
		return NULL;
	if (ends(header, ".html.h") && !page)
		return "only x_page.c may know templates";
	int ours = slice_place(l, f->room), theirs = slice_place(l, other);
	if (strcmp(f->room, other) == 0 || ours < 0 || theirs < 0 || theirs < ours)
		return NULL;
	return "that slice stands later in src/features.c: talk upward by events";
}

static const char *library_fault(const struct file *f, const char *header)
{
	static const struct { const char *header, *room; } TABLE[] = {
		{ "microhttpd.h", "io" }, { "curl/", "io" }, { "gmime/", "io" }, { "uchardet/", "io" }, { "sqlite3.h", "db" }, { "libpq-fe.h", "db" },
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
		if (starts(header, TABLE[i].header) && strcmp(f->room, TABLE[i].room) != 0)
			return TABLE[i].room;
	return NULL;
}

/* The room of "desk/queue.h", and of "queue.sql.h", which is made of a file somewhere. */
static void header_room(struct lint *l, const char *header, char room[NAMES])
{
	*room = 0;
	const char *slash = strchr(header, '/');
	if (slash) {
		snprintf(room, NAMES, "%.*s", (int)(slash - header), header);
		return;
	}
	for (size_t i = 0; i < l->n_files; i++) {
		const struct file *f = &l->files[i];
		if (*f->room && strlen(header) == strlen(f->base) + 2 && starts(header, f->base)) {
			snprintf(room, NAMES, "%s", f->room);
			return;
		}
	}
}

static void check_include(struct lint *l, const struct file *f, const char *p, int line)
{
	char header[256];
	bool system = *p == '<';
	size_t n = strcspn(++p, system ? ">\n" : "\"\n");
	snprintf(header, sizeof(header), "%.*s", (int)n, p);
	if (system) {
		const char *room = library_fault(f, header);
		if (room)
			complain(l, f->path, line, "<%s> stays behind a header of src/%s", header, room);
		return;
	}
	char other[NAMES];
	header_room(l, header, other);
	const char *why = *other ? include_fault(l, f, other, header) : NULL;
	if (!why && ends(header, ".sql.h") && *other && strcmp(other, f->room) != 0)
		why = "statements belong to their own folder";
	if (why)
		complain(l, f->path, line, "may not include \"%s\": %s", header, why);
}

static void check_includes(struct lint *l, const struct file *f)
{
	const char *last = "";
	int line = 0;
	for (const char *s = f->text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		line++;
		const char *p = s, *tag = f->kind == HTML ? "{{include " : "#include ";
		if (f->kind == HTML ? !starts(p, tag) : !starts(f->code + (s - f->text), tag))
			continue;
		p += strlen(tag);
		last = p;
		if (!f->test && *f->room)
			check_include(l, f, p, line);
	}
	/* A fuzz target that takes a tool in whole ends with the tool's own rules. */
	if (f->kind == C_SOURCE && !starts(f->path, "tools/") && !starts(last, "\"base/banned.h\"") && !strstr(f->text, "#include \"../../tools/"))
		complain(l, f->path, 1, "the last include must be \"base/banned.h\"");
}

/* ---- C ---- */

static void check_function_lengths(struct lint *l, const struct file *f)
{
	int line = 1, begun = 0;
	for (const char *s = f->code; *s; s++) {
		if (*s != '\n')
			continue;
		line++;
		if (s[1] == '{' && !begun)
			begun = line;
		if (s[1] == '}' && begun) {
			if (line - begun + 1 > allowed(l, "function", f->path, FUNCTION_LINES))
				complain(l, f->path, begun, "a function of %d lines; the most is %d", line - begun + 1, FUNCTION_LINES);
			begun = 0;
		}
	}
}

/* Declares the text an object that can change? It runs to the first of = ; ( { outside brackets. */
static bool is_mutable(const char *p)
{
	size_t n = strcspn(p, "=;({");
	if (p[n] == '{') { /* static struct { … } const? x */
		const char *close = strchr(p, '}');
		bool before = n > 0 && memmem(p, n, "const", 5);
		return close && !before && close[1 + strspn(close + 1, " ")] != ';' && !starts(close + 1, " const");
	}
	if (p[n] == '(') {
		if (p[n + 1] != '*')
			return false;
		const char *close = strchr(p + n, ')');
		return close && !memmem(p + n, (size_t)(close - p) - n, "const", 5);
	}
	const char *star = memrchr(p, '*', n), *from = star ? star : p;
	return p[n] && !memmem(from, n - (size_t)(from - p), "const", 5) && !memmem(p, n, "typedef", 7);
}

/* Shared state is announced: the logger and the clock, and what carries the words "shared:" and a reason. */
static void check_variables(struct lint *l, const struct file *f)
{
	if (f->test || strcmp(f->path, "src/base/log.c") == 0 || strcmp(f->path, "src/base/clock.c") == 0)
		return;
	int line = 0;
	bool announced = false;      /* the reason counts for the lines right below it too */
	for (const char *s = f->code; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		line++;
		const char *p = s + strspn(s, "\t");
		bool is_static = starts(p, "static ") && !starts(p, "static inline"), global = p == s && (isalpha((unsigned char)*p) || *p == '_');
		size_t n = strcspn(s, "\n");
		bool reason = memmem(f->text + (s - f->code), n, "shared:", 7) != NULL;
		if ((!is_static && !global) || starts(p, "static_assert") || p[strspn(p, "abcdefghijklmnopqrstuvwxyz_")] == ':' || !is_mutable(p)) {
			announced = reason;
			continue;
		}
		announced |= reason;
		static const char *const NONE[] = { "typedef", "enum", "struct", "union", "extern const", "_Static_assert", "case", "default" };
		bool skip = announced;
		for (size_t i = 0; !is_static && i < sizeof(NONE) / sizeof(NONE[0]); i++)
			skip |= starts(p, NONE[i]) && strcspn(p, "=") > strcspn(p, ";{\n");
		if (starts(p, "struct ") && p[strcspn(p, "=;{")] == ';') /* struct x; is no object, struct x y; is one */
			skip = strcspn(p + 7, " ") > strcspn(p + 7, ";");
		if (!skip)
			complain(l, f->path, line, "a variable that all threads share; pass it, or make it const, or say /* shared: why */");
	}
}

static void check_words(struct lint *l, const struct file *f)
{
	static const struct { const char *word; bool tests_only; const char *why; } TABLE[] = {
		{ "time", false, "the time is a parameter: clock_now(), once, at the boundary" },
		{ "gettimeofday", false, "the time is a parameter: clock_now(), once, at the boundary" },
		{ "clock_gettime", false, "the time is a parameter: clock_now(), once, at the boundary" },
		{ "timespec_get", false, "the time is a parameter: clock_now(), once, at the boundary" },
		{ "sleep", true, "tests do not sleep: wait for the thing itself" },
		{ "usleep", true, "tests do not sleep: wait for the thing itself" },
		{ "nanosleep", true, "tests do not sleep: wait for the thing itself" },
	};
	const char *p = f->code;
	size_t n = 0;
	for (int line = 1; next_word(&p, &n, &line);)
		for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
			if (n == strlen(TABLE[i].word) && memcmp(p, TABLE[i].word, n) == 0 && called(p, n) && (f->test || !TABLE[i].tests_only) &&
			    strcmp(f->path, "src/base/clock.c") != 0 && !allowed(l, TABLE[i].word, f->path, 0))
				complain(l, f->path, line, "%s(): %s", TABLE[i].word, TABLE[i].why);
}

/* ---- SQL ---- */

/* The longest folder name that the migration's name (0004_ticket_merge.sql) begins with. */
static void migration_owner(struct lint *l, const struct file *f, char owner[NAMES])
{
	*owner = 0;
	const char *name = strchr(f->base, '_');
	for (size_t i = 0; name && i < l->n_files; i++) {
		const char *room = l->files[i].room;
		size_t n = strlen(room);
		if (n > strlen(owner) && starts(name + 1, room) && !isalnum((unsigned char)name[1 + n]))
			snprintf(owner, NAMES, "%s", room);
	}
}

static void read_tables(struct lint *l, const struct file *f)
{
	char owner[NAMES];
	migration_owner(l, f, owner);
	if (!*owner)
		complain(l, f->path, 1, "the name must be NNNN_folder.sql: it says who owns the tables");
	const char *p = f->code;
	size_t n = 0;
	bool create = false, table = false;
	for (int line = 1; next_word(&p, &n, &line);) {
		if (table && !word_is(p, n, "IF") && !word_is(p, n, "NOT") && !word_is(p, n, "EXISTS")) {
			if (l->n_tables < sizeof(l->tables) / sizeof(l->tables[0])) {
				snprintf(l->tables[l->n_tables].name, NAMES, "%.*s", (int)n, p);
				snprintf(l->tables[l->n_tables++].owner, NAMES, "%s", owner);
			}
			create = table = false;
		}
		table = table || (create && word_is(p, n, "TABLE"));
		create = word_is(p, n, "CREATE") || (create && (table || word_is(p, n, "VIRTUAL") || word_is(p, n, "UNLOGGED")));
	}
}

static void check_sql(struct lint *l, const struct file *f)
{
	static const char *const CLOCKS[] = { "now", "random", "randomblob", "datetime", "strftime", "julianday", "unixepoch", "clock_timestamp",
					      "statement_timestamp", "gen_random_uuid" };
	const char *p = f->code;
	size_t n = 0;
	char before[2][16] = { "", "" };
	for (int line = 1; next_word(&p, &n, &line);) {
		bool bare = word_is(p, n, "CURRENT_TIMESTAMP") || word_is(p, n, "CURRENT_DATE") || word_is(p, n, "CURRENT_TIME");
		for (size_t i = 0; i < sizeof(CLOCKS) / sizeof(CLOCKS[0]); i++)
			bare |= word_is(p, n, CLOCKS[i]) && called(p, n);
		if (bare)
			complain(l, f->path, line, "%.*s: time and chance are inputs, SQL has neither", (int)n, p);
		bool target = strcasecmp(before[1], "INTO") == 0 || (strcasecmp(before[1], "FROM") == 0 && strcasecmp(before[0], "DELETE") == 0) ||
			      (strcasecmp(before[1], "UPDATE") == 0 && strcasecmp(before[0], "DO") != 0 && strcasecmp(before[0], "FOR") != 0);
		const char *owner = NULL;
		for (size_t i = 0; target && i < l->n_tables; i++)
			if (word_is(p, n, l->tables[i].name))
				owner = l->tables[i].owner;
		if (owner && *f->room && strcmp(owner, f->room) != 0 && !f->test && !strstr(f->base, "_test"))
			complain(l, f->path, line, "writes the table %.*s, which src/%s owns: call its command", (int)n, p, owner);
		memcpy(before[0], before[1], sizeof(before[0]));
		snprintf(before[1], sizeof(before[1]), "%.*s", (int)n, p);
	}
}

/* Statements that no C file names, and writing statements that a page names. */
static void check_statements(struct lint *l, const struct file *f)
{
	int line = 0;
	for (const char *s = f->text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		line++;
		char name[NAMES], kind[16];
		if (sscanf(s, "-- name: %63[a-z0-9_] :%15[a-z]", name, kind) != 2)
			continue;
		if (!times(l, name, "") && !times(l, name, "_stmt") && !times(l, name, "_"))
			complain(l, f->path, line, "nothing uses the statement %s", name);
		if (strcmp(kind, "exec") != 0 && strcmp(kind, "count") != 0)
			continue;
		for (size_t i = 0; i < l->n_files; i++) {
			const struct file *page = &l->files[i];
			const char *p = page->code;
			size_t n = 0;
			for (int at = 1; ends(page->path, "_page.c") && next_word(&p, &n, &at);)
				if (n == strlen(name) && memcmp(p, name, n) == 0)
					complain(l, page->path, at, "a page never writes: %s is for a command", name);
		}
	}
}

/* ---- HTML ---- */

static void check_html(struct lint *l, const struct file *f)
{
	long n = 0, may = allowed(l, "safe", f->path, 0);
	for (const char *p = f->text; (p = strstr(p, "{{safe ")); p++)
		n++;
	for (const char *p = f->text; n != may && (p = strstr(p, "{{safe ")); p++)
		complain(l, f->path, line_of(f, p), "{{safe}} %ld times; tools/lint.allow says %ld", n, may);
	if (n == 0 && may != 0)
		complain(l, f->path, 1, "no {{safe}} here any more; tools/lint.allow says %ld", may);
	for (const char *p = f->text; (p = strstr(p, "{{template ")); p++) {
		char name[NAMES];
		if (sscanf(p, "{{template %63[a-z0-9_]", name) == 1 && times(l, name, "") < 2) /* its declaration is one */
			complain(l, f->path, line_of(f, p), "nothing calls the template %s", name);
	}
}

/* ---- every file ---- */

static void check_text(struct lint *l, const struct file *f)
{
	/* In two parts, so that this file does not complain about itself. */
	static const char *const WORDS[][2] = { { "TO", "DO" }, { "FIX", "ME" }, { "/wo", "rk/" }, { "/ho", "me/" } };
	int line = 0;
	for (const char *s = f->text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		line++;
		size_t n = strcspn(s, "\n");
		if (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
			complain(l, f->path, line, "white space at the end of the line");
		for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
			char word[16];
			size_t m = (size_t)snprintf(word, sizeof(word), "%s%s", WORDS[i][0], WORDS[i][1]);
			for (const char *p = s; (p = memmem(p, n - (size_t)(p - s), word, m)); p++) {
				bool path = word[0] == '/', alone = p == s || (!is_word(p[-1]) && (!path || !strchr("/.}", p[-1])));
				if (alone && (path || !is_word(p[m])))
					complain(l, f->path, line, "\"%s\" has no place in a committed file", word);
			}
		}
	}
	long most = allowed(l, "length", f->path, FILE_LINES);
	if (f->kind != TEXT && line > most)
		complain(l, f->path, 1, "%d lines; the most is %ld", line, most);
	static const char *const HEAD[] = { [C_SOURCE] = "/*", [C_HEADER] = "/*", [SQL] = "-- ", [HTML] = "{{#" };
	if (f->kind != TEXT && (f->kind != HTML || *f->room) && !starts(f->text, HEAD[f->kind]))
		complain(l, f->path, 1, "the file must begin with a comment that says what it is for");
}

void check_all(struct lint *l)
{
	for (size_t i = 0; i < l->n_files; i++) {
		const struct file *f = &l->files[i];
		const char *p = f->code;
		size_t n = 0;
		for (int line = 1; (f->kind == C_SOURCE || f->kind == HTML) && next_word(&p, &n, &line);) {
			struct word *w = word_slot(l, p, n);
			*w = (struct word){ p, n, w->times + 1 };
		}
		if (starts(f->path, "migrations/") && f->kind == SQL)
			read_tables(l, f);
		char header[2 * NAMES + 8];
		snprintf(header, sizeof(header), "src/%s/%s.h", f->room, f->room);
		if (l->n_slices && is_slice(f->room) && strcmp(f->path, header) == 0 && slice_place(l, f->room) < 0)
			complain(l, f->path, 1, "the slice %s is not listed in src/features.c", f->room);
	}
	for (size_t i = 0; i < l->n_files; i++) {
		const struct file *f = &l->files[i];
		check_text(l, f);
		if (f->kind == C_SOURCE || f->kind == C_HEADER || (f->kind == HTML && *f->room))
			check_includes(l, f);
		if (f->kind == C_SOURCE) {
			check_function_lengths(l, f);
			if (*f->room)
				check_variables(l, f);
			if (!starts(f->path, "tools/"))
				check_words(l, f);
		}
		if (f->kind == SQL && (*f->room || starts(f->path, "migrations/")))
			check_sql(l, f);
		if (f->kind == SQL && *f->room)
			check_statements(l, f);
		if (f->kind == HTML && *f->room)
			check_html(l, f);
	}
}
