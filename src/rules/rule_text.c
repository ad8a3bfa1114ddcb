/* rule_text.c: reading when, if and then; see rule_text.h. */
#include "rules/rule_text.h"

#include "account/account_parts.h"
#include "base/utf8.h"
#include "desk/desk.h"
#include "desk/query_terms.h"
#include "sla/conf_text.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS_BYTES = 400, NOTE_BYTES = 2000, WAIT_MOST_S = 400 * 86400 };

static const char *const EVENTS[RULE_EVENTS] = {
	[RULE_CREATED] = "created", [RULE_CUSTOMER] = "customer reply", [RULE_REPLY] = "reply", [RULE_NOTE] = "note", [RULE_STATUS] = "status",
	[RULE_ASSIGNED] = "assigned", [RULE_TAGGED] = "tagged", [RULE_UNTAGGED] = "untagged", [RULE_CHANGED] = "changed",
};
const char *const rule_field_names[RULE_FIELDS + 1] = {
	[RULE_F_PRIORITY] = "priority", [RULE_F_SEVERITY] = "severity", [RULE_F_KIND] = "kind", [RULE_F_TEAM] = "team", [RULE_F_ORG] = "customer",
	[RULE_F_REQUESTER] = "requester", [RULE_F_SUBJECT] = "subject", [RULE_F_DEPLOYMENT] = "deployment", [RULE_F_VERSION] = "version", [RULE_F_EFFORT] = "effort",
};
const char *const rule_field_columns[RULE_FIELDS + 1] = {
	[RULE_F_PRIORITY] = "priority", [RULE_F_SEVERITY] = "severity", [RULE_F_KIND] = "kind", [RULE_F_TEAM] = "team_id", [RULE_F_ORG] = "organisation_id",
	[RULE_F_REQUESTER] = "requester_id", [RULE_F_SUBJECT] = "subject", [RULE_F_DEPLOYMENT] = "deployment", [RULE_F_VERSION] = "version", [RULE_F_EFFORT] = "effort",
};

static bool wrong(struct arena *a, struct str *ret, const char *fmt, struct str what)
{
	*ret = arena_fmt(a, fmt, STR_ARG(utf8_clip(what, 60)));
	return false;
}

/* ---- when ---- */

/* "7d", "2w", or what promises take: 48h, 1h30m. *ret_days: d and w count days of the calendar. */
static bool amount(struct str s, int64_t *ret_s, bool *ret_days)
{
	int64_t n;
	*ret_days = s.n > 1 && (s.p[s.n - 1] == 'd' || s.p[s.n - 1] == 'w');
	if (!*ret_days)
		return conf_parse_amount(s, ret_s);
	if (!str_i64(str_slice(s, 0, s.n - 1), &n) || n < 0 || n > 400)
		return false;
	*ret_s = n * 86400 * (s.p[s.n - 1] == 'w' ? 7 : 1);
	return true;
}

static const char TIME_HOW[] = "A rule about time says “48h business in pending”, “7d since created”, “24h since customer reply”, “24h since reply” or “1h since promise”, "
			       "not “%.*s”.";

static bool read_time(struct arena *a, struct str text, struct rule_when *w, struct str *ret_wrong)
{
	struct str rest = text, word;
	bool days;
	str_cut(rest, ' ', &word, &rest);
	if (!amount(word, &w->wait_s, &days) || w->wait_s > WAIT_MOST_S)
		return wrong(a, ret_wrong, "A wait is written 45m, 48h, 7d or 2w, at most 400 days, not “%.*s”.", word);
	rest = str_trim(rest);
	if (str_starts(rest, S("business "))) {
		if (days)
			return wrong(a, ret_wrong, "Business time is counted in hours (a day of business differs from calendar to calendar): write 16h business, not “%.*s”.",
				     word);
		w->business = true;
		rest = str_trim(str_slice(rest, 9, rest.n));
	}
	static const struct { const char *words; enum rule_since since; } SINCE[] = {
		{ "since created", RULE_SINCE_CREATED }, { "since customer reply", RULE_SINCE_CUSTOMER }, { "since reply", RULE_SINCE_REPLY },
		{ "since promise", RULE_SINCE_PROMISE },
	};
	for (size_t i = 0; i < ARRAY_LEN(SINCE); i++)
		if (str_eq(rest, str_c(SINCE[i].words))) {
			w->since = SINCE[i].since;
			return true;
		}
	if (!str_starts(rest, S("in ")))
		return wrong(a, ret_wrong, TIME_HOW, text);
	word = str_trim(str_slice(rest, 3, rest.n));
	w->since = RULE_IN_STATUS;
	if (!ticket_status_parse(word, &w->status) || !ticket_status_writable(w->status))
		return wrong(a, ret_wrong, "A case can wait in new, open, pending, on_hold or solved, not in “%.*s”.", word);
	return true;
}

static bool read_event(struct arena *a, struct str one, struct rule_when *w, struct str *ret_wrong)
{
	for (int i = 0; i < RULE_EVENTS; i++)
		if (str_eq(one, str_c(EVENTS[i]))) {
			w->events |= 1u << i;
			return true;
		}
	bool on = str_starts(one, S("tagged "));
	if (on || str_starts(one, S("untagged "))) {
		struct str tag = str_trim(str_slice(one, on ? 7 : 9, one.n));
		if (w->n_tags == RULE_TAGS_MOST)
			return wrong(a, ret_wrong, "Eight tags are the most; here is another one: “%.*s”.", tag);
		w->events |= 1u << (on ? RULE_TAGGED : RULE_UNTAGGED);
		w->tags[w->n_tags++] = tag;
		return true;
	}
	if (str_starts(one, S("changed "))) {
		struct str field = str_trim(str_slice(one, 8, one.n));
		for (int i = 0; i < RULE_FIELDS; i++)
			if (str_eq(field, str_c(rule_field_names[i]))) {
				w->events |= 1u << RULE_CHANGED;
				w->fields |= 1u << i;
				return true;
			}
		return wrong(a, ret_wrong, "After “changed” stands priority, severity, kind, team, customer, requester, subject, deployment, version or effort, not “%.*s”.", field);
	}
	return wrong(a, ret_wrong, "A rule begins when something is created, customer reply, reply, note, status, assigned, tagged, untagged, changed (a field), or when time "
				   "has passed (48h business in pending); “%.*s” is none of these.", one);
}

bool rule_read_when(struct arena *a, struct str text, struct rule_when *ret, struct str *ret_wrong)
{
	struct str rest = str_trim(text), one;
	*ret = (struct rule_when){ 0 };
	if (!rest.n)
		return wrong(a, ret_wrong, "Say when it begins: created, customer reply, status, 48h business in pending …%.*s", S(""));
	if (text.n > RULE_TEXT_BYTES)
		return wrong(a, ret_wrong, "That is too long: “%.*s …”.", text);
	if (rest.p[0] >= '0' && rest.p[0] <= '9') {
		if (str_find_ch(rest, ',') >= 0)
			return wrong(a, ret_wrong, "A rule about time has one wait and nothing besides: make two rules of “%.*s”.", rest);
		return read_time(a, rest, ret, ret_wrong);
	}
	bool any_field = false, any_tag = false;
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &one, &rest);
		any_field |= str_eq(str_trim(one), S("changed"));
		any_tag |= str_eq(str_trim(one), S("tagged")) || str_eq(str_trim(one), S("untagged"));
		if (!read_event(a, str_trim(one), ret, ret_wrong))
			return false;
	}
	if (any_field)
		ret->fields = 0;
	if (any_tag)
		ret->n_tags = 0;
	return true;
}

/* ---- if ---- */

enum value_kind { V_LIST, V_NUMBER, V_NAME, V_WORDS, V_SPAN, V_TEXT };
static const char *const STATUSES[] = { "new", "open", "pending", "on_hold", "solved", "closed", "suspended", "deleted", "merged", NULL };
static const char *const BY[] = { "customer", "teammate", "rule", "system", NULL };
static const char *const IS[] = { "unsolved", "unassigned", "late", "strategic", "followup", "promised", "answered", NULL };
static const char *const HOURS[] = { "open", "closed", NULL };

static const struct of_row {
	const char *name, *also;
	enum value_kind kind;
	const char *const *list;
} OF[OF_COUNT] = {
	[OF_STATUS] = { "status", NULL, V_LIST, STATUSES }, [OF_WAS] = { "was", NULL, V_LIST, STATUSES }, [OF_KIND] = { "kind", "type", V_LIST, ticket_kinds },
	[OF_SEVERITY] = { "severity", NULL, V_NUMBER, NULL }, [OF_PRIORITY] = { "priority", NULL, V_LIST, ticket_priorities },
	[OF_ORG] = { "org", "customer", V_NAME, NULL }, [OF_TIER] = { "tier", NULL, V_LIST, org_tiers }, [OF_PLAN] = { "plan", NULL, V_TEXT, NULL },
	[OF_STAGE] = { "stage", NULL, V_LIST, org_stages }, [OF_SEGMENT] = { "segment", NULL, V_LIST, org_segments },
	[OF_DEPLOYMENT] = { "deployment", NULL, V_TEXT, NULL }, [OF_VERSION] = { "version", NULL, V_TEXT, NULL }, [OF_CHANNEL] = { "channel", "origin", V_TEXT, NULL },
	[OF_INBOX] = { "inbox", NULL, V_TEXT, NULL }, [OF_TAG] = { "tag", NULL, V_TEXT, NULL }, [OF_ASSIGNEE] = { "assignee", NULL, V_NAME, NULL },
	[OF_TEAM] = { "team", NULL, V_NAME, NULL }, [OF_FROM] = { "from", NULL, V_TEXT, NULL }, [OF_DOMAIN] = { "domain", NULL, V_TEXT, NULL },
	[OF_REQUESTER] = { "requester", NULL, V_LIST, contact_kinds }, [OF_BY] = { "by", NULL, V_LIST, BY }, [OF_IS] = { "is", NULL, V_LIST, IS },
	[OF_SUBJECT] = { "subject", NULL, V_WORDS, NULL }, [OF_MESSAGE] = { "message", NULL, V_WORDS, NULL }, [OF_TEXT] = { "text", NULL, V_WORDS, NULL },
	[OF_HOURS] = { "hours", NULL, V_LIST, HOURS }, [OF_OLDER] = { "older", NULL, V_SPAN, NULL }, [OF_NEWER] = { "newer", NULL, V_SPAN, NULL },
	[OF_AGE] = { "age", NULL, V_SPAN, NULL },
};

const char *rule_of_name(enum rule_of of)
{
	return OF[of].name;
}

struct reading {
	struct arena *a;
	struct str rest;
	struct str *wrong;
	size_t terms;
};

static struct str list_words(struct arena *a, const char *const *list)
{
	struct buf b;
	buf_init(&b, a, 1000);
	for (size_t i = 0; list[i]; i++)
		buf_fmt(&b, "%s%s", !i ? "" : list[i + 1] ? ", " : " or ", list[i]);
	return buf_str(&b);
}

static bool is_one_of(const char *const *list, struct str s)
{
	for (; *list; list++)
		if (str_eq(s, str_c(*list)))
			return true;
	return false;
}

static bool read_value(struct reading *r, const struct of_row *of, struct str one, struct rule_value *v)
{
	bool days;
	*v = (struct rule_value){ .text = one };
	switch (of->kind) {
	case V_LIST:
		if (is_one_of(of->list, one))
			return true;
		*r->wrong = arena_fmt(r->a, "%s: takes %.*s, not “%.*s”.", of->name, STR_ARG(list_words(r->a, of->list)), STR_ARG(utf8_clip(one, 60)));
		return false;
	case V_NUMBER:
		return (str_eq(one, S("none")) && (v->n = -1)) || (str_i64(one, &v->n) && v->n >= 0 && v->n <= 9) ||
		       wrong(r->a, r->wrong, "A number from 0 to 9, or none, belongs after severity:, not “%.*s”.", one);
	case V_SPAN:
		if (!amount(one, &v->n, &days))
			return wrong(r->a, r->wrong, "older:, newer: and age: take 30m, 3h, 7d or 2w, not “%.*s”.", one);
		v->n *= UTIME_US_PER_SECOND;
		return true;
	case V_WORDS: {
		struct str words = desk_words(r->a, one, WORDS_BYTES);
		v->text = arena_fmt(r->a, " %.*s ", STR_ARG(words));
		return words.n || wrong(r->a, r->wrong, "There is no word in “%.*s”.", one);
	}
	case V_NAME:
	case V_TEXT:
		return true;
	}
	return false;
}

static bool term_values(struct reading *r, struct rule_node *n, struct str value, bool quoted)
{
	const struct of_row *of = &OF[n->of];
	struct str rest = value, one;
	bool whole = quoted || of->kind == V_WORDS;
	n->values = arena_array(r->a, struct rule_value, RULE_VALUES_MOST);
	for (bool more = true; more;) {
		one = rest;
		more = !whole && str_cut(rest, ',', &one, &rest);
		one = str_trim(one);
		if (!one.n)
			return wrong(r->a, r->wrong, "Something is missing around a comma: “%.*s”.", value);
		if (n->n_values == RULE_VALUES_MOST)
			return wrong(r->a, r->wrong, "Twenty values after one field are the most: “%.*s”.", value);
		if (!read_value(r, of, one, &n->values[n->n_values++]))
			return false;
	}
	return true;
}

static bool read_term(struct reading *r, struct rule_node **ret)
{
	struct query_term t;
	bool open = false;
	struct str begun = r->rest;
	struct rule_node *n = arena_new(r->a, struct rule_node);
	*n = (struct rule_node){ .type = RULE_TERM };
	if (!query_term_next(&r->rest, &t, &open))
		return wrong(r->a, r->wrong, "Something is missing at “%.*s”.", begun);
	if (open)
		return wrong(r->a, r->wrong, "A quotation mark is not closed: “%.*s”.", t.value);
	ptrdiff_t close = t.quoted ? -1 : str_find_ch(t.value, ')');
	if (close >= 0) {   /* the parenthesis ends a group */
		r->rest = (struct str){ t.value.p + close, (size_t)(begun.p + begun.n - (t.value.p + close)) };
		t.value = str_slice(t.value, 0, (size_t)close);
		if (!t.value.n)
			return wrong(r->a, r->wrong, "Something is missing at “%.*s”.", begun);
	}
	if (!t.quoted && str_find_ch(t.value, '"') >= 0)
		return wrong(r->a, r->wrong, "Put the quotation marks around the whole of “%.*s”.", t.value);
	n->negated = t.negated;
	n->of = OF_TEXT;
	bool known = !t.field.n;
	for (int i = 0; i < OF_COUNT && !known; i++)
		if (str_ieq(t.field, str_c(OF[i].name)) || (OF[i].also && str_ieq(t.field, str_c(OF[i].also)))) {
			n->of = (enum rule_of)i;
			known = true;
		}
	if (!known)
		return wrong(r->a, r->wrong, "A rule knows no field “%.*s:”. Words with a colon in them stand in quotation marks.", t.field);
	n->written = str_trim((struct str){ begun.p, (size_t)(r->rest.p - begun.p) });
	return term_values(r, n, t.value, t.quoted) && (*ret = n);
}

static void adopt(struct arena *a, struct rule_node *group, struct rule_node *kid)
{
	if (group->n_kids == group->kids_cap) {
		size_t cap = group->kids_cap ? group->kids_cap * 2 : 4;
		group->kids = arena_grow(a, group->kids, group->kids_cap * sizeof(struct rule_node *), cap * sizeof(struct rule_node *));
		group->kids_cap = cap;
	}
	group->kids[group->n_kids++] = kid;
}

/* The next word is `or` or `and`, alone. */
static bool next_is(struct reading *r, struct str word)
{
	struct str s = r->rest;
	if (s.n < word.n || !str_ieq(str_slice(s, 0, word.n), word) || (s.n > word.n && s.p[word.n] != ' ' && s.p[word.n] != '\t' && s.p[word.n] != '\n' && s.p[word.n] != '('))
		return false;
	r->rest = str_trim(str_slice(s, word.n, s.n));
	return true;
}

static bool read_any(struct reading *r, int depth, struct rule_node **ret);

static bool read_item(struct reading *r, int depth, struct rule_node **ret)
{
	bool negated = r->rest.n > 1 && r->rest.p[0] == '-' && r->rest.p[1] == '(';
	if (++r->terms > RULE_TERMS_MOST)
		return wrong(r->a, r->wrong, "A rule takes 64 conditions at most; split it up before “%.*s”.", r->rest);
	if (r->rest.p[0] != '(' && !negated)
		return read_term(r, ret);
	if (depth == RULE_DEPTH_MOST)
		return wrong(r->a, r->wrong, "Groups stand at most three deep: “%.*s”. Two rules are easier to read.", r->rest);
	struct str begun = r->rest;
	r->rest = str_trim(str_slice(r->rest, 1 + (size_t)negated, r->rest.n));
	if (!read_any(r, depth + 1, ret))
		return false;
	if (!r->rest.n || r->rest.p[0] != ')')
		return wrong(r->a, r->wrong, "A parenthesis is not closed: “%.*s”.", begun);
	r->rest = str_trim(str_slice(r->rest, 1, r->rest.n));
	(*ret)->negated ^= negated;
	return true;
}

/* Items beside each other: all must be met. */
static bool read_all(struct reading *r, int depth, struct rule_node **ret)
{
	struct rule_node *group = arena_new(r->a, struct rule_node);
	*group = (struct rule_node){ .type = RULE_ALL };
	while (r->rest.n && r->rest.p[0] != ')') {
		struct reading ahead = *r;
		if (next_is(&ahead, S("or")))
			break;
		if (next_is(r, S("and")))
			continue;
		struct rule_node *kid = NULL;
		if (!read_item(r, depth, &kid))
			return false;
		adopt(r->a, group, kid);
		r->rest = str_trim(r->rest);
	}
	if (!group->n_kids)
		return wrong(r->a, r->wrong, r->rest.n ? "A condition is missing before “%.*s”." : "A condition is missing at the end%.*s.", r->rest);
	*ret = group->n_kids == 1 ? group->kids[0] : group;
	return true;
}

static bool read_any(struct reading *r, int depth, struct rule_node **ret)
{
	struct rule_node *group = NULL, *kid = NULL;
	if (!read_all(r, depth, ret))
		return false;
	while (next_is(r, S("or"))) {
		if (!group) {
			group = arena_new(r->a, struct rule_node);
			*group = (struct rule_node){ .type = RULE_ANY };
			adopt(r->a, group, *ret);
			*ret = group;
		}
		if (!read_all(r, depth, &kid))
			return false;
		adopt(r->a, group, kid);
	}
	return true;
}

bool rule_read_if(struct arena *a, struct str text, struct rule_node **ret, struct str *ret_wrong)
{
	struct reading r = { .a = a, .rest = str_trim(text), .wrong = ret_wrong };
	*ret = NULL;
	if (text.n > RULE_TEXT_BYTES) {
		*ret_wrong = arena_fmt(a, "Conditions take %d characters at most; these have %zu.", RULE_TEXT_BYTES, text.n);
		return false;
	}
	if (!r.rest.n)
		return true;
	if (!read_any(&r, 0, ret))
		return false;
	return !r.rest.n || wrong(a, ret_wrong, "A parenthesis closes that was not opened: “%.*s”. Words with one in them stand in quotation marks.", r.rest);
}

/* ---- then ---- */

static const char *const DOES[DO_COUNT] = {
	[DO_STATUS] = "status", [DO_PRIORITY] = "priority", [DO_SEVERITY] = "severity", [DO_KIND] = "kind", [DO_EFFORT] = "effort", [DO_ASSIGN] = "assign",
	[DO_TEAM] = "team", [DO_TAG] = "tag", [DO_UNTAG] = "untag", [DO_FOLLOW] = "follow", [DO_UNFOLLOW] = "unfollow", [DO_NOTE] = "note", [DO_MACRO] = "macro",
	[DO_MAIL] = "mail", [DO_NOTIFY] = "notify",
};

const char *rule_do_name(enum rule_do d)
{
	return DOES[d];
}

/* The next word or "text in quotation marks" (\" and \n inside), up to a semicolon. */
static bool then_word(struct arena *a, struct str *rest, struct str *ret, bool *ret_quoted, struct str *ret_wrong)
{
	struct str s = str_trim(*rest);
	*ret_quoted = s.n && s.p[0] == '"';
	if (!*ret_quoted) {
		size_t n = 0;
		while (n < s.n && s.p[n] != ' ' && s.p[n] != ';' && s.p[n] != '"' && s.p[n] != '\t' && s.p[n] != '\n')
			n++;
		*ret = str_slice(s, 0, n);
		*rest = str_slice(s, n, s.n);
		return true;
	}
	struct buf b;
	buf_init(&b, a, NOTE_BYTES + 4);
	size_t i = 1;
	for (; i < s.n && s.p[i] != '"'; i++) {
		bool escaped = s.p[i] == '\\' && i + 1 < s.n;
		char ch = s.p[i += escaped];
		buf_ch(&b, escaped && ch == 'n' ? '\n' : ch);
	}
	if (i >= s.n)
		return wrong(a, ret_wrong, "A quotation mark is not closed: “%.*s”.", str_slice(s, 1, s.n));
	if (buf_err(&b) != OK || b.n > NOTE_BYTES)
		return wrong(a, ret_wrong, "A text of a rule has 2,000 characters at most: “%.*s …”. Make a macro of it.", str_slice(s, 1, s.n));
	*ret = buf_str(&b);
	*rest = str_slice(s, i + 1, s.n);
	return true;
}

static bool act_value(struct arena *a, struct rule_act *act, struct str *ret_wrong)
{
	int64_t n;
	struct str w = act->word;
	switch (act->what) {
	case DO_STATUS:
		if (str_eq(w, S("solved")) || str_eq(w, S("closed")))
			return wrong(a, ret_wrong, "A person solves a case and says by which of R1 to R7; what silence does stands under Promises. A rule cannot set “%.*s”.", w);
		return (ticket_status_parse(w, &act->status) && (act->status == TICKET_OPEN || act->status == TICKET_PENDING || act->status == TICKET_ON_HOLD)) ||
		       wrong(a, ret_wrong, "A rule sets the status open, pending or on_hold, not “%.*s”.", w);
	case DO_PRIORITY:
		return is_one_of(ticket_priorities, w) || wrong(a, ret_wrong, "A priority is p0, p1, p2 or p3, not “%.*s”.", w);
	case DO_KIND:
		return is_one_of(ticket_kinds, w) || wrong(a, ret_wrong, "A kind is question, defect, improvement, help, task or unset, not “%.*s”.", w);
	case DO_SEVERITY:
		return (str_i64(w, &n) && n >= 0 && n <= 9) || wrong(a, ret_wrong, "A severity is a number, not “%.*s”.", w);
	case DO_NOTE:
	case DO_NOTIFY:
		return str_trim(act->text).n > 0 || wrong(a, ret_wrong, "A text in quotation marks belongs after “%.*s”.", str_c(DOES[act->what]));
	case DO_EFFORT:
	case DO_ASSIGN:
	case DO_TEAM:
	case DO_TAG:
	case DO_UNTAG:
	case DO_FOLLOW:
	case DO_UNFOLLOW:
	case DO_MACRO:
	case DO_MAIL:
	case DO_COUNT:
		return true;
	}
	return false;
}

static bool read_act(struct arena *a, struct str *rest, struct rule_act *act, struct str *ret_wrong)
{
	struct str verb, first = S(""), second = S("");
	bool quoted, q1 = false, q2 = false;
	*act = (struct rule_act){ .what = DO_COUNT, .word = S(""), .text = S(""), .title = S("") };
	if (!then_word(a, rest, &verb, &quoted, ret_wrong))
		return false;
	for (int i = 0; i < DO_COUNT && !quoted; i++)
		if (str_eq(verb, str_c(DOES[i])))
			act->what = (enum rule_do)i;
	if (act->what == DO_COUNT)
		return wrong(a, ret_wrong, "A rule can do: status, priority, severity, kind, effort, assign, team, tag, untag, follow, unfollow, note, macro, mail, notify; "
					   "“%.*s” is none of these.", verb);
	if (!then_word(a, rest, &first, &q1, ret_wrong) || !then_word(a, rest, &second, &q2, ret_wrong))
		return false;
	if (act->what == DO_NOTIFY || act->what == DO_NOTE) {
		bool who = act->what == DO_NOTIFY;
		if ((who && (!first.n || !q2)) || (!who && (!q1 || second.n)))
			return wrong(a, ret_wrong, who ? "Say whom and what: notify assignee \"They answered.\"%.*s" : "Say what: note \"Look at the promise.\"%.*s", S(""));
		act->word = who ? first : S("");
		act->text = who ? second : first;
	} else {
		if (!first.n || second.n || q2)
			return wrong(a, ret_wrong, "One word belongs after “%.*s”; further steps stand after a semicolon.", verb);
		act->word = first;
	}
	return act_value(a, act, ret_wrong);
}

bool rule_read_then(struct arena *a, struct str text, struct rule_act **ret, size_t *ret_n, struct str *ret_wrong)
{
	struct str rest = str_trim(text);
	*ret = arena_array(a, struct rule_act, RULE_ACTS_MOST);
	*ret_n = 0;
	if (text.n > RULE_TEXT_BYTES || !rest.n)
		return wrong(a, ret_wrong, rest.n ? "That is too long: “%.*s …”." : "Say what the rule does: tag escalated; notify assignee \"…\"%.*s", rest);
	while (rest.n) {
		if (*ret_n == RULE_ACTS_MOST)
			return wrong(a, ret_wrong, "Ten steps are the most; here is another one: “%.*s”.", rest);
		if (!read_act(a, &rest, &(*ret)[*ret_n], ret_wrong))
			return false;
		++*ret_n;
		rest = str_trim(rest);
		if (rest.n && rest.p[0] != ';')
			return wrong(a, ret_wrong, "A semicolon belongs between steps, before “%.*s”.", rest);
		rest = rest.n ? str_trim(str_slice(rest, 1, rest.n)) : rest;
	}
	return true;
}
