/* rule_words.c: a rule in plain words, for the preview and for those who only read; see rule_text.h. */
#include "rules/rule_text.h"

#include "account/account.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS_MOST = 16 << 10 };

static void put_wait(struct buf *b, const struct rule_when *w)
{
	int64_t s = w->wait_s;
	const char *kind = w->business ? "business " : "";
	if (!w->business && s >= 86400 && s % 86400 == 0)
		buf_fmt(b, "%lld day%s", (long long)(s / 86400), s == 86400 ? "" : "s");
	else if (s % 3600 == 0)
		buf_fmt(b, "%lld %shour%s", (long long)(s / 3600), kind, s == 3600 ? "" : "s");
	else
		buf_fmt(b, "%lld %sminute%s", (long long)(s / 60), kind, s == 60 ? "" : "s");
}

static const char *status_word(enum ticket_status s)
{
	return s == TICKET_ON_HOLD ? "on hold" : ticket_status_name(s);
}

struct str rule_when_words(struct arena *a, const struct rule_when *w)
{
	static const char *const EVENTS[RULE_EVENTS] = {
		[RULE_CREATED] = "a case is made", [RULE_CUSTOMER] = "a customer replies", [RULE_REPLY] = "we reply", [RULE_NOTE] = "somebody leaves a note",
		[RULE_STATUS] = "the status changes", [RULE_ASSIGNED] = "the holder changes", [RULE_TAGGED] = "a tag is put on", [RULE_UNTAGGED] = "a tag is taken off",
		[RULE_CHANGED] = "a field changes",
	};
	struct buf b;
	buf_init(&b, a, WORDS_MOST);
	buf_add(&b, S("When "));
	if (!w->events) {
		switch (w->since) {
		case RULE_IN_STATUS:
			buf_fmt(&b, "a case has been %s for ", status_word(w->status));
			put_wait(&b, w);
			return buf_str(&b);
		case RULE_SINCE_CREATED:
			put_wait(&b, w);
			buf_add(&b, S(" have passed since a case was made, and it is not solved"));
			return buf_str(&b);
		case RULE_SINCE_CUSTOMER:
			buf_add(&b, S("a customer has waited for our answer for "));
			put_wait(&b, w);
			return buf_str(&b);
		case RULE_SINCE_REPLY:
			buf_add(&b, S("a customer has not answered us for "));
			put_wait(&b, w);
			return buf_str(&b);
		case RULE_SINCE_PROMISE:
			put_wait(&b, w);
			buf_add(&b, S(" have passed since we promised to be heard"));
			return buf_str(&b);
		}
	}
	bool first = true;
	for (int i = 0; i < RULE_EVENTS; i++) {
		if (!(w->events & 1u << i))
			continue;
		if (i == RULE_CHANGED && w->fields) {
			for (int f = 0; f < RULE_FIELDS; f++) {
				if (!(w->fields & 1u << f))
					continue;
				buf_fmt(&b, "%sthe %s changes", first ? "" : " or ", rule_field_names[f]);
				first = false;
			}
			continue;
		}
		bool tags = w->n_tags && (i == RULE_TAGGED || i == RULE_UNTAGGED);
		buf_fmt(&b, "%s%s", first ? "" : " or ", tags ? "the tag " : EVENTS[i]);
		for (size_t t = 0; tags && t < w->n_tags; t++)
			buf_fmt(&b, "%s“%.*s”", t ? " or " : "", STR_ARG(w->tags[t]));
		if (tags)
			buf_add(&b, i == RULE_TAGGED ? S(" is put on") : S(" is taken off"));
		first = false;
	}
	return buf_str(&b);
}

/* ---- if ---- */

static const struct {
	const char *is, *is_not;
} ASKED[OF_COUNT] = {
	[OF_STATUS] = { "it is", "it is not" }, [OF_WAS] = { "before that it was", "before that it was not" }, [OF_KIND] = { "it is a case of kind", "it is no case of kind" },
	[OF_SEVERITY] = { "its severity is", "its severity is not" }, [OF_PRIORITY] = { "its priority is", "its priority is not" },
	[OF_ORG] = { "the customer is", "the customer is not" }, [OF_TIER] = { "the customer’s tier is", "the customer’s tier is not" },
	[OF_PLAN] = { "their plan is", "their plan is not" }, [OF_STAGE] = { "the customer is", "the customer is not" },
	[OF_SEGMENT] = { "their segment is", "their segment is not" }, [OF_DEPLOYMENT] = { "the deployment has in it", "the deployment does not have in it" },
	[OF_VERSION] = { "the version begins with", "the version does not begin with" }, [OF_CHANNEL] = { "it came by", "it did not come by" },
	[OF_INBOX] = { "it came to", "it did not come to" }, [OF_TAG] = { "it has the tag", "it does not have the tag" },
	[OF_ASSIGNEE] = { "it is held by", "it is not held by" }, [OF_TEAM] = { "its team is", "its team is not" }, [OF_FROM] = { "it was asked by", "it was not asked by" },
	[OF_DOMAIN] = { "it was asked from", "it was not asked from" }, [OF_REQUESTER] = { "who asks is a", "who asks is no" }, [OF_BY] = { "it was done by", "it was not done by" },
	[OF_IS] = { "it is", "it is not" }, [OF_SUBJECT] = { "the subject says", "the subject does not say" },
	[OF_MESSAGE] = { "the new message says", "the new message does not say" }, [OF_TEXT] = { "somewhere it says", "nowhere it says" },
	[OF_HOURS] = { "we are", "we are not" }, [OF_OLDER] = { "nothing changed for", "something changed within" },
	[OF_NEWER] = { "something changed within", "nothing changed for" }, [OF_AGE] = { "it is at least old", "it is younger than" },
};

static void put_value(struct buf *b, const struct rule_node *n, const struct rule_value *v)
{
	bool words = n->of == OF_SUBJECT || n->of == OF_MESSAGE || n->of == OF_TEXT;
	if (words)
		buf_fmt(b, "“%.*s”", STR_ARG(str_trim(v->text)));
	else if (n->of == OF_TAG)
		buf_fmt(b, "“%.*s”", STR_ARG(v->text));
	else if (str_eq(v->text, S("on_hold")))
		buf_add(b, S("on hold"));
	else if (n->of == OF_TIER || n->of == OF_STAGE || n->of == OF_SEGMENT || n->of == OF_REQUESTER)
		buf_add(b, str_c(account_words(arena_str(b->arena, v->text))));
	else
		buf_add(b, v->text);
}

/* What reads better than a list of values. */
static bool put_special(struct buf *b, const struct rule_node *n)
{
	struct str v = n->values[0].text;
	bool none = n->n_values == 1 && (str_ieq(v, S("nobody")) || str_ieq(v, S("none")));
	if (none && n->of == OF_ASSIGNEE)
		buf_add(b, n->negated ? S("somebody holds it") : S("nobody holds it"));
	else if (none && n->of == OF_TEAM)
		buf_add(b, n->negated ? S("it has a team") : S("it has no team"));
	else if (none && n->of == OF_ORG)
		buf_add(b, n->negated ? S("its customer is known") : S("it is of no customer"));
	else if (none && n->of == OF_SEVERITY)
		buf_add(b, n->negated ? S("it has a severity") : S("it has no severity"));
	else if (n->of == OF_BY && !n->negated && n->n_values == 1)
		buf_fmt(b, "%s did it", str_eq(v, S("customer")) ? "a customer" : str_eq(v, S("teammate")) ? "a teammate" : str_eq(v, S("rule")) ? "a rule" : "the desk itself");
	else
		return false;
	return true;
}

static void put_node(struct buf *b, const struct rule_node *n, bool top)
{
	if (n->type == RULE_TERM && put_special(b, n))
		return;
	if (n->type == RULE_TERM) {
		buf_add(b, str_c(n->negated ? ASKED[n->of].is_not : ASKED[n->of].is));
		for (size_t i = 0; i < n->n_values; i++) {
			buf_add(b, !i ? S(" ") : S(" or "));
			put_value(b, n, &n->values[i]);
		}
		return;
	}
	bool bare = top && !n->negated && n->type == RULE_ALL;
	if (!bare)
		buf_add(b, n->negated ? S("not (") : S("("));
	for (size_t i = 0; i < n->n_kids; i++) {
		if (i)
			buf_add(b, n->type == RULE_ANY ? S(" or ") : S(" and "));
		put_node(b, n->kids[i], false);
	}
	if (!bare)
		buf_ch(b, ')');
}

struct str rule_node_words(struct arena *a, const struct rule_node *n)
{
	struct buf b;
	buf_init(&b, a, WORDS_MOST);
	put_node(&b, n, true);
	return buf_str(&b);
}

/* ---- then ---- */

static struct str who(struct arena *a, const struct rule_act *act)
{
	static const struct { const char *word, *words; } OURS[] = {
		{ "assignee", "whoever holds it" }, { "engineer", "the customer’s engineer" }, { "backup", "the customer’s second engineer" },
		{ "followers", "all who follow it" }, { "admins", "the admins" }, { "nobody", "nobody" }, { "none", "no team" },
	};
	for (size_t i = 0; i < ARRAY_LEN(OURS); i++)
		if (str_eq(act->word, str_c(OURS[i].word)))
			return str_c(OURS[i].words);
	return act->title.n ? act->title : arena_str(a, act->word);
}

struct str rule_act_words(struct arena *a, const struct rule_act *act)
{
	struct str w = act->word;
	switch (act->what) {
	case DO_STATUS:
		return arena_fmt(a, "set it to %s", status_word(act->status));
	case DO_PRIORITY:
	case DO_SEVERITY:
	case DO_KIND:
	case DO_EFFORT:
		return arena_fmt(a, "set the %s to %.*s", rule_do_name(act->what), STR_ARG(w));
	case DO_ASSIGN:
		return str_eq(w, S("nobody")) ? S("take it from whoever holds it") : arena_fmt(a, "give it to %.*s", STR_ARG(who(a, act)));
	case DO_TEAM:
		return str_eq(w, S("none")) ? S("take it from its team") : arena_fmt(a, "give it to the team %.*s", STR_ARG(who(a, act)));
	case DO_TAG:
		return arena_fmt(a, "put the tag “%.*s” on it", STR_ARG(w));
	case DO_UNTAG:
		return arena_fmt(a, "take the tag “%.*s” off", STR_ARG(w));
	case DO_FOLLOW:
		return arena_fmt(a, "let %.*s follow it", STR_ARG(who(a, act)));
	case DO_UNFOLLOW:
		return arena_fmt(a, "let %.*s follow it no longer", STR_ARG(who(a, act)));
	case DO_NOTE:
		return arena_fmt(a, "leave the note “%.*s”", STR_ARG(utf8_clip(act->text, 300)));
	case DO_MACRO:
		return arena_fmt(a, "leave the note “%.*s”", STR_ARG(act->title.n ? act->title : w));
	case DO_MAIL:
		return arena_fmt(a, "mail “%.*s” to the customer", STR_ARG(act->title.n ? act->title : w));
	case DO_NOTIFY:
		return arena_fmt(a, "tell %.*s “%.*s”", STR_ARG(who(a, act)), STR_ARG(utf8_clip(act->text, 300)));
	case DO_COUNT:
		break;
	}
	return S("");
}

struct str rule_words(struct arena *a, const struct rule *r)
{
	struct buf b;
	buf_init(&b, a, 4 * WORDS_MOST);
	buf_add(&b, rule_when_words(a, &r->when));
	if (r->cond) {
		buf_add(&b, r->when.events ? S(", if ") : S(", and "));
		put_node(&b, r->cond, true);
	}
	buf_add(&b, S(", then "));
	for (size_t i = 0; i < r->n_acts; i++) {
		buf_add(&b, !i ? S("") : i + 1 == r->n_acts ? S(" and ") : S(", "));
		buf_add(&b, rule_act_words(a, &r->acts[i]));
	}
	buf_ch(&b, '.');
	return buf_str(&b);
}
