/* desk_query.c: what was typed into the search box → fields and the engine's own text; see desk.h.
 *
 * Nothing typed reaches an engine as syntax: words are normalised to letters and digits, and quoted. */
#include "desk/desk.h"

#include "base/utf8.h"
#include "desk/query_terms.h"
#include "ticket/ticket.h"

#include "desk.sql.h"
#include "find.sql.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS_MAX_BYTES = 400, PREFIX_MIN_BYTES = 3 };

const char *const desk_sorts[] = { "newest", "oldest", "updated", "waiting", "priority", "severity", "promised", "due", NULL };

const char *desk_sort_words(struct str sort)
{
	static const struct { const char *sort, *words; } WORDS[] = {
		{ "newest", "newest first" }, { "oldest", "in order of arrival" }, { "updated", "last changed first" }, { "waiting", "waiting longest first" },
		{ "priority", "by priority, then arrival" }, { "severity", "by severity, then arrival" }, { "promised", "next promise of a person first" }, { "due", "due first" },
	};
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (str_eq(sort, str_c(WORDS[i].sort)))
			return WORDS[i].words;
	return WORDS[0].words;
}

/* One term's words for the engine. With `prefix` the last word matches all that begin with it. */
static void add_words(struct ctx *c, struct desk_query *q, struct buf *b, struct str value, bool subject, bool prefix)
{
	struct str words = desk_words(c->arena, value, WORDS_MAX_BYTES), word;
	if (!words.n)
		return;
	/* the last word as far as it is typed: one or two letters begin too many words to look for all of them */
	size_t tail = words.n;
	while (tail > 0 && words.p[tail - 1] != ' ')
		tail--;
	if (prefix && words.n - tail < PREFIX_MIN_BYTES) {
		prefix = false;
		if (tail > 0)
			words = str_trim(str_slice(words, 0, tail));
		else if (b->n)
			return;
	}
	if (!q->first_word.n)
		str_cut(words, ' ', &q->first_word, &(struct str){ 0 });
	q->has_words = true;
	if (c->db->engine == DB_SQLITE) {
		buf_fmt(b, "%s%s\"%.*s\"%s", b->n ? " AND " : "", subject ? "subject : " : "", STR_ARG(words), prefix ? " *" : "");
		return;
	}
	buf_add(b, b->n ? S(" & (") : S("("));
	bool more = true, first = true;
	while (more) {
		more = str_cut(words, ' ', &word, &words);
		buf_fmt(b, "%s'%.*s'%s%s%s", first ? "" : " <-> ", STR_ARG(word), prefix && !more ? ":*" : "",
			subject ? (prefix && !more ? "A" : ":A") : "", "");
		first = false;
	}
	buf_ch(b, ')');
}

static bool span(struct str s, int64_t *ret_us)
{
	int64_t n;
	if (s.n < 2 || !str_i64(str_slice(s, 0, s.n - 1), &n) || n < 0 || n > 100000)
		return false;
	switch (s.p[s.n - 1]) {
	case 'm':
		*ret_us = n * UTIME_US_PER_MINUTE;
		return true;
	case 'h':
		*ret_us = n * UTIME_US_PER_HOUR;
		return true;
	case 'd':
		*ret_us = n * UTIME_US_PER_DAY;
		return true;
	case 'w':
		*ret_us = n * 7 * UTIME_US_PER_DAY;
		return true;
	}
	return false;
}

static enum err complain(struct ctx *c, struct desk_query *q, const char *fmt, struct str value)
{
	if (!q->complaint.n)
		q->complaint = arena_fmt(c->arena, "%s%.*s”.", fmt, STR_ARG(utf8_clip(value, 60)));
	return OK;
}

/* The first key after all keys that begin with s, for a range on an index. */
static struct str after_prefix(struct arena *a, struct str s)
{
	return arena_fmt(a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(s));
}

static struct str capital(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);
	if (copy.n && copy.p[0] >= 'a' && copy.p[0] <= 'z')
		((char *)(uintptr_t)copy.p)[0] -= 32;
	return copy;
}

static struct str like_part(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n * 2 + 4);
	buf_ch(&b, '%');
	for (size_t i = 0; i < s.n && i < 60; i++) {
		char ch = s.p[i];
		if (ch == '%' || ch == '_' || ch == '\\')
			buf_ch(&b, '\\');
		buf_ch(&b, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch);
	}
	buf_ch(&b, '%');
	return buf_str(&b);
}

static enum err assignee(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_teammate_named_row row;
	bool found;
	if (str_ieq(value, S("me"))) {
		q->assignee = SOME(c->actor.id);
		q->mine = true;
		return OK;
	}
	if (str_ieq(value, S("nobody")) || str_ieq(value, S("none"))) {
		q->assignee = SOME(0);
		return OK;
	}
	TRY(desk_teammate_named(c->db, c->arena, &row, &found, .part = like_part(c->arena, value)));
	if (!found)
		return complain(c, q, "No teammate is called “", value);
	q->assignee = SOME(row.id);
	return OK;
}

static enum err organisation(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_organisation_named_row row;
	bool found;
	int64_t id;
	if (str_i64(value, &id)) {
		q->organisation = SOME(id);
		return OK;
	}
	struct str name = capital(c->arena, value), words = desk_words(c->arena, value, 100);
	struct str slug = arena_str(c->arena, words);
	for (size_t i = 0; i < slug.n; i++)
		if (slug.p[i] == ' ')
			((char *)(uintptr_t)slug.p)[i] = '-';
	TRY(desk_organisation_named(c->db, c->arena, &row, &found, .name = name, .name_end = after_prefix(c->arena, name), .slug = slug));
	if (!found)
		return complain(c, q, "No customer's name begins with “", value);
	q->organisation = SOME(row.id);
	return OK;
}

static enum err requester(struct ctx *c, struct desk_query *q, struct str value)
{
	struct desk_contact_named_row row;
	bool found;
	struct str name = capital(c->arena, value);
	TRY(desk_contact_named(c->db, c->arena, &row, &found, .email = value, .name = name, .name_end = after_prefix(c->arena, name)));
	if (!found)
		return complain(c, q, "Nobody's name or address begins with “", value);
	q->requester = SOME(row.id);
	return OK;
}

static enum err teammate(struct ctx *c, struct desk_query *q, struct str value, struct opt_i64 *ret)
{
	struct desk_teammate_named_row row;
	bool found;
	if (str_ieq(value, S("me"))) {
		*ret = SOME(c->actor.id);
		q->mine = true;
		return OK;
	}
	TRY(desk_teammate_named(c->db, c->arena, &row, &found, .part = like_part(c->arena, value)));
	if (!found)
		return complain(c, q, "No teammate is called “", value);
	*ret = SOME(row.id);
	return OK;
}

static enum err team(struct ctx *c, struct desk_query *q, struct str value)
{
	struct find_team_named_row row;
	bool found;
	if (str_ieq(value, S("none"))) {
		q->team = SOME(0);
		return OK;
	}
	TRY(find_team_named(c->db, c->arena, &row, &found, .part = like_part(c->arena, value)));
	if (!found)
		return complain(c, q, "No team is called “", value);
	q->team = SOME(row.id);
	return OK;
}

static enum err is_what(struct ctx *c, struct desk_query *q, struct str value)
{
	if (str_ieq(value, S("unsolved")))
		q->statuses = S(",new,open,pending,on_hold,");
	else if (str_ieq(value, S("mine")))
		return assignee(c, q, S("me"));
	else if (str_ieq(value, S("unassigned")))
		q->assignee = SOME(0);
	else if (str_ieq(value, S("followed")))
		return teammate(c, q, S("me"), &q->follower);
	else if (str_ieq(value, S("late")))
		q->late_us = SOME(c->now_us);
	else
		return complain(c, q, "is: takes unsolved, mine, unassigned, followed or late, not “", value);
	q->timed |= q->late_us.set;
	return OK;
}

/* "open,pending,on-hold" → ",open,pending,on_hold,". */
static enum err statuses(struct ctx *c, struct desk_query *q, struct str value, struct str *ret)
{
	struct buf b;
	struct str rest = value, one;
	bool more = true;
	buf_init(&b, c->arena, 4000);
	buf_ch(&b, ',');
	while (more) {
		enum ticket_status s;
		more = str_cut(rest, ',', &one, &rest);
		if (str_ieq(one, S("on-hold")) || str_ieq(one, S("hold")))
			one = S("on_hold");
		if (str_ieq(one, S("unsolved"))) {
			buf_add(&b, S("new,open,pending,on_hold,"));
			continue;
		}
		struct str lower = desk_words(c->arena, one, 40);
		if (str_eq(lower, S("on hold")))
			lower = S("on_hold");
		if (!ticket_status_parse(lower, &s))
			return complain(c, q, "status: takes new, open, pending, on_hold, solved, closed, suspended or deleted, not “", one);
		buf_fmt(&b, "%s,", ticket_status_name(s));
	}
	*ret = buf_err(&b) == OK ? buf_str(&b) : STR_NULL;
	return OK;
}

static bool one_of_list(const char *const *list, struct str value)
{
	for (; *list; list++)
		if (str_eq(value, str_c(*list)))
			return true;
	return false;
}

/* "area:search" or "search"; kept as tags are. */
static enum err tag(struct ctx *c, struct desk_query *q, struct str value, bool negated)
{
	struct str kind, name;
	struct find_tag_known_row known;
	struct find_tag_in_force_row live;
	bool found;
	if (!str_cut(value, ':', &kind, &name))
		name = kind;
	struct str *at = negated ? (q->not_tag.p ? &q->not_tag2 : &q->not_tag) : q->tag.p ? &q->tag2 : &q->tag;
	if (at->p)
		return complain(c, q, "Two tags to find and two to leave out are the most; here is a third, “", value);
	*at = name;
	TRY(find_tag_in_force(c->db, c->arena, &live, &found, .tag = name));
	if (found || q->note.n)
		return OK;
	TRY(find_tag_known(c->db, c->arena, &known, &found, .tag = name));
	q->note = arena_fmt(c->arena, found ? "The tag “%.*s” was taken off all tickets that had it%s" : "No ticket has the tag “%.*s”%s", STR_ARG(utf8_clip(name, 60)),
			    negated ? ", so leaving it out changes nothing." : ": nothing is found until one gets it.");
	return OK;
}

static struct str pattern(struct arena *a, struct str value)
{
	struct str p = like_part(a, value);
	/* a version is looked for from its beginning: "5.2" is not in "4.5.2" */
	return str_slice(p, 1, p.n);
}

struct str desk_match_all(struct ctx *c, struct str typed)
{
	struct desk_query q = { .first_word = S("") };
	struct buf b;
	struct str words = desk_words(c->arena, typed, WORDS_MAX_BYTES), one;
	bool more = words.n > 0;
	buf_init(&b, c->arena, 64 << 10);
	while (more) {
		more = str_cut(words, ' ', &one, &words);
		add_words(c, &q, &b, one, false, !more);
	}
	return b.n ? buf_str(&b) : STR_NULL;
}

struct str desk_like_begin(struct arena *a, struct str typed)
{
	return str_trim(typed).n ? pattern(a, str_trim(typed)) : STR_NULL;
}

struct str desk_like_within(struct arena *a, struct str typed)
{
	return str_trim(typed).n ? like_part(a, str_trim(typed)) : STR_NULL;
}

static enum err number_field(struct ctx *c, struct desk_query *q, struct str name, struct str value)
{
	int64_t n;
	if (str_ieq(name, S("older")) || str_ieq(name, S("newer"))) {
		if (!span(value, &n))
			return complain(c, q, "older: and newer: take 30m, 3h, 7d or 2w, not “", value);
		*(str_ieq(name, S("older")) ? &q->older_us : &q->newer_us) = SOME(c->now_us - n);
		q->timed = true;
		return OK;
	}
	if (!str_i64(value, &n))
		return complain(c, q, "A number belongs after severity: and ticket:, not “", value);
	*(str_ieq(name, S("ticket")) ? &q->ticket : &q->severity) = SOME(n);
	return OK;
}

/* due: and aim: how soon. "late" is what has passed. */
static enum err due_field(struct ctx *c, struct desk_query *q, struct str name, struct str value)
{
	int64_t n = 0;
	if (value.n > 1 && value.p[0] == '<')
		value = str_slice(value, 1, value.n);
	if (!str_ieq(value, S("late")) && !span(value, &n))
		return complain(c, q, "due: and aim: take 30m, 2h, 1d or 1w, for what is due within that time, or late, not “", value);
	*(str_ieq(name, S("due")) ? &q->due_us : &q->aim_us) = SOME(c->now_us + n);
	return OK;
}

/* The clocks by the words of the pages: STR_NULL for what is none. */
static struct str clock_named(struct str word)
{
	static const struct { const char *word, *clock; } NAMES[] = {
		{ "response", "first_response" }, { "first_response", "first_response" }, { "answer", "next_response" }, { "next_response", "next_response" },
		{ "update", "periodic_update" }, { "periodic_update", "periodic_update" }, { "resolution", "resolution" },
	};
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (str_ieq(word, str_c(NAMES[i].word)))
			return str_c(NAMES[i].clock);
	return STR_NULL;
}

static enum err clock_field(struct ctx *c, struct desk_query *q, struct str name, struct str value)
{
	static const char *const STATES[] = { "paused", "running", "none" };
	struct str clock = clock_named(value);
	if (str_ieq(name, S("breached"))) {
		bool no = str_ieq(value, S("no"));
		if (!clock.p && !no && !str_ieq(value, S("yes")))
			return complain(c, q, "breached: takes yes, no, response, answer, update or resolution, not “", value);
		q->breached = SOME(!no);
		q->breached_clock = clock;
		return OK;
	}
	for (size_t i = 0; i < ARRAY_LEN(STATES); i++)
		if (str_ieq(value, str_c(STATES[i])))
			clock = str_c(STATES[i]);
	if (!clock.p)
		return complain(c, q, "clock: takes paused, running, none, response, answer, update or resolution, not “", value);
	q->clock = clock;
	return OK;
}

static enum err word_field(struct ctx *c, struct desk_query *q, struct str name, struct str value, bool *ret_known)
{
	if (str_ieq(name, S("priority"))) {
		if (!one_of_list(ticket_priorities, value))
			return complain(c, q, "priority: takes p0 to p3, not “", value);
		q->priority = value;
	} else if (str_ieq(name, S("kind")) || str_ieq(name, S("type"))) {
		if (!one_of_list(ticket_kinds, value))
			return complain(c, q, "kind: takes question, defect, improvement, help, task or unset, not “", value);
		q->kind = value;
	} else if (str_ieq(name, S("sort"))) {
		if (!one_of_list(desk_sorts, value))
			return complain(c, q, "sort: takes newest, oldest, updated, waiting, priority, severity, promised or due, not “", value);
		q->sort = value;
	} else if (str_ieq(name, S("version"))) {
		q->version = pattern(c->arena, value);
	} else if (str_ieq(name, S("deployment"))) {
		q->deployment = like_part(c->arena, value);
	} else {
		*ret_known = false;
	}
	return OK;
}

static enum err field(struct ctx *c, struct desk_query *q, const struct query_term *t, bool *ret_known)
{
	struct str name = t->field, value = t->value;
	*ret_known = true;
	if (str_ieq(name, S("tag")))
		return tag(c, q, value, t->negated);
	if (str_ieq(name, S("status")))
		return statuses(c, q, value, t->negated ? &q->not_statuses : &q->statuses);
	if (t->negated)
		return complain(c, q, "Only -tag: and -status: leave out, not “-", name);
	if (str_ieq(name, S("assignee")))
		return assignee(c, q, value);
	if (str_ieq(name, S("follower")))
		return teammate(c, q, value, &q->follower);
	if (str_ieq(name, S("team")))
		return team(c, q, value);
	if (str_ieq(name, S("org")) || str_ieq(name, S("organisation")) || str_ieq(name, S("customer")))
		return organisation(c, q, value);
	if (str_ieq(name, S("from")) || str_ieq(name, S("requester")))
		return requester(c, q, value);
	if (str_ieq(name, S("is")))
		return is_what(c, q, value);
	if (str_ieq(name, S("severity")) || str_ieq(name, S("ticket")) || str_ieq(name, S("older")) || str_ieq(name, S("newer")))
		return number_field(c, q, name, value);
	if (str_ieq(name, S("due")) || str_ieq(name, S("aim")))
		return due_field(c, q, name, value);
	if (str_ieq(name, S("breached")) || str_ieq(name, S("clock")))
		return clock_field(c, q, name, value);
	return word_field(c, q, name, value, ret_known);
}

enum err desk_query_read(struct ctx *c, struct str typed, struct desk_query *q)
{
	struct buf words, begun;
	struct query_terms *terms = arena_new(c->arena, struct query_terms);
	*q = (struct desk_query){ .complaint = S(""), .note = S(""), .first_word = S("") };
	buf_init(&words, c->arena, 64 << 10);
	buf_init(&begun, c->arena, 64 << 10);
	query_terms_read(c->arena, typed, terms);
	q->complaint = terms->complaint;
	q->open_quote = terms->open_quote;
	if (q->complaint.n && !(terms->open_quote && terms->n <= QUERY_TERMS_MAX && typed.n <= QUERY_MAX_BYTES))
		return OK;
	/* "#42" names a ticket */
	struct str bare = str_trim(typed);
	int64_t number;
	if (bare.n > 1 && bare.p[0] == '#' && str_i64(str_slice(bare, 1, bare.n), &number) && number > 0) {
		q->ticket = SOME(number);
		return OK;
	}
	for (size_t i = 0; i < terms->n; i++) {
		const struct query_term *t = &terms->v[i];
		bool last = (!t->quoted || terms->open_quote) && i + 1 == terms->n, known = false;
		if (t->field.n && str_ieq(t->field, S("subject"))) {
			add_words(c, q, &words, t->value, true, false);
			add_words(c, q, &begun, t->value, true, last);
			continue;
		}
		if (t->field.n)
			TRY(field(c, q, t, &known));
		if (!known) {
			/* "error:timeout" is words, not a field */
			struct str text = t->field.n ? arena_fmt(c->arena, "%.*s %.*s", STR_ARG(t->field), STR_ARG(t->value)) : t->value;
			add_words(c, q, &words, text, false, false);
			add_words(c, q, &begun, text, false, last);
		}
	}
	if (q->has_words) {
		q->text = buf_str(&words);
		q->text_begun = buf_str(&begun);
	}
	return OK;
}
